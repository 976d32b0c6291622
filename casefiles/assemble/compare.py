"""What is different between two packets, or between a packet and the case of now: in sentences a lawyer would say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from casefiles.assemble.arrangement import latest
from casefiles.assemble.plan import Plan, preview
from casefiles.law import load_law
from casefiles.models import Case, Packet

Told = Mapping[str, Any]
Check = Mapping[str, Any]
FIGURES = (
    ("totals", "claimed_principal", "诉请本金", "principal claimed"),
    ("totals", "ledger_balance", "账面余额", "balance of the ledger"),
    ("totals", "paid", "已付款", "sum paid"),
    ("totals", "delivered_signed", "已签收交付金额", "signed deliveries"),
    ("totals", "invoiced", "已开票金额", "sum invoiced"),
    ("damages", "total", "逾期损失（违约金、利息）", "damages"),
    ("damages", "cut_off_inclusive", "损失计算截止日", "day damages run to"),
    ("fees", "amount_in_dispute", "标的总额", "amount in dispute"),
)
SAID = ("name", "purpose", "remarks", "source_form", "original", "copies")
SAID_ZH = {"name": "名称", "purpose": "证明目的", "remarks": "备注", "source_form": "来源/形式", "original": "原件/复印件", "copies": "份数"}
SAID_EN = {"name": "name", "purpose": "purpose", "remarks": "remark", "source_form": "source", "original": "original or copy", "copies": "copies"}


@dataclass(frozen=True)
class Change:
    """One difference: `kind` is added, removed, replaced, moved, worded, item, option, figure, finding or upload."""

    kind: str
    zh: str
    en: str


def changes(packet: Packet, today: date) -> tuple[Change, ...]:
    """What the case says otherwise now than when this packet was built; empty: it is not stale. Changes of the arrangement count too."""
    if packet.plan is None or packet.check is None:
        return ()
    kept = latest(packet.case, packet.kind)
    now = preview(packet.case, packet.kind, packet.as_of, today, dict(kept.arrangement) if kept else {})
    return differences(packet.plan, _told(now, packet.case), packet.check, now.check)


def _told(plan: Plan, case: Case) -> dict[str, Any]:
    """A plan that was not built yet in the words of `Packet.plan`, as far as they are compared."""
    hashes = {document.ref: document.sha256 for document in case.documents}
    groups = []
    for group in plan.groups:
        rows = [{"document": r.document_id, "sha256": hashes.get(r.document_id)} | {key: getattr(r, key) for key in SAID} for r in group.rows]
        groups.append({"id": group.group, "rows": rows})
    items = [{"id": item.id, "zh": item.zh, "status": item.status} for item in plan.items]
    return {"groups": groups, "items": items, "options": dict(plan.options), "sets": plan.sets}


def differences(before: Told, after: Told, check_before: Check, check_after: Check) -> tuple[Change, ...]:
    """Everything that differs between two plans (Packet.plan) and what the rules said with each, papers first, then figures and findings."""
    return (
        *_exhibits(before, after),
        *_items(before, after),
        *_options(before, after),
        *_figures(check_before, check_after),
        *_findings(check_before, check_after),
    )


def _rows(plan: Told) -> dict[str, tuple[str, Mapping[str, Any]]]:
    return {row["document"]: (group["id"], row) for group in plan.get("groups", ()) for row in group["rows"]}


def _exhibits(before: Told, after: Told) -> Iterator[Change]:
    old, new = _rows(before), _rows(after)
    for ref in old.keys() - new.keys():
        name = old[ref][1]["name"]
        yield Change("removed", f"证据“{name}”（{ref}）已不在其中", f"exhibit “{name}” ({ref}) is no longer in it")
    for ref in [ref for ref in new if ref not in old]:
        name = new[ref][1]["name"]
        yield Change("added", f"新增证据“{name}”（{ref}）", f"exhibit “{name}” ({ref}) is new")
    kept = [ref for ref in new if ref in old]
    for ref in kept:
        yield from _exhibit(ref, old[ref], new[ref])
    order = [ref for ref in old if ref in new]
    if order != kept and sorted(order) == sorted(kept):
        yield Change("moved", "证据的顺序已改变", "the order of the exhibits is another")


def _exhibit(ref: str, old: tuple[str, Mapping[str, Any]], new: tuple[str, Mapping[str, Any]]) -> Iterator[Change]:
    (group, was), (now_group, now) = old, new
    name = now["name"]
    if was.get("sha256") != now.get("sha256"):
        yield Change("replaced", f"证据“{name}”（{ref}）的文件已更换", f"the file of exhibit “{name}” ({ref}) was replaced")
    if group != now_group:
        yield Change("moved", f"证据“{name}”由 {group} 组移至 {now_group} 组", f"exhibit “{name}” moved from group {group} to {now_group}")
    for key in SAID:
        if was.get(key) != now.get(key):
            yield Change("worded", f"证据“{name}”的{SAID_ZH[key]}改为“{now.get(key)}”", f"the {SAID_EN[key]} of exhibit “{name}” now reads “{now.get(key)}”")


def _items(before: Told, after: Told) -> Iterator[Change]:
    old = {item["id"]: item for item in before.get("items", ())}
    for item in after.get("items", ()):
        was = old.get(item["id"])
        if was and was["status"] != item["status"]:
            yield Change("item", f"“{item['zh']}”：{_status(was)} → {_status(item)}", f"“{item['zh']}”: {was['status']} → {item['status']}")


STATUS_ZH = {"generated": "自动生成", "present": "已有", "missing": "缺少", "optional": "可选", "not_needed": "不需要"}


def _status(item: Mapping[str, Any]) -> str:
    return STATUS_ZH.get(item["status"], str(item["status"]))


def _options(before: Told, after: Told) -> Iterator[Change]:
    old, new = before.get("options", {}), after.get("options", {})
    for key in sorted({*old, *new}):
        if old.get(key) != new.get(key):
            yield Change("option", f"选项 {key}：{old.get(key)} → {new.get(key)}", f"option {key}: {old.get(key)} → {new.get(key)}")
    if before.get("sets") != after.get("sets"):
        yield Change("option", f"打印份数：{before.get('sets')} → {after.get('sets')}", f"sets to print: {before.get('sets')} → {after.get('sets')}")


def _figures(before: Check, after: Check) -> Iterator[Change]:
    for part, key, zh, en in FIGURES:
        was, now = (before.get(part) or {}).get(key), (after.get(part) or {}).get(key)
        if was != now:
            yield Change("figure", f"{zh}：{was or '无'} → {now or '无'}", f"{en}: {was or 'none'} → {now or 'none'}")


def _findings(before: Check, after: Check) -> Iterator[Change]:
    old = {finding["key"]: finding for finding in before.get("findings", ()) if not finding.get("waived")}
    new = {finding["key"]: finding for finding in after.get("findings", ()) if not finding.get("waived")}
    for key in [key for key in new if key not in old]:
        yield Change("finding", f"新问题：{new[key]['title_zh']}", f"new finding: {new[key]['title_en']}")
    for key in [key for key in old if key not in new]:
        yield Change("finding", f"问题已消除：{old[key]['title_zh']}", f"finding gone: {old[key]['title_en']}")
    yield from _uploads(before.get("missing_uploads", ()), after.get("missing_uploads", ()), before.get("packet") or after.get("packet") or "")


def _uploads(before: Iterable[str], after: Iterable[str], kind: str) -> Iterator[Change]:
    packets = load_law().packets
    names = {item.id: item.zh for item in packets[kind].items} if kind in packets else {}
    for item in sorted({*after} - {*before}):
        yield Change("upload", f"缺少材料：{names.get(item, item)}", f"an upload is missing now: {names.get(item, item)}")
    for item in sorted({*before} - {*after}):
        yield Change("upload", f"材料已补齐：{names.get(item, item)}", f"an upload that was missing is there: {names.get(item, item)}")
