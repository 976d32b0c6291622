"""Draft -> final: a packet is built once more from what it was built from, read back, stamped with the time, and never changed again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, select, update

from casefiles import audit, work
from casefiles.assemble.compare import changes
from casefiles.assemble.keep import keep
from casefiles.assemble.order import Order
from casefiles.assemble.produce import Made, NotBuilt, Progress, parts_in, produce
from casefiles.bundle import manifest, timestamp
from casefiles.db import session
from casefiles.errors import CaseSealed, Refused
from casefiles.law import Words, load_law
from casefiles.models import Job, JobState, Packet, PacketState, State
from casefiles.policy import Action, Actor, require
from forms.fonts import Fonts
from storage import Store


@dataclass(frozen=True)
class Frozen:
    """A final version in its folder and in the store: what was made, its parts, the time stamp (None where no service is set)."""

    made: Made
    parts: Sequence[Mapping[str, Any]]
    stamp: dict[str, Any] | None


def obstacles(packet: Packet, today: date) -> list[Words]:
    """Why a packet cannot be frozen, each in a sentence; empty when it can. Contents incomplete or findings that block always stand in the way."""
    if packet.frozen_at is not None:
        return [Words(zh="该文书包已定稿。", en="The packet is frozen already.")]
    if packet.state is not PacketState.READY or packet.check is None:
        return [Words(zh="该文书包尚未生成。", en="The packet is not built yet.")]
    if packet.made_of is None:
        return [Words(zh="该文书包由旧版本生成，请重新生成。", en="The packet was built by an earlier version; build it again.")]
    found = [*_blocking(packet.check), *_missing(packet), *_without_file(packet)]
    if changes(packet, today):
        en = "The case or its arrangement has changed since the packet was built; build it again."
        found.append(Words(zh="生成之后案件或编排已有变动，请重新生成。", en=en))
    return found


def _blocking(check: Mapping[str, Any]) -> list[Words]:
    return [
        Words(
            zh=f"阻断问题：{finding['title_zh']}（补正，或由法务经理写明理由后豁免）",
            en=f"A finding blocks: {finding['title_en']} (mend it, or let the legal manager waive it with a reason)",
        )
        for finding in check["findings"] if finding["severity"] == "blocking" and not finding.get("waived")
    ]  # fmt: skip


def _missing(packet: Packet) -> list[Words]:
    names = {item.id: item.zh for item in load_law().packets[packet.kind].items}
    missing = (packet.check or {})["missing_uploads"]
    return [Words(zh=f"缺少材料：{names.get(item, item)}", en=f"An upload is missing: {names.get(item, item)}") for item in missing]


def _without_file(packet: Packet) -> list[Words]:
    """Documents whose slip sheet stands for a file that should be there."""
    plan = packet.plan or {}
    rows = [*(row for group in plan.get("groups", ()) for row in group["rows"]), *plan.get("uploads", ())]
    absent = [row["document"] for row in rows if row["slip"] and row["sha256"] is None]
    if packet.draft and not absent and not (packet.check or {})["missing_uploads"]:
        return [Words(zh="有材料的文件丢失或损坏，见内部封面。", en="The file of a document is lost or damaged; the internal cover names it.")]
    return [Words(zh=f"材料 {ref} 尚无文件", en=f"Document {ref} has no file yet") for ref in absent] if packet.draft else []


def ask_freeze(actor: Actor, packet: Packet, *, queue: bool = True) -> None:
    """Ask for the final version in the caller's transaction; Refused names what stands in the way. A job builds it."""
    require(actor, Action.APPROVE_PACKET)
    found = obstacles(packet, actor.today)
    if found:
        raise Refused(
            f"{packet.label} was not frozen: {'; '.join(words.en.rstrip('.') for words in found)}. It stays as it is.",
            f"{packet.label} 未定稿：{'；'.join(words.zh.rstrip('。') for words in found)}。文书包保持不变。",
        )
    if session.scalar(select(Job.id).where(_going(packet)).limit(1)) is not None:
        if queue:
            return  # a second click: the job that is there makes it final
        raise Refused(f"{packet.label} is being made final already; nothing was changed.", f"{packet.label} 正在定稿，未作改动。")
    packet.frozen_by_id = actor.person_id
    audit.record(actor, "freeze_asked", packet.label, case_id=packet.case_id)
    if queue:
        work.ask(work.FREEZE_PACKET, actor.now, packet=packet)


def make_final(order: Order, folder: Path, fonts: Fonts, store: Store, tsa_url: str | None, progress: Progress) -> Frozen:
    """Build the final version in `folder`, read it back, have its manifest stamped, keep every part. NotBuilt says what is wrong."""
    made = produce(order, folder, fonts, progress, final=True)
    if made.draft:
        raise NotBuilt("A file that was there when the packet was built is gone or damaged. Nothing was frozen. Hand in the file and build the packet again.")
    wrong = manifest.verify_folder(folder)
    if wrong:
        raise NotBuilt(f"The final version was read back and does not agree with its manifest: {wrong[0]}. Nothing was frozen; build the packet again.")
    stamp = None
    if tsa_url:
        made = replace(made, manifest=made.manifest | {"stamp": manifest.STAMP})  # a stamp that is taken away later is missed
        manifest.write_manifest(folder, made.manifest)
        stamp = _stamped(folder, tsa_url)
    made = replace(made, parts=parts_in(folder))
    return Frozen(made, keep(made, store), stamp)


def _stamped(folder: Path, url: str) -> dict[str, Any]:
    """The manifest's hash, stamped by the service; the answer lies beside the manifest and in the zip."""
    digest = hashlib.sha256((folder / manifest.NAME).read_bytes()).digest()
    try:
        token = timestamp.request(url, digest)
    except timestamp.TimestampError as error:
        reason = "The packet was not frozen and stays as it is; with CASEFILES_TSA_URL unset it can be frozen without a time stamp."
        raise NotBuilt(f"{error} {reason}") from error
    (folder / manifest.STAMP).write_bytes(token.der)
    manifest.write_zip(folder, folder / manifest.ZIP)
    return {"file": manifest.STAMP, "sha256": digest.hex(), "time": token.time.isoformat(), "authority": token.authority, "policy": token.policy}


def finish_freezing(actor: Actor, packet: Packet, frozen: Frozen, moment: datetime) -> None:
    """Say that the packet is final; from here on the database refuses every change but its filing.

    Refused when it is final already or the case was sealed meanwhile; NotBuilt when what was built is not what the draft showed.
    """
    session.refresh(packet, with_for_update=True)
    if packet.frozen_at is not None:
        raise Refused(f"{packet.label} is frozen already; nothing was changed.", f"{packet.label} 已定稿，未作改动。")
    if packet.case.state is State.ARCHIVED:
        raise CaseSealed(packet.case_id)
    _as_shown(packet, frozen.made)
    packet.parts, packet.manifest, packet.draft, packet.stamp = list(frozen.parts), frozen.made.manifest, False, frozen.stamp
    packet.frozen_at = moment
    part = next(part for part in frozen.parts if part["name"] == manifest.NAME)
    stamped = frozen.stamp["time"] if frozen.stamp else None
    audit.record(actor, "freeze", packet.label, case_id=packet.case_id, manifest=part["sha256"], stamped=stamped, asked_by=packet.frozen_by_id)


def _as_shown(packet: Packet, made: Made) -> None:
    """The final version holds the papers, native files and numbers of the draft that people looked at; only the draft's mark is gone."""
    if json.loads(json.dumps(made.plan)) != packet.plan or _beside_the_bundle(made.manifest) != _beside_the_bundle(packet.manifest or {}):
        raise NotBuilt(
            "The final version would read otherwise than the draft: the program, the law data or the fonts changed since. "
            "Nothing was frozen. Look at a new draft: build it again."
        )


def _beside_the_bundle(told: Mapping[str, Any]) -> dict[str, str]:
    """File -> SHA-256 of everything the manifest lists but the volumes, on which a draft bears its mark."""
    volumes = {volume["file"] for volume in told.get("volumes", ())}
    return {entry["file"]: entry["sha256"] for entry in told.get("files", ()) if entry["file"] not in volumes}


def _going(packet: Packet) -> ColumnElement[bool]:
    """Jobs that build the packet or make it final."""
    return (Job.packet_id == packet.id) & Job.state.in_([JobState.WAITING, JobState.RUNNING])


def cancel(actor: Actor, packet: Packet) -> None:
    """Stop the building or freezing of a packet: the worker notices at its next step and leaves nothing. Refused when nothing is going on."""
    require(actor, Action.BUILD_PACKET)
    # one statement, and the jobs first: it waits for a worker that is just finishing, and then what that one said stands
    stopped = session.execute(update(Job).where(_going(packet)).values(state=JobState.CANCELLED)).rowcount  # type: ignore[attr-defined]
    session.refresh(packet, with_for_update=True)
    if packet.state not in (PacketState.WAITING, PacketState.BUILDING) and not stopped:
        raise Refused(f"{packet.label} is not being built; nothing was changed.", f"{packet.label} 并未在生成中，未作改动。")
    if packet.state in (PacketState.WAITING, PacketState.BUILDING):
        packet.state, packet.finished_at = PacketState.CANCELLED, actor.now
    audit.record(actor, "cancel", packet.label, case_id=packet.case_id)
