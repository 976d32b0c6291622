"""Numbers of papers: beside their label, case numbers of courts, waybill numbers with their carrier, credit codes with their check digit."""

from __future__ import annotations

import re
from collections.abc import Iterator

from casefiles.readers.proposals_paper import HAN, Paper, Proposed, Sheet, best, labelled, words
from casefiles.rules import uscc

OWN_NUMBERS = (
    "invoice_no", "contract_no", "note_no", "order_no", "bill_no", "certificate_no", "registration_no", "licence_no", "policy_no", "voucher_no", "waybill_no",
    "case_no",
)  # fmt: skip
_AFTER = re.compile(r"(?: ?\([^()\n]{0,10}\))?(?: ?[:;.])? ?\n? ?")
_NUMBER = re.compile(
    rf"(?P<formal>[{HAN}]{{0,8}}[(〔\[]20\d\d[)〕\]][{HAN}]{{0,10}}(?:第 ?)?[A-Za-z0-9-]{{1,12}} ?号)|(?P<plain>[A-Za-z0-9][A-Za-z0-9_\-/.]{{2,39}})"
)
_DIGITS = {"invoice_no": (8, 20), "invoice_code": (10, 12), "bill_no": (16, 30), "licence_no": (17,)}  # fields whose length is fixed
_DAY = re.compile(r"(?:19|20)\d\d[-/.]\d{1,2}[-/.]\d{1,2}")
# Of courts: year, code of the court, kind of the case, serial number (最高人民法院关于人民法院案件案号的若干规定, 法〔2015〕137号).
CASE_NO = re.compile(
    r"[(〔\[] ?(20\d\d) ?[)〕\]] ?((?:最高法|[京津沪渝冀晋蒙辽吉黑苏浙皖闽赣鲁豫鄂湘粤桂琼川贵云藏陕甘青宁新军兵]) ?\d{0,4}"
    r" ?(?:民|执|破|财保|行保|商|知民|清|司惩)[一-龥]{0,3}) ?(?:字)?(?:第)? ?(\d{1,6}) ?号(之[一二三四五六七八九十]{1,2}|之\d{1,2})?"
)
_POSTAL = re.compile(r"(?<![A-Z0-9])([A-Z]{2}) ?(\d{9}) ?(CN|XX)(?![A-Z0-9])")  # S10 of the Universal Postal Union
_OWN_SIGN = re.compile(r"(?<![A-Z0-9])(?:(?P<SF>SF\d{12,15})|(?P<JD>JD[A-Z]?[A-Z0-9]{11,15})|(?P<YT>YT\d{13}))(?![A-Z0-9])")
_BESIDE = re.compile(r"(?=[A-Z0-9]*\d{6})[A-Z0-9]{10,18}(?![A-Z0-9])")
_SPACED = re.compile(r"(?<=\d) (?=\d)")
CARRIERS = {"SF": "顺丰", "JD": "京东物流", "YT": "圆通"}
_CODE = re.compile(r"(?<![0-9A-Za-z])[0-9A-Z]{18}(?![0-9A-Za-z])")
_LIKE = str.maketrans("OISZ", "0152")  # letters no credit code has, and the digits OCR takes for them


def labelled_number(paper: Paper) -> Iterator[Proposed]:
    """A number beside its label: 发票号码：12345678, 编号：催字〔2024〕第01号. Never a date, never without a digit."""
    for field, scored in words()["numbers"].items():
        if field not in paper.fields or (field == "number" and not set(OWN_NUMBERS).isdisjoint(paper.fields)):
            continue
        if one := best(_numbers(paper, field, scored)):
            yield one


def _numbers(paper: Paper, field: str, scored: dict[int, list[str]]) -> Iterator[Proposed]:
    for sheet in paper.sheets:
        for label, score, start, end in labelled(sheet, scored):
            after = _AFTER.match(sheet.flat, end)
            found = _NUMBER.match(sheet.flat, after.end() if after else end)
            value = found.group().replace(" ", "").rstrip(".-/_") if found else ""
            if not found or not _fits(field, value) or (label.upper().startswith("NO") and not value[-1].isdigit()):
                continue
            zh, en = f"写在“{label}”之后", f"stands beside “{label}”"
            yield Proposed(field, _spelled(value), "labelled_number", score, sheet.number, sheet.quote(start, found.end()), zh, en)


def _fits(field: str, value: str) -> bool:
    if not any(sign.isdigit() for sign in value) or _DAY.fullmatch(value) or len(value) > 40:
        return False
    return field not in _DIGITS or (value.isdigit() and len(value) in _DIGITS[field])


def _spelled(value: str) -> str:
    """Brackets as Chinese papers print them."""
    return value.replace("(", "（").replace(")", "）") if re.search(f"[{HAN}]", value) else value


def case_number(paper: Paper) -> Iterator[Proposed]:
    """The court's number of the case: （2024）京01民初1号. The first one of the head; one further down may be another case."""
    if "case_no" not in paper.fields:
        return
    for sheet in paper.sheets:
        if found := CASE_NO.search(sheet.flat):
            value = f"（{found[1]}）{found[2].replace(' ', '')}{found[3]}号{found[4] or ''}"
            head = sheet is paper.sheets[0] and sheet.flat[: found.start()].count("\n") <= 12
            zh, en = ("写在首页抬头", "stands in the head of the first page") if head else ("正文中的第一个案号", "the first case number of the text")
            yield Proposed("case_no", value, "case_number", 94 if head else 64, sheet.number, sheet.quote(*found.span()), zh, en)
            return


def waybill_number(paper: Paper) -> Iterator[Proposed]:
    """The number of a consignment and its carrier: by the form of a known carrier's numbers, or beside a label of such numbers."""
    if "waybill_no" not in paper.fields:
        return
    one = best(found for sheet in paper.sheets for found in _waybills(sheet))
    if one is None:
        return
    yield one
    if "carrier" in paper.fields and (carrier := _carrier(paper, one.value)):
        zh, en = f"由单号及面单文字判断为{carrier}", f"the number and the slip's words are those of {carrier}"
        yield Proposed("carrier", carrier, "waybill_number", min(one.score, 88), one.page, one.quote, zh, en)


def _waybills(sheet: Sheet) -> Iterator[Proposed]:
    for found in _POSTAL.finditer(sheet.flat):
        value, sound = "".join(found.groups()), _postal_digit(found[2][:8]) == found[2][8]
        zh = "符合邮政 13 位邮件号格式" + ("且校验位正确" if sound else "，但校验位不符，请核对原件")
        tail = " and its check digit is right" if sound else ", but its check digit is not: compare it with the paper"
        en = f"has the form of a postal number of 13 signs{tail}"
        yield Proposed("waybill_no", value, "waybill_number", 95 if sound else 80, sheet.number, sheet.quote(*found.span()), zh, en)
    for found in _OWN_SIGN.finditer(sheet.flat):
        carrier = CARRIERS[str(found.lastgroup)]
        zh, en = f"符合{carrier}单号格式", f"has the form of a number of {carrier}"
        yield Proposed("waybill_no", found.group(), "waybill_number", 92, sheet.number, sheet.quote(*found.span()), zh, en)
    for label, score, start, end in labelled(sheet, {88: words()["waybill_labels"]}):
        after = _AFTER.match(sheet.flat, end)
        place = after.end() if after else end
        rest = _SPACED.sub("", sheet.flat[place : place + 30])
        if (found := _BESIDE.match(rest)) and not _POSTAL.match(rest) and not _OWN_SIGN.match(rest):
            zh, en, last = f"写在“{label}”之后", f"stands beside “{label}”", min(place + found.end(), len(sheet.flat))
            yield Proposed("waybill_no", found.group(), "waybill_number", score, sheet.number, sheet.quote(start, last), zh, en)


def _postal_digit(serial: str) -> str:
    """The ninth digit that S10 of the Universal Postal Union asks for."""
    rest = 11 - sum(int(digit) * weight for digit, weight in zip(serial, (8, 6, 4, 2, 3, 5, 9, 7), strict=True)) % 11
    return str({10: 0, 11: 5}.get(rest, rest))


def _carrier(paper: Paper, number: str) -> str:
    if own := _OWN_SIGN.fullmatch(number):
        return CARRIERS[str(own.lastgroup)]
    named = [name for name, signs in words()["carriers"].items() if any(sign in paper.text for sign in signs)]
    if _POSTAL.fullmatch(number) or named == ["EMS"]:
        return "EMS"
    return named[0] if len(named) == 1 else ""


def credit_code(paper: Paper) -> Iterator[Proposed]:
    """The one credit code (统一社会信用代码) of the paper: 18 signs with the check digit of GB 32100-2015. Of two, none is proposed."""
    if "uscc" in paper.fields and (one := best(_codes(paper))):
        yield one


def _codes(paper: Paper) -> Iterator[Proposed]:
    for sheet in paper.sheets:
        for found in _CODE.finditer(sheet.flat.upper()):
            plain, mended = found.group(), found.group().translate(_LIKE)
            code = plain if uscc.is_valid(plain) else mended
            if uscc.is_valid(code):
                zh = "18 位且校验位正确" + ("（按校验位修正了识别错误）" if code != plain else "")
                en = "18 signs with a right check digit" + (" (misread signs mended by it)" if code != plain else "")
                yield Proposed("uscc", code, "credit_code", 96 if code == plain else 84, sheet.number, sheet.quote(*found.span()), zh, en)
