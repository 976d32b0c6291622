"""A packet out of a case: the order (plain values), its papers and bundle in a folder, the parts in the store."""

import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from casefiles import audit, runtime, work
from casefiles.bundle import assembly, manifest, pagination, preflight
from casefiles.bundle.plan import BundleError, Exhibit, Group, Paper, Source
from casefiles.bundle.words import NO_ORIGINAL
from casefiles.case_mapping import case_mapping, day_of, waivers_of
from casefiles.db import session
from casefiles.errors import ChainBroken, NotUsable, Refused
from casefiles.law import load_law
from casefiles.models import Case, Packet, PacketState
from casefiles.policy import Action, Actor, require
from casefiles.rules import catalogue, contents, report
from casefiles.rules.evidence import assess
from casefiles.rules.facts import read_case
from forms import (
    calculation_sheet,
    complaint,
    docx,
    evidence_catalogue,
    internal_cover,
    legal_rep_certificate,
    pdf,
    power_of_attorney,
    service_address,
    xlsx,
)
from forms.fonts import Fonts
from forms.form import Form
from forms.papers import MissingField
from storage import NotStored, Store

Progress = Callable[[str, int, int], None]
BUILT = {"lawsuit": frozenset({"sale_of_goods"})}  # packet kind -> the dispute types whose papers are in
MEDIA = {".pdf": "application/pdf", ".json": "application/json", ".zip": "application/zip"}
MEDIA[".docx"] = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
MEDIA[".xlsx"] = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
INTERNAL_COVER = "internal-cover.pdf"


class NotBuilt(Exception):
    """The packet could not be made, and trying again would not help; says what is wrong and what to do."""


@dataclass(frozen=True)
class Plan:
    """What a packet of this kind would hold, before anything is made."""

    check: dict[str, Any]
    items: Sequence[contents.Item]
    catalogue: Sequence[catalogue.CatalogueGroup]
    missing: Sequence[MissingField]
    sets: int


@dataclass(frozen=True)
class Order:
    """Everything a packet is made of, as plain values: the same order gives the same bytes."""

    kind: str
    as_of: date
    mapping: Mapping[str, Any]
    plan: Plan
    sources: Mapping[str, Source]  # document id -> its file
    override: Mapping[str, str] | None


@dataclass(frozen=True)
class Part:
    """One finished file of a packet; internal ones are never handed out with it."""

    name: str
    path: Path
    media_type: str
    internal: bool = False


@dataclass(frozen=True)
class Made:
    """A finished packet in its folder."""

    parts: tuple[Part, ...]
    manifest: dict[str, Any]
    draft: bool
    pages: int


def is_built(kind: str, dispute_type: str) -> bool:
    """Whether the papers of this packet kind are in for this type of dispute: a complaint of a sale must never be printed for a loan."""
    return dispute_type in BUILT.get(kind, ())


def preview(case: Case, kind: str, as_of: date | None, today: date) -> Plan:
    """What the packet would hold and what stands in its way; nothing is made."""
    law, mapping = load_law(), case_mapping(case)
    if not is_built(kind, case.dispute_type):
        packet, dispute = law.packet_names[kind], law.dispute_types[case.dispute_type]
        raise Refused(
            f"The papers of {packet.en} in a case of {dispute.en} cannot be built by this version yet; nothing was made. The evidence check works.",
            f"本版本尚不能生成“{dispute.zh}”的“{packet.zh}”文书，未生成任何文件；证据链检查可以使用。",
        )
    facts = read_case(mapping)
    day = day_of(case, as_of, today)
    check = report.to_mapping(assess(facts, kind, day, law, waivers_of(case)))
    return Plan(
        check,
        contents.contents(facts, kind, law, day),
        catalogue.catalogue(facts, law, kind),
        complaint.missing_fields(mapping, check),
        contents.copy_sets(facts),
    )


def request(actor: Actor, case: Case, kind: str, *, as_of: date | None, override_reason: str = "", queue: bool = True) -> Packet:
    """Ask for a packet in the caller's transaction: ChainBroken when findings block and nobody overrides; a job builds it."""
    plan = preview(case, kind, as_of, actor.today)
    reason = "" if plan.check["generation_allowed"] else override_reason.strip()  # nothing blocks: there is nothing to override
    if reason:
        require(actor, Action.OVERRIDE)
        if actor.person_id is None:
            raise NotUsable("An override needs a person who answers for it: name one with --as. Nothing was made.", "强制生成须由具体人员作出，未生成。")
    if not plan.check["generation_allowed"] and not reason:
        raise ChainBroken(plan.check)
    empty = [field for field in plan.missing if field.blocking]
    if empty:
        en, zh = ", ".join(field.en for field in empty), "、".join(field.zh for field in empty)
        raise Refused(f"The complaint lacks: {en}. Nothing was made; enter them in the case and build again.", f"起诉状缺少：{zh}。未生成，请补录后重试。")
    last = session.scalar(select(func.max(Packet.number)).where(Packet.case_id == case.case_id, Packet.kind == kind))
    packet = Packet(
        case_id=case.case_id, kind=kind, number=(last or 0) + 1, state=PacketState.WAITING, as_of=date.fromisoformat(plan.check["as_of"]),
        requested_by_id=actor.person_id, requested_at=actor.now, case_version=case.version, check=plan.check, parts=[],
        override_reason=reason or None, override_by_id=actor.person_id if reason else None,
    )  # fmt: skip
    session.add(packet)
    session.flush()
    audit.record(actor, "packet", f"{kind} {packet.number}", case_id=case.case_id, as_of=packet.as_of, blocked=not plan.check["generation_allowed"])
    if reason:
        keys = [f["key"] for f in plan.check["findings"] if f["severity"] == "blocking"]
        audit.record(actor, "override", f"{kind} {packet.number}", case_id=case.case_id, reason=reason, findings=keys)
    if queue:
        work.ask(work.BUILD_PACKET, actor.now, packet=packet)
    return packet


def order_of(packet: Packet) -> Order:
    """The order of a requested packet, read from the case as it is now."""
    case = packet.case
    plan = preview(case, packet.kind, packet.as_of, packet.as_of)
    packet.check, packet.case_version = plan.check, case.version
    if not plan.check["generation_allowed"] and not packet.override_reason:
        raise ChainBroken(plan.check)
    override = {"reason": packet.override_reason, "person": packet.override_by.name} if packet.override_reason and packet.override_by else None
    return Order(packet.kind, packet.as_of, case_mapping(case), plan, _sources(case), override)


def _sources(case: Case) -> dict[str, Source]:
    store, found = runtime.store(), {}
    for document in case.documents:
        if document.sha256 and document.size is not None:
            try:
                path = store.path(document.sha256)
            except NotStored:
                path = Path("missing") / document.sha256  # preflight names it: a slip sheet, never a silent gap
            found[document.ref] = Source(path, document.name or document.ref, document.sha256, document.size, document.media_type or "")
    return found


def produce(order: Order, folder: Path, fonts: Fonts, progress: Progress) -> Made:
    """Make every file of the packet in `folder`; NotBuilt says in words what cannot be made."""
    work_folder = folder / "work"
    groups = [
        Group(g.group, g.title_zh, g.purpose, tuple(Exhibit(r.document_id, r.name, g.group, order.sources.get(r.document_id)) for r in g.rows))
        for g in order.plan.catalogue
    ]
    evidence = [exhibit for group in groups for exhibit in group.exhibits]
    uploads = _procedural_uploads(order, {exhibit.id for exhibit in evidence})
    try:
        prepared = preflight.prepare([*evidence, *uploads], work_folder, fonts, cache=runtime.running().conversions, progress=progress)
        ready, numbers = prepared[: len(evidence)], pagination.number(groups, prepared[: len(evidence)])
        made = _forms(order, numbers)
        papers = _papers(order, folder, fonts, made, prepared[len(evidence) :], progress)
        xlsx_table = evidence_catalogue.catalogue_table(_catalogue_rows(order, numbers))
        (folder / "catalogue.xlsx").write_bytes(xlsx.xlsx(xlsx_table, "证据目录"))
        draft = not order.plan.check["contents_complete"] or bool(gaps(order, prepared))
        built = assembly.build(
            papers, groups, ready, numbers, folder / "bundle.pdf", fonts,
            title=_title(order), watermark="草稿 DRAFT" if draft else None, progress=progress,
        )  # fmt: skip
    except BundleError as error:
        raise NotBuilt(str(error)) from error
    _media(folder, prepared)
    progress("finish", 0, 3)
    (folder / INTERNAL_COVER).write_bytes(_cover(order, fonts, made.values()))
    progress("finish", 1, 3)
    shutil.rmtree(work_folder)
    told = manifest.manifest(
        folder, built, papers, ready, numbers, title=_title(order), catalogue_paper="evidence_catalogue",
        extra={
            "case": order.mapping["case_id"], "kind": order.kind, "as_of": order.as_of.isoformat(), "draft": draft, "override": bool(order.override),
            "sets": order.plan.sets, "law_as_of": load_law().as_of.isoformat(),
            "fonts": {"serif": fonts.serif, "sans": fonts.sans, "substitute": fonts.substitute},
        },
    )  # fmt: skip
    manifest.write_manifest(folder, told)
    manifest.write_zip(folder, folder / "packet.zip")
    progress("finish", 3, 3)
    return Made(_parts(folder), told, draft, built.pages)


def _title(order: Order) -> str:
    return f"{order.mapping['creditor']['name']}诉{order.mapping['debtor']['name']} {load_law().dispute_types[order.mapping['dispute_type']].zh}"


def gaps(order: Order, prepared: Iterable[preflight.Prepared]) -> set[str]:
    """Documents whose slip sheet stands for a file that should be there: never handed in, or its bytes lost or damaged. A court gets no such packet."""
    things = _without_file(order)
    return {
        p.exhibit.id for p in prepared
        if p.slip and any(problem.code in NO_ORIGINAL for problem in p.problems) and not (p.exhibit.source is None and p.exhibit.id in things)
    }  # fmt: skip


def _without_file(order: Order) -> set[str]:
    """Documents that are things, not papers (the recorder itself): their slip sheet is no gap."""
    law = load_law()
    return {ref for ref, kind in _types(order).items() if not law.documents[kind].formats}


def _types(order: Order) -> dict[str, str]:
    return {paper.id: paper.type for paper in read_case(order.mapping).documents}


def _procedural_uploads(order: Order, taken: set[str]) -> list[Exhibit]:
    """Uploads of group P the contents name (ID copy, law firm's letter): papers before the evidence."""
    law, types, found = load_law(), _types(order), []
    for item in order.plan.items:
        for ref in item.documents:
            if not item.generated and ref not in taken and law.documents[types[ref]].group == "P":
                taken.add(ref)
                found.append(Exhibit(ref, item.zh, "P", order.sources.get(ref), note=item.id))
    return found


def _forms(order: Order, numbers: pagination.Pagination) -> dict[str, Form]:
    """The generated papers by item id."""
    case, check, day = order.mapping, order.plan.check, order.as_of
    rows = _catalogue_rows(order, numbers)
    made = {
        "complaint": complaint.complaint(case, check, sum(len(g["rows"]) for g in rows), day),
        "legal_rep_certificate_creditor": legal_rep_certificate.legal_rep_certificate(case, day),
        "evidence_catalogue": evidence_catalogue.evidence_catalogue(case, rows, day),
        "calculation_sheet": calculation_sheet.calculation_sheet(case, check),
        "service_address_confirmation": service_address.service_address(case, day),
    }
    if case.get("agents"):
        made["power_of_attorney"] = power_of_attorney.power_of_attorney(case, day)
    wanted = {item.id for item in order.plan.items if item.generated and item.required}
    return {item: form for item, form in made.items() if item in wanted}


def _catalogue_rows(order: Order, numbers: pagination.Pagination) -> list[dict[str, Any]]:
    seq, groups = 0, []
    for group in order.plan.catalogue:
        rows = []
        for row in group.rows:
            seq += 1
            rows.append(
                {
                    "seq": seq, "name": row.name, "source_form": row.source_form, "purpose": row.purpose,
                    "pages": pagination.span(*numbers.pages[row.document_id]),
                    "copies": row.copies, "original": row.original, "remarks": "",
                }
            )  # fmt: skip
        groups.append({"title": group.title_zh, "purpose": group.purpose, "rows": rows})
    return groups


def _papers(order: Order, folder: Path, fonts: Fonts, made: Mapping[str, Form], uploads: Sequence[preflight.Prepared], progress: Progress) -> list[Paper]:
    """Every paper before the evidence in the order of the contents: generated ones as docx and PDF, uploads as they came."""
    papers = []
    (folder / "forms").mkdir()
    for number, item in enumerate(order.plan.items, 1):
        progress("forms", number, len(order.plan.items))
        if item.id in made:
            stem = folder / "forms" / f"{item.n:02d}-{item.id.replace('_', '-')}"
            form = replace(made[item.id], numbered=False)
            stem.with_suffix(".pdf").write_bytes(pdf.pdf(form, fonts))
            stem.with_suffix(".docx").write_bytes(docx.docx(made[item.id]))
            papers.append(Paper(item.id, item.zh, stem.with_suffix(".pdf")))
        papers += [preflight.as_paper(upload, item.zh) for upload in uploads if upload.exhibit.note == item.id]
    return papers


def _cover(order: Order, fonts: Fonts, papers: Iterable[Form]) -> bytes:
    check, signs = order.plan.check, tuple(sorted({sign for paper in papers for sign in pdf.unprintable(paper, fonts)}))
    form = internal_cover.internal_cover(
        order.mapping, check, check["missing_uploads"], order.override, fonts.substitute, order.plan.sets, f"按 {order.as_of} 测算", signs
    )
    return pdf.pdf(form, fonts)


def _media(folder: Path, prepared: Sequence[preflight.Prepared]) -> None:
    """Native files (recordings, signed originals) go along untouched."""
    for entry in prepared:
        if entry.native:
            (folder / "media").mkdir(exist_ok=True)
            shutil.copyfile(entry.native, folder / "media" / entry.native_name)


def _parts(folder: Path) -> tuple[Part, ...]:
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    return tuple(
        Part(str(path.relative_to(folder)), path, MEDIA.get(path.suffix, "application/octet-stream"), internal=path.name == INTERNAL_COVER) for path in found
    )


def keep(made: Made, store: Store) -> list[dict[str, Any]]:
    """Put every part into the store; name, sha256, size, media_type and internal of each."""
    kept = []
    for part in made.parts:
        with part.path.open("rb") as content:
            staged = store.stage(content)
        store.keep(staged)
        kept.append({"name": part.name, "sha256": staged.sha256, "size": staged.size, "media_type": part.media_type, "internal": part.internal})
    return kept


def finish(packet: Packet, made: Made, parts: list[dict[str, Any]], moment: datetime) -> None:
    """Say that the packet is ready: complete, with the hash of every part."""
    packet.parts, packet.manifest, packet.draft = parts, made.manifest, made.draft
    packet.state, packet.finished_at, packet.reason = PacketState.READY, moment, None
