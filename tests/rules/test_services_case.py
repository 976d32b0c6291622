"""A complete case of services and work, written from the specification, and what one defect each does to it.

Weights for a lawsuit: C01 3, C02 3, V01 3, V02 3, V03 1, S04 1, V04 3, C09 1, C13 1, C14 1, C04 3, C07 1, C05 3, C11 1 = 28.
"""

from __future__ import annotations

import pytest

SEALED = {"debtor_seal": True, "debtor_seal_or_signature": True}
CASE = {
    "case_id": "SERVICES", "dispute_type": "services_work", "packet_kind": "lawsuit", "as_of": "2026-04-30",
    "creditor": {"name": "示例丙软件公司", "uscc": "91000000MA0CCCC376", "address": "示例市丙路3号"},
    "debtor": {"name": "示例丁物流公司", "uscc": "91000000MA0DDDD40Q", "address": "示例市丁路4号", "registry_status": "存续", "registry_extract_date": "2026-04-15"},
    "contract": {
        "id": "D01", "name": "运维服务合同", "signed_on": "2025-01-02", "payment_terms": {"rule": "每次确认后30日内付款", "days_after_delivery": 30},
        "late_payment_clause": {"type": "daily_rate", "rate": "0.00015"}, "dispute_clause": {"type": "court", "text": "由原告住所地人民法院管辖"},
    },
    "documents": [
        {"id": "D02", "type": "service_confirmation", "number": "QR-01", "document_date": "2025-03-31", "amount": "80000.00", **SEALED},
        {"id": "D03", "type": "service_confirmation", "number": "QR-02", "document_date": "2025-06-30", "amount": "80000.00", **SEALED},
        {"id": "D04", "type": "work_delivery_record", "number": "JF-01", "document_date": "2025-09-30", "amount": "120000.00", **SEALED},
        {"id": "D05", "type": "acceptance_record", "document_date": "2025-09-30", **SEALED},
    ],
    "invoices": [
        {"id": "D06", "no": "FP-01", "date": "2025-04-02", "amount": "80000.00", "due_date": "2025-04-30"},
        {"id": "D07", "no": "FP-02", "date": "2025-07-02", "amount": "80000.00", "due_date": "2025-07-30"},
        {"id": "D08", "no": "FP-03", "date": "2025-10-09", "amount": "120000.00", "due_date": "2025-10-30"},
    ],
    "payments": [
        {"id": "D09", "date": "2025-04-28", "amount": "80000.00", "designated_invoice": "FP-01"},
        {"id": "D10", "date": "2025-09-15", "amount": "30000.00"},
    ],
    "reconciliations": [{"id": "D11", "as_at": "2025-12-31", "signed_on": "2026-01-08", "amount": "170000.00", "debtor_seal": "公章"}],
    "demands": [{
        "id": "D12", "kind": "lawyers_letter", "dated": "2026-03-10", "sent_on": "2026-03-10", "carrier": "EMS", "waybill_no": "EX1", "content_named": "律师函",
        "address_matches": True, "receipt": {"id": "D13", "delivered_on": "2026-03-12", "status": "签收"},
    }],
    "identity_documents": ["business_licence_creditor", "legal_rep_certificate_creditor", "company_registry_extract_debtor"],
    "originals": "every exhibit has held_by=creditor and a location",
}  # fmt: skip


def short(mapping):
    return [(f.get("element") or f"{f['check'][:3]}:{f['code']}", f.get("status"), f["severity"]) for f in mapping["findings"]]


def test_the_complete_case(checked):
    # 80,000 + 80,000 + 120,000 = 280,000 confirmed, sealed and invoiced; 80,000 + 30,000 paid: 170,000 open, as the sealed statement says.
    # The undesignated 30,000 goes to FP-02, the only debt due on 2025-09-15 (Civil Code 560).
    # Damages at 0.015 % a day: FP-01 was paid before its due date. FP-02: 2025-07-31 to 09-14 = 46 days x 12.00 = 552.00, then on 50,000
    # 2025-09-15 to 2026-04-30 = 228 days x 7.50 = 1,710.00. FP-03: 2025-10-31 to 2026-04-30 = 182 days x 18.00 = 3,276.00. Together 5,538.00.
    # 5.475 % a year is below 5.85 % (1.3 x 1.5 x 3.00): no X13. Fee on 175,538.00: x 2 % + 300 = 3,810.76.
    found = checked(CASE)
    assert found["findings"] == []
    assert (found["completeness_pct"], found["closed_loop"], found["contents_complete"]) == (100, True, False)  # the ID copy is not uploaded
    assert (found["totals"]["delivered_total"], found["totals"]["delivered_signed"], found["totals"]["ledger_balance"]) == ("280000.00", "280000.00", "170000.00")
    assert found["open_by_invoice"] == {"FP-01": "0.00", "FP-02": "50000.00", "FP-03": "120000.00"}
    assert [(s["invoice"], s["days"], s["amount"]) for s in found["damages"]["segments"]] == [("FP-02", 46, "552.00"), ("FP-02", 228, "1710.00"), ("FP-03", 182, "3276.00")]
    assert (found["damages"]["total"], found["amount_in_dispute"], found["fees"]["acceptance_fee"]) == ("5538.00", "175538.00", "3810.76")
    assert set(found["not_applicable"]) == {"C03_claim_chain", "C06_security", "C08_recovery_costs", "C10_recordings", "C12_electronic_data"}


def test_limitation_runs_from_the_letter_of_every_open_invoice(checked):
    # FP-02: due 2025-07-30, payment 2025-09-15, statement 2026-01-08, letter received 2026-03-12. FP-03: the last two. + 3 years.
    found = checked(CASE)["limitation"]
    assert {number: run["trigger"] for number, run in found["by_invoice"].items()} == {"FP-02": "2026-03-12", "FP-03": "2026-03-12"}
    assert found["safe_last_day"] == "2029-03-12"


UNSIGNED = {"documents.1.debtor_seal": False, "documents.1.debtor_seal_or_signature": False}
LOG = {"id": "D20", "type": "system_log", "document_date": "2025-06-30"}
NO_ACCEPTANCE = {"documents.3": {"id": "D05", "type": "photos"}}


@pytest.mark.parametrize(
    ("change", "findings", "percent"),
    [
        # D03 proves nothing without seal or signature: 200,000 of 280,000. Nothing corroborates: V02 missing 3. V03 has no paper: missing 1.
        # 24 of 28 = 85.7. The debtor's sealed statement still carries the balance.
        pytest.param({**UNSIGNED, **NO_ACCEPTANCE}, [("V02_performance", "missing", "blocking"), ("V03_acceptance", "missing", "warning")], 85, id="an unsigned confirmation"),
        # A system log corroborates: V02 partial 1.5, a warning for a suit. 25.5 of 28 = 91.07.
        pytest.param(
            {**UNSIGNED, **NO_ACCEPTANCE, "documents.4": LOG}, [("V02_performance", "partial", "warning"), ("V03_acceptance", "missing", "warning")], 91, id="a system log beside it"
        ),
        # An acceptance record without a sum accepts the work as a whole: the third way of V02 names no amount.
        pytest.param(UNSIGNED, [], 100, id="an unsigned confirmation, but the work was accepted"),
        # V03 is only a warning; where the contract makes payment wait for it, V03 rises to blocking (weight 3 of 30) and X22 asks for the proof
        # under V04, the element of this dispute type that names it; V04 falls to partial: 30 - 3 - 1.5 = 25.5 of 30.
        pytest.param(
            {**NO_ACCEPTANCE, "contract.payment_requires_acceptance": True},
            [("V03_acceptance", "missing", "blocking"), ("X22:unproved", None, "blocking")], 85, id="payment waits for an acceptance that is not there",
        ),
        pytest.param({**NO_ACCEPTANCE, "contract.payment_requires_acceptance": True, "documents.4": {"id": "D21", "type": "settlement_statement", "document_date": "2026-02-10", "amount": "280000.00", **SEALED}}, [], 100, id="a sealed settlement is an acceptance"),
    ],
)  # fmt: skip
def test_performance_and_acceptance(change, findings, percent, variant, checked):
    found = checked(variant(CASE, change))
    assert short(found) == findings
    assert found["completeness_pct"] == percent


def test_the_gap_of_performance_names_sum_and_paper(variant, checked):
    finding = checked(variant(CASE, {**UNSIGNED, **NO_ACCEPTANCE}))["findings"][0]
    assert (finding["amount"], finding["documents"]) == ("80000.00", ["D03"])
    assert finding["title_zh"] == "履行未证明到齐：已确认 ¥200,000.00，应证明 ¥280,000.00，差 ¥80,000.00（QR-02 无签名无印章）"
    assert "¥200,000.00 of ¥280,000.00" in finding["title_en"]


def test_a_period_counts_once_by_whichever_paper_is_signed(variant, checked):
    # A hand-over record of the same number as QR-02 is the same piece of work; the confirmation lost its seal, the record has one.
    again = {"id": "D22", "type": "work_delivery_record", "number": "ＱＲ-02", "document_date": "2025-06-30", "amount": "80000.00", **SEALED}
    found = checked(variant(CASE, {**UNSIGNED, **NO_ACCEPTANCE, "documents.4": again}))
    assert found["totals"]["delivered_total"] == "280000.00"
    assert short(found) == [("V03_acceptance", "missing", "warning")]


def test_two_confirmations_of_one_period_without_numbers_are_one(variant, checked):
    period = {"type": "service_confirmation", "period_from": "2025-01-01", "period_to": "2025-03-31", "document_date": "2025-03-31", "amount": "80000.00", **SEALED}
    assert checked(variant(CASE, {"documents.0": {"id": "D02", **period}, "documents.4": {"id": "D23", **period}}))["totals"]["delivered_total"] == "280000.00"


def test_a_settlement_takes_the_place_of_the_confirmations(variant, checked):
    # Settled at 270,000: ledger 270,000 - 110,000 = 160,000. The invoices are 10,000 above it. The statement speaks of 2025-12-31, before the
    # settlement of 2026-02-28: it is compared with the confirmations of that day and agrees.
    settled = {"id": "D24", "type": "settlement_statement", "document_date": "2026-02-28", "amount": "270000.00", **SEALED}
    found = checked(variant(CASE, {"documents.4": settled}))
    assert (found["totals"]["delivered_total"], found["totals"]["ledger_balance"]) == ("270000.00", "160000.00")
    assert short(found) == [("X01:invoice_ne_delivery", None, "warning")]
    assert found["findings"][0]["amount"] == "10000.00"


def test_without_invoices_every_paper_falls_due_by_the_agreed_days(variant, checked):
    # 2025-03-31, 06-30, 09-30 + 30 days = 2025-04-30, 07-30, 10-30: the same days as the invoices had, the same damages. S04 is missing.
    found = checked(variant(CASE, {"invoices": [], "payments.0.designated_invoice": "QR-01"}))
    assert [(d["number"], d["due_date"], d["open"]) for d in found["debts"]] == [
        ("QR-01", "2025-04-30", "0.00"), ("QR-02", "2025-07-30", "50000.00"), ("JF-01", "2025-10-30", "120000.00"),
    ]  # fmt: skip
    assert found["damages"]["total"] == "5538.00"
    assert short(found) == [("S04_invoice", "missing", "warning")]


def test_without_an_agreed_term_the_fee_is_due_on_delivery(variant, checked):
    # Civil Code 782: V04 rests on the statutory due date alone, partial, a warning. A term whose days nobody entered gives no day at all.
    plain = {"invoices": [], "payments": [], "reconciliations": []}
    found = checked(variant(CASE, {**plain, "contract.payment_terms": None}))
    assert [d["due_date"] for d in found["debts"]] == ["2025-03-31", "2025-06-30", "2025-09-30"]
    assert ("V04_fee_due", "partial", "warning") in short(found)
    vague = checked(variant(CASE, {**plain, "contract.payment_terms": {"rule": "验收合格后付清"}}))
    assert [d["due_date"] for d in vague["debts"]] == [None, None, None]
    assert [row["reason"] for row in vague["damages"]["not_computed"]] == ["no_due_date"] * 3
    assert vague["element_status"]["C04_limitation"] == "partial"  # a served letter, but no day to count from


def test_what_no_invoice_covers_is_owed_without_a_day(variant, checked):
    # FP-03 is missing: 120,000 confirmed and not invoiced. The ledger still shows 170,000; nothing runs on the part without a due date.
    found = checked(variant(CASE, {"invoices": CASE["invoices"][:2]}))
    assert found["open_by_invoice"] == {"FP-01": "0.00", "FP-02": "50000.00", "未开票": "120000.00"}
    assert found["damages"]["not_computed"][0]["open"] == "120000.00"
    assert set(short(found)) == {("S04_invoice", "missing", "warning"), ("X01:invoice_ne_delivery", None, "warning")}


def signed_by(index, name):
    return {f"documents.{index}.{key}": value for key, value in {"debtor_seal": False, "debtor_seal_or_signature": True, "signed_by": name}.items()}


@pytest.mark.parametrize(
    ("change", "documents"),
    [
        pytest.param(signed_by(1, "路人"), ["D03"], id="nobody knows who signed"),
        # QR-01 and QR-02 are of one sum: the earlier goes with FP-01, which was paid. So the later QR-02 stands, and only the first one is asked.
        pytest.param({**signed_by(0, "路人"), **signed_by(1, "路人")}, ["D02"], id="an earlier paper with the same signature was paid"),
        pytest.param({**signed_by(0, "路人"), **signed_by(1, "旁人")}, ["D02", "D03"], id="somebody else signed the paid one"),
        pytest.param({**signed_by(1, "路人"), **signed_by(2, "路人")}, ["D03", "D04"], id="the earlier one is not paid"),
    ],
)
def test_signers_without_seal(change, documents, variant, checked):
    found = [f for f in checked(variant(CASE, change))["findings"] if f.get("check") == "X21_signer_authority"]
    assert [(f["code"], f["severity"], f["documents"], f["stands_under"]) for f in found] == [("unknown_signer", "warning", documents, ["V02_performance"])]


def test_a_floating_clause_and_no_clause(variant, checked):
    # Without a clause LPR 3.00 x 1.5 = 4.5 % by analogy with sales (Sale Interpretation 18, 32): FP-03 182 days: 120,000 x 0.045 x 182 / 365.
    found = checked(variant(CASE, {"contract.late_payment_clause": None}))
    assert [s["amount"] for s in found["damages"]["segments"] if s["invoice"] == "FP-03"] == ["2692.60"]
    assert found["element_status"]["C07_damages_basis"] == "complete"


def test_other_packets(variant, checked):
    # Payment order: the balance is admitted under seal, a clause gives the damages, nothing blocks. Preservation: assets and security are wanted.
    # Arbitration: the same elements, but an agreement is required.
    assert checked(CASE, "payment_order")["findings"] == []
    assert {f["element"] for f in checked(CASE, "preservation")["findings"]} == {"E04_asset_clues", "P01_preservation_guarantee"}
    assert short(checked(CASE, "arbitration")) == [("X08:no_arbitration_agreement", None, "blocking")]
    clause = {"contract.dispute_clause": {"type": "arbitration", "text": "提交示例仲裁委员会仲裁"}}
    assert checked(variant(CASE, clause), "arbitration")["findings"] == []
    unproved = checked(variant(CASE, {**UNSIGNED, **NO_ACCEPTANCE, "documents.4": LOG}), "payment_order")
    assert short(unproved) == [("V02_performance", "partial", "blocking"), ("V03_acceptance", "missing", "blocking")]
