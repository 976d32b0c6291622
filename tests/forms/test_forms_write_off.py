"""The papers of a write-off archive on example D, and the special report on a copy of it that was never sued for."""

from __future__ import annotations

import copy
from datetime import date

import pytest
import yaml

from casefiles.law import EXAMPLES, load_law
from casefiles.rules.evidence import assess
from casefiles.rules.facts import read_case
from casefiles.rules.report import to_mapping
from forms.archive_cover import GROUNDS
from forms.later_recoveries import recoveries
from forms.of_write_off_archive import PAPERS
from forms.papers import Subject

EXAMPLE = yaml.safe_load((EXAMPLES / "case-d-write-off-archive.yaml").read_text(encoding="utf-8"))
EXPECTED = EXAMPLE.pop("expected")
ITEMS = load_law().packets["write_off_archive"].items
CONTENTS = [{"n": i.n, "id": i.id, "zh": i.zh, "status": "generated" if i.generated else "present", "pages": f"{i.n}\u2013{i.n + 1}"} for i in ITEMS]
ROW = {"seq": 1, "name": "购销合同", "pages": "5\u201312", "original": "原件", "remarks": "有骑缝章"}
GROUPS = [{"title": "第二组", "purpose": "证明合同关系成立", "rows": [ROW]}]
NEVER_SUED = {
    "judgment": None, "enforcement": None, "write_off.ground": "overdue_3y", "write_off.booked_principal": "420000.00",
    "invoices": [{"id": "D07", "no": "FP-1", "date": "2021-01-05", "amount": "420000.00", "due_date": "2021-03-05"}],
    "collection_log": [{"date": "2022-05-01", "channel": "phone", "result": "not_reached"},
                       {"date": "2023-05-01", "channel": "visit", "person": "王经理", "result": "refused"}],
    "demands": [{"id": "D09", "kind": "demand_letter", "recipient": "debtor", "dated": "2023-01-20", "sent_on": "2023-01-20", "carrier": "EMS",
                 "receipt": {"id": "D10", "delivered_on": "2023-01-22", "status": "签收"}}],
}  # fmt: skip


COURT_PAPERS = {"D01", "D02", "D13", "D18", "D07", "D09", "D10"}  # and those of the list that a block of NEVER_SUED takes over


def case_of(changes=None):
    case = copy.deepcopy(EXAMPLE)
    for path, value in (changes or {}).items():
        *way, last = path.split(".")
        place = case
        for step in way:
            place = place.setdefault(step, {})
        place[last] = copy.deepcopy(value)
    gone = COURT_PAPERS if (changes or {}).get("judgment", ...) is None else set()
    return case | {"documents": [d for d in case["documents"] if d["id"] not in gone]}


def subject_of(changes=None, options=None):
    """Example D with values set by path, judged for the archive."""
    case = case_of(changes)
    on = date.fromisoformat(case["as_of"])
    check = to_mapping(assess(read_case(case), "write_off_archive", on, load_law(), ()))
    return Subject(case, check, "write_off_archive", on, "买卖合同纠纷", GROUPS, CONTENTS, options or {})


@pytest.fixture(scope="module")
def printed(rendered):
    """Each paper once: those of example D, the report of the case never sued for."""
    known, never = subject_of(options={"keeper": "档案室 申一", "responsible": "法务部 酉二"}), subject_of(NEVER_SUED)
    return {item: rendered(paper.make(never if item == "special_report" else known)) for item, paper in PAPERS.items()}


def lacking(texts, wanted):
    return {name: [value for value in wanted if value not in text] for name, text in texts.items()}


NOTHING = {"pdf": [], "docx": []}


def money(value):
    return f"{float(value):,.2f}元"


def test_the_index_lists_papers_and_exhibits(printed):
    wanted = [f"{line['n']}{line['zh']}{line['pages']}{'本卷制作' if line['status'] == 'generated' else '已归档'}" for line in CONTENTS]
    assert lacking(printed["archive_index"], [*wanted, "第二组证明合同关系成立", "1购销合同5\u201312原件有骑缝章", "档号：EX-D-WRITE-OFF"]) == NOTHING


def test_the_index_says_what_is_not_in_the_file():
    subject = subject_of()
    subject.contents[2]["status"], subject.contents[2]["pages"] = "missing", ""
    try:
        assert "Row(cells=('3', '核销申请与审批表、会议纪要', '', '未归档')" in str(PAPERS["archive_index"].make(subject))
    finally:
        subject.contents[2] |= {"status": "present", "pages": "3\u20134"}


def test_the_cover(printed):
    at = EXPECTED["at_write_off_2025-12-31"]
    wanted = [
        "坏账核销档案", "档号：EX-D-WRITE-OFF", EXAMPLE["debtor"]["name"], EXAMPLE["debtor"]["uscc"], "吊销，未注销", money(EXAMPLE["write_off"]["booked_principal"]),
        "叁拾壹万贰仟陆佰柒拾肆元伍角叁分", "诉讼/仲裁或终（中）止执行☑", "2025年12月31日批准", "财务总监+总经理办公会（虚构制度）", "入账日期2025年12月31日",
        f"尚欠{money(at['total_still_owed'])}", f"本金{money(at['principal'])}", f"利息（违约金）{money(at['general_interest_since_payment']['amount'])}",
        f"加倍部分债务利息{money(at['doubled_total'])}", "自2026年1月1日起，至少保管至2055年12月31日", "不得销毁", "保管人档案室申一",
    ]  # fmt: skip
    assert lacking(printed["cover_sheet"], wanted) == NOTHING


def test_recourse_is_kept(printed):
    wanted = [
        "核销仅为会计处理，不构成对债权的放弃", "未通知债务人免除债务", "本金：" + money(EXAMPLE["write_off"]["booked_principal"]),
        f"尚欠{money(EXPECTED['at_write_off_2025-12-31']['total_still_owed'])}", "申请执行时效至2024年8月25日；已于2022年10月10日申请执行，在期限之内",
        "2023年12月11日裁定终结本次执行程序；再次申请执行不受二年申请执行时效限制", "下次动作日2026年6月30日", "每6个月一次", "追索责任人法务部酉二", "即申请恢复执行",
    ]  # fmt: skip
    assert lacking(printed["recourse_statement"], wanted) == NOTHING


def test_the_register_is_ruled_and_says_whose_income_it_is(printed):
    for text in printed["later_recovery_register"].values():
        assert "核销后收回登记表" in text
        assert "150,000.00" not in text  # came in before the write-off
        assert "计入收回当期的收入（《企业所得税法实施条例》第三十二条第三款）" in text
        assert "12345678910" in text.replace("\u3000", "")  # ten ruled rows


def test_later_sums_are_income_of_their_year(rendered):
    late = [{"date": "2026-03-01", "amount": "10000.00", "how": "划拨"}, {"date": "2026-09-01", "amount": "5000.00"}, {"date": "2027-01-05", "amount": "700.00"}]
    subject = subject_of({"enforcement.recovered": [*EXAMPLE["enforcement"]["recovered"], *late]})
    bank = {"id": "D80", "type": "bank_payment", "direction": "in", "purpose": "price", "paid_on": "2026-03-01", "amount": "10000.00"}
    subject.case["documents"].append(bank)  # the same receipt once more, on paper
    wanted = ["12026年3月1日10,000.00划拨2026", "2026年收回，计入当年收入（元）15,000.00", "2027年收回，计入当年收入（元）700.00"]
    assert lacking(rendered(PAPERS["later_recovery_register"].make(subject)), wanted) == NOTHING
    assert len(recoveries(subject.case)) == 3


def test_the_special_report(printed):
    # overdue from the day after 2021-03-05 to 2025-12-31, both counted: 1,762 days
    wanted = [
        "（逾期三年以上）", "420,000.00元（大写：人民币肆拾贰万元整）", "1FP-12021年3月5日420,000.00420,000.00", "自2021年3月6日起逾期，至2025年12月31日共1762日",
        "2025年12月31日已作为损失入账", "符合国家税务总局公告2011年第25号第二十三条：是☑否□", "12022年5月1日电话未能联系", "22023年1月20日催款函通过EMS寄送，2023年1月22日签收",
        "32023年5月1日上门联系王经理，拒绝付款", "债务人登记状态为“吊销，未注销”", "催收中2次联系债务人未果或者被拒绝，最近一次为2023年5月1日",
        "经3次催收未能收回", "核销仅为会计处理，债权仍予保留并继续追索",
    ]  # fmt: skip
    assert lacking(printed["special_report"], wanted) == NOTHING


@pytest.mark.parametrize(
    ("booked", "revenue", "small"),
    [
        pytest.param("50000.00", None, True, id="fifty thousand to the cent"),
        pytest.param("50000.01", None, False, id="a cent more"),
        pytest.param("80000.00", "800000000.00", True, id="a ten-thousandth of the revenue"),
        pytest.param("80000.01", "800000000.00", False, id="a cent above a ten-thousandth"),
    ],
)
def test_a_small_debt_is_held_against_both_limits(booked, revenue, small):
    subject = subject_of(NEVER_SUED | {"write_off.ground": "small_1y", "write_off.booked_principal": booked, "write_off.annual_revenue": revenue})
    told = str(PAPERS["special_report"].make(subject))
    assert f"'不超过限额：', Choice(label='是', chosen={small})" in told
    assert f"第二十四条：', Choice(label='是', chosen={small})" in told
    assert "限额为50,000.00元" in told
    assert ("年度收入总额800,000,000.00元" in told) is bool(revenue)


def test_nothing_unfilled_is_printed(printed, placeholder):
    assert {item: [placeholder.findall(text) for text in texts.values()] for item, texts in printed.items()} == {item: [[], []] for item in PAPERS}


def gaps(item, subject):
    return [(field.where, field.blocking) for field in PAPERS[item].missing(subject)]


def test_what_each_paper_lacks():
    known = subject_of()
    assert gaps("cover_sheet", known) == [("answers.keeper", False)]
    assert gaps("recourse_statement", known) == [("answers.responsible", False)]
    assert gaps("special_report", known) == [("write_off.ground", True)]
    assert gaps("cover_sheet", subject_of({"write_off.approved_on": None, "write_off.approved_by": None}))[:2] == [
        ("write_off.approved_on", True), ("write_off.approved_by", False),
    ]  # fmt: skip
    assert ("write_off.next_followup", True) in gaps("recourse_statement", subject_of({"write_off.next_followup": None}))
    waived = subject_of()
    waived.check["debt_waived"] = True
    assert ("documents", True) in gaps("recourse_statement", waived)


def test_grounds_are_those_of_the_law():
    assert {key: ground["zh"] for key, ground in load_law().packets["write_off_archive"].raw["grounds"].items()} == GROUNDS
