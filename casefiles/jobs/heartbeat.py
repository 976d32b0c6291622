"""Saying that a job lives while its slow work goes on."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from casefiles import leases
from casefiles.actor import now
from casefiles.db import session
from casefiles.leases import Held

log = logging.getLogger(__name__)
BEAT_SECONDS = 20


@contextmanager
def beating(held: Held) -> Iterator[None]:
    """Keep the heartbeat going beside slow work."""
    over = threading.Event()

    def keep() -> None:
        while not over.wait(BEAT_SECONDS):
            try:
                leases.beat(held, now())
            except Exception:
                log.warning("job %s: heartbeat stopped", held.id)
                return
            finally:
                session.remove()

    thread = threading.Thread(target=keep, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
