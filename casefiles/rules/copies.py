"""Two entries for one paper: a better copy added beside a bad one has the same number and is the same delivery or invoice, counted once."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from casefiles.rules.entities import DocumentFacts

T = TypeVar("T")


@dataclass
class Paper:
    """Entries with one number. `best` speaks; what it is silent on, the others say."""

    entries: list[DocumentFacts] = field(default_factory=list)
    rank: Callable[[DocumentFacts], int] = lambda _: 0

    @property
    def best(self) -> DocumentFacts:
        return max(self.entries, key=self.rank)  # the first of equals

    @property
    def copies(self) -> tuple[str, ...]:
        """The ids of the other entries, in the order of the file."""
        best = self.best
        return tuple(entry.id for entry in self.entries if entry is not best)

    def said(self, read: Callable[[DocumentFacts], T | None]) -> T | None:
        """A value of the best entry, else of the first that has one."""
        best = self.best
        return next((value for entry in (best, *self.entries) if (value := read(entry)) is not None), None)


def numbered(document: DocumentFacts) -> str | None:
    """The number printed on a paper."""
    return document.number


def papers(
    documents: Iterable[DocumentFacts], rank: Callable[[DocumentFacts], int] = lambda _: 0, mark: Callable[[DocumentFacts], str | None] = numbered
) -> list[Paper]:
    """Entries grouped by number (or another `mark`), in the order of the file. One without, or one that stands for several papers, is alone."""
    found: list[Paper] = []
    by_number: dict[str, list[Paper]] = {}
    for document in documents:
        number = unicodedata.normalize("NFKC", mark(document) or "").strip().casefold()
        known = by_number.setdefault(number, [])
        paper = next((p for p in known if _same_code(p, document)), None) if number and document.n == 1 else None
        if paper is None:
            paper = Paper(rank=rank)
            found.append(paper)
            if document.n == 1:
                known.append(paper)
        paper.entries.append(document)
    return found


def _same_code(paper: Paper, document: DocumentFacts) -> bool:
    """Paper invoices have a code beside the number, and numbers repeat from code to code; silence contradicts nothing."""
    codes: set[Any] = {entry.fields.get("invoice_code") for entry in (*paper.entries, document)} - {None}
    return len(codes) < 2
