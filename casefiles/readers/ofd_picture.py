"""A page of an OFD as a picture: its text, lines, areas, images and seals put into an SVG, which typst draws with the fonts at hand.

What is drawn is what the file says stands there; fonts that the file brings along, patterns and shadings are left out. Runs in the limited child only.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.etree import ElementTree as ET

import typst

from casefiles.readers.ofd_package import Document, Parts, child, child_text, children, open_document, page_objects, pages_of
from casefiles.readers.ofd_seals import Stamp, picture_of, seals
from casefiles.readers.ofd_text import DEEPEST, codes, numbers, placed, size_of
from casefiles.readers.ooxml import local, package
from casefiles.readers.reading import Refused, Told

TALLEST = 8_000  # pixels
A4 = (0.0, 0.0, 210.0, 297.0)
LARGEST_PAGE = 5_000.0  # millimetres
_KINDS = {b"\x89PNG": "png", b"\xff\xd8\xff": "jpeg", b"GIF8": "gif"}
_AROUND = frozenset({"Content", "Layer", "PageBlock", "Appearance"})
_COMMANDS = {"S": ("M", 2), "M": ("M", 2), "L": ("L", 2), "Q": ("Q", 4), "B": ("C", 6), "A": ("A", 7), "C": ("Z", 0)}
_DRAWN = {"LineWidth": "0.353", "Cap": "Butt", "Join": "Miter"}  # millimetres; GB/T 33190, 8.2


def page_png(path: Path, number: int, width: int, fonts: Sequence[Path]) -> bytes:
    """One page (from 1) as PNG about `width` pixels wide; Refused where there is none."""
    svg, (across, down) = page_svg(path, number)
    ppi = min(width / across, TALLEST / down) * 25.4
    with TemporaryDirectory() as folder:
        (Path(folder) / "page.svg").write_bytes(svg)
        main = Path(folder) / "page.typ"
        main.write_text(f'#set page(width: {across}mm, height: {down}mm, margin: 0mm)\n#image("page.svg", width: 100%, height: 100%)', encoding="utf-8")
        try:
            pictures = typst.compile(str(main), root=folder, font_paths=[str(font) for font in fonts], format="png", ppi=ppi)
        except (RuntimeError, typst.TypstError) as error:
            raise Refused("failed", f"第 {number} 页无法显示。", f"page {number} cannot be shown.") from error
    return pictures if isinstance(pictures, bytes) else pictures[0]


def page_svg(path: Path, number: int) -> tuple[bytes, tuple[float, float]]:
    """One page as SVG, and its width and height in millimetres."""
    with package(path, "OFD", Told()) as opened:
        parts = Parts(opened)
        start = parts.needed("", "OFD.xml")
        first = 1
        for body in children(parts.root(start), "DocBody"):
            document = open_document(parts, parts.needed(start, child_text(body, "DocRoot")))
            pages = pages_of(document)
            if first <= number < first + len(pages):
                listed = parts.path(start, child_text(body, "Signatures"))
                numbered = {page.get("ID", ""): at for at, page in enumerate(pages, first)}
                stamps = [(stamp, seal.signed) for seal in seals(parts, listed, numbered) for stamp in seal.stamps if stamp.page == number] if listed else []
                return _drawn(parts, document, pages[number - first], stamps)
            first += len(pages)
    raise Refused("failed", f"没有第 {number} 页（共 {first - 1} 页）。", f"there is no page {number} ({first - 1} in all).")


def _drawn(parts: Parts, document: Document, page: ET.Element, stamps: Sequence[tuple[Stamp, bytes]]) -> tuple[bytes, tuple[float, float]]:
    layers = page_objects(parts, document, page)
    areas = [child(layer, "Area") for layer in layers if local(layer) == "Page"]
    left, top, across, down = _box(*areas, child(child(document.root, "CommonData"), "PageArea"))
    svg = ET.Element("svg", {"xmlns": "http://www.w3.org/2000/svg", "viewBox": f"{left} {top} {across} {down}", "width": f"{across}mm", "height": f"{down}mm"})
    ET.SubElement(svg, "rect", {"x": str(left), "y": str(top), "width": str(across), "height": str(down), "fill": "#ffffff"})
    drawing = _Drawing(parts, document)
    for layer in layers:
        drawing.draw(layer, svg, {}, 0)
    for stamp, signed in stamps:
        _draw_stamp(svg, stamp, *picture_of(signed))
    return ET.tostring(svg, encoding="utf-8"), (across, down)


def _box(*areas: ET.Element | None) -> tuple[float, float, float, float]:
    for area in areas:
        box = numbers(child_text(area, "PhysicalBox"))
        if len(box) == 4 and 1 <= box[2] <= LARGEST_PAGE and 1 <= box[3] <= LARGEST_PAGE:
            return box[0], box[1], box[2], box[3]
    return A4


class _Drawing:
    """Puts graphic objects of one document into an SVG."""

    def __init__(self, parts: Parts, document: Document) -> None:
        self.parts, self.document = parts, document

    def draw(self, element: ET.Element, into: ET.Element, style: dict[str, str], depth: int) -> None:
        for drawn in element:
            name = local(drawn)
            if name in _AROUND:
                self.draw(drawn, _group(into, drawn), self._style(drawn, style), depth)
            elif name == "TextObject":
                _draw_text(drawn, _group(into, drawn), self._style(drawn, style))
            elif name == "PathObject":
                _draw_path(drawn, _group(into, drawn), self._style(drawn, style))
            elif name == "ImageObject" and (held := self.document.media.get(drawn.get("ResourceID", ""))) is not None:
                _draw_image(_group(into, drawn), self.parts.content(held), 1.0, 1.0)
            elif name == "CompositeObject" and depth < DEEPEST and (unit := self.document.units.get(drawn.get("ResourceID", ""))) is not None:
                self.draw(unit, _group(into, drawn), style, depth + 1)

    def _style(self, element: ET.Element, around: dict[str, str]) -> dict[str, str]:
        """How an object is drawn: what is around it, its parameters and those they build on, what it says itself."""
        chain, number = [element], element.get("DrawParam", "")
        while number in self.document.params and len(chain) < 10:
            chain.append(self.document.params[number])
            number = chain[-1].get("Relative", "")
        style = dict(around)
        for source in reversed(chain):
            style |= {name: source.attrib[name] for name in _DRAWN if name in source.attrib}
            style |= {name: colour for name in ("FillColor", "StrokeColor") if (colour := _colour(child(source, name)))}
        return style


def _group(into: ET.Element, element: ET.Element) -> ET.Element:
    shape = {"transform": f"matrix({' '.join(f'{value:g}' for value in placed(element))})"}
    if alpha := numbers(element.get("Alpha")):
        shape["opacity"] = f"{min(max(alpha[0] / 255, 0), 1):g}"
    return ET.SubElement(into, "g", shape)


def _colour(element: ET.Element | None) -> str:
    """#rrggbb of "156 82 35", "#ee #20 #25" or one grey; "" where there is none."""
    words = (element.get("Value") or "").split() if element is not None else []
    shades = [int(word[1:], 16) if re.fullmatch(r"#[0-9A-Fa-f]{1,2}", word) else int(value[0]) if (value := numbers(word)) else 0 for word in words]
    shades = [min(max(shade, 0), 255) for shade in shades]
    if len(shades) == 4:  # cyan, magenta, yellow, black
        shades = [(255 - shade) * (255 - shades[3]) // 255 for shade in shades[:3]]
    return "#" + "".join(f"{shade:02x}" for shade in (shades * 3 if len(shades) == 1 else shades)) if len(shades) in {1, 3} else ""


def _draw_text(element: ET.Element, into: ET.Element, style: dict[str, str]) -> None:
    if element.get("Fill") == "false" and element.get("Stroke") != "true":
        return
    narrow = next(iter(numbers(element.get("HScale"))), 1.0) or 1.0
    shape = {"fill": style.get("FillColor", "#000000"), "font-size": f"{size_of(element):g}"}
    if any(weight >= 600 for weight in numbers(element.get("Weight"))):
        shape["font-weight"] = "bold"
    if element.get("Italic") == "true":
        shape["font-style"] = "italic"
    for code in codes(element):
        for sign, x, y in zip(code.text, code.xs, code.ys, strict=True):
            if not sign.isspace():
                where = {"x": f"{x:g}", "y": f"{y:g}"} if narrow == 1 else {"transform": f"matrix({narrow:g} 0 0 1 {x:g} {y:g})"}
                ET.SubElement(into, "text", {**shape, **where}).text = sign


def _draw_path(element: ET.Element, into: ET.Element, style: dict[str, str]) -> None:
    shape = {"d": path_of(child_text(element, "AbbreviatedData")), "fill": "none", "stroke": "none"}
    if element.get("Fill") == "true":
        shape |= {"fill": style.get("FillColor", "none"), "fill-rule": "evenodd" if element.get("Rule") == "Even-Odd" else "nonzero"}
    if element.get("Stroke") != "false":
        drawn = _DRAWN | style
        width = next(iter(numbers(drawn["LineWidth"])), 0.353)
        shape |= {"stroke": style.get("StrokeColor", "#000000"), "stroke-width": f"{width:g}", "stroke-linecap": drawn["Cap"].lower()}
        shape["stroke-linejoin"] = drawn["Join"].lower()
    if shape["d"]:
        ET.SubElement(into, "path", shape)


def path_of(written: str) -> str:
    """An abbreviated path (GB/T 33190, 9.1) as one of SVG; ends where it is no longer one."""
    found, words = [], iter(written.split())
    for word in words:
        command, count = _COMMANDS.get(word, ("", 0))
        values = [value for _, value in zip(range(count), words, strict=False)]
        if not command or len(values) < count or len(numbers(" ".join(values))) < count:
            break
        found += [command, *values]
    return " ".join(found) if found[:1] == ["M"] else ""


def _draw_image(into: ET.Element, content: bytes, across: float, down: float) -> None:
    kind = next((name for head, name in _KINDS.items() if content.startswith(head)), None)
    if kind is not None:
        source = f"data:image/{kind};base64,{base64.b64encode(content).decode()}"
        ET.SubElement(into, "image", {"width": f"{across:g}", "height": f"{down:g}", "preserveAspectRatio": "none", "href": source})


def _draw_stamp(svg: ET.Element, stamp: Stamp, kind: str, content: bytes) -> None:
    """A seal's picture in its box, cut to its part where it goes across the edges of pages; some seals are OFD files themselves."""
    if len(stamp.box) != 4:
        return
    left, top, across, down = stamp.box
    shown = stamp.clip if len(stamp.clip) == 4 else (0.0, 0.0, across, down)
    box = {"x": f"{left + shown[0]:g}", "y": f"{top + shown[1]:g}", "width": f"{shown[2]:g}", "height": f"{shown[3]:g}"}
    view = {"viewBox": f"{shown[0]:g} {shown[1]:g} {shown[2]:g} {shown[3]:g}", "preserveAspectRatio": "none"}
    into = ET.SubElement(svg, "svg", {**box, **view})
    if kind != "ofd":
        _draw_image(into, content, across, down)
        return
    for drawing, width, height in _inner(content):
        inner = ET.SubElement(into, "g", {"transform": f"scale({across / width:g} {down / height:g})"})
        inner.extend(list(drawing)[1:])  # without the white ground


def _inner(content: bytes) -> Iterator[tuple[ET.Element, float, float]]:
    """The first page of an OFD inside an OFD, its own seals left out."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "seal.ofd"
        path.write_bytes(content)
        with package(path, "OFD", Told()) as opened:
            parts = Parts(opened)
            start = parts.needed("", "OFD.xml")
            document = open_document(parts, parts.needed(start, child_text(parts.root(start), "DocRoot")))
            for page in pages_of(document)[:1]:
                svg, (across, down) = _drawn(parts, document, page, ())
                yield ET.fromstring(svg), across, down  # noqa: S314 - written just now
