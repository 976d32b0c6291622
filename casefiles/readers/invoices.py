"""The fields of a Chinese VAT invoice: the fully digital one (数电票, 20-digit number) and the older electronic one (code and 8-digit number).

A field is given only where the file is certain of it: numbers have their length, codes of companies their check digit (GB 32100), the total
is net and tax together and agrees with the sum in words where one is written. What two places of a file say differently is left out.
Values are text: dates as 2024-03-01, amounts as plain decimals (-318.00 of a red-letter invoice 红字发票).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from decimal import Decimal, InvalidOperation

from casefiles.rules import uscc
from casefiles.rules.amounts import plain, spelled

FIELDS = (
    "invoice_no", "invoice_code", "issued_on", "buyer", "buyer_uscc", "seller", "seller_uscc", "amount_excl_tax", "tax", "amount", "kind",
)  # fmt: skip
AMOUNTS = ("amount_excl_tax", "tax", "amount")
LONGEST_TEXT = 200_000  # characters: an invoice with its list of goods has some thousand
LABELS = {
    "发票号码": "invoice_no", "数电票号码": "invoice_no", "发票代码": "invoice_code", "开票日期": "issued_on", "购买方名称": "buyer", "销售方名称": "seller",
    "购买方纳税人识别号": "buyer_uscc", "销售方纳税人识别号": "seller_uscc", "合计金额": "amount_excl_tax", "合计税额": "tax", "价税合计": "amount",
}  # fmt: skip


_SHAPES = {"invoice_no": re.compile(r"\d{8}|\d{20}"), "invoice_code": re.compile(r"\d{10}|\d{12}")}


def _spaced(label: str) -> str:
    """A label whose signs may stand apart (名 称)."""
    return r"\s{0,8}".join(label)


_MONEY = r"-?\s?¥?\s?-?\d[\d,]{0,18}\.\d{2}(?!\d)"
_NUMBER = re.compile(rf"{_spaced('发票号码')}\s*+(?::\s*+)?(\d{{20}}|\d{{8}})(?!\d)")
_TWENTY = re.compile(r"(?<!\d)\d{20}(?!\d)")
_CODE = re.compile(rf"{_spaced('发票代码')}\s*+(?::\s*+)?(\d{{12}}|\d{{10}})(?!\d)")
_DATE = re.compile(rf"{_spaced('开票日期')}\s*+(?::\s*+)?(20\d\d\s?[-年/.]\s?\d{{1,2}}\s?[-月/.]\s?\d{{1,2}})")
_NAME = re.compile(r"名\s{0,8}称\s*:[ \t]*(?=([^\n]{0,200}))")  # two may stand on a line
_TAX_NUMBER = re.compile(rf"{_spaced('纳税人识别号')}\s*:[ \t]*([0-9A-Z]*)")
_TOTAL = re.compile(rf"\(\s?小\s?写\s?\)\s*({_MONEY})")
_NET_AND_TAX = re.compile(rf"(?<!税)(?<!税 )合\s{{0,8}}计\s+({_MONEY})\s+({_MONEY})")
_IN_WORDS = re.compile(r"[零壹贰叁肆伍陆柒捌玖拾佰仟万亿]{1,30}[圆元][零壹贰叁肆伍陆柒捌玖角分整正]{0,6}")
_KIND = re.compile(r"电子发票\s?\([^()\n]{2,14}\)|增值税(?:电子)?(?:普通|专用)发票")
_PARTY = re.compile(r"(?<![\u4e00-\u9fff])(购|销)\s*(?:[买售]\s*方|(?=名))")
_DAY = re.compile(r"\s*(20\d\d)\s?[-年/.]?\s?(\d{1,2})\s?[-月/.]?\s?(\d{1,2})")
_NEXT_LABEL = re.compile(r"(?<!\s)\s++(?:[购销]\s|[购销]?\s?(?:名\s*称|统一社会|纳税人)|密\s*码|备\s*注)|(?<!\s)\s++[购销买售方密码区信息]\s*$")


def fields_of(pages_text: str) -> dict[str, str]:
    """The fields of the one invoice that a text is, its lines in the order of the page; {} for anything else and for several invoices."""
    text = unicodedata.normalize("NFKC", pages_text[:LONGEST_TEXT])
    if "发票" not in text:
        return {}
    found = set(_NUMBER.findall(text)) or set(_TWENTY.findall(text) if re.search(_spaced("发票号码"), text) else ())
    if len(found) != 1:
        return {}
    raw = {"invoice_no": found.pop(), **_parties(text), **_amounts(text)}
    for name, pattern in (("invoice_code", _CODE), ("issued_on", _DATE)):
        if len(said := set(pattern.findall(text))) == 1:
            raw[name] = said.pop()
    if (kind := _KIND.search(text)) is not None:
        raw["kind"] = kind[0]
    fields = checked(raw)
    return fields if "amount" in fields or "issued_on" in fields else {}


def of_labels(said: Mapping[str, str]) -> dict[str, str]:
    """The fields of a table of Chinese names, as an OFD invoice holds one."""
    return checked({LABELS[name]: value for name, value in said.items() if name in LABELS})


def _parties(text: str) -> dict[str, str]:
    """Buyer and seller: the form has the buyer above or left of the seller; where both sides are named, their names decide."""
    names = list(_NAME.finditer(text))
    if len(names) != 2:
        return {}
    sides = [next((mark[1] for mark in reversed(list(_PARTY.finditer(text, 0, name.start() + 1)))), "") for name in names]
    order = ("seller", "buyer") if sides == ["销", "购"] else ("buyer", "seller")
    raw = {side: _name(match[1]) for side, match in zip(order, names, strict=True)}
    codes = [match[1] for match in _TAX_NUMBER.finditer(text)]
    return raw | ({f"{side}_uscc": code for side, code in zip(order, codes, strict=True)} if len(codes) == 2 else {})


def _name(written: str) -> str:
    """The name in what stands after its label on the line: up to the next label, the first word where that is a Chinese name."""
    value = _NEXT_LABEL.split(f"{written} ")[0].strip()
    first = value.partition(" ")[0]
    return first if sum(sign > "\u2fff" for sign in first) >= 4 else value


def _amounts(text: str) -> dict[str, str]:
    """Net, tax and total, where their sum or the sum in words bears the total out."""
    totals, rows = set(_TOTAL.findall(text)), set(_NET_AND_TAX.findall(text))
    total = decimal_of(totals.pop()) if len(totals) == 1 else None
    if total is None:
        return {}
    words = [_plain_words(found) for found in _IN_WORDS.findall(text)]
    if words and not in_words_agree(total, *words):
        return {}
    net, tax = map(decimal_of, rows.pop()) if len(rows) == 1 else (None, None)
    if net is not None and tax is not None and net + tax == total:
        return {"amount_excl_tax": plain(net), "tax": plain(tax), "amount": plain(total)}
    return {"amount": plain(total)} if words and (net is None or tax is None) else {}


def in_words_agree(total: Decimal, *written: str) -> bool:
    """Whether one of the sums in words is the amount; a red-letter invoice writes the sum without its sign."""
    spoken = spelled(abs(total))
    return spoken is not None and _plain_words(spoken) in {_plain_words(words) for words in written}


def _plain_words(written: str) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", written)).replace("圆", "元").rstrip("整正").removesuffix("零")


def checked(raw: Mapping[str, str]) -> dict[str, str]:
    """What of the raw values can be so; the total is the sum of net and tax where only they are written."""
    fields = {}
    for name, value in raw.items():
        if name != "kind" and (kept := _checked(name, unicodedata.normalize("NFKC", value).strip())) is not None:
            fields[name] = kept
    return _with_kind(_summed(fields), raw.get("kind", ""))


def _checked(name: str, value: str) -> str | None:
    """One value in its stored form, None where it cannot be one."""
    if name in _SHAPES:
        return value if _SHAPES[name].fullmatch(value) else None
    if name in AMOUNTS:
        amount = decimal_of(value)
        return plain(amount) if amount is not None else None
    match name:
        case "issued_on":
            return _day(value)
        case "buyer_uscc" | "seller_uscc":
            return uscc.normal(value) if uscc.is_valid(value) and value.strip("0") else None
        case _:
            return value if 2 <= len(value) <= 100 and ":" not in value else None  # a name


def _day(value: str) -> str | None:
    with suppress(ValueError):
        if (said := _DAY.match(value)) is not None:
            return date(int(said[1]), int(said[2]), int(said[3])).isoformat()
    return None


def decimal_of(value: str) -> Decimal | None:
    """A written amount; None where it is none."""
    with suppress(InvalidOperation):
        amount = Decimal(re.sub(r"[\s,¥]", "", unicodedata.normalize("NFKC", value)))
        return amount if amount.is_finite() and abs(amount) < Decimal(10) ** 13 else None
    return None


def _summed(fields: dict[str, str]) -> dict[str, str]:
    held = {name: Decimal(fields[name]) for name in AMOUNTS if name in fields}
    if "amount_excl_tax" in held and "tax" in held:
        total = held["amount_excl_tax"] + held["tax"]  # 价税合计 is by its name the two together
        if held.get("amount", total) != total:
            return {name: value for name, value in fields.items() if name not in AMOUNTS}
        return fields | {"amount": plain(total)}
    return fields


def _with_kind(fields: dict[str, str], title: str) -> dict[str, str]:
    """`kind` in the words of documents.yaml, by what the title calls it, the form of its number and the sign of its total."""
    sort = next((sort for sort in ("专用", "普通") if sort in title), None)
    if fields.get("amount", "").startswith("-"):
        return fields | {"kind": "红字发票"}
    if sort is None or "invoice_no" not in fields:
        return fields
    return fields | {"kind": f"数电{sort[0]}票" if len(fields["invoice_no"]) == 20 else f"增值税{sort}发票"}


def differing(*sources: Mapping[str, str]) -> tuple[str, ...]:
    """The fields of which the places of one file say different things; its kind follows from others."""
    return tuple(name for name in FIELDS[:-1] if len({source[name] for source in sources if name in source}) > 1)


def agreed(*sources: Mapping[str, str]) -> dict[str, str]:
    """What several places of one file say together; {} where neither a number nor an amount is left."""
    fields = {}
    for name in FIELDS:
        said = {source[name] for source in sources if name in source}
        if len(said) == 1:
            fields[name] = said.pop()
    fields = _summed(fields) if "amount" in fields or not any("amount" in source for source in sources) else {
        name: value for name, value in fields.items() if name not in AMOUNTS
    }  # fmt: skip
    return fields if "invoice_no" in fields or "amount" in fields else {}
