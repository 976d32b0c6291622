"""Outlook's packed rich text: unpacked as [MS-OXRTFCP] says, then read as text."""

from __future__ import annotations

import codecs
import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

MOST = 20_000_000  # bytes, unpacked
_DICTIONARY = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript \fdecor MS Sans SerifSymbolArialTimes New RomanCourier"
    rb"{\colortbl\red0\green0\blue0" b"\r\n" rb"\par \pard\plain\f0\fs20\b\i\u\tab\tx"
)  # fmt: skip
_TOKEN = re.compile(rb"\\([a-z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-f]{2})|\\(.)|([{}])|[\r\n]+|([^\\{}\r\n]+)", re.IGNORECASE | re.DOTALL)
_UNSEEN = frozenset((b"fonttbl", b"colortbl", b"stylesheet", b"info", b"pict", b"header", b"footer", b"object", b"themedata", b"listtable", b"generator"))
_SIGNS = {b"par": "\n", b"line": "\n", b"row": "\n", b"tab": "\t", b"cell": "\t", b"emdash": "—", b"endash": "–", b"lquote": "‘", b"rquote": "’",
          b"ldblquote": "“", b"rdblquote": "”", b"bullet": "•"}  # fmt: skip


def unpacked(content: bytes) -> bytes:
    """The rich text; b"" where there is none or it is not packed in a known way."""
    if len(content) < 16:
        return b""
    _, size, kind, _ = struct.unpack_from("<IIII", content)
    if kind == 0x414C454D:  # not packed
        return content[16 : 16 + min(size, MOST)]
    if kind != 0x75465A4C:
        return b""
    out = bytearray(_DICTIONARY)  # references count within its last 4096 bytes
    for token in _tokens(content):
        if isinstance(token, int):
            out.append(token)
            continue
        offset, length = token
        if offset == len(out) % 4096 or len(out) - len(_DICTIONARY) > MOST:
            break
        start = len(out) - (len(out) - offset) % 4096
        for at in range(start, start + length):
            out.append(out[at] if at >= 0 else 0)
    return bytes(out[len(_DICTIONARY) :][:size])


def _tokens(content: bytes) -> Iterator[int | tuple[int, int]]:
    """Signs, and references (offset, length); each of eight has a bit before them that says which."""
    at = 16
    while at < len(content):
        flags = content[at]
        at += 1
        for bit in range(8):
            wide = 2 if flags >> bit & 1 else 1
            if at + wide > len(content):
                return
            yield ((content[at] << 8 | content[at + 1]) >> 4, (content[at + 1] & 15) + 2) if wide == 2 else content[at]
            at += wide


def text_of_rtf(content: bytes) -> str:
    """The text of a rich text; of one that wraps a web page (\\fromhtml) what stands outside the tags."""
    found = re.search(rb"\\ansicpg(\d{3,5})", content)
    page = found[1].decode() if found else "1252"
    try:
        text = _Text(codecs.lookup({"936": "gb18030", "65001": "utf-8"}.get(page, f"cp{page}")).name)
    except LookupError:
        text = _Text("gb18030")
    for match in _TOKEN.finditer(content):
        text.take(*match.groups())
    text.flush()
    return "".join(text.out).encode("utf-16", "surrogatepass").decode("utf-16", "replace").strip()


@dataclass
class _Text:
    """What was read so far: `held` are bytes that wait for the rest of their character, `skip` signs that stand in for a Unicode one."""

    coding: str
    out: list[str] = field(default_factory=list)
    held: bytearray = field(default_factory=bytearray)
    stack: list[tuple[bool, int]] = field(default_factory=list)
    hidden: bool = False
    count: int = 1
    skip: int = 0
    first: bool = False

    def flush(self) -> None:
        self.out.append(self.held.decode(self.coding, "replace"))
        self.held.clear()

    def take(self, word: bytes | None, number: bytes | None, byte: bytes | None, sign: bytes | None, brace: bytes | None, plain: bytes | None) -> None:
        if (word, byte, sign, brace, plain) == (None,) * 5:
            return  # the end of a line says nothing
        if byte is None and plain is None:
            self.flush()
        if brace is not None:
            self._brace(brace)
            return
        if word is not None:
            self._word(word.lower(), int(number) if number else None)
        elif sign == b"*" and self.first:
            self.hidden = True
        elif not self.hidden:
            self._signs(byte, sign, plain)
        self.first = False

    def _brace(self, brace: bytes) -> None:
        if brace == b"{":
            self.stack.append((self.hidden, self.count))
        else:
            self.hidden, self.count = self.stack.pop() if self.stack else (False, 1)
        self.first = brace == b"{"

    def _word(self, word: bytes, value: int | None) -> None:
        if word == b"htmlrtf":
            self.hidden = value != 0
        elif self.first and word in _UNSEEN:
            self.hidden = True
        elif word == b"uc":
            self.count = min(max(value or 0, 0), 9)
        elif not self.hidden and word == b"u" and value is not None:
            self.out.append(chr(value % 65536))
            self.skip = self.count
        elif not self.hidden and word in _SIGNS:
            self.out.append(_SIGNS[word])

    def _signs(self, byte: bytes | None, sign: bytes | None, plain: bytes | None) -> None:
        if sign is not None:
            self.out.append({b"~": "\u00a0", b"_": "-", b"{": "{", b"}": "}", b"\\": "\\"}.get(sign, ""))
            return
        content = bytes([int(byte, 16)]) if byte is not None else plain or b""
        self.held += content[self.skip :]
        self.skip = max(self.skip - len(content), 0)
