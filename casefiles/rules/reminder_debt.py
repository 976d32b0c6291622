"""Last days of the debt itself: limitation, guarantee, priority of the contractor, promises, instalments, registry check, retention."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import accumulate
from typing import Any

from casefiles.law import Words
from casefiles.law.days import day_of
from casefiles.rules.amounts import ZERO
from casefiles.rules.calendar import DAY, add_months
from casefiles.rules.entities import CaseFacts, DocumentFacts, Guarantor
from casefiles.rules.guarantees import letters_in_time, period_of, suit_in_time
from casefiles.rules.inquiry import Inquiry
from casefiles.rules.instalments import Debt
from casefiles.rules.limits import Run
from casefiles.rules.papers import as_date, as_money
from casefiles.rules.promises import KEPT, PromiseState, promises
from casefiles.rules.reminder_points import AFTER_WRITE_OFF, BEFORE_FILING
from casefiles.rules.reminder_stops import SUIT, LastDay, Stop, dated_within, filed, receipts

EVER = 36_500  # days of grace that never end
PRIORITY_MONTHS = 18  # Construction Interpretation (I) art. 41
BEFORE = ("collection", "legal_escalation", "settlement", "reopened")  # states in which nothing is filed yet
AGREEMENTS = ("repayment_agreement", "mediation_paper", "debt_restructuring_agreement")
NEXT_STEPS = ("demand_letter", "lawyers_letter", "signed_demand", "debt_acknowledgement", *AGREEMENTS, "filing_receipt", "court_acceptance_notice")
DAY_IN_TEXT, SUM_IN_TEXT = re.compile(r"\d{4}-\d{2}-\d{2}"), re.compile(r"(?<![\d-])(\d+(?:\.\d{1,2})?)(?![\d-])")


REVIVAL = Words(
    "时效已过，除非债务人：（1）其后书面承诺履行并签字或盖章；（2）实际自愿履行（《民法典》第192条；《诉讼时效规定》第19条）",
    "Time-barred unless revived: (1) a later signed promise to perform; (2) performance (Civil Code art. 192; Limitation Provisions art. 19)",
)


@dataclass(frozen=True)
class TimeBarred:
    """Debts whose limitation has passed, with the last day there was."""

    invoices: tuple[str, ...]
    last_day: date


def _watched_runs(inquiry: Inquiry) -> Mapping[str, Run]:
    """The limitation of the open debts; none once an effective instrument stands, for then the time for enforcement runs instead."""
    return {} if inquiry.effective_instrument else inquiry.limitation.by_invoice


def _limitation_stop(case: CaseFacts, run: Run) -> Stop | None:
    """A pending proceeding, or a filing receipt dated inside the period; a new interruption moves the day instead of stopping it.

    A proceeding that ended starts the period anew on that day (Limitation Provisions arts. 9, 12), so a receipt from before it stops nothing.
    """
    if run.stopped and run.trigger is not None:
        return Stop(receipts(case, run.trigger), Words("程序进行中，时效不计算", "a proceeding is pending: the period does not run"))
    if run.trigger is None or run.safe_last_day is None:
        return None
    papers = receipts(case, run.trigger, run.safe_last_day)
    return Stop(papers) if papers else None


def time_barred(inquiry: Inquiry) -> tuple[TimeBarred, ...]:
    """Open debts whose period has passed without revival, by last day: time-barred unless the debtor promises to perform, or performs
    (Civil Code art. 192; Limitation Provisions art. 19). The court does not raise limitation by itself (Civil Code art. 193)."""
    groups: dict[date, list[str]] = {}
    for number, run in _watched_runs(inquiry).items():
        if run.safe_last_day is not None and run.safe_last_day < inquiry.as_of and _limitation_stop(inquiry.case, run) is None:
            groups.setdefault(run.safe_last_day, []).append(number)
    return tuple(TimeBarred(tuple(numbers), day) for day, numbers in sorted(groups.items()))


def limitation(inquiry: Inquiry, entered: date) -> Iterator[LastDay]:
    """诉讼时效: the safe last day of the earliest open invoice, 3 years from its last proved interruption. Civil Code arts. 188, 195.

    Later invoices wait behind it: suing in time for the first serves all. What had passed when the case was entered gives no reminder
    (`time_barred`); what passed since stays as overdue, and the next invoice is watched beside it.
    """
    groups: dict[tuple[date, Stop | None], list[str]] = {}
    for number, run in _watched_runs(inquiry).items():
        stop = _limitation_stop(inquiry.case, run)
        day = run.trigger if run.stopped else run.safe_last_day
        if day is not None and (run.stopped or day >= entered):
            groups.setdefault((day, stop), []).append(number)
    waiting = False
    for (day, stop), numbers in sorted(groups.items(), key=lambda group: group[0][0]):
        if stop is None and waiting:
            continue
        waiting = waiting or (stop is None and day >= inquiry.as_of)
        yield LastDay("limitation", numbers[0], day, concerns=tuple(numbers), stopped_by=stop)


def _guarantee_stop(guarantor: Guarantor, due: date, last_day: date, case: CaseFacts) -> Stop | None:
    """Joint liability: a demand on the guarantor proved as served inside the period, or a suit against it; general guarantee: suit or
    arbitration against the debtor, not one that was withdrawn. Civil Code art. 693; Security Interpretation art. 31."""
    if guarantor.joint and (served := letters_in_time(guarantor, case, due, last_day)):
        return Stop(tuple(name for x in served for name in (x.document.id, x.receipt) if name))
    withdrawn = any(p.kind in SUIT and p.came_to_nothing for p in case.proceedings)
    if suit_in_time(guarantor, case, due, last_day) or not (guarantor.joint or withdrawn):
        return filed(case, SUIT, due + DAY, last_day)
    return None


def guarantee(inquiry: Inquiry, entered: date) -> Iterator[LastDay]:
    """保证期间: due date plus the agreed period, else 6 months; it is never interrupted. Civil Code arts. 692, 693."""
    security = inquiry.case.security
    for guarantor in security.guarantors if security else ():
        groups: dict[date, list[Debt]] = {}
        for debt in inquiry.ledger.open_debts:
            if debt.due is not None and (last := period_of(guarantor, debt.due)[1]) >= entered:
                groups.setdefault(last, []).append(debt)
        for last, debts in sorted(groups.items()):
            all_due = max(debt.due for debt in debts if debt.due)  # a letter before the later of them was due leaves that one uncalled
            stop = _guarantee_stop(guarantor, all_due, last, inquiry.case)
            yield LastDay("guarantee_period", f"{guarantor.name} {debts[0].number}", last, concerns=tuple(d.number for d in debts), stopped_by=stop)


def priority(inquiry: Inquiry, entered: date) -> Iterator[LastDay]:
    """建设工程优先权: at most 18 months from the day the price is due. SPC Construction Interpretation (I) art. 41; Civil Code art. 807."""
    if inquiry.case.dispute_type != "construction":
        return
    for debt in inquiry.ledger.open_debts:
        if debt.due is not None and (last := add_months(debt.due, PRIORITY_MONTHS)) >= entered:
            yield LastDay("priority_construction", debt.number, last, concerns=(debt.number,), stopped_by=filed(inquiry.case, SUIT, debt.due, last))


def paid_within(case: CaseFacts, first: date, last: date) -> tuple[Decimal, tuple[str, ...]]:
    """What was received in a span, both days counted, and the papers that show it."""
    within = [p for p in case.payments if p.day is not None and first <= p.day <= last]
    return sum((p.amount for p in within), ZERO), tuple(p.document.id for p in within)


def _promise_stop(made: PromiseState, late: PromiseState, newer: PromiseState | None, inquiry: Inquiry) -> Stop | None:
    """Payment, also a late one (`late`: the promise with its grace unlimited), or the next step: a letter, an agreement or a filing after the
    promised day, or a newer promise."""
    case, day = inquiry.case, inquiry.as_of
    if late.state == KEPT:
        papers = paid_within(case, made.made_on, day)[1]
        return Stop(papers, None if papers else Words("已以其他方式履行", "kept in another way"))
    if steps := dated_within(case.of_type(*NEXT_STEPS), made.due + DAY, day):
        return Stop(steps)
    return Stop(newer.documents, Words("已有新的承诺", "a newer promise was made")) if newer else None


def promise(inquiry: Inquiry, _entered: date) -> Iterator[LastDay]:
    """付款承诺到期: the promised day of recordings, messages and the collection log. Company rule; none once insolvency is accepted."""
    case, day = inquiry.case, inquiry.as_of
    made = () if case.insolvency else promises(case, day)
    for one, late in zip(made, promises(case, day, grace_days=EVER) if made else (), strict=True):
        newer = next((other for other in made if other.made_on > one.made_on), None)
        subject = f"{one.made_on} → {one.due}" if one.logged or not one.documents else one.documents[0]
        yield LastDay("promise", subject, one.due, concerns=one.documents, stopped_by=_promise_stop(one, late, newer, inquiry))


def schedule_of(document: DocumentFacts) -> tuple[tuple[date, Decimal], ...]:
    """The instalments of an agreement in the order of days: mappings {date, amount}, or lines like '2026-05-31 100000.00'. What is neither is
    left out here and named by `unread_schedules`."""
    return tuple(sorted(filter(None, map(_instalment, document.fields.get("schedule") or ()))))


def _instalment(entry: Any) -> tuple[date, Decimal] | None:
    try:
        if isinstance(entry, Mapping):
            day, amount = as_date(entry.get("date")), as_money(entry.get("amount"))
            return (day, amount) if day is not None and amount is not None else None
        day_found, sum_found = DAY_IN_TEXT.search(str(entry)), SUM_IN_TEXT.search(DAY_IN_TEXT.sub(" ", str(entry)))
        return (day_of(day_found[0]), Decimal(sum_found[1])) if day_found and sum_found else None
    except (ValueError, ArithmeticError):
        return None


def unread_schedules(case: CaseFacts) -> tuple[str, ...]:
    """Agreements with an instalment that cannot be read as a day and a sum."""
    return tuple(d.id for d in case.of_type(*AGREEMENTS) if len(schedule_of(d)) < len(d.fields.get("schedule") or ()))


def instalments(inquiry: Inquiry, _entered: date) -> Iterator[LastDay]:
    """和解分期: each instalment of the latest agreement with a schedule; met when what came in since the agreement reaches the sum due by then.

    A filing after the agreement ends them: performance failed and another way was taken. Civil Code art. 543.
    """
    case = inquiry.case
    agreed = [(d.dated, d) for d in case.of_type(*AGREEMENTS) if d.dated is not None and schedule_of(d)]
    if not agreed or case.insolvency:
        return
    since, paper = max(agreed, key=lambda pair: pair[0])
    plan = schedule_of(paper)
    total, papers = paid_within(case, since, inquiry.as_of)
    over = filed(case, (*SUIT, "enforcement"), since + DAY)
    for number, ((day, _), needed) in enumerate(zip(plan, accumulate(amount for _, amount in plan), strict=True), 1):
        stop = Stop(papers) if papers and total >= needed else over
        yield LastDay("instalment", f"{paper.id} {number}", day, concerns=(paper.id,), stopped_by=stop)


def _newest_extract(inquiry: Inquiry) -> date | None:
    extracts = inquiry.case.of_type("company_registry_extract_debtor")
    days = [inquiry.printed_on(d) or d.dated for d in extracts] or [inquiry.case.debtor.registry_extract_date]
    return max((day for day in days if day is not None), default=None)


def registry_check(inquiry: Inquiry, entered: date) -> Iterator[LastDay]:
    """债务人状态复查: a new registry extract every 30 days before filing, every 180 days after write-off. Company rule."""
    case = inquiry.case
    after_write_off = case.state == "written_off" or (case.state == "archived" and case.write_off is not None)
    natural = case.debtor.uscc is None and "自然人" in (case.debtor.type or "")
    if natural or not (after_write_off or case.state in BEFORE):
        return
    step = AFTER_WRITE_OFF if after_write_off else BEFORE_FILING
    newest = _newest_extract(inquiry)
    yield LastDay("registry_check", "", newest + timedelta(step) if newest else entered, step=step)


def retention(inquiry: Inquiry, _entered: date) -> Iterator[LastDay]:
    """档案保管期满: the last day the archived file must be kept; nothing is destroyed while recourse is open. Order 79 (Accounting Archives Measures)."""
    case = inquiry.case
    if case.state == "archived" and case.retention_until is not None:
        yield LastDay("retention_end", "", case.retention_until)
