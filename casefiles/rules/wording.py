"""Fills the titles of findings with figures, dates and document numbers, in both languages. The sentences stand in law/words.yaml."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from casefiles.law import Element, Law, LawError, Node, Status, Words
from casefiles.rules import recovery_words
from casefiles.rules.amounts import ZERO, money
from casefiles.rules.calendar import DAY
from casefiles.rules.computed import exhibits, original_located, priority_last_day
from casefiles.rules.conditions import Coverage
from casefiles.rules.entities import DocumentFacts, Letter, Statement
from casefiles.rules.inquiry import Inquiry

Facts = Mapping[str, str]
DECLARED = {
    "no payment received": Words("财务关于未收到付款的确认", "finance's confirmation that nothing was paid"),
    "no quality objection received": Words("销售关于未收到质量异议的确认", "sales' confirmation that no quality objection was received"),
    "own funds; not a professional lender": Words("财务关于自有资金的确认", "finance's confirmation of own funds"),
}
COMPUTED_NAMES = {
    "ledger_balance": Words("台账余额", "the ledger balance"),
    "statutory_due_date": Words("法定付款期限", "the statutory due date"),
    "deemed_acceptance_clause": Words("视为验收的约定", "a clause that deems the work accepted"),
    "filing_date <= payment_due_date + 18 months": Words("在应付款日起十八个月内的起诉日及应付款日", "a due date and a filing inside 18 months of it"),
    "guarantee_clause_in_contract": Words("主合同中的保证条款（已签章）", "a guarantee clause in the signed main contract"),
    "loan_overdue_rate": Words("法定逾期利率", "the overdue rate of the law"),
    "inspection_period_lapsed": Words("检验期届满", "the lapse of the inspection period"),
    "limitation_safe_date": Words("可计算时效的到期日或中断证据", "a due date or an interruption to compute limitation from"),
    "appeal_period_over": Words("上诉期届满且无人上诉", "the appeal period over without an appeal"),
    "enforcement_last_day": Words("在申请执行时效内", "an application within the time for enforcement"),
    "next_followup_date_set": Words("下次追索日期", "the next day to look after the debtor"),
    "all_exhibits_have_original_location": Words("原件保管人和存放处的登记", "a record of who keeps the originals where"),
}


@dataclass(frozen=True)
class Gap:
    """What an element's evaluation found: its status, the documents that carry it, those that nearly do, the coverage if sums matter."""

    element: Element
    status: Status
    documents: tuple[str, ...] = ()
    near: tuple[str, ...] = ()
    coverage: Coverage | None = None


def fill(template: Words, facts: Facts) -> Words:
    """A template with its names replaced; an unknown name is an error in words.yaml."""
    try:
        return Words(template.zh.format_map(dict(facts)), template.en.format_map(dict(facts)))
    except (KeyError, IndexError, ValueError) as wrong:
        raise LawError(f"words.yaml: the text '{template.zh}' / '{template.en}' cannot be filled: {wrong!r}") from wrong


def label(document: DocumentFacts, law: Law) -> Words:
    """How a document is named in a sentence: its number, else its kind and id."""
    if document.number:
        return Words(document.number, document.number)
    kind = law.documents[document.type]
    day = f"{document.dated} " if document.dated else ""
    return Words(f"{day}{kind.zh} {document.id}", f"{kind.en} {document.id}{f' of {document.dated}' if document.dated else ''}")


def joined(words: Iterable[Words], most: int = 6) -> Words:
    """Several names in one line; beyond `most` the rest is counted."""
    listed = list(words)
    more_zh, more_en = "", ""
    if len(listed) > most:
        more_zh, more_en = f" 等 {len(listed)} 项", f" and {len(listed) - most} more"
    return Words("、".join(w.zh for w in listed[:most]) + more_zh, ", ".join(w.en for w in listed[:most]) + more_en)


def named(documents: Sequence[str], inquiry: Inquiry) -> Words:
    """Documents by their ids, as a list in words."""
    found = (inquiry.case.document(name) for name in documents)
    return joined(label(d, inquiry.law) for d in found if d is not None)


def _wanted(node: Node, law: Law) -> Words | None:
    """What one condition asks for, in words; None for what cannot be uploaded."""
    if "doc" in node:
        kind = law.documents[node["doc"]]
        flags = [law.need_flag_words[flag] for flag in node.get("need", ())]
        if not flags:
            return Words(kind.zh, kind.en)
        return Words(f"{kind.zh}（{'、'.join(f.zh for f in flags)}）", f"{kind.en} ({', '.join(f.en for f in flags)})")
    if "declaration" in node:
        return DECLARED[node["declaration"]]
    if "computed" in node:
        return COMPUTED_NAMES.get(node["computed"])
    if "field" in node:
        return Words("合同相应条款", "the clause of the contract")
    parts = list(dict.fromkeys(w for w in (_wanted(part, law) for part in node.get("all_of", node.get("any_of", ()))) if w))
    between = Words("＋", " and ") if "all_of" in node else Words("或", " or ")
    return Words(between.zh.join(w.zh for w in parts), between.en.join(w.en for w in parts)) if parts else None


def wanted(element: Element, law: Law) -> Words:
    """The first two ways to prove an element."""
    ways = [way for way in (_wanted(node, law) for node in element.primary) if way][:2]
    return Words("，或".join(w.zh for w in ways), "; or ".join(w.en for w in ways)) if ways else Words("证据", "evidence")


def _signature(document: DocumentFacts) -> Words:
    if "debtor_seal_or_signature" not in document.flags:
        return Words("无签名无印章", "neither signed nor sealed")
    return Words("签收人未证明有权", "signer's authority not shown")


def _delivery(gap: Gap, inquiry: Inquiry) -> Facts | None:
    coverage, ledger = gap.coverage, inquiry.ledger
    if coverage is None or not ledger.delivered:
        return None
    against = Words("发货", "delivered")
    if ledger.invoiced == ledger.delivered:
        against = Words("合同与开票", "contract and invoices") if ledger.contract == ledger.delivered else Words("发货与开票", "deliveries and invoices")
    open_notes = [d for d in inquiry.case.deliveries if d.document.id in coverage.uncovered]
    said = [(d.number, _signature(d.document)) for d in open_notes]
    uncovered = joined(Words(f"{number} {why.zh}", f"{number} {why.en}") for number, why in said) if said else Words("未列明送货单", "no note named")
    return {
        "signed": money(coverage.covered),
        "required": money(ledger.delivered if open_notes else coverage.required),
        "gap": money(coverage.gap),
        "against_zh": against.zh,
        "against_en": against.en,
        "uncovered_zh": uncovered.zh,
        "uncovered_en": uncovered.en,
    }


def _invoices(_gap: Gap, inquiry: Inquiry) -> Facts | None:
    required, invoiced = inquiry.ledger.gross, inquiry.ledger.invoiced
    return {"invoiced": money(invoiced), "required": money(required), "gap": money(required - invoiced)} if required > invoiced else None


def statement_words(statement: Statement) -> Words:
    """What is wrong with the signature of a statement: day, seal, signer."""
    day = statement.signed_on or statement.as_at or statement.document.dated
    seal = Words(f"印章为{statement.seal}", f"seal: {statement.seal}") if statement.seal else Words("无印章", "no seal")
    if statement.signed_by:
        signer = Words(f"{statement.signed_by}签字，未证明有权", f"signed by {statement.signed_by}, authority not shown")
    else:
        signer = Words("无签名", "no signature")
    name = f"{day}" if day else statement.document.id
    return Words(f"{name}，{seal.zh}，{signer.zh}", f"{name}, {seal.en}, {signer.en}")


def _balance(_gap: Gap, inquiry: Inquiry) -> Facts | None:
    statements = inquiry.case.statements
    said = joined(map(statement_words, statements)) if statements else Words("没有对账单或欠款确认书", "no statement or acknowledgement")
    return {"statements_zh": said.zh, "statements_en": said.en, "ledger": money(inquiry.ledger.balance)}


def letter_words(letter: Letter) -> Words:
    """A letter without proof of service, and what it lacks."""
    lacks_zh = "、".join(["无运单号"] * (letter.waybill is None) + ["无回执" if letter.receipt is None else "未妥投"])
    lacks_en = ", ".join(["no waybill"] * (letter.waybill is None) + ["no receipt" if letter.receipt is None else "not delivered"])
    kind_zh, kind_en = ("律师函", "lawyer's letter") if letter.document.type == "lawyers_letter" else ("催款函", "demand")
    day = letter.day or letter.document.id
    return Words(f"{day} {kind_zh}{lacks_zh}", f"{kind_en} of {day}: {lacks_en}")


def _demand(_gap: Gap, inquiry: Inquiry) -> Facts | None:
    letters = [letter for letter in inquiry.case.letters if letter.recipient == "debtor" and not letter.served]
    others = [letter for letter in inquiry.case.letters if letter.recipient != "debtor"]
    if letters:
        said = joined(map(letter_words, letters))
    elif others:
        said = Words("函件不是寄给债务人的", "the letters on file did not go to the debtor")
    else:
        said = Words("只有录音或电子沟通，没有催款函及回执", "only calls or messages, no letter with receipt")
    return {"letters_zh": said.zh, "letters_en": said.en}


def _limitation(gap: Gap, inquiry: Inquiry) -> Facts | None:
    limitation = inquiry.limitation
    if gap.status is Status.PARTIAL:
        held = joined(dict.fromkeys(Words(event.zh, event.en) for event in (*limitation.events, *limitation.claimed)))
        return {"held_zh": held.zh, "held_en": held.en}
    expired = limitation.expired(inquiry.filing)
    if not expired or limitation.safe_last_day is None:
        return None
    claimed = limitation.claimed
    return {
        "invoices": "、".join(expired),
        "last_day": limitation.safe_last_day.isoformat(),
        "filing": inquiry.filing.isoformat(),
        "claimed_zh": "；未计入：" + "、".join(f"{e.day} {e.zh}" for e in claimed) if claimed else "",
        "claimed_en": "; not counted: " + ", ".join(f"{e.day} {e.en}" for e in claimed) if claimed else "",
    }


def _registry(_gap: Gap, inquiry: Inquiry) -> Facts | None:
    printed = [day for d in inquiry.case.of_type("company_registry_extract_debtor") if (day := inquiry.printed_on(d))]
    if not printed:
        return None
    latest = max(printed)
    return {"printed": latest.isoformat(), "as_of": inquiry.as_of.isoformat(), "days": str((inquiry.as_of - latest).days)}


def _originals(_gap: Gap, inquiry: Inquiry) -> Facts | None:
    without = [d for d in exhibits(inquiry) if not original_located(inquiry, d)]
    return {"count": str(len(without)), "list": "、".join(d.number or d.id for d in without[:6]) + ("…" if len(without) > 6 else "")} if without else None


def _weak_data(gap: Gap, _inquiry: Inquiry) -> Facts | None:
    return {"weak": "、".join(gap.near) or "—"}


def _held(gap: Gap, inquiry: Inquiry) -> Words:
    said = named(gap.documents or gap.near, inquiry)
    return said if said.zh else Words("卷内没有这类单据", "no such paper on file")


def _performance(gap: Gap, inquiry: Inquiry) -> Facts | None:
    coverage = gap.coverage
    if coverage is None:
        return None
    said = [(u.number, inquiry.case.document(u.document)) for u in inquiry.ledger.units if u.document in coverage.uncovered]
    open_papers = joined(Words(f"{number} {_signature(d).zh}", f"{number} {_signature(d).en}") for number, d in said if d)
    uncovered = open_papers if open_papers.zh else Words("没有相应的服务确认单或交付记录", "no service confirmation or hand-over record for it")
    figures = {"signed": money(coverage.covered), "required": money(coverage.required), "gap": money(coverage.gap)}
    return {**figures, "uncovered_zh": uncovered.zh, "uncovered_en": uncovered.en}


def _amount_and_held(gap: Gap, inquiry: Inquiry) -> Facts:
    """What was performed, what is claimed, and what the file holds for it."""
    held, ledger = _held(gap, inquiry), inquiry.ledger
    figures = {"amount": money(ledger.delivered), "claimed": money(ledger.claimed), "paid": money(ledger.paid), "ledger": money(ledger.balance)}
    return {**figures, "open": money(max(ledger.balance, ZERO)), "held_zh": held.zh, "held_en": held.en}


def _paid_out(gap: Gap, inquiry: Inquiry) -> Facts | None:
    coverage = gap.coverage
    if coverage is None:
        return None
    lacking = [Words(f"{u.number} 未确认付款人、收款人", f"{u.number}: payer or payee not confirmed") for u in inquiry.ledger.units if not u.proved]
    near = joined(lacking) if lacking else Words("没有更多转账凭证", "no further voucher")
    figures = {"covered": money(coverage.covered), "required": money(coverage.required), "gap": money(coverage.gap)}
    return {**figures, "near_zh": near.zh, "near_en": near.en}


def _no_rate(_gap: Gap, inquiry: Inquiry) -> Facts | None:
    due = inquiry.loan.due if inquiry.loan else None
    return {"from": (due + DAY).isoformat()} if due else None


def _priority(_gap: Gap, inquiry: Inquiry) -> Facts | None:
    last, due = priority_last_day(inquiry), min((d.due for d in inquiry.ledger.open_debts if d.due), default=None)
    return {"due": due.isoformat(), "last_day": last.isoformat(), "filing": inquiry.filing.isoformat()} if last and due else None


FACTS: Mapping[str, Callable[[Gap, Inquiry], Facts | None]] = {
    "C02_debtor_standing": _registry,
    "C04_limitation": _limitation,
    "C11_originals": _originals,
    "C12_electronic_data": _weak_data,
    "C13_balance": _balance,
    "C14_demand": _demand,
    "S02_delivery": _delivery,
    "S04_invoice": _invoices,
    "C07_damages_basis": _amount_and_held,
    "V02_performance": _performance,
    "V03_acceptance": _amount_and_held,
    "V04_fee_due": _amount_and_held,
    "L02_disbursement": _paid_out,
    "L03_rate": _no_rate,
    "L04_due": _amount_and_held,
    "R02_handover": _amount_and_held,
    "R03_rent_due": _amount_and_held,
    "K02_settlement": _amount_and_held,
    "K03_priority": _priority,
}


def element_title(gap: Gap, inquiry: Inquiry) -> Words:
    """What is wrong with an element, with the figures; the element's own sentence where its facts are known, else the general one."""
    own = gap.element.missing if gap.status is Status.MISSING else gap.element.partial
    find, later = FACTS.get(gap.element.id), recovery_words.FACTS.get(gap.element.id)
    facts = find(gap, inquiry) if find else later(inquiry) if later else None
    if own is not None and facts is not None:
        return fill(own, facts)
    general = inquiry.law.words["generic"][gap.status.value]
    need = wanted(gap.element, inquiry.law)
    held = named(gap.documents or gap.near, inquiry)
    if not held.zh:
        by_computation = (COMPUTED_NAMES[n["computed"]] for n in gap.element.corroborating if n.get("computed") in COMPUTED_NAMES)
        held = next(by_computation, Words("佐证", "supporting evidence"))
    zh = fill(Words(general["zh"], general["en"]), {"name": gap.element.name.zh, "wanted": need.zh, "held": held.zh}).zh
    en = fill(Words(general["zh"], general["en"]), {"name": gap.element.name.en, "wanted": need.en, "held": held.en}).en
    return Words(zh, en)
