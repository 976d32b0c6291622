"""An electronic mail as pages: head, text, list of attachments; attached PDFs, pictures and texts follow, each after a sheet that names it."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from pikepdf import PasswordError, Pdf, PdfError

from casefiles.bundle.chat import spaced, text_pdf
from casefiles.bundle.front import parts_of
from casefiles.bundle.images import NotAnImage, image_pdf
from casefiles.bundle.inspection import draw_fields
from casefiles.bundle.mail_reading import Attachment, Mail, read_mail
from casefiles.bundle.plan import Source
from casefiles.bundle.refusal import NotConverted
from forms.fonts import Fonts
from forms.typeset import NotTypeset, typeset

MAIL = frozenset({"message/rfc822"})
MOST_BYTES = 100 * 2**20
MOST_LINES, MOST_PARTS, MOST_SHOWN, MOST_PAGES = 20_000, 2_000, 60, 2_000  # lines of text, attachments listed and shown, pages of one attachment
KINDS = {"pdf": "application/pdf", "png": "image/png", "jpg": "image/jpeg", "jpeg": "image/jpeg", "tif": "image/tiff", "tiff": "image/tiff",
         "heic": "image/heic", "txt": "text/plain", "csv": "text/csv"}  # fmt: skip


@dataclass(frozen=True)
class _Shown:
    """An attachment and its pages, or why it has none (a word of words.DETAILS)."""

    number: str
    attachment: Attachment
    pages: bytes = b""
    count: int = 0
    refused: str = ""


def mail_pdf(source: Source, fonts: Fonts) -> tuple[bytes, list[tuple[str, str]]]:
    """The pages of a mail and what the preflight is to say of them. Raises NotConverted for a file that holds no mail, or too long a one."""
    if source.size > MOST_BYTES:
        raise NotConverted("too_long", f"{source.size:,} bytes")
    try:
        mail = read_mail(source.path.read_bytes())
    except RecursionError as error:
        raise NotConverted("broken", "mails in mails without end") from error
    if sum(len(part.attachments) for part in (mail, *_inner(mail))) > MOST_PARTS:
        raise NotConverted("too_long", f"{len(mail.attachments):,} attachments")
    if not (mail.sender or mail.subject or mail.lines or mail.attachments):
        raise NotConverted("broken", "no mail inside")
    with tempfile.TemporaryDirectory(prefix="mail-") as folder:
        shown = [_shown(number, attachment, Path(folder), fonts) for number, attachment in _numbered(mail)]
    if sum(len(part.lines) for part in (mail, *_inner(mail))) > MOST_LINES:
        raise NotConverted("too_long", f"{len(mail.lines):,} lines")
    left_out = [f"{_plain_name(entry.attachment)} ({entry.refused})" for entry in shown if entry.refused]
    notes = [("from_mail", "")] + ([("mail_left_out", "; ".join(left_out[:6]) + (" ..." if len(left_out) > 6 else ""))] if left_out else [])
    return _bound(_typeset(mail, shown, fonts), [entry for entry in shown if entry.count]), notes


def _numbered(mail: Mail) -> Iterator[tuple[str, Attachment]]:
    """Every attachment with its number: 1, 2; those of a mail in the mail 2.1, 2.2."""
    for at, attachment in enumerate(mail.attachments, start=1):
        yield str(at), attachment
        if attachment.mail:
            yield from ((f"{at}.{below}", inner) for below, inner in enumerate(attachment.mail.attachments, start=1))


def _inner(mail: Mail) -> Iterator[Mail]:
    yield from (attachment.mail for attachment in mail.attachments if attachment.mail)


def _shown(number: str, attachment: Attachment, folder: Path, fonts: Fonts) -> _Shown:
    """The attachment as pages, where it is a PDF, a picture or a text that can be read."""
    if attachment.mail:
        return _Shown(number, attachment)  # its text stands in the mail itself
    kind = _kind(attachment)
    refused = "" if kind else "kind"
    if int(number.partition(".")[0]) > MOST_SHOWN:
        refused = "too many"
    if refused:
        return _Shown(number, attachment, refused=refused)
    try:
        pages, count = _flat(_pages(attachment, kind, folder, fonts))
    except PasswordError:
        refused = "password"
    except (PdfError, NotAnImage, NotConverted, ValueError, RuntimeError, TypeError):
        refused = "damaged"
    else:
        refused = "damaged" if not count else "too many" if count > MOST_PAGES else ""
    return _Shown(number, attachment, refused=refused) if refused else _Shown(number, attachment, pages, count)


def _kind(attachment: Attachment) -> str:
    """application/pdf, an image or a text type, by the bytes first; empty for anything else."""
    content = attachment.content
    if b"%PDF-" in content[:1024]:
        return "application/pdf"
    if attachment.media_type.startswith("image/") and attachment.media_type != "image/svg+xml":
        return attachment.media_type
    if attachment.media_type in ("text/plain", "text/csv"):
        return attachment.media_type
    return KINDS.get(attachment.name.rpartition(".")[2].lower(), "application/pdf" if attachment.media_type == "application/pdf" else "")


def _flat(pages: bytes) -> tuple[bytes, int]:
    """The PDF with its form fields drawn into the pages, since a form does not survive being bound; and how many pages it has."""
    with Pdf.open(BytesIO(pages), suppress_warnings=True) as pdf:
        pdf.check_pdf_syntax()
        if not draw_fields(pdf)[0]:
            return pages, len(pdf.pages)
        written = BytesIO()
        pdf.save(written, deterministic_id=True)
        return written.getvalue(), len(pdf.pages)


def _pages(attachment: Attachment, kind: str, folder: Path, fonts: Fonts) -> bytes:
    """The attachment as PDF."""
    if kind == "application/pdf":
        return attachment.content
    path = folder / _sha256(attachment)
    path.write_bytes(attachment.content)
    return image_pdf(path) if kind.startswith("image/") else text_pdf(Source(path, attachment.name, path.name, len(attachment.content), kind), fonts)


def _plain_name(attachment: Attachment) -> str:
    return attachment.name.replace("{", "(").replace("}", ")")[:80]


def _typeset(mail: Mail, shown: list[_Shown], fonts: Fonts) -> Pdf:
    """Part 0: the mail and the mails in it; part n: the sheet before the n-th attachment that has pages."""
    by_number = {entry.number: entry for entry in shown}
    mails = [_told(mail, "", by_number)]
    mails += [_told(entry.attachment.mail, entry.number, by_number) for entry in shown if entry.attachment.mail]
    sheets = [
        {"number": entry.number, "name": spaced(entry.attachment.name), "type": entry.attachment.media_type, "pages": entry.count,
         "size": f"{len(entry.attachment.content):,} bytes", "sha256": _sha256(entry.attachment)}
        for entry in shown if entry.count
    ]  # fmt: skip
    try:
        made = typeset((Path(__file__).parent / "mail.typ").read_text(encoding="utf-8"), fonts, {"mails": mails, "sheets": sheets})
    except NotTypeset as error:
        raise NotConverted("converter_failed", str(error)) from error
    return Pdf.open(BytesIO(made))


def _told(mail: Mail, number: str, by_number: dict[str, _Shown]) -> dict[str, Any]:
    """One mail for mail.typ."""
    shanghai = f"{mail.shanghai:%Y-%m-%d %H:%M:%S}（北京时间）" if mail.shanghai else "原文未写明时区，不能换算" if mail.sent else "邮件未载明日期"
    rows = [
        ("发件人", "From", mail.sender), ("收件人", "To", mail.to), ("抄送", "Cc", mail.cc), ("主题", "Subject", mail.subject),
        ("发送时间（原文）", "Date as sent", mail.sent), ("发送时间", "In Shanghai", shanghai), ("邮件标识", "Message-ID", mail.identity),
    ]  # fmt: skip
    prefix = f"{number}." if number else ""
    return {
        "number": number,
        "rows": [{"zh": zh, "en": en, "text": spaced(text, 40)} for zh, en, text in rows if text],
        "lines": [{"text": spaced(line.lstrip("> ") if line.startswith(">") else line), "quoted": line.startswith(">")} for line in mail.lines],
        "html": mail.html,
        "attachments": [_listed(by_number[f"{prefix}{at}"]) for at in range(1, len(mail.attachments) + 1)],
    }


def _listed(entry: _Shown) -> dict[str, Any]:
    attachment = entry.attachment
    state = {"kind": "未附后，见原始邮件", "password": "有密码，未附后", "damaged": "已损坏，未附后", "too many": "页数或数量过多，未附后"}.get(entry.refused)
    if state is None:
        state = "见下文" if attachment.mail else f"附后 {entry.count} 页"
    if attachment.media_type == "message/rfc822" and not attachment.mail:
        state = "邮件中的邮件，未展开"
    sha256 = _sha256(attachment)
    return {
        "number": entry.number, "name": spaced(attachment.name, 22), "type": spaced(attachment.media_type.replace("/", "/\u200b"), 16),
        "size": f"{len(attachment.content):,}",
        "sha256": [sha256[:32], sha256[32:]], "state": state,
    }  # fmt: skip


def _sha256(attachment: Attachment) -> str:
    return hashlib.sha256(attachment.content).hexdigest()


def _bound(made: Pdf, shown: list[_Shown]) -> bytes:
    """The mail, then for each attachment its sheet and its pages."""
    with made, Pdf.new() as out:
        lengths = parts_of(made, 1 + len(shown))
        pages = list(made.pages)
        out.pages.extend(pages[: lengths[0]])
        at = lengths[0]
        for entry, length in zip(shown, lengths[1:], strict=True):
            out.pages.extend(pages[at : at + length])
            at += length
            with Pdf.open(BytesIO(entry.pages), suppress_warnings=True) as attached:
                out.pages.extend(attached.pages)
        written = BytesIO()
        out.save(written, deterministic_id=True)
        return written.getvalue()
