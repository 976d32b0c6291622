"""The piece of a text around what was looked for, with the found places marked. Escaping is the template's work."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from itertools import accumulate

from casefiles.search.analysis import fold_with_offsets
from casefiles.search.query import terms_of

MOST_MARKS = 1_000  # a page that is nothing but hits is not marked further
ELLIPSIS = "…"
_BREAK = re.compile(r"(?<=[\u4e00-\u9fff])\r?\n(?=[\u4e00-\u9fff])")  # a line of a page ends inside a sentence: search does not see it either


@dataclass(frozen=True)
class Segment:
    text: str
    marked: bool


def marks(text: str, terms: tuple[str, ...]) -> list[tuple[int, int]]:
    """Where the folded terms stand in the text as written: (start, end), in order, joined where they touch."""
    if not terms:
        return []
    folded, offsets = fold_with_offsets(text)
    found: list[tuple[int, int]] = []
    for term in terms:
        at = folded.find(term)
        while at >= 0 and len(found) < MOST_MARKS:
            found.append((offsets[at], offsets[at + len(term) - 1] + 1))
            at = folded.find(term, at + len(term))
    joined: list[tuple[int, int]] = []
    for start, end in sorted(found):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def snippet(text: str, query: str, length: int = 120) -> tuple[Segment, ...]:
    """About `length` characters where most marks stand close together; line breaks become blanks. QueryError as in parse()."""
    return around(text, marks(text, terms_of(query)), length)


def around(text: str, found: list[tuple[int, int]], length: int = 120) -> tuple[Segment, ...]:
    """The same from marks that are known: they may come from another writing of the text with each sign at its place (telephones as stars)."""
    text, found = _joined(text, found)
    if not found:
        return (Segment(_flat(text[:length]) + (ELLIPSIS if len(text) > length else ""), marked=False),)
    near = found[:50]
    first = max(near, key=lambda mark: (sum(mark[0] <= start and end <= mark[0] + length for start, end in near), -mark[0]))
    start = max(0, first[0] - length // 4)
    end = min(len(text), max(start + length, first[1]))
    start = max(0, min(start, end - length))
    out, at = [Segment(ELLIPSIS if start else "", marked=False)], start
    for left, right in found:
        if right > start and left < end:
            out += [Segment(_flat(text[at : max(left, at)]), marked=False), Segment(_flat(text[max(left, at) : min(right, end)]), marked=True)]
            at = min(right, end)
    out += [Segment(_flat(text[at:end]) + (ELLIPSIS if end < len(text) else ""), marked=False)]
    return tuple(segment for segment in out if segment.text)


def _joined(text: str, found: list[tuple[int, int]]) -> tuple[str, list[tuple[int, int]]]:
    """The text without breaks between Han characters, and the marks moved along; only around the first marks: the rest is not shown."""
    end = min(len(text), (found[min(len(found), 50) - 1][1] if found else 0) + 1_000)
    breaks = [match.span() for match in _BREAK.finditer(text, 0, end)]
    if not breaks:
        return text, found
    kept, at = [], 0
    for start, stop in breaks:
        kept.append(text[at:start])
        at = stop
    starts = [start for start, _ in breaks]
    taken = list(accumulate((stop - start for start, stop in breaks), initial=0))

    def moved(place: int) -> int:
        return place - taken[bisect_left(starts, place)]

    return "".join([*kept, text[at:]]), [(moved(left), moved(right)) for left, right in found]


def _flat(text: str) -> str:
    return "".join(" " if sign.isspace() or not sign.isprintable() else sign for sign in text)
