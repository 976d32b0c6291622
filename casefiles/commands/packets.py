"""casefiles packet build, list, plan, verify."""

import json
import shutil
import sys
from datetime import date
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, TextIO

import click
from sqlalchemy import select

from casefiles import assemble, runtime
from casefiles.actor import now
from casefiles.bundle import manifest
from casefiles.commands import DAY, PACKET_KIND, acting, as_json, as_person, guarded, say, tell
from casefiles.db import saving, session
from casefiles.errors import ChainBroken, NotUsable, NotVisible
from casefiles.models import Packet, PacketState
from casefiles.policy import Action, Actor, case_for, packet_for

MOST_DIGITS = 9  # of an id: what an integer column holds


@click.group("packet")
def packet_commands() -> None:
    """Packets for courts."""


@packet_commands.command("build")
@click.argument("case_id")
@click.argument("kind", type=PACKET_KIND)
@click.option(
    "--out", required=True, type=click.Path(path_type=Path, file_okay=False), help="The folder to write to: absent, empty, or holding an earlier packet."
)
@click.option("--as-of", type=DAY, help="The day damages run to; default: the case's own as_of when it is fictional, else today.")
@click.option("--override", metavar="REASON", help="Build although findings block; wants --as with the right to override.")
@click.option("--into", metavar="PACKET", help="Late insertion: pages of this frozen packet keep their numbers, new ones become 12A, 12B or follow.")
@as_person
@as_json
@guarded
def build(case_id: str, kind: str, out: Path, as_of: date | None, override: str | None, into: str | None, person: str | None, as_json: bool) -> None:
    """Build a packet into a folder; exit 1 with the findings when the chain is broken."""
    if override is not None and not person:
        raise click.UsageError("--override needs --as PERSON: somebody must answer for it")
    if override is not None and not override.strip():
        raise click.UsageError("--override needs a reason")
    if out.exists() and any(out.iterdir()) and not (out / "manifest.json").is_file():
        raise click.UsageError(f"{out} holds something that is no packet; name another folder")
    actor = acting(person)
    try:
        with saving():
            case = case_for(actor, Action.BUILD_PACKET, case_id)
            frozen = packet_named(actor, "read", case_id, into) if into else None
            packet = assemble.request(actor, case, kind, as_of=as_of, override_reason=override or "", queue=False, insert_into=frozen)
    except ChainBroken as broken:
        _blocked(broken, as_json=as_json)
    made = _make(packet, out)
    check = packet.check or {}
    told = {
        "case": case_id, "packet": packet.id, "kind": kind, "number": packet.number, "folder": str(out), "pages": made.pages, "draft": made.draft,
        "override": packet.override_reason, "findings": check["findings"],
        "missing_uploads": check["missing_uploads"],
        "parts": packet.parts,
    }  # fmt: skip
    if as_json:
        say(told)
    draft = "that cannot be frozen: uploads or files are missing" if made.draft else "until it is frozen"
    forced = ", built by override" if packet.override_reason else ""
    tell(f"{out}: {made.pages} pages, packet {packet.id} ({kind}-{packet.number}), a draft {draft}{forced}")


def _blocked(broken: ChainBroken, *, as_json: bool) -> None:
    if as_json:
        say({"case": broken.check["case"], "built": False, "findings": broken.check["findings"]})
    tell(broken.message)
    for finding in broken.check["findings"]:
        tell(f"  [{finding['severity']}] {finding.get('element') or finding.get('check')} {finding.get('code') or ''} {finding['title_zh']}")
    sys.exit(1)


def _make(packet: Packet, out: Path) -> assemble.Made:
    """Produce beside the target, keep in the store, then take the target's name: complete or absent."""
    out.parent.mkdir(parents=True, exist_ok=True)
    folder = Path(mkdtemp(prefix=f".{out.name}-", dir=out.parent))
    try:
        with saving():
            order = assemble.order_of(session.get_one(Packet, packet.id))
        made = assemble.produce(order, folder, runtime.fonts(), progress=lambda _step, _done, _total: None)
        parts = assemble.keep(made, runtime.store())
        with saving():
            packet = session.get_one(Packet, packet.id)
            assemble.finish(packet, made, parts, now())
        folder.chmod(0o755)
        put_in_place(folder, out)
    except BaseException as error:
        shutil.rmtree(folder, ignore_errors=True)
        session.rollback()
        with saving():
            failed = session.get_one(Packet, packet.id)
            if failed.state in (PacketState.WAITING, PacketState.BUILDING):
                failed.state, failed.reason = PacketState.FAILED, str(error)[:2000]
        if isinstance(error, assemble.NotBuilt):
            tell(str(error))
            sys.exit(3)
        raise
    return made


def put_in_place(folder: Path, out: Path) -> None:
    """Give `folder` the name `out`. What had it stays whole under a name beside it until then, and comes back when the rename fails."""
    if not out.exists():
        folder.rename(out)
        return
    aside = Path(mkdtemp(prefix=f".{out.name}-old-", dir=out.parent))
    out.rename(aside)  # an empty folder is replaced
    try:
        folder.rename(out)
    except OSError:
        aside.rename(out)
        raise
    shutil.rmtree(aside, ignore_errors=True)


def packet_named(actor: Actor, word: str, case_id: str, name: str) -> Packet:
    """The packet a person names by its id or as kind-number (lawsuit-3), when the actor may `word` it; NotVisible else."""
    kind, _, number = name.replace(" ", "-").rpartition("-")
    case_for(actor, Action.READ_PACKET, case_id)
    if len(number) > MOST_DIGITS:
        raise NotVisible(f"{case_id} {name[:40]}")
    found = select(Packet.id).where(Packet.case_id == case_id, Packet.kind == kind, Packet.number == int(number)) if kind and number.isdecimal() else None
    packet_id = session.scalar(found) if found is not None else int(name) if name.isdecimal() else None
    if packet_id is None:
        raise NotVisible(f"{case_id} {name}")
    return packet_for(actor, word, case_id, packet_id)


@packet_commands.command("list")
@click.argument("case_id")
@as_person
@as_json
@guarded
def list_(case_id: str, person: str | None, as_json: bool) -> None:
    """The packets of a case: draft, final or filed, and whether the case changed since."""
    actor = acting(person)
    case_for(actor, Action.READ_PACKET, case_id)
    packets = session.scalars(select(Packet).where(Packet.case_id == case_id).order_by(Packet.id)).all()
    rows = [_told(packet, actor) for packet in packets]
    if as_json:
        say(rows)
    for row in rows:
        tell(f"{row['packet']:>4}  {row['kind']}-{row['number']}  {row['state']}{'  stale' if row['stale'] else ''}  as of {row['as_of']}")


def _told(packet: Packet, actor: Actor) -> dict[str, Any]:
    state = "filed" if packet.filed_on else "final" if packet.frozen_at else "draft" if packet.state is PacketState.READY else packet.state.value
    return {
        "packet": packet.id, "kind": packet.kind, "number": packet.number, "state": state, "as_of": packet.as_of, "draft": packet.draft,
        "frozen_at": packet.frozen_at, "filed_on": packet.filed_on, "inserted_into": packet.inserted_into_id,
        "stale": packet.state is PacketState.READY and bool(assemble.changes(packet, actor.today)),
    }  # fmt: skip


@packet_commands.command("plan")
@click.argument("case_id")
@click.argument("kind", type=PACKET_KIND)
@click.option("--set", "file", type=click.File(encoding="utf-8"), help="Keep this arrangement (JSON) as a new version; - reads it from stdin.")
@click.option("--as-of", type=DAY, help="The day damages run to.")
@as_person
@as_json
@guarded
def plan(case_id: str, kind: str, file: TextIO | None, as_of: date | None, person: str | None, as_json: bool) -> None:
    """What a packet would hold, arranged as it is kept; with --set, arrange it anew."""
    actor = acting(person)
    if file is not None:
        with saving():
            assemble.arrange(actor, case_for(actor, Action.EDIT_PACKET, case_id), kind, _arrangement(file))
    planned = assemble.preview(case_for(actor, Action.BUILD_PACKET, case_id), kind, as_of, actor.today)
    exhibits = [{"document": row.document_id, "group": group.group, "name": row.name, "purpose": row.purpose} for group in planned.groups for row in group.rows]
    items = [{"n": item.n, "id": item.id, "zh": item.zh, "status": item.status} for item in planned.items]
    lacking = [{"key": field.key, "where": field.where, "en": field.en, "zh": field.zh, "blocking": field.blocking} for field in planned.missing]
    if as_json:
        told = {"case": case_id, "kind": kind, "version": planned.number, "arrangement": planned.arrangement}
        say(told | {"items": items, "exhibits": exhibits, "lacking": lacking})
    for item in items:
        tell(f"{item['n']:>3}  {item['status']:<10}  {item['zh']}")
    for number, exhibit in enumerate(exhibits, 1):
        tell(f"{exhibit['group']:>3}  {number:>3}  {exhibit['name']}")


def _arrangement(file: TextIO) -> dict[str, Any]:
    try:
        read = json.load(file)
    except (ValueError, RecursionError) as error:
        raise NotUsable(f"The arrangement is no JSON ({error}); nothing was changed.", f"编排文件不是 JSON（{error}），未作改动。") from error
    if not isinstance(read, dict):
        raise NotUsable("The arrangement is no JSON object; nothing was changed.", "编排文件不是 JSON 对象，未作改动。")
    return read


@packet_commands.command("verify")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@as_json
def verify(folder: Path, as_json: bool) -> None:
    """Read a packet back with other libraries than those that wrote it; exit 1 names what differs."""
    differences = manifest.verify_folder(folder)
    if as_json:
        say({"folder": str(folder), "ok": not differences, "differences": [str(d) for d in differences]})
    for difference in differences:
        tell(str(difference))
    tell("everything agrees" if not differences else f"{len(differences)} differences")
    sys.exit(1 if differences else 0)
