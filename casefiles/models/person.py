"""People who sign in, and the named operator of the command line."""

from enum import StrEnum

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from casefiles.db import Base, Id, Instant


class Role(StrEnum):
    """The roles of roles.yaml, ids unchanged; a test compares the two."""

    LEGAL_STAFF = "legal_staff"
    LEGAL_MANAGER = "legal_manager"
    EXTERNAL_LAWYER = "external_lawyer"
    COLLECTOR = "collector"
    FINANCE = "finance"
    AUDITOR = "auditor"
    ADMIN = "admin"


class Person(Base):
    """Somebody with a sign-in. A change of password, role or activity raises `epoch`: every older session is refused."""

    __tablename__ = "people"
    id: Mapped[Id]
    email: Mapped[str] = mapped_column(String(200), unique=True)
    name: Mapped[str] = mapped_column(String(100))
    role: Mapped[Role]
    department: Mapped[str] = mapped_column(String(100), default="法务部")
    password_hash: Mapped[str] = mapped_column(String(200))
    active: Mapped[bool] = mapped_column(default=True)
    language: Mapped[str | None] = mapped_column(String(10))
    epoch: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[Instant]
