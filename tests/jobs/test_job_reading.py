"""Reading in the worker: twice gives one result, a failure stands on the document with its reason, the index follows."""

import pytest
from sqlalchemy import select

from casefiles import find, index_care, intake, jobs, leases, readers, runtime, work
from casefiles.db import saving, session
from casefiles.jobs import indexing
from casefiles.models import Case, Document, Job, JobState, TextStatus
from casefiles.search import IndexBusy
from storage import NoRoom

DAMAGED = [
    pytest.param(b"%PDF-1.7\n1 0 obj << not a pdf at all", "坏.pdf", TextStatus.FAILED, id="a damaged PDF"),
    pytest.param(b"PK\x03\x04" + bytes(60), "坏.docx", TextStatus.FAILED, id="a zip of nothing"),
    pytest.param(b"\x7fELF" + bytes(range(256)) * 8, "证据.xyz", TextStatus.UNSUPPORTED, id="a kind nobody reads"),
]


def read(job_id):
    jobs.run(work.READ_DOCUMENT, job_id)


def indexed():
    """What the worker's other thread does all the time."""
    while indexing.deliver():
        pass


def again(actor, document_id):
    """What a person does on the page of a document; the id of the new job."""
    with saving():
        return intake.retry(actor, session.get_one(Document, document_id)).id


def test_pages_and_dates_stand_beside_the_document(add, pages, fresh):
    document_id, job_id = add("签订日期：2024年3月1日\n第九条 违约金".encode(), "合同.txt")
    read(job_id)
    document = fresh(Document, document_id)
    assert (document.text_status, document.page_count, document.dates_found) == (TextStatus.READ, 1, ["2024-03-01"])
    assert pages(document_id) == {1: "签订日期：2024年3月1日\n第九条 违约金"}
    assert fresh(Job, job_id).state is JobState.DONE


def test_gbk_is_read_as_chinese(add, pages):
    document_id, job_id = add("对账单 余额 750000.00".encode("gb18030"), "对账单.txt")
    read(job_id)
    assert pages(document_id) == {1: "对账单 余额 750000.00"}


def test_reading_twice_gives_one_result(add, actor, pages, instance):
    document_id, job_id = add()
    read(job_id)
    indexed()
    once = (pages(document_id), sorted(instance.engine.keys()))
    read(job_id)
    read(again(actor, document_id))
    indexed()
    assert (pages(document_id), sorted(instance.engine.keys())) == once


def test_what_was_read_is_found(add, actor):
    _, job_id = add("轴承座贰佰套，单价每套四百元".encode())
    read(job_id)
    indexed()
    (group,) = find.search(actor, "轴承座贰佰套").groups
    assert [hit.page for document in group.documents for hit in document.hits] == [1]


@pytest.mark.parametrize(("content", "name", "status"), DAMAGED)
def test_a_file_that_cannot_be_read_says_why_and_is_kept(add, fresh, instance, content, name, status):
    document_id, job_id = add(content, name)
    read(job_id)
    document = fresh(Document, document_id)
    assert document.text_status is status
    assert document.text_reason_zh
    assert document.text_reason_en
    assert fresh(Job, job_id).state is JobState.DONE  # the reading came to its end: it is the file that is bad
    with instance.store.open(document.sha256) as kept:
        assert kept.read() == content


def test_a_failed_reading_can_be_tried_again(add, actor, monkeypatch, fresh, pages):
    document_id, job_id = add()
    broken = readers.Reading((), 0, "failed", "读取程序中止。", "the reader broke down.", (), "text", 1)
    with monkeypatch.context() as patch:
        patch.setattr(readers, "read", lambda *_, **__: broken)
        read(job_id)
    document = fresh(Document, document_id)
    assert (document.text_status, document.text_reason_zh, document.text_reason_en) == (TextStatus.FAILED, "读取程序中止。", "the reader broke down.")
    next_job = again(actor, document_id)
    assert fresh(Document, document_id).text_status is TextStatus.WAITING
    read(next_job)
    document = fresh(Document, document_id)
    assert (document.text_status, document.text_reason_zh, document.text_reason_en) == (TextStatus.READ, None, None)
    assert pages(document_id) == {1: "甲方：示例江南\n第三条 交货"}


def test_missing_bytes_are_told_not_served(add, instance, fresh):
    document_id, job_id = add()
    instance.store.path(fresh(Document, document_id).sha256).unlink()
    read(job_id)
    document = fresh(Document, document_id)
    assert document.text_status is TextStatus.FAILED
    assert "missing or damaged" in document.text_reason_en


def test_reading_is_nobodys_edit(add, fresh):
    """A person has the page of the document open while the worker reads it: saving must not end in a conflict."""
    document_id, job_id = add()
    opened = fresh(Document, document_id).version
    read(job_id)
    assert fresh(Document, document_id).version == opened


def test_a_failure_of_the_worker_is_nobodys_edit_either(add, fresh, monkeypatch):
    document_id, job_id = add()
    opened = fresh(Document, document_id).version
    monkeypatch.setattr(readers, "read", lambda *_, **__: 1 / 0)
    for _ in range(leases.MOST_ATTEMPTS):
        read(job_id)
    assert (fresh(Document, document_id).version, fresh(Document, document_id).text_status) == (opened, TextStatus.FAILED)


def test_a_worker_that_dies_before_the_index_has_it_leaves_it_in_the_outbox(add, monkeypatch, actor):
    _, job_id = add("轴承座贰佰套".encode())
    indexing.heal(thorough=False)
    read(job_id)

    def die(*_args, **_more):
        raise KeyboardInterrupt  # passes every `except Exception`, as a killed process does

    with monkeypatch.context() as patch:
        patch.setattr(runtime.engine(), "add", die)
        with pytest.raises(KeyboardInterrupt):
            indexed()
    assert find.search(actor, "轴承座贰佰套").total == 0
    indexed()
    assert find.search(actor, "轴承座贰佰套").total == 1


def test_a_busy_index_holds_up_nothing_but_the_search(add, actor, monkeypatch, fresh):
    document_id, job_id = add("轴承座贰佰套".encode())
    indexing.heal(thorough=False)

    def busy(*_args, **_more):
        raise IndexBusy("another process writes")

    with monkeypatch.context() as patch:
        patch.setattr(runtime.engine(), "add", busy)
        read(job_id)
        assert jobs.drain(20) == index_care.waiting() > 0
    assert (fresh(Job, job_id).state, fresh(Document, document_id).text_status) == (JobState.DONE, TextStatus.READ)
    assert jobs.drain(20) == 0
    assert find.search(actor, "轴承座贰佰套").total == 1


def test_a_lost_index_is_made_again_by_the_next_change(add, instance, actor, fresh):
    _, first = add("轴承座贰佰套".encode())
    read(first)
    indexed()
    for file in instance.settings.data.glob("index/index-*/*"):
        file.unlink()
    _, second = add("往来款项余额".encode())
    read(second)
    indexed()
    assert fresh(Job, second).state is JobState.DONE
    assert (find.search(actor, "轴承座贰佰套").total, find.search(actor, "往来款项余额").total) == (1, 1)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        pytest.param(NoRoom("no space left"), "The disk is full", id="the disk is full"),
        pytest.param(OSError("read error"), "read error", id="the disk is broken"),
    ],
)
def test_trouble_of_the_machine_is_tried_again_and_said(add, fresh, monkeypatch, error, said):
    document_id, job_id = add()

    def read_nothing(*_, **__):
        raise error

    with monkeypatch.context() as patch:
        patch.setattr(readers, "read", read_nothing)
        read(job_id)
    job = fresh(Job, job_id)
    assert (job.state, said in job.reason) == (JobState.WAITING, True)
    assert fresh(Document, document_id).text_status is TextStatus.WAITING
    read(job_id)
    assert (fresh(Job, job_id).state, fresh(Job, job_id).reason) == (JobState.DONE, "")


def test_a_change_of_the_case_reaches_index_and_lists(instance, actor, fresh):
    with saving():
        case = session.get_one(Case, "EX-A-COMPLETE")
        case.court = "示例市样本区人民法院"
        case.balance = None
        job_id = work.ask(work.REFRESH_CASE, actor.now, case=case).id
        work.index(actor.now, case.case_id)
        session.flush()
        version = case.version  # the change itself counts, what the worker computes does not
    jobs.run(work.REFRESH_CASE, job_id)
    indexed()
    assert fresh(Job, job_id).state is JobState.DONE
    case = fresh(Case, "EX-A-COMPLETE")
    assert (case.balance is not None, case.version) == (True, version)
    assert find.search(actor, "样本区人民法院").total == 1


def test_an_edit_of_a_document_reaches_the_index_and_keeps_its_pages(add, instance, actor):
    document_id, job_id = add("轴承座贰佰套".encode())
    read(job_id)
    with saving():
        document = session.get_one(Document, document_id)
        intake.edit_document(actor, document, type="contract", fields={"number": "HT-2026-77"}, flags={}, original={}, version=document.version)
    jobs.drain(60)
    assert [find.search(actor, query).total for query in ("HT-2026-77", "number:HT-2026-77", "轴承座贰佰套")] == [1, 2, 1]
    assert session.scalars(select(Job).where(Job.state != JobState.DONE)).all() == []
