"""What each exhibit gives to the bundle, and every problem named before work starts.

Nothing is left out: what cannot be merged becomes a slip sheet with name, hash, reason and how to open it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from casefiles.bundle import words
from casefiles.bundle.convert import NotConverted, convert, convertible
from casefiles.bundle.front import parts_of, set_slips
from casefiles.bundle.inspection import Findings, inspect
from casefiles.bundle.plan import Exhibit, Inside, Paper, Source
from forms.fonts import Fonts

Progress = Callable[[str, int, int], None]
SOUND = ("audio/", "video/")


@dataclass(frozen=True)
class Problem:
    """Something a person should know about one exhibit before the bundle is made, in both languages."""

    exhibit: str
    code: str
    zh: str
    en: str


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
class _Slip:
    """An exhibit on its way to a slip sheet."""

    code: str
    detail: str = ""


def silent(step: str, done: int, total: int) -> None:
    """Progress that nobody watches."""


def prepare(exhibits: Iterable[Exhibit], work: Path, fonts: Fonts, *, cache: Path | None, progress: Progress = silent) -> tuple[Prepared, ...]:
    """Look at every exhibit, convert what is no PDF, and set a slip sheet for what cannot be shown; one result for each, in order.

    `work` takes the files of this run and must stay until the bundle is built; `cache` keeps conversions and findings by hash.
    """
    work.mkdir(parents=True, exist_ok=True)
    wanted = list(exhibits)
    results: list[Prepared | _Slip] = []
    for done, exhibit in enumerate(wanted):
        progress("prepare", done, len(wanted))
        results.append(_looked_at(exhibit, work, fonts, cache))
    slips = [(exhibit, slip) for exhibit, slip in zip(wanted, results, strict=True) if isinstance(slip, _Slip)]
    sheets = iter(_sheets(slips, work, fonts))
    progress("prepare", len(wanted), len(wanted))
    return tuple(next(sheets) if isinstance(result, _Slip) else result for result in results)


def as_paper(prepared: Prepared, title: str = "") -> Paper:
    """A prepared upload as a paper that stands before the evidence, such as a business licence."""
    exhibit = prepared.exhibit
    sha256 = exhibit.source.sha256 if exhibit.source else None
    return Paper(exhibit.id, title or exhibit.title, prepared.pdf, sha256, prepared.start, prepared.pages, prepared.inside, generated=prepared.slip)


def native_name(exhibit: Exhibit, source: Source) -> str:
    """The name of an untouched original under `media/`: unique by the exhibit's id, safe on every system."""
    kept = "".join("_" if sign in '<>:"/\\|?*' or not sign.isprintable() else sign for sign in f"{exhibit.id}-{source.name}")
    stem, dot, ending = kept.rpartition(".")
    if not dot or len(ending) > 10:
        stem, dot, ending = kept, "", ""
    room = 200 - len((dot + ending).encode())
    return (stem.encode()[:room].decode(errors="ignore") + dot + ending).rstrip(". ")


def _looked_at(exhibit: Exhibit, work: Path, fonts: Fonts, cache: Path | None) -> Prepared | _Slip:
    source = exhibit.source
    if source is None:
        return _Slip("not_given")
    unfit = _unfit(source)
    if unfit:
        return unfit
    pdf = source.path
    try:
        if not _is_pdf(source):
            pdf = convert(source, work, cache, fonts)
        found = inspect(pdf, source.sha256 if pdf == source.path else pdf.stem, work, cache)
    except NotConverted as error:
        return _Slip(error.code, error.detail)
    except OSError as error:
        return _Slip("file_missing", str(error))
    if found.fatal:
        return _Slip(found.fatal, found.detail)
    return _good(exhibit, source, pdf, found, converted=pdf != source.path)


def _unfit(source: Source) -> _Slip | None:
    """Why the file is not even opened: gone, not the one that was recorded, or nothing that has pages."""
    try:
        with source.path.open("rb") as content:
            sha256 = hashlib.file_digest(content, "sha256").hexdigest()
        if sha256 != source.sha256:
            return _Slip("hash_differs", sha256)
        if source.media_type.startswith(SOUND):
            return _Slip("recording")
        return None if _is_pdf(source) or convertible(source.media_type) else _Slip("unsupported", source.media_type)
    except OSError:
        return _Slip("file_missing")


def _good(exhibit: Exhibit, source: Source, pdf: Path, found: Findings, *, converted: bool) -> Prepared:
    codes = [(code, detail) for code, detail in found.notes if not (converted and code in words.OF_ORIGINALS)]
    goes_along = any(code in words.ORIGINAL_GOES_ALONG for code, _ in codes)
    return Prepared(
        exhibit,
        found.pdf or pdf,
        found.pages,
        tuple(_problem(exhibit, code, detail) for code, detail in codes),
        slip=False,
        native=source.path if goes_along else None,
        native_name=native_name(exhibit, source) if goes_along else "",
        inside=found.inside,
        size=(found.pdf or pdf).stat().st_size,
    )


def _problem(exhibit: Exhibit, code: str, detail: str) -> Problem:
    word = words.PROBLEMS[code]
    return Problem(exhibit.id, code, word.zh.format(detail=detail), word.en.format(detail=detail))


def _is_pdf(source: Source) -> bool:
    """A file that begins as a PDF is one, whatever type was stated."""
    with source.path.open("rb") as content:
        return source.media_type == "application/pdf" or b"%PDF-" in content.read(1024)


def _sheets(slips: Sequence[tuple[Exhibit, _Slip]], work: Path, fonts: Fonts) -> list[Prepared]:
    """All slip sheets as one file, so that they share their fonts."""
    if not slips:
        return []
    sheets = [words.sheet(exhibit, slip.code, slip.detail, native_name) for exhibit, slip in slips]
    path = work / f"slips-{_digest(sheets)}.pdf"
    with set_slips(sheets, fonts) as made:
        lengths = parts_of(made, len(sheets))
        made.save(path, deterministic_id=True)
    results, start = [], 0
    for (exhibit, slip), pages in zip(slips, lengths, strict=True):
        source = exhibit.source
        along = source if source and slip.code not in words.NO_ORIGINAL else None
        results.append(
            Prepared(
                exhibit,
                path,
                pages,
                (_problem(exhibit, slip.code, slip.detail),),
                slip=True,
                native=along.path if along else None,
                native_name=native_name(exhibit, along) if along else "",
                start=start,
                size=path.stat().st_size,
            )
        )
        start += pages
    return results


def _digest(sheets: Sequence[dict[str, Any]]) -> str:
    return hashlib.sha256(repr(sheets).encode()).hexdigest()[:16]
