"""The packet enforcement on the example of case-file.md section 5 made complete, and what changes it.

The instrument of 2024-11-15 gives ten days: last day 2024-11-25, two years to 2026-11-25. The day of the check is 2026-06-01.
"""

from __future__ import annotations

import pytest

CASE = {
    "case_id": "DEMO-ENFORCE",
    "dispute_type": "sale_of_goods",
    "packet_kind": "enforcement",
    "as_of": "2026-06-01",
    "creditor": {"name": "示例甲公司", "uscc": "91000000MA0AAAA1XR"},
    "debtor": {"name": "示例乙公司", "uscc": "91000000MA0BBBB23H", "registry_status": "存续", "registry_extract_date": "2026-05-20"},
    "judgment": {
        "id": "D01",
        "court": "示例区人民法院",
        "case_no": "（2024）示0000民初1号",
        "effective_on": "2024-11-15",
        "performance_days": 10,
        "items": [
            {"kind": "principal", "amount": "350000.00"},
            {"kind": "liquidated_damages", "amount": "20000.00"},
            {"kind": "general_interest", "form": "running", "from": "2024-07-01", "annual_rate": "0.05175"},
            {"kind": "court_fee", "amount": "6850.00", "counts_in_doubled_base": False},
        ],
    },
    "enforcement": {"recovered": [{"id": "D03", "date": "2025-06-18", "amount": "100000.00", "how": "被执行人自动履行", "voluntary": True}]},
    "documents": [
        {"id": "D02", "type": "effectiveness_certificate", "effective_on": "2024-11-15"},
        {"id": "D03", "type": "bank_payment", "direction": "in", "purpose": "price", "paid_on": "2025-06-18", "amount": "100000.00"},
        {"id": "D04", "type": "asset_clue_list"},
    ],
    "identity_documents": ["business_licence_creditor", "legal_rep_certificate_creditor", "company_registry_extract_debtor"],
    "originals": "every exhibit has held_by=creditor and a location",
}
LATE = {"planned_filing_date": "2026-12-01"}
FORCED = {"enforcement.recovered.0.voluntary": False}


def said(mapping):
    return [(f.get("element") or f["check"], f.get("code") or f["status"], f["severity"]) for f in mapping["findings"]]


def without(case, *names):
    return {**case, "documents": [d for d in case["documents"] if d["id"] not in names]}


def test_the_complete_application(variant, checked):
    mapping = checked(variant(CASE))
    assert mapping["findings"] == []
    assert mapping["completeness_pct"] == 100
    assert mapping["generation_allowed"]
    assert mapping["contents_complete"]
    assert list(mapping["element_status"]) == [
        "C01_creditor_standing", "C02_debtor_standing", "E01_effective_instrument", "E02_effectiveness", "E03_within_two_years", "E04_asset_clues",
        "C09_payments", "C05_jurisdiction", "C11_originals",
    ]  # fmt: skip


def test_the_time_limit_shows_both_days(variant, checked):
    mapping = checked(variant(CASE))
    limit = mapping["enforcement_time_limit"]
    assert mapping["performance_last_day"] == "2024-11-25"
    # the voluntary payment of 2025-06-18 gives 2027-06-18 beside the day that never moves; 2026-11-25 is a working Wednesday
    assert (limit["safe_last_day"], limit["interrupted_last_day"], limit["statutory_last_day"]) == ("2026-11-25", "2027-06-18", "2026-11-25")
    assert limit["filed_in_time"]
    assert not limit["only_by_interruption"]


def test_the_payment_is_set_off_in_the_order_of_the_law(variant, checked):
    # Running interest 2024-07-01 to 2025-06-17: 352 days x 350,000 x 5.175 % / 365 = 17,467.40 (18,112.50 x 352 / 365 = 17,467.397...).
    # 100,000.00 - costs 6,850.00 - interest 17,467.40 = 75,682.60 on the principal, which leaves 274,317.40; the liquidated damages stay.
    step = checked(variant(CASE))["set_off_2025-06-18"]
    assert step["general_interest_before_payment"]["running"]["days"] == 352
    assert step["general_interest_before_payment"]["total"] == "17467.40"
    assert step["applied"] == {"costs": "6850.00", "general_interest": "17467.40", "principal": "75682.60", "doubled_part": "0.00"}
    assert step["principal_after"] == "274317.40"


def test_the_request_keeps_the_items_apart(variant, checked):
    # Interest from the payment day on: 2025-06-18 to 2026-06-01 = 349 days; 274,317.40 x 5.175 % x 349 / 365 = 13,573.64.
    # Doubled part: 2024-11-26 to 2025-06-18 = 205 days on 350,000 + 20,000 = 370,000: 64.75 a day = 13,273.75;
    # then 370,000 - 75,682.60 = 294,317.40 from 2025-06-19 = 348 days x 51.505545 = 17,923.93. Together 31,197.68.
    request = checked(variant(CASE))["request"]
    assert request["principal"] == "274317.40"
    assert request["other_judgment_money"] == "20000.00"
    assert request["costs"] == "0.00"
    assert (request["general_interest"]["amount"], request["general_interest"]["onward_from"]) == ("13573.64", "2026-06-02")
    assert request["general_interest"]["onward_rates"] == [{"annual_rate": "0.05175", "basis": 365}]
    doubled = request["doubled_part"]
    assert (doubled["from"], doubled["base"], doubled["daily_rate"], doubled["amount"]) == ("2024-11-26", "294317.40", "0.000175", "31197.68")
    # 274,317.40 + 20,000.00 + 13,573.64 + 31,197.68 = 339,088.72
    assert (request["total"], request["already_performed"]) == ("339088.72", "100000.00")
    # fee on it: 50 + (339,088.72 - 10,000) x 1.5 % = 4,986.33
    assert request["enforcement_fee"] == "4986.33"


@pytest.mark.parametrize(
    ("change", "base", "amount"),
    [
        # 350,000 x 0.000175 x 205 = 12,556.25; 274,317.40 x 0.000175 x 348 = 16,705.93
        pytest.param({"judgment.items.1.counts_in_doubled_base": False}, "274317.40", "29262.18", id="liquidated damages left out"),
        # 376,850 x 0.000175 x 205 = 13,519.49; the payment covers the fee: 376,850 - 6,850 - 75,682.60 = 294,317.40, as before 17,923.93
        pytest.param({"judgment.items.3.counts_in_doubled_base": None}, "294317.40", "31443.42", id="the court fee counts when the item is silent"),
        # 350,000 + 20,000 again, but nothing of it paid: 64.75 x (205 + 348)
        pytest.param({"enforcement": None, "documents.1": {"id": "D05", "type": "judgment_service_record"}}, "370000.00", "35806.75", id="nothing paid"),
    ],
)
def test_each_item_says_whether_it_bears_doubled_interest(change, base, amount, variant, checked):
    doubled = checked(variant(CASE, change))["request"]["doubled_part"]
    assert (doubled["base"], doubled["amount"]) == (base, amount)


def test_general_interest_in_the_doubled_base_is_told(variant, checked):
    assert checked(variant(CASE, {"judgment.items.2.counts_in_doubled_base": True}))["request"]["doubled_part"]["includes_general_interest"]
    assert not checked(variant(CASE))["request"]["doubled_part"]["includes_general_interest"]


def test_what_exceeds_the_debt_goes_to_the_doubled_part_last(variant, checked):
    # 420,000.00 on 2025-06-18: costs 6,850.00, interest 17,467.40, principal and damages 370,000.00 leave 25,682.60; the doubled part to that
    # day, 13,273.75, takes its share, 12,408.85 is too much. Nothing runs on.
    mapping = checked(variant(CASE, {"enforcement.recovered.0.amount": "420000.00", "documents.1.amount": "420000.00"}))
    step = mapping["set_off_2025-06-18"]
    assert (step["applied"]["principal"], step["applied"]["doubled_part"], step["excess"]) == ("370000.00", "13273.75", "12408.85")
    assert mapping["request"]["total"] == "0.00"
    assert mapping["request"]["general_interest"]["onward_from"] is None
    assert mapping["request"]["enforcement_fee"] is None


def test_two_payments_on_one_day_and_unpaid_interest_is_carried(variant, checked):
    # 10,000.00: costs 6,850.00, then 3,150.00 of the interest of 17,467.40: 14,317.40 are carried to the second payment of the same day.
    rows = [{"date": "2025-06-18", "amount": "10000.00"}, {"date": "2025-06-18", "amount": "14317.40"}]
    mapping = checked(variant(without(CASE, "D03"), {"enforcement": {"recovered": rows}}))
    first, second = mapping["set_off_2025-06-18"], mapping["set_off_2025-06-18_2"]
    assert (first["applied"]["costs"], first["applied"]["general_interest"], first["principal_after"]) == ("6850.00", "3150.00", "350000.00")
    before = second["general_interest_before_payment"]
    assert (before["carried"], before["running"]["days"], before["total"]) == ("14317.40", 0, "14317.40")
    assert (second["applied"]["general_interest"], second["applied"]["principal"]) == ("14317.40", "0.00")


@pytest.mark.parametrize(
    ("change", "filed_in_time", "findings"),
    [
        pytest.param({"planned_filing_date": "2026-11-25"}, True, [], id="on the last safe day"),
        pytest.param({"planned_filing_date": "2026-11-26"}, True, [("X29_enforcement_time", "enforcement_late_without_interruption", "warning")], id="saved by a payment only"),
        pytest.param({**LATE, **FORCED}, False, [("E03_within_two_years", "missing", "warning")], id="money taken by the court interrupts nothing"),
        pytest.param({"planned_filing_date": "2027-06-19"}, False, [("E03_within_two_years", "missing", "warning")], id="after both days"),
        pytest.param({**LATE, **FORCED, "enforcement.application_filed": "2026-05-01"}, True, [], id="filed in time, whatever is planned"),
        pytest.param({"enforcement.application_filed": "2025-01-02"}, True, [], id="filed before the payment"),
    ],
)
def test_the_two_years(change, filed_in_time, findings, variant, checked):
    mapping = checked(variant(CASE, change))
    assert said(mapping) == findings
    assert mapping["enforcement_time_limit"]["filed_in_time"] is filed_in_time
    assert mapping["generation_allowed"]  # a late application must be registered; the debtor may object (CPL Interpretation art. 481)


@pytest.mark.parametrize(
    ("paper", "day"),
    [
        pytest.param({"id": "D09", "type": "debt_acknowledgement", "acknowledged_on": "2026-02-01", "amount": "1.00", "debtor_seal_or_signature": True}, "2028-02-01", id="acknowledged"),
        pytest.param({"id": "D09", "type": "debt_acknowledgement", "acknowledged_on": "2026-02-01", "amount": "1.00"}, None, id="unsigned"),
        pytest.param({"id": "D09", "type": "wechat_record", "document_date": "2026-03-05", "promise": {"date": "2026-04-01"}, "account_identity": True, "counts_as_interruption": True}, "2028-03-05", id="a promise a legal user counts"),
        pytest.param({"id": "D09", "type": "wechat_record", "document_date": "2026-03-05", "promise": {"date": "2026-04-01"}, "account_identity": True}, None, id="a promise nobody counts"),
        pytest.param({"id": "D09", "type": "bank_payment", "direction": "in", "purpose": "price", "paid_on": "2026-03-10", "amount": "5.00"}, "2028-03-10", id="a payment outside the court"),
        pytest.param({"id": "D09", "type": "bank_payment", "direction": "in", "purpose": "price", "paid_on": "2024-11-20", "amount": "5.00"}, None, id="a payment inside the period for performance"),
    ],
)
def test_what_restarts_the_period(paper, day, variant, checked):
    mapping = checked(variant(CASE, {**FORCED, "documents.3": paper}))
    assert mapping["enforcement_time_limit"]["interrupted_last_day"] == day


def test_a_promise_in_the_collection_log_is_not_proved(variant, checked):
    log = [{"date": "2026-03-01", "channel": "phone", "result": "promised", "promise": {"date": "2026-03-31"}}]
    mapping = checked(variant(CASE, {**FORCED, "collection_log": log}))
    assert mapping["enforcement_time_limit"]["interrupted_last_day"] is None


def test_after_the_end_of_the_round_the_two_years_bind_no_more(variant, checked):
    ended = {"enforcement.application_filed": None, "enforcement.terminated_current_procedure": {"id": "D08", "kind": "终结本次执行程序裁定", "date": "2026-03-02"}}
    mapping = checked(variant(CASE, {**LATE, **FORCED, **ended}))
    assert mapping["findings"] == []
    assert mapping["enforcement_time_limit"]["after_terminated_current_procedure"].startswith("re-application not bound")
    assert "after_terminated_current_procedure" not in checked(variant(CASE))["enforcement_time_limit"]


def test_one_voucher_of_a_recovery_is_not_counted_twice(variant, checked):
    # The recovery has no document id and its voucher was booked two days later: the same 100,000.00, once.
    change = {"enforcement.recovered.0.id": None, "documents.1.paid_on": "2025-06-20"}
    assert checked(variant(CASE, change))["request"]["already_performed"] == "100000.00"
    further = {**change, "documents.3": {"id": "D09", "type": "bank_payment", "direction": "in", "purpose": "price", "paid_on": "2025-06-21", "amount": "100000.00"}}
    assert checked(variant(CASE, further))["request"]["already_performed"] == "200000.00"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        pytest.param({"claim": {"principal": "274317.41"}}, [("X01_amount_agreement", "claimed_gt_computed", "blocking")], id="the payment not deducted to the cent"),
        pytest.param({"claim": {"principal": "274317.39"}}, [("X01_amount_agreement", "claimed_lt_computed", "warning")], id="a cent given up"),
        pytest.param({"claim": {"principal": "274317.40"}}, [], id="as computed"),
        pytest.param({"judgment.items": []}, [], id="no items: nothing to compare with"),
        pytest.param({"as_of": "2024-11-25", "enforcement": None, "debtor.registry_extract_date": "2024-11-20"}, [("X05_date_order", "due_date_in_future", "blocking")], id="the period for performance runs to today"),
        pytest.param({"debtor.registry_status": "存续（破产清算）"}, [("X15_debtor_status", "bankruptcy_accepted", "blocking")], id="insolvency stays enforcement"),
        pytest.param({"claim_assigned": True}, [("C03_claim_chain", "missing", "blocking")], id="assigned without proof"),
    ],
)
def test_findings_on_the_sums_and_the_parties(change, expected, variant, checked):
    case = variant(CASE, change)
    if case["as_of"] == "2024-11-25":
        case = without(case, "D03")
        case["declarations"] = [{"statement": "no payment received", "by": "finance"}]
    assert said(checked(case)) == expected


@pytest.mark.parametrize(
    ("dropped", "added", "expected"),
    [
        pytest.param("D04", [], [("E04_asset_clues", "missing", "warning")], id="no asset clue"),
        pytest.param("D02", [], [("E02_effectiveness", "missing", "blocking")], id="no certificate"),
        pytest.param("D02", [{"id": "D10", "type": "second_instance_judgment"}], [], id="a second-instance judgment is final"),
        pytest.param("D02", [{"id": "D10", "type": "judgment_service_record", "served_on": "2024-10-30", "n": 2}], [], id="both parties served and fifteen days passed"),
        pytest.param("D02", [{"id": "D10", "type": "judgment_service_record", "served_on": "2024-10-30"}], [("E02_effectiveness", "missing", "blocking")], id="one record of service only"),
        pytest.param("D02", [{"id": "D10", "type": "judgment_service_record", "served_on": "2026-05-18", "n": 2}], [("E02_effectiveness", "missing", "blocking")], id="appeal period not over"),
    ],
)
def test_finality_and_assets(dropped, added, expected, variant, checked):
    case = without(variant(CASE), dropped)
    case["documents"] += added
    assert said(checked(case)) == expected


def test_a_pending_appeal_keeps_the_judgment_open(variant, checked):
    case = without(variant(CASE, {"proceedings": [{"kind": "lawsuit", "filed_on": "2024-11-05", "case_no": "（2024）示01民终2号"}]}), "D02")
    case["documents"].append({"id": "D10", "type": "judgment_service_record", "served_on": "2024-10-30", "n": 2})
    assert said(checked(case)) == [("E02_effectiveness", "missing", "blocking")]


def test_an_instrument_not_in_force_gives_no_figures(variant, checked):
    mapping = checked(variant(without(CASE, "D02"), {"judgment.effective_on": None}))
    assert said(mapping)[0] == ("E02_effectiveness", "missing", "blocking")
    assert "request" not in mapping
    assert "enforcement_time_limit" not in mapping


def test_no_instrument_blocks(variant, checked):
    mapping = checked(variant(without(CASE, "D02"), {"judgment": None}))
    assert {"E01_effective_instrument", "E02_effectiveness"} <= {f.get("element") for f in mapping["findings"] if f["severity"] == "blocking"}


@pytest.mark.parametrize(
    ("change", "missing"),
    [
        pytest.param({"judgment.type": "arbitral_award"}, ["arbitration_agreement"], id="an award needs the arbitration agreement"),
        pytest.param({"claim_assigned": True}, ["succession_proof"], id="an assignee proves succession"),
        pytest.param(
            {"documents.3": {"id": "D01", "type": "judgment", "parties": [{"role": "creditor", "name_on_document": "示例子公司"}]}}, ["succession_proof"], id="another creditor in the judgment"
        ),
        pytest.param({"documents.3": {"id": "D11", "type": "preservation_ruling"}}, [], id="a preservation ruling brings itself"),
    ],
)
def test_what_must_be_uploaded(change, missing, variant, checked):
    mapping = checked(variant(CASE, change))
    assert mapping["missing_uploads"] == missing
    assert mapping["contents_complete"] is not bool(missing)


def test_titles_name_the_days(variant, checked):
    late = checked(variant(CASE, {**LATE, **FORCED}))["findings"][0]
    assert "最后安全日 2026-11-25，申请日 2026-12-01；没有中断证据" in late["title_zh"]
    saved = checked(variant(CASE, LATE))["findings"][0]
    assert "2027-06-18" in saved["title_zh"]
    assert "2027-06-18" in saved["title_en"]


def test_an_arbitration_clause_is_no_conflict_with_enforcing_the_award(variant, checked):
    contract = {"id": "D12", "name": "买卖合同", "signed_on": "2023-01-10", "dispute_clause": {"type": "arbitration", "text": "提交示例仲裁委员会仲裁"}}
    mapping = checked(variant(CASE, {"judgment.type": "arbitral_award", "contract": contract}))
    assert mapping["findings"] == []
    assert mapping["missing_uploads"] == []  # the clause is the agreement


@pytest.mark.parametrize("dispute", ["services_work", "loan", "lease", "construction"])
def test_the_packet_is_the_same_for_every_dispute_type(dispute, variant, checked):
    purpose = {"loan": "loan_repayment", "lease": "rent"}.get(dispute, "price")
    mapping = checked(variant(CASE, {"dispute_type": dispute, "documents.1.purpose": purpose}))
    assert mapping["findings"] == []
    assert mapping["request"]["total"] == "339088.72"
