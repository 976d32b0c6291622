"""Saved searches: kept from the result page, run from any search page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flask import flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casefiles import saved_searches
from casefiles.db import saving
from casefiles.errors import NotUsable
from casefiles.models import SavedSearch
from casefiles.web.search_asked import asked
from casefiles.web.words import in_words


@dataclass(frozen=True)
class Link:
    """A saved search as it is shown: its name, the address that runs it, the number to delete it by."""

    id: int
    name: str
    url: str


def links(saved: Iterable[SavedSearch]) -> list[Link]:
    """The searches with their addresses; what is kept is only ever a query string of the search page."""
    return [Link(search.id, search.name, f"{url_for('search.index')}?{search.query}") for search in saved]


def save() -> ResponseReturnValue:
    """Keep the search the page shows; it stands in the address of the form, as on the page itself."""
    search = asked()
    try:
        with saving():
            saved_searches.save(g.actor, request.form.get("name", ""), search.string())
        flash(_("The search was saved."), "ok")
    except NotUsable as refused:
        flash(in_words(refused), "bad")
    return redirect(search.url())


def forget(search_id: int) -> ResponseReturnValue:
    """Delete one's own."""
    with saving():
        saved_searches.delete(g.actor, search_id)
    flash(_("The saved search was deleted."), "ok")
    return redirect(url_for("search.index"))
