"""What is different between two packets, or between a packet and the case of now: in sentences a lawyer would say."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from casefiles.assemble import rewritten
from casefiles.assemble.arrangement import latest
from casefiles.assemble.plan import Plan, preview
from casefiles.case_mapping import case_mapping
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
AMOUNT = re.compile(r"-?\d+\.\d{1,2}")
NOTHING = ("无", "none")
OPTIONS = {
    "court": ("法院方案", "court profile"), "form": ("起诉状形式", "form of the complaint"), "numbering": ("页码样式", "page numbers"),
    "prefix": ("页码前缀", "prefix of page numbers"), "width": ("页码位数", "digits of page numbers"),
    "dividers": ("每组前加分隔页", "divider before each group"), "covers": ("每册加封面", "cover sheet for each volume"),
    "duplex": ("双面打印时补空白页", "blank pages for printing on both sides"),
}  # fmt: skip
VALUES = {
    "element": ("要素式", "element form"), "narrative": ("叙述式", "narrative form"), "continuous": ("全卷连续", "through the whole bundle"),
    "prefixed": ("前缀加补零", "with a prefix and zeros"), "by_group": ("按组重新编号", "anew in each group"),
}  # fmt: skip
STATUS = {
    "generated": ("自动生成", "generated"), "present": ("已有", "present"), "missing": ("缺少", "missing"), "optional": ("可选", "optional"),
    "not_needed": ("不需要", "not needed"),
}  # fmt: skip
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
    found, mapping = differences(packet.plan, _told(now, packet.case), packet.check, now.check), case_mapping(packet.case)
    more = (*rewritten.uploads(packet.plan.get("uploads", ()), now, mapping), *rewritten.papers(packet, now, mapping))
    return (*found, *(Change(*told) for told in more))


def _told(plan: Plan, case: Case) -> dict[str, Any]:
    """A plan that was not built yet in the words of `Packet.plan`, as far as they are compared."""
    hashes = {document.ref: document.sha256 for document in case.documents}
    groups = []
    for group in plan.groups:
        rows = [{"document": r.document_id, "sha256": hashes.get(r.document_id)} | {key: getattr(r, key) for key in SAID} for r in group.rows]
        groups.append({"id": group.group, "purpose": group.purpose, "rows": rows})
    items = [{"n": item.n, "id": item.id, "zh": item.zh, "status": item.status} for item in plan.items]
    return {"groups": groups, "items": items, "options": dict(plan.options), "sets": plan.sets, "answers": dict(plan.arrangement.get("answers", {}))}


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
    old, new, groups = _rows(before), _rows(after), {group["id"]: group for group in after.get("groups", ())}
    for ref in old.keys() - new.keys():
        name = old[ref][1]["name"]
        yield Change("removed", f"证据“{name}”（{ref}）已不在其中", f"exhibit “{name}” ({ref}) is no longer in it")
    for ref in [ref for ref in new if ref not in old]:
        name = new[ref][1]["name"]
        yield Change("added", f"新增证据“{name}”（{ref}）", f"exhibit “{name}” ({ref}) is new")
    kept = [ref for ref in new if ref in old]
    for ref in kept:
        yield from _exhibit(ref, old[ref], new[ref], after)
    for group in before.get("groups", ()):
        now = groups.get(group["id"], group).get("purpose", "")
        if now != group.get("purpose", ""):
            zh, en = _group(group["id"], after)
            yield Change("worded", f"“{zh}”组的证明目的改为{_quoted(now)[0]}", f"what group “{en}” proves now reads {_quoted(now)[1]}")
    order = [ref for ref in old if ref in new]
    if order != kept and sorted(order) == sorted(kept):
        yield Change("moved", "证据的顺序已改变", "the order of the exhibits is another")


def _exhibit(ref: str, old: tuple[str, Mapping[str, Any]], new: tuple[str, Mapping[str, Any]], plan: Told) -> Iterator[Change]:
    (group, was), (now_group, now) = old, new
    name = was["name"]
    if was.get("sha256") != now.get("sha256"):
        yield Change("replaced", f"证据“{name}”（{ref}）的文件已更换", f"the file of exhibit “{name}” ({ref}) was replaced")
    if group != now_group:
        (zh, en), (to_zh, to_en) = _group(group, plan), _group(now_group, plan)
        yield Change("moved", f"证据“{name}”由“{zh}”组移至“{to_zh}”组", f"exhibit “{name}” moved from group “{en}” to “{to_en}”")
    for key in SAID:
        if was.get(key) != now.get(key):
            zh, en = _quoted(now.get(key))
            yield Change("worded", f"证据“{name}”的{SAID_ZH[key]}改为{zh}", f"the {SAID_EN[key]} of exhibit “{name}” now reads {en}")


def _group(group: str, plan: Told) -> tuple[str, str]:
    """What a group is called: the name in the catalogue, or the line of the contents it stands for (M4: line 4)."""
    if words := load_law().groups.get(group):
        return words.zh, words.en
    line = next((item["zh"] for item in plan.get("items", ()) if f"M{item.get('n')}" == group), group)
    return line, line


def _quoted(value: Any) -> tuple[str, str]:
    return ("（空）", "(nothing)") if value in (None, "") else (f"“{value}”", f"“{value}”")


def _items(before: Told, after: Told) -> Iterator[Change]:
    old = {item["id"]: item for item in before.get("items", ())}
    for item in after.get("items", ()):
        was = old.get(item["id"])
        if was and was["status"] != item["status"]:
            (was_zh, was_en), (now_zh, now_en) = STATUS[was["status"]], STATUS[item["status"]]
            yield Change("item", f"“{item['zh']}”：{was_zh} → {now_zh}", f"“{item['zh']}”: {was_en} → {now_en}")


def _options(before: Told, after: Told) -> Iterator[Change]:
    old, new = before.get("options", {}), after.get("options", {})
    for key in sorted({*old, *new}):
        if old.get(key) != new.get(key):
            (zh, en), (was_zh, was_en), (now_zh, now_en) = OPTIONS.get(key, (key, key)), _value(key, old.get(key)), _value(key, new.get(key))
            yield Change("option", f"{zh}：{was_zh} → {now_zh}", f"{en}: {was_en} → {now_en}")
    if before.get("sets") != after.get("sets"):
        yield Change("option", f"打印份数：{before.get('sets')} → {after.get('sets')}", f"sets to print: {before.get('sets')} → {after.get('sets')}")
    if before.get("answers", {}) != after.get("answers", {}):
        yield Change("option", "文书所需的陈述已改变", "the statements the papers ask for are others")


def _value(key: str, value: Any) -> tuple[str, str]:
    """The value of an option in words."""
    if isinstance(value, bool):
        return ("是", "yes") if value else ("否", "no")
    if value in (None, "", 0):
        return NOTHING
    if key == "court" and (court := load_law().courts.get(value)):
        return court.name.zh, court.name.en
    return VALUES.get(value, (str(value), str(value)))


def _figures(before: Check, after: Check) -> Iterator[Change]:
    for part, key, zh, en in FIGURES:
        was, now = (before.get(part) or {}).get(key), (after.get(part) or {}).get(key)
        if was != now:
            yield Change("figure", f"{zh}：{_figure(was)[0]} → {_figure(now)[0]}", f"{en}: {_figure(was)[1]} → {_figure(now)[1]}")


def _figure(value: Any) -> tuple[str, str]:
    """A figure as the pages show it: ¥1,234.50; a day stays as it is."""
    if value in (None, ""):
        return NOTHING
    if AMOUNT.fullmatch(str(value)):
        return (told := f"¥{Decimal(value):,.2f}"), told
    return str(value), str(value)


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
