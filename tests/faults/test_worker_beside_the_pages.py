"""`casefiles run` has a worker at all times: what is uploaded gets read, also after the worker was killed."""

import os
import signal
import sqlite3
import time
from pathlib import Path

import pytest

LONGEST = 60  # seconds; a loaded machine


def read_within(data: Path, name: str) -> str:
    """The text status of a document once it is no longer waiting; short looks, since the worker cannot tell us, and an end to them."""
    until, status = time.monotonic() + LONGEST, "-"
    while time.monotonic() < until:
        with sqlite3.connect(data / "casefiles.sqlite", timeout=30) as connection:
            found = connection.execute("SELECT text_status FROM documents WHERE name = ?", (name,)).fetchone()
        status = found[0] if found else "-"
        if status not in {"-", "waiting"}:
            break
        time.sleep(0.1)
    return status


def worker_of(server_pid: int) -> int:
    """The process id of the worker a server started."""
    until = time.monotonic() + LONGEST
    while time.monotonic() < until:
        for entry in Path("/proc").iterdir():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
                if entry.name.isdecimal() and int(fields[1]) == server_pid and fields[0] != "Z" and b"casefiles.jobs" in (entry / "cmdline").read_bytes():
                    return int(entry.name)
            except (OSError, IndexError):
                continue
        time.sleep(0.1)
    pytest.fail("the server has no worker")


@pytest.mark.long
@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc to find the worker")
def test_what_is_uploaded_is_read_also_after_the_worker_was_killed(server, data):
    assert server.upload("第一份.txt", "催款函已送达".encode()) in {200, 201}
    assert read_within(data, "第一份.txt") == "read"
    first = worker_of(server.process.pid)
    os.kill(first, signal.SIGKILL)
    assert server.upload("第二份.txt", "对账单已签收".encode()) in {200, 201}
    assert read_within(data, "第二份.txt") == "read"
    assert worker_of(server.process.pid) != first
