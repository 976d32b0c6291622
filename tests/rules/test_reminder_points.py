"""On which days a reminder is given, once each, and when the legal manager hears of it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from casefiles.rules.reminder_points import due, reminder_rules, upcoming

LAST = date(2026, 12, 31)
RULES = reminder_rules()


def label(kind, left, given=(), step=None):
    """What is given `left` days before the last day: label and whether it escalates; None for nothing."""
    point = due(RULES[kind], LAST, LAST - timedelta(left), given, step)
    return point and (point.label, point.escalated)


@pytest.mark.parametrize(
    ("kind", "left", "given", "wanted"),
    [
        pytest.param("limitation", 366, (), None, id="a day too early"),
        pytest.param("limitation", 365, (), ("-365", False), id="a year before"),
        pytest.param("limitation", 200, (), ("-365", False), id="entered late: the one that has come"),
        pytest.param("limitation", 200, ("-365",), None, id="given already"),
        pytest.param("limitation", 50, ("-365",), ("-60", False), id="several missed: one notice, the tightest"),
        pytest.param("limitation", 50, ("-365", "-60"), None, id="what was missed between is not made up for"),
        pytest.param("limitation", 7, (), ("-7", False), id="a week before: the owner's"),
        pytest.param("limitation", 3, (), ("-3", True), id="the last but one escalates"),
        pytest.param("limitation", 1, (), ("-1", True), id="so does the last"),
        pytest.param("limitation", -100, ("-1",), None, id="long past: said"),
        pytest.param("insolvency_claim", 60, (), ("found", False), id="on discovery, at once"),
        pytest.param("insolvency_claim", 25, (), ("-30", False), id="discovered inside the thresholds: one notice"),
        pytest.param("insolvency_claim", 60, ("found",), None, id="discovered once"),
        pytest.param("insolvency_late", 0, (), None, id="the day itself is not late"),
        pytest.param("insolvency_late", -1, (), ("every 2027-01-01", True), id="daily from the day after"),
        pytest.param("insolvency_late", -2, ("every 2027-01-01",), ("every 2027-01-02", True), id="and the next day"),
        pytest.param("enforcement_ready", 0, (), ("0", False), id="on the day"),
        pytest.param("enforcement_ready", -6, ("0",), None, id="then nothing for a week"),
        pytest.param("enforcement_ready", -7, ("0",), ("every 2027-01-07", True), id="then weekly"),
        pytest.param("enforcement_ready", -13, ("0",), ("every 2027-01-07", True), id="a missed week is caught up"),
        pytest.param("promise", 1, (), None, id="a promise: not before its day"),
        pytest.param("promise", 0, (), ("0", False), id="on its day"),
        pytest.param("promise", -1, ("0",), ("+1", True), id="a day after"),
        pytest.param("promise", -2, ("0", "+1"), None, id="nothing two days after"),
        pytest.param("promise", -3, ("0", "+1"), ("+3", True), id="three days after"),
        pytest.param("instalment", 3, (), ("-3", False), id="three days before an instalment"),
        pytest.param("instalment", -1, ("-3", "0"), ("+1", True), id="a day after it"),
        pytest.param("preservation_expiry", 8, ("-14",), ("-8", True), id="the day before the last day to apply"),
        pytest.param("preservation_expiry", 7, ("-8",), None, id="no threshold after it"),
        pytest.param("retention_end", 180, (), ("-180", True), id="its only one"),
    ],
)
def test_which_reminder_is_given(kind, left, given, wanted):
    assert label(kind, left, given) == wanted


def test_the_registry_is_looked_at_in_the_step_the_case_decides():
    assert label("registry_check", 0, step=180) == ("0", False)
    assert label("registry_check", -30, ("0",), step=180) is None
    assert label("registry_check", -30, ("0",), step=30) == ("every 2027-01-30", True)


def test_a_daily_sweep_gives_each_threshold_once():
    given: list[str] = []
    for left in range(400, -400, -1):
        if found := label("limitation", left, given):
            given.append(found[0])
    assert given == ["-365", "-180", "-90", "-60", "-30", "-15", "-7", "-3", "-1"]


@pytest.mark.parametrize(
    ("kind", "left", "wanted"),
    [
        pytest.param("limitation", 100, LAST - timedelta(90), id="the next threshold"),
        pytest.param("limitation", 1, None, id="none after the last"),
        pytest.param("promise", 0, LAST + timedelta(1), id="after the day"),
        pytest.param("enforcement_ready", -8, LAST + timedelta(14), id="the next week"),
        pytest.param("insolvency_late", 5, LAST + timedelta(1), id="the day after"),
    ],
)
def test_the_day_of_the_next_reminder(kind, left, wanted):
    assert upcoming(RULES[kind], LAST, LAST - timedelta(left)) == wanted
