"""The stage tab: the road, the moves with their demands, forms for those who may, decisions for the second person."""

from __future__ import annotations

import re
from types import SimpleNamespace

import pytest

from casefiles.db import saving, session
from casefiles.models import Approval, Case, State, Verdict


@pytest.fixture
def stage(example, signed_in):
    """stage("legal_manager", state="collection"): somebody on the stage page of example A in a state."""

    def open_as(role, *, state=None):
        if session.get(Case, "EX-A-COMPLETE") is None:
            example("case-a-complete-sale")
        if state:
            with saving():
                session.get_one(Case, "EX-A-COMPLETE").state = State(state)
        return SimpleNamespace(client=signed_in(role), url="/cases/EX-A-COMPLETE/stage", case_id="EX-A-COMPLETE")

    return open_as


def version(page):
    session.remove()
    return session.get_one(Case, page.case_id).version


def send(page, what, **form):
    return page.client.post(f"{page.url}/{what}", data={"version": version(page)} | form)


def state(page):
    session.remove()
    return session.get_one(Case, page.case_id).state.value


def test_the_tab_shows_the_road_and_what_each_move_demands(stage, log_of):
    page = stage("legal_manager")
    seen = page.client.get(page.url).text
    assert 'aria-current="step"' in seen
    assert "Stage: legal escalation" in seen
    assert "nothing blocks" in seen  # the check of the packet stands in the demand
    assert "No final version of the lawsuit packet" in seen
    assert "two persons: Legal manager proposes, Finance approves" in seen
    assert ("open", "stage") in log_of()


def test_the_case_page_has_the_road_too(stage):
    page = stage("legal_staff")
    assert 'class="road upright"' in page.client.get("/cases/EX-A-COMPLETE").text


def test_a_move_goes_through_the_form_once(stage):
    page = stage("legal_staff", state="collection")
    drawn = version(page)
    form = {"version": drawn, "to": "legal_escalation", "reason": "逾期超过九十日"}
    assert page.client.post(f"{page.url}/move", data=form).status_code == 302
    assert state(page) == "legal_escalation"
    again = page.client.post(f"{page.url}/move", data=form)
    assert again.status_code == 409
    assert "after you opened the page" in again.text
    assert "逾期超过九十日" in page.client.get(page.url).text


def test_what_is_lacking_is_said_on_the_page_and_what_was_typed_stays(stage, log_of):
    page = stage("legal_staff", state="litigation")
    answer = send(page, "move", to="judgment", reason="判决已生效")
    assert answer.status_code == 409
    assert "Only a legal manager may override them" in answer.text
    assert "判决已生效" in answer.text
    assert state(page) == "litigation"
    assert log_of()[-1][0] == "refused"


def test_a_statement_needs_its_tick_and_its_words(stage):
    page = stage("legal_staff", state="payment_order")
    words = {"to": "litigation", "reason": "异议", "said-objection": "2026-06-01 书面异议"}
    assert send(page, "move", **words).status_code == 409
    assert send(page, "move", **words, **{"confirm-objection": "1"}).status_code == 302
    assert state(page) == "litigation"
    seen = page.client.get(page.url).text
    assert "2026-06-01 书面异议" in seen
    assert "filing receipt or acceptance notice" in seen  # the duty after the move


def test_the_override_box_is_the_managers(stage):
    for role, shown in (("legal_staff", False), ("legal_manager", True)):
        page = stage(role, state="litigation")
        assert ('name="override"' in page.client.get(page.url).text) is shown
    assert send(page, "move", to="judgment", reason="已生效", override="文书在途，已电话核实").status_code == 302
    assert "文书在途，已电话核实" in page.client.get(page.url).text


def test_two_persons_write_off_and_finance_finds_it_on_the_home_page(stage):
    manager, finance = stage("legal_manager"), stage("finance")
    assert "Decisions waiting for you" not in finance.client.get("/").text
    assert send(manager, "propose", to="written_off", reason="无可执行财产", override="档案待补，已经批准").status_code == 302
    session.remove()
    number = session.query(Approval).one().id
    home = finance.client.get("/").text
    assert "Decisions waiting for you" in home
    assert "无可执行财产" in home
    assert "Decisions waiting for you" not in manager.client.get("/").text
    own = send(manager, f"decisions/{number}", verdict="approve")
    assert (own.status_code, state(manager)) == (409, "legal_escalation")
    assert 'value="approve"' not in manager.client.get(manager.url).text
    assert 'value="approve"' in finance.client.get(finance.url).text
    assert send(finance, f"decisions/{number}", verdict="approve", reason="同意").status_code == 302
    assert state(finance) == "written_off"
    assert "approved by finance" in finance.client.get(finance.url).text


def test_a_refusal_wants_its_reason(stage):
    manager, finance = stage("legal_manager"), stage("finance")
    send(manager, "propose", to="written_off", reason="无可执行财产", override="档案待补，已经批准")
    session.remove()
    number = session.query(Approval).one().id
    assert send(finance, f"decisions/{number}", verdict="refuse").status_code == 409
    assert send(finance, f"decisions/{number}", verdict="perhaps", reason="x").status_code == 409
    assert send(finance, f"decisions/{number}", verdict="refuse", reason="凭证不全").status_code == 302
    session.remove()
    assert session.query(Approval).one().verdict is Verdict.REFUSED


def test_a_collector_proposes_the_hand_over_and_reads_no_reasons(stage, make_grant):
    manager = stage("legal_manager", state="enforcement_suspended")
    send(manager, "move", to="enforcement", reason="和解底线四十万", **{"confirm-asset_clue": "1", "said-asset_clue": "账户"})
    page = stage("collector", state="collection")
    make_grant(SimpleNamespace(case_id=page.case_id), page.client.person)
    seen = page.client.get(page.url).text
    assert "和解底线四十万" not in seen
    assert set(re.findall(r'id="to-(\w+)"', seen)) == {"legal_escalation"}
    assert send(page, "propose", to="legal_escalation", reason="两次失约").status_code == 302


def test_a_proposal_is_withdrawn(stage):
    manager = stage("legal_manager")
    send(manager, "propose", to="written_off", reason="无可执行财产", override="档案待补，已经批准")
    session.remove()
    assert send(manager, f"decisions/{session.query(Approval).one().id}/withdraw").status_code == 302
    assert "Waits for a second person" not in manager.client.get(manager.url).text


def test_an_archived_case_offers_reopening_alone(stage):
    page = stage("legal_manager", state="archived")
    seen = page.client.get(page.url).text
    assert set(re.findall(r'id="to-(\w+)"', seen)) == {"reopened"}
    assert "Delete a document for good" not in seen
    assert send(page, "move", to="collection", reason="x").status_code == 409
    assert send(page, "move", to="reopened", reason="发现财产").status_code == 409
    assert send(page, "move", to="reopened", reason="发现财产", **{"closed-reopen_ground": "1", "said-reopen_ground": "asset_found"}).status_code == 302
    assert state(page) == "reopened"


def test_a_deletion_is_proposed_and_says_why_not(stage, make_document):
    page = stage("legal_manager")
    paper = make_document(SimpleNamespace(case_id=page.case_id), type="photos", content=b"x")
    answer = send(page, f"deletions/{paper.id}", ground="personal_data", reason="申请删除")
    assert answer.status_code == 409
    assert "still owed" in answer.text


@pytest.mark.parametrize("to", ["", "nowhere", "legal_escalation", "written_off"])
def test_a_wrong_target_is_a_sentence(stage, to):
    page = stage("legal_manager")
    answer = send(page, "move", to=to, reason="x")
    assert (answer.status_code, state(page)) == (409, "legal_escalation")
