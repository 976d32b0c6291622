"""What a calculator is given: its fields, read from JSON values into Decimal, date and whole numbers, with a sentence for every bad one.

Money and rates are strings; a whole JSON number is taken, one with a fraction is refused, because it is no longer exact. Nothing is guessed.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from casefiles.law import Words
from casefiles.rules.amounts import HIGHEST, cents
from casefiles.rules.refusal import Refused

Kind = Literal["money", "rate", "date", "text", "choice", "number", "payments", "flag", "amounts"]
PARTS = ("costs", "interest", "principal")  # the keys of a field of kind "amounts"
PAYMENT_KEYS = ("date", "amount")
FIRST_YEAR, LAST_YEAR = 1949, 2200
MOST_PAYMENTS = 1000
LONGEST_TEXT = 200
HIGHEST_RATE = Decimal(10)  # 1,000 % a year
AMOUNT = re.compile(r"-?(\d+|\d{1,3}(,\d{3})+)(\.\d+)?")
RATE = re.compile(r"-?\d+(\.\d+)?%?")
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class BadInput(ValueError):
    """A value that is missing or cannot be read; `key` names it, `zh` and `en` say what is wrong and what to write."""

    def __init__(self, key: str, zh: str, en: str) -> None:
        super().__init__(f"{key}: {en}")
        self.key, self.zh, self.en = key, zh, en


@dataclass(frozen=True)
class Field:
    """One value a calculator is given. `choices` for kind choice; `least` and `most` for kind number."""

    name: str
    label: Words
    kind: Kind
    required: bool = True
    choices: tuple[str, ...] = ()
    help: Words | None = None
    least: int = 0
    most: int = 100_000


def _shown(value: Any) -> str:
    text = repr(value) if isinstance(value, str) else str(value)
    return text if len(text) <= 40 else f"{text[:40]}…"


def _text_of(value: Any, key: str, what: Words, like: str) -> str:
    """The characters of a money or rate value; refuses fractions given as JSON numbers."""
    if isinstance(value, float):
        raise BadInput(
            key,
            f"{_shown(value)} 是带小数的 JSON 数字，已不精确；请写成字符串，如 {like}",
            f"{_shown(value)} is a JSON number with a fraction and no longer exact; write it as a string, like {like}",
        )
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise BadInput(key, f"{_shown(value)} 不是{what.zh}；请写成 {like}", f"{_shown(value)} is no {what.en}; write it like {like}")
    return unicodedata.normalize("NFKC", str(value)).strip() if isinstance(value, int) or len(value) <= LONGEST_TEXT else ""


def read_money(value: Any, key: str) -> Decimal:
    """CNY with at most two decimals, below 10^16."""
    text = _text_of(value, key, Words("金额", "amount"), '"1234.50"')
    if not AMOUNT.fullmatch(text):
        raise BadInput(key, f'{_shown(value)} 不是金额；请写成 "1234.50"', f'{_shown(value)} is no amount; write it like "1234.50"')
    amount = Decimal(text.replace(",", ""))
    if abs(amount) >= HIGHEST:
        raise BadInput(key, f"{_shown(value)} 过大：金额须小于10的16次方", f"{_shown(value)} is too large: amounts must be below 10^16")
    if cents(amount) != amount:
        raise BadInput(key, f"{_shown(value)} 的小数多于两位", f"{_shown(value)} has more than two decimals")
    return amount


def read_rate(value: Any, key: str) -> Decimal:
    """A rate as a fraction, from "0.12" or "12%"; 1 or more needs the percent sign."""
    text = _text_of(value, key, Words("利率", "rate"), '"0.12" / "12%"')
    if not RATE.fullmatch(text):
        raise BadInput(key, f'{_shown(value)} 不是利率；请写成 "0.12" 或 "12%"', f'{_shown(value)} is no rate; write it like "0.12" or "12%"')
    rate = Decimal(text.rstrip("%")) / (100 if text.endswith("%") else 1)
    if rate < 0:
        raise BadInput(key, f"{_shown(value)} 为负：利率不得为负", f"{_shown(value)} is negative; a rate must not be")
    if rate >= 1 and not text.endswith("%"):
        raise BadInput(
            key,
            f'{_shown(value)} 含义不明：请写成小数（如 "0.12"）或加百分号（如 "12%"）',
            f'{_shown(value)} may mean two things: write a fraction like "0.12", or a percent sign like "12%"',
        )
    if rate > HIGHEST_RATE:
        raise BadInput(key, f"{_shown(value)} 过高：不得超过1000%", f"{_shown(value)} is too high: at most 1000%")
    return rate


def read_day(value: Any, key: str) -> date:
    """A day of the calendar from 1949 to 2200."""
    if isinstance(value, str) and DAY.fullmatch(value.strip()):
        try:
            day = date.fromisoformat(value.strip())
        except ValueError:
            raise BadInput(key, f"日历中没有 {value} 这一天", f"{value} is no day of the calendar") from None
        if FIRST_YEAR <= day.year <= LAST_YEAR:
            return day
        raise BadInput(key, f"{value} 超出范围：{FIRST_YEAR}年至{LAST_YEAR}年", f"{value} is out of range: years {FIRST_YEAR} to {LAST_YEAR}")
    raise BadInput(key, f'{_shown(value)} 不是日期；请写成 "2026-06-15"', f'{_shown(value)} is no date; write it like "2026-06-15"')


def _choice(value: Any, field: Field) -> str:
    text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    if text not in field.choices:
        known = ", ".join(field.choices)
        raise BadInput(field.name, f"{_shown(value)} 不在可选值中：{known}", f"{_shown(value)} is none of: {known}")
    return str(text)


def _number(value: Any, field: Field) -> int:
    text = str(value).strip() if isinstance(value, int | str) and not isinstance(value, bool) else ""
    if not re.fullmatch(r"-?\d{1,9}", text, re.ASCII):
        raise BadInput(field.name, f"{_shown(value)} 不是整数", f"{_shown(value)} is no whole number")
    if not field.least <= int(text) <= field.most:
        raise BadInput(field.name, f"{text} 须在 {field.least} 至 {field.most} 之间", f"{text} must lie between {field.least} and {field.most}")
    return int(text)


def _flag(value: Any, field: Field) -> bool:
    known = {"true": True, "false": False}
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in known:
        return known[value.lower()]
    raise BadInput(field.name, f"{_shown(value)} 须为 true 或 false", f"{_shown(value)} must be true or false")


def _text(value: Any, field: Field) -> str:
    if not isinstance(value, str):
        raise BadInput(field.name, f"{_shown(value)} 不是文字", f"{_shown(value)} is no text")
    if len(value) > LONGEST_TEXT:
        raise BadInput(field.name, f"超过 {LONGEST_TEXT} 个字符", f"has more than {LONGEST_TEXT} characters")
    return value


def _payments(value: Any, field: Field) -> tuple[tuple[date, Decimal], ...]:
    if not isinstance(value, list):
        example = '[{"date": "2026-06-15", "amount": "1000.00"}]'
        raise BadInput(field.name, f"须为列表，如 {example}", f"must be a list, like {example}")
    if len(value) > MOST_PAYMENTS:
        raise BadInput(field.name, f"付款多于 {MOST_PAYMENTS} 笔", f"has more than {MOST_PAYMENTS} payments")
    read = []
    for index, row in enumerate(value):
        place = f"{field.name}[{index}]"
        if not isinstance(row, Mapping):
            raise BadInput(place, '须含 "date" 与 "amount"', 'must have "date" and "amount"')
        day, amount = (_needed(row, key, f"{place}.{key}") for key in PAYMENT_KEYS)
        read.append((read_day(day, f"{place}.date"), _not_negative(read_money(amount, f"{place}.amount"), f"{place}.amount")))
    return tuple(read)


def _amounts(value: Any, field: Field) -> dict[str, Decimal]:
    if not isinstance(value, Mapping):
        raise BadInput(field.name, f"须含 {'、'.join(PARTS)}", f"must have {', '.join(PARTS)}")
    return {part: _not_negative(read_money(_needed(value, part, f"{field.name}.{part}"), f"{field.name}.{part}"), f"{field.name}.{part}") for part in PARTS}


def _needed(row: Mapping[str, Any], key: str, place: str) -> Any:
    if row.get(key) is None or row[key] == "":
        raise BadInput(place, "缺少此项", "is missing")
    return row[key]


def _not_negative(amount: Decimal, place: str) -> Decimal:
    if amount < 0:
        raise Refused("negative_amount", f"{place}: {amount}")
    return amount


READERS: Mapping[str, Callable[[Any, Field], Any]] = {
    "money": lambda value, field: read_money(value, field.name),
    "rate": lambda value, field: read_rate(value, field.name),
    "date": lambda value, field: read_day(value, field.name),
    "text": _text,
    "choice": _choice,
    "number": _number,
    "payments": _payments,
    "flag": _flag,
    "amounts": _amounts,
}


def read_fields(fields: Sequence[Field], given: Mapping[str, Any]) -> dict[str, Any]:
    """The typed values of the fields that were given; absent (null, or empty where a text may be left out) ones are not in the answer.

    Raises BadInput for the first missing or unreadable one, Refused (negative_amount) for a negative part or payment.
    """
    read: dict[str, Any] = {}
    for field in fields:
        value = given.get(field.name)
        if value is None or (value == "" and field.kind != "text"):
            if field.required:
                raise BadInput(field.name, "缺少此项", "is missing")
            continue
        read[field.name] = READERS[field.kind](value, field)
    return read


def refuse_not_a_number(given: Mapping[str, Any]) -> None:
    """NaN and Infinity stand in no JSON; they are refused wherever they are, also under a key nobody reads."""
    waiting: list[tuple[str, Any]] = [(str(key), value) for key, value in given.items()]
    while waiting:
        key, value = waiting.pop()
        if isinstance(value, float) and not math.isfinite(value):
            raise BadInput(key, f"{value} 不是数", f"{value} is no number")
        if isinstance(value, Mapping):
            waiting += [(f"{key}.{inner}", part) for inner, part in value.items()]
        elif isinstance(value, list):
            waiting += [(f"{key}[{index}]", part) for index, part in enumerate(value)]


def unknown_keys(fields: Sequence[Field], given: Mapping[str, Any], known: frozenset[str]) -> Iterator[str]:
    """The keys, also those inside payments and amounts, that nothing here reads."""
    kinds = {field.name: field.kind for field in fields}
    for key, value in given.items():
        if key not in kinds:
            if key not in known:
                yield str(key)
        elif kinds[key] == "payments" and isinstance(value, list):
            yield from (f"{key}[{i}].{inner}" for i, row in enumerate(value) if isinstance(row, Mapping) for inner in row if inner not in PAYMENT_KEYS)
        elif kinds[key] == "amounts" and isinstance(value, Mapping):
            yield from (f"{key}.{inner}" for inner in value if inner not in PARTS)
