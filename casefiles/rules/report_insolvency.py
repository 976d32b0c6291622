"""The keys of the check mapping of an insolvency claim: the claim with its working, its nature, the filing period, the guarantors."""

from __future__ import annotations

from typing import Any

from casefiles.rules.amounts import ZERO, plain, spelled
from casefiles.rules.claims import Filing, InsolvencyClaim, claim_nature, filing_period, insolvency_claim, paid_shortly_before, why_not_computed
from casefiles.rules.guarantees import GuaranteeRow, guarantee_table
from casefiles.rules.inquiry import Inquiry
from casefiles.rules.report_damages import segment_mapping
from casefiles.rules.report_instrument import accrual

SUPPLEMENTARY = ("before final distribution (Enterprise Bankruptcy Law art. 56)", "破产财产最后分配前（《企业破产法》第56条）")
LATE = (
    "The filing period is over: this is a supplementary claim, before the final distribution. Earlier ones are not made up for, at own cost (art. 56).",
    "申报期限已届满，本次为补充申报：须在破产财产最后分配前提出；此前已进行的分配不再补充分配，审查和确认补充申报债权的费用由申报人承担（《企业破产法》第56条）。",
)
CHECK_AGAIN = (
    "The printed deadline lies outside 30 days to 3 months from the announcement: look at the announcement again; the printed day prevails.",
    "所载申报期限不在公告之日起三十日至三个月之内，请核对公告；以公告所载日期为准。",
)


def _sums(claim: InsolvencyClaim, inquiry: Inquiry) -> dict[str, Any]:
    mapping: dict[str, Any] = {
        "principal": plain(claim.principal),
        "of_which_not_due_deemed_due": plain(claim.not_due),
        "damages_to": claim.last_day.isoformat(),
        "damages_segments": [{"invoice": number, **segment_mapping(s, d.terms)} for number, d in claim.damages.items() for s in d.segments],
        "damages_by_invoice": {debt.number: plain(claim.damages[debt.number].total if debt.number in claim.damages else ZERO) for debt in inquiry.ledger.debts},
        "damages": plain(claim.damages_total),
        "costs": plain(claim.costs),
        "total": plain(claim.total),
        "total_in_words": spelled(claim.total),
        "doubled_interest": plain(claim.doubled),
    }
    if claim.term_interest:
        mapping["term_interest"] = plain(claim.term_interest)
    if claim.standing is not None:
        mapping |= {"by_instrument": True, "damages_segments": [accrual(row) for row in claim.accruals], "damages_by_invoice": {}}
    if claim.doubled:
        mapping |= {"doubled_interest_contested": True, "total_with_doubled_interest": plain(claim.total + claim.doubled)}
    if claim.costs_left_out:
        mapping["costs_left_out"] = plain(claim.costs_left_out)
    return mapping


def _nature(inquiry: Inquiry, claim: InsolvencyClaim) -> dict[str, Any]:
    nature = claim_nature(inquiry, claim.total)
    return {
        "claim_nature": nature.words.zh,
        "claim_nature_en": nature.words.en,
        "secured_amount": plain(nature.secured),
        "ordinary_amount": plain(nature.ordinary),
        "collateral": list(nature.collateral),
        "third_party_security": list(nature.third_party),
        "collateral_value_known": nature.value_known,
        "collateral_unregistered": list(nature.unregistered),
    }


def _deadlines(filing: Filing) -> dict[str, Any]:
    mapping: dict[str, Any] = {
        "claim_deadline": filing.deadline.isoformat(),
        "plausible": filing.plausible,
        "earliest_lawful": filing.earliest.isoformat() if filing.earliest else None,
        "latest_lawful": filing.latest.isoformat() if filing.latest else None,
        "days_left_at_as_of": filing.days_left,
        "late": filing.late,
        "supplementary_until": SUPPLEMENTARY[0],
        "supplementary_until_zh": SUPPLEMENTARY[1],
    }
    if filing.late:
        mapping |= {"supplementary": True, "warning_en": LATE[0], "warning_zh": LATE[1]}
    elif filing.plausible is False:
        mapping |= {"warning_en": CHECK_AGAIN[0], "warning_zh": CHECK_AGAIN[1]}
    return mapping


def _period_rule(row: GuaranteeRow) -> str:
    agreed = row.guarantor.period_agreed
    if agreed is None:
        return "none agreed -> 6 months after each due date"
    if agreed == "until the debt is fully repaid":
        return "unclear (until the debt is fully repaid) -> 6 months after each due date"
    return f"agreed: {agreed}" if agreed.startswith("until ") else f"agreed: {agreed} after each due date"


def _guarantee(row: GuaranteeRow) -> dict[str, Any]:
    return {
        "guarantor": row.guarantor.name,
        "mode": row.guarantor.mode,
        "period_rule": _period_rule(row),
        "last_day_by_invoice": {number: day.isoformat() for number, day in row.last_days.items()},
        "expired_at_as_of": list(row.expired),
        "open_at_as_of": list(row.open),
        "called_upon": list(row.called_upon),
    }


def guarantees(inquiry: Inquiry) -> dict[str, Any]:
    """The table of the first guarantor, and of all where there are more."""
    rows = [_guarantee(row) for row in guarantee_table(inquiry)]
    if not rows:
        return {}
    return {"guarantee": rows[0]} | ({"guarantees": rows} if rows[1:] else {})


def insolvency_figures(inquiry: Inquiry) -> dict[str, Any]:
    """Everything the packet insolvency_claim adds to the mapping; the guarantors are shown for every packet that has one."""
    mapping = guarantees(inquiry)
    if inquiry.packet != "insolvency_claim":
        return mapping
    claim, filing = insolvency_claim(inquiry), filing_period(inquiry)
    if claim is None:
        why = why_not_computed(inquiry)
        mapping |= {"claim": None, "claim_error_zh": why.zh, "claim_error_en": why.en}
    else:
        mapping |= {"claim": _sums(claim, inquiry), **_nature(inquiry, claim)}
    recent = [{"document": p.document.id, "date": p.day.isoformat(), "amount": plain(p.amount)} for p in paid_shortly_before(inquiry) if p.day]
    mapping |= {"payments_in_six_months_before": recent} if recent else {}
    return mapping | ({"deadlines": _deadlines(filing)} if filing else {})
