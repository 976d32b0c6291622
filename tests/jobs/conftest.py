"""An instance with case A for each test, a clock that is moved by hand, and jobs as pages and commands ask for them."""

import io
import shutil
from datetime import UTC, date, datetime, timedelta

import pytest

from casefiles import exchange, intake, jobs, leases, runtime, schema, work
from casefiles.config import Config
from casefiles.db import saving, session
from casefiles.law import EXAMPLES
from casefiles.models import Case, Document, Job, Role, Unindexed
from casefiles.policy import Actor

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
CASE = "EX-A-COMPLETE"
TEXT = "甲方：示例江南\n第三条 交货".encode()
ACTOR = Actor(person_id=None, name="test", role=Role.LEGAL_MANAGER, department="法务部", now=NOW, today=date(2026, 11, 22))


@pytest.fixture(scope="session")
def with_case_a(tmp_path_factory):
    """A data folder with case A and nothing to do, made once and copied for each test."""
    folder = tmp_path_factory.mktemp("jobs") / "data"
    runtime.start(Config.embedded(folder, "x" * 40))
    schema.upgrade(session.get_bind())
    with saving():
        exchange.enter(ACTOR, exchange.read(EXAMPLES / "case-a-complete-sale.yaml"), {})
        session.query(Job).delete()
        session.query(Unindexed).delete()
    runtime.running().queue.flush()
    session.remove()
    session.get_bind().dispose()
    return folder


@pytest.fixture
def instance(with_case_a, tmp_path):
    shutil.copytree(with_case_a, tmp_path / "data")
    running = runtime.start(Config.embedded(tmp_path / "data", "x" * 40))
    yield running
    session.remove()
    session.get_bind().dispose()


@pytest.fixture
def actor():
    return ACTOR


class Clock:
    """What the worker believes the time is."""

    def __init__(self):
        self.time = NOW

    def __call__(self):
        return self.time

    def pass_(self, time):
        self.time += time

    def past_the_lease(self):
        self.pass_(leases.LEASE + timedelta(seconds=1))
        return self.time


@pytest.fixture
def clock(monkeypatch):
    hand = Clock()
    for module in (jobs, jobs.packets, jobs.heartbeat):
        monkeypatch.setattr(module, "now", hand)
    return hand


@pytest.fixture
def add(instance):
    """add(b"..."): a document with these bytes and the id of the job that reads it; no other job waits."""

    def add(content=TEXT, name="合同.txt", kind="contract"):
        received = intake.inspect(instance.store.stage(io.BytesIO(content)), name, 1 << 24)
        instance.store.keep(received.staged)
        with saving():
            document = intake.receive(ACTOR, session.get_one(Case, CASE), received, type=kind)
            session.query(Job).where(Job.name != work.READ_DOCUMENT).delete()
            session.query(Unindexed).delete()
            job = session.query(Job).where(Job.document_id == document.id).one()
        instance.queue.flush()
        return document.id, job.id

    return add


@pytest.fixture
def fresh():
    """fresh(Job, 3): the row as the database has it now."""

    def fresh(kind, key):
        session.rollback()
        session.expire_all()
        return session.get_one(kind, key)

    return fresh


@pytest.fixture
def pages(fresh):
    """pages(document id): number -> text, as the database has them now."""
    return lambda document_id: {page.number: page.text for page in fresh(Document, document_id).pages}
