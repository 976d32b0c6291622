"""The collection tab, its form and corrections; the proposal to escalate; ageing on the first page; the hand-over list."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from casefiles import assess
from casefiles.actor import today
from casefiles.db import saving, session
from casefiles.models import Case, CollectionEntry

A = "/cases/EX-A-COMPLETE"
DAY = today()
TYPED = {
    "date": DAY.isoformat(), "channel": "phone", "person": "王建国，财务经理", "result": "promised", "note": "月底前付",
    "promise_date": (DAY + timedelta(30)).isoformat(), "promise_amount": "12.5万",
}  # fmt: skip


@pytest.fixture
def in_collection(example):
    """The complete sale while it is still with the collectors."""
    case = example("case-a-complete-sale")
    with saving():
        row = session.get_one(Case, case.case_id)
        row.state = "collection"
        session.flush()
        assess.refresh(row, DAY)
    return case


@pytest.fixture
def collector(signed_in, in_collection, make_grant):
    client = signed_in("collector")
    make_grant(in_collection, client.person)
    return client


def lines():
    session.remove()
    return session.scalars(select(CollectionEntry).order_by(CollectionEntry.id)).all()


def test_a_call_is_logged_and_shown_back_with_the_sum_as_understood(collector, log_of):
    answer = collector.post(f"{A}/collection", data=TYPED)
    assert (answer.status_code, answer.location) == (302, f"{A}/collection#log")
    page = collector.get(f"{A}/collection").text
    assert f"Logged: ¥125,000.00 is promised by {TYPED['promise_date']}." in page
    assert "王建国，财务经理" in page
    assert [(line.promise_amount, line.entered_by_id) for line in lines()] == [(Decimal("125000.00"), collector.person.id)]
    assert [event for event, _ in log_of() if event == "contact"] == ["contact"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        pytest.param({"promise_amount": "十万左右"}, "is no sum of money; write it like 125,000.00", id="a sum that is none"),
        pytest.param({"date": (DAY + timedelta(1)).isoformat()}, "lies in the future", id="tomorrow"),
        pytest.param({"person": ""}, "Say who was reached", id="nobody named"),
        pytest.param({"result": ""}, "Choose what came of it", id="no result chosen"),
    ],
)
def test_what_cannot_be_logged_keeps_what_was_typed(changes, said, collector):
    typed = TYPED | changes
    answer = collector.post(f"{A}/collection", data=typed)
    assert answer.status_code == 422
    assert said in answer.text
    assert "月底前付" in answer.text
    assert f'value="{typed["promise_amount"]}"' in answer.text
    assert lines() == []


def test_a_wrong_field_is_told_in_chinese(signed_in, in_collection):
    client = signed_in("legal_staff", language="zh")
    assert "“十万左右”不是金额" in client.post(f"{A}/collection", data=TYPED | {"promise_amount": "十万左右"}).text


def test_a_correction_stands_above_the_line_it_corrects(collector):
    collector.post(f"{A}/collection", data=TYPED)
    (line,) = lines()
    form = collector.get(f"{A}/collection?correct={line.id}").text
    assert "125000.00" in form
    assert "Note: why the line is corrected" in form
    answer = collector.post(f"{A}/collection/{line.id}/correct", data=TYPED | {"promise_amount": "25,000", "note": "金额听错"})
    assert answer.status_code == 302
    page = collector.get(f"{A}/collection").text
    assert page.index("¥25,000.00 by") < page.index("¥125,000.00 by")
    assert "corrected by a newer line" in page
    again = collector.get(f"{A}/collection?correct={line.id}")
    assert (again.status_code, "corrected already" in again.text) == (409, True)


def test_a_correction_without_a_note_comes_back_with_the_form(collector):
    collector.post(f"{A}/collection", data=TYPED)
    (line,) = lines()
    answer = collector.post(f"{A}/collection/{line.id}/correct", data=TYPED | {"note": ""})
    assert answer.status_code == 422
    assert "A correction needs a note" in answer.text
    assert f"/collection/{line.id}/correct" in answer.text


def test_a_collector_is_offered_the_correction_of_own_lines_only(collector, signed_in):
    signed_in("legal_staff").post(f"{A}/collection", data=TYPED)
    (line,) = lines()
    assert f"correct={line.id}" not in collector.get(f"{A}/collection").text
    assert collector.post(f"{A}/collection/{line.id}/correct", data=TYPED).status_code == 403


@pytest.mark.parametrize(("language", "said"), [("en", "no harassment, no false identity"), ("zh", "不得辱骂、恐吓、骚扰债务人")])
def test_the_rules_of_conduct_stand_above_the_form(language, said, signed_in, in_collection):
    page = signed_in("legal_staff", language=language).get(f"{A}/collection").text
    assert page.index(said) < page.index('name="promise_amount"')
    assert ("Civil Code art. 1033" if language == "en" else "《民法典》第1033条") in page
    assert ("Criminal Law art. 293-1" if language == "en" else "《刑法》第293条之一") in page


def test_promises_show_what_came_of_them(signed_in, in_collection):
    client = signed_in("legal_staff")
    late = {"date": (DAY - timedelta(40)).isoformat(), "promise_date": (DAY - timedelta(10)).isoformat(), "promise_amount": "80000"}
    client.post(f"{A}/collection", data=TYPED | late)
    client.post(f"{A}/collection", data=TYPED | {"promise_amount": ""})
    aside = client.get(f"{A}/collection").text.partition("<aside>")[2]
    told = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", aside))
    # the newest due day first; nothing was paid since, and 750,000.00 is the balance of the case
    assert re.search(r"everything owed ○ open ¥750,000\.00 to come .*¥80,000\.00 ✕ broken ¥80,000\.00 short .*by 2025-12-31 ¥100,000\.00 ✕ broken", told)


def test_a_promise_in_a_recording_of_somebody_else_is_not_told_to_a_collector(collector, signed_in):
    assert "by 2025-12-31" in signed_in("legal_staff").get(f"{A}/collection").text
    assert "by 2025-12-31" not in collector.get(f"{A}/collection").text


def test_the_tab_is_there_for_those_who_read_transcripts(signed_in, collector):
    assert f"{A}/collection" in collector.get(A).text
    assert f"{A}/collection" not in signed_in("finance").get(A).text


def test_an_archived_case_shows_its_log_without_the_form(signed_in, in_collection):
    with saving():
        session.get_one(Case, in_collection.case_id).state = "archived"
    page = signed_in("legal_manager").get(f"{A}/collection").text
    assert 'name="promise_amount"' not in page
    assert signed_in("legal_manager").post(f"{A}/collection", data=TYPED).status_code == 409


def test_the_case_says_why_it_should_go_to_the_law_department(signed_in, in_collection):
    page = signed_in("legal_staff").get(A).text
    # as of 2026-06-15 FP-02 (due 2024-05-20) is 756 days overdue, so are FP-03 and FP-04; 750,000.00 are open
    assert "FP-02 is 756 days overdue, more than 90 (and 2 more)" in page
    assert "¥750,000.00 is open, more than ¥500,000.00" in page
    assert f"{A}/stage" in page
    home = signed_in("legal_staff").get("/").text
    assert "Proposed for the law department" in home
    assert "Proposed for the law department" not in signed_in("finance").get("/").text


def test_a_case_in_the_hands_of_the_law_department_proposes_nothing(signed_in, example):
    example("case-a-complete-sale")
    assert "should go to the law department" not in signed_in("legal_staff").get(A).text
    assert "Proposed for the law department" not in signed_in("legal_staff").get("/").text


@pytest.fixture
def portfolio(make_case):
    make_case("YOUNG", ageing={"not_due": "1.00", "1-30": "1000.00"})
    make_case("OLD", ageing={"1-30": "500.50", "366+": "2000.00"})
    make_case("GONE", state="written_off", ageing={"366+": "9000.00"})
    make_case("ELSEWHERE", department="另一部门", ageing={"366+": "7000.00"})


def test_the_first_page_ages_what_the_person_sees_and_is_still_open(signed_in, portfolio):
    def rows(role):
        page = signed_in(role).get("/").text
        table = page[page.index('class="grid ageing"') :].partition("</table>")[0]
        told = re.findall(r"<tr>(.*?)</tr>", table, re.DOTALL)
        return [re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", row)).strip() for row in told][1:]

    assert rows("legal_staff") == [
        "not due 1 ¥1.00", "1-30 2 ¥1,500.50", "31-60 — —", "61-90 — —", "91-180 — —", "181-365 — —", "366+ 1 ¥2,000.00", "Sum ¥3,501.50",
    ]  # fmt: skip
    assert rows("legal_manager")[6:] == ["366+ 2 ¥9,000.00", "Sum ¥10,501.50"]
    assert rows("finance")[6] == "366+ 2 ¥9,000.00"


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        pytest.param("1-30", {"YOUNG", "OLD"}, id="two cases"),
        pytest.param("366%2B", {"OLD"}, id="neither what is written off nor another department's"),
        pytest.param("not_due", {"YOUNG"}, id="not due"),
        pytest.param("91-180", set(), id="none"),
        pytest.param("91-181", {"YOUNG", "OLD", "GONE"}, id="no bucket and no number: no filter"),
    ],
)
def test_a_bucket_leads_to_its_cases(asked, found, signed_in, portfolio):
    page = signed_in("legal_staff").get(f"/cases/?overdue={asked}").text
    assert {name for name in ("YOUNG", "OLD", "GONE", "ELSEWHERE") if f"/cases/{name}" in page} == found


def test_what_is_stored_for_lists_is_what_the_check_says(in_collection):
    row = session.get_one(Case, in_collection.case_id)
    assert row.ageing == {"366+": "750000.00"}
    assert [reason["code"] for reason in row.escalation] == ["overdue", "open_amount"]
    assert row.first_overdue_day.isoformat() == "2024-05-21"  # FP-02 was due on 2024-05-20; FP-01, due before it, is paid


def test_the_hand_over_list_is_chinese_and_names_every_document(signed_in, in_collection, log_of):
    page = signed_in("legal_staff").get(f"{A}/handover").text
    assert '<html lang="zh-Hans">' in page
    assert "案件材料移交清单" in page
    assert page.count("<tr>") == 1 + len(session.get_one(Case, in_collection.case_id).documents)
    assert "均由债权人保管" in page
    assert ("open", "hand-over list") in log_of()


def test_the_hand_over_list_leaves_out_what_the_person_may_not_know_of(collector):
    assert "通话录音" not in collector.get(f"{A}/handover").text


def test_the_place_of_an_original_stands_in_its_line(signed_in, make_case, make_document):
    case = make_case("DC-H")
    make_document(case, number="HT-1", original={"exists": True, "held_by": "lawyer", "location": "卷柜3"})
    assert re.search(r"HT-1.*律师 · 卷柜3", signed_in("legal_staff").get("/cases/DC-H/handover").text)


def test_a_collector_reaches_the_form_from_the_first_page(collector):
    assert f"{A}/collection#form" in collector.get("/").text
