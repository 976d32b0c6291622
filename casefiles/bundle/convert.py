"""Evidence that is no PDF, made into one: pictures, texts and tables by us, office papers by LibreOffice where it is installed.

Work of seconds: done at upload and kept by hash in the cache, so that a packet only reads.
"""

from __future__ import annotations

import csv
import io
import os
import resource
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from pikepdf import Pdf, PdfError

from casefiles.bundle.images import NotAnImage, image_pdf
from casefiles.bundle.plan import Source
from forms.fonts import Fonts
from forms.typeset import NotTypeset, typeset

IMAGES = frozenset({"image/png", "image/jpeg", "image/tiff", "image/bmp", "image/gif", "image/webp"})
TEXTS = frozenset({"text/plain", "text/csv", "text/markdown"})
OFFICE = {
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": "pptx",
    "application/msword": "doc",
    "application/vnd.ms-excel": "xls",
    "application/vnd.ms-powerpoint": "ppt",
}
OFFICE_ZIPPED = frozenset(kind for kind, ending in OFFICE.items() if ending.endswith("x"))
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
OFFICE_SECONDS, OFFICE_MEMORY = 120, 6 * 2**30
TEXT_BYTES, TEXT_ROWS, TEXT_COLUMNS = 4 * 2**20, 20_000, 40
VERSION = "1"  # part of every cache name: raise it when a conversion changes
PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="MacroSecurityLevel" oor:op="fuse"><value>3</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="BlockUntrustedRefererLinks" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="DisableActiveContent" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Writer/Content/Update"><prop oor:name="Link" oor:op="fuse"><value>0</value></prop></item>
<item oor:path="/org.openoffice.Office.Calc/Content/Update"><prop oor:name="Link" oor:op="fuse"><value>2</value></prop></item>
</oor:items>
"""


class NotConverted(Exception):
    """The file could not be made into pages. `code` is a problem code of the preflight, `detail` a short reason."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code, self.detail = code, detail


def convertible(media_type: str) -> bool:
    """Whether files of this kind can be made into pages (office papers: where LibreOffice is at hand)."""
    return media_type in IMAGES or media_type in TEXTS or media_type in OFFICE


def convert(source: Source, work: Path, cache: Path | None, fonts: Fonts) -> Path:
    """The source as PDF, from the cache where it was converted before.

    Raises NotConverted with converter_missing, converter_failed, too_long, broken or unsupported.
    """
    kept = (cache or work) / f"{source.sha256}-{_maker(source.media_type, fonts)}.pdf"
    if kept.is_file():
        return kept
    kept.parent.mkdir(parents=True, exist_ok=True)
    made = _made(source, work, fonts)
    with tempfile.NamedTemporaryFile(dir=kept.parent, suffix=".part", delete=False) as draft:
        draft.write(made)
    Path(draft.name).replace(kept)
    return kept


def _maker(media_type: str, fonts: Fonts) -> str:
    if media_type in IMAGES:
        return f"image{VERSION}"
    if media_type in OFFICE:
        return f"office{VERSION}-{fonts.sans.replace(' ', '')}"
    return f"text{VERSION}-{fonts.serif.replace(' ', '')}"


def _made(source: Source, work: Path, fonts: Fonts) -> bytes:
    if source.media_type in IMAGES:
        try:
            return image_pdf(source.path)
        except NotAnImage as error:
            raise NotConverted("broken", str(error)) from error
    if source.media_type in TEXTS:
        return _text(source, fonts)
    if source.media_type in OFFICE:
        return _office(source, work, fonts)
    raise NotConverted("unsupported", source.media_type)


def decoded(content: bytes) -> str:
    """Text of a file without a declared encoding: UTF-8, UTF-16 with its mark, else GB18030 (broken places become �)."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("gb18030", errors="replace")


def _text(source: Source, fonts: Fonts) -> bytes:
    content = source.path.read_bytes()
    if len(content) > TEXT_BYTES:
        raise NotConverted("too_long", f"{len(content)} bytes")
    text = "".join(sign for sign in decoded(content).replace("\r\n", "\n").replace("\r", "\n") if sign in "\n\t" or sign.isprintable())
    data: dict[str, Any] = {"name": source.name, "table": False, "wide": False, "size": 10.5, "columns": 1}
    if source.media_type == "text/csv":
        rows = list(csv.reader(io.StringIO(text)))
        columns = max((len(row) for row in rows), default=0)
        if 1 < columns <= TEXT_COLUMNS:
            rows = [row + [""] * (columns - len(row)) for row in rows]
            data |= {"table": True, "rows": rows, "columns": columns, "wide": columns > 6, "size": 9 if columns <= 10 else 6.5}
    if not data["table"]:
        data["rows"] = [line.expandtabs(4).replace("  ", "\u00a0\u00a0").rstrip() for line in text.split("\n")]
    if len(data["rows"]) > TEXT_ROWS:
        raise NotConverted("too_long", f"{len(data['rows'])} lines")
    try:
        return typeset((Path(__file__).parent / "text.typ").read_text(encoding="utf-8"), fonts, data)
    except NotTypeset as error:
        raise NotConverted("converter_failed", str(error)) from error


def _office(source: Source, work: Path, fonts: Fonts) -> bytes:
    """One LibreOffice run with its own profile: no macros, no links followed, limits on time and memory."""
    with source.path.open("rb") as content:
        if source.media_type in OFFICE_ZIPPED and content.read(len(OLE)) == OLE:
            raise NotConverted("encrypted_office")  # a new-style paper inside the old container is an encrypted one
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        raise NotConverted("converter_missing", "LibreOffice")
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
        nowhere = dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), "http://127.0.0.1:9")
        # an environment of its own: nothing of ours, no key and no address of a database, reaches the converter
        places = os.pathsep.join((str(Path(program).parent), os.defpath))
        own = {"PATH": places, "HOME": folder, "LANG": "C.UTF-8", "SAL_USE_VCLPLUGIN": "svp", "FONTCONFIG_FILE": _font_list(Path(folder), fonts)}
        _run(command, nowhere | own)
        made = given.with_suffix(".pdf")
        if not made.is_file() or not made.stat().st_size:
            raise NotConverted("converter_failed", "LibreOffice wrote no PDF")
        return _dateless(made)


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


def _run(command: list[str], environment: dict[str, str]) -> None:
    nothing = subprocess.DEVNULL
    with subprocess.Popen(command, env=environment, stdin=nothing, stdout=nothing, stderr=nothing, start_new_session=True) as running:
        if hasattr(resource, "prlimit"):
            resource.prlimit(running.pid, resource.RLIMIT_AS, (OFFICE_MEMORY, OFFICE_MEMORY))
        try:
            running.wait(OFFICE_SECONDS)
        except BaseException as error:
            os.killpg(running.pid, signal.SIGKILL)  # our own child and what it started; it leads a session of its own
            if isinstance(error, subprocess.TimeoutExpired):
                raise NotConverted("converter_failed", f"LibreOffice took longer than {OFFICE_SECONDS} seconds") from error
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
        raise NotConverted("converter_failed", f"LibreOffice wrote a PDF that cannot be read: {error}") from error
    return written.getvalue()
