"""What is claimed: the figures of the case and of its check, read once, for every paper that states them.

Money arrives as strings with two decimals; nothing is computed here but sums of figures that the check already gives.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from forms.figures import daily_rate, percent

LPR = "全国银行间同业拆借中心公布的一年期贷款市场报价利率（LPR）"
CJK = re.compile("[\u4e00-\u9fff]")
Case = Mapping[str, Any]
ZERO = Decimal(0)


@dataclass(frozen=True)
class Segment:
    """One stretch of days with one base and one rate, as the check computed it."""

    invoice: str
    first: date
    last: date
    days: int
    base: Decimal
    rate: str
    standard: str
    amount: Decimal


@dataclass(frozen=True)
class Running:
    """What goes on after the cut-off day: `base` bears damages at `standard`."""

    base: Decimal
    standard: str


@dataclass(frozen=True)
class Account:
    """How a sum came about: what accrued by its segments, what payments covered of it."""

    segments: tuple[Segment, ...]
    accrued: Decimal
    paid: Decimal

    @property
    def adds_up(self) -> bool:
        """The segments give what accrued."""
        return not self.segments or sum(segment.amount for segment in self.segments) == self.accrued


@dataclass(frozen=True)
class Claim:
    """The claim in figures. `agreed` when the contract has a late-payment clause: then 违约金 is claimed, else 利息 by law; never both.

    `interest` is the open interest of the term of a loan (借款期内利息), zero for every other debt; its working is `term`, that of the damages `late`.
    """

    principal: Decimal
    interest: Decimal
    damages: Decimal
    costs: Decimal
    cut_off: date
    agreed: bool
    loan: bool
    term: Account
    late: Account
    running: tuple[Running, ...]

    @property
    def segments(self) -> tuple[Segment, ...]:
        """The stretches of the damages."""
        return self.late.segments

    @property
    def total(self) -> Decimal:
        """标的总额: principal, interest of the term, damages to the cut-off day, recovery costs."""
        return self.principal + self.interest + self.damages + self.costs

    @property
    def kind(self) -> str:
        """The name of the damages in a sentence."""
        return "逾期利息" if self.loan else "逾期付款违约金" if self.agreed else "逾期付款利息损失"

    @property
    def runs_from(self) -> date:
        """The day after the cut-off day."""
        return self.cut_off + timedelta(days=1)

    def running_words(self) -> str:
        """以750,000.00元为基数，按日万分之一点五的标准; several bases are joined."""
        return "；".join(f"以{part.base:,.2f}元为基数，按{part.standard}的标准" for part in self.running)


def claim_of(case: Case, check: Mapping[str, Any]) -> Claim:
    """Read the claim. The claimed principal is the check's, else the case file's, else the ledger balance.

    Raises ValueError for a sum that is no decimal number or a day that is no ISO date.
    """
    said = case.get("claim") or case.get("claim_entered_by_user") or {}
    totals, damages, term = check.get("totals") or {}, check.get("damages") or {}, check.get("loan_interest") or {}
    cut_off = day_of(damages.get("cut_off_inclusive") or said.get("interest_cut_off") or case["as_of"])
    late = _account(case, damages)
    return Claim(
        principal=amount(totals.get("claimed_principal") or said.get("principal") or totals.get("ledger_balance")),
        interest=amount(term.get("total")),
        damages=amount(damages.get("total")),
        costs=amount(said.get("recovery_costs")),
        cut_off=cut_off,
        agreed=bool(clause(case)),
        loan=case.get("dispute_type") == "loan",
        term=_account(case, term),
        late=late,
        running=_running(late.segments, cut_off),
    )


def amount(value: Any) -> Decimal:
    """A sum of the case file; silence is zero."""
    try:
        return Decimal(str(value)) if value not in (None, "") else ZERO
    except ArithmeticError as error:
        raise ValueError(f"{value!r} is no sum of money.") from error


def day_of(value: str | date) -> date:
    """An ISO date of the case file."""
    return value if isinstance(value, date) else date.fromisoformat(value)


def clause(case: Case) -> Mapping[str, Any]:
    """The late-payment clause of the contract; empty when there is none."""
    return (case.get("contract") or {}).get("late_payment_clause") or {}


def clause_number(case: Case) -> str:
    """第9.2条, or nothing when the case file does not say."""
    return str(clause(case).get("clause") or "")


def clause_words(case: Case) -> str:
    """What the clause says, from its quotation or its figures: 按日万分之一点五; empty without a clause."""
    return rate_words(clause(case))


def rate_words(agreed: Mapping[str, Any]) -> str:
    """A clause on a rate, from its quotation or its figures; empty without a clause."""
    if not agreed:
        return ""
    if agreed.get("text") and CJK.search(agreed["text"]):
        return str(agreed["text"])
    kind, rate, markup = agreed.get("type"), agreed.get("rate"), agreed.get("markup")
    if kind == "daily_rate" and rate:
        return f"按{daily_rate(amount(rate))}"
    if kind == "annual_rate" and rate:
        return f"按年利率{percent(amount(rate))}"
    return f"按{'同期' if kind == 'floating' else '违约时'}{LPR}{_marked_up(amount(markup))}"


def debtors(case: Case) -> Sequence[Mapping[str, Any]]:
    """The debtor and further debtors, in order."""
    return [*([case["debtor"]] if case.get("debtor") else []), *(case.get("debtors") or [])]


def guarantors(case: Case) -> Sequence[Mapping[str, Any]]:
    """The guarantors of the debt, each once: a case file may name the first one in both keys."""
    security = case.get("security") or {}
    every = [*([security["guarantor"]] if security.get("guarantor") else []), *(security.get("guarantors") or ())]
    return list({str(item["name"]): item for item in every}.values())


def collaterals(case: Case) -> Sequence[Mapping[str, Any]]:
    """The things that secure the debt, each once."""
    security = case.get("security") or {}
    every = [*([security["collateral"]] if security.get("collateral") else []), *(security.get("collaterals") or ())]
    return list({(str(item.get("contract_id")), str(item["object"])): item for item in every}.values())


def _marked_up(markup: Decimal) -> str:
    return f"加计{percent(markup)}" if markup else ""


def _account(case: Case, block: Mapping[str, Any]) -> Account:
    """The working of a sum; without set-off the whole of what accrued is open."""
    segments = tuple(_segment(case, block, item) for item in block.get("segments") or ())
    return Account(segments, amount(block.get("accrued") or block.get("total")), amount(block.get("paid")))


def _segment(case: Case, damages: Mapping[str, Any], item: Mapping[str, Any]) -> Segment:
    rate, standard = _rate(case, str(damages.get("mode") or ""), item)
    return Segment(
        invoice=str(item.get("invoice") or item.get("disbursement") or ""),
        first=day_of(item["from"]),
        last=day_of(item["to"]),
        days=int(item["days"]),
        base=amount(item["base"]),
        rate=rate,
        standard=standard,
        amount=amount(item["amount"]),
    )


def _rate(case: Case, mode: str, item: Mapping[str, Any]) -> tuple[str, str]:
    """How a segment's rate is printed in a table, and how in a sentence."""
    if item.get("daily_rate"):
        words = daily_rate(amount(item["daily_rate"]))
        return words, words
    written = str(item.get("annual_rate") or "")
    annual = written if written.endswith("%") else percent(amount(written))
    basis = item.get("basis") or (360 if "360" in mode else 365)
    lpr = item.get("lpr_1y")
    if not lpr:
        return f"年利率{annual}", f"年利率{annual}（一年按{basis}日计）"
    markup = amount(annual.rstrip("%")) / amount(lpr) - 1
    marked = _marked_up(markup.quantize(Decimal("0.0001")))
    if clause(case).get("type") == "floating" or "floating" in mode:
        return f"年利率{annual}\n（LPR {lpr}%{marked}）", f"同期{LPR}{marked}（一年按{basis}日计）"
    return f"年利率{annual}\n（LPR {lpr}%{marked}）", f"年利率{annual}（即违约行为发生时{LPR}{lpr}%{marked}，一年按{basis}日计）"


def _running(segments: tuple[Segment, ...], cut_off: date) -> tuple[Running, ...]:
    bases: dict[str, Decimal] = {}
    for segment in segments:
        if segment.last == cut_off:
            bases[segment.standard] = bases.get(segment.standard, ZERO) + segment.base
    return tuple(Running(base, standard) for standard, base in bases.items())
