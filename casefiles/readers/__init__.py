"""Text, pages and dates out of bytes, one file a format, each in a limited child process.

Plain values in and out. A file never acts: nothing it names is fetched, no macro runs, and whatever it breaks is its own reading.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from casefiles.readers.dates import find_dates
from casefiles.readers.limits import Ended, run
from casefiles.readers.media_type import INLINE, media_class, media_type, misnamed
from casefiles.readers.reading import NO_TEXT_LAYER, Outcome, Page, Reading, Told

__all__ = ["INLINE", "READERS", "Page", "Reading", "find_dates", "media_class", "media_type", "misnamed", "read", "reader_for"]


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
    "pdf": Reader("pdf", "read_pdf", 1),
    "docx": Reader("docx", "read_docx", 1),
    "xlsx": Reader("xlsx", "read_xlsx", 1),
    "text": Reader("text", "read_text", 1),
    "image": Reader("images", "read_image", 1),
}
NO_TEXT = ("文件中没有文字。", "there is no text in it.")
KEPT = ("原文件已保留。", "The original is kept.")
_OLD = ("旧版 Office 格式，请另存为 docx 或 xlsx 后再上传。", "an old Office format: save it as docx or xlsx and upload that too.")
_LATER = ("此类文件的读取将在以后提供。", "files of this kind are read later on.")
_UNKNOWN = ("无法识别文件类型。", "the file type is unknown.")


def reader_for(kind: str) -> str | None:
    """The reader of a media type; None where there is none yet."""
    family = media_class(kind)
    if family in {"pdf", "image"}:
        return family
    if family in {"word", "sheet"} and ("openxmlformats" in kind or kind.endswith("macroenabled.12")):
        return {"word": "docx", "sheet": "xlsx"}[family]
    return "text" if family == "text" and kind != "text/html" else None


def read(path: Path, media_type: str, *, seconds: int = 120, memory_mb: int = 2048) -> Reading:
    """Read one file. Whatever the file does is an outcome with a reason, never an exception; only a path that is not there raises."""
    if path.stat().st_size == 0:
        return _nothing("failed", "空文件（0 字节）。", "an empty file (0 bytes).")
    name = reader_for(media_type)
    if name is None:
        family = media_class(media_type)
        old = family in {"word", "sheet", "slides"} and media_type.startswith("application/") and "openxml" not in media_type
        return _nothing("unsupported", *(_OLD if old else _UNKNOWN if family == "unknown" else _LATER))
    ended = run("read", {"path": str(path.resolve()), "reader": name}, seconds=seconds, memory_mb=memory_mb)
    return _reading(ended, name, READERS[name].version)


def _nothing(outcome: Outcome, zh: str, en: str) -> Reading:
    return Reading((), 0, outcome, f"{zh}{KEPT[0]}", f"{en} {KEPT[1]}", (), "", 0)


def _reading(ended: Ended, name: str, version: int) -> Reading:
    """Put together what the child wrote; a line cut by its death is left out."""
    pages: list[Page] = []
    notes: list[tuple[str, str]] = []
    count, incomplete, done = 0, False, False
    outcome: Outcome | None = None
    for line in ended.output.split(b"\n"):
        try:
            told = json.loads(line)
        except ValueError:
            continue  # the last, unfinished line
        match told:
            case {"page": [int(number), str(label), str(text)]}:
                pages.append(Page(number, label, text))
            case {"count": int(number)}:
                count = number
            case {"incomplete": True}:
                incomplete = True
            case {"done": True}:
                done = True
            case {"note": [str(zh), str(en)]}:
                notes.append((zh, en))
            case {"refused": [str(refused), str(zh), str(en)]}:
                outcome = refused  # type: ignore[assignment]
                notes.insert(0, (zh, en))
    if outcome is None:
        outcome, reason = _outcome(name, pages, done=done, incomplete=incomplete)
        notes = ([(ended.reason_zh, ended.reason_en)] if not done and ended.reason_en else reason) + notes
    if outcome in {"failed", "encrypted", "unsupported"}:
        notes.append(KEPT)
    dates = find_dates("\n".join(page.text for page in pages))
    return Reading(tuple(pages), count or len(pages), outcome, "".join(zh for zh, _ in notes), " ".join(en for _, en in notes), dates, name, version)


def _outcome(name: str, pages: list[Page], *, done: bool, incomplete: bool) -> tuple[Outcome, list[tuple[str, str]]]:
    text = any(page.text.strip() for page in pages)
    if not done:
        return ("partly" if text else "failed"), [("读取未完成。", "reading did not come to its end.")]
    if not text:
        return ("failed" if incomplete else "empty"), [] if incomplete else [NO_TEXT_LAYER if name == "pdf" else NO_TEXT]
    return ("partly" if incomplete else "read"), []
