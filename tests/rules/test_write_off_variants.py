"""The packet write_off_archive on example D with one thing changed: grounds, special reports, waivers, recourse, retention."""

from __future__ import annotations

import pytest


def said(mapping):
    return [(f.get("element") or f["check"], f.get("code") or f["status"], f["severity"]) for f in mapping["findings"] if f.get("code") != "revoked"]


def archive(changed, ground, types, **write_off):
    """Example D with another ground, without its court papers, and with papers of these types."""
    case = changed({"write_off.ground": ground, "judgment": None, "enforcement": None, **{f"write_off.{k}": v for k, v in write_off.items()}}, "D")
    case["documents"] = [d for d in case["documents"] if d["id"] not in ("D01", "D02", "D13", "D18")]
    case["declarations"] = [{"statement": "no payment received", "by": "finance"}]
    case["documents"] += [{"id": f"G{n}", **(kind if isinstance(kind, dict) else {"type": kind})} for n, kind in enumerate(types)]
    case["write_off"] |= {"booked_principal": write_off.get("booked_principal", "420000.00")}
    return case


def invoiced(case, due, amount="420000.00"):
    """With an invoice that fell due on a day, and the deliveries and the statement of the same sum."""
    case["documents"] = [d for d in case["documents"] if d["id"] != "D07"]
    for document in case["documents"]:
        if document["id"] in ("D06", "D08"):
            document["amount"] = amount
    return case | {"invoices": [{"id": "D07", "no": "FP-1", "date": "2021-01-05", "amount": amount, "due_date": due}]}


@pytest.mark.parametrize(
    ("ground", "paper"),
    [
        pytest.param("bankrupt", "bankruptcy_closing_ruling", id="bankruptcy closed"),
        pytest.param("bankrupt", "bankruptcy_announcement", id="bankruptcy announced"),
        pytest.param("judgment_or_enforcement_ended", "judgment", id="judgment"),
        pytest.param("judgment_or_enforcement_ended", "arbitral_award", id="award"),
        pytest.param("ceased_business", "deregistration_or_revocation_proof", id="out of business"),
        pytest.param("death_or_missing", "death_or_missing_proof", id="death"),
        pytest.param("restructuring", {"type": "debt_restructuring_agreement", "effect": "partial"}, id="restructuring"),
    ],
)
def test_each_ground_has_its_document(ground, paper, changed, checked):
    mapping = checked(archive(changed, ground, [paper]))
    assert mapping["element_status"]["W01_unrecoverable"] == "complete"
    assert "ground_document" not in mapping["missing_uploads"]
    other = checked(archive(changed, ground, ["special_report_3y"]))
    assert ("W01_unrecoverable", "missing", "blocking") in said(other)
    assert "ground_document" in other["missing_uploads"]


def test_the_document_of_another_ground_does_not_do(changed, checked):
    mapping = checked(archive(changed, "bankrupt", ["judgment"]))
    found = next(f for f in mapping["findings"] if f.get("element") == "W01_unrecoverable")
    assert found["title_zh"] == "核销情形“债务人破产清算”未证明：缺少破产受理公告、终结破产程序裁定书"


def test_force_majeure_asks_for_a_lawyer(changed, checked):
    mapping = checked(archive(changed, "force_majeure", []))
    found = next(f for f in mapping["findings"] if f.get("element") == "W01_unrecoverable")
    assert found["severity"] == "blocking"
    assert "须由律师决定" in found["title_zh"]


@pytest.mark.parametrize(
    ("due", "status"),
    [
        # three years from 2022-12-31 end on 2025-12-31, the day of the check
        pytest.param("2022-12-31", "complete", id="three years to the day"),
        pytest.param("2023-01-01", "missing", id="a day short"),
    ],
)
def test_overdue_for_three_years(due, status, changed, checked):
    mapping = checked(invoiced(archive(changed, "overdue_3y", ["special_report_3y"]), due))
    assert mapping["element_status"]["W01_unrecoverable"] == status


def test_an_old_debt_must_be_booked_as_a_loss(changed, checked):
    case = invoiced(archive(changed, "overdue_3y", ["special_report_3y"]), "2021-06-30")
    case["documents"] = [d for d in case["documents"] if d["type"] != "accounting_voucher"]
    mapping = checked(case)
    found = next(f for f in mapping["findings"] if f.get("element") == "W01_unrecoverable")
    assert "尚未作为损失入账" in found["title_zh"]
    assert mapping["retention"]["keep_until_at_least"] is None
    assert mapping["missing_uploads"] == ["accounting_voucher"]


@pytest.mark.parametrize(
    ("booked", "due", "revenue", "status"),
    [
        pytest.param("50000.00", "2024-12-31", None, "complete", id="fifty thousand, a year to the day"),
        pytest.param("50000.00", "2025-01-01", None, "missing", id="a day short of the year"),
        pytest.param("50000.01", "2024-12-31", None, "missing", id="a cent above fifty thousand"),
        # a ten-thousandth of 900,000,000.00 is 90,000.00
        pytest.param("90000.00", "2024-12-31", "900000000.00", "complete", id="a ten-thousandth of the revenue"),
        pytest.param("90000.01", "2024-12-31", "900000000.00", "missing", id="a cent above it"),
    ],
)
def test_small_sums(booked, due, revenue, status, changed, checked):
    case = archive(changed, "small_1y", ["special_report_small"], booked_principal=booked, annual_revenue=revenue)
    mapping = checked(invoiced(case, due, booked))
    assert mapping["element_status"]["W01_unrecoverable"] == status
    assert mapping["generation_allowed"] is (status == "complete")


@pytest.mark.parametrize(
    ("paper", "expected", "waived"),
    [
        pytest.param({"type": "repayment_agreement", "title_zh": "和解协议"}, [("X27_waiver_scan", "unreviewed", "blocking")], False, id="a settlement nobody read"),
        pytest.param({"type": "repayment_agreement", "waiver_terms": "免除违约金"}, [("X27_waiver_scan", "unreviewed", "blocking")], False, id="waiver terms"),
        pytest.param({"type": "debt_restructuring_agreement"}, [("X27_waiver_scan", "unreviewed", "blocking")], False, id="a restructuring"),
        pytest.param({"type": "email", "title_zh": "关于减免货款的函", "native_file": True, "account_identity": True}, [("X27_waiver_scan", "unreviewed", "blocking")], False, id="an e-mail about a reduction"),
        pytest.param({"type": "repayment_agreement", "title_zh": "和解协议", "effect": "partial"}, [], False, id="partial"),
        pytest.param({"type": "repayment_agreement", "title_zh": "和解协议", "effect": "conditional"}, [], False, id="conditional"),
        pytest.param({"type": "repayment_agreement", "title_zh": "和解协议", "effect": "full"}, [("X27_waiver_scan", "waived", "blocking")], True, id="full"),
        pytest.param({"type": "repayment_agreement", "title_zh": "还款计划"}, [], False, id="a plan to pay waives nothing"),
        pytest.param({"type": "recourse_statement", "title_zh": "不放弃债权的声明"}, [], False, id="the statement that recourse is kept"),
    ],
)
def test_waivers(paper, expected, waived, changed, checked):
    mapping = checked(changed({"documents.18": {"id": "D30", **paper}, "documents.19": {"id": "D19", "type": "accounting_voucher", "posted_on": "2025-12-31"}}, "D"))
    assert said(mapping) == expected
    assert (mapping["debt_waived"], mapping["reopen_allowed"]) == (waived, not waived)
    assert mapping["element_status"]["W03_recourse_kept"] == ("partial" if expected else "complete")


def test_a_waived_debt_says_what_happens(changed, checked):
    mapping = checked(changed({"documents.19": {"id": "D30", "type": "debt_restructuring_agreement", "effect": "full"}}, "D"))
    found = next(f for f in mapping["findings"] if f.get("code") == "waived")
    assert "追索权已丧失" in found["title_zh"]
    assert "cannot be reopened" in found["remedy_en"]
    assert mapping["waivers"] == [{"document": "D30", "effect": "full"}]
    assert not mapping["retention"]["never_destroy_before_settled"]


def test_waivers_are_looked_for_only_in_a_write_off(changed, checked):
    case = changed({"documents.19": {"id": "D30", "type": "debt_restructuring_agreement"}}, "D")
    assert "X27_waiver_scan" not in {f.get("check") for f in checked(case, "lawsuit")["findings"]}


@pytest.mark.parametrize(
    ("drop", "change", "title"),
    [
        pytest.param(None, {"write_off.next_followup": None}, "追索权未落实：缺少下次追索日期", id="no next day"),
        pytest.param("D04", {}, "追索权未落实：缺少保留追索权声明", id="no statement"),
        pytest.param("D04", {"write_off.next_followup": None}, "追索权未落实：缺少保留追索权声明、下次追索日期", id="neither"),
    ],
)
def test_recourse_not_set_blocks(drop, change, title, changed, checked):
    case = changed(change, "D")
    case["documents"] = [d for d in case["documents"] if d["id"] != drop]
    mapping = checked(case)
    assert [(f["severity"], f["title_zh"]) for f in mapping["findings"] if f.get("element") == "W03_recourse_kept"] == [("blocking", title)]


def test_the_statement_may_name_the_next_day(changed, checked):
    case = changed({"write_off.next_followup": None, "documents.3.next_followup": "2026-07-15"}, "D")
    mapping = checked(case)
    assert said(mapping) == []
    assert mapping["next_followup"]["first"] == "2026-07-15"


@pytest.mark.parametrize(
    ("paper", "expected"),
    [
        pytest.param({"id": "D03", "type": "write_off_approval"}, [("W02_internal_approval", "missing", "blocking")], id="approval not signed"),
        pytest.param({"id": "D03", "type": "write_off_approval", "approver_signature": True}, [], id="approval signed"),
    ],
)
def test_the_approval_is_signed(paper, expected, changed, checked):
    assert said(checked(changed({"documents.2": paper}, "D"))) == expected


@pytest.mark.parametrize(
    ("posted", "followup", "starts", "vouchers", "until"),
    [
        pytest.param("2025-12-31", "2026-06-30", "2026-01-01", "2055-12-31", "2055-12-31", id="posted on the last day of the year"),
        pytest.param("2024-01-01", "2026-06-30", "2025-01-01", "2054-12-31", "2054-12-31", id="posted on the first day of a year"),
        pytest.param("2025-12-31", "2054-02-01", "2026-01-01", "2055-12-31", "2057-02-01", id="recourse outlasts the vouchers"),
    ],
)
def test_retention(posted, followup, starts, vouchers, until, changed, checked):
    kept = checked(changed({"documents.18.posted_on": posted, "write_off.next_followup": followup}, "D"))["retention"]
    assert (kept["accounting_vouchers_from"], kept["keep_until_at_least"], kept["retention_until"]) == (starts, vouchers, until)


def test_a_posting_after_the_day_of_the_check_is_none(changed, checked):
    mapping = checked(changed({"documents.18.posted_on": "2026-01-05"}, "D"))
    assert mapping["retention"]["keep_until_at_least"] is None


def test_the_booked_sum_of_a_case_without_judgment_is_compared_with_the_ledger(changed, checked):
    case = archive(changed, "ceased_business", ["deregistration_or_revocation_proof"], booked_principal="420000.01")
    assert ("X01_amount_agreement", "claimed_gt_computed", "blocking") in said(checked(case))
