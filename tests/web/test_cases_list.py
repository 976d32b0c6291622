"""The list of cases: who sees which, filter, order, pages."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import event

from casefiles.actor import today
from casefiles.db import session


def shown(client, query=""):
    import re

    return re.findall(r'<a href="/cases/([A-Z0-9-]+)">\1</a>', client.get(f"/cases/{query}").text)


def test_a_lawyer_sees_granted_cases_only(signed_in, make_case, make_grant):
    lawyer = signed_in("external_lawyer")
    make_grant(make_case("DC-1"), lawyer.person)
    make_grant(make_case("DC-2"), lawyer.person, starts_on=today() - timedelta(90), ends_on=today() - timedelta(3))
    make_case("DC-3")
    assert shown(lawyer) == ["DC-1"]
    assert lawyer.get("/cases/DC-2").status_code == 404


def test_legal_staff_see_their_department_and_an_auditor_closed_files(signed_in, make_case):
    make_case("DC-1")
    make_case("DC-2", department="另一部门")
    make_case("DC-3", department="另一部门", state="written_off")
    assert shown(signed_in("legal_staff")) == ["DC-1"]
    assert sorted(shown(signed_in("legal_manager"))) == ["DC-1", "DC-2", "DC-3"]
    assert shown(signed_in("auditor")) == ["DC-3"]


@pytest.fixture
def three(make_case):
    """A large old debt, a small one whose period ends soon, and one that nothing is known of."""
    make_case("BIG", debtor="示例华东光电", state="litigation", balance=Decimal("1000000.00"), first_overdue_day=today() - timedelta(900), blocking_count=0, completeness_pct=100)
    make_case("SMALL", debtor="示例50%北方", balance=Decimal("99000.00"), limitation_last_day=today() + timedelta(20), blocking_count=3, completeness_pct=60)
    make_case("UNKNOWN", debtor="其他公司")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        pytest.param("?q=华东", {"BIG"}, id="by debtor"),
        pytest.param("?q=SMA", {"SMALL"}, id="by case id"),
        pytest.param("?q=50%25", {"SMALL"}, id="a percent sign is itself"),
        pytest.param("?state=litigation", {"BIG"}, id="by stage"),
        pytest.param("?state=nonsense", {"BIG", "SMALL", "UNKNOWN"}, id="an unknown stage filters nothing"),
        pytest.param("?at_least=100,000", {"BIG"}, id="by amount, as a number and not as text"),
        pytest.param("?at_least=abc", {"BIG", "SMALL", "UNKNOWN"}, id="no number filters nothing"),
        pytest.param("?at_least=1e999999", set(), id="a huge number finds nothing"),
        pytest.param("?overdue=365", {"BIG"}, id="by days overdue"),
        pytest.param("?overdue=99999999999", set(), id="more days than there are"),
        pytest.param("?days_left=30", {"SMALL"}, id="by limitation"),
        pytest.param("?chain=broken", {"SMALL"}, id="blocked"),
        pytest.param("?chain=closed", {"BIG"}, id="nothing blocks"),
        pytest.param("?q=%27%3B--", set(), id="a quote is only a letter"),
    ],
)
def test_filter(signed_in, three, query, expected):
    assert set(shown(signed_in("legal_manager"), query)) == expected


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("balance", ["SMALL", "BIG", "UNKNOWN"]), ("-balance", ["BIG", "SMALL", "UNKNOWN"]), ("limitation", ["SMALL", "BIG", "UNKNOWN"]),
        ("-completeness", ["BIG", "SMALL", "UNKNOWN"]), ("case", ["BIG", "SMALL", "UNKNOWN"]), ("-case", ["UNKNOWN", "SMALL", "BIG"]),
        ("1; drop table cases", ["BIG", "SMALL", "UNKNOWN"]),
    ],
)  # fmt: skip
def test_order_puts_what_is_not_known_last(signed_in, three, sort, expected):
    assert shown(signed_in("legal_manager"), f"?sort={sort}") == expected


def test_pages_of_25_and_a_page_beyond_the_end_is_the_last(signed_in, make_case):
    for number in range(27):
        make_case(f"DC-{number:02}")
    client = signed_in("legal_manager")
    assert len(shown(client, "?sort=case")) == 25
    assert shown(client, "?sort=case&page=2") == ["DC-25", "DC-26"]
    assert shown(client, "?sort=case&page=99") == ["DC-25", "DC-26"]
    assert shown(client, "?sort=case&page=-1&q=DC-26") == ["DC-26"]


def test_the_number_of_statements_does_not_grow_with_the_cases(app, signed_in, make_case):
    def statements():
        seen = []
        engine = session.get_bind()
        listen = lambda *arguments: seen.append(arguments[2])  # noqa: E731
        event.listen(engine, "before_cursor_execute", listen)
        try:
            assert client.get("/cases/").status_code == 200
        finally:
            event.remove(engine, "before_cursor_execute", listen)
        return len(seen)

    client = signed_in("legal_manager")
    for number in range(3):
        make_case(f"DC-{number}")
    few = statements()
    for number in range(3, 20):
        make_case(f"DC-{number}")
    assert statements() == few


def test_listing_is_recorded_with_its_filter(signed_in, log_of):
    signed_in("legal_manager").get("/cases/?q=abc")
    assert log_of() == [("list", "cases")]


def test_no_case_yet_says_what_to_do_first(signed_in):
    assert "casefiles case import" in signed_in("legal_manager").get("/cases/").text
