"""Amounts, dates, rates and article numbers as Chinese court papers write them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

DIGITS = "零壹贰叁肆伍陆柒捌玖"
PLAIN_DIGITS = "零一二三四五六七八九"
CENT = Decimal("0.01")
HIGHEST = Decimal(10) ** 16


def yuan(amount: Decimal) -> str:
    """1,234.56 元."""
    return f"{amount:,.2f} 元"


def figures(amount: Decimal) -> str:
    """1,234.56, for cells under a heading that names the unit."""
    return f"{amount:,.2f}"


def day(when: date | str | None, unknown: str = "无") -> str:
    """2026年6月15日."""
    if when is None or when == "":
        return unknown
    known = date.fromisoformat(when) if isinstance(when, str) else when
    return f"{known.year}年{known.month}月{known.day}日"


def in_words(amount: Decimal) -> str:
    """人民币大写 without the prefix; 整 where there is no 分. Raises ValueError for negative amounts, parts of a 分 and 10^16 and more."""
    if amount < 0 or amount >= HIGHEST or amount != amount.quantize(CENT):
        raise ValueError(f"{amount} cannot be written in words: it must be whole 分, not negative and below 10^16.")
    units, cents = divmod(int(amount * 100), 100)
    jiao, fen = divmod(cents, 10)
    words = f"{_groups(units)}元" if units else ""
    if not cents:
        return f"{words or '零元'}整"
    words += f"{DIGITS[jiao]}角" if jiao else ("零" if units else "")
    return words + (f"{DIGITS[fen]}分" if fen else "整")


def _groups(number: int) -> str:
    """A whole number above zero, in groups of four; a skipped place or group leaves one 零."""
    high, low = divmod(number, 10**8)
    if high:
        return f"{_groups(high)}亿" + (("零" if low < 10**7 else "") + _groups(low) if low else "")
    high, low = divmod(number, 10**4)
    if high:
        return f"{_four(high)}万" + (("零" if low < 1000 else "") + _four(low) if low else "")
    return _four(low)


def _four(number: int, digits: str = DIGITS, units: str = "仟佰拾") -> str:
    words, skipped = "", False
    for place, unit in zip((1000, 100, 10, 1), (*units, ""), strict=True):
        digit = number // place % 10
        if digit:
            words += ("零" if skipped and words else "") + digits[digit] + unit
        skipped = not digit
    return words.replace("零零", "零")


def chinese_number(number: int) -> str:
    """五百零九, 十二: as articles, groups and copies are counted; 1 to 9999."""
    words = _four(number, PLAIN_DIGITS, "千百十")
    return words[1:] if words.startswith("一十") else words


def article(number: int) -> str:
    """第五百零九条."""
    return f"第{chinese_number(number)}条"


def percent(rate: Decimal) -> str:
    """0.05325 -> 5.325%."""
    return f"{(rate * 100).normalize():f}%"


def daily_rate(rate: Decimal) -> str:
    """日万分之一点五; from one in a thousand on 日千分之."""
    whole, unit = (rate * 1000, "千") if rate >= Decimal("0.001") else (rate * 10000, "万")
    written = f"{whole.normalize():f}"
    before, _, after = written.partition(".")
    words = chinese_number(int(before)) if int(before) else "零"
    return f"日{unit}分之{words}" + (f"点{''.join(PLAIN_DIGITS[int(sign)] for sign in after)}" if after else "")


def listed(items: list[str] | tuple[str, ...]) -> str:
    """甲、乙、丙."""
    return "、".join(items)
