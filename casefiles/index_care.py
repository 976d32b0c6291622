"""The search index made again from the database, by whoever may: the worker, or a command while no worker runs."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from sqlalchemy import select

from casefiles import entries, runtime
from casefiles.config import Config
from casefiles.db import session
from casefiles.models import Case
from casefiles.search import rebuild


@contextmanager
def only_worker(config: Config, *, wait: bool) -> Iterator[IO[str] | None]:
    """The lock that says a worker runs; None when another one holds it and waiting is not wanted."""
    config.data.mkdir(parents=True, exist_ok=True)
    with (config.data / "worker.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            yield None
            return
        yield lock


def make_index() -> int:
    """Make the index again beside the live one, then switch; the number of entries.

    Only for the holder of the worker's lock: what another process put in meanwhile would be lost with the old index.
    """
    every = (entry for case in session.scalars(select(Case).order_by(Case.case_id)) for entry in entries.entries_of(case))
    count = rebuild(runtime.config().search, every)
    session.remove()
    return count
