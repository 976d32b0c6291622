"""The claim and its facts in running Chinese, as a lawyer would write them, out of what the case file knows and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from forms.claim import CJK, Case, Claim, amount, clause_number, clause_words, day_of
from forms.figures import article, day, listed

LAW = "《中华人民共和国民法典》"
SALE_INTERPRETATION = "《最高人民法院关于审理买卖合同纠纷案件适用法律问题的解释》"
RECEIPT_WORDS = {"签收": "签收", "他人代收": "由他人代收", "拒收": "被拒收", "退回": "被退回", "查无此人": "因查无此人被退回"}


def claims_statement(claim: Claim) -> tuple[str, ...]:
    """The numbered claims."""
    claims = [f"判令被告向原告支付货款{claim.principal:,.2f}元"]
    if claim.damages:
        claims.append(
            f"判令被告向原告支付{claim.kind}（暂计至{day(claim.cut_off)}为{claim.damages:,.2f}元；自{day(claim.runs_from)}起至实际清偿之日止，{claim.running_words()}另行计付）"
            if claim.running
            else f"判令被告向原告支付{claim.kind}{claim.damages:,.2f}元"
        )
    if claim.costs:
        claims.append(f"判令被告向原告支付实现债权的费用{claim.costs:,.2f}元")
    money_claims = len(claims)
    claims.append("判令被告承担本案全部诉讼费用")
    numbered = [f"{number}. {text}{'。' if number == len(claims) else '；'}" for number, text in enumerate(claims, 1)]
    if money_claims > 1:
        numbered.append(f"以上第1项至第{money_claims}项{'暂' if claim.running else ''}合计{claim.total:,.2f}元。")
    return tuple(numbered)


def facts_statement(case: Case, claim: Claim) -> tuple[str, ...]:
    """The facts, paragraph by paragraph: contract, delivery, payment, acknowledgement and demands, law and request."""
    paragraphs = [_contract(case), _performance(case), _payment(case, claim), _acknowledged(case), _recordings(case), _request(case, claim)]
    return tuple(text for text in paragraphs if text)


def contract_name(case: Case) -> str:
    """《设备配件买卖合同》（编号：XS-2024-0301）."""
    contract = case.get("contract") or {}
    if not contract.get("name"):
        return "买卖合同"
    return f"《{str(contract['name']).strip('《》')}》" + (f"（编号：{contract['no']}）" if contract.get("no") else "")


def payment_terms(case: Case) -> str:
    """When the price falls due by contract, in Chinese; a rule written in another language is not printed, its number of days is."""
    terms = (case.get("contract") or {}).get("payment_terms") or {}
    rule, days = str(terms.get("rule") or ""), terms.get("days_after_delivery")
    if rule and CJK.search(rule):
        return rule.rstrip("。")
    return f"每批货物签收之日起{days}日内付款" if days else ""


def dispute_words(case: Case) -> str:
    """第12条“由出卖人住所地人民法院管辖”."""
    dispute = (case.get("contract") or {}).get("dispute_clause") or {}
    return f"{dispute.get('clause') or ''}“{dispute['text']}”" if dispute.get("text") else ""


def received(delivery: Mapping[str, Any]) -> str:
    """Who took the goods in, as far as the note shows it; empty when nobody did."""
    by = str(delivery.get("signed_by") or "")
    return {(True, True): f"{by}签收并盖章", (True, False): f"{by}签收", (False, True): "盖章签收", (False, False): ""}[
        bool(by), bool(delivery.get("debtor_seal"))
    ]


def demand_words(demand: Mapping[str, Any]) -> str:
    """One demand: when, how, what, and what became of it."""
    letter = "律师函" if demand.get("kind") == "lawyers_letter" else "催款函"
    how = f"通过{demand['carrier']}" if demand.get("carrier") else ""
    slip = f"（单号：{demand['waybill_no']}）" if demand.get("waybill_no") else ""
    whom = {"guarantor": "向保证人", "third_party": "向第三人"}.get(str(demand.get("recipient")), "向被告")
    receipt = demand.get("receipt") or {}
    became = ""
    if receipt:
        by = f"（签收人：{receipt['signed_by']}）" if receipt.get("signed_by") else ""
        became = f"，该函于{day(receipt['delivered_on'])}{RECEIPT_WORDS.get(str(receipt.get('status')), '送达')}{by}"
    return f"{day(demand.get('sent_on') or demand['dated'])}，原告{how}{whom}发出{letter}{slip}{became}"


def law_articles(claim: Claim) -> str:
    """The articles the claim rests on: art. 585 only with an agreed clause, Sale Interpretation art. 18 only without one."""
    numbers = [509, 577, 579, *([585] if claim.agreed else []), 598, 626, 628]
    code = f"{LAW}{listed([article(number) for number in numbers])}"
    return code if claim.agreed or not claim.damages else f"{code}，{SALE_INTERPRETATION}{article(18)}"


def _contract(case: Case) -> str:
    contract = case.get("contract") or {}
    if not contract:
        return "原、被告之间存在买卖合同关系。"
    place = f"在{contract['signed_at']}" if contract.get("signed_at") else ""
    total = f"，合同总价为{amount(contract['total']):,.2f}元" if contract.get("total") else ""
    agreed = []
    if payment_terms(case):
        agreed.append(payment_terms(case))
    if clause_words(case):
        agreed.append(f"逾期付款的，{clause_words(case)}支付违约金{f'（{clause_number(case)}）' if clause_number(case) else ''}")
    if dispute_words(case):
        agreed.append(f"争议解决方式为{dispute_words(case)}")
    terms = f"合同约定：{'；'.join(agreed)}。" if agreed else ""
    return f"{day(contract.get('signed_on'))}，原告（出卖人）与被告（买受人）{place}签订{contract_name(case)}{total}。{terms}"


def _performance(case: Case) -> str:
    deliveries = case.get("deliveries") or []
    sentences = []
    if deliveries:
        days = sorted(day_of(item["date"]) for item in deliveries)
        when = f"{day(days[0])}至{day(days[-1])}期间" if days[0] != days[-1] else day(days[0])
        total = sum(amount(item["amount"]) for item in deliveries)
        notes = listed([str(item["no"]) for item in deliveries])
        sentences.append(f"合同签订后，原告依约于{when}分{len(deliveries)}批向被告交付货物，价值合计{total:,.2f}元（送货单号：{notes}）。")
        signed = [item for item in deliveries if received(item)]
        if len(signed) == len(deliveries):
            sentences.append("上述货物均由被告签收。")
        elif signed:
            sentences.append(
                f"其中送货单{listed([str(item['no']) for item in signed])}由被告签收，金额{sum(amount(item['amount']) for item in signed):,.2f}元。"
            )
    invoices = case.get("invoices") or []
    if invoices:
        total = sum(amount(item["amount"]) for item in invoices)
        kinds = listed(list(dict.fromkeys(str(item.get("kind") or "增值税专用发票") for item in invoices)))
        sentences.append(f"原告已向被告开具{kinds}{len(invoices)}份，金额合计{total:,.2f}元。")
    return "".join(sentences)


def _payment(case: Case, claim: Claim) -> str:
    payments = [item for item in case.get("payments") or [] if item.get("direction", "in") == "in"]
    sentences = []
    if payments:
        each = listed([f"{day(item['date'])}支付{amount(item['amount']):,.2f}元" for item in payments])
        sentences.append(f"被告先后付款{len(payments)}次：{each}，合计{sum(amount(item['amount']) for item in payments):,.2f}元。")
    else:
        sentences.append("被告至今未支付任何货款。")
    reductions = case.get("credit_notes") or []
    if reductions:
        sentences.append(f"因退货、折让等冲减货款{sum(amount(item['amount']) for item in reductions):,.2f}元。")
    sentences.append(f"付款期限届满后，被告尚欠货款{claim.principal:,.2f}元，至今未付。")
    return "".join(sentences)


def _acknowledged(case: Case) -> str:
    sentences = []
    for item in case.get("reconciliations") or []:
        if not item.get("signed_on"):
            continue
        by = f"由{item['signed_by']}签字" if item.get("signed_by") else ""
        seal = f"加盖被告{item['debtor_seal']}" if item.get("debtor_seal") else ""
        proved = bool(seal) or item.get("signer_authorised") is True
        verb = "被告确认" if proved else "对账单载明"
        how = f"，对账单{'并'.join(part for part in (by, seal) if part)}" if by or seal else ""
        sentences.append(f"{day(item['signed_on'])}{how}，{verb}截至{day(item['as_at'])}尚欠货款{amount(item['amount']):,.2f}元。")
    sentences += [f"{demand_words(item)}。" for item in case.get("demands") or []]
    return "".join(sentences)


def _recordings(case: Case) -> str:
    sentences = []
    for item in case.get("recordings") or []:
        summary = str(item.get("summary") or "").rstrip("。")
        who = f"{item['caller']}与{item['callee']}通话" if item.get("caller") and item.get("callee") else "双方就欠款事宜通话"
        sentences.append(f"{day(item['date'])}，{who}{f'，通话内容为：{summary}' if summary else ''}。")
    return "".join(sentences)


def _request(case: Case, claim: Claim) -> str:
    basis = f"根据合同{clause_number(case)}及" if clause_number(case) else "根据"
    damages = f"，并应支付{claim.kind}" if claim.damages else ""
    return (
        f"原告认为，原、被告之间的买卖合同关系合法有效，原告已依约履行交货义务，被告未按约定期限足额支付货款，已构成违约，应当继续履行付款义务{damages}。"
        f"{basis}{law_articles(claim)}等规定，原告为维护自身合法权益，特向人民法院提起诉讼，请求判如所请。"
    )
