"""The audit log finds every change that was made behind its back; a cut tail only against a head kept outside."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from casefiles import audit
from casefiles.db import saving, session
from casefiles.models import AuditEntry


@pytest.fixture
def five(instance, actor):
    with saving():
        return [audit.record(actor, "open", f"D{n:02d}", case_id="EX", n=n).hash for n in range(5)]


def behind_the_back(statement, **values):
    """What an administrator of the database could do: take the guards away first."""
    with saving():
        for name in ("audit_entries_no_update", "audit_entries_no_delete"):
            session.execute(text(f"DROP TRIGGER IF EXISTS {name}"))
        session.execute(text(statement), values)
    session.expire_all()


def test_an_untouched_log_is_sound(five):
    verdict = audit.verify()
    assert (verdict.entries, verdict.head, verdict.reason) == (5, five[-1], "")


@pytest.mark.parametrize(
    ("statement", "bad"),
    [
        pytest.param("UPDATE audit_entries SET object = 'D99' WHERE id = 3", 3, id="an edited field"),
        pytest.param("UPDATE audit_entries SET person = 'nobody' WHERE id = 1", 1, id="an edited person"),
        pytest.param("DELETE FROM audit_entries WHERE id = 3", 4, id="a deleted row"),
        pytest.param("UPDATE audit_entries SET id = CASE id WHEN 2 THEN -1 ELSE id END", 2, id="a moved row"),
        pytest.param("UPDATE audit_entries SET detail = '{\"n\": 7}' WHERE id = 5", 5, id="an edited detail of the last row"),
    ],
)
def test_tampering_is_found_and_the_first_bad_entry_named(five, statement, bad):
    behind_the_back(statement)
    verdict = audit.verify()
    assert verdict.reason
    assert verdict.bad in {bad, -1}


def test_a_cut_tail_is_found_against_a_head_kept_outside(five):
    behind_the_back("DELETE FROM audit_entries WHERE id >= 4")
    assert audit.verify().reason == ""
    assert "its end was cut" in audit.verify(five[-1]).reason


@pytest.mark.parametrize("statement", ["UPDATE audit_entries SET object = 'x'", "DELETE FROM audit_entries"])
def test_the_database_refuses_to_change_the_log(five, statement):
    with pytest.raises(DBAPIError, match="append-only"), saving():
        session.execute(text(statement))
    assert session.query(AuditEntry).count() == 5
