"""Pages that are pictures: recognised some at a time in a lane of their own; a page OCR breaks down over stops no other."""

import threading
from dataclasses import replace

import pytest
from PIL import Image
from sqlalchemy import select, update

from casefiles import carrier, db, intake, jobs, readers, work
from casefiles.db import saving, session
from casefiles.jobs import reading
from casefiles.models import Document, Job, JobState, Page, TextStatus, Unindexed
from casefiles.readers import Page as Recognised

PAGES = 11  # more than one slice


@pytest.fixture
def scan(add, tmp_path):
    """A scan of eleven empty pages, not read yet: (document id, id of the job that reads it)."""
    file = tmp_path / "scan.tif"
    first, *rest = [Image.new("L", (40, 40), 200) for _ in range(PAGES)]
    first.save(file, save_all=True, append_images=rest)
    return add(file.read_bytes(), "送货单.tif", "delivery_note_signed")


@pytest.fixture
def ocr(monkeypatch):
    """An OCR that writes the number of each page, gives nothing from page `breaks_at` on, and remembers what it was asked."""

    class Ocr:
        breaks_at = 10**6
        asked: list[list[int]] = []  # noqa: RUF012 - made anew below

        def __call__(self, path, media_type, numbers, **_more):
            self.asked.append(list(numbers))
            done = [n for n in numbers if n < self.breaks_at]
            pages = tuple(Recognised(n, str(n), f"第{n}页运单", "ocr", ((0, 4, 0.1, 0.1, 0.5, 0.2),)) for n in done)
            return readers.Recognised(pages, *(("", "") if len(done) == len(numbers) else ("中止。", "broke down.")))

    made = Ocr()
    made.asked = []
    monkeypatch.setattr(readers, "recognise", made)
    return made


def open_jobs(*names):
    return list(session.scalars(select(Job.id).where(Job.name.in_(names), Job.state == JobState.WAITING)))


def recognise_all():
    while waiting := open_jobs(work.RECOGNISE, work.RECOGNISE_REST):
        session.remove()
        for job_id in waiting:
            jobs.run(work.RECOGNISE, job_id)


def test_a_scan_waits_for_recognition_and_says_so(scan, fresh):
    document_id, job_id = scan
    jobs.run(work.READ_DOCUMENT, job_id)
    document = fresh(Document, document_id)
    assert document.text_status is TextStatus.RECOGNISING
    assert "正在识别" in document.text_reason_zh
    assert len(open_jobs(work.RECOGNISE)) == 1


def test_pages_are_recognised_some_at_a_time_and_indexed_each_time(scan, ocr, fresh, pages):
    document_id, job_id = scan
    jobs.run(work.READ_DOCUMENT, job_id)
    (first,) = open_jobs(work.RECOGNISE)
    with saving():
        session.query(Unindexed).delete()
    jobs.run(work.RECOGNISE, first)
    assert ocr.asked == [list(range(1, reading.SLICE + 1))]
    assert fresh(Document, document_id).text_status is TextStatus.RECOGNISING  # three pages are left
    assert session.scalars(select(Unindexed.document_id)).all() == [document_id]
    recognise_all()
    document = fresh(Document, document_id)
    assert (document.text_status, document.text_reason_en) == (TextStatus.READ, None)
    assert pages(document_id) == {n: f"第{n}页运单" for n in range(1, PAGES + 1)}
    assert session.scalars(select(Page.boxes).where(Page.number == 1)).one() == [[0, 4, 0.1, 0.1, 0.5, 0.2]]


def test_a_page_ocr_breaks_down_over_is_left_and_the_others_are_recognised(scan, ocr, fresh, pages):
    document_id, job_id = scan
    jobs.run(work.READ_DOCUMENT, job_id)
    ocr.breaks_at = 3
    jobs.run(work.RECOGNISE, open_jobs(work.RECOGNISE)[0])
    ocr.breaks_at = 10**6
    recognise_all()
    document = fresh(Document, document_id)
    assert document.text_status is TextStatus.PARTLY
    assert document.text_reason_en.startswith("Page 3 could not be recognised. broke down.")
    assert [n for n, text in pages(document_id).items() if not text] == [3]
    assert ocr.asked[1] == [4, 5, 6, 7, 8, 9, 10, 11]


def test_the_same_bytes_are_recognised_once(scan, add, ocr, fresh, pages, tmp_path):
    document_id, job_id = scan
    jobs.run(work.READ_DOCUMENT, job_id)
    recognise_all()
    asked = len(ocr.asked)
    twin_id, twin_job = add((tmp_path / "scan.tif").read_bytes(), "另一份.tif", "contract")
    jobs.run(work.READ_DOCUMENT, twin_job)
    recognise_all()
    assert (pages(twin_id), len(ocr.asked), fresh(Document, twin_id).text_status) == (pages(document_id), asked, TextStatus.READ)


def test_a_page_that_broke_down_is_tried_again_for_the_same_bytes(scan, add, ocr, fresh, pages, tmp_path):
    _, job_id = scan
    jobs.run(work.READ_DOCUMENT, job_id)
    ocr.breaks_at = 0
    jobs.run(work.RECOGNISE, open_jobs(work.RECOGNISE)[0])  # page 1 is given up
    ocr.breaks_at = 10**6
    recognise_all()
    ocr.asked.clear()
    twin_id, twin_job = add((tmp_path / "scan.tif").read_bytes(), "另一份.tif", "contract")
    jobs.run(work.READ_DOCUMENT, twin_job)
    recognise_all()
    assert (ocr.asked, fresh(Document, twin_id).text_status) == ([[1]], TextStatus.READ)


def test_an_ocr_that_never_works_comes_to_an_end(scan, ocr, fresh):
    document_id, job_id = scan
    jobs.run(work.READ_DOCUMENT, job_id)
    ocr.breaks_at = 0
    recognise_all()
    assert len(ocr.asked) == PAGES
    assert fresh(Document, document_id).text_status is TextStatus.EMPTY


def test_reading_again_keeps_what_was_recognised_unless_a_person_asks_for_it(scan, ocr, actor, fresh, pages):
    document_id, job_id = scan
    jobs.run(work.READ_DOCUMENT, job_id)
    recognise_all()
    before = pages(document_id)
    with saving():
        job = work.ask(work.READ_DOCUMENT, actor.now, document=session.get_one(Document, document_id)).id
    jobs.run(work.READ_DOCUMENT, job)
    assert (fresh(Document, document_id).text_status, pages(document_id), open_jobs(work.RECOGNISE)) == (TextStatus.READ, before, [])
    with saving():
        job = intake.retry(actor, session.get_one(Document, document_id)).id
    jobs.run(work.READ_DOCUMENT, job)
    assert len(open_jobs(work.RECOGNISE)) == 1


def test_a_document_whose_reader_rose_is_asked_for_once(add, clock, fresh):
    document_id, job_id = add("第三条 交货".encode(), "合同.txt")
    jobs.run(work.READ_DOCUMENT, job_id)
    assert reading.ask_for_rereading(clock()) == 0
    with saving():
        session.execute(update(Document).where(Document.id == document_id).values(reader_version=0))
    assert [reading.ask_for_rereading(clock()) for _ in range(2)] == [1, 0]
    jobs.run(work.READ_DOCUMENT, open_jobs(work.READ_DOCUMENT)[0])
    assert fresh(Document, document_id).reader_version == readers.READERS["text"].version


def test_what_no_reader_takes_is_never_asked_for_again(add, clock):
    _, job_id = add(b"\x7fELF" + bytes(range(256)) * 8, "证据.xyz")
    jobs.run(work.READ_DOCUMENT, job_id)
    assert reading.ask_for_rereading(clock()) == 0


def test_with_recognition_switched_off_the_page_says_so_and_is_recognised_when_it_is_on_again(scan, ocr, instance, clock, fresh, monkeypatch):
    document_id, job_id = scan
    with monkeypatch.context() as patch:
        patch.setattr(instance, "settings", replace(instance.settings, ocr=False))
        jobs.run(work.READ_DOCUMENT, job_id)
        assert (open_jobs(work.RECOGNISE), reading.ask_for_recognition(clock())) == ([], 0)
        assert "CASEFILES_OCR=0" in fresh(Document, document_id).text_reason_en
    assert [reading.ask_for_recognition(clock()) for _ in range(2)] == [1, 0]
    recognise_all()
    assert fresh(Document, document_id).text_status is TextStatus.READ


def test_slow_work_goes_into_a_lane_of_its_own(scan, ocr, instance, fresh):
    document_id, job_id = scan
    jobs.run(work.READ_DOCUMENT, job_id)
    assert (carrier.waiting(instance.slow_queue) > 0, fresh(Document, document_id).text_status) == (True, TextStatus.RECOGNISING)
    over = threading.Event()

    def recognise(number):
        jobs.run(work.RECOGNISE, number)
        if not open_jobs(work.RECOGNISE, work.RECOGNISE_REST):
            over.set()

    carrier.serve({work.RECOGNISE: recognise, work.RECOGNISE_REST: recognise})
    lane = threading.Thread(target=carrier.work_through, args=(instance.slow_queue, over))
    lane.start()
    lane.join(60)
    assert not lane.is_alive()
    assert fresh(Document, document_id).text_status is TextStatus.READ


def test_what_was_uploaded_last_is_recognised_first_and_the_rest_of_a_long_scan_last(instance):
    order = []
    carrier.serve({name: lambda number, name=name: order.append((name, number)) for name in work.SLOW})
    (send,) = db._send  # what after_commit() gives jobs to
    for name, number in ((work.RECOGNISE_REST, 4), (work.RECOGNISE, 5), (work.RECOGNISE, 6), (work.RECOGNISE_REST, 7)):
        send(name, number)
    while (task := instance.slow_queue.dequeue()) is not None:
        instance.slow_queue.execute(task)
    assert order == [(work.RECOGNISE, 6), (work.RECOGNISE, 5), (work.RECOGNISE_REST, 4), (work.RECOGNISE_REST, 7)]
