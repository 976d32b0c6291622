"""Final -> filed: the day a packet went to court, the sealed scans that came back, and the whole of it as a bag for an archive."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from sqlalchemy import select

from casefiles import audit, runtime
from casefiles.bundle import bag
from casefiles.bundle.names import safe_name
from casefiles.db import session
from casefiles.errors import NotUsable, Refused
from casefiles.models import FiledCopy, Packet
from casefiles.policy import Action, Actor, require
from storage import Staged

WHOLE, NONE = "bundle.pdf", ""  # what a copy may be of, beside the papers: the whole packet, or nothing in it (a court's receipt)
LONGEST_NAME = 180  # bytes; a name on a disk has at most 255


def _frozen(packet: Packet) -> None:
    if packet.frozen_at is None:
        raise Refused(
            f"{packet.label} is a draft: only a frozen packet is filed. Nothing was changed; freeze it first.",
            f"{packet.label} 尚未定稿，只有定稿的文书包才能提交。未作改动，请先定稿。",
        )


def mark_filed(actor: Actor, packet: Packet, day: date) -> None:
    """Write down the day a frozen packet was handed in; NotUsable for a day that has not come."""
    require(actor, Action.EDIT_PACKET)
    _frozen(packet)
    if day > actor.today:
        raise NotUsable(f"{day} has not come yet; nothing was changed.", f"{day} 尚未到来，未作改动。")
    before, packet.filed_on, packet.filed_by_id = packet.filed_on, day, actor.person_id
    audit.record(actor, "file", packet.label, case_id=packet.case_id, filed_on=day, before=before)


def papers_of(packet: Packet) -> dict[str, str]:
    """The papers a sealed copy may be of: id and title, as the manifest lists them."""
    return {part["id"]: part["title"] for part in (packet.manifest or {}).get("parts", ()) if part["kind"] == "paper"}


def add_copy(actor: Actor, packet: Packet, paper: str, name: str, staged: Staged, media_type: str) -> FiledCopy:
    """Keep the row of a sealed scan or a receipt whose bytes are in the store already; the same bytes for the same paper are one copy."""
    name = name.replace("\0", "_").encode("utf-8", "replace").decode()  # a database takes neither NUL nor half characters
    require(actor, Action.EDIT_PACKET)
    _frozen(packet)
    if paper not in papers_of(packet) and paper not in (WHOLE, NONE):
        raise NotUsable(f"{paper!r} is no paper of {packet.label}; the file was not kept.", f"{packet.label} 中没有“{paper}”这份文书，文件未保留。")
    if not staged.size:
        raise NotUsable(f"{name!r} is empty; it was not kept.", f"“{name}”是空文件，未保留。")
    most = runtime.config().max_upload_mb
    if staged.size > most << 20:
        raise NotUsable(f"{name!r} is larger than {most} MB; it was not kept.", f"“{name}”超过 {most} MB，未保留。")
    same = session.scalar(select(FiledCopy).where(FiledCopy.packet_id == packet.id, FiledCopy.paper == paper, FiledCopy.sha256 == staged.sha256))
    if same is not None:
        return same
    copy = FiledCopy(
        packet_id=packet.id, paper=paper, name=name[:400], sha256=staged.sha256, size=staged.size, media_type=media_type,
        added_by_id=actor.person_id, added_at=actor.now,
    )  # fmt: skip
    session.add(copy)
    session.flush()
    audit.record(actor, "filed_copy", packet.label, case_id=packet.case_id, paper=paper, name=name[:400], sha256=staged.sha256)
    return copy


def bag_of(packet: Packet, day: date) -> Iterator[bytes]:
    """The whole packet as a zipped bag (RFC 8493), chunk by chunk: its parts but the internal ones, and the filed copies. NotStored before the first chunk."""
    store = runtime.store()
    parts = [bag.Payload(f"packet/{part['name']}", store.path(part["sha256"]), part["sha256"], part["size"]) for part in packet.parts if not part["internal"]]
    copies = [bag.Payload(f"filed/{copy.id:03d}-{_shown(copy.name)}", store.path(copy.sha256), copy.sha256, copy.size) for copy in packet.filed_copies]
    name = f"{packet.case_id} {packet.label}"
    return bag.bag_zip([*parts, *copies], _shown(name), bag.BagInfo(packet.case.department, name, day))


def _shown(name: str) -> str:
    return safe_name(name.strip(". "), LONGEST_NAME) or "_"
