"""The account of a debt: five totals, what is open per invoice, and the damages on it.

Ledger balance of a sale = deliveries - credit notes - payments. Undesignated payments are spread by Civil Code art. 560: due debts first,
then the earliest due, equal due dates in proportion. Nothing is dropped silently: what exceeds a debt is its `excess`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from casefiles.law import Law
from casefiles.rules.amounts import CENT, ZERO, pro_rata
from casefiles.rules.calendar import DAY
from casefiles.rules.entities import CaseFacts, Party, Statement
from casefiles.rules.interest import FIRST_LPR, SME_DAILY, Damages, RateCheck, Terms, lowest_threshold, lpr_on, overdue_damages, terms_without_clause

SMALL = frozenset({"micro", "small", "medium"})
BIG = frozenset({"large", "public_body"})
FALLBACK_TYPES = ("sale_of_goods", "services_work")  # Sale Interpretation art. 18, by analogy for services (art. 32)
MODES = {"daily_rate": "daily", "annual_rate": "annual"}


@dataclass(frozen=True)
class Debt:
    """One instalment: an invoice, or a delivery where the case has no invoices. `owed` = amount less returns; `taken` = (day, amount) of
    payments and later price reductions; `open` is never negative, what was paid above it is `excess`."""

    number: str
    document: str
    due: date | None
    amount: Decimal
    owed: Decimal
    taken: tuple[tuple[date, Decimal], ...]
    open: Decimal
    excess: Decimal


@dataclass(frozen=True)
class Ledger:
    """The totals of a case in CNY. `paid_for` says which debts each payment document reached; `unplaced` are credit notes and payments that
    name an invoice the case does not have (such a payment is spread as undesignated, such a note only lowers the balance)."""

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

    @property
    def gross(self) -> Decimal:
        """claimed_gross_amount of evidence-chain.yaml: what the proof of delivery and the invoices must cover."""
        return self.delivered - self.credit_notes

    @property
    def open_debts(self) -> tuple[Debt, ...]:
        return tuple(debt for debt in self.debts if debt.open > 0)


class _Account:
    """One debt while payments are being set against it."""

    def __init__(self, number: str, document: str, due: date | None, amount: Decimal) -> None:
        self.number, self.document, self.due, self.amount = number, document, due, amount
        self.owed = amount
        self.taken: list[tuple[date, Decimal]] = []

    @property
    def open(self) -> Decimal:
        return max(self.owed - sum((amount for _, amount in self.taken), ZERO), ZERO)

    def closed(self) -> Debt:
        paid = sum((amount for _, amount in self.taken), ZERO)
        return Debt(self.number, self.document, self.due, self.amount, self.owed, tuple(sorted(self.taken)), self.open, max(paid - self.owed, ZERO))


def _accounts(case: CaseFacts) -> list[_Account]:
    """The instalments: invoices; without any, the deliveries with the agreed days, or payable on receipt (Civil Code art. 628)."""
    if case.invoices:
        return [_Account(i.number, i.document.id, i.due, i.amount) for i in case.invoices]
    terms = (case.contract.payment_terms if case.contract else None) or {}
    days = DAY * int(terms.get("days_after_delivery", 0))
    return [_Account(d.number, d.document.id, d.day + days if d.day else None, d.amount) for d in case.deliveries]


def _spread(accounts: Sequence[_Account], day: date, amount: Decimal) -> list[str]:
    """An undesignated payment by Civil Code art. 560. Gives the numbers reached; what is left over goes to the last due debt as excess."""
    reached: list[str] = []
    waiting = [a for a in accounts if a.open > 0]
    while amount > 0 and waiting:
        first = min((a.due is None or a.due > day, a.due or date.max) for a in waiting)
        group = [a for a in waiting if (a.due is None or a.due > day, a.due or date.max) == first]
        shares = pro_rata(amount, [a.open for a in group])
        for account, share in zip(group, shares, strict=True):
            if share:
                account.taken.append((day, share))
                reached.append(account.number)
        amount -= sum(shares, ZERO)
        waiting = [a for a in waiting if a not in group]
    if amount > 0 and accounts:
        last = max(accounts, key=lambda a: a.due or date.max)
        last.taken.append((day, amount))
        reached.append(last.number)
    return reached


def _set_against(case: CaseFacts, accounts: Sequence[_Account]) -> dict[str, tuple[str, ...]]:
    """Credit notes, then payments day by day. A designation that names no debt of the case counts as none."""
    named = {account.number: account for account in accounts}
    for note in case.credit_notes:
        account = named.get(note.against or "")
        if account is None:
            continue
        if note.from_due_date or note.day is None:
            account.owed = max(account.owed - note.amount, ZERO)
        else:
            account.taken.append((note.day, note.amount))
    reached: dict[str, tuple[str, ...]] = {}
    for payment in sorted(case.payments, key=lambda p: p.day or date.min):
        account = named.get(payment.invoice or "")
        day = payment.day or case.as_of
        if account is None:
            reached[payment.document.id] = tuple(_spread(accounts, day, payment.amount))
        else:
            account.taken.append((day, payment.amount))
            reached[payment.document.id] = (account.number,)
    return reached


def _unplaced(case: CaseFacts, accounts: Sequence[_Account]) -> tuple[str, ...]:
    known = {account.number for account in accounts}
    named = [(p.document.id, p.invoice) for p in case.payments if p.invoice] + [(c.document.id, c.against) for c in case.credit_notes if c.against]
    return tuple(document for document, number in named if number not in known)


def latest_statement(case: CaseFacts) -> Statement | None:
    """The latest reconciliation that states a sum."""
    stating = [s for s in case.statements if s.amount is not None]
    return max(stating, key=lambda s: s.as_at or s.signed_on or date.min, default=None)


def balance_at(case: CaseFacts, day: date) -> Decimal:
    """The ledger balance on a day: papers dated after it are left out."""

    def upto(rows: Sequence[tuple[date | None, Decimal]]) -> Decimal:
        return sum((amount for dated, amount in rows if dated is None or dated <= day), ZERO)

    return (
        upto([(d.day, d.amount) for d in case.deliveries])
        - upto([(c.day, c.amount) for c in case.credit_notes])
        - upto([(p.day, p.amount) for p in case.payments])
    )


def ledger_of(case: CaseFacts) -> Ledger:
    """The account of a sale. Documents without an amount count as 0.00."""
    accounts = _accounts(case)
    paid_for = _set_against(case, accounts)
    delivered = sum((d.amount for d in case.deliveries), ZERO)
    signed = sum((d.amount for d in case.deliveries if "debtor_seal_or_signature" in d.document.flags), ZERO)
    credit = sum((c.amount for c in case.credit_notes), ZERO)
    paid = sum((p.amount for p in case.payments), ZERO)
    statement = latest_statement(case)
    balance = delivered - credit - paid
    return Ledger(
        contract=case.contract.total if case.contract else None,
        delivered=delivered,
        delivered_signed=signed,
        invoiced=sum((i.amount for i in case.invoices), ZERO),
        credit_notes=credit,
        paid=paid,
        balance=balance,
        reconciled=statement.amount if statement else None,
        claimed=balance if case.claim.principal is None else case.claim.principal,
        debts=tuple(account.closed() for account in accounts),
        paid_for=paid_for,
        unplaced=_unplaced(case, accounts),
    )


def rounding_tolerance(case: CaseFacts) -> Decimal:
    """0.01 for each document of the account (evidence-chain.yaml, X01 tolerance)."""
    return CENT * (len(case.deliveries) + len(case.invoices) + len(case.payments) + len(case.credit_notes))


def sme_protected(creditor: Party, debtor: Party) -> bool:
    """An SME creditor against a large enterprise or a public body: SME Payment Regulations (2025) arts. 9, 17."""
    return creditor.size in SMALL and debtor.size in BIG


def terms_of(case: CaseFacts, due: date, law: Law, markup: Decimal = Decimal("0.5")) -> Terms | None:
    """How damages run on a debt due on a day: the clause, else the statutory fallback; None where there is neither."""
    clause = case.contract.late_payment_clause if case.contract else None
    protected = sme_protected(case.creditor, case.debtor)
    if clause is None:
        if protected:
            return Terms("daily", SME_DAILY)
        return terms_without_clause(due, markup) if case.dispute_type in FALLBACK_TYPES else None
    if clause.kind in ("fixed_lpr", "floating"):
        return Terms("fixed_lpr" if clause.kind == "fixed_lpr" else "floating", markup=clause.markup)
    if protected and case.contract and case.contract.signed_on and (agreed := annual_rate(clause.kind, clause.rate, clause.basis)) is not None:
        least = lpr_on(case.contract.signed_on, law).one_year / 100
        if agreed < least:
            return Terms("annual", least)
    return Terms("daily" if clause.kind == "daily_rate" else "annual", clause.rate, basis=clause.basis)


def annual_rate(kind: str, rate: Decimal | None, basis: int) -> Decimal | None:
    """An agreed rate as a fraction a year of 365 days; None for the LPR clauses."""
    if rate is None or kind not in MODES:
        return None
    return rate * 365 if kind == "daily_rate" else rate * 365 / basis


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
