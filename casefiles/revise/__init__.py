"""A person enters or corrects the facts of a case, a section at a time: rows and blocks are written so that export gives them back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm.attributes import flag_modified

from casefiles import audit, entries, work
from casefiles.case_mapping import case_mapping, demanded, fill, read_value, written
from casefiles.case_rows import fill_party, new_document, next_ref, parties_of, settle
from casefiles.db import session
from casefiles.errors import CaseSealed, Conflict, NotAllowed, NotFitting
from casefiles.models import Case, Contract, Declaration, Document, Party, PartyRole, State
from casefiles.policy import DECLARES, Actor, listed_documents, require
from casefiles.revise.reasons import named_in, reasons_of, wrong_codes
from casefiles.revise.sections import ENTERED_APART, NOT_SHOWN, PAPERS, SECTIONS, Section, Shape, shape_of, shown, spread
from casefiles.revise.texts import NEW_PAPER
from casefiles.rules.facts import read_case

# the log says that they changed, not to what
PERSONAL = frozenset({"id_number", "birth_date", "phone", "email", "gender", "ethnicity", "employer", "bank_account"})
IN_HEAD = frozenset({"title", "dispute_type", "packet_kind", "court", "planned_filing_date", "claim_assigned"})
OF_PARTIES = frozenset({"creditor", "debtor", "debtors", "third_parties", "security"})


def revise(actor: Actor, case: Case, name: str, value: Mapping[str, Any], version: int, *, allow_invalid_uscc: bool = False) -> None:
    """Make a section of the case say `value`: keys of the case file, typed as in the format; a key that is not there is emptied.

    Security is given as one list of guarantors and one of collaterals; '+' for a document's id records a paper that is not on file yet.
    NotFitting carries every reason by place; Conflict when somebody saved in between. Keys no form shows stay as they are.
    """
    section = SECTIONS[name]
    require(actor, section.edit)
    if case.state is State.ARCHIVED:
        raise CaseSealed(case.case_id)
    if case.version != version:
        raise Conflict(case.case_id)
    before, found_before = case_mapping(case), entries.shown(case)
    was = shown(section, before)
    given, new = _with_new_papers(case, section, _confirmed(actor, section, was, _with_kept(section, was, value)))
    after = {key: inner for key, inner in before.items() if key not in section.keys} | given
    known = {document.ref for document in listed_documents(actor, case) if not document.erased} | {ref for _, ref in named_in(section, was)}
    reasons = dict(reasons_of(case, section, after, frozenset(known | new.keys())))
    if not allow_invalid_uscc:
        reasons = dict(wrong_codes(section, before, after)) | reasons
    if reasons:
        raise NotFitting({at: (words.zh, words.en) for at, words in reasons.items()})
    _may_declare(actor, was.get("declarations", []), given.get("declarations", []), section)
    _write(actor, case, section, spread(given), new)
    flag_modified(case, "blocks")  # a new version whatever row was changed: the next one to save must be told
    session.flush()
    _settle(actor, case, before)
    audit.record(actor, "edit", f"facts: {name}", case_id=case.case_id, section=name, changed=dict(_changes(was, given)))
    work.ask(work.REFRESH_CASE, actor.now, case=case)
    entries.enter_changes(actor.now, case, found_before)


def _with_kept(section: Section, was: Mapping[str, Any], value: Mapping[str, Any]) -> dict[str, Any]:
    """The value with what its form does not show, as the case says it so far; an emptied block is emptied whole."""
    kept = {name.rpartition(".")[::2] for name in NOT_SHOWN}
    given = {key: deepcopy(inner) for key, inner in value.items() if key in section.keys and inner not in (None, {}, [])}
    for owner, key in kept:
        top, *inside = owner.split(".")
        old, new = was.get(top), given.get(top)
        for step in inside:
            old, new = (old or {}).get(step), (new or {}).get(step)
        if isinstance(old, dict) and isinstance(new, dict) and key in old and _same_paper(old, new):
            new[key] = old[key]
    return given


def _same_paper(old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    """A file, an original and printed parties belong to the paper, not to the block that now names another one."""
    return old.get("id") == new.get("id")


def _confirmed(actor: Actor, section: Section, was: Mapping[str, Any], given: dict[str, Any]) -> dict[str, Any]:
    """A running account counts only with the name of who confirmed it: whoever changes the answer."""
    if section.name != "running_account" or "value" not in given.get("running_account", {}):
        return given
    said, old = given["running_account"], was.get("running_account", {})
    return {"running_account": old if old.get("value") == said["value"] and old.get("confirmed_by") else said | {"confirmed_by": actor.name}}


@dataclass(frozen=True)
class NewPaper:
    """A paper that is recorded with this save; `listed` where no block gives it its type, so that it has an entry of its own."""

    type: str
    listed: bool


def _with_new_papers(case: Case, section: Section, given: dict[str, Any]) -> tuple[dict[str, Any], dict[str, NewPaper]]:
    """The value with a free number for every paper that is not on file yet; number -> what it becomes."""
    new: dict[str, NewPaper] = {}
    whole = _numbered(case, shape_of(section), given, new)
    return whole, new


def _numbered(case: Case, shape: Shape, value: Any, new: dict[str, NewPaper]) -> Any:
    if value is None:
        return None
    if shape.kind == "record":
        known = {part.key: part for part in shape.parts}
        return {key: _numbered(case, known[key], inner, new) if key in known else inner for key, inner in value.items()}
    if shape.kind == "records":
        row = Shape(shape.key, shape.owner, "record", parts=shape.parts)
        return [_numbered(case, row, entry, new) for entry in value]
    if shape.kind != "paper" or value != NEW_PAPER:
        return value
    ref = next_ref(case)
    while ref in new:
        ref = f"D{int(ref[1:]) + 1:02d}"
    loan = shape.name == "contract.id" and case.dispute_type == "loan"  # L01 asks for a loan contract; the block alone makes a plain one
    new[ref] = NewPaper("loan_contract" if loan else PAPERS[shape.name][0], listed=loan or shape.name in ENTERED_APART)
    return ref


def _may_declare(actor: Actor, was: list[Any], now: list[Any], section: Section) -> None:
    """Who adds, changes or takes back a declaration must be one who may enter it for that role."""
    if section.name != "declarations":
        return
    touched = {entry["by"] for entry in (*was, *now) if was.count(entry) != now.count(entry)}
    if not DECLARES.get(actor.role) or touched - DECLARES[actor.role]:
        raise NotAllowed(actor.role, f"declarations by {', '.join(sorted(touched))}")


def _write(actor: Actor, case: Case, section: Section, given: Mapping[str, Any], new: Mapping[str, NewPaper]) -> None:
    for ref, paper in new.items():
        if paper.listed:
            new_document(actor, case, ref, paper.type).listed_in = "documents"
    for key in section.keys:
        if key in IN_HEAD:
            setattr(case, key, read_value(date, given.get(key)) if key == "planned_filing_date" else given.get(key))
        elif key == "contract":
            _write_contract(actor, case, given.get(key))
        elif key == "declarations":
            _write_declarations(case, given.get(key, []))
        elif key not in OF_PARTIES - {"security"}:
            block = given.get(key)
            if key == "security":
                block = {inner: said for inner, said in (block or {}).items() if inner not in ("guarantor", "guarantors")}
            case.blocks = {name: held for name, held in case.blocks.items() if name != key} | ({key: block} if block else {})
    if OF_PARTIES & set(section.keys):
        _write_parties(case, section, given)


def _write_parties(case: Case, section: Section, given: Mapping[str, Any]) -> None:
    """The rows of each role the section holds, in the order of the form: kept ones are filled anew, others made or deleted."""
    roles = {"creditor": PartyRole.CREDITOR, "debtors": PartyRole.DEBTOR, "third_parties": PartyRole.THIRD_PARTY, "security": PartyRole.GUARANTOR}
    role = roles[section.name]
    entries = [entry for each, entry in parties_of({"creditor": {}, "debtor": {}} | dict(given)) if each is role]
    rows = [party for party in case.parties if party.role is role]
    for row, entry in zip(rows, entries, strict=False):
        fill_party(row, entry)
    for entry in entries[len(rows) :]:
        case.parties.append(fill_party(Party(role=role), entry))
        session.flush()  # rows come back in the order of their numbers
    for row in rows[len(entries) :]:
        case.parties.remove(row)
        session.delete(row)


def _write_contract(actor: Actor, case: Case, entry: Mapping[str, Any] | None) -> None:
    if entry is None:
        if isinstance(case.contract, Contract):
            session.delete(case.contract)
            case.contract = None
        return
    row = case.contract or Contract(case_id=case.case_id)
    row.document = _paper(actor, case, entry["id"], "contract")
    row.no = row.total = None
    fill(row, entry)
    case.contract = row


def _paper(actor: Actor, case: Case, ref: str, kind: str) -> Document:
    return next((document for document in case.documents if document.ref == ref), None) or new_document(actor, case, ref, kind)


def _write_declarations(case: Case, entries: list[Mapping[str, Any]]) -> None:
    for row in list(case.declarations):
        case.declarations.remove(row)
        session.delete(row)
    session.flush()
    for entry in entries:
        row = Declaration(case_id=case.case_id)
        fill(row, entry)
        case.declarations.append(row)
        session.flush()


def _settle(actor: Actor, case: Case, before: Mapping[str, Any]) -> None:
    """Documents follow the blocks. A paper no block names any more stays as an entry of its own; a bare record nothing is known of goes."""
    named_before = {paper.id for paper in read_case(before).documents}
    named = {paper.id for paper in read_case(case_mapping(case)).documents}
    for document in [d for d in case.documents if d.listed_in is None and d.ref in named_before - named]:
        if document.sha256 is None and not document.fields and not document.original and not document.flags:
            session.delete(document)
            continue
        document.listed_in = "documents"
        for key in demanded(document.type):
            document.fields = {key: "in" if key == "direction" else written(document.amount)} | document.fields
    session.flush()
    session.expire(case, ["documents"])
    settle(actor, case)


def _changes(old: Any, new: Any, at: str = "") -> Iterator[tuple[str, list[Any]]]:
    """What a section said and says now, place by place; of personal data only that it changed."""
    if at.rpartition(".")[2] in PERSONAL and old != new:
        yield at, ["…" if old is not None else None, "…" if new is not None else None]
    elif isinstance(old, dict) or isinstance(new, dict):
        old, new = old if isinstance(old, dict) else {}, new if isinstance(new, dict) else {}
        for key in dict.fromkeys([*old, *new]):
            yield from _changes(old.get(key), new.get(key), f"{at}.{key}" if at else key)
    elif isinstance(old, list) or isinstance(new, list):
        old, new = old if isinstance(old, list) else [], new if isinstance(new, list) else []
        for number in range(max(len(old), len(new))):
            yield from _changes(old[number] if number < len(old) else None, new[number] if number < len(new) else None, f"{at}.{number}")
    elif old != new:
        yield at, [old, new]
