"""OpenDocument files (odt, ods, odp) as docx.py, xlsx.py and pptx.py give the others: read from content.xml, nothing laid out or calculated."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.etree.ElementTree import Element

from casefiles.readers import embedded
from casefiles.readers.cells import BESIDE, MOST_CELLS, Grid
from casefiles.readers.ooxml import attribute, local, package, tell_properties, tree
from casefiles.readers.pptx import tell_hidden_slides
from casefiles.readers.reading import Refused, Told, damaged
from casefiles.readers.xlsx import tell_hidden

CONTENT, STYLES, MANIFEST = "content.xml", "styles.xml", "META-INF/manifest.xml"
_PARAGRAPHS = frozenset({"p", "h"})
_SKIPPED = frozenset({"tracked-changes", "sequence-decls", "forms", "annotation-end", "meta", "change-info", "ruby-text", "shapes", "note-citation"})
_SIGNS = {"s": " ", "tab": "\t", "line-break": "\n"}
_NAMES_OF_PICTURES = "{urn:oasis:names:tc:opendocument:xmlns:svg-compatible"  # titles that no page shows
_MOST_REPEATS = 1_000  # of a row or cell in which something stands: a page of them says no more than that
_MOST_COLUMNS = 16_384


def read_odt(path: Path, told: Told) -> None:
    """One page, like a docx: nothing here says where a printed page ends."""
    with package(path, "odt", told) as opened:
        body = _body(opened, "text", told)
        lines = [f"［页眉］{line}" for line in _around(opened, "header")]
        lines += _Text(_changes(body)).blocks(body)
        lines += [f"［页脚］{line}" for line in _around(opened, "footer")]
        told.count(1)
        told.page("全文", "\n".join(lines))
        _tell_rest(opened, told)


def read_odp(path: Path, told: Told) -> None:
    with package(path, "odp", told) as opened:
        body = _body(opened, "presentation", told)
        hides = _hiding(opened, "visibility", "hidden")
        slides = [page for page in body if local(page) == "page"]
        told.count(len(slides))
        hidden = []
        for number, slide in enumerate(slides, 1):
            is_hidden = attribute(slide, "style-name") in hides
            hidden += [number] if is_hidden else []
            lines = [line for line in _Text({}).blocks(slide) if line.strip()]
            told.page(f"幻灯片 {number}（隐藏）" if is_hidden else f"幻灯片 {number}", "\n".join(lines))
        tell_hidden_slides(hidden, told)
        _tell_rest(opened, told)


def read_ods(path: Path, told: Told) -> None:
    """A page for each sheet, as cells.py wants it; the text of a cell as it was shown when the file was saved."""
    with package(path, "ods", told) as opened:
        body = _body(opened, "spreadsheet", told)
        hides = _hiding(opened, "display", "false")
        sheets = [table for table in body if local(table) == "table"]
        told.count(len(sheets))
        left = MOST_CELLS
        for sheet in sheets:
            grid = Grid(told, attribute(sheet, "name"), left)
            for number, cells in _rows(sheet):
                if not grid.row(number, cells):
                    break
            left = grid.end()
            if left < 0:
                break
        beside = [line for sheet in sheets for shapes in sheet if local(shapes) == "shapes" for line in _Text({}).blocks(shapes) if line.strip()]
        if beside:
            told.page(BESIDE, "\n".join(beside))
        tell_hidden([attribute(sheet, "name") for sheet in sheets if attribute(sheet, "style-name") in hides], told)
        told.count(len(told.pages))
        _tell_rest(opened, told)


def _body(opened: zipfile.ZipFile, kind: str, told: Told) -> Element:
    """The part of the content that holds the document. Refused where it is encrypted or not there."""
    names = opened.namelist()
    if MANIFEST in names and any(local(element) == "encryption-data" for element in tree(opened, MANIFEST).iter()):
        raise Refused("encrypted", "文件已加密，需要打开密码。", "encrypted, a password is needed to open it.")
    if CONTENT not in names:
        raise damaged("OpenDocument", f"no {CONTENT}")
    if any(name.startswith(("Basic/", "Scripts/")) and not name.endswith("/") for name in names):
        told.note("含有宏；从不运行。", "it holds a macro, which is never run.")
    content = tree(opened, CONTENT)
    body = next((inner for outer in content if local(outer) == "body" for inner in outer if local(inner) == kind), None)
    if body is None:
        raise damaged("OpenDocument", f"no {kind}")
    return body


def _tell_rest(opened: zipfile.ZipFile, told: Told) -> None:
    tell_properties(opened, told, "meta.xml")
    embedded.pictures(opened, told, told.characters)


def _around(opened: zipfile.ZipFile, kind: str) -> list[str]:
    """Lines of all headers or footers (also those of first and left pages), each once."""
    if STYLES not in opened.namelist():
        return []
    parts = [element for element in tree(opened, STYLES).iter() if local(element) in {kind, f"{kind}-left", f"{kind}-first"}]
    return list(dict.fromkeys(line for part in parts for line in _Text({}).blocks(part) if line.strip()))


def _hiding(opened: zipfile.ZipFile, name: str, value: str) -> set[str]:
    """Names of the styles that hide a sheet or a slide."""
    styles = [style for style in tree(opened, CONTENT).iter() if local(style) == "style"]
    return {attribute(style, "name") for style in styles if any(attribute(inner, name) == value for inner in style)}


@dataclass(frozen=True)
class _Change:
    """A tracked change: whose, whether it added text, and what it took away."""

    author: str
    added: bool
    taken: str


def _changes(body: Element) -> dict[str, _Change]:
    found = {}
    for region in (element for element in body.iter() if local(element) == "changed-region"):
        for change in region:
            author = next((element.text or "" for element in change.iter() if local(element) == "creator"), "").strip()
            taken = "\n".join(_Text({}).blocks(change)).strip("\n") if local(change) == "deletion" else ""
            found[attribute(region, "id")] = _Change(author, local(change) == "insertion", taken)
    return found


class _Text:
    """Lines of an element; `changes` are the tracked changes that its marks refer to by their ids."""

    def __init__(self, changes: dict[str, _Change]) -> None:
        self.changes = changes
        self.open: set[str] = set()  # insertions that began and did not end yet: they reach over paragraphs

    def blocks(self, element: Element) -> list[str]:
        found: list[str] = []
        for child in element:
            name = local(child)
            if name in _PARAGRAPHS:
                found += self.paragraph(child)
            elif name == "table-row":
                found.append("\t".join("\n".join(self.blocks(cell)) for cell in child if local(cell) == "table-cell").rstrip())
            elif name == "notes":  # of a slide
                found += [f"［备注］{line}" for line in self.blocks(child) if line.strip()]
            elif name == "annotation":
                found.append(self.annotation(child))
            elif name == "change":
                found += self.change(child)
            elif name not in _SKIPPED:
                found += self.blocks(child)
        return found

    def paragraph(self, element: Element) -> list[str]:
        """The text of a paragraph with the changes, what they were (as docx.py tells them), then the notes, comments and boxes that hang on it."""
        after: list[str] = []
        pieces = list(self.pieces(element, after))
        whose = list(dict.fromkeys(f" {change.author}" for _, change in pieces if change is not None and change.author))
        taken = "”“".join(text for text, change in pieces if change is not None and not change.added)
        added = "”“".join(text for text, change in pieces if change is not None and change.added and text.strip())
        lines = ["".join(text for text, change in pieces if change is None or change.added)]
        if taken or added:
            before = "".join(text for text, change in pieces if change is None or not change.added)
            told = [f"删除“{taken}”"] * bool(taken) + [f"插入“{added}”"] * bool(added) + [f"修订前：{before}"] * bool(taken)
            lines.append(f"［修订{'、'.join(whose)}：{'；'.join(told)}］")
        return [*lines, *after]

    def pieces(self, element: Element, after: list[str]) -> Iterator[tuple[str, _Change | None]]:
        """The text piece by piece, each with the change that added or took it."""
        yield element.text or "", self.adding()
        for child in element:
            name = local(child)
            if name in _SIGNS:
                yield _SIGNS[name] * (min(_times(child, "c"), 200) if name == "s" else 1), self.adding()
            elif name == "note":
                sign = "尾注" if attribute(child, "note-class") == "endnote" else "脚注"
                after += [f"［{sign}］{line}" for line in self.blocks(child) if line.strip()]
            elif name == "annotation":
                after.append(self.annotation(child))
            elif name == "change" and (change := self.changes.get(attribute(child, "change-id"))) is not None and change.taken:
                yield change.taken, change
            elif name in {"change-start", "change-end"}:
                (self.open.add if name == "change-start" else self.open.discard)(attribute(child, "change-id"))
            elif name in {"text-box", "table", "list"}:
                after += self.blocks(child)
            elif name not in _SKIPPED and not str(child.tag).startswith(_NAMES_OF_PICTURES):
                yield from self.pieces(child, after)
            yield child.tail or "", self.adding()

    def adding(self) -> _Change | None:
        return next((change for one in sorted(self.open) if (change := self.changes.get(one)) is not None and change.added), None)

    def annotation(self, element: Element) -> str:
        author = next((child.text or "" for child in element if local(child) == "creator"), "").strip()
        lines = [line for child in element for line in (self.paragraph(child) if local(child) == "p" else self.blocks(child)) if local(child) in {"p", "list"}]
        return f"［批注{' ' * bool(author)}{author}］{' '.join(lines)}"

    def change(self, element: Element) -> list[str]:
        """A paragraph that was taken away as a whole."""
        change = self.changes.get(attribute(element, "change-id"))
        return [f"［修订{' ' * bool(change.author)}{change.author}：删除“{change.taken}”］"] if change is not None and change.taken else []


def _rows(sheet: Element) -> Iterator[tuple[int, list[str]]]:
    """The rows in which something stands, with their numbers."""
    number = 1
    for row in _inside(sheet, "table-row", frozenset({"table-header-rows", "table-rows", "table-row-group"})):
        times = _times(row, "number-rows-repeated")
        cells = _cells(row)
        if any(cells):
            for at in range(min(times, _MOST_REPEATS)):
                yield number + at, cells
        number += times


def _inside(element: Element, name: str, around: frozenset[str]) -> Iterator[Element]:
    for child in element:
        if local(child) == name:
            yield child
        elif local(child) in around:
            yield from _inside(child, name, around)


def _cells(row: Element) -> list[str]:
    cells: list[str] = []
    for cell in row:
        if local(cell) in {"table-cell", "covered-table-cell"}:
            text = _cell(cell)
            times = _times(cell, "number-columns-repeated")
            cells += [text] * min(times, _MOST_REPEATS if text else _MOST_COLUMNS)
            if len(cells) > _MOST_COLUMNS:
                break
    while cells and not cells[-1]:
        cells.pop()
    return cells


def _cell(cell: Element) -> str:
    text = "\n".join(_Text({}).blocks(cell))
    if text:
        return text
    said = next((value for name in ("date-value", "time-value", "value", "boolean-value") if (value := attribute(cell, name))), "")
    return said or (f"{attribute(cell, 'formula')}（公式，未存计算值）" if attribute(cell, "formula") else "")


def _times(element: Element, name: str) -> int:
    said = attribute(element, name)
    return min(int(said), 1_048_576 * 4) if said.isdigit() and said.isascii() and len(said) < 10 and said != "0" else 1
