"""The parts of an OFD file by the paths that its XML names: from the root, or from the folder of the naming part."""

from __future__ import annotations

import posixpath
import zipfile
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from casefiles.readers.ooxml import local, tree
from casefiles.readers.reading import damaged

LARGEST_PART = 64 * 2**20  # bytes of a part that is no XML


class Parts:
    """An opened package, whose XML the guard of ooxml.package has passed over."""

    def __init__(self, opened: zipfile.ZipFile) -> None:
        self.opened = opened
        self._names = {name.strip("/").lower(): name for name in opened.namelist()}

    def path(self, base: str, written: str | None) -> str | None:
        """The part a place written in the part `base` means; None where the package holds none."""
        place = (written or "").strip().replace("\\", "/")
        whole = posixpath.normpath(place if place.startswith("/") else posixpath.join(posixpath.dirname(base), place))
        return self._names.get(whole.strip("/").lower()) if place else None

    def needed(self, base: str, written: str | None) -> str:
        place = self.path(base, written)
        if place is None:
            raise damaged("OFD", f"no {written or 'root'}")
        return place

    def root(self, name: str) -> Element:
        if not name.lower().endswith(".xml"):
            raise damaged("OFD", name)  # the guard has not seen it
        return tree(self.opened, name)

    def size(self, name: str) -> int:
        return self.opened.getinfo(name).file_size

    def content(self, name: str) -> bytes:
        """The bytes of a part that is no XML; nothing where it is too large."""
        return self.opened.read(name) if self.size(name) <= LARGEST_PART else b""


def children(element: Element | None, name: str) -> list[Element]:
    return [child for child in element if local(child) == name] if element is not None else []


def child(element: Element | None, name: str) -> Element | None:
    return next(iter(children(element, name)), None)


def child_text(element: Element | None, name: str) -> str:
    """The text of the first element of this name, at any depth."""
    found = next((inner for inner in element.iter() if local(inner) == name), None) if element is not None else None
    return (found.text or "").strip() if found is not None else ""


@dataclass
class Document:
    """One document of the package: the place of its root part and what its pages share, by id."""

    place: str
    root: Element
    templates: dict[str, str] = field(default_factory=dict)
    units: dict[str, Element] = field(default_factory=dict)  # composite graphics
    media: dict[str, str] = field(default_factory=dict)  # parts that hold pictures
    params: dict[str, Element] = field(default_factory=dict)  # how lines and areas are drawn
    annotations: dict[str, str] = field(default_factory=dict)
    objects: dict[str, str] = field(default_factory=dict)  # text by object id, for the tags of invoices


def open_document(parts: Parts, place: str) -> Document:
    root = parts.root(place)
    document = Document(place, root)
    common = child(root, "CommonData")
    for template in children(common, "TemplatePage"):
        if (where := parts.path(place, template.get("BaseLoc"))) is not None:
            document.templates[template.get("ID", "")] = where
    for name in ("PublicRes", "DocumentRes"):
        for listed in children(common, name):
            if (where := parts.path(place, listed.text)) is not None:
                _add_resources(parts, where, document)
    if (where := parts.path(place, child_text(root, "Annotations"))) is not None:
        for page in children(parts.root(where), "Page"):
            if (told_in := parts.path(where, child_text(page, "FileLoc"))) is not None:
                document.annotations[page.get("PageID", "")] = told_in
    return document


def _add_resources(parts: Parts, where: str, document: Document) -> None:
    root = parts.root(where)
    folder = posixpath.join(posixpath.dirname(where), root.get("BaseLoc") or ".", "")
    for element in root.iter():
        name, number = local(element), element.get("ID", "")
        if name == "CompositeGraphicUnit":
            document.units[number] = element
        elif name == "DrawParam":
            document.params[number] = element
        elif name == "MultiMedia" and (held := parts.path(folder, child_text(element, "MediaFile"))) is not None:
            document.media[number] = held


def pages_of(document: Document) -> list[Element]:
    return children(child(document.root, "Pages"), "Page")


def page_objects(parts: Parts, document: Document, page: Element) -> list[Element]:
    """The elements that hold what a page shows, from the back to the front: templates, the page itself, its annotations."""
    root = parts.root(parts.needed(document.place, page.get("BaseLoc")))
    used = [(use.get("ZOrder", "Background"), use.get("TemplateID", "")) for use in children(root, "Template")]
    behind = [parts.root(document.templates[ref]) for order, ref in used if ref in document.templates and order != "Foreground"]
    before = [parts.root(document.templates[ref]) for order, ref in used if ref in document.templates and order == "Foreground"]
    place = document.annotations.get(page.get("ID", ""))
    return [*behind, root, *before, *(children(parts.root(place), "Annot") if place is not None else [])]
