"""The law as a page: every element, check, calculator and reminder with its source, the rates and holidays on file, one filter over all of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Protocol

from flask import Blueprint, g, render_template, request
from flask.typing import ResponseReturnValue

from casefiles.law import Law, LprRow, Words, load_law, read_yaml
from casefiles.rules.calculators import CALCULATORS

blueprint = Blueprint("law", __name__)
FRESH = timedelta(days=45)  # calculators.yaml: a rate published longer ago is not used without a user's confirmation
LONGEST_QUERY = 200
CONFIRMED = "confirmed"  # what a row of the LPR table is that needs no mark
MARK = "待核实 to be verified"  # so that the filter finds the entries a lawyer still has to confirm


class Row(Protocol):
    """What the filter reads."""

    @property
    def text(self) -> str: ...


@dataclass(frozen=True)
class Entry:
    """One line of a table; `note` says which day a reminder watches. Some reminders are named like calculators: `prefix` tells their addresses apart."""

    id: str
    name: Words
    source: tuple[str, ...]
    verify: bool = False
    note: Words | None = None
    prefix: str = ""

    @property
    def anchor(self) -> str:
        return self.prefix + self.id

    @property
    def text(self) -> str:
        note = (self.note.zh, self.note.en) if self.note else ()
        return " ".join((self.id, self.name.zh, self.name.en, *self.source, *note, MARK if self.verify else ""))


@dataclass(frozen=True)
class Publication:
    """One row of the LPR table; `changed` where a rate differs from the row before."""

    row: LprRow
    changed: bool

    @property
    def text(self) -> str:
        return f"{self.row.published} {self.row.one_year} {self.row.five_years} {self.row.status} {'' if self.row.status == CONFIRMED else MARK}"


@dataclass(frozen=True)
class HolidaySpans:
    """The days off of one year, neighbours drawn together, and the weekends that are worked."""

    year: int
    off: tuple[tuple[date, date], ...]
    worked: tuple[date, ...]

    @property
    def text(self) -> str:
        return " ".join(str(day) for day in (self.year, *(day for span in self.off for day in span), *self.worked))


def fits(text: str, query: str) -> bool:
    """Whether every word of the filter stands in the text, whatever its case."""
    folded = text.casefold()
    return all(word in folded for word in query.casefold().split())


def elements(law: Law) -> Iterator[Entry]:
    """What must be proved."""
    return (Entry(e.id, e.name, e.source, e.verify) for e in law.elements.values())


def checks(law: Law) -> Iterator[Entry]:
    """What is compared across documents."""
    return (Entry(c.id, c.name, c.source, c.verify) for c in law.checks.values())


def calculators() -> Iterator[Entry]:
    """What is reckoned."""
    return (Entry(c.name, c.title, c.source, c.verify) for c in CALCULATORS.values())


def reminders(law: Law) -> Iterator[Entry]:
    """Which last days are watched, how long before, and what ends the watch."""
    for raw in read_yaml("lifecycle.yaml")["reminders"]:
        said = law.words["reminders"][raw["id"]]
        source = said.get("law", raw["law"]).strip("–")
        name = Words(raw["zh"], said["en"])
        yield Entry(raw["id"], name, (source,) if source else (), note=Words(said["when_zh"], said.get("when_en", raw["date"])), prefix="reminder-")


def publications(rows: Iterable[LprRow]) -> list[Publication]:
    """The LPR table, newest first."""
    ordered = sorted(rows, key=lambda row: row.published)
    if not ordered:
        return []
    later = [Publication(row, (row.one_year, row.five_years) != (before.one_year, before.five_years)) for before, row in pairwise(ordered)]
    return [Publication(ordered[0], changed=True), *later][::-1]


def spans(days: Iterable[date]) -> tuple[tuple[date, date], ...]:
    """Runs of neighbouring days as first and last day."""
    runs: list[tuple[date, date]] = []
    for day in sorted(days):
        if runs and day - runs[-1][1] == timedelta(days=1):
            runs[-1] = (runs[-1][0], day)
        else:
            runs.append((day, day))
    return tuple(runs)


def stale_since(law: Law, today: date) -> int | None:
    """Days since the last LPR publication on file, where they are more than may pass without a look at the official site."""
    last = max((row.published for row in law.lpr), default=None)
    return (today - last).days if last is not None and today - last > FRESH else None


@blueprint.get("/law")
def index() -> ResponseReturnValue:
    """All tables, or the lines in which every word of `q` stands. For everybody signed in: no case is named here."""
    law, query = load_law(), request.args.get("q", "").replace("\0", "").strip()[:LONGEST_QUERY]
    years = [HolidaySpans(year, spans(kept.off), tuple(sorted(kept.working_weekends))) for year, kept in sorted(law.holidays.items())]
    tables: dict[str, Iterable[Row]] = {
        "elements": elements(law), "checks": checks(law), "calculators": calculators(), "reminders": reminders(law), "lpr": publications(law.lpr),
        "holidays": years,
    }  # fmt: skip
    shown = {name: [line for line in lines if fits(line.text, query)] for name, lines in tables.items()}
    confirmed = max((row.published for row in law.lpr if row.status == CONFIRMED), default=None)
    return render_template("law/index.html", query=query, law=law, tables=shown, confirmed_until=confirmed, stale=stale_since(law, g.actor.today))
