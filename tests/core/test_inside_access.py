"""Files out of a file that not everybody may read: neither search nor the audit log says its names to others."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from casefiles import entries, policy, propose, unpack
from casefiles.db import saving, session
from casefiles.models import AuditEntry, Case, Document, Proposal, ProposalState, Role, State, TextStatus, Unindexed
from casefiles.unpack import KeptChild

SECRET = "对方底线策略"


@pytest.fixture
def family(case_a, actor):
    """family("privileged_note"): the numbers of a mail of that type with a secret name, and of a contract that was sorted out of it."""

    def make(kind):
        held = {"fields": {}, "text_status": TextStatus.READ, "received_at": actor.now, "size": 1, "media_type": "message/rfc822"}
        with saving():
            mail = Document(case=session.get_one(Case, case_a.case_id), ref="M1", type=kind, listed_in="documents", name=f"{SECRET}.eml", sha256="a" * 64, **held)
            session.add(mail)
            session.flush()
            (paper,) = unpack.enter(actor.now, mail, [KeptChild(f"{SECRET}附件/合同.pdf", "b" * 64, 1, "application/pdf")])
            paper.type, paper.listed_in = "contract", "documents"
            session.query(Unindexed).delete()
            return mail.id, paper.id

    return make


@pytest.mark.parametrize(("kind", "named"), [("privileged_note", False), ("contract", True)])
def test_a_paper_is_found_by_the_name_of_its_mail_where_who_reads_it_reads_that(family, kind, named):
    _, paper = family(kind)
    facts = entries.facts_of(session.get_one(Document, paper), ())
    assert ("合同.pdf" in facts, SECRET in facts) == (True, named)


def test_a_mail_that_becomes_privileged_takes_its_names_out_of_the_index(family, actor):
    mail, paper = family("contract")
    with saving():
        document = session.get_one(Document, mail)
        before = policy.held_as(document)
        document.type = "privileged_note"
        entries.enter_document(actor.now, document, before)
    assert {(row.document_id, row.hide) for row in session.scalars(select(Unindexed))} == {(mail, True), (paper, False)}


def test_the_audit_log_tells_an_auditor_nothing_of_what_came_out_of_a_privileged_file(family, actor):
    mail, _ = family("privileged_note")
    with saving():
        document = session.get_one(Document, mail)
        document.case.state = State.ARCHIVED
        inner = Document(case=document.case, ref="M2", type="unsorted", fields={}, parent_id=mail, text_status=TextStatus.READ, received_at=actor.now)
        session.add(inner)
        session.flush()
        inner.proposals.append(Proposal(field="type", value="contract", rule="title", score=90, reason_zh="题名", reason_en="title", state=ProposalState.OPEN))
        session.flush()
        propose.refuse(actor, inner, inner.proposals[0].id)
    auditor = replace(actor, role=Role.AUDITOR)
    told = [policy.told_detail(auditor, entry) for entry in session.scalars(select(AuditEntry).where(AuditEntry.event.in_(["unpack", "turn_down"])))]
    assert len(told) == 2
    assert all(value is None for detail in told for value in detail.values())
