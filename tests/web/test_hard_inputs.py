"""Inputs nobody means well with, on the pages of facts, log, deadlines, stage and calendar: a sentence, never a fault, and nothing that runs."""

from __future__ import annotations

import threading
from datetime import UTC, datetime

import pytest
from flask import url_for
from sqlalchemy import event, select

from casefiles import escalate_deletion, jobs, readers, runtime, work
from casefiles.actor import actor_of
from casefiles.db import saving, session
from casefiles.entries import entries_of
from casefiles.models import Approval, Case, Deadline, Document, Page, Person, State, TextStatus, Transition
from casefiles.revise.sections import SECTIONS, shape_of

CASE = "EX-A-COMPLETE"
SCRIPT = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"
PAGES = ("", "/documents", "/ledger", "/stage", "/facts", "/collection", "/handover", "/deadlines")
EARLY = {"date": "1900-01-01", "money": "0.01", "number": "0", "rate": "0.000000000001", "period": "1 month"}
LATE = {"date": "2200-12-31", "money": "9999999999999999.99", "number": "999999", "rate": "1", "period": "999 years"}


def filled(shape, said, path=""):
    """Every field of a form with the text `said` gives for its kind; one row in every list."""
    texts = {}
    for part in shape.parts:
        at = f"{path}.{part.key}" if path else part.key
        if part.kind in ("record", "records"):
            row = at if part.kind == "record" else f"{at}.0"
            texts |= filled(part, said, row) | ({row: "1"} if part.kind == "records" else {})
        elif part.kind == "sums":
            texts[f"{at}.{SCRIPT}"] = said["money"]
        else:
            plain = {"choice": part.choices[0] if part.choices else "", "paper": "+", "flag": "true", "uscc": "91000000MA0DDDD40Q", "texts": SCRIPT}
            texts[at] = said.get(part.kind) or plain.get(part.kind) or ("存续" if part.key == "registry_status" else SCRIPT)
    return texts


def version(case_id=CASE):
    session.remove()
    return session.get_one(Case, case_id).version


@pytest.mark.long
@pytest.mark.parametrize("name", ["case-a-complete-sale", "case-c-insolvency", "case-d-write-off-archive"])
@pytest.mark.parametrize("said", [pytest.param(EARLY, id="the earliest and least"), pytest.param(LATE, id="the latest and most")])
def test_every_section_with_the_extremes_and_a_script_leaves_every_page_whole(example, signed_in, name, said):
    case_id, manager = example(name).case_id, signed_in("legal_manager")
    taken = set()
    for section in SECTIONS.values():
        form = filled(shape_of(section), said) | {"version": version(case_id), "allow_invalid_uscc": "1"}
        answer = manager.post(f"/cases/{case_id}/facts/{section.name}", data=form)
        assert answer.status_code in {302, 422}, section.name
        taken |= {section.name} if answer.status_code == 302 else set()
        for url in ("/", "/cases/", "/deadlines/", *(f"/cases/{case_id}{page}" for page in PAGES), f"/cases/{case_id}/facts/{section.name}"):
            page = manager.get(url)
            assert (section.name, url, page.status_code) == (section.name, url, 200)
            assert "<script>alert" not in page.text
            assert "<img src=x" not in page.text
    assert len(taken) > 10


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "2201-01-01", "1899-12-31", "20261231", "2026-W01-1"])
@pytest.mark.parametrize(
    ("url", "form", "status"),
    [
        pytest.param("/facts/case", {"dispute_type": "sale_of_goods", "packet_kind": "lawsuit", "planned_filing_date": "{day}"}, 422, id="a fact"),
        pytest.param("/collection", {"date": "2026-01-02", "channel": "phone", "person": "x", "result": "promised", "promise_date": "{day}"}, 422, id="a promise"),
        pytest.param("/deadlines/court-dates", {"kind": "hearing", "date": "{day}"}, 409, id="a court date"),
    ],
)
def test_a_day_no_period_can_be_counted_from_is_refused(example, signed_in, url, form, status, day):
    if url == "/facts/case" and day == "2026-W01-1":
        pytest.skip("the form reads other ways to write a day")
    example("case-a-complete-sale")
    staff = signed_in("legal_staff")
    sent = {key: value.format(day=day) for key, value in form.items()} | {"version": version()}
    answer = staff.post(f"/cases/{CASE}{url}", data=sent)
    if url == "/facts/case" and day == "20261231":
        assert answer.status_code in {302, 422}
    else:
        assert answer.status_code == status
    assert staff.get(f"/cases/{CASE}/deadlines").status_code == 200


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01"])
def test_a_page_as_of_a_day_out_of_range_is_refused_in_words(example, signed_in, day):
    example("case-a-complete-sale")
    staff = signed_in("legal_staff")
    assert {staff.get(f"/cases/{CASE}{page}?as_of={day}").status_code for page in PAGES if page != "/handover"} <= {409, 200}
    assert staff.get(f"/cases/{CASE}?as_of={day}").status_code == 409


def test_more_rows_than_a_form_has_are_refused_and_none_is_dropped(example, signed_in):
    example("case-a-complete-sale")
    staff = signed_in("legal_staff")
    rows = {f"third_parties.{number}": "1" for number in range(10_000)} | {f"third_parties.{number}.name": "甲" for number in range(600)}
    for button in ({}, {"add": "third_parties"}, {"remove": "third_parties.0"}):
        answer = staff.post(f"/cases/{CASE}/facts/third_parties", data=rows | button | {"version": version()})
        assert (answer.status_code, "more than 500 rows" in answer.text) == (409, True)


@pytest.mark.parametrize(
    ("url", "form"),
    [
        pytest.param("/facts/creditor", {"creditor.name": "甲" * 33_000}, id="a fact"),
        pytest.param("/collection", {"date": "2026-01-02", "channel": "phone", "person": "甲" * 33_000, "result": "refused", "note": "甲" * 33_000}, id="the log"),
        pytest.param("/deadlines/court-dates", {"kind": "hearing" * 10_000, "date": "2026-12-01", "note": "\0" + "甲" * 33_000}, id="a court date"),
        pytest.param("/stage/move", {"to": "x" * 100_000, "reason": "\0" + "甲" * 33_000}, id="a move"),
        pytest.param("/stage/propose", {"to": "settlement", "reason": "甲", "said-" + "x" * 30_000: "y", "confirm-" + "x" * 30_000: "1"}, id="a statement"),
        pytest.param("/deadlines/owner", {"person": "9" * 100_000}, id="an owner"),
        pytest.param("/deadlines/owner", {"person": "99999999"}, id="an owner who is nobody"),
        pytest.param("/deadlines/owner", {"person": "²"}, id="an owner who is no number"),
    ],
)
def test_a_hundred_kilobytes_in_one_field_are_refused_in_words(example, signed_in, url, form):
    example("case-a-complete-sale")
    answer = signed_in("legal_manager").post(f"/cases/{CASE}{url}", data=form | {"version": version()})
    assert answer.status_code in {403, 409, 422}
    assert len(answer.text) < 1_000_000


def test_nobody_becomes_owner_by_a_number_that_names_nobody(example, signed_in):
    example("case-a-complete-sale")
    manager = signed_in("legal_manager")
    for person in (str(manager.person.id), "99999999"):
        manager.post(f"/cases/{CASE}/deadlines/owner", data={"person": person})
    session.remove()
    assert session.get_one(Case, CASE).owner_id == manager.person.id


def statements(app, client, url):
    engine, seen = session.get_bind(), []

    def count(*given):
        seen.append(given[2])

    session.remove()
    event.listen(engine, "before_cursor_execute", count)
    try:
        assert client.get(url).status_code == 200
    finally:
        event.remove(engine, "before_cursor_execute", count)
    return len(seen)


@pytest.mark.parametrize("role", ["legal_manager", "finance", "legal_staff", "collector", "external_lawyer", "auditor"])
@pytest.mark.parametrize("url", ["/", "/cases/", "/deadlines/"])
def test_the_number_of_statements_does_not_grow_with_the_cases(app, signed_in, make_case, make_grant, make_document, make_person, role, url):
    proposer, client = make_person("legal_manager"), signed_in(role)

    def more(count):
        for _ in range(count):
            case = make_case(state="written_off" if role == "auditor" else "enforcement_suspended")
            make_document(case, content=case.case_id.encode())
            make_grant(case, client.person)
            with saving():
                session.add(Approval(case_id=case.case_id, kind="transition", subject="written_off" if role == "finance" else "enforcement", reason="r", case_version=1,
                                     detail={}, proposed_by_id=proposer.id, proposed_at=datetime.now(UTC)))
                session.add(Deadline(case_id=case.case_id, kind="hearing", subject="2026-11-30", last_day=datetime.now(UTC).date(), escalated=True, detail={}))

    more(2)
    statements(app, client, url)
    few = statements(app, client, url)
    more(5)
    assert statements(app, client, url) <= few


def test_two_people_who_move_a_case_at_once_move_it_once(app, example, signed_in):
    example("case-a-complete-sale")
    with saving():
        session.get_one(Case, CASE).state = State.COLLECTION
    clients, number, start, got = [signed_in("legal_staff"), signed_in("legal_manager")], version(), threading.Barrier(2), []
    session.remove()

    def run(client):
        start.wait()
        got.append(client.post(f"/cases/{CASE}/stage/move", data={"to": "legal_escalation", "version": number, "reason": "升级"}).status_code)

    threads = [threading.Thread(target=run, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(got) == [302, 409]
    session.remove()
    assert len(session.scalars(select(Transition).where(Transition.case_id == CASE)).all()) == 1


@pytest.fixture
def erased(make_case, make_document, make_person):
    """A case with two copies of one paper, the second deleted for good by two managers; gives the case's id and the tombstone's."""
    case = make_case("DC-1", state="recovered")
    make_document(case, ref="X1", type="photos", content=b"WORDS-OF-THE-PAPER")
    paper = make_document(case, ref="X2", type="photos", content=b"WORDS-OF-THE-PAPER", name="NAME-OF-THE-PAPER.txt")
    with saving():
        session.add(Page(document_id=paper.id, number=1, label="1", text="WORDS-OF-THE-PAPER"))
    runtime.engine().add(list(entries_of(session.get_one(Case, "DC-1"))))
    people = [make_person("legal_manager") for _ in range(2)]
    first, second = (actor_of(session.get_one(Person, person.id), "") for person in people)
    with saving():
        number = escalate_deletion.propose_deletion(first, session.get_one(Case, "DC-1"), session.get_one(Document, paper.id), ground="duplicate", reason="重复").id
    with saving():
        escalate_deletion.decide_deletion(second, session.get_one(Case, "DC-1"), session.get_one(Approval, number), approve=True, reason="同意")
    session.remove()
    jobs.drain(20)
    return "DC-1", paper.id


def test_what_was_deleted_for_good_is_found_and_shown_nowhere_but_as_a_tombstone(erased, signed_in):
    case_id, paper = erased
    manager = signed_in("legal_manager")
    assert "NAME-OF-THE-PAPER" not in manager.get("/search?q=photos").text.replace("q=", "")
    assert 'class="hits-list"' not in manager.get("/search?q=NAME-OF-THE-PAPER").text
    tombstone = manager.get(f"/cases/{case_id}/documents/{paper}")
    assert tombstone.status_code == 200
    assert "Deleted for good" in tombstone.text
    addresses = [f"/cases/{case_id}/documents/{paper}/{what}" for what in ("pages/1.png", "download", "play")]
    assert {manager.get(url).status_code for url in addresses} <= {404, 409}
    assert "deleted for good" in manager.get(f"/cases/{case_id}/documents").text
    assert ">X2<" not in manager.get(f"/cases/{case_id}/handover").text


def test_nothing_is_added_to_a_tombstone(app, erased, signed_in):
    case_id, paper = erased
    manager, old = signed_in("legal_manager"), session.get_one(Document, paper).version
    with app.test_request_context():
        edit, retry, send = (url_for(f"documents.{name}", case_id=case_id, **place) for name, place in
                             (("edit", {"document_id": paper}), ("retry", {"document_id": paper}), ("send", {"record": paper, "name": "a.txt", "type": "photos"})))  # fmt: skip
    answers = [manager.post(edit, data={"type": "photos", "version": old, "field-note": "x"}), manager.post(retry), manager.post(send, data=b"text")]
    assert {answer.status_code for answer in answers} <= {409, 422}, [answer.status_code for answer in answers]
    session.remove()
    document = session.get_one(Document, paper)
    assert (document.erased, document.listed_in, document.sha256) == (True, None, None)


def test_a_reading_that_ends_after_the_deletion_brings_no_text_back(erased, make_document, monkeypatch):
    case_id, _ = erased
    paper = make_document(session.get_one(Case, case_id), ref="X3", type="photos", content=b"LATE-WORDS")
    with saving():
        work.ask(work.READ_DOCUMENT, datetime.now(UTC), document=session.get_one(Document, paper.id))
    read = readers.read

    def slow(path, kind, **more):
        found = read(path, kind, **more)
        with saving():  # as escalate_deletion leaves it
            document = session.get_one(Document, paper.id)
            document.sha256 = document.name = document.size = document.media_type = None
            document.text_status = TextStatus.NO_FILE
        return found

    monkeypatch.setattr(readers, "read", slow)
    jobs.drain(20)
    session.remove()
    document = session.get_one(Document, paper.id)
    assert (document.pages, document.text_status) == ([], TextStatus.NO_FILE)
