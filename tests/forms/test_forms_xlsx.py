from __future__ import annotations

import io
import time

import openpyxl
import pytest

from forms.evidence_catalogue import catalogue_table
from forms.form import Column, Row, SumRow, Table
from forms.xlsx import xlsx


def test_catalogue_has_every_column_and_row_as_text(groups):
    sheet = openpyxl.load_workbook(io.BytesIO(xlsx(catalogue_table(groups), "证据目录"))).active
    assert sheet.title == "证据目录"
    assert [cell.value for cell in sheet[1]] == ["序号", "证据名称", "证据来源/形式", "证明目的/证明内容", "页码", "份数", "原件/复印件", "备注"]
    assert sheet["A2"].value == "第一组　证明原、被告主体资格适格"
    assert [cell.value for cell in sheet[3]] == ["1", "营业执照", "被告签收\n书证", "货物由合同指定收货人签收并盖章", "1-1", "2", "复印件", None]
    assert sheet.max_row == 1 + sum(1 + len(group["rows"]) for group in groups)
    assert {cell.data_type for row in sheet.iter_rows() for cell in row if cell.value is not None} == {"s"}
    assert (sheet.freeze_panes, sheet.print_title_rows) == ("A2", "$1:$1")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("=1+2", id="formula"),
        pytest.param("+cmd|' /C calc'!A0", id="plus"),
        pytest.param("-2+3", id="minus"),
        pytest.param("@SUM(A1)", id="at"),
        pytest.param("2024-01-02", id="looks like a date"),
        pytest.param("007", id="leading zeros"),
        pytest.param("<甲>&😀", id="signs of XML and emoji"),
    ],
)
def test_a_cell_is_never_a_formula_or_number(text):
    sheet = openpyxl.load_workbook(io.BytesIO(xlsx(Table((Column("甲"),), (Row((text,)),))))).active
    assert (sheet["A2"].value, sheet["A2"].data_type) == (text, "s")


def test_control_signs_fall_away():
    sheet = openpyxl.load_workbook(io.BytesIO(xlsx(Table((Column("甲"),), (Row(("甲\x00\x0b乙",)),))))).active
    assert sheet["A2"].value == "甲乙"


def test_sum_rows_stand_under_their_columns():
    table = Table((Column("甲"), Column("乙"), Column("丙")), (Row(("1", "2", "3")), SumRow("合计", ("3",))))
    sheet = openpyxl.load_workbook(io.BytesIO(xlsx(table))).active
    assert [cell.value for cell in sheet[3]] == ["合计", None, "3"]


def test_bytes_repeat_at_another_time(groups, monkeypatch):
    first = xlsx(catalogue_table(groups))
    later = time.time() + 86_400 * 400
    monkeypatch.setattr(time, "time", lambda: later)
    monkeypatch.setattr(time, "localtime", lambda *_: time.gmtime(later))
    assert xlsx(catalogue_table(groups)) == first
