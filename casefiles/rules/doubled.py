"""Doubled part of the interest for delayed performance (迟延履行期间加倍部分债务利息).

CPL art. 264; SPC Interpretation Fa Shi [2014] No. 8 arts. 1-4: unpaid money debt fixed by the instrument, without general interest, x
0.0175 % a day.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from casefiles.rules.amounts import ZERO, cents
from casefiles.rules.calendar import DAY, days_inclusive
from casefiles.rules.refusal import Refused

DAILY = Decimal("0.000175")
FIRST_DAY_OF_RULE = date(2014, 8, 1)  # Fa Shi [2014] No. 8 art. 7: delay before this day follows the older method


@dataclass(frozen=True)
class DoubledSegment:
    """Days on one base, both ends counted."""

    start: date
    end: date
    days: int
    base: Decimal
    amount: Decimal


@dataclass(frozen=True)
class Doubled:
    """The doubled part; the total adds the rounded segments."""

    segments: tuple[DoubledSegment, ...]
    total: Decimal


def doubled_interest(base: Decimal, performance_last_day: date, payments: Iterable[tuple[date, Decimal]], cut_off: date) -> Doubled:
    """The doubled part from the day after the last day for performance to `cut_off`, both counted.

    `payments` are those on the base. A payment on day P still counts P on the old base (Fa Shi [2014] No. 8): the new base begins on P+1. A
    payment after the cut-off changes nothing; a cut-off on or before the last day for performance gives no segments. Refuses
    negative_amount.
    """
    if base < 0:
        raise Refused("negative_amount", str(base))
    first = performance_last_day + DAY
    if cut_off < first:
        return Doubled((), ZERO)
    counted = sorted(payments)
    starts = sorted({first, *(day + DAY for day, _ in counted if first <= day < cut_off)})
    segments = []
    for start, end in zip(starts, [*(day - DAY for day in starts[1:]), cut_off], strict=True):
        unpaid = base - sum((amount for day, amount in counted if day < start), ZERO)
        if unpaid > 0:
            days = days_inclusive(start, end)
            segments.append(DoubledSegment(start, end, days, unpaid, cents(unpaid * DAILY * days)))
    return Doubled(tuple(segments), sum((s.amount for s in segments), ZERO))
