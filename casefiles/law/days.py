"""The days a case file may name: a slip of the pen (0203 for 2023, 9999 for "never") would carry every period out of the calendar."""

from __future__ import annotations

import re
from datetime import date

FIRST_YEAR, LAST_YEAR = 1900, 2200
WRITTEN = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def day_of(text: str) -> date:
    """A day written 2026-12-31, from 1900 to 2200; ValueError for anything else."""
    if WRITTEN.fullmatch(text) and FIRST_YEAR <= (day := date.fromisoformat(text)).year <= LAST_YEAR:
        return day
    raise ValueError(f"{text[:20]!r} is no day of the years {FIRST_YEAR} to {LAST_YEAR}")
