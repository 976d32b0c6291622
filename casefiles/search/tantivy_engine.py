"""The embedded engine: tantivy behind the Engine interface. What it keeps of an entry and how it is asked stands in tantivy_query.py."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import tantivy

from casefiles.search import FACETS, Entry, Hit, Hits, Order, Scope, analysis
from casefiles.search.content import MOST_VALUES
from casefiles.search.folder import Generations, IndexBroken, IndexBusy, checked, damaged_files, stamp, write_layout
from casefiles.search.query import Node, QueryError, parse
from casefiles.search.tantivy_query import SCHEMA, check_width, counted_again, document
from casefiles.search.tantivy_query import query as inside

LAYOUT = f"2.{analysis.VERSION}"  # fields of tantivy_query.py . tokens of analysis.py
HEAP = 64_000_000  # bytes a writer may use; one thread, so that a commit is one segment
HEAP_OF_A_REBUILD = 256_000_000  # fewer, larger segments: faster searches, and the next small commit finds nothing to merge
FEW_HITS = 1_000  # up to here it is quicker to look at every value of a facet at once (1 ms) than at the frequent ones twice
EVERY_VALUE = 60_000
KEPT_FACETS = 64  # searches whose facets are kept until the next commit: who turns the page asks for them again
WAIT = 30.0  # seconds for another writer to end


def _open(folder: Path) -> Any:
    index = tantivy.Index(SCHEMA, path=str(folder))
    index.register_tokenizer("tokens", tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build())
    index.config_reader(reload_policy="manual")  # we look at meta.json ourselves: no watcher thread in a forked server
    return index


@contextmanager
def _sound(path: Path) -> Iterator[None]:
    """What the engine throws over damaged files, its panics included, means one thing: make the index again."""
    try:
        yield
    except (IndexBroken, IndexBusy, QueryError):
        raise
    except BaseException as error:
        if isinstance(error, (OSError, ValueError, RuntimeError)) or type(error).__name__ == "PanicException":
            raise IndexBroken(f"The search index at {path} is damaged ({error}); it has to be made again. No document is concerned.") from error
        raise


class TantivyEngine:
    """One index folder. Reads follow every commit of any process; a writer is held for one call only."""

    def __init__(self, path: str | Path, *, reset: bool = False) -> None:
        self._generations = Generations(path)
        self._lock = threading.Lock()
        self._index: Any = None
        self._folder: Path | None = None
        self._seen: object = None
        self._kept: dict[object, dict[str, dict[str, int]]] = {}  # facets, by all they depend on
        self._generations.begin(_empty, reset=reset)
        self._fresh_index()
        if lost := self.verify():
            raise IndexBroken(f"The search index at {path} is damaged ({', '.join(lost)}); it has to be made again. No document is concerned.")

    def _fresh_index(self) -> Any:
        """The index as of the last commit, in the folder that is in use now."""
        with self._lock, _sound(self._generations.path):
            folder = self._generations.in_use()
            seen = stamp(folder / "meta.json")
            if seen is None:
                raise IndexBroken(f"The search index in {folder} is lost; it has to be made again.")
            if folder != self._folder:
                self._index = _open(checked(folder, LAYOUT))
            if (folder, seen) != self._seen:
                self._index.reload()
                self._folder, self._seen = folder, (folder, seen)
            return self._index

    @contextmanager
    def _writing(self) -> Iterator[Any]:
        """The one writer of the folder in use; commits at the end, rolls back on an error, and lets go either way."""
        waited_until, pause = time.monotonic() + WAIT, 0.005
        while True:
            index = self._fresh_index()
            folder = self._folder
            try:
                writer = index.writer(HEAP, 1)
            except ValueError as error:
                if "LockBusy" not in str(error):
                    raise IndexBroken(f"The search index at {self._generations.path} cannot be written: {error}.") from error
                if time.monotonic() > waited_until:
                    raise IndexBusy(f"The search index is being written for more than {WAIT:.0f} s; nothing was changed, try again.") from error
                time.sleep(pause)
                pause = min(pause * 1.5, 0.25)
                continue
            if folder == self._generations.current():  # else: switched while we waited
                break
            writer.wait_merging_threads()
        try:
            yield writer
            with _sound(self._generations.path):
                writer.commit()
        except BaseException:
            writer.rollback()
            raise
        finally:
            writer.wait_merging_threads()  # lets go of the lock, after the merges it began

    def add(self, entries: Iterable[Entry], replace: Iterable[str] = ()) -> None:
        with self._writing() as writer:
            _take_out(writer, replace)
            for entry in entries:
                writer.delete_documents_by_term("key", entry.key)
                writer.add_document(document(entry))

    def remove(self, keys: Iterable[str]) -> None:
        with self._writing() as writer:
            _take_out(writer, keys)

    def search(self, query: str, scope: Scope, *, limit: int, offset: int = 0, order: Order = "relevance", facets: bool = True) -> Hits:
        began = time.perf_counter()
        asked = parse(query)
        with _sound(self._generations.path):
            index, seen = self._fresh_index(), self._seen
            searcher = index.searcher()
            check_width(searcher, asked)
            whole = inside(asked, scope)
            sorting = {} if order == "relevance" else {"order_by_field": f"order_{order}", "order": tantivy.Order.Asc}
            found = searcher.search(whole, max(limit, 1), offset=offset, **sorting)
            hits = tuple(_hit(searcher.doc(address), 0.0 if sorting else score) for score, address in found.hits[: max(limit, 0)])
            counts = {}
            if facets:
                key = (query, scope.cases, scope.objects, frozenset(scope.own.items()), scope.hidden, seen)
                counts = self._kept.get(key) or _facets(searcher, asked, scope, whole, found.count)
                if len(self._kept) >= KEPT_FACETS:
                    self._kept.clear()
                self._kept[key] = counts
        return Hits(found.count, (time.perf_counter() - began) * 1000, hits, counts)

    def count(self) -> int:
        with _sound(self._generations.path):
            return int(self._fresh_index().searcher().num_docs)

    def keys(self) -> Iterator[str]:
        for held in self._all():
            yield held.get_first("key")

    def prints(self) -> Iterator[tuple[str, str]]:
        for held in self._all():
            yield held.get_first("key"), bytes(held.get_first("print")).hex()

    def _all(self) -> Iterator[Any]:
        with _sound(self._generations.path):
            searcher = self._fresh_index().searcher()
            for _, address in searcher.search(tantivy.Query.all_query(), max(searcher.num_docs, 1)).hits:
                yield searcher.doc(address)

    def verify(self) -> tuple[str, ...]:
        self._fresh_index()
        for _ in range(5):  # a merge in another process may take files away while we look: then the list has changed too
            folder = self._folder
            if folder is None:
                raise IndexBroken(f"The search index at {self._generations.path} is lost; it has to be made again.")
            before = stamp(folder / "meta.json")
            damaged = damaged_files(folder)
            if not damaged or before == stamp(folder / "meta.json"):
                break
            self._fresh_index()
        return damaged

    def close(self) -> None:
        with self._lock:
            self._index = self._folder = self._seen = None


def _facets(searcher: Any, asked: Node, scope: Scope, whole: Any, total: int) -> dict[str, dict[str, int]]:
    """Counts are exact. Of very many hits the engine first looks for the values that are frequent in a segment, and counts those again."""
    seen = EVERY_VALUE if total <= FEW_HITS else 4 * MOST_VALUES
    answer = searcher.aggregate(whole, {name: _counted(name, MOST_VALUES, seen) for name in FACETS})
    return {name: _exact(searcher, asked, scope, name, part) for name, part in answer.items()}


def _exact(searcher: Any, asked: Node, scope: Scope, name: str, part: Any) -> dict[str, int]:
    counts = {str(bucket["key"]): int(bucket["doc_count"]) for bucket in part["buckets"]}
    if part.get("doc_count_error_upper_bound"):
        again = searcher.aggregate(counted_again(asked, scope, name, list(counts)), {name: _counted(name, EVERY_VALUE, EVERY_VALUE)})
        counts = {str(bucket["key"]): int(bucket["doc_count"]) for bucket in again[name]["buckets"] if str(bucket["key"]) in counts}
    return dict(sorted(counts.items(), key=lambda each: (-each[1], each[0])))


def _counted(name: str, most: int, seen: int) -> dict[str, Any]:
    return {"terms": {"field": f"facet_{name}", "size": most, "segment_size": seen}}


def _hit(document: Any, score: float) -> Hit:
    return Hit(document.get_first("key"), document.get_first("case_id"), document.get_first("document_id"), document.get_first("page"), float(score))


def _take_out(writer: Any, keys: Iterable[str]) -> None:
    for key in keys:
        writer.delete_documents_by_term("group", key)
        writer.delete_documents_by_term("key", key)


def rebuild_at(path: str | Path, entries: Iterable[Entry]) -> int:
    """See casefiles.search.rebuild. Of an entry key that comes twice the later entry stays."""
    return Generations(path).make_again(lambda folder: _filled(folder, entries))


def _empty(folder: Path) -> Any:
    index = _open(folder)
    write_layout(folder, LAYOUT)
    return index


def _filled(folder: Path, entries: Iterable[Entry]) -> int:
    writer = _empty(folder).writer(HEAP_OF_A_REBUILD, 1)
    seen: set[str] = set()
    try:
        for entry in entries:
            if entry.key in seen:
                writer.delete_documents_by_term("key", entry.key)
            seen.add(entry.key)
            writer.add_document(document(entry))
        writer.commit()
    finally:
        writer.wait_merging_threads()  # its threads end before anybody may remove the folder
    return len(seen)
