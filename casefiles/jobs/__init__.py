"""What the worker runs: ids in, safe to run twice. `python -m casefiles.jobs` is the worker, `--drain` works until nothing waits."""

import argparse
import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from datetime import time as time_of_day
from functools import partial
from itertools import count

from sqlalchemy import select

from casefiles import assemble, assess, carrier, escalate, index_care, leases, remind_mail, remind_sweep, runtime, schema, supplements, work
from casefiles.actor import SHANGHAI, now, operator, today
from casefiles.config import Config
from casefiles.db import after_commit, saving, session
from casefiles.errors import CasefilesError
from casefiles.index_care import only_worker
from casefiles.jobs import indexing
from casefiles.jobs.heartbeat import beating
from casefiles.jobs.packets import build_packet, freeze_packet, sweep_work
from casefiles.jobs.reading import ask_for_recognition, ask_for_rereading, prepare_document, read_document, recognise, transcribe
from casefiles.leases import Held
from casefiles.models import Case, Job, JobState
from storage import NoRoom, NotStored

log = logging.getLogger(__name__)
LOOK_AGAIN_SECONDS = 10
SWEEP_AT = time_of_day(6)  # in Shanghai
LOOKS_UNTIL_REREADING = 6  # a minute: it looks through all documents


def refresh_case(held: Held) -> None:
    """Refresh the figures lists show of a case; the principal claimed is one of them, so that it is found by it."""
    with saving():
        case = session.get_one(Case, held.case_id or "")
        before = case.balance
        assess.refresh(case, today())
        if case.balance != before:
            work.index(now(), case.case_id)
        leases.close(held)


def remake_index(held: Held) -> None:
    """Make the index again because somebody asked for it."""
    with beating(held):
        indexing.remake()
    with saving():
        leases.close(held)


def repair_index(held: Held) -> None:
    """Put right what the index and the database disagree about; one that is damaged is made again."""
    with beating(held):
        if indexing.heal(thorough=True) is None:
            indexing.mend(index_care.compare())
    with saving():
        leases.close(held)


def unknown(held: Held) -> None:
    """Another version asked for it."""
    name = session.get_one(Job, held.id).name
    raise CasefilesError(f"This version knows no work called {name!r}; nothing was done.", f"本版本没有名为 {name} 的任务，未作任何处理。")


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
    work.PREPARE_DOCUMENT: prepare_document,
    work.RECOGNISE: recognise,
    work.RECOGNISE_REST: recognise,
    work.TRANSCRIBE: transcribe,
    work.REFRESH_CASE: refresh_case,
    work.BUILD_PACKET: build_packet,
    work.FREEZE_PACKET: freeze_packet,
    work.REMAKE_INDEX: remake_index,
    work.REPAIR_INDEX: repair_index,
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
        HANDLERS.get(name, unknown)(held)
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
    idle = carrier.waiting(runtime.running().queue) + carrier.waiting(runtime.running().slow_queue) == 0
    with saving():
        leases.park_poison(leases.lost(moment), moment)
        leases.fail_abandoned(moment)
        session.flush()
        due = leases.free(moment) if idle else leases.free(moment) & leases.lost(moment)
        jobs = list(session.scalars(select(Job).where(due).order_by(Job.id)))
        for job in jobs:
            after_commit(job.name, job.id)
    return len(jobs)


def drain(seconds: float) -> int:
    """Work in this process until nothing waits, in the index's outbox neither; the number of jobs and rows still open when the time is over."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        slow_last = (Job.name.in_(list(work.SLOW)), Job.id)
        job = session.scalar(select(Job).where(leases.free(now())).order_by(*slow_last).limit(1))
        if job is None:
            break
        name, job_id = job.name, job.id
        session.remove()
        run(name, job_id)
    indexing.empty_outbox(until)
    return len(session.scalars(select(Job.id).where(Job.state == JobState.WAITING)).all()) + index_care.waiting()


def serve(parent: int) -> None:
    """The worker: carries out what the queue brings, and looks every few seconds for what it did not bring."""
    queue = runtime.running().queue
    carrier.serve({name: partial(run, name) for name in HANDLERS})
    over = threading.Event()
    consumer = queue.create_consumer(workers=1, periodic=False, check_worker_health=True, initial_delay=0.05, max_delay=0.5, backoff=1.3)
    threading.Thread(target=_look_after, args=(parent,), daemon=True).start()
    threading.Thread(target=carrier.work_through, args=(runtime.running().slow_queue, threading.Event()), daemon=True).start()
    feeding = threading.Thread(target=indexing.feed, args=(over,), daemon=True)
    feeding.start()
    consumer.run()
    over.set()
    feeding.join(LOOK_AGAIN_SECONDS)  # a commit of the index comes to its end; one that does not is made again


def _look_after(parent: int) -> None:
    """Reconcile now and then; end with the process that started us, so that no worker is left behind."""
    for look in count():
        try:
            reconcile(now())
            ask_for_sweep(now())
            if look % LOOKS_UNTIL_REREADING == 0:
                ask_for_rereading(now())
                ask_for_recognition(now())
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

