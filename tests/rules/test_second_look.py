"""What a second pair of eyes found in the checks: one row a mistake, each on a short case with one thing changed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

CASES = {case["case_id"]: case for case in yaml.safe_load_all((Path(__file__).parent / "short_cases.yaml").read_text(encoding="utf-8"))}
SALE, LOAN, BUILD = CASES["DEMO-SALE"], CASES["DEMO-LOAN"], CASES["DEMO-BUILD"]
LETTER = {"id": "D05", "kind": "demand_letter", "dated": "2025-09-01", "sent_on": "2025-09-01", "carrier": "EMS", "waybill_no": "EX1"}
NO_TERM = {"contract.repayment_date": None, "documents.0.term_to": None}
EARLY = {"as_of": "2025-03-20", "payments": [], "reconciliations": [], "demands": [], "debtor.registry_extract_date": "2025-03-10"}
RETENTION = {"amount": "3500.00", "condition": "质保期满且无质量问题"}
ACCEPTED = {"id": "A1", "type": "acceptance_record", "document_date": "2025-02-02", "debtor_seal_or_signature": True}
PENDING = {"kind": "lawsuit", "court": "示例法院", "case_no": "（2026）示1号", "filed_on": "2026-01-05", "ended_on": "2026-12-01", "result": "撤诉"}
INSOLVENCY = {"court": "示例法院", "case_no": "（2026）示破1号", "acceptance_date": "2026-06-15", "claim_deadline": "2026-09-30"}
CHINESE = re.compile("[\u4e00-\u9fff]")


def codes(mapping, check):
    return [f["code"] for f in mapping["findings"] if (f.get("check") or "").startswith(check)]


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        pytest.param("签收", "complete", id="received"),
        pytest.param("查无此人", "missing", id="addressee unknown: nothing was asked of the debtor (Civil Code art. 675)"),
    ],
)
def test_a_loan_without_a_term_needs_a_demand_that_arrived(status, expected, variant, checked):
    letter = {**LETTER, "receipt": {"id": "D06", "delivered_on": "2025-09-03", "status": status}}
    assert checked(variant(LOAN, {**NO_TERM, "demands": [letter]}))["element_status"]["L04_due"] == expected


def test_two_debtors_struck_off_are_one_finding(variant, checked):
    mapping = checked(variant(SALE, {"debtor.registry_status": "注销", "debtors": [{"name": "示例丑公司", "registry_status": "注销"}]}))
    assert codes(mapping, "X15") == ["deregistered"]
    assert "示例丑公司" in next(f["title_zh"] for f in mapping["findings"] if f.get("code") == "deregistered")


def test_an_insolvency_accepted_later_stops_nothing_yet(variant, checked):
    assert codes(checked(variant(SALE, {"insolvency": {**INSOLVENCY, "acceptance_date": "2026-06-16"}})), "X15") == []
    assert codes(checked(variant(SALE, {"insolvency": INSOLVENCY})), "X15") == ["bankruptcy_accepted"]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        pytest.param({}, ["due_date_in_future"], id="silence claims the whole ledger: 20,000 fall due on 2025-03-31"),
        pytest.param({"claim": {"principal": "80000.00"}}, [], id="only the invoice that is due"),
        pytest.param({"claim": {"principal": "80000.01"}}, ["due_date_in_future"], id="one cent of the other"),
        pytest.param({"claim": {"by_invoice": {"FP-02": "20000.00"}}}, ["due_date_in_future"], id="the other by its number"),
    ],
)
def test_what_is_left_out_of_the_claim_need_not_be_due(change, expected, variant, checked):
    assert codes(checked(variant(SALE, {**EARLY, "claim": None, **change})), "X05") == expected


@pytest.mark.parametrize(
    ("retention", "change", "expected"),
    [
        pytest.param(RETENTION, {}, ["unproved"], id="a condition"),
        pytest.param(RETENTION, {"documents": [ACCEPTED]}, ["unproved"], id="acceptance on delivery is no end of the warranty"),
        pytest.param(RETENTION, {"documents": [{**ACCEPTED, "title_zh": "质保期满验收单"}]}, [], id="a record of the end of the warranty"),
        pytest.param({**RETENTION, "condition": "终验合格"}, {"documents": [ACCEPTED]}, ["unproved"], id="another condition than acceptance"),
        pytest.param({**RETENTION, "condition": "验收合格"}, {"documents": [ACCEPTED]}, [], id="acceptance is the condition"),
        pytest.param({**RETENTION, "due_date": "2026-01-01"}, {}, ["unproved"], id="a day that passed does not stand for the condition"),
        pytest.param(RETENTION, {"claim": {"principal": "66500.00"}}, [], id="the retention is left out of the claim"),
    ],
)
def test_retention_money_on_a_condition(retention, change, expected, variant, checked):
    assert codes(checked(variant(SALE, {"contract.retention": retention, **change})), "X22") == expected


def test_a_suit_that_ends_after_the_day_of_the_check_still_stops_the_period(variant, checked):
    runs = checked(variant(SALE, {"proceedings": [PENDING]}))["limitation"]["by_invoice"]
    assert all(run["stopped"] and run["safe_last_day"] is None for run in runs.values())


def test_a_planned_filing_that_has_passed_is_no_filing(variant, checked):
    # The last demand was served on 2026-03-04; on 2029-04-01 nothing was filed, whatever was planned for 2029-03-01.
    case = variant(SALE, {"as_of": "2029-04-01", "planned_filing_date": "2029-03-01"})
    assert checked(case)["element_status"]["C04_limitation"] == "missing"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        pytest.param({"planned_filing_date": "2026-05-01"}, "missing", id="a plan of the past"),
        pytest.param({"proceedings": [{"kind": "lawsuit", "court": "示例法院", "filed_on": "2026-12-30"}]}, "complete", id="sued on the last day"),
        pytest.param({"proceedings": [{"kind": "lawsuit", "court": "示例法院", "filed_on": "2026-12-31"}]}, "missing", id="sued a day late"),
    ],
)
def test_the_priority_of_the_works_is_kept_by_a_suit_in_time(change, expected, variant, checked):
    # Settled and without a term due on 2025-06-30; eighteen months end on 2026-12-30 (Construction Interpretation (I) art. 41).
    case = variant(BUILD, {"as_of": "2027-02-01", "debtor.registry_extract_date": "2027-01-20", **change})
    assert checked(case, "lawsuit")["element_status"]["K03_priority"] == expected


def test_damages_above_the_limit_are_cut_at_the_limit_of_each_breach(variant, checked):
    # Breach on 2022-09-01 at LPR 3.65: limit 7.1175 %; breach on 2026-01-06 at LPR 3.00: 5.85 %. Agreed 0.02 % a day = 7.3 %.
    # 80,000 x 7.1175 % x 1384 days / 365 = 21,590.40 (2022-09-01 to 2026-06-15); 20,000 x 5.85 % x 161 / 365 = 516.08; together 22,106.48.
    change = {
        "contract.signed_on": "2022-01-10", "contract.late_payment_clause.rate": "0.0002", "payments": [], "claim": None, "reconciliations": [],
        "invoices.0.due_date": "2022-08-31", "invoices.1.due_date": "2026-01-05",
    }  # fmt: skip
    over = next(f for f in checked(variant(SALE, change))["findings"] if f.get("check") == "X13_rate_too_high")
    assert over["amount"] == "22106.48"


def test_a_write_off_without_a_ground_says_so(variant, checked):
    title = next(f["title_en"] for f in checked(SALE, "write_off_archive")["findings"] if f.get("element") == "W01_unrecoverable")
    assert "no ground is chosen" in title


@pytest.mark.parametrize(
    ("change", "packet"),
    [
        pytest.param({"contract.dispute_clause": None}, "arbitration", id="no arbitration agreement"),
        pytest.param({"contract.retention": {"amount": "60000.00", "due_date": "2026-12-31"}}, "lawsuit", id="retention before its day"),
        pytest.param({"judgment": {"id": "J1", "court": "X", "case_no": "1", "effective_on": "2026-01-15"}}, "lawsuit", id="decided already"),
        pytest.param({"invoices": [], "deliveries": [], "contract.payment_terms": {"rule": "monthly"}}, "lawsuit", id="no due date on file"),
    ],
)
def test_english_titles_of_these_findings_are_english(change, packet, variant, checked):
    # Names and clauses stay as they are written; what the product says itself is said in the reader's language.
    own = {"contract.dispute_clause.text": "the courts at the place of the plaintiff 原告"} if "contract.dispute_clause" not in change else {}
    for finding in checked(variant(SALE, {**own, **change}), packet)["findings"]:
        if finding.get("check") in (None, "X08_arbitration_conflict", "X05_date_order", "X28_duplicate_proceedings"):
            said = finding["title_en"].replace("原告", "")
            assert not CHINESE.search(said), said


NO_CLAUSE = {"contract.late_payment_clause": None}
BACK_TO_BACK = {**NO_CLAUSE, "contract.back_to_back": True, "debtor.size": "large"}


@pytest.mark.parametrize(
    ("change", "total"),
    [
        # FP-01: 80,000 from 2025-03-04 to 2025-05-05 (63 days), then 50,000 to 2026-06-15 (406 days); FP-02: 20,000 from 2025-04-01 (441 days).
        # LPR of both breaches 3.10: x 1.5 = 4.65 %: 642.08 + 2,586.16 + 1,123.64.
        pytest.param(NO_CLAUSE, "4351.88", id="sale of goods: LPR plus half"),
        # An SME against a large enterprise: 0.05 % a day: 2,520.00 + 10,150.00 + 4,410.00 (SME Payment Regulations art. 17).
        pytest.param({**NO_CLAUSE, "debtor.size": "large"}, "17080.00", id="SME: 0.05 % a day"),
        # The clause "pay when paid" is void and no rate was agreed: the LPR itself, 3.10 %: 428.05 + 1,724.11 + 749.10 (Fa Shi [2024] No. 11 art. 2).
        pytest.param(BACK_TO_BACK, "2901.26", id="pay when paid: the LPR"),
        pytest.param({**NO_CLAUSE, "contract.currency": "USD"}, "0.00", id="a debt in another currency: no LPR for it (Fa Shi [2025] No. 2)"),
        pytest.param({**NO_CLAUSE, "contract.currency": "人民币"}, "4351.88", id="the currency in words"),
    ],
)
def test_what_runs_without_a_clause(change, total, variant, checked):
    mapping = checked(variant(SALE, change))
    assert mapping["damages"]["total"] == total
    assert mapping["element_status"]["C07_damages_basis"] == ("missing" if total == "0.00" else "complete")


def test_no_guarantee_is_asked_where_the_court_waives_it(variant, checked):
    # packets.yaml asks for none (security_required); the element must not block what the contents leave out. Preservation Provisions art. 9.
    exempt = {"preservation": {"amount": "400000.00", "security_exempt": True}, "documents.3": {"id": "D04", "type": "asset_clue_list"}, "documents.4": ACCEPTED}
    mapping = checked(variant(BUILD, exempt))
    assert "P01_preservation_guarantee" in mapping["not_applicable"]
    assert mapping["closed_loop"] is True


@pytest.mark.parametrize(
    ("claim", "said"),
    [
        pytest.param({"by_invoice": {"FP-01": "50000.00", "FP-02": "20000.00"}}, None, id="what is open on each"),
        pytest.param({"principal": "70000.00", "by_invoice": {"FP-01": "40000.00", "FP-02": "20000.00"}}, "60,000.00", id="the parts are not the principal"),
        pytest.param({"by_invoice": {"FP-01": "50000.00", "FP-99": "20000.00"}}, "FP-99", id="an invoice the case does not have bears no damages"),
        pytest.param({"by_invoice": {"FP-01": "60000.00", "FP-02": "10000.00"}}, "FP-01", id="more than is open on one, less on the other"),
    ],
)
def test_a_claim_by_invoice_must_fit_the_ledger(claim, said, variant, checked):
    found = [f for f in checked(variant(SALE, {"claim": claim}))["findings"] if f.get("code") == "claim_by_invoice"]
    assert [f["severity"] for f in found] == ([] if said is None else ["blocking"])
    assert said is None or (said in found[0]["title_zh"] and said in found[0]["title_en"])
