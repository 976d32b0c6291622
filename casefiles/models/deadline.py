"""Last days that must not be missed, the notices given of them, and the calendar address of a person."""

from datetime import date
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casefiles.db import Base, Id, Instant, Sha256
from casefiles.models.case import Case
from casefiles.models.person import Person


class Deadline(Base):
    """One running last day of one case, as the latest assessment computed it; it ends with the document that stops it, never by a click.

    `next_on` is the day of the next reminder, `escalated` whether the legal manager hears of it already; `detail` holds what the page says.
    """

    __tablename__ = "deadlines"
    __table_args__ = (UniqueConstraint("case_id", "kind", "subject"),)
    id: Mapped[Id]
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.case_id"), index=True)
    kind: Mapped[str] = mapped_column(String(40))  # an id of lifecycle.yaml reminders
    subject: Mapped[str] = mapped_column(String(200))  # what it concerns: an invoice, a measure, the case
    last_day: Mapped[date] = mapped_column(index=True)
    next_on: Mapped[date | None]
    escalated: Mapped[bool] = mapped_column(default=False)
    detail: Mapped[dict[str, Any]]
    case: Mapped[Case] = relationship()


class Notice(Base):
    """One reminder given to one person: at most once for a deadline, its last day and a threshold ('-30', '0', '+1', 'every 2026-11-29')."""

    __tablename__ = "notices"
    __table_args__ = (UniqueConstraint("case_id", "kind", "subject", "last_day", "threshold", "person_id"),)
    id: Mapped[Id]
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.case_id"), index=True)
    kind: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(200))
    last_day: Mapped[date]
    threshold: Mapped[str] = mapped_column(String(40))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    escalated: Mapped[bool] = mapped_column(default=False)
    given_on: Mapped[date]
    given_at: Mapped[Instant]
    mailed_at: Mapped[Instant | None]
    mail_error: Mapped[str | None] = mapped_column(String(500))
    case: Mapped[Case] = relationship()
    person: Mapped[Person] = relationship()


class CalendarFeed(Base):
    """The secret address under which a person's calendar program fetches deadlines: only the hash of its token is kept; revoking is final."""

    __tablename__ = "calendar_feeds"
    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    token_hash: Mapped[Sha256] = mapped_column(unique=True)
    made_at: Mapped[Instant]
    fetched_at: Mapped[Instant | None]
    revoked_at: Mapped[Instant | None]
    person: Mapped[Person] = relationship()
