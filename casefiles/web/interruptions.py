"""Which recorded promises and admissions count as interruption: the law department's answer, paper by paper."""

from __future__ import annotations

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casefiles import assess, interruption
from casefiles.db import saving, session
from casefiles.models import Person
from casefiles.policy import case_for
from casefiles.web.access import opened

blueprint = Blueprint("interruptions", __name__, url_prefix="/cases/<case_id>/interruptions")


@blueprint.get("")
def show(case_id: str) -> ResponseReturnValue:
    case = opened(case_id, interruption.RIGHT, what="facts: interruptions")
    rows = []
    for document, facts in interruption.papers(g.actor, case):
        flag = next((flag for flag in document.flags if flag.name == interruption.FLAG), None)
        person = session.get(Person, flag.confirmed_by_id) if flag and flag.confirmed_by_id else None
        rows.append((document, facts, flag, person.name if person else ""))
    return render_template("facts/interruptions.html", case=case, rows=rows, flag_name=interruption.FLAG)


@blueprint.post("")
def save(case_id: str) -> ResponseReturnValue:
    with saving():
        case = case_for(g.actor, interruption.RIGHT, case_id)
        said = {ref: request.form.get(f"counts-{ref}") == "1" for ref in request.form.getlist("paper")}
        interruption.confirm(g.actor, case, said, request.form.get("version", 0, type=int))
        assess.refresh(case, g.actor.today)
    flash(_("Saved. The evidence chain was checked again."), "ok")
    return redirect(url_for("facts.index", case_id=case_id, _anchor="interruptions"))
