"""One mail a person and sweep with that person's new notices, sent after they are committed; what fails is noted and tried again next time.

A mail names case, debtor, kind, last day and days left, no sums and nothing else of a case: mail is read on machines that are not ours. A crash
between sending and noting it sends that mail again; a reminder that comes twice is better than none.
"""

import fcntl
import logging
import smtplib
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import joinedload

from casefiles import runtime
from casefiles.config import MailServer
from casefiles.db import saving, session
from casefiles.law import Words
from casefiles.models import Case, Notice, PartyRole, Person, Role
from casefiles.rules.reminder_points import reminder_rules

log = logging.getLogger(__name__)
OLDEST = timedelta(days=7)  # what is older is not mailed any more: a server configured later must not bring up last year
MOST_LINES = 200
SECONDS = 30
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
SUBJECT = Words("案件期限提醒：{count} 项", "Case deadlines: {count} reminders")
ESCALATED = Words("（含 {count} 项升级）", " ({count} escalated)")
PAST, TODAY, LEFT = Words("已逾期 {days} 天", "{days} days past"), Words("今日", "today"), Words("剩 {days} 天", "{days} days left")
MARK = Words("【升级】", "[escalated] ")
MORE = Words("另有 {count} 项，见期限页。", "{count} more: see the deadlines page.")
FOOT = Words("提醒以材料办结为准，不以已读为准。", "A reminder ends with the document that settles it, not with being read.")


class NoEncryption(smtplib.SMTPException):
    """A password would go over the network in clear."""


@dataclass(frozen=True)
class Outcome:
    """How many people got their mail, and how many did not."""

    mailed: int = 0
    failed: int = 0


@dataclass(frozen=True)
class Line:
    """One notice as a mail tells it."""

    case_id: str
    debtor: str
    kind: str
    last_day: date
    days_left: int
    escalated: bool


def _waiting(moment: datetime) -> ColumnElement[bool]:
    """Not mailed yet, and its person may still see the case: who left the department or the role reads nothing more of it."""
    own = (Person.role == Role.LEGAL_MANAGER) | ((Person.role == Role.LEGAL_STAFF) & (Person.department == Case.department))
    return Notice.mailed_at.is_(None) & (Notice.given_at >= moment - OLDEST) & Notice.case.has(Notice.person.has(Person.active & own))


def send(server: MailServer, public_url: str | None, moment: datetime) -> Outcome:
    """Mail what waits, a person at a time; each person's outcome is kept on the notices at once."""
    with _alone() as free:
        return _send_all(server, public_url, moment) if free else Outcome()


@contextmanager
def _alone() -> Iterator[bool]:
    """Whether nobody else of this instance sends now: two sweeps at once would mail everybody twice."""
    with (runtime.config().data / "mail.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True


def _send_all(server: MailServer, public_url: str | None, moment: datetime) -> Outcome:
    people = list(session.scalars(select(Notice.person_id).where(_waiting(moment)).distinct().order_by(Notice.person_id)))
    session.rollback()
    mailed = 0
    for person_id in people:
        mailed += _send_to(person_id, server, public_url, moment)
    return Outcome(mailed, len(people) - mailed)


def _send_to(person_id: int, server: MailServer, public_url: str | None, moment: datetime) -> bool:
    mine = _waiting(moment) & (Notice.person_id == person_id)
    notices = list(session.scalars(select(Notice).where(mine).options(joinedload(Notice.case).selectinload(Case.parties)).order_by(Notice.last_day, Notice.id)))
    person = session.get_one(Person, person_id)
    address, language, lines, ids = person.email, person.language, [_line(n) for n in notices], [n.id for n in notices]
    session.rollback()  # nothing of the database is held while a server answers
    try:
        mail = message(address, language, lines, server.sender, public_url, moment)
        with _connected(server) as connection:
            connection.send_message(mail)
        outcome: dict[str, object] = {"mailed_at": moment, "mail_error": None}
    except (OSError, smtplib.SMTPException, ValueError) as error:
        log.warning("mail to person %s failed: %s", person_id, type(error).__name__)
        outcome = {"mail_error": _plain(error)}
    with saving():
        for at in range(0, len(ids), 500):
            session.execute(update(Notice).where(Notice.id.in_(ids[at : at + 500])).values(outcome), execution_options={"synchronize_session": False})
    session.remove()
    return "mailed_at" in outcome


def _line(notice: Notice) -> Line:
    names = [" ".join(party.name.split()) for party in notice.case.parties if party.role is PartyRole.DEBTOR]  # a line of its own would be a forged reminder
    debtor = "、".join(names)
    return Line(notice.case_id, debtor, notice.kind, notice.last_day, (notice.last_day - notice.given_on).days, notice.escalated)


def message(address: str, language: str | None, lines: Sequence[Line], sender: str, public_url: str | None, moment: datetime) -> EmailMessage:
    """The mail in the person's language: plain text, a line for each notice."""

    def said(words: Words, **facts: object) -> str:
        return (words.en if language == "en" else words.zh).format(**facts)

    escalated = sum(line.escalated for line in lines)
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Date"] = sender, address, format_datetime(moment)
    mail["Subject"] = said(SUBJECT, count=len(lines)) + (said(ESCALATED, count=escalated) if escalated else "")
    mail["Message-ID"], mail["Auto-Submitted"] = make_msgid(domain=sender.partition("@")[2]), "auto-generated"
    told = []
    for line in lines[:MOST_LINES]:
        days = said(TODAY) if line.days_left == 0 else said(LEFT if line.days_left > 0 else PAST, days=abs(line.days_left))
        kind = said(reminder_rules()[line.kind].name)
        told.append(f"{said(MARK) if line.escalated else ''}{kind}  {line.last_day}  {days}  {line.case_id}  {line.debtor}")
        if public_url:
            told.append(f"    {public_url}/cases/{line.case_id}/deadlines")
    if len(lines) > MOST_LINES:
        told.append(said(MORE, count=len(lines) - MOST_LINES))
    mail.set_content("\n".join([*told, "", said(FOOT), ""]), cte="base64" if language != "en" else None)
    return mail


@contextmanager
def _connected(server: MailServer) -> Iterator[smtplib.SMTP]:
    """An open connection, signed in. A certificate nobody vouches for is refused, and no password goes over the network in clear."""
    trust, safe = ssl.create_default_context(), server.encrypted or server.host in LOOPBACK
    place = (server.host, server.port)
    with smtplib.SMTP_SSL(*place, timeout=SECONDS, context=trust) if server.encrypted else smtplib.SMTP(*place, timeout=SECONDS) as connection:
        connection.ehlo()
        if not server.encrypted and connection.has_extn("starttls"):
            connection.starttls(context=trust)
            connection.ehlo()
            safe = True
        if server.user and not safe:
            raise NoEncryption
        if server.user:
            connection.login(server.user, server.password)
        yield connection


def _plain(error: Exception) -> str:
    """What went wrong in a few words; what a server says may repeat the sign-in, so of a refused sign-in only that it was refused."""
    match error:
        case NoEncryption():
            told = "the mail server offers no encryption; the password was not sent"
        case smtplib.SMTPAuthenticationError():
            told = "the mail server refused the sign-in"
        case smtplib.SMTPRecipientsRefused():
            told = "the mail server refused the address"
        case smtplib.SMTPResponseException():
            told = f"the mail server answered {error.smtp_code}"
        case ValueError():  # of headers and of texts that are not ASCII: it would repeat a part of the address or of the password
            told = "the address, the sign-in or the sender holds signs that mail cannot carry"
        case _:
            told = f"{type(error).__name__}: {error}"
    return told[:300]


def troubles(moment: datetime) -> list[tuple[str, int]]:
    """What keeps mail from going out, with how many notices wait for it; for the administrator."""
    waiting = select(Notice.mail_error, func.count()).where(_waiting(moment), Notice.mail_error.is_not(None)).group_by(Notice.mail_error)
    return [(str(error), count) for error, count in session.execute(waiting.order_by(Notice.mail_error))]
