"""Words that a reader does not see but a program reads, and pages that stand on their side."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pikepdf import Array, Dictionary, Name, Object, Page, PdfError

from casefiles.bundle.colours import DARK, Colour, luminance
from casefiles.bundle.drawing import Box, Cover, Drawn, Glyph, Run, drawn_on
from casefiles.bundle.faces import Face
from casefiles.bundle.geometry import Frame

NEAR = 0.06  # colours nearer than this on every channel look the same
FEWEST = 3  # glyphs: a stray full stop under a rule is no secret
SCANNED = 0.5  # part of the page that pictures must cover for invisible text to be the layer of an OCR
LETTERS, SHARE = 20, 0.6  # a page with fewer letters has no direction; so many of them must agree
THIN, BAND = 4.0, 24.0  # points
BANDS = 40  # strips a page is cut into to find what lies below a letter
MOST_PAIRS = 20_000_000  # black boxes times letters that are compared; a page with more is named as not followed


@dataclass(frozen=True)
class Look:
    """How many glyphs of a page lie under black boxes, how many cannot be seen, by how many quarters its text is
    turned as shown, and whether the page could be followed to its end."""

    covered: int = 0
    invisible: int = 0
    turned: int = 0
    whole: bool = True


def look_at(page: Page, frame: Frame, faces: dict[object, Face]) -> Look:
    """Follow what the page draws. Text that OCR laid over or under a scan is no secret. `faces` is kept from page to page of a file.

    Glyph by glyph is looked only where something could hide text or turn it, which is the same answer on every other page.
    """
    drawn = drawn_on(page, faces)
    if not drawn.runs:
        return Look(whole=drawn.whole)
    window = (frame.x0, frame.y0, frame.x1, frame.y1)
    boxes = [cover._replace(box=_clipped(cover.box, window)) for cover in drawn.covers if _blackens(cover)]
    notes = [_clipped(box, window) for box in _blackening_notes(page)]
    scanned = _pictures(drawn, window) >= SCANNED
    if not (boxes or notes or any((run.up + frame.turn // 90) % 4 or (not scanned and _unseen(run)) for run in drawn.runs)):
        return Look(whole=drawn.whole)
    if (len(boxes) + len(notes)) * drawn.letters > MOST_PAIRS:
        return Look(whole=False)
    everything = (glyph for run in drawn.runs for glyph in run.glyphs())
    glyphs = [glyph for glyph in everything if window[0] <= glyph.x <= window[2] and window[1] <= glyph.y <= window[3]]
    covered = len(set(_under(glyphs, boxes)) | set(_under_notes(glyphs, notes)))
    invisible = 0 if scanned else sum(glyph.mode in (3, 7) for glyph in glyphs) + sum(_like_ground(glyphs, drawn.covers, window, dark_below=bool(boxes)))
    return Look(covered if covered >= FEWEST else 0, invisible if invisible >= FEWEST else 0, _turned(glyphs, frame.turn), drawn.whole)


def _blackens(cover: Cover) -> bool:
    """Whether nothing can be read through a filled area."""
    return cover.solid and cover.colour is not None and luminance(cover.colour) < DARK and _large(cover.box)


def _unseen(text: Run | Glyph) -> bool:
    """Whether text is not drawn, or white as paper is."""
    return text.mode in (3, 7) or (text.colour is not None and luminance(text.colour) > 1 - NEAR)


def _turned(glyphs: list[Glyph], page_turn: int) -> int:
    """The quarter turn most of the text stands in as shown; 0 where it is upright, sparse or mixed."""
    if len(glyphs) < LETTERS:
        return 0
    quarter, most = Counter((glyph.up + page_turn // 90) % 4 for glyph in glyphs).most_common(1)[0]
    return quarter if most >= SHARE * len(glyphs) else 0


def _under(glyphs: list[Glyph], boxes: Iterable[Cover]) -> Iterator[int]:
    """Positions of glyphs that a dark, opaque rectangle was drawn over and that were not written again on top."""
    bands = _banded(glyphs)
    for box in boxes:
        inside = list(_within(bands, glyphs, box.box))
        again = {(round(glyphs[at].x), round(glyphs[at].y)) for at in inside if glyphs[at].order > box.order}
        for at in inside:
            glyph = glyphs[at]
            if glyph.order < box.order and glyph.mode not in (3, 7) and (round(glyph.x), round(glyph.y)) not in again:
                yield at


def _under_notes(glyphs: list[Glyph], boxes: Iterable[Box]) -> Iterator[int]:
    """Positions of glyphs under an annotation that blackens."""
    bands = _banded(glyphs)
    for box in boxes:
        yield from _within(bands, glyphs, box)


def _blackening_notes(page: Page) -> list[Box]:
    """The boxes of annotations that blacken: a filled square, or a redaction that was marked but never applied."""
    notes = page.obj.get("/Annots")
    try:
        return [box for note in notes if isinstance(note, Dictionary) and (box := _blackening(note))] if isinstance(notes, Array) else []
    except (PdfError, ValueError, TypeError, RuntimeError):
        return []


def _blackening(note: Object) -> Box | None:
    kind = note.get("/Subtype")
    colour = note.get("/IC" if kind == Name.Square else "/C")
    dark = isinstance(colour, Array) and _dark([float(value) for value in colour]) and float(note.get("/CA", 1)) > 0.9
    if kind == Name.Redact or (dark and kind in (Name.Square, Name.Highlight)):
        a, b, c, d = (float(value) for value in note.get("/Rect", []))
        return min(a, c), min(b, d), max(a, c), max(b, d)
    return None


def _dark(colour: list[float]) -> bool:
    match colour:
        case [grey]:
            return grey < DARK
        case [red, green, blue]:
            return luminance((red, green, blue)) < DARK
        case [_, _, _, black]:
            return black > 1 - DARK
    return False


def _like_ground(glyphs: list[Glyph], covers: list[Cover], window: Box, *, dark_below: bool) -> Iterator[bool]:
    """For each glyph whether its colour is that of what lies below it: white on paper, black on a black box."""
    foot, step = window[1], (window[3] - window[1]) / BANDS
    strips: list[list[Cover]] = [[] for _ in range(BANDS + 1)]  # the last one is the upper edge itself
    for cover in reversed(covers):
        _, low, _, high = _clipped(cover.box, window)
        for strip in strips[int((low - foot) / step) : int((high - foot) / step) + 1] if low <= high else ():
            strip.append(cover)
    for glyph in glyphs:
        if glyph.colour is None or glyph.mode in (3, 7) or not (dark_below or luminance(glyph.colour) > 1 - NEAR):
            continue
        below = next((cover for cover in strips[int((glyph.y - foot) / step)] if cover.order < glyph.order and _holds(cover.box, glyph)), None)
        ground: Colour | None = (1.0, 1.0, 1.0) if below is None else below.colour if below.solid else None
        if ground and all(abs(one - other) < NEAR for one, other in zip(ground, glyph.colour, strict=True)):
            yield True


def _pictures(drawn: Drawn, window: Box) -> float:
    """The part of the window that pictures cover, overlaps counted twice: OCR programs cut a scan into strips and layers."""
    area = 0.0
    for cover in drawn.covers:
        if cover.picture:
            wide, high = min(cover.box[2], window[2]) - max(cover.box[0], window[0]), min(cover.box[3], window[3]) - max(cover.box[1], window[1])
            area += max(0.0, wide) * max(0.0, high)
    return area / max(1.0, (window[2] - window[0]) * (window[3] - window[1]))


def _banded(glyphs: list[Glyph]) -> dict[int, list[int]]:
    bands: dict[int, list[int]] = defaultdict(list)
    for at, glyph in enumerate(glyphs):
        bands[int(glyph.y // BAND)].append(at)
    return bands


def _within(bands: dict[int, list[int]], glyphs: list[Glyph], box: Box) -> Iterator[int]:
    for band in range(int(box[1] // BAND), int(box[3] // BAND) + 1):
        for at in bands.get(band, ()):
            if _holds(box, glyphs[at]):
                yield at


def _clipped(box: Box, window: Box) -> Box:
    return max(box[0], window[0]), max(box[1], window[1]), min(box[2], window[2]), min(box[3], window[3])


def _holds(box: Box, glyph: Glyph) -> bool:
    return box[0] <= glyph.x <= box[2] and box[1] <= glyph.y <= box[3]


def _large(box: Box) -> bool:
    return box[2] - box[0] >= THIN and box[3] - box[1] >= THIN
