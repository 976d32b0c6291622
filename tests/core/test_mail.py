"""Reminders by mail: what is sent, to whom, when a server refuses, and what never goes out. The server is a real one, on this machine."""

from __future__ import annotations

import socketserver
import threading
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes, policy

import pytest

from casefiles import remind_mail
from casefiles.config import Config, MailServer
from casefiles.db import saving, session
from casefiles.errors import WrongSetting
from casefiles.models import Case, Notice, Party, PartyRole, Person, Role, State

NOW = datetime(2026, 11, 22, 0, 0, tzinfo=UTC)
DAY = date(2026, 11, 22)


class Conversation(socketserver.StreamRequestHandler):
    """Enough of SMTP to take a mail; `server.refuses` is an address it will not take."""

    def handle(self):
        self.say("220 ready")
        while line := self.rfile.readline().strip().decode():
            word = line.split()[0].upper()
            self.server.said.append(line)
            if word == "DATA":
                self.say("354 go on")
                lines = []
                while (part := self.rfile.readline()) != b".\r\n":
                    lines.append(part)
                self.server.mails.append(message_from_bytes(b"".join(lines), policy=policy.default))
                self.say("250 taken")
            elif word == "QUIT":
                return self.say("221 bye")
            elif word == "EHLO":
                self.say("250-here\r\n250 AUTH PLAIN LOGIN")
            elif word == "RCPT" and self.server.refuses and self.server.refuses in line:
                self.say("550 no such box")
            elif word == "AUTH":
                self.say("235 come in" if self.server.opens else "535 secret-word is wrong")
            else:
                self.say("250 ok")
        return None

    def say(self, text):
        self.wfile.write(f"{text}\r\n".encode())


@pytest.fixture
def post():
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Conversation) as server:
        server.daemon_threads, server.mails, server.said, server.refuses, server.opens = True, [], [], "", True
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def notice(instance):
    """notice("a@example.test", case="C-1"): one reminder given to a person, made where needed."""

    def give(email, case="C-1", *, language="zh", given_at=NOW, **columns):
        with saving():
            person = session.query(Person).filter_by(email=email).one_or_none()
            if person is None:
                person = Person(email=email, name=email, role=Role.LEGAL_STAFF, password_hash="!", created_at=NOW, language=language)
                session.add(person)
            if session.get(Case, case) is None:
                file = Case(case_id=case, dispute_type="sale_of_goods", packet_kind="lawsuit", as_of=DAY, state=State.LITIGATION, department="法务部", blocks={}, opened_at=NOW)
                file.parties = [Party(role=PartyRole.DEBTOR, name=f"示例债务人{case}", details={})]
                session.add(file)
            session.flush()
            row = {"kind": "hearing", "subject": case, "last_day": DAY + timedelta(7), "threshold": "-7", "given_on": DAY}
            session.add(Notice(**(row | columns), case_id=case, person_id=person.id, given_at=given_at))

    return give


def at(server, **more):
    return MailServer("127.0.0.1", server.server_address[1], "casefiles@example.test", **more)


def rows():
    session.remove()
    return [(n.mailed_at is not None, n.mail_error) for n in session.query(Notice).order_by(Notice.id)]


def test_one_mail_a_person_with_all_new_reminders(post, notice):
    notice("a@example.test", "C-1")
    notice("a@example.test", "C-2", escalated=True, last_day=DAY + timedelta(1), threshold="-1")
    notice("b@example.test", "C-1", language="en")
    assert remind_mail.send(at(post), None, NOW) == remind_mail.Outcome(mailed=2)
    first, second = post.mails
    assert (first["To"], first["From"], first["Subject"]) == ("a@example.test", "casefiles@example.test", "案件期限提醒：2 项（含 1 项升级）")
    text = first.get_content()
    assert text.splitlines()[:2] == ["【升级】开庭  2026-11-23  剩 1 天  C-2  示例债务人C-2", "开庭  2026-11-29  剩 7 天  C-1  示例债务人C-1"]
    assert second["Subject"] == "Case deadlines: 1 reminders"
    assert second.get_content().splitlines()[0] == "Hearing  2026-11-29  7 days left  C-1  示例债务人C-1"
    assert rows() == [(True, None)] * 3


def test_a_second_sending_says_nothing_twice(post, notice):
    notice("a@example.test")
    remind_mail.send(at(post), None, NOW)
    assert remind_mail.send(at(post), None, NOW) == remind_mail.Outcome()
    assert len(post.mails) == 1


def test_links_only_where_the_address_of_the_pages_is_known(post, notice):
    notice("a@example.test")
    remind_mail.send(at(post), "https://files.example.test", NOW)
    assert "https://files.example.test/cases/C-1/deadlines" in post.mails[0].get_content()


def test_what_one_server_refuses_is_kept_and_tried_again_and_the_others_get_theirs(post, notice):
    post.refuses = "a@example.test"
    notice("a@example.test")
    notice("b@example.test")
    assert remind_mail.send(at(post), None, NOW) == remind_mail.Outcome(mailed=1, failed=1)
    assert rows() == [(False, "the mail server refused the address"), (True, None)]
    assert remind_mail.troubles(NOW) == [("the mail server refused the address", 1)]
    post.refuses = ""
    assert remind_mail.send(at(post), None, NOW + timedelta(days=1)).mailed == 1
    assert (rows(), remind_mail.troubles(NOW)) == ([(True, None)] * 2, [])


def test_a_refused_sign_in_repeats_nothing_of_what_the_server_said(post, notice):
    post.opens = False
    notice("a@example.test")
    remind_mail.send(at(post, user="u", password="secret-word"), None, NOW)
    assert rows() == [(False, "the mail server refused the sign-in")]


def test_a_server_that_is_not_there_is_named(notice):
    notice("a@example.test")
    with socketserver.TCPServer(("127.0.0.1", 0), Conversation) as unused:
        port = unused.server_address[1]
    assert remind_mail.send(MailServer("127.0.0.1", port, "c@example.test"), None, NOW).failed == 1
    assert "ConnectionRefusedError" in rows()[0][1]


def test_no_password_goes_over_the_network_in_clear(post, notice, monkeypatch):
    monkeypatch.setattr(remind_mail, "LOOPBACK", frozenset())  # as if the server were elsewhere
    notice("a@example.test")
    remind_mail.send(at(post, user="u", password="secret-word"), None, NOW)
    assert rows() == [(False, "the mail server offers no encryption; the password was not sent")]
    assert not any(line.upper().startswith("AUTH") for line in post.said)


def test_nobody_who_is_disabled_and_nothing_old_is_mailed(post, notice):
    notice("a@example.test")
    notice("b@example.test", given_at=NOW - timedelta(days=8))
    with saving():
        session.query(Person).filter_by(email="a@example.test").update({"active": False})
    assert remind_mail.send(at(post), None, NOW) == remind_mail.Outcome()
    assert post.mails == []


def test_a_long_list_is_cut_and_says_so():
    line = remind_mail.Line("C-1", "示例", "hearing", DAY, 0, escalated=False)
    text = remind_mail.message("a@example.test", "en", [line] * 203, "c@example.test", None, NOW).get_content()
    assert (text.count("Hearing"), "3 more: see the deadlines page." in text) == (200, True)


@pytest.mark.parametrize(
    ("value", "server"),
    [
        pytest.param("smtp://mail.example.com?from=a@example.com", MailServer("mail.example.com", 25, "a@example.com"), id="plain"),
        pytest.param("smtps://u:p%40ss@mail.example.com?from=a@example.com", MailServer("mail.example.com", 465, "a@example.com", encrypted=True, user="u", password="p@ss"), id="TLS, a sign in the password"),
        pytest.param("smtp://a%40example.com:hid-1@mail.example.com:587", MailServer("mail.example.com", 587, "a@example.com", user="a@example.com", password="hid-1"), id="the user is the sender"),
    ],
)
def test_the_setting_is_read(tmp_path, value, server):
    config = Config.from_environment({"CASEFILES_DATA": str(tmp_path), "CASEFILES_SMTP_URL": value})
    assert config.mail == server
    assert server.password == "" or server.password not in repr(config)
    assert config.secret_key not in repr(config)


@pytest.mark.parametrize(
    "value",
    [
        pytest.param("mail.example.com", id="no scheme"),
        pytest.param("http://u:hidden@mail.example.com?from=a@example.com", id="another scheme"),
        pytest.param("smtp://u:hidden@mail.example.com", id="no sender"),
        pytest.param("smtp://u:hidden@mail.example.com:port?from=a@example.com", id="a port that is none"),
        pytest.param("smtp://u:hidden@?from=a@example.com", id="no host"),
    ],
)
def test_a_wrong_setting_is_a_sentence_without_the_password(tmp_path, value):
    with pytest.raises(WrongSetting) as refused:
        Config.from_environment({"CASEFILES_DATA": str(tmp_path), "CASEFILES_SMTP_URL": value})
    assert refused.value.message.startswith("CASEFILES_SMTP_URL")
    assert "hidden" not in refused.value.message


@pytest.mark.parametrize("value", ["files.example.com", "ftp://files.example.com", "https://files.example.com/?x=1"])
def test_the_address_of_the_pages_is_tested_too(tmp_path, value):
    with pytest.raises(WrongSetting, match="CASEFILES_PUBLIC_URL"):
        Config.from_environment({"CASEFILES_DATA": str(tmp_path), "CASEFILES_PUBLIC_URL": value})


@pytest.mark.parametrize(
    "became",
    [pytest.param({"role": Role.COLLECTOR}, id="another role"), pytest.param({"department": "另一部门"}, id="another department"), pytest.param({"active": False}, id="disabled")],
)
def test_who_may_not_see_the_case_any_more_gets_no_mail_of_it(post, notice, became):
    notice("a@example.test")
    with saving():
        person = session.query(Person).one()
        for name, value in became.items():
            setattr(person, name, value)
    assert remind_mail.send(at(post), None, NOW) == remind_mail.Outcome()
    assert post.mails == []


@pytest.mark.parametrize("address", ["a@example.test\r\nBcc: x@example.test", "a\n@example.test", "张三@示例.测试"])
def test_an_address_mail_cannot_carry_stops_nobody_else(post, notice, address):
    notice(address)
    notice("b@example.test")
    assert remind_mail.send(at(post), None, NOW) == remind_mail.Outcome(mailed=1, failed=1)
    assert [mail["To"] for mail in post.mails] == ["b@example.test"]
    assert rows()[0][0] is False
    assert address not in rows()[0][1]


def test_a_password_mail_cannot_carry_is_not_repeated(post, notice):
    notice("a@example.test")
    remind_mail.send(at(post, user="u", password="口令secret"), None, NOW)
    assert rows() == [(False, "the address, the sign-in or the sender holds signs that mail cannot carry")]


def test_a_name_with_line_ends_forges_no_line(post, notice):
    notice("a@example.test")
    with saving():
        session.query(Party).one().name = "示例\r\n开庭  2026-11-23  剩 1 天  C-9"
    remind_mail.send(at(post), None, NOW)
    assert post.mails[0].get_content().splitlines()[0] == "开庭  2026-11-29  剩 7 天  C-1  示例 开庭 2026-11-23 剩 1 天 C-9"


def test_two_who_send_at_once_mail_nobody_twice(post, notice):
    notice("a@example.test")
    with remind_mail._alone() as free:
        assert free
        assert remind_mail.send(at(post), None, NOW) == remind_mail.Outcome()
    assert remind_mail.send(at(post), None, NOW).mailed == 1
