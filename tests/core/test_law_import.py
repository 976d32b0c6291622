"""Rows published after the release: read as people have them, taken whole or not at all, counted by every calculation, written into the log."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from casefiles import supplements
from casefiles.db import saving, session
from casefiles.errors import NotAllowed, NotUsable
from casefiles.law import load_law, package_law
from casefiles.models import AuditEntry, LawRow, Role
from casefiles.rules.calendar import statutory_last_day
from casefiles.rules.interest import lpr_on

DAY = date.fromisoformat
OCTOBER = "date,1y,5y\n2026-10-20,2.90,3.40\n"
NOTICE = "date,kind\n2027-01-01,off\n2027-02-06,off\n2027-02-14,working\n2027-05-01,off\n2027-05-03,off\n2027-10-01,off\n"


@pytest.fixture(autouse=True)
def package_law_afterwards():
    yield
    supplements.use_package_alone()


@pytest.fixture
def take(instance, actor):
    """take("lpr", text): import a table as the operator; the text may be bytes."""

    def take(kind, text, *, by=actor, replace=False):
        content = text if isinstance(text, bytes) else text.encode()
        with saving():
            done = supplements.import_rows(by, kind, "rows.csv", content, replace=replace)
        supplements.refresh_law()
        return done

    return take


def rows():
    return [(row.kind, row.day.isoformat(), dict(row.values), row.status) for row in session.scalars(select(LawRow).order_by(LawRow.day))]


def test_a_new_publication_counts_from_its_day(take):
    done = take("lpr", OCTOBER)
    assert (done.added, done.replaced, done.unchanged) == ((DAY("2026-10-20"),), (), 0)
    assert lpr_on(DAY("2026-11-22"), load_law()).one_year == Decimal("2.90")
    assert lpr_on(DAY("2026-10-19"), load_law()).one_year == Decimal("3.00")
    assert load_law().lpr == tuple(sorted(load_law().lpr, key=lambda row: row.published))
    assert package_law().lpr[-1].published == DAY("2026-09-20")


@pytest.mark.parametrize(
    "content",
    [
        pytest.param("日期,一年期,五年期以上\r\n2026-10-20,2.90,3.40\r\n".encode("gb18030"), id="GBK with CRLF"),
        pytest.param(b"\xef\xbb\xbf" + OCTOBER.encode(), id="UTF-8 with BOM"),
        pytest.param("公布日期\t1年期LPR\t5年期以上LPR\n2026/10/20\t2.90%\t3.40%\n".encode("utf-16"), id="Unicode text of a spreadsheet"),
        pytest.param("date;1Y;5Y\n2026年10月20日;2.9;3.4\n".encode(), id="semicolons and a Chinese date"),
        pytest.param(b"\n5y,date,1y,note\n,,,\n3.40,2026/10/20 0:00:00,2.90,x\n\n", id="other order, empty lines, a column more"),
        pytest.param("日期，一年期，五年期以上\n2026－10－20，２.90％，3.40％\n".replace("，", ",").encode(), id="full-width characters"),
    ],
)
def test_ways_to_write_a_table(take, content):
    take("lpr", content)
    assert rows() == [("lpr", "2026-10-20", {"1y": "2.90", "5y": "3.40"}, "confirmed")]


@pytest.mark.parametrize(
    ("kind", "text", "said"),
    [
        pytest.param("lpr", "date,1y,5y\n2026-02-30,3,3\n2026-10-20,x,3\n", ["rows.csv:2: 2026-02-30 is no day", "rows.csv:3: 1y: 'x' is no rate"], id="every bad line"),
        pytest.param("lpr", "date,1y,5y\n2026-10-20,0.03,3.4\n", ["percent"], id="a fraction instead of percent"),
        pytest.param("lpr", "date,1y,5y\n2026-10-20,3\n", ["rows.csv:2: 5y"], id="a cell is lacking"),
        pytest.param("lpr", "date,1y,5y\n2026-10-20,3.005,3.4\n", ["two decimals"], id="three decimals"),
        pytest.param("lpr", "date,1y,5y\n2026-11-23,3,3\n", ["future"], id="tomorrow"),
        pytest.param("lpr", "date,1y,5y\n2019-08-19,3,3\n", ["first publication"], id="before the first"),
        pytest.param("lpr", "date,1y,5y,status\n2026-10-20,3,3,sure\n", ["none of confirmed"], id="unknown status"),
        pytest.param("lpr", "date,1y,5y\n2026-10-20,3,3\n2026-10-20,3.1,3\n", ["rows.csv:3", "line 2"], id="one day twice"),
        pytest.param("lpr", "date,1y,5y\n2026-10-20,3,3\n2026-10-21,3,3\n", ["rows.csv:3", "line 2"], id="one month twice"),
        pytest.param("lpr", "date,1y,5y\n2026-04-20,3.10,3.50\nx,3,3\n", ["rows.csv:2", "confirmed row", "--replace", "rows.csv:3"], id="against a confirmed row"),
        pytest.param("lpr", "date,1y,5y\n2026-04-21,3.00,3.50\n", ["2026-04-20"], id="another day of a confirmed month"),
        pytest.param("lpr", "2026-10-20,3,3\n", ["header lacks date, 1y, 5y"], id="no header"),
        pytest.param("lpr", "date,1y,5y\n", ["no rows"], id="no rows"),
        pytest.param("lpr", "", ["is empty"], id="empty"),
        pytest.param("lpr", b"PK\x03\x04abc", ["workbook"], id="a workbook"),
        pytest.param("lpr", b"date\0,1y,5y\n", ["no text file"], id="binary"),
        pytest.param("lpr", b"x" * (1 << 20) + b"x", ["larger than 1 MB"], id="too large"),
        pytest.param("lpr", 'date,1y,5y\n"' + "x" * 200_000, ["rows.csv:"], id="an endless cell"),
        pytest.param("holiday", "date,kind\n2027-01-01,holiday?\n", ["none of off, working"], id="unknown kind"),
        pytest.param("holiday", NOTICE + "2027-02-15,working\n", ["rows.csv:8: 2027-02-15 is no weekend"], id="a Monday made a working day"),
        pytest.param("holiday", "date,kind\n2027-01-01,off\n", ["not whole", "2027-05-01, 2027-10-01"], id="half a notice"),
        pytest.param("holiday", "date,kind\n2026-10-01,working\n", ["no weekend"], id="National Day is a Thursday"),
        pytest.param("holiday", "date,kind\n2026-10-09,off\n", ["working in the notice of 2026", "--replace"], id="against the notice on file"),
        pytest.param("holiday", "date,kind\n2062-10-09,off\n", ["out of range"], id="a slip in the year"),
    ],
)  # fmt: skip
def test_a_table_with_one_bad_line_is_refused_whole(take, kind, text, said):
    with pytest.raises(NotUsable) as refused:
        take(kind, text)
    for words in said:
        assert words in refused.value.message
    assert "othing was imported" in refused.value.message
    assert "未导入任何数据" in refused.value.zh
    assert rows() == []


def test_the_same_rows_again_change_nothing(take):
    take("lpr", OCTOBER)
    stamp = session.scalar(select(LawRow.imported_at))
    done = take("lpr", OCTOBER)
    assert (done.added, done.replaced, done.unchanged) == ((), (), 1)
    assert session.scalar(select(LawRow.imported_at)) == stamp
    assert take("lpr", "date,1y,5y\n2026-04-20,3.00,3.50\n").unchanged == 1  # the package's own row


def test_a_secondary_row_gives_way_to_the_official_one_of_its_month(take):
    done = take("lpr", "date,1y,5y,source\n2026-09-21,3.00,3.50,official site\n")  # the package has the 20th from a secondary source
    september = [row for row in load_law().lpr if (row.published.year, row.published.month) == (2026, 9)]
    assert [(row.published, row.status) for row in september] == [(DAY("2026-09-21"), "confirmed")]
    assert done.added == (DAY("2026-09-21"),)


def test_a_secondary_row_never_takes_the_place_of_a_confirmed_one_unasked(take):
    assert take("lpr", "date,1y,5y,status\n2026-04-20,3.00,3.50,二手\n").unchanged == 1
    assert lpr_on(DAY("2026-04-20"), load_law()).status == "confirmed"


def test_a_confirmed_row_is_replaced_when_asked_and_the_log_tells_it(take, actor):
    take("lpr", OCTOBER)
    later = replace(actor, now=actor.now + timedelta(hours=1))
    done = take("lpr", "date,1y,5y\n2026-10-20,2.80,3.30\n", by=later, replace=True)
    assert (done.added, done.replaced) == ((), (DAY("2026-10-20"),))
    assert lpr_on(DAY("2026-10-25"), load_law()).one_year == Decimal("2.80")
    take("lpr", "date,1y,5y\n2026-10-21,2.80,3.30\n", by=later, replace=True)
    assert [row[1] for row in rows()] == ["2026-10-21"]  # one publication a month
    entries = session.scalars(select(AuditEntry).where(AuditEntry.object == "law table lpr").order_by(AuditEntry.id)).all()
    assert [entry.detail["replaced"] for entry in entries] == [[], ["2026-10-20"], []]
    assert entries[1].detail["rows"] == [{"day": "2026-10-20", "1y": "2.80", "5y": "3.30", "status": "confirmed", "source": ""}]


def test_a_holiday_notice_makes_the_roll_known(take):
    assert statutory_last_day(DAY("2027-05-01"), load_law()) == "needs holiday calendar of 2027"
    take("holiday", NOTICE)
    law = load_law()
    assert statutory_last_day(DAY("2027-05-01"), law) == DAY("2027-05-04")  # Saturday and Sunday, and Monday the 3rd is off
    assert statutory_last_day(DAY("2027-02-14"), law) == DAY("2027-02-14")  # a Sunday that is worked
    assert statutory_last_day(DAY("2027-02-07"), law) == DAY("2027-02-08")
    assert set(law.holidays) == {2025, 2026, 2027}


def test_a_notice_on_file_is_mended_only_when_asked(take):
    take("holiday", "日期,类型\n2026-10-09,放假\n2026-10-10,休\n", replace=True)
    assert statutory_last_day(DAY("2026-10-09"), load_law()) == DAY("2026-10-12")  # the 10th was a working Saturday before
    assert take("holiday", "date,kind\n2026-10-09,off\n2026-10-17,off\n").unchanged == 2  # a plain Saturday is off anyhow


def test_the_law_in_use_follows_the_database(take, actor):
    take("lpr", OCTOBER)
    with saving():
        row = session.scalars(select(LawRow)).one()
        row.values, row.imported_at = {"1y": "2.50", "5y": "3.00"}, datetime(2026, 11, 22, 4, tzinfo=UTC)  # as another process would
    supplements.refresh_law()
    assert lpr_on(DAY("2026-10-25"), load_law()).one_year == Decimal("2.50")
    with saving():
        session.delete(session.scalars(select(LawRow)).one())
    supplements.refresh_law()
    assert load_law() == package_law()


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.LEGAL_MANAGER])
def test_only_the_legal_manager_imports(take, actor, role):
    with pytest.raises(NotAllowed):
        take("lpr", OCTOBER, by=replace(actor, role=role))
    assert rows() == []


def test_status_tells_how_far_the_law_reaches(take):
    before = supplements.status(load_law(), DAY("2026-11-22"))
    assert before["lpr"]["last_confirmed"] == {"date": "2026-04-20", "1y": "3.00", "5y": "3.50", "status": "confirmed"}
    assert (before["lpr"]["last"]["date"], before["lpr"]["missing_months"]) == ("2026-09-20", ["2026-10"])
    assert before["holidays"] == {"years": [2025, 2026], "missing": [2027]}
    assert before["verify"]["total"] == sum(count for what, count in before["verify"].items() if what != "total")
    take("lpr", OCTOBER)
    take("holiday", NOTICE)
    after = supplements.status(load_law(), DAY("2026-11-22"))
    assert (after["lpr"]["last_confirmed"]["date"], after["lpr"]["missing_months"]) == ("2026-10-20", [])
    assert after["imported"] == {"lpr": 1, "holiday_years": [2027]}
