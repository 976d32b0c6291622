"""The drawing of the evidence chain: one link per element with its papers, findings under their element, the bar of the limitation period."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any

from flask import g, url_for
from flask_babel import gettext as _

from casefiles import policy
from casefiles.db import session
from casefiles.law import Law, load_law
from casefiles.models import Case, Document, Person
from casefiles.policy import A
from casefiles.web.fact_links import enter_link
from casefiles.web.words import element_label, iso, language, may, type_label

PARTIES = ("C01_creditor_standing", "C02_debtor_standing")  # drawn as one link
WEIGHT = {"blocking": 3, "warning": 2, "info": 1}
COLOUR = {3: "bad", 2: "weak"}
WORST = ("missing", "partial", "complete")
BETTER = {"delivery_note_unsigned": "delivery_note_signed", "delivery_note_signed": "delivery_note_signed", "vat_invoice": "vat_invoice"}  # counted by number
MOST = 5  # papers named under one link
WIDE = 1000  # units of the limitation bar


@dataclass(frozen=True)
class Paper:
    """A document under a link; `bad` when a finding of this link concerns it."""

    label: str
    url: str
    bad: bool
    title: str = ""


@dataclass(frozen=True)
class Link:
    """One link: the element's anchor, name, status (icon and word), colour by its worst finding, its papers."""

    anchor: str
    name: str
    status: str
    colour: str
    papers: tuple[Paper, ...]
    more: int
    elements: tuple[str, ...]


@dataclass
class Section:
    """The findings of one element."""

    element: str
    status: str
    cards: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class Bar:
    """The limitation period: how much of it has run (of 1000), whether little is left, and the days to name."""

    run: int
    kind: str
    ticks: tuple[tuple[str, str], ...]
    claimed: tuple[tuple[str, str], ...]


def doc_types(nodes: Sequence[Any]) -> list[str]:
    """The document types a condition of evidence-chain.yaml names, in its order."""
    return list(dict.fromkeys(_doc_types(nodes)))


def _doc_types(node: Any) -> Iterator[str]:
    if isinstance(node, Mapping):
        if "doc" in node and "covers_by" not in node:  # a statement covers a delivery only where it lists it
            yield str(node["doc"])
        for key in ("any_of", "all_of", "of", "at_least"):
            if key in node:
                yield from _doc_types(node[key])
    elif isinstance(node, Sequence) and not isinstance(node, str):
        for part in node:
            yield from _doc_types(part)


@cache
def homes() -> Mapping[str, frozenset[str]]:
    """Document type -> the elements it is drawn under: those that name it earliest in what proves them, else in what supports them."""
    places: dict[str, dict[str, int]] = {}
    for element in load_law().elements.values():
        for rank, options in ((0, element.primary), (100, element.corroborating)):
            for number, option in enumerate(options):
                for kind in doc_types([option]):
                    places.setdefault(kind, {}).setdefault(element.id, rank + number)
    return {kind: frozenset(e for e, place in found.items() if place == min(found.values())) for kind, found in places.items()}


def element_of(finding: Mapping[str, Any]) -> str:
    """The element a finding's card stands under: the first it touches."""
    return str(next(iter(finding.get("stands_under", ())), finding.get("element") or ""))


def short_name(document: Document) -> str:
    """How a paper is called in a narrow place: its number, its day without the century, else its type."""
    return document.number or (document.document_date.isoformat()[2:] if document.document_date else "") or type_label(document.type)


def full_name(document: Document) -> str:
    """The type and everything that tells one paper from another."""
    day = document.document_date.isoformat() if document.document_date else ""
    return " · ".join(part for part in (type_label(document.type), document.number or "", day, document.ref if document.ref != document.type else "") if part)


def party_paper(document: Document) -> str:
    """A licence or extract, without saying again whose."""
    return type_label(document.type).split("（")[0].split(" of ")[0]


def links(found: Mapping[str, Any], documents: Sequence[Document]) -> list[Link]:
    """The links in the law's order; what is not needed in this case is named in the legend instead."""
    status: dict[str, str] = found["element_status"]
    drawn: list[Link] = []
    for name in status:
        if name == PARTIES[1] and PARTIES[0] in status:
            continue
        elements = tuple(e for e in PARTIES if e in status) if name == PARTIES[0] else (name,)
        concerning = [f for f in found["findings"] if element_of(f) in elements and not f.get("waived")]
        worst = max((WEIGHT.get(f["severity"], 0) for f in concerning), default=0)
        held = next(s for s in WORST if s in {status[e] for e in elements})
        papers = _papers(elements, found, documents, {ref for f in concerning for ref in f["documents"]})
        if name == "C04_limitation" and (last := (found.get("limitation") or {}).get("safe_last_day")):
            papers = [Paper(_("to %(day)s", day=last[2:]), "", bad=False)]
        kept = _most(papers)
        anchor = next((f"e-{element_of(f)}" for f in found["findings"] if element_of(f) in elements), "matrix")
        colour = COLOUR.get(worst, "ok" if held == "complete" else "weak")
        drawn.append(Link(anchor, element_label(name, short=True), held, colour, tuple(kept), len(papers) - len(kept), elements))
    return drawn


def _papers(elements: Sequence[str], found: Mapping[str, Any], documents: Sequence[Document], concerned: set[str]) -> list[Paper]:
    held = [d for d in documents if d.ref in concerned or homes().get(d.type, frozenset()) & set(elements)]
    if not held:
        counted = {ref for element in elements for ref in found["element_documents"].get(element, ())}
        held = [d for d in documents if d.ref in counted]
    name = party_paper if elements[0] in PARTIES else short_name
    return [Paper(name(d), url_for("documents.show", case_id=d.case_id, document_id=d.id), d.ref in concerned, full_name(d)) for d in held]


def _most(papers: Sequence[Paper]) -> list[Paper]:
    """As many as fit under a link, those with a fault first to stay."""
    if len(papers) <= MOST:
        return list(papers)
    stay = sorted(papers, key=lambda paper: not paper.bad)[: MOST - 1]
    return [paper for paper in papers if paper in stay]


def sections(found: Mapping[str, Any], drawn: Sequence[Link], case: Case, documents: Sequence[Document]) -> list[Section]:
    """One card per finding, under its element, in the order of the chain; what belongs to no link comes last."""
    order = [element for link in drawn for element in link.elements]
    status = found.get("element_status") or {}
    rows: dict[str, Section] = {}
    for finding in sorted(found["findings"], key=lambda f: -WEIGHT.get(f["severity"], 0)):
        element = element_of(finding)
        section = rows.setdefault(element, Section(element, status.get(element, "")))
        acts = {"act": action(finding, element, case, documents), "enter": enter_link(finding, element, case)}
        section.cards.append(dict(finding) | acts | {"waiver": _waiver(finding, case)})
    return sorted(rows.values(), key=lambda s: (order.index(s.element) if s.element in order else len(order), s.element))


def _waiver(finding: Mapping[str, Any], case: Case) -> dict[str, Any] | None:
    """Who set the finding aside, when and why."""
    if not finding.get("waived"):
        return None
    row = next((w for w in case.waivers if w.finding == finding.get("key") and w.withdrawn_at is None), None)
    if row is None:
        return None
    person = session.get(Person, row.person_id)
    return {"id": row.id, "by": person.name if person else "", "on": row.waived_at, "reason": row.reason}


def action(finding: Mapping[str, Any], element: str, case: Case, documents: Sequence[Document]) -> tuple[str, str] | None:
    """Label and address of what mends a finding; None when this person may not do it."""
    code, edits = finding.get("code"), may(A.EDIT_PACKET.value)
    if code == "arbitration_clause" and edits:
        return _("Change to arbitration"), url_for("cases.show", case_id=case.case_id, packet="arbitration")
    if code in {"claimed_gt_computed", "claimed_lt_computed"} and edits:
        return _("Change the claim"), url_for("cases.ledger", case_id=case.case_id, _anchor="claim")
    if code == "reconciliation_ne_ledger":
        return _("See the ledger"), url_for("cases.ledger", case_id=case.case_id)
    if element in {"C14_demand", "C04_limitation"}:
        return _upload(case, "delivery_receipt")
    return _for_papers(finding, element, case, documents)


def _for_papers(finding: Mapping[str, Any], element: str, case: Case, documents: Sequence[Document]) -> tuple[str, str] | None:
    """Mend a finding by paper: the record's own file where it has none, a confirmation on it, a better copy, or a new paper."""
    own = [d for d in documents if d.ref in finding.get("documents", ()) and d.type in _kinds(element)]
    bare = next((d for d in own if d.sha256 is None and policy.may(g.actor, policy.adding(d.type))), None)
    if bare is not None:
        return _("Upload"), url_for("documents.upload", case_id=case.case_id, record=bare.id)
    known = next((d for d in own if d.type in BETTER and d.number), None)
    if known is None:
        return _upload(case, _wanted(element, documents))
    if known.type == BETTER[known.type] and policy.may_document(g.actor, "edit", known):
        return _("Confirm on %(ref)s", ref=known.ref), url_for("documents.show", case_id=case.case_id, document_id=known.id)
    return _upload(case, BETTER[known.type], known)


def _upload(case: Case, kind: str, known: Document | None = None) -> tuple[str, str] | None:
    """Where a paper of this kind is added. A better copy of a known one brings its number, day and amount: by its number it is the same paper."""
    if not kind or not policy.may(g.actor, policy.adding(kind)):
        return None
    filled = {"number": known.number, "document_date": known.document_date, "amount": known.amount} if known else {}
    return _("Upload"), url_for("documents.upload", case_id=case.case_id, type=kind, **{key: str(value) for key, value in filled.items() if value is not None})


def _kinds(element: str) -> list[str]:
    known = load_law().elements.get(element)
    return doc_types([*known.primary, *known.corroborating]) if known else []


def _wanted(element: str, documents: Sequence[Document]) -> str:
    """The first type that could prove the element and is not on file, else the first."""
    law = load_law()
    if element not in law.elements:
        return ""
    kinds = [k for k in doc_types(law.elements[element].primary) or doc_types(law.elements[element].corroborating) if k in law.documents]
    held = {d.type for d in documents}
    return next((k for k in kinds if k not in held), kinds[0] if kinds else "")


def matrix(found: Mapping[str, Any], documents: Sequence[Document], law: Law) -> dict[str, Any]:
    """The table element x document: ● of a kind that can prove it, ○ that supports it, ✕ where a finding concerns the paper."""
    strong = {e: set(doc_types(law.elements[e].primary)) for e in found["element_status"]}
    weak = {e: set(doc_types(law.elements[e].corroborating)) for e in found["element_status"]}
    faulty = {e: {ref for f in found["findings"] if element_of(f) == e and not f.get("waived") for ref in f["documents"]} for e in found["element_status"]}

    def mark(document: Document, element: str) -> str:
        sign = "●" if document.type in strong[element] else "○" if document.type in weak[element] else ""
        return f"{sign} ✕".strip() if document.ref in faulty[element] else sign

    columns = [e for e in found["element_status"] if any(mark(d, e) for d in documents)]
    rows = [(d, [mark(d, e) for e in columns]) for d in documents]
    return {"columns": columns, "rows": [(document, cells) for document, cells in rows if any(cells)]}


def bar(limitation: Mapping[str, Any], day: date) -> Bar | None:
    """The bar from the day that started the period to its last safe day; None where no period can be computed."""
    events = [(str(e["date"]), _what(e)) for e in limitation.get("events") or limitation.get("proved_events") or ()]
    claimed = tuple((str(e["date"]), _what(e)) for e in limitation.get("claimed_events") or ())
    trigger, last = limitation.get("trigger"), limitation.get("safe_last_day")
    if not trigger or not last:
        return Bar(0, "none", (), claimed) if claimed else None
    start, end = date.fromisoformat(trigger), date.fromisoformat(last)
    left, whole = (end - day).days, max(1, (end - start).days)
    run = min(WIDE, max(0, WIDE - left * WIDE // whole))
    begun = next((what for when, what in events if when == trigger), _("period starts"))
    return Bar(run, "bad" if left < 0 else "weak" if left <= 90 else "ok", ((trigger, begun), (iso(end), _("last safe day"))), claimed)


def _what(event: Mapping[str, Any]) -> str:
    """What happened: `what` is English, `what_zh` Chinese."""
    return str(event["what"] if language() == "en" else event.get("what_zh") or event["what"])
