"""The collection log: who was called, reached how, with what result, and what was promised."""

from datetime import date
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casefiles.db import Base, ExactMoney, Id, Instant
from casefiles.models.person import Person


class CollectionEntry(Base):
    """One contact with the debtor. Never changed or deleted: a mistake is corrected by a newer entry that names it (`corrects_id`)."""

    __tablename__ = "collection_entries"
    __table_args__ = (CheckConstraint("promise_amount IS NULL OR promise_date IS NOT NULL", name="a_promised_sum_has_its_day"),)
    id: Mapped[Id]
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.case_id"), index=True)
    date: Mapped[date]
    channel: Mapped[str] = mapped_column(String(20))  # case-file.schema.yaml, contact
    person: Mapped[str | None] = mapped_column(String(200))  # who was reached, in the words of the collector
    result: Mapped[str] = mapped_column(String(40))
    note: Mapped[str | None] = mapped_column(String(2000))
    promise_date: Mapped[date | None]
    promise_amount: Mapped[Decimal | None] = mapped_column(ExactMoney)
    corrects_id: Mapped[int | None] = mapped_column(ForeignKey("collection_entries.id"), unique=True)
    entered_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    entered_at: Mapped[Instant]
    entered_by: Mapped[Person | None] = relationship()
