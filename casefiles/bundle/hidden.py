"""Words that a reader does not see but a program reads, and pages that stand on their side."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pikepdf import Array, Dictionary, Name, Object, Page, PdfError

from casefiles.bundle.drawing import Box, Colour, Cover, Drawn, Glyph, drawn_on
from casefiles.bundle.faces import Face
from casefiles.bundle.geometry import Frame

DARK = 0.4  # luminance below which a rectangle blackens
NEAR = 0.06  # colours nearer than this on every channel look the same
FEWEST = 3  # glyphs: a stray full stop under a rule is no secret
SCANNED = 0.5  # part of the page that pictures must cover for invisible text to be the layer of an OCR
LETTERS, SHARE = 20, 0.6  # a page with fewer letters has no direction; so many of them must agree
THIN, BAND = 4.0, 24.0  # points


@dataclass(frozen=True)
class Look:
    """How many glyphs of a page lie under black boxes, how many cannot be seen, by how many quarters its text is
    turned as shown, and whether the page could be followed to its end."""

    covered: int = 0
    invisible: int = 0
    turned: int = 0
    whole: bool = True


def look_at(page: Page, frame: Frame, faces: dict[object, Face]) -> Look:
    """Follow what the page draws. Text that OCR laid over or under a scan is no secret. `faces` is kept from page to page of a file."""
    drawn = drawn_on(page, faces)
    window = (frame.x0, frame.y0, frame.x1, frame.y1)
    glyphs = [glyph for glyph in drawn.glyphs if window[0] <= glyph.x <= window[2] and window[1] <= glyph.y <= window[3]]
    if not glyphs:
        return Look(whole=drawn.whole)
    covered = len(set(_under(glyphs, drawn.covers)) | set(_under_notes(glyphs, page)))
    scanned = _pictures(drawn, window) >= SCANNED
    invisible = 0 if scanned else sum(glyph.mode in (3, 7) for glyph in glyphs) + sum(_like_ground(glyphs, drawn.covers))
    return Look(covered if covered >= FEWEST else 0, invisible if invisible >= FEWEST else 0, _turned(glyphs, frame.turn), drawn.whole)


def _turned(glyphs: list[Glyph], page_turn: int) -> int:
    """The quarter turn most of the text stands in as shown; 0 where it is upright, sparse or mixed."""
    if len(glyphs) < LETTERS:
        return 0
    quarter, most = Counter((glyph.up + page_turn // 90) % 4 for glyph in glyphs).most_common(1)[0]
    return quarter if most >= SHARE * len(glyphs) else 0


def _under(glyphs: list[Glyph], covers: Iterable[Cover]) -> Iterator[int]:
    """Positions of glyphs that a dark, opaque rectangle was drawn over and that were not written again on top."""
    boxes = [cover for cover in covers if cover.solid and cover.colour and _luminance(cover.colour) < DARK and _large(cover.box)]
    if not boxes:
        return
    bands = _banded(glyphs)
    for box in boxes:
        inside = list(_within(bands, glyphs, box.box))
        again = {(round(glyphs[at].x), round(glyphs[at].y)) for at in inside if glyphs[at].order > box.order}
        for at in inside:
            glyph = glyphs[at]
            if glyph.order < box.order and glyph.mode not in (3, 7) and (round(glyph.x), round(glyph.y)) not in again:
                yield at


def _under_notes(glyphs: list[Glyph], page: Page) -> Iterator[int]:
    """Positions of glyphs under an annotation that blackens: a filled square, or a redaction that was marked but never applied."""
    notes = page.obj.get("/Annots")
    try:
        boxes = [_blackening(note) for note in notes if isinstance(note, Dictionary)] if isinstance(notes, Array) else []
    except (PdfError, ValueError, TypeError, RuntimeError):
        return
    bands = _banded(glyphs) if any(boxes) else {}
    for box in boxes:
        if box:
            yield from _within(bands, glyphs, box)


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
            return _luminance((red, green, blue)) < DARK
        case [_, _, _, black]:
            return black > 1 - DARK
    return False


def _like_ground(glyphs: list[Glyph], covers: list[Cover]) -> Iterator[bool]:
    """For each glyph whether its colour is that of what lies below it: white on paper, black on a black box."""
    dark_below = any(cover.solid and cover.colour and _luminance(cover.colour) < DARK and _large(cover.box) for cover in covers)
    for glyph in glyphs:
        if glyph.colour is None or glyph.mode in (3, 7) or not (dark_below or _luminance(glyph.colour) > 1 - NEAR):
            continue
        below = next((cover for cover in reversed(covers) if cover.order < glyph.order and _holds(cover.box, glyph)), None)
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


def _holds(box: Box, glyph: Glyph) -> bool:
    return box[0] <= glyph.x <= box[2] and box[1] <= glyph.y <= box[3]


def _large(box: Box) -> bool:
    return box[2] - box[0] >= THIN and box[3] - box[1] >= THIN


def _luminance(colour: Colour) -> float:
    return 0.2126 * colour[0] + 0.7152 * colour[1] + 0.0722 * colour[2]
