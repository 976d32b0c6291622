"""Time limits: limitation of actions (诉讼时效) per invoice with its interruptions, the time for enforcement and the guarantee period (保证期间).

CPL art. 250 (enforcement); Civil Code arts. 188, 189, 194, 195, 201-203, 686, 692, 693;
SPC Limitation Provisions arts. 8-19; SPC Security Interpretation art. 32.
An event that is not proved is claimed: it is listed and moves no date.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from casefiles.law import Law
from casefiles.law.days import day_of
from casefiles.rules.calendar import add_months, add_years, statutory_last_day
from casefiles.rules.entities import CaseFacts, DocumentFacts, Statement
from casefiles.rules.instalments import Debt
from casefiles.rules.ledger import Ledger
from casefiles.rules.refusal import Refused

YEARS = 3  # Civil Code art. 188
LONGEST = 20
ENFORCEMENT_YEARS = 2  # CPL art. 250
MESSAGES = ("call_recording", "wechat_record", "sms", "email")
MESSAGE_NAMES = {
    "call_recording": ("通话录音", "call recording"),
    "wechat_record": ("微信记录", "WeChat record"),
    "sms": ("短信", "text message"),
    "email": ("电子邮件", "e-mail"),
}
STOPPING = {"lawsuit": "起诉", "arbitration": "申请仲裁", "payment_order": "申请支付令", "insolvency_claim": "申报破产债权", "enforcement": "申请执行"}


@dataclass(frozen=True)
class Event:
    """Something that touches limitation. `concerns` = invoice numbers, None = every debt due on its day; `revives` = agreement to pay or
    actual performance (Limitation Provisions art. 19); `ended` and `pending` only for proceedings."""

    day: date
    zh: str
    en: str
    documents: tuple[str, ...] = ()
    concerns: frozenset[str] | None = None
    revives: bool = False
    ended: date | None = None
    pending: bool = False


@dataclass(frozen=True)
class Run:
    """The period of one debt. No trigger: not due yet. `stopped`: a proceeding is pending. `expired_on` and `late`: events that came after
    the period had ended and did not revive it."""

    trigger: date | None
    safe_last_day: date | None
    stopped: bool = False
    expired_on: date | None = None
    late: tuple[Event, ...] = ()


@dataclass(frozen=True)
class Limitation:
    """Limitation of a case: the earliest open debt decides. `events` are the proved ones from the last due date on."""

    events: tuple[Event, ...]
    claimed: tuple[Event, ...]
    by_invoice: Mapping[str, Run]
    trigger: date | None
    safe_last_day: date | None
    statutory_last_day: date | str | None
    pessimistic: Mapping[str, Run] | None

    def expired(self, filing: date) -> tuple[str, ...]:
        """The debts whose period ends before the planned filing date."""
        return tuple(number for number, run in self.by_invoice.items() if run.safe_last_day is not None and run.safe_last_day < filing)

    @property
    def computable(self) -> bool:
        return any(run.trigger is not None for run in self.by_invoice.values())


def safe_last_day(trigger: date, years: int = YEARS) -> date:
    """The last day of the period: same month and day `years` later, clamped at month end; no holiday roll."""
    return add_years(trigger, years)


def statement_is_proved(statement: Statement) -> bool:
    """Signed or sealed for the debtor by somebody with authority (X02)."""
    return {"debtor_seal_or_signature", "signer_authorised"} <= statement.document.flags


def message_counts(document: DocumentFacts) -> bool:
    """A recording, chat, SMS or e-mail a legal user made an event: both flags are needed."""
    return {"counts_as_interruption", "account_identity"} <= document.flags


def _letters(case: CaseFacts) -> Iterator[tuple[bool, Event]]:
    for letter in case.letters:
        if letter.recipient != "debtor":
            continue
        zh, en = ("律师函", "lawyer's letter") if letter.document.type == "lawyers_letter" else ("催款函", "demand")
        if letter.served and letter.served_on:
            yield True, Event(letter.served_on, f"{zh}送达", f"{en} delivered", (letter.document.id, *filter(None, [letter.receipt])))
        elif letter.day:
            yield False, Event(letter.day, f"{zh}无送达证明", "letter without proof of delivery", (letter.document.id,))
    for paper in case.of_type("signed_demand"):
        if paper.dated:
            yield True, Event(paper.dated, "债务人签收催款函", "demand signed by the debtor", (paper.id,))


def _admissions(case: CaseFacts) -> Iterator[tuple[bool, Event]]:
    for statement in case.statements:
        day = statement.signed_on or statement.document.dated
        if day is None:
            continue
        if statement_is_proved(statement):
            yield True, Event(day, "对账单签认", "reconciliation signed", (statement.document.id,))
        else:
            yield False, Event(day, "对账单无有效印章或授权签字", "reconciliation without seal or authority", (statement.document.id,))
    for paper in case.of_type("debt_acknowledgement", "repayment_agreement"):
        zh, en = ("欠款确认", "debt acknowledged") if paper.type == "debt_acknowledgement" else ("还款协议", "repayment agreement")
        if paper.dated:
            yield "debtor_seal_or_signature" in paper.flags, Event(paper.dated, zh, en, (paper.id,), revives=True)


def _messages(case: CaseFacts) -> Iterator[tuple[bool, Event]]:
    for paper in case.of_type(*MESSAGES):
        if paper.dated is None or not (paper.promise or paper.type == "call_recording" or "states_amount" in paper.flags):
            continue
        zh, en = MESSAGE_NAMES[paper.type]
        if message_counts(paper):
            yield True, Event(paper.dated, f"{zh}：债务人承认或承诺", f"{en} {paper.id}: admission or promise", (paper.id,), revives=paper.promise is not None)
        else:
            event = Event(
                paper.dated, f"{zh}：承认或承诺，未经法务确认为中断事由", f"{en} {paper.id}: admission and promise; counts_as_interruption not set", (paper.id,)
            )
            yield False, event


def _others(case: CaseFacts) -> Iterator[tuple[bool, Event]]:
    for paper in case.of_type("newspaper_notice"):
        if paper.dated:  # only where the debtor's whereabouts are unknown: Limitation Provisions art. 8(1)(4)
            yield case.payment_order_conditions.get("debtor_not_servable") is True, Event(paper.dated, "公告催收", "newspaper notice", (paper.id,))
    for paper in case.of_type("assignment_notice"):
        if paper.dated:
            yield "delivered" in paper.flags, Event(paper.dated, "债权转让通知到达", "notice of assignment", (paper.id,))
    for paper in case.of_type("preservation_ruling"):
        if paper.dated:
            yield True, Event(paper.dated, "诉前保全", "preservation", (paper.id,))
    shown = case.of_type("court_acceptance_notice", "filing_receipt")
    for proceeding in case.proceedings:
        if proceeding.kind not in STOPPING or not proceeding.same_claim:
            continue
        event = Event(
            proceeding.filed_on, STOPPING[proceeding.kind], f"{proceeding.kind} filed", tuple(d.id for d in shown),
            ended=proceeding.ended_on, pending=proceeding.ended_on is None,
        )  # fmt: skip
        yield bool(shown or proceeding.case_no), event


def _payments(case: CaseFacts, ledger: Ledger) -> Iterator[tuple[bool, Event]]:
    for payment in case.payments:
        if payment.day:
            numbers = ledger.paid_for.get(payment.document.id, ())
            concerns = frozenset(numbers)
            said = "、".join(dict.fromkeys(numbers))
            yield True, Event(payment.day, f"部分付款（{said}）", f"part payment of {said}", (payment.document.id,), concerns, revives=True)


def events_of(case: CaseFacts, ledger: Ledger) -> tuple[tuple[Event, ...], tuple[Event, ...]]:
    """Proved and claimed events, each in the order of days."""
    found = [*_letters(case), *_admissions(case), *_messages(case), *_payments(case, ledger), *_others(case)]
    proved = sorted((event for shown, event in found if shown), key=lambda e: e.day)
    claimed = sorted((event for shown, event in found if not shown), key=lambda e: e.day)
    return tuple(proved), tuple(claimed)


def run(due: date, events: Iterable[Event]) -> Run:
    """Walk the events of one debt in the order of days.

    An event inside the period starts it anew; one after its end does not, unless it is an agreement to pay or actual performance. At most
    20 years from the breach (Civil Code art. 188).
    """
    trigger, late, expired_on = due, [], None
    longest = add_years(due, LONGEST)
    for event in events:
        if event.day < due:
            continue
        ends = min(safe_last_day(trigger), longest)
        if event.day > ends and not event.revives:
            expired_on = ends
            late.append(event)
            continue
        if event.day > ends:
            expired_on, late = None, []
        if event.pending:
            return Run(event.day, None, stopped=True)
        trigger = max(trigger, event.ended or event.day)
    return Run(trigger, min(safe_last_day(trigger), longest), expired_on=expired_on, late=tuple(late))


def _runs(debts: Sequence[Debt], events: Sequence[Event], as_of: date, *, running_account: bool) -> dict[str, Run]:
    runs = {}
    for debt in debts:
        if debt.due is None or debt.due > as_of:
            runs[debt.number] = Run(None, None)
            continue
        mine = [e for e in events if running_account or e.concerns is None or debt.number in e.concerns]
        runs[debt.number] = run(debt.due, mine)
    return runs


def _known_on(day: date, event: Event) -> Event:
    """A proceeding that ends after the day of the check is still pending on it."""
    return replace(event, ended=None, pending=True) if event.ended is not None and event.ended > day else event


def limitation_of(case: CaseFacts, ledger: Ledger, as_of: date, law: Law) -> Limitation:
    """Limitation of every open debt. With a running account confirmed by a lawyer every event serves every debt due on its day."""
    proved, claimed = events_of(case, ledger)
    proved = tuple(_known_on(as_of, e) for e in proved if e.day <= as_of)  # what has not happened yet interrupts nothing
    debts = ledger.open_debts
    runs = _runs(debts, proved, as_of, running_account=case.running_account)
    ending = [r for r in runs.values() if r.safe_last_day is not None]
    earliest = min(ending, key=lambda r: r.safe_last_day or date.max, default=None)
    dues = [debt.due for debt in ledger.debts if debt.due and debt.due <= as_of]
    shown = proved  # where no due date is known, the events alone
    if dues:
        last = max(dues)
        shown = (Event(last, "最后一笔到期", "last due date"), *(e for e in proved if e.day > last))
    return Limitation(
        events=shown,
        claimed=claimed,
        by_invoice=runs,
        trigger=earliest.trigger if earliest else None,
        safe_last_day=earliest.safe_last_day if earliest else None,
        statutory_last_day=statutory_last_day(earliest.safe_last_day, law) if earliest and earliest.safe_last_day else None,
        pessimistic=_runs(debts, proved, as_of, running_account=False) if case.running_account else None,
    )


@dataclass(frozen=True)
class EnforcementLimit:
    """The time to apply for enforcement (申请执行时效). `interrupted_last_day` is shown beside the safe day and is None once the application is
    filed; `only_by_interruption`: the filing is in time only if the court accepts the interruption (check X29)."""

    safe_last_day: date
    interrupted_last_day: date | None
    filed_in_time: bool
    only_by_interruption: bool = False


def enforcement_limit(performance_last_day: date, voluntary_acts: Iterable[date], filed_on: date | None, planned: date) -> EnforcementLimit:
    """Two years from the last day for performance (CPL art. 250); `safe_last_day` never moves.

    `voluntary_acts` are the days of part payments and promises of the debtor; money taken by the court is none. An act on or before the last
    day for performance, or after the (planned) filing, restarts nothing.
    """
    safe, filing = add_years(performance_last_day, ENFORCEMENT_YEARS), filed_on or planned
    last_act = max((day for day in voluntary_acts if performance_last_day < day <= filing), default=None)
    interrupted = add_years(last_act, ENFORCEMENT_YEARS) if last_act else None
    saved = interrupted is not None and safe < filing <= interrupted
    return EnforcementLimit(safe, None if filed_on else interrupted, filing <= safe or saved, only_by_interruption=saved)


PERIOD = re.compile(r"(\d{1,3}) (month|year)s?")
UNTIL = re.compile(r"until (\d{4}-\d{2}-\d{2})")
UNCLEAR = "until the debt is fully repaid"


def guarantee_period(main_debt_due: date, agreed: str | None) -> tuple[int | None, date]:
    """Months applied (None for a fixed day) and the last day of the guarantee period.

    Civil Code art. 692, Security Interpretation art. 32: nothing agreed, unclear, or not later than the due date -> 6 months. Never
    interrupted. Refuses any other wording (agreed_period_format).
    """
    if agreed is None or agreed == UNCLEAR:
        return 6, add_months(main_debt_due, 6)
    if match := UNTIL.fullmatch(agreed):
        try:
            day = day_of(match[1])
        except ValueError:
            raise Refused("agreed_period_format", agreed) from None
        return (None, day) if day > main_debt_due else (6, add_months(main_debt_due, 6))
    if match := PERIOD.fullmatch(agreed):
        months = int(match[1]) * (12 if match[2] == "year" else 1)
        return (months, add_months(main_debt_due, months)) if months else (6, add_months(main_debt_due, 6))
    raise Refused("agreed_period_format", agreed)
