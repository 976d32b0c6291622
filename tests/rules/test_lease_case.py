"""A complete lease of a house, written from the specification: rent by schedule, payments ahead, the court of the place.

Weights for a lawsuit: C01 3, C02 3, R01 3, R02 1, R03 3, S04 1, C09 1, C13 1, C14 1, C04 3, C07 1, C05 3, C11 1 = 25.
"""

from __future__ import annotations

import pytest

CASE = {
    "case_id": "LEASE", "dispute_type": "lease", "packet_kind": "lawsuit", "as_of": "2026-06-01",
    "creditor": {"name": "示例辛置业公司", "uscc": "91000000MA0GGGG71L", "address": "样板市辛路7号"},
    "debtor": {"name": "示例壬商贸公司", "uscc": "91000000MA0HHHH859", "address": "示例市壬路8号", "registry_status": "在业", "registry_extract_date": "2026-05-20"},
    "contract": {
        "id": "D01", "name": "房屋租赁合同", "signed_on": "2024-12-20", "object_kind": "house", "object_location": "示例市示例区子路9号",
        "late_payment_clause": {"type": "daily_rate", "rate": "0.00015"}, "dispute_clause": {"type": "court", "text": "由房屋所在地人民法院管辖"},
        "rent_schedule": [
            {"period_from": "2025-01-01", "period_to": "2025-06-30", "amount": "60000.00", "due_date": "2025-01-10"},
            {"period_from": "2025-07-01", "period_to": "2025-12-31", "amount": "60000.00", "due_date": "2025-07-10"},
            {"period_from": "2026-01-01", "period_to": "2026-06-30", "amount": "60000.00", "due_date": "2026-01-10"},
            {"period_from": "2026-07-01", "period_to": "2026-12-31", "amount": "66000.00", "due_date": "2026-07-10"},
        ],
    },
    "documents": [{"id": "D02", "type": "handover_record", "document_date": "2025-01-01", "debtor_seal_or_signature": True}],
    "invoices": [
        {"id": "D03", "no": "FP-01", "date": "2025-01-05", "amount": "60000.00", "due_date": "2025-01-10"},
        {"id": "D04", "no": "FP-02", "date": "2025-07-03", "amount": "60000.00", "due_date": "2025-07-10"},
        {"id": "D05", "no": "FP-03", "date": "2026-01-05", "amount": "60000.00", "due_date": "2026-01-10"},
    ],
    "payments": [
        {"id": "D06", "date": "2025-01-09", "amount": "60000.00", "designated_invoice": "FP-01"},
        {"id": "D07", "date": "2025-08-20", "amount": "40000.00", "designated_invoice": "FP-02"},
    ],
    "reconciliations": [{"id": "D08", "as_at": "2026-01-31", "signed_on": "2026-02-05", "amount": "80000.00", "debtor_seal": "公章"}],
    "demands": [{
        "id": "D09", "kind": "demand_letter", "dated": "2026-03-03", "carrier": "EMS", "waybill_no": "EX1", "content_named": "催款函", "address_matches": True,
        "receipt": {"id": "D10", "delivered_on": "2026-03-05", "status": "签收"},
    }],
    "identity_documents": ["business_licence_creditor", "legal_rep_certificate_creditor", "company_registry_extract_debtor"],
    "originals": "every exhibit has held_by=creditor and a location",
}  # fmt: skip
FIRST, SECOND, THIRD, FOURTH = "2025-01-01~2025-06-30", "2025-07-01~2025-12-31", "2026-01-01~2026-06-30", "2026-07-01~2026-12-31"


def short(mapping):
    return [(f.get("element") or f"{f['check'][:3]}:{f['code']}", f.get("status"), f["severity"]) for f in mapping["findings"]]


def test_the_complete_case(checked):
    # Due by 2026-06-01: three rows = 180,000; the fourth falls due in July and is no debt. Paid 100,000: 80,000 open, as the statement says.
    # The invoices mean the rows of their due dates. Damages at 0.015 % a day: row 1 was paid in time; row 2 on 60,000 2025-07-11 to 08-19 =
    # 40 days x 9.00 = 360.00, then on 20,000 to 2026-06-01 = 286 days x 3.00 = 858.00; row 3 2026-01-11 to 06-01 = 142 days x 9.00 = 1,278.00.
    # Together 2,496.00. Fee on 82,496.00: x 2.5 % - 200 = 1,862.40.
    found = checked(CASE)
    assert found["findings"] == []
    assert (found["completeness_pct"], found["closed_loop"]) == (100, True)
    assert (found["totals"]["delivered_total"], found["totals"]["paid"], found["totals"]["ledger_balance"]) == ("180000.00", "100000.00", "80000.00")
    assert found["open_by_invoice"] == {FIRST: "0.00", SECOND: "20000.00", THIRD: "60000.00"}
    assert [d["invoices"] for d in found["debts"]] == [["FP-01"], ["FP-02"], ["FP-03"]]
    assert [(s["invoice"], s["days"], s["amount"]) for s in found["damages"]["segments"]] == [(SECOND, 40, "360.00"), (SECOND, 286, "858.00"), (THIRD, 142, "1278.00")]
    assert (found["damages"]["total"], found["amount_in_dispute"], found["fees"]["acceptance_fee"]) == ("2496.00", "82496.00", "1862.40")
    assert found["court"]["basis"] == "exclusive: location of the immovable"


def test_every_rent_has_its_own_limitation(variant, checked):
    # The careful reading: each row its own debt. Without letter and statement row 2 runs from the part payment, row 3 from its due date.
    found = checked(variant(CASE, {"demands": [], "reconciliations": []}))["limitation"]
    assert {number: run["safe_last_day"] for number, run in found["by_invoice"].items()} == {SECOND: "2028-08-20", THIRD: "2029-01-10"}
    assert checked(CASE)["limitation"]["safe_last_day"] == "2029-03-05"


@pytest.mark.parametrize(
    ("payment", "opened", "ahead"),
    [
        pytest.param({"amount": "30000.00"}, {SECOND: "0.00", THIRD: "50000.00"}, None, id="undesignated: the earliest due first"),
        pytest.param({"amount": "30000.00", "designated_invoice": "FP-03"}, {SECOND: "20000.00", THIRD: "30000.00"}, None, id="by the invoice of the row's due date"),
        pytest.param({"amount": "30000.00", "designated_invoice": "2026-01-01"}, {SECOND: "20000.00", THIRD: "30000.00"}, None, id="by the first day of the period"),
        pytest.param({"amount": "30000.00", "designated_invoice": FOURTH}, {SECOND: "20000.00", THIRD: "60000.00"}, "30000.00", id="rent not yet due, paid ahead"),
        pytest.param({"amount": "100000.00"}, {SECOND: "0.00", THIRD: "0.00"}, "20000.00", id="all that is due, and the rest ahead"),
    ],
)
def test_which_rent_a_payment_reaches(payment, opened, ahead, variant, checked):
    found = checked(variant(CASE, {"payments.2": {"id": "D20", "date": "2026-05-20", **payment}}))
    assert {number: found["open_by_invoice"][number] for number in opened} == opened
    assert found["totals"].get("paid_ahead") == ahead
    owed = sum(float(value) for value in opened.values())
    assert found["totals"]["ledger_balance"] == f"{owed:.2f}"


def test_when_all_rent_is_paid_only_damages_are_left(variant, checked):
    # 100,000 on 2026-05-20 pays everything due; damages ran until then: nothing_claimed is a warning, because there is still something to claim.
    found = checked(variant(CASE, {"payments.2": {"id": "D20", "date": "2026-05-20", "amount": "100000.00"}}))
    assert [f for f in short(found) if f[0].startswith("X01")] == [("X01:nothing_claimed", None, "warning")]


def test_a_payment_for_an_invoice_of_no_row_is_named(variant, checked):
    found = checked(variant(CASE, {"payments.2": {"id": "D20", "date": "2026-05-20", "amount": "1.00", "designated_invoice": "FP-99"}}))
    assert (found["unplaced"], found["open_by_invoice"][SECOND]) == (["D20"], "19999.00")


ELSEWHERE = {"contract.dispute_clause": {"type": "court", "text": "由出租人住所地人民法院管辖"}}


@pytest.mark.parametrize(
    ("change", "findings", "percent"),
    [
        # The landlord sits in 样板市, the house in 示例市 (CPL art. 34(1)): C05 and R03 name X10 and fall to partial: 25 - 1.5 - 1.5 = 22 of 25.
        pytest.param(ELSEWHERE, [("X10:violated", None, "blocking")], 88, id="landlord's city, a house elsewhere"),
        pytest.param({**ELSEWHERE, "contract.object_kind": "movable"}, [], 100, id="a machine: the parties may agree"),
        pytest.param({"contract.dispute_clause.text": "由承租人住所地人民法院管辖"}, [], 100, id="tenant's city, where the house is"),
        pytest.param({"court": "样板市样板区人民法院"}, [("X10:violated", None, "blocking")], 88, id="the chosen court lies elsewhere"),
        pytest.param({"court": "示例市示例区人民法院"}, [], 100, id="the chosen court lies there"),
        pytest.param({"contract.dispute_clause": None}, [], 100, id="no clause: the place of the house anyway"),
    ],
)
def test_the_court_of_the_place(change, findings, percent, variant, checked):
    found = checked(variant(CASE, change))
    assert short(found) == findings
    assert found["completeness_pct"] == percent


def test_no_clause_no_damages_and_it_is_said(variant, checked):
    # A lease has no statutory fallback here: C07 missing 1 (24 of 25), and each open rent is named as not computed.
    found = checked(variant(CASE, {"contract.late_payment_clause": None}))
    assert short(found) == [("C07_damages_basis", "missing", "warning")]
    assert (found["completeness_pct"], found["damages"]["total"]) == (96, "0.00")
    assert [(row["invoice"], row["reason"]) for row in found["damages"]["not_computed"]] == [(SECOND, "no_clause"), (THIRD, "no_clause")]
    assert "80,000.00" in found["findings"][0]["title_zh"]


def test_the_hand_over(variant, checked):
    # Payments corroborate: partial. For a suit an info, for a payment order blocking.
    case = variant(CASE, {"documents": []})
    assert short(checked(case)) == [("R02_handover", "partial", "info")]
    assert short(checked(case, "payment_order")) == [("R02_handover", "partial", "blocking")]


def test_a_lease_without_its_schedule(variant, checked):
    # Nothing falls due: the claim has no ledger behind it, and every place says why.
    found = checked(variant(CASE, {"contract.rent_schedule": None, "claim": {"principal": "80000.00"}}))
    assert ("R03_rent_due", "missing", "blocking") in short(found)
    assert ("X01:claimed_gt_computed", None, "blocking") in short(found)
    title = next(f["title_zh"] for f in found["findings"] if f.get("element") == "R03_rent_due")
    assert "主张 ¥80,000.00，已付 ¥100,000.00" in title


def test_other_packets(checked):
    assert checked(CASE, "payment_order")["findings"] == []
    assert {f["element"] for f in checked(CASE, "preservation")["findings"]} == {"E04_asset_clues", "P01_preservation_guarantee"}
    assert short(checked(CASE, "arbitration")) == [("X08:no_arbitration_agreement", None, "blocking")]
