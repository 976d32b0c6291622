"""An order into the finished files of a packet: papers, bundle, catalogue, media, manifest, zip."""

import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from casefiles import runtime
from casefiles.assemble import bind, papers
from casefiles.assemble.order import Order
from casefiles.assemble.plan import catalogue_rows, plan_mapping
from casefiles.bundle import manifest, pagination, preflight
from casefiles.bundle.assembly import Built
from casefiles.bundle.plan import BundleError, Exhibit, Group, Paper
from casefiles.bundle.words import NO_ORIGINAL
from casefiles.law import load_law
from casefiles.rules.facts import read_case
from forms import evidence_catalogue, xlsx
from forms.fonts import Fonts
from forms.form import Form

Progress = Callable[[str, int, int], None]
MEDIA = {".pdf": "application/pdf", ".json": "application/json", ".zip": "application/zip"}
MEDIA[".docx"] = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
MEDIA[".xlsx"] = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
INTERNAL_COVER = "internal-cover.pdf"
DRAFT = "草稿 DRAFT"
MOST_ROUNDS = 4  # a paper that cites papers may grow by a line, which moves those behind it; two rounds are the rule


class NotBuilt(Exception):
    """The packet could not be made, and trying again would not help; says what is wrong and what to do."""


@dataclass(frozen=True)
class Part:
    """One finished file of a packet; internal ones are never handed out with it."""

    name: str
    path: Path
    media_type: str
    internal: bool = False


@dataclass(frozen=True)
class Made:
    """A finished packet in its folder. `draft`: contents or files are missing, so that it cannot be frozen; `plan` is what it was built to."""

    parts: tuple[Part, ...]
    manifest: dict[str, Any]
    draft: bool
    pages: int
    plan: dict[str, Any] | None = None


def produce(order: Order, folder: Path, fonts: Fonts, progress: Progress, *, final: bool = False) -> Made:
    """Make every file of the packet in `folder`; NotBuilt says in words what cannot be made. Only a `final` one goes without the draft's mark."""
    work_folder = folder / "work"
    (folder / papers.FORMS).mkdir()
    groups, uploads = exhibits(order), papers.uploads(order)
    evidence = [exhibit for group in groups for exhibit in group.exhibits]
    try:
        prepared = preflight.prepare(
            [*evidence, *(exhibit for _, exhibit in uploads)], work_folder, fonts, cache=runtime.running().conversions, progress=progress
        )  # fmt: skip
        ready = prepared[: len(evidence)]
        numbers = bind.numbered(order, groups, ready)
        pages = {exhibit: pagination.span(*both) for exhibit, both in numbers.pages.items()}
        written = _Written(order, folder, fonts, progress)
        bound, volumes = _bound(order, folder, fonts, progress, groups, uploads, prepared, numbers, pages, written, final=final)
    except BundleError as error:
        raise NotBuilt(str(error)) from error
    (folder / "catalogue.xlsx").write_bytes(xlsx.xlsx(evidence_catalogue.catalogue_table(catalogue_rows(order.plan, pages)), "证据目录"))
    _media(folder, prepared)
    progress("finish", 0, 3)
    excess = bind.not_taken(order, folder, volumes)
    (folder / INTERNAL_COVER).write_bytes(papers.cover(order, fonts, written.made.values(), excess))
    progress("finish", 1, 3)
    shutil.rmtree(work_folder)
    draft = not order.plan.check["contents_complete"] or bool(gaps(order, prepared))
    plan = plan_mapping(order.plan, numbers, prepared)
    extra = _extra(order, fonts, plan, draft=draft, final=final) | {"excesses": [asdict(one) for one in excess]}
    told = bind.described(order, folder, volumes, bound, ready, numbers, papers.title_of(order), extra)
    manifest.write_manifest(folder, told)
    manifest.write_zip(folder, folder / "packet.zip")
    progress("finish", 3, 3)
    return Made(parts_in(folder), told, draft, sum(volume.pages for volume in volumes), plan)


def _bound(
    order: Order, folder: Path, fonts: Fonts, progress: Progress, groups: Sequence[Group], uploads: Sequence[tuple[str, Exhibit]],
    prepared: Sequence[preflight.Prepared], numbers: pagination.Pagination, pages: dict[str, str], written: "_Written", *, final: bool,
) -> tuple[list[Paper], tuple[Built, ...]]:  # fmt: skip
    """The papers bound with the evidence; where they stand is put into `pages`, and bound once more as long as a paper cites that otherwise."""
    late, entries = papers.late_list(order, numbers, folder, fonts), {entry.exhibit.id: entry for entry in prepared}
    ready = [entries[exhibit.id] for group in groups for exhibit in group.exhibits]
    title, watermark = papers.title_of(order), None if final else DRAFT
    for _ in range(MOST_ROUNDS):
        bound = [*late, *papers.in_order(order, written.files(pages), entries, uploads)]
        volumes = bind.bound(order, bound, groups, ready, numbers, folder, fonts, title=title, watermark=watermark, progress=progress)
        pages |= {row.id: pagination.span(row.first, row.last) for volume in volumes for row in volume.index_rows if row.kind == "paper"}
        if not written.cites_otherwise(pages):
            bind.unlink_papers(bound)
            return bound, volumes
        for volume in volumes:
            volume.path.unlink()
    raise NotBuilt("The pages that the contents cite did not come to rest. Nothing was made; build the packet again without covers or duplex.")


class _Written:
    """The papers of a packet, written anew where the pages they cite have changed (the index of an archive cites papers too)."""

    def __init__(self, order: Order, folder: Path, fonts: Fonts, progress: Progress) -> None:
        self.order, self.folder, self.fonts, self.progress = order, folder, fonts, progress
        self.made: dict[str, Form] = {}
        self.paths: dict[str, Path] = {}

    def files(self, pages: Mapping[str, str]) -> dict[str, Path]:
        """The PDF of every paper; only those are set that differ from what was set before."""
        wanted = papers.written(self.order, pages)
        changed = {name: form for name, form in wanted.items() if self.made.get(name) != form}
        self.paths |= papers.rendered(self.order, self.folder, self.fonts, changed, self.progress)
        self.made = wanted
        return self.paths

    def cites_otherwise(self, pages: Mapping[str, str]) -> bool:
        """Whether a paper would read differently with these pages."""
        return papers.written(self.order, pages) != self.made


def exhibits(order: Order) -> list[Group]:
    """The exhibits in their groups with their files; a recording says where its transcript stands."""
    notes = _transcripts(order)
    return [
        Group(
            group.group, group.title_zh, group.purpose,
            tuple(Exhibit(r.document_id, r.name, group.group, order.sources.get(r.document_id), notes.get(r.document_id, "")) for r in group.rows),
        )
        for group in order.plan.groups
    ]  # fmt: skip


def _transcripts(order: Order) -> dict[str, str]:
    """Recording -> what its slip sheet says of the transcript among the exhibits."""
    places = {row.document_id: (number, row.name) for number, row in enumerate((row for group in order.plan.groups for row in group.rows), 1)}
    found = {}
    for recording in order.mapping.get("recordings", []):
        place = places.get(recording.get("transcript_id"))
        if place:
            number, name = place
            mark = order.standing is None and f"证据{number}"  # numbers of an insertion are known only when its pages are counted
            found[recording["id"]] = f"文字整理稿见{f'{mark}　' if mark else ''}{name}"
    return found


def gaps(order: Order, prepared: Iterable[preflight.Prepared]) -> set[str]:
    """Documents whose slip sheet stands for a file that should be there: never handed in, or its bytes lost or damaged. A court gets no such packet."""
    without = things(order)
    return {
        p.exhibit.id for p in prepared
        if p.slip and any(problem.code in NO_ORIGINAL for problem in p.problems) and not (p.exhibit.source is None and p.exhibit.id in without)
    }  # fmt: skip


def things(order: Order) -> set[str]:
    """Documents that are things, not papers (the recorder itself): their slip sheet is no gap."""
    law = load_law()
    return {document.id for document in read_case(order.mapping).documents if not law.documents[document.type].formats}


def _extra(order: Order, fonts: Fonts, plan: Mapping[str, Any], *, draft: bool, final: bool) -> dict[str, Any]:
    """What the manifest says beside the files: which case, kind and day, the plan, and what the packet was made with.

    The manifest leaves the house with the packet: what was left out of it, and why, stands in `Packet.plan` and on the internal cover only.
    """
    shown = {key: value for key, value in plan.items() if key != "left_out"}
    return {
        "case": order.mapping["case_id"], "kind": order.kind, "as_of": order.as_of.isoformat(), "draft": draft, "frozen": final,
        "override": bool(order.override), "sets": order.plan.sets, "plan": shown, **bind.made_with(fonts),
    }  # fmt: skip


def _media(folder: Path, prepared: Sequence[preflight.Prepared]) -> None:
    """Native files (recordings, signed originals) go along untouched."""
    for entry in prepared:
        if entry.native:
            (folder / "media").mkdir(exist_ok=True)
            shutil.copyfile(entry.native, folder / "media" / entry.native_name)


def parts_in(folder: Path) -> tuple[Part, ...]:
    """Every file of the folder, in the order of names."""
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    return tuple(
        Part(str(path.relative_to(folder)), path, MEDIA.get(path.suffix, "application/octet-stream"), internal=path.name == INTERNAL_COVER) for path in found
    )
