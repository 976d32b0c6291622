"""An empty instance for each test, and somebody who acts."""

import shutil
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from casefiles import db, exchange, runtime
from casefiles.config import Config
from casefiles.db import saving, session
from casefiles.law import EXAMPLES
from casefiles.models import Person, Role, State
from casefiles.policy import Actor

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)


@pytest.fixture
def instance(tmp_path, empty_database):
    (tmp_path / "data").mkdir()
    shutil.copy(empty_database, tmp_path / "data" / "casefiles.sqlite")
    yield runtime.start(Config.embedded(tmp_path / "data", "x" * 40))
    db.session.remove()


@pytest.fixture
def actor():
    return Actor(person_id=None, name="test", role=Role.LEGAL_MANAGER, department="法务部", now=NOW, today=date(2026, 11, 22))


@pytest.fixture
def case_a(instance, actor):
    case_file = exchange.read(EXAMPLES / "case-a-complete-sale.yaml")
    with saving():
        return exchange.enter(actor, case_file, {})


@pytest.fixture
def somebody(instance):
    """somebody("finance"): somebody of that role, as an actor; somebody("legal_manager", 2) is another."""

    def actor(role, number=1, *, became=None, disabled=False):
        email = f"{role}{number}@example.test"
        with saving():
            person = session.scalar(select(Person).where(Person.email == email))
            if person is None:
                person = Person(email=email, name=f"{role} {number}", role=Role(role), password_hash="!", created_at=NOW)
                session.add(person)
            person.role, person.active = became or person.role, not disabled
            session.flush()
            return Actor(person_id=person.id, name=person.name, role=person.role, department="法务部", now=NOW, today=NOW.date())

    return actor


@pytest.fixture
def entered(instance, actor):
    """entered("a", state="judgment"): an example in the database in a state; gives its id."""

    def enter(letter="a", *, state=None, **columns):
        file = next(EXAMPLES.glob(f"case-{letter}-*.yaml"))
        with saving():
            row = exchange.enter(actor, exchange.read(file), {})
            for key, value in ({"state": State(state)} if state else {} | columns).items():
                setattr(row, key, value)
            return row.case_id

    return enter
