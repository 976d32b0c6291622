"""Proposals of a document: made from its pages, decided by a person, and read by nothing else."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from casefiles import assess, propose
from casefiles.case_mapping import case_mapping
from casefiles.db import saving, session
from casefiles.errors import Conflict, NotUsable, NotVisible
from casefiles.models import AuditEntry, Case, Document, Page, Proposal, ProposalState, TextStatus

NOTE = "送货单\nNo. 0012345\n收货单位：南方示例机械有限公司\n送货日期：2024年3月5日\n合计金额（大写）：壹万贰仟元整 （小写）¥12,000.00"


@pytest.fixture
def document(case_a, actor):
    """make(kind, text, **columns): a document of case A with these pages, its proposals made."""

    def make(kind: str = "delivery_note_unsigned", text: str = NOTE, **columns: object) -> int:
        with saving():
            row = Document(
                case=session.get_one(Case, case_a.case_id), ref="N1", type=kind, listed_in="documents", fields={}, text_status=TextStatus.READ, sha256="a" * 64, size=9,
                received_at=actor.now, name="scan.pdf", media_type="application/pdf", pages=[Page(number=1, label="1", text=text)],
            )  # fmt: skip
            for name, value in columns.items():
                setattr(row, name, value)
            session.add(row)
            session.flush()
            propose.refresh(row)
            return row.id

    return make


def found(document_id: int) -> dict[str, str]:
    session.remove()
    return {row.field: row.value for row in propose.open_ones(session.get_one(Document, document_id))}


def number(document_id: int, field: str) -> int:
    return session.scalars(select(Proposal.id).where(Proposal.document_id == document_id, Proposal.field == field)).one()


def test_they_are_made_from_the_pages(document):
    assert found(document()) == {"note_no": "0012345", "delivery_date": "2024-03-05", "amount": "12000.00"}


def test_what_the_fields_hold_is_not_proposed_and_another_value_only_where_a_rule_is_sure(document):
    # the number is held as `number`, the day differs (that label is sure), the amount is the same written otherwise
    made = document(fields={"number": "0012345", "delivery_date": "2024-03-06", "amount": "12000"}, number="0012345")
    assert found(made) == {"delivery_date": "2024-03-05"}


def test_reading_again_keeps_the_rows_it_proposes_again(document):
    made = document()
    before = number(made, "note_no")
    with saving():
        row = session.get_one(Document, made)
        row.pages[0].text = "送货单\nNo. 0012345"
        propose.refresh(row)
    assert found(made) == {"note_no": "0012345"}
    assert number(made, "note_no") == before


def test_taking_gives_the_value_once_and_is_audited(document, actor):
    made = document()
    with saving():
        row = session.get_one(Document, made)
        assert propose.take(actor, row, number(made, "note_no"), row.version) == {"note_no": "0012345"}
    with saving():
        row, one = session.get_one(Document, made), number(made, "note_no")
        with pytest.raises(Conflict):
            propose.take(actor, row, one, row.version)
    entry = session.scalars(select(AuditEntry).where(AuditEntry.event == "take_over")).one()
    assert (entry.object, entry.detail["field"], entry.detail["rule"]) == ("N1", "note_no", "labelled_number")
    assert "0012345" not in str(entry.detail)  # a paper deleted for good leaves nothing of what it said in the log


def test_an_old_version_is_a_conflict_and_a_foreign_proposal_does_not_exist(document, actor):
    made = document()
    for wrong, error in ((lambda row: (number(made, "note_no"), row.version + 1), Conflict), (lambda row: (999_999, row.version), NotVisible)):
        with saving():
            row = session.get_one(Document, made)
            given = wrong(row)
            with pytest.raises(error):
                propose.take(actor, row, *given)
    assert set(session.scalars(select(Proposal.state))) == {ProposalState.OPEN}


def test_a_refused_value_is_not_proposed_again_but_another_one_is(document, actor):
    made = document()
    with saving():
        propose.refuse(actor, session.get_one(Document, made), number(made, "note_no"))
        propose.refresh(session.get_one(Document, made))
    assert "note_no" not in found(made)
    with saving():
        row = session.get_one(Document, made)
        row.pages[0].text = row.pages[0].text.replace("0012345", "0012346")
        propose.refresh(row)
    assert found(made)["note_no"] == "0012346"


def test_an_unsorted_file_gets_kinds_first_and_its_kind_is_never_taken_with_the_sure_ones(document, actor):
    made = document("unsorted")
    kinds = [row.value for row in session.scalars(select(Proposal).where(Proposal.field == "type").order_by(Proposal.score.desc()))]
    assert kinds == ["delivery_note_unsigned", "delivery_note_signed"]
    with saving():
        row = session.get_one(Document, made)
        assert propose.take_sure(actor, row, row.version) == {"document_date": "2024-03-05", "amount": "12000.00"}


def test_what_the_kind_has_no_field_for_cannot_be_taken(document, actor):
    made = document("unsorted", "EMS 特快专递邮件详情单\nEA123456785CN\n收件人 南方示例机械有限公司")
    with saving():
        row, one = session.get_one(Document, made), number(made, "waybill_no")
        with pytest.raises(NotUsable, match="what kind of document"):
            propose.take(actor, row, one, row.version)


def test_the_evidence_check_and_the_case_file_read_no_proposal(document, actor, case_a):
    made = document("reconciliation_statement", "对账单\n截至2024年6月30日，贵公司尚欠货款人民币 350,000.00 元（大写：叁拾伍万元整）。")
    assert found(made)["amount"] == "350000.00"
    with_open = _known(case_a.case_id, actor)
    with saving():
        row = session.get_one(Document, made)
        row.proposals.clear()
    assert session.scalar(select(func.count()).select_from(Proposal)) == 0
    assert _known(case_a.case_id, actor) == with_open
    assert "350000.00" not in str(with_open[1])


def _known(case_id, actor):
    """The whole check of a case, and the case as its file says it."""
    session.remove()
    case = session.get_one(Case, case_id)
    return assess.check(case, today=actor.today), case_mapping(case)
