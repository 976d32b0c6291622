"""Search through HTTP: a real server process on loopback, a signed-in session, snippets, facets and the entry of the audit log in every answer.

    python tests/bench/bench_search_http.py [--pages 50000] [--queries 100] [--law FILE.jsonl.gz] [--engine tantivy]

Pages are those of the statutes in the shared samples, repeated with a number of their own each, ten to a case of two documents, as rows of
the database and entries of the index. Queries are those of bench_search.py; the manager sees every case, the lawyer 50 of them. `words` are
words that stand on thousands of pages; `engine` is the time the page itself tells. The first 20 answers of each row warm up and do not count.
"""

from __future__ import annotations

import argparse
import gzip
import http.client
import json
import os
import random
import re
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from bench_search import COMMON, PER_CASE, SAMPLE, percentile, queries, say
from sqlalchemy import insert

from casefiles import people, runtime, schema
from casefiles.actor import operator
from casefiles.config import Config
from casefiles.db import saving, session
from casefiles.models import Case, Document, Grant, Page, Party, PartyRole, Role, State, TextStatus
from casefiles.search import Entry, rebuild

PASSWORD = "a long enough password"
NOW = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
PER_DOCUMENT = PER_CASE // 2
WARM = 20
SERVER = (
    "import sys; from waitress import serve; from casefiles import create_app; from casefiles.config import Config; "
    "app = create_app(Config.from_environment()); import gc; gc.collect(); gc.freeze(); serve(app, host='127.0.0.1', port=int(sys.argv[1]), threads=8)"
)


def text_of(law: list[dict[str, str]], number: int) -> str:
    return f"{law[number % len(law)]['text']}\n编号 HT-{number:06d}，{1_000_000 + number * 7:,}.00 元"


def fill(law: list[dict[str, str]], pages: int) -> None:
    """Rows by bulk insert: cases, a creditor and a debtor each, two documents each, pages."""
    cases = range(pages // PER_CASE)
    with saving():
        session.execute(insert(Case), [
            {"case_id": f"DC-{n}", "dispute_type": "sale_of_goods", "packet_kind": "lawsuit", "as_of": date(2026, 1, 5), "state": list(State)[n % 12], "fictional": False,
             "department": "法务部", "blocks": {}, "opened_at": NOW, "version": 1} for n in cases])  # fmt: skip
        session.execute(insert(Party), [
            {"case_id": f"DC-{n}", "role": role, "name": name, "details": {}}
            for n in cases for role, name in ((PartyRole.CREDITOR, "示例债权有限公司"), (PartyRole.DEBTOR, f"示例债务{n % 700:03d}有限公司"))])  # fmt: skip
        session.execute(insert(Document), [
            {"id": 2 * n + k + 1, "case_id": f"DC-{n}", "ref": f"D{k + 1:02d}", "type": ("contract", "delivery_note_signed")[k], "listed_in": "documents", "fields": {},
             "name": f"{n}-{k}.pdf", "number": f"NO-{2 * n + k}", "document_date": date(2018 + n % 8, 1, 1), "text_status": TextStatus.READ, "received_at": NOW,
             "received_by_id": 1 + n % 2, "version": 1} for n in cases for k in (0, 1)])  # fmt: skip
        for start in range(0, pages, 5_000):
            session.execute(insert(Page), [
                {"document_id": n // PER_DOCUMENT + 1, "number": n % PER_DOCUMENT + 1, "label": str(n % PER_DOCUMENT + 1), "text": text_of(law, n), "source": "text"}
                for n in range(start, min(start + 5_000, pages))])  # fmt: skip


def entries(law: list[dict[str, str]], pages: int) -> Iterator[Entry]:
    for n in range(pages):
        case, document = n // PER_CASE, n // PER_DOCUMENT + 1
        name = f"示例债务{case % 700:03d}有限公司"
        yield Entry(
            key=f"p:{document}:{n % PER_DOCUMENT + 1}", case_id=f"DC-{case}", document_id=str(document), page=n % PER_DOCUMENT + 1, object="core_evidence",
            owner=1 + case % 2, title=law[n % len(law)]["title"], text=text_of(law, n), type=("contract", "delivery_note_signed")[1 - document % 2], party=name, parties=(name,),
            number=f"NO-{document - 1}", stage=list(State)[case % 12].value, date=date(2018 + case % 8, 1, 1), uploader=("manager", "lawyer")[case % 2],
        )  # fmt: skip


class Browser:
    """One connection that keeps its cookies."""

    def __init__(self, port: int) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.cookies: dict[str, str] = {}

    def ask(self, method: str, path: str, form: dict[str, str] | None = None) -> tuple[int, str]:
        head = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()), "Host": self.connection.host, "Accept-Language": "en"}
        head |= {"Content-Type": "application/x-www-form-urlencoded"} if form else {}
        self.connection.request(method, path, urlencode(form) if form else None, head)
        answer = self.connection.getresponse()
        body = answer.read().decode()
        for cookie in answer.headers.get_all("Set-Cookie") or ():
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer.status, body

    def sign_in(self, email: str) -> None:
        token = re.search(r'name="csrf_token" value="([^"]+)"', self.ask("GET", "/sign-in")[1])
        status, _ = self.ask("POST", "/sign-in", {"csrf_token": token[1] if token else "", "email": email, "password": PASSWORD})
        if status != 302:
            raise SystemExit(f"sign-in answered {status}")


def serve(folder: Path, engine: str) -> tuple[subprocess.Popen[bytes], int]:
    """The server process and its port, once it answers."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CASEFILES_") and name != "DATABASE_URL"}
    environment |= {"CASEFILES_DATA": str(folder), "CASEFILES_SEARCH": engine, "CASEFILES_SECRET_KEY": "x" * 40}
    process = subprocess.Popen([sys.executable, "-c", SERVER, str(port)], env=environment, stderr=subprocess.DEVNULL)
    for _ in range(300):
        try:
            if Browser(port).ask("GET", "/health")[0] == 200:
                return process, port
        except OSError:
            time.sleep(0.1)
    process.kill()
    raise SystemExit("the server did not start")


def measure(browser: Browser, asked: list[str]) -> tuple[list[float], list[float], int]:
    times, engine, size = [], [], 0
    for number, query in enumerate([*asked[:WARM], *asked]):
        began = time.perf_counter()
        status, body = browser.ask("GET", f"/search?q={quote(query)}")
        took = (time.perf_counter() - began) * 1000
        if status != 200:
            raise SystemExit(f"{query!r} answered {status}")
        if number >= WARM:
            told = re.search(r"([\d.]+) ms", body)
            times.append(took)
            engine.append(float(told[1]) if told else 0.0)
            size = max(size, len(body))
    return times, engine, size


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--pages", type=int, default=50_000)
    options.add_argument("--queries", type=int, default=100)
    options.add_argument("--law", type=Path, default=SAMPLE)
    options.add_argument("--engine", default="tantivy", choices=("tantivy", "whoosh"))
    given = options.parse_args()
    if not given.law.is_file():
        say(f"Skipped: the law pages are not at {given.law}.")
        return 0
    with gzip.open(given.law, "rt", encoding="utf-8") as file:
        law: list[dict[str, str]] = [json.loads(line) for line in file]
    with tempfile.TemporaryDirectory() as place:
        folder, began = Path(place), time.perf_counter()
        setting = f"{given.engine}:{folder / 'index'}"
        runtime.start(Config.embedded(folder, "x" * 40))
        schema.upgrade(session.get_bind())
        actor = operator()
        with saving():
            people.add_person(actor, "manager@example.test", "manager", Role.LEGAL_MANAGER, "法务部", PASSWORD)
            lawyer = people.add_person(actor, "lawyer@example.test", "lawyer", Role.EXTERNAL_LAWYER, "律所", PASSWORD).id
        fill(law, given.pages)
        granted = random.Random(2026).sample(range(given.pages // PER_CASE), min(50, given.pages // PER_CASE))
        with saving():
            days: dict[str, Any] = {"starts_on": actor.today - timedelta(1), "ends_on": actor.today + timedelta(30), "granted_at": actor.now}
            session.execute(insert(Grant), [{"case_id": f"DC-{n}", "person_id": lawyer, "download": False} | days for n in granted])
        session.remove()
        rebuild(setting, entries(law, given.pages))
        say(f"{given.engine}, {given.pages} pages in {given.pages // PER_CASE} cases, built in {time.perf_counter() - began:.0f} s\n")
        process, port = serve(folder, setting)
        try:
            say("| query | who | n | p50 ms | p95 ms | max ms | engine p95 ms | page KB |\n|---|---|---|---|---|---|---|---|")
            for email, who in (("manager@example.test", "every case"), ("lawyer@example.test", "50 cases")):
                browser = Browser(port)
                browser.sign_in(email)
                kinds = queries(law, given.pages, random.Random(7)) | {"words": [*COMMON] * 5}
                for name, asked in kinds.items():
                    times, engine, size = measure(browser, asked[: given.queries])
                    say(f"| {name} | {who} | {len(times)} | {percentile(times, 0.5):.1f} | {percentile(times, 0.95):.1f} | {max(times):.1f} "
                        f"| {percentile(engine, 0.95):.1f} | {size / 1024:.0f} |")  # fmt: skip
        finally:
            process.terminate()
            process.wait(20)
    return 0


if __name__ == "__main__":
    sys.exit(main())
