"""Texts that are tables (csv, tsv): a line for each row, a tab between cells, as cells.py wants it. What looks like a formula is text."""

from __future__ import annotations

import csv
import io
from collections import Counter
from pathlib import Path

from casefiles.readers import chat
from casefiles.readers.cells import UNNAMED, Grid
from casefiles.readers.reading import Told
from casefiles.readers.text import tell_text, text_of

_BETWEEN = ",;\t"
_LOOKED_AT = 200  # rows
_MOST_LINES = 200  # of one cell: more come from a quotation mark that is never closed


def read_csv(path: Path, told: Told) -> None:
    """Chat and short messages exported as a table read as a chat, text without columns as text, all else as a grid."""
    text = text_of(path, told)
    rows = rows_of(text)
    if (messages := chat.from_rows(rows)) is not None:
        chat.tell(messages, told)
        return
    if max(map(len, rows), default=0) < 2:
        tell_text(text, told)
        return
    grid = Grid(told, UNNAMED)
    for number, row in enumerate(rows, 1):
        if not grid.row(number, row):
            break
    grid.end()
    told.count(len(told.pages))


def rows_of(text: str) -> list[list[str]]:
    """The cells of each row; the sign between them is the one that most rows at the beginning agree on."""
    between = _between(text)
    for quoting in (csv.QUOTE_MINIMAL, csv.QUOTE_NONE):
        try:
            rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=between, quoting=quoting))
            if quoting == csv.QUOTE_NONE or all(cell.count("\n") < _MOST_LINES for row in rows for cell in row):
                return rows
        except csv.Error:  # a field without end (131,072 characters)
            continue
    return [line.split(between) for line in text.split("\n")]


def _between(text: str) -> str:
    lines = [line for line in text.split("\n", _LOOKED_AT + 1)[:_LOOKED_AT] if line.strip()]
    if lines and (said := lines[0].strip().lower()).startswith("sep=") and len(said) == 5:
        return said[4]
    best, score = ",", 0
    for sign in _BETWEEN:
        found = Counter(line.count(sign) for line in lines)
        found.pop(0, None)
        agreed = max(found.values(), default=0)
        if agreed > score:
            best, score = sign, agreed
    return best
