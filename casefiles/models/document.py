"""Documents of a case, their confirmed flags and their page texts."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Protocol

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casefiles.db import Base, ExactMoney, Id, Instant, LongText, Sha256
from casefiles.models.case import Case

TRANSCRIPT = "recording_transcript"
UNSORTED = "unsorted"  # the type of a file nobody has named yet: attachments, entries of archives, uploads in a heap


class TextStatus(StrEnum):
    """What became of reading a document."""

    NO_FILE = "no_file"
    WAITING = "waiting"
    RECOGNISING = "recognising"  # what text there is can be found; pages without any wait for OCR
    READ = "read"
    PARTLY = "partly"
    EMPTY = "empty"
    UNSUPPORTED = "unsupported"
    ENCRYPTED = "encrypted"
    FAILED = "failed"


class File(Protocol):
    """Bytes that lie in the store, with the name they came under."""

    @property
    def name(self) -> str: ...
    @property
    def sha256(self) -> str: ...
    @property
    def size(self) -> int: ...
    @property
    def media_type(self) -> str: ...


class Document(Base):
    """One paper of a case, with or without its file. The bytes lie in the store under sha256; name is kept exactly as it came."""

    __tablename__ = "documents"
    __table_args__ = (
        UniqueConstraint("case_id", "ref"),
        CheckConstraint("(sha256 IS NULL) = (size IS NULL)", name="file_is_whole"),
    )
    id: Mapped[Id]
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.case_id"), index=True)
    ref: Mapped[str] = mapped_column(String(40))  # the id of the case-file format: D01
    type: Mapped[str] = mapped_column(String(60), index=True)
    listed_in: Mapped[str | None] = mapped_column(String(40))  # documents | identity_documents | insolvency_documents: the list it has an entry in
    title_zh: Mapped[str | None] = mapped_column(String(300))
    number: Mapped[str | None] = mapped_column(String(200))
    document_date: Mapped[date | None]
    amount: Mapped[Decimal | None] = mapped_column(ExactMoney)
    n: Mapped[int | None]
    fields: Mapped[dict[str, Any]]  # typed fields of its type, validated against documents.yaml
    original: Mapped[dict[str, Any] | None]  # who holds the paper original, and where
    name: Mapped[str | None] = mapped_column(String(1000))
    sha256: Mapped[Sha256 | None] = mapped_column(index=True)
    size: Mapped[int | None]
    media_type: Mapped[str | None] = mapped_column(String(120))
    page_count: Mapped[int | None]
    text_status: Mapped[TextStatus]
    text_reason_zh: Mapped[str | None] = mapped_column(String(1000))
    text_reason_en: Mapped[str | None] = mapped_column(String(1000))
    dates_found: Mapped[list[Any] | None]
    received_at: Mapped[Instant]
    received_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    duplicate_of_id: Mapped[int | None] = mapped_column(ForeignKey("documents.id"))
    parent_id: Mapped[int | None] = mapped_column(index=True)  # the mail or archive whose bytes hold this file (no foreign key: migration 0004 says why)
    path_in_parent: Mapped[str | None] = mapped_column(String(2000))  # 附件/送货单.pdf: names as they came, one level
    reader: Mapped[str | None] = mapped_column(String(40))  # which reader read it last, and its version then: a newer one reads again
    reader_version: Mapped[int | None]
    told: Mapped[dict[str, Any] | None]  # what its reader said: outcome, notes, details (Reading.told)
    version: Mapped[int] = mapped_column()
    case: Mapped[Case] = relationship(back_populates="documents")
    flags: Mapped[list["Flag"]] = relationship(back_populates="document", order_by="Flag.id", cascade="all, delete-orphan")
    pages: Mapped[list["Page"]] = relationship(order_by="Page.number", cascade="all, delete-orphan")
    duplicate_of: Mapped["Document | None"] = relationship(remote_side="Document.id", foreign_keys=[duplicate_of_id])
    parent: Mapped["Document | None"] = relationship(primaryjoin="foreign(Document.parent_id) == remote(Document.id)", viewonly=True)
    children: Mapped[list["Document"]] = relationship(
        primaryjoin="remote(foreign(Document.parent_id)) == Document.id", order_by="Document.id", viewonly=True
    )
    proposals: Mapped[list["Proposal"]] = relationship(order_by="Proposal.id", cascade="all, delete-orphan")
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads this name

    @property
    def erased(self) -> bool:
        """Deleted for good by two persons: number, type and the reason with the SHA-256 are all that is left, and nothing is added any more."""
        return self.sha256 is None and self.text_reason_en is not None

    @property
    def transcript(self) -> "Document | None":
        """The written text of this recording, as its call, its own fields or those of the transcript name it."""
        named = {call.transcript_id for call in self.case.recordings if call.document_id == self.id} | {self.fields.get("transcript_id")}
        written = (paper for paper in self.case.documents if paper.type == TRANSCRIPT)
        return next((paper for paper in written if paper.ref in named or paper.fields.get("recording_id") == self.ref), None)

    def confirmed(self) -> dict[str, bool]:
        """Flag name -> what a person confirmed."""
        return {flag.name: flag.value for flag in self.flags}

    def take_file(self, file: File, person_id: int | None, now: datetime) -> None:
        """Say which kept bytes this document is, and that they wait to be read."""
        self.name, self.sha256, self.size, self.media_type = file.name, file.sha256, file.size, file.media_type
        self.received_by_id, self.received_at, self.text_status = person_id, now, TextStatus.WAITING
        self.text_reason_zh = self.text_reason_en = None

    @property
    def sorted(self) -> bool:
        """Whether a person said what this paper is. What is not sorted yet is found, but counts in no check and stands in no packet."""
        return self.type != UNSORTED


class Flag(Base):
    """One yes or no about a document, confirmed by a person; never set by a machine."""

    __tablename__ = "flags"
    __table_args__ = (UniqueConstraint("document_id", "name"),)
    id: Mapped[Id]
    document_id: Mapped[int] = mapped_column(ForeignKey("documents.id"), index=True)
    name: Mapped[str] = mapped_column(String(60))
    value: Mapped[bool]
    confirmed_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    confirmed_at: Mapped[Instant]
    document: Mapped[Document] = relationship(back_populates="flags")


class Page(Base):
    """The text of one page (sheet, whole text) of a document.

    `source` says where the text is from: text (the file's own), ocr, speech; `scan` is a page that waits for OCR. `boxes` are the places of
    recognised text on the page as shown: [start, end, left, top, right, bottom], offsets into `text`, parts of the page from 0 to 1.
    """

    __tablename__ = "pages"
    __table_args__ = (UniqueConstraint("document_id", "number"),)
    id: Mapped[Id]
    document_id: Mapped[int] = mapped_column(ForeignKey("documents.id"), index=True)
    number: Mapped[int]
    label: Mapped[str] = mapped_column(String(200))
    text: Mapped[LongText]
    source: Mapped[str] = mapped_column(String(20), default="text")
    boxes: Mapped[list[Any] | None] = mapped_column(deferred=True)


class ProposalState(StrEnum):
    """What a person made of a proposal."""

    OPEN = "open"
    TAKEN = "taken"
    REFUSED = "refused"


class Proposal(Base):
    """A value a named rule read out of the text; nothing believes it until a person takes it over.

    `field` is `type` or a field of the document's type; `value` is written as the form writes it.
    """

    __tablename__ = "proposals"
    id: Mapped[Id]
    document_id: Mapped[int] = mapped_column(ForeignKey("documents.id"), index=True)
    field: Mapped[str] = mapped_column(String(60))
    value: Mapped[str] = mapped_column(String(500))
    rule: Mapped[str] = mapped_column(String(60))
    score: Mapped[int]  # 0 to 100
    page: Mapped[int | None]
    quote: Mapped[str] = mapped_column(String(300), default="")  # the words it was read from
    reason_zh: Mapped[str] = mapped_column(String(500))
    reason_en: Mapped[str] = mapped_column(String(500))
    state: Mapped[ProposalState] = mapped_column(default=ProposalState.OPEN)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    decided_at: Mapped[Instant | None]
