"""Guarantors (保证人): the guarantee period of each debt and whether the guarantor was called upon inside it.

Civil Code arts. 686, 687, 692, 693: the period is never suspended, interrupted or extended.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from casefiles.rules.entities import CaseFacts, Guarantor, Letter
from casefiles.rules.inquiry import Inquiry
from casefiles.rules.limits import guarantee_period
from casefiles.rules.refusal import Refused

COURT_PAPERS = ("court_acceptance_notice", "filing_receipt", "judgment", "second_instance_judgment", "arbitral_award", "mediation_paper")


@dataclass(frozen=True)
class GuaranteeRow:
    """One guarantor: the last day of the guarantee period by debt; which are lost, still open, or served by a demand or suit in time."""

    guarantor: Guarantor
    months: int | None
    last_days: Mapping[str, date]
    expired: tuple[str, ...]
    open: tuple[str, ...]
    called_upon: tuple[str, ...]


def period_of(guarantor: Guarantor, due: date) -> tuple[int | None, date, bool]:
    """Months applied, last day, and whether the agreed period can be read; one that cannot is unclear: six months (Civil Code art. 692)."""
    try:
        return *guarantee_period(due, guarantor.period_agreed), True
    except Refused:
        return *guarantee_period(due, None), False


def contract_of(guarantor: Guarantor, case: CaseFacts) -> str | None:
    """The paper the guarantee stands in: its own contract, else the main contract."""
    return guarantor.contract_id or (case.contract.id if case.contract else None)


def letters_in_time(guarantor: Guarantor, case: CaseFacts, due: date, last_day: date) -> tuple[Letter, ...]:
    """The letters served on this guarantor inside the period, which begins when the debt is due. A letter that names no guarantor means the
    only one."""
    alone = case.security is not None and len(case.security.guarantors) == 1
    mine = (x for x in case.letters if x.recipient == "guarantor" and (x.recipient_id == guarantor.id or (x.recipient_id is None and alone)))
    return tuple(letter for letter in mine if letter.served_on is not None and due < letter.served_on <= last_day)


def suit_in_time(guarantor: Guarantor, case: CaseFacts, due: date, last_day: date) -> bool:
    """A suit or arbitration inside the period. A general guarantor is kept by one against the debtor, a joint one only where a paper of the
    court names the guarantor. One that was withdrawn keeps nobody (Security Interpretation art. 31)."""
    if not any(p.brings_the_claim and due < p.filed_on <= last_day for p in case.proceedings):
        return False
    return not guarantor.joint or any(p.role == "guarantor" and p.name == guarantor.name for d in case.of_type(*COURT_PAPERS) for p in d.parties)


def called_upon(guarantor: Guarantor, case: CaseFacts, due: date, last_day: date) -> bool:
    """Joint liability: a letter served on the guarantor, or a suit against it; general guarantee: suit or arbitration against the debtor.

    Civil Code art. 693.
    """
    if guarantor.joint and letters_in_time(guarantor, case, due, last_day):
        return True
    return suit_in_time(guarantor, case, due, last_day)


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
            group = "called" if called_upon(guarantor, inquiry.case, debt.due, last) else "expired" if last < inquiry.as_of else "open"
            groups[group].append(debt.number)
        rows.append(GuaranteeRow(guarantor, months, last_days, tuple(groups["expired"]), tuple(groups["open"]), tuple(groups["called"])))
    return tuple(rows)
