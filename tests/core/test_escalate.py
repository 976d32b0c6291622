"""A case moves: alone, by two persons, over unmet demands with a reason, never unseen by somebody else, never on a forbidden way."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, text

from casefiles import assess, audit, escalate
from casefiles.db import saving, session
from casefiles.errors import Conflict, NotAllowed, NotUsable, Refused
from casefiles.escalate import Given
from casefiles.models import AuditEntry, Case, Job, Packet, PacketState, Role, State, Transition, Verdict
from casefiles.policy import RIGHTS, A
from casefiles.rules import lifecycle

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
WHY = Given("因为")


def load(case_id):
    session.expire_all()
    return session.get_one(Case, case_id)


def go(actor, case_id, to, given=WHY, version=None):
    with saving():
        row = load(case_id)
        return escalate.move(actor, row, to, row.version if version is None else version, given)


def ask(actor, case_id, to, given=WHY):
    with saving():
        row = load(case_id)
        return escalate.propose(actor, row, to, row.version, given).id


def decide(actor, case_id, number, **said):
    with saving():
        approval = session.get_one(escalate.Approval, number)
        return escalate.decide(actor, load(case_id), approval, **({"approve": True, "reason": ""} | said))


def events(case_id):
    return [entry.event for entry in session.scalars(select(AuditEntry).where(AuditEntry.case_id == case_id).order_by(AuditEntry.id))]


def test_a_move_is_kept_with_what_was_demanded_and_audited(entered, somebody):
    row = entered("a", state="collection")
    moved = go(somebody("legal_staff"), row, "legal_escalation")
    assert (moved.from_state, moved.to_state, moved.override_reason, load(row).state) == (State.COLLECTION, State.LEGAL_ESCALATION, None, State.LEGAL_ESCALATION)
    assert [(d["id"], d["met"]) for d in moved.demands] == [("ground", True), ("hand_over_list", True)]
    assert "756" in moved.demands[0]["said_en"]  # a fictional case is judged on its own day
    assert events(row)[-1] == "transition"
    assert audit.verify().bad is None
    assert "refresh_case" in set(session.scalars(select(Job.name)))


def test_the_version_of_the_page_must_be_the_version_of_the_case(entered, somebody):
    row, manager = entered("a", state="collection"), somebody("legal_manager")
    drawn = load(row).version
    with saving():
        assess.change_claim(manager, load(row), "1.00", drawn)
    with pytest.raises(Conflict):
        go(manager, row, "legal_escalation", version=drawn)
    assert load(row).state is State.COLLECTION


def test_a_double_click_moves_once(entered, somebody):
    row, manager = entered("a", state="collection"), somebody("legal_manager")
    drawn = load(row).version
    go(manager, row, "legal_escalation", version=drawn)
    with pytest.raises(Conflict):
        go(manager, row, "legal_escalation", version=drawn)
    assert session.query(Transition).count() == 1


def test_of_two_at_once_the_second_is_told(entered, somebody):
    row, manager = entered("a", state="collection"), somebody("legal_manager")

    def overtaken():
        with saving():
            held = load(row)
            version = held.version
            session.execute(text("UPDATE cases SET version = version + 1, state = 'insolvency' WHERE case_id = :c"), {"c": row})  # another's commit
            escalate.move(manager, held, "legal_escalation", version, WHY)

    with pytest.raises(Conflict):
        overtaken()
    assert session.query(Transition).count() == 0


def test_assessing_a_case_is_no_change_of_it(entered, somebody):
    row, staff = entered("a", state="collection"), somebody("legal_staff")
    drawn = load(row).version
    with saving():
        assess.refresh(load(row), NOW.date())
    assert go(staff, row, "legal_escalation", version=drawn).to_state is State.LEGAL_ESCALATION


FORBIDDEN = [
    pytest.param("litigation", "written_off", "withdraw the suit", id="a suit is ended first"),
    pytest.param("archived", "collection", "reopening only", id="an archive is reopened first"),
    pytest.param("collection", "enforcement", "No way leads", id="no such way"),
]


@pytest.mark.parametrize(("state", "to", "says"), FORBIDDEN)
def test_a_forbidden_way_is_refused_for_everybody_whatever_the_reason(entered, somebody, state, to, says):
    row = entered("a", state=state)
    with pytest.raises(Refused, match=says):
        go(somebody("legal_manager"), row, to, Given("因为", {}, "仍然要"))
    assert load(row).state is State(state)


@pytest.mark.parametrize("role", ["external_lawyer", "collector", "finance", "auditor", "admin"])
def test_who_may_not_move_does_not_move(entered, somebody, role):
    row = entered("a", state="collection")
    with pytest.raises((NotAllowed, Refused)):
        go(somebody(role), row, "legal_escalation")
    assert load(row).state is State.COLLECTION


def test_unmet_demands_are_named_and_only_a_manager_with_a_reason_goes_over_them(entered, somebody):
    row = entered("a", state="litigation")
    with pytest.raises(Refused, match="No judgment, mediation paper"):
        go(somebody("legal_staff"), row, "judgment")
    with pytest.raises(Refused, match="write the reason"):
        go(somebody("legal_manager"), row, "judgment")
    moved = go(somebody("legal_manager"), row, "judgment", Given("已生效", {}, "法院系统故障，文书已电话核实"))
    assert moved.override_reason == "法院系统故障，文书已电话核实"
    assert {d["id"] for d in moved.demands if d["overridden"]} == {"instrument", "service_dates", "appeal_over", "performance_day"}
    assert events(row)[-2:] == ["transition", "override"]


def test_a_warning_yields_to_the_manager_without_an_extra_reason_but_not_to_staff(entered, somebody, actor):
    row, staff, manager = entered("a"), somebody("legal_staff"), somebody("legal_manager")
    assert [(d.id, d.severity) for d in lifecycle.move(escalate.standing(load(row), NOW.date()), "litigation").unmet] == [("final_lawsuit", "warning")]
    moved = go(manager, row, "litigation", Given("立案"))
    assert (moved.override_reason, moved.approved_by_id) == ("立案", None)
    assert staff.person_id != manager.person_id


def test_a_final_packet_meets_its_demand_and_a_draft_does_not(entered, somebody):
    row = entered("a")
    for number, frozen_at, unmet in ((1, None, ["final_lawsuit"]), (2, NOW, [])):
        with saving():
            session.add(
                Packet(
                    case_id=row, kind="lawsuit", number=number, state=PacketState.READY, as_of=NOW.date(), draft=False, requested_at=NOW, case_version=1, parts=[],
                    frozen_at=frozen_at,
                )
            )  # fmt: skip
        found = lifecycle.move(escalate.standing(load(row), NOW.date()), "litigation")
        assert [d.id for d in found.unmet] == unmet


def test_staff_file_a_suit_with_the_managers_approval(entered, somebody):
    row, staff, manager = entered("a"), somebody("legal_staff"), somebody("legal_manager")
    with pytest.raises(Refused, match="two persons"):
        go(staff, row, "litigation")
    number = ask(staff, row, "litigation", Given("证据齐全"))
    with pytest.raises(NotUsable, match="proposed already"):
        ask(staff, row, "litigation")
    with pytest.raises(Refused, match="Two persons"):
        decide(staff, row, number)
    moved = decide(manager, row, number, reason="同意")
    assert (moved.moved_by_id, moved.approved_by_id, moved.reason) == (staff.person_id, manager.person_id, "证据齐全")
    with pytest.raises(Conflict):
        decide(manager, row, number)
    duty = escalate.duties(load(row), NOW.date())
    assert [(d.id, d.done, d.last_day.isoformat()) for d in duty] == [("filing_receipt", False, "2026-11-25")]  # Sunday 22 November: Wednesday
    assert events(row)[-4:] == ["propose", "approve", "transition", "override"]


def test_statements_are_kept_with_the_move(entered, somebody):
    row = entered("a", state="payment_order")
    moved = go(somebody("legal_staff"), row, "litigation", Given("异议", {"objection": "2026-06-01 收到书面异议"}))
    assert [(d["id"], d["met"], d["stated"]) for d in moved.demands] == [("objection", True, "2026-06-01 收到书面异议")]


OVER = Given("无可供执行财产", {}, "核销档案待补，经总经理办公会批准")


@pytest.fixture
def written_off(entered, somebody):
    """A proposed write-off of example A: its id and the number of the proposal."""
    row = entered("a", state="enforcement_suspended")
    return row, ask(somebody("legal_manager"), row, "written_off", OVER)


def test_a_write_off_needs_the_manager_and_finance(written_off, somebody):
    row, number = written_off
    for other in ("legal_staff", "collector", "auditor"):
        with pytest.raises(NotAllowed):
            decide(somebody(other), row, number)
    with pytest.raises(Refused, match="Two persons"):
        decide(somebody("legal_manager"), row, number)
    with pytest.raises(NotAllowed):
        decide(somebody("legal_manager", 2), row, number)
    moved = decide(somebody("finance"), row, number, reason="同意核销")
    assert (moved.to_state, moved.override_reason, load(row).state) == (State.WRITTEN_OFF, OVER.override, State.WRITTEN_OFF)
    assert moved.moved_by_id != moved.approved_by_id


def test_nobody_writes_off_alone_and_finance_proposes_nothing(entered, somebody):
    row = entered("a", state="collection")
    for role, error in (("legal_manager", Refused), ("finance", NotAllowed), ("legal_staff", NotAllowed)):
        with pytest.raises(error):
            go(somebody(role), row, "written_off", OVER)
    with pytest.raises(NotAllowed):
        ask(somebody("finance"), row, "written_off", OVER)


def test_a_person_who_changed_roles_does_not_decide_on_the_own_proposal(written_off, somebody):
    row, number = written_off
    with pytest.raises(Refused, match="Two persons"):
        decide(somebody("legal_manager", became=Role.FINANCE), row, number)


def test_the_role_is_asked_when_it_is_decided(written_off, somebody):
    row, number = written_off
    was_finance = somebody("finance")
    with pytest.raises(NotAllowed):
        decide(replace(was_finance, role=Role.AUDITOR), row, number)
    somebody("legal_manager", disabled=True)
    with pytest.raises(Refused, match="may not propose this any more"):
        decide(was_finance, row, number)


def test_a_case_changed_since_the_proposal_is_proposed_again(written_off, somebody):
    row, number = written_off
    finance, manager = somebody("finance"), somebody("legal_manager")
    with saving():
        assess.change_claim(manager, load(row), "5.00", load(row).version)
    with pytest.raises(Refused, match="was changed since"):
        decide(finance, row, number)
    again = ask(manager, row, "written_off", OVER)
    assert session.get_one(escalate.Approval, number).verdict is Verdict.WITHDRAWN
    assert decide(finance, row, again).to_state is State.WRITTEN_OFF


def test_what_opened_since_the_proposal_is_not_covered_by_its_override(written_off, somebody):
    row, number = written_off
    with saving():
        approval = session.get_one(escalate.Approval, number)
        approval.detail = approval.detail | {"unmet": []}  # as if the packet had been clear when it was proposed
    with pytest.raises(Refused, match="Only a legal manager"):
        decide(somebody("finance"), row, number)


def test_a_refusal_wants_a_reason_and_leaves_the_case(written_off, somebody):
    row, number = written_off
    finance = somebody("finance")
    with pytest.raises(NotUsable):
        decide(finance, row, number, approve=False)
    assert decide(finance, row, number, approve=False, reason="凭证不全") is None
    assert (load(row).state, session.get_one(escalate.Approval, number).verdict) == (State.ENFORCEMENT_SUSPENDED, Verdict.REFUSED)
    assert events(row)[-1] == "refuse"


def test_the_proposer_or_a_manager_withdraws(written_off, somebody):
    row, number = written_off
    finance, manager = somebody("finance"), somebody("legal_manager")
    with pytest.raises(NotAllowed), saving():
        escalate.withdraw(finance, load(row), session.get_one(escalate.Approval, number))
    with saving():
        escalate.withdraw(manager, load(row), session.get_one(escalate.Approval, number))
    assert escalate.open_proposals(load(row)) == []


def test_a_move_clears_the_proposals_of_the_state_it_leaves(written_off, somebody):
    row, number = written_off
    go(somebody("legal_staff"), row, "enforcement", Given("新线索", {"asset_clue": "银行账户，法院反馈"}))
    assert session.get_one(escalate.Approval, number).verdict is Verdict.WITHDRAWN


def test_what_waits_for_whom(written_off, somebody):
    row, number = written_off
    assert [(c.case_id, a.id) for c, a in escalate.waiting_for(somebody("finance"))] == [(row, number)]
    assert escalate.waiting_for(somebody("legal_manager")) == escalate.waiting_for(somebody("legal_staff")) == []


def test_the_operator_proposes_and_overrides_nothing(entered, actor):
    row = entered("a", state="collection")
    with pytest.raises(NotUsable, match="--as"):
        ask(actor, row, "written_off", OVER)
    with pytest.raises(Refused, match="Only a legal manager"):
        go(actor, row, "insolvency", Given("因为", {}, "仍然要"))
    assert go(actor, row, "legal_escalation").moved_by_id is None


def test_the_rights_agree_with_the_table():
    for way in lifecycle.WAYS:
        if "written_off" in way.targets:
            assert all(A.PROPOSE_WRITE_OFF in RIGHTS[Role(role)] for role in way.proposers)
            assert all(A.APPROVE_WRITE_OFF in RIGHTS[Role(role)] for role in way.approvers)


def test_archiving_seals_and_computes_retention_and_reopening_lifts_the_seal(entered, somebody):
    row, staff, manager = entered("d"), somebody("legal_staff"), somebody("legal_manager")
    with saving():
        for number, document in enumerate(load(row).documents):
            document.sha256, document.size = f"{number:064x}", 1
    moved = go(staff, row, "archived")
    files = next(d["files"] for d in moved.demands if d["id"] == "hash_list")
    assert len(files) == len(load(row).documents)
    assert load(row).retention_until.isoformat() == "2055-12-31"  # approved 2025-12-31, 30 years
    with pytest.raises(Refused, match="listed reasons"):
        go(manager, row, "reopened", Given("发现财产", {}, "仍然要"))
    go(manager, row, "reopened", Given("发现财产", {"reopen_ground": "asset_found"}))
    from casefiles.policy import case_for

    assert case_for(manager, A.EDIT_EVIDENCE, row).state is State.REOPENED  # the seal binds no more
    assert next(t for t in escalate.history(load(row)) if t.to_state is State.ARCHIVED).demands[-1]["files"] == files


def test_a_file_with_a_paper_lacking_is_not_archived_by_staff(entered, somebody):
    with pytest.raises(Refused, match="have no file"):
        go(somebody("legal_staff"), entered("d"), "archived")


def test_a_settlement_falls_back_to_where_it_came_from(entered, somebody, actor):
    row = entered("a", state="judgment")
    go(somebody("legal_manager"), row, "settlement", Given("和解", {}, "协议原件在途"))
    with saving():
        assert escalate.fall_back(actor, load(row)) is None  # nothing in the file says that an instalment was missed
    from casefiles.models import Document, TextStatus

    with saving():
        fields = {"signed_on": "2026-05-01", "schedule": ["2026-05-31 1000.00"], "acceleration": "任一期逾期全部到期"}
        session.add(Document(case_id=row, ref="R1", type="repayment_agreement", listed_in="documents", fields=fields, text_status=TextStatus.NO_FILE, received_at=NOW))
    with saving():
        moved = escalate.fall_back(replace(actor, now=NOW + timedelta(days=1)), load(row))
    assert (moved.to_state, moved.moved_by_id, load(row).state) == (State.JUDGMENT, None, State.JUDGMENT)
