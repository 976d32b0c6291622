"""A case is opened by hand: its number, what it is about, who claims and who owes. Everything else follows on the facts page."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from casefiles import audit, work
from casefiles.case_rows import fill_party
from casefiles.db import session
from casefiles.errors import NotFitting
from casefiles.law import load_law
from casefiles.models import Case, Party, PartyRole, State
from casefiles.policy import Actor, require_entering, visible_cases
from casefiles.rules.uscc import is_valid

CASE_ID = re.compile(r"[A-Za-z0-9_-]{1,40}", re.ASCII)
TAKEN = frozenset({"new"})  # an address of its own
PACKETS = ("lawsuit", "arbitration", "payment_order", "preservation")  # the others rest on facts that come after
LONGEST_NAME, LONGEST_ADDRESS, LONGEST_TITLE, LONGEST = 200, 300, 500, 200
PARTY_KEYS = ("name", "uscc", "address", "legal_representative")


def proposed_id(actor: Actor) -> str:
    """The next number of the year: DC-2026-0001, DC-2026-0002 ..."""
    start = f"DC-{actor.today.year}-"
    ids = session.scalars(select(Case.case_id).where(Case.case_id.startswith(start, autoescape=True)))
    numbers = [int(rest) for rest in (case_id.removeprefix(start) for case_id in ids) if rest.isascii() and rest.isdecimal() and len(rest) < 9]
    return f"{start}{max(numbers, default=0) + 1:04d}"


def usual_creditor(actor: Actor) -> dict[str, str]:
    """The creditor of the newest case this person sees: most often the company itself."""
    newest = session.scalar(visible_cases(actor).where(Case.fictional.is_(False)).order_by(Case.opened_at.desc(), Case.case_id.desc()).limit(1))
    party = next((p for p in newest.parties if p.role is PartyRole.CREDITOR), None) if newest else None
    if party is None:
        return {}
    said = {"name": party.name, "uscc": party.uscc, "address": party.address, "legal_representative": party.details.get("legal_representative")}
    return {key: str(value) for key, value in said.items() if value}


def open_case(actor: Actor, head: Mapping[str, str], creditor: Mapping[str, str], debtor: Mapping[str, str], *, allow_invalid_uscc: bool = False) -> Case:
    """Make the case with its two parties. `head`: case_id, title, dispute_type, packet_kind; a party: PARTY_KEYS. NotFitting by place."""
    require_entering(actor)
    parties = {"creditor": _said(creditor), "debtor": _said(debtor)}
    reasons = _of_head(head) | {at: why for role, said in parties.items() for at, why in _of_party(role, said, allow_invalid_uscc=allow_invalid_uscc).items()}
    if reasons:
        raise NotFitting(reasons)
    case = Case(
        case_id=head["case_id"].strip(), title=head.get("title", "").strip() or None, dispute_type=head["dispute_type"], packet_kind=head["packet_kind"],
        as_of=actor.today, state=State.COLLECTION, department=actor.department, opened_at=actor.now, blocks={}, fictional=False,
    )  # fmt: skip
    case.parties = [fill_party(Party(role=PartyRole(role)), said) for role, said in parties.items()]
    session.add(case)
    session.flush()
    audit.record(actor, "create", case.case_id, case_id=case.case_id, dispute_type=case.dispute_type, packet_kind=case.packet_kind)
    work.index(actor.now, case.case_id)
    work.ask(work.REFRESH_CASE, actor.now, case=case)
    return case


def _said(party: Mapping[str, str]) -> dict[str, Any]:
    said = {key: party.get(key, "").strip() for key in PARTY_KEYS}
    return {key: value.replace(" ", "").upper() if key == "uscc" else value for key, value in said.items() if value}


def _of_head(head: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    wrong = {}
    case_id = head.get("case_id", "").strip()
    if not CASE_ID.fullmatch(case_id) or case_id.lower() in TAKEN:
        wrong["case_id"] = ("案件编号为 1 至 40 位字母、数字、“-”或“_”。", "A case number has 1 to 40 letters, digits, “-” or “_”.")
    elif session.get(Case, case_id) is not None:
        wrong["case_id"] = (f"编号 {case_id} 已被使用，请换一个。", f"{case_id} is not free. Choose another number.")
    if len(head.get("title", "")) > LONGEST_TITLE or "\0" in head.get("title", ""):
        wrong["title"] = _too_long(LONGEST_TITLE)
    if head.get("dispute_type") not in load_law().dispute_types:
        wrong["dispute_type"] = ("请选择纠纷类型。", "Choose the type of dispute.")
    if head.get("packet_kind") not in PACKETS:
        wrong["packet_kind"] = ("请选择文书包。", "Choose a packet.")
    return wrong


def _of_party(role: str, said: Mapping[str, str], *, allow_invalid_uscc: bool) -> dict[str, tuple[str, str]]:
    most = {"name": LONGEST_NAME, "address": LONGEST_ADDRESS}
    wrong = {f"{role}.{key}": _too_long(most.get(key, LONGEST)) for key, text in said.items() if len(text) > most.get(key, LONGEST) or "\0" in text}
    if "name" not in said:
        wrong[f"{role}.name"] = ("请填写全称。", "The full registered name is needed.")
    code = said.get("uscc")
    if code and not re.fullmatch(r"[0-9A-Z]{18}", code, re.ASCII):
        wrong[f"{role}.uscc"] = ("统一社会信用代码为 18 位数字和大写字母。", "A unified social credit code has 18 digits and capital letters.")
    elif code and not is_valid(code) and not allow_invalid_uscc:
        said_en = f"{code}: the check digit is wrong. Correct it, or tick below that the paper says it so; the check then reports it (X03)."
        wrong[f"{role}.uscc"] = (f"{code} 校验位不符。请更正；确系证照如此的，请在下方勾选保留，由检查项 X03 提示。", said_en)
    return wrong


def _too_long(most: int) -> tuple[str, str]:
    return (f"最多 {most} 字，且不得含空字符。", f"At most {most} characters, and no NUL.")
