"""Privileged notes of lawyers and legal staff."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casefiles.db import Base, Id, Instant, LongText
from casefiles.models.person import Person


class Note(Base):
    """A privileged note (律师内部意见): an external lawyer reads own and shared ones, collectors, finance and auditors none."""

    __tablename__ = "notes"
    id: Mapped[Id]
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.case_id"), index=True)
    author_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    text: Mapped[LongText]
    shared: Mapped[bool] = mapped_column(default=False)
    written_at: Mapped[Instant]
    author: Mapped[Person] = relationship()
