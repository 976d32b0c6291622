"""Documents of a case: the routes of this room, and what a person changes on the page of one document."""

from __future__ import annotations

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from casefiles import audit, intake, policy
from casefiles.db import saving
from casefiles.errors import NotAllowed, NotUsable
from casefiles.web import document_form, document_page, masking, originals, proposing, unlocking, uploads
from casefiles.web.words import in_words

blueprint = Blueprint("documents", __name__, url_prefix="/cases/<case_id>/documents")
blueprint.add_app_template_global(masking.shown, "shown_of")
blueprint.add_url_rule("/upload", "upload", uploads.form, methods=["GET"])
blueprint.add_url_rule("/upload", "take", uploads.take_form, methods=["POST"])
blueprint.add_url_rule("/upload/file", "send", uploads.take_one, methods=["POST"])
blueprint.add_url_rule("/<int:document_id>/pages/<int:number>.png", "page_image", originals.page_image)
blueprint.add_url_rule("/<int:document_id>/original", "download", originals.download)
blueprint.add_url_rule("/<int:document_id>/sound", "play", originals.play)
blueprint.add_url_rule("/<int:document_id>/proposals/<int:proposal_id>/take", "take_over", proposing.take_over, methods=["POST"])
blueprint.add_url_rule("/<int:document_id>/proposals/<int:proposal_id>/refuse", "turn_down", proposing.turn_down, methods=["POST"])
blueprint.add_url_rule("/<int:document_id>/proposals/sure", "take_sure", proposing.take_sure, methods=["POST"])
blueprint.add_url_rule("/<int:document_id>/unlock", "unlock", unlocking.open_with_password, methods=["POST"])


@blueprint.get("/<int:document_id>")
def show(case_id: str, document_id: int) -> ResponseReturnValue:
    """The page of one document. An auditor says first why a recording is listened to; the reason is kept."""
    reason = originals.asked_reason()
    try:
        with saving():
            document = policy.document_for(g.actor, "read", case_id, document_id, reason=reason)
            audit.record(g.actor, "open", document.ref, case_id=case_id, **({"reason": reason} if reason else {}))
    except NotAllowed:
        if reason or not policy.may(g.actor, policy.Action.READ_MASKED_RECORDING):
            raise
        document = policy.document_for(g.actor, "read", case_id, document_id, reason="-")  # would a reason do?
        return render_template("documents/reason.html", document=document, taking=False), 403
    return render_template("documents/show.html", **masking.masked(document, document_page.page(document)), error="", given=None, reason=reason)


@blueprint.get("/<int:document_id>/reading")
def reading(case_id: str, document_id: int) -> ResponseReturnValue:
    """How far the reading is, for the page that waits for it: {"state"} is the status of the text."""
    return {"state": policy.document_for(g.actor, "read", case_id, document_id).text_status}


@blueprint.post("/<int:document_id>")
def edit(case_id: str, document_id: int) -> ResponseReturnValue:
    """Save kind, fields, confirmed flags and the place of the paper original; what cannot be taken over comes back with the reason."""
    try:
        with saving():
            document = policy.document_for(g.actor, "edit", case_id, document_id)
            document_form.enter(document, request.form.get("type", document.type))
    except NotUsable as refused:
        document = policy.document_for(g.actor, "edit", case_id, document_id)
        return render_template("documents/show.html", **document_page.page(document), error=in_words(refused), given=request.form, reason=""), 422
    return redirect(url_for(".show", case_id=case_id, document_id=document_id, saved=1))


@blueprint.post("/<int:document_id>/retry")
def retry(case_id: str, document_id: int) -> ResponseReturnValue:
    """Read the document again, as its file is or page by page as pictures."""
    with saving():
        document = policy.document_for(g.actor, "read", case_id, document_id)
        policy.case_for(g.actor, policy.adding(document.type), case_id)
        intake.retry(g.actor, document, recognise="recognise" in request.form)
    return redirect(url_for(".show", case_id=case_id, document_id=document_id))
