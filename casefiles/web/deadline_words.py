"""How pages say a last day: what kind, what it is about, how many days are left, when people are reminded and what ends it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from flask import g
from flask_babel import gettext as _
from flask_babel import lazy_gettext, ngettext

from casefiles.law import load_law
from casefiles.models import Case, Deadline
from casefiles.remind import COURT_KINDS, told_subject
from casefiles.rules.reminder_points import FOUND, reminder_rules
from casefiles.rules.reminders import BY_ID, KINDS
from casefiles.web.words import in_language, sources

if TYPE_CHECKING:
    from casefiles.deadline_rows import Row

SOON = 30  # days: amber
SINCE = frozenset({"enforcement_ready"})  # a day from which something is possible: past, it is no delay
ASSETS = {
    "bank_deposit": lazy_gettext("bank deposit"), "movable": lazy_gettext("movable property"), "immovable": lazy_gettext("immovable property"),
    "equity": lazy_gettext("equity"), "other_right": lazy_gettext("other right"),
}


@dataclass(frozen=True)
class Left:
    """Days left as a page shows them: kind (colour), icon and words."""

    kind: str
    icon: str
    words: str


def reminder_label(kind: str) -> str:
    """The name of a reminder."""
    rule = reminder_rules().get(kind)
    return in_language(rule.name) if rule else kind


def reminder_law(kind: str) -> str:
    """The articles a reminder rests on."""
    law = reminder_rules()[kind].law
    return sources(law) if law else ""


def reminder_stops(kind: str) -> str:
    """What ends a reminder, in words."""
    return in_language(BY_ID[kind].stops)


def days_of(last_day: date, day: date) -> int:
    """Days left; negative = past."""
    return (last_day - day).days


def left(kind: str, days: int) -> Left:
    """Days left in colour, icon and words: red is overdue, amber due soon."""
    if days < 0 and kind in SINCE:
        return Left("weak", "◐", ngettext("possible for %(num)s day", "possible for %(num)s days", -days))
    if days < 0:
        return Left("bad", "✕", ngettext("%(num)s day past", "%(num)s days past", -days))
    if days == 0:
        return Left("bad", "✕", _("today"))
    words = ngettext("%(num)s day left", "%(num)s days left", days)
    return Left("weak", "◐", words) if days <= SOON else Left("ok", "○", words)


def subject_words(kind: str, subject: str, concerns: tuple[str, ...] | list[str] = ()) -> str:
    """What a last day is about: the debts (invoices, rent, a loan), the measure in words, the document."""
    if kind in {"limitation", "priority_construction"}:
        return _("Debts %(numbers)s", numbers=_(", ").join(concerns)) if len(concerns) > 1 else _("Debt %(number)s", number=subject)
    if kind == "preservation_expiry":
        asset, _space, rest = subject.partition(" ")
        return f"{ASSETS.get(asset, asset)} {rest}"
    if kind == "instalment":
        paper, _space, number = subject.rpartition(" ")
        return _("Instalment %(number)s of %(document)s", number=number, document=paper)
    if kind == "promise" and "→" not in subject:
        return _("Promise in %(document)s", document=subject)
    return re.sub(r"^\d{4}-\d{2}-\d{2} ?", "", subject) if kind in COURT_KINDS else subject


COURT_LABELS = {
    "court_fee": lazy_gettext("Court fee: day the notice was received"), "appeal": lazy_gettext("Appeal: day the judgment was served"),
}


def court_kind_label(kind: str) -> str:
    """A kind of court date in the form: what its day means where that is not the last day itself."""
    return str(COURT_LABELS.get(kind) or reminder_label(kind))


def threshold_words(label: str) -> str:
    """When a notice was given: '-30' -> '30 days before'."""
    if label == FOUND:
        return _("when it was found")
    if label.startswith("every "):
        return _("repeated")
    days = int(label)
    if days == 0:
        return _("on the day")
    return ngettext("%(num)s day before", "%(num)s days before", -days) if days < 0 else ngettext("%(num)s day after", "%(num)s days after", days)


@dataclass(frozen=True)
class Threshold:
    """One threshold in the line of a last day: days from it, its day, whether it has come and whether the manager hears of it."""

    offset: int
    day: date
    come: bool
    escalated: bool


def thresholds(kind: str, last_day: date, day: date) -> list[Threshold]:
    """The fixed thresholds of a last day, the earliest first."""
    rule = reminder_rules()[kind]
    days = [(offset, last_day + timedelta(offset)) for offset in rule.offsets]
    return [Threshold(offset, when, when <= day, offset in rule.urgent) for offset, when in days]


def repeat_words(kind: str, step: int | None) -> str:
    """How a reminder repeats after its day; empty when it does not."""
    every = step or reminder_rules()[kind].step
    return {0: "", 1: _("then daily"), 7: _("then weekly")}.get(every, _("then every %(days)s days", days=every))


def kind_pairs() -> list[tuple[str, str]]:
    """Every reminder with its name, for a filter."""
    return [(kind.id, reminder_label(kind.id)) for kind in KINDS]


def uploads_of(kind: str) -> tuple[str, ...]:
    """The document types that end a reminder."""
    return tuple(name for name in BY_ID[kind].uploads if name in load_law().documents)


def judged_day(case: Case, today: date) -> date:
    """The day a case's stored last days were computed for: its own for a fictional case, else today."""
    return case.as_of if case.fictional else today


def row_left(row: Deadline | Row, case: Case, today: date) -> Left:
    """Days left of a stored last day, to the day something must be handed in where that is earlier."""
    return left(row.kind, days_of(act_by(row), judged_day(case, today)))


def act_by(row: Any) -> date:
    """The day by which one must act."""
    told = row.detail.get("act_by")
    return date.fromisoformat(told) if told else row.last_day


GLOBALS: dict[str, Callable[..., Any]] = {
    "reminder_label": reminder_label, "reminder_law": reminder_law, "reminder_stops": reminder_stops, "threshold_words": threshold_words,
    "court_kind_label": court_kind_label, "row_left": row_left, "act_by": act_by, "judged_day": judged_day,
    "row_subject": lambda row: subject_words(row.kind, told_subject(g.actor, row.kind, row.subject), row.detail.get("concerns", [])),
}  # fmt: skip
