"""An empty instance for each test, and somebody who acts."""

from datetime import UTC, date, datetime

import pytest

from casefiles import db, exchange, runtime, schema
from casefiles.config import Config
from casefiles.db import saving
from casefiles.law import EXAMPLES
from casefiles.models import Role
from casefiles.policy import Actor

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)


@pytest.fixture
def instance(tmp_path):
    running = runtime.start(Config.embedded(tmp_path / "data", "x" * 40))
    schema.upgrade(db.session.get_bind())
    yield running
    db.session.remove()


@pytest.fixture
def actor():
    return Actor(person_id=None, name="test", role=Role.LEGAL_MANAGER, department="法务部", now=NOW, today=date(2026, 11, 22))


@pytest.fixture
def case_a(instance, actor):
    case_file = exchange.read(EXAMPLES / "case-a-complete-sale.yaml")
    with saving():
        return exchange.enter(actor, case_file, {})
