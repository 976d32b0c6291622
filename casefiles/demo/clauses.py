"""The wording of the example contracts: clauses in the order each contract has them, with the case's own terms in their places."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from casefiles.demo.figures import daily_rate, in_words, money, zh_date

Article = tuple[str, tuple[str, ...]]

POOL: Mapping[str, Article] = {
    "goods": ("标的物", (
        "出卖人向买受人供应{subject}（以下统称“货物”），品名、规格型号、计量单位、数量及单价以本条所附供货明细表为准。",
        "货物均为全新、未经使用的合格产品，出卖人保证对货物享有完整的处分权，任何第三人不得就货物主张所有权、抵押权或者知识产权。",
        "供货明细表所列单价为含13%增值税的固定单价，已包含包装、运输、保险及卸货前的一切费用，合同履行期内不作调整。",
    )),
    "price": ("合同价款", (
        "本合同总价款为人民币{total}元（大写：人民币{total_words}）。",
        "总价款按各批货物的实际签收金额分批结算，各批金额之和以本合同总价款为限；买受人要求增加供货的，双方另行签订补充协议。",
        "货款一律以银行转账方式支付至出卖人在本合同首部载明的账户，买受人付款时应当在附言中注明合同编号或者所付发票的号码。",
    )),
    "yearly_price": ("价格与结算", (
        "本合同为年度购销合同，不约定总价款，货款按各批货物的实际签收数量乘以供货明细表所列单价计算。",
        "供货明细表所列单价为含13%增值税的固定单价，有效期至2025年12月31日；原纸价格涨跌超过百分之八的，双方可以书面协商调价。",
        "双方每年至少对账一次，买受人应在收到对账单之日起十五日内核对并加盖印章，逾期未提出异议的，出卖人可以继续催告核对。",
    )),
    "quality": ("质量标准", (
        "货物应当符合国家标准、行业标准以及附件二《技术要求》，标准之间不一致的，以要求较高者为准。",
        "出卖人应随货提供产品合格证和出厂检验报告，每批货物的批号应当与检验报告所载批号一致，以便追溯。",
        "货物自签收之日起十二个月内因制造原因出现故障的，出卖人应当在接到通知后四十八小时内答复，并负责修理或者更换。",
    )),
    "transport": ("包装与运输", (
        "出卖人应当采用适合长途公路运输的包装，并采取防潮、防锈、防震措施，包装物不回收，费用由出卖人承担。",
        "出卖人负责将货物运至买受人住所地仓库，即{debtor_address}，运输途中的毁损、灭失风险由出卖人承担。",
        "出卖人应于每批货物发运前二十四小时将车号、司机姓名及预计到达时间告知买受人，以便买受人安排卸货。",
    )),
    "handover": ("交付与签收", (
        "货物分批交付，每批交付时出卖人应当提供一式三联的送货单，载明合同编号、货物名称、规格、数量、单价和金额。",
        "{receivers}",
        "买受人在送货单上签字并盖章，即视为对该批货物的数量和金额予以确认；存在短少、外观破损的，应当在送货单上当场注明。",
    )),
    "payment": ("付款期限", (
        "买受人应当于{term}付清该批货款。",
        "付款期限的最后一日为法定休假日的，仍以该日为付款期限届满之日，买受人应当提前安排付款。",
        "买受人付款时指定所付发票的，按其指定抵充；未指定的，依照法律规定的顺序抵充。",
        "开具发票不是付款的前提条件，买受人不得以未收到发票或者尚未办理入库手续为由拒绝或者迟延付款。",
    )),
    "payment_yearly": ("付款期限", (
        "买受人应当于每批货物交付次月的月底前（即以交付次月末日为限）付清该批货款，送货单日期为交付日期。",
        "付款期限不因发票开具日期的先后而改变，每张发票的付款到期日由出卖人在发票备注栏中注明。",
        "2025年度最后一批货物的货款人民币60,000.00元作为质量保证金，买受人应当于2026年6月30日前无息支付，验收合格不构成提前支付的条件。",
        "买受人付款时指定所付发票的，按其指定抵充；未指定的，依照法律规定的顺序抵充。",
    )),
    "invoice": ("发票", (
        "出卖人应当在每批货物签收后三日内开具该批货款的增值税专用发票，税率为13%。",
        "货物退回或者价款折让的，双方应当按照税务规定开具红字发票，红字发票金额从对应发票的应付货款中扣减。",
        "发票仅作为结算和抵扣凭证，不单独作为货物已经交付或者货款已经付清的证明。",
    )),
    "inspection": ("检验与质量异议", (
        "买受人应当在收到货物后的合理期限内进行检验，发现质量不符合约定的，应当及时以书面形式通知出卖人，并附检验记录和照片。",
        "出卖人收到书面异议后应当在七日内派员到场核实，双方对质量问题不能达成一致的，共同委托具有资质的机构检测。",
        "部分货物存在质量异议的，不影响买受人支付其余货物的价款。",
    )),
    "default": ("违约责任", (
        "出卖人迟延交货的，每迟延一日，应按迟延交付部分货款的万分之一点五向买受人支付违约金。",
        "买受人逾期付款的，每逾期一日，应以逾期未付款项为基数，按{rate}向出卖人支付违约金，直至付清之日止。",
        "买受人逾期付款超过六十日的，出卖人有权暂停后续供货，由此造成的交货迟延不视为出卖人违约。",
        "依据本合同第{n}.2条计算的违约金不因出卖人接受部分付款而免除。",
    )),
    "default_first": ("违约责任", (
        "买受人逾期付款的，每逾期一日，应以逾期未付款项为基数，按{rate}向出卖人支付违约金，直至付清之日止。",
        "出卖人迟延交货的，应当赔偿买受人因此遭受的直接损失，但赔偿总额不超过该批货款的百分之十。",
        "本合同第{n}条所称逾期，自付款期限届满的次日起计算。",
    )),
    "default_none": ("违约责任", (
        "任何一方不履行合同义务或者履行不符合约定的，应当依照法律规定承担继续履行、采取补救措施或者赔偿损失等违约责任。",
        "出卖人迟延交货超过十五日的，买受人有权解除该批货物的买卖，并要求返还该批货物的预付款项。",
        "一方违约后，对方应当采取适当措施防止损失扩大，未采取适当措施致使损失扩大的，不得就扩大的损失请求赔偿。",
    )),
    "title": ("所有权与风险转移", (
        "货物的所有权自买受人签收时起转移，货物毁损、灭失的风险自签收时起由买受人承担。",
        "因货物质量不符合要求致使不能实现合同目的，买受人拒绝接受货物的，货物毁损、灭失的风险由出卖人承担。",
    )),
    "secrecy": ("知识产权与保密", (
        "双方对在订立和履行本合同过程中知悉的图纸、配方、价格及客户信息负有保密义务，保密期限至合同终止后三年。",
        "出卖人保证货物不侵犯第三人的专利权、商标权；发生侵权争议的，由出卖人负责处理。",
    )),
    "force": ("不可抗力", (
        "因不可抗力不能履行合同的，根据不可抗力的影响，部分或者全部免除责任，但应当在七日内通知对方并提供证明。",
        "金钱给付义务不因不可抗力而当然免除，付款期限按照不可抗力的持续时间相应顺延。",
    )),
    "notice": ("通知与送达", (
        "双方在本合同首部载明的住所地为通知及诉讼、仲裁文书的送达地址，一方变更地址的，应当在三日内书面通知对方。",
        "催款函、对账单等文件以特快专递寄往前款地址的，收件人签收之日视为送达之日；无正当理由拒收的，退回之日视为送达之日。",
        "买受人的业务联系电话为{debtor_phone}，该号码用于对账、催款及其他合同履行事项的联系。",
    )),
    "court": ("争议解决", (
        "本合同适用中华人民共和国法律。",
        "因本合同引起的或者与本合同有关的争议，双方应当协商解决；协商不成的，{forum}。",
    )),
    "arbitration": ("争议解决", (
        "本合同适用中华人民共和国法律。",
        "因本合同引起的或者与本合同有关的一切争议，双方应当协商解决；协商不成的，{forum}，按照申请仲裁时该会现行有效的仲裁规则进行，仲裁裁决是终局的，对双方均有约束力。",
    )),
    "change": ("合同的变更与解除", (
        "对本合同的任何变更应当采用书面形式并由双方盖章，口头约定或者业务人员之间的聊天内容不构成对本合同的变更。",
        "一方明确表示或者以自己的行为表明不履行主要债务的，对方可以解除合同，解除通知自到达时生效。",
    )),
    "last": ("附则", (
        "本合同的附件为合同的组成部分，与正文具有同等效力；附件与正文不一致的，以正文为准。",
        "本合同自双方盖章之日起生效，一式四份，双方各执两份，具有同等法律效力。",
        "本合同文本为演示用途而编写，合同双方、金额及编号均属虚构。",
    )),
}  # fmt: skip

START = ("goods", "price", "quality", "transport", "handover")
ORDERS: Mapping[str, tuple[str, ...]] = {
    "EX-A-COMPLETE": (*START, "payment", "invoice", "inspection", "default", "title", "notice", "court", "change", "last"),
    "EX-B-FIVE-DEFECTS": (
        *START, "payment", "invoice", "inspection", "title", "default_none", "secrecy", "force", "notice", "arbitration", "last",
    ),
    "EX-C-INSOLVENCY": (
        "goods", "yearly_price", "quality", "transport", "handover", "payment_yearly", "inspection",
        "default_first", "title", "notice", "court", "change", "last",
    ),
    "EX-D-WRITE-OFF": (*START, "payment", "invoice", "inspection", "default_none", "title", "notice", "court", "change", "last"),
}  # fmt: skip

TECHNICAL = (
    "一、外观：表面应当平整、清洁，无锈蚀、裂纹、划伤及影响使用的变形，标识应当清晰、耐久。",
    "二、尺寸：按照供货明细表所列规格型号加工，未注公差按照GB/T 1804中等级（m级）执行。",
    "三、检验：出厂检验按照批次进行，抽样方案执行GB/T 2828.1，接收质量限为1.0；检验报告应当由检验员签名。",
    "四、包装标志：每件包装应当标明品名、规格、数量、批号、毛重和收货单位，并附防潮、向上、小心轻放标志。",
    "五、随机文件：装箱单、产品合格证、出厂检验报告各一份，放置于最外层包装的资料袋内。",
    "六、售后：质量保证期内出卖人提供电话技术支持，必要时派技术人员到买受人现场处理。",
)


def articles(case: Mapping[str, Any], contract: Mapping[str, Any], subject: str, debtor_phone: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """Headings with their numbered clauses: [("第9条　违约责任", [("9.1", "..."), ...]), ...]."""
    total = contract.get("total")
    terms = contract.get("payment_terms") or {}
    rate = contract.get("late_payment_clause") or {}
    receivers = contract.get("authorised_receivers") or []
    values = {
        "subject": subject,
        "total": money(total) if total else "",
        "total_words": in_words(Decimal(total)) if total else "",
        "debtor_address": case["debtor"]["address"],
        "debtor_phone": debtor_phone,
        "receivers": (
            f"买受人授权{'、'.join(receivers)}为指定收货人，" + ("其中任何一人" if len(receivers) > 1 else "其") + "在送货单上的签字对买受人具有约束力。"
            if receivers
            else "买受人的收货人员应当在送货单上签字并加盖买受人印章，仅有签字而无印章的，出卖人可以拒绝卸货。"
        ),
        "term": f"每批货物{'签收之日' if 'signed' in terms.get('rule', '') else '交付之日'}起{terms.get('days_after_delivery', 30)}日内",
        "rate": daily_rate(rate["rate"]) if rate else "",
        "forum": _forum(contract),
    }
    found = []
    for number, key in enumerate(ORDERS[case["case_id"]], start=1):
        heading, texts = POOL[key]
        found.append((f"第{number}条　{heading}", [(f"{number}.{at}", text.format(n=number, **values)) for at, text in enumerate(texts, start=1)]))
    return found


def _forum(contract: Mapping[str, Any]) -> str:
    text = str(contract["dispute_clause"]["text"])
    return text if text.startswith(("由", "提交")) else f"由{text}管辖"


def preamble(contract: Mapping[str, Any]) -> str:
    """The sentence before the first article."""
    return (
        f"出卖人与买受人依照《中华人民共和国民法典》的有关规定，在平等、自愿、诚实信用的基础上，经协商一致，于{zh_date(contract['signed_on'])}"
        f"在{contract.get('signed_at') or '示例市'}订立本合同，共同遵守。"
    )
