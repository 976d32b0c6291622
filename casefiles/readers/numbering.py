"""Numbers that Word writes by itself (第一条, 2.1, （三）): they stand in no paragraph, yet everybody cites them."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element, SubElement

from casefiles.readers.drawn import shown
from casefiles.readers.ooxml import attribute, local, tree

_DIGITS = "零一二三四五六七八九"
_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))
_LEVELS = 9


def chinese(number: int) -> str:
    """12 -> 十二, 105 -> 一百零五; from 10,000 in digits, for nobody counts clauses so far."""
    if not 0 < number < 10_000:
        return str(number)
    said, zero = "", False
    for at, unit in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, at)
        if digit:
            said += ("零" if zero and said else "") + _DIGITS[digit] + unit
        zero = not digit
    return said.removeprefix("一") if said.startswith("一十") else said


def roman(number: int) -> str:
    said = ""
    for value, sign in _ROMAN:
        count, number = divmod(number, value) if number < 4_000 else (0, number)
        said += sign * count
    return said or str(number)


def letter(number: int) -> str:
    """1 -> a, 26 -> z, 27 -> aa, as Word counts on."""
    return chr(97 + (number - 1) % 26) * min((number - 1) // 26 + 1, 20) if number > 0 else str(number)


_FORMATS: dict[str, Callable[[int], str]] = {
    **dict.fromkeys(("chineseCounting", "chineseCountingThousand", "taiwaneseCounting", "taiwaneseCountingThousand", "japaneseCounting"), chinese),
    **dict.fromkeys(("decimalEnclosedCircle", "decimalEnclosedCircleChinese"), lambda number: chr(0x245F + number) if 0 < number <= 20 else str(number)),
    "lowerRoman": roman, "upperRoman": lambda number: roman(number).upper(), "lowerLetter": letter, "upperLetter": lambda number: letter(number).upper(),
    "decimalZero": lambda number: f"{number:02d}", "decimalFullWidth": lambda number: str(number).translate({48 + at: 0xFF10 + at for at in range(10)}),
    "ideographTraditional": lambda number: "甲乙丙丁戊己庚辛壬癸"[number - 1] if 0 < number <= 10 else str(number),
}  # fmt: skip
_WITHOUT = frozenset({"bullet", "none"})


@dataclass(frozen=True)
class _Level:
    format: str = "decimal"
    text: str = ""
    start: int = 1
    style: str = ""


@dataclass
class Numbering:
    """The lists of a Word file, and how far each has counted."""

    lists: dict[str, str] = field(default_factory=dict)  # number of a list -> its pattern
    patterns: dict[str, dict[int, _Level]] = field(default_factory=dict)
    starts: dict[tuple[str, int], int] = field(default_factory=dict)  # where a list begins anew: list, level -> number
    styles: dict[str, tuple[str, int]] = field(default_factory=dict)  # style of a paragraph -> list, level
    counted: dict[str, dict[int, int]] = field(default_factory=dict)  # pattern -> level -> number
    begun: set[tuple[str, int]] = field(default_factory=set)

    @classmethod
    def of(cls, opened: zipfile.ZipFile) -> Numbering:
        numbering = cls()
        names = opened.namelist()
        if "word/numbering.xml" in names:
            numbering._take_lists(tree(opened, "word/numbering.xml"))
            if "word/styles.xml" in names:
                numbering._take_styles(tree(opened, "word/styles.xml"))
        return numbering

    def write(self, element: Element) -> None:
        """Put its number before the text of each paragraph that has one, in the order in which they are read."""
        for child in shown(element):
            if local(child) == "p" and (said := self._number(child)):
                run = Element("r")
                SubElement(run, "t").text = f"{said} "
                child.insert(0, run)
            self.write(child)

    def _take_lists(self, root: Element) -> None:
        for entry in root:
            if local(entry) == "abstractNum":
                self.patterns[attribute(entry, "abstractNumId")] = {_whole(level, "ilvl"): _level(level) for level in entry if local(level) == "lvl"}
            elif local(entry) == "num":
                number = attribute(entry, "numId")
                self.lists[number] = _value(entry, "abstractNumId")
                for override in entry:
                    if local(override) == "lvlOverride" and (start := _value(override, "startOverride")).isdigit():
                        self.starts[number, _whole(override, "ilvl")] = int(start)

    def _take_styles(self, root: Element) -> None:
        given: dict[str, tuple[str, int]] = {}
        based: dict[str, str] = {}
        for style in root:
            name = attribute(style, "styleId")
            based[name] = _value(style, "basedOn")
            if (found := _list_of(style)) is not None:
                levels = self.patterns.get(self.lists.get(found[0], ""), {})
                given[name] = found[0], next((at for at, level in levels.items() if level.style == name), found[1])
        for name in based:
            at = name
            for _ in range(20):
                if at in given:
                    self.styles[name] = given[at]
                    break
                at = based.get(at, "")

    def _number(self, paragraph: Element) -> str:
        properties = next((child for child in paragraph if local(child) == "pPr"), None)
        found = None if properties is None else (_list_of(paragraph) or self.styles.get(_value(properties, "pStyle")))
        if found is None:
            return ""
        number, at = found
        pattern = self.lists.get(number, "")
        levels = self.patterns.get(pattern, {})
        if at not in levels:
            return ""
        counted = self.counted.setdefault(pattern, {})
        if (start := self.starts.get((number, at))) is not None and (number, at) not in self.begun:
            counted[at] = start
        else:
            counted[at] = counted.get(at, levels[at].start - 1) + 1
        self.begun.add((number, at))
        for deeper in [level for level in counted if level > at]:
            del counted[deeper]
        return "" if levels[at].format in _WITHOUT else _said(levels, at, counted)


def _said(levels: dict[int, _Level], at: int, counted: dict[int, int]) -> str:
    said = levels[at].text
    for level in range(_LEVELS):
        if f"%{level + 1}" in said:
            its = levels.get(level, _Level())
            said = said.replace(f"%{level + 1}", _FORMATS.get(its.format, str)(counted.get(level, its.start)))
    return said[:80]


def _level(level: Element) -> _Level:
    start = _value(level, "start")
    return _Level(_value(level, "numFmt") or "decimal", _value(level, "lvlText"), int(start) if start.isdigit() else 1, _value(level, "pStyle"))


def _list_of(element: Element) -> tuple[str, int] | None:
    """The list and level that the properties of a paragraph or style name; list 0 is none."""
    properties = next((child for child in element if local(child) == "pPr"), None)
    named = None if properties is None else next((child for child in properties if local(child) == "numPr"), None)
    number = "" if named is None else _value(named, "numId")
    if named is None or not number:
        return None
    level = _value(named, "ilvl")
    return number, int(level) if level.isdigit() else 0


def _value(element: Element, name: str) -> str:
    return next((attribute(child, "val") for child in element if local(child) == name), "")


def _whole(element: Element, name: str) -> int:
    said = attribute(element, name)
    return int(said) if said.isdigit() else 0
