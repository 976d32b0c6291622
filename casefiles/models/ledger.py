"""The ledger of a case: what was delivered, invoiced, paid, credited, and what both sides reconciled."""

from datetime import date
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casefiles.db import Base, Id, Money
from casefiles.models.document import Document


class Delivery(Base):
    """Goods handed over, by one note."""

    __tablename__ = "deliveries"
    id: Mapped[Id]
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.case_id"), index=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("documents.id"))
    no: Mapped[str] = mapped_column(String(200))
    date: Mapped[date]
    amount: Mapped[Money]
    signed_by: Mapped[str | None] = mapped_column(String(100))
    details: Mapped[dict[str, Any]]
    document: Mapped[Document] = relationship()


class Invoice(Base):
    """A tax invoice with the last day for its payment."""

    __tablename__ = "invoices"
    id: Mapped[Id]
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.case_id"), index=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("documents.id"))
    no: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str | None] = mapped_column(String(40))
    date: Mapped[date]
    amount: Mapped[Money]
    due_date: Mapped[date]
    verified: Mapped[bool | None]
    document: Mapped[Document] = relationship()


class Payment(Base):
    """Money in or out, seen from the creditor."""

    __tablename__ = "payments"
    __table_args__ = (CheckConstraint("direction IS NULL OR direction IN ('in', 'out')", name="direction_is_in_or_out"),)
    id: Mapped[Id]
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.case_id"), index=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("documents.id"))
    direction: Mapped[str | None] = mapped_column(String(3))
    purpose: Mapped[str | None] = mapped_column(String(40))
    date: Mapped[date]
    amount: Mapped[Money]
    designated_invoice: Mapped[str | None] = mapped_column(String(200))
    payer: Mapped[str | None] = mapped_column(String(200))
    payee: Mapped[str | None] = mapped_column(String(200))
    remark: Mapped[str | None] = mapped_column(String(500))
    document: Mapped[Document] = relationship()


class CreditNote(Base):
    """A return or price reduction against one invoice."""

    __tablename__ = "credit_notes"
    id: Mapped[Id]
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.case_id"), index=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("documents.id"))
    date: Mapped[date]
    amount: Mapped[Money]
    against: Mapped[str] = mapped_column(String(200))
    reason: Mapped[str | None] = mapped_column(String(500))
    effect: Mapped[str | None] = mapped_column(String(40))
    document: Mapped[Document] = relationship()


class Reconciliation(Base):
    """A statement of the balance at a day, signed or not."""

    __tablename__ = "reconciliations"
    id: Mapped[Id]
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.case_id"), index=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("documents.id"))
    as_at: Mapped[date]
    signed_on: Mapped[date | None]
    amount: Mapped[Money]
    debtor_seal: Mapped[str | None] = mapped_column(String(40))
    signed_by: Mapped[str | None] = mapped_column(String(100))
    signer_authorised: Mapped[bool | None]
    details: Mapped[dict[str, Any]]
    document: Mapped[Document] = relationship()
