"""People who sign in: the administrator adds, disables and gives new passwords. Access to cases is granted on the case by the legal manager."""

from __future__ import annotations

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from casefiles import audit, people
from casefiles.db import saving, session
from casefiles.errors import NotAllowed, NotUsable, NotVisible
from casefiles.models import Person, Role
from casefiles.web.words import in_words

blueprint = Blueprint("people", __name__, url_prefix="/people")


def administering() -> None:
    """Administration of users is the administrator's alone (roles.yaml: scope.admin)."""
    if g.actor.role is not Role.ADMIN:
        raise NotAllowed(g.actor.role, "people.administer")


def person(person_id: int) -> Person:
    """The person, for the administrator."""
    administering()
    found = session.get(Person, person_id)
    if found is None:
        raise NotVisible("person")
    return found


@blueprint.get("/")
def index() -> ResponseReturnValue:
    administering()
    with saving():
        audit.record(g.actor, "list", "people")
    return _list()


def _list(problem: str = "", status: int = 200) -> ResponseReturnValue:
    everybody = session.scalars(select(Person).order_by(Person.active.desc(), Person.role, Person.name)).all()
    return render_template("people/index.html", people=everybody, roles=list(Role), problem=problem, given=request.form), status


@blueprint.post("/")
def add() -> ResponseReturnValue:
    administering()
    form = request.form
    email, name, department, password = (form.get(key, "")[:200] for key in ("email", "name", "department", "password"))
    if form.get("role") not in set(Role):
        return _list(_("Choose a role."), 422)
    try:
        with saving():
            people.add_person(g.actor, email, name[:100], Role(form["role"]), department[:100], password)
    except NotUsable as problem:
        return _list(in_words(problem), 422)
    flash(_("%(name)s can sign in now.", name=form["name"]), "ok")
    return redirect(url_for(".index"))


@blueprint.post("/<int:person_id>/disable")
def disable(person_id: int) -> ResponseReturnValue:
    if person_id == g.actor.person_id:
        raise NotUsable("You cannot disable yourself; nothing was changed. Ask another administrator.", "不能停用自己的账号，未作改动。请其他管理员操作。")
    with saving():
        people.disable(g.actor, person(person_id))
    flash(_("The person cannot sign in any more; open sessions ended."), "ok")
    return redirect(url_for(".index"))


@blueprint.post("/<int:person_id>/password")
def reset(person_id: int) -> ResponseReturnValue:
    try:
        with saving():
            people.set_password(g.actor, person(person_id), request.form.get("password", ""))
    except NotUsable as problem:
        return _list(in_words(problem), 422)
    flash(_("The new password is set; open sessions ended. Hand it over in person."), "ok")
    return redirect(url_for(".index"))
