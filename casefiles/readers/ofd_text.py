"""Where the text of an OFD page stands, and its lines from the top down (GB/T 33190-2016, 8.5 and 11.2). Lengths in millimetres."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise
from unicodedata import east_asian_width
from xml.etree.ElementTree import Element

from casefiles.readers.ooxml import local

Matrix = tuple[float, float, float, float, float, float]
UNCHANGED: Matrix = (1, 0, 0, 1, 0, 0)
DEEPEST = 3  # units inside units
_AROUND = frozenset({"Content", "Layer", "PageBlock", "Appearance"})
SAME_LINE = 0.45  # of the smaller size: baselines nearer than this are one line
GAP = 0.35  # of the size: a wider gap is written as a blank


@dataclass(frozen=True)
class Piece:
    """One run of text: where its baseline begins and ends, its size, and the id of the object it belongs to."""

    x: float
    y: float
    end: float
    size: float
    text: str
    object_id: str = ""


def numbers(written: str | None) -> list[float]:
    """The numbers of an attribute; what is none is left out."""
    found = []
    for word in (written or "").split():
        try:
            value = float(word)
        except ValueError:
            continue
        found += [value] if math.isfinite(value) else []
    return found


def after(first: Matrix, second: Matrix) -> Matrix:
    """The matrix that does `second` and then `first`."""
    a, b, c, d, e, f = first
    g, h, i, j, k, m = second
    return (a * g + c * h, b * g + d * h, a * i + c * j, b * i + d * j, a * k + c * m + e, b * k + d * m + f)


def placed(element: Element) -> Matrix:
    """From an object's own space to that around it: its CTM, then its Boundary."""
    box, ctm = numbers(element.get("Boundary")), numbers(element.get("CTM"))
    moved: Matrix = (1, 0, 0, 1, *(box[:2] if len(box) >= 2 else (0.0, 0.0)))
    return after(moved, (ctm[0], ctm[1], ctm[2], ctm[3], ctm[4], ctm[5])) if len(ctm) == 6 else moved


def pieces(element: Element, units: Mapping[str, Element], at: Matrix = UNCHANGED, depth: int = 0) -> Iterator[Piece]:
    """The text below an element; `units` are the composite graphics of the resources by id."""
    for child in element:
        name = local(child)
        if name == "TextObject":
            yield from _runs(child, after(at, placed(child)))
        elif name == "CompositeObject" and depth < DEEPEST and (unit := units.get(child.get("ResourceID", ""))) is not None:
            yield from pieces(unit, units, after(at, placed(child)), depth + 1)
        elif name in _AROUND:
            yield from pieces(child, units, after(at, placed(child)), depth)


@dataclass(frozen=True)
class Code:
    """The signs of one code of a text object and where each stands in the object's own space."""

    text: str
    xs: list[float]
    ys: list[float]
    downwards: bool


def codes(element: Element) -> Iterator[Code]:
    """The codes of a text object; one without X or Y begins where the one before did."""
    size = size_of(element)
    x = y = 0.0
    for code in element:
        text = (code.text or "").strip("\r\n")
        if local(code) != "TextCode" or not text.strip():
            continue
        x, y = next(iter(numbers(code.get("X"))), x), next(iter(numbers(code.get("Y"))), y)
        right, down = steps(code.get("DeltaX"), text), steps(code.get("DeltaY"), text)
        if not code.get("DeltaX") and not code.get("DeltaY"):
            right = [size * width_of(sign) for sign in text[:-1]]
        downwards = not code.get("DeltaX") and any(step > 0 for step in down)
        yield Code(text, list(accumulate(right, initial=x)), list(accumulate(down, initial=y)), downwards)


def size_of(element: Element) -> float:
    return next(iter(numbers(element.get("Size"))), 3.0)


def _runs(element: Element, at: Matrix) -> Iterator[Piece]:
    """A text object's codes, each cut where it goes back to begin a new line."""
    scale = math.sqrt(abs(at[0] * at[3] - at[1] * at[2])) or 1.0
    size = size_of(element)
    for code in codes(element):
        text, xs, ys = code.text, code.xs, code.ys
        top = size if code.downwards else 0.0  # written downwards, it belongs beside the head of its first sign
        starts = [0, *(place for place in range(1, len(text)) if ys[place] != ys[place - 1] and xs[place] < xs[place - 1]), len(text)]
        for start, stop in pairwise(starts):
            if text[start:stop].strip():
                begin, end = _moved(at, xs[start], ys[start] - top), _moved(at, xs[stop - 1] + size * width_of(text[stop - 1]), ys[start] - top)
                yield Piece(begin[0], begin[1], max(begin[0], end[0]), size * scale, text[start:stop], element.get("ID", ""))


def _moved(at: Matrix, x: float, y: float) -> tuple[float, float]:
    return at[0] * x + at[2] * y + at[4], at[1] * x + at[3] * y + at[5]


def width_of(sign: str) -> float:
    return 1.0 if east_asian_width(sign) in "WF" else 0.5


def steps(written: str | None, text: str) -> list[float]:
    """The distances between the signs of a text: `g 3 1.5` stands for 1.5 three times, the last one holds for the rest."""
    wanted, found = len(text) - 1, list[float]()
    words = iter((written or "").split())
    for word in words:
        if len(found) >= wanted:
            break
        times, value = 1, numbers(word)
        if word == "g":
            times, value = int(next(iter(numbers(next(words, ""))), 0)), numbers(next(words, ""))
        found += value * min(max(times, 0), wanted)
    found += [found[-1] if found else 0.0] * (wanted - len(found))
    return found[: max(wanted, 0)]


def lines(found: Sequence[Piece]) -> list[str]:
    """The lines of a page from the top down, each from left to right; a gap between pieces is a blank."""
    rows: list[list[Piece]] = []
    for piece in sorted(found, key=lambda piece: (piece.y, piece.x)):
        if rows and abs(piece.y - rows[-1][0].y) <= SAME_LINE * min(piece.size, rows[-1][0].size):
            rows[-1].append(piece)
        else:
            rows.append([piece])
    return [_joined(sorted(row, key=lambda piece: piece.x)) for row in rows]


def _joined(row: list[Piece]) -> str:
    text, last = row[0].text, row[0]
    for piece in row[1:]:
        if piece == replace(last, object_id=piece.object_id):
            continue  # drawn twice to look bold
        text += (" " if piece.x - last.end > GAP * piece.size else "") + piece.text
        last = piece
    return text.strip()
