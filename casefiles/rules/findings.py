"""What a check of the evidence gives: broken rules, findings, waivers and the assessment of a case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from casefiles.law import Severity, Status, Words
from casefiles.rules.inquiry import Inquiry


@dataclass(frozen=True, kw_only=True)
class Broken:
    """What a check says: a code, the documents and sum concerned, and the facts its words are filled with.

    `party` only for checks by party; `circumstance` names the key of `severity_when` that softens the severity. `invoices` are the numbers of
    the debts concerned.
    """

    code: str
    documents: tuple[str, ...] = ()
    amount: Decimal | None = None
    facts: Mapping[str, str] = field(default_factory=dict)
    party: str | None = None
    circumstance: str | None = None
    invoices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Waiver:
    """A finding a legal manager lets pass, with the reason; `key` is Finding.key."""

    key: str
    reason: str
    by: str
    on: date


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that is wrong. Either `element` with its `status`, or `check` with its `code`.

    `key` is stable over re-assessments. `stands_under` are the elements it touches, the one whose card it joins first. `source` is the law
    text; `verify` marks a rule a lawyer has not confirmed.
    """

    key: str
    severity: Severity
    title: Words
    remedy: Words
    documents: tuple[str, ...]
    stands_under: tuple[str, ...]
    source: tuple[str, ...] = ()
    verify: bool = False
    element: str | None = None
    status: Status | None = None
    check: str | None = None
    code: str | None = None
    amount: Decimal | None = None
    invoices: tuple[str, ...] = ()
    waived: Waiver | None = None

    @property
    def blocks(self) -> bool:
        return self.severity is Severity.BLOCKING and self.waived is None

    @property
    def title_zh(self) -> str:
        return self.title.zh

    @property
    def title_en(self) -> str:
        return self.title.en

    @property
    def remedy_zh(self) -> str:
        return self.remedy.zh

    @property
    def remedy_en(self) -> str:
        return self.remedy.en


@dataclass(frozen=True)
class ElementResult:
    """The state of one element: what proves it, the severity of a gap for this packet, its weight in the score."""

    id: str
    status: Status
    severity: Severity
    weight: int
    documents: tuple[str, ...] = ()


@dataclass(frozen=True)
class Assessment:
    """The answer of the evidence check for one packet kind and day."""

    case_id: str
    packet: str
    as_of: date
    completeness_pct: int
    closed_loop: bool
    generation_allowed: bool
    contents_complete: bool
    missing_uploads: tuple[str, ...]
    elements: tuple[ElementResult, ...]
    not_applicable: tuple[str, ...]
    findings: tuple[Finding, ...]
    unused_waivers: tuple[Waiver, ...]
    inquiry: Inquiry = field(repr=False, compare=False)  # the figures the answer rests on

    @property
    def element_status(self) -> dict[str, Status]:
        return {element.id: element.status for element in self.elements}

    @property
    def blocking(self) -> tuple[Finding, ...]:
        """The findings that stop the packet: blocking and not waived."""
        return tuple(finding for finding in self.findings if finding.blocks)
