"""Who may see one case from when to when: external lawyers and collectors."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casefiles.db import Base, Id, Instant
from casefiles.models.case import Case
from casefiles.models.person import Person


class Grant(Base):
    """One person's access to one case, both days counted. Ending it early writes revoked_at; rows are never deleted."""

    __tablename__ = "grants"
    __table_args__ = (CheckConstraint("ends_on >= starts_on", name="ends_after_start"),)
    id: Mapped[Id]
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.case_id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    download: Mapped[bool] = mapped_column(default=False)
    granted_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    granted_at: Mapped[Instant]
    revoked_at: Mapped[Instant | None]
    case: Mapped[Case] = relationship()
    person: Mapped[Person] = relationship(foreign_keys=[person_id])
