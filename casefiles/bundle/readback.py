"""Read a finished bundle with other libraries than the one that wrote it, and name everything that does not agree.

pypdf reads labels, outline, links and fonts; pypdfium2 reads what is printed and where a reader sees it. Neither is used to write.
"""

from __future__ import annotations

import ctypes
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

import pypdfium2
from pypdf import PdfReader
from pypdf.errors import PyPdfError
from pypdf.generic import ArrayObject, Destination, DictionaryObject, IndirectObject
from pypdfium2 import raw

from casefiles.bundle.pagination import ROMAN

GRID = 10_000  # the visible page is measured in so many steps each way
PLACEHOLDER = re.compile(r"\{\{|\}\}|\{%|【待填】|（待填）|待补充|\bTODO\b|\bTBD\b|\bundefined\b|\bNone\b|\bNaN\b|\[\s*占位\s*\]")
GENERATED = ("index", "divider")


@dataclass(frozen=True)
class Difference:
    """One thing that does not agree: where, what kind (a fixed code), what should stand there, what stands there."""

    where: str
    code: str
    expected: str = ""
    found: str = ""

    @property
    def en(self) -> str:
        """The sentence for a person, English."""
        return SENTENCES[self.code][1].format(where=self.where, expected=self.expected, found=self.found)

    @property
    def zh(self) -> str:
        """The sentence for a person, Chinese."""
        return SENTENCES[self.code][0].format(where=self.where, expected=self.expected, found=self.found)

    def __str__(self) -> str:
        return self.en


SENTENCES = {
    "unreadable": ("{where} 无法读取：{found}", "{where} cannot be read: {found}"),
    "pages": ("{where} 应为 {expected} 页，实为 {found} 页", "{where} should have {expected} pages and has {found}"),
    "label": ("第 {where} 张的页签应为 {expected}，实为 {found}", "Sheet {where} should be labelled {expected} and is labelled {found}"),
    "printed": ("第 {where} 张应印页码 {expected}，实印 {found}", "Sheet {where} should show the printed number {expected} and shows {found}"),
    "not_upright": ("第 {where} 张的页码没有正立", "The number on sheet {where} does not stand upright"),
    "outside": ("第 {where} 张的页码不在可见页面右下角", "The number on sheet {where} is not in the bottom right corner of the visible page"),
    "range": ("{where} 的页码范围应为 {expected}，实为 {found}", "{where} should have the pages {expected} and has {found}"),
    "catalogue": ("证据目录中没有 {where} 的页码 {expected}", "The evidence catalogue does not cite {where} with its pages {expected}"),
    "outline": ("书签“{where}”应指向第 {expected} 张，实指 {found}", "The bookmark “{where}” should lead to sheet {expected} and leads to {found}"),
    "index_link": ("目录“{where}”应链接到第 {expected} 张，实为 {found}", "The index row “{where}” should lead to sheet {expected} and leads to {found}"),
    "font": ("第 {where} 张使用了未嵌入的字体 {found}", "Sheet {where} uses the font {found}, which is not embedded"),
    "placeholder": ("第 {where} 张印有占位文字“{found}”", "Sheet {where} prints the placeholder “{found}”"),
    "missing": ("缺少文件 {where}", "The file {where} is missing"),
    "extra": ("清单之外的文件 {where}", "The file {where} is not in the manifest"),
    "hash": ("文件 {where} 的内容已改变（SHA-256 应为 {expected}，实为 {found}）", "The file {where} was changed: SHA-256 {found}, not {expected}"),
    "zip": ("压缩包中的 {where} 与文件夹不一致", "{where} in the zip is not the same as in the folder"),
    "manifest": ("清单 {where} 不可用：{found}", "The manifest {where} cannot be used: {found}"),
}  # fmt: skip


def verify_bundle(pdf: Path, manifest: Mapping[str, Any]) -> list[Difference]:
    """Compare the bundle with its manifest: printed number = page label = range = outline = index; fonts and placeholders too.

    Empty when all agree. A bundle that cannot be read gives one difference, no exception.
    """
    try:
        parts = [_part(row) for row in manifest["parts"]]
        with pdf.open("rb") as content:
            reader = PdfReader(content)
            found = list(chain(_read(reader, parts), _cited(manifest)))
            return found + _printed(pdf, parts, manifest)
    except (KeyError, TypeError) as error:
        return [Difference("manifest.json", "manifest", found=f"{type(error).__name__}: {error}")]
    except (OSError, PyPdfError, pypdfium2.PdfiumError, ValueError, RecursionError, AttributeError, IndexError) as error:
        return [Difference(pdf.name, "unreadable", found=f"{type(error).__name__}: {error}")]


class _Part(NamedTuple):
    """A part of the bundle as the manifest tells it; `at` counts sheets from 0."""

    kind: str
    id: str
    title: str
    at: int
    pages: int
    first: str
    last: str
    slip: bool
    generated: bool

    def labels(self) -> list[str]:
        """What must stand on every sheet of the part."""
        if self.kind == "divider":
            return [self.first if offset == 0 else f"{self.first}-{offset + 1}" for offset in range(self.pages)]
        if self.kind == "exhibit":
            return [str(int(self.first) + offset) for offset in range(self.pages)]
        return [_roman(_arabic(self.first) + offset) for offset in range(self.pages)]


def _part(row: Mapping[str, Any]) -> _Part:
    own = row["kind"] in GENERATED or bool(row["slip"]) or bool(row.get("generated"))
    return _Part(row["kind"], row["id"], row["title"], row["at"], row["pages"], row["first"], row["last"], bool(row["slip"]), own)


def _read(reader: PdfReader, parts: Sequence[_Part]) -> Iterator[Difference]:
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
    for part in parts:
        if part.generated:
            for at in range(part.at, part.at + part.pages):
                yield from (Difference(str(at + 1), "font", found=name) for name in _loose_fonts(reader.pages[at]))


def _outlined(reader: PdfReader, cited: Sequence[_Part]) -> Iterator[Difference]:
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


def _indexed(reader: PdfReader, parts: Sequence[_Part], cited: Sequence[_Part], numbers: Mapping[int, int]) -> Iterator[Difference]:
    """The links of the index lead, in their order, to every paper and exhibit and to nothing else."""
    led: list[int | None] = []
    for part in parts:
        if part.kind == "index":
            for page in reader.pages[part.at : part.at + part.pages]:
                led.extend(_goal(annotation, numbers) for annotation in page.get("/Annots") or ())
    runs = [at for order, at in enumerate(led) if order == 0 or led[order - 1] != at]  # a row has a link in each of its columns
    for order, part in enumerate(cited):
        found = runs[order] if order < len(runs) else None
        if found != part.at:
            yield Difference(part.title, "index_link", str(part.at + 1), "-" if found is None else str(found + 1))
            return
    if len(runs) > len(cited):
        yield Difference("+", "index_link", "-", str(runs[len(cited)]))


def _goal(annotation: Any, numbers: Mapping[int, int]) -> int | None:
    goal = annotation.get_object().get("/Dest")
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


def _cited(manifest: Mapping[str, Any]) -> Iterator[Difference]:
    """The ranges that the catalogue was written with are those that were built."""
    built = {row["id"]: f"{row['first']}–{row['last']}" for row in manifest["parts"] if row["kind"] == "exhibit"}
    for exhibit, (first, last) in manifest["catalogue"].items():
        if built.get(exhibit) != f"{first}–{last}":
            yield Difference(exhibit, "range", f"{first}–{last}", built.get(exhibit, "-"))


def _printed(path: Path, parts: Sequence[_Part], manifest: Mapping[str, Any]) -> list[Difference]:
    """What pdfium shows: the number of every sheet, where it stands, and the words of the papers we wrote."""
    found: list[Difference] = []
    document = pypdfium2.PdfDocument(path)
    try:
        if len(document) != sum(part.pages for part in parts):
            return [Difference(path.name, "pages", str(sum(part.pages for part in parts)), str(len(document)))]
        for part in parts:
            texts = []
            for offset, label in enumerate(part.labels()):
                page = document[part.at + offset]
                words = page.get_textpage()
                found += _number(page, words, str(part.at + offset + 1), label)
                if part.generated:
                    texts.append(words.get_text_bounded())
                    placeholder = PLACEHOLDER.search(texts[-1])
                    if placeholder:
                        found.append(Difference(str(part.at + offset + 1), "placeholder", found=placeholder.group()))
                words.close()
                page.close()
            if part.kind == "paper" and part.id == manifest.get("catalogue_paper"):
                found += _catalogued("".join(texts), manifest)
    finally:
        document.close()
    return found


def _catalogued(text: str, manifest: Mapping[str, Any]) -> Iterator[Difference]:
    """Every range stands in the printed catalogue, whichever dash it is set with."""
    plain = re.sub(r"\s*[-–—－~～至]\s*", "-", text)
    for row in manifest["parts"]:
        cited = row["first"] if row["first"] == row["last"] else f"{row['first']}-{row['last']}"
        alone = f"{cited}-{cited}" if row["first"] == row["last"] else cited  # 1-1 is how some forms write one page
        if row["kind"] == "exhibit" and not re.search(rf"(?<!\d)({re.escape(cited)}|{re.escape(alone)})(?!\d)", plain):
            yield Difference(row["title"], "catalogue", cited)


def _number(page: Any, words: Any, sheet: str, label: str) -> Iterator[Difference]:
    """The number is the last thing drawn on a sheet: its text, its angle, its corner."""
    count = raw.FPDFPage_CountObjects(page)
    drawn = raw.FPDFPage_GetObject(page, count - 1) if count > 0 else None
    text = _text(drawn, words) if drawn and raw.FPDFPageObj_GetType(drawn) == raw.FPDF_PAGEOBJ_TEXT else ""
    if drawn is None or text != label:
        yield Difference(sheet, "printed", label, text or "-")
        return
    sides = [ctypes.c_float() for _ in range(4)]
    raw.FPDFPageObj_GetBounds(drawn, *sides)
    left, foot, right, head = (side.value for side in sides)
    seen = [_seen(page, x, y) for x, y in ((left, foot), (right, head))]
    across, down = sorted(x for x, _ in seen), sorted(y for _, y in seen)
    if across[0] < GRID / 2 or across[1] > GRID or down[0] < GRID / 2 or down[1] > GRID:
        yield Difference(sheet, "outside")
    matrix = raw.FS_MATRIX()
    raw.FPDFPageObj_GetMatrix(drawn, matrix)
    start, along = _seen(page, left, foot), _seen(page, left + matrix.a * 1e3, foot + matrix.b * 1e3)
    if not (along[0] > start[0] and abs(along[1] - start[1]) <= 1 + abs(along[0] - start[0]) / 50):
        yield Difference(sheet, "not_upright")


def _text(drawn: Any, words: Any) -> str:
    length = raw.FPDFTextObj_GetText(drawn, words, None, 0)
    buffer = (ctypes.c_ushort * length)()
    raw.FPDFTextObj_GetText(drawn, words, buffer, length)
    return bytes(buffer).decode("utf-16-le").rstrip("\0").strip()


def _seen(page: Any, x: float, y: float) -> tuple[int, int]:
    """A point of the page as pdfium shows it, in steps of GRID from the visible top left corner."""
    across, down = ctypes.c_int(), ctypes.c_int()
    raw.FPDF_PageToDevice(page, 0, 0, GRID, GRID, 0, x, y, across, down)
    return across.value, down.value


def _roman(value: int) -> str:
    written = ""
    for worth, sign in ROMAN:
        count, value = divmod(value, worth)
        written += sign * count
    return written


def _arabic(written: str) -> int:
    value, rest = 0, written
    for worth, sign in ROMAN:
        while rest.startswith(sign):
            value, rest = value + worth, rest.removeprefix(sign)
    if rest:
        raise ValueError(f"{written!r} is no roman number")
    return value
