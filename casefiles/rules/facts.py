"""Reads a case mapping (case-file.md) into `CaseFacts`; what silence means is applied here, once.

The mapping is assumed to satisfy the schema. Keys the rules do not know (`files`, `expected`) are left alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from casefiles.law import Law, load_law
from casefiles.rules import court_reading
from casefiles.rules.copies import papers
from casefiles.rules.entities import (
    CaseFacts,
    Claim,
    Contact,
    Contract,
    CreditNote,
    Delivery,
    DisputeClause,
    DocumentFacts,
    Guarantor,
    Invoice,
    Letter,
    Party,
    Payment,
    Proceeding,
    Promise,
    RateClause,
    Retention,
    Security,
    Statement,
)
from casefiles.rules.papers import PRICE_OF, as_date, as_money, documents_of, filled

__all__ = ["CaseFacts", "DocumentFacts", "read_case"]

Entry = Mapping[str, Any]
LETTERS = ("demand_letter", "lawyers_letter")
PARTY_KEYS = frozenset({"id", "name", "uscc", "address", "registered_address", "legal_representative", "type", "size", "registry_status",
                        "registry_extract_date", "former_names"})  # fmt: skip


def _party(entry: Entry, role: str) -> Party:
    said = filled(entry)
    return Party(
        id=said.get("id", role),
        role=role,
        name=said["name"],
        uscc=said.get("uscc"),
        address=said.get("address"),
        registered_address=said.get("registered_address", said.get("address")),
        legal_representative=said.get("legal_representative"),
        type=said.get("type"),
        size=said.get("size"),
        registry_status=said.get("registry_status"),
        registry_extract_date=as_date(said.get("registry_extract_date")),
        former_names=tuple(said.get("former_names", ())),
        details={key: value for key, value in said.items() if key not in PARTY_KEYS},
    )


def _rate_clause(entry: Any) -> RateClause | None:
    if not isinstance(entry, Mapping):
        return None
    said = filled(entry)
    return RateClause(
        said["type"], as_money(said.get("rate")), int(said.get("basis", 365)), as_money(said.get("markup")), said.get("clause"), said.get("text")
    )


def _dispute_clause(entry: Any) -> DisputeClause | None:
    if not isinstance(entry, Mapping):
        return None
    said = filled(entry)
    return DisputeClause(said["type"], said["text"], said.get("clause"), said.get("court"), said.get("connection"))


def _retention(entry: Any) -> Retention | None:
    if not isinstance(entry, Mapping):
        return None
    said = filled(entry)
    return Retention(Decimal(said["amount"]), as_date(said.get("due_date")), said.get("condition"))


def _contract(case: Entry, documents: Sequence[DocumentFacts]) -> Contract | None:
    """The block `contract`, else the first contract among the documents with what its fields say."""
    said = filled(case.get("contract"))
    if not said:
        paper = next((d for d in documents if d.type == "contract"), None)
        if paper is None:
            return None
        said = {"id": paper.id, "name": paper.title or "合同", "no": paper.number, **paper.fields}
    terms = said.get("payment_terms")
    return Contract(
        id=said["id"],
        name=said["name"],
        number=said.get("no"),
        signed_on=as_date(said.get("signed_on")),
        signed_at=said.get("signed_at"),
        total=as_money(said.get("total")),
        currency=said.get("currency", "CNY"),
        payment_terms={"rule": terms} if isinstance(terms, str) else terms,
        invoice_first=said.get("invoice_first") is True,
        payment_requires_acceptance=said.get("payment_requires_acceptance") is True,
        deemed_acceptance_clause=said.get("deemed_acceptance_clause") is True,
        back_to_back=said.get("back_to_back") is True,
        retention=_retention(said.get("retention")),
        inspection_period_days=said.get("inspection_period_days"),
        late_payment_clause=_rate_clause(said.get("late_payment_clause")),
        interest_clause=_rate_clause(said.get("interest_clause")),
        repayment_date=as_date(said.get("repayment_date")),
        rent_schedule=tuple(said.get("rent_schedule") or ()),
        cost_clause=said.get("cost_clause"),
        dispute_clause=_dispute_clause(said.get("dispute_clause")),
        place_of_performance=said.get("place_of_performance"),
        notice_address=said.get("notice_address"),
        authorised_receivers=tuple(said.get("authorised_receivers", ())),
        authorised_contacts=tuple(said.get("authorised_contacts", ())),
        object_kind=said.get("object_kind", "other"),
        object_location=said.get("object_location"),
    )


def _of(documents: Sequence[DocumentFacts], *types: str) -> list[DocumentFacts]:
    return [document for document in documents if document.type in types]


def _signed(note: DocumentFacts) -> int:
    """A note a person confirmed as signed speaks before one that is only entered as signed, and that before an unsigned one."""
    return 2 * ("debtor_seal_or_signature" in note.flags) + (note.type == "delivery_note_signed")


def _deliveries(documents: Sequence[DocumentFacts]) -> tuple[Delivery, ...]:
    """Delivery notes; two with the same number are one delivery."""
    return tuple(
        Delivery(
            document=note.best,
            number=note.best.number or note.best.id,
            day=note.said(lambda d: d.dated),
            amount=note.said(lambda d: d.amount) or Decimal("0.00"),
            signed_by=note.said(lambda d: d.fields.get("signed_by")),
            copies=note.copies,
        )
        for note in papers(_of(documents, "delivery_note_signed", "delivery_note_unsigned"), _signed)
    )


def _invoices(documents: Sequence[DocumentFacts]) -> tuple[Invoice, ...]:
    """Invoices; two with the same number are one."""
    return tuple(
        Invoice(
            document=paper.best,
            number=paper.best.number or paper.best.id,
            day=paper.said(lambda d: d.dated),
            amount=paper.said(lambda d: d.amount) or Decimal("0.00"),
            due=as_date(paper.said(lambda d: d.fields.get("due_date"))),
            copies=paper.copies,
        )
        for paper in papers(_of(documents, "vat_invoice"), lambda d: d.amount is not None)
    )


def _payments(documents: Sequence[DocumentFacts], purpose: str) -> tuple[Payment, ...]:
    """Money in for the debt itself: the block `payments`, and bank payments among the documents whose purpose says so."""
    vouchers = [
        d
        for d in _of(documents, "bank_payment")
        if d.fields.get("direction") == "in" and d.fields.get("purpose") == purpose and not d.fields.get("recovered")
    ]
    return tuple(Payment(d, d.dated, d.amount or Decimal("0.00"), d.fields.get("designated_invoice")) for d in vouchers)


def _credit_notes(documents: Sequence[DocumentFacts]) -> tuple[CreditNote, ...]:
    return tuple(
        CreditNote(d, d.dated, d.amount or Decimal("0.00"), d.fields.get("against_invoice"), d.fields.get("credit_effect") != "from_own_date")
        for d in _of(documents, "credit_note")
    )


def _statements(documents: Sequence[DocumentFacts]) -> tuple[Statement, ...]:
    return tuple(
        Statement(
            document=d,
            as_at=as_date(d.fields.get("as_at")),
            signed_on=as_date(d.fields.get("signed_on")),
            amount=d.amount,
            seal=d.fields.get("seal_kind"),
            signed_by=d.fields.get("signed_by"),
            states_interest=bool(d.fields.get("states_interest") or d.fields.get("interest_amount")),
        )
        for d in _of(documents, "reconciliation_statement")
    )


def _letters(documents: Sequence[DocumentFacts]) -> tuple[Letter, ...]:
    """Letters with their proof of service. One that stands in documents[] is served by a delivered receipt beside it: the same waybill first,
    else one receipt for each letter, the earliest letters first."""
    receipts = _of(documents, "delivery_receipt")
    own = {r.fields["letter_id"]: r for r in receipts if "letter_id" in r.fields}
    waybills = {r.fields["waybill_no"]: r for r in receipts if "waybill_no" in r.fields and "letter_id" not in r.fields}
    loose = [r for r in receipts if "letter_id" not in r.fields and "waybill_no" not in r.fields and "delivered" in r.flags]
    at_hand = sum(r.n for r in loose)
    letters = []
    for letter in sorted(_of(documents, *LETTERS), key=lambda d: (d.dated is None, d.dated)):
        receipt = own.get(letter.id) or waybills.get(letter.fields.get("waybill_no"))
        served = receipt is not None and "delivered" in receipt.flags
        if receipt is None and "receipt_id" not in letter.fields and at_hand >= letter.n:
            at_hand -= letter.n
            receipt, served = loose[0], True
        letters.append(
            Letter(
                document=letter,
                recipient=letter.fields.get("recipient", "debtor"),
                recipient_id=letter.fields.get("recipient_id"),
                day=letter.dated,
                served=served,
                served_on=(receipt.dated or letter.dated) if served and receipt else None,
                receipt=receipt.id if receipt else None,
                waybill=letter.fields.get("waybill_no"),
                content_named=letter.fields.get("content_named"),
                address_matches=letter.fields.get("address_matches"),
            )
        )
    return tuple(letters)


def _each_once(entries: Sequence[Entry]) -> list[dict[str, Any]]:
    """The entries of the single key and of the list; one that stands in both counts once."""
    found: list[dict[str, Any]] = []
    for said in map(filled, entries):
        if said not in found:
            found.append(said)
    return found


def _security(entry: Any) -> Security | None:
    if not isinstance(entry, Mapping):
        return None
    said = filled(entry)
    guarantors = _each_once([*([said["guarantor"]] if "guarantor" in said else []), *said.get("guarantors", ())])
    collaterals = _each_once([*([said["collateral"]] if "collateral" in said else []), *said.get("collaterals", ())])
    return Security(
        real_security=said.get("real_security"),
        joint_debt=said.get("joint_debt"),
        guarantors=tuple(
            Guarantor(
                g.get("id", "guarantor"), g["name"], g.get("uscc"), g.get("type"), g.get("mode", "未约定"), g.get("period_agreed"),
                g.get("contract_id"), g.get("resolution_ref"), g.get("statutory_exception"),
            )
            for g in guarantors
        ),
        collaterals=tuple(collaterals),
    )  # fmt: skip


def _claim(case: Entry) -> Claim:
    said = filled(case.get("claim") or case.get("claim_entered_by_user"))
    by_invoice = {number: Decimal(amount) for number, amount in said.get("by_invoice", {}).items()}
    principal = as_money(said.get("principal"))
    if principal is None and by_invoice:
        principal = sum(by_invoice.values(), Decimal("0.00"))
    return Claim(principal, by_invoice, Decimal(said.get("recovery_costs", "0.00")), as_date(said.get("interest_cut_off")))


def _proceedings(case: Entry) -> tuple[Proceeding, ...]:
    found = []
    for entry in map(filled, case.get("proceedings") or ()):
        filed = as_date(entry["filed_on"])
        if filed is not None:
            ended = as_date(entry.get("ended_on"))
            found.append(
                Proceeding(entry.get("id"), entry["kind"], filed, ended, entry.get("case_no"), entry.get("result"), entry.get("same_claim", True))
            )
    return tuple(found)


def _contacts(case: Entry) -> tuple[Contact, ...]:
    """The collection log (`collection_log`), in the order of days."""
    found = []
    for entry in map(filled, case.get("collection_log") or ()):
        said = filled(entry.get("promise"))
        promise = Promise(as_date(said.get("date")), as_money(said.get("amount"))) if said else None
        found.append(Contact(court_reading.day_of(entry["date"]), entry["channel"], entry["result"], entry.get("person"), entry.get("note"), promise))
    return tuple(sorted(found, key=lambda contact: contact.day))


def _debtors(case: Entry) -> tuple[Party, ...]:
    """`debtor` and the further ones of `debtors`; the same party is not counted twice."""
    first = _party(case["debtor"], "debtor")
    return (first, *(p for p in (_party(d, "debtor") for d in case.get("debtors") or ()) if p.name != first.name))


def read_case(case_file: Mapping[str, Any], law: Law | None = None) -> CaseFacts:
    """The facts of a case mapping that satisfies the schema. `law` gives document types and flags (default: the product's)."""
    law = law or load_law()
    documents = documents_of(case_file, law)
    account = filled(case_file.get("running_account"))
    as_of = as_date(case_file["as_of"])
    if as_of is None:
        raise ValueError("a case file needs as_of, the day of the check")
    return CaseFacts(
        case_id=case_file["case_id"],
        dispute_type=case_file["dispute_type"],
        packet_kind=case_file["packet_kind"],
        as_of=as_of,
        creditor=_party(case_file["creditor"], "creditor"),
        debtors=_debtors(case_file),
        third_parties=tuple(_party(p, "third_party") for p in case_file.get("third_parties") or ()),
        planned_filing_date=as_date(case_file.get("planned_filing_date")),
        contract=_contract(case_file, documents),
        documents=documents,
        deliveries=_deliveries(documents),
        invoices=_invoices(documents),
        payments=_payments(documents, PRICE_OF.get(case_file["dispute_type"], "price")),
        credit_notes=_credit_notes(documents),
        statements=_statements(documents),
        letters=_letters(documents),
        security=_security(case_file.get("security")),
        proceedings=_proceedings(case_file),
        claim=_claim(case_file),
        claim_assigned=case_file.get("claim_assigned") is True,
        running_account=account.get("value") is True and bool(account.get("confirmed_by")),
        court=case_file.get("court"),
        declarations=frozenset((d["statement"], d["by"]) for d in case_file.get("declarations") or ()),
        agents=tuple(map(filled, case_file.get("agents") or ())),
        originals_all_located=isinstance(case_file.get("originals"), str),
        quality_dispute=filled(case_file.get("quality_dispute")) or None,
        payment_order_conditions=filled(case_file.get("payment_order_conditions")),
        state=case_file.get("state") or "collection",
        preservation=court_reading.preservation_of(case_file),
        instrument=court_reading.instrument_of(case_file),
        enforcement=court_reading.enforcement_of(case_file),
        insolvency=court_reading.insolvency_of(case_file),
        write_off=court_reading.write_off_of(case_file),
        contacts=_contacts(case_file),
        court_dates=court_reading.court_dates_of(case_file),
        retention_until=as_date(case_file.get("retention_until")),
        raw=case_file,
    )
