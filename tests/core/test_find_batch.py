"""Batch search: the terms of a list in every writing, and a table in which nothing acts."""

import io

import openpyxl
import pytest

from casefiles import find_batch, runtime
from casefiles.commands import search as command
from casefiles.db import saving, session
from casefiles.entries import entries_of
from casefiles.errors import NotAllowed, NotUsable
from casefiles.find_query import narrowed, quoted
from casefiles.models import AuditEntry, Case, Document, Page, TextStatus
from casefiles.search import QueryError, parse

CASE = "EX-A-COMPLETE"


def sheet(*rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    draft = io.BytesIO()
    book.save(draft)
    return draft.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "terms"),
    [
        pytest.param("a.csv", "检索词,备注\r\n轴承座,甲\r\n\r\n示例北方,乙\r\n轴承座,再\r\n".encode("gb18030"), ["轴承座", "示例北方"], id="csv of Excel in GBK: heading, blank rows, the same twice"),
        pytest.param("a.csv", '"甲, 乙"\n"含""引号"""\n'.encode(), ["甲, 乙", '含"引号"'], id="quoted cells"),
        pytest.param("a.csv", "HT-1;x\nHT-2;y\n".encode("utf-8-sig"), ["HT-1", "HT-2"], id="semicolons and a mark"),
        pytest.param("a.txt", "甲公司, 上海\n 乙 公司 \n".encode("utf-16"), ["甲公司, 上海", "乙 公司"], id="lines of a text"),
        pytest.param("a.xlsx", sheet(("Term", "x"), ("=1+1", "y"), (20240001, None), (None, "z"), ("送货单",)), ["=1+1（公式，未存计算值）", "20240001", "送货单"], id="Excel: first column"),
    ],
)  # fmt: skip
def test_the_terms_of_a_list(name, content, terms):
    assert find_batch.terms_in(name, content) == terms


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        pytest.param("a.csv", b"", "Choose the file", id="nothing"),
        pytest.param("a.csv", b"term\n\n,x\n", "no term", id="a heading alone"),
        pytest.param("a.txt", b"\n".join(b"%d" % n for n in range(1001)), "1001 terms", id="too many"),
        pytest.param("a.txt", b"x" * 1_000_001, "1 MB", id="too large"),
        pytest.param("a.txt", bytes(range(256)) * 8, "neither text", id="no text"),
        pytest.param("a.xlsx", b"PK\x03\x04 broken", "not", id="a damaged workbook"),
        pytest.param("a.csv", b'"' + b"x" * 200_000 + b'"', "could not be read", id="a cell beyond the reader's limit"),
        pytest.param("a.csv", '"逾期付款\n轴承座\n'.encode(), "do not pair", id="a quotation mark that nothing closes: not one term to the end"),
    ],
)
def test_a_list_that_cannot_be_used_says_why(name, content, words):
    with pytest.raises(NotUsable) as refused:
        find_batch.terms_in(name, content)
    assert words in refused.value.message
    assert "未检索" in refused.value.zh


@pytest.mark.parametrize("text", ["轴承座", '含"引号"', "「书」", '"「』', "“弯”", "(a) OR b", "a*", "type:x", "（2024）京01民初1号", "x" * 200])
def test_a_term_is_one_phrase_whatever_stands_in_it(text):
    assert parse(quoted(text)).exact


def test_chosen_values_stand_beside_the_words():
    filters = [("type", "contract"), ("type", "invoice"), ("party", "甲(集团) 公司"), ("year", "2024")]
    assert narrowed("合同 OR 发票", filters) == '(合同 OR 发票) (type:contract OR type:invoice) party:"甲(集团) 公司" date:2024'
    assert narrowed("合同", []) == "合同"
    assert narrowed(" ", [("stage", "litigation")]) == "stage:litigation"
    with pytest.raises(QueryError) as refused:
        narrowed("a) OR (b", [("type", "contract")])
    assert refused.value.position == 1


@pytest.fixture
def found_in(case_a):
    """Case A with two papers: one whose text and name would act in a spreadsheet, one of 250 pages."""
    with saving():
        for name, pages in (("=cmd|calc", ["=HYPERLINK(1) 轴承座\x00\u202e"]), ("长.pdf", [f"不可抗力 第{number}页" for number in range(250)])):
            rows = [Page(number=number, label=str(number), text=text) for number, text in enumerate(pages, 1)]
            session.add(Document(case_id=CASE, ref=f"R{len(pages)}", type="contract", name=name, listed_in="documents", fields={}, text_status=TextStatus.READ, received_at=case_a.opened_at, pages=rows))
    session.remove()
    runtime.engine().add(entries_of(session.get_one(Case, CASE)))
    session.remove()


def rows(batch, number):
    return [tuple(cell.value for cell in row) for row in openpyxl.load_workbook(io.BytesIO(batch.content)).worksheets[number].iter_rows(min_row=2)]


def test_what_a_batch_gives(found_in, somebody):
    batch = find_batch.run(somebody("legal_manager"), ["轴承座", "没有的词", "不可抗力", "a" * 201], language=False)
    summary = rows(batch, 0)
    assert summary[0] == ("轴承座", 1, 1, 1, None)
    assert summary[1] == ("没有的词", 0, 0, 0, None)
    assert summary[2][:4] == ("不可抗力", "≥ 1", "≥ 1", 250)
    assert "Only 200" in summary[2][4]
    assert "not searched" in summary[3][4]
    assert (batch.terms, batch.places) == (4, 251)
    places = rows(batch, 1)
    assert len(places) == 201
    assert places[0][1:6] == (CASE, "示例北方装备制造有限公司", "R1", "=cmd|calc", 1)
    assert places[0][6].rstrip() == "=HYPERLINK(1) 【轴承座】"  # nothing that turns text around
    book = openpyxl.load_workbook(io.BytesIO(batch.content))
    assert {cell.data_type for row in book.worksheets[1].iter_rows() for cell in row if isinstance(cell.value, str)} == {"s"}
    assert all(cell.hyperlink is None for row in book.worksheets[1].iter_rows() for cell in row)


def test_a_term_may_be_a_query(found_in, somebody):
    batch = find_batch.run(somebody("legal_manager"), ["轴承座 OR 不可抗力 NOT 第1页", "(轴承座"], language=True)
    assert rows(batch, 0)[0][3] == 250  # one page with 轴承座, and 250 but the first; "第1页" stands on that one only: others are written 第10页
    assert rows(batch, 0)[1][4].endswith("A bracket is not closed.")


@pytest.mark.parametrize("role", ["external_lawyer", "collector", "finance", "admin"])
def test_it_is_for_auditors_and_the_law_department(instance, somebody, role):
    assert not find_batch.allowed(somebody(role))
    with pytest.raises(NotAllowed):
        find_batch.run(somebody(role), ["x"], language=False)


def test_an_auditor_finds_nothing_of_a_running_case(found_in, somebody):
    assert find_batch.run(somebody("auditor"), ["轴承座"], language=False).places == 0


def test_the_command_writes_the_table(found_in, instance, tmp_path, monkeypatch):
    from click.testing import CliRunner

    (tmp_path / "terms.txt").write_text("轴承座\n不可抗力\n", encoding="utf-8")
    monkeypatch.setenv("CASEFILES_DATA", str(instance.settings.data))
    done = CliRunner().invoke(command.search, ["--batch", str(tmp_path / "terms.txt"), "--out", str(tmp_path / "x.xlsx"), "--json"])
    assert (done.exit_code, '"places": 251' in done.stdout) == (0, True)
    assert openpyxl.load_workbook(tmp_path / "x.xlsx").worksheets[0]["A2"].value == "轴承座"
    assert [(entry.object, entry.detail["terms"]) for entry in session.query(AuditEntry).filter_by(event="search")] == [("batch", 2)]
    wrong = CliRunner().invoke(command.search, ["--batch", str(tmp_path / "terms.txt")])
    assert wrong.exit_code == 2
    assert CliRunner().invoke(command.search, []).exit_code == 2
