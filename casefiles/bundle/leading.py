"""What leads a reader through a bundle: bookmarks, page labels, the links of index, dividers and catalogue, and the links back."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple
from urllib.parse import quote

from pikepdf import Array, Dictionary, Name, Pdf, String

from casefiles.bundle.front import EXHIBIT, ROW, lead
from casefiles.bundle.geometry import frame_of
from casefiles.bundle.links import Joined
from casefiles.bundle.pieces import Binding, Piece
from casefiles.bundle.plan import Bookmark, Group, View

COUNTED = re.compile(r"((?:.*[^0-9])?0*)([1-9][0-9]*)", re.DOTALL)  # a label that PDF counts up itself: what stands before the number, zeros too; the number
ABOVE = 14.0  # points between the upper edge of the window and the row that a link back leads to


class Home(NamedTuple):
    """Where the mark on an exhibit leads back to: a sheet (from 0) and the view of its row."""

    sheet: int
    view: View


def outline(pieces: Sequence[Piece], groups: Sequence[Group]) -> list[Bookmark]:
    """封面, 目录, 文书 > paper, 证据 > group > exhibit > what the source brings itself."""
    proof = []
    written = [Bookmark(piece.row.title, piece.row.at, (), _moved(piece.inside.bookmarks, piece)) for piece in pieces if piece.row.kind == "paper"]
    for group in groups:
        mine = [piece for piece in pieces if piece.row.group == group.id]
        below = [
            Bookmark(f"{piece.row.mark}　{piece.row.title}", piece.row.at, (), _moved(piece.inside.bookmarks, piece))
            for piece in mine
            if piece.row.kind == "exhibit"
        ]
        if mine:
            proof.append(Bookmark(f"{group.title}　{group.purpose}".strip(), mine[0].row.at, (), tuple(below)))
    marks = [Bookmark(piece.row.title, piece.row.at) for piece in pieces if piece.row.kind in ("cover", "index")]
    marks += [Bookmark("文书", written[0].page, (), tuple(written))] if written else []
    marks += [Bookmark("证据", proof[0].page, (), tuple(proof))] if proof else []
    return marks


def _moved(marks: Sequence[Bookmark], piece: Piece) -> tuple[Bookmark, ...]:
    """A source's bookmarks with the pages they have in the bundle; those to pages outside the piece are dropped."""
    kept = []
    for mark in marks:
        page = mark.page - piece.start if mark.page is not None else -1
        at = piece.row.at + page if 0 <= page < piece.row.pages else None
        children = _moved(mark.children, piece)
        if at is not None or children:
            kept.append(replace(mark, page=at, children=children))
    return tuple(kept)


def lead_all(joined: Joined, pieces: Sequence[Piece], binding: Binding) -> dict[str, Home]:
    """Turn the rows of index, dividers and catalogue into links; returns for every exhibit its row in the catalogue, else in the index."""
    goals = {(piece.row.kind, piece.row.id): _upper_edge(joined, piece.row.at) for piece in pieces if piece.row.kind in ("paper", "exhibit")}
    by_row: dict[str, Array | Dictionary] = {}
    by_exhibit: dict[str, Array | Dictionary] = {}
    exhibits: dict[str, str] = {}
    for at, row in enumerate(binding.rows()):
        goal = goals.get(("exhibit" if row.group else "paper", row.id)) if row.volume == binding.number else _far(binding, row.id, row.volume)
        if goal is not None:
            by_row[str(at)] = goal
        if goal is not None and row.group:
            by_exhibit[row.id] = goal
        exhibits[str(at)] = row.id if row.group else ""
    homes: dict[str, Home] = {}
    for piece in pieces:
        for sheet in range(piece.row.at, piece.row.at + piece.row.pages):
            if piece.row.kind in ("index", "divider"):
                found = [(exhibits[led.key], led.top) for led in lead(joined.pages[sheet], ROW, by_row)]
            elif piece.generated:
                found = [(led.key, led.top) for led in lead(joined.pages[sheet], EXHIBIT, by_exhibit)]
            else:
                break
            if piece.row.kind != "divider":
                homes |= {exhibit: Home(sheet, ("/XYZ", 0.0, round(top + ABOVE, 2), None)) for exhibit, top in reversed(found)}
    return homes


def _upper_edge(joined: Joined, sheet: int) -> Array:
    """The upper edge of a sheet as it is shown."""
    left, top = frame_of(joined.pages[sheet]).top_left()
    return joined.goal(sheet, ("/XYZ", round(left, 2), round(top, 2), None))


def _far(binding: Binding, identity: str, number: int) -> Dictionary | None:
    """The action that opens a paper in the file of another volume, by its name there."""
    files = binding.volume.files if binding.volume else ()
    if not 0 < number <= len(files):
        return None
    return Dictionary(S=Name.GoToR, F=String(files[number - 1]), D=String(named(identity)), NewWindow=True)


def named(identity: str) -> str:
    """The name of a paper's first page, for links from other volumes."""
    return f"cf.{quote(identity, safe='')}"


def name_parts(target: Pdf, joined: Joined, pieces: Sequence[Piece]) -> None:
    """Name the first page of every paper and exhibit, so that the other volumes can lead to it."""
    goals = {named(piece.row.id): joined.goal(piece.row.at) for piece in pieces if piece.row.kind in ("paper", "exhibit")}
    target.Root.Names = Dictionary(Dests=Dictionary(Names=Array([part for name in sorted(goals) for part in (String(name), goals[name])])))


def runs(pieces: Sequence[Piece]) -> Iterator[tuple[int, Dictionary]]:
    """Page labels (PDF 32000-1, 12.4.2) in as few entries as say them: sheet, label dictionary.

    PDF knows no leading zeros and no letters behind a number: zeros stand in the prefix, an inserted page has an entry of its own.
    """
    romans, expected = 0, ("", "", 0)  # style, prefix and number that the entry before would count up to by itself
    for piece in pieces:
        for offset, label in enumerate(piece.labels):
            counted = COUNTED.fullmatch(label) if piece.row.kind == "exhibit" else None
            if piece.row.kind in ("index", "paper"):
                romans += 1
                here = ("/r", "", romans)
            else:
                here = ("/D", counted[1], int(counted[2])) if counted else ("", label, 0)
            if here != expected or not here[0]:
                yield piece.row.at + offset, _counting(*here)
            expected = (here[0], here[1], here[2] + 1)


def _counting(style: str, prefix: str, number: int) -> Dictionary:
    """A page label dictionary; without a style the prefix is the label."""
    entry = Dictionary(S=Name(style), St=number) if style else Dictionary()
    if prefix:
        entry["/P"] = String(prefix)
    return entry
