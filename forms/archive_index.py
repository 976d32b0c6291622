"""卷内目录 (index of a write-off file): the papers of the file in their order, then the exhibits by group, each with its pages.

STA Announcement 2018 No. 15: the materials are kept for inspection; whoever inspects must find every one of them by this index.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from forms.figures import day, listed
from forms.form import Column, Form, GroupRow, Row, Signature, Table
from forms.papers import Subject

COLUMNS = (Column("序号", 1.2, "center"), Column("文件名称"), Column("页码", 2.6, "center"), Column("备注", 3.2, "center"))
STANDING = {"generated": "本卷制作", "present": "已归档", "missing": "未归档"}


def archive_index(subject: Subject) -> Form:
    """The index of `subject.contents` and the exhibits of `subject.groups`; a paper that is not in the file is listed and said to be absent."""
    case = subject.case
    rows: list[Row | GroupRow] = [GroupRow("卷内材料")] if subject.contents else []
    rows += [Row((str(each["n"]), str(each["zh"]), str(each.get("pages") or ""), STANDING.get(str(each["status"]), ""))) for each in subject.contents]
    for group in subject.groups:
        rows.append(GroupRow(str(group["title"]), str(group.get("purpose") or "")))
        rows += [Row((str(row["seq"]), str(row["name"]), str(row.get("pages") or ""), _remark(row))) for row in group["rows"]]
    debtors = listed([str(party["name"]) for party in [case["debtor"], *(case.get("debtors") or [])]])
    return Form(
        id="archive_index",
        title="卷内目录",
        byline=(f"债务人：{debtors}", f"档号：{case['case_id']}"),
        parts=(Table(COLUMNS, tuple(rows)), Signature("立卷单位（盖章）", str(case["creditor"]["name"]), day(subject.day))),
    )


def _remark(row: Mapping[str, Any]) -> str:
    """Original or copy, then what somebody noted."""
    said = [str(row.get(key) or "") for key in ("original", "remarks")]
    return "\n".join(text for text in said if text)
