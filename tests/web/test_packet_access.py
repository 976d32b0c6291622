"""Who gets what of a packet through its pages: other cases' packets, ended grants, sealed files, hostile names and numbers, what stays in the house."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from casefiles import runtime
from casefiles.db import saving, session
from casefiles.models import AuditEntry, Case, FiledCopy, Grant, Packet, State

HUGE = "9" * 30
REASON = "对方可能借此主张质量抗辩"
NOTED = {"document": "D09", "name": "车间照片", "reason": REASON}


def part(name: str, internal: bool = False) -> dict[str, object]:
    from pypdf import PdfWriter

    writer, out = PdfWriter(), io.BytesIO()
    writer.add_blank_page(200, 200)
    writer.add_metadata({"/Title": name})
    writer.write(out)
    staged = runtime.store().stage(io.BytesIO(out.getvalue()))
    runtime.store().keep(staged)
    return {"name": name, "sha256": staged.sha256, "size": staged.size, "media_type": "application/pdf", "internal": internal}


@pytest.fixture
def packet_in(make_case, make_packet):
    """packet_in("DC-1"): a case with a frozen packet of two parts, a receipt beside it."""

    def make(case_id, **columns):
        told = {"volumes": [{"file": "bundle.pdf", "pages": 1, "volume": 1}], "parts": []}
        plan = {"options": {}, "groups": [], "items": [], "left_out": [NOTED]}
        parts = [part("bundle.pdf"), part("internal-cover.pdf", internal=True), part("packet.zip")]
        check = {"findings": [], "missing_uploads": []}
        packet = make_packet(make_case(case_id), parts=parts, manifest=told, plan=plan, check=check, frozen_at=datetime.now(UTC), **columns)
        with saving():
            scan = part("scan.pdf")
            copy = FiledCopy(packet_id=packet.id, paper="", name="回执\r\nSet-Cookie: a=b; \"x\".pdf", sha256=scan["sha256"], size=scan["size"], media_type="application/pdf", added_at=datetime.now(UTC))
            session.add(copy)
            session.flush()
            return packet.id, copy.id

    return make


PAGES = ("", "/progress", "/compare", "/bundle.pdf", "/pages/1.png", "/parts/packet.zip", "/copies/{copy}", "/bag.zip")
POSTS = ("/cancel", "/freeze", "/insert", "/filed", "/copies")


@pytest.mark.parametrize("role", ["legal_manager", "legal_staff"])
def test_a_packet_of_another_case_in_the_address_is_no_packet(packet_in, signed_in, role):
    (_, _), (other, copy) = packet_in("DC-1"), packet_in("DC-2")
    person = signed_in(role, department="法务部")
    for end in PAGES:
        assert person.get(f"/cases/DC-1/packets/{other}{end.format(copy=copy)}").status_code == 404, end
    for end in POSTS:
        assert person.post(f"/cases/DC-1/packets/{other}{end}").status_code in ((404,) if role == "legal_manager" or end != "/freeze" else (403, 404)), end


def test_packets_and_copies_of_other_packets_are_not_mixed(packet_in, signed_in):
    (mine, _), (other, copy) = packet_in("DC-1"), packet_in("DC-2")
    manager = signed_in("legal_manager")
    assert manager.get(f"/cases/DC-1/packets/{mine}/copies/{copy}").status_code == 404
    for wrong in (other, HUGE, f"-{HUGE}", 0):
        assert manager.get(f"/cases/DC-1/packets/{mine}/compare?with={wrong}").status_code in ((200, 404) if wrong == 0 else (404,)), wrong
    for end in ("/../../x", "/parts/../bundle.pdf", "/parts/..%2f..%2fetc%2fpasswd", "/parts/%00"):
        assert manager.get(f"/cases/DC-1/packets/{mine}{end}").status_code == 404, end


def test_numbers_that_no_column_holds_are_no_fault_of_ours(example, signed_in):
    example("case-a-complete-sale")
    clerk = signed_in("legal_staff")
    clerk.post("/cases/EX-A-COMPLETE/packets/plan", data={"kind": "lawsuit", "version": "0", "option-duplex": "on", "option-court": "default"})
    for number in (HUGE, f"-{HUGE}"):
        assert clerk.get(f"/cases/EX-A-COMPLETE/packets/new?older={number}&newer=1").status_code in (200, 409)
        asked = {"kind": "lawsuit", "version": "1", "take_up": number}
        assert clerk.post("/cases/EX-A-COMPLETE/packets/plan", data=asked).status_code == 409
        sent = {"kind": "lawsuit", "version": "1", "option-width": number, "option-sets": number}
        assert clerk.post("/cases/EX-A-COMPLETE/packets/plan", data=sent).status_code == 409


def test_a_lawyer_without_download_sees_marked_pictures_and_takes_nothing_and_after_the_grant_nothing(packet_in, signed_in, make_grant):
    packet, copy = packet_in("DC-1")
    lawyer = signed_in("external_lawyer")
    make_grant(session.get_one(Case, "DC-1"), lawyer.person)
    url = f"/cases/DC-1/packets/{packet}"
    assert [lawyer.get(url + end.format(copy=copy)).status_code for end in PAGES] == [200, 200, 200, 403, 200, 403, 403, 403]
    assert lawyer.get(f"{url}/parts/internal-cover.pdf").status_code == 403
    with saving():
        for grant in session.scalars(select(Grant)):
            grant.revoked_at = datetime.now(UTC)
    assert {lawyer.get(url + end.format(copy=copy)).status_code for end in PAGES} == {404}
    assert {lawyer.post(url + end).status_code for end in POSTS} == {404}


def test_a_sealed_case_is_read_and_not_changed(packet_in, signed_in):
    packet, _ = packet_in("DC-1")
    with saving():
        session.get_one(Case, "DC-1").state = State.ARCHIVED
    manager, auditor, url = signed_in("legal_manager"), signed_in("auditor"), f"/cases/DC-1/packets/{packet}"
    assert manager.get(url).status_code == 200
    assert {manager.post(url + end, data={"day": "2026-03-02"}).status_code for end in POSTS} == {409}
    assert {auditor.post(url + end).status_code for end in POSTS} == {403}
    assert REASON in manager.get(url).text
    page = auditor.get(url).text
    assert REASON not in page  # why a paper was left out stands on the internal cover, which an auditor does not get either
    assert "internal-cover.pdf" not in page
    assert session.get_one(Packet, packet, populate_existing=True).filed_on is None


def test_every_taking_away_is_in_the_log_and_a_name_splits_no_header(packet_in, signed_in):
    packet, copy = packet_in("DC-1")
    clerk = signed_in("legal_staff", department=session.get_one(Case, "DC-1").department)
    answer = clerk.get(f"/cases/DC-1/packets/{packet}/copies/{copy}")
    assert (answer.status_code, answer.headers.get("Set-Cookie", "").startswith("a=b")) == (200, False)
    assert re.fullmatch(r"attachment; filename=\"[^\"\r\n]+\"; filename\*=UTF-8''[\w.%~-]+", answer.headers["Content-Disposition"])
    for end in ("/bundle.pdf", "/pages/1.png", "/parts/packet.zip", "/bag.zip"):
        assert clerk.get(f"/cases/DC-1/packets/{packet}{end}").status_code == 200, end
    assert session.scalars(select(AuditEntry.event).where(AuditEntry.case_id == "DC-1").order_by(AuditEntry.id)).all() == ["download", "preview", "preview", "download", "download"]


@pytest.mark.parametrize(("content", "name", "says"), [
    pytest.param(b"", "a.pdf", 409, id="empty"), pytest.param(b"x" * (2**20 + 1), "a.pdf", 409, id="too large"), pytest.param(b"%PDF-1.7", "x" * 1100 + ".pdf", 409, id="a long name"),
])  # fmt: skip
def test_a_scan_that_cannot_be_kept_is_refused_in_words_and_leaves_nothing(app, packet_in, signed_in, content, name, says):
    from dataclasses import replace

    packet, _ = packet_in("DC-1")
    runtime.running().settings = replace(runtime.config(), max_upload_mb=1)
    clerk = signed_in("legal_manager")
    before = session.scalars(select(FiledCopy.id)).all()
    kept = {path for path in runtime.config().data.rglob("*") if path.is_file() and "store" in path.parts}
    answer = clerk.post(f"/cases/DC-1/packets/{packet}/copies", data={"file": (io.BytesIO(content), name), "paper": ""})
    assert answer.status_code == says
    assert session.scalars(select(FiledCopy.id)).all() == before
    assert {path for path in runtime.config().data.rglob("*") if path.is_file() and "store" in path.parts} == kept


def test_the_type_of_a_scan_is_judged_by_its_content(packet_in, signed_in):
    packet, _ = packet_in("DC-1")
    clerk = signed_in("legal_manager")
    page = io.BytesIO(b"<!doctype html><script>alert(1)</script>")
    assert clerk.post(f"/cases/DC-1/packets/{packet}/copies", data={"file": (page, "scan.pdf", "x/" + "y" * 300), "paper": "bundle.pdf"}).status_code == 302
    kept = session.scalar(select(FiledCopy).where(FiledCopy.paper == "bundle.pdf"))
    assert kept.media_type == "text/html"
    answer = clerk.get(f"/cases/DC-1/packets/{packet}/copies/{kept.id}")
    assert (answer.mimetype, answer.headers["X-Content-Type-Options"]) == ("application/octet-stream", "nosniff")
