"""Read a finished bundle with other libraries than the one that wrote it, and name everything that does not agree.

pypdf reads labels, outline, links and fonts; pypdfium2 reads what is printed and where a reader sees it. Neither is used to write.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

import pypdfium2
from pypdf import PdfReader
from pypdf.errors import PyPdfError
from pypdf.generic import ArrayObject, Destination, DictionaryObject, IndirectObject

from casefiles.bundle.differences import SENTENCES, Difference
from casefiles.bundle.plan import BundleError
from casefiles.bundle.printed import Part, part_of, printed

__all__ = ["SENTENCES", "Difference", "verify_bundle"]


def verify_bundle(pdf: Path, manifest: Mapping[str, Any], volume: int = 1) -> list[Difference]:
    """Compare one volume of a bundle with its manifest: printed number = page label = range = catalogue = outline = index, and the links
    between them; stamps inside the visible page, fonts, placeholders, blank sheets.

    Empty when all agree. A bundle that cannot be read gives one difference, no exception.
    """
    try:
        parts = [part_of(row) for row in manifest["parts"] if row.get("volume", 1) == volume]
        misplaced = list(_placed(parts))
        if misplaced:
            return misplaced  # sheets cannot be compared with parts that are not where they should be
        with pdf.open("rb") as content:
            reader = PdfReader(content)
            found = list(chain(_read(reader, parts, manifest.get("catalogue_paper")), _cited(manifest, volume)))
            return found + printed(pdf, parts, manifest)
    except (KeyError, TypeError, BundleError) as error:
        return [Difference("manifest.json", "manifest", found=f"{type(error).__name__}: {error}")]
    except (OSError, PyPdfError, pypdfium2.PdfiumError, ValueError, RecursionError, AttributeError, IndexError) as error:
        return [Difference(pdf.name, "unreadable", found=f"{type(error).__name__}: {error}")]


def _placed(parts: Sequence[Part]) -> Iterator[Difference]:
    """The parts follow each other without a gap; where blank sheets were bound in, every part begins on a right-hand sheet."""
    duplex = any(part.kind == "blank" for part in parts)
    at = 0
    for part in parts:
        if part.at != at:
            yield Difference(part.title, "place", str(at + 1), str(part.at + 1))
        if duplex and part.kind != "blank" and part.at % 2:
            yield Difference(part.title, "side", found=str(part.at + 1))
        at = part.at + part.pages


def _read(reader: PdfReader, parts: Sequence[Part], catalogue: str | None) -> Iterator[Difference]:
    """What pypdf sees: pages, labels, ranges, outline, index links, fonts."""
    total = sum(part.pages for part in parts)
    if len(reader.pages) != total:
        yield Difference("bundle.pdf", "pages", str(total), str(len(reader.pages)))
        return
    labels = list(reader.page_labels)
    for part in parts:
        expected = part.labels()
        if expected[-1] != part.last:
            yield Difference(part.title, "range", f"{expected[0]}–{expected[-1]}", f"{part.first}–{part.last}")
        for offset, label in enumerate(expected):
            if labels[part.at + offset] != label:
                yield Difference(str(part.at + offset + 1), "label", label, labels[part.at + offset])
    numbers = {page.indirect_reference.idnum: at for at, page in enumerate(reader.pages) if page.indirect_reference}
    cited = [part for part in parts if part.kind in ("paper", "exhibit")]
    yield from _outlined(reader, cited)
    yield from _indexed(reader, parts, cited, numbers)
    yield from _led_back(reader, parts, catalogue, numbers)
    for part in parts:
        if part.generated:
            for at in range(part.at, part.at + part.pages):
                yield from (Difference(str(at + 1), "font", found=name) for name in _loose_fonts(reader.pages[at]))


def _outlined(reader: PdfReader, cited: Sequence[Part]) -> Iterator[Difference]:
    """Every paper and exhibit has a bookmark with its title that leads to its first sheet."""
    held: dict[int, set[str]] = {}
    titles: dict[str, list[int]] = {}

    def walk(entries: Sequence[Any]) -> None:
        for entry in entries:
            if isinstance(entry, list):
                walk(entry)
            elif isinstance(entry, Destination):
                at = reader.get_destination_page_number(entry)
                held.setdefault(-1 if at is None else at, set()).add(str(entry.title))
                titles.setdefault(str(entry.title).split("　", 1)[-1], []).append(-1 if at is None else at)

    walk(reader.outline)
    for part in cited:
        if not any(title.endswith(part.title) for title in held.get(part.at, ())):
            elsewhere = ", ".join(str(at + 1) for at in titles.get(part.title, ())) or "-"
            yield Difference(part.title, "outline", str(part.at + 1), elsewhere)


def _indexed(reader: PdfReader, parts: Sequence[Part], cited: Sequence[Part], numbers: Mapping[int, int]) -> Iterator[Difference]:
    """The links of the index lead, in their order, to every paper and exhibit and to nothing else."""
    led: list[int | None] = []
    for part in parts:
        if part.kind == "index":
            for page in reader.pages[part.at : part.at + part.pages]:
                led.extend(_goal(entry, numbers) for entry in _links(page) if "/Dest" in entry)  # rows of other volumes have actions
    runs = [at for order, at in enumerate(led) if order == 0 or led[order - 1] != at]  # a row has a link in each of its columns
    for order, part in enumerate(cited):
        found = runs[order] if order < len(runs) else None
        if found != part.at:
            yield Difference(part.title, "index_link", str(part.at + 1), "-" if found is None else str(found + 1))
            return
    if len(runs) > len(cited):
        yield Difference("+", "index_link", "-", str(runs[len(cited)]))


def _led_back(reader: PdfReader, parts: Sequence[Part], catalogue: str | None, numbers: Mapping[int, int]) -> Iterator[Difference]:
    """The mark on an exhibit's first page leads back to its row; where that is in the catalogue, the row leads to the exhibit."""
    rows: dict[int, list[int | None]] = {}
    for paper in parts:
        if paper.kind == "paper" and paper.id == catalogue:
            for at in range(paper.at, paper.at + paper.pages):
                rows[at] = [_goal(entry, numbers) for entry in _links(reader.pages[at])]
    for part in parts:
        if part.back is None:
            continue
        back = [_goal(entry, numbers) for entry in _links(reader.pages[part.at])]
        if part.back not in back[-1:]:  # it was laid over the page last
            yield Difference(part.title, "back_link", str(part.back + 1), "-" if not back or back[-1] is None else str(back[-1] + 1))
        if part.back in rows and part.at not in rows[part.back]:
            yield Difference(part.title, "catalogue_link", str(part.at + 1), "-")


def _links(page: Any) -> list[Any]:
    held = page.get("/Annots")
    return [entry.get_object() for entry in (held.get_object() if held is not None else ())]


def _goal(annotation: Any, numbers: Mapping[int, int]) -> int | None:
    goal = annotation.get("/Dest")
    page = goal[0] if isinstance(goal, ArrayObject) and len(goal) else None
    return numbers.get(page.idnum) if isinstance(page, IndirectObject) else None


def _loose_fonts(page: Any) -> Iterator[str]:
    """Names of fonts that the page uses and the file does not hold."""
    for font in _within(_within(page, "/Resources"), "/Font").values():
        entry: Any = font.get_object()
        inner: Any = entry["/DescendantFonts"][0].get_object() if "/DescendantFonts" in entry else entry
        descriptor = _within(inner, "/FontDescriptor")
        if entry.get("/Subtype") != "/Type3" and not any(key in descriptor for key in ("/FontFile", "/FontFile2", "/FontFile3")):
            yield str(entry.get("/BaseFont"))


def _within(entry: Any, key: str) -> dict[str, Any]:
    held = entry.get(key)
    found = held.get_object() if held is not None else None
    return found if isinstance(found, DictionaryObject) else {}


def _cited(manifest: Mapping[str, Any], volume: int) -> Iterator[Difference]:
    """The ranges that the catalogue was written with are those that were built."""
    built = {row["id"]: (row.get("volume", 1), f"{row['first']}–{row['last']}") for row in manifest["parts"] if row["kind"] == "exhibit"}
    for exhibit, (first, last) in manifest["catalogue"].items():
        held, pages = built.get(exhibit, (1, "-"))
        if held == volume and pages != f"{first}–{last}":
            yield Difference(exhibit, "range", f"{first}–{last}", pages)
