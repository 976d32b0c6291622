"""Papers of a court: judgment, certificate of effectiveness, ruling that ends this round of enforcement."""

from __future__ import annotations

from casefiles.demo.desk import Desk, heading, plain, text
from casefiles.demo.figures import count, days_after, money, solemn_date, zh_date


def _parties(desk: Desk, first: str, second: str) -> list[dict[str, object]]:
    found = []
    for role, party in ((first, desk.creditor), (second, desk.debtor)):
        found.append(plain(f"{role}：{party['name']}，住所地{party['address']}，统一社会信用代码{party['uscc']}。"))
        found.append(plain(f"法定代表人：{party['legal_representative']}，该公司执行董事。"))
    return found


def judgment(desk: Desk) -> bytes:
    """The judgment of first instance for the price, with the sums the case file names."""
    pictures = desk.pictures()
    found, contract = desk.case["judgment"], desk.contract
    sums = {(item["kind"], item.get("form")): item for item in found["items"]}
    principal, fixed, running = sums["principal", None], sums["general_interest", "fixed"], sums["general_interest", "running"]
    fee = sums["court_fee", None]["amount"]
    dated = found.get("dated") or days_after(found["served_on_last_party"], -15)
    deliveries, statement = desk.blocks("deliveries"), desk.blocks("reconciliations")[0]
    creditor, debtor = desk.creditor["name"], desk.debtor["name"]
    notes = "、".join(f"{zh_date(note['date'])}（{note['no']}）{money(note['amount'])}元" for note in deliveries)
    letters = "、".join(zh_date(letter["dated"]) for letter in desk.blocks("demands"))
    blocks = [
        *_parties(desk, "原告", "被告"),
        text(f"原告{creditor}与被告{debtor}买卖合同纠纷一案，本院立案后，依法适用简易程序，公开开庭进行了审理。原告的委托诉讼代理人到庭参加诉讼，被告经传票传唤无正当理由拒不到庭。本案现已审理终结。"),
        text(f"原告向本院提出诉讼请求：1.判令被告支付货款{money(principal['amount'])}元；2.判令被告支付逾期付款损失；3.本案诉讼费用由被告承担。"),
        text(f"事实与理由：{zh_date(contract['signed_on'])}，原、被告签订《{contract['name']}》（编号{contract['no']}），约定货物交付后60日内付款。原告依约供货，被告至今未付货款。"),
        text("被告未作答辩，亦未提交证据。"),
        heading("本院经审理认定事实如下："),
        text(f"原、被告于{zh_date(contract['signed_on'])}签订《{contract['name']}》，标的物为{desk.story.subject}，合同总价款{money(contract['total'])}元，付款期限为货物交付后60日内，合同第12条约定争议{contract['dispute_clause']['text']}。"),
        text(f"合同签订后，原告分四批向被告交付货物，分别为{notes}，合计{money(principal['amount'])}元。被告的收货人{contract['authorised_receivers'][0]}在送货单上签字，被告加盖公章。原告开具了相应金额的增值税专用发票。"),
        text(f"{zh_date(statement['signed_on'])}，被告在对账单上盖章，确认截至{zh_date(statement['as_at'])}尚欠原告货款{money(statement['amount'])}元。原告于{letters}以特快专递向被告寄送催款函，均已签收。"),
        text("以上事实，有买卖合同、送货单、增值税专用发票、对账单、催款函及签收回执、通话录音及当庭陈述在案佐证，本院予以确认。"),
        heading("本院认为："),
        text("依法成立的合同，对当事人具有法律约束力。原告已经履行交货义务，被告应当按照约定的时间支付价款。被告逾期付款，构成违约。"),
        text("合同未约定逾期付款违约金的计算方法，原告主张以未付货款为基数，参照一年期贷款市场报价利率的1.5倍计算逾期付款损失，符合《最高人民法院关于审理买卖合同纠纷案件适用法律问题的解释》第十八条的规定，本院予以支持。被告经传票传唤无正当理由拒不到庭，视为放弃答辩和质证的权利。"),
        text("综上，依照《中华人民共和国民法典》第五百零九条第一款、第五百七十九条、第六百二十六条、第六百二十八条，《中华人民共和国民事诉讼法》第六十七条第一款、第一百四十七条规定，判决如下："),
        text(f"一、被告{debtor}于本判决生效之日起{count(found['performance_days'])}日内支付原告{creditor}货款{money(principal['amount'])}元；"),
        text(f"二、被告于上述期限内支付原告截至{zh_date(fixed['to'])}的逾期付款损失{money(fixed['amount'])}元，并自{zh_date(running['from'])}起，以未付货款为基数，按照一年期贷款市场报价利率3.70%的1.5倍（年利率5.55%）计算至实际付清之日止。"),
        text("如果未按本判决指定的期间履行给付金钱义务，应当依照《中华人民共和国民事诉讼法》第二百六十条规定，加倍支付迟延履行期间的债务利息。"),
        text(f"案件受理费{money(fee)}元（已减半收取），由被告{debtor}负担。"),
        text("如不服本判决，可以在判决书送达之日起十五日内，向本院递交上诉状，并按照对方当事人的人数提出副本，上诉于示例市中级人民法院。"),
    ]  # fmt: skip
    sheet = {
        "title": "民事判决书", "head": found["court"], "number": found["case_no"], "blocks": blocks,
        "signature": ["审　判　员　　审一", "", solemn_date(dated), "书　记　员　　书二"],
        "seal": pictures.court_seal(found["court"]), "dy": -3,
    }  # fmt: skip
    return desk.paper([sheet], pictures)


def effectiveness_certificate(desk: Desk) -> bytes:
    """The court's certificate of the day the judgment took effect, before it is scanned."""
    pictures = desk.pictures()
    found = desk.case["judgment"]
    sheet = {
        "head": found["court"], "title": "生效证明", "number": found["case_no"],
        "blocks": [
            plain(""),
            text(f"本院审理的原告{desk.creditor['name']}与被告{desk.debtor['name']}买卖合同纠纷一案，{found['case_no']}民事判决书已于{zh_date(found['served_on_last_party'])}送达最后一方当事人，"
                 f"双方当事人在法定期限内均未提出上诉，该判决书于{zh_date(found['effective_on'])}发生法律效力。"),
            text("特此证明。"),
        ],
        "signature": [found["court"], "（民事审判专用）", solemn_date(days_after(found["effective_on"], 14))], "seal": pictures.court_seal(found["court"]),
    }  # fmt: skip
    return desk.paper([sheet], pictures)


def termination_ruling(desk: Desk) -> bytes:
    """The ruling that ends this round of enforcement (终结本次执行程序)."""
    pictures = desk.pictures()
    found, enforcement = desk.case["judgment"], desk.case["enforcement"]
    recovered = enforcement["recovered"][0]
    blocks = [
        *_parties(desk, "申请执行人", "被执行人"),
        text(f"申请执行人{desk.creditor['name']}与被执行人{desk.debtor['name']}买卖合同纠纷一案，本院作出的{found['case_no']}民事判决书已经发生法律效力。"
             f"因被执行人未履行生效法律文书确定的义务，申请执行人于{zh_date(enforcement['application_filed'])}向本院申请强制执行，本院依法立案执行。"),
        text("执行过程中，本院向被执行人送达了执行通知书和报告财产令，被执行人未报告财产。本院通过网络执行查控系统对被执行人名下的银行存款、车辆、不动产、证券、保险及网络资金进行了查询，"
             f"并前往被执行人住所地{desk.debtor['address']}调查，该处已无人办公，门卫称该公司已搬离半年以上，去向不明。"),
        text(f"{zh_date(recovered['date'])}，本院{recovered['how']}人民币{money(recovered['amount'])}元并发放给申请执行人。除此之外，未发现被执行人有其他可供执行的财产。本院已对被执行人采取限制消费措施，并将其纳入失信被执行人名单。"),
        text(f"截至本裁定作出之日，本案已执行到位人民币{money(recovered['amount'])}元，其余债权未能实现，案件暂不具备继续执行的条件。"),
        text("本院另向不动产登记机构、车辆管理机构及公积金管理机构发出协助查询通知，均反馈被执行人名下无登记财产；向该公司法定代表人登记的电话号码多次拨打，均无人接听。"),
        text("本院已将上述情况告知申请执行人，申请执行人未能提供被执行人的其他财产线索，并同意终结本次执行程序。"),
        text("依照《最高人民法院关于适用〈中华人民共和国民事诉讼法〉的解释》第五百一十七条规定，裁定如下："),
        text("终结本次执行程序。"),
        text("申请执行人享有要求被执行人继续履行债务及依法向本院申请恢复执行的权利，被执行人负有继续向申请执行人履行债务的义务。申请执行人发现被执行人有可供执行财产的，可以再次申请执行，再次申请不受申请执行时效期间的限制。"),
        text("本裁定送达后立即生效。"),
    ]  # fmt: skip
    ended = solemn_date(enforcement["terminated_current_procedure"]["date"])
    sheet = {
        "head": found["court"], "title": "执行裁定书", "number": enforcement["case_no"], "blocks": blocks,
        "signature": ["审　判　长　　审三", "审　判　员　　审四", "审　判　员　　审五", ended, "书　记　员　　书六"],
        "seal": pictures.court_seal(found["court"]), "dy": 8,
    }  # fmt: skip
    return desk.paper([sheet], pictures)
