"""Files inside a file become documents of their own: attachments of a mail, entries of an archive, found by search before anybody sorts them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from casefiles import audit, work
from casefiles.case_rows import KeptChild, ancestors, inside, new_child, next_ref
from casefiles.db import session
from casefiles.models import Document, Role, State, TextStatus
from casefiles.policy import Actor, type_held
from casefiles.readers import Child, media_type
from storage import Store

DEEPEST = 5  # levels below the file that was uploaded
MOST_INSIDE = 5_000  # documents out of one uploaded file, all levels together
MOST_BYTES = 8 * 2**30  # of these
LONGEST_PATH = 2000
WORKER = "worker"
_GONE = re.compile(r"SHA-256 ([0-9a-f]{64})")


@dataclass(frozen=True)
class _Stop:
    """Why files were left inside: how many of the new ones may still come out, and the reason in both languages."""

    room: int
    zh: str
    en: str


def keep(child: Child, store: Store) -> KeptChild:
    """Keep the bytes of a file inside a file, before its row is written; the reader's copy is gone afterwards."""
    kind = media_type(child.file, child.path)
    with child.file.open("rb") as content:
        staged = store.stage(content)
    store.keep(staged)
    child.file.unlink()
    return KeptChild(child.path, staged.sha256, staged.size, kind)


def enter(now: datetime, parent: Document, children: Sequence[KeptChild]) -> list[Document]:
    """Make a row for each file inside, in the caller's one commit: not sorted yet, under the name and path it came with, waiting to be read.

    Safe to run twice: the same path and bytes are the same row, also where a person has named it since, and what was deleted for good does not
    come back. What an archived file, a sixth level or an endless archive holds is left inside, and the parent says so.
    """
    if parent.erased or not children:
        return []
    held, gone = _held(parent), _deleted(parent)
    wanted = {(_path(child), child.sha256): child for child in children if child.sha256 not in gone}
    new = [child for key, child in wanted.items() if key not in held]
    if new and (stop := _stop(parent, new)) is not None:
        _tell(parent, stop)
        new = new[: stop.room]
    made = _enter(now, parent, new)
    return [row for key in wanted if (row := held.get(key) or made.get(key)) is not None]


def _enter(now: datetime, parent: Document, new: Sequence[KeptChild]) -> dict[tuple[str, str], Document]:
    if not new:
        return {}
    case, made = parent.case, {}
    first = int(next_ref(case)[1:])
    twins = _twins(parent, {child.sha256 for child in new})
    for number, child in enumerate(new, first):
        document = new_child(parent, f"D{number:02d}", _path(child), child)
        document.duplicate_of = twins.setdefault(child.sha256, document) if child.sha256 in twins else None
        twins.setdefault(child.sha256, document)
        made[(_path(child), child.sha256)] = document
    session.add_all(made.values())
    session.flush()
    actor = Actor(person_id=None, name=WORKER, role=Role.LEGAL_MANAGER, department=case.department, now=now, today=now.date(), address="localhost")
    told = [f"{document.ref} {document.sha256}" for document in made.values()]
    audit.record(actor, "unpack", parent.ref, case_id=case.case_id, type=type_held(parent), documents=told)
    for document in made.values():
        work.ask(work.READ_DOCUMENT, now, document=document)
        work.index(now, case.case_id, document.id)
    return made


def _path(child: KeptChild) -> str:
    """The path as the column holds it: of one that is too long the end, where the name stands."""
    return child.path if len(child.path) <= LONGEST_PATH else f"…{child.path[1 - LONGEST_PATH :]}"


def _held(parent: Document) -> dict[tuple[str, str], Document]:
    """(path, SHA-256) -> the row that is there already: of this file, or, from an import, of a file around it with the longer path."""
    around = {parent.id: ""}
    prefix = ""
    for inner, outer in zip((parent, *ancestors(parent)), ancestors(parent), strict=False):
        prefix = f"{inner.path_in_parent}/{prefix}"
        around[outer.id] = prefix
    rows = session.scalars(select(Document).where(Document.case_id == parent.case_id, Document.parent_id.in_(list(around)), Document.sha256.is_not(None)))
    held = {}
    for row in rows:
        start, path = around[row.parent_id or 0], row.path_in_parent or ""
        if path.startswith(start) and (not start or row.sorted):
            held[(path.removeprefix(start), row.sha256 or "")] = row
    return held


def _deleted(parent: Document) -> frozenset[str]:
    """The SHA-256 of files inside that were deleted for good: two persons decided, and reading the parent again does not undo it."""
    reasons = session.scalars(select(Document.text_reason_en).where(Document.parent_id == parent.id, Document.sha256.is_(None)))
    return frozenset(found[1] for reason in reasons if reason and (found := _GONE.search(reason)))


def _twins(parent: Document, hashes: set[str]) -> dict[str, Document]:
    """SHA-256 -> the first document of the case with these bytes."""
    rows = session.scalars(select(Document).where(Document.case_id == parent.case_id, Document.sha256.is_not(None)).order_by(Document.id.desc()))
    return {row.sha256 or "": row for row in rows if row.sha256 in hashes}


def _stop(parent: Document, new: Sequence[KeptChild]) -> _Stop | None:
    """What keeps files inside from becoming documents."""
    above = ancestors(parent)
    if parent.case.state is State.ARCHIVED:
        return _Stop(0, f"案卷已归档：内含的 {len(new)} 个文件未取出。", f"The file is archived: {len(new)} files inside were left in.")
    if len(above) >= DEEPEST:
        return _Stop(0, f"嵌套已达 {DEEPEST} 层上限：内含的 {len(new)} 个文件未取出。如需要，请单独上传。",
                     f"Nested {DEEPEST} levels deep, which is the limit: {len(new)} files inside were left in. Upload them by themselves.")  # fmt: skip
    beside = inside(above[-1] if above else parent)
    room, left = MOST_INSIDE - len(beside), MOST_BYTES - sum(document.size or 0 for document in beside)
    fitting = _fitting(new, left)
    if min(room, fitting) >= len(new):
        return None
    room = max(min(room, fitting), 0)
    most = f"{MOST_INSIDE:,}", MOST_BYTES >> 30
    return _Stop(room, f"同一上传文件最多取出 {most[0]} 个文件、{most[1]} GB：其余 {len(new) - room} 个未取出。请分开上传。",
                 f"At most {most[0]} files and {most[1]} GB come out of one upload: {len(new) - room} were left in. Upload them apart.")  # fmt: skip


def _fitting(new: Sequence[KeptChild], left: int) -> int:
    for number, child in enumerate(new):
        left -= child.size
        if left < 0:
            return number
    return len(new)


def _tell(parent: Document, stop: _Stop) -> None:
    """Say on the parent that something was left inside. Its version is left alone: nobody edited it."""
    zh, en = parent.text_reason_zh or "", parent.text_reason_en or ""
    if stop.en in en:
        return
    status = TextStatus.PARTLY if parent.text_status in {TextStatus.READ, TextStatus.EMPTY} else parent.text_status
    said = {"text_status": status, "text_reason_zh": f"{stop.zh}{zh}"[:1000], "text_reason_en": f"{stop.en} {en}".strip()[:1000]}
    session.execute(update(Document).where(Document.id == parent.id).values(**said), execution_options={"synchronize_session": False})
    session.expire(parent)
