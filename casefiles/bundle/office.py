"""Office papers to PDF by LibreOffice, where it is installed: one profile a worker, no macros, no network, limits on time and memory."""

from __future__ import annotations

import io
import os
import resource
import shutil
import signal
import subprocess
import tempfile
import zipfile
import zlib
from pathlib import Path
from xml.sax.saxutils import escape

from pikepdf import Pdf, PdfError

from casefiles.bundle.plan import Source
from casefiles.bundle.refusal import NotConverted
from forms.fonts import Fonts

_OPEN = "application/vnd.openxmlformats-officedocument"
OFFICE = {
    f"{_OPEN}.wordprocessingml.document": "docx",
    f"{_OPEN}.spreadsheetml.sheet": "xlsx",
    f"{_OPEN}.presentationml.presentation": "pptx",
    f"{_OPEN}.wordprocessingml.template": "dotx",
    "application/vnd.ms-word.document.macroenabled.12": "docm",
    "application/vnd.ms-excel.sheet.macroenabled.12": "xlsm",
    "application/vnd.ms-powerpoint.presentation.macroenabled.12": "pptm",
    "application/msword": "doc",
    "application/vnd.ms-excel": "xls",
    "application/vnd.ms-powerpoint": "ppt",
    "application/rtf": "rtf",
    "text/rtf": "rtf",
    "application/vnd.oasis.opendocument.text": "odt",
    "application/vnd.oasis.opendocument.spreadsheet": "ods",
    "application/vnd.oasis.opendocument.presentation": "odp",
}
ZIPPED = frozenset(kind for kind, ending in OFFICE.items() if ending.endswith(("x", "m")))
WITH_MACROS = frozenset(kind for kind, ending in OFFICE.items() if ending.endswith("m"))
PARTS = {  # what Debian and others ship apart: ending -> library, name
    **dict.fromkeys(("xlsx", "xlsm", "xls", "ods"), ("libsclo.so", "LibreOffice Calc")),
    **dict.fromkeys(("pptx", "pptm", "ppt", "odp"), ("libsdlo.so", "LibreOffice Impress")),
}
WRITER = ("libswlo.so", "LibreOffice Writer")
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
SECONDS, MEMORY = 120, 6 * 2**30
MOST_PARTS, MOST_UNPACKED = 20_000, 2 * 2**30
NOWHERE = "127.0.0.1"  # port 9 (discard): whatever asks the network is refused at once
_ITEM = '<item oor:path="/org.openoffice.{place}"><prop oor:name="{name}" oor:op="fuse"><value>{value}</value></prop></item>'
_SETTINGS = (
    ("Office.Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("Office.Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("Office.Common/Security/Scripting", "DisableActiveContent", "true"),
    ("Office.Writer/Content/Update", "Link", "0"),
    ("Office.Calc/Content/Update", "Link", "2"),
    ("Inet/Settings", "ooInetProxyType", "1"),
    ("Inet/Settings", "ooInetHTTPProxyName", NOWHERE),
    ("Inet/Settings", "ooInetHTTPProxyPort", "9"),
    ("Inet/Settings", "ooInetHTTPSProxyName", NOWHERE),
    ("Inet/Settings", "ooInetHTTPSProxyPort", "9"),
    ("Inet/Settings", "ooInetNoProxy", ""),
)
PROFILE = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<oor:items xmlns:oor="http://openoffice.org/2001/registry" '
    'xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">\n'
    + "\n".join(_ITEM.format(place=place, name=name, value=value) for place, name, value in _SETTINGS)
    + "\n</oor:items>\n"
)


def missing(media_type: str) -> str:
    """The name of the program, or the part of it, that is not installed for files of this kind; empty where nothing is missing."""
    program = _program()
    if program is None:
        return "LibreOffice"
    folder = Path(program).resolve().parent
    library, name = PARTS.get(OFFICE[media_type], WRITER)
    apart = any((folder / part).is_file() for part, _ in (WRITER, *PARTS.values()))
    return name if apart and not (folder / library).is_file() else ""


def _program() -> str | None:
    return shutil.which("soffice") or shutil.which("libreoffice")


def office_pdf(source: Source, work: Path, fonts: Fonts) -> bytes:
    """One LibreOffice run: the profile in `work` is made strict again before each. Raises NotConverted."""
    with source.path.open("rb") as content:
        if source.media_type in ZIPPED and content.read(len(OLE)) == OLE:
            raise NotConverted("encrypted_office")  # a new-style paper inside the old container is an encrypted one
    program, absent = _program(), missing(source.media_type)
    if program is None or absent:
        raise NotConverted("converter_missing", absent, lasting=False)
    if source.media_type in ZIPPED:
        _check_package(source.path)
    profile = work / "office-profile"
    settings = profile / "user" / "registrymodifications.xcu"
    settings.parent.mkdir(parents=True, exist_ok=True)
    settings.write_text(PROFILE, encoding="utf-8")  # again before each run: the program writes into it
    with tempfile.TemporaryDirectory(dir=work, prefix="office-") as folder:
        given = Path(folder) / f"source.{OFFICE[source.media_type]}"
        shutil.copyfile(source.path, given)
        command = [
            program, f"-env:UserInstallation={profile.resolve().as_uri()}", "--headless", "--norestore", "--nolockcheck", "--nodefault", "--nologo",
            "--convert-to", "pdf", "--outdir", folder, str(given),
        ]  # fmt: skip
        nowhere = dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), f"http://{NOWHERE}:9")
        # an environment of its own: nothing of ours, no key and no address of a database, reaches the converter
        places = os.pathsep.join((str(Path(program).parent), os.defpath))
        own = {"PATH": places, "HOME": folder, "LANG": "C.UTF-8", "SAL_USE_VCLPLUGIN": "svp", "FONTCONFIG_FILE": _font_list(Path(folder), fonts)}
        run(command, nowhere | own)
        made = given.with_suffix(".pdf")
        if not made.is_file() or not made.stat().st_size:
            raise NotConverted("converter_failed", "LibreOffice wrote no PDF", lasting=False)
        return _dateless(made)


def _check_package(path: Path) -> None:
    """Refuse a package that is none, unpacks to far too much, or declares document types: entities that swell or read files live in those."""
    try:
        with zipfile.ZipFile(path) as package:
            parts = package.infolist()
            size = sum(part.file_size for part in parts)
            if len(parts) > MOST_PARTS or size > MOST_UNPACKED:
                raise NotConverted("too_long", f"{len(parts):,} parts, {size:,} bytes unpacked")
            for part in parts:
                if part.filename.lower().endswith((".xml", ".rels", ".vml")) and b"<!DOCTYPE" in _beginning(package, part).upper():
                    raise NotConverted("broken", f"a document type is declared in {part.filename[:80]}")
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, OSError, zlib.error) as error:
        raise NotConverted("broken", str(error)) from error


def _beginning(package: zipfile.ZipFile, part: zipfile.ZipInfo) -> bytes:
    """The first bytes of a part, as plain text also where it is UTF-16."""
    with package.open(part) as content:
        return content.read(4096).replace(b"\0", b"")


def _font_list(folder: Path, fonts: Fonts) -> str:
    """A font configuration that adds our fonts to the system's: without one, a machine with the font wheel alone prints boxes for Chinese."""
    places = "".join(f"<dir>{escape(str(place))}</dir>" for place in fonts.folders)
    listed = folder / "fonts.conf"
    listed.write_text(
        '<?xml version="1.0"?><fontconfig><include ignore_missing="yes">/etc/fonts/fonts.conf</include>'
        f"{places}<cachedir>{escape(str(folder))}/cache</cachedir></fontconfig>",
        encoding="utf-8",
    )
    return str(listed)


def run(command: list[str], environment: dict[str, str]) -> None:
    """Run the converter to its end or to the limits; nothing it started outlives it."""
    nothing = subprocess.DEVNULL
    with subprocess.Popen(command, env=environment, stdin=nothing, stdout=nothing, stderr=nothing, start_new_session=True) as running:
        if hasattr(resource, "prlimit"):
            resource.prlimit(running.pid, resource.RLIMIT_AS, (MEMORY, MEMORY))
        try:
            running.wait(SECONDS)
        except BaseException as error:
            os.killpg(running.pid, signal.SIGKILL)  # our own child and what it started; it leads a session of its own
            if isinstance(error, subprocess.TimeoutExpired):
                raise NotConverted("converter_failed", f"LibreOffice took longer than {SECONDS} seconds") from error
            raise


def _dateless(made: Path) -> bytes:
    """The file without dates and programs' names, so that a second conversion gives the same bytes where the pages are the same."""
    try:
        with Pdf.open(made) as pdf:
            for key in ("/Info", "/ID"):
                if key in pdf.trailer:
                    del pdf.trailer[key]
            if "/Metadata" in pdf.Root:
                del pdf.Root.Metadata
            written = io.BytesIO()
            pdf.save(written, deterministic_id=True)
    except PdfError as error:
        raise NotConverted("converter_failed", f"LibreOffice wrote a PDF that cannot be read: {error}", lasting=False) from error
    return written.getvalue()
