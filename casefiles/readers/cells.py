"""Tables as page text, and the way back: from a place in that text to the address of its cell.

A page of a table holds one line for each row, blank rows as blank lines, and one tab between columns, from column A on. Nothing else in the
text is a line end or a tab: those inside a cell are shown as ↵ and a blank. A long table, or one with a wide gap, goes on in a new
page whose label says the row it begins with: 明细（第 2001 行起）.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from casefiles.readers.reading import LONGEST, Told

UNNAMED = "表格"  # the label of a table without a name of its own
BESIDE = "［图形文字］"  # the label of what stands on sheets outside cells; no sheet can be called so in Excel
ROWS = 2_000  # of a page
SIGNS = 200_000  # of a page, but for a longer row
GAP = 200  # blank rows; after more of them a new page begins
MOST_CELLS = 3_000_000
LINE, TAB = "\n", "\t"
_LATER_PART = re.compile(r"（第 (\d+) 行起）\Z")
_NO_GRID = re.compile(r"\d{4}-\d\d-\d\d .*至|全文\Z|第\d+部分\Z")  # labels of chats and of plain text
_BREAKS = re.compile(r"\r\n?|[\n\v\f\x1c-\x1e\x85\u2028\u2029]")


def cell_at(text: str, offset: int, label: str = "", *, first_row: int = 1, first_column: int = 1) -> str | None:
    """What a person calls the place `offset` of the text of a table's page: 明细!B12; B12 where the table has no name or no label is given.

    None where the page is no table: what stands beside the cells of a workbook, a csv file that is a chat or plain text.
    """
    if label == BESIDE or _NO_GRID.match(label):
        return None
    name, begins = part_of(label)
    before = text[: max(0, min(offset, len(text)))]
    column, row = first_column + before.rpartition(LINE)[2].count(TAB), max(first_row, begins) + before.count(LINE)
    return f"{name}!{letters(column)}{row}" if name not in {"", UNNAMED} else f"{letters(column)}{row}"


def part_of(label: str) -> tuple[str, int]:
    """The name of the table and the row its page begins with."""
    later = _LATER_PART.search(label)
    return (label[: later.start()], int(later[1])) if later else (label, 1)


def letters(column: int) -> str:
    """1 -> A, 27 -> AA"""
    said = ""
    while column > 0:
        column, rest = divmod(column - 1, 26)
        said = chr(65 + rest) + said
    return said


def one_line(value: str) -> str:
    """The text of a cell without signs that would look like another row or column."""
    return _BREAKS.sub("↵", value.strip()).replace(TAB, " ")


@dataclass
class Grid:
    """Writes one table as pages. `left` is how many cells may still be written, shared by the tables of a file through the caller."""

    told: Told
    name: str
    left: int = MOST_CELLS
    first: int = 1
    lines: list[str] = field(default_factory=list)
    signs: int = 0
    said: bool = False

    def row(self, number: int, cells: Sequence[str]) -> bool:
        """Write a row of this number, from 1 and rising; False where no more is taken."""
        line = TAB.join(map(one_line, cells)).rstrip()
        if not line:
            return True
        self.left -= len(cells)
        if self.left < 0 or self.told.characters + self.signs > LONGEST:
            self.told.missing(f"单元格过多，“{self.name}”只读取到第 {number - 1} 行。", f"too many cells: '{self.name}' was read up to row {number - 1}.")
            self.left = -1
            return False
        ahead = number - self.first - len(self.lines)
        if ahead > GAP or len(self.lines) + ahead >= ROWS or self.signs + len(line) > SIGNS:
            self.flush()
            self.first, ahead = (number, 0) if ahead > GAP or self.said else (self.first, ahead)
        self.lines += [""] * ahead + [line]
        self.signs += len(line) + ahead + 1
        return True

    def flush(self) -> None:
        if not self.lines:
            return
        label = self.name if self.first == 1 else f"{self.name}（第 {self.first} 行起）"
        self.told.page(label, LINE.join(self.lines))
        self.first += len(self.lines)
        self.lines, self.signs, self.said = [], 0, True

    def end(self) -> int:
        """The last page, also of a table in which nothing stands; gives the cells left."""
        self.flush()
        if not self.said:
            self.told.page(self.name, "")
        return self.left
