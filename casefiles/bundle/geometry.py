"""The page as a reader sees it: the visible box, upright, in points."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from pikepdf import Array, Dictionary, Object

Box = tuple[float, float, float, float]
A4 = (0.0, 0.0, 595.276, 841.89)
DEEPEST = 50  # levels of a page tree that are searched
SMALLEST = 1.0  # points; a box thinner than this shows nothing and is taken for a mistake


@dataclass(frozen=True)
class Frame:
    """The visible window of a page. `turn` is 0, 90, 180 or 270 clockwise; `unit` is the size of a user space unit in points.

    `guessed` when the page's own boxes do not say what is shown: see `mend_boxes`.
    """

    x0: float
    y0: float
    x1: float
    y1: float
    turn: int = 0
    unit: float = 1.0
    guessed: bool = False

    @property
    def width(self) -> float:
        """Points from left to right as shown."""
        return (self.y1 - self.y0 if self.turn in (90, 270) else self.x1 - self.x0) * self.unit

    @property
    def height(self) -> float:
        """Points from foot to head as shown."""
        return (self.x1 - self.x0 if self.turn in (90, 270) else self.y1 - self.y0) * self.unit

    def matrix(self) -> tuple[float, float, float, float, float, float]:
        """From points counted from the visible bottom left corner to the user space of the page (PDF 32000-1, 8.3.4)."""
        s = 1 / self.unit
        return {
            0: (s, 0.0, 0.0, s, self.x0, self.y0),
            90: (0.0, s, -s, 0.0, self.x1, self.y0),
            180: (-s, 0.0, 0.0, -s, self.x1, self.y1),
            270: (0.0, -s, s, 0.0, self.x0, self.y1),
        }[self.turn]

    def top_left(self) -> tuple[float, float]:
        """The visible top left corner in user space: where a link to this page lands."""
        _, _, c, d, e, f = self.matrix()
        return c * self.height + e, d * self.height + f


def frame_of(entry: Object) -> Frame:
    """The visible window of a page object, its own or from the nodes above it: CropBox within MediaBox, /Rotate of any sign, UserUnit."""
    media, given = _box(_held(entry, "/MediaBox")), _held(entry, "/CropBox")
    crop = _box(given)
    shown = _shared(media or A4, crop) if crop else None
    box = shown or media or A4
    turn = int(_number(_held(entry, "/Rotate"), 0.0)) % 360
    unit = _number(entry.get("/UserUnit"), 1.0)
    guessed = not media or (given is not None and not shown) or turn % 90 != 0
    return Frame(*box, turn=turn if turn % 90 == 0 else 0, unit=unit if unit > 0 else 1.0, guessed=guessed)


def mend_boxes(page: Object, frame: Frame) -> None:
    """Make a page say what it shows where it does not: no MediaBox, a CropBox that lies beside it or has no area, a turn of 45 degrees.

    Readers differ on such pages (some show an empty one, some turn it by 90), so a stamp would stand right in one of them only.
    """
    page["/MediaBox"] = Array([frame.x0, frame.y0, frame.x1, frame.y1])
    page["/Rotate"] = frame.turn
    if "/CropBox" in page:
        del page["/CropBox"]


def _shared(one: Box, other: Box) -> Box | None:
    """What two boxes have in common, unless it is too small to show anything."""
    inner = (max(one[0], other[0]), max(one[1], other[1]), min(one[2], other[2]), min(one[3], other[3]))
    return inner if inner[2] - inner[0] >= SMALLEST and inner[3] - inner[1] >= SMALLEST else None


def _held(entry: Object, key: str) -> Object | None:
    """A value of the page or, as the page tree hands it down, of the nearest node above it."""
    node: Object | None = entry
    for _ in range(DEEPEST):
        if not isinstance(node, Dictionary):
            break
        if key in node:
            return node[key]
        node = node.get("/Parent")
    return None


def _number(value: Object | None, otherwise: float) -> float:
    try:
        return float(value) if value is not None else otherwise
    except (TypeError, ValueError):
        return otherwise


def _box(value: Object | None) -> Box | None:
    if value is None:
        return None
    written = value.unparse(resolved=True)
    if b" R" in written and isinstance(value, Array):  # a side that stands elsewhere in the file
        written = b" ".join(str(side).encode() for side in value)
    return _sides(written)


@lru_cache(maxsize=4096)
def _sides(written: bytes) -> Box | None:
    """The box as it is written, `[ 0 0 595 842 ]`: most pages of a bundle say the same, so reading it once is faster by half."""
    try:
        a, b, c, d = (float(side) for side in written.strip(b"[] ").split())
    except ValueError:  # no array, not four, or no numbers
        return None
    box = (min(a, c), min(b, d), max(a, c), max(b, d))
    return box if box[2] - box[0] >= SMALLEST and box[3] - box[1] >= SMALLEST else None
