"""Text of Word files in document order: paragraphs, tables, text boxes, diagrams, charts, headers, footers, notes, comments with their
authors, both sides of tracked changes; embedded files are taken out.
"""

from __future__ import annotations

import re
import zipfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree.ElementTree import Element

from casefiles.readers import embedded
from casefiles.readers.drawn import figures, shown
from casefiles.readers.numbering import Numbering
from casefiles.readers.ooxml import attribute, local, package, relations, tell_properties, tree
from casefiles.readers.reading import Told, damaged

LABEL = "全文"
_SKIPPED = frozenset({"pPr", "rPr", "sectPr", "tblPr", "trPr", "tcPr", "tblGrid", "instrText", "delInstrText", "fldData", "binData", "docPr", "cNvPr", "rt"})
_SIGNS = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_ADDED, _TAKEN = frozenset({"ins", "moveTo"}), frozenset({"del", "moveFrom"})
_AROUND = (("header", "页眉"), ("footer", "页脚"))
_BOXES = {  # signs of the fonts in which people tick: font and code -> the sign
    ("Wingdings", "F0FE"): "☑", ("Wingdings", "F0FD"): "☒", ("Wingdings", "F0A8"): "☐", ("Wingdings", "F06F"): "☐", ("Wingdings", "F0FC"): "✓",
    ("Wingdings 2", "F052"): "☑", ("Wingdings 2", "F054"): "☒", ("Wingdings 2", "F0A3"): "☐", ("Wingdings 2", "F02A"): "☐", ("Wingdings 2", "F050"): "✓",
}  # fmt: skip
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
        body = tree(opened, main)
        Numbering.of(opened).write(body)
        lines += _blocks(body)
        lines += figures(opened, [relation.part for relation in relations(opened, main)])
        for part, kind, name in _NOTES:
            if part in names:
                notes = [note for note in tree(opened, part) if local(note) == kind]
                lines += [f"［{name}{_author(note)}］{text}" for note in notes if (text := "\n".join(_blocks(note)).strip())]
                _tell_work(f"{kind}s", notes, told)
        lines += [f"［{name}］{line}" for kind, name in _AROUND[1:] for line in around[kind]]
        told.count(1)
        told.page(LABEL, "\n".join(lines))
        _tell_work("changes", [element for element in body.iter() if local(element) in _ADDED | _TAKEN], told)
        tell_properties(opened, told, "docProps/core.xml", "docProps/app.xml")
        embedded.pictures(opened, told, told.characters)
        embedded.take_out(opened, told)


def _author(element: Element) -> str:
    said = attribute(element, "author").strip()[:80]
    return f" {said}" if said else ""


def _tell_work(name: str, elements: Sequence[Element], told: Told) -> None:
    """Who commented or changed and on which days; the days are told beside the text, for they are no dates of the document's own."""
    said = Counter((_author(element).strip(), attribute(element, "date")[:10]) for element in elements)
    if any(author or day for author, day in said):
        told.detail(name, [{"author": author, "date": day, "number": number} for (author, day), number in said.most_common(200)])


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


def _blocks(element: Element) -> list[str]:
    """Lines of a body, cell, note or text box."""
    lines: list[str] = []
    for child in shown(element):
        name = local(child)
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
    for child in shown(table):
        if local(child) == "tr":
            cells = [cell for part in shown(child) for cell in ([part] if local(part) == "tc" else _cells_inside(part))]
            lines.append("\t".join("\n".join(_blocks(cell)).strip("\n") for cell in cells).rstrip("\t"))
        elif local(child) not in _SKIPPED:
            lines += _rows(child)
    return lines


def _cells_inside(element: Element) -> list[Element]:
    """Cells inside a content control or a tracked change."""
    return [] if local(element) in _SKIPPED else [cell for part in shown(element) for cell in ([part] if local(part) == "tc" else _cells_inside(part))]


@dataclass
class _Paragraph:
    """The pieces of a paragraph: now there, added, or taken away by a tracked change; and the text boxes that hang on it."""

    element: Element
    pieces: list[tuple[str, str]] = field(default_factory=list)
    boxes: list[str] = field(default_factory=list)
    authors: list[str] = field(default_factory=list)

    def lines(self) -> list[str]:
        """The text as it reads with the changes; where there are any, a second line names them and gives the text as it was.

        Both readings stand there in one piece, so that a sentence of either is found.
        """
        self._collect(self.element, "")
        lines = [self._text("", "added"), *self.boxes]
        taken, added = self._changes("taken"), self._changes("added")
        if taken or added:
            told = [f"删除“{taken}”"] * bool(taken) + [f"插入“{added}”"] * bool(added) + [f"修订前：{self._text('', 'taken')}"] * bool(taken)
            lines.insert(1, f"［修订{'、'.join(dict.fromkeys(self.authors))}：{'；'.join(told)}］")
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
        for child in shown(element):
            name = local(child)
            if name == "t":
                self.pieces.append((child.text or "", kind))
            elif name == "delText":
                self.pieces.append((child.text or "", "taken"))
            elif name in _SIGNS:
                self.pieces.append((_SIGNS[name], kind))
            elif name == "sym":
                self.pieces.append((_BOXES.get((attribute(child, "font"), attribute(child, "char").upper()), ""), kind))
            elif name == "ddList":  # a drop-down of the old kind keeps the chosen entry by its number
                self.pieces.append((_chosen(child), kind))
            elif name == "txbxContent":
                self.boxes += _blocks(child)
            elif name == "textpath":
                self.boxes += [child.get("string", "")]
            elif name in _ADDED | _TAKEN:
                self.authors += [said] if (said := _author(child)) else []
                self._collect(child, "added" if name in _ADDED else "taken")
            elif name not in _SKIPPED:
                self._collect(child, kind)


def _chosen(entries: Element) -> str:
    said = [attribute(entry, "val") for entry in entries if local(entry) == "listEntry"]
    result = next((attribute(entry, "val") for entry in entries if local(entry) == "result"), "0")
    return said[int(result)] if result.isdigit() and int(result) < len(said) else ""
