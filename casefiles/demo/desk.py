"""The desk at which the papers of one example case are drawn: the case, its story, the fonts, and the pictures laid on a page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from casefiles.demo.ink import oval_seal, round_seal, signature
from casefiles.demo.story import Side, Story
from forms.fonts import Fonts
from forms.typeset import typeset

SHEETS = Path(__file__).parent / "sheets"
MARK = "示例数据 · 纯属虚构"
Block = dict[str, Any]  # one case-file block: strings, numbers, lists


@cache
def _source(name: str) -> str:
    return (SHEETS / "head.typ").read_text("utf-8") + (SHEETS / f"{name}.typ").read_text("utf-8")


@dataclass
class Pictures:
    """Seals and signatures of one PDF; each method gives the name by which the page calls the picture, None for none."""

    fonts: Fonts
    files: dict[str, bytes] = field(default_factory=dict)

    def seal(self, name: str | None, below: str = "") -> str | None:
        return self._keep(f"seal-{len(self.files)}.png", round_seal(self.fonts, name, below)) if name else None

    def court_seal(self, name: str) -> str:
        return self._keep(f"seal-{len(self.files)}.png", round_seal(self.fonts, name))

    def bank_seal(self, bank: str) -> str:
        return self._keep(f"bank-{len(self.files)}.png", oval_seal(self.fonts, bank, "电子回单专用章"))

    def hand(self, name: str | None) -> str | None:
        return self._keep(f"hand-{len(self.files)}.png", signature(self.fonts, name)) if name else None

    def _keep(self, name: str, content: bytes) -> str:
        for known, kept in self.files.items():
            if kept == content:
                return known
        self.files[name] = content
        return name


@dataclass(frozen=True)
class Desk:
    """One example case, what its papers say beyond it, and the fonts they are set in."""

    case: Mapping[str, Any]
    story: Story
    fonts: Fonts

    @property
    def creditor(self) -> Block:
        return dict(self.case["creditor"])

    @property
    def debtor(self) -> Block:
        return dict(self.case["debtor"])

    @property
    def sides(self) -> tuple[tuple[Block, Side], tuple[Block, Side]]:
        """Creditor and debtor, each with what the story adds."""
        return (self.creditor, self.story.creditor), (self.debtor, self.story.debtor)

    @property
    def contract(self) -> Block:
        """The contract of the case file, else the one the story tells of."""
        return dict(self.case.get("contract") or self.story.past["contract"])

    def blocks(self, key: str) -> list[Block]:
        """A list of the case file (deliveries, invoices ...), else the one the story tells of."""
        return [dict(block) for block in self.case.get(key) or self.story.past.get(key, [])]

    def pictures(self) -> Pictures:
        return Pictures(self.fonts)

    def set(self, sheet: str, data: Mapping[str, Any], pictures: Pictures | None = None) -> bytes:
        """Set the Typst sheet of this name with its data: PDF bytes."""
        return typeset(_source(sheet), self.fonts, {"mark": MARK, **data}, pictures.files if pictures else None)

    def paper(self, sheets: Sequence[Block], pictures: Pictures) -> bytes:
        """Letters and other running texts, one after another in one PDF; missing parts of a sheet are empty."""
        empty: Block = {"head": None, "colour": "#8a1c1c", "number": None, "signature": [], "seal": None, "hand": None}
        return self.set("paper", {"sheets": [{**empty, **sheet} for sheet in sheets]}, pictures)

    def table(self, sheets: Sequence[Block], pictures: Pictures) -> bytes:
        """Forms made of tables, one after another in one PDF."""
        empty: Block = {"head": None, "top": [], "grids": [], "bottom": [], "signs": []}
        return self.set("table", {"sheets": [{**empty, **sheet} for sheet in sheets]}, pictures)


def text(words: str) -> Block:
    """A paragraph with the first line moved in."""
    return {"kind": "text", "text": words}


def to(words: str) -> Block:
    """The line that names whom a letter is for."""
    return {"kind": "to", "text": words}


def heading(words: str) -> Block:
    """A heading between paragraphs."""
    return {"kind": "heading", "text": words}


def plain(words: str) -> Block:
    """A paragraph that begins at the margin."""
    return {"kind": "plain", "text": words}


def listing(header: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[float], right: Sequence[int] = ()) -> Block:
    """A table inside a letter; `right` = numbers of the columns set to the right."""
    return {"kind": "table", "header": list(header), "rows": [list(row) for row in rows], "widths": list(widths), "right": list(right)}


def grid(header: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[float], right: Sequence[int] = (), title: str | None = None) -> Block:
    """A table of a form; without a header its even columns are labels."""
    return {"title": title, "header": list(header), "rows": [list(row) for row in rows], "widths": list(widths), "right": list(right)}
