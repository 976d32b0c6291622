"""A file can hurt nobody: time, memory, network, environment; what was read before a crash is kept."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time

import pytest

from casefiles.readers import _reading, read
from casefiles.readers.limits import TOP, Ended, run

TRY = """
import json, sys
from casefiles.readers.child import limit
limit({"memory_mb": 400, "seconds": 5, "output_bytes": 1000})
"""


def test_a_reader_that_hangs_is_stopped(tmp_path):
    os.mkfifo(tmp_path / "never")  # opening it waits for a writer for ever
    began = time.monotonic()
    ended = run("read", {"path": str(tmp_path / "never"), "reader": "text"}, seconds=1, memory_mb=500)
    assert time.monotonic() - began < 5
    reading = _reading(ended, "text", 1)
    assert reading.outcome == "failed"
    assert "more than 1 s" in reading.reason_en


def test_too_little_memory_is_an_outcome(make_file):
    reading = read(make_file("a.txt", "甲".encode() * 5_000_000), "text/plain", memory_mb=60)
    assert reading.outcome == "failed"
    assert reading.reason_zh.endswith("原文件已保留。")


@pytest.mark.parametrize(("end", "outcome"), [
    pytest.param(b'{"pa', "partly", id="killed in the middle of a line"),
    pytest.param(b"", "partly", id="killed between lines"),
    pytest.param(b'{"done": true}\n', "read", id="not killed"),
])  # fmt: skip
def test_pages_read_before_a_crash_are_kept(end, outcome):
    lines = b'{"count": 3}\n' + json.dumps({"page": [1, "i", "2024年3月1日", "text", []]}).encode() + b"\n"
    reading = _reading(Ended(lines + end, "中止。", "broke down."), "pdf", 1)
    assert (reading.outcome, reading.page_count, len(reading.pages), len(reading.dates)) == (outcome, 3, 1, 1)
    assert ("Broke down" in reading.reason_en) == (outcome == "partly")


@pytest.mark.parametrize("attempt", [
    pytest.param("import socket; socket.socket().connect(('127.0.0.1', 9))", id="network"),
    pytest.param("import subprocess; subprocess.run(['true'])", id="program"),
    pytest.param("import os; os.system('true')", id="shell"),
    pytest.param("import urllib.request; urllib.request.urlopen('http://localhost:9')", id="web"),
])  # fmt: skip
def test_a_reader_reaches_nothing(attempt):
    done = subprocess.run([sys.executable, "-c", TRY + attempt], cwd=TOP, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "PermissionError" in done.stderr


CONNECT_BEHIND_PYTHON = """
import ctypes, sys
from casefiles.readers.child import leave_network
left = leave_network()
libc = ctypes.CDLL(None, use_errno=True)
address = bytes([2, 0]) + int(sys.argv[1]).to_bytes(2, "big") + bytes([127, 0, 0, 1]) + bytes(8)
print(left, libc.connect(libc.socket(2, 1, 0), address, 16))
"""


def test_native_code_reaches_no_server_either():
    """The kernel refuses what a C library tries past Python; a canary listens on loopback."""
    with socket.create_server(("127.0.0.1", 0)) as canary:
        port = str(canary.getsockname()[1])
        done = subprocess.run([sys.executable, "-c", CONNECT_BEHIND_PYTHON, port], cwd=TOP, capture_output=True, text=True, check=True)
    left, answer = done.stdout.split()
    if left == "False":
        pytest.skip("this kernel lets nobody make a network namespace; the audit hook alone forbids the network")
    assert answer == "-1"


def test_a_reader_gets_no_secrets(monkeypatch, make_file):
    seen = {}
    popen = subprocess.Popen
    monkeypatch.setenv("CASEFILES_SECRET_KEY", "secret")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setattr(subprocess, "Popen", lambda *args, **options: seen.update(options["env"]) or popen(*args, **options))
    assert read(make_file("a.txt", b"text"), "text/plain").outcome == "read"
    assert seen
    assert "secret" not in seen.values()


def test_output_is_limited(monkeypatch, make_file):
    monkeypatch.setattr("casefiles.readers.limits.MOST_OUTPUT", 20_000)
    reading = read(make_file("a.txt", b"line of text\n" * 20_000), "text/plain")
    assert reading.outcome in {"partly", "failed"}
    assert reading.reason_en


@pytest.mark.parametrize("kind", ["application/pdf", "text/plain", "image/png", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"])
def test_an_empty_file_says_so(make_file, kind):
    reading = read(make_file("a", b""), kind)
    assert reading.outcome == "failed"
    assert "0 bytes" in reading.reason_en


@pytest.mark.parametrize("kind", ["application/pdf", "image/png",
                                  "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
                                  "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"])  # fmt: skip
@pytest.mark.parametrize("content", [b"\x00", b"PK\x03\x04rubbish", b"%PDF-1.7 rubbish", b"\x89PNG\r\n\x1a\n" + b"\xff" * 99, b"\xd0\xcf\x11\xe0" * 99])
def test_rubbish_is_an_outcome(make_file, kind, content):
    reading = read(make_file("a", content), kind)
    assert reading.outcome in {"failed", "unsupported"}
    assert reading.reason_zh
    assert reading.reason_en


def test_a_missing_file_is_a_programming_error(tmp_path):
    with pytest.raises(FileNotFoundError):
        read(tmp_path / "none", "text/plain")
