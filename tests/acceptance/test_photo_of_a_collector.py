"""A collector photographs a delivery note with a telephone and uploads it: it is found by its waybill number and its goods."""

from __future__ import annotations

import html
import re
import time
import urllib.parse
from datetime import UTC, datetime, timedelta

import pytest

from casefiles import exchange, people, runtime, schema
from casefiles.config import Config
from casefiles.db import saving, session
from casefiles.law import EXAMPLES
from casefiles.models import Case, Role
from casefiles.policy import Actor
from tests.photo_of_a_note import GOODS, WAYBILL, drawn, photographed
from tests.serving import CASE, KEY, PASSWORD, Server

pytestmark = pytest.mark.long
COLLECTOR, STRANGER = "collector@example.test", "stranger@example.test"
LONGEST = 240  # seconds: other OCR runs beside these tests; that it takes less than a minute on a quiet machine stands in RESULTS.md


@pytest.fixture
def server(tmp_path):
    """The served instance with a worker; the collector is assigned to case A, a second one to nothing."""
    today = datetime.now(UTC).date()
    actor = Actor(person_id=None, name="test", role=Role.LEGAL_MANAGER, department="法务部", now=datetime.now(UTC), today=today)
    runtime.start(Config.embedded(tmp_path / "data", KEY))
    schema.upgrade(session.get_bind())
    with saving():
        exchange.enter(actor, exchange.read(EXAMPLES / "case-a-complete-sale.yaml"), {})
        collector, _ = (people.add_person(actor, email, "孙清收", Role.COLLECTOR, "法务部", PASSWORD) for email in (COLLECTOR, STRANGER))
        people.grant(actor, session.get_one(Case, CASE), collector, today, today + timedelta(days=30))
    session.remove()
    session.get_bind().dispose()
    server = Server(tmp_path / "data")
    try:
        server.start()
        yield server
    finally:
        server.stop()


def found(server: Server, words: str) -> list[str]:
    """Texts of the places a search page marks."""
    with server.visitor.open(f"{server.url}/search?q={urllib.parse.quote(words)}", timeout=30) as answer:
        page = answer.read().decode()
    return [html.unescape(re.sub(r"<[^>]+>", "", place)) for place in re.findall(r'<span class="snippet">(.*?)</span></li>', page, re.DOTALL)]


def test_it_is_found_by_its_waybill_number_and_its_goods(server):
    photo, _ = photographed(drawn(), tilt=9.0, size=(4032, 3024), darkest=0.3)
    server.sign_in(COLLECTOR)
    assert server.upload("IMG_20240318_101502.jpg", photo, "photos") in {200, 201, 302}
    until = time.monotonic() + LONGEST
    while not (number := found(server, WAYBILL)) and time.monotonic() < until:
        time.sleep(0.5)  # short looks: the worker is another process and cannot tell us
    assert any(WAYBILL in place for place in number)
    assert any(GOODS in place for place in found(server, f'"{GOODS}"'))
    other = server.beside()
    other.sign_in(STRANGER)
    assert found(other, WAYBILL) == []
