"""A finished packet as its page shows it: volumes, parts, what changed since, what keeps it from being made final, and what was filed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from flask import Response, abort, g, request, send_file, url_for
from flask_babel import gettext as _
from sqlalchemy import select

from casefiles import assemble, assess, policy, runtime
from casefiles.db import session
from casefiles.errors import NotAllowed, StoreUnavailable
from casefiles.law import load_law
from casefiles.models import Case, JobState, Packet, PacketState, State
from casefiles.policy import Action
from casefiles.web import packets_arranging, packets_progress
from casefiles.web.errors import LARGEST_ID
from casefiles.web.packets_words import CHANGES, FILES, PLEADINGS
from casefiles.web.words import in_language, instant, type_label
from storage import NotStored

FIRST_PAGES = 6  # shown as pictures where the browser shows no PDF in a frame
MANIFEST = "manifest.json"


@dataclass(frozen=True)
class Volume:
    """One PDF of the bundle."""

    number: int
    file: str
    pages: int


@dataclass(frozen=True)
class Obstacle:
    """Why a packet cannot be made final, and where that is mended; an empty address where this person cannot."""

    text: str
    url: str


def volumes(packet: Packet) -> list[Volume]:
    """The volumes of a finished packet; packets built before there were volumes have one."""
    told = packet.manifest or {}
    if rows := told.get("volumes"):
        return [Volume(int(row["volume"]), str(row["file"]), int(row["pages"])) for row in rows]
    bundle = told.get("bundle", {})
    return [Volume(1, str(bundle.get("file", "bundle.pdf")), int(bundle.get("pages", 0)))]


def all_pages(packet: Packet) -> int:
    """The pages of all volumes; 0 as long as nothing is built."""
    return sum(volume.pages for volume in volumes(packet))


def volume_asked(packet: Packet) -> Volume:
    """The volume of ?volume=, the first where none is asked for; 404 for one that is not there."""
    number = request.args.get("volume", 1, type=int)
    return next((volume for volume in volumes(packet) if volume.number == number), None) or abort(404)


def part(packet: Packet, name: str) -> Mapping[str, Any]:
    """A part of a finished packet by its name in the list; an internal one is hidden from everybody outside the law department."""
    found: Mapping[str, Any] | None = next((part for part in packet.parts if part["name"] == name and may_see(part)), None)
    return found or abort(404)


def may_see(part: Mapping[str, Any]) -> bool:
    """The internal cover sheet is for the law department."""
    return not part["internal"] or g.actor.role in policy.LEGAL


def path_of(part: Mapping[str, Any]) -> Path:
    """Where the bytes of a part lie; StoreUnavailable where they are lost."""
    try:
        return runtime.store().path(part["sha256"])
    except NotStored as error:
        raise StoreUnavailable(
            f"{part['name']} of this packet cannot be read. The other parts are kept. Build the packet again or tell the administrator.",
            f"文书包中的 {part['name']} 无法读取，其余文件仍在。请重新生成或联系管理员。",
        ) from error


def file_of(part: Mapping[str, Any], media_type: str, *, conditional: bool) -> Response:
    """A part as an answer, streamed from the store."""
    return send_file(path_of(part), mimetype=media_type, etag=part["sha256"], conditional=conditional)


def page(packet: Packet) -> dict[str, Any]:
    """What the result page shows."""
    check, case, may_export = packet.check or {}, packet.case, allowed(packet, "export")
    volume, job = volume_asked(packet), packets_progress.job_of(packet)
    stored = next((part for part in packet.parts if part["name"] == volume.file), None)
    pages = volume.pages if stored and runtime.store().holds(stored["sha256"]) else 0
    names = {item.id: item.zh for kind in load_law().packets.values() for item in kind.items}
    changes = assemble.changes(packet, g.actor.today) if case.state is not State.ARCHIVED else ()
    rights = {word: case.state is not State.ARCHIVED and allowed(packet, word) for word in ("create", "edit", "approve")}
    return {
        "packet": packet, "case": case, "check": check, "parts": [part for part in packet.parts if may_see(part)], "may_export": may_export, "rights": rights,
        "may_edit": policy.may(g.actor, Action.EDIT_PACKET),
        "volume": volume, "volumes": volumes(packet), "pages": pages, "first_pages": FIRST_PAGES, "all_pages": all_pages(packet),
        "number": min(max(request.args.get("page", 1, type=int), 1), max(volume.pages, 1)),
        "findings": check.get("findings", []), "places": places(packet), "changes": changes, "item_names": names,
        "may_upload": {kind for kind in load_law().documents if policy.may(g.actor, policy.adding(kind))},
        "obstacles": obstacles(packet) if packet.frozen_at is None else [],
        "failed": job.reason if job and job.state is JobState.FAILED else "",
        "manifest_sha256": next((part["sha256"] for part in packet.parts if part["name"] == MANIFEST), ""), "stamp": packet.stamp or {},
        "previous": previous(packet), "later": later(packet), "papers": papers(packet), "late": late(packet, case) if packet.frozen_at else [],
    }  # fmt: skip


def allowed(packet: Packet, word: str) -> bool:
    """Whether this person may `word` the packet; shows or hides a button."""
    try:
        policy.packet_for(g.actor, word, packet.case_id, packet.id)
    except NotAllowed:
        return False
    return True


def places(packet: Packet) -> list[Mapping[str, Any]]:
    """What stands where, each with its volume."""
    return [{"volume": 1} | row for row in (packet.manifest or {}).get("parts", [])]


def papers(packet: Packet) -> list[tuple[str, str]]:
    """Id and title of what a sealed copy may be of: the papers, or the whole bundle."""
    return [*assemble.papers_of(packet).items(), ("bundle.pdf", _("The whole bundle"))]


def obstacles(packet: Packet) -> list[Obstacle]:
    """Every reason why the packet cannot be made final, with the page where it is mended; in the order of `assemble.obstacles`."""
    case_id, check = packet.case_id, packet.check or {}
    chain = [url_for("cases.show", case_id=case_id, packet=packet.kind)] * assess.blocking({"findings": [], **check})
    uploads = [_upload_url(packet, kind) for kind in check.get("missing_uploads", ())]
    files = [url_for("cases.documents", case_id=case_id)] * len((packet.plan or {}).get("gaps", ()))
    places = iter([*chain, *uploads, *files] if packet.made_of is not None else [])
    builder = url_for("packets.new", case_id=case_id, kind=packet.kind) if policy.may(g.actor, Action.BUILD_PACKET) else ""
    return [Obstacle(in_language(words), next(places, builder)) for words in assemble.obstacles(packet, g.actor.today)]


def _upload_url(packet: Packet, kind: str) -> str:
    if kind in load_law().documents and not policy.may(g.actor, policy.adding(kind)):
        return ""
    return url_for("documents.upload", case_id=packet.case_id, type=kind if kind in load_law().documents else None)


def previous(packet: Packet) -> Packet | None:
    """The finished packet of the same kind before this one."""
    older = (Packet.case_id == packet.case_id) & (Packet.kind == packet.kind) & (Packet.number < packet.number)
    return session.scalar(select(Packet).where(older, Packet.state == PacketState.READY).order_by(Packet.number.desc()).limit(1))


def later(packet: Packet) -> Sequence[Packet]:
    """The late insertions into this packet."""
    return session.scalars(select(Packet).where(Packet.inserted_into_id == packet.id).order_by(Packet.number)).all()


def late(packet: Packet, case: Case) -> list[str]:
    """The exhibits of the case that the frozen packet does not hold."""
    held = set((packet.manifest or {}).get("catalogue", {}))
    plan = assemble.preview(case, packet.kind, packet.as_of, g.actor.today)
    return [f"{row.document_id} {row.name}" for group in plan.groups for row in group.rows if row.document_id not in held]


def compared(packet: Packet) -> dict[str, Any]:
    """This packet beside another of its kind: the one of ?with=, the one before where none is asked for."""
    asked = request.args.get("with", type=int)
    if asked is not None and not 0 < asked <= LARGEST_ID:
        abort(404)
    other = session.get(Packet, asked) if asked else previous(packet)
    if asked and other is None:
        abort(404)
    if other is not None and (other.case_id != packet.case_id or other.kind != packet.kind or other.state is not PacketState.READY):
        abort(404)
    rows = session.scalars(
        select(Packet).where(Packet.case_id == packet.case_id, Packet.kind == packet.kind, Packet.state == PacketState.READY).order_by(Packet.number)
    )
    known = other is not None and other.plan is not None and packet.plan is not None
    changes = assemble.differences(other.plan or {}, packet.plan or {}, other.check or {}, packet.check or {}) if other is not None and known else ()
    return {
        "packet": packet, "case": packet.case, "other": other, "choices": [row for row in rows if row.id != packet.id], "known": known,
        "changes": changes,
    }  # fmt: skip


def paper_label(paper: str, titles: Mapping[str, str]) -> str:
    """What a filed copy is of."""
    return titles.get(paper, type_label(paper)) if paper else str(_("Other paper"))


def file_title(name: str, titles: Sequence[tuple[str, str]]) -> str:
    """What a file of a packet is, in words; empty where its name says it: forms/03-legal-rep-certificate.pdf is a paper of the contents."""
    if name in FILES:
        return str(FILES[name])
    stem = name.rpartition("/")[2].rpartition(".")[0].partition("-")[2]
    return {paper.replace("_", "-"): title for paper, title in titles}.get(stem, "") if name.startswith("forms/") else ""


def plan_options(plan: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The options a packet was built with, in words."""
    court = plan.get("options", {}).get("court", "")
    known = load_law().courts.get(court)
    said = plan.get("options", {}) | {"sets": plan.get("sets"), "court": in_language(known.name) if known else court}
    labels = {key: label for key, label in packets_arranging.option_labels().items() if key != "form" or plan.get("kind") in PLEADINGS}
    return [(label, packets_arranging.told("options", key, said[key])) for key, label in labels.items() if said.get(key) not in (None, "", 0)]


def change_label(kind: str) -> str:
    """What sort of change it is."""
    return str(CHANGES.get(kind, kind))


def stamped(moment: str) -> str:
    """The time of a time stamp, as every instant is shown."""
    return instant(datetime.fromisoformat(moment))
