from __future__ import annotations

import copy
import re
from datetime import date
from decimal import Decimal

import pytest

from forms.complaint import complaint, missing_fields
from forms.figures import in_words
from forms.form import Section

FILED = date(2026, 6, 15)
LABELS = {  # packets.yaml, packets.lawsuit.complaint_fields, in its order
    "当事人信息": ["原告", "委托诉讼代理人", "送达地址", "是否接受电子送达", "被告", "第三人"],
    "诉讼请求": [
        "完整陈述（诉讼请求）", "1. 给付价款（元）", "2. 迟延给付价款的利息（违约金）", "3. 赔偿因卖方违约所受的损失", "4. 是否对标的物的瑕疵承担责任",
        "5. 要求继续履行或者解除合同", "6. 是否主张担保权利", "7. 是否主张实现债权的费用", "8. 是否主张诉讼费用", "9. 其他请求", "10. 标的总额",
    ],
    "约定管辖和诉前保全": ["1. 有无仲裁、法院管辖约定", "2. 是否已经诉前保全"],
    "事实与理由": [
        "完整陈述（事实与理由）", "1. 合同的签订情况（名称、编号、签订时间、地点等）", "2. 签订主体", "3. 买卖标的物情况（名称、规格、质量、数量等）",
        "4. 合同约定的价格及支付方式", "5. 合同约定的交货时间、地点、方式、风险承担、安装、调试、验收", "6. 合同约定的质量标准及检验方式、质量异议期限",
        "7. 合同约定的违约金（定金）", "8. 价款支付及标的物交付情况", "9. 是否存在迟延履行", "10. 是否催促过履行", "11. 买卖合同标的物有无质量争议",
        "12. 标的物质量规格或履行方式是否存在不符合约定的情况", "13. 是否曾就标的物质量问题进行协商", "14. 是否通知解除合同",
        "15. 被告应当支付的利息、违约金、赔偿金", "16. 是否签订物的担保（抵押、质押）合同", "17. 担保人、担保物", "18. 是否最高额担保（抵押、质押）",
        "19. 是否办理抵押、质押登记", "20. 是否签订保证合同", "21. 保证方式", "22. 其他担保方式", "23. 请求承担责任的依据（合同约定、法律规定）",
        "24. 其他需要说明的内容（可另附页）", "25. 证据清单（可另附页）",
    ],
    "对纠纷解决方式的意愿": ["是否了解调解作为非诉讼纠纷解决方式", "是否了解先行调解解决纠纷的好处", "是否考虑先行调解"],
}  # fmt: skip
VALUES_A = [  # every value of the example that the form asks for, as the case file and its expected figures give it
    "示例江南精密机械有限公司", "浙江省杭州市示例区测试路1号", "甲一", "91000000MA0AAAA1XR", "有限责任公司☑", "股份有限公司□", "民营☑", "国有□",
    "示例北方装备制造有限公司", "江苏省无锡市示例区样本路88号", "乙二", "91000000MA0BBBB23H",
    "750,000.00元（大写：人民币柒拾伍万元整）", "832,946.41元（大写：人民币捌拾叁万贰仟玖佰肆拾陆元肆角壹分）",
    "截至2026年6月15日止，利息：无，违约金：82,946.41元", "自2026年6月16日起，以750,000.00元为基数，按日万分之一点五的标准计算（合同第9.2条）",
    "是否请求支付至实际清偿之日止：是☑否□", "继续履行☑", "判令解除合同□", "有☑无□合同条款及内容：第12条“由出卖人住所地人民法院管辖”",
    "设备配件买卖合同", "XS-2024-0301", "签订时间：2024年3月1日签订地点：杭州市", "出卖人（卖方）：示例江南精密机械有限公司", "买受人（买方）：示例北方装备制造有限公司",
    "SH-012024年3月15日286,000.00丙三签收并盖章", "SH-022024年4月20日340,500.00丁四签收并盖章", "SH-032024年5月18日379,500.00丙三签收并盖章",
    "SH-042024年6月22日280,000.00丁四签收并盖章", "1,286,000.00元（大写：人民币壹佰贰拾捌万陆仟元整）", "每批货物签收之日起30日内付款", "分期☑", "转账☑",
    "合同指定的收货人：丙三、丁四", "逾期付款的，按日万分之一点五支付违约金（合同第9.2条）", "0.015%/日",
    "按期支付价款：200,000.00元逾期付款：336,000.00元逾期未付款：750,000.00元",  # 10 April before 14 April; 250,000 + 86,000 late
    "2024年4月10日200,000.00FP-012024年4月14日按期", "2024年6月5日250,000.00FP-022024年5月20日逾期16日", "2024年8月15日86,000.00FP-012024年4月14日逾期123日",
    "FP-022024年5月20日2024年5月21日90,500.00", "FP-032024年6月17日2024年6月18日379,500.00", "FP-042024年7月22日2024年7月23日280,000.00",
    "2025年3月3日，原告通过EMS向被告发出催款函（单号：EX000000001CN），该函于2025年3月5日签收（签收人：前台）",
    "2026年4月7日，原告通过EMS向被告发出律师函（单号：EX000000002CN），该函于2026年4月9日签收（签收人：收发室）",
    "2025年1月8日，对账单由丙三签字并加盖被告财务专用章，被告确认截至2024年12月31日尚欠货款750,000.00元", "确认欠75万元，承诺年底前支付10万元（未付）",
    "利息：无违约金：82,946.41元赔偿金：无", "第五百零九条、第五百七十七条、第五百七十九条、第五百八十五条、第五百九十八条、第六百二十六条、第六百二十八条",
    "共17份证据", "具状人（签字、盖章）：示例江南精密机械有限公司", "2026年6月15日",
]  # fmt: skip


@pytest.fixture
def both(case_a, check_a, rendered):
    return rendered(complaint(case_a, check_a, 17, FILED))


def test_every_value_stands_in_both_renderings(both, tight):
    missing = {kind: [value for value in VALUES_A if tight(value) not in text] for kind, text in both.items()}
    assert missing == {"pdf": [], "docx": []}


def test_fields_stand_in_the_order_of_the_form(case_a, check_a):
    sections = [part for part in complaint(case_a, check_a, None, FILED).parts if isinstance(part, Section)]
    assert [section.title for section in sections] == list(LABELS)
    for section in sections:
        labels = [field.label for field in section.fields]
        assert len(labels) == len(LABELS[section.title])
        assert [label for label, start in zip(labels, LABELS[section.title], strict=True) if not label.startswith(start)] == []


def test_nothing_unfilled_is_printed(both, case_b, check_b, rendered, placeholder):
    for text in [*both.values(), *rendered(complaint(case_b, check_b, None, FILED)).values()]:
        assert placeholder.findall(text) == []


def test_the_narrative_of_a_case_without_clause_claims_interest_by_law(case_b, check_b, rendered):
    # 145,800 + 96,300 + 75,300 are open at the cut-off, all at 3.55 % x 1.5
    for text in rendered(complaint(case_b, check_b, 9, date(2026, 9, 10))).values():
        assert "利息：56,196.15元，违约金：无" in text
        assert "自2026年9月11日起，以317,400.00元为基数，按年利率5.325%" in text
        assert "第十八条" in text
        assert "第五百八十五条" not in text
        assert "逾期付款违约金" not in text.replace("迟延履行违约金", "")
        assert "386,196.15元" in text
        assert "330,000.00元（大写：人民币叁拾叁万元整）" in text
        assert "因退货、折让等冲减货款12,600.00元" in text
        assert "SH-122023年5月31日158,400.00见送货单" in text


def test_english_contract_terms_are_not_printed(both):
    assert all("within" not in text for text in both.values())


def test_sums_running_at_several_rates_are_told_apart(case_b, check_b, rendered):
    check = copy.deepcopy(check_b)
    check["damages"]["segments"][3] |= {"annual_rate": "5.175%", "lpr_1y": "3.45"}
    for text in rendered(complaint(case_b, check, 9, FILED)).values():
        assert "以242,100.00元为基数，按年利率5.325%" in text  # 145,800 + 96,300
        assert "以75,300.00元为基数，按年利率5.175%" in text


def test_what_the_case_adds_is_printed(case_a, check_a, rendered, tight, placeholder):
    case = case_a | {
        "agents": [{"kind": "lawyer", "name": "赵律师", "firm": "示例律师事务所", "phone": "000-1111", "authority": "特别授权"}],
        "debtors": [
            {"name": "己某", "type": "自然人", "address": "示例市丙路3号", "gender": "女", "birth_date": "1980-02-03", "id_number": "000000198002030001"}
        ],
        "third_parties": [{"name": "示例运输公司", "uscc": "91000000MA0EEEE54D", "address": "示例市丁路4号"}],
        "security": {
            "guarantor": {"name": "庚某", "mode": "连带责任保证", "signed_on": "2024-03-02", "address": "示例市己路9号"},
            "collateral": {"object": "数控机床一台", "registered": True},
        },
        "preservation": {"court": "示例区人民法院", "case_no": "（2026）示0000财保1号", "measures": [{"asset": "bank_deposit", "measure_date": "2026-05-20"}]},
        "claim": {"recovery_costs": "30000.00"},
        "quality_dispute": {"raised_on": "2024-07-01", "content": "称两件轴承尺寸不符", "resolved": True, "resolved_on": "2024-07-20"},
        "creditor": case_a["creditor"] | {"e_service": True, "email": "a@example.com", "phone": "0571-000", "service_address": "杭州市示例区戊路5号"},
    }
    check = {**check_a, "amount_in_dispute": "862946.41"}
    wanted = [
        "有☑无□姓名：赵律师单位：示例律师事务所职务：律师联系电话：000-1111代理权限：一般授权□特别授权☑", "被告一", "被告二（自然人）", "性别：男□女☑出生日期：1980年2月3日",
        "000000198002030001", "示例运输公司", "请求庚某承担保证责任（连带责任保证）", "数控机床一台", "一般保证□连带责任保证☑", "保全法院：示例区人民法院保全时间：2026年5月20日保全案号：（2026）示0000财保1号",
        "30,000.00元（大写：人民币叁万元整）", f"862,946.41元（大写：人民币{in_words(Decimal('862946.41'))}）", "称两件轴承尺寸不符", "邮箱☑", "a@example.com", "杭州市示例区戊路5号",
    ]  # fmt: skip
    assert [field for field in missing_fields(case, check) if field.blocking] == []
    for text in rendered(complaint(case, check, 3, FILED)).values():
        assert [value for value in wanted if tight(value) not in text] == []
        assert placeholder.findall(text) == []


def _without(*path):
    def change(case, check):
        block = case
        for key in path[:-1]:
            block = block[key]
        del block[path[-1]]

    return change


def _put(key, value):
    def change(case, check):
        check[key] = value

    return change


def _break_segment(case, check):
    check["damages"]["segments"][0]["amount"] = "1573.79"


def _natural_person(case, check):
    case["creditor"] = {"name": "甲某", "type": "自然人", "address": "示例市甲路1号", "phone": "1"}


def _no_claim(case, check):
    check["totals"] = {}


@pytest.mark.parametrize(
    ("change", "keys"),
    [
        pytest.param(lambda case, check: None, [], id="example A lacks nothing that stops it"),
        pytest.param(_without("creditor", "name"), ["plaintiff.name"], id="plaintiff's name"),
        pytest.param(_without("creditor", "address"), ["plaintiff.address"], id="plaintiff's address"),
        pytest.param(_without("creditor", "legal_representative"), ["plaintiff.legal_representative"], id="legal representative"),
        pytest.param(_without("creditor", "uscc"), ["plaintiff.uscc"], id="code of the plaintiff"),
        pytest.param(_without("debtor", "name"), ["defendant.name"], id="defendant's name"),
        pytest.param(_without("debtor", "address"), ["defendant.address"], id="defendant's address"),
        pytest.param(_without("debtor", "legal_representative"), [], id="the defendant's details may be fewer"),
        pytest.param(_without("debtor"), ["defendant"], id="no defendant"),
        pytest.param(_without("contract", "name"), ["contract.name"], id="contract's name"),
        pytest.param(_without("contract"), ["contract.name", "contract.signed_on"], id="no contract"),
        pytest.param(_no_claim, ["claim_price"], id="no claim"),
        pytest.param(_put("amount_in_dispute", "832946.40"), ["total"], id="the total differs by one cent"),
        pytest.param(_break_segment, ["claim_interest"], id="segments do not add up"),
        pytest.param(_natural_person, [], id="a natural person needs no code"),
    ],
)
def test_missing_fields(case_a, check_a, change, keys):
    change(case_a, check_a)
    assert [field.key for field in missing_fields(case_a, check_a) if field.blocking] == keys


def test_an_empty_court_is_a_warning(case_a, check_a):
    assert [(field.key, field.blocking) for field in missing_fields(case_a, check_a)] == [("court", False), ("plaintiff.phone", False)]
    assert [field.key for field in missing_fields(case_a | {"court": "示例区人民法院"}, check_a)] == ["plaintiff.phone"]


def test_a_sum_that_is_no_number_is_refused_in_words(case_a, check_a):
    check_a["damages"]["total"] = "82,946.41"
    with pytest.raises(ValueError, match=re.escape("'82,946.41' is no sum of money")):
        complaint(case_a, check_a, 17, FILED)
