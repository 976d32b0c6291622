"""One click on what the text proposes: take it over, take over all that is sure, or turn it down."""

from __future__ import annotations

from flask import g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from casefiles import policy, propose
from casefiles.db import saving
from casefiles.errors import NotUsable
from casefiles.web import document_form, document_page
from casefiles.web.words import in_words


def take_over(case_id: str, document_id: int, proposal_id: int) -> ResponseReturnValue:
    """Enter one proposed value; what else was written into the form is saved with it."""
    try:
        with saving():
            document = policy.document_to_sort(g.actor, case_id, document_id)
            taken = propose.take(g.actor, document, proposal_id, request.form.get("version", 0, type=int))
            kind = taken.pop("type", None)
            if kind is None:
                policy.document_for(g.actor, "edit", case_id, document_id)
            document_form.enter(document, kind or request.form.get("type", document.type), taken)
    except NotUsable as refused:
        return _again(case_id, document_id, refused)
    return _back(case_id, document_id)


def take_sure(case_id: str, document_id: int) -> ResponseReturnValue:
    """Enter every proposed value that is sure and whose field is empty."""
    try:
        with saving():
            document = policy.document_for(g.actor, "edit", case_id, document_id)
            taken = propose.take_sure(g.actor, document, request.form.get("version", 0, type=int))
            document_form.enter(document, request.form.get("type", document.type), taken)
    except NotUsable as refused:
        return _again(case_id, document_id, refused)
    return _back(case_id, document_id)


def turn_down(case_id: str, document_id: int, proposal_id: int) -> ResponseReturnValue:
    """Turn one value down; what else was written into the form is saved."""
    try:
        with saving():
            document = policy.document_to_sort(g.actor, case_id, document_id)
            propose.refuse(g.actor, document, proposal_id)
            if "type" in request.form:
                policy.document_for(g.actor, "edit", case_id, document_id)
                document_form.enter(document, request.form["type"])
    except NotUsable as refused:
        return _again(case_id, document_id, refused)
    return _back(case_id, document_id)


def _back(case_id: str, document_id: int) -> ResponseReturnValue:
    return redirect(url_for("documents.show", case_id=case_id, document_id=document_id, saved=1))


def _again(case_id: str, document_id: int, refused: NotUsable) -> ResponseReturnValue:
    """The page with what was written and why it was not taken over."""
    document = policy.document_to_sort(g.actor, case_id, document_id)
    given = request.form if "type" in request.form else None
    return render_template("documents/show.html", **document_page.page(document), error=in_words(refused), given=given, reason=""), 422
