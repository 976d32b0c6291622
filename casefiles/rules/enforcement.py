"""Enforcement of an effective instrument: money received on it, whether it is final, the time to apply, and the sums asked for.

CPL arts. 171, 250, 264; SPC CPL Interpretation arts. 481, 517; SPC Enforcement Work Provisions arts. 16, 18.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from casefiles.law import Law
from casefiles.rules.calendar import statutory_last_day
from casefiles.rules.entities import CaseFacts, Payment
from casefiles.rules.instrument import Receipt
from casefiles.rules.ledger import Ledger
from casefiles.rules.limits import MESSAGES, EnforcementLimit, enforcement_limit, events_of
from casefiles.rules.papers import as_date

APPEAL_DAYS = timedelta(15)  # CPL art. 171, judgments
LONGEST_HOLIDAY = timedelta(10)  # no holidays are guessed: where no calendar is on file, the appeal period is over only after this margin
SAME_MONEY = timedelta(15)
ADMISSIONS = frozenset({"reconciliation_statement", "debt_acknowledgement", "repayment_agreement", *MESSAGES})


def fixed_on(case: CaseFacts) -> date | None:
    """The day the instrument looks back from: its date, else its service, else its effect. What was paid up to it is in the instrument."""
    instrument = case.instrument
    return (instrument.dated or instrument.served_on_last_party or instrument.effective_on) if instrument else None


def _paid_since(case: CaseFacts) -> Iterator[Payment]:
    """Payments of the debtor after the instrument that are not the same money as an entry of `enforcement.recovered`.

    The voucher of a recovery may bear another day than the recovery: the same sum within some days is the same money, each entry once.
    """
    since = fixed_on(case)
    recovered = list(case.enforcement.recovered) if case.enforcement else []
    for payment in sorted(case.payments, key=lambda p: p.day or date.max):
        if since is None or payment.day is None or payment.day <= since:
            continue
        same = [r for r in recovered if r.amount == payment.amount and abs(r.day - payment.day) <= SAME_MONEY]
        if same:
            recovered.remove(min(same, key=lambda r: abs(r.day - (payment.day or r.day))))
        else:
            yield payment


def receipts_of(case: CaseFacts) -> tuple[Receipt, ...]:
    """Everything received on the instrument, by day: taken by the court, paid in enforcement, paid by the debtor after the instrument."""
    taken = [(r.day, r.amount) for r in case.enforcement.recovered] if case.enforcement else []
    return tuple(sorted([*taken, *((p.day, p.amount) for p in _paid_since(case) if p.day)]))


def voluntary_acts(case: CaseFacts, ledger: Ledger) -> tuple[date, ...]:
    """Days on which the debtor itself paid or admitted and promised, as far as proved; money taken by the court is no such act.

    CPL art. 250 with Civil Code art. 195(2). A promise noted only in the collection log is not proved.
    """
    paid = [r.day for r in case.enforcement.recovered if r.voluntary] if case.enforcement else []
    paid += [p.day for p in _paid_since(case) if p.day]
    proved, _ = events_of(case, ledger)
    kinds = {document.id: document.type for document in case.documents}
    admitted = [event.day for event in proved if any(kinds.get(name) in ADMISSIONS for name in event.documents)]
    return tuple(sorted({*paid, *admitted}))


def limit_of(case: CaseFacts, ledger: Ledger, planned: date) -> EnforcementLimit | None:
    """The time to apply for enforcement; None without an instrument that has a last day for performance."""
    last = case.instrument.performance_last_day if case.instrument else None
    if last is None:
        return None
    filed = case.enforcement.filed_on if case.enforcement else None
    return enforcement_limit(last, voluntary_acts(case, ledger), filed, planned)


def procedure_ended(case: CaseFacts, day: date) -> bool:
    """Whether a round of enforcement was ended (终本) by a day: applying again is then not bound by the two years (CPL Interpretation art. 517)."""
    ended = case.enforcement.terminated_on if case.enforcement else None
    return ended is not None and ended <= day


def last_service(case: CaseFacts) -> date | None:
    """The day the last party was served with the judgment: as entered, else by records of service for at least two parties."""
    if case.instrument and case.instrument.served_on_last_party:
        return case.instrument.served_on_last_party
    records = case.of_type("judgment_service_record")
    days = [day for r in records if (day := as_date(r.fields.get("served_on")) or r.dated)]
    return max(days) if days and sum(r.n for r in records) >= 2 else None


def appeal_over(case: CaseFacts, day: date, law: Law) -> bool:
    """All parties were served, fifteen days have passed with the holiday roll, and no appeal is pending (CPL art. 171)."""
    served = last_service(case)
    if served is None:
        return False
    appealed = any(p.kind == "lawsuit" and p.same_claim and p.ended_on is None and p.filed_on >= served for p in case.proceedings)
    last = statutory_last_day(served + APPEAL_DAYS, law)
    ends = last if isinstance(last, date) else served + APPEAL_DAYS + LONGEST_HOLIDAY
    return not appealed and day > ends


def other_creditor(case: CaseFacts) -> bool:
    """The instrument names another creditor than the applicant: the right passed on, which must be proved (Enforcement Work Provisions art. 18)."""
    paper = case.document(case.instrument.id) if case.instrument else None
    names = {p.name for p in paper.parties if p.role == "creditor"} if paper else set()
    return bool(names) and not names & {case.creditor.name, *case.creditor.former_names}
