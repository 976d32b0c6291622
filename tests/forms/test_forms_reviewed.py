"""What a clerk, a judge, an administrator or an auditor stumbled over in a reading of all papers: each row is one such place."""

from __future__ import annotations

import copy
from datetime import date

import pypdfium2
import pytest

from casefiles.law import load_law
from casefiles.revise.sections import SECTIONS
from casefiles.rules.catalogue import catalogue
from casefiles.rules.evidence import assess
from casefiles.rules.facts import read_case
from casefiles.rules.report import to_mapping
from forms.form import Form, cleaned
from forms.kinds import ALONE, PAPERS
from forms.papers import Subject
from forms.parties import is_person, party_lines
from forms.pdf import pdf
from tests.forms import test_forms_write_off as write_off
from tests.forms.test_forms_enforcement import CASE as ENFORCEMENT
from tests.forms.test_forms_letters import ACCOUNT, EXAMPLE, OPTIONS
from tests.forms.test_forms_preservation import CASE as PRESERVATION
from tests.rules.test_construction_case import CASE as WORKS
from tests.rules.test_lease_case import CASE as LEASE
from tests.rules.test_loan_case import CASE as LOAN
from tests.rules.test_services_case import CASE as SERVICES

WANTED_BY_A_COURT = {"court": "示例市示例区人民法院"}
IN_DOCUMENTS = {"documents", "deliveries", "invoices", "payments"}  # known to both pages that link a gap (web/packets_builder, web/papers)


def subject_of(case, kind, changes=None, options=None, groups=()):
    """A case with top keys changed, judged for a kind of packet; what names the law's type of dispute is its cause."""
    case = copy.deepcopy(case) | WANTED_BY_A_COURT | copy.deepcopy(changes or {})
    case["creditor"] = {"legal_representative": "某甲", "phone": "010-000", "bank_account": ACCOUNT} | case["creditor"]
    on = date.fromisoformat(case["as_of"])
    law = load_law()
    check = to_mapping(assess(read_case(case), kind or "lawsuit", on, law, ()))
    return Subject(case, check, kind, on, law.dispute_types[case["dispute_type"]].zh, groups, options=options or {})


def words_of(form: Form) -> str:
    return str(cleaned(form))


@pytest.mark.parametrize(
    ("party", "person"),
    [
        pytest.param({"name": "某某贸易有限公司"}, False, id="a company whose code is not known"),
        pytest.param({"name": "示例建材厂（普通合伙）"}, False, id="a partnership"),
        pytest.param({"name": "欧阳·买买提江"}, True, id="a person"),
        pytest.param({"name": "张三", "type": "个体工商户"}, False, id="said to be none"),
        pytest.param({"name": "李四公司", "type": "自然人"}, True, id="said to be one"),
    ],
)
def test_a_company_without_a_code_is_no_natural_person(party, person):
    assert is_person(party) is person
    assert ("性别" in str(party_lines(party, own=False))) is person


def test_nothing_is_said_of_the_office_of_an_unknown_representative():
    told = [part for told in party_lines({"name": "某某有限公司"}, own=False) for part in told.parts]
    assert "法定代表人/负责人：不详　职务：不详　联系电话：不详" in told


@pytest.mark.parametrize(
    ("case", "named", "never"),
    [
        pytest.param(LEASE, "2025年7月1日至2025年12月31日", "2025-07-01~2025-12-31", id="a rent by its period"),
        pytest.param(WORKS, "2025年6月30日结算款", "D03", id="a settlement by its day, not by our id"),
    ],
)
@pytest.mark.parametrize("paper", ["demand_letter", "reconciliation_statement"])
def test_letters_call_a_debt_as_people_do(case, named, never, paper):
    told = words_of(ALONE[paper].make(subject_of(case, "", options=OPTIONS)))
    assert named in told
    assert never not in told


@pytest.mark.parametrize(
    ("case", "cause", "kind", "item"),
    [
        pytest.param(LOAN, "民间借贷纠纷", "preservation", "urgency_statement", id="urgency of a loan"),
        pytest.param(SERVICES, "服务合同纠纷", "preservation", "application", id="preservation for services"),
        pytest.param(SERVICES, "服务合同纠纷", "preservation", "asset_clue_list", id="clues for services"),
        pytest.param(LOAN, "民间借贷纠纷", "", "receiving_account", id="account of a lender"),
        pytest.param(ENFORCEMENT | {"dispute_type": "services_work"}, "服务合同纠纷", "enforcement", "application", id="enforcement"),
    ],
)
def test_a_paper_names_one_cause_of_action(case, cause, kind, item):
    further = {"asset_clues": PRESERVATION["asset_clues"], "documents": [*case["documents"], PRESERVATION["documents"][-1]]}
    papers = PAPERS[kind] if kind else ALONE
    told = words_of(papers[item].make(subject_of(case, kind, further, {"urgency": "正在转让厂房。"})))
    assert cause in told
    assert " / " not in told


IDENTITY = {"title": "第一组", "purpose": "证明申请人、被申请人主体资格适格", "rows": [{"seq": 1, "name": "申请人营业执照"}]}
OF_THE_DEBT = {"title": "第二组", "purpose": "证明合同关系成立", "rows": [{"seq": 2, "name": "买卖合同"}]}
OTHER_DEBTOR = {"debtors": [{"name": "李四", "address": "示例市丁路4号"}], "security": {"joint_debt": True}}


def test_a_payment_order_goes_to_both_debtors_who_pay_jointly():
    subject = subject_of(EXAMPLE, "payment_order", OTHER_DEBTOR, groups=[IDENTITY, OF_THE_DEBT])
    told = words_of(PAPERS["payment_order"]["application"].make(subject))
    assert "、被申请人李四发出支付令，督促" in told
    assert "被申请人李四连带向申请人给付" in told
    assert "('买卖合同，详见《证据目录》。',)" in told  # a licence is no paper of the debt


def test_the_seal_is_that_of_the_first_debtor():
    told = words_of(PAPERS["lawsuit"]["complaint_narrative"].make(subject_of(EXAMPLE, "lawsuit", OTHER_DEBTOR)))
    assert "加盖被告示例北方装备制造有限公司财务专用章，被告示例北方装备制造有限公司确认" in told


def test_clauses_and_disputes_end_with_one_stop():
    contract = EXAMPLE["contract"] | {
        "dispute_clause": EXAMPLE["contract"]["dispute_clause"] | {"text": "由出卖人住所地人民法院管辖。"},
        "cost_clause": {"clause": "第10条", "text": "违约方承担律师费。"},
    }
    dispute = {"raised_on": "2024-07-01", "content": "部分配件锈蚀。", "resolved": True, "resolved_on": "2024-07-20"}
    changes = {"contract": contract, "quality_dispute": dispute, "claim": {"recovery_costs": "20000.00"}}
    told = words_of(PAPERS["lawsuit"]["complaint"].make(subject_of(EXAMPLE, "lawsuit", changes)))
    assert [wrong for wrong in ("。”；", "。”。", "。；", "。。", "；。") if wrong in told] == []
    assert "部分配件锈蚀；已于2024年7月20日解决。" in told
    assert "依据：合同第10条“违约方承担律师费”" in told


def test_one_payment_is_not_told_as_a_row_of_them():
    told = words_of(PAPERS["lawsuit"]["complaint_narrative"].make(subject_of(EXAMPLE, "lawsuit", {"payments": EXAMPLE["payments"][:1]})))
    assert "被告付款1次：2024年4月10日支付200,000.00元。" in told


@pytest.mark.parametrize(
    ("items", "said"),
    [
        pytest.param(ENFORCEMENT["judgment"]["items"], "无（生效法律文书确定的该项款项已清偿）", id="fees that were paid"),
        pytest.param(ENFORCEMENT["judgment"]["items"][:3], "无（生效法律文书未确定该项款项）", id="fees that were not ordered"),
    ],
)
def test_an_item_asked_for_no_more_says_why(items, said):
    subject = subject_of(ENFORCEMENT, "enforcement", {"judgment": ENFORCEMENT["judgment"] | {"items": items}})
    assert said in words_of(PAPERS["enforcement"]["application"].make(subject))


def test_papers_without_phone_or_court_do_not_speak_of_them():
    subject = subject_of(EXAMPLE, "lawsuit", {"court": "", "creditor": EXAMPLE["creditor"] | {"phone": ""}})
    assert "联系电话" not in words_of(PAPERS["lawsuit"]["legal_rep_certificate_creditor"].make(subject))
    assert "此致" not in words_of(PAPERS["lawsuit"]["integrity_commitment"].make(subject))


PERSON = {"name": "欧阳·买买提江", "type": "自然人", "address": "示例市甲路1号", "phone": "010-000"}
NO_TYPE = {key: value for key, value in EXAMPLE["creditor"].items() if key != "type"} | {"phone": "010-000"}


@pytest.mark.parametrize(
    ("creditor", "open_boxes"),
    [
        pytest.param(PERSON, ["gender", "birth_date", "ethnicity", "id_number"], id="a person"),
        pytest.param(NO_TYPE, ["type"], id="a company"),
    ],
)
@pytest.mark.parametrize(("kind", "item"), [("lawsuit", "complaint"), ("preservation", "application")])
def test_boxes_of_our_own_side_that_stay_open_are_named(creditor, open_boxes, kind, item):
    missing = PAPERS[kind][item].missing(subject_of(PRESERVATION, kind, {"creditor": creditor}))
    assert [(field.where, field.blocking) for field in missing] == [(f"creditor.{key}", False) for key in open_boxes]


@pytest.mark.parametrize("kind", list(PAPERS))
def test_every_gap_leads_to_a_form_that_exists(kind):
    """An empty case names all it can; each place is a key of the facts page, a document, or an answer of the builder."""
    known = {key for section in SECTIONS.values() for key in section.keys} | IN_DOCUMENTS | {"answers"}
    bare = {"case_id": "X", "dispute_type": "sale_of_goods", "packet_kind": kind, "as_of": "2026-06-01", "creditor": {"name": "某甲"}, "debtor": {"name": "某乙"}}
    if kind == "write_off_archive":
        bare["write_off"] = {"ground": "overdue_3y", "booked_principal": "1.00"}
    broken = copy.deepcopy(EXAMPLE)
    subjects = [subject_of(bare, kind), subject_of(broken, "lawsuit")]
    subjects[1].check["amount_in_dispute"] = "1.00"
    subjects[1].check["damages"] |= {"accrued": "1.00"}
    subjects[1].check["totals"] |= {"ledger_balance": "1.00"}
    found = [field for item in PAPERS[kind].values() for field in item.missing(subjects[0])]
    found += [field for paper in (PAPERS["lawsuit"]["complaint"], ALONE["reconciliation_statement"]) for field in paper.missing(subjects[1])]
    assert [field.where for field in found if field.where.partition(".")[0] not in known] == []


INSOLVENCY = {
    "court": "示例市中级人民法院", "case_no": "（2026）示01破7号", "procedure": "破产清算", "acceptance_date": "2026-03-18", "claim_deadline": "2026-07-01",
}  # fmt: skip


@pytest.mark.parametrize(
    ("payments", "sums", "claimed"),
    [
        # figures: the loan of tests/rules/test_loan_case.py; 600,000 x 12 % x 377 / 365 = 74,367.12 from 2025-03-06 to 2026-03-17
        pytest.param(1, ["56,876.71", "20,000.00", "36,876.71", "74,367.12", "111,243.83"], "借款期内利息36,876.71元。", id="interest of the term is open"),
        # 509,758.90 x 12 % x 261 / 365 = 43,741.50 from 2025-06-30; 22,882.19 of the delay before it was paid
        pytest.param(2, ["56,876.71", "56,876.71", "0.00", "66,623.69", "22,882.19", "43,741.50", "43,741.50"], "抵充本金90,241.10元。", id="all but the last"),
    ],
)
def test_an_insolvency_claim_on_a_loan_works_out_all_its_interest(payments, sums, claimed):
    documents = [paper for paper in LOAN["documents"] if paper["id"] != "D04"]
    subject = subject_of(LOAN, "insolvency_claim", {"insolvency": INSOLVENCY, "payments": LOAN["payments"][:payments], "documents": documents})
    sheet = PAPERS["insolvency_claim"]["calculation_sheet"].make(subject)
    tables = [part for part in sheet.parts if hasattr(part, "columns")]
    assert [row.cells[-1] for row in tables[-1].rows if hasattr(row, "final")] == sums
    assert claimed in words_of(PAPERS["insolvency_claim"]["claim_statement"].make(subject))
    assert "第六百七十六条" in words_of(sheet)
    assert "第五百八十五条" not in words_of(sheet)  # the article of agreed damages, not of a loan
    assert "例：第1行以400,000.00元计365日，得40,000.00元。" in words_of(sheet)


def test_what_is_owed_at_a_partial_write_off_is_what_the_ledger_says():
    # 509,758.90 and 56,478.49 to 2026-06-01 (tests/rules/test_loan_case.py); 40,000 of it are written off
    said = {"ground": "overdue_3y", "booked_principal": "40000.00", "approved_on": "2026-05-31", "next_followup": "2026-12-01"}
    told = words_of(PAPERS["write_off_archive"]["cover_sheet"].make(subject_of(LOAN, "write_off_archive", {"write_off": said})))
    assert "40,000.00 元" in told
    assert "尚欠566,237.39元（本金509,758.90元、利息（违约金）56,478.49元）" in told


def test_a_clause_in_the_catalogue_keeps_its_words():
    case = EXAMPLE | {"contract": EXAMPLE["contract"] | {"dispute_clause": {"type": "court", "text": "被告住所地人民法院"}}}
    purposes = {group.group: group.purpose for group in catalogue(read_case(case), load_law(), "insolvency_claim")}
    assert "争议解决方式为“被告住所地人民法院”" in purposes["G2"]
    lending = {group.group: group.purpose for group in catalogue(read_case(LOAN), load_law(), "lawsuit")}
    assert "逾期还款按年12%支付逾期利息" in lending["G2"]


def _many(count: int):
    """Deliveries, invoices of twenty digits and sums of eleven, as a trading house has them."""
    days = [date(2024, 3, 1 + number % 28).isoformat() for number in range(count)]
    notes = [{"id": f"X{n}", "no": f"SH-{n:04}", "date": on, "amount": "12345678901.23", "signed_by": "丙三", "debtor_seal": True} for n, on in enumerate(days)]
    bills = [{"id": f"F{n}", "no": f"{24332000000012345000 + n}", "date": on, "amount": "12345678901.23", "due_date": "2024-05-01"} for n, on in enumerate(days)]
    return {"deliveries": notes, "invoices": bills, "payments": [], "reconciliations": [], "claim": {}}


def test_many_rows_and_long_sums_stay_inside_the_page(fonts):
    subject = subject_of(EXAMPLE, "lawsuit", _many(27))
    form = PAPERS["lawsuit"]["complaint"].make(subject)
    with pypdfium2.PdfDocument(pdf(form, fonts)) as document:
        lowest = [_lowest(page) for page in document]
    assert min(lowest) > 60  # points: the margin at the foot is 65
    letters = {name: ALONE[name].make(subject_of(EXAMPLE, "", _many(27), OPTIONS)) for name in ("demand_letter", "reconciliation_statement")}
    assert letters["reconciliation_statement"].landscape
    widths = [column.width for part in letters["demand_letter"].parts for column in getattr(part, "columns", ()) if "金额" in column.title]
    assert widths == [3.2, 3.2]  # eighteen signs of 4.5 points and the borders: 999,999,999,999.99


def _lowest(page) -> float:
    text = page.get_textpage()
    return min((text.get_charbox(at)[1] for at in range(text.count_chars()) if text.get_text_range(at, 1).strip()), default=999.0)


def test_no_seal_stands_alone_on_a_page(fonts):
    """An empty page with a seal could be put below any text; the last paragraph and its heading go with it."""
    form = PAPERS["write_off_archive"]["special_report"].make(write_off.subject_of(write_off.NEVER_SUED))
    with pypdfium2.PdfDocument(pdf(form, fonts)) as document:
        assert "五、结论" in document[len(document) - 1].get_textpage().get_text_range()
