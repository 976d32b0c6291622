"""When a reminder is given: the days of lifecycle.yaml counted from a last day, which of them is due on a day, and who hears of it.

A point is one day on which a reminder is due, with the label under which the notice is kept: '-30', '0', '+1', 'found' (on discovery), or
'every 2026-11-29'. On any day the tightest point that has come counts, so a day the sweep missed is caught up by one notice, not by many.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any

from casefiles.law import Words, read_yaml

FOUND = "found"
REPEATS = {None: 0, "daily": 1, "weekly": 7}
BEFORE_FILING, AFTER_WRITE_OFF = 30, 180  # registry_check: the two steps of its repeat rule


@dataclass(frozen=True)
class ReminderRule:
    """One line of lifecycle.yaml `reminders`. Days before and after the last day; `step` = days between repeats, 0 = none."""

    id: str
    name: Words
    law: str
    thresholds: tuple[int, ...]
    days_after: tuple[int, ...]
    step: int
    on_discovery: bool

    @property
    def offsets(self) -> tuple[int, ...]:
        """Days from the last day, the earliest first: 30 days before is -30."""
        return tuple(sorted({-days for days in self.thresholds} | set(self.days_after)))

    @property
    def urgent(self) -> tuple[int, ...]:
        """The last two, at which the legal manager hears too; a kind with one reminder and repeats escalates with the repeats only."""
        return () if len(self.offsets) < 2 and self.step else self.offsets[-2:]


@dataclass(frozen=True)
class Point:
    """A day on which a reminder is due; `escalated`: the legal manager hears too."""

    day: date
    label: str
    escalated: bool


def _rule(entry: Mapping[str, Any], said: Mapping[str, Any]) -> ReminderRule:
    repeat = entry["repeat"]
    law = said.get("law") or entry["law"]
    return ReminderRule(
        id=entry["id"],
        name=Words(entry["zh"], said["en"]),
        law="" if law == "–" else law,
        thresholds=tuple(entry["thresholds"]),
        days_after=tuple(entry["days_after"]),
        step=REPEATS[repeat] if repeat in REPEATS else int(re.findall(r"every (\d+) days", repeat)[0]),
        on_discovery=entry["on_discovery"],
    )


@cache
def reminder_rules() -> Mapping[str, ReminderRule]:
    """The reminders of lifecycle.yaml by id, in its order, read once; English names and full citations stand in words.yaml."""
    words = read_yaml("words.yaml")["reminders"]
    return {entry["id"]: _rule(entry, words[entry["id"]]) for entry in read_yaml("lifecycle.yaml")["reminders"]}


def label_of(offset: int) -> str:
    """-30 -> '-30', 0 -> '0', 1 -> '+1'."""
    return f"{offset:+d}" if offset else "0"


def _fixed(rule: ReminderRule, last_day: date) -> Iterator[Point]:
    if rule.on_discovery:
        yield Point(date.min, FOUND, escalated=False)
    for offset in rule.offsets:
        yield Point(last_day + timedelta(offset), label_of(offset), offset in rule.urgent)


def _repeat(day: date) -> Point:
    return Point(day, f"every {day}", escalated=True)


def latest(rule: ReminderRule, last_day: date, day: date, step: int | None = None) -> Point | None:
    """The tightest point that has come by `day`; None before the first. `step` where the case decides it (registry_check)."""
    come = [point for point in _fixed(rule, last_day) if point.day <= day]
    every = rule.step if step is None else step
    if every and (past := (day - last_day).days // every) > 0:
        come.append(_repeat(last_day + timedelta(past * every)))
    return max(come, key=lambda point: point.day, default=None)


def upcoming(rule: ReminderRule, last_day: date, day: date, step: int | None = None) -> date | None:
    """The day of the next reminder after `day`; None when none will come."""
    ahead = [point.day for point in _fixed(rule, last_day) if point.day > day]
    every = rule.step if step is None else step
    if every:
        ahead.append(last_day + timedelta(max((day - last_day).days // every + 1, 1) * every))
    return min(ahead, default=None)


def due(rule: ReminderRule, last_day: date, day: date, given: Collection[str], step: int | None = None) -> Point | None:
    """The reminder to give on `day` when those labelled `given` were given for this last day already; None when nothing is to be said."""
    point = latest(rule, last_day, day, step)
    return None if point is None or point.label in given else point
