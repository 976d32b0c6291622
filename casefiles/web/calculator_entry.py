"""How people write rates and periods, put into the form the calculators read: 万分之五, 5‰, 两年, 至2027-03-31.

What is not recognised passes unchanged, so that the calculator's own sentence names it.
"""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal, InvalidOperation

DIGITS = str.maketrans("零〇一二两三四五六七八九点", "001223456789.")
PARTS_OF = {"百": Decimal(100), "千": Decimal(1000), "万": Decimal(10000)}
RATE_IN_WORDS = re.compile(r"(?:每?日|每?年)?([百千万])分?之?([零〇一二两三四五六七八九点\d.]+)")
PER_MILLE = re.compile(r"(\d+(?:\.\d+)?)([‰‱])")
PERIOD = re.compile(r"([一二两三四五六七八九\d]+)(年|个月)")
UNTIL = re.compile(r"(?:至|到)(\d{4}-\d{2}-\d{2})(?:止)?")
REPAID = re.compile(r"(?:至|到|直到|直至).*(?:清偿|还清|付清|履行完毕).*")


def rate(typed: str) -> str:
    """0.0005 from 万分之五, 万五 or 0.5‰; the Chinese numeral is a run of single digits with 点."""
    text = unicodedata.normalize("NFKC", typed).strip()
    if found := RATE_IN_WORDS.fullmatch(text):
        return _share(found[2].translate(DIGITS), PARTS_OF[found[1]]) or typed
    if found := PER_MILLE.fullmatch(text):
        return _share(found[1], Decimal(1000 if found[2] == "‰" else 10000)) or typed
    return typed


def _share(number: str, parts: Decimal) -> str:
    try:
        return f"{(Decimal(number) / parts).normalize():f}"
    except InvalidOperation:
        return ""


def period(typed: str) -> str:
    """`2 years`, `24 months`, `until 2027-03-31` or `until the debt is fully repaid` from the Chinese of a guarantee clause."""
    text = unicodedata.normalize("NFKC", typed).strip()
    if found := PERIOD.fullmatch(text):
        number = found[1].translate(DIGITS)
        return f"{number} {'years' if found[2] == '年' else 'months'}"
    if found := UNTIL.fullmatch(text):
        return f"until {found[1]}"
    return "until the debt is fully repaid" if REPAID.fullmatch(text) else typed
