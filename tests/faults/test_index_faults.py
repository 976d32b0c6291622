"""R5, the outbox: the indexing writer is killed, the index is another version's or another engine's, a new one is made while people work."""

import signal
import subprocess
import sys
import threading
import time

import pytest

from casefiles import find, index_care, jobs, notes, runtime, work
from casefiles.config import Config
from casefiles.db import saving, session
from casefiles.jobs import indexing
from casefiles.models import Case, Job, JobState, Unindexed
from casefiles.search import rebuild
from tests.serving import CASE, KEY, environment

LONGEST = 60  # seconds; a loaded machine
DIES = """
import os, signal, sys
from casefiles import index_care, runtime
from casefiles.config import Config

def die():
    os.kill(os.getpid(), signal.SIGKILL)

def half(entries):
    for number, entry in enumerate(entries):
        if number == 3:
            die()
        yield entry

runtime.start(Config.from_environment())
engine = runtime.engine()
add = engine.add
if sys.argv[1] == "in the commit":
    engine.add = lambda entries, replace=(): add(half(entries), replace=replace)
index_care.put_batch()
die()
"""


def delivered():
    while indexing.deliver():
        pass
    return index_care.compare()


@pytest.fixture
def indexed(instance):
    """The data folder with an index that has everything."""
    indexing.heal(thorough=False)
    assert not delivered()
    return instance


def note(actor, text):
    with saving():
        notes.add(actor, session.get_one(Case, CASE), text, shared=False)


def everything(moment):
    """Enter the whole case into the outbox."""
    with saving():
        work.index(moment, CASE)
        for document in session.get_one(Case, CASE).documents:
            work.index(moment, CASE, document.id)


def found(actor, query):
    return find.search(actor, query).total


@pytest.mark.parametrize("when", ["in the commit", pytest.param("between the index and the outbox", marks=pytest.mark.long)])
def test_a_killed_writer_loses_nothing(indexed, clerk, data, when):
    note(clerk, "须先公证证据")
    everything(clerk.now)
    waits = index_care.waiting()
    session.remove()
    ended = subprocess.run([sys.executable, "-c", DIES, when], env=environment(data), capture_output=True, timeout=240, check=False)
    assert ended.returncode == -signal.SIGKILL, ended.stderr.decode()
    assert index_care.waiting() == waits > 20
    assert index_care.broken(thorough=True) == ""  # searches go on meanwhile
    assert not delivered()  # the lock of the dead writer is no hindrance
    assert found(clerk, "须先公证证据") == 1


def test_an_index_of_another_version_is_made_again_when_the_worker_starts(indexed, clerk, data):
    note(clerk, "须先公证证据")
    layout = data / "index" / (data / "index" / "current").read_text() / "layout"
    layout.write_text("1.1", encoding="utf-8")
    runtime.start(Config.embedded(data, KEY))
    assert "another version" in index_care.state(clerk.now)["reason"]
    indexing.heal(thorough=False)  # what the worker does when it starts
    assert (index_care.broken(thorough=True), found(clerk, "须先公证证据")) == ("", 1)


def test_another_engine_is_filled_when_the_worker_starts(indexed, clerk, data):
    before = sorted(runtime.engine().keys())
    runtime.start(Config.from_environment(environment(data, CASEFILES_SEARCH=f"whoosh:{data / 'whoosh'}")))
    assert index_care.state(clerk.now)["reason"] == index_care.EMPTY
    indexing.heal(thorough=True)
    assert sorted(runtime.engine().keys()) == before
    assert not delivered()
    told = index_care.state(clerk.now)
    assert (told["engine"], told["broken"], told["entries"], told["waiting"]) == ("whoosh", False, len(before), 0)
    assert told["bytes"] > 0


def test_what_changes_while_the_index_is_made_again_is_in_the_old_and_in_the_new_one(indexed, clerk, monkeypatch):
    """The case was read already when it is changed: the new index lacks the note, until the outbox brings it."""
    meanwhile = []

    def slow(setting, entries):
        def read():
            yield from entries_until_the_last
            note(clerk, "须先公证证据")
            thread = threading.Thread(target=lambda: meanwhile.append([indexing.deliver(), indexing.deliver(), found(clerk, "须先公证证据")]))
            thread.start()
            thread.join(LONGEST)
            yield last
            yield from entries  # from here on nothing is put into the old one

        every = [next(entries) for _ in range(3)]
        entries_until_the_last, last = every[:-1], every[-1]
        return rebuild(setting, read())

    monkeypatch.setattr(index_care, "rebuild", slow)
    index_care.make_index()
    assert meanwhile == [[1, 0, 1]]  # put in once, and found in the old index
    assert index_care.waiting() == 1  # the row stays for the new one
    assert not delivered()
    assert (found(clerk, "须先公证证据"), session.query(Unindexed).count()) == (1, 0)


def test_a_change_is_found_while_a_long_job_runs(indexed, clerk, monkeypatch):
    """The promise is two seconds (the look into the outbox comes every 0.3 s); here the machine may be loaded, and the job takes longer still."""
    running, end, over = threading.Event(), threading.Event(), threading.Event()

    def long_job(held):
        running.set()
        end.wait(LONGEST)

    monkeypatch.setitem(jobs.HANDLERS, work.SWEEP, long_job)
    with saving():
        job = work.ask(work.SWEEP, jobs.now()).id
    session.remove()
    threads = [threading.Thread(target=jobs.run, args=(work.SWEEP, job)), threading.Thread(target=indexing.feed, args=(over,))]
    for thread in threads:
        thread.start()
    try:
        assert running.wait(LONGEST)
        note(clerk, "须先公证证据")
        until = time.monotonic() + LONGEST
        while time.monotonic() < until and not found(clerk, "须先公证证据"):
            over.wait(0.05)
        assert found(clerk, "须先公证证据") == 1
        assert not end.is_set()
        session.remove()
        assert session.get_one(Job, job).state is JobState.RUNNING
    finally:
        end.set()
        over.set()
        for thread in threads:
            thread.join()


def test_what_the_outbox_hides_is_found_by_nobody_before_the_index_has_learned_it(indexed, clerk):
    before = found(clerk, "type:contract")
    assert before > 0
    with saving():
        for one in session.get_one(Case, CASE).documents:
            if one.type == "contract":
                work.index(clerk.now, CASE, one.id, hide=True)
    assert found(clerk, "type:contract") == 0
    delivered()
    assert found(clerk, "type:contract") == before


def test_waits_and_age_are_told(indexed, clerk):
    told = index_care.state(clerk.now)
    assert (told["broken"], told["waiting"], told["oldest_waiting_s"], told["parked"], told["engine"]) == (False, 0, None, [], "tantivy")
    note(clerk, "须先公证证据")
    assert (index_care.state(clerk.now)["waiting"], index_care.state(clerk.now)["oldest_waiting_s"]) == (1, 0)
