"""The rows of the evidence catalogue (证据目录): exhibits in groups G1 to G9, each with source, purpose and date.

SPC Civil Evidence Provisions art. 19. No placeholder is ever left: a sentence whose facts are unknown is worded without them. Internal and
privileged papers never enter.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from casefiles.law import Law
from casefiles.rules.amounts import money, percent
from casefiles.rules.entities import CaseFacts, Contract, DocumentFacts
from casefiles.rules.ledger import Ledger, ledger_of
from casefiles.rules.limits import statement_is_proved

ORDINALS = ("一", "二", "三", "四", "五", "六", "七", "八", "九")
NOT_EXHIBITS = frozenset({"partial_payment"})
NEEDS_AUTHORITY = frozenset({"reconciliation_statement", "delivery_note_signed"})
MADE_TOGETHER = frozenset({"contract", "framework_agreement", "repayment_agreement"})
COSTS = "lawyer_fee_contract"  # privileged, but the proof of claimed costs


@dataclass(frozen=True)
class Row:
    """One exhibit. `copies` in each set; `date` is the document's day, None where unknown."""

    document_id: str
    name: str
    source_form: str
    purpose: str
    original: str
    copies: int
    date: date | None
    remarks: str = ""


@dataclass(frozen=True)
class CatalogueGroup:
    """One group: `group` G1..G9, `title_zh` 第一组 in the order present, one sentence of purpose."""

    group: str
    title_zh: str
    purpose: str
    rows: tuple[Row, ...]


def chinese_date(day: date) -> str:
    """2026年6月15日."""
    return f"{day.year}年{day.month}月{day.day}日"


def _is_exhibit(document: DocumentFacts, case: CaseFacts, law: Law) -> bool:
    kind = law.documents[document.type]
    if not kind.group.startswith("G") or document.type in NOT_EXHIBITS:
        return False
    if document.type == COSTS:
        return case.claim.recovery_costs > 0
    return (document.confidentiality or kind.confidentiality) != "privileged"


def _leader(document: DocumentFacts, case: CaseFacts) -> DocumentFacts | None:
    """The document this one follows at once: a receipt its letter, a transcript or medium its recording."""
    for name in ("letter_id", "recording_id"):
        if name in document.fields:
            return case.document(str(document.fields[name]))
    if document.type == "recording_transcript":
        return next((r for r in case.of_type("call_recording") if r.fields.get("transcript_id") == document.id), None)
    return None


def _ordered(documents: list[DocumentFacts], case: CaseFacts) -> list[DocumentFacts]:
    """By date, then number; undated last but for the licences; followers right after their leader."""

    def place(document: DocumentFacts) -> tuple[date, str, str]:
        undated = date.min if document.type.startswith("business_licence") else date.max  # who one is comes before the registry print-outs
        return document.dated or undated, document.number or "", document.id

    leaders = {d.id: leader for d in documents if (leader := _leader(d, case)) is not None and leader in documents}
    ordered: list[DocumentFacts] = []
    for document in sorted((d for d in documents if d.id not in leaders), key=place):
        ordered.append(document)
        followers = [d for d in documents if leaders.get(d.id) is document]
        ordered += sorted(followers, key=lambda d: (d.type == "audio_disc", place(d)))
    return ordered


def _terms(contract: Contract, dispute: str) -> str:
    """The key terms in one line; empty where none is known."""
    said = []
    terms = contract.payment_terms or {}
    if dispute == "sale_of_goods" and "days_after_delivery" in terms:
        said.append(f"交货后{terms['days_after_delivery']}日内付款")
    elif dispute != "sale_of_goods" and terms.get("rule"):
        said.append(str(terms["rule"]))
    interest = contract.interest_clause
    if interest and interest.rate is not None:
        said.append(f"借款{'日' if interest.kind == 'daily_rate' else '年'}利率{percent(interest.rate)}")
    if contract.repayment_date:
        said.append(f"{chinese_date(contract.repayment_date)}前还款")
    clause = contract.late_payment_clause
    if clause and clause.rate is not None:
        late, what = ("还款", "逾期利息") if dispute == "loan" else ("付款", "违约金")
        said.append(f"逾期{late}按{'日' if clause.kind == 'daily_rate' else '年'}{percent(clause.rate)}支付{what}")
    if contract.dispute_clause and contract.dispute_clause.text:
        text = contract.dispute_clause.text.strip().rstrip("。；")
        said.append(f"争议{text}" if text.startswith(("由", "提交", "提请", "向", "应", "均", "可")) else f"争议解决方式为“{text}”")
    return "，".join(said)


def _contract_purpose(case: CaseFacts, _ledger: Ledger, template: str) -> str:
    contract = case.contract
    if contract is None:
        return "证明双方合同关系成立"
    signed, terms = (f"于{chinese_date(contract.signed_on)}" if contract.signed_on else ""), _terms(contract, case.dispute_type)
    if signed and terms:
        facts = {"{contract.signed_on}": chinese_date(contract.signed_on or date.min), "{contract.name}": contract.name, "{key_terms}": terms}
        for name, value in facts.items():  # dotted names are not for str.format
            template = template.replace(name, value)
        return template
    return f"证明双方{signed}签订《{contract.name}》{f'，约定{terms}' if terms else ''}，合同关系成立"


def _delivery_purpose(case: CaseFacts, ledger: Ledger, template: str) -> str:
    if (sentence := PERFORMED.get(case.dispute_type)) is not None:
        return sentence.format_map({"amount": money(ledger.delivered)}) if ledger.delivered else "证明原告已履行合同义务"
    days = sorted(d.day for d in case.deliveries if d.day)
    total = f"价值{money(ledger.delivered)}元的货物"
    if not days:
        return f"证明原告已交付{total}" if ledger.delivered else "证明原告已履行交付义务"
    span = chinese_date(days[0]) if days[0] == days[-1] else f"{chinese_date(days[0])}至{chinese_date(days[-1])}"
    signed = "，被告已签收" if ledger.delivered_signed == ledger.delivered else f"，其中{money(ledger.delivered_signed)}元经被告签收"
    if ledger.delivered_signed == ledger.delivered and days[0] != days[-1]:
        facts = {"first_delivery": chinese_date(days[0]), "last_delivery": chinese_date(days[-1]), "delivered_total": money(ledger.delivered)}
        return template.replace("货物/服务", "货物").format_map(facts)
    return f"证明原告已于{span}交付{total}{signed if ledger.delivered_signed else ''}"


def _price_purpose(case: CaseFacts, ledger: Ledger, template: str) -> str:
    proved = [s for s in case.statements if statement_is_proved(s) and s.amount is not None and s.signed_on]
    facts: dict[str, Any] = {"gross": money(ledger.gross), "invoiced": money(ledger.invoiced)}
    if case.dispute_type == "loan":
        return "证明被告对借款余额的确认"
    if case.dispute_type == "lease":
        template = template.replace("价款总额", "到期租金总额")
    if proved and ledger.invoiced:
        latest = max(proved, key=lambda s: s.signed_on or date.min)
        facts |= {"reconciled_on": chinese_date(latest.signed_on or date.min), "balance": money(latest.amount or Decimal(0))}
        return template.format_map(facts)
    invoiced = f"、已开票{money(ledger.invoiced)}元" if ledger.invoiced else ""
    return f"证明价款总额{money(ledger.gross)}元{invoiced}"


def _payment_purpose(case: CaseFacts, ledger: Ledger, template: str) -> str:
    if case.dispute_type == "loan" and ledger.delivered:
        repaid = f"，被告已付{money(ledger.paid)}元，尚欠本金{money(ledger.balance)}元" if ledger.paid else ""
        return f"证明原告已出借{money(ledger.delivered)}元{repaid}"
    if not ledger.paid:
        return "证明款项往来情况"
    return template.format_map({"paid": money(ledger.paid), "principal": money(ledger.balance)})


def _demand_purpose(case: CaseFacts, _ledger: Ledger, template: str) -> str:
    mine = [letter for letter in case.letters if letter.recipient == "debtor"]
    served = [letter.served_on for letter in mine if letter.served_on]
    if served:
        dates = "、".join(chinese_date(day) for day in sorted(served))
        return template.replace("未届满/已中断", "因催告而中断、尚未届满").format_map({"demand_dates": dates})
    sent = [letter.day for letter in mine if letter.day]
    return f"证明原告于{'、'.join(chinese_date(d) for d in sorted(sent))}向被告发函催款" if sent else "证明原告向被告催款的情况"


PURPOSES = {"G2": _contract_purpose, "G3": _delivery_purpose, "G4": _price_purpose, "G5": _payment_purpose, "G6": _demand_purpose}


PERFORMED = {  # G3 where the performance is no delivery of goods
    "services_work": "证明原告已完成工作、提供服务，价款{amount}元",
    "lease": "证明原告已交付租赁物供被告使用，到期租金{amount}元",
    "construction": "证明原告已完成工程，价款{amount}元",
    "loan": "证明原告已出借{amount}元",
}


def _sides(text: str, words: Mapping[str, Any], packet: str) -> str:
    """原告, 被告 in a sentence as the packet kind calls them; what is quoted from a contract stays as it was written."""
    names = words["parties"].get(packet, words["parties"]["lawsuit"])
    both = f"{names['creditor']}、{names['debtor']}" if names["creditor"] != "原告" else "原、被告"
    parts = re.split("(“[^”]*”)", text)
    told = (
        part if part.startswith("“") else part.replace("原、被告", both).replace("原告", names["creditor"]).replace("被告", names["debtor"])
        for part in parts
    )
    return "".join(told)


def _source(document: DocumentFacts, words: Mapping[str, Any]) -> str:
    """Who the paper comes from and what kind of evidence it is; a signature nobody vouches for is not called the debtor's."""
    by_type = {
        "sound": words["sound_types"],
        "electronic": words["electronic_types"],
        "by_third": words["third_parties"],
        "by_creditor": words["made_by_creditor"],
        "self_made": words["self_made"],
    }
    form = next((name for name, types in by_type.items() if document.type in types), "kept")
    signed = "debtor_seal_or_signature" in document.flags
    if form == "kept" and signed and (document.type not in NEEDS_AUTHORITY or "signer_authorised" in document.flags):
        form = "by_both" if document.type in MADE_TOGETHER else "by_debtor"
    return str(words["source"][form])


def _name(document: DocumentFacts, law: Law, words: Mapping[str, Any]) -> str:
    if document.title:
        title = f"《{document.title}》" if document.type in ("contract", "framework_agreement") else document.title
    else:
        title = words["names"].get(document.type, law.documents[document.type].zh)
    if document.number:
        return f"{title} {document.number}"
    return f"{title}（{chinese_date(document.dated)}）" if document.dated and document.type not in ("contract", "business_licence_creditor") else str(title)


def _original(document: DocumentFacts, case: CaseFacts) -> str:
    if document.type == "audio_disc" or "original_medium_kept" in document.flags:
        return "原始载体"
    original = document.original
    located = (original is None and case.originals_all_located) or (original is not None and original.held_by not in (None, "lost"))
    if document.type.startswith(("business_licence", "company_registry")):
        return "复印件" if document.type.startswith("business_licence") else "打印件"
    if document.type == "recording_transcript":
        return "打印件"
    return "复印件，原件备核" if located else "复印件"


def _row(document: DocumentFacts, case: CaseFacts, law: Law, packet: str) -> Row:
    words = law.catalogue_words
    parties = words["parties"].get(packet, words["parties"]["lawsuit"])
    name = _name(document, law, words).format_map(parties)
    kind = "bank_payment_out" if document.type == "bank_payment" and document.fields.get("direction") == "out" else document.type
    own = words["purposes_by_dispute"].get(case.dispute_type, {})
    template = own.get(kind) or words["purposes"].get(kind, words["purpose_otherwise"])
    amount = f"{money(document.amount)}元" if document.amount is not None else ""
    purpose = template.format_map({**parties, "amount": amount, "name": name})
    return Row(document.id, name, _source(document, words).format_map(parties), purpose, _original(document, case), 1, document.dated)


def rows_of(case: CaseFacts, law: Law, packet: str, documents: tuple[str, ...]) -> tuple[Row, ...]:
    """Rows for these documents, in the order of the groups, then of dates and followers; privileged ones and mere events have none."""
    found = [d for ref in documents if (d := case.document(ref)) and d.type not in NOT_EXHIBITS]
    open_ones = [d for d in found if (d.confidentiality or law.documents[d.type].confidentiality) != "privileged"]
    return tuple(_row(d, case, law, packet) for name in law.groups for d in _ordered([d for d in open_ones if law.documents[d.type].group == name], case))


def catalogue(case: CaseFacts, law: Law, packet: str | None = None) -> tuple[CatalogueGroup, ...]:
    """The groups that hold documents, in the order G1..G9, titled 第一组 onwards. `packet` decides how the parties are called."""
    packet = packet or case.packet_kind
    ledger = ledger_of(case, law)
    groups: list[CatalogueGroup] = []
    for group in law.catalogue["group_order"]:
        documents = [d for d in case.documents if law.documents[d.type].group == group and _is_exhibit(d, case, law)]
        if not documents:
            continue
        template = law.catalogue["purpose_templates"][group]
        purpose = PURPOSES[group](case, ledger, template) if group in PURPOSES else template
        rows = tuple(_row(d, case, law, packet) for d in _ordered(documents, case))
        groups.append(CatalogueGroup(group, f"第{ORDINALS[len(groups)]}组", _sides(purpose, law.catalogue_words, packet), rows))
    return tuple(groups)
