"""授权委托书 (power of attorney) of the creditor for its agents in the lawsuit.

Source: 《民事诉讼法》第62条, 《民诉法解释》第89条: admitting, waiving or changing claims, settling, counterclaiming or appealing need express special
authority; a bare 全权代理 counts as general authority. Receiving enforcement money: 《执行工作规定》第20条.
"""

from __future__ import annotations

from datetime import date

from forms.claim import Case, defendants
from forms.figures import day, listed
from forms.form import Field, Form, Section, Signature, choices, line
from forms.parties import UNKNOWN_OWN, party_lines

SPECIAL_POWERS = ("代为承认、放弃、变更诉讼请求", "进行和解", "提起反诉或者上诉", "代为申请执行", "代收执行款项", "代为申报破产债权、参加债权人会议并表决")
IN_LAWSUIT = SPECIAL_POWERS[:5]


def power_of_attorney(case: Case, given_on: date, special_powers: tuple[str, ...] = IN_LAWSUIT) -> Form:
    """One paper for all agents of the case; the powers of 特别授权 are ticked one by one and only for an agent who has it.

    Raises ValueError when the case has no agent.
    """
    agents = case.get("agents") or []
    if not agents:
        raise ValueError("The case has no agent, so there is nobody to authorise. Nothing was made. Add the agent to the case first.")
    creditor = case["creditor"]
    fields = [Field("委托人", party_lines(creditor, own=True))]
    for agent in agents:
        special = agent.get("authority") == "特别授权"
        employer = agent.get("firm") or (creditor["name"] if agent.get("kind") == "employee" else UNKNOWN_OWN)
        fields += [
            Field("受委托人", (
                line(f"姓名：{agent['name']}　职务：{'律师' if agent.get('kind') == 'lawyer' else '工作人员'}"),
                line(f"工作单位：{employer}　联系电话：{agent.get('phone') or UNKNOWN_OWN}"),
            )),
            Field("代理权限", (choices("", ("一般授权", not special), ("特别授权", special)),)),
            Field("特别授权事项（逐项勾选）", tuple(choices("", (power, special and power in special_powers)) for power in SPECIAL_POWERS)),
        ]  # fmt: skip
    return Form(
        id="power_of_attorney",
        title="授权委托书",
        parts=(
            Section("委托双方及权限", tuple(fields)),
            Section("委托事项", (
                Field("案由", (line("买卖合同纠纷"),)),
                Field("对方当事人", (line(listed([str(party["name"]) for party in defendants(case)])),)),
                Field("期限", (line("自签署之日起至本案一审程序终结之日止"),)),
            )),
            Signature("委托人（签名、盖章）", str(creditor["name"]), day(given_on)),
        ),
    )  # fmt: skip
