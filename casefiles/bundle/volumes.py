"""A bundle in as many files as the court takes: split between exhibits, never inside one, each volume with the index of all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from pikepdf import Pdf, PdfError

from casefiles.bundle.assembly import Built, build
from casefiles.bundle.pagination import Pagination, span
from casefiles.bundle.plan import BundleError, Group, Layout, Paper, Volume, VolumeRow
from casefiles.bundle.preflight import Prepared, Progress, silent
from casefiles.law import CourtLimits, CourtProfile
from forms.fonts import Fonts

SINGLE = "bundle.pdf"
NAMES = ("volume-{number}-of-{of}.pdf", "volume-{number}.pdf", "volume{number}.pdf")  # the first that the court takes
OWN_BYTES, SHEET_BYTES = 100_000, 300  # what fonts, index and structure of a file weigh, and what a stamp does: guesses that building mends
INDEX_ROWS = 30  # rows of the index on one page
MOST_TRIES = 8  # two or three do; a file that is too large even then stays so and is named
PLAIN = Layout()


def build_volumes(
    papers: Sequence[Paper],
    groups: Sequence[Group],
    prepared: Sequence[Prepared],
    pagination: Pagination,
    folder: Path,
    fonts: Fonts,
    *,
    title: str,
    watermark: str | None,
    progress: Progress = silent,
    layout: Layout = PLAIN,
    court: CourtProfile,
) -> tuple[Built, ...]:
    """Write bundle.pdf, or volume-1-of-3.pdf and so on, into `folder`: papers in the first, evidence numbers running on through all.

    Sizes are guessed from the sources; a file that comes out too large gives its last exhibit to the next, and all are built again. An
    exhibit that is too large by itself gets a volume of its own, which `excesses` names. All files are there or none. Raises
    BundleError as assembly.build does.
    """
    bound = [paper if paper.pages is not None else replace(paper, pages=_pages_of(paper)) for paper in papers]
    order = _Order(bound, groups, prepared, pagination, fonts, title, watermark, progress, layout)
    guess = _Guess(order, court.limits)
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=".volumes-", dir=folder) as drafts:
        for _ in range(MOST_TRIES):
            places = guess.places()
            loads = _loads(places)
            built = _built(order, places, Path(drafts), court.limits, sum(map(guess.sheets, loads)))
            too_large = [guess.learn(load, one) for load, one in zip(loads, built, strict=True)]
            if not any(too_large):
                break
        for one in built:
            one.path.replace(folder / one.path.name)
    return tuple(replace(one, path=folder / one.path.name) for one in built)


@dataclass(frozen=True)
class _Order:
    """What is to be bound, whichever file it comes into."""

    papers: Sequence[Paper]
    groups: Sequence[Group]
    prepared: Sequence[Prepared]
    pagination: Pagination
    fonts: Fonts
    title: str
    watermark: str | None
    progress: Progress
    layout: Layout


def _pages_of(paper: Paper) -> int:
    try:
        with Pdf.open(paper.pdf, suppress_warnings=True) as pdf:
            return len(pdf.pages) - paper.start
    except (OSError, PdfError) as error:
        raise BundleError(f"{paper.title} ({paper.id}): the file {paper.pdf} cannot be read ({error}). Nothing was made. Hand in the paper again.") from error


@dataclass(frozen=True)
class _Load:
    """What one volume holds: the papers, if it is the first, and exhibits."""

    papers: bool
    exhibits: tuple[str, ...]


def _loads(places: Mapping[str, int]) -> list[_Load]:
    """Exhibit -> volume, turned round."""
    return [_Load(number == 1, tuple(e for e, place in places.items() if place == number)) for number in range(1, max(places.values(), default=1) + 1)]


class _Guess:
    """What the files are believed to weigh: at first by the sources, then by what building them showed."""

    def __init__(self, order: _Order, limits: CourtLimits) -> None:
        self.limits, self.layout = limits, order.layout
        self.group = {exhibit.id: group.id for group in order.groups for exhibit in group.exhibits}
        ready = {entry.exhibit.id: entry for entry in order.prepared}
        self.pages = {exhibit: ready[exhibit].pages for exhibit in self.group}
        self.bytes = {exhibit: float(_size(ready[exhibit]) + SHEET_BYTES * ready[exhibit].pages) for exhibit in self.group}
        self.papers = [paper.pages or 0 for paper in order.papers]
        self.paper_bytes = float(sum(paper.pdf.stat().st_size for paper in order.papers if paper.pdf.is_file()))
        self.front = 1 + (len(self.group) + len(self.papers) + len(order.groups)) // INDEX_ROWS  # pages of the index

    def places(self) -> dict[str, int]:
        """Exhibit -> number of its volume, as full as the limits allow, in order."""
        places: dict[str, int] = {}
        load = _Load(papers=bool(self.papers), exhibits=())
        number = 1
        for exhibit in self.group:
            more = replace(load, exhibits=(*load.exhibits, exhibit))
            if (load.papers or load.exhibits) and self._exceeds(more):
                number += 1
                more = _Load(papers=False, exhibits=(exhibit,))
            load, places[exhibit] = more, number
        return places

    def _exceeds(self, load: _Load) -> bool:
        most_bytes, most_pages = self.limits.bytes_per_file, self.limits.pages_per_file
        return (most_bytes is not None and self.weight(load) > most_bytes) or (most_pages is not None and self.sheets(load) > most_pages)

    def weight(self, load: _Load) -> float:
        """Bytes of a file."""
        return OWN_BYTES + (self.paper_bytes if load.papers else 0) + sum(self.bytes[exhibit] for exhibit in load.exhibits)

    def sheets(self, load: _Load) -> int:
        """Sheets of a file."""
        groups = {self.group[exhibit] for exhibit in load.exhibits} if self.layout.dividers else set()
        single = [1] * (len(groups) + self.layout.covers)
        parts = [self.front, *single, *(self.papers if load.papers else ()), *(self.pages[exhibit] for exhibit in load.exhibits)]
        return sum(part + part % 2 for part in parts) if self.layout.duplex else sum(parts)

    def learn(self, load: _Load, built: Built) -> bool:
        """Take in what came out; True when the file is too large and its last exhibit can go into the next.

        What it weighs more than believed is laid on its exhibits by their pages, so that one that is too large no longer fits as it was.
        """
        more, sheets = built.size - self.weight(load), sum(self.pages[exhibit] for exhibit in load.exhibits)
        for exhibit in load.exhibits if more > 0 else ():
            self.bytes[exhibit] += more * self.pages[exhibit] / sheets
        self.front += max(built.pages - self.sheets(load), 0)
        most_bytes, most_pages = self.limits.bytes_per_file, self.limits.pages_per_file
        too_large = (most_bytes is not None and built.size > most_bytes) or (most_pages is not None and built.pages > most_pages)
        return too_large and len(load.exhibits) > (0 if load.papers and self.papers else 1)


def _size(entry: Prepared) -> int:
    """Bytes of an exhibit's file; slip sheets share one file and weigh little."""
    return 0 if entry.slip else entry.size


def _built(order: _Order, places: Mapping[str, int], folder: Path, limits: CourtLimits, sheets: int) -> list[Built]:
    """One file after the other; `sheets` are those of all, for the progress."""
    of = max(places.values(), default=1)
    names = _names(of, limits)
    first: dict[str, str] = {}  # the pages of the papers, known when the first volume is there
    made: list[Built] = []
    for number, name in enumerate(names, start=1):
        done = sum(one.pages for one in made)
        volume = Volume(number, of, tuple(_rows(order, places, first)), names, tuple(order.groups)) if of > 1 else None
        built = build(
            order.papers if number == 1 else (), _groups(order.groups, places, number, of), order.prepared, order.pagination, folder / name, order.fonts,
            title=order.title, watermark=order.watermark, progress=_through(order.progress, done, sheets) if of > 1 else order.progress,
            layout=order.layout, volume=volume,
        )  # fmt: skip
        made.append(built)
        first |= {row.id: span(row.first, row.last) for row in built.index_rows if row.kind == "paper"}
    return made


def _names(of: int, limits: CourtLimits) -> tuple[str, ...]:
    """The names of all files, in a form the court takes; the plainest where it takes none."""
    if of == 1:
        return (SINGLE,)
    forms = [tuple(form.format(number=number, of=of) for number in range(1, of + 1)) for form in NAMES]
    return next((names for names in forms if all(map(limits.takes_name, names))), forms[-1])


def _groups(groups: Sequence[Group], places: Mapping[str, int], number: int, of: int) -> list[Group]:
    """The groups of one volume. A group without evidence stands in the index of every volume and needs no divider in one of several."""
    mine = [replace(group, exhibits=tuple(exhibit for exhibit in group.exhibits if places[exhibit.id] == number)) for group in groups]
    return [group for group in mine if group.exhibits] if of > 1 else list(groups)


def _rows(order: _Order, places: Mapping[str, int], papers: Mapping[str, str]) -> Iterator[VolumeRow]:
    """The index of all volumes."""
    slips = {entry.exhibit.id for entry in order.prepared if entry.slip}
    for paper in order.papers:
        yield VolumeRow(paper.id, "", paper.title, papers.get(paper.id, ""), 1)
    for group in order.groups:
        for exhibit in group.exhibits:
            mark, pages = order.pagination.marks[exhibit.id], span(*order.pagination.pages[exhibit.id])
            yield VolumeRow(exhibit.id, mark, exhibit.title, pages, places[exhibit.id], group.id, exhibit.id in slips)


def _through(progress: Progress, done: int, sheets: int) -> Progress:
    """The progress of one volume as a part of that of all."""

    def told(stage: str, at: int, total: int) -> None:
        progress(stage, done + at, max(sheets, done + total))

    return told


# --- what goes beyond the limits all the same: said, never passed over


@dataclass(frozen=True)
class Excess:
    """Something the court does not take: the file (and the exhibit that causes it, if it is one), a fixed code, the sentences, the remedy."""

    file: str
    exhibit: str
    code: str
    zh: str
    en: str
    remedy_zh: str
    remedy_en: str
    severity: str = "warning"


SENTENCES: dict[str, tuple[str, str, str, str]] = {
    "file_too_large": (
        "{file} 为 {found} MB，超过{court}每个文件 {limit} MB 的上限{cause_zh}。", "{file} has {found} MB; {court_en} takes {limit} MB a file{cause_en}.",
        "压缩或以较低分辨率重新扫描该材料后重新生成，或与法院商定其他提交方式。",
        "Scan the exhibit again at a lower resolution and build again, or agree another way with the court.",
    ),
    "file_too_long": (
        "{file} 为 {found} 页，超过{court}每个文件 {limit} 页的上限{cause_zh}。", "{file} has {found} pages; {court_en} takes {limit} a file{cause_en}.",
        "将该材料拆为数份证据后重新生成，或与法院商定其他提交方式。",
        "Hand the exhibit in as several exhibits and build again, or agree another way with the court.",
    ),
    "total_too_large": (
        "提交的文件合计 {found} MB，超过{court} {limit} MB 的上限。", "The files have {found} MB together; {court_en} takes {limit} MB.",
        "减少证据、压缩扫描件，或另以介质提交录音录像。", "Leave out exhibits, scan at a lower resolution, or hand in recordings on a medium.",
    ),
    "too_many_files": (
        "共 {found} 个文件，超过{court} {limit} 个的上限。", "There are {found} files; {court_en} takes {limit}.",
        "减少随附的原始文件，或另以介质提交。", "Hand in native files on a medium, or choose another court profile.",
    ),
    "name_not_taken": (
        "{court}不接受文件名“{file}”（最长 {limit} 个字符，且只能使用规定的字符）。",
        "{court_en} does not take the file name “{file}” (at most {limit} signs, and only permitted ones).",
        "提交前按法院要求改名；清单中的名称不变。", "Rename the file when handing it in; the manifest keeps its name.",
    ),
    "format_not_taken": (
        "{court}不接受 {file} 的格式（可接受：{limit}）。", "{court_en} does not take the format of {file} (it takes {limit}).",
        "另以介质提交，或转为可接受的格式后作为证据上传。", "Hand it in on a medium, or upload it in a format that is taken.",
    ),
}  # fmt: skip


def excesses(court: CourtProfile, volumes: Sequence[Built], media: Sequence[Path] = ()) -> tuple[Excess, ...]:
    """Everything in the finished files (volumes, and native files that go along) that the court does not take; empty when it takes all."""
    return tuple(_excesses(court, volumes, media))


def _excesses(court: CourtProfile, volumes: Sequence[Built], media: Sequence[Path]) -> Iterator[Excess]:
    limits = court.limits
    sizes = {volume.path.name: volume.size for volume in volumes} | {path.name: path.stat().st_size for path in media}
    for volume in volumes:
        if limits.pages_per_file is not None and volume.pages > limits.pages_per_file:
            yield _excess(court, "file_too_long", volume.path.name, volume.pages, limits.pages_per_file, volume)
    by_name = {volume.path.name: volume for volume in volumes}
    for name, size in sizes.items():
        if limits.bytes_per_file is not None and size > limits.bytes_per_file:
            yield _excess(court, "file_too_large", name, _megabytes(size), limits.mb_per_file, by_name.get(name))
        if not limits.takes_name(name):
            yield _excess(court, "name_not_taken", name, "", limits.file_name_length)
        if limits.formats and Path(name).suffix.lower().lstrip(".") not in limits.formats:
            yield _excess(court, "format_not_taken", name, "", ", ".join(limits.formats))
    total = sum(sizes.values())
    if limits.bytes_total is not None and total > limits.bytes_total:
        yield _excess(court, "total_too_large", "", _megabytes(total), limits.mb_total)
    if limits.files is not None and len(sizes) > limits.files:
        yield _excess(court, "too_many_files", "", len(sizes), limits.files)


def _excess(court: CourtProfile, code: str, file: str, found: object, limit: object, volume: Built | None = None) -> Excess:
    alone = [row for row in volume.index_rows if row.kind == "exhibit"] if volume else []
    papers = bool(volume) and not alone
    cause_zh, cause_en = ("：仅文书即已超过", ": the papers alone have more") if papers else ("", "")
    if len(alone) == 1:
        cause_zh = f"：{alone[0].mark}“{alone[0].title}”单独成册仍超过，未予拆分"
        cause_en = f": {alone[0].mark} ({alone[0].title}) exceeds it by itself and was not cut in two"
    zh, en, remedy_zh, remedy_en = SENTENCES[code]
    told = {"file": file, "found": found, "limit": limit, "court": court.name.zh, "court_en": court.name.en, "cause_zh": cause_zh, "cause_en": cause_en}
    return Excess(file, alone[0].id if len(alone) == 1 else "", code, zh.format(**told), en.format(**told), remedy_zh, remedy_en)


def _megabytes(size: int) -> str:
    """Bytes as MB with one decimal, rounded up so that what exceeds a limit never reads like the limit."""
    tenths = -(-size // 100_000)
    return f"{tenths // 10}.{tenths % 10}"
