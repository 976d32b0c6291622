"""What pdfium shows of a finished bundle: the number, mark and watermark of every sheet, where they stand, and the words of our own papers."""

from __future__ import annotations

import ctypes
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import pypdfium2
from pypdfium2 import raw

from casefiles.bundle.differences import Difference
from casefiles.bundle.pagination import ROMAN, following

GRID = 10_000  # the visible page is measured in so many steps each way
SLACK = 2  # steps that rounding may cost
MARGIN, ROOM = 22.0, 6.0  # points from the edge to a stamp (stamps.py), and what its signs may leave free
UNSEEN, EMPTY = 2 | 32, 2  # hidden, not viewed (PDF 32000-1, 12.5.3); bytes of a picture with nothing in it
PLACEHOLDER = re.compile(r"\{\{|\}\}|\{%|【待填】|（待填）|待补充|\bTODO\b|\bTBD\b|\bundefined\b|\bNone\b|\bNaN\b|\[\s*占位\s*\]")
GENERATED = ("index", "divider", "cover")
UNNUMBERED = ("cover", "blank")
NAMES = {"number": "页码 (number)", "mark": "证据编号 (mark)", "watermark": "水印 (watermark)"}


class Part(NamedTuple):
    """A part of the bundle as the manifest tells it; `at` counts sheets from 0."""

    kind: str
    id: str
    title: str
    at: int
    pages: int
    first: str
    last: str
    mark: str
    generated: bool
    back: int | None

    def labels(self) -> list[str]:
        """What must stand on every sheet of the part."""
        if self.kind in ("index", "paper"):
            return [_roman(_arabic(self.first) + offset) for offset in range(self.pages)]
        labels = [self.first]
        while len(labels) < self.pages:
            labels.append(following(labels[-1]) if self.kind == "exhibit" else f"{self.first}-{len(labels) + 1}")
        return labels


def part_of(row: Mapping[str, Any]) -> Part:
    """A part out of its row in the manifest."""
    own = row["kind"] in GENERATED or bool(row["slip"]) or bool(row.get("generated"))
    return Part(row["kind"], row["id"], row["title"], row["at"], row["pages"], row["first"], row["last"], row.get("mark", ""), own, row.get("back"))


@dataclass
class Stamps:
    """What was stamped on one sheet: the drawn texts of each stamp, in their order; `plain` when the bundle does not tell them apart."""

    drawn: dict[str, list[Any]] = field(default_factory=dict)
    plain: bool = False


def printed(path: Path, parts: Sequence[Part], manifest: Mapping[str, Any]) -> list[Difference]:
    """Every sheet as a reader sees it. The stamps are the last things drawn on it."""
    found: list[Difference] = []
    given = " ".join([*(part.title for part in parts), *(str(source.get("name")) for source in manifest.get("sources", ()))])  # the parties' own words
    document = pypdfium2.PdfDocument(path)
    try:
        total = sum(part.pages for part in parts)
        if len(document) != total:
            return [Difference(path.name, "pages", str(total), str(len(document)))]
        for part in parts:
            texts = []
            for offset, label in enumerate(part.labels()):
                page = document[part.at + offset]
                words = page.get_textpage()
                found += _sheet(page, words, str(part.at + offset + 1), part, label)
                if part.generated:
                    texts.append(words.get_text_bounded())
                    placeholder = next((word for word in PLACEHOLDER.findall(texts[-1]) if word not in given), "")
                    if placeholder:
                        found.append(Difference(str(part.at + offset + 1), "placeholder", found=placeholder))
                words.close()
                page.close()
            if part.kind == "paper" and part.id == manifest.get("catalogue_paper"):
                found += _catalogued("".join(texts), manifest)
    finally:
        document.close()
    return found


def _catalogued(text: str, manifest: Mapping[str, Any]) -> Iterator[Difference]:
    """Every range stands in the printed catalogue, whichever dash it is set with; a narrow column may break it anywhere."""
    plain = re.sub(r"(?:(?<!\s)\s++)?[-–—－~～至]\s*+", "-", text)
    for row in manifest["parts"]:
        if row["kind"] != "exhibit":
            continue
        first, last = str(row["first"]), str(row["last"])
        cited = [first, f"{first}-{first}"] if first == last else [f"{first}-{last}"]  # 1-1 is how some forms write one page
        written = "|".join(re.escape(re.sub(r"(?:(?<!\s)\s++)?[-–—－~～至]\s*+", "-", each)) for each in cited)
        if not re.search(rf"(?<![0-9A-Za-z])({written})(?![0-9A-Za-z])", plain):
            yield Difference(row["title"], "catalogue", cited[0])


def _sheet(page: Any, words: Any, sheet: str, part: Part, label: str) -> Iterator[Difference]:
    """The stamps of one sheet: what they say, and that they stand where a reader looks for them."""
    stamps = _stamps(page)
    yield from _inside(page, sheet, stamps)
    yield from _covered(page, sheet, stamps)
    if part.kind == "blank":
        text = "".join(words.get_text_bounded().split())
        for name in ("watermark", "note"):
            text = text.replace(_said(stamps.drawn.get(name, ()), words), "")
        if text or _pictures(page):
            yield Difference(sheet, "blank", found=text[:30] or "图像 (picture)")
    mark = stamps.drawn.get("mark", [])
    said = _said(mark, words)
    if said != part.mark and not stamps.plain:
        yield Difference(sheet, "mark", part.mark or "-", said or "-")
    elif mark and not _in_corner(page, mark, head=True):
        yield Difference(sheet, "mark_moved")
    if part.kind in UNNUMBERED:
        return
    number = stamps.drawn.get("number", [])
    said = _said(number, words)
    if said != label:
        yield Difference(sheet, "printed", label, said or "-")
        return
    if not _in_corner(page, number, head=False):
        yield Difference(sheet, "outside")
    if not _upright(page, number[0]):
        yield Difference(sheet, "not_upright")


def _inside(page: Any, sheet: str, stamps: Stamps) -> Iterator[Difference]:
    """No stamp reaches beyond the visible page."""
    for name, drawn in stamps.drawn.items():
        if drawn and name in NAMES and not stamps.plain:
            left, top, right, foot = _box(page, drawn)
            if min(left, top) < -SLACK or max(right, foot) > GRID + SLACK:
                yield Difference(sheet, "beyond", found=NAMES[name])


def _in_corner(page: Any, drawn: Sequence[Any], *, head: bool) -> bool:
    """Whether a stamp stands in the visible right corner at the head or the foot, as near to both edges as it is put."""
    left, top, right, foot = _box(page, drawn)
    wide, high = page.get_size()
    margin = MARGIN * max(1.0, min(wide, high) / 900)  # as stamps.py sets it, and more than that where a unit is more than a point
    aside, away = (GRID * (min(margin, side / 8) + ROOM) / side for side in (wide, high))
    if left < 0 or top < 0 or right > GRID or foot > GRID:
        return False
    at_edge = top <= away if head else foot >= GRID - away
    return bool(right >= GRID - aside and at_edge)


def _covered(page: Any, sheet: str, stamps: Stamps) -> Iterator[Difference]:
    """Nothing that readers draw over a page, such as a note or a seal put on it, hides the number or the mark."""
    boxes = [(name, _sides(drawn)) for name, drawn in stamps.drawn.items() if drawn and name in ("number", "mark")]
    for order in range(raw.FPDFPage_GetAnnotCount(page)):
        note, place = raw.FPDFPage_GetAnnot(page, order), raw.FS_RECTF()
        shown = raw.FPDFAnnot_GetSubtype(note) not in (raw.FPDF_ANNOT_LINK, raw.FPDF_ANNOT_POPUP) and not raw.FPDFAnnot_GetFlags(note) & UNSEEN
        if shown and raw.FPDFAnnot_GetAP(note, raw.FPDF_ANNOT_APPEARANCEMODE_NORMAL, None, 0) > EMPTY and raw.FPDFAnnot_GetRect(note, place):
            x0, x1, y0, y1 = min(place.left, place.right), max(place.left, place.right), min(place.bottom, place.top), max(place.bottom, place.top)
            hidden = [NAMES[name] for name, (left, foot, right, head) in boxes if x0 < right and left < x1 and y0 < head and foot < y1]
            yield from (Difference(sheet, "covered", found=name) for name in hidden)
        raw.FPDFPage_CloseAnnot(note)


def _sides(drawn: Sequence[Any]) -> tuple[float, float, float, float]:
    """Left, foot, right and head of what is drawn, in user space."""
    found = []
    for each in drawn:
        sides = [ctypes.c_float() for _ in range(4)]
        raw.FPDFPageObj_GetBounds(each, *sides)
        found.append([side.value for side in sides])
    left, foot, right, head = zip(*found, strict=True)
    return min(left), min(foot), max(right), max(head)


def _stamps(page: Any) -> Stamps:
    """The texts of the stamps, read from the end: number, mark, watermark, each at most once, because a page may carry those of another bundle below.

    A stamp with a ground is its ground and the texts on it.
    """
    found = Stamps()
    at = raw.FPDFPage_CountObjects(page) - 1
    while at >= 0:
        drawn = raw.FPDFPage_GetObject(page, at)
        name = _stamp_of(drawn)
        if not name or name in found.drawn:
            break
        texts: list[Any] = []
        while at >= 0 and _stamp_of(drawn) == name:
            at -= 1
            if raw.FPDFPageObj_GetType(drawn) != raw.FPDF_PAGEOBJ_TEXT:
                break
            texts.insert(0, drawn)
            drawn = raw.FPDFPage_GetObject(page, at) if at >= 0 else None
        found.drawn[name] = texts
    if not found.drawn and at >= 0:  # a bundle of an earlier version: its number is the last thing drawn
        drawn = raw.FPDFPage_GetObject(page, at)
        if raw.FPDFPageObj_GetType(drawn) == raw.FPDF_PAGEOBJ_TEXT:
            return Stamps({"number": [drawn]}, plain=True)
    return found


def _stamp_of(drawn: Any) -> str:
    """Which of our stamps an object belongs to; empty for the page's own."""
    buffer, length = (ctypes.c_ushort * 32)(), ctypes.c_ulong()
    for order in range(raw.FPDFPageObj_CountMarks(drawn) if drawn else 0):
        if raw.FPDFPageObjMark_GetParamStringValue(raw.FPDFPageObj_GetMark(drawn, order), b"CF", buffer, ctypes.sizeof(buffer), length):
            return bytes(buffer)[: length.value].decode("utf-16-le").rstrip("\0")
    return ""


def _pictures(page: Any) -> bool:
    """Whether anything but text and the grounds of stamps is drawn."""
    shown = (raw.FPDF_PAGEOBJ_IMAGE, raw.FPDF_PAGEOBJ_FORM, raw.FPDF_PAGEOBJ_SHADING, raw.FPDF_PAGEOBJ_PATH)
    objects = (raw.FPDFPage_GetObject(page, at) for at in range(raw.FPDFPage_CountObjects(page)))
    return any(raw.FPDFPageObj_GetType(drawn) in shown and not _stamp_of(drawn) for drawn in objects)


def _said(drawn: Sequence[Any], words: Any) -> str:
    """The text of a stamp; what stands between its parts is space."""
    return "".join(_text(each, words) for each in drawn)


def _text(drawn: Any, words: Any) -> str:
    length = raw.FPDFTextObj_GetText(drawn, words, None, 0)
    buffer = (ctypes.c_ushort * length)()
    raw.FPDFTextObj_GetText(drawn, words, buffer, length)
    return bytes(buffer).decode("utf-16-le").rstrip("\0").strip()


def _box(page: Any, drawn: Sequence[Any]) -> tuple[int, int, int, int]:
    """Left, top, right and foot of what is drawn, in steps of GRID from the visible top left corner."""
    left, foot, right, head = _sides(drawn)
    (x0, y0), (x1, y1) = _seen(page, left, foot), _seen(page, right, head)
    return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)


def _upright(page: Any, drawn: Any) -> bool:
    matrix = raw.FS_MATRIX()
    raw.FPDFPageObj_GetMatrix(drawn, matrix)
    start, along = _seen(page, matrix.e, matrix.f), _seen(page, matrix.e + matrix.a * 1e3, matrix.f + matrix.b * 1e3)
    return along[0] > start[0] and abs(along[1] - start[1]) <= 1 + abs(along[0] - start[0]) / 50


def _seen(page: Any, x: float, y: float) -> tuple[int, int]:
    """A point of the page as pdfium shows it, in steps of GRID from the visible top left corner."""
    across, down = ctypes.c_int(), ctypes.c_int()
    raw.FPDF_PageToDevice(page, 0, 0, GRID, GRID, 0, x, y, across, down)
    return across.value, down.value


def _roman(value: int) -> str:
    written = ""
    for worth, sign in ROMAN:
        count, value = divmod(value, worth)
        written += sign * count
    return written


def _arabic(written: str) -> int:
    value, rest = 0, written
    for worth, sign in ROMAN:
        while rest.startswith(sign):
            value, rest = value + worth, rest.removeprefix(sign)
    if rest:
        raise ValueError(f"{written!r} is no roman number")
    return value
