"""Money: rounding, the two printed forms 1,234.56 and 大写, and the equal shares of a sum. Everything is Decimal, in CNY."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

from casefiles.rules.refusal import Refused

CENT = Decimal("0.01")
ZERO = Decimal("0.00")
DIGITS = "零壹贰叁肆伍陆柒捌玖"
PLACES = ("", "拾", "佰", "仟")
HIGHEST = Decimal(10) ** 16


def cents(amount: Decimal) -> Decimal:
    """An amount rounded to 0.01, half up, as every displayed segment is."""
    return amount.quantize(CENT, ROUND_HALF_UP)


def plain(amount: Decimal) -> str:
    """`750000.00`: the form of data files."""
    return f"{cents(amount):f}"


def money(amount: Decimal) -> str:
    """`750,000.00`: the form on papers and pages."""
    return f"{cents(amount):,.2f}"


def percent(rate: Decimal, least: int = 0, most: int | None = None) -> str:
    """A fraction as percent: rounded half up to `most` decimals, zeros stripped down to `least` (calculators.yaml, display)."""
    value = rate * 100
    if most is not None:
        value = value.quantize(Decimal(1).scaleb(-most), ROUND_HALF_UP)
    whole, _, tail = f"{value:f}".partition(".")
    tail = tail.rstrip("0").ljust(least, "0")
    return f"{whole}.{tail}%" if tail else f"{whole}%"


def _group_in_words(group: int) -> str:
    """Four digits, without leading or trailing 零."""
    words, skipped = "", False
    for place in (3, 2, 1, 0):
        digit = group // 10**place % 10
        if digit == 0:
            skipped = bool(words)
            continue
        words += ("零" if skipped else "") + DIGITS[digit] + PLACES[place]
        skipped = False
    return words


def _whole_in_words(whole: int, units: Sequence[str]) -> str:
    """Groups of four from the right with their units; one 零 where a place or a whole group is skipped."""
    words, skipped = "", False
    for index in range(len(units) - 1, -1, -1):
        group = whole // 10000**index % 10000
        if group == 0:
            skipped = bool(words)
            continue
        if words and (skipped or group < 1000):
            words += "零"
        words += _group_in_words(group) + units[index]
        skipped = False
    return words


def in_words(amount: Decimal) -> str:
    """人民币大写 of an amount from 0.00 to below 10^16, without the prefix 人民币.

    One 零 where a digit or a group is skipped, none before a full group; 整 where there is no 分; above 亿 the group is written with 万
    (壹万贰仟亿). Refuses a negative amount (negative_amount). Source: calculators.yaml, rmb_uppercase.
    """
    if amount < 0:
        raise Refused("negative_amount", str(amount))
    if cents(amount) >= HIGHEST:
        raise Refused("amount_too_high", f"{amount} is not below 10^16")
    total = int(cents(amount) * 100)
    whole, jiao, fen = total // 100, total // 10 % 10, total % 10
    above, below = divmod(whole, 10**8)
    words = _whole_in_words(above, ("", "万")) + "亿" if above else ""
    if below:
        words += ("零" if above and below < 10**7 else "") + _whole_in_words(below, ("", "万"))
    if words:
        words += "元"
    if not jiao and not fen:
        return (words or "零元") + "整"
    if jiao:
        words += DIGITS[jiao] + "角"
    elif words:
        words += "零"
    return words + (DIGITS[fen] + "分" if fen else "整")


def spelled(amount: Decimal) -> str | None:
    """`in_words`, or None where the amount cannot be written so."""
    try:
        return in_words(amount)
    except Refused:
        return None


def pro_rata(amount: Decimal, parts: Sequence[Decimal]) -> tuple[Decimal, ...]:
    """An amount spread in proportion to `parts`, in cents, no share above its part; what rounding leaves goes to the last that can take it."""
    total = sum(parts, ZERO)
    if amount >= total:
        return tuple(parts)
    shares = [min(part, (amount * part / total).quantize(CENT, rounding="ROUND_DOWN")) for part in parts]
    left = amount - sum(shares, ZERO)
    for index in range(len(shares) - 1, -1, -1):
        more = min(left, parts[index] - shares[index])
        shares[index] += more
        left -= more
    return tuple(shares)
