"""Every test vector of calculators.yaml that this stage computes: fees, words, codes, days, damages, rates, time limits, guarantee period."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from casefiles.law import load_law
from casefiles.rules import fees, uscc
from casefiles.rules.amounts import cents, in_words, money, percent, plain
from casefiles.rules.calendar import add_months, add_years, days_inclusive, statutory_last_day
from casefiles.rules.interest import Terms, lpr_on, overdue_damages, rate_check
from casefiles.rules.limits import guarantee_period
from casefiles.rules.refusal import Refused
from casefiles.rules.report_damages import segment_mapping

LAW = load_law()
TABLES = LAW.calculators
DAY = date.fromisoformat


def vectors(name: str, *keys: str):
    """The examples of one calculator, named by their title or first values."""
    rows = TABLES[name]["examples"]
    return [pytest.param(row, id=str(row.get("title") or "-".join(str(row[k]) for k in keys if k in row))) for row in rows]


def result_or_error(function, *arguments):
    try:
        return function(*arguments)
    except Refused as refused:
        return f"error {refused.code}"


@pytest.mark.parametrize("row", vectors("court_acceptance_fee", "amount"))
def test_acceptance_fee(row):
    wanted = row.get("fee") or f"error {row['error']}"
    assert str(result_or_error(fees.acceptance_fee, Decimal(row["amount"]), LAW)) == wanted
    if "half" in row:
        assert plain(fees.acceptance_fee_half(Decimal(row["amount"]), LAW)) == row["half"]


@pytest.mark.parametrize("row", vectors("payment_order_fee", "amount"))
def test_payment_order_fee(row):
    assert plain(fees.payment_order_fee(Decimal(row["amount"]), LAW)) == row["fee"]


@pytest.mark.parametrize("row", vectors("preservation_fee", "amount"))
def test_preservation_fee(row):
    assert plain(fees.preservation_fee(Decimal(row["amount"]))) == row["fee"]


@pytest.mark.parametrize("row", vectors("enforcement_fee", "amount"))
def test_enforcement_fee(row):
    assert plain(fees.enforcement_fee(Decimal(row["amount"]), LAW)) == row["fee"]


@pytest.mark.parametrize(
    ("fee", "amount", "code"),
    [
        pytest.param(lambda a: fees.payment_order_fee(a, LAW), "0.00", "amount_not_positive", id="payment order on nothing"),
        pytest.param(lambda a: fees.enforcement_fee(a, LAW), "-1.00", "amount_not_positive", id="enforcement of less than nothing"),
        pytest.param(fees.preservation_fee, "-0.01", "negative_amount", id="preservation of a negative amount"),
    ],
)
def test_fees_refuse(fee, amount, code):
    assert result_or_error(fee, Decimal(amount)) == f"error {code}"


def test_preservation_without_an_amount_costs_thirty():
    assert fees.preservation_fee(Decimal("0.00")) == Decimal("30.00")  # calculators.yaml, amount_rule


@pytest.mark.parametrize("row", vectors("rmb_uppercase", "amount"))
def test_amount_in_words(row):
    assert result_or_error(in_words, Decimal(row["amount"])) == row.get("text", f"error {row.get('error')}")


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        pytest.param("832946.41", "捌拾叁万贰仟玖佰肆拾陆元肆角壹分", id="jiao and fen"),
        pytest.param("100000001.00", "壹亿零壹元整", id="two groups skipped, one 零"),
        pytest.param("100010000.00", "壹亿零壹万元整", id="short group below 亿"),
        pytest.param("112345678.00", "壹亿壹仟贰佰叁拾肆万伍仟陆佰柒拾捌元整", id="full groups"),
        pytest.param("0.05", "伍分", id="fen alone"),
        pytest.param("10.50", "壹拾元伍角整", id="no 零 before 角"),
        pytest.param("1000000000000.00", "壹万亿元整", id="万亿"),
    ],
)
def test_more_amounts_in_words(amount, text):
    assert in_words(Decimal(amount)) == text


@pytest.mark.parametrize("row", vectors("uscc_check_digit", "uscc"))
def test_uscc(row):
    assert uscc.is_valid(row["uscc"]) is row["valid"]


@pytest.mark.parametrize(
    "code",
    [pytest.param("", id="empty"), pytest.param("91000000MA0AAAA1X", id="17 characters"), pytest.param("91000000MA0AAAA1IR", id="letter outside the charset")],
)
def test_uscc_of_wrong_form(code):
    assert not uscc.is_valid(code)


@pytest.mark.parametrize("row", vectors("day_count", "start", "end_inclusive"))
def test_day_count(row):
    assert result_or_error(days_inclusive, DAY(row["start"]), DAY(row["end_inclusive"])) == row.get("days", f"error {row.get('error')}")


@pytest.mark.parametrize("row", vectors("overdue_damages"))
def test_overdue_damages(row):
    rate = row.get("daily") or row.get("annual")
    terms = Terms(row["mode"], Decimal(rate) if rate else None, Decimal(row["markup"]) if "markup" in row else None, int(row.get("basis", 365)))
    payments = [(DAY(p["date"]), Decimal(p["amount"])) for p in row["payments"]]
    asked = (Decimal(row["principal"]), DAY(row["due_date"]), DAY(row["cut_off_inclusive"]), payments, terms)
    if "error" in row:
        with pytest.raises(Refused, match=row["error"]):
            overdue_damages(*asked, law=LAW)
        return
    found = overdue_damages(*asked, law=LAW)
    assert [segment_mapping(s, terms) for s in found.segments] == row["segments"]
    assert plain(found.total) == row["total"]
    assert plain(found.open_principal) == row["open_principal"]
    assert plain(found.excess) == row.get("excess", "0.00")
    assert [{"date": d.isoformat(), "amount": plain(a)} for d, a in found.ignored] == row.get("ignored_payments", [])


def test_payment_on_the_first_overdue_day_bears_the_new_balance_from_that_day():
    # due 31 March; paid 1 April: the old balance would run to 31 March, where nothing is overdue yet, so it bears nothing at all
    found = overdue_damages(Decimal(1000), DAY("2025-03-31"), DAY("2025-04-10"), [(DAY("2025-04-01"), Decimal(400))], Terms("daily", Decimal("0.001")), law=LAW)
    assert [(s.start, s.days, s.base) for s in found.segments] == [(DAY("2025-04-01"), 10, Decimal(600))]


def test_cut_off_before_the_first_overdue_day_gives_nothing():
    found = overdue_damages(Decimal(1000), DAY("2025-03-31"), DAY("2025-03-31"), [], Terms("daily", Decimal("0.001")), law=LAW)
    assert (found.segments, found.total) == ((), Decimal("0.00"))


@pytest.mark.parametrize(
    ("day", "code"),
    [
        pytest.param("2019-08-19", "no_rate_published", id="before the first publication"),
        pytest.param("2026-11-05", "no_rate_published", id="last publication 46 days old"),
    ],
)
def test_lpr_is_refused(day, code):
    assert result_or_error(lpr_on, DAY(day), LAW) == f"error {code}"


def test_lpr_on_the_day_of_publication_and_the_day_before():
    assert (lpr_on(DAY("2023-06-20"), LAW).one_year, lpr_on(DAY("2023-06-19"), LAW).one_year) == (Decimal("3.55"), Decimal("3.65"))


@pytest.mark.parametrize("row", vectors("damages_reduction_check", "agreed_daily", "breach_date"))
def test_rate_check(row):
    agreed = Decimal(row["agreed_daily"]) * 365
    found = rate_check(agreed, DAY(row["breach_date"]), LAW)
    assert percent(found.agreed, 3, 4) == row["agreed_annual"]
    assert f"{found.lpr:.2f}" == row["lpr_1y"]
    assert percent(found.proxy, 3, 4) == row["loss_proxy_annual"]
    assert percent(found.threshold, 4, 4) == row["threshold_annual"]
    assert found.excessive is row["flag_X13"]
    principal, days = Decimal(row["principal"]), row["days"]
    assert plain(principal * Decimal(row["agreed_daily"]) * days) == row["claimed"]
    assert plain(cents(principal * found.threshold * days / 365)) == row["threshold_amount"]


@pytest.mark.parametrize("row", vectors("time_limits"))
def test_time_limits(row):
    last = add_years(DAY(row["trigger_date"]), row["years"])
    assert last.isoformat() == row["safe_last_day"]
    assert str(statutory_last_day(last, LAW)) == row["statutory_last_day"]


@pytest.mark.parametrize("row", vectors("guarantee_period", "main_debt_due", "agreed_period"))
def test_guarantee_period(row):
    months, last = guarantee_period(DAY(row["main_debt_due"]), row["agreed_period"])
    assert (months, last.isoformat()) == (row["applied_months"], row["guarantee_period_last_day"])


@pytest.mark.parametrize("agreed", ["two years", "24", "until 2025-02-30", "6 months or so", ""])
def test_guarantee_period_of_unknown_form_is_refused(agreed):
    assert result_or_error(guarantee_period, DAY("2025-06-30"), agreed) == "error agreed_period_format"


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        pytest.param("2024-01-31", 1, "2024-02-29", id="clamped in a leap year"),
        pytest.param("2023-12-31", 2, "2024-02-29", id="over the year"),
        pytest.param("2024-02-29", 12, "2025-02-28", id="leap day"),
        pytest.param("2024-03-15", -3, "2023-12-15", id="backwards"),
    ],
)
def test_add_months(start, months, end):
    assert add_months(DAY(start), months) == DAY(end)


def test_printed_money():
    assert (money(Decimal("1234567.5")), plain(Decimal("1234567.5")), money(Decimal("0.005"))) == ("1,234,567.50", "1234567.50", "0.01")
