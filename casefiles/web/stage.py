"""The stage of a case: the road it came, the moves it may take with what each demands, what waits for a second person, and every move made."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casefiles import assess, escalate, escalate_deletion, policy
from casefiles.db import saving
from casefiles.errors import NotUsable, Refused
from casefiles.law import Words
from casefiles.models import Approval, Case, Document, Role, State
from casefiles.policy import A, approval_for, case_for
from casefiles.rules import lifecycle
from casefiles.web import case_page
from casefiles.web.access import opened
from casefiles.web.errors import record_refusal
from casefiles.web.words import in_words, state_label

blueprint = Blueprint("stage", __name__, url_prefix="/cases/<case_id>/stage")
LATEST = 5  # states of the past that are drawn


@dataclass(frozen=True)
class Stop:
    """One state of the drawing: `place` is past, here or ahead; `day` when the case came there."""

    state: str
    place: str
    day: str = ""


@dataclass(frozen=True)
class Offer:
    """A move as the page offers it: alone, as a proposal, or only to be read; `proposal` where it waits for a decision already."""

    move: lifecycle.Move
    alone: bool
    proposes: bool
    proposal: Approval | None


def line(case: Case) -> list[Stop]:
    """The road: the last states with their days, where the case stands, and the usual way on."""
    moves = escalate.history(case)
    days = [move.moved_at.astimezone(escalate.SHANGHAI).date().isoformat() for move in moves]
    past = [Stop(move.from_state.value, "past", days[at - 1] if at else "") for at, move in enumerate(moves)][-LATEST:]
    here = Stop(case.state.value, "here", days[-1] if days else "")
    return [*past, here, *(Stop(state, "ahead") for state in lifecycle.road(case.state.value))]


def offers(case: Case) -> list[Offer]:
    """The moves this person may read of: a collector those a collector may propose, everybody else all of them; those of one's own first."""
    waiting = {p.subject: p for p in escalate.open_proposals(case) if p.kind == escalate.TRANSITION}
    found = [
        Offer(move, policy.may_move(g.actor, move.way), g.actor.role.value in move.way.proposers, waiting.get(move.to))
        for move in lifecycle.possible(escalate.standing(case, g.actor.today, case_page.asked_day(case)))
    ]
    if g.actor.role is Role.COLLECTOR:
        found = [offer for offer in found if offer.proposes]
    return sorted(found, key=lambda offer: not (offer.alone or offer.proposes))


def page_of(case: Case, problem: str = "") -> dict[str, Any]:
    """What the page shows. Reasons and statements stay from those who may not read court papers (roles.md: no settlement floor for collectors)."""
    inner, hidden = policy.may(g.actor, A.READ_COURT_PAPER), hidden_refs(case)
    waiting = [p for p in escalate.open_proposals(case) if p.kind != escalate.HARD_DELETE or p.subject not in hidden] if inner else []
    return case_page.head_of(case, "stage") | {
        "line": line(case), "offers": [shown_offer(offer, hidden) for offer in offers(case)], "moves": list(reversed(escalate.history(case))), "inner": inner,
        "problem": without(problem, hidden), "given": request.form, "kept_rows": lambda rows: [shown_row(row, hidden) for row in rows],
        "waiting": [(p, policy.may_decide(g.actor, escalate.deciders(case, p), p)) for p in waiting],
        "duties": escalate.duties(case, g.actor.today), "deletable": deletable(case), "grounds": lifecycle.DELETION_GROUNDS, "own_page": "stage.show",
    }  # fmt: skip


def hidden_refs(case: Case) -> frozenset[str]:
    """The documents of the case this person may not know of."""
    return frozenset({document.ref for document in case.documents} - {document.ref for document in policy.listed_documents(g.actor, case)})


def without(text: str, hidden: frozenset[str]) -> str:
    """A sentence without the numbers of papers this person may not know of."""
    names = "|".join(re.escape(ref) for ref in sorted(hidden))
    return re.sub(rf"(?<![A-Za-z0-9_-])(?:{names})(?![A-Za-z0-9_-])", "…", text) if hidden else text


def shown_offer(offer: Offer, hidden: frozenset[str]) -> Offer:
    """A move whose demands name no hidden paper."""
    demands = tuple(replace(d, said=Words(without(d.said.zh, hidden), without(d.said.en, hidden))) for d in offer.move.demands)
    return replace(offer, move=replace(offer.move, demands=demands))


def shown_row(row: Mapping[str, Any], hidden: frozenset[str]) -> dict[str, Any]:
    """A demand as a move keeps it, without hidden papers in its words and in the list of hashes."""
    told = {key: without(text, hidden) if key in ("said_zh", "said_en", "stated") else text for key, text in row.items()}
    return told | ({"files": [file for file in row["files"] if file["ref"] not in hidden]} if "files" in row else {})


def deletable(case: Case) -> Sequence[Document]:
    """The documents a legal manager may propose to delete for good; whether one may go is tested when it is proposed."""
    if g.actor.role is not Role.LEGAL_MANAGER or case.state is State.ARCHIVED:
        return []
    return [document for document in case.documents if document.sha256]


def said() -> escalate.Given:
    """What the form says: the reason, the statements that were ticked and worded, the reason for an override."""
    form = request.form
    names = [key.removeprefix("said-") for key in form if key.startswith("said-")]
    statements = {name: form[f"said-{name}"][:2000] for name in names if form.get(f"confirm-{name}") or form.get(f"closed-{name}")}
    return escalate.Given(form.get("reason", "")[:2000], statements, form.get("override", "")[:2000])


def refused(case_id: str, problem: Refused) -> ResponseReturnValue:
    """The page again with what is lacking and what was typed; the log knows that it was refused."""
    record_refusal(409, problem.message)
    case = case_for(g.actor, A.READ_EVIDENCE, case_id)
    return render_template("stage/show.html", **page_of(case, in_words(problem))), 409


@blueprint.get("")
def show(case_id: str) -> ResponseReturnValue:
    return render_template("stage/show.html", **page_of(opened(case_id, what="stage")))


@blueprint.post("/move")
def move(case_id: str) -> ResponseReturnValue:
    try:
        with saving():
            case = case_for(g.actor, A.READ_EVIDENCE, case_id)
            moved = escalate.move(g.actor, case, request.form.get("to", ""), request.form.get("version", 0, type=int), said())
            assess.refresh(case, g.actor.today)
    except Refused as problem:
        return refused(case_id, problem)
    flash(_("The case stands in: %(state)s.", state=state_label(moved.to_state)), "ok")
    return redirect(url_for(".show", case_id=case_id))


@blueprint.post("/propose")
def propose(case_id: str) -> ResponseReturnValue:
    try:
        with saving():
            case = case_for(g.actor, A.READ_EVIDENCE, case_id)
            escalate.propose(g.actor, case, request.form.get("to", ""), request.form.get("version", 0, type=int), said())
    except Refused as problem:
        return refused(case_id, problem)
    flash(_("The proposal is made; another person decides."), "ok")
    return redirect(url_for(".show", case_id=case_id))


@blueprint.post("/decisions/<int:approval_id>")
def decide(case_id: str, approval_id: int) -> ResponseReturnValue:
    form, approve = request.form, request.form.get("verdict") == "approve"
    reason, override = form.get("reason", "")[:2000], form.get("override", "")[:2000]
    if form.get("verdict") not in {"approve", "refuse"}:
        raise NotUsable("Approve or refuse; nothing was decided.", "请选择批准或否决，未作决定。")
    try:
        with saving():
            approval = approval_for(g.actor, case_id, approval_id)
            case = case_for(g.actor, A.READ_EVIDENCE, case_id)
            if approval.kind == escalate.HARD_DELETE:
                escalate_deletion.decide_deletion(g.actor, case, approval, approve=approve, reason=reason)
            else:
                escalate.decide(g.actor, case, approval, approve=approve, reason=reason, override=override)
            assess.refresh(case, g.actor.today)
    except Refused as problem:
        return refused(case_id, problem)
    flash(_("Approved and done.") if approve else _("Refused; the proposer sees the reason."), "ok")
    return redirect(url_for(".show", case_id=case_id))


@blueprint.post("/decisions/<int:approval_id>/withdraw")
def withdraw(case_id: str, approval_id: int) -> ResponseReturnValue:
    with saving():
        approval = approval_for(g.actor, case_id, approval_id)
        escalate.withdraw(g.actor, case_for(g.actor, A.READ_EVIDENCE, case_id), approval, request.form.get("reason", "")[:2000])
    flash(_("The proposal is withdrawn."), "ok")
    return redirect(url_for(".show", case_id=case_id))


@blueprint.post("/deletions/<int:document_id>")
def erase(case_id: str, document_id: int) -> ResponseReturnValue:
    try:
        with saving():
            document = policy.document_for(g.actor, "read", case_id, document_id)
            case = case_for(g.actor, A.READ_EVIDENCE, case_id)
            escalate_deletion.propose_deletion(g.actor, case, document, ground=request.form.get("ground", ""), reason=request.form.get("reason", "")[:2000])
    except Refused as problem:
        return refused(case_id, problem)
    flash(_("The deletion is proposed; another legal manager decides."), "ok")
    return redirect(url_for(".show", case_id=case_id))


def subject_label(approval: Approval) -> str:
    """What a proposal is about, in words."""
    if approval.kind == escalate.HARD_DELETE:
        return str(_("delete %(document)s for good", document=approval.subject))
    return str(_("move to: %(state)s", state=state_label(approval.subject)))


def decisions() -> list[tuple[Case, Approval]]:
    """What waits for the word of the person signed in, for the home page."""
    return escalate.waiting_for(g.actor)


blueprint.add_app_template_global(line, "stage_line")
blueprint.add_app_template_global(subject_label, "subject_label")
blueprint.add_app_template_global(decisions, "decisions_waiting")
