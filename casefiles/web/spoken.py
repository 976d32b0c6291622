"""A recording on its page: player, length and transcript line by line; and from a line of a transcript back to its second in the recording."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask import g, request
from flask_babel import gettext as _

from casefiles import policy
from casefiles.models import Document, Page
from casefiles.models.document import TRANSCRIPT
from casefiles.readers import INLINE
from casefiles.readers.subtitles import lines_of
from casefiles.search import Segment
from casefiles.web import masking, originals
from casefiles.web.marked import segments

LONGEST_SECOND = 7 * 86_400


@dataclass(frozen=True)
class ShownLine:
    """One line of a transcript; `second` is where it begins in the recording."""

    second: int | None
    segments: list[Segment]


def panel(document: Document, page: Page | None, terms: tuple[str, ...]) -> dict[str, Any]:
    """What templates/documents/_sound.html and _spoken.html need; `page` is the page of a transcript that is shown."""
    sound = originals.is_sound(document)
    transcript = _transcript(document) if sound else None
    recording = None if sound else recording_of(document)
    said = transcript.pages if transcript else [p for p in document.pages if p.source == "speech"] if sound else ()
    lines = _lines(transcript or document, said, terms)
    page_lines = _lines(document, [page], terms) if recording is not None and page is not None else []
    return {
        "sound": sound, "film": (document.media_type or "").startswith("video/"), "playable": document.media_type in INLINE,
        "start": min(max(request.args.get("second", 0, type=int), 0), LONGEST_SECOND), "about": _about(document) if sound else [],
        "transcript": transcript, "transcript_lines": lines, "by_machine": bool(lines) and transcript is None,
        "recording": recording, "heard": recording is not None and recording.media_type in INLINE and policy.may_document(g.actor, "read", recording),
        "page_lines": page_lines if any(line.second is not None for line in page_lines) else [],
    }  # fmt: skip


def _transcript(document: Document) -> Document | None:
    """The written text of a recording, when this person may read it."""
    if "transcript" not in policy.readable_objects(g.actor).objects:
        return None
    return document.transcript


def recording_of(transcript: Document) -> Document | None:
    """The recording that a transcript writes down, when this person may hear it (with a reason, where one is asked)."""
    if transcript.type != TRANSCRIPT:
        return None
    ids = {r.document_id for r in transcript.case.recordings if r.transcript_id == transcript.ref}
    named = transcript.fields.get("recording_id")
    heard = (d for d in transcript.case.documents if originals.is_sound(d))
    found = next((d for d in heard if d.id in ids or (named and d.ref == named) or d.fields.get("transcript_id") == transcript.ref), None)
    return found if found is not None and policy.may_document(g.actor, "read", found, reason="-") else None


def _lines(document: Document, pages: Iterable[Page], terms: tuple[str, ...]) -> list[ShownLine]:
    """The lines of some pages as this person sees them; a masked line has no marks, they could cut a number in two."""
    shown = []
    for line in (line for page in pages for line in lines_of(page.text)):
        text = masking.shown(document, line.text)
        cut = segments(text, terms) if text == line.text else [Segment(text, marked=False)]
        shown.append(ShownLine(None if line.second is None else int(line.second), cut))
    return shown


def _about(document: Document) -> list[tuple[str, str]]:
    """Length, format and tags of a recording, as its reader told them."""
    told = ((document.told or {}).get("details") or {}).get("sound") or {}
    about = [(_("Length"), length(told["duration_s"]))] if told.get("duration_s") else []
    if told.get("codec"):
        rate = f" · {told['sample_rate'] / 1000:g} kHz" if told.get("sample_rate") else ""
        about.append((_("Encoding"), f"{told['codec']}{rate}"))
    return about + [(name, masking.shown(document, str(value))) for name, value in (told.get("tags") or {}).items()]


def length(seconds: float) -> str:
    """72.4 as 1:12, 3723 as 1:02:03."""
    whole = round(seconds)
    hours, minutes, rest = whole // 3600, whole // 60 % 60, whole % 60
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"
