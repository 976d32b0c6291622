"""The law department confirms that a recorded promise or admission interrupts limitation (Civil Code art. 195(2)); no machine ever does."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy.orm.attributes import flag_modified

from casefiles import audit, entries, work
from casefiles.case_mapping import case_mapping
from casefiles.db import session
from casefiles.errors import CaseSealed, Conflict, NotVisible
from casefiles.law import load_law
from casefiles.models import Case, Document, Flag, State
from casefiles.policy import Action, Actor, listed_documents, require
from casefiles.rules.entities import DocumentFacts
from casefiles.rules.facts import read_case

FLAG = "counts_as_interruption"
RIGHT = Action.EDIT_EVIDENCE


def papers(actor: Actor, case: Case) -> list[tuple[Document, DocumentFacts]]:
    """The recordings, chats, messages and e-mails of a case that a person may confirm, as rows and as the rules read them."""
    facts = {paper.id: paper for paper in read_case(case_mapping(case)).documents}
    kinds = {name for name, kind in load_law().documents.items() if FLAG in kind.flags}
    return [(document, facts[document.ref]) for document in listed_documents(actor, case) if document.type in kinds and document.ref in facts]


def confirm(actor: Actor, case: Case, said: Mapping[str, bool], version: int) -> None:
    """Set the answer of each document named in `said` (id -> counts or not); the name of who answered stands beside it."""
    require(actor, RIGHT)
    if case.state is State.ARCHIVED:
        raise CaseSealed(case.case_id)
    if case.version != version:
        raise Conflict(case.case_id)
    known = {document.ref: (document, facts) for document, facts in papers(actor, case)}
    if said.keys() - known.keys():
        raise NotVisible(", ".join(sorted(said.keys() - known.keys())))
    changed = {ref: value for ref, value in said.items() if value != (FLAG in known[ref][1].flags)}
    before = entries.shown(case)
    for ref, value in changed.items():
        _answer(actor, known[ref][0], value)
    flag_modified(case, "blocks")
    session.flush()
    audit.record(actor, "edit", "facts: interruptions", case_id=case.case_id, section="interruptions", changed={ref: [not v, v] for ref, v in changed.items()})
    work.ask(work.REFRESH_CASE, actor.now, case=case)
    entries.enter_changes(actor.now, case, before)


def _answer(actor: Actor, document: Document, value: bool) -> None:
    """An answer of a person stands in the document's own entry, which wins over its block."""
    document.listed_in = document.listed_in or "documents"
    held = next((flag for flag in document.flags if flag.name == FLAG), None)
    if held is None:
        document.flags.append(Flag(name=FLAG, value=value, confirmed_by_id=actor.person_id, confirmed_at=actor.now))
    else:
        held.value, held.confirmed_by_id, held.confirmed_at = value, actor.person_id, actor.now
