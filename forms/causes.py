"""What each type of dispute is called in a paper: the cause of action, the sides of the contract, the sum that is owed and how it was earned.

Causes of action: 《民事案件案由规定》(2020修正). 企业借贷 is no cause of its own there: money lent between companies is 民间借贷 too
(《民间借贷规定》第1条 / Private Lending Provisions art. 1).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from forms.claim import Case

WORK_WORDS = ("承揽", "加工", "定作", "定制", "制作", "维修", "修理", "检测", "印刷")  # 《民法典》第770条第2款: what a contract for work is about


@dataclass(frozen=True)
class Dispute:
    """The words of one type of dispute.

    `own` and `other` are the sides of the contract (出卖人, 买受人), `price` the sum owed (货款), `verb` how it is paid (支付, 偿还), `done` what the
    creditor did (履行交货义务), `batch` what one debt is called in a table, `relation` the legal relation.
    """

    cause: str
    relation: str
    own: str
    other: str
    price: str
    verb: str
    done: str
    batch: str


SALE = Dispute("买卖合同纠纷", "买卖合同关系", "出卖人", "买受人", "货款", "支付", "履行交货义务", "发票/批次")
SERVICE = Dispute("服务合同纠纷", "服务合同关系", "服务提供方", "服务接受方", "服务费", "支付", "提供服务", "发票/期次")
WORK = Dispute("承揽合同纠纷", "承揽合同关系", "承揽人", "定作人", "报酬", "支付", "完成并交付工作成果", "发票/期次")
LOAN = Dispute("民间借贷纠纷", "借款合同关系", "出借人", "借款人", "借款本金", "偿还", "提供借款", "借款")
LEASE = Dispute("租赁合同纠纷", "租赁合同关系", "出租人", "承租人", "租金", "支付", "交付租赁物", "租期")
HOUSE = Dispute("房屋租赁合同纠纷", "房屋租赁合同关系", "出租人", "承租人", "租金", "支付", "交付租赁房屋", "租期")
WORKS = Dispute("建设工程施工合同纠纷", "建设工程施工合同关系", "承包人", "发包人", "工程价款", "支付", "完成施工义务", "结算/进度款")
BY_TYPE: Mapping[str, Dispute] = {"sale_of_goods": SALE, "services_work": SERVICE, "loan": LOAN, "lease": LEASE, "construction": WORKS}


def dispute_of(case: Case) -> Dispute:
    """The words for this case; a contract for work and the lease of a house are told from the contract, a file without a type speaks of a sale."""
    contract = case.get("contract") or {}
    kind = str(case.get("dispute_type") or "sale_of_goods")
    if kind == "services_work" and any(word in str(contract.get("name") or "") for word in WORK_WORDS):
        return WORK
    if kind == "lease" and contract.get("object_kind") == "house":
        return HOUSE
    return BY_TYPE[kind]


def cause_of(case: Case, given: str = "") -> str:
    """The cause of action: `given` by a person where it is one cause and not the general name of the type."""
    general = not given or "/" in given or given in {each.cause for each in BY_TYPE.values()}
    return dispute_of(case).cause if general else given
