"""The sweep: each reminder once, to the right people, whatever happens between; nothing written that did not change."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import event, select

from casefiles import assess, audit, court_dates, exchange, jobs, remind, remind_sweep, runtime, work
from casefiles.case_mapping import case_mapping
from casefiles.db import saving, session
from casefiles.errors import NotUsable
from casefiles.exchange_format import CaseFile
from casefiles.models import Case, CourtDate, Deadline, Document, Job, JobState, Notice, Person, Role

DAY = date(2026, 11, 22)
COMPANY = {"name": "示例甲有限公司（虚构）", "uscc": "91000000MA0CCCC376"}


@pytest.fixture
def person(instance):
    def make(role="legal_staff", **columns):
        number = session.query(Person).count()
        row = {"email": f"{role}{number}@example.test", "name": f"{role} {number}", "role": Role(role), "password_hash": "!", "created_at": datetime.now(UTC)}
        with saving():
            made = Person(**(row | columns))
            session.add(made)
        return made.id

    return make


@pytest.fixture
def enter(instance, actor):
    """enter("C-1", hearing in 7 days): a case with one hearing, so that exactly one reminder is due besides the registry check."""

    def make(case_id="C-1", *, hearing=DAY + timedelta(7), **blocks):
        extract = {"id": "E1", "type": "company_registry_extract_debtor", "printed_on": str(DAY)}
        whole = {"case_id": case_id, "dispute_type": "sale_of_goods", "packet_kind": "lawsuit", "as_of": str(DAY), "state": "litigation", "creditor": COMPANY,
                 "debtor": COMPANY | {"name": "示例乙有限公司（虚构）"}, "documents": [extract],
                 "court_dates": [{"kind": "hearing", "date": str(hearing)}]} | blocks  # fmt: skip
        with saving():
            case = exchange.enter(actor, CaseFile(case_id, whole, {}), {})
            assess.refresh(case, actor.today)
        session.remove()
        return case_id

    return make


def swept(actor, day=DAY, **more):
    return remind_sweep.sweep(replace(actor, today=day), assess.figures, **more)


def given():
    session.remove()
    return [(n.case_id, n.kind, n.threshold, n.person_id) for n in session.scalars(select(Notice).order_by(Notice.id))]


def test_a_reminder_is_given_once_however_often_the_sweep_runs(actor, person, enter):
    owner, case = person(), enter()
    assert swept(actor).notices == 1
    assert swept(actor).notices == 0
    assert swept(actor, DAY + timedelta(1)).notices == 0  # six days left: no threshold
    assert given() == [(case, "hearing", "-7", owner)]


def test_a_day_the_sweep_missed_is_caught_up_by_one_reminder(actor, person, enter):
    person()
    enter()
    assert [swept(actor, DAY + timedelta(n)).notices for n in (0, 5, 5)] == [1, 1, 0]  # 7 days before; then 2 days before: -3 is caught up
    assert [threshold for _, _, threshold, _ in given()] == ["-7", "-3"]


def test_at_the_last_two_thresholds_the_managers_hear_too(actor, person, enter):
    owner, first, second = person(), person("legal_manager"), person("legal_manager")
    person("legal_manager", active=False)
    enter()
    told = swept(actor, DAY + timedelta(4))
    assert (told.notices, told.escalated) == (3, 1)
    assert {who for *_, who in given()} == {owner, first, second}


@pytest.mark.parametrize(
    ("people", "owner", "heard"),
    [
        pytest.param(["legal_staff", "legal_staff"], None, [1], id="nobody named: the first of the department"),
        pytest.param(["legal_staff", "legal_staff"], 2, [2], id="the owner"),
        pytest.param(["legal_staff", "legal_manager"], 2, [2], id="a manager may own"),
        pytest.param(["legal_manager", "finance"], None, [1], id="no legal staff: the managers"),
        pytest.param(["finance", "admin"], None, [], id="nobody of the law department"),
    ],
)
def test_who_is_reminded(actor, person, enter, people, owner, heard):
    ids = [person(role) for role in people]
    case = enter()
    if owner:
        with saving():
            remind.assign_owner(actor, session.get_one(Case, case), session.get_one(Person, ids[owner - 1]))
    told = swept(actor)
    assert [who for *_, who in given()] == [ids[number - 1] for number in heard]
    assert told.unheard == (0 if heard else 1)


@pytest.mark.parametrize(
    "columns",
    [pytest.param({"active": False}, id="disabled"), pytest.param({"department": "另一部门"}, id="moved to another department"), pytest.param({"role": Role.FINANCE}, id="another role")],
)
def test_an_owner_who_left_is_replaced(actor, person, enter, columns):
    first, owner = person(), person()
    case = enter()
    with saving():
        remind.assign_owner(actor, session.get_one(Case, case), session.get_one(Person, owner))
    with saving():
        for name, value in columns.items():
            setattr(session.get_one(Person, owner), name, value)
    swept(actor)
    assert [who for *_, who in given()] == [first]


@pytest.mark.parametrize("role", ["collector", "external_lawyer", "finance", "auditor", "admin"])
def test_only_the_law_department_owns_a_case(actor, person, enter, role):
    case, other = enter(), person(role)
    with pytest.raises(NotUsable), saving():
        remind.assign_owner(actor, session.get_one(Case, case), session.get_one(Person, other))


def test_a_document_ends_the_reminder_and_nothing_else_does(actor, person, enter):
    person()
    case = enter(court_dates=[{"kind": "evidence_period", "date": str(DAY - timedelta(2))}])
    assert session.scalars(select(Deadline.kind).where(Deadline.case_id == case)).all() == ["evidence_period"]
    row = session.scalar(select(CourtDate.id))
    with pytest.raises(NotUsable), saving():
        court_dates.settle(actor, session.get_one(Case, case), row, "NOT-A-PAPER")
    with saving():
        file = session.get_one(Case, case)
        court_dates.settle(actor, file, row, "E1")
        assess.refresh(file, DAY)
    assert session.scalars(select(Deadline.kind).where(Deadline.case_id == case)).all() == []


def test_nothing_is_written_when_nothing_changed(actor, person, enter):
    person()
    case = enter()
    swept(actor)
    before = session.get_one(Case, case).version
    session.remove()
    written: list[str] = []
    event.listen(session.get_bind(), "before_cursor_execute", lambda _c, _k, statement, *_: written.append(statement.split()[0]))
    swept(actor)
    assert not {"INSERT", "UPDATE", "DELETE"} & set(written)
    assert session.get_one(Case, case).version == before


def test_the_number_of_statements_does_not_grow_with_the_cases(actor, person, enter):
    person()
    enter("C-1")
    counts = []
    for more in ((), ("C-2", "C-3", "C-4")):
        for case_id in more:
            enter(case_id)
        swept(actor)
        seen: list[str] = []
        session.remove()
        event.listen(session.get_bind(), "before_cursor_execute", lambda _c, _k, statement, *_, seen=seen: seen.append(statement))
        swept(actor)
        counts.append(len(seen))
        seen.clear()
    assert counts[1] <= counts[0] + 1


def test_a_case_that_cannot_be_judged_is_named_and_the_others_go_on(actor, person, enter):
    person()
    enter("C-1", hearing=DAY + timedelta(7))
    enter("C-2", hearing=DAY + timedelta(7))
    with saving():
        broken = session.get_one(Case, "C-1")
        broken.blocks = {"insolvency": {"court": "x"}}  # lacks what the format demands
    told = swept(actor)
    assert ([row["case"] for row in told.failed], told.notices, told.cases) == (["C-1"], 1, 2)


def test_a_case_changed_while_it_is_computed_is_computed_again(actor, person, enter):
    person()
    case = enter()
    before = session.get_one(Case, case).version
    told = remind.Counts()
    judged = list(remind.computed([case], None, DAY, assess.figures, told))
    with saving():
        session.get_one(Case, case).title = "changed by somebody"
    with saving():
        assert remind.store(actor, judged, told) == [case]
    assert given() == []
    assert session.get_one(Case, case).version == before + 1
    assert swept(actor).notices == 1


def test_a_fictional_case_is_judged_on_its_own_day_and_as_of_rules_all(actor, person, enter):
    person()
    enter(fictional=True, as_of="2026-11-22", hearing=date(2026, 11, 29))
    assert swept(actor, date(2027, 6, 1)).notices == 1  # seven days before, on the day of the file
    assert swept(actor, date(2027, 6, 1), as_of=date(2026, 11, 28)).notices == 1  # one day before


def test_a_broken_promise_is_counted_when_it_is_first_seen(actor, person, enter):
    person()
    said = {"date": str(DAY - timedelta(9)), "channel": "phone", "result": "promised", "promise": {"date": str(DAY), "amount": "100.00"}}
    invoice = {"id": "D1", "no": "1", "date": "2026-05-01", "amount": "900.00", "due_date": "2026-06-01"}
    note = {"id": "D2", "no": "1", "date": "2026-05-01", "amount": "900.00", "signed_by": "某", "debtor_seal": True}
    enter(court_dates=[], collection_log=[said], invoices=[invoice], deliveries=[note])
    assert [swept(actor, DAY + timedelta(n)).broken_promises for n in (0, 1, 2, 3)] == [0, 1, 0, 0]


def test_figures_of_lists_are_brought_up_to_date(actor, person, enter):
    case = enter()
    with saving():
        session.query(Case).filter_by(case_id=case).update({"completeness_pct": 1, "balance": None}, synchronize_session=False)
    swept(actor)
    session.remove()
    assert session.get_one(Case, case).completeness_pct != 1


@pytest.mark.long
def test_two_processes_do_what_one_does(actor, person, enter, monkeypatch):
    person()
    for number in range(3):
        enter(f"C-{number}")
    monkeypatch.setattr(remind_sweep, "CHUNK", 2)
    told = swept(actor, processes=2)
    assert (told.cases, told.notices, told.failed) == (3, 3, [])
    assert swept(actor).notices == 0


def test_the_log_says_that_reminders_went_out(actor, person, enter):
    person()
    enter()
    swept(actor)
    entry = session.scalars(select(audit.AuditEntry).where(audit.AuditEntry.event == "remind")).one()
    assert (entry.object, entry.detail) == ("sweep", {"notices": 1, "cases": 1})
    assert not audit.verify().reason


SIX = datetime(2026, 11, 21, 22, 0, tzinfo=UTC)  # six in the morning of the 22nd in Shanghai


def test_the_worker_asks_for_one_sweep_a_day_after_six(instance):
    assert not jobs.ask_for_sweep(SIX - timedelta(minutes=1))
    assert [jobs.ask_for_sweep(SIX + timedelta(hours=n)) for n in (0, 1, 17)] == [True, False, False]
    assert jobs.ask_for_sweep(SIX + timedelta(days=1))  # the job of the day before waits still: it is asked for again, not doubled
    assert session.scalars(select(Job.name).where(Job.state == JobState.WAITING)).all() == [work.SWEEP]


def test_the_worker_sweeps(instance, actor, person, enter):
    person()
    enter(hearing=jobs.today() + timedelta(7))
    with saving():
        job = work.ask(work.SWEEP, actor.now).id
    jobs.run(work.SWEEP, job)
    session.remove()
    assert session.get_one(Job, job).state is JobState.DONE
    assert [kind for _, kind, _, _ in given() if kind == "hearing"] == ["hearing"]
    assert runtime.config().mail is None


def test_everything_the_mapping_reads_is_loaded_beforehand(actor, case_a):
    session.remove()
    case = remind.loaded([case_a.case_id])[0]
    seen: list[str] = []
    event.listen(session.get_bind(), "before_cursor_execute", lambda _c, _k, statement, *_: seen.append(statement))
    case_mapping(case)
    assert seen == []
    assert session.scalar(select(Document.id).limit(1)) is not None
