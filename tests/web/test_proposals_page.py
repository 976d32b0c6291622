"""What the text proposes on the page of a document: shown beside the fields, taken over or turned down by one click."""

from __future__ import annotations

import re
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from casefiles import propose
from casefiles.db import saving, session
from casefiles.models import Document, Flag, Page, Proposal, ProposalState, TextStatus

NOTE = "送货单\nNo. 0012345\n收货单位：示例债务有限公司\n送货日期：2024年3月5日\n合计金额（大写）：壹万贰仟元整 （小写）¥12,000.00"
SLIP = "EMS 特快专递邮件详情单\nEA123456785CN\n收件人 示例债务有限公司\n内件品名 催款函"


@pytest.fixture
def make_paper(make_case, make_document):
    """make_paper("unsorted", NOTE): a document with a page of text and what it proposes."""

    def make(kind: str = "delivery_note_unsigned", text: str = NOTE, case=None, **columns):
        document = make_document(case or make_case(), type=kind, **({"content": b"x", "name": "scan.txt", "text_status": TextStatus.READ} | columns))
        with saving():
            row = session.get_one(Document, document.id)
            row.pages = [Page(number=1, label="1", text=text)]
            session.flush()
            propose.refresh(row)
            numbers = {(one.field, one.value): one.id for one in row.proposals}
        return SimpleNamespace(id=row.id, case_id=row.case_id, version=row.version, proposals=numbers, at=f"/cases/{row.case_id}/documents/{row.id}")

    return make


def fresh(document) -> Document:
    session.remove()
    return session.get_one(Document, document.id)


def open_fields(document) -> set[str]:
    return {row.field for row in propose.open_ones(fresh(document))}


def test_the_page_shows_value_score_reason_and_place_and_escapes_what_the_text_says(signed_in, make_paper):
    # the licence's address may hold any sign: it comes out of a file
    paper = make_paper("business_licence_creditor", "营业执照\n法定代表人 丁一\n住所 南方市示例路8号\n成立日期 2015年4月2日")
    with saving():
        session.add(
            Proposal(
                document_id=paper.id,
                field="uscc",
                value="<b>1</b>",
                rule="credit_code",
                score=96,
                page=1,
                quote="丁一",
                reason_zh="校验",
                reason_en="check <i>",
            )
        )
    page = signed_in("legal_staff").get(paper.at).text
    assert "<b>1</b>" not in page
    assert "&lt;b&gt;1&lt;/b&gt;" in page
    assert "check &lt;i&gt;" in page
    assert "sure · 96 %" in page
    assert "likely · 82 %" in page
    assert re.search(r'href="[^"]*page=1&amp;q=%22%E4%B8%81%E4%B8%80%22"', page), "the quote is searched for on its page"
    marked = signed_in("legal_staff").get(f'{paper.at}?page=1&q="丁一"').text
    assert "<mark>丁一</mark>" in marked


def test_one_click_enters_the_value_beside_what_else_was_typed(signed_in, make_paper):
    paper = make_paper()
    one = paper.proposals["note_no", "0012345"]
    form = {"type": "delivery_note_unsigned", "version": paper.version, "field-amount": "5.00", "field-title_zh": "三月送货"}
    answer = signed_in("legal_staff").post(f"{paper.at}/proposals/{one}/take", data=form)
    assert answer.status_code == 302
    assert fresh(paper).fields == {"note_no": "0012345", "amount": "5.00", "title_zh": "三月送货"}
    assert session.get_one(Proposal, one).state is ProposalState.TAKEN
    assert open_fields(paper) == {"delivery_date", "amount"}  # 12,000.00 agrees with its capitals: sure enough to be shown beside 5.00


def test_an_input_that_cannot_be_taken_over_keeps_the_proposal_open(signed_in, make_paper):
    paper = make_paper()
    one = paper.proposals["note_no", "0012345"]
    form = {"type": "delivery_note_unsigned", "version": paper.version, "field-amount": "a lot", "field-title_zh": "三月送货"}
    answer = signed_in("legal_staff").post(f"{paper.at}/proposals/{one}/take", data=form)
    assert (answer.status_code, "a lot" in answer.text, "三月送货" in answer.text) == (422, True, True)
    assert "note_no" in open_fields(paper)
    assert fresh(paper).fields == {}


def test_who_saves_on_an_old_page_is_told_and_nothing_is_taken(signed_in, make_paper):
    paper = make_paper()
    one = paper.proposals["note_no", "0012345"]
    answer = signed_in("legal_staff").post(f"{paper.at}/proposals/{one}/take", data={"type": "delivery_note_unsigned", "version": paper.version - 1})
    assert answer.status_code == 409
    assert session.get_one(Proposal, one).state is ProposalState.OPEN


def test_all_that_is_sure_at_once_leaves_filled_fields_and_confirmed_flags_alone(signed_in, make_paper):
    paper = make_paper(fields={"amount": "5.00"})
    with saving():
        session.add(Flag(document_id=paper.id, name="states_amount", value=True, confirmed_at=session.get_one(Document, paper.id).received_at))
    client = signed_in("legal_staff")
    assert "Take over" in client.get(paper.at).text
    answer = client.post(f"{paper.at}/proposals/sure", data={"version": fresh(paper).version})
    assert answer.status_code == 302
    assert fresh(paper).fields == {"amount": "5.00", "delivery_date": "2024-03-05"}  # the number scores 85: likely, not sure
    assert fresh(paper).confirmed() == {"states_amount": True}


def test_turning_down_is_remembered(signed_in, make_paper):
    paper = make_paper()
    assert signed_in("legal_staff").post(f"{paper.at}/proposals/{paper.proposals['note_no', '0012345']}/refuse").status_code == 302
    with saving():
        propose.refresh(session.get_one(Document, paper.id))
    assert "note_no" not in open_fields(paper)


def test_taking_a_kind_brings_the_fields_of_that_kind(signed_in, make_paper):
    paper = make_paper("unsorted", SLIP)
    client = signed_in("legal_staff")
    page = client.get(paper.at).text
    assert "Looks like" in page
    assert "EA123456785CN" in page  # known already, though an unsorted file has no field for it
    answer = client.post(f"{paper.at}/proposals/{paper.proposals['type', 'ems_tracking']}/take", data={"version": paper.version})
    assert answer.status_code == 302
    assert fresh(paper).type == "ems_tracking"
    assert {"waybill_no", "content_named", "recipient"} <= open_fields(paper)


def test_a_collector_says_what_their_own_photo_is_but_only_of_kinds_they_may_add(signed_in, make_paper, make_case, make_grant):
    case, client = make_case(), signed_in("collector")
    make_grant(case, client.person)
    slip, note = (make_paper("unsorted", text, case=case, received_by_id=client.person.id) for text in (SLIP, NOTE))
    foreign = make_paper("unsorted", SLIP, case=case)
    take = "/proposals/{}/take"
    assert "The law department takes this kind over." in client.get(note.at).text
    assert client.post(note.at + take.format(note.proposals["type", "delivery_note_unsigned"]), data={"version": note.version}).status_code == 403
    assert client.post(foreign.at + take.format(foreign.proposals["type", "ems_tracking"]), data={"version": foreign.version}).status_code == 403
    assert client.post(slip.at + take.format(slip.proposals["type", "ems_tracking"]), data={"version": slip.version}).status_code == 302
    assert [fresh(one).type for one in (slip, note, foreign)] == ["ems_tracking", "unsorted", "unsorted"]


def test_who_may_only_read_sees_values_without_buttons(signed_in, make_paper):
    paper = make_paper()
    page = signed_in("finance").get(paper.at).text
    assert "0012345" in page
    assert "not confirmed" in page
    assert f"{paper.at}/proposals/" not in page


def test_enter_in_a_field_saves_and_takes_nothing_over(signed_in, make_paper):
    page = signed_in("legal_staff").get(make_paper().at).text
    form = page[page.index('aria-label="Fields"') :]
    assert "formaction" not in form[: form.index("</button>")], "the first button of a form is what Enter presses"


def test_every_decision_stands_in_the_log(signed_in, make_paper, log_of):
    paper = make_paper()
    client = signed_in("legal_staff")
    client.post(f"{paper.at}/proposals/{paper.proposals['note_no', '0012345']}/refuse")
    client.post(f"{paper.at}/proposals/sure", data={"version": paper.version})
    ref = session.scalar(select(Document.ref).where(Document.id == paper.id))
    assert [event for event, thing in log_of() if thing == ref] == ["turn_down", "take_over", "take_over", "edit"]
