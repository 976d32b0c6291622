"""Values read out of the text, for a person to take over or turn down; neither the evidence check nor a packet ever reads them."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from casefiles import audit
from casefiles.case_mapping import block_rows, entry_of, written
from casefiles.db import session
from casefiles.errors import Conflict, NotUsable, NotVisible
from casefiles.law import load_law
from casefiles.models import Document, Proposal, ProposalState
from casefiles.policy import Actor, type_held
from casefiles.readers import proposals
from casefiles.readers.proposals import Proposed

SEAL = "seal_present"  # points at a seal; a person confirms whose it is, so there is nothing to take over
LONGEST = {"value": 500, "quote": 300, "reason_zh": 500, "reason_en": 500}
SAME = (  # names of one thing: the number of a paper, its day
    ("number", "no", *(name for name in proposals.OWN_NUMBERS if name != "waybill_no")),
    ("date", *proposals.DATES),
)
SPOKEN_ON = ("sent_on", "recorded_on")  # the day of a message or call, against which its 月底 is reckoned


def refresh(document: Document) -> None:
    """Make the open proposals of a document anew from its pages and what its reader told; what a person decided stays and is not asked again.

    What a field holds already is not proposed; a field that holds something else only by a rule that is sure.
    """
    if document.sha256 is None:
        return
    open_rows = {(row.field, row.value): row for row in document.proposals if row.state is ProposalState.OPEN}
    decided = {(row.field, row.value) for row in document.proposals if row.state is not ProposalState.OPEN}
    held = _held(document)
    for one in _proposed(document):
        key = (one.field, one.value[: LONGEST["value"]])
        if key in decided or not _news(one, held):
            continue
        row = open_rows.pop(key, None) or _row(document, one)
        row.rule, row.score, row.page, row.quote = one.rule, one.score, one.page, one.quote[: LONGEST["quote"]]
        row.reason_zh, row.reason_en = one.reason_zh[: LONGEST["reason_zh"]], one.reason_en[: LONGEST["reason_en"]]
    for row in open_rows.values():
        document.proposals.remove(row)
    session.flush()


def _row(document: Document, one: Proposed) -> Proposal:
    row = Proposal(field=one.field, value=one.value[: LONGEST["value"]], state=ProposalState.OPEN)
    document.proposals.append(row)
    return row


def _proposed(document: Document) -> tuple[Proposed, ...]:
    told = document.told or {}
    details = dict(told.get("details") or {}) | ({"red_seals": told["red_seals"]} if told.get("red_seals") else {})
    parties = {party.name: party.role.value for party in document.case.parties}
    said = next((document.fields[name] for name in SPOKEN_ON if document.fields.get(name)), None)
    return proposals.propose(
        document.pages, name=document.name or "", media_type=document.media_type or "", kind=document.type, details=details, parties=parties,
        on=date.fromisoformat(said) if said else None,
    )  # fmt: skip


def _held(document: Document) -> dict[str, str]:
    """Field -> what the document or the block it stands in says of it by now, in the plain form of proposals."""
    columns = {name: getattr(document, name) for name in ("number", "document_date", "amount")}
    rows: dict[str, Any] = {}
    for paper, row in block_rows(document.case):
        if paper.id == document.id:
            rows |= entry_of(row)
    found = {**rows, **columns, **document.fields}
    return {name: _plain(written(value)) for name, value in found.items() if value not in (None, "") and not isinstance(value, dict | list)}


def _news(one: Proposed, held: Mapping[str, str]) -> bool:
    """Whether a proposal says what the document does not say yet: under this name, or as the number or day of the paper."""
    if one.field in ("type", SEAL):
        return True
    same = next((names for names in SAME if one.field in names), (one.field,))
    if _plain(one.value) in {held[name] for name in same if name in held}:
        return False
    return one.field not in held or one.score >= proposals.SURE


def _plain(value: Any) -> str:
    """A number without commas and final zeros; any other text without blanks and half-width brackets."""
    text = str(value).replace(" ", "").replace("(", "（").replace(")", "）")
    try:
        return f"{Decimal(text.replace(',', '')).normalize():f}" if "." in text or "," in text else text
    except InvalidOperation:
        return text


def take(actor: Actor, document: Document, proposal_id: int, version: int) -> dict[str, str]:
    """Take one proposal over: {field: value} or {"type": value} for the caller to enter in the same saving(), as a person's own entry.

    Conflict when the document or the proposal was changed in between; NotUsable for what only points at something.
    """
    _alone(document)
    return _taken(actor, document, [_open(document, proposal_id)], version)


def take_sure(actor: Actor, document: Document, version: int) -> dict[str, str]:
    """Take over every proposal of a field of its kind that is sure; never the kind itself, which changes what the fields mean."""
    _alone(document)
    return _taken(actor, document, sure_ones(document), version)


def sure_ones(document: Document) -> list[Proposal]:
    """The open proposals that `take_sure` takes: sure, of a field of the kind that holds nothing yet."""
    held = _held(document)
    return [row for row in open_ones(document) if row.field != "type" and row.score >= proposals.SURE and row.field not in held and may_enter(document, row)]


def open_ones(document: Document) -> list[Proposal]:
    """The proposals nobody decided on yet."""
    return [row for row in document.proposals if row.state is ProposalState.OPEN]


def may_enter(document: Document, proposal: Proposal) -> bool:
    """Whether the document's kind has this field, so that it can be taken over."""
    return proposal.field == "type" or kind_of(document, proposal.field) != ""


def kind_of(document: Document, name: str) -> str:
    """The kind of a field of the document's type: date, money, text ...; empty where the type has none of this name."""
    return next((str(field.kind) for field in load_law().documents[document.type].fields if field.name == name), "")


def _taken(actor: Actor, document: Document, rows: list[Proposal], version: int) -> dict[str, str]:
    if document.version != version or not rows:
        raise Conflict(f"{document.case_id}/{document.ref}")
    for row in rows:
        if not may_enter(document, row):
            raise NotUsable(
                f"{document.ref} has no field for this yet ({row.field}): say first what kind of document it is. Nothing was changed.",
                f"{document.ref} 现有类型没有该字段（{row.field}），请先确定材料类型，未作改动。",
            )
        _decide(actor, document, row, ProposalState.TAKEN)
    return {row.field: row.value for row in rows}


def refuse(actor: Actor, document: Document, proposal_id: int) -> None:
    """Turn a proposal down: this value is not proposed for this field again."""
    _alone(document)
    _decide(actor, document, _open(document, proposal_id), ProposalState.REFUSED)


def _alone(document: Document) -> None:
    """Of two persons who decide at once, or one and the worker that reads, the second waits and then sees what the first did."""
    session.refresh(document, ["version", "proposals"], with_for_update=True)


def _open(document: Document, proposal_id: int) -> Proposal:
    row = next((row for row in document.proposals if row.id == proposal_id), None)
    if row is None:
        raise NotVisible(f"{document.case_id}/{document.ref}/{proposal_id}")
    if row.state is not ProposalState.OPEN:
        raise Conflict(f"{document.case_id}/{document.ref}")
    return row


def _decide(actor: Actor, document: Document, row: Proposal, state: ProposalState) -> None:
    row.state, row.decided_by_id, row.decided_at = state, actor.person_id, actor.now
    event = "take_over" if state is ProposalState.TAKEN else "turn_down"
    said = {"field": row.field, "rule": row.rule, "score": row.score, "page": row.page}  # not the value: the log outlives a paper deleted for good
    audit.record(actor, event, document.ref, case_id=document.case_id, type=type_held(document), **said)
