"""What one look inside a PDF found, and the note of it that is kept beside conversions."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Any

from casefiles.bundle.geometry import Frame
from casefiles.bundle.plan import Bookmark, Inside, Repair, View


@dataclass(frozen=True)
class Findings:
    """`fatal` is a problem code when the file cannot be merged; `notes` are problem codes with details; `pdf` replaces the file."""

    pages: int = 0
    fatal: str = ""
    detail: str = ""
    notes: tuple[tuple[str, str], ...] = ()
    inside: Inside = field(default_factory=Inside)
    pdf: Path | None = None


def written(found: Findings) -> bytes:
    """The note: plain JSON without names of fields, pages of one shape as a run. Every packet reads it, so it is short."""
    inside = found.inside
    content = {
        "found": [found.pages, found.fatal, found.detail, found.notes, found.pdf is not None],
        "repairs": [astuple(repair) for repair in inside.repairs],
        "bookmarks": [_plain(mark) for mark in inside.bookmarks],
        "names": inside.names,
        "frames": [[len(list(run)), *astuple(frame)] for frame, run in groupby(inside.frames)],
    }
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def read(note: bytes, flat: Path) -> Findings | None:
    """The findings of a note; `flat` is the file that stands for the original where one was made. None for a note that cannot be trusted."""
    try:
        held = json.loads(note)
        pages, fatal, detail, notes, replaced = held["found"]
        inside = Inside(
            tuple(Repair(*repair) for repair in held["repairs"]),
            tuple(_mark(*entry) for entry in held["bookmarks"]),
            {name: (page, tuple(view)) for name, (page, view) in held["names"].items()},
            tuple(_frames(held["frames"])),
        )
        if len(inside.frames) != pages or (replaced and not flat.is_file()):
            return None
        return Findings(pages, fatal, detail, tuple((code, said) for code, said in notes), inside, flat if replaced else None)
    except (ValueError, KeyError, TypeError, AttributeError):
        return None  # cut off, or not ours


def _plain(mark: Bookmark) -> list[Any]:
    return [mark.title, mark.page, mark.view, [_plain(child) for child in mark.children]]


def _mark(title: str, page: int | None, view: View, children: Sequence[Sequence[Any]]) -> Bookmark:
    return Bookmark(title, page, tuple(view), tuple(_mark(*child) for child in children))


def _frames(runs: Sequence[Sequence[Any]]) -> Iterator[Frame]:
    """One frame for each page; pages of a run share theirs."""
    for count, *shape in runs:
        frame = Frame(*shape)
        yield from (frame for _ in range(count))
