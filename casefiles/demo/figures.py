"""How figures and days are written on Chinese papers."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from casefiles.rules import amounts

CENT = Decimal("0.01")
VAT = Decimal("0.13")  # 《增值税暂行条例》第2条, rate for goods since 2019-04-01
DIGITS = "零一二三四五六七八九"


def money(amount: Decimal | str) -> str:
    """1,286,000.00, also from the text of a case file."""
    return amounts.money(Decimal(amount))


def in_words(amount: Decimal | str) -> str:
    """柒拾伍万元整, also from the text of a case file."""
    return amounts.in_words(Decimal(amount))


def zh_date(day: str) -> str:
    """2024年3月1日 from an ISO date."""
    found = date.fromisoformat(day)
    return f"{found.year}年{found.month}月{found.day}日"


def solemn_date(day: str) -> str:
    """二〇二二年七月十五日, as courts date their papers, from an ISO date."""
    found = date.fromisoformat(day)
    year = "".join("〇" if digit == "0" else DIGITS[int(digit)] for digit in str(found.year))
    return f"{year}年{count(found.month)}月{count(found.day)}日"


def count(number: int) -> str:
    """A number from 1 to 99 in plain characters: 十五."""
    tens, ones = divmod(number, 10)
    return (("" if tens == 1 else DIGITS[tens]) + "十" if tens else "") + (DIGITS[ones] if ones else "")


def days_after(day: str, days: int) -> str:
    """The ISO date so many days later."""
    return (date.fromisoformat(day) + timedelta(days=days)).isoformat()


def daily_rate(rate: str) -> str:
    """日万分之一点五 from '0.00015'."""
    whole, _, part = f"{(Decimal(rate) * 10000).normalize():f}".partition(".")
    words = "".join(DIGITS[int(digit)] for digit in whole)
    return "日万分之" + words + ("点" + "".join(DIGITS[int(digit)] for digit in part) if part else "")


def without_tax(amount: Decimal) -> tuple[Decimal, Decimal]:
    """Price without tax and the tax in it, both to the cent; their sum is the amount."""
    net = (amount / (1 + VAT)).quantize(CENT, ROUND_HALF_UP)
    return net, amount - net
