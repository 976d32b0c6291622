"""What is bound, sheet by sheet: cover, index, papers, dividers, exhibits, and the blank backs between them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from pathlib import Path
from typing import Any

from pikepdf import Pdf

from casefiles.bundle.front import parts_of, set_front
from casefiles.bundle.geometry import A4
from casefiles.bundle.pagination import Pagination, labels_of, place, roman, span
from casefiles.bundle.plan import BundleError, Group, Inside, Layout, Paper, Row, Volume, VolumeRow
from casefiles.bundle.preflight import Prepared
from forms.fonts import Fonts

COVER, INDEX, BLANK = "封面", "目录", "空白页"
BACK = "背"  # the label of a blank sheet: the back of page 12 is 12背
LARGEST = 14_400.0  # points; no page of a PDF may be larger (PDF 32000-1, annex C)


@dataclass(frozen=True)
class Piece:
    """Some pages of one file on their way into the bundle: as many as the row says, from `start` (from 0) on, with one label each."""

    path: Path
    start: int
    row: Row
    labels: Sequence[str]
    inside: Inside
    size: int = 0
    generated: bool = False

    def last_size(self) -> tuple[float, float]:
        """Width and height of the last page as shown, in points."""
        if not self.inside.frames:
            return A4[2], A4[3]
        frame = self.inside.frames[self.start + self.row.pages - 1]
        return min(frame.width, LARGEST), min(frame.height, LARGEST)


@dataclass(frozen=True)
class Binding:
    """What is to be bound into one file, in which order, under which numbers."""

    title: str
    papers: Sequence[Paper]
    groups: Sequence[Group]
    ready: dict[str, Prepared]
    pagination: Pagination
    layout: Layout
    volume: Volume | None = None

    @property
    def number(self) -> int:
        """The volume that is bound."""
        return self.volume.number if self.volume else 1

    def of(self, exhibit: str) -> tuple[Prepared, tuple[str, ...], str]:
        """An exhibit's pages, its labels and its mark. Raises BundleError when it changed since it was numbered."""
        entry, labels, mark = self.ready[exhibit], self.pagination.labels[exhibit], self.pagination.marks[exhibit]
        if len(labels) != entry.pages:
            raise BundleError(
                f"{entry.exhibit.title} ({exhibit}) has {entry.pages} pages and was numbered with {len(labels)}. Nothing was made. Number the exhibits again."
            )
        return entry, labels, mark

    def rows(self) -> tuple[VolumeRow, ...]:
        """Every paper and exhibit that the index lists, those of other volumes too. Raises BundleError when it lists others than are bound."""
        own = [VolumeRow(paper.id, "", paper.title, "", 1) for paper in self.papers]
        for group in self.groups:
            for exhibit in group.exhibits:
                entry, labels, mark = self.of(exhibit.id)
                own.append(VolumeRow(exhibit.id, mark, exhibit.title, span(labels[0], labels[-1]), 1, group.id, entry.slip))
        if not self.volume:
            return tuple(own)
        if [row.id for row in self.volume.rows if row.volume == self.number] != [row.id for row in own]:
            raise BundleError(f"Volume {self.number} holds other papers than its index lists. Nothing was made. List the papers of each volume in their order.")
        return self.volume.rows

    def divided(self) -> Sequence[Group]:
        """The groups that get a divider."""
        return self.groups if self.layout.dividers else ()


def pieces_of(binding: Binding, folder: Path, fonts: Fonts) -> list[Piece]:
    """Set what we set ourselves into `folder`, and name everything in its order."""
    front, blanks = folder / "front.pdf", folder / "blanks.pdf"
    sizes: list[tuple[float, float]] = []
    pieces: list[Piece] = []
    at = 0
    for piece in _parts(front, _set(front, binding, fonts), binding):
        if binding.layout.duplex and at % 2:
            before = pieces[-1]
            label = f"{before.labels[-1]}{BACK}"
            pieces.append(Piece(blanks, len(sizes), Row("blank", "", BLANK, at, 1, label, label, volume=binding.number), [label], Inside()))
            sizes.append(before.last_size())
            at += 1
        pieces.append(replace(piece, row=replace(piece.row, at=at, volume=binding.number)))
        at += piece.row.pages
    if sizes:
        _blank(blanks, sizes)
    return pieces


def _parts(front: Path, lengths: Sequence[int], binding: Binding) -> Iterator[Piece]:
    """Everything in its order, with its labels: roman for index and papers, the group's on dividers, those of the pagination for evidence."""
    made = iter(zip(accumulate(lengths, initial=0), lengths, strict=False))  # where each part that we set begins, and its pages

    def own(kind: str, identity: str, title: str, label: str, group: str = "") -> Piece:
        start, pages = next(made)
        labels = [roman(page + 1) for page in range(pages)] if kind == "index" else list(labels_of(kind, label, pages))
        return Piece(front, start, Row(kind, identity, title, 0, pages, labels[0], labels[-1], group), labels, Inside())

    index = own("index", "index", INDEX, "i")
    letters = binding.pagination.dividers
    dividers = {group.id: own("divider", group.id, group.title, letters.get(group.id, group.id), group.id) for group in binding.divided()}
    if binding.layout.covers:
        yield own("cover", "cover", COVER, COVER)
    yield index
    at = index.row.pages
    for paper in binding.papers:
        count = paper.pages or 0
        labels = [roman(page + 1) for page in range(at, at + count)]
        row = Row("paper", paper.id, paper.title, 0, count, labels[0], labels[-1])
        yield Piece(paper.pdf, paper.start, row, labels, paper.inside or Inside(), generated=paper.generated)
        at += count
    for group in binding.groups:
        if group.id in dividers:
            yield dividers[group.id]
        for exhibit in group.exhibits:
            entry, cited, mark = binding.of(exhibit.id)
            row = Row("exhibit", exhibit.id, exhibit.title, 0, entry.pages, cited[0], cited[-1], group.id, mark, entry.slip)
            yield Piece(entry.pdf, entry.start, row, cited, entry.inside, entry.size)


def _set(path: Path, binding: Binding, fonts: Fonts) -> list[int]:
    """Set index, dividers and cover into `path`, in this order; returns how many pages each has."""
    shown = _shown(binding)
    here = [row for row in shown if row["volume"] == binding.number]
    dividers = [_section(group.title, group.purpose, here, group.id) for group in binding.divided()]
    data = {
        "title": binding.title,
        "volume": {"number": binding.volume.number, "of": binding.volume.of} if binding.volume else None,
        "sections": _sections(binding, shown),
        "dividers": dividers,
        "cover": _told(here) if binding.layout.covers else None,
        "note": _note(binding, shown),
    }
    with set_front(data, fonts) as front:
        lengths = parts_of(front, 1 + len(dividers) + binding.layout.covers)
        front.save(path, static_id=True)
    return lengths


def _shown(binding: Binding) -> list[dict[str, Any]]:
    """The rows of the index as front.typ takes them. A paper of this file has a `count`: the index knows its pages when it knows its own."""
    counts = {paper.id: paper.pages or 0 for paper in binding.papers}
    cited = binding.pagination.pages
    shown = []
    for at, row in enumerate(binding.rows()):
        pages = span(*cited[row.id]) if row.group and row.id in cited else row.pages
        count = counts.get(row.id, 0) if not row.group and row.volume == binding.number else 0
        entry = {"n": at, "mark": row.mark, "title": row.title, "pages": pages, "count": count}
        shown.append({**entry, "slip": row.slip, "volume": row.volume, "group": row.group})
    return shown


def _sections(binding: Binding, rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The index under its headings: the papers, then group by group."""
    whole = (*(binding.volume.groups if binding.volume else ()), *binding.groups)
    headed = {group.id: (group.title, group.purpose) for group in reversed(whole)}
    order = dict.fromkeys([group.id for group in whole] + [row["group"] for row in rows if row["group"]])
    papers = _section("文书", "", rows, "")
    sections = [papers] if papers["rows"] else []
    for group in order:
        title, purpose = headed.get(group, (group, ""))
        sections.append(_section(title, purpose, rows, group))
    return sections


def _section(title: str, purpose: str, rows: Sequence[dict[str, Any]], group: str) -> dict[str, Any]:
    return {"title": title, "purpose": purpose, "rows": [row for row in rows if row["group"] == group]}


def _told(rows: Sequence[dict[str, Any]]) -> list[list[str]]:
    """What the cover says of the sheets below it."""
    papers, evidence = [row for row in rows if not row["group"]], [row for row in rows if row["group"]]
    told = [["文　　书", f"共 {len(papers)} 份"]] if papers else []
    if evidence:
        first, last = evidence[0], evidence[-1]
        told.append(["证　　据", span(first["mark"], last["mark"]) + f"，共 {len(evidence)} 件"])
        told.append(["证据页码", span(first["pages"].split("–")[0], last["pages"].split("–")[-1])])
    return told


def _note(binding: Binding, rows: Sequence[dict[str, Any]]) -> str:
    """How the pages are numbered, below the index."""
    by_group = any(label.isascii() for label in binding.pagination.dividers.values())  # A, B: the letters of the pages; else 第一组
    how = "按组编号，字母为组别" if by_group else "自第一组起连续编号"
    told = f"文书页码为小写罗马数字；证据页码{how}，印于每页右下角，与电子页签、书签一致。"
    late = next((label for first, last in binding.pagination.pages.values() for label in (first, last) if place(label).letters), "")
    if late:
        told += f"数字后带字母者（如 {late}）为后补页，原有页码不变。"
    if any(row["slip"] for row in rows):
        told += "注明“附页说明”者，原件随附于介质文件夹或另行提交，见该页。"
    return told


def _blank(path: Path, sizes: Sequence[tuple[float, float]]) -> None:
    """Empty sheets, each of the size of the sheet whose back it is."""
    with Pdf.new() as pdf:
        for size in sizes:
            pdf.add_blank_page(page_size=size)
        pdf.save(path, static_id=True)
