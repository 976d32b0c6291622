"""Slides of PowerPoint files in their order: shapes, tables, diagrams, charts, notes and comments; hidden slides too."""

from __future__ import annotations

import zipfile
from pathlib import Path
from xml.etree.ElementTree import Element

from casefiles.readers import embedded
from casefiles.readers.drawn import figures, lines, shown
from casefiles.readers.ooxml import attribute, local, package, relations, tell_properties, tree
from casefiles.readers.reading import Told, damaged

MAIN = "ppt/presentation.xml"
MOST_SLIDES = 5_000
_LEFT_OUT = frozenset({"sldNum", "dt", "ftr", "hdr", "sldImg"})  # placeholders on a page of notes that repeat on each


def read_pptx(path: Path, told: Told) -> None:
    with package(path, "pptx", told) as opened:
        if MAIN not in opened.namelist():
            raise damaged("pptx", f"no {MAIN}")
        slides = _slides(opened)
        authors = _authors(opened)
        told.count(len(slides))
        hidden = []
        for number, part in enumerate(slides[:MOST_SLIDES], 1):
            slide = tree(opened, part)
            is_hidden = slide.get("show") in {"0", "false"}
            hidden += [number] if is_hidden else []
            told.page(f"幻灯片 {number}（隐藏）" if is_hidden else f"幻灯片 {number}", "\n".join(_slide(opened, part, slide, authors)))
        if len(slides) > MOST_SLIDES:
            told.missing(f"只读取了前 {MOST_SLIDES} 张幻灯片。", f"only the first {MOST_SLIDES} slides were read.")
        tell_hidden_slides(hidden, told)
        tell_properties(opened, told, "docProps/core.xml", "docProps/app.xml")
        embedded.pictures(opened, told, told.characters)
        embedded.take_out(opened, told)


def tell_hidden_slides(hidden: list[int], told: Told) -> None:
    if hidden:
        said = ", ".join(map(str, hidden[:20])) + ("…" if len(hidden) > 20 else "")
        told.note(f"有隐藏的幻灯片，已一并读取：第 {said} 张。", f"hidden slides were read too: {said}.")


def _slides(opened: zipfile.ZipFile) -> list[str]:
    """The parts of the slides as the presentation lists them; a part listed twice is one slide."""
    parts = {relation.id: relation.part for relation in relations(opened, MAIN) if relation.kind == "slide"}
    listed = [value for entry in tree(opened, MAIN).iter() if local(entry) == "sldId" for value in entry.attrib.values() if value in parts]
    return list(dict.fromkeys(parts[one] for one in listed))


def _slide(opened: zipfile.ZipFile, part: str, slide: Element, authors: dict[str, str]) -> list[str]:
    found = lines(slide)
    related = relations(opened, part)
    found += figures(opened, [relation.part for relation in related])
    for relation in related:
        if relation.kind == "notesSlide":
            found += [f"［备注］{line}" for line in _notes(tree(opened, relation.part))]
        elif relation.kind in {"comments", "comment"}:
            found += _comments(tree(opened, relation.part), authors)
    return found


def _notes(element: Element) -> list[str]:
    found: list[str] = []
    for child in shown(element):
        if local(child) != "sp":
            found += _notes(child)
        elif not any(local(inner) == "ph" and inner.get("type") in _LEFT_OUT for inner in child.iter()):
            found += lines(child)
    return found


def _authors(opened: zipfile.ZipFile) -> dict[str, str]:
    parts = [name for name in ("ppt/commentAuthors.xml", "ppt/authors.xml") if name in opened.namelist()]
    return {author.get("id", ""): author.get("name", "") for part in parts for author in tree(opened, part)}


def _comments(part: Element, authors: dict[str, str]) -> list[str]:
    """Comments and the answers to them: the old form holds plain text, the new one paragraphs."""
    found = []
    for comment in part.iter():
        if local(comment) in {"cm", "reply"}:
            own = [child for child in comment if local(child) in {"text", "txBody"}]
            text = " ".join(word for child in own for word in ([child.text or ""] if local(child) == "text" else lines(child))).strip()
            name = authors.get(attribute(comment, "authorId"), "")
            found += [f"［批注{' ' * bool(name)}{name}］{text}"] if text else []
    return found
