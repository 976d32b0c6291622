"""casefiles index, store, audit: integrity."""

import sys
from pathlib import Path

import click
from sqlalchemy import select

from casefiles import audit, entries, runtime
from casefiles.commands import acting, as_json, as_person, guarded, say, tell
from casefiles.db import saving, session
from casefiles.models import AuditEntry, Case, Document
from casefiles.policy import Action, require
from casefiles.search import IndexBroken, rebuild
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
    count = rebuild(runtime.config().search, (e for case in session.scalars(select(Case).order_by(Case.case_id)) for e in entries.entries_of(case)))
    say({"entries": count}) if as_json else tell(f"{count} entries")


@index_commands.command("status")
@as_json
@guarded
def status(as_json: bool) -> None:
    """How many entries the index has."""
    try:
        told = {"entries": runtime.engine().count(), "broken": False}
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
        count = rebuild(runtime.config().search, (e for case in session.scalars(select(Case)) for e in entries.entries_of(case)))
        told = {"added": count, "removed": 0, "rebuilt": True}
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
@guarded
def export_audit(out: Path | None, person: str | None) -> None:
    """Every entry as one JSON list."""
    actor = acting(person)
    if person:
        require(actor, Action.EXPORT_AUDIT_LOG)
    rows = [
        {
            "id": e.id, "at": e.at.isoformat(), "person": e.person, "event": e.event, "case": e.case_id, "object": e.object, "detail": e.detail,
            "address": e.address, "previous": e.previous, "hash": e.hash,
        }
        for e in session.scalars(select(AuditEntry).order_by(AuditEntry.id))
    ]  # fmt: skip
    with saving():
        audit.record(actor, "download", "audit log", entries=len(rows))
    if out:
        import json

        out.write_text(json.dumps(rows, ensure_ascii=False, indent=1), encoding="utf-8")
        tell(f"{len(rows)} entries written to {out}")
    else:
        say(rows)
