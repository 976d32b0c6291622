"""What a page of hits needs from the database, in a number of statements that does not grow with the hits."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from casefiles.db import session
from casefiles.entries import facts_of, fields_of, logged
from casefiles.models import (
    Case,
    CollectionEntry,
    Contract,
    CreditNote,
    Delivery,
    Document,
    Invoice,
    Letter,
    Note,
    Page,
    Payment,
    Reconciliation,
    Recording,
    Service,
)

STANDS_ON_A_DOCUMENT = (Contract, Delivery, Invoice, Payment, CreditNote, Reconciliation, Letter, Service, Recording)
DEEPEST = 8  # files inside files inside files: readers unpack fewer


@dataclass(frozen=True)
class Place:
    """The text a hit was found in, the label of its page, and where that text is from (Page.source)."""

    text: str
    label: str = ""
    source: str = "text"


@dataclass(frozen=True)
class Rows:
    """The rows a page of hits speaks of, by their ids; what is gone from the database is in none of them."""

    cases: Mapping[str, Case]
    documents: Mapping[int, Document]
    notes: Mapping[int, Note]
    kept: list[Document] = field(default_factory=list)  # the files that hold a document: the session keeps what somebody holds


def rows_of(case_ids: Iterable[str], document_ids: Iterable[int], note_ids: Iterable[int]) -> Rows:
    """Cases with their parties, documents with the files they came in, notes with their authors."""
    cases = session.scalars(select(Case).where(Case.case_id.in_(sorted(set(case_ids)))).options(selectinload(Case.parties)))
    notes = session.scalars(select(Note).where(Note.id.in_(sorted(set(note_ids)))).options(joinedload(Note.author))) if note_ids else ()
    documents = {document.id: document for document in session.scalars(select(Document).where(Document.id.in_(sorted(set(document_ids)))))}
    return Rows({case.case_id: case for case in cases}, documents, {note.id: note for note in notes}, _holding(documents.values()))


def _holding(documents: Iterable[Document]) -> list[Document]:
    """The mails and archives these documents came in, level by level, so that nobody asks for them one by one."""
    kept: list[Document] = []
    wanted = {document.parent_id for document in documents if document.parent_id is not None}
    for _ in range(DEEPEST):
        if not wanted:
            break
        level = session.scalars(select(Document).where(Document.id.in_(sorted(wanted)))).all()
        kept += level
        wanted = {document.parent_id for document in level if document.parent_id is not None}
    return kept


def texts_of(keys: Iterable[str], rows: Rows) -> dict[str, Place]:
    """Entry key -> its text as it stands in the database now; what is gone is left out."""
    by_kind: dict[str, list[str]] = {}
    for key in keys:
        by_kind.setdefault(key[0], []).append(key)
    found: dict[str, Place] = {key: Place(rows.notes[int(key[2:])].text) for key in by_kind.get("n", ()) if int(key[2:]) in rows.notes}
    found |= _pages(by_kind.get("p", ()))
    found |= _documents(by_kind.get("d", ()), rows)
    found |= _log(by_kind.get("l", ()))
    found |= _cases(by_kind.get("c", ()), rows)
    return {key: place for key, place in found.items() if place.text}


def _pages(keys: Iterable[str]) -> dict[str, Place]:
    asked = {tuple(int(part) for part in key[2:].split(":")) for key in keys}
    if not asked:
        return {}
    documents, numbers = ({pair[place] for pair in asked} for place in (0, 1))  # no pairs: SQLite would look through every page for them
    near = select(Page.id, Page.document_id, Page.number).where(Page.document_id.in_(sorted(documents)), Page.number.in_(sorted(numbers)))
    ids = [page_id for page_id, document_id, number in session.execute(near) if (document_id, number) in asked]
    rows = session.execute(select(Page.document_id, Page.number, Page.label, Page.text, Page.source).where(Page.id.in_(ids)))
    return {f"p:{document_id}:{number}": Place(text, label, source) for document_id, number, label, text, source in rows}


def _documents(keys: Iterable[str], rows: Rows) -> dict[str, Place]:
    """A document's fields, with those of the ledger, letter or recording that stands on it."""
    ids = sorted(int(key[2:]) for key in keys)
    if not ids:
        return {}
    session.scalars(select(Document).where(Document.id.in_(ids)).options(selectinload(Document.flags))).all()
    standing: dict[int, list[Any]] = {}
    for model in STANDS_ON_A_DOCUMENT:
        asked = select(model).where(model.document_id.in_(ids))
        for row in session.scalars(asked.options(selectinload(Recording.promise)) if model is Recording else asked):
            standing.setdefault(row.document_id, []).append(row)
    there = [rows.documents[number] for number in ids if number in rows.documents]
    return {f"d:{d.id}": Place(f"{facts_of(d, standing.get(d.id, ()))}\n{_parties(rows.cases.get(d.case_id))}") for d in there}


def _log(keys: Iterable[str]) -> dict[str, Place]:
    ids = [int(key[2:]) for key in keys]
    lines = session.scalars(select(CollectionEntry).where(CollectionEntry.id.in_(ids))) if ids else ()
    return {f"l:{line.id}": Place(logged(line)) for line in lines}


def _cases(keys: Iterable[str], rows: Rows) -> dict[str, Place]:
    wanted = set(keys)
    ids = sorted({key[2:].removesuffix(":court") for key in wanted} & set(rows.cases))
    if not ids:
        return {}
    contracts = selectinload(Case.contract).joinedload(Contract.document)
    cases = session.scalars(select(Case).where(Case.case_id.in_(ids)).options(contracts))
    return {entry.key: Place(entry.text) for case in cases for entry in fields_of(case) if entry.key in wanted}


def _parties(case: Case | None) -> str:
    return "、".join(party.name for party in case.parties) if case else ""
