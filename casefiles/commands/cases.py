"""casefiles case ..., document ..., check."""

import subprocess
import sys
import time
from datetime import date
from pathlib import Path
from typing import Any

import click
from sqlalchemy import func, select

from casefiles import assess, audit, exchange, index_care, intake, leases, runtime
from casefiles.commands import DAY, DOCUMENT_TYPE, PACKET_KIND, acting, as_json, as_person, guarded, say, stage, tell
from casefiles.config import Config
from casefiles.db import saving, session
from casefiles.errors import CasefilesError, NotVisible
from casefiles.models import Document, Job, JobState, TextStatus
from casefiles.policy import Action, Actor, adding, case_for, listed_documents, may_document, require_entering, shown_text, visible_cases

ANOTHER_WORKS = 75


@click.group("case")
def case_commands() -> None:
    """Case files in and out."""


for command in (stage.move, stage.decide, stage.moves):
    case_commands.add_command(command)


@case_commands.command("import")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--allow-invalid-uscc", is_flag=True, help="Import although a party's social credit code has a wrong check digit; the check then reports it.")
@as_person
@as_json
@guarded
def import_(paths: tuple[Path, ...], allow_invalid_uscc: bool, person: str | None, as_json: bool) -> None:
    """Import case-file YAMLs, folders or zips of them with their documents: all or nothing per case."""
    actor, told, refused = acting(person), [], 0
    require_entering(actor)
    for path in paths:
        try:
            with exchange.case_files(path) as files:
                for file in files:  # each on its own: a bad one keeps no other out
                    try:
                        told.append(_import(actor, file, allow_invalid_uscc=allow_invalid_uscc))
                    except CasefilesError as error:
                        tell(error.message)
                        refused += 1
        except CasefilesError as error:
            tell(error.message)
            refused += 1
    if as_json:
        say(told)
    for row in told:
        tell(f"{row['case']}: {'created' if row['created'] else 'exists already, nothing changed'}, {row['documents']} documents")
    sys.exit(1 if refused else 0)


def _import(actor: Any, file: Path, *, allow_invalid_uscc: bool) -> dict[str, Any]:
    case_file = exchange.read(file, allow_invalid_uscc=allow_invalid_uscc)
    case_id = case_file.mapping["case_id"]
    if exchange.known(case_id):
        case_for(actor, Action.READ_EVIDENCE, case_id)  # of a hidden case nothing is told but that this id is not free
        return {"case": case_id, "created": False, "documents": session.scalar(select(func.count()).where(Document.case_id == case_id))}
    kept = exchange.keep_files(case_file, runtime.store())
    with saving():
        case = exchange.enter(actor, case_file, kept)
        assess.refresh(case, actor.today)
    return {"case": case_id, "created": True, "documents": len(case.documents)}


@case_commands.command("list")
@as_person
@as_json
@guarded
def list_(person: str | None, as_json: bool) -> None:
    """The cases you may see."""
    actor = acting(person)
    rows = [
        {
            "case": c.case_id,
            "title": c.title,
            "state": c.state.value,
            "balance": c.balance,
            "completeness_pct": c.completeness_pct,
            "blocking": c.blocking_count,
            "escalation": [reason["code"] for reason in c.escalation or ()],
        }
        for c in session.scalars(visible_cases(actor).order_by("case_id"))
    ]
    with saving():
        audit.record(actor, "list", "cases", found=len(rows))
    if as_json:
        say(rows)
    else:
        for row in rows:
            click.echo(
                f"{row['case']:<28} {row['state']:<18} {row['balance'] or '-':>16} {'-' if row['completeness_pct'] is None else row['completeness_pct']:>4} %"
            )


@case_commands.command("show")
@click.argument("case_id")
@as_person
@as_json
@guarded
def show(case_id: str, person: str | None, as_json: bool) -> None:
    """One case with its documents."""
    actor = acting(person)
    with saving():
        case = case_for(actor, Action.READ_EVIDENCE, case_id)
        audit.record(actor, "open", case_id, case_id=case_id)
    documents = [
        {
            "id": d.ref, "type": d.type, "number": shown_text(actor, d, d.number or "") or None, "name": shown_text(actor, d, d.name or "") or None,
            "sha256": d.sha256, "pages": d.page_count, "text": d.text_status.value,
        }
        for d in listed_documents(actor, case)
    ]  # fmt: skip
    head = {"case": case.case_id, "title": case.title, "state": case.state.value, "dispute_type": case.dispute_type, "packet_kind": case.packet_kind}
    if as_json:
        say(head | {"documents": documents})
        return
    click.echo(f"{case.case_id}  {case.title or ''}  {case.state.value}")
    for row in documents:
        click.echo(f"  {row['id']:<10} {row['type']:<32} {row['number'] or '':<20} {row['name'] or 'file missing'}")


@case_commands.command("export")
@click.argument("case_id")
@click.option("--out", "folder", required=True, type=click.Path(path_type=Path), help="The folder to write to.")
@click.option("--reason", default="", help="Why: some roles take recordings out with a reason only; it is kept in the audit log.")
@as_person
@as_json
@guarded
def export(case_id: str, folder: Path, reason: str, person: str | None, as_json: bool) -> None:
    """Write a case's YAML, the files you may take out, and their hashes; importable again."""
    actor, reason = acting(person), reason.strip()[:500]
    with saving():
        case = case_for(actor, Action.EXPORT_EVIDENCE, case_id)
        left_out = [d.ref for d in case.documents if d.sha256 and person and not may_document(actor, "export", d, reason=reason)]
        audit.record(actor, "download", case_id, case_id=case_id, whole="export", left_out=left_out, **({"reason": reason} if reason else {}))
    written = exchange.export(case, runtime.store(), folder, leave_out=left_out)
    if as_json:
        say({"case": case_id, "file": str(written), "left_out": left_out})
    tell(f"written to {written}" + (f"; not yours to take out, so without file: {', '.join(left_out)}" if left_out else ""))


@click.group("document")
def document_commands() -> None:
    """Documents of a case."""


@document_commands.command("add")
@click.argument("case_id")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--type", "kind", required=True, type=DOCUMENT_TYPE, help="A document type of documents.yaml.")
@click.option("--field", "fields", multiple=True, metavar="K=V", help="A typed field of that type; repeatable.")
@click.option("--for", "ref", metavar="ID", help="The record without file that this file belongs to (one file only).")
@as_person
@as_json
@guarded
def add(case_id: str, files: tuple[Path, ...], kind: str, fields: tuple[str, ...], ref: str | None, person: str | None, as_json: bool) -> None:
    """Add files to a case; a duplicate is kept and linked, never refused."""
    actor, told, refused = acting(person), [], 0
    if any("=" not in field for field in fields) or (ref and len(files) > 1):
        raise click.UsageError("--field wants K=V; --for takes one file")
    values = dict(field.split("=", 1) for field in fields)
    if ref:
        kind = _kind_of(actor, case_id, ref, kind)
    case_for(actor, adding(kind), case_id)
    session.rollback()
    for file in files:
        try:
            with file.open("rb") as content:
                received = intake.inspect(runtime.store().stage(content), file.name, runtime.config().max_upload_mb << 20)
            runtime.store().keep(received.staged)
            with saving():
                case = case_for(actor, adding(kind), case_id)
                document = intake.receive(actor, case, received, type=kind, fields=values, ref=ref)
                assess.refresh(case, actor.today)
            told.append({"id": document.ref, "sha256": document.sha256, "pages": document.page_count, "duplicate_of": _same(document), "name": document.name})
        except CasefilesError as error:
            tell(f"{file}: {error.message}")
            refused += 1
    if as_json:
        say(told)
    for row in told:
        tell(f"{row['id']}: {row['name']} kept" + (f", the same bytes as {row['duplicate_of']}" if row["duplicate_of"] else ""))
    sys.exit(1 if refused else 0)


def _kind_of(actor: Actor, case_id: str, ref: str, said: str) -> str:
    """The type of the record a file is for: it decides whose right is needed and which fields there are, whatever --type says."""
    case = case_for(actor, Action.READ_EVIDENCE, case_id)
    record = next((document for document in listed_documents(actor, case) if document.ref == ref), None)
    if record is None:
        raise NotVisible(f"{case_id}/{ref}")
    if record.type != said:
        tell(f"{ref} is a {record.type}, not a {said}: the file is taken as a {record.type}.")
    return record.type


def _same(document: Document) -> str | None:
    twin = document.duplicate_of
    if twin is None:
        return None
    return twin.ref if twin.case_id == document.case_id else f"{twin.case_id}/{twin.ref}"


@document_commands.command("wait")
@click.option("--timeout", default=600.0, show_default=True, help="Seconds.")
@as_json
@guarded
def wait(timeout: float, as_json: bool) -> None:
    """Work the queue until it is empty when no worker runs, else wait for it; exit 1 if something failed."""
    until = time.monotonic() + timeout
    while _open() and time.monotonic() < until:
        left = max(1.0, until - time.monotonic())
        ended = subprocess.run([sys.executable, "-m", "casefiles.jobs", "--drain", str(left)], env=_environment(), check=False)
        if ended.returncode == ANOTHER_WORKS:
            time.sleep(0.3)
    session.rollback()
    failed = [{"job": j.id, "name": j.name, "reason": j.reason} for j in session.scalars(select(Job).where(leases.unmended()).order_by(Job.id))]
    unread = [
        {"case": d.case_id, "document": d.ref, "text": d.text_status.value, "reason": d.text_reason_en}
        for d in session.scalars(select(Document).where(Document.text_status.in_([TextStatus.FAILED, TextStatus.ENCRYPTED])))
    ]
    remaining = _open()
    if as_json:
        say({"open": remaining, "failed": failed, "unread": unread})
    tell(f"{remaining} open, {len(failed)} failed, {len(unread)} documents could not be read")
    sys.exit(1 if failed or unread or remaining else 0)


def _open() -> int:
    session.rollback()
    return (session.scalar(select(func.count()).where(Job.state.in_([JobState.WAITING, JobState.RUNNING]))) or 0) + index_care.waiting()


def _environment() -> dict[str, str]:
    return Config.from_environment().child_environment()


@click.command("check")
@click.argument("case_id")
@click.option("--packet", type=PACKET_KIND, help="The packet kind to test for; default: the case's own.")
@click.option("--as-of", type=DAY, help="The day to test for; default: the case's own as_of when it is fictional, else today.")
@as_person
@as_json
@guarded
def check(case_id: str, packet: str | None, as_of: date | None, person: str | None, as_json: bool) -> None:
    """What the evidence chain has and lacks; exit 1 when findings block."""
    actor = acting(person)
    with saving():
        case = case_for(actor, Action.READ_CALCULATION, case_id)
        found = assess.check(case, packet, as_of, today=actor.today)
        audit.record(actor, "open", "check", case_id=case_id, packet=found["packet"], as_of=found["as_of"])
    if as_json:
        say(found)
    else:
        click.echo(f"{found['case']}  {found['packet']}  {found['as_of']}  {found.get('completeness_pct')} %")
        for element, status in found.get("element_status", {}).items():
            click.echo(f"  {status:<9} {element}")
        for finding in found["findings"]:
            click.echo(f"  [{finding['severity']}] {finding['title_zh']}\n      {finding['remedy_zh']}")
    sys.exit(0 if found["generation_allowed"] else 1)
