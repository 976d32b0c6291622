"""What the debtor promised, said once or twice, and what came of it day by day."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from casefiles.rules.facts import read_case
from casefiles.rules.promises import promises

# The debt of every case here: one delivery of 200,000.00 invoiced on 2026-01-05, nothing paid but what a row says.
BASE = {
    "case_id": "P-1", "dispute_type": "sale_of_goods", "packet_kind": "lawsuit", "as_of": "2026-12-01",
    "creditor": {"name": "甲公司"}, "debtor": {"name": "乙公司"},
    "deliveries": [{"id": "D01", "no": "SH-1", "date": "2026-01-02", "amount": "200000.00", "signed_by": "某人", "debtor_seal": True}],
    "invoices": [{"id": "D02", "no": "FP-1", "date": "2026-01-05", "amount": "200000.00", "due_date": "2026-02-28"}],
}  # fmt: skip


def call(day, due, amount=None):
    promise = {"date": due} | ({"amount": amount} if amount else {})
    return {"date": day, "channel": "phone", "person": "王某", "result": "promised", "promise": promise}


def recording(day, due, amount, **more):
    return {"id": "R1", "date": day, "promise": {"date": due, "amount": amount, **more}}


def facts(log=(), payments=(), recordings=()):
    paid = [{"id": f"P{i}", "date": day, "amount": amount} for i, (day, amount) in enumerate(payments)]
    case = BASE | {"collection_log": list(log), "payments": paid, "recordings": list(recordings)}
    return read_case({key: value for key, value in case.items() if value != []})


MARCH = call("2026-03-01", "2026-03-31", "50000.00")


@pytest.mark.parametrize(
    ("payments", "day", "state", "received", "lacking"),
    [
        pytest.param([], "2026-03-31", "open", "0.00", "50000.00", id="the due day itself is not over"),
        pytest.param([], "2026-04-01", "broken", "0.00", "50000.00", id="the day after, nothing came"),
        pytest.param([("2026-03-31", "50000.00")], "2026-04-01", "kept", "50000.00", "0.00", id="paid on the last day"),
        pytest.param([("2026-03-01", "50000.00")], "2026-04-01", "kept", "50000.00", "0.00", id="paid on the day of the call"),
        pytest.param([("2026-02-28", "50000.00")], "2026-04-01", "broken", "0.00", "50000.00", id="a payment before the call is none on the promise"),
        pytest.param([("2026-04-01", "50000.00")], "2026-04-02", "broken", "0.00", "50000.00", id="a day late: the promise stays broken"),
        pytest.param([("2026-03-20", "20000.00")], "2026-03-25", "open", "20000.00", "30000.00", id="a part came, the day has not"),
        pytest.param([("2026-03-20", "20000.00")], "2026-04-01", "kept_in_part", "20000.00", "30000.00", id="a part came, the day has passed"),
        pytest.param([("2026-03-10", "30000.00"), ("2026-03-20", "30000.00")], "2026-03-21", "kept", "50000.00", "0.00", id="in two payments, more than promised"),
        pytest.param([("2026-03-20", "50000.00")], "2026-03-15", "open", "0.00", "50000.00", id="judged before the payment came"),
    ],
)
def test_a_promise_of_fifty_thousand_by_the_end_of_march(payments, day, state, received, lacking):
    found = promises(facts([MARCH], payments), date.fromisoformat(day))
    assert [(p.state, p.received, p.lacking) for p in found] == [(state, Decimal(received), Decimal(lacking))]


def test_days_of_grace_move_the_end_and_take_the_money_that_comes_in_them():
    late = facts([MARCH], [("2026-04-03", "50000.00")])
    assert [promises(late, date(2026, 4, 3), grace)[0].state for grace in (0, 2, 3)] == ["broken", "broken", "kept"]
    assert promises(facts([MARCH]), date(2026, 4, 3), 3)[0].state == "open"


def test_a_promise_made_after_the_day_is_not_known_yet():
    assert promises(facts([MARCH]), date(2026, 2, 28)) == ()


def test_a_call_and_the_log_line_about_it_are_one_promise():
    (found,) = promises(facts([MARCH], recordings=[recording("2026-03-01", "2026-03-31", "50000.00")]), date(2026, 4, 1))
    assert (found.documents, found.logged, found.unkept) == (("R1",), True, True)


@pytest.mark.parametrize(
    ("log", "expected"),
    [
        pytest.param([MARCH, call("2026-03-08", "2026-03-31", "50000.00")], [("2026-03-01", "50000.00")], id="said again the next week"),
        pytest.param([MARCH, call("2026-03-08", "2026-03-31")], [("2026-03-01", "50000.00")], id="said again without the sum"),
        pytest.param([call("2026-03-01", "2026-03-31"), call("2026-03-08", "2026-03-31", "50000.00")], [("2026-03-01", "50000.00")], id="the sum came later"),
        pytest.param([MARCH, call("2026-03-08", "2026-03-31", "60000.00")], [("2026-03-01", "50000.00"), ("2026-03-08", "60000.00")], id="another sum is another promise"),
        pytest.param([MARCH, call("2026-03-08", "2026-04-30", "50000.00")], [("2026-03-01", "50000.00"), ("2026-03-08", "50000.00")], id="another day is another promise"),
    ],
)
def test_what_is_the_same_promise(log, expected):
    assert [(str(p.made_on), str(p.amount)) for p in promises(facts(log), date(2026, 3, 10))] == expected


def test_money_counts_once_for_the_promise_that_falls_due_first():
    # 50,000 by the end of March and 50,000 by the end of April, both promised on 1 March; 50,000 came: one is kept, one is broken
    found = promises(facts([MARCH, call("2026-03-01", "2026-04-30", "50000.00")], [("2026-03-20", "50000.00")]), date(2026, 5, 1))
    assert [p.state for p in found] == ["kept", "broken"]


@pytest.mark.parametrize(
    ("before", "paid", "state", "wanted"),
    [
        pytest.param([], "200000.00", "kept", "200000.00", id="everything"),
        pytest.param([], "199999.99", "kept_in_part", "200000.00", id="a cent less than everything"),
        pytest.param([("2026-02-01", "80000.00")], "120000.00", "kept", "120000.00", id="what was left after an earlier payment"),
    ],
)
def test_a_promise_without_a_sum_is_the_whole_balance(before, paid, state, wanted):
    (found,) = promises(facts([call("2026-03-01", "2026-03-31")], [*before, ("2026-03-20", paid)]), date(2026, 4, 1))
    assert (found.amount, found.wanted, found.state) == (None, Decimal(wanted), state)


def test_who_pays_all_that_was_owed_has_kept_a_promise_of_more():
    # 300,000 promised (with interest), 200,000 owed by the ledger and paid
    (found,) = promises(facts([call("2026-03-01", "2026-03-31", "300000.00")], [("2026-03-20", "200000.00")]), date(2026, 4, 1))
    assert (found.state, found.wanted) == ("kept", Decimal("200000.00"))


@pytest.mark.parametrize(
    ("said", "state"), [pytest.param({"kept": True}, "kept", id="kept in another way"), pytest.param({"kept": False}, "broken", id="false adds nothing"), pytest.param({}, "broken", id="nothing said")]
)
def test_what_a_paper_says_of_its_promise(said, state):
    (found,) = promises(facts(recordings=[recording("2026-03-01", "2026-03-31", "50000.00", **said)]), date(2026, 4, 1))
    assert found.state == state


def test_a_paper_without_its_own_day_is_no_promise():
    case = BASE | {"documents": [{"id": "W1", "type": "wechat_record", "promise": {"date": "2026-03-31", "amount": "1.00"}}]}
    assert promises(read_case(case), date(2026, 4, 1)) == ()


def test_the_recording_of_the_first_example_is_a_broken_promise(example):
    # D18 of case A promised 100,000.00 for 2025-12-31 and the file has no payment after the call of 2025-11-12
    (found,) = promises(read_case(example("A")), date(2026, 5, 11))
    assert (str(found.due), str(found.lacking), found.state, found.documents) == ("2025-12-31", "100000.00", "broken", ("D18",))
