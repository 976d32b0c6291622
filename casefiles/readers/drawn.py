"""Text of DrawingML, the drawings of docx, xlsx and pptx alike: paragraphs and tables of shapes, diagrams (SmartArt), charts."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from casefiles.readers.ooxml import local, tree

_SKIPPED = frozenset({"pPr", "rPr", "endParaRPr", "tblPr", "tblGrid", "tcPr", "spPr", "nvSpPr", "nvPicPr", "nvGraphicFramePr", "extLst"})


def shown(element: Element) -> Iterator[Element]:
    """The children, of alternative contents the first that has any: the same text stands in each."""
    for child in element:
        if local(child) == "AlternateContent":
            choice = next((option for option in child if local(option) == "Choice" and len(option)), None)
            option = choice if choice is not None else next((option for option in child if local(option) == "Fallback"), None)
            if option is not None:
                yield from shown(option)
        else:
            yield child


def lines(element: Element) -> list[str]:
    """The text of shapes, a line for each paragraph and each row of a table, blank ones left out."""
    found: list[str] = []
    for child in shown(element):
        name = local(child)
        if name == "p":
            found += [text] if (text := paragraph(child)).strip() else []
        elif name == "tr":
            cells = [" ".join(lines(cell)) for cell in shown(child) if local(cell) == "tc"]
            found += ["\t".join(cells).rstrip()] if any(cells) else []
        elif name not in _SKIPPED:
            found += lines(child)
    return found


def paragraph(element: Element) -> str:
    pieces = []
    for child in shown(element):
        name = local(child)
        if name == "t":
            pieces.append(child.text or "")
        elif name in {"br", "tab"}:
            pieces.append("\n" if name == "br" else "\t")
        elif name not in _SKIPPED:
            pieces.append(paragraph(child))
    return "".join(pieces)


def figures(opened: zipfile.ZipFile, parts: list[str]) -> list[str]:
    """A line for each diagram (word/diagrams/data1.xml) and chart (xl/charts/chart1.xml) among the parts: what is written in it."""
    found = []
    for part in parts:
        if re.search(r"/diagrams/data\d*\.xml\Z", part):
            found.append(_line("图示", lines(tree(opened, part))))
        elif re.search(r"/charts/chart(?:ex)?\d*\.xml\Z", part, re.IGNORECASE):
            found.append(_line("图表", _chart(tree(opened, part))))
    return [line for line in found if line]


def _line(name: str, texts: list[str]) -> str:
    return f"［{name}］{'；'.join(dict.fromkeys(texts))}" if texts else ""


def _chart(chart: Element) -> list[str]:
    """Titles and the values kept with the chart; the formulas that name cells are left out."""
    values = [(value.text or "").strip() for value in chart.iter() if local(value) == "v"]
    return [*lines(chart), *(value for value in values if value)]
