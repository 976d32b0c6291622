"""The acceptance cases: figures, statuses and findings are exactly those of their `expected` blocks."""

from __future__ import annotations

import json

import pytest


@pytest.mark.parametrize("letter", [pytest.param("A", id="complete sale"), pytest.param("B", id="five defects")])
def test_example_is_exact(letter, example, checked, differences):
    case = example(letter)
    assert differences(case["expected"], checked(case)) == []


def test_the_comparison_can_fail(example, checked, differences):
    case = example("B")
    case["expected"]["totals"]["paid"] = "120000.01"
    case["expected"]["findings"].pop()
    assert len(differences(case["expected"], checked(case))) == 2


def test_case_a_has_no_findings_and_case_b_four_blocking_ones(example, checked):
    assert checked(example("A"))["findings"] == []
    assert [f["severity"] for f in checked(example("B"))["findings"]].count("blocking") == 4


def test_the_mapping_is_plain_json_with_money_as_strings(example, checked):
    mapping = checked(example("B"))
    assert json.loads(json.dumps(mapping, ensure_ascii=False)) == mapping


def test_titles_carry_the_figures_and_the_numbers(example, checked):
    titles = {f["key"]: (f["title_zh"], f["title_en"]) for f in checked(example("B"))["findings"]}
    zh, en = titles["element:S02_delivery"]
    assert zh == "交付未证明到齐：已签收 ¥291,600.00，合同与开票 ¥450,000.00，差 ¥158,400.00（SH-12 无签名无印章）"
    assert "158,400.00" in en
    assert "SH-12" in en
    assert "红字发票 D11 未扣" in titles["check:X01_amount_agreement:claimed_gt_computed"][0]
    assert "提交合肥仲裁委员会仲裁" in titles["check:X08_arbitration_conflict:arbitration_clause"][0]
    assert not [pair for pair in titles.values() if "{" in pair[0] + pair[1]]


def test_every_finding_says_what_to_do_in_both_languages_and_on_which_law(example, checked):
    for finding in checked(example("B"))["findings"]:
        assert finding["remedy_zh"]
        assert finding["remedy_en"]
        assert finding["source"]
        assert finding["stands_under"]


def test_case_b_as_arbitration_loses_the_forum_finding(example, checked):
    # The clause that blocks a suit is what arbitration needs (X08 by packet); everything else stays.
    keys = [f["key"] for f in checked(example("B"), "arbitration")["findings"]]
    assert "check:X08_arbitration_conflict:arbitration_clause" not in keys
    assert len(keys) == 7


def test_case_a_as_arbitration_lacks_the_agreement(example, checked):
    mapping = checked(example("A"), "arbitration")
    assert [f["key"] for f in mapping["findings"]] == ["check:X08_arbitration_conflict:no_arbitration_agreement"]
    assert mapping["findings"][0]["severity"] == "blocking"
    assert mapping["element_status"]["C05_jurisdiction"] == "partial"


def test_case_d_reads_although_most_of_it_stands_in_documents(example, law):
    from casefiles.rules.facts import read_case

    case = read_case(example("D"), law)
    assert len(case.documents) == 19  # D01 to D19, none twice
    assert case.letters[0].served  # three delivered receipts stand beside three letters


def test_the_extra_key_files_is_left_alone(example, checked, differences):
    case = example("A")
    case["files"] = {"D01": {"name": "合同.pdf", "sha256": "0" * 64, "bytes": 1, "media_type": "application/pdf", "pages": 3, "text_status": "ok"}}
    assert differences(case["expected"], checked(case)) == []
