"""事实与理由, items 1 to 25 of the element-style complaint, from the ledger and the papers of the case file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from forms.claim import ZERO, Case, Claim, amount, clause_number, clause_words, collaterals, day_of, debtors
from forms.contract_words import contract_name, demand_words, payment_terms, quoted, received
from forms.figures import day, figures, in_words, listed, percent, yuan
from forms.form import Column, Field, Line, Row, Section, SumRow, Table, choices, line, text_lines, yes_no
from forms.legal_basis import law_articles
from forms.narrative import facts_statement, payments_in
from forms.performance import deliveries, invoices
from forms.sides import Sides

AS_AGREED = "以合同约定为准"


def facts_section(case: Case, claim: Claim, check: Mapping[str, Any], sides: Sides, evidence_count: int | None) -> Section:
    """All twenty-five items in the order of the form, led by the full statement."""
    contract = case.get("contract") or {}
    seals = collaterals(case)
    sureties = sides.sureties
    return Section(
        "事实与理由",
        (
            Field("完整陈述（事实与理由）", tuple(line(f"　　{text}") for text in facts_statement(case, claim, check, sides))),
            Field("1. 合同的签订情况（名称、编号、签订时间、地点等）", _contract(contract)),
            Field("2. 签订主体", (
                line(f"出卖人（卖方）：{case['creditor']['name']}"),
                line(f"买受人（买方）：{listed([str(party['name']) for party in debtors(case)])}"),
            )),
            Field("3. 买卖标的物情况（名称、规格、质量、数量等）", _goods(case)),
            Field("4. 合同约定的价格及支付方式", _price(case)),
            Field("5. 合同约定的交货时间、地点、方式、风险承担、安装、调试、验收", _delivery_terms(contract)),
            Field("6. 合同约定的质量标准及检验方式、质量异议期限", _quality_terms(contract)),
            Field("7. 合同约定的违约金（定金）", _damages_terms(case)),
            Field("8. 价款支付及标的物交付情况", _performance(case, claim)),
            Field("9. 是否存在迟延履行", _delay(case, check, claim)),
            Field("10. 是否催促过履行", _urged(case)),
            Field("11. 买卖合同标的物有无质量争议", _quality_dispute(case)),
            Field("12. 标的物质量规格或履行方式是否存在不符合约定的情况", (yes_no(bool(case.get("quality_dispute"))),)),
            Field("13. 是否曾就标的物质量问题进行协商", (yes_no(bool((case.get("quality_dispute") or {}).get("resolved"))),)),
            Field("14. 是否通知解除合同", (yes_no(False),)),
            Field("15. 被告应当支付的利息、违约金、赔偿金", _sums_due(claim)),
            Field("16. 是否签订物的担保（抵押、质押）合同", (yes_no(bool(seals)), *_signed_on(case, seals))),
            Field("17. 担保人、担保物", _collateral_lines(case)),
            Field("18. 是否最高额担保（抵押、质押）", (yes_no(False),)),
            Field("19. 是否办理抵押、质押登记", _registration(seals)),
            Field("20. 是否签订保证合同", _guarantee(case, sureties)),
            Field("21. 保证方式", _guarantee_mode(sureties)),
            Field("22. 其他担保方式", (yes_no(False, words=("有", "无")),)),
            Field("23. 请求承担责任的依据（合同约定、法律规定）", _basis(case, claim, check, sides)),
            Field("24. 其他需要说明的内容（可另附页）", (line("无"),)),
            Field("25. 证据清单（可另附页）", (line(f"详见《证据目录》{f'，共{evidence_count}份证据' if evidence_count else ''}。"),)),
        ),
    )  # fmt: skip


def _contract(contract: Mapping[str, Any]) -> tuple[Line, ...]:
    return (
        line(f"合同名称：{contract.get('name') or '无书面合同'}　合同编号：{contract.get('no') or '无'}"),
        line(f"签订时间：{day(contract.get('signed_on'))}　签订地点：{contract.get('signed_at') or '无'}"),
    )


def _goods(case: Case) -> tuple[Line | Table, ...]:
    handed = deliveries(case)
    if not handed:
        return (line("标的物名称、规格、质量、数量以合同及交付凭证为准。"),)
    items = tuple(line(f"{item['no']}：{'；'.join(_item(part) for part in item['items'])}") for item in handed if item.get("items"))
    rows = tuple(Row((str(item["no"]), day(item["date"]), figures(amount(item["amount"])), received(item) or "见送货单")) for item in handed)
    total = sum((amount(item["amount"]) for item in handed), ZERO)
    table = Table(
        (Column("送货单号", 2.6), Column("交付日期", 2.8, "center"), Column("金额（元）", 2.9, "right"), Column("签收情况")),
        (*rows, SumRow("合计", (figures(total), ""))),
        small=True,
    )
    lead = items or (line("标的物的名称、规格、数量详见合同及各批送货单，分批交付情况如下："),)
    return (*lead, table)


def _item(item: Any) -> str:
    """An entry of a delivery note: words, or a mapping of them."""
    return " ".join(str(value) for value in item.values() if value is not None) if isinstance(item, Mapping) else str(item)


def _price(case: Case) -> tuple[Line, ...]:
    contract = case.get("contract") or {}
    total = (
        f"{yuan(amount(contract['total']))}（大写：人民币{in_words(amount(contract['total']))}）"
        if contract.get("total")
        else "合同未约定固定总价，按实际交货结算"
    )
    parts = len(deliveries(case)) > 1
    terms = payment_terms(case)
    return (
        line("单价：详见合同及送货单"),
        line(f"总价：{total}"),
        choices("支付方式：", ("现金", False), ("转账", bool(case.get("payments"))), ("票据", False), ("其他", False)),
        choices("支付期次：", ("一次性", not parts), ("分期", parts)),
        line(f"{'分期方式' if parts else '付款期限'}：{terms or AS_AGREED}"),
    )


def _delivery_terms(contract: Mapping[str, Any]) -> tuple[Line, ...]:
    lines = [line(f"交货地点（合同履行地）：{contract['place_of_performance']}")] if contract.get("place_of_performance") else []
    if contract.get("authorised_receivers"):
        lines.append(line(f"合同指定的收货人：{listed([str(name) for name in contract['authorised_receivers']])}"))
    return (*lines, line(f"交货时间、方式、风险承担、安装、调试、验收{'等其他事项' if lines else ''}：{AS_AGREED}"))


def _quality_terms(contract: Mapping[str, Any]) -> tuple[Line, ...]:
    days = contract.get("inspection_period_days")
    return (
        line(f"质量标准及检验方式：{AS_AGREED}"),
        line(f"质量异议期限：{f'收货之日起{days}日内' if days else AS_AGREED}"),
    )


def _damages_terms(case: Case) -> tuple[Line, ...]:
    words, number = clause_words(case), clause_number(case)
    source = f"（合同{number}）" if number else ""
    clause = (case.get("contract") or {}).get("late_payment_clause") or {}
    daily = clause.get("type") == "daily_rate" and clause.get("rate")
    return (
        choices("", ("违约金", bool(words)), after=f"　{f'逾期付款的，{words}支付违约金{source}' if words else '合同未约定'}"),
        choices("", ("定金", False)),
        choices("", ("迟延履行违约金", bool(words)), after=f"　{percent(amount(clause['rate']))}/日{source}" if daily else ""),
    )


def _performance(case: Case, claim: Claim) -> tuple[Line | Table, ...]:
    due = {str(item["no"]): day_of(item["due_date"]) for item in invoices(case) if item.get("due_date")}
    in_time, late, open_question = ZERO, ZERO, ZERO
    rows = []
    for item in payments_in(case):
        paid, on = amount(item["amount"]), day_of(item.get("date") or item["paid_on"])
        invoice = str(item.get("designated_invoice") or "")
        last = due.get(invoice)
        if last is None:
            open_question += paid
        elif on <= last:
            in_time += paid
        else:
            late += paid
        status = "未指明" if last is None else "按期" if on <= last else f"逾期{(on - last).days}日"
        rows.append(Row((day(on), figures(paid), invoice or "未指明", day(last), status)))
    delivered = sum((amount(item["amount"]) for item in deliveries(case)), ZERO)
    lines: list[Line | Table] = [
        line(f"按期支付价款：{_or_none(in_time)}　逾期付款：{_or_none(late)}　逾期未付款：{_or_none(claim.principal)}"),
        *([line(f"未指明所付发票的付款：{yuan(open_question)}")] if open_question else []),
        line(f"按期交付标的物：{_or_none(delivered)}　逾期交付：无　逾期未交付：无"),
    ]
    if rows:
        columns = (
            Column("付款日期", 2.8, "center"),
            Column("金额（元）", 2.9, "right"),
            Column("对应发票", 0, "center"),
            Column("应付日期", 2.8, "center"),
            Column("履行情况", 1.95, "center"),
        )
        lines.append(Table(columns, tuple(rows), small=True))
    return tuple(lines)


def _or_none(value: Decimal) -> str:
    return yuan(value) if value else "无"


def _delay(case: Case, check: Mapping[str, Any], claim: Claim) -> tuple[Line | Table, ...]:
    opened = check.get("open_by_invoice") or {}
    first = {segment.invoice: segment.first for segment in reversed(claim.segments)}
    rows = [
        Row((str(item["no"]), day(item.get("due_date")), day(first.get(str(item["no"]))), figures(amount(opened.get(item["no"])))))
        for item in invoices(case)
        if amount(opened.get(item["no"])) > 0
    ]
    late = bool(rows or claim.principal)
    answer: list[Line | Table] = [yes_no(late)]
    if late:
        answer.append(choices("", ("逾期付款", True), ("逾期交货", False)))
    if rows:
        answer.append(line("迟延时间及未付金额："))
        columns = (Column("发票", 3), Column("应付日期", 2.8, "center"), Column("逾期起算日", 2.8, "center"), Column("尚欠金额（元）", 0, "right"))
        total = sum((amount(value) for value in opened.values()), ZERO)
        answer.append(Table(columns, (*rows, SumRow("合计", (figures(total),))), small=True))
    return tuple(answer)


def _urged(case: Case) -> tuple[Line, ...]:
    demands = case.get("demands") or []
    return (yes_no(bool(demands)), *(line(f"{demand_words(item)}{'。' if item is demands[-1] else '；'}") for item in demands))


def _quality_dispute(case: Case) -> tuple[Line, ...]:
    dispute = case.get("quality_dispute") or {}
    if not dispute:
        return (yes_no(False, words=("有", "无")),)
    raised = f"{day(dispute.get('raised_on'))}，{dispute.get('by') or '被告'}提出：{quoted(dispute.get('content') or '质量异议')}"
    solved = f"；已于{day(dispute.get('resolved_on'))}解决" if dispute.get("resolved") else ""
    return (yes_no(True, words=("有", "无")), *text_lines(f"{raised}{solved}。"))


def _sums_due(claim: Claim) -> tuple[Line, ...]:
    interest, penalty = (ZERO, claim.damages) if claim.agreed else (claim.damages, ZERO)
    lines = [line(f"利息：{_or_none(interest)}　违约金：{_or_none(penalty)}　赔偿金：无"), line(f"共计：{_or_none(claim.damages)}")]
    if claim.segments:
        lines.append(line(f"计算方式：逐张发票、逐段按“计息本金×利率×天数”计算，暂计至{day(claim.cut_off)}，详见《利息（违约金）计算明细表》。"))
    return tuple(lines)


def _collateral_lines(case: Case) -> tuple[Line, ...]:
    owners = {"debtor": "被告", "third_party": "第三人"}
    found = [line(f"担保人：{owners.get(str(item.get('owner')), '被告')}　担保物：{item['object']}") for item in collaterals(case)]
    return tuple(found) or (line("无"),)


def _signed_on(case: Case, items: Sequence[Mapping[str, Any]]) -> tuple[Line, ...]:
    """When the contracts of security were signed, as far as the file holds them."""
    days = {str(paper.get("id")): paper.get("document_date") for paper in case.get("documents") or []}
    known = [f"{item['object']}：{day(when)}" for item in items if (when := item.get("signed_on") or days.get(str(item.get("contract_id"))))]
    return (line(f"签订时间：{'；'.join(known)}"),) if known else ()


def _registration(items: Any) -> tuple[Line, ...]:
    registered = [item for item in items if item.get("registered")]
    when = "；".join(f"{item['object']}于{day(item['registered_on'])}登记" for item in registered if item.get("registered_on"))
    return (yes_no(bool(registered)), *((line(when),) if when else ()))


def _guarantee(case: Case, sureties: Sequence[Mapping[str, Any]]) -> tuple[Line, ...]:
    days = {str(paper.get("id")): paper.get("document_date") for paper in case.get("documents") or []}
    return (
        yes_no(bool(sureties)),
        *(
            line(
                f"签订时间：{day(item.get('signed_on') or days.get(str(item.get('contract_id'))), '以保证合同记载为准')}　保证人：{item['name']}　"
                "主要内容：为被告的付款义务提供保证"
            )
            for item in sureties
        ),
    )


def _guarantee_mode(sureties: Any) -> tuple[Line, ...]:
    if not sureties:
        return (line("不适用"),)
    modes = {item.get("mode") for item in sureties}
    joint = "连带责任保证" in modes
    return (choices("", ("一般保证", bool(modes - {"连带责任保证"})), ("连带责任保证", joint)),)


def _basis(case: Case, claim: Claim, check: Mapping[str, Any], sides: Sides) -> tuple[Line, ...]:
    contract = case.get("contract") or {}
    numbers = [clause_number(case), str((contract.get("cost_clause") or {}).get("clause") or "") if claim.costs else ""]
    clauses = listed([number for number in numbers if number])
    return (
        line(f"合同约定：{contract_name(case)}{clauses}"),
        line(f"法律规定：{law_articles(case, claim, check, sides)}"),
    )
