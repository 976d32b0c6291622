"""补充证据清单 (list of late additions): what was put into a packet after it was final, under which numbers, and that no earlier page moved.

Source: 《民事证据规定》第19条 (every exhibit is numbered and its purpose told). The numbers already cited in court papers stand.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from forms.claim import Case
from forms.figures import day
from forms.form import Column, Form, Paragraphs, Row, Signature, Table, line

COLUMNS = (Column("编号", 1.8, "center"), Column("证据名称", 3.6), Column("证明目的/证明内容"), Column("页码", 2.2, "center"), Column("位置", 3.0, "center"))


def change_list(case: Case, rows: Sequence[Mapping[str, Any]], final_on: date, submitted_on: date) -> Form:
    """The list: each row has mark, name, purpose, pages and after (the last page before it, empty at the end); `final_on` is the day of the final version."""
    creditor = str(case["creditor"]["name"])
    places = (f"第{row['after']}页之后" if row["after"] else "全部证据之后" for row in rows)
    shown = tuple(Row((*(str(row[key]) for key in ("mark", "name", "purpose", "pages")), place)) for row, place in zip(rows, places, strict=True))
    said = f"{day(final_on)}定稿的证据材料的编号和页码均未变动；下列材料为其后补充，以插页编号或者续编页码编入，供法庭及对方当事人核对。"
    return Form(
        id="change_list",
        title="补充证据清单",
        byline=(f"提交人：{creditor}", f"共{len(rows)}份"),
        parts=(Paragraphs((line(said),)), Table(COLUMNS, shown), Signature("提交人（签名、盖章）", creditor, day(submitted_on))),
    )
