"""The pages we set ourselves: index, dividers, slip sheets. The marks in them say which page is which."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

from pikepdf import Array, Dictionary, Object, Page, Pdf

from forms.fonts import Fonts
from forms.typeset import typeset

HERE = Path(__file__).parent
PART, ROW = "cf:part/", "cf:row/"


def set_front(title: str, papers: Sequence[Mapping[str, Any]], groups: Sequence[Mapping[str, Any]], fonts: Fonts, *, dividers: bool) -> Pdf:
    """Index (part 0) and dividers (parts 1..) as one file.

    `papers` have title and pages; `groups` have title, purpose and rows (at, mark, title, pages, slip), where `at` counts all rows of
    the index from 0. The index learns its own length while it is set, so the roman numbers in it count it already.
    """
    data = {
        "title": title,
        "papers": papers,
        "groups": groups,
        "dividers": groups if dividers else [],
        "slips": any(row["slip"] for group in groups for row in group["rows"]),
    }
    return Pdf.open(BytesIO(typeset((HERE / "front.typ").read_text(encoding="utf-8"), fonts, data)))


def set_slips(slips: Sequence[Mapping[str, Any]], fonts: Fonts) -> Pdf:
    """Slip sheets, one part each: title, rows (zh, en, text, mono), reasons (zh, en), open (zh, en)."""
    return Pdf.open(BytesIO(typeset((HERE / "slip.typ").read_text(encoding="utf-8"), fonts, {"slips": slips})))


def parts_of(made: Pdf, count: int) -> list[int]:
    """How many pages each of `count` parts has; takes the marks out."""
    lengths = [0] * count
    for page in made.pages:
        for address in take(page, PART).values():
            lengths[address] += 1
    return lengths


def take(page: Page, prefix: str) -> dict[int, int]:
    """Remove the links of the page whose address begins with `prefix`: position among the annotations -> number after it."""
    annotations = page.obj.get("/Annots")
    found: dict[int, int] = {}
    if not isinstance(annotations, Array):
        return found
    kept = []
    for at, annotation in enumerate(annotations):
        address = _address(annotation)
        if address.startswith(prefix):
            found[at] = int(address.removeprefix(prefix))
        else:
            kept.append(annotation)
    page.obj.Annots = Array(kept)
    return found


def lead(page: Object, goals: Mapping[int, Array]) -> None:
    """Make the links `cf:row/N` of a page lead to their destinations."""
    annotations = page.get("/Annots")
    for annotation in annotations if isinstance(annotations, Array) else ():
        address = _address(annotation)
        if address.startswith(ROW):
            del annotation["/A"]
            annotation["/Dest"] = goals[int(address.removeprefix(ROW))]


def _address(annotation: Any) -> str:
    action = annotation.get("/A") if isinstance(annotation, Dictionary) else None
    return str(action.get("/URI", "")) if isinstance(action, Dictionary) else ""
