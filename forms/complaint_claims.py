"""诉讼请求 and 约定管辖和诉前保全 of the element-style complaint, filled by a seller who sues for the price."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from forms.claim import Case, Claim, amount, clause_number, collaterals
from forms.contract_words import dispute_words, quoted
from forms.figures import day, yuan
from forms.form import Field, Line, Section, Strong, choices, line, money, text_lines, yes_no
from forms.requests import claims_statement
from forms.sides import Sides

BUYER_ONLY = (line("不适用（本项由买受人作为原告时填写）"),)


def claims_section(case: Case, claim: Claim, check: Mapping[str, Any], sides: Sides) -> Section:
    """Items 1 to 10, led by the full statement."""
    price = (money(claim.principal, words=True), line("币种：人民币")) if claim.principal else (line("无（价款已付清）"),)
    return Section(
        "诉讼请求",
        (
            Field("完整陈述（诉讼请求）", tuple(line(text) for text in claims_statement(case, claim, check, sides))),
            Field("1. 给付价款（元）", price),
            Field("2. 迟延给付价款的利息（违约金）", _damages(case, claim)),
            Field("3. 赔偿因卖方违约所受的损失", BUYER_ONLY),
            Field("4. 是否对标的物的瑕疵承担责任", BUYER_ONLY),
            Field("5. 要求继续履行或者解除合同", (
                choices("", ("继续履行", True), after="：被告于判决确定的履行期限内履行完毕付款义务"),
                choices("", ("判令解除合同", False), ("确认买卖合同已解除", False)),
            )),
            Field("6. 是否主张担保权利", _security(case, sides)),
            Field("7. 是否主张实现债权的费用", _costs(case, claim)),
            Field("8. 是否主张诉讼费用", (yes_no(True),)),
            Field("9. 其他请求", (line("无"),)),
            Field("10. 标的总额", (money(claim.total, words=True), line(_sum(claim)))),
        ),
    )  # fmt: skip


def jurisdiction_section(case: Case) -> Section:
    """The clause on court or arbitration, and whether assets are preserved already."""
    clause = dispute_words(case)
    preservation = case.get("preservation") or {}
    measures: Sequence[Mapping[str, Any]] = preservation.get("measures") or ()
    since = min((str(item["measure_date"]) for item in measures if item.get("measure_date")), default="")
    preserved = bool(preservation.get("case_no") or since)
    answer = [yes_no(preserved)]
    if preserved:
        answer.append(line(f"保全法院：{preservation.get('court') or '无'}　保全时间：{day(since)}　保全案号：{preservation.get('case_no') or '无'}"))
    return Section(
        "约定管辖和诉前保全",
        (
            Field("1. 有无仲裁、法院管辖约定", (yes_no(bool(clause), words=("有", "无")), *((line(f"合同条款及内容：{clause}"),) if clause else ()))),
            Field("2. 是否已经诉前保全", tuple(answer)),
        ),
    )


def _damages(case: Case, claim: Claim) -> tuple[Line, ...]:
    """Either 违约金 or 利息 is filled, never both for the same default."""
    if not claim.damages:
        return (line("利息：无　违约金：无"), yes_no(False, lead="是否请求支付至实际清偿之日止："))
    interest: tuple[str | Strong, ...] = ("无",) if claim.agreed else (Strong(yuan(claim.damages)),)
    penalty: tuple[str | Strong, ...] = (Strong(yuan(claim.damages)),) if claim.agreed else ("无",)
    lines = [
        line(f"截至{day(claim.cut_off)}止，利息：", *interest, "，违约金：", *penalty, "；"),
    ]
    if claim.running:
        source = f"（合同{clause_number(case)}）" if clause_number(case) else ""
        lines.append(line(f"自{day(claim.runs_from)}起，{claim.running_words()}计算{source}。"))
    lines.append(yes_no(bool(claim.running), lead="是否请求支付至实际清偿之日止："))
    lines.append(line("各笔本金、起止日期、天数及金额见《利息（违约金）计算明细表》。"))
    return tuple(lines)


def _security(case: Case, sides: Sides) -> tuple[Line, ...]:
    content = [f"请求{item['name']}承担保证责任（{item.get('mode') or '未约定'}）" for item in sides.sureties]
    content += [f"请求对{item['object']}折价、拍卖或者变卖所得价款优先受偿" for item in collaterals(case)]
    return (yes_no(bool(content)), *(line(f"内容：{text}{'。' if text is content[-1] else '；'}") for text in content))


def _costs(case: Case, claim: Claim) -> tuple[Line, ...]:
    if not claim.costs:
        return (yes_no(False),)
    agreed = (case.get("contract") or {}).get("cost_clause") or {}
    source = str(agreed.get("clause") or "") + (f"“{quoted(agreed['text'])}”" if agreed.get("text") else "")
    return (
        yes_no(True),
        money(claim.costs, words=True, lead="费用金额："),
        *(text_lines(f"依据：合同{source}") if source else ()),
    )


def _sum(claim: Claim) -> str:
    parts = [f"货款 {yuan(claim.principal)}"]
    if claim.damages:
        parts.append(f"{claim.kind} {yuan(claim.damages)}（暂计至{day(claim.cut_off)}）")
    if claim.costs:
        parts.append(f"实现债权的费用 {yuan(amount(claim.costs))}")
    return "其中：" + "；".join(parts)
