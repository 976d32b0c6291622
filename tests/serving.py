"""The real server as a child process on a data folder of its own, and a visitor who signs in to it over HTTP."""

from __future__ import annotations

import contextlib
import copy
import http.client
import http.cookiejar
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parents[1]
CASE = "EX-A-COMPLETE"
EMAIL, PASSWORD = "clerk@example.test", "a password for tests"
KEY = "k" * 48
LONGEST_START = 60  # seconds; a loaded machine


def environment(data: Path, **more: str) -> dict[str, str]:
    """What a child needs; nothing of the settings of whoever runs the tests."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CASEFILES_") and name != "DATABASE_URL"}
    return kept | {"CASEFILES_DATA": str(data), "CASEFILES_SECRET_KEY": KEY, "PYTHONPATH": str(TOP)} | more


def browser() -> urllib.request.OpenerDirector:
    """What opens pages and keeps its own cookies."""
    return urllib.request.build_opener(urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))


class Server:
    """`casefiles run` as a child: started, stopped and started again on one port."""

    def __init__(self, data: Path) -> None:
        self.data, self.log = data, data.parent / "server.log"
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen[bytes] | None = None
        self.visitor = browser()
        self.token = ""

    def start(self, **more: str) -> None:
        """Start and wait until it answers: short looks, since a child cannot tell us, and an end to them."""
        with self.log.open("ab") as log:
            command = [sys.executable, "-m", "casefiles.cli", "run", "--port", str(self.port)]
            self.process = subprocess.Popen(
                command, cwd=TOP, env=environment(self.data, **more), stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
            )
        until = time.monotonic() + LONGEST_START
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() > until:
                self.stop()
                pytest.fail(f"the server did not start:\n{self.log.read_text(errors='replace')[-3000:]}")
            time.sleep(0.05)

    def answers(self) -> bool:
        try:
            with self.visitor.open(f"{self.url}/health", timeout=5) as answer:
                return bool(answer.status == 200)
        except (OSError, http.client.HTTPException):
            return False

    def died(self, seconds: float = 20) -> int | None:
        """How the server ended; None when it lives on."""
        assert self.process is not None
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            return None

    def stop(self) -> None:
        """End the server and its worker: the process group that start() made, nobody else's."""
        if self.process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.process = None

    def beside(self) -> Server:
        """The same server as somebody else sees it, not signed in."""
        other = copy.copy(self)
        other.visitor, other.token = browser(), ""
        return other

    def sign_in(self, email: str = EMAIL) -> None:
        form = {"email": email, "password": PASSWORD, "csrf_token": self.token_of("/sign-in")}
        with self.visitor.open(f"{self.url}/sign-in", urllib.parse.urlencode(form).encode(), timeout=30) as answer:
            assert "/sign-in" not in answer.url
        self.token = self.token_of("/")  # the form that signs out

    def token_of(self, path: str) -> str:
        with self.visitor.open(f"{self.url}{path}", timeout=30) as answer:
            found = re.search(r'name="csrf_token" value="([^"]+)"', answer.read().decode())
        assert found is not None
        return found[1]

    def upload(self, name: str, content: bytes, kind: str = "contract") -> int | None:
        """Send a file as the page's script does; the status, or None when the server was gone before it answered."""
        query = urllib.parse.urlencode({"name": name, "type": kind})
        headers = {"Content-Type": "application/octet-stream", "Accept": "application/json", "X-CSRFToken": self.token}
        request = urllib.request.Request(f"{self.url}/cases/{CASE}/documents/upload/file?{query}", content, headers, method="POST")
        try:
            with self.visitor.open(request, timeout=60) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as refused:
            return refused.code
        except (OSError, http.client.HTTPException):
            return None
