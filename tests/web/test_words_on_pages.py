"""What a reader sees of ids and dates the pages keep: the audit log in words, days judged alike on list and file, the first page by urgency."""

from __future__ import annotations

import pytest

B = "/cases/EX-B-FIVE-DEFECTS"


@pytest.mark.parametrize(
    ("language", "said"),
    [
        pytest.param("zh", ["周经理 (法务经理)", "证据链", "担保与保证人"], id="Chinese"),
        pytest.param("en", ["周经理 (Legal manager)", "Evidence chain", "Security and guarantors"], id="English"),
    ],
)
def test_the_history_names_roles_and_parts_of_the_file_in_words(signed_in, example, language, said):
    example("case-b-five-defects")
    client = signed_in("legal_manager", name="周经理", language=language)
    for page in (B, f"{B}/facts/security", f"{B}/history"):
        assert client.get(page).status_code == 200
    shown = client.get(f"{B}/history").text
    for words in said:
        assert words in shown
    assert "legal_manager" not in shown
    assert "facts: security" not in shown


def test_list_and_file_judge_a_fictional_case_on_the_same_day(signed_in, example):
    """B ends on 2026-11-20 and is judged as of 2026-09-10: 71 days are left, whatever day it is today."""
    example("case-b-five-defects")
    client = signed_in("legal_staff")
    assert "71 days left" in client.get(B).text
    assert "71 days left" in client.get("/cases/").text


def test_the_first_page_names_what_is_most_urgent_first(signed_in, example):
    """C is judged as of 2026-04-10, B as of 2026-09-10: the claim of C has 45 days left, the limitation of B 71, though its day comes later."""
    example("case-b-five-defects")
    example("case-c-insolvency")
    page = signed_in("legal_staff").get("/").text
    days = [page.index(words) for words in ("45 days left", "59 days left", "71 days left", "74 days left")]
    assert days == sorted(days)


def test_facts_show_a_rate_as_people_read_it(signed_in, example):
    example("case-c-insolvency")
    assert "0.02%" in signed_in("legal_staff").get("/cases/EX-C-INSOLVENCY/facts").text
