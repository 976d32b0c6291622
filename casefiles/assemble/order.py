"""Asking for a packet, and its order: everything it is made of as plain values, from the case of today or as it was asked for."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from casefiles import audit, runtime, work
from casefiles.assemble import arrangement as arranging
from casefiles.assemble.plan import Plan, plan_of, preview
from casefiles.bundle.plan import Source, Standing
from casefiles.case_mapping import case_mapping, waivers_of
from casefiles.db import session
from casefiles.errors import CaseSealed, ChainBroken, Conflict, NotUsable, Refused
from casefiles.models import Case, Packet, PacketState, State
from casefiles.policy import Action, Actor, require
from casefiles.rules.findings import Waiver
from storage import NotStored


@dataclass(frozen=True)
class Order:
    """Everything a packet is made of, as plain values: the same order gives the same bytes."""

    kind: str
    as_of: date
    mapping: Mapping[str, Any]
    plan: Plan
    sources: Mapping[str, Source]  # document id -> its file
    override: Mapping[str, str] | None
    standing: Standing | None = None  # the numbers of a frozen packet that this one is inserted into
    frozen_on: date | None = None  # the day of that packet's final version


def request(
    actor: Actor, case: Case, kind: str, *, as_of: date | None, override_reason: str = "", queue: bool = True, insert_into: Packet | None = None
) -> Packet:
    """Ask for a packet in the caller's transaction: ChainBroken when findings block and nobody overrides; a job builds it.

    With `insert_into`, a frozen packet of this kind, what was numbered there keeps its numbers.
    """
    if insert_into is not None and (insert_into.frozen_at is None or (insert_into.case_id, insert_into.kind) != (case.case_id, kind)):
        raise NotUsable(
            "Pages are inserted into a frozen packet of the same case and kind only. Nothing was made.", "只能插入本案同类且已定稿的文书包，未生成。"
        )
    if insert_into is not None:
        _still_cited(insert_into, {document.ref: document.sha256 for document in case.documents})
    plan = preview(case, kind, as_of, actor.today)
    reason = "" if plan.check["generation_allowed"] else override_reason.strip()  # nothing blocks: there is nothing to override
    if reason:
        require(actor, Action.OVERRIDE)
        if actor.person_id is None:
            raise NotUsable("An override needs a person who answers for it: name one with --as. Nothing was made.", "强制生成须由具体人员作出，未生成。")
    if not plan.check["generation_allowed"] and not reason:
        raise ChainBroken(plan.check)
    _nothing_lacks(plan)
    last = session.scalar(select(func.max(Packet.number)).where(Packet.case_id == case.case_id, Packet.kind == kind))
    packet = Packet(
        case_id=case.case_id, kind=kind, number=(last or 0) + 1, state=PacketState.WAITING, as_of=date.fromisoformat(plan.check["as_of"]),
        requested_by_id=actor.person_id, requested_at=actor.now, case_version=case.version, check=plan.check, parts=[],
        override_reason=reason or None, override_by_id=actor.person_id if reason else None,
        plan_number=plan.number, inserted_into_id=insert_into.id if insert_into else None,
    )  # fmt: skip
    session.add(packet)
    what = f"{case.case_id} ({kind})"
    try:
        session.flush()
    except IntegrityError:  # somebody else asked for this number first
        raise Conflict(what) from None
    audit.record(actor, "packet", packet.label, case_id=case.case_id, as_of=packet.as_of, blocked=not plan.check["generation_allowed"])
    if reason:
        keys = [f["key"] for f in plan.check["findings"] if f["severity"] == "blocking"]
        audit.record(actor, "override", packet.label, case_id=case.case_id, reason=reason, findings=keys)
    if queue:
        work.ask(work.BUILD_PACKET, actor.now, packet=packet)
    return packet


def _still_cited(frozen: Packet, hashes: Mapping[str, str | None]) -> None:
    """NotUsable names the exhibits of a frozen packet whose file is another or gone: its page numbers would lead to other words."""
    rows = [row for group in (frozen.plan or {}).get("groups", ()) for row in group["rows"]]
    other = [f"{row['mark']} {row['document']}" for row in rows if hashes.get(row["document"]) != row["sha256"]]
    if other:
        told = ", ".join(other)
        raise NotUsable(
            f"{told}: the file is another than in the frozen packet, or gone, so its page numbers cannot stand. Nothing was made, the frozen packet is kept. "
            "Hand in the changed paper as an exhibit of its own, or make a new packet.",
            f"{told} 的文件与定稿时不同或已缺失，页码无法保留。未生成，原定稿文书包保持不变。请将变更后的材料作为新证据提交，或另行生成文书包。",
        )


def _nothing_lacks(plan: Plan) -> None:
    """Refused, with every field a paper cannot be written without and the place where it is entered."""
    empty = [field for field in plan.missing if field.blocking]
    if empty:
        en, zh = (", ".join(f"{field.en} ({field.where})" for field in empty), "、".join(f"{field.zh}（{field.where}）" for field in empty))
        raise Refused(f"The papers lack: {en}. Nothing was made; enter them in the case and build again.", f"文书缺少：{zh}。未生成，请补录后重试。")


def order_of(packet: Packet) -> Order:
    """The order of a requested packet, read from the case as it is now and kept in the packet: `order_again` gives it once more."""
    case = packet.case
    if case.state is State.ARCHIVED:  # sealed since it was asked for
        raise CaseSealed(case.case_id)
    if packet.inserted_into is not None:
        _still_cited(packet.inserted_into, {document.ref: document.sha256 for document in case.documents})
    plan_row = arranging.latest(case, packet.kind)
    mapping, waivers = case_mapping(case), waivers_of(case)
    packet.made_of = {
        "case": mapping,
        "waivers": [{"key": w.key, "reason": w.reason, "by": w.by, "on": w.on.isoformat()} for w in waivers],
        "arrangement": dict(plan_row.arrangement) if plan_row else {},
        "standing": _standing(packet.inserted_into),
    }
    packet.plan_number = plan_row.number if plan_row else None
    order = order_again(packet)
    packet.check, packet.case_version = order.plan.check, case.version
    if not order.plan.check["generation_allowed"] and not packet.override_reason:
        raise ChainBroken(order.plan.check)
    _nothing_lacks(order.plan)
    return order


def order_again(packet: Packet) -> Order:
    """The order a packet was built to, from what it keeps and the stored files: it gives the same bytes, whatever the case says by now."""
    made_of = packet.made_of
    if made_of is None:
        raise Refused(
            f"What packet {packet.kind} {packet.number} was made of is not kept: an earlier version built it, or a paper was deleted for good since. "
            "It stands as it is; build a new one.",
            f"文书包 {packet.kind} {packet.number} 的生成依据未保存（由早期版本生成，或其后有材料被彻底删除），无法重新生成。原文书包保持不变，请另行生成。",
        )
    plan = plan_again(packet, made_of)
    override = {"reason": packet.override_reason, "person": packet.override_by.name} if packet.override_reason and packet.override_by else None
    standing = made_of.get("standing")
    return Order(
        packet.kind, packet.as_of, made_of["case"], plan, sources_of(made_of["case"]), override,
        Standing({ref: tuple(labels) for ref, labels in standing["labels"].items()}, standing["marks"]) if standing else None,
        date.fromisoformat(standing["frozen_on"]) if standing else None,
    )  # fmt: skip


def plan_again(packet: Packet, made_of: Mapping[str, Any]) -> Plan:
    """The plan a packet was built to, computed anew from what it was made of."""
    waivers = [Waiver(w["key"], w["reason"], w["by"], date.fromisoformat(w["on"])) for w in made_of["waivers"]]
    return replace(plan_of(made_of["case"], packet.kind, packet.as_of, waivers, made_of["arrangement"]), number=packet.plan_number)


def _standing(frozen: Packet | None) -> dict[str, Any] | None:
    """Labels and marks of the packet that pages are inserted into, as its plan keeps them."""
    if frozen is None or frozen.plan is None:
        return None
    rows = [row for group in frozen.plan["groups"] for row in group["rows"]]
    day = frozen.frozen_at.date().isoformat() if frozen.frozen_at else None
    return {"labels": {row["document"]: row["labels"] for row in rows}, "marks": {row["document"]: row["mark"] for row in rows}, "frozen_on": day}


def sources_of(mapping: Mapping[str, Any]) -> dict[str, Source]:
    """The stored file of every document that has one."""
    store, found = runtime.store(), {}
    for ref, file in mapping.get("files", {}).items():
        try:
            path = store.path(file["sha256"])
        except NotStored:
            path = Path("missing") / file["sha256"]  # preflight names it: a slip sheet, never a silent gap
        found[ref] = Source(path, file["name"] or ref, file["sha256"], file["bytes"], file["media_type"] or "")
    return found
