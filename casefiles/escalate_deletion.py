"""The hard deletion of one document: a legal manager proposes it on a legal ground, another decides. The row stays as a tombstone.

The bytes leave the case: file reference, page texts, fields and search entries go; number, type, SHA-256 and reason stay. The store keeps bytes
that another document names, and those nobody names until its own clean-up. A packet that holds the document, or says why it was left out, keeps
it from being deleted. Packets that do not, final ones too, keep their files and forget the case they were made of; arrangements forget its name.
With a mail or an archive everything goes that came out of it; what keeps one of these from being deleted keeps them all.
"""

import json
from collections.abc import Collection, Sequence

from sqlalchemy import null, select

from casefiles import audit, work
from casefiles.case_mapping import block_rows
from casefiles.case_rows import inside
from casefiles.db import session
from casefiles.errors import NotAllowed, NotUsable, NotVisible, Refused
from casefiles.escalate import HARD_DELETE, changed, deciders, expect_open, needs_person, reason_of, replace_stale, second_person, settle, standing
from casefiles.models import Approval, Case, Document, Packet, PacketPlan, PacketState, Role, TextStatus, Verdict
from casefiles.policy import Actor, type_held
from casefiles.rules.lifecycle import DELETION_GROUNDS, deletion_refused


def propose_deletion(actor: Actor, case: Case, document: Document, *, ground: str, reason: str) -> Approval:
    """Ask another legal manager to delete a document for good; refused while recourse, limitation or retention runs."""
    if actor.role is not Role.LEGAL_MANAGER:
        raise NotAllowed(actor.role, "document.hard_delete")
    if actor.person_id is None:
        raise needs_person()
    if ground not in DELETION_GROUNDS:
        raise NotUsable("A document is deleted for good on a legal ground only: choose one. Nothing was changed.", "彻底删除须选择法定事由，未作任何改动。")
    family = _family(document)
    _may_go(actor, case, family, ground)
    replace_stale(actor, case, HARD_DELETE, document.ref)
    approval = Approval(
        case_id=case.case_id, kind=HARD_DELETE, subject=document.ref, reason=reason_of(reason), case_version=case.version, proposed_by_id=actor.person_id,
        proposed_at=actor.now, verdict=Verdict.OPEN,
        detail={"ground": ground, "sha256": document.sha256, "version": document.version, "type": type_held(document), "inside": _versions(family)},
    )  # fmt: skip
    session.add(approval)
    session.flush()
    audit.record(actor, "propose", f"delete {document.ref}", case_id=case.case_id, type=type_held(document), ground=ground, reason=approval.reason)
    return approval


def decide_deletion(actor: Actor, case: Case, approval: Approval, *, approve: bool, reason: str) -> Document | None:
    """The second manager's word; the document must be the one that was proposed."""
    expect_open(case, approval)
    second_person(actor, approval, deciders(case, approval), "document.hard_delete")
    if not approve:
        settle(actor, case, approval, Verdict.REFUSED, reason_of(reason))
        return None
    document = session.scalar(select(Document).where(Document.case_id == case.case_id, Document.ref == approval.subject))
    if document is None:
        raise NotVisible(approval.subject)
    family = _family(document)
    if (document.sha256, document.version, _versions(family)) != (approval.detail["sha256"], approval.detail["version"], approval.detail.get("inside", {})):
        raise changed(case)
    _may_go(actor, case, family, approval.detail["ground"])
    settle(actor, case, approval, Verdict.APPROVED, reason.strip())
    for one in family:
        _erase(actor, case, one, approval)
    work.index(actor.now, case.case_id)
    work.ask(work.REFRESH_CASE, actor.now, case=case)
    return document


def _family(document: Document) -> list[Document]:
    """The document and everything that came out of it and is still there."""
    return [document, *(one for one in inside(document) if not one.erased)]


def _versions(family: Sequence[Document]) -> dict[str, int]:
    """Number -> version of what came out of the document: both managers mean the same."""
    return {one.ref: one.version for one in family[1:]}


def _may_go(actor: Actor, case: Case, family: Sequence[Document], ground: str) -> None:
    """Refused says which duty keeps one of the documents, and with it all."""
    for document in family:
        _may_one_go(actor, case, document, ground, {one.id for one in family})


def _may_one_go(actor: Actor, case: Case, document: Document, ground: str, going: Collection[int]) -> None:
    if any(paper.id == document.id for paper, _row in block_rows(case)):
        raise Refused(
            f"{document.ref} carries a line of the contract, the ledger or a letter: nothing is deleted. Correct that line first.",
            f"{document.ref} 是合同、台账或函件的依据，不得删除。请先更正该记录。",
        )
    twins = [d for d in case.documents if d.id not in going and d.sha256 is not None and d.sha256 == document.sha256]
    if ground == "duplicate" and not twins:
        raise Refused(
            f"{document.ref} is no duplicate: the case holds its bytes once. Nothing was changed.", f"{document.ref} 并非重复件，卷内仅此一份。未作任何改动。"
        )
    words = deletion_refused(standing(case, actor.today), twin=bool(twins), in_packets=_packets_with(case, document))
    if words is not None:
        raise Refused(f"{words.en} Nothing was changed.", f"{words.zh}未作任何改动。")


def _packets_with(case: Case, document: Document) -> list[str]:
    """The packets whose manifest names the document or its bytes, whose internal cover says why it was left out, or that are just being made of it."""

    def names(packet: Packet) -> bool:
        manifest, plan = packet.manifest or {}, packet.plan or {}
        told = {source.get("exhibit") for source in manifest.get("sources", ())}
        told |= {one.get("document") for one in [*plan.get("left_out", ()), *plan.get("uploads", ())]}
        if document.ref in told or (document.sha256 is not None and document.sha256 in json.dumps(manifest)):
            return True
        return packet.state is PacketState.BUILDING and _made_of(packet, document)

    packets = session.scalars(select(Packet).where(Packet.case_id == case.case_id).order_by(Packet.id))
    return [packet.label for packet in packets if names(packet)]


def _made_of(packet: Packet, document: Document) -> bool:
    """Whether the case as it was kept with the packet has the document in it."""
    return packet.made_of is not None and f'"{document.ref}"' in json.dumps(packet.made_of, ensure_ascii=False)


def _forget(case: Case, document: Document) -> list[str]:
    """Take the document out of what was kept of the case with packets and out of arrangements; the packets that can no longer be built again."""
    forgotten = []
    for packet in session.scalars(select(Packet).where(Packet.case_id == case.case_id).order_by(Packet.id)):
        if _made_of(packet, document):
            packet.made_of = null()  # no value at all, not the JSON null
            forgotten.append(packet.label)
    for plan in session.scalars(select(PacketPlan).where(PacketPlan.case_id == case.case_id)):
        kept = {part: {key: value for key, value in said.items() if key != document.ref} for part, said in plan.arrangement.items()}
        kept["groups"] = {group: [ref for ref in refs if ref != document.ref] for group, refs in kept.get("groups", {}).items()}
        plan.arrangement = {part: said for part, said in kept.items() if said}
    return forgotten


def _erase(actor: Actor, case: Case, document: Document, approval: Approval) -> None:
    sha256, ground = document.sha256, DELETION_GROUNDS[approval.detail["ground"]]
    document.pages.clear()
    document.flags.clear()
    document.proposals.clear()
    document.name = document.sha256 = document.size = document.media_type = document.page_count = document.dates_found = document.original = None
    document.title_zh = document.number = document.document_date = document.amount = document.n = document.listed_in = None
    document.path_in_parent = document.told = document.reader = document.reader_version = None
    document.fields, document.text_status = {}, TextStatus.NO_FILE
    document.text_reason_zh = f"{actor.today} 经两人批准彻底删除（{ground.zh}）：{approval.reason[:500]}；SHA-256 {sha256}"
    document.text_reason_en = f"Deleted for good on {actor.today} by two persons ({ground.en}): {approval.reason[:500]}; SHA-256 {sha256}"
    forgotten = _forget(case, document)
    session.flush()
    told = {"packets": forgotten} if forgotten else {}
    audit.record(actor, "delete", document.ref, case_id=case.case_id, type=type_held(document), sha256=sha256, ground=approval.detail["ground"], **told)
    work.index(actor.now, case.case_id, document.id, hide=True)
