"""Checks of dates, letters, recordings, e-data, originals and signers: X05, X06, X07, X16 to X21."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from itertools import pairwise

from casefiles.law import Words
from casefiles.rules.amounts import ZERO, money
from casefiles.rules.calendar import DAY
from casefiles.rules.computed import exhibits
from casefiles.rules.entities import DocumentFacts, Letter
from casefiles.rules.findings import Broken
from casefiles.rules.inquiry import Inquiry
from casefiles.rules.instalments import Debt
from casefiles.rules.limits import safe_last_day
from casefiles.rules.performance import Unit
from casefiles.rules.wording import joined, label, letter_words


def _found(code: str, documents: Iterable[DocumentFacts], inquiry: Inquiry, say: Callable[[DocumentFacts], Words] | None = None) -> Iterator[Broken]:
    """One finding for all documents concerned, or none."""
    concerned = list(documents)
    if concerned:
        said = joined((say or (lambda d: label(d, inquiry.law)))(d) for d in concerned)
        yield Broken(code=code, documents=tuple(d.id for d in concerned), facts={"list_zh": said.zh, "list_en": said.en})


def _not_yet_due(inquiry: Inquiry) -> Iterator[Broken]:
    """Debts claimed before their day. An accepted insolvency makes all due, also for a write-off (Enterprise Bankruptcy Law art. 46(1))."""
    if inquiry.packet == "write_off_archive" and inquiry.case.insolvency is not None:
        return
    ledger, claimed = inquiry.ledger, inquiry.case.claim.by_invoice
    early = [d for d in ledger.open_debts if d.due and d.due > inquiry.as_of and (not claimed or d.number in claimed)]
    if not claimed and ledger.claimed <= ledger.balance - sum((d.open for d in early), ZERO):
        early = []  # what is not due is left out of the claim
    said = [Words(f"{d.number} {d.due} ¥{money(d.open)}", f"{d.number} {d.due} ¥{money(d.open)}") for d in early]
    amount, documents = sum((d.open for d in early), ZERO), [d.document for d in early if d.document]
    contract = inquiry.case.contract
    retention = contract.retention if contract else None
    held_back = retention is not None and retention.due_date is not None and retention.due_date > inquiry.as_of and not early
    if contract and retention and held_back and ledger.claimed > ledger.balance - retention.amount:
        of_it = f"{retention.due_date} ¥{money(retention.amount)}"
        said.append(Words(f"质保金 {of_it}", f"retention money {of_it}"))
        amount += retention.amount
        documents.append(contract.id)
    if said:
        listed = joined(said)
        yield Broken(code="due_date_in_future", documents=tuple(documents), amount=amount, facts={"list_zh": listed.zh, "list_en": listed.en})


def _performance_open(inquiry: Inquiry) -> Iterator[Broken]:
    """The period the instrument gives for performance still runs on the planned filing day: nothing can be enforced yet (CPL art. 250)."""
    instrument = inquiry.case.instrument
    last = instrument.performance_last_day if instrument else None
    if inquiry.packet == "enforcement" and instrument and last and inquiry.filing <= last:
        said = Words(f"{instrument.case_no} 履行期最后一日 {last}", f"{instrument.case_no}, last day for performance {last}")
        yield Broken(code="due_date_in_future", documents=(instrument.id,), facts={"list_zh": said.zh, "list_en": said.en})


def _before_disbursement(inquiry: Inquiry) -> Iterator[Broken]:
    """A payment on a loan before any money was paid out is interest held back: it lowers the principal (Civil Code art. 670)."""
    paid_out = [unit.day for unit in inquiry.ledger.units if unit.day is not None]
    if inquiry.case.dispute_type != "loan" or not paid_out:
        return
    first = min(paid_out)
    early = [p for p in inquiry.case.payments if p.day is not None and p.day < first]
    if early:
        said = joined(Words(f"{p.document.id} {p.day} ¥{money(p.amount)}", f"{p.document.id} {p.day} ¥{money(p.amount)}") for p in early)
        facts = {"first": first.isoformat(), "list_zh": said.zh, "list_en": said.en}
        total = sum((p.amount for p in early), ZERO)
        yield Broken(code="payment_before_disbursement", documents=tuple(p.document.id for p in early), amount=total, facts=facts)


def _schedule_faults(inquiry: Inquiry) -> Iterator[Words]:
    """Periods that run backwards, leave days out or overlap the one before."""
    contract = inquiry.case.contract
    rows = [(date.fromisoformat(str(r["period_from"])), date.fromisoformat(str(r["period_to"]))) for r in (contract.rent_schedule if contract else ())]
    for start, end in rows:
        if end < start:
            yield Words(f"{start} 至 {end} 起止颠倒", f"{start} to {end} runs backwards")
    straight = sorted(row for row in rows if row[0] <= row[1])
    for (_, end), (start, _) in pairwise(straight):
        if start > end + DAY:
            yield Words(f"{end} 之后至 {start} 之前无租金", f"no rent between {end} and {start}")
        elif start <= end:
            yield Words(f"{start} 起与上一期重叠", f"the period from {start} overlaps the one before")


def _rent_schedule(inquiry: Inquiry) -> Iterator[Broken]:
    """The rent schedule of a lease is read as it stands; where it cannot be right, that is said (Civil Code art. 721)."""
    faults = list(_schedule_faults(inquiry)) if inquiry.case.dispute_type == "lease" else []
    contract = inquiry.case.contract
    if faults and contract:
        said = joined(faults)
        yield Broken(code="rent_schedule_broken", documents=(contract.id,), facts={"list_zh": said.zh, "list_en": said.en})


def date_order(inquiry: Inquiry) -> Iterator[Broken]:
    """X05: contract before delivery and payment; nothing dated after the day of the check; the claimed debt is due.

    Civil Code arts. 511, 626, 628. A debt whose last day for payment is today is not in the future.
    """
    case, contract = inquiry.case, inquiry.case.contract
    signed = contract.signed_on if contract and not inquiry.by_instrument else None  # what an instrument decided is not looked at again
    if signed is not None:
        performed = [(u.document, u.number, u.day) for u in inquiry.ledger.units if case.dispute_type != "lease"]  # rent is no act of its day
        rows = [*performed, *((p.document.id, p.document.number or p.document.id, p.day) for p in case.payments)]
        early = [(name, number, day) for name, number, day in rows if day is not None and day < signed]
        if early:
            said = joined(Words(f"{number} {day}", f"{number} {day}") for _, number, day in early)
            facts = {"signed_on": signed.isoformat(), "list_zh": said.zh, "list_en": said.en, **inquiry.law.words["acts"][case.dispute_type]}
            yield Broken(code="delivery_before_contract", documents=tuple(name for name, _, _ in early), facts=facts)
    yield from _before_disbursement(inquiry)
    yield from _rent_schedule(inquiry)
    yield from _performance_open(inquiry) if inquiry.by_instrument else _not_yet_due(inquiry)
    ahead = [d for d in case.documents if d.dated is not None and d.dated > inquiry.as_of]
    if ahead:
        said = joined(Words(f"{d.number or d.id} {d.dated}", f"{d.number or d.id} {d.dated}") for d in ahead)
        facts = {"as_of": inquiry.as_of.isoformat(), "list_zh": said.zh, "list_en": said.en}
        yield Broken(code="document_dated_in_future", documents=tuple(d.id for d in ahead), facts=facts)


def _another_served(letter: Letter, served: list[date], inquiry: Inquiry) -> bool:
    """Another letter was served later, or in the limitation period this one falls into (since the same trigger)."""
    if letter.day is None:
        return bool(served)
    if any(day >= letter.day for day in served):
        return True
    starts = [event.day for event in inquiry.limitation.events if event.day <= letter.day]
    trigger = max(starts, default=None)
    return trigger is not None and letter.day <= safe_last_day(trigger) and any(day >= trigger for day in served)


def demand_service(inquiry: Inquiry) -> Iterator[Broken]:
    """X06: letters to the debtor were delivered, to the agreed or registered address. SPC Limitation Provisions art. 8.

    Refused or returned at the right address counts as arrived. Where another letter does the work, the unserved one is only worth a note.
    """
    letters = [letter for letter in inquiry.case.letters if letter.recipient == "debtor"]
    unserved = [letter for letter in letters if not letter.served]
    served = [letter.served_on for letter in letters if letter.served_on is not None]
    if unserved:
        covered = all(_another_served(letter, served, inquiry) for letter in unserved)
        said = joined(map(letter_words, unserved))
        last = inquiry.limitation.safe_last_day
        urgent = Words("请立即", "S")
        if last is not None and last >= inquiry.as_of:
            urgent = Words(f"请在 {last} 时效届满前", f"Before limitation ends on {last}, s")
        facts = {"list_zh": said.zh, "list_en": said.en, "urgent_zh": urgent.zh, "urgent_en": urgent.en}
        circumstance = "other_demand_served_later_or_in_same_period" if covered else None
        yield Broken(code="no_proof_of_delivery", documents=tuple(x.document.id for x in unserved), facts=facts, circumstance=circumstance)
    yield from _found("address_differs", [x.document for x in letters if x.address_matches is False], inquiry)


def limitation_gap(inquiry: Inquiry) -> Iterator[Broken]:
    """X07: an event more than three years after the trigger before it does not interrupt, unless it revives the debt.

    Civil Code art. 195; SPC Limitation Provisions art. 19.
    """
    broken = {number: run for number, run in inquiry.limitation.by_invoice.items() if run.expired_on is not None}
    if not broken:
        return
    late = list(dict.fromkeys(event for run in broken.values() for event in run.late))
    first = min(run.expired_on for run in broken.values() if run.expired_on)
    said = joined(Words(f"{e.day} {e.zh}", f"{e.day} {e.en}") for e in late)
    facts = {"invoices": "、".join(broken), "expired_on": first.isoformat(), "list_zh": said.zh, "list_en": said.en}
    yield Broken(code="gap", documents=tuple(dict.fromkeys(name for event in late for name in event.documents)), facts=facts)


def recording_legality(inquiry: Inquiry) -> Iterator[Broken]:
    """X16: the recorder was a party to the call; the parties are stated. SPC CPL Interpretation art. 106."""
    recordings = inquiry.case.of_type("call_recording")
    yield from _found("third_party_interception", (d for d in recordings if d.fields.get("third_party_interception") is True), inquiry)
    yield from _found("missing_statement", (d for d in recordings if not d.fields.get("caller") or not d.fields.get("callee")), inquiry)


def recording_identity(inquiry: Inquiry) -> Iterator[Broken]:
    """X17: the other speaker is tied to the debtor. SPC Civil Evidence Provisions arts. 87, 90(4)."""
    recordings = inquiry.case.of_type("call_recording")
    known = [d for d in recordings if "account_identity" in d.flags or d.fields.get("callee_identified_by")]
    yield from _found("unidentified", (d for d in recordings if d not in known), inquiry)


def original_location(inquiry: Inquiry) -> Iterator[Broken]:
    """X18: keeper and place of every original; a lost one is explained. SPC Civil Evidence Provisions arts. 11, 61, 90(5)."""
    located = inquiry.case.originals_all_located
    empty, lost = [], []
    for document in exhibits(inquiry):
        original = document.original
        if original is None:
            empty += [] if located else [document]
        elif original.held_by == "lost":
            lost += [] if original.explanation else [document]
        elif original.held_by is None or original.location is None:
            empty.append(document)
    yield from _found("empty", empty, inquiry)
    yield from _found("lost", lost, inquiry)


def edata_identity(inquiry: Inquiry) -> Iterator[Broken]:
    """X19: the account belongs to the debtor or its employee. SPC Civil Evidence Provisions arts. 93, 94."""
    accounts = inquiry.case.of_type("wechat_record", "email", "sms", "platform_record")
    yield from _found("unidentified", (d for d in accounts if "account_identity" not in d.flags and not d.fields.get("real_name_proof")), inquiry)


def edata_integrity(inquiry: Inquiry) -> Iterator[Broken]:
    """X20: native records, not screenshots alone; bytes as at upload. SPC Civil Evidence Provisions arts. 14, 15."""
    records = inquiry.case.of_type("wechat_record", "email", "sms", "platform_record")
    if not any("native_file" in d.flags for d in records):
        yield from _found("screenshot_only", inquiry.case.of_type("screenshot"), inquiry)
    yield from _found("hash_mismatch", (d for d in inquiry.case.documents if d.fields.get("hash_mismatch") is True), inquiry)


def signer_authority(inquiry: Inquiry) -> Iterator[Broken]:
    """X21: who signed without the debtor's seal was authorised, or signed before and the debtor paid. Civil Code arts. 170, 172.

    A note without any signature is the finding of the element, not this one.
    """
    kinds = ("delivery_note_signed", "service_confirmation", "work_delivery_record", "acceptance_record")
    unknown = [
        d
        for d in inquiry.case.of_type(*kinds)
        if "debtor_seal" not in d.flags
        and "signer_authorised" not in d.flags
        and (d.fields.get("signed_by") or (d.type == "delivery_note_signed" and "debtor_seal_or_signature" in d.flags))
    ]

    def say(document: DocumentFacts) -> Words:
        who = document.fields.get("signed_by")
        name = label(document, inquiry.law)
        return Words(f"{name.zh} {who}签收" if who else name.zh, f"{name.en} signed by {who}" if who else name.en)

    yield from _found("unknown_signer", (d for d in unknown if not _paid_before(d, inquiry)), inquiry, say)


def _debt_of(unit: Unit, inquiry: Inquiry) -> Debt | None:
    """The debt a paper gave rise to: its own, else the invoice of its exact sum; several of one sum go together in the order of their days."""
    debts = inquiry.ledger.debts
    if own := next((debt for debt in debts if debt.document == unit.document), None):
        return own
    papers = sorted((u for u in inquiry.ledger.units if u.amount == unit.amount), key=lambda u: u.day or date.max)
    same = sorted((debt for debt in debts if debt.amount == unit.amount), key=lambda debt: debt.due or date.max)
    return same[papers.index(unit)] if len(same) == len(papers) else None


def _paid_before(document: DocumentFacts, inquiry: Inquiry) -> bool:
    """An earlier paper with the same signature was paid in full: the debtor who pays on a signature lets it stand (Civil Code art. 172).

    It answers the question who signed; whether the flag `signer_authorised` is set stays with a person.
    """
    signer, day = document.fields.get("signed_by"), document.dated
    for unit in inquiry.ledger.units:
        paper = inquiry.case.document(unit.document)
        earlier = unit.document != document.id and unit.day is not None and day is not None and unit.day < day
        if earlier and signer and paper and paper.fields.get("signed_by") == signer:
            debt = _debt_of(unit, inquiry)
            if debt is not None and debt.taken and debt.open == 0:
                return True
    return False
