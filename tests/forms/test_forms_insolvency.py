"""The papers of an insolvency claim on example C: every figure of the specification in both renderings, and what changes with the case."""

from __future__ import annotations

import copy
import importlib.util
import re
from datetime import date
from pathlib import Path

import pytest
import yaml

from casefiles.law import EXAMPLES, load_law
from casefiles.rules.evidence import assess
from casefiles.rules.facts import read_case
from casefiles.rules.report import to_mapping
from forms.figures import day
from forms.of_insolvency_claim import PAPERS
from forms.papers import Subject

OWN = ("claim_form", "claim_statement", "calculation_sheet", "service_and_account", "no_double_recovery")
EXAMPLE = yaml.safe_load((EXAMPLES / "case-c-insolvency.yaml").read_text(encoding="utf-8"))
EXPECTED = EXAMPLE.pop("expected")
ACCOUNT = {"bank": "示例银行成都分行", "number": "6222000000000001"}
COLLATERAL = {"contract_id": "D90", "kind": "抵押", "object": "生产线一条", "value": "300000.00", "registered": True, "registered_on": "2025-03-01"}


def subject_of(changes=None, options=None, as_of=None):
    """Example C with values set by path."""
    case = copy.deepcopy(EXAMPLE)
    for path, value in (changes or {}).items():
        *way, last = path.split(".")
        place = case
        for step in way:
            place = place.setdefault(step, {})
        place[last] = value
    on = date.fromisoformat(as_of or case["as_of"])
    check = to_mapping(assess(read_case(case), "insolvency_claim", on, load_law(), ()))
    return Subject(case, check, "insolvency_claim", on, "买卖合同纠纷", options=options or {})


@pytest.fixture(scope="module")
def printed(rendered):
    """Each paper of example C, made once: id -> {"pdf": text, "docx": text}."""
    subject = subject_of({"creditor.bank_account": ACCOUNT, "creditor.phone": "028-0001", "creditor.email": "a@example.com"})
    return {item: rendered(PAPERS[item].make(subject)) for item in OWN}


def lacking(texts, wanted):
    return {name: [value for value in wanted if value not in text] for name, text in texts.items()}


NOTHING = {"pdf": [], "docx": []}


def test_the_form_states_every_field(printed):
    claim, insolvency, creditor = EXPECTED["claim"], EXAMPLE["insolvency"], EXAMPLE["creditor"]
    wanted = [
        "债务人名称" + EXAMPLE["debtor"]["name"], insolvency["case_no"] + "（重整）", "示例市中级人民法院，2026年3月18日裁定受理", insolvency["administrator"],
        "2026年3月25日公告，至2026年5月25日", creditor["name"], creditor["uscc"], creditor["address"], "联系人：癸十联系电话：028-0001邮箱：a@example.com",
        "货款☑服务费（报酬）□", "《包装材料年度购销合同》（编号：BZ-2025-02）", f"{float(claim['principal']):,.2f}元", "60,000.00元在破产申请受理时尚未到期",
        f"{float(claim['damages']):,.2f}元", "计算至2026年3月17日（破产申请受理日前一日）", "其他费用（诉讼费、律师费等）0.00元",
        f"{float(claim['total']):,.2f}元（大写：人民币{claim['total_in_words']}）", "有财产担保□无财产担保☑", "普通债权387,318.92元", "是否属于连带债权：是□否☑",
        "有无保证人：有☑无□保证人：寅三（自然人，虚构）（连带责任保证，2025年2月10日签订）", "附条件：是□否☑附期限：是☑否□", "诉讼、仲裁未决：是□否☑",
        "抵销：是□否□取回：是□否□所有权保留：是□否□", "诉讼时效自2026年1月22日（催款函送达）起重新计算，至2029年1月22日",
        "户名：示例川西包装材料有限公司", "开户行：示例银行成都分行", "账号：6222000000000001", "送达地址：四川省成都市示例区丙路3号", "申报人（签名、盖章）", "2026年4月10日",
    ]  # fmt: skip
    assert lacking(printed["claim_form"], wanted) == NOTHING


def test_the_calculation_stops_the_day_before_the_acceptance(printed):
    segments = EXPECTED["claim"]["damages_segments"]
    wanted = [f"{s['invoice']}{float(s['base']):,.2f}{day(s['from'])}{day(s['to'])}{s['days']}日万分之二{float(s['amount']):,.2f}" for s in segments]
    wanted += ["4FP-242026年6月30日60,000.0060,000.00受理时未到期，视为到期", "本金合计371,350.50", "逾期付款违约金合计15,968.42", "（计算至破产申请受理日前一日：2026年3月17日）"]
    wanted += ["申报总额387,318.92元（大写：人民币叁拾捌万柒仟叁佰壹拾捌元玖角贰分）", "第8条：逾期付款的，按日万分之二支付违约金"]
    assert lacking(printed["calculation_sheet"], wanted) == NOTHING


def test_the_statement_asks_tells_and_reckons(printed):
    wanted = [
        "债权共计387,318.92元（大写：人民币叁拾捌万柒仟叁佰壹拾捌元玖角贰分），其中货款本金371,350.50元，逾期付款违约金15,968.42元（计算至2026年3月17日）",
        "普通债权387,318.92元，无债务人财产担保", "债务人已付款1次：2025年7月10日支付45,200.00元", "债务人签章确认截至2025年12月31日尚欠371,350.50元",
        "2026年3月18日，示例市中级人民法院裁定受理债务人重整一案", "第四十四条、第四十六条、第四十八条、第四十九条", "此致示例律师事务所（管理人）",
    ]  # fmt: skip
    assert lacking(printed["claim_statement"], wanted) == NOTHING


def test_account_and_declaration(printed):
    assert lacking(printed["service_and_account"], ["6222000000000001", "是否接受电子送达：是□否☑", "（2026）示01破7号"]) == NOTHING
    wanted = ["收到的款项1笔（2025年7月10日45,200.00元），合计45,200.00元，已在申报金额中扣除", "未就同一债权以其他名义重复申报", "保证人未代为清偿"]
    assert lacking(printed["no_double_recovery"], wanted) == NOTHING


def test_nothing_unfilled_is_printed(printed, placeholder):
    assert {item: [placeholder.findall(text) for text in texts.values()] for item, texts in printed.items()} == {item: [[], []] for item in OWN}


def names(subject, blocking):
    return [field.where for field in PAPERS["claim_form"].missing(subject) if field.blocking is blocking]


def test_what_is_not_known_is_named_and_worded_around():
    subject = subject_of({"insolvency.administrator": None})
    assert names(subject, blocking=True) == []
    assert names(subject, blocking=False) == [
        "creditor.phone", "creditor.email", "creditor.bank_account", "insolvency.administrator", "answers.set_off", "answers.retrieval", "answers.title_retention",
    ]  # fmt: skip
    told = str(PAPERS["service_and_account"].make(subject))
    assert "收款账户由申报人另行以书面方式提供给管理人" in told
    assert "受理法院指定的管理人" in told
    assert "联系电话" not in told.replace("送达地址、收件人、联系电话、电子送达", "")


@pytest.mark.parametrize(
    ("path", "value"),
    [
        pytest.param("security.real_security", None, id="secured or not is not answered"),
        pytest.param("security.joint_debt", None, id="joint or not is not answered"),
        pytest.param("creditor.uscc", None, id="a company without its code"),
        pytest.param("creditor.address", "", id="no address"),
    ],
)
def test_an_empty_required_field_stops_the_form(path, value):
    assert path in names(subject_of({path: value} | ({"creditor.type": "有限责任公司"} if "uscc" in path else {})), blocking=True)


def test_sums_that_do_not_add_up_stop_the_form():
    subject = subject_of()
    subject.check["claim"]["total"] = "400000.00"
    assert names(subject, blocking=True) == ["claim.principal"]
    subject.check["claim"] = None
    assert names(subject, blocking=True) == ["insolvency.acceptance_date"]


def test_a_late_claim_is_a_supplementary_one():
    subject = subject_of(as_of="2026-05-26")
    for item, title in (("claim_form", "债权补充申报表"), ("claim_statement", "债权补充申报书")):
        form = PAPERS[item].make(subject)
        assert form.title == title
        assert "第五十六条第一款" in str(form)
        assert "此前已进行的分配不再补充分配，审查和确认补充申报债权的费用由申报人承担" in str(form)
    assert "补充" not in str(PAPERS["claim_form"].make(subject_of(as_of="2026-05-25")))  # on the last day it is in time


def test_a_secured_claim_is_secured_up_to_the_value():
    subject = subject_of({"security.real_security": True, "security.collateral": COLLATERAL})
    told = str(PAPERS["claim_form"].make(subject))
    # 387,318.92 in all; the collateral is worth 300,000.00, so 87,318.92 are ordinary (art. 109)
    assert "有财产担保债权300,000.00元，普通债权87,318.92元" in told
    assert "担保物：生产线一条；担保方式：抵押；价值：300,000.00元；登记：已登记（2025年3月1日）" in told
    assert "就生产线一条优先受偿，其余87,318.92元为普通债权" in str(PAPERS["claim_statement"].make(subject))


def test_answers_tick_the_boxes():
    told = str(PAPERS["claim_form"].make(subject_of(options={"set_off": "否", "retrieval": "设备两台", "condition": "以验收合格为条件"})))
    assert "Choice(label='是', chosen=False), ' ', Choice(label='否', chosen=True), '\\u3000取回：'" in told
    assert "（设备两台）" in told
    assert "以验收合格为条件" in told


def test_a_claim_under_an_instrument_keeps_the_doubled_part_apart():
    judgment = {
        "id": "D95", "court": "示例区人民法院", "case_no": "（2025）示01民初9号", "effective_on": "2025-11-01", "performance_days": 10,
        "items": [{"kind": "principal", "amount": "371350.50"}, {"kind": "court_fee", "amount": "3000.00"},
                  {"kind": "general_interest", "form": "running", "from": "2025-10-01", "annual_rate": "0.05", "basis": "365"}],
    }  # fmt: skip
    subject = subject_of({"judgment": judgment, "payments": []})
    claim = subject.check["claim"]
    assert float(claim["doubled_interest"]) > 0
    doubled = f"{float(claim['doubled_interest']):,.2f}"
    for item in ("claim_form", "claim_statement", "calculation_sheet"):
        told = str(PAPERS[item].make(subject))
        assert doubled in told
        assert "未计入申报总额" in told
        assert f"{float(claim['total']):,.2f}" in told
    assert "示例区人民法院（2025）示01民初9号民事判决书" in str(PAPERS["claim_form"].make(subject))


RULES = Path(__file__).resolve().parents[1] / "rules"
INSOLVENCY = {"court": "示例市中级人民法院", "case_no": "（2026）示01破8号", "procedure": "破产清算", "acceptance_date": "2026-05-11", "claim_deadline": "2026-08-01"}


@pytest.mark.parametrize(
    ("dispute", "principal"),
    [
        pytest.param("services", "服务费", id="services"),
        pytest.param("loan", "借款本金", id="loan between companies"),
        pytest.param("lease", "租金", id="lease of a house"),
        pytest.param("construction", "工程价款", id="works"),
        pytest.param("enforcement", "货款", id="under an instrument"),
    ],
)
def test_every_type_of_dispute_is_claimed_in_its_own_words(dispute, principal, placeholder):
    spec = importlib.util.spec_from_file_location(f"rules_{dispute}", RULES / f"test_{dispute}_case.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    case = copy.deepcopy(module.CASE) | {"insolvency": INSOLVENCY, "packet_kind": "insolvency_claim"}
    case["creditor"] = {"address": "示例市甲路1号", "legal_representative": "甲一"} | case["creditor"]
    case["security"] = {"real_security": False, "joint_debt": False} | case.get("security", {})
    on = date(2026, 6, 1)
    check = to_mapping(assess(read_case(case), "insolvency_claim", on, load_law(), ()))
    subject = Subject(case, check, "insolvency_claim", on, "")
    assert names(subject, blocking=True) == []
    for item in OWN:
        told = str(PAPERS[item].make(subject))
        assert placeholder.findall(re.sub(r"=(\(\)|''|True|False)|□", "", told)) == [], item
        if item == "claim_statement":
            assert principal in told
        if item != "service_and_account":
            assert f"{float(check['claim']['total']):,.2f}" in told
