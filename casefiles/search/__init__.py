"""Search over page texts and fields: one small interface, one file an engine, one contract test for all of them.

The index holds no text and is never the source of truth or of permission: the scope is made by the policy for each search, is part
of the query itself and has no default, and an index can be thrown away and made again from the database.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from hashlib import blake2b
from typing import Literal, Protocol

from casefiles.search.folder import IndexBroken, IndexBusy
from casefiles.search.query import QueryError, parse, terms_of
from casefiles.search.snippets import Segment, marks, snippet

__all__ = [
    "FACETS", "Engine", "Entry", "Hit", "Hits", "IndexBroken", "IndexBusy", "Order", "QueryError", "Scope", "Segment",
    "case_key", "document_key", "fingerprint", "marks", "open_engine", "own_key", "parse", "rebuild", "snippet", "terms_of",
]  # fmt: skip

FACETS = ("case", "type", "stage", "year", "party", "uploader")
Order = Literal["relevance", "newest", "oldest", "largest", "smallest"]  # by date, by amount; what has none comes last


@dataclass(frozen=True, kw_only=True)
class Entry:
    """What is found: one page of a document, or the fields of a document or case (page None).

    `object` is the access class of roles.yaml the entry belongs to (core_evidence, transcript, privileged_note, case ...), `owner`
    the person who made it. `key` names the entry; adding the same key again replaces it. `party` is searched, `parties` are the names
    counted; `date` also gives the year; `also` are further words a field compared whole is found by: ("type", "送货单").
    """

    key: str
    case_id: str
    document_id: str | None = None
    page: int | None = None
    object: str
    owner: int | None = None
    title: str = ""
    text: str = ""
    type: str = ""
    party: str = ""
    number: str = ""
    stage: str = ""
    date: date | None = None
    amount: Decimal | None = None
    court: str = ""
    uploader: str = ""
    parties: tuple[str, ...] = ()
    also: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Scope:
    """What a person may find: entries of `cases` whose object is in `objects`, or in `own` and theirs.

    `cases` None means every case and has to be said; an empty set means none. `own` maps an object to the owner's person id.
    `hidden` are keys of own_key(), document_key(), case_key() whose entries count as gone: the index has still to learn that they are.
    """

    cases: frozenset[str] | None
    objects: frozenset[str]
    own: Mapping[str, int]
    hidden: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Hit:
    key: str
    case_id: str
    document_id: str | None
    page: int | None
    score: float


@dataclass(frozen=True)
class Hits:
    """`total` counts every entry found inside the scope, `hits` are those from offset to limit, best first.

    `facets`: each of FACETS -> value -> number of entries found, the most frequent values.
    """

    total: int
    took_ms: float
    hits: tuple[Hit, ...]
    facets: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


class Engine(Protocol):
    """Entries in, hits out. Safe to use from several threads; several processes may read while one writes."""

    def add(self, entries: Iterable[Entry], replace: Iterable[str] = ()) -> None:
        """Put entries in, in one commit with the removal of what `replace` names (as in remove()). IndexBusy after 30 s of waiting."""

    def remove(self, keys: Iterable[str]) -> None:
        """Take out entries by entry key, by document_key() or by case_key(); a key nobody has is no error."""

    def search(self, query: str, scope: Scope, *, limit: int, offset: int = 0, order: Order = "relevance", facets: bool = True) -> Hits:
        """QueryError for a query that cannot be understood, IndexBroken where the index has to be made again."""

    def count(self) -> int:
        """How many entries there are."""

    def keys(self) -> Iterator[str]:
        """The key of every entry, in no order."""

    def prints(self) -> Iterator[tuple[str, str]]:
        """The key and fingerprint() of every entry, in no order: what `index verify` compares with the database."""

    def verify(self) -> tuple[str, ...]:
        """Names of damaged or lost files; empty when whole."""

    def close(self) -> None:
        """Let go of files."""


def case_key(case_id: str) -> str:
    """For replace and remove: everything of a case."""
    return f"case:{case_id}"


def own_key(case_id: str) -> str:
    """For replace, remove and hidden: what belongs to a case and to none of its documents: fields, notes, collection log."""
    return f"own:{case_id}"


def document_key(case_id: str, document_id: str) -> str:
    """For replace and remove: everything of one document of one case."""
    return f"document:{case_id}/{document_id}"


def fingerprint(entry: Entry) -> str:
    """16 characters that are others as soon as anything of an entry is: the index holds no text, but can tell that it is out of date."""
    return blake2b(repr(entry).encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def open_engine(setting: str, *, reset: bool = False) -> Engine:
    """The engine a setting names (`tantivy:PATH`, `whoosh:PATH`); a missing folder is made, a damaged index raises IndexBroken.

    With `reset` a new empty index is put in the place of whatever is there; other processes change over at their next call.
    """
    match setting.partition(":"):
        case ("tantivy", _, path) if path:
            from casefiles.search.tantivy_engine import TantivyEngine

            return TantivyEngine(path, reset=reset)
        case ("whoosh", _, path) if path:
            from casefiles.search.whoosh_engine import WhooshEngine

            return WhooshEngine(path, reset=reset)
    raise ValueError(f"No search engine is called {setting!r}; write tantivy:PATH or whoosh:PATH.")


def rebuild(setting: str, entries: Iterable[Entry]) -> int:
    """Make the index again beside the live one and switch when it is complete; gives the number of entries.

    Searches answer from the old index until then. What other processes add meanwhile goes to the old index and is lost with it:
    the caller adds again what changed since it began.
    """
    match setting.partition(":"):
        case ("tantivy", _, path) if path:
            from casefiles.search import tantivy_engine

            return tantivy_engine.rebuild_at(path, entries)
        case ("whoosh", _, path) if path:
            from casefiles.search import whoosh_engine

            return whoosh_engine.rebuild_at(path, entries)
    raise ValueError(f"No search engine is called {setting!r}; write tantivy:PATH or whoosh:PATH.")
