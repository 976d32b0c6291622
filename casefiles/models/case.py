"""The case: one debt, from hand-over to archive."""

from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casefiles.db import Base, ExactMoney, Id, Instant

if TYPE_CHECKING:
    from casefiles.models.collection import CollectionEntry
    from casefiles.models.contract import Contract
    from casefiles.models.court_date import CourtDate
    from casefiles.models.document import Document
    from casefiles.models.ledger import CreditNote, Delivery, Invoice, Payment, Reconciliation
    from casefiles.models.letter import Letter
    from casefiles.models.party import Party
    from casefiles.models.person import Person
    from casefiles.models.recording import Recording


class State(StrEnum):
    """The states of lifecycle.yaml, ids unchanged; a test compares the two."""

    COLLECTION = "collection"
    LEGAL_ESCALATION = "legal_escalation"
    SETTLEMENT = "settlement"
    PAYMENT_ORDER = "payment_order"
    LITIGATION = "litigation"
    ARBITRATION = "arbitration"
    JUDGMENT = "judgment"
    ENFORCEMENT = "enforcement"
    ENFORCEMENT_SUSPENDED = "enforcement_suspended"
    INSOLVENCY = "insolvency"
    RECOVERED = "recovered"
    WRITTEN_OFF = "written_off"
    ARCHIVED = "archived"
    REOPENED = "reopened"


class Case(Base):
    """One debt. Balance, damages and findings are computed from the ledger; the `assessed_*` columns are a copy for lists."""

    __tablename__ = "cases"
    __table_args__ = (CheckConstraint("completeness_pct >= 0 AND completeness_pct <= 100", name="completeness_is_a_percentage"),)
    case_id: Mapped[str] = mapped_column(String(40), primary_key=True)  # the only number a case has
    title: Mapped[str | None] = mapped_column(String(500))
    fictional: Mapped[bool] = mapped_column(default=False)
    dispute_type: Mapped[str] = mapped_column(String(40))
    packet_kind: Mapped[str] = mapped_column(String(40))
    as_of: Mapped[date]
    planned_filing_date: Mapped[date | None]
    state: Mapped[State] = mapped_column(index=True)
    department: Mapped[str] = mapped_column(String(100), index=True)
    court: Mapped[str | None] = mapped_column(String(200))
    claim_assigned: Mapped[bool | None]
    blocks: Mapped[dict[str, Any]]  # claim, running_account, security, judgment, insolvency ...: as in the case-file format
    opened_at: Mapped[Instant]
    version: Mapped[int] = mapped_column()
    assessed_on: Mapped[date | None]
    completeness_pct: Mapped[int | None]
    blocking_count: Mapped[int | None]
    balance: Mapped[Decimal | None] = mapped_column(ExactMoney)
    limitation_last_day: Mapped[date | None]
    first_overdue_day: Mapped[date | None]
    ageing: Mapped[dict[str, Any] | None]  # open principal by bucket, as assessed
    escalation: Mapped[list[Any] | None]  # why the case should go to the law department, as assessed; empty = no reason
    owner_id: Mapped[int | None] = mapped_column(index=True)  # who is reminded; people are never deleted, so no foreign key (migration 0002 says why)
    retention_until: Mapped[date | None]  # computed when the case is archived
    owner: Mapped["Person | None"] = relationship(primaryjoin="foreign(Case.owner_id) == Person.id", viewonly=True)
    parties: Mapped[list["Party"]] = relationship(back_populates="case", order_by="Party.id")
    contract: Mapped["Contract | None"] = relationship(back_populates="case")
    documents: Mapped[list["Document"]] = relationship(back_populates="case", order_by="Document.id")
    deliveries: Mapped[list["Delivery"]] = relationship(order_by="Delivery.id")
    invoices: Mapped[list["Invoice"]] = relationship(order_by="Invoice.id")
    payments: Mapped[list["Payment"]] = relationship(order_by="Payment.id")
    credit_notes: Mapped[list["CreditNote"]] = relationship(order_by="CreditNote.id")
    reconciliations: Mapped[list["Reconciliation"]] = relationship(order_by="Reconciliation.id")
    letters: Mapped[list["Letter"]] = relationship(order_by="Letter.id")
    recordings: Mapped[list["Recording"]] = relationship(order_by="Recording.id")
    declarations: Mapped[list["Declaration"]] = relationship(order_by="Declaration.id")
    waivers: Mapped[list["Waiver"]] = relationship(order_by="Waiver.id")
    collection_log: Mapped[list["CollectionEntry"]] = relationship(order_by="CollectionEntry.date, CollectionEntry.id")
    court_dates: Mapped[list["CourtDate"]] = relationship(order_by="CourtDate.date, CourtDate.id")
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads this name


class Declaration(Base):
    """A statement of a named role that stands in for a paper: 'no payment received', by finance."""

    __tablename__ = "declarations"
    id: Mapped[Id]
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.case_id"), index=True)
    statement: Mapped[str] = mapped_column(String(100))
    by: Mapped[str] = mapped_column(String(20))
    on: Mapped[date | None]


class Waiver(Base):
    """A finding set aside by the legal manager with a reason; kept and shown, withdrawn by writing withdrawn_at."""

    __tablename__ = "waivers"
    __table_args__ = (CheckConstraint("length(reason) > 0", name="reason_is_given"),)
    id: Mapped[Id]
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.case_id"), index=True)
    finding: Mapped[str] = mapped_column(String(200))  # the stable key of the finding
    reason: Mapped[str] = mapped_column(String(2000))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    waived_at: Mapped[Instant]
    withdrawn_at: Mapped[Instant | None]
