"""casefiles index, store, audit: integrity."""

import sys
import time
from pathlib import Path

import click
from sqlalchemy import select

from casefiles import audit, entries, index_care, runtime, work
from casefiles.actor import now
from casefiles.commands import acting, as_json, as_person, guarded, say, tell
from casefiles.db import saving, session
from casefiles.errors import CasefilesError
from casefiles.models import AuditEntry, Case, Document, Job, JobState
from casefiles.policy import Action, require, told_detail, visible_entries
from casefiles.search import IndexBroken
from storage import NotStored


@click.group("index")
def index_commands() -> None:
    """The search index: disposable, made from the database."""


def _expected() -> set[str]:
    return {entry.key for case in session.scalars(select(Case)) for entry in entries.entries_of(case)}


@index_commands.command("rebuild")
@as_json
@guarded
def rebuild_(as_json: bool) -> None:
    """Make the index again from the database, beside the live one, then switch."""
    count = _remade()
    say({"entries": count}) if as_json else tell(f"{count} entries")


def _remade() -> int:
    """Make the index again: here while no worker runs, else by the worker, among its jobs, since what it puts in meanwhile would be lost."""
    asked = 0
    while True:
        with index_care.only_worker(runtime.config(), wait=False) as lock:
            if lock is not None:
                return index_care.make_index()
        if not asked:
            with saving():
                asked = work.ask(work.REMAKE_INDEX, now()).id
            tell("A worker is running: it makes the index again after the jobs before it.")
        session.rollback()
        job = session.get_one(Job, asked, populate_existing=True)
        if job.state is JobState.DONE:
            return runtime.engine().count()
        if job.state is JobState.FAILED:
            raise CasefilesError(f"The index was not made again: {job.reason}")
        time.sleep(0.3)


@index_commands.command("status")
@as_json
@guarded
def status(as_json: bool) -> None:
    """How many entries the index has; exit 1 when it is damaged, or empty though there are cases."""
    try:
        lost = entries.unfilled(runtime.engine())
        told = {"entries": runtime.engine().count(), "broken": lost} | ({"reason": "the index is empty though there are cases"} if lost else {})
    except IndexBroken as error:
        told = {"entries": 0, "broken": True, "reason": str(error)}
    say(told) if as_json else tell(str(told))
    sys.exit(1 if told["broken"] else 0)


@index_commands.command("verify")
@as_json
@guarded
def verify_index(as_json: bool) -> None:
    """Compare the index with the database; exit 1 names missing and stale entries."""
    try:
        damaged, have = runtime.engine().verify(), set(runtime.engine().keys())
    except IndexBroken as error:
        damaged, have = (str(error),), set()
    wanted = _expected()
    told = {"missing": sorted(wanted - have), "stale": sorted(have - wanted), "damaged": list(damaged)}
    if as_json:
        say(told)
    tell(f"{len(told['missing'])} missing, {len(told['stale'])} stale, {len(told['damaged'])} damaged; 'casefiles index repair' mends it")
    sys.exit(1 if any(told.values()) else 0)


@index_commands.command("repair")
@as_json
@guarded
def repair(as_json: bool) -> None:
    """Put missing entries in and take stale ones out; a damaged index is made again."""
    try:
        engine = runtime.engine()
        if engine.verify():
            raise IndexBroken("damaged files")
        have, every = set(engine.keys()), {e.key: e for case in session.scalars(select(Case)) for e in entries.entries_of(case)}
        stale, missing = have - set(every), [every[key] for key in every.keys() - have]
        engine.remove(stale)
        engine.add(missing)
        told = {"added": len(missing), "removed": len(stale), "rebuilt": False}
    except IndexBroken:
        told = {"added": _remade(), "removed": 0, "rebuilt": True}
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
