"""A document with a password gets a decrypted copy beside it. The original stays as it came; the password is kept nowhere."""

from collections.abc import Sequence

from casefiles import audit, work
from casefiles.case_rows import KeptChild, new_child, next_ref
from casefiles.db import session
from casefiles.errors import CaseSealed, NotUsable
from casefiles.models import Document, State, TextStatus
from casefiles.policy import Actor, type_held
from casefiles.readers.locked import COPIES

LONGEST = 255  # characters of a password, in Office


def is_locked(document: Document) -> bool:
    """Whether a password would open something: the whole file, or entries of an archive that were left in."""
    told = (document.told or {}).get("details", {}).get("archive", {})
    return document.sha256 is not None and (document.text_status is TextStatus.ENCRYPTED or bool(told.get("locked"))) and not copies_of(document)


def copies_of(document: Document) -> list[Document]:
    """The decrypted copies that were made of it."""
    return [child for child in document.children if (child.path_in_parent or "").startswith(f"{COPIES}/") and not child.erased]


def expect_locked(document: Document, password: str) -> None:
    """NotUsable where there is nothing to decrypt, or no password."""
    _expect_copies_wanted(document)
    if not 0 < len(password) <= LONGEST:
        raise NotUsable(f"A password has 1 to {LONGEST} characters. Nothing was changed.", f"密码须为 1 至 {LONGEST} 个字符。未作任何改动。")


def _expect_copies_wanted(document: Document) -> None:
    if copies := copies_of(document):
        raise NotUsable(
            f"{document.ref} was decrypted already: see {copies[0].ref}. Nothing was changed.", f"{document.ref} 已解密，见 {copies[0].ref}。未作任何改动。"
        )
    if not is_locked(document):
        raise NotUsable(f"{document.ref} has no password to open. Nothing was changed.", f"{document.ref} 未加密，无需密码。未作任何改动。")


def enter(actor: Actor, document: Document, copies: Sequence[KeptChild]) -> list[Document]:
    """Enter the kept decrypted copies as files inside the document, in the caller's one commit; they are read like any other."""
    case = document.case
    if case.state is State.ARCHIVED:
        raise CaseSealed(case.case_id)
    session.refresh(document, ["version", "sha256", "children"], with_for_update=True)
    _expect_copies_wanted(document)  # somebody else may have been quicker, or it was deleted for good
    made = []
    for number, copy in enumerate(copies, int(next_ref(case)[1:])):
        child = new_child(document, f"D{number:02d}", copy.path, copy)
        child.received_by_id, child.received_at = actor.person_id, actor.now
        made.append(child)
    session.add_all(made)
    session.flush()
    told = [f"{child.ref} {child.sha256}" for child in made]
    audit.record(actor, "unlock", document.ref, case_id=case.case_id, type=type_held(document), documents=told)
    for child in made:
        work.ask(work.READ_DOCUMENT, actor.now, document=child)
        work.index(actor.now, case.case_id, child.id)
    return made
