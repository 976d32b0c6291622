"""Who works on a job: taken by one, held by a heartbeat, taken over when that stops, parked and shown when it never ends.

A job's number of attempts is the fence: whoever was superseded can neither end the job nor write in a transaction that holds or closes it.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, exists, select, update
from sqlalchemy.orm import aliased

from casefiles import work
from casefiles.db import saving, session
from casefiles.models import Document, Job, JobState, Packet, PacketState, TextStatus

LEASE = timedelta(minutes=2)
ABANDONED = timedelta(minutes=15)  # longer than the largest packet takes: the command line builds without a job, hence without a heartbeat
MOST_ATTEMPTS = 3


class Superseded(Exception):
    """Another worker took the job over: nothing of this one's may be written."""


@dataclass(frozen=True)
class Held:
    """A job this process took: its row's id, which attempt this is (the fence), and what it is about."""

    id: int
    attempt: int
    case_id: str | None = None
    document_id: int | None = None
    packet_id: int | None = None


def lost(moment: datetime) -> ColumnElement[bool]:
    """Running jobs whose heartbeat stopped."""
    return (Job.state == JobState.RUNNING) & (Job.heartbeat < moment - LEASE)


def free(moment: datetime) -> ColumnElement[bool]:
    """Jobs that may be taken. After MOST_ATTEMPTS a job stays parked and shown."""
    return ((Job.state == JobState.WAITING) | lost(moment)) & (Job.attempts < MOST_ATTEMPTS)


def take(job_id: int, moment: datetime) -> Held | None:
    """One statement, so that of two workers one gets the job."""
    taken = update(Job).where(Job.id == job_id, free(moment)).values(state=JobState.RUNNING, attempts=Job.attempts + 1, heartbeat=moment)
    if not session.execute(taken).rowcount:  # type: ignore[attr-defined]
        return None
    job = session.get_one(Job, job_id, populate_existing=True)
    return Held(job.id, job.attempts, job.case_id, job.document_id, job.packet_id)


def _change(held: Held, **values: Any) -> None:
    mine = (Job.id == held.id) & (Job.attempts == held.attempt) & (Job.state == JobState.RUNNING)
    if not session.execute(update(Job).where(mine).values(values)).rowcount:  # type: ignore[attr-defined]
        raise Superseded(held.id)


def hold(held: Held, moment: datetime) -> None:
    """In a transaction that writes but does not end the job: Superseded rolls back what a late worker wanted to write."""
    _change(held, heartbeat=moment)


def close(held: Held) -> None:
    """End a job well; Superseded rolls back what a late worker wanted to write."""
    _change(held, state=JobState.DONE, reason="")


def beat(held: Held, moment: datetime, step: str = "", done: int = 0, total: int = 0) -> None:
    """Say that the job lives and how far it is; Superseded when it was taken over."""
    progress = {"step": step[:100], "done": done, "total": total} if step else {}
    with saving():
        _change(held, heartbeat=moment, **progress)


def fail(held: Held, zh: str, en: str, moment: datetime, *, for_good: bool) -> None:
    """Write down why a try failed: to be tried again, or parked. A late worker writes nothing: the job is another's."""
    session.rollback()
    with saving():
        job = session.get(Job, held.id, populate_existing=True)
        if job is None or job.state is not JobState.RUNNING or job.attempts != held.attempt:
            return
        job.state, job.reason = JobState.WAITING, _both(zh, en)
        if for_good or job.attempts >= MOST_ATTEMPTS:
            _park(job, zh, en, moment)


def park_poison(which: ColumnElement[bool], moment: datetime) -> None:
    """Park those of these jobs over which the worker died as often as they are tried; in the caller's transaction."""
    for job in session.scalars(select(Job).where(which, Job.attempts >= MOST_ATTEMPTS)):
        zh = f"处理程序已中断 {MOST_ATTEMPTS} 次，不再重试。原文件已保留。"
        en = f"The worker died over it {MOST_ATTEMPTS} times; it is not tried again. The original is kept."
        _park(job, zh, en, moment)


def fail_abandoned(moment: datetime) -> None:
    """Say of packets for which no job is open that nobody builds them: a killed command leaves them; in the caller's transaction."""
    worked_on = exists().where(Job.packet_id == Packet.id, Job.state.in_([JobState.WAITING, JobState.RUNNING]))
    going = Packet.state.in_([PacketState.WAITING, PacketState.BUILDING])
    for packet in session.scalars(select(Packet).where(going, Packet.requested_at < moment - ABANDONED, ~worked_on)):
        packet.state, packet.finished_at = PacketState.FAILED, moment
        packet.reason = _both("生成过程已中断，未留下任何文件。请重新生成。", "The building was interrupted and left nothing. Build the packet again.")


def unmended() -> ColumnElement[bool]:
    """Failed jobs that nothing made good since: no later job of the kind for the same subject ended well, no later such packet is ready."""
    later, asked, newer = aliased(Job), aliased(Packet), aliased(Packet)
    same = [getattr(later, key).is_not_distinct_from(getattr(Job, key)) for key in ("name", "case_id", "document_id", "packet_id")]
    done = exists().where(later.id > Job.id, later.state == JobState.DONE, *same)
    built = exists().where(
        asked.id == Job.packet_id, newer.case_id == asked.case_id, newer.kind == asked.kind, newer.id > asked.id, newer.state == PacketState.READY
    )
    return (Job.state == JobState.FAILED) & ~done & ~built


def reclaim(moment: datetime) -> int:
    """Free what a dead worker held, at once: whoever calls this holds the lock that fell with that process. The number freed."""
    running = Job.state == JobState.RUNNING
    with saving():
        park_poison(running, moment)
        session.flush()
        return int(session.execute(update(Job).where(running).values(state=JobState.WAITING)).rowcount)  # type: ignore[attr-defined]


def _both(zh: str, en: str) -> str:
    return (zh if zh == en else f"{zh} / {en}")[:2000]


def _park(job: Job, zh: str, en: str, moment: datetime) -> None:
    """End a job for good, and say so where people look: on its packet, or on its document when that was never read."""
    job.state, job.reason = JobState.FAILED, _both(zh, en)
    packet = session.get(Packet, job.packet_id) if job.packet_id else None
    if packet is not None and packet.state is not PacketState.READY:
        packet.state, packet.reason, packet.finished_at = PacketState.FAILED, job.reason, moment
    document = session.get(Document, job.document_id) if job.document_id and job.name == work.READ_DOCUMENT else None
    if document is not None and document.text_status is TextStatus.WAITING:
        tell_of_reading(document.id, TextStatus.FAILED, zh, en)


def tell_of_reading(document_id: int, status: TextStatus, zh: str, en: str, **more: Any) -> None:
    """What became of reading a document. Its version is left alone: a machine read it, nobody edited it."""
    told = {"text_status": status, "text_reason_zh": zh[:1000] or None, "text_reason_en": en[:1000] or None} | more
    session.execute(update(Document).where(Document.id == document_id).values(told), execution_options={"synchronize_session": False})
