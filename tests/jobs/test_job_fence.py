"""One job runs once in effect: of two workers one gets it, a late one cannot commit, a poison job is parked and shown."""

from datetime import timedelta

import pytest

from casefiles import jobs, leases, readers, work
from casefiles.db import saving, session
from casefiles.leases import Held
from casefiles.models import Case, Document, Job, JobState, Packet, PacketState, TextStatus
from casefiles.readers import Page, Reading

SECOND = timedelta(seconds=1)


def reading(text):
    return Reading((Page(1, "1", text),), 1, "read", "", "", (), "text", 1)


def take(job_id, moment):
    with saving():
        held = leases.take(job_id, moment)
        return held and held.attempt


def test_of_two_workers_one_gets_the_job(add, clock, fresh):
    _, job_id = add()
    assert (take(job_id, clock()), take(job_id, clock())) == (1, None)
    job = fresh(Job, job_id)
    assert (job.state, job.attempts, job.heartbeat) == (JobState.RUNNING, 1, clock())


@pytest.mark.parametrize(
    ("later", "taken"),
    [
        pytest.param(leases.LEASE - SECOND, None, id="within the lease"),
        pytest.param(leases.LEASE, None, id="at its last moment"),
        pytest.param(leases.LEASE + SECOND, 2, id="after it"),
        pytest.param(-leases.LEASE * 10, None, id="when the clock jumped back"),
    ],
)
def test_a_stopped_heartbeat_frees_a_job(add, clock, later, taken):
    _, job_id = add()
    take(job_id, clock())
    assert take(job_id, clock() + later) == taken


def test_a_heartbeat_keeps_the_job(add, clock, fresh):
    _, job_id = add()
    take(job_id, clock())
    clock.pass_(leases.LEASE - SECOND)
    leases.beat(Held(job_id, 1), clock(), "bundle", 3, 38)
    assert take(job_id, clock() + leases.LEASE - SECOND) is None
    job = fresh(Job, job_id)
    assert (job.step, job.done, job.total) == ("bundle", 3, 38)


@pytest.mark.parametrize("state", [JobState.DONE, JobState.FAILED])
def test_an_ended_job_is_not_taken_again(add, clock, state):
    _, job_id = add()
    with saving():
        session.get_one(Job, job_id).state = state
    assert take(job_id, clock() + leases.LEASE * 100) is None


def write_late(document_id, job_id):
    with saving():
        session.get_one(Document, document_id).page_count = 99
        session.flush()
        leases.close(Held(job_id, 1))


def test_a_late_worker_can_neither_close_nor_beat_nor_write(add, clock, fresh, pages):
    document_id, job_id = add()
    take(job_id, clock())
    take(job_id, clock.past_the_lease())
    with pytest.raises(leases.Superseded):
        write_late(document_id, job_id)
    with pytest.raises(leases.Superseded):
        leases.beat(Held(job_id, 1), clock(), "late", 1, 1)
    assert fresh(Document, document_id).page_count is None
    job = fresh(Job, job_id)
    assert (job.state, job.attempts, job.step) == (JobState.RUNNING, 2, "")


def test_of_two_readings_that_of_the_later_worker_counts(add, clock, monkeypatch, fresh, pages):
    """The first worker is so slow that a second one takes the job over and ends it; then the first one comes back."""
    document_id, job_id = add()
    results = iter([reading("of the second worker"), None])

    def read(path, kind, **_):
        mine = next(results)
        if mine:
            monkeypatch.setattr(readers, "read", lambda *_, **__: mine)
            clock.past_the_lease()
            jobs.run(work.READ_DOCUMENT, job_id)
        return reading("of the first worker")

    monkeypatch.setattr(readers, "read", read)
    jobs.run(work.READ_DOCUMENT, job_id)
    assert pages(document_id) == {1: "of the second worker"}
    job = fresh(Job, job_id)
    assert (job.state, job.attempts, job.reason) == (JobState.DONE, 2, "")


@pytest.mark.parametrize("error", [RuntimeError("the first worker breaks down"), MemoryError()], ids=["an error", "no memory"])
def test_a_late_worker_that_fails_does_not_fail_the_job_of_the_other(add, clock, monkeypatch, fresh, error):
    document_id, job_id = add()

    def read(path, kind, **_):
        take(job_id, clock.past_the_lease())
        raise error

    monkeypatch.setattr(readers, "read", read)
    jobs.run(work.READ_DOCUMENT, job_id)
    job = fresh(Job, job_id)
    assert (job.state, job.attempts, job.reason) == (JobState.RUNNING, 2, "")
    assert fresh(Document, document_id).text_status is TextStatus.WAITING


def test_a_job_that_always_fails_is_parked_and_shown(add, clock, monkeypatch, fresh):
    document_id, job_id = add()
    tries = []

    def read(path, kind, **_):
        tries.append(path)
        raise RuntimeError("a poisoned file")

    monkeypatch.setattr(readers, "read", read)
    for wanted in (JobState.WAITING, JobState.WAITING, JobState.FAILED, JobState.FAILED, JobState.FAILED):
        jobs.run(work.READ_DOCUMENT, job_id)
        assert fresh(Job, job_id).state is wanted
    assert len(tries) == leases.MOST_ATTEMPTS
    assert "a poisoned file" in fresh(Job, job_id).reason
    document = fresh(Document, document_id)
    assert document.text_status is TextStatus.FAILED
    assert "a poisoned file" in document.text_reason_zh
    assert "a poisoned file" in document.text_reason_en


def die_over(job_id, clock):
    """The worker dies over the job as often as it is tried."""
    for attempt in range(1, leases.MOST_ATTEMPTS + 1):
        assert take(job_id, clock.past_the_lease()) == attempt


def test_a_file_that_kills_the_worker_is_parked_and_shown(add, clock, fresh):
    document_id, job_id = add()
    die_over(job_id, clock)
    assert take(job_id, clock.past_the_lease()) is None
    jobs.reconcile(clock())
    job, document = fresh(Job, job_id), fresh(Document, document_id)
    assert (job.state, bool(job.reason)) == (JobState.FAILED, True)
    assert document.text_status is TextStatus.FAILED
    assert "死" in document.text_reason_zh or "中断" in document.text_reason_zh
    assert "died" in document.text_reason_en


def test_a_packet_that_kills_the_worker_is_parked_and_shown(instance, clock, fresh, actor):
    with saving():
        case = session.get_one(Case, "EX-A-COMPLETE")
        packet = Packet(
            case_id=case.case_id, kind="lawsuit", number=1, state=PacketState.WAITING, as_of=case.as_of, requested_at=actor.now, case_version=1, parts=[]
        )
        session.add(packet)
        job_id = work.ask(work.BUILD_PACKET, actor.now, packet=packet).id
    packet_id = packet.id
    die_over(job_id, clock)
    clock.past_the_lease()
    jobs.reconcile(clock())
    packet = fresh(Packet, packet_id)
    assert (packet.state, packet.parts, packet.finished_at) == (PacketState.FAILED, [], clock())
    assert "died" in packet.reason


def test_what_the_queue_lost_is_sent_again(add, instance, clock):
    add()
    assert instance.queue.pending_count() == 0  # `add` emptied it: as if the queue's file had been lost
    assert jobs.reconcile(clock()) == 1
    assert instance.queue.pending_count() == 1


def test_looking_again_does_not_pile_up_what_waits_in_the_queue(add, instance, clock):
    for n in range(3):
        add(f"file {n}".encode())
    assert jobs.reconcile(clock()) == 3
    for _ in range(10):
        jobs.reconcile(clock())
    assert instance.queue.pending_count() == 3


def test_a_job_of_a_dead_worker_is_sent_again_though_others_wait(add, instance, clock):
    _, lost = add(b"one")
    add(b"two")
    take(lost, clock())
    jobs.reconcile(clock())
    assert instance.queue.pending_count() == 1  # the one that waits; the other is being worked on
    clock.past_the_lease()
    assert jobs.reconcile(clock()) == 1
    assert instance.queue.pending_count() == 2


def test_a_new_worker_takes_over_at_once_what_the_dead_one_held(add, clock, fresh):
    """It holds the lock that fell with the process of the other: there is no lease to wait for."""
    _, job_id = add()
    take(job_id, clock())
    assert leases.reclaim(clock()) == 1
    assert (fresh(Job, job_id).state, fresh(Job, job_id).attempts) == (JobState.WAITING, 1)
    jobs.run(work.READ_DOCUMENT, job_id)
    assert (fresh(Job, job_id).state, fresh(Job, job_id).attempts) == (JobState.DONE, 2)


def test_a_new_worker_leaves_a_poison_job_parked(add, clock, fresh):
    _, job_id = add()
    die_over(job_id, clock)
    leases.reclaim(clock())
    assert fresh(Job, job_id).state is JobState.FAILED


def test_draining_works_until_nothing_waits(add, clock, fresh, pages):
    given = [add(f"第{n}页的文字".encode()) for n in range(4)]
    assert jobs.drain(60) == 0
    assert [fresh(Job, job_id).state for _, job_id in given] == [JobState.DONE] * 4
    assert [pages(document_id) for document_id, _ in given] == [{1: f"第{n}页的文字"} for n in range(4)]


def test_draining_ends_with_a_poison_job_parked(add, clock, monkeypatch, fresh):
    _, job_id = add()
    monkeypatch.setattr(readers, "read", lambda *_, **__: 1 / 0)
    assert jobs.drain(60) == 0
    assert (fresh(Job, job_id).state, fresh(Job, job_id).attempts) == (JobState.FAILED, leases.MOST_ATTEMPTS)


def test_draining_without_time_says_what_is_left(add, clock):
    add(b"one")
    add(b"two")
    assert jobs.drain(0) == 2


def test_a_message_for_a_job_that_is_gone_harms_nothing(instance, clock):
    jobs.run(work.READ_DOCUMENT, 12345)
    assert jobs.reconcile(clock()) == 0
