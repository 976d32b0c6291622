"""The account of a case: five totals, the debts with what is open on each, and the damages on them.

Ledger balance = delivered_total of the dispute type - credit notes - payments; of a loan: money paid out less the principal part of the
payments (Civil Code art. 561); of a lease: rent due less what was paid on it. Nothing is dropped silently: what exceeds a debt is its `excess`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from casefiles.law import Law, load_law
from casefiles.rules.amounts import CENT, ZERO
from casefiles.rules.calendar import DAY
from casefiles.rules.clauses import annual_rate
from casefiles.rules.entities import CaseFacts, Statement
from casefiles.rules.instalments import Debt, accounts_of, set_against
from casefiles.rules.interest import FIRST_LPR, Damages, RateCheck, Terms, lowest_threshold, overdue_damages
from casefiles.rules.loan_account import AGREEMENTS, LoanAccount, loan_account
from casefiles.rules.performance import Performance, Unit, performance_of

OTHER_PERFORMANCE = ("service_confirmation", "work_delivery_record", "settlement_statement", "progress_payment_certificate")


@dataclass(frozen=True)
class Ledger:
    """The totals of a case in CNY. `units` are what the elements of performance must prove; `paid_for` says which debts each payment document
    reached; `paid_ahead` went to rent not yet due; `unplaced` are credit notes and payments that name an invoice the case does not have (such a
    payment is spread as undesignated, such a note only lowers the balance). `loan` is the set-off behind the balance of a loan."""

    contract: Decimal | None
    delivered: Decimal
    delivered_signed: Decimal
    invoiced: Decimal
    credit_notes: Decimal
    paid: Decimal
    balance: Decimal
    reconciled: Decimal | None
    claimed: Decimal
    debts: tuple[Debt, ...]
    paid_for: Mapping[str, tuple[str, ...]]
    unplaced: tuple[str, ...]
    units: tuple[Unit, ...] = ()
    billed: tuple[Unit, ...] = ()
    paid_ahead: Decimal = ZERO
    loan: LoanAccount | None = None

    @property
    def gross(self) -> Decimal:
        """claimed_gross_amount of evidence-chain.yaml: what the proof of performance and the invoices must cover."""
        return self.delivered - self.credit_notes

    @property
    def open_debts(self) -> tuple[Debt, ...]:
        return tuple(debt for debt in self.debts if debt.open > 0)

    @property
    def excess(self) -> Decimal:
        """What was paid above the debts it went to."""
        return self.loan.excess if self.loan else sum((debt.excess for debt in self.debts), ZERO)


def latest_statement(case: CaseFacts) -> Statement | None:
    """The latest reconciliation that states a sum."""
    stating = [s for s in case.statements if s.amount is not None]
    return max(stating, key=lambda s: s.as_at or s.signed_on or date.min, default=None)


def balance_at(case: CaseFacts, day: date, law: Law | None = None) -> Decimal:
    """The ledger balance on a day: papers dated after it are left out."""

    def upto(dated: date | None) -> bool:
        return dated is None or dated <= day

    if case.dispute_type == "sale_of_goods":
        delivered = sum((d.amount for d in case.deliveries if upto(d.day)), ZERO)
        returned = sum((c.amount for c in case.credit_notes if upto(c.day)), ZERO)
        return delivered - returned - sum((p.amount for p in case.payments if upto(p.day)), ZERO)
    known = replace(
        case,
        as_of=day,
        planned_filing_date=case.planned_filing_date or case.as_of,
        documents=tuple(d for d in case.documents if upto(d.dated)),
        deliveries=tuple(d for d in case.deliveries if upto(d.day)),
        invoices=tuple(i for i in case.invoices if upto(i.day)),
        credit_notes=tuple(c for c in case.credit_notes if upto(c.day)),
        payments=tuple(p for p in case.payments if upto(p.day)),
        statements=(),
    )
    return ledger_of(known, law, day).balance


def ledger_of(case: CaseFacts, law: Law | None = None, as_of: date | None = None) -> Ledger:
    """The account of a case on a day (default: the day and the law of the file). Rent and interest depend on the day, the rest does not."""
    law, day = law or load_law(), as_of or case.as_of
    performance = performance_of(case, day)
    if case.dispute_type == "loan":
        return _loan(case, performance, law, day)
    accounts = accounts_of(case, performance)
    paid_for, unplaced = set_against(case, accounts)
    leased = case.dispute_type == "lease"
    later = [a for a in accounts if leased and a.due is not None and a.due > day]
    ahead = sum((min(a.paid, a.owed) for a in later), ZERO)
    credit = sum((c.amount for c in case.credit_notes), ZERO)
    paid = sum((p.amount for p in case.payments), ZERO)
    balance = performance.total - credit - (paid - ahead)
    debts = tuple(a.closed() for a in accounts if a not in later)
    found = _totals(case, performance, balance, debts)
    if leased:
        found = replace(found, invoiced=sum((i.amount for i in case.invoices if i.due is None or i.due <= day), ZERO))
    return replace(found, credit_notes=credit, paid_for=paid_for, unplaced=unplaced, paid_ahead=ahead)


def _totals(case: CaseFacts, performance: Performance, balance: Decimal, debts: tuple[Debt, ...]) -> Ledger:
    statement = latest_statement(case)
    return Ledger(
        contract=case.contract.total if case.contract else None,
        delivered=performance.total,
        delivered_signed=performance.proved,
        invoiced=sum((i.amount for i in case.invoices), ZERO),
        credit_notes=ZERO,
        paid=sum((p.amount for p in case.payments), ZERO),
        balance=balance,
        reconciled=statement.amount if statement else None,
        claimed=balance if case.claim.principal is None else case.claim.principal,
        debts=debts,
        paid_for={},
        unplaced=(),
        units=performance.units,
        billed=performance.billed,
    )


def _loan(case: CaseFacts, performance: Performance, law: Law, day: date) -> Ledger:
    """A loan is one debt, also where it was paid out in parts (Civil Code art. 189 for its limitation). All payments are set off, by their days."""
    moves = [*(u.day for u in performance.units), *(p.day or case.as_of for p in case.payments)]
    account = loan_account(case, max(case.planned_filing_date or day, day), max((move for move in moves if move), default=day), law)
    taken = tuple((one.day, one.principal) for one in account.applied if one.principal)
    agreement = next(iter(case.of_type("contract", *AGREEMENTS)), None)
    paper = case.contract.id if case.contract else agreement.id if agreement else ""
    number = (case.contract.number if case.contract else None) or (agreement.number if agreement else None) or paper or "借款"
    debts = (Debt(number, paper, account.due, account.disbursed, account.disbursed, taken, account.principal, account.excess),) if performance.units else ()
    found = _totals(case, performance, account.principal, debts)
    return replace(found, paid_for={one.document: (number,) for one in account.applied if debts}, loan=account)


def rounding_tolerance(case: CaseFacts) -> Decimal:
    """0.01 for each document of the account (evidence-chain.yaml, X01 tolerance)."""
    return CENT * (len(case.deliveries) + len(case.of_type(*OTHER_PERFORMANCE)) + len(case.invoices) + len(case.payments) + len(case.credit_notes))


def damages_by_debt(
    debts: Sequence[Debt], cut_off: date, terms: Callable[[date], Terms | None], law: Law, principals: Mapping[str, Decimal] | None = None
) -> dict[str, Damages]:
    """Damages of each debt with a due date. With `principals` (claim.by_invoice) those sums bear damages from the due date on."""
    found = {}
    for debt in debts:
        agreed = terms(debt.due) if debt.due else None
        if debt.due is None or agreed is None:
            continue
        if principals:
            if debt.number in principals:
                found[debt.number] = overdue_damages(principals[debt.number], debt.due, cut_off, (), agreed, law=law)
        else:
            found[debt.number] = overdue_damages(debt.owed, debt.due, cut_off, debt.taken, agreed, law=law)
    return found


def agreed_rate_check(case: CaseFacts, ledger: Ledger, as_of: date, law: Law) -> RateCheck | None:
    """The strictest test of the agreed rate over the breaches of the case (X13); None without an agreed rate or a breach."""
    clause = case.contract.late_payment_clause if case.contract else None
    agreed = annual_rate(clause.kind, clause.rate, clause.basis) if clause else None
    if agreed is None:
        return None
    return lowest_threshold(agreed, [debt.due + DAY for debt in ledger.debts if debt.due and FIRST_LPR <= debt.due + DAY <= as_of], law)
