"""What holds for every amount, payment and day, tried on many."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from casefiles.law import load_law
from casefiles.rules.amounts import DIGITS, in_words, pro_rata
from casefiles.rules.calendar import add_months
from casefiles.rules.fees import acceptance_fee
from casefiles.rules.interest import Terms, overdue_damages

LAW = load_law()
MONEY = st.integers(0, 10**16 - 1).map(lambda fen: Decimal(fen) / 100)
SMALL_MONEY = st.integers(1, 10**9).map(lambda fen: Decimal(fen) / 100)
DAYS = st.dates(date(2019, 9, 1), date(2026, 9, 1))
UNITS = {"拾": 10, "佰": 100, "仟": 1000}


def read_back(words: str) -> Decimal:
    """An independent reader of 大写: 亿 splits, then 万, then places; 零 and 整 are only marks."""

    def group(text: str) -> int:
        total, digit = 0, 0
        for character in text:
            if character in DIGITS:
                digit = DIGITS.index(character)
            else:
                total, digit = total + digit * UNITS[character], 0
        return total + digit

    def whole(text: str) -> int:
        if "亿" in text:
            above, below = text.split("亿")
            return whole(above) * 10**8 + whole(below)
        above, _, below = text.rpartition("万")
        return group(above) * 10**4 + group(below)

    yuan, _, rest = words.rstrip("整").rpartition("元") if "元" in words else ("", "", words.rstrip("整"))
    cents = 0
    for unit, value in (("角", 10), ("分", 1)):
        if unit in rest:
            cents += DIGITS.index(rest[rest.index(unit) - 1]) * value
    return Decimal(whole(yuan) * 100 + cents) / 100


@given(MONEY)
@settings(max_examples=400)
def test_words_read_back_to_the_same_amount(amount):
    words = in_words(amount)
    assert read_back(words) == amount
    assert "零零" not in words
    assert words.endswith(("整", "分"))


@given(MONEY, MONEY)
def test_different_amounts_have_different_words(one, other):
    assert (in_words(one) == in_words(other)) == (one == other)


PAYMENTS = st.lists(st.tuples(DAYS, SMALL_MONEY), max_size=5)


@given(SMALL_MONEY, DAYS, DAYS, PAYMENTS, st.sampled_from(["daily", "fixed_lpr", "floating"]))
@settings(max_examples=200)
def test_segments_lie_end_to_end_and_nothing_is_lost(principal, due, cut_off, payments, mode):
    terms = Terms(mode, Decimal("0.0003"), Decimal("0.5"))
    found = overdue_damages(principal, due, cut_off, payments, terms, law=LAW)
    for earlier, later in zip(found.segments, found.segments[1:], strict=False):
        assert later.start == earlier.end + timedelta(1)
        assert later.base <= earlier.base
    if found.segments:
        assert found.segments[0].start == due + timedelta(1)
        assert found.segments[-1].end <= cut_off
        assert found.segments[-1].end == cut_off or found.open_principal == 0
    assert found.total == sum((s.amount for s in found.segments), Decimal(0))
    paid = sum((amount for _, amount in payments), Decimal(0))
    assert principal - found.open_principal + found.excess + sum((a for _, a in found.ignored), Decimal(0)) == paid


@given(SMALL_MONEY, DAYS, st.integers(1, 700), st.integers(1, 700))
def test_two_stretches_of_days_are_as_long_as_the_whole(principal, due, first, second):
    terms, middle, end = Terms("daily", Decimal("0.0002")), due + timedelta(first), due + timedelta(first + second)
    days = [sum(s.days for s in overdue_damages(principal, start, stop, [], terms, law=LAW).segments) for start, stop in ((due, middle), (middle, end), (due, end))]
    assert days[0] + days[1] == days[2]


@given(SMALL_MONEY, st.lists(SMALL_MONEY, min_size=1, max_size=6))
def test_shares_add_up_and_none_is_above_its_part(amount, parts):
    shares = pro_rata(amount, parts)
    assert sum(shares) == min(amount, sum(parts))
    assert all(0 <= share <= part for share, part in zip(shares, parts, strict=True))


@given(SMALL_MONEY, SMALL_MONEY)
def test_a_higher_amount_never_costs_a_lower_fee(one, other):
    low, high = sorted((one, other))
    assert acceptance_fee(low, LAW) <= acceptance_fee(high, LAW)


@given(DAYS, st.integers(0, 60), st.integers(0, 60))
def test_months_never_run_past_the_end_of_a_month(start, months, more):
    end = add_months(start, months)
    assert end.day <= start.day
    assert (end.year * 12 + end.month) - (start.year * 12 + start.month) == months
    assert add_months(start, months + more) >= end
