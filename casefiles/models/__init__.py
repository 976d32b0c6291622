"""The tables, one file an aggregate. Importing this package loads them all, so that relations and migrations see every one."""

from casefiles.models.audit_entry import AuditEntry
from casefiles.models.case import Case, Declaration, State, Waiver
from casefiles.models.collection import CollectionEntry
from casefiles.models.contract import Contract
from casefiles.models.court_date import CourtDate
from casefiles.models.deadline import CalendarFeed, Deadline, Notice
from casefiles.models.document import UNSORTED, Document, Flag, Page, Proposal, ProposalState, TextStatus
from casefiles.models.grant import Grant
from casefiles.models.job import Job, JobState
from casefiles.models.law_row import LawRow
from casefiles.models.ledger import CreditNote, Delivery, Invoice, Payment, Reconciliation
from casefiles.models.letter import Letter, Service
from casefiles.models.lifecycle import Approval, Transition, Verdict
from casefiles.models.note import Note
from casefiles.models.packet import FiledCopy, Packet, PacketPlan, PacketState
from casefiles.models.party import Party, PartyRole
from casefiles.models.person import Person, Role
from casefiles.models.recording import Promise, Recording
from casefiles.models.search import SavedSearch, Unindexed

__all__ = [
    "UNSORTED",
    "Approval",
    "AuditEntry",
    "CalendarFeed",
    "Case",
    "CollectionEntry",
    "Contract",
    "CourtDate",
    "CreditNote",
    "Deadline",
    "Declaration",
    "Delivery",
    "Document",
    "FiledCopy",
    "Flag",
    "Grant",
    "Invoice",
    "Job",
    "JobState",
    "LawRow",
    "Letter",
    "Note",
    "Notice",
    "Packet",
    "PacketPlan",
    "PacketState",
    "Page",
    "Party",
    "PartyRole",
    "Payment",
    "Person",
    "Promise",
    "Proposal",
    "ProposalState",
    "Reconciliation",
    "Recording",
    "Role",
    "SavedSearch",
    "Service",
    "State",
    "TextStatus",
    "Transition",
    "Unindexed",
    "Verdict",
    "Waiver",
]
