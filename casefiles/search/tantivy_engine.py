"""The embedded engine: tantivy behind the Engine interface.

Tokens are ours (analysis.py): the engine only splits at blanks and keeps positions. The scope is a part of the query, so a hidden
entry is in no hit, no total and no facet.
"""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import tantivy

from casefiles.search import Entry, Hit, Hits, Scope, analysis, case_key, document_key
from casefiles.search.folder import Generations, IndexBroken, IndexBusy, damaged_files, stamp
from casefiles.search.query import All, Either, Node, Not, Word, parse

LAYOUT = f"1.{analysis.VERSION}"  # fields of this file . tokens of analysis.py
HEAP = 64_000_000  # bytes a writer may use; one thread, so that a commit is one segment
HEAP_OF_A_REBUILD = 256_000_000  # fewer, larger segments: faster searches, and the next small commit finds nothing to merge
WAIT = 30.0  # seconds for another writer to end
TEXTS = ("text", "title", "party", "number")  # fields of tokens
TAGS = ("case", "type", "stage")  # fields that are compared whole
FACETS = {"case": "case_id", "type": "type", "stage": "stage"}  # name -> field
MOST_VALUES = 50  # of one facet, the most frequent ones
SHORT = 500  # up to here a list of values is a union of postings (0.1 ms), beyond it a set looked up in the dictionary (0.5 ms and more)
MEANT_IN_PATTERN = frozenset("\\.+*?()|[]{}^$#&-~")
Q = tantivy.Query


def _schema() -> Any:
    fields = tantivy.SchemaBuilder()
    for name in ("key", "case_id", "document_id", "type", "stage"):
        fields.add_text_field(name, stored=name in {"key", "case_id", "document_id"}, fast=name in {"case_id", "type", "stage"},
                              tokenizer_name="raw", index_option="basic")  # fmt: skip
    for name in ("group", "object", "own", "tag"):
        fields.add_text_field(name, tokenizer_name="raw", index_option="basic")
    for name in TEXTS:
        fields.add_text_field(name, tokenizer_name="tokens", index_option="position")
    fields.add_text_field("runs", tokenizer_name="tokens", index_option="basic")
    fields.add_integer_field("page", stored=True)
    fields.add_integer_field("date", indexed=True, fast=True)
    return fields.build()


SCHEMA = _schema()


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
    except (IndexBroken, IndexBusy):
        raise
    except BaseException as error:
        if isinstance(error, (OSError, ValueError, RuntimeError)) or type(error).__name__ == "PanicException":
            raise IndexBroken(f"The search index at {path} is damaged ({error}); it has to be made again. No document is concerned.") from error
        raise


def _document(entry: Entry) -> Any:
    document = tantivy.Document()
    for name in ("key", "case_id", "type", "stage"):
        document.add_text(name, getattr(entry, name))
    document.add_text("group", case_key(entry.case_id))
    if entry.document_id is not None:
        document.add_text("document_id", entry.document_id)
        document.add_text("group", document_key(entry.case_id, entry.document_id))
    document.add_text("object", entry.object)
    if entry.owner is not None:
        document.add_text("own", f"{entry.object}={entry.owner}")
    for name, value in (("case", entry.case_id), ("type", entry.type), ("stage", entry.stage)):
        document.add_text("tag", f"{name}={analysis.fold(value)}")
    fields = [analysis.fold(value) for value in (entry.title, entry.party, entry.number)]
    # The fields of a document or case are found as text once, in its own entry, not on each of its pages.
    texts = [analysis.fold(entry.text), *(fields if entry.page is None else ())]
    document.add_text("text", analysis.tokens(*texts))
    document.add_text("runs", analysis.runs(*texts))
    for name, value in zip(("title", "party", "number"), fields, strict=True):
        if value:
            document.add_text(name, analysis.tokens(value))
    if entry.page is not None:
        document.add_integer("page", entry.page)
    if entry.date is not None:
        document.add_integer("date", entry.date.toordinal())
    return document


def _same_characters(field: str, folded: str) -> Any:
    asked: list[Any] = [*analysis.chain(folded)]
    if len(asked) == 1:
        return Q.term_query(SCHEMA, field, asked[0][1])
    return Q.phrase_query(SCHEMA, field, asked)


def _begins(field: str, start: str) -> Any:
    pattern = "".join(f"\\{sign}" if sign in MEANT_IN_PATTERN else sign for sign in start)
    return Q.regex_query(SCHEMA, field, f"{pattern}.*")


def _any(queries: list[Any]) -> Any:
    return queries[0] if len(queries) == 1 else Q.boolean_query([(tantivy.Occur.Should, query) for query in queries])


def _of_word(word: Word) -> Any:
    if word.field in TAGS:
        tag = f"{word.field}={word.folded}"
        return _begins("tag", tag) if word.prefix else Q.term_query(SCHEMA, "tag", tag)
    field = word.field or "text"
    if word.prefix and field == "text" and analysis.is_run(word.folded):
        return Q.const_score_query(_begins("runs", word.folded), 1.0)
    same = _any([_same_characters(field, way) for way in word.ways])
    if field == "text" and not word.exact and analysis.is_run(word.folded):  # art: pages with the word itself stand before those with party
        whole = Q.boost_query(Q.term_query(SCHEMA, "runs", word.folded), 2.0)
        return Q.boolean_query([(tantivy.Occur.Must, same), (tantivy.Occur.Should, whole)])
    return same


def _of(node: Node) -> Any:
    match node:
        case Word():
            return _of_word(node)
        case Either(parts):
            return _any([_of(part) for part in parts])
        case Not(part):
            return Q.boolean_query([(tantivy.Occur.Must, Q.all_query()), (tantivy.Occur.MustNot, _of(part))])
        case All(parts):
            clauses = [(tantivy.Occur.MustNot, _of(part.part)) if isinstance(part, Not) else (tantivy.Occur.Must, _of(part)) for part in parts]
            if all(isinstance(part, Not) for part in parts):
                clauses.append((tantivy.Occur.Must, Q.all_query()))
            return Q.boolean_query(clauses)


def _one_of(field: str, values: list[str]) -> Any:
    """Entries that have one of the values; does not count for the score."""
    if not values:
        return Q.empty_query()
    if len(values) > SHORT:
        return Q.const_score_query(Q.term_set_query(SCHEMA, field, values), 0.0)
    return Q.const_score_query(_any([Q.term_query(SCHEMA, field, value, "basic") for value in values]), 0.0)


def _inside(scope: Scope) -> list[Any]:
    """The scope as clauses that must all hold."""
    own = [f"{name}={person}" for name, person in sorted(scope.own.items())]
    clauses = [_any([_one_of("object", sorted(scope.objects)), *([_one_of("own", own)] if own else [])])]
    if scope.cases is not None:
        clauses.append(_one_of("case_id", sorted(scope.cases)))
    return clauses


class TantivyEngine:
    """One index folder. Reads follow every commit of any process; a writer is held for one call only."""

    def __init__(self, path: str | Path, *, reset: bool = False) -> None:
        self._generations = Generations(path)
        self._lock = threading.Lock()
        self._index: Any = None
        self._folder: Path | None = None
        self._seen: object = None
        with self._generations.changing():
            if reset or self._generations.current() is None:
                folder = self._generations.fresh()
                _empty(folder)
                self._generations.switch(folder)
        self._fresh_index()
        if lost := self.verify():
            raise IndexBroken(f"The search index at {path} is damaged ({', '.join(lost)}); it has to be made again. No document is concerned.")

    def _fresh_index(self) -> Any:
        """The index as of the last commit, in the folder that is in use now."""
        with self._lock, _sound(self._generations.path):
            folder = self._generations.current()
            if folder is None:
                raise IndexBroken(f"The search index at {self._generations.path} is lost; it has to be made again.")
            seen = stamp(folder / "meta.json")
            if seen is None:
                raise IndexBroken(f"The search index in {folder} is lost; it has to be made again.")
            if folder != self._folder:
                self._index = self._opened(folder)
            if (folder, seen) != self._seen:
                self._index.reload()
                self._folder, self._seen = folder, (folder, seen)
            return self._index

    @staticmethod
    def _opened(folder: Path) -> Any:
        layout = folder / "layout"
        if not layout.is_file() or layout.read_text(encoding="utf-8") != LAYOUT:
            raise IndexBroken(f"The search index in {folder} was made by another version; it has to be made again.")
        return _open(folder)

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
                writer.add_document(_document(entry))

    def remove(self, keys: Iterable[str]) -> None:
        with self._writing() as writer:
            _take_out(writer, keys)

    def search(self, query: str, scope: Scope, *, limit: int, offset: int = 0) -> Hits:
        began = time.perf_counter()
        asked = parse(query)
        with _sound(self._generations.path):
            searcher = self._fresh_index().searcher()
            whole = Q.boolean_query([(tantivy.Occur.Must, clause) for clause in (_of(asked), *_inside(scope))])
            found = searcher.search(whole, max(limit, 1), offset=offset)
            hits = tuple(_hit(searcher.doc(address), score) for score, address in found.hits[: max(limit, 0)])
            facets = _facets(searcher, whole) if found.count else {name: {} for name in FACETS}
        return Hits(found.count, (time.perf_counter() - began) * 1000, hits, facets)

    def count(self) -> int:
        with _sound(self._generations.path):
            return int(self._fresh_index().searcher().num_docs)

    def keys(self) -> Iterator[str]:
        with _sound(self._generations.path):
            searcher = self._fresh_index().searcher()
            for _, address in searcher.search(Q.all_query(), max(searcher.num_docs, 1)).hits:
                yield searcher.doc(address).get_first("key")

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


def _facets(searcher: Any, query: Any) -> dict[str, dict[str, int]]:
    """Counts are exact. Of very many values the engine looks at the first of each segment only, so those shown are then counted again."""
    few = {"size": MOST_VALUES, "segment_size": MOST_VALUES}
    answer = searcher.aggregate(query, {name: {"terms": {"field": field, **few}} for name, field in FACETS.items()})
    again = {
        name: {"terms": {"field": FACETS[name], **few, "include": [bucket["key"] for bucket in part["buckets"]]}}
        for name, part in answer.items()
        if part.get("doc_count_error_upper_bound")
    }
    if again:
        answer |= searcher.aggregate(query, again)
    return {name: {str(bucket["key"]): int(bucket["doc_count"]) for bucket in answer[name]["buckets"] if bucket["key"]} for name in FACETS}


def _hit(document: Any, score: float) -> Hit:
    return Hit(document.get_first("key"), document.get_first("case_id"), document.get_first("document_id"), document.get_first("page"), float(score))


def _take_out(writer: Any, keys: Iterable[str]) -> None:
    for key in keys:
        writer.delete_documents_by_term("group", key)
        writer.delete_documents_by_term("key", key)


def rebuild_at(path: str | Path, entries: Iterable[Entry]) -> int:
    """See casefiles.search.rebuild. Of an entry key that comes twice the later entry stays."""
    generations = Generations(path)
    with generations.changing():
        folder = generations.fresh()
        try:
            added = _filled(folder, entries)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        generations.switch(folder)
    return added


def _empty(folder: Path) -> Any:
    index = _open(folder)
    (folder / "layout").write_text(LAYOUT, encoding="utf-8")
    return index


def _filled(folder: Path, entries: Iterable[Entry]) -> int:
    writer = _empty(folder).writer(HEAP_OF_A_REBUILD, 1)
    seen: set[str] = set()
    try:
        for entry in entries:
            if entry.key in seen:
                writer.delete_documents_by_term("key", entry.key)
            seen.add(entry.key)
            writer.add_document(_document(entry))
        writer.commit()
    finally:
        writer.wait_merging_threads()  # its threads end before anybody may remove the folder
    return len(seen)
