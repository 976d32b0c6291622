"""The collection tab: promises, the log with its form, corrections; and the hand-over list of a case's documents. Load, check, do, answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from flask import Blueprint, flash, g, render_template, request, url_for
from flask import redirect as to
from flask.typing import ResponseReturnValue
from flask_babel import force_locale
from flask_babel import gettext as _

from casefiles import assess, collect, policy
from casefiles.case_mapping import case_mapping, written
from casefiles.db import saving
from casefiles.errors import NotFitting, NotUsable, NotVisible
from casefiles.law import load_law
from casefiles.law.collection import collection_words
from casefiles.models import Case, CollectionEntry
from casefiles.policy import A, case_for
from casefiles.rules.facts import read_case
from casefiles.web import case_page
from casefiles.web.access import opened
from casefiles.web.words import in_language, language, money

blueprint = Blueprint("collection", __name__, url_prefix="/cases/<case_id>")
LOG = policy.adding("collection_log")
TYPED = ("date", "channel", "person", "result", "note", "promise_date", "promise_amount")
STATES = {"open": ("info", "○"), "kept": ("ok", "✓"), "kept_in_part": ("weak", "◐"), "broken": ("bad", "✕")}  # kind (colour), icon


@blueprint.get("/collection")
def show(case_id: str) -> ResponseReturnValue:
    case = opened(case_id, A.READ_TRANSCRIPT, what="collection log")
    return render_template("cases/collection.html", **page_of(case, correcting(case, request.args.get("correct", 0, type=int))))


@blueprint.post("/collection")
def log(case_id: str) -> ResponseReturnValue:
    try:
        with saving():
            case = case_for(g.actor, LOG, case_id)
            row = collect.log_contact(g.actor, case, request.form)
            assess.refresh(case, g.actor.today)
    except NotFitting as wrong:
        return typed_again(case_id, wrong.reasons, 0)
    flash(told(row), "ok")
    return to(url_for("collection.show", case_id=case_id, _anchor="log"))


@blueprint.post("/collection/<int:entry_id>/correct")
def correct(case_id: str, entry_id: int) -> ResponseReturnValue:
    try:
        with saving():
            case = case_for(g.actor, LOG, case_id)
            row = collect.correct(g.actor, case, entry_id, request.form)
            assess.refresh(case, g.actor.today)
    except NotFitting as wrong:
        return typed_again(case_id, wrong.reasons, entry_id)
    flash(_("Corrected; the old line stays below it.") + " " + told(row), "ok")
    return to(url_for("collection.show", case_id=case_id, _anchor="log"))


@blueprint.get("/handover")
def handover(case_id: str) -> ResponseReturnValue:
    case = opened(case_id, what="hand-over list")
    with force_locale("zh_Hans"):  # a paper of the file, signed by both departments: always Chinese
        return render_template("cases/handover.html", **handed_over(case))


def handed_over(case: Case) -> dict[str, Any]:
    """The documents this person may know of, by evidence group and day, with the place of each original as the file has it."""
    law, facts = load_law(), read_case(case_mapping(case))
    groups, papers = list(law.groups), {paper.id: paper for paper in facts.documents}
    documents = [document for document in policy.listed_documents(g.actor, case) if not document.erased]
    documents.sort(key=lambda d: (groups.index(law.documents[d.type].group), d.document_date or date.max, d.ref))
    places = {ref: asdict(paper.original) for ref, paper in papers.items() if paper.original}
    return {
        "case": case, "documents": documents, "places": places, "all_located": facts.originals_all_located, "kinds": law.documents, "shown": shown,
        "today": g.actor.today,
    }  # fmt: skip


def typed_again(case_id: str, wrong: Mapping[str, tuple[str, str]], entry_id: int) -> ResponseReturnValue:
    """The form with what was typed and a sentence under every wrong field."""
    case = case_for(g.actor, LOG, case_id)
    page = page_of(case, correcting(case, entry_id)) | {"typed": {key: request.form.get(key, "") for key in TYPED}}
    at = 1 if language() == "en" else 0
    return render_template("cases/collection.html", **page | {"wrong": {key: pair[at] for key, pair in wrong.items()}}), 422


def page_of(case: Case, old: CollectionEntry | None) -> dict[str, Any]:
    """The log newest first, its promises with what came of them, and the form: empty, or filled with the line to be corrected."""
    words, lines = collection_words(), list(reversed(case.collection_log))
    first = {"date": written(g.actor.today), "channel": "phone"}
    told = {key: written(getattr(old, key)) for key in TYPED if key != "note" and getattr(old, key) is not None} if old else first
    page = case_page.head_of(case, "collection")
    return page | {
        "promises": promises_of(case, page),
        "own_page": "collection.show",
        "lines": lines, "newer": {line.corrects_id: line for line in lines if line.corrects_id}, "words": words, "promise_states": STATES,
        "correcting": old, "typed": dict.fromkeys(TYPED, "") | told, "wrong": {}, "may_log": policy.may(g.actor, LOG) and case.state != "archived",
    }  # fmt: skip


def promises_of(case: Case, page: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The promises this person may know of, as of today: an example is judged for its own day, but its log goes on."""
    found = page["check"] if page["as_of"] >= g.actor.today else assess.check(case, today=g.actor.today, as_of=g.actor.today)
    hidden = {document.ref for document in case.documents} - {document.ref for document in page["documents"]}
    return list(case_page.told_promises(found, hidden)["promises"])


def correcting(case: Case, entry_id: int) -> CollectionEntry | None:
    """The line that ?correct= names; NotVisible for one of another case, NotUsable for one that is corrected already."""
    if not entry_id:
        return None
    old = next((line for line in case.collection_log if line.id == entry_id), None)
    if old is None:
        raise NotVisible(f"{case.case_id}/{entry_id}")
    if any(line.corrects_id == entry_id for line in case.collection_log):
        raise NotUsable("This line is corrected already. Correct the newer line.", "该记录已被更正，请更正后来的那条记录。")
    return old


def told(row: CollectionEntry) -> str:
    """What was logged, with the sum and day as they were understood."""
    if row.promise_date is None:
        return str(_("The contact of %(day)s is logged.", day=row.date.isoformat()))
    if row.promise_amount is None:
        return str(_("Logged: everything that is owed is promised by %(day)s.", day=row.promise_date.isoformat()))
    return str(_("Logged: %(amount)s is promised by %(day)s.", amount=money(row.promise_amount), day=row.promise_date.isoformat()))


def may_correct(line: CollectionEntry) -> bool:
    """Whether this person may correct a line: collectors their own."""
    return policy.may(g.actor, LOG) and (line.entered_by_id == g.actor.person_id or policy.may(g.actor, A.EDIT_TRANSCRIPT))


def shown(document: Any, text: str | None) -> str:
    """A text of a document as this person may see it."""
    return policy.shown_text(g.actor, document, text or "")


blueprint.add_app_template_global(may_correct, "may_correct")
blueprint.add_app_template_global(lambda code: in_language(collection_words().reasons[code]), "reason_label")
