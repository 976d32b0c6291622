"""Administration of people, the audit log's page, and the first page of each role."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from casefiles.actor import today
from casefiles.db import saving, session
from casefiles.models import Deadline

NEW = {"email": "New@Example.test", "name": "新人", "role": "finance", "department": "财务部", "password": "long enough pass"}


def test_an_added_person_signs_in_with_the_first_password(app, signed_in):
    assert signed_in("admin").post("/people/", data=NEW).status_code == 302
    answer = app.test_client().post("/sign-in", data={"email": "new@example.test", "password": NEW["password"]})
    assert (answer.status_code, answer.location) == (302, "/")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        pytest.param({"password": "short"}, "at least 12", id="short password"), pytest.param({"email": "no address"}, "no e-mail address", id="no address"),
        pytest.param({"role": "king"}, "Choose a role", id="unknown role"), pytest.param({"name": " "}, "needs a name", id="no name"),
    ],
)  # fmt: skip
def test_a_wrong_person_is_refused_and_the_form_keeps_what_was_typed(signed_in, change, says):
    answer = signed_in("admin").post("/people/", data=NEW | change)
    assert answer.status_code == 422
    assert says in answer.text
    assert 'value="财务部"' in answer.text
    assert NEW["password"] not in answer.text


def test_the_same_address_twice_is_refused(signed_in):
    client = signed_in("admin")
    client.post("/people/", data=NEW)
    assert "is taken" in client.post("/people/", data=NEW).text


def test_a_reset_password_ends_sessions_and_a_disabled_person_stays_out(app, signed_in):
    admin, staff = signed_in("admin"), signed_in("legal_staff")
    assert admin.post(f"/people/{staff.person.id}/password", data={"password": "a new long password"}).status_code == 302
    assert staff.get("/").status_code == 302
    assert app.test_client().post("/sign-in", data={"email": staff.person.email, "password": "a new long password"}).status_code == 302
    assert admin.post(f"/people/{staff.person.id}/disable").status_code == 302
    assert app.test_client().post("/sign-in", data={"email": staff.person.email, "password": "a new long password"}).status_code == 422


def test_an_administrator_cannot_lock_the_door_behind_themselves(signed_in):
    admin = signed_in("admin")
    assert admin.post(f"/people/{admin.person.id}/disable").status_code == 409
    assert admin.get("/people/").status_code == 200


def test_the_log_says_in_words_that_it_is_sound(signed_in):
    answer = signed_in("legal_manager").post("/audit/verify")
    assert "The chain is sound" in answer.text


def test_the_log_names_the_first_entry_that_was_changed(signed_in):
    from sqlalchemy import text

    client = signed_in("legal_manager")
    client.get("/cases/")
    client.get("/cases/")
    with saving():
        for (trigger,) in session.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
            session.execute(text(f"DROP TRIGGER {trigger}"))  # somebody with the database in hand
        session.execute(text("UPDATE audit_entries SET person = 'nobody' WHERE id = 1"))
    page = client.post("/audit/verify").text
    assert "Entry 1 does not fit" in page


def test_the_log_is_filtered_by_event_case_person_and_day(signed_in, make_case):
    make_case("DC-1")
    make_case("DC-2")
    client = signed_in("legal_manager")
    client.get("/cases/DC-1")
    client.get("/cases/DC-2")
    day = today().isoformat()
    assert "DC-2" not in rows(client, "?case=DC-1")
    assert "evidence chain" not in rows(client, "?event=list")
    assert "DC-1" in rows(client, f"?from={day}&until={day}")
    assert "No entry fits" in client.get("/audit/?until=2020-01-01").text
    assert "No entry fits" in client.get("/audit/?person=nobody%25").text
    assert client.get("/audit/?from=never").status_code == 200


def rows(client, query):
    return client.get(f"/audit/{query}").text.split("<tbody>")[1]


def test_an_auditor_reads_no_entries_of_open_cases(signed_in, make_case):
    make_case("OPEN-1")
    make_case("CLOSED-1", state="archived")
    manager = signed_in("legal_manager")
    manager.get("/cases/OPEN-1")
    manager.get("/cases/CLOSED-1")
    page = rows(signed_in("auditor"), "")
    assert "CLOSED-1" in page
    assert "OPEN-1" not in page


@pytest.fixture
def told(make_case):
    """An archived case and what its log says of a privileged paper, a contract and the claim."""
    from casefiles import audit
    from casefiles.actor import operator

    make_case("CLOSED-1", state="archived")
    with saving():
        audit.record(operator(), "upload", "D71", case_id="CLOSED-1", type="privileged_note", name="底线八十万.docx")
        audit.record(operator(), "upload", "D72", case_id="CLOSED-1", type="contract", name="买卖合同.pdf")
        audit.record(operator(), "edit", "claim", case_id="CLOSED-1", claim={"principal": "317400.00"})
        audit.record(operator(), "verify", "audit log", entries=4711)


@pytest.mark.parametrize(
    ("role", "seen"),
    [
        pytest.param("legal_manager", {"底线八十万", "买卖合同", "317400.00", "4711"}, id="the manager reads all of it"),
        pytest.param("auditor", {"买卖合同", "317400.00", "4711"}, id="an auditor not what was entered about papers closed to auditors"),
        pytest.param("admin", {"4711"}, id="an administrator no content of a case"),
    ],
)
def test_the_log_tells_nobody_what_the_case_file_would_not(signed_in, told, role, seen):
    page = rows(signed_in(role), "")
    assert {words for words in ("底线八十万", "买卖合同", "317400.00", "4711") if words in page} == seen
    assert {"D71", "D72"} <= set(page.replace("<", " ").replace(">", " ").split())  # that something happened is seen by all three
    assert "principal" not in page or role != "admin"


@pytest.mark.parametrize("role", ["legal_staff", "legal_manager", "finance"])
def test_home_shows_what_ends_soon_what_is_broken_and_the_pipeline(signed_in, make_case, role):
    make_case("SOON", balance=Decimal("1000.50"))
    with saving():
        session.add(Deadline(case_id="SOON", kind="limitation", subject="FP-1", last_day=today() + timedelta(10), detail={}))
    make_case("BROKEN", blocking_count=2, balance=Decimal("0.25"))
    make_case("ELSEWHERE", department="另一部门", blocking_count=9, balance=Decimal("5.00"))
    page = signed_in(role).get("/").text
    assert "10 days left" in page
    assert "2 findings block" in page
    assert ("¥1,000.75" in page) == (role == "legal_staff")
    assert ("ELSEWHERE" in page) == (role != "legal_staff")


def test_a_collector_has_two_large_buttons_on_each_case(signed_in, make_case, make_grant):
    client = signed_in("collector")
    make_grant(make_case("DC-1"), client.person)
    make_case("DC-2")
    page = client.get("/").text
    assert "/cases/DC-1/documents/upload?type=delivery_receipt" in page
    assert "/cases/DC-1/documents/upload?type=call_recording" in page
    assert "DC-2" not in page


def test_a_lawyer_sees_the_day_the_access_ends(signed_in, make_case, make_grant):
    client = signed_in("external_lawyer")
    make_grant(make_case("DC-1"), client.person, ends_on=today() + timedelta(41))
    assert (today() + timedelta(41)).isoformat() in client.get("/").text
    assert "41 days left" in client.get("/").text


def test_latest_documents_are_those_one_may_read(signed_in, make_case, make_document, make_grant):
    case = make_case("DC-1")
    make_document(case, content=b"a", name="contract.pdf")
    make_document(case, type="call_recording", content=b"b", name="secret-call.wav")
    make_document(make_case("DC-2", department="另一部门"), content=b"c", name="foreign.pdf")
    lawyer, finance, staff = signed_in("external_lawyer"), signed_in("finance"), signed_in("legal_staff")
    make_grant(case, lawyer.person)
    assert "secret-call.wav" not in finance.get("/").text
    assert "secret-call.wav" in lawyer.get("/").text
    assert "foreign.pdf" not in lawyer.get("/").text + staff.get("/").text


@pytest.mark.parametrize(("role", "named"), [("legal_manager", True), ("admin", False), ("finance", False)])
def test_failed_work_is_shown_and_only_the_law_department_sees_of_what(signed_in, make_case, make_document, role, named):
    from casefiles.models import Job, JobState

    document = make_document(make_case("DC-1"), content=b"a", name="broken.pdf")
    with saving():
        session.add(Job(name="read_document", document_id=document.id, state=JobState.FAILED, reason="damaged xref", created_at=datetime.now(UTC)))
    page = signed_in(role).get("/").text
    assert ("damaged xref" in page) == named
    assert ("Reading a document" in page) == (role != "finance")
