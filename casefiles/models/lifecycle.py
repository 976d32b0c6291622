"""How a case moved from state to state, and what two persons decide together."""

from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casefiles.db import Base, Id, Instant
from casefiles.models.case import State
from casefiles.models.person import Person


class Transition(Base):
    """One move of a case. `demands` are the requirements as they stood then: met by what, or overridden with the reason."""

    __tablename__ = "transitions"
    id: Mapped[Id]
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.case_id"), index=True)
    from_state: Mapped[State]
    to_state: Mapped[State]
    moved_at: Mapped[Instant]
    moved_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    reason: Mapped[str] = mapped_column(String(2000), default="")
    override_reason: Mapped[str | None] = mapped_column(String(2000))
    demands: Mapped[list[Any]]
    moved_by: Mapped[Person | None] = relationship(foreign_keys=[moved_by_id])
    approved_by: Mapped[Person | None] = relationship(foreign_keys=[approved_by_id])


class Verdict(StrEnum):
    """What became of a proposal."""

    OPEN = "open"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


class Approval(Base):
    """Something one person proposes and another decides: a transition that needs two, or the hard deletion of a document.

    `subject` is the state to move to, or the document's ref; `detail` what the proposer stated. `case_version` is the case as proposed.
    """

    __tablename__ = "approvals"
    __table_args__ = (
        CheckConstraint("length(reason) > 0", name="reason_is_given"),
        CheckConstraint("decided_by_id IS NULL OR decided_by_id <> proposed_by_id OR verdict = 'withdrawn'", name="two_persons"),
    )
    id: Mapped[Id]
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.case_id"), index=True)
    kind: Mapped[str] = mapped_column(String(40))  # transition | hard_delete
    subject: Mapped[str] = mapped_column(String(200))
    reason: Mapped[str] = mapped_column(String(2000))
    detail: Mapped[dict[str, Any]]
    case_version: Mapped[int]
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    proposed_at: Mapped[Instant]
    verdict: Mapped[Verdict] = mapped_column(default=Verdict.OPEN, index=True)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    decided_at: Mapped[Instant | None]
    decided_reason: Mapped[str | None] = mapped_column(String(2000))
    proposed_by: Mapped[Person] = relationship(foreign_keys=[proposed_by_id])
    decided_by: Mapped[Person | None] = relationship(foreign_keys=[decided_by_id])
