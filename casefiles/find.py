"""Search: only what the actor may read, grouped by case, document, page, with marked snippets."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from casefiles import runtime
from casefiles.db import session
from casefiles.entries import CASE_OBJECT, SHARED_NOTE, text_of, unfilled
from casefiles.errors import IndexAway, NotVisible
from casefiles.models import Case, Document, Note, PartyRole
from casefiles.policy import Actor, object_of, readable_objects, sees_every_case, shared_with_lawyers, visible_case_ids
from casefiles.search import Hit, IndexBroken, Scope, Segment, snippet


@dataclass(frozen=True)
class FoundHit:
    """One place: its page (None for fields), the page's label, the snippet, and what a click opens: page, document, case, note or (collection) log."""

    key: str
    page: int | None
    label: str
    segments: tuple[Segment, ...]
    url_kind: str
    score: float


@dataclass
class DocumentGroup:
    """The hits of one document, or of the case's own fields, notes and collection log (document_id None)."""

    document_id: int | None
    ref: str
    title: str
    type: str
    hits: list[FoundHit] = field(default_factory=list)


@dataclass
class CaseGroup:
    """The hits of one case."""

    case_id: str
    title: str
    documents: list[DocumentGroup] = field(default_factory=list)


@dataclass(frozen=True)
class Found:
    """What a search gives: the count of everything found in scope, and the groups of this page of hits."""

    total: int
    took_ms: float
    groups: Sequence[CaseGroup]
    facets: Mapping[str, Mapping[str, int]]


def scope_of(actor: Actor, case_id: str | None) -> Scope:
    """What the actor may find, for inside the query: cases, readable objects, own entries."""
    readable = readable_objects(actor)
    cases = None if sees_every_case(actor) else visible_case_ids(actor)
    if case_id is not None:
        if cases is not None and case_id not in cases:
            raise NotVisible(case_id)
        cases = frozenset({case_id})
    own = dict.fromkeys(readable.own, actor.person_id) if actor.person_id is not None else {}
    shared = {SHARED_NOTE} if "privileged_note" in readable.objects | readable.own else set()
    return Scope(cases=cases, objects=readable.objects | shared | {CASE_OBJECT}, own=own)


def search(actor: Actor, query: str, *, case_id: str | None = None, limit: int = 50, offset: int = 0) -> Found:
    """Search as the actor; QueryError says what is wrong with the query and where."""
    scope = scope_of(actor, case_id)
    try:
        hits = runtime.engine().search(query, scope, limit=limit, offset=offset)
        if hits.total == 0 and unfilled(runtime.engine()):
            raise IndexBroken("the index is empty")  # "nothing found" would be a lie
    except IndexBroken as error:
        raise IndexAway from error
    groups: dict[str, CaseGroup] = {}
    for hit in hits.hits:
        _place(groups, hit, query, scope)
    return Found(hits.total, hits.took_ms, list(groups.values()), hits.facets)


def _place(groups: dict[str, CaseGroup], hit: Hit, query: str, scope: Scope) -> None:
    """Put a hit beside the others of its document. What is gone, or closed to this person since it was indexed, is left out."""
    case = session.get(Case, hit.case_id)
    document = session.get(Document, int(hit.document_id)) if hit.document_id else None
    label, text = text_of(hit.key)
    if case is None or not text or (document is not None and not _readable(scope, document)) or not _may_read_note(scope, hit.key):
        return
    group = groups.setdefault(case.case_id, CaseGroup(case.case_id, _title(case)))
    wanted = document.id if document else None
    inner = next((d for d in group.documents if d.document_id == wanted), None)
    if inner is None:
        inner = DocumentGroup(wanted, document.ref if document else "", _name(document), document.type if document else "case")
        group.documents.append(inner)
    kind = {"p": "page", "d": "document", "n": "note", "l": "log"}.get(hit.key[0], "case")
    inner.hits.append(FoundHit(hit.key, hit.page, label, snippet(text, query), kind, hit.score))


def _readable(scope: Scope, document: Document) -> bool:
    held = object_of(document.type)
    return held in scope.objects or (held in scope.own and scope.own[held] == document.received_by_id)


def _may_read_note(scope: Scope, key: str) -> bool:
    note = session.get(Note, int(key[2:])) if key.startswith("n:") else None
    if note is None or "privileged_note" in scope.objects:
        return True
    return scope.own.get("privileged_note") == note.author_id or (SHARED_NOTE in scope.objects and shared_with_lawyers(note))


def _title(case: Case) -> str:
    return case.title or "、".join(p.name for p in case.parties if p.role is PartyRole.DEBTOR)


def _name(document: Document | None) -> str:
    return (document.title_zh or document.number or document.name or document.ref) if document else ""
