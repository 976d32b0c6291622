"""The calendar address: it holds what its owner may see now, nothing else, and ends when it should; the text is what calendar programs read."""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlsplit

import pytest

from casefiles import assess, calendar_feed
from casefiles.actor import today
from casefiles.calendar_feed import Entry
from casefiles.db import saving, session
from casefiles.models import CalendarFeed, Case, CourtDate, Grant, Person

STAMP = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)


@pytest.fixture
def hearing(app):
    """hearing(case): a hearing in five days."""

    def make(case):
        with saving():
            file = session.get_one(Case, case.case_id)
            file.court_dates.append(CourtDate(kind="hearing", date=today() + timedelta(5), entered_at=datetime.now(UTC)))
            session.flush()
            assess.refresh(file, today())
        session.remove()

    return make


def address(client):
    """A new address of a person, as the page shows it once."""
    shown = re.search(r'value="(http[^"]*\.ics)"', client.post("/account/calendar").text)
    return urlsplit(shown[1]).path


def cases_in(text):
    return sorted(set(re.findall(r"[A-Z]+-\d", text.replace("\r\n ", ""))) - {"UTF-8"})


@pytest.mark.parametrize(
    ("role", "seen"),
    [
        pytest.param("legal_staff", ["MINE-1"], id="legal staff: the department's"),
        pytest.param("legal_manager", ["ELSE-1", "MINE-1"], id="manager: all"),
        pytest.param("external_lawyer", ["MINE-1"], id="a lawyer: the granted one"),
        pytest.param("collector", ["MINE-1"], id="a collector: the granted one"),
        pytest.param("auditor", [], id="an auditor: no open case"),
        pytest.param("admin", [], id="an administrator: none"),
    ],
)
def test_a_feed_holds_the_cases_its_owner_sees_and_nothing_of_others(app, signed_in, make_case, make_grant, hearing, role, seen):
    mine, other = make_case("MINE-1", debtor="示例甲债务人"), make_case("ELSE-1", department="另一部门", debtor="示例乙债务人")
    hearing(mine)
    hearing(other)
    owner = signed_in(role)
    if role in {"external_lawyer", "collector"}:
        make_grant(mine, owner.person)
    text = app.test_client().get(address(owner)).text.replace("\r\n ", "")
    assert cases_in(text) == seen
    assert ("示例乙债务人" in text) is ("ELSE-1" in seen)


def test_a_lawyers_feed_ends_with_the_grant_and_with_the_case(app, signed_in, make_case, make_grant, hearing):
    case, lawyer = make_case("MINE-1"), signed_in("external_lawyer")
    hearing(case)
    grant = make_grant(case, lawyer.person)
    path, anybody = address(lawyer), app.test_client()
    assert cases_in(anybody.get(path).text) == ["MINE-1"]
    with saving():
        session.get_one(Grant, grant.id).revoked_at = datetime.now(UTC)
    assert cases_in(anybody.get(path).text) == []
    make_grant(case, lawyer.person)
    assert cases_in(anybody.get(path).text) == ["MINE-1"]
    with saving():
        session.query(Case).filter_by(case_id="MINE-1").update({"state": "recovered"})
    assert cases_in(anybody.get(path).text) == []


def ended(kind, owner):
    if kind == "revoked":
        owner.post("/account/calendar/revoke")
    elif kind == "a newer one made":
        owner.post("/account/calendar")
    else:
        with saving():
            session.get_one(Person, owner.person.id).active = False


@pytest.mark.parametrize("kind", ["revoked", "a newer one made", "its owner disabled"])
def test_an_address_that_ended_is_as_if_it_never_was(app, signed_in, kind):
    owner = signed_in("legal_staff")
    path, anybody = address(owner), app.test_client()
    assert anybody.get(path).status_code == 200
    ended(kind, owner)
    gone, never = anybody.get(path), anybody.get("/calendar/no-such-token.ics")
    assert (gone.status_code, never.status_code, gone.text == never.text) == (404, 404, True)


def test_only_a_hash_of_a_long_random_token_is_kept(app, signed_in, log_of):
    owner = signed_in("legal_staff")
    tokens = [address(owner).removeprefix("/calendar/").removesuffix(".ics") for _ in range(2)]
    assert tokens[0] != tokens[1]
    assert all(len(token) == 43 for token in tokens)  # 256 bit in base64 without padding
    kept = [row.token_hash for row in session.query(CalendarFeed).order_by(CalendarFeed.id)]
    assert kept == [hashlib.sha256(token.encode()).hexdigest() for token in tokens]
    assert tokens[1] not in owner.get("/account/calendar").text
    assert not any(token in obj for _, obj in log_of() for token in tokens)


def test_an_address_opens_nothing_but_the_calendar(app, signed_in):
    anybody = app.test_client()
    anybody.get(address(signed_in("legal_manager")))
    assert anybody.get("/cases/").status_code in {302, 401}


def test_an_unchanged_calendar_is_not_sent_again_and_one_fetch_a_day_is_logged(app, signed_in, make_case, hearing, log_of):
    hearing(make_case("MINE-1"))
    path, anybody = address(signed_in("legal_staff")), app.test_client()
    first = anybody.get(path)
    assert first.headers["Content-Type"] == "text/calendar; charset=utf-8"
    again = anybody.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert [entry for entry in log_of() if entry == ("download", "calendar")] == [("download", "calendar")]
    hearing(make_case("MINE-2"))
    assert anybody.get(path, headers={"If-None-Match": first.headers["ETag"]}).status_code == 200


def test_too_many_fetches_are_refused(app, signed_in):
    from casefiles.web.access import limiter

    anybody = app.test_client()
    try:
        assert {anybody.get("/calendar/x.ics").status_code for _ in range(70)} == {404, 429}
    finally:
        limiter.reset()


def lines_of(entries, language="zh"):
    return calendar_feed.text_of(entries, language).split("\r\n")


ENTRY = Entry("DC-1", "示例债务人", "hearing", "2026-12-01 第三法庭", date(2026, 12, 1), date(2026, 12, 1), STAMP)


def test_an_event_is_a_whole_day_with_an_alarm_for_each_threshold():
    lines = lines_of([ENTRY])
    wanted = ["BEGIN:VEVENT", "DTSTART;VALUE=DATE:20261201", "DTEND;VALUE=DATE:20261202", "SUMMARY:开庭：示例债务人", "DTSTAMP:20260105T080000Z", "END:VEVENT"]
    assert [line for line in wanted if line not in lines] == []
    # 14, 7, 3 and 1 days before at nine o'clock: 14 days less nine hours and so on, counted from midnight of the day
    assert [line for line in lines if line.startswith("TRIGGER")] == ["TRIGGER:-P13DT15H", "TRIGGER:-P6DT15H", "TRIGGER:-P2DT15H", "TRIGGER:-PT15H"]
    assert lines[0] == "BEGIN:VCALENDAR"
    assert lines[-2:] == ["END:VCALENDAR", ""]


def test_alarms_on_the_day_and_after_it():
    triggers = [line for line in lines_of([Entry("DC-1", "", "promise", "", date(2026, 12, 1), date(2026, 12, 1), STAMP)]) if line.startswith("TRIGGER")]
    assert triggers == ["TRIGGER:PT9H", "TRIGGER:P1DT9H", "TRIGGER:P3DT9H"]


def test_an_alarm_counts_from_the_last_day_also_where_one_must_act_before_it():
    # a measure that ends on 2026-12-08: apply by 2026-12-01; the last threshold, 8 days before the end, is the day before that, at nine
    found = lines_of([Entry("DC-1", "", "preservation_expiry", "bank_deposit", date(2026, 12, 1), date(2026, 12, 8), STAMP)])
    assert "DTSTART;VALUE=DATE:20261201" in found
    assert [line for line in found if line.startswith("TRIGGER")][-1] == "TRIGGER:-PT15H"


def test_the_name_of_an_event_stays_when_its_day_moves():
    def uid(day):
        return next(line for line in lines_of([Entry("DC-1", "x", "limitation", "FP-1", day, day, STAMP)]) if line.startswith("UID:"))

    assert uid(date(2026, 12, 1)) == uid(date(2029, 12, 1))


@pytest.mark.parametrize(
    "debtor",
    [
        pytest.param("示例" * 60 + "有限公司", id="long, three octets a sign"),
        pytest.param("😀" * 40, id="four octets a sign"),
        pytest.param("a" * 75, id="Latin"),
        pytest.param("甲;乙,丙\\丁\nBEGIN:VEVENT\r\nX", id="signs with a meaning, and an injected line"),
    ],
)
def test_lines_are_folded_and_escaped(debtor):
    text = calendar_feed.text_of([Entry("DC-1", debtor, "hearing", "", date(2026, 12, 1), date(2026, 12, 1), STAMP)], "en")
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    assert text.replace("\r\n", "").count("\n") == text.replace("\r\n", "").count("\r") == 0
    assert text.count("\r\nBEGIN:VEVENT\r\n") == 1
    whole = next(line for line in text.replace("\r\n ", "").split("\r\n") if line.startswith("SUMMARY:")).removeprefix("SUMMARY:Hearing: ")
    assert re.sub(r"\\(.)", lambda m: "\n" if m[1] == "n" else m[1], whole) == debtor.replace("\r", "")
