"""Rows that came after the package: LPR publications and days of the holiday notices, merged into the law data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from casefiles.law.shapes import HolidayYear, Law, LprRow

DayKind = Literal["off", "working"]


@dataclass(frozen=True)
class Supplement:
    """Imported rows. A day is `off` beside the weekends, or a weekend day that is `working`."""

    lpr: tuple[LprRow, ...] = ()
    holidays: tuple[tuple[date, DayKind], ...] = ()


def month_of(day: date) -> tuple[int, int]:
    """The LPR is published once a month."""
    return day.year, day.month


def merged(law: Law, supplement: Supplement) -> Law:
    """The law with the rows in it. An imported publication takes the place of whatever the package has for its month; an imported day wins."""
    months = {month_of(row.published) for row in supplement.lpr}
    lpr = (*(row for row in law.lpr if month_of(row.published) not in months), *supplement.lpr)
    return replace(law, lpr=tuple(sorted(lpr, key=lambda row: row.published)), holidays=_holidays(law.holidays, supplement.holidays))


def _holidays(years: Mapping[int, HolidayYear], rows: tuple[tuple[date, DayKind], ...]) -> dict[int, HolidayYear]:
    off = {year: set(days.off) for year, days in years.items()}
    worked = {year: set(days.working_weekends) for year, days in years.items()}
    for day, kind in rows:
        free, busy = off.setdefault(day.year, set()), worked.setdefault(day.year, set())
        (free if kind == "off" else busy).add(day)
        (busy if kind == "off" else free).discard(day)
    return {year: HolidayYear(frozenset(off[year]), frozenset(worked[year])) for year in sorted(off)}
