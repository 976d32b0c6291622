"""What holds for every loan: no cent of a payment is lost, interest is paid before principal, and no earlier payment costs the debtor more."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from casefiles.law import load_law
from casefiles.rules.facts import read_case
from casefiles.rules.loan_account import loan_account

LAW = load_law()
PAID_OUT, DUE, CUT_OFF = date(2024, 3, 5), date(2025, 3, 5), date(2026, 6, 1)
AMOUNTS = st.integers(1, 30_000_000).map(lambda fen: Decimal(fen) / 100)
DAYS = st.dates(PAID_OUT, CUT_OFF)


def account(payments, *, second=None):
    out = {"type": "bank_payment", "direction": "out", "purpose": "loan_disbursement"}
    vouchers = [{"id": "V1", **out, "paid_on": PAID_OUT.isoformat(), "amount": "200000.00"}]
    if second:
        vouchers.append({"id": "V2", **out, "paid_on": second.isoformat(), "amount": "100000.00"})
    case = {
        "case_id": "P", "dispute_type": "loan", "packet_kind": "lawsuit", "as_of": CUT_OFF.isoformat(), "creditor": {"name": "甲"}, "debtor": {"name": "乙"},
        "contract": {
            "id": "D1", "name": "借款合同", "signed_on": "2024-03-01", "interest_clause": {"type": "annual_rate", "rate": "0.10"},
            "late_payment_clause": {"type": "annual_rate", "rate": "0.12"}, "repayment_date": DUE.isoformat(),
        },
        "documents": vouchers,
        "payments": [{"id": f"P{n}", "date": day.isoformat(), "amount": f"{amount:.2f}"} for n, (day, amount) in enumerate(payments)],
    }  # fmt: skip
    return loan_account(read_case(case, LAW), CUT_OFF, CUT_OFF, LAW)


@given(st.lists(st.tuples(DAYS, AMOUNTS), max_size=6), st.none() | st.dates(PAID_OUT, DUE))
@settings(max_examples=60, deadline=None)
def test_every_cent_goes_to_interest_principal_or_excess(payments, second):
    found = account(payments, second=second)
    assert all(one.interest + one.principal + one.excess == one.amount for one in found.applied)
    assert sum((one.amount for one in found.applied), Decimal(0)) == sum((amount for _, amount in payments), Decimal(0))
    assert found.principal == found.disbursed - sum((one.principal for one in found.applied), Decimal(0))
    assert found.principal >= 0
    assert found.interest_paid == sum((one.interest for one in found.applied), Decimal(0))


@given(st.lists(st.tuples(DAYS, AMOUNTS), max_size=6))
@settings(max_examples=60, deadline=None)
def test_no_more_interest_is_paid_than_accrued(payments):
    found = account(payments)
    assert found.term_open >= 0
    assert found.interest_paid <= found.term_total + (found.overdue.total if found.overdue else Decimal(0)) + Decimal("0.05")  # cents of rounding


@given(AMOUNTS, st.dates(PAID_OUT, CUT_OFF - timedelta(1)), st.integers(1, 400))
@settings(max_examples=60, deadline=None)
def test_paying_later_never_leaves_less_to_pay(amount, day, days):
    # A cent or two of rounding apart: each segment is rounded by itself.
    later = min(day + timedelta(days), CUT_OFF)
    early, late = (account([(when, amount)]) for when in (day, later))
    left = [found.principal + found.term_open + found.overdue_open - found.excess for found in (early, late)]
    assert left[0] <= left[1] + Decimal("0.03")
