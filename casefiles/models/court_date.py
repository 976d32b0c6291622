"""Days set by a court or counted from its service."""

from datetime import date

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casefiles.db import Base, Id, Instant
from casefiles.models.person import Person


class CourtDate(Base):
    """A hearing, a period fixed by the court, or the receipt from which one runs; settled by a document (`done_by` is its ref), never by a click."""

    __tablename__ = "court_dates"
    id: Mapped[Id]
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.case_id"), index=True)
    kind: Mapped[str] = mapped_column(String(40))  # case-file.schema.yaml, court_date
    date: Mapped[date]
    note: Mapped[str | None] = mapped_column(String(500))
    done_by: Mapped[str | None] = mapped_column(String(200))
    done_on: Mapped[date | None]
    entered_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    entered_at: Mapped[Instant]
    entered_by: Mapped[Person | None] = relationship()
