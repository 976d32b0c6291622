"""Numbers for the evidence: known before a page is drawn, so that the catalogue can cite them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple, get_args
from unicodedata import bidirectional

from casefiles.bundle.plan import BundleError, Group, Numbering, Standing, Style
from casefiles.bundle.preflight import Prepared
from forms.figures import chinese_number

ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))
MARK = "证据"
LABEL = re.compile(r"((?:.*[^0-9])?)([0-9]+)([A-Z]*)", re.DOTALL)  # what stands before the number, the number, the letters of an insertion
LONGEST_PREFIX, WIDEST = 12, 9
THROUGH = Numbering()


@dataclass(frozen=True)
class Pagination:
    """Labels of every page by exhibit, marks (证据3) by exhibit, how many evidence pages there are, and the label of every group's divider."""

    labels: Mapping[str, tuple[str, ...]]
    marks: Mapping[str, str]
    total: int
    dividers: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def pages(self) -> dict[str, tuple[str, str]]:
        """Exhibit id -> first and last label."""
        return {exhibit: (labels[0], labels[-1]) for exhibit, labels in self.labels.items()}


class Place(NamedTuple):
    """A label taken apart: P0012B is ("P", "0012", "B")."""

    prefix: str
    digits: str
    letters: str

    @property
    def base(self) -> str:
        """The label it was inserted after."""
        return self.prefix + self.digits


def number(groups: Sequence[Group], prepared: Sequence[Prepared], numbering: Numbering = THROUGH, *, standing: Standing | None = None) -> Pagination:
    """Number all evidence pages in the order of the groups.

    With `standing` nothing that was cited moves: a new exhibit behind the last one goes on with the next number, one before it gets
    letters on the number it follows (12A, 12B, ... 12Z, 12AA; mark 证据7A). Raises BundleError when an exhibit was not prepared, stands
    twice, or is no longer what was frozen, and for a numbering that would give two pages one label.
    """
    _sound(numbering)
    counts = _counts(groups, prepared)
    held = dict(standing.labels) if standing else {}
    if standing:
        _unchanged(standing, counts)
    everything = list(counts)
    if numbering.style == "by_group":
        dividers = _letters_of_groups(groups, held)
        labels: dict[str, tuple[str, ...]] = {}
        for group in groups:
            labels |= _run([exhibit.id for exhibit in group.exhibits], counts, held, dividers[group.id])
    else:
        prefix, width = (numbering.prefix, numbering.width) if numbering.style == "prefixed" else ("", 0)
        dividers = {group.id: f"第{chinese_number(at)}组" for at, group in enumerate(groups, start=1)}
        labels = _run(everything, counts, held, prefix, width, alone=True)
    marks = _run(everything, dict.fromkeys(everything, 1), {exhibit: (mark,) for exhibit, mark in standing.marks.items()} if standing else {}, MARK, alone=True)
    _unlike(labels, dividers)
    return Pagination(labels, {exhibit: mark for exhibit, (mark,) in marks.items()}, sum(counts.values()), dividers)


def roman(value: int) -> str:
    """Lower-case roman numeral of a positive number, as PDF page label style /r writes it."""
    written = ""
    for worth, sign in ROMAN:
        count, value = divmod(value, worth)
        written += sign * count
    return written


def span(first: object, last: object) -> str:
    """A range of pages as the index and the catalogue print it: 3 or 5–12."""
    return str(first) if first == last else f"{first}–{last}"


def place(label: str) -> Place:
    """Take a label apart. Raises BundleError for one that holds no number."""
    found = LABEL.fullmatch(label)
    if not found:
        raise BundleError(f"{label!r} is no page label with a number in it. Nothing was made.")
    return Place(*found.groups())


def following(label: str) -> str:
    """The label of the next page in one exhibit: 12 -> 13, P0099 -> P0100, 12Z -> 12AA."""
    prefix, digits, letters = place(label)
    if letters:
        return prefix + digits + lettered(_rank(letters) + 1)
    return prefix + str(int(digits) + 1).zfill(len(digits))


def lettered(value: int) -> str:
    """1 -> A, 26 -> Z, 27 -> AA."""
    written = ""
    while value:
        value, sign = divmod(value - 1, 26)
        written = chr(ord("A") + sign) + written
    return written


def _rank(letters: str) -> int:
    rank = 0
    for sign in letters:
        rank = rank * 26 + ord(sign) - ord("A") + 1
    return rank


def _sound(numbering: Numbering) -> None:
    if numbering.style not in get_args(Style):
        raise BundleError(f"There is no numbering called {numbering.style!r}. Nothing was made. Choose one of {', '.join(get_args(Style))}.")
    if not 0 <= numbering.width <= WIDEST:
        raise BundleError(f"Page numbers cannot be {numbering.width} digits wide. Nothing was made. Choose 0 (no zeros) to {WIDEST}.")
    prefix = numbering.prefix
    leftward = any(bidirectional(sign) in ("R", "AL") for sign in prefix)  # it would be read after the number
    if len(prefix) > LONGEST_PREFIX or not prefix.isprintable() or set(prefix) & set(" –") or prefix[-1:].isdigit() or leftward:
        raise BundleError(
            f"The prefix {prefix!r} cannot stand before page numbers. Nothing was made. "
            f"Take up to {LONGEST_PREFIX} printable signs, written from left to right, without space or dash (–), that do not end in a digit."
        )


def _counts(groups: Sequence[Group], prepared: Sequence[Prepared]) -> dict[str, int]:
    """Exhibit id -> pages, in the order of the groups."""
    ready = {entry.exhibit.id: entry for entry in prepared}
    counts: dict[str, int] = {}
    for exhibit in (exhibit for group in groups for exhibit in group.exhibits):
        if exhibit.id in counts:
            raise BundleError(f"Exhibit {exhibit.id} ({exhibit.title}) stands in the plan twice. Nothing was made. Give it one place.")
        if exhibit.id not in ready:
            raise BundleError(f"Exhibit {exhibit.id} ({exhibit.title}) was not prepared. Nothing was made. Prepare all exhibits of the plan first.")
        counts[exhibit.id] = ready[exhibit.id].pages
    return counts


def _unchanged(standing: Standing, counts: Mapping[str, int]) -> None:
    """What was frozen is still there with as many pages: else old citations would lead elsewhere."""
    for exhibit, labels in standing.labels.items():
        cited = f"{exhibit} ({standing.marks.get(exhibit, exhibit)}, pages {span(labels[0], labels[-1])})"
        if exhibit not in counts:
            raise BundleError(f"Exhibit {cited} stands in the frozen bundle and is gone from the plan. Nothing was made. Put it back, or make a new packet.")
        if counts[exhibit] != len(labels):
            raise BundleError(
                f"Exhibit {cited} had {len(labels)} pages when the bundle was frozen and has {counts[exhibit]} now. Nothing was made, "
                "the frozen bundle is kept. Hand in the changed paper as an exhibit of its own, or make a new packet."
            )
        if exhibit not in standing.marks:
            raise BundleError(f"The frozen bundle gives exhibit {exhibit} no mark. Nothing was made. Make a new packet.")


def _run(
    exhibits: Sequence[str], counts: Mapping[str, int], held: Mapping[str, tuple[str, ...]], prefix: str, width: int = 0, *, alone: bool = False
) -> dict[str, tuple[str, ...]]:
    """Labels of exhibits that are numbered through; `alone` when no other run is beside it, so that the held labels tell prefix and width."""
    taken = [place(label) for labels in held.values() for label in labels]
    mine = sorted((entry for entry in taken if alone or entry.prefix == prefix), key=lambda entry: int(entry.digits))
    letters: dict[str, int] = {}
    for entry in taken:
        letters[entry.base] = max(letters.get(entry.base, 0), _rank(entry.letters))
    before = mine[0].prefix + "0" * len(mine[0].digits) if mine else prefix + "0".zfill(width)
    tail = mine[-1] if mine else place(before)
    last = int(tail.digits)
    end = max((at for at, exhibit in enumerate(exhibits) if exhibit in held), default=-1)
    made: dict[str, tuple[str, ...]] = {}
    for at, exhibit in enumerate(exhibits):
        if exhibit in held:
            made[exhibit] = held[exhibit]
            before = place(held[exhibit][-1]).base
            continue
        count = counts[exhibit]
        if at > end:
            made[exhibit] = tuple(f"{tail.prefix}{last + offset:0{len(tail.digits)}d}" for offset in range(1, count + 1))
            last += count
        else:
            used = letters.get(before, 0)
            made[exhibit] = tuple(before + lettered(used + offset) for offset in range(1, count + 1))
            letters[before] = used + count
    return made


def _letters_of_groups(groups: Sequence[Group], held: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    """Group id -> its letter: the one it was frozen with, else that of its place, else the next that is free."""
    taken = {place(labels[0]).prefix for labels in held.values()}
    if not all(re.fullmatch("[A-Z]+", letter) for letter in taken):
        raise BundleError("The frozen bundle is not numbered by group. Nothing was made. Keep its numbering for late pages, or make a new packet.")
    found: dict[str, str] = {}
    for group in groups:
        frozen = [place(held[exhibit.id][0]).prefix for exhibit in group.exhibits if exhibit.id in held]
        if frozen and frozen[0] not in found.values():
            found[group.id] = frozen[0]
    for at, group in enumerate(groups, start=1):
        if group.id not in found:
            own = lettered(at)
            found[group.id] = own if own not in taken else lettered(max(map(_rank, taken)) + 1)
            taken.add(found[group.id])
    return found


def _unlike(labels: Mapping[str, tuple[str, ...]], dividers: Mapping[str, str]) -> None:
    """No two sheets may be cited by one label."""
    seen, further = set(dividers.values()), tuple(f"{divider}-" for divider in dividers.values())
    for label in (label for each in labels.values() for label in each):
        if label in seen or label.startswith(further):
            raise BundleError(f"Two sheets would be labelled {label}. Nothing was made. Choose another prefix for the page numbers.")
        seen.add(label)


def labels_of(kind: str, first: str, pages: int) -> Iterable[str]:
    """The labels of a part from its first one on: numbers for exhibits, 第一组, 第一组-2 for dividers and covers."""
    label = first
    for offset in range(pages):
        if kind == "exhibit":
            label = following(label) if offset else first
            yield label
        else:
            yield f"{first}-{offset + 1}" if offset else first
