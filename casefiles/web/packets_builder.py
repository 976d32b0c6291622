"""The builder of a packet: the kinds with what stands in their way, the contents, the arranged evidence, what preflight sees, and the versions kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask import g, request, url_for
from sqlalchemy import select

from casefiles import assemble, assess, policy, runtime
from casefiles.assemble import papers
from casefiles.assemble.order import Order, sources_of
from casefiles.assemble.produce import exhibits, things
from casefiles.bundle import preflight
from casefiles.case_mapping import case_mapping
from casefiles.db import session
from casefiles.errors import NotUsable, Refused
from casefiles.law import load_law
from casefiles.models import Case, Document, PacketPlan
from casefiles.policy import A
from casefiles.rules import contents
from casefiles.rules.catalogue import CatalogueGroup, Row
from casefiles.rules.facts import read_case
from casefiles.web import case_page, fact_links, packets_arranging
from casefiles.web.errors import LARGEST_ID
from casefiles.web.packets_arranging import Arrangement
from casefiles.web.packets_words import ANSWERS, FORMS, NUMBERINGS, PLEADINGS
from casefiles.web.words import in_language, in_words

FEES = {"lawsuit": "acceptance_fee", "payment_order": "payment_order_fee", "preservation": "preservation_fee_on_amount_in_dispute"}
IN_DOCUMENTS = frozenset({"documents", "invoices", "deliveries", "payments", "letters", "statements", "credit_notes"})


@dataclass(frozen=True)
class Choice:
    """One packet kind: whether it can be built now. `state` is ready, draft, blocked, lacking (a field is empty) or refused (with `why`)."""

    kind: str
    state: str
    count: int = 0
    why: str = ""


@dataclass(frozen=True)
class Line:
    """One exhibit on the page."""

    row: Row
    document: Document | None
    examined: preflight.Examined | None = None
    proposed: Row | None = None  # as the product would name it
    reason: str = ""  # why it is left out


@dataclass(frozen=True)
class Box:
    """One group on the page, also an empty one: exhibits may be put there."""

    group: str
    title: str
    purpose: str
    lines: list[Line] = field(default_factory=list)


@dataclass(frozen=True)
class Drawn:
    """What the page is drawn from: the arrangement, saved or not, the version it goes back to, and whether it was changed on the page only."""

    arrangement: Arrangement
    version: int
    unsaved: bool = False


def stored(case: Case, kind: str) -> Drawn:
    """The newest version kept, or what the product proposes by itself."""
    latest = assemble.latest(case, kind)
    return Drawn(latest.arrangement, latest.number) if latest else Drawn({}, 0)


def versions(case: Case, kind: str) -> Sequence[PacketPlan]:
    """The versions kept of this kind, the newest first."""
    return session.scalars(select(PacketPlan).where(PacketPlan.case_id == case.case_id, PacketPlan.kind == kind).order_by(PacketPlan.number.desc())).all()


def version(case: Case, kind: str, number: int) -> Arrangement:
    """The arrangement of one version; 0 is what the product proposes by itself. NotUsable where there is none."""
    if number == 0:
        return {}
    asked = select(PacketPlan).where(PacketPlan.case_id == case.case_id, PacketPlan.kind == kind, PacketPlan.number == number)
    found = session.scalar(asked) if 0 < number <= LARGEST_ID else None
    if found is None:
        raise NotUsable(f"There is no version {number} of this plan; nothing was changed.", f"该方案没有第{number}版，未作改动。")
    return found.arrangement


def proposed(case: Case, kind: str, day: date) -> tuple[CatalogueGroup, ...]:
    """The evidence as the product would group, order and name it."""
    facts, law = read_case(case_mapping(case)), load_law()
    return contents.exhibits(facts, kind, law, contents.contents(facts, kind, law, day))


def page(case: Case, kind: str, day: date | None, drawn: Drawn) -> dict[str, Any]:
    """What the builder shows."""
    head = {"case": case, "kind": kind, "choices": [_choice(case, name, day) for name in load_law().packet_names], "asked_day": request.args.get("as_of", "")}
    as_of = assess.day_of(case, day, g.actor.today)
    try:
        plan = assemble.preview(case, kind, day, g.actor.today, drawn.arrangement)
    except Refused as refused:
        return head | {"plan": None, "why": in_words(refused), "as_of": as_of.isoformat()}
    documents = {document.ref: document for document in policy.listed_documents(g.actor, case)}
    examined = {found.exhibit: found for found in _examine(case, plan)}
    boxes, left_out = _boxes(case, kind, as_of, plan, drawn.arrangement, documents, examined)
    usual = packets_arranging.usual_options(drawn.arrangement.get("options", {}).get("court", "default"))
    check, kept = plan.check, versions(case, kind)
    return head | {
        "plan": plan, "check": check, "documents": documents, "law_types": load_law().documents, "as_of": as_of.isoformat(), "drawn": drawn,
        "boxes": boxes, "left_out": left_out, "group_names": packets_arranging.group_names(kind, {box.group for box in boxes}),
        "examined": list(examined.values()),
        "blocking": _findings(check, blocking=True), "others": _findings(check, blocking=False), "may_override": policy.may(g.actor, A.OVERRIDE),
        "gaps": [(gap, _where(gap.where, case)) for gap in plan.missing if gap.blocking],
        "empty_fields": [(gap, _where(gap.where, case)) for gap in plan.missing if not gap.blocking],
        "options": usual | drawn.arrangement.get("options", {}), "option_labels": packets_arranging.option_labels(), "courts": load_law().courts,
        "court_choices": [(court.id, in_language(court.name)) for court in load_law().courts.values()],
        "forms": FORMS if kind in PLEADINGS else {}, "numberings": NUMBERINGS, "answers": {key: a for key, a in ANSWERS.items() if kind in a.kinds},
        "said": {key: {True: "yes", False: "no"}.get(said, said) for key, said in drawn.arrangement.get("answers", {}).items()}, "versions": kept,
        "compared": _compared(case, kind, kept), "asked": case_page.sum_to_ask(check, as_of), "fee": FEES.get(kind, ""),
    }  # fmt: skip


def _choice(case: Case, kind: str, day: date | None) -> Choice:
    """Whether a kind can be built now."""
    try:
        plan = assemble.preview(case, kind, day, g.actor.today)
    except Refused as refused:
        return Choice(kind, "refused", why=in_words(refused))
    if not plan.check["generation_allowed"]:
        return Choice(kind, "blocked", assess.blocking(plan.check))
    if gaps := [gap for gap in plan.missing if gap.blocking]:
        return Choice(kind, "lacking", len(gaps))
    return Choice(kind, "ready") if plan.check["contents_complete"] else Choice(kind, "draft", len(plan.check["missing_uploads"]))


def _examine(case: Case, plan: assemble.Plan) -> tuple[preflight.Examined, ...]:
    """What would become a slip sheet or deserves a look, before work starts: the exhibits, then the uploads before them."""
    mapping = case_mapping(case)
    order = Order(plan.kind, date.fromisoformat(plan.check["as_of"]), mapping, plan, sources_of(mapping), None)
    wanted = [exhibit for group in exhibits(order) for exhibit in group.exhibits] + [exhibit for _item, exhibit in papers.uploads(order)]
    court = load_law().courts[plan.options["court"]]
    without = things(order)  # no file is wanted for these: they get a slip sheet, and that is no problem
    wanted = [exhibit for exhibit in wanted if exhibit.source is not None or exhibit.id not in without]
    return preflight.examine(wanted, runtime.fonts(), cache=runtime.running().conversions, most_bytes=court.limits.bytes_per_file or 0)


def _boxes(
    case: Case, kind: str, day: date, plan: assemble.Plan, arrangement: Arrangement, documents: Mapping[str, Document],
    examined: Mapping[str, preflight.Examined],
) -> tuple[list[Box], list[Line]]:  # fmt: skip
    """The groups with their exhibits, and the exhibits left out."""
    usual, names = proposed(case, kind, day), packets_arranging.group_names(kind, {group.group for group in plan.groups})
    own = {row.document_id: row for group in usual for row in group.rows}
    reasons = arrangement.get("left_out", {})
    boxes = [
        Box(group.group, group.title_zh, group.purpose, [
            Line(row, documents.get(row.document_id), examined.get(row.document_id), own.get(row.document_id)) for row in group.rows
        ])
        for group in plan.groups
    ]  # fmt: skip
    boxes += [Box(name, "", "") for name in names if name not in {box.group for box in boxes}]
    boxes.sort(key=lambda box: list(names).index(box.group))
    left_out = [
        Line(row, documents.get(row.document_id), reason=reasons[row.document_id])
        for group in usual for row in group.rows if row.document_id in reasons
    ]  # fmt: skip
    return boxes, left_out


def _compared(case: Case, kind: str, kept: Sequence[PacketPlan]) -> dict[str, Any] | None:
    """Two versions side by side, where ?older= and ?newer= ask for them."""
    older, newer = request.args.get("older", type=int), request.args.get("newer", type=int)
    if older is None or newer is None or not kept:
        return None
    rows = list(packets_arranging.differences(version(case, kind, older), version(case, kind, newer)))
    return {"older": older, "newer": newer, "rows": rows}


def _findings(check: Mapping[str, Any], *, blocking: bool) -> list[dict[str, Any]]:
    return [f for f in check.get("findings", ()) if (f["severity"] == "blocking" and not f.get("waived")) is blocking]


def _where(where: str, case: Case) -> str:
    """Where an empty field of a paper is entered: on this page, at its place in the form of its section, or the documents; empty where this person may not."""
    top, _dot, rest = where.partition(".")
    if top == "answers":
        return f"#f-answer-{rest}"
    if section := fact_links.section_of(top):
        return url_for("facts.section", case_id=case.case_id, facts_name=section.name, _anchor=f"f-{where}") if fact_links.may_edit(section, case) else ""
    return url_for("cases.documents", case_id=case.case_id) if top in IN_DOCUMENTS else ""


def problems(examined: Sequence[preflight.Examined]) -> Iterator[tuple[preflight.Examined, preflight.Problem]]:
    """Every problem, the worst first."""
    order = ("blocking", "warning", "info")
    found = [(one, problem) for one in examined for problem in one.problems]
    yield from sorted(found, key=lambda pair: order.index(pair[1].severity))

