"""What a reader says of a file: its pages, notes on what could not be read, or the one reason why nothing could."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, BinaryIO, Literal, TextIO

Outcome = Literal["read", "partly", "empty", "unsupported", "encrypted", "failed"]

LONGEST_PAGE = 2_000_000  # characters
LONGEST = 20_000_000  # characters of a file
MOST_CHILDREN = 2_000  # files inside one file
MOST_CHILD_BYTES = 2 * 2**30  # of all files inside one file, unpacked


Source = Literal["text", "ocr", "speech", "scan"]
Place = tuple[int, int, float, float, float, float]


@dataclass(frozen=True)
class Page:
    """One page, sheet or part as a person would name it; `number` counts from 1.

    `source`: text (the file's own), ocr, speech, or scan: a page whose writing is a picture and waits for OCR. `boxes` say where recognised
    text stands on the page as shown: (start, end, left, top, right, bottom), offsets into `text`, then parts of the page from 0 to 1.
    """

    number: int
    label: str
    text: str
    source: Source = "text"
    boxes: tuple[Place, ...] = ()


@dataclass(frozen=True)
class Child:
    """A file inside a file: an attachment, an entry of an archive. `path` is its name as it came (送货/单.pdf), `file` where its bytes were put."""

    path: str
    file: Path


@dataclass(frozen=True)
class Recognised:
    """What OCR gave: the pages it came to, in order, and why it stopped before the last one asked for (empty: it did not).

    `details`: `red_seals`, pages with something like a seal on them: {"page": number, "likeness": 0 to 1}.
    """

    pages: tuple[Page, ...]
    reason_zh: str = ""
    reason_en: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Reading:
    """`page_count` is what the file has, also where not every page could be read; 0 where nothing can be counted.

    For docx, xlsx and text it counts our parts (one, the sheets, pieces of the text), not printed pages. The reasons are empty only
    for `read` without anything to tell; `dates` are those that stand in the text, each once, in order. `details` are plain facts a
    format tells besides text, as JSON: `duration_s`, `codec`, `tags` of sound; `invoice` with its fields; `seals`; `mail` with its head.
    """

    pages: tuple[Page, ...]
    page_count: int
    outcome: Outcome
    reason_zh: str
    reason_en: str
    dates: tuple[date, ...]
    reader: str
    version: int
    children: tuple[Child, ...] = ()
    details: Mapping[str, Any] = field(default_factory=dict)

    @property
    def scans(self) -> tuple[int, ...]:
        """Numbers of the pages that wait for OCR."""
        return tuple(page.number for page in self.pages if page.source == "scan")


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

    With `out`, each page is written as a line of JSON at once; without, they are kept in `pages`. Files inside the file go into the folder `into`.
    """

    out: TextIO | None = None
    into: Path | None = None
    pages: list[Page] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)
    page_count: int = 0
    incomplete: bool = False
    characters: int = 0
    children: list[Child] = field(default_factory=list)
    child_bytes: int = 0
    details: dict[str, Any] = field(default_factory=dict)

    def count(self, pages: int) -> None:
        self.page_count = pages
        self._line({"count": pages})

    def page(self, label: str, text: str, number: int | None = None, *, source: Source = "text", boxes: Sequence[Place] = ()) -> None:
        if text and self.characters >= LONGEST:
            text = ""
            self.missing(f"文字超过 {LONGEST:,} 字，其余未读取。", f"the text is longer than {LONGEST:,} characters; the rest was not read.")
        if len(text) > LONGEST_PAGE or self.characters + len(text) > LONGEST:
            text = text[: min(LONGEST_PAGE, LONGEST - self.characters)]
            self.missing(f"“{label}”过长，只读取了前 {len(text)} 个字符。", f"'{label}' is too long: only the first {len(text)} characters were read.")
        self.characters += len(text)
        page = Page(number or len(self.pages) + 1, label, storable(text), source, tuple(boxes))
        if self.out is None:
            self.pages.append(page)
        else:
            self.pages.append(Page(page.number, "", ""))  # on disk already
            self._line({"page": [page.number, page.label, page.text, page.source, page.boxes]})

    @contextmanager
    def child(self, path: str) -> Iterator[BinaryIO]:
        """A file inside the file: what is written to the given file becomes a document of its own. Refused beyond the limits."""
        if self.into is None or len(self.children) >= MOST_CHILDREN:
            raise Refused("partly", f"内含文件超过 {MOST_CHILDREN} 个，其余未取出。", f"it holds more than {MOST_CHILDREN} files; the rest was left in.")
        file = self.into / f"{len(self.children) + 1:05d}"
        try:
            with file.open("wb") as out:
                yield out
            size = file.stat().st_size
            if self.child_bytes + size > MOST_CHILD_BYTES:
                most = MOST_CHILD_BYTES >> 20
                raise Refused("partly", f"内含文件合计超过 {most} MB，其余未取出。", f"the files inside come to more than {most} MB; the rest was left in.")
        except BaseException:
            file.unlink(missing_ok=True)
            raise
        self.child_bytes += size
        child = Child(storable(path), file)
        self.children.append(child)
        self._line({"child": [child.path, file.name]})

    def detail(self, name: str, value: Any) -> None:
        """A plain fact besides text, as JSON."""
        self.details[name] = value
        self._line({"detail": [name, value]})

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
