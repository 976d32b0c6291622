"""A sum of money as people type it on a telephone: 125,000.00, ¥125000, 12.5万, １２.５万元, 1.2亿. Exact; in CNY."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

from casefiles.rules.amounts import HIGHEST

UNITS = {"": Decimal(1), "万": Decimal(10**4), "萬": Decimal(10**4), "亿": Decimal(10**8), "億": Decimal(10**8)}
SUM = re.compile(r"(?:人民币|rmb|cny|¥)?(\d{1,3}(?:,\d{3})+|\d{1,16})(?:\.(\d{1,10}))?([万萬亿億]?)[元圆]?整?", re.ASCII | re.IGNORECASE)
WRITTEN = re.compile(r"(\d{1,3}(?:,\d{3})+|\d{1,16})(?:\.(\d{1,2}))?", re.ASCII)  # a comma only where it groups: 12,34 is refused, not read as 1234


class NoSum(ValueError):
    """A text is no sum; `code` says why: not_a_sum, part_of_a_cent, amount_not_positive, amount_too_high."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(f"{code}: {text[:60]}")
        self.code = code


def written_sum(text: str) -> str:
    """A sum of a form (1,250,000 or 80000.5, also 0) as data files write it: 1250000.00. NoSum for anything else, for parts of a cent, for 10^16 and more."""
    found = WRITTEN.fullmatch(text.removeprefix("¥").removesuffix("元").strip())
    if found is None or len(found[1].replace(",", "")) > 16:
        raise NoSum("not_a_sum", text)
    return f"{int(found[1].replace(',', ''))}.{found[2] or '':0<2}"


def read_sum(text: str) -> Decimal:
    """The sum with two decimals. A comma only where it groups thousands: 12,34 is refused, not read as 1234.

    NoSum for anything else, for a part of a cent, for zero, and for 10^16 and more.
    """
    found = SUM.fullmatch(re.sub(r"\s", "", unicodedata.normalize("NFKC", text)))
    if found is None:
        raise NoSum("not_a_sum", text)
    amount = Decimal(f"{found[1].replace(',', '')}.{found[2] or '0'}") * UNITS[found[3]]
    exact = amount.quantize(Decimal("0.01"))
    if exact != amount:
        raise NoSum("part_of_a_cent", text)
    if exact <= 0:
        raise NoSum("amount_not_positive", text)
    if exact >= HIGHEST:
        raise NoSum("amount_too_high", text)
    return exact
