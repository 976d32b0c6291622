"""What a packet of a kind would hold, before anything is made: contents, exhibits, gaps; and the same, told as plain values, of one that was built."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from casefiles.assemble import arrangement as arranging
from casefiles.bundle import pagination, preflight
from casefiles.case_mapping import case_mapping, day_of, waivers_of
from casefiles.law import load_law
from casefiles.models import Case
from casefiles.rules import catalogue, contents, report
from casefiles.rules.entities import CaseFacts
from casefiles.rules.evidence import assess
from casefiles.rules.facts import read_case
from casefiles.rules.findings import Waiver
from forms.kinds import PAPERS
from forms.papers import MissingField, Subject

ELEMENT_FORM = frozenset({"sale_of_goods"})  # the disputes whose element-style complaint we have; others are told in the narrative form
TO = "–"  # between the first and the last label of a span
IN_THE_PACKET = frozenset({"generated", "present", "missing"})
BOUND = frozenset({"evidence_bundle", "evidence_core"})  # lines that are the evidence itself: no paper of their own


@dataclass(frozen=True)
class PlannedPaper:
    """A paper we write: the line of the contents it belongs to, its own id and its name."""

    item: str
    n: int
    id: str
    zh: str


@dataclass(frozen=True)
class LeftOut:
    """A document of the case that is not in the packet. `reason` is a person's; empty where the kind of packet has no place for it."""

    document: str
    name: str
    reason: str = ""


@dataclass(frozen=True)
class Plan:
    """What a packet of this kind would hold. `gone`: documents the arrangement names and the case no longer has; they are kept out."""

    kind: str
    check: dict[str, Any]
    items: Sequence[contents.Item]
    groups: Sequence[catalogue.CatalogueGroup]
    papers: Sequence[PlannedPaper]
    missing: Sequence[MissingField]
    sets: int
    arrangement: Mapping[str, Any]
    options: Mapping[str, Any]
    left_out: Sequence[LeftOut] = ()
    gone: Sequence[str] = ()
    number: int | None = None

    @property
    def exhibits(self) -> frozenset[str]:
        """The documents that are exhibits."""
        return frozenset(row.document_id for group in self.groups for row in group.rows)


def preview(case: Case, kind: str, as_of: date | None, today: date, arrangement: Mapping[str, Any] | None = None) -> Plan:
    """What the packet would hold and what stands in its way; nothing is made. Without an `arrangement` the one in force counts."""
    kept = arranging.latest(case, kind) if arrangement is None else None
    said = arranging.checked(kind, arrangement) if arrangement is not None else dict(kept.arrangement) if kept else {}
    plan = plan_of(case_mapping(case), kind, day_of(case, as_of, today), waivers_of(case), said)
    return replace(plan, number=kept.number if kept else None)


def plan_of(mapping: Mapping[str, Any], kind: str, day: date, waivers: Sequence[Waiver], arrangement: Mapping[str, Any]) -> Plan:
    """The same from plain values: the same values give the same plan."""
    law, facts = load_law(), read_case(mapping)
    check = report.to_mapping(assess(facts, kind, day, law, waivers))
    options = arranging.options_of(arrangement)
    items = tuple(_as_written(kind, item) for item in contents.contents(facts, kind, law, day, frozenset(arrangement.get("items", {}))))
    given = contents.exhibits(facts, kind, law, items)
    groups = arranging.arranged(kind, given, catalogue.catalogue(facts, law, kind) if kind == "payment_order" else (), arrangement)
    papers = tuple(_papers(kind, items, mapping, options))
    plan = Plan(kind, check, items, groups, papers, (), options["sets"] or contents.copy_sets(facts, kind), arrangement, options)
    known = {document.id for document in facts.documents}
    gone = sorted({ref for ref in _named(arrangement) if ref not in known})
    plan = replace(plan, left_out=tuple(_left_out(plan, facts)), gone=gone)
    return replace(plan, missing=tuple(_missing(plan, subject(mapping, plan, day))))


def _as_written(kind: str, item: contents.Item) -> contents.Item:
    """A line that is neither generated nor uploaded by the law data is written by us where we have a paper for it and the file has none."""
    return replace(item, status="generated") if item.status in ("present", "missing") and not item.documents and item.id in PAPERS[kind] else item


def _papers(kind: str, items: Sequence[contents.Item], mapping: Mapping[str, Any], options: Mapping[str, Any]) -> list[PlannedPaper]:
    """The papers we write, in the order of the contents. `identity` stands for the certificate and the power of attorney."""
    found = []
    lines = {item.id for item in items}
    for item in items:
        if item.id == "identity":
            found.append(PlannedPaper(item.id, item.n, "legal_rep_certificate_creditor", "法定代表人身份证明书"))
            if mapping.get("agents") and "power_of_attorney" not in lines:
                found.append(PlannedPaper(item.id, item.n, "power_of_attorney", "授权委托书"))
        elif item.status == "generated" and item.id not in BOUND:
            found.append(PlannedPaper(item.id, item.n, _paper_of(kind, item.id, mapping, options), item.zh))
    return found


def _paper_of(kind: str, item: str, mapping: Mapping[str, Any], options: Mapping[str, Any]) -> str:
    """The element-style complaint, unless a court wants the narrative form or the dispute has no element form."""
    if item != "complaint" or kind != "lawsuit":
        return item
    narrative = options["form"] == "narrative" or mapping["dispute_type"] not in ELEMENT_FORM
    return "complaint_narrative" if narrative else "complaint"


def _named(arrangement: Mapping[str, Any]) -> set[str]:
    """The documents an arrangement names."""
    groups: Mapping[str, Sequence[str]] = arrangement.get("groups", {})
    named = {ref for refs in groups.values() for ref in refs}
    for part in ("names", "purposes", "remarks", "left_out"):
        named |= {ref for ref in arrangement.get(part, {}) if not _is_group(ref)}
    return named


def _is_group(key: str) -> bool:
    return key[:1] in ("G", "M") and key[1:].isdigit()


def _left_out(plan: Plan, facts: CaseFacts) -> list[LeftOut]:
    """Every document with a file that is not in the packet: nothing is left out silently."""
    law, reasons = load_law(), plan.arrangement.get("left_out", {})
    inside = plan.exhibits | {ref for item in plan.items for ref in uploads_of(item, plan, facts)}
    return [
        LeftOut(document.id, document.title or law.documents[document.type].zh, reasons.get(document.id, ""))
        for document in facts.documents
        if document.id not in inside and document.type not in catalogue.NOT_EXHIBITS and law.documents[document.type].confidentiality != "privileged"
    ]


def uploads_of(item: contents.Item, plan: Plan, facts: CaseFacts) -> list[str]:
    """The documents of a line that stand before the evidence, as they came (ID copy, law firm's letter)."""
    if item.generated:
        return []
    law, left_out = load_law(), plan.arrangement.get("left_out", {})
    ours = contents.WRITTEN_FOR_IDENTITY if item.id == "identity" else ()
    types = {document.id: document.type for document in facts.documents}
    return [
        ref for ref in item.documents
        if ref not in plan.exhibits and ref not in left_out and law.documents[types[ref]].group == "P" and types[ref] not in ours
    ]  # fmt: skip


def subject(mapping: Mapping[str, Any], plan: Plan, day: date, pages: Mapping[str, str] | None = None) -> Subject:
    """What the papers are made from. `pages`: document or paper id -> where it stands in the bundle, once that is known."""
    known = pages or {}
    names = load_law().dispute_types
    return Subject(
        case=mapping, check=plan.check, kind=plan.kind, day=day, cause=names[mapping["dispute_type"]].zh, groups=catalogue_rows(plan, known),
        contents=[
            {"n": item.n, "id": item.id, "zh": item.zh, "status": item.status, "pages": _pages_of(item, plan, known)}
            for item in plan.items if item.status in IN_THE_PACKET
        ],
        options={**plan.options, **plan.arrangement.get("answers", {})},
    )  # fmt: skip


def catalogue_rows(plan: Plan, pages: Mapping[str, str]) -> list[dict[str, Any]]:
    """The groups as `forms.evidence_catalogue` takes them."""
    seq, groups = 0, []
    for group in plan.groups:
        rows = []
        for row in group.rows:
            seq += 1
            told = asdict(row)
            rows.append(
                {key: told[key] for key in ("name", "source_form", "purpose", "copies", "original", "remarks")}
                | {"seq": seq, "id": row.document_id, "pages": pages.get(row.document_id, "")}
            )  # fmt: skip
        groups.append({"title": group.title_zh, "purpose": group.purpose, "rows": rows})
    return groups


def _pages_of(item: contents.Item, plan: Plan, pages: Mapping[str, str]) -> str:
    """Where a line of the contents stands: its papers, its uploads, and its exhibits with neighbours drawn together (8–12)."""
    if item.id == "evidence_bundle":
        return _drawn_together([row.document_id for group in plan.groups for row in group.rows], plan, pages)
    own = {row.document_id for group in plan.groups if group.group == f"M{item.n}" for row in group.rows}
    documents = [ref for ref in item.documents if item.status != "generated" or ref in own]
    before = [*(paper.id for paper in plan.papers if paper.item == item.id), *(ref for ref in documents if ref not in plan.exhibits)]
    spans = [pages[ref] for ref in before if pages.get(ref)]
    return "、".join([*spans, *filter(None, [_drawn_together(documents, plan, pages)])])


def _drawn_together(documents: Sequence[str], plan: Plan, pages: Mapping[str, str]) -> str:
    """The pages of exhibits in the order of the bundle; those that follow each other as one span."""
    order = [row.document_id for group in plan.groups for row in group.rows if pages.get(row.document_id)]
    at = sorted(order.index(ref) for ref in dict.fromkeys(documents) if ref in order)
    spans: list[tuple[int, int]] = []
    for place in at:
        spans = [*spans[:-1], (spans[-1][0], place)] if spans and spans[-1][1] == place - 1 else [*spans, (place, place)]
    return "、".join(pagination.span(pages[order[first]].split(TO)[0], pages[order[last]].split(TO)[-1]) for first, last in spans)


def _missing(plan: Plan, of: Subject) -> list[MissingField]:
    """What the papers of this packet lack, each field once."""
    found: dict[tuple[str, str], MissingField] = {}
    for paper in plan.papers:
        for field in PAPERS[plan.kind][paper.id].missing(of) if paper.id in PAPERS[plan.kind] else []:
            known = found.get((field.key, field.where))
            found[field.key, field.where] = field if known is None or field.blocking else known
    return list(found.values())


def plan_mapping(plan: Plan, numbers: pagination.Pagination, prepared: Sequence[preflight.Prepared]) -> dict[str, Any]:
    """A plan as it was built, for `Packet.plan`: contents, exhibits with marks, labels and hashes, what was left out and why."""
    ready = {entry.exhibit.id: entry for entry in prepared}
    groups: list[dict[str, Any]] = []
    for group in plan.groups:
        rows = []
        for row in group.rows:
            entry = ready[row.document_id]
            source = entry.exhibit.source
            rows.append(
                {
                    "document": row.document_id, "name": row.name, "purpose": row.purpose, "source_form": row.source_form, "original": row.original,
                    "remarks": row.remarks, "copies": row.copies, "mark": numbers.marks[row.document_id], "labels": list(numbers.labels[row.document_id]),
                    "sha256": source.sha256 if source else None, "slip": entry.slip,
                }
            )  # fmt: skip
        groups.append({"id": group.group, "title": group.title_zh, "purpose": group.purpose, "rows": rows})
    shown = {row["document"] for group in groups for row in group["rows"]}
    return {
        "kind": plan.kind, "number": plan.number, "sets": plan.sets, "options": dict(plan.options), "answers": dict(plan.arrangement.get("answers", {})),
        "items": [{"n": item.n, "id": item.id, "zh": item.zh, "status": item.status, "documents": list(item.documents)} for item in plan.items],
        "papers": [{"id": paper.id, "item": paper.item, "zh": paper.zh} for paper in plan.papers],
        "uploads": [
            {"document": ref, "sha256": entry.exhibit.source.sha256 if entry.exhibit.source else None, "slip": entry.slip}
            for ref, entry in ready.items() if ref not in shown
        ],
        "groups": groups,
        "left_out": [asdict(one) for one in plan.left_out if one.reason],
    }  # fmt: skip
