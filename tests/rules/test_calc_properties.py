"""What holds for every amount, day and payment a calculator may be given, tried on many."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from casefiles.law import package_law
from casefiles.rules import fees, preservation, uscc
from casefiles.rules.amounts import cents
from casefiles.rules.calculators import CALCULATORS, BadInput, calculate
from casefiles.rules.calendar import add_months, add_years
from casefiles.rules.doubled import doubled_interest
from casefiles.rules.insolvency import claim_interest, lawful_window
from casefiles.rules.interest import Terms, overdue_damages
from casefiles.rules.limits import enforcement_limit
from casefiles.rules.loans import lending_cap, loan_interest
from casefiles.rules.setoff import ORDERS, set_off

LAW = package_law()
CENT = Decimal("0.01")
MONEY = st.integers(0, 10**10).map(lambda fen: Decimal(fen) / 100)
SOME_MONEY = st.integers(1, 10**10).map(lambda fen: Decimal(fen) / 100)
DAYS = st.dates(date(2019, 9, 1), date(2026, 9, 1))
PAYMENTS = st.lists(st.tuples(DAYS, SOME_MONEY), max_size=5)
RATES = st.integers(0, 36).map(lambda percent: Decimal(percent) / 100)
TERMS = st.one_of(
    st.integers(0, 10).map(lambda parts: Terms("daily", Decimal(parts) / 10_000)),
    st.tuples(RATES, st.sampled_from([360, 365])).map(lambda pair: Terms("annual", pair[0], basis=pair[1])),
    st.sampled_from(["fixed_lpr", "floating"]).map(lambda mode: Terms(mode, markup=Decimal("0.5"))),
)
FEES = st.sampled_from(
    [lambda a: fees.acceptance_fee(a, LAW), lambda a: fees.payment_order_fee(a, LAW), fees.preservation_fee, lambda a: fees.enforcement_fee(a, LAW)]
)
few = settings(max_examples=60)


def damages(principal, due, cut_off, payments, terms):
    return overdue_damages(principal, due, cut_off, payments, terms, law=LAW)


@given(SOME_MONEY, DAYS, DAYS, PAYMENTS, TERMS)
@few
def test_damages_add_up(principal, due, cut_off, payments, terms):
    found = damages(principal, due, cut_off, payments, terms)
    assert found.total == sum((s.amount for s in found.segments), Decimal(0))
    assert all(s.days == (s.end - s.start).days + 1 and s.base > 0 for s in found.segments)
    if found.open_principal > 0 and cut_off > due:
        assert sum(s.days for s in found.segments) == (cut_off - due).days


@given(SOME_MONEY, DAYS, DAYS, DAYS, PAYMENTS, TERMS)
@few
def test_a_later_cut_off_never_gives_less(principal, due, one, other, payments, terms):
    early, late = sorted((one, other))
    payments = [(day, amount) for day, amount in payments if not early < day <= late]  # a payment in between splits a segment: rounding may move a cent
    assert damages(principal, due, early, payments, terms).total <= damages(principal, due, late, payments, terms).total


@given(SOME_MONEY, SOME_MONEY, DAYS, DAYS, PAYMENTS, TERMS)
@few
def test_a_larger_principal_never_gives_less(one, other, due, cut_off, payments, terms):
    small, large = sorted((one, other))
    assert damages(small, due, cut_off, payments, terms).total <= damages(large, due, cut_off, payments, terms).total


@given(SOME_MONEY, DAYS, DAYS, PAYMENTS, TERMS, st.randoms())
@few
def test_the_order_of_the_payments_changes_nothing(principal, due, cut_off, payments, terms, chance):
    mixed = chance.sample(payments, len(payments))
    assert damages(principal, due, cut_off, payments, terms) == damages(principal, due, cut_off, mixed, terms)
    assert doubled_interest(principal, due, payments, cut_off) == doubled_interest(principal, due, mixed, cut_off)


@given(SOME_MONEY, DAYS, DAYS, DAYS, SOME_MONEY, st.integers(0, 100), TERMS)
@few
def test_a_payment_made_in_two_parts_on_one_day_is_one_payment(principal, due, cut_off, day, paid, share, terms):
    first = cents(paid * share / 100)
    whole, parts = [(day, paid)], [(day, first), (day, paid - first)]
    one, two = damages(principal, due, cut_off, whole, terms), damages(principal, due, cut_off, parts, terms)
    assert (one.segments, one.total, one.open_principal, one.excess) == (two.segments, two.total, two.open_principal, two.excess)
    assert doubled_interest(principal, due, whole, cut_off) == doubled_interest(principal, due, parts, cut_off)


@given(SOME_MONEY, DAYS, st.integers(0, 2000), RATES, st.sampled_from([360, 365]), PAYMENTS)
@few
def test_the_term_of_a_loan_adds_up(principal, start, length, annual, basis, payments):
    end = start + timedelta(length)
    found = loan_interest(principal, start, end, annual, basis, payments)
    assert found.total == sum((s.amount for s in found.segments), Decimal(0))
    assert found.days == length
    if found.open_principal > 0:
        assert sum(s.days for s in found.segments) == length
    for earlier, later in zip(found.segments, found.segments[1:], strict=False):
        assert later.start == earlier.end + timedelta(1)


@given(SOME_MONEY, DAYS, st.integers(1, 800), st.integers(1, 800), RATES)
@few
def test_no_day_twice_and_none_lost_between_the_term_and_the_overdue_time(principal, start, term, late, annual):
    due = start + timedelta(term)
    inside = loan_interest(principal, start, due, annual, 365, [])
    overdue = damages(principal, due, due + timedelta(late), [], Terms("annual", annual))
    # the term has every day from the receipt to the day before the due date, the overdue time every day after it: only the due date bears none
    assert inside.segments[-1].end == due - timedelta(1)
    assert overdue.segments[0].start == due + timedelta(1)


@given(SOME_MONEY, DAYS, DAYS, PAYMENTS)
@few
def test_doubled_interest_counts_every_day_once(base, last, cut_off, payments):
    found = doubled_interest(base, last, payments, cut_off)
    assert found.total == sum((s.amount for s in found.segments), Decimal(0))
    for earlier, later in zip(found.segments, found.segments[1:], strict=False):
        assert later.start == earlier.end + timedelta(1)
        assert later.base < earlier.base
    if cut_off > last and sum((a for d, a in payments if d < cut_off), Decimal(0)) < base:
        assert sum(s.days for s in found.segments) == (cut_off - last).days


@given(SOME_MONEY, DAYS, st.integers(1, 900), st.integers(1, 900), SOME_MONEY)
@few
def test_a_payment_day_is_on_the_old_base_for_the_doubled_part_only(base, last, before, after, paid):
    assume(paid < base)
    day, cut_off = last + timedelta(before), last + timedelta(before + after)
    old = doubled_interest(base, last, [(day, paid)], cut_off).segments[0]
    assert (old.end, old.days, old.base) == (day, before, base)
    general = damages(base, last, cut_off, [(day, paid)], Terms("daily", Decimal("0.0001"))).segments
    assert next(s.base for s in general if s.start <= day <= s.end) == base - paid


@given(MONEY, MONEY, MONEY, MONEY, st.sampled_from(list(ORDERS)))
@few
def test_a_set_off_loses_nothing(payment, costs, interest, principal, mode):
    found = set_off(payment, costs=costs, interest=interest, principal=principal, mode=mode)
    before = {"costs": costs, "interest": interest, "principal": principal}
    applied, after = vars(found.applied), vars(found.after)
    assert sum(applied.values()) + found.excess == payment
    assert all(before[part] - applied[part] == after[part] >= 0 for part in before)
    for first, later in zip(found.order, found.order[1:], strict=False):  # a later part gets nothing while an earlier one is open
        assert after[first] == 0 or applied[later] == 0
    assert found.excess == 0 or not any(after.values())


@given(SOME_MONEY, SOME_MONEY, FEES)
@few
def test_a_higher_amount_never_costs_a_lower_fee(one, other, fee):
    low, high = sorted((one, other))
    assert fee(low) <= fee(high)


@given(FEES, st.sampled_from([1_000, 10_000, 100_000, 200_000, 500_000, 896_000, 10**6, 2 * 10**6, 5 * 10**6, 10**7, 2 * 10**7]))
def test_fees_have_no_jump_at_a_border(fee, border):
    assert 0 <= fee(Decimal(border) + CENT) - fee(Decimal(border)) <= CENT


@given(DAYS, st.integers(-60, 60))
def test_months_forward_and_back_come_home_but_for_the_clamp(start, months):
    end = add_months(start, months)
    assert (end.year - start.year) * 12 + end.month - start.month == months
    assert end.day == start.day or (end + timedelta(1)).day == 1  # the corresponding day, or the last of the month
    assert add_months(end, -months).day <= start.day


@given(DAYS, st.sampled_from(list(preservation.YEARS)))
def test_a_measure_is_renewed_before_it_ends(day, asset):
    found = preservation.expiry(day, asset)
    assert day < found.apply_renewal_by < found.latest_expiry <= day + timedelta(366 * found.max_years)
    assert preservation.pre_suit_last_day(day) < found.apply_renewal_by


@given(DAYS)
def test_the_lawful_window_is_open(day):
    earliest, latest = lawful_window(day)
    assert earliest <= latest


@given(DAYS, st.lists(DAYS, max_size=4), st.none() | DAYS, DAYS)
@few
def test_acts_never_move_the_safe_day_of_enforcement_and_never_hurt(last, acts, filed, planned):
    found, without = enforcement_limit(last, acts, filed, planned), enforcement_limit(last, [], filed, planned)
    assert found.safe_last_day == without.safe_last_day == add_years(last, 2)
    assert found.filed_in_time >= without.filed_in_time
    assert found.only_by_interruption == (found.filed_in_time and not without.filed_in_time)
    assert found.interrupted_last_day is None or (filed is None and found.interrupted_last_day >= found.safe_last_day)


@given(SOME_MONEY, DAYS, DAYS, TERMS)
@few
def test_the_acceptance_day_is_worth_one_day_at_most(principal, due, accepted, terms):
    plain, more = (claim_interest(principal, due, accepted, terms, LAW, include_acceptance_day=day) for day in (False, True))
    assert sum(s.days for s in more.segments) - sum(s.days for s in plain.segments) == (1 if due < accepted else 0)


@given(st.dates(date(2020, 8, 20), date(2026, 9, 1)), st.integers(0, 60))
def test_the_supported_rate_is_the_lower_of_the_two(day, percent):
    found = lending_cap(day, Decimal(percent) / 100, LAW)
    assert found.supported == min(found.cap, found.agreed)
    assert found.within == (found.supported == found.agreed)
    assert found.cap == found.lpr * 4 / 100


CODES = st.text(uscc.CHARSET, min_size=17, max_size=17).map(lambda body: body + (uscc.check_character(body) or ""))


@given(CODES, st.integers(0, 16), st.sampled_from(uscc.CHARSET))
def test_one_wrong_character_of_a_code_is_found(code, place, other):
    assert uscc.is_valid(code)
    assume(other != code[place])
    assert not uscc.is_valid(code[:place] + other + code[place + 1 :])


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12) | DAYS.map(str) | MONEY.map(str),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["date", "amount", "costs", "interest", "principal"]), inner, max_size=3),
    max_leaves=6,
)


@given(st.data(), st.sampled_from(list(CALCULATORS)))
@settings(max_examples=300)
def test_whatever_is_given_is_answered_refused_or_named(data, name):
    calculator = CALCULATORS[name]
    example = next(row for row in LAW.calculators[name]["examples"] if "error" not in row)
    changed = data.draw(st.sampled_from([field.name for field in calculator.fields]))
    given_row = example | {changed: data.draw(JSON)}
    named, answer = None, {}
    try:
        answer = calculate(name, given_row, LAW)
    except BadInput as bad:
        named = bad.key.partition("[")[0].partition(".")[0]
    computed = any(key in answer for key in calculator.outputs)
    assert [named in {*given_row, *(f.name for f in calculator.fields)}, "error" in answer, computed].count(True) == 1
