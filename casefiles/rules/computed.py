"""The hand-written functions behind the law data: `computed` conditions, and the sentences of only_if, not_applicable_if, when, escalate.

The sentences stand in the tables word for word as in evidence-chain.yaml; an unknown one is an error, never a silent false.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from casefiles.law import LawError
from casefiles.rules.calendar import add_months, add_years
from casefiles.rules.claims import insolvency_claim
from casefiles.rules.clauses import law_gives_a_rate, sme_protected, states_a_rate
from casefiles.rules.enforcement import appeal_over, procedure_ended
from casefiles.rules.entities import DocumentFacts
from casefiles.rules.guarantees import contract_of
from casefiles.rules.inquiry import Inquiry
from casefiles.rules.loan_account import agreed_repayment_day
from casefiles.rules.writeoff import followup_set, old_and_booked, small_and_booked

PRIORITY_MONTHS = 18
Test = Callable[[Inquiry], bool]
E_DATA = ("wechat_record", "email", "sms", "e_contract", "platform_record")
EXHIBIT_GROUPS = frozenset({"G2", "G3", "G4", "G5", "G6", "G7", "G8", "G9"})  # G1 papers are copies with our seal or print-outs
WITHOUT_ORIGINAL = frozenset({"recording_transcript", "partial_payment"})


def limitation_safe_date(inquiry: Inquiry) -> bool:
    """No open debt's period ends before the planned filing date; a debt not yet due has no running period.

    Civil Code art. 188. Where the file has no due date at all nothing can be computed and this is false.
    """
    limitation = inquiry.limitation
    if not inquiry.ledger.open_debts:
        return bool(inquiry.ledger.debts)
    if all(debt.due is None for debt in inquiry.ledger.open_debts):
        return False
    return not limitation.expired(inquiry.filing)


def no_due_date(inquiry: Inquiry) -> bool:
    """No trigger can be computed, and some paper claims an event inside the three years before the planned filing date."""
    if any(debt.due is not None for debt in inquiry.ledger.debts):
        return False
    since = add_years(inquiry.filing, -3)
    return any(since <= event.day <= inquiry.filing for event in (*inquiry.limitation.claimed, *inquiry.limitation.events))


def statutory_fallback(inquiry: Inquiry) -> bool:
    """Sale Contract Interpretation art. 18(4): damages at LPR plus 30-50 % where no clause was agreed. A clause that lacks its rate is no silence."""
    contract = inquiry.case.contract
    return law_gives_a_rate(inquiry.case) and (contract is None or contract.late_payment_clause is None)


def loan_overdue_rate(inquiry: Inquiry) -> bool:
    """Private Lending Provisions art. 28(2): without an overdue rate the rate of the term runs on, without any rate the one-year LPR."""
    contract = inquiry.case.contract
    return inquiry.case.dispute_type == "loan" and (contract is None or contract.late_payment_clause is None)


def sme_statutory_rate(inquiry: Inquiry) -> bool:
    """SME Payment Regulations (2025) art. 17."""
    return sme_protected(inquiry.case.creditor, inquiry.case.debtor)


def exhibits(inquiry: Inquiry) -> tuple[DocumentFacts, ...]:
    """The documents whose original a court may ask for."""
    kinds = inquiry.law.documents
    return tuple(d for d in inquiry.case.documents if kinds[d.type].group in EXHIBIT_GROUPS and d.type not in WITHOUT_ORIGINAL)


def original_located(inquiry: Inquiry, document: DocumentFacts) -> bool:
    """Keeper and place are recorded, or the loss is explained (Civil Evidence Provisions arts. 11, 61)."""
    if inquiry.case.originals_all_located and document.original is None:
        return True
    original = document.original
    if original is None:
        return False
    if original.held_by == "lost":
        return original.explanation is not None
    return original.held_by is not None and original.location is not None


def all_exhibits_have_original_location(inquiry: Inquiry) -> bool:
    """Every exhibit's original is located. An empty file has none located unless it says so."""
    found = exhibits(inquiry)
    return all(original_located(inquiry, d) for d in found) and (bool(found) or inquiry.case.originals_all_located)


def ledger_balance(inquiry: Inquiry) -> bool:
    """The ledger shows a balance."""
    return inquiry.ledger.balance > 0


def statutory_due_date(inquiry: Inquiry) -> bool:
    """No agreed term: payable on receipt of the goods (Civil Code art. 628), on delivery of the work (art. 782); some paper must be dated."""
    return any(unit.day is not None for unit in inquiry.ledger.billed)


def inspection_period_lapsed(inquiry: Inquiry) -> bool:
    """The inspection period of every delivery has ended without an unresolved objection raised inside it (Civil Code art. 621).

    Agreed days, else two years from receipt, the longest a reasonable time can be.
    """
    case = inquiry.case
    days = case.contract.inspection_period_days if case.contract else None
    received = [d.day for d in case.deliveries]
    if not received or any(day is None for day in received):
        return False

    def ends(day: date) -> date:
        return add_years(day, 2) if days is None else day + timedelta(days)

    last = max(ends(day) for day in received if day)
    if last >= inquiry.as_of:
        return False
    dispute = case.quality_dispute
    if dispute is None or dispute.get("resolved") is True:
        return True
    return date.fromisoformat(str(dispute["raised_on"])) > last


def deemed_acceptance_clause(inquiry: Inquiry) -> bool:
    """The contract deems the work accepted after a time."""
    return bool(inquiry.case.contract and inquiry.case.contract.deemed_acceptance_clause)


def priority_last_day(inquiry: Inquiry) -> date | None:
    """The last day to claim the priority of the price of works: 18 months after the first open instalment fell due; None without a due date.

    Civil Code art. 807; Construction Interpretation (I) art. 41.
    """
    due = min((debt.due for debt in inquiry.ledger.open_debts if debt.due is not None), default=None)
    return None if due is None else add_months(due, PRIORITY_MONTHS)


def priority_in_time(inquiry: Inquiry) -> bool:
    """A suit over the price was filed by the last day of the priority, or the planned filing is not after it."""
    last = priority_last_day(inquiry)
    if last is None:
        return False
    return inquiry.filing <= last or any(p.brings_the_claim and p.filed_on <= last for p in inquiry.case.proceedings)


def appeal_period_over(inquiry: Inquiry) -> bool:
    """All parties were served with the judgment, the appeal period has passed, and nobody appealed (CPL art. 171)."""
    return appeal_over(inquiry.case, inquiry.as_of, inquiry.law)


def enforcement_last_day(inquiry: Inquiry) -> bool:
    """The application is in time, if only by an interruption (CPL art. 250); after 终本 applying again is not bound (CPL Interpretation art. 517)."""
    limit = inquiry.enforcement_limit
    return limit is not None and (limit.filed_in_time or procedure_ended(inquiry.case, inquiry.as_of))


def insolvency_claim_calculation(inquiry: Inquiry) -> bool:
    """The claim can be computed to the day before the acceptance and is above nothing (Enterprise Bankruptcy Law art. 46)."""
    claim = insolvency_claim(inquiry)
    return claim is not None and claim.total > 0


def security_statement(inquiry: Inquiry) -> bool:
    """Secured or not, joint or not: both are answered (Enterprise Bankruptcy Law art. 49)."""
    security = inquiry.case.security
    return security is not None and security.real_security is not None and security.joint_debt is not None


def guarantee_clause_in_contract(inquiry: Inquiry) -> bool:
    """A guarantor without a contract of its own is bound by a clause of the main contract, where that is signed (Civil Code art. 685)."""
    case = inquiry.case
    paper = case.document(case.contract.id) if case.contract and case.security else None
    if paper is None or case.security is None or "signature_or_seal" not in paper.flags:
        return False
    return any(contract_of(guarantor, case) == paper.id for guarantor in case.security.guarantors)


def ground_is(ground: str) -> Test:
    """Whether a write-off rests on this ground; where none is entered every ground's document counts."""
    return lambda inquiry: inquiry.case.write_off is None or inquiry.case.write_off.ground == ground


COMPUTED: Mapping[str, Test] = {
    "appeal_period_over": appeal_period_over,
    "guarantee_clause_in_contract": guarantee_clause_in_contract,
    "enforcement_last_day": enforcement_last_day,
    "insolvency_claim_calculation": insolvency_claim_calculation,
    "next_followup_date_set": followup_set,
    "overdue >= 3 years and booked as loss": old_and_booked,
    "overdue >= 1 year and amount <= 50,000 or <= 0.01% of annual revenue, and booked as loss": small_and_booked,
    "filing_date <= payment_due_date + 18 months": priority_in_time,
    "loan_overdue_rate": loan_overdue_rate,
    "limitation_safe_date": limitation_safe_date,
    "statutory_fallback": statutory_fallback,
    "sme_statutory_rate": sme_statutory_rate,
    "all_exhibits_have_original_location": all_exhibits_have_original_location,
    "ledger_balance": ledger_balance,
    "statutory_due_date": statutory_due_date,
    "inspection_period_lapsed": inspection_period_lapsed,
    "deemed_acceptance_clause": deemed_acceptance_clause,
}

_CLAIMS_AN_EVENT = (
    "the period is not shown to have ended: no trigger can be computed (no due date in the file) and the document claims an event inside the 3 "
    "years before planned_filing_date"
)
SENTENCES: Mapping[str, Test] = {
    "case.claim_assigned == true": lambda i: i.case.claim_assigned,
    "case.effective_instrument == true (then calculators.time_limits.enforcement applies)": lambda i: i.effective_instrument,
    "case.has_security == true": lambda i: i.case.has_security,
    "preservation.security_exempt == true": lambda i: bool(i.case.preservation and i.case.preservation.security_exempt),
    "claim.recovery_costs > 0": lambda i: i.case.claim.recovery_costs > 0,
    "case has document of type call_recording": lambda i: bool(i.case.of_type("call_recording")),
    "case has document of type wechat_record, email, sms, e_contract, platform_record": lambda i: bool(i.case.of_type(*E_DATA)),
    "contract.invoice_first == true": lambda i: bool(i.case.contract and i.case.contract.invoice_first),
    "contract.payment_requires_acceptance == true": lambda i: bool(i.case.contract and i.case.contract.payment_requires_acceptance),
    _CLAIMS_AN_EVENT: no_due_date,
    "dispute_type in [sale_of_goods, services_work] and no clause": statutory_fallback,
    "dispute_type == loan and no clause": loan_overdue_rate,
    "creditor is an SME and debtor is a large enterprise or public body": sme_statutory_rate,
    "write_off.ground == bankrupt": ground_is("bankrupt"),
    "write_off.ground == judgment_or_enforcement_ended": ground_is("judgment_or_enforcement_ended"),
    "write_off.ground == ceased_business": ground_is("ceased_business"),
    "write_off.ground == death_or_missing": ground_is("death_or_missing"),
    "write_off.ground == restructuring": ground_is("restructuring"),
    "write_off.ground == overdue_3y": ground_is("overdue_3y"),
    "write_off.ground == small_1y": ground_is("small_1y"),
}

FIELDS: Mapping[str, Callable[[Inquiry], Any]] = {
    "asset_clues": lambda i: i.case.raw.get("asset_clues"),
    "case.security_statement": security_statement,
    "contract.dispute_clause": lambda i: i.case.contract and i.case.contract.dispute_clause,
    "contract.place_of_performance": lambda i: i.case.contract and i.case.contract.place_of_performance,
    "contract.late_payment_clause": lambda i: i.case.contract and states_a_rate(i.case.contract.late_payment_clause),
    "contract.interest_clause": lambda i: i.case.contract and states_a_rate(i.case.contract.interest_clause),
    "contract.cost_clause": lambda i: i.case.contract and i.case.contract.cost_clause,
    "contract.payment_terms": lambda i: i.case.contract and i.case.contract.payment_terms,
    "contract.repayment_date": lambda i: agreed_repayment_day(i.case),
    "contract.rent_schedule": lambda i: i.case.contract and i.case.contract.rent_schedule,
}


def computed(name: str, inquiry: Inquiry) -> bool:
    """A `computed` condition by its name."""
    if name not in COMPUTED:
        raise LawError(f"evidence-chain.yaml asks for the computed condition '{name}', which has no function in rules/computed.py")
    return COMPUTED[name](inquiry)


def holds(sentence: str, inquiry: Inquiry) -> bool:
    """A sentence of only_if, not_applicable_if, when or escalate.when."""
    if sentence not in SENTENCES:
        raise LawError(f"evidence-chain.yaml has the condition '{sentence}', which has no function in rules/computed.py")
    return SENTENCES[sentence](inquiry)


def field_filled(name: str, inquiry: Inquiry) -> bool:
    """Whether a case-file field named by a `field` condition is filled."""
    if name not in FIELDS:
        raise LawError(f"evidence-chain.yaml asks for the field '{name}', which has no function in rules/computed.py")
    return bool(FIELDS[name](inquiry))
