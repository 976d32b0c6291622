"""Telephone numbers of recordings on pages: who hears recordings masked sees their first 3 and last 4 digits (roles.md)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import g

from casefiles.models import Document
from casefiles.policy import shown_text
from casefiles.search import Segment


def shown(document: Document, text: str | None) -> str:
    """A text of a document as this person sees it."""
    return shown_text(g.actor, document, text or "")


def masked(document: Document, page: dict[str, Any]) -> dict[str, Any]:
    """The page of a document with every text of it as this person sees it; marks are left away where they would cut a number in two."""
    return page | {
        "fields": [replace(field, value=shown(document, field.value), said=shown(document, field.said)) for field in page["fields"]],
        "entries": [[(words, shown(document, said)) for words, said in entry] for entry in page["entries"]],
        "pages": [replace(one, label=shown(document, one.label)) for one in page["pages"]],
        "number_of": shown(document, page["number_of"]), "label": shown(document, page["label"]), "segments": _segments(document, page["segments"]),
    }  # fmt: skip


def _segments(document: Document, segments: list[Segment]) -> list[Segment]:
    whole = "".join(piece.text for piece in segments)
    return segments if shown(document, whole) == whole else [Segment(shown(document, whole), marked=False)]
