"""Asking for work: a job row in the caller's transaction, sent to the worker after the commit."""

from datetime import datetime

from sqlalchemy import select

from casefiles.db import after_commit, session
from casefiles.models import Case, Document, Job, JobState, Packet

READ_DOCUMENT = "read_document"
INDEX_DOCUMENT = "index_document"
INDEX_CASE = "index_case"
BUILD_PACKET = "build_packet"
FREEZE_PACKET = "freeze_packet"
HEAL_INDEX = "heal_index"
REMAKE_INDEX = "remake_index"
SWEEP = "sweep"


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
