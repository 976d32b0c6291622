"""The audit log: who did what, when, from where, to which object; and a button that walks the whole chain."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import Select

from casefiles import audit
from casefiles.actor import SHANGHAI
from casefiles.db import saving, session
from casefiles.models import AuditEntry, Case
from casefiles.policy import Action, require, told_detail, visible_entries
from casefiles.web.paging import page_of
from casefiles.web.words import EVENTS

blueprint = Blueprint("audit", __name__, url_prefix="/audit")
PER_PAGE = 50
FIRST_DAY, LAST_DAY = date(1970, 1, 1), date(9999, 1, 1)


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
    """What the filter asks for of the entries this person may see, newest first."""
    entries = visible_entries(g.actor).order_by(AuditEntry.id.desc())
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
    """The start of a day in Shanghai; None for what is no date (the form's own field cannot send that).

    No entry is older than the first of the days that can be counted on in every zone, none younger than the last.
    """
    try:
        day = min(max(date.fromisoformat(text or ""), FIRST_DAY), LAST_DAY)
        return datetime.combine(day, time(), SHANGHAI)
    except ValueError:
        return None


def history_of(case: Case) -> Select[Any]:
    """The entries of one case, newest first."""
    session.flush()
    return visible_entries(g.actor).where(AuditEntry.case_id == case.case_id).order_by(AuditEntry.id.desc())


def detail_of(entry: AuditEntry) -> dict[str, Any]:
    """An entry's detail as this person may read it; None for a value that is withheld."""
    return told_detail(g.actor, entry)


blueprint.add_app_template_global(detail_of, "audit_detail")
