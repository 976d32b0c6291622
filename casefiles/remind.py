"""Reminding people of last days: who owns a case, which notices are due, and the sweep that gives each of them once.

A notice is a row, unique for its person, last day and threshold: a sweep that runs twice, or again after a crash, gives nothing twice. What a
chunk of cases needs is read and computed first and written in one transaction, so that two processes wait little for each other.
"""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Select, exists, false, insert, select, true, update
from sqlalchemy.orm import joinedload, selectinload

from casefiles import audit, deadline_rows
from casefiles.case_mapping import case_mapping, day_of
from casefiles.db import session
from casefiles.deadline_rows import Row
from casefiles.errors import NotUsable
from casefiles.models import Case, Deadline, Document, Letter, Notice, Person, Recording, Role
from casefiles.policy import LEGAL, RECORDING_TYPES, Action, Actor, may, readable_objects, visible_cases
from casefiles.rules.entities import CaseFacts
from casefiles.rules.facts import read_case
from casefiles.rules.reminder_points import due, reminder_rules
from casefiles.rules.reminder_stops import LastDay

log = logging.getLogger(__name__)
COURT_KINDS = frozenset({"hearing", "evidence_period", "court_fee", "appeal", "creditors_meeting", "claim_objection"})  # their subject: the day and a remark
LOGGED = "→"  # in the subject of a promise that stands in the collection log: the day it was made → the promised day
Figures = Callable[[Case, CaseFacts, date], dict[str, Any]]
Given = dict[tuple[str, str, date], set[str]]  # labels by kind, subject and last day


@dataclass
class Counts:
    """What a sweep did. `failed` names the cases it could not judge, with the reason; `unheard` are notices nobody is there to get."""

    cases: int = 0
    notices: int = 0
    escalated: int = 0
    broken_promises: int = 0
    unheard: int = 0
    failed: list[dict[str, str]] = field(default_factory=list)

    def add(self, other: "Counts") -> None:
        """Sum up the counts of another part of the sweep."""
        for name in ("cases", "notices", "escalated", "broken_promises", "unheard"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.failed += other.failed


@dataclass(frozen=True)
class Judged:
    """One case as computed: the version it was computed from, the columns to store, its rows, and the last days with their day."""

    case_id: str
    version: int
    day: date
    figures: dict[str, Any]
    changed: dict[str, Any]
    rows: list[Row]
    running: tuple[LastDay, ...]
    owners: tuple[int, ...]


@dataclass(frozen=True)
class Desk:
    """Who may be reminded: the active people of the law department, by department and as managers."""

    staff: Mapping[str, tuple[int, ...]]
    managers: tuple[int, ...]
    active: Mapping[int, tuple[Role, str]]

    def owners(self, owner_id: int | None, department: str) -> tuple[int, ...]:
        """The owner of a case while that person works and sees it; else the first of the department's legal staff, else the managers."""
        if owner_id is not None and owner_id in self.active and may_own(*self.active[owner_id], department):
            return (owner_id,)
        return self.staff.get(department, ())[:1] or self.managers


def may_own(role: Role, own_department: str, department: str) -> bool:
    """Cases are owned by those who see them without a grant: the department's legal staff and the legal managers."""
    return role is Role.LEGAL_MANAGER or (role is Role.LEGAL_STAFF and own_department == department)


def desk() -> Desk:
    """The people as they are now."""
    people = session.execute(select(Person.id, Person.role, Person.department).where(Person.active, Person.role.in_(LEGAL)).order_by(Person.id)).all()
    staff: dict[str, tuple[int, ...]] = {}
    for person_id, role, department in people:
        if role is Role.LEGAL_STAFF:
            staff[department] = (*staff.get(department, ()), person_id)
    return Desk(staff, tuple(i for i, role, _ in people if role is Role.LEGAL_MANAGER), {i: (role, department) for i, role, department in people})


def assign_owner(actor: Actor, case: Case, person: Person | None) -> None:
    """Say who is reminded of a case; None = whoever comes first in the department. The case's version is left alone."""
    if person is not None and not (person.active and may_own(person.role, person.department, case.department)):
        raise NotUsable(
            f"{person.name} cannot own this case: an owner is legal staff of {case.department} or a legal manager, and active. Nothing was changed.",
            f"{person.name} 不能作为负责人：须为{case.department}在职法务或法务经理。未作改动。",
        )
    chosen = update(Case).where(Case.case_id == case.case_id).values(owner_id=person and person.id)
    session.execute(chosen, execution_options={"synchronize_session": False})
    session.expire(case, ["owner_id", "owner"])
    audit.record(actor, "edit", "owner", case_id=case.case_id, email=person and person.email)


def case_ids() -> list[str]:
    """All cases, in a fixed order."""
    return list(session.scalars(select(Case.case_id).order_by(Case.case_id)))


def loaded(case_ids: Sequence[str]) -> list[Case]:
    """Cases with everything their mapping reads, in a fixed number of statements however many they are."""
    rows = ("parties", "deliveries", "invoices", "payments", "credit_notes", "reconciliations", "declarations", "waivers", "collection_log", "court_dates")
    options = [selectinload(getattr(Case, name)) for name in rows]
    options += [
        joinedload(Case.contract),
        selectinload(Case.documents).selectinload(Document.flags),
        selectinload(Case.letters).joinedload(Letter.service),
        selectinload(Case.recordings).joinedload(Recording.promise),
    ]
    return list(session.scalars(select(Case).where(Case.case_id.in_(case_ids)).options(*options).order_by(Case.case_id)))


def judge(case: Case, day: date, today: date, figures: Figures, who: Desk) -> Judged:
    """Compute one case: what lists show, and its last days."""
    facts = read_case(case_mapping(case))
    values = figures(case, facts, today)
    running = deadline_rows.reminders_for(facts, case.opened_at, day).running
    changed = {name: value for name, value in values.items() if name != "assessed_on" and getattr(case, name) != value}
    if changed or case.assessed_on is None:
        changed["assessed_on"] = today
    return Judged(case.case_id, case.version, day, values, changed, deadline_rows.rows_of(running, day), running, who.owners(case.owner_id, case.department))


def computed(case_ids: Sequence[str], as_of: date | None, today: date, figures: Figures, told: Counts) -> Iterator[Judged]:
    """Judge a chunk of cases; one that cannot be judged is named and the others go on."""
    who = desk()
    for case in loaded(case_ids):
        told.cases += 1
        try:
            yield judge(case, as_of or day_of(case, None, today), today, figures, who)
        except Exception as error:
            log.exception("the sweep could not judge case %s", case.case_id)
            told.failed.append({"case": case.case_id, "reason": f"{type(error).__name__}: {error}"[:300]})


def store(actor: Actor, judged: Iterable[Judged], told: Counts) -> list[str]:
    """Write a computed chunk in the caller's transaction: figures and rows that changed, and the notices that are due.

    Gives back the cases somebody changed meanwhile: nothing was written of them, they have to be computed again.
    """
    chunk = {one.case_id: one for one in judged}
    versions: dict[str, int] = dict(session.execute(select(Case.case_id, Case.version).where(Case.case_id.in_(chunk))).all())
    fresh = [one for one in chunk.values() if versions.get(one.case_id) == one.version]
    have, given, managers = deadline_rows.kept(chunk), _given(chunk), desk().managers
    notices: list[dict[str, Any]] = []
    for one in fresh:
        if one.changed:
            session.execute(update(Case).where(Case.case_id == one.case_id).values(one.changed), execution_options={"synchronize_session": False})
        deadline_rows.replace(one.case_id, have[one.case_id], one.rows)
        notices += _due_notices(actor, one, given[one.case_id], managers, told)
    if notices:
        session.execute(insert(Notice), notices)
        audit.record(actor, "remind", "sweep", notices=len(notices), cases=len({n["case_id"] for n in notices}))
    return [case_id for case_id, one in chunk.items() if case_id in versions and versions[case_id] != one.version]


def _given(case_ids: Iterable[str]) -> dict[str, Given]:
    """The labels of the notices there are."""
    found: dict[str, Given] = {case_id: {} for case_id in case_ids}
    columns = (Notice.case_id, Notice.kind, Notice.subject, Notice.last_day, Notice.threshold)
    for case_id, kind, subject, last_day, label in session.execute(select(*columns).where(Notice.case_id.in_(found))):
        found[case_id].setdefault((kind, subject, last_day), set()).add(label)
    return found


def _due_notices(actor: Actor, one: Judged, given: Given, managers: tuple[int, ...], told: Counts) -> Iterator[dict[str, Any]]:
    for last in one.running:
        labels = given.get((last.kind, last.subject, last.last_day), set())
        point = due(reminder_rules()[last.kind], last.last_day, one.day, labels, last.step)
        if point is None:
            continue
        people = dict.fromkeys((*one.owners, *(managers if point.escalated else ())))
        told.notices += len(people)
        told.unheard += not people
        told.escalated += point.escalated
        told.broken_promises += last.kind == "promise" and one.day > last.last_day and not any(label.startswith("+") for label in labels)
        for person_id in people:
            yield {
                "case_id": one.case_id, "kind": last.kind, "subject": last.subject, "last_day": last.last_day, "threshold": point.label,
                "person_id": person_id, "escalated": point.escalated, "given_on": one.day, "given_at": actor.now,
            }  # fmt: skip


def told_subject(actor: Actor, kind: str, subject: str) -> str:
    """What a last day is about as this person may read it: the remark beside a day of a court is part of the court papers."""
    return subject[:10] if kind in COURT_KINDS and not may(actor, Action.READ_COURT_PAPER) else subject


def visible(actor: Actor) -> Select[Deadline]:
    """The running last days of the cases an actor may see; no promises of a collection log that is closed to the role, nor of recordings that
    the lists of a case hide from this person."""
    rows = select(Deadline).where(Deadline.case_id.in_(visible_cases(actor).with_only_columns(Case.case_id)))
    if not may(actor, Action.READ_TRANSCRIPT):
        rows = rows.where((Deadline.kind != "promise") | ~Deadline.subject.contains(LOGGED))
    if "call_recording" in readable_objects(actor).objects or may(actor, Action.READ_MASKED_RECORDING):
        return rows
    own = Document.received_by_id == actor.person_id if "call_recording" in readable_objects(actor).own else false()
    hidden = exists().where(Document.case_id == Deadline.case_id, Document.ref == Deadline.subject, Document.type.in_(RECORDING_TYPES), own.is_not(true()))
    return rows.where((Deadline.kind != "promise") | ~hidden)
