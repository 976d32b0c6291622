"""Numbers and days beyond what a column holds, and asking again: an answer in words, never a fault of ours."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from casefiles import assess, jobs, runtime
from casefiles.db import saving, session
from casefiles.models import Document, Job, JobState, Packet, PacketState, Waiver
from casefiles.web import document_page
from casefiles.web.words import JOBS

A, B, D = "case-a-complete-sale", "case-b-five-defects", "case-d-transfer-and-objection"
HUGE = "9" * 23


@pytest.mark.parametrize(
    ("path", "status"),
    [
        pytest.param("/cases/{case}/documents/" + HUGE, 404, id="a document number beyond the column"),
        pytest.param("/cases/{case}/packets/" + HUGE, 404, id="a packet number beyond the column"),
        pytest.param("/cases/{case}/documents/2147483648", 404, id="the first number a PostgreSQL integer cannot hold"),
        pytest.param("/audit/?from=0001-01-01", 200, id="the first day of the calendar"),
        pytest.param("/audit/?until=9999-12-31", 200, id="its last"),
        pytest.param("/audit/?from=9999-12-31&until=0001-01-01", 200, id="from the last to the first"),
    ],
)
def test_a_number_or_day_beyond_bounds_is_no_fault(make_case, signed_in, path, status):
    case = make_case()
    assert signed_in("legal_manager").get(path.format(case=case.case_id)).status_code == status


def test_the_audit_log_is_whole_between_far_days(make_case, signed_in):
    manager = signed_in("legal_manager")
    manager.get(f"/cases/{make_case().case_id}")
    assert "0001-01-01" in manager.get("/audit/?from=0001-01-01&until=9999-12-31").text
    assert manager.get("/audit/?from=0001-01-01&until=9999-12-31&event=open").text.count("<tr") > 1


def ask(client, case, **form):
    return client.post(f"/cases/{case.case_id}/packets/new", data={"kind": "lawsuit"} | form)


def packets():
    session.remove()
    return session.scalars(select(Packet).order_by(Packet.id)).all()


@pytest.mark.parametrize("state", [PacketState.WAITING, PacketState.BUILDING])
def test_a_packet_without_work_under_way_stands_in_nobodys_way(example, make_packet, signed_in, state):
    case = example(A)
    make_packet(case, state=state, as_of=case.as_of)
    assert ask(signed_in("legal_staff"), case).status_code == 302
    assert [packet.state for packet in packets()] == [state, PacketState.WAITING]


def test_another_day_is_another_packet(example, signed_in):
    case, clerk = example(A), signed_in("legal_staff")
    for day in ("2026-06-15", "2026-06-16", "2026-06-15", ""):  # the last is the day of the case file: 2026-06-15
        assert ask(clerk, case, as_of=day).status_code == 302
    assert [packet.as_of for packet in packets()] == [date(2026, 6, 15), date(2026, 6, 16)]


def test_an_override_is_never_answered_with_a_packet_of_before(example, make_packet, signed_in):
    case = example(B)
    going = make_packet(case, state=PacketState.WAITING, as_of=case.as_of)
    with saving():
        session.add(Job(name="build_packet", packet_id=going.id, state=JobState.WAITING, created_at=datetime.now(UTC)))
    manager = signed_in("legal_manager")
    assert ask(manager, case).location.endswith(f"/packets/{going.id}")
    for _ in range(2):  # the second click leads to the packet of the first
        assert ask(manager, case, override="财产正在转移").status_code == 302
    assert [packet.override_reason for packet in packets()] == [None, "财产正在转移"]


def test_a_reason_where_nothing_blocks_is_dropped(example, signed_in):
    assert ask(signed_in("legal_staff"), example(A), override="for safety").status_code == 302
    (packet,) = packets()
    assert (packet.override_reason, packet.override_by_id) == (None, None)


def test_a_finding_of_another_packet_kind_or_day_can_be_waived(example, signed_in):
    case, manager = example(A), signed_in("legal_manager")
    with saving():
        held = session.merge(case)
        own = {finding["key"] for finding in assess.check(held, today=date(2026, 11, 22))["findings"]}
        later = {finding["key"] for finding in assess.check(held, "lawsuit", date(2031, 1, 1), today=date(2026, 11, 22))["findings"]}
    key = min(later - own)  # by 2031 the limitation period is over
    form = {"finding": key, "reason": "已另行核对"}
    assert manager.post(f"/cases/{case.case_id}/waivers", data=form).status_code == 404
    page = manager.get(f"/cases/{case.case_id}?packet=lawsuit&as_of=2031-01-01").text
    assert '<input type="hidden" name="as_of" value="2031-01-01">' in page
    assert page.count('<input type="hidden" name="packet" value="lawsuit">') >= 1
    answer = manager.post(f"/cases/{case.case_id}/waivers", data=form | {"packet": "lawsuit", "as_of": "2031-01-01"})
    assert answer.status_code == 302
    assert "packet=lawsuit" in answer.location
    assert "as_of=2031-01-01" in answer.location
    session.remove()
    assert session.scalars(select(Waiver.finding)).all() == [key]


def test_too_large_is_said_by_the_number_too(app, make_case, signed_in):
    case, clerk = make_case(), signed_in("legal_staff")
    runtime.running().settings = replace(runtime.config(), max_upload_mb=0)

    def send(name, content):
        return clerk.post(f"/cases/{case.case_id}/documents/upload/file?name={name}&type=contract", data=content).status_code

    assert send("contract.txt", b"x") == 413
    assert send("larger than.txt", b"") == 422  # empty, whatever its name
    assert send("x" * 1001, b"x") == 422


@pytest.mark.parametrize(
    ("names", "shown"),
    [
        pytest.param(["read_document", "prepare_document"], "read_document", id="other work after the reading"),
        pytest.param(["prepare_document"], None, id="only other work"),
    ],
)
def test_other_work_on_a_document_is_no_reading(make_case, make_document, names, shown):
    document = make_document(make_case(), content=b"x")
    with saving():
        session.add_all(Job(name=name, document_id=document.id, state=JobState.WAITING, created_at=datetime.now(UTC)) for name in names)
    job = document_page._job(document)
    assert (job and job.name) == shown


def test_a_list_of_records_is_not_offered_as_text(make_case, make_document, signed_in):
    document = make_document(make_case(), type="asset_clue_list", fields={"items": [{"kind": "bank_account", "description": "某银行"}]})
    page = signed_in("legal_staff").get(f"/cases/{document.case_id}/documents/{document.id}").text
    assert 'name="items"' not in page
    assert "{&#39;kind&#39;" not in page
    assert session.get_one(Document, document.id).fields["items"]


def test_home_forgets_failures_that_were_made_good(make_case, make_document, signed_in):
    document = make_document(make_case(), content=b"x")
    with saving():
        session.add(Job(name="read_document", document_id=document.id, state=JobState.FAILED, reason="kaputt", created_at=datetime.now(UTC)))
    clerk = signed_in("legal_staff")
    assert "kaputt" in clerk.get("/").text
    with saving():
        session.add(Job(name="read_document", document_id=document.id, state=JobState.DONE, created_at=datetime.now(UTC)))
    assert "kaputt" not in clerk.get("/").text


def test_every_kind_of_work_has_words():
    assert set(JOBS) == set(jobs.HANDLERS)
