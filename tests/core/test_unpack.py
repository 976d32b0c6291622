"""Files inside files: rows of their own, found before anybody sorts them, in no check and no packet until somebody does."""

import hashlib
import io
import re

import pytest
from sqlalchemy import select

from casefiles import assess, escalate_deletion, exchange, intake, policy, runtime, unpack, work
from casefiles.case_mapping import case_mapping
from casefiles.db import saving, session
from casefiles.errors import FileRefused, NotUsable, Refused
from casefiles.models import Approval, AuditEntry, Case, Document, Job, Page, Proposal, ProposalState, State, TextStatus, Unindexed
from casefiles.unpack import KeptChild

CASE = "EX-A-COMPLETE"


def child(path, content=b"bytes", kind="text/plain"):
    return KeptChild(path, hashlib.sha256(content).hexdigest(), len(content), kind)


@pytest.fixture
def case_id(case_a):
    return case_a.case_id


@pytest.fixture
def upload(instance, actor, case_id):
    """upload("邮件.eml", b"..."): the number of a new document with these bytes; not sorted unless a type is given."""

    def up(name="邮件.eml", content=b"Subject: a", kind="unsorted"):
        received = intake.inspect(instance.store.stage(io.BytesIO(content)), name, 1 << 24)
        instance.store.keep(received.staged)
        with saving():
            return intake.receive(actor, session.get_one(Case, case_id), received, type=kind).id

    return up


@pytest.fixture
def enter(actor):
    """enter(parent's number, children): the numbers of their rows."""

    def enter(parent, *children):
        with saving():
            return [row.id for row in unpack.enter(actor.now, session.get_one(Document, parent), children)]

    return enter


def row(number):
    session.rollback()
    session.expire_all()
    return session.get_one(Document, number)


def sort(actor, number, kind="photos"):
    with saving():
        document = session.get_one(Document, number)
        intake.edit_document(actor, document, type=kind, fields={}, flags={}, original={}, version=document.version)


def test_a_file_inside_becomes_a_document_of_its_own(upload, enter, actor, case_id):
    parent = upload()
    (number,) = enter(parent, child("附件/送货单.pdf"))
    found, above = row(number), row(parent)
    assert (found.type, found.listed_in, found.parent_id, found.path_in_parent, found.name) == ("unsorted", None, parent, "附件/送货单.pdf", "送货单.pdf")
    assert (found.received_by_id, found.received_at, found.text_status) == (above.received_by_id, above.received_at, TextStatus.WAITING)
    assert re.fullmatch(r"D\d+", found.ref)
    assert session.scalar(select(Job.name).where(Job.document_id == number)) == work.READ_DOCUMENT
    assert session.scalar(select(Unindexed.id).where(Unindexed.document_id == number)) is not None
    entry = session.scalars(select(AuditEntry).where(AuditEntry.event == "unpack")).one()
    assert (entry.object, entry.person) == (above.ref, "worker (legal_manager)")
    assert entry.detail["documents"] == [f"{found.ref} {found.sha256}"]


def test_reading_again_makes_no_second_row(upload, enter):
    parent = upload()
    first = enter(parent, child("a.txt"), child("b.txt", b"other"), child("a.txt"))
    assert enter(parent, child("a.txt"), child("b.txt", b"other")) == first
    assert len(enter(parent, child("a.txt", b"new bytes"))) == 1
    assert len(row(parent).children) == 3


def test_the_same_bytes_are_linked(upload, enter):
    whole = upload("合同.txt", b"bytes", "contract")
    one, two = enter(upload(), child("a.txt", b"twice"), child("copy.txt", b"twice"))
    (same,) = enter(upload("二.eml", b"Subject: b"), child("合同.txt", b"bytes"))
    assert (row(one).duplicate_of_id, row(two).duplicate_of_id, row(same).duplicate_of_id) == (None, one, whole)


def test_what_is_not_sorted_counts_nowhere(upload, enter, actor, case_id):
    held = session.get_one(Case, case_id)
    before, whole = assess.check(held, today=actor.today), case_mapping(held)
    session.rollback()
    enter(upload(), child("合同.pdf"), child("发票.xml", b"<a/>"))
    held = row(upload("散件.txt", b"heap")).case
    assert case_mapping(held) == whole
    assert assess.check(held, today=actor.today) == before


def test_a_person_sorts_it(upload, enter, actor, case_id):
    (number,) = enter(upload(), child("照片.jpg"))
    sort(actor, number)
    found = row(number)
    assert (found.listed_in, found.sorted) == ("documents", True)
    assert found.ref in {entry["id"] for entry in case_mapping(found.case)["documents"]}
    sort(actor, number, "unsorted")
    assert row(number).listed_in is None


def test_a_paper_of_the_ledger_stays_sorted(case_id, actor):
    number = session.scalar(select(Document.id).where(Document.case_id == case_id, Document.ref == "D01"))
    with pytest.raises(NotUsable, match="carries a line"):
        sort(actor, number, "unsorted")


def test_five_levels_and_no_more(upload, enter):
    number, path = upload("a.zip"), "inner.zip"
    for level in range(unpack.DEEPEST):
        (number,) = enter(number, child(path, b"level %d" % level))
    with saving():
        session.get_one(Document, number).text_status = TextStatus.READ
    for _ in range(2):
        assert enter(number, child(path, b"too deep")) == []
    found = row(number)
    assert found.text_status is TextStatus.PARTLY
    assert found.text_reason_en.count("Nested 5 levels deep") == 1
    assert "嵌套已达 5 层" in found.text_reason_zh


@pytest.mark.parametrize(("limit", "most", "entered"), [
    pytest.param("MOST_INSIDE", 3, 2, id="so many documents"), pytest.param("MOST_BYTES", 12, 1, id="so many bytes"),
])  # fmt: skip
def test_one_upload_gives_no_more_than(upload, enter, monkeypatch, limit, most, entered):
    parent = upload("a.zip")
    (inner,) = enter(parent, child("b.zip", b"12345"))
    monkeypatch.setattr(unpack, limit, most)
    assert len(enter(inner, *(child(f"{n}.txt", b"1234%d" % n) for n in range(4)))) == entered
    assert f"{4 - entered} were left in" in row(inner).text_reason_en


def test_a_sealed_file_gets_no_rows(upload, enter, case_id):
    parent = upload()
    with saving():
        session.get_one(Case, case_id).state = State.ARCHIVED
    assert enter(parent, child("a.txt")) == []
    assert "archived" in row(parent).text_reason_en


def test_a_child_is_held_as_the_file_it_came_in(upload, enter, somebody, case_id):
    """A lawyer's and a collector's view of what came in a privileged note, a recording's folder, a court paper stays closed."""
    number = upload("意见.eml", b"Subject: c", "privileged_note")
    (inner,) = enter(number, child("a.zip", b"zip"))
    (deep,) = enter(inner, child("草稿.docx"))
    for role, sees in (("legal_staff", True), ("external_lawyer", False), ("collector", False), ("finance", False), ("auditor", False)):
        assert policy.may_document(somebody(role), "read", row(deep)) is sees, role
    assert policy.held_as(row(deep)) == "privileged_note"


def exported(case_id, folder):
    return exchange.export(session.get_one(Case, case_id), runtime.store(), folder)


def test_where_a_document_came_out_of_goes_along(upload, enter, actor, case_id, tmp_path, instance):
    """A sorted attachment of a mail in a sorted archive: exported with its path, found again in a new instance when the archive is read again."""
    archive = upload("往来.zip", b"PK archive", "photos")
    (mail, heap) = enter(archive, child("邮件/回复.eml", b"mail"), child("其他.txt", b"unsorted"))
    content = b"attached"
    instance.store.keep(instance.store.stage(io.BytesIO(content)))
    (inner,) = enter(mail, child("还款计划.txt", content))
    sort(actor, inner)
    ref, outer = row(inner).ref, row(archive).ref
    file = exported(case_id, tmp_path / "out")
    text = file.read_text("utf-8")
    assert row(heap).ref not in re.findall(r"^- id: (\S+)$", text, re.MULTILINE)
    (tmp_path / "out" / "again.yaml").write_text(text.replace(f"case_id: {case_id}", "case_id: AGAIN"), "utf-8")
    case_file = exchange.read(tmp_path / "out" / "again.yaml")
    said = next(entry for entry in case_file.mapping["documents"] if entry["id"] == ref)["derived_from"]
    assert said == {"document": outer, "path": "邮件/回复.eml/还款计划.txt"}
    with saving():
        exchange.enter(actor, case_file, exchange.keep_files(case_file, instance.store))
    back = {document.ref: document.id for document in session.get_one(Case, "AGAIN").documents}
    assert row(back[ref]).parent_id == back[outer]
    (mail_again,) = enter(back[outer], child("邮件/回复.eml", b"mail"))
    assert enter(mail_again, child("还款计划.txt", content)) == [back[ref]]


@pytest.mark.parametrize(("said", "word"), [
    pytest.param("NONE", "no document of this case file", id="out of nothing"), pytest.param("X1", "out of itself", id="out of itself"),
])  # fmt: skip
def test_a_document_comes_out_of_another_one(case_id, tmp_path, said, word):
    file = exported(case_id, tmp_path / "out")
    text = file.read_text("utf-8").replace("\ndocuments:\n", f"\ndocuments:\n- id: X1\n  type: photos\n  derived_from: {{document: {said}, path: a}}\n")
    file.write_text(text, "utf-8")
    with pytest.raises(FileRefused, match=word):
        exchange.read(file)


def delete(first, second, case_id, number, ground="duplicate"):
    with saving():
        asked = escalate_deletion.propose_deletion(first, session.get_one(Case, case_id), session.get_one(Document, number), ground=ground, reason="误传").id
    with saving():
        escalate_deletion.decide_deletion(second, session.get_one(Case, case_id), session.get_one(Approval, asked), approve=True, reason="同意")


@pytest.fixture
def managers(somebody):
    return somebody("legal_manager"), somebody("legal_manager", 2)


def test_with_a_mail_everything_goes_that_came_out_of_it(upload, enter, managers, case_id):
    """The mail was uploaded twice; the second goes, with the attachment and what was in that."""
    first, second = upload(), upload()
    for mail in (first, second):
        (inner,) = enter(mail, child("a.zip", b"zip"))
        (deep,) = enter(inner, child("b.txt", b"deep"))
    with saving():
        told = session.get_one(Document, deep)
        told.told, told.text_status = {"details": {"mail": {"from": "a@example.test"}}}, TextStatus.READ
        told.pages.append(Page(number=1, label="1", text="正文"))
        told.proposals.append(Proposal(field="number", value="1", rule="r", score=1, reason_zh="x", reason_en="x", state=ProposalState.OPEN))
    delete(*managers, case_id, second)
    for number in (second, inner, deep):
        gone = row(number)
        assert (gone.sha256, gone.name, gone.path_in_parent, gone.told, gone.pages, gone.proposals) == (None, None, None, None, [], [])
        assert gone.erased
        assert session.scalar(select(Unindexed.id).where(Unindexed.document_id == number, Unindexed.hide)) is not None
    assert not any(document.erased for document in (row(first), *row(first).children))


def test_what_keeps_a_file_inside_keeps_the_mail(upload, enter, managers, case_id):
    """A sorted attachment that stands in the case once, of a debt still owed: its mail is not deleted as a duplicate of another mail."""
    upload()
    second = upload()
    (inner,) = enter(second, child("a.txt", b"once"))
    with pytest.raises(Refused, match=f"{row(inner).ref} is no duplicate"):
        delete(*managers, case_id, second)


def test_a_file_inside_alone_goes_and_does_not_come_back(upload, enter, managers, case_id):
    first, second = upload(), upload("二.eml", b"Subject: b")
    enter(first, child("a.txt"))
    (gone,) = enter(second, child("a.txt"))
    delete(*managers, case_id, gone)
    assert enter(second, child("a.txt")) == []
    assert [document.id for document in row(second).children] == [gone]
    assert not row(second).erased
