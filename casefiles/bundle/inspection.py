"""What a PDF is like inside: counted and noted once, kept by hash."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import NamedTemporaryFile

from pikepdf import Array, Dictionary, Name, Object, Page, PasswordError, Pdf, PdfError

from casefiles.bundle import extras, findings
from casefiles.bundle.content import repair_of
from casefiles.bundle.faces import Face
from casefiles.bundle.findings import Findings
from casefiles.bundle.geometry import Frame, frame_of
from casefiles.bundle.hidden import look_at
from casefiles.bundle.links import Destinations, bookmarks_of, names_used
from casefiles.bundle.plan import Inside
from casefiles.bundle.signatures import faults_of, inherited, notes_of, signatures_of

VERSION = "5"  # part of every cache name: raise it when the findings or their note change
LARGEST = 1_200.0  # points: the long side of A3 is 1191; a larger sheet is printed reduced


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
    _keep(note, findings.written(found))
    return found


def _known(note: Path, flat: Path) -> Findings | None:
    """What was noted; None where nothing was, or where the note was cut off: look again."""
    try:
        return findings.read(note.read_bytes(), flat)
    except OSError:
        return None


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
            return _read(pdf, path, flat)
    except PasswordError:
        return Findings(fatal="encrypted")
    except PdfError as error:
        return _unreadable(path, str(error))
    except (ValueError, RuntimeError, TypeError, AttributeError) as error:  # qpdf on objects of a kind it did not expect
        return Findings(fatal="broken", detail=str(error))


def _unreadable(path: Path, reason: str) -> Findings:
    """Why qpdf could not open the file."""
    with path.open("rb") as content:
        if b"%PDF-" not in content.read(1024):
            return Findings(fatal="not_a_pdf")
    reason = reason.removeprefix(f"{path}: ").replace(str(path), path.name)
    return Findings(fatal="encrypted_certificate" if "encryption filter" in reason else "broken", detail=reason)


def _read(pdf: Pdf, path: Path, flat: Path) -> Findings:
    notes: list[tuple[str, str]] = []
    if pdf.is_encrypted:
        limits = extras.limits_of(pdf)
        notes.append(("permissions", ", ".join(limits)) if limits else ("opens_freely", ""))
    if pdf.get_warnings():
        notes.append(("repaired", str(len(pdf.pages))))
    try:
        faults = [str(fault) for fault in pdf.check_pdf_syntax()]
    except PdfError as error:
        return Findings(fatal="broken", detail=str(error))
    inside = look_inside(pdf)
    torn = [fault for fault in faults if "(content, offset" not in fault and "inline image" not in fault]
    if torn:
        notes.append(("damaged", torn[0].removeprefix("WARNING: ")))
    notes += [*_of_pages(pdf, inside.frames), *_of_file(pdf, path)]
    form = pdf.Root.get("/AcroForm")
    dynamic = isinstance(form, Dictionary) and "/XFA" in form
    changed, live = draw_fields(pdf)
    if dynamic and not live:
        notes.append(("xfa", ""))
    if live:
        notes.append(("form_fields", str(live)))
    if changed:
        pdf.save(flat, deterministic_id=True)
        with Pdf.open(flat) as again:
            inside = look_inside(again)
    return Findings(len(pdf.pages), notes=tuple(notes), inside=inside, pdf=flat if changed else None)


def _of_pages(pdf: Pdf, frames: Sequence[Frame]) -> Iterator[tuple[str, str]]:
    """What is to be said of single pages, with their numbers."""
    found: dict[str, list[int]] = {code: [] for code in ("no_text_layer", "too_large_page", "wrong_rotation", "hidden_text", "invisible_text", "not_followed")}
    faces: dict[object, Face] = {}
    for number, (page, frame) in enumerate(zip(pdf.pages, frames, strict=True), start=1):
        text = _has_text(page)
        look = look_at(page, frame, faces) if text else None
        said = {
            "no_text_layer": not text,
            "too_large_page": max(frame.width, frame.height) > LARGEST,
            "wrong_rotation": bool(look and look.turned),
            "hidden_text": bool(look and look.covered),
            "invisible_text": bool(look and look.invisible),
            "not_followed": bool(look and not look.whole),
        }
        for code, true in said.items():
            if true:
                found[code].append(number)
    yield from ((code, _listed(numbers)) for code, numbers in found.items() if numbers)


def _of_file(pdf: Pdf, path: Path) -> Iterator[tuple[str, str]]:
    """What is to be said of the file beside its pages."""
    for code, names in (
        ("layers", extras.layers_off(pdf)),
        ("attachments", extras.attachments_of(pdf)),
        ("fonts", extras.fonts_left_out(list(pdf.pages))),
    ):
        if names:
            yield code, extras.listed(names)
    actions = extras.actions_of(pdf)
    if actions:
        yield "active", ", ".join(actions)
    signatures = signatures_of(pdf)
    if signatures:
        yield "signed", str(len(signatures))
        yield from faults_of(signatures, path)


def look_inside(pdf: Pdf) -> Inside:
    """What assembly must know of a file and would else have to read again each time."""
    destinations = Destinations(pdf)
    repairs = tuple(repair for number in range(len(pdf.pages)) if (repair := repair_of(pdf, number)))
    return Inside(repairs, bookmarks_of(pdf, destinations), names_used(pdf, destinations), tuple(frame_of(page.obj) for page in pdf.pages))


def draw_fields(pdf: Pdf) -> tuple[bool, int]:
    """Draw form fields and signature pictures into the pages: a bundle has no form, and a seal must not vanish with its field.

    Tells whether anything was drawn, and how many live fields (not signatures) there were.
    """
    widgets = [note for page in pdf.pages for note in notes_of(page) if note.get("/Subtype") == Name.Widget]
    live = sum(str(inherited(widget, "/FT")) != "/Sig" for widget in widgets)
    if not widgets:
        return False, 0
    form = pdf.Root.get("/AcroForm")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if isinstance(form, Dictionary) and form.get("/NeedAppearances"):
            pdf.generate_appearance_streams()
        pdf.flatten_annotations("all")
    for page in pdf.pages:
        if any(note.get("/Subtype") == Name.Widget for note in notes_of(page)):  # hidden fields: without a form they are nothing
            page.obj.Annots = Array([note for note in notes_of(page) if note.get("/Subtype") != Name.Widget])
    if "/AcroForm" in pdf.Root:
        del pdf.Root.AcroForm
    return True, live


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
