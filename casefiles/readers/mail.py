"""Electronic mail: its head and text as one page, its attachments as files inside it. Nothing is fetched, nothing is run."""

from __future__ import annotations

import email
import email.errors
import email.header
import email.policy
import mimetypes
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.generator import BytesGenerator
from email.message import Message
from email.utils import parsedate_to_datetime
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

from casefiles.readers.html import html_text, visible
from casefiles.readers.reading import Told, damaged
from casefiles.readers.text import decoded

SHANGHAI = ZoneInfo("Asia/Shanghai")
CHINESE = {"gb2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030", "gb_2312-80": "gb18030", "cp936": "gb18030", "big5": "cp950"}
READ_AS_TEXT = frozenset({"text/plain", "text/html", "application/plain"})  # the last is what some old programs write
SEALED = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
DEEPEST, MOST_PARTS, MOST_NAMED = 20, 2_000, 500
UNFIT = (LookupError, UnicodeError, ValueError)  # a charset that nobody knows, that is none for text, or that does not fit the bytes
_LABELS = (("sender", "发件人"), ("to", "收件人"), ("cc", "抄送"), ("bcc", "密送"), ("subject", "主题"))
_BETWEEN = re.compile(rb"From \S.*\d\d:\d\d.*\d{4}\s*")  # the line before each mail of a mailbox: an address and a moment


@dataclass(frozen=True)
class Head:
    """Who wrote to whom about what; `sent` is the date as it was written, `moment` the same as an instant (None: not readable)."""

    sender: str = ""
    to: str = ""
    cc: str = ""
    bcc: str = ""
    subject: str = ""
    sent: str = ""
    moment: datetime | None = None
    identity: str = ""

    @property
    def shanghai(self) -> str:
        """When it was in Shanghai, to the second; empty where nobody knows."""
        try:
            return self.moment.astimezone(SHANGHAI).isoformat(" ", "seconds").removesuffix("+08:00") if self.moment else ""
        except (OverflowError, ValueError):
            return ""


@dataclass(frozen=True)
class Attached:
    """A file in a mail under its decoded name."""

    name: str
    content: bytes


def tell(told: Told, head: Head, body: str, attached: Sequence[Attached]) -> None:
    """One page: head, text, list of attachments; then the attachments."""
    lines = [f"{label}：{value}" for name, label in _LABELS if (value := getattr(head, name))]
    if head.sent or head.shanghai:
        lines.append(f"日期：{head.sent}" + (f"（北京时间 {head.shanghai}）" if head.shanghai else ""))
    listed = [f"［附件］{one.name}" for one in attached]
    told.count(1)
    told.page("邮件", "\n".join([*lines, "", body.strip("\n"), *([""] if listed else []), *listed]))
    told.detail("mail", {
        "from": head.sender, "to": head.to, "cc": head.cc, "subject": head.subject, "date": head.sent, "shanghai": head.shanghai,
        "message_id": head.identity, "attachments": [one.name for one in attached][:MOST_NAMED],
    })  # fmt: skip
    if told.into is None:
        return
    for one in attached:
        with told.child(one.name) as out:
            out.write(one.content)


def read_mail(path: Path, told: Told) -> None:
    """A mail as it was sent (eml): the plain text, else the web page in it as text."""
    content = path.read_bytes()
    message, end = parsed(content), "\r\n" if b"\r\n" in content[:2000] else "\n"
    if not message.keys():
        raise damaged("eml")
    texts: list[str] = []
    attached: list[Attached] = []
    for number, part in enumerate(_leaves(message, 0), 1):
        if number > MOST_PARTS:
            told.missing(f"邮件分段超过 {MOST_PARTS} 个，其余未读取。", f"the mail has more than {MOST_PARTS} parts; the rest was not read.")
            break
        if _is_text(part):
            texts.append(_text(part))
        else:
            attached.append(_attached(part, len(attached) + 1, end))
        if part.get_content_type() in SEALED and part.get_param("smime-type") != "certs-only":
            told.missing("正文在 S/MIME 签名或加密包内，无法读取；请由收件人另存后上传。",
                         "its text lies in a signed or encrypted S/MIME package and cannot be read: have the recipient save and upload it.")  # fmt: skip
        if part.get_content_type() == "application/pgp-encrypted":
            told.missing("邮件经 PGP 加密，正文无法读取。", "the mail is encrypted with PGP; its text cannot be read.")
    tell(told, head_of(message), "\n\n".join(text.strip("\n") for text in texts if text.strip()), attached)


def parsed(content: bytes) -> Message:
    """A mail taken apart as far as it can be."""
    try:
        return email.message_from_bytes(content.lstrip(b"\r\n").removeprefix(b"\xef\xbb\xbf"), policy=email.policy.compat32)
    except RecursionError as error:
        raise damaged("eml", "parts within parts without end") from error


def head_of(message: Message) -> Head:
    sent = _field(message, "Date")
    return Head(
        _field(message, "From") or _field(message, "Sender"), _field(message, "To"), _field(message, "Cc"), _field(message, "Bcc"), _field(message, "Subject"),
        sent, _moment(sent), _field(message, "Message-ID"),
    )  # fmt: skip


def read_mbox(path: Path, told: Told) -> None:
    """A mailbox: a list of its mails, and each mail as a file of its own, byte for byte."""
    lines, names = [], []
    for number, content in enumerate(_mails(path), 1):
        head = head_of(parsed(content))
        names.append(f"{number:04d} {plain_name(head.subject)[:80] or 'mail'}.eml")
        lines.append("\t".join((str(number), head.shanghai or head.sent, head.sender, head.subject)))
        if told.into is not None:
            with told.child(names[-1]) as out:
                out.write(content)
    if not names:
        raise damaged("mbox")
    told.count(1)
    told.page("邮箱", "\n".join(lines))
    told.detail("mailbox", {"mails": len(names)})


def _mails(path: Path) -> Iterator[bytes]:
    """The mails between the lines that begin with `From `; such a line of a text is no beginning unless it names an address and a moment."""
    held: list[bytes] = []
    empty_before = True
    with path.open("rb") as file:
        for line in file:
            if empty_before and line.startswith(b"From ") and (not held or _BETWEEN.fullmatch(line[:1000])):
                if held:
                    yield b"".join(held)
                held = [b""]
            else:
                held.append(line)
            empty_before = not line.strip()
    if any(held):
        yield b"".join(held)


def plain_name(text: str) -> str:
    """A subject as a part of a file name: on one line, without folders."""
    return " ".join("".join(" " if sign in '/\\:*?"<>|' or not sign.isprintable() else sign for sign in text).split())


def _leaves(message: Message, depth: int) -> Iterator[Message]:
    """The parts of a mail; of alternatives the plain text, else the last one that is text, and whatever is no text."""
    held = message.get_payload() if message.is_multipart() else None  # of a leaf it would be decoded, by whatever charset it names
    if message.get_content_maintype() == "message" or not isinstance(held, list) or depth > DEEPEST:
        yield message
        return
    inside = [part for part in held if isinstance(part, Message)]
    if message.get_content_type() != "multipart/alternative":
        for part in inside:
            yield from _leaves(part, depth + 1)
        return
    leaves = [leaf for part in inside for leaf in _leaves(part, depth + 1)]
    texts = [leaf for leaf in leaves if _is_text(leaf)]
    plain = next((leaf for leaf in texts if leaf.get_content_type() != "text/html" and _text(leaf).strip()), None)
    chosen = plain if plain is not None else texts[-1] if texts else None
    yield from (leaf for leaf in leaves if leaf is chosen or not _is_text(leaf))


def _is_text(part: Message) -> bool:
    return part.get_content_type() in READ_AS_TEXT and not _name(part) and part.get_content_disposition() != "attachment"


def _text(part: Message) -> str:
    content, charset = _bytes(part), ""
    try:
        charset = str(part.get_content_charset("")).lower()
        text = content.decode(CHINESE.get(charset, charset)) if charset and charset != "us-ascii" else None
    except UNFIT:
        text = None
    if part.get_content_type() == "text/html":
        return visible(text if text is not None else html_text(content) or content.decode("gb18030", "replace"))
    text = text if text is not None else decoded(content) or content.decode("gb18030", "replace")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _attached(part: Message, number: int, end: str) -> Attached:
    """A part that is no text of the mail; `end` is how the lines of the mail end."""
    kind = part.get_content_type()
    if part.get_content_maintype() != "message":
        return Attached(_name(part) or f"附件{number}{mimetypes.guess_extension(kind, strict=False) or ''}", _bytes(part))
    held = part.get_payload() if part.is_multipart() else None
    inner = [one for one in held if isinstance(one, Message)] if isinstance(held, list) else []
    if kind != "message/rfc822" or not inner:
        return Attached(_name(part) or f"{kind.replace('/', '-')}-{number}.txt", b"".join(_written(one, end) for one in inner) or _bytes(part))
    name = _name(part) or f"{plain_name(_field(inner[0], 'Subject'))[:80] or f'附件{number}'}.eml"
    packed = str(part.get("Content-Transfer-Encoding", "")).strip().lower() in {"base64", "quoted-printable"} and not inner[0].keys()
    return Attached(name, _unpacked(part, inner[0]) if packed else _written(inner[0], end))


def _unpacked(part: Message, inner: Message) -> bytes:
    """A mail in a mail that was encoded though it must not be (RFC 2046, 5.2.1): some programs do it."""
    inner["Content-Transfer-Encoding"] = str(part["Content-Transfer-Encoding"])
    return _bytes(inner)


def _written(message: Message, end: str) -> bytes:
    """A mail in a mail as bytes, its lines as they were."""
    out = BytesIO()
    try:
        BytesGenerator(out, mangle_from_=False, maxheaderlen=0).flatten(message, linesep=end)
        return out.getvalue()
    except (*UNFIT, TypeError, AttributeError):  # its head says another coding than its text has
        return str(message).encode("utf-8", "surrogateescape")


def _bytes(part: Message) -> bytes:
    try:
        content = part.get_payload(decode=True)
    except UNFIT:
        content = str(part.get_payload()).encode("utf-8", "surrogateescape")
    return content if isinstance(content, bytes) else b""


def _name(part: Message) -> str:
    """The name of an attachment: by RFC 2231, in encoded words, or in bytes written without any coding (then as Chinese text is)."""
    clean = Message()
    for field in ("Content-Disposition", "Content-Type"):
        for key, value in part.raw_items():
            if key.lower() == field.lower():
                clean[field] = re.sub(r"\r?\n[ \t]*", " ", _without_surrogates(str(value)))
                break
    for word, field in (("filename", "Content-Disposition"), ("name", "Content-Type")):
        try:
            said = clean.get_param(word, "", field)
        except UNFIT:
            continue
        if isinstance(said, tuple):
            charset, _, text = said
            named = _decoded_word(text.encode("raw-unicode-escape"), charset or "utf-8")
        else:
            named = _words(str(said or ""))
        if named := " ".join(named.split()):
            return named
    return ""


def _field(message: Message, name: str) -> str:
    """A field of the head in plain words, several of one name after another."""
    return "; ".join(_words(_without_surrogates(str(value))) for key, value in message.raw_items() if key.lower() == name.lower())


def _without_surrogates(written: str) -> str:
    if any("\udc80" <= sign <= "\udcff" for sign in written):
        content = written.encode("utf-8", "surrogateescape")
        return decoded(content) or content.decode("gb18030", "replace")
    return written


def _words(written: str) -> str:
    """A field with its encoded words decoded, on one line."""
    try:
        pieces = email.header.decode_header(re.sub(r"\r?\n[ \t]*", " ", written))
        text = "".join(piece if isinstance(piece, str) else _decoded_word(piece, charset or "") for piece, charset in pieces)
    except (email.errors.HeaderParseError, ValueError):
        text = written
    return " ".join(text.split())


def _decoded_word(piece: bytes, charset: str) -> str:
    """Bytes of a name or subject in the coding they name; "gb2312" is written where the whole of GBK is meant."""
    try:
        return piece.decode(CHINESE.get(charset.lower(), charset or "ascii"))
    except UNFIT:
        return decoded(piece) or piece.decode("gb18030", "replace")


def _moment(sent: str) -> datetime | None:
    """None without a zone too: nobody knows then which moment it was."""
    try:
        moment = parsedate_to_datetime(sent)
        return moment.astimezone(UTC) if moment.tzinfo else None
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
