"""Signing in and out, sessions, throttling, the language switch, forms of others."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest

from casefiles.db import saving, session

PASSWORD = "correct horse battery"
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


def sign_in(client, person, password=PASSWORD, **form):
    return client.post("/sign-in", data={"email": person.email, "password": password} | form)


def test_a_stranger_is_led_to_sign_in_and_back(app, make_person):
    client, person = app.test_client(), make_person("legal_manager", password=PASSWORD)
    asked = client.get("/cases/?q=a b", headers={"Accept": "text/html"})
    assert asked.status_code == 302
    assert asked.location.startswith("/sign-in?next=/cases/")
    back = sign_in(client, person, next="/cases/?q=a")
    assert (back.status_code, back.location) == (302, "/cases/?q=a")
    assert client.get("/cases/").status_code == 200


@pytest.mark.parametrize(
    ("email", "password"),
    [
        pytest.param("known", "wrong", id="known address, wrong password"),
        pytest.param("nobody@example.test", PASSWORD, id="unknown address"),
        pytest.param("disabled", PASSWORD, id="disabled person, right password"),
        pytest.param("", "", id="empty form"),
    ],
)
def test_a_failed_sign_in_never_says_which_part_was_wrong(app, make_person, email, password):
    people = {"known": make_person(password=PASSWORD).email, "disabled": make_person(password=PASSWORD, active=False).email}
    page = app.test_client().post("/sign-in", data={"email": people.get(email, email), "password": password}, headers={"Accept-Language": "en"})
    assert page.status_code == 422
    text = page.text.replace(people.get(email, email), "") if email else page.text
    assert "E-mail address or password is not right" in text
    assert "disabled" not in text.lower()


def test_failed_and_good_sign_ins_are_in_the_audit_log(app, make_person, log_of):
    client, person = app.test_client(), make_person(password=PASSWORD)
    sign_in(client, person, "wrong")
    sign_in(client, person)
    assert log_of() == [("refused", "sign-in"), ("login", "sign-in")]


@pytest.mark.parametrize(
    "path",
    ["//evil.test", "\\\\evil.test", "/\\evil.test", "https:evil.test", "https://evil.test/", "javascript:alert(1)", "/\t/evil.test", "/\n/evil.test", "@evil.test", "/" + "a" * 3000, ""],
)
def test_next_leads_only_to_a_page_of_ours(app, make_person, path):
    answer = sign_in(app.test_client(), make_person(password=PASSWORD), next=path)
    assert (answer.status_code, answer.location) == (302, "/")


def test_after_ten_failed_tries_a_minute_even_the_right_password_waits(app, make_person):
    client, person = app.test_client(), make_person(password=PASSWORD)
    answers = [sign_in(client, person, "wrong").status_code for _ in range(10)]
    assert answers == [422] * 10
    late = sign_in(client, person)
    assert late.status_code == 429
    assert late.headers["Retry-After"] == "60"


def test_a_stranger_elsewhere_cannot_lock_out_who_has_signed_in_from_here(app, make_person):
    person = make_person(password=PASSWORD)
    assert sign_in(app.test_client(), person).status_code == 302
    for _ in range(12):
        app.test_client().post("/sign-in", data={"email": person.email, "password": "x"}, environ_overrides={"REMOTE_ADDR": "203.0.113.9"})
    assert sign_in(app.test_client(), person).status_code == 302


def test_a_forged_forwarding_header_gives_no_new_tries(app, make_person):
    client = app.test_client()
    answers = [
        client.post("/sign-in", data={"email": f"p{n}@example.test", "password": "x"}, headers={"X-Forwarded-For": f"198.51.100.{n}"}).status_code for n in range(11)
    ]
    assert answers[-1] == 429


def test_signing_out_ends_a_copied_cookie_too(app, signed_in):
    client, copy = signed_in("legal_manager"), None
    copy = signed_in(person=client.person)
    assert copy.get("/cases/").status_code == 200
    client.post("/sign-out")
    assert client.get("/cases/").status_code == 302
    assert copy.get("/cases/").status_code == 302


@pytest.mark.parametrize("change", ["epoch", "active"])
def test_a_new_password_or_a_disabling_ends_open_sessions(app, signed_in, change):
    from casefiles.models import Person

    client = signed_in("legal_manager")
    assert client.get("/").status_code == 200
    with saving():
        person = session.get_one(Person, client.person.id)
        person.epoch, person.active = (person.epoch + 1, True) if change == "epoch" else (person.epoch, False)
    assert client.get("/").status_code == 302


@pytest.mark.parametrize(("age", "status"), [(timedelta(hours=11), 200), (timedelta(hours=13), 302)])
def test_a_session_ends_after_twelve_hours(app, signed_in, age, status):
    client = signed_in("legal_manager")
    with client.session_transaction() as cookie:
        cookie["since"] = (datetime.now(UTC) - age).timestamp()
    assert client.get("/").status_code == status


def test_nothing_of_the_session_before_sign_in_lives_on(app, make_person):
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["planted"] = "x"
    sign_in(client, make_person(password=PASSWORD))
    with client.session_transaction() as cookie:
        assert "planted" not in cookie


def test_the_cookie_is_kept_from_scripts_and_other_sites(app, make_person):
    cookie = sign_in(app.test_client(), make_person(password=PASSWORD)).headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


@pytest.mark.parametrize(
    ("accepted", "shown"), [("zh-CN,zh;q=0.9", "zh-Hans"), ("en-GB,en;q=0.9", "en"), ("fr", "zh-Hans"), ("", "zh-Hans"), ("zh-TW", "zh-Hans")]
)
def test_the_browser_chooses_the_language_and_chinese_is_the_default(app, accepted, shown):
    page = app.test_client().get("/sign-in", headers={"Accept-Language": accepted}).text
    assert f'<html lang="{shown}">' in page
    assert ("登录" in page) == (shown == "zh-Hans")


def test_the_language_switch_is_remembered_with_the_person(app, signed_in):
    from casefiles.models import Person

    client = signed_in("legal_manager", language=None)
    back = client.post("/language", data={"language": "en"}, headers={"Referer": "http://localhost/cases/?state=litigation"})
    assert back.location == "/cases/?state=litigation"
    session.remove()
    assert session.get_one(Person, client.person.id).language == "en"
    assert "Sign out" in client.get("/", headers={"Accept-Language": "zh"}).text


def test_the_language_switch_leads_nowhere_else(app):
    away = app.test_client().post("/language", data={"language": "en"}, headers={"Referer": "https://evil.test/cases/"})
    assert away.location == "/"


def test_a_form_of_another_site_is_refused(guarded_app, make_person, signed_in):
    client, other = signed_in("legal_manager"), signed_in("legal_manager")
    foreign = TOKEN.search(other.get("/").text)[1]
    own = TOKEN.search(client.get("/").text)[1]
    assert client.post("/sign-out").status_code == 403
    assert client.post("/sign-out", data={"csrf_token": foreign}).status_code == 403
    assert client.get("/sign-out").status_code == 405
    assert client.post("/sign-out", data={"csrf_token": own}).status_code == 302


def test_health_says_no_more_than_that_it_lives(app):
    assert app.test_client().get("/health").json == {"status": "ok"}
