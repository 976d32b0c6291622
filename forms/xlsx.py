"""Write a table as an Excel file in which every cell is text, so that no name or number becomes a formula or loses its zeros."""

from __future__ import annotations

import io
import re
from datetime import datetime
from math import ceil

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from forms.docx import repeatable
from forms.form import GroupRow, Row, Table, cleaned

EPOCH = datetime(2000, 1, 1)  # noqa: DTZ001 - the format knows no time zone
PER_CM = 5.2  # Excel counts widths in characters of about 0.19 cm
OPEN_WIDTH = 9.0  # cm, for a column that takes what is left
SAVED_AT = re.compile(rb"(?<=>)\d{4}-\d\d-\d\dT[\d:.]+Z?(?=</dcterms:modified>)")
THIN = Side(style="thin", color="444444")
GRID = Border(THIN, THIN, THIN, THIN)


def xlsx(table: Table, title: str = "") -> bytes:
    """The table as .xlsx, its column titles frozen and repeated in print; the same bytes for the same table.

    Raises ValueError (openpyxl's) for a cell of more than 32,767 characters: nothing is cut off.
    """
    table = cleaned(table)
    book = Workbook()
    book.remove(book.worksheets[0])
    sheet: Worksheet = book.create_sheet((title or "Sheet1")[:31])
    _put(sheet, 1, [column.title.replace("\n", "") for column in table.columns], "E6E6E6", bold=True, centred=set(range(len(table.columns))))
    centred = {number for number, column in enumerate(table.columns) if column.align == "center"}
    for number, row in enumerate(table.rows, start=2):
        if isinstance(row, Row):
            _put(sheet, number, list(row.cells), "", bold=False, centred=centred)
        elif isinstance(row, GroupRow):
            _put(sheet, number, [f"{row.label}　{row.text}".strip(), *[""] * (len(table.columns) - 1)], "F6F6F6", bold=True, centred=set())
            sheet.merge_cells(start_row=number, end_row=number, start_column=1, end_column=len(table.columns))
        else:
            before = len(table.columns) - len(row.cells)
            _put(sheet, number, [row.label, *[""] * (before - 1), *row.cells], "F6F6F6", bold=True, centred=centred)
    for number, column in enumerate(table.columns, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = (column.width or OPEN_WIDTH) * PER_CM
    for number, row in enumerate(table.rows, start=2):  # programs do not measure wrapped rows of a file that they did not write
        cells = row.cells if isinstance(row, Row) else ()
        lines = [_lines(text, column.width or OPEN_WIDTH) for text, column in zip(cells, table.columns, strict=False)]
        sheet.row_dimensions[number].height = 4 + 14 * max(lines, default=1 if not isinstance(row, GroupRow) else _lines(row.text, 24))
    sheet.row_dimensions[1].height = 32
    sheet.freeze_panes = "A2"
    sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation, sheet.page_setup.paperSize, sheet.page_setup.fitToHeight = "landscape", 9, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    book.properties.creator, book.properties.created = "", EPOCH
    draft = io.BytesIO()
    book.save(draft)  # writes the time of saving into the properties
    return repeatable(draft.getvalue(), {"docProps/core.xml": SAVED_AT})


def _lines(text: str, width: float) -> int:
    """How many lines a text takes in a column of `width` cm: a Chinese sign is 0.36 cm wide in 10 points."""
    return sum(max(1, ceil(len(part) * 0.36 / width)) for part in text.split("\n"))


def _put(sheet: Worksheet, number: int, texts: list[str], fill: str, *, bold: bool, centred: set[int]) -> None:
    for place, text in enumerate(texts):
        cell = sheet.cell(number, place + 1)
        if text:
            cell.value = text
            cell.data_type = "s"  # what begins with = is no formula here
        cell.font = Font(name="宋体", size=10, bold=bold)
        cell.border = GRID
        cell.alignment = Alignment(horizontal="center" if place in centred else "left", vertical="center", wrap_text=True)
        if fill:
            cell.fill = PatternFill("solid", fgColor=fill)
