"""Reads the blocks of court, insolvency and write-off matters of a case mapping; what silence means (case-file.md) is applied here."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from casefiles.rules.court_entities import CourtDate, Enforcement, Insolvency, Instrument, Item, Measure, Preservation, Recovery, WriteOff
from casefiles.rules.papers import as_date, as_money, filled

Entry = Mapping[str, Any]
OUTSIDE_THE_DOUBLED_BASE = frozenset({"general_interest"})  # calculators.yaml, doubled_interest.base_parameter: default by kind


def day_of(value: Any) -> date:
    """A day the schema demands."""
    day = as_date(value)
    if day is None:
        raise ValueError("a day is missing that the case-file format demands")
    return day


def _item(entry: Entry) -> Item:
    said = filled(entry)
    return Item(
        kind=said["kind"],
        form=said.get("form", "fixed"),
        amount=as_money(said.get("amount")),
        start=as_date(said.get("from")),
        to=as_date(said.get("to")),
        base=said.get("base", "principal"),
        annual_rate=as_money(said.get("annual_rate")),
        daily_rate=as_money(said.get("daily_rate")),
        basis=int(said.get("basis", 365)),
        counts_in_doubled_base=said.get("counts_in_doubled_base", said["kind"] not in OUTSIDE_THE_DOUBLED_BASE),
    )


def instrument_of(case: Entry) -> Instrument | None:
    """The block `judgment`; performance_last_day as given, else effective_on + performance_days, else effective_on."""
    said = filled(case.get("judgment"))
    if not said:
        return None
    effective, days = as_date(said.get("effective_on")), said.get("performance_days")
    last = as_date(said.get("performance_last_day"))
    if last is None and effective is not None:
        last = effective + timedelta(int(days or 0))
    return Instrument(
        id=str(said["id"]),
        type=said.get("type", "judgment"),
        court=said["court"],
        case_no=said["case_no"],
        dated=as_date(said.get("dated")),
        served_on_last_party=as_date(said.get("served_on_last_party")),
        effective_on=effective,
        items=tuple(map(_item, said.get("items", ()))),
        performance_days=days,
        performance_last_day=last,
    )


def enforcement_of(case: Entry) -> Enforcement | None:
    """The block `enforcement`."""
    said = filled(case.get("enforcement"))
    if not said:
        return None
    ended = filled(said.get("terminated_current_procedure"))
    recovered = (filled(entry) for entry in said.get("recovered", ()))
    return Enforcement(
        filed_on=as_date(said.get("application_filed")),
        case_no=said.get("case_no"),
        recovered=tuple(Recovery(r.get("id"), day_of(r["date"]), Decimal(r["amount"]), r.get("voluntary") is True, r.get("how")) for r in recovered),
        terminated_on=as_date(ended.get("date")),
        terminated_id=ended.get("id"),
    )


def insolvency_of(case: Entry) -> Insolvency | None:
    """The block `insolvency`."""
    said = filled(case.get("insolvency"))
    if not said:
        return None
    return Insolvency(
        court=said["court"],
        case_no=said["case_no"],
        acceptance_date=day_of(said["acceptance_date"]),
        claim_deadline=day_of(said["claim_deadline"]),
        announcement_date=as_date(said.get("announcement_date")),
        procedure=said.get("procedure"),
        administrator=said.get("administrator"),
        administrator_address=said.get("administrator_address"),
        first_creditors_meeting=as_date(said.get("first_creditors_meeting")),
    )


def write_off_of(case: Entry) -> WriteOff | None:
    """The block `write_off`."""
    said = filled(case.get("write_off"))
    if not said:
        return None
    return WriteOff(
        ground=said["ground"],
        booked_principal=Decimal(said["booked_principal"]),
        approval_id=said.get("approval_id"),
        approved_on=as_date(said.get("approved_on")),
        recourse_statement_id=said.get("recourse_statement_id"),
        special_report=said.get("special_report"),
        next_followup=as_date(said.get("next_followup")),
        followup_rule=said.get("followup_rule"),
        annual_revenue=as_money(said.get("annual_revenue")),
        posted_on=as_date(said.get("posted_on")),
    )


def preservation_of(case: Entry) -> Preservation | None:
    """The block `preservation`."""
    said = filled(case.get("preservation"))
    if not said:
        return None
    known = ("asset", "measure_date", "expires_on")
    measures = (filled(entry) for entry in said.get("measures", ()))
    return Preservation(
        court=said.get("court"),
        case_no=said.get("case_no"),
        security_exempt=said.get("security_exempt") is True,
        amount=as_money(said.get("amount")),
        measures=tuple(
            Measure(m["asset"], as_date(m.get("measure_date")), as_date(m.get("expires_on")), {k: v for k, v in m.items() if k not in known}) for m in measures
        ),
    )


def court_dates_of(case: Entry) -> tuple[CourtDate, ...]:
    """The list `court_dates`."""
    rows = map(filled, case.get("court_dates") or ())
    return tuple(CourtDate(r["kind"], day_of(r["date"]), r.get("note"), r.get("done_by"), as_date(r.get("done_on"))) for r in rows)
