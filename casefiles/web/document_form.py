"""What the form of a document's page says, entered as a person's own words: by saving it, or by taking over what the text proposes."""

from __future__ import annotations

from collections.abc import Mapping

from flask import g, request

from casefiles import assess, intake, policy, propose
from casefiles.law import load_law
from casefiles.models import Document
from casefiles.web import document_page


def enter(document: Document, kind: str, taken: Mapping[str, str] | None = None) -> None:
    """Enter the form with the values `taken` over, then propose anew: another kind has other fields. NotUsable, Conflict.

    A request without the form (one click on a proposed kind) changes only what is taken.
    """
    policy.case_for(g.actor, policy.adding(kind), document.case_id)  # nobody moves a document to a kind they may not add
    known = {field.name for field in load_law().documents[kind].fields} if kind in load_law().documents else set()
    whole = "type" in request.form
    texts = _named("field-") if whole else {shown.field.name: shown.value for shown in document_page.shown_fields(document)}
    fields = {name: text for name, text in texts.items() if name in known} | dict(taken or {})  # a new kind has other fields
    intake.edit_document(
        g.actor, document, type=kind, fields=fields, flags=_changed_flags(document) if whole else {}, original=_named("original-"),
        version=request.form.get("version", 0, type=int),
    )  # fmt: skip
    propose.refresh(document)
    assess.refresh(document.case, g.actor.today)


def _named(prefix: str) -> dict[str, str]:
    return {name.removeprefix(prefix): value.strip() for name, value in request.form.items() if name.startswith(prefix)}


def _changed_flags(document: Document) -> dict[str, bool]:
    """The flags whose box says something else than the record; an unticked box that nobody ever confirmed says nothing."""
    confirmed = document.confirmed()
    names = dict.fromkeys([*load_law().documents[document.type].flags, *confirmed])
    ticked = {name: f"flag-{name}" in request.form for name in names}
    return {name: value for name, value in ticked.items() if value != confirmed.get(name, False)}
