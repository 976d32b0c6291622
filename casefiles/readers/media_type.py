"""What a file is, by its bytes; the name decides only between formats that look the same from inside."""

from __future__ import annotations

import mmap
import re
import struct
import zipfile
import zlib
from contextlib import suppress
from io import BufferedReader, FileIO
from pathlib import Path

from casefiles.readers.text import decoded

OFFICE = "application/vnd.openxmlformats-officedocument."
DOCX, XLSX, PPTX = f"{OFFICE}wordprocessingml.document", f"{OFFICE}spreadsheetml.sheet", f"{OFFICE}presentationml.presentation"
UNKNOWN = "application/octet-stream"
LONGEST_LIST = 4 * 2**20  # bytes of a zip's list of entries: some 50,000 of them
# What a browser may be given as itself. Never html, svg, xml or office: they act.
INLINE = frozenset({
    "image/png", "image/jpeg", "image/gif", "image/webp", "audio/mpeg", "audio/x-wav", "audio/wav", "audio/mp4", "audio/x-m4a", "audio/ogg", "application/ogg",
    "audio/flac", "audio/x-flac", "audio/aac", "audio/webm", "video/mp4", "video/webm",
})  # fmt: skip

_CLASSES = {
    "application/pdf": "pdf", "application/ofd": "ofd",
    DOCX: "word", f"{OFFICE}wordprocessingml.template": "word", "application/msword": "word", "application/vnd.ms-word.document.macroenabled.12": "word",
    "application/rtf": "word", "text/rtf": "word", "application/vnd.oasis.opendocument.text": "word",
    XLSX: "sheet", "application/vnd.ms-excel": "sheet", "application/vnd.ms-excel.sheet.macroenabled.12": "sheet",
    "application/vnd.oasis.opendocument.spreadsheet": "sheet",
    "application/vnd.oasis.opendocument.text-template": "word", "application/vnd.oasis.opendocument.spreadsheet-template": "sheet",
    "application/vnd.oasis.opendocument.presentation-template": "slides", "application/vnd.ms-powerpoint.presentation.macroenabled.12": "slides",
    PPTX: "slides", "application/vnd.ms-powerpoint": "slides", "application/vnd.oasis.opendocument.presentation": "slides",
    "message/rfc822": "mail", "application/mbox": "mail", "application/vnd.ms-outlook": "mail",
    "application/zip": "archive", "application/x-7z-compressed": "archive", "application/vnd.rar": "archive", "application/x-rar": "archive",
    "application/x-rar-compressed": "archive",
    "application/gzip": "archive", "application/x-tar": "archive", "application/x-bzip2": "archive", "application/x-xz": "archive",
    "application/x-subrip": "text", "application/json": "text", "application/ogg": "audio",
}  # fmt: skip
_CONTAINERS = {  # an entry of the container -> what it is; a mail first: it holds the entries of its attachments too
    "__properties_version1.0": "application/vnd.ms-outlook", "WordDocument": "application/msword", "Workbook": "application/vnd.ms-excel",
    "PowerPoint Document": "application/vnd.ms-powerpoint",
}  # fmt: skip
_ENDINGS = {
    "pdf": "pdf", "ofd": "ofd", "docx": "word", "docm": "word", "doc": "word", "rtf": "word", "xlsx": "sheet", "xlsm": "sheet", "xls": "sheet",
    "pptx": "slides", "ppt": "slides",
    "jpg": "image", "jpeg": "image", "png": "image", "tif": "image", "tiff": "image", "gif": "image", "heic": "image", "webp": "image", "bmp": "image",
    "mp3": "audio", "wav": "audio", "m4a": "audio", "amr": "audio", "mp4": "video", "mov": "video", "eml": "mail", "msg": "mail", "zip": "archive",
}  # fmt: skip
_KINDS_SAID = {
    "pdf": (" PDF ", "a PDF"), "ofd": (" OFD ", "an OFD"), "image": ("图片", "a picture"), "text": ("文本", "text"), "word": (" Word 文档", "a Word document"),
    "sheet": ("电子表格", "a spreadsheet"), "slides": ("演示文稿", "a presentation"), "audio": ("录音", "a recording"), "video": ("视频", "a video"),
    "mail": ("邮件", "a mail"), "archive": ("压缩包", "an archive"), "unknown": ("", ""),
}  # fmt: skip
_BY_NAME = {
    "docx": DOCX, "docm": "application/vnd.ms-word.document.macroenabled.12", "xlsx": XLSX, "xlsm": "application/vnd.ms-excel.sheet.macroenabled.12",
    "pptx": PPTX, "pptm": "application/vnd.ms-powerpoint.presentation.macroenabled.12",
}  # fmt: skip
_TEXT_BY_NAME = {"csv": "text/csv", "tsv": "text/csv", "xls": "text/csv", "srt": "application/x-subrip", "vtt": "text/vtt", "json": "application/json"}
_MAIL_HEADER = re.compile(rb"(?im)^(received|return-path|from|to|cc|date|subject|message-id|mime-version|delivered-to|content-type|x-[a-z-]+):")
_MARKUP = re.compile(
    r"\A\s*(?:<\?xml[^>]*>\s*)?(?><!--.*?-->\s*)*+<(!doctype\s+html|html|head|body|svg|script|!doctype|[a-z][\w:.-]*[\s>/])", re.IGNORECASE | re.DOTALL
)


def media_class(media_type: str) -> str:
    """pdf, image, text, word, sheet, slides, audio, video, mail, archive, ofd or unknown."""
    if media_type in _CLASSES:
        return _CLASSES[media_type]
    family = media_type.partition("/")[0]
    return family if family in {"image", "audio", "video", "text"} else "unknown"


def misnamed(name: str, media_type: str) -> bool:
    """True where the ending of a file name promises something else than the file is (text named .pdf): worth a word to the person."""
    promised = _ENDINGS.get(name.rpartition(".")[2].lower())
    return promised is not None and promised != media_class(media_type)


def misnaming(name: str, media_type: str) -> tuple[str, str] | None:
    """What is told of a file whose name promises another kind than it is, in Chinese and English; None where the name is right or promises nothing."""
    ending, found = name.rpartition(".")[2].lower(), media_class(media_type)
    promised = _ENDINGS.get(ending, "unknown")
    if not misnamed(name, media_type) or {promised, found} <= {"audio", "video"}:  # the same containers hold both
        return None
    (not_zh, not_en), (zh, en) = _KINDS_SAID[promised], _KINDS_SAID[found]
    if found == "unknown":
        return f"文件名后缀为 .{ending}，但内容不是{not_zh.rstrip()}。", f"Its name ends in .{ending}, but it is not {not_en}."
    return (f"文件名后缀为 .{ending}，但内容不是{not_zh.rstrip()}，而是{zh.rstrip()}，已按{zh}读取；原文件已保留。",
            f"Its name ends in .{ending}, but it is not {not_en}: it is {en}, and was read as such. The original is kept.")  # fmt: skip


def media_type(path: Path, name: str) -> str:
    """The media type of the bytes at `path`, whose original file name is `name`; UNKNOWN where nothing fits, never an error."""
    with path.open("rb") as file:
        head = file.read(65_536)
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    if not head:
        return UNKNOWN
    if head.startswith(b"PK"):
        return _zip(path)
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return _container(path, ending)
    return _certain(head) or _mail(head, ending) or _text(head, ending) or _by_signature(path, head)


def _certain(head: bytes) -> str | None:
    """Formats whose beginning says it all, where the others misread them."""
    if b"%PDF-" in head[:1024]:
        return "application/pdf"
    if head[4:12] in {b"ftypheic", b"ftypheix", b"ftypmif1", b"ftyphevc", b"ftypmsf1"}:
        return "image/heic"
    return "application/rtf" if head.startswith(b"{\\rtf") else None


class _Sparing(BufferedReader):
    """A file of which nobody takes more than LONGEST_LIST at once: zipfile takes the whole list of entries so."""

    def read(self, size: int | None = -1, /) -> bytes:
        if size is not None and size > LONGEST_LIST:
            raise zipfile.BadZipFile("its list is too long")
        return super().read(size)


def _beginning(package: zipfile.ZipFile, name: str, size: int) -> bytes:
    """The first bytes of an entry; of one packed otherwise than Office does none: bzip2 would unpack gigabytes at once."""
    entry = package.getinfo(name)
    if entry.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        return b""
    with package.open(entry) as content:
        return content.read(size)


def _zip(path: Path) -> str:
    """Looked at by the server itself, so sparingly: a package with a list beyond measure is an archive, whose reader is limited."""
    try:
        with FileIO(path) as raw, _Sparing(raw) as file, zipfile.ZipFile(file) as package:
            names = set(package.namelist()[:10_000])
            content_types = _beginning(package, "[Content_Types].xml", 65_536) if "[Content_Types].xml" in names else b""
            declared = _beginning(package, "mimetype", 200).decode("ascii", "replace").strip() if "mimetype" in names else ""
    except (zipfile.BadZipFile, zlib.error, struct.error, OSError, RuntimeError, ValueError, EOFError, LookupError, ArithmeticError):
        return "application/zip"
    if any(entry.rpartition("/")[2].upper() == "OFD.XML" for entry in names):
        return "application/ofd"
    if declared.startswith("application/vnd.oasis.opendocument."):
        return declared
    if content_types:
        for folder, plain, macro in (("word/", DOCX, "word.document"), ("xl/", XLSX, "excel.sheet"), ("ppt/", PPTX, "powerpoint.presentation")):
            if any(entry.startswith(folder) for entry in names):
                return f"application/vnd.ms-{macro}.macroenabled.12" if b"macroEnabled" in content_types else plain
    return "application/zip"


def _container(path: Path, ending: str) -> str:
    """An old Office or Outlook container; an encrypted new one is what its name says, the reader then says that it is encrypted."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        if holds_entry(content, "EncryptedPackage"):
            return _BY_NAME.get(ending, "application/x-ole-storage")
        for entry, kind in _CONTAINERS.items():
            if holds_entry(content, entry):
                return kind
    return "application/x-ole-storage"


def holds_entry(content: mmap.mmap | bytes, name: str) -> bool:
    """True where the directory of an OLE container names such an entry."""
    return content.find(name.encode("utf-16-le")) >= 0


def _mail(head: bytes, ending: str) -> str | None:
    start = head.lstrip(b"\xef\xbb\xbf\r\n")[:8192]
    if start.startswith(b"From ") and _MAIL_HEADER.search(start):
        return "application/mbox"
    headers = start.replace(b"\r\n", b"\n").partition(b"\n\n")[0]
    lines = headers.split(b"\n")
    named = {match[1].lower() for match in _MAIL_HEADER.finditer(headers)}
    well_formed = all(re.match(rb"[!-9;-~]+:|[ \t]", line) for line in lines[:-1] if line)
    enough = 1 if ending == "eml" else 3  # a mail in a mail may have next to no head
    return "message/rfc822" if well_formed and len(named) >= enough and named & {b"from", b"received", b"return-path", b"subject", b"message-id"} else None


def _text(head: bytes, ending: str) -> str | None:
    text = decoded(head, cut=len(head) == 65_536)
    if text is None:
        return None
    if (markup := _MARKUP.match(text)) is not None:
        word = markup[1].lower()
        if word.startswith(("!doctype html", "html", "head", "body", "script")) or ending in {"html", "htm"}:
            return "text/html"
        if word.startswith("svg") or "<svg" in text[:4096]:
            return "image/svg+xml"
        return "text/xml" if ending == "xml" or text.lstrip().startswith("<?xml") else "text/plain"
    if text.startswith("WEBVTT"):
        return "text/vtt"
    return _TEXT_BY_NAME.get(ending, "text/plain")


def _by_signature(path: Path, head: bytes) -> str:
    """python-magic where libmagic can be loaded, else filetype; both know sound, pictures and archives."""
    with suppress(ImportError, OSError):
        import magic

        with suppress(magic.MagicException):
            said = str(magic.from_buffer(head, mime=True))
            if said not in {UNKNOWN, "text/plain", "application/x-empty"}:
                return said
    import filetype

    guess = filetype.guess_mime(head)
    return str(guess) if guess and path.stat().st_size else UNKNOWN
