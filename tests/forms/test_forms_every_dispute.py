"""The words of every type of dispute: loan, lease, services, works; guarantors, security and several debtors; the papers that go with each pleading."""

from __future__ import annotations

import copy
from datetime import date
from decimal import Decimal

import pytest

from casefiles.law import load_law
from casefiles.rules.evidence import assess
from casefiles.rules.facts import read_case
from casefiles.rules.report import to_mapping
from forms import calculation_sheet, legal_rep_certificate, power_of_attorney, service_address
from forms.causes import cause_of
from forms.claim import claim_of
from forms.kinds import PAPERS
from forms.legal_basis import BASES, law_articles
from forms.papers import Subject
from forms.performance import deliveries
from forms.requests import claims_statement, money_requests
from forms.roles import ROLES
from forms.sides import sides_of
from tests.rules.test_construction_case import CASE as WORKS
from tests.rules.test_lease_case import CASE as LEASE
from tests.rules.test_loan_case import CASE as LOAN
from tests.rules.test_services_case import CASE as SERVICES

NOTHING = {"pdf": [], "docx": []}
CASES = {"loan": LOAN, "lease": LEASE, "services": SERVICES, "works": WORKS}
WHEN = date(2026, 6, 15)


def ready(name, kind="lawsuit", **changes):
    """A complete case of its type with what the pleading needs beside the evidence, and its check."""
    case = copy.deepcopy(CASES[name]) | {"court": "示例市示例区人民法院"} | changes
    case["creditor"] |= {"legal_representative": "某甲", "phone": "010-000"}
    if (case.get("security") or {}).get("guarantor"):
        case["security"]["guarantor"]["address"] = "示例市庚路9号"
    day = date.fromisoformat(case["as_of"])
    return Subject(case, to_mapping(assess(read_case(case), kind, day, load_law(), ())), kind, day, load_law().dispute_types[case["dispute_type"]].zh)


COMPLAINTS = {
    # figures: tests/rules/test_loan_case.py and its neighbours argue them
    "loan": [
        "（民间借贷纠纷）", "被告一：示例己建材公司", "被告二（保证人）：庚七，住示例市庚路9号。", "1.判令被告示例己建材公司向原告偿还借款本金509,758.90元；",
        "2.判令被告示例己建材公司向原告支付逾期利息（暂计至2026年6月1日为56,478.49元；自2026年6月2日起至实际清偿之日止，以509,758.90元为基数，按年利率12%（一年按365日计）的标准另行计付）；",
        "3.判令被告庚七对上述第1项至第2项债务承担连带清偿责任；", "4.判令被告示例己建材公司、被告庚七共同承担本案全部诉讼费用。", "以上第1项至第2项暂合计566,237.39元。",
        "原告（出借人）与被告示例己建材公司（借款人）签订《借款合同》（编号：JK-2024-03），借款金额为600,000.00元", "借款期内利息按年利率10%计算；借款于2025年3月5日前还清；逾期还款的，按年利率12%支付逾期利息",
        "2024年3月5日支付400,000.00元、2024年5月1日支付200,000.00元，合计600,000.00元", "先后还款2次", "抵充利息79,758.90元、抵充本金90,241.10元",
        "书面确认尚欠款项509,758.90元", "第六百六十七条、第六百七十五条、第六百七十六条、第六百八十一条、第六百八十八条、第六百九十一条",
        "《最高人民法院关于审理民间借贷案件适用法律若干问题的规定》第二十五条、第二十八条",
    ],
    "lease": [
        "（房屋租赁合同纠纷）", "1.判令被告向原告支付租金80,000.00元；", "为2,496.00元；", "以80,000.00元为基数，按日万分之一点五的标准", "暂合计82,496.00元",
        "原告（出租人）与被告（承租人）", "原告将位于示例市示例区子路9号的房屋出租给被告使用", "2025年1月1日，原告将房屋交付被告使用", "到期租金共3期", "合计180,000.00元",
        "2026年1月1日至2026年6月30日60,000.00元（应于2026年1月10日前支付）", "被告尚欠租金80,000.00元", "第七百零三条、第七百二十一条、第七百二十二条",
    ],
    "services": [
        "（服务合同纠纷）", "1.判令被告向原告支付服务费170,000.00元；", "为5,538.00元；", "暂合计175,538.00元", "原告（服务提供方）与被告（服务接受方）",
        "2025年3月31日80,000.00元（QR-01）、2025年6月30日80,000.00元（QR-02）、2025年9月30日120,000.00元（JF-01），合计280,000.00元", "上述内容均经被告确认",
        "2025年9月30日，被告验收合格", "每次确认后30日内付款", "被告尚欠服务费170,000.00元", "第五百八十五条",
    ],
    "works": [
        "（建设工程施工合同纠纷）", "1.判令被告向原告支付工程价款400,000.00元；", "为23,712.33元；", "暂合计423,712.33元",
        "3.确认原告就其承建的位于示例市示例区丑路3号的《建设工程施工合同》项下工程折价或者拍卖的价款，在工程价款400,000.00元范围内优先受偿；",
        "2025年3月1日，工程经验收合格", "2025年6月30日，双方办理结算，结算金额为2,300,000.00元", "第七百八十八条、第七百九十九条、第八百零七条",
        "《最高人民法院关于审理建设工程施工合同纠纷案件适用法律问题的解释（一）》",
    ],
}  # fmt: skip


@pytest.mark.parametrize("name", list(COMPLAINTS))
def test_complaint_of_every_dispute(name, rendered, placeholder):
    subject = ready(name)
    paper = PAPERS["lawsuit"]["complaint_narrative"]
    assert [field for field in paper.missing(subject) if field.blocking] == []
    for text in rendered(paper.make(subject)).values():
        assert [value for value in COMPLAINTS[name] if value not in text] == []
        assert placeholder.findall(text) == []
        assert "货款" not in text
        assert "买卖" not in text


def test_the_sums_asked_for_are_the_sum_of_the_check():
    for name in CASES:
        subject = ready(name)
        claim = claim_of(subject.case, subject.check)
        assert claim.total == Decimal(subject.check["amount_in_dispute"])
        said = claims_statement(subject.case, claim, subject.check, sides_of(subject.case, "lawsuit"))[-1]
        assert f"{claim.total:,.2f}元" in said


def test_interest_of_the_term_is_asked_for_beside_principal_and_delay():
    # tests/rules/test_loan_case.py: before the second payment 36,876.71 of the term and 22,882.19 of the delay are open on 600,000
    subject = ready("loan", as_of="2025-06-29", payments=LOAN["payments"][:1], demands=[])
    claim = claim_of(subject.case, subject.check)
    assert claim.total == Decimal("659758.90")
    asked = money_requests(claim, sides_of(subject.case, "payment_order"))
    assert asked[1] == "督促被申请人向申请人支付借款期内利息36,876.71元"
    assert "第六百七十四条" in law_articles(subject.case, claim, subject.check, sides_of(subject.case, "lawsuit"))


def test_only_damages_are_left_when_all_rent_is_paid():
    paid = [*LEASE["payments"], {"id": "D20", "date": "2026-05-20", "amount": "100000.00"}]
    subject = ready("lease", payments=paid)
    paper = PAPERS["lawsuit"]["complaint_narrative"]
    assert [field for field in paper.missing(subject) if field.blocking] == []
    claims = claims_statement(subject.case, claim_of(subject.case, subject.check), subject.check, sides_of(subject.case, "lawsuit"))
    assert claims[0].startswith("1.判令被告向原告支付逾期付款违约金")
    assert not any("支付租金" in text for text in claims)


SURETY = {"name": "庚某", "address": "示例市庚路9号"}


@pytest.mark.parametrize(
    ("mode", "duty", "articles"),
    [
        pytest.param("连带责任保证", "判令被告庚某对上述第1项至第2项债务承担连带清偿责任", ["第六百八十八条"], id="joint"),
        pytest.param(
            "一般保证", "判令被告庚某在被告示例壬商贸公司的财产依法强制执行后仍不能履行债务的范围内，对上述第1项至第2项债务承担补充清偿责任", ["第六百八十七条"], id="general",
        ),
        pytest.param("未约定", "承担补充清偿责任", ["第六百八十六条", "第六百八十七条"], id="not agreed: general (Civil Code art. 686)"),
    ],
)  # fmt: skip
def test_the_duty_of_a_guarantor_follows_the_mode(mode, duty, articles):
    subject = ready("lease", security={"guarantors": [SURETY | {"mode": mode}]})
    claim, sides = claim_of(subject.case, subject.check), sides_of(subject.case, "lawsuit")
    assert any(duty in text for text in claims_statement(subject.case, claim, subject.check, sides))
    law = law_articles(subject.case, claim, subject.check, sides)
    assert [article for article in ["第六百八十六条", "第六百八十七条", "第六百八十八条"] if article in law] == articles


def test_security_and_several_debtors():
    thing = {"contract_id": "D90", "kind": "抵押", "object": "数控机床一台"}
    subject = ready("lease", debtors=[{"name": "己公司", "address": "示例市己路1号"}], security={"joint_debt": True, "collateral": thing})
    claim, sides = claim_of(subject.case, subject.check), sides_of(subject.case, "lawsuit")
    claims = claims_statement(subject.case, claim, subject.check, sides)
    assert claims[0] == "1.判令被告示例壬商贸公司、被告己公司连带向原告支付租金80,000.00元；"
    assert claims[2] == "3.确认原告对数控机床一台（抵押物）折价或者拍卖、变卖所得的价款，在上述第1项至第2项债权范围内优先受偿；"
    law = law_articles(subject.case, claim, subject.check, sides)
    assert all(article in law for article in ("第三百八十六条", "第四百一十条", "第五百一十八条"))
    assert "第四百三十六条" not in law


def test_the_priority_is_asked_for_only_where_the_check_finds_it_in_time():
    late = ready("works", planned_filing_date="2027-01-31")  # a day after 18 months, see tests/rules/test_construction_case.py
    claims = claims_statement(late.case, claim_of(late.case, late.check), late.check, sides_of(late.case, "lawsuit"))
    assert not any("优先受偿" in text for text in claims)


@pytest.mark.parametrize(
    ("case", "given", "cause"),
    [
        pytest.param({"dispute_type": "sale_of_goods"}, "买卖合同纠纷", "买卖合同纠纷", id="sale"),
        pytest.param({"dispute_type": "services_work", "contract": {"name": "运维服务合同"}}, "服务合同纠纷 / 承揽合同纠纷", "服务合同纠纷", id="services"),
        pytest.param({"dispute_type": "services_work", "contract": {"name": "模具加工合同"}}, "服务合同纠纷 / 承揽合同纠纷", "承揽合同纠纷", id="work"),
        pytest.param({"dispute_type": "loan"}, "民间借贷纠纷 / 企业借贷纠纷", "民间借贷纠纷", id="loan"),
        pytest.param({"dispute_type": "lease", "contract": {"object_kind": "movable"}}, "租赁合同纠纷", "租赁合同纠纷", id="lease of a thing"),
        pytest.param({"dispute_type": "lease", "contract": {"object_kind": "house"}}, "租赁合同纠纷", "房屋租赁合同纠纷", id="lease of a house"),
        pytest.param({"dispute_type": "sale_of_goods"}, "国际货物买卖合同纠纷", "国际货物买卖合同纠纷", id="named by a person"),
    ],
)
def test_one_cause_of_action(case, given, cause):
    assert cause_of(case, given) == cause


def test_every_article_has_a_dispute_and_no_article_stands_twice_in_one():
    for dispute in ("sale_of_goods", "services_work", "loan", "lease", "construction"):
        cited = [(basis.act, basis.article) for basis in BASES if dispute in basis.disputes]
        assert len(cited) == len(set(cited))
        assert cited == sorted(cited, key=lambda each: ([basis.act for basis in BASES].index(each[0]), each[1]))


SHEETS = {
    "loan": [
        "借款期内利息12024年3月5日出借400,000.002024年3月5日2025年3月4日365年利率10%40,000.00", "借款期内利息小计56,876.71减：已付款项抵充借款期内利息56,876.71尚欠借款期内利息0.00",
        "逾期利息3JK-2024-03600,000.002025年3月6日2025年6月29日116年利率12%22,882.19", "逾期利息小计79,360.68减：已付款项抵充逾期利息22,882.19尚欠逾期利息56,478.49合计56,478.49",
        "逾期利息：《借款合同》（编号：JK-2024-03）约定按年利率12%计算", "还款先抵充利息，后抵充本金", "56,478.49元（大写：人民币伍万陆仟肆佰柒拾捌元肆角玖分）",
    ],
    "lease": ["2025年7月1日至2025年12月31日60,000.002025年7月11日2025年8月19日40日万分之一点五360.00", "小计1,218.00", "合计2,496.00"],
    "works": ["2025年6月30日结算款2,300,000.002025年7月31日2025年7月31日1年利率5%315.07", "合计23,712.33", "第五百八十五条"],
}  # fmt: skip


@pytest.mark.parametrize("name", list(SHEETS))
def test_calculation_sheet_of_every_dispute(name, rendered):
    subject = ready(name)
    for text in rendered(calculation_sheet.calculation_sheet(subject.case, subject.check, "lawsuit", WHEN)).values():
        assert [value for value in SHEETS[name] if value not in text] == []
        assert "D0" not in text  # no id of ours


def test_a_capped_rate_says_so():
    contract = LOAN["contract"] | {"late_payment_clause": {"type": "annual_rate", "rate": "0.15"}}
    subject = ready("loan", contract=contract)
    notes = repr(calculation_sheet.calculation_sheet(subject.case, subject.check))
    assert "仅按四倍即年利率13.80%计算" in notes


POWERS = {
    "lawsuit": ["代为承认、放弃、变更诉讼请求", "进行和解", "提起反诉或者上诉", "代为申请执行", "代收执行款项"],
    "arbitration": ["代为承认、放弃、变更仲裁请求", "进行和解", "提起反请求", "代为申请执行", "代收执行款项"],
    "payment_order": ["代为承认、放弃、变更请求", "进行和解", "代为申请执行", "代收执行款项"],
    "preservation": ["代为承认、放弃、变更诉讼请求", "进行和解"],
    "enforcement": ["进行和解", "代为申请执行", "代收执行款项"],
    "insolvency_claim": ["进行和解", "代为申报破产债权、参加债权人会议并表决"],
}


@pytest.mark.parametrize("kind", list(POWERS))
def test_the_powers_fit_the_procedure(kind):
    agent = {"kind": "lawyer", "name": "赵律师", "firm": "示例律师事务所", "phone": "000-1111", "authority": "特别授权"}
    case = ready("lease").case | {"agents": [agent]}
    form = power_of_attorney.power_of_attorney(case, WHEN, kind)
    ticked = [box.label for field in form.parts[0].fields for line in field.value for box in line.parts if getattr(box, "chosen", False)]
    assert ticked[-len(POWERS[kind]) :] == POWERS[kind]
    assert f"{ROLES[kind].other}示例壬商贸公司" in repr(form)
    general = repr(power_of_attorney.power_of_attorney(case, WHEN, kind, options={"authority": "一般授权"}))
    assert ROLES[kind].stage in general
    assert power_of_attorney.missing_fields(case) == []
    assert [field.key for field in power_of_attorney.missing_fields(case | {"agents": [{"kind": "lawyer", "name": "赵"}]})] == ["agent.firm", "agent.phone"]
    assert [field.key for field in power_of_attorney.missing_fields(case | {"agents": []})] == ["agents"]


def test_the_address_sheet_states_number_postcode_and_ways(rendered):
    pending = [{"kind": "lawsuit", "filed_on": "2026-06-02", "case_no": "（2026）示0000民初1号"}]
    case = ready("lease").case | {"proceedings": pending}
    options = {"postcode": "310000", "e_service_ways": "sms,email"}
    texts = rendered(service_address.service_address(case, WHEN, "lawsuit", options=options))
    wanted = ["案号（2026）示0000民初1号", "案由房屋租赁合同纠纷", "示例辛置业公司（原告）", "邮政编码：310000", "方式：短信☑微信□传真□邮箱☑其他□010-000", "告知事项已阅我单位（本人）已阅读"]
    assert {name: [value for value in wanted if value not in text] for name, text in texts.items()} == NOTHING
    assert service_address.missing_fields(case, options) == []
    before = repr(service_address.service_address(case, WHEN, "arbitration"))
    assert "仲裁委员会" in before
    assert "人民法院" not in before
    assert "邮政编码" not in before  # not known, so not spoken of: named beforehand
    assert [(field.where, field.blocking) for field in service_address.missing_fields(case, {})] == [("answers.postcode", False)]


def test_a_natural_person_has_no_representative():
    case = ready("loan").case | {"creditor": {"name": "甲某", "type": "自然人", "address": "示例市甲路1号", "id_number": "000000198002030001"}}
    form = legal_rep_certificate.legal_rep_certificate(case, WHEN)
    assert form.title == "当事人身份说明"
    assert "000000198002030001" in repr(form)
    assert legal_rep_certificate.missing_fields(case) == []
    assert [field.key for field in legal_rep_certificate.missing_fields({"creditor": {"name": "甲公司", "type": "有限责任公司", "position": "董事"}})] == [
        "creditor.legal_representative"
    ]


def test_a_delivery_entered_twice_is_one_delivery():
    note = {"id": "D02", "no": "SH-01", "date": "2025-03-01", "amount": "10000.00"}
    case = {"dispute_type": "sale_of_goods", "deliveries": [note, note | {"id": "D03", "no": "ＳＨ-01", "signed_by": "丙三"}]}
    among_documents = {"id": "D04", "type": "delivery_note_signed", "number": "SH-02", "document_date": "2025-03-05", "amount": "5000.00", "debtor_seal": True}
    handed = deliveries(case | {"documents": [among_documents, {"id": "D05", "type": "delivery_note_unsigned"}]})
    assert [(row["id"], row["amount"]) for row in handed] == [("D03", "10000.00"), ("D04", "5000.00")]
