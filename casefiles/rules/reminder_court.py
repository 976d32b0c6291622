"""Last days set by courts, administrators and the law of procedure: enforcement, insolvency, preservation, hearings and periods."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta

from casefiles.rules.court_entities import CourtDate, Measure
from casefiles.rules.entities import CaseFacts
from casefiles.rules.inquiry import Inquiry
from casefiles.rules.limits import enforcement_limit
from casefiles.rules.papers import as_date
from casefiles.rules.preservation import RENEW_BEFORE, expiry, pre_suit_last_day
from casefiles.rules.reminder_stops import (
    PROCEEDINGS,
    SUIT,
    LastDay,
    Stop,
    dated_within,
    filed,
    insolvency_accepted,
    proceeding,
    receipts,
    settled,
)

OBJECTION = timedelta(15)  # Bankruptcy Interpretation III art. 8
FEE = timedelta(7)  # Costs Measures art. 22
APPEAL = timedelta(15)  # CPL art. 171
DAY = timedelta(1)
APPEAL_OVER = ("second_instance_judgment", "effectiveness_certificate")


def _applied(case: CaseFacts, performance: date) -> Stop | None:
    """The application for enforcement: its day in the file, or a filing receipt dated after the time for performance. CPL art. 250."""
    if case.enforcement is not None and case.enforcement.filed_on is not None:
        return Stop(receipts(case, performance + DAY), PROCEEDINGS["enforcement"])
    return filed(case, ("enforcement",), performance + DAY) or insolvency_accepted(case)


def enforcement(inquiry: Inquiry, _entered: date) -> Iterator[LastDay]:
    """申请执行: two years from the last day for performance; the safe day, also when an interruption gives a later one. CPL art. 250."""
    performance = inquiry.case.instrument.performance_last_day if inquiry.case.instrument else None
    if performance is not None and inquiry.effective_instrument:
        last = enforcement_limit(performance, (), None, inquiry.as_of).safe_last_day
        yield LastDay("enforcement", "", last, concerns=_instrument(inquiry.case), stopped_by=_applied(inquiry.case, performance))


def enforcement_ready(inquiry: Inquiry, _entered: date) -> Iterator[LastDay]:
    """可申请执行: the day after the last day for performance, then weekly until enforcement is applied for or a settlement is made. CPL art. 250."""
    performance = inquiry.case.instrument.performance_last_day if inquiry.case.instrument else None
    if performance is not None and inquiry.effective_instrument:
        stop = _applied(inquiry.case, performance) or settled(inquiry.case, performance)
        yield LastDay("enforcement_ready", "", performance + DAY, concerns=_instrument(inquiry.case), stopped_by=stop)


def _instrument(case: CaseFacts) -> tuple[str, ...]:
    return (case.instrument.id,) if case.instrument else ()


def _claim_filed(case: CaseFacts, acceptance: date) -> Stop | None:
    """The administrator's receipt: a filing receipt or claim table dated on or after the acceptance (an undated claim table too: it lists only
    what was filed), or the proceeding entered. Enterprise Bankruptcy Law arts. 48, 57."""
    tables = tuple(d.id for d in case.of_type("claim_table") if d.dated is None or d.dated >= acceptance)
    papers = (*dated_within(case.of_type("filing_receipt"), acceptance), *tables)
    entered = proceeding(case, ("insolvency_claim",), acceptance)
    return Stop(papers, PROCEEDINGS["insolvency_claim"] if entered else None) if papers or entered else None


def insolvency_claim(inquiry: Inquiry, _entered: date) -> Iterator[LastDay]:
    """破产债权申报: the day printed in the announcement. Enterprise Bankruptcy Law arts. 45, 48."""
    insolvency = inquiry.case.insolvency
    if insolvency and inquiry.as_of <= insolvency.claim_deadline:
        yield LastDay("insolvency_claim", "", insolvency.claim_deadline, stopped_by=_claim_filed(inquiry.case, insolvency.acceptance_date))


def insolvency_late(inquiry: Inquiry, _entered: date) -> Iterator[LastDay]:
    """补充申报: daily after a missed day until the claim is filed or the procedure is closed. Enterprise Bankruptcy Law art. 56."""
    case, insolvency = inquiry.case, inquiry.case.insolvency
    if insolvency is None or inquiry.as_of <= insolvency.claim_deadline:
        return
    closed = tuple(d.id for d in case.of_type("bankruptcy_closing_ruling"))
    stop = _claim_filed(case, insolvency.acceptance_date) or (Stop(closed) if closed else None)
    yield LastDay("insolvency_late", "", insolvency.claim_deadline, stopped_by=stop)


def _court_days(case: CaseFacts, kind: str, period: timedelta = timedelta(0), known: Iterable[date] = ()) -> Iterator[LastDay]:
    """The days of one kind that were entered, each settled by the document named for it; and days known from elsewhere that nobody entered."""
    rows = [row for row in case.court_dates if row.kind == kind]
    for row in rows:
        yield LastDay(kind, _subject(row), row.day + period, stopped_by=Stop((row.done_by,)) if row.done_by else None)
    entered = {row.day for row in rows}
    yield from (LastDay(kind, str(day), day) for day in dict.fromkeys(known) if day not in entered)


def _subject(row: CourtDate) -> str:
    return f"{row.day} {row.note}"[:200] if row.note else str(row.day)


def creditors_meeting(inquiry: Inquiry, _entered: date) -> Iterator[LastDay]:
    """债权人会议: the days entered and the first meeting of the announcement; ends with the record of attendance or the proxy. Enterprise Bankruptcy
    Law arts. 59, 62."""
    insolvency = inquiry.case.insolvency
    first = insolvency.first_creditors_meeting if insolvency else None
    yield from _court_days(inquiry.case, "creditors_meeting", known=[first] if first else [])


def claim_objection(inquiry: Inquiry, _entered: date) -> Iterator[LastDay]:
    """债权异议: the day entered, else that of the claim table, else 15 days after the meeting. SPC Bankruptcy Interpretation III art. 8."""
    case = inquiry.case
    fixed = [day for d in case.of_type("claim_table") if (day := as_date(d.fields.get("objection_deadline")))]
    first = case.insolvency.first_creditors_meeting if case.insolvency else None
    entered = any(row.kind == "claim_objection" for row in case.court_dates)
    computed = [first + OBJECTION] if first and not fixed and not entered else []
    yield from _court_days(case, "claim_objection", known=fixed or computed)


def court_fee(inquiry: Inquiry, _entered: date) -> Iterator[LastDay]:
    """交纳诉讼费: 7 days from the receipt of the notice; else the suit counts as withdrawn. Litigation Costs Measures art. 22."""
    yield from _court_days(inquiry.case, "court_fee", FEE)


def evidence_period(inquiry: Inquiry, _entered: date) -> Iterator[LastDay]:
    """举证期限: the day fixed by the court. SPC Civil Evidence Provisions art. 51."""
    yield from _court_days(inquiry.case, "evidence_period")


def appeal(inquiry: Inquiry, _entered: date) -> Iterator[LastDay]:
    """上诉: 15 days from service of the judgment. CPL art. 171. A second-instance judgment or a certificate of effectiveness ends it too."""
    papers = inquiry.case.of_type(*APPEAL_OVER)
    for found in _court_days(inquiry.case, "appeal", APPEAL):
        over = dated_within(papers, found.last_day - APPEAL)
        yield found if found.stopped_by or not over else LastDay("appeal", found.subject, found.last_day, stopped_by=Stop(over))


def hearing(inquiry: Inquiry, _entered: date) -> Iterator[LastDay]:
    """开庭: the day of the hearing; it ends by itself when the day is over."""
    yield from (found for found in _court_days(inquiry.case, "hearing") if found.last_day >= inquiry.as_of)


def _names(document_measures: object, asset: str) -> bool:
    """Whether the measures a ruling lists (none listed: all) concern this kind of asset."""
    rows = document_measures if isinstance(document_measures, list | tuple) else ()
    return not rows or any((row.get("asset") if isinstance(row, Mapping) else row) == asset for row in rows)


def _renewed(case: CaseFacts, measure: Measure, made: date, last: date) -> Stop | None:
    """A later ruling on this asset: dated after the measure and not after its end. Property Preservation Provisions art. 18."""
    papers = dated_within((d for d in case.of_type("preservation_ruling") if _names(d.fields.get("measures"), measure.asset)), made + DAY, last)
    return Stop(papers) if papers else insolvency_accepted(case)


def preservation_expiry(inquiry: Inquiry, _entered: date) -> Iterator[LastDay]:
    """保全到期续封: the end of each measure; renewal is applied for 7 days before it at the latest. Property Preservation Provisions art. 18; SPC CPL
    Interpretation art. 485 (one year for deposits, two for movables, three for immovables and other rights)."""
    preservation = inquiry.case.preservation
    for measure in preservation.measures if preservation else ():
        if (made := measure.measure_date) is None:
            continue
        latest = expiry(made, measure.asset).latest_expiry
        last = min(measure.expires_on, latest) if measure.expires_on else latest
        said = measure.details.get("description")
        subject = f"{measure.asset} {made}" + (f" {said}" if said else "")
        yield LastDay("preservation_expiry", subject[:200], last, act_by=last - RENEW_BEFORE, stopped_by=_renewed(inquiry.case, measure, made, last))


def pre_suit_preservation(inquiry: Inquiry, _entered: date) -> Iterator[LastDay]:
    """诉前保全后起诉: 30 days from the first measure to sue or apply for arbitration, else it is lifted. CPL art. 104; Preservation Provisions art. 17.

    No pre-suit measure where a suit was filed, or an instrument made, on or before its day.
    """
    case = inquiry.case
    made = min((m.measure_date for m in (case.preservation.measures if case.preservation else ()) if m.measure_date), default=None)
    if made is None or filed(case, SUIT, date.min, made) or (case.instrument and case.instrument.dated and case.instrument.dated <= made):
        return
    stop = filed(case, SUIT, made) or insolvency_accepted(case)
    yield LastDay("pre_suit_preservation", "", pre_suit_last_day(made), stopped_by=stop)
