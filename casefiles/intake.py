"""Documents come in: their kept bytes become rows, their fields and flags are confirmed by people."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm.attributes import flag_modified

from casefiles import audit, entries, steps, work
from casefiles.case_mapping import DOCUMENT_LISTS, IN_BLOCK, case_mapping, demanded, written
from casefiles.case_rows import next_ref
from casefiles.db import session
from casefiles.errors import CaseSealed, Conflict, NotUsable, NotVisible, TooLarge
from casefiles.law import load_law
from casefiles.law.days import day_of
from casefiles.models import UNSORTED, Case, Document, Flag, Job, State, TextStatus
from casefiles.policy import Actor, held_as, visible_case_ids
from casefiles.readers.media_type import media_type
from casefiles.rules.facts import DocumentFacts, read_case
from casefiles.rules.sums import written_sum
from storage import Staged

LONGEST_NAME = 1000
LONGEST_TEXT = {"number": 200, "title_zh": 300}  # what the columns of lists hold; every other text:
LONGEST = 20_000
MOST_NUMBER = 2**31 - 1
ORIGINAL_KEYS = ("exists", "held_by", "location", "explanation")
STAY = frozenset({"parties", "note", "lists", "covers_documents", "promise", "confidentiality", IN_BLOCK})  # whatever the type
HOLDERS = ("creditor", "lawyer", "court", "notary", "lost")


@dataclass(frozen=True)
class Received:
    """Staged bytes that may be kept: not empty, not too large, their type known by content."""

    name: str
    sha256: str
    size: int
    media_type: str
    staged: Staged


def inspect(staged: Staged, name: str, max_bytes: int) -> Received:
    """Look at staged bytes before they are kept; NotUsable says why they are not (the draft is then gone)."""
    name = _readable(name)
    if staged.size == 0 or staged.size > max_bytes or "\0" in name or len(name) > LONGEST_NAME:
        staged.draft.unlink(missing_ok=True)
        if staged.size == 0:
            raise NotUsable(
                f"{name} is empty: nothing was kept. Choose the real file and upload it again.",
                f"{name} 是空文件，未保存。请选择正确的文件重新上传。",
            )
        if "\0" in name:
            raise NotUsable(
                f"The file name {name!r} has a NUL in it: nothing was kept. Rename the file.",
                f"文件名 {name!r} 含空字符，未保存。请改名后重新上传。",
            )
        if len(name) > LONGEST_NAME:
            raise NotUsable(
                f"The name of the file {name[:40]}… has {len(name)} characters, more than {LONGEST_NAME}: nothing was kept. Give it a shorter name.",
                f"文件名“{name[:40]}…”有 {len(name)} 字，超过 {LONGEST_NAME} 字，未保存。请缩短文件名后重新上传。",
            )
        most = max_bytes >> 20
        raise TooLarge(
            f"{name} is larger than {most} MB: nothing was kept. Split it or ask the administrator.",
            f"{name} 超过 {most} MB，未保存。请拆分或联系管理员。",
        )
    return Received(name, staged.sha256, staged.size, media_type(staged.draft, name), staged)


def _readable(name: str) -> str:
    """The name exactly as it came. Only a name whose bytes are no UTF-8 (Python marks those) is read as what Chinese Windows writes."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return name.encode("utf-8", "surrogateescape").decode("gb18030", "replace")
    return name


def receive(actor: Actor, case: Case, received: Received, *, type: str, fields: Mapping[str, str] | None = None, ref: str | None = None) -> Document:  # noqa: A002
    """Enter kept bytes into the case: row, audit entry and reading job in the caller's one commit.

    `ref` names an existing record without file that these bytes belong to; else a new record of `type` is made. Bytes that the
    case (or another case the actor sees) already holds are linked as a duplicate, never refused.
    """
    if case.state is State.ARCHIVED:
        raise CaseSealed(case.case_id)
    same = _same_bytes(actor, case, received.sha256)
    document = _record(actor, case, ref) if ref else _new(case, type)
    document.duplicate_of = same
    document.take_file(received, actor.person_id, actor.now)
    session.add(document)
    if fields:
        _enter(document, document.type, document.fields | typed_fields(document.type, fields))
    _show(document)
    session.flush()
    steps.reached("row written")
    audit.record(actor, "upload", document.ref, case_id=case.case_id, type=document.type, name=received.name, sha256=received.sha256, bytes=received.size)
    steps.reached("audit appended")
    work.ask(work.READ_DOCUMENT, actor.now, document=document)
    work.ask(work.REFRESH_CASE, actor.now, case=case)
    work.index(actor.now, case.case_id)
    work.index(actor.now, case.case_id, document.id, hide=ref is not None)  # a record on file becomes that of who brings its bytes
    return document


def _not_erased(document: Document) -> None:
    if document.erased:
        raise NotUsable(
            f"{document.ref} was deleted for good: nothing is added to it. Upload the paper as a document of its own.",
            f"{document.ref} 已彻底删除，不得再补充。请作为新材料上传。",
        )


def _record(actor: Actor, case: Case, ref: str) -> Document:
    document = session.scalar(select(Document).where(Document.case_id == case.case_id, Document.ref == ref))
    if document is None:
        raise NotVisible(f"{case.case_id}/{ref}")
    _not_erased(document)
    if document.sha256 is not None:
        raise NotUsable(
            f"{ref} has its file already; it was not replaced. Upload the new file as a document of its own.",
            f"{ref} 已有文件，未替换。请将新文件作为新材料上传。",
        )
    document.received_by_id, document.received_at = actor.person_id, actor.now
    return document


def _new(case: Case, kind: str) -> Document:
    if kind not in load_law().documents:
        raise NotUsable(f"{kind!r} is no document type. Choose one of the list.", f"没有“{kind}”这种材料类型，请从列表中选择。")
    return Document(case=case, ref=next_ref(case), type=kind, listed_in=None if kind == UNSORTED else "documents", fields={})


def _same_bytes(actor: Actor, case: Case, sha256: str) -> Document | None:
    same = list(session.scalars(select(Document).where(Document.sha256 == sha256).order_by(Document.id)))
    visible = visible_case_ids(actor)
    return next((d for d in same if d.case_id == case.case_id), None) or next((d for d in same if d.case_id in visible), None)


def typed_fields(kind: str, given: Mapping[str, str]) -> dict[str, Any]:
    """Texts of a form as typed fields of a document type; NotUsable names the field. Empty texts are left out."""
    law = load_law()
    known = {field.name: field for field in law.documents[kind].fields}
    typed: dict[str, Any] = {}
    for name, text in given.items():
        value = text.strip()
        if name not in known:
            raise NotUsable(
                f"{name!r} is not a field of {law.documents[kind].en}: nothing was changed.",
                f"“{law.documents[kind].zh}”没有字段 {name}，未作改动。",
            )
        if value:
            typed[name] = _typed(known[name].kind, name, value, known[name].choices)
    return typed


def _typed(kind: str, name: str, value: str, choices: tuple[str, ...]) -> Any:
    plain = unicodedata.normalize("NFKC", value)  # full-width digits, commas and signs of money
    most = LONGEST_TEXT.get(name, LONGEST)
    try:
        if "\0" in value or len(value) > most:
            raise ValueError(name)
        match kind:
            case "date":
                return day_of(plain).isoformat()
            case "money":
                return written_sum(plain)
            case "number":
                return _number(plain)
            case "flag":
                return {"true": True, "false": False, "1": True, "0": False, "yes": True, "no": False}[value.lower()]
            case "choice" if choices and value not in choices:
                raise ValueError(value)
            case "list":
                return [part.strip() for part in value.replace("，", ",").replace("、", ",").split(",") if part.strip()]
            case _:
                return value
    except (ValueError, KeyError) as error:
        shown = value if len(value) <= 60 else f"{value[:60]}…"
        form = {"date": "2026-03-15", "money": "1,234.50", "number": "12", "flag": "yes / no", "choice": " / ".join(choices)}
        en = f"Write it like {form[kind]}." if kind in form else f"It has at most {most} characters and no NUL."
        zh = f"格式如 {form[kind]}。" if kind in form else f"最多 {most} 字，且不得含空字符。"
        raise NotUsable(f"{name}: {shown!r} cannot be taken over, nothing was changed. {en}", f"{name}：“{shown}”无法识别，未作改动。{zh}") from error


def _number(plain: str) -> int:
    number = int(plain)
    if abs(number) > MOST_NUMBER:
        raise ValueError(plain[:60])
    return number


def _show(document: Document) -> None:
    """What lists and search show of a document: number, day and amount as the rules read them."""
    paper = next((p for p in read_case(case_mapping(document.case)).documents if p.id == document.ref), None)
    if paper is not None:
        document.number, document.document_date, document.amount = paper.number, paper.dated, paper.amount
    document.title_zh, document.n = document.fields.get("title_zh"), document.fields.get("n")


def edit_document(
    actor: Actor,
    document: Document,
    *,
    type: str,  # noqa: A002 - the word of documents.yaml
    fields: Mapping[str, str],
    flags: Mapping[str, bool],
    original: Mapping[str, str],
    version: int,
) -> Document:
    """Take over what a person entered and confirmed about a document; Conflict when somebody saved in between."""
    if document.version != version:
        raise Conflict(f"{document.case_id}/{document.ref}")
    if type not in load_law().documents:
        raise NotUsable(f"{type!r} is no document type. Choose one of the list.", f"没有“{type}”这种材料类型，请从列表中选择。")
    _not_erased(document)
    before = held_as(document)
    _enter(document, type, _kept(document, type) | typed_fields(type, fields) | _records(document, type), flags=flags, original=original)
    flag_modified(document, "fields")  # a new version even where only a flag was confirmed: the next one to save must be told
    _confirm(actor, document, flags)
    _show(document)
    session.flush()
    audit.record(actor, "edit", document.ref, case_id=document.case_id, type=type, fields=sorted(document.fields), flags=dict(flags))
    work.ask(work.REFRESH_CASE, actor.now, case=document.case)
    work.index(actor.now, document.case_id)
    entries.enter_document(actor.now, document, before)
    return document


def _enter(
    document: Document, kind: str, fields: Mapping[str, Any], *, flags: Mapping[str, bool] | None = None, original: Mapping[str, str] | None = None
) -> None:
    """Give a document type, fields and place of its original. A document that only a block names gets an entry of its own as soon as
    it says anything the block does not: that entry wins, so it holds nothing but what differs, and what the format demands of it."""
    block, before = _block_says(document), document.fields
    derived = _derived(document) if kind == document.type else {}

    def new(key: str, value: Any) -> bool:
        return key in before or key in STAY or (derived.get(key) != value and (block is None or _said(block, key) != value))

    own = {key: value for key, value in fields.items() if new(key, value)}
    place = _original(document, original or {})
    news = {key for key in own if key not in before}
    if kind == UNSORTED:
        _unlist(document, block)
    elif document.listed_in is None and (news or flags or kind != document.type or place != document.original or block is None):
        document.listed_in = "documents"
    if document.listed_in == "documents":
        for key in demanded(kind):
            if key not in own and block is not None and (value := _said(block, key)) is not None:
                own[key] = value
            if key not in own and key in before and kind == document.type:
                raise NotUsable(f"{key}: a case file must say it of this kind of document; nothing was changed.", f"{key}：此类材料必填，未作改动。")
    document.type, document.fields, document.original = kind, own, place


def _unlist(document: Document, block: DocumentFacts | None) -> None:
    """What nobody has named stands in no list: it is found by search and counts in no check."""
    if block is not None:
        raise NotUsable(
            f"{document.ref} carries a line of the contract, the ledger or a letter: it stays what it is. Nothing was changed.",
            f"{document.ref} 是合同、台账或函件的依据，不能改为待分类。未作改动。",
        )
    document.listed_in = None


def _derived(document: Document) -> dict[str, Any]:
    """What lists and the page show of a document though nobody entered it under this name: saving the page enters none of it."""
    held = {name: getattr(document, name) for name in ("number", "document_date", "amount", "title_zh", "n")}
    return {name: written(value) for name, value in held.items() if value is not None}


def _block_says(document: Document) -> DocumentFacts | None:
    """What the blocks of the case alone say of a document; None where none names it."""
    with session.no_autoflush:
        whole = case_mapping(document.case)
    for name in DOCUMENT_LISTS:
        whole[name] = [entry for entry in whole.get(name, ()) if entry["id"] != document.ref]
    return next((paper for paper in read_case(whole).documents if paper.id == document.ref), None)


def _said(block: DocumentFacts, key: str) -> Any:
    plain = {"number": block.number, "document_date": block.dated, "amount": block.amount, "title_zh": block.title, "n": block.n}
    return written(plain[key]) if key in plain else block.fields.get(key)


def _kept(document: Document, kind: str) -> dict[str, Any]:
    """What the form of a type does not show stays; of a document that becomes another type, what every type may have."""
    shown = {field.name for field in load_law().documents[kind].fields}
    same = kind == document.type
    return {key: value for key, value in document.fields.items() if key in STAY or (same and key not in shown)}


def _records(document: Document, kind: str) -> dict[str, Any]:
    """Records of their own keys: no form can enter them."""
    shown = {field.name: field for field in load_law().documents[kind].fields}
    listed = {name for name, field in shown.items() if field.kind == "list" and field.choices}
    return {key: value for key, value in document.fields.items() if key in listed or (key in shown and _of_records(value))}


def _of_records(value: Any) -> bool:
    return isinstance(value, dict) or (isinstance(value, list) and any(isinstance(part, dict) for part in value))


def _confirm(actor: Actor, document: Document, flags: Mapping[str, bool]) -> None:
    known, present = load_law().need_flags, {flag.name: flag for flag in document.flags}
    for name, value in flags.items():
        if name not in known:
            raise NotUsable(f"{name!r} is nothing that can be confirmed; nothing was changed.", f"{name} 不是可确认的事项，未作改动。")
        if name in present and present[name].value != value:
            present[name].value, present[name].confirmed_by_id, present[name].confirmed_at = value, actor.person_id, actor.now
        elif name not in present and value:
            document.flags.append(Flag(name=name, value=True, confirmed_by_id=actor.person_id, confirmed_at=actor.now))


def original_of(document: Document) -> dict[str, Any]:
    """Where the paper original is: as the document's own entry says it, else its block."""
    return dict(document.original or document.fields.get(IN_BLOCK, {}).get("original") or {})


def _original(document: Document, given: Mapping[str, str]) -> dict[str, Any] | None:
    """The place of the original with what was given changed: an emptied key goes, one that was not given stays."""
    before = original_of(document)
    kept = {key: value for key, value in before.items() if key not in ORIGINAL_KEYS or key not in given}
    for key in ORIGINAL_KEYS:
        if text := given.get(key, "").strip():
            kept[key] = {"true": True, "false": False}.get(text, "unknown") if key == "exists" else text
    if "held_by" in kept and kept["held_by"] not in HOLDERS:
        raise NotUsable(f"Who holds the original? One of {', '.join(HOLDERS)}; nothing was changed.", f"原件保管人须为 {'、'.join(HOLDERS)} 之一，未作改动。")
    return document.original if kept == before else kept or None


def retry(actor: Actor, document: Document, *, recognise: bool = False) -> Job:
    """Read a document again; with `recognise` each of its pages as a picture, whatever text its file brings along."""
    if document.sha256 is None:
        raise NotUsable(f"{document.ref} has no file yet: upload it first.", f"{document.ref} 尚无文件，请先上传。")
    document.text_status = TextStatus.WAITING
    document.told = {"recognise": True} if recognise else None  # what was recognised before is recognised anew
    audit.record(actor, "edit", document.ref, case_id=document.case_id, again="read")
    return work.ask(work.READ_DOCUMENT, actor.now, document=document)
