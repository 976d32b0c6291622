"""The eighteen calculators through calculate(): every example of calculators.yaml, what a refusal leaves, and what bad input is told."""

from __future__ import annotations

from decimal import Decimal

import pytest

from casefiles.law import Words, package_law
from casefiles.rules.calculators import CALCULATORS, SAID, BadInput, bad_answer, calculate

LAW = package_law()
NAMES = [name for name, entry in LAW.calculators.items() if isinstance(entry, dict) and "examples" in entry]
ROWS = [pytest.param(name, row, id=f"{name}-{index}") for name in NAMES for index, row in enumerate(LAW.calculators[name]["examples"])]
FEE = {"amount": "100.00"}
OVERDUE = {"principal": "1000.00", "due_date": "2025-01-01", "cut_off_inclusive": "2025-02-01", "mode": "daily", "daily": "0.0003"}


def said(answer, language="en"):
    return " | ".join(words[language] for words in answer["warnings"])


def test_the_table_has_every_calculator_of_the_law():
    assert list(CALCULATORS) == NAMES
    assert len(CALCULATORS) == 18


@pytest.mark.parametrize(("name", "row"), ROWS)
def test_an_example_gives_its_output(name, row):
    answer = calculate(name, row, LAW)
    assert {key: answer.get(key) for key in row} == row
    if "error" not in row:
        assert set(answer) - set(row) == {"working", "source", "verify", "warnings"}


@pytest.mark.parametrize(("name", "row"), ROWS)
def test_output_keys_that_were_given_are_not_trusted(name, row):
    """Fed with the inputs alone, or with wrong outputs, the answer is the same. `order` says how to set off, so it stays."""
    kept = {key: value for key, value in row.items() if key not in CALCULATORS[name].outputs or key == "order"}
    wrong = kept | {key: "999" for key in CALCULATORS[name].outputs if key != "order"} | {"working": "x", "verify": "x"}
    assert calculate(name, kept, LAW) == calculate(name, wrong, LAW) == calculate(name, calculate(name, row, LAW), LAW)


@pytest.mark.parametrize(("name", "row"), ROWS)
def test_keys_of_the_examples_are_fields_or_outputs(name, row):
    known = {field.name for field in CALCULATORS[name].fields} | set(CALCULATORS[name].outputs)
    assert set(row) - known <= {"id", "title", "error"}


@pytest.mark.parametrize("name", NAMES)
def test_titles_sources_and_marks_are_those_of_the_law(name):
    calculator, entry = CALCULATORS[name], LAW.calculators[name]
    assert calculator.title.zh == entry.get("name_zh", calculator.title.zh)
    assert calculator.source
    assert set(entry.get("src", ())) <= set(calculator.source)
    if entry.get("verify") is True:
        assert calculator.verify
    for words in (calculator.title, calculator.rule, *(f.label for f in calculator.fields), *(f.help for f in calculator.fields if f.help)):
        assert isinstance(words, Words)
        assert words.zh
        assert words.en


@pytest.mark.parametrize("code", [code for code in LAW.errors if code != "rate_missing"])  # that one is for clauses of a case
def test_every_code_of_refusal_is_reached_by_an_example_or_here(code):
    more = {
        "negative_amount": ("overdue_damages", OVERDUE | {"principal": "-1.00"}),
        "no_rate_published": ("private_lending_cap", {"contract_date": "2027-06-01", "agreed_annual": "10%"}),
        "agreed_period_format": ("guarantee_period", {"main_debt_due": "2025-06-30", "agreed_period": "two years"}),
    }
    rows = [(name, row) for name in NAMES for row in LAW.calculators[name]["examples"] if row.get("error") == code]
    rows += [more[code]] if code in more else []
    assert rows
    for name, row in rows:
        answer = calculate(name, row | dict.fromkeys(CALCULATORS[name].outputs, "1"), LAW)
        assert (answer["error"], answer["message_zh"], answer["message_en"]) == (code, LAW.errors[code].zh, LAW.errors[code].en)
        assert not set(answer) & set(CALCULATORS[name].outputs)
        assert answer["working"] == []


@pytest.mark.parametrize("name", NAMES)
def test_the_working_ends_with_the_source_in_both_languages(name):
    row = next(row for row in LAW.calculators[name]["examples"] if "error" not in row)
    working = calculate(name, row, LAW)["working"]
    assert working[0]["zh"] == CALCULATORS[name].rule.zh
    assert working[-1]["zh"].startswith("依据：")
    assert working[-1]["en"].startswith("Source: ")
    assert all(line["zh"] and line["en"] for line in working)


def test_the_working_of_a_segment_is_the_sum_a_clerk_writes():
    row = next(row for row in LAW.calculators["overdue_damages"]["examples"] if row["id"] == "OD5")
    working = [line["en"] for line in calculate("overdue_damages", row, LAW)["working"]]
    assert "2024-07-01 to 2024-07-21 (21 days, LPR 3.45%): 200,000.00 × 5.175% × 21 ÷ 365 = 595.48" in working
    assert "Total: 595.48 + 2,505.62 + 5,376.16 + 1,035.62 = 9,512.88" in working


@pytest.mark.parametrize(
    ("name", "given", "key", "word"),
    [
        pytest.param("court_acceptance_fee", {}, "amount", "missing", id="missing"),
        pytest.param("court_acceptance_fee", {"amount": None}, "amount", "missing", id="null"),
        pytest.param("court_acceptance_fee", {"amount": ""}, "amount", "missing", id="empty"),
        pytest.param("court_acceptance_fee", {"amount": 100.1}, "amount", "string", id="a JSON fraction"),
        pytest.param("court_acceptance_fee", {"amount": 100.0}, "amount", "string", id="a whole JSON float"),
        pytest.param("court_acceptance_fee", {"amount": True}, "amount", "no amount", id="true"),
        pytest.param("court_acceptance_fee", {"amount": ["1"]}, "amount", "no amount", id="a list"),
        pytest.param("court_acceptance_fee", {"amount": "1e5"}, "amount", "no amount", id="an exponent"),
        pytest.param("court_acceptance_fee", {"amount": "NaN"}, "amount", "no amount", id="NaN as text"),
        pytest.param("court_acceptance_fee", {"amount": float("nan")}, "amount", "no number", id="NaN"),
        pytest.param("court_acceptance_fee", FEE | {"note": float("inf")}, "note", "no number", id="Infinity under a key nobody reads"),
        pytest.param("court_acceptance_fee", {"amount": "1,00.00"}, "amount", "no amount", id="odd grouping"),
        pytest.param("court_acceptance_fee", {"amount": "1.005"}, "amount", "two decimals", id="a tenth of a cent"),
        pytest.param("rmb_uppercase", {"amount": "10000000000000000"}, "amount", "10^16", id="10^16"),
        pytest.param("court_acceptance_fee", {"amount": "9" * 300}, "amount", "no amount", id="300 digits"),
        pytest.param("day_count", {"start": "2025-02-30", "end_inclusive": "2025-03-01"}, "start", "calendar", id="30 February"),
        pytest.param("day_count", {"start": "2025-2-3", "end_inclusive": "2025-03-01"}, "start", "no date", id="a date of another form"),
        pytest.param("day_count", {"start": "20250203", "end_inclusive": "2025-03-01"}, "start", "no date", id="a basic ISO date"),
        pytest.param("day_count", {"start": 20250203, "end_inclusive": "2025-03-01"}, "start", "no date", id="a number for a date"),
        pytest.param("day_count", {"start": "2025-02-03", "end_inclusive": "2201-01-01"}, "end_inclusive", "range", id="after 2200"),
        pytest.param("day_count", {"start": "1948-12-31", "end_inclusive": "2025-01-01"}, "start", "range", id="before 1949"),
        pytest.param("overdue_damages", OVERDUE | {"mode": "monthly"}, "mode", "none of", id="wrong choice"),
        pytest.param("overdue_damages", OVERDUE | {"basis": "366"}, "basis", "none of", id="wrong basis"),
        pytest.param("overdue_damages", {k: v for k, v in OVERDUE.items() if k != "daily"}, "daily", "needed", id="mode daily without a rate"),
        pytest.param("overdue_damages", OVERDUE | {"mode": "annual"}, "annual", "needed", id="mode annual without a rate"),
        pytest.param("overdue_damages", OVERDUE | {"daily": "5"}, "daily", "two things", id="5 may be 5 percent or 500"),
        pytest.param("overdue_damages", OVERDUE | {"daily": "-0.1"}, "daily", "negative", id="negative rate"),
        pytest.param("overdue_damages", OVERDUE | {"daily": 0.0003}, "daily", "string", id="a rate as JSON fraction"),
        pytest.param("overdue_damages", OVERDUE | {"daily": "2000%"}, "daily", "too high", id="absurd rate"),
        pytest.param("overdue_damages", OVERDUE | {"payments": {}}, "payments", "list", id="payments are no list"),
        pytest.param("overdue_damages", OVERDUE | {"payments": ["1"]}, "payments[0]", "must have", id="a payment is no object"),
        pytest.param("overdue_damages", OVERDUE | {"payments": [{"date": "2025-01-02"}]}, "payments[0].amount", "missing", id="payment without amount"),
        pytest.param("overdue_damages", OVERDUE | {"payments": [{"date": "x", "amount": "1"}]}, "payments[0].date", "no date", id="payment without a day"),
        pytest.param("overdue_damages", OVERDUE | {"payments": [{}] * 1001}, "payments", "1000", id="too many payments"),
        pytest.param("time_limits", {"trigger_date": "2025-01-01", "years": 0}, "years", "between", id="no years"),
        pytest.param("time_limits", {"trigger_date": "2025-01-01", "years": 2.5}, "years", "whole", id="half a year"),
        pytest.param("time_limits", {"trigger_date": "2025-01-01", "years": True}, "years", "whole", id="true years"),
        pytest.param("partial_payment_set_off", {"before": [], "payment": "1"}, "before", "must have", id="parts are a list"),
        pytest.param("partial_payment_set_off", {"before": {"costs": "0"}, "payment": "1"}, "before.interest", "missing", id="a part is missing"),
        pytest.param("partial_payment_set_off", {"before": {}, "payment": "1", "order": ["interest"]}, "order", "must be", id="unknown order"),
        pytest.param("uscc_check_digit", {"uscc": 91}, "uscc", "no text", id="a code as number"),
        pytest.param("uscc_check_digit", {"uscc": "9" * 201}, "uscc", "characters", id="a long code"),
        pytest.param(
            "private_lending_cap", {"contract_date": "2019-11-01", "agreed_annual": "24%", "filing_date": "2019-10-01"}, "filing_date", "before", id="filed before"
        ),
        pytest.param(
            "insolvency_claim_amount",
            {"principal": "1", "due_date": "2025-01-01", "acceptance_date": "2025-02-01", "rate_mode": "daily", "rate": "0", "include_acceptance_day": "perhaps"},
            "include_acceptance_day", "true or false", id="a flag that is none",
        ),
    ],
)  # fmt: skip
def test_bad_input_is_named(name, given, key, word):
    with pytest.raises(BadInput) as bad:
        calculate(name, given, LAW)
    assert bad.value.key == key
    assert word in bad.value.en
    assert bad.value.zh


@pytest.mark.parametrize(
    ("given", "fee"),
    [
        pytest.param("100,000.00", "2300.00", id="grouped"),
        pytest.param(100000, "2300.00", id="a whole number"),
        pytest.param(" 100000 ", "2300.00", id="spaces"),
        pytest.param("１０００００．００", "2300.00", id="full-width digits"),
        pytest.param("100000.000", "2300.00", id="a third decimal that is zero"),
    ],
)
def test_ways_to_write_an_amount(given, fee):
    assert calculate("court_acceptance_fee", {"amount": given}, LAW)["fee"] == fee


@pytest.mark.parametrize("rate", ["0.0003", "0.03%", "0.030%"])
def test_ways_to_write_a_rate(rate):
    assert calculate("overdue_damages", OVERDUE | {"daily": rate}, LAW)["total"] == "9.30"  # 1000 x 0.0003 x 31


def test_keys_that_nothing_reads_are_named_in_a_warning():
    given = OVERDUE | {"principle": "1", "payments": [{"date": "2025-01-05", "amount": "1", "note": "x"}], "title": "mine"}
    answer = calculate("overdue_damages", given, LAW)
    assert said(answer) == "principle: unknown here and not used | payments[0].note: unknown here and not used"
    assert answer["principle"] == "1"


@pytest.mark.parametrize(
    ("name", "given", "words"),
    [
        pytest.param("overdue_damages", {"mode": "floating", "due_date": "2026-01-01", "cut_off_inclusive": "2026-06-15"}, "secondary source", id="floating over an unconfirmed row"),
        pytest.param("overdue_damages", {"mode": "fixed_lpr", "due_date": "2026-06-01", "cut_off_inclusive": "2026-06-15"}, "secondary source", id="fixed at an unconfirmed row"),
        pytest.param("overdue_damages", {"mode": "floating", "due_date": "2026-09-30", "cut_off_inclusive": "2026-10-30"}, "must have been published", id="a publication is due"),
        pytest.param("overdue_damages", {"mode": "pboc_then_lpr", "due_date": "2015-06-30", "cut_off_inclusive": "2016-01-01"}, "2015-06-28 is unconfirmed", id="old benchmark"),
        pytest.param("overdue_damages", {"mode": "fixed_lpr", "due_date": "2025-06-01", "cut_off_inclusive": "2025-06-15", "markup": "0.6"}, "outside", id="markup too high"),
    ],
)  # fmt: skip
def test_doubts_about_a_figure_are_told(name, given, words):
    assert words in said(calculate(name, {"principal": "1000"} | given, LAW))


def test_the_benchmark_alone_where_the_cut_off_comes_before_the_lpr():
    given = {"principal": "1000", "mode": "pboc_then_lpr", "due_date": "2015-06-30", "cut_off_inclusive": "2016-01-01"}
    # benchmark 4.85 of 2015-06-28, x 1.5 = 7.275 %; 1 July to 1 January: 184 days of the half year and one; 1000 x 0.07275 x 185 / 365
    assert [(s["days"], s["amount"]) for s in calculate("overdue_damages", given, LAW)["segments"]] == [(185, "36.87")]


def test_a_rate_fixed_at_a_confirmed_row_leaves_no_doubt_however_long_it_runs():
    given = {"principal": "1000", "mode": "fixed_lpr", "due_date": "2025-06-01", "cut_off_inclusive": "2026-10-15"}
    answer = calculate("overdue_damages", given, LAW)
    assert (answer["warnings"], answer["verify"]) == ([], False)


@pytest.mark.parametrize(
    ("name", "given", "words"),
    [
        pytest.param("doubled_interest", {"base": "1", "performance_last_day": "2014-07-01", "cut_off": "2014-09-01"}, "art. 7", id="before the interpretation"),
        pytest.param(
            "doubled_interest",
            {"base": "1", "performance_last_day": "2025-01-01", "cut_off": "2025-02-01", "principal_payments": [{"date": "2025-02-02", "amount": "1"}]},
            "left out", id="doubled: paid after the cut-off",
        ),
        pytest.param(
            "loan_interest",
            {"principal": "1", "disbursed_on": "2025-01-01", "ends_on": "2025-02-01", "annual": "0.1", "principal_payments": [{"date": "2025-02-01", "amount": "3"}]},
            "left out", id="loan: repaid on the last day",
        ),
        pytest.param(
            "loan_interest",
            {"principal": "1", "disbursed_on": "2025-01-01", "ends_on": "2025-02-01", "annual": "0.1", "principal_payments": [{"date": "2025-01-02", "amount": "3"}]},
            "exceed the principal by 2.00", id="loan: repaid too much",
        ),
        pytest.param("time_limits", {"trigger_date": "2024-12-01", "years": 3}, "2027", id="no holiday notice"),
        pytest.param("insolvency_deadline", {"announcement_date": "2026-01-31", "court_fixed_months": 1}, "check the date", id="28 days only"),
        pytest.param(
            "insolvency_claim_amount",
            {"principal": "1000", "due_date": "2026-03-16", "acceptance_date": "2026-03-18", "rate_mode": "daily", "rate": "0.001", "include_acceptance_day": True},
            "acceptance day", id="the acceptance day is counted",
        ),
        pytest.param("private_lending_cap", {"contract_date": "2019-11-01", "agreed_annual": "24%", "filing_date": "2020-01-10"}, "old rules", id="filed under the old rules"),
    ],
)  # fmt: skip
def test_what_a_person_should_know_is_a_warning(name, given, words):
    assert words in said(calculate(name, given, LAW))


def test_a_mode_wins_over_an_order():
    before = {"costs": "10.00", "interest": "10.00", "principal": "10.00"}
    answer = calculate("partial_payment_set_off", {"before": before, "payment": "10", "mode": "principal_first", "order": ["costs"]}, LAW)
    assert (answer["order"][0], answer["after"]["principal"]) == ("principal", "0.00")


@pytest.mark.parametrize(
    ("code", "words"),
    [
        pytest.param("91000000MA0AAAA1X", "17 characters", id="17 characters"),
        pytest.param("91000000MA0AAAI1XR", "outside the set", id="the letter I"),
        pytest.param("91000000MA0AAAA1X0", "ask for the check character R", id="wrong digit"),
    ],
)
def test_the_working_says_what_is_wrong_with_a_code(code, words):
    answer = calculate("uscc_check_digit", {"uscc": code}, LAW)
    assert answer["valid"] is False
    assert words in answer["working"][1]["en"]


def test_a_bad_row_of_many_keeps_what_was_given_and_no_output():
    answer = bad_answer("court_acceptance_fee", {"amount": 1.5, "fee": "50.00", "id": 7}, BadInput("amount", "甲", "a"))
    assert answer == {"amount": 1.5, "id": 7, "error": "bad_input", "key": "amount", "message_zh": "甲", "message_en": "a"}


def test_the_largest_figures_do_not_break():
    biggest = "9999999999999999.99"
    given = {"principal": biggest, "due_date": "1949-01-01", "cut_off_inclusive": "2200-12-31", "mode": "daily", "daily": "1000%"}
    days = 92040  # 1949-01-02 to 2200-12-31: 252 years of 365 days and 61 leap days (63 of 1952..2200 without 2100 and 2200), less one day
    assert calculate("overdue_damages", given, LAW)["total"] == str((Decimal(biggest) * 10 * days).quantize(Decimal("0.01")))


def test_answers_name_what_they_add():
    assert {"error", "working", "source", "verify", "warnings"} <= set(SAID)
