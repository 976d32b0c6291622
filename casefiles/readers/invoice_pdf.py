"""Invoices in PDF files: their programs write all labels first and all values after, so the lines are put together by where text stands."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pypdfium2

from casefiles.readers import invoices
from casefiles.readers.ofd_text import Piece, lines
from casefiles.readers.reading import Told

MOST_PAGES = 6  # an invoice and its list of goods
MOST_RUNS = 5_000


def tell_invoice(document: Any, written: str, told: Told) -> None:
    """Tell the fields of the invoice that an opened PDF is; `written` is the text of its pages in the order of the file."""
    if len(document) > MOST_PAGES or "发票" not in "".join(written.split()):
        return
    by_place = ""
    with suppress(pypdfium2.PdfiumError, ValueError, UnicodeError):  # a damaged page is told by the reader
        by_place = "\n".join(line for page in document for line in lines(list(_runs(page))))
    if found := invoices.agreed(invoices.fields_of(by_place) or invoices.fields_of(written)):
        told.detail("invoice", found)


def _runs(page: Any) -> Iterator[Piece]:
    """Runs of text with their place, in points from the top."""
    texts = page.get_textpage()
    try:
        for at in range(min(texts.count_rects(), MOST_RUNS)):
            left, bottom, right, top = texts.get_rect(at)
            text = texts.get_text_bounded(left, bottom, right, top).strip()
            if text:
                yield Piece(left, -bottom, right, max(top - bottom, 1.0), " ".join(text.split()))
    finally:
        texts.close()
        page.close()
