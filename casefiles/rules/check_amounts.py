"""Checks of sums, balances and conditions of payment: X01, X02, X14, X22, X23."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from casefiles.law import Words
from casefiles.rules.amounts import ZERO, money
from casefiles.rules.clauses import BIG, SMALL
from casefiles.rules.entities import Statement
from casefiles.rules.findings import Broken
from casefiles.rules.inquiry import Inquiry
from casefiles.rules.ledger import balance_at, latest_statement, rounding_tolerance
from casefiles.rules.limits import statement_is_proved
from casefiles.rules.papers import PROPER_SEALS
from casefiles.rules.wording import joined, named, statement_words

CURRENCY = "¥"
ON_ACCEPTANCE, WARRANTY = re.compile("(?<!终)验收|accept", re.IGNORECASE), re.compile("质保|保修|终验|最终验收|warranty|final accept", re.IGNORECASE)
DECIDED = Words("（台账为生效法律文书本金抵充后的余额）", " (ledger = principal of the instrument after set-off)")


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
    owed, claimed = inquiry.owed, inquiry.claimed
    if owed is None or claimed == owed:
        return
    difference = claimed - owed
    cause, notes = _credit_note_cause(inquiry, difference)
    if inquiry.by_instrument:
        cause, notes = DECIDED, ()
    yield Broken(
        code="claimed_gt_computed" if difference > 0 else "claimed_lt_computed",
        documents=notes,
        amount=abs(difference),
        facts={
            "claimed": money(claimed),
            "ledger": money(owed),
            "difference": money(abs(difference)),
            "cause_zh": cause.zh,
            "cause_en": cause.en,
        },
    )


def _nothing_to_claim(inquiry: Inquiry) -> Iterator[Broken]:
    """A claim of nothing, or of less; what was paid too late can still leave damages to claim."""
    claimed = inquiry.claimed
    if claimed > 0:
        return
    remaining = inquiry.damages_total + inquiry.term_interest
    yield Broken(
        code="nothing_claimed",
        amount=-claimed if claimed else None,
        facts={"claimed": money(claimed), "ledger": money(inquiry.ledger.balance), "remaining": money(remaining)},
        circumstance="interest_or_damages_remain" if remaining > 0 else None,
    )


def _claim_by_invoice(inquiry: Inquiry) -> Iterator[Broken]:
    """claim.by_invoice: its parts are the principal, on invoices the ledger has, none above what is open (packets.md: the sums must add up)."""
    wanted, ledger = inquiry.case.claim.by_invoice, inquiry.ledger
    if not wanted:
        return
    debts, total, said, documents = {debt.number: debt for debt in ledger.debts}, sum(wanted.values(), ZERO), [], []
    for number, amount in wanted.items():
        debt = debts.get(number)
        if debt is None:
            said.append(Words(f"{number} 不在台账", f"{number} is not on the ledger"))
        elif amount > debt.open:
            of_it = money(amount), money(debt.open)
            said.append(Words(f"{number} 主张 ¥{of_it[0]}，尚欠 ¥{of_it[1]}", f"{number} claimed ¥{of_it[0]}, open ¥{of_it[1]}"))
            documents += [debt.document] if debt.document else []
    if total != ledger.claimed:
        sums = money(total), money(ledger.claimed)
        said.append(Words(f"分项合计 ¥{sums[0]}，主张本金 ¥{sums[1]}", f"the parts make ¥{sums[0]}, the principal is ¥{sums[1]}"))
    if said:
        listed = joined(said)
        yield Broken(code="claim_by_invoice", documents=tuple(documents), facts={"list_zh": listed.zh, "list_en": listed.en})


def _overpaid(inquiry: Inquiry) -> Iterator[Broken]:
    """More was paid on a debt than it is: the payment is designated wrongly, or the money must go back (Civil Code art. 985)."""
    ledger = inquiry.ledger
    if ledger.excess <= 0:
        return
    over = {debt.number for debt in ledger.debts if debt.excess > 0}
    documents = tuple(name for name, numbers in ledger.paid_for.items() if over & set(numbers))
    said = "、".join(f"{debt.number} ¥{money(debt.excess)}" for debt in ledger.debts if debt.excess > 0)
    yield Broken(code="overpaid", documents=documents, amount=ledger.excess, facts={"excess": money(ledger.excess), "list": said})


def _without_amount(inquiry: Inquiry) -> Iterator[Broken]:
    """Papers of the account whose sum is missing, zero or below zero: they count as nothing, which must be seen."""
    case, ledger = inquiry.case, inquiry.ledger
    rows = [(u.document, u.amount) for u in ledger.units] + [(u.document, u.amount) for u in ledger.billed if u not in ledger.units]
    rows += [(invoice.document.id, invoice.amount) for invoice in case.invoices]
    rows += [(payment.document.id, payment.amount) for payment in case.payments] + [(note.document.id, note.amount) for note in case.credit_notes]
    found = tuple(dict.fromkeys(document for document, amount in rows if amount <= 0))
    if found:
        said = named(found, inquiry)
        yield Broken(code="amount_not_positive", documents=found, facts={"list_zh": said.zh, "list_en": said.en})


def _copies_that_differ(inquiry: Inquiry) -> Iterator[Broken]:
    """Two entries of one number count as one paper; where their sums differ, one of them is wrong or the number is."""
    case = inquiry.case
    groups = [(row.document.id, *row.copies) for row in case.invoices if row.copies]
    groups += [(unit.document, *unit.copies) for unit in inquiry.ledger.units if unit.copies]
    differing: list[str] = []
    for group in dict.fromkeys(groups):
        sums = {document.amount for name in group if (document := case.document(name)) is not None and document.amount is not None}
        differing += group if len(sums) > 1 else ()
    if differing:
        said = named(differing, inquiry)
        yield Broken(code="copies_differ", documents=tuple(differing), facts={"list_zh": said.zh, "list_en": said.en})


def _performed(inquiry: Inquiry) -> dict[str, str]:
    """What the creditor's performance is called in this dispute type."""
    words = inquiry.law.words["performance"][inquiry.case.dispute_type]
    return {"what_zh": words["zh"], "what_en": words["en"]}


def amount_agreement(inquiry: Inquiry) -> Iterator[Broken]:
    """X01: contract, performance, invoices, reconciliation and claim agree. Claim and ledger to the cent, else 0.01 for each document.

    What counts as performance is said in `performance.py`; a loan has no invoices to compare. The statement is compared with the ledger on the
    day it speaks of. Only one that bears a seal or signature says anything (SPC Sale Contract Interpretation art. 1(2)).
    """
    ledger, case = inquiry.ledger, inquiry.case
    tolerance = rounding_tolerance(case)
    yield from _claim_and_ledger(inquiry)
    if inquiry.by_instrument:
        return
    yield from _claim_by_invoice(inquiry)
    yield from _nothing_to_claim(inquiry)
    yield from _overpaid(inquiry)
    yield from _without_amount(inquiry)
    yield from _copies_that_differ(inquiry)
    if ledger.contract is not None and ledger.delivered - ledger.contract > tolerance:
        over = ledger.delivered - ledger.contract
        facts = {"contract": money(ledger.contract), "delivered": money(ledger.delivered), "difference": money(over), **_performed(inquiry)}
        yield Broken(code="contract_lt_delivery", documents=tuple(dict.fromkeys(u.document for u in ledger.billed)), amount=over, facts=facts)
    if case.invoices and case.dispute_type != "loan" and abs(ledger.invoiced - ledger.delivered) > tolerance:
        gap = abs(ledger.invoiced - ledger.delivered)
        facts = {"invoiced": money(ledger.invoiced), "delivered": money(ledger.delivered), "difference": money(gap), **_performed(inquiry)}
        yield Broken(code="invoice_ne_delivery", documents=tuple(i.document.id for i in case.invoices), amount=gap, facts=facts)
    yield from _statement_and_ledger(inquiry, tolerance)


def _statement_and_ledger(inquiry: Inquiry, tolerance: Decimal) -> Iterator[Broken]:
    case, ledger = inquiry.case, inquiry.ledger
    statement = latest_statement(case)
    if statement is None or statement.amount is None or not (statement.seal or statement.signed_by or statement_is_proved(statement)):
        return
    as_at = statement.as_at or statement.signed_on
    balance = balance_at(case, as_at, inquiry.law) if as_at else ledger.balance
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


def _condition_met(condition: str, inquiry: Inquiry) -> bool:
    """Whether a paper with the debtor's seal or signature shows that the condition of the retention was met: any acceptance where that is the
    condition, else one whose title speaks of the end of the warranty. A day that has passed does not stand for it."""
    papers = [d for d in inquiry.case.of_type("acceptance_record", "settlement_statement") if "debtor_seal_or_signature" in d.flags]
    on_acceptance = bool(ON_ACCEPTANCE.search(condition)) and not WARRANTY.search(condition)
    return any(on_acceptance or WARRANTY.search(paper.title or "") for paper in papers)


def _unproved_conditions(inquiry: Inquiry) -> Iterator[tuple[Words, Decimal | None]]:
    contract, ledger = inquiry.case.contract, inquiry.ledger
    if contract is None:
        return
    accepted = any("debtor_seal_or_signature" in d.flags for d in inquiry.case.of_type("acceptance_record", "settlement_statement"))
    if contract.invoice_first and ledger.invoiced < ledger.gross:
        missing = ledger.gross - ledger.invoiced
        yield Words(f"先票后款，尚有 ¥{money(missing)} 未开票", f"invoice first: ¥{money(missing)} not invoiced"), missing
    if contract.payment_requires_acceptance and not accepted:
        yield Words("付款以验收为条件，缺少验收单或结算单", "payment requires acceptance: neither acceptance record nor settlement"), None
    retention = contract.retention
    asked_for = retention is not None and ledger.claimed > ledger.balance - retention.amount
    if retention and retention.condition and asked_for and not _condition_met(retention.condition, inquiry):
        sum_said = money(retention.amount)
        yield Words(f"质保金 ¥{sum_said}：{retention.condition}", f"retention ¥{sum_said}: {retention.condition}"), retention.amount


def condition_precedent(inquiry: Inquiry) -> Iterator[Broken]:
    """X22: a condition of payment (invoice, acceptance, end of warranty) is proved; a calendar date needs no proof, it only has to pass (X05).

    A settlement the debtor sealed is an acceptance too (V03). Civil Code arts. 158, 626, 628.
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
