"""What is known of a case, as frozen dataclasses: parties, contract, documents and the rows of the ledger.

Money is Decimal in CNY, days are `date`. Every paper is a `DocumentFacts`; deliveries, invoices, payments, statements and letters are views
of papers, so that a paper entered in a block and one entered in `documents[]` weigh the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from casefiles.rules.court_entities import CourtDate, Enforcement, Insolvency, Instrument, Preservation, WriteOff

NOT_DECIDED = re.compile("撤诉|撤回|不予受理|驳回起诉|失效|终结督促")


@dataclass(frozen=True)
class Named:
    """A party as printed on a document (`parties[]`)."""

    role: str
    name: str
    uscc: str | None = None


@dataclass(frozen=True)
class Original:
    """Where the original of an exhibit is (documents.yaml, common field `original`)."""

    exists: bool | None = None
    held_by: str | None = None
    location: str | None = None
    explanation: str | None = None


@dataclass(frozen=True)
class Promise:
    """A promise to pay: day, sum, whether it was kept."""

    day: date | None = None
    amount: Decimal | None = None
    kept: bool | None = None


@dataclass(frozen=True)
class DocumentFacts:
    """One paper. `flags` are the need flags a person confirmed; `fields` are the other values as entered; `n` papers stand in one entry."""

    id: str
    type: str
    number: str | None = None
    title: str | None = None
    dated: date | None = None
    amount: Decimal | None = None
    n: int = 1
    flags: frozenset[str] = frozenset()
    fields: Mapping[str, Any] = field(default_factory=dict)
    parties: tuple[Named, ...] = ()
    lists: tuple[str, ...] = ()
    covers_documents: tuple[str, ...] = ()
    promise: Promise | None = None
    original: Original | None = None
    confidentiality: str | None = None
    file: str | None = None


@dataclass(frozen=True)
class Party:
    """A creditor, debtor, guarantor or third party. `details` holds the fields only forms print (phone, position, id number)."""

    id: str
    role: str
    name: str
    uscc: str | None = None
    address: str | None = None
    registered_address: str | None = None
    legal_representative: str | None = None
    type: str | None = None
    size: str | None = None
    registry_status: str | None = None
    registry_extract_date: date | None = None
    former_names: tuple[str, ...] = ()
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class RateClause:
    """A late-payment or interest clause; `kind` is daily_rate | annual_rate | fixed_lpr | floating."""

    kind: str
    rate: Decimal | None = None
    basis: int = 365
    markup: Decimal | None = None
    clause: str | None = None
    text: str | None = None


@dataclass(frozen=True)
class DisputeClause:
    """The forum clause; `kind` is court | arbitration | either_or."""

    kind: str
    text: str
    clause: str | None = None
    court: str | None = None
    connection: str | None = None


@dataclass(frozen=True)
class Retention:
    """Retention money: a fixed day, a condition, or both."""

    amount: Decimal
    due_date: date | None = None
    condition: str | None = None


@dataclass(frozen=True)
class Contract:
    """The contract of the case with the clauses the rules read."""

    id: str
    name: str
    number: str | None = None
    signed_on: date | None = None
    signed_at: str | None = None
    total: Decimal | None = None
    currency: str = "CNY"
    payment_terms: Mapping[str, Any] | None = None
    invoice_first: bool = False
    payment_requires_acceptance: bool = False
    deemed_acceptance_clause: bool = False
    back_to_back: bool = False
    retention: Retention | None = None
    inspection_period_days: int | None = None
    late_payment_clause: RateClause | None = None
    interest_clause: RateClause | None = None
    repayment_date: date | None = None
    rent_schedule: tuple[Mapping[str, Any], ...] = ()
    cost_clause: Any = None
    dispute_clause: DisputeClause | None = None
    place_of_performance: str | None = None
    notice_address: str | None = None
    authorised_receivers: tuple[str, ...] = ()
    authorised_contacts: tuple[str, ...] = ()
    object_kind: str = "other"
    object_location: str | None = None


@dataclass(frozen=True)
class Delivery:
    """A delivery by its note, signed or not. `copies` are the ids of further entries of the same note, which count no second time."""

    document: DocumentFacts
    number: str
    day: date | None
    amount: Decimal
    signed_by: str | None
    copies: tuple[str, ...] = ()


@dataclass(frozen=True)
class Invoice:
    """An invoice with the last day for its payment. `copies` as for a delivery."""

    document: DocumentFacts
    number: str
    day: date | None
    amount: Decimal
    due: date | None
    copies: tuple[str, ...] = ()


@dataclass(frozen=True)
class Payment:
    """Money received from the debtor; `invoice` where the debtor designated one."""

    document: DocumentFacts
    day: date | None
    amount: Decimal
    invoice: str | None


@dataclass(frozen=True)
class CreditNote:
    """A return or price reduction on an invoice; from the due date (goods never owed for) or from its own date."""

    document: DocumentFacts
    day: date | None
    amount: Decimal
    against: str | None
    from_due_date: bool = True


@dataclass(frozen=True)
class Statement:
    """A reconciliation statement (对账单). `seal` is the kind of seal as entered."""

    document: DocumentFacts
    as_at: date | None
    signed_on: date | None
    amount: Decimal | None
    seal: str | None
    signed_by: str | None
    states_interest: bool


@dataclass(frozen=True)
class Letter:
    """A demand or lawyer's letter. `served_on` is filled only when service is proved, also by refusal at the right address."""

    document: DocumentFacts
    recipient: str
    recipient_id: str | None
    day: date | None
    served: bool
    served_on: date | None
    receipt: str | None
    waybill: str | None
    content_named: str | None
    address_matches: bool | None


@dataclass(frozen=True)
class Guarantor:
    """A guarantor; silence on the mode is a general guarantee (Civil Code art. 686)."""

    id: str
    name: str
    uscc: str | None = None
    type: str | None = None
    mode: str = "未约定"
    period_agreed: str | None = None
    contract_id: str | None = None
    resolution_ref: str | None = None
    statutory_exception: str | None = None

    @property
    def joint(self) -> bool:
        return self.mode == "连带责任保证"

    @property
    def is_company(self) -> bool:
        return self.uscc is not None or (self.type is not None and "自然人" not in self.type)


@dataclass(frozen=True)
class Security:
    """Guarantors and collateral; `real_security` and `joint_debt` are None where nobody answered."""

    real_security: bool | None = None
    joint_debt: bool | None = None
    guarantors: tuple[Guarantor, ...] = ()
    collaterals: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True)
class Proceeding:
    """Another proceeding; open while `ended_on` is None."""

    id: str | None
    kind: str
    filed_on: date
    ended_on: date | None
    case_no: str | None
    result: str | None
    same_claim: bool

    @property
    def came_to_nothing(self) -> bool:
        """Ended without a decision on the claim: withdrawn, not accepted, lapsed."""
        return self.ended_on is not None and bool(NOT_DECIDED.search(self.result or ""))

    @property
    def brings_the_claim(self) -> bool:
        """A suit or arbitration over this claim that did not come to nothing."""
        return self.kind in ("lawsuit", "arbitration") and self.same_claim and not self.came_to_nothing


@dataclass(frozen=True)
class Contact:
    """One line of the collection log: who was reached on which way, with what result, and what was promised."""

    day: date
    channel: str
    result: str
    person: str | None = None
    note: str | None = None
    promise: Promise | None = None


@dataclass(frozen=True)
class Claim:
    """What the user claims; None = the ledger decides."""

    principal: Decimal | None = None
    by_invoice: Mapping[str, Decimal] = field(default_factory=dict)
    recovery_costs: Decimal = Decimal("0.00")
    interest_cut_off: date | None = None


@dataclass(frozen=True)
class CaseFacts:
    """All that is known of one case. `raw` is the case mapping it was read from, for rules of forms that print further fields."""

    case_id: str
    dispute_type: str
    packet_kind: str
    as_of: date
    creditor: Party
    debtors: tuple[Party, ...]
    third_parties: tuple[Party, ...] = ()
    planned_filing_date: date | None = None
    contract: Contract | None = None
    documents: tuple[DocumentFacts, ...] = ()
    deliveries: tuple[Delivery, ...] = ()
    invoices: tuple[Invoice, ...] = ()
    payments: tuple[Payment, ...] = ()
    credit_notes: tuple[CreditNote, ...] = ()
    statements: tuple[Statement, ...] = ()
    letters: tuple[Letter, ...] = ()
    security: Security | None = None
    proceedings: tuple[Proceeding, ...] = ()
    claim: Claim = field(default_factory=Claim)
    claim_assigned: bool = False
    running_account: bool = False
    court: str | None = None
    declarations: frozenset[tuple[str, str]] = frozenset()
    agents: tuple[Mapping[str, Any], ...] = ()
    originals_all_located: bool = False
    quality_dispute: Mapping[str, Any] | None = None
    payment_order_conditions: Mapping[str, Any] = field(default_factory=dict)
    state: str = "collection"
    preservation: Preservation | None = None
    instrument: Instrument | None = None
    enforcement: Enforcement | None = None
    insolvency: Insolvency | None = None
    write_off: WriteOff | None = None
    contacts: tuple[Contact, ...] = ()
    court_dates: tuple[CourtDate, ...] = ()
    retention_until: date | None = None
    raw: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)

    @property
    def debtor(self) -> Party:
        """The first debtor."""
        return self.debtors[0]

    @cached_property
    def _by_type(self) -> Mapping[str, tuple[DocumentFacts, ...]]:
        kinds: dict[str, list[DocumentFacts]] = {}
        for document in self.documents:
            kinds.setdefault(document.type, []).append(document)
        return {kind: tuple(found) for kind, found in kinds.items()}

    @cached_property
    def _by_id(self) -> Mapping[str, DocumentFacts]:
        return {document.id: document for document in self.documents}

    def of_type(self, *types: str) -> tuple[DocumentFacts, ...]:
        """The documents of these types, in the order of the file."""
        known = self._by_type
        if len(types) == 1:
            return known.get(types[0], ())
        return tuple(document for kind in types for document in known.get(kind, ()))

    def document(self, document_id: str) -> DocumentFacts | None:
        """The document with this id."""
        return self._by_id.get(document_id)

    def effective_instrument(self, as_of: date) -> bool:
        """Whether a judgment, award or the like is in force on a day (case-file.md: effective_on filled and not after it)."""
        effective_on = self.instrument.effective_on if self.instrument else None
        return effective_on is not None and effective_on <= as_of

    @property
    def has_security(self) -> bool:
        return self.security is not None and bool(self.security.real_security or self.security.guarantors)

    @property
    def defendants(self) -> int:
        """Debtors and guarantors: each gets a set of the papers."""
        return len(self.debtors) + (len(self.security.guarantors) if self.security else 0)


def numbers(documents: Iterable[DocumentFacts]) -> tuple[str, ...]:
    """The ids of documents."""
    return tuple(document.id for document in documents)
