"""A person's deadlines for a calendar program: the secret address, made and revoked by its owner, and the iCalendar text behind it (RFC 5545).

Of the address only the SHA-256 of its token is kept, so that neither the database nor a backup opens a calendar.
"""

import hashlib
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select

from casefiles import audit
from casefiles.db import session
from casefiles.law import Words
from casefiles.models import CalendarFeed, Person
from casefiles.policy import Actor
from casefiles.rules.reminder_points import reminder_rules
from casefiles.rules.reminders import BY_ID

TOKEN_BYTES = 32  # 256 bit
LONGEST_LINE = 75  # octets, RFC 5545 section 3.1
TITLE = Words("案件期限", "Case deadlines")
ESCAPED = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n", "\r": None})


@dataclass(frozen=True)
class Entry:
    """One running last day for the calendar; `day` is the day to act by, which may come before the last day that thresholds count from."""

    case_id: str
    debtor: str
    kind: str
    subject: str
    day: date
    last_day: date
    stamped: datetime


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def make(actor: Actor, person: Person) -> str:
    """A new address for a person's calendar; the one before it ends. The token is given back once and kept nowhere."""
    revoke(actor, person)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    session.add(CalendarFeed(person_id=person.id, token_hash=_hash(token), made_at=actor.now))
    session.flush()
    audit.record(actor, "person", person.email, calendar="made")
    return token


def revoke(actor: Actor, person: Person) -> bool:
    """End the person's calendar address; whether there was one."""
    feeds = session.scalars(select(CalendarFeed).where(CalendarFeed.person_id == person.id, CalendarFeed.revoked_at.is_(None))).all()
    if not feeds:
        return False
    for feed in feeds:  # two clicks at once may have made two
        feed.revoked_at = actor.now
    session.flush()
    audit.record(actor, "person", person.email, calendar="revoked")
    return True


def feed_of(person_id: int) -> CalendarFeed | None:
    """The address that works now."""
    working = select(CalendarFeed).where(CalendarFeed.person_id == person_id, CalendarFeed.revoked_at.is_(None))
    return session.scalar(working.order_by(CalendarFeed.id.desc()).limit(1))


def feed_by(token: str) -> CalendarFeed | None:
    """The working address of this token, of a person who may sign in; None else. Looked up by hash: timing tells nothing of a token."""
    found = select(CalendarFeed).join(Person).where(CalendarFeed.token_hash == _hash(token), CalendarFeed.revoked_at.is_(None), Person.active)
    return session.scalar(found)


def fetched(actor: Actor, feed: CalendarFeed) -> None:
    """Note the first fetch of a day; a calendar program asks many times a day, the log says it once."""
    feed.fetched_at = actor.now
    audit.record(actor, "download", "calendar")


def text_of(entries: Iterable[Entry], language: str | None) -> str:
    """The calendar: an all-day event for each last day, with an alarm at 9:00 of each threshold. The same entries give the same text."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//casefiles//deadlines//EN", "CALSCALE:GREGORIAN", "METHOD:PUBLISH"]
    lines += [f"X-WR-CALNAME:{_escaped(_said(TITLE, language))}", "X-PUBLISHED-TTL:PT1H", "REFRESH-INTERVAL;VALUE=DURATION:PT1H"]
    for entry in entries:
        lines += _event(entry, language)
    lines.append("END:VCALENDAR")
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _event(entry: Entry, language: str | None) -> Iterator[str]:
    rule, kind = reminder_rules()[entry.kind], BY_ID[entry.kind]
    name = _said(rule.name, language)
    law = rule.law.split(" / ")[-1 if language == "en" else 0]
    ends = Words(f"办结：{kind.stops.zh}", f"Ends with: {kind.stops.en}")
    told = [part for part in (entry.case_id, entry.subject, _said(ends, language), law) if part]
    yield "BEGIN:VEVENT"
    yield f"UID:{hashlib.sha256('|'.join((entry.case_id, entry.kind, entry.subject)).encode()).hexdigest()[:40]}@casefiles"
    yield f"DTSTAMP:{entry.stamped:%Y%m%dT%H%M%SZ}"
    yield f"DTSTART;VALUE=DATE:{entry.day:%Y%m%d}"
    yield f"DTEND;VALUE=DATE:{entry.day + timedelta(1):%Y%m%d}"
    yield f"SUMMARY:{_escaped(f'{name}：{entry.debtor}' if language != 'en' else f'{name}: {entry.debtor}')}"
    yield "DESCRIPTION:" + _escaped("\n".join(told))
    yield "TRANSP:TRANSPARENT"
    ahead = (entry.last_day - entry.day).days
    for offset in rule.offsets:
        yield from ("BEGIN:VALARM", "ACTION:DISPLAY", f"DESCRIPTION:{_escaped(name)}", f"TRIGGER:{_trigger(offset + ahead)}", "END:VALARM")
    yield "END:VEVENT"


def _trigger(offset: int) -> str:
    """9:00 of the day so many days from the event's midnight."""
    hours = offset * 24 + 9
    days, rest = divmod(abs(hours), 24)
    return f"{'-' if hours < 0 else ''}P{f'{days}D' if days else ''}{f'T{rest}H' if rest else ''}"


def _said(words: Words, language: str | None) -> str:
    return words.en if language == "en" else words.zh


def _escaped(text: str) -> str:
    return "".join(c for c in text if c >= " " or c == "\n").translate(ESCAPED)


def _folded(line: str) -> str:
    """Lines of at most 75 octets, continued with a space; never inside a character."""
    pieces, piece, used = [], "", 0
    for sign in line:
        size = len(sign.encode())
        if used + size > LONGEST_LINE:
            pieces.append(piece)
            piece, used = " ", 1
        piece, used = piece + sign, used + size
    return "\r\n".join([*pieces, piece])
