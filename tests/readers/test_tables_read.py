"""Tables as text from which a place leads back to its cell: xlsx, xls, ods, csv."""

from __future__ import annotations

import zipfile
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest
from openpyxl.comments import Comment

from casefiles.readers import cells, media_type, read, reader_for
from casefiles.readers.cells import BESIDE, GAP, ROWS, Grid, cell_at, letters, part_of
from casefiles.readers.media_type import XLSX
from casefiles.readers.reading import Refused, Told
from casefiles.readers.tables import read_csv, rows_of
from casefiles.readers.xls import read_xls
from casefiles.readers.xlsx import read_xlsx, shown


def told_of(reader, path) -> Told:
    told = Told()
    reader(path, told)
    return told


def place_of(told: Told, wanted: str) -> str | None:
    """The address at which a hit on these words is shown."""
    page = next(page for page in told.pages if wanted in page.text)
    return cell_at(page.text, page.text.index(wanted), page.label)


@pytest.mark.parametrize(("text", "offset", "label", "said"), [
    pytest.param("甲\t乙\n丙\t丁", 0, "明细", "明细!A1", id="the first cell"),
    pytest.param("甲\t乙\n丙\t丁", 6, "明细", "明细!B2", id="the last cell"),
    pytest.param("甲\t乙\n丙\t丁", 1, "明细", "明细!A1", id="the end of a cell belongs to it"),
    pytest.param("\n\n\t\t终", 4, "明细", "明细!C3", id="blank rows and columns count"),
    pytest.param("甲\t乙", 2, "表格", "B1", id="a table without a name"),
    pytest.param("甲\t乙", 2, "", "B1", id="no label given"),
    pytest.param("甲\t乙", 2, "明细（第 2001 行起）", "明细!B2001", id="a later part"),
    pytest.param("甲\t乙", 2, "表格（第 2001 行起）", "B2001", id="a later part of a table without a name"),
    pytest.param("甲", 0, BESIDE, None, id="text beside the cells"),
    pytest.param("甲", 0, "2024-05-01 至 2024-05-31", None, id="a chat"),
    pytest.param("甲", 0, "2024-05-31 10:02 至 18:40", None, id="a chat of one day"),
    pytest.param("甲", 0, "全文", None, id="plain text in a csv file"),
    pytest.param("甲\t乙", 99, "明细", "明细!B1", id="beyond the end"),
    pytest.param("甲", 0, "2024-05-31", "2024-05-31!A1", id="a sheet named by its day"),
])  # fmt: skip
def test_the_cell_of_a_place(text, offset, label, said):
    assert cell_at(text, offset, label) == said


def test_letters_of_columns():
    assert [letters(column) for column in (1, 26, 27, 52, 702, 703, 16_384)] == ["A", "Z", "AA", "AZ", "ZZ", "AAA", "XFD"]


def test_a_long_table_goes_on_in_further_pages():
    told = Told()
    grid = Grid(told, "明细")
    for row in range(1, ROWS * 2 + 2):
        grid.row(row, ["", f"第{row}笔"])
    grid.end()
    assert [page.label for page in told.pages] == ["明细", f"明细（第 {ROWS + 1} 行起）", f"明细（第 {ROWS * 2 + 1} 行起）"]
    assert place_of(told, "第1笔") == "明细!B1"
    assert place_of(told, f"第{ROWS}笔") == f"明细!B{ROWS}"
    assert place_of(told, f"第{ROWS + 1}笔") == f"明细!B{ROWS + 1}"
    assert place_of(told, f"第{ROWS * 2 + 1}笔") == f"明细!B{ROWS * 2 + 1}"


def test_a_gap_is_no_page_of_blank_lines():
    told = Told()
    grid = Grid(told, "明细")
    for row in (3, 3 + GAP, 1_048_576):
        grid.row(row, ["值" + str(row)])
    grid.end()
    assert [place_of(told, f"值{row}") for row in (3, 3 + GAP, 1_048_576)] == ["明细!A3", f"明细!A{3 + GAP}", "明细!A1048576"]
    assert sum(len(page.text) for page in told.pages) < 2 * GAP


def test_what_would_look_like_another_cell():
    told = Told()
    Grid(told, "明细").end()
    grid = Grid(told, "续")
    grid.row(1, ["一行\n二行\r\n三行\u2028四行", "甲\t乙", "丙"])
    grid.end()
    assert [(page.label, page.text) for page in told.pages] == [("明细", ""), ("续", "一行↵二行↵三行↵四行\t甲 乙\t丙")]
    assert place_of(told, "丙") == "续!C1"


def test_too_many_cells_are_named(monkeypatch):
    told = Told()
    grid = Grid(told, "明细", 4)
    assert [grid.row(row, ["甲", "乙"]) for row in (1, 2, 3)] == [True, True, False]
    assert grid.end() < 0
    assert told.incomplete
    assert "up to row 2" in told.notes[0][1]


@pytest.fixture(scope="module")
def book(tmp_path_factory) -> Told:
    """A workbook with what one meets: notes, line breaks, merged and blank cells, a hidden sheet, formulas without values, a drawn text box."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "对账"
    sheet["B3"] = "合并标题"
    sheet.merge_cells("B3:D3")
    sheet["B4"] = "地址\n二行"
    sheet["C4"] = 1250000
    sheet["C4"].number_format = "#,##0.00"
    sheet["D4"] = datetime(2024, 5, 31)  # noqa: DTZ001
    sheet["C4"].comment = Comment("张三:\n未经对方确认", "张三")
    sheet["E9"].comment = Comment("空格上的批注", "")
    sheet["B600"] = "=SUM(C4:C5)"
    hidden = book.create_sheet("底稿")
    hidden["A1"] = "密"
    hidden.sheet_state = "veryHidden"
    book.properties.title, book.properties.creator = "对账单", "李会计"
    path = tmp_path_factory.mktemp("book") / "a"
    book.save(path)
    with zipfile.ZipFile(path, "a") as package:
        package.writestr("xl/drawings/drawing9.xml", '<x:wsDr xmlns:x="urn:x" xmlns:a="urn:a"><x:sp><a:p><a:r><a:t>框内文字</a:t></a:r></a:p></x:sp></x:wsDr>')
        package.writestr("xl/charts/chart9.xml", '<c:c xmlns:c="urn:c" xmlns:a="urn:a"><a:p><a:r><a:t>回款图</a:t></a:r></a:p><c:f>A!1</c:f><c:v>一月</c:v></c:c>')
    return told_of(read_xlsx, path)


@pytest.mark.parametrize(("words", "said"), [
    pytest.param("合并标题", "对账!B3", id="a merged cell is its first"),
    pytest.param("地址↵二行", "对账!B4", id="a line break inside a cell"),
    pytest.param("1,250,000.00［批注 张三：未经对方确认］", "对账!C4", id="a note stands in its cell"),
    pytest.param("2024-05-31", "对账!D4", id="a date"),
    pytest.param("［批注：空格上的批注］", "对账!E9", id="a note on a blank cell"),
    pytest.param("=SUM(C4:C5)（公式，未存计算值）", "对账!B600", id="a formula without a value, after a gap"),
    pytest.param("密", "底稿!A1", id="a hidden sheet"),
    pytest.param("框内文字", None, id="a text box"),
    pytest.param("［图表］回款图；一月", None, id="a chart"),
])  # fmt: skip
def test_what_a_workbook_says_and_where(book, words, said):
    assert place_of(book, words) == said


@pytest.mark.parametrize(("value", "written", "seen"), [
    pytest.param(datetime(2023, 12, 31), 'yyyy"年"m"月"d"日"', "2023年12月31日", id="a day"),  # noqa: DTZ001
    pytest.param(datetime(2023, 12, 1), 'yyyy"年"m"月";@', "2023年12月", id="a month"),  # noqa: DTZ001
    pytest.param(datetime(2023, 12, 31), 'm"月"d"日"', "2023年12月31日", id="the year is kept where the cell leaves it out"),  # noqa: DTZ001
    pytest.param(datetime(2023, 12, 31, 9, 5), '[$-804]yyyy"年"m"月"d"日" h:mm', "2023年12月31日 09:05:00", id="with its time"),  # noqa: DTZ001
    pytest.param(datetime(2023, 12, 31), "yyyy/m/d", "2023-12-31", id="another format"),  # noqa: DTZ001
])  # fmt: skip
def test_days_in_chinese_formats(value, written, seen):
    assert shown(value, written) == seen


def test_days_whose_format_chinese_excel_names_by_number_alone(tmp_path):
    book = openpyxl.Workbook()
    for column, number in enumerate((31, 57, 58), 1):
        cell = book.active.cell(1, column, 45291)  # 2023-12-31
        cell.number_format = "0"  # gives it a style of its own
        cell._style.numFmtId = number
    book.save(tmp_path / "a")
    assert told_of(read_xlsx, tmp_path / "a").pages[0].text == "2023年12月31日\t2023年12月\t2023年12月31日"


def test_what_is_told_of_a_workbook(book):
    assert "底稿" in book.notes[0][0]
    assert book.details["properties"]["title"] == "对账单"
    assert book.details["properties"]["author"] == "李会计"
    assert book.page_count == len(book.pages) == 4  # the sheet, its part after the gap, the hidden sheet, what is drawn


def test_threaded_comments_once(make_package):
    names = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
    to = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>'
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
    path = make_package("a.xlsx", {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/xl/workbook.xml" '
                               'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>',
        "_rels/.rels": to.format(f'<Relationship Id="a" Type="{kind}officeDocument" Target="xl/workbook.xml"/>'),
        "xl/workbook.xml": f'<workbook {names}><sheets><sheet name="表" sheetId="1" r:id="a"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": to.format(f'<Relationship Id="a" Type="{kind}worksheet" Target="worksheets/sheet1.xml"/>'),
        "xl/worksheets/sheet1.xml": f'<worksheet {names}><sheetData><row r="2"><c r="B2" t="inlineStr"><is><t>数</t></is></c></row></sheetData></worksheet>',
        "xl/worksheets/_rels/sheet1.xml.rels": to.format(
            f'<Relationship Id="a" Type="{kind}comments" Target="../comments1.xml"/><Relationship Id="b" Type="{kind}threadedComment" Target="../threadedComments/t1.xml"/>'),
        "xl/comments1.xml": '<comments><authors><author>tc=1</author></authors><commentList><comment ref="B2" authorId="0"><text><t>[Threaded comment]</t></text></comment></commentList></comments>',
        "xl/threadedComments/t1.xml": '<T><threadedComment ref="B2" personId="{1}"><text>对吗</text></threadedComment><threadedComment ref="B2" personId="{2}"><text>对</text></threadedComment></T>',
        "xl/persons/person.xml": '<l><person id="{1}" displayName="张三"/><person id="{2}" displayName="李四"/></l>',
    })  # fmt: skip
    assert [page.text for page in told_of(read_xlsx, path).pages] == ["\n\t数［批注 张三：对吗］［批注 李四：对］"]


@pytest.mark.parametrize(("part", "content"), [
    pytest.param("xl/workbook.bin", b"x", id="binary"),
    pytest.param("xl/workbook.xml", '<workbook xmlns="http://purl.oclc.org/ooxml/spreadsheetml/main"/>', id="strict"),
])  # fmt: skip
def test_a_workbook_we_cannot_read_says_what_to_do(make_package, part, content):
    with pytest.raises(Refused, match="save it as") as refused:
        told_of(read_xlsx, make_package("a.xlsx", {part: content}))
    assert refused.value.outcome == "unsupported"


@pytest.mark.long
def test_a_million_shared_strings_stay_within_the_limits(tmp_path, make_package):
    """Openpyxl keeps them all in memory: they must fit into what a reader may use, or be an outcome."""
    openpyxl.Workbook().save(tmp_path / "plain.xlsx")
    with zipfile.ZipFile(tmp_path / "plain.xlsx") as package:
        parts = {name: package.read(name) for name in package.namelist()}
    strings = "".join(f"<si><t>s{at}</t></si>" for at in range(1_000_000))
    parts["xl/sharedStrings.xml"] = f'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{strings}</sst>'.encode()
    reading = read(make_package("a.xlsx", parts), XLSX, seconds=60, memory_mb=1024)
    assert reading.outcome in {"empty", "failed"}
    assert reading.reason_zh


def test_old_excel(sample):
    told = told_of(read_xls, sample("xlsx/old-format.xls"))
    assert [page.label for page in told.pages] == ["First Sheet", "Sheet Number 2", "Sheet3"]
    assert place_of(told, "2nd row 2nd column") == "First Sheet!B2"


@pytest.mark.parametrize("content", [b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, b"\x09\x08\x10\x00" + b"\xff" * 99, b"rubbish"])
def test_a_damaged_old_workbook_is_an_outcome(make_file, content):
    with pytest.raises(Refused) as refused:
        told_of(read_xls, make_file("a.xls", content))
    assert refused.value.outcome == "failed"


def test_an_encrypted_workbook_is_named(make_file):
    with pytest.raises(Refused) as refused:
        told_of(read_xls, make_file("a.xls", b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le")))
    assert refused.value.outcome == "encrypted"


@pytest.mark.parametrize(("text", "rows"), [
    pytest.param("甲,乙\n丙,丁", [["甲", "乙"], ["丙", "丁"]], id="commas"),
    pytest.param("甲;乙\n1,5;2,5\n", [["甲", "乙"], ["1,5", "2,5"]], id="semicolons, commas in numbers"),
    pytest.param("甲\t乙\n丙, 丁\t戊", [["甲", "乙"], ["丙, 丁", "戊"]], id="tabs"),
    pytest.param('"甲,一","乙\n二"\n丙,丁', [["甲,一", "乙\n二"], ["丙", "丁"]], id="quoted"),
    pytest.param("sep=;\n甲;乙,丙", [["sep=", ""], ["甲", "乙,丙"]], id="the sign is said"),
    pytest.param("甲\n乙", [["甲"], ["乙"]], id="one column"),
    pytest.param('甲,"' + "乙,丙\n" * 50_000, None, id="a mark that is never closed"),
    pytest.param('甲,"' + "乙,丙\n" * 300, [["甲", '"乙', "丙"], *[["乙", "丙"]] * 299], id="a mark that is never closed, in a short file"),
])  # fmt: skip
def test_rows_of_a_text(text, rows):
    found = rows_of(text)
    assert found == rows if rows is not None else len(found) == 50_000


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_csv_file_in_any_encoding(make_file, encoding):
    told = told_of(read_csv, make_file("a.csv", "合同编号,金额\r\nHT-1,\"1,250,000.00\"\r\n\r\nHT-2,=1+1\r\n".encode(encoding)))
    (page,) = told.pages
    assert (page.label, page.text) == ("表格", "合同编号\t金额\nHT-1\t1,250,000.00\n\nHT-2\t=1+1")
    assert place_of(told, "=1+1") == "B4"


def test_a_csv_file_without_columns_is_text(make_file):
    (page,) = told_of(read_csv, make_file("a.csv", "只有一列\n第二行".encode())).pages
    assert (page.label, page.text) == ("全文", "只有一列\n第二行")


def sheet_xml(rows: str, styles: str = "") -> dict[str, str]:
    names = ('xmlns:office="urn:o" xmlns:table="urn:t" xmlns:text="urn:x" xmlns:style="urn:s" xmlns:dc="urn:d"')
    body = f'<office:body><office:spreadsheet><table:table table:name="明细" table:style-name="ta1">{rows}</table:table></office:spreadsheet></office:body>'
    return {"mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "content.xml": f"<office:document-content {names}><office:automatic-styles>{styles}</office:automatic-styles>{body}</office:document-content>"}  # fmt: skip


@pytest.mark.parametrize(("rows", "words", "said"), [
    pytest.param("<table:table-row><table:table-cell/><table:table-cell><text:p>甲</text:p></table:table-cell></table:table-row>", "甲", "明细!B1", id="a blank cell"),
    pytest.param('<table:table-row table:number-rows-repeated="5"><table:table-cell table:number-columns-repeated="1024"/></table:table-row>'
                 '<table:table-row><table:table-cell table:number-columns-repeated="3"/><table:table-cell><text:p>甲</text:p><text:p>乙</text:p></table:table-cell></table:table-row>',
                 "甲↵乙", "明细!D6", id="repeated blanks"),
    pytest.param('<table:table-row table:number-rows-repeated="1048575"><table:table-cell/></table:table-row><table:table-row><table:table-cell><text:p>终</text:p></table:table-cell></table:table-row>',
                 "终", "明细!A1048576", id="the last row"),
    pytest.param('<table:table-header-rows><table:table-row><table:table-cell><text:p>头</text:p></table:table-cell><table:covered-table-cell/><table:table-cell><text:p>后</text:p></table:table-cell></table:table-row></table:table-header-rows>',
                 "后", "明细!C1", id="covered cells in a header row"),
    pytest.param('<table:table-row><table:table-cell table:formula="of:=1+1"/></table:table-row>', "of:=1+1（公式，未存计算值）", "明细!A1", id="a formula without a value"),
    pytest.param("<table:table-row><table:table-cell><office:annotation><dc:creator>张三</dc:creator><text:p>核对</text:p></office:annotation><text:p>100</text:p></table:table-cell></table:table-row>",
                 "［批注 张三］核对↵100", "明细!A1", id="a note"),
])  # fmt: skip
def test_open_document_sheets(make_package, rows, words, said):
    from casefiles.readers.opendocument import read_ods

    assert place_of(told_of(read_ods, make_package("a.ods", sheet_xml(rows))), words) == said


def test_a_hidden_open_document_sheet_is_named(make_package):
    from casefiles.readers.opendocument import read_ods

    hides = '<style:style style:name="ta1"><style:table-properties table:display="false"/></style:style>'
    told = told_of(read_ods, make_package("a.ods", sheet_xml("", hides)))
    assert "明细" in told.notes[0][0]


@pytest.mark.parametrize(("name", "reader"), [("a.csv", "csv"), ("a.tsv", "csv"), ("a.xls", "csv"), ("a.txt", "text")])
def test_a_table_is_known_by_its_name(make_file, name, reader):
    path: Path = make_file(name, "甲\t乙\n丙\t丁".encode())
    assert reader_for(media_type(path, path.name)) == reader


def test_a_label_says_where_its_page_begins():
    assert part_of("明细（第 2001 行起）") == ("明细", 2001)
    assert part_of("明细（第 二 行起）") == ("明细（第 二 行起）", 1)
    assert cells.UNNAMED == "表格"
