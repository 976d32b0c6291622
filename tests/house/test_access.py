"""Every address x role x own or other case, from the URL map: a route without a row in the table fails, so nothing is open by default.

A row says, in the order of ROLES, what a person gets for a case of their own: + done or refused by the rules of the work, 3 forbidden (403),
4 as if it did not exist (404). For a case that is not theirs everybody gets 404, word for word the page of a case that does not exist.
"""

from __future__ import annotations

import importlib.util
import io
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from casefiles import runtime
from casefiles.db import saving, session
from casefiles.entries import entries_of
from casefiles.models import Approval, Case, CollectionEntry, CourtDate, FiledCopy, Proposal, Waiver

_spec = importlib.util.spec_from_file_location("web_fixtures", Path(__file__).resolve().parents[1] / "web" / "conftest.py")
web_fixtures = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(web_fixtures)
guarded_app, app, filled_once = web_fixtures.guarded_app, web_fixtures.app, web_fixtures.filled_once
signed_in, make_person, make_case = web_fixtures.signed_in, web_fixtures.make_person, web_fixtures.make_case
make_document, make_grant, make_packet = web_fixtures.make_document, web_fixtures.make_grant, web_fixtures.make_packet

ROLES = ("legal_staff", "legal_manager", "external_lawyer", "collector", "finance", "auditor", "admin")
SCOPED = ("legal_staff", "external_lawyer", "collector", "auditor", "admin")  # the others see every case
OPEN = {"static", "bootstrap.static", "access.sign_in", "access.send_sign_in", "access.language", "access.health", "calendar.feed"}  # the feed asks for its own token: tests/web/test_calendar_feed.py
CHECK = {"findings": [], "missing_uploads": [], "contents_complete": True, "generation_allowed": True, "completeness_pct": 100, "totals": {}}
DAYS = {"starts_on": "2026-01-01", "ends_on": "2026-06-30"}


@dataclass(frozen=True)
class Row:
    """What each role gets (ROLES' order); the form, query or body sent; which document stands in the address."""

    own: str
    form: dict[str, str] = field(default_factory=dict)
    query: str = ""
    body: bytes | None = None
    document: str = "contract"


READ = Row("++++++4")
TABLE: dict[tuple[str, str], Row] = {
    ("GET", "home.index"): Row("+++++++"),
    ("POST", "access.sign_out"): Row("+++++++"),
    ("GET", "cases.index"): Row("++++++3"),
    ("GET", "search.index"): Row("+++++++", query="?q=合同"),  # an administrator searches in nothing
    ("POST", "search.save"): Row("++++++3", {"name": "合同"}, query="?q=合同"),
    ("POST", "search.forget"): Row("4444444"),  # nobody's own: tests/web/test_search_saved.py deletes one
    ("GET", "search.batch"): Row("++333+3"),
    ("POST", "search.run_batch"): Row("++333+3"),
    ("GET", "calculators.index"): Row("+++++++"),
    ("GET", "calculators.show"): Row("+++++++"),
    ("GET", "law.index"): Row("+++++++"),
    ("GET", "audit.index"): Row("3+333++"),
    ("POST", "audit.verify"): Row("3+333++"),
    ("GET", "people.index"): Row("333333+"),
    ("POST", "people.add"): Row("333333+", {"email": "new@example.test", "name": "新人", "role": "finance", "password": "long enough pass"}),
    ("POST", "people.disable"): Row("333333+"),
    ("POST", "people.reset"): Row("333333+", {"password": "long enough pass"}),
    ("GET", "cases.show"): READ,
    ("GET", "cases.documents"): READ,
    ("GET", "cases.ledger"): READ,
    ("GET", "collection.show"): Row("++++3+4"),
    ("POST", "collection.log"): Row("++++334", {"date": "2026-01-01", "channel": "visit", "result": "not_reached"}),
    ("POST", "collection.correct"): Row("+++3334", {"date": "2026-01-01", "channel": "visit", "result": "not_reached", "note": "更正"}),
    ("GET", "collection.handover"): READ,
    ("GET", "cases.packets"): Row("+++33+4"),
    ("GET", "stage.show"): READ,
    ("POST", "stage.move"): Row("+++3334", {"to": "insolvency", "version": "1", "reason": "破产受理"}),  # a lawyer is told to propose it
    ("POST", "stage.propose"): Row("+3+3334", {"to": "litigation", "version": "1", "reason": "起诉"}),
    ("POST", "stage.decide"): Row("3+33334", {"verdict": "approve", "reason": "同意"}),
    ("POST", "stage.withdraw"): Row("3+33334"),
    ("POST", "stage.erase"): Row("3+33334", {"ground": "personal_data", "reason": "依法删除"}),
    ("GET", "deadlines.index"): Row("++++++3"),
    ("GET", "deadlines.show"): READ,
    ("POST", "deadlines.add"): Row("+++3334", {"kind": "hearing", "date": "2026-12-01"}),
    ("POST", "deadlines.settle"): Row("+++3334", {"document": "D000"}),
    ("POST", "deadlines.owner"): Row("3+33334", {"person": ""}),
    ("GET", "calendar.index"): Row("+++++++"),
    ("POST", "calendar.make"): Row("+++++++"),
    ("POST", "calendar.revoke"): Row("+++++++"),
    ("GET", "cases.people_of"): Row("++333+4"),
    ("GET", "cases.history"): Row("++333+4"),
    ("GET", "cases.notes"): Row("+++3334"),
    ("GET", "facts.index"): READ,
    ("GET", "facts.section"): Row("++33334"),
    ("POST", "facts.save"): Row("++33334", {"contract.id": "+", "contract.name": "合同", "contract.signed_on": "2025-01-10", "version": "1"}),
    ("GET", "interruptions.show"): Row("++33334"),
    ("POST", "interruptions.save"): Row("++33334", {"version": "1"}),
    ("GET", "new_case.form"): Row("++33333"),
    ("POST", "new_case.make"): Row("++33333", {"case_id": "NEW-1"}),
    ("POST", "manage.note"): Row("+++3334", {"text": "意见"}),
    ("POST", "manage.claim"): Row("+++3334", {"principal": "1.00", "version": "1"}),
    ("POST", "manage.waive"): Row("3+33334", {"finding": "element:C02_debtor_standing", "reason": "另有证明"}),
    ("POST", "manage.withdraw"): Row("3+33334"),
    ("POST", "manage.grant"): Row("3+33334", {"person": "0"} | DAYS),
    ("POST", "manage.revoke"): Row("3+33334"),
    ("GET", "documents.upload"): Row("++++334"),
    ("POST", "documents.take"): Row("++3+334", {"files-0": "FILE", "type-0": "call_recording"}),
    ("POST", "documents.send"): Row("+++3334", query="?type=contract&name=a.txt", body=b"text"),
    ("GET", "documents.show"): READ,
    ("GET", "documents.reading"): READ,
    ("POST", "documents.edit"): Row("++33334", {"type": "contract", "version": "1"}),
    ("POST", "documents.retry"): Row("+++3334"),
    ("POST", "documents.take_over"): Row("++33334", {"version": "1"}),
    ("POST", "documents.turn_down"): Row("++33334", {"version": "1"}),
    ("POST", "documents.take_sure"): Row("++33334", {"version": "1"}),
    ("POST", "documents.unlock"): Row("+++3334", {"password": "x"}),
    ("GET", "documents.page_image"): READ,
    ("GET", "documents.download"): Row("++33334"),
    ("GET", "documents.play"): Row("+++4434", document="call_recording"),
    ("GET", "papers.index"): Row("+++3334"),
    ("POST", "papers.make"): Row("++33334", {"recipient": "debtor"}),
    ("GET", "packets.new"): Row("+++3334"),
    ("POST", "packets.create"): Row("+++3334", {"kind": "lawsuit"}),
    ("POST", "packets.arrange"): Row("+++3334", {"kind": "lawsuit", "version": "0"}),
    ("POST", "packets.cancel"): Row("+++3334"),
    ("POST", "packets.freeze"): Row("3+33334"),
    ("POST", "packets.insert"): Row("+++3334"),
    ("POST", "packets.file"): Row("+++3334", {"day": "2026-03-02"}),
    ("POST", "packets.add_copy"): Row("+++3334", {"paper": ""}),
    ("GET", "packets.copy"): Row("++33334"),
    ("GET", "packets.bag"): Row("++33334"),
    ("GET", "packets.compare"): Row("+++33+4"),
    ("GET", "packets.show"): Row("+++33+4"),
    ("GET", "packets.progress"): Row("+++33+4"),
    ("GET", "packets.page_image"): Row("+++33+4"),
    ("GET", "packets.view"): Row("++33334"),
    ("GET", "packets.download"): Row("++33334"),
}
GRANTABLE = {("GET", "documents.download"), *(("GET", f"packets.{name}") for name in ("view", "download", "bag", "copy"))}  # an external lawyer may, once a manager allows it


def routes(app: Any) -> set[tuple[str, str]]:
    return {(method, rule.endpoint) for rule in app.url_map.iter_rules() for method in rule.methods - {"HEAD", "OPTIONS"} if rule.endpoint not in OPEN}


def test_every_route_has_a_row_and_every_row_a_route(app):
    assert routes(app) - set(TABLE) == set(), "say in TABLE who may use the new address"
    assert set(TABLE) - routes(app) == set()


def test_nobody_comes_in_without_signing_in(app):
    client = app.test_client()
    answers = {route: ask(app, client, route, values("DC-1")) for route in sorted(TABLE)}
    let_in = {route: a.status_code for route, a in answers.items() if a.status_code != 401 and not (a.status_code == 302 and a.location.startswith("/sign-in"))}
    assert let_in == {}


def pdf() -> bytes:
    from pypdf import PdfWriter

    writer, out = PdfWriter(), io.BytesIO()
    writer.add_blank_page(200, 200)
    writer.write(out)
    return out.getvalue()


@pytest.fixture
def filled(make_case, make_document, make_packet, make_person, make_grant):
    """filled(case_id, **columns): a case with a contract, a recording, a packet, a waiver and a grant; gives the values for addresses."""
    def fill(case_id: str, **columns: Any) -> dict[str, Any]:
        case = make_case(case_id, **columns)
        contract = make_document(case, content=pdf(), media_type="application/pdf", name="合同.pdf")
        recording = make_document(case, type="call_recording", content=b"RIFF....WAVE", media_type="audio/wav", name="a.wav")
        staged = runtime.store().stage(io.BytesIO(pdf()))
        runtime.store().keep(staged)
        part = {"name": "bundle.pdf", "sha256": staged.sha256, "size": staged.size, "media_type": "application/pdf", "internal": False}
        packet, person = make_packet(case, parts=[part], check=CHECK, manifest={}), make_person("collector")
        with saving():
            waiver = Waiver(case_id=case_id, finding="element:S03_price_due", reason="原因", person_id=person.id, waived_at=datetime.now(UTC))
            session.add(waiver)
            proposal = Approval(
                case_id=case_id, kind="transition", subject="litigation", reason="起诉", detail={"statements": {}, "override": "", "unmet": []}, case_version=1,
                proposed_by_id=person.id, proposed_at=datetime.now(UTC),
            )  # fmt: skip
            session.add(proposal)
            hearing = CourtDate(case_id=case_id, kind="evidence_period", date=DAY, entered_at=datetime.now(UTC))
            session.add(hearing)
            line = CollectionEntry(case_id=case_id, date=datetime.now(UTC).date(), channel="visit", result="not_reached", entered_at=datetime.now(UTC))
            session.add(line)
            scan = {"sha256": staged.sha256, "size": staged.size, "media_type": "application/pdf", "added_at": datetime.now(UTC)}
            read = Proposal(document_id=contract.id, field="contract_no", value="HT-1", rule="labelled_number", score=93, reason_zh="写在“合同编号”之后", reason_en="beside it")
            session.add(read)
            copy = FiledCopy(packet_id=packet.id, paper="", name="receipt.pdf", **scan)
            session.add(copy)
        return values(case_id) | {
            "documents": {"contract": contract.id, "call_recording": recording.id}, "packet_id": packet.id, "waiver_id": waiver.id, "court_date_id": hearing.id,
            "approval_id": proposal.id, "entry_id": line.id, "copy_id": copy.id, "search_id": 999_999, "proposal_id": read.id,
            "grant_id": make_grant(case, person).id, "person_id": person.id,
        }  # fmt: skip

    return fill


def values(case_id: str) -> dict[str, Any]:
    """Values for addresses; the numbers are those of nothing."""
    return {"case_id": case_id, "documents": {"contract": 999_999, "call_recording": 999_999}} | {
        "search_id": 999_999, "packet_id": 999_999, "copy_id": 999_999, "proposal_id": 999_999, "waiver_id": 999_999, "court_date_id": 999_999, "approval_id": 999_999, "entry_id": 999_999, "grant_id": 999_999, "person_id": 999_999, "number": 1, "name": "bundle.pdf", "calculator_name": "court_acceptance_fee", "facts_name": "contract", "paper_name": "demand_letter", "ending": "pdf",
    }  # fmt: skip


def ask(app: Any, client: Any, route: tuple[str, str], given: dict[str, Any]) -> Any:
    """Send the request of a row."""
    method, endpoint = route
    row = TABLE[route]
    names = next(rule.arguments for rule in app.url_map.iter_rules() if rule.endpoint == endpoint and method in rule.methods)
    place = given | {"document_id": given["documents"][row.document]}
    with app.test_request_context():
        from flask import url_for

        url = url_for(endpoint, **{name: place[name] for name in names}) + row.query
    if method == "GET":
        return client.get(url)
    if row.body is not None:
        return client.post(url, data=row.body, content_type="application/octet-stream")
    form: dict[str, Any] = dict(row.form)
    if "files-0" in form:
        form["files-0"] = (io.BytesIO(b"RIFF....WAVEfmt "), "call.wav")
    return client.post(url, data=form)


def visitor(role: str, signed_in: Any, make_grant: Any, own: dict[str, Any], *, download: bool = False) -> Any:
    """Somebody of a role, granted the case where the role needs it."""
    client = signed_in(role)
    if role in {"external_lawyer", "collector"}:
        make_grant(SimpleNamespace(case_id=own["case_id"]), client.person, download=download)
    return client


def bare(page: str) -> str:
    """A page without what differs each time it is drawn."""
    return re.sub(r'name="csrf_token" value="[^"]*"', "", page)


def kind_of(status: int) -> str:
    return {403: "3", 404: "4"}.get(status, "+" if status in {200, 201, 206, 302, 409, 422} else f"?{status}")


@pytest.fixture
def each_role(filled_once, signed_in, make_grant, filled):
    """role -> the values of a case of its own and somebody of that role; made once and copied for each address."""

    def fill():
        indexed, made = filled("INDEXED-1")["case_id"], {}
        runtime.engine().add(list(entries_of(session.get_one(Case, indexed))))  # an empty index beside cases says that it is being made again
        for role in ROLES:
            own = filled(f"OWN-{role}".replace("_", "-"), state="written_off" if role == "auditor" else "legal_escalation")
            made[role] = own, visitor(role, signed_in, make_grant, own).person
        return made

    return filled_once("each role", fill)


@pytest.mark.parametrize("route", sorted(TABLE), ids=" ".join)
def test_what_each_role_gets_for_a_case_of_its_own(app, signed_in, each_role, route):
    got = ""
    for own, person in each_role.values():
        got += kind_of(ask(app, signed_in(person=person), route, own).status_code)
    assert got == TABLE[route].own, f"in the order of {ROLES}"


@pytest.mark.parametrize("route", sorted(GRANTABLE), ids=" ".join)
def test_an_external_lawyer_takes_away_what_the_manager_allowed(app, signed_in, make_grant, filled, route):
    own = filled("DC-1")
    assert ask(app, visitor("external_lawyer", signed_in, make_grant, own, download=True), route, own).status_code == 200


CASE_ROUTES = sorted(route for route in TABLE if route[1].split(".")[0] in {"cases", "manage", "documents", "packets", "stage", "collection", "facts", "interruptions", "deadlines", "papers"} and route[1] not in {"cases.index", "deadlines.index"})


@pytest.mark.parametrize("role", SCOPED)
def test_a_hidden_case_answers_word_for_word_like_one_that_does_not_exist(app, signed_in, filled, role):
    other, client = filled("OTHER-1", department="另一部门"), signed_in(role)
    for route in CASE_ROUTES:
        hidden, absent = ask(app, client, route, other), ask(app, client, route, values("NO-SUCH-CASE"))
        assert (hidden.status_code, absent.status_code) == (404, 404), route
        assert bare(hidden.text) == bare(absent.text), route


@pytest.mark.parametrize(("role", "kind"), [("collector", "call_recording"), ("collector", "privileged_note"), ("finance", "recording_transcript"), ("external_lawyer", "privileged_note")])
def test_a_document_that_is_not_listed_answers_word_for_word_like_one_that_does_not_exist(app, signed_in, make_grant, make_document, filled, role, kind):
    own = filled("DC-1")
    client, paper = visitor(role, signed_in, make_grant, own), make_document(SimpleNamespace(case_id="DC-1"), type=kind, content=b"secret")
    for route in CASE_ROUTES:
        if "document_id" in next(rule.arguments for rule in app.url_map.iter_rules() if rule.endpoint == route[1]):
            hidden, absent = (ask(app, client, route, own | {"documents": dict.fromkeys(own["documents"], number)}) for number in (paper.id, 999_999))
            assert (hidden.status_code, absent.status_code) == (404, 404), route
            assert bare(hidden.text) == bare(absent.text), route


def test_a_closed_case_is_hidden_from_its_lawyer_though_the_grant_runs(app, signed_in, make_grant, filled):
    closed = filled("CLOSED-1", state="recovered")
    lawyer = visitor("external_lawyer", signed_in, make_grant, closed)
    assert {ask(app, lawyer, route, closed).status_code for route in CASE_ROUTES} == {404}


DAY = datetime.now(UTC).date()
NOT_RUNNING = {
    "over": {"starts_on": DAY - timedelta(90), "ends_on": DAY - timedelta(3)},
    "not begun": {"starts_on": DAY + timedelta(3), "ends_on": DAY + timedelta(90)},
    "revoked": {"revoked_at": datetime.now(UTC)},
}


@pytest.mark.parametrize("role", ["external_lawyer", "collector"])
@pytest.mark.parametrize("state", NOT_RUNNING)
def test_a_grant_that_does_not_run_opens_nothing(app, signed_in, make_grant, filled, role, state):
    own, client = filled("DC-1"), signed_in(role)
    make_grant(SimpleNamespace(case_id="DC-1"), client.person, **NOT_RUNNING[state])
    assert {ask(app, client, route, own).status_code for route in CASE_ROUTES} == {404}


def test_a_thing_of_another_case_does_not_exist_in_this_one(app, signed_in, filled):
    own, foreign = filled("DC-1"), filled("DC-2")
    named = {rule.endpoint for rule in app.url_map.iter_rules() if rule.arguments & {"document_id", "packet_id", "waiver_id", "court_date_id", "grant_id", "approval_id", "entry_id"}}
    answers = {route: ask(app, signed_in("legal_manager"), route, foreign | {"case_id": own["case_id"]}).status_code for route in CASE_ROUTES if route[1] in named}
    assert set(answers.values()) == {404}, answers


def test_an_archived_case_is_read_only_for_everybody(app, signed_in, filled):
    sealed, client = filled("DC-1", state="archived"), signed_in("legal_manager")
    assert ask(app, client, ("POST", "manage.revoke"), sealed).status_code == 302  # a seal never keeps an access open
    for route in CASE_ROUTES:
        if route[0] == "POST" and route[1] != "manage.revoke":
            answer = ask(app, client, route, sealed)
            assert answer.status_code == 409 or route == ("POST", "documents.take"), route  # its page says it of each file
            assert "archived" in answer.text, route


def test_a_change_needs_a_form_of_ours(guarded_app, signed_in, filled):
    own, clients = filled("DC-1"), [signed_in("legal_manager"), signed_in("admin")]
    answers = {(route, n): ask(guarded_app, client, route, own).status_code for n, client in enumerate(clients) for route in TABLE if route[0] == "POST"}
    assert {key: status for key, status in answers.items() if status != 403} == {}
