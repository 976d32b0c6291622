"""The contract the debt rests on."""

from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casefiles.db import Base, ExactMoney
from casefiles.models.case import Case
from casefiles.models.document import Document


class Contract(Base):
    """Terms of the contract as a person entered them; `details` holds clauses and other keys of the case-file format."""

    __tablename__ = "contracts"
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.case_id"), primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("documents.id"))
    no: Mapped[str | None] = mapped_column(String(200))
    name: Mapped[str] = mapped_column(String(300))
    signed_on: Mapped[date]
    total: Mapped[Decimal | None] = mapped_column(ExactMoney)
    details: Mapped[dict[str, Any]]
    case: Mapped[Case] = relationship(back_populates="contract")
    document: Mapped[Document] = relationship()
