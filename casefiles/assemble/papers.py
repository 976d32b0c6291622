"""The papers of a packet: written from the case, rendered as PDF and Word, and the uploads that stand among them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from casefiles.assemble.order import Order
from casefiles.assemble.plan import PlannedPaper, subject, uploads_of
from casefiles.bundle import preflight
from casefiles.bundle.pagination import Pagination, span
from casefiles.bundle.plan import Exhibit, Paper
from casefiles.bundle.preflight import Progress
from casefiles.bundle.volumes import Excess
from casefiles.law import load_law
from casefiles.rules.facts import read_case
from forms import docx, internal_cover, pdf
from forms.change_list import change_list
from forms.fonts import Fonts
from forms.form import Form
from forms.kinds import PAPERS

FORMS = "forms"  # the folder of the papers


def uploads(order: Order) -> list[tuple[str, Exhibit]]:
    """The uploads before the evidence (ID copy, law firm's letter), each with the line of the contents it belongs to."""
    facts, law = read_case(order.mapping), load_law()
    types = {document.id: document.type for document in facts.documents}
    taken: set[str] = set()
    found = []
    for item in order.plan.items:
        refs = [ref for ref in uploads_of(item, order.plan, facts) if ref not in taken]
        taken |= set(refs)
        for ref in refs:
            name = item.zh if len(refs) == 1 and item.id != "identity" else law.documents[types[ref]].zh
            found.append((item.id, Exhibit(ref, name, "P", order.sources.get(ref))))
    return found


def written(order: Order, pages: Mapping[str, str]) -> dict[str, Form]:
    """Every paper we write, by its id; `pages` says where documents and papers stand."""
    of = subject(order.mapping, order.plan, order.as_of, pages)
    return {paper.id: PAPERS[order.kind][paper.id].make(of) for paper in order.plan.papers}


def rendered(order: Order, folder: Path, fonts: Fonts, made: Mapping[str, Form], progress: Progress) -> dict[str, Path]:
    """Write each of these papers as PDF (without page numbers: the bundle has its own) and as Word file into forms/."""
    found = {}
    wanted = [paper for paper in order.plan.papers if paper.id in made]
    for number, paper in enumerate(wanted, 1):
        progress("forms", number, len(wanted))
        stem = folder / FORMS / _stem(paper)
        stem.with_suffix(".pdf").write_bytes(pdf.pdf(replace(made[paper.id], numbered=False), fonts))
        stem.with_suffix(".docx").write_bytes(docx.docx(made[paper.id]))
        found[paper.id] = stem.with_suffix(".pdf")
    return found


def _stem(paper: PlannedPaper) -> str:
    return f"{paper.n:02d}-{paper.id.replace('_', '-')}"


def late_list(order: Order, numbers: Pagination, folder: Path, fonts: Fonts) -> list[Paper]:
    """The list of what came after the final version, the first paper of a late insertion; none in any other packet."""
    if order.standing is None or order.frozen_on is None:
        return []
    exhibits = [row for group in order.plan.groups for row in group.rows]
    rows = []
    for at, row in enumerate(exhibits):
        if row.document_id not in order.standing.labels:
            last = all(later.document_id not in order.standing.labels for later in exhibits[at:])
            before = [numbers.labels[earlier.document_id][-1] for earlier in exhibits[:at] if earlier.document_id in order.standing.labels]
            rows.append({
                "mark": numbers.marks[row.document_id], "name": row.name, "purpose": row.purpose, "pages": span(*numbers.pages[row.document_id]),
                "after": "" if last or not before else before[-1],
            })  # fmt: skip
    form = change_list(order.mapping, rows, order.frozen_on, order.as_of)
    stem = folder / FORMS / "00-change-list"
    stem.with_suffix(".pdf").write_bytes(pdf.pdf(replace(form, numbered=False), fonts))
    stem.with_suffix(".docx").write_bytes(docx.docx(form))
    return [Paper("change_list", form.title, stem.with_suffix(".pdf"))]


def in_order(order: Order, files: Mapping[str, Path], prepared: Mapping[str, preflight.Prepared], of: Sequence[tuple[str, Exhibit]]) -> list[Paper]:
    """Every paper before the evidence in the order of the contents: ours first, then the uploads of the same line."""
    found = []
    for item in order.plan.items:
        found += [Paper(paper.id, paper.zh, files[paper.id]) for paper in order.plan.papers if paper.item == item.id]
        found += [preflight.as_paper(prepared[exhibit.id], exhibit.title) for line, exhibit in of if line == item.id]
    return found


def cover(order: Order, fonts: Fonts, papers: Iterable[Form], excess: Sequence[Excess] = ()) -> bytes:
    """The internal cover sheet: what is still wrong and what the court does not take, for the desk only."""
    plan = order.plan
    signs = tuple(sorted({sign for paper in papers for sign in pdf.unprintable(paper, fonts)}))
    form = internal_cover.internal_cover(
        order.mapping, plan.check, plan.check["missing_uploads"], order.override, fonts.substitute, plan.sets, f"按 {order.as_of} 测算", signs,
        names={item.id: item.zh for item in plan.items}, counted=plan.options["sets"] is None,
        left_out=[(one.document, one.name, one.reason) for one in plan.left_out if one.reason], not_taken=[f"{one.zh}{one.remedy_zh}" for one in excess],
    )  # fmt: skip
    return pdf.pdf(form, fonts)


def title_of(order: Order) -> str:
    """How the bundle is called: who against whom about what."""
    cause = load_law().dispute_types[order.mapping["dispute_type"]].zh
    return TITLES[order.kind].format(creditor=order.mapping["creditor"]["name"], debtor=order.mapping["debtor"]["name"], cause=cause)


TITLES = {
    "lawsuit": "{creditor}诉{debtor} {cause}",
    "arbitration": "{creditor}与{debtor} {cause} 仲裁申请",
    "payment_order": "{creditor}申请对{debtor}发出支付令",
    "preservation": "{creditor}申请保全{debtor}财产",
    "enforcement": "{creditor}申请强制执行{debtor}",
    "insolvency_claim": "{creditor}向{debtor}管理人申报债权",
    "write_off_archive": "{creditor}对{debtor}应收账款坏账核销档案",
}
