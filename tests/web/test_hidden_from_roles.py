"""What each role must not learn of a case it may open: on no tab, in no list, in no calendar, by no search, and by no refusal."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest

from casefiles import assess, calendar_feed, runtime
from casefiles.actor import actor_of, today
from casefiles.db import saving, session
from casefiles.entries import entries_of
from casefiles.models import Approval, Case, CollectionEntry, CourtDate, Note, Person, State, Transition

CASE = "EX-A-COMPLETE"
NOW = datetime.now(UTC)
TABS = ("", "/documents", "/ledger", "/stage", "/facts", "/collection", "/handover", "/deadlines", "/interruptions", "/history", "/notes", "/people", "/facts/judgment")
WORDS = {  # word -> who may read it besides the law department
    "PRIVILEGED-NOTE": set(), "PRIVATE-NOTE-TEXT": set(), "f" * 64: set(), "DELETION-REASON": set(),
    "OTHERS-RECORDING": {"external_lawyer", "auditor"}, "OTHERS-TRANSCRIPT": {"external_lawyer", "collector", "auditor"},
    "LOGGED-PERSON": {"external_lawyer", "collector", "auditor"},
    "COURT-OF-SECRETS": {"external_lawyer", "finance", "auditor"}, "HEARING-REMARK": {"external_lawyer", "finance", "auditor"},
    "SETTLEMENT-FLOOR": {"external_lawyer", "finance", "auditor"}, "STATED-WORDS": {"external_lawyer", "finance", "auditor"},
    "13812345678": set(), "110101199001011234": set(),
}  # fmt: skip


@pytest.fixture
def full(filled_once, example, make_document, make_person):
    """Example A with something for every right: papers of all objects, court matters, moves, a proposal, a log, a note."""
    return filled_once("full", lambda: fill(example, make_document, make_person))


def fill(example, make_document, make_person):
    case, other, manager = example("case-a-complete-sale"), make_person("legal_staff"), make_person("legal_manager")
    recording = {"promise": {"date": str(today() + timedelta(5)), "amount": "1.00"}}
    for ref, kind, fields in (("PRIVILEGED-NOTE", "privileged_note", {}), ("OTHERS-RECORDING", "call_recording", recording), ("OTHERS-TRANSCRIPT", "recording_transcript", {})):
        make_document(case, ref=ref, type=kind, content=ref.encode(), received_by_id=other.id, fields=fields)
    demands = [
        {"id": "waiver_approved", "met": True, "severity": "blocking", "said_zh": "见 PRIVILEGED-NOTE", "said_en": "see PRIVILEGED-NOTE", "source": "", "stated": "STATED-WORDS"},
        {"id": "hash_list", "met": True, "files": [{"ref": "PRIVILEGED-NOTE", "sha256": "f" * 64}]},
    ]  # fmt: skip
    with saving():
        case = session.get_one(Case, CASE)
        case.blocks = case.blocks | {"judgment": {"id": "J01", "court": "COURT-OF-SECRETS", "case_no": "（虚构）1号", "dated": "2026-01-01", "items": []}}
        case.parties[1].details = case.parties[1].details | {"phone": "13812345678", "id_number": "110101199001011234"}
        session.add_all([
            Transition(case_id=CASE, from_state=State.COLLECTION, to_state=State.LEGAL_ESCALATION, moved_at=NOW, moved_by_id=manager.id, reason="SETTLEMENT-FLOOR", demands=demands),
            Approval(case_id=CASE, kind="hard_delete", subject="PRIVILEGED-NOTE", reason="DELETION-REASON", case_version=1, proposed_by_id=manager.id, proposed_at=NOW,
                     detail={"ground": "personal_data", "sha256": "f" * 64, "version": 1, "type": "privileged_note"}),
            CourtDate(case_id=CASE, kind="hearing", date=today() + timedelta(10), note="HEARING-REMARK", entered_at=NOW),
            CourtDate(case_id=CASE, kind="evidence_period", date=today() + timedelta(10), done_by="PRIVILEGED-NOTE", done_on=today(), entered_at=NOW),
            CollectionEntry(case_id=CASE, date=today() - timedelta(3), channel="phone", result="promised", person="LOGGED-PERSON", promise_date=today() + timedelta(2), entered_at=NOW),
            Note(case_id=CASE, author_id=other.id, text="PRIVATE-NOTE-TEXT", written_at=NOW, shared=False),
        ])  # fmt: skip
    with saving():
        assess.refresh(session.get_one(Case, CASE), today())
    runtime.engine().add(list(entries_of(session.get_one(Case, CASE))))
    return CASE


@pytest.fixture
def visitor(full, signed_in, make_grant):
    """Somebody of a role who may open the case."""

    def open_as(role):
        client = signed_in(role)
        if role in {"external_lawyer", "collector"}:
            make_grant(session.get_one(Case, CASE), client.person)
        if role == "auditor":
            with saving():
                session.get_one(Case, CASE).state = State.WRITTEN_OFF
        return client

    return open_as


def calendar(app, client):
    with saving():
        person = session.get_one(Person, client.person.id)
        token = calendar_feed.make(actor_of(person, ""), person)
    return app.test_client().get(f"/calendar/{token}.ics").text.replace("\r\n ", "")


@pytest.mark.parametrize("role", ["external_lawyer", "collector", "finance", "auditor"])
def test_no_page_and_no_calendar_tells_a_role_what_is_hidden_from_it(app, visitor, role):
    client = visitor(role)
    pages = {url: client.get(url) for url in ["/", "/cases/", "/deadlines/", *(f"/cases/{CASE}{tab}" for tab in TABS)]}
    assert {url: page.status_code for url, page in pages.items() if page.status_code not in {200, 403}} == {}
    told = {url: page.text for url, page in pages.items() if page.status_code == 200} | {"calendar": calendar(app, client)}
    hidden = [word for word, may_read in WORDS.items() if role not in may_read]
    assert {(url, word) for url, text in told.items() for word in hidden if word in text} == set()


@pytest.mark.parametrize("role", ["external_lawyer", "collector", "finance", "auditor"])
def test_no_search_finds_what_is_hidden(visitor, role):
    client = visitor(role)
    found = {word for word in WORDS if len(word) < 40 and re.search('class="hits-list"', client.get(f"/search?q={word}").text)}
    assert {word for word in found if role not in WORDS[word]} - {"13812345678"} == set()  # whose number rang is a question search answers


def test_the_law_department_reads_it_all(app, visitor):
    client = visitor("legal_manager")
    text = "".join(client.get(f"/cases/{CASE}{tab}").text for tab in TABS) + calendar(app, client)
    assert {word for word in WORDS if word not in text} == {"13812345678", "110101199001011234"}  # personal numbers stand on the form alone


@pytest.mark.parametrize(
    ("url", "form"),
    [
        pytest.param("/facts/judgment", {"judgment.id": "{ref}", "judgment.court": "某法院", "judgment.case_no": "1", "judgment.dated": "2026-01-01"}, id="named as the judgment"),
        pytest.param("/deadlines/court-dates/{court_date}", {"document": "{ref}"}, id="named to settle a day"),
    ],
)
def test_naming_a_hidden_paper_is_answered_like_naming_none(visitor, url, form):
    client = visitor("external_lawyer")
    answers = []
    for ref in ("PRIVILEGED-NOTE", "NO-SUCH-PAPER--"):
        session.remove()
        case = session.get_one(Case, CASE)
        sent = {key: value.format(ref=ref) for key, value in form.items()} | {"version": str(case.version)}
        answer = client.post(f"/cases/{CASE}{url.format(court_date=case.court_dates[0].id)}", data=sent)
        answers.append((answer.status_code, re.sub(r'name="csrf_token" value="[^"]*"', "", answer.text).replace(ref, "REF")))
    assert answers[0] == answers[1]
    assert answers[0][0] in {409, 422}


def test_the_log_tells_an_auditor_no_reason_about_a_paper_closed_to_auditors(visitor, signed_in):
    manager, auditor = signed_in("legal_manager"), visitor("auditor")
    session.remove()
    number = session.query(Approval.id).scalar()
    assert manager.post(f"/cases/{CASE}/stage/decisions/{number}", data={"verdict": "refuse", "reason": "DELETION-ANSWER"}).status_code == 302
    assert "DELETION-ANSWER" in manager.get(f"/cases/{CASE}/history").text
    assert "DELETION-ANSWER" not in auditor.get(f"/cases/{CASE}/history").text
