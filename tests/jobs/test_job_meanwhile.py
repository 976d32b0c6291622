"""What happens to a document while a job for it waits or runs: deleted for good, read again, read by a newer reader."""

import pytest
from PIL import Image
from sqlalchemy import select

from casefiles import intake, jobs, readers, work
from casefiles.db import saving, session
from casefiles.models import Document, Job, JobState, Page, TextStatus
from casefiles.readers import Page as Recognised

DELETED = "Deleted for good on 2026-11-22 by two persons (duplicate): twice; SHA-256 "


@pytest.fixture
def scan(add, tmp_path):
    """Three empty pages, read and waiting for recognition: the document's number."""
    file = tmp_path / "scan.tif"
    first, *rest = [Image.new("L", (40, 40), 200) for _ in range(3)]
    first.save(file, save_all=True, append_images=rest)
    document_id, job_id = add(file.read_bytes(), "送货单.tif", "delivery_note_signed")
    jobs.run(work.READ_DOCUMENT, job_id)
    return document_id


def recognised(numbers, *, breaks_at=None):
    pages = tuple(Recognised(n, str(n), f"第{n}页运单", "ocr", ()) for n in numbers if n != breaks_at)
    return readers.Recognised(pages, *(("", "") if breaks_at not in numbers else ("中止。", "broke down.")))


def run_waiting(*names):
    while waiting := session.execute(select(Job.name, Job.id).where(Job.name.in_(names), Job.state == JobState.WAITING)).all():
        session.remove()
        for name, job_id in waiting:
            jobs.run(name, job_id)


def test_what_was_deleted_before_its_job_began_keeps_its_record(add, fresh):
    document_id, job_id = add()
    with saving():
        document = session.get_one(Document, document_id)
        document.text_status, document.text_reason_zh, document.text_reason_en = TextStatus.NO_FILE, "已彻底删除", f"{DELETED}{document.sha256}"
        document.name = document.sha256 = document.size = document.media_type = None
    jobs.run(work.READ_DOCUMENT, job_id)
    document = fresh(Document, document_id)
    assert (fresh(Job, job_id).state, document.text_status, document.told) == (JobState.DONE, TextStatus.NO_FILE, None)
    assert document.text_reason_en.startswith(DELETED)


@pytest.mark.long
def test_pages_recognised_while_somebody_asks_for_all_of_them_again_are_left(scan, fresh, monkeypatch, actor):
    def asked_again(_path, _kind, numbers, **_more):
        with saving():
            intake.retry(actor, session.get_one(Document, scan), recognise=True)
        session.remove()
        return recognised(numbers)

    job_id = session.scalar(select(Job.id).where(Job.name == work.RECOGNISE, Job.document_id == scan))
    session.remove()
    with monkeypatch.context() as patch:
        patch.setattr(readers, "recognise", asked_again)
        jobs.run(work.RECOGNISE, job_id)
    assert (fresh(Job, job_id).state, fresh(Job, job_id).reason) == (JobState.DONE, "")
    assert fresh(Document, scan).text_status is TextStatus.WAITING
    monkeypatch.setattr(readers, "recognise", lambda _path, _kind, numbers, **_more: recognised(numbers))
    run_waiting(work.READ_DOCUMENT)
    run_waiting(work.RECOGNISE, work.RECOGNISE_REST)
    assert fresh(Document, scan).text_status is TextStatus.READ
    assert [page.text for page in fresh(Document, scan).pages] == ["第1页运单", "第2页运单", "第3页运单"]


def test_a_page_ocr_broke_down_over_is_tried_again_when_a_newer_reader_reads_the_file(scan, fresh, monkeypatch, actor):
    monkeypatch.setattr(readers, "recognise", lambda _path, _kind, numbers, **_more: recognised(numbers, breaks_at=2))
    run_waiting(work.RECOGNISE, work.RECOGNISE_REST)
    assert fresh(Document, scan).text_status is TextStatus.PARTLY
    with saving():
        session.get_one(Document, scan).reader_version = 0
    assert jobs.ask_for_rereading(actor.now) == 1
    asked = []
    monkeypatch.setattr(readers, "recognise", lambda _path, _kind, numbers, **_more: asked.extend(numbers) or recognised(numbers))
    run_waiting(work.READ_DOCUMENT)
    assert fresh(Document, scan).text_status is TextStatus.RECOGNISING  # and not read, as if page 2 had been
    run_waiting(work.RECOGNISE, work.RECOGNISE_REST)
    assert (asked, fresh(Document, scan).text_status) == ([2], TextStatus.READ)
    assert session.scalars(select(Page.source).where(Page.document_id == scan)).all() == ["ocr"] * 3
    assert jobs.ask_for_rereading(actor.now) == 0
