"""What the papers of the four example cases say beyond the case files: goods, accounts, telephone numbers, and the history of case D.

All of it is invented and agrees with the facts of the case; nothing here enters the case file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

from casefiles.errors import Refused


class NotAnExample(Refused):
    """The case is none of the four examples: nobody has told the story of its papers."""


@dataclass(frozen=True)
class Good:
    """One kind of goods with its price with tax, in yuan."""

    name: str
    model: str
    unit: str
    price: Decimal


@dataclass(frozen=True)
class Side:
    """What the papers print of a party beside the case file: bank, account, telephone, trade."""

    bank: str
    account: str
    phone: str
    trade: str
    founded: str
    capital: str
    contact: str


@dataclass(frozen=True)
class Turn:
    """One sentence of a call: seconds from its beginning, who speaks, what is said."""

    second: int
    speaker: str
    text: str


@dataclass(frozen=True)
class Story:
    """The invented surroundings of one case; `past` holds blocks in case-file format for papers the case names by type only."""

    subject: str
    goods: tuple[Good, ...]
    creditor: Side
    debtor: Side
    law_firm: str = "示例律师事务所"
    contract_format: Literal["pdf", "docx"] = "pdf"
    reconciliation_format: Literal["xlsx", "scan"] = "scan"
    calls: tuple[tuple[Turn, ...], ...] = ()
    past: Mapping[str, Any] = field(default_factory=dict)


def lines_of(story: Story, amount: Decimal) -> list[tuple[Good, int, Decimal]]:
    """Goods, quantity and sum that make up `amount` exactly: half of it the first kind, most of the rest the second, the third fills up."""
    first, second, third = story.goods
    many = int(amount / 2 / first.price)
    rest = amount - many * first.price
    some = int(rest * Decimal("0.8") / second.price)
    rest -= some * second.price
    few = int(rest / third.price)
    if few * third.price != rest:
        raise ValueError(f"{amount} cannot be made of these goods: {rest} is no multiple of {third.price}.")
    counts = ((first, many), (second, some), (third, few))
    return [(good, count, count * good.price) for good, count in counts if count]


A = Story(
    reconciliation_format="xlsx",
    subject="滚珠丝杠副、直线导轨及配套轴承",
    goods=(
        Good("滚珠丝杠副", "SFU3210-1500", "套", Decimal("4150.00")),
        Good("直线导轨滑块组", "HGH25CA", "套", Decimal("1500.00")),
        Good("角接触球轴承", "7004AC/P4", "件", Decimal("50.00")),
    ),
    creditor=Side("示例银行杭州示例支行", "3300 **** **** 0118", "0571-00000001", "精密机械零部件的制造与销售", "2015-06-18", "壹仟万元整", "戊五"),
    debtor=Side("示例银行无锡样本支行", "3202 **** **** 0886", "0510-00000002", "装备制造、机床销售", "2012-09-04", "叁仟万元整", "己六"),
    calls=(
        (
            Turn(0, "戊五", "您好，请问是财务负责人己六吗？我是江南精密的清收专员戊五，本次通话将会录音。"),
            Turn(7, "己六", "是我，你说吧。"),
            Turn(9, "戊五", "三月份寄出的催款函贵公司收到了吧？截至去年年底的对账单上，贵公司还欠我们货款七十五万元，请您确认。"),
            Turn(18, "己六", "收到了。欠75万元这个数没有错，对账单是我们盖的章。"),
            Turn(23, "戊五", "那什么时候可以付款？"),
            Turn(25, "己六", "最近资金确实紧张，我承诺今年年底前，就是12月31日之前，先支付10万元。"),
            Turn(33, "戊五", "好的，年底前支付10万元，其余款项我们再约时间。谢谢。"),
        ),
    ),
)
B = Story(
    contract_format="docx",
    subject="覆铜板、导电银浆及离型膜",
    goods=(
        Good("覆铜板", "FR-4 1.6mm", "张", Decimal("185.00")),
        Good("导电银浆", "ST-805 500g", "罐", Decimal("460.00")),
        Good("离型膜", "PET 50μm", "米", Decimal("5.00")),
    ),
    creditor=Side("示例银行深圳甲街支行", "4403 **** **** 0233", "0755-00000003", "电子专用材料的研发与销售", "2017-03-21", "伍佰万元整", "庚七"),
    debtor=Side("示例银行合肥乙路支行", "3401 **** **** 0677", "0551-00000004", "光电器件的研发、生产", "2016-11-09", "贰仟万元整", "采购部"),
)
C = Story(
    reconciliation_format="xlsx",
    subject="五层瓦楞纸箱、彩印复合膜及防伪标签",
    goods=(
        Good("五层瓦楞纸箱", "480×320×260mm", "个", Decimal("6.50")),
        Good("彩印复合膜", "PET/PE 12+60μm", "公斤", Decimal("28.00")),
        Good("防伪标签", "30×20mm", "枚", Decimal("0.50")),
    ),
    creditor=Side("示例银行成都丙路支行", "5101 **** **** 0345", "028-00000005", "包装材料的制造与销售", "2013-05-30", "捌佰万元整", "癸十"),
    debtor=Side("示例银行郑州丁街支行", "4101 **** **** 0912", "0371-00000006", "食品生产与销售", "2009-08-12", "伍仟万元整", "丑二"),
)
D = Story(
    subject="热轧H型钢、镀锌方管及高强螺栓",
    goods=(
        Good("热轧H型钢", "HW200×200 Q355B", "吨", Decimal("4850.00")),
        Good("镀锌方管", "80×80×3.0 6m", "支", Decimal("125.00")),
        Good("高强螺栓连接副", "M20×70 10.9S", "套", Decimal("5.00")),
    ),
    creditor=Side("示例银行大连己路支行", "2102 **** **** 0421", "0411-00000007", "钢结构材料的加工与销售", "2011-04-15", "贰仟万元整", "午七"),
    debtor=Side("示例银行长春庚街支行", "2201 **** **** 0758", "0431-00000008", "建筑装饰工程施工", "2014-07-01", "壹仟万元整", "未八"),
    calls=(
        (
            Turn(0, "清收专员", "您好，这里是辽海钢构，通话会录音。一月份寄给贵公司的催款函收到了吗？"),
            Turn(7, "财务经理", "函件收到了。四十二万元的货款我们认，账上暂时没有钱。"),
            Turn(13, "清收专员", "请贵公司给出书面的付款计划。"),
            Turn(16, "财务经理", "我向辰五总汇报以后答复你们。"),
        ),
        (
            Turn(22, "清收专员", "未八经理，三月一日的函件已经签收，付款计划定了吗？"),
            Turn(27, "财务经理", "还没有。工程款没有回来，420,000元一分都付不出来。"),
            Turn(33, "清收专员", "那我们只能通过诉讼解决。"),
            Turn(36, "财务经理", "可以理解。"),
        ),
    ),
    past={
        "contract": {
            "id": "D05", "no": "GG-2021-0508", "name": "钢结构材料买卖合同", "signed_on": "2021-05-08", "signed_at": "大连市", "total": "420000.00",
            "payment_terms": {"rule": "within 60 days after delivery", "days_after_delivery": 60},
            "dispute_clause": {"type": "court", "text": "由出卖人住所地人民法院管辖", "clause": "第12条"}, "authorised_receivers": ["巳六"],
        },
        "deliveries": [
            {"no": "SH-31", "date": "2021-05-20", "amount": "118000.00", "signed_by": "巳六", "debtor_seal": True},
            {"no": "SH-32", "date": "2021-06-15", "amount": "96500.00", "signed_by": "巳六", "debtor_seal": True},
            {"no": "SH-33", "date": "2021-07-12", "amount": "132000.00", "signed_by": "巳六", "debtor_seal": True},
            {"no": "SH-34", "date": "2021-08-05", "amount": "73500.00", "signed_by": "巳六", "debtor_seal": True},
        ],
        "invoices": [
            {"no": "FP-31", "date": "2021-05-21", "amount": "118000.00", "due_date": "2021-07-19"},
            {"no": "FP-32", "date": "2021-06-16", "amount": "96500.00", "due_date": "2021-08-14"},
            {"no": "FP-33", "date": "2021-07-13", "amount": "132000.00", "due_date": "2021-09-10"},
            {"no": "FP-34", "date": "2021-08-06", "amount": "73500.00", "due_date": "2021-10-04"},
        ],
        "reconciliations": [{"as_at": "2021-12-31", "signed_on": "2022-01-10", "amount": "420000.00", "debtor_seal": "公章", "signed_by": "未八"}],
        "demands": [
            {"kind": "demand_letter", "dated": sent, "sent_on": sent, "carrier": "EMS", "waybill_no": number, "content_named": "催款函",
             "receipt": {"delivered_on": there, "signed_by": "前台", "status": "签收"}}
            for sent, there, number in (
                ("2022-01-20", "2022-01-24", "EX000000101CN"), ("2022-03-01", "2022-03-04", "EX000000102CN"), ("2022-04-06", "2022-04-09", "EX000000103CN"),
            )
        ],
        "recordings": [{"date": "2022-02-15"}, {"date": "2022-03-22"}],
    },
)  # fmt: skip
STORIES = {"EX-A-COMPLETE": A, "EX-B-FIVE-DEFECTS": B, "EX-C-INSOLVENCY": C, "EX-D-WRITE-OFF": D}


def story_of(case: Mapping[str, Any]) -> Story:
    """The story of an example case; NotAnExample for any other."""
    try:
        return STORIES[case["case_id"]]
    except KeyError:
        raise NotAnExample(
            f"Case {case.get('case_id')!r} is none of the examples ({', '.join(STORIES)}), so its papers cannot be drawn. Nothing was written.",
            f"案件 {case.get('case_id')} 不是示例案件，无法绘制其材料。未写入任何文件。",
        ) from None
