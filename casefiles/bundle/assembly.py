"""One PDF out of many: join the files once, stamp every page, write once.

Memory stays small because pictures and fonts go from file to file when the bundle is written; nothing holds them as bytes.
"""

from __future__ import annotations

import gc
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory

from pikepdf import Array, Dictionary, Job, ObjectStreamMode, Pdf, PdfError, String

from casefiles.bundle.geometry import frame_of, mend_boxes
from casefiles.bundle.inspection import look_inside
from casefiles.bundle.leading import Home, lead_all, name_parts, outline, runs
from casefiles.bundle.links import Joined
from casefiles.bundle.pagination import Pagination
from casefiles.bundle.pieces import Binding, Piece, pieces_of
from casefiles.bundle.plan import BundleError, Group, Layout, Paper, Row, Volume
from casefiles.bundle.preflight import Prepared, Progress, silent
from casefiles.bundle.stamps import Stamper
from forms.fonts import Fonts

PDF_VERSION = "1.7"
PLAIN = Layout()
UNNUMBERED = ("cover", "blank")
BLANK_NOTE = "（此页空白）"


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
    layout: Layout = PLAIN,
    volume: Volume | None = None,
) -> Built:
    """Write the bundle to `out`: cover, index, papers, then the groups with their exhibits; identical input gives identical bytes.

    With `volume` the papers and groups are those of one volume, the pagination is that of all. The file is complete or absent: it is
    written beside `out` and takes its name at the end. Raises BundleError, naming the paper, when a file vanished or changed since it
    was prepared.
    """
    binding = Binding(title, [_known(paper) for paper in papers], groups, {entry.exhibit.id: entry for entry in prepared}, pagination, layout, volume)
    out.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=".bundle-", dir=out.parent) as folder, _collector_at_rest():
        pieces = pieces_of(binding, Path(folder), fonts)
        total = sum(piece.row.pages for piece in pieces)
        progress("assemble", 0, total)
        job, target = _joined(pieces, Path(folder))
        with target:
            joined = Joined([page.obj for page in target.pages])
            if len(joined.pages) != total:
                raise BundleError(f"The bundle came out with {len(joined.pages)} pages, {total} were planned. Nothing was made. Prepare the exhibits again.")
            progress("assemble", total, total)
            cut = _settle(joined, pieces)
            homes = lead_all(joined, pieces, binding)
            joined.write_outline(target, outline(pieces, groups), levels=2)
            texts = "".join({sign for piece in pieces for text in (piece.row.mark, *piece.labels) for sign in text})
            _stamp(Stamper(target, fonts, texts + BLANK_NOTE, watermark), joined, pieces, homes, progress)
            rows = tuple(replace(piece.row, back=homes[piece.row.id].sheet) if _led_back(piece, homes) else piece.row for piece in pieces)
            if volume and volume.files:
                name_parts(target, joined, pieces)
            told = f"{title}（{volume.words}）" if volume and volume.of > 1 else title
            _label(target, pieces, told, repr((title, watermark, rows, volume, [e.exhibit.source and e.exhibit.source.sha256 for e in prepared])))
            size = _written(target, Path(folder) / "bundle.pdf", out, progress, total)
        del job  # it holds the sources, which the target reads from until it is written
        return Built(out, total, size, rows, tuple(label for piece in pieces for label in piece.labels), cut)


@contextmanager
def _collector_at_rest() -> Iterator[None]:
    """No search for cycles meanwhile: binding leaves none, and makes so many objects that Python would walk through all it holds many times,
    a sixth of the time of a bundle. Whoever put it to rest wakes it, so that it is awake again after two builds side by side."""
    awake = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if awake:
            gc.enable()


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


def _joined(pieces: Sequence[Piece], folder: Path) -> tuple[Job, Pdf]:
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


def _settle(joined: Joined, pieces: Sequence[Piece]) -> int:
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


def _led_back(piece: Piece, homes: Mapping[str, Home]) -> bool:
    return piece.row.kind == "exhibit" and bool(piece.row.mark) and piece.row.id in homes


def _stamp(stamper: Stamper, joined: Joined, pieces: Sequence[Piece], homes: Mapping[str, Home], progress: Progress) -> None:
    for piece in pieces:
        row = piece.row
        mended = {repair.page - piece.start: repair for repair in piece.inside.repairs}
        note = BLANK_NOTE if row.kind == "blank" else ""
        for offset, label in enumerate(piece.labels):
            page = joined.pages[row.at + offset]
            frame = piece.inside.frames[piece.start + offset] if piece.inside.frames else frame_of(page)
            if frame.guessed:
                mend_boxes(page, frame)
            stamper.stamp(page, "" if row.kind in UNNUMBERED else label, row.mark, mended.get(offset), frame, note=note)
            if offset == 0 and _led_back(piece, homes):
                joined.link(page, stamper.mark_box(frame, row.mark), *homes[row.id])
        progress("stamp", row.at + row.pages, len(joined.pages))


def _label(target: Pdf, pieces: Sequence[Piece], title: str, identity: str) -> None:
    """Page labels, title and the file identifier (PDF 32000-1, 14.4), which comes from what is bound and never from a clock."""
    target.Root.PageLabels = Dictionary(Nums=Array([part for entry in runs(pieces) for part in entry]))
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
