"""The parties of a case."""

from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casefiles.db import Base, Id
from casefiles.models.case import Case


class PartyRole(StrEnum):
    """What a party is in the case; several of each are possible except the creditor."""

    CREDITOR = "creditor"
    DEBTOR = "debtor"
    GUARANTOR = "guarantor"
    THIRD_PARTY = "third_party"


class Party(Base):
    """A creditor, debtor, guarantor or third party of one case. `details` holds the other keys of the case-file format."""

    __tablename__ = "parties"
    id: Mapped[Id]
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.case_id"), index=True)
    role: Mapped[PartyRole]
    name: Mapped[str] = mapped_column(String(200), index=True)
    uscc: Mapped[str | None] = mapped_column(String(18), index=True)
    address: Mapped[str | None] = mapped_column(String(300))
    details: Mapped[dict[str, Any]]
    case: Mapped[Case] = relationship(back_populates="parties")
