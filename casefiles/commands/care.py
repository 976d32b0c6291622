"""casefiles index, store, audit: integrity."""

import sys
import time
from collections.abc import Callable
from pathlib import Path

import click
from sqlalchemy import select

from casefiles import audit, index_care, runtime, work
from casefiles.actor import now
from casefiles.commands import acting, as_json, as_person, guarded, say, tell
from casefiles.db import saving, session
from casefiles.errors import CasefilesError
from casefiles.index_care import Differences, Remade
from casefiles.models import AuditEntry, Document, Job, JobState
from casefiles.policy import Action, require, told_detail, visible_entries
from casefiles.search import IndexBroken
from storage import NotStored


@click.group("index")
def index_commands() -> None:
    """The search index: disposable, made from the database."""


@index_commands.command("rebuild")
@as_json
@guarded
def rebuild_(as_json: bool) -> None:
    """Make the index again from the database, beside the live one, then switch."""
    count = _remade()
    say({"entries": count}) if as_json else tell(f"{count} entries")


def _remade() -> int:
    """Make the index again: here while no worker runs, else by the worker, the only one that may write it; the number of entries."""
    made = _alone_or_by_worker(work.REMAKE_INDEX, index_care.make_index, "it makes the index again")
    return runtime.engine().count() if made is None else made.count


def _alone_or_by_worker(job_name: str, do: Callable[[], Remade], says: str) -> Remade | None:
    """Do it here while no worker runs; None: a worker was asked and has done it."""
    asked = 0
    while True:
        with index_care.only_worker(runtime.config(), wait=False) as lock:
            if lock is not None:
                return _parked(do())
        if not asked:
            with saving():
                asked = work.ask(job_name, now()).id
            tell(f"A worker is running: {says} after the jobs before it.")
        session.rollback()
        job = session.get_one(Job, asked, populate_existing=True)
        if job.state is JobState.DONE:
            return None
        if job.state is JobState.FAILED:
            raise CasefilesError(f"The index was left as it is: {job.reason}")
        time.sleep(0.3)


def _parked(made: Remade) -> Remade:
    """With what could not be put in entered where `index status` shows it."""
    with saving():
        index_care.park(made.failed, now())
    for (case_id, document_id), why in made.failed.items():
        tell(f"case {case_id}, document {document_id or '-'} could not be put in: {why}")
    return made


@index_commands.command("status")
@as_json
@guarded
def status(as_json: bool) -> None:
    """Entries, what waits to be put in and since when, and which index it is; exit 1 when it has to be made again or something is parked."""
    told = index_care.state(now())
    if as_json:
        say(told)
    else:
        for name, value in told.items():
            tell(f"{name}: {len(value) if name == 'parked' else value}")
        for row in told["parked"]:
            tell(f"  case {row['case']}, document {row['document'] or '-'}: {row['reason']}")
    sys.exit(1 if told["broken"] or told["parked"] else 0)


@index_commands.command("verify")
@as_json
@guarded
def verify_index(as_json: bool) -> None:
    """Compare the index with the database; exit 1 names entries that are missing, stale (gone from the database) or changed."""
    damaged, found = _compared()
    told = {"missing": found.missing, "stale": found.stale, "changed": found.changed, "damaged": damaged, "waiting": index_care.waiting()}
    if as_json:
        say(told)
    waits = f" ({told['waiting']} changes still wait to be put in)" if told["waiting"] else ""
    counts = f"{len(found.missing)} missing, {len(found.stale)} stale, {len(found.changed)} changed, {len(damaged)} damaged"
    tell(f"{counts}{waits}; 'casefiles index repair' mends it")
    sys.exit(1 if found or damaged else 0)


def _compared() -> tuple[list[str], Differences]:
    """Damaged files of the index, or why it cannot be read; and what it and the database disagree about."""
    try:
        return list(runtime.engine().verify()), index_care.compare()
    except IndexBroken as error:
        return [str(error)], Differences((), (), ())


@index_commands.command("repair")
@as_json
@guarded
def repair(as_json: bool) -> None:
    """Put missing entries in, take stale ones out and make changed ones anew, and nothing else; a damaged index is made again."""
    damaged, found = _compared()
    if damaged or index_care.broken(thorough=False):
        told = {"added": _remade(), "removed": 0, "changed": 0, "rebuilt": True}
    else:
        if found:
            _alone_or_by_worker(work.REPAIR_INDEX, lambda: index_care.mend(found), "it puts the index right")
        told = {"added": len(found.missing), "removed": len(found.stale), "changed": len(found.changed), "rebuilt": False}
    say(told) if as_json else tell(str(told))


@click.group("store")
def store_commands() -> None:
    """The document store."""


@store_commands.command("check")
@as_json
@guarded
def check_store(as_json: bool) -> None:
    """Read every document's bytes and compare the hash; exit 1 names those missing or damaged."""
    bad = []
    for document in session.scalars(select(Document).where(Document.sha256.is_not(None)).order_by(Document.id)):
        try:
            runtime.store().insist(document.sha256)  # type: ignore[attr-defined]
        except (NotStored, OSError):
            bad.append({"case": document.case_id, "document": document.ref, "sha256": document.sha256})
    if as_json:
        say(bad)
    tell(f"{len(bad)} missing or damaged")
    sys.exit(1 if bad else 0)


@click.group("audit")
def audit_commands() -> None:
    """The audit log."""


@audit_commands.command("verify")
@click.option("--head", help="A head printed by an earlier verify and kept outside: it must still be in the log.")
@as_json
@guarded
def verify_audit(head: str | None, as_json: bool) -> None:
    """Walk the whole chain; exit 1 names the first bad entry."""
    found = audit.verify(head)
    told = {"entries": found.entries, "head": found.head, "ok": not found.reason, "bad": found.bad, "reason": found.reason}
    say(told) if as_json else tell(f"{found.entries} sound entries" + (f"; entry {found.bad}: {found.reason}" if found.reason else f", head {found.head}"))
    sys.exit(1 if found.reason else 0)


@audit_commands.command("export")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="A file; default: stdout.")
@as_person
@as_json
@guarded
def export_audit(out: Path | None, person: str | None, as_json: bool) -> None:  # noqa: ARG001 - it is JSON in any case
    """The entries you may see as one JSON list, with --json and without; null stands for a value that is not yours to see."""
    actor = acting(person)
    if person:
        require(actor, Action.EXPORT_AUDIT_LOG)
    seen = list(session.scalars(visible_entries(actor).order_by(AuditEntry.id)))
    told = [told_detail(actor, e) for e in seen]
    withheld = sum(detail != e.detail for detail, e in zip(told, seen, strict=True))
    rows = [
        {
            "id": e.id, "at": e.at.isoformat(), "person": e.person, "event": e.event, "case": e.case_id, "object": e.object, "detail": detail,
            "address": e.address, "previous": e.previous, "hash": e.hash,
        }
        for detail, e in zip(told, seen, strict=True)
    ]  # fmt: skip
    with saving():
        audit.record(actor, "download", "audit log", entries=len(rows))
    if withheld:
        tell(f"{withheld} entries have values that are withheld from you; they are null here.")
    if out:
        import json

        out.write_text(json.dumps(rows, ensure_ascii=False, indent=1), encoding="utf-8")
        tell(f"{len(rows)} entries written to {out}")
    else:
        say(rows)
