"""Cells of Excel files as a person sees them, sheet by sheet, hidden sheets too. Stored values only: no formula is ever run."""

from __future__ import annotations

import re
import warnings
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import zip_longest
from pathlib import Path
from typing import Any

import openpyxl

from casefiles.readers.ooxml import package
from casefiles.readers.reading import Told, damaged

MOST_CELLS = 3_000_000
NO_VALUE = "（公式，未存计算值）"
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")


def read_xlsx(path: Path, told: Told) -> None:
    with package(path, "xlsx", told) as opened:
        formulas = any(_has_formula(opened, name) for name in opened.namelist() if name.startswith("xl/worksheets/"))
    try:
        with warnings.catch_warnings(), path.open("rb") as plain, path.open("rb") as again:  # open files: openpyxl judges a path by its ending, ours have none
            warnings.simplefilter("ignore")  # openpyxl warns of pictures and validations it leaves out: we want cells
            values = openpyxl.load_workbook(plain, read_only=True, data_only=True, keep_links=False)
            written = openpyxl.load_workbook(again, read_only=True, data_only=False, keep_links=False) if formulas else None
            sheets = [sheet for sheet in values.worksheets if hasattr(sheet, "iter_rows")]
            told.count(len(sheets))
            _sheets(sheets, written, told)
    except (KeyError, ValueError, TypeError, AttributeError, IndexError, zipfile.BadZipFile, SyntaxError) as error:
        if told.pages:
            told.missing(f"部分工作表无法读取（{error}）。", f"some sheets could not be read ({error}).")
            return
        raise damaged("xlsx", error) from error


def _has_formula(opened: zipfile.ZipFile, name: str) -> bool:
    kept = b""
    with opened.open(name) as file:
        while chunk := file.read(1 << 20):
            if _FORMULA.search(kept + chunk):
                return True
            kept = chunk[-32:]
    return False


def _sheets(sheets: list[Any], written: Any, told: Told) -> None:
    left = MOST_CELLS
    hidden = [sheet.title for sheet in sheets if sheet.sheet_state != "visible"]
    for sheet in sheets:
        rows = _rows(sheet, written[sheet.title] if written is not None else None)
        lines: list[str] = []
        for cells in rows:
            left -= len(cells)
            if left < 0:
                break
            lines.append("\t".join(cells).rstrip("\t"))
        told.page(sheet.title, "\n".join(lines).strip("\n"))
        if left < 0:
            told.missing(f"单元格过多，只读取到工作表“{sheet.title}”的第 {len(lines)} 行。",
                         f"too many cells: read up to row {len(lines)} of sheet '{sheet.title}'.")  # fmt: skip
            break
    if hidden:
        told.note(f"有隐藏的工作表，已一并读取：{'、'.join(hidden)}。", f"hidden sheets were read too: {', '.join(hidden)}.")


def _rows(sheet: Any, written: Any) -> Iterator[list[str]]:
    sheet.reset_dimensions()  # the dimension a file states is often wrong
    if written is None:
        for row in sheet.iter_rows():
            yield [_shown(cell) for cell in row]
        return
    written.reset_dimensions()
    for row, originals in zip(sheet.iter_rows(), written.iter_rows(), strict=False):
        yield [_shown(cell, original) for cell, original in zip_longest(row, originals)]


def _shown(cell: Any, original: Any = None) -> str:
    if cell is None or cell.value is None:
        formula = getattr(original, "value", None)
        formula = getattr(formula, "text", formula)  # an array formula
        return f"{formula}{NO_VALUE}" if isinstance(formula, str) and formula.startswith("=") else ""
    return shown(cell.value, cell.number_format or "General")


def shown(value: object, number_format: str) -> str:
    """A value as its cell shows it, for the formats that matter in accounts; dates as ISO."""
    text = str(value)
    match value:
        case bool():
            text = text.upper()
        case datetime():
            text = value.isoformat(" ", "seconds").removesuffix(" 00:00:00")
        case date() | time():
            text = value.isoformat()
        case timedelta():
            minutes, seconds = divmod(int(value.total_seconds()), 60)
            text = f"{minutes // 60}:{minutes % 60:02d}:{seconds:02d}"
        case int() | float():
            text = _number(value, number_format)
    return text


def _number(value: float, number_format: str) -> str:
    first = re.sub(r'"[^"]*"|\[[^\]]*\]|\\.|_.', "", number_format.partition(";")[0])
    digits = re.search(r"[0#?](?:[0#?,]*)(?:\.([0#?]+))?", first)
    if digits is None or "E" in first.upper().replace("GENERAL", "") or "/" in first:
        return f"{value:.15g}" if isinstance(value, float) else str(value)
    exact = Decimal(f"{value:.15g}") * (100 if "%" in first else 1)
    places = len(digits[1] or "")
    comma = "," if "," in digits[0] else ""
    return f"{exact:{comma}.{places}f}" + ("%" if "%" in first else "")
