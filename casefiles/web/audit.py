"""The audit log: who did what, when, from where, to which object; and a button that walks the whole chain."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import Select, select

from casefiles import audit
from casefiles.actor import SHANGHAI
from casefiles.db import saving, session
from casefiles.models import AuditEntry, Case, Role
from casefiles.policy import Action, require, visible_cases
from casefiles.web.paging import page_of
from casefiles.web.words import EVENTS

blueprint = Blueprint("audit", __name__, url_prefix="/audit")
PER_PAGE = 50


@blueprint.get("/")
def index() -> ResponseReturnValue:
    require(g.actor, Action.READ_AUDIT_LOG)
    with saving():
        asked = {key: value[:100] for key, value in request.args.items() if key in FILTERS and value}
        audit.record(g.actor, "list", "audit log", **({"filter": asked} if asked else {}))
    return render_template("audit/index.html", page=page_of(filtered(), PER_PAGE), events=sorted(EVENTS), verdict=None)


@blueprint.post("/verify")
def verify() -> ResponseReturnValue:
    """Walk the chain from its first entry and say in words what was found."""
    require(g.actor, Action.READ_AUDIT_LOG)
    verdict = audit.verify()
    with saving():
        audit.record(g.actor, "verify", "audit log", entries=verdict.entries, bad=verdict.bad)
    return render_template("audit/index.html", page=page_of(filtered(), PER_PAGE), events=sorted(EVENTS), verdict=verdict)


FILTERS = frozenset({"event", "case", "person", "from", "until"})


def filtered() -> Select[AuditEntry]:
    """What the filter asks for, newest first. An auditor sees entries of the files he may read, and those of no case."""
    entries = select(AuditEntry).order_by(AuditEntry.id.desc())
    if g.actor.role is Role.AUDITOR:
        entries = entries.where(AuditEntry.case_id.is_(None) | AuditEntry.case_id.in_(visible_cases(g.actor).with_only_columns(Case.case_id)))
    asked = {key: value.strip() for key, value in request.args.items() if key in FILTERS and value.strip()}
    for key, column in (("event", AuditEntry.event), ("case", AuditEntry.case_id)):
        if key in asked:
            entries = entries.where(column == asked[key])
    if "person" in asked:
        entries = entries.where(AuditEntry.person.contains(asked["person"], autoescape=True))
    first, last = _midnight(asked.get("from")), _midnight(asked.get("until"))
    entries = entries.where(AuditEntry.at >= first) if first else entries
    return entries.where(AuditEntry.at < last + timedelta(days=1)) if last else entries


def _midnight(text: str | None) -> datetime | None:
    """The start of a day in Shanghai; None for what is no date (the form's own field cannot send that)."""
    try:
        return datetime.combine(date.fromisoformat(text or ""), time(), SHANGHAI)
    except ValueError:
        return None


def history_of(case: Case) -> Select[Any]:
    """The entries of one case, newest first."""
    session.flush()
    return select(AuditEntry).where(AuditEntry.case_id == case.case_id).order_by(AuditEntry.id.desc())
