"""The account of a loan: money paid out, interest of the term, interest of the delay, and each payment set off costs -> interest -> principal.

Civil Code arts. 561, 670, 674, 676, 680; Private Lending Provisions (2020) arts. 24-29, 31. Interest bears no interest. Costs of recovery have
no day in the case file, so no payment is set against them here: what is claimed as costs is what the debtor has not paid.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from casefiles.law import Law
from casefiles.rules.amounts import ZERO
from casefiles.rules.calendar import DAY
from casefiles.rules.clauses import LoanRates, loan_rates
from casefiles.rules.entities import CaseFacts, Payment
from casefiles.rules.interest import Damages, Segment, overdue_damages
from casefiles.rules.loans import loan_interest
from casefiles.rules.papers import as_date
from casefiles.rules.performance import Unit, disbursements
from casefiles.rules.refusal import Refused
from casefiles.rules.setoff import set_off

AGREEMENTS = ("loan_contract", "iou")
NO_RATES = LoanRates((), ())


@dataclass(frozen=True)
class Applied:
    """What one payment went to (Civil Code art. 561); `excess` was paid above everything open on its day."""

    document: str
    day: date
    amount: Decimal
    interest: Decimal
    principal: Decimal
    excess: Decimal


@dataclass(frozen=True)
class TermSegment:
    """Days of the term on one disbursement, at an annual rate on a year basis."""

    disbursement: str
    segment: Segment
    basis: int


@dataclass(frozen=True)
class LoanAccount:
    """A loan on its cut-off day. `overdue` is None while no delay has begun. Interest is what accrued; what payments covered of it is
    `interest_paid`, the interest of the term first. `refused`: the error code where interest cannot be computed (payments then lower the
    principal alone); `rates.refused` says why the cap is not known. `ignored` are payments after the cut-off."""

    due: date | None
    disbursed: Decimal
    principal: Decimal
    rates: LoanRates
    term: tuple[TermSegment, ...]
    overdue: Damages | None
    interest_paid: Decimal
    applied: tuple[Applied, ...]
    ignored: tuple[tuple[date, Decimal], ...]
    refused: str | None

    @property
    def term_total(self) -> Decimal:
        return sum((one.segment.amount for one in self.term), ZERO)

    @property
    def term_paid(self) -> Decimal:
        """The part of the payments that went to the interest of the term."""
        return min(self.interest_paid, self.term_total)

    @property
    def term_open(self) -> Decimal:
        return self.term_total - self.term_paid

    @property
    def overdue_paid(self) -> Decimal:
        return self.interest_paid - self.term_paid

    @property
    def overdue_open(self) -> Decimal:
        return (self.overdue.total if self.overdue else ZERO) - self.overdue_paid

    @property
    def excess(self) -> Decimal:
        return sum((one.excess for one in self.applied), ZERO)


def contract_day(case: CaseFacts) -> date | None:
    """The day the loan was agreed: the contract, else the loan contract or IOU, else the first disbursement."""
    if case.contract and case.contract.signed_on:
        return case.contract.signed_on
    papers = [d.dated for d in case.of_type(*AGREEMENTS) if d.dated]
    paid_out = [unit.day for unit in disbursements(case) if unit.day]
    return min(papers, default=min(paid_out, default=None))


def agreed_repayment_day(case: CaseFacts) -> date | None:
    """The agreed last day for repayment: of the contract, of the loan contract (term_to) or of the IOU (due_date)."""
    if case.contract and case.contract.repayment_date:
        return case.contract.repayment_date
    stated = [d.fields.get("term_to") or d.fields.get("due_date") for d in case.of_type(*AGREEMENTS)]
    return next((day for value in stated if (day := as_date(value))), None)


def repayment_day(case: CaseFacts) -> date | None:
    """The last day for repayment as agreed; without a term the day a served demand set (due_by), the first one (Civil Code art. 675).

    None: no paper names a day, and none is guessed.
    """
    if agreed := agreed_repayment_day(case):
        return agreed
    asked = [letter.document.fields.get("due_by") for letter in case.letters if letter.served and letter.recipient == "debtor"]
    return min((day for value in asked if (day := as_date(value))), default=None)


class _Run:
    """A loan while payments are being set off. Every tranche falls due on one day at one rate, so which of them a payment reaches changes no
    sum: the earliest is paid first."""

    def __init__(self, tranches: Sequence[Unit], due: date | None, rates: LoanRates, law: Law) -> None:
        self.due, self.rates, self.law = due, rates, law
        self.tranches = sorted(((unit, unit.day) for unit in tranches if unit.day), key=lambda row: row[1])
        self.undated = sum((unit.amount for unit in tranches if unit.day is None), ZERO)
        self.repaid: list[tuple[date, Decimal]] = []
        self.interest_paid = ZERO

    @property
    def first(self) -> date | None:
        return self.tranches[0][1] if self.tranches else None

    def principal(self, day: date) -> Decimal:
        """What is open when a payment of this day arrives; a voucher without a day counts from the beginning."""
        paid_out = sum((unit.amount for unit, start in self.tranches if start <= day), self.undated)
        return max(paid_out - sum((amount for _, amount in self.repaid), ZERO), ZERO)

    def _parts(self) -> list[list[tuple[date, Decimal]]]:
        """The repayments of principal by tranche, the earliest tranche first."""
        left = [unit.amount for unit, _ in self.tranches]
        parts: list[list[tuple[date, Decimal]]] = [[] for _ in left]
        for day, amount in self.repaid:
            rest = amount
            for index, open_part in enumerate(left):
                taken = min(rest, open_part)
                if taken > 0:
                    parts[index].append((day, taken))
                    left[index] -= taken
                    rest -= taken
        return parts

    def term(self, ends: date) -> list[TermSegment]:
        """Interest of the term to the day before `ends`, or before the due date where that comes first."""
        found = []
        ends = ends if self.due is None else min(ends, self.due)
        for (unit, start), repaid in zip(self.tranches, self._parts(), strict=True):
            for begins, stops, annual, basis in self._stretches(start, ends):
                base = unit.amount - sum((amount for day, amount in repaid if day <= begins), ZERO)
                later = [(day, amount) for day, amount in repaid if day > begins]
                segments = loan_interest(base, begins, stops, annual, basis, later).segments
                found += [TermSegment(unit.document, segment, basis) for segment in segments]
        return found

    def _stretches(self, start: date, ends: date) -> list[tuple[date, date, Decimal, int]]:
        """The days of the term of one tranche by rate: from, up to (not counted), rate, basis."""
        days = [(max(day, start), annual, basis) for day, annual, basis in self.rates.term]
        stops = [*(min(day, ends) for day, _, _ in days[1:]), ends][: len(days)]
        return [(day, stop, annual, basis) for (day, annual, basis), stop in zip(days, stops, strict=True) if day < stop]

    def overdue(self, last: date) -> Damages | None:
        """Interest of the delay from the day after the due date to `last`, both counted; None while there is no delay."""
        if self.due is None or last <= self.due or not self.rates.overdue:
            return None
        principal = sum((unit.amount for unit, start in self.tranches if start <= self.due), self.undated)
        moves = [*self.repaid, *((start, -unit.amount) for unit, start in self.tranches if start > self.due)]
        pieces = []
        stops = [day - DAY for day, _ in self.rates.overdue[1:]] + [last]
        for (begins, terms), stop in zip(self.rates.overdue, stops, strict=True):
            due = max(self.due, begins - DAY)
            if due < min(stop, last):
                before = sum((amount for day, amount in moves if day <= due), ZERO)
                later = [(day, amount) for day, amount in moves if day > due]
                pieces.append(overdue_damages(max(principal - before, ZERO), due, min(stop, last), later, terms, law=self.law))
        return _joined(pieces)

    def accrued(self, day: date) -> Decimal:
        """All interest to the day before `day`."""
        late = self.overdue(day - DAY)
        return sum((one.segment.amount for one in self.term(day)), ZERO) + (late.total if late else ZERO)

    def apply(self, payment: Payment, day: date) -> Applied:
        interest = max(self.accrued(day) - self.interest_paid, ZERO)
        found = set_off(payment.amount, costs=ZERO, interest=interest, principal=self.principal(day))
        self.interest_paid += found.applied.interest
        if found.applied.principal:
            self.repaid.append((day, found.applied.principal))
        return Applied(payment.document.id, day, payment.amount, found.applied.interest, found.applied.principal, found.excess)


def _joined(pieces: Sequence[Damages]) -> Damages | None:
    if len(pieces) < 2:
        return pieces[0] if pieces else None
    segments = tuple(segment for piece in pieces for segment in piece.segments)
    return Damages(pieces[-1].terms, segments, sum((s.amount for s in segments), ZERO), pieces[-1].open_principal, ZERO, ())


def loan_account(case: CaseFacts, filing: date, cut_off: date, law: Law, *, capped: bool = True) -> LoanAccount:
    """The loan with the payments up to the cut-off. A payment that came before any money was paid out counts on the day of the first
    disbursement: it is interest held back, which was never principal (Civil Code art. 670). `filing` is the day the cap of an old contract
    is taken from. What refuses is given back in `refused`; nothing is guessed."""
    tranches, due = disbursements(case), repayment_day(case)
    try:
        rates = loan_rates(case, contract_day(case) or cut_off, due, filing, law, cut_off=cut_off, capped=capped)
        return _settled(case, _Run(tranches, due, rates, law), cut_off, None)
    except Refused as refused:
        return _settled(case, _Run(tranches, due, NO_RATES, law), cut_off, refused.code)


def _settled(case: CaseFacts, run: _Run, cut_off: date, refused: str | None) -> LoanAccount:
    applied, ignored = [], []
    for payment in sorted(case.payments, key=lambda p: p.day or case.as_of):
        day = payment.day or case.as_of
        if day > cut_off:
            ignored.append((day, payment.amount))
        elif payment.amount > 0:  # a sum that is not above zero pays nothing: X01 names it
            applied.append(run.apply(payment, max(day, run.first or day)))
    return LoanAccount(
        due=run.due,
        disbursed=sum((unit.amount for unit, _ in run.tranches), run.undated),
        principal=run.principal(cut_off),
        rates=run.rates,
        term=tuple(run.term(cut_off + DAY)),
        overdue=run.overdue(cut_off),
        interest_paid=run.interest_paid,
        applied=tuple(applied),
        ignored=tuple(ignored),
        refused=refused,
    )
