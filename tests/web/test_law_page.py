"""The law as a page: complete, with its sources and marks, one filter over all of it, an address for every line."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from casefiles.law import LprRow, load_law, package_law, read_yaml
from casefiles.rules.calculators import CALCULATORS
from casefiles.web import law as page_of_law


def lines(page: str) -> set[str]:
    """The anchors of the lines."""
    return set(re.findall(r'<tr id="([^"]+)"', page))


def row(published: str, one_year: str, five_years: str = "3.50", status: str = "confirmed") -> LprRow:
    return LprRow(date.fromisoformat(published), Decimal(one_year), Decimal(five_years), status)


@pytest.mark.parametrize("role", ["legal_staff", "external_lawyer", "collector", "admin"])
def test_every_rule_has_its_line_and_its_address(app, signed_in, role):
    law = load_law()
    wanted = {*law.elements, *law.checks, *CALCULATORS, *("reminder-" + r["id"] for r in read_yaml("lifecycle.yaml")["reminders"]), "holidays-2025", "holidays-2026"}
    assert wanted - lines(signed_in(role).get("/law").text) == set()


def test_addresses_are_told_apart(app, signed_in):
    found = re.findall(r'\bid="([^"]+)"', signed_in("legal_staff").get("/law").text)
    assert sorted(name for name in set(found) if found.count(name) > 1) == []


@pytest.mark.parametrize(
    ("language", "said"),
    [
        pytest.param("en", ["The law as data", "Creditor&#39;s standing", "债权人主体资格", "Civil Code arts. 188, 195", "to be verified", "2019-08-20", "4.25"], id="English"),
        pytest.param("zh", ["法律数据表", "Creditor&#39;s standing", "债权人主体资格", "《民法典》第188, 195条", "待核实", "2019-08-20", "4.25"], id="Chinese"),
    ],
)  # fmt: skip
def test_the_tables_in_both_languages(app, signed_in, language, said):
    page = signed_in("legal_staff", language=language).get("/law").text
    assert [words for words in said if words not in page] == []


def test_what_waits_for_a_lawyer_is_marked(app, signed_in):
    page = signed_in("legal_staff").get("/law").text
    for line in re.findall(r'<tr id="(?!holidays)[^"]+">.*?</tr>', page, re.DOTALL):
        name = re.search(r'id="([^"]+)"', line)[1]
        known = load_law().elements.get(name) or load_law().checks.get(name) or CALCULATORS.get(name)
        assert ("to be verified" in line) is bool(known and known.verify), name


@pytest.mark.parametrize(
    ("query", "there", "not_there"),
    [
        pytest.param("X06", {"X06_demand_service"}, {"C01_creditor_standing"}, id="an id"),
        pytest.param("诉讼时效规定 第8", {"X06_demand_service"}, {"reminder-court_fee"}, id="act and article"),
        pytest.param("CREDITOR'S standing", {"C01_creditor_standing"}, {"C02_debtor_standing"}, id="a name, whatever its case"),
        pytest.param("待核实", {"C08_recovery_costs", "loan_interest"}, {"C01_creditor_standing", "holidays-2026"}, id="what a lawyer must confirm"),
        pytest.param("公告", {"reminder-insolvency_claim"}, {"reminder-hearing"}, id="the day a reminder watches"),
    ],
)
def test_the_filter_reads_every_column(app, signed_in, query, there, not_there):
    found = lines(signed_in("legal_staff").get("/law", query_string={"q": query}).text)
    assert there - found == set()
    assert not_there & found == set()


def test_a_filter_of_a_year_finds_its_rates(app, signed_in):
    page = signed_in("legal_staff").get("/law?q=2024-10").text
    assert "2024-10-21" in page
    assert "2024-09-20" not in page


def test_a_filter_that_fits_nothing_says_so_and_cannot_script(app, signed_in):
    page = signed_in("legal_staff").get("/law", query_string={"q": "<script>alert(1)</script>"}).text
    assert "No line has all these words" in page
    assert "<script>alert" not in page
    assert lines(page) == set()


def test_a_changed_rate_stands_out():
    shown = page_of_law.publications([row("2025-05-20", "3.00"), row("2025-06-20", "3.00"), row("2025-04-21", "3.10", "3.60"), row("2025-07-21", "3.00", "3.45")])
    assert [(str(line.row.published), line.changed) for line in shown] == [
        ("2025-07-21", True), ("2025-06-20", False), ("2025-05-20", True), ("2025-04-21", True),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("today", "days"),
    [
        pytest.param("2026-10-05", None, id="45 days after the last row: still good"),
        pytest.param("2026-10-06", 46, id="the day after"),
        pytest.param("2026-08-21", None, id="the day of publication"),
    ],
)
def test_an_old_table_is_said(today, days):
    law = replace(package_law(), lpr=(row("2026-07-20", "3.00"), row("2026-08-21", "3.00")))
    assert page_of_law.stale_since(law, date.fromisoformat(today)) == days


def test_neighbouring_days_off_are_drawn_together():
    days = [date(2026, 1, 31), date(2026, 2, 1), date(2026, 2, 3)]
    assert page_of_law.spans(days) == ((date(2026, 1, 31), date(2026, 2, 1)), (date(2026, 2, 3), date(2026, 2, 3)))


def test_a_finding_leads_to_its_law(app, signed_in, example):
    case = example("case-b-five-defects")
    page = signed_in("legal_staff").get(f"/cases/{case.case_id}?as_of={case.as_of}").text
    linked = set(re.findall(r'href="/law#([^"]+)"', html.unescape(page)))
    assert linked
    assert linked <= {*load_law().elements, *load_law().checks}
