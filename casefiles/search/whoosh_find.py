"""A parsed query over one segment of a Whoosh index, worked out as sets of document numbers.

Whoosh keeps the postings and positions; joining them is done here, because its own span queries compare every place of one word with
every place of the next, which a page of one repeated character turns into hours, and because a set can be given up in time.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from typing import Any

from casefiles.search import analysis
from casefiles.search.query import SECONDS, All, Between, Either, Node, Not, Word, too_slow

NO_NUMBER = -(2**63)  # in the columns of days and cents
OFTEN = 1.2  # how soon a word that stands on a page again and again stops to count for more
EVERY = 256  # documents between two looks at the clock

Found = dict[int, float]  # document number -> score


class Segment:
    """Finds what a query asks for among the entries of one segment; QueryError when the time is over."""

    def __init__(self, reader: Any, ends: float) -> None:
        self._reader = reader
        self._ends = ends  # of time.monotonic()
        self._words: dict[Word, Found] = {}  # a word typed sixty times is looked up once
        self._sets: dict[tuple[str, str], frozenset[int]] = {}

    def of(self, node: Node) -> Found:
        match node:
            case Word():
                if node not in self._words:
                    self._words[node] = self._of_word(node)
                return self._words[node]
            case Between(field, first, last):
                return dict.fromkeys(self._between(field, first, last), 1.0)
            case Either(parts):
                return _together([self.of(part) for part in parts])
            case Not(part):
                gone = self.of(part)
                return {number: 1.0 for number in self._everything() if number not in gone}
            case All(parts):
                return self._of_all(parts)

    def _of_all(self, parts: tuple[Node, ...]) -> Found:
        asked = [self.of(part) for part in parts if not isinstance(part, Not)]
        gone = [self.of(part.part) for part in parts if isinstance(part, Not)]
        asked = asked or [dict.fromkeys(self._everything(), 1.0)]
        kept = set(asked[0]).intersection(*asked[1:]).difference(*gone)
        return {number: sum(found[number] for found in asked) for number in kept}

    def _of_word(self, word: Word) -> Found:
        if word.expands:
            field, start = word.place
            return dict.fromkeys((number for term in self._reader.expand_prefix(field, start) for number in self._numbers(field, term)), 1.0)
        if word.whole:
            return dict.fromkeys(self._numbers(*word.place), 1.0)
        field = word.field or "text"
        same = _together([self._scored(self._times(field, way)) for way in word.ways])
        if field == "text" and not word.exact and analysis.is_run(word.folded):  # art: pages with the word itself stand before those with party
            return same | {number: 2.0 * same[number] for number in self._numbers("runs", word.folded) if number in same}
        return same

    def _scored(self, times: dict[int, int]) -> Found:
        rare = math.log(1 + self._reader.doc_count_all() / (1 + len(times)))
        return {number: rare * often / (often + OFTEN) for number, often in times.items()}

    def _times(self, field: str, folded: str) -> dict[int, int]:
        """How often the characters stand one after the other in each entry: places of all pairs of the chain, moved to its beginning."""
        chain = analysis.chain(folded)
        if len(chain) == 1:
            return self._often(field, chain[0][1])
        both = self._set(field, chain[0][1])
        for _, token in chain[1:]:
            both = both and both & self._set(field, token)
        postings = [(distance, self._postings(field, token)) for distance, token in chain] if both else []
        times: dict[int, int] = {}
        for number in self._in_time(sorted(both)):
            if begins := _begins(postings, number):
                times[number] = len(begins)
        return times

    def _set(self, field: str, token: str) -> frozenset[int]:
        if (field, token) not in self._sets:
            self._sets[field, token] = frozenset(self._numbers(field, token))
        return self._sets[field, token]

    def _often(self, field: str, token: str) -> dict[int, int]:
        matcher = self._postings(field, token)
        times: dict[int, int] = {}
        while matcher is not None and matcher.is_active():
            times[matcher.id()] = int(matcher.weight())
            matcher.next()
        return times

    def _numbers(self, field: str, term: str | bytes) -> Iterator[int]:
        matcher = self._postings(field, term)
        return iter(()) if matcher is None else matcher.all_ids()

    def _postings(self, field: str, term: str | bytes) -> Any:
        """None where no entry of the segment has the term."""
        self._check()
        text = term.encode("utf-8", "replace") if isinstance(term, str) else term
        return self._reader.postings(field, text) if (field, text) in self._reader else None

    def _between(self, field: str, first: int | None, last: int | None) -> Iterator[int]:
        column = self._reader.column_reader(field)
        lowest, highest = NO_NUMBER + 1 if first is None else first, -NO_NUMBER if last is None else last
        return (number for number in self._in_time(self._everything()) if lowest <= column[number] <= highest)

    def _everything(self) -> Iterator[int]:
        return iter(self._reader.all_doc_ids())

    def _in_time(self, numbers: Any) -> Iterator[int]:
        for place, number in enumerate(numbers):
            if place % EVERY == 0:
                self._check()
            yield number

    def _check(self) -> None:
        if time.monotonic() > self._ends:
            raise too_slow()


def ends() -> float:
    return time.monotonic() + SECONDS


def _together(parts: list[Found]) -> Found:
    if len(parts) == 1:
        return parts[0]
    total: Found = {}
    for part in parts:
        for number, score in part.items():
            total[number] = total.get(number, 0.0) + score
    return total


def _begins(postings: list[tuple[int, Any]], number: int) -> set[int]:
    """Where the chain begins in an entry that has all its pairs; most entries are out after the first two."""
    begins: set[int] | None = None
    for distance, matcher in postings:
        matcher.skip_to(number)
        places = {place - distance for place in matcher.value_as("positions")}
        begins = places if begins is None else begins & places
        if not begins:
            break
    return begins or set()
