"""R1: an upload that was acknowledged is never lost. The real server kills itself at each named step of an upload.

A step is reached in the code by its name; CASEFILES_CRASH_AT makes the process send itself SIGKILL there. Power loss is another matter:
tests/storage/test_store_contract.py asserts the order write, fsync, link, fsync of the folder.
"""

import hashlib
import random
import signal
import time

import pytest
from sqlalchemy import select, text

from casefiles import audit, runtime, steps
from casefiles.config import Config
from casefiles.db import session
from casefiles.models import AuditEntry, Document, Job

SIZE = 3 << 20  # three chunks
SAVED = ("committed", "queued", "answered")  # from the commit on the document is there, before it is not
SHORT = ("audit appended", "answered")  # one before the commit, one after it
A_DAY = 25 * 3600


def content_of(step):
    return random.Random(step).randbytes(SIZE)


def name_of(step):
    return f"合同 {step}.bin"


def crash(server, step):
    """Upload to a server that kills itself at the step: what the client was told, or "never" when the step was not reached."""
    server.stop()
    server.start(CASEFILES_CRASH_AT=step)
    told = server.upload(name_of(step), content_of(step))
    died = server.died(20 if told else 60)
    server.stop()
    return told if died == -signal.SIGKILL else "never"


@pytest.fixture
def archive(data):
    """Looks at the data folder with no server on it, each time with fresh eyes."""

    def look():
        running = runtime.start(Config.embedded(data, "x" * 40))
        assert session.execute(text("PRAGMA integrity_check")).scalars().all() == ["ok"]
        assert session.execute(text("PRAGMA foreign_key_check")).all() == []
        assert audit.verify().reason == ""
        return running.store

    yield look
    session.remove()
    session.get_bind().dispose()


def rows_of(content):
    return list(session.scalars(select(Document).where(Document.sha256 == hashlib.sha256(content).hexdigest()).order_by(Document.id)))


def entries_of(content):
    return [entry for entry in session.scalars(select(AuditEntry).where(AuditEntry.event == "upload")) if entry.detail["sha256"] == hashlib.sha256(content).hexdigest()]


def whole_or_absent(store, step, told):
    """Either row, bytes, audit entry and reading job, or none of them; what the client was told is true."""
    content = content_of(step)
    documents, told_of = rows_of(content), entries_of(content)
    assert len(documents) == len(told_of) == (1 if step in SAVED else 0), step
    assert told is None or (told == 201 and documents), step
    for document, entry in zip(documents, told_of, strict=True):
        assert (document.name, document.size, entry.object) == (name_of(step), SIZE, document.ref)
        with store.open(document.sha256) as kept:
            assert kept.read() == content
        assert session.scalars(select(Job.name).where(Job.document_id == document.id)).all() == ["read_document"]


def one_blob_after_a_retry(store, step, before):
    """The same content sent again is kept as a document of its own with the one blob that is there."""
    content = content_of(step)
    documents = rows_of(content)
    assert len(documents) == before + 1
    assert documents[-1].duplicate_of_id == (documents[0].id if before else None)
    assert list(store.names()).count(documents[0].sha256) == 1
    store.insist(documents[0].sha256)
    store.sweep(time.time() + A_DAY)
    assert list(store.drafts.iterdir()) == []


def run(server, archive, names, *, restart_each):
    """Crash at each of these steps; names of those never reached."""
    told, unreached = {}, []
    for step in names:
        told[step] = crash(server, step)
        if told[step] == "never":
            unreached.append(step)
            continue
        whole_or_absent(archive(), step, told[step])
        session.remove()
        if restart_each:
            retry(server, archive, [step])
    if not restart_each:
        retry(server, archive, [step for step in names if step not in unreached])
    return unreached


def retry(server, archive, names):
    """The server comes up again without help, what was acknowledged is still there, and takes the same files."""
    server.stop()
    server.start()
    for step in names:
        assert server.upload(name_of(step), content_of(step)) == 201
    server.stop()
    for step in names:
        one_blob_after_a_retry(archive(), step, int(step in SAVED))
    session.remove()


@pytest.mark.long
def test_killed_before_and_after_the_commit_an_upload_is_whole_or_absent(server, archive):
    assert set(SHORT) <= set(steps.NAMES)
    assert run(server, archive, SHORT, restart_each=False) == []


@pytest.mark.long
def test_killed_at_every_step_an_upload_is_whole_or_absent(server, archive):
    assert run(server, archive, steps.NAMES, restart_each=True) == []


def test_a_step_nobody_knows_stops_the_start():
    with pytest.raises(ValueError, match="no step is called 'frobnicated'"):
        steps.crash_at("frobnicated")
