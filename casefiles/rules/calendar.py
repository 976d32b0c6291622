"""Periods and days: months and years with month-end clamp, day counts, statutory holidays.

Civil Code arts. 201-203: the day of the event is not counted, the period ends on the corresponding day of the last month (or its last
day), and where that is a holiday on the day after it.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

from casefiles.law import Law
from casefiles.rules.refusal import Refused

DAY = timedelta(days=1)


def add_months(start: date, months: int) -> date:
    """The corresponding day `months` later, or the last day of that month (Civil Code art. 202)."""
    index = start.year * 12 + start.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))


def add_years(start: date, years: int) -> date:
    """The same day `years` later; 29 February ends on 28 February."""
    return add_months(start, 12 * years)


def days_inclusive(start: date, end: date) -> int:
    """Days from start to end, both counted. Refuses an end before the start (end_before_start)."""
    if end < start:
        raise Refused("end_before_start", f"{start} to {end}")
    return (end - start).days + 1


def is_day_off(day: date, law: Law) -> bool:
    """A public holiday or a weekend that is not worked. The year's notice must be on file."""
    year = law.holidays[day.year]
    return day in year.off or (day.weekday() >= 5 and day not in year.working_weekends)


def statutory_last_day(last_day: date, law: Law) -> date | str:
    """The last day after the holiday roll, or the sentence `needs holiday calendar of YYYY` where no notice is on file (Civil Code art. 203)."""
    day = last_day
    while day.year in law.holidays:
        if not is_day_off(day, law):
            return day
        day += DAY
    return f"needs holiday calendar of {day.year}"
