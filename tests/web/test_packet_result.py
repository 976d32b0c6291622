"""A finished packet in the page: volumes, freezing, what changed, filing and sealed scans, late insertion, stopping; and who sees which button."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pypdfium2
import pytest
from sqlalchemy import select

from casefiles import assemble, runtime
from casefiles.db import saving, session
from casefiles.law import Words
from casefiles.models import FiledCopy, Job, JobState, Packet, PacketState

A = "EX-A-COMPLETE"


def kept(name: str, pages: int = 1) -> dict[str, object]:
    """A part in the store: a PDF of so many pages."""
    paper, out = pypdfium2.PdfDocument.new(), io.BytesIO()
    for _ in range(pages):
        paper.new_page(595, 842)
    paper.save(out)
    staged = runtime.store().stage(io.BytesIO(out.getvalue()))
    runtime.store().keep(staged)
    return {"name": name, "sha256": staged.sha256, "size": staged.size, "media_type": "application/pdf", "internal": False}


def paper(at: int, title: str, volume: int) -> dict[str, object]:
    return {"kind": "paper", "id": "complaint" if volume == 1 else "catalogue", "title": title, "at": at, "first": "i", "last": "i", "mark": "", "slip": False, "volume": volume}


@pytest.fixture
def packet_of(example, make_packet):
    """packet_of(**columns): a ready packet of example A in two volumes, of 2 and 3 pages."""
    example("case-a-complete-sale")

    def make(**columns):
        parts = [kept("volume-1.pdf", 2), kept("volume-2.pdf", 3), kept("manifest.json")]
        told = {
            "volumes": [{"file": "volume-1.pdf", "pages": 2, "volume": 1}, {"file": "volume-2.pdf", "pages": 3, "volume": 2}],
            "parts": [paper(0, "民事起诉状", 1), paper(1, "证据目录", 2)], "catalogue": {"I01": ["1", "1"]},
        }  # fmt: skip
        plan = {"options": {"numbering": "prefixed", "court": "default", "duplex": True}, "sets": 3, "groups": [], "items": [], "left_out": []}
        row = {"parts": parts, "manifest": told, "check": {"findings": [], "missing_uploads": []}, "draft": False, "finished_at": datetime.now(UTC)}
        packet = make_packet(SimpleNamespace(case_id=A), **(row | {"plan": plan, "made_of": {}} | columns))
        return SimpleNamespace(id=packet.id, number=packet.number, case_id=A, url=f"/cases/{A}/packets/{packet.id}", parts=parts)

    return make


@pytest.fixture
def frozen(packet_of):
    """A final version of yesterday, stamped."""
    return packet_of(frozen_at=datetime.now(UTC) - timedelta(days=1), stamp={"time": "2026-03-05T01:02:03+00:00", "authority": "示例时间戳中心"})


@pytest.fixture
def nothing_changed(monkeypatch):
    monkeypatch.setattr(assemble, "changes", lambda *_: ())


def test_each_volume_has_a_tab_a_frame_and_pictures(packet_of, signed_in, nothing_changed):
    packet, clerk = packet_of(), signed_in("legal_staff")
    page = clerk.get(f"{packet.url}?volume=2").text
    assert "Volume 1" in page
    assert f'src="{packet.url}/bundle.pdf?volume=2#view=FitH' in page
    assert f"{packet.url}?volume=1&amp;page=1" in page  # a paper of the other volume
    assert "5 pages · 2 volumes" in page
    assert clerk.get(f"{packet.url}/bundle.pdf?volume=2").data == runtime.store().path(packet.parts[1]["sha256"]).read_bytes()
    assert clerk.get(f"{packet.url}/pages/3.png?volume=2").status_code == 200
    assert clerk.get(f"{packet.url}/pages/3.png?volume=1").status_code == 404
    assert clerk.get(f"{packet.url}?volume=3").status_code == 404
    assert "with a prefix and zeros" in page  # the plan it was built to


def test_what_keeps_it_from_being_final_is_named_with_where_it_is_mended(packet_of, signed_in, monkeypatch, nothing_changed):
    monkeypatch.setattr(assemble, "obstacles", lambda *_: [Words("缺少身份证", "No ID copy"), Words("旧版本", "Something else")])
    packet = packet_of(check={"findings": [], "missing_uploads": ["legal_rep_id_copy"]}, draft=True)
    page = signed_in("legal_manager").get(packet.url).text
    assert f'No ID copy <a class="nowrap" href="/cases/{A}/documents/upload?type=legal_rep_id_copy"' in page
    assert f'Something else <a class="nowrap" href="/cases/{A}/packets/new?kind=lawsuit"' in page
    assert "Make it final" not in page
    assert signed_in("legal_manager").post(f"{packet.url}/freeze").status_code == 409


def test_only_the_manager_makes_it_final_and_the_page_follows_the_work(packet_of, signed_in, monkeypatch, nothing_changed):
    from casefiles.assemble import freeze

    monkeypatch.setattr(assemble, "obstacles", lambda *_: [])
    monkeypatch.setattr(freeze, "obstacles", lambda *_: [])
    packet = packet_of()
    clerk, manager = signed_in("legal_staff"), signed_in("legal_manager")
    assert "Make it final" not in clerk.get(packet.url).text
    assert clerk.post(f"{packet.url}/freeze").status_code == 403
    assert "Make it final" in manager.get(packet.url).text
    assert manager.post(f"{packet.url}/freeze").status_code == 302
    assert "Being made final" in manager.get(packet.url).text
    assert clerk.get(f"{packet.url}/progress").json["state"] == "freezing"
    with saving():
        job = session.scalars(select(Job).where(Job.packet_id == packet.id)).one()
        job.state, job.reason = JobState.FAILED, "the time stamp service did not answer"
    page = manager.get(packet.url).text
    assert "the packet stands as it was" in page
    assert "the time stamp service did not answer" in page


def test_a_final_version_says_when_by_whom_and_with_which_hash(frozen, signed_in, nothing_changed):
    page = signed_in("legal_staff").get(frozen.url).text
    assert "it never changes again" in page
    assert str(frozen.parts[2]["sha256"]) in page[page.index("Manifest, SHA-256") :][:200]
    assert "2026-03-05 09:02 · 示例时间戳中心" in page  # Shanghai
    assert "Make it final" not in page


def test_a_stale_packet_names_what_changed(packet_of, signed_in, monkeypatch):
    monkeypatch.setattr(assemble, "changes", lambda *_: (assemble.Change("figure", "已付款：1 → 2", "sum paid: 1 → 2"),))
    page = signed_in("legal_staff").get(packet_of().url).text
    assert "The case or its arrangement has changed since this packet was built." in page
    assert "sum paid: 1 → 2" in page


def test_two_packets_stand_side_by_side(packet_of, signed_in, nothing_changed):
    plan = {"options": {"duplex": False}, "sets": 3, "groups": [{"id": "G1", "rows": [{"document": "I01", "name": "营业执照"}]}], "items": []}
    first, second = packet_of(), packet_of(plan=plan)
    clerk = signed_in("legal_staff")
    page = clerk.get(f"{second.url}/compare").text
    assert f"beside lawsuit {first.number}" in page
    assert "exhibit “营业执照” (I01) is new" in page
    assert "exhibit “营业执照” (I01)" in clerk.get(f"{first.url}/compare?with={second.id}").text
    assert clerk.get(f"{first.url}/compare?with=999").status_code == 404
    assert "no other finished packet" in clerk.get(f"{first.url}/compare").text


def test_filing_keeps_the_day_and_sealed_scans(frozen, signed_in, log_of, nothing_changed):
    clerk = signed_in("legal_staff", name="林法务")
    assert clerk.post(f"{frozen.url}/filed", data={"day": "soon"}).status_code == 409
    assert clerk.post(f"{frozen.url}/filed", data={"day": "2099-01-01"}).status_code == 409
    assert clerk.post(f"{frozen.url}/filed", data={"day": "2026-03-06"}).status_code == 302
    assert clerk.post(f"{frozen.url}/copies", data={"paper": "complaint"}).status_code == 409  # no file
    assert clerk.post(f"{frozen.url}/copies", data={"paper": "no such", "file": (io.BytesIO(b"x"), "a.pdf")}).status_code == 409
    assert clerk.post(f"{frozen.url}/copies", data={"paper": "complaint", "file": (io.BytesIO(b"sealed"), "盖章起诉状.pdf")}).status_code == 302
    page = clerk.get(frozen.url).text
    assert "Filed on 2026-03-06" in page
    assert "盖章起诉状.pdf" in page
    copy = session.scalars(select(FiledCopy)).one()
    assert clerk.get(f"{frozen.url}/copies/{copy.id}").data == b"sealed"
    assert {("file", f"lawsuit {frozen.number}"), ("filed_copy", f"lawsuit {frozen.number}"), ("download", f"lawsuit {frozen.number}")} <= set(log_of())


def test_a_draft_is_not_filed(packet_of, signed_in, nothing_changed):
    packet, clerk = packet_of(), signed_in("legal_staff")
    assert 'id="filed"' not in clerk.get(packet.url).text
    assert clerk.post(f"{packet.url}/filed", data={"day": "2026-03-06"}).status_code == 409
    assert clerk.post(f"{packet.url}/insert").status_code == 409


def test_late_papers_are_named_and_inserted_into_the_final_version(frozen, signed_in, nothing_changed):
    clerk = signed_in("legal_staff")
    page = clerk.get(frozen.url).text
    late = page[page.index('id="t-late"') :]
    assert "D01" in late  # the manifest's catalogue holds I01 only
    assert "I01" not in late[: late.index("</section>")]
    answer = clerk.post(f"{frozen.url}/insert")
    session.remove()
    made = session.scalars(select(Packet).where(Packet.inserted_into_id == frozen.id)).one()
    assert answer.location == f"/cases/{A}/packets/{made.id}"
    assert f"Late insertion into lawsuit {frozen.number}" in clerk.get(f"/cases/{A}/packets").text


def test_the_bag_holds_the_packet_and_what_was_filed(frozen, signed_in, nothing_changed):
    clerk = signed_in("legal_staff")
    clerk.post(f"{frozen.url}/copies", data={"paper": "", "file": (io.BytesIO(b"receipt"), "receipt.pdf")})
    answer = clerk.get(f"{frozen.url}/bag.zip")
    assert answer.headers["Content-Disposition"].startswith(f'attachment; filename="{A}-lawsuit-{frozen.number}-bagit.zip"')
    names = zipfile.ZipFile(io.BytesIO(answer.data)).namelist()
    assert any(name.endswith("bagit.txt") for name in names)
    assert any(name.endswith("volume-2.pdf") for name in names)
    assert any(name.endswith("receipt.pdf") for name in names)


@pytest.mark.parametrize(
    ("done", "total", "step", "said"),
    [
        pytest.param(0, 0, "", "", id="nothing is known before the first step"),
        pytest.param(50, 100, "assemble", "about 25 seconds left", id="45 + 15 + 7.5 hundredths took 47 s: 23 s remain, said rounded up"),
        pytest.param(1, 1, "finish", "about 5 seconds left", id="never nothing"),
    ],
)
def test_the_time_left_is_told_from_the_work_done(packet_of, signed_in, done, total, step, said):
    packet = packet_of(state=PacketState.BUILDING, started_at=datetime.now(UTC) - timedelta(seconds=47), frozen_at=None)
    with saving():
        session.add(Job(name="build_packet", packet_id=packet.id, state=JobState.RUNNING, step=step, done=done, total=total, attempts=2, created_at=datetime.now(UTC)))
    clerk = signed_in("legal_staff")
    assert clerk.get(f"{packet.url}/progress").json["left"] == said
    page = clerk.get(packet.url).text
    assert "Resumed after an interruption, attempt 2." in page
    assert said in page


def test_work_is_stopped_by_who_may_build(packet_of, signed_in, make_grant):
    packet = packet_of(state=PacketState.BUILDING)
    with saving():
        session.add(Job(name="build_packet", packet_id=packet.id, state=JobState.RUNNING, step="forms", created_at=datetime.now(UTC)))
    assert signed_in("finance").post(f"{packet.url}/cancel").status_code == 403
    clerk = signed_in("legal_staff")
    assert clerk.post(f"{packet.url}/cancel").status_code == 302
    page = clerk.get(packet.url).text
    assert "Stopped before it was done" in page
    assert "Back to the builder" in page
    assert clerk.get(f"{packet.url}/progress").json["state"] == "cancelled"


def test_a_lawyer_who_only_reads_takes_nothing_away(frozen, signed_in, make_grant, nothing_changed):
    lawyer = signed_in("external_lawyer")
    make_grant(frozen, lawyer.person)
    lawyer.post(f"{frozen.url}/copies", data={"paper": "", "file": (io.BytesIO(b"receipt"), "receipt.pdf")})
    page = lawyer.get(frozen.url).text
    assert "receipt.pdf" in page
    assert "bag.zip" not in page
    assert "/copies/" not in page
    assert lawyer.get(f"{frozen.url}/bag.zip").status_code == 403


def test_files_are_called_by_the_papers_they_hold(packet_of, signed_in, nothing_changed):
    packet = packet_of(parts=[kept("volume-1.pdf", 2), kept("forms/01-complaint.pdf"), kept("manifest.json")])
    page = signed_in("legal_staff").get(packet.url).text
    assert '<span class="muted small" lang="zh-Hans">民事起诉状</span>' in page
    assert "Every file with its hash" in page
