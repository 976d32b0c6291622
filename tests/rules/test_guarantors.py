"""Guarantors: what calls upon them inside the period, whose papers a finding names, and where the clause may stand.

The loan of short_cases.yaml: 600,000 due on 2025-03-05, joint guarantor, 24 months, a letter served on the guarantor on 2025-09-03. Civil Code
arts. 687, 692, 693; SPC Security Interpretation art. 31.
"""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

CASES = {case["case_id"]: case for case in yaml.safe_load_all((Path(__file__).parent / "short_cases.yaml").read_text(encoding="utf-8"))}
LOAN, SALE = CASES["DEMO-LOAN"], CASES["DEMO-SALE"]
SUIT = {"kind": "lawsuit", "case_no": "（2025）示0000民初1号", "filed_on": "2025-04-01"}
BEFORE_DUE = {"demands.0.dated": "2025-01-01", "demands.0.sent_on": "2025-01-01", "demands.0.receipt.delivered_on": "2025-01-03"}
NOTICE = {"id": "D90", "type": "court_acceptance_notice", "document_date": "2025-04-02"}
SECOND = {"id": "g2", "name": "辛八", "mode": "连带责任保证", "period_agreed": "6 months", "contract_id": "D03"}
GENERAL = {"security.guarantor.mode": "一般保证", "demands": []}


def found(mapping):
    return [(f["code"], f["severity"]) for f in mapping["findings"] if f.get("check") == "X11_guarantee_period"]


def finding(mapping, code):
    return next(f for f in mapping["findings"] if f.get("check") == "X11_guarantee_period" and f["code"] == code)


@pytest.mark.parametrize(
    ("change", "as_of", "expected"),
    [
        pytest.param({}, "2027-04-01", [], id="a letter inside the period, looked at after its end"),
        pytest.param(BEFORE_DUE, "2027-04-01", ["expired"], id="a letter before the debt was due is no demand on the guarantor"),
        pytest.param({**BEFORE_DUE, "demands.0.receipt.delivered_on": "2025-03-06"}, "2027-04-01", [], id="sent before, served on the first day of the period"),
        pytest.param({"demands": [], "proceedings": [SUIT]}, "2027-04-01", ["expired"], id="joint: a suit that nobody shows to name the guarantor"),
        pytest.param({"demands": [], "proceedings": [SUIT], "documents.3": {**NOTICE, "parties": [{"role": "guarantor", "name_on_document": "庚七（自然人，虚构）"}]}}, "2027-04-01", [], id="joint: a suit whose notice names the guarantor"),
        pytest.param({**GENERAL, "proceedings": [SUIT]}, "2027-04-01", [], id="general: suit against the debtor in time"),
        pytest.param({**GENERAL, "proceedings": [{**SUIT, "filed_on": "2025-03-01"}]}, "2027-04-01", ["expired"], id="general: a suit before the debt was due"),
        pytest.param({**GENERAL, "proceedings": [{**SUIT, "filed_on": "2027-03-06"}]}, "2027-04-01", ["expired"], id="general: a suit one day late"),
        pytest.param({**GENERAL, "proceedings": [{**SUIT, "ended_on": "2025-06-01", "result": "原告撤诉"}]}, "2027-04-01", ["expired"], id="general: withdrawn and not brought again"),
        pytest.param({**GENERAL, "proceedings": [{**SUIT, "same_claim": False}]}, "2027-04-01", ["expired"], id="general: a suit about another claim"),
        pytest.param({"security.guarantors": [SECOND], "demands.0.recipient_id": None}, "2027-04-01", ["expired"], id="two guarantors and a letter that does not say to whom"),
        pytest.param({"security.guarantor.period_agreed": "until 2027-02-30", "demands": []}, "2026-06-01", ["period_unreadable", "expired"], id="a day that does not exist: six months"),
        pytest.param({"security.guarantor.period_agreed": "4000 months"}, "2025-10-01", ["period_unreadable"], id="a period nobody can mean, called upon inside six months"),
    ],
)  # fmt: skip
def test_the_period_of_the_guarantor(change, as_of, expected, variant, checked):
    found_there = checked(variant(LOAN, change), as_of=as_of)
    assert [code for code, _ in found(found_there)] == expected


def test_only_the_guarantor_concerned_is_named_and_the_debt_counts_once(variant, checked):
    two = {**SECOND, "contract_id": "D80", "period_agreed": "6 months"}
    case = variant(LOAN, {"security.guarantors": [two, {**two, "id": "g3", "name": "壬九", "contract_id": "D81"}]})
    expired = finding(checked(case), "expired")
    assert expired["documents"] == ["D80", "D81"]  # D03 belongs to the guarantor who was called upon
    assert expired["amount"] == "583715.52"  # the open principal of the loan, not twice for two guarantors


def test_the_same_guarantor_entered_twice_is_one(variant, checked):
    case = variant(LOAN, {"security.guarantors": [LOAN["security"]["guarantor"]], "security.guarantor.mode": "连带责任保证"})
    assert "guarantees" not in checked(case)


@pytest.mark.parametrize("named", [pytest.param(None, id="silence"), pytest.param("D01", id="the contract's own id")])
def test_a_clause_of_the_main_contract_is_a_guarantee_contract(named, variant, checked):
    guarantor = {"name": "庚七", "mode": "连带责任保证", "period_agreed": "3 years", **({"contract_id": named} if named else {})}
    status = checked(variant(SALE, {"security": {"guarantor": guarantor}}))["element_status"]
    assert (status["C06_security"], status["S01_contract"]) == ("complete", "complete")
    unsigned = variant(SALE, {"security": {"guarantor": guarantor}, "contract.signature_or_seal": False})
    assert checked(unsigned)["element_status"]["C06_security"] == "missing"


def test_a_letter_to_the_guarantor_is_no_demand_on_the_debtor(checked):
    assert checked(LOAN)["element_status"]["C14_demand"] == "missing"
