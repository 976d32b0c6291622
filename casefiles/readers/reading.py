"""What a reader says of a file: its pages, notes on what could not be read, or the one reason why nothing could."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, TextIO

Outcome = Literal["read", "partly", "empty", "unsupported", "encrypted", "failed"]

LONGEST_PAGE = 2_000_000  # characters
LONGEST = 20_000_000  # characters of a file
NO_TEXT_LAYER = ("没有文字层；文字识别（OCR）将在以后提供。", "no text layer; OCR comes later.")


@dataclass(frozen=True)
class Page:
    """One page, sheet or part as a person would name it; `number` counts from 1."""

    number: int
    label: str
    text: str


@dataclass(frozen=True)
class Reading:
    """`page_count` is what the file has, also where not every page could be read; 0 where nothing can be counted.

    For docx, xlsx and text it counts our parts (one, the sheets, pieces of the text), not printed pages. The reasons are empty only
    for `read` without anything to tell; `dates` are those that stand in the text, each once, in order.
    """

    pages: tuple[Page, ...]
    page_count: int
    outcome: Outcome
    reason_zh: str
    reason_en: str
    dates: tuple[date, ...]
    reader: str
    version: int


class Refused(Exception):
    """A reader gives up on a file: the outcome, and the reason in both languages."""

    def __init__(self, outcome: Outcome, reason_zh: str, reason_en: str) -> None:
        super().__init__(reason_en)
        self.outcome, self.reason_zh, self.reason_en = outcome, reason_zh, reason_en


def damaged(what: str, detail: object = "") -> Refused:
    said = f"（{detail}）" if str(detail) else "", f" ({detail})" if str(detail) else ""
    return Refused("failed", f"不是完好的 {what} 文件，无法读取{said[0]}。", f"not a sound {what} file, it cannot be read{said[1]}.")


@dataclass
class Told:
    """Where a reader puts pages as it reads them, so that pages read before a crash are not lost.

    With `out`, each page is written as a line of JSON at once; without, they are kept in `pages`.
    """

    out: TextIO | None = None
    pages: list[Page] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)
    page_count: int = 0
    incomplete: bool = False
    characters: int = 0

    def count(self, pages: int) -> None:
        self.page_count = pages
        self._line({"count": pages})

    def page(self, label: str, text: str, number: int | None = None) -> None:
        if len(text) > LONGEST_PAGE or self.characters + len(text) > LONGEST:
            text = text[: min(LONGEST_PAGE, LONGEST - self.characters)]
            self.missing(f"“{label}”过长，只读取了前 {len(text)} 个字符。", f"'{label}' is too long: only the first {len(text)} characters were read.")
        self.characters += len(text)
        page = Page(number or len(self.pages) + 1, label, storable(text))
        if self.out is None:
            self.pages.append(page)
        else:
            self.pages.append(Page(page.number, "", ""))  # on disk already
            self._line({"page": [page.number, page.label, page.text]})

    def note(self, zh: str, en: str) -> None:
        """Something to know about a file that was read."""
        if (zh, en) not in self.notes:
            self.notes.append((zh, en))
            self._line({"note": [zh, en]})

    def missing(self, zh: str, en: str) -> None:
        """A part that could not be read: the outcome becomes `partly`."""
        self.incomplete = True
        self._line({"incomplete": True})
        self.note(zh, en)

    def _line(self, told: dict[str, object]) -> None:
        if self.out is not None:
            self.out.write(json.dumps(told) + "\n")
            self.out.flush()


def storable(text: str) -> str:
    """Without NUL (PostgreSQL refuses it) and halves of characters (not UTF-8)."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")
