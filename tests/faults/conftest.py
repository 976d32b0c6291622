"""The real server as a child on a data folder of its own, and somebody who is signed in to it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from casefiles import exchange, people, runtime, schema
from casefiles.config import Config
from casefiles.db import saving, session
from casefiles.law import EXAMPLES
from casefiles.models import Role
from casefiles.policy import Actor
from tests.serving import EMAIL, KEY, PASSWORD, Server

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
ACTOR = Actor(person_id=None, name="test", role=Role.LEGAL_MANAGER, department="法务部", now=NOW, today=date(2026, 11, 22))


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with case A and a clerk, made once and copied for each test."""
    folder = tmp_path_factory.mktemp("faults") / "data"
    runtime.start(Config.embedded(folder, KEY))
    schema.upgrade(session.get_bind())
    with saving():
        people.add_person(ACTOR, EMAIL, "林法务", Role.LEGAL_STAFF, "法务部", PASSWORD)
        exchange.enter(ACTOR, exchange.read(EXAMPLES / "case-a-complete-sale.yaml"), {})
    session.remove()
    session.get_bind().dispose()
    return folder


@pytest.fixture
def data(filled: Path, tmp_path: Path) -> Path:
    shutil.copytree(filled, tmp_path / "data")
    return tmp_path / "data"


@pytest.fixture
def instance(data: Path) -> Iterator[runtime.Runtime]:
    """The data folder opened in this process."""
    running = runtime.start(Config.embedded(data, KEY))
    yield running
    session.remove()
    session.get_bind().dispose()


@pytest.fixture
def clerk(instance: runtime.Runtime) -> Actor:
    person = people.person_by(EMAIL)
    session.remove()
    return replace(ACTOR, person_id=person.id, name=person.name, role=person.role)


@pytest.fixture
def server(data: Path) -> Iterator[Server]:
    """The server, running and signed in to."""
    server = Server(data)
    try:
        server.start()
        server.sign_in()
        yield server
    finally:
        server.stop()
