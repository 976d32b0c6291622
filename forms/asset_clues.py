"""财产线索清单 (list of asset clues): what the other side is known to own, where, and how that is known.

Source: 《财产保全规定》第10条 (a preservation needs definite assets, or concrete clues where they cannot be named); 《执行工作规定》第18条 (an application for
enforcement tells the assets that are known); 《民事诉讼法》第253条 (the court looks for deposits and other assets itself).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from forms.causes import cause_of
from forms.claim import ZERO, Case, amount, debtors
from forms.figures import day, figures, listed
from forms.form import Column, Field, Form, Paragraphs, Row, Section, Signature, SumRow, Table, line
from forms.instrument import instrument_name, instrument_of, own_papers
from forms.papers import MissingField, Subject
from forms.parties import UNKNOWN_OTHER
from forms.roles import roles

KINDS: Mapping[str, str] = {
    "bank_account": "银行账户", "bank_deposit": "银行存款", "immovable": "不动产", "vehicle": "车辆", "equity": "股权", "receivable": "应收账款",
    "equipment_stock": "设备、存货", "movable": "动产", "other_right": "其他财产权", "other": "其他",
}  # fmt: skip
COLUMNS = (
    Column("序号", 1.05, "center"),
    Column("财产种类", 1.75, "center"),
    Column("具体信息"),
    Column("所在地", 2.5),
    Column("权利证号", 2.4),
    Column("线索来源", 2.3),
    Column("估值\n（元）", 2.5, "right"),
)
NONE_KNOWN = "申请执行人暂未掌握被执行人可供执行财产的具体线索，请求人民法院依法责令被执行人报告财产，并通过网络执行查控系统查询其名下财产。"


@dataclass(frozen=True)
class Clue:
    """One asset. `owner` is filled where the case file names one; `value` is None where nobody estimated it."""

    kind: str
    description: str
    location: str
    identifier: str
    source: str
    value: Decimal | None
    owner: str


def clues_of(case: Case) -> tuple[Clue, ...]:
    """The rows of `asset_clues` and of every document of type asset_clue_list, each asset once."""
    return tuple({(each.kind, each.description, each.identifier): each for each in map(_clue, _entries(case))}.values())


def _entries(case: Case) -> Iterator[Mapping[str, Any]]:
    yield from case.get("asset_clues") or ()
    for paper in own_papers(case, "asset_clue_list"):
        yield from (row for row in paper.get("items") or () if isinstance(row, Mapping) and row.get("description"))


def _clue(entry: Mapping[str, Any]) -> Clue:
    kind = str(entry.get("kind") or "other")
    return Clue(
        KINDS.get(kind, kind), str(entry["description"]), str(entry.get("location") or ""), str(entry.get("identifier") or ""),
        str(entry.get("source") or ""), amount(entry["value"]) if entry.get("value") else None, str(entry.get("owner") or ""),
    )  # fmt: skip


def clue_table(clues: Sequence[Clue]) -> Table:
    """The columns of the specification; a sum of the estimates below where there are several."""
    rows: list[Row | SumRow] = [Row((str(number), each.kind, _what(each), each.location or UNKNOWN_OTHER, each.identifier or UNKNOWN_OTHER,
                                     each.source or "未说明", "未估值" if each.value is None else figures(each.value)))
                                for number, each in enumerate(clues, 1)]  # fmt: skip
    valued = [each.value for each in clues if each.value is not None]
    if len(valued) > 1:
        rows.append(SumRow("估值合计", (figures(sum(valued, ZERO)),), final=True))
    return Table(COLUMNS, tuple(rows), small=True)


def _what(clue: Clue) -> str:
    return f"{clue.description}\n权利人：{clue.owner}" if clue.owner else clue.description


def clue_words(clue: Clue) -> str:
    """One asset in a line: 不动产：厂房一处；所在地：…；权利证号：…；来源：…；估值2,000,000.00元。"""
    said = [("所在地", clue.location), ("权利证号", clue.identifier), ("来源", clue.source), ("权利人", clue.owner)]
    further = [f"{label}：{value}" for label, value in said if value] + ([f"估值{clue.value:,.2f}元"] if clue.value is not None else [])
    return f"{clue.kind}：{'；'.join([clue.description, *further])}。"


def asset_clue_list(subject: Subject) -> Form:
    """The list as it is handed in; without a clue (enforcement only) it says that none is known and asks the court to search.

    Raises KeyError without the creditor's name.
    """
    words, case = roles(subject.kind), subject.case
    creditor, clues = str(case["creditor"]["name"]), clues_of(case)
    others = debtors(case)
    basis = (Field("执行依据", (line(instrument_name(case)),)),) if subject.kind == "enforcement" and instrument_of(case) else ()
    about = Section("案件信息", (
        Field(words.own, (line(creditor),)),
        *(Field(words.other, (line(str(party["name"])), line(f"统一社会信用代码（证件号码）：{party.get('uscc') or party.get('id_number') or UNKNOWN_OTHER}")))
          for party in others),
        Field("案由", (line(cause_of(case, subject.cause)),)),
        *basis,
    ))  # fmt: skip
    body = (clue_table(clues), Paragraphs((line(_said(subject, len(clues))),))) if clues else (Paragraphs((line(NONE_KNOWN),)),)
    return Form(
        id="asset_clue_list", title="财产线索清单", parts=(about, *body, Signature("提交人（签名、盖章）", creditor, day(subject.day))),
    )  # fmt: skip


def _said(subject: Subject, count: int) -> str:
    words = roles(subject.kind)
    names = listed([str(party["name"]) for party in debtors(subject.case)])
    asked = {
        "preservation": "请求人民法院依法查封、扣押、冻结；需要进一步查明的，请求通过网络执行查控系统查询",
        "enforcement": "请求人民法院依法查询、查封、扣押、冻结、划拨或者变价；并请求通过网络执行查控系统查询其名下其他财产",
    }.get(subject.kind, "供依法主张债权时使用")
    return f"以上{words.other}{names}的财产线索共{count}项，由{words.own}提供，{asked}。"


def missing_clues(subject: Subject) -> list[MissingField]:
    """No clue at all: a preservation cannot be applied for (《财产保全规定》第10条); an enforcement can."""
    if clues_of(subject.case):
        return []
    blocking = subject.kind != "enforcement"
    return [MissingField("asset_clues", "财产信息或者财产线索", "assets of the debtor or clues to them", "asset_clues", blocking)]
