"""Ageing of open principal (账龄分析): what is open, by how many days it is overdue. Company practice; the bounds are those of the trade."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from casefiles.rules.amounts import ZERO
from casefiles.rules.instalments import Debt

NOT_DUE = "not_due"  # due today or later, or without a due date: nothing says that it is late
BUCKETS: tuple[tuple[str, int | None], ...] = (  # name, last day of it; None = no end
    (NOT_DUE, 0), ("1-30", 30), ("31-60", 60), ("61-90", 90), ("91-180", 180), ("181-365", 365), ("366+", None),
)  # fmt: skip


def days_overdue(debt: Debt, day: date) -> int:
    """Days since the due date; 0 on it, before it and without one."""
    return max((day - debt.due).days, 0) if debt.due else 0


def bucket_of(days: int) -> str:
    """The name of the bucket of a number of days overdue."""
    return next(name for name, last in BUCKETS if last is None or days <= last)


def ageing(debts: Iterable[Debt], day: date) -> dict[str, Decimal]:
    """Open principal in CNY of every bucket, in their order, zeros included; the sum is all that is open on the debts."""
    sums = dict.fromkeys((name for name, _ in BUCKETS), ZERO)
    for debt in debts:
        sums[bucket_of(days_overdue(debt, day))] += debt.open
    return sums
