"""Packets built from a case, how they are to be arranged, and what came back sealed."""

from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casefiles.db import Base, Id, Instant, Sha256
from casefiles.models.case import Case
from casefiles.models.person import Person


class PacketState(StrEnum):
    """Where a packet stands."""

    WAITING = "waiting"
    BUILDING = "building"
    READY = "ready"
    FAILED = "failed"
    CANCELLED = "cancelled"


class PacketPlan(Base):
    """One version of how a person wants a kind of packet arranged: order, names, purposes, what is left out and why, options. Never changed."""

    __tablename__ = "packet_plans"
    __table_args__ = (UniqueConstraint("case_id", "kind", "number"),)
    id: Mapped[Id]
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.case_id"), index=True)
    kind: Mapped[str] = mapped_column(String(40))
    number: Mapped[int]
    arrangement: Mapped[dict[str, Any]]
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    made_at: Mapped[Instant]
    made_by: Mapped[Person | None] = relationship()


class Packet(Base):
    """One building of one kind of packet. `check` is what the rules said, `parts` the outputs in the store with their SHA-256.

    `plan` is what it was built to (items, groups, pages, sources by hash), `made_of` the case mapping it was built from: a packet can be
    built again to the same bytes. Once `frozen_at` is set nothing but the filing is ever changed. `inserted_into` is the frozen packet whose
    page numbers stand in a late insertion.
    """

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
    plan: Mapped[dict[str, Any] | None]
    plan_number: Mapped[int | None]  # the arrangement it was asked for with; None: nobody arranged anything
    made_of: Mapped[dict[str, Any] | None]
    inserted_into_id: Mapped[int | None]  # neither packets nor people are deleted, so no foreign keys (migration 0003 says why)
    started_at: Mapped[Instant | None]
    frozen_at: Mapped[Instant | None]
    frozen_by_id: Mapped[int | None]
    stamp: Mapped[dict[str, Any] | None]  # the time stamp of the manifest: {"file", "sha256", "time", "authority", "policy"}
    filed_on: Mapped[date | None]
    filed_by_id: Mapped[int | None]
    case: Mapped[Case] = relationship()
    override_by: Mapped[Person | None] = relationship(foreign_keys=[override_by_id])
    requested_by: Mapped[Person | None] = relationship(foreign_keys=[requested_by_id])
    frozen_by: Mapped[Person | None] = relationship(primaryjoin="foreign(Packet.frozen_by_id) == Person.id", viewonly=True)
    filed_by: Mapped[Person | None] = relationship(primaryjoin="foreign(Packet.filed_by_id) == Person.id", viewonly=True)
    inserted_into: Mapped["Packet | None"] = relationship(primaryjoin="foreign(Packet.inserted_into_id) == remote(Packet.id)", viewonly=True)
    filed_copies: Mapped[list["FiledCopy"]] = relationship(order_by="FiledCopy.id")

    @property
    def label(self) -> str:
        """How a packet is named in messages and in the audit log."""
        return f"{self.kind} {self.number}"


class FiledCopy(Base):
    """A paper of a frozen packet as it went out or came back: the sealed scan, the court's receipt. `paper` is its id in the packet, empty for others."""

    __tablename__ = "filed_copies"
    id: Mapped[Id]
    packet_id: Mapped[int] = mapped_column(ForeignKey("packets.id"), index=True)
    paper: Mapped[str] = mapped_column(String(80))
    name: Mapped[str] = mapped_column(String(400))
    sha256: Mapped[Sha256]
    size: Mapped[int] = mapped_column(BigInteger)
    media_type: Mapped[str] = mapped_column(String(120))
    added_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    added_at: Mapped[Instant]
    added_by: Mapped[Person | None] = relationship()
