"""What is changed on the case file's pages: waivers, the claim, access, notes. Load, check, do, answer."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casefiles import assess, people
from casefiles import notes as note_verbs
from casefiles.db import saving, session
from casefiles.errors import NotUsable, NotVisible
from casefiles.law import load_law
from casefiles.law.days import day_of
from casefiles.models import Grant, Person
from casefiles.policy import A, case_for
from casefiles.web import case_page

blueprint = Blueprint("manage", __name__, url_prefix="/cases/<case_id>")
ASSIGN = A.OVERRIDE  # roles.md: people are assigned by the legal manager, who alone holds this right


@blueprint.post("/waivers")
def waive(case_id: str) -> ResponseReturnValue:
    with saving():
        case = case_for(g.actor, A.OVERRIDE, case_id)
        seen = {key: request.form[key] for key in ("packet", "as_of") if request.form.get(key)}  # what the page was asked for
        kind = seen.get("packet") if seen.get("packet") in load_law().packet_names else None
        finding, reason = request.form.get("finding", ""), request.form.get("reason", "")[:2000]
        assess.waive(g.actor, case, finding, reason, packet=kind, as_of=case_page.day_said(case, seen.get("as_of", "")))
    flash(_("The finding is waived; the reason stays in the file and on the internal cover sheet."), "ok")
    return redirect(url_for("cases.show", case_id=case_id, _anchor="findings", **seen))


@blueprint.post("/waivers/<int:waiver_id>/withdraw")
def withdraw(case_id: str, waiver_id: int) -> ResponseReturnValue:
    with saving():
        case = case_for(g.actor, A.OVERRIDE, case_id)
        assess.withdraw_waiver(g.actor, case, waiver_id)
    flash(_("The waiver is withdrawn; the finding counts again."), "ok")
    return redirect(url_for("cases.show", case_id=case_id, _anchor="findings"))


@blueprint.post("/claim")
def claim(case_id: str) -> ResponseReturnValue:
    with saving():
        case = case_for(g.actor, A.EDIT_PACKET, case_id)
        assess.change_claim(g.actor, case, request.form.get("principal", "")[:40], request.form.get("version", 0, type=int))
    flash(_("The claimed principal is saved."), "ok")
    return redirect(url_for("cases.ledger", case_id=case_id, _anchor="claim"))


@blueprint.post("/grants")
def grant(case_id: str) -> ResponseReturnValue:
    form = request.form
    with saving():
        case = case_for(g.actor, ASSIGN, case_id)
        person = session.get(Person, form.get("person", 0, type=int))
        if person is None or not person.active:
            raise NotUsable("Choose a person; nothing was granted.", "请选择人员，未授权。")
        people.grant(g.actor, case, person, day(form.get("starts_on")), day(form.get("ends_on")), download=form.get("download") == "1")
    flash(_("%(name)s has access now.", name=person.name), "ok")
    return redirect(url_for("cases.people_of", case_id=case_id))


@blueprint.post("/grants/<int:grant_id>/revoke")
def revoke(case_id: str, grant_id: int) -> ResponseReturnValue:
    with saving():
        case = case_for(g.actor, ASSIGN, case_id, though_sealed=True)
        row = session.get(Grant, grant_id)
        if row is None or row.case_id != case.case_id:
            raise NotVisible("grant")
        people.revoke(g.actor, row)
    flash(_("The access has ended."), "ok")
    return redirect(url_for("cases.people_of", case_id=case_id))


@blueprint.post("/notes")
def note(case_id: str) -> ResponseReturnValue:
    with saving():
        case = case_for(g.actor, A.ADD_NOTE, case_id)
        note_verbs.add(g.actor, case, request.form.get("text", ""), request.form.get("shared") == "1")
    flash(_("The note is saved."), "ok")
    return redirect(url_for("cases.notes", case_id=case_id))


def day(text: str | None) -> date:
    """A day of the form; NotUsable says which way to write it."""
    try:
        return day_of(text or "")
    except ValueError:
        raise NotUsable(f"{text!r} is no date; nothing was changed. Write it like 2026-12-31.", f"“{text}”不是日期，未作改动。格式如 2026-12-31。") from None
