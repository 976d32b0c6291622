"""Bad data gives a finding with words or a refusal with a code; never a traceback, never a silent zero.

Example A and one small case for each other dispute type, with one thing wrong. What the schema refuses at import is tried through the reader
of case files; the rules meet it all the same, because a document's fields can be entered on a page.
"""

from __future__ import annotations

import copy
from pathlib import Path

import pytest
import yaml

from casefiles.errors import FileRefused
from casefiles.exchange_format import read_text

PACKETS = ("lawsuit", "arbitration", "payment_order", "preservation")
HEAD = {
    "packet_kind": "lawsuit", "as_of": "2026-06-01", "creditor": {"name": "甲公司"}, "debtor": {"name": "乙公司", "registry_extract_date": "2026-05-20"},
    "originals": "every exhibit has held_by=creditor and a location",
}  # fmt: skip
SEALED = {"debtor_seal": True, "debtor_seal_or_signature": True}
LOAN = {
    **HEAD, "case_id": "BAD-LOAN", "dispute_type": "loan",
    "contract": {"id": "D01", "name": "借款合同", "signed_on": "2024-03-01", "interest_clause": {"type": "annual_rate", "rate": "0.10"}, "repayment_date": "2025-03-05"},
    "documents": [{"id": "D02", "type": "bank_payment", "direction": "out", "purpose": "loan_disbursement", "paid_on": "2024-03-05", "amount": "100000.00"}],
    "payments": [{"id": "D03", "date": "2025-03-05", "amount": "10000.00"}],
}  # fmt: skip
LEASE = {
    **HEAD, "case_id": "BAD-LEASE", "dispute_type": "lease",
    "contract": {"id": "D01", "name": "租赁合同", "signed_on": "2024-12-20", "rent_schedule": [
        {"period_from": "2025-01-01", "period_to": "2025-06-30", "amount": "60000.00", "due_date": "2025-01-10"},
        {"period_from": "2025-07-01", "period_to": "2025-12-31", "amount": "60000.00", "due_date": "2025-07-10"},
    ]},
}  # fmt: skip
SERVICES = {
    **HEAD, "case_id": "BAD-SERVICES", "dispute_type": "services_work",
    "contract": {"id": "D01", "name": "服务合同", "signed_on": "2025-01-02", "payment_terms": {"days_after_delivery": 30}},
    "documents": [{"id": "D02", "type": "service_confirmation", "number": "QR-01", "document_date": "2025-03-31", "amount": "80000.00", **SEALED}],
}  # fmt: skip
WORKS = {
    **HEAD, "case_id": "BAD-WORKS", "dispute_type": "construction",
    "contract": {"id": "D01", "name": "施工合同", "signed_on": "2024-01-10", "total": None},
    "documents": [{"id": "D02", "type": "settlement_statement", "document_date": "2025-06-30", "amount": "90000.00", **SEALED}],
}  # fmt: skip
CASES = {"loan": LOAN, "lease": LEASE, "services": SERVICES, "works": WORKS}


def findings(mapping):
    return {(f["check"][:3], f["code"]) for f in mapping["findings"] if f.get("check")}


RATELESS = {"type": "annual_rate"}
ROWS = [
    pytest.param("A", {"payments.0.date": "2023-12-31"}, ("X05", "delivery_before_contract"), id="a payment before the contract"),
    pytest.param("A", {"payments.0.amount": "9000000.00"}, ("X01", "overpaid"), id="a payment above the debt"),
    pytest.param("A", {"payments.0.amount": "9000000.00"}, ("X01", "nothing_claimed"), id="more paid than owed: no principal left"),
    pytest.param("A", {"invoices.0.amount": "-286000.00"}, ("X01", "amount_not_positive"), id="a negative invoice"),
    pytest.param("A", {"invoices.0.amount": "0.00"}, ("X01", "amount_not_positive"), id="an invoice over nothing"),
    pytest.param("A", {"payments.0.amount": "0.00"}, ("X01", "amount_not_positive"), id="a payment of nothing"),
    pytest.param("A", {"deliveries.0.amount": None}, ("X01", "amount_not_positive"), id="a delivery note without a sum"),
    pytest.param("A", {"invoices.4": {"id": "D90", "no": "FP-01", "date": "2024-03-16", "amount": "1.00", "due_date": "2024-04-14"}}, ("X01", "copies_differ"), id="one invoice number, two sums"),
    pytest.param("A", {"claim": {"principal": "0.00"}}, ("X01", "nothing_claimed"), id="a claim of nothing"),
    pytest.param("A", {"invoices.3.due_date": "2027-01-31"}, ("X05", "due_date_in_future"), id="due next year"),
    pytest.param("A", {"invoices.0.date": "2027-01-31"}, ("X05", "document_dated_in_future"), id="an invoice dated next year"),
    pytest.param("A", {"debtor.uscc": "91000000MA0BBBB230"}, ("X03", "uscc_invalid"), id="a wrong check digit"),
    pytest.param("A", {"reconciliations.0.parties": [{"role": "debtor", "name_on_document": "另一家公司"}]}, ("X03", "name_mismatch"), id="a reconciliation of another debtor"),
    pytest.param("loan", {"payments.0.amount": "900000.00"}, ("X01", "overpaid"), id="a loan repaid nine times over"),
    pytest.param("loan", {"payments.0.amount": "110000.00"}, ("X01", "nothing_claimed"), id="a loan repaid in full"),
    pytest.param("loan", {"payments.0.date": "2024-02-01"}, ("X05", "delivery_before_contract"), id="a repayment before the loan contract"),
    pytest.param("loan", {"payments.0.date": "2024-03-04"}, ("X05", "payment_before_disbursement"), id="a repayment before the money was paid out"),
    pytest.param("loan", {"documents.0.amount": "0.00"}, ("X01", "amount_not_positive"), id="a disbursement of nothing"),
    pytest.param("loan", {"documents": []}, ("X01", "nothing_claimed"), id="nothing was paid out"),
    pytest.param("loan", {"contract.repayment_date": "2027-03-05"}, ("X05", "due_date_in_future"), id="a loan due next year"),
    pytest.param("loan", {"contract.interest_clause.rate": "9.99"}, ("X24", "over"), id="999 percent a year"),
    pytest.param("lease", {"contract.rent_schedule.1.period_from": "2025-08-01"}, ("X05", "rent_schedule_broken"), id="a month without rent"),
    pytest.param("lease", {"contract.rent_schedule.1.period_from": "2025-06-01"}, ("X05", "rent_schedule_broken"), id="a month twice"),
    pytest.param("lease", {"contract.rent_schedule.1.period_to": "2025-06-01"}, ("X05", "rent_schedule_broken"), id="a period that runs backwards"),
    pytest.param("lease", {"contract.rent_schedule.1.amount": "0.00"}, ("X01", "amount_not_positive"), id="a rent of nothing"),
    pytest.param("lease", {"payments": [{"id": "D03", "date": "2025-03-01", "amount": "500000.00"}]}, ("X01", "nothing_claimed"), id="more rent paid than owed"),
    pytest.param("services", {"documents.0.amount": None}, ("X01", "amount_not_positive"), id="a confirmation without a sum"),
    pytest.param("services", {"documents.0.document_date": "2024-12-31"}, ("X05", "delivery_before_contract"), id="a service before the contract"),
    pytest.param("services", {"documents.1": {"id": "D03", "type": "work_delivery_record", "number": "QR-01", "amount": "1.00"}}, ("X01", "copies_differ"), id="one number, two sums"),
    pytest.param("works", {"documents.0.amount": "-1.00"}, ("X01", "amount_not_positive"), id="a negative settlement"),
    pytest.param("works", {"documents.0.document_date": "2023-12-31"}, ("X05", "delivery_before_contract"), id="settled before the contract"),
]  # fmt: skip


@pytest.mark.parametrize(("which", "change", "wanted"), ROWS)
def test_a_finding_says_it(which, change, wanted, variant, changed, checked):
    case = changed(change) if which == "A" else variant(CASES[which], change)
    assert wanted in findings(checked(case))
    for packet in PACKETS:
        for finding in checked(case, packet)["findings"]:
            texts = finding["title_zh"] + finding["title_en"] + finding["remedy_zh"] + finding["remedy_en"]
            assert "{" not in texts and "None" not in texts, finding["key"]  # noqa: PT018 - one thought


def test_the_good_cases_have_none_of_these(example, checked):
    bad = {row.values[2] for row in ROWS} - {("X05", "due_date_in_future")}
    for case in (example("A"), *CASES.values()):
        assert not findings(checked(case)) & bad


@pytest.mark.parametrize(
    ("change", "code"),
    [
        pytest.param({"invoices.0.amount": "-286000.00", "payments": []}, "negative_amount", id="damages on a negative invoice"),
        pytest.param({"contract.late_payment_clause": RATELESS}, "rate_missing", id="a clause that states no rate"),
        pytest.param({"contract.late_payment_clause": {"type": "floating"}, "invoices.0.due_date": "2019-05-31"}, "floating_before_lpr", id="floating before there was an LPR"),
    ],
)
def test_what_cannot_be_computed_is_refused_with_its_reason(change, code, changed, checked):
    found = checked(changed(change))["damages"]
    assert (found["error"], bool(found["error_zh"]), bool(found["error_en"])) == (code, True, True)
    assert found["segments"] == []


def test_a_clause_without_its_rate_carries_nothing(variant, changed, checked):
    # C07 and L03 are not satisfied by it, and it is no silence the law would fill.
    assert checked(changed({"contract.late_payment_clause": RATELESS}))["element_status"]["C07_damages_basis"] == "missing"
    found = checked(variant(LOAN, {"contract.interest_clause": RATELESS}))
    assert found["element_status"]["L03_rate"] == "missing"
    assert (found["damages"]["error"], found["loan_interest"]["segments"]) == ("rate_missing", [])
    assert found["totals"]["ledger_balance"] == "90000.00"  # without interest the payment lowers the principal alone


def test_a_loan_repaid_with_its_interest_leaves_nothing(variant, checked):
    # 100,000 for 365 days at 10 % = 10,000.00; paid on the due date: interest 10,000.00, principal 100,000.00, nothing too much.
    found = checked(variant(LOAN, {"payments.0.amount": "110000.00"}))
    assert found["set_off"][0] == {"document": "D03", "date": "2025-03-05", "amount": "110000.00", "costs": "0.00", "interest": "10000.00", "principal": "100000.00", "excess": "0.00"}
    assert (found["amount_in_dispute"], found["fees"]["error"]) == ("0.00", "amount_not_positive")
    severity = next(f["severity"] for f in found["findings"] if f.get("code") == "nothing_claimed")
    assert severity == "blocking"


def test_a_payment_before_the_money_was_paid_out_lowers_the_principal(variant, checked):
    # Civil Code 670: 10,000 held back on 2024-03-04; 90,000 were lent from 2024-03-05.
    found = checked(variant(LOAN, {"payments.0.date": "2024-03-04"}))
    assert (found["set_off"][0]["date"], found["set_off"][0]["interest"], found["totals"]["ledger_balance"]) == ("2024-03-05", "0.00", "90000.00")
    assert found["loan_interest"]["segments"][0]["base"] == "90000.00"


def test_a_contract_without_due_dates(variant, checked):
    for case in (variant(SERVICES, {"contract.payment_terms": {"rule": "付款方式另行商定"}}), variant(LOAN, {"contract.repayment_date": None})):
        found = checked(case)
        assert found["damages"]["not_computed"][0]["reason"] == "no_due_date"
        assert found["element_status"]["C04_limitation"] != "complete"


IMPORTS = [
    pytest.param(LEASE, {"contract.rent_schedule.0.due_date": "2025-02-30"}, "no date of the calendar", id="rent due on 30 February"),
    pytest.param(LOAN, {"contract.repayment_date": "2025-02-30"}, "no date of the calendar", id="a loan due on 30 February"),
    pytest.param(LOAN, {"contract.interest_clause": RATELESS}, "lacks 'rate'", id="an interest clause without a rate"),
    pytest.param(SERVICES, {"documents.0.amount": "-80000.00"}, "no sum of money", id="a negative confirmation"),
    pytest.param(WORKS, {"payments": [{"id": "D03", "date": "2025-08-01", "amount": "-1.00"}]}, "no sum of money", id="a negative payment"),
    pytest.param(LEASE, {"contract.rent_schedule.0.amount": None}, "lacks 'amount'", id="rent without a sum"),
]


@pytest.mark.parametrize(("case", "change", "said"), IMPORTS)
def test_the_import_refuses(case, change, said, variant):
    with pytest.raises(FileRefused) as refused:
        read_text(yaml.safe_dump(variant(case, change), allow_unicode=True), "case.yaml", Path())
    assert said in refused.value.message


def _keys(node, path=()):
    """Every place of a case, by path."""
    rows = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, value in rows:
        yield (*path, key)
        yield from _keys(value, (*path, key))


@pytest.mark.parametrize("which", [pytest.param(name, id=name) for name in CASES])
def test_whatever_is_left_out_of_a_case_the_check_answers(which, checked):
    """Each optional key and each paper is left out in turn, as long as the format still accepts the file."""
    case = CASES[which]
    for path in _keys(case):
        poorer = copy.deepcopy(case)
        place = poorer
        for step in path[:-1]:
            place = place[step]
        del place[path[-1]]
        try:
            read = read_text(yaml.safe_dump(poorer, allow_unicode=True), "case.yaml", Path()).mapping
        except FileRefused:  # a required key: the sentence is tried above
            continue
        for packet in PACKETS:
            assert checked(read, packet)["totals"]["ledger_balance"]
