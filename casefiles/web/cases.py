"""Cases: the list, and the case file with its tabs. What is changed on these pages stands in manage.py."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import Numeric, Select, cast, select
from sqlalchemy.orm import selectinload

from casefiles import audit, people, policy
from casefiles.db import saving, session
from casefiles.models import Case, Packet, Party, PartyRole, Person, State
from casefiles.policy import A, visible_cases
from casefiles.web import case_page, ledger_page, portfolio, recovery_page
from casefiles.web.access import opened
from casefiles.web.audit import history_of
from casefiles.web.paging import page_of, with_arguments

blueprint = Blueprint("cases", __name__, url_prefix="/cases")
SORTS: dict[str, Any] = {
    "case": Case.case_id, "balance": cast(Case.balance, Numeric(18, 2)), "overdue": Case.first_overdue_day, "limitation": Case.limitation_last_day,
    "completeness": Case.completeness_pct, "opened": Case.opened_at,
}
FILTERS = ("q", "state", "at_least", "overdue", "days_left", "chain")


@blueprint.get("/")
def index() -> ResponseReturnValue:
    policy.require(g.actor, A.READ_EVIDENCE)
    asked = {key: value.strip()[:100] for key, value in request.args.items() if key in FILTERS and value.strip()}
    with saving():
        audit.record(g.actor, "list", "cases", **({"filter": asked} if asked else {}))
    cases = ordered(filtered(visible_cases(g.actor), asked)).options(selectinload(Case.parties))
    return render_template("cases/index.html", page=page_of(cases), states=list(State), asked=asked, sorted_by=request.args.get("sort", "opened"), order=order)


def filtered(cases: Select[Case], asked: dict[str, str]) -> Select[Case]:
    """The list's filter; what cannot be read as a number is left out of it, and the form shows the field empty."""
    today = g.actor.today
    if "q" in asked:
        words = asked["q"]
        party = select(Party.id).where(Party.case_id == Case.case_id, Party.name.contains(words, autoescape=True) | (Party.uscc == words.upper()))
        cases = cases.where(Case.case_id.contains(words, autoescape=True) | Case.title.contains(words, autoescape=True) | party.exists())
    if asked.get("state") in set(State):
        cases = cases.where(Case.state == State(asked["state"]))
    if (amount := number(asked, "at_least")) is not None:
        cases = cases.where(cast(Case.balance, Numeric(18, 2)) >= amount)
    if asked.get("overdue") in portfolio.NAMES:
        cases = portfolio.in_bucket(cases, asked["overdue"])
    elif (days := number(asked, "overdue")) is not None:
        cases = cases.where(Case.first_overdue_day <= today - timedelta(days=min(int(days), 40_000)))
    if (days := number(asked, "days_left")) is not None:
        cases = cases.where(Case.limitation_last_day <= today + timedelta(days=min(int(days), 40_000)))
    match asked.get("chain"):
        case "broken":
            cases = cases.where(Case.blocking_count > 0)
        case "closed":
            cases = cases.where(Case.blocking_count == 0)
    return cases


def number(asked: dict[str, str], key: str) -> Decimal | None:
    """A filter's number."""
    try:
        value = Decimal(asked.get(key, "").replace(",", ""))
    except InvalidOperation:
        value = None
    if value is None or not value.is_finite() or value < 0:
        asked.pop(key, None)
        return None
    return value


def ordered(cases: Select[Case]) -> Select[Case]:
    """By ?sort=, -name for the other way round; cases without a value come last."""
    asked = request.args.get("sort", "-opened")
    column = SORTS.get(asked.removeprefix("-"), Case.opened_at)
    return cases.order_by((column.desc() if asked.startswith("-") else column.asc()).nulls_last(), Case.case_id)


def order(name: str) -> str:
    """The address that sorts by a column: first down, then up."""
    asked = request.args.get("sort", "")
    return with_arguments(sort=name if asked == f"-{name}" else f"-{name}", page=None)


@blueprint.get("/<case_id>")
def show(case_id: str) -> ResponseReturnValue:
    case = opened(case_id, what="evidence chain")
    return render_template("cases/show.html", **case_page.chain_of(case))


@blueprint.get("/<case_id>/documents")
def documents(case_id: str) -> ResponseReturnValue:
    case = opened(case_id, what="documents")
    return render_template("cases/documents.html", **case_page.documents_of(case))


@blueprint.get("/<case_id>/ledger")
def ledger(case_id: str) -> ResponseReturnValue:
    case = opened(case_id, what="ledger")
    page = case_page.head_of(case, "ledger")
    rows = ledger_page.rows_of(case, page["documents"])
    panels = recovery_page.panels(page["check"], rows["facts"])
    return render_template("cases/ledger.html", **page, **rows, **panels, working=policy.may(g.actor, A.READ_CALCULATION))


@blueprint.get("/<case_id>/packets")
def packets(case_id: str) -> ResponseReturnValue:
    case = opened(case_id, A.READ_PACKET, what="packets")
    rows = session.scalars(select(Packet).where(Packet.case_id == case.case_id).order_by(Packet.id.desc())).all()
    return render_template("cases/packets.html", **case_page.head_of(case, "packets"), packets=rows)


def inner_right() -> A:
    """People, access and history are the law department's own working papers: its members by the notes' right, the auditor by the log's."""
    return A.READ_AUDIT_LOG if policy.may(g.actor, A.READ_AUDIT_LOG) else A.READ_NOTE


@blueprint.get("/<case_id>/people")
def people_of(case_id: str) -> ResponseReturnValue:
    case = opened(case_id, inner_right(), what="people and access")
    choice = session.scalars(select(Person).where(Person.active, Person.role.in_(people.ASSIGNABLE)).order_by(Person.role, Person.name)).all()
    return render_template("cases/people.html", **case_page.head_of(case, "people"), grants=people.grants_of(case), choice=choice)


@blueprint.get("/<case_id>/notes")
def notes(case_id: str) -> ResponseReturnValue:
    right = A.READ_NOTE if policy.may(g.actor, A.READ_NOTE) else A.READ_OWN_AND_SHARED_NOTE
    case = opened(case_id, right, what="notes")
    return render_template("cases/notes.html", **case_page.head_of(case, "notes"), notes=policy.visible_notes(g.actor, case))


@blueprint.get("/<case_id>/history")
def history(case_id: str) -> ResponseReturnValue:
    case = opened(case_id, inner_right(), what="history")
    return render_template("cases/history.html", **case_page.head_of(case, "history"), page=page_of(history_of(case), 50))


def names(case: Case, role: str) -> str:
    """The names of the parties in one role."""
    return str(_(", ")).join(party.name for party in case.parties if party.role == PartyRole(role))


blueprint.add_app_template_global(names, "party_names")
