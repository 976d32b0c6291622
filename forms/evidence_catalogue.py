"""证据目录 (evidence catalogue): groups in the order of the chain, each with what it proves, every exhibit with its pages.

Source: 《民事证据规定》第19条 (Civil Evidence Provisions art. 19): number, source, object and content of proof, seal, date.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any
from urllib.parse import quote

from forms.causes import cause_of
from forms.claim import Case
from forms.figures import day
from forms.form import Column, Form, GroupRow, Row, Signature, Table

Group = Mapping[str, Any]
KEYS = ("seq", "name", "source_form", "purpose", "pages", "copies", "original", "remarks")
COLUMNS = (
    Column("序号", 1.1, "center"),
    Column("证据名称", 3.4, linked=True),
    Column("证据来源\n/形式", 2.1, "center"),
    Column("证明目的\n/证明内容"),
    Column("页码", 1.3, "center", linked=True),
    Column("份数", 1.0, "center"),
    Column("原件/\n复印件", 2.1, "center"),
    Column("备注", 1.4, "center"),
)
ONE_LINE = 9  # signs of a range of pages that stand beside each other
NO_REMARKS = COLUMNS[:-1]


def catalogue_table(groups: Sequence[Group]) -> Table:
    """The eight columns, a heading row a group; also what `xlsx` writes.

    A group is {"title": 第一组, "purpose": ..., "rows": [...]}, a row has the KEYS and the `id` of its exhibit; an absent value is an empty cell.
    Raises KeyError for a group without title or rows.
    """
    return _table(groups, COLUMNS)


def evidence_catalogue(case: Case, groups: Sequence[Group], submitted_on: date) -> Form:
    """The catalogue as it is filed; the column 备注 is printed when any exhibit has a remark."""
    creditor = str(case["creditor"]["name"])
    remarked = any(row.get("remarks") for group in groups for row in group["rows"])
    return Form(
        id="evidence_catalogue",
        title="证据目录",
        byline=(f"提交人：{creditor}", f"案由：{cause_of(case)}"),
        parts=(_table(groups, COLUMNS if remarked else NO_REMARKS), Signature("提交人（签名、盖章）", creditor, day(submitted_on))),
    )


def _table(groups: Sequence[Group], columns: tuple[Column, ...]) -> Table:
    rows: list[Row | GroupRow] = []
    for group in groups:
        rows.append(GroupRow(str(group["title"]), str(group.get("purpose") or "")))
        rows += [Row(tuple(_cell(row.get(key)) for key in KEYS[: len(columns)]), _target(row.get("id"))) for row in group["rows"]]
    room = _room(str(row.get("pages") or "") for group in groups for row in group["rows"])
    return Table(tuple(replace(column, width=room) if column.title == "页码" else column for column in columns), tuple(rows))


def _room(cited: Iterable[str]) -> float:
    """Width in cm of the page column: a range stands on one line, a long one (P0001–P0012) breaks at its dash."""
    longest = max(map(len, cited), default=0)
    return round(max(1.3, 0.4 + 0.22 * (longest if longest <= ONE_LINE else longest // 2 + 2)), 2)


def _target(exhibit: Any) -> str:
    """What the bundle turns into a link to the exhibit's first page."""
    return f"cf:exhibit/{quote(str(exhibit), safe='')}" if exhibit else ""


def _cell(value: Any) -> str:
    return "" if value is None else str(value)
