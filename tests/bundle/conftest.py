"""Makers for the bundle tests: PDFs of every awkward kind, and a bundle of them in one call."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from pikepdf import Array, Dictionary, Name, Pdf

from casefiles.bundle.assembly import Built, build
from casefiles.bundle.pagination import THROUGH, Pagination, number
from casefiles.bundle.plan import Exhibit, Group, Numbering, Paper, Source
from casefiles.bundle.preflight import Prepared, prepare
from forms.fonts import Fonts, find_fonts
from forms.typeset import typeset

A4 = (0, 0, 595.276, 841.89)


@dataclass(frozen=True)
class Bound:
    """A bundle and everything it was made from."""

    path: Path
    built: Built
    groups: tuple[Group, ...]
    papers: tuple[Paper, ...]
    prepared: tuple[Prepared, ...]
    pagination: Pagination


@pytest.fixture(scope="session")
def fonts() -> Fonts:
    return find_fonts()


@pytest.fixture
def make_pdf(tmp_path: Path) -> Callable[..., Path]:
    """Write a PDF, a page for each mapping: content, media, crop, rotate, unit; `inherit` puts boxes and resources on the node above."""

    def make(*pages: Mapping[str, Any], name: str = "", **saving: Any) -> Path:
        path = tmp_path / (name or f"made-{len(list(tmp_path.glob('made-*'))):03d}.pdf")
        with Pdf.new() as pdf:
            for page in pages or ({"content": b"BT /F1 20 Tf 60 700 Td (text) Tj ET"},):
                _add(pdf, page)
            pdf.save(path, static_id=True, **saving)
        return path

    return make


def _add(pdf: Pdf, page: Mapping[str, Any]) -> None:
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)  # not embedded, as in many real papers
    entry = pdf.add_blank_page(page_size=(100, 100)).obj
    for key in ("/MediaBox", "/Resources"):
        if key in entry:
            del entry[key]
    holder = pdf.Root.Pages if page.get("inherit") else entry
    holder["/MediaBox"] = Array(list(page.get("media", A4)))
    holder["/Resources"] = Dictionary(Font=Dictionary(F1=font))
    for key, value in (("crop", "/CropBox"), ("rotate", "/Rotate"), ("unit", "/UserUnit")):
        if key in page:
            given = page[key]
            holder[value] = Array(list(given)) if isinstance(given, tuple) else given
    entry.Contents = pdf.make_stream(page.get("content", b""))


@pytest.fixture
def exhibit() -> Callable[..., Exhibit]:
    return exhibit_of


def source_of(path: Path, media_type: str = "application/pdf", name: str = "") -> Source:
    """A source with its true hash and size."""
    content = path.read_bytes()
    return Source(path, name or path.name, hashlib.sha256(content).hexdigest(), len(content), media_type)


def exhibit_of(path: Path | None, identity: str = "D01", *, title: str = "", group: str = "G1", media_type: str = "application/pdf") -> Exhibit:
    """An exhibit of a file, or one that was recorded without a file."""
    return Exhibit(identity, title or f"证据材料 {identity}", group, source_of(path, media_type) if path else None)


@pytest.fixture
def bind(tmp_path: Path, fonts: Fonts) -> Callable[..., Bound]:
    """Make a bundle of files (by group id) or of ready exhibits; everything else has a default."""

    def make(groups: Mapping[str, Sequence[Path | Exhibit | None]], *, papers: Sequence[Paper] = (), watermark: str | None = None, name: str = "bundle.pdf", numbering: Numbering = THROUGH, **how: Any) -> Bound:
        count, made = 0, []
        for order, (identity, given) in enumerate(groups.items()):
            exhibits = []
            for entry in given:
                count += 1
                exhibits.append(entry if isinstance(entry, Exhibit) else exhibit_of(entry, f"D{count:02d}", group=identity))
            made.append(Group(identity, f"第{'一二三四五六七八九'[order]}组", f"证明事实{order + 1}", tuple(exhibits)))
        prepared = prepare([e for group in made for e in group.exhibits], tmp_path / "work", fonts, cache=tmp_path / "cache")
        pagination = number(made, prepared, numbering)
        path = tmp_path / name
        built = build(papers, made, prepared, pagination, path, fonts, title="甲公司 诉 乙公司", watermark=watermark, **how)
        return Bound(path, built, tuple(made), tuple(papers), prepared, pagination)

    return make


@pytest.fixture
def complaint(tmp_path: Path, fonts: Fonts) -> Paper:
    """A generated paper of two pages."""
    source = '#set text(font: (sys.inputs.serif, sys.inputs.sans))\n#json("data.json").first\n#pagebreak()\n#json("data.json").second'
    path = tmp_path / "complaint.pdf"
    path.write_bytes(typeset(source, fonts, {"first": "民事起诉状", "second": "此致"}))
    return Paper("F1", "民事起诉状", path)
