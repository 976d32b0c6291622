"""A last day, and what ends its reminder: a document of the case or a fact the file proves, never a click (lifecycle.md, 'Stops when')."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from casefiles.law import Words
from casefiles.rules.entities import CaseFacts, DocumentFacts, Proceeding

FILING_PAPERS = ("filing_receipt", "court_acceptance_notice")
SUIT = ("lawsuit", "arbitration")
PROCEEDINGS = {
    "lawsuit": Words("已起诉", "suit filed"),
    "arbitration": Words("已申请仲裁", "arbitration filed"),
    "payment_order": Words("已申请支付令", "payment order applied for"),
    "enforcement": Words("已申请执行", "enforcement applied for"),
    "insolvency_claim": Words("已申报破产债权", "insolvency claim filed"),
}


@dataclass(frozen=True)
class Stop:
    """What ended a reminder: documents by id, or a fact of the file in words."""

    documents: tuple[str, ...] = ()
    fact: Words | None = None


@dataclass(frozen=True)
class LastDay:
    """One last day that must not be missed. `subject` tells several of a kind apart and stays the same while they run; '' = the case.

    `act_by`: the day by which something must be handed in when that is earlier than the last day. `step`: days between repeats where the case
    decides them. `concerns`: invoices or documents it is about. `stopped_by` is None while it runs.
    """

    kind: str
    subject: str
    last_day: date
    act_by: date | None = None
    step: int | None = None
    concerns: tuple[str, ...] = ()
    stopped_by: Stop | None = None


def recourse_open(case: CaseFacts) -> bool:
    """Whether the debt is still pursued: not after full recovery; a written-off debt stays open also in the archive (账销案存)."""
    return case.state != "recovered" and (case.state != "archived" or case.write_off is not None)


def dated_within(documents: Iterable[DocumentFacts], first: date, last: date = date.max) -> tuple[str, ...]:
    """The ids of the documents dated in a span, both days counted; an undated one proves no day."""
    return tuple(d.id for d in documents if d.dated is not None and first <= d.dated <= last)


def receipts(case: CaseFacts, first: date, last: date = date.max) -> tuple[str, ...]:
    """Filing receipts (收件凭证) and notices of acceptance (受理通知书) dated in a span."""
    return dated_within(case.of_type(*FILING_PAPERS), first, last)


def proceeding(case: CaseFacts, kinds: Iterable[str], first: date, last: date = date.max) -> Proceeding | None:
    """A proceeding on the same claim filed in a span."""
    return next((p for p in case.proceedings if p.kind in kinds and p.same_claim and first <= p.filed_on <= last), None)


def filed(case: CaseFacts, kinds: Iterable[str], first: date, last: date = date.max) -> Stop | None:
    """Stopped by filing: a receipt or a proceeding entered with its day."""
    papers, found = receipts(case, first, last), proceeding(case, kinds, first, last)
    if not papers and found is None:
        return None
    return Stop(papers, PROCEEDINGS[found.kind] if found else None)


def settled(case: CaseFacts, first: date) -> Stop | None:
    """Stopped by a settlement made on or after a day: a repayment or restructuring agreement, or the state."""
    papers = dated_within(case.of_type("repayment_agreement", "debt_restructuring_agreement"), first)
    if papers:
        return Stop(papers)
    return Stop(fact=Words("已和解，履行中", "settlement in performance")) if case.state == "settlement" else None


def insolvency_accepted(case: CaseFacts) -> Stop | None:
    """Stopped by the acceptance of the debtor's insolvency: preservation and enforcement end (Enterprise Bankruptcy Law art. 19)."""
    return Stop(fact=Words("破产受理，保全解除、执行中止", "insolvency accepted: preservation lifted, enforcement stayed")) if case.insolvency else None
