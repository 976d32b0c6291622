"""履行情况说明及计算明细 (what was performed, and the working of every figure the application for enforcement asks for).

Sources: 法释〔2014〕8号 art. 1 to 4 (doubled interest, its base, its end on the day of payment, order of set-off); 《民法典》第561条; 《民事诉讼法》第264条.
On its side where sums are large, because a set-off has eight columns. All figures are the check's (`set_off_<day>`, `instrument`, `request`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from forms.claim import ZERO, Case, amount, debtors
from forms.figures import day, figures, listed
from forms.form import Column, Field, Form, Line, Paragraphs, Row, Section, Signature, Strong, SumRow, Table, line, money
from forms.instrument import (
    Receipt,
    doubled_rows,
    instrument_name,
    instrument_of,
    interest_rows,
    item_words,
    missing_instrument,
    performance_last_day,
    receipts,
)
from forms.papers import MissingField, Subject
from forms.roles import roles

SET_OFF = (
    Column("履行日期", 2.7, "center"), Column("履行方式"), Column("金额\n（元）", 2.0, "right"), Column("抵充费用\n（元）", 1.9, "right"),
    Column("抵充一般\n债务利息\n（元）", 2.0, "right"), Column("抵充本金等\n金钱债务\n（元）", 2.1, "right"),
    Column("抵充加倍\n部分利息\n（元）", 1.9, "right"), Column("尚欠本金\n（元）", 2.1, "right"),
)  # fmt: skip
STRETCHES = (
    Column("序号", 1.1, "center"), Column("计息基数\n（元）", 2.4, "right"), Column("起算日", 2.7, "center"), Column("截止日", 2.7, "center"),
    Column("天数", 1.2, "center"), Column("利率/标准", 0, "center"), Column("金额\n（元）", 2.2, "right"),
)  # fmt: skip
OWED = (Column("项目"), Column("金额（元）", 4.0, "right"))
WIDE = 1.5  # times as wide on a page turned on its side
LARGE = Decimal(1_000_000)  # from here on the eight columns do not fit an upright page


def performance_statement(subject: Subject) -> Form:
    """The statement; each part stands only where there is something to show. Raises KeyError and ValueError for what `missing_fields` asks for."""
    case, check = subject.case, subject.check
    words, asked = roles("enforcement"), check["request"]
    paid, interest, doubled = receipts(case, check), interest_rows(check), doubled_rows(check)
    parts: list[Section | Paragraphs | Table | Signature] = [_basis(case, check)]
    parts.append(_heading("一、履行及抵充情况"))
    large = amount(asked["principal"]) >= LARGE or any(max(one.amount, one.principal_after) >= LARGE for one in paid)
    parts.append(_set_off(paid) if paid else Paragraphs((line("被执行人至今未履行生效法律文书确定的给付义务。"),)))
    if interest:
        parts += [_heading("二、一般债务利息计算明细"), _stretches(interest, "一般债务利息合计（抵充前）")]
    if doubled:
        parts += [_heading(f"{'三' if interest else '二'}、加倍部分债务利息计算明细"), _stretches(doubled, "加倍部分债务利息合计（抵充前）")]
    number = "二三四"[bool(interest) + bool(doubled)]
    parts += [_heading(f"{number}、截至{day(asked['as_at'])}尚未履行的金额"), _owed(asked), _notes(check)]
    return Form(
        id="performance_statement",
        title="履行情况说明及计算明细",
        landscape=large,
        parts=(*(_turned(part) if large else part for part in parts), Signature(f"{words.own}（签名、盖章）", str(case["creditor"]["name"]), day(subject.day))),
    )


def missing_fields(subject: Subject) -> list[MissingField]:
    """The instrument and its sums, as for the application."""
    return missing_instrument(subject.case, subject.check, subject.day)


def _turned(part: Section | Paragraphs | Table | Signature) -> Section | Paragraphs | Table | Signature:
    if not isinstance(part, Table):
        return part
    return replace(part, columns=tuple(replace(column, width=column.width * WIDE) for column in part.columns))


def _heading(text: str) -> Paragraphs:
    return Paragraphs((line(Strong(text)),), flush=True)


def _basis(case: Case, check: Mapping[str, Any]) -> Section:
    words, last = roles("enforcement"), performance_last_day(case, check)
    return Section("执行依据及给付内容", (
        Field(words.own, (line(str(case["creditor"]["name"])),)),
        Field(words.other, (line(listed([str(party["name"]) for party in debtors(case)])),)),
        Field("执行依据", (line(f"{instrument_name(case)}，{day(instrument_of(case).get('effective_on'))}发生法律效力"),)),
        Field("确定的给付内容", tuple(line(f"{number}. {item_words(item)}") for number, item in enumerate(instrument_of(case).get("items") or (), 1))),
        *((Field("履行期限", (line(f"至{day(last)}届满"),)),) if last else ()),
    ))  # fmt: skip


def _set_off(paid: tuple[Receipt, ...]) -> Table:
    rows = tuple(
        Row((day(one.day), one.how, figures(one.amount), figures(one.costs), figures(one.interest), figures(one.principal), figures(one.doubled),
             figures(one.principal_after)))
        for one in paid
    )  # fmt: skip
    sums = tuple(figures(sum(values, ZERO)) for values in zip(*((p.amount, p.costs, p.interest, p.principal, p.doubled) for p in paid), strict=True))
    return Table(SET_OFF, (*rows, SumRow("合计", (*sums, ""), final=True)), small=True)


def _stretches(rows: tuple[tuple[str, ...], ...], label: str) -> Table:
    total = sum((Decimal(row[-1].replace(",", "")) for row in rows), ZERO)
    body = tuple(Row((str(number), *cells)) for number, cells in enumerate(rows, 1))
    return Table(STRETCHES, (*body, SumRow(label, (figures(total),), final=True)), small=True)


def _owed(asked: Mapping[str, Any]) -> Table:
    rows = [
        ("本金", asked["principal"]),
        ("违约金等定额款项", asked["other_judgment_money"]),
        (f"一般债务利息（计算至{day(asked['general_interest']['to'])}，含尚未抵充的余额）", asked["general_interest"]["amount"]),
        ("案件受理费、保全费等费用", asked["costs"]),
        (f"加倍部分债务利息（计算至{day(asked['doubled_part']['to'])}，扣除已抵充部分）", asked["doubled_part"]["amount"]),
    ]
    body = tuple(Row((name, figures(amount(value)))) for name, value in rows)
    return Table(OWED, (*body, SumRow("合计", (figures(amount(asked["total"])),), final=True)), small=True)


def _notes(check: Mapping[str, Any]) -> Section:
    notes: list[Line] = [
        line("1. 抵充顺序：实现债权的费用及诉讼费用、一般债务利息、本金及其他金钱债务、加倍部分债务利息（法释〔2014〕8号第四条，《民法典》第五百六十一条）。"),
        line("2. 加倍部分债务利息＝生效法律文书确定的除一般债务利息之外的尚未清偿的金钱债务×日万分之一点七五×迟延履行天数，自履行期间届满的次日起算。"),
        line(f"3. {check.get('conventions_zh') or '各项是否计入加倍部分计算基数，依生效法律文书确定'}。"),
        line("4. 起算日和截止日均计入；每段四舍五入至分，再行合计。"),
    ]
    excess = sum((amount(step.get("excess")) for name, step in check.items() if name.startswith("set_off_")), ZERO)
    if excess:
        notes.append(line(f"5. 清偿全部债务后多付{excess:,.2f}元，依法退还。"))
    return Section("计算说明", (
        Field("尚未履行合计", (money(amount(check["request"]["total"]), words=True),)),
        Field("说明", tuple(notes)),
    ))  # fmt: skip
