"""The first page, different for each role: what needs attention, the pipeline, my cases, the latest documents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from flask import Blueprint, g, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Select, select
from sqlalchemy.orm import selectinload

from casefiles import leases, remind_mail
from casefiles.db import session
from casefiles.models import Case, Document, Grant, Job, Packet, Role, State
from casefiles.policy import Action, Actor, held_as, is_listed, may, readable_objects, visible_cases
from casefiles.web import deadlines, portfolio

blueprint = Blueprint("home", __name__)
SOON = timedelta(days=90)
SHORT = 8
PAGES = {
    Role.LEGAL_STAFF: "home/legal.html", Role.LEGAL_MANAGER: "home/legal.html", Role.FINANCE: "home/legal.html", Role.COLLECTOR: "home/collector.html",
    Role.EXTERNAL_LAWYER: "home/lawyer.html", Role.AUDITOR: "home/auditor.html", Role.ADMIN: "home/admin.html",
}


@dataclass(frozen=True)
class Stage:
    """One bar of the pipeline: how many cases, how much is owed, its share of the largest in percent."""

    state: State
    count: int
    amount: Decimal
    share: int


@blueprint.get("/")
def index() -> ResponseReturnValue:
    return render_template(PAGES[g.actor.role], **_page(g.actor))


def _page(actor: Actor) -> dict[str, object]:
    cases = visible_cases(actor).options(selectinload(Case.parties))
    page: dict[str, object] = {
        "stages": _stages(actor), "due": deadlines.near(actor.today + SOON, SHORT), "broken": _broken(cases), "jobs": _failed_jobs(actor),
        "documents": _documents(actor),
        "ageing": portfolio.ageing(actor), "proposed": portfolio.proposed(actor),
        "cases": session.scalars(cases.order_by(Case.opened_at.desc(), Case.case_id).limit(30)).all(), "today": actor.today,
    }  # fmt: skip
    page["mail_troubles"] = remind_mail.troubles(actor.now) if actor.role is Role.ADMIN else []
    if actor.role in {Role.EXTERNAL_LAWYER, Role.COLLECTOR}:
        page["ends"] = _ends(actor)
    return page


def _stages(actor: Actor) -> list[Stage]:
    sums: dict[State, tuple[int, Decimal]] = {}
    for state, balance in session.execute(visible_cases(actor).with_only_columns(Case.state, Case.balance)):
        count, amount = sums.get(state, (0, Decimal(0)))
        sums[state] = count + 1, amount + (balance or 0)
    largest = max((amount for _count, amount in sums.values()), default=Decimal(0)) or Decimal(1)
    return [Stage(state, *sums[state], share=int(sums[state][1] * 100 / largest)) for state in State if state in sums]


def _broken(cases: Select[Case]) -> Sequence[Case]:
    return session.scalars(cases.where(Case.blocking_count > 0).order_by(Case.blocking_count.desc(), Case.case_id).limit(SHORT)).all()


def _failed_jobs(actor: Actor) -> Sequence[Job]:
    """Failed work nothing made good since, in cases the actor sees and may mend; an administrator sees that it failed, not of which case."""
    failed = select(Job).where(leases.unmended()).order_by(Job.id.desc())
    if actor.role is Role.ADMIN:
        return session.scalars(failed.limit(SHORT)).all()
    if not may(actor, Action.EDIT_PACKET):
        return []
    mine = visible_cases(actor).with_only_columns(Case.case_id)
    documents, packets = select(Document.id).where(Document.case_id.in_(mine)), select(Packet.id).where(Packet.case_id.in_(mine))
    found = session.scalars(failed.where(Job.case_id.in_(mine) | Job.document_id.in_(documents) | Job.packet_id.in_(packets)).limit(SHORT * 5))
    return [job for job in found if job.document_id is None or is_listed(actor, session.get_one(Document, job.document_id))][:SHORT]


def _documents(actor: Actor) -> list[Document]:
    latest = select(Document).where(Document.sha256.is_not(None), Document.case_id.in_(visible_cases(actor).with_only_columns(Case.case_id)))
    readable = readable_objects(actor)
    found = session.scalars(latest.order_by(Document.received_at.desc(), Document.id.desc()).limit(SHORT * 5))
    mine = [
        document for document in found
        if held_as(document) in readable.objects or (held_as(document) in readable.own and document.received_by_id == actor.person_id)
    ]  # fmt: skip
    return mine[:SHORT]


def _ends(actor: Actor) -> dict[str, Grant]:
    """The running grant of each case that ends last."""
    running = select(Grant).where(Grant.person_id == actor.person_id, Grant.revoked_at.is_(None), Grant.starts_on <= actor.today, Grant.ends_on >= actor.today)
    return {grant.case_id: grant for grant in session.scalars(running.order_by(Grant.ends_on))}


def place(job: Job) -> str:
    """The page of what a job works on."""
    if job.document_id is not None and (document := session.get(Document, job.document_id)) is not None:
        return url_for("documents.show", case_id=document.case_id, document_id=document.id)
    if job.packet_id is not None and (packet := session.get(Packet, job.packet_id)) is not None:
        return url_for("packets.show", case_id=packet.case_id, packet_id=packet.id)
    return url_for("cases.show", case_id=job.case_id) if job.case_id else ""


blueprint.add_app_template_global(place, "job_place")
