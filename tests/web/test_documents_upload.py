"""Files come in by the page: each on its own, bytes exact, names exact, and a plain word about each."""

from __future__ import annotations

import hashlib
import io
from types import SimpleNamespace
from urllib.parse import quote

import pytest
from sqlalchemy import select

from casefiles import runtime
from casefiles.db import session
from casefiles.models import Document, Job
from storage import NoRoom

NAMES = [
    pytest.param("送货单 SH-12（已签收）.pdf", id="chinese"),
    pytest.param("签收单.pdf".encode().decode(), id="composed"),
    pytest.param("e\u0301vidence.txt", id="decomposed accent"),
    pytest.param("对账单\u202egnp.exe", id="turned writing direction"),
    pytest.param("a\u200bb.txt", id="zero width"),
    pytest.param("../../etc/passwd", id="path upwards"),
    pytest.param("C:\\temp\\合同.docx", id="windows path"),
    pytest.param("CON", id="windows device"),
    pytest.param("-rf.txt", id="option"),
    pytest.param("📎 附件.txt", id="emoji"),
    pytest.param("<img src=x onerror=alert(1)>.txt", id="markup"),
    pytest.param("合" * 85 + ".txt", id="85 chinese signs"),
    pytest.param('say "hi"; x=y.txt', id="quotes and semicolons"),
]


@pytest.fixture
def new_case(make_case):
    """A case that outlives the database session: its id."""
    return lambda *args, **columns: SimpleNamespace(case_id=make_case(*args, **columns).case_id)


@pytest.fixture
def clerk(signed_in):
    return signed_in("legal_staff")


def send(client, case, content: bytes, *, name: str = "file.txt", kind: str = "contract", record: str = "", **fields: str):
    query = "&".join(f"{key}={quote(value)}" for key, value in {"name": name, "type": kind, "record": record, **fields}.items())
    headers = {"Content-Type": "application/octet-stream", "Accept": "application/json"}
    return client.post(f"/cases/{case.case_id}/documents/upload/file?{query}", data=content, headers=headers)


def documents(case) -> list[Document]:
    session.remove()
    return list(session.scalars(select(Document).where(Document.case_id == case.case_id).order_by(Document.id)))


def stored(document: Document) -> bytes:
    with runtime.store().open(document.sha256 or "") as content:
        return content.read()


def test_a_file_is_kept_with_row_job_and_audit_entry(app, clerk, new_case, log_of):
    case, content = new_case(), "甲方：示例\n第三条 交货".encode()
    answer = send(clerk, case, content, name="合同.txt", number="CG-1", document_date="2026-01-05", amount="1,234.5")
    (kept,) = documents(case)
    assert (answer.status_code, answer.json["outcome"]) == (201, "kept")
    assert answer.json["url"] == f"/cases/{case.case_id}/documents/{kept.id}"
    assert stored(kept) == content
    assert (kept.sha256, kept.size, kept.name, kept.type) == (hashlib.sha256(content).hexdigest(), len(content), "合同.txt", "contract")
    assert kept.fields == {"number": "CG-1", "document_date": "2026-01-05", "amount": "1234.50"}
    assert kept.received_by_id == clerk.person.id
    assert [job.name for job in session.scalars(select(Job).where(Job.document_id == kept.id))] == ["read_document"]
    assert ("upload", kept.ref) in log_of()


@pytest.mark.parametrize("name", NAMES)
def test_names_are_kept_exactly_as_they_come(app, clerk, new_case, name):
    case = new_case()
    assert send(clerk, case, b"text", name=name).status_code == 201
    assert documents(case)[0].name == name


@pytest.mark.parametrize("name", [p for p in NAMES if p.id not in {"path upwards", "windows path", "quotes and semicolons"}])
def test_names_are_kept_exactly_by_the_form_too(app, clerk, new_case, name):
    case = new_case()
    clerk.post(f"/cases/{case.case_id}/documents/upload", data={"files-0": (io.BytesIO(b"text"), name), "type-0": "contract"})
    assert [d.name for d in documents(case)] == [name]


def test_a_name_is_shown_escaped_and_isolated(app, clerk, new_case):
    case = new_case()
    send(clerk, case, b"text", name="<script>alert(1)</script>\u202e.txt")
    page = clerk.get(f"/cases/{case.case_id}/documents/{documents(case)[0].id}").text
    assert "<bdi>&lt;script&gt;alert(1)&lt;/script&gt;\u202e.txt</bdi>" in page
    assert "<script>alert" not in page


def test_the_form_takes_many_files_each_with_its_own_type_and_says_what_became_of_each(app, clerk, new_case):
    case = new_case()
    rows = {
        "files-0": [(io.BytesIO(b"one"), "甲.txt"), (io.BytesIO(b"two"), "乙.txt"), (io.BytesIO(b""), "空.txt")], "type-0": "contract",
        "files-1": [(io.BytesIO(b"three"), "丙.txt")], "type-1": "bank_payment", "amount-1": "88.00",
        "files-2": [(io.BytesIO(b""), "")], "type-2": "",
    }  # fmt: skip
    answer = clerk.post(f"/cases/{case.case_id}/documents/upload", data=rows)
    assert answer.status_code == 200
    assert [(d.name, d.type) for d in documents(case)] == [("甲.txt", "contract"), ("乙.txt", "contract"), ("丙.txt", "bank_payment")]
    assert documents(case)[2].fields == {"amount": "88.00"}
    assert "空.txt is empty: nothing was kept" in answer.text
    assert answer.text.count("✓</span> Kept") == 3


def test_the_same_bytes_twice_are_linked_not_refused(app, clerk, new_case):
    case = new_case()
    send(clerk, case, b"same", name="first.txt")
    answer = send(clerk, case, b"same", name="second.txt")
    first, second = documents(case)
    assert (answer.status_code, answer.json["outcome"]) == (201, "duplicate")
    assert first.ref in answer.json["message"]
    assert second.duplicate_of_id == first.id
    assert second.sha256 == first.sha256


def test_a_duplicate_in_a_case_one_may_not_see_is_not_told(app, signed_in, new_case, make_document, make_grant):
    other, mine = new_case("DC-OTHER"), new_case("DC-MINE")
    make_document(other, content=b"secret contract")
    lawyer = signed_in("external_lawyer")
    make_grant(mine, lawyer.person)
    answer = send(lawyer, mine, b"secret contract")
    assert answer.json["outcome"] == "kept"
    assert "already" not in answer.json["message"]


def test_a_record_without_file_gets_its_file(app, clerk, new_case, make_document):
    case = new_case()
    row = make_document(case, type="delivery_note_signed", number="SH-12")
    record = SimpleNamespace(id=row.id, ref=row.ref)
    page = clerk.get(f"/cases/{case.case_id}/documents/upload?record={record.id}").text
    assert f'value="{record.id}" data-ref="{record.ref}" selected' in page
    answer = send(clerk, case, b"scan", name="SH-12.txt", kind="", record=str(record.id))
    (filled,) = documents(case)
    assert answer.status_code == 201
    assert (filled.id, filled.type, filled.name, stored(filled)) == (record.id, "delivery_note_signed", "SH-12.txt", b"scan")
    again = send(clerk, case, b"other", kind="", record=str(record.id))
    assert (again.status_code, again.json["outcome"]) == (422, "refused")
    assert stored(documents(case)[0]) == b"scan"


@pytest.mark.parametrize(
    ("content", "kind", "words"),
    [
        pytest.param(b"", "contract", "is empty", id="empty file"),
        pytest.param(b"text", "", "Choose what kind", id="no kind chosen"),
        pytest.param(b"text", "no_such_type", "Choose what kind", id="a kind that is none"),
    ],
)
def test_what_cannot_be_taken_is_refused_in_plain_words_and_recorded(app, clerk, new_case, log_of, content, kind, words):
    case = new_case()
    answer = send(clerk, case, content, name="x.txt", kind=kind)
    assert (answer.status_code, answer.json["outcome"]) == (422, "refused")
    assert words in answer.json["message"]
    assert documents(case) == []
    assert ("refused", "x.txt") in log_of()
    assert list((runtime.config().data / "store" / "drafts").iterdir()) == []


def test_a_wrong_date_keeps_no_record(app, clerk, new_case):
    case = new_case()
    answer = send(clerk, case, b"text", document_date="5 January")
    assert answer.status_code == 422
    assert "document_date" in answer.json["message"]
    assert documents(case) == []


def test_more_than_the_limit_is_refused_before_it_is_kept(app, clerk, new_case):
    case = new_case()
    app.config["MAX_CONTENT_LENGTH"] = 1000
    raw = send(clerk, case, b"x" * 2000)
    by_form = clerk.post(f"/cases/{case.case_id}/documents/upload", data={"files-0": (io.BytesIO(b"x" * 2000), "x.txt"), "type-0": "contract"})
    assert (raw.status_code, by_form.status_code) == (413, 413)
    assert documents(case) == []
    assert list((runtime.config().data / "store" / "drafts").iterdir()) == []


def test_a_full_disk_loses_one_file_and_keeps_the_others(app, clerk, new_case, monkeypatch):
    case, stage = new_case(), runtime.store().stage

    def full(content):
        staged = stage(content)
        if staged.size > 10:
            staged.draft.unlink()
            raise NoRoom("no space left on device")
        return staged

    monkeypatch.setattr(runtime.store(), "stage", full)
    rows = {"files-0": [(io.BytesIO(b"small"), "a.txt"), (io.BytesIO(b"much larger than ten"), "b.txt"), (io.BytesIO(b"little"), "c.txt")], "type-0": "contract"}
    answer = clerk.post(f"/cases/{case.case_id}/documents/upload", data=rows)
    assert [d.name for d in documents(case)] == ["a.txt", "c.txt"]
    assert answer.status_code == 200
    assert "The disk is full: this file was not kept" in answer.text
    alone = send(clerk, case, b"much larger than ten")
    assert alone.status_code == 507


@pytest.mark.parametrize(  # an open case; the lawyer is granted it, the collector assigned
    ("role", "kind", "status"),
    [
        pytest.param("legal_manager", "contract", 201, id="manager adds a contract"),
        pytest.param("external_lawyer", "contract", 201, id="lawyer adds a contract"),
        pytest.param("collector", "contract", 403, id="collector adds no contract"),
        pytest.param("collector", "delivery_receipt", 201, id="collector adds proof of service"),
        pytest.param("collector", "call_recording", 201, id="collector adds a recording"),
        pytest.param("finance", "contract", 403, id="finance adds nothing"),
        pytest.param("auditor", "contract", 404, id="auditor does not see an open case"),
        pytest.param("admin", "contract", 404, id="administrator sees no case"),
    ],
)
def test_who_may_add_what(app, signed_in, new_case, make_grant, role, kind, status):
    case, client = new_case(), signed_in(role)
    if role in {"external_lawyer", "collector"}:
        make_grant(case, client.person)
    assert send(client, case, b"text", kind=kind).status_code == status
    assert len(documents(case)) == (status == 201)


def test_the_page_offers_only_what_this_person_may_add(app, signed_in, new_case, make_grant):
    case, collector = new_case(), signed_in("collector")
    make_grant(case, collector.person)
    page = collector.get(f"/cases/{case.case_id}/documents/upload").text
    assert 'value="delivery_receipt"' in page
    assert 'value="contract"' not in page
    assert "Civil Code art. 1033" in page
    assert signed_in("finance").get(f"/cases/{case.case_id}/documents/upload").status_code == 403


def test_an_archived_case_takes_nothing(app, signed_in, new_case):
    case = new_case(state="archived")
    assert send(signed_in("legal_manager"), case, b"text").status_code == 409
    assert documents(case) == []


def test_a_foreign_form_is_refused(guarded_app, clerk, new_case):
    case = new_case()
    assert send(clerk, case, b"text").status_code == 403
    assert documents(case) == []
