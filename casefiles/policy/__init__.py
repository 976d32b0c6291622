"""Who may do what: roles x actions as in roles.yaml, grants, and the loaders every room goes through.

Hidden is NotVisible (404), visible but forbidden is NotAllowed (403). `actor` never has a default. A right with a condition
(export_if_granted, read_own) is an action of its own; the function that tests its condition refuses when it knows nothing.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, false, select, true

from casefiles.db import session
from casefiles.errors import CaseSealed, NotAllowed, NotVisible
from casefiles.models import Approval, AuditEntry, Case, Document, Grant, Note, Packet, Person, Role, State
from casefiles.policy.rights import DECLARES as DECLARES
from casefiles.policy.rights import OBJECTS as OBJECTS
from casefiles.policy.rights import RECORDING_TYPES as RECORDING_TYPES
from casefiles.policy.rights import RIGHTS as RIGHTS
from casefiles.policy.rights import A as A
from casefiles.policy.rights import Action as Action
from casefiles.policy.rights import object_of as object_of
from casefiles.rules.lifecycle import Way

ARCHIVE = (State.WRITTEN_OFF, State.ARCHIVED)
CLOSED = (State.RECOVERED, State.WRITTEN_OFF, State.ARCHIVED)
LEGAL = (Role.LEGAL_STAFF, Role.LEGAL_MANAGER)  # they see cases without a grant, and what they share reaches the lawyers
TELEPHONE = re.compile(  # of China, with or without its code, then of anywhere; never a part of a longer number
    r"(?<!\d)(?:(?:\+|00)?86[ -]?)?(1[3-9]\d(?:[ -]?\d{4}){2}|0\d{2,3}\)?[ -]?\d{3,4}[ -]?\d{4}|[48]00[ -]?\d{3}[ -]?\d{4})(?!\d)|\+(\d(?:[ -]?\d){7,14})(?!\d)"
)
PLAIN = str.maketrans("０１２３４５６７８９＋－（）", "0123456789+-()")  # one sign for one sign
FOR_ADMINS = frozenset(  # keys of the audit log that say nothing of what stands in a case
    {"status", "email", "entries", "bad", "added", "role", "reset", "disabled", "starts_on", "ends_on", "download", "found", "page", "bytes"}
)


@dataclass(frozen=True)
class Actor:
    """Who acts, made anew for each request and each run of a command or job; no function gives it a default."""

    person_id: int | None  # None only for the command line's operator
    name: str
    role: Role
    department: str
    now: datetime  # UTC
    today: date  # Asia/Shanghai
    address: str = ""
    language: str | None = None


@dataclass(frozen=True)
class Readable:
    """What an actor may read in one case or search: whole objects, and objects of which only the actor's own entries."""

    objects: frozenset[str]
    own: frozenset[str]


def assigned(actor: Actor) -> ColumnElement[bool]:
    """A grant that runs today. Ending an engagement writes revoked_at. Asked from the person's few grants, not from each of all cases."""
    running = select(Grant.case_id).where(
        Grant.person_id == actor.person_id,
        Grant.revoked_at.is_(None),
        Grant.starts_on <= actor.today,
        Grant.ends_on >= actor.today,  # a null date matches nothing
    )
    return Case.case_id.in_(running)


def visible_cases(actor: Actor) -> Select[Case]:
    """The cases an actor may know of. List, count, search, single read, packet and export all start here."""
    scopes: dict[Role, ColumnElement[bool]] = {
        Role.LEGAL_STAFF: Case.department == actor.department,
        Role.LEGAL_MANAGER: true(),
        Role.EXTERNAL_LAWYER: assigned(actor) & Case.state.not_in(CLOSED),
        Role.COLLECTOR: assigned(actor),
        Role.FINANCE: true(),
        Role.AUDITOR: Case.state.in_(ARCHIVE),
    }  # an admin sees no case content
    return select(Case).where(scopes.get(actor.role, false()))


def visible_case_ids(actor: Actor) -> frozenset[str]:
    """The ids of visible_cases, for the scope inside a search."""
    return frozenset(session.scalars(visible_cases(actor).with_only_columns(Case.case_id)))


def sees_every_case(actor: Actor) -> bool:
    """Whether visible_cases is every case, so that a search needs no list of ids."""
    return actor.role in {Role.LEGAL_MANAGER, Role.FINANCE}


def may(actor: Actor, action: Action) -> bool:
    """Whether the role holds the right at all; for showing or hiding a button."""
    return action in RIGHTS.get(actor.role, frozenset())


def require(actor: Actor, action: Action) -> None:
    """For what belongs to no case: the audit log, people."""
    if not may(actor, action):
        raise NotAllowed(actor.role, action)


def require_entering(actor: Actor) -> None:
    """New cases are entered by those who see cases without a grant; what anybody else entered, that person could not open."""
    if actor.role not in LEGAL or not may(actor, A.ADD_EVIDENCE):
        raise NotAllowed(actor.role, A.ADD_EVIDENCE)


def case_for(actor: Actor, action: Action, case_id: str, *, though_sealed: bool = False) -> Case:
    """The case, when the actor may know of it and do this; a sealed case refuses everything but reading, and ending an access."""
    case = session.scalar(visible_cases(actor).where(Case.case_id == case_id))
    if case is None:
        raise NotVisible(case_id)
    require(actor, action)
    if case.state is State.ARCHIVED and not though_sealed and action.value.rpartition(".")[2].split("_")[0] not in {"read", "list", "export"}:
        raise CaseSealed(case_id)
    return case


def paper_case(actor: Actor, case_id: str) -> Case:
    """The case whose single papers the actor may write and take away: the right to build a packet, and that to export one."""
    case = case_for(actor, A.BUILD_PACKET, case_id)
    if not may_take_papers(actor, case):
        raise NotAllowed(actor.role, A.EXPORT_PACKET)
    return case


def may_take_papers(actor: Actor, case: Case) -> bool:
    """Whether papers of a visible case may leave the instance with this person; shows a button."""
    return _allows(actor, A.EXPORT_PACKET, case_id=case.case_id, owner_id=None, reason="")


def _downloads(actor: Actor, case_id: str) -> bool:
    grant = select(Grant.id).where(
        Grant.case_id == case_id,
        Grant.person_id == actor.person_id,
        Grant.download.is_(True),
        Grant.revoked_at.is_(None),
        Grant.starts_on <= actor.today,
        Grant.ends_on >= actor.today,
    )
    return session.scalar(grant) is not None


def _allows(actor: Actor, right: str, *, case_id: str, owner_id: int | None, reason: str) -> bool:
    """Whether the role holds object.word or one of its conditional forms, and that condition holds."""
    held = {action.value for action in RIGHTS.get(actor.role, frozenset())}
    return (
        right in held
        or (f"{right}_if_granted" in held and _downloads(actor, case_id))
        or (f"{right}_with_reason" in held and bool(reason.strip()))
        or (f"{right}_masked_with_reason" in held and bool(reason.strip()))
        or (not {f"{right}_own", f"{right}_own_and_shared"}.isdisjoint(held) and owner_id is not None and owner_id == actor.person_id)
    )


def document_for(actor: Actor, word: str, case_id: str, document_id: int, *, reason: str = "") -> Document:
    """A document the actor may `word` (read, edit, export). What no list shows this person does not exist; NotVisible, NotAllowed."""
    case = case_for(actor, A.READ_EVIDENCE, case_id)
    document = session.get(Document, document_id)
    if document is None or document.case_id != case.case_id or not is_listed(actor, document):
        raise NotVisible(f"{case_id}/{document_id}")
    if not may_document(actor, word, document, reason=reason):
        raise NotAllowed(actor.role, f"{held_as(document)}.{word}")
    if word == "edit" and case.state is State.ARCHIVED:
        raise CaseSealed(case_id)
    return document


def document_to_sort(actor: Actor, case_id: str, document_id: int) -> Document:
    """A document whose kind this person may say: one they may edit, or a file of their own that nobody sorted yet."""
    document = document_for(actor, "read", case_id, document_id)
    if not may_sort(actor, document):
        return document_for(actor, "edit", case_id, document_id)
    case_for(actor, adding(document.type), case_id)  # a sealed case refuses
    return document


def may_sort(actor: Actor, document: Document) -> bool:
    """Whether it is a file of the actor's own that nobody sorted yet; which kinds they may call it, `adding` says."""
    return not document.sorted and actor.person_id is not None and document.received_by_id == actor.person_id and may(actor, adding(document.type))


def may_document(actor: Actor, word: str, document: Document, *, reason: str = "") -> bool:
    """Whether the actor may `word` a document of a visible case; shows a button, chooses what an export holds."""
    return _allows(actor, f"{held_as(document)}.{word}", case_id=document.case_id, owner_id=document.received_by_id, reason=reason)


def held_as(document: Document) -> str:
    """The object of roles.yaml a document is read, edited and exported under; what is not sorted yet is held as the file it came in."""
    return object_of(type_held(document))


def type_held(document: Document) -> str:
    """The type a document is held as: of what is not sorted yet that of the file it came in. The audit log says it of what it tells of a document."""
    while not document.sorted and document.parent is not None:
        document = document.parent
    return document.type


def adding(document_type: str) -> Action:
    """The right needed to add a document of this type."""
    return Action(f"{object_of(document_type)}.create")


def readable_objects(actor: Actor) -> Readable:
    """The objects whose entries an actor may read: of `own` only entries the actor made."""
    held = {action.value for action in RIGHTS.get(actor.role, frozenset())}
    return Readable(
        objects=frozenset(name for name in OBJECTS if f"{name}.read" in held),
        own=frozenset(name for name in OBJECTS if {f"{name}.read_own", f"{name}.read_own_and_shared"} & held),
    )


def listed_documents(actor: Actor, case: Case) -> list[Document]:
    """The documents of a case whose existence and fields the actor may see (court papers for a collector: as a list)."""
    return [document for document in case.documents if is_listed(actor, document)]


def is_listed(actor: Actor, document: Document) -> bool:
    """Whether the actor may know that a document of a visible case exists."""
    held, readable = held_as(document), readable_objects(actor)
    named = (held == "court_paper" and may(actor, A.LIST_COURT_PAPER)) or (held == "call_recording" and may(actor, A.READ_MASKED_RECORDING))
    return named or held in readable.objects or (held in readable.own and document.received_by_id == actor.person_id)


def shown_text(actor: Actor, document: Document, text: str) -> str:
    """A text of a document as this person sees it: who reads recordings masked sees the first 3 and last 4 digits of telephone numbers."""
    return without_telephones(text) if held_as(document) == "call_recording" and reads_masked(actor) else text


def may_see_pictures(actor: Actor, document: Document) -> bool:
    """Whether pages of a readable document are shown as pictures: of what is masked only the text is, as no star covers a number in a picture."""
    return held_as(document) != "call_recording" or not reads_masked(actor)


def reads_masked(actor: Actor) -> bool:
    """Whether this person reads recordings masked: then no snippet of a search shows a whole telephone number either."""
    return may(actor, A.READ_MASKED_RECORDING) and not may(actor, A.READ_RECORDING)


def without_telephones(text: str) -> str:
    """The text with all but the first 3 and last 4 digits of its telephone numbers as stars; every sign stays at its place."""
    signs = list(text)
    for found in TELEPHONE.finditer(text.translate(PLAIN)):
        first, last = found.span(found.lastindex or 0)
        for place in [at for at in range(first, last) if signs[at].isdigit()][3:-4]:
            signs[place] = "*"
    return "".join(signs)


def visible_notes(actor: Actor, case: Case) -> list[Note]:
    """The privileged notes of a case the actor may read; none for most roles."""
    every = select(Note).where(Note.case_id == case.case_id).order_by(Note.written_at, Note.id)
    if may(actor, A.READ_NOTE):
        return list(session.scalars(every))
    if may(actor, A.READ_OWN_AND_SHARED_NOTE):
        by_legal = Note.shared.is_(True) & Note.author.has(Person.role.in_(LEGAL))
        return list(session.scalars(every.where((Note.author_id == actor.person_id) | by_legal)))
    return []


def shared_with_lawyers(note: Note) -> bool:
    """Whether every lawyer of the case reads it: the law department shared it. What a lawyer shares stays from the other firm (roles.md)."""
    return note.shared and note.author.role in LEGAL


def visible_entries(actor: Actor) -> Select[AuditEntry]:
    """The audit log's entries for the page and the export: for an auditor those of no case and of the files an auditor may read."""
    entries = select(AuditEntry)
    if actor.role is Role.AUDITOR:
        entries = entries.where(AuditEntry.case_id.is_(None) | AuditEntry.case_id.in_(visible_cases(actor).with_only_columns(Case.case_id)))
    return entries


def told_detail(actor: Actor, entry: AuditEntry) -> dict[str, Any]:
    """An entry's detail; None stands for a value withheld: content of a case from an administrator, of papers closed to an auditor from an auditor."""
    kind = entry.detail.get("type")
    if isinstance(kind, str) and object_of(kind) not in readable_objects(actor).objects:
        return dict.fromkeys(entry.detail)
    return {key: None if actor.role is Role.ADMIN and key not in FOR_ADMINS else value for key, value in entry.detail.items()}


def packet_for(actor: Actor, word: str, case_id: str, packet_id: int) -> Packet:
    """A packet the actor may `word` (read, export; create, edit, approve change it, which a sealed case refuses)."""
    case = case_for(actor, A.READ_EVIDENCE, case_id)
    packet = session.get(Packet, packet_id)
    if packet is None or packet.case_id != case.case_id:
        raise NotVisible(f"{case_id}/{packet_id}")
    if not _allows(actor, "packet.read", case_id=case_id, owner_id=None, reason=""):
        raise NotAllowed(actor.role, "packet.read")
    if word != "read" and not _allows(actor, f"packet.{word}", case_id=case_id, owner_id=packet.requested_by_id, reason=""):
        raise NotAllowed(actor.role, f"packet.{word}")
    if word not in {"read", "export"} and case.state is State.ARCHIVED:
        raise CaseSealed(case_id)
    return packet


def may_move(actor: Actor, way: Way) -> bool:
    """Whether the actor may take this way alone (lifecycle.yaml, who)."""
    return actor.role.value in way.movers


def may_decide(actor: Actor, roles: Collection[str], proposal: Approval) -> bool:
    """Whether the actor is the second person: of a deciding role at this moment, and never the one who proposed it."""
    return actor.role.value in roles and actor.person_id not in {None, proposal.proposed_by_id}


def approval_for(actor: Actor, case_id: str, approval_id: int) -> Approval:
    """A proposal in a case the actor may know of, locked until the transaction ends."""
    approval = session.get(Approval, approval_id, with_for_update=True, populate_existing=True)
    if approval is None or approval.case_id != case_for(actor, A.READ_EVIDENCE, case_id).case_id:
        raise NotVisible(f"{case_id}/{approval_id}")
    return approval
