"""casefiles packet build, packet verify."""

import shutil
import sys
from datetime import date
from pathlib import Path
from tempfile import mkdtemp

import click

from casefiles import assemble, runtime
from casefiles.actor import now
from casefiles.bundle import manifest
from casefiles.commands import DAY, PACKET_KIND, acting, as_json, as_person, guarded, say, tell
from casefiles.db import saving, session
from casefiles.errors import ChainBroken
from casefiles.models import Packet, PacketState
from casefiles.policy import Action, case_for


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
@as_person
@as_json
@guarded
def build(case_id: str, kind: str, out: Path, as_of: date | None, override: str | None, person: str | None, as_json: bool) -> None:
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
            packet = assemble.request(actor, case, kind, as_of=as_of, override_reason=override or "", queue=False)
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
    draft, forced = ", a draft: uploads or files are missing" if made.draft else "", ", built by override" if packet.override_reason else ""
    tell(f"{out}: {made.pages} pages{draft}{forced}")


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
            if failed.state is not PacketState.READY:
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
