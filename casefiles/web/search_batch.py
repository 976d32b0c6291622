"""Batch search: a list of terms in, a table of what was found out."""

from __future__ import annotations

from flask import g, render_template, request
from flask.typing import ResponseReturnValue

from casefiles import find_batch
from casefiles.db import saving
from casefiles.errors import NotUsable
from casefiles.web.words import in_words


def form() -> ResponseReturnValue:
    """The form: a file, and how its terms are meant."""
    find_batch.require_batch(g.actor)
    return _form()


def run() -> ResponseReturnValue:
    """Search every term and hand the table out; recorded with every term."""
    find_batch.require_batch(g.actor)
    sent, language = request.files.get("list"), request.form.get("language") == "1"
    name, content = (sent.filename or "", sent.stream.read(find_batch.LARGEST + 1)) if sent else ("", b"")
    try:
        terms = find_batch.terms_in(name, content)
        batch = find_batch.run(g.actor, terms, language=language)
    except NotUsable as refused:
        return _form(error=in_words(refused), language=language), 422
    with saving():
        find_batch.record(g.actor, terms, batch)
    head = {"Content-Disposition": f'attachment; filename="search-{g.actor.today.isoformat()}.xlsx"'}
    return batch.content, 200, {"Content-Type": find_batch.MEDIA} | head


def _form(*, error: str = "", language: bool = False) -> str:
    return render_template("search/batch.html", error=error, language_chosen=language, most=find_batch.MOST_TERMS, longest=find_batch.LONGEST_TERM)
