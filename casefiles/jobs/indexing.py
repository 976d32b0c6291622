"""The index's own thread in the worker: what a commit entered into the outbox is found within two seconds, whatever else the worker is at."""

import logging
import time
from itertools import count
from threading import Event

from casefiles import index_care, supplements
from casefiles.actor import now
from casefiles.db import saving, session
from casefiles.index_care import Remade
from casefiles.search import IndexBroken

log = logging.getLogger(__name__)
LOOK_SECONDS = 0.3
LONGEST_PAUSE = 10.0  # seconds between tries while the index cannot be written
SECONDS_UNTIL_HEALED = 10.0  # between looks at an index into which nothing is put
LOOKS_UNTIL_THOROUGH = 360  # an hour of those: every file of it is read


def deliver() -> int:
    """Bring one batch of the outbox into the index; the rows it came to, 0 when nothing waits. An index that is broken is made again."""
    session.remove()
    supplements.refresh_law()
    try:
        with index_care.WRITING:
            batch = index_care.put_batch()
            if batch is None:
                return 0
            with saving():
                index_care.settle(batch)
    except IndexBroken as error:
        log.warning("the search index is made again from the database: %s", error)
        remake()
        return 1
    finally:
        session.remove()
    return len(batch.done) + len(batch.parked)


def remake() -> Remade:
    """Make the index again; what could not be made is entered into the outbox and shown by `index status`."""
    return _told(index_care.make_index())


def heal(*, thorough: bool) -> Remade | None:
    """Make the index again when it is lost, or, if thorough, when a file of it is damaged."""
    made = index_care.heal(thorough=thorough)
    session.remove()
    return made and _told(made)


def mend(found: index_care.Differences) -> Remade:
    """Put right what differs from the database."""
    return _told(index_care.mend(found))


def _told(made: Remade) -> Remade:
    if made.failed:
        with saving():
            index_care.park(made.failed, now())
    return made


def empty_outbox(until: float) -> None:
    """Bring all that waits into the index, until time.monotonic() says `until`; for whoever works the queue without a worker."""
    while time.monotonic() < until:
        try:
            if not deliver():
                heal(thorough=False)
                return
        except Exception:
            log.exception("the search index could not be written; what waits stays in the outbox")
            return


def feed(over: Event) -> None:
    """Look into the outbox until `over`, and now and then whether the index is whole; a thread of the worker."""
    failures, looks, look_again = 0, count(), 0.0
    _try_parked_again()
    while not over.is_set():
        try:
            if time.monotonic() >= look_again:
                heal(thorough=next(looks) % LOOKS_UNTIL_THOROUGH == 0)
                look_again = time.monotonic() + SECONDS_UNTIL_HEALED
            while not over.is_set() and deliver():
                pass
            failures = 0
        except Exception:
            failures += 1
            log.exception("the search index could not be written; what waits stays in the outbox and is tried again")
        over.wait(min(LOOK_SECONDS * 2**failures, LONGEST_PAUSE))


def _try_parked_again() -> None:
    """This version may be able to make what an older one could not."""
    with saving():
        index_care.free_parked()
    session.remove()
