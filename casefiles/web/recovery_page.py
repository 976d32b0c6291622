"""What is owed after set-off, under an instrument, in insolvency and by guarantors: the figures of the check as lines and tables with their working.

Every amount comes from the check mapping; nothing is reckoned here but differences and sums of its rows, so page and packet cannot differ.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _

from casefiles.law import Words
from casefiles.revise.texts import PAID_OFF, period_in_chinese
from casefiles.rules.doubled import DAILY
from casefiles.rules.entities import CaseFacts, Guarantor
from casefiles.web.calculator_sheet import in_page_language, percent
from casefiles.web.fact_words import CHOICE_WORDS
from casefiles.web.words import in_language, iso, language, money

Found = Mapping[str, Any]
ZERO = Decimal("0.00")
SET_OFF = "set_off_"
YEAR = 365
EFFECTS = {  # of a paper that settles or waives the debt, as a person reviewed it
    "full": Words("全部免除", "waived in full"), "partial": Words("部分免除", "waived in part"), "conditional": Words("附条件免除", "waived on a condition"),
    None: Words("未审核", "not reviewed"),
}  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One line of a sum: what, how much, how it comes about. `strong` is a result; an amount of None shows a dash."""

    label: str
    amount: Decimal | str | None
    note: str = ""
    strong: bool = False


@dataclass(frozen=True)
class Stretch:
    """One line of working: a stretch of days at one rate on one base, or a fixed sum without days."""

    what: str
    amount: str
    start: str = ""
    end: str = ""
    days: int | None = None
    base: str | None = None
    rate: str = ""


@dataclass(frozen=True)
class Working:
    """A run of stretches with its sum, up to a payment or to the day of the check."""

    title: str
    stretches: tuple[Stretch, ...]
    total: str


@dataclass(frozen=True)
class PaymentRow:
    """What one payment went to, in the order the law sets (Civil Code art. 561), and the principal it left."""

    day: str
    amount: str
    costs: str
    interest: str
    principal: str
    doubled: str
    left: str
    excess: str


@dataclass(frozen=True)
class ItemRow:
    """One item of the operative part: kind, sum or rate, whether the doubled part runs on it."""

    kind: str
    amount: Decimal | None
    terms: str
    counts: bool


@dataclass(frozen=True)
class GuaranteeLine:
    """One debt of a guarantor: the last day of the guarantee period and where it stands: called | expired | open."""

    debt: str
    due: str
    last_day: date
    state: str


@dataclass(frozen=True)
class GuaranteePart:
    """One guarantor with the period that was agreed; no lines where nobody can read it or no debt has a due date."""

    name: str
    mode: str
    period: str
    lines: tuple[GuaranteeLine, ...]


@dataclass(frozen=True)
class ClaimRow:
    """One debt in the claim filed in insolvency."""

    debt: str
    due: str | None
    deemed_due: bool
    open: str
    damages: str


def rate_words(row: Found) -> str:
    """The rate of a segment: 0.02% a day; 5.55% a year, with the days of the year where they are not 365."""
    if daily := row.get("daily_rate"):
        return _("%(rate)s a day", rate=percent(str(daily)))
    if not (annual := row.get("annual_rate")):
        return ""
    said = _("%(rate)s a year", rate=percent(str(annual)))
    return said if int(row.get("basis") or YEAR) == YEAR else _("%(rate)s (year of %(days)s days)", rate=said, days=row["basis"])


def stretch(row: Found, what: str = "") -> Stretch:
    """A segment of the check mapping."""
    return Stretch(what, row["amount"], row["from"], row["to"], row["days"], row["base"], rate_words(row))


def panels(found: Found, facts: CaseFacts) -> dict[str, Any]:
    """What the ledger page shows beside invoices, deliveries and payments."""
    return {
        "balance": list(balance(found, facts)), "debts": own_debts(found, facts), "guarantees": guarantees(found, facts),
        "claim_rows": claim_rows(found, facts), "instrument": instrument(found, facts), "effects": EFFECTS,
        "rate_words": rate_words, "rate_source": in_page_language,
        "ageing": [(name, amount) for name, amount in found.get("ageing", {}).items() if Decimal(amount)],
    }  # fmt: skip


def own_debts(found: Found, facts: CaseFacts) -> list[Found]:
    """The instalments, where they are something else than the invoices: rent, periods, a settlement, a loan."""
    debts = found.get("debts", [])
    return [] if {debt["number"] for debt in debts} == {invoice.number for invoice in facts.invoices} else debts


def balance(found: Found, facts: CaseFacts) -> Iterator[Line]:
    """How the principal that is owed comes about; every line adds up to the last."""
    totals = found["totals"]
    if found.get("instrument"):
        yield from _decided(found, totals)
    elif "interest_paid" in totals:
        yield from _lent(found, totals)
    else:
        yield from _traded(found, totals, facts)
    if totals.get("reconciled"):
        yield Line(_("Reconciled"), totals["reconciled"])


def _decided(found: Found, totals: Found) -> Iterator[Line]:
    repaid = sum((Decimal(row.principal) for row in payment_rows(found)), ZERO)
    yield Line(_("Principal awarded"), Decimal(totals["ledger_balance"]) + repaid)
    yield Line("− " + _("Paid on the principal"), repaid)
    yield Line("= " + _("Principal still owed under the instrument"), totals["ledger_balance"], strong=True)


def _lent(found: Found, totals: Found) -> Iterator[Line]:
    repaid = sum((Decimal(row["principal"]) for row in found.get("set_off", ())), ZERO)
    yield Line(_("Lent"), Decimal(totals["ledger_balance"]) + repaid)
    yield Line(_("Paid"), totals["paid"])
    yield Line(_("of it on interest"), totals["interest_paid"])
    yield Line("− " + _("of it on the principal"), repaid)
    yield Line("= " + _("Principal still owed"), totals["ledger_balance"], strong=True)


def _traded(found: Found, totals: Found, facts: CaseFacts) -> Iterator[Line]:
    due = sum((Decimal(debt["amount"]) for debt in found.get("debts", ())), ZERO)
    yield Line(_("Contract"), totals.get("contract"))
    yield Line(_("Delivered"), totals.get("delivered_total"))
    yield Line(_("of it signed for"), totals.get("delivered_signed"))
    if facts.invoices or not due:
        yield Line(_("Invoiced"), totals.get("invoiced"))
    if due and due != Decimal(totals["invoiced"]):
        yield Line(_("Debts"), due)
    yield Line("− " + _("Credit notes"), totals.get("credit_notes"))
    yield Line("− " + _("Paid"), totals.get("paid"))
    yield Line("= " + _("Balance on the ledger"), totals.get("ledger_balance"), strong=True)


def claim_rows(found: Found, facts: CaseFacts) -> list[ClaimRow]:
    """The debts of a claim in insolvency; a debt not due before the acceptance is deemed due (Enterprise Bankruptcy Law art. 46)."""
    claim, accepted = found.get("claim"), facts.insolvency.acceptance_date.isoformat() if facts.insolvency else ""
    if not claim or claim.get("by_instrument"):
        return []
    return [
        ClaimRow(d["number"], d["due_date"], bool(d["due_date"] and d["due_date"] >= accepted), d["open"], claim["damages_by_invoice"].get(d["number"], "0.00"))
        for d in found["debts"] if Decimal(d["open"])
    ]  # fmt: skip


def guarantees(found: Found, facts: CaseFacts) -> list[GuaranteePart]:
    """Every guarantor with the guarantee period of each open debt."""
    rows = found.get("guarantees") or [found["guarantee"]] if found.get("guarantee") else []
    known = facts.security.guarantors if facts.security else ()
    return [_guarantee(row, guarantor, found) for row, guarantor in zip(rows, known, strict=True)]


def _guarantee(row: Found, guarantor: Guarantor, found: Found) -> GuaranteePart:
    due = {debt["number"]: debt["due_date"] for debt in found["debts"]}
    lines = tuple(
        GuaranteeLine(number, iso(due.get(number)), date.fromisoformat(last), _state(number, row)) for number, last in row["last_day_by_invoice"].items()
    )
    return GuaranteePart(guarantor.name, in_language(CHOICE_WORDS[guarantor.mode]), _period(guarantor.period_agreed), lines)


def _state(number: str, row: Found) -> str:
    return "called" if number in row["called_upon"] else "expired" if number in row["expired_at_as_of"] else "open"


def _period(agreed: str | None) -> str:
    if agreed is None:
        return _("none agreed: six months from each due date")
    if agreed == PAID_OFF:
        return _("unclear (until the debt is fully repaid): six months from each due date")
    said = period_in_chinese(agreed) if language() == "zh" else agreed
    return _("agreed: %(period)s", period=said) if agreed.startswith("until ") else _("agreed: %(period)s from each due date", period=said)


def payment_rows(found: Found) -> list[PaymentRow]:
    """The payments on an instrument in their order."""
    return [
        PaymentRow(
            key.removeprefix(SET_OFF)[:10], row["payment"], row["applied"]["costs"], row["applied"]["general_interest"], row["applied"]["principal"],
            row["applied"]["doubled_part"], row["principal_after"], row["excess"],
        )
        for key, row in found.items() if key.startswith(SET_OFF)
    ]  # fmt: skip


def instrument(found: Found, facts: CaseFacts) -> dict[str, Any] | None:
    """What an effective instrument awards and what of it is still owed; None without one."""
    if facts.instrument is None or not (owed := found.get("instrument")):
        return None
    items = [_item(item) for item in facts.instrument.items]
    bases = [row.kind for row in items if row.counts]
    return {
        "lines": list(_owed_lines(owed, found.get("request") or {})), "items": items, "payments": payment_rows(found), "general": list(_general(found, owed)),
        "doubled": [stretch({**segment, "daily_rate": DAILY}) for segment in owed["doubled_part"]], "doubled_open": _doubled_open(owed),
        "bases": _(", ").join(dict.fromkeys(bases)),
    }  # fmt: skip


def _item(item: Any) -> ItemRow:
    kind = in_language(CHOICE_WORDS[item.kind])
    if item.form != "running":
        return ItemRow(kind, item.amount, "", item.counts_in_doubled_base)
    row = {"daily_rate": item.daily_rate, "annual_rate": item.annual_rate, "basis": item.basis}
    end = iso(item.to) if item.to else _("the day it is paid")
    return ItemRow(kind, None, _("%(rate)s from %(start)s to %(end)s", rate=rate_words(row), start=iso(item.start), end=end), counts=False)


def _owed_lines(owed: Found, request: Found) -> Iterator[Line]:
    interest, doubled = Decimal(owed["general_interest_open"]) + Decimal(owed["general_interest_since_payment"]["amount"]), _doubled_open(owed)
    yield Line(_("Principal"), owed["principal"])
    if Decimal(owed["other_judgment_money"]):
        yield Line(_("Other sums awarded"), owed["other_judgment_money"])
    yield Line(_("Costs awarded"), owed["costs"])
    yield Line(_("General interest"), interest, _onward(request))
    yield Line(_("Doubled part of the interest for delay"), doubled, _("and onward to the day it is paid") if request else "")
    yield Line(_("Sum"), owed["total_still_owed"], request.get("total_in_words", ""), strong=True)


def _onward(request: Found) -> str:
    """How the interest runs on after the day of filing, as the application asks for it."""
    general = request.get("general_interest") or {}
    if not general.get("onward_from"):
        return ""
    rates = _(", ").join(rate_words(row) for row in general["onward_rates"])
    return _("from %(day)s on %(base)s at %(rates)s to the day it is paid", day=general["onward_from"], base=money(general["onward_base"]), rates=rates)


def _doubled_open(owed: Found) -> Decimal:
    return Decimal(owed["doubled_total"]) - Decimal(owed["doubled_paid"])


def _general(found: Found, owed: Found) -> Iterator[Working]:
    """The general interest up to each payment, and since the last."""
    for key, step in found.items():
        if key.startswith(SET_OFF):
            before, day = step["general_interest_before_payment"], key.removeprefix(SET_OFF)[:10]
            fixed = [(_("fixed in the instrument"), before["fixed"]), (_("left from before"), before["carried"])]
            yield Working(_("before the payment of %(day)s", day=day), tuple(_interest(fixed, before["running"])), before["total"])
    since = owed["general_interest_since_payment"]
    total = Decimal(owed["general_interest_open"]) + Decimal(since["amount"])
    left = [(_("left from before") if payment_rows(found) else _("fixed in the instrument"), owed["general_interest_open"])]
    yield Working(_("to %(day)s", day=owed["as_at"]), tuple(_interest(left, since)), str(total))


def _interest(fixed: Iterable[tuple[str, str]], running: Found) -> Iterator[Stretch]:
    yield from (Stretch(what, amount) for what, amount in fixed if Decimal(amount))
    yield from (stretch(row) for row in running["segments"])
