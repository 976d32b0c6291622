"""What a PDF carries beside its pages: attached files, scripts, layers, limits, fonts it leaves to the reader."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pikepdf import Array, Dictionary, Name, NameTree, Object, Page, Pdf, PdfError

from casefiles.bundle.faces import not_embedded
from casefiles.bundle.signatures import notes_of

ACTIONS = {"/JavaScript": "script", "/Launch": "launch", "/GoToE": "launch"}
SHOWN = 4  # names told of a list


def attachments_of(pdf: Pdf) -> list[str]:
    """Names of the files inside the PDF, in its catalogue or pinned to a page."""
    found = []
    tree = pdf.Root.get("/Names")
    if isinstance(tree, Dictionary) and "/EmbeddedFiles" in tree:
        try:
            found = [_file_name(entry) or str(name) for name, entry in NameTree(tree.EmbeddedFiles).items()]
        except (PdfError, ValueError, RuntimeError, TypeError):
            found = ["?"]  # a list that cannot be read: something is there
    for page in pdf.pages:
        found += [_file_name(note.get("/FS")) or "?" for note in notes_of(page) if note.get("/Subtype") == Name.FileAttachment]
    return list(dict.fromkeys(found))


def _file_name(entry: Object | None) -> str:
    if not isinstance(entry, Dictionary):
        return ""
    return str(entry.get("/UF", entry.get("/F", "")))


def actions_of(pdf: Pdf) -> list[str]:
    """`script` and `launch`, where the file holds actions of that kind."""
    found: set[str] = set()
    tree = pdf.Root.get("/Names")
    if isinstance(tree, Dictionary) and "/JavaScript" in tree:
        found.add("script")
    held = [pdf.Root.get("/OpenAction"), *_values(pdf.Root.get("/AA"))]
    for page in pdf.pages:
        held += _values(page.obj.get("/AA"))
        for note in notes_of(page):
            held += [note.get("/A"), *_values(note.get("/AA"))]
    found |= {ACTIONS[kind] for action in held for kind in _kinds(action, 0) if kind in ACTIONS}
    return sorted(found, reverse=True)


def _kinds(action: Object | None, depth: int) -> Iterator[str]:
    """The kind of an action and of those that follow it."""
    if isinstance(action, Dictionary) and depth < 10:
        yield str(action.get("/S"))
        yield from _kinds(action.get("/Next"), depth + 1)


def _values(entry: Object | None) -> list[Object]:
    return [entry[key] for key in entry.keys()] if isinstance(entry, Dictionary) else []  # noqa: SIM118 - not a dict


def layers_off(pdf: Pdf) -> list[str]:
    """Names of the layers (optional content) that the file opens with switched off."""
    properties = pdf.Root.get("/OCProperties")
    usual = properties.get("/D") if isinstance(properties, Dictionary) else None
    off = usual.get("/OFF") if isinstance(usual, Dictionary) else None
    return [str(group.get("/Name", "?")) for group in off if isinstance(group, Dictionary)] if isinstance(off, Array) else []


def limits_of(pdf: Pdf) -> list[str]:
    """What the permission bits forbid: print, copy, modify, annotate."""
    allowed = pdf.allow
    said = (("print", allowed.print_highres), ("copy", allowed.extract), ("modify", allowed.modify_other), ("annotate", allowed.modify_annotation))
    return [name for name, may in said if not may]


def fonts_left_out(pages: Sequence[Page]) -> list[str]:
    """Names of the fonts the pages use that are not embedded; the standard fourteen do not count."""
    names: dict[str, None] = {}
    seen: set[object] = set()
    for page in pages:
        for font in _fonts(page.obj.get("/Resources") or page.resources, seen, 0):
            if font.objgen == (0, 0) or font.objgen not in seen:
                seen.add(font.objgen)
                names[not_embedded(font)] = None
    return [name for name in names if name]


def _fonts(resources: Object | None, seen: set[object], depth: int) -> Iterator[Object]:
    if not isinstance(resources, Dictionary) or depth > 4:
        return
    fonts = resources.get("/Font")
    yield from (font for font in _values(fonts) if isinstance(font, Dictionary))
    for form in _values(resources.get("/XObject")):
        if form.objgen not in seen and form.get("/Subtype") == Name.Form:
            seen.add(form.objgen)
            yield from _fonts(form.get("/Resources"), seen, depth + 1)


def listed(names: Sequence[str]) -> str:
    """Some names as one detail."""
    shown = "; ".join(" ".join(name.split())[:60] for name in names[:SHOWN])
    return shown + (f" ... ({len(names)})" if len(names) > SHOWN else "")
