"""Text, pages and dates out of bytes, one file a format, each in a limited child process.

Plain values in and out. A file never acts: nothing it names is fetched, no macro runs, and whatever it breaks is its own reading.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from importlib import import_module
from pathlib import Path

from casefiles.readers.archive import unsupported
from casefiles.readers.dates import MOST as MOST_DATES
from casefiles.readers.dates import find_dates
from casefiles.readers.limits import Ended, run
from casefiles.readers.media_type import INLINE, media_class, media_type, misnamed, misnaming
from casefiles.readers.reading import Child, Outcome, Page, Reading, Recognised, Told, storable
from casefiles.readers.speech import transcribe

__all__ = [
    "INLINE", "READERS", "Child", "Page", "Reading", "Recognised", "find_dates", "media_class", "media_type", "misnamed", "misnaming", "read", "read_converted",
    "reader_for", "recognise", "transcribe",
]  # fmt: skip


@dataclass(frozen=True)
class Reader:
    """Where a format's reader stands. `version` rises when it reads more or other text: files of an older version are read again."""

    module: str
    function: str
    version: int

    def load(self) -> Callable[[Path, Told], None]:
        function: Callable[[Path, Told], None] = getattr(import_module(f"casefiles.readers.{self.module}"), self.function)
        return function


READERS = {
    "pdf": Reader("pdf", "read_pdf", 2),
    "docx": Reader("docx", "read_docx", 2),
    "xlsx": Reader("xlsx", "read_xlsx", 3),
    "xls": Reader("xls", "read_xls", 2),
    "pptx": Reader("pptx", "read_pptx", 1),
    "odt": Reader("opendocument", "read_odt", 1),
    "ods": Reader("opendocument", "read_ods", 1),
    "odp": Reader("opendocument", "read_odp", 1),
    "office": Reader("office", "read_office", 1),
    "csv": Reader("tables", "read_csv", 1),
    "text": Reader("text", "read_text", 2),
    "image": Reader("images", "read_image", 2),
    "mail": Reader("mail", "read_mail", 1),
    "mbox": Reader("mail", "read_mbox", 1),
    "msg": Reader("msg", "read_msg", 1),
    "zip": Reader("archive", "read_zip", 1),
    "html": Reader("html", "read_html", 1),
    "ofd": Reader("ofd", "read_ofd", 1),
    "xml": Reader("invoice_xml", "read_xml", 1),
    "sound": Reader("sound", "read_sound", 1),
    "subtitles": Reader("subtitles", "read_subtitles", 1),
}
_HOLDING = {  # what holds files inside it, and web pages
    "message/rfc822": "mail", "application/mbox": "mbox", "application/vnd.ms-outlook": "msg", "application/zip": "zip", "text/html": "html",
}  # fmt: skip
OCR_VERSION = 1  # rises whenever OCR reads more or other text: recognised pages of an older version are recognised again
_TEXT_FORMATS = {"text/xml": "xml", "application/x-subrip": "subtitles", "text/vtt": "subtitles"}
_OFFICE_FORMATS = {
    "application/vnd.ms-excel": "xls", "application/msword": "office", "application/rtf": "office", "text/rtf": "office",
    "application/vnd.ms-powerpoint": "office", "application/vnd.oasis.opendocument.text": "odt", "application/vnd.oasis.opendocument.spreadsheet": "ods",
    "application/vnd.oasis.opendocument.presentation": "odp", "text/csv": "csv",
}  # fmt: skip
OCR_THREADS = 2
NO_TEXT = ("文件中没有文字。", "There is no text in it.")
PICTURES = ("文件本身没有文字，由文字识别（OCR）读取各页。", "No text of its own; its pages are recognised (OCR).")
KEPT = ("原文件已保留。", "The original is kept.")
_LATER = ("此类文件的读取将在以后提供。", "files of this kind are read later on.")
_UNKNOWN = ("无法识别文件类型。", "the file type is unknown.")


def reader_for(kind: str) -> str | None:
    """The reader of a media type; None where there is none yet."""
    family = media_class(kind)
    if family in {"pdf", "image", "ofd"}:
        return family
    if family in {"audio", "video"}:
        return "sound"
    if kind in _TEXT_FORMATS or kind in _HOLDING:
        return _TEXT_FORMATS.get(kind) or _HOLDING[kind]
    if kind.removesuffix("-template") in _OFFICE_FORMATS:
        return _OFFICE_FORMATS[kind.removesuffix("-template")]
    if family in {"word", "sheet", "slides"} and ("openxmlformats" in kind or kind.endswith("macroenabled.12")):
        return {"word": "docx", "sheet": "xlsx", "slides": "pptx"}[family]
    return "text" if family == "text" and kind != "text/html" else None


def read(path: Path, media_type: str, *, into: Path | None = None, seconds: int = 120, memory_mb: int = 2048) -> Reading:
    """Read one file. Whatever the file does is an outcome with a reason, never an exception; only a path that is not there raises.

    Files inside the file are put into the empty folder `into`; without one they are not taken out.
    """
    if path.stat().st_size == 0:
        return _nothing("failed", "空文件（0 字节）。", "an empty file (0 bytes).")
    name = reader_for(media_type)
    if name is None and (packed := unsupported(media_type)) is not None:
        return _nothing("unsupported", *packed)
    if name is None:
        return _nothing("unsupported", *(_UNKNOWN if media_class(media_type) == "unknown" else _LATER))
    asked = {"path": str(path.resolve()), "reader": name, "into": str(into.resolve()) if into else None}
    ended = run("read", asked, seconds=seconds, memory_mb=memory_mb)
    return _reading(ended, name, READERS[name].version, into)


def read_converted(pdf: Path, *, of: str, seconds: int = 120, memory_mb: int = 2048) -> Reading:
    """Read the PDF that LibreOffice made of a file of media type `of`, as that file's own text; its pages are as LibreOffice lays them out."""
    name = reader_for(of) or "office"
    ended = run("read", {"path": str(pdf.resolve()), "reader": "pdf", "into": None}, seconds=seconds, memory_mb=memory_mb)
    reading = _reading(ended, name, READERS[name].version)
    zh, en = "经 LibreOffice 转换后读取，页码以转换结果为准。", "Read through LibreOffice: page numbers are those of the conversion."
    return replace(reading, reason_zh=zh + reading.reason_zh, reason_en=f"{en} {reading.reason_en}".strip())


def unlock(path: Path, media_type: str, name: str, password: str, *, into: Path, seconds: int = 90, memory_mb: int = 2048) -> Reading:
    """Copies without their password, put into the empty folder `into`; a wrong password is an outcome. The password is kept nowhere."""
    asked = {"path": str(path.resolve()), "kind": media_type, "name": name, "into": str(into.resolve())}
    ended = run("unlock", asked, seconds=seconds, memory_mb=memory_mb, secret=password.encode("utf-8", "replace"))
    return _reading(ended, "locked", 1, into)


def recognise(path: Path, media_type: str, pages: Sequence[int], *, seconds: int = 300, memory_mb: int = 6144) -> Recognised:
    """Recognise some pages (from 1) of a PDF or picture: those it came to, and why it stopped or left some out.

    Loads its models each time (about 2 s) and keeps two threads busy: ask for several pages, and for one file at a time.
    """
    asked = {"path": str(path.resolve()), "media_type": media_type, "pages": list(pages), "threads": OCR_THREADS}
    ended = run("recognise", asked, seconds=seconds, memory_mb=memory_mb)
    got = _gathered(ended)
    reasons = got.notes if got.done or got.refused else [*got.notes, (ended.reason_zh, ended.reason_en)]
    return Recognised(tuple(got.pages), *_said(reasons), got.details)


def _nothing(outcome: Outcome, zh: str, en: str) -> Reading:
    return Reading((), 0, outcome, *_said([(zh, en), KEPT]), (), "", 0)


def _said(notes: Sequence[tuple[str, str]]) -> tuple[str, str]:
    """Notes one behind the other, in Chinese and in English."""
    return "".join(zh for zh, _ in notes), " ".join(f"{en[:1].upper()}{en[1:]}" for _, en in notes)


def _gathered(ended: Ended, into: Path | None = None) -> _Gathered:
    """What the child wrote; a line cut by its death is left out."""
    got = _Gathered(into)
    for line in ended.output.split(b"\n"):
        try:
            got.take(_storable(json.loads(line, parse_constant=lambda _: None)))  # a database keeps no NaN and no infinity
        except ValueError:
            continue  # the last, unfinished line
    return got


def _storable(told: object) -> object:
    """Every text in what was told as a database keeps it: a name may hold NUL or half a character."""
    match told:
        case str():
            return storable(told)
        case list():
            return [_storable(one) for one in told]
        case dict():
            return {storable(str(name)): _storable(one) for name, one in told.items()}
    return told


def _dates(pages: Sequence[Page]) -> tuple[date, ...]:
    """The dates in the text, page after page: folding all of a hostile text at once would take gigabytes."""
    found: dict[date, None] = {}
    for page in pages:
        if len(found) < MOST_DATES:
            found |= dict.fromkeys(find_dates(page.text))
    return tuple(found)[:MOST_DATES]


def _reading(ended: Ended, name: str, version: int, into: Path | None = None) -> Reading:
    """Put together what the child wrote."""
    got = _gathered(ended, into)
    outcome, notes = got.refused, got.notes
    if outcome is None:
        outcome, reason = _outcome(got)
        notes = ([(ended.reason_zh, ended.reason_en)] if not got.done and ended.reason_en else reason) + notes
    if outcome in {"failed", "encrypted", "unsupported"}:
        notes.append(KEPT)
    return Reading(
        tuple(got.pages), got.count or len(got.pages), outcome, *_said(notes),
        _dates(got.pages), name, version, tuple(got.children), got.details,
    )  # fmt: skip


@dataclass
class _Gathered:
    """What the child said so far."""

    into: Path | None
    pages: list[Page] = field(default_factory=list)
    children: list[Child] = field(default_factory=list)
    details: dict[str, object] = field(default_factory=dict)
    notes: list[tuple[str, str]] = field(default_factory=list)
    count: int = 0
    incomplete: bool = False
    done: bool = False
    refused: Outcome | None = None

    def take(self, told: object) -> None:
        match told:
            case {"page": [int(number), str(label), str(text), str(source), list(boxes)]}:
                self.pages.append(Page(number, label, text, source, tuple(map(tuple, boxes))))  # type: ignore[arg-type]
            case {"child": [str(path), str(file)]} if self.into is not None:
                self.children.append(Child(path, self.into / file))
            case {"detail": [str(name), value]}:
                self.details[name] = value
            case {"count": int(number)}:
                self.count = number
            case {"incomplete": True}:
                self.incomplete = True
            case {"done": True}:
                self.done = True
            case {"note": [str(zh), str(en)]}:
                self.notes.append((zh, en))
            case {"refused": [str(refused), str(zh), str(en)]}:
                self.refused = refused  # type: ignore[assignment]
                self.notes.insert(0, (zh, en))


def _outcome(got: _Gathered) -> tuple[Outcome, list[tuple[str, str]]]:
    """What became of a file that was not refused: what was taken out of it counts as read, and so does what it told besides text."""
    text = any(page.text.strip() for page in got.pages) or bool(got.children)
    scans = any(page.source == "scan" for page in got.pages)
    if not got.done:
        return ("partly" if text or scans else "failed"), [("读取未完成。", "reading did not come to its end.")]
    if not text and got.incomplete:
        return ("partly", [PICTURES]) if scans else ("failed", [])
    if not text:
        return "empty", [PICTURES if scans else NO_TEXT]
    return ("partly" if got.incomplete else "read"), []
