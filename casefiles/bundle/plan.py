"""What a bundle is made of, told as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from casefiles.bundle.geometry import Frame
from forms.figures import chinese_number

Style = Literal["continuous", "prefixed", "by_group"]


class BundleError(Exception):
    """The bundle was not made; the message says which paper, why, what was kept and what to do."""


@dataclass(frozen=True)
class Source:
    """A file of the case as it was received; `size` in bytes."""

    path: Path
    name: str
    sha256: str
    size: int
    media_type: str


@dataclass(frozen=True)
class Exhibit:
    """One piece of evidence (证据). Without a source the paper is recorded but no file was given: it becomes a slip sheet."""

    id: str
    title: str
    group: str
    source: Source | None
    note: str = ""


@dataclass(frozen=True)
class Group:
    """One group of the evidence catalogue (证据目录), in print order; the id (G1) is the label of its divider."""

    id: str
    title: str
    purpose: str
    exhibits: tuple[Exhibit, ...]


@dataclass(frozen=True)
class Repair:
    """What a page's own content leaves open, so that a stamp put after it lands where it should.

    `opens` are the q that must stand before it (it closes more than it opens), `closes` the Q that must stand after it, `text` an ET
    that is missing. `wrap`: the content cannot be read to its end, so it is drawn as one closed picture.
    """

    page: int
    opens: int = 0
    closes: int = 0
    text: bool = False
    wrap: bool = False


View = tuple[str | float | None, ...]  # how a page is shown: ("/XYZ", 36.0, 792.0, None)


@dataclass(frozen=True)
class Bookmark:
    """An entry of a file's own outline; `page` counts from 0, None where the entry only holds others."""

    title: str
    page: int | None
    view: View = ()
    children: tuple[Bookmark, ...] = ()


@dataclass(frozen=True)
class Inside:
    """What was read inside a file at preflight: what to close, its bookmarks, where the named destinations its links use lead, and
    the visible window of every page (empty: not read)."""

    repairs: tuple[Repair, ...] = ()
    bookmarks: tuple[Bookmark, ...] = ()
    names: Mapping[str, tuple[int, View]] = field(default_factory=dict)
    frames: tuple[Frame, ...] = ()


@dataclass(frozen=True)
class Paper:
    """A paper before the evidence: a generated form or a procedural upload (`preflight.as_paper` makes one of a prepared upload).

    `pages` None means all pages from `start` on; `inside` None means that nobody looked yet and assembly looks itself.
    """

    id: str
    title: str
    pdf: Path
    source_sha256: str | None = None
    start: int = 0
    pages: int | None = None
    inside: Inside | None = None
    generated: bool = True


@dataclass(frozen=True)
class Numbering:
    """How evidence pages are numbered: 1, 2, 3; prefixed P0001 (`width` digits, 0 for no zeros); by group A1, A2, B1."""

    style: Style = "continuous"
    prefix: str = ""
    width: int = 0


@dataclass(frozen=True)
class Layout:
    """What is bound beside papers and evidence: dividers, cover sheets, and blank sheets so that every part starts on a right-hand page."""

    dividers: bool = True
    covers: bool = False
    duplex: bool = False


@dataclass(frozen=True)
class Standing:
    """Labels and marks of a frozen bundle by exhibit: what was cited already and never moves."""

    labels: Mapping[str, tuple[str, ...]]
    marks: Mapping[str, str]


@dataclass(frozen=True)
class VolumeRow:
    """A paper or exhibit in the index of all volumes; `pages` as text, empty where it is not known yet; a paper has no mark and no group."""

    id: str
    mark: str
    title: str
    pages: str
    volume: int
    group: str = ""
    slip: bool = False


@dataclass(frozen=True)
class Volume:
    """Volume `number` (from 1) of `of`, with every paper and exhibit of the whole packet; `files` are the names of all volumes, in order.

    `groups` are the groups of the whole packet, for the headings of the index; those of this volume stand for them where it is empty.
    """

    number: int
    of: int
    rows: tuple[VolumeRow, ...]
    files: tuple[str, ...] = ()
    groups: tuple[Group, ...] = ()

    @property
    def words(self) -> str:
        """第一册，共三册."""
        return f"第{chinese_number(self.number)}册，共{chinese_number(self.of)}册"


@dataclass(frozen=True)
class Row:
    """One part of the bundle: `kind` is cover, index, paper, divider, exhibit or blank; `at` its first sheet (from 0); first and last are labels.

    `back` is the sheet that the mark on the exhibit's first page leads back to: its row in the catalogue, or in the index.
    """

    kind: str
    id: str
    title: str
    at: int
    pages: int
    first: str
    last: str
    group: str = ""
    mark: str = ""
    slip: bool = False
    volume: int = 1
    back: int | None = None
