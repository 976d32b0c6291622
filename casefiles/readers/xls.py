"""Cells of old Excel files (.xls, 1993 to 2003), as xlsx.py gives those of new ones: stored values only, hidden sheets too."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from contextlib import suppress
from io import StringIO
from pathlib import Path
from typing import Any

import xlrd
from xlrd.compdoc import CompDocError

from casefiles.readers.cells import MOST_CELLS, Grid
from casefiles.readers.media_type import holds_entry
from casefiles.readers.reading import Refused, Told, damaged
from casefiles.readers.xlsx import CHINESE_FORMATS, Notes, fill, shown, tell_hidden

_BROKEN = (
    xlrd.XLRDError, CompDocError, struct.error, ValueError, KeyError, IndexError, TypeError, AttributeError, AssertionError, OverflowError, NotImplementedError,
    EOFError,
)  # fmt: skip


def read_xls(path: Path, told: Told) -> None:
    content = path.read_bytes()
    if holds_entry(content, "EncryptedPackage"):
        raise Refused("encrypted", "文件已加密，需要打开密码。", "encrypted, a password is needed to open it.")
    try:
        book = xlrd.open_workbook(file_contents=content, formatting_info=True, on_demand=True, logfile=StringIO())
    except _BROKEN as error:
        if "encrypted" in str(error):
            raise Refused("encrypted", "文件已加密，需要打开密码。", "encrypted, a password is needed to open it.") from error
        raise damaged("xls", error) from error
    told.count(book.nsheets)
    if holds_entry(content, "_VBA_PROJECT_CUR"):
        told.note("含有宏；从不运行。", "it holds a macro, which is never run.")
    _sheets(book, told)
    if book.user_name.strip():
        told.detail("properties", {"last_author": book.user_name.strip()[:200]})


def _sheets(book: Any, told: Told) -> None:
    left = MOST_CELLS
    hidden = []
    for at, name in enumerate(book.sheet_names()):
        try:
            sheet = book.sheet_by_index(at)
        except _BROKEN as error:
            told.missing(f"工作表“{name}”无法读取（{error}）。", f"sheet '{name}' could not be read ({error}).")
            continue
        hidden += [name] if sheet.visibility else []
        grid = Grid(told, name, left)
        fill(grid, _rows(book, sheet), _notes(sheet))
        left = grid.end()
        book.unload_sheet(at)
        if left < 0:
            break
    tell_hidden(hidden, told)


def _rows(book: Any, sheet: Any) -> Iterator[list[str]]:
    for row in range(sheet.nrows):
        yield [_shown(book, cell) for cell in sheet.row(row)]


def _shown(book: Any, cell: Any) -> str:
    match cell.ctype:
        case xlrd.XL_CELL_NUMBER:
            return shown(_whole(cell.value), _format(book, cell))
        case xlrd.XL_CELL_DATE:
            with suppress(*_BROKEN):  # a number that is no day, in a cell formatted as a date
                moment = xlrd.xldate_as_datetime(cell.value, book.datemode)
                return shown(moment.time() if 0 <= cell.value < 1 else moment, _format(book, cell))
            return shown(_whole(cell.value), "General")
        case xlrd.XL_CELL_BOOLEAN:
            return shown(bool(cell.value), "")
        case xlrd.XL_CELL_ERROR:
            return str(xlrd.error_text_from_code.get(cell.value, "#ERR"))
    return str(cell.value)


def _whole(value: float) -> float:
    return int(value) if value == int(value) and abs(value) < 1e15 else value


def _format(book: Any, cell: Any) -> str:
    with suppress(*_BROKEN):
        key = book.xf_list[cell.xf_index].format_key
        return CHINESE_FORMATS.get(key) or str(book.format_map[key].format_str)
    return "General"


def _notes(sheet: Any) -> Notes:
    found: Notes = {}
    for (row, column), note in sheet.cell_note_map.items():
        author, text = (note.author or "").strip(), (note.text or "").strip()
        text = text.removeprefix(f"{author}:").strip()
        if text:
            found.setdefault(row + 1, {}).setdefault(column + 1, []).append(f"［批注{' ' * bool(author)}{author}：{text}］")
    return found
