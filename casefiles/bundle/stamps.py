"""What is printed over a page: its number, the mark of its exhibit, and the watermark of a draft.

One small font, cut by the typesetter that sets the papers, is shared by all pages; a page gets one stream of about 200 bytes. Every
stamp is placed in the visible window (`geometry.Frame`), so it stands upright at the foot of the page as a reader sees it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from math import atan2, cos, hypot, sin

from pikepdf import Array, Dictionary, Name, Object, Pdf, Stream

from casefiles.bundle.beneath import Box, sunk
from casefiles.bundle.content import streams_of, wrapped
from casefiles.bundle.geometry import Frame, frame_of
from casefiles.bundle.plan import BundleError, Repair
from forms.fonts import Fonts
from forms.typeset import typeset

NUMBER_SIZE, MARK_SIZE, NOTE_SIZE = 11.0, 8.5, 10.5  # points on an A4 page
# Stamps are artifacts (PDF 32000-1, 14.8.2.2), each with a word that tells the check which stamp it reads.
FOOTER, HEADER, WATERMARK, NOTE = (f"/Artifact<</CF({word})>>BDC\n" for word in ("number", "mark", "watermark", "note"))
MARGIN = 22.0  # points from the visible edge
LONGEST = 24  # ems; no number, mark or note is longer
PLATE = 0.72  # how much of a dark ground the white behind a number hides: the number can be read and so can what lies under it
ALWAYS = "0123456789ivxlcdmG-"  # every page number, roman or not, and the labels of dividers
PAIR = re.compile(rb"<([0-9A-Fa-f]{4})> *<([0-9A-Fa-f]+)>")
SOURCE = '#set text(font: (sys.inputs.serif, sys.inputs.sans), ligatures: false, kerning: false)\n#json("data.json").signs'


@dataclass(frozen=True)
class Glyph:
    """Where a sign is in the stamp fonts: which font, its two-byte code, its width in thousandths of the size."""

    font: str
    code: str
    width: float


class Stamper:
    """Stamps pages of one target file. Not shared between files: fonts belong to the target."""

    def __init__(self, target: Pdf, fonts: Fonts, texts: str, watermark: str | None = None) -> None:
        """Cut the font for `texts` (every sign that will be stamped) and put it into the target."""
        self.target = target
        self.watermark = watermark
        self.glyphs: dict[str, Glyph] = {}
        self.fonts: dict[str, Object] = {}
        self._cut(fonts, "".join(sorted(set(ALWAYS + texts + (watermark or "")) - {" "})))
        self.states: dict[str, Object] = {"CFp": target.make_indirect(Dictionary(Type=Name.ExtGState, ca=PLATE, CA=PLATE))}
        if watermark:
            self.states["CFw"] = target.make_indirect(Dictionary(Type=Name.ExtGState, ca=0.1, CA=0.1))
        self.tables = tuple(
            (key, table, target.make_indirect(Dictionary({f"/{name}": ours for name, ours in table.items()})))
            for key, table in (("/Font", self.fonts), ("/ExtGState", self.states))
        )
        self.opening = {0: target.make_stream(b"q\n")}
        self.fixed: dict[tuple[Frame, str, str], str] = {}
        self.named: dict[tuple[int, int], str] = {}

    def _cut(self, fonts: Fonts, signs: str) -> None:
        with Pdf.open(BytesIO(typeset(SOURCE, fonts, {"signs": signs}))) as cut:
            found = cut.pages[0].obj.Resources.Font
            for order, key in enumerate(sorted(found.keys())):
                font, name = found[key], f"CFf{order}"
                widths = _widths(font.DescendantFonts[0])
                for code, sign in PAIR.findall(font.ToUnicode.read_bytes()):
                    text = bytes.fromhex(sign.decode()).decode("utf-16-be")
                    self.glyphs.setdefault(text, Glyph(name, code.decode(), widths.get(int(code, 16), 1000.0)))
                self.fonts[name] = self.target.copy_foreign(font)
        unknown = "".join(sign for sign in signs if sign not in self.glyphs)
        if unknown:
            raise BundleError(
                f"The signs {unknown} of the page numbers or marks are in no font here and cannot be printed. Nothing was made. Choose another prefix."
            )

    def stamp(self, page: Object, number: str, mark: str = "", repair: Repair | None = None, frame: Frame | None = None, *, note: str = "") -> None:
        """Print the number at the foot, the mark at the head and a note in the middle of the visible page, over content that is first closed."""
        frame = frame or frame_of(page)
        contents = streams_of(page)
        opens, closing = 1, "Q\n"
        if repair and repair.wrap:
            contents = [wrapped(self.target, page)]
        elif repair:
            opens += repair.opens
            closing = ("ET\n" if repair.text else "") + "Q\n" * (repair.closes + 1)
        suffix = self._resources(page)
        below = sunk(self.target, page, partial(self._boxes, frame, number, mark), frame.turn) if "/Annots" in page else b""
        over = self.target.make_stream(closing.encode() + below + self._drawn(frame, number, mark, note, suffix).encode())
        page.Contents = Array([self._opening(opens), *contents, over])

    def _opening(self, count: int) -> Stream:
        if count - 1 not in self.opening:
            self.opening[count - 1] = self.target.make_stream(b"q\n" * count)
        return self.opening[count - 1]

    def _resources(self, page: Object) -> str:
        """Enter the fonts and states of the stamps into the page's resources; returns the suffix their names got there.

        A page of an earlier bundle has such names already, for its own font: ours then get a suffix.
        """
        resources = page.get("/Resources")
        if not isinstance(resources, Dictionary):
            resources = page.Resources = Dictionary()
        shared = resources.objgen
        if shared != (0, 0) and shared in self.named:
            return self.named[shared]
        groups: list[tuple[Object, dict[str, Object]]] = []
        for key, table, whole in self.tables:
            group = resources.get(key)
            if isinstance(group, Dictionary):
                groups.append((group, table))
            else:  # none, the usual case for a scan: one dictionary for all such pages; or something that no reader can use
                resources[key] = whole
        suffix = ""
        while any(not self._free(group.get(f"/{name}{suffix}"), ours) for group, table in groups for name, ours in table.items()):
            suffix += "x"
        if suffix:  # names of an earlier bundle stand here: the groups that were just entered get the longer names as well
            groups = [(resources[key], table) for key, table, _ in self.tables]
        for group, table in groups:
            for name, ours in table.items():
                group[f"/{name}{suffix}"] = ours
        if shared != (0, 0):
            self.named[shared] = suffix
        return suffix

    @staticmethod
    def _free(held: Object | None, ours: Object) -> bool:
        return held is None or (isinstance(held, Object) and held.objgen == ours.objgen)  # ours: entered through another page that shares the dictionary

    def mark_box(self, frame: Frame, mark: str) -> Box:
        """The box of the mark on a page, in its user space."""
        return self._box(frame, mark, *self._mark_place(frame, mark))

    def _boxes(self, frame: Frame, number: str, mark: str) -> list[Box]:
        """The boxes of number and mark, where the page gets them."""
        places = ((number, self._number_place), (mark, self._mark_place))
        return [self._box(frame, text, *place(frame, text)) for text, place in places if text]

    def _box(self, frame: Frame, text: str, size: float, right: float, foot: float) -> Box:
        width = self._shown(text, size, "")[1]
        a, b, c, d, e, f = frame.matrix()
        corners = [(a * x + c * y + e, b * x + d * y + f) for x in (right - width, right) for y in (foot - size * 0.25, foot + size)]
        across, up = [x for x, _ in corners], [y for _, y in corners]
        return min(across), min(up), max(across), max(up)

    def _drawn(self, frame: Frame, number: str, mark: str, note: str, suffix: str) -> str:
        scale = _scale(frame)
        key = (frame, mark, suffix)
        if key not in self.fixed:
            self.fixed[key] = self._background(frame, mark, suffix)
        parts = [self.fixed[key]]
        if note:
            parts.append(self._centred(note, frame, NOTE_SIZE * scale, suffix))
        if number:
            parts.append(FOOTER + self._plated(number, *self._number_place(frame, number), grey=0.0, suffix=suffix) + "EMC\n")
        return "".join(parts) + "Q\n"

    def _background(self, frame: Frame, mark: str, suffix: str) -> str:
        """What is the same on pages of one shape in one exhibit: the frame itself, the watermark, the mark."""
        parts = ["q ", _written(*frame.matrix()), " cm\n"]
        if self.watermark:
            parts.append(WATERMARK + self._across(self.watermark, frame.width, frame.height, suffix) + "EMC\n")
        if mark:
            size, right, foot = self._mark_place(frame, mark)
            parts.append(HEADER + self._plated(mark, size, right, foot, grey=0.25, suffix=suffix) + "EMC\n")
        return "".join(parts)

    def _centred(self, text: str, frame: Frame, size: float, suffix: str) -> str:
        """A light line in the middle of the page, without a ground."""
        size = self._fitting(text, size, frame.width * 0.9, frame.height / 3)
        shown, width = self._shown(text, size, suffix)
        return NOTE + f"0.6 g BT {(frame.width - width) / 2:.2f} {frame.height / 2:.2f} Td {shown} ET\nEMC\n"

    def _plated(self, text: str, size: float, right: float, foot: float, *, grey: float, suffix: str) -> str:
        """Text that ends at `right`, its baseline at `foot`, on a white ground that lets the page through."""
        shown, width = self._shown(text, size, suffix)
        left, pad = right - width, size * 0.18
        return (
            f"q /CFp{suffix} gs 1 g {left - pad:.2f} {foot - pad - size * 0.08:.2f} {width + 2 * pad:.2f} {size * 0.8 + 2 * pad:.2f} re f Q\n"
            f"{grey:g} g BT {left:.2f} {foot:.2f} Td {shown} ET\n"
        )

    def _across(self, text: str, width: float, height: float, suffix: str) -> str:
        """Text from corner to corner, light enough to read through."""
        unit = self._shown(text, 1.0, suffix)[1]
        size = min(hypot(width, height) * 0.52 / unit, min(width, height) / 3)
        angle = atan2(height, width)
        shown, length = self._shown(text, size, suffix)
        c, s = cos(angle), sin(angle)
        x, y = width / 2 - c * length / 2 + s * size * 0.35, height / 2 - s * length / 2 - c * size * 0.35
        return f"q /CFw{suffix} gs 0 g BT {_written(c, s, -s, c, x, y)} Tm {shown} ET Q\n"

    def _number_place(self, frame: Frame, number: str) -> tuple[float, float, float]:
        """Size of the number, its right end and its baseline, in points of the visible page."""
        scale = _scale(frame)
        margin = _margin(frame, scale)
        return self._fitting(number, NUMBER_SIZE * scale, frame.width - 2 * margin, frame.height / 3), frame.width - margin, margin

    def _mark_place(self, frame: Frame, mark: str) -> tuple[float, float, float]:
        """Size of the mark, its right end and its baseline, in points of the visible page."""
        scale = _scale(frame)
        margin = _margin(frame, scale)
        size = self._fitting(mark, MARK_SIZE * scale, frame.width - 2 * margin, frame.height / 3)
        return size, frame.width - margin, frame.height - margin - size * 0.8

    def _fitting(self, text: str, size: float, width: float, height: float) -> float:
        """The size, or the one at which the text fits into a very small page."""
        return min(size, height) if width > LONGEST * size else min(size, width / self._shown(text, 1.0, "")[1], height)

    def _shown(self, text: str, size: float, suffix: str) -> tuple[str, float]:
        """The operators that show a text at a size, and its width in points. A space is moved over, it has no sign."""
        parts, run, font, width, gap = [], "", "", 0.0, 0.0
        for sign in text:
            if sign == " ":
                gap += 0.3
                continue
            glyph = self.glyphs[sign]
            if (glyph.font != font or gap) and run:
                parts.append(f"/{font}{suffix} {size:.2f} Tf [<{run}>{f' {-gap * 1000:g}' if gap else ''}] TJ")
                run = ""
            font, run = glyph.font, run + glyph.code
            width, gap = width + glyph.width / 1000 + gap, 0.0
        parts.append(f"/{font}{suffix} {size:.2f} Tf <{run}> Tj")
        return " ".join(parts), width * size


def _scale(frame: Frame) -> float:
    """1 for anything near A4 and A3; smaller on slips of paper, larger on sheets that will be printed reduced."""
    short = min(frame.width, frame.height)
    return max(short / 300, 0.35) if short < 300 else max(1.0, short / 900)


def _margin(frame: Frame, scale: float) -> float:
    return min(MARGIN * scale, frame.width / 8, frame.height / 8)


def _written(*numbers: float) -> str:
    return " ".join(f"{number:.5f}".rstrip("0").rstrip(".") if number else "0" for number in numbers)


def _widths(font: Object) -> dict[int, float]:
    """The /W array of a CID font: `first [w w ...]` and `first last w`."""
    widths: dict[int, float] = {}
    entries = list(font.W) if "/W" in font else []
    while entries:
        first, second = int(entries.pop(0)), entries.pop(0)
        if isinstance(second, Array):
            widths.update({first + offset: float(width) for offset, width in enumerate(second)})
        else:
            width = float(entries.pop(0))
            widths.update(dict.fromkeys(range(first, int(second) + 1), width))
    return widths
