"""The search page: one box, counts by facet, hits by case, document and page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, g, render_template, request, url_for
from flask.typing import ResponseReturnValue

from casefiles import audit, find, policy
from casefiles.db import saving, session
from casefiles.errors import Refused
from casefiles.law import Words, load_law
from casefiles.models import Case
from casefiles.search import IndexBroken, QueryError
from casefiles.web import words

blueprint = Blueprint("search", __name__)
PER_PAGE = 50
OTHER_TYPES = {"case": Words("案件信息", "case data"), "note": Words("内部意见", "internal note")}
FARTHEST = 200  # pages of hits; nobody reads further, and the engine would have to sort them all


@dataclass(frozen=True)
class Facet:
    """One line of a facet: a click narrows the search by it, a second click takes that back."""

    label: str
    count: int
    url: str
    chosen: bool


@dataclass(frozen=True)
class Page:
    """Which hits are shown, for the pager."""

    number: int
    pages: int
    total: int
    query: str
    case_id: str

    def url(self, number: int) -> str:
        return url_for("search.index", q=self.query, case=self.case_id or None, page=number)


@blueprint.get("/search")
def index() -> ResponseReturnValue:
    """What is found of `q` in the cases this person may see, or in one of them; the search is recorded, also one that cannot be understood."""
    query, case_id = request.args.get("q", "").replace("\0", "").strip(), request.args.get("case", "").replace("\0", "").strip()
    number = min(max(request.args.get("page", 1, type=int), 1), FARTHEST)
    if case_id:
        policy.case_for(g.actor, policy.Action.READ_EVIDENCE, case_id)
    shown = {"query": query, "case_id": case_id, "found": None, "error": None, "page": None, "facets": {}, "rebuilding": False}
    if not query:
        return render_template("search/index.html", **shown)
    try:
        found = find.search(g.actor, query, case_id=case_id or None, limit=PER_PAGE, offset=(number - 1) * PER_PAGE)
    except QueryError as error:
        _record(query, case_id, "not understood")
        return render_template("search/index.html", **shown | {"error": _explained(query, error)}), 400
    except (Refused, IndexBroken):
        return render_template("search/index.html", **shown | {"rebuilding": True}), 503
    _record(query, case_id, found.total)
    page = Page(number, min(-(-found.total // PER_PAGE), FARTHEST), found.total, query, case_id)
    cases = {case.case_id: case for case in session.scalars(policy.visible_cases(g.actor).where(Case.case_id.in_([group.case_id for group in found.groups])))}
    return render_template("search/index.html", **shown | {"found": found, "page": page, "facets": _facets(found.facets, query, case_id), "cases": cases})


def _record(query: str, case_id: str, found: int | str) -> None:
    with saving():
        audit.record(g.actor, "search", query[:200], case_id=case_id or None, found=found)


def _explained(query: str, error: QueryError) -> dict[str, str]:
    """The sentence, and the query cut at the place it speaks of."""
    at = min(error.position, len(query))
    message = error.message_zh if words.language() == "zh" else error.message_en
    return {"message": message, "before": query[:at], "at": query[at : at + 1], "after": query[at + 1 :]}


def _facets(found: Any, query: str, case_id: str) -> dict[str, list[Facet]]:
    """case, type and stage with their counts. A type or stage becomes part of the query, so that it can be read and changed there."""
    law = load_law()
    facets: dict[str, list[Facet]] = {"case": [], "type": [], "stage": []}
    for value, count in found.get("case", {}).items():
        chosen = case_id == value
        facets["case"].append(Facet(value, count, url_for("search.index", q=query, case=None if chosen else value), chosen))
    kinds = {name: Words(kind.zh, kind.en) for name, kind in law.documents.items()} | OTHER_TYPES
    for name, labels in (("type", kinds), ("stage", law.states)):
        for value, count in found.get(name, {}).items():
            term = f"{name}:{value}"
            chosen = query.endswith(f" {term}") or f" {term} " in query
            label = words.in_language(labels.get(value, Words(value, value)))
            narrowed = _without(query, term) if chosen else _with(query, term)
            facets[name].append(Facet(label, count, url_for("search.index", q=narrowed, case=case_id or None), chosen))
    return {name: entries for name, entries in facets.items() if entries}


def _with(query: str, term: str) -> str:
    """The query narrowed by a term; an OR is put in brackets first, since words beside each other bind tighter."""
    return f"({query}) {term}" if " OR " in query and not query.startswith("(") else f"{query} {term}"


def _without(query: str, term: str) -> str:
    return f"{query} ".replace(f" {term} ", " ").strip()
