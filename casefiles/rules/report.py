"""The check mapping: what `casefiles check --json` prints and the pages show. Money as strings with two decimals, days ISO.

Keys and figures are those of the `expected` blocks of the examples; further keys may stand beside them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from casefiles.law import Law
from casefiles.rules import fees
from casefiles.rules.amounts import ZERO, in_words, money, percent, plain
from casefiles.rules.check_parties import forum
from casefiles.rules.entities import CaseFacts
from casefiles.rules.findings import Assessment, Finding
from casefiles.rules.inquiry import Inquiry
from casefiles.rules.interest import Damages, Segment, Terms
from casefiles.rules.ledger import damages_by_debt, terms_of
from casefiles.rules.limits import Event, Limitation, Run
from casefiles.rules.refusal import Refused

LOW_MARKUP = Decimal("0.3")


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _finding(finding: Finding) -> dict[str, Any]:
    row: dict[str, Any] = {"key": finding.key}
    if finding.element is not None and finding.status is not None:
        row |= {"element": finding.element, "status": finding.status.value}
    else:
        row |= {"check": finding.check, "code": finding.code}
    row |= {
        "severity": finding.severity.value,
        "title_zh": finding.title.zh,
        "title_en": finding.title.en,
        "remedy_zh": finding.remedy.zh,
        "remedy_en": finding.remedy.en,
        "documents": list(finding.documents),
        "stands_under": list(finding.stands_under),
        "source": list(finding.source),
        "verify": finding.verify,
    }
    if finding.amount is not None:
        row["amount"] = plain(finding.amount)
    if finding.waived is not None:
        waiver = finding.waived
        row["waived"] = {"reason": waiver.reason, "by": waiver.by, "on": waiver.on.isoformat()}
    return row


def _totals(inquiry: Inquiry) -> dict[str, Any]:
    ledger = inquiry.ledger
    return {
        "contract": None if ledger.contract is None else plain(ledger.contract),
        "delivered_total": plain(ledger.delivered),
        "delivered_signed": plain(ledger.delivered_signed),
        "invoiced": plain(ledger.invoiced),
        "credit_notes": plain(ledger.credit_notes),
        "paid": plain(ledger.paid),
        "ledger_balance": plain(ledger.balance),
        "reconciled": None if ledger.reconciled is None else plain(ledger.reconciled),
        "claimed_principal": plain(ledger.claimed),
    }


def _differences(inquiry: Inquiry) -> dict[str, str]:
    """The differences that are not zero."""
    ledger = inquiry.ledger
    rows = {
        "claimed_minus_ledger": ledger.claimed - ledger.balance,
        "reconciled_minus_ledger": ZERO if ledger.reconciled is None else ledger.reconciled - ledger.balance,
        "delivered_total_minus_signed": ledger.delivered - ledger.delivered_signed,
        "invoiced_minus_delivered": ledger.invoiced - ledger.delivered if inquiry.case.invoices else ZERO,
    }
    return {name: plain(amount) for name, amount in rows.items() if amount}


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
    """The total at LPR plus 30 %, shown beside the statutory fallback."""
    contract = inquiry.case.contract
    if contract is not None and contract.late_payment_clause is not None:
        return None
    if not any(d.terms.markup is not None for d in inquiry.damages.values()):
        return None
    low = damages_by_debt(inquiry.ledger.debts, inquiry.cut_off, lambda due: terms_of(inquiry.case, due, inquiry.law, LOW_MARKUP), inquiry.law)
    return plain(sum((d.total for d in low.values()), ZERO))


def _damages(found: Mapping[str, Damages], inquiry: Inquiry) -> dict[str, Any]:
    first = next((d for d in found.values() if d.segments), next(iter(found.values()), None))
    mapping: dict[str, Any] = {
        "mode": _mode(first.terms) if first else None,
        "cut_off_inclusive": inquiry.cut_off.isoformat(),
        "segments": [{"invoice": number, **segment_mapping(s, d.terms)} for number, d in found.items() for s in d.segments],
        "by_invoice": {debt.number: plain(found[debt.number].total if debt.number in found else ZERO) for debt in inquiry.ledger.debts},
        "total": plain(sum((d.total for d in found.values()), ZERO)),
    }
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
    if inquiry.damages_refused:
        code = inquiry.damages_refused
        mapping |= {"error": code, "error_zh": inquiry.law.errors[code].zh, "error_en": inquiry.law.errors[code].en}
    return mapping


def _fees(amount: Decimal, law: Law) -> dict[str, Any]:
    mapping: dict[str, Any] = {"amount_in_dispute": plain(amount)}
    try:
        mapping |= {
            "acceptance_fee": plain(fees.acceptance_fee(amount, law)),
            "acceptance_fee_simplified": plain(fees.acceptance_fee_half(amount, law)),
            "payment_order_fee": plain(fees.payment_order_fee(amount, law)),
            "preservation_fee_on_amount_in_dispute": plain(fees.preservation_fee(amount)),
        }
    except Refused as refused:
        mapping |= {"error": refused.code, "error_zh": law.errors[refused.code].zh, "error_en": law.errors[refused.code].en}
    return mapping


def _events(events: Sequence[Event]) -> list[dict[str, Any]]:
    return [{"date": e.day.isoformat(), "what": e.en, "what_zh": e.zh, "documents": list(e.documents)} for e in events]


def _runs(runs: Mapping[str, Run]) -> dict[str, dict[str, Any]]:
    return {
        number: {"trigger": _day(run.trigger), "safe_last_day": _day(run.safe_last_day), **({"stopped": True} if run.stopped else {})}
        for number, run in runs.items()
    }


def _limitation(limitation: Limitation, as_of: date) -> dict[str, Any]:
    statutory = limitation.statutory_last_day
    mapping: dict[str, Any] = {
        "events": _events(limitation.events),
        "proved_events": _events(limitation.events),
        "claimed_events": _events(limitation.claimed),
        "not_counted": _events(limitation.claimed),
        "trigger": _day(limitation.trigger),
        "safe_last_day": _day(limitation.safe_last_day),
        "statutory_last_day": statutory.isoformat() if isinstance(statutory, date) else statutory,
        "days_left_at_as_of": (limitation.safe_last_day - as_of).days if limitation.safe_last_day else None,
        "by_invoice": _runs(limitation.by_invoice),
    }
    if limitation.pessimistic is not None:
        mapping["pessimistic_safe_last_day_by_invoice"] = {number: _day(run.safe_last_day) for number, run in limitation.pessimistic.items()}
    return mapping


def _words(amount: Decimal) -> str | None:
    try:
        return in_words(amount)
    except Refused:
        return None


def _figures(inquiry: Inquiry) -> dict[str, Any]:
    ledger, law = inquiry.ledger, inquiry.law
    costs = inquiry.case.claim.recovery_costs
    on_ledger = sum((d.total for d in inquiry.damages.values()), ZERO)
    in_dispute = ledger.claimed + inquiry.damages_total + costs
    damages = _damages(inquiry.damages_on_claim, inquiry)
    mapping: dict[str, Any] = {
        "totals": _totals(inquiry),
        "differences": _differences(inquiry),
        "open_by_invoice": {debt.number: plain(debt.open) for debt in ledger.debts},
        "damages": damages,
        "limitation": _limitation(inquiry.limitation, inquiry.as_of),
        "fees": _fees(in_dispute, law),
        "amount_in_dispute": plain(in_dispute),
        "amount_in_words": _words(in_dispute),
        "principal_in_words": _words(ledger.claimed),
    }
    if ledger.claimed != ledger.balance or inquiry.damages_total != on_ledger:
        correct = _fees(ledger.balance + on_ledger + costs, law)
        same = inquiry.damages_on_claim is inquiry.damages
        mapping["damages_on_correct_balance"] = damages if same else _damages(inquiry.damages, inquiry)
        mapping |= {"fees_on_ledger": correct, "fees_on_correct_claim": correct}
    if (check := inquiry.rate_check) is not None:
        mapping["rate_check"] = {
            "agreed_annual": percent(check.agreed, 3, 4),
            "lowest_threshold_annual": percent(check.threshold, 4, 4),
            "flag_X13": check.excessive,
        }
    where = forum(inquiry)
    mapping["court"] = {"basis": where.basis, "region": where.region, "named": inquiry.case.court}
    if ledger.unplaced:
        mapping["unplaced"] = list(ledger.unplaced)
    return mapping


def to_mapping(assessment: Assessment, case: CaseFacts, law: Law) -> dict[str, Any]:
    """The check mapping of an assessment. Where the rules are not in yet it carries `supported: false` and the sentence, and no result."""
    head: dict[str, Any] = {
        "case": assessment.case_id,
        "packet": assessment.packet,
        "as_of": assessment.as_of.isoformat(),
        "supported": assessment.supported,
        "completeness_pct": assessment.completeness_pct,
        "closed_loop": assessment.closed_loop,
        "generation_allowed": assessment.generation_allowed,
        "contents_complete": assessment.contents_complete,
        "missing_uploads": list(assessment.missing_uploads),
        "element_status": {name: status.value for name, status in assessment.element_status.items()},
        "element_documents": {element.id: list(element.documents) for element in assessment.elements},
        "not_applicable": list(assessment.not_applicable),
        "findings": [_finding(finding) for finding in assessment.findings],
    }
    if assessment.sentence is not None:
        return head | {"sentence_zh": assessment.sentence.zh, "sentence_en": assessment.sentence.en}
    if assessment.unused_waivers:
        head["unused_waivers"] = [waiver.key for waiver in assessment.unused_waivers]
    return head | _figures(assessment.inquiry or Inquiry(case, assessment.packet, assessment.as_of, law))
