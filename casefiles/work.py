"""Asking for work: a job row in the caller's transaction, sent to the worker after the commit."""

from datetime import datetime

from sqlalchemy import select

from casefiles.db import after_commit, session
from casefiles.models import Case, Document, Job, JobState, Packet, Unindexed

READ_DOCUMENT = "read_document"
RECOGNISE = "recognise"  # OCR, some pages at a time, in a lane of its own
RECOGNISE_REST = "recognise_rest"  # the pages after those
TRANSCRIBE = "transcribe"  # speech, in the same lane
REFRESH_CASE = "refresh_case"  # the figures lists show
BUILD_PACKET = "build_packet"
FREEZE_PACKET = "freeze_packet"
REMAKE_INDEX = "remake_index"
REPAIR_INDEX = "repair_index"
SWEEP = "sweep"
PREPARE_DOCUMENT = "prepare_document"  # its pages for packets: converted and looked into ahead
SLOW = {RECOGNISE: True, RECOGNISE_REST: False, TRANSCRIBE: False}  # whether the newest goes first: what somebody just uploaded is waited for


def ask(name: str, now: datetime, *, case: Case | None = None, document: Document | None = None, packet: Packet | None = None) -> Job:
    """Enter a job for a case, document or packet. A waiting job of the same kind for the same thing is used again."""
    session.flush()
    subject = {"case_id": case and case.case_id, "document_id": document and document.id, "packet_id": packet and packet.id}
    same = [getattr(Job, key) == value if value is not None else getattr(Job, key).is_(None) for key, value in subject.items()]
    job = session.scalar(select(Job).where(Job.name == name, Job.state == JobState.WAITING, *same).limit(1))
    if job is None:
        job = Job(name=name, created_at=now, **subject)
        session.add(job)
        session.flush()
    after_commit(job.name, job.id)
    return job


def index(now: datetime, case_id: str, document_id: int | None = None, *, hide: bool = False) -> None:
    """Enter into the index's outbox, in the caller's transaction: a document, or (None) the case's own fields, notes and log.

    `hide` keeps what the index still holds of it out of every search at once: for what was deleted, or closed to somebody.
    """
    session.add(Unindexed(case_id=case_id, document_id=document_id, hide=hide, asked_at=now))
