"""The law a claim rests on, as data: which article says what, and when it is cited.

Every row was checked against what the articles say; `verify` marks a row whose wording a lawyer should look at again before release.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from forms.causes import WORK
from forms.claim import Case, Claim, collaterals
from forms.figures import article, listed
from forms.sides import Sides

CODE = "《中华人民共和国民法典》"
SALE_INTERPRETATION = "《最高人民法院关于审理买卖合同纠纷案件适用法律问题的解释》"
LENDING_PROVISIONS = "《最高人民法院关于审理民间借贷案件适用法律若干问题的规定》"
WORKS_INTERPRETATION = "《最高人民法院关于审理建设工程施工合同纠纷案件适用法律问题的解释（一）》"
EVERY = ("sale_of_goods", "services_work", "loan", "lease", "construction")
JOINT_GUARANTEE = "连带责任保证"


@dataclass(frozen=True)
class Basis:
    """One article: what it says, the types of dispute it fits, and the fact of the claim it needs ("" for none, see `facts_of`)."""

    act: str
    article: int
    says: str
    disputes: tuple[str, ...] = EVERY
    needs: str = ""
    verify: bool = False


BASES: tuple[Basis, ...] = (
    Basis(CODE, 386, "担保物权人优先受偿", needs="real_security"),
    Basis(CODE, 410, "抵押权的实现", needs="mortgage"),
    Basis(CODE, 436, "质权的实现", needs="pledge"),
    Basis(CODE, 509, "当事人应当按照约定全面履行义务"),
    Basis(CODE, 518, "连带债务", needs="joint_debt"),
    Basis(CODE, 561, "费用、利息、主债务的抵充顺序", ("loan",), "set_off"),
    Basis(CODE, 577, "违约责任"),
    Basis(CODE, 579, "金钱债务的继续履行"),
    Basis(CODE, 585, "约定违约金", ("sale_of_goods", "services_work", "lease", "construction"), "agreed"),
    Basis(CODE, 598, "出卖人交付标的物并转移所有权", ("sale_of_goods",)),
    Basis(CODE, 626, "买受人按约定的数额和方式支付价款", ("sale_of_goods",)),
    Basis(CODE, 628, "买受人按约定的时间支付价款", ("sale_of_goods",)),
    Basis(CODE, 646, "其他有偿合同参照适用买卖合同的规定", ("services_work",), "statutory_damages"),
    Basis(CODE, 667, "借款合同的定义", ("loan",)),
    Basis(CODE, 674, "支付利息的期限", ("loan",), "interest"),
    Basis(CODE, 675, "返还借款的期限", ("loan",)),
    Basis(CODE, 676, "逾期返还借款应当支付逾期利息", ("loan",), "damages"),
    Basis(CODE, 681, "保证合同的定义", needs="guarantee"),
    Basis(CODE, 686, "保证方式没有约定的按照一般保证承担责任", needs="mode_not_agreed"),
    Basis(CODE, 687, "一般保证", needs="general_guarantee"),
    Basis(CODE, 688, "连带责任保证", needs="joint_guarantee"),
    Basis(CODE, 691, "保证的范围", needs="guarantee"),
    Basis(CODE, 703, "租赁合同的定义", ("lease",)),
    Basis(CODE, 721, "承租人按约定的期限支付租金", ("lease",)),
    Basis(CODE, 722, "承租人未支付或者迟延支付租金", ("lease",)),
    Basis(CODE, 770, "承揽合同的定义", ("services_work",), "work"),
    Basis(CODE, 782, "定作人支付报酬的期限", ("services_work",), "work"),
    Basis(CODE, 788, "建设工程合同的定义", ("construction",)),
    Basis(CODE, 799, "竣工验收合格的应当按照约定支付价款", ("construction",)),
    Basis(CODE, 807, "建设工程价款的优先受偿权", ("construction",), "priority"),
    Basis(SALE_INTERPRETATION, 18, "未约定逾期付款违约金时的逾期付款损失", ("sale_of_goods",), "statutory_damages"),
    Basis(SALE_INTERPRETATION, 18, "参照适用于其他有偿合同", ("services_work",), "statutory_damages", verify=True),
    Basis(LENDING_PROVISIONS, 25, "借款利率以合同成立时一年期LPR四倍为上限", ("loan",), "agreed_rate"),
    Basis(LENDING_PROVISIONS, 28, "逾期利率", ("loan",), "damages"),
    Basis(WORKS_INTERPRETATION, 26, "欠付工程价款利息的计付标准", ("construction",), "damages"),
    Basis(WORKS_INTERPRETATION, 27, "利息从应付工程价款之日开始计付", ("construction",), "damages"),
    Basis(WORKS_INTERPRETATION, 35, "承包人的优先受偿权", ("construction",), "priority"),
    Basis(WORKS_INTERPRETATION, 40, "优先受偿的范围不含逾期利息、违约金", ("construction",), "priority"),
    Basis(WORKS_INTERPRETATION, 41, "优先受偿权自应当给付工程价款之日起最长十八个月", ("construction",), "priority"),
)


def facts_of(case: Case, claim: Claim, check: Mapping[str, Any], sides: Sides) -> frozenset[str]:
    """What of this claim calls for an article of its own; a payment order speaks of the debtor's money alone."""
    modes = {str(item.get("mode") or "未约定") for item in sides.sureties}
    things = collaterals(case) if sides.kind != "payment_order" else []
    kinds = {security_word(item) for item in things}
    facts = {
        "agreed": claim.agreed and bool(claim.damages),
        "statutory_damages": not claim.agreed and bool(claim.damages),
        "damages": bool(claim.damages),
        "interest": bool(claim.interest),
        "agreed_rate": bool(check.get("lending_cap")) and bool(claim.interest or claim.damages),
        "set_off": bool(check.get("set_off")),
        "joint_debt": sides.joint and len(sides.debtors) > 1,
        "guarantee": bool(sides.sureties),
        "joint_guarantee": JOINT_GUARANTEE in modes,
        "general_guarantee": bool(modes - {JOINT_GUARANTEE}),
        "mode_not_agreed": "未约定" in modes,
        "real_security": bool(things),
        "mortgage": "抵押物" in kinds,
        "pledge": "质物" in kinds,
        "priority": priority(check) and sides.kind != "payment_order",
        "work": sides.dispute is WORK,
    }
    return frozenset(name for name, true in facts.items() if true)


def priority(check: Mapping[str, Any]) -> bool:
    """The check found the priority of the price of works in time (Civil Code art. 807)."""
    return (check.get("element_status") or {}).get("K03_priority") == "complete"


def law_articles(case: Case, claim: Claim, check: Mapping[str, Any], sides: Sides) -> str:
    """《中华人民共和国民法典》第五百零九条、第五百七十七条，《…解释》第十八条: the articles this claim rests on."""
    dispute, facts = str(case.get("dispute_type") or "sale_of_goods"), facts_of(case, claim, check, sides)
    fitting = [basis for basis in BASES if dispute in basis.disputes and (not basis.needs or basis.needs in facts)]
    by_act = [(act, [article(basis.article) for basis in rows]) for act, rows in groupby(fitting, key=lambda basis: basis.act)]
    return "，".join(f"{act}{listed(numbers)}" for act, numbers in by_act)


def security_word(item: Mapping[str, Any]) -> str:
    """抵押物, 质物, or 担保物 where the file does not say."""
    kind = str(item.get("kind") or "").lower()
    return "抵押物" if "抵押" in kind or "mortgage" in kind else "质物" if "质" in kind or "pledge" in kind else "担保物"
