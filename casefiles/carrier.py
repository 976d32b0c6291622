"""The queue: carries a job's name and id from whoever committed it to the worker. The job row, not the queue, is the record."""

from collections.abc import Callable, Mapping
from pathlib import Path

from huey import Huey, SqliteHuey

_handlers: dict[str, Callable[[int], None]] = {}


def open_queue(setting: str) -> Huey:
    """The queue a setting names: sqlite:PATH."""
    kind, _, place = setting.partition(":")
    if kind != "sqlite":
        raise ValueError(f"{setting!r} is no queue; this version knows sqlite:PATH")
    Path(place).parent.mkdir(parents=True, exist_ok=True)
    return SqliteHuey("casefiles", filename=place, results=False, fsync=False, timeout=30)


def carry(name: str, job_id: int) -> None:
    """Runs in the worker: hand the id to the job's function."""
    _handlers[name](job_id)


def sender(queue: Huey) -> Callable[[str, int], None]:
    """What db.deliver_jobs_to wants."""
    task = queue.task()(carry)
    return lambda name, job_id: task(name, job_id)  # noqa: PLW0108 - the task gives a result handle nobody wants


def waiting(queue: Huey) -> int:
    """How many messages the worker has not taken yet."""
    return int(queue.pending_count())


def serve(handlers: Mapping[str, Callable[[int], None]]) -> None:
    """Say what runs for each name in this process; the queue knows the task since its sender was made."""
    _handlers.update(handlers)
