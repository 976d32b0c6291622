"""Reading documents: the text of their own first, then what has to be recognised or transcribed, some pages at a time."""

import logging
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from sqlalchemy import delete, exists, func, select

from casefiles import leases, propose, readers, runtime, unpack, work
from casefiles.actor import now
from casefiles.bundle import convert, preflight
from casefiles.bundle.plan import Source
from casefiles.db import saving, session
from casefiles.jobs.heartbeat import beating
from casefiles.leases import Held
from casefiles.models import Document, Job, JobState, Page, TextStatus
from casefiles.readers import Reading
from storage import NotStored

log = logging.getLogger(__name__)
SLICE = 8  # pages recognised by one job: a photo that comes meanwhile waits for no more than these
MOST_AT_ONCE = 100  # documents read again by one look, since their reader rose
OFF = ("图像页未识别文字：本系统关闭了文字识别（CASEFILES_OCR=0）。", "Pages that are pictures have no text: recognition is off here (CASEFILES_OCR=0).")
NOTHING_SEEN = ("图像上未识别出文字；原文件已保留，如图中确有文字，请上传更清晰的扫描件或照片。",
                "No writing was recognised in its pictures. The original is kept; if there is writing, upload a sharper scan or photo.")  # fmt: skip
LOST = Reading(
    pages=(), page_count=0, outcome="failed", reason_zh="文件字节在存储中缺失或损坏，请联系管理员。",
    reason_en="The stored bytes are missing or damaged; ask the administrator.", dates=(), reader="none", version=0,
)  # fmt: skip


@dataclass(frozen=True)
class _Stored:
    """The file of a document as it stood when its job began."""

    name: str
    sha256: str
    media_type: str


def _stored(document_id: int) -> _Stored:
    document = session.get_one(Document, document_id)
    stored = _Stored(document.name or "", document.sha256 or "", document.media_type or "")
    session.rollback()
    return stored


def _locked(document_id: int) -> Document:
    """The document as it stands now. Of two that write of one, reading and recognising or a person deciding, the second waits for the first."""
    return session.get_one(Document, document_id, populate_existing=True, with_for_update=True)


def _still(document: Document, stored: _Stored) -> bool:
    """Whether these bytes are still the document's: what was deleted for good, before the job began too, keeps nothing but what its record says."""
    return document.sha256 is not None and document.sha256 == stored.sha256


def read_document(held: Held) -> None:
    """Put the pages of one document beside it, and the files inside it into the case. Safe to run twice: it replaces, never adds."""
    document_id = held.document_id or 0
    stored = _stored(document_id)
    with beating(held), _folder() as folder:
        try:
            reading = _read(stored, folder)
            children = [unpack.keep(child, runtime.store()) for child in reading.children]
        except NotStored:
            reading, children = LOST, []
        with saving():
            document = _locked(document_id)
            if not _still(document, stored):
                leases.close(held)
                return
            _write(document, reading)
            unpack.enter(now(), document, children)
            _follow(document, reading)
            leases.close(held)


@contextmanager
def _folder() -> Iterator[Path]:
    folder = Path(mkdtemp(prefix="read-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _read(stored: _Stored, folder: Path) -> Reading:
    """What the format's reader says, and before it that the name promises something else."""
    reading = _as_its_kind(stored, folder)
    said = readers.misnaming(stored.name, stored.media_type)
    if said is None or not runtime.store().path(stored.sha256).stat().st_size:
        return reading
    return replace(reading, reason_zh=f"{said[0]}{reading.reason_zh}", reason_en=f"{said[1]} {reading.reason_en}".strip())


def _as_its_kind(stored: _Stored, folder: Path) -> Reading:
    """What the format's reader says; of an old Office file, what stands in the PDF that LibreOffice makes of it."""
    path = runtime.store().path(stored.sha256)
    inside = folder / "inside"
    inside.mkdir()
    reading = readers.read(path, stored.media_type, into=inside)
    if reading.reader == "office" and reading.outcome == "unsupported":
        with suppress(convert.NotConverted):
            pdf = convert.convert(_source(path, stored), folder / "work", runtime.running().conversions, runtime.fonts())
            return readers.read_converted(pdf, of=stored.media_type)
    return reading


def _source(path: Path, stored: _Stored) -> Source:
    return Source(path, stored.name, stored.sha256, path.stat().st_size, stored.media_type)


def _write(document: Document, reading: Reading) -> None:
    """The pages in place of those from before. What was recognised of a page stays, as long as the same OCR would say the same again."""
    before, all_pages = _recognised_before(document), bool((document.told or {}).get("recognise"))
    session.execute(delete(Page).where(Page.document_id == document.id))
    read = [replace(page, source="scan") if all_pages else page for page in reading.pages]
    pages = [replace(before.get(page.number, page), label=page.label) if page.source == "scan" else page for page in read]
    session.add_all(_row(document.id, page) for page in pages)
    document_told = {
        "outcome": reading.outcome, "reason_zh": reading.reason_zh, "reason_en": reading.reason_en, "details": dict(reading.details),
        "ocr": {"version": readers.OCR_VERSION, "unread": []}, "recognise": all_pages,
        "red_seals": (document.told or {}).get("red_seals", []) if before else [],
    }  # fmt: skip
    reader = reading.reader or readers.reader_for(document.media_type or "") or ""  # also of a file it gave up on: else it is asked again and again
    waiting = [page.number for page in pages if page.source == "scan"]
    status, zh, en = _status(document_told, waiting, recognised=any(page.source == "ocr" and page.text for page in pages))
    leases.tell_of_reading(
        document.id, status, zh, en, page_count=reading.page_count or None, dates_found=[day.isoformat() for day in reading.dates[:200]],
        reader=reader, reader_version=max(reading.version, readers.READERS[reader].version if reader in readers.READERS else 0), told=document_told,
    )  # fmt: skip
    session.expire(document)


def _recognised_before(document: Document) -> dict[int, readers.Page]:
    told = document.told or {}
    if told.get("ocr", {}).get("version") != readers.OCR_VERSION:
        return {}
    unread = told["ocr"].get("unread", ())  # tried again
    rows = session.scalars(select(Page).where(Page.document_id == document.id, Page.source == "ocr", Page.number.not_in(unread)))
    return {row.number: readers.Page(row.number, row.label, row.text, "ocr", tuple(map(tuple, row.boxes or ()))) for row in rows}  # type: ignore[arg-type]


def _row(document_id: int, page: readers.Page) -> Page:
    boxes = [list(box) for box in page.boxes] or None
    return Page(document_id=document_id, number=page.number, label=page.label[:200], text=page.text, source=page.source, boxes=boxes)


def _status(told: dict[str, Any], waiting: Sequence[int], *, recognised: bool) -> tuple[TextStatus, str, str]:
    """What became of the text: that of the file and that of its pictures."""
    outcome, zh, en = TextStatus(told["outcome"]), told["reason_zh"], told["reason_en"]
    if waiting and not runtime.config().ocr:
        return outcome, f"{zh}{OFF[0]}", f"{en} {OFF[1]}".strip()
    zh, en = zh.replace(readers.PICTURES[0], ""), en.replace(readers.PICTURES[1], "").strip()  # said of pages to come, and these are here
    if waiting:
        said_zh, said = _numbers(waiting)
        return TextStatus.RECOGNISING, f"{said_zh}为图像，正在识别文字。{zh}", f"{said}: the text stands in a picture and is being recognised. {en}".strip()
    unread = told["ocr"]["unread"]
    if unread:
        said_zh, said = _numbers(unread)
        zh, en = f"{said_zh}未能识别。{told['ocr'].get('zh', '')}{zh}", f"{said} could not be recognised. {told['ocr'].get('en', '')} {en}".strip()
    if outcome is TextStatus.EMPTY and not recognised and told["reason_en"].startswith(readers.PICTURES[1]):
        return outcome, f"{NOTHING_SEEN[0]}{zh}", f"{NOTHING_SEEN[1]} {en}".strip()
    if outcome is TextStatus.EMPTY and recognised:
        return (TextStatus.PARTLY, zh, en) if unread else (TextStatus.READ, "", "")
    if outcome is TextStatus.READ and unread:
        return TextStatus.PARTLY, zh, en
    return outcome, zh, en


def _numbers(pages: Sequence[int]) -> tuple[str, str]:
    """Which pages, in Chinese and English; of many the first eight."""
    more = "…" if len(pages) > 8 else ""
    first = [str(number) for number in pages[:8]]
    return f"第 {'、'.join(first)}{more} 页", f"{'Page' if len(pages) == 1 else 'Pages'} {', '.join(first)}{more}"


def _follow(document: Document, reading: Reading) -> None:
    """What comes after reading: the index, proposals, pages for packets, and slow work where there is any."""
    propose.refresh(document)
    work.index(now(), document.case_id, document.id)
    work.ask(work.REFRESH_CASE, now(), case=document.case)
    if document.text_status is TextStatus.RECOGNISING:
        work.ask(work.RECOGNISE, now(), document=document)
    if reading.reader == "sound" and runtime.config().asr_model is not None and document.transcript is None:
        work.ask(work.TRANSCRIBE, now(), document=document)
    if document.sorted and (convert.convertible(document.media_type or "") or document.media_type == "application/pdf"):
        work.ask(work.PREPARE_DOCUMENT, now(), document=document)


def prepare_document(held: Held) -> None:
    """Make the PDF of what is none, and look into it, now and not when a packet is built; a failure shows again, named, in the packet."""
    stored = _stored(held.document_id or 0)
    with beating(held), _folder() as folder:
        try:
            path = runtime.store().path(stored.sha256)
            preflight.look_ahead(_source(path, stored), folder, runtime.fonts(), cache=runtime.running().conversions)
        except (convert.NotConverted, NotStored) as error:
            log.warning("document %s: not converted ahead: %s", stored.sha256[:12], error)
    with saving():
        leases.close(held)


def recognise(held: Held) -> None:
    """Recognise the next few pages of a document that are pictures; asks for the rest, behind whatever else waits by then."""
    document_id = held.document_id or 0
    stored = _stored(document_id)
    numbers = list(session.scalars(select(Page.number).where(Page.document_id == document_id, Page.source == "scan").order_by(Page.number)))
    session.rollback()
    asked = numbers[:SLICE]
    got = readers.Recognised(())
    with beating(held):
        twins = _recognised_elsewhere(document_id, stored, asked)
        new = [number for number in asked if number not in {page.number for page in twins.pages}]
        if new:
            try:
                got = readers.recognise(runtime.store().path(stored.sha256), stored.media_type, new)
            except NotStored:
                got, asked = readers.Recognised((), LOST.reason_zh, LOST.reason_en), numbers
        got = _together(twins, got)
    with saving():
        document = _locked(document_id)
        if _still(document, stored) and "outcome" in (document.told or {}):  # else it is being read again, and asks for this then
            _enter_recognised(document, asked, got)
        leases.close(held)


def _recognised_elsewhere(document_id: int, stored: _Stored, asked: Sequence[int]) -> readers.Recognised:
    """Pages of another document with the same bytes that this OCR has recognised: none where a person asked for this one to be recognised again."""
    if not stored.sha256 or (session.get_one(Document, document_id).told or {}).get("recognise"):
        session.rollback()
        return readers.Recognised(())
    pages: dict[int, readers.Page] = {}
    seals: dict[int, dict[str, Any]] = {}
    for twin in session.scalars(select(Document).where(Document.sha256 == stored.sha256, Document.id != document_id)):
        told = twin.told or {}
        sure = set(asked) - set(told.get("ocr", {}).get("unread", ()))
        pages |= {number: page for number, page in _recognised_before(twin).items() if number in sure}
        seals |= {seal["page"]: seal for seal in told.get("red_seals", ()) if seal["page"] in pages}
    session.rollback()
    return readers.Recognised(tuple(pages[number] for number in sorted(pages)), details={"red_seals": [seals[number] for number in sorted(seals)]})


def _together(twins: readers.Recognised, new: readers.Recognised) -> readers.Recognised:
    pages = sorted((*twins.pages, *new.pages), key=lambda page: page.number)
    seals = [*twins.details.get("red_seals", ()), *new.details.get("red_seals", ())]
    return replace(new, pages=tuple(pages), details={"red_seals": seals})


def _enter_recognised(document: Document, asked: Sequence[int], got: readers.Recognised) -> None:
    """Put recognised pages in their places. The page over which OCR broke down is not tried again; those behind it are."""
    rows = {row.number: row for row in session.scalars(select(Page).where(Page.document_id == document.id, Page.source == "scan"))}
    for page in got.pages:
        if (row := rows.pop(page.number, None)) is not None:
            row.text, row.source, row.boxes = page.text or row.text, "ocr", [list(box) for box in page.boxes] or None
    done = {page.number for page in got.pages}
    failed = next((number for number in asked if number not in done and number in rows), None)
    told = dict(document.told or {})
    ocr = dict(told.get("ocr") or {"version": readers.OCR_VERSION, "unread": []})
    if failed is not None:
        rows.pop(failed).source = "ocr"
        ocr |= {"unread": [*ocr["unread"], failed], "zh": got.reason_zh, "en": got.reason_en}
    session.flush()
    texts = session.scalar(select(func.count()).where(Page.document_id == document.id, Page.source == "ocr", func.length(Page.text) > 0))
    told |= {"ocr": ocr, "red_seals": [*told.get("red_seals", ()), *got.details.get("red_seals", ())]}
    status, zh, en = _status(told, sorted(rows), recognised=bool(texts))
    leases.tell_of_reading(document.id, status, zh, en, told=told)
    session.expire(document)
    work.index(now(), document.case_id, document.id)
    if rows:
        work.ask(work.RECOGNISE_REST, now(), document=document)
    else:
        propose.refresh(document)


def transcribe(held: Held) -> None:
    """Write down what is said in a recording, by the model the setting names; what stands in the way is told on the recording's page."""
    document_id, model = held.document_id or 0, runtime.config().asr_model
    stored = _stored(document_id)
    with beating(held):
        try:
            got = readers.transcribe(runtime.store().path(stored.sha256), model) if model else readers.Recognised(())
        except NotStored:
            got = readers.Recognised((), LOST.reason_zh, LOST.reason_en)
    with saving():
        document = _locked(document_id)
        if _still(document, stored) and (got.pages or got.reason_en):
            session.execute(delete(Page).where(Page.document_id == document_id, Page.source == "speech"))
            first = session.scalar(select(func.max(Page.number)).where(Page.document_id == document_id)) or 0
            session.add_all(_row(document_id, replace(page, number=first + at)) for at, page in enumerate(got.pages, 1))
            status = TextStatus.READ if got.pages and not got.reason_en else TextStatus.PARTLY if got.pages else document.text_status
            leases.tell_of_reading(document_id, status, got.reason_zh, got.reason_en)
            session.expire(document)
            propose.refresh(document)
            work.index(now(), document.case_id, document_id)
        leases.close(held)


def ask_for_rereading(moment: datetime) -> int:
    """Ask for documents to be read again whose reader reads more by now than when it read them; the number asked for."""
    parked = exists().where(Job.document_id == Document.id, Job.name == work.READ_DOCUMENT, Job.state != JobState.DONE)
    kept = (Document.sha256.is_not(None), Document.text_status.not_in([TextStatus.WAITING, TextStatus.RECOGNISING]), ~parked)
    about = (Document.reader, Document.reader_version, Document.media_type)
    behind = [group for group in session.execute(select(*about).where(*kept).distinct()).all() if _behind(*group)]
    asked = 0
    for reader, version, kind in behind:
        same = (Document.reader.is_not_distinct_from(reader), Document.reader_version.is_not_distinct_from(version), Document.media_type == kind)
        found = select(Document.id).where(*kept, *same).order_by(Document.id).limit(MOST_AT_ONCE - asked)
        with saving():
            for document_id in session.scalars(found):
                work.ask(work.READ_DOCUMENT, moment, document=session.get_one(Document, document_id))
                asked += 1
        if asked >= MOST_AT_ONCE:
            break
    return asked


def ask_for_recognition(moment: datetime) -> int:
    """Ask for pages to be recognised that nobody was to recognise when they were read; the number of documents asked for."""
    if not runtime.config().ocr:
        return 0
    left = exists().where(Page.document_id == Document.id, Page.source == "scan")
    parked = exists().where(Job.document_id == Document.id, Job.name.in_([work.RECOGNISE, work.RECOGNISE_REST]), Job.state != JobState.DONE)
    waiting = Document.text_status.in_([TextStatus.WAITING, TextStatus.RECOGNISING])
    found = list(session.scalars(select(Document.id).where(left, ~parked, ~waiting).order_by(Document.id).limit(MOST_AT_ONCE)))
    for document_id in found:
        with saving():
            document = session.get_one(Document, document_id)
            leases.tell_of_reading(document_id, TextStatus.RECOGNISING, document.text_reason_zh or "", document.text_reason_en or "")
            work.ask(work.RECOGNISE, moment, document=document)
    return len(found)


def _behind(reader: str | None, version: int | None, media_type: str | None) -> bool:
    wanted = readers.reader_for(media_type or "")
    return wanted is not None and reader != LOST.reader and (reader != wanted or (version or 0) < readers.READERS[wanted].version)
