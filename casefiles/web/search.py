"""The search page: one box, counts by facet, hits by case, document and page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, g, render_template
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext
from sqlalchemy import select

from casefiles import audit, find, find_batch, policy, saved_searches
from casefiles.db import saving, session
from casefiles.errors import IndexAway
from casefiles.law import Words, load_law
from casefiles.models import Party, PartyRole
from casefiles.search import FACETS, QueryError
from casefiles.web import search_batch, search_saved, words
from casefiles.web.search_asked import FARTHEST, ORDERS, OTHER_TYPES, Asked, asked

blueprint = Blueprint("search", __name__)
blueprint.add_url_rule("/search/saved", "save", search_saved.save, methods=["POST"])
blueprint.add_url_rule("/search/saved/<int:search_id>/delete", "forget", search_saved.forget, methods=["POST"])
blueprint.add_url_rule("/search/batch", "batch", search_batch.form, methods=["GET"])
blueprint.add_url_rule("/search/batch", "run_batch", search_batch.run, methods=["POST"])
PER_PAGE = 20
MOST_VALUES = 12
ORDER_WORDS = {
    "relevance": lazy_gettext("Best first"), "newest": lazy_gettext("Newest first"), "oldest": lazy_gettext("Oldest first"),
    "largest": lazy_gettext("Largest amount first"), "smallest": lazy_gettext("Smallest amount first"),
}
FACET_WORDS = {
    "case": lazy_gettext("Case"), "type": lazy_gettext("Kind of document"), "stage": lazy_gettext("Stage"), "year": lazy_gettext("Year"),
    "party": lazy_gettext("Party"), "uploader": lazy_gettext("Added by"),
}


@dataclass(frozen=True)
class Value:
    """One line of a facet: a click narrows the search by it, a second click takes that back."""

    label: str
    also: str
    count: int | None
    url: str
    chosen: bool


@dataclass(frozen=True)
class Pages:
    """Which hits are shown, for the pager."""

    number: int
    pages: int
    search: Asked

    def url(self, number: int) -> str:
        return self.search.url(number)


@blueprint.get("/search")
def index() -> ResponseReturnValue:
    """What is found of `q` in the cases this person may see, or in one of them; the search is recorded, also one that cannot be understood."""
    search = asked()
    if search.case_id:
        policy.case_for(g.actor, policy.Action.READ_EVIDENCE, search.case_id)
    if search.empty:
        return _page(search)
    try:
        found = _found(search)
    except QueryError as error:
        _record(search, "not understood")
        return _page(search, error=_explained(search.query, error)), 400
    except IndexAway:
        return _page(search, rebuilding=True), 503
    _record(search, found.total)
    return _page(search, found=found, facets=_facets(found.facets, search))


def _found(search: Asked) -> find.Found:
    return find.search(
        g.actor, search.query, case_id=search.case_id or None, filters=search.filters, order=search.order,
        limit=PER_PAGE, offset=(search.number - 1) * PER_PAGE, shorten=not search.case_id,
    )  # fmt: skip


def _page(search: Asked, **told: Any) -> str:
    found = told.get("found")
    page = Pages(search.number, min(-(-found.total // PER_PAGE), FARTHEST), search) if found else None
    chosen = _chosen(search)
    return render_template(
        "search/index.html", **{"found": None, "error": None, "facets": {}, "rebuilding": False} | told, search=search, page=page,
        chosen=chosen, said_as=" ".join(filter(None, [search.query, *(value.label for _name, value in chosen)])),
        orders=[(order, ORDER_WORDS[order]) for order in ORDERS], facet_words=FACET_WORDS,
        saved=search_saved.links(saved_searches.saved_by(g.actor)), batch=find_batch.allowed(g.actor),
    )  # fmt: skip


def _record(search: Asked, found: int | str) -> None:
    with saving():
        audit.record(g.actor, "search", search.words[:200], case_id=search.case_id or None, found=found)


def _explained(query: str, error: QueryError) -> dict[str, str]:
    """The sentence, and the query cut at the place it speaks of."""
    at = min(error.position, len(query))
    message = error.message_zh if words.language() == "zh" else error.message_en
    return {"message": message, "before": query[:at], "at": query[at : at + 1], "after": query[at + 1 :]}


def _facets(found: Mapping[str, Mapping[str, int]], search: Asked) -> dict[str, list[Value]]:
    """Every facet with its counts, the values that are chosen first; a facet of one value says nothing and is left out unless it is chosen."""
    debtors = _debtors(found.get("case", {}))
    facets: dict[str, list[Value]] = {}
    for name in FACETS:
        counts = dict(found.get(name, {}))
        chosen = _chosen_values(search, name)
        if len(counts) < 2 and not chosen:
            continue
        counts = {value: counts[value] for value in sorted(counts, key=lambda value, chosen=chosen: value not in chosen)}
        facets[name] = [
            Value(_label(name, value), debtors.get(value, "") if name == "case" else "", count, search.with_filter(name, value).url(), value in chosen)
            for value, count in list(counts.items())[:MOST_VALUES]
        ]
    return facets


def _chosen_values(search: Asked, name: str) -> set[str]:
    return {search.case_id} - {""} if name == "case" else {value for facet, value in search.filters if facet == name}


def _chosen(search: Asked) -> list[tuple[str, Value]]:
    """What the search is narrowed by, to be taken back with a click also where nothing was found."""
    pairs = [*((("case", search.case_id),) if search.case_id else ()), *search.filters]
    return [(str(FACET_WORDS[name]), Value(_label(name, value), "", None, search.with_filter(name, value).url(), chosen=True)) for name, value in pairs]


def _label(name: str, value: str) -> str:
    match name:
        case "type" if value in OTHER_TYPES:
            return words.in_language(OTHER_TYPES[value])
        case "type":
            return words.type_label(value)
        case "stage":
            return words.in_language(load_law().states.get(value, Words(value, value)))
    return value


def _debtors(case_ids: Iterable[str]) -> dict[str, str]:
    """Case -> the names of its debtors; the cases were counted inside this person's scope."""
    names: dict[str, list[str]] = {}
    asked_for = select(Party.case_id, Party.name).where(Party.case_id.in_(sorted(case_ids)), Party.role == PartyRole.DEBTOR).order_by(Party.id)
    for case_id, name in session.execute(asked_for):
        names.setdefault(case_id, []).append(name)
    return {case_id: "、".join(parts) for case_id, parts in names.items()}
