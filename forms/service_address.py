"""送达地址确认书 (confirmation of the address for service). Courts hand out their own sheet: where one is given, that one is used."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from forms.causes import cause_of
from forms.claim import Case
from forms.figures import day, listed
from forms.form import Field, Form, Line, Section, Signature, line
from forms.papers import MissingField
from forms.parties import UNKNOWN_OWN, e_service_lines, is_person, said, service_lines, several
from forms.sides import sides_of

NOTICES = (
    "当事人应当如实提供确切的送达地址；送达地址变更的，应当及时以书面方式告知{body}。",
    "确认的送达地址适用于{stages}，另有书面声明的除外。",
    (
        "因提供或者确认的送达地址不准确、送达地址变更未及时告知{body}、受送达人或者其指定的代收人拒绝签收，导致{papers}未能被实际接收的，"
        "文书退回之日视为送达之日；直接送达的，送达人在送达回证上记明情况之日视为送达之日。"
    ),
    "经受送达人同意，{body}可以采用能够确认其收悉的电子方式送达{papers}；受送达人提出需要纸质{decisions}的，{body}应当提供。",
)
BEFORE_COURT = {
    "body": "人民法院", "stages": "第一审程序、第二审程序、审判监督程序和执行程序", "papers": "诉讼文书", "decisions": "判决书、裁定书、调解书",
}  # fmt: skip
BEFORE_COMMISSION = {"body": "仲裁委员会", "stages": "本案仲裁程序", "papers": "仲裁文书", "decisions": "裁决书、调解书、决定书"}
READ = "我单位（本人）已阅读并知悉上述告知事项，保证上述送达地址准确、有效，并承担相应的法律后果。"


def service_address(case: Case, confirmed_on: date, kind: str = "lawsuit", cause: str = "", options: Mapping[str, Any] | None = None) -> Form:
    """The sheet of the creditor, with the case number once there is one. `options`: postcode, e_service_ways (see parties.WAYS).

    Raises KeyError without the creditor's name.
    """
    creditor, agents, chosen = case["creditor"], case.get("agents") or [], options or {}
    sides = sides_of(case, kind, options)
    code = f"证件号码：{said(creditor, 'id_number', UNKNOWN_OWN)}" if is_person(creditor) else f"统一社会信用代码：{said(creditor, 'uscc', UNKNOWN_OWN)}"
    words = BEFORE_COMMISSION if kind == "arbitration" else BEFORE_COURT
    postcode = str(chosen.get("postcode") or creditor.get("postcode") or "")
    return Form(
        id="service_address_confirmation",
        title="送达地址确认书",
        parts=(
            Section("案件信息", (
                Field("案号", (line(case_number(case, kind) or "尚未立案，无案号"),)),
                Field("案由", (line(cause_of(case, cause)),)),
                Field("对方当事人", (line(listed([str(party["name"]) for party in sides.opponents]) or UNKNOWN_OWN),)),
            )),
            Section("受送达人及送达地址", (
                Field("受送达人", (line(f"{creditor['name']}（{sides.own}）"), line(code))),
                Field("送达地址、收件人、联系电话、邮编", (*service_lines(creditor, agents), *_postcode(postcode))),
                Field("是否同意电子送达及方式", e_service_lines(creditor, several(chosen.get("e_service_ways")))),
            )),
            Section("告知事项", (
                Field(f"{words['body']}对当事人填写送达地址确认书的告知", tuple(line(f"{n}. {text.format_map(words)}") for n, text in enumerate(NOTICES, 1))),
            )),
            Section("受送达人确认", (Field("告知事项已阅", (line(READ),)),)),
            Signature("受送达人（签名或者盖章）", str(creditor["name"]), day(confirmed_on)),
        ),
    )  # fmt: skip


def missing_fields(case: Case, options: Mapping[str, Any]) -> list[MissingField]:
    """An address must be there; postcode and telephone are worded around and named."""
    creditor = case.get("creditor") or {}
    found = []
    if not (creditor.get("service_address") or creditor.get("address")):
        found.append(MissingField("service_address", "送达地址", "address for service", "creditor.service_address"))
    if not (creditor.get("phone") or any(agent.get("phone") for agent in case.get("agents") or [])):
        found.append(MissingField("service_phone", "收件人联系电话", "telephone of the person who takes papers in", "creditor.phone", blocking=False))
    if not (options.get("postcode") or creditor.get("postcode")):
        found.append(MissingField("postcode", "邮政编码", "postcode", "answers.postcode", blocking=False))
    return found


def case_number(case: Case, kind: str) -> str:
    """The number of the pending procedure of this kind; empty before it is registered."""
    if kind == "enforcement" and (case.get("enforcement") or {}).get("case_no"):
        return str(case["enforcement"]["case_no"])
    if kind == "insolvency_claim" and (case.get("insolvency") or {}).get("case_no"):
        return str(case["insolvency"]["case_no"])
    pending = [item for item in case.get("proceedings") or [] if item.get("kind") == kind and item.get("case_no") and not item.get("ended_on")]
    return str(pending[-1]["case_no"]) if pending else ""


def _postcode(postcode: str) -> tuple[Line, ...]:
    return (line(f"邮政编码：{postcode}"),) if postcode else ()
