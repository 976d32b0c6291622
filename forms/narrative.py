"""The facts in running Chinese, as a lawyer would write them, out of what the case file knows and nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from forms.claim import ZERO, Case, Claim, amount, clause_number, collaterals
from forms.contract_words import demand_words
from forms.figures import day, listed
from forms.legal_basis import JOINT_GUARANTEE, law_articles, priority, security_word
from forms.performance import contract_paragraph, documents, performance_paragraph, signed
from forms.sides import Sides

FOR_THE_DEBT = (None, "price", "loan_repayment", "rent")  # purposes of a payment that reduce the debt


def facts_statement(case: Case, claim: Claim, check: Mapping[str, Any], sides: Sides) -> tuple[str, ...]:
    """The facts, paragraph by paragraph: contract, performance, security, payment, acknowledgement and demands, law and request."""
    paragraphs = [
        contract_paragraph(case, sides), _security(case, sides), performance_paragraph(case, check, sides), _payment(case, claim, check, sides),
        _acknowledged(case, sides), _recordings(case), _request(case, claim, check, sides),
    ]  # fmt: skip
    return tuple(text for text in paragraphs if text)


def payments_in(case: Case) -> Sequence[Mapping[str, Any]]:
    """What the debtor paid on the debt, by day."""
    listed_apart = [item for item in documents(case, "bank_payment") if item.get("direction") == "in" and item.get("purpose")]
    paid = [*(case.get("payments") or []), *listed_apart]
    found = [item for item in paid if item.get("direction", "in") == "in" and item.get("purpose") in FOR_THE_DEBT and not item.get("recovered")]
    return sorted(found, key=lambda item: str(item.get("date") or item.get("paid_on") or ""))


def _security(case: Case, sides: Sides) -> str:
    told = []
    for item in sides.sureties:
        when = f"{day(item['signed_on'])}，" if item.get("signed_on") else ""
        mode = str(item.get("mode") or "未约定")
        what = f"提供{mode}" if mode != "未约定" else "提供保证，未约定保证方式，依法按照一般保证承担责任"
        told.append(f"{when}{sides.named(item)}为{sides.debtor}的上述债务{what}。")
    for item in collaterals(case):
        owner = "第三人" if item.get("owner") == "third_party" else sides.debtor
        since = f"，于{day(item['registered_on'])}办理登记" if item.get("registered_on") else "，已办理登记" if item.get("registered") else ""
        told.append(f"{owner}以{item['object']}（{security_word(item)}）为上述债务提供担保{since}。")
    return "".join(told)


def _payment(case: Case, claim: Claim, check: Mapping[str, Any], sides: Sides) -> str:
    payments, price, debtor = payments_in(case), sides.dispute.price, sides.debtor
    total = amount((check.get("totals") or {}).get("paid")) or _sum(payments)
    told = []
    if payments and _sum(payments) == total:
        verb = "还款" if claim.loan else "付款"
        each = listed([f"{day(item.get('date') or item.get('paid_on'))}支付{amount(item['amount']):,.2f}元" for item in payments])
        told.append(f"{debtor}先后{verb}{len(payments)}次：{each}，合计{total:,.2f}元。" if len(payments) > 1 else f"{debtor}{verb}1次：{each}。")
    elif total:
        told.append(f"{debtor}先后付款合计{total:,.2f}元。")
    else:
        told.append(f"{debtor}至今未{'偿还任何借款' if claim.loan else f'支付任何{price}'}。")
    if claim.loan:
        told += set_off_words(check)
    reductions = case.get("credit_notes") or []
    if reductions:
        told.append(f"因退货、折让等冲减{price}{_sum(reductions):,.2f}元。")
    return "".join([*told, _balance(claim, sides)])


def set_off_words(check: Mapping[str, Any]) -> list[str]:
    """What the payments went to: interest before principal (Civil Code art. 561)."""
    steps = check.get("set_off") or []
    if not steps:
        return []
    parts = [("利息", _sum(steps, "interest")), ("本金", _sum(steps, "principal"))]
    return [f"上述款项依法先抵充利息，后抵充本金，其中{listed([f'抵充{name}{value:,.2f}元' for name, value in parts if value])}。"]


def _balance(claim: Claim, sides: Sides) -> str:
    price, debtor = sides.dispute.price, sides.debtor
    if not claim.principal:
        left = listed([f"{name}{value:,.2f}元" for name, value in (("借款期内利息", claim.interest), (claim.kind, claim.damages)) if value])
        return f"{debtor}虽已付清{price}，但尚欠{left}，至今未付。"
    interest = f"、借款期内利息{claim.interest:,.2f}元" if claim.interest else ""
    return f"{'还款' if claim.loan else '付款'}期限届满后，{debtor}尚欠{price}{claim.principal:,.2f}元{interest}，至今未付。"


def _acknowledged(case: Case, sides: Sides) -> str:
    """A seal or a letter is that of the debtor the file names first, also where others owe beside it."""
    told, price = [], "款项" if case.get("dispute_type") == "loan" else sides.dispute.price
    who = sides.named(sides.debtors[0]) if len(sides.debtors) > 1 else sides.debtor
    for item in case.get("reconciliations") or []:
        if not item.get("signed_on"):
            continue
        by = f"由{item['signed_by']}签字" if item.get("signed_by") else ""
        seal = f"加盖{who}{item['debtor_seal']}" if item.get("debtor_seal") else ""
        proved = bool(seal) or item.get("signer_authorised") is True
        verb = f"{who}确认" if proved else "对账单载明"
        how = f"，对账单{'并'.join(part for part in (by, seal) if part)}" if by or seal else ""
        told.append(f"{day(item['signed_on'])}{how}，{verb}截至{day(item['as_at'])}尚欠{price}{amount(item['amount']):,.2f}元。")
    told += [
        f"{day(paper.get('document_date'))}，{who}书面确认尚欠{price}{amount(paper['amount']):,.2f}元。"
        for paper in documents(case, "debt_acknowledgement", "repayment_agreement")
        if signed(paper) and paper.get("amount")
    ]
    told += [f"{demand_words(item, sides.roles, who)}。" for item in case.get("demands") or []]
    return "".join(told)


def _recordings(case: Case) -> str:
    sentences = []
    for item in case.get("recordings") or []:
        summary = str(item.get("summary") or "").rstrip("。")
        who = f"{item['caller']}与{item['callee']}通话" if item.get("caller") and item.get("callee") else "双方就欠款事宜通话"
        sentences.append(f"{day(item['date'])}，{who}{f'，通话内容为：{summary}' if summary else ''}。")
    return "".join(sentences)


def _request(case: Case, claim: Claim, check: Mapping[str, Any], sides: Sides) -> str:
    dispute, debtor = sides.dispute, sides.debtor
    basis = f"根据合同{clause_number(case)}及" if clause_number(case) else "根据"
    late = f"，并应支付{claim.kind}" if claim.damages else ""
    works = f"{sides.own}自应付工程价款之日起十八个月内行使权利，依法就工程折价或者拍卖的价款优先受偿。" if priority(check) else ""
    return (
        f"{sides.own}认为，双方之间的{dispute.relation}合法有效，{sides.own}已依约{dispute.done}，{debtor}未按约定期限足额{dispute.verb}{dispute.price}，"
        f"已构成违约，应当继续履行{'还款' if claim.loan else '付款'}义务{late}。{_guarantors_owe(sides)}{works}"
        f"{basis}{law_articles(case, claim, check, sides)}等规定，{sides.own}为维护自身合法权益，{sides.roles.asks}。"
    )


def _guarantors_owe(sides: Sides) -> str:
    told = []
    for party in sides.sureties:
        duty = "连带保证责任" if party.get("mode") == JOINT_GUARANTEE else "一般保证责任"
        told.append(f"{sides.named(party)}应当在保证范围内承担{duty}。")
    return "".join(told)


def _sum(items: Sequence[Mapping[str, Any]], key: str = "amount") -> Decimal:
    return sum((amount(item.get(key)) for item in items), ZERO)
