"""Page texts of PDF files: pdfium, and pypdf for pages with Chinese fonts that are not embedded (pdfium knows no GBK-EUC-H and is slower there).

A page whose writing is drawn, or whose text is rubbish, waits for OCR; a text layer that an OCR laid over a scan is read and named.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2

from casefiles.readers.invoice_pdf import MOST_PAGES as MOST_PAGES_OF_INVOICE
from casefiles.readers.invoice_pdf import tell_invoice
from casefiles.readers.pdfium import NO_PAGES, open_pdf
from casefiles.readers.reading import Source, Told
from casefiles.readers.rubbish import rubbish

MOST_PAGES = 20_000
LOOKED_AT = 3  # pages with text, in search of a layer laid over a scan
MOST_OBJECTS = 2_000  # of such a page
SCANNED = 0.5  # part of the page that its pictures cover where it is a scan
LITTLE = 12  # letters beside a picture: the digits of a date on a page whose writing is a picture
_LINE_END_HYPHEN = re.compile(r"[\x02\ufffe]\r?\n?(?=(\d)?)")  # pdfium's sign for a hyphen that ends a line
_NOT_TAKEN = (pikepdf.PdfError, pikepdf.PasswordError, OSError, ValueError, RuntimeError, TypeError, KeyError, IndexError, AttributeError)


def read_pdf(path: Path, told: Told) -> None:
    document = open_pdf(path)
    told.count(len(document))
    if not len(document):
        raise NO_PAGES
    inside = _Inside(path, told)
    unread: list[int] = []
    written, looked, layered = "", 0, False
    for at in range(min(len(document), MOST_PAGES)):
        try:
            text, drawn = inside.text_by_pypdf(at) if at in inside.not_embedded else "", False
            if _letters(text) < LITTLE:
                text, drawn = max(_page_text(document, at), (text, False), key=lambda found: _letters(found[0]))
        except (pypdfium2.PdfiumError, ValueError, UnicodeError):
            unread.append(at + 1)
            told.page(str(at + 1), "", at + 1)
            continue
        written += text if at < MOST_PAGES_OF_INVOICE else ""
        layered = layered or (looked < LOOKED_AT and bool(text) and _over_a_scan(document, at))
        looked += bool(text)
        source: Source = "scan" if drawn or rubbish(text) else "text"
        told.page(_label(document, at), "\n".join(part for part in (text, *inside.fields.get(at, ())) if part), at + 1, source=source)
    tell_invoice(document, written, told)
    if unread:
        told.missing(f"第 {_list(unread)} 页无法读取。", f"page {_list(unread)} could not be read.")
    if len(document) > MOST_PAGES:
        told.missing(f"只读取了前 {MOST_PAGES} 页。", f"only the first {MOST_PAGES} pages were read.")
    if layered:
        told.detail("ocr_layer", True)
        told.note("文字层似为扫描件的文字识别（OCR）结果，可能有误，可重新识别。",
                  "its text layer looks like that of an OCR over a scan: it may hold errors and can be recognised again.")  # fmt: skip


def _list(pages: list[int]) -> str:
    return ", ".join(map(str, pages[:20])) + ("…" if len(pages) > 20 else "")


def _letters(text: str) -> int:
    return sum(sign.isalnum() for sign in text)


def _label(document: Any, at: int) -> str:
    """The page's own label (iv, A-3), else its number."""
    label = ""
    with suppress(pypdfium2.PdfiumError, UnicodeError, ValueError):
        label = document.get_page_label(at)
    return label[:40] or str(at + 1)


def _page_text(document: Any, at: int) -> tuple[str, bool]:
    """The text of a page, and whether its writing seems to be drawn: no text but something there, or next to none beside pictures."""
    page = document[at]
    try:
        texts = page.get_textpage()
        try:
            text = texts.get_text_range()
        finally:
            texts.close()
        letters = _letters(text) if len(text) < LITTLE * 2 else LITTLE
        wanted = None if letters == 0 else (pypdfium2.raw.FPDF_PAGEOBJ_IMAGE, pypdfium2.raw.FPDF_PAGEOBJ_FORM)
        drawn = letters < LITTLE and next(iter(page.get_objects(filter=wanted, max_depth=1)), None) is not None
    finally:
        page.close()
    text = _LINE_END_HYPHEN.sub(lambda match: "-" if match[1] else "", text)
    return text.replace("\r\n", "\n").replace("\r", "\n"), drawn


def _over_a_scan(document: Any, at: int) -> bool:
    """Whether the text of a page is invisible and pictures cover most of the page."""
    page = document[at]
    try:
        wide, high = page.get_size()
        covered, invisible = 0.0, False
        for thing in islice(page.get_objects(filter=(pypdfium2.raw.FPDF_PAGEOBJ_IMAGE, pypdfium2.raw.FPDF_PAGEOBJ_TEXT), max_depth=2), MOST_OBJECTS):
            if thing.type == pypdfium2.raw.FPDF_PAGEOBJ_IMAGE:
                left, bottom, right, top = thing.get_bounds()
                covered += (right - left) * (top - bottom)
            elif pypdfium2.raw.FPDFTextObj_GetTextRenderMode(thing.raw) == pypdfium2.raw.FPDF_TEXTRENDERMODE_INVISIBLE:
                invisible = True
            else:
                return False
        return invisible and covered > SCANNED * wide * high
    except (pypdfium2.PdfiumError, ValueError):
        return False
    finally:
        page.close()


class _Inside:
    """What pdfium does not tell: fonts that are not embedded, values of form fields, notes on pages, permission bits.

    Nothing here may stop the reading: a file that qpdf or pypdf cannot take is read by pdfium alone.
    """

    def __init__(self, path: Path, told: Told) -> None:
        self.path = path
        self.not_embedded: set[int] = set()
        self.fields: dict[int, list[str]] = {}
        self._pypdf: Any = None
        with suppress(*_NOT_TAKEN), pikepdf.open(path) as pdf:
            if pdf.is_encrypted and not pdf.allow.extract:
                told.note("文件的权限设置不允许复制文字；作为证据仍予读取。", "its permission bits forbid copying text; it was read as evidence all the same.")
            seen: dict[tuple[int, int], bool] = {}
            for at, page in enumerate(pdf.pages):
                if any(_lacks_font(font, seen) for font in _fonts(page)):
                    self.not_embedded.add(at)
                if "/Annots" in page.obj and (lines := _annotations(page)):
                    self.fields[at] = lines

    def text_by_pypdf(self, at: int) -> str:
        with suppress(Exception):  # pypdf raises whatever a damaged file makes it meet; pdfium's text is there
            import pypdf

            self._pypdf = self._pypdf or pypdf.PdfReader(self.path)
            return str(self._pypdf.pages[at].extract_text())
        return ""


def notes_of(path: Path, pages: Sequence[int]) -> dict[int, list[str]]:
    """What fields and notes say on some pages (from 1): a recognised page has them too."""
    notes: dict[int, list[str]] = {}
    with suppress(*_NOT_TAKEN), pikepdf.open(path) as pdf:
        for number in pages:
            if 1 <= number <= len(pdf.pages) and "/Annots" in pdf.pages[number - 1].obj:
                notes[number] = _annotations(pdf.pages[number - 1])
    return notes


def _fonts(page: pikepdf.Page) -> list[Any]:
    with suppress(KeyError, AttributeError, TypeError, ValueError):
        fonts = page.resources.get("/Font")
        return [] if fonts is None else [font for _, font in fonts.items()]
    return []


def _lacks_font(font: Any, seen: dict[tuple[int, int], bool]) -> bool:
    """True for a composite (Chinese) font without its font file; looked at once per font, not once per page."""
    name = font.objgen
    if name == (0, 0) or name not in seen:
        lacks = False
        with suppress(KeyError, AttributeError, TypeError, ValueError, IndexError):
            if font.get("/Subtype") == "/Type0":
                descriptor = font["/DescendantFonts"][0].get("/FontDescriptor", {})
                lacks = not any(key in descriptor for key in ("/FontFile", "/FontFile2", "/FontFile3"))
        seen[name] = lacks
    return seen[name]


def _annotations(page: pikepdf.Page) -> list[str]:
    """Field names with their values, and what notes and free text say: all of it can be read on the page."""
    lines = []
    for annotation in list(page.obj["/Annots"])[:5_000]:
        with suppress(KeyError, AttributeError, TypeError, ValueError):
            kind = annotation.get("/Subtype")
            if kind == "/Widget":
                value = annotation.get("/V", annotation.get("/Parent", {}).get("/V"))
                name = annotation.get("/TU", annotation.get("/T", annotation.get("/Parent", {}).get("/T", "")))
                if isinstance(value, (pikepdf.String, pikepdf.Name)):
                    lines.append(f"{name}: {str(value).removeprefix('/')}"[:2_000])
                elif isinstance(value, pikepdf.Dictionary) and value.get("/Type") == "/Sig":  # who is said to have signed; whether it holds is not tested here
                    lines.append(f"{name}: " + " ".join(str(value[key]) for key in ("/Name", "/Reason", "/Location") if key in value)[:2_000])
            elif kind in {"/FreeText", "/Text", "/Highlight", "/Underline", "/StrikeOut", "/Stamp"} and isinstance(annotation.get("/Contents"), pikepdf.String):
                lines.append(str(annotation["/Contents"])[:10_000])
    return lines
