"""Workbooks: the reconciliation statement as a table with its sums and seal, the log of collection; the same bytes each time."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from openpyxl import Workbook
from openpyxl.drawing.image import Image as Picture
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from casefiles.demo.desk import MARK, Block, Desk
from casefiles.demo.figures import in_words, money, zh_date
from casefiles.demo.ink import round_seal
from casefiles.demo.trade import reconciliation_rows

FACE = "宋体"
THIN = Side(style="thin", color="808080")
BOX = Border(left=THIN, right=THIN, top=THIN, bottom=THIN)
HEAD = PatternFill("solid", fgColor="E8EDF3")
FIGURES = "#,##0.00"
STILL = (2024, 1, 1, 0, 0, 0)  # the only date inside our office files: no clock reaches them
STAMP = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(<)")


def still(content: bytes) -> bytes:
    """The same docx or xlsx with every date inside set to one day, so that equal content gives equal bytes."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            part = source.read(name)
            if name == "docProps/core.xml":
                part = STAMP.sub(rb"\g<1>2024-01-01T00:00:00Z\g<2>", part)
            entry = zipfile.ZipInfo(name, STILL)
            entry.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(entry, part)
    return made.getvalue()


def _blank(title: str) -> tuple[Workbook, Worksheet]:
    book = Workbook()
    book.remove(book.worksheets[0])
    return book, book.create_sheet(title)


def _saved(book: Workbook, title: str) -> bytes:
    book.properties.title = title
    book.properties.creator = MARK
    book.properties.created = datetime(2024, 1, 1)  # noqa: DTZ001 - office files carry naive times
    made = io.BytesIO()
    book.save(made)
    return still(made.getvalue())


def _title(sheet: Worksheet, words: str, last: str) -> None:
    sheet.merge_cells(f"A1:{last}1")
    sheet["A1"] = words
    sheet["A1"].font = Font(name=FACE, size=18, bold=True)
    sheet["A1"].alignment = Alignment(horizontal="center", vertical="center")
    sheet.row_dimensions[1].height = 34


def _line(sheet: Worksheet, row: int, last: str, words: str, *, bold: bool = False) -> None:
    sheet.merge_cells(f"A{row}:{last}{row}")
    sheet[f"A{row}"] = words
    sheet[f"A{row}"].font = Font(name=FACE, size=11, bold=bold)
    sheet[f"A{row}"].alignment = Alignment(vertical="center", wrap_text=True)
    sheet.row_dimensions[row].height = 20 if len(words) < 48 else 36


def _cells(sheet: Worksheet, row: int, values: Sequence[str | int | Decimal | None], *, bold: bool = False, wrap: tuple[int, ...] = ()) -> None:
    for column, value in enumerate(values, start=1):
        cell = sheet.cell(row, column, value)
        cell.font = Font(name=FACE, size=11, bold=bold)
        cell.border = BOX
        side = "right" if isinstance(value, Decimal) else "left" if column in wrap else "center"
        cell.alignment = Alignment(horizontal=side, vertical="center", wrap_text=True)
        if isinstance(value, Decimal):
            cell.number_format = FIGURES
        if bold:
            cell.fill = HEAD


def _print_on_a4(sheet: Worksheet, *, landscape: bool = False) -> None:
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.orientation = "landscape" if landscape else "portrait"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    if sheet.oddFooter is not None:
        sheet.oddFooter.right.text = MARK
    sheet.print_options.horizontalCentered = True


def reconciliation(desk: Desk, block: Block) -> bytes:
    """The reconciliation statement as xlsx: every invoice and payment with the running balance, the sums, the confirmation with its seal."""
    book, sheet = _blank("对账单")
    for column, width in zip("ABCDEFG", (7, 14, 12, 22, 17, 17, 17), strict=True):
        sheet.column_dimensions[column].width = width
    seller, buyer, amount = desk.creditor["name"], desk.debtor["name"], block["amount"]
    _title(sheet, "对账单", "G")
    _line(sheet, 2, "G", f"供货方：{seller}　（统一社会信用代码 {desk.creditor['uscc']}）")
    _line(sheet, 3, "G", f"购货方：{buyer}　（统一社会信用代码 {desk.debtor['uscc']}）")
    _line(sheet, 4, "G", f"合同：{desk.contract['name']}（{desk.contract['no']}）　对账截止日：{zh_date(block['as_at'])}　单位：元")
    _cells(sheet, 5, ["序号", "日期", "凭证", "摘要", "应收货款", "已收货款", "余额"], bold=True)
    rows = reconciliation_rows(desk, block)
    for at, (day, paper, words, due, paid, left) in enumerate(rows, start=1):
        _cells(sheet, 5 + at, [at, day, paper, words, due, paid, left])
    last = 6 + len(rows)
    dues, pays = (sum((row[column] or Decimal(0) for row in rows), Decimal(0)) for column in (3, 4))
    _cells(sheet, last, ["", "", "", "合计", dues, pays, Decimal(amount)], bold=True)
    _line(sheet, last + 2, "G", f"截至{zh_date(block['as_at'])}，购货方尚欠供货方货款人民币 {money(amount)} 元（大写：{in_words(amount)}）。", bold=True)
    _line(sheet, last + 3, "G", "核对无误的，请签字盖章确认；不符的，请列明不符金额及原因。")
    kind = block.get("debtor_seal")
    _line(sheet, last + 5, "G", f"核对结果：信息证明无误。　购货方：{buyer}（盖章：{kind or '无'}）")
    _line(sheet, last + 6, "G", f"购货方经办人：{block.get('signed_by') or ''}　　确认日期：{zh_date(block['signed_on'])}")
    if kind:
        picture = Picture(io.BytesIO(round_seal(desk.fonts, buyer, "" if kind == "公章" else kind)))
        picture.width = picture.height = 158
        sheet.add_image(picture, f"E{last + 3}")
    sheet.freeze_panes = "A6"
    _print_on_a4(sheet)
    return _saved(book, f"对账单 {desk.contract['no']} {block['as_at']}")


def collection_log(desk: Desk) -> bytes:
    """The log of collection as xlsx: day, channel, who, with whom, result."""
    book, sheet = _blank("催收记录")
    for column, width in zip("ABCDEF", (7, 14, 14, 18, 20, 60), strict=True):
        sheet.column_dimensions[column].width = width
    _title(sheet, "催收记录", "F")
    _line(sheet, 2, "F", f"债权人：{desk.creditor['name']}　债务人：{desk.debtor['name']}（{desk.debtor['uscc']}）　合同：{desk.contract['no']}")
    _cells(sheet, 3, ["序号", "日期", "方式", "经办人", "对方", "结果"], bold=True)
    for at, entry in enumerate(sorted(_log(desk)), start=1):
        _cells(sheet, 3 + at, [at, *entry], wrap=(6,))
        sheet.row_dimensions[3 + at].height = 34
    sheet.freeze_panes = "A4"
    _print_on_a4(sheet, landscape=True)
    return _saved(book, "催收记录")


def _log(desk: Desk) -> list[tuple[str, str, str, str, str]]:
    us, case = desk.story.creditor.contact, desk.case
    enforcement, court = case["enforcement"], case["judgment"]["court"]
    recovered, ended = enforcement["recovered"][0], enforcement["terminated_current_procedure"]
    entries = [
        (
            letter["dated"], "催款函", us, desk.debtor["name"],
            f"EMS {letter['waybill_no']} 寄出，{letter['receipt']['delivered_on']} 签收，主张货款 420,000.00 元。",
        )
        for letter in desk.blocks("demands")
    ]  # fmt: skip
    said = "对方确认收到函件并承认欠款 420,000.00 元，称资金紧张，未给出付款日期。通话已录音。"
    entries += [(call["date"], "电话", us, "财务经理 未八", said) for call in desk.blocks("recordings")]
    entries += [
        (enforcement["application_filed"], "申请执行", us, court, f"提交强制执行申请，案号{enforcement['case_no']}。"),
        (recovered["date"], "执行到账", us, court, f"{recovered['how']} {money(recovered['amount'])} 元。"),
        (ended["date"], "执行裁定", us, court, "裁定终结本次执行程序，未发现其他可供执行的财产。"),
        ("2024-11-20", "上门走访", us, desk.debtor["address"], "办公地点已由他人承租，未见该公司人员，现场拍照。"),
        (desk.debtor["registry_extract_date"], "登记查询", us, "公示系统", f"登记状态：{desk.debtor['registry_status']}。"),
    ]
    return entries
