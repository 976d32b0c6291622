"""What the creditor performed, by dispute type: deliveries, service periods, money paid out, rent fallen due, settled works.

evidence-chain.yaml, amount_names.delivered_total. A paper counts whether it is signed or not: what lacks a signature is a gap of S02, V02 or
L02, not of the account. Amounts are CNY; a paper without an amount counts as 0.00 and is named by X01.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from casefiles.rules.amounts import ZERO
from casefiles.rules.copies import papers
from casefiles.rules.entities import CaseFacts, DocumentFacts
from casefiles.rules.papers import as_date, as_money

SERVICE_PAPERS = ("service_confirmation", "work_delivery_record")
SIGNED = frozenset({"debtor_seal_or_signature"})
PAID_OUT = frozenset({"payer_is_creditor", "payee_is_debtor_or_designated"})  # what L02 asks of a voucher


@dataclass(frozen=True)
class Unit:
    """One piece of the performance by the paper that shows it (rent: by the contract). `proved`: signed, or the voucher names both sides;
    `due`: the last day for payment as the paper itself states it; `copies`: further entries of the same paper."""

    document: str
    number: str
    day: date | None
    amount: Decimal
    proved: bool = True
    due: date | None = None
    copies: tuple[str, ...] = ()


@dataclass(frozen=True)
class Performance:
    """`units` are what an element of performance must prove, `billed` the papers the price follows from (a settlement replaces the units)."""

    units: tuple[Unit, ...]
    billed: tuple[Unit, ...]

    @property
    def total(self) -> Decimal:
        """delivered_total of the dispute type."""
        return sum((unit.amount for unit in self.billed), ZERO)

    @property
    def proved(self) -> Decimal:
        return sum((unit.amount for unit in self.billed if unit.proved), ZERO)


def _signed(document: DocumentFacts) -> int:
    return len(SIGNED & document.flags)


def _mark(document: DocumentFacts) -> str | None:
    """What tells two entries of one paper: its number, else the period or milestone it speaks of."""
    if document.number:
        return document.number
    period = document.fields.get("period_from"), document.fields.get("period_to")
    return "/".join(map(str, period)) if all(period) else document.fields.get("milestone") or document.fields.get("period")


def _units(documents: Sequence[DocumentFacts], needed: frozenset[str] = SIGNED) -> tuple[Unit, ...]:
    """One unit a paper; a period, milestone or number that stands twice counts once, by its signed entry."""
    found = []
    for paper in papers(documents, _signed, _mark):
        best = paper.best
        found.append(
            Unit(
                document=best.id,
                number=best.number or best.id,
                day=paper.said(lambda d: d.dated or as_date(d.fields.get("settled_on"))),
                amount=paper.said(lambda d: d.amount) or ZERO,
                proved=needed <= best.flags,
                due=as_date(paper.said(lambda d: d.fields.get("due_date"))),
                copies=paper.copies,
            )
        )
    return tuple(found)


def _deliveries(case: CaseFacts) -> tuple[Unit, ...]:
    return tuple(Unit(d.document.id, d.number, d.day, d.amount, bool(SIGNED & d.document.flags), copies=d.copies) for d in case.deliveries)


def settlements(case: CaseFacts) -> tuple[Unit, ...]:
    """The settlement statements (结算单). An unsigned draft beside a signed one says nothing; signed ones of different numbers add up."""
    found = _units([d for d in case.of_type("settlement_statement") if d.amount is not None])
    return tuple(unit for unit in found if unit.proved) or found


def disbursements(case: CaseFacts) -> tuple[Unit, ...]:
    """The money of a loan as it left the creditor's account: interest held back before was never paid out (Civil Code art. 670)."""
    fields = {"direction": "out", "purpose": "loan_disbursement"}
    vouchers = [d for d in case.of_type("bank_payment") if all(d.fields.get(name) == value for name, value in fields.items())]
    return _units(vouchers, PAID_OUT)


def rent(case: CaseFacts) -> tuple[Unit, ...]:
    """The rows of the rent schedule, named by their period; `due` is the day of the schedule."""
    contract = case.contract
    if contract is None:
        return ()
    return tuple(
        Unit(
            document=contract.id,
            number=f"{row['period_from']}~{row['period_to']}",
            day=as_date(row["period_from"]),
            amount=as_money(row["amount"]) or ZERO,
            due=as_date(row["due_date"]),
        )
        for row in contract.rent_schedule
    )


def performance_of(case: CaseFacts, as_of: date) -> Performance:
    """The performance up to a day; only rent asks for the day, it counts once it is due."""
    match case.dispute_type:
        case "services_work":
            units = _units(case.of_type(*SERVICE_PAPERS))
            return Performance(units, settlements(case) or units)
        case "construction":
            billed = settlements(case) or _units(case.of_type("progress_payment_certificate"))
            return Performance(billed, billed)
        case "loan":
            units = disbursements(case)
        case "lease":
            units = tuple(row for row in rent(case) if row.due is not None and row.due <= as_of)
        case _:
            units = _deliveries(case)
    return Performance(units, units)
