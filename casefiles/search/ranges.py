"""Spans of days and of money in a query: 2024, 2024-03..2024-05, >=2024-03-01, 10000..50000, >=125万, 1,250,000.00.

A span is (first, last), both included, None for an open end: days as ordinals, money in whole cents. A span whose first is after its
last holds nothing; the caller says so. A value that is no span gives None.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import date
from decimal import Decimal

Span = tuple[int | None, int | None]

_BETWEEN = re.compile(r"\.\.|~|至")
_SIGNS = (">=", "<=", "≥", "≤", ">", "<")  # the longer first
_DAY = re.compile(r"(\d{4})(?:年|(?:[-/.年](\d{1,2})(?:月|(?:[-/.月](\d{1,2})日?)?)))?")
_MONEY = re.compile(r"(?:¥|人民币|rmb|cny)?(\d{1,15}|\d{1,3}(?:,\d{3}){1,4})(?:\.(\d{1,8}))?(万|亿)?元?")
_UNITS = {"万": 10_000, "亿": 100_000_000}


def days(folded: str) -> Span | None:
    """A year, month or day, two of them with .. between, or one behind > >= < <=: 2024年3月 and 2024/3 are read like 2024-03."""
    return _span(folded, _day)


def cents(folded: str) -> Span | None:
    """An amount, two of them with .. between, or one behind > >= < <=. 10..50万 is no span: it does not say 10 of what."""
    ends = _BETWEEN.split(folded)
    units = [end.rstrip("元")[-1:] in _UNITS for end in ends if end]
    if len(ends) == 2 and len(units) == 2 and units[1] and not units[0]:
        return None
    return _span(folded, _money)


def whole_cents(amount: Decimal) -> int:
    """An amount in yuan as cents, exactly; what is below a cent is rounded to the nearest even one."""
    return int((amount * 100).to_integral_value())


def _span(folded: str, read: Callable[[str], tuple[int, int] | None]) -> Span | None:
    ends = _BETWEEN.split(folded)
    if len(ends) == 2:
        first, last = (read(end) if end else (None, None) for end in ends)
        return (first[0], last[1]) if first and last and any(ends) else None
    sign = next((sign for sign in _SIGNS if folded.startswith(sign)), "")
    value = read(folded.removeprefix(sign))
    if value is None or len(ends) > 2:
        return None
    first_of, last_of = value
    spans: dict[str, Span] = {
        ">": (last_of + 1, None), ">=": (first_of, None), "≥": (first_of, None),
        "<": (None, first_of - 1), "<=": (None, last_of), "≤": (None, last_of),
    }  # fmt: skip
    return spans.get(sign, value)


def _day(text: str) -> tuple[int, int] | None:
    """The first and last day a date stands for."""
    match = _DAY.fullmatch(text)
    if match is None:
        return None
    year, month, day = (int(part) if part else 0 for part in match.groups())
    try:
        first = date(year, month or 1, day or 1)
        last = date(year, month or 12, day or monthrange(year, month or 12)[1])
    except (ValueError, IndexError):
        return None
    return first.toordinal(), last.toordinal()


def _money(text: str) -> tuple[int, int] | None:
    match = _MONEY.fullmatch(text)
    if match is None:
        return None
    digits, fraction, unit = match.groups()
    exact = Decimal(f"{digits.replace(',', '')}.{fraction or 0}") * _UNITS.get(unit, 1) * 100
    return (int(exact), int(exact)) if exact == int(exact) and exact < 10**18 else None
