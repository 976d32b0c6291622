"""What each reader makes of files that were made for one point."""

from __future__ import annotations

import io
import struct
import zlib
from datetime import date, datetime, time, timedelta

import openpyxl
import pikepdf
import pytest
from PIL import Image

from casefiles.readers.docx import read_docx
from casefiles.readers.pdf import read_pdf
from casefiles.readers.reading import LONGEST_PAGE, Refused, Told
from casefiles.readers.text import PART, read_text
from casefiles.readers.xlsx import read_xlsx, shown


def told_of(reader, path) -> Told:
    told = Told()
    reader(path, told)
    return told


def paragraph(*runs: str) -> str:
    return f"<w:p>{''.join(run if run.startswith('<') else f'<w:r><w:t>{run}</w:t></w:r>' for run in runs)}</w:p>"


@pytest.mark.parametrize(("body", "text"), [
    pytest.param(paragraph("甲", "方") + paragraph("乙方"), "甲方\n乙方", id="runs and paragraphs"),
    pytest.param(paragraph("甲", "<w:r><w:tab/><w:t>乙</w:t><w:br/><w:t>丙</w:t></w:r>"), "甲\t乙\n丙", id="tab and break"),
    pytest.param(f"<w:tbl><w:tr><w:tc>{paragraph('甲')}</w:tc><w:tc>{paragraph('乙')}</w:tc></w:tr></w:tbl>{paragraph('后')}", "甲\t乙\n后", id="table in its place"),
    pytest.param(f"<w:sdt><w:sdtContent>{paragraph('甲')}</w:sdtContent></w:sdt>", "甲", id="content control"),
    pytest.param(paragraph("<w:hyperlink><w:r><w:t>链接</w:t></w:r></w:hyperlink>"), "链接", id="link"),
    pytest.param(paragraph("<w:r><w:instrText>HYPERLINK http://x</w:instrText></w:r>", "甲"), "甲", id="field code is not text"),
    pytest.param(paragraph("利率", "<w:del><w:r><w:delText>24%</w:delText></w:r></w:del>", "<w:ins><w:r><w:t>12%</w:t></w:r></w:ins>", "。"),
                 "利率12%。\n［修订：删除“24%”；插入“12%”；修订前：利率24%。］", id="both sides of a change"),
    pytest.param(paragraph("甲", "<w:ins><w:r><w:t>乙</w:t></w:r></w:ins>"), "甲乙\n［修订：插入“乙”］", id="only an insertion"),
    pytest.param(paragraph("前", f"<mc:AlternateContent><mc:Choice><w:r><w:drawing><wps:txbx><w:txbxContent>{paragraph('框')}</w:txbxContent></wps:txbx></w:drawing></w:r></mc:Choice>"
                           f"<mc:Fallback><w:r><w:pict><w:txbxContent>{paragraph('框')}</w:txbxContent></w:pict></w:r></mc:Fallback></mc:AlternateContent>", "后"),
                 "前后\n框", id="text box once"),
])  # fmt: skip
def test_word(make_docx, body, text):
    (page,) = told_of(read_docx, make_docx(body)).pages
    assert (page.label, page.text) == ("全文", text)


def test_word_around_and_notes(make_docx):
    note = f"<w:footnote>{paragraph('注')}</w:footnote>"
    path = make_docx(paragraph("正文"), hdr1="", header1=paragraph("眉"), header2=paragraph("眉"), footer1=paragraph("脚"), footnotes=note)
    assert told_of(read_docx, path).pages[0].text == "［页眉］眉\n正文\n［脚注］注\n［页脚］脚"


@pytest.mark.parametrize("bad", [
    pytest.param('<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><a>&x;</a>', id="document type"),
    pytest.param("<?xml version='1.0'?>\n<!-- " + "x" * 2_000_000 + " --><!doctype a><a/>", id="behind a long comment"),
    pytest.param('<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE a><a/>'.encode("utf-16"), id="in utf-16"),
    pytest.param(b"<?xml version='1.0' encoding='utf-7'?><a/>", id="an encoding we do not read"),
])  # fmt: skip
@pytest.mark.parametrize("part", ["word/document.xml", "docProps/core.xml", "word/_rels/document.xml.rels"])
def test_a_document_type_is_refused(make_package, bad, part):
    body = '<w:document xmlns:w="urn:w"><w:body/></w:document>'
    with pytest.raises(Refused, match="document type"):
        told_of(read_docx, make_package("a.docx", {"word/document.xml": body, part: bad} if part != "word/document.xml" else {part: bad}))


def test_a_deep_document_is_an_outcome(make_docx, reading_of):
    depth = 50_000
    reading = reading_of(make_docx("<w:sdt>" * depth + "</w:sdt>" * depth))
    assert reading.outcome in {"failed", "empty"}


def test_a_zip_bomb_is_refused(make_package, monkeypatch):
    monkeypatch.setattr("casefiles.readers.ooxml.LARGEST", 100_000)
    with pytest.raises(Refused, match="too large"):
        told_of(read_docx, make_package("a.docx", {"word/document.xml": b" " * 99_999, "word/styles.xml": b" " * 99}))


def book_of(tmp_path, fill) -> object:
    book = openpyxl.Workbook()
    fill(book)
    book.save(tmp_path / "a.xlsx")
    return tmp_path / "a.xlsx"


def test_excel(tmp_path):
    def fill(book):
        book.active.title = "对账"
        book.active.append(["甲", None, 1250000, date(2024, 3, 1)])
        book.active["C1"].number_format = "#,##0.00"
        book.active["A3"] = "=1+1"
        hidden = book.create_sheet("底稿")
        hidden.append(["密"])
        hidden.sheet_state = "hidden"

    told = told_of(read_xlsx, book_of(tmp_path, fill))
    assert [(page.label, page.text) for page in told.pages] == [("对账", "甲\t\t1,250,000.00\t2024-03-01\n\n=1+1（公式，未存计算值）"), ("底稿", "密")]
    assert "底稿" in told.notes[0][0]


def test_a_sheet_with_a_cell_at_its_end(tmp_path, reading_of):
    """Rows that are not there are not counted out until the evening."""
    reading = reading_of(book_of(tmp_path, lambda book: book.active.cell(1_048_576, 16_384, "终")), seconds=60)
    assert reading.outcome in {"read", "partly"}
    if reading.outcome == "read":
        assert "终" in reading.pages[0].text


@pytest.mark.parametrize(("value", "number_format", "text"), [
    pytest.param(1280000.5, "#,##0.00", "1,280,000.50", id="thousands and cents"),
    pytest.param(0.1 + 0.2, "General", "0.3", id="no noise of binary fractions"),
    pytest.param(0.125, "0.0%", "12.5%", id="percent"),
    pytest.param(-3, '"¥"#,##0.00_);[Red]("¥"#,##0.00)', "-3.00", id="currency, negative"),
    pytest.param(20240301001, "General", "20240301001", id="a number that names something"),
    pytest.param(1e20, "0.00E+00", "1e+20", id="scientific"),
    pytest.param(datetime(2024, 3, 1), "yyyy年m月d日", "2024年3月1日", id="date"),  # noqa: DTZ001
    pytest.param(datetime(2024, 3, 1, 8, 30), "yyyy-mm-dd hh:mm", "2024-03-01 08:30:00", id="date and time"),  # noqa: DTZ001
    pytest.param(time(8, 30), "hh:mm", "08:30:00", id="time"),
    pytest.param(timedelta(hours=30), "[h]:mm", "30:00:00", id="length"),
    pytest.param(True, "General", "TRUE", id="truth"),
])  # fmt: skip
def test_cells_as_shown(value, number_format, text):
    assert shown(value, number_format) == text


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-16-le"])
def test_text_in_every_encoding(make_file, encoding):
    """utf-16-le without a mark is known by its Latin letters."""
    text = "Contract no. HT-2024-001, amount 1,250,000.00, signed on 2024-03-01 合同金额" if encoding == "utf-16-le" else "合同编号，金额１２５万元。\n甲方：某某"
    (page,) = told_of(read_text, make_file("a.txt", text.encode(encoding))).pages
    assert (page.label, page.text) == ("全文", text)


def test_long_text_in_parts(make_file):
    text = "一行聊天记录\n" * 20_000
    told = told_of(read_text, make_file("a.txt", text.encode()))
    assert "".join(page.text for page in told.pages) == text
    assert all(len(page.text) <= PART * 1.2 for page in told.pages)
    assert told.pages[1].label == "第2部分"


def test_text_with_some_bad_bytes(make_file):
    told = told_of(read_text, make_file("a.txt", "合同".encode() * 50 + b"\xff\xff" + "甲方".encode() * 50))
    assert told.incomplete
    assert "甲方" in told.pages[0].text


def test_characters_no_database_takes():
    told = Told()
    told.page("1", "甲\x00乙\ud800丙")
    assert told.pages[0].text == "甲乙?丙"


def test_a_page_without_end_is_cut():
    told = Told()
    told.page("1", "甲" * (LONGEST_PAGE + 1))
    assert len(told.pages[0].text) == LONGEST_PAGE
    assert told.incomplete


def make_pdf(*contents: bytes, **root: object) -> bytes:
    pdf = pikepdf.new()
    font = pdf.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica))
    for content in contents:
        page = pdf.add_blank_page()
        page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
        page.Contents = pdf.make_stream(content)
    for name, value in root.items():
        pdf.Root[f"/{name}"] = value
    out = io.BytesIO()
    pdf.save(out)
    return out.getvalue()


def test_pages_without_text_wait_for_ocr(make_file, reading_of):
    words, drawn = b"BT /F1 12 Tf 72 700 Td (Contract HT-2024-001 of the parties) Tj ET", b"0 0 100 100 re f"
    reading = reading_of(make_file("a.pdf", make_pdf(words, drawn, b"", words)))
    assert (reading.outcome, reading.page_count) == ("read", 4)
    assert reading.scans == (2,)  # the third is blank: nothing is to be recognised there


def test_a_page_whose_text_is_rubbish_waits_for_ocr(make_file):
    """GBK bytes under a font that says nothing of it come out as Latin letters with accents."""
    shown = "人民法院关于审理民间借贷案件适用法律".encode("gbk")
    told = told_of(read_pdf, make_file("a.pdf", make_pdf(b"BT /F1 12 Tf 72 700 Td <" + shown.hex().encode() + b"> Tj ET")))
    assert [page.source for page in told.pages] == ["scan"]
    assert told.pages[0].text  # until then it is found as it is


def test_page_labels(make_file):
    labels = pikepdf.Dictionary(Nums=pikepdf.Array([0, pikepdf.Dictionary(S=pikepdf.Name.r), 1, pikepdf.Dictionary(S=pikepdf.Name.D)]))
    told = told_of(read_pdf, make_file("a.pdf", make_pdf(b"", b"", b"", PageLabels=labels)))
    assert [(page.number, page.label) for page in told.pages] == [(1, "i"), (2, "1"), (3, "2")]


def test_a_picture_bomb_is_not_opened(make_file, reading_of):
    out = io.BytesIO()
    Image.new("1", (1, 1)).save(out, "PNG")
    size = struct.pack(">II", 20_000, 20_000)  # the header says so: 400 million pixels
    header = b"IHDR" + size + out.getvalue()[24:29]
    content = out.getvalue()[:12] + header + struct.pack(">I", zlib.crc32(header)) + out.getvalue()[33:]
    reading = reading_of(make_file("a.png", content))
    assert reading.outcome == "failed"
    assert "pixels" in reading.reason_en
