"""Damages in the check mapping: mode, segments with their rates, totals by debt, what was ignored."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from casefiles.rules import report_debts
from casefiles.rules.amounts import ZERO, money, percent, plain
from casefiles.rules.clauses import terms_of
from casefiles.rules.inquiry import Inquiry
from casefiles.rules.interest import Damages, Segment, Terms
from casefiles.rules.ledger import damages_by_debt
from casefiles.rules.working import rate_doubts

LOW_MARKUP = Decimal("0.3")


def _mode(terms: Terms) -> str:
    """The mode in one line, as the examples name it."""
    markup = 1 + (terms.markup or ZERO)
    names = {
        "daily": "agreed daily rate",
        "annual": f"agreed annual rate, year basis {terms.basis}",
        "fixed_lpr": f"fixed_at_breach LPR x {markup.normalize():f}, year basis {terms.basis}",
        "floating": f"floating LPR x {markup.normalize():f}, year basis {terms.basis}",
        "pboc_then_lpr": f"PBOC benchmark, from 2019-08-20 LPR x {markup.normalize():f}, year basis {terms.basis}",
    }
    return names[terms.mode]


def segment_mapping(segment: Segment, terms: Terms) -> dict[str, Any]:
    """One segment with the keys of calculators.yaml: daily_rate, or lpr_1y / rate_source and annual_rate, or annual_rate and basis."""
    rate = segment.rate
    row: dict[str, Any] = {"from": segment.start.isoformat(), "to": segment.end.isoformat(), "days": segment.days, "base": plain(segment.base)}
    if rate.daily is not None:
        row["daily_rate"] = f"{rate.daily:f}"
    elif terms.mode == "annual":
        row |= {"annual_rate": f"{rate.annual:f}", "basis": terms.basis}
    else:
        if rate.origin is not None:
            row["rate_source"] = rate.origin
        elif rate.lpr is not None:
            row["lpr_1y"] = f"{rate.lpr:.2f}"
        row["annual_rate"] = percent(rate.annual or ZERO)
    if not rate.confirmed:
        row["verify"] = True
    return row | {"amount": plain(segment.amount)}


def _credit_note_rule(inquiry: Inquiry) -> str | None:
    """Which base a return leaves; None without returns."""
    reduced = {note.against for note in inquiry.case.credit_notes if note.from_due_date}
    debts = [debt for debt in inquiry.ledger.debts if debt.number in reduced]
    if not debts:
        return None
    bases = " and ".join(f"the base for {debt.number} is {money(debt.owed)}{'' if debt.taken else ' throughout'}" for debt in debts)
    return f"a credit note reduces its invoice from the due date (goods were returned; here {bases})"


def _low_figure(inquiry: Inquiry) -> str | None:
    """The total at LPR plus 30 %, shown beside the statutory fallback of a trade debt."""
    contract = inquiry.case.contract
    if inquiry.loan is not None:
        return None
    if contract is not None and contract.late_payment_clause is not None:
        return None
    if not any(d.terms.markup is not None for d in inquiry.damages.values()):
        return None
    low = damages_by_debt(inquiry.ledger.debts, inquiry.cut_off, lambda due: terms_of(inquiry.case, due, inquiry.law, LOW_MARKUP), inquiry.law)
    return plain(sum((d.total for d in low.values()), ZERO))


def _doubts(found: Mapping[str, Damages], inquiry: Inquiry) -> list[dict[str, str]]:
    """What to confirm of the rates behind these damages, each doubt once; a publication that changed no rate is among them."""
    starts = {(d.terms, d.segments[0].start) for d in found.values() if d.segments}
    doubts = {words: None for terms, start in sorted(starts, key=lambda pair: pair[1]) for words in rate_doubts(terms, start, inquiry.cut_off, inquiry.law)}
    return [{"zh": words.zh, "en": words.en} for words in doubts]


def damages_mapping(found: Mapping[str, Damages], inquiry: Inquiry) -> dict[str, Any]:
    first = next((d for d in found.values() if d.segments), next(iter(found.values()), None))
    mapping: dict[str, Any] = {
        "mode": _mode(first.terms) if first else None,
        "cut_off_inclusive": inquiry.cut_off.isoformat(),
        "segments": [{"invoice": number, **segment_mapping(s, d.terms)} for number, d in found.items() for s in d.segments],
        "by_invoice": {debt.number: plain(found[debt.number].total if debt.number in found else ZERO) for debt in inquiry.ledger.debts},
        "total": plain(sum((d.total for d in found.values()), ZERO)),
    }
    if doubts := _doubts(found, inquiry):
        mapping["warnings"] = doubts
    if rule := _credit_note_rule(inquiry):
        mapping["credit_note_rule"] = rule
    if low := _low_figure(inquiry):
        mapping["low_figure_markup_30pct_total"] = low
    ignored = [{"invoice": n, "date": day.isoformat(), "amount": plain(a)} for n, d in found.items() for day, a in d.ignored]
    excess = {number: plain(d.excess) for number, d in found.items() if d.excess}
    if ignored:
        mapping["ignored_payments"] = ignored
    if excess:
        mapping["excess"] = excess
    if inquiry.loan is not None and inquiry.loan.overdue_paid:
        mapping |= {"accrued": mapping["total"], "paid": plain(inquiry.loan.overdue_paid), "total": plain(inquiry.loan.overdue_open)}
    if inquiry.loan is not None and inquiry.loan.ignored:
        number = next((debt.number for debt in inquiry.ledger.debts), None)
        mapping["ignored_payments"] = [{"invoice": number, "date": day.isoformat(), "amount": plain(a)} for day, a in inquiry.loan.ignored]
    if left_out := report_debts.not_computed(inquiry):
        mapping["not_computed"] = left_out
    if inquiry.damages_refused:
        code = inquiry.damages_refused
        mapping |= {"error": code, "error_zh": inquiry.law.errors[code].zh, "error_en": inquiry.law.errors[code].en}
    return mapping
