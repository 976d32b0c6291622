"""What is filed is what was shown: a case that changed, bytes that went bad, two who act at once, words that must not leave the house."""

import contextlib
import hashlib
import io
import json
import shutil
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace

import pikepdf
import pytest
from sqlalchemy import select, text

from casefiles import assemble, escalate, escalate_deletion, jobs, leases, runtime, work
from casefiles.bundle import manifest
from casefiles.bundle.differences import Difference
from casefiles.config import Config
from casefiles.db import saving, session
from casefiles.errors import CaseSealed, NotUsable, Refused
from casefiles.models import AuditEntry, Case, Document, Job, JobState, Packet, PacketState, State, TextStatus
from casefiles.policy import packet_for
from storage import NoRoom

CASE = "EX-A-COMPLETE"
NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
SECRET = "对方可能借此主张质量抗辩"


def small_pdf(words):
    """One page that says something."""
    with pikepdf.new() as pdf, io.BytesIO() as made:
        pdf.add_blank_page(page_size=(595, 842))
        font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
        pdf.pages[0].Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F=font))
        pdf.pages[0].Contents = pdf.make_stream(f"BT /F 14 Tf 72 720 Td ({words}) Tj ET".encode())
        pdf.save(made, deterministic_id=True, compress_streams=False)
        return made.getvalue()


def give_file(document, content, media_type, name):
    runtime.store().keep(runtime.store().stage(io.BytesIO(content)))
    document.sha256, document.size, document.media_type = hashlib.sha256(content).hexdigest(), len(content), media_type
    document.name, document.page_count = name, 1


@pytest.fixture(scope="module")
def made(instance, actor, enter, build, case_of):
    """Example A, one exhibit left out for a reason that is nobody's business outside, and its packet as a draft; once."""
    enter(case_of("a"))
    with saving():
        case = session.get_one(Case, CASE)
        session.add(
            Document(case_id=CASE, ref="X9", type="photos", listed_in="documents", fields={}, title_zh="车间照片", text_status=TextStatus.READ, received_at=NOW)
        )
        session.flush()
        session.refresh(case)
        give_file(next(d for d in case.documents if d.ref == "X9"), small_pdf("photo"), "application/pdf", "照片.pdf")
        assemble.arrange(actor, case, "lawsuit", {"left_out": {"X9": SECRET}})
    packet_id = build(CASE, "lawsuit")[0]
    session.remove()
    session.get_bind().dispose()
    return SimpleNamespace(folder=runtime.config().data, packet_id=packet_id)


@pytest.fixture
def draft(made, tmp_path):
    shutil.copytree(made.folder, tmp_path / "data")
    runtime.start(Config.embedded(tmp_path / "data", "x" * 40))
    yield session.get_one(Packet, made.packet_id)
    session.remove()
    session.get_bind().dispose()


def ref(case, name):
    return next(document for document in case.documents if document.ref == name)


def stale(packet, actor):
    return [change.en for change in assemble.changes(session.get_one(Packet, packet.id, populate_existing=True), actor.today)]


def freeze(packet_id, actor):
    with saving():
        assemble.ask_freeze(actor, session.get_one(Packet, packet_id))
    return run(packet_id)


def run(packet_id):
    job_id = session.scalars(select(Job.id).where(Job.packet_id == packet_id).order_by(Job.id.desc())).first()
    jobs.run(session.get_one(Job, job_id).name, job_id)
    return session.get_one(Job, job_id, populate_existing=True)


def words(packet, name):
    return runtime.store().path(next(p["sha256"] for p in packet.parts if p["name"] == name)).read_bytes().decode("utf-8", "ignore")


def test_why_a_paper_was_left_out_stays_in_the_house(draft):
    assert [one["reason"] for one in draft.plan["left_out"] if one["document"] == "X9"] == [SECRET]
    assert SECRET not in words(draft, "manifest.json")
    with zipfile.ZipFile(runtime.store().path(next(p["sha256"] for p in draft.parts if p["name"] == "packet.zip"))) as packed:
        assert not any(SECRET in packed.read(name).decode("utf-8", "ignore") for name in packed.namelist())


def other_upload(case):
    plan = session.scalar(select(Packet).where(Packet.case_id == CASE)).plan
    give_file(ref(case, plan["uploads"][0]["document"]), small_pdf("another licence"), "application/pdf", "I01.pdf")


@pytest.mark.parametrize(("change", "says"), [
    pytest.param(lambda case: setattr(next(p for p in case.parties if p.role == "debtor"), "address", "新地址1号"), "debtor", id="address of the debtor"),
    pytest.param(lambda case: setattr(case, "blocks", case.blocks | {"agents": [{"name": "李律师", "kind": "lawyer", "authority": "一般授权"}]}), "授权委托书", id="an agent"),
    pytest.param(other_upload, "stands before the evidence, was replaced", id="a replaced upload"),
    pytest.param(lambda case: give_file(ref(case, "D01"), small_pdf("x"), "application/pdf", "D01.pdf"), "replaced", id="a replaced exhibit"),
])  # fmt: skip
def test_a_packet_is_stale_when_its_papers_would_read_otherwise(draft, actor, change, says):
    assert stale(draft, actor) == []
    with saving():
        change(session.get_one(Case, CASE))
    assert any(says in told for told in stale(draft, actor)), stale(draft, actor)


def test_what_no_paper_shows_makes_nothing_stale(draft, actor):
    with saving():
        case = session.get_one(Case, CASE)
        case.state, ref(case, "D01").text_status = State.LITIGATION, TextStatus.READ
    assert stale(draft, actor) == []


@pytest.mark.long
def test_a_packet_is_not_frozen_to_something_else_than_was_shown(draft, actor, monkeypatch):
    from casefiles.assemble import papers

    written = papers.written
    monkeypatch.setattr(papers, "written", lambda order, pages: {name: replace(form, title=form.title + "（新版）") for name, form in written(order, pages).items()})
    job = freeze(draft.id, actor)  # as after an update of the program or the law data
    assert job.state is JobState.FAILED
    assert "build it again" in job.reason
    assert session.get_one(Packet, draft.id, populate_existing=True).frozen_at is None


def test_bytes_that_went_bad_are_never_frozen(draft, actor):
    source = runtime.store().path(ref(draft.case, "D02").sha256)
    source.chmod(0o644)
    source.write_bytes(source.read_bytes().replace(b"D02", b"D2X"))  # a PDF that still opens
    job = freeze(draft.id, actor)
    assert (job.state, session.get_one(Packet, draft.id, populate_existing=True).frozen_at) == (JobState.FAILED, None), job.reason


def test_a_sealed_case_is_not_frozen_filed_or_built(draft, actor):
    with saving():
        assemble.ask_freeze(actor, session.get_one(Packet, draft.id))
    with saving():
        session.get_one(Case, CASE).state = State.ARCHIVED
    for word in ("approve", "edit", "create"):
        with pytest.raises(CaseSealed):
            packet_for(actor, word, CASE, draft.id)
    job = run(draft.id)
    assert (job.state, session.get_one(Packet, draft.id, populate_existing=True).frozen_at) == (JobState.FAILED, None)
    assert "archived" in job.reason


@pytest.mark.long
def test_of_two_who_freeze_one_does_and_the_other_is_told(draft, actor):
    with saving():
        assemble.ask_freeze(actor, session.get_one(Packet, draft.id))
    with saving():
        assemble.ask_freeze(actor, session.get_one(Packet, draft.id))  # a second click
        with pytest.raises(Refused, match="is being made final"):
            assemble.ask_freeze(actor, session.get_one(Packet, draft.id), queue=False)  # the command line meanwhile
    assert len(session.scalars(select(Job).where(Job.name == work.FREEZE_PACKET)).all()) == 1
    assert run(draft.id).state is JobState.DONE
    packet = session.get_one(Packet, draft.id, populate_existing=True)
    made = assemble.Frozen(SimpleNamespace(manifest=packet.manifest, plan=packet.plan), packet.parts, None)
    with pytest.raises(Refused, match="frozen already"), saving():
        assemble.finish_freezing(actor, session.get_one(Packet, draft.id), made, NOW)


def test_a_building_without_a_job_that_was_cancelled_is_not_ready_afterwards(draft, actor):
    with saving():
        packet = assemble.request(actor, draft.case, "lawsuit", as_of=None, queue=False)
    with saving():
        assemble.cancel(actor, session.get_one(Packet, packet.id))
    with pytest.raises(Refused, match="was cancelled"), saving():
        assemble.finish(session.get_one(Packet, packet.id), SimpleNamespace(manifest={}, draft=False, plan={}), [], NOW)


def test_what_was_finished_meanwhile_cannot_be_cancelled(draft, actor):
    """As on PostgreSQL, where the finished state can be committed between reading and writing."""
    with saving():
        packet = assemble.request(actor, draft.case, "lawsuit", as_of=None)
        packet_id = packet.id
    with saving():
        packet = session.get_one(Packet, packet_id)
        assert packet.state is PacketState.WAITING
        for table, state in (("packets", "ready"), ("jobs", "done")):
            session.execute(text(f"UPDATE {table} SET state = '{state}' WHERE {'id' if table == 'packets' else 'packet_id'} = {packet_id}"))
        with pytest.raises(Refused, match="is not being built"):
            assemble.cancel(actor, packet)


def late(packet_id, actor, build):
    return build(CASE, "lawsuit", insert_into=session.get_one(Packet, packet_id))[0]


def add(case, name, content):
    session.add(Document(case_id=CASE, ref=name, type="delivery_note_signed", listed_in="documents", fields={"no": name}, text_status=TextStatus.READ, received_at=NOW,
                         number=name, document_date=date(2025, 3, 3)))  # fmt: skip
    session.flush()
    session.refresh(case)
    give_file(ref(case, name), content, "application/pdf", f"{name}.pdf")


def labels(packet_id):
    packet = session.get_one(Packet, packet_id, populate_existing=True)
    return {row["document"]: (row["mark"], row["labels"]) for group in packet.plan["groups"] for row in group["rows"]}


@pytest.mark.long
def test_pages_come_late_again_and_again_and_no_number_moves(draft, actor, build):
    chain, numbers = [draft.id], []
    for name in ("L1", "L2", None):
        job = freeze(chain[-1], actor)
        assert job.state is JobState.DONE, job.reason
        numbers.append(labels(chain[-1]))
        if name:
            with saving():
                add(session.get_one(Case, CASE), name, small_pdf(name))
            chain.append(late(chain[-1], actor, build))
    assert numbers[0].items() <= numbers[1].items() <= numbers[2].items()
    assert len(numbers[2]) == len(numbers[0]) + 2
    last = session.get_one(Packet, chain[-1])
    with saving():
        give_file(ref(session.get_one(Case, CASE), "D02"), small_pdf("another D02"), "application/pdf", "D02.pdf")  # as many pages, other words
    with pytest.raises(NotUsable, match="D02"), saving():
        assemble.request(actor, session.get_one(Case, CASE), "lawsuit", as_of=None, insert_into=session.get_one(Packet, last.id))
    folder = Path(runtime.config().data) / "unpacked"
    with zipfile.ZipFile(runtime.store().path(next(p["sha256"] for p in last.parts if p["name"] == "packet.zip"))) as packed:
        packed.extractall(folder)
    assert manifest.verify_folder(folder) == []


@pytest.mark.parametrize(("said", "place"), [
    pytest.param({"groups": {"G3": ["x" * 101]}}, "groups.G3", id="a document number of 101 signs"),
    pytest.param({"names": {f"D{n}": "x" for n in range(10_000)}}, "names", id="ten thousand names"),
    pytest.param({"groups": {"G3": [f"D{n}" for n in range(10_000)]}}, "groups", id="ten thousand exhibits"),
    pytest.param({"names": {"D01": {"deep": []}}}, "names.D01", id="a mapping for a text"),
    pytest.param({"options": {"form": ["element"]}}, "options.form", id="a list for a word"),
    pytest.param({"options": {"court": {}}}, "options.court", id="a mapping for a court"),
    pytest.param({"answers": {"postcode": 10**400}}, "answers.postcode", id="a number of 401 digits"),
    pytest.param({"items": []}, "", id="an empty list for a mapping"),
])  # fmt: skip
def test_an_arrangement_that_is_none_is_refused(draft, actor, said, place):
    if not place:
        assert assemble.arrange(actor, draft.case, "payment_order", said).arrangement == {}
        return
    with pytest.raises(NotUsable, match=f"at {place}:"):
        assemble.arrange(actor, draft.case, "lawsuit", said)


def test_names_with_signs_that_no_paper_carries_are_kept_without_them(draft, actor):
    kept = assemble.arrange(actor, draft.case, "lawsuit", {"names": {"D01": "合同\0正\u202e本\ud800\x07"}, "left_out": {"X9": SECRET}})
    assert kept.arrangement["names"] == {"D01": "合同正本"}


@pytest.mark.long
def test_a_name_of_any_length_and_signs_stands_in_the_bag(draft, actor):
    assert freeze(draft.id, actor).state is JobState.DONE
    packet = session.get_one(Packet, draft.id, populate_existing=True)
    names = ["收据" * 150 + ".pdf", "../../etc/passwd", "CON", "a\r\nb\u202ex.pdf", "C:\\x.pdf", ".", "x" * 300 + ".PDF"]
    with saving():
        for at, name in enumerate(names):
            staged = runtime.store().stage(io.BytesIO(small_pdf(f"{at}")))
            runtime.store().keep(staged)
            assemble.add_copy(actor, packet, "bundle.pdf" if at else "", name, staged, "application/pdf")
    with pytest.raises(NotUsable, match="larger"), saving():
        assemble.add_copy(actor, packet, "", "x.pdf", replace(staged, size=2**45), "application/pdf")
    with zipfile.ZipFile(io.BytesIO(b"".join(assemble.bag_of(packet, actor.today)))) as packed:
        held = [name for name in packed.namelist() if "/filed/" in name]
    assert len(held) == len(names)
    for name in held:
        part = name.partition("/filed/")[2]
        assert "/" not in part
        assert len(part.encode()) <= 200
        assert part.isprintable()
    assert held[0].endswith(".pdf")


def test_what_is_deleted_for_good_leaves_no_word_behind(draft, actor, monkeypatch):
    """A draft that only mentions the paper forgets it; one that holds it, or that is being built with it, keeps it from being deleted."""
    monkeypatch.setattr(escalate_deletion, "deletion_refused", lambda _standing, *, twin, in_packets: None if not in_packets else pytest.fail("kept"))
    monkeypatch.setattr(escalate_deletion, "second_person", lambda *_: None)
    other = replace(actor, person_id=None)
    with saving():
        case = session.get_one(Case, CASE)
        session.add(Document(case_id=CASE, ref="X7", type="photos", listed_in="documents", fields={}, title_zh="误传的身份证", text_status=TextStatus.READ, received_at=NOW))
        session.flush()
        session.refresh(case)
        packet = assemble.request(actor, case, "lawsuit", as_of=None, queue=False)
        assemble.arrange(actor, case, "lawsuit", {"left_out": {"X9": SECRET}, "names": {"X7": "某人的身份证"}})
    packet_id = packet.id
    with saving():
        assemble.order_of(session.get_one(Packet, packet_id))
        session.get_one(Packet, packet_id).state = PacketState.BUILDING
    assert escalate_deletion._packets_with(session.get_one(Case, CASE), ref(session.get_one(Case, CASE), "X7")) == [f"lawsuit {packet.number}"]
    with saving():
        session.get_one(Packet, packet_id).state = PacketState.FAILED
    with saving():
        case = session.get_one(Case, CASE)
        approval = escalate_deletion.propose_deletion(actor, case, ref(case, "X7"), ground="personal_data", reason="误传")
    with saving():
        case = session.get_one(Case, CASE)
        escalate_deletion.decide_deletion(other, case, session.get_one(escalate.Approval, approval.id), approve=True, reason="同意")
    for table in ("packets", "packet_plans"):
        rows = json.dumps([dict(row) for row in session.execute(text(f"SELECT * FROM {table}")).mappings()], default=str)
        told = rows.encode().decode("unicode_escape") + rows
        assert "误传的身份证" not in told, table
        assert "某人的身份证" not in told, table


class Killed(BaseException):
    """What no handler catches, as after SIGKILL: the job's row stays as it was."""


@pytest.mark.long
def test_a_worker_that_dies_or_finds_no_room_while_it_freezes_leaves_the_draft_and_another_ends_it(draft, actor, monkeypatch):
    packet_id, before = draft.id, [*draft.parts]
    with saving():
        assemble.ask_freeze(actor, session.get_one(Packet, packet_id))
    for step, error in (("draft synced", Killed()), ("folder synced", NoRoom("disk full"))):
        monkeypatch.setattr(runtime.store(), "step", lambda name, step=step, error=error: (_ for _ in ()).throw(error) if name == step else None)
        with contextlib.suppress(Killed):
            run(packet_id)
        session.remove()
        packet = session.get_one(Packet, packet_id, populate_existing=True)
        assert (packet.frozen_at, packet.parts, packet.state) == (None, before, PacketState.READY), step
        assert all(runtime.store().holds(part["sha256"]) for part in before)
        leases.reclaim(NOW)
    monkeypatch.setattr(runtime.store(), "step", lambda _name: None)
    job = run(packet_id)
    assert (job.state, job.attempts) == (JobState.DONE, 3), job.reason
    packet = session.get_one(Packet, packet_id, populate_existing=True)
    assert packet.frozen_at is not None
    assert not list((runtime.config().data / "work").glob("packet-*"))
    assert session.scalars(select(AuditEntry.event).where(AuditEntry.event == "freeze")).all() == ["freeze"]


def test_a_stamp_that_was_taken_away_is_missed(tmp_path):
    told = {"format": manifest.FORMAT, "files": [], "internal": [], "volumes": [{"file": "b.pdf", "sha256": "0", "volume": 1, "pages": 1}], "parts": [], "pages": 1}
    manifest.write_manifest(tmp_path, told)
    assert manifest.STAMP not in {each.where for each in manifest.verify_folder(tmp_path)}
    manifest.write_manifest(tmp_path, told | {"stamp": manifest.STAMP})
    assert Difference(manifest.STAMP, "missing") in manifest.verify_folder(tmp_path)
