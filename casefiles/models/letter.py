"""Letters to debtor or guarantor, and the proof that they arrived."""

from datetime import date
from decimal import Decimal

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casefiles.db import Base, ExactMoney, Id
from casefiles.models.document import Document


class Letter(Base):
    """A demand or lawyer's letter and how it was sent."""

    __tablename__ = "letters"
    id: Mapped[Id]
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.case_id"), index=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("documents.id"))
    kind: Mapped[str] = mapped_column(String(40))
    recipient: Mapped[str | None] = mapped_column(String(20))
    recipient_id: Mapped[str | None] = mapped_column(String(100))
    dated: Mapped[date]
    sent_on: Mapped[date | None]
    carrier: Mapped[str | None] = mapped_column(String(100))
    waybill_no: Mapped[str | None] = mapped_column(String(100))
    content_named: Mapped[str | None] = mapped_column(String(200))
    address_matches: Mapped[bool | None]
    amount_demanded: Mapped[Decimal | None] = mapped_column(ExactMoney)
    document: Mapped[Document] = relationship()
    service: Mapped["Service | None"] = relationship(back_populates="letter")


class Service(Base):
    """Proof of service of one letter: delivered, refused or returned, on which day."""

    __tablename__ = "services"
    id: Mapped[Id]
    letter_id: Mapped[int] = mapped_column(ForeignKey("letters.id"), unique=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("documents.id"))
    delivered_on: Mapped[date]
    signed_by: Mapped[str | None] = mapped_column(String(100))
    status: Mapped[str] = mapped_column(String(20))
    letter: Mapped[Letter] = relationship(back_populates="service")
    document: Mapped[Document] = relationship()
