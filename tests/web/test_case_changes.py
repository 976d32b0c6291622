"""Waivers, the claim, access and notes: what is changed from the case file."""

from __future__ import annotations

from datetime import timedelta

import pytest

from casefiles.actor import today
from casefiles.db import session

B = "/cases/EX-B-FIVE-DEFECTS"
FORUM = "check:X08_arbitration_conflict:arbitration_clause"


@pytest.fixture
def five_defects(example):
    return example("case-b-five-defects")


def test_a_waiver_keeps_its_reason_and_the_finding_blocks_no_more(signed_in, five_defects, log_of):
    client = signed_in("legal_manager")
    answer = client.post(f"{B}/waivers", data={"finding": FORUM, "reason": "双方已书面约定诉讼"})
    assert answer.status_code == 302
    page = client.get(B).text
    assert "双方已书面约定诉讼" in page
    assert f"Waived by {client.person.name}" in page
    assert "3 findings block" in page
    assert ("waive", FORUM) in log_of()


def test_a_waiver_can_be_withdrawn(signed_in, five_defects):
    from sqlalchemy import select

    from casefiles.models import Waiver

    client = signed_in("legal_manager")
    client.post(f"{B}/waivers", data={"finding": FORUM, "reason": "原因"})
    number = session.scalar(select(Waiver.id))
    assert client.post(f"{B}/waivers/{number}/withdraw").status_code == 302
    assert "4 findings block" in client.get(B).text
    assert client.post(f"{B}/waivers/{number}/withdraw").status_code == 404


@pytest.mark.parametrize(
    ("form", "status"),
    [
        pytest.param({"finding": FORUM, "reason": "  "}, 409, id="without a reason"),
        pytest.param({"finding": "check:X99:nothing", "reason": "原因"}, 404, id="of no finding"),
        pytest.param({}, 409, id="empty form"),
    ],
)
def test_a_waiver_needs_finding_and_reason(signed_in, five_defects, form, status):
    client = signed_in("legal_manager")
    assert client.post(f"{B}/waivers", data=form).status_code == status
    assert "4 findings block" in client.get(B).text


def claim(client, principal):
    import re

    version = re.search(r'name="version" value="(\d+)"', client.get(f"{B}/ledger").text)[1]
    return client.post(f"{B}/claim", data={"principal": principal, "version": version})


def test_the_corrected_claim_takes_its_finding_away(signed_in, five_defects):
    client = signed_in("legal_staff")
    assert claim(client, "317,400.00").status_code == 302
    page = client.get(B).text
    assert "Claimed ¥" not in page
    assert "3 findings block" in page


@pytest.mark.parametrize("principal", ["abc", "-5", "1.234", "1e5", "１２"])
def test_what_is_no_sum_of_money_changes_nothing(signed_in, five_defects, principal):
    client = signed_in("legal_staff")
    assert claim(client, principal).status_code == 409
    assert "Claimed ¥330,000.00" in client.get(B).text


def test_the_second_of_two_savers_is_told(signed_in, five_defects):
    client = signed_in("legal_staff")
    assert client.post(f"{B}/claim", data={"principal": "317400", "version": "0"}).status_code == 409
    assert "Claimed ¥330,000.00" in client.get(B).text


def test_a_granted_lawyer_sees_the_case_until_the_grant_is_ended(signed_in, make_case, log_of):
    from sqlalchemy import select

    from casefiles.models import Grant

    make_case("DC-1")
    manager, lawyer = signed_in("legal_manager"), signed_in("external_lawyer")
    assert lawyer.get("/cases/DC-1").status_code == 404
    form = {"person": lawyer.person.id, "starts_on": today().isoformat(), "ends_on": (today() + timedelta(30)).isoformat()}
    assert manager.post("/cases/DC-1/grants", data=form).status_code == 302
    assert lawyer.get("/cases/DC-1").status_code == 200
    assert manager.post(f"/cases/DC-1/grants/{session.scalar(select(Grant.id))}/revoke").status_code == 302
    assert lawyer.get("/cases/DC-1").status_code == 404
    assert [event for event, _object in log_of() if event in {"grant", "revoke"}] == ["grant", "revoke"]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        pytest.param({"ends_on": "2020-01-01"}, "before the first", id="ends before it starts"),
        pytest.param({"ends_on": "soon"}, "is no date", id="no date"),
        pytest.param({"person": "999999"}, "Choose a person", id="nobody"),
    ],
)
def test_a_wrong_grant_is_refused_in_words(signed_in, make_case, make_person, change, says):
    make_case("DC-1")
    form = {"person": make_person("external_lawyer").id, "starts_on": "2026-01-01", "ends_on": "2026-06-30"} | change
    answer = signed_in("legal_manager").post("/cases/DC-1/grants", data=form)
    assert answer.status_code == 409
    assert says in answer.text


def test_a_grant_is_for_lawyers_and_collectors_only(signed_in, make_case, make_person):
    make_case("DC-1")
    form = {"person": make_person("auditor").id, "starts_on": "2026-01-01", "ends_on": "2026-06-30"}
    assert signed_in("legal_manager").post("/cases/DC-1/grants", data=form).status_code == 409


def test_an_external_lawyer_reads_own_and_shared_notes_only(signed_in, make_case, make_grant):
    case = make_case("DC-1")
    staff, lawyer = signed_in("legal_staff"), signed_in("external_lawyer")
    make_grant(case, lawyer.person)
    staff.post("/cases/DC-1/notes", data={"text": "内部策略"})
    staff.post("/cases/DC-1/notes", data={"text": "共享意见", "shared": "1"})
    lawyer.post("/cases/DC-1/notes", data={"text": "律师意见 <b>"})
    page = lawyer.get("/cases/DC-1/notes").text
    assert "内部策略" not in page
    assert "共享意见" in page
    assert "律师意见 &lt;b&gt;" in page
    assert "内部策略" in staff.get("/cases/DC-1/notes").text


def test_two_firms_do_not_read_each_others_notes_and_only_the_law_department_shares(signed_in, make_case, make_grant):
    case = make_case("DC-1")
    one, other, staff = signed_in("external_lawyer"), signed_in("external_lawyer"), signed_in("legal_staff")
    for lawyer in (one, other):
        make_grant(case, lawyer.person)
    one.post("/cases/DC-1/notes", data={"text": "甲所策略", "shared": "1"})
    assert "甲所策略" not in other.get("/cases/DC-1/notes").text
    assert 'name="shared"' not in one.get("/cases/DC-1/notes").text
    page = staff.get("/cases/DC-1/notes").text
    assert "甲所策略" in page
    assert "not shared" in page
    assert 'name="shared"' in page


def test_access_to_an_archived_case_is_ended(signed_in, make_case, make_grant, log_of):
    case, collector, manager = make_case("DC-1", state="archived"), signed_in("collector"), signed_in("legal_manager")
    grant = make_grant(case, collector.person).id
    assert collector.get("/cases/DC-1").status_code == 200
    address = f"/cases/DC-1/grants/{grant}/revoke"
    assert address in manager.get("/cases/DC-1/people").text
    assert signed_in("legal_staff").post(address).status_code == 403
    assert manager.post(address).status_code == 302
    assert collector.get("/cases/DC-1").status_code == 404
    assert "revoke" in [event for event, _object in log_of()]


def test_an_empty_note_is_refused(signed_in, make_case):
    make_case("DC-1")
    assert signed_in("legal_staff").post("/cases/DC-1/notes", data={"text": "  "}).status_code == 409
