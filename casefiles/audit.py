"""The audit log: record() adds an entry inside the caller's transaction, verify() walks the whole chain.

An entry's hash covers its content and the hash before it; a changed, missing, inserted or reordered entry breaks the chain.
A cut tail is only found against a head kept outside: `casefiles audit verify` prints it and takes it back with --head.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import select, text

from casefiles.db import session
from casefiles.models import AuditEntry

START = "0" * 64


class Acting(Protocol):
    """What the log needs to know of who acts; policy.Actor is one."""

    @property
    def person_id(self) -> int | None: ...
    @property
    def name(self) -> str: ...
    @property
    def role(self) -> str: ...
    @property
    def now(self) -> datetime: ...
    @property
    def address(self) -> str: ...


@dataclass(frozen=True)
class Verdict:
    """What verify() found: the number of sound entries, the head, and the first bad entry if there is one."""

    entries: int
    head: str
    bad: int | None = None
    reason: str = ""


def record(actor: Acting, event: str, obj: str, *, case_id: str | None = None, **detail: Any) -> AuditEntry:
    """Append one entry; the caller's saving() commits it together with what it tells of."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(20261122)"))  # the chain has one end: writers take turns
    session.flush()
    last = session.scalar(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1))
    entry = AuditEntry(
        at=actor.now,
        person_id=actor.person_id,
        person=f"{actor.name} ({actor.role})",
        event=event,
        case_id=case_id,
        object=obj[:200],
        detail=json.loads(json.dumps(detail, default=str)),
        address=actor.address,
        previous=last.hash if last else START,
        hash="",
    )
    entry.hash = digest(entry)
    session.add(entry)
    session.flush()
    return entry


def digest(entry: AuditEntry) -> str:
    """SHA-256 over the entry's content in canonical JSON and the hash before it."""
    content = [
        entry.at.isoformat(timespec="microseconds"),
        entry.person_id,
        entry.person,
        entry.event,
        entry.case_id,
        entry.object,
        entry.detail,
        entry.address,
        entry.previous,
    ]
    return hashlib.sha256(json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def verify(head: str | None = None) -> Verdict:
    """Walk the chain from its start; `head` is one kept outside, which must still be in the chain."""
    previous, count, seen = START, 0, head is None
    for entry in session.scalars(select(AuditEntry).order_by(AuditEntry.id).execution_options(yield_per=500)):
        if entry.previous != previous:
            return Verdict(count, previous, entry.id, "an entry before it is missing, was added or was moved")
        if entry.hash != digest(entry):
            return Verdict(count, previous, entry.id, "its content was changed")
        previous, count = entry.hash, count + 1
        seen = seen or entry.hash == head
    return (
        Verdict(count, previous)
        if seen
        else Verdict(count, previous, None, "the head kept outside is not in the log: its end was cut or the whole was rewritten")
    )


def head() -> str:
    """The hash of the latest entry."""
    return session.scalar(select(AuditEntry.hash).order_by(AuditEntry.id.desc()).limit(1)) or START
