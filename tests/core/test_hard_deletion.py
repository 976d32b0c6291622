"""A document is deleted for good by two legal managers on a legal ground, and only when nothing keeps it."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from casefiles import escalate, escalate_deletion
from casefiles.db import saving, session
from casefiles.errors import CaseSealed, NotAllowed, Refused
from casefiles.models import AuditEntry, Case, Document, Page, State, TextStatus

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)


def load(case_id):
    session.expire_all()
    return session.get_one(Case, case_id)


@pytest.fixture
def twins(entered):
    """Example A with one paper in it twice; gives the case's id and the ref of the second."""
    row = entered("a")
    with saving():
        for ref in ("X1", "X2"):
            session.add(
                Document(case_id=row, ref=ref, type="photos", listed_in="documents", fields={}, text_status=TextStatus.READ, received_at=NOW, sha256="a" * 64, size=3,
                         name="照片.jpg", pages=[Page(number=1, label="1", text="正文")])
            )  # fmt: skip
    return row, "X2"


def propose_deletion(actor, row, ref, ground="duplicate"):
    with saving():
        held = load(row)
        document = next(d for d in held.documents if d.ref == ref)
        return escalate_deletion.propose_deletion(actor, held, document, ground=ground, reason="误传").id


def test_a_hard_deletion_is_two_managers_and_leaves_a_tombstone(twins, somebody):
    row, ref = twins
    number = propose_deletion(somebody("legal_manager"), row, ref)
    second = somebody("legal_manager", 2)
    for person, error in ((somebody("legal_manager"), Refused), (somebody("finance"), NotAllowed), (somebody("admin"), NotAllowed)):
        with pytest.raises(error), saving():
            escalate_deletion.decide_deletion(person, load(row), session.get_one(escalate.Approval, number), approve=True, reason="")
    with saving():
        escalate_deletion.decide_deletion(second, load(row), session.get_one(escalate.Approval, number), approve=True, reason="同意")
    gone = next(d for d in load(row).documents if d.ref == ref)
    assert (gone.sha256, gone.name, gone.pages, gone.fields) == (None, None, [], {})
    assert "duplicate" in gone.text_reason_en
    assert "a" * 64 in gone.text_reason_en
    assert ref not in escalate.standing(load(row), NOW.date()).without_file
    log = session.scalars(select(AuditEntry.event).where(AuditEntry.case_id == row).order_by(AuditEntry.id)).all()
    assert log[-2:] == ["approve", "delete"]


@pytest.mark.parametrize(("ref", "ground", "says"), [
    pytest.param("D01", "personal_data", "carries a line", id="a paper of the ledger stays"), pytest.param("D20", "duplicate", "no duplicate", id="no twin"),
    pytest.param("D20", "personal_data", "still owed", id="the debt is open"), pytest.param("X2", "because", "legal ground", id="no legal ground"),
])  # fmt: skip
def test_a_hard_deletion_is_refused(twins, somebody, ref, ground, says):
    row, _twin = twins
    with pytest.raises(Refused, match=says):
        propose_deletion(somebody("legal_manager"), row, ref, ground)


def test_nothing_of_a_sealed_file_is_decided(twins, somebody):
    row, ref = twins
    second = somebody("legal_manager", 2)
    number = propose_deletion(somebody("legal_manager"), row, ref)
    with saving():
        load(row).state = State.ARCHIVED
    with pytest.raises(CaseSealed), saving():
        escalate_deletion.decide_deletion(second, load(row), session.get_one(escalate.Approval, number), approve=True, reason="同意")
