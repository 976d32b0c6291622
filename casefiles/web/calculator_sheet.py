"""A calculator's answer as a sheet: the figure one looks for, the others, the segments, the working. Texts only, in the page's language."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _

from casefiles.law import Words
from casefiles.rules.calculators import Calculator
from casefiles.rules.calculators_input import PARTS, Field, read_money, read_rate
from casefiles.web import words
from casefiles.web.calculator_words import CHOICES, MAIN, OUTPUTS, VERDICTS, YES_NO, Output

NUMBERS = frozenset({"money", "rate", "percent", "count"})
NO_CALENDAR = re.compile(r"needs holiday calendar of (\d{4})")
UNKNOWN = Output("text", Words("", ""))
RATE_SOURCES = (("PBOC 1Y", "一年期贷款基准利率"), ("LPR 1Y", "一年期LPR"), (" (as of switch date)", "（切换日）"))
BESIDE = frozenset({"working", "source", "verify", "warnings", "segments", "ignored_payments", "applied", "after", "order", "id", "title"})


@dataclass(frozen=True)
class Line:
    """One figure with its name; `kind` and `icon` where it is a verdict."""

    label: str
    text: str
    kind: str = ""
    icon: str = ""


@dataclass(frozen=True)
class Column:
    """The head of a column; numbers stand to the right."""

    label: str
    number: bool
    whole: bool = False  # never broken over lines


@dataclass(frozen=True)
class Table:
    """Segments, set-off or payments left out; `total` stands under the last column."""

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    total: str = ""


@dataclass(frozen=True)
class Sheet:
    """Everything the page says of one calculation."""

    given: tuple[Line, ...]
    main: Line
    lines: tuple[Line, ...]
    tables: tuple[Table, ...]
    working: tuple[str, ...]
    warnings: tuple[str, ...]
    verify: bool


def label_of(key: str) -> str:
    """The name of an output."""
    return words.in_language(OUTPUTS[key].words) if key in OUTPUTS else key


def choice_label(value: str) -> str:
    """The name of a choice."""
    return words.in_language(CHOICES[value]) if value in CHOICES else value


def percent(rate: str) -> str:
    """0.00015 -> 0.015%; a text with its sign stays."""
    return rate if rate.endswith("%") else f"{(Decimal(rate) * 100).normalize():f}%"


def in_page_language(text: str) -> str:
    """A text of the rules that has English words in it, in the page's language."""
    if year := NO_CALENDAR.fullmatch(text):
        return _("needs the holiday calendar of %(year)s", year=year[1])
    for english, chinese in RATE_SOURCES if words.language() == "zh" else ():
        text = text.replace(english, chinese)
    return text


def shown(key: str, value: Any) -> str:
    """A value of an output as a person reads it."""
    kind = OUTPUTS[key].kind if key in OUTPUTS else "text"
    if value is None:
        return words.EMPTY
    match kind:
        case "money":
            return words.money(value)
        case "rate":
            return percent(str(value))
        case "percent":
            return f"{value}%"
        case "count":
            return f"{value:,}"
    return in_page_language(str(value))


def line_of(name: str, key: str, value: Any) -> Line:
    """An output of calculator `name` with its label; a yes or no becomes a verdict."""
    if isinstance(value, bool):
        true, false = VERDICTS.get((name, key), YES_NO)
        verdict = true if value else false
        return Line(label_of(key), words.in_language(verdict.words), verdict.kind, verdict.icon)
    return Line(label_of(key), shown(key, value))


def _rows(title: str, entries: Sequence[Mapping[str, Any]], total: str = "") -> Table:
    """A table of mappings: a column for every key, in the order in which they come first."""
    keys = list(dict.fromkeys(key for entry in entries for key in entry))
    kinds = [OUTPUTS.get(key, UNKNOWN).kind for key in keys]
    columns = tuple(Column(label_of(key), kind in NUMBERS, kind == "day") for key, kind in zip(keys, kinds, strict=True))
    return Table(title, columns, tuple(tuple(shown(key, entry.get(key)) for key in keys) for entry in entries), total)


def _set_off(before: Mapping[str, Any], result: Mapping[str, Any]) -> Table:
    """What stood, what was applied, what stands, in the order of the set-off."""
    order = result["order"]
    lines = ((_("Before"), before), (_("Applied"), result["applied"]), (_("After"), result["after"]))
    columns = (Column("", number=False), *(Column(choice_label(part), number=True) for part in order))
    return Table(_("Set-off, in this order"), columns, tuple((label, *(words.money(parts[part]) for part in order)) for label, parts in lines))


def _tables(result: Mapping[str, Any]) -> Iterator[Table]:
    if result.get("segments"):
        yield _rows(_("Segments"), result["segments"], shown("total", result["total"]))
    if "applied" in result:
        yield _set_off(result["before"], result)
    if result.get("ignored_payments"):
        yield _rows(_("Payments after the last day counted: left out"), result["ignored_payments"])


def _money(text: str) -> str:
    """An amount as it was typed, in one form."""
    return words.money(read_money(text, ""))


def _repeated(field: Field, value: Any) -> str:
    """An input as the sheet repeats it."""
    between = "; " if words.language() == "en" else "；"
    match field.kind:
        case "payments":
            said = between.join(f"{row['date']} {_money(row['amount'])}" for row in value) or words.EMPTY
        case "amounts":
            said = between.join(f"{choice_label(part)} {_money(value[part])}" for part in PARTS)
        case "money":
            said = _money(value)
        case "flag":
            said = words.in_language(YES_NO[not value].words)
        case "choice":
            said = choice_label(str(value))
        case "rate":
            said = percent(str(read_rate(value, field.name)))
        case _:
            said = str(value)
    return said


def _main(name: str, result: Mapping[str, Any]) -> Line:
    key = MAIN[name]
    first, _dot, rest = key.partition(".")
    return line_of(name, key, result[first][rest] if rest else result[first])


def sheet_of(calculator: Calculator, given: Mapping[str, Any], result: Mapping[str, Any]) -> Sheet:
    """The sheet of an answer that is no refusal."""
    name, asked = calculator.name, {field.name for field in calculator.fields}
    others = [key for key in result if key not in BESIDE | asked | {MAIN[name]}]
    return Sheet(
        given=tuple(Line(words.in_language(field.label), _repeated(field, given[field.name])) for field in calculator.fields if field.name in given),
        main=_main(name, result),
        lines=tuple(line_of(name, key, result[key]) for key in others),
        tables=tuple(_tables(result)),
        working=tuple(in_page_language(words.in_language(line)) for line in result["working"]),
        warnings=tuple(words.in_language(line) for line in result["warnings"]),
        verify=result["verify"],
    )
