"""The contract and single events of its life in Chinese phrases, the same in every paper: names, terms, receipts, demands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from forms.causes import dispute_of
from forms.claim import CJK, Case
from forms.figures import day
from forms.roles import ROLES, Roles

RECEIPT_WORDS = {"签收": "签收", "他人代收": "由他人代收", "拒收": "被拒收", "退回": "被退回", "查无此人": "因查无此人被退回"}
TERM_FROM = {"sale_of_goods": "每批货物签收之日起", "services_work": "每期服务确认之日起", "construction": "结算之日起"}


def contract_name(case: Case) -> str:
    """《设备配件买卖合同》（编号：XS-2024-0301）; the kind of contract where it has no name."""
    contract = case.get("contract") or {}
    if not contract.get("name"):
        return dispute_of(case).relation.removesuffix("关系")
    return f"《{str(contract['name']).strip('《》')}》" + (f"（编号：{contract['no']}）" if contract.get("no") else "")


def payment_terms(case: Case) -> str:
    """When the price falls due by contract, in Chinese; a rule written in another language is not printed, its number of days is."""
    terms = (case.get("contract") or {}).get("payment_terms") or {}
    rule, days = str(terms.get("rule") or ""), terms.get("days_after_delivery")
    if rule and CJK.search(rule):
        return rule.rstrip("。")
    start = TERM_FROM.get(str(case.get("dispute_type") or "sale_of_goods"))
    return f"{start}{days}日内付款" if days and start else ""


def dispute_words(case: Case) -> str:
    """第12条“由出卖人住所地人民法院管辖”."""
    dispute = (case.get("contract") or {}).get("dispute_clause") or {}
    return f"{dispute.get('clause') or ''}“{quoted(dispute['text'])}”" if dispute.get("text") else ""


def quoted(text: object) -> str:
    """A clause as it stands between quotation marks inside a sentence that has its own full stop."""
    return str(text).strip().rstrip("。；;")


def received(delivery: Mapping[str, Any]) -> str:
    """Who took the goods in, as far as the note shows it; empty when nobody did."""
    by = str(delivery.get("signed_by") or "")
    return {(True, True): f"{by}签收并盖章", (True, False): f"{by}签收", (False, True): "盖章签收", (False, False): ""}[
        bool(by), bool(delivery.get("debtor_seal"))
    ]


def demand_words(demand: Mapping[str, Any], roles: Roles = ROLES["lawsuit"], debtor: str = "") -> str:
    """One demand: when, how, what, and what became of it; `debtor` where the debtor is one of several opponents."""
    letter = "律师函" if demand.get("kind") == "lawyers_letter" else "催款函"
    how = f"通过{demand['carrier']}" if demand.get("carrier") else ""
    slip = f"（单号：{demand['waybill_no']}）" if demand.get("waybill_no") else ""
    whom = {"guarantor": "向保证人", "third_party": "向第三人"}.get(str(demand.get("recipient")), f"向{debtor or roles.other}")
    receipt = demand.get("receipt") or {}
    became = ""
    if receipt:
        by = f"（签收人：{receipt['signed_by']}）" if receipt.get("signed_by") else ""
        became = f"，该函于{day(receipt['delivered_on'])}{RECEIPT_WORDS.get(str(receipt.get('status')), '送达')}{by}"
    return f"{day(demand.get('sent_on') or demand['dated'])}，{roles.own}{how}{whom}发出{letter}{slip}{became}"
