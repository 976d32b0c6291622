"""What the search index holds of a case: made from the rows, so that the index can be thrown away and made again."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import select

from casefiles.case_mapping import block_rows, case_mapping, document_entry, entry_of, written
from casefiles.db import session
from casefiles.law import load_law
from casefiles.law.collection import collection_words
from casefiles.models import Case, CollectionEntry, Document, Note, PartyRole
from casefiles.policy import object_of, shared_with_lawyers
from casefiles.search import Engine, Entry

CASE_OBJECT = "case"  # every role that sees a case may find it by these
SHARED_NOTE = "shared_note"  # a privileged note the law department shared: every role that reads any notes may find it
COURT_BLOCKS = ("judgment", "enforcement", "insolvency", "write_off", "proceedings", "preservation")
NOT_FOUND_BY = frozenset({"id_number", "birth_date", "file"})  # personal data no search needs


def entries_of(case: Case) -> Iterator[Entry]:
    """Everything of one case: its fields, its documents with their pages, its notes, its collection log."""
    yield from fields_of(case)
    rows: dict[int, list[Any]] = {}
    for document, row in block_rows(case):
        rows.setdefault(document.id, []).append(row)
    for document in case.documents:
        yield from _document(case, document, rows.get(document.id, ()))
    for note in session.scalars(select(Note).where(Note.case_id == case.case_id)):
        held = SHARED_NOTE if shared_with_lawyers(note) else "privileged_note"
        yield _entry(case, f"n:{note.id}", held, note.text, owner=note.author_id, type="note")
    for line in case.collection_log:
        about = {"type": "collection_log", "owner": line.entered_by_id, "date": line.date}
        yield _entry(case, f"l:{line.id}", object_of("collection_log"), logged(line), **about)


def logged(line: CollectionEntry) -> str:
    """A line of the collection log as it is found and shown in a snippet: also a corrected one, since it was written."""
    words = collection_words()
    said = [words.channels.get(line.channel), words.results.get(line.result)]
    promised = [written(line.promise_date), written(line.promise_amount) if line.promise_amount is not None else None] if line.promise_date else []
    return "\n".join(filter(None, [written(line.date), *(f"{w.zh} {w.en}" for w in said if w), line.person, line.note, *promised]))


def fields_of(case: Case) -> Iterator[Entry]:
    """The case's own fields: parties, contract, claim; court matters apart, since not every role reads those."""
    whole = case_mapping(case)
    own = {
        key: whole[key]
        for key in ("case_id", "title", "court", "creditor", "debtor", "debtors", "third_parties", "contract", "claim", "security")
        if key in whole
    }
    state = load_law().states.get(case.state.value)
    yield _entry(case, f"c:{case.case_id}", CASE_OBJECT, "\n".join([*_texts(own), state.zh if state else ""]), type="case")
    court = {key: whole[key] for key in COURT_BLOCKS if key in whole}
    if court:
        yield _entry(case, f"c:{case.case_id}:court", "court_paper", "\n".join(_texts(court)), type="case")


def document_entries(document: Document) -> Iterator[Entry]:
    """One document's fields and pages."""
    rows = [row for paper, row in block_rows(document.case) if paper.id == document.id]
    yield from _document(document.case, document, rows)


def _document(case: Case, document: Document, rows: Iterable[Any]) -> Iterator[Entry]:
    kind = load_law().documents[document.type]
    facts = [kind.zh, kind.en, document.name or "", *_texts(document_entry(document))]
    for row in rows:
        facts += _texts(entry_of(row))
        if getattr(row, "promise", None):
            facts += _texts(entry_of(row.promise))
    about = {
        "document_id": str(document.id), "owner": document.received_by_id, "title": f"{kind.zh} {document.number or document.name or ''}".strip(),
        "type": document.type, "number": document.number or "", "date": document.document_date,
    }  # fmt: skip
    held = object_of(document.type)
    yield _entry(case, f"d:{document.id}", held, "\n".join(facts), **about)
    for page in document.pages:
        if page.text.strip():
            yield _entry(case, f"p:{document.id}:{page.number}", held, page.text, page=page.number, **about)


def _entry(case: Case, key: str, held: str, text: str, **about: Any) -> Entry:
    party = " ".join(p.name for p in case.parties if p.role is not PartyRole.CREDITOR)
    return Entry(key=key, case_id=case.case_id, object=held, text=text, party=party, stage=case.state.value, **about)


def _texts(value: Any) -> list[str]:
    """Every text in a mapping, in order, without keys and yes/no."""
    if isinstance(value, Mapping):
        return [text for key, inner in value.items() if key not in NOT_FOUND_BY for text in _texts(inner)]
    if isinstance(value, list | tuple):
        return [text for inner in value for text in _texts(inner)]
    return [] if value is None or isinstance(value, bool) else [str(value)]


def unfilled(engine: Engine) -> bool:
    """Whether the index is empty though there are cases: it was lost and a new one opened in its place, or none was made yet."""
    return engine.count() == 0 and session.scalar(select(Case.case_id).limit(1)) is not None


def text_of(key: str) -> tuple[str, str]:
    """The label and text of an entry, read again from the database for its snippet; empty when it is gone."""
    kind, _, rest = key.partition(":")
    if kind == "p":
        document_id, _, number = rest.partition(":")
        document = session.get(Document, int(document_id))
        page = next((p for p in document.pages if p.number == int(number)), None) if document else None
        return (page.label, page.text) if page else ("", "")
    if kind == "n":
        note = session.get(Note, int(rest))
        return ("", note.text) if note else ("", "")
    if kind == "l":
        line = session.get(CollectionEntry, int(rest))
        return ("", logged(line)) if line else ("", "")
    if kind == "d":
        document = session.get(Document, int(rest))
        entry = next((e for e in document_entries(document) if e.key == key), None) if document else None
        return ("", entry.text) if entry else ("", "")
    case = session.get(Case, rest.removesuffix(":court"))
    entry = next((e for e in fields_of(case) if e.key == key), None) if case else None
    return ("", entry.text) if entry else ("", "")
