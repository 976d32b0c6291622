"""The schema: up, down and up again, the same as the models say, on SQLite and on PostgreSQL; the same case reads back the same on both."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import CheckConstraint, inspect, select, text
from sqlalchemy.exc import DBAPIError

from casefiles import audit, exchange, runtime, schema
from casefiles.case_mapping import case_mapping
from casefiles.config import Config
from casefiles.db import Base, saving, session
from casefiles.law import EXAMPLES
from casefiles.models import AuditEntry, Case, Document, Job, JobState, Packet, PacketState, TextStatus

EXAMPLE = EXAMPLES / "case-a-complete-sale.yaml"
DATABASES = [pytest.param("sqlite", id="SQLite"), pytest.param("postgresql", id="PostgreSQL")]


@pytest.fixture
def start(request, tmp_path):
    """start("sqlite"): an empty database of that kind, opened as the product opens it."""

    def start(kind):
        url = f"sqlite:///{tmp_path / 'casefiles.sqlite'}" if kind == "sqlite" else request.getfixturevalue("postgres_database")
        runtime.start(Config.embedded(tmp_path / f"data-{kind}", "x" * 40, database_url=url))
        engine = session.get_bind()
        request.node.addfinalizer(lambda: (session.remove(), engine.dispose()))  # before the fixture above drops its database
        return engine

    return start


def differences(engine):
    """What alembic would migrate, plus the checks, which it does not look at."""
    with engine.connect() as connection:
        told = compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), Base.metadata)
    seen = inspect(engine)
    for name, table in Base.metadata.tables.items():
        wanted = {str(check.name) for check in table.constraints if isinstance(check, CheckConstraint)}
        have = {check["name"] for check in seen.get_check_constraints(name)}
        told += [("check", name, wanted ^ have)] if wanted != have else []
    return told


def tables(engine):
    return set(inspect(engine).get_table_names()) - {"alembic_version"}


@pytest.mark.parametrize("kind", DATABASES)
def test_up_down_and_up_again_gives_the_schema_of_the_models(start, kind):
    engine = start(kind)
    schema.upgrade(engine)
    assert schema.is_current(engine)
    assert differences(engine) == []
    schema.downgrade(engine)
    assert tables(engine) == set()
    assert not schema.is_current(engine)
    schema.upgrade(engine)
    assert differences(engine) == []


@pytest.mark.long
@pytest.mark.parametrize("kind", DATABASES)
def test_what_the_older_program_does_not_know_is_said_in_its_words(start, actor, kind):
    """Nobody reads more of a file inside a privileged one than before; work that is no more asks for nothing."""
    engine = start(kind)
    schema.upgrade(engine)
    with saving():
        exchange.enter(actor, exchange.read(EXAMPLE), {})
        above = None
        for number, paper in enumerate(("privileged_note", "unsorted", "unsorted", "unsorted")):
            row = Document(case_id="EX-A-COMPLETE", ref=f"X{number}", type=paper, fields={}, text_status=TextStatus.RECOGNISING, received_at=actor.now, parent_id=above)
            session.add(row)
            session.flush()
            above = row.id if number < 2 else None
        for name in ("recognise", "index_case"):
            session.add(Job(name=name, case_id="EX-A-COMPLETE", state=JobState.WAITING, created_at=actor.now))
    session.remove()
    schema.downgrade(engine, "0003")
    with engine.begin() as connection:
        rows = connection.execute(text("SELECT type, text_status FROM documents WHERE ref LIKE 'X%' ORDER BY ref")).all()
        assert [tuple(row) for row in rows] == [("privileged_note", "partly")] * 3 + [("photos", "partly")]
        assert connection.execute(text("SELECT count(*) FROM jobs WHERE state IN ('waiting', 'running')")).scalar() == 0
        connection.execute(text("UPDATE jobs SET state = 'waiting' WHERE name = 'index_case'"))
    schema.upgrade(engine)
    assert [(job.name, job.state) for job in session.scalars(select(Job).where(Job.state == JobState.WAITING))] == [("refresh_case", JobState.WAITING)]
    assert schema.is_current(engine)


@pytest.mark.parametrize("kind", DATABASES)
def test_upgrading_again_changes_nothing(start, actor, kind):
    engine = start(kind)
    schema.upgrade(engine)
    with saving():
        exchange.enter(actor, exchange.read(EXAMPLE), {})
    before = case_mapping(session.get_one(Case, "EX-A-COMPLETE"))
    session.remove()
    schema.upgrade(engine)
    assert case_mapping(session.get_one(Case, "EX-A-COMPLETE")) == before


@pytest.mark.parametrize("kind", DATABASES)
def test_a_migration_that_breaks_off_leaves_no_table_behind(start, monkeypatch, kind):
    engine = start(kind)
    from alembic import op

    create = op.create_table

    def create_until(name, *columns, **more):
        if name == "jobs":
            raise RuntimeError("the machine stops here")
        return create(name, *columns, **more)

    monkeypatch.setattr(op, "create_table", create_until)
    with pytest.raises(RuntimeError, match="stops here"):
        schema.upgrade(engine)
    assert tables(engine) == set()
    monkeypatch.undo()
    schema.upgrade(engine)
    assert differences(engine) == []


@pytest.mark.parametrize("kind", DATABASES)
def test_a_comparison_that_finds_nothing_can_find_something(start, kind):
    engine = start(kind)
    schema.upgrade(engine)
    with engine.begin() as connection:
        connection.execute(text("DROP INDEX ix_parties_uscc"))
        connection.execute(text("ALTER TABLE notes DROP COLUMN shared"))
    assert {change[0] for change in differences(engine)} == {"add_index", "add_column"}


def imported(start, actor, kind):
    schema.upgrade(start(kind))
    with saving():
        exchange.enter(actor, exchange.read(EXAMPLE), {})
    session.remove()
    return case_mapping(session.get_one(Case, "EX-A-COMPLETE"))


def test_a_case_reads_back_the_same_from_both(start, actor):
    on_sqlite = imported(start, actor, "sqlite")
    given = exchange.read(EXAMPLE).mapping
    for key in ("creditor", "debtor", "deliveries", "invoices", "payments", "reconciliations"):
        assert on_sqlite[key] == given[key]  # not two equal emptinesses
    assert imported(start, actor, "postgresql") == on_sqlite


@pytest.mark.parametrize("kind", DATABASES)
def test_the_audit_chain_is_sound_after_the_database_gave_it_back(start, actor, kind):
    imported(start, actor, kind)
    with saving():
        last = audit.record(actor, "open", "D01", case_id="EX-A-COMPLETE", amount="286000.00", seal="财务专用章", n=3).hash
    session.remove()
    verdict = audit.verify(last)
    assert (verdict.reason, verdict.entries, verdict.head) == ("", 2, last)


@pytest.mark.parametrize("kind", DATABASES)
@pytest.mark.parametrize("statement", ["UPDATE audit_entries SET object = 'x'", "DELETE FROM audit_entries"])
def test_the_database_refuses_to_change_the_log(start, actor, kind, statement):
    imported(start, actor, kind)
    with pytest.raises(DBAPIError, match="append-only"), saving():
        session.execute(text(statement))
    assert [entry.event for entry in session.scalars(select(AuditEntry))] == ["import"]
    assert audit.verify().reason == ""


def test_postgresql_refuses_to_empty_the_log_and_lets_go_of_the_guard_when_downgraded(start, actor):
    imported(start, actor, "postgresql")
    with pytest.raises(DBAPIError, match="append-only"), saving():
        session.execute(text("TRUNCATE audit_entries"))
    assert session.query(AuditEntry).count() == 1
    session.remove()
    schema.downgrade(session.get_bind())
    with session.get_bind().connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM pg_proc WHERE proname LIKE 'casefiles%'")).scalar() == 0


def test_constraints_have_the_same_names_on_both(start):
    names = {}
    for kind in ("sqlite", "postgresql"):
        engine = start(kind)
        schema.upgrade(engine)
        seen = inspect(engine)
        names[kind] = {
            (table, constraint["name"])
            for table in tables(engine)
            for constraint in [*seen.get_unique_constraints(table), *seen.get_foreign_keys(table), *seen.get_check_constraints(table)]
        }
    assert names["sqlite"] == names["postgresql"]
    assert ("documents", "ck_documents_file_is_whole") in names["sqlite"]


@pytest.mark.parametrize("kind", DATABASES)
def test_the_database_refuses_to_change_a_final_packet_but_not_to_file_it(start, actor, kind):
    imported(start, actor, kind)
    with saving():
        session.add(
            Packet(
                case_id="EX-A-COMPLETE", kind="lawsuit", number=1, state=PacketState.READY, as_of=actor.today, draft=False, requested_at=actor.now,
                case_version=1, parts=[{"name": "bundle.pdf"}], manifest={"format": "x"}, frozen_at=actor.now,
            )
        )  # fmt: skip
    for statement in ("UPDATE packets SET parts = '[]'", "UPDATE packets SET frozen_at = NULL", "DELETE FROM packets"):
        with pytest.raises(DBAPIError, match="a frozen packet never changes"), saving():
            session.execute(text(statement))
    with saving():
        session.scalars(select(Packet)).one().filed_on = actor.today
    assert session.scalars(select(Packet.filed_on)).one() == actor.today
