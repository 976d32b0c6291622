"""An application on its own SQLite file, people who are signed in, and makers of rows with defaults. Shared by all tests of the pages.

CSRF is off in `app`, so that a test of a view is about the view; `guarded_app` has it on.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import FileSystemBytecodeCache

from casefiles import create_app, runtime
from casefiles.config import Config
from casefiles.db import saving, session
from casefiles.web.access import limiter

SECRET = "a-key-for-tests-only-0123456789abcdef"
TODAY = date.today()  # noqa: DTZ011 - only for grants around the present day
YESTERDAY = TODAY - timedelta(days=3)  # safely past in every time zone
NUMBERS = count(1)


def own(row: Any) -> Any:
    """A saved row that stays readable after the session ends; load it anew to change it or follow its relations."""
    session.flush()
    session.refresh(row)
    session.expunge(row)
    return row


@cache
def built(shared: Path) -> Flask:
    """The application, put together once: working out its addresses takes a tenth of a second, and a run has a thousand tests of pages."""
    app = create_app(Config.embedded(shared, SECRET))
    app.jinja_env.bytecode_cache = FileSystemBytecodeCache(str(shared))
    app.config.update(TESTING=True, PROPAGATE_EXCEPTIONS=False)
    return app


@pytest.fixture
def app(tmp_path: Path, empty_database: Path) -> Iterator[Flask]:
    """The application without the form check, on a data folder of its own; what a test changes in it is put back."""
    app, config = built(empty_database.parent), Config.embedded(tmp_path / "data", SECRET)
    config.data.mkdir()
    shutil.copy(empty_database, config.data / "casefiles.sqlite")
    before = dict(app.config), dict(app.view_functions), app.test_client_class
    app.config.update(CASEFILES=config, WTF_CSRF_ENABLED=False)
    app.extensions["casefiles"] = runtime.start(config)
    limiter.reset()
    yield app
    session.remove()
    app.config.clear()
    app.config.update(before[0])
    app.view_functions.update(before[1])
    app.test_client_class = before[2]


KEPT: dict[str, tuple[Path, Any]] = {}  # what was filled once: its data folder, and what the filling gave


@pytest.fixture
def filled_once(app: Flask, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, Callable[[], Any]], Any]:
    """filled_once("full", fill): what fill() gave the first time; later calls get the data folder as it left it. Nothing may be saved before."""

    def filled(name: str, fill: Callable[[], Any]) -> Any:
        config = app.config["CASEFILES"]
        if name in KEPT:
            session.remove()
            session.get_bind().dispose()
            shutil.rmtree(config.data)
            shutil.copytree(KEPT[name][0], config.data)
            app.extensions["casefiles"] = runtime.start(config)
            return KEPT[name][1]
        made = fill()
        session.remove()
        with session.get_bind().connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        session.get_bind().dispose()
        kept = tmp_path_factory.mktemp("kept") / "data"
        shutil.copytree(config.data, kept)
        KEPT[name] = kept, made
        return made

    return filled


@pytest.fixture
def guarded_app(app: Flask) -> Flask:
    """The application as it is served: every form is checked."""
    app.config["WTF_CSRF_ENABLED"] = True
    return app


@pytest.fixture
def make_person(app: Flask) -> Callable[..., Any]:
    """make_person(role, email=..., name=..., password=...): without a password the sign-in form never lets the person in."""
    from argon2 import PasswordHasher

    from casefiles.models import Person, Role

    def make(role: str = "legal_staff", *, password: str | None = None, **columns: Any) -> Person:
        number = next(NUMBERS)
        row = {"email": f"{role}{number}@example.test", "name": f"{role} {number}", "role": Role(role), "created_at": datetime.now(UTC), "language": "en"}
        hashed = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(password) if password else "!"
        with saving():
            person = Person(**(row | {"password_hash": hashed} | columns))
            session.add(person)
        return own(person)

    return make


class Visitor(FlaskClient):
    """A test client with the person it is signed in as."""

    person: Any = None


@pytest.fixture
def signed_in(app: Flask, make_person: Callable[..., Any]) -> Callable[..., Visitor]:
    """signed_in("legal_staff") or signed_in(person=...): a client whose session is that person's."""
    app.test_client_class = Visitor

    def sign(role: str = "legal_staff", *, person: Any = None, **columns: Any) -> Visitor:
        person = person or make_person(role, **columns)
        client = app.test_client()
        client.person = person
        with client.session_transaction() as cookie:
            cookie.update({"_user_id": f"{person.id}:{person.epoch}", "_fresh": True, "since": datetime.now(UTC).timestamp()})
            cookie.permanent = True
        return client

    return sign


@pytest.fixture
def make_case(app: Flask) -> Callable[..., Any]:
    """make_case("DC-1", state="litigation", debtor="..."): a case with creditor and debtor and nothing else."""
    from casefiles.models import Case, Party, PartyRole, State

    def make(case_id: str | None = None, *, debtor: str = "示例债务有限公司", creditor: str = "示例债权有限公司", state: str = "legal_escalation", **columns: Any) -> Case:
        row: dict[str, Any] = {
            "case_id": case_id or f"DC-{next(NUMBERS)}", "dispute_type": "sale_of_goods", "packet_kind": "lawsuit", "as_of": date(2026, 9, 10),
            "state": State(state), "department": "法务部", "blocks": {}, "opened_at": datetime(2026, 1, 5, 8, 0, tzinfo=UTC),
        }
        with saving():
            case = Case(**(row | columns))
            case.parties = [
                Party(role=PartyRole.CREDITOR, name=creditor, uscc="91000000MA0CCCC376", details={}),
                Party(role=PartyRole.DEBTOR, name=debtor, uscc="91000000MA0DDDD40Q", details={}),
            ]
            session.add(case)
        return own(case)

    return make


@pytest.fixture
def make_document(app: Flask) -> Callable[..., Any]:
    """make_document(case, type="contract", content=b"..."): with content the bytes lie in the store."""
    import io

    from casefiles import runtime
    from casefiles.models import Document, TextStatus

    def make(case: Any, *, type: str = "contract", content: bytes | None = None, **columns: Any) -> Document:  # noqa: A002 - the column's name
        row: dict[str, Any] = {
            "case_id": case.case_id, "ref": f"D{next(NUMBERS):03}", "type": type, "listed_in": "documents", "fields": {}, "text_status": TextStatus.NO_FILE,
            "received_at": datetime(2026, 2, 1, tzinfo=UTC),
        }
        if content is not None:
            staged = runtime.store().stage(io.BytesIO(content))
            runtime.store().keep(staged)
            row |= {"sha256": staged.sha256, "size": staged.size, "name": "file.txt", "media_type": "text/plain", "text_status": TextStatus.WAITING}
        with saving():
            document = Document(**(row | columns))
            session.add(document)
        return own(document)

    return make


@pytest.fixture
def make_grant(app: Flask) -> Callable[..., Any]:
    """make_grant(case, person): from a month ago for half a year; ends_on=YESTERDAY makes an ended one."""
    from casefiles.models import Grant

    def make(case: Any, person: Any, **columns: Any) -> Grant:
        row = {"starts_on": TODAY - timedelta(days=30), "ends_on": TODAY + timedelta(days=150), "granted_at": datetime.now(UTC)}
        with saving():
            grant = Grant(case_id=case.case_id, person_id=person.id, **(row | columns))
            session.add(grant)
        return own(grant)

    return make


@pytest.fixture
def make_packet(app: Flask) -> Callable[..., Any]:
    """make_packet(case): a ready lawsuit packet without parts."""
    from casefiles.models import Packet, PacketState

    def make(case: Any, **columns: Any) -> Packet:
        row: dict[str, Any] = {
            "kind": "lawsuit", "number": next(NUMBERS), "state": PacketState.READY, "as_of": date(2026, 9, 10), "requested_at": datetime(2026, 3, 1, tzinfo=UTC),
            "case_version": 1, "parts": [],
        }
        with saving():
            packet = Packet(case_id=case.case_id, **(row | columns))
            session.add(packet)
        return own(packet)

    return make


@pytest.fixture
def example(filled_once: Callable[..., Any]) -> Callable[[str], Any]:
    """example("case-b-five-defects"): one of the acceptance cases, imported without files and assessed; a copy where nothing was saved before."""
    from sqlalchemy import func, select

    from casefiles import assess, exchange
    from casefiles.actor import operator, today
    from casefiles.law import EXAMPLES
    from casefiles.models import Case, Person

    def load(name: str) -> Case:
        alone = not any(session.scalar(select(func.count()).select_from(table)) for table in (Case, Person))
        return own(session.get_one(Case, filled_once(name, lambda: enter(name)) if alone else enter(name)))

    def enter(name: str) -> str:
        case_file = exchange.read(EXAMPLES / f"{name}.yaml")
        with saving():
            case = exchange.enter(operator(), case_file, {})
        with saving():
            assess.refresh(session.get_one(Case, case.case_id), today())
        return str(case.case_id)

    return load


@pytest.fixture
def log_of(app: Flask) -> Callable[[], list[tuple[str, str]]]:
    """The audit log as (event, object), oldest first."""
    from sqlalchemy import select

    from casefiles.models import AuditEntry

    def read() -> list[tuple[str, str]]:
        session.remove()
        return [(entry.event, entry.object) for entry in session.scalars(select(AuditEntry).order_by(AuditEntry.id))]

    return read
