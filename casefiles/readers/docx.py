"""Text of Word files in document order: paragraphs, tables, text boxes, headers, footers, notes, comments, and both sides of tracked changes."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree.ElementTree import Element

from casefiles.readers.ooxml import package, tree
from casefiles.readers.reading import Told, damaged

LABEL = "全文"
_SKIPPED = frozenset({"pPr", "rPr", "sectPr", "tblPr", "trPr", "tcPr", "tblGrid", "instrText", "delInstrText", "fldData", "binData", "docPr", "cNvPr"})
_SIGNS = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_ADDED, _TAKEN = frozenset({"ins", "moveTo"}), frozenset({"del", "moveFrom"})
_AROUND = (("header", "页眉"), ("footer", "页脚"))
_NOTES = (("word/footnotes.xml", "footnote", "脚注"), ("word/endnotes.xml", "endnote", "尾注"), ("word/comments.xml", "comment", "批注"))


def read_docx(path: Path, told: Told) -> None:
    """One page that holds the whole text: a docx has no pages until something lays it out."""
    with package(path, "docx", told) as opened:
        names = opened.namelist()
        main = _main_part(opened)
        if main not in names:
            raise damaged("docx", f"no {main}")
        around = {kind: _around(opened, kind) for kind, _ in _AROUND}
        lines = [f"［{name}］{line}" for kind, name in _AROUND[:1] for line in around[kind]]
        lines += _blocks(tree(opened, main))
        for part, kind, name in _NOTES:
            if part in names:
                lines += [f"［{name}］{text}" for note in tree(opened, part) if _local(note) == kind and (text := "\n".join(_blocks(note)).strip())]
        lines += [f"［{name}］{line}" for kind, name in _AROUND[1:] for line in around[kind]]
    told.count(1)
    told.page(LABEL, "\n".join(lines))


def _main_part(opened: zipfile.ZipFile) -> str:
    if "_rels/.rels" in opened.namelist():
        for relation in tree(opened, "_rels/.rels"):
            if relation.get("Type", "").endswith("/officeDocument"):
                return relation.get("Target", "").lstrip("/")
    return "word/document.xml"


def _around(opened: zipfile.ZipFile, kind: str) -> list[str]:
    """Lines of all headers or footers, each once: they repeat from section to section."""
    parts = sorted(name for name in opened.namelist() if re.fullmatch(rf"word/{kind}\d*\.xml", name))
    return list(dict.fromkeys(line for part in parts for line in _blocks(tree(opened, part)) if line.strip()))


def _local(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _shown(element: Element) -> Iterator[Element]:
    """The children, of alternative contents the first that has any: text boxes stand there twice."""
    for child in element:
        if _local(child) == "AlternateContent":
            choice = next((option for option in child if _local(option) == "Choice" and len(option)), None)
            option = choice if choice is not None else next((option for option in child if _local(option) == "Fallback"), None)
            if option is not None:
                yield from _shown(option)
        else:
            yield child


def _blocks(element: Element) -> list[str]:
    """Lines of a body, cell, note or text box."""
    lines: list[str] = []
    for child in _shown(element):
        name = _local(child)
        if name == "p":
            lines += _Paragraph(child).lines()
        elif name == "tbl":
            lines += _rows(child)
        elif name not in _SKIPPED:
            lines += _blocks(child)
    return lines


def _rows(table: Element) -> list[str]:
    """A line for each row, cells apart by tabs."""
    lines = []
    for child in _shown(table):
        if _local(child) == "tr":
            cells = [cell for part in _shown(child) for cell in ([part] if _local(part) == "tc" else _cells_inside(part))]
            lines.append("\t".join("\n".join(_blocks(cell)).strip("\n") for cell in cells).rstrip("\t"))
        elif _local(child) not in _SKIPPED:
            lines += _rows(child)
    return lines


def _cells_inside(element: Element) -> list[Element]:
    """Cells inside a content control or a tracked change."""
    return [] if _local(element) in _SKIPPED else [cell for part in _shown(element) for cell in ([part] if _local(part) == "tc" else _cells_inside(part))]


@dataclass
class _Paragraph:
    """The pieces of a paragraph: now there, added, or taken away by a tracked change; and the text boxes that hang on it."""

    element: Element
    pieces: list[tuple[str, str]] = field(default_factory=list)
    boxes: list[str] = field(default_factory=list)

    def lines(self) -> list[str]:
        """The text as it reads with the changes; where there are any, a second line names them and gives the text as it was.

        Both readings stand there in one piece, so that a sentence of either is found.
        """
        self._collect(self.element, "")
        lines = [self._text("", "added"), *self.boxes]
        taken, added = self._changes("taken"), self._changes("added")
        if taken or added:
            told = [f"删除“{taken}”"] * bool(taken) + [f"插入“{added}”"] * bool(added) + [f"修订前：{self._text('', 'taken')}"] * bool(taken)
            lines.insert(1, f"［修订：{'；'.join(told)}］")
        return lines

    def _text(self, *kinds: str) -> str:
        return "".join(text for text, kind in self.pieces if kind in kinds)

    def _changes(self, wanted: str) -> str:
        runs: list[str] = []
        before = ""
        for text, kind in self.pieces:
            if kind == wanted:
                runs = [*runs[:-1], runs[-1] + text] if before == wanted else [*runs, text]
            before = kind
        return "”“".join(run for run in runs if run.strip())

    def _collect(self, element: Element, kind: str) -> None:
        for child in _shown(element):
            name = _local(child)
            if name == "t":
                self.pieces.append((child.text or "", kind))
            elif name == "delText":
                self.pieces.append((child.text or "", "taken"))
            elif name in _SIGNS:
                self.pieces.append((_SIGNS[name], kind))
            elif name == "txbxContent":
                self.boxes += _blocks(child)
            elif name not in _SKIPPED:
                self._collect(child, "added" if name in _ADDED else "taken" if name in _TAKEN else kind)
