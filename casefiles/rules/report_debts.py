"""The part of the check mapping about debts one by one: instalments, what could not be computed, and the set-off and interest of a loan.

Money as strings with two decimals, days ISO, rates as in calculators.yaml.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from casefiles.rules.amounts import ZERO, percent, plain
from casefiles.rules.inquiry import Inquiry
from casefiles.rules.instalments import invoice_rows
from casefiles.rules.loan_account import LoanAccount, TermSegment


def debts(inquiry: Inquiry) -> list[dict[str, Any]]:
    """The instalments in their order: invoices, periods, rent rows (with the invoices that mean them), a loan."""
    rows = invoice_rows(inquiry.case)
    return [
        {
            "number": debt.number,
            "document": debt.document or None,
            "due_date": debt.due.isoformat() if debt.due else None,
            "amount": plain(debt.amount),
            "open": plain(debt.open),
            **({"invoices": named} if (named := [number for number, row in rows.items() if row == debt.number]) else {}),
        }
        for debt in inquiry.ledger.debts
    ]


def not_computed(inquiry: Inquiry) -> list[dict[str, Any]]:
    """The open debts on which nothing was computed, each with the reason; nothing is silently zero."""
    if inquiry.damages_refused or inquiry.by_instrument:
        return []
    return [
        {"invoice": number, "open": plain(amount), "reason": code, "reason_zh": words["zh"], "reason_en": words["en"]}
        for number, amount, code in _without(inquiry)
        if (words := inquiry.law.words["not_computed"][code])
    ]


def _without(inquiry: Inquiry) -> Iterator[tuple[str, Decimal, str]]:
    for debt in inquiry.ledger.open_debts:
        if debt.due is None:
            yield debt.number, debt.open, "no_due_date"
        elif inquiry.loan is None and debt.number not in inquiry.damages and debt.due < inquiry.cut_off:
            yield debt.number, debt.open, "no_clause"
    if inquiry.loan is not None and inquiry.loan.rates.term:
        yield from ((unit.number, unit.amount, "no_day_paid_out") for unit in inquiry.ledger.units if unit.day is None)


def _segment(one: TermSegment) -> dict[str, Any]:
    segment = one.segment
    return {
        "disbursement": one.disbursement,
        "from": segment.start.isoformat(),
        "to": segment.end.isoformat(),
        "days": segment.days,
        "base": plain(segment.base),
        "annual_rate": f"{segment.rate.annual or ZERO:f}",
        "basis": one.basis,
        "amount": plain(segment.amount),
    }


def loan_interest(account: LoanAccount) -> dict[str, Any]:
    """Interest of the term: what accrued, what payments covered, what is open and claimed."""
    return {
        "segments": [_segment(one) for one in account.term],
        "accrued": plain(account.term_total),
        "paid": plain(account.term_paid),
        "total": plain(account.term_open),
        "verify": True,  # day count and basis are matters of the contract (calculators.yaml, loan_interest)
    }


def set_off(account: LoanAccount) -> list[dict[str, Any]]:
    """What each payment went to, by Civil Code art. 561."""
    return [
        {
            "document": one.document,
            "date": one.day.isoformat(),
            "amount": plain(one.amount),
            "costs": plain(ZERO),
            "interest": plain(one.interest),
            "principal": plain(one.principal),
            "excess": plain(one.excess),
        }
        for one in account.applied
    ]


def lending_cap(account: LoanAccount, inquiry: Inquiry) -> dict[str, Any] | None:
    """The test of the agreed rate (X24); None where no rate was agreed."""
    rates = account.rates
    if rates.agreed is None:
        return None
    mapping: dict[str, Any] = {"agreed_annual": percent(rates.agreed, 2, 2)}
    if rates.cap is None:
        code = rates.refused or "no_rate_published"
        return mapping | {"error": code, "error_zh": inquiry.law.errors[code].zh, "error_en": inquiry.law.errors[code].en}
    mapping |= {
        "lpr_1y": f"{rates.cap.lpr:.2f}",
        "lpr_date": rates.cap.published.isoformat(),
        "cap": percent(rates.cap.cap, 2, 2),
        "supported_rate": percent(rates.cap.supported, 2, 2),
        "within_cap": rates.cap.within,
    }
    if rates.cap.applies_from:
        mapping["applies_from"] = rates.cap.applies_from.isoformat()
    return mapping
