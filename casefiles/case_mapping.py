"""The case between its rows and the case-file format: what the rules, the papers and the export read.

A mapping holds what yaml.safe_load would give of a case file (money and dates as strings, absent keys for unknown things), and beside it
`files`: document id -> name, sha256, bytes, media_type, pages, text_status of the file in the store.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from jsonschema import FormatChecker
from sqlalchemy import inspect

from casefiles.db import session
from casefiles.law import days, load_law
from casefiles.models import (
    Case,
    CollectionEntry,
    Contract,
    CourtDate,
    CreditNote,
    Declaration,
    Delivery,
    Document,
    Invoice,
    Letter,
    Party,
    PartyRole,
    Payment,
    Person,
    Promise,
    Reconciliation,
    Recording,
    Service,
)
from casefiles.rules.findings import Waiver

STRUCTURE = frozenset({"id", "case_id", "document_id", "letter_id", "recording_id", "details", "role", "version"})
ON_DOCUMENT = ("original", "parties", "note")  # keys of a block entry that are kept on its document
IN_BLOCK = "in_block"  # of a document's fields: these keys as its block says them, where its own entry in a list stands beside the block and wins
DOCUMENT_LISTS = ("identity_documents", "insolvency_documents", "documents")
FORMATS = FormatChecker(["date"])  # for every test of a mapping against the published schema
FORMATS.checks("date", raises=ValueError)(lambda value: not isinstance(value, str) or bool(days.day_of(value)))
HEAD = ("case_id", "title", "fictional", "dispute_type", "packet_kind", "as_of", "planned_filing_date", "state", "claim_assigned", "court", "retention_until")


@dataclass(frozen=True)
class Block:
    """A list of the case file whose entries are rows of one table."""

    key: str
    model: type[Any]
    rows: str  # attribute of Case


BLOCKS = (
    Block("deliveries", Delivery, "deliveries"),
    Block("invoices", Invoice, "invoices"),
    Block("payments", Payment, "payments"),
    Block("credit_notes", CreditNote, "credit_notes"),
    Block("reconciliations", Reconciliation, "reconciliations"),
    Block("demands", Letter, "letters"),
    Block("recordings", Recording, "recordings"),
)


def columns(model: type[Any]) -> dict[str, type[Any]]:
    """Column name -> Python type of the columns that are keys of the case-file format."""
    return {column.key: column.columns[0].type.python_type for column in inspect(model).column_attrs if column.key not in STRUCTURE}


def written(value: Any) -> Any:
    """A value as the case-file format writes it: money with two decimals, ISO dates."""
    match value:
        case Decimal():
            return f"{value:.2f}"
        case StrEnum():
            return value.value
        case date():
            return value.isoformat()
        case _:
            return value


def read_value(kind: type[Any], value: Any) -> Any:
    """A written value as the column's type; the schema has been tested before."""
    if value is None:
        return None
    if issubclass(kind, Decimal):
        return Decimal(value)
    if issubclass(kind, date):
        return date.fromisoformat(value)
    return kind(value) if issubclass(kind, StrEnum) else value


def fill(row: Any, entry: Mapping[str, Any], *, apart: frozenset[str] = frozenset()) -> None:
    """Put an entry of the case file into a row: columns by name, everything else into details."""
    typed = columns(type(row))
    apart = apart | {"id", "file", *ON_DOCUMENT}
    for key, value in entry.items():
        if key in typed and key not in apart:
            setattr(row, key, read_value(typed[key], value))
    if hasattr(type(row), "details"):
        row.details = {key: value for key, value in entry.items() if key not in typed and key not in apart}


def entry_of(row: Any) -> dict[str, Any]:
    """A row as an entry of the case file, without its document's keys."""
    plain = {key: written(getattr(row, key)) for key in columns(type(row)) if getattr(row, key) is not None}
    return plain | dict(getattr(row, "details", None) or {})


def case_mapping(case: Case) -> dict[str, Any]:
    """The whole case as one mapping in the case-file format, plus `files`."""
    whole = head_mapping(case)
    for block in BLOCKS:
        entries = [_block_entry(row) for row in getattr(case, block.rows)]
        if entries:
            whole[block.key] = entries
    whole |= own_blocks(case)
    for name in DOCUMENT_LISTS:
        listed = [document_entry(d) for d in case.documents if d.listed_in == name]
        if listed:
            whole[name] = listed
    if case.declarations:
        whole["declarations"] = [_declaration(d) for d in case.declarations]
    corrected = {entry.corrects_id for entry in case.collection_log}
    if log := [_contact(entry) for entry in case.collection_log if entry.id not in corrected]:
        whole["collection_log"] = log
    if case.court_dates:
        whole["court_dates"] = [_court_date(row) for row in case.court_dates]
    whole["files"] = dict(_files(case))
    return whole


def head_mapping(case: Case) -> dict[str, Any]:
    """Who the case is about and the contract: what needs neither ledger nor documents."""
    head: dict[str, Any] = {key: written(getattr(case, key)) for key in HEAD if getattr(case, key) is not None}
    if not case.fictional:
        del head["fictional"]  # silence says the same
    head |= _parties(case)
    if case.contract:
        head["contract"] = _with_document(entry_of(case.contract), case.contract.document)
    return head


def own_blocks(case: Case) -> dict[str, Any]:
    """The blocks kept as they came, with the guarantors among their security."""
    blocks = dict(case.blocks)
    guarantors = [_party(p) for p in case.parties if p.role is PartyRole.GUARANTOR]
    if guarantors:
        security = {"guarantor": guarantors[0]} | ({"guarantors": guarantors[1:]} if guarantors[1:] else {})
        blocks["security"] = dict(blocks.get("security", {})) | security
    return blocks


def document_entry(document: Document) -> dict[str, Any]:
    """A document as an entry of documents[]."""
    fields = {key: value for key, value in document.fields.items() if key != IN_BLOCK}
    entry = {"id": document.ref, "type": document.type} | fields | document.confirmed() | _derivation(document)
    return entry | ({"original": document.original} if document.original else {})


def _derivation(document: Document) -> dict[str, Any]:
    """Which listed document it came in, and its path there; what is not sorted lies between them unseen and lends the path its name."""
    parent, path = (document.parent if document.parent_id is not None else None), document.path_in_parent or document.ref
    while parent is not None and not parent.sorted:
        parent, path = parent.parent, f"{parent.path_in_parent or parent.ref}/{path}"
    return {} if parent is None or parent.sha256 is None else {"derived_from": {"document": parent.ref, "path": path}}


def _with_document(entry: dict[str, Any], document: Document) -> dict[str, Any]:
    entry = {"id": document.ref} | entry
    if document.listed_in is not None:
        return entry | dict(document.fields.get(IN_BLOCK, {}))
    entry |= {key: document.fields[key] for key in ON_DOCUMENT if key in document.fields}
    return entry | ({"original": document.original} if document.original else {})


def _block_entry(row: Any) -> dict[str, Any]:
    entry = _with_document(entry_of(row), row.document)
    match row:
        case Letter(service=Service() as service):
            entry["receipt"] = {"id": service.document.ref} | entry_of(service)
        case Recording(promise=Promise() as promise):
            entry["promise"] = entry_of(promise)
    return entry


def _party(party: Party) -> dict[str, Any]:
    return entry_of(party)


def _parties(case: Case) -> dict[str, Any]:
    of = {role: [_party(p) for p in case.parties if p.role is role] for role in PartyRole}
    found: dict[str, Any] = {"creditor": of[PartyRole.CREDITOR][0], "debtor": of[PartyRole.DEBTOR][0]}
    if of[PartyRole.DEBTOR][1:]:
        found["debtors"] = of[PartyRole.DEBTOR][1:]
    if of[PartyRole.THIRD_PARTY]:
        found["third_parties"] = of[PartyRole.THIRD_PARTY]
    return found


def _declaration(declaration: Declaration) -> dict[str, Any]:
    return entry_of(declaration)


def _contact(entry: CollectionEntry) -> dict[str, Any]:
    """A line of the collection log; a corrected one is left out, its correction stands in."""
    plain = {key: written(getattr(entry, key)) for key in ("date", "channel", "person", "result", "note") if getattr(entry, key) is not None}
    if entry.promise_date is None:
        return plain
    sum_ = {"amount": written(entry.promise_amount)} if entry.promise_amount is not None else {}
    return plain | {"promise": {"date": written(entry.promise_date)} | sum_}


def _court_date(row: CourtDate) -> dict[str, Any]:
    return {key: written(getattr(row, key)) for key in ("kind", "date", "note", "done_by", "done_on") if getattr(row, key) is not None}


def _files(case: Case) -> Iterator[tuple[str, dict[str, Any]]]:
    for document in case.documents:
        if document.sha256 and document.sorted:
            yield document.ref, {
                "name": document.name, "sha256": document.sha256, "bytes": document.size, "media_type": document.media_type,
                "pages": document.page_count, "text_status": document.text_status.value,
            }  # fmt: skip


def demanded(kind: str) -> list[str]:
    """The keys the schema demands of an entry of documents[] of this type beside id and type."""
    rules = load_law().schema["$defs"]["document"]["allOf"]
    return [key for rule in rules if rule["if"]["properties"]["type"]["const"] == kind for key in rule["then"]["required"]]


def day_of(case: Case, as_of: date | None, today: date) -> date:
    """The day a case is judged for: the asked one, else its own for a fictional case, else today."""
    return as_of or (case.as_of if case.fictional else today)


def waivers_of(case: Case) -> list[Waiver]:
    """The waivers that stand, as the rules take them, each with the name of who answers for it."""
    return [Waiver(w.finding, w.reason, session.get_one(Person, w.person_id).name, w.waived_at.date()) for w in case.waivers if w.withdrawn_at is None]


def block_rows(case: Case) -> Iterator[tuple[Document, Any]]:
    """Every document that a block stands on, with its row: contract, ledger, letters and their service, recordings."""
    if isinstance(case.contract, Contract):
        yield case.contract.document, case.contract
    for block in BLOCKS:
        for row in getattr(case, block.rows):
            yield row.document, row
            if isinstance(row, Letter) and row.service:
                yield row.service.document, row.service
