"""R2: a full disk never corrupts. What does not fit is refused in words, nothing partial stays, and everything works again with room.

RLIMIT_FSIZE in a child stands for a disk that takes no more of one file; a tmpfs of a few MB, in a mount namespace of the child's own, is a
real full disk (root only).
"""

import os
import subprocess
import sys
import textwrap

import pytest

PREAMBLE = """
import hashlib, io, json, os, resource, sqlite3, sys
from pathlib import Path
MB = 1 << 20
data = Path(sys.argv[1])

def most(size):
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))

def sound():
    with sqlite3.connect(data / "casefiles.sqlite") as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
"""

STORE = """
from storage import NoRoom, open_store
store = open_store(f"local:{data / 'store'}")
store.keep(store.stage(io.BytesIO(b"kept before")))
before = sorted(store.names())
most(MB // 2)
for content in (b"x" * 3 * MB, b"y" * (MB // 2 + 1)):
    try:
        store.stage(io.BytesIO(content))
    except NoRoom:
        pass
    else:
        raise SystemExit("no NoRoom")
assert list(store.drafts.iterdir()) == [], "a draft stayed"
assert sorted(store.names()) == before
with store.open(before[0]) as content:
    assert content.read() == b"kept before", "reading must go on"
small = store.stage(io.BytesIO(b"z" * (MB // 2)))
store.keep(small)
store.insist(small.sha256)
most(resource.RLIM_INFINITY)
large = store.stage(io.BytesIO(b"x" * 3 * MB))
store.keep(large)
store.insist(large.sha256)
print("done")
"""

APP = """
from datetime import datetime, UTC
from casefiles import audit, create_app, people
from casefiles.config import Config
from casefiles.db import session
from casefiles.models import AuditEntry, Document

app = create_app(Config.embedded(data, "k" * 48))
app.config.update(TESTING=True, PROPAGATE_EXCEPTIONS=False, WTF_CSRF_ENABLED=False)
client = app.test_client()
with app.app_context():
    person = people.person_by("clerk@example.test")
    who = f"{person.id}:{person.epoch}"
    session.remove()
with client.session_transaction() as cookie:
    cookie.update({"_user_id": who, "_fresh": True, "since": datetime.now(UTC).timestamp()})
CASE = "/cases/EX-A-COMPLETE/documents/upload"
store = app.extensions["casefiles"].store

def send(content, name, accept="application/json"):
    headers = {"Content-Type": "application/octet-stream", "Accept": accept, "Accept-Language": "en"}
    return client.post(f"{CASE}/file?name={name}&type=contract", data=content, headers=headers)

def form(content, name):
    return client.post(CASE, data={"files-0": (io.BytesIO(content), name), "type-0": "contract"}, headers={"Accept-Language": "en"})

def rows():
    session.remove()
    return sorted(document.name for document in session.query(Document).where(Document.sha256.is_not(None)))

def whole():
    session.remove()
    assert audit.verify().reason == ""
    assert list(store.drafts.iterdir()) == [], "a draft stayed"
    for name in store.names():
        store.insist(name)
    entries = [e.detail["name"] for e in session.query(AuditEntry).where(AuditEntry.event == "upload")]
    assert sorted(entries) == rows(), (entries, rows())
    session.remove()
    sound()
"""

LIMITED = """
assert send(b"before", "before.txt").status_code == 201
fits = (data / "casefiles.sqlite-wal").stat().st_size + MB
most(fits)
answer = send(b"x" * (fits + 1), "large.txt")
assert answer.status_code == 507, (answer.status_code, answer.text[:2000])
assert "The disk is full: this file was not kept" in answer.text, answer.text[:2000]
assert rows() == ["before.txt"]
assert client.get("/cases/EX-A-COMPLETE").status_code == 200, "reading must go on"
assert send(b"small", "small.txt").status_code == 201
whole()
most(resource.RLIM_INFINITY)
assert send(b"x" * (fits + 1), "large.txt").status_code == 201
assert rows() == ["before.txt", "large.txt", "small.txt"]
whole()
print("done")
"""

DATABASE_FULL = """
assert send(b"before", "before.txt").status_code == 201
blobs = sorted(store.names())
most((data / "casefiles.sqlite-wal").stat().st_size)  # the document fits, its row does not
answer = send(b"tiny", "tiny.txt")
assert answer.status_code in {503, 507}, (answer.status_code, answer.text[:2000])
assert "not kept" in answer.text, answer.text[:2000]
assert "Traceback" not in answer.text
most(resource.RLIM_INFINITY)
assert rows() == ["before.txt"]
whole()
assert send(b"tiny", "tiny.txt").status_code == 201
assert rows() == ["before.txt", "tiny.txt"]
whole()
print("done")
"""

REAL = """
free = os.statvfs(data)
assert free.f_blocks * free.f_frsize < 64 * MB, "not on the small disk"
assert send(b"before", "before.txt").status_code == 201
ballast = data / "ballast"
def fill(leave):
    room = os.statvfs(data).f_bavail * os.statvfs(data).f_frsize
    with ballast.open("ab") as file:
        file.write(b"b" * max(0, room - leave))
fill(MB)
for answer in (send(b"x" * 3 * MB, "large.txt"), form(b"x" * 3 * MB, "large.txt")):
    assert answer.status_code == 507, (answer.status_code, answer.text[:2000])
    assert "disk is full" in answer.text.lower(), answer.text[:2000]
whole()
fill(0)  # not one page of the database fits any more
for answer in (send(b"tiny", "tiny.txt"), form(b"tiny", "tiny.txt"), client.post("/cases/EX-A-COMPLETE/claim", data={"principal": "1", "version": "1"})):
    assert answer.status_code in {503, 507}, (answer.status_code, answer.text[:2000])
    assert "Traceback" not in answer.text
page = client.get("/sign-in")
assert page.status_code in {200, 302}
ballast.unlink()
assert rows() == ["before.txt"]
whole()
assert send(b"x" * 3 * MB, "large.txt").status_code == 201
assert client.get("/cases/EX-A-COMPLETE").status_code == 200
assert rows() == ["before.txt", "large.txt"]
whole()
print("done")
"""


def child(data, *parts, before=()):
    """Run this text in a process of its own: its limit must not become ours."""
    text = "\n".join(textwrap.dedent(part) for part in (PREAMBLE, *parts))
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CASEFILES_")} | {"PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run([*before, sys.executable, "-c", text, str(data)], env=environment, capture_output=True, text=True, check=False, timeout=120)
    assert (done.returncode, done.stdout.strip()) == (0, "done"), f"{done.stdout}\n{done.stderr[-4000:]}"


def test_the_store_refuses_what_does_not_fit_and_keeps_nothing_of_it(tmp_path):
    child(tmp_path, STORE)


@pytest.mark.long
def test_an_upload_that_does_not_fit_is_refused_in_words(data):
    child(data, APP, LIMITED)


@pytest.mark.long  # a real full disk, below, shows it too
def test_a_row_that_does_not_fit_leaves_no_document(data):
    child(data, APP, DATABASE_FULL)


@pytest.fixture
def small_disk(data, tmp_path):
    """The command that runs a child with a tmpfs of 24 MB in the place of the data folder; gone with the child."""
    if os.geteuid() != 0:
        pytest.skip("a small disk can be mounted by root only; RLIMIT_FSIZE stands for it in the other tests")
    script = f'mount -t tmpfs -o size=24m tmpfs "{data}" && cp -a "{tmp_path}/kept/." "{data}" && exec "$@"'
    data.rename(tmp_path / "kept")
    data.mkdir()
    command = ["unshare", "--mount", "sh", "-c", script, "sh"]
    if subprocess.run([*command, "true"], capture_output=True, check=False).returncode != 0:
        pytest.skip("this machine lets nobody mount a tmpfs; RLIMIT_FSIZE stands for it in the other tests")
    return command


@pytest.mark.long
def test_a_real_full_disk(data, small_disk):
    child(data, APP, REAL, before=small_disk)
