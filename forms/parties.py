"""How parties, agents and addresses for service are printed, the same on every paper.

Source of the fields: 《民事诉讼法》第124条 (Civil Procedure Law art. 124); the defendant's details may be fewer (《民诉法解释》第209条).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from forms.figures import day
from forms.form import Line, choices, line, yes_no

Party = Mapping[str, Any]
COMPANY_TYPES = (
    "有限责任公司", "股份有限公司", "上市公司", "其他企业法人", "事业单位", "社会团体", "基金会", "社会服务机构", "机关法人", "农村集体经济组织法人",
    "城镇农村的合作经济组织法人", "基层群众性自治组织法人", "个人独资企业", "合伙企业", "不具有法人资格的专业服务机构",
)  # fmt: skip
ORGANISATION = re.compile(  # what the name of an organisation ends with, and no name of a person
    "(公司|集团|企业|厂|店|商行|经营部|合作社|合伙|事务所|银行|中心|医院|学校|大学|学院|"
    "研究院|研究所|委员会|协会|基金会|管理局)(（[^（）]*）)?$"
)
STATE_WORDS = ("国有", "国资", "全民")
WAYS: Mapping[str, str] = {"sms": "短信", "wechat": "微信", "fax": "传真", "email": "邮箱", "other": "其他"}  # of electronic service, in the order of the form
UNKNOWN_OWN = "无"  # the plaintiff says that it has none
UNKNOWN_OTHER = "不详"  # of the other side it is said that it is not known


def is_person(party: Party) -> bool:
    """A natural person: no code, no type but 自然人, and where no type is given no name that only an organisation bears (甲贸易有限公司)."""
    if party.get("uscc"):
        return False
    return str(party["type"]) == "自然人" if party.get("type") else not ORGANISATION.search(str(party.get("name") or "").strip())


def party_lines(party: Party, *, own: bool) -> tuple[Line, ...]:
    """The party block of the element form; `own` for the side that files."""
    blank = UNKNOWN_OWN if own else UNKNOWN_OTHER
    return _person_lines(party, blank) if is_person(party) else _company_lines(party, blank)


def party_label(role: str, party: Party, number: str = "") -> str:
    """原告\n（法人、非法人组织）."""
    return f"{role}{number}\n（{'自然人' if is_person(party) else '法人、非法人组织'}）"


def said(party: Party, key: str, blank: str) -> str:
    """A value of the party block, or what stands for an unknown one."""
    return str(party.get(key) or blank)


def position(party: Party) -> str:
    """The office of the legal representative; silence means 法定代表人."""
    return str(party.get("position") or "法定代表人")


def _office(party: Party, blank: str) -> str:
    """The office of a representative who is known; of an unknown one nothing is said."""
    return position(party) if party.get("legal_representative") or party.get("position") else blank


def agent_lines(agents: Sequence[Mapping[str, Any]]) -> tuple[Line, ...]:
    """有 ☑ with each agent, or 无 ☑."""
    if not agents:
        return (choices("", ("有", False), ("无", True)),)
    lines = [choices("", ("有", True), ("无", False))]
    for agent in agents:
        lawyer = agent.get("kind") == "lawyer"
        lines.append(line(f"姓名：{agent['name']}　单位：{said(agent, 'firm', UNKNOWN_OWN)}　职务：{'律师' if lawyer else '工作人员'}"))
        lines.append(line(f"联系电话：{said(agent, 'phone', UNKNOWN_OWN)}"))
        special = agent.get("authority") == "特别授权"
        lines.append(choices("代理权限：", ("一般授权", not special), ("特别授权", special)))
    return tuple(lines)


def service_lines(party: Party, agents: Sequence[Mapping[str, Any]] = ()) -> tuple[Line, ...]:
    """Address for service, who takes it in, telephone: the agent's name first where the party has one."""
    receiver = agents[0] if agents else {}
    return (
        line(f"送达地址：{party.get('service_address') or said(party, 'address', UNKNOWN_OWN)}"),
        line(f"收件人：{receiver.get('name') or party.get('legal_representative') or party['name']}　"
             f"联系电话：{receiver.get('phone') or said(party, 'phone', UNKNOWN_OWN)}"),
    )  # fmt: skip


def e_service_lines(party: Party, ways: Sequence[str] = ()) -> tuple[Line, ...]:
    """Consent to electronic service and its ways (《民事诉讼法》第90条); without `ways` chosen, the e-mail address the case file knows."""
    accepted, email = bool(party.get("e_service")) or bool(ways), str(party.get("email") or "")
    if not accepted:
        return (yes_no(accepted),)
    ticked = set(ways) or ({"email"} if email else set())
    reached = [text for way, text in (("email", email), ("sms", str(party.get("phone") or ""))) if way in ticked and text]
    return (
        yes_no(accepted),
        choices("方式：", *((label, way in ticked) for way, label in WAYS.items()), after=f"　{'　'.join(reached)}" if reached else ""),
    )


def several(said: object) -> tuple[str, ...]:
    """A choice of several: "sms,email" as a page sends it, or a sequence."""
    if isinstance(said, str):
        return tuple(each.strip() for each in said.split(",") if each.strip())
    return tuple(str(each) for each in said) if isinstance(said, list | tuple) else ()


def _company_lines(party: Party, blank: str) -> tuple[Line, ...]:
    kind = str(party.get("type") or "")
    listed_type = kind if kind in COMPANY_TYPES else ""
    other = bool(kind) and not listed_type
    # silence means 民营, but a party of unknown kind on the other side is not called so
    ownership = str(party.get("ownership") or ("民营" if kind else ""))
    state = any(word in ownership for word in STATE_WORDS)
    options = [
        (f"其他企业法人（{kind}）" if other and each == "其他企业法人" else each, each == listed_type or (other and each == "其他企业法人"))
        for each in COMPANY_TYPES
    ]
    return (
        line(f"名称：{party['name']}"),
        line(f"住所地（主要办事机构所在地）：{said(party, 'address', blank)}"),
        line(f"注册地/登记地：{party.get('registered_address') or said(party, 'address', blank)}"),
        line(f"法定代表人/负责人：{said(party, 'legal_representative', blank)}　职务：{_office(party, blank)}　联系电话：{said(party, 'phone', blank)}"),
        line(f"统一社会信用代码：{said(party, 'uscc', blank)}"),
        choices("类型：", *options),
        choices(
            "所有制性质：", ("国有", state), ("（控股", state and "控股" in ownership), ("参股", state and "参股" in ownership), ("）民营", "民营" in ownership)
        ),
    )


def _person_lines(party: Party, blank: str) -> tuple[Line, ...]:
    gender = party.get("gender")
    return (
        line(f"姓名：{party['name']}"),
        choices(
            "性别：",
            ("男", gender in ("男", "male")),
            ("女", gender in ("女", "female")),
            after=f"　出生日期：{day(party.get('birth_date'), blank)}　民族：{said(party, 'ethnicity', blank)}",
        ),
        line(f"工作单位：{said(party, 'employer', blank)}　职务：{party.get('position') or blank}　联系电话：{said(party, 'phone', blank)}"),
        line(f"住所地（户籍所在地）：{party.get('registered_address') or said(party, 'address', blank)}"),
        line(f"经常居住地：{said(party, 'address', blank)}"),
        line(f"证件类型：{party.get('id_kind') or ('居民身份证' if party.get('id_number') else blank)}　证件号码：{said(party, 'id_number', blank)}"),
    )
