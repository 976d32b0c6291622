"""Packets: the routes of this room, the builder and the arrangement it keeps, progress while the worker builds, and the result."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date

from flask import Blueprint, abort, flash, g, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import exists, select

from casefiles import assemble, assess, audit, policy
from casefiles.db import saving, session
from casefiles.errors import Conflict, NotUsable
from casefiles.law import load_law
from casefiles.law.days import day_of
from casefiles.models import Case, Job, Packet, PacketState
from casefiles.policy import Action
from casefiles.rules.catalogue import CatalogueGroup
from casefiles.web import case_page, originals, packets_arranging, packets_builder, packets_filing, packets_progress, packets_result
from casefiles.web.headers import framed
from casefiles.web.packets_builder import Drawn
from casefiles.web.packets_progress import GOING

blueprint = Blueprint("packets", __name__, url_prefix="/cases/<case_id>/packets")
blueprint.add_app_template_global(packets_builder.problems, "problems_of")
blueprint.add_app_template_global(packets_result.paper_label, "paper_label")
blueprint.add_app_template_global(packets_result.file_title, "file_title")
blueprint.add_app_template_global(packets_result.all_pages, "packet_pages")
blueprint.add_app_template_global(packets_result.plan_options, "plan_options")
blueprint.add_app_template_global(packets_result.change_label, "change_label")
blueprint.add_app_template_filter(packets_result.stamped, "stamped")
blueprint.add_url_rule("/<int:packet_id>/cancel", "cancel", packets_filing.cancel, methods=["POST"])
blueprint.add_url_rule("/<int:packet_id>/freeze", "freeze", packets_filing.freeze, methods=["POST"])
blueprint.add_url_rule("/<int:packet_id>/insert", "insert", packets_filing.insert, methods=["POST"])
blueprint.add_url_rule("/<int:packet_id>/filed", "file", packets_filing.file, methods=["POST"])
blueprint.add_url_rule("/<int:packet_id>/copies", "add_copy", packets_filing.add_copy, methods=["POST"])
blueprint.add_url_rule("/<int:packet_id>/copies/<int:copy_id>", "copy", packets_filing.copy)
blueprint.add_url_rule("/<int:packet_id>/bag.zip", "bag", packets_filing.bag)


@blueprint.get("/new")
def new(case_id: str) -> ResponseReturnValue:
    """The builder."""
    case = policy.case_for(g.actor, Action.BUILD_PACKET, case_id)
    kind = _kind(request.args.get("kind", case.packet_kind))
    with saving():
        case = policy.case_for(g.actor, Action.BUILD_PACKET, case_id)
        audit.record(g.actor, "open", f"packet builder {kind}", case_id=case_id)
    return render_template("packets/new.html", **packets_builder.page(case, kind, case_page.asked_day(case), packets_builder.stored(case, kind)))


@blueprint.post("/new")
def create(case_id: str) -> ResponseReturnValue:
    """Ask for the packet, arranged as the page says. A second click while it is being built leads to the one that is."""
    kind, reason = request.form.get("kind", ""), request.form.get("override", "")[:2000]
    day = _day(request.form.get("as_of", ""))
    with saving():
        case = policy.case_for(g.actor, Action.BUILD_PACKET, case_id)
        if "version" in request.form:
            _keep(case, _kind(kind), day)
        packet = _running(case, kind, day, reason.strip()) or assemble.request(g.actor, case, kind, as_of=day, override_reason=reason)
    return redirect(url_for(".show", case_id=case_id, packet_id=packet.id))


@blueprint.post("/plan")
def arrange(case_id: str) -> ResponseReturnValue:
    """Keep the arrangement as a new version; move an exhibit on the page only; or take up an earlier version again."""
    kind, asked = _kind(request.form.get("kind", "")), _day(request.form.get("as_of", ""))
    if "move" in request.form:
        case = policy.case_for(g.actor, Action.EDIT_PACKET, case_id)
        return render_template("packets/new.html", **packets_builder.page(case, kind, asked, _moved(case, kind, asked)))
    with saving():
        case = policy.case_for(g.actor, Action.EDIT_PACKET, case_id)
        number = _keep(case, kind, asked)
    flash(_("Kept as version %(number)s.", number=number), "ok")
    return redirect(url_for(".new", case_id=case_id, kind=kind, as_of=asked))


@blueprint.get("/<int:packet_id>")
def show(case_id: str, packet_id: int) -> ResponseReturnValue:
    """Progress while it is being built, then the result."""
    with saving():
        packet = policy.packet_for(g.actor, "read", case_id, packet_id)
        audit.record(g.actor, "open", packet.label, case_id=case_id)
    if packet.state is not PacketState.READY or packets_progress.is_freezing(packet, packets_progress.job_of(packet)):
        return render_template("packets/progress.html", **packets_progress.page(packet))
    return render_template("packets/show.html", **packets_result.page(packet))


@blueprint.get("/<int:packet_id>/progress")
def progress(case_id: str, packet_id: int) -> ResponseReturnValue:
    """Step, how far, time left, for the script of the page."""
    return jsonify(asdict(packets_progress.told(policy.packet_for(g.actor, "read", case_id, packet_id))))


@blueprint.get("/<int:packet_id>/compare")
def compare(case_id: str, packet_id: int) -> ResponseReturnValue:
    """This packet beside another of its kind."""
    with saving():
        packet = policy.packet_for(g.actor, "read", case_id, packet_id)
        audit.record(g.actor, "open", packet.label, case_id=case_id)
    return render_template("packets/compare.html", **packets_result.compared(packet))


@blueprint.get("/<int:packet_id>/bundle.pdf")
def view(case_id: str, packet_id: int) -> ResponseReturnValue:
    """A volume of the bundle for the frame in the page; whoever may not take it away sees pictures of its pages instead."""
    with saving():
        packet = policy.packet_for(g.actor, "export", case_id, packet_id)
        part = packets_result.part(packet, packets_result.volume_asked(packet).file)
        audit.record(g.actor, "preview", packet.label, case_id=case_id, part=part["name"])
    return framed(packets_result.file_of(part, "application/pdf", conditional=False))


@blueprint.get("/<int:packet_id>/pages/<int:number>.png")
def page_image(case_id: str, packet_id: int, number: int) -> ResponseReturnValue:
    """One page of a volume as a picture."""
    with saving():
        packet = policy.packet_for(g.actor, "read", case_id, packet_id)
        part = packets_result.part(packet, packets_result.volume_asked(packet).file)
        audit.record(g.actor, "preview", packet.label, case_id=case_id, page=number)
    return originals.picture(packets_result.path_of(part), "application/pdf", number)


@blueprint.get("/<int:packet_id>/parts/<path:name>")
def download(case_id: str, packet_id: int, name: str) -> ResponseReturnValue:
    """One file of the packet, as an attachment."""
    with saving():
        packet = policy.packet_for(g.actor, "export", case_id, packet_id)
        part = packets_result.part(packet, name)
        audit.record(g.actor, "download", packet.label, case_id=case_id, part=name, sha256=part["sha256"])
    sent = packets_result.file_of(part, "application/octet-stream", conditional=True)
    return originals.attached(sent, f"{case_id}-{packet.kind}-{packet.number}-{name.rpartition('/')[2]}")


def _kind(name: str) -> str:
    return name if name in load_law().packet_names else abort(404)


def _keep(case: Case, kind: str, day: date | None) -> int:
    """Keep what the form says, or the version it takes up again, as the newest version; Conflict where somebody kept one since the page was opened."""
    drawn = packets_builder.stored(case, kind)
    if request.form.get("version", -1, type=int) != drawn.version:
        raise Conflict(_("the plan of this packet"))
    if (number := request.form.get("take_up", type=int)) is not None:
        return assemble.arrange(g.actor, case, kind, packets_builder.version(case, kind, number)).number
    said = packets_arranging.said(_proposed(case, kind, day), drawn.arrangement)
    return drawn.version if said == drawn.arrangement else assemble.arrange(g.actor, case, kind, said).number


def _moved(case: Case, kind: str, day: date | None) -> Drawn:
    """The page's arrangement with one exhibit moved, kept nowhere yet."""
    usual = _proposed(case, kind, day)
    said = packets_arranging.said(usual, packets_builder.stored(case, kind).arrangement)
    said["left_out"] = {ref: reason for ref, reason in said.get("left_out", {}).items() if reason}  # it is asked for when the plan is kept
    moved = packets_arranging.moved(usual, said, request.form.get("move", ""))
    return Drawn(moved, request.form.get("version", 0, type=int), unsaved=True)


def _proposed(case: Case, kind: str, day: date | None) -> tuple[CatalogueGroup, ...]:
    return packets_builder.proposed(case, kind, assess.day_of(case, day, g.actor.today))


def _running(case: Case, kind: str, as_of: date | None, override: str) -> Packet | None:
    """The same packet, asked for before and worked on: same day and plan, and with the same reason where one is given to override."""
    latest = assemble.latest(case, kind)
    same = (Packet.case_id == case.case_id) & (Packet.kind == kind) & (Packet.as_of == assess.day_of(case, as_of, g.actor.today))
    same = same & (Packet.plan_number == (latest.number if latest else None)) & Packet.inserted_into_id.is_(None)
    same = same & (Packet.override_reason == override) if override else same
    worked_on = exists().where(Job.packet_id == Packet.id, Job.state.in_(GOING))
    going = Packet.state.in_([PacketState.WAITING, PacketState.BUILDING])
    return session.scalar(select(Packet).where(same, going, worked_on).order_by(Packet.id.desc()).limit(1))


def _day(text: str) -> date | None:
    try:
        return day_of(text) if text else None
    except ValueError:
        said = text[:20]
        raise NotUsable(f"{said!r} is no date; nothing was made. Write it like 2026-12-31.", f"“{said}”不是日期，未生成。格式如 2026-12-31。") from None
