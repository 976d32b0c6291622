"""The pure functions behind loans, doubled interest, set-off, insolvency, preservation and enforcement time: the vectors of calculators.yaml
and the edges beside them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from casefiles.law import load_law
from casefiles.rules import insolvency, limits, preservation
from casefiles.rules.amounts import plain
from casefiles.rules.doubled import doubled_interest
from casefiles.rules.interest import Terms, reduction_check
from casefiles.rules.loans import lending_cap, loan_interest
from casefiles.rules.refusal import Refused
from casefiles.rules.setoff import Parts, set_off

LAW = load_law()
DAY = date.fromisoformat


def vectors(name: str):
    rows = LAW.calculators[name]["examples"]
    return [pytest.param(row, id=row.get("title") or "-".join(str(v) for v in list(row.values())[:2])) for row in rows]


def paid(rows):
    return [(DAY(row["date"]), Decimal(row["amount"])) for row in rows]


@pytest.mark.parametrize("row", vectors("loan_interest"))
def test_loan_interest(row):
    payments = paid(row["principal_payments"])
    found = loan_interest(Decimal(row["principal"]), DAY(row["disbursed_on"]), DAY(row["ends_on"]), Decimal(row["annual"]), int(row["basis"]), payments)
    assert (found.days, plain(found.total), plain(found.open_principal)) == (row["days"], row["total"], row["open_principal"])
    wanted = [(s["from"], s["to"], s["days"], s["base"], s["amount"]) for s in row["segments"]]
    assert [(s.start.isoformat(), s.end.isoformat(), s.days, plain(s.base), plain(s.amount)) for s in found.segments] == wanted


def test_loan_that_ends_before_it_began_is_refused():
    with pytest.raises(Refused, match="end_before_start"):
        loan_interest(Decimal(1000), DAY("2026-01-02"), DAY("2026-01-01"), Decimal("0.1"), 365, [])


def test_repayments_on_the_first_day_and_on_the_last():
    # repaid on the day of disbursement: the lower principal from the first day; repaid on ends_on: no day of the term is left for it
    payments = [(DAY("2026-01-01"), Decimal(400)), (DAY("2026-01-11"), Decimal(600))]
    found = loan_interest(Decimal(1000), DAY("2026-01-01"), DAY("2026-01-11"), Decimal("0.365"), 365, payments)
    assert [(s.days, s.base, s.amount) for s in found.segments] == [(10, Decimal(600), Decimal("6.00"))]
    assert found.open_principal == 600


@pytest.mark.parametrize("row", [p for p in vectors("private_lending_cap") if "error" not in p.values[0]])
def test_lending_cap(row):
    filing = DAY(row["filing_date"]) if "filing_date" in row else None
    found = lending_cap(DAY(row["contract_date"]), Decimal(row["agreed_annual"].rstrip("%")) / 100, LAW, filing)
    assert (f"{found.lpr:.2f}", found.published.isoformat()) == (row["lpr_1y"], row["lpr_date"])
    assert f"{found.cap * 100:.2f}%" == row["cap"]
    assert f"{found.supported * 100:.2f}%" == row["supported_rate"]
    assert found.within is row["within_cap"]
    assert (found.applies_from.isoformat() if found.applies_from else None) == row.get("applies_from")


@pytest.mark.parametrize(
    ("contract", "filing", "code"),
    [
        pytest.param("2019-11-01", None, "filing_date_needed", id="old contract without filing date"),
        pytest.param("2020-08-19", None, "filing_date_needed", id="the day before the new rule"),
        pytest.param("2026-11-05", None, "no_rate_published", id="46 days after the last publication"),
    ],
)
def test_lending_cap_is_refused(contract, filing, code):
    with pytest.raises(Refused, match=code):
        lending_cap(DAY(contract), Decimal("0.24"), LAW, DAY(filing) if filing else None)


def test_a_later_contract_ignores_the_filing_date():
    assert lending_cap(DAY("2020-08-20"), Decimal("0.10"), LAW, DAY("2025-06-10")) == lending_cap(DAY("2020-08-20"), Decimal("0.10"), LAW)


@pytest.mark.parametrize("row", vectors("doubled_interest"))
def test_doubled_interest(row):
    found = doubled_interest(Decimal(row["base"]), DAY(row["performance_last_day"]), paid(row["principal_payments"]), DAY(row["cut_off"]))
    wanted = [(s["from"], s["to"], s["days"], s["base"], s["amount"]) for s in row["segments"]]
    assert [(s.start.isoformat(), s.end.isoformat(), s.days, plain(s.base), plain(s.amount)) for s in found.segments] == wanted
    assert plain(found.total) == row["total"]


@pytest.mark.parametrize(
    ("payments", "segments"),
    [
        pytest.param([("2026-01-10", 400)], [("2026-01-11", 10, 600)], id="paid on the last day for performance: the lower base from the start"),
        pytest.param([("2026-01-20", 400)], [("2026-01-11", 10, 1000)], id="paid on the cut-off: that day is on the old base"),
        pytest.param([("2026-01-25", 400)], [("2026-01-11", 10, 1000)], id="paid after the cut-off"),
        pytest.param([("2026-01-11", 1000)], [("2026-01-11", 1, 1000)], id="all paid on the first day"),
    ],
)
def test_doubled_interest_at_the_edges(payments, segments):
    found = doubled_interest(Decimal(1000), DAY("2026-01-10"), [(DAY(d), Decimal(a)) for d, a in payments], DAY("2026-01-20"))
    assert [(s.start.isoformat(), s.days, s.base) for s in found.segments] == segments


def test_no_doubled_interest_up_to_the_last_day_for_performance():
    assert doubled_interest(Decimal(1000), DAY("2026-01-10"), [], DAY("2026-01-10")).segments == ()


@pytest.mark.parametrize("row", vectors("partial_payment_set_off"))
def test_set_off(row):
    def parts(key):
        return Parts(**{name: Decimal(amount) for name, amount in row[key].items()})

    before = parts("before")
    mode = "principal_first" if row["order"][0] == "principal" else "civil_code_561"
    found = set_off(Decimal(row["payment"]), costs=before.costs, interest=before.interest, principal=before.principal, mode=mode)
    assert (found.applied, found.after, plain(found.excess), list(found.order)) == (parts("applied"), parts("after"), row["excess"], row["order"])


def test_set_off_refuses_a_negative_payment():
    with pytest.raises(Refused, match="negative_amount"):
        set_off(Decimal(-1), costs=Decimal(0), interest=Decimal(0), principal=Decimal(1))


@pytest.mark.parametrize("row", vectors("insolvency_claim_amount"))
def test_insolvency_claim(row):
    terms = Terms(row["rate_mode"], Decimal(row["rate"]))
    found = insolvency.claim_interest(Decimal(row["principal"]), DAY(row["due_date"]), DAY(row["acceptance_date"]), terms, LAW)
    assert (sum(s.days for s in found.segments), plain(found.total)) == (row["days"], row["interest"])


def test_the_acceptance_day_counts_only_where_asked():
    asked = (Decimal(1000), DAY("2026-03-16"), DAY("2026-03-18"), Terms("daily", Decimal("0.001")), LAW)
    assert [insolvency.claim_interest(*asked, include_acceptance_day=day).total for day in (False, True)] == [Decimal("1.00"), Decimal("2.00")]


@pytest.mark.parametrize("row", vectors("insolvency_deadline"))
def test_insolvency_deadline(row):
    announced = DAY(row["announcement_date"])
    deadline, (earliest, latest) = insolvency.announced_deadline(announced, row["court_fixed_months"]), insolvency.lawful_window(announced)
    assert (deadline.isoformat(), earliest.isoformat(), latest.isoformat()) == (row["deadline"], row["min_30_days"], row["max_3_months"])
    assert (earliest <= deadline <= latest) is row["valid"]


@pytest.mark.parametrize("row", vectors("preservation_expiry"))
def test_preservation_expiry(row):
    found = preservation.expiry(DAY(row["measure_date"]), row["asset"])
    assert (found.max_years, found.latest_expiry.isoformat(), found.apply_renewal_by.isoformat()) == (
        row["max_years"],
        row["latest_expiry"],
        row["apply_renewal_by"],
    )


def test_assets_are_those_of_the_case_file():
    preservation_block = LAW.schema["properties"]["preservation"] if "preservation" in LAW.schema["properties"] else LAW.schema["$defs"]["preservation"]
    measure = preservation_block["properties"]["measures"]["items"]["properties"]
    assert set(preservation.YEARS) == set(measure["asset"]["enum"])


def test_sue_within_thirty_days_of_pre_suit_preservation():
    assert preservation.pre_suit_last_day(DAY("2026-01-31")) == DAY("2026-03-02")  # 28 days of February and two of March


LAST = "2024-05-10"  # the two years end on 2026-05-10


@pytest.mark.parametrize(
    ("acts", "filed", "planned", "wanted"),
    [
        pytest.param([], None, "2026-05-10", ("2026-05-10", None, True, False), id="planned on the last day"),
        pytest.param([], None, "2026-05-11", ("2026-05-10", None, False, False), id="planned a day late"),
        pytest.param(["2024-11-01"], None, "2026-06-01", ("2026-05-10", "2026-11-01", True, True), id="late, saved by a payment"),
        pytest.param(["2024-11-01"], None, "2026-05-01", ("2026-05-10", "2026-11-01", True, False), id="in time without it"),
        pytest.param(["2024-11-01"], "2026-06-01", "2026-06-01", ("2026-05-10", None, True, True), id="filed: the interrupted day is not shown"),
        pytest.param(["2024-05-10"], None, "2026-06-01", ("2026-05-10", None, False, False), id="paid on the last day for performance restarts nothing"),
        pytest.param(["2024-11-01", "2025-03-01"], None, "2027-03-02", ("2026-05-10", "2027-03-01", False, False), id="a day after the last act's two years"),
        pytest.param(["2026-06-02"], "2026-06-01", "2026-06-01", ("2026-05-10", None, False, False), id="an act after the filing comes too late"),
    ],
)
def test_enforcement_limit(acts, filed, planned, wanted):
    found = limits.enforcement_limit(DAY(LAST), [DAY(day) for day in acts], DAY(filed) if filed else None, DAY(planned))
    shown = found.interrupted_last_day.isoformat() if found.interrupted_last_day else None
    assert (found.safe_last_day.isoformat(), shown, found.filed_in_time, found.only_by_interruption) == wanted


@pytest.mark.parametrize("row", vectors("damages_reduction_check"))
def test_reduction_check(row):
    found = reduction_check(Decimal(row["principal"]), Decimal(row["agreed_daily"]) * 365, row["days"], DAY(row["breach_date"]), LAW)
    assert (plain(found.claimed), plain(found.threshold_amount), found.check.excessive) == (row["claimed"], row["threshold_amount"], row["flag_X13"])
