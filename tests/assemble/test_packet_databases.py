"""Packets on both databases: what a final version keeps, the way back to the schema before, two who cancel, finish or arrange at once."""

import threading
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from casefiles import assemble, exchange, leases, runtime, schema
from casefiles.config import Config
from casefiles.db import saving, session
from casefiles.errors import Conflict, Refused
from casefiles.law import EXAMPLES
from casefiles.models import Case, Job, JobState, Packet, PacketPlan, PacketState, Role
from casefiles.policy import Actor

CASE = "EX-A-COMPLETE"
NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)


@pytest.fixture
def database(request, tmp_path):
    """database("postgresql"): an empty database of that kind with example A in it; gives its engine."""

    def start(kind):
        url = f"sqlite:///{tmp_path / 'casefiles.sqlite'}" if kind == "sqlite" else request.getfixturevalue("postgres_database")
        runtime.start(Config.embedded(tmp_path / f"data-{kind}", "x" * 40, database_url=url))
        engine = session.get_bind()
        request.node.addfinalizer(lambda: (session.remove(), engine.dispose()))
        schema.upgrade(engine)
        with saving():
            exchange.enter(OPERATOR, exchange.read(EXAMPLES / "case-a-complete-sale.yaml"), {})
        return engine

    return start


OPERATOR = Actor(person_id=None, name="test", role=Role.LEGAL_MANAGER, department="法务部", now=NOW, today=NOW.date())
DATABASES = [pytest.param("sqlite", id="SQLite"), pytest.param("postgresql", id="PostgreSQL")]


def ask():
    with saving():
        return assemble.request(OPERATOR, session.get_one(Case, CASE), "lawsuit", as_of=None).id


@pytest.mark.long
@pytest.mark.parametrize("kind", DATABASES)
def test_the_database_keeps_a_final_version_and_goes_back_a_version_with_it(database, kind):
    engine, packet_id, cancelled = database(kind), ask(), ask()
    with saving():
        assemble.cancel(OPERATOR, session.get_one(Packet, cancelled))
        packet = session.get_one(Packet, packet_id)
        packet.state, packet.frozen_at, packet.made_of, packet.plan = PacketState.READY, NOW, {"case": {}}, {"groups": []}
    changes = ("parts = '[1]'", "draft = NOT draft", "made_of = '{}'", "inserted_into_id = 7", "frozen_at = NULL", "state = 'failed'", "stamp = '{}'")
    for change in (*(f"UPDATE packets SET {change} WHERE id = {packet_id}" for change in changes), f"DELETE FROM packets WHERE id = {packet_id}"):
        with pytest.raises(DBAPIError, match="never changes"), saving():
            session.execute(text(change))
    with saving():
        session.execute(text(f"UPDATE packets SET made_of = NULL, filed_on = '2026-11-20' WHERE id = {packet_id}"))
    session.remove()
    schema.downgrade(engine, "0002")
    with engine.connect() as connection:
        assert connection.execute(text("SELECT state FROM packets ORDER BY id")).scalars().all() == ["ready", "failed"]
        assert "cancelled" not in connection.execute(text("SELECT state FROM jobs")).scalars().all()
    schema.upgrade(engine)
    assert session.get_one(Packet, packet_id).parts == []


@pytest.mark.parametrize("kind", DATABASES)
def test_who_cancels_while_the_worker_finishes_waits_and_is_told(database, kind):
    database(kind)
    packet_id, finishing, told = ask(), threading.Event(), []
    job_id = session.scalar(select(Job.id).where(Job.packet_id == packet_id))
    with saving():
        held = leases.take(job_id, NOW)

    def cancel():
        finishing.wait(10)
        try:
            with saving():
                assemble.cancel(OPERATOR, session.get_one(Packet, packet_id))
        except Refused as refused:
            told.append(refused.message)
        finally:
            session.remove()

    other = threading.Thread(target=cancel)
    other.start()
    with saving():
        leases.close(held)
        assemble.finish(session.get_one(Packet, packet_id), SimpleNamespace(manifest={}, draft=False, plan={}), [], NOW)
        session.flush()
        finishing.set()
        other.join(0.3)  # it waits for us: our row is locked
    other.join(30)
    assert told == ["lawsuit 1 is not being built; nothing was changed."]
    assert session.get_one(Packet, packet_id, populate_existing=True).state is PacketState.READY
    assert session.get_one(Job, job_id, populate_existing=True).state is JobState.DONE


@pytest.mark.parametrize("kind", DATABASES)
def test_of_two_who_arrange_at_the_same_time_both_are_kept_or_one_is_told(database, kind):
    database(kind)
    at_once, told = threading.Barrier(2), []

    def arrange(name):
        try:
            with saving():
                at_once.wait(10)
                told.append(assemble.arrange(OPERATOR, session.get_one(Case, CASE), "lawsuit", {"names": {"D01": name}}).number)
        except (Conflict, threading.BrokenBarrierError):
            told.append(0)
        finally:
            session.remove()

    people = [threading.Thread(target=arrange, args=(name,)) for name in "甲乙"]
    for person in people:
        person.start()
    for person in people:
        person.join(60)
    assert sorted(told) in ([0, 1], [1, 2])
    assert len(session.scalars(select(PacketPlan.number)).all()) == sum(1 for number in told if number)
