"""What a PDF is like inside: counted and noted once, kept by hash."""

from __future__ import annotations

import json
import warnings
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from pikepdf import Dictionary, Name, Object, Page, PasswordError, Pdf, PdfError

from casefiles.bundle.content import repair_of
from casefiles.bundle.geometry import Frame, frame_of
from casefiles.bundle.links import Destinations, bookmarks_of, names_used
from casefiles.bundle.plan import Bookmark, Inside, Repair, View

VERSION = "2"  # part of every cache name: raise it when the findings change
LARGEST = 1_200.0  # points: the long side of A3 is 1191; a larger sheet is printed reduced


@dataclass(frozen=True)
class Findings:
    """`fatal` is a problem code when the file cannot be merged; `notes` are problem codes with details; `pdf` replaces the file."""

    pages: int = 0
    fatal: str = ""
    detail: str = ""
    notes: tuple[tuple[str, str], ...] = ()
    inside: Inside = field(default_factory=Inside)
    pdf: Path | None = None


def inspect(path: Path, key: str, work: Path, cache: Path | None) -> Findings:
    """The findings for a PDF whose bytes are named by `key`; from the cache where they were noted before. Raises OSError."""
    folder = cache or work
    folder.mkdir(parents=True, exist_ok=True)
    note = folder / f"{key}-findings{VERSION}.json"
    flat = folder / f"{key}-flat{VERSION}.pdf"
    known = _known(note, flat)
    if known:
        return known
    found = _inspected(path, flat)
    _keep(note, json.dumps({**asdict(found), "pdf": found.pdf is not None}, ensure_ascii=False).encode())
    return found


def _known(note: Path, flat: Path) -> Findings | None:
    try:
        held = json.loads(note.read_bytes())
        if held["pdf"] and not flat.is_file():
            return None
        notes = tuple((code, detail) for code, detail in held["notes"])
        return Findings(held["pages"], held["fatal"], held["detail"], notes, _inside(held["inside"]), flat if held["pdf"] else None)
    except (OSError, ValueError, KeyError, TypeError):
        return None  # not noted, or a note that was cut off: look again


def _inside(held: Mapping[str, Any]) -> Inside:
    """Inside, as it was written to the cache."""

    def mark(entry: Mapping[str, Any]) -> Bookmark:
        return Bookmark(entry["title"], entry["page"], tuple(entry["view"]), tuple(mark(child) for child in entry["children"]))

    names: dict[str, tuple[int, View]] = {name: (page, tuple(view)) for name, (page, view) in held["names"].items()}
    return Inside(
        tuple(Repair(**repair) for repair in held["repairs"]),
        tuple(mark(entry) for entry in held["bookmarks"]),
        names,
        tuple(Frame(**frame) for frame in held["frames"]),
    )


def _keep(path: Path, content: bytes) -> None:
    with NamedTemporaryFile(dir=path.parent, suffix=".part", delete=False) as draft:
        draft.write(content)
    Path(draft.name).replace(path)


def _inspected(path: Path, flat: Path) -> Findings:
    try:
        with Pdf.open(path, suppress_warnings=True) as pdf:
            if pdf.is_encrypted and not pdf.user_password_matched:
                return Findings(fatal="encrypted")
            if not len(pdf.pages):
                return Findings(fatal="zero_pages")
            return _read(pdf, flat)
    except PasswordError:
        return Findings(fatal="encrypted")
    except PdfError as error:
        reason = str(error).removeprefix(f"{path}: ").replace(str(path), path.name)
        return Findings(fatal="encrypted_certificate" if "encryption filter" in reason else "broken", detail=reason)
    except (ValueError, RuntimeError, TypeError, AttributeError) as error:  # qpdf on objects of a kind it did not expect
        return Findings(fatal="broken", detail=str(error))


def _read(pdf: Pdf, flat: Path) -> Findings:
    notes: list[tuple[str, str]] = []
    if pdf.is_encrypted:
        notes.append(("permissions", ""))
    if pdf.get_warnings():
        notes.append(("repaired", ""))
    try:
        faults = [str(fault) for fault in pdf.check_pdf_syntax()]
    except PdfError as error:
        return Findings(fatal="broken", detail=str(error))
    inside = look_inside(pdf)
    torn = [fault for fault in faults if "(content, offset" not in fault and "inline image" not in fault]
    if torn:
        notes.append(("damaged", torn[0].removeprefix("WARNING: ")))
    pictures = [number for number, page in enumerate(pdf.pages, start=1) if not _has_text(page)]
    if pictures:
        notes.append(("no_text_layer", _listed(pictures)))
    large = [number for number, frame in enumerate(inside.frames, start=1) if max(frame.width, frame.height) > LARGEST]
    if large:
        notes.append(("too_large_page", _listed(large)))
    changed = _flatten(pdf, notes)
    if changed:
        pdf.save(flat, deterministic_id=True)
        with Pdf.open(flat) as again:
            inside = look_inside(again)
    return Findings(len(pdf.pages), notes=tuple(notes), inside=inside, pdf=flat if changed else None)


def look_inside(pdf: Pdf) -> Inside:
    """What assembly must know of a file and would else have to read again each time."""
    destinations = Destinations(pdf)
    repairs = tuple(repair for number in range(len(pdf.pages)) if (repair := repair_of(pdf, number)))
    return Inside(repairs, bookmarks_of(pdf, destinations), names_used(pdf, destinations), tuple(frame_of(page.obj) for page in pdf.pages))


def _flatten(pdf: Pdf, notes: list[tuple[str, str]]) -> bool:
    """Draw form fields and signature pictures into the pages: a bundle has no form, and a seal must not vanish with its field."""
    widgets = [annotation for page in pdf.pages for annotation in _annotations(page) if annotation.get("/Subtype") == Name.Widget]
    form = pdf.Root.get("/AcroForm")
    signed = [widget for widget in widgets if _kind(widget) == "/Sig" and _inherited(widget, "/V") is not None]
    if not signed and isinstance(form, Dictionary):
        fields = form.get("/Fields")
        signed = [field for field in (fields or ()) if isinstance(field, Dictionary) and field.get("/FT") == Name.Sig and "/V" in field]
    if signed:
        notes.append(("signed", str(len(signed))))
    if any(_kind(widget) != "/Sig" for widget in widgets):
        notes.append(("form_fields", str(len(widgets))))
    if not widgets:
        return False
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if isinstance(form, Dictionary) and form.get("/NeedAppearances"):
            pdf.generate_appearance_streams()
        pdf.flatten_annotations("all")
    if "/AcroForm" in pdf.Root:
        del pdf.Root.AcroForm
    return True


def _annotations(page: Page) -> list[Object]:
    held = page.obj.get("/Annots")
    try:
        return [entry for entry in held if isinstance(entry, Dictionary)] if held is not None else []
    except TypeError:
        return []


def _inherited(field: Object, key: str) -> Object | None:
    entry: Object | None = field
    for _ in range(12):
        if not isinstance(entry, Dictionary):
            return None
        if key in entry:
            return entry[key]
        entry = entry.get("/Parent")
    return None


def _kind(widget: Object) -> str:
    return str(_inherited(widget, "/FT"))


def _has_text(page: Page) -> bool:
    """Whether the page can have text at all: it, or a form it draws, names a font."""

    def names_font(resources: Object | None, depth: int) -> bool:
        if not isinstance(resources, Dictionary) or depth > 4:
            return False
        fonts = resources.get("/Font")
        if isinstance(fonts, Dictionary) and len(fonts.keys()):
            return True
        drawn = resources.get("/XObject")
        forms = [drawn[key] for key in drawn.keys()] if isinstance(drawn, Dictionary) else []  # noqa: SIM118 - not a dict
        return any(form.get("/Subtype") == Name.Form and names_font(form.get("/Resources"), depth + 1) for form in forms)

    return names_font(page.obj.get("/Resources") or page.resources, 0)


def _listed(numbers: list[int]) -> str:
    """Page numbers as a person writes them: 1–3, 7."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and runs[-1][1] == number - 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    shown = [str(first) if first == last else f"{first}–{last}" for first, last in runs[:6]]
    return ", ".join(shown) + (" ..." if len(runs) > 6 else "")
