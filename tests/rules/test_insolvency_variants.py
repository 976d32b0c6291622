"""The packet insolvency_claim on example C with one thing changed: security, joint debt, interest after the acceptance, deadlines, a judgment.

The acceptance is 2026-03-18; the claim of C is 371,350.50 + 15,968.42 = 387,318.92.
"""

from __future__ import annotations

import pytest

INSTRUMENT = {
    "id": "J1",
    "court": "示例区人民法院",
    "case_no": "（2025）示0000民初5号",
    "effective_on": "2025-03-01",
    "performance_days": 10,
    "items": [
        {"kind": "principal", "amount": "420000.00"},
        {"kind": "general_interest", "form": "running", "from": "2025-01-01", "annual_rate": "0.0465"},
        {"kind": "court_fee", "amount": "3937.73", "counts_in_doubled_base": False},
    ],
}
JUDGED = {"judgment": INSTRUMENT, "payments": [], "declarations.1": {"statement": "no payment received", "by": "finance"}}
OWN = {"contract_id": "M1", "object": "生产线一条", "value": "300000.00", "owner": "debtor", "registered": True, "registration_id": "M2"}


def secured(**collateral):
    return {"security": {"real_security": True, "joint_debt": False, "collateral": {**OWN, **collateral}}}


def said(mapping, *checks):
    return [(f["code"], f["severity"]) for f in mapping["findings"] if f.get("check") in checks]


@pytest.mark.parametrize(
    ("change", "nature", "sums"),
    [
        pytest.param({}, "普通债权（无财产担保）", ("0.00", "387318.92"), id="a guarantor secures nothing in this insolvency"),
        # value 300,000.00: the rest of 387,318.92 is 87,318.92
        pytest.param(secured(), "有财产担保债权，超出担保财产价值的部分为普通债权", ("300000.00", "87318.92"), id="own property below the claim"),
        pytest.param(secured(value="400000.00"), "有财产担保债权", ("387318.92", "0.00"), id="own property above the claim"),
        pytest.param(secured(value=None), "有财产担保债权", ("387318.92", "0.00"), id="value unknown: all of it, a lawyer checks"),
        pytest.param(secured(owner="third_party"), "普通债权（无财产担保）", ("0.00", "387318.92"), id="property of a third party"),
    ],
)
def test_the_nature_of_the_claim(change, nature, sums, changed, checked):
    mapping = checked(changed(change, "C"))
    assert mapping["claim_nature"] == nature
    assert (mapping["secured_amount"], mapping["ordinary_amount"]) == sums


def test_property_of_a_third_party_is_named_beside_the_claim(changed, checked):
    mapping = checked(changed(secured(owner="third_party"), "C"))
    assert mapping["third_party_security"] == ["生产线一条"]
    assert mapping["collateral"] == []
    assert not checked(changed(secured(value=None), "C"))["collateral_value_known"]
    assert checked(changed(secured(registered=False), "C"))["collateral_unregistered"] == ["生产线一条"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        pytest.param({"security.joint_debt": None}, "未填明：是否属于连带债权", id="joint or not is blank"),
        pytest.param({"security.real_security": None}, "未填明：有无财产担保", id="secured or not is blank"),
        pytest.param({"security": None}, "未填明：有无财产担保、是否属于连带债权", id="nothing is said"),
    ],
)
def test_a_blank_answer_blocks(change, words, changed, checked):
    mapping = checked(changed(change, "C"))
    found = next(f for f in mapping["findings"] if f.get("element") == "B03_security_statement")
    assert (found["severity"], found["title_zh"]) == ("blocking", words)
    assert not mapping["generation_allowed"]


@pytest.mark.parametrize(
    ("cut_off", "expected", "late"),
    [
        pytest.param("2026-03-17", [], None, id="the day before"),
        # one more day on 100,000 + 98,600 + 112,750.50, segment by segment: 20.00 + 19.72 + (3,810.97 - 3,788.42 = 22.55)
        pytest.param("2026-03-18", [("found", "blocking")], "62.27", id="the acceptance day itself"),
        # to the day of the check 24 days: 100,000: 480.00; 98,600: 473.28; 112,750.50: 192 days 4,329.62 - 3,788.42 = 541.20
        pytest.param("2026-04-10", [("found", "blocking")], "1494.48", id="to the day of the check"),
    ],
)
def test_interest_stops_before_the_acceptance(cut_off, expected, late, changed, checked):
    mapping = checked(changed({"claim": {"interest_cut_off": cut_off}}, "C"))
    assert said(mapping, "X25_interest_after_acceptance") == expected
    assert [f["amount"] for f in mapping["findings"] if f.get("check") == "X25_interest_after_acceptance"] == ([late] if late else [])
    assert mapping["claim"]["total"] == "387318.92"  # what may be filed does not change
    assert mapping["element_status"]["B02_claim_amount"] == ("partial" if late else "complete")


def test_an_earlier_cut_off_of_the_claim_stays(changed, checked):
    # Damages to 2025-12-31 only: 76 days less on each open base: 20.00 x 76 = 1,520.00; 19.72 x 76 = 1,498.72;
    # FP-23: 92 days x 22.5501 = 2,074.61 instead of 3,788.42. 15,968.42 - 1,520.00 - 1,498.72 - 1,713.81 = 11,235.89
    claim = checked(changed({"claim": {"interest_cut_off": "2025-12-31"}}, "C"))["claim"]
    assert (claim["damages_to"], claim["damages"]) == ("2025-12-31", "11235.89")


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        # announcement 2026-03-25: 30 days end on 2026-04-24, three months on 2026-06-25
        pytest.param({"insolvency.claim_deadline": "2026-04-24"}, (True, 14, False), id="the earliest day"),
        pytest.param({"insolvency.claim_deadline": "2026-04-23"}, (False, 13, False), id="a day too early"),
        pytest.param({"insolvency.claim_deadline": "2026-06-26"}, (False, 77, False), id="a day too late"),
        pytest.param({"insolvency.announcement_date": None}, (None, 45, False), id="no announcement day: not tested"),
        pytest.param({"as_of": "2026-05-25"}, (True, 0, False), id="the last day"),
        pytest.param({"as_of": "2026-05-26"}, (True, -1, True), id="a day late"),
    ],
)
def test_the_filing_period(change, expected, changed, checked):
    days = checked(changed(change, "C"))["deadlines"]
    assert (days["plausible"], days["days_left_at_as_of"], days["late"]) == expected
    assert ("warning_zh" in days) is (expected[2] or expected[0] is False)
    assert days.get("supplementary", False) is expected[2]


def test_a_late_claim_can_still_be_filed(changed, checked):
    mapping = checked(changed({"as_of": "2026-05-26", "debtor.registry_extract_date": "2026-05-20"}, "C"))
    assert "补充申报" in mapping["deadlines"]["warning_zh"]
    assert mapping["generation_allowed"]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        pytest.param({"insolvency": None}, "未录入受理日和申报期限", id="no acceptance date"),
        pytest.param({"judgment": {**INSTRUMENT, "items": []}}, "生效法律文书的给付项目未录入", id="a judgment without items"),
        pytest.param({"contract.late_payment_clause": {"type": "floating", "markup": "0.5"}, "insolvency.acceptance_date": "2028-01-10", "as_of": "2028-02-01"}, "该日期没有可用的利率数据，请先导入", id="no rate published"),
    ],
)
def test_a_claim_that_cannot_be_computed_says_why(change, expected, changed, checked):
    mapping = checked(changed(change, "C"))
    found = next(f for f in mapping["findings"] if f.get("element") == "B02_claim_amount")
    assert (found["severity"], found["status"]) == ("blocking", "missing")
    assert expected in found["title_zh"]
    assert mapping["claim"] is None


@pytest.mark.parametrize(
    ("day", "listed"),
    [
        # six months before 2026-03-18 begin on 2025-09-18 (Enterprise Bankruptcy Law art. 32)
        pytest.param("2025-09-17", False, id="before the six months"),
        pytest.param("2025-09-18", True, id="on their first day"),
        pytest.param("2026-03-17", True, id="the day before the acceptance"),
    ],
)
def test_payments_that_may_be_clawed_back_are_listed(day, listed, changed, checked):
    mapping = checked(changed({"payments.0.date": day}, "C"))
    rows = [{"document": "D10", "date": day, "amount": "45200.00"}]
    assert mapping.get("payments_in_six_months_before", []) == (rows if listed else [])


def test_no_announcement_blocks(changed, checked):
    mapping = checked(changed({"insolvency_documents": []}, "C"))
    assert [f["element"] for f in mapping["findings"] if f["severity"] == "blocking"] == ["B01_acceptance"]


def test_a_judgment_fixes_the_claim(changed, checked):
    # 441 days from 2025-01-01 to 2026-03-17: 420,000 x 4.65 % x 441 / 365 = 23,596.52; + court fee 3,937.73 = 447,534.25 (calculators.md section 11)
    mapping = checked(changed(JUDGED, "C"))
    claim = mapping["claim"]
    assert (claim["principal"], claim["damages"], claim["costs"], claim["total"]) == ("420000.00", "23596.52", "3937.73", "447534.25")
    assert [row["days"] for row in claim["damages_segments"]] == [441]
    assert mapping["amount_in_dispute"] == "447534.25"


def test_what_was_paid_after_the_judgment_is_set_off(changed, checked):
    # 45,200.00 on 2025-07-10: costs 3,937.73; interest 2025-01-01 to 2025-07-09 = 190 days: 10,166.30; principal 31,095.97 -> 388,904.03.
    # Interest to 2026-03-17 on it: 251 days x 388,904.03 x 4.65 % / 365 = 12,435.87.
    claim = checked(changed({"judgment": INSTRUMENT}, "C"))["claim"]
    assert (claim["principal"], claim["damages"], claim["costs"], claim["total"]) == ("388904.03", "12435.87", "0.00", "401339.90")
    assert [row["days"] for row in claim["damages_segments"]] == [190, 251]


def test_doubled_interest_before_the_acceptance_is_contested(changed, checked):
    # last day for performance 2025-03-11; 2025-03-12 to 2026-03-17 = 371 days x 73.50 = 27,268.50, on its own line and not in the total
    mapping = checked(changed(JUDGED, "C"))
    claim = mapping["claim"]
    assert (claim["doubled_interest"], claim["doubled_interest_contested"]) == ("27268.50", True)
    assert claim["total_with_doubled_interest"] == "474802.75"
    assert said(mapping, "X26_doubled_interest") == [("pre_acceptance", "warning")]
    assert mapping["generation_allowed"]


def test_doubled_interest_after_the_acceptance_blocks(changed, checked):
    # 24 days more to 2026-04-10: 73.50 x 24 = 1,764.00
    mapping = checked(changed({**JUDGED, "claim": {"interest_cut_off": "2026-04-10"}}, "C"))
    assert said(mapping, "X26_doubled_interest") == [("post_acceptance", "blocking"), ("pre_acceptance", "warning")]
    assert [f["amount"] for f in mapping["findings"] if f.get("code") == "post_acceptance"] == ["1764.00"]
    assert said(mapping, "X25_interest_after_acceptance") == [("found", "blocking")]


def test_no_doubled_interest_before_the_period_for_performance_ends(changed, checked):
    mapping = checked(changed({**JUDGED, "judgment": {**INSTRUMENT, "performance_last_day": "2026-03-17"}}, "C"))
    assert mapping["claim"]["doubled_interest"] == "0.00"
    assert said(mapping, "X26_doubled_interest") == []


def test_interest_fixed_beyond_the_acceptance_is_found(changed, checked):
    items = [INSTRUMENT["items"][0], {"kind": "general_interest", "amount": "30000.00", "to": "2026-03-31"}]
    mapping = checked(changed({**JUDGED, "judgment": {**INSTRUMENT, "items": items}}, "C"))
    assert said(mapping, "X25_interest_after_acceptance") == [("found", "blocking")]


def test_what_the_judgment_decided_drops_to_info(changed, checked):
    # No contract, no delivery, too high a rate: with a judgment in force none of it weighs (effective_instrument_rule), the rate is not tested.
    case = changed({**JUDGED, "contract": None, "deliveries": [], "reconciliations": [], "cost_clause": None}, "C")
    mapping = checked(case)
    own = {f["element"]: f["severity"] for f in mapping["findings"] if "element" in f and f["element"][0] == "S"}
    assert set(own.values()) == {"info"}
    assert "C04_limitation" in mapping["not_applicable"]
    assert said(mapping, "X13_rate_too_high") == []
    assert mapping["missing_uploads"] == []  # the judgment of the block is the effective instrument


def test_the_principal_claimed_is_compared_with_the_judgment(changed, checked):
    mapping = checked(changed({**JUDGED, "claim": {"principal": "420000.01"}}, "C"))
    assert said(mapping, "X01_amount_agreement") == [("claimed_gt_computed", "blocking")]


@pytest.mark.parametrize(
    ("change", "expired", "still_open", "called"),
    [
        # agreed "12 months": FP-21 2026-04-30, FP-22 2026-06-30, FP-23 2026-09-30, FP-24 2027-06-30
        pytest.param({"security.guarantor.period_agreed": "12 months"}, [], ["FP-21", "FP-22", "FP-23", "FP-24"], [], id="a year agreed"),
        pytest.param({"security.guarantor.period_agreed": "until 2026-04-09"}, ["FP-21", "FP-22", "FP-23"], ["FP-24"], [], id="until a day that has passed"),
        pytest.param(
            {"demands.1": {"id": "D20", "kind": "demand_letter", "recipient": "guarantor", "dated": "2026-02-01", "sent_on": "2026-02-01", "receipt": {"id": "D21", "delivered_on": "2026-02-03", "status": "签收"}}},
            ["FP-21", "FP-22"], ["FP-24"], ["FP-23"], id="a letter to the guarantor inside the period of FP-23",
        ),
    ],
)  # fmt: skip
def test_the_guarantee_table(change, expired, still_open, called, changed, checked):
    table = checked(changed(change, "C"))["guarantee"]
    if called:  # FP-24 falls due later, the letter counts for it too: nothing is left to ask
        assert set(called) <= set(table["called_upon"])
        still_open = [n for n in still_open if n not in table["called_upon"]]
    assert (table["expired_at_as_of"], table["open_at_as_of"]) == (expired, still_open)


def test_revoked_and_insolvent_debtors_only_inform(changed, checked):
    mapping = checked(changed({"debtor.registry_status": "吊销（破产重整）"}, "C"))
    assert said(mapping, "X15_debtor_status") == [("revoked", "info")]


LOAN = {
    "case_id": "C-LOAN",
    "dispute_type": "loan",
    "packet_kind": "insolvency_claim",
    "as_of": "2026-04-10",
    "creditor": {"name": "示例戊贸易公司", "uscc": "91000000MA0EEEE54D"},
    "debtor": {"name": "示例己建材公司", "uscc": "91000000MA0FFFF682", "registry_status": "存续", "registry_extract_date": "2026-04-01"},
    "contract": {"id": "D01", "name": "借款合同", "signed_on": "2025-01-02", "interest_clause": {"type": "annual_rate", "rate": "0.0365"}, "repayment_date": "2025-12-31"},
    "documents": [
        {"id": "D01", "type": "loan_contract", "debtor_seal_or_signature": True},
        {"id": "D02", "type": "bank_payment", "direction": "out", "purpose": "loan_disbursement", "paid_on": "2025-01-10", "amount": "100000.00",
         "payer_is_creditor": True, "payee_is_debtor_or_designated": True, "remark_loan": True},
    ],
    "insolvency": {"court": "示例法院", "case_no": "（2026）示01破8号", "acceptance_date": "2026-03-18", "claim_deadline": "2026-05-25"},
    "insolvency_documents": ["bankruptcy_announcement"],
    "identity_documents": ["business_licence_creditor", "legal_rep_certificate_creditor", "company_registry_extract_debtor"],
    "security": {"real_security": False, "joint_debt": False},
    "originals": "every exhibit has held_by=creditor and a location",
}  # fmt: skip


def test_the_claim_of_a_loan_has_its_interest_of_the_term(checked):
    # 100,000 x 3.65 % = 10.00 a day. Term 2025-01-10 to 2025-12-31, last day not counted: 355 days = 3,550.00.
    # Delay at the loan rate (Private Lending Provisions art. 28(2)) 2026-01-01 to 2026-03-17: 76 days = 760.00.
    claim = checked(LOAN)["claim"]
    assert (claim["principal"], claim["term_interest"], claim["damages"], claim["total"]) == ("100000.00", "3550.00", "760.00", "104310.00")
