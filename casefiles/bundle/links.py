"""Links and bookmarks that the sources bring: kept where they lead to their page, cut where they would lead elsewhere or act."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from decimal import Decimal

from pikepdf import Array, Dictionary, Name, NameTree, Object, Pdf, PdfError, String

from casefiles.bundle.plan import Bookmark, View

DEPTH, MOST = 8, 3_000  # levels and entries of a source's outline that are taken over
VIEWS = {"/XYZ": 3, "/Fit": 0, "/FitH": 1, "/FitV": 1, "/FitR": 4, "/FitB": 0, "/FitBH": 1, "/FitBV": 1}  # and how many numbers each takes
SCHEME = re.compile(r"\s*([a-z][a-z0-9+.-]*):", re.IGNORECASE)
ADDRESSES = frozenset({"http", "https", "ftp", "mailto", "tel", "cf"})  # no script, no file of the reader's computer; cf: the marks of our own papers
ACTING = frozenset({"/FileAttachment", "/Sound", "/Movie", "/Screen", "/RichMedia", "/3D"})  # annotations that hold files or programs
PICTURE_ONLY = frozenset({"/Type", "/Subtype", "/Rect", "/AP", "/AS", "/F", "/OC"})  # what is kept of those


class Destinations:
    """Finds the page that a link or bookmark of one source means."""

    def __init__(self, source: Pdf) -> None:
        self.order: dict[object, int] = {page.objgen: at for at, page in enumerate(source.pages)}  # object number -> place
        self.names = _names(source)

    def find(self, target: Object | None) -> tuple[int, View] | None:
        """Page (from 0) and view of an explicit or named destination; None where it leads nowhere."""
        for _ in range(4):  # a name may lead to a dictionary that holds the destination
            if isinstance(target, String | Name):
                target = self.names.get(name_of(target))
            elif isinstance(target, Dictionary):
                target = target.get("/D")
            else:
                break
        return explicit(target, self.order)


def explicit(target: Object | None, order: Mapping[object, int], start: int = 0) -> tuple[int, View] | None:
    """Page and view of a destination that names its page, as an object or (some writers) as a number counted from `start`."""
    if not isinstance(target, Array) or not len(target):
        return None
    page, *view = target
    at = order.get(page.objgen) if isinstance(page, Dictionary) else start + page if isinstance(page, int) else None
    return (at, _plain(view)) if at is not None and 0 <= at < len(order) else None


def name_of(target: Object) -> str:
    """The name of a named destination, whichever of the two ways it is written."""
    return str(target).lstrip("/")


def _plain(view: Sequence[object]) -> View:
    """The view as a reader can use it: its name and as many numbers as that takes, what is missing or is no number left as it is on the screen."""
    name = str(view[0]) if view and isinstance(view[0], Name) else ""
    sides = [float(part) if isinstance(part, int | float | Decimal) else None for part in view[1:]]
    wanted = VIEWS.get(name, 0)
    if name not in VIEWS or (name == "/FitR" and (len(sides) < wanted or None in sides[:wanted])):
        return ("/Fit",)
    return (name, *(sides + [None] * wanted)[:wanted])


def _names(source: Pdf) -> Mapping[str, Object]:
    found: dict[str, Object] = {}
    old = source.Root.get("/Dests")
    if isinstance(old, Dictionary):
        found.update({key.lstrip("/"): value for key, value in old.items()})
    tree = source.Root.get("/Names")
    if isinstance(tree, Dictionary) and "/Dests" in tree:
        try:
            found.update({str(name): goal for name, goal in NameTree(tree.Dests).items()})
        except (PdfError, ValueError, RuntimeError):
            return found  # a broken tree: its links lead nowhere and are cut, which is counted
    return found


def bookmarks_of(source: Pdf, destinations: Destinations) -> tuple[Bookmark, ...]:
    """The source's own outline, loops cut, at most DEPTH levels and MOST entries."""
    root = source.Root.get("/Outlines")
    seen: set[object] = set()

    def walk(parent: Object, depth: int) -> tuple[Bookmark, ...]:
        entries: list[Bookmark] = []
        entry = parent.get("/First")
        while isinstance(entry, Dictionary) and entry.objgen not in seen and len(seen) < MOST:
            seen.add(entry.objgen)
            page, view = destinations.find(_goal(entry)) or (None, ())
            children = walk(entry, depth + 1) if depth < DEPTH else ()
            if page is not None or children:
                entries.append(Bookmark(str(entry.get("/Title", "")).strip() or "—", page, view, children))
            entry = entry.get("/Next")
        return tuple(entries)

    return walk(root, 1) if isinstance(root, Dictionary) else ()


def names_used(source: Pdf, destinations: Destinations) -> dict[str, tuple[int, View]]:
    """Where the named destinations lead that links of the source use."""
    used: dict[str, tuple[int, View]] = {}
    for page in source.pages:
        annotations = page.obj.get("/Annots")
        for annotation in annotations if isinstance(annotations, Array) else ():
            goal = _goal(annotation) if isinstance(annotation, Dictionary) else None
            if isinstance(goal, String | Name) and (found := destinations.find(goal)):
                used[name_of(goal)] = found
    return used


def _goal(entry: Object) -> Object | None:
    """The destination of a link or bookmark, written directly or as an action that goes there."""
    action = entry.get("/A")
    if isinstance(action, Dictionary):
        return action.get("/D") if action.get("/S") == Name.GoTo else None
    return entry.get("/Dest")


@dataclass
class Joined:
    """The pages of the bundle, to settle what leads from one to another."""

    pages: Sequence[Object]
    order: Mapping[object, int] = field(init=False)

    def __post_init__(self) -> None:
        self.order = {page.objgen: at for at, page in enumerate(self.pages)}

    def settle(self, start: int, count: int, names: Mapping[str, tuple[int, View]], twin: int | None = None) -> int:
        """Mend the annotations of the pages that one source gave; returns how many links were cut.

        `twin` is where the same pages stand for the first time when a file is bound in twice: their links still name the first copy.

        Links inside the source lead to the same page in the bundle, web addresses stay. Anything that would run, submit, open another
        file or lead to a page that is not there is cut: a document cannot act.
        """
        cut = 0
        for page in self.pages[start : start + count]:
            for key in ("/AA", "/B", "/PieceInfo"):  # page actions, article threads into the source, private data of its program
                if key in page:
                    del page[key]
            annotations = page.get("/Annots")
            if annotations is None:
                continue
            held = list(annotations) if isinstance(annotations, Array) else []
            if twin is not None:
                held = [copy(entry) if isinstance(entry, Dictionary) else entry for entry in held]
            kept = [entry for entry in held if isinstance(entry, Dictionary) and self._stays(entry, range(start, start + count), names, twin)]
            page.Annots = Array(kept)
            cut += len(held) - len(kept)
        return cut

    def _stays(self, annotation: Object, within: range, names: Mapping[str, tuple[int, View]], twin: int | None) -> bool:
        try:
            return self._harmless(annotation, within, names, twin)
        except (ValueError, TypeError, AttributeError, PdfError):
            return False  # its names or numbers cannot be read

    def _harmless(self, annotation: Object, within: range, names: Mapping[str, tuple[int, View]], twin: int | None) -> bool:
        """Whether the annotation may stay; its target is made explicit and its other actions are taken away."""
        goal, action = _goal(annotation), annotation.get("/A")
        for key in ("/AA", "/A"):
            if key in annotation:
                del annotation[key]
        if str(annotation.get("/Subtype")) in ACTING:
            for key in set(annotation.keys()) - PICTURE_ONLY:
                del annotation[key]
            annotation["/Subtype"] = Name.Stamp
            return "/AP" in annotation  # without its file only its picture is something
        if isinstance(action, Dictionary) and action.get("/S") == Name.URI and "/URI" in action:
            scheme = SCHEME.match(str(action.URI))
            if scheme is None or scheme[1].lower() in ADDRESSES:
                annotation["/A"] = Dictionary(S=Name.URI, URI=action.URI)  # the address alone: a chain of actions may follow it
                return True
        if annotation.get("/Subtype") != Name.Link:
            return True
        if isinstance(goal, String | Name):
            found = names.get(name_of(goal))
            found = (found[0] + within.start, found[1]) if found else None
        else:
            found = explicit(goal, self.order, within.start)
            if found and twin is not None and found[0] not in within:
                found = (found[0] - twin + within.start, found[1])
        if found is None or found[0] not in within:
            return False
        annotation["/Dest"] = self.goal(*found)
        return True

    def goal(self, at: int, view: View = ("/Fit",)) -> Array:
        """A destination in the bundle."""
        return Array([self.pages[at], *(Name(part) if isinstance(part, str) else part for part in view or ("/Fit",))])

    def link(self, page: Object, box: tuple[float, float, float, float], sheet: int, view: View) -> None:
        """Lay a link over a box of a page, in user space."""
        held = page.get("/Annots")
        annotation = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=[round(side, 2) for side in box], Border=[0, 0, 0], Dest=self.goal(sheet, view))
        page.Annots = Array([*(held if isinstance(held, Array) else ()), annotation])

    def write_outline(self, target: Pdf, marks: Sequence[Bookmark], *, levels: int) -> None:
        """Make the outline of the bundle; its first `levels` levels stand open."""
        root = target.make_indirect(Dictionary(Type=Name.Outlines))

        def fill(parent: Object, children: Sequence[Bookmark], level: int) -> int:
            shown, before = 0, None
            for mark in children:
                entry = target.make_indirect(Dictionary(Title=String(mark.title), Parent=parent))
                if mark.page is not None:
                    entry["/Dest"] = self.goal(mark.page, mark.view)
                if before is None:
                    parent["/First"] = entry
                else:
                    before["/Next"], entry["/Prev"] = entry, before
                below = fill(entry, mark.children, level + 1) if mark.children else 0
                if below:
                    entry["/Count"] = below if level < levels else -below
                shown += 1 + (below if level < levels else 0)
                before = entry
            if before is not None:
                parent["/Last"] = before
            return shown

        root["/Count"] = fill(root, marks, 1)
        target.Root.Outlines = root
        target.Root.PageMode = Name.UseOutlines
