"""A paper as the rules of proposals look at it: its text without full-width signs and blanks inside words, the words they know, and what a rule gives."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from casefiles.law import DocumentType
from casefiles.law.reading import Loader

FIRST_PAGES, LAST_PAGES = 6, 2  # of a long paper: heads stand first, signatures last
LONGEST_PAGE = 20_000  # characters of a page that are looked at
MOST_QUOTED = 80
HAN = "\u3007\u4e00-\u9fff"
_BLANK = re.compile(r"[ \t\u00a0\u3000]+")
_AS_ZERO = re.compile(r"(?<=[0-9.,])[OoＯ](?=[0-9OoＯ.,年月日号元]|\b)")  # OCR reads 0 as O and 1 as l inside numbers
_AS_ONE = re.compile(r"(?<=[0-9.,])[lI|](?=[0-9.,])")
_LONELY = re.compile(rf"(?<=[{HAN}]) (?=[{HAN}](?![{HAN}0-9A-Za-z]))|(?<![{HAN}0-9A-Za-z])([{HAN}]) (?=[{HAN}])")


@dataclass(frozen=True)
class Proposed:
    """A value read out of a text. `field` is `type` or a field of the kind, `value` as its form writes it, `score` 0 to 100.

    `page` and `quote` say where it stands: the quote is word for word of that page; None and empty where it comes from elsewhere.
    """

    field: str
    value: str
    rule: str
    score: int
    page: int | None
    quote: str
    reason_zh: str
    reason_en: str


@dataclass(frozen=True)
class Sheet:
    """One page: `flat` is what the rules read, `places[i]` where its i-th sign stands in `raw`."""

    number: int
    raw: str
    flat: str
    places: tuple[int, ...]

    def quote(self, start: int, end: int) -> str:
        """The words of the page behind a stretch of `flat`, on one line, at most MOST_QUOTED signs."""
        words = self.raw[self.places[start] : self.places[end - 1] + 1] if end > start else ""
        return _BLANK.sub(" ", words.split("\n")[-1] if words.count("\n") else words).strip()[:MOST_QUOTED]

    @property
    def lines(self) -> list[str]:
        """Its lines without any blanks; empty lines are left out."""
        return [line for line in ("".join(line.split()) for line in self.flat.split("\n")) if line]


@dataclass(frozen=True)
class Paper:
    """What the rules know of a document. `parties`: names of the case -> their role; `on`: the day it speaks on, where a person entered it."""

    kind: DocumentType
    sheets: tuple[Sheet, ...]
    name: str
    media_type: str
    details: Mapping[str, Any]
    parties: Mapping[str, str] = field(default_factory=dict)
    on: date | None = None

    @property
    def fields(self) -> dict[str, str]:
        """Field -> kind of its value."""
        return {field.name: field.kind for field in self.kind.fields}

    @property
    def text(self) -> str:
        return "\n".join(sheet.flat for sheet in self.sheets)


def sheet_of(number: int, text: str, longest: int = LONGEST_PAGE) -> Sheet:
    """A page folded: half-width signs, 0 and 1 inside numbers, no blanks between single characters (合　　计 is 合计)."""
    raw = text[:longest]
    signs: list[str] = []
    places: list[int] = []
    for place, sign in enumerate(raw):
        plain = sign if sign < "\x80" else unicodedata.normalize("NFKC", sign)
        signs.extend(plain)
        places.extend([place] * len(plain))
    flat = _AS_ONE.sub("1", _AS_ZERO.sub("0", "".join(signs).replace("\r", "\n").replace("\t", " ").replace("\u00a0", " ").replace("\u3000", " ")))
    kept = [at for at, sign in enumerate(flat) if sign != " " or (at and flat[at - 1] != " ")]
    flat, places = "".join(flat[at] for at in kept), [places[at] for at in kept]
    gone = {match.end() - 1 for match in _LONELY.finditer(flat)}
    kept = [at for at in range(len(flat)) if at not in gone]
    return Sheet(number, raw, "".join(flat[at] for at in kept), tuple(places[at] for at in kept))


def sheets_of(pages: Iterable[tuple[int, str]]) -> tuple[Sheet, ...]:
    """The pages that are looked at: the first and the last ones."""
    every = list(pages)
    looked = every if len(every) <= FIRST_PAGES + LAST_PAGES else every[:FIRST_PAGES] + every[-LAST_PAGES:]
    return tuple(sheet_of(number, text) for number, text in looked)


@cache
def words() -> Mapping[str, Any]:
    """The word lists of proposals.yaml."""
    loaded: dict[str, Any] = yaml.load((Path(__file__).parent / "proposals.yaml").read_text(encoding="utf-8"), Loader=Loader)  # noqa: S506 - Loader is a safe loader
    return loaded


@cache
def _pattern(labels: tuple[str, ...]) -> re.Pattern[str]:
    """Any of these labels, the longer first, with blanks inside; a short one only where no longer word ends with it."""
    spelled = []
    for label in sorted(labels, key=len, reverse=True):
        guard = rf"(?<![{HAN}A-Za-z])" if len(label) <= 2 and not label.endswith("欠") else "(?<![主原])"
        spelled.append(guard + " ?".join(map(re.escape, label)))
    return re.compile("|".join(spelled))


def labelled(sheet: Sheet, scored: Mapping[int, Sequence[str]]) -> Iterator[tuple[str, int, int, int]]:
    """Where these labels stand: (label, score, start, end), of overlapping ones the longest."""
    score_of = {label: score for score, labels in scored.items() for label in labels}
    for match in _pattern(tuple(score_of)).finditer(sheet.flat):
        label = match.group().replace(" ", "")
        yield label, score_of[label], match.start(), match.end()


def best(found: Iterable[Proposed]) -> Proposed | None:
    """The one value with the highest score; None where two values share it: then the text does not say which."""
    of_value: dict[str, Proposed] = {}
    for one in found:
        if one.value not in of_value or one.score > of_value[one.value].score:
            of_value[one.value] = one
    ranked = sorted(of_value.values(), key=lambda one: -one.score)
    if not ranked or (len(ranked) > 1 and ranked[0].score == ranked[1].score):
        return None
    return ranked[0]
