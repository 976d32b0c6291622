"""The check mapping: what `casefiles check --json` prints and the pages show. Money as strings with two decimals, days ISO.

Keys and figures are those of the `expected` blocks of the examples; further keys may stand beside them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from casefiles.law import Law
from casefiles.rules import fees, report_collection, report_debts
from casefiles.rules.amounts import ZERO, percent, plain, spelled
from casefiles.rules.check_parties import forum
from casefiles.rules.claims import amount_asked
from casefiles.rules.findings import Assessment, Finding
from casefiles.rules.inquiry import Inquiry
from casefiles.rules.limits import Event, Limitation, Run
from casefiles.rules.refusal import Refused
from casefiles.rules.reminder_debt import REVIVAL, time_barred
from casefiles.rules.report_damages import damages_mapping
from casefiles.rules.report_insolvency import insolvency_figures
from casefiles.rules.report_instrument import instrument_figures
from casefiles.rules.report_write_off import write_off_figures


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
    if finding.invoices:
        row["invoices"] = list(finding.invoices)
    if finding.waived is not None:
        waiver = finding.waived
        row["waived"] = {"reason": waiver.reason, "by": waiver.by, "on": waiver.on.isoformat()}
    return row


def _totals(inquiry: Inquiry) -> dict[str, Any]:
    """The totals side by side. Where an instrument decides, balance and claim are its principal after set-off (evidence-chain.md, section 5)."""
    ledger = inquiry.ledger
    balance = ledger.balance if inquiry.owed is None else inquiry.owed
    return {
        "contract": None if ledger.contract is None else plain(ledger.contract),
        "delivered_total": plain(ledger.delivered),
        "delivered_signed": plain(ledger.delivered_signed),
        "invoiced": plain(ledger.invoiced),
        "credit_notes": plain(ledger.credit_notes),
        "paid": plain(ledger.paid),
        "ledger_balance": plain(balance),
        "reconciled": None if ledger.reconciled is None else plain(ledger.reconciled),
        "claimed_principal": plain(inquiry.claimed),
        **({"interest_paid": plain(inquiry.loan.interest_paid)} if inquiry.loan else {}),
        **({"paid_ahead": plain(ledger.paid_ahead)} if ledger.paid_ahead else {}),
    }


def _differences(inquiry: Inquiry) -> dict[str, str]:
    """The differences that are not zero; of an instrument only that of the claim, the rest was decided."""
    ledger = inquiry.ledger
    if inquiry.by_instrument:
        over = inquiry.claimed - inquiry.owed if inquiry.owed is not None else ZERO
        return {"claimed_minus_ledger": plain(over)} if over else {}
    rows = {
        "claimed_minus_ledger": inquiry.claimed - ledger.balance,
        "reconciled_minus_ledger": ZERO if ledger.reconciled is None else ledger.reconciled - ledger.balance,
        "delivered_total_minus_signed": ledger.delivered - ledger.delivered_signed,
        "invoiced_minus_delivered": ledger.invoiced - ledger.delivered if inquiry.case.invoices and inquiry.loan is None else ZERO,
    }
    return {name: plain(amount) for name, amount in rows.items() if amount}


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


def _loan(inquiry: Inquiry) -> dict[str, Any]:
    """The keys only a loan has: interest of the term under its own key, the set-off of the payments, the test of the rate."""
    account = inquiry.loan
    if account is None:
        return {}
    mapping: dict[str, Any] = {"loan_interest": report_debts.loan_interest(account), "set_off": report_debts.set_off(account)}
    if cap := report_debts.lending_cap(account, inquiry):
        mapping["lending_cap"] = cap
    return mapping


def _figures(inquiry: Inquiry) -> dict[str, Any]:
    ledger, law = inquiry.ledger, inquiry.law
    costs = inquiry.case.claim.recovery_costs
    on_ledger = inquiry.damages_on_ledger
    in_dispute = amount_asked(inquiry)
    damages = damages_mapping(inquiry.damages_on_claim, inquiry)
    mapping: dict[str, Any] = {
        "totals": _totals(inquiry),
        "differences": _differences(inquiry),
        "open_by_invoice": {debt.number: plain(debt.open) for debt in ledger.debts},
        "debts": report_debts.debts(inquiry),
        "damages": damages,
        **_loan(inquiry),
        "limitation": _limitation(inquiry.limitation, inquiry.as_of),
        "fees": _fees(in_dispute, law),
        "amount_in_dispute": plain(in_dispute),
        "amount_in_words": spelled(in_dispute),
        "principal_in_words": spelled(inquiry.claimed),
    }
    if barred := time_barred(inquiry):
        mapping["limitation"]["time_barred"] = [
            {"invoices": list(b.invoices), "last_day": b.last_day.isoformat(), "unless_zh": REVIVAL.zh, "unless_en": REVIVAL.en} for b in barred
        ]
    if inquiry.by_instrument:
        mapping["limitation"]["not_applicable"] = True  # the time for enforcement applies instead
    elif ledger.claimed != ledger.balance or inquiry.damages_total != on_ledger:
        correct = _fees(ledger.balance + on_ledger + inquiry.term_interest + costs, law)
        same = inquiry.damages_on_claim is inquiry.damages
        mapping["damages_on_correct_balance"] = damages if same else damages_mapping(inquiry.damages, inquiry)
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


def to_mapping(assessment: Assessment) -> dict[str, Any]:
    """The check mapping of an assessment."""
    head: dict[str, Any] = {
        "case": assessment.case_id,
        "packet": assessment.packet,
        "as_of": assessment.as_of.isoformat(),
        "completeness_pct": assessment.completeness_pct,
        "closed_loop": assessment.closed_loop,
        "generation_allowed": assessment.generation_allowed,
        "contents_complete": assessment.contents_complete,
        "missing_uploads": list(assessment.missing_uploads),
        "element_status": {name: status.value for name, status in assessment.element_status.items()},
        "element_documents": {element.id: list(element.documents) for element in assessment.elements},
        "not_applicable": list(assessment.not_applicable),
        "findings": [_finding(finding) for finding in assessment.findings],
        "blocking": [finding.key for finding in assessment.blocking],
    }
    if assessment.unused_waivers:
        head["unused_waivers"] = [waiver.key for waiver in assessment.unused_waivers]
    inquiry = assessment.inquiry
    later = instrument_figures(inquiry) | insolvency_figures(inquiry) | write_off_figures(inquiry)
    return head | _figures(inquiry) | later | report_collection.collection(inquiry)
