"""Checks of dates, letters, recordings, e-data, originals and signers: X05, X06, X07, X16 to X21."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date

from casefiles.law import Words
from casefiles.rules.amounts import ZERO, money
from casefiles.rules.computed import exhibits
from casefiles.rules.entities import DocumentFacts, Letter
from casefiles.rules.findings import Broken
from casefiles.rules.inquiry import Inquiry
from casefiles.rules.limits import safe_last_day
from casefiles.rules.wording import joined, label, letter_words


def _found(code: str, documents: Iterable[DocumentFacts], inquiry: Inquiry, say: Callable[[DocumentFacts], Words] | None = None) -> Iterator[Broken]:
    """One finding for all documents concerned, or none."""
    concerned = list(documents)
    if concerned:
        said = joined((say or (lambda d: label(d, inquiry.law)))(d) for d in concerned)
        yield Broken(code=code, documents=tuple(d.id for d in concerned), facts={"list_zh": said.zh, "list_en": said.en})


def _not_yet_due(inquiry: Inquiry) -> Iterator[Broken]:
    claimed = inquiry.case.claim.by_invoice
    early = [d for d in inquiry.ledger.open_debts if d.due and d.due > inquiry.as_of and (not claimed or d.number in claimed)]
    said = [f"{d.number} {d.due} ¥{money(d.open)}" for d in early]
    amount, documents = sum((d.open for d in early), ZERO), [d.document for d in early]
    contract = inquiry.case.contract
    retention = contract.retention if contract else None
    held_back = retention is not None and retention.due_date is not None and retention.due_date > inquiry.as_of and not early
    if contract and retention and held_back and inquiry.ledger.claimed > inquiry.ledger.balance - retention.amount:
        said.append(f"质保金 {retention.due_date} ¥{money(retention.amount)}")
        amount += retention.amount
        documents.append(contract.id)
    if said:
        yield Broken(code="due_date_in_future", documents=tuple(documents), amount=amount, facts={"list_zh": "、".join(said), "list_en": ", ".join(said)})


def date_order(inquiry: Inquiry) -> Iterator[Broken]:
    """X05: contract before delivery and payment; nothing dated after the day of the check; the claimed debt is due.

    Civil Code arts. 511, 626, 628. A debt whose last day for payment is today is not in the future.
    """
    case, contract = inquiry.case, inquiry.case.contract
    signed = contract.signed_on if contract else None
    if signed is not None:
        rows = [*((d.document, d.day) for d in case.deliveries), *((p.document, p.day) for p in case.payments)]
        early = [(document, day) for document, day in rows if day is not None and day < signed]
        if early:
            said = joined(Words(f"{d.number or d.id} {day}", f"{d.number or d.id} {day}") for d, day in early)
            facts = {"signed_on": signed.isoformat(), "list_zh": said.zh, "list_en": said.en}
            yield Broken(code="delivery_before_contract", documents=tuple(d.id for d, _ in early), facts=facts)
    yield from _not_yet_due(inquiry)
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
    """X17: the other speaker is tied to the debtor."""
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
    """X21: who signed without the debtor's seal was authorised. Civil Code arts. 170, 172.

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

    yield from _found("unknown_signer", unknown, inquiry, say)
