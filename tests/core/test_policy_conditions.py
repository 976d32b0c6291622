"""Rights with a condition: granted downloads, reasons, one's own recordings, sealed cases; hidden is NotVisible, forbidden NotAllowed."""

import contextlib
from dataclasses import replace
from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest

from casefiles import people, runtime, schema
from casefiles.config import Config
from casefiles.db import saving, session
from casefiles.errors import CaseSealed, NotAllowed, NotVisible
from casefiles.models import Case, Document, Note, Packet, PacketState, Person, Role, State, TextStatus
from casefiles.policy import Action, Actor, case_for, document_for, listed_documents, may_document, packet_for, shown_text, visible_cases, visible_notes

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
MANAGER = Actor(person_id=None, name="test", role=Role.LEGAL_MANAGER, department="法务部", now=NOW, today=date(2026, 11, 22))
WHO = {
    "clerk": Role.LEGAL_STAFF, "lawyer": Role.EXTERNAL_LAWYER, "reader": Role.EXTERNAL_LAWYER, "stranger": Role.EXTERNAL_LAWYER, "collector": Role.COLLECTOR,
    "finance": Role.FINANCE, "auditor": Role.AUDITOR, "admin": Role.ADMIN,
}  # fmt: skip
KINDS = ("contract", "delivery_receipt", "call_recording", "recording_transcript", "privileged_note", "judgment")
OWN = {"own recording": ("call_recording", "collector"), "own paper": ("privileged_note", "lawyer")}  # type and who brought it
STATES = {"running": State.LITIGATION, "off": State.WRITTEN_OFF, "sealed": State.ARCHIVED}


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """Three cases with one document of each kind and a packet; lawyer (with downloads), reader (without) and collector are granted all of them."""
    runtime.start(Config.embedded(tmp_path_factory.mktemp("policy") / "data", "x" * 40))
    schema.upgrade(session.get_bind())
    with saving():
        persons = {
            name: Person(email=f"{name}@example.test", name=name, role=role, password_hash="!", created_at=NOW, department="法务部") for name, role in WHO.items()
        }
        session.add_all(persons.values())
        session.flush()
        ids = {}
        for case_id, state in STATES.items():
            case = Case(
                case_id=case_id, dispute_type="sale_of_goods", packet_kind="lawsuit", as_of=date(2026, 6, 15), state=state, department="法务部", blocks={}, opened_at=NOW
            )
            for kind in (*KINDS, *OWN):
                owned, author = OWN.get(kind, (kind, None))
                document = Document(
                    case=case, ref=kind, type=owned, fields={}, text_status=TextStatus.NO_FILE, received_at=NOW,
                    received_by_id=persons[author].id if author else None,
                )  # fmt: skip
                case.documents.append(document)
            packet = Packet(case_id=case_id, kind="lawsuit", number=1, state=PacketState.READY, as_of=date(2026, 6, 15), requested_at=NOW, case_version=1, parts=[])
            session.add_all([case, packet])
            session.flush()
            ids |= {(case_id, document.ref): document.id for document in case.documents} | {(case_id, "packet"): packet.id}
            for name in ("lawyer", "reader", "collector"):
                people.grant(MANAGER, case, persons[name], date(2026, 11, 1), date(2026, 12, 31), download=name == "lawyer")
            for author, shared in (("clerk", False), ("clerk", True), ("lawyer", False), ("lawyer", True)):
                session.add(Note(case_id=case_id, author_id=persons[author].id, text=f"{author} {shared}", shared=shared, written_at=NOW))
    actors = {name: replace(MANAGER, person_id=person.id, name=name, role=person.role) for name, person in persons.items()} | {"manager": MANAGER}
    yield SimpleNamespace(actors=actors, ids=ids)
    session.remove()
    session.get_bind().dispose()


@pytest.fixture(autouse=True)
def forget():
    yield
    session.remove()


Y, N, H = "allowed", "forbidden", "hidden"
DOCUMENTS = [
    # who, word, reason, case, kind -> what
    pytest.param("lawyer", "export", "", "running", "contract", Y, id="a lawyer with downloads exports evidence"),
    pytest.param("reader", "export", "", "running", "contract", N, id="a lawyer without downloads does not"),
    pytest.param("reader", "read", "", "running", "contract", Y, id="but reads it"),
    pytest.param("stranger", "read", "", "running", "contract", H, id="a lawyer without a grant does not know of it"),
    pytest.param("lawyer", "read", "", "off", "contract", H, id="nor does one whose case was closed"),
    pytest.param("lawyer", "export", "", "running", "call_recording", Y, id="recordings are exported by grant too"),
    pytest.param("clerk", "export", "", "running", "call_recording", N, id="a clerk exports no recording without a reason"),
    pytest.param("clerk", "export", "  ", "running", "call_recording", N, id="blanks are no reason"),
    pytest.param("clerk", "export", "庭审需要", "running", "call_recording", Y, id="with a reason a clerk does"),
    pytest.param("collector", "read", "", "running", "call_recording", H, id="a collector does not know of other people's recordings"),
    pytest.param("collector", "read", "想听", "running", "call_recording", H, id="whatever the reason"),
    pytest.param("collector", "read", "", "running", "own recording", Y, id="but the own ones"),
    pytest.param("collector", "export", "", "running", "own recording", N, id="and exports none"),
    pytest.param("collector", "read", "", "running", "privileged_note", H, id="a collector does not know of a privileged paper"),
    pytest.param("collector", "read", "", "running", "judgment", N, id="a collector sees that a judgment is there, not its text"),
    pytest.param("finance", "read", "", "running", "call_recording", H, id="finance does not know of recordings"),
    pytest.param("finance", "read", "", "running", "judgment", Y, id="finance reads judgments"),
    pytest.param("finance", "edit", "", "running", "contract", N, id="finance edits nothing"),
    pytest.param("auditor", "read", "", "running", "contract", H, id="an auditor does not know of a running case"),
    pytest.param("auditor", "read", "", "off", "contract", Y, id="an auditor reads in the archive"),
    pytest.param("auditor", "read", "", "sealed", "call_recording", N, id="an auditor hears nothing without a reason"),
    pytest.param("auditor", "read", "抽查", "sealed", "call_recording", Y, id="with a reason an auditor does"),
    pytest.param("auditor", "read", "抽查", "sealed", "privileged_note", H, id="whatever the reason, an auditor does not know of a privileged paper"),
    pytest.param("auditor", "export", "抽查", "sealed", "call_recording", N, id="a reason to listen is none to take away"),
    pytest.param("reader", "read", "", "running", "privileged_note", H, id="a lawyer does not know of the privileged paper of others"),
    pytest.param("lawyer", "read", "", "running", "own paper", Y, id="but reads the own one"),
    pytest.param("auditor", "export", "抽查", "sealed", "contract", N, id="an auditor exports no evidence"),
    pytest.param("auditor", "edit", "", "sealed", "contract", N, id="an auditor edits nothing"),
    pytest.param("admin", "read", "", "running", "contract", H, id="an administrator sees no case"),
    pytest.param("manager", "edit", "", "running", "contract", Y, id="the manager edits"),
    pytest.param("manager", "edit", "", "sealed", "contract", "sealed", id="nobody edits a sealed case"),
    pytest.param("manager", "read", "", "sealed", "contract", Y, id="a sealed case is read"),
]
ERRORS = {N: NotAllowed, H: NotVisible, "sealed": CaseSealed}


@pytest.mark.parametrize(("who", "word", "reason", "case_id", "kind", "what"), DOCUMENTS)
def test_documents(world, who, word, reason, case_id, kind, what):
    actor, document_id = world.actors[who], world.ids[case_id, kind]
    if what != Y:
        with pytest.raises(ERRORS[what]):
            document_for(actor, word, case_id, document_id, reason=reason)
        return
    document = document_for(actor, word, case_id, document_id, reason=reason)
    assert document.id == document_id
    assert may_document(actor, word, document, reason=reason)


@pytest.mark.parametrize("who", ["manager", "clerk", "lawyer", "collector", "finance"])
def test_a_document_is_not_reached_through_another_case(world, who):
    with pytest.raises(NotVisible):
        document_for(world.actors[who], "read", "running", world.ids["sealed", "contract"])
    with pytest.raises(NotVisible):
        packet_for(world.actors[who], "read", "running", world.ids["sealed", "packet"])


@pytest.mark.parametrize(
    ("who", "word", "what"),
    [
        pytest.param("lawyer", "export", Y, id="a lawyer with downloads"),
        pytest.param("reader", "export", N, id="a lawyer without downloads"),
        pytest.param("reader", "read", Y, id="who may look at it"),
        pytest.param("collector", "read", N, id="a collector sees no packet"),
        pytest.param("finance", "read", N, id="nor does finance"),
        pytest.param("stranger", "read", H, id="a stranger does not know of it"),
        pytest.param("clerk", "export", Y, id="a clerk"),
    ],
)
def test_packets(world, who, word, what):
    actor, packet_id = world.actors[who], world.ids["running", "packet"]
    if what == Y:
        assert packet_for(actor, word, "running", packet_id).id == packet_id
        return
    with pytest.raises(ERRORS[what]):
        packet_for(actor, word, "running", packet_id)


@pytest.mark.parametrize(
    ("who", "texts"),
    [
        pytest.param("manager", ["clerk False", "clerk True", "lawyer False", "lawyer True"], id="the manager reads every note"),
        pytest.param("lawyer", ["clerk True", "lawyer False", "lawyer True"], id="a lawyer reads own notes and those the law department shared"),
        pytest.param("reader", ["clerk True"], id="another firm's lawyer only what the law department shared, never what a lawyer did"),
        pytest.param("collector", [], id="a collector none"),
        pytest.param("finance", [], id="finance none"),
    ],
)
def test_notes(world, who, texts):
    assert [note.text for note in visible_notes(world.actors[who], session.get_one(Case, "running"))] == texts


@pytest.mark.parametrize(
    ("who", "hidden"),
    [
        pytest.param("clerk", set(), id="a clerk sees all of them listed"),
        pytest.param("collector", {"call_recording", "privileged_note", "own paper"}, id="a collector sees that a judgment is there"),
        pytest.param("finance", {"call_recording", "own recording", "recording_transcript", "privileged_note", "own paper"}, id="finance"),
    ],
)
def test_lists(world, who, hidden):
    shown = {document.ref for document in listed_documents(world.actors[who], session.get_one(Case, "running"))}
    assert shown == {*KINDS, *OWN} - hidden


@pytest.mark.parametrize("who", sorted(WHO))
@pytest.mark.parametrize("case_id", STATES)
def test_what_is_not_listed_does_not_exist(world, who, case_id):
    actor, case = world.actors[who], session.get_one(Case, case_id)
    if case_id not in {seen.case_id for seen in session.scalars(visible_cases(actor))}:
        return
    listed = {document.id for document in listed_documents(actor, case)}
    for document in case.documents:
        for word in ("read", "edit", "export"):
            if document.id in listed:
                with contextlib.suppress(NotAllowed, CaseSealed):
                    document_for(actor, word, case_id, document.id)
            else:
                with pytest.raises(NotVisible):
                    document_for(actor, word, case_id, document.id, reason="抽查")


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        pytest.param("13812345678", "138****5678", id="a mobile number"),
        pytest.param("+86 138-1234-5678", "+86 138-****-5678", id="with country code and hyphens"),
        pytest.param("１３８１２３４５６７８", "１３８****５６７８", id="in full-width digits"),
        pytest.param("021-61234567", "021-****4567", id="a fixed line"),
        pytest.param("0551 6123 4567", "055* **** 4567", id="a fixed line in groups"),
        pytest.param("400-820-1234", "400-***-1234", id="a service number"),
        pytest.param("甲方 13812345678，乙方 13987654321。", "甲方 138****5678，乙方 139****4321。", id="two in a sentence"),
        pytest.param("2026-03-15 10:30 付款 1234567.00 元", "2026-03-15 10:30 付款 1234567.00 元", id="days and sums stay"),
        pytest.param("91000000MA0CCCC376", "91000000MA0CCCC376", id="a credit code stays"),
    ],
)
def test_numbers_of_a_recording_are_masked_for_an_auditor(world, text, masked):
    case = session.get_one(Case, "sealed")
    call, contract = (next(d for d in case.documents if d.ref == ref) for ref in ("call_recording", "contract"))
    assert shown_text(world.actors["auditor"], call, text) == masked
    assert shown_text(world.actors["auditor"], contract, text) == text
    assert shown_text(world.actors["manager"], call, text) == text


def test_a_lawyers_access_is_ended_though_the_case_is_sealed(world):
    assert case_for(world.actors["manager"], Action.OVERRIDE, "sealed", though_sealed=True).case_id == "sealed"
    with pytest.raises(NotAllowed):
        case_for(world.actors["clerk"], Action.OVERRIDE, "sealed", though_sealed=True)


@pytest.mark.parametrize(
    ("who", "cases"),
    [
        ("manager", {"running", "off", "sealed"}), ("clerk", {"running", "off", "sealed"}), ("lawyer", {"running"}), ("stranger", set()),
        ("collector", {"running", "off", "sealed"}), ("finance", {"running", "off", "sealed"}), ("auditor", {"off", "sealed"}), ("admin", set()),
    ],
)  # fmt: skip
def test_cases(world, who, cases):
    assert {case.case_id for case in session.scalars(visible_cases(world.actors[who]))} == cases


WRITES = [action for action in Action if action.value.rpartition(".")[2] in {"create", "edit", "approve", "approve_with_reason", "propose", "approve_two_persons"}]


@pytest.mark.parametrize("action", WRITES, ids=[action.value for action in WRITES])
def test_a_sealed_case_refuses_every_write_of_everybody(world, action):
    for name, actor in world.actors.items():
        with pytest.raises((CaseSealed, NotAllowed, NotVisible)):
            case_for(actor, action, "sealed")
        if name in {"manager", "clerk", "finance"}:
            assert case_for(actor, Action.READ_EVIDENCE, "sealed").case_id == "sealed"
