"""利息（违约金）计算明细表 (calculation sheet): one row a segment, a subtotal an invoice, the clause, the cut-off day and what runs on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from itertools import groupby
from typing import Any

from forms.claim import Case, Claim, claim_of, clause_number, clause_words, defendants
from forms.figures import day, figures, listed, yuan
from forms.form import Column, Field, Form, Line, Row, Section, Signature, SumRow, Table, line, money
from forms.narrative import LAW, SALE_INTERPRETATION, contract_name

COLUMNS = (
    Column("序号", 1.0, "center"),
    Column("发票/批次", 1.75, "center"),
    Column("计息本金\n（元）", 2.15, "right"),
    Column("起算日", 2.7, "center"),
    Column("截止日", 2.7, "center"),
    Column("天数", 1.05, "center"),
    Column("利率/标准", 0, "center"),
    Column("金额\n（元）", 2.05, "right"),
)
WIDE = 1.5  # times as wide on a page turned on its side
LARGE = Decimal(10_000_000)  # from here on a sum does not fit its column on an upright page


def calculation_sheet(case: Case, check: Mapping[str, Any]) -> Form:
    """The sheet whose total is item 2 of the complaint. Segments of one invoice stand together, as the check gives them.

    Raises ValueError for sums or days that cannot be read, KeyError without the creditor's name.
    """
    claim = claim_of(case, check)
    creditor = str(case["creditor"]["name"])
    large = any(segment.base >= LARGE for segment in claim.segments) or claim.damages >= LARGE
    columns = tuple(replace(column, width=column.width * WIDE) for column in COLUMNS) if large else COLUMNS
    return Form(
        id="calculation_sheet",
        title="利息（违约金）计算明细表",
        byline=(f"原告：{creditor}　　被告：{listed([str(party['name']) for party in defendants(case)])}", "币种：人民币"),
        landscape=large,
        parts=(
            Table(columns, _rows(claim), small=True),
            Section("计算说明", _notes(case, claim), label_width=3.5),
            Signature("制表人（签名、盖章）", creditor, day(claim.cut_off)),
        ),
    )


def _rows(claim: Claim) -> tuple[Row | SumRow, ...]:
    rows: list[Row | SumRow] = []
    number = 0
    for invoice, together in groupby(claim.segments, key=lambda segment: segment.invoice):
        segments = list(together)
        for segment in segments:
            number += 1
            rows.append(Row((
                str(number), invoice, figures(segment.base), day(segment.first), day(segment.last), str(segment.days), segment.rate, figures(segment.amount),
            )))  # fmt: skip
        if len(segments) > 1:
            total = figures(sum((segment.amount for segment in segments[1:]), segments[0].amount))
            rows.append(SumRow(f"{invoice} 小计", (total,)))
    rows.append(SumRow("合计", (figures(claim.damages),), final=True))
    return tuple(rows)


def _notes(case: Case, claim: Claim) -> tuple[Field, ...]:
    after: tuple[Line, ...] = (line("无"),)
    if claim.running:
        after = (line(f"自{day(claim.runs_from)}起至实际清偿之日止，{claim.running_words()}另行计算。"),)
    return (
        Field("合计", (money(claim.damages, words=True),)),
        Field("计算依据条款", (line(_basis(case, claim)),)),
        Field("计算方式", (line(_method(claim)),)),
        Field("暂计至日期", (line(f"{day(claim.cut_off)}（含当日）"),)),
        Field("之后另计至实际清偿之日", after),
    )


def _basis(case: Case, claim: Claim) -> str:
    if claim.agreed:
        return f"{contract_name(case)}{clause_number(case)}：逾期付款的，{clause_words(case)}支付违约金；{LAW}第五百八十五条。"
    return f"合同未约定逾期付款违约金，依据{SALE_INTERPRETATION}第十八条第四款计算逾期付款损失。"


def _method(claim: Claim) -> str:
    """The formula, with the first row as its worked example."""
    daily = bool(claim.segments) and "年利率" not in claim.segments[0].rate
    formula = "计息本金×日利率×天数" if daily else "计息本金×年利率×天数÷一年的天数"
    text = f"金额＝{formula}，自应付日的次日起算，起算日和截止日均计入；每段四舍五入至分，再行合计。"
    if claim.segments:
        first = claim.segments[0]
        text += f"例：第1行以{yuan(first.base)}计{first.days}日，得{yuan(first.amount)}。"
    return text
