"""Rows of the law's tables imported after the release: LPR publications, public holidays."""

from datetime import date
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from casefiles.db import Base, Id, Instant


class LawRow(Base):
    """One row of one table, valid from its day; it adds to the tables of the package and wins over a row of the same day."""

    __tablename__ = "law_rows"
    __table_args__ = (UniqueConstraint("kind", "day"),)
    id: Mapped[Id]
    kind: Mapped[str] = mapped_column(String(20))  # lpr | holiday
    day: Mapped[date]
    values: Mapped[dict[str, Any]]
    status: Mapped[str] = mapped_column(String(20))  # confirmed | secondary
    source: Mapped[str] = mapped_column(String(500), default="")
    imported_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    imported_at: Mapped[Instant]
