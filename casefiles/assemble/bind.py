"""What an order asks of the bundle engine: numbers, volumes, the manifest and what the packet was made with."""

import hashlib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from casefiles.assemble.order import Order
from casefiles.bundle import manifest, pagination
from casefiles.bundle.assembly import Built
from casefiles.bundle.front import unlinked
from casefiles.bundle.plan import Group, Layout, Numbering, Paper
from casefiles.bundle.preflight import Prepared, Progress
from casefiles.bundle.volumes import Excess, build_volumes, excesses
from casefiles.law import load_law
from forms.fonts import Fonts, loaded

LAW_FILES = Path(__file__).parents[1] / "law"


def numbered(order: Order, groups: Sequence[Group], ready: Sequence[Prepared]) -> pagination.Pagination:
    """The numbers of all evidence pages in the style that was chosen; those of a frozen packet stand."""
    chosen = order.plan.options
    return pagination.number(groups, ready, Numbering(chosen["numbering"], chosen["prefix"], chosen["width"]), standing=order.standing)


def bound(
    order: Order, papers: Sequence[Paper], groups: Sequence[Group], ready: Sequence[Prepared], numbers: pagination.Pagination, folder: Path, fonts: Fonts,
    *, title: str, watermark: str | None, progress: Progress,
) -> tuple[Built, ...]:  # fmt: skip
    """The bundle, in as many volumes as the court's limits ask for."""
    chosen = order.plan.options
    layout = Layout(dividers=chosen["dividers"], covers=chosen["covers"], duplex=chosen["duplex"])
    court = load_law().courts[chosen["court"]]
    return build_volumes(
        papers, groups, ready, numbers, folder, fonts, title=title, watermark=watermark, progress=progress, layout=layout, court=court
    )  # fmt: skip


def unlink_papers(papers: Sequence[Paper]) -> None:
    """Take the links out of our papers once they are bound: those of the catalogue lead somewhere inside the bundle only."""
    for paper in papers:
        if paper.generated:
            unlinked(paper.pdf)


def not_taken(order: Order, folder: Path, volumes: Sequence[Built]) -> tuple[Excess, ...]:
    """What the court does not take of the finished files; call it when media/ is written."""
    media = sorted(path for path in (folder / "media").glob("*") if path.is_file())
    return excesses(load_law().courts[order.plan.options["court"]], volumes, media)


def described(
    order: Order, folder: Path, volumes: Sequence[Built], papers: Sequence[Paper], ready: Sequence[Prepared], numbers: pagination.Pagination,
    title: str, extra: Mapping[str, Any],
) -> dict[str, Any]:  # fmt: skip
    """The manifest of what lies in `folder`."""
    catalogue = next((paper.id for paper in order.plan.papers if paper.id == "evidence_catalogue"), "")
    return manifest.manifest(folder, volumes, papers, ready, numbers, title=title, catalogue_paper=catalogue, extra=extra)


def made_with(fonts: Fonts) -> dict[str, Any]:
    """Program, law and fonts, so that another build can be told from this one by what it was made with."""
    return {
        "program": version("casefiles"),
        "law_as_of": load_law().as_of.isoformat(),
        "law_sha256": _law_hash(),
        "fonts": {"serif": fonts.serif, "sans": fonts.sans, "substitute": fonts.substitute, "files": _font_hashes(fonts)},
    }


@cache
def _law_hash() -> str:
    """One hash over the law files of the package, names and bytes, in order."""
    seal = hashlib.sha256()
    for file in sorted(LAW_FILES.glob("*.yaml")):
        seal.update(f"{file.name}\n".encode() + hashlib.sha256(file.read_bytes()).digest())
    return seal.hexdigest()


@cache
def _font_hashes(fonts: Fonts) -> dict[str, str]:
    """SHA-256 of the files that hold the two families, by name."""
    paths = sorted({Path(font.path) for font in loaded(fonts.folders).fonts() if font.path and font.family in (fonts.serif, fonts.sans)})
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}
