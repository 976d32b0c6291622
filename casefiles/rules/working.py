"""The working of a calculation: the lines a clerk would write, in both languages, and the doubts that stay with a figure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from casefiles.law import Law, LprRow, Words
from casefiles.rules.amounts import ZERO, money, percent
from casefiles.rules.interest import FIRST_LPR, Segment, Terms, lpr_on

CHECKED_BENCHMARK = date(2015, 10, 24)  # the other PBOC rows rest on one public repository (calculators.yaml)
NEXT_PUBLICATION = timedelta(31)  # the LPR is published once a month


@dataclass(frozen=True)
class Result:
    """What a calculator found: its output keys, the working, and the doubts. `verify`: this very result rests on something unconfirmed."""

    keys: Mapping[str, Any]
    working: tuple[Words, ...]
    warnings: tuple[Words, ...] = ()
    verify: bool = False


def exact(number: Decimal) -> str:
    """A number without trailing zeros, grouped: 1,573.8."""
    whole, _, tail = f"{number:,f}".partition(".")
    return f"{whole}.{tail.rstrip('0')}".rstrip(".")


def sum_of(base: Decimal, segment_rate: str, days: int, basis: int | None) -> str:
    """`86,000.00 × 0.00015 × 122` or `158,400.00 × 5.325% × 1096 ÷ 365`."""
    return f"{money(base)} × {segment_rate} × {days}" + (f" ÷ {basis}" if basis else "")


def stretch(start: date, end: date, days: int, calculation: str, amount: Decimal, remark: str = "") -> Words:
    """One segment as a line."""
    said = f"{calculation} = {money(amount)}"
    return Words(
        f"{start} 至 {end}（{days}天{f'，{remark}' if remark else ''}）：{said}", f"{start} to {end} ({days} days{f', {remark}' if remark else ''}): {said}"
    )


def segment_line(segment: Segment, basis: int) -> Words:
    """One segment at a daily or annual rate as a line."""
    rate = segment.rate
    remark = rate.origin or (f"LPR {rate.lpr:.2f}%" if rate.lpr is not None else "")
    if rate.daily is not None:
        calculation = sum_of(segment.base, f"{rate.daily:f}", segment.days, None)
    else:
        calculation = sum_of(segment.base, percent(rate.annual or ZERO), segment.days, basis)
    return stretch(segment.start, segment.end, segment.days, calculation, segment.amount, remark)


def total_line(amounts: Iterable[Decimal], total: Decimal) -> Words:
    """The sum of the rounded segments; without any, that nothing is owed."""
    shown = [money(amount) for amount in amounts]
    if not shown:
        return Words("没有计息天数：合计 0.00", "no days to count: total 0.00")
    said = money(total) if len(shown) == 1 else f"{' + '.join(shown)} = {money(total)}"
    return Words(f"合计：{said}", f"Total: {said}")


def in_both(source: str) -> Words:
    """A source of the law data, written `中文 / English`, in its two languages."""
    zh, _, en = source.partition(" / ")
    return Words(zh, en or zh)


def source_lines(sources: Iterable[str]) -> tuple[Words, ...]:
    """The legal basis as last lines."""
    pairs = [in_both(source) for source in sources]
    return (Words(f"依据：{'；'.join(p.zh for p in pairs)}", f"Source: {'; '.join(p.en for p in pairs)}"),)


def ignored_line(day: date, amount: Decimal, zh: str, en: str) -> Words:
    """A payment that was left out, and why."""
    return Words(f"{day} 付款 {money(amount)} 未计入：{zh}", f"the payment of {money(amount)} on {day} is left out: {en}")


def lpr_doubts(used: Iterable[LprRow], until: date, law: Law) -> tuple[Words, ...]:
    """What to say where a figure rests on publications nobody confirmed, or where a publication after the last one on file must be expected."""
    doubts = []
    unconfirmed = [row.published for row in used if row.status != "confirmed"]
    if unconfirmed:
        last = max((row.published for row in law.lpr if row.status == "confirmed"), default=None)
        span = f"{min(unconfirmed)}" if len(unconfirmed) == 1 else f"{min(unconfirmed)} – {max(unconfirmed)}"
        doubts.append(
            Words(
                f"待核实：所用LPR（{span} 公布）只有二手来源；已核实的最后一期为 {last}，请核对官方公布后导入",
                f"to be verified: the LPR used (published {span}) is known from a secondary source only; the last confirmed publication is of {last}. "
                "Check the official site and import it",
            )
        )
    newest = law.lpr[-1].published
    if until > newest + NEXT_PUBLICATION:
        doubts.append(
            Words(
                f"待核实：库中最近一期LPR为 {newest}，至 {until} 应有新的公布，请先导入",
                f"to be verified: the last LPR on file is of {newest}; a later one must have been published by {until}: import it first",
            )
        )
    return tuple(doubts)


def _publications_used(terms: Terms, first: date, cut_off: date, law: Law) -> list[LprRow]:
    """The LPR rows the figure rests on: the one in force at the start, and for a floating rate every later one up to the cut-off."""
    if terms.mode in ("daily", "annual") or cut_off < first:
        return []
    start = lpr_on(max(first, FIRST_LPR) if terms.mode != "pboc_then_lpr" else FIRST_LPR, law)
    return [start, *(row for row in law.lpr if terms.mode == "floating" and start.published < row.published <= cut_off)]


def rate_doubts(terms: Terms, first: date, cut_off: date, law: Law) -> list[Words]:
    """Unconfirmed rates behind these terms."""
    used = _publications_used(terms, first, cut_off, law)
    doubts = list(lpr_doubts(used, cut_off if terms.mode == "floating" else first, law)) if used else []
    if terms.mode == "pboc_then_lpr" and cut_off >= first:
        benchmark = max((day for day, _ in law.pboc if day <= first), default=None)
        what = "" if benchmark == CHECKED_BENCHMARK else f"（{benchmark} 起的基准利率数据待核实）"
        what_en = "" if benchmark == CHECKED_BENCHMARK else f" (the benchmark in force from {benchmark} is unconfirmed)"
        doubts.append(
            Words(
                f"待核实：2019-08-20之前按基准利率加收罚息、在该日分段计算属通行做法{what}",
                f"to be verified: the penalty on the benchmark rate before 2019-08-20 and the split on that day are common court practice{what_en}",
            )
        )
    return doubts
