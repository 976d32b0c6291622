"""What is asked for, numbered: principal, interest, damages, costs, then guarantee, security and priority, last the costs of the procedure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from forms.claim import Case, Claim, collaterals
from forms.contract_words import contract_name
from forms.figures import day
from forms.legal_basis import JOINT_GUARANTEE, priority, security_word
from forms.sides import Sides


def claims_statement(case: Case, claim: Claim, check: Mapping[str, Any], sides: Sides) -> tuple[str, ...]:
    """The numbered requests, then their sum where more than one asks for money."""
    asked = money_requests(claim, sides)
    reach = f"上述第1项至第{len(asked)}项" if len(asked) > 1 else "上述第1项"
    further = [*_guarantee(sides, reach), *_security(case, sides, reach), *_priority(case, claim, check, sides)]
    requests = [*asked, *further, f"{sides.roles.verb}{sides.everybody}承担{sides.roles.costs}"]
    numbered = [f"{number}.{text}{'。' if number == len(requests) else '；'}" for number, text in enumerate(requests, 1)]
    if len(asked) > 1:
        numbered.append(f"以上第1项至第{len(asked)}项{'暂' if claim.running else ''}合计{claim.total:,.2f}元。")
    return tuple(numbered)


def money_requests(claim: Claim, sides: Sides) -> list[str]:
    """The requests for money; their sums add up to `claim.total`. A sum of zero is not asked for."""
    lead, dispute = f"{sides.roles.verb}{sides.owing}向{sides.own}", sides.dispute
    requests = []
    if claim.principal:
        requests.append(f"{lead}{dispute.verb}{dispute.price}{claim.principal:,.2f}元")
    if claim.interest:
        requests.append(f"{lead}支付借款期内利息{claim.interest:,.2f}元")
    if claim.damages:
        requests.append(f"{lead}支付{claim.kind}{damages_words(claim)}")
    if claim.costs:
        requests.append(f"{lead}支付实现债权的费用{claim.costs:,.2f}元")
    return requests


def damages_words(claim: Claim) -> str:
    """The sum to the cut-off day and what runs on: （暂计至…为82,946.41元；自…起至实际清偿之日止，…另行计付）."""
    if not claim.running:
        return f"{claim.damages:,.2f}元"
    return (
        f"（暂计至{day(claim.cut_off)}为{claim.damages:,.2f}元；"
        f"自{day(claim.runs_from)}起至实际清偿之日止，{claim.running_words()}另行计付）"
    )


def _guarantee(sides: Sides, reach: str) -> list[str]:
    """Joint guarantee: Civil Code art. 688; a general one, also where no mode was agreed, only after enforcement failed (arts. 686, 687)."""
    verb = sides.roles.verb
    return [
        f"{verb}{sides.named(party)}对{reach}债务承担连带清偿责任"
        if party.get("mode") == JOINT_GUARANTEE
        else f"{verb}{sides.named(party)}在{sides.debtor}的财产依法强制执行后仍不能履行债务的范围内，对{reach}债务承担补充清偿责任"
        for party in sides.sureties
    ]


def _security(case: Case, sides: Sides, reach: str) -> list[str]:
    """Civil Code arts. 386, 410, 436."""
    return [
        f"确认{sides.own}对{item['object']}（{security_word(item)}）折价或者拍卖、变卖所得的价款，在{reach}债权范围内优先受偿"
        for item in collaterals(case)
    ]


def _priority(case: Case, claim: Claim, check: Mapping[str, Any], sides: Sides) -> list[str]:
    """Civil Code art. 807; overdue interest and damages are outside it (Construction Interpretation (I) art. 40)."""
    if not priority(check) or not claim.principal:
        return []
    place = (case.get("contract") or {}).get("object_location")
    what = f"位于{place}的" if place else ""
    return [f"确认{sides.own}就其承建的{what}{contract_name(case)}项下工程折价或者拍卖的价款，在工程价款{claim.principal:,.2f}元范围内优先受偿"]
