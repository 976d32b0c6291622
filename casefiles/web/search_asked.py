"""What the search page is asked: words, case, chosen values of facets, order, page; and the addresses that ask something else."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import get_args
from urllib.parse import urlencode

from flask import request, url_for

from casefiles.find_query import TERMS, term
from casefiles.law import Words, load_law
from casefiles.search import Order

ORDERS = get_args(Order)
OTHER_TYPES = {"case": Words("案件信息", "case data"), "note": Words("内部意见", "internal note")}  # entries that are no documents
FARTHEST = 200  # pages of hits; nobody reads further, and the engine would have to sort them all
MOST_FILTERS = 20


@dataclass(frozen=True)
class Asked:
    """One search. `filters` are pairs of facet and value."""

    query: str
    case_id: str
    filters: tuple[tuple[str, str], ...]
    order: Order
    number: int = 1
    base: str = ""  # the address of the search page: worked out once, a page has a hundred links to it

    @property
    def empty(self) -> bool:
        return not self.query and not self.filters

    @property
    def words(self) -> str:
        """The search as a person reads it: for the audit log and as a name to save it under."""
        return " ".join([*([self.query] if self.query else []), *(term(name, value) for name, value in self.filters)])

    @property
    def arguments(self) -> list[tuple[str, str]]:
        """The query string without the page, as pairs."""
        order = [("order", str(self.order))] if self.order != "relevance" else []
        return [*((("q", self.query),) if self.query else ()), *((("case", self.case_id),) if self.case_id else ()), *self.filters, *order]

    def string(self) -> str:
        """The query string as a saved search keeps it."""
        return urlencode(self.arguments)

    def url(self, number: int = 1) -> str:
        """The address of a page of this search; also what the pager asks for."""
        pairs = [*self.arguments, *((("page", str(number)),) if number > 1 else ())]
        return f"{self.base}?{urlencode(pairs)}" if pairs else self.base

    def with_filter(self, name: str, value: str) -> Asked:
        """Narrowed by a value, or, where it is chosen, without it."""
        if name == "case":
            return replace(self, case_id="" if self.case_id == value else value, number=1)
        kept = tuple(pair for pair in self.filters if pair != (name, value))
        return replace(self, filters=kept if len(kept) < len(self.filters) else (*kept, (name, value)), number=1)


def asked() -> Asked:
    """The search of this request; values that no facet can have are left away."""
    filters = dict.fromkeys((name, value) for name in TERMS for text in request.args.getlist(name) if (value := _plain(text)) and _known(name, value))
    order = request.args.get("order", "")
    return Asked(
        query=_plain(request.args.get("q", "")), case_id=_plain(request.args.get("case", "")), filters=tuple(filters)[:MOST_FILTERS],
        order=next((known for known in ORDERS if known == order), ORDERS[0]), number=min(max(request.args.get("page", 1, type=int), 1), FARTHEST),
        base=url_for("search.index"),
    )  # fmt: skip


def _plain(text: str) -> str:
    return text.replace("\0", "").strip()


def _known(name: str, value: str) -> bool:
    law = load_law()
    match name:
        case "type":
            return value in law.documents or value in OTHER_TYPES
        case "stage":
            return value in law.states
        case "year":
            return len(value) == 4 and value.isascii() and value.isdigit()
    return len(value) <= 200
