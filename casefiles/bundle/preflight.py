"""What each exhibit gives to the bundle, and every problem named before work starts, with its remedy.

Nothing is left out: what cannot be merged becomes a slip sheet with name, hash, reason and how to open it.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from casefiles.bundle import convert, office, words
from casefiles.bundle.findings import Findings
from casefiles.bundle.inspection import inspect
from casefiles.bundle.names import safe_name
from casefiles.bundle.plan import Exhibit, Inside, Paper, Source
from casefiles.bundle.slips import Slip, write_slips
from forms.fonts import Fonts

Progress = Callable[[str, int, int], None]
SOUND = ("audio/", "video/")


@dataclass(frozen=True)
class Problem:
    """Something a person should know about one exhibit before the bundle is made, in both languages.

    `severity` is info (nothing to do), warning (look before filing) or blocking (its pages are missing until somebody mends it).
    """

    exhibit: str
    code: str
    zh: str
    en: str
    severity: str = words.INFO
    remedy_zh: str = ""
    remedy_en: str = ""


@dataclass(frozen=True)
class Prepared:
    """One exhibit ready for assembly: `pages` pages of `pdf` from page `start` (from 0) on.

    `size` is that of `pdf` in bytes, to notice a change. `native` is the file that goes along untouched as `media/` + `native_name`.
    """

    exhibit: Exhibit
    pdf: Path
    pages: int
    problems: tuple[Problem, ...]
    slip: bool
    native: Path | None
    native_name: str = ""
    start: int = 0
    inside: Inside = field(default_factory=Inside)
    size: int = 0


@dataclass(frozen=True)
class Examined:
    """What an exhibit will be: `pages` (None: not known before it is converted), what is to be said of it, whether it will be a slip sheet."""

    exhibit: str
    pages: int | None
    problems: tuple[Problem, ...]
    slip: bool


def silent(step: str, done: int, total: int) -> None:
    """Progress that nobody watches."""


def prepare(
    exhibits: Iterable[Exhibit], work: Path, fonts: Fonts, *, cache: Path | None, progress: Progress = silent, most_bytes: int = 0
) -> tuple[Prepared, ...]:
    """Look at every exhibit, convert what is no PDF, and set a slip sheet for what cannot be shown; one result for each, in order.

    `work` takes the files of this run and must stay until the bundle is built; `cache` keeps conversions and findings by hash.
    A file of more than `most_bytes` is named (0: no limit).
    """
    work.mkdir(parents=True, exist_ok=True)
    wanted = list(exhibits)
    results: list[Prepared | Slip] = []
    for done, exhibit in enumerate(wanted):
        progress("prepare", done, len(wanted))
        results.append(_looked_at(exhibit, work, fonts, cache, most_bytes))
    slips = [(exhibit, slip) for exhibit, slip in zip(wanted, results, strict=True) if isinstance(slip, Slip)]
    sheets = iter(_sheets(slips, work, fonts))
    progress("prepare", len(wanted), len(wanted))
    return tuple(next(sheets) if isinstance(result, Slip) else result for result in results)


def examine(exhibits: Iterable[Exhibit], fonts: Fonts, *, cache: Path | None, most_bytes: int = 0) -> tuple[Examined, ...]:
    """The same look before work starts, quick: findings come from the cache, nothing is converted; what is not converted yet says so.

    A PDF that nobody looked at is looked at now; its findings are kept where there is a cache.
    """
    with tempfile.TemporaryDirectory(prefix="examine-") as folder:
        return tuple(_examined(exhibit, Path(folder), fonts, cache, most_bytes) for exhibit in exhibits)


def look_ahead(source: Source, work: Path, fonts: Fonts, *, cache: Path) -> None:
    """At upload: convert the file and note what is inside, so that builder page and packet only read. Raises NotConverted, OSError."""
    if not _is_pdf(source) and convert.convertible(source.media_type):
        made = convert.convert(source, work, cache, fonts)
        inspect(made, made.stem, work, cache)
    elif _is_pdf(source):
        inspect(source.path, source.sha256, work, cache)


def as_paper(prepared: Prepared, title: str = "") -> Paper:
    """A prepared upload as a paper that stands before the evidence, such as a business licence."""
    exhibit = prepared.exhibit
    sha256 = exhibit.source.sha256 if exhibit.source else None
    return Paper(exhibit.id, title or exhibit.title, prepared.pdf, sha256, prepared.start, prepared.pages, prepared.inside, generated=prepared.slip)


def native_name(exhibit: Exhibit, source: Source) -> str:
    """The name of an untouched original under `media/`: unique by the exhibit's id, safe on every system."""
    return safe_name(f"{exhibit.id}-{source.name}", 200)


def _looked_at(exhibit: Exhibit, work: Path, fonts: Fonts, cache: Path | None, most_bytes: int) -> Prepared | Slip:
    source = exhibit.source
    if source is None:
        return Slip("not_given")
    unfit = _unfit(source)
    if unfit:
        return unfit
    pdf = source.path
    try:
        if not _is_pdf(source):
            pdf = convert.convert(source, work, cache, fonts)
        found = inspect(pdf, source.sha256 if pdf == source.path else pdf.stem, work, cache)
    except convert.NotConverted as error:
        return Slip(error.code, error.detail)
    except OSError as error:
        return Slip("file_missing", str(error))
    return Slip(found.fatal, found.detail) if found.fatal else _good(exhibit, source, pdf, found, most_bytes)


def _examined(exhibit: Exhibit, folder: Path, fonts: Fonts, cache: Path | None, most_bytes: int) -> Examined:
    source = exhibit.source
    result: Prepared | Slip | None = None
    unfit = Slip("not_given") if source is None else _unfit(source)
    if unfit or source is None:
        result = unfit
    elif _is_pdf(source) or _converted(source, cache, fonts):
        result = _looked_at(exhibit, folder, fonts, cache, most_bytes)
    elif source.media_type in office.OFFICE and (absent := office.missing(source.media_type)):
        result = Slip("converter_missing", absent)
    if result is None:
        return Examined(exhibit.id, None, (_problem(exhibit, "not_converted", ""),), slip=False)
    if isinstance(result, Slip):
        return Examined(exhibit.id, 1, (_problem(exhibit, *result),), slip=True)
    return Examined(exhibit.id, result.pages, result.problems, slip=False)


def _converted(source: Source, cache: Path | None, fonts: Fonts) -> bool:
    """Whether the pages, or the refusal, of an earlier conversion are kept."""
    try:
        return cache is not None and convert.known(source, cache, fonts) is not None
    except convert.NotConverted:
        return True


def _unfit(source: Source) -> Slip | None:
    """Why the file is not even opened: gone, not the one that was recorded, or nothing that has pages."""
    try:
        with source.path.open("rb") as content:
            sha256 = hashlib.file_digest(content, "sha256").hexdigest()
        if sha256 != source.sha256:
            return Slip("hash_differs", sha256)
        if source.media_type.startswith(SOUND) or source.media_type == "application/ogg":
            return Slip("recording")
        if source.media_type in words.BY_KIND:
            return Slip(words.BY_KIND[source.media_type])
        if not _is_pdf(source) and source.name.lower().endswith(".pdf") and not source.media_type.startswith("image/"):
            return Slip("not_a_pdf")  # words that call themselves a PDF are no paper; a picture under that name is one
        return None if _is_pdf(source) or convert.convertible(source.media_type) else Slip("unsupported", source.media_type)
    except OSError:
        return Slip("file_missing")


def _good(exhibit: Exhibit, source: Source, pdf: Path, found: Findings, most_bytes: int) -> Prepared:
    notes = list(found.notes)
    if pdf != source.path:
        notes = [*convert.notes_of(pdf), *(note for note in notes if note[0] not in words.OF_ORIGINALS)]
    if most_bytes and source.size > most_bytes:
        notes.append(("too_large_file", f"{source.size / 2**20:.1f} MB"))
    goes_along = any(code in words.ORIGINAL_GOES_ALONG for code, _ in notes)
    return Prepared(
        exhibit,
        found.pdf or pdf,
        found.pages,
        tuple(_problem(exhibit, code, detail) for code, detail in notes),
        slip=False,
        native=source.path if goes_along else None,
        native_name=native_name(exhibit, source) if goes_along else "",
        inside=found.inside,
        size=(found.pdf or pdf).stat().st_size,
    )


def _problem(exhibit: Exhibit, code: str, detail: str) -> Problem:
    matter = words.PROBLEMS[code]
    zh, en = words.filled(matter.zh, matter.en, detail)
    return Problem(exhibit.id, code, zh, en, matter.severity, matter.remedy_zh, matter.remedy_en)


def _is_pdf(source: Source) -> bool:
    """A file that begins as a PDF is one, whatever type was stated."""
    with source.path.open("rb") as content:
        return source.media_type == "application/pdf" or b"%PDF-" in content.read(1024)


def _sheets(slips: Sequence[tuple[Exhibit, Slip]], work: Path, fonts: Fonts) -> list[Prepared]:
    if not slips:
        return []
    path, lengths = write_slips(slips, work, fonts, native_name)
    results, start = [], 0
    for (exhibit, slip), pages in zip(slips, lengths, strict=True):
        source = exhibit.source
        along = source if source and slip.code not in words.NO_ORIGINAL else None
        results.append(
            Prepared(
                exhibit,
                path,
                pages,
                (_problem(exhibit, *slip),),
                slip=True,
                native=along.path if along else None,
                native_name=native_name(exhibit, along) if along else "",
                start=start,
                size=path.stat().st_size,
            )
        )
        start += pages
    return results
