"""Narrative complaint, application for arbitration and for a payment order, undertaking: every value in both renderings, and what each lacks."""

from __future__ import annotations

import copy
from datetime import date
from functools import cache

import pytest
import yaml

from casefiles.law import EXAMPLES, load_law
from casefiles.rules.evidence import assess
from casefiles.rules.facts import read_case
from casefiles.rules.report import to_mapping
from forms.arbitration_application import commission
from forms.kinds import PAPERS
from forms.papers import Subject

NOTHING = {"pdf": [], "docx": []}
EXAMPLE = {letter: yaml.safe_load(next(EXAMPLES.glob(f"case-{letter.lower()}*")).read_text(encoding="utf-8")) for letter in "AB"}
GROUPS = [
    {"title": "第一组", "purpose": "证明原、被告主体资格适格", "rows": [{"seq": 1, "name": "营业执照", "source_form": "原告持有；书证", "pages": "1"}]},
    {"title": "第二组", "purpose": "证明原告已交付货物", "rows": [
        {"seq": number, "name": f"送货单SH-{number:02}", "source_form": "被告签章\n书证", "pages": f"{number}"} for number in (2, 3)
    ]},
]  # fmt: skip
LAWYER = {"kind": "lawyer", "name": "赵律师", "firm": "示例律师事务所", "phone": "000-1111", "authority": "特别授权"}


@cache
def checked(letter, kind):
    case = EXAMPLE[letter]
    return to_mapping(assess(read_case(case), kind, date.fromisoformat(case["as_of"]), load_law(), ()))


def subject(letter, kind, options=None, groups=GROUPS, **changes):
    """An example with top-level values changed; the check is that of the example itself."""
    case = copy.deepcopy(EXAMPLE[letter]) | changes
    return Subject(case, checked(letter, kind), kind, date.fromisoformat(case["as_of"]), "买卖合同纠纷", groups, options=options or {})


def lacking(texts, wanted):
    return {name: [value for value in wanted if value not in text] for name, text in texts.items()}


def keys(letter, kind, item, **changes):
    return [(field.key, field.where, field.blocking) for field in PAPERS[kind][item].missing(subject(letter, kind, **changes))]


def test_narrative_complaint_of_a_sale(rendered, placeholder):
    agents = [LAWYER]
    creditor = EXAMPLE["A"]["creditor"] | {"position": "执行董事", "phone": "0571-000", "service_address": "杭州市示例区戊路5号", "e_service": True, "email": "a@b.cn"}
    third = [{"name": "示例运输公司", "uscc": "91000000MA0EEEE54D", "address": "示例市丁路4号"}]
    form = PAPERS["lawsuit"]["complaint_narrative"].make(subject("A", "lawsuit", court="示例市示例区人民法院", agents=agents, creditor=creditor, third_parties=third))
    wanted = [
        "民事起诉状（买卖合同纠纷）", "原告：示例江南精密机械有限公司，住所地：浙江省杭州市示例区测试路1号，统一社会信用代码：91000000MA0AAAA1XR。",
        "法定代表人：甲一，职务：执行董事，联系电话：0571-000。", "送达地址：杭州市示例区戊路5号。", "同意电子送达，电子邮箱：a@b.cn。",
        "委托诉讼代理人：赵律师，示例律师事务所律师，联系电话：000-1111。", "被告：示例北方装备制造有限公司，住所地：江苏省无锡市示例区样本路88号", "法定代表人：乙二。",
        "第三人：示例运输公司", "诉讼请求：", "1.判令被告向原告支付货款750,000.00元；",
        "2.判令被告向原告支付逾期付款违约金（暂计至2026年6月15日为82,946.41元；自2026年6月16日起至实际清偿之日止，以750,000.00元为基数，按日万分之一点五的标准另行计付）；",
        "3.判令被告承担本案全部诉讼费用。", "以上第1项至第2项暂合计832,946.41元。", "事实与理由：", "2024年3月1日，原告（出卖人）与被告（买受人）在杭州市签订《设备配件买卖合同》",
        "送货单号：SH-01、SH-02、SH-03、SH-04", "上述货物均由被告签收", "合计536,000.00元", "被告尚欠货款750,000.00元，至今未付", "特向人民法院提起诉讼，请求判如所请。",
        "证据和证据来源：", "第二组（证据2至3）：送货单SH-02、送货单SH-03；来源：被告签章；证明原告已交付货物。", "以上证据共3份", "此致示例市示例区人民法院",
        "具状人（签名、盖章）：示例江南精密机械有限公司2026年6月15日", "1.本起诉状副本2份", "证据目录及证据材料3套，每套证据3份", "利息（违约金）计算明细表1份",
    ]  # fmt: skip
    texts = rendered(form)
    assert lacking(texts, wanted) == NOTHING
    assert [placeholder.findall(text) for text in texts.values()] == [[], []]


def test_payment_order(rendered, placeholder):
    texts = rendered(PAPERS["payment_order"]["application"].make(subject("A", "payment_order")))
    wanted = [
        "支付令申请书", "申请人：示例江南精密机械有限公司", "被申请人：示例北方装备制造有限公司",
        "督促被申请人向申请人给付下列款项，合计832,946.41元（大写：人民币捌拾叁万贰仟玖佰肆拾陆元肆角壹分）：", "（1）货款750,000.00元（大写：人民币柒拾伍万元整）；",
        "（2）逾期付款违约金（计算至2026年6月15日）82,946.41元（大写：人民币捌万贰仟玖佰肆拾陆元肆角壹分）；", "2.本案申请费由被申请人负担：是☑否□",
        "申请人与被申请人之间没有其他债务纠纷", "未就本申请所涉债权向人民法院申请诉前保全", "《中华人民共和国民事诉讼法》第二百二十五条",
        "此致被申请人住所地（江苏省无锡市示例区样本路88号）基层人民法院", "申请人（签名、盖章）：示例江南精密机械有限公司2026年6月15日", "债权文书：送货单SH-02、送货单SH-03，详见",
    ]  # fmt: skip
    assert lacking(texts, wanted) == NOTHING
    for text in texts.values():
        assert placeholder.findall(text) == []
        assert not [word for word in ("原告", "起诉", "判令", "另行计付") if word in text.replace("原告持有", "")]  # a sum that is certain, no suit


def test_arbitration_by_the_clause_of_the_contract(rendered, placeholder):
    texts = rendered(PAPERS["arbitration"]["complaint"].make(subject("B", "arbitration", agents=[LAWYER])))
    wanted = [
        "仲裁申请书（买卖合同纠纷）", "申请人：示例南岭电子材料有限公司", "委托代理人：赵律师", "被申请人：示例华东光电科技有限公司",
        "双方在《电子材料采购合同》（编号：CG-2023-0415）中约定争议解决方式为第14条“提交合肥仲裁委员会仲裁”", "仲裁请求：", "1.裁决被申请人向申请人支付货款330,000.00元；",
        "逾期付款利息损失（暂计至2026年9月10日为56,196.15元；自2026年9月11日起至实际清偿之日止，以317,400.00元为基数，按年利率5.325%", "3.裁决被申请人承担本案全部仲裁费用。",
        "以上第1项至第2项暂合计386,196.15元。", "特申请仲裁，请求裁如所请。", "此致合肥仲裁委员会", "申请人（签名、盖章）：示例南岭电子材料有限公司2026年9月10日",
        "仲裁协议（《电子材料采购合同》（编号：CG-2023-0415））复印件2份",
    ]  # fmt: skip
    assert lacking(texts, wanted) == NOTHING
    for text in texts.values():
        assert placeholder.findall(text) == []
        assert not [word for word in ("被告", "起诉", "判令", "诉讼请求") if word in text.replace("证明原、被告主体资格适格", "").replace("被告签章", "")]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        pytest.param("提交合肥仲裁委员会仲裁", "合肥仲裁委员会", id="submitted to"),
        pytest.param("因本合同引起的争议，任何一方均可向示例市仲裁委员会申请仲裁", "示例市仲裁委员会", id="may apply to"),
        pytest.param("双方同意由中国国际经济贸易仲裁委员会按照其仲裁规则进行仲裁", "中国国际经济贸易仲裁委员会", id="by agreement by"),
        pytest.param("争议提交深圳国际仲裁院，适用其规则", "深圳国际仲裁院", id="a court of arbitration"),
        pytest.param("双方协商解决，协商不成的申请仲裁", "", id="no commission named"),
    ],
)
def test_the_commission_stands_in_the_clause(text, name):
    assert commission({"contract": {"dispute_clause": {"type": "arbitration", "text": text}}}) == name


def test_the_commission_may_be_entered_beside_the_clause():
    assert commission({"contract": {"dispute_clause": {"type": "arbitration", "text": "申请仲裁", "court": "示例仲裁委员会"}}}) == "示例仲裁委员会"


def test_what_each_pleading_lacks():
    phones = {"A": ("plaintiff.phone", "creditor.phone", False), "B": ("applicant.phone", "creditor.phone", False)}
    assert keys("A", "lawsuit", "complaint_narrative") == [phones["A"], ("court", "court", True)]
    assert keys("A", "payment_order", "application") == [phones["B"], ("court", "court", False)]
    assert keys("B", "arbitration", "complaint") == [phones["B"]]
    assert ("arbitration_agreement", "contract.dispute_clause", True) in keys("A", "arbitration", "complaint")
    vague = EXAMPLE["B"]["contract"] | {"dispute_clause": {"type": "arbitration", "text": "申请仲裁"}}
    assert ("commission", "contract.dispute_clause.court", True) in keys("B", "arbitration", "complaint", contract=vague)
    # Example B has no late-payment clause: nothing in the debt paper carries its interest (CPL Interpretation art. 427)
    assert ("interest_clause", "contract.late_payment_clause", True) in keys("B", "payment_order", "application")
    assert ("debtors.address", "debtors.0.address", True) not in keys("A", "lawsuit", "complaint_narrative")
    assert ("defendant.address", "debtors.0.address", True) in keys("A", "lawsuit", "complaint_narrative", debtors=[{"name": "己某"}])


def test_guarantors_take_part_in_an_arbitration_only_by_their_own_agreement(rendered):
    security = {"guarantors": [{"name": "庚某", "mode": "连带责任保证", "address": "示例市庚路9号"}]}
    make = PAPERS["arbitration"]["complaint"].make
    assert ("guarantors_arbitrate", "answers.guarantors_arbitrate", False) in keys("B", "arbitration", "complaint", security=security)
    assert keys("B", "arbitration", "complaint", security=security, options={"guarantors_arbitrate": False})[-1][0] == "applicant.phone"
    without, having = (_text(make(subject("B", "arbitration", security=security, options={"guarantors_arbitrate": answer}))) for answer in (False, True))
    assert "庚某" not in without
    assert "被申请人二（保证人）：庚某，住示例市庚路9号。" in having
    assert "裁决被申请人庚某对上述第1项至第2项债务承担连带清偿责任" in having


def test_a_total_that_does_not_add_up_stops_every_pleading():
    for kind, item in (("lawsuit", "complaint_narrative"), ("payment_order", "application"), ("arbitration", "complaint")):
        of = subject("A", kind)
        wrong = Subject(of.case, of.check | {"amount_in_dispute": "832946.40"}, kind, of.day, of.cause)
        assert "total" in [field.key for field in PAPERS[kind][item].missing(wrong) if field.blocking]


def test_undertaking(rendered, placeholder):
    texts = rendered(PAPERS["lawsuit"]["integrity_commitment"].make(subject("A", "lawsuit", court="示例市示例区人民法院")))
    wanted = [
        "诚信诉讼承诺书", "承诺人示例江南精密机械有限公司与示例北方装备制造有限公司买卖合同纠纷一案", "第十三条规定的诚信原则", "6.自觉履行", "此致示例市示例区人民法院",
        "承诺人（签名、盖章）：示例江南精密机械有限公司2026年6月15日",
    ]  # fmt: skip
    assert lacking(texts, wanted) == NOTHING
    assert [placeholder.findall(text) for text in texts.values()] == [[], []]


def test_a_long_group_of_exhibits_is_left_to_the_catalogue():
    many = [GROUPS[0] | {"rows": [GROUPS[0]["rows"][0] | {"seq": number} for number in range(1, 60)]}]
    text = _text(PAPERS["lawsuit"]["complaint_narrative"].make(subject("A", "lawsuit", court="示例法院", groups=many)))
    assert "第一组（证据1至59）：营业执照等59份；来源：原告持有" in text


def test_the_element_form_ticks_what_the_signer_answered():
    make = PAPERS["lawsuit"]["complaint"].make
    open_boxes, answered = (
        make(subject("A", "lawsuit", options=options)).parts[-2].fields for options in ({}, {"mediation_known": "known", "mediation_wish": "unsure"})
    )
    assert not any(box.chosen for field in open_boxes for line in field.value for box in line.parts if hasattr(box, "chosen"))
    ticked = [[box.label for line in field.value for box in line.parts if getattr(box, "chosen", False)] for field in answered]
    assert ticked == [["了解"], ["了解"] * 5, ["暂不确定，想要了解更多内容"]]


def test_the_element_form_is_for_sales_only():
    assert [field.key for field in PAPERS["lawsuit"]["complaint"].missing(subject("A", "lawsuit", dispute_type="loan"))] == ["dispute_type"]


def _text(form):
    """All words of a form without rendering it."""

    def words(part):
        if isinstance(part, str):
            return part
        if isinstance(part, tuple):
            return "".join(words(item) for item in part)
        return "".join(words(getattr(part, name)) for name in getattr(part, "__dataclass_fields__", ()))

    return words(form.parts)
