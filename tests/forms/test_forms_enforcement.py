"""The papers of enforcement: every figure of the specification's case in both renderings, and what changes with the case.

The case is that of tests/rules/test_enforcement_case.py (case-file.md, section 5), whose figures are argued there, with the further facts a paper prints.
"""

from __future__ import annotations

import copy
from datetime import date

import pytest

from casefiles.law import load_law
from casefiles.rules.evidence import assess
from casefiles.rules.facts import read_case
from casefiles.rules.report import to_mapping
from forms.of_enforcement import PAPERS
from forms.papers import Subject
from forms.standing_alone import PAPERS as ALONE

OWN = ("application", "asset_clue_list", "performance_statement", "receiving_account")
CASE = {
    "case_id": "DEMO-ENFORCE", "dispute_type": "sale_of_goods", "packet_kind": "enforcement", "as_of": "2026-06-01", "court": "示例区人民法院",
    "creditor": {"name": "示例甲公司", "uscc": "91000000MA0AAAA1XR", "type": "有限责任公司", "address": "示例市甲路1号", "legal_representative": "甲一", "phone": "0571-0001",
                 "bank_account": {"bank": "示例银行甲支行", "number": "6222000000000001"}},
    "debtor": {"name": "示例乙公司", "uscc": "91000000MA0BBBB23H", "address": "示例市乙路2号", "registry_status": "存续", "registry_extract_date": "2026-05-20"},
    "agents": [{"kind": "lawyer", "name": "丙三", "firm": "示例律师事务所", "phone": "13800000000", "authority": "特别授权"}],
    "judgment": {
        "id": "D01", "court": "示例区人民法院", "case_no": "（2024）示0000民初1号", "dated": "2024-10-28", "effective_on": "2024-11-15", "performance_days": 10,
        "items": [
            {"kind": "principal", "amount": "350000.00"}, {"kind": "liquidated_damages", "amount": "20000.00"},
            {"kind": "general_interest", "form": "running", "from": "2024-07-01", "annual_rate": "0.05175"},
            {"kind": "court_fee", "amount": "6850.00", "counts_in_doubled_base": False},
        ],
    },
    "enforcement": {"recovered": [{"id": "D03", "date": "2025-06-18", "amount": "100000.00", "how": "被执行人自动履行", "voluntary": True}]},
    "asset_clues": [
        {"kind": "bank_account", "description": "示例银行乙支行，账号62009999", "source": "历次付款回单", "value": "50000.00"},
        {"kind": "immovable", "description": "厂房一处", "location": "示例市乙路2号", "identifier": "示不动产权第0000001号", "source": "不动产登记查询", "value": "2000000.00"},
    ],
    "documents": [{"id": "D02", "type": "effectiveness_certificate", "effective_on": "2024-11-15"}],
    "identity_documents": ["business_licence_creditor", "legal_rep_certificate_creditor", "company_registry_extract_debtor"],
    "originals": "every exhibit has held_by=creditor and a location",
}  # fmt: skip
NOTHING = {"pdf": [], "docx": []}


def subject_of(changes=None, kind="enforcement", on="2026-06-01"):
    """The case with values set by path."""
    case = copy.deepcopy(CASE)
    for path, value in (changes or {}).items():
        *way, last = path.split(".")
        place = case
        for step in way:
            place = place[step]
        place[last] = value
    day = date.fromisoformat(on)
    check = to_mapping(assess(read_case(case), "enforcement", day, load_law(), ()))
    return Subject(case, check, kind, day, "买卖合同纠纷")


def words_of(form):
    """All texts of a form, without rendering it."""
    return str(form)


def lacking(texts, wanted):
    return {name: [value for value in wanted if value not in text] for name, text in texts.items()}


@pytest.fixture(scope="module")
def printed(rendered):
    """Each paper, made once: id -> {"pdf": text, "docx": text}."""
    subject = subject_of()
    return {item: rendered(PAPERS[item].make(subject)) for item in OWN}


def test_the_check_lets_the_packet_be_made_and_no_field_is_missing():
    subject = subject_of()
    assert subject.check["generation_allowed"]
    assert subject.check["element_status"]["E04_asset_clues"] == "complete"  # the rows entered are the list
    assert {item: PAPERS[item].missing(subject) for item in OWN} == {item: [] for item in OWN}


def test_the_application_states_every_field(printed):
    wanted = [
        "强制执行申请书", "申请执行人", "被执行人", "名称：示例甲公司", "名称：示例乙公司", "91000000MA0AAAA1XR", "91000000MA0BBBB23H", "示例市甲路1号", "示例市乙路2号",
        "姓名：丙三", "示例律师事务所", "特别授权☑", "作出机构示例区人民法院", "（2024）示0000民初1号民事判决书", "生效日期2024年11月15日", "至2024年11月25日届满",
        "1.本金350,000.00元", "2.违约金20,000.00元", "自2024年7月1日起至实际清偿之日止，按年利率5.175%（一年按365日计）计算",
        # the request, item by item: figures of test_the_request_keeps_the_items_apart
        "强制被执行人给付本金274,317.40元（大写：人民币贰拾柒万肆仟叁佰壹拾柒元肆角整）", "违约金等定额款项：20,000.00元（大写：人民币贰万元整）",
        "利息（计算至2026年6月1日）：13,573.64元（大写：人民币壹万叁仟伍佰柒拾叁元陆角肆分）", "自2026年6月2日起，以274,317.40元为基数，按年利率5.175%",
        "起算日：2024年11月26日计算标准：日万分之一点七五", "计算至2026年6月1日：31,197.68元（大写：人民币叁万壹仟壹佰玖拾柒元陆角捌分）",
        "自2026年6月2日起，以294,317.40元为基数，按日万分之一点七五", "由被执行人负担：是☑否□",
        "339,088.72元（大写：人民币叁拾叁万玖仟零捌拾捌元柒角贰分）", "已履行合计100,000.00元", "2025年6月18日100,000.00被执行人自动履行274,317.40",
        "第二百五十条（2021年修正文本第二百四十六条）", "至2026年11月25日届满，本申请在法定期间内提出", "第二百四十七条、第二百六十四条",
        "1.银行账户：示例银行乙支行，账号62009999；来源：历次付款回单；估值50,000.00元", "2.不动产：厂房一处；所在地：示例市乙路2号；权利证号：示不动产权第0000001号",
        "此致示例区人民法院", "申请执行人（签名、盖章）：示例甲公司", "2026年6月1日",
    ]  # fmt: skip
    assert lacking(printed["application"], wanted) == NOTHING


def test_the_statement_shows_each_set_off_and_each_stretch(printed):
    wanted = [
        "履行情况说明及计算明细", "2025年6月18日被执行人自动履行100,000.006,850.0017,467.4075,682.600.00274,317.40",
        "1350,000.002024年7月1日2025年6月17日352年利率5.175%（一年按365日计）17,467.40",
        "2274,317.402025年6月18日2026年6月1日349年利率5.175%（一年按365日计）13,573.64", "一般债务利息合计（抵充前）31,041.04",  # 17,467.40 + 13,573.64
        "1370,000.002024年11月26日2025年6月18日205日万分之一点七五13,273.75", "2294,317.402025年6月19日2026年6月1日348日万分之一点七五17,923.93",
        "加倍部分债务利息合计（抵充前）31,197.68", "截至2026年6月1日尚未履行的金额", "合计339,088.72", "加倍部分计算基数：本金、违约金", "法释〔2014〕8号第四条",
    ]  # fmt: skip
    assert lacking(printed["performance_statement"], wanted) == NOTHING


def test_the_clues_and_the_account_are_stated(printed):
    columns = "序号财产种类具体信息所在地权利证号线索来源估值（元）"
    rows = ["1银行账户示例银行乙支行，账号62009999不详不详历次付款回单50,000.00", "2不动产厂房一处示例市乙路2号示不动产权第0000001号不动产登记查询2,000,000.00"]
    assert lacking(printed["asset_clue_list"], [columns, *rows, "估值合计2,050,000.00", "申请执行人示例甲公司", "提交人（签名、盖章）"]) == NOTHING
    account = ["户名示例甲公司", "开户银行示例银行甲支行", "账号6222000000000001", "联系人及电话丙三13800000000", "请将本案执行款划付至该账户"]
    assert lacking(printed["receiving_account"], account) == NOTHING


def test_nothing_unfilled_is_printed(printed, placeholder):
    assert [placeholder.findall(text) for texts in printed.values() for text in texts.values()] == [[]] * len(OWN) * 2


@pytest.mark.parametrize(
    ("changes", "on", "item", "keys"),
    [
        pytest.param({"judgment": None}, "2026-06-01", "application", ["judgment"], id="no instrument"),
        pytest.param({"judgment.effective_on": None}, "2026-06-01", "application", ["judgment.effective_on"], id="not effective"),
        pytest.param({"judgment.items": []}, "2026-06-01", "performance_statement", ["judgment.items"], id="no sums"),
        pytest.param({"judgment.performance_days": 700}, "2026-06-01", "application", ["judgment.performance_last_day"], id="the period still runs"),
        pytest.param({"court": "示例仲裁委员会", "judgment.type": "arbitral_award"}, "2026-06-01", "application", ["court"], id="an award names no court"),
        pytest.param({"creditor.bank_account": None}, "2026-06-01", "receiving_account", ["creditor.bank_account.bank", "creditor.bank_account.number"], id="no account"),
        pytest.param({"enforcement.recovered": [{"date": "2025-06-18", "amount": "420000.00"}]}, "2026-06-01", "application", ["request.total"], id="all is paid"),
    ],
)  # fmt: skip
def test_what_is_missing_is_named_with_its_place(changes, on, item, keys):
    missing = PAPERS[item].missing(subject_of(changes, on=on))
    assert [field.key for field in missing] == keys
    assert all(field.blocking and field.where for field in missing)


def test_without_a_clue_the_application_asks_the_court_to_search():
    subject = subject_of({"asset_clues": []})
    assert [(field.key, field.blocking) for field in PAPERS["application"].missing(subject)] == [("asset_clues", False)]
    for item in ("application", "asset_clue_list"):
        assert "网络执行查控系统查询其名下财产" in words_of(PAPERS[item].make(subject))


def test_rows_of_an_uploaded_list_are_clues_too():
    rows = [{"kind": "vehicle", "description": "示A00001"}, {"kind": "bank_account", "description": "示例银行乙支行，账号62009999"}]
    subject = subject_of({"documents": [*CASE["documents"], {"id": "D04", "type": "asset_clue_list", "items": rows}]})
    words = words_of(PAPERS["asset_clue_list"].make(subject))
    assert words.count("账号62009999") == 1
    assert "示A00001" in words


def test_an_application_that_an_interruption_saves_tells_the_act_and_no_doubt():
    # two years end on 2026-11-25; the voluntary payment of 2025-06-18 begins them anew, to 2027-06-18
    words = words_of(PAPERS["application"].make(subject_of({"planned_filing_date": "2026-12-01"}, on="2026-12-01")))
    assert "被执行人于2025年6月18日自行履行100,000.00元，申请执行时效因此中断，期间重新计算至2027年6月18日" in words
    assert "超过" not in words
    assert "异议" not in words


def test_a_late_application_says_nothing_of_the_time():
    forced = [{"date": "2025-06-18", "amount": "100000.00", "how": "法院扣划"}]
    words = words_of(PAPERS["application"].make(subject_of({"enforcement.recovered": forced, "planned_filing_date": "2026-12-01"}, on="2026-12-01")))
    assert "法院扣划" in words
    assert "二年" not in words


def test_applying_again_after_the_round_was_ended_cites_the_rule():
    ended = {"id": "D09", "date": "2025-12-01"}
    words = words_of(PAPERS["application"].make(subject_of({"enforcement.terminated_current_procedure": ended, "enforcement.case_no": "（2025）示0000执1号"})))
    assert "以（2025）示0000执1号案立案执行后，于2025年12月1日裁定终结本次执行程序" in words
    assert "第五百一十七条" in words


def test_an_award_and_an_assignee_are_explained():
    changes = {"judgment.type": "arbitral_award", "judgment.court": "示例仲裁委员会", "court": "示例市中级人民法院", "claim_assigned": True}
    words = words_of(PAPERS["application"].make(subject_of(changes)))
    for said in ("仲裁裁决书", "仲裁协议随本申请一并提交", "第二百四十八条", "依法受让（承受）上述债权", "债权继受证明材料"):
        assert said in words


def test_large_sums_turn_the_statement_on_its_side():
    items = [{"kind": "principal", "amount": "35000000.00"}]
    assert PAPERS["performance_statement"].make(subject_of({"judgment.items": items})).landscape
    assert not PAPERS["performance_statement"].make(subject_of()).landscape


def test_standing_alone_they_speak_of_creditor_and_debtor():
    words = words_of(ALONE["receiving_account"].make(subject_of(kind="")))
    assert "债权人" in words
    assert "执行款" not in words
