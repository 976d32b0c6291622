"""The papers that stand alone: letters of demand to debtor and guarantor, the reconciliation statement, and those that packets hold too."""

from __future__ import annotations

import copy
from datetime import date

import pytest
import yaml

from casefiles.law import EXAMPLES, load_law
from casefiles.rules.evidence import assess
from casefiles.rules.facts import read_case
from casefiles.rules.report import to_mapping
from forms.kinds import ALONE
from forms.papers import Subject

EXAMPLE = yaml.safe_load((EXAMPLES / "case-a-complete-sale.yaml").read_text(encoding="utf-8"))
EXPECTED = EXAMPLE.pop("expected")
ACCOUNT = {"bank": "示例银行杭州分行", "number": "6222000000000001"}
GUARANTOR = {"id": "G1", "name": "示例保证有限公司", "uscc": "91000000MA0CCCC376", "address": "示例市庚路7号", "mode": "连带责任保证",
             "period_agreed": "36 months", "contract_id": "D50", "signed_on": "2024-03-01"}  # fmt: skip
OPTIONS = {"pay_by": "2026-06-30", "contact": "丙三　0571-0002"}
NOTHING = {"pdf": [], "docx": []}
RUDE = ("失信", "拘留", "黑名单", "曝光", "无赖", "后果自负", "老赖")


def subject_of(changes=None, options=None, dispute=None):
    """Example A with keys changed, or another case."""
    case = copy.deepcopy(dispute or EXAMPLE) | copy.deepcopy(changes or {})
    case["creditor"] = {"bank_account": ACCOUNT, "phone": "0571-0001"} | case["creditor"]
    on = date.fromisoformat(case["as_of"])
    check = to_mapping(assess(read_case(case), case["packet_kind"], on, load_law(), ()))
    return Subject(case, check, "", on, "买卖合同纠纷", options=OPTIONS if options is None else options)


def guaranteed(**changes):
    return {
        "security": {"guarantor": GUARANTOR | changes},
        "documents": [*EXAMPLE["documents"], {"id": "D50", "type": "guarantee_contract", "document_date": "2024-03-01"}],
    }


def words_of(name, subject):
    return str(ALONE[name].make(subject))


def missing(name, subject):
    return [(field.key, field.where, field.blocking) for field in ALONE[name].missing(subject)]


def lacking(texts, wanted):
    return {name: [value for value in wanted if value not in text] for name, text in texts.items()}


@pytest.fixture(scope="module")
def printed(rendered):
    """The letter to the debtor, the letter to the guarantor and the statement, each made once."""
    to_guarantor = subject_of(guaranteed(), OPTIONS | {"recipient": "guarantor:G1"})
    return {
        "debtor": rendered(ALONE["demand_letter"].make(subject_of())),
        "guarantor": rendered(ALONE["demand_letter"].make(to_guarantor)),
        "statement": rendered(ALONE["reconciliation_statement"].make(subject_of())),
    }


def test_all_papers_of_the_specification_stand_alone():
    generated = yaml.safe_load((EXAMPLES.parent / "packets.yaml").read_text(encoding="utf-8"))["generated_documents"]
    assert set(generated) | {"performance_statement", "receiving_account"} == set(ALONE)


def test_nothing_is_missing_for_the_letter_and_the_statement():
    subject = subject_of()
    assert missing("demand_letter", subject) == missing("reconciliation_statement", subject) == []


def test_the_letter_states_every_field(printed):
    by_invoice = [f"{float(row['amount']):,.2f}" for row in EXPECTED["damages"]["segments"] if row["invoice"] != "FP-02"]  # FP-02 has two rows
    wanted = [
        "催款函", "内件：催款函（合同编号：XS-2024-0301）", "致：示例北方装备制造有限公司", "地址：江苏省无锡市示例区样本路88号",
        "2024年3月1日，贵方与我方签订《设备配件买卖合同》（编号：XS-2024-0301）",
        # days late: FP-01 paid on 2024-08-15 (122 days of damages, as the calculation sheet), the others to 2026-06-15
        "1FP-01286,000.000.002024年4月14日1221,573.80", "2FP-02340,500.0090,500.002024年5月20日75610,825.21",
        "3FP-03379,500.00379,500.002024年6月17日72841,441.40", "4FP-04280,000.00280,000.002024年7月22日69329,106.00", "合计750,000.0082,946.41",
        "832,946.41元（大写：人民币捌拾叁万贰仟玖佰肆拾陆元肆角壹分）", "其中货款750,000.00元、逾期付款违约金82,946.41元", "自2026年6月16日起，逾期付款违约金另计至实际清偿之日",
        "第9.2条约定，逾期付款的，按日万分之一点五支付违约金", "第五百七十七条", "第五百八十五条", "请贵方于2026年6月30日前（含当日）",
        "户名：示例江南精密机械有限公司、开户银行：示例银行杭州分行、账号：6222000000000001", "向有管辖权的人民法院提起诉讼", "联系人：丙三0571-0002",
        "发函人（盖章）：示例江南精密机械有限公司", "2026年6月15日",
        "请填写并盖章后寄回：示例江南精密机械有限公司（浙江省杭州市示例区测试路1号）", "我方已收到贵方2026年6月15日发出的《催款函》",
        "确认截至2026年6月15日欠款合计832,946.41元，金额无误□", "金额不符□", "债务人（盖章、签字）", "经办人、职务、电话",
    ]  # fmt: skip
    assert lacking(printed["debtor"], [*wanted, *by_invoice]) == NOTHING
    assert "回执" in printed["debtor"]["docx"]


def test_the_letter_to_the_guarantor_claims_inside_the_period(printed):
    # 36 months after each due date; FP-01 is paid. FP-02: 2024-05-20 -> 2027-05-20, FP-03 -> 2027-06-17, FP-04 -> 2027-07-22
    wanted = [
        "致：示例保证有限公司", "地址：示例市庚路7号", "2024年3月1日，贵方为债务人在该合同项下的债务向我方提供连带责任保证", "2FP-03379,500.00379,500.00",
        "2027年5月20日、2027年6月17日、2027年7月22日届满", "我方现在保证期间内请求贵方承担连带保证责任", "第六百八十八条", "有权依法向债务人追偿",
        # without FP-01: 82,946.41 - 1,573.80 = 81,372.61; with the principal 831,372.61
        "831,372.61元（大写：人民币捌拾叁万壹仟叁佰柒拾贰元陆角壹分）", "同意承担连带保证责任□", "保证人（盖章、签字）",
    ]  # fmt: skip
    assert lacking(printed["guarantor"], wanted) == NOTHING


def test_the_statement_states_every_field(printed):
    wanted = [
        "对账单", "示例江南精密机械有限公司统一社会信用代码：91000000MA0AAAA1XR", "示例北方装备制造有限公司统一社会信用代码：91000000MA0BBBB23H", "截至日期：2026年6月15日",
        "期初余额0.00", "发货，送货单号：SH-01（丙三签收并盖章）286,000.00286,000.00", "付款（指定发票FP-01）200,000.0086,000.00",
        "送货单号：SH-02（丁四签收并盖章）340,500.00426,500.00", "送货单号：SH-03（丙三签收并盖章）379,500.00806,000.00", "付款（指定发票FP-02）250,000.00556,000.00",
        "送货单号：SH-04（丁四签收并盖章）280,000.00836,000.00", "付款（指定发票FP-01）86,000.00750,000.00", "本期合计及期末余额1,286,000.000.00536,000.00750,000.00",
        "1增值税专用发票FP-012024年3月16日286,000.00", "开票合计1,286,000.00", "750,000.00元（大写：人民币柒拾伍万元整）",
        "不影响债权人依据《设备配件买卖合同》（编号：XS-2024-0301）第9.2条及法律规定主张逾期付款违约金", "债务人确认栏",
        "账目无误，确认尚欠750,000.00元（大写：人民币柒拾伍万元整）□", "账目不符□", "债务人（盖章）", "经办人签字、职务",
    ]  # fmt: skip
    assert lacking(printed["statement"], wanted) == NOTHING


def test_nothing_unfilled_and_nothing_rude_is_printed(printed, placeholder):
    for texts in printed.values():
        for text in texts.values():
            assert placeholder.findall(text) == []
            assert [word for word in RUDE if word in text] == []


@pytest.mark.parametrize(
    ("changes", "options", "expected"),
    [
        pytest.param({}, {}, [("pay_by", "answers.pay_by", True)], id="no day to pay by"),
        pytest.param({}, {"pay_by": "soon"}, [("pay_by", "answers.pay_by", True)], id="no day of the calendar"),
        pytest.param({}, {"pay_by": "2026-06-15"}, [("pay_by", "answers.pay_by", True)], id="the day of the letter itself"),
        pytest.param({"creditor": EXAMPLE["creditor"] | {"bank_account": None}}, None,
                     [("creditor.bank_account.bank", "creditor.bank_account.bank", True), ("creditor.bank_account.number", "creditor.bank_account.number", True)],
                     id="no account"),
        pytest.param({"creditor": EXAMPLE["creditor"] | {"phone": None}}, {"pay_by": "2026-06-30"}, [("contact", "answers.contact", True)], id="nobody to answer to"),
        pytest.param({"debtor": EXAMPLE["debtor"] | {"address": None}}, None, [("debtor.address", "debtor.address", True)], id="no address"),
        pytest.param({"payments": [{"id": "D10", "date": "2024-04-01", "amount": "1286000.00"}]}, None, [("total", "claim.principal", True)], id="nothing is owed"),
        pytest.param({}, OPTIONS | {"recipient": "guarantor"}, [("recipient", "security", True)], id="no guarantor in the case"),
        pytest.param(guaranteed(mode="未约定"), OPTIONS | {"recipient": "guarantor"}, [("guarantor.mode", "security.guarantor.mode", True)], id="general liability"),
        pytest.param(guaranteed(period_agreed=None), OPTIONS | {"recipient": "guarantor"},
                     [("guarantee.period", "security.guarantor.period_agreed", True)], id="the six months are over"),
    ],
)  # fmt: skip
def test_what_a_letter_lacks_is_named_with_its_place(changes, options, expected):
    assert missing("demand_letter", subject_of(changes, options)) == expected


def test_both_addresses_of_the_debtor_stand_on_the_letter():
    contract = EXAMPLE["contract"] | {"notice_address": "江苏省无锡市通知路9号"}
    words = words_of("demand_letter", subject_of({"contract": contract}))
    assert words.index("通知路9号") < words.index("样本路88号")


def test_an_arbitration_clause_and_a_clause_on_costs_change_the_consequence():
    contract = EXAMPLE["contract"] | {
        "dispute_clause": {"type": "arbitration", "text": "提交示例仲裁委员会仲裁"}, "cost_clause": {"text": "律师费由违约方承担"},
    }  # fmt: skip
    words = words_of("demand_letter", subject_of({"contract": contract}))
    assert "依照合同的仲裁条款申请仲裁" in words
    assert "仲裁费用、律师费等实现债权的费用" in words


def test_under_an_effective_instrument_the_letter_demands_what_it_orders():
    judgment = {"id": "D40", "court": "示例区人民法院", "case_no": "（2026）示0000民初9号", "effective_on": "2026-05-01", "performance_days": 10,
                "items": [{"kind": "principal", "amount": "750000.00"}]}  # fmt: skip
    subject = subject_of({"judgment": judgment})
    owed = subject.check["instrument"]["total_still_owed"]
    words = words_of("demand_letter", subject)
    for said in ("（2026）示0000民初9号", "加倍部分债务利息", "申请强制执行", f"{float(owed):,.2f}"):
        assert said in words


@pytest.mark.parametrize("kind", ["loan", "lease", "services_work", "construction"])
def test_every_type_of_dispute_has_its_words_and_its_balance(kind):
    parts = {
        "loan": {"contract": {"id": "D01", "no": "JK-1", "name": "借款合同", "signed_on": "2024-03-01", "total": "100000.00", "repayment_date": "2025-03-05",
                              "late_payment_clause": {"type": "annual_rate", "rate": "0.12"}},
                 "documents": [{"id": "D02", "type": "bank_payment", "direction": "out", "purpose": "loan_disbursement", "paid_on": "2024-03-05", "amount": "100000.00"}],
                 "payments": [{"id": "D06", "date": "2025-06-30", "amount": "20000.00"}]},
        "lease": {"contract": {"id": "D01", "name": "房屋租赁合同", "signed_on": "2024-12-20", "rent_schedule": [
                      {"period_from": "2025-01-01", "period_to": "2025-06-30", "amount": "60000.00", "due_date": "2025-01-10"}]},
                  "payments": [{"id": "D06", "date": "2025-02-01", "amount": "20000.00"}]},
        "services_work": {"contract": {"id": "D01", "name": "运维服务合同", "signed_on": "2025-01-02"},
                          "documents": [{"id": "D02", "type": "service_confirmation", "number": "QR-01", "document_date": "2025-03-31", "amount": "60000.00"}],
                          "invoices": [{"id": "D03", "no": "FP-01", "date": "2025-04-02", "amount": "60000.00", "due_date": "2025-04-30"}]},
        "construction": {"contract": {"id": "D01", "name": "建设工程施工合同", "signed_on": "2024-01-10", "payment_terms": {"rule": "结算后30日内付清", "days_after_delivery": 30}},
                         "documents": [{"id": "D03", "type": "settlement_statement", "document_date": "2025-06-30", "amount": "230000.00", "debtor_seal_or_signature": True}],
                         "payments": [{"id": "D06", "date": "2025-08-01", "amount": "150000.00"}]},
    }[kind]  # fmt: skip
    names = {"loan": "借款本金", "lease": "租金", "services_work": "服务费", "construction": "工程价款"}
    head = {key: EXAMPLE[key] for key in ("case_id", "as_of", "packet_kind", "creditor", "debtor")} | {"dispute_type": kind}
    subject = subject_of(dispute=head | parts)
    balance = f"{float(subject.check['totals']['ledger_balance']):,.2f}元"
    assert missing("demand_letter", subject) == missing("reconciliation_statement", subject) == []
    assert f"{names[kind]}{balance}" in words_of("demand_letter", subject)
    statement = words_of("reconciliation_statement", subject)
    assert f"确认尚欠{balance.replace('元', ' 元')}" in statement
    assert "货" not in statement.replace("退货、冲减", "")


def test_a_statement_of_a_period_opens_with_the_balance_before_it():
    # before 2024-05-01: 286,000 + 340,500 - 200,000 = 426,500; to 2024-06-30: + 379,500 + 280,000 - 250,000 = 836,000
    options = {"opening_on": "2024-05-01", "cut_off": "2024-06-30"}
    subject = subject_of(options=options)
    assert missing("reconciliation_statement", subject) == []
    words = words_of("reconciliation_statement", subject)
    assert "'2024年5月1日', '期初余额', '', '', '', '426,500.00'" in words
    assert "确认尚欠836,000.00 元" in words
    assert "SH-01" not in words


@pytest.mark.parametrize(
    ("changes", "options", "expected"),
    [
        pytest.param({}, {"cut_off": "2026-07-01"}, [("cut_off", "answers.cut_off", True)], id="a day to come"),
        pytest.param({}, {"cut_off": "2024-01-01"}, [("entries", "deliveries", True)], id="nothing happened yet"),
        pytest.param({"debtor": EXAMPLE["debtor"] | {"uscc": None}}, None, [("debtor.uscc", "debtor.uscc", False)], id="the debtor's code is unknown"),
    ],
)
def test_what_a_statement_lacks_is_named_with_its_place(changes, options, expected):
    assert missing("reconciliation_statement", subject_of(changes, options)) == expected


@pytest.mark.parametrize("name", ["legal_rep_certificate_creditor", "service_address_confirmation", "receiving_account"])
def test_papers_of_packets_stand_alone_too(name):
    subject = subject_of()
    assert [field for field in ALONE[name].missing(subject) if field.blocking] == []
    assert "示例江南精密机械有限公司" in words_of(name, subject)
