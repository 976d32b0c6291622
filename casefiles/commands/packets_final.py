"""casefiles packet freeze, changes, file, bag: from draft to final to filed."""

import shutil
import sys
from contextlib import suppress
from datetime import date
from pathlib import Path
from tempfile import NamedTemporaryFile, mkdtemp

import click

from casefiles import assemble, runtime
from casefiles.actor import now
from casefiles.commands import DAY, acting, as_json, as_person, guarded, say, tell
from casefiles.commands.packets import packet_commands, packet_named, put_in_place
from casefiles.db import saving, session
from casefiles.errors import Refused
from casefiles.models import Packet
from casefiles.policy import Actor
from casefiles.readers.media_type import media_type

FOLDER = click.Path(path_type=Path, file_okay=False)


@packet_commands.command("freeze")
@click.argument("case_id")
@click.argument("packet")
@click.option("--out", type=FOLDER, help="Also write the final version to this folder: absent, empty, or holding an earlier packet.")
@as_person
@as_json
@guarded
def freeze(case_id: str, packet: str, out: Path | None, person: str | None, as_json: bool) -> None:
    """Make the final version of PACKET (its id, or kind-number), which never changes; exit 1 names what stands in the way."""
    if out is not None and out.exists() and any(out.iterdir()) and not (out / "manifest.json").is_file():
        raise click.UsageError(f"{out} holds something that is no packet; name another folder")
    actor = acting(person)
    wanted = packet_named(actor, "approve", case_id, packet)
    found = assemble.obstacles(wanted, actor.today)
    if found:
        if as_json:
            say({"case": case_id, "packet": wanted.id, "frozen": False, "obstacles": [{"zh": words.zh, "en": words.en} for words in found]})
        for words in found:
            tell(f"  {words.en}")
        tell(f"{wanted.kind}-{wanted.number} was not frozen; it stays as it is")
        sys.exit(1)
    with saving():
        assemble.ask_freeze(actor, session.get_one(Packet, wanted.id), queue=False)
    frozen = _frozen(actor, wanted.id, out)
    manifest = next(part["sha256"] for part in frozen.parts if part["name"] == "manifest.json")
    if as_json:
        told = {"case": case_id, "packet": wanted.id, "frozen": True, "manifest_sha256": manifest, "stamp": frozen.stamp}
        say(told | {"folder": out and str(out), "parts": frozen.parts})
    tell(f"{wanted.kind}-{wanted.number} is frozen: {frozen.made.pages} pages, manifest {manifest}")


def _frozen(actor: Actor, packet_id: int, out: Path | None) -> assemble.Frozen:
    """Build, read back, stamp, keep, say so; the folder goes to `out` at the end or away."""
    beside = out.parent if out else runtime.config().data
    beside.mkdir(parents=True, exist_ok=True)
    folder = Path(mkdtemp(prefix=".freeze-", dir=beside))
    try:
        with saving():
            order = assemble.order_again(session.get_one(Packet, packet_id))
        frozen = assemble.make_final(order, folder, runtime.fonts(), runtime.store(), runtime.config().tsa_url, progress=lambda _step, _done, _total: None)
        with saving():
            assemble.finish_freezing(actor, session.get_one(Packet, packet_id), frozen, now())
        if out is not None:
            folder.chmod(0o755)
            put_in_place(folder, out)
    except assemble.NotBuilt as error:
        tell(str(error))
        sys.exit(3)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return frozen


@packet_commands.command("changes")
@click.argument("case_id")
@click.argument("packet")
@click.argument("other", required=False)
@as_person
@as_json
@guarded
def changes(case_id: str, packet: str, other: str | None, person: str | None, as_json: bool) -> None:
    """What the case says otherwise since PACKET was built, or how OTHER differs from it; exit 1 when anything does."""
    actor = acting(person)
    before = packet_named(actor, "read", case_id, packet)
    if other:
        after = packet_named(actor, "read", case_id, other)
        found = assemble.differences(before.plan or {}, after.plan or {}, before.check or {}, after.check or {})
    else:
        found = assemble.changes(before, actor.today)
    if as_json:
        say([{"kind": change.kind, "zh": change.zh, "en": change.en} for change in found])
    for change in found:
        tell(change.en)
    tell(f"{len(found)} changes" if found else "nothing has changed")
    sys.exit(1 if found else 0)


@packet_commands.command("file")
@click.argument("case_id")
@click.argument("packet")
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--on", "day", type=DAY, help="The day it was handed in.")
@click.option("--paper", default="", help="The paper these files are sealed copies of, by its id in the packet; without it, of none (a receipt).")
@as_person
@as_json
@guarded
def file(case_id: str, packet: str, files: tuple[Path, ...], day: date | None, paper: str, person: str | None, as_json: bool) -> None:
    """Write down when a frozen packet was handed in, and keep sealed scans or receipts beside it."""
    if day is None and not files:
        raise click.UsageError("name the day with --on, or files to keep, or both")
    actor = acting(person)
    wanted = packet_named(actor, "edit", case_id, packet).id
    if session.get_one(Packet, wanted).frozen_at is None:
        raise Refused(f"{packet} is a draft: only a frozen packet is filed. Nothing was changed; freeze it first.", "尚未定稿的文书包不能提交，未作改动。")
    kept = []
    for name in files:
        kind = media_type(name, name.name)
        with name.open("rb") as content:
            staged = runtime.store().stage(content)
        runtime.store().keep(staged)
        with saving():
            copy = assemble.add_copy(actor, session.get_one(Packet, wanted), paper, name.name, staged, kind)
            kept.append({"name": copy.name, "sha256": copy.sha256, "paper": copy.paper})
    if day is not None:
        with saving():
            assemble.mark_filed(actor, session.get_one(Packet, wanted), day)
    if as_json:
        say({"case": case_id, "packet": wanted, "filed_on": day, "copies": kept})
    tell(f"{packet}: {len(kept)} copies kept{f', filed on {day}' if day else ''}")


@packet_commands.command("bag")
@click.argument("case_id")
@click.argument("packet")
@click.option("--out", required=True, type=click.Path(path_type=Path, dir_okay=False), help="The zip to write.")
@as_person
@guarded
def bag(case_id: str, packet: str, out: Path, person: str | None) -> None:
    """The whole packet with its filed copies as a zipped BagIt bag."""
    actor = acting(person)
    wanted = packet_named(actor, "export", case_id, packet)
    out.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=out.parent, prefix=".bag-", delete=False) as draft:
        try:
            for chunk in assemble.bag_of(wanted, actor.today):
                draft.write(chunk)
            Path(draft.name).replace(out)
        finally:
            with suppress(FileNotFoundError):
                Path(draft.name).unlink()
    tell(f"{out}: {out.stat().st_size} bytes")
