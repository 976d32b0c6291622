"""Files become documents: bytes and names exact, duplicates linked, fields typed, flags confirmed by a person at a moment."""

import hashlib
import io
import os
import shutil
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from casefiles import audit, exchange, intake, runtime, schema
from casefiles.config import Config
from casefiles.db import saving, session
from casefiles.errors import CaseSealed, Conflict, NotUsable, NotVisible
from casefiles.law import EXAMPLES
from casefiles.models import AuditEntry, Case, Document, Flag, Job, JobState, Person, Role, State, TextStatus
from casefiles.policy import Action, Actor, case_for, document_for

TEXT = "送货单 SH-05：壹万元整".encode()
LATER = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def with_case_a(tmp_path_factory):
    """A data folder with case A, made once and copied for each test."""
    folder = tmp_path_factory.mktemp("intake") / "data"
    runtime.start(Config.embedded(folder, "x" * 40))
    schema.upgrade(session.get_bind())
    now = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
    actor = Actor(person_id=None, name="test", role=Role.LEGAL_MANAGER, department="法务部", now=now, today=now.date())
    with saving():
        exchange.enter(actor, exchange.read(EXAMPLES / "case-a-complete-sale.yaml"), {})
    session.remove()
    session.get_bind().dispose()
    return folder


@pytest.fixture
def instance(with_case_a, tmp_path):
    shutil.copytree(with_case_a, tmp_path / "data")
    running = runtime.start(Config.embedded(tmp_path / "data", "x" * 40))
    yield running
    session.remove()
    session.get_bind().dispose()


@pytest.fixture
def store(instance):
    return instance.store


@pytest.fixture
def add(store, actor):
    """add(b"...", name="x.txt"): the way a page or command takes a file in."""

    def add(content=TEXT, name="file.txt", *, by=None, case_id="EX-A-COMPLETE", **said):
        received = intake.inspect(store.stage(io.BytesIO(content)), name, 1 << 20)
        store.keep(received.staged)
        with saving():
            return intake.receive(by or actor, session.get_one(Case, case_id), received, **({"type": "contract"} | said))

    return add


@pytest.fixture
def clerk(instance, actor):
    with saving():
        person = Person(email="clerk@example.test", name="林法务", role=Role.LEGAL_STAFF, password_hash="!", created_at=actor.now)
        session.add(person)
    return replace(actor, person_id=person.id, name=person.name, role=Role.LEGAL_STAFF, now=LATER)


def count(kind):
    return session.scalar(select(func.count()).select_from(kind))


def drafts(store):
    return list(store.drafts.iterdir())


def test_a_file_becomes_row_audit_entry_and_jobs_in_one_commit(add, store, clerk):
    with saving():
        session.query(Job).delete()  # those of the import
    document = add(by=clerk, type="delivery_note_signed")
    session.expire_all()
    assert (document.sha256, document.size, document.media_type) == (hashlib.sha256(TEXT).hexdigest(), len(TEXT), "text/plain")
    assert (document.text_status, document.received_by_id, document.received_at) == (TextStatus.WAITING, clerk.person_id, LATER)
    with store.open(document.sha256) as content:
        assert content.read() == TEXT
    entry = session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert (entry.event, entry.object, entry.person_id, entry.detail["sha256"]) == ("upload", document.ref, clerk.person_id, document.sha256)
    asked = [(job.name, job.document_id, job.case_id) for job in session.scalars(select(Job).order_by(Job.id))]
    assert asked == [("read_document", document.id, None), ("refresh_case", None, "EX-A-COMPLETE")]
    assert drafts(store) == []


def test_the_next_free_number_is_taken(add):
    numbers = sorted(d.ref for d in session.get_one(Case, "EX-A-COMPLETE").documents if d.ref.startswith("D"))
    assert add().ref == f"D{int(numbers[-1][1:]) + 1:02d}"


def test_the_same_bytes_are_linked_not_refused(add, store):
    first, second, other = add(name="甲.txt"), add(name="乙.txt"), add(b"other bytes")
    assert (second.duplicate_of_id, second.name, first.duplicate_of_id, other.duplicate_of_id) == (first.id, "乙.txt", None, None)
    assert sorted(store.names()) == sorted({first.sha256, other.sha256})


def test_the_same_bytes_in_a_case_that_is_hidden_are_not_told(add, clerk):
    """A lawyer who uploads a paper must not learn that somebody else's case holds it too."""
    with saving():
        other = Case(
            case_id="DC-OTHER", dispute_type="sale_of_goods", packet_kind="lawsuit", as_of=date(2026, 6, 15), state=State.COLLECTION, department="另一部门",
            blocks={}, opened_at=LATER,
        )  # fmt: skip
        hidden = Document(
            case=other, ref="D01", type="contract", listed_in="documents", fields={}, text_status=TextStatus.NO_FILE, received_at=LATER,
            sha256=hashlib.sha256(TEXT).hexdigest(), size=len(TEXT), name="x", media_type="text/plain",
        )  # fmt: skip
        session.add_all([other, hidden])
    assert add(by=clerk).duplicate_of_id is None
    assert add(b"x" + TEXT).duplicate_of_id is None


@pytest.mark.parametrize(
    ("content", "most", "said"),
    [
        pytest.param(b"", 100, "is empty: nothing was kept", id="an empty file"),
        pytest.param(b"x" * 101, 100, "is larger than", id="one byte too many"),
    ],
)
def test_what_cannot_be_kept_is_said_and_leaves_no_draft(store, content, most, said):
    with pytest.raises(NotUsable, match=said) as refused:
        intake.inspect(store.stage(io.BytesIO(content)), "票据.pdf", most)
    assert "票据.pdf" in refused.value.message
    assert "票据.pdf" in refused.value.zh
    assert drafts(store) == []
    assert list(store.names()) == []


def test_a_file_of_exactly_the_limit_is_taken(store):
    assert intake.inspect(store.stage(io.BytesIO(b"x" * 100)), "a.txt", 100).size == 100


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(bytes(range(256)) * 40, id="bytes of no format"),
        pytest.param(b"MZ\x90\x00" + bytes(300), id="a Windows program"),
        pytest.param(b"\x00", id="one NUL"),
    ],
)
def test_a_file_of_an_unknown_kind_is_kept_as_it_is(add, store, content):
    document = add(content, "证据.xyz")
    with store.open(document.sha256) as kept:
        assert kept.read() == content
    assert "/" in document.media_type
    assert document.media_type != "text/plain"


def test_the_kind_is_told_by_the_bytes_not_by_the_name(add):
    assert add(b"<html><script>alert(1)</script></html>", "合同.pdf").media_type == "text/html"


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("送货单 SH-12（已签收）.pdf", id="Chinese"),
        pytest.param("📎👩‍⚖️.pdf", id="emoji"),
        pytest.param("对账单\u202egnp.exe", id="turned writing direction"),
        pytest.param("a\u200bb.txt", id="zero width"),
        pytest.param("e\u0301vidence.txt", id="decomposed"),
        pytest.param("évidence.txt", id="composed"),
        pytest.param("合" * 83 + ".pdf", id="255 bytes"),
        pytest.param(" leading and trailing. ", id="blanks and a full stop at the ends"),
        pytest.param("../../etc/passwd", id="path upwards"),
        pytest.param("C:\\temp\\合同.docx", id="Windows path"),
        pytest.param("two\nlines.txt", id="a line break"),
        pytest.param("=1+1.csv", id="a formula"),
    ],
)
def test_the_name_is_kept_exactly(add, name):
    document = add(name=name)
    session.expire_all()
    assert document.name == name


def test_a_name_in_bytes_of_gbk_is_read_as_chinese(add):
    """Files out of a Chinese Windows archive: Python hands such a name over with half characters no database takes."""
    assert add(name=os.fsdecode("对账单.txt".encode("gbk"))).name == "对账单.txt"


def test_a_name_with_nul_is_refused_in_words(store):
    with pytest.raises(NotUsable, match="NUL"):
        intake.inspect(store.stage(io.BytesIO(TEXT)), "a\0.pdf", 100)
    assert drafts(store) == []


TABLE = [
    pytest.param("delivery_note_signed", "delivery_date", "2026-03-15", "2026-03-15", id="a date"),
    pytest.param("delivery_note_signed", "delivery_date", " 2026-03-15 ", "2026-03-15", id="a date between blanks"),
    pytest.param("delivery_note_signed", "amount", "1234.5", "1234.50", id="money with one decimal"),
    pytest.param("delivery_note_signed", "amount", "¥1,234,567.89", "1234567.89", id="money with sign and groups"),
    pytest.param("delivery_note_signed", "amount", "￥１，２３４.５元", "1234.50", id="money in full width"),
    pytest.param("delivery_note_signed", "amount", "0", "0.00", id="no money"),
    pytest.param("call_recording", "duration_s", "62", 62, id="a number"),
    pytest.param("contract", "invoice_first", "yes", True, id="yes"),
    pytest.param("contract", "invoice_first", "False", False, id="no"),
    pytest.param("iou", "note_kind", "欠条", "欠条", id="a choice"),
    pytest.param("company_registry_extract_debtor", "former_names", "示例甲公司、示例乙公司，示例丙公司", ["示例甲公司", "示例乙公司", "示例丙公司"], id="a list"),
    pytest.param("contract", "place_of_performance", "  杭州市 ", "杭州市", id="a text"),
]


@pytest.mark.parametrize(("kind", "name", "text", "value"), TABLE)
def test_a_field_takes_its_type(kind, name, text, value):
    typed = intake.typed_fields(kind, {name: text, "title_zh": "  "})
    assert typed == {name: value}  # the empty one is left out
    assert type(typed[name]) is type(value)


WRONG = [
    pytest.param("delivery_note_signed", "delivery_date", "2026-02-30", id="30 February"),
    pytest.param("delivery_note_signed", "delivery_date", "15.3.2026", id="a date written otherwise"),
    pytest.param("delivery_note_signed", "delivery_date", "昨天", id="no date"),
    pytest.param("delivery_note_signed", "amount", "12,34", id="a comma that groups nothing"),
    pytest.param("delivery_note_signed", "amount", "1.234", id="three decimals"),
    pytest.param("delivery_note_signed", "amount", "-1", id="less than nothing"),
    pytest.param("delivery_note_signed", "amount", "NaN", id="not a number"),
    pytest.param("delivery_note_signed", "amount", "Infinity", id="endless money"),
    pytest.param("delivery_note_signed", "amount", "1e5", id="money with an exponent"),
    pytest.param("delivery_note_signed", "amount", "1e999999999", id="a sum that would fill the memory"),
    pytest.param("delivery_note_signed", "amount", "12345678901234567.00", id="more than the column holds"),
    pytest.param("delivery_note_signed", "amount", "一万", id="money in words"),
    pytest.param("call_recording", "duration_s", "1.5", id="no whole number"),
    pytest.param("call_recording", "duration_s", "9" * 30, id="a number no column holds"),
    pytest.param("contract", "invoice_first", "maybe", id="neither yes nor no"),
    pytest.param("iou", "note_kind", "收据", id="a choice that is not there"),
    pytest.param("contract", "number", "9" * 201, id="a number of 201 characters"),
    pytest.param("contract", "title_zh", "长" * 301, id="a title of 301 characters"),
    pytest.param("contract", "place_of_performance", "a\0b", id="a NUL in a text"),
]


@pytest.mark.parametrize(("kind", "name", "text"), WRONG)
def test_a_wrong_value_is_refused_and_the_field_named(kind, name, text):
    with pytest.raises(NotUsable) as refused:
        intake.typed_fields(kind, {name: text})
    assert refused.value.message.startswith(f"{name}: ")
    assert refused.value.zh.startswith(f"{name}：")
    assert len(refused.value.message) < 400  # the wrong value is not repeated whole


def test_a_field_the_type_does_not_have_is_refused():
    with pytest.raises(NotUsable, match="'waybill_no' is not a field of contract"):
        intake.typed_fields("contract", {"waybill_no": "EX1"})


def test_a_wrong_field_of_an_upload_leaves_no_row(add, store):
    before = count(Document)
    with pytest.raises(NotUsable, match="amount"):
        add(fields={"amount": "viel"})
    session.rollback()
    assert count(Document) == before
    assert audit.verify().reason == ""


def test_fields_given_at_upload_stand_in_lists_too(add):
    document = add(type="delivery_note_signed", fields={"number": "SH-99", "document_date": "2026-03-15", "amount": "1,000", "title_zh": "补签送货单"})
    session.expire_all()
    assert document.fields == {"number": "SH-99", "document_date": "2026-03-15", "amount": "1000.00", "title_zh": "补签送货单"}
    assert (document.number, document.document_date, document.amount) == ("SH-99", date(2026, 3, 15), Decimal("1000.00"))
    assert document.title_zh == "补签送货单"


def test_a_file_goes_into_the_record_that_waits_for_it(add):
    waiting = next(d for d in session.get_one(Case, "EX-A-COMPLETE").documents if d.ref == "D02")
    assert waiting.sha256 is None
    kept = add(ref="D02", name="送货单.pdf")
    assert (kept.id, kept.name, kept.type) == (waiting.id, "送货单.pdf", "delivery_note_signed")
    with pytest.raises(NotUsable, match="D02 has its file already"):
        add(b"other", ref="D02")
    with pytest.raises(NotVisible):
        add(b"other", ref="D999")


def test_a_type_that_does_not_exist_is_refused(add):
    with pytest.raises(NotUsable, match="no document type"):
        add(type="letter_to_santa")


def edit(by, document, **said):
    whole = {"type": document.type, "fields": {}, "flags": {}, "original": {}, "version": document.version} | said
    with saving():
        intake.edit_document(by, session.get_one(Document, document.id), **whole)
    session.expire_all()


def test_a_flag_is_confirmed_by_a_person_at_a_moment(add, actor, clerk):
    document = add(type="delivery_note_signed")
    edit(clerk, document, flags={"debtor_seal": True})
    (flag,) = session.scalars(select(Flag).where(Flag.document_id == document.id))
    assert (flag.name, flag.value, flag.confirmed_by_id, flag.confirmed_at) == ("debtor_seal", True, clerk.person_id, LATER)
    edit(replace(actor, now=LATER.replace(hour=9)), document, flags={"debtor_seal": True})
    assert (flag.confirmed_by_id, flag.confirmed_at) == (clerk.person_id, LATER)  # saying the same again confirms nothing anew
    edit(replace(actor, now=LATER.replace(hour=9)), document, flags={"debtor_seal": False})
    assert (flag.value, flag.confirmed_by_id, flag.confirmed_at) == (False, None, LATER.replace(hour=9))


def test_a_flag_nobody_knows_is_refused(add, clerk):
    document = add()
    with pytest.raises(NotUsable, match="'looks_nice'"):
        edit(clerk, document, flags={"looks_nice": True})
    assert count(Flag) == session.scalar(select(func.count()).select_from(Flag).where(Flag.document_id != document.id))


def test_an_edit_shows_in_lists_and_is_written_to_the_log(add, clerk):
    document = add(fields={"number": "OLD-1", "amount": "5"})
    edit(clerk, document, type="delivery_note_signed", fields={"number": "SH-77", "amount": "250.00", "document_date": "2026-05-01"})
    assert (document.type, document.number, document.amount, document.document_date) == ("delivery_note_signed", "SH-77", Decimal("250.00"), date(2026, 5, 1))
    edit(clerk, document, fields={})
    assert (document.number, document.amount, document.document_date) == (None, None, None)
    events = [(entry.event, entry.object) for entry in session.scalars(select(AuditEntry).order_by(AuditEntry.id))]
    assert events[-2:] == [("edit", document.ref)] * 2


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param({"fields": {"number": "A"}}, {"fields": {"number": "B"}}, id="both change a field"),
        pytest.param({"flags": {"debtor_seal": True}}, {"fields": {"number": "B"}}, id="the first one only confirms a flag"),
        pytest.param({"flags": {"debtor_seal": True}}, {"flags": {"debtor_seal": False}}, id="both say something about a flag"),
    ],
)
def test_the_second_of_two_people_is_told_instead_of_overwriting(add, clerk, actor, first, second):
    document = add(type="delivery_note_signed")
    opened = document.version
    edit(clerk, document, **first)
    with pytest.raises(Conflict, match="Someone changed"):
        edit(actor, document, version=opened, **second)
    session.rollback()
    session.expire_all()
    assert document.number != "B"
    assert document.confirmed().get("debtor_seal") is (True if "flags" in first else None)


def test_records_in_a_field_are_not_turned_into_text(add, clerk):
    """A list of records cannot be entered in the form: it stays as it was imported."""
    records = [{"what": "轴承", "quantity": "12"}]
    document = add(type="delivery_note_signed")
    with saving():
        session.get_one(Document, document.id).fields = {"items": records}
    edit(clerk, document, fields={"items": str(records[0]), "number": "SH-1"})
    assert document.fields == {"items": records, "number": "SH-1"}


def test_where_the_paper_original_lies(add, clerk):
    document = add()
    edit(clerk, document, original={"exists": "true", "held_by": "lawyer", "location": " 保险柜 3 号 "})
    assert document.original == {"exists": True, "held_by": "lawyer", "location": "保险柜 3 号"}
    with pytest.raises(NotUsable, match="Who holds the original"):
        edit(clerk, document, original={"held_by": "neighbour"})


def test_an_archived_case_refuses_every_change(add, actor, store):
    document = add()
    with saving():
        session.get_one(Case, "EX-A-COMPLETE").state = State.ARCHIVED
    before = (count(Document), count(AuditEntry))
    with pytest.raises(CaseSealed, match="archived and read-only"):
        add(b"late", "late.txt")
    with pytest.raises(CaseSealed), saving():
        document_for(actor, "edit", "EX-A-COMPLETE", document.id)
    for action in (Action.ADD_EVIDENCE, Action.BUILD_PACKET, Action.ADD_NOTE):
        with pytest.raises(CaseSealed):
            case_for(actor, action, "EX-A-COMPLETE")
    session.rollback()
    assert (count(Document), count(AuditEntry)) == before
    assert document_for(actor, "read", "EX-A-COMPLETE", document.id).id == document.id


def test_reading_again_is_asked_for_once(add, clerk):
    document = add()
    with saving():
        session.query(Job).delete()
        session.get_one(Document, document.id).text_status = TextStatus.FAILED
    for _ in range(2):
        with saving():
            intake.retry(clerk, session.get_one(Document, document.id))
    assert [(job.name, job.state) for job in session.scalars(select(Job))] == [("read_document", JobState.WAITING)]
    assert session.get_one(Document, document.id).text_status is TextStatus.WAITING
    with pytest.raises(NotUsable, match="no file yet"), saving():
        intake.retry(clerk, next(d for d in session.get_one(Case, "EX-A-COMPLETE").documents if d.sha256 is None))
