"""Texts, tables and chat exports as pages: as they stand in the file, nothing calculated, nothing followed, nothing fetched."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Mapping, Sequence
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from casefiles.bundle.plan import Source
from casefiles.bundle.refusal import NotConverted
from forms.fonts import Fonts
from forms.typeset import NotTypeset, typeset

TABLES = frozenset({"text/csv"})
TEXTS = frozenset({"text/plain", "text/markdown", "text/html", "text/xml", "text/vtt", "application/x-subrip", "application/json"}) | TABLES
MOST_BYTES, MOST_ROWS, MOST_COLUMNS = 4 * 2**20, 20_000, 40
FEWEST_MESSAGES = 3  # lines that look like the head of a message, before a text counts as a chat
UNBROKEN, PIECE = 60, 40  # characters without a place to break a line
_DAY, _TIME = r"\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?", r"(?:上午|下午|AM|PM)?\s?\d{1,2}:\d{2}(?::\d{2})?(?:\s?[AP]M)?"
_HEAD = re.compile(rf"^\s*(?:\[?{_DAY}[ T,]*{_TIME}\]?\s+\S.{{0,60}}|\S.{{0,40}}?\s+[\[(]?{_DAY}[ T,]*{_TIME}[\])]?)\s*$", re.IGNORECASE)
_INLINE = re.compile(rf"^\s*\[?{_DAY}[ T,]*{_TIME}\]?\s+[^:：]{{1,40}}[:：]")
_BLOCKS = frozenset({
    "p", "div", "section", "article", "header", "footer", "main", "aside", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "dt", "dd", "li",
    "blockquote", "pre", "table", "tr", "form", "fieldset", "figure", "hr", "center", "address",
})  # fmt: skip
_UNSEEN = frozenset(("script", "style", "template", "title"))  # no more: an end tag left out must not swallow what follows


def decoded(content: bytes) -> str:
    """Text of a file without a declared encoding: UTF-8, UTF-16 with its mark, else GB18030; broken places become �."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        read = content.decode("utf-8-sig", errors="replace")
    broken = read.count("\ufffd")
    beyond = sum(sign > "\x7f" for sign in read) - broken
    # Two bytes of GB18030 hardly ever make a letter of UTF-8: a text with many such letters and a few faults was cut off or damaged.
    return read if beyond > 4 * broken else content.decode("gb18030", errors="replace")


def text_pdf(source: Source, fonts: Fonts) -> bytes:
    """The text as pages with the file's name on each. Raises NotConverted where it is too long to be read on paper."""
    if source.path.stat().st_size > MOST_BYTES:
        raise NotConverted("too_long", f"{source.path.stat().st_size:,} bytes")
    text = decoded(source.path.read_bytes())
    data: dict[str, Any] = {"name": source.name, "table": False, "wide": False, "size": 10.5}
    if source.media_type in TABLES:
        data |= _table(text)
    if not data["table"]:
        shown = lines_of_html(text) if source.media_type == "text/html" else lines_of(text.rstrip("\r\n"))
        if not any(line.strip() for line in shown):
            raise NotConverted("broken", f"{len(text):,} signs, none to print")
        heads = [bool(_HEAD.match(line) or _INLINE.match(line)) for line in shown]
        chat = sum(heads) >= FEWEST_MESSAGES
        data["rows"] = [{"text": spaced(line), "head": chat and head} for line, head in zip(shown, heads, strict=True)]
    if len(data["rows"]) > MOST_ROWS:
        raise NotConverted("too_long", f"{len(data['rows']):,} lines")
    try:
        return typeset((Path(__file__).parent / "text.typ").read_text(encoding="utf-8"), fonts, data)
    except NotTypeset as error:
        raise NotConverted("converter_failed", str(error)) from error


def _table(text: str) -> dict[str, Any]:
    """A table with columns as wide as what stands in them; nothing for a text that is none."""
    try:
        rows = [[printable(cell) for cell in row] for row in csv.reader(io.StringIO(text.replace("\0", "")))]
    except csv.Error:  # a field without end: shown as the text that it is
        return {}
    columns = max((len(row) for row in rows), default=0)
    if not 1 < columns <= MOST_COLUMNS:
        return {}
    rows = [row + [""] * (columns - len(row)) for row in rows if row]
    widths = [min(48, 3 + max(4, *(_wide(row[at]) for row in rows[:2000]))) for at in range(columns)]
    together = sum(widths)
    size = 9.5 if together < 90 else 8.5 if together < 150 else 7 if together < 220 else 6
    return {"table": True, "rows": [[spaced(cell, 16) for cell in row] for row in rows], "widths": widths, "wide": together > 100, "size": size}


def _wide(cell: str) -> int:
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in max(cell.split("\n"), key=len))


def lines_of(text: str) -> list[str]:
    """The lines of a text without signs that cannot be printed."""
    return [line.expandtabs(4).rstrip() for line in printable(text).split("\n")]


def printable(text: str) -> str:
    """The text with one kind of line end and without control and direction signs."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(sign for sign in plain if sign in "\n\t" or sign.isprintable() or unicodedata.category(sign) == "Zs")


def spaced(line: str, longest: int = UNBROKEN) -> str:
    """The line so that it can be broken: leading blanks kept, places to break put into what has none."""
    kept = line.replace("  ", "\u00a0\u00a0")
    return re.sub(rf"[!-~]{{{longest},}}", lambda found: "\u200b".join(re.findall(rf".{{1,{min(PIECE, longest)}}}", found[0])), kept)


def lines_of_html(text: str) -> list[str]:
    """What a reader of the HTML would see as text: scripts and styles left out, pictures named, no address fetched."""
    reader = _Reader()
    reader.feed(text)
    reader.close()
    lines = [" ".join(line.split()) for line in printable("".join(reader.parts)).split("\n")]
    return [line for at, line in enumerate(lines) if line or (at and lines[at - 1])]  # one empty line at most


class _Reader(HTMLParser):
    """Collects the visible text; blocks become lines, cells are set apart, the address of a link stands behind it."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.unseen: list[str] = []
        self.links: list[tuple[str, int]] = []
        self.as_typed = 0  # depth of <pre>

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in _UNSEEN:
            self.unseen.append(tag)
        elif tag in _BLOCKS or tag == "br":
            self.parts.append("\n")
            self.as_typed += tag == "pre"
        elif tag in ("td", "th"):
            self.parts.append("　")
        elif tag == "img" and not self.unseen:
            name = _picture_name(given)
            self.parts.append(f"［图片：{name}］" if name else "［图片］")
        elif tag == "a":
            self.links.append((given.get("href") or "", len(self.parts)))

    def handle_endtag(self, tag: str) -> None:
        if tag in self.unseen:
            del self.unseen[self.unseen.index(tag) :]
        elif tag in _BLOCKS:
            self.parts.append("\n")
            self.as_typed -= tag == "pre" and self.as_typed > 0
        elif tag == "a" and self.links:
            address, at = self.links.pop()
            said = "".join(self.parts[at:]).strip()
            if address.startswith(("http://", "https://", "mailto:")) and said and address.removeprefix("mailto:") != said:
                self.parts.append(f" ‹{address[:300]}›")

    def handle_data(self, data: str) -> None:
        if not self.unseen:
            self.parts.append(data if self.as_typed else re.sub(r"\s+", " ", data))


def _picture_name(given: Mapping[str, str | None]) -> str:
    """What a picture is called: its description, else the name of its file; nothing for one that is written into the page."""
    if given.get("alt"):
        return str(given["alt"])[:80]
    address = given.get("src") or ""
    return "" if address.startswith("data:") else address.partition("?")[0].rpartition("/")[2][:80]
