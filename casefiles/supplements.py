"""Imports rows of the law's tables that came after the release, LPR publications and holiday notices, and keeps the law in use up to date.

All of a file is taken or nothing. A row that contradicts a confirmed one is refused unless it shall replace it.
"""

import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select

from casefiles import audit
from casefiles.db import session
from casefiles.law import Law, LprRow, Supplement, load_law, package_law, use
from casefiles.law.supplement import DayKind, month_of
from casefiles.models import LawRow
from casefiles.policy import Action, Actor, require
from casefiles.rules.calculators import CALCULATORS
from casefiles.supplements_reading import BadLine, Row, read_rows, refused

KINDS = {"lpr": "lpr", "holidays": "holiday"}  # the word of the command -> the kind of row
FIXED_HOLIDAYS = ((1, 1), (5, 1), (10, 1))  # a notice of a whole year has them off
NEXT_PUBLICATION = timedelta(31)
_refreshing = threading.Lock()
_seen: dict[str, Any] = {}


@dataclass(frozen=True)
class Outcome:
    """What an import did: days that are new, days whose row was replaced, and how many rows were on file already."""

    added: tuple[date, ...]
    replaced: tuple[date, ...]
    unchanged: int


def refresh_law() -> None:
    """Let load_law() give the rows that are in the database now; costs one small query while nothing has changed."""
    stamp = tuple(session.execute(select(func.count(LawRow.id), func.max(LawRow.id), func.max(LawRow.imported_at))).one())
    with _refreshing:
        if _seen.get("stamp") != stamp:
            use(_supplement(session.scalars(select(LawRow).order_by(LawRow.day))))
            _seen["stamp"] = stamp


def use_package_alone() -> None:
    """Forget imported rows: where no database is at hand."""
    with _refreshing:
        use(Supplement())
        _seen.clear()


def _supplement(rows: Iterable[LawRow]) -> Supplement:
    lpr: list[LprRow] = []
    holidays: list[tuple[date, DayKind]] = []
    for row in rows:
        if row.kind == "lpr":
            lpr.append(LprRow(row.day, Decimal(row.values["1y"]), Decimal(row.values["5y"]), row.status))
        else:
            holidays.append((row.day, row.values["kind"]))
    return Supplement(tuple(lpr), tuple(holidays))


def import_rows(actor: Actor, kind: str, name: str, content: bytes, *, replace: bool) -> Outcome:
    """Take over a CSV file, `kind` lpr or holiday; the caller saves and then calls refresh_law().

    The legal manager may do it, who answers for calculations. Raises NotUsable naming every bad line.
    """
    require(actor, Action.APPROVE_CALCULATION)
    rows, bad = read_rows(kind, name, content, actor.today)
    refresh_law()
    law = load_law()
    if not replace:
        contradictions = _against_lpr(rows, law) if kind == "lpr" else _against_holidays(rows, law)
        bad += [(line, f"{en}; --replace takes the new one", f"{zh}；如确需更换请加 --replace") for line, en, zh in contradictions]
    if kind == "holiday" and not bad:
        bad += _not_whole(rows, law)
    if bad:
        raise refused(name, bad)
    fresh = [row for row in rows if not (_same_lpr(row, law) if kind == "lpr" else _same_day(row, law))]
    before = {row.day for row in fresh if (row.day in {r.published for r in law.lpr} if kind == "lpr" else row.day.year in law.holidays)}
    for row in fresh:
        _keep(actor, kind, row)
    session.flush()
    outcome = Outcome(tuple(r.day for r in fresh if r.day not in before), tuple(sorted(before)), len(rows) - len(fresh))
    audit.record(
        actor, "import", f"law table {kind}", file=name, unchanged=outcome.unchanged, replaced=[str(day) for day in outcome.replaced],
        rows=[{"day": row.day, **row.values, "status": row.status, "source": row.source} for row in fresh],
    )  # fmt: skip
    return outcome


def _on_file(row: Row, law: Law) -> LprRow | None:
    """The publication of the row's month."""
    return next((r for r in law.lpr if month_of(r.published) == month_of(row.day)), None)


def _same_lpr(row: Row, law: Law) -> bool:
    known = _on_file(row, law)
    if known is None or known.published != row.day or _rates(known) != (row.values["1y"], row.values["5y"]):
        return False
    return known.status in ("confirmed", row.status)


def _rates(row: LprRow) -> tuple[str, str]:
    return f"{row.one_year:.2f}", f"{row.five_years:.2f}"


def _against_lpr(rows: Iterable[Row], law: Law) -> Iterator[BadLine]:
    for row in rows:
        known = _on_file(row, law)
        if known is None or known.status != "confirmed" or _same_lpr(row, law):
            continue
        shown = f"{known.published}  {' / '.join(_rates(known))}"
        yield row.line, f"{row.day} contradicts the confirmed row on file ({shown})", f"{row.day} 与库中已核实的一期（{shown}）矛盾"


def _kind_on_file(day: date, law: Law) -> str:
    """What the notice on file makes of a day: off, working, or its plain weekday."""
    year = law.holidays[day.year]
    if day in year.off or (day.weekday() >= 5 and day not in year.working_weekends):
        return "off"
    return "working"


def _same_day(row: Row, law: Law) -> bool:
    return row.day.year in law.holidays and _kind_on_file(row.day, law) == row.values["kind"]


def _against_holidays(rows: Iterable[Row], law: Law) -> Iterator[BadLine]:
    words = {"off": "休息日", "working": "工作日"}
    for row in rows:
        if row.day.year in law.holidays and not _same_day(row, law):
            known = _kind_on_file(row.day, law)
            yield row.line, f"{row.day} is {known} in the notice of {row.day.year} on file", f"{row.day} 在库中{row.day.year}年的安排里是{words[known]}"


def _not_whole(rows: list[Row], law: Law) -> Iterator[BadLine]:
    """A year that is new must come whole: with half of it days would silently count as working days."""
    off = {row.day for row in rows if row.values["kind"] == "off"}
    for year in sorted({row.day.year for row in rows} - set(law.holidays)):
        lacking = [day for month, number in FIXED_HOLIDAYS if (day := date(year, month, number)) not in off]
        if lacking:
            line = next(row.line for row in rows if row.day.year == year)
            said = ", ".join(map(str, lacking))
            yield line, f"the notice of {year} is not whole: {said} not off", f"{year}年的安排不完整：缺少 {said} 的放假"


def _keep(actor: Actor, kind: str, row: Row) -> None:
    """Add the row, or put it in the place of the one for its day; a publication also takes the place of another one of its month."""
    for other in session.scalars(select(LawRow).where(LawRow.kind == kind)).all():
        if kind == "lpr" and other.day != row.day and month_of(other.day) == month_of(row.day):
            session.delete(other)
    kept = session.scalar(select(LawRow).where(LawRow.kind == kind, LawRow.day == row.day))
    if kept is None:
        kept = LawRow(kind=kind, day=row.day)
        session.add(kept)
    kept.values, kept.status, kept.source = dict(row.values), row.status, row.source
    kept.imported_by_id, kept.imported_at = actor.person_id, actor.now


def status(law: Law, today: date) -> dict[str, Any]:
    """How far the law data reaches: the last publications, the holiday years, and how many marks `verify` wait for a lawyer."""
    confirmed = [row for row in law.lpr if row.status == "confirmed"]
    marks = {
        "elements": sum(e.verify for e in law.elements.values()),
        "checks": sum(c.verify for c in law.checks.values()),
        "calculators": sum(c.verify for c in CALCULATORS.values()),
        "lpr_rows": len(law.lpr) - len(confirmed),
    }
    return {
        "law_as_of": law.as_of.isoformat(),
        "lpr": {
            "last_confirmed": _shown(confirmed[-1]) if confirmed else None,
            "last": _shown(law.lpr[-1]),
            "rows": len(law.lpr),
            "missing_months": _missing_months(law, today),
        },
        "holidays": {"years": sorted(law.holidays), "missing": [year for year in (today.year, today.year + 1) if year not in law.holidays]},
        "imported": {"lpr": len(set(law.lpr) - set(package_law().lpr)), "holiday_years": sorted(set(law.holidays) - set(package_law().holidays))},
        "verify": marks | {"total": sum(marks.values())},
    }


def _shown(row: LprRow) -> dict[str, str]:
    one, five = _rates(row)
    return {"date": row.published.isoformat(), "1y": one, "5y": five, "status": row.status}


def _missing_months(law: Law, today: date) -> list[str]:
    """Months without a publication, from the first row to the last whose publication must be out."""
    known = {month_of(row.published) for row in law.lpr}
    first, last = law.lpr[0].published, today - NEXT_PUBLICATION
    months = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    return [f"{month // 12}-{month % 12 + 1:02d}" for month in months if (month // 12, month % 12 + 1) not in known]
