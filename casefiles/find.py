"""Search: only what the actor may read, grouped by case, document, page, with marked snippets."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import select

from casefiles import runtime
from casefiles.db import session
from casefiles.entries import CASE_OBJECT, SHARED_NOTE, unfilled
from casefiles.errors import IndexAway, NotVisible
from casefiles.find_places import Place, Rows, rows_of, texts_of
from casefiles.find_query import narrowed, quoted
from casefiles.models import Case, Document, Note, PartyRole, Unindexed
from casefiles.models.document import TRANSCRIPT
from casefiles.policy import (
    Actor,
    held_as,
    readable_objects,
    reads_masked,
    sees_every_case,
    shared_with_lawyers,
    visible_case_ids,
    without_telephones,
)
from casefiles.readers.cells import cell_at
from casefiles.readers.subtitles import second_at
from casefiles.search import Hit, IndexBroken, Order, Scope, Segment, document_key, marks, own_key, terms_of
from casefiles.search.snippets import around

__all__ = ["CaseGroup", "DocumentGroup", "Found", "FoundHit", "hidden_keys", "quoted", "scope_of", "search"]
SHOWN_DOCUMENTS, SHOWN_PLACES = 3, 3  # of a case beside others: the rest is a click away
TABLES = frozenset({"xlsx", "xls", "csv", "ods"})  # readers whose pages may be tables with cells
KINDS = {"p": "page", "d": "document", "n": "note", "l": "log"}


@dataclass(frozen=True)
class FoundHit:
    """One place: its page (None for fields), the page's label, the snippet, and what a click opens: page, document, case, note or (collection) log.

    `source` as in models.Page (ocr: recognised from a picture), `second` of the recording, `cell` of the sheet where the first mark stands.
    """

    key: str
    page: int | None
    label: str
    segments: tuple[Segment, ...]
    url_kind: str
    score: float
    source: str = "text"
    second: int | None = None
    cell: str = ""


@dataclass
class DocumentGroup:
    """The hits of one document, or of the case's own fields, notes and collection log (document_id None).

    `path` names the mails and archives the file came in, outermost first, as far as this person may read them.
    """

    document_id: int | None
    ref: str
    title: str
    type: str
    path: tuple[str, ...] = ()
    hits: list[FoundHit] = field(default_factory=list)


@dataclass
class CaseGroup:
    """The hits of one case; `more` places were found in it beside those shown."""

    case_id: str
    title: str
    documents: list[DocumentGroup] = field(default_factory=list)
    more: int = 0


@dataclass(frozen=True)
class Found:
    """What a search gives: the count of everything found in scope, and the groups of this page of hits."""

    total: int
    took_ms: float
    groups: Sequence[CaseGroup]
    facets: Mapping[str, Mapping[str, int]]


def scope_of(actor: Actor, case_id: str | None) -> Scope:
    """What the actor may find, for inside the query: cases, readable objects, own entries, and what counts as gone though the index holds it."""
    readable = readable_objects(actor)
    cases = None if sees_every_case(actor) else visible_case_ids(actor)
    if case_id is not None:
        if cases is not None and case_id not in cases:
            raise NotVisible(case_id)
        cases = frozenset({case_id})
    own = dict.fromkeys(readable.own, actor.person_id) if actor.person_id is not None else {}
    shared = {SHARED_NOTE} if "privileged_note" in readable.objects | readable.own else set()
    return Scope(cases=cases, objects=readable.objects | shared | {CASE_OBJECT}, own=own, hidden=hidden_keys())


def hidden_keys() -> frozenset[str]:
    """What was deleted or closed to somebody since the index learnt of it: read at each search, so that it shows at once."""
    rows = session.execute(select(Unindexed.case_id, Unindexed.document_id).where(Unindexed.hide))
    return frozenset(own_key(case_id) if document_id is None else document_key(case_id, str(document_id)) for case_id, document_id in rows)


def search(
    actor: Actor, query: str, *, case_id: str | None = None, filters: Iterable[tuple[str, str]] = (), order: Order = "relevance",
    limit: int = 50, offset: int = 0, shorten: bool = False, facets: bool = True,
) -> Found:  # fmt: skip
    """Search as the actor; QueryError says what is wrong with the query and where.

    `filters` are values of facets, ("type", "contract"): of one facet any, of several facets all must hold. With `shorten` a case shows
    SHOWN_DOCUMENTS x SHOWN_PLACES of this page's hits, and how many more there are.
    """
    asked, scope = narrowed(query, filters), scope_of(actor, case_id)
    try:
        hits = runtime.engine().search(asked, scope, limit=limit, offset=offset, order=order, facets=facets)
        if hits.total == 0 and unfilled(runtime.engine()):
            raise IndexBroken("the index is empty")  # "nothing found" would be a lie
    except IndexBroken as error:
        raise IndexAway from error
    groups = _Page(actor, scope, terms_of(asked)).groups(hits.hits, shorten=shorten)
    for group in groups if shorten else ():
        shown = sum(len(document.hits) for document in group.documents)
        group.more = max(group.more, hits.facets.get("case", {}).get(group.case_id, 0) - shown)
    return Found(hits.total, hits.took_ms, groups, hits.facets)


class _Page:
    """A page of hits made readable: everything is loaded in a few statements, then put together."""

    def __init__(self, actor: Actor, scope: Scope, terms: tuple[str, ...]) -> None:
        self.scope, self.terms, self.masked = scope, terms, reads_masked(actor)
        self.rows = Rows({}, {}, {})

    def groups(self, hits: Sequence[Hit], *, shorten: bool) -> list[CaseGroup]:
        """The groups in the order of their best hit. What is gone, or closed to this person since it was indexed, is left out."""
        self.rows = rows_of(
            {hit.case_id for hit in hits}, {int(hit.document_id) for hit in hits if hit.document_id}, {int(hit.key[2:]) for hit in hits if hit.key[0] == "n"}
        )
        sorted_out: dict[str, dict[str | None, list[Hit]]] = {}
        for hit in hits:
            if self._may_show(hit):
                sorted_out.setdefault(hit.case_id, {}).setdefault(hit.document_id, []).append(hit)
        shown = {case_id: _first(documents) if shorten else documents for case_id, documents in sorted_out.items()}
        texts = texts_of((hit.key for documents in shown.values() for of_one in documents.values() for hit in of_one), self.rows)
        found = [self._case(case_id, documents, texts) for case_id, documents in shown.items()]
        for group in found:
            group.more = sum(map(len, sorted_out[group.case_id].values())) - sum(map(len, shown[group.case_id].values()))
        return [group for group in found if group.documents]

    def _may_show(self, hit: Hit) -> bool:
        if hit.case_id not in self.rows.cases:
            return False
        if hit.document_id is not None:
            document = self.rows.documents.get(int(hit.document_id))
            return document is not None and self._readable(document)
        return hit.key[0] != "n" or self._may_read_note(self.rows.notes.get(int(hit.key[2:])))

    def _readable(self, document: Document) -> bool:
        held = held_as(document)
        return held in self.scope.objects or (held in self.scope.own and self.scope.own[held] == document.received_by_id)

    def _may_read_note(self, note: Note | None) -> bool:
        if note is None or "privileged_note" in self.scope.objects:
            return note is not None
        return self.scope.own.get("privileged_note") == note.author_id or (SHARED_NOTE in self.scope.objects and shared_with_lawyers(note))

    def _case(self, case_id: str, documents: Mapping[str | None, Sequence[Hit]], texts: Mapping[str, Place]) -> CaseGroup:
        case = self.rows.cases[case_id]
        group = CaseGroup(case_id, _title(case))
        for document_id, hits in documents.items():
            document = self.rows.documents[int(document_id)] if document_id is not None else None
            found = [self._hit(hit, texts[hit.key], document) for hit in hits if hit.key in texts]
            if found:
                group.documents.append(self._document(document, found))
        return group

    def _document(self, document: Document | None, hits: list[FoundHit]) -> DocumentGroup:
        if document is None:
            return DocumentGroup(None, "", "", "case", hits=hits)
        path = self._path(document)
        name = document.title_zh or document.number or (document.path_in_parent if path else "") or document.name or document.ref
        return DocumentGroup(document.id, document.ref, self._shown(name), document.type, tuple(map(self._shown, path)), hits)

    def _path(self, document: Document) -> list[str]:
        """From the outermost file this person may read down to this one; empty for a file that came by itself."""
        path: list[str] = []
        inner = document
        while inner.parent is not None and self._readable(inner.parent) and len(path) < 20:
            path.insert(0, inner.path_in_parent or inner.name or inner.ref)
            inner = inner.parent
        return [inner.name or inner.ref, *path] if path else []

    def _hit(self, hit: Hit, place: Place, document: Document | None) -> FoundHit:
        if hit.key[0] in "cd":
            place = replace(place, text=_telling(place.text, self.terms, document.type if document is not None else ""))
        found, text = marks(place.text, self.terms), self._shown(place.text)
        first = found[0][0] if found else None
        told = FoundHit(
            hit.key, hit.page, place.label, around(text, _whole(found, place.text, text)), KINDS.get(hit.key[0], "case"), hit.score, place.source
        )
        if first is None or document is None or hit.page is None:
            return told
        spoken = second_at(place.text, first) if place.source == "speech" or document.type == TRANSCRIPT else None
        cell = cell_at(place.text, first, place.label) if document.reader in TABLES else None
        return replace(told, second=None if spoken is None else int(spoken), cell=self._shown(cell or ""))

    def _shown(self, text: str) -> str:
        return without_telephones(text) if self.masked else text


def _first(documents: Mapping[str | None, list[Hit]]) -> dict[str | None, list[Hit]]:
    return {document_id: documents[document_id][:SHOWN_PLACES] for document_id in list(documents)[:SHOWN_DOCUMENTS]}


def _telling(fields: str, terms: tuple[str, ...], code: str) -> str:
    """Of fields, one a line, those that were looked for, each once; without one all of them but the code of the document's type."""
    lines = [line for line in dict.fromkeys(fields.split("\n")) if line and line != code]
    return " · ".join([line for line in lines if marks(line, terms)] or lines)


def _whole(found: list[tuple[int, int]], text: str, shown: str) -> list[tuple[int, int]]:
    """The marks but those that would say which digits stand behind the stars."""
    return [(start, end) for start, end in found if text is shown or text[start:end] == shown[start:end]]


def _title(case: Case) -> str:
    return "、".join(p.name for p in case.parties if p.role is PartyRole.DEBTOR) or case.title or ""
