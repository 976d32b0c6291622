"""Checks of sums, balances and clauses about money: X01, X02, X13, X14, X22, X23."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from casefiles.law import Words
from casefiles.rules.amounts import ZERO, cents, money, percent
from casefiles.rules.entities import Statement
from casefiles.rules.findings import Broken
from casefiles.rules.inquiry import Inquiry
from casefiles.rules.interest import Terms, overdue_damages
from casefiles.rules.ledger import BIG, SMALL, balance_at, latest_statement, rounding_tolerance
from casefiles.rules.limits import statement_is_proved
from casefiles.rules.papers import PROPER_SEALS
from casefiles.rules.wording import joined, statement_words

CURRENCY = "¥"


def _credit_note_cause(inquiry: Inquiry, difference: Decimal) -> tuple[Words, tuple[str, ...]]:
    """Where the difference is exactly a credit note (or all of them), the note is named: the usual cause."""
    notes = inquiry.case.credit_notes
    for group in (*((note,) for note in notes), notes):
        if group and sum((note.amount for note in group), ZERO) == difference:
            ids = tuple(note.document.id for note in group)
            listed = "、".join(ids)
            return Words(f"（红字发票 {listed} 未扣）", f" (credit note {', '.join(ids)} not deducted)"), ids
    return Words("", ""), ()


def _claim_and_ledger(inquiry: Inquiry) -> Iterator[Broken]:
    ledger = inquiry.ledger
    difference = ledger.claimed - ledger.balance
    if difference == 0:
        return
    cause, notes = _credit_note_cause(inquiry, difference)
    yield Broken(
        code="claimed_gt_computed" if difference > 0 else "claimed_lt_computed",
        documents=notes,
        amount=abs(difference),
        facts={
            "claimed": money(ledger.claimed),
            "ledger": money(ledger.balance),
            "difference": money(abs(difference)),
            "cause_zh": cause.zh,
            "cause_en": cause.en,
        },
    )


def amount_agreement(inquiry: Inquiry) -> Iterator[Broken]:
    """X01: contract, deliveries, invoices, reconciliation and claim agree. Claim and ledger to the cent, else 0.01 for each document.

    The ledger of a sale is deliveries - credit notes - payments; the statement is compared with the ledger on the day it speaks of. Only a
    statement that bears a seal or signature says anything (SPC Sale Contract Interpretation art. 1(2)).
    """
    ledger, case = inquiry.ledger, inquiry.case
    tolerance = rounding_tolerance(case)
    yield from _claim_and_ledger(inquiry)
    if ledger.contract is not None and ledger.delivered - ledger.contract > tolerance:
        over = ledger.delivered - ledger.contract
        facts = {"contract": money(ledger.contract), "delivered": money(ledger.delivered), "difference": money(over)}
        yield Broken(code="contract_lt_delivery", documents=tuple(d.document.id for d in case.deliveries), amount=over, facts=facts)
    if case.invoices and abs(ledger.invoiced - ledger.delivered) > tolerance:
        gap = abs(ledger.invoiced - ledger.delivered)
        facts = {"invoiced": money(ledger.invoiced), "delivered": money(ledger.delivered), "difference": money(gap)}
        yield Broken(code="invoice_ne_delivery", documents=tuple(i.document.id for i in case.invoices), amount=gap, facts=facts)
    statement = latest_statement(case)
    if statement is None or statement.amount is None or not (statement.seal or statement.signed_by or statement_is_proved(statement)):
        return
    as_at = statement.as_at or statement.signed_on
    balance = balance_at(case, as_at) if as_at else ledger.balance
    difference = statement.amount - balance
    if abs(difference) > tolerance:
        cause, _ = _credit_note_cause(inquiry, difference)
        yield Broken(
            code="reconciliation_ne_ledger",
            documents=(statement.document.id,),
            amount=abs(difference),
            facts={
                "statement": statement.document.number or statement.document.id,
                "as_at": as_at.isoformat() if as_at else "",
                "reconciled": money(statement.amount),
                "ledger": money(balance),
                "difference": money(abs(difference)),
                "cause_zh": cause.zh,
                "cause_en": cause.en,
            },
        )


def _wrongly_sealed(statement: Statement) -> bool:
    return statement.seal is not None and statement.seal not in PROPER_SEALS


def _doubtful(inquiry: Inquiry) -> list[Statement]:
    """The statements whose seal or signature is not in order; a properly signed one makes earlier ones idle."""
    statements = inquiry.case.statements
    good = [s.as_at or s.signed_on for s in statements if statement_is_proved(s)]
    latest = max((day for day in good if day), default=None)
    doubtful = [s for s in statements if not statement_is_proved(s) or _wrongly_sealed(s)]
    return [s for s in doubtful if latest is None or statement_is_proved(s) or (s.as_at or s.signed_on or latest) > latest]


def reconciliation_signature(inquiry: Inquiry) -> Iterator[Broken]:
    """X02: the statement bears the company, finance or contract seal, or an authorised signature.

    Civil Code arts. 170, 172; SPC General Contract Interpretation art. 21.
    """
    groups: dict[str, list[Statement]] = {}
    for statement in _doubtful(inquiry):
        if _wrongly_sealed(statement):
            groups.setdefault("wrong_seal", []).append(statement)
        elif statement.signed_by or "debtor_seal_or_signature" in statement.document.flags:
            groups.setdefault("personal_signature_without_authority", []).append(statement)
        else:
            groups.setdefault("no_seal_no_signature", []).append(statement)
    for code, statements in groups.items():
        said = joined(map(statement_words, statements))
        yield Broken(code=code, documents=tuple(s.document.id for s in statements), facts={"list_zh": said.zh, "list_en": said.en})


def rate_too_high(inquiry: Inquiry) -> Iterator[Broken]:
    """X13: the agreed rate is above 1.3 x the loss proxy (1.5 x LPR at breach); the sum a court may cut to is named.

    Civil Code art. 585(2); SPC General Contract Interpretation art. 65. The proxy is a product convention - verify.
    """
    check = inquiry.rate_check
    if check is None or not check.excessive:
        return
    reduced = ZERO
    for debt in inquiry.ledger.debts:
        if debt.due and debt.number in inquiry.damages:
            reduced += overdue_damages(debt.owed, debt.due, inquiry.cut_off, debt.taken, Terms("annual", check.threshold), law=inquiry.law).total
    contract = inquiry.case.contract
    yield Broken(
        code="over",
        documents=(contract.id,) if contract else (),
        amount=cents(reduced),
        facts={"agreed": percent(check.agreed, 3, 4), "threshold": percent(check.threshold, 4, 4), "reduced": money(reduced)},
    )


def reconciliation_and_damages(inquiry: Inquiry) -> Iterator[Broken]:
    """X14: silence waives no damages, but a figure for interest in the statement binds. SPC Sale Contract Interpretation art. 18(3)."""
    stating = [s for s in inquiry.case.statements if s.states_interest]
    if not stating:
        return
    sums = [s.document.fields.get("interest_amount") for s in stating]
    said = [f"{s.document.id}{f' {CURRENCY}{money(Decimal(str(x)))}' if x else ''}" for s, x in zip(stating, sums, strict=True)]
    yield Broken(
        code="states_interest_figure",
        documents=tuple(s.document.id for s in stating),
        amount=sum((Decimal(str(x)) for x in sums if x), ZERO) or None,
        facts={"list_zh": "、".join(said), "list_en": ", ".join(said)},
    )


def _unproved_conditions(inquiry: Inquiry) -> Iterator[tuple[Words, Decimal | None]]:
    contract, ledger = inquiry.case.contract, inquiry.ledger
    if contract is None:
        return
    accepted = any("debtor_seal_or_signature" in d.flags for d in inquiry.case.of_type("acceptance_record"))
    if contract.invoice_first and ledger.invoiced < ledger.gross:
        missing = ledger.gross - ledger.invoiced
        yield Words(f"先票后款，尚有 ¥{money(missing)} 未开票", f"invoice first: ¥{money(missing)} not invoiced"), missing
    if contract.payment_requires_acceptance and not accepted:
        yield Words("付款以验收为条件，缺少验收单", "payment requires acceptance: no acceptance record"), None
    retention = contract.retention
    if retention and retention.condition and retention.due_date is None and not accepted:
        sum_said = money(retention.amount)
        yield Words(f"质保金 ¥{sum_said}：{retention.condition}", f"retention ¥{sum_said}: {retention.condition}"), retention.amount


def condition_precedent(inquiry: Inquiry) -> Iterator[Broken]:
    """X22: a condition of payment (invoice, acceptance, end of warranty) is proved; a calendar date needs no proof, it only has to pass (X05).

    Civil Code arts. 158, 626, 628.
    """
    found = list(_unproved_conditions(inquiry))
    if found:
        said = joined(words for words, _ in found)
        amount = sum((a for _, a in found if a), ZERO) or None
        contract = inquiry.case.contract
        yield Broken(code="unproved", documents=(contract.id,) if contract else (), amount=amount, facts={"list_zh": said.zh, "list_en": said.en})


def back_to_back(inquiry: Inquiry) -> Iterator[Broken]:
    """X23: "pay after the third party pays" between a large debtor and an SME creditor is void.

    SPC Reply Fa Shi [2024] No. 11 arts. 1, 2; SME Payment Regulations (2025) art. 9.
    """
    case = inquiry.case
    if case.contract and case.contract.back_to_back and case.creditor.size in SMALL and case.debtor.size in BIG:
        yield Broken(code="found", documents=(case.contract.id,))
