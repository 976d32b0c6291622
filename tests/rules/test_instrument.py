"""What an effective instrument still gives on a day: doubled part by segments, running interest, set-off step by step, nothing lost."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from casefiles.rules.court_entities import Instrument, Item
from casefiles.rules.instrument import standing

D = Decimal


def day(text):
    return date.fromisoformat(text)


def instrument(*items, last="2022-08-25"):
    return Instrument("J1", "judgment", "示例区人民法院", "（2022）示01民初1号", effective_on=day("2022-08-15"), items=items, performance_last_day=day(last) if last else None)


def money(kind, amount, **more):
    return Item(kind, amount=D(amount), **{"counts_in_doubled_base": kind != "general_interest", **more})


def running(start, annual="0.0365", **more):
    return Item("general_interest", form="running", start=day(start) if start else None, annual_rate=D(annual) if annual else None, counts_in_doubled_base=False, **more)


PRINCIPAL = money("principal", "420000.00")


def receipts(*rows):
    return [(day(paid_on), D(amount)) for paid_on, amount in rows]


@pytest.mark.parametrize(
    ("base", "last", "paid", "until", "total"),
    [  # the vectors of calculators.md section 9, as judgments for principal alone
        pytest.param("420000.00", "2022-08-25", [], "2023-05-16", "19404.00", id="paid in one sum"),
        pytest.param("420000.00", "2022-08-25", [("2023-05-16", "100000.00"), ("2024-03-01", "200000.00")], "2025-12-31", "49714.00", id="two part payments"),
        pytest.param("50000.00", "2026-01-10", [], "2026-01-20", "87.50", id="short delay"),
        pytest.param("1000000.00", "2026-03-31", [], "2026-04-01", "175.00", id="one day"),
        pytest.param("750000.00", "2023-12-31", [], "2024-12-31", "48037.50", id="leap year 2024"),
        pytest.param("750000.00", "2023-12-31", [], "2023-12-31", "0.00", id="the last day for performance itself bears none"),
    ],
)
def test_the_doubled_part(base, last, paid, until, total):
    found = standing(instrument(money("principal", base), last=last), receipts(*paid), day(until))
    assert found.doubled.total == D(total)


def test_without_a_last_day_for_performance_there_is_no_doubled_part():
    assert standing(instrument(PRINCIPAL, last=None), [], day("2025-01-01")).doubled_open == 0


def test_delay_before_august_2014_is_left_to_the_older_method():
    # 2014-08-01 to 2014-08-10 = 10 days x 73.50 (Fa Shi [2014] No. 8 art. 7)
    found = standing(instrument(PRINCIPAL, last="2014-06-30"), [], day("2014-08-10"))
    assert (found.doubled.total, found.older_method) == (D("735.00"), True)
    assert not standing(instrument(PRINCIPAL, last="2014-07-31"), [], day("2014-08-10")).older_method


@pytest.mark.parametrize(
    ("item", "days", "amount"),
    [
        # 365,000 x 3.65 % / 365 = 36.50 a day
        pytest.param(running("2022-01-01"), 31, "1131.50", id="from its day, both days counted"),
        pytest.param(running("2022-01-01", to=day("2022-01-10")), 10, "365.00", id="to its own last day"),
        pytest.param(running("2022-01-01", annual=None, daily_rate=D("0.0001")), 31, "1131.50", id="a daily rate"),
        pytest.param(running("2022-01-01", annual="0.036", basis=360), 31, "1131.50", id="a year of 360 days"),
        pytest.param(running("2022-02-01"), 0, "0.00", id="not begun"),
        pytest.param(running(None), 0, "0.00", id="no first day: nothing can be counted"),
    ],
)
def test_running_interest(item, days, amount):
    found = standing(instrument(money("principal", "365000.00"), item), [], day("2022-01-31")).interest
    assert (sum(a.days for a in found.running), found.total) == (days, D(amount))


def test_general_interest_on_the_day_of_payment_uses_the_new_balance_and_the_doubled_part_the_old_one():
    # 365,000 at 36.50 a day: 2022-08-26 to 2022-08-30 = 5 days = 182.50 before the payment of 2022-08-31; of 36,682.50 36,500.00 go to principal.
    # Doubled: 6 days x 63.875 = 383.25; on 328,500.00: 1 day = 57.49. Interest from 08-31: 2 days x 32.85 = 65.70.
    judgment = instrument(money("principal", "365000.00"), running("2022-08-26"))
    found = standing(judgment, receipts(("2022-08-31", "36682.50")), day("2022-09-01"))
    assert (found.principal, found.interest.total) == (D("328500.00"), D("65.70"))
    assert [(s.days, s.amount) for s in found.doubled.segments] == [(6, D("383.25")), (1, D("57.49"))]


def test_principal_is_paid_before_other_judgment_money():
    judgment = instrument(money("liquidated_damages", "20000.00"), money("principal", "100000.00"))
    found = standing(judgment, receipts(("2022-08-20", "110000.00")), day("2022-08-20"))
    assert (found.principal, found.other) == (D("0.00"), D("10000.00"))


def test_fixed_interest_is_paid_before_running_interest():
    # running 2022-08-01 to 2022-08-19 = 19 days x 36.50 = 693.50; 1,000.00 + 500.00 paid: 193.50 are carried
    judgment = instrument(money("principal", "365000.00"), money("general_interest", "1000.00"), running("2022-08-01"))
    found = standing(judgment, receipts(("2022-08-20", "1500.00")), day("2022-08-20"))
    assert (found.interest.fixed, found.interest.carried, found.interest.total) == (D("0.00"), D("193.50"), D("230.00"))


def test_a_receipt_after_the_day_is_left_out():
    assert standing(instrument(PRINCIPAL), receipts(("2023-01-02", "1.00")), day("2023-01-01")).steps == ()


@pytest.mark.parametrize("amounts", [["5.00", "100.00"], ["100000.00"] * 5, ["600000.00"], ["439999.99", "0.01"]], ids=["little", "five parts", "too much", "to the cent"])
def test_no_cent_is_lost(amounts):
    judgment = instrument(PRINCIPAL, money("general_interest", "18364.50"), running("2022-07-01", "0.0555"), money("court_fee", "3937.73"))
    rows = receipts(*((f"2023-0{n + 1}-15", amount) for n, amount in enumerate(amounts)))
    found = standing(judgment, rows, day("2024-06-30"))
    for step in found.steps:
        assert step.applied.costs + step.applied.interest + step.applied.principal + step.to_doubled + step.excess == step.amount
        assert min(step.applied.costs, step.applied.interest, step.applied.principal, step.to_doubled, step.excess) >= 0
    assert found.total >= 0
    assert found.principal == 420000 - sum(step.applied.principal for step in found.steps)
