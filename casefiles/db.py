"""The database: base class, column types with one meaning everywhere, the session, and saving() - the one place that commits."""

import logging
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, ClassVar

from sqlalchemy import JSON, DateTime, Dialect, Engine, Enum, MetaData, Numeric, String, Text, TypeDecorator, create_engine, event
from sqlalchemy.orm import DeclarativeBase, Session, mapped_column, scoped_session, sessionmaker

from casefiles import steps

log = logging.getLogger(__name__)
BUSY_SECONDS = 30


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: refuses a naive value, gives back UTC (SQLite would drop the zone)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs its time zone")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - the signature is SQLAlchemy's
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class ExactMoney(TypeDecorator[Decimal]):
    """CNY with two decimals. SQLite has no decimal type: kept there as text, so that no float ever touches money."""

    impl = Numeric(18, 2)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        return dialect.type_descriptor(String(20)) if dialect.name == "sqlite" else dialect.type_descriptor(Numeric(18, 2))

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        exact = Decimal(value).quantize(Decimal("0.01"))
        return str(exact) if dialect.name == "sqlite" else exact

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:  # noqa: ARG002 - the signature is SQLAlchemy's
        return None if value is None else Decimal(value)


Id = Annotated[int, mapped_column(primary_key=True)]
Money = Annotated[Decimal, mapped_column(ExactMoney)]
Instant = Annotated[datetime, mapped_column(UtcDateTime)]
LongText = Annotated[str, mapped_column(Text)]
Sha256 = Annotated[str, mapped_column(String(64))]
STORED_BY_VALUE = Enum(StrEnum, native_enum=False, length=40, values_callable=lambda kind: [member.value for member in kind])


class Base(DeclarativeBase):
    """Every table's base; names of constraints are fixed so that migrations can find them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {StrEnum: STORED_BY_VALUE, dict[str, Any]: JSON, list[Any]: JSON}


session: scoped_session[Session] = scoped_session(sessionmaker(expire_on_commit=False))
_writing = threading.local()
_send: list[Callable[[str, int], None]] = []


def connect(url: str) -> Engine:
    """Bind the session to a database. SQLite: WAL, foreign keys, busy wait; writers take the lock at their start."""
    if url.startswith("sqlite:///"):
        Path(url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, pool_pre_ping=True, connect_args={"timeout": BUSY_SECONDS} if url.startswith("sqlite") else {})
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    session.remove()
    session.configure(bind=engine)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves: the driver's own guess would start too late
    for pragma in ("journal_mode=WAL", "foreign_keys=ON", f"busy_timeout={BUSY_SECONDS * 1000}", "synchronous=FULL"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Any) -> None:
    # A reader that becomes a writer can fail at once with "database is locked"; a writer that says so first waits its turn.
    connection.exec_driver_sql("BEGIN IMMEDIATE" if getattr(_writing, "on", False) else "BEGIN")


def deliver_jobs_to(send: Callable[[str, int], None]) -> None:
    """Say who carries jobs to the worker; without a carrier rows wait for jobs.reconcile."""
    _send[:] = [send]


def after_commit(name: str, job_id: int) -> None:
    """Ask for a job to be sent once the running saving() has committed."""
    session.info["jobs"].append((name, job_id))  # a KeyError outside saving(), on purpose


@contextmanager
def saving() -> Iterator[Session]:
    """The one place that commits. Jobs asked for inside are sent once their rows are there."""
    if "jobs" in session.info:
        raise RuntimeError("saving() inside saving()")
    session.rollback()  # drop what was only read: write on a fresh snapshot
    session.expire_all()
    jobs = session.info["jobs"] = []
    _writing.on = True
    try:
        yield session()
        session.commit()
        steps.reached("committed")
    except BaseException:
        session.rollback()
        raise
    finally:
        _writing.on = False
        del session.info["jobs"]
    for name, job_id in jobs:
        steps.reached("queued")
        for send in _send:
            try:
                send(name, job_id)
            except Exception:  # the row is saved; jobs.reconcile sends it again
                log.exception("job %s %s could not be queued; it will be picked up by the worker's next look", name, job_id)
