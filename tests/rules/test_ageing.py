"""Ageing: every debt in the bucket of its days, and nothing lost."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casefiles.rules.ageing import BUCKETS, ageing, bucket_of, days_overdue
from casefiles.rules.facts import read_case
from casefiles.rules.instalments import Debt
from casefiles.rules.ledger import ledger_of

DAY = date(2026, 6, 30)


def debt(due, left="100.00"):
    return Debt("FP", "D1", due, Decimal(left), Decimal(left), (), Decimal(left), Decimal(0))


@pytest.mark.parametrize(
    ("due", "bucket"),
    [
        pytest.param(DAY + timedelta(1), "not_due", id="due tomorrow"),
        pytest.param(DAY, "not_due", id="due today can still be paid in time"),
        pytest.param(None, "not_due", id="no due date: nothing says it is late"),
        pytest.param(DAY - timedelta(1), "1-30", id="1 day"),
        pytest.param(DAY - timedelta(30), "1-30", id="30 days"),
        pytest.param(DAY - timedelta(31), "31-60", id="31 days"),
        pytest.param(DAY - timedelta(60), "31-60", id="60 days"),
        pytest.param(DAY - timedelta(61), "61-90", id="61 days"),
        pytest.param(DAY - timedelta(90), "61-90", id="90 days"),
        pytest.param(DAY - timedelta(91), "91-180", id="91 days: apart from here (seed 21)"),
        pytest.param(DAY - timedelta(180), "91-180", id="180 days"),
        pytest.param(DAY - timedelta(181), "181-365", id="181 days"),
        pytest.param(DAY - timedelta(365), "181-365", id="365 days"),
        pytest.param(DAY - timedelta(366), "366+", id="366 days"),
        pytest.param(date(2000, 1, 1), "366+", id="a quarter of a century"),
    ],
)
def test_the_bucket_of_a_debt(due, bucket):
    found = ageing([debt(due)], DAY)
    assert {name: amount for name, amount in found.items() if amount} == {bucket: Decimal("100.00")}
    assert list(found) == [name for name, _ in BUCKETS]


DEBTS = st.lists(st.tuples(st.none() | st.dates(date(2015, 1, 1), date(2030, 1, 1)), st.integers(0, 10**14)), max_size=20)


@given(DEBTS, st.dates(date(2015, 1, 1), date(2030, 1, 1)))
def test_the_buckets_add_up_to_what_is_open(rows, day):
    debts = [debt(due, Decimal(fen) / 100) for due, fen in rows]
    assert sum(ageing(debts, day).values()) == sum((d.open for d in debts), Decimal(0))


@given(st.dates(date(2015, 1, 1), date(2030, 1, 1)), st.dates(date(2015, 1, 1), date(2030, 1, 1)))
def test_a_debt_only_grows_older(due, day):
    order = [name for name, _ in BUCKETS]
    one = debt(due)
    assert order.index(bucket_of(days_overdue(one, day))) <= order.index(bucket_of(days_overdue(one, day + timedelta(1))))


@pytest.mark.parametrize("letter", ["A", "B", "C"])
def test_the_examples_age_what_their_ledger_has_open(letter, example):
    facts = read_case(example(letter))
    ledger = ledger_of(facts)
    assert sum(ageing(ledger.debts, facts.as_of).values()) == sum(d.open for d in ledger.debts)


def test_the_first_example_by_hand(example):
    # FP-01 is paid; FP-02, FP-03 and FP-04 fell due on 2024-05-20, 06-17 and 07-22: on 2025-07-22 the last of them is exactly 365 days overdue
    facts = read_case(example("A"))
    ledger = ledger_of(facts)
    left = {debt.number: debt.open for debt in ledger.open_debts}
    found = ageing(ledger.debts, date(2025, 7, 22))
    assert set(left) == {"FP-02", "FP-03", "FP-04"}
    assert (found["181-365"], found["366+"]) == (left["FP-04"], left["FP-02"] + left["FP-03"])
