"""Dates that stand in a text: 2024-03-01, 2024/3/1, 2024.3.1, 2024年3月1日, 二〇二四年三月一日."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

MOST = 200
_DIGITS = {sign: value for value, signs in enumerate(("〇零○Ｏ", "一", "二", "三", "四", "五", "六", "七", "八", "九")) for sign in signs}
_WRITTEN = re.compile(
    r"(?<!\d)(?P<y>(?:19|20)\d\d)"
    r"(?:(?P<s>[-/.])(?P<m>\d{1,2})(?P=s)(?P<d>\d{1,2})(?!\d)|\s*年\s*(?P<m2>\d{1,2})\s*月\s*(?P<d2>\d{1,2})\s*[日号])"
)
_HAN = re.compile(r"(?P<y>[一二][〇零○九][〇零○一二三四五六七八九]{2})年(?P<m>[一二三四五六七八九十]{1,2})月(?P<d>[一二三四五六七八九十廿卅]{1,3})[日号]")


def find_dates(text: str) -> tuple[date, ...]:
    """Each possible date once, in the order of the text, at most MOST; 2024-02-30 is none."""
    return tuple(dict.fromkeys(day for _, _, day in placed_dates(unicodedata.normalize("NFKC", text))))[:MOST]


def placed_dates(flat: str) -> list[tuple[int, int, date]]:
    """Every possible date of a text without full-width signs, with the places of its first sign and behind its last one, in order."""
    found: list[tuple[int, int, date]] = []
    for match in _WRITTEN.finditer(flat):
        _keep(found, match.span(), int(match["y"]), int(match["m"] or match["m2"]), int(match["d"] or match["d2"]))
    for match in _HAN.finditer(flat):
        year = int("".join(str(_DIGITS[sign]) for sign in match["y"]))
        _keep(found, match.span(), year, _number(match["m"]), _number(match["d"]))
    return sorted(found)


def _keep(found: list[tuple[int, int, date]], place: tuple[int, int], year: int, month: int, day: int) -> None:
    try:
        found.append((*place, date(year, month, day)))
    except ValueError:
        return  # no such day: a number that looks like a date


def _number(written: str) -> int:
    """三 3, 十 10, 十二 12, 二十 20, 廿五 25, 三十一 31."""
    written = written.replace("廿", "二十").replace("卅", "三十")
    tens, ten, ones = written.rpartition("十")
    return (_DIGITS.get(tens, 1) * 10 if ten else 0) + _DIGITS.get(ones, 0)
