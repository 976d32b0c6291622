"""A complete loan between companies, written from the specification: disbursements, set-off, interest of the term and of the delay, the cap.

Weights for a lawsuit: C01 3, C02 3, L01 3, L02 3, L03 1, L04 3, L05 1, C09 1, C13 1, C14 1, C04 3, C07 1, C06 3, C05 3, C11 1 = 31.
"""

from __future__ import annotations

import pytest

OUT = {"type": "bank_payment", "direction": "out", "purpose": "loan_disbursement", "payer_is_creditor": True, "payee_is_debtor_or_designated": True}
BY_POST = {"kind": "demand_letter", "carrier": "EMS", "content_named": "催款函", "address_matches": True}
CASE = {
    "case_id": "LOAN", "dispute_type": "loan", "packet_kind": "lawsuit", "as_of": "2026-06-01",
    "creditor": {"name": "示例戊贸易公司", "uscc": "91000000MA0EEEE54D", "address": "示例市戊路5号"},
    "debtor": {"name": "示例己建材公司", "uscc": "91000000MA0FFFF682", "address": "示例市己路6号", "registry_status": "存续", "registry_extract_date": "2026-05-20"},
    "contract": {
        "id": "D01", "no": "JK-2024-03", "name": "借款合同", "signed_on": "2024-03-01", "total": "600000.00",
        "interest_clause": {"type": "annual_rate", "rate": "0.10"}, "late_payment_clause": {"type": "annual_rate", "rate": "0.12"},
        "repayment_date": "2025-03-05", "dispute_clause": {"type": "court", "text": "由出借人住所地人民法院管辖"},
    },
    "documents": [
        {"id": "D01", "type": "loan_contract", "debtor_seal_or_signature": True},
        {"id": "D02", **OUT, "paid_on": "2024-03-05", "amount": "400000.00"},
        {"id": "D03", **OUT, "paid_on": "2024-05-01", "amount": "200000.00"},
        {"id": "D04", "type": "debt_acknowledgement", "document_date": "2025-07-15", "amount": "509758.90", "debtor_seal_or_signature": True, "states_amount": True},
        {"id": "D05", "type": "guarantee_contract", "document_date": "2024-03-01", "signature_or_seal": True},
    ],
    "payments": [{"id": "D06", "date": "2024-09-05", "amount": "20000.00"}, {"id": "D07", "date": "2025-06-30", "amount": "150000.00"}],
    "security": {"real_security": False, "joint_debt": False, "guarantor": {"name": "庚七", "mode": "连带责任保证", "period_agreed": "24 months", "contract_id": "D05"}},
    "demands": [
        {**BY_POST, "id": "D08", "dated": "2025-12-01", "waybill_no": "EX1", "receipt": {"id": "D09", "delivered_on": "2025-12-03", "status": "签收"}},
        {**BY_POST, "id": "D10", "recipient": "guarantor", "dated": "2025-12-01", "waybill_no": "EX2", "receipt": {"id": "D11", "delivered_on": "2025-12-04", "status": "签收"}},
    ],
    "identity_documents": ["business_licence_creditor", "legal_rep_certificate_creditor", "company_registry_extract_debtor"],
    "declarations": [{"statement": "own funds; not a professional lender", "by": "finance"}],
    "originals": "every exhibit has held_by=creditor and a location",
}  # fmt: skip


def short(mapping):
    return [(f.get("element") or f"{f['check'][:3]}:{f['code']}", f.get("status"), f["severity"]) for f in mapping["findings"]]


def test_the_complete_case(checked):
    # Term at 10 % / 365, first day counted, last not. 400,000 for 365 days = 40,000.00; 200,000 from 2024-05-01 for 308 days = 16,876.71.
    # On 2024-09-05 there had accrued 184 days on 400,000 = 20,164.38 and 127 days on 200,000 = 6,958.90: the 20,000 is all interest.
    # Delay at 12 % from 2025-03-06: to 2025-06-29 116 days on 600,000 = 22,882.19. On 2025-06-30 open: 56,876.71 + 22,882.19 - 20,000 =
    # 59,758.90 of interest; of the 150,000 90,241.10 reach the principal: 509,758.90 left. To 2026-06-01 337 days: 56,478.49.
    found = checked(CASE)
    assert found["findings"] == []
    assert (found["completeness_pct"], found["closed_loop"]) == (100, True)
    totals = found["totals"]
    assert (totals["delivered_total"], totals["paid"], totals["interest_paid"], totals["ledger_balance"]) == ("600000.00", "170000.00", "79758.90", "509758.90")
    assert [(row["interest"], row["principal"]) for row in found["set_off"]] == [("20000.00", "0.00"), ("59758.90", "90241.10")]
    term = found["loan_interest"]
    assert [(s["disbursement"], s["from"], s["to"], s["days"], s["annual_rate"], s["basis"], s["amount"]) for s in term["segments"]] == [
        ("D02", "2024-03-05", "2025-03-04", 365, "0.10", 365, "40000.00"), ("D03", "2024-05-01", "2025-03-04", 308, "0.10", 365, "16876.71"),
    ]  # fmt: skip
    assert (term["accrued"], term["paid"], term["total"]) == ("56876.71", "56876.71", "0.00")
    late = found["damages"]
    assert [(s["from"], s["to"], s["days"], s["base"], s["amount"]) for s in late["segments"]] == [
        ("2025-03-06", "2025-06-29", 116, "600000.00", "22882.19"), ("2025-06-30", "2026-06-01", 337, "509758.90", "56478.49"),
    ]  # fmt: skip
    assert (late["accrued"], late["paid"], late["total"]) == ("79360.68", "22882.19", "56478.49")


def test_what_the_fee_counts(checked):
    # 509,758.90 + open interest of the term 0.00 + of the delay 56,478.49 = 566,237.39; x 1 % + 3,800 = 9,462.37
    found = checked(CASE)
    assert (found["amount_in_dispute"], found["fees"]["acceptance_fee"]) == ("566237.39", "9462.37")


def test_one_debt_one_period_of_limitation(checked):
    # Instalments of one loan: one debt, due 2025-03-05 (Civil Code 189). Payment 2025-06-30, acknowledgement 2025-07-15, letter 2025-12-03.
    found = checked(CASE)
    assert found["limitation"]["by_invoice"] == {"JK-2024-03": {"trigger": "2025-12-03", "safe_last_day": "2028-12-03"}}
    assert found["debts"] == [{"number": "JK-2024-03", "document": "D01", "due_date": "2025-03-05", "amount": "600000.00", "open": "509758.90"}]


def test_open_interest_of_the_term_is_claimed_under_its_own_key(variant, checked):
    # Before the second payment: 56,876.71 - 20,000 = 36,876.71 of the term are open, and the whole delay on 600,000 to 2025-06-29.
    case = variant(CASE, {"as_of": "2025-06-29", "payments": CASE["payments"][:1], "debtor.registry_extract_date": "2025-06-20", "documents.3": {"id": "D04", "type": "photos"}, "demands": []})
    found = checked(case)
    assert (found["loan_interest"]["total"], found["damages"]["total"]) == ("36876.71", "22882.19")
    assert found["amount_in_dispute"] == "659758.90"  # 600,000 + 36,876.71 + 22,882.19


def test_the_cap_of_four_times_lpr(variant, checked):
    # Contract 2024-03-01: LPR 3.45 of 2024-02-20, cap 13.80 %. 15 % for the delay is cut: 600,000 x 0.138 x 116 / 365 = 26,314.52; of the
    # 150,000 86,808.77 reach the principal (56,876.71 + 26,314.52 - 20,000 = 63,191.23 first); 513,191.23 x 0.138 x 337 / 365 = 65,387.59.
    # Uncut: 28,602.74, then 515,479.45 x 0.15 x 337 / 365 = 71,390.37. Not supported: 99,993.11 - 91,702.11 = 8,291.00. X24 warns, nothing blocks.
    found = checked(variant(CASE, {"contract.late_payment_clause.rate": "0.15"}))
    assert short(found) == [("X24:over", None, "warning")]
    assert [s["amount"] for s in found["damages"]["segments"]] == ["26314.52", "65387.59"]
    assert found["findings"][0]["amount"] == "8291.00"
    assert found["lending_cap"] == {
        "agreed_annual": "15.00%", "lpr_1y": "3.45", "lpr_date": "2024-02-20", "cap": "13.80%", "supported_rate": "13.80%", "within_cap": False,
    }  # fmt: skip
    assert "13.80%" in found["findings"][0]["title_zh"]


@pytest.mark.parametrize(
    ("clause", "findings"),
    [
        pytest.param({"interest_clause": {"type": "annual_rate", "rate": "0.138"}}, [], id="exactly at the cap"),
        pytest.param({"interest_clause": {"type": "annual_rate", "rate": "0.1381"}}, ["X24"], id="a hundredth above"),
        pytest.param({"interest_clause": {"type": "annual_rate", "rate": "0.1370", "basis": "360"}}, ["X24"], id="13.7 % on 360 days are 13.89 % a year"),
        pytest.param({"late_payment_clause": {"type": "daily_rate", "rate": "0.0003"}}, [], id="0.03 % a day are 10.95 %"),
        pytest.param({"late_payment_clause": {"type": "daily_rate", "rate": "0.0005"}}, ["X24"], id="0.05 % a day are 18.25 %; X13 is never asked"),
        pytest.param({"late_payment_clause": {"type": "fixed_lpr", "markup": "0.5"}}, [], id="LPR plus half"),
    ],
)
def test_which_rates_are_too_high(clause, findings, variant, checked):
    found = checked(variant(CASE, {f"contract.{key}": value for key, value in clause.items()}))
    assert [f["check"][:3] for f in found["findings"]] == findings


def test_a_loan_made_before_the_new_rule(variant, checked):
    # 100,000 lent 2019-11-01 at 24 % until 2021-11-01. Up to 2020-08-19 the older ceiling of 24 % (293 days: 19,265.75), from 2020-08-20 four
    # times the LPR on the planned filing date, 2026-06-01: 3.00 x 4 = 12 % (438 days: 14,400.00) (Private Lending Provisions art. 31).
    lent = {"contract.signed_on": "2019-11-01", "contract.repayment_date": "2021-11-01", "contract.interest_clause.rate": "0.24", "contract.total": "100000.00"}
    case = variant(CASE, {**lent, "documents.1.paid_on": "2019-11-01", "documents.1.amount": "100000.00", "documents.2": {"id": "D03", "type": "photos"}, "payments": []})
    found = checked(case)
    assert [(s["from"], s["to"], s["days"], s["amount"]) for s in found["loan_interest"]["segments"]] == [
        ("2019-11-01", "2020-08-19", 293, "19265.75"), ("2020-08-20", "2021-10-31", 438, "14400.00"),
    ]  # fmt: skip
    assert found["lending_cap"]["applies_from"] == "2020-08-20"


def test_where_the_lpr_is_not_on_file_the_cap_is_said_to_be_untested(variant, checked):
    # Planned filing 46 days after the last publication on file (2026-09-20): no cap for an old contract; the agreed rate stands, with a warning.
    case = variant(CASE, {"contract.signed_on": "2019-11-01", "planned_filing_date": "2026-11-05"})
    found = checked(case)
    assert ("X24:not_tested", None, "warning") in short(found)
    assert found["lending_cap"]["error"] == "no_rate_published"


@pytest.mark.parametrize(
    ("change", "amount", "statuses"),
    [
        # art. 28(2)(2): the rate of the term runs on: 600,000 x 0.10 x 116 / 365
        pytest.param({"contract.late_payment_clause": None}, "19068.49", {}, id="no overdue rate"),
        # art. 28(2)(1): no rate at all: LPR 3.10 of 2025-02-20 when the delay began. No interest of the term: the first 20,000 is principal.
        # 580,000 x 0.031 x 116 / 365 = 5,714.19. L03 is missing.
        pytest.param({"contract.late_payment_clause": None, "contract.interest_clause": None}, "5714.19", {"L03_rate": "missing"}, id="no rate at all"),
    ],
)
def test_the_rates_the_law_puts_in_place(change, amount, statuses, variant, checked):
    found = checked(variant(CASE, change))
    assert found["damages"]["segments"][0]["amount"] == amount
    assert {name: status for name, status in found["element_status"].items() if status != "complete"} == statuses
    assert found["element_status"]["C07_damages_basis"] == "complete"


def test_no_interest_clause_says_from_when_interest_runs(variant, checked):
    finding = checked(variant(CASE, {"contract.interest_clause": None}))["findings"][0]
    assert (finding["element"], finding["severity"]) == ("L03_rate", "warning")
    assert "2025-03-06" in finding["title_zh"] and "2025-03-06" in finding["title_en"]  # noqa: PT018 - one thought


def test_a_voucher_to_somebody_else_proves_no_disbursement(variant, checked):
    # 400,000 of the claimed 509,758.90 are shown to have reached the debtor; nothing corroborates: L02 missing, short by 109,758.90.
    found = checked(variant(CASE, {"documents.2.payee_is_debtor_or_designated": False}))
    assert short(found) == [("L02_disbursement", "missing", "blocking")]
    assert (found["findings"][0]["amount"], found["findings"][0]["documents"]) == ("109758.90", ["D03"])
    assert found["findings"][0]["title_zh"].startswith("出借未证明到齐：有效转账凭证 ¥400,000.00，主张本金 ¥509,758.90，差 ¥109,758.90")
    assert found["completeness_pct"] == 90  # 28 of 31


def test_without_a_repayment_date(variant, checked):
    # A served demand opens the term (Civil Code 675): L04 complete. The day it set is in no paper, so no delay is computed and C04 has no
    # trigger: partial, warning (there are events inside three years). With due_by on the letter the day is known.
    found = checked(variant(CASE, {"contract.repayment_date": None}))
    assert short(found) == [("C04_limitation", "partial", "warning")]
    assert [row["reason"] for row in found["damages"]["not_computed"]] == ["no_due_date"]
    dated = checked(variant(CASE, {"contract.repayment_date": None, "documents.5": {"id": "D08", "type": "demand_letter", "due_by": "2026-01-03"}}))
    assert dated["debts"][0]["due_date"] == "2026-01-03"
    assert dated["findings"] == []
    asked_nobody = checked(variant(CASE, {"contract.repayment_date": None, "demands": CASE["demands"][1:]}))
    assert ("L04_due", "missing", "blocking") in short(asked_nobody)


def test_a_loan_that_is_not_due(variant, checked):
    case = variant(CASE, {"as_of": "2025-03-04", "payments": CASE["payments"][:1], "debtor.registry_extract_date": "2025-03-01", "documents.3": {"id": "D04", "type": "photos"}, "demands": []})
    assert ("X05:due_date_in_future", None, "blocking") in short(checked(case))
    assert ("X05:due_date_in_future", None, "blocking") not in short(checked({**case, "as_of": "2025-03-05"}))


def test_what_makes_a_loan_lawful(variant, checked):
    assert short(checked(variant(CASE, {"declarations": []}))) == [("L05_lender_legality", "missing", "warning")]


def test_other_packets(variant, checked):
    # Preservation does not ask for the rate (L03 n_a): no X24 either. A payment order with a clause for term and delay is in order.
    high = variant(CASE, {"contract.late_payment_clause.rate": "0.15"})
    assert {f["element"] for f in checked(high, "preservation")["findings"]} == {"E04_asset_clues", "P01_preservation_guarantee"}
    assert checked(CASE, "payment_order")["findings"] == []
    assert short(checked(CASE, "arbitration")) == [("X08:no_arbitration_agreement", None, "blocking")]
