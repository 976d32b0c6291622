"""What the worker has to do: a record, not a dispatcher (the queue carries the ids)."""

from enum import StrEnum

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from casefiles.db import Base, Id, Instant


class JobState(StrEnum):
    """Where a job stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Job(Base):
    """One piece of work: what pages show, and what makes it crash-safe (attempts is the fence, heartbeat the lease)."""

    __tablename__ = "jobs"
    id: Mapped[Id]
    name: Mapped[str] = mapped_column(String(40))
    case_id: Mapped[str | None] = mapped_column(ForeignKey("cases.case_id"), index=True)
    document_id: Mapped[int | None] = mapped_column(ForeignKey("documents.id"), index=True)
    packet_id: Mapped[int | None] = mapped_column(ForeignKey("packets.id"), index=True)
    state: Mapped[JobState] = mapped_column(default=JobState.WAITING, index=True)
    step: Mapped[str] = mapped_column(String(100), default="")
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    attempts: Mapped[int] = mapped_column(default=0)
    heartbeat: Mapped[Instant | None]
    reason: Mapped[str] = mapped_column(String(2000), default="")
    created_at: Mapped[Instant]
