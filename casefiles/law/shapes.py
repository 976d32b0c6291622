"""The shapes the law data takes once it is read: document types, elements, checks, packets, rates.

Ids are those of the specification and never change; `verify` marks a rule that a lawyer still has to confirm (shown as 待核实).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, Literal

FieldKind = Literal["text", "date", "money", "flag", "choice", "list", "number"]
Node = Mapping[str, Any]  # one condition of evidence-chain.yaml, as written there


class LawError(Exception):
    """The law data names something the program does not know, or lacks what it needs. Says which file and entry to look at."""


class Severity(StrEnum):
    """How much a finding weighs for one packet kind; `none` means no finding is emitted."""

    BLOCKING = "blocking"
    WARNING = "warning"
    INFO = "info"
    NOT_APPLICABLE = "n_a"
    NONE = "none"


class Status(StrEnum):
    """How far the documents prove an element."""

    COMPLETE = "complete"
    PARTIAL = "partial"
    MISSING = "missing"


@dataclass(frozen=True)
class FieldType:
    """A field of a document type. `choices` is filled for kind `choice`; for kind `list` it names the columns, if any."""

    name: str
    kind: FieldKind
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class DocumentType:
    """A type of documents.yaml. `formats` are file extensions that are advised; they never refuse a file."""

    id: str
    zh: str
    en: str
    group: str
    formats: tuple[str, ...]
    confidentiality: str
    generated: bool
    fields: tuple[FieldType, ...]
    flags: tuple[str, ...]
    note: str = ""


@dataclass(frozen=True)
class Words:
    """One text in the two languages of the product."""

    zh: str
    en: str


@dataclass(frozen=True)
class Element:
    """An evidence element (证据要素): what must be proved, by which documents, how much it weighs for each packet kind."""

    id: str
    name: Words
    short: Words
    proves: str
    primary: tuple[Node, ...]
    corroborating: tuple[Node, ...]
    checks: tuple[str, ...]
    severity: Mapping[str, Mapping[Status, Severity]]
    escalate: Mapping[str, str]
    only_if: str | None
    not_applicable_if: str | None
    per_document: bool
    remedy: Words
    source: tuple[str, ...]
    verify: bool
    missing: Words | None
    partial: Words | None


@dataclass(frozen=True)
class Check:
    """A cross-document check. `home` is the element its card stands under; `codes` has the words of each code."""

    id: str
    name: Words
    severity: Mapping[str, Severity]
    severity_by_packet: Mapping[str, Mapping[str, Severity]]
    severity_when: Mapping[str, Mapping[str, Severity]]
    by_party: Mapping[str, str]
    not_for: tuple[str, ...]
    run_for: tuple[str, ...]
    home: str
    titles: Mapping[str, Words]
    remedies: Mapping[str, Words]
    source: tuple[str, ...]
    verify: bool

    def severity_of(self, code: str, packet: str, circumstance: str | None = None) -> Severity:
        """The severity of a code for a packet kind: by packet first, then the plain one, then softened by a circumstance."""
        plain = self.severity_by_packet.get(packet, {}).get(code, self.severity.get(code))
        if plain is None:
            raise LawError(f"evidence-chain.yaml: check {self.id} has no severity for code {code}")
        if circumstance is not None and plain is not Severity.NONE:
            return self.severity_when.get(code, {}).get(circumstance, plain)
        return plain


@dataclass(frozen=True)
class PacketItem:
    """One line of a packet's contents. `required` is always | if:<condition> | optional, as in packets.yaml."""

    n: int
    id: str
    zh: str
    generated: bool
    uploaded: bool
    required: str


@dataclass(frozen=True)
class PacketKind:
    """What a packet kind holds, in order."""

    id: str
    title_zh: str
    items: tuple[PacketItem, ...]
    raw: Node


@dataclass(frozen=True)
class DisputeType:
    """A kind of dispute with its elements in the order of the life of the debt."""

    id: str
    zh: str
    en: str
    elements: tuple[str, ...]


@dataclass(frozen=True)
class LprRow:
    """One publication of the loan prime rate (贷款市场报价利率), percent a year. `status` other than confirmed is to be verified."""

    published: date
    one_year: Decimal
    five_years: Decimal
    status: str


@dataclass(frozen=True)
class Bracket:
    """A step of a fee: amounts over `over` pay amount x rate + quick_add, or `fixed`."""

    over: Decimal
    rate: Decimal
    quick_add: Decimal


@dataclass(frozen=True)
class HolidayYear:
    """Days off beside the weekends, and weekends that are worked, of one year (State Council notice)."""

    off: frozenset[date]
    working_weekends: frozenset[date]


@dataclass(frozen=True)
class CourtLimits:
    """What a court takes; None means no limit. One MB is a million bytes, the stricter of the two readings of the word.

    `formats` are file extensions without the dot (none: any), `file_name_length` counts signs with the extension, `file_name_signs` is a
    regular expression that one permitted sign matches.
    """

    formats: tuple[str, ...] = ()
    mb_per_file: int | None = None
    mb_total: int | None = None
    files: int | None = None
    pages_per_file: int | None = None
    file_name_length: int = 85  # a file system takes 255 bytes, a Chinese sign has three
    file_name_signs: str = r"""[^\\/:*?"<>|\x00-\x1f\x7f]"""

    def takes_name(self, name: str) -> bool:
        """Whether a file may be called so."""
        return len(name) <= self.file_name_length and all(re.fullmatch(self.file_name_signs, sign) for sign in name)

    @property
    def bytes_per_file(self) -> int | None:
        return None if self.mb_per_file is None else self.mb_per_file * 1_000_000

    @property
    def bytes_total(self) -> int | None:
        return None if self.mb_total is None else self.mb_total * 1_000_000


@dataclass(frozen=True)
class CourtProfile:
    """How one court (or a template of ours) wants a packet: its limits and what it prefers; `form` "" leaves the form of the complaint open."""

    id: str
    name: Words
    note: Words
    source: str
    verify: bool = False
    limits: CourtLimits = CourtLimits()
    numbering: Literal["continuous", "prefixed", "by_group"] = "continuous"
    prefix: str = ""
    width: int = 0
    dividers: bool = True
    covers: bool = False
    duplex: bool = False
    form: Literal["", "element", "narrative"] = ""


@dataclass(frozen=True)
class Law:
    """All law data of the product, read once. Everything here is data: ids, texts, rates, dates, sources."""

    as_of: date
    documents: Mapping[str, DocumentType]
    groups: Mapping[str, Words]
    need_flags: Mapping[str, str]
    need_flag_words: Mapping[str, Words]
    elements: Mapping[str, Element]
    checks: Mapping[str, Check]
    dispute_types: Mapping[str, DisputeType]
    packet_extra: Mapping[str, Node]
    amount_names: Mapping[str, Mapping[str, str]]
    packets: Mapping[str, PacketKind]
    packet_names: Mapping[str, Words]
    item_aliases: Mapping[str, tuple[str, ...]]
    catalogue: Node
    catalogue_words: Node
    lpr: tuple[LprRow, ...]
    pboc: tuple[tuple[date, Decimal], ...]
    holidays: Mapping[int, HolidayYear]
    acceptance_brackets: tuple[Bracket, ...]
    enforcement_brackets: tuple[Bracket, ...]
    score_weights: Mapping[Severity, int]
    states: Mapping[str, Words]
    roles: Mapping[str, str]
    schema: Node
    calculators: Node
    words: Node
    errors: Mapping[str, Words]
    courts: Mapping[str, CourtProfile]
