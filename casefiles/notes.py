"""Privileged notes."""

from casefiles import audit, work
from casefiles.db import session
from casefiles.errors import NotUsable
from casefiles.models import Case, Note
from casefiles.policy import LEGAL, Actor

LONGEST = 20_000


def add(actor: Actor, case: Case, text: str, shared: bool) -> Note:
    """Write a note. The law department may share it with the case's external lawyers; a lawyer's own stays from those of another firm."""
    text = text.strip()
    if not text or len(text) > LONGEST:
        raise NotUsable(f"A note has 1 to {LONGEST} characters; nothing was saved.", f"意见须为 1 至 {LONGEST} 字，未保存。")
    if actor.person_id is None:
        raise NotUsable("A note needs a person as its author: name one with --as.", "意见须有作者。")
    shared = shared and actor.role in LEGAL
    note = Note(case_id=case.case_id, author_id=actor.person_id, text=text, shared=shared, written_at=actor.now)
    session.add(note)
    session.flush()
    audit.record(actor, "note", str(note.id), case_id=case.case_id, shared=shared)
    work.index(actor.now, case.case_id)
    return note
