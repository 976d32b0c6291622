"""What courts and administrators did with a debt: instrument, enforcement, insolvency, write-off, preservation, days set by a court."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any


@dataclass(frozen=True)
class Item:
    """One monetary item of an effective instrument. Rates are fractions; a running item bears interest on `base` from `start` until paid."""

    kind: str
    form: str = "fixed"
    amount: Decimal | None = None
    start: date | None = None
    to: date | None = None
    base: str = "principal"
    annual_rate: Decimal | None = None
    daily_rate: Decimal | None = None
    basis: int = 365
    counts_in_doubled_base: bool = True


@dataclass(frozen=True)
class Instrument:
    """The effective instrument (生效法律文书): judgment, award, mediation paper, payment order, notarised debt instrument.

    `performance_last_day` is computed: as given, else effective_on + performance_days, else effective_on.
    """

    id: str
    type: str
    court: str
    case_no: str
    dated: date | None = None
    served_on_last_party: date | None = None
    effective_on: date | None = None
    items: tuple[Item, ...] = ()
    performance_days: int | None = None
    performance_last_day: date | None = None


@dataclass(frozen=True)
class Recovery:
    """Money taken by the court or paid by the debtor in enforcement; `voluntary` only where the file says so."""

    id: str | None
    day: date
    amount: Decimal
    voluntary: bool = False
    how: str | None = None


@dataclass(frozen=True)
class Enforcement:
    """The enforcement: filed or not, what it brought, whether this round of it ended (终本)."""

    filed_on: date | None = None
    case_no: str | None = None
    recovered: tuple[Recovery, ...] = ()
    terminated_on: date | None = None
    terminated_id: str | None = None


@dataclass(frozen=True)
class Insolvency:
    """The insolvency of the debtor: acceptance, announcement, last day to file claims, first meeting."""

    court: str
    case_no: str
    acceptance_date: date
    claim_deadline: date
    announcement_date: date | None = None
    procedure: str | None = None
    administrator: str | None = None
    administrator_address: str | None = None
    first_creditors_meeting: date | None = None


@dataclass(frozen=True)
class WriteOff:
    """The write-off (核销): ground, approval, what was booked, when recourse is looked at next."""

    ground: str
    booked_principal: Decimal
    approval_id: str | None = None
    approved_on: date | None = None
    recourse_statement_id: str | None = None
    special_report: str | None = None
    next_followup: date | None = None
    followup_rule: str | None = None
    annual_revenue: Decimal | None = None
    posted_on: date | None = None


@dataclass(frozen=True)
class Measure:
    """One measure of preservation. `expires_on` as in the ruling; silence = the longest the law allows."""

    asset: str
    measure_date: date | None = None
    expires_on: date | None = None
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Preservation:
    """Preservation applied for or granted."""

    court: str | None = None
    case_no: str | None = None
    security_exempt: bool = False
    amount: Decimal | None = None
    measures: tuple[Measure, ...] = ()


@dataclass(frozen=True)
class CourtDate:
    """A day set by a court or counted from its service: `kind` is hearing | evidence_period | court_fee | appeal | creditors_meeting |
    claim_objection; `day` is the day fixed, or the day of receipt from which the period runs (court_fee, appeal). `done_by` is the document
    that settles it."""

    kind: str
    day: date
    note: str | None = None
    done_by: str | None = None
    done_on: date | None = None
