"""What the worker runs: ids in, safe to run twice. `python -m casefiles.jobs` is the worker, `--drain` works until nothing waits."""

import argparse
import logging
import os
import shutil
import signal
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from datetime import time as time_of_day
from functools import partial
from itertools import count
from pathlib import Path
from tempfile import mkdtemp

from sqlalchemy import delete, select

from casefiles import assemble, assess, carrier, entries, escalate, leases, readers, remind_mail, remind_sweep, runtime, schema, supplements, work
from casefiles.actor import SHANGHAI, now, operator, today
from casefiles.bundle import convert, preflight
from casefiles.bundle.plan import Source
from casefiles.config import Config
from casefiles.db import after_commit, saving, session
from casefiles.errors import CasefilesError
from casefiles.index_care import make_index, only_worker
from casefiles.jobs.heartbeat import beating
from casefiles.jobs.packets import build_packet, freeze_packet, sweep_work
from casefiles.leases import Held
from casefiles.models import Case, Document, Job, JobState, Page, TextStatus
from casefiles.search import Entry, IndexBroken, document_key
from storage import NoRoom, NotStored

log = logging.getLogger(__name__)
LOOK_AGAIN_SECONDS = 10
SWEEP_AT = time_of_day(6)  # in Shanghai
LOOKS_UNTIL_THOROUGH = 360  # an hour


def read_document(held: Held) -> None:
    """Put the pages of one document beside it and into the index. Safe to run twice: it replaces, never adds."""
    document_id = held.document_id or 0
    document = session.get_one(Document, document_id)
    sha256, kind, name = document.sha256 or "", document.media_type or "", document.name or ""
    session.rollback()
    with beating(held):
        try:
            path = runtime.store().path(sha256)
            reading = readers.read(path, kind)
            _convert(path, name, sha256, kind)
        except NotStored:
            reading = readers.Reading(
                pages=(), page_count=0, outcome="failed", reason_zh="文件字节在存储中缺失或损坏，请联系管理员。",
                reason_en="The stored bytes are missing or damaged; ask the administrator.", dates=(), reader="none", version=0,
            )  # fmt: skip
    with saving():
        if session.get_one(Document, document_id, populate_existing=True).sha256 != (sha256 or None):  # deleted for good meanwhile
            leases.close(held)
            return
        session.execute(delete(Page).where(Page.document_id == document_id))
        session.add_all(Page(document_id=document_id, number=page.number, label=page.label[:200], text=page.text) for page in reading.pages)
        leases.tell_of_reading(
            document_id, TextStatus(reading.outcome), reading.reason_zh, reading.reason_en,
            page_count=reading.page_count or None, dates_found=[day.isoformat() for day in reading.dates[:200]],
        )  # fmt: skip
        leases.hold(held, now())  # not closed yet: a worker that dies here leaves a job that puts the pages into the index
    _index_document(document_id)
    with saving():
        leases.close(held)


def _convert(path: Path, name: str, sha256: str, kind: str) -> None:
    """Make the PDF of what is none, and look into it, now and not when a packet is built; a failure shows again, named, in the packet."""
    if convert.convertible(kind) or kind == "application/pdf":
        folder = Path(mkdtemp(prefix="convert-"))
        try:
            preflight.look_ahead(Source(path, name, sha256, path.stat().st_size, kind), folder, runtime.fonts(), cache=runtime.running().conversions)
        except convert.NotConverted as error:
            log.warning("document %s: not converted ahead: %s", sha256[:12], error)
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def _index_document(document_id: int) -> None:
    document = session.get_one(Document, document_id)
    found = list(entries.document_entries(document))
    _put(found, replace=[document_key(document.case_id, str(document.id))])
    session.remove()


def _put(found: list[Entry], replace: Sequence[str] = ()) -> None:
    """Into the index; one that is lost or damaged is made again from the database, which holds these entries too."""
    try:
        runtime.engine().add(found, replace=replace)
    except IndexBroken:
        log.warning("the search index is empty or damaged and is made again from the database")
        make_index()


def index_document(held: Held) -> None:
    """Put one document's fields and pages into the index anew."""
    _index_document(held.document_id or 0)
    with saving():
        leases.close(held)


def index_case(held: Held) -> None:
    """Put a case's fields, document fields and notes into the index and refresh the figures lists show."""
    case_id = held.case_id or ""
    case = session.get_one(Case, case_id)
    _put([entry for entry in entries.entries_of(case) if not entry.key.startswith("p:")])
    with saving():
        assess.refresh(session.get_one(Case, case_id), today())
        leases.close(held)


def heal(held: Held) -> None:
    """Make the index again when it needs it; among the jobs, so that nothing is put in meanwhile and lost."""
    heal_index()
    with saving():
        leases.close(held)


def remake_index(held: Held) -> None:
    """Make the index again because somebody asked for it."""
    make_index()
    with saving():
        leases.close(held)


def sweep(held: Held) -> None:
    """The daily sweep and its mail. Safe to run twice: what was given is not given again."""
    actor, config = replace(operator(), name="worker"), runtime.config()
    with beating(held):
        told = remind_sweep.sweep(actor, assess.figures, fall_back=escalate.fall_back)
        if config.mail:
            remind_mail.send(config.mail, config.public_url, actor.now)
    for failed in told.failed:
        log.warning("reminders: case %s: %s", failed["case"], failed["reason"])
    with saving():
        leases.close(held)


def ask_for_sweep(moment: datetime) -> bool:
    """Ask for the sweep of this day once six o'clock in Shanghai has passed, unless it was asked for; whether it was asked for now."""
    six = datetime.combine(moment.astimezone(SHANGHAI).date(), SWEEP_AT, SHANGHAI)
    if moment < six or session.scalar(select(Job.id).where(Job.name == work.SWEEP, Job.created_at >= six).limit(1)) is not None:
        return False
    with saving():
        work.ask(work.SWEEP, moment)
    return True


HANDLERS: dict[str, Callable[[Held], None]] = {
    work.READ_DOCUMENT: read_document,
    work.INDEX_DOCUMENT: index_document,
    work.INDEX_CASE: index_case,
    work.BUILD_PACKET: build_packet,
    work.FREEZE_PACKET: freeze_packet,
    work.HEAL_INDEX: heal,
    work.REMAKE_INDEX: remake_index,
    work.SWEEP: sweep,
}


def run(name: str, job_id: int) -> None:
    """Run one job if it is free; whatever goes wrong is written to its row and, for documents and packets, shown on the page."""
    try:
        supplements.refresh_law()
        with saving():
            held = leases.take(job_id, now())
        if held is not None:
            _carry_out(name, held)
    finally:
        session.remove()


def _carry_out(name: str, held: Held) -> None:
    try:
        HANDLERS[name](held)
    except leases.Superseded:
        log.warning("job %s was taken over by another worker", held.id)
    except Exception as error:
        log.exception("job %s %s failed", held.id, name)
        leases.fail(held, *_plain(error), now(), for_good=isinstance(error, CasefilesError | assemble.NotBuilt))


def _plain(error: Exception) -> tuple[str, str]:
    """The error in both languages."""
    match error:
        case NoRoom():
            return "磁盘已满：未生成任何文件。请清理空间后重试。", "The disk is full: nothing was made. Free some room and try again."
        case CasefilesError():
            return error.zh, error.message
        case NotStored():
            return f"存储中缺少文件 {error}", f"The store does not hold {error}"
        case assemble.NotBuilt():
            return str(error), str(error)
        case _:
            return f"{type(error).__name__}: {error}", f"{type(error).__name__}: {error}"


def reconcile(moment: datetime) -> int:
    """Send again what the queue lost or whose heartbeat stopped; park and show what was tried too often. The number sent.

    What waits is sent only when the queue is empty: as long as it is not, it still carries them, and would grow with every look.
    """
    idle = carrier.waiting(runtime.running().queue) == 0
    with saving():
        leases.park_poison(leases.lost(moment), moment)
        leases.fail_abandoned(moment)
        session.flush()
        due = leases.free(moment) if idle else leases.free(moment) & leases.lost(moment)
        jobs = list(session.scalars(select(Job).where(due).order_by(Job.id)))
        for job in jobs:
            after_commit(job.name, job.id)
    return len(jobs)


def heal_index() -> None:
    """Make the index again from the database when it is lost or damaged; searching goes on beside it."""
    empty = False
    try:
        empty = entries.unfilled(runtime.engine())
        if not empty and not runtime.engine().verify():
            return
    except IndexBroken:
        pass
    # an empty index beside cases is what the first worker of a new instance finds: no cause for alarm
    log.log(logging.INFO if empty else logging.WARNING, "the search index is %s and is made from the database", "empty" if empty else "damaged")
    make_index()


def watch_index(moment: datetime, *, thorough: bool) -> None:
    """Ask for the index to be healed when it is lost; `thorough` reads all its files and finds damage too."""
    try:
        damaged = entries.unfilled(runtime.engine()) or (thorough and bool(runtime.engine().verify()))
    except IndexBroken:
        damaged = True
    if damaged:
        with saving():
            work.ask(work.HEAL_INDEX, moment)


def drain(seconds: float) -> int:
    """Work in this process until nothing waits; the number of jobs still open when the time is over."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        job = session.scalar(select(Job).where(leases.free(now())).order_by(Job.id).limit(1))
        if job is None:
            return 0
        name, job_id = job.name, job.id
        session.remove()
        run(name, job_id)
    return len(session.scalars(select(Job.id).where(Job.state == JobState.WAITING)).all())


def serve(parent: int) -> None:
    """The worker: carries out what the queue brings, and looks every few seconds for what it did not bring."""
    queue = runtime.running().queue
    carrier.serve({name: partial(run, name) for name in HANDLERS})
    heal_index()
    consumer = queue.create_consumer(workers=1, periodic=False, check_worker_health=True, initial_delay=0.05, max_delay=0.5, backoff=1.3)
    threading.Thread(target=_look_after, args=(parent,), daemon=True).start()
    consumer.run()


def _look_after(parent: int) -> None:
    """Reconcile now and then; end with the process that started us, so that no worker is left behind."""
    for look in count():
        try:
            reconcile(now())
            ask_for_sweep(now())
            watch_index(now(), thorough=look % LOOKS_UNTIL_THOROUGH == LOOKS_UNTIL_THOROUGH - 1)
            runtime.store().sweep() if hasattr(runtime.store(), "sweep") else None
        except Exception:
            log.exception("looking for lost jobs failed; tried again in %s s", LOOK_AGAIN_SECONDS)
        finally:
            session.remove()
        for _ in range(LOOK_AGAIN_SECONDS):
            time.sleep(1)
            if os.getppid() != parent:
                os.kill(os.getpid(), signal.SIGTERM)


def main() -> None:
    """Entry of the worker process."""
    parser = argparse.ArgumentParser(prog="python -m casefiles.jobs")
    parser.add_argument("--drain", type=float, metavar="SECONDS", help="work until nothing waits, at most so long")
    options = parser.parse_args()
    parent = os.getppid()  # before waiting for the lock: it may be gone by then, and we must end too
    # warnings only: a line for each job would push the address and the sign-in names off the screen
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s %(message)s", stream=sys.stderr)
    config = Config.from_environment()
    runtime.start(config)
    with only_worker(config, wait=options.drain is None) as lock:
        if lock is None:
            raise SystemExit(75)  # another worker is at work: the caller waits for it
        schema.upgrade(session.get_bind())  # type: ignore[arg-type]  # the worker may be the first to come
        leases.reclaim(now())
        sweep_work()
        if options.drain is not None:
            raise SystemExit(1 if drain(options.drain) else 0)
        serve(parent)

