"""The pages we set ourselves: cover, index, dividers, slip sheets. The marks in them say which page is which."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from pikepdf import Array, Dictionary, Object, ObjectStreamMode, Page, Pdf

from forms.fonts import Fonts
from forms.typeset import typeset

HERE = Path(__file__).parent
PART, ROW, EXHIBIT = "cf:part/", "cf:row/", "cf:exhibit/"


def set_front(data: Mapping[str, Any], fonts: Fonts) -> Pdf:
    """Index (part 0), dividers (parts 1..) and cover (the last part) as one file.

    `data`: title, volume (number, of) or None, sections of the index (title, purpose, rows), dividers of the same shape, cover (pairs of
    label and text) or None, note. A row has n (its place in the index, from 0), mark, title, pages, count, slip, volume; where `count` is
    not 0 the index reckons the roman pages itself, because only it knows its own length.
    """
    return Pdf.open(BytesIO(typeset((HERE / "front.typ").read_text(encoding="utf-8"), fonts, data)))


def set_slips(slips: Sequence[Mapping[str, Any]], fonts: Fonts) -> Pdf:
    """Slip sheets, one part each: title, rows (zh, en, text, mono), reasons (zh, en), open (zh, en)."""
    return Pdf.open(BytesIO(typeset((HERE / "slip.typ").read_text(encoding="utf-8"), fonts, {"slips": slips})))


def parts_of(made: Pdf, count: int) -> list[int]:
    """How many pages each of `count` parts has; takes the marks out."""
    lengths = [0] * count
    for page in made.pages:
        for address in take(page, PART).values():
            lengths[int(address)] += 1
    return lengths


def take(page: Page, prefix: str) -> dict[int, str]:
    """Remove the links of the page whose address begins with `prefix`: position among the annotations -> what follows it."""
    annotations = page.obj.get("/Annots")
    found: dict[int, str] = {}
    if not isinstance(annotations, Array):
        return found
    kept = []
    for at, annotation in enumerate(annotations):
        address = _address(annotation)
        if address.startswith(prefix):
            found[at] = address.removeprefix(prefix)
        else:
            kept.append(annotation)
    page.obj.Annots = Array(kept)
    return found


@dataclass(frozen=True)
class Led:
    """A link that was found on a page of ours: what it stands for, and the upper edge of its box in user space."""

    key: str
    top: float


def lead(page: Object, prefix: str, goals: Mapping[str, Array | Dictionary]) -> list[Led]:
    """Make the links of a page whose address begins with `prefix` lead to their goals, by what follows the prefix.

    A goal is a destination in this file or an action (another volume). A link without a goal is taken out; its text stays.
    """
    annotations = page.get("/Annots")
    kept, found, dropped = [], [], False
    for annotation in annotations if isinstance(annotations, Array) else ():
        address = _address(annotation)
        if address.startswith(prefix):
            key = unquote(address.removeprefix(prefix))
            goal = goals.get(key)
            if goal is None:
                dropped = True
                continue
            del annotation["/A"]
            annotation["/Dest" if isinstance(goal, Array) else "/A"] = goal
            found.append(Led(key, max(float(annotation.Rect[1]), float(annotation.Rect[3]))))
        kept.append(annotation)
    if dropped:
        page.Annots = Array(kept)
    return found


def unlinked(paper: Path) -> None:
    """Take the link marks of exhibits out of a paper of ours that also stands alone: outside the bundle they lead nowhere."""
    with Pdf.open(paper, allow_overwriting_input=True) as pdf:
        if sum(len(take(page, EXHIBIT)) for page in pdf.pages):
            pdf.save(paper, static_id=True, object_stream_mode=ObjectStreamMode.preserve)


def _address(annotation: Any) -> str:
    action = annotation.get("/A") if isinstance(annotation, Dictionary) else None
    return str(action.get("/URI", "")) if isinstance(action, Dictionary) else ""
