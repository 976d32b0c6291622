"""Turns the blocks of a case mapping into documents (case-file.md section 2) and merges the entries of `documents[]` into them.

Silence is no proof: a flag is true only where it is true in the file. Two exceptions: the contract and the guarantee contract, where
silence means sealed or signed by both sides.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from casefiles.law import Law
from casefiles.rules.entities import DocumentFacts, Named, Original, Promise

Entry = Mapping[str, Any]
PROPER_SEALS = frozenset({"公章", "财务专用章", "合同专用章", "财务章", "合同章", "行政公章"})
SEALED_WHEN_SILENT = {
    "contract": ("debtor_seal_or_signature", "debtor_seal", "creditor_seal", "signature_or_seal"),
    "guarantee_contract": ("signature_or_seal",),
}
DELIVERED = frozenset({"签收", "他人代收"})
CAME_BACK = frozenset({"拒收", "退回"})
PRICE_OF = {"loan": "loan_repayment", "lease": "rent"}  # purpose of a payment that is silent on it; every other dispute: price
DATE_FIELDS = ("document_date", "date", "dated", "signed_on", "as_at", "paid_on", "delivered_on", "delivery_date", "issued_on", "recorded_on", "sent_on",
               "printed_on", "acknowledged_on", "accepted_on", "published_on", "filed_on", "order_date")  # fmt: skip
NUMBER_FIELDS = ("number", "no", "note_no", "invoice_no", "contract_no", "order_no", "certificate_no", "case_no", "voucher_no")
KNOWN = frozenset({"id", "type", "title_zh", "n", "parties", "lists", "covers_documents", "promise", "original", "file", "confidentiality"})


def as_date(value: Any) -> date | None:
    """An ISO string or a date as a date; null stays None."""
    return value if isinstance(value, date) or value is None else date.fromisoformat(value)


def as_money(value: Any) -> Decimal | None:
    """A money string as Decimal; null stays None."""
    return None if value is None else Decimal(str(value))


def filled(entry: Entry | None) -> dict[str, Any]:
    """An entry without its nulls: null means absent."""
    return {key: value for key, value in (entry or {}).items() if value is not None}


def _first(entry: Entry, names: tuple[str, ...]) -> Any:
    return next((entry[name] for name in names if entry.get(name) is not None), None)


def _original(entry: Entry | None) -> Original | None:
    if not entry:
        return None
    exists = entry.get("exists")
    return Original(exists if isinstance(exists, bool) else None, entry.get("held_by"), entry.get("location"), entry.get("explanation"))


def _promise(entry: Entry) -> Promise | None:
    said = filled(entry.get("promise"))
    if not said and (entry.get("promise_date") or entry.get("promise_amount")):
        said = {"date": entry.get("promise_date"), "amount": entry.get("promise_amount")}
    return Promise(as_date(said.get("date")), as_money(said.get("amount")), said.get("kept")) if said else None


def document(entry: Entry, law: Law, original: Original | None) -> DocumentFacts:
    """One entry of `documents[]`, or a block entry already put into that form, as facts. Nulls must be dropped before."""
    flags = {flag for flag in law.need_flags if entry.get(flag) is True}
    flags |= {flag for flag in SEALED_WHEN_SILENT.get(entry["type"], ()) if entry.get(flag, True) is True}
    if "debtor_seal" in flags:  # a sealed paper needs no signer
        flags |= {"debtor_seal_or_signature", "signer_authorised"}
    return DocumentFacts(
        id=str(entry["id"]),
        type=entry["type"],
        number=_first(entry, NUMBER_FIELDS),
        title=entry.get("title_zh"),
        dated=as_date(_first(entry, DATE_FIELDS)),
        amount=as_money(entry.get("amount")),
        n=int(entry.get("n", 1)),
        flags=frozenset(flags),
        fields={key: value for key, value in entry.items() if key not in KNOWN},
        parties=tuple(Named(p["role"], p["name_on_document"], p.get("uscc_on_document")) for p in entry.get("parties", ())),
        lists=tuple(entry.get("lists", ())),
        covers_documents=tuple(entry.get("covers_documents", ())),
        promise=_promise(entry),
        original=_original(entry.get("original")) or original,
        confidentiality=entry.get("confidentiality"),
        file=entry.get("file"),
    )


def _contract(entry: Entry) -> Iterator[Entry]:
    sealed = entry.get("debtor_seal_or_signature", True)
    plain = {k: v for k, v in entry.items() if k not in ("name", "no")}
    yield {**plain, "type": "contract", "debtor_seal": entry.get("debtor_seal", sealed), "title_zh": entry.get("name"), "number": entry.get("no")}


def _delivery(entry: Entry, receivers: frozenset[str]) -> Iterator[Entry]:
    signed, sealed = entry.get("signed_by"), entry.get("debtor_seal") is True
    authorised = sealed or entry.get("signer_authorised", signed in receivers)
    kind = "delivery_note_signed" if signed or sealed else "delivery_note_unsigned"
    yield {**entry, "type": kind, "debtor_seal_or_signature": bool(signed or sealed), "signer_authorised": bool(authorised) and bool(signed or sealed)}


def _statement(entry: Entry) -> Iterator[Entry]:
    seal, signed = entry.get("debtor_seal"), entry.get("signed_by")
    proper = seal in PROPER_SEALS
    yield {
        **entry,
        "type": "reconciliation_statement",
        "seal_kind": seal,
        "debtor_seal": proper,
        "debtor_seal_or_signature": bool(proper or signed),
        "signer_authorised": proper or entry.get("signer_authorised") is True,
        "states_amount": True,
        "states_interest": bool(entry.get("mentions_interest") or entry.get("interest_amount")),
        "document_date": entry.get("signed_on") or entry.get("as_at"),
    }


def _demand(entry: Entry) -> Iterator[Entry]:
    receipt = filled(entry.get("receipt"))
    plain = {k: v for k, v in entry.items() if k not in ("kind", "receipt")}
    recipient = entry.get("recipient", "debtor")
    yield {**plain, "type": entry["kind"], "recipient": recipient, "receipt_id": receipt.get("id"), "number": None, "document_date": entry["dated"]}
    if not receipt:
        return
    status = receipt.get("status")
    arrived = status in DELIVERED or (status in CAME_BACK and entry.get("address_matches") is True)
    same = {k: entry[k] for k in ("waybill_no", "carrier", "content_named") if entry.get(k)}
    yield {**same, **receipt, "type": "delivery_receipt", "delivered": arrived, "letter_id": entry["id"], "recipient": recipient}


def _recording(entry: Entry) -> Iterator[Entry]:
    identified = entry.get("account_identity", entry.get("callee_identified_by") is not None)
    yield {**entry, "type": "call_recording", "account_identity": identified, "recorded_on": entry["date"]}


def _transcripts(case: Entry) -> Iterator[Entry]:
    for recording in map(filled, case.get("recordings") or ()):
        transcript = recording.get("transcript_id")
        if transcript:
            yield {"id": transcript, "type": "recording_transcript", "recording_id": recording["id"], "document_date": recording["date"]}


def _security(case: Entry) -> Iterator[Entry]:
    security, main = filled(case.get("security")), (case.get("contract") or {}).get("id")
    for guarantor in [*([security["guarantor"]] if security.get("guarantor") else []), *security.get("guarantors", ())]:
        contract = guarantor.get("contract_id")
        if contract and contract != main:  # a clause of the main contract makes no second paper of it
            signed = {"signed_on": guarantor["signed_on"]} if guarantor.get("signed_on") else {}
            yield {"id": contract, "type": "guarantee_contract", "guarantor": guarantor["name"], **signed}
    for collateral in [*([security["collateral"]] if security.get("collateral") else []), *security.get("collaterals", ())]:
        yield {"id": collateral["contract_id"], "type": "mortgage_or_pledge_contract", "object": collateral.get("object"), "value": collateral.get("value")}
        registration = collateral.get("registration_id")
        if registration:
            yield {"id": registration, "type": "security_registration", "registered_on": collateral.get("registered_on")}


def _ledger_entries(case: Entry, purpose: str) -> Iterator[Entry]:
    for entry in map(filled, case.get("invoices") or ()):
        yield {**entry, "type": "vat_invoice"}
    for entry in map(filled, case.get("payments") or ()):
        yield {"direction": "in", "purpose": purpose, **entry, "type": "bank_payment", "paid_on": entry["date"]}
    for entry in map(filled, case.get("credit_notes") or ()):
        yield {**entry, "type": "credit_note", "against_invoice": entry["against"], "credit_effect": entry.get("effect", "from_due_date")}


def _instrument(case: Entry, purpose: str) -> Iterator[Entry]:
    judgment = filled(case.get("judgment"))
    if judgment:
        yield {**judgment, "type": judgment.get("type", "judgment")}
    enforcement = filled(case.get("enforcement"))
    for entry in map(filled, enforcement.get("recovered", ())):
        if "id" in entry:
            yield {"direction": "in", "purpose": purpose, **entry, "type": "bank_payment", "paid_on": entry["date"], "recovered": True}
    ended = filled(enforcement.get("terminated_current_procedure"))
    if ended.get("id"):
        yield {"document_date": ended.get("date"), **ended, "type": "enforcement_termination_ruling"}


def block_entries(case: Entry) -> Iterator[Entry]:
    """Every paper the blocks speak of, in the form of an entry of `documents[]`."""
    contract = filled(case.get("contract"))
    receivers = frozenset(contract.get("authorised_receivers", ()))
    purpose = PRICE_OF.get(case["dispute_type"], "price")
    if contract:
        yield from _contract(contract)
    for entry in map(filled, case.get("deliveries") or ()):
        yield from _delivery(entry, receivers)
    yield from _ledger_entries(case, purpose)
    for entry in map(filled, case.get("reconciliations") or ()):
        yield from _statement(entry)
    for entry in map(filled, case.get("demands") or ()):
        yield from _demand(entry)
    for entry in map(filled, case.get("recordings") or ()):
        yield from _recording(entry)
    yield from _transcripts(case)
    yield from _security(case)
    yield from _instrument(case, purpose)
    for listed in (*(case.get("identity_documents") or ()), *(case.get("insolvency_documents") or ())):
        yield {"id": listed, "type": listed} if isinstance(listed, str) else filled(listed)


def documents_of(case: Entry, law: Law) -> tuple[DocumentFacts, ...]:
    """All documents of a case. An entry of documents[] with the id of a block entry adds to it: its values win, also its type."""
    own = {str(entry["id"]): filled(entry) for entry in case.get("documents") or ()}
    merged: dict[str, dict[str, Any]] = {}
    for entry in block_entries(case):
        name = str(entry["id"])
        merged[name] = {**merged.get(name, {}), **filled(entry), **own.get(name, {})}
    for name, entry in own.items():
        merged.setdefault(name, dict(entry))
    printed = (case.get("debtor") or {}).get("registry_extract_date")
    for entry in merged.values():
        if printed and entry["type"] == "company_registry_extract_debtor":
            entry.setdefault("printed_on", printed)
    originals = case.get("originals")
    located = {k: _original(v) for k, v in originals.items()} if isinstance(originals, Mapping) else {}
    return tuple(document(entry, law, located.get(name)) for name, entry in merged.items())
