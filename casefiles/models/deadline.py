"""Last days that must not be missed."""

from datetime import date

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from casefiles.db import Base, Id


class Deadline(Base):
    """One last day of one case, as the latest assessment computed it."""

    __tablename__ = "deadlines"
    __table_args__ = (UniqueConstraint("case_id", "kind", "subject"),)
    id: Mapped[Id]
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.case_id"), index=True)
    kind: Mapped[str] = mapped_column(String(40))  # an id of lifecycle.yaml reminders
    subject: Mapped[str] = mapped_column(String(200))  # what it concerns: an invoice, a measure, the case
    last_day: Mapped[date] = mapped_column(index=True)
