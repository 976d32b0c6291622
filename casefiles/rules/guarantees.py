"""Guarantors (保证人): the guarantee period of each debt and whether the guarantor was called upon inside it.

Civil Code arts. 686, 687, 692, 693: the period is never suspended, interrupted or extended.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from casefiles.rules.entities import Guarantor
from casefiles.rules.inquiry import Inquiry
from casefiles.rules.limits import guarantee_period
from casefiles.rules.refusal import Refused


@dataclass(frozen=True)
class GuaranteeRow:
    """One guarantor: the last day of the guarantee period by debt; which are lost, still open, or served by a demand or suit in time."""

    guarantor: Guarantor
    months: int | None
    last_days: Mapping[str, date]
    expired: tuple[str, ...]
    open: tuple[str, ...]
    called_upon: tuple[str, ...]


def called_upon(guarantor: Guarantor, inquiry: Inquiry, last_day: date) -> bool:
    """Joint liability: a letter to the guarantor served inside the period; general guarantee: suit or arbitration against the debtor."""
    if guarantor.joint:
        mine = [x for x in inquiry.case.letters if x.recipient == "guarantor" and x.recipient_id in (None, guarantor.id)]
        return any(letter.served_on is not None and letter.served_on <= last_day for letter in mine)
    return any(p.kind in ("lawsuit", "arbitration") and p.filed_on <= last_day for p in inquiry.case.proceedings)


def guarantee_table(inquiry: Inquiry) -> tuple[GuaranteeRow, ...]:
    """Every guarantor against every open debt with a due date. Civil Code arts. 692, 693: the period is never interrupted.

    A period nobody can read gives a row without days.
    """
    rows = []
    for guarantor in inquiry.case.security.guarantors if inquiry.case.security else ():
        last_days: dict[str, date] = {}
        months: int | None = None
        groups: dict[str, list[str]] = {"expired": [], "open": [], "called": []}
        for debt in inquiry.ledger.open_debts:
            if debt.due is None:
                continue
            try:
                months, last = guarantee_period(debt.due, guarantor.period_agreed)
            except Refused:
                break
            last_days[debt.number] = last
            group = "called" if called_upon(guarantor, inquiry, last) else "expired" if last < inquiry.as_of else "open"
            groups[group].append(debt.number)
        rows.append(GuaranteeRow(guarantor, months, last_days, tuple(groups["expired"]), tuple(groups["open"]), tuple(groups["called"])))
    return tuple(rows)
