"""What the contract of each type of dispute says and how the creditor performed it, one paragraph each, from what the case file knows."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from forms.claim import Case, amount, clause, clause_number, clause_words, day_of, rate_words
from forms.contract_words import contract_name, dispute_words, payment_terms, quoted, received
from forms.figures import day, listed
from forms.sides import Sides

Check = Mapping[str, Any]
Document = Mapping[str, Any]


def contract_paragraph(case: Case, sides: Sides) -> str:
    """Who made which contract when, and what was agreed."""
    contract = case.get("contract") or {}
    if not contract:
        return f"{sides.own}与{sides.debtor}之间存在{sides.dispute.relation}。"
    place = f"在{contract['signed_at']}" if contract.get("signed_at") else ""
    agreed = [*_object(case, sides), *_terms(case)]
    terms = f"合同约定：{'；'.join(agreed)}。" if agreed else ""
    return (
        f"{day(contract.get('signed_on'))}，{sides.own}（{sides.dispute.own}）与{sides.debtor}（{sides.dispute.other}）{place}"
        f"签订{contract_name(case)}{_total(case)}。{terms}"
    )


def performance_paragraph(case: Case, check: Check, sides: Sides) -> str:
    """How the creditor performed, and what was invoiced."""
    told = PERFORMED[str(case.get("dispute_type") or "sale_of_goods")](case, check, sides)
    return "".join([*told, *([] if case.get("dispute_type") == "loan" else _invoices(case, sides))])


def documents(case: Case, *types: str) -> list[Document]:
    """The documents of these types, each number or period once, a signed one before an unsigned one; in the order of their days."""
    best: dict[str, Document] = {}
    for item in case.get("documents") or []:
        if item.get("type") in types:
            period = "/".join(str(item[key]) for key in ("period_from", "period_to") if item.get(key))
            mark = str(item.get("number") or period or item.get("id"))
            if mark not in best or (signed(item) and not signed(best[mark])):
                best[mark] = item
    return sorted(best.values(), key=lambda item: str(item.get("document_date") or item.get("paid_on") or ""))


def deliveries(case: Case) -> list[Document]:
    """The delivery notes, each number once: those entered as deliveries, then those that stand among the documents alone."""
    return _each_once([*(case.get("deliveries") or []), *_as_rows(case, "delivery_note_signed", "delivery_note_unsigned")])


def invoices(case: Case) -> list[Document]:
    """The invoices, each number once."""
    return _each_once([*(case.get("invoices") or []), *_as_rows(case, "vat_invoice")])


def _as_rows(case: Case, *types: str) -> list[Document]:
    return [
        {**item, "no": item.get("number") or item["id"], "date": item["document_date"]}
        for item in documents(case, *types)
        if item.get("amount") and item.get("document_date")
    ]


def _each_once(rows: Sequence[Document]) -> list[Document]:
    """One row a number, as the check counts them; a signed one speaks before an unsigned one."""
    found: dict[str, Document] = {}
    for row in rows:
        mark = unicodedata.normalize("NFKC", str(row["no"])).strip()
        if mark not in found or (received(row) and not received(found[mark])):
            found[mark] = row
    return list(found.values())


def signed(item: Document) -> bool:
    """Sealed or signed by the debtor, as far as the file says."""
    return bool(item.get("debtor_seal_or_signature") or item.get("debtor_seal"))


def disbursements(case: Case) -> list[Document]:
    """The money of a loan as it left the creditor: bank payments out for that purpose."""
    paid_out = [item for item in case.get("payments") or [] if item.get("direction") == "out"] + documents(case, "bank_payment")
    found = [item for item in paid_out if item.get("direction") == "out" and item.get("purpose") == "loan_disbursement"]
    return sorted(found, key=lambda item: str(_paid_on(item) or ""))


def _paid_on(item: Document) -> Any:
    return item.get("paid_on") or item.get("date") or item.get("document_date")


def _total(case: Case) -> str:
    total = (case.get("contract") or {}).get("total")
    if not total:
        return ""
    return f"，{'借款金额' if case.get('dispute_type') == 'loan' else '合同总价'}为{amount(total):,.2f}元"


def _object(case: Case, sides: Sides) -> list[str]:
    contract = case.get("contract") or {}
    place = contract.get("object_location")
    if not place:
        return []
    thing = "房屋" if contract.get("object_kind") == "house" else "租赁物"
    return {
        "lease": [f"{sides.own}将位于{place}的{thing}出租给{sides.debtor}使用"],
        "construction": [f"由{sides.own}承建位于{place}的工程"],
    }.get(str(case.get("dispute_type")), [])


def _terms(case: Case) -> list[str]:
    contract, dispute = case.get("contract") or {}, case.get("dispute_type")
    agreed = []
    if dispute == "loan":
        interest = rate_words(contract.get("interest_clause") or {})
        agreed += [f"借款期内利息{interest}计算"] if interest else []
        agreed += [f"借款于{day(contract['repayment_date'])}前还清"] if contract.get("repayment_date") else []
    elif payment_terms(case):
        agreed.append(payment_terms(case))
    if clause(case):
        number = f"（{clause_number(case)}）" if clause_number(case) else ""
        late = f"逾期还款的，{clause_words(case)}支付逾期利息" if dispute == "loan" else f"逾期付款的，{clause_words(case)}支付违约金"
        agreed.append(f"{late}{number}")
    costs = contract.get("cost_clause") or {}
    if costs.get("text"):
        agreed.append(f"实现债权的费用：{costs.get('clause') or ''}“{quoted(costs['text'])}”")
    if dispute_words(case):
        agreed.append(f"争议解决方式为{dispute_words(case)}")
    return agreed


def _goods(case: Case, _check: Check, sides: Sides) -> list[str]:
    handed = deliveries(case)
    if not handed:
        return []
    days = sorted(day_of(item["date"]) for item in handed)
    when = f"{day(days[0])}至{day(days[-1])}期间" if days[0] != days[-1] else day(days[0])
    total = sum(amount(item["amount"]) for item in handed)
    notes = listed([str(item["no"]) for item in handed])
    told = [f"合同签订后，{sides.own}依约于{when}分{len(handed)}批向{sides.debtor}交付货物，价值合计{total:,.2f}元（送货单号：{notes}）。"]
    taken = [item for item in handed if received(item)]
    if len(taken) == len(handed):
        told.append(f"上述货物均由{sides.debtor}签收。")
    elif taken:
        sum_taken = sum(amount(item["amount"]) for item in taken)
        told.append(f"其中送货单{listed([str(item['no']) for item in taken])}由{sides.debtor}签收，金额{sum_taken:,.2f}元。")
    return told


def _services(case: Case, check: Check, sides: Sides) -> list[str]:
    papers = [item for item in documents(case, "service_confirmation", "work_delivery_record") if item.get("amount")]
    told = []
    if papers:
        told.append(f"合同签订后，{sides.own}依约{sides.dispute.done}：{_each(papers)}，合计{_sum(papers)}元。")
        told += _confirmed(papers, sides)
    told += [f"{day(item.get('document_date'))}，{sides.debtor}验收合格。" for item in documents(case, "acceptance_record") if signed(item)]
    return told + _settlement(case, check, sides)


def _works(case: Case, check: Check, sides: Sides) -> list[str]:
    told = [f"{day(item.get('document_date'))}，工程经验收合格。" for item in documents(case, "acceptance_record") if signed(item)]
    told += [f"{day(item.get('document_date'))}，工程交付{sides.debtor}。" for item in documents(case, "handover_record") if signed(item)]
    settled = _settlement(case, check, sides)
    certificates = [item for item in documents(case, "progress_payment_certificate") if item.get("amount")]
    if not settled and certificates:
        settled = [f"施工期间，双方确认工程进度款{len(certificates)}期：{_each(certificates)}，合计{_sum(certificates)}元。"]
    return [f"合同签订后，{sides.own}依约组织施工。", *told, *settled]


def _loan(case: Case, check: Check, sides: Sides) -> list[str]:
    paid = disbursements(case)
    if not paid:
        return []
    each = listed([f"{day(_paid_on(item))}支付{amount(item.get('amount')):,.2f}元" for item in paid])
    total = amount((check.get("totals") or {}).get("delivered_total")) or sum(amount(item.get("amount")) for item in paid)
    return [f"合同签订后，{sides.own}依约通过银行转账向{sides.debtor}提供借款：{each}，合计{total:,.2f}元。"]


def _lease(case: Case, check: Check, sides: Sides) -> list[str]:
    thing = "房屋" if (case.get("contract") or {}).get("object_kind") == "house" else "租赁物"
    told = [f"{day(item.get('document_date'))}，{sides.own}将{thing}交付{sides.debtor}使用。" for item in documents(case, "handover_record") if signed(item)]
    rows = rent_due(check)
    if rows:
        each = listed([f"{period_words(str(row['number']))}{amount(row['amount']):,.2f}元（应于{day(row['due_date'])}前支付）" for row in rows])
        total = amount((check.get("totals") or {}).get("delivered_total"))
        told.append(f"截至{day(check.get('as_of'))}，到期租金共{len(rows)}期：{each}，合计{total:,.2f}元。")
    return told


def rent_due(check: Check) -> Sequence[Mapping[str, Any]]:
    """The rents that fell due, as the check lists them."""
    return [row for row in check.get("debts") or [] if "~" in str(row.get("number")) and row.get("due_date")]


def period_words(number: str) -> str:
    """2025-01-01~2025-06-30 -> 2025年1月1日至2025年6月30日; any other name of a debt stays as it is."""
    first, mark, last = number.partition("~")
    return f"{day(first)}至{day(last)}" if mark and len(first) == len(last) == 10 else number


def _settlement(case: Case, check: Check, sides: Sides) -> list[str]:
    papers = [item for item in documents(case, "settlement_statement") if item.get("amount")]
    papers = [item for item in papers if signed(item)] or papers
    if not papers:
        return []
    total = amount((check.get("totals") or {}).get("delivered_total")) or sum(amount(item["amount"]) for item in papers)
    who = "双方办理结算" if all(signed(item) for item in papers) else f"{sides.own}编制结算单"
    return [f"{listed([day(item.get('document_date')) for item in papers])}，{who}，结算金额为{total:,.2f}元。"]


def _each(papers: Sequence[Document]) -> str:
    return listed([
        f"{day(item.get('document_date'))}{amount(item['amount']):,.2f}元" + (f"（{item['number']}）" if item.get("number") else "") for item in papers
    ])  # fmt: skip


def _sum(papers: Sequence[Document]) -> str:
    return f"{sum(amount(item['amount']) for item in papers):,.2f}"


def _confirmed(papers: Sequence[Document], sides: Sides) -> list[str]:
    by_debtor = [item for item in papers if signed(item)]
    if len(by_debtor) == len(papers):
        return [f"上述内容均经{sides.debtor}确认。"]
    names = listed([str(item.get("number") or day(item.get("document_date"))) for item in by_debtor])
    return [f"其中{names}经{sides.debtor}确认，金额{_sum(by_debtor)}元。"] if by_debtor else []


def _invoices(case: Case, sides: Sides) -> list[str]:
    issued = invoices(case)
    if not issued:
        return []
    total = sum(amount(item["amount"]) for item in issued)
    kinds = listed(list(dict.fromkeys(str(item.get("kind") or "增值税专用发票") for item in issued)))
    return [f"{sides.own}已向{sides.debtor}开具{kinds}{len(issued)}份，金额合计{total:,.2f}元。"]


PERFORMED: Mapping[str, Callable[[Case, Check, Sides], list[str]]] = {
    "sale_of_goods": _goods, "services_work": _services, "loan": _loan, "lease": _lease, "construction": _works,
}  # fmt: skip
