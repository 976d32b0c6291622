"""My deadlines in a calendar program: a page that makes and ends the secret address, and the address itself, which needs no sign-in.

Whoever holds the address reads what its owner may see at that moment: a grant that ends, a person who is disabled, end it at once.
"""

from __future__ import annotations

from flask import Blueprint, Response, abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_limiter.util import get_remote_address
from sqlalchemy.orm import joinedload

from casefiles import calendar_feed, remind
from casefiles.actor import actor_of
from casefiles.calendar_feed import Entry
from casefiles.db import saving, session
from casefiles.models import CalendarFeed, Case, Deadline, Person
from casefiles.policy import Actor
from casefiles.web.access import limiter
from casefiles.web.cases import names
from casefiles.web.deadline_words import act_by

blueprint = Blueprint("calendar", __name__)
LIMIT = "60 per minute; 600 per hour"
MOST = 2_000  # events a calendar program still takes; the nearest


@blueprint.get("/account/calendar")
def index() -> ResponseReturnValue:
    return render_template("account/calendar.html", feed=calendar_feed.feed_of(g.actor.person_id), address="")


@blueprint.post("/account/calendar")
def make() -> ResponseReturnValue:
    with saving():
        token = calendar_feed.make(g.actor, session.get_one(Person, g.actor.person_id))
    address = url_for(".feed", token=token, _external=True)
    return render_template("account/calendar.html", feed=calendar_feed.feed_of(g.actor.person_id), address=address)


@blueprint.post("/account/calendar/revoke")
def revoke() -> ResponseReturnValue:
    with saving():
        calendar_feed.revoke(g.actor, session.get_one(Person, g.actor.person_id))
    flash(_("The calendar address does not work any more."), "ok")
    return redirect(url_for(".index"))


@blueprint.get("/calendar/<token>.ics")
@limiter.limit(LIMIT)
def feed(token: str) -> ResponseReturnValue:
    found = calendar_feed.feed_by(token)
    if found is None:
        abort(404)
    actor = actor_of(found.person, get_remote_address())
    body = calendar_feed.text_of(entries(actor), actor.language)
    if found.fetched_at is None or found.fetched_at.date() != actor.now.date():
        with saving():
            calendar_feed.fetched(actor, session.get_one(CalendarFeed, found.id))
    response = Response(body, mimetype="text/calendar", headers={"Cache-Control": "private, no-cache", "Content-Disposition": "inline; filename=deadlines.ics"})
    response.add_etag()
    return response.make_conditional(request)


def entries(actor: Actor) -> list[Entry]:
    """The running last days of the cases this person sees now, the nearest first."""
    rows = remind.visible(actor).order_by(Deadline.last_day, Deadline.id).limit(MOST)
    found = session.scalars(rows.options(joinedload(Deadline.case).selectinload(Case.parties)))
    return [_entry(actor, row) for row in found]


def _entry(actor: Actor, row: Deadline) -> Entry:
    subject = remind.told_subject(actor, row.kind, row.subject)
    return Entry(row.case_id, names(row.case, "debtor"), row.kind, subject, act_by(row), row.last_day, row.case.opened_at)
