"""Outlook's mail files (msg): properties of [MS-OXMSG] in an OLE container, 8-bit texts in the code page they were written in."""

from __future__ import annotations

import codecs
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email import policy
from email.message import EmailMessage
from email.utils import format_datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import olefile

from casefiles.readers.html import html_text, visible
from casefiles.readers.mail import Attached, Head, head_of, parsed, plain_name, tell
from casefiles.readers.msg_rtf import text_of_rtf, unpacked
from casefiles.readers.reading import Told, damaged
from casefiles.readers.text import decoded

PROPERTIES = "__properties_version1.0"
MOST_ATTACHED, DEEPEST = 2_000, 5
SUBJECT, SENDER, SENDER_ADDRESS, SENDER_SMTP, SENT_FOR, TO, CC, BCC = 0x0037, 0x0C1A, 0x0C1F, 0x5D01, 0x0042, 0x0E04, 0x0E03, 0x0E02
BODY, RTF, HTML, HEADERS, IDENTITY = 0x1000, 0x1009, 0x1013, 0x007D, 0x1035
SUBMITTED, DELIVERED = 0x0039, 0x0E06
CODE_PAGE, INTERNET_CODE_PAGE, LOCALE = 0x3FFD, 0x3FDE, 0x3FF1
NAME, ADDRESS, SMTP, KIND = 0x3001, 0x3003, 0x39FE, 0x0C15
CONTENT, METHOD, LONG_NAME, SHORT_NAME = 0x3701, 0x3705, 0x3707, 0x3704
EMBEDDED, BY_LINK = 5, frozenset({2, 3, 4, 7})
_PAGES_OF_LOCALES = {0x0804: 936, 0x1004: 936, 0x0404: 950, 0x0C04: 950, 0x1404: 950, 0x0411: 932, 0x0412: 949}
_UNICODE_PAGES = {65001: "utf-8", 1200: "utf-16-le", 20127: "ascii", 54936: "gb18030", 936: "gb18030", 52936: "hz"}
_HEAD_LENGTH = {"message": 32, "embedded": 24, "part": 8}
_FIXED = 0x0002, 0x0003, 0x000B, 0x0040


@dataclass(frozen=True)
class Storage:
    """A message, recipient or attachment inside the container: its texts, bytes and numbers by property number."""

    container: Any
    path: tuple[str, ...]
    kind: str  # message | embedded | part
    code_page: str = ""

    @cached_property
    def numbers(self) -> dict[int, int]:
        """The properties of fixed length, as integers."""
        content = self._stream(PROPERTIES)
        found = {}
        for at in range(_HEAD_LENGTH[self.kind], len(content) - 15, 16):
            kind, number, _, value = struct.unpack_from("<HHIQ", content, at)
            if kind in _FIXED:
                found[number] = value if kind == 0x0040 else value & 0xFFFFFFFF
        return found

    @cached_property
    def coding(self) -> str:
        """The coding of its 8-bit texts: as the message says it, else as the message around it, else nobody says."""
        page = self.numbers.get(CODE_PAGE) or self.numbers.get(INTERNET_CODE_PAGE) or _PAGES_OF_LOCALES.get(self.numbers.get(LOCALE, 0), 0)
        name = _UNICODE_PAGES.get(page, f"cp{page}" if page else "")
        try:
            return codecs.lookup(name).name if name else self.code_page
        except LookupError:
            return self.code_page

    def text(self, number: int) -> str:
        """A text property, whichever way it is written; empty where there is none."""
        if content := self._stream(f"__substg1.0_{number:04X}001F"):
            return content.decode("utf-16-le", "replace").rstrip("\0")
        content = self._stream(f"__substg1.0_{number:04X}001E").rstrip(b"\0")
        if not content:
            return ""
        try:
            return content.decode(self.coding or "ascii")
        except UnicodeDecodeError:
            return decoded(content) or content.decode(self.coding or "gb18030", "replace")

    def content(self, number: int) -> bytes:
        """A property of bytes."""
        return self._stream(f"__substg1.0_{number:04X}0102")

    def moment(self, number: int) -> datetime | None:
        """A moment, counted in tenths of a microsecond since 1601."""
        try:
            return datetime(1601, 1, 1, tzinfo=UTC) + timedelta(microseconds=self.numbers[number] // 10) if self.numbers.get(number) else None
        except (OverflowError, ValueError):
            return None

    def parts(self, beginning: str) -> Iterator[Storage]:
        """The recipients or attachments in it, in order."""
        depth = len(self.path)
        names = {tuple(entry[: depth + 1]) for entry in self.container.listdir(streams=True, storages=True) if tuple(entry[:depth]) == self.path}
        for path in sorted(name for name in names if len(name) > depth and name[-1].startswith(beginning))[:MOST_ATTACHED]:
            yield Storage(self.container, path, "part", self.coding)

    def _stream(self, name: str) -> bytes:
        place = [*self.path, name]
        if self.container.get_type(place) != olefile.STGTY_STREAM:
            return b""
        with self.container.openstream(place) as stream:
            return bytes(stream.read())


def read_msg(path: Path, told: Told) -> None:
    """The mail's head and text, the files attached to it, and mails attached to it written as eml."""
    try:
        with olefile.OleFileIO(str(path)) as container:
            message = Storage(container, (), "message")
            if not container.exists(PROPERTIES):
                raise damaged("msg", f"no {PROPERTIES}")
            head, body = _head(message), _body(message)
            attached = list(_attached(message, told, 0))
            tell(told, head, body, attached)
    except (OSError, struct.error, IndexError, KeyError, ValueError, TypeError, AttributeError, RecursionError) as error:
        raise damaged("msg", error) from error


def _head(message: Storage) -> Head:
    transport = head_of(parsed(message.text(HEADERS).encode("utf-8", "replace"))) if message.text(HEADERS) else Head()
    people = _people(message)
    address = message.text(SENDER_SMTP) or message.text(SENDER_ADDRESS)
    moment = message.moment(SUBMITTED) or transport.moment or message.moment(DELIVERED)
    return Head(
        _person(message.text(SENDER) or message.text(SENT_FOR), address) or transport.sender,
        people.get(1) or message.text(TO) or transport.to, people.get(2) or message.text(CC) or transport.cc, people.get(3) or message.text(BCC),
        message.text(SUBJECT) or transport.subject, transport.sent or (format_datetime(moment) if moment else ""), moment,
        message.text(IDENTITY) or transport.identity,
    )  # fmt: skip


def _people(message: Storage) -> dict[int, str]:
    """1 to, 2 cc, 3 bcc -> the recipients with their addresses."""
    found: dict[int, list[str]] = {}
    for one in message.parts("__recip_version1.0_"):
        found.setdefault(one.numbers.get(KIND, 1) & 3, []).append(_person(one.text(NAME), one.text(SMTP) or one.text(ADDRESS)))
    return {kind: "; ".join(filter(None, people)) for kind, people in found.items()}


def _person(name: str, address: str) -> str:
    """An address inside Outlook's own directory (/O=...) says nothing to anybody."""
    shown = f"<{address}>" if "@" in address and address not in name else ""
    return " ".join(f"{name.strip()} {shown}".split())


def _body(message: Storage) -> str:
    """The plain text, else the web page, else Outlook's packed rich text, as text."""
    if plain := message.text(BODY).strip():
        return plain.replace("\r\n", "\n").replace("\r", "\n")
    if html := message.text(HTML).strip():
        return visible(html)
    if content := message.content(HTML):
        return visible(html_text(content) or content.decode(message.coding or "gb18030", "replace"))
    return text_of_rtf(unpacked(message.content(RTF)))


def _attached(message: Storage, told: Told, depth: int) -> Iterator[Attached]:
    for number, part in enumerate(message.parts("__attach_version1.0_"), 1):
        name = " ".join((part.text(LONG_NAME) or part.text(NAME) or part.text(SHORT_NAME)).split())
        method = part.numbers.get(METHOD, 1)
        if method == EMBEDDED:
            yield _inner(part, name, number, told, depth)
        elif content := part.content(CONTENT):
            yield Attached(name or f"附件{number}", content)
        elif method in BY_LINK:
            told.missing(f"附件“{name}”只是链接，未取得文件。", f"the attachment '{name}' is a link only; its file is not in the mail.")
        elif part.container.get_type([*part.path, f"__substg1.0_{CONTENT:04X}000D"]) == olefile.STGTY_STORAGE:
            told.missing(f"附件“{name or number}”是嵌入的 OLE 对象，未取出。", f"the attachment '{name or number}' is an embedded OLE object; it was left in.")
        else:
            yield Attached(name or f"附件{number}", b"")


def _inner(part: Storage, name: str, number: int, told: Told, depth: int) -> Attached:
    """A mail in the mail. It has no bytes of its own outside this container, so it is written as eml: head, text and attachments as they stand."""
    inner = Storage(part.container, (*part.path, f"__substg1.0_{CONTENT:04X}000D"), "embedded", part.coding)
    head = _head(inner)
    attached: Sequence[Attached] = ()
    if depth < DEEPEST:
        attached = list(_attached(inner, told, depth + 1))
    else:
        told.missing(f"邮件嵌套超过 {DEEPEST} 层，更深的附件未取出。", f"mails nested more than {DEEPEST} levels; deeper attachments were left in.")
    told.note("内嵌的邮件已另存为 eml（正文与附件照录）。", "mails inside were written as eml, their text and attachments as they stand.")
    title = plain_name(name or head.subject)[:80] or f"附件{number}"
    return Attached(f"{title.removesuffix('.msg')}.eml", _as_eml(head, _body(inner), attached))


def _as_eml(head: Head, body: str, attached: Sequence[Attached]) -> bytes:
    written = EmailMessage(policy=policy.SMTP.clone(max_line_length=None))
    fields = {"From": head.sender, "To": head.to.replace("; ", ", "), "Cc": head.cc.replace("; ", ", "), "Subject": head.subject}
    fields |= {"Message-ID": head.identity}
    for key, value in fields.items():
        if value:
            written[key] = " ".join(value.split())
    if head.moment is not None:
        written["Date"] = head.moment
    written.set_content(body or "\n")
    for one in attached:
        written.add_attachment(one.content, maintype="application", subtype="octet-stream", filename=one.name)
    return written.as_bytes()
