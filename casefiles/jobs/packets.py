"""Building packets and making final versions of them: each in a folder of its own, complete or absent."""

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import mkdtemp

from casefiles import assemble, leases, runtime
from casefiles.actor import now, operator
from casefiles.db import saving, session
from casefiles.jobs.heartbeat import beating
from casefiles.leases import Held
from casefiles.models import Packet, PacketState


def build_packet(held: Held) -> None:
    """Build one packet in a folder of its own, put its parts into the store, then say that it is ready: complete or absent."""
    packet_id = held.packet_id or 0
    with saving():
        leases.hold(held, now())
        packet = session.get_one(Packet, packet_id)
        packet.state, packet.started_at = PacketState.BUILDING, now()
        order = assemble.order_of(packet)
    with _folder_for(packet_id) as folder:
        with beating(held):
            made = assemble.produce(order, folder, runtime.fonts(), progress=_telling(held))
            parts = assemble.keep(made, runtime.store())
        with saving():
            leases.close(held)  # first: a packet that was cancelled meanwhile stays cancelled
            assemble.finish(session.get_one(Packet, packet_id, populate_existing=True), made, parts, now())


def freeze_packet(held: Held) -> None:
    """Build the final version of a packet from what it was built from, read it back, stamp it; it is frozen whole or stays a draft."""
    packet_id, actor = held.packet_id or 0, replace(operator(), name="worker")
    with saving():
        leases.hold(held, now())
        packet = session.get_one(Packet, packet_id)
        if packet.frozen_at is not None:  # the worker died after it was frozen
            leases.close(held)
            return
        order = assemble.order_again(packet)
    with _folder_for(packet_id) as folder:
        with beating(held):
            frozen = assemble.make_final(order, folder, runtime.fonts(), runtime.store(), runtime.config().tsa_url, _telling(held))
        with saving():
            leases.close(held)
            assemble.finish_freezing(actor, session.get_one(Packet, packet_id, populate_existing=True), frozen, now())


@contextmanager
def _folder_for(packet_id: int) -> Iterator[Path]:
    """A folder to build a packet in, gone afterwards."""
    folder = Path(mkdtemp(prefix=f"packet-{packet_id}-", dir=_work_folder()))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _telling(held: Held) -> Callable[[str, int, int], None]:
    """Progress into the job's row; Superseded stops the building when the job was cancelled or taken over."""
    return _slowly(lambda *told: leases.beat(held, now(), *told))


def _slowly(tell: Callable[[str, int, int], None]) -> Callable[[str, int, int], None]:
    """Pass progress on at most twice a second: each telling is a transaction."""
    last = ["", 0.0]

    def passed(step: str, done: int, total: int) -> None:
        moment = time.monotonic()
        if step != last[0] or done == total or moment - float(last[1]) > 0.5:
            last[:] = [step, moment]
            tell(step, done, total)

    return passed


def _work_folder() -> Path:
    folder = runtime.config().data / "work"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def sweep_work() -> None:
    """Remove the folders in which a killed worker built packets; for the holder of the worker's lock."""
    for left in _work_folder().glob("packet-*"):
        shutil.rmtree(left, ignore_errors=True)
