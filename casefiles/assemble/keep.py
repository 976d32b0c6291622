"""A finished packet into the store, and its row told that it is ready."""

from datetime import datetime
from typing import Any

from casefiles.assemble.produce import Made
from casefiles.errors import CaseSealed, Refused
from casefiles.models import Packet, PacketState, State
from storage import Store


def keep(made: Made, store: Store) -> list[dict[str, Any]]:
    """Put every part into the store; name, sha256, size, media_type and internal of each."""
    kept = []
    for part in made.parts:
        with part.path.open("rb") as content:
            staged = store.stage(content)
        store.keep(staged)
        kept.append({"name": part.name, "sha256": staged.sha256, "size": staged.size, "media_type": part.media_type, "internal": part.internal})
    return kept


def finish(packet: Packet, made: Made, parts: list[dict[str, Any]], moment: datetime) -> None:
    """Say that the packet is ready: complete, with the hash of every part and the plan it was built to. Refused when it was cancelled meanwhile."""
    if packet.state is PacketState.CANCELLED:  # by a page, while a command built it
        raise Refused(
            f"{packet.kind} {packet.number} was cancelled while it was being built; nothing of it was kept.",
            f"{packet.kind} {packet.number} 在生成过程中已被取消，未保留任何内容。",
        )
    if packet.case.state is State.ARCHIVED:
        raise CaseSealed(packet.case_id)
    packet.parts, packet.manifest, packet.draft = parts, made.manifest, made.draft
    packet.plan = made.plan
    packet.state, packet.finished_at, packet.reason = PacketState.READY, moment, None
