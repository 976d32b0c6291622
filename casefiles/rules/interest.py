"""Overdue-payment damages (逾期付款违约金 / 损失) and the test whether an agreed rate is excessive.

SPC Sale Contract Interpretation (2020) art. 18; Civil Code arts. 579, 584, 585; SME Payment Regulations (2025) art. 17.
Both ends of a segment are counted; a payment on day P leaves the old base until P-1. Each segment is rounded, totals add the rounded ones.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from casefiles.law import Law, LprRow
from casefiles.rules.amounts import ZERO, cents
from casefiles.rules.calendar import DAY, days_inclusive
from casefiles.rules.refusal import Refused

Mode = Literal["daily", "annual", "fixed_lpr", "floating", "pboc_then_lpr"]
FIRST_LPR = date(2019, 8, 20)
STALE_AFTER_DAYS = 45  # a publication older than this must not be used without a user's confirmation (calculators.yaml, lpr_table)
PROXY, EXCESS = Decimal("1.5"), Decimal("1.3")  # loss proxy 1.5 x LPR is a product convention; 30 % above the loss: Interpretation art. 65
SME_DAILY = Decimal("0.0005")  # SME Payment Regulations art. 17


@dataclass(frozen=True)
class Terms:
    """How damages run. `rate` for daily and annual (a fraction), `markup` for the LPR modes (0.5 = plus half)."""

    mode: Mode
    rate: Decimal | None = None
    markup: Decimal | None = None
    basis: int = 365


@dataclass(frozen=True)
class Rate:
    """The rate of one stretch of days: a daily rate, or an annual one with its basis and where it comes from."""

    start: date
    daily: Decimal | None = None
    annual: Decimal | None = None
    lpr: Decimal | None = None
    origin: str | None = None
    confirmed: bool = True


@dataclass(frozen=True)
class Segment:
    """Days on one base at one rate; both ends counted. `lpr` in percent, `annual` and `daily` as fractions."""

    start: date
    end: date
    days: int
    base: Decimal
    amount: Decimal
    rate: Rate


@dataclass(frozen=True)
class Damages:
    """The damages of one debt. `excess`: paid above the open principal; `ignored`: payments after the cut-off."""

    terms: Terms
    segments: tuple[Segment, ...]
    total: Decimal
    open_principal: Decimal
    excess: Decimal
    ignored: tuple[tuple[date, Decimal], ...]


def lpr_on(day: date, law: Law) -> LprRow:
    """The publication in force on a day. Refuses (no_rate_published) before the first one and where the last one is over 45 days old."""
    index = bisect_right(law.lpr, day, key=lambda row: row.published)
    if index == 0:
        raise Refused("no_rate_published", f"no LPR on or before {day}")
    row = law.lpr[index - 1]
    if index == len(law.lpr) and (day - row.published).days > STALE_AFTER_DAYS:
        raise Refused("no_rate_published", f"the last LPR on file is of {row.published}; import the publications up to {day}")
    return row


def pboc_on(day: date, law: Law) -> Decimal:
    """The PBOC benchmark loan rate up to one year in force on a day, percent."""
    index = bisect_right(law.pboc, day, key=lambda row: row[0])
    if index == 0:
        raise Refused("no_rate_published", f"no benchmark rate on or before {day}")
    return law.pboc[index - 1][1]


def _marked_up(percent: Decimal, markup: Decimal) -> Decimal:
    return percent * (1 + markup) / 100


def _lpr_rate(start: date, row: LprRow, markup: Decimal, origin: str | None = None) -> Rate:
    shown = None if origin else row.one_year
    return Rate(start, annual=_marked_up(row.one_year, markup), lpr=shown, origin=origin, confirmed=row.status == "confirmed")


def _rates(terms: Terms, first: date, cut_off: date, law: Law) -> Iterator[Rate]:
    """The rates from the first overdue day to the cut-off, each with the day it begins; a publication that changes nothing is no break."""
    if terms.mode in ("daily", "annual"):
        if terms.rate is None:
            raise Refused("no_rate_published", f"mode {terms.mode} needs a rate")
        yield Rate(first, daily=terms.rate) if terms.mode == "daily" else Rate(first, annual=terms.rate)
        return
    markup = Decimal("0.5") if terms.markup is None else terms.markup
    if terms.mode == "fixed_lpr":
        yield _lpr_rate(first, lpr_on(first, law), markup)
    elif terms.mode == "pboc_then_lpr":
        benchmark, switch = pboc_on(first, law), lpr_on(FIRST_LPR, law)
        if first < FIRST_LPR:
            yield Rate(first, annual=_marked_up(benchmark, markup), origin=f"PBOC 1Y {benchmark}")
        yield _lpr_rate(max(first, FIRST_LPR), switch, markup, f"LPR 1Y {switch.one_year} (as of switch date)")
    else:
        if first < FIRST_LPR:
            raise Refused("floating_before_lpr", f"first overdue day {first}")
        last = lpr_on(first, law)
        lpr_on(cut_off, law)  # refuses where the publications do not reach the cut-off
        yield _lpr_rate(first, last, markup)
        for row in law.lpr:
            if first < row.published <= cut_off and row.one_year != last.one_year:
                last = row
                yield _lpr_rate(row.published, row, markup)


def _segment(start: date, end: date, base: Decimal, rate: Rate, basis: int) -> Segment:
    days = days_inclusive(start, end)
    exact = base * rate.daily * days if rate.daily is not None else base * (rate.annual or ZERO) * days / basis
    return Segment(start, end, days, base, cents(exact), rate)


def overdue_damages(
    principal: Decimal, due_date: date, cut_off: date, payments: Iterable[tuple[date, Decimal]], terms: Terms, *, law: Law
) -> Damages:
    """Damages on one debt from the day after `due_date` to `cut_off`, both counted.

    `principal` is what was owed on the due date (returns already taken off), `payments` are (day, amount) of this debt. A cut-off before the
    first overdue day gives no segments and 0.00. Refuses: floating_before_lpr, no_rate_published, negative_amount.
    """
    if principal < 0:
        raise Refused("negative_amount", str(principal))
    first = due_date + DAY
    taken = sorted(payments)
    counted = [(day, amount) for day, amount in taken if day <= cut_off]
    ignored = tuple((day, amount) for day, amount in taken if day > cut_off)
    paid = sum((amount for _, amount in counted), ZERO)
    balance = max(principal - paid, ZERO)
    excess = max(paid - principal, ZERO)
    if cut_off < first:
        return Damages(terms, (), ZERO, balance, excess, ignored)
    rates = list(_rates(terms, first, cut_off, law))
    breaks = sorted({first, *(r.start for r in rates if r.start <= cut_off), *(day for day, _ in counted if first < day <= cut_off)})
    segments = []
    for index, start in enumerate(breaks):
        end = breaks[index + 1] - DAY if index + 1 < len(breaks) else cut_off
        base = max(principal - sum((amount for day, amount in counted if day <= start), ZERO), ZERO)
        if base > 0:
            rate = next(r for r in reversed(rates) if r.start <= start)
            segments.append(_segment(start, end, base, rate, terms.basis))
    return Damages(terms, tuple(segments), sum((s.amount for s in segments), ZERO), balance, excess, ignored)


def terms_without_clause(due_date: date, markup: Decimal = Decimal("0.5")) -> Terms:
    """The statutory fallback of Sale Interpretation art. 18(4): LPR fixed at breach plus 30-50 %; before 2019-08-20 the PBOC benchmark first."""
    return Terms("fixed_lpr" if due_date + DAY >= FIRST_LPR else "pboc_then_lpr", markup=markup)


@dataclass(frozen=True)
class RateCheck:
    """The test of Civil Code art. 585(2): the agreed annual rate against 1.3 x the loss proxy (1.5 x LPR at breach); fractions."""

    agreed: Decimal
    lpr: Decimal
    proxy: Decimal
    threshold: Decimal
    excessive: bool


def rate_check(agreed_annual: Decimal, breach: date, law: Law) -> RateCheck:
    """Whether an agreed annual rate may be cut as excessive; General Contract Interpretation art. 65. The proxy is ours - verify."""
    lpr = lpr_on(breach, law).one_year
    proxy = lpr * PROXY / 100
    threshold = proxy * EXCESS
    return RateCheck(agreed_annual, lpr, proxy, threshold, agreed_annual > threshold)


def lowest_threshold(agreed_annual: Decimal, breaches: Sequence[date], law: Law) -> RateCheck | None:
    """The strictest of the tests over several breach dates; None where nothing is overdue."""
    return min((rate_check(agreed_annual, day, law) for day in breaches), key=lambda check: check.threshold, default=None)


@dataclass(frozen=True)
class ReductionCheck:
    """What is claimed at an agreed rate beside what the threshold would give on the same days; amounts in CNY."""

    check: RateCheck
    claimed: Decimal
    threshold_amount: Decimal


def reduction_check(principal: Decimal, agreed_annual: Decimal, days: int, breach: date, law: Law, *, basis: int = 365) -> ReductionCheck:
    """Whether agreed damages may be cut as excessive (Civil Code art. 585(2); General Contract Interpretation arts. 64, 65), and by how much.

    The party in breach must ask for it and bears the burden of proof. Not for loans: they have the cap of four times the LPR.
    """
    if principal < 0 or agreed_annual < 0:
        raise Refused("negative_amount", f"{principal} at {agreed_annual}")
    found = rate_check(agreed_annual, breach, law)
    return ReductionCheck(found, cents(principal * agreed_annual * days / basis), cents(principal * found.threshold * days / 365))
