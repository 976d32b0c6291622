"""Packets: the builder that shows what would go in and what stands in the way, progress while the worker builds, and the result."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import Blueprint, Response, abort, g, jsonify, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext
from sqlalchemy import exists, select

from casefiles import assemble, assess, audit, policy, runtime
from casefiles.db import saving, session
from casefiles.errors import NotAllowed, NotUsable, StoreUnavailable
from casefiles.law import load_law
from casefiles.law.days import day_of
from casefiles.models import Case, Job, JobState, Packet, PacketState
from casefiles.web import case_page, originals
from casefiles.web.headers import framed
from storage import NotStored

blueprint = Blueprint("packets", __name__, url_prefix="/cases/<case_id>/packets")
FIRST_PAGES = 6  # shown as pictures where the browser shows no PDF in a frame
STEPS = {
    "prepare": lazy_gettext("Preparing the evidence"), "forms": lazy_gettext("Writing the papers"), "assemble": lazy_gettext("Putting the pages together"),
    "stamp": lazy_gettext("Stamping page numbers"), "write": lazy_gettext("Writing the bundle"), "finish": lazy_gettext("Manifest and zip"),
}


@blueprint.get("/new")
def new(case_id: str) -> ResponseReturnValue:
    """The builder."""
    case = policy.case_for(g.actor, policy.Action.BUILD_PACKET, case_id)
    kind = request.args.get("kind", case.packet_kind)
    if kind not in load_law().packet_names:
        abort(404)
    with saving():
        case = policy.case_for(g.actor, policy.Action.BUILD_PACKET, case_id)
        audit.record(g.actor, "open", f"packet builder {kind}", case_id=case_id)
    return render_template("packets/new.html", **_builder(case, kind, case_page.asked_day(case)))


@blueprint.post("/new")
def create(case_id: str) -> ResponseReturnValue:
    """Ask for the packet. A second click while it is being built leads to the one that is."""
    kind, reason = request.form.get("kind", ""), request.form.get("override", "")[:2000]
    day = _day(request.form.get("as_of", ""))
    with saving():
        case = policy.case_for(g.actor, policy.Action.BUILD_PACKET, case_id)
        packet = _running(case, kind, day, reason.strip()) or assemble.request(g.actor, case, kind, as_of=day, override_reason=reason)
    return redirect(url_for(".show", case_id=case_id, packet_id=packet.id))


@blueprint.get("/<int:packet_id>")
def show(case_id: str, packet_id: int) -> ResponseReturnValue:
    """Progress while it is being built, then the result."""
    with saving():
        packet = policy.packet_for(g.actor, "read", case_id, packet_id)
        audit.record(g.actor, "open", label(packet), case_id=case_id)
    if packet.state is not PacketState.READY:
        return render_template("packets/progress.html", packet=packet, case=packet.case, job=_job(packet), steps=STEPS, step=_step(packet))
    return render_template("packets/show.html", **_result(packet))


@blueprint.get("/<int:packet_id>/progress")
def progress(case_id: str, packet_id: int) -> ResponseReturnValue:
    """Step, pages done of all, for the bar."""
    packet = policy.packet_for(g.actor, "read", case_id, packet_id)
    job = _job(packet)
    done, total, reason = (job.done, job.total, job.reason) if job else (0, 0, "")
    return jsonify(state=packet.state.value, step=_step(packet), done=done, total=total, reason=packet.reason or reason)


@blueprint.get("/<int:packet_id>/bundle.pdf")
def view(case_id: str, packet_id: int) -> ResponseReturnValue:
    """The bundle for the frame in the page; whoever may not take it away sees pictures of its pages instead."""
    with saving():
        packet = policy.packet_for(g.actor, "export", case_id, packet_id)
        audit.record(g.actor, "preview", label(packet), case_id=case_id, part="bundle.pdf")
    return framed(_file(_part(packet, "bundle.pdf"), "application/pdf", conditional=False))


@blueprint.get("/<int:packet_id>/pages/<int:number>.png")
def page_image(case_id: str, packet_id: int, number: int) -> ResponseReturnValue:
    """One page of the bundle as a picture."""
    with saving():
        packet = policy.packet_for(g.actor, "read", case_id, packet_id)
        audit.record(g.actor, "preview", label(packet), case_id=case_id, page=number)
    return originals.picture(_path(_part(packet, "bundle.pdf")), "application/pdf", number)


@blueprint.get("/<int:packet_id>/parts/<path:name>")
def download(case_id: str, packet_id: int, name: str) -> ResponseReturnValue:
    """One file of the packet, as an attachment."""
    with saving():
        packet = policy.packet_for(g.actor, "export", case_id, packet_id)
        part = _part(packet, name)
        audit.record(g.actor, "download", label(packet), case_id=case_id, part=name, sha256=part["sha256"])
    return originals.attached(_file(part, "application/octet-stream", conditional=True), f"{case_id}-{packet.kind}-{packet.number}-{name.rpartition('/')[2]}")


def label(packet: Packet) -> str:
    """How a packet is named in the audit log."""
    return f"{packet.kind} {packet.number}"


def _builder(case: Case, kind: str, as_of: date | None) -> dict[str, Any]:
    plan = assemble.preview(case, kind, as_of, g.actor.today) if assemble.is_built(kind, case.dispute_type) else None
    documents = {document.ref: document for document in policy.listed_documents(g.actor, case)}
    check = plan.check if plan else {}
    return {
        "case": case, "kind": kind, "plan": plan, "check": check, "documents": documents, "law_types": load_law().documents,
        "built": [known for known in assemble.BUILT if assemble.is_built(known, case.dispute_type)],
        "as_of": check.get("as_of", ""), "asked_day": request.args.get("as_of", ""), "may_override": policy.may(g.actor, policy.Action.OVERRIDE),
        "blocking": _findings(check, blocking=True), "others": _findings(check, blocking=False),
        "gaps": [field for field in plan.missing if field.blocking] if plan else [],
        "empty_fields": [field for field in plan.missing if not field.blocking] if plan else [],
    }  # fmt: skip


def _result(packet: Packet) -> dict[str, Any]:
    check = packet.check or {}
    may_export = _may_export(packet)
    number = min(max(request.args.get("page", 1, type=int), 1), max(_pages(packet), 1))
    bundle = next((part for part in packet.parts if part["name"] == "bundle.pdf"), None)
    return {
        "packet": packet, "case": packet.case, "check": check, "parts": [part for part in packet.parts if _may_see(part)], "may_export": may_export,
        "pages": _pages(packet) if bundle and runtime.store().holds(bundle["sha256"]) else 0, "first_pages": FIRST_PAGES,
        "number": number,
        "findings": check.get("findings", []), "places": (packet.manifest or {}).get("parts", []), "changed": _changed(packet, check),
        "item_names": {item.id: item.zh for item in load_law().packets[packet.kind].items} if packet.kind in load_law().packets else {},
        "may_upload": {kind for kind in load_law().documents if policy.may(g.actor, policy.adding(kind))},
    }  # fmt: skip


def _pages(packet: Packet) -> int:
    """How many pages the bundle has, papers and evidence."""
    return int((packet.manifest or {}).get("bundle", {}).get("pages", 0))


def _changed(packet: Packet, check: Mapping[str, Any]) -> bool:
    """Whether the case says something else now than when the packet was built."""
    now = assess.check(packet.case, packet.kind, packet.as_of, today=g.actor.today)
    return any(now.get(key) != check.get(key) for key in ("findings", "totals", "damages", "element_status", "missing_uploads"))


def _findings(check: Mapping[str, Any], *, blocking: bool) -> list[dict[str, Any]]:
    return [f for f in check.get("findings", ()) if (f["severity"] == "blocking" and not f.get("waived")) is blocking]


def _running(case: Case, kind: str, as_of: date | None, override: str) -> Packet | None:
    """The same packet, asked for before and worked on: same day, and with the same reason where one is given to override."""
    same = (Packet.case_id == case.case_id) & (Packet.kind == kind) & (Packet.as_of == assess.day_of(case, as_of, g.actor.today))
    same = same & (Packet.override_reason == override) if override else same
    worked_on = exists().where(Job.packet_id == Packet.id, Job.state.in_([JobState.WAITING, JobState.RUNNING]))
    going = Packet.state.in_([PacketState.WAITING, PacketState.BUILDING])
    return session.scalar(select(Packet).where(same, going, worked_on).order_by(Packet.id.desc()).limit(1))


def _job(packet: Packet) -> Job | None:
    return session.scalar(select(Job).where(Job.packet_id == packet.id).order_by(Job.id.desc()).limit(1))


def _step(packet: Packet) -> str:
    job = _job(packet)
    return str(STEPS.get(job.step, job.step)) if job else ""


def _day(text: str) -> date | None:
    try:
        return day_of(text) if text else None
    except ValueError:
        said = text[:20]
        raise NotUsable(f"{said!r} is no date; nothing was made. Write it like 2026-12-31.", f"“{said}”不是日期，未生成。格式如 2026-12-31。") from None


def _may_export(packet: Packet) -> bool:
    try:
        policy.packet_for(g.actor, "export", packet.case_id, packet.id)
    except NotAllowed:
        return False
    return True


def _may_see(part: Mapping[str, Any]) -> bool:
    return not part["internal"] or g.actor.role in policy.LEGAL  # the internal cover sheet is for the law department


def _part(packet: Packet, name: str) -> Mapping[str, Any]:
    """A part of a finished packet by its name in the list; an internal one is hidden from everybody outside the law department."""
    return next((part for part in packet.parts if part["name"] == name and _may_see(part)), None) or abort(404)


def _path(part: Mapping[str, Any]) -> Any:
    try:
        return runtime.store().path(part["sha256"])
    except NotStored as error:
        raise StoreUnavailable(
            f"{part['name']} of this packet cannot be read. The other parts are kept. Build the packet again or tell the administrator.",
            f"文书包中的 {part['name']} 无法读取，其余文件仍在。请重新生成或联系管理员。",
        ) from error


def _file(part: Mapping[str, Any], media_type: str, *, conditional: bool) -> Response:
    return send_file(_path(part), mimetype=media_type, etag=part["sha256"], conditional=conditional)
