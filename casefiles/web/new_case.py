"""A case opened by hand: a few words, then the facts page."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casefiles import assess, open_case, policy
from casefiles.db import saving
from casefiles.errors import NotFitting
from casefiles.law import Words, load_law
from casefiles.web.words import dispute_label, in_language

blueprint = Blueprint("new_case", __name__, url_prefix="/cases/new")
blueprint.add_app_template_filter(lambda kind: (kind, dispute_label(kind)), "dispute_pair")
HEAD = ("case_id", "title", "dispute_type", "packet_kind")


@blueprint.get("")
def form() -> ResponseReturnValue:
    policy.require_entering(g.actor)
    creditor = {f"creditor.{key}": text for key, text in open_case.usual_creditor(g.actor).items()}
    return _page(creditor | {"case_id": open_case.proposed_id(g.actor), "packet_kind": "lawsuit"}, {})


@blueprint.post("")
def make() -> ResponseReturnValue:
    policy.require_entering(g.actor)
    head, parties = {key: request.form.get(key, "") for key in HEAD}, {role: _party(role) for role in ("creditor", "debtor")}
    try:
        with saving():
            case = open_case.open_case(g.actor, head, **parties, allow_invalid_uscc="allow_invalid_uscc" in request.form)
            assess.refresh(case, g.actor.today)
    except NotFitting as refused:
        return _page(request.form.to_dict(), {at: in_language(Words(*words)) for at, words in refused.reasons.items()}), 422
    flash(_("The case is open. Enter its facts, then add its documents."), "ok")
    return redirect(url_for("facts.index", case_id=head["case_id"].strip()))


def _party(role: str) -> dict[str, str]:
    return {key: request.form.get(f"{role}.{key}", "") for key in open_case.PARTY_KEYS}


def _page(given: dict[str, Any], reasons: dict[str, str]) -> str:
    return render_template("facts/new.html", given=given, reasons=reasons, disputes=list(load_law().dispute_types), kinds=open_case.PACKETS)
