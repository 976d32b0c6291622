"""Evidence that is no PDF, made into one: pictures, texts and mails by us, office papers by LibreOffice where it is installed.

Work of seconds: done at upload and kept by hash in the cache, so that a packet only reads. A refusal that would come again is kept too.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from pathlib import Path

from casefiles.bundle import office
from casefiles.bundle.chat import TEXTS, text_pdf
from casefiles.bundle.images import NotAnImage, frames_left_out, image_pdf
from casefiles.bundle.mail import MAIL, mail_pdf
from casefiles.bundle.plan import Source
from casefiles.bundle.refusal import NotConverted
from forms.fonts import Fonts

__all__ = ["NotConverted", "Note", "convert", "convertible", "known", "notes_of"]
IMAGES = frozenset({"image/png", "image/jpeg", "image/tiff", "image/bmp", "image/gif", "image/webp", "image/heic", "image/heif"})
VERSION = "3"  # part of every cache name: raise it when a conversion changes

Note = tuple[str, str]  # a problem code of the preflight and its detail


def convertible(media_type: str) -> bool:
    """Whether files of this kind can be made into pages (office papers: where LibreOffice is at hand)."""
    return media_type in IMAGES or media_type in TEXTS or media_type in MAIL or media_type in office.OFFICE


def convert(source: Source, work: Path, cache: Path | None, fonts: Fonts) -> Path:
    """The source as PDF, from the cache where it was converted before.

    Raises NotConverted with converter_missing, converter_failed, too_long, broken, encrypted_office or unsupported.
    """
    kept = _place(source, cache or work, fonts)
    found = known(source, cache or work, fonts)
    if found:
        return found
    kept.parent.mkdir(parents=True, exist_ok=True)
    work.mkdir(parents=True, exist_ok=True)
    try:
        made, notes = _made(source, work, fonts)
    except NotConverted as error:
        if error.lasting:
            _keep(_refusal(kept), json.dumps([error.code, error.detail], ensure_ascii=False).encode())
        raise
    if notes:
        _keep(_notes(kept), json.dumps(notes, ensure_ascii=False).encode())  # before the pages: who finds them finds what is said of them
    _keep(kept, made)
    return kept


def known(source: Source, cache: Path, fonts: Fonts) -> Path | None:
    """The PDF made before, None where nobody tried; raises NotConverted where the same bytes were refused before."""
    kept = _place(source, cache, fonts)
    if kept.is_file():
        return kept
    try:
        code, detail = json.loads(_refusal(kept).read_bytes())
    except (OSError, ValueError):
        return None
    raise NotConverted(code, detail)


def notes_of(kept: Path) -> tuple[Note, ...]:
    """What conversion has to say of the pages it made."""
    try:
        return tuple((code, detail) for code, detail in json.loads(_notes(kept).read_bytes()))
    except (OSError, ValueError):
        return ()


def _place(source: Source, folder: Path, fonts: Fonts) -> Path:
    return folder / f"{source.sha256}-{_maker(source, fonts)}.pdf"


def _notes(kept: Path) -> Path:
    return kept.with_suffix(".notes.json")


def _refusal(kept: Path) -> Path:
    return kept.with_suffix(".refused.json")


def _keep(path: Path, content: bytes) -> None:
    with tempfile.NamedTemporaryFile(dir=path.parent, suffix=".part", delete=False) as draft:
        draft.write(content)
    Path(draft.name).replace(path)


def _maker(source: Source, fonts: Fonts) -> str:
    serif, sans = fonts.serif.replace(" ", ""), fonts.sans.replace(" ", "")
    if source.media_type in IMAGES:
        return f"image{VERSION}"
    if source.media_type in office.OFFICE:
        return f"office{VERSION}-{sans}"
    if source.media_type in MAIL:
        return f"mail{VERSION}-{serif}"
    named = hashlib.sha256(source.name.encode()).hexdigest()[:8]  # the name stands on each page of a text
    return f"{source.media_type.rpartition('/')[2]}{VERSION}-{named}-{serif}"


def _made(source: Source, work: Path, fonts: Fonts) -> tuple[bytes, list[Note]]:
    if source.media_type in IMAGES:
        try:
            return image_pdf(source.path), [("first_picture", left_out)] if (left_out := frames_left_out(source.path)) else []
        except NotAnImage as error:
            raise NotConverted("broken", str(error)) from error
    if source.media_type in TEXTS:
        return text_pdf(source, fonts), []
    if source.media_type in MAIL:
        return mail_pdf(source, fonts)
    if source.media_type in office.OFFICE:
        return office.office_pdf(source, work, fonts), [("macros", "")] if source.media_type in office.WITH_MACROS else []
    raise NotConverted("unsupported", source.media_type)
