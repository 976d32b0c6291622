"""What an index holds of an entry, whatever the engine: so that every engine finds, counts and orders the same."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from casefiles.search import Entry, analysis, case_key, document_key, own_key
from casefiles.search.query import TEXT_FIELDS
from casefiles.search.ranges import whole_cents

TOKENS = ("text", *TEXT_FIELDS)  # fields of tokens with positions
ORDERS = ("newest", "oldest", "largest", "smallest")
MOST_VALUES = 50  # of one facet, the most frequent ones

_DAYS = date.max.toordinal() + 1
_CENTS = 10**20
_DIGITS = re.compile(r"\d{1,19}")


@dataclass(frozen=True)
class Content:
    """`tokens`: field -> tokens joined by blanks; `groups`: the keys it is taken out by; `tags`: field=value, compared whole.

    `facets`: values of each of FACETS, each once; `orders`: what it is sorted by, ascending, what has no date or amount last, else by key.
    """

    tokens: Mapping[str, str]
    runs: str
    groups: tuple[str, ...]
    tags: tuple[str, ...]
    facets: Mapping[str, tuple[str, ...]]
    orders: Mapping[str, str]


def content(entry: Entry) -> Content:
    fields = {name: _folded(getattr(entry, name)) for name in TEXT_FIELDS}
    # The fields of a document or case are found as text once, in its own entry, not on each of its pages.
    texts = [analysis.fold(entry.text), *((fields["title"], fields["party"], fields["number"]) if entry.page is None else ())]
    tokens = {"text": analysis.tokens(*texts)} | {name: _tokens(folded) for name, folded in fields.items() if folded}
    return Content(tokens, analysis.runs(*texts), _groups(entry), _tags(entry), _facets(entry), _orders(entry))


_folded = lru_cache(4096)(analysis.fold)  # all pages of a document have the same title, parties and court
_tokens = lru_cache(4096)(analysis.tokens)


def cents(entry: Entry) -> int | None:
    return None if entry.amount is None else whole_cents(entry.amount)


def _groups(entry: Entry) -> tuple[str, ...]:
    part = own_key(entry.case_id) if entry.document_id is None else document_key(entry.case_id, entry.document_id)
    return (case_key(entry.case_id), part)


def _tags(entry: Entry) -> tuple[str, ...]:
    own = [("case", entry.case_id), *((field, getattr(entry, field)) for field in ("type", "stage", "number", "title", "uploader", "court"))]
    values = [(field, _folded(value)) for field, value in (*own, *(("party", name) for name in entry.parties), *entry.also)]
    return tuple(dict.fromkeys(f"{field}={value}" for field, value in values if value))


def _facets(entry: Entry) -> dict[str, tuple[str, ...]]:
    values = {
        "case": (entry.case_id,), "type": (entry.type,), "stage": (entry.stage,), "year": (f"{entry.date:%Y}" if entry.date else "",),
        "party": entry.parties, "uploader": (entry.uploader,),
    }  # fmt: skip
    return {name: tuple(dict.fromkeys(filter(None, each))) for name, each in values.items()}


def _orders(entry: Entry) -> dict[str, str]:
    """Page 2 stands before page 10: the numbers in a key are compared as numbers."""
    key = _DIGITS.sub(lambda match: f"{len(match[0]):02d}{match[0]}", entry.key)
    day = None if entry.date is None else entry.date.toordinal()
    money = cents(entry)
    return {
        "newest": f"{_DAYS if day is None else _DAYS - day:07d} {key}", "oldest": f"{day or _DAYS:07d} {key}",
        "largest": f"{2 * _CENTS if money is None else _CENTS - money:021d} {key}",
        "smallest": f"{2 * _CENTS if money is None else _CENTS + money:021d} {key}",
    }  # fmt: skip
