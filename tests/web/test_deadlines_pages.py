"""The deadlines of a case and of all cases: what they say, to whom, and how a court date is entered and settled."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from casefiles import assess
from casefiles.actor import today
from casefiles.db import saving, session
from casefiles.models import Case, CollectionEntry, CourtDate, Deadline, Notice, Promise, Recording


@pytest.fixture
def dated(app):
    """dated(case, hearing=...): a case with a court date, assessed."""

    def make(case, kind="hearing", day=None, **columns):
        with saving():
            file = session.get_one(Case, case.case_id)
            file.court_dates.append(CourtDate(kind=kind, date=day or today() + timedelta(5), entered_at=datetime.now(UTC), **columns))
            session.flush()
            assess.refresh(file, today())
        session.remove()

    return make


def test_the_tab_says_how_long_is_left_what_ends_it_and_on_which_law_it_rests(signed_in, make_case, dated):
    case = make_case("DC-1")
    dated(case, "evidence_period", today() - timedelta(2))
    page = signed_in("legal_staff").get("/cases/DC-1/deadlines").text
    assert "2 days past" in page
    assert "receipt of the evidence handed in" in page
    assert "Evidence Provisions art. 51" in page


def test_the_tab_of_an_example(signed_in, example):
    example("case-c-insolvency")
    page = signed_in("legal_staff").get("/cases/EX-C-INSOLVENCY/deadlines").text
    assert [day in page for day in ("2026-05-25", "2026-06-08", "2026-06-23", "2026-12-30")] == [True] * 4
    assert "Upload: claim table" in page


def test_time_barred_debts_are_named_with_the_two_ways_to_revive_them(signed_in, example):
    case = example("case-b-five-defects")
    with saving():
        session.query(Case).filter_by(case_id=case.case_id).update({"as_of": date(2027, 1, 10)})
    page = signed_in("legal_staff").get(f"/cases/{case.case_id}/deadlines?as_of=own").text
    assert "Limitation of FP-12, FP-13, FP-14 ended on 2026-11-20." in page
    assert "Civil Code art. 192" in page


def test_a_court_date_is_entered_and_settled_by_a_document_of_the_case(signed_in, make_case, make_document, make_packet, log_of):
    case = make_case("DC-1")
    paper, other = make_document(case, ref="D001"), make_document(make_case("DC-2"), ref="D777")
    client = signed_in("legal_staff")
    day = str(today() + timedelta(6))
    assert client.post("/cases/DC-1/deadlines/court-dates", data={"kind": "court_fee", "date": str(today()), "note": "通知"}).status_code == 302
    assert (today() + timedelta(7)).isoformat() in client.get("/cases/DC-1/deadlines").text  # seven days from the notice
    row = session.scalar(select(CourtDate.id))
    assert client.post(f"/cases/DC-1/deadlines/court-dates/{row}", data={"document": other.ref}).status_code == 409
    assert session.get_one(CourtDate, row).done_by is None
    session.remove()
    assert client.post(f"/cases/DC-1/deadlines/court-dates/{row}", data={"document": paper.ref}).status_code == 302
    session.remove()
    assert (session.get_one(CourtDate, row).done_by, session.scalar(select(Deadline.id).where(Deadline.kind == "court_fee"))) == ("D001", None)
    assert "settled by D001" in client.get("/cases/DC-1/deadlines").text
    assert ("edit", "court date") in log_of()
    assert client.post("/cases/DC-1/deadlines/court-dates", data={"kind": "party", "date": day}).status_code == 409
    assert client.post("/cases/DC-1/deadlines/court-dates", data={"kind": "hearing", "date": "soon"}).status_code == 409


def test_there_is_no_way_to_dismiss_a_reminder(app):
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules() if rule.endpoint.startswith("deadlines.")}
    assert endpoints == {"deadlines.index", "deadlines.show", "deadlines.add", "deadlines.settle", "deadlines.owner"}


def test_the_manager_names_the_person_in_charge(signed_in, make_case, make_person):
    make_case("DC-1")
    person, stranger = make_person("legal_staff", name="林法务"), make_person("collector")
    client = signed_in("legal_manager")
    assert client.post("/cases/DC-1/deadlines/owner", data={"person": person.id}).status_code == 302
    assert session.get_one(Case, "DC-1").owner_id == person.id
    session.remove()
    assert "林法务" in client.get("/cases/DC-1/deadlines").text
    assert client.post("/cases/DC-1/deadlines/owner", data={"person": stranger.id}).status_code == 409
    client.post("/cases/DC-1/deadlines/owner", data={"person": ""})
    session.remove()
    assert session.get_one(Case, "DC-1").owner_id is None


def test_reminders_given_are_shown_to_the_law_department_only(signed_in, make_case, make_person, make_grant, dated):
    case, person = make_case("DC-1"), make_person("legal_staff", name="林法务")
    dated(case, day=today() + timedelta(7))
    with saving():
        row = {"case_id": "DC-1", "kind": "hearing", "subject": str(today() + timedelta(7)), "last_day": today() + timedelta(7), "threshold": "-7"}
        session.add(Notice(**row, person_id=person.id, given_on=today(), given_at=datetime.now(UTC)))
    assert "1 reminder given" in signed_in("legal_staff").get("/cases/DC-1/deadlines").text
    lawyer = signed_in("external_lawyer")
    make_grant(case, lawyer.person)
    page = lawyer.get("/cases/DC-1/deadlines").text
    assert ("Hearing" in page, "林法务" in page) == (True, False)


def test_the_list_holds_the_cases_a_person_sees_and_no_others(signed_in, make_case, make_grant, dated):
    for name, department in (("MINE-1", "法务部"), ("ELSE-1", "另一部门")):
        dated(make_case(name, department=department))
    seen = {}
    for role in ("legal_staff", "legal_manager", "external_lawyer", "finance"):
        page = signed_in(role).get("/deadlines/").text
        seen[role] = ("MINE-1" in page, "ELSE-1" in page)
    assert seen == {"legal_staff": (True, False), "legal_manager": (True, True), "external_lawyer": (False, False), "finance": (True, True)}


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        pytest.param("?kind=hearing", ["DC-1"], id="by kind"),
        pytest.param("?kind=nonsense", ["DC-1", "DC-2"], id="a kind that is none is left out"),
        pytest.param("?until=2001-01-01", [], id="until a day"),
        pytest.param("?until=tomorrow", ["DC-1", "DC-2"], id="a day that is none is left out"),
        pytest.param("?owner=999999", [], id="by owner"),
        pytest.param("?owner=x", ["DC-1", "DC-2"], id="an owner that is none is left out"),
        pytest.param("?page=999", ["DC-1", "DC-2"], id="a page beyond the end"),
    ],
)
def test_the_list_is_filtered(signed_in, make_case, dated, query, shown):
    dated(make_case("DC-1"))
    dated(make_case("DC-2"), "court_fee", today())
    page = signed_in("legal_staff").get(f"/deadlines/{query}").text
    assert [name for name in ("DC-1", "DC-2") if f">{name}<" in page] == shown


def test_the_first_page_lists_what_is_near_and_the_managers_page_what_was_escalated_first(signed_in, make_case, dated):
    dated(make_case("FAR-1", state="litigation"), day=today() + timedelta(200))
    dated(make_case("NEAR-1"), day=today() + timedelta(5))
    dated(make_case("LAST-1"), day=today() + timedelta(6))
    with saving():
        session.query(Deadline).filter_by(case_id="LAST-1", kind="hearing").update({"escalated": True})
    staff, manager = (signed_in(role).get("/").text for role in ("legal_staff", "legal_manager"))
    assert "FAR-1" not in staff.partition("What needs attention")[2].partition("</section>")[0]
    for page, order in ((staff, ["NEAR-1", "LAST-1"]), (manager, ["LAST-1", "NEAR-1"])):
        panel = page.partition("What needs attention")[2].partition("</section>")[0]
        assert sorted(order, key=panel.index) == order


def promise_in(case, make_document, *, day, by=None):
    paper = make_document(case, type="call_recording", ref="V001", received_by_id=by, document_date=day - timedelta(3))
    with saving():
        file = session.get_one(Case, case.case_id)
        row = Recording(document_id=paper.id, date=day - timedelta(3), callee_identified_by="名片", details={})
        row.promise = Promise(date=day, amount=Decimal("100.00"))
        file.recordings.append(row)
        session.flush()
        assess.refresh(file, today())
    session.remove()


@pytest.mark.parametrize(
    ("role", "own", "shown"),
    [
        pytest.param("legal_staff", False, True, id="legal staff"),
        pytest.param("collector", False, False, id="a collector, of a recording made by somebody else"),
        pytest.param("collector", True, True, id="a collector, of an own recording"),
        pytest.param("finance", False, False, id="finance reads no recordings"),
    ],
)
def test_a_promise_is_shown_to_those_who_may_know_the_recording(signed_in, make_case, make_document, make_grant, role, own, shown):
    case, client = make_case("DC-1"), signed_in(role)
    if role == "collector":
        make_grant(case, client.person)
    promise_in(case, make_document, day=today() + timedelta(2), by=client.person.id if own else None)
    assert [("Promise in V001" in client.get(url).text) for url in ("/cases/DC-1/deadlines", "/deadlines/")] == [shown, shown]


def test_a_promise_of_the_collection_log_is_not_shown_to_finance(signed_in, make_case):
    make_case("DC-1")
    with saving():
        file = session.get_one(Case, "DC-1")
        told = {"date": today() - timedelta(1), "channel": "phone", "result": "promised", "promise_date": today() + timedelta(2),
                "promise_amount": Decimal("100.00"), "entered_at": datetime.now(UTC)}
        file.collection_log.append(CollectionEntry(**told))
        session.flush()
        assess.refresh(file, today())
    session.remove()
    for role, shown in (("legal_staff", True), ("finance", False)):
        client = signed_in(role)
        assert [(f"→ {today() + timedelta(2)}" in client.get(url).text) for url in ("/cases/DC-1/deadlines", "/deadlines/")] == [shown, shown]


def test_the_administrator_sees_why_mail_fails_and_nothing_of_the_case(signed_in, make_case, make_person):
    make_case("DC-1")
    person = make_person("legal_staff")
    with saving():
        row = {"case_id": "DC-1", "kind": "hearing", "subject": "x", "last_day": today(), "threshold": "0", "given_on": today(), "given_at": datetime.now(UTC)}
        session.add(Notice(**row, person_id=person.id, mail_error="the mail server refused the address"))
    page = signed_in("admin").get("/").text
    assert ("the mail server refused the address" in page, "1 reminder waits" in page, "DC-1" in page) == (True, True, False)
