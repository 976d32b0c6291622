"""Who stands on a paper and as what: buyer and seller, payer and payee, receiver, guarantor, court, and a few choices their words decide."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

from casefiles.readers.proposals_kinds import NO_NAME, SIGNED_BY
from casefiles.readers.proposals_paper import HAN, Paper, Proposed, Sheet, best, labelled, words

HEAD = 8
PERSON_TOO = frozenset({"recipient", "consignee", "guarantor", "payer", "payee", "assignor", "assignee"})  # a person may be one of these
COMPANY = (
    rf"[{HAN}A-Za-z0-9()·&]{{2,36}}?(?:有限责任公司|股份有限公司|有限公司|公司|合伙企业\(有限合伙\)|合伙企业|律师事务所|事务所|合作社|经营部|商行|研究院|学校|医院|厂)"
    rf"(?:[{HAN}]{{2,10}}?(?:分公司|支行|营业部))?"
)
_NAMED = re.compile(rf"(?: ?\([^()\n]{{0,12}}\))?[ :;\n]{{0,4}}(?:(?:名 ?称|户 ?名|全称|姓名|单位)[ :;\n]{{0,4}})?(?P<name>{COMPANY})")
_PERSON = re.compile(rf"(?: ?\([^()\n]{{0,12}}\))? ?[:;] ?(?:姓名[ :;]{{0,3}})?(?P<name>[{HAN}]{{2,4}})(?=[ \n,。;(]|$)")
_PAIR = {"buyer": ("名 ?称", "seller"), "payer": ("户 ?名", "payee")}
_OTHER = re.compile("地址|电话|签字|盖章|代表|开户|账号|法定|经办|日期|约定|应当|承担|以下|所在地")
_TO = re.compile(rf"^(?:致 ?[:;]? ?)?(?P<name>{COMPANY})[:;,]?$")


def party(paper: Paper) -> Iterator[Proposed]:
    """A party beside the word for its role (买方：…有限公司). A name of this case is surer than another; of two names none is proposed."""
    for field, labels in words()["parties"].items():
        if paper.fields.get(field) == "text" and (one := best(_beside(paper, field, labels))):
            yield one


def _beside(paper: Paper, field: str, labels: Sequence[str]) -> Iterator[Proposed]:
    for sheet in paper.sheets:
        for label, score, start, end in labelled(sheet, {86: list(labels)}):
            found = _NAMED.match(sheet.flat, end) or (_PERSON.match(sheet.flat, end) if field in PERSON_TOO else None)
            if not found or _OTHER.search(found["name"]) or NO_NAME.fullmatch(found["name"]):
                continue
            company = found.re is _NAMED
            yield _who(paper, field, "party", score if company else 66, sheet, found, f"写在“{label}”之后", f"stands beside “{label}”", start)


def _who(paper: Paper, field: str, rule: str, score: int, sheet: Sheet, found: re.Match[str], zh: str, en: str, start: int) -> Proposed:
    name = _printed(found["name"])
    role = next((role for known, role in paper.parties.items() if _bare(known) == _bare(name)), "")
    if role:
        zh, en = f"{zh}，即本案{ROLES[role]}", f"{en}; it is the {role.replace('_', ' ')} of this case"
    quote = sheet.quote(found.start("name"), found.end("name")) if start < 0 else sheet.quote(start, found.end("name"))
    return Proposed(field, name, rule, min(97, score + 10) if role else score, sheet.number, quote, zh, en)


ROLES = {"creditor": "债权人", "debtor": "债务人", "guarantor": "保证人", "third_party": "第三人"}


def _printed(name: str) -> str:
    return name.replace("(", "（").replace(")", "）")


def _bare(name: str) -> str:
    return unicodedata.normalize("NFKC", name).replace(" ", "")


def pair_of_names(paper: Paper) -> Iterator[Proposed]:
    """The two names of a form whose roles stand sideways: of an invoice buyer, then seller; of a bank slip payer, then payee."""
    for first, (label, second) in _PAIR.items():
        if paper.fields.get(first) != "text" or paper.fields.get(second) != "text":
            continue
        if any(one.field in (first, second) for one in party(paper)):
            continue
        for sheet in paper.sheets:
            found = list(re.finditer(rf"(?<![{HAN}]){label} ?[:;]?[ \n]{{0,2}}(?P<name>{COMPANY})", sheet.flat))
            if len(found) == 2:
                for field, one in zip((first, second), found, strict=True):
                    zh, en = "表格中两个名称的先后顺序", "the order of the two names on the form"
                    yield _who(paper, field, "pair_of_names", 74, sheet, one, zh, en, -1)


def issuer(paper: Paper) -> Iterator[Proposed]:
    """The court, commission, notary or law firm in the head of its paper."""
    if not paper.sheets:
        return
    sheet = paper.sheets[0]
    for field, ending in words()["heads"].items():
        if paper.fields.get(field) != "text":
            continue
        for line in sheet.lines[:HEAD]:
            found = re.fullmatch(rf"(?:中华人民共和国)?(?P<name>[{HAN}()]{{2,30}}{ending})(?:民事|执行|公证书|律师函)?.{{0,6}}", line)
            if found:
                quote = line if line in sheet.raw else ""
                yield Proposed(field, _printed(found["name"]), "issuer", 90, sheet.number, quote, "写在抬头", "stands in the head")
                break


def signer(paper: Paper) -> Iterator[Proposed]:
    """Who signed for the goods or the letter, where a name is written beside the line for it."""
    if paper.fields.get("signed_by") == "text" and paper.kind.group in ("G3", "G6") and (one := best(_signers(paper))):
        yield one


def _signers(paper: Paper) -> Iterator[Proposed]:
    for sheet in paper.sheets:
        for found in SIGNED_BY.finditer(sheet.flat):
            if not NO_NAME.search(found["name"]):
                zh, en = "写在签收人处", "stands on the receiver's line"
                yield Proposed("signed_by", found["name"], "signer", 68, sheet.number, sheet.quote(*found.span()), zh, en)


def plain_text(paper: Paper) -> Iterator[Proposed]:
    """What stands on the line of its label: legal representative and address of a licence, the content of a consignment."""
    for field, labels in words()["texts"].items():
        if paper.fields.get(field) == "text" and (one := best(_texts(paper, field, labels))):
            yield one


def _texts(paper: Paper, field: str, labels: Sequence[str]) -> Iterator[Proposed]:
    for sheet in paper.sheets:
        for label, score, start, end in labelled(sheet, {82: list(labels)}):
            found = re.match(rf" ?[:;]? ?\n?(?P<text>[{HAN}A-Za-z0-9()\-—#、·《》]{{2,40}})(?=[ \n,。]|$)", sheet.flat[end : end + 60])
            if found and (field != "legal_representative" or len(found["text"]) <= 4) and not NO_NAME.fullmatch(found["text"]):
                zh, en = f"写在“{label}”之后", f"stands beside “{label}”"
                yield Proposed(field, _printed(found["text"]), "plain_text", score, sheet.number, sheet.quote(start, end + found.end()), zh, en)


def choice(paper: Paper) -> Iterator[Proposed]:
    """A choice whose words stand on the paper: the kind of an invoice by its title, 连带责任 or 一般保证. Where two are named, none."""
    text = paper.text.replace(" ", "")
    for field, choices in words()["choices"].items():
        known = next((one.choices for one in paper.kind.fields if one.name == field and one.kind == "choice"), ())
        named: dict[str, str] = {}
        for value, signs in choices.items():
            sign = next((sign for sign in signs if sign in text), "")
            if value in known and sign and not any(sign in longer for longer in named.values()):
                named[value] = sign
        if len(named) == 1:
            value, sign = next(iter(named.items()))
            sheet = next(sheet for sheet in paper.sheets if sign in sheet.flat.replace(" ", ""))
            yield Proposed(field, value, "choice", 84, sheet.number, sign if sign in sheet.raw else "", f"文中写有“{sign}”", f"the paper says “{sign}”")


def direction(paper: Paper) -> Iterator[Proposed]:
    """Of a bank slip: money in when the debtor or guarantor paid the creditor, out when the creditor paid; seen from the creditor."""
    if "direction" not in paper.fields:
        return
    sides = {one.field: next((role for known, role in paper.parties.items() if _bare(known) == _bare(one.value)), "")
             for rule in (party, pair_of_names) for one in rule(paper) if one.field in ("payer", "payee")}  # fmt: skip
    if sides.get("payee") == "creditor" and sides.get("payer") != "creditor":
        yield Proposed("direction", "in", "direction", 90, None, "", "收款人为本案债权人", "the creditor of this case is the payee")
    elif sides.get("payer") == "creditor" and sides.get("payee") != "creditor":
        yield Proposed("direction", "out", "direction", 90, None, "", "付款人为本案债权人", "the creditor of this case is the payer")


def addressee(paper: Paper) -> Iterator[Proposed]:
    """To whom a letter goes, where the first lines name a party of this case."""
    if paper.fields.get("recipient") != "choice":
        return
    for sheet in paper.sheets[:1]:
        for line in sheet.lines[:HEAD]:
            found = _TO.match(line)
            role = next((role for known, role in paper.parties.items() if found and _bare(known) == found["name"]), "")
            if role in ("debtor", "guarantor"):
                quote = line if line in sheet.raw else ""
                zh, en = f"抬头写给本案{ROLES[role]}", f"addressed to the {role} of this case"
                yield Proposed("recipient", role, "addressee", 90, sheet.number, quote, zh, en)
                return
