"""How a person wants a kind of packet arranged: what may be said, its versions, and the exhibits put in that order."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from casefiles import audit
from casefiles.db import session
from casefiles.errors import Conflict, NotUsable
from casefiles.law import load_law
from casefiles.law.courts import DEFAULT
from casefiles.models import Case, PacketPlan
from casefiles.policy import Action, Actor, require
from casefiles.rules.catalogue import ORDINALS, CatalogueGroup, Row

PARTS = ("groups", "names", "purposes", "remarks", "left_out", "items", "options", "answers")
LONGEST = {"names": 200, "purposes": 1000, "remarks": 200, "left_out": 500, "answers": 2000}  # characters, as much as the papers hold
LAYOUT = ("numbering", "prefix", "width", "dividers", "covers", "duplex")  # what a court's profile says and a person may say otherwise
CHOICES = {"form": ("element", "narrative"), "numbering": ("continuous", "prefixed", "by_group")}
PREFIX = re.compile(r"([A-Za-z][A-Za-z0-9_-]{0,11})?")
MOST_SETS, WIDEST = 99, 9
MOST_ENTRIES, MOST_SIGNS, LARGEST = 5_000, 2_000_000, 10**15  # far beyond any case; what is larger is a mistake or an attack


def latest(case: Case, kind: str) -> PacketPlan | None:
    """The arrangement in force; None: nobody arranged anything."""
    return session.scalar(select(PacketPlan).where(PacketPlan.case_id == case.case_id, PacketPlan.kind == kind).order_by(PacketPlan.number.desc()).limit(1))


def arrange(actor: Actor, case: Case, kind: str, arrangement: Mapping[str, Any]) -> PacketPlan:
    """Keep an arrangement as the next version; the one in force is given back where nothing differs. NotUsable says what cannot be taken over."""
    require(actor, Action.BUILD_PACKET)
    said = checked(kind, arrangement)
    last = latest(case, kind)
    if last is not None and last.arrangement == said:
        return last
    plan = PacketPlan(
        case_id=case.case_id, kind=kind, number=last.number + 1 if last else 1, arrangement=said, made_by_id=actor.person_id, made_at=actor.now
    )  # fmt: skip
    session.add(plan)
    what = f"{case.case_id} ({kind})"
    try:
        session.flush()
    except IntegrityError:  # somebody else kept this version first
        raise Conflict(what) from None
    audit.record(actor, "arrange", f"{kind} plan {plan.number}", case_id=case.case_id, parts=sorted(said), left_out=said.get("left_out", {}))
    return plan


def checked(kind: str, arrangement: Mapping[str, Any]) -> dict[str, Any]:
    """The arrangement as it is kept: empty parts gone, every value of the right shape; NotUsable names the first that is not."""
    if not isinstance(arrangement, Mapping):
        raise _unfit("arrangement", "a mapping is wanted", "应为键值结构")
    for part in arrangement:
        if part not in PARTS:
            raise _unfit(str(part), f"it is none of {', '.join(PARTS)}", "没有这一项设置")
    said = {part: CHECKS[part](kind, _mapping(part, arrangement[part])) for part in PARTS if arrangement.get(part)}
    said = {part: value for part, value in said.items() if value}
    if len(json.dumps(said)) > MOST_SIGNS:
        raise _unfit("arrangement", f"it is longer than {MOST_SIGNS} signs", f"总长超过 {MOST_SIGNS} 字符")
    return said


def _mapping(part: str, value: Any) -> Mapping[str, Any]:
    if not isinstance(value, Mapping) or not all(isinstance(key, str) and 0 < len(key) <= 100 for key in value):
        raise _unfit(part, "a mapping with short names is wanted", "应为键值结构，且键名不得过长")
    if len(value) > MOST_ENTRIES:
        raise _unfit(part, f"at most {MOST_ENTRIES} entries are wanted", f"最多 {MOST_ENTRIES} 项")
    return value


def clean(text: str) -> str:
    """The text without what no paper prints and no database takes: control and direction signs, half characters. Lines stay."""
    return "".join(sign for sign in text if sign in "\n\u3000" or sign.isprintable()).strip()


def _groups(kind: str, value: Mapping[str, Any]) -> dict[str, Any]:
    known, seen = group_ids(kind), set[str]()
    for group, exhibits in value.items():
        if group not in known:
            raise _unfit(f"groups.{group}", f"the groups are {', '.join(known)}", f"分组只能是 {'、'.join(known)}")
        if not isinstance(exhibits, Sequence) or isinstance(exhibits, str) or not all(isinstance(ref, str) and 0 < len(ref) <= 100 for ref in exhibits):
            raise _unfit(f"groups.{group}", "a list of document numbers is wanted", "应为材料编号列表")
        for ref in exhibits:
            if ref in seen:
                raise _unfit(f"groups.{group}", f"{ref} stands twice", f"{ref} 重复")
            seen.add(ref)
    if len(seen) > MOST_ENTRIES:
        raise _unfit("groups", f"at most {MOST_ENTRIES} documents are wanted", f"最多 {MOST_ENTRIES} 份材料")
    return {group: list(exhibits) for group, exhibits in value.items() if exhibits}


def _texts(part: str) -> Callable[[str, Mapping[str, Any]], dict[str, Any]]:
    def check(_kind: str, value: Mapping[str, Any]) -> dict[str, Any]:
        for key, text in value.items():
            if not isinstance(text, str) or len(text) > LONGEST[part]:
                raise _unfit(f"{part}.{key}", f"a text of at most {LONGEST[part]} characters is wanted", f"应为不超过 {LONGEST[part]} 字的文字")
            if part == "left_out" and not clean(text):
                raise _unfit(f"left_out.{key}", "say why it is left out", "请写明不纳入的理由")
        return {key: said for key, text in value.items() if (said := clean(text))}

    return check


def _items(kind: str, value: Mapping[str, Any]) -> dict[str, Any]:
    free = [item.id for item in load_law().packets[kind].items if item.required == "optional"]
    for item, wanted in value.items():
        if item not in free or not isinstance(wanted, bool):
            told = ", ".join(free) or "none"
            raise _unfit(f"items.{item}", f"only optional contents can be chosen, yes or no: {told}", f"只能选择可选内容：{'、'.join(free) or '无'}")
    return {item: True for item, wanted in value.items() if wanted}


def _options(_kind: str, value: Mapping[str, Any]) -> dict[str, Any]:
    for name, chosen in value.items():
        if name not in OPTIONS or not OPTIONS[name](chosen):
            raise _unfit(f"options.{name}", f"{chosen!r} cannot be chosen", f"不能选择 {chosen!r}")
    return {name: chosen for name, chosen in value.items() if chosen is not None}


def _answers(_kind: str, value: Mapping[str, Any]) -> dict[str, Any]:
    for key, answer in value.items():
        if not isinstance(answer, str | bool | int) or (len(answer) > LONGEST["answers"] if isinstance(answer, str) else abs(answer) > LARGEST):
            raise _unfit(f"answers.{key}", f"a text of at most {LONGEST['answers']} characters, a number, yes or no is wanted", "应为文字、数字或是否")
    return {key: clean(answer) if isinstance(answer, str) else answer for key, answer in value.items() if answer != ""}


def _flag(value: Any) -> bool:
    return isinstance(value, bool)


def _number(most: int) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= most


OPTIONS: Mapping[str, Callable[[Any], bool]] = {
    "form": lambda value: value in CHOICES["form"],
    "numbering": lambda value: value in CHOICES["numbering"],
    "prefix": lambda value: isinstance(value, str) and PREFIX.fullmatch(value) is not None,
    "width": _number(WIDEST),
    "dividers": _flag,
    "covers": _flag,
    "duplex": _flag,
    "court": lambda value: isinstance(value, str) and value in load_law().courts,
    "sets": lambda value: value is None or (_number(MOST_SETS)(value) and value > 0),
}
CHECKS: Mapping[str, Callable[[str, Mapping[str, Any]], dict[str, Any]]] = {
    "groups": _groups, "items": _items, "options": _options, "answers": _answers,
    **{part: _texts(part) for part in ("names", "purposes", "remarks", "left_out")},
}  # fmt: skip


def _unfit(place: str, en: str, zh: str) -> NotUsable:
    return NotUsable(
        f"The arrangement cannot be taken over at {place}: {en}. What was kept before stands.", f"编排中的 {place} 无法保存：{zh}。原有编排未改动。"
    )


def options_of(arrangement: Mapping[str, Any]) -> dict[str, Any]:
    """What a person chose; where nobody chose, what the profile of the court says."""
    chosen, courts = arrangement.get("options", {}), load_law().courts
    name = chosen.get("court", DEFAULT)
    court = courts.get(name) or courts[DEFAULT]  # a profile that was taken out of courts.yaml since
    preferred: dict[str, Any] = {"sets": None, "form": court.form or "element", **{key: getattr(court, key) for key in LAYOUT}}
    return preferred | dict(chosen) | {"court": court.id}


def group_ids(kind: str) -> tuple[str, ...]:
    """The groups exhibits may be moved to: those of the catalogue, else one for every line of the contents."""
    law = load_law()
    items = law.packets[kind].items
    if any(item.id == "evidence_catalogue" for item in items):
        return tuple(law.catalogue["group_order"])
    return tuple(f"M{item.n}" for item in items)


def arranged(kind: str, groups: Sequence[CatalogueGroup], others: Sequence[CatalogueGroup], arrangement: Mapping[str, Any]) -> tuple[CatalogueGroup, ...]:
    """The exhibits in the order a person wants, with that person's names, purposes and remarks, without what is left out.

    `groups` are the exhibits as the rules give them, `others` groups the packet does not take by itself: an exhibit of theirs comes in when it
    is named. Exhibits nobody named follow in their own order; groups without exhibits fall away and the rest are counted anew.
    """
    left_out, order = arrangement.get("left_out", {}), arrangement.get("groups", {})
    known = {row.document_id: row for group in (*others, *groups) for row in group.rows}
    moved = {ref for refs in order.values() for ref in refs}
    titles = {group.group: group for group in (*others, *groups)}
    own = {group.group: group for group in groups}
    found = []
    for name in group_ids(kind):
        refs = [ref for ref in order.get(name, ()) if ref in known]
        refs += [row.document_id for row in own[name].rows if row.document_id not in moved] if name in own else []
        rows = tuple(_told(known[ref], arrangement) for ref in refs if ref not in left_out)
        if rows:
            heading = _heading(kind, name, titles)
            found.append(replace(heading, purpose=arrangement.get("purposes", {}).get(name, heading.purpose), rows=rows))
    return tuple(_counted(found))


def _told(row: Row, arrangement: Mapping[str, Any]) -> Row:
    said = {field: arrangement.get(part, {}).get(row.document_id) for field, part in (("name", "names"), ("purpose", "purposes"), ("remarks", "remarks"))}
    return replace(row, **{field: text for field, text in said.items() if text})


def _heading(kind: str, name: str, known: Mapping[str, CatalogueGroup]) -> CatalogueGroup:
    """The group without rows; one that only a person's move fills has the plain purpose of its kind."""
    if name in known:
        return known[name]
    law = load_law()
    if name.startswith("M"):
        return CatalogueGroup(name, next(item.zh for item in law.packets[kind].items if f"M{item.n}" == name), "", ())
    return CatalogueGroup(name, "", PLAIN[name], ())


PLAIN: Mapping[str, str] = {
    "G1": "证明双方主体资格", "G2": "证明双方合同关系成立", "G3": "证明合同履行情况", "G4": "证明价款及结算情况", "G5": "证明款项往来情况",
    "G6": "证明催款情况", "G7": "证明违约金（利息）标准及费用", "G8": "证明担保情况", "G9": "佐证欠款事实",
}  # fmt: skip


def _counted(groups: Sequence[CatalogueGroup]) -> list[CatalogueGroup]:
    """第一组 onwards for the groups of a catalogue; lines of the contents keep their names."""
    return [replace(group, title_zh=f"第{ORDINALS[at]}组") if group.group.startswith("G") else group for at, group in enumerate(groups)]
