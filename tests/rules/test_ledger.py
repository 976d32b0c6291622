"""The account: designated and undesignated payments, returns and reductions, damages on a claim by invoice, the rates that apply."""

from __future__ import annotations

from decimal import Decimal

import pytest

from casefiles.rules.clauses import terms_of
from casefiles.rules.facts import read_case
from casefiles.rules.ledger import balance_at, ledger_of

D = Decimal


@pytest.mark.parametrize(
    ("payment", "opened"),
    [
        pytest.param({"date": "2024-09-01", "amount": "100000.00"}, {"FP-02": "0.00", "FP-03": "370000.00", "FP-04": "280000.00"}, id="earliest due first, then the next"),
        pytest.param({"date": "2024-06-01", "amount": "100000.00"}, {"FP-01": "0.00", "FP-02": "76500.00", "FP-03": "379500.00"}, id="due debts before those not yet due"),
        pytest.param({"date": "2024-09-01", "amount": "800000.00"}, {"FP-02": "0.00", "FP-03": "0.00", "FP-04": "0.00"}, id="more than is open"),
        pytest.param({"date": "2024-09-01", "amount": "1.00", "designated_invoice": "FP-99"}, {"FP-02": "90499.00"}, id="a designation that names no invoice is spread"),
    ],
)
def test_undesignated_payments_follow_civil_code_560(payment, opened, changed, law):
    ledger = ledger_of(read_case(changed({"payments.3": {"id": "P9", **payment}}), law))
    if payment["date"] == "2024-06-01":  # before D12 was paid: FP-01 (due 2024-04-14) still had 86,000 open; D12, designated to it, is then above it
        assert next(d.excess for d in ledger.debts if d.number == "FP-01") == D("86000.00")
    found = {debt.number: str(debt.open) for debt in ledger.debts}
    assert {number: found[number] for number in opened} == opened


def test_equal_due_dates_share_in_proportion(changed, law):
    # FP-03 379,500 and FP-04 280,000 due on one day; FP-02 first takes its 90,500, the remaining 100,000 are shared 379.5 : 280
    ledger = ledger_of(read_case(changed({"invoices.3.due_date": "2024-06-17", "payments.3": {"id": "P9", "date": "2024-09-01", "amount": "190500.00"}}), law))
    found = {debt.number: debt.open for debt in ledger.debts}
    assert found == {"FP-01": D("0.00"), "FP-02": D("0.00"), "FP-03": D("379500.00") - D("57543.59"), "FP-04": D("280000.00") - D("42456.41")}


def test_what_is_paid_above_an_invoice_is_shown(changed, checked):
    found = checked(changed({"payments.3": {"id": "P9", "date": "2026-01-05", "amount": "90500.01", "designated_invoice": "FP-02"}}))
    assert found["damages"]["excess"] == {"FP-02": "0.01"}
    assert found["open_by_invoice"]["FP-02"] == "0.00"


def test_a_payment_after_the_cut_off_is_ignored_and_named(changed, checked):
    found = checked(changed({"claim": {"interest_cut_off": "2024-08-14"}}))
    assert found["damages"]["ignored_payments"] == [{"invoice": "FP-01", "date": "2024-08-15", "amount": "86000.00"}]
    assert found["damages"]["cut_off_inclusive"] == "2024-08-14"


NOTE = {"id": "K1", "date": "2024-12-01", "amount": "9500.00", "against": "FP-03", "reason": "降价"}


@pytest.mark.parametrize(
    ("effect", "bases"),
    [
        pytest.param("from_due_date", ["370000.00"], id="a return was never owed"),
        pytest.param("from_own_date", ["379500.00", "370000.00"], id="a later price reduction counts from its day"),
    ],
)
def test_credit_notes(effect, bases, changed, checked):
    found = checked(changed({"credit_notes": [{**NOTE, "effect": effect}]}))
    assert [s["base"] for s in found["damages"]["segments"] if s["invoice"] == "FP-03"] == bases
    assert found["open_by_invoice"]["FP-03"] == "370000.00"


def test_a_credit_note_for_an_unknown_invoice_is_named(changed, checked):
    found = checked(changed({"credit_notes": [{**NOTE, "against": "FP-99"}]}))
    assert found["unplaced"] == ["K1"]
    assert found["totals"]["ledger_balance"] == "740500.00"


def test_damages_run_on_the_principals_claimed_per_invoice(changed, checked):
    # 90,500 on FP-02 from the day after its due date: 756 days x 0.00015; nothing on FP-01 which is not claimed
    claim = {"principal": "750000.00", "by_invoice": {"FP-02": "90500.00", "FP-03": "379500.00", "FP-04": "280000.00"}}
    found = checked(changed({"claim": claim}))
    assert (found["damages"]["by_invoice"]["FP-01"], found["damages"]["by_invoice"]["FP-02"]) == ("0.00", "10262.70")
    assert found["damages_on_correct_balance"]["total"] == "82946.41"
    assert found["fees_on_ledger"]["amount_in_dispute"] == "832946.41"


def test_deliveries_stand_in_where_nothing_was_invoiced(changed, law):
    facts = read_case(changed({"invoices": [], "payments": []}), law)
    assert [(debt.number, str(debt.due)) for debt in ledger_of(facts).debts][:2] == [("SH-01", "2024-04-14"), ("SH-02", "2024-05-20")]


def test_balance_at_a_day(example, law):
    facts = read_case(example("A"), law)
    assert balance_at(facts, facts.deliveries[0].day) == D("286000.00")


@pytest.mark.parametrize(
    ("change", "mode", "rate"),
    [
        pytest.param({}, "daily", "0.00015", id="agreed daily rate"),
        pytest.param({"contract.late_payment_clause": {"type": "annual_rate", "rate": "0.06", "basis": "360"}}, "annual", "0.06", id="agreed annual rate"),
        pytest.param({"contract.late_payment_clause": {"type": "floating", "markup": "0.5"}}, "floating", None, id="floating"),
        pytest.param({"contract.late_payment_clause": None}, "fixed_lpr", None, id="statutory fallback"),
        pytest.param({"contract.late_payment_clause": None, "debtor.size": "large"}, "daily", "0.0005", id="SME against a large debtor, no clause"),
        pytest.param({"contract.late_payment_clause.rate": "0.00005", "debtor.size": "large"}, "annual", "0.0345", id="SME: not below the LPR at contract date"),
        pytest.param({"contract.late_payment_clause.rate": "0.00005"}, "daily", "0.00005", id="no SME rule between small and medium"),
    ],
)
def test_which_terms_apply(change, mode, rate, changed, law):
    facts = read_case(changed(change), law)
    found = terms_of(facts, facts.invoices[0].due, law)
    assert (found.mode, None if found.rate is None else str(found.rate)) == (mode, rate)


def test_a_breach_before_the_first_lpr_starts_with_the_benchmark(changed, law):
    facts = read_case(changed({"contract.late_payment_clause": None, "invoices.0.due_date": "2019-05-31"}), law)
    assert terms_of(facts, facts.invoices[0].due, law).mode == "pboc_then_lpr"


def test_a_rate_that_is_not_published_is_said_and_nothing_guessed(changed, checked):
    # floating to a day 46 days after the last publication on file (2026-09-20)
    clause = {"contract.late_payment_clause": {"type": "floating", "markup": "0.5"}, "as_of": "2026-11-05", "debtor.registry_extract_date": "2026-11-01"}
    found = checked(changed(clause))
    assert (found["damages"]["error"], found["damages"]["total"]) == ("no_rate_published", "0.00")
    assert found["damages"]["error_zh"]
