"""A database of the first version with a case in it comes to the newest schema without losing a row, on SQLite and on PostgreSQL."""

import json
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import MetaData, Table, select

from casefiles import assess, runtime, schema
from casefiles.case_mapping import case_mapping
from casefiles.config import Config
from casefiles.db import saving, session
from casefiles.models import Case

DATABASES = [pytest.param("sqlite", id="SQLite"), pytest.param("postgresql", id="PostgreSQL")]
NOW = datetime(2026, 5, 4, 3, 2, 1, tzinfo=UTC)
ROWS = {
    "people": [{"id": 1, "email": "legal@example.test", "name": "林法务", "role": "legal_staff", "department": "法务部", "password_hash": "!", "active": True, "epoch": 1, "created_at": NOW}],
    "cases": [
        {"case_id": "DC-1", "title": "旧案", "fictional": False, "dispute_type": "sale_of_goods", "packet_kind": "lawsuit", "as_of": date(2026, 5, 4), "state": "legal_escalation",
         "department": "法务部", "blocks": {"claim": {"principal": "100.00"}}, "opened_at": NOW, "version": 3, "balance": "100.00"},
        {"case_id": "DC-2", "title": None, "fictional": True, "dispute_type": "loan", "packet_kind": "lawsuit", "as_of": date(2026, 5, 4), "state": "archived",
         "department": "法务部", "blocks": {}, "opened_at": NOW, "version": 1, "balance": None},
    ],
    "parties": [
        {"id": 1, "case_id": "DC-1", "role": "creditor", "name": "示例债权有限公司", "uscc": "91000000MA0CCCC376", "details": {}},
        {"id": 2, "case_id": "DC-1", "role": "debtor", "name": "示例债务有限公司", "uscc": None, "details": {"size": "large"}},
    ],
    "documents": [
        {"id": 1, "case_id": "DC-1", "ref": "D01", "type": "vat_invoice", "listed_in": None, "fields": {}, "text_status": "no_file", "received_at": NOW, "version": 2},
        {"id": 2, "case_id": "DC-1", "ref": "D02", "type": "photos", "listed_in": "documents", "fields": {"device": "手机"}, "name": "照片.jpg", "sha256": "a" * 64, "size": 7,
         "text_status": "read", "received_at": NOW, "received_by_id": 1, "duplicate_of_id": None, "version": 1},
    ],
    "invoices": [{"id": 1, "document_id": 1, "case_id": "DC-1", "no": "FP-1", "date": date(2025, 1, 1), "due_date": date(2025, 2, 1), "amount": "100.00"}],
    "deadlines": [{"id": 1, "case_id": "DC-1", "kind": "limitation", "subject": "FP-1", "last_day": date(2028, 2, 1)}],
    "grants": [{"id": 1, "case_id": "DC-1", "person_id": 1, "starts_on": date(2026, 1, 1), "ends_on": date(2026, 6, 30), "download": False, "granted_at": NOW}],
    "waivers": [{"id": 1, "case_id": "DC-1", "finding": "element:S03_price_due", "reason": "另有证明", "person_id": 1, "waived_at": NOW}],
    "notes": [{"id": 1, "case_id": "DC-1", "author_id": 1, "text": "意见", "shared": True, "written_at": NOW}],
}  # fmt: skip
COMPUTED = {"deadlines"}  # made anew: the next assessment fills it


@pytest.fixture
def old(request, tmp_path):
    """old("sqlite"): a database of revision 0001 with the rows above."""

    def start(kind):
        url = f"sqlite:///{tmp_path / 'casefiles.sqlite'}" if kind == "sqlite" else request.getfixturevalue("postgres_database")
        runtime.start(Config.embedded(tmp_path / f"data-{kind}", "x" * 40, database_url=url))
        engine = session.get_bind()
        request.node.addfinalizer(lambda: (session.remove(), engine.dispose()))
        schema.upgrade(engine, "0001")
        with engine.begin() as connection:
            for name, rows in ROWS.items():
                table = Table(name, MetaData(), autoload_with=connection)
                for row in rows:
                    connection.execute(table.insert().values(**{key: fitting(table, key, value) for key, value in row.items()}))
        return engine

    return start


def fitting(table, key, value):
    """A value as this database's own column takes it: SQLite reflects JSON, money and instants as what they are stored as."""
    kind = table.c[key].type.python_type if not isinstance(value, dict) else None
    if isinstance(value, dict):
        return value if table.c[key].type.__class__.__name__ == "JSON" else json.dumps(value)
    if isinstance(value, datetime) and kind is datetime and not getattr(table.c[key].type, "timezone", False):
        return value.replace(tzinfo=None)
    return value


def stored(engine):
    """Every row of the old tables, by the columns they had."""
    found = {}
    with engine.connect() as connection:
        for name, rows in ROWS.items():
            table = Table(name, MetaData(), autoload_with=connection)
            columns = [table.c[key] for key in rows[0]]
            found[name] = sorted((tuple(map(str, row)) for row in connection.execute(select(*columns))), key=str)
    return found


@pytest.mark.parametrize("kind", DATABASES)
def test_every_row_of_the_first_version_is_there_after_the_upgrade(old, kind):
    engine = old(kind)
    before = stored(engine)
    assert {name: len(rows) for name, rows in before.items()} == {name: len(rows) for name, rows in ROWS.items()}
    schema.upgrade(engine)
    after = stored(engine)
    assert {name: rows for name, rows in after.items() if name not in COMPUTED} == {name: rows for name, rows in before.items() if name not in COMPUTED}
    assert schema.is_current(engine)


@pytest.mark.parametrize("kind", DATABASES)
def test_an_old_case_is_judged_and_its_deadlines_come_back(old, kind):
    schema.upgrade(old(kind))
    with saving():
        case = session.get_one(Case, "DC-1")
        mapping = case_mapping(case)
        assess.refresh(case, date(2026, 5, 4))
    assert (mapping["state"], mapping["claim"], [invoice["no"] for invoice in mapping["invoices"]]) == ("legal_escalation", {"principal": "100.00"}, ["FP-1"])
    session.remove()
    from casefiles.models import Deadline

    assert ("FP-1", date(2028, 2, 1)) in {(d.subject, d.last_day) for d in session.scalars(select(Deadline).where(Deadline.kind == "limitation"))}
    case = session.get_one(Case, "DC-1")
    assert (case.version, case.owner_id, case.retention_until) == (3, None, None)


@pytest.mark.parametrize("kind", DATABASES)
def test_what_refers_to_a_case_still_does_after_the_upgrade(old, kind):
    from sqlalchemy.exc import IntegrityError

    schema.upgrade(old(kind))
    with pytest.raises(IntegrityError), saving():
        session.execute(Table("parties", MetaData(), autoload_with=session.get_bind()).insert().values(id=9, case_id="NONE", role="debtor", name="x", details="{}"))
