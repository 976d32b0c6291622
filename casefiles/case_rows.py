"""Rows of a case that several verbs make: a paper's record, its next number, a party; and what the blocks say of every paper.

Nothing here is an action of a user: import, upload and the facts page each call it inside their own.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from sqlalchemy import select

from casefiles.case_mapping import case_mapping, fill
from casefiles.db import session
from casefiles.models import UNSORTED, Case, Document, Party, PartyRole, TextStatus
from casefiles.rules.facts import read_case

LONGEST_NAME = 1000


class Acting(Protocol):
    """Who made a record, and when."""

    @property
    def person_id(self) -> int | None: ...
    @property
    def now(self) -> datetime: ...
    @property
    def today(self) -> date: ...


@dataclass(frozen=True)
class KeptChild:
    """A file inside a file whose bytes are kept: its path as it came."""

    path: str
    sha256: str
    size: int
    media_type: str


def new_document(actor: Acting, case: Case, ref: str, kind: str) -> Document:
    """A paper's record without file."""
    document = Document(ref=ref, type=kind, fields={}, text_status=TextStatus.NO_FILE, received_at=actor.now, received_by_id=actor.person_id)
    case.documents.append(document)
    return document


def next_ref(case: Case) -> str:
    """The next free D-number of the case."""
    numbers = [int(d.ref[1:]) for d in case.documents if d.ref[:1] == "D" and d.ref[1:].isdecimal()]
    return f"D{max(numbers, default=0) + 1:02d}"


def new_child(parent: Document, ref: str, path: str, file: KeptChild) -> Document:
    """The record of a kept file that came inside another one: not sorted yet, received by whom and when the other was."""
    child = Document(case=parent.case, ref=ref, type=UNSORTED, listed_in=None, fields={}, parent_id=parent.id, path_in_parent=path)
    child.name, child.sha256, child.size, child.media_type = (path.rpartition("/")[2] or path)[-LONGEST_NAME:], file.sha256, file.size, file.media_type
    child.received_by_id, child.received_at, child.text_status = parent.received_by_id, parent.received_at, TextStatus.WAITING
    return child


def ancestors(document: Document) -> list[Document]:
    """The files a document came in, the nearest first; none for what was uploaded by itself."""
    above: list[Document] = []
    while (parent := (above[-1] if above else document).parent) is not None and parent not in above and parent is not document:
        above.append(parent)
    return above


def inside(document: Document) -> list[Document]:
    """Every document that came out of this one, level by level."""
    found: dict[int, Document] = {}
    level = {document.id}
    while level:
        rows = session.scalars(select(Document).where(Document.parent_id.in_(level)).order_by(Document.id))
        below = {row.id: row for row in rows if row.id not in found and row.id != document.id}
        found |= below
        level = set(below)
    return list(found.values())


def fill_party(party: Party, entry: Mapping[str, Any]) -> Party:
    """Put an entry of the case file into a party's row; what the entry does not say is emptied."""
    party.uscc = party.address = None
    fill(party, entry)
    party.details |= {"id": entry["id"]} if "id" in entry else {}
    party.uscc = party.uscc and party.uscc.upper()
    return party


def parties_of(whole: Mapping[str, Any]) -> list[tuple[PartyRole, Mapping[str, Any]]]:
    """Every party entry of a case file with its role, in the order of the rows."""
    security = whole.get("security", {})
    found = [(PartyRole.CREDITOR, whole["creditor"]), (PartyRole.DEBTOR, whole["debtor"])]
    found += [(PartyRole.DEBTOR, entry) for entry in whole.get("debtors", ())]
    found += [(PartyRole.THIRD_PARTY, entry) for entry in whole.get("third_parties", ())]
    return found + [(PartyRole.GUARANTOR, entry) for entry in (security.get("guarantor"), *security.get("guarantors", ())) if entry]


def settle(actor: Acting, case: Case) -> None:
    """Give every document the type, number, date and amount its blocks imply, and a row to papers that only a block names."""
    facts = read_case(case_mapping(case))
    by_ref = {document.ref: document for document in case.documents}
    done = set()
    for paper in facts.documents:
        if paper.id in done:
            continue
        done.add(paper.id)
        document = by_ref.get(paper.id) or new_document(actor, case, paper.id, paper.type)
        document.type = paper.type if document.listed_in is None or not document.type else document.type
        document.number, document.document_date, document.amount = paper.number, paper.dated, paper.amount
        document.title_zh, document.n = document.fields.get("title_zh"), document.fields.get("n")
    session.flush()
