"""Dates of a paper: beside their label, as a span, alone below the text, as the last day a letter sets."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from itertools import pairwise

from casefiles.readers.dates import placed_dates
from casefiles.readers.proposals_paper import Paper, Proposed, Sheet, best, labelled, words

FIRST, LAST = date(1980, 1, 1), date(2100, 1, 1)
FOOT = 12  # lines at the end of a page where a date stands alone
_GAP = re.compile(r"(?: ?\([^()\n]{0,8}\))?[ :;\n]{0,4}(?:到|于|至)?[ ]?")
_BARE = re.compile(r"(?<!\d)(20\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?!\d)")  # 20240531, believed beside a label only
_ALONE = re.compile(r"[ (]*+(?:日期|签字日期|签署日期|时间)?[ :;.)]*")
_SPANS = ("借款期限", "贷款期限", "服务期间", "服务期限", "租赁期限", "租赁期间", "有效期", "期间", "期限")
_FROM_TO = (("term_from", "term_to"), ("period_from", "period_to"), ("valid_from", "valid_to"))


def labelled_date(paper: Paper) -> Iterator[Proposed]:
    """A date beside its label (开票日期：2024年6月1日); which label speaks for which field is in the table `dates`."""
    for field, scored in words()["dates"].items():
        if field in paper.fields and (one := best(_beside(paper, field, scored))):
            yield one


def _beside(paper: Paper, field: str, scored: dict[int, list[str]]) -> Iterator[Proposed]:
    for sheet in paper.sheets:
        days = _days(sheet)
        for label, score, start, end in labelled(sheet, scored):
            gap = _GAP.match(sheet.flat, end)
            place = gap.end() if gap else end
            for first, last, day in days:
                if end <= first <= place:
                    zh, en = f"写在“{label}”之后", f"stands beside “{label}”"
                    yield Proposed(field, day.isoformat(), "labelled_date", score, sheet.number, sheet.quote(start, last), zh, en)
                    break


def _days(sheet: Sheet) -> list[tuple[int, int, date]]:
    bare = [(*found.span(), date(int(found[1]), int(found[2]), int(found[3]))) for found in _BARE.finditer(sheet.flat) if _possible(found)]
    return [one for one in sorted([*placed_dates(sheet.flat), *bare]) if FIRST <= one[2] < LAST]


def _possible(found: re.Match[str]) -> bool:
    try:
        date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        return False
    return True


def span(paper: Paper) -> Iterator[Proposed]:
    """First and last day of a term: 借款期限自2023年1月1日至2023年12月31日."""
    for first_field, last_field in _FROM_TO:
        if last_field not in paper.fields:
            continue
        found = list(_spans(paper, first_field, last_field))
        for field in (first_field, last_field):
            if field in paper.fields and (one := best(p for p in found if p.field == field)):
                yield one


def _spans(paper: Paper, first_field: str, last_field: str) -> Iterator[Proposed]:
    for sheet in paper.sheets:
        days = _days(sheet)
        for (start, end, day), (start_2, end_2, day_2) in pairwise(days):
            label = next((word for word in _SPANS if word in sheet.flat[max(0, start - 14) : start]), "")
            if label and day < day_2 and re.fullmatch(r" ?(?:起|始)?[ ,]?(?:至|到|止|-|—|~|–)+ ?", sheet.flat[end:start_2]):
                zh, en = f"“{label}”的起止日期", f"first and last day of “{label}”"
                yield Proposed(first_field, day.isoformat(), "span", 88, sheet.number, sheet.quote(start, end), zh, en)
                yield Proposed(last_field, day_2.isoformat(), "span", 88, sheet.number, sheet.quote(start_2, end_2), zh, en)


def date_below(paper: Paper) -> Iterator[Proposed]:
    """The date that stands alone below the text, as letters and court papers have it; where its field has no labelled date."""
    fields = [field for field in words()["tail"] if field in paper.fields]
    others = set(words()["dates"]) & (set(paper.fields) - set(words()["tail"]))
    if not fields or (fields[0] == "document_date" and others) or any(one.field == fields[0] for one in labelled_date(paper)):
        return
    if one := best(_below(paper, fields[0])):
        yield one


def _below(paper: Paper, field: str) -> Iterator[Proposed]:
    for sheet in paper.sheets:
        for line in sheet.flat.strip().split("\n")[-FOOT:]:
            days = placed_dates(line)
            if len(days) == 1 and _ALONE.fullmatch(line[: days[0][0]] + line[days[0][1] :]) and FIRST <= days[0][2] < LAST:
                start = sheet.flat.rindex(line)
                quote = sheet.quote(start + days[0][0], start + days[0][1])
                score = 82 if field == "dated" else 70
                yield Proposed(field, days[0][2].isoformat(), "date_below", score, sheet.number, quote, "单独写在文末", "stands alone below the text")


def last_day(paper: Paper) -> Iterator[Proposed]:
    """Until when a letter asks to pay: 请于2024年7月15日前付清."""
    if "due_by" in paper.fields and (one := best(_until(paper))):
        yield one


def _until(paper: Paper) -> Iterator[Proposed]:
    for sheet in paper.sheets:
        for start, end, day in placed_dates(sheet.flat):
            lead, after = sheet.flat[max(0, start - 14) : start], sheet.flat[end : end + 30]
            if re.search(r"请|务必|应|限", lead) and re.match(r" ?(?:之前|以前|前)", after) and re.search("付|还|清|支", after):
                zh, en = "函中要求的最后付款日", "the last day the letter sets"
                yield Proposed("due_by", day.isoformat(), "last_day", 86, sheet.number, sheet.quote(start, end), zh, en)
