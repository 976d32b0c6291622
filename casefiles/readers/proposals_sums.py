"""Sums of a paper: figures beside their label, borne out or contradicted by the sum in capitals (大写), and the fields of invoices."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from casefiles.readers.invoices import fields_of
from casefiles.readers.proposals_paper import Paper, Proposed, Sheet, best, labelled, words
from casefiles.rules.amounts import money, plain, spelled
from casefiles.rules.sums import NoSum, read_sum

IN_CAPITALS = frozenset({"amount", "total", "principal", "amount_demanded", "assigned_amount"})  # fields papers write in capitals too
CONTRADICTED = 35
NO_SUM = frozenset({"G1", "G9", "P", "I"})  # groups whose papers speak of many sums: only the plainest label counts
FIGURE = r"(?P<mark>¥ ?)?(?P<sum>\d{1,3}(?: ?, ?\d{3})+(?: ?\. ?\d{1,2})?|\d{1,12}(?:\. ?\d{1,2})?)(?![\d,]) ?(?P<unit>[万亿])?(?P<yuan>元|圆)?"
_NEAR = re.compile(r"[^0-9¥\n。]{0,12}" + FIGURE)  # after a word that also heads columns: on its line
_FAR = re.compile(r"[^0-9¥。]{0,44}" + FIGURE)  # after a word that speaks of a sum
_COLUMN = frozenset({"合计", "总计", "共计", "金额", "余额", "¥", "本金"})
_NO_MONEY = re.compile(r" ?(?:年|月|日|号|%|‰|个|台|件|吨|套|人|天|项|份|箱|-\d|/)")
_ROW = re.compile(r"合 ?计[^0-9¥]{0,6}¥? ?(?P<net>[\d,]+\.\d{2})\s+¥? ?(?P<tax>[\d,]+\.\d{2})(?!\d)")
CAPITALS = re.compile(r"[壹贰叁肆伍陆柒捌玖拾][零〇壹贰叁肆伍陆柒捌玖拾佰仟万亿 ]{0,40}[元圆](?:[ 零〇壹贰叁肆伍陆柒捌玖角分]{0,8}(?:整|正)?)")
_DIGITS = {sign: value for value, sign in enumerate("零壹贰叁肆伍陆柒捌玖")} | {"〇": 0}
_TENS = {"拾": 10, "佰": 100, "仟": 1000}


def invoice_field(paper: Paper) -> Iterator[Proposed]:
    """What an invoice says in its own fields (数电票, OFD, XML), else what its text says beyond doubt: number, day, parties, sums."""
    if not {"invoice_no", "amount_excl_tax"} & set(paper.fields) and paper.kind.id not in ("lawyer_fee_invoice", "credit_note"):
        return
    told = paper.details.get("invoice")
    found = told if isinstance(told, dict) else fields_of("\n".join(sheet.raw for sheet in paper.sheets))
    score, zh, en = 93, "发票版面各项相互印证", "the parts of the invoice bear each other out"
    if told:
        score, zh, en = 98, "取自电子发票自身的字段", "from the invoice's own fields"
    for field, value in found.items():
        if field in paper.fields and field != "kind":
            page, quote = _stands(paper, str(value))
            yield Proposed(field, str(value), "invoice_field", score, page, quote, zh, en)


def _stands(paper: Paper, value: str) -> tuple[int | None, str]:
    """The page where this value is written, and how."""
    grouped = f"{Decimal(value):,.2f}" if re.fullmatch(r"-?\d+\.\d{2}", value) else value
    for sheet in paper.sheets:
        for written in (value, grouped):
            if (at := sheet.flat.find(written)) >= 0:
                return sheet.number, sheet.quote(at, at + len(written))
    return None, ""


def labelled_sum(paper: Paper) -> Iterator[Proposed]:
    """A sum beside its label (价税合计, 尚欠货款). Where the paper writes it in capitals too, the two are compared: one that agrees is sure,
    one that does not is doubtful and says so."""
    for field, listed in words()["sums"].items():
        if field not in paper.fields:
            continue
        plainest = field == "amount" and paper.kind.group in NO_SUM
        scored = {score: labels for score, labels in listed.items() if score >= 90 or not plainest}
        found = [_compared(paper, one) if field in IN_CAPITALS else one for one in _sums(paper, field, scored)]
        if one := best(found):
            yield one


def _sums(paper: Paper, field: str, scored: dict[int, list[str]]) -> Iterator[Proposed]:
    for sheet in paper.sheets:
        for label, score, _, end in labelled(sheet, scored):
            found = (_NEAR if label in _COLUMN else _FAR).match(sheet.flat, end)
            value = _value(sheet, found) if found else None
            if not found or value is None:
                continue
            certain = bool(found["mark"] or found["unit"] or found["yuan"] or "." in found["sum"] or "," in found["sum"])
            if not certain and label in _COLUMN:
                continue
            points = score - 12 * (not certain) - 10 * _more_on_line(sheet, found)
            zh, en = f"写在“{label}”之后", f"stands beside “{label}”"
            yield Proposed(field, plain(value), "labelled_sum", points, sheet.number, sheet.quote(found.start("sum"), found.end()), zh, en)


def _value(sheet: Sheet, found: re.Match[str]) -> Decimal | None:
    if not found["yuan"] and _NO_MONEY.match(sheet.flat, found.end()):
        return None
    try:
        return read_sum(f"{found['sum']}{found['unit'] or ''}".replace(" ", ""))
    except NoSum:
        return None


def _more_on_line(sheet: Sheet, found: re.Match[str]) -> bool:
    """Whether another sum follows on the line: a row of totals says several things."""
    rest = sheet.flat[found.end() : found.end() + 60].split("\n")[0]
    return not found["mark"] and re.match(r"[ ;,]{0,4}¥?\d[\d,]*\.\d{2}", rest) is not None


def _compared(paper: Paper, one: Proposed) -> Proposed:
    """A sum beside what the paper says in capitals."""
    spoken = [found.group().replace(" ", "") for sheet in paper.sheets for found in CAPITALS.finditer(sheet.flat)]
    written = [(said, value) for said in spoken if (value := capitals(said))]
    amount = Decimal(one.value)
    if not written:
        return one
    if agreeing := next((said for said, value in written if value == amount), ""):
        zh, en = f"{one.reason_zh}，与大写“{agreeing}”一致", f"{one.reason_en}; the sum in capitals agrees"
        return replace(one, score=min(97, one.score + 6), reason_zh=zh, reason_en=en)
    if len(written) > 1:
        return one  # several sums: none of them need be this one
    said, value = written[0]
    return replace(
        one, score=CONTRADICTED, reason_zh=f"{one.reason_zh}，但与大写“{said}”（{money(value)}）不一致：小写应为“{spelled(amount)}”，请核对原件",
        reason_en=f"{one.reason_en}, but the sum in capitals says {money(value)}: compare the two on the paper",
    )  # fmt: skip


def capitals(text: str) -> Decimal | None:
    """A sum in capitals as figures: 壹佰贰拾伍万元整 is 1250000.00; None where the signs do not make a number."""
    plain_text = unicodedata.normalize("NFKC", text).replace(" ", "").replace("圆", "元").rstrip("整正")
    whole, _, rest = plain_text.partition("元")
    total = section = digit = 0
    for sign in whole:
        if sign in _DIGITS:
            digit = _DIGITS[sign]
        elif sign in _TENS:
            section += (digit or 1) * _TENS[sign]
            digit = 0
        elif sign == "万":
            total, section, digit = total + (section + digit) * 10**4, 0, 0
        elif sign == "亿":
            total, section, digit = (total + section + digit) * 10**8, 0, 0
        else:
            return None
    cents = {unit: _DIGITS.get(rest[at - 1], 0) for unit in "角分" if (at := rest.find(unit)) > 0}
    value = Decimal((total + section + digit) * 100 + cents.get("角", 0) * 10 + cents.get("分", 0)) / 100
    return value or None


def net_and_tax(paper: Paper) -> Iterator[Proposed]:
    """The row of totals of an invoice: the sum without tax and the tax, where together they are the total of the form."""
    if {"amount_excl_tax", "tax", "amount"} <= set(paper.fields):
        rows = list(_rows_of_totals(paper))
        yield from (one for field in ("amount_excl_tax", "tax") if (one := best(row for row in rows if row.field == field)))


def _rows_of_totals(paper: Paper) -> Iterator[Proposed]:
    totals = {one.value for one in _sums(paper, "amount", {93: ["价税合计"]})}
    for sheet in paper.sheets:
        for found in _ROW.finditer(sheet.flat):
            net, tax = (Decimal(found[name].replace(",", "")) for name in ("net", "tax"))
            if plain(net + tax) in totals:
                zh, en = "合计行，与价税合计相符", "the row of totals; together they are the total of the form"
                yield Proposed("amount_excl_tax", plain(net), "net_and_tax", 95, sheet.number, sheet.quote(*found.span("net")), zh, en)
                yield Proposed("tax", plain(tax), "net_and_tax", 95, sheet.number, sheet.quote(*found.span("tax")), zh, en)
