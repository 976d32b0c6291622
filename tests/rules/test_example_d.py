"""The acceptance case D, a write-off archive after a judgment, is exactly its `expected` block; what its figures rest on."""

from __future__ import annotations

import pytest


def test_example_d_is_exact(example, checked, differences):
    case = example("D")
    assert differences(case["expected"], checked(case)) == []


@pytest.mark.parametrize(
    ("path", "value"),
    [
        pytest.param(("set_off_2023-05-16", "applied", "principal"), "107325.48", id="one cent of the set-off"),
        pytest.param(("at_write_off_2025-12-31", "doubled_total"), "71933.33", id="one cent of the doubled part"),
        pytest.param(("retention", "keep_until_at_least"), "2056-12-31", id="retention"),
        pytest.param(("debt_waived",), True, id="waived"),
        pytest.param(("auditor_search_must_hit",), ["核销"], id="what a search must find"),
    ],
)
def test_the_comparison_can_fail(path, value, example, checked, differences):
    case = example("D")
    *way, last = path
    place = case["expected"]
    for step in way:
        place = place[step]
    place[last] = value
    assert len(differences(case["expected"], checked(case))) == 1


def test_the_instrument_takes_the_place_of_the_ledger(example, checked):
    # Deliveries 420,000.00 less 150,000.00 would be 270,000.00; the set-off of the judgment leaves 312,674.53 of principal, and that was booked.
    mapping = checked(example("D"))
    assert mapping["totals"]["ledger_balance"] == mapping["totals"]["claimed_principal"] == "312674.53"
    assert mapping["differences"] == {}
    assert mapping["amount_in_dispute"] == mapping["instrument"]["total_still_owed"] == "430297.31"
    assert mapping["limitation"]["not_applicable"]


@pytest.mark.parametrize(
    ("booked", "expected"),
    [
        pytest.param("312674.54", [("claimed_gt_computed", "blocking", "0.01")], id="booked a cent too much"),
        pytest.param("270000.00", [("claimed_lt_computed", "warning", "42674.53")], id="booked without the set-off"),
    ],
)
def test_the_booked_principal_is_compared_with_the_set_off(booked, expected, changed, checked):
    mapping = checked(changed({"write_off.booked_principal": booked}, "D"))
    assert [(f["code"], f["severity"], f["amount"]) for f in mapping["findings"] if f.get("check") == "X01_amount_agreement"] == expected


def test_what_the_judgment_decided_only_informs(changed, checked):
    # Without deliveries, contract and invoices the archive stays complete: effective_instrument_rule drops S elements to info, weight 0.
    case = changed({}, "D")
    case["documents"] = [d for d in case["documents"] if d["id"] not in ("D05", "D06", "D07")]
    mapping = checked(case)
    own = {f["element"]: f["severity"] for f in mapping["findings"] if "element" in f}
    assert own == {"S01_contract": "info", "S02_delivery": "info", "S03_price_due": "info", "S04_invoice": "info"}
    assert mapping["completeness_pct"] == 100
    assert mapping["generation_allowed"]
    assert "S05_quality" in mapping["not_applicable"]  # n_a is never lifted to info
    assert "C07_damages_basis" in mapping["not_applicable"]


def test_the_same_gaps_block_without_a_judgment_in_force(changed, checked):
    case = changed({"judgment.effective_on": None}, "D")
    case["documents"] = [d for d in case["documents"] if d["id"] not in ("D05", "D06", "D07", "D08", "D18")]
    severities = {f["element"]: f["severity"] for f in checked(case)["findings"] if "element" in f}
    assert severities["S01_contract"] == severities["S02_delivery"] == "blocking"
