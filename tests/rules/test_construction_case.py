"""A complete case of works, written from the specification: settlement, priority of 18 months, the court of the place, hand-over.

Weights for a lawsuit: C01 3, C02 3, K01 3, V03 1, K02 1, K03 1, C09 1, C13 1, C14 1, C04 3, C07 1, C05 3, C11 1 = 23.
"""

from __future__ import annotations

import pytest

SIGNED = {"debtor_seal_or_signature": True}
CASE = {
    "case_id": "WORKS", "dispute_type": "construction", "packet_kind": "lawsuit", "as_of": "2026-06-01",
    "creditor": {"name": "示例癸建设公司", "uscc": "91000000MA0AAAA1XR", "address": "样板市癸路1号"},
    "debtor": {"name": "示例子开发公司", "uscc": "91000000MA0BBBB23H", "address": "示例市子路2号", "registry_status": "存续", "registry_extract_date": "2026-05-20"},
    "contract": {
        "id": "D01", "name": "建设工程施工合同", "signed_on": "2024-01-10", "total": "2500000.00", "object_kind": "house", "object_location": "示例市示例区丑路3号",
        "payment_terms": {"rule": "结算后30日内付清", "days_after_delivery": 30}, "late_payment_clause": {"type": "annual_rate", "rate": "0.05"},
        "dispute_clause": {"type": "court", "text": "由工程所在地人民法院管辖"},
    },
    "documents": [
        {"id": "D02", "type": "acceptance_record", "document_date": "2025-03-01", **SIGNED},
        {"id": "D03", "type": "settlement_statement", "document_date": "2025-06-30", "amount": "2300000.00", **SIGNED},
        {"id": "D04", "type": "asset_clue_list"},
        {"id": "D05", "type": "preservation_liability_insurance", "amount": "400000.00"},
    ],
    "payments": [{"id": "D06", "date": "2025-08-01", "amount": "1500000.00"}, {"id": "D07", "date": "2025-12-01", "amount": "400000.00"}],
    "reconciliations": [{"id": "D08", "as_at": "2025-12-31", "signed_on": "2026-01-10", "amount": "400000.00", "debtor_seal": "公章"}],
    "demands": [{
        "id": "D09", "kind": "lawyers_letter", "dated": "2026-03-31", "carrier": "EMS", "waybill_no": "EX1", "content_named": "律师函", "address_matches": True,
        "receipt": {"id": "D10", "delivered_on": "2026-04-02", "status": "签收"},
    }],
    "identity_documents": ["business_licence_creditor", "legal_rep_certificate_creditor", "company_registry_extract_debtor"],
    "originals": "every exhibit has held_by=creditor and a location",
}  # fmt: skip


def short(mapping):
    return [(f.get("element") or f"{f['check'][:3]}:{f['code']}", f.get("status"), f["severity"]) for f in mapping["findings"]]


def test_the_complete_case(checked):
    # Settled at 2,300,000 on 2025-06-30, due 30 days later: 2025-07-30. Paid 1,900,000: 400,000 open. Damages at 5 % / 365: one day on the
    # whole (2025-07-31) = 315.07; 2025-08-01 to 11-30 = 122 days on 800,000 = 13,369.86; 2025-12-01 to 2026-06-01 = 183 days on 400,000 =
    # 10,027.40. Together 23,712.33. Priority until 2025-07-30 + 18 months = 2027-01-30. Fee on 423,712.33: x 1.5 % + 1,300 = 7,655.68.
    found = checked(CASE)
    assert found["findings"] == []
    assert (found["completeness_pct"], found["closed_loop"]) == (100, True)
    assert (found["totals"]["delivered_total"], found["totals"]["ledger_balance"]) == ("2300000.00", "400000.00")
    assert found["debts"] == [{"number": "D03", "document": "D03", "due_date": "2025-07-30", "amount": "2300000.00", "open": "400000.00"}]
    assert [(s["days"], s["base"], s["amount"]) for s in found["damages"]["segments"]] == [
        (1, "2300000.00", "315.07"), (122, "800000.00", "13369.86"), (183, "400000.00", "10027.40"),
    ]  # fmt: skip
    assert (found["damages"]["total"], found["fees"]["acceptance_fee"]) == ("23712.33", "7655.68")
    assert found["limitation"]["safe_last_day"] == "2029-04-02"


@pytest.mark.parametrize(
    ("filing", "findings"),
    [pytest.param("2027-01-30", [], id="the last day of the priority"), pytest.param("2027-01-31", [("K03_priority", "missing", "warning")], id="a day late")],
)
def test_the_priority_lapses_after_eighteen_months(filing, findings, variant, checked):
    found = checked(variant(CASE, {"planned_filing_date": filing}))
    assert short(found) == findings
    if findings:  # 22 of 23
        assert found["completeness_pct"] == 95
        assert "2025-07-30" in found["findings"][0]["title_zh"]
        assert "2027-01-30" in found["findings"][0]["title_en"]


CERTIFICATES = {
    "documents.1": {"id": "D03", "type": "progress_payment_certificate", "number": "JD-1", "document_date": "2024-08-31", "amount": "1500000.00"},
    "documents.4": {"id": "D20", "type": "progress_payment_certificate", "number": "JD-2", "document_date": "2025-02-28", "amount": "800000.00"},
}


def test_without_a_settlement_the_progress_certificates_make_the_account(variant, checked):
    # 1,500,000 due 2024-09-30 and 800,000 due 2025-03-30; 400,000 of the second are open. K02 partial (0.5 of 1); V03 keeps its acceptance record.
    found = checked(variant(CASE, CERTIFICATES))
    assert [(d["number"], d["due_date"], d["open"]) for d in found["debts"]] == [("JD-1", "2024-09-30", "0.00"), ("JD-2", "2025-03-30", "400000.00")]
    assert short(found) == [("K02_settlement", "partial", "warning")]
    assert (found["completeness_pct"], found["totals"]["ledger_balance"]) == (97, "400000.00")
    assert "JD-1、JD-2共 ¥2,300,000.00" in found["findings"][0]["title_zh"]


def test_a_certificate_without_a_term_has_no_due_date(variant, checked):
    # No term, no settlement, no hand-over: the price is due with the suit (Construction Interpretation (I) art. 27(3)); no paper gives a day.
    # Debts without a day are equal under Civil Code 560: the payments are shared in proportion, so both stay open in part.
    found = checked(variant(CASE, {**CERTIFICATES, "contract.payment_terms": None}))
    assert [row["reason"] for row in found["damages"]["not_computed"]] == ["no_due_date", "no_due_date"]
    assert ("K03_priority", "missing", "warning") in short(found)


@pytest.mark.parametrize(
    ("papers", "due"),
    [
        pytest.param({}, "2025-06-30", id="not handed over: the day of the settlement"),
        pytest.param({"documents.4": {"id": "D21", "type": "handover_record", "document_date": "2025-03-20", **SIGNED}}, "2025-03-20", id="handed over"),
        pytest.param({"documents.1.due_date": "2025-09-30"}, "2025-09-30", id="the settlement itself states the day"),
    ],
)
def test_when_the_price_of_works_falls_due_without_a_term(papers, due, variant, checked):
    assert checked(variant(CASE, {"contract.payment_terms": None, **papers}))["debts"][0]["due_date"] == due


def test_an_unsealed_settlement(variant, checked):
    # Neither K02 nor V03 is carried by it; the acceptance record keeps V03. K02 missing: nothing else corroborates. 22 of 23.
    found = checked(variant(CASE, {"documents.1.debtor_seal_or_signature": False}))
    assert short(found) == [("K02_settlement", "missing", "warning")]
    assert (found["completeness_pct"], found["totals"]["delivered_signed"]) == (95, "0.00")


def test_a_draft_beside_the_sealed_settlement_says_nothing(variant, checked):
    draft = {"id": "D22", "type": "settlement_statement", "document_date": "2025-05-01", "amount": "2450000.00"}
    assert checked(variant(CASE, {"documents.4": draft}))["totals"]["delivered_total"] == "2300000.00"


def test_settled_above_the_contract(variant, checked):
    found = checked(variant(CASE, {"contract.total": "2200000.00"}))
    assert short(found) == [("X01:contract_lt_delivery", None, "warning")]
    assert found["findings"][0]["title_zh"] == "工程结算超过合同总额：合同 ¥2,200,000.00，工程结算 ¥2,300,000.00，超出 ¥100,000.00"


@pytest.mark.parametrize(
    ("change", "blocked"),
    [
        # Any works belong to the place, houses or not (CPL Interpretation art. 28).
        pytest.param({"contract.dispute_clause.text": "由承包人所在地即原告住所地人民法院管辖", "contract.object_kind": "other"}, True, id="contractor's city, works elsewhere"),
        pytest.param({"contract.dispute_clause.text": "由项目所在地人民法院管辖"}, False, id="the place of the project"),
        pytest.param({"contract.dispute_clause": {"type": "court", "text": "由示例市示例区人民法院管辖"}}, False, id="a court of that city by name"),
        pytest.param({"contract.dispute_clause": None, "court": "样板市中级人民法院"}, True, id="no clause, a court elsewhere chosen"),
    ],
)
def test_the_court_of_the_place(change, blocked, variant, checked):
    found = checked(variant(CASE, change))
    assert [f for f in short(found) if f[0].startswith("X10")] == ([("X10:violated", None, "blocking")] if blocked else [])


def test_payment_waits_for_acceptance(variant, checked):
    # A sealed settlement is an acceptance (V03), so X22 is silent; without either it asks under K02.
    assert checked(variant(CASE, {"contract.payment_requires_acceptance": True, "documents.0": {"id": "D02", "type": "photos"}}))["findings"] == []
    bare = {"documents.1.debtor_seal_or_signature": False, "documents.0": {"id": "D02", "type": "photos"}}
    found = checked(variant(CASE, {"contract.payment_requires_acceptance": True, **bare}))
    assert {("V03_acceptance", "missing", "blocking"), ("X22:unproved", None, "blocking")} <= set(short(found))
    assert next(f["stands_under"] for f in found["findings"] if f.get("check") == "X22_condition_precedent")[0] == "K02_settlement"


def test_works_have_no_statutory_rate_here(variant, checked):
    found = checked(variant(CASE, {"contract.late_payment_clause": None}))
    assert short(found) == [("C07_damages_basis", "missing", "warning")]
    assert found["damages"]["not_computed"] == [{
        "invoice": "D03", "open": "400000.00", "reason": "no_clause", "reason_zh": "合同没有逾期付款条款，法律也没有可以代替的利率，未计算",
        "reason_en": "no late-payment clause and no rate of the law in its place: nothing computed",
    }]  # fmt: skip


def test_other_packets(variant, checked):
    # Preservation has its assets and its security; C07 does not apply there. Arbitration needs an agreement.
    found = checked(CASE, "preservation")
    assert (found["findings"], found["completeness_pct"]) == ([], 100)
    assert checked(CASE, "payment_order")["findings"] == []
    assert short(checked(CASE, "arbitration")) == [("X08:no_arbitration_agreement", None, "blocking")]
    clause = {"contract.dispute_clause": {"type": "arbitration", "text": "提交示例仲裁委员会仲裁"}}
    assert checked(variant(CASE, clause), "arbitration")["findings"] == []
