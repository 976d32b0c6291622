"""The sweep among faults: one case that cannot be read, a sweep killed half way, two at once, and a page that writes in between."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select, text

from casefiles import assess, escalate, exchange, remind, remind_sweep
from casefiles.db import saving, session
from casefiles.exchange_format import CaseFile
from casefiles.models import Case, Document, Notice, Person, Role, State, TextStatus

DAY = date(2026, 11, 22)
CASES = ("C-1", "C-2", "C-3")


@pytest.fixture
def cases(instance, actor):
    """Three cases with a hearing in seven days, and one person who hears of them: three notices are due."""
    party = {"name": "示例甲有限公司（虚构）", "uscc": "91000000MA0CCCC376"}
    with saving():
        session.add(Person(email="a@example.test", name="甲", role=Role.LEGAL_STAFF, password_hash="!", created_at=datetime.now(UTC)))
        for case_id in CASES:
            extract = {"id": "E1", "type": "company_registry_extract_debtor", "printed_on": str(DAY)}
            whole = {"case_id": case_id, "dispute_type": "sale_of_goods", "packet_kind": "lawsuit", "as_of": str(DAY), "state": "litigation", "creditor": party,
                     "debtor": party | {"name": "示例乙有限公司（虚构）"}, "documents": [extract],
                     "court_dates": [{"kind": "hearing", "date": str(DAY + timedelta(7))}]}  # fmt: skip
            assess.refresh(exchange.enter(actor, CaseFile(case_id, whole, {}), {}), actor.today)
    session.remove()
    return replace(actor, today=DAY)


def swept(actor):
    return remind_sweep.sweep(actor, assess.figures)


def given():
    session.remove()
    return sorted(session.scalars(select(Notice.case_id)))


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param("UPDATE cases SET blocks = '{not json' WHERE case_id = 'C-2'", id="a block that is no JSON"),
        pytest.param("UPDATE cases SET state = 'elsewhere' WHERE case_id = 'C-2'", id="a state nobody knows"),
        pytest.param("UPDATE court_dates SET date = 'soon' WHERE case_id = 'C-2'", id="a day that is none"),
        pytest.param("UPDATE parties SET name = '', role = 'nobody' WHERE case_id = 'C-2'", id="a role nobody knows"),
    ],
)
def test_a_case_that_cannot_be_read_is_named_and_the_others_are_judged(cases, damage):
    with saving():
        session.execute(text(damage))
    session.remove()
    told = swept(cases)
    assert [failed["case"] for failed in told.failed] == ["C-2"]
    assert (told.cases, given()) == (3, ["C-1", "C-3"])


def test_a_sweep_killed_half_way_gives_the_rest_the_next_time(cases, monkeypatch):
    monkeypatch.setattr(remind_sweep, "CHUNK", 1)
    store, calls = remind.store, []

    def dying(*given):
        calls.append(given)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return store(*given)

    monkeypatch.setattr(remind, "store", dying)
    with pytest.raises(KeyboardInterrupt):
        swept(cases)
    assert given() == ["C-1"]
    monkeypatch.setattr(remind, "store", store)
    assert swept(cases).notices == 2
    assert given() == list(CASES)


def test_two_sweeps_at_once_give_each_reminder_once(cases):
    told, start = [], threading.Barrier(2)

    def run():
        start.wait()
        try:
            told.append(swept(cases))
        finally:
            session.remove()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [one.failed for one in told] == [[], []]
    assert sum(one.notices for one in told) == 3
    assert given() == list(CASES)


def test_a_notice_another_sweep_gave_in_between_fails_nothing(cases, monkeypatch):
    """As on a server that lets two transactions write at once: what was read as not given is there when it is written."""
    swept(cases)
    seen, asked = remind._given, []

    def blind_once(chunk):
        asked.append(chunk)
        return {case_id: {} for case_id in chunk} if len(asked) == 1 else seen(chunk)

    monkeypatch.setattr(remind, "_given", blind_once)
    told = swept(cases)
    assert (told.failed, told.notices, told.cases) == ([], 0, 3)
    assert given() == list(CASES)


def test_the_sweep_moves_back_a_settlement_that_was_not_kept(entered, actor):
    row = entered("a", state="settlement")
    fields = {"signed_on": "2026-05-01", "schedule": ["2026-05-31 1000.00"], "acceleration": "任一期逾期全部到期"}
    with saving():
        session.add(Document(case_id=row, ref="R1", type="repayment_agreement", listed_in="documents", fields=fields, text_status=TextStatus.NO_FILE, received_at=actor.now))
    session.remove()
    assert remind_sweep.sweep(actor, assess.figures, as_of=DAY, fall_back=escalate.fall_back).failed == []
    assert session.get_one(Case, row).state is State.SETTLEMENT  # as of a day nothing is moved
    session.remove()
    remind_sweep.sweep(actor, assess.figures, fall_back=escalate.fall_back)
    session.remove()
    assert session.get_one(Case, row).state is State.LEGAL_ESCALATION


def test_a_settlement_that_cannot_be_judged_is_named(cases):
    with saving():
        session.get_one(Case, "C-1").state = State.SETTLEMENT
    session.remove()

    def broken(*_given):
        raise ValueError("no plan")

    told = remind_sweep.sweep(cases, assess.figures, fall_back=broken)
    assert (told.failed, told.cases) == ([{"case": "C-1", "reason": "ValueError: no plan"}], 3)
