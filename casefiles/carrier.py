"""The queue: carries a job's name and id from whoever committed it to the worker. The job row, not the queue, is the record."""

import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from threading import Event

from huey import Huey, SqliteHuey

log = logging.getLogger(__name__)
LOOK_SECONDS = 0.3
_handlers: dict[str, Callable[[int], None]] = {}


def open_queue(setting: str, lane: str = "casefiles") -> Huey:
    """A lane of the queue a setting names: sqlite:PATH."""
    kind, _, place = setting.partition(":")
    if kind != "sqlite":
        raise ValueError(f"{setting!r} is no queue; this version knows sqlite:PATH")
    Path(place).parent.mkdir(parents=True, exist_ok=True)
    return SqliteHuey(lane, filename=place, results=False, fsync=False, timeout=30)


def carry(name: str, job_id: int) -> None:
    """Runs in the worker: hand the id to the job's function. A name nobody has is of another version: the job's row says what became of it."""
    if (handler := _handlers.get(name)) is not None:
        handler(job_id)


def sender(queue: Huey, slow: Huey, slow_names: Mapping[str, bool]) -> Callable[[str, int], None]:
    """What db.deliver_jobs_to wants: slow work goes into a lane of its own, so that nothing waits behind it.

    `slow_names` says of each kind of slow work whether the newest goes first (the highest job id), before everything else.
    """
    task, slow_task = queue.task()(carry), slow.task()(carry)

    def send(name: str, job_id: int) -> None:
        if name in slow_names:
            slow_task(name, job_id, priority=job_id if slow_names[name] else 0)
        else:
            task(name, job_id)

    return send


def work_through(queue: Huey, over: Event) -> None:
    """Carry out what a lane brings, one thing after another, until `over`; for a thread of the worker."""
    while not over.is_set():
        try:
            task = queue.dequeue()
            if task is None:
                over.wait(LOOK_SECONDS)
            else:
                queue.execute(task)
        except Exception:  # a locked or damaged queue file: the job rows are there, jobs.reconcile sends them again
            log.exception("the queue could not be read; tried again")
            over.wait(LOOK_SECONDS * 10)


def waiting(queue: Huey) -> int:
    """How many messages the worker has not taken yet."""
    return int(queue.pending_count())


def serve(handlers: Mapping[str, Callable[[int], None]]) -> None:
    """Say what runs for each name in this process; the queue knows the task since its sender was made."""
    _handlers.update(handlers)
