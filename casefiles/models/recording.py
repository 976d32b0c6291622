"""Call recordings and what was promised in them."""

from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casefiles.db import Base, ExactMoney, Id
from casefiles.models.document import Document


class Recording(Base):
    """One call: who spoke with whom, when; `details` holds the flags of the case-file format."""

    __tablename__ = "recordings"
    id: Mapped[Id]
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.case_id"), index=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("documents.id"))
    date: Mapped[date]
    caller: Mapped[str | None] = mapped_column(String(200))
    callee: Mapped[str | None] = mapped_column(String(200))
    callee_identified_by: Mapped[str | None] = mapped_column(String(300))
    transcript_id: Mapped[str | None] = mapped_column(String(40))
    summary: Mapped[str | None] = mapped_column(String(2000))
    details: Mapped[dict[str, Any]]
    document: Mapped[Document] = relationship()
    promise: Mapped["Promise | None"] = relationship(back_populates="recording")


class Promise(Base):
    """A promised day and exact sum."""

    __tablename__ = "promises"
    id: Mapped[Id]
    recording_id: Mapped[int] = mapped_column(ForeignKey("recordings.id"), unique=True)
    date: Mapped[date | None]
    amount: Mapped[Decimal | None] = mapped_column(ExactMoney)
    kept: Mapped[bool | None]
    recording: Mapped[Recording] = relationship(back_populates="promise")
