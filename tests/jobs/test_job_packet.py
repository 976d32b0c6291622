"""A packet is complete or absent: whatever stops the worker, no packet is ready that is not whole, and a later try makes it."""

import hashlib
import json
import subprocess
import sys

import pytest
from sqlalchemy import select

from casefiles import assemble, jobs, leases, runtime, work
from casefiles.db import saving, session
from casefiles.models import Case, Flag, Job, JobState, Packet, PacketState
from storage import NoRoom

CASE = "EX-A-COMPLETE"


@pytest.fixture
def ask(instance, actor):
    """Ask for the lawsuit packet of case A as its page does; ids of packet and job."""

    def ask():
        with saving():
            packet = assemble.request(actor, session.get_one(Case, CASE), "lawsuit", as_of=None)
            job = session.scalars(select(Job).where(Job.packet_id == packet.id)).one()
        return packet.id, job.id

    return ask


@pytest.fixture
def made(tmp_path):
    """What assemble.produce would give, without the seconds that typesetting takes."""

    def made(_order, folder, _fonts, progress):
        (folder / "forms").mkdir()
        for name in ("bundle.pdf", "forms/01-complaint.pdf", "manifest.json"):
            (folder / name).write_text(name, encoding="utf-8")
        progress("bundle", 3, 3)
        parts = tuple(assemble.Part(str(p.relative_to(folder)), p, "application/pdf") for p in sorted(folder.rglob("*")) if p.is_file())
        return assemble.Made(parts, {"files": []}, draft=False, pages=3)

    return made


def build(job_id):
    jobs.run(work.BUILD_PACKET, job_id)


def whole(packet, store):
    """Every part lies in the store with the hash and length its row says."""
    for part in packet.parts:
        with store.open(part["sha256"]) as content:
            told = content.read()
        assert (hashlib.sha256(told).hexdigest(), len(told)) == (part["sha256"], part["size"])
    return packet.state is PacketState.READY and bool(packet.parts)


def left_over(instance):
    return [path.name for path in (instance.settings.data / "work").glob("*")]


def test_a_real_packet_is_whole_and_says_what_it_holds(ask, instance, fresh, qpdf_path, tmp_path):
    packet_id, job_id = ask()
    build(job_id)
    packet = fresh(Packet, packet_id)
    assert packet.reason is None
    assert whole(packet, instance.store)
    job = fresh(Job, job_id)
    assert (job.state, job.done, job.total > 0) == (JobState.DONE, job.total, True)
    parts = {part["name"]: part for part in packet.parts}
    assert {"bundle.pdf", "manifest.json", "packet.zip", "internal-cover.pdf"} <= set(parts)
    assert [name for name, part in parts.items() if part["internal"]] == ["internal-cover.pdf"]
    with instance.store.open(parts["manifest.json"]["sha256"]) as content:
        manifest = json.load(content)
    assert manifest == packet.manifest
    told = {entry["file"]: (entry["sha256"], entry["bytes"]) for entry in [*manifest["files"], *manifest["internal"]]}
    assert told == {name: (part["sha256"], part["size"]) for name, part in parts.items() if name not in {"manifest.json", "packet.zip"}}
    subprocess.run([qpdf_path, "--check", instance.store.path(parts["bundle.pdf"]["sha256"])], check=True, stdout=subprocess.DEVNULL)
    assert left_over(instance) == []


@pytest.mark.long
@pytest.mark.parametrize("step", [pytest.param("draft opened", id="before the first part"), pytest.param("linked", id="after the first part")])
def test_a_worker_killed_while_it_keeps_the_parts_leaves_no_packet_and_the_next_one_makes_it(ask, instance, fresh, step):
    """The real worker as a child, which sends itself SIGKILL; the next one has the lock at once and builds the packet."""
    packet_id, job_id = ask()
    session.remove()
    environment = instance.settings.child_environment()
    command = [sys.executable, "-m", "casefiles.jobs", "--drain", "120"]
    killed = subprocess.run(command, env=environment | {"CASEFILES_CRASH_AT": step}, capture_output=True, check=False, timeout=150)
    assert killed.returncode == -9, killed.stderr.decode()
    packet = fresh(Packet, packet_id)
    assert (packet.state, packet.parts, packet.manifest) == (PacketState.BUILDING, [], None)
    assert fresh(Job, job_id).state is JobState.RUNNING
    session.remove()
    again = subprocess.run(command, env=environment, capture_output=True, check=False, timeout=150)
    assert again.returncode == 0, again.stderr.decode()
    assert whole(fresh(Packet, packet_id), instance.store)
    assert (fresh(Job, job_id).state, fresh(Job, job_id).attempts) == (JobState.DONE, 2)


STOPS = [
    pytest.param("produce", RuntimeError("breaks"), PacketState.BUILDING, JobState.WAITING, "breaks", id="an error while it is made"),
    pytest.param("keep", NoRoom("28"), PacketState.BUILDING, JobState.WAITING, "磁盘已满", id="the disk is full while it is kept"),
    pytest.param("finish", RuntimeError("breaks"), PacketState.BUILDING, JobState.WAITING, "breaks", id="an error while it is entered"),
    pytest.param("produce", assemble.NotBuilt("D02 has no page"), PacketState.FAILED, JobState.FAILED, "D02 has no page", id="it cannot be made"),
]


@pytest.mark.parametrize(("where", "error", "packet_state", "job_state", "said"), STOPS)
def test_trouble_leaves_no_packet_and_says_why(ask, made, instance, fresh, monkeypatch, where, error, packet_state, job_state, said):
    packet_id, job_id = ask()
    monkeypatch.setattr(assemble, "produce", made)

    def stop(*_args, **_more):
        raise error

    with monkeypatch.context() as patch:
        patch.setattr(assemble, where, stop)
        build(job_id)
    packet, job = fresh(Packet, packet_id), fresh(Job, job_id)
    assert (packet.state, packet.parts, packet.manifest) == (packet_state, [], None)
    assert (job.state, said in job.reason) == (job_state, True)
    assert packet_state is not PacketState.FAILED or said in packet.reason
    assert left_over(instance) == []
    build(job_id)
    assert whole(fresh(Packet, packet_id), instance.store) == (job_state is JobState.WAITING)


def test_the_last_try_that_fails_is_shown_on_the_packet(ask, fresh, monkeypatch):
    packet_id, job_id = ask()
    monkeypatch.setattr(assemble, "produce", lambda *_args, **_more: 1 / 0)
    for _ in range(leases.MOST_ATTEMPTS):
        build(job_id)
    packet = fresh(Packet, packet_id)
    assert (packet.state, packet.parts) == (PacketState.FAILED, [])
    assert "division" in packet.reason


def test_a_chain_that_broke_since_it_was_asked_for_is_told_and_not_tried_for_ever(ask, made, fresh, monkeypatch):
    packet_id, job_id = ask()
    monkeypatch.setattr(assemble, "produce", made)
    with saving():
        for delivery in session.get_one(Case, CASE).deliveries:
            delivery.details, delivery.signed_by = {}, None
        session.query(Flag).delete()
    build(job_id)
    packet, job = fresh(Packet, packet_id), fresh(Job, job_id)
    assert (packet.state, packet.parts) == (PacketState.FAILED, [])
    assert (job.state, job.attempts) == (JobState.FAILED, 1)
    assert "阻断" in packet.reason


def test_a_late_worker_does_not_enter_its_packet(ask, made, instance, fresh, clock, monkeypatch):
    packet_id, job_id = ask()
    seen = []

    def slow(order, folder, fonts, progress):
        if not seen:
            seen.append(folder)
            clock.past_the_lease()
            build(job_id)
            assert fresh(Packet, packet_id).state is PacketState.READY
            session.remove()
        return made(order, folder, fonts, progress)

    monkeypatch.setattr(assemble, "produce", slow)
    build(job_id)
    packet, job = fresh(Packet, packet_id), fresh(Job, job_id)
    assert whole(packet, instance.store)
    assert (packet.state, job.state, job.attempts) == (PacketState.READY, JobState.DONE, 2)


def test_two_packets_asked_for_at_once_are_two(ask, made, fresh, monkeypatch, instance):
    monkeypatch.setattr(assemble, "produce", made)
    asked = [ask(), ask()]
    runtime.running().queue.flush()
    assert jobs.drain(60) == 0
    packets = [fresh(Packet, packet_id) for packet_id, _ in asked]
    assert [(packet.number, packet.state) for packet in packets] == [(1, PacketState.READY), (2, PacketState.READY)]
    assert packets[0].parts == packets[1].parts


def test_a_ready_packet_is_not_built_again(ask, made, fresh, monkeypatch, instance):
    packet_id, job_id = ask()
    monkeypatch.setattr(assemble, "produce", made)
    build(job_id)
    finished = fresh(Packet, packet_id).finished_at
    monkeypatch.setattr(assemble, "produce", lambda *_args, **_more: 1 / 0)
    build(job_id)
    assert (fresh(Packet, packet_id).finished_at, fresh(Packet, packet_id).state) == (finished, PacketState.READY)
