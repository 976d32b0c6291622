"""From recognised lines to the text of a page: which lines stand in one row, what stands between them, and where each piece of text is."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from casefiles.readers.reading import Place

Point = tuple[float, float]

SAME_ROW = 0.5  # of a line's height: centres nearer than this stand in one row
OTHER_CELL = 0.8  # of a line's height: a wider gap is the space between two cells of a table
SLOPE = 0.35  # of a line's height: a box that climbs more is cut into shorter ones
FEWEST_FOR_SLOPE = 4  # long lines: fewer do not tell how the slope changes down the page
MOST_BOXES = 20_000  # of a page
MOST_PLACES = 500  # marked on a page

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Line:
    """A recognised line: corners on the page as shown in pixels, in reading direction from the top left; `centres` of its signs along it, 0 to 1."""

    text: str
    score: float
    corners: tuple[Point, Point, Point, Point]
    centres: tuple[float, ...]

    @property
    def height(self) -> float:
        (ax, ay), (bx, by), (cx, cy), (dx, dy) = self.corners
        return (math.hypot(dx - ax, dy - ay) + math.hypot(cx - bx, cy - by)) / 2

    @property
    def width(self) -> float:
        return math.hypot(*self.along)

    @property
    def along(self) -> Point:
        """From the line's begin to its end."""
        (ax, ay), (bx, by), (cx, cy), (dx, dy) = self.corners
        return (bx - ax + cx - dx) / 2, (by - ay + cy - dy) / 2

    @property
    def centre(self) -> Point:
        return sum(x for x, _ in self.corners) / 4, sum(y for _, y in self.corners) / 4


def page_text(lines: Sequence[Line], size: tuple[int, int]) -> tuple[str, tuple[Place, ...]]:
    """The text, row below row, cells of a row apart by a tab; and where it stands, in parts of a page of this size in pixels."""
    text, boxes = "", list[Place]()
    for row in rows(lines):
        text += "\n" if text else ""
        before: Line | None = None
        for line in row:
            written, centres = _without_blanks(line)
            if before is not None:
                text += _between(before, line, text[-1], written[0])
            boxes += _boxes(line, written, centres, len(text), size)
            text += written
            before = line
    return text, tuple(boxes[:MOST_BOXES])


def rows(lines: Sequence[Line]) -> list[list[Line]]:
    """Lines in reading order. Rows are found along the slope the writing has there: on a photo it is another above than below."""
    lines = [line for line in lines if line.text.strip()]
    if not lines:
        return []
    across = _direction(lines)
    turned = [_Turned(line, across) for line in lines]
    level, change = _slope([one for one in turned if one.line.width > 3 * one.line.height])
    middle = statistics.fmean(one.x for one in turned)
    placed = sorted(((one.y - (level + change * one.y) * (one.x - middle), one) for one in turned), key=lambda pair: pair[0])
    found: list[list[tuple[float, _Turned]]] = []
    for y, one in placed:
        if found and abs(y - statistics.fmean(level for level, _ in found[-1])) < SAME_ROW * min(one.line.height, found[-1][-1][1].line.height):
            found[-1].append((y, one))
        else:
            found.append([(y, one)])
    return [[one.line for _, one in sorted(row, key=lambda pair: pair[1].x)] for row in found]


class _Turned:
    """A line's centre and slope as seen with the page's writing level."""

    def __init__(self, line: Line, across: float) -> None:
        (x, y), (along_x, along_y) = line.centre, line.along
        cos, sin = math.cos(across), math.sin(across)
        self.line = line
        self.x, self.y = x * cos + y * sin, y * cos - x * sin
        self.rise = (along_y * cos - along_x * sin) / max(along_x * cos + along_y * sin, 1e-6)


def _direction(lines: Sequence[Line]) -> float:
    """The angle the writing runs in, of long lines more than of short ones."""
    return math.atan2(sum(line.along[1] for line in lines), sum(line.along[0] for line in lines))


def _slope(long: Sequence[_Turned]) -> tuple[float, float]:
    """The writing rises by a + b * y at the height y: the straight line through the slopes of the long lines, level without any."""
    weighed = [(one.line.width, one.y, one.rise) for one in long] or [(1.0, 0.0, 0.0)]
    total = sum(weight for weight, _, _ in weighed)
    height = sum(weight * y for weight, y, _ in weighed) / total
    mean = sum(weight * rise for weight, _, rise in weighed) / total
    spread = sum(weight * (y - height) ** 2 for weight, y, _ in weighed)
    if len(weighed) < FEWEST_FOR_SLOPE or spread < 1:
        return mean, 0.0
    change = sum(weight * (y - height) * (rise - mean) for weight, y, rise in weighed) / spread
    return mean - change * height, change


def _between(before: Line, line: Line, last: str, first: str) -> str:
    """What separates two lines of one row: a tab where a gap shows, nothing between Han characters, else a blank."""
    (ax, ay), (bx, by) = before.corners[1], line.corners[0]
    along_x, along_y = before.along
    gap = ((bx - ax) * along_x + (by - ay) * along_y) / max(before.width, 1e-6)
    if gap > OTHER_CELL * min(before.height, line.height):
        return "\t"
    return "" if is_han(last) and is_han(first) else " "


def is_han(sign: str) -> bool:
    """Han characters and the punctuation and forms of full width that stand with them."""
    code = ord(sign)
    return 0x3000 < code <= 0x303F or 0x3400 <= code <= 0x9FFF or 0xF900 <= code <= 0xFAFF or 0xFF00 < code <= 0xFF60 or 0x20000 <= code <= 0x323AF


def _without_blanks(line: Line) -> tuple[str, list[float]]:
    """The line without blanks at its ends and between Han characters; the centre of each sign that is left."""
    kept = [(sign, centre) for sign, centre in zip(line.text, line.centres, strict=True) if sign.isprintable()]
    while kept and kept[0][0].isspace():
        kept.pop(0)
    while kept and kept[-1][0].isspace():
        kept.pop()
    out: list[tuple[str, float]] = []
    for at, (sign, centre) in enumerate(kept):
        if not sign.isspace():
            out.append((sign, centre))
            continue
        following = next(other for other, _ in kept[at:] if not other.isspace())
        if out[-1][0] != " " and not (is_han(out[-1][0]) and is_han(following)):
            out.append((" ", centre))
    return "".join(sign for sign, _ in out), [centre for _, centre in out]


def _boxes(line: Line, text: str, centres: Sequence[float], offset: int, size: tuple[int, int]) -> list[Place]:
    """A box for each run of one kind of signs, shorter ones where the line climbs, one a sign where it does not run to the right."""
    along_x, along_y = line.along
    level = along_x > 2 * abs(along_y)
    longest = SLOPE * line.height / max(abs(along_y) / max(line.width, 1e-6), 1e-6) / max(line.width, 1e-6) if level else 0.0  # part of the line
    ends = _ends(text, centres)
    found: list[Place] = []
    start = 0
    for at in range(1, len(text) + 1):
        if at == len(text) or is_han(text[at]) != is_han(text[start]) or text[at] == " " or text[start] == " " or ends[at][1] - ends[start][0] > longest:
            if text[start] != " ":
                found.append((offset + start, offset + at, *_area(line, ends[start][0], ends[at - 1][1], size)))
            start = at
    return found


def _ends(text: str, centres: Sequence[float]) -> list[tuple[float, float]]:
    """Begin and end of each sign along the line: half way to its neighbours, but no wider than the signs are on the whole."""
    steps = [after - before for before, after in pairwise(centres)]
    usual = statistics.median(steps) if steps else 1 / max(len(text), 1)
    found = []
    for at, centre in enumerate(centres):
        half = usual * (0.62 if is_han(text[at]) else 0.55)
        left = min(half, (centre - centres[at - 1]) / 2) if at else half
        right = min(half, (centres[at + 1] - centre) / 2) if at + 1 < len(centres) else half
        found.append((max(0.0, centre - max(left, 0.0)), min(1.0, centre + max(right, 0.0))))
    return found


def _area(line: Line, begin: float, end: float, size: tuple[int, int]) -> Box:
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = line.corners
    points = [(ax + (bx - ax) * part, ay + (by - ay) * part) for part in (begin, end)]
    points += [(dx + (cx - dx) * part, dy + (cy - dy) * part) for part in (begin, end)]
    xs, ys = [min(max(x / size[0], 0.0), 1.0) for x, _ in points], [min(max(y / size[1], 0.0), 1.0) for _, y in points]
    return round(min(xs), 5), round(min(ys), 5), round(max(xs), 5), round(max(ys), 5)


def places(text: str, boxes: Sequence[Sequence[float]], spans: Sequence[tuple[int, int]]) -> list[Box]:
    """Rectangles (left, top, right, bottom; 0 to 1) of some spans of a recognised page's text; those of one word in one line are joined."""
    found: list[Box] = []
    for start, end in spans:
        pieces: list[Box] = []
        for begin, stop, *sides in boxes:
            first, last = max(start, int(begin)), min(end, int(stop))
            if first < last:
                _join(pieces, _part(text[int(begin) : int(stop)], first - int(begin), last - int(begin), (sides[0], sides[1], sides[2], sides[3])))
        found += pieces
    return found[:MOST_PLACES]


def _part(written: str, first: int, last: int, box: Box) -> Box:
    """Of a box, what stands between two signs of its text: Han characters are twice as wide as others."""
    left, top, right, bottom = box
    widths = [2 if is_han(sign) else 1 for sign in written]
    wide = (right - left) / sum(widths)
    return left + wide * sum(widths[:first]), top, left + wide * sum(widths[:last]), bottom


def _join(pieces: list[Box], box: Box) -> None:
    """Put a box beside the others; with the last one as one where they are level and a sign's width apart."""
    if pieces:
        left, top, right, bottom = pieces[-1]
        high = min(bottom - top, box[3] - box[1])
        if abs(top - box[1]) < 0.2 * high and abs(bottom - box[3]) < 0.2 * high and -high < box[0] - right < high:
            pieces[-1] = (min(left, box[0]), min(top, box[1]), max(right, box[2]), max(bottom, box[3]))
            return
    pieces.append(box)
