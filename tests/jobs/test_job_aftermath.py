"""What stays behind: packets nobody builds any more, failures that a later try made good, folders of a killed worker."""

import subprocess
import sys
from datetime import date, timedelta

import pytest

from casefiles import assemble, intake, jobs, leases, readers, runtime, work
from casefiles.bundle import preflight
from casefiles.bundle.plan import Exhibit
from casefiles.config import Config
from casefiles.db import saving, session
from casefiles.models import Case, Document, Job, JobState, Packet, PacketState, TextStatus

CASE = "EX-A-COMPLETE"


@pytest.fixture
def packet(instance, actor):
    """packet(queue=False): a packet asked for as the command line does, which builds it itself and may be killed over it."""

    def packet(*, queue):
        with saving():
            return assemble.request(actor, session.get_one(Case, CASE), "lawsuit", as_of=None, queue=queue).id

    return packet


@pytest.mark.parametrize("state", [PacketState.WAITING, PacketState.BUILDING])
def test_a_packet_nobody_builds_any_more_is_told_failed(packet, clock, fresh, state):
    packet_id = packet(queue=False)
    with saving():
        session.get_one(Packet, packet_id).state = state
    jobs.reconcile(clock())
    assert fresh(Packet, packet_id).state is state  # the command may be at it still
    clock.pass_(leases.ABANDONED + timedelta(seconds=1))
    jobs.reconcile(clock())
    left = fresh(Packet, packet_id)
    assert (left.state, left.finished_at) == (PacketState.FAILED, clock())
    assert "中断" in left.reason
    assert "interrupted" in left.reason


def test_a_packet_that_waits_for_its_job_is_left_alone(packet, clock, fresh):
    packet_id = packet(queue=True)
    clock.pass_(leases.ABANDONED * 10)
    jobs.reconcile(clock())
    assert fresh(Packet, packet_id).state is PacketState.WAITING


def unmended():
    session.rollback()
    return session.query(Job).where(leases.unmended()).count()


def test_a_failure_is_forgotten_once_a_later_try_succeeds(add, actor, clock, fresh, monkeypatch):
    document_id, job_id = add()
    with monkeypatch.context() as patch:
        patch.setattr(readers, "read", lambda *_, **__: 1 / 0)
        for _ in range(leases.MOST_ATTEMPTS):
            jobs.run(work.READ_DOCUMENT, job_id)
    assert (fresh(Job, job_id).state, unmended()) == (JobState.FAILED, 1)
    with saving():
        again = intake.retry(actor, session.get_one(Document, document_id)).id
    assert unmended() == 1  # it only waits
    jobs.run(work.READ_DOCUMENT, again)
    assert fresh(Document, document_id).text_status is TextStatus.READ
    assert unmended() == 0


def test_work_that_went_well_for_another_subject_mends_nothing(add, clock):
    _, first = add(b"one")
    _, second = add(b"two")
    with saving():
        session.get_one(Job, first).state, session.get_one(Job, second).state = JobState.FAILED, JobState.DONE
    assert unmended() == 1


def test_a_packet_that_failed_is_made_good_by_the_next_of_its_kind(packet, clock):
    first = packet(queue=True)
    second = packet(queue=True)
    with saving():
        session.query(Job).where(Job.packet_id == first).update({Job.state: JobState.FAILED})
    assert unmended() == 1
    with saving():
        session.get_one(Packet, second).state = PacketState.READY
    assert unmended() == 0


def test_a_worker_alone_on_a_fresh_folder_makes_the_tables_and_sweeps_what_was_left(tmp_path):
    config = Config.embedded(tmp_path / "data", "x" * 40)
    left = tmp_path / "data" / "work" / "packet-7-abc"
    left.mkdir(parents=True)
    (left / "bundle.pdf").write_bytes(b"half")
    ended = subprocess.run(
        [sys.executable, "-m", "casefiles.jobs", "--drain", "5"], env=config.child_environment(), capture_output=True, check=False, timeout=60
    )
    assert (ended.returncode, b"Traceback" in ended.stderr) == (0, False), ended.stderr.decode()
    assert not left.exists()


@pytest.mark.parametrize(
    ("lost", "draft"),
    [
        pytest.param(None, False, id="every file is there"),
        pytest.param("gone", True, id="bytes are lost"),
        pytest.param("changed", True, id="bytes are damaged"),
    ],
)
def test_lost_or_damaged_bytes_make_the_packet_a_draft(add, instance, actor, tmp_path, lost, draft):
    document_id, _ = add()
    sha256 = session.get_one(Document, document_id).sha256
    with saving():
        order = assemble.order_of(assemble.request(actor, session.get_one(Case, CASE), "lawsuit", as_of=date(2026, 6, 15), queue=False))
    file = instance.store.path(sha256)
    file.chmod(0o644)
    if lost == "gone":
        file.unlink()
    elif lost == "changed":
        file.write_bytes(b"something else")
    prepared = assemble.gaps(order, _slips(order, tmp_path))
    assert (session.get_one(Document, document_id).ref in prepared) == draft


def _slips(order, tmp_path):
    exhibits = [Exhibit(ref, "合同", "G1", source) for ref, source in order.sources.items()]
    return preflight.prepare(exhibits, tmp_path / "work", runtime.fonts(), cache=None)
