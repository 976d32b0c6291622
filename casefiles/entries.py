"""What the search index holds of a case: made from the rows, so that the index can be thrown away and made again.

Keys: c:CASE and c:CASE:court fields of a case, d:ID of a document, p:ID:NUMBER a page of it, n:ID a note, l:ID a line of the collection log.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from functools import partial
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from casefiles import work
from casefiles.case_mapping import block_rows, document_entry, entry_of, head_mapping, own_blocks, written
from casefiles.db import session
from casefiles.law import load_law
from casefiles.law.collection import collection_words
from casefiles.models import Case, CollectionEntry, Document, Letter, Note, Page, PartyRole, Person, Recording
from casefiles.policy import held_as, object_of, shared_with_lawyers
from casefiles.search import Engine, Entry

CASE_OBJECT = "case"  # every role that sees a case may find it by these
SHARED_NOTE = "shared_note"  # a privileged note the law department shared: every role that reads any notes may find it
COURT_BLOCKS = ("judgment", "enforcement", "insolvency", "write_off", "proceedings", "preservation")
NOT_FOUND_BY = frozenset({"id_number", "birth_date", "file"})  # personal data no search needs
OWING = (PartyRole.DEBTOR, PartyRole.GUARANTOR)
OTHER_TYPES = {"case": ("案件", "case"), "note": ("律师意见", "privileged note"), "collection_log": ("催收记录", "collection log")}
PAGES_AT_ONCE = 200
Thing = tuple[str, int | None]  # a case and its document, or (None) what belongs to none of its documents
ROWS = (
    Case.parties, Case.contract, Case.deliveries, Case.invoices, Case.payments, Case.credit_notes, Case.reconciliations, Case.declarations,
    Case.collection_log, Case.court_dates,
)  # fmt: skip


@dataclass(frozen=True)
class Made:
    """The entries of one thing, a document or (None) the case itself; with the error where they could not be made."""

    case_id: str
    document_id: int | None
    entries: Sequence[Entry] = ()
    error: Exception | None = None

    @property
    def thing(self) -> Thing:
        return self.case_id, self.document_id


def load(case_ids: Collection[str]) -> list[Case]:
    """Cases with all that entries are made of, but pages, in a number of statements that does not grow with them."""
    ways = [selectinload(rows) for rows in ROWS]
    ways += [selectinload(Case.documents).selectinload(rows) for rows in (Document.flags, Document.parent)]
    ways += [selectinload(Case.letters).selectinload(Letter.service), selectinload(Case.recordings).selectinload(Recording.promise)]
    return list(session.scalars(select(Case).where(Case.case_id.in_(case_ids)).order_by(Case.case_id).options(*ways)))


def entries_of(case: Case) -> Iterator[Entry]:
    """Everything of one case: its fields, its documents with their pages, its notes, its collection log."""
    for made in parts_of(case):
        if made.error is not None:
            raise made.error
        yield from made.entries


def parts_of(case: Case, *, own: bool = True, documents: Collection[int] | None = None) -> Iterator[Made]:
    """The entries of a case's own matters and of its documents (None: all), a thing at a time; an error spoils that thing alone."""
    if own:
        yield _made(case.case_id, None, lambda: own_entries(case))
    wanted = sorted((d for d in case.documents if (documents is None or d.id in documents) and not d.erased), key=lambda document: document.id)
    if not wanted:
        return
    try:
        rows = rows_of(case)
    except Exception as error:
        yield from (Made(case.case_id, document.id, error=error) for document in wanted)
        return
    names = _names(document.received_by_id for document in wanted)
    texts = _texts_of_pages(case.case_id, documents)
    ahead = next(texts, None)
    for document in wanted:
        while ahead is not None and ahead[0] < document.id:
            ahead = next(texts, None)
        pages = ahead[1] if ahead is not None and ahead[0] == document.id else []
        yield _made(case.case_id, document.id, partial(_document, case, document, rows.get(document.id, ()), names.get(document.received_by_id, ""), pages))


def _made(case_id: str, document_id: int | None, make: Callable[[], Iterator[Entry]]) -> Made:
    try:
        return Made(case_id, document_id, list(make()))
    except Exception as error:  # one paper nobody thought of must not keep everything else from being found
        return Made(case_id, document_id, error=error)


def _texts_of_pages(case_id: str, documents: Collection[int] | None) -> Iterator[tuple[int, list[tuple[int, str]]]]:
    """Document id and its (page number, text), in the order of ids, read as they are asked for."""
    asked = select(Page.document_id, Page.number, Page.text).order_by(Page.document_id, Page.number)
    within = Page.document_id.in_(select(Document.id).where(Document.case_id == case_id)) if documents is None else Page.document_id.in_(documents)
    for document_id, rows in groupby(session.execute(asked.where(within).execution_options(yield_per=PAGES_AT_ONCE)), itemgetter(0)):
        yield document_id, [(number, text) for _, number, text in rows]


def own_entries(case: Case) -> Iterator[Entry]:
    """What belongs to a case and to none of its documents: fields, notes, collection log."""
    yield from fields_of(case)
    for note in session.scalars(select(Note).where(Note.case_id == case.case_id).order_by(Note.id).options(selectinload(Note.author))):
        held = SHARED_NOTE if shared_with_lawyers(note) else "privileged_note"
        yield _entry(case, f"n:{note.id}", held, note.text, owner=note.author_id, uploader=note.author.name, type="note")
    names = _names(line.entered_by_id for line in case.collection_log)
    for line in case.collection_log:
        about = {"owner": line.entered_by_id, "uploader": names.get(line.entered_by_id, ""), "date": line.date, "amount": line.promise_amount}
        yield _entry(case, f"l:{line.id}", object_of("collection_log"), logged(line), type="collection_log", **about)


def logged(line: CollectionEntry) -> str:
    """A line of the collection log as it is found and shown in a snippet: also a corrected one, since it was written."""
    words = collection_words()
    said = [words.channels.get(line.channel), words.results.get(line.result)]
    promised = [written(line.promise_date), written(line.promise_amount) if line.promise_amount is not None else None] if line.promise_date else []
    return "\n".join(filter(None, [written(line.date), *(f"{w.zh} {w.en}" for w in said if w), line.person, line.note, *promised]))


def fields_of(case: Case) -> Iterator[Entry]:
    """The case's own fields: parties, contract, claim; court matters apart, since not every role reads those."""
    whole = head_mapping(case) | own_blocks(case)
    own = {
        key: whole[key]
        for key in ("case_id", "title", "court", "creditor", "debtor", "debtors", "third_parties", "contract", "claim", "security")
        if key in whole
    }
    state = load_law().states.get(case.state.value)
    yield _entry(case, f"c:{case.case_id}", CASE_OBJECT, "\n".join([*_texts(own), state.zh if state else ""]), type="case", amount=_claimed(case))
    court = {key: whole[key] for key in COURT_BLOCKS if key in whole}
    if court:
        yield _entry(case, f"c:{case.case_id}:court", "court_paper", "\n".join(_texts(court)), type="case")


def _claimed(case: Case) -> Decimal | None:
    """The principal claimed: as entered, else what the ledger says is open."""
    entered = case.blocks.get("claim", {}).get("principal")
    return case.balance if entered is None else Decimal(str(entered))


def rows_of(case: Case) -> dict[int, list[Any]]:
    """Document id -> the rows of blocks that stand on it."""
    rows: dict[int, list[Any]] = {}
    for document, row in block_rows(case):
        rows.setdefault(document.id, []).append(row)
    return rows


def facts_of(document: Document, rows: Iterable[Any]) -> str:
    """What a document is found by besides its pages: its type, name and fields, the rows of blocks that stand on it, the file it came in."""
    kind = load_law().documents[document.type]
    known = knows_its_origin(document)
    facts = [kind.zh, kind.en, document.name or "", *_texts({key: said for key, said in document_entry(document).items() if known or key != "derived_from"})]
    for row in rows:
        facts += _texts(entry_of(row))
        if getattr(row, "promise", None):
            facts += _texts(entry_of(row.promise))
    if known and document.parent is not None:
        facts += [document.path_in_parent or "", document.parent.name or ""]
    return "\n".join(facts)


def knows_its_origin(document: Document) -> bool:
    """Whether everybody who reads a document reads the file it came in too: else the names of that one are no words this one is found by."""
    parent = document.parent if document.parent_id is not None else None
    return parent is None or (held_as(parent), parent.received_by_id) == (held_as(document), document.received_by_id)


def _head(case: Case, document: Document, rows: Iterable[Any], uploader: str) -> Entry:
    kind = load_law().documents[document.type]
    return _entry(
        case, f"d:{document.id}", held_as(document), facts_of(document, rows), document_id=str(document.id), owner=document.received_by_id,
        title=f"{kind.zh} {document.number or document.name or ''}".strip(), type=document.type, number=document.number or "",
        date=document.document_date, amount=document.amount, uploader=uploader,
    )  # fmt: skip


def _document(case: Case, document: Document, rows: Iterable[Any], uploader: str, pages: Iterable[tuple[int, str]]) -> Iterator[Entry]:
    """A document's fields, and each page that has text: a scan that waits for OCR has none."""
    head = _head(case, document, rows, uploader)
    yield head
    for number, text in pages:
        if text.strip():
            yield replace(head, key=f"p:{document.id}:{number}", page=number, text=text)


def _entry(case: Case, key: str, held: str, text: str, *, type: str, **about: Any) -> Entry:  # noqa: A002 - the word of documents.yaml
    law = load_law()
    kind, state = law.documents.get(type), law.states.get(case.state.value)
    types = (kind.zh, kind.en) if kind else OTHER_TYPES[type]
    also = [*(("type", word) for word in types), *(("stage", word) for word in ((state.zh, state.en) if state else ()))]
    return Entry(
        key=key, case_id=case.case_id, object=held, text=text, type=type, stage=case.state.value, court=case.court or "",
        party=" ".join(p.name for p in case.parties if p.role is not PartyRole.CREDITOR),
        parties=tuple(dict.fromkeys(p.name for p in case.parties if p.role in OWING)), also=tuple(also), **about,
    )  # fmt: skip


def _names(person_ids: Iterable[int | None]) -> dict[int | None, str]:
    """The names of those who brought something; nobody has none."""
    known = select(Person.id, Person.name).where(Person.id.in_({one for one in person_ids if one is not None}))
    return dict(row for row in session.execute(known))


def _texts(value: Any) -> list[str]:
    """Every text in a mapping, in order, without keys and yes/no."""
    if isinstance(value, Mapping):
        return [text for key, inner in value.items() if key not in NOT_FOUND_BY for text in _texts(inner)]
    if isinstance(value, list | tuple):
        return [text for inner in value for text in _texts(inner)]
    return [] if value is None or isinstance(value, bool) else [str(value)]


def shown(case: Case) -> dict[int, Entry]:
    """Document id -> what search says of it besides its pages: to be kept before a change of the case, for enter_changes()."""
    rows, names = rows_of(case), _names(document.received_by_id for document in case.documents)
    there = [document for document in case.documents if not document.erased]
    return {document.id: _head(case, document, rows.get(document.id, ()), names.get(document.received_by_id, "")) for document in there}


def enter_changes(now: datetime, case: Case, before: Mapping[int, Entry]) -> None:
    """Enter into the outbox what a change of a case changed for search: its own fields, and every document of which search says something else.

    What is gone, or is another object or another person's now, is hidden until the index has learned it: who found it may not find it any more.
    """
    session.flush()
    work.index(now, case.case_id)
    after = shown(case)
    for document_id in sorted(before.keys() | after.keys()):
        was, is_now = before.get(document_id), after.get(document_id)
        if was != is_now:
            closer = was is not None and (is_now is None or (was.object, was.owner) != (is_now.object, is_now.owner))
            work.index(now, case.case_id, document_id, hide=closer)


def enter_document(now: datetime, document: Document, before: str) -> None:
    """Enter one document that was changed, and hide it where it is another object now than `before` (held_as), with the files inside it that are too."""
    session.flush()
    moved = held_as(document) != before
    work.index(now, document.case_id, document.id, hide=moved)
    for child in document.children if moved else ():
        if child.sorted:
            work.index(now, child.case_id, child.id)  # whether it is found by the names of this one
        else:
            enter_document(now, child, before)


def unfilled(engine: Engine) -> bool:
    """Whether the index is empty though there are cases: it was lost and a new one opened in its place, or none was made yet."""
    return engine.count() == 0 and session.scalar(select(Case.case_id).limit(1)) is not None
