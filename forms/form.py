"""What a paper is, before anybody renders it: one neutral definition for the PDF and the Word file.

A form is a title and parts; a part is a section of labelled fields, running paragraphs, a table, a notice or a signature box. Texts are plain
Python strings. Widths are centimetres. `cleaned` is what both renderers call first, so that neither meets a sign it cannot print.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, fields, is_dataclass, replace
from decimal import Decimal
from typing import Any, Literal, TypeVar

from forms.figures import in_words, yuan

Align = Literal["left", "center", "right"]
NEWLINE = "\n"


@dataclass(frozen=True)
class Strong:
    """Words that carry the weight of a line, such as an amount."""

    text: str


@dataclass(frozen=True)
class Choice:
    """One option of the form, printed as its label with ☑ or □ behind it."""

    label: str
    chosen: bool


@dataclass(frozen=True)
class Line:
    """One paragraph made of words, strong words and choices; `indent` in characters."""

    parts: tuple[str | Strong | Choice, ...]
    indent: int = 0


@dataclass(frozen=True)
class Column:
    """A column: its title, its width in cm (0 takes what is left), how its cells stand; `linked` cells lead to the target of their row."""

    title: str
    width: float = 0
    align: Align = "left"
    linked: bool = False


@dataclass(frozen=True)
class Row:
    """One row, a string a column; a line feed starts a new line in the cell. `target` is where its linked cells lead in the PDF."""

    cells: tuple[str, ...]
    target: str = ""


@dataclass(frozen=True)
class GroupRow:
    """A heading across all columns; it never stands alone at the foot of a page."""

    label: str
    text: str = ""


@dataclass(frozen=True)
class SumRow:
    """A footer row: the label across the first columns, then one cell a remaining column."""

    label: str
    cells: tuple[str, ...]
    final: bool = False


@dataclass(frozen=True)
class Table:
    """A table whose column titles repeat on every page. `small` inside a field."""

    columns: tuple[Column, ...]
    rows: tuple[Row | GroupRow | SumRow, ...]
    small: bool = False


@dataclass(frozen=True)
class Field:
    """A labelled answer: lines and small tables."""

    label: str
    value: tuple[Line | Table, ...]


@dataclass(frozen=True)
class Section:
    """A titled group of fields; sections that follow each other make one table. `whole` keeps a slip that is cut off on one page."""

    title: str
    fields: tuple[Field, ...]
    label_width: float = 3.5
    whole: bool = False


@dataclass(frozen=True)
class Paragraphs:
    """Running text of `size` points, first lines indented by two characters unless `flush`."""

    lines: tuple[Line, ...]
    flush: bool = False
    size: float = 12


@dataclass(frozen=True)
class Notice:
    """A boxed text that must be seen."""

    title: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Signature:
    """Who signs or seals, with room for the seal, and the date below; the name is printed, the seal is put by hand.

    It stands in a box under tables, and without one (`boxed` false) at the right under running text.
    """

    label: str
    name: str
    date: str
    note: str = ""
    boxed: bool = True


@dataclass(frozen=True)
class Form:
    """A whole paper. `byline` stands left and right above the first part; `numbered` prints page numbers, which a bundle does not want."""

    id: str
    title: str
    parts: tuple[Section | Paragraphs | Table | Notice | Signature, ...]
    subtitle: str = ""
    byline: tuple[str, str] = ("", "")
    landscape: bool = False
    numbered: bool = False


def line(*parts: str | Strong | Choice, indent: int = 0) -> Line:
    """A line out of its parts."""
    return Line(parts, indent)


def choices(lead: str, *options: tuple[str, bool], after: str = "") -> Line:
    """A line of options: `lead`, then each label with its box, then `after`."""
    parts: list[str | Strong | Choice] = [lead] if lead else []
    for number, (label, chosen) in enumerate(options):
        parts += ["　"] if number else []
        parts.append(Choice(label, chosen))
    return Line((*parts, after) if after else tuple(parts))


def yes_no(yes: bool, *, lead: str = "", words: tuple[str, str] = ("是", "否"), after: str = "") -> Line:
    """The usual pair of boxes."""
    return choices(lead, (words[0], yes), (words[1], not yes), after=after)


def money(amount: Decimal, *, words: bool = False, lead: str = "", after: str = "") -> Line:
    """An amount in figures, and in words where the form asks for both."""
    parts: list[str | Strong | Choice] = [lead] if lead else []
    parts.append(Strong(yuan(amount)))
    if words:
        parts.append(f"（大写：人民币{in_words(amount)}）")
    return Line((*parts, after) if after else tuple(parts))


def text_lines(text: str, indent: int = 0) -> tuple[Line, ...]:
    """One line for every written line of `text`; empty ones fall away."""
    return tuple(Line((written.strip(),), indent) for written in text.splitlines() if written.strip())


Part = TypeVar("Part")


def cleaned(part: Part) -> Part:
    """The same definition without the signs that no paper can carry: control and direction signs, lone surrogates, non-characters."""
    return _cleaned(part)  # type: ignore[no-any-return]


def _cleaned(part: Any) -> Any:
    if isinstance(part, str):
        return "".join(kept for sign in part if (kept := _printable(sign)))
    if isinstance(part, tuple):
        return tuple(_cleaned(item) for item in part)
    if is_dataclass(part) and not isinstance(part, type):
        return replace(part, **{field.name: _cleaned(getattr(part, field.name)) for field in fields(part)})
    return part


def _printable(sign: str) -> str:
    if sign == NEWLINE:
        return sign
    kind = unicodedata.category(sign)
    if kind in {"Zl", "Zp"} or sign == "\t":
        return " "
    if kind in {"Cc", "Cf", "Cs", "Co", "Cn"}:  # Cf: direction marks could turn a printed amount around
        return ""
    return sign
