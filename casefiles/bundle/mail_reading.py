"""An electronic mail taken apart: its head, its text, its attachments; nothing is fetched and nothing is run."""

from __future__ import annotations

import email
import email.header
import email.policy
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from email.message import Message
from email.utils import parsedate_to_datetime
from zoneinfo import ZoneInfo

from casefiles.bundle.chat import decoded, lines_of, lines_of_html, printable

SHANGHAI = ZoneInfo("Asia/Shanghai")
CHINESE = {"gb2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030", "gb_2312-80": "gb18030", "cp936": "gb18030", "hz-gb-2312": "hz"}
READ_AS_TEXT = frozenset({"text/plain", "text/html", "application/plain"})  # the last is what some old programs write
DEEPEST = 8
UNFIT = (LookupError, UnicodeError, ValueError)  # a charset that nobody knows, that is none for text, or that does not fit the bytes


@dataclass(frozen=True)
class Attachment:
    """A file in the mail; `mail` where it is a mail itself that was taken apart too."""

    name: str
    media_type: str
    content: bytes
    mail: Mail | None = None


@dataclass(frozen=True)
class Mail:
    """One mail: `sent` is the date as it was written, `shanghai` the same moment there (None: no readable date)."""

    sender: str
    to: str
    cc: str
    subject: str
    identity: str
    sent: str
    shanghai: datetime | None
    lines: tuple[str, ...]
    html: bool
    attachments: tuple[Attachment, ...] = field(default=())


def read_mail(content: bytes, depth: int = 1) -> Mail:
    """Take a mail apart; mails in it are taken apart down to `depth` levels. Broken parts come as far as they can be read."""
    message = email.message_from_bytes(content.lstrip(b"\r\n"), policy=email.policy.compat32)
    return _read(message, depth)


def _read(message: Message, depth: int) -> Mail:
    texts: list[tuple[str, str]] = []
    attachments: list[Attachment] = []
    for part in _parts(message, 0):
        if _is_text(part):
            texts.append((part.get_content_type(), _text(part)))
        elif part.get_content_type() == "message/rfc822":
            attachments.append(_inner(part, depth))
        else:
            name = _file_name(part) or f"{part.get_content_type().replace('/', '-')}"
            attachments.append(Attachment(printable(name).strip(), part.get_content_type(), _bytes(part)))
    html = bool(texts) and all(kind == "text/html" for kind, _ in texts)
    lines = [line for kind, text in texts for line in (*(lines_of_html(text) if kind == "text/html" else lines_of(text)), "")]
    sent = _head(message, "Date")
    return Mail(
        _head(message, "From"), _head(message, "To"), _head(message, "Cc"), _head(message, "Subject"), _head(message, "Message-ID"),
        sent, _moment(sent), tuple(_trimmed(lines)), html, tuple(attachments),
    )  # fmt: skip


def _parts(message: Message, depth: int) -> Iterator[Message]:
    """The leaves of a mail; of alternatives the plain text, else the last one that is text, and whatever is no text."""
    held = message.get_payload() if message.is_multipart() else None  # of a leaf it would be decoded, by whatever charset it names
    if message.get_content_type() == "message/rfc822" or not isinstance(held, list) or depth > DEEPEST:
        yield message
        return
    inside = [part for part in held if isinstance(part, Message)]
    if message.get_content_type() != "multipart/alternative":
        for part in inside:
            yield from _parts(part, depth + 1)
        return
    leaves = [list(_parts(part, depth + 1)) for part in inside]
    plain = next((leaf for found in leaves for leaf in found if leaf.get_content_type() == "text/plain" and _is_text(leaf) and _text(leaf).strip()), None)
    html = next((leaf for found in reversed(leaves) for leaf in found if _is_text(leaf)), None)
    chosen = plain if plain is not None else html
    yield from (leaf for found in leaves for leaf in found if leaf is chosen or not _is_text(leaf))


def _is_text(part: Message) -> bool:
    named = _file_name(part) or part.get_content_disposition() == "attachment"
    return part.get_content_type() in READ_AS_TEXT and not named


def _file_name(part: Message) -> str:
    """The name of an attachment; one that is written in no coding that exists is told as it stands."""
    try:
        return _words(part.get_filename() or "")
    except UNFIT:
        return _words(part.get_param("filename", "", "content-disposition") or part.get_param("name", ""))


def _inner(part: Message, depth: int) -> Attachment:
    held = part.get_payload() if part.is_multipart() else None
    message = held[0] if isinstance(held, list) and held and isinstance(held[0], Message) else None
    if message is None:
        return Attachment(_file_name(part) or "mail.eml", "message/rfc822", _bytes(part))
    name = _file_name(part) or f"{_head(message, 'Subject') or 'mail'}.eml"
    return Attachment(printable(name).strip(), "message/rfc822", _written(message), _read(message, depth - 1) if depth else None)


def _written(message: Message) -> bytes:
    """A mail in a mail as bytes."""
    try:
        return message.as_bytes()
    except (*UNFIT, TypeError, AttributeError):  # its head says another coding than its text has
        return str(message).encode("utf-8", "surrogateescape")


def _bytes(part: Message) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _text(part: Message) -> str:
    content = _bytes(part)
    try:
        charset = str(part.get_content_charset("")).lower()
        return content.decode(CHINESE.get(charset, charset)) if charset and charset != "us-ascii" else decoded(content)
    except UNFIT:
        return decoded(content)


def _head(message: Message, name: str) -> str:
    """A field of the head in plain words, several of one name after another."""
    return "; ".join(_words(str(value)) for key, value in message.raw_items() if key.lower() == name.lower())


def _words(value: str | tuple[object, ...]) -> str:
    """A field of the head: encoded words decoded, bytes that were written without any coding read as Chinese text is."""
    written = value if isinstance(value, str) else str(value[-1])
    if any("\udc80" <= sign <= "\udcff" for sign in written):
        written = decoded(written.encode("utf-8", "surrogateescape"))
    pieces = []
    try:
        for piece, charset in email.header.decode_header(re.sub(r"\r?\n[ \t]*", " ", written)):
            pieces.append(piece if isinstance(piece, str) else _decoded_word(piece, charset or ""))
    except (email.errors.HeaderParseError, ValueError):
        pieces = [written]
    return " ".join(printable("".join(pieces)).split())


def _decoded_word(piece: bytes, charset: str) -> str:
    try:
        return piece.decode(CHINESE.get(charset.lower(), charset or "ascii"))
    except UNFIT:
        return decoded(piece)


def _moment(sent: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(sent)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    try:
        return moment.astimezone(SHANGHAI) if moment.tzinfo else None  # without a zone nobody knows which moment it was
    except (OverflowError, ValueError):
        return None


def _trimmed(lines: list[str]) -> list[str]:
    while lines and not lines[-1].strip():
        lines.pop()
    while lines and not lines[0].strip():
        lines.pop(0)
    return lines
