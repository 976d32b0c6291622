"""The audit log: append-only, each entry holding the hash of the one before."""

from typing import Any

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from casefiles.db import Base, Id, Instant, Sha256


class AuditEntry(Base):
    """Who did what, when, from where, to which object. Never updated, never deleted: triggers refuse it."""

    __tablename__ = "audit_entries"
    id: Mapped[Id]
    at: Mapped[Instant]
    person_id: Mapped[int | None] = mapped_column(index=True)
    person: Mapped[str] = mapped_column(String(200))  # name and role as they were then
    event: Mapped[str] = mapped_column(String(40), index=True)
    case_id: Mapped[str | None] = mapped_column(String(40), index=True)
    object: Mapped[str] = mapped_column(String(200))
    detail: Mapped[dict[str, Any]]
    address: Mapped[str] = mapped_column(String(60))
    previous: Mapped[Sha256]
    hash: Mapped[Sha256]
