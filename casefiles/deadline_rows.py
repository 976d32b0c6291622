"""The running last days of a case as rows: what the rules say, kept for lists, notices and calendars; nothing is written that did not change.

A row lives as long as the rules find its last day running: a document that ends it makes the row go with the next assessment.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import delete, insert, select, update

from casefiles.case_mapping import day_of
from casefiles.db import session
from casefiles.law import load_law
from casefiles.models import Case, Deadline
from casefiles.rules.entities import CaseFacts
from casefiles.rules.inquiry import Inquiry
from casefiles.rules.reminder_points import latest, reminder_rules, upcoming
from casefiles.rules.reminder_stops import LastDay
from casefiles.rules.reminders import Reminders, reminders_of

SHANGHAI = ZoneInfo("Asia/Shanghai")
Key = tuple[str, str]


@dataclass(frozen=True)
class Row:
    """What a row of `deadlines` says, apart from its case."""

    kind: str
    subject: str
    last_day: date
    next_on: date | None
    escalated: bool
    detail: dict[str, Any]

    @property
    def key(self) -> Key:
        return self.kind, self.subject


def reminders_for(facts: CaseFacts, opened_at: datetime, day: date) -> Reminders:
    """The last days of a case on a day; what had passed when the case was entered gives no reminder."""
    return reminders_of(Inquiry(facts, facts.packet_kind, day, load_law()), opened_at.astimezone(SHANGHAI).date())


def rows_of(found: Iterable[LastDay], day: date) -> list[Row]:
    """The rows of these last days on a day."""
    return [_row(last, day) for last in found]


def _row(last: LastDay, day: date) -> Row:
    rule = reminder_rules()[last.kind]
    point = latest(rule, last.last_day, day, last.step)
    detail: dict[str, Any] = {"concerns": list(last.concerns)} if last.concerns else {}
    if last.act_by:
        detail["act_by"] = last.act_by.isoformat()
    return Row(last.kind, last.subject, last.last_day, upcoming(rule, last.last_day, day, last.step), point is not None and point.escalated, detail)


def keep(case: Case, facts: CaseFacts, today: date) -> None:
    """Bring the rows of a case up to date; call inside saving() after every change of the case."""
    day = day_of(case, None, today)
    have = {(row.kind, row.subject): _as_kept(row) for row in session.scalars(select(Deadline).where(Deadline.case_id == case.case_id))}
    replace(case.case_id, have, rows_of(reminders_for(facts, case.opened_at, day).running, day))


def _as_kept(row: Deadline) -> Row:
    return Row(row.kind, row.subject, row.last_day, row.next_on, row.escalated, row.detail)


def kept(case_ids: Iterable[str]) -> dict[str, dict[Key, Row]]:
    """The rows of some cases as they stand, by case and key."""
    found: dict[str, dict[Key, Row]] = {case_id: {} for case_id in case_ids}
    columns = (Deadline.case_id, Deadline.kind, Deadline.subject, Deadline.last_day, Deadline.next_on, Deadline.escalated, Deadline.detail)
    for case_id, *values in session.execute(select(*columns).where(Deadline.case_id.in_(found))):
        row = Row(*values)
        found[case_id][row.key] = row
    return found


def replace(case_id: str, have: Mapping[Key, Row], wanted: Iterable[Row]) -> int:
    """Write what differs between the rows there are and those wanted; the number of rows written."""
    new = {row.key: row for row in wanted}
    one = (Deadline.case_id == case_id,)
    gone = [key for key in have if key not in new]
    for kind, subject in gone:
        session.execute(delete(Deadline).where(*one, Deadline.kind == kind, Deadline.subject == subject))
    changed = [row for key, row in new.items() if key in have and have[key] != row]
    for row in changed:
        told = {"last_day": row.last_day, "next_on": row.next_on, "escalated": row.escalated, "detail": row.detail}
        session.execute(update(Deadline).where(*one, Deadline.kind == row.kind, Deadline.subject == row.subject).values(told))
    added = [vars(row) | {"case_id": case_id} for key, row in new.items() if key not in have]
    if added:
        session.execute(insert(Deadline), added)
    return len(gone) + len(changed) + len(added)
