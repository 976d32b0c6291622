"""Limitation walked event by event; interruptions that are proved, claimed, late or reviving."""

from __future__ import annotations

from datetime import date

import pytest

from casefiles.rules.facts import read_case
from casefiles.rules.ledger import ledger_of
from casefiles.rules.limits import Event, limitation_of, run

DUE = date(2020, 3, 31)


def event(day, **more):
    return Event(date.fromisoformat(day), "", "", **more)


@pytest.mark.parametrize(
    ("events", "trigger", "last", "expired"),
    [
        pytest.param([], "2020-03-31", "2023-03-31", None, id="nothing happened"),
        pytest.param([event("2020-03-01")], "2020-03-31", "2023-03-31", None, id="before the due date nothing runs"),
        pytest.param([event("2022-05-01")], "2022-05-01", "2025-05-01", None, id="interrupted"),
        pytest.param([event("2023-03-31")], "2023-03-31", "2026-03-31", None, id="on the last day"),
        pytest.param([event("2023-04-01")], "2020-03-31", "2023-03-31", "2023-03-31", id="a day late"),
        pytest.param([event("2023-04-01", revives=True)], "2023-04-01", "2026-04-01", None, id="a day late, but a promise to pay"),
        pytest.param([event("2023-04-01"), event("2024-01-01", revives=True)], "2024-01-01", "2027-01-01", None, id="late letter, then a promise"),
        pytest.param([event("2022-01-01"), event("2024-06-01")], "2024-06-01", "2027-06-01", None, id="two in a row"),
        pytest.param([event("2021-01-01", ended=date(2022, 8, 1))], "2022-08-01", "2025-08-01", None, id="a suit restarts the period when it ends"),
    ],
)
def test_run(events, trigger, last, expired):
    found = run(DUE, events)
    assert (str(found.trigger), str(found.safe_last_day), found.expired_on and str(found.expired_on)) == (trigger, last, expired)


def test_a_pending_suit_stops_the_period():
    found = run(DUE, [event("2021-01-01", pending=True)])
    assert (found.stopped, found.safe_last_day) == (True, None)


def test_never_more_than_twenty_years():
    letters = [event(f"{year}-03-01") for year in range(2021, 2041)]
    assert run(DUE, letters).safe_last_day == date(2040, 3, 31)


def limitation(case, law):
    facts = read_case(case, law)
    return limitation_of(facts, ledger_of(facts), facts.as_of, law)


def test_a_payment_concerns_its_own_invoice(example, law):
    # B without the lawyer's confirmation: the payment of FP-11 moves nothing for the others; the case date is the earliest, FP-12
    case = example("B")
    case["running_account"] = {"value": True, "confirmed_by": None}
    found = limitation(case, law)
    assert {k: str(v.safe_last_day) for k, v in found.by_invoice.items()} == {"FP-12": "2026-06-30", "FP-13": "2026-07-31", "FP-14": "2026-08-19"}
    assert str(found.safe_last_day) == "2026-06-30"
    assert found.expired(date(2026, 9, 10)) == ("FP-12", "FP-13", "FP-14")
    assert found.pessimistic is None


def test_an_invoice_not_yet_due_has_no_period(changed, law):
    found = limitation(changed({"invoices.3.due_date": "2026-06-30"}), law)
    assert (found.by_invoice["FP-04"].trigger, found.by_invoice["FP-03"].trigger) == (None, date(2026, 4, 9))


@pytest.mark.parametrize(
    ("flags", "trigger", "claimed"),
    [
        pytest.param({"counts_as_interruption": True}, "2026-05-12", 0, id="set by a legal user, callee identified"),
        pytest.param({"counts_as_interruption": True, "callee_identified_by": None}, "2026-04-09", 1, id="nobody knows who spoke"),
        pytest.param({}, "2026-04-09", 1, id="not set"),
    ],
)
def test_a_recording_counts_only_when_both_facts_are_confirmed(flags, trigger, claimed, changed, law):
    found = limitation(changed({"recordings.0.date": "2026-05-12", **{f"recordings.0.{k}": v for k, v in flags.items()}}), law)
    assert (str(found.trigger), len(found.claimed)) == (trigger, claimed)


def test_what_has_not_happened_yet_interrupts_nothing(changed, law):
    found = limitation(changed({"as_of": "2026-04-08"}), law)  # the lawyer's letter arrives tomorrow
    assert str(found.trigger) == "2025-03-05"


def test_a_letter_to_the_guarantor_does_not_interrupt_against_the_debtor(changed, law):
    assert str(limitation(changed({"demands.1.recipient": "guarantor"}), law).trigger) == "2025-03-05"


def test_no_due_date_at_all(changed, checked):
    # A paper that claims an event inside three years leaves C04 partial; without one it is missing
    notes = {f"deliveries.{n}.date": f"2024-0{n + 3}-15" for n in range(4)}
    case = changed({**notes, "documents.1": {"id": "V1", "type": "vat_invoice", "number": "FP-9", "amount": "1286000.00"}, "invoices": [], "payments": [], "reconciliations": [], "demands": []})
    assert checked(case)["element_status"]["C04_limitation"] == "partial"
    case["recordings"] = []
    assert checked(case)["element_status"]["C04_limitation"] == "missing"
