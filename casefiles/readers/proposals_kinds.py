"""What kind of paper it is: by the title over it, the words it says, its file name and what its format tells."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from casefiles.readers.proposals_paper import HAN, Paper, Proposed, Sheet, words

MOST = 3
LEAST = 40  # what scores lower is not proposed
NEAR = 40  # a further kind is named while it scores no more than this below the first
HEAD = 12  # lines at the top of a page where a title stands
TOP = 4  # of them, lines in which a title may stand beside something else
SURE = 97
SIGNED_BY = re.compile(
    rf"(?:签收人|收货人|收货单位|签收)(?:\((?:签字|签名|签章|签字或盖章)\))?(?:签字|签名)? ?[:;] ?(?P<name>[{HAN}]{{2,4}})(?=[ \n,。;(0-9]|$)"
)
NO_NAME = re.compile("日期|电话|地址|签字|签名|盖章|单位|公司|经办|时间|车号|送货|复核|收货|备注|名称")
NO_HEADING = re.compile(r"附|证据|序号|目录|证明(?:内容|目的)|见|根据|依据|\d{1,3}[.、)]?(?![\d年月])")  # a line of a list or sentence
_OF_LAWYERS = re.compile("律师费|律师服务|法律服务")
DIGITAL = {"message/rfc822": "email", "application/vnd.ms-outlook": "email"}


@dataclass(frozen=True)
class Scored:
    """A kind with the points it got and why."""

    kind: str
    score: int
    page: int | None
    quote: str
    zh: str
    en: str

    def proposed(self, rule: str) -> Proposed:
        return Proposed("type", self.kind, rule, self.score, self.page, self.quote, self.zh, self.en)


def document_type(paper: Paper) -> Iterator[Proposed]:
    """At most three kinds, the best first; none where nothing speaks for one."""
    told = list(_of_format(paper))
    found = told or sorted(_whose(paper, _delivery(paper, _titled(paper))), key=lambda one: -one.score)
    for one in found[:MOST]:
        if one.score >= max(LEAST, found[0].score - NEAR):
            yield one.proposed("document_type")


def _of_format(paper: Paper) -> Iterator[Scored]:
    """What the format alone says: an invoice's own fields, a mail, a chat, a sound."""
    if paper.details.get("invoice"):
        red = "红字" in str(paper.details["invoice"])
        kind = "credit_note" if red else "lawyer_fee_invoice" if _OF_LAWYERS.search(paper.text) else "vat_invoice"
        yield Scored(kind, SURE, None, "", "文件本身是电子发票，含发票字段", "the file is an electronic invoice with its fields")
    elif paper.media_type in DIGITAL or paper.details.get("mail"):
        yield Scored("email", 95, None, "", "文件是电子邮件", "the file is an e-mail")
    elif chat := paper.details.get("chat"):
        sms = "sms" in str(chat).lower() or "短信" in str(chat)
        yield Scored("sms" if sms else "wechat_record", 88, None, "", "文件是聊天记录导出", "the file is the export of a chat")
    elif paper.media_type.startswith("audio/"):
        zh, en = "文件是声音：多为通话录音，请听后确认", "the file is sound: mostly a recorded call; listen before taking it over"
        yield Scored("call_recording", 75, None, "", zh, en)


def _titled(paper: Paper) -> list[Scored]:
    text, name = paper.text.replace(" ", ""), unicodedata.normalize("NFKC", paper.name)
    found = []
    for entry in words()["kinds"]:
        if any(word in text for word in entry.get("unless", ())) or not _stands(entry, text):
            continue
        points = _points(entry, paper.sheets, text, name)
        if points is not None:
            found.append(points)
    return found


def _stands(entry: Mapping[str, Any], text: str) -> bool:
    asked = entry.get("all_of")
    return not asked or any(word in text for word in asked)


def _points(entry: Mapping[str, Any], sheets: tuple[Sheet, ...], text: str, name: str) -> Scored | None:
    """Points of one kind: its title (up to 78), four for each of its words (up to 20), eight where the file is named so."""
    title, quote, page, points = _title(entry, sheets)
    named = next((word for word in sorted(entry["titles"], key=len, reverse=True) if word in name and _longest_in(name, word)), "")
    said = [word for word in entry.get("words", ()) if word in text]
    if not title and not named:
        return None
    score = points + min(4 * len(said), 20) + 8 * bool(named) if title else 38 + min(4 * len(said), 20)
    if entry.get("all_of"):
        score += 4  # it says what only this kind says
    zh = f"{f'标题为“{title}”' if title else f'文件名含“{named}”'}{'，并有“' + '、'.join(said[:3]) + '”等字样' if said else ''}"
    en = f"{f'headed “{title}”' if title else f'the file is named “{named}”'}{', and says ' + ', '.join(said[:3]) if said else ''}"
    return Scored(entry["type"], min(score, SURE), page, quote, zh, en)


def _title(entry: Mapping[str, Any], sheets: tuple[Sheet, ...]) -> tuple[str, str, int | None, int]:
    """The best line that reads like a title of this kind: the title, the words on the page, the page, the points."""
    found: tuple[str, str, int | None, int] = ("", "", None, 0)
    for at, sheet in enumerate(sheets[:2]):
        for row, (line, whole) in enumerate(_headings(sheet)):
            for title in entry["titles"]:
                points = _like(line, title)
                if points:
                    points -= 4 * (not whole) + 15 * bool(at) + 8 * (6 < row < HEAD) + 14 * (title in entry.get("weak", ()))
                    if points > found[3]:
                        found = (title, title if title in sheet.raw else line[:40] if line in sheet.raw else "", sheet.number, points)
    return found


def _headings(sheet: Sheet) -> Iterator[tuple[str, bool]]:
    """The first lines without blanks, and the pieces of the very first ones: there a title may share its line with a number."""
    lines = [line for line in sheet.flat.split("\n") if line.strip()][:HEAD]
    yield from (("".join(line.split()), True) for line in lines)
    shared = [line.split() for line in lines[:TOP] if len(line.split()) > 1 and not NO_HEADING.match(line)]
    yield from ((piece, False) for pieces in shared for piece in pieces if "《" not in piece)


def _like(line: str, title: str) -> int:
    """How much a line without blanks reads like this title; 0 where a longer title of another kind stands in it."""
    bare = re.sub(r"[《》*_#\-—=]|\((?:副本|正本|样本|示例|草稿|存根|客户联|回单联|第.联)\)", "", line)
    if title not in bare or re.search("[。;,]", bare) or NO_HEADING.match(bare) or not _longest_in(bare, title):
        return 0
    if bare == title:
        return 78
    if bare.endswith(title) and len(bare) <= len(title) + 24 and ":" not in bare:
        return 70
    if bare.startswith(title) and len(bare) <= len(title) + 24:
        return 64
    return 52 if len(bare) <= len(title) + 12 and ":" not in bare else 0


def _longest_in(line: str, title: str) -> bool:
    """保证合同 is not headed 合同: no longer title of the list, around this one, stands there."""
    return not any(title in other and other != title and other in line for entry in words()["kinds"] for other in entry["titles"])


def _delivery(paper: Paper, found: list[Scored]) -> Iterator[Scored]:
    """A delivery note counts as signed only by a name beside its line for the receiver: printed words like 签收 or 盖章 stand on every form."""
    for one in found:
        if one.kind != "delivery_note_unsigned":
            yield one
            continue
        name = next((match for sheet in paper.sheets for match in SIGNED_BY.finditer(sheet.flat) if not NO_NAME.search(match["name"])), None)
        if name is None:
            zh = f"{one.zh}；“签收”“盖章”字样不是签收的证明，未读到签收人姓名，请看原件有无签字盖章"
            en = f"{one.en}; printed words like 签收 or 盖章 prove nothing and no signer's name was read: look at the paper for a signature or seal"
            yield replace(one, zh=zh, en=en)
            zh, en = f"{one.zh}；如原件有签字或盖章", f"{one.en}; if the paper is signed or sealed"
            yield replace(one, kind="delivery_note_signed", score=one.score - 34, zh=zh, en=en)
            continue
        zh, en = f"{one.zh}；签收人处写有“{name['name']}”", f"{one.en}; the receiver's line names {name['name']}"
        yield replace(one, kind="delivery_note_signed", score=one.score - 8, zh=zh, en=en)
        yield replace(one, score=one.score - 34, zh=f"{one.zh}；如签收人处并非签名", en=f"{one.en}; if the name there is no signature")


def _whose(paper: Paper, found: Iterator[Scored]) -> Iterator[Scored]:
    """A licence or registry extract is the debtor's or the creditor's by the name in it."""
    pairs: dict[str, str] = dict(words()["whose"])
    text = paper.text.replace(" ", "")
    roles = {role for name, role in paper.parties.items() if unicodedata.normalize("NFKC", name).replace(" ", "") in text}
    for one in found:
        if one.kind not in pairs:
            yield one
        elif roles & {"debtor", "creditor"} == {"creditor"}:
            yield replace(one, kind=pairs[one.kind], zh=f"{one.zh}；所载名称为本案债权人", en=f"{one.en}; it names the creditor of this case")
        elif "debtor" in roles:
            yield replace(one, zh=f"{one.zh}；所载名称为本案债务人", en=f"{one.en}; it names the debtor of this case")
        else:
            zh, en = f"{one.zh}；未见本案当事人名称，无法判断属谁", f"{one.en}; it names no party of this case, so whose it is stays open"
            yield from (replace(one, kind=kind, score=one.score - 30, zh=zh, en=en) for kind in (one.kind, pairs[one.kind]))
