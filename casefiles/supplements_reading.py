"""Reads a table of LPR publications or holidays from a CSV file as people have it: UTF-8 or GBK, Chinese headers, dates and rates as Excel
writes them.

Every line that cannot be read is named with its number; then nothing of the file is taken.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from casefiles.errors import NotUsable
from casefiles.law.supplement import month_of
from casefiles.rules.interest import FIRST_LPR

LARGEST = 1 << 20
HEADERS = {
    "date": ("date", "日期", "公布日期", "发布日期", "公布日"),
    "1y": ("1y", "一年期", "1年期", "一年期lpr", "1年期lpr", "1年"),
    "5y": ("5y", "五年期以上", "5年期以上", "五年期", "5年期", "五年期以上lpr", "5年期以上lpr", "5年"),
    "status": ("status", "状态"),
    "source": ("source", "来源"),
    "kind": ("kind", "类型", "类别", "性质"),
}
STATUSES = {"confirmed": "confirmed", "已核实": "confirmed", "已确认": "confirmed", "secondary": "secondary", "二手": "secondary", "待核实": "secondary"}
DAY_KINDS = {
    "off": ("off", "休", "放假", "休息", "节假日", "假日", "休息日"),
    "working": ("working", "班", "上班", "补班", "调休上班", "工作日"),
}
DATE = re.compile(r"(\d{4})(?:[-/.年](\d{1,2})[-/.月](\d{1,2})日?|(\d{2})(\d{2}))(?: 0{1,2}:00(:00)?)?")
PERCENT = re.compile(r"\d{1,2}(\.\d{1,4})?")
LOWEST, HIGHEST = Decimal("0.5"), Decimal(20)  # percent a year; anything else is a slip of the pen
LAST_YEAR = 2200
LONGEST_SOURCE = 500


BadLine = tuple[int, str, str]  # number, English, Chinese


@dataclass(frozen=True)
class Row:
    """One line of the file, ready to be kept: kind lpr | holiday, its day and values as JSON holds them."""

    line: int
    day: date
    values: Mapping[str, str]
    status: str = "confirmed"
    source: str = ""


class Unreadable(ValueError):
    """A cell that cannot be read, in both languages."""

    def __init__(self, en: str, zh: str) -> None:
        super().__init__(en)
        self.en, self.zh = en, zh


def refused(name: str, lines: list[BadLine]) -> NotUsable:
    """The refusal that names every bad line."""
    en = "\n".join(f"{name}:{number}: {text}" for number, text, _ in sorted(lines))
    zh = "\n".join(f"{name}:{number}: {text}" for number, _, text in sorted(lines))
    return NotUsable(f"{en}\nNothing was imported. Correct the file and import it again.", f"{zh}\n未导入任何数据。请更正后重新导入。")


def read_rows(kind: str, name: str, content: bytes, today: date) -> tuple[list[Row], list[BadLine]]:
    """The rows of a file, `kind` lpr or holiday, one a day, and the lines that cannot be taken. Raises NotUsable where it is no such table."""
    line_reader = {"lpr": _lpr, "holiday": _holiday}[kind]
    wanted = {"lpr": ("date", "1y", "5y"), "holiday": ("date", "kind")}[kind]
    rows, bad = [], []
    for number, cells in _lines(name, content, wanted):
        try:
            rows.append(line_reader(number, cells, today))
        except Unreadable as wrong:
            bad.append((number, wrong.en, wrong.zh))
    bad += _twice(rows)
    if not rows and not bad:
        raise NotUsable(f"{name} has a header and no rows. Nothing was imported.", f"{name} 只有表头，没有数据。未导入任何数据。")
    return list({row.day: row for row in rows}.values()), bad


def _twice(rows: list[Row]) -> Iterator[BadLine]:
    """Lines that contradict an earlier one: the LPR is published once a month, a day is either off or worked."""
    seen: dict[object, Row] = {}
    for row in rows:
        first = seen.setdefault(month_of(row.day) if "1y" in row.values else row.day, row)
        if (first.day, first.values, first.status) != (row.day, row.values, row.status):
            yield row.line, f"{row.day} contradicts line {first.line} ({first.day})", f"{row.day} 与第 {first.line} 行（{first.day}）矛盾"


def _text(name: str, content: bytes) -> str:
    """The characters of the file; an Excel workbook and other binary files are refused by what they are."""
    if len(content) > LARGEST:
        raise NotUsable(f"{name} is larger than 1 MB: no such table. Nothing was imported.", f"{name} 超过1 MB，不像是数据表。未导入任何数据。")
    if content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise NotUsable(
            f"{name} is a workbook: save the sheet as CSV and import that. Nothing was imported.", f"{name} 是工作簿，请另存为CSV后导入。未导入任何数据。"
        )
    for encoding in ("utf-16", "utf-8-sig", "gb18030"):
        if encoding == "utf-16" and not content.startswith((b"\xff\xfe", b"\xfe\xff")):
            continue
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise NotUsable(f"{name} is no text file in UTF-8 or GBK. Nothing was imported.", f"{name} 不是UTF-8或GBK编码的文本文件。未导入任何数据。")


def _lines(name: str, content: bytes, wanted: tuple[str, ...]) -> Iterator[tuple[int, dict[str, str]]]:
    """Each line that has something on it, by its number in the file, with its cells under the headers we know."""
    text = _text(name, content)
    first = text.lstrip("\r\n").splitlines()[0] if text.strip() else ""
    delimiter = max(",\t;", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    columns: list[str | None] | None = None
    for raw in _raw_lines(name, reader):
        cells = [unicodedata.normalize("NFKC", cell).strip() for cell in raw]
        if not any(cells):
            continue
        if columns is None:
            columns = [_column(cell) for cell in cells]
            lacking = [column for column in wanted if column not in columns]
            if lacking:
                said = ",".join(wanted)
                raise NotUsable(
                    f"{name}:{reader.line_num}: the header lacks {', '.join(lacking)}; it must be {said}, or the same in Chinese. Nothing was imported.",
                    f"{name}:{reader.line_num}: 表头缺少 {'、'.join(lacking)}；应为 {said}（日期、一年期、五年期以上；类型）。未导入任何数据。",
                )
            continue
        yield reader.line_num, {column: cell for column, cell in zip(columns, cells, strict=False) if column}
    if columns is None:
        raise NotUsable(f"{name} is empty. Nothing was imported.", f"{name} 是空文件。未导入任何数据。")


def _raw_lines(name: str, reader: Any) -> Iterator[list[str]]:
    try:
        yield from reader
    except csv.Error as wrong:
        said = f"{name}:{reader.line_num}: {wrong}"
        raise NotUsable(f"{said}. Nothing was imported.", f"{said}。未导入任何数据。") from wrong


def _column(header: str) -> str | None:
    folded = re.sub(r"[\s()%()（）]", "", header).casefold()
    return next((name for name, known in HEADERS.items() if folded in known), None)


def _day(cells: Mapping[str, str]) -> date:
    text = cells.get("date", "")
    if match := DATE.fullmatch(text):
        year, month, day = match[1], match[2] or match[4], match[3] or match[5]
        try:
            found = date(int(year), int(month), int(day))
        except ValueError:
            raise Unreadable(f"{text} is no day of the calendar", f"日历中没有 {text} 这一天") from None
        return found
    raise Unreadable(f"{text!r} is no date; write it like 2026-10-20", f"{text!r} 不是日期，请写成 2026-10-20")


def _rate(cells: Mapping[str, str], column: str) -> str:
    text = cells.get(column, "")
    bare = text.removesuffix("%").strip()
    if not PERCENT.fullmatch(bare) or not LOWEST <= Decimal(bare) <= HIGHEST:
        raise Unreadable(f"{column}: {text!r} is no rate in percent a year, like 3.00", f"{column}：{text!r} 不是年利率百分数，应如 3.00")
    if Decimal(bare) != Decimal(bare).quantize(Decimal("0.01")):
        raise Unreadable(f"{column}: {text!r} has more than two decimals", f"{column}：{text!r} 小数多于两位")
    return f"{Decimal(bare):.2f}"


def _source(cells: Mapping[str, str]) -> str:
    return cells.get("source", "")[:LONGEST_SOURCE]


def _lpr(line: int, cells: Mapping[str, str], today: date) -> Row:
    day = _day(cells)
    if day < FIRST_LPR:
        raise Unreadable(f"{day} lies before the first publication of {FIRST_LPR}", f"{day} 早于首次公布日 {FIRST_LPR}")
    if day > today:
        raise Unreadable(f"{day} lies in the future", f"{day} 尚未到来")
    status = cells.get("status", "") or "confirmed"
    if status.casefold() not in STATUSES:
        raise Unreadable(f"status {status!r} is none of confirmed, secondary", f"状态 {status!r} 须为 confirmed（已核实）或 secondary（二手）")
    return Row(line, day, {"1y": _rate(cells, "1y"), "5y": _rate(cells, "5y")}, STATUSES[status.casefold()], _source(cells))


def _holiday(line: int, cells: Mapping[str, str], today: date) -> Row:
    day, word = _day(cells), cells.get("kind", "").casefold()
    kind = next((name for name, known in DAY_KINDS.items() if word in known), None)
    if kind is None:
        raise Unreadable(f"kind {word!r} is none of off, working", f"类型 {word!r} 须为 off（放假）或 working（补班）")
    if not today.year - 10 <= day.year <= today.year + 2:
        raise Unreadable(f"the year of {day} is out of range", f"{day} 的年份超出范围")
    if kind == "working" and day.weekday() < 5:
        raise Unreadable(f"{day} is no weekend: only a weekend day can be made a working day", f"{day} 不是周末，只有周末才能调为上班")
    return Row(line, day, {"kind": kind}, "confirmed", _source(cells))
