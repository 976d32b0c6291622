"""What search keeps in the database: what the index has still to learn, and the searches people saved."""

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from casefiles.db import Base, Id, Instant, LongText


class Unindexed(Base):
    """The outbox of the index: a case or document whose entries are to be made anew. Written in the transaction that changed it.

    `hide` takes what the index still holds of it out of every search until that is done: deleted, or closed to somebody.
    No foreign keys: the row outlives what it speaks of.
    """

    __tablename__ = "unindexed"
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012 - SQLAlchemy reads this name; a number is never used twice
    id: Mapped[Id]
    case_id: Mapped[str] = mapped_column(String(40))
    document_id: Mapped[int | None]  # None: the case's own fields, notes and log
    hide: Mapped[bool] = mapped_column(default=False, index=True)
    asked_at: Mapped[Instant]
    reason: Mapped[str | None] = mapped_column(String(500))  # why its entries could not be made: parked until the worker starts anew or it is asked for again


class SavedSearch(Base):
    """A search a person keeps under a name."""

    __tablename__ = "saved_searches"
    __table_args__ = (UniqueConstraint("person_id", "name"),)
    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    name: Mapped[str] = mapped_column(String(100))
    query: Mapped[LongText]  # the query string of the search page, without page number
    saved_at: Mapped[Instant]
