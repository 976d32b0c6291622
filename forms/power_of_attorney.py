"""授权委托书 (power of attorney) of the creditor for its agents.

Source: 《民事诉讼法》第62条, 《民诉法解释》第89条: admitting, waiving or changing claims, settling, counterclaiming or appealing need express special
authority; a bare 全权代理 counts as general authority. Receiving enforcement money: 《执行工作规定》第20条.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from forms.causes import cause_of
from forms.claim import Case
from forms.figures import day, listed
from forms.form import Field, Form, Section, Signature, choices, line
from forms.papers import MissingField
from forms.parties import UNKNOWN_OWN, party_lines, several
from forms.sides import sides_of

SPECIAL = "特别授权"
POWERS: Mapping[str, str] = {
    "change_claim": "代为承认、放弃、变更诉讼请求",
    "settle": "进行和解",
    "appeal": "提起反诉或者上诉",
    "enforce": "代为申请执行",
    "receive": "代收执行款项",
    "insolvency": "代为申报破产债权、参加债权人会议并表决",
}
WORDED_APART: Mapping[str, Mapping[str, str]] = {  # the same power where there is no suit
    "arbitration": {"change_claim": "代为承认、放弃、变更仲裁请求", "appeal": "提起反请求"},
    "payment_order": {"change_claim": "代为承认、放弃、变更请求"},
}
FITTING: Mapping[str, tuple[str, ...]] = {  # which powers a special mandate holds, by the kind of procedure
    "lawsuit": ("change_claim", "settle", "appeal", "enforce", "receive"),
    "arbitration": ("change_claim", "settle", "appeal", "enforce", "receive"),
    "payment_order": ("change_claim", "settle", "enforce", "receive"),
    "preservation": ("change_claim", "settle"),
    "enforcement": ("settle", "enforce", "receive"),
    "insolvency_claim": ("settle", "insolvency"),
    "write_off_archive": ("settle", "enforce", "receive", "insolvency"),
}
BEYOND: Mapping[str, str] = {  # how far a special mandate reaches; a general one ends with the stage of its kind
    "lawsuit": "自签署之日起至本案审理程序（含上诉）及执行程序终结之日止",
    "arbitration": "自签署之日起至本案仲裁程序及裁决执行程序终结之日止",
    "payment_order": "自签署之日起至本案督促程序及执行程序终结之日止",
}


def power_of_attorney(case: Case, given_on: date, kind: str = "lawsuit", cause: str = "", options: Mapping[str, Any] | None = None) -> Form:
    """One paper for all agents of the case; the powers of 特别授权 are ticked one by one and only for an agent who has it.

    `options["powers"]` are powers by their key in POWERS where others than the fitting ones are given, `options["authority"]` the authority of all
    agents where it is not that of the case. Raises ValueError when the case has no agent.
    """
    agents = case.get("agents") or []
    if not agents:
        raise ValueError("The case has no agent, so there is nobody to authorise. Nothing was made. Add the agent to the case first.")
    chosen, creditor, sides = options or {}, case["creditor"], sides_of(case, kind, options)
    authorities = [str(chosen.get("authority") or agent.get("authority") or "") for agent in agents]
    powers = several(chosen.get("powers")) or FITTING.get(kind, ())
    fields = [Field("委托人", party_lines(creditor, own=True))]
    for agent, authority in zip(agents, authorities, strict=True):
        fields += _agent(agent, authority == SPECIAL, kind, powers, creditor)
    term = str(chosen.get("term") or "") or (BEYOND.get(kind) if SPECIAL in authorities else None) or sides.roles.stage
    return Form(
        id="power_of_attorney",
        title="授权委托书",
        parts=(
            Section("委托双方及权限", tuple(fields)),
            Section("委托事项", (
                Field("案由", (line(cause_of(case, cause)),)),
                Field("委托事由", (line(_matter(case, kind)),)),
                Field("对方当事人", (line(listed([f"{sides.roles.other}{party['name']}" for party in sides.opponents])),)),
                Field("期限", (line(term),)),
            )),
            Signature("委托人（签名、盖章）", str(creditor["name"]), day(given_on)),
        ),
    )  # fmt: skip


def missing_fields(case: Case) -> list[MissingField]:
    """The agents with their authority; what the paper says of them beyond their names is worded around."""
    agents = case.get("agents") or []
    if not agents:
        return [MissingField("agents", "受委托人", "agent", "agents")]
    found = []
    for number, agent in enumerate(agents):
        if agent.get("kind") == "lawyer" and not agent.get("firm"):
            found.append(MissingField("agent.firm", f"{agent['name']}的律师事务所", f"law firm of {agent['name']}", f"agents.{number}.firm"))
        if not agent.get("phone"):
            found.append(MissingField("agent.phone", f"{agent['name']}的联系电话", f"telephone of {agent['name']}", f"agents.{number}.phone", blocking=False))
    return found


def _agent(agent: Mapping[str, Any], special: bool, kind: str, powers: Sequence[str], creditor: Mapping[str, Any]) -> list[Field]:
    lawyer = agent.get("kind") == "lawyer"
    employer = agent.get("firm") or (UNKNOWN_OWN if lawyer else creditor["name"])
    words = {**POWERS, **WORDED_APART.get(kind, {})}
    return [
        Field("受委托人", (
            line(f"姓名：{agent['name']}　职务：{'律师' if lawyer else '工作人员'}"),
            line(f"工作单位：{employer}{_phone(agent)}"),
        )),
        Field("代理权限", (choices("", ("一般授权", not special), ("特别授权", special)),)),
        Field("特别授权事项（逐项勾选）", tuple(choices("", (label, special and power in powers)) for power, label in words.items())),
    ]  # fmt: skip


def _matter(case: Case, kind: str) -> str:
    """What the agents do, in the words of the procedure."""
    court = (case.get("judgment") or {}).get("case_no") if kind == "enforcement" else (case.get("insolvency") or {}).get("case_no")
    return {
        "lawsuit": "代理委托人参加诉讼",
        "arbitration": "代理委托人参加仲裁",
        "payment_order": "代理委托人申请支付令",
        "preservation": "代理委托人申请财产保全",
        "enforcement": f"代理委托人申请强制执行{f'（执行依据：{court}）' if court else ''}",
        "insolvency_claim": f"代理委托人申报破产债权并参加破产程序{f'（{court}）' if court else ''}",
    }.get(kind, "代理委托人催收、追索债权")


def _phone(agent: Mapping[str, Any]) -> str:
    return f"　联系电话：{agent['phone']}" if agent.get("phone") else ""
