"""The instalments of a debt with their due dates, and the payments set against them.

Invoices carry the due dates of a sale, of services and of works; what no invoice covers is owed all the same, with a due date of its own or
none. Rent falls due by its schedule. Undesignated payments are spread by Civil Code art. 560. Amounts are CNY.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from casefiles.rules.amounts import CENT, ZERO, pro_rata
from casefiles.rules.calendar import DAY
from casefiles.rules.entities import CaseFacts
from casefiles.rules.performance import Performance, Unit, rent

NOT_INVOICED = "未开票"


@dataclass(frozen=True)
class Debt:
    """One instalment: an invoice, a delivery or service period where the case has no invoices, a month's rent, a loan. `owed` = amount less
    returns; `taken` = (day, amount) of payments and later price reductions; `open` is never negative, what was paid above it is `excess`."""

    number: str
    document: str
    due: date | None
    amount: Decimal
    owed: Decimal
    taken: tuple[tuple[date, Decimal], ...]
    open: Decimal
    excess: Decimal


class Account:
    """One debt while payments are being set against it."""

    def __init__(self, number: str, document: str, due: date | None, amount: Decimal) -> None:
        self.number, self.document, self.due, self.amount = number, document, due, amount
        self.owed = amount
        self.taken: list[tuple[date, Decimal]] = []

    @property
    def paid(self) -> Decimal:
        return sum((amount for _, amount in self.taken), ZERO)

    @property
    def open(self) -> Decimal:
        return max(self.owed - self.paid, ZERO)

    def closed(self) -> Debt:
        taken = tuple(sorted(self.taken))
        return Debt(self.number, self.document, self.due, self.amount, self.owed, taken, self.open, max(self.paid - self.owed, ZERO))


def _handed_over(case: CaseFacts) -> date | None:
    """The day works were handed over; without a term their price is due then (建设工程解释（一） art. 27)."""
    return min((d.dated for d in case.of_type("handover_record", "work_delivery_record") if d.dated), default=None)


def due_without_invoice(case: CaseFacts, unit: Unit) -> date | None:
    """The last day for payment of a unit no invoice dates: what its paper says, else the agreed days after it, else the statutory day.

    Without an agreed term: goods on receipt (Civil Code art. 628), work on delivery of the result (art. 782), works on hand-over, else on the
    day of the settlement (Construction Interpretation (I) art. 27). An agreed term that names no days gives no day: none is guessed.
    """
    if unit.due is not None or unit.day is None:
        return unit.due
    terms = case.contract.payment_terms if case.contract else None
    if terms:
        days = terms.get("days_after_delivery")
        return None if days is None else unit.day + DAY * int(days)
    if case.dispute_type != "construction":
        return unit.day
    settled = case.of_type("settlement_statement")
    return _handed_over(case) or (unit.day if settled else None)


def accounts_of(case: CaseFacts, performance: Performance) -> list[Account]:
    """The instalments of every dispute type but loans, which have one (`loan_account`). Rent not yet due stands among them: it can be paid
    ahead. Without a rent schedule the invoices stand in."""
    rows = rent(case) if case.dispute_type == "lease" else ()
    if rows:
        return [Account(row.number, row.document, row.due, row.amount) for row in rows]
    if not case.invoices:
        return [Account(u.number, u.document, due_without_invoice(case, u), u.amount) for u in performance.billed]
    accounts = [Account(i.number, i.document.id, i.due, i.amount) for i in case.invoices]
    rest = performance.total - sum((i.amount for i in case.invoices), ZERO)
    if rest > CENT * (len(performance.billed) + len(accounts)):
        accounts.append(Account(NOT_INVOICED, "", None, rest))
    return accounts


def named_accounts(case: CaseFacts, accounts: Sequence[Account]) -> dict[str, Account]:
    """By which names a payment or credit note can mean an account. Rent is meant by its period, by the first day of it, or by an invoice: the
    row `invoice_rows` gives."""
    named = {account.number: account for account in accounts}
    if case.dispute_type != "lease":
        return named
    first_days = {account.number.partition("~")[0]: account for account in accounts}
    return first_days | {invoice: named[row] for invoice, row in invoice_rows(case).items()} | named


def invoice_rows(case: CaseFacts) -> dict[str, str]:
    """Which row of the rent schedule each invoice means: the one of its due date, among several of one day the one of its amount."""
    rows, found = (rent(case) if case.dispute_type == "lease" else ()), {}
    for invoice in case.invoices:
        same_day = [row for row in rows if row.due is not None and row.due == invoice.due]
        meant = next((row for row in same_day if row.amount == invoice.amount), same_day[0] if same_day else None)
        if meant is not None:
            found[invoice.number] = meant.number
    return found


def spread(accounts: Sequence[Account], day: date, amount: Decimal) -> list[str]:
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


def set_against(case: CaseFacts, accounts: Sequence[Account]) -> tuple[dict[str, tuple[str, ...]], tuple[str, ...]]:
    """Credit notes, then payments day by day: which accounts each payment reached, and the papers that name an account the case does not have.

    Such a payment is spread as undesignated; such a note only lowers the balance.
    """
    named = named_accounts(case, accounts)
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
            reached[payment.document.id] = tuple(spread(accounts, day, payment.amount))
        else:
            account.taken.append((day, payment.amount))
            reached[payment.document.id] = (account.number,)
    said = [(p.document.id, p.invoice) for p in case.payments if p.invoice] + [(c.document.id, c.against) for c in case.credit_notes if c.against]
    return reached, tuple(document for document, number in said if number not in named)
