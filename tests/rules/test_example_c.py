"""The acceptance case C, an insolvency claim, is exactly its `expected` block; what its figures rest on."""

from __future__ import annotations

import pytest


def test_example_c_is_exact(example, checked, differences):
    case = example("C")
    assert differences(case["expected"], checked(case)) == []


@pytest.mark.parametrize(
    ("path", "value"),
    [
        pytest.param(("claim", "total"), "387318.93", id="one cent in the total"),
        pytest.param(("claim", "total_in_words"), "叁拾捌万柒仟叁佰壹拾捌元玖角叁分", id="the words"),
        pytest.param(("guarantee", "expired_at_as_of"), ["FP-21", "FP-22"], id="a guarantee period"),
        pytest.param(("deadlines", "latest_lawful"), "2026-06-24", id="the window"),
        pytest.param(("claim_nature",), "有财产担保债权", id="the nature"),
    ],
)
def test_the_comparison_can_fail(path, value, example, checked, differences):
    case = example("C")
    *way, last = path
    place = case["expected"]
    for step in way:
        place = place[step]
    place[last] = value
    assert len(differences(case["expected"], checked(case))) == 1


def test_the_damages_of_the_check_are_those_of_the_claim(example, checked):
    # Without a cut-off in the claim both end on the day before the acceptance of 2026-03-18 (Enterprise Bankruptcy Law art. 46).
    mapping = checked(example("C"))
    assert mapping["damages"]["cut_off_inclusive"] == "2026-03-17"
    assert mapping["damages"]["total"] == mapping["claim"]["damages"]
    assert mapping["amount_in_dispute"] == mapping["claim"]["total"]


def test_titles_of_the_findings_name_figures_and_remedies(example, checked):
    findings = checked(example("C"))["findings"]
    assert [f["title_zh"].startswith(start) for f, start in zip(findings, ["保证期间已届满：寅三", "违约金可能过高：约定年化 7.300%"], strict=True)] == [True, True]
    assert all(f["remedy_zh"] and f["remedy_en"] and f["source"] for f in findings)


def test_the_administrator_has_what_the_packet_needs(example, checked):
    mapping = checked(example("C"))
    assert mapping["not_applicable"] == ["C03_claim_chain", "C05_jurisdiction", "C08_recovery_costs", "C10_recordings", "C12_electronic_data"]
    assert mapping["completeness_pct"] == 100
