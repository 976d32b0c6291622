"""利息（违约金）计算明细表 (calculation sheet): one row a segment, a subtotal an invoice, the clause, the cut-off day and what runs on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import Any

from forms.claim import Account, Case, Claim, claim_of, clause_number, clause_words, rate_words
from forms.contract_words import contract_name
from forms.figures import day, figures, listed, yuan
from forms.form import Column, Field, Form, GroupRow, Line, Row, Section, Signature, SumRow, Table, line, money
from forms.legal_basis import CODE, LENDING_PROVISIONS, SALE_INTERPRETATION
from forms.performance import period_words
from forms.sides import sides_of

PAPER_WORDS = {
    "settlement_statement": "结算款", "progress_payment_certificate": "进度款", "service_confirmation": "确认单", "work_delivery_record": "交付单",
    "bank_payment": "出借",
}  # fmt: skip
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
NAME, LONG_NAME = 10, 2.6  # a debt called by more signs than this needs a wider column, in cm
WIDE = 1.5  # times as wide on a page turned on its side
LARGE = Decimal(10_000_000)  # from here on a sum does not fit its column on an upright page


def calculation_sheet(case: Case, check: Mapping[str, Any], kind: str = "lawsuit", signed_on: date | None = None) -> Form:
    """The sheet whose total is item 2 of the complaint. Segments of one debt stand together, as the check gives them; a loan shows the interest of
    the term first, then that of the delay, each with what payments covered.

    Raises ValueError for sums or days that cannot be read, KeyError without the creditor's name.
    """
    claim, sides = claim_of(case, check), sides_of(case, kind)
    creditor = str(case["creditor"]["name"])
    large = any(segment.base >= LARGE for segment in (*claim.term.segments, *claim.segments)) or claim.damages >= LARGE
    long_names = any(len(debt_name(case, segment.invoice)) > NAME for segment in (*claim.term.segments, *claim.segments))
    batch = replace(COLUMNS[1], title=sides.dispute.batch, width=LONG_NAME if long_names else COLUMNS[1].width)
    columns = tuple(replace(column, width=column.width * (WIDE if large else 1)) for column in (COLUMNS[0], batch, *COLUMNS[2:]))
    return Form(
        id="calculation_sheet",
        title="利息（违约金）计算明细表",
        byline=(f"{sides.own}：{creditor}　　{sides.roles.other}：{listed([str(party['name']) for party in sides.opponents])}", "币种：人民币"),
        landscape=large,
        parts=(
            Table(columns, tuple(working_rows(case, claim)), small=True),
            Section("计算说明", _notes(case, claim, check), label_width=3.5),
            Signature("制表人（签名、盖章）", creditor, day(signed_on or claim.cut_off)),
        ),
    )


def working_rows(case: Case, claim: Claim) -> Iterator[Row | GroupRow | SumRow]:
    """Every stretch with its sums; of a loan the interest of the term and that of the delay apart, each with what payments covered of it."""
    if not claim.loan:
        yield from _account(case, claim.late, 1)
        yield SumRow("合计", (figures(claim.damages),), final=True)
        return
    number = 1
    for title, account in (("借款期内利息", claim.term), ("逾期利息", claim.late)):
        if account.segments:
            yield GroupRow(title)
            yield from _account(case, account, number)
            yield SumRow(f"{title}小计", (figures(account.accrued),))
            if account.paid:
                yield SumRow(f"减：已付款项抵充{title}", (figures(account.paid),))
                yield SumRow(f"尚欠{title}", (figures(account.accrued - account.paid),))
            number += len(account.segments)
    yield SumRow("合计", (figures(claim.interest + claim.damages),), final=True)


def _account(case: Case, account: Account, start: int) -> Iterator[Row | SumRow]:
    number = start - 1
    for debt, together in groupby(account.segments, key=lambda segment: segment.invoice):
        segments, name = list(together), debt_name(case, debt)
        for segment in segments:
            number += 1
            yield Row((
                str(number), name, figures(segment.base), day(segment.first), day(segment.last), str(segment.days), segment.rate, figures(segment.amount),
            ))  # fmt: skip
        if len(segments) > 1 and len(segments) < len(account.segments):
            yield SumRow(f"{name} 小计", (figures(sum((segment.amount for segment in segments[1:]), segments[0].amount)),))


def debt_name(case: Case, number: str) -> str:
    """What a debt is called on paper: its number, the period of a rent in words, or the paper it rests on where that has no number."""
    paper = next((item for item in case.get("documents") or [] if str(item.get("id")) == number), None)
    if paper is None:
        return period_words(number)
    when = paper.get("paid_on") or paper.get("document_date")
    return f"{day(when) if when else ''}{PAPER_WORDS.get(str(paper.get('type')), '款项')}"


def _notes(case: Case, claim: Claim, check: Mapping[str, Any]) -> tuple[Field, ...]:
    after: tuple[Line, ...] = (line("无"),)
    if claim.running:
        after = (line(f"自{day(claim.runs_from)}起至实际清偿之日止，{claim.running_words()}另行计算。"),)
    return (
        Field("合计", (money(claim.interest + claim.damages, words=True),)),
        Field("计算依据条款", tuple(line(text) for text in _basis(case, claim, check))),
        Field("计算方式", (line(_method(claim)),)),
        Field("暂计至日期", (line(f"{day(claim.cut_off)}（含当日）"),)),
        Field("之后另计至实际清偿之日", after),
    )


def _basis(case: Case, claim: Claim, check: Mapping[str, Any]) -> list[str]:
    if claim.loan:
        return loan_basis(case, claim, check)
    if claim.agreed:
        return [f"{contract_name(case)}{clause_number(case)}：逾期付款的，{clause_words(case)}支付违约金；{CODE}第五百八十五条。"]
    by_analogy = f"依据{CODE}第六百四十六条，参照" if case.get("dispute_type") == "services_work" else "依据"
    return [f"合同未约定逾期付款违约金，{by_analogy}{SALE_INTERPRETATION}第十八条第四款计算逾期付款损失。"]


def loan_basis(case: Case, claim: Claim, check: Mapping[str, Any]) -> list[str]:
    """What both kinds of interest of a loan rest on, the cap of the rate, and the order of set-off."""
    contract = case.get("contract") or {}
    term, late = rate_words(contract.get("interest_clause") or {}), clause_words(case)
    told = [f"借款期内利息：{contract_name(case)}约定{term}计算。"] if term and claim.term.segments else []
    if late:
        told.append(f"逾期利息：{contract_name(case)}{clause_number(case)}约定{late}计算；{CODE}第六百七十六条。")
    elif claim.segments:
        told.append(f"逾期利息：合同未约定逾期利率，依据{LENDING_PROVISIONS}第二十八条第二款计算。")
    cap = check.get("lending_cap") or {}
    if cap.get("cap") and not cap.get("within_cap"):
        told.append(
            f"约定利率{cap['agreed_annual']}超过合同成立时一年期LPR（{cap['lpr_1y']}%）的四倍，仅按四倍即年利率{cap['cap']}计算（{LENDING_PROVISIONS}第二十五条）。"
        )
    if claim.late.paid or claim.term.paid:
        told.append(f"还款先抵充利息，后抵充本金（{CODE}第五百六十一条）。")
    return told


def _method(claim: Claim) -> str:
    """The formula, with the first row as its worked example."""
    segments = (*claim.term.segments, *claim.segments)
    daily = bool(segments) and "年利率" not in segments[0].rate
    formula = "计息本金×日利率×天数" if daily else "计息本金×年利率×天数÷一年的天数"
    start = "自应付日的次日起算" if not claim.loan else "借款期内自实际出借之日起算、还款日不计，逾期自还款日的次日起算"
    text = f"金额＝{formula}，{start}，起算日和截止日均计入；每段四舍五入至分，再行合计。"
    if segments:
        first = segments[0]
        text += f"例：第1行以{yuan(first.base)}计{first.days}日，得{yuan(first.amount)}。"
    return text
