"""Between the texts of a form and a value of the case file. A text's name is its place: `judgment.items.0.amount`.

A row of a list says that it is there by a text of its own (`judgment.items.0`), so that a row added empty stays. What cannot be read
is told with its place and left out of the value; nothing typed is lost, because the form is drawn from the texts.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterator, Mapping
from decimal import Decimal
from typing import Any

from casefiles.law import Words
from casefiles.law.days import day_of
from casefiles.revise.sections import LENGTHS, LONGEST, Shape
from casefiles.rules.sums import NoSum, written_sum

Texts = dict[str, str]
Reasons = dict[str, Words]
NEW_PAPER = "+"  # chosen instead of a document: the paper is not on file yet
ROW = "1"
MOST_ROWS = 500
RATE = re.compile(r"(万分之|千分之|百分之)?(\d{1,12}(?:\.\d{1,12})?)(%|‰)?", re.ASCII)
PARTS_OF = {"万分之": 10_000, "千分之": 1000, "百分之": 100, "%": 100, "‰": 1000}
DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?", re.ASCII)
PERIOD = re.compile(r"(\d{1,3}) ?(?:个?(月)|(年)|(months?)|(years?))", re.ASCII)
UNTIL = re.compile(r"(?:until|至|到) ?(\d{4}-\d{2}-\d{2})止?", re.ASCII)
PAID_OFF = "until the debt is fully repaid"
PAID_OFF_ZH = "主债务清偿完毕"
KNOWN_FLAGS = {"true": True, "false": False}
LIKE = {
    "money": Words("这不是金额，格式如 1,234.50。", "This is no sum of money; write it like 1,234.50."),
    "rate": Words("这不是利率，请写小数或百分数：0.00015、0.015%、万分之1.5。", "This is no rate; write a fraction or a percentage: 0.00015 or 0.015%."),
    "date": Words("没有这个日期（1900 至 2200 年），格式如 2026-03-15。", "This is no day of the calendar (1900 to 2200); write it like 2026-03-15."),
    "number": Words("这不是整数，请只写数字，如 30。", "This is no whole number; write digits only, like 30."),
    "uscc": Words("统一社会信用代码为 18 位数字和大写字母。", "A unified social credit code has 18 digits and capital letters."),
    "choice": Words("请从列表中选择。", "Choose one of the list."),
    "flag": Words("请选择“是”或“否”。", "Choose yes or no."),
    "period": Words(
        "请写“6个月”“2年”“至2027-03-01”或“至主债务清偿完毕”。", "Write “6 months”, “2 years”, “until 2027-03-01” or “until the debt is fully repaid”."
    ),
}


def texts_of(shape: Shape, value: Any, path: str = "") -> Texts:
    """A value as the texts of its form."""
    if value is None:
        return {}
    if shape.kind == "record":
        return {at: text for part in shape.parts for at, text in texts_of(part, value.get(part.key), _at(path, part.key)).items()}
    if shape.kind == "records":
        rows = {f"{path}.{number}": ROW for number in range(len(value))}
        inner = (texts_of(_row(shape), entry, f"{path}.{number}") for number, entry in enumerate(value))
        return rows | {at: text for texts in inner for at, text in texts.items()}
    if shape.kind == "sums":
        return {f"{path}.{key}": str(amount) for key, amount in value.items()}
    if shape.kind == "texts":
        return {path: "\n".join(value)}
    return {path: str(value).lower() if shape.kind == "flag" else str(value)}


def in_order(shape: Shape, texts: Mapping[str, str], *, without: Collection[str] = (), path: str = "") -> Texts:
    """The texts that belong to a shape, the rows of every list counted from 0 again; the rows `without` are left out."""
    if shape.kind == "record":
        return {at: text for part in shape.parts for at, text in in_order(part, texts, without=without, path=_at(path, part.key)).items()}
    if shape.kind == "sums":
        return {at: text for at, text in texts.items() if at.startswith(f"{path}.")}
    if shape.kind != "records":
        return {path: texts[path]} if path in texts else {}
    kept = [number for number in row_numbers(texts, path) if f"{path}.{number}" not in without]
    ordered: Texts = {}
    for new, old in enumerate(kept):
        inner = in_order(_row(shape), texts, path=f"{path}.{old}")
        ordered |= {f"{path}.{new}": ROW} | {f"{path}.{new}{at.removeprefix(f'{path}.{old}')}": text for at, text in inner.items()}
    return ordered


def row_numbers(texts: Mapping[str, str], path: str) -> list[int]:
    """The rows of a list that stand in a form."""
    heads = {at.removeprefix(f"{path}.").partition(".")[0] for at in texts if at.startswith(f"{path}.")}
    return sorted(int(head) for head in heads if head.isascii() and head.isdecimal() and len(head) < 6)


def filled_rows(shape: Shape, texts: Texts) -> Texts:
    """The texts without rows in which nothing was entered."""
    lists = list(walk_records(shape))
    said = [at for at, text in texts.items() if text.strip()]
    rows = [(at, part.count(".") + 2) for part in lists for at in said if at.startswith(f"{part}.")]
    filled = {".".join(at.split(".")[:depth]) for at, depth in rows if at.count(".") >= depth}
    empty = {f"{part}.{number}" for part in lists for number in row_numbers(texts, part)} - filled
    return in_order(shape, texts, without=empty)


def walk_records(shape: Shape, path: str = "") -> Iterator[str]:
    """The places of the lists in a form; none stands inside another."""
    for part in shape.parts:
        at = _at(path, part.key)
        if part.kind == "records":
            yield at
        elif part.kind == "record":
            yield from walk_records(part, at)


def value_of(shape: Shape, texts: Mapping[str, str], path: str = "") -> tuple[Any, Reasons]:
    """The value that the texts say, None for nothing; and what could not be read, by place."""
    if shape.kind == "record":
        inner = {part.key: value_of(part, texts, _at(path, part.key)) for part in shape.parts}
        return {key: value for key, (value, _) in inner.items() if value is not None} or None, _joined(inner.values())
    if shape.kind == "records":
        rows = [value_of(_row(shape), texts, f"{path}.{number}") for number in row_numbers(texts, path)]
        return [value or {} for value, _ in rows] or None, _joined(rows)
    if shape.kind == "sums":
        sums = {at.removeprefix(f"{path}."): _one("money", "claim.sum", text, at) for at, text in texts.items() if at.startswith(f"{path}.")}
        return {key: value for key, (value, _) in sums.items() if value is not None} or None, _joined(sums.values())
    return _one(shape.kind, shape.name, texts.get(path, ""), path, shape.choices)


def _joined(found: Any) -> Reasons:
    return {at: words for _, reasons in found for at, words in reasons.items()}


def _one(kind: str, name: str, text: str, path: str, choices: tuple[str, ...] = ()) -> tuple[Any, Reasons]:
    text = text.strip()
    most = LENGTHS.get(name, LONGEST)
    if len(text) > most or "\0" in text:
        return None, {path: Words(f"最多 {most} 字，且不得含空字符。", f"At most {most} characters, and no NUL.")}
    if not text:
        return None, {}
    value = _typed(kind, text, choices)
    return value, {path: LIKE[kind]} if value is None else {}


def _typed(kind: str, text: str, choices: tuple[str, ...]) -> Any:
    """A text as what its kind says it is; None where it is not."""
    plain = unicodedata.normalize("NFKC", text)  # full-width digits, commas and signs of money
    if kind in READ:
        return READ[kind](plain)
    if kind == "choice":
        return text if text in choices else None
    if kind == "texts":
        return [line.strip() for line in text.splitlines() if line.strip()]
    return text.replace("\r\n", "\n")


def _number(plain: str) -> int | None:
    return int(plain) if plain.isascii() and plain.isdecimal() and len(plain) < 7 else None


def _uscc(plain: str) -> str | None:
    code = plain.replace(" ", "").upper()
    return code if re.fullmatch(r"[0-9A-Z]{18}", code) else None


def _money(plain: str) -> str | None:
    try:
        return written_sum(plain)
    except NoSum:
        return None


def _rate(plain: str) -> str | None:
    """A decimal fraction exactly as written; a percentage or 万分之 is divided, exactly."""
    found = RATE.fullmatch(plain.replace(" ", ""))
    if found is None or (found[1] and found[3]):
        return None
    unit = found[1] or found[3]
    if not unit:
        return found[2] if Decimal(found[2]) <= 1 else None  # 15 may mean 15 % or fifteenfold: the sign decides
    return f"{(Decimal(found[2]) / PARTS_OF[unit]).normalize():f}"


def _day(plain: str) -> str | None:
    found = DAY.fullmatch(plain.replace(" ", ""))
    try:
        return day_of("{:0>4}-{:0>2}-{:0>2}".format(*found.groups())).isoformat() if found else None
    except ValueError:
        return None


def _period(plain: str) -> str | None:
    if found := PERIOD.fullmatch(plain):
        return f"{int(found[1])} {'months' if found[2] or found[4] else 'years'}"
    if found := UNTIL.fullmatch(plain):
        day = _day(found[1])
        return day and f"until {day}"
    return PAID_OFF if plain == PAID_OFF or PAID_OFF_ZH in plain or "还清" in plain else None


def period_in_chinese(text: str) -> str:
    """An agreed guarantee period as a Chinese page writes it; another text stays."""
    if text == PAID_OFF:
        return f"至{PAID_OFF_ZH}"
    number, _, unit = text.partition(" ")
    return {"months": f"{number}个月", "years": f"{number}年"}.get(unit, f"至{unit}" if number == "until" else text)


READ: Mapping[str, Callable[[str], Any]] = {
    "money": _money, "rate": _rate, "date": _day, "number": _number, "uscc": _uscc, "period": _period, "flag": KNOWN_FLAGS.get,
}  # fmt: skip


def _row(shape: Shape) -> Shape:
    return Shape(shape.key, shape.owner, "record", parts=shape.parts)


def _at(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key
