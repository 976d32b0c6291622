"""One PDF out of many: join the files once, stamp every page, write once.

Memory stays small because pictures and fonts go from file to file when the bundle is written; nothing holds them as bytes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory

from pikepdf import Array, Dictionary, Job, Name, ObjectStreamMode, Pdf, PdfError, String

from casefiles.bundle.front import lead, parts_of, set_front
from casefiles.bundle.geometry import frame_of
from casefiles.bundle.inspection import look_inside
from casefiles.bundle.links import Joined
from casefiles.bundle.pagination import Pagination, roman, span
from casefiles.bundle.plan import Bookmark, BundleError, Group, Inside, Paper
from casefiles.bundle.preflight import Prepared, Progress, silent
from casefiles.bundle.stamps import Stamper
from forms.fonts import Fonts

PDF_VERSION = "1.7"


@dataclass(frozen=True)
class Row:
    """One part of the bundle: `kind` is index, paper, divider or exhibit; `at` its first sheet (from 0); first and last are labels."""

    kind: str
    id: str
    title: str
    at: int
    pages: int
    first: str
    last: str
    group: str = ""
    mark: str = ""
    slip: bool = False


@dataclass(frozen=True)
class Built:
    """The finished file: sheets in all, bytes, every part in order, the label of every sheet, and how many links were cut."""

    path: Path
    pages: int
    size: int
    index_rows: tuple[Row, ...]
    labels: tuple[str, ...]
    links_cut: int

    @cached_property
    def sha256(self) -> str:
        """The hash of the file, read when it is first asked for: whoever keeps the file hashes it anyway."""
        with self.path.open("rb") as content:
            return hashlib.file_digest(content, "sha256").hexdigest()


@dataclass(frozen=True)
class _Piece:
    """Some pages of one file on their way into the bundle: `count` from `start` (from 0) on, with one label each."""

    path: Path
    start: int
    row: Row
    labels: Sequence[str]
    inside: Inside
    size: int = 0


def build(
    papers: Sequence[Paper],
    groups: Sequence[Group],
    prepared: Sequence[Prepared],
    pagination: Pagination,
    out: Path,
    fonts: Fonts,
    *,
    title: str,
    watermark: str | None,
    progress: Progress = silent,
    dividers: bool = True,
) -> Built:
    """Write the bundle to `out`: index, papers, then the groups with their exhibits; identical input gives identical bytes.

    The file is complete or absent: it is written beside `out` and takes its name at the end. Raises BundleError, naming the paper,
    when a file vanished or changed since it was prepared.
    """
    plan = _Plan(groups, {entry.exhibit.id: entry for entry in prepared}, pagination)
    papers = [_known(paper) for paper in papers]
    out.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=".bundle-", dir=out.parent) as folder:
        front = Path(folder) / "front.pdf"
        lengths = _front(front, title, papers, plan, fonts, dividers=dividers)
        pieces = list(_pieces(front, lengths, papers, plan, dividers=dividers))
        total = sum(piece.row.pages for piece in pieces)
        progress("assemble", 0, total)
        job, target = _joined(pieces, Path(folder))
        with target:
            joined = Joined([page.obj for page in target.pages])
            if len(joined.pages) != total:
                raise BundleError(f"The bundle came out with {len(joined.pages)} pages, {total} were planned. Nothing was made. Prepare the exhibits again.")
            progress("assemble", total, total)
            cut = _settle(joined, pieces)
            _lead_index(joined, pieces)
            joined.write_outline(target, _outline(pieces, groups), levels=2)
            texts = "".join({sign for piece in pieces for text in (piece.row.mark, *piece.labels) for sign in text})
            _stamp(Stamper(target, fonts, texts, watermark), joined, pieces, progress)
            rows = tuple(piece.row for piece in pieces)
            _label(target, pieces, title, repr((title, watermark, rows, [e.exhibit.source and e.exhibit.source.sha256 for e in prepared])))
            size = _written(target, Path(folder) / "bundle.pdf", out, progress, total)
        del job  # it holds the sources, which the target reads from until it is written
        return Built(out, total, size, rows, tuple(label for piece in pieces for label in piece.labels), cut)


@dataclass(frozen=True)
class _Plan:
    """What is to be bound, in which order, under which numbers."""

    groups: Sequence[Group]
    ready: dict[str, Prepared]
    pagination: Pagination

    def of(self, exhibit: str) -> tuple[Prepared, tuple[int, int], str]:
        """An exhibit's pages, its numbers and its mark."""
        return self.ready[exhibit], self.pagination.pages[exhibit], self.pagination.marks[exhibit]


def _known(paper: Paper) -> Paper:
    """The paper with its pages counted and its inside read, where nobody did so before."""
    if paper.pages is not None and paper.inside is not None:
        return paper
    try:
        with Pdf.open(paper.pdf, suppress_warnings=True) as pdf:
            pages = paper.pages if paper.pages is not None else len(pdf.pages) - paper.start
            if pages < 1:
                raise BundleError(f"{paper.title} ({paper.id}): the file {paper.pdf} has no page. Nothing was made. Make or hand in the paper again.")
            return replace(paper, pages=pages, inside=paper.inside or look_inside(pdf))
    except (OSError, PdfError) as error:
        raise _gone(f"{paper.title} ({paper.id})", paper.pdf, str(error)) from error


def _front(path: Path, title: str, papers: Sequence[Paper], plan: _Plan, fonts: Fonts, *, dividers: bool) -> list[int]:
    """Set index and dividers into `path`; returns how many pages each part has, the index first."""
    at = len(papers)
    shown = []
    for group in plan.groups:
        rows = []
        for exhibit in group.exhibits:
            entry, pages, mark = plan.of(exhibit.id)
            rows.append({"at": at, "mark": mark, "title": exhibit.title, "pages": span(*pages), "slip": entry.slip})
            at += 1
        shown.append({"title": group.title, "purpose": group.purpose, "rows": rows})
    with set_front(title, [{"title": paper.title, "pages": paper.pages} for paper in papers], shown, fonts, dividers=dividers) as front:
        lengths = parts_of(front, 1 + (len(shown) if dividers else 0))
        front.save(path, static_id=True)
    return lengths


def _pieces(front: Path, lengths: Sequence[int], papers: Sequence[Paper], plan: _Plan, *, dividers: bool) -> Iterator[_Piece]:
    """Everything in its order, with its labels: roman for index and papers, the group's id on dividers, arabic for evidence."""
    at = 0
    for paper in (Paper("index", "目录", front, pages=lengths[0], inside=Inside()), *papers):
        count = paper.pages or 0
        labels = [roman(page + 1) for page in range(at, at + count)]
        row = Row("paper" if at else "index", paper.id, paper.title, at, count, labels[0], labels[-1])
        yield _Piece(paper.pdf, paper.start, row, labels, paper.inside or Inside())
        at += count
    set_at = lengths[0]
    for order, group in enumerate(plan.groups, start=1):
        if dividers:
            count = lengths[order]
            labels = [group.id if page == 0 else f"{group.id}-{page + 1}" for page in range(count)]
            yield _Piece(front, set_at, Row("divider", group.id, group.title, at, count, labels[0], labels[-1], group.id), labels, Inside())
            at, set_at = at + count, set_at + count
        for exhibit in group.exhibits:
            entry, (first, last), mark = plan.of(exhibit.id)
            row = Row("exhibit", exhibit.id, exhibit.title, at, entry.pages, str(first), str(last), group.id, mark, entry.slip)
            yield _Piece(entry.pdf, entry.start, row, [str(page) for page in range(first, last + 1)], entry.inside, entry.size)
            at += entry.pages


def _joined(pieces: Sequence[_Piece], folder: Path) -> tuple[Job, Pdf]:
    """The pages of all files in one, nothing written yet.

    qpdf's own merge does it: it leaves the bytes of pictures and fonts in their files until the bundle is written, where copying page
    by page through pikepdf would hold all of them in memory, and it opens and shuts the files itself when there are hundreds.
    """
    words = ["qpdf", "--empty", "--no-warn", "--warning-exit-0", "--remove-unreferenced-resources=no", "--pages"]
    for piece in pieces:
        name = f"{piece.row.title} ({piece.row.id})"
        try:
            size = piece.path.stat().st_size
        except OSError as error:
            raise _gone(name, piece.path, str(error)) from error
        if piece.size and size != piece.size:
            raise _gone(name, piece.path, f"it had {piece.size} bytes when it was prepared and has {size} now")
        words += [str(piece.path.resolve()), f"{piece.start + 1}-{piece.start + piece.row.pages}"]
    try:
        job = Job([*words, "--", str(folder / "unwritten.pdf")])
        target: Pdf = job.create_pdf()  # type: ignore[no-untyped-call]
    except (PdfError, RuntimeError, OSError) as error:
        named = next((f"{piece.row.title} ({piece.row.id})" for piece in pieces if str(piece.path.resolve()) in str(error)), "One of the papers")
        raise _gone(named, folder, str(error)) from error
    for key in list(target.Root.keys()):
        if key not in ("/Type", "/Pages"):
            del target.Root[key]  # forms, scripts and labels that the sources brought along
    return job, target


def _settle(joined: Joined, pieces: Sequence[_Piece]) -> int:
    """Mend the links of all sources; returns how many were cut."""
    first: dict[Path, int] = {}  # where page 0 of a file stands, or would stand, the first time
    cut = 0
    for piece in pieces:
        row = piece.row
        if row.kind in ("paper", "exhibit"):
            twin = first.get(piece.path)
            cut += joined.settle(row.at, row.pages, piece.inside.names, None if twin is None else twin + piece.start)
            first.setdefault(piece.path, row.at - piece.start)
    return cut


def _gone(name: str, path: Path, reason: str) -> BundleError:
    return BundleError(
        f"{name}: the file {path} cannot be used any more ({reason}). Nothing was made, the evidence is unchanged. "
        "Put the file back or prepare the exhibits again, then build once more."
    )


def _outline(pieces: Sequence[_Piece], groups: Sequence[Group]) -> list[Bookmark]:
    """目录, 文书 > paper, 证据 > group > exhibit > what the source brings itself."""
    proof = []
    written = [Bookmark(piece.row.title, piece.row.at, (), _moved(piece.inside.bookmarks, piece)) for piece in pieces if piece.row.kind == "paper"]
    for group in groups:
        mine = [piece for piece in pieces if piece.row.group == group.id]
        below = [
            Bookmark(f"{piece.row.mark}　{piece.row.title}", piece.row.at, (), _moved(piece.inside.bookmarks, piece))
            for piece in mine
            if piece.row.kind == "exhibit"
        ]
        if mine:
            proof.append(Bookmark(f"{group.title}　{group.purpose}".strip(), mine[0].row.at, (), tuple(below)))
    marks = [Bookmark("目录", 0)]
    marks += [Bookmark("文书", written[0].page, (), tuple(written))] if written else []
    marks += [Bookmark("证据", proof[0].page, (), tuple(proof))] if proof else []
    return marks


def _moved(marks: Sequence[Bookmark], piece: _Piece) -> tuple[Bookmark, ...]:
    """A source's bookmarks with the pages they have in the bundle; those to pages outside the piece are dropped."""
    kept = []
    for mark in marks:
        page = mark.page - piece.start if mark.page is not None else -1
        at = piece.row.at + page if 0 <= page < piece.row.pages else None
        children = _moved(mark.children, piece)
        if at is not None or children:
            kept.append(replace(mark, page=at, children=children))
    return tuple(kept)


def _stamp(stamper: Stamper, joined: Joined, pieces: Sequence[_Piece], progress: Progress) -> None:
    for piece in pieces:
        row = piece.row
        mended = {repair.page - piece.start: repair for repair in piece.inside.repairs}
        for offset, label in enumerate(piece.labels):
            frame = piece.inside.frames[piece.start + offset] if piece.inside.frames else None
            stamper.stamp(joined.pages[row.at + offset], label, row.mark, mended.get(offset), frame)
        progress("stamp", row.at + row.pages, len(joined.pages))


def _lead_index(joined: Joined, pieces: Sequence[_Piece]) -> None:
    """Turn the rows of index and dividers into links to the upper edge of their page as it is shown."""
    goals: dict[int, Array] = {}
    for piece in pieces:
        if piece.row.kind in ("paper", "exhibit"):
            left, top = frame_of(joined.pages[piece.row.at]).top_left()
            goals[len(goals)] = joined.goal(piece.row.at, ("/XYZ", round(left, 2), round(top, 2), None))
    for piece in pieces:
        if piece.row.kind in ("index", "divider"):
            for page in joined.pages[piece.row.at : piece.row.at + piece.row.pages]:
                lead(page, goals)


def _label(target: Pdf, pieces: Sequence[_Piece], title: str, identity: str) -> None:
    """Page labels, title and the file identifier (PDF 32000-1, 14.4), which comes from what is bound and never from a clock."""
    entries: list[object] = [0, Dictionary(S=Name.r)]
    for piece in pieces:
        if piece.row.kind == "divider":
            for offset, label in enumerate(piece.labels):
                entries += [piece.row.at + offset, Dictionary(P=String(label))]
        elif piece.row.kind == "exhibit":
            entries += [piece.row.at, Dictionary(S=Name.D, St=int(piece.row.first))]
    target.Root.PageLabels = Dictionary(Nums=Array(entries))
    target.Root.Lang = String("zh-CN")
    target.Root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
    target.docinfo["/Title"] = title
    seal = hashlib.sha256(identity.encode()).digest()[:16]
    target.trailer.ID = Array([String(seal), String(seal)])


def _written(target: Pdf, draft: Path, out: Path, progress: Progress, total: int) -> int:
    progress("write", 0, total)
    try:
        target.save(draft, object_stream_mode=ObjectStreamMode.generate, static_id=True, min_version=PDF_VERSION, fix_metadata_version=False)
    except (OSError, PdfError) as error:
        raise BundleError(
            f"The bundle could not be written to {out.parent} ({error}). No partial file was left, the evidence is unchanged. "
            "Make room or mend the named file, then build once more."
        ) from error
    size = draft.stat().st_size
    draft.replace(out)
    progress("write", total, total)
    return size
