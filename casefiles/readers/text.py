"""Plain text, csv and subtitles: utf-8, utf-16 and gb18030 (which holds gbk and gb2312)."""

from __future__ import annotations

import codecs
from pathlib import Path

from casefiles.readers import chat
from casefiles.readers.reading import LONGEST, Refused, Told

PART = 20_000  # characters: a long chat export becomes pages a person can look at
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_NEVER_IN_TEXT = frozenset(range(9)) | frozenset(range(14, 27)) | frozenset(range(28, 32))


def decoded(content: bytes, *, cut: bool = False) -> str | None:
    """The text, or None where the bytes are no text. With `cut` the bytes may end inside a character."""
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return _strictly(content, encoding, cut=cut)
    half = len(content) // 2
    if half >= 2 and content.count(0, 1) > half * 0.4 and len(content) % 2 == 0:  # Latin text as utf-16 without a mark: every second byte is 0
        encoding = "utf-16-le" if content[1] == 0 else "utf-16-be"
        text = _strictly(content, encoding, cut=cut)
        return text if text is not None and "\x00" not in text else None
    if sum(byte in _NEVER_IN_TEXT for byte in content[:65_536]) > len(content[:65_536]) // 200:
        return None
    for encoding in ("utf-8", "gb18030"):
        text = _strictly(content, encoding, cut=cut)
        if text is not None and (encoding == "utf-8" or _looks_written(text)):
            return text
    return None


def _strictly(content: bytes, encoding: str, *, cut: bool) -> str | None:
    try:
        return codecs.getincrementaldecoder(encoding)().decode(content, final=not cut)
    except UnicodeDecodeError:
        return None


def _looks_written(text: str) -> bool:
    """gb18030 decodes nearly any bytes; what people wrote holds few private and no rare control characters."""
    strange = sum("\ue000" <= sign <= "\uf8ff" or "\x80" <= sign <= "\x9f" or sign > "\U0002ffff" for sign in text)
    return strange * 50 <= len(text)


def read_text(path: Path, told: Told) -> None:
    tell_lines(text_of(path, told), told)


def text_of(path: Path, told: Told) -> str:
    """The whole text with one kind of line end; what is missing from it is told. Raises Refused where the bytes are no text."""
    with path.open("rb") as file:
        content = file.read(LONGEST * 4 + 1)
    cut = len(content) > LONGEST * 4
    text = decoded(content, cut=cut)
    if text is None:
        text = content.decode("utf-8", "replace")
        if text.count("\ufffd") > max(20, len(text) // 20):
            raise Refused("failed", "编码无法识别（不是 UTF-8、UTF-16 或 GB18030）。", "the encoding is unknown (not UTF-8, UTF-16 or GB18030).")
        told.missing("部分字节无法解码，以“\ufffd”代替。", "some bytes could not be decoded and are shown as \ufffd.")
    if cut or len(text) > LONGEST:
        text = text[:LONGEST]
        told.missing("文件过长，只读取了开头部分。", "the file is too long: only its beginning was read.")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def tell_lines(text: str, told: Told) -> None:
    """As the chat that the lines are (chat.py), else the text as it stands."""
    messages = chat.from_lines(text.split("\n"))
    if messages is None:
        tell_text(text, told)
    else:
        chat.tell(messages, told)


def tell_text(text: str, told: Told) -> None:
    """The text as one page, a long one as parts that a person can look at."""
    parts = list(_parts(text))
    told.count(len(parts))
    for number, part in enumerate(parts, 1):
        told.page("全文" if len(parts) == 1 else f"第{number}部分", part)


def _parts(text: str) -> list[str]:
    """Pieces of about PART characters, cut at line ends where there are any."""
    parts, start = [], 0
    while len(text) - start > PART * 1.2:
        end = text.rfind("\n", start + PART // 2, start + PART) + 1 or start + PART
        parts.append(text[start:end])
        start = end
    return [*parts, text[start:]]
