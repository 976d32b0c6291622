"""The text of a web page as a person would see it: never rendered, no script run, no address fetched."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

from casefiles.readers.reading import LONGEST, Refused, Told
from casefiles.readers.text import decoded, tell_lines

_BLOCKS = frozenset({
    "address", "article", "aside", "blockquote", "center", "dd", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3",
    "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "option", "p", "pre", "section", "table", "title", "tr", "ul",
})  # fmt: skip
_UNSEEN = frozenset({"script", "style", "template", "noscript"})
_CELLS = frozenset({"td", "th"})
_CHARSET = re.compile(rb"""<meta[^>]{0,300}?charset\s*+=\s*+(?:["']\s*+)?([\w.:-]{1,40})""", re.IGNORECASE)
_CHINESE = {"gb2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030", "gb_2312-80": "gb18030", "cp936": "gb18030", "big5": "cp950"}


def read_html(path: Path, told: Told) -> None:
    with path.open("rb") as file:
        content = file.read(LONGEST * 4 + 1)
    text = html_text(content)
    if text is None:
        raise Refused("failed", "编码无法识别（不是 UTF-8、UTF-16 或 GB18030）。", "the encoding is unknown (not UTF-8, UTF-16 or GB18030).")
    tell_lines(visible(text), told)
    if len(content) > LONGEST * 4:
        told.missing("文件过长，只读取了开头部分。", "the file is too long: only its beginning was read.")


def html_text(content: bytes) -> str | None:
    """The source decoded: by its own mark or by what fits the bytes, else by the coding it declares; None where nothing fits."""
    text = decoded(content, cut=True)
    declared = _CHARSET.search(content[:4096])
    if declared is not None and not content.isascii():
        name = declared[1].decode("ascii").lower()
        try:
            return content.decode(_CHINESE.get(name, name))
        except (LookupError, UnicodeError):
            return text if text is not None else content.decode("gb18030", "replace")
    return text


def visible(source: str) -> str:
    """The visible text: blocks on lines of their own, cells apart by tabs, pictures by their description."""
    reader = _Visible()
    reader.feed(source.replace("\x00", ""))
    reader.close()
    lines = [_line(line) for line in "".join(reader.parts).split("\n")]
    return "\n".join(line for at, line in enumerate(lines) if line or (at and lines[at - 1])).strip("\n")


def _line(line: str) -> str:
    return "\t".join(" ".join(cell.split()) for cell in line.split("\t")).strip()


class _Visible(HTMLParser):
    """Collects the text between tags."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.unseen: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _UNSEEN:
            self.unseen.append(tag)
        elif tag in _BLOCKS or tag == "br":
            self.parts.append("\n")
        elif tag in _CELLS:
            self.parts.append("\t")
        elif tag == "img" and (said := dict(attrs).get("alt")):
            self.parts.append(" ".join(said.split()))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _UNSEEN:
            self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if tag in self.unseen:
            del self.unseen[self.unseen.index(tag) :]
        elif tag in _BLOCKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self.unseen:
            self.parts.append(re.sub(r"\s+", " ", data))
