"""The sums a letter demands: debt by debt from the check, or what is still owed under an effective instrument; nothing is computed but sums."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from forms.calculation_sheet import debt_name
from forms.causes import dispute_of
from forms.claim import ZERO, Case, Claim, amount, claim_of, day_of
from forms.figures import day, figures
from forms.form import Column, Row, SumRow, Table

LONG = Decimal(10) ** 9  # from here on a sum needs a wider column


@dataclass(frozen=True)
class Debt:
    """One debt: its sum, what is open of it, when it fell due (None: not known), days late to the cut-off day, damages accrued on it."""

    number: str
    amount: Decimal
    open: Decimal
    due: date | None
    days: int
    damages: Decimal


@dataclass(frozen=True)
class Demand:
    """What is demanded: its table, the parts with their names, and the day to which damages are counted. `later` is not due yet and not demanded."""

    table: Table
    parts: tuple[tuple[str, Decimal], ...]
    cut_off: date
    later: Decimal

    @property
    def total(self) -> Decimal:
        """Everything demanded."""
        return sum((value for _, value in self.parts), ZERO)

    def words(self) -> str:
        """货款750,000.00元、逾期付款违约金82,946.41元."""
        return "、".join(f"{name}{value:,.2f}元" for name, value in self.parts if value)


def demand_of(case: Case, check: Mapping[str, Any], only: Collection[str] | None = None) -> Demand:
    """The demand on a day; `only` keeps the debts of these numbers (a guarantor answers for those whose guarantee period is kept)."""
    if check.get("instrument"):
        return _under_instrument(check["instrument"])
    claim = claim_of(case, check)
    every = [debt for debt in debts(check, claim) if only is None or debt.number in only]
    later = sum((debt.open for debt in every if debt.due and debt.due >= claim.cut_off), ZERO)
    rows = [debt for debt in every if (debt.open and not (debt.due and debt.due >= claim.cut_off)) or debt.damages]
    whole = only is None or len(every) == len(debts(check, claim))
    principal = (claim.principal if whole else sum((debt.open for debt in every), ZERO)) - later
    damages = claim.damages if whole else sum((debt.damages for debt in rows), ZERO)
    parts = [(dispute_of(case).price, principal), (claim.kind, damages)]
    if whole:
        parts = [parts[0], ("借款期内利息", claim.interest), parts[1], ("实现债权的费用", claim.costs)]
    return Demand(_table(case, claim, rows, damages), tuple(parts), claim.cut_off, later)


def debts(check: Mapping[str, Any], claim: Claim) -> list[Debt]:
    """Every debt of the check, with its damages."""
    by_invoice = (check.get("damages") or {}).get("by_invoice") or {}
    return [_debt(item, claim, amount(by_invoice.get(item["number"]))) for item in check.get("debts") or ()]


def _debt(item: Mapping[str, Any], claim: Claim, damages: Decimal) -> Debt:
    number, due = str(item["number"]), day_of(item["due_date"]) if item.get("due_date") else None
    days = sum(segment.days for segment in claim.segments if segment.invoice == number)
    if not days and due and amount(item["open"]):
        days = max((claim.cut_off - due).days, 0)
    return Debt(number, amount(item["amount"]), amount(item["open"]), due, days, damages)


def _table(case: Case, claim: Claim, rows: list[Debt], damages: Decimal) -> Table:
    room = 3.2 if sum((debt.amount for debt in rows), ZERO) >= LONG else 2.55
    columns = (
        Column("序号", 1.05, "center"), Column(dispute_of(case).batch), Column("金额\n（元）", room, "right"), Column("尚欠金额\n（元）", room, "right"),
        Column("到期日", 2.7, "center"), Column("逾期\n天数", 1.1, "center"), Column(f"{claim.kind}\n（元）", max(room, 2.75), "right"),
    )  # fmt: skip
    body: list[Row | SumRow] = [
        Row((
            str(place), debt_name(case, debt.number), figures(debt.amount), figures(debt.open), day(debt.due, "未约定"), str(debt.days),
            figures(debt.damages),
        ))
        for place, debt in enumerate(rows, 1)
    ]  # fmt: skip
    accrued = sum((debt.damages for debt in rows), ZERO)
    if accrued != damages:
        body.append(SumRow("减：已由付款抵充", (figures(accrued - damages),)))
    body.append(SumRow("合计", (figures(sum((debt.open for debt in rows), ZERO)), "", "", figures(damages)), final=True))
    return Table(columns, tuple(body), small=True)


def _under_instrument(owed: Mapping[str, Any]) -> Demand:
    interest = amount(owed["general_interest_open"]) + amount(owed["general_interest_since_payment"]["amount"])
    doubled = amount(owed["doubled_total"]) - amount(owed["doubled_paid"])
    parts = (
        ("本金", amount(owed["principal"])), ("违约金等定额款项", amount(owed["other_judgment_money"])), ("利息", interest),
        ("诉讼费用等", amount(owed["costs"])), ("加倍部分债务利息", doubled),
    )  # fmt: skip
    rows = tuple(Row((str(number), name, figures(value))) for number, (name, value) in enumerate((part for part in parts if part[1]), 1))
    total = SumRow("合计", (figures(amount(owed["total_still_owed"])),), final=True)
    columns = (Column("序号", 1.2, "center"), Column("项目"), Column("金额（元）", 4.0, "right"))
    return Demand(Table(columns, (*rows, total), small=True), parts, day_of(owed["as_at"]), ZERO)
