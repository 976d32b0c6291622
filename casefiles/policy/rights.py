"""The rights as a table: what each role may do (roles.yaml), and under which object a document type falls."""

from collections.abc import Mapping
from enum import StrEnum

from casefiles.models import Role


class Action(StrEnum):
    """object.word of roles.yaml; what a table does not name is refused."""

    READ_EVIDENCE = "core_evidence.read"
    ADD_EVIDENCE = "core_evidence.create"
    EDIT_EVIDENCE = "core_evidence.edit"
    EXPORT_EVIDENCE = "core_evidence.export"
    EXPORT_EVIDENCE_IF_GRANTED = "core_evidence.export_if_granted"
    READ_PROOF = "proof_of_service.read"
    ADD_PROOF = "proof_of_service.create"
    EDIT_PROOF = "proof_of_service.edit"
    EXPORT_PROOF = "proof_of_service.export"
    EXPORT_PROOF_IF_GRANTED = "proof_of_service.export_if_granted"
    READ_RECORDING = "call_recording.read"
    READ_OWN_RECORDING = "call_recording.read_own"
    READ_MASKED_RECORDING = "call_recording.read_masked_with_reason"
    ADD_RECORDING = "call_recording.create"
    EXPORT_RECORDING = "call_recording.export"
    EXPORT_RECORDING_WITH_REASON = "call_recording.export_with_reason"
    EXPORT_RECORDING_IF_GRANTED = "call_recording.export_if_granted"
    READ_TRANSCRIPT = "transcript.read"
    ADD_TRANSCRIPT = "transcript.create"
    EDIT_TRANSCRIPT = "transcript.edit"
    EXPORT_TRANSCRIPT = "transcript.export"
    READ_NOTE = "privileged_note.read"
    READ_OWN_AND_SHARED_NOTE = "privileged_note.read_own_and_shared"
    READ_NOTE_IF_GRANTED = "privileged_note.read_if_written_grant"
    ADD_NOTE = "privileged_note.create"
    EDIT_NOTE = "privileged_note.edit"
    EXPORT_NOTE = "privileged_note.export"
    READ_PACKET = "packet.read"
    BUILD_PACKET = "packet.create"
    EDIT_PACKET = "packet.edit"
    APPROVE_PACKET = "packet.approve"
    EXPORT_PACKET = "packet.export"
    EXPORT_PACKET_IF_GRANTED = "packet.export_if_granted"
    READ_CALCULATION = "calculation.read"
    READ_TOTALS = "calculation.read_totals"
    ADD_CALCULATION = "calculation.create"
    APPROVE_CALCULATION = "calculation.approve"
    READ_COURT_PAPER = "court_paper.read"
    LIST_COURT_PAPER = "court_paper.list"
    ADD_COURT_PAPER = "court_paper.create"
    EDIT_COURT_PAPER = "court_paper.edit"
    EXPORT_COURT_PAPER = "court_paper.export"
    PROPOSE_WRITE_OFF = "write_off.propose"
    APPROVE_WRITE_OFF = "write_off.approve_two_persons"
    READ_WRITE_OFF = "write_off.read"
    OVERRIDE = "override_blocking.approve_with_reason"
    READ_AUDIT_LOG = "audit_log.read"
    EXPORT_AUDIT_LOG = "audit_log.export"
    SEARCH_OWN_DEPARTMENT = "archive_search.own_department"
    SEARCH_ALL = "archive_search.all"
    SEARCH_ARCHIVED = "archive_search.archived"
    SEARCH_ALL_ARCHIVED = "archive_search.all_archived"


A = Action
_EVIDENCE = {A.READ_EVIDENCE, A.ADD_EVIDENCE, A.EDIT_EVIDENCE, A.EXPORT_EVIDENCE}
_PROOF = {A.READ_PROOF, A.ADD_PROOF, A.EDIT_PROOF, A.EXPORT_PROOF}
_TRANSCRIPT = {A.READ_TRANSCRIPT, A.ADD_TRANSCRIPT, A.EDIT_TRANSCRIPT, A.EXPORT_TRANSCRIPT}
_COURT = {A.READ_COURT_PAPER, A.ADD_COURT_PAPER, A.EDIT_COURT_PAPER, A.EXPORT_COURT_PAPER}
_PACKET = {A.READ_PACKET, A.BUILD_PACKET, A.EDIT_PACKET}

RIGHTS: Mapping[Role, frozenset[Action]] = {
    Role.LEGAL_STAFF: frozenset(
        _EVIDENCE
        | _PROOF
        | _TRANSCRIPT
        | _COURT
        | _PACKET
        | {A.EXPORT_PACKET, A.READ_RECORDING, A.ADD_RECORDING, A.EXPORT_RECORDING_WITH_REASON}
        | {A.READ_NOTE, A.ADD_NOTE, A.EDIT_NOTE, A.READ_CALCULATION, A.ADD_CALCULATION, A.SEARCH_OWN_DEPARTMENT}
    ),
    Role.LEGAL_MANAGER: frozenset(
        _EVIDENCE
        | _PROOF
        | _TRANSCRIPT
        | _COURT
        | _PACKET
        | {A.APPROVE_PACKET, A.EXPORT_PACKET, A.READ_RECORDING, A.ADD_RECORDING, A.EXPORT_RECORDING}
        | {A.READ_NOTE, A.ADD_NOTE, A.EDIT_NOTE, A.EXPORT_NOTE, A.READ_CALCULATION, A.APPROVE_CALCULATION}
        | {A.PROPOSE_WRITE_OFF, A.OVERRIDE, A.READ_AUDIT_LOG, A.SEARCH_ALL}
    ),
    Role.EXTERNAL_LAWYER: frozenset(
        {A.READ_EVIDENCE, A.ADD_EVIDENCE, A.EXPORT_EVIDENCE_IF_GRANTED, A.READ_PROOF, A.ADD_PROOF, A.EXPORT_PROOF_IF_GRANTED}
        | {A.READ_RECORDING, A.EXPORT_RECORDING_IF_GRANTED, A.READ_TRANSCRIPT, A.ADD_TRANSCRIPT, A.EDIT_TRANSCRIPT}
        | {A.READ_OWN_AND_SHARED_NOTE, A.ADD_NOTE, A.READ_CALCULATION, A.ADD_CALCULATION, A.EXPORT_PACKET_IF_GRANTED}
        | {A.READ_COURT_PAPER, A.ADD_COURT_PAPER, A.EDIT_COURT_PAPER}
        | _PACKET
    ),
    Role.COLLECTOR: frozenset(
        {
            A.READ_EVIDENCE,
            A.READ_PROOF,
            A.ADD_PROOF,
            A.ADD_RECORDING,
            A.READ_OWN_RECORDING,
            A.READ_TRANSCRIPT,
            A.ADD_TRANSCRIPT,
            A.READ_TOTALS,
            A.LIST_COURT_PAPER,
        }
    ),
    Role.FINANCE: frozenset({A.READ_EVIDENCE, A.READ_PROOF, A.READ_CALCULATION, A.ADD_CALCULATION, A.READ_COURT_PAPER, A.APPROVE_WRITE_OFF, A.SEARCH_ARCHIVED}),
    Role.AUDITOR: frozenset(
        {A.READ_EVIDENCE, A.READ_PROOF, A.READ_MASKED_RECORDING, A.READ_TRANSCRIPT, A.READ_NOTE_IF_GRANTED, A.READ_PACKET, A.READ_CALCULATION}
        | {A.READ_COURT_PAPER, A.READ_WRITE_OFF, A.READ_AUDIT_LOG, A.EXPORT_AUDIT_LOG, A.SEARCH_ALL_ARCHIVED}
    ),
    Role.ADMIN: frozenset({A.READ_AUDIT_LOG, A.EXPORT_AUDIT_LOG}),
}

# Document type -> object of roles.yaml. What is not named is core evidence.
PROOF_TYPES = frozenset(
    {"demand_letter", "lawyers_letter", "signed_demand", "ems_tracking", "delivery_receipt", "newspaper_notice", "assignment_notice"}
    | {"photos", "unsorted"}  # roles.md lets collectors upload photos of delivery; what a paper is, the law department says afterwards
)
RECORDING_TYPES = frozenset({"call_recording", "audio_disc"})
TRANSCRIPT_TYPES = frozenset({"recording_transcript", "collection_log"})
NOTE_TYPES = frozenset({"privileged_note", "lawyer_fee_contract"})
COURT_TYPES = frozenset(
    {"court_acceptance_notice", "filing_receipt", "judgment", "second_instance_judgment", "mediation_paper", "payment_order", "arbitral_award"}
    | {"notarised_debt_instrument", "judgment_service_record", "effectiveness_certificate", "preservation_ruling", "enforcement_termination_ruling"}
    | {"bankruptcy_announcement", "bankruptcy_acceptance_ruling", "bankruptcy_closing_ruling", "claim_table", "legal_rep_id_copy"}
    | {"write_off_approval", "recourse_statement", "special_report_3y", "special_report_small", "accounting_voucher", "tax_filing_copy"}
    | {"responsibility_conclusion", "deregistration_or_revocation_proof", "death_or_missing_proof"}
)
DECLARES: Mapping[Role, frozenset[str]] = {  # who enters whose declaration: finance its own, legal staff what sales and legal signed, the manager each
    Role.FINANCE: frozenset({"finance"}), Role.LEGAL_STAFF: frozenset({"sales", "legal"}), Role.LEGAL_MANAGER: frozenset({"finance", "sales", "legal"}),
}  # fmt: skip
OBJECTS = ("core_evidence", "proof_of_service", "call_recording", "transcript", "privileged_note", "packet", "court_paper")


def object_of(document_type: str) -> str:
    """The object of roles.yaml under which a document of this type is read, added, edited and exported."""
    table = {
        "proof_of_service": PROOF_TYPES,
        "call_recording": RECORDING_TYPES,
        "transcript": TRANSCRIPT_TYPES,
        "privileged_note": NOTE_TYPES,
        "court_paper": COURT_TYPES,
    }
    return next((name for name, types in table.items() if document_type in types), "core_evidence")
