"""Loans: interest during the term (借款期内利息) and the cap of private lending (四倍LPR).

Civil Code arts. 670, 674, 676, 680; SPC Private Lending Provisions (2020) arts. 24-26, 28, 29, 31. Day count and year basis are matters of
the contract (verify). Money is CNY, rates are fractions.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from casefiles.law import Law, LprRow
from casefiles.rules.amounts import ZERO, cents
from casefiles.rules.calendar import DAY
from casefiles.rules.interest import Rate, Segment, lpr_on
from casefiles.rules.refusal import Refused

NEW_RULE = date(2020, 8, 20)  # Private Lending Provisions art. 31: from this day the cap follows the LPR
TIMES = 4  # art. 25


@dataclass(frozen=True)
class LoanInterest:
    """Interest of the term. `days` is ends_on - disbursed_on; `open_principal` what is left after the repayments during the term."""

    segments: tuple[Segment, ...]
    days: int
    total: Decimal
    open_principal: Decimal


def loan_interest(
    principal: Decimal, disbursed_on: date, ends_on: date, annual: Decimal, basis: int, principal_payments: Iterable[tuple[date, Decimal]]
) -> LoanInterest:
    """Interest from the day the money was received to the day before the end (算头不算尾), in actual days on `basis` 365 or 360.

    `principal` is the sum actually received (Civil Code art. 670). A repayment on day P: the old principal bears interest up to P-1, the new
    one from P; only repayments before `ends_on` count. Refuses end_before_start, negative_amount.
    """
    if ends_on < disbursed_on:
        raise Refused("end_before_start", f"{disbursed_on} to {ends_on}")
    if principal < 0:
        raise Refused("negative_amount", str(principal))
    repaid = [(day, amount) for day, amount in sorted(principal_payments) if day < ends_on]
    starts = sorted({disbursed_on, *(day for day, _ in repaid if day > disbursed_on)})
    segments = []
    for start, after in zip(starts, [*starts[1:], ends_on], strict=True):
        base = max(principal - sum((amount for day, amount in repaid if day <= start), ZERO), ZERO)
        days = (after - start).days
        if base > 0 and days > 0:
            segments.append(Segment(start, after - DAY, days, base, cents(base * annual * days / basis), Rate(start, annual=annual)))
    left = max(principal - sum((amount for _, amount in repaid), ZERO), ZERO)
    return LoanInterest(tuple(segments), (ends_on - disbursed_on).days, sum((s.amount for s in segments), ZERO), left)


@dataclass(frozen=True)
class LendingCap:
    """The highest rate a court supports, as fractions; `lpr` in percent. `applies_from`: only for a contract made before 2020-08-20."""

    lpr: Decimal
    published: date
    cap: Decimal
    agreed: Decimal
    supported: Decimal
    within: bool
    applies_from: date | None
    row: LprRow


def lending_cap(contract_date: date, agreed_annual: Decimal, law: Law, filing_date: date | None = None) -> LendingCap:
    """Four times the one-year LPR on the day of the contract (Private Lending Provisions art. 25).

    A contract made before 2020-08-20: interest from that day on is capped by the LPR on the day of filing (art. 31), which must be given.
    Refuses filing_date_needed, no_rate_published, negative_amount.
    """
    if agreed_annual < 0:
        raise Refused("negative_amount", str(agreed_annual))
    old = contract_date < NEW_RULE
    if old and filing_date is None:
        raise Refused("filing_date_needed", f"contract of {contract_date}")
    row = lpr_on(filing_date if old and filing_date else contract_date, law)
    cap = row.one_year * TIMES / 100
    return LendingCap(
        row.one_year, row.published, cap, agreed_annual, min(agreed_annual, cap), agreed_annual <= cap, applies_from=NEW_RULE if old else None, row=row
    )
