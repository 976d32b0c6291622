"""The 19 reminders of the lifecycle: which last days of a case run, which document ended the others, what is time-barred.

A kind is a function that finds its last days (the law stands in its docstring) and the documents that end it; thresholds are data.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date

from casefiles.law import Words
from casefiles.rules import reminder_court as court
from casefiles.rules import reminder_debt as debt
from casefiles.rules.inquiry import Inquiry
from casefiles.rules.reminder_debt import TimeBarred
from casefiles.rules.reminder_stops import LastDay, recourse_open


@dataclass(frozen=True)
class Kind:
    """One reminder: how its last days are found, the types of document that end it, and that in words."""

    id: str
    find: Callable[[Inquiry, date], Iterable[LastDay]]
    uploads: tuple[str, ...]
    stops: Words


KINDS: tuple[Kind, ...] = (
    Kind("limitation", debt.limitation, ("debt_acknowledgement", "delivery_receipt", "reconciliation_statement", "filing_receipt"),
         Words("新的中断证明或立案凭证", "proof of a new interruption, or the filing receipt")),
    Kind("guarantee_period", debt.guarantee, ("delivery_receipt", "filing_receipt"),
         Words("连带保证：送达保证人的催款函；一般保证：对债务人起诉", "joint: a demand served on the guarantor; general: suit against the debtor")),
    Kind("enforcement", court.enforcement, ("filing_receipt",), Words("申请执行的收件凭证", "receipt of the application for enforcement")),
    Kind("enforcement_ready", court.enforcement_ready, ("filing_receipt", "repayment_agreement"),
         Words("申请执行的收件凭证或和解协议", "filing receipt or settlement")),
    Kind("insolvency_claim", court.insolvency_claim, ("filing_receipt", "claim_table"), Words("管理人签收凭证", "receipt of the administrator")),
    Kind("insolvency_late", court.insolvency_late, ("filing_receipt", "claim_table"), Words("补充申报的签收凭证", "receipt of the late claim")),
    Kind("creditors_meeting", court.creditors_meeting, ("power_of_attorney",), Words("出席记录或委托书", "record of attendance, or the proxy")),
    Kind("claim_objection", court.claim_objection, ("claim_table", "filing_receipt"),
         Words("异议材料的签收凭证，或认可的债权表", "objection filed, or the table accepted")),
    Kind("preservation_expiry", court.preservation_expiry, ("preservation_ruling",), Words("续行保全裁定", "ruling that renews it")),
    Kind("pre_suit_preservation", court.pre_suit_preservation, ("filing_receipt",), Words("起诉或仲裁的收件凭证", "receipt of the suit or arbitration")),
    Kind("court_fee", court.court_fee, ("bank_payment",), Words("交费凭证", "payment voucher")),
    Kind("evidence_period", court.evidence_period, ("filing_receipt",), Words("提交证据的收件凭证", "receipt of the evidence handed in")),
    Kind("appeal", court.appeal, ("filing_receipt", "second_instance_judgment", "effectiveness_certificate"),
         Words("经理“不上诉”决定，或上诉状收件凭证", "the manager's decision not to appeal, or the receipt of the appeal")),
    Kind("hearing", court.hearing, (), Words("开庭日过后自动结束", "ends by itself when the day is over")),
    Kind("promise", debt.promise, ("bank_payment", "demand_letter"), Words("付款，或下一步措施", "payment, or the next step")),
    Kind("instalment", debt.instalments, ("bank_payment",), Words("付款", "payment")),
    Kind("registry_check", debt.registry_check, ("company_registry_extract_debtor",), Words("新的工商登记信息", "a new registry extract")),
    Kind("priority_construction", debt.priority, ("filing_receipt",), Words("已主张优先受偿权的收件凭证", "receipt of the suit that pleads it")),
    Kind("retention_end", debt.retention, (), Words("鉴定意见（追索权未终结的不得销毁）", "the appraisal's decision; refused while recourse is open")),
)  # fmt: skip
BY_ID = {kind.id: kind for kind in KINDS}
WITHOUT_RECOURSE = frozenset({"retention_end"})


@dataclass(frozen=True)
class Reminders:
    """The last days of a case on a day: those that run, the nearest first; those a document or fact ended; debts that are time-barred; and
    agreements whose schedule cannot be read."""

    running: tuple[LastDay, ...]
    stopped: tuple[LastDay, ...]
    time_barred: tuple[TimeBarred, ...]
    unread: tuple[str, ...]


def reminders_of(inquiry: Inquiry, entered: date | None = None) -> Reminders:
    """Every last day of a case. `entered` is the day the case came into the file (default: the day asked for): what had passed by then and
    cannot be mended gives no reminder."""
    case = inquiry.case
    open_ = recourse_open(case)
    since = min(entered, inquiry.as_of) if entered else inquiry.as_of
    found = _distinct(found for kind in KINDS if open_ or kind.id in WITHOUT_RECOURSE for found in kind.find(inquiry, since))
    by_day = sorted(found, key=lambda last: last.act_by or last.last_day)
    return Reminders(
        running=tuple(last for last in by_day if last.stopped_by is None),
        stopped=tuple(last for last in by_day if last.stopped_by is not None),
        time_barred=debt.time_barred(inquiry) if open_ else (),
        unread=debt.unread_schedules(case) if open_ else (),
    )


def running(inquiry: Inquiry, entered: date | None = None) -> tuple[LastDay, ...]:
    """The last days that run, the nearest first."""
    return reminders_of(inquiry, entered).running


def _distinct(found: Iterable[LastDay]) -> list[LastDay]:
    """Two entries with the same words (two hearings on one day) get a number, so that each is told apart."""
    seen: dict[tuple[str, str], int] = {}
    told = []
    for last in found:
        seen[last.kind, last.subject] = times = seen.get((last.kind, last.subject), 0) + 1
        told.append(last if times == 1 else replace(last, subject=f"{last.subject[:190]} ({times})"))
    return told
