"""Cells of Excel files as a person sees them, sheet by sheet, hidden sheets too. Stored values only: no formula is ever run.

A page is a grid (cells.py). What people wrote to a cell (comments, notes) stands in the cell, so that a hit there names it.
"""

from __future__ import annotations

import re
import warnings
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import zip_longest
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element

import openpyxl
from openpyxl.styles.numbers import BUILTIN_FORMATS
from openpyxl.utils.cell import column_index_from_string, coordinate_from_string

from casefiles.readers import embedded
from casefiles.readers.cells import BESIDE, MOST_CELLS, Grid
from casefiles.readers.drawn import figures
from casefiles.readers.drawn import lines as lines_of
from casefiles.readers.ooxml import local, package, relations, tell_properties, tree
from casefiles.readers.reading import Refused, Told, damaged

NO_VALUE = "（公式，未存计算值）"
# Formats that Chinese Excel and WPS name by number alone (ECMA-376 part 1, 18.8.30, zh-cn); without them a day is shown as 45443.
_MONTH, _DAY, _WHOLE_DAY = 'yyyy"年"m"月"', 'm"月"d"日"', 'yyyy"年"m"月"d"日"'
CHINESE_FORMATS = {
    **dict.fromkeys((27, 36, 50, 52, 57), _MONTH), **dict.fromkeys((28, 29, 51, 53, 54, 58), _DAY), 30: "m-d-yy", 31: _WHOLE_DAY,
    **dict.fromkeys((32, 34, 55), 'h"时"mm"分"'), **dict.fromkeys((33, 35, 56), 'h"时"mm"分"ss"秒"'),
}  # fmt: skip
BUILTIN_FORMATS.update(CHINESE_FORMATS)  # openpyxl knows the others only
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")
_BINARY = Refused("unsupported", "二进制工作簿（xlsb），请另存为 xlsx。", "a binary workbook (xlsb): save it as xlsx.")
_STRICT = Refused("unsupported", "“Strict Open XML”格式的工作簿，请另存为普通 xlsx。", "a workbook in 'Strict Open XML' form: save it as an ordinary xlsx.")
Notes = dict[int, dict[int, list[str]]]  # row -> column -> what was written to the cell


def read_xlsx(path: Path, told: Told) -> None:
    with package(path, "xlsx", told) as opened:
        if "xl/workbook.bin" in opened.namelist():
            raise _BINARY
        if "xl/workbook.xml" in opened.namelist() and b"purl.oclc.org/ooxml/" in opened.read("xl/workbook.xml"):
            raise _STRICT  # openpyxl would find no cells in it, and say nothing
        formulas = any(_has_formula(opened, name) for name in opened.namelist() if name.startswith("xl/worksheets/"))
        try:
            # Open files: openpyxl judges a path by its ending, and ours have none.
            with warnings.catch_warnings(), path.open("rb") as plain, path.open("rb") as again:
                warnings.simplefilter("ignore")  # openpyxl warns of pictures and validations it leaves out: we want cells
                values = openpyxl.load_workbook(plain, read_only=True, data_only=True, keep_links=False)
                written = openpyxl.load_workbook(again, read_only=True, data_only=False, keep_links=False) if formulas else None
                _sheets([sheet for sheet in values.worksheets if hasattr(sheet, "iter_rows")], written, opened, told)
        except (KeyError, ValueError, TypeError, AttributeError, IndexError, zipfile.BadZipFile, SyntaxError) as error:
            if not told.pages:
                raise damaged("xlsx", error) from error
            told.missing(f"部分工作表无法读取（{error}）。", f"some sheets could not be read ({error}).")
        beside = _beside(opened)
        if beside:
            told.page(BESIDE, "\n".join(beside))
        told.count(len(told.pages))
        tell_properties(opened, told, "docProps/core.xml", "docProps/app.xml")
        embedded.pictures(opened, told, told.characters)
        embedded.take_out(opened, told)


def _has_formula(opened: zipfile.ZipFile, name: str) -> bool:
    kept = b""
    with opened.open(name) as file:
        while chunk := file.read(1 << 20):
            if _FORMULA.search(kept + chunk):
                return True
            kept = chunk[-32:]
    return False


def _sheets(sheets: list[Any], written: Any, opened: zipfile.ZipFile, told: Told) -> None:
    hidden = [sheet.title for sheet in sheets if sheet.sheet_state != "visible"]
    authors = _authors(opened)
    left = MOST_CELLS
    for sheet in sheets:
        grid = Grid(told, sheet.title, left)
        rows = _rows(sheet, written[sheet.title] if written is not None else None)
        fill(grid, rows, _notes(opened, getattr(sheet, "_worksheet_path", ""), authors))
        left = grid.end()
        if left < 0:
            break
    tell_hidden(hidden, told)


def tell_hidden(hidden: list[str], told: Told) -> None:
    if hidden:
        told.note(f"有隐藏的工作表，已一并读取：{'、'.join(hidden)}。", f"hidden sheets were read too: {', '.join(hidden)}.")


def fill(grid: Grid, rows: Iterator[list[str]], notes: Notes) -> None:
    """Write the rows of a sheet, from the first, with the notes in their cells; notes below the last row follow as rows of their own."""
    number = 0
    for number, cells in enumerate(rows, 1):
        if not grid.row(number, _annotated(cells, notes.get(number))):
            return
    for row in sorted(row for row in notes if row > number):
        if not grid.row(row, _annotated([], notes[row])):
            return


def _annotated(cells: list[str], notes: dict[int, list[str]] | None) -> list[str]:
    if not notes:
        return cells
    cells = cells + [""] * (max(notes) - len(cells))
    for column, said in notes.items():
        cells[column - 1] += "".join(said)
    return cells


def _authors(opened: zipfile.ZipFile) -> dict[str, str]:
    """Who the persons of threaded comments are."""
    parts = [name for name in opened.namelist() if name.startswith("xl/persons/") and name.endswith(".xml")]
    return {person.get("id", ""): person.get("displayName", "") for part in parts for person in tree(opened, part)}


def _notes(opened: zipfile.ZipFile, sheet: str, persons: dict[str, str]) -> Notes:
    """Comments of a sheet. A threaded one stands in the file twice; the older form, which only says that a newer program is needed, is left out."""
    found: Notes = {}
    threads: set[str] = set()
    for kind in ("threadedComment", "comments"):
        for relation in relations(opened, sheet):
            if relation.kind != kind:
                continue
            part = tree(opened, relation.part)
            authors = [author.text or "" for author in part.iter() if local(author) == "author"]
            for comment in part.iter():
                cell = comment.get("ref", "")
                if local(comment) == "threadedComment":
                    threads.add(cell)
                    _note(found, cell, persons.get(comment.get("personId", ""), ""), _text(comment))
                elif local(comment) == "comment" and cell not in threads:
                    number = comment.get("authorId", "")
                    _note(found, cell, authors[int(number)] if number.isdigit() and int(number) < len(authors) else "", _text(comment))
    return found


def _note(found: Notes, cell: str, author: str, text: str) -> None:
    with suppress(ValueError, TypeError):  # an address that is none
        letters, row = coordinate_from_string(cell)
        text = text.removeprefix(f"{author}:").strip()  # Excel writes the name in front by itself
        if text:
            found.setdefault(row, {}).setdefault(column_index_from_string(letters), []).append(f"［批注{' ' * bool(author)}{author}：{text}］")


def _text(comment: Element) -> str:
    return "".join(part.text or "" for part in comment.iter() if local(part) in {"t", "text"}).strip()


def _beside(opened: zipfile.ZipFile) -> list[str]:
    """What stands on sheets outside cells: shapes and text boxes, diagrams, charts."""
    found: list[str] = []
    for name in opened.namelist():
        if re.fullmatch(r"xl/drawings/drawing\d*\.xml", name):
            found += lines_of(tree(opened, name))
    return found + figures(opened, opened.namelist())


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
    """A value as its cell shows it, for the formats that matter in accounts; dates as ISO where their format is not Chinese."""
    text = str(value)
    match value:
        case bool():
            text = text.upper()
        case date() if "月" in number_format:
            text = _chinese_day(value, number_format)
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


def _chinese_day(value: date, number_format: str) -> str:
    """2023年12月31日; 2023年12月 where the cell shows no day. The year stands there also where the cell leaves it out."""
    text = f"{value.year}年{value.month}月" + (f"{value.day}日" if "日" in number_format else "")
    if isinstance(value, datetime) and value.time() != time():
        text += f" {value.time().isoformat('seconds')}"
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
