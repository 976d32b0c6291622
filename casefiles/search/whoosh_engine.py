"""The engine in pure Python: Whoosh behind the Engine interface, for machines without the compiled one; slow beyond some thousand pages.

Each entry has the same tokens as in tantivy, and one column `about`: what a hit shows, and by what it is kept in the scope, counted
and ordered. Whoosh reads its lists with pickle, so the folder has to belong to the service alone, as everything under its data does.
"""

from __future__ import annotations

import heapq
import json
import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from whoosh import analysis as whoosh_analysis
from whoosh import columns, fields
from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC, FileIndex
from whoosh.writing import LockError

from casefiles.search import FACETS, Entry, Hit, Hits, Order, Scope, analysis, fingerprint
from casefiles.search.content import MOST_VALUES, TOKENS, cents, content
from casefiles.search.folder import Generations, IndexBroken, IndexBusy, checked, unlike, write_layout, write_sums
from casefiles.search.query import WIDEST, Node, QueryError, parse, prefixes, too_wide
from casefiles.search.whoosh_find import NO_NUMBER, Segment, ends

NAME = "MAIN"  # Whoosh's own for the index of a folder
LAYOUT = f"whoosh.1.{analysis.VERSION}"  # fields of this file . tokens of analysis.py
WAIT = 30.0  # seconds for another writer to end


def _schema() -> Any:
    whole = {name: fields.ID() for name in ("key", "group", "tag", "runs")}
    # The tokens are handed over as a list: the analyzer is never asked.
    tokens = {name: fields.TEXT(analyzer=whoosh_analysis.IDAnalyzer(), phrase=True) for name in TOKENS}
    numbers = {name: fields.COLUMN(columns.NumericColumn("q", NO_NUMBER)) for name in ("date", "amount")}
    return fields.Schema(**whole, **tokens, **numbers, about=fields.COLUMN(columns.VarBytesColumn()))


class _Storage(FileStorage):  # type: ignore[misc]  # the library has no types
    """Notes the checksums of all files before the list that names them comes into force, so that damage is told from a killed writer."""

    def rename_file(self, oldname: str, newname: str, safe: bool = False) -> None:
        if newname.endswith(".toc"):
            write_sums(Path(self.folder), {oldname: newname}, ending=".seg")
        super().rename_file(oldname, newname, safe=safe)


def _document(entry: Entry) -> dict[str, Any]:
    held = content(entry)
    money = cents(entry)
    about = {
        "key": entry.key, "case": entry.case_id, "document": entry.document_id, "page": entry.page, "print": fingerprint(entry),
        "object": entry.object, "own": [entry.object, entry.owner], "groups": held.groups, "facets": held.facets, "orders": held.orders,
    }  # fmt: skip
    return {
        "key": [entry.key], "group": [*held.groups], "tag": [*held.tags], "runs": held.runs.split(),
        "date": entry.date.toordinal() if entry.date else NO_NUMBER, "amount": NO_NUMBER if money is None else money,
        "about": json.dumps(about).encode(), **{name: tokens.split(" ") for name, tokens in held.tokens.items()},
    }  # fmt: skip


@contextmanager
def _sound(path: Path) -> Iterator[None]:
    """Whoosh does not tell damage from other errors: whatever it throws over its files means to make the index again."""
    try:
        yield
    except (IndexBroken, IndexBusy, QueryError):
        raise
    except Exception as error:
        raise IndexBroken(f"The search index at {path} is damaged ({error!r}); it has to be made again. No document is concerned.") from error


class WhooshEngine:
    """One index folder. A reader belongs to one thread at a time; reads follow every commit of any process."""

    def __init__(self, path: str | Path, *, reset: bool = False) -> None:
        self._generations = Generations(path)
        self._lock = threading.RLock()
        self._reader: Any = None
        self._seen: object = None
        self._generations.begin(_empty, reset=reset)
        if lost := self.verify():
            raise IndexBroken(f"The search index at {path} is damaged ({', '.join(lost)}); it has to be made again. No document is concerned.")

    @contextmanager
    def _reading(self) -> Iterator[Any]:
        """The reader of the last commit in the folder that is in use now; for this thread alone until it is given back."""
        with self._lock, _sound(self._generations.path):
            folder = checked(self._generations.in_use(), LAYOUT)
            seen = (folder, _commits(folder))
            if seen != self._seen:
                self.close()
                self._reader, self._seen = _open(folder).reader(), seen
            yield self._reader

    @contextmanager
    def _writing(self) -> Iterator[Any]:
        """The one writer of the folder in use; commits at the end, leaves everything as it was on an error, and lets go either way."""
        until = time.monotonic() + WAIT
        while True:
            with _sound(self._generations.path):
                folder = checked(self._generations.in_use(), LAYOUT)
                try:
                    writer = _open(folder).writer(timeout=max(0.0, until - time.monotonic()), delay=0.01)
                except LockError as error:
                    raise IndexBusy(f"The search index is being written for more than {WAIT:.0f} s; nothing was changed, try again.") from error
            if folder == self._generations.current():  # else: switched while we waited
                break
            writer.cancel()
        try:
            yield writer
            with _sound(self._generations.path):
                writer.commit()
        except BaseException:
            if not writer.is_closed:
                writer.cancel()
            raise

    def add(self, entries: Iterable[Entry], replace: Iterable[str] = ()) -> None:
        with self._writing() as writer:
            _take_out(writer, replace)
            for entry in {entry.key: entry for entry in entries}.values():
                writer.delete_by_term("key", entry.key)
                writer.add_document(**_document(entry))

    def remove(self, keys: Iterable[str]) -> None:
        with self._writing() as writer:
            _take_out(writer, keys)

    def search(self, query: str, scope: Scope, *, limit: int, offset: int = 0, order: Order = "relevance", facets: bool = True) -> Hits:
        began = time.perf_counter()
        asked = parse(query)
        with self._reading() as reader:
            _check_width(reader, asked)
            found = [(score, about) for score, about in _found(reader, asked) if _inside(about, scope)]
        best = heapq.nsmallest(offset + max(limit, 0), found, key=lambda each: _place(each, order))[offset:]
        hits = tuple(_hit(about, score if order == "relevance" else 0.0) for score, about in best)
        counts = _facets([about for _, about in found]) if facets else {}
        return Hits(len(found), (time.perf_counter() - began) * 1000, hits, counts)

    def count(self) -> int:
        with self._reading() as reader:
            return int(reader.doc_count())

    def keys(self) -> Iterator[str]:
        return (key for key, _ in self.prints())

    def prints(self) -> Iterator[tuple[str, str]]:
        with self._reading() as reader:
            held = [(about["key"], about["print"]) for leaf in _leaves(reader) for about in _abouts(leaf, leaf.all_doc_ids())]
        yield from held

    def verify(self) -> tuple[str, ...]:
        with _sound(self._generations.path):
            while True:
                folder = checked(self._generations.in_use(), LAYOUT)
                commits = _commits(folder)
                damaged = _damaged(folder, commits)
                if not damaged or commits == _commits(folder):  # else another process has taken files away by a commit while we looked
                    return damaged

    def close(self) -> None:
        with self._lock:
            if self._reader is not None:
                self._reader.close()
            self._reader = self._seen = None


def _open(folder: Path) -> Any:
    while True:
        commits = _commits(folder)
        try:
            return FileIndex(_Storage(str(folder)))
        except FileNotFoundError:
            if commits == _commits(folder):  # else another process has put the next list in the place of the one we were about to read
                raise


def _commits(folder: Path) -> int:
    """The number of the last commit, -1 where there is none."""
    return max((int(file.stem.rpartition("_")[2]) for file in folder.glob(f"_{NAME}_*.toc")), default=-1)


def _damaged(folder: Path, commits: int) -> tuple[str, ...]:
    listed = f"_{NAME}_{commits}.toc"
    if unlike(folder, [listed]):
        return (listed,)
    try:
        named = TOC.read(_Storage(str(folder)), NAME, commits).segments
    except FileNotFoundError:
        return (listed,)
    return unlike(folder, [segment.make_filename(".seg") for segment in named])


def _empty(folder: Path) -> Any:
    index = _Storage(str(folder)).create_index(_schema())
    write_layout(folder, LAYOUT)
    return index


def _check_width(reader: Any, asked: Node) -> None:
    """QueryError where a prefix of the query stands for more words of the index than may be looked up."""
    for word in prefixes(asked) if reader.doc_count_all() else ():
        if any(number == WIDEST for number, _ in enumerate(reader.expand_prefix(*word.place))):
            raise too_wide(word)


def _found(reader: Any, asked: Node) -> Iterator[tuple[float, Mapping[str, Any]]]:
    until = ends()
    for leaf in _leaves(reader):
        found = Segment(leaf, until).of(asked)
        yield from zip(found.values(), _abouts(leaf, found), strict=True)


def _leaves(reader: Any) -> list[Any]:
    """The segments; of an empty index Whoosh gives a reader that can do nothing."""
    return [leaf for leaf, _ in reader.leaf_readers() if leaf.doc_count_all()]


def _abouts(leaf: Any, numbers: Iterable[int]) -> Iterator[Mapping[str, Any]]:
    column = leaf.column_reader("about")
    return (json.loads(column[number]) for number in numbers)


def _inside(about: Mapping[str, Any], scope: Scope) -> bool:
    kind, owner = about["own"]
    readable = kind in scope.objects or (kind in scope.own and scope.own[kind] == owner)
    return readable and (scope.cases is None or about["case"] in scope.cases) and scope.hidden.isdisjoint(about["groups"])


def _place(found: tuple[float, Mapping[str, Any]], order: Order) -> tuple[float, str]:
    score, about = found
    return (-score, about["key"]) if order == "relevance" else (0.0, about["orders"][order])


def _hit(about: Mapping[str, Any], score: float) -> Hit:
    return Hit(about["key"], about["case"], about["document"], about["page"], score)


def _facets(abouts: list[Mapping[str, Any]]) -> dict[str, dict[str, int]]:
    counts = {name: Counter(value for about in abouts for value in about["facets"][name]) for name in FACETS}
    return {name: dict(sorted(count.items(), key=lambda each: (-each[1], each[0]))[:MOST_VALUES]) for name, count in counts.items()}


def _take_out(writer: Any, keys: Iterable[str]) -> None:
    for key in keys:
        writer.delete_by_term("group", key)
        writer.delete_by_term("key", key)


def rebuild_at(path: str | Path, entries: Iterable[Entry]) -> int:
    """See casefiles.search.rebuild. Of an entry key that comes twice the later entry stays."""
    return Generations(path).make_again(lambda folder: _filled(folder, entries))


def _filled(folder: Path, entries: Iterable[Entry]) -> int:
    index = _empty(folder)
    writer = index.writer(limitmb=256)
    seen: set[str] = set()
    for entry in entries:
        if entry.key in seen:  # a writer does not find what it added itself
            writer.commit()
            writer = index.writer(limitmb=256)
            writer.delete_by_term("key", entry.key)
        seen.add(entry.key)
        writer.add_document(**_document(entry))
    writer.commit()
    return len(seen)
