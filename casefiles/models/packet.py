"""Packets built from a case."""

from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casefiles.db import Base, Id, Instant
from casefiles.models.case import Case
from casefiles.models.person import Person


class PacketState(StrEnum):
    """Where a packet stands."""

    WAITING = "waiting"
    BUILDING = "building"
    READY = "ready"
    FAILED = "failed"


class Packet(Base):
    """One building of one kind of packet. `check` is what the rules said, `parts` the outputs in the store with their SHA-256."""

    __tablename__ = "packets"
    __table_args__ = (UniqueConstraint("case_id", "kind", "number"),)
    id: Mapped[Id]
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.case_id"), index=True)
    kind: Mapped[str] = mapped_column(String(40))
    number: Mapped[int]
    state: Mapped[PacketState]
    as_of: Mapped[date]
    draft: Mapped[bool] = mapped_column(default=True)
    override_reason: Mapped[str | None] = mapped_column(String(2000))
    override_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    requested_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    requested_at: Mapped[Instant]
    finished_at: Mapped[Instant | None]
    case_version: Mapped[int]
    check: Mapped[dict[str, Any] | None]
    manifest: Mapped[dict[str, Any] | None]
    parts: Mapped[list[Any]]  # [{"name", "sha256", "size", "media_type", "internal"}]
    reason: Mapped[str | None] = mapped_column(String(2000))
    case: Mapped[Case] = relationship()
    override_by: Mapped[Person | None] = relationship(foreign_keys=[override_by_id])
    requested_by: Mapped[Person | None] = relationship(foreign_keys=[requested_by_id])
