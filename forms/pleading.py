"""The running parts of a pleading: the parties in sentences, headings, evidence with its sources, who it is addressed to, what is attached.

《民事诉讼法》第124条 (Civil Procedure Law art. 124): parties, requests with facts and grounds, evidence and its sources.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from forms.claim import Case
from forms.figures import chinese_number, day, listed
from forms.form import Line, Paragraphs, Signature, Strong, line
from forms.parties import is_person, position
from forms.sides import Party, Sides

BODY = 14.0  # 四号; the titles are 二号
LISTED = 20  # exhibits of a group that are named; a longer group is left to the catalogue
AGENT_TITLE = {"lawsuit": "委托诉讼代理人"}
SEPARATED = re.compile(r"[；;\n]")
Rows = Sequence[Mapping[str, Any]]


def heading(text: str) -> Paragraphs:
    """诉讼请求： on a line of its own."""
    return Paragraphs((line(Strong(f"{text}：")),), flush=True, size=BODY)


def running(texts: Sequence[str | Line]) -> Paragraphs:
    """Paragraphs of the body, first lines indented."""
    return Paragraphs(tuple(text if isinstance(text, Line) else line(text) for text in texts), size=BODY)


def parties(case: Case, sides: Sides) -> Paragraphs:
    """Everybody in sentences: our side with its agents, each opponent, third parties."""
    creditor, third = case["creditor"], case.get("third_parties") or []
    lines = [*party_lines(sides.own, creditor), *service_lines(creditor), *(_agent(agent, sides) for agent in case.get("agents") or [])]
    for number, party in enumerate(sides.opponents, 1):
        surety = "（保证人）" if number > len(sides.debtors) else ""
        lines += party_lines(f"{sides.label(number)}{surety}", party)
    for number, party in enumerate(third, 1):
        lines += party_lines(f"第三人{chinese_number(number) if len(third) > 1 else ''}", party)
    return running(lines)


def party_lines(label: str, party: Party) -> list[Line]:
    """One party: what is known of it, nothing for what is not."""
    known = _person(party) if is_person(party) else _company(party)
    lines = [line(Strong(f"{label}："), f"{'，'.join([str(party['name']), *known])}。")]
    if not is_person(party) and party.get("legal_representative"):
        office = position(party)
        held = f"，职务：{office}" if office != "法定代表人" else ""
        phone = f"，联系电话：{party['phone']}" if party.get("phone") else ""
        lines.append(line(f"法定代表人：{party['legal_representative']}{held}{phone}。"))
    return lines


def service_lines(party: Party) -> list[Line]:
    """The address for service where it is another than the seat, and the consent to electronic service."""
    found = []
    if party.get("service_address"):
        found.append(line(f"送达地址：{party['service_address']}。"))
    if party.get("e_service"):
        mail = f"，电子邮箱：{party['email']}" if party.get("email") else ""
        found.append(line(f"同意电子送达{mail}。"))
    return found


def evidence(groups: Rows) -> Paragraphs:
    """Each group with its exhibits, where they come from and what they prove; the pages are in the catalogue."""
    count = sum(len(group["rows"]) for group in groups)
    if not count:
        return running(["详见《证据目录》。"])
    return running([*(_evidence_of(group) for group in groups if group["rows"]), f"以上证据共{count}份，页码详见《证据目录》。"])


def addressed(to: str) -> Paragraphs:
    """此致, and on its own line who decides."""
    return Paragraphs((line("此致", indent=2), line(to)), flush=True, size=BODY)


def signed(label: str, name: str, when: date) -> Signature:
    """The signature under running text."""
    return Signature(label, name, day(when), boxed=False)


def attached(texts: Sequence[str]) -> Paragraphs:
    """附： with its numbered lines."""
    lines = [f"{number}. {text}" for number, text in enumerate(texts, 1)]
    return Paragraphs((line("附："), *(line(text, indent=2) for text in lines)), flush=True, size=12)


def copies(case: Case, sides: Sides) -> int:
    """Copies of the pleading for the other parties: one each (《民事诉讼法》第123条, 第128条)."""
    return len(sides.opponents) + len(case.get("third_parties") or [])


def _company(party: Party) -> list[str]:
    known = [("住所地", party.get("address")), ("统一社会信用代码", party.get("uscc"))]
    if party.get("registered_address") and party["registered_address"] != party.get("address"):
        known.insert(1, ("注册地", party["registered_address"]))
    if party.get("phone") and not party.get("legal_representative"):
        known.append(("联系电话", party["phone"]))
    return [f"{label}：{value}" for label, value in known if value]


def _person(party: Party) -> list[str]:
    gender = {"male": "男", "female": "女"}.get(str(party.get("gender")), party.get("gender"))
    known = [gender, f"{day(party['birth_date'])}出生" if party.get("birth_date") else "", party.get("ethnicity")]
    labelled = [
        ("工作单位", party.get("employer")), ("住", party.get("address")), ("户籍所在地", party.get("registered_address")),
        (party.get("id_kind") or "居民身份证号码", party.get("id_number")), ("联系电话", party.get("phone")),
    ]  # fmt: skip
    return [str(value) for value in known if value] + [f"{label}{'' if label == '住' else '：'}{value}" for label, value in labelled if value]


def _agent(agent: Mapping[str, Any], sides: Sides) -> Line:
    lawyer = agent.get("kind") == "lawyer"
    firm = f"{agent['firm']}" if agent.get("firm") else ""
    job = f"{firm}律师" if lawyer else f"{firm}工作人员" if firm else f"{sides.own}工作人员"
    phone = f"，联系电话：{agent['phone']}" if agent.get("phone") else ""
    return line(f"{AGENT_TITLE.get(sides.kind, '委托代理人')}：{agent['name']}，{job}{phone}。")


def _evidence_of(group: Mapping[str, Any]) -> str:
    rows = group["rows"]
    first, last = rows[0]["seq"], rows[-1]["seq"]
    numbers = f"证据{first}" if len(rows) == 1 else f"证据{first}至{last}"
    names = listed([str(row["name"]) for row in rows]) if len(rows) <= LISTED else f"{rows[0]['name']}等{len(rows)}份"
    sources = listed(list(dict.fromkeys(_source(row) for row in rows if _source(row))))
    purpose = str(group.get("purpose") or "").rstrip("。")
    return "；".join(part for part in (f"{group['title']}（{numbers}）：{names}", f"来源：{sources}" if sources else "", purpose) if part) + "。"


def _source(row: Mapping[str, Any]) -> str:
    """原告持有, 被告签章: who the exhibit comes from; its form stands in the catalogue."""
    return next((part.strip() for part in SEPARATED.split(str(row.get("source_form") or "")) if part.strip()), "")
