"""Packets in the page: what would go in, what stands in the way, progress, and who may take the result away."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from types import SimpleNamespace

import pypdfium2
import pytest
from sqlalchemy import select

from casefiles import exchange, runtime
from casefiles.actor import operator
from casefiles.db import saving, session
from casefiles.law import EXAMPLES
from casefiles.models import AuditEntry, Job, JobState, Packet, PacketState

A, B = "EX-A-COMPLETE", "EX-B-FIVE-DEFECTS"
FILES = {A: "case-a-complete-sale.yaml", B: "case-b-five-defects.yaml"}


@pytest.fixture
def import_case(app):
    """An acceptance case, imported without files."""

    def load(case_id: str) -> None:
        with saving():
            exchange.enter(operator(), exchange.read(EXAMPLES / FILES[case_id]), {})

    return load


def kept(content: bytes, name: str, *, internal: bool = False) -> dict[str, object]:
    staged = runtime.store().stage(io.BytesIO(content))
    runtime.store().keep(staged)
    return {"name": name, "sha256": staged.sha256, "size": len(content), "media_type": "application/pdf", "internal": internal}


def two_pages() -> bytes:
    paper, out = pypdfium2.PdfDocument.new(), io.BytesIO()
    paper.new_page(595, 842)
    paper.new_page(595, 842)
    paper.save(out)
    return out.getvalue()


@pytest.fixture
def built(import_case, make_packet):
    """A ready packet of A with a bundle of two pages, a form and the internal cover sheet."""

    def make(**columns):
        import_case(A)
        parts = [kept(two_pages(), "bundle.pdf"), kept(b"docx", "forms/01-complaint.docx"), kept(b"cover", "internal-cover.pdf", internal=True)]
        told = {"bundle": {"pages": 2}, "parts": [{"kind": "paper", "id": "complaint", "title": "民事起诉状", "at": 1, "first": "ii", "last": "ii", "mark": "", "slip": False}]}
        row = {"parts": parts, "manifest": told, "check": {"findings": [], "missing_uploads": []}, "draft": False, "finished_at": datetime.now(UTC)}
        packet = make_packet(SimpleNamespace(case_id=A), **(row | columns))
        return SimpleNamespace(id=packet.id, case_id=A, url=f"/cases/{A}/packets/{packet.id}")

    return make


def packets() -> list[Packet]:
    session.remove()
    return list(session.scalars(select(Packet).order_by(Packet.id)))


def test_the_builder_lists_contents_evidence_and_claim(import_case, signed_in):
    import_case(A)
    page = signed_in("legal_staff").get(f"/cases/{A}/packets/new").text
    for words in ("民事起诉状", "利息（违约金）计算明细表", "证据材料（按组编页）", "¥750,000.00", "¥82,946.41", "¥832,946.41", "¥12,129.46"):
        assert words in page  # the figures of example A's expected block
    assert "No finding blocks this packet." in page
    assert "file missing" in page  # imported without files
    assert page.index("第一组") < page.index("第二组") < page.index("第三组")


def test_a_blocked_packet_lists_its_findings_and_shows_a_clerk_no_way_around(import_case, signed_in):
    import_case(B)
    clerk = signed_in("legal_staff")
    page = clerk.get(f"/cases/{B}/packets/new").text
    assert "4 findings block this packet." in page  # example B: 8 findings, 4 of them blocking a lawsuit
    assert page.count('class="slim-finding"') == 8
    assert "Build the packet" not in page
    assert "Override" not in page
    assert clerk.post(f"/cases/{B}/packets/new", data={"kind": "lawsuit"}).status_code == 409
    assert clerk.post(f"/cases/{B}/packets/new", data={"kind": "lawsuit", "override": "in a hurry"}).status_code == 403
    assert packets() == []


def test_a_manager_overrides_with_a_reason_that_is_audited(import_case, signed_in):
    import_case(B)
    manager = signed_in("legal_manager")
    assert "Override and build" in manager.get(f"/cases/{B}/packets/new").text
    assert manager.post(f"/cases/{B}/packets/new", data={"kind": "lawsuit", "override": "  "}).status_code == 409
    assert manager.post(f"/cases/{B}/packets/new", data={"kind": "lawsuit", "override": "财产正在转移"}).status_code == 302
    (packet,) = packets()
    assert (packet.override_reason, packet.override_by_id) == ("财产正在转移", manager.person.id)
    entry = session.scalars(select(AuditEntry).where(AuditEntry.event == "override")).one()
    assert (entry.case_id, entry.detail["reason"]) == (B, "财产正在转移")


def test_asking_twice_while_it_is_built_makes_one_packet(import_case, signed_in):
    import_case(A)
    clerk = signed_in("legal_staff")
    first, second = (clerk.post(f"/cases/{A}/packets/new", data={"kind": "lawsuit"}) for _ in range(2))
    (packet,) = packets()
    assert first.location == second.location == f"/cases/{A}/packets/{packet.id}"
    assert [job.name for job in session.scalars(select(Job).where(Job.packet_id == packet.id))] == ["build_packet"]


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        pytest.param("?kind=lawsuit&as_of=2026-09-10", 200, id="a day"),
        pytest.param("?as_of=today", 200, id="today"),
        pytest.param("?as_of=soon", 409, id="no day"),
        pytest.param("?kind=nonsense", 404, id="no such kind"),
        pytest.param("?kind=write_off_archive", 200, id="a kind that does not fit the case says what is lacking"),
    ],
)
def test_what_the_builder_may_be_asked(import_case, signed_in, asked, status):
    import_case(A)
    answer = signed_in("legal_staff").get(f"/cases/{A}/packets/new{asked}")
    assert answer.status_code == status
    assert ("The papers cannot be written" in answer.text or "findings block" in answer.text) == (status == 200)


def test_a_wrong_day_makes_nothing(import_case, signed_in):
    import_case(A)
    assert signed_in("legal_staff").post(f"/cases/{A}/packets/new", data={"kind": "lawsuit", "as_of": "soon"}).status_code == 409
    assert packets() == []


def test_progress_is_told_in_words_and_numbers(import_case, signed_in, make_packet):
    import_case(A)
    packet_id = make_packet(SimpleNamespace(case_id=A), state=PacketState.BUILDING).id
    with saving():
        session.add(Job(name="build_packet", packet_id=packet_id, state=JobState.RUNNING, step="stamp", done=12, total=50, created_at=datetime.now(UTC)))
    clerk = signed_in("legal_staff")
    assert clerk.get(f"/cases/{A}/packets/{packet_id}/progress").json == {
        "state": "building", "step": "Stamping page numbers", "at": 3, "done": 12, "total": 50, "left": "", "reason": "", "attempts": 0,
    }  # fmt: skip
    page = clerk.get(f"/cases/{A}/packets/{packet_id}").text
    assert '<progress data-poll-bar max="50" value="12"' in page
    assert '<noscript><meta http-equiv="refresh"' in page  # works without script


def test_a_failed_packet_says_why(import_case, signed_in, make_packet):
    import_case(A)
    packet_id = make_packet(SimpleNamespace(case_id=A), state=PacketState.FAILED, reason="disk full: nothing was made").id
    page = signed_in("legal_staff").get(f"/cases/{A}/packets/{packet_id}").text
    assert "The packet was not built. Nothing partial was kept." in page
    assert "disk full: nothing was made" in page


def test_the_result_shows_files_with_hashes_and_says_draft_and_override(built, signed_in):
    manager = signed_in("legal_manager", name="周经理")
    packet = built(draft=True, check={"findings": [], "missing_uploads": ["legal_rep_id_copy"]}, override_reason="先行立案", override_by_id=manager.person.id)
    page = manager.get(packet.url).text
    for part in packets()[0].parts:
        assert part["sha256"] in page
    assert "Built against the findings" in page
    assert "先行立案" in page
    assert "cannot be filed" in page
    assert f"/cases/{A}/documents/upload?type=legal_rep_id_copy" in page
    assert "bundle.pdf?volume=1#page=2" in page


@pytest.mark.parametrize(  # the lawyers are granted the case
    ("role", "download", "page", "bundle", "cover"),
    [
        pytest.param("legal_staff", False, 200, 200, 200, id="clerk"),
        pytest.param("legal_manager", False, 200, 200, 200, id="manager"),
        pytest.param("external_lawyer", False, 200, 403, 403, id="lawyer reads only"),
        pytest.param("external_lawyer", True, 200, 200, 404, id="lawyer with the download right, never the internal cover"),
        pytest.param("collector", False, 403, 403, 403, id="collector"),
        pytest.param("finance", False, 403, 403, 403, id="finance"),
        pytest.param("auditor", False, 404, 404, 404, id="auditor of an open case"),
    ],
)
def test_who_may_read_and_take_away(built, signed_in, make_grant, role, download, page, bundle, cover):
    packet, client = built(), signed_in(role)
    if role in {"external_lawyer", "collector"}:
        make_grant(packet, client.person, download=download)
    assert client.get(packet.url).status_code == page
    assert client.get(f"{packet.url}/parts/bundle.pdf").status_code == bundle
    assert client.get(f"{packet.url}/bundle.pdf").status_code == bundle
    assert client.get(f"{packet.url}/parts/internal-cover.pdf").status_code == cover
    assert client.get(f"{packet.url}/pages/2.png").status_code == page


def test_downloads_are_attachments_and_recorded(built, signed_in, log_of):
    packet, clerk = built(), signed_in("legal_staff")
    form = clerk.get(f"{packet.url}/parts/forms/01-complaint.docx")
    number = packets()[0].number
    assert form.data == b"docx"
    assert form.headers["Content-Disposition"].startswith(f'attachment; filename="{A}-lawsuit-{number}-01-complaint.docx"')
    assert ("download", f"lawsuit {number}") in log_of()
    assert clerk.get(f"{packet.url}/parts/../../etc/passwd").status_code == 404
    assert clerk.get(f"{packet.url}/parts/nothing.pdf").status_code == 404


def test_the_bundle_may_be_framed_by_our_own_pages_only(built, signed_in):
    packet, clerk = built(), signed_in("legal_staff")
    inline = clerk.get(f"{packet.url}/bundle.pdf")
    assert inline.content_type == "application/pdf"
    assert "frame-ancestors 'self'" in inline.headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in clerk.get(packet.url).headers["Content-Security-Policy"]


def test_a_lawyer_who_may_only_read_gets_pictures_not_the_file(built, signed_in, make_grant):
    packet, lawyer = built(), signed_in("external_lawyer")
    make_grant(packet, lawyer.person)
    page = lawyer.get(f"{packet.url}?page=2").text
    assert "<iframe" not in page
    assert "/pages/2.png" in page
    assert "internal-cover.pdf" not in page
    assert "/parts/" not in page


def test_lost_bytes_are_said_not_served(built, signed_in):
    packet, clerk = built(), signed_in("legal_staff")
    runtime.store().path(packets()[0].parts[0]["sha256"]).unlink()
    page = clerk.get(packet.url)
    assert page.status_code == 200
    assert "its bytes are not in the store" in page.text
    assert clerk.get(f"{packet.url}/parts/bundle.pdf").status_code == 503
