"""Last days: the tab of a case with its court dates and owner, and the list over all cases a person may see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import Select, case, select
from sqlalchemy.orm import joinedload

from casefiles import assess, audit, court_dates, deadline_rows, policy, remind
from casefiles.case_mapping import case_mapping
from casefiles.db import saving, session
from casefiles.errors import NotUsable
from casefiles.models import Case, Deadline, Document, Notice, Person
from casefiles.policy import A, case_for
from casefiles.rules.facts import read_case
from casefiles.rules.reminder_debt import REVIVAL
from casefiles.rules.reminder_points import reminder_rules, upcoming
from casefiles.rules.reminder_stops import LastDay
from casefiles.rules.reminders import BY_ID, Reminders
from casefiles.web import case_page, deadline_words
from casefiles.web.access import opened
from casefiles.web.deadline_words import Left, Threshold, act_by, judged_day
from casefiles.web.manage import ASSIGN, day
from casefiles.web.paging import page_of

blueprint = Blueprint("deadlines", __name__)
ROUTINE = ("registry_check", "enforcement_ready", "retention_end")  # what costs no right when it waits: behind everything else
FILTERS = ("kind", "owner", "until")
for name, function in deadline_words.GLOBALS.items():
    blueprint.add_app_template_global(function, name)


@dataclass(frozen=True)
class Shown:
    """One last day on the tab: itself, days left, its thresholds, the notices given, and which upload would end it."""

    last: LastDay
    left: Left
    subject: str
    thresholds: list[Threshold]
    repeat: str
    next_on: date | None
    notices: Sequence[Notice]
    uploads: list[tuple[str, str]]


@blueprint.get("/cases/<case_id>/deadlines")
def show(case_id: str) -> ResponseReturnValue:
    file = opened(case_id, what="deadlines")
    page = case_page.head_of(file, "deadlines")
    found = known_to(deadline_rows.reminders_for(read_case(case_mapping(file)), file.opened_at, page["as_of"]), file, page["documents"])
    inner = policy.may(g.actor, A.READ_NOTE)
    given = notices_of(file) if inner else {}
    return render_template(
        "deadlines/show.html", **page, rows=[shown(file, last, page["as_of"], given) for last in found.running], found=found, revival=REVIVAL,
        kinds_of_court=[(kind, deadline_words.court_kind_label(kind)) for kind in court_dates.kinds()], owners=owners(file), inner=inner,
        subject=subject_of, papers={d.ref: d for d in page["documents"]}, hidden={d.ref for d in file.documents} - {d.ref for d in page["documents"]},
        remarks=policy.may(g.actor, A.READ_COURT_PAPER),
    )  # fmt: skip


def known_to(found: Reminders, file: Case, documents: Sequence[Document]) -> Reminders:
    """The last days without promises this person may not know of, as in remind.visible."""
    hidden = {document.ref for document in file.documents} - {document.ref for document in documents}
    log = policy.may(g.actor, A.READ_TRANSCRIPT)

    def known(last: LastDay) -> bool:
        return last.kind != "promise" or (log if remind.LOGGED in last.subject else last.subject not in hidden)

    running, stopped = tuple(filter(known, found.running)), tuple(filter(known, found.stopped))
    return Reminders(running, stopped, found.time_barred, found.unread)


def notices_of(file: Case) -> dict[tuple[str, str, date], list[Notice]]:
    """The notices given in a case, the newest first, by what they are about."""
    found: dict[tuple[str, str, date], list[Notice]] = {}
    rows = select(Notice).where(Notice.case_id == file.case_id).options(joinedload(Notice.person)).order_by(Notice.id.desc())
    for notice in session.scalars(rows):
        found.setdefault((notice.kind, notice.subject, notice.last_day), []).append(notice)
    return found


def shown(file: Case, last: LastDay, when: date, given: Mapping[tuple[str, str, date], list[Notice]]) -> Shown:
    """A last day as the tab shows it."""
    days = deadline_words.days_of(last.act_by or last.last_day, when)
    uploads = [(name, case_page.upload_url(file, name)) for name in deadline_words.uploads_of(last.kind)] if file.state != "archived" else []
    return Shown(
        last, deadline_words.left(last.kind, days), subject_of(last),
        deadline_words.thresholds(last.kind, last.last_day, when), deadline_words.repeat_words(last.kind, last.step),
        upcoming(reminder_rules()[last.kind], last.last_day, when, last.step), given.get((last.kind, last.subject, last.last_day), [])[:20],
        [(name, url) for name, url in uploads if url],
    )  # fmt: skip


def subject_of(last: LastDay) -> str:
    """What a last day is about, in words this person may read."""
    return deadline_words.subject_words(last.kind, remind.told_subject(g.actor, last.kind, last.subject), last.concerns)


def owners(file: Case) -> list[tuple[int, str]]:
    """Who may own a case, for those who may say it."""
    if not policy.may(g.actor, ASSIGN):
        return []
    people = session.scalars(select(Person).where(Person.active, Person.role.in_(policy.LEGAL)).order_by(Person.role.desc(), Person.name))
    return [(person.id, person.name) for person in people if remind.may_own(person.role, person.department, file.department)]


@blueprint.post("/cases/<case_id>/deadlines/court-dates")
def add(case_id: str) -> ResponseReturnValue:
    form = request.form
    with saving():
        file = case_for(g.actor, A.EDIT_PACKET, case_id)
        court_dates.add(g.actor, file, form.get("kind", ""), day(form.get("date")), form.get("note", ""))
        assess.refresh(file, g.actor.today)
    flash(_("The day is entered; reminders follow from it."), "ok")
    return redirect(url_for(".show", case_id=case_id, _anchor="court-dates"))


@blueprint.post("/cases/<case_id>/deadlines/court-dates/<int:court_date_id>")
def settle(case_id: str, court_date_id: int) -> ResponseReturnValue:
    with saving():
        file = case_for(g.actor, A.EDIT_PACKET, case_id)
        court_dates.settle(g.actor, file, court_date_id, request.form.get("document", "")[:40])
        assess.refresh(file, g.actor.today)
    flash(_("The day is settled by this document; its reminder has ended."), "ok")
    return redirect(url_for(".show", case_id=case_id, _anchor="court-dates"))


@blueprint.post("/cases/<case_id>/deadlines/owner")
def owner(case_id: str) -> ResponseReturnValue:
    with saving():
        file = case_for(g.actor, ASSIGN, case_id)
        chosen = _chosen(request.form.get("person", ""))
        remind.assign_owner(g.actor, file, chosen)
    flash(_("%(name)s is reminded of this case now.", name=chosen.name) if chosen else _("Whoever comes first in the department is reminded now."), "ok")
    return redirect(url_for(".show", case_id=case_id))


def _chosen(text: str) -> Person | None:
    """The person a form names; None for the empty choice, NotUsable for nobody."""
    if not text:
        return None
    person = session.get(Person, int(text)) if text.isascii() and text.isdecimal() and len(text) < 10 else None
    if person is None:
        raise NotUsable("Choose a person of the list; nothing was changed.", "请从列表中选择人员，未作改动。")
    return person


@blueprint.get("/deadlines/")
def index() -> ResponseReturnValue:
    policy.require(g.actor, A.READ_EVIDENCE)
    asked = {key: value.strip()[:40] for key, value in request.args.items() if key in FILTERS and value.strip()}
    told: dict[str, Any] = {"filter": asked} if asked else {}
    with saving():
        audit.record(g.actor, "list", "deadlines", **told)
    rows = ordered(filtered(remind.visible(g.actor).join(Case, Case.case_id == Deadline.case_id), asked))
    people = session.scalars(select(Person).where(Person.role.in_(policy.LEGAL)).order_by(Person.name)).all() if g.actor.role in policy.LEGAL else []
    return render_template("deadlines/index.html", page=page_of(rows), asked=asked, kinds=deadline_words.kind_pairs(), people=[(p.id, p.name) for p in people])


def filtered(rows: Select[Deadline], asked: dict[str, str]) -> Select[Deadline]:
    """The list's filter; what cannot be read is left out of it, and the form shows the field empty."""
    if asked.get("kind") in BY_ID:
        rows = rows.where(Deadline.kind == asked["kind"])
    if asked.get("owner", "").isdecimal():
        rows = rows.where(Case.owner_id == int(asked["owner"][:9]))
    try:
        return rows.where(Deadline.last_day <= date.fromisoformat(asked["until"])) if "until" in asked else rows
    except ValueError:
        asked.pop("until")
        return rows


def ordered(rows: Select[Deadline], *first: Any) -> Select[Deadline]:
    """Routine last, then the nearest day first."""
    routine = case((Deadline.kind.in_(ROUTINE), 1), else_=0)
    files = joinedload(Deadline.case)
    return rows.order_by(routine, *first, Deadline.last_day, Deadline.case_id, Deadline.id).options(
        files.selectinload(Case.parties), files.joinedload(Case.owner)
    )


def near(until: date, most: int) -> Sequence[Deadline]:
    """What needs attention on the first page: what is past or ends by a day; the legal manager sees what was escalated first."""
    first = [Deadline.escalated.desc()] if g.actor.role == "legal_manager" else []
    rows = remind.visible(g.actor).join(Case, Case.case_id == Deadline.case_id).where((Deadline.last_day <= until) | Deadline.escalated)
    found = session.scalars(ordered(rows, *first).limit(most)).all()
    return sorted(found, key=lambda row: (row.kind in ROUTINE, bool(first) and not row.escalated, act_by(row) - judged_day(row.case, g.actor.today)))
