"""Case files in and out: YAML, a folder or a zip of them with the documents they name; all or nothing per case."""

import shutil
import stat
import zipfile
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Any

import yaml

from casefiles import audit, case_mapping, entries, work
from casefiles.case_mapping import BLOCKS, DOCUMENT_LISTS, HEAD, IN_BLOCK, ON_DOCUMENT, demanded, fill, read_value
from casefiles.case_rows import fill_party, new_document, parties_of, settle
from casefiles.db import session
from casefiles.errors import FileRefused, NotUsable
from casefiles.exchange_format import CaseFile, read_text
from casefiles.law import load_law
from casefiles.models import (
    Case,
    CollectionEntry,
    Contract,
    CourtDate,
    Declaration,
    Document,
    Flag,
    Letter,
    Party,
    Promise,
    Recording,
    Service,
    State,
)
from casefiles.policy import Actor
from casefiles.readers.media_type import media_type
from casefiles.rules.facts import read_case
from storage import Store

FILES = "files"  # the folder beside a case file that holds its documents' files
LONGEST_NAME = 200  # bytes of a written file name; file systems take 255
UNPACKED_MOST = 4 * 2**30
ENTRIES_MOST = 20_000
HELD_AS_BLOCK = (
    "agents", "running_account", "quality_dispute", "payment_order_conditions", "preservation", "security", "judgment", "enforcement", "insolvency",
    "write_off", "proceedings", "originals", "claim", "asset_clues",
)  # fmt: skip
NO_FIELDS = frozenset({"id", "type", "file", "original", "derived_from"})  # of an entry: kept apart from the document's fields
HEAD_DAYS = frozenset({"as_of", "planned_filing_date", "retention_until"})


@dataclass(frozen=True)
class KeptFile:
    """A document's bytes that are in the store already."""

    name: str
    sha256: str
    size: int
    media_type: str


@contextmanager
def case_files(path: Path) -> Iterator[list[Path]]:
    """The case-file YAMLs of a path: itself, those of a folder, or those of a zip unpacked to a folder that is gone afterwards."""
    if path.is_dir():
        yield _yamls(path)
    elif zipfile.is_zipfile(path):
        with TemporaryDirectory(prefix="casefiles-import-") as folder:
            _unpack(path, Path(folder))
            yield _yamls(Path(folder))
    elif path.is_file():
        yield [path]
    else:
        raise FileRefused(str(path), [(None, "there is no such file or folder")])


def _yamls(folder: Path) -> list[Path]:
    """The case files of a folder and its folders. What lies below a folder `files` is evidence, also where it is called .yaml."""
    named = (p for p in folder.rglob("*") if p.suffix in {".yaml", ".yml"} and FILES not in p.relative_to(folder).parts[:-1])
    found = sorted(p for p in named if p.is_file() and not p.is_symlink())
    if not found:
        raise FileRefused(str(folder), [(None, f"no case file (.yaml) in it (folders called {FILES} hold evidence and are not looked through)")])
    return found


def _unpack(archive: Path, folder: Path) -> None:
    """Unpack plain entries that stay inside; links, absolute names, '..', duplicates and bombs are refused."""
    with zipfile.ZipFile(archive) as zipped:
        infos, seen = zipped.infolist(), set()
        if len(infos) > ENTRIES_MOST or sum(info.file_size for info in infos) > UNPACKED_MOST:
            raise FileRefused(str(archive), [(None, f"more than {ENTRIES_MOST} entries or {UNPACKED_MOST >> 30} GiB unpacked")])
        for info in infos:
            name = info.filename if info.flag_bits & 0x800 else _gbk(info)
            place = PurePosixPath(name.replace("\\", "/"))
            if place.is_absolute() or ".." in place.parts or ":" in name or stat.S_ISLNK(info.external_attr >> 16) or str(place).lower() in seen:
                raise FileRefused(str(archive), [(None, f"entry {name!r} leaves the archive, is a link or stands in it twice")])
            seen.add(str(place).lower())
            if info.is_dir():
                continue
            target = folder.joinpath(*place.parts)
            target.parent.mkdir(parents=True, exist_ok=True)
            with zipped.open(info) as source, target.open("xb") as out:
                shutil.copyfileobj(source, out)


def _gbk(info: zipfile.ZipInfo) -> str:
    """Names without the UTF-8 mark: Chinese Windows writes GBK."""
    try:
        return info.filename.encode("cp437").decode("gb18030")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return info.filename


def read(path: Path, *, allow_invalid_uscc: bool = False) -> CaseFile:
    """Read and test one case file; FileRefused carries every reason with its line."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise FileRefused(str(path), [(None, f"not UTF-8 text ({error.reason})")]) from error
    return read_text(text, str(path), path.parent, allow_invalid_uscc=allow_invalid_uscc)


def keep_files(case_file: CaseFile, store: Store) -> dict[str, KeptFile]:
    """Put the bytes of every file the case names into the store; document id -> kept file. Rows follow in enter()."""
    kept = {}
    for ref, path in case_file.files.items():
        with path.open("rb") as content:
            staged = store.stage(content)
        if staged.size == 0:
            staged.draft.unlink()
            raise NotUsable(f"{path.name} is empty. Nothing of this case was kept. Put the real file there and import again.")
        kind = media_type(staged.draft, path.name)
        store.keep(staged)
        kept[ref] = KeptFile(path.name, staged.sha256, staged.size, kind)
    return kept


def known(case_id: str) -> bool:
    """Whether the case exists already: importing it again changes nothing."""
    return session.get(Case, case_id) is not None


def enter(actor: Actor, case_file: CaseFile, kept: Mapping[str, KeptFile]) -> Case:
    """Make the rows of a tested case file in the caller's transaction, with audit entry and reading jobs."""
    whole = case_file.mapping
    head = {key: read_value(date if key in HEAD_DAYS else object, whole[key]) for key in HEAD if key in whole and key != "state"}
    case = Case(
        **head, state=State(whole.get("state", State.COLLECTION)), department=actor.department, opened_at=actor.now,
        blocks={key: whole[key] for key in HELD_AS_BLOCK if key in whole},
    )  # fmt: skip
    if "claim_entered_by_user" in whole:
        case.blocks = case.blocks | {"claim": whole["claim_entered_by_user"]}
    session.add(case)
    _enter_parties(case, whole)
    documents = _enter_documents(actor, case, whole)
    _enter_blocks(actor, case, whole, documents)
    for entry in whole.get("declarations", ()):
        declaration = Declaration(case_id=case.case_id)
        fill(declaration, entry)
        case.declarations.append(declaration)
    _enter_log(actor, case, whole)
    session.flush()
    settle(actor, case)
    by_ref = {document.ref: document for document in case.documents}
    _link_to_parents(by_ref, whole)
    for ref, file in kept.items():
        by_ref[ref].take_file(file, actor.person_id, actor.now)
        work.ask(work.READ_DOCUMENT, actor.now, document=by_ref[ref])
    audit.record(actor, "import", case.case_id, case_id=case.case_id, file=Path(case_file.name).name, documents=len(case.documents), files=len(kept))
    entries.enter_changes(actor.now, case, {})
    work.ask(work.REFRESH_CASE, actor.now, case=case)
    return case


def _enter_parties(case: Case, whole: Mapping[str, Any]) -> None:
    security = dict(whole.get("security", {}))
    guarantors = [g for g in (security.pop("guarantor", None), *security.pop("guarantors", ())) if g]
    if guarantors:
        case.blocks = case.blocks | ({"security": security} if security else {})
        if not security:
            case.blocks = {key: value for key, value in case.blocks.items() if key != "security"}
    for role, entry in parties_of(whole):
        case.parties.append(fill_party(Party(role=role), entry))


def _enter_log(actor: Actor, case: Case, whole: Mapping[str, Any]) -> None:
    """The collection log and the days set by a court."""
    told = {"entered_by_id": actor.person_id, "entered_at": actor.now}
    for entry in whole.get("collection_log", ()):
        promise = entry.get("promise", {})
        contact = CollectionEntry(
            promise_date=read_value(date, promise.get("date")), promise_amount=read_value(Decimal, promise.get("amount")),
            date=read_value(date, entry["date"]), **{key: entry.get(key) for key in ("channel", "person", "result", "note")}, **told,
        )  # fmt: skip
        case.collection_log.append(contact)
    for entry in whole.get("court_dates", ()):
        days = {key: read_value(date, entry.get(key)) for key in ("date", "done_on")}
        case.court_dates.append(CourtDate(**days, **{key: entry.get(key) for key in ("kind", "note", "done_by")}, **told))


def _enter_documents(actor: Actor, case: Case, whole: Mapping[str, Any]) -> dict[str, Document]:
    documents: dict[str, Document] = {}
    flags = load_law().need_flags
    for name in DOCUMENT_LISTS:
        for entry in whole.get(name, ()):
            document = documents[entry["id"]] = new_document(actor, case, entry["id"], entry["type"])
            document.listed_in = name
            document.original = entry.get("original")
            document.fields = {k: v for k, v in entry.items() if k not in NO_FIELDS and not (k in flags and isinstance(v, bool))}
            document.flags = [
                Flag(name=key, value=value, confirmed_by_id=actor.person_id, confirmed_at=actor.now)
                for key, value in entry.items()
                if key in flags and isinstance(value, bool)
            ]
    return documents


def _link_to_parents(by_ref: Mapping[str, Document], whole: Mapping[str, Any]) -> None:
    """Say again which mail or archive a document came out of, so that reading that one again finds it there."""
    for name in DOCUMENT_LISTS:
        for entry in whole.get(name, ()):
            if said := entry.get("derived_from"):
                by_ref[entry["id"]].parent_id, by_ref[entry["id"]].path_in_parent = by_ref[said["document"]].id, said["path"]


def _enter_blocks(actor: Actor, case: Case, whole: Mapping[str, Any], documents: dict[str, Document]) -> None:
    def paper(entry: Mapping[str, Any]) -> Document:
        document = documents.get(entry["id"])
        if document is None:
            document = documents[entry["id"]] = new_document(actor, case, entry["id"], "")
        said = {key: entry[key] for key in ON_DOCUMENT if key in entry}
        if document.listed_in is not None:  # both are kept: the entry in the list wins (case-file.md section 1), the block's stays the block's
            document.fields = document.fields | ({IN_BLOCK: said} if said else {})
            return document
        document.original = said.pop("original", None)
        document.fields = said
        return document

    if "contract" in whole:
        contract = Contract(document=paper(whole["contract"]))
        fill(contract, whole["contract"])
        case.contract = contract
    for block in BLOCKS:
        for entry in whole.get(block.key, ()):
            row = block.model(document=paper(entry))
            fill(row, entry, apart=frozenset({"receipt", "promise"}))
            if isinstance(row, Letter) and "receipt" in entry:
                row.service = Service(document=paper(entry["receipt"]))
                fill(row.service, entry["receipt"])
            if isinstance(row, Recording) and "promise" in entry:
                row.promise = Promise()
                fill(row.promise, entry["promise"])
            getattr(case, block.rows).append(row)


def export(case: Case, store: Store, folder: Path, *, leave_out: Collection[str] = ()) -> Path:
    """Write the case file, its documents' files and a list of their SHA-256 into a folder; importable again.

    `leave_out` names documents whose files stay here: their entries are written as records without file.
    """
    folder.mkdir(parents=True, exist_ok=True)
    whole = case_mapping.case_mapping(case)
    files, hashes = whole.pop("files"), []
    for ref, file in files.items():
        if ref in leave_out:
            continue
        place = PurePosixPath(FILES) / (ref if ref.strip(".") else f"_{ref}") / _safe(file["name"])
        target = folder / place
        target.parent.mkdir(parents=True, exist_ok=True)
        with store.open(file["sha256"]) as source, target.open("wb") as out:
            shutil.copyfileobj(source, out)
        hashes.append(f"{file['sha256']}  {place}\n")
        _entry_with(whole, ref, case)["file"] = str(place)
    for name in DOCUMENT_LISTS:
        if name in whole:
            whole[name] = [e["type"] if name != "documents" and set(e) == {"id", "type"} and e["id"] == e["type"] else e for e in whole[name]]
    text = yaml.dump(whole, Dumper=yaml.SafeDumper, allow_unicode=True, sort_keys=False, width=160)
    target = folder / f"{case.case_id}.yaml"
    target.write_text(text, encoding="utf-8")
    (folder / "SHA256SUMS").write_text("".join(hashes), encoding="utf-8")
    return target


def _safe(name: str) -> str:
    """A file name that every system takes; the exact one stays in the database."""
    kept = "".join("_" if c in '/\\:*?"<>|' or ord(c) < 32 or 0x202A <= ord(c) <= 0x202E else c for c in name).rstrip(". ").lstrip() or "file"
    stem, dot, suffix = kept.rpartition(".") if "." in kept[-12:] else (kept, "", "")
    while len(f"{stem}{dot}{suffix}".encode()) > LONGEST_NAME:
        stem = stem[:-1]
    return f"{stem}{dot}{suffix}"


def _entry_with(whole: dict[str, Any], ref: str, case: Case) -> dict[str, Any]:
    """The entry that names a document's file: its own in a list, else its block's, else a new one in documents[]."""
    listed = (entry for name in DOCUMENT_LISTS for entry in whole.get(name, ()))
    known: dict[str, Any] | None = next((entry for entry in (*listed, *_block_entries(whole)) if entry.get("id") == ref), None)
    if known is not None:
        return known
    kind = next(document.type for document in case.documents if document.ref == ref)
    said = next(paper.fields for paper in read_case(whole).documents if paper.id == ref)
    made: dict[str, Any] = {"id": ref, "type": kind} | {key: said[key] for key in demanded(kind) if key in said}
    whole.setdefault("documents", []).append(made)
    return made


def _block_entries(whole: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for key in ("contract", "judgment"):
        if key in whole:
            yield whole[key]
    if "terminated_current_procedure" in whole.get("enforcement", {}):
        yield whole["enforcement"]["terminated_current_procedure"]
    for block in BLOCKS:
        for entry in whole.get(block.key, ()):
            yield entry
            if "receipt" in entry:
                yield entry["receipt"]
