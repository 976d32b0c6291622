"""The search index kept as the database says: fed from the outbox, compared with it, mended, or made again beside the live one.

One process writes at a time, the holder of the worker's lock; inside it one thread, the holder of WRITING. Nothing here commits to the database:
a batch is put into the index first and taken out of the outbox after, by whoever asked for it. Whoever dies in between does it again.
"""

import fcntl
import logging
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import IO, Any

from sqlalchemy import delete, func, select, update

from casefiles import entries, runtime
from casefiles.config import Config
from casefiles.db import session
from casefiles.entries import Made, Thing
from casefiles.models import Case, CollectionEntry, Document, Note, Page, Unindexed
from casefiles.search import Entry, IndexBroken, IndexBusy, case_key, document_key, fingerprint, own_key, rebuild
from casefiles.search.folder import Generations

log = logging.getLogger(__name__)
MOST_ROWS = 500  # of the outbox in one batch
MOST_ENTRIES = 2_000  # from which on a batch takes no further thing
CASES_AT_ONCE = 20  # whose rows are in memory together
WRITING = threading.RLock()
_remaking = threading.RLock()
AWAY = (IndexBroken, IndexBusy, OSError)  # the index cannot be written, whatever is put in
EMPTY = "the index is empty though there are cases"
OWNERS: dict[str, Any] = {"d": Document, "p": Document, "n": Note, "l": CollectionEntry}


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


@dataclass
class _Beside:
    """While an index is made beside the live one: the rows of the outbox that the live one has and the new one may lack."""

    going: bool = False
    put: set[int] = field(default_factory=set)


_beside = _Beside()


@dataclass(frozen=True)
class Batch:
    """What one commit of the index brought: the rows of the outbox that are done with, and those that are not, with why."""

    done: frozenset[int]
    parked: Mapping[int, str]


@dataclass(frozen=True)
class Remade:
    """A new index, or one that was mended: how many entries were put in, and the things whose entries could not be made, with why."""

    count: int
    failed: Mapping[Thing, str]


@dataclass(frozen=True)
class Differences:
    """Keys of entries the index lacks, has too much, and has although the database says something else by now."""

    missing: Sequence[str]
    stale: Sequence[str]
    changed: Sequence[str]

    def __bool__(self) -> bool:
        return bool(self.missing or self.stale or self.changed)


def put_batch() -> Batch | None:
    """Bring what waits in the outbox, oldest first, into the index; None when nothing waits. Call it with WRITING held, then settle().

    IndexBroken where the index has to be made again, IndexBusy and OSError where it cannot be written now: nothing was changed.
    """
    if entries.unfilled(runtime.engine()) and waiting():  # lost while nobody looked: what is put in would make it look whole
        raise IndexBroken(EMPTY)
    rows = _next()
    if not rows:
        return None
    made = _some(_of_things(rows))
    failed = _put(made)
    done = {row_id for one in made if one.thing not in failed for row_id in rows[one.thing]}
    return Batch(frozenset(done), {row_id: why for thing, why in failed.items() for row_id in rows[thing]})


def waiting() -> int:
    """How many rows of the outbox the index has still to learn."""
    return session.scalar(select(func.count()).select_from(Unindexed).where(Unindexed.reason.is_(None))) or 0


def _next() -> dict[Thing, set[int]]:
    """The next things of the outbox with their rows, those parked earlier too: somebody changed the thing since."""
    columns = select(Unindexed.id, Unindexed.case_id, Unindexed.document_id).order_by(Unindexed.id)
    rows: dict[Thing, set[int]] = {}
    for row_id, case_id, document_id in session.execute(columns.where(Unindexed.reason.is_(None)).limit(MOST_ROWS + len(_beside.put))):
        if row_id not in _beside.put:
            rows.setdefault((case_id, document_id), set()).add(row_id)
    for row_id, case_id, document_id in session.execute(columns.where(Unindexed.reason.is_not(None))) if rows else ():
        if (case_id, document_id) in rows:
            rows[case_id, document_id].add(row_id)
    return rows


def settle(batch: Batch) -> None:
    """Take out of the outbox what the index has; in the caller's saving(). While a new index is made the rows stay: it needs them too."""
    if _beside.going:
        _beside.put |= batch.done
    else:
        session.execute(delete(Unindexed).where(Unindexed.id.in_(batch.done)))
    for row_id, why in batch.parked.items():
        session.execute(update(Unindexed).where(Unindexed.id == row_id).values(reason=why))


def park(failed: Mapping[Thing, str], now: datetime) -> None:
    """Enter what could not be made into the outbox, for `index status` to show; in the caller's saving()."""
    rows = select(Unindexed.case_id, Unindexed.document_id).where(Unindexed.reason.is_not(None))
    parked = {(case_id, document_id) for case_id, document_id in session.execute(rows)}
    for case_id, document_id in failed.keys() - parked:
        session.add(Unindexed(case_id=case_id, document_id=document_id, asked_at=now, reason=failed[case_id, document_id]))


def free_parked() -> None:
    """Try again what was parked; in the caller's saving()."""
    session.execute(update(Unindexed).where(Unindexed.reason.is_not(None)).values(reason=None))


def _of_things(things: Iterable[Thing]) -> Iterator[Made]:
    """The entries of each thing, case by case; of what is gone or was deleted for good, none."""
    asked: dict[str, set[int | None]] = {}
    for case_id, document_id in things:
        asked.setdefault(case_id, set()).add(document_id)
    cases = list(asked)
    for first in range(0, len(cases), CASES_AT_ONCE):
        there = {case.case_id: case for case in entries.load(cases[first : first + CASES_AT_ONCE])}
        for case_id in cases[first : first + CASES_AT_ONCE]:
            left = set(asked[case_id])
            if case_id in there:
                for made in entries.parts_of(there[case_id], own=None in left, documents=[one for one in left if one is not None]):
                    left.discard(made.document_id)
                    yield made
            yield from (Made(case_id, document_id) for document_id in left)


def _some(every: Iterable[Made]) -> list[Made]:
    """As many things as fit into a batch, but one at least."""
    taken: list[Made] = []
    count = 0
    for made in every:
        taken.append(made)
        count += len(made.entries)
        if count >= MOST_ENTRIES:
            break
    return taken


def _put(made: Sequence[Made]) -> dict[Thing, str]:
    """Into the index, in one commit; thing -> why it is not in."""
    failed = {one.thing: _why(one.error) for one in made if one.error is not None}
    sound = [one for one in made if one.error is None]
    try:
        _add(sound)
    except AWAY:
        raise
    except Exception:  # the engine stumbles over one of them: which, shows when they come one by one
        failed |= dict(_put_singly(sound))
    for (case_id, document_id), why in failed.items():
        log.error("case %s, document %s: not put into the search index: %s", case_id, document_id, why)
    return failed


def _put_singly(made: Iterable[Made]) -> Iterator[tuple[Thing, str]]:
    for one in made:
        try:
            _add([one])
        except AWAY:
            raise
        except Exception as error:
            yield one.thing, _why(error)


def _add(made: Sequence[Made]) -> None:
    runtime.engine().add((entry for one in made for entry in one.entries), replace=[key for one in made for key in _replaced(one)])


def _replaced(made: Made) -> list[str]:
    """What its new entries take the place of; a case without any is gone, with all its documents."""
    if made.document_id is not None:
        return [document_key(made.case_id, str(made.document_id))]
    return [own_key(made.case_id)] if made.entries else [case_key(made.case_id)]


def _why(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:500]


def make_index() -> Remade:
    """Make the index again beside the live one, then switch. Only for the holder of the worker's lock.

    The outbox goes on feeding the live index meanwhile; its rows stay until the new one has its place, which is then brought all of them.
    """
    failed: dict[Thing, str] = {}
    with _remaking, ExitStack() as switching:
        with WRITING:
            _beside.going = True
        try:
            count = rebuild(runtime.config().search, _then_alone(_every(failed), switching))
        finally:
            session.remove()
            with WRITING:
                _beside.going = False
                _beside.put.clear()
    return Remade(count, failed)


def _then_alone(every: Iterator[Entry], switching: ExitStack) -> Iterator[Entry]:
    """All entries; after the last nothing is put into the old index any more, until the new one has its place."""
    yield from every
    switching.enter_context(WRITING)


def _every(failed: dict[Thing, str]) -> Iterator[Entry]:
    """The entries of all cases, a few cases in memory at a time."""
    cases = list(session.scalars(select(Case.case_id).order_by(Case.case_id)))
    for first in range(0, len(cases), CASES_AT_ONCE):
        for case in entries.load(cases[first : first + CASES_AT_ONCE]):
            for made in entries.parts_of(case):
                yield from made.entries
                if made.error is not None:
                    failed[made.thing] = _why(made.error)
        session.remove()


def broken(*, thorough: bool) -> str:
    """Why the index has to be made again: lost, of another version, empty beside cases, or, if thorough, a damaged file; empty when it is whole."""
    try:
        if entries.unfilled(runtime.engine()):
            return EMPTY
        return f"damaged: {', '.join(damaged)}" if thorough and (damaged := runtime.engine().verify()) else ""
    except IndexBroken as error:
        return str(error)


def heal(*, thorough: bool) -> Remade | None:
    """Make the index again if it is broken(); None: it is whole. Only for the holder of the worker's lock."""
    if not broken(thorough=thorough):
        return None
    with _remaking:
        why = broken(thorough=thorough)  # it may have been made while we waited
        if not why:
            return None
        # an empty index beside cases is what the first worker of a new instance finds: no cause for alarm
        log.log(logging.INFO if why is EMPTY else logging.WARNING, "the search index is made again from the database: %s", why)
        return make_index()


def compare() -> Differences:
    """What the index and the database disagree about; what still waits in the outbox is among it."""
    have = dict(runtime.engine().prints())
    missing, changed = [], []
    for entry in _every({}):
        was = have.pop(entry.key, None)
        if was is None:
            missing.append(entry.key)
        elif was != fingerprint(entry):
            changed.append(entry.key)
    return Differences(sorted(missing), sorted(have), sorted(changed))


def mend(found: Differences) -> Remade:
    """Make anew what differs, and take out what belongs to nothing any more. Only for the holder of the worker's lock."""
    things = {thing for key in (*found.missing, *found.stale, *found.changed) if (thing := _thing_of(key)) is not None}
    failed: dict[Thing, str] = {}
    there: set[str] = set()
    every = _of_things(sorted(things, key=lambda thing: (thing[0], thing[1] or 0)))
    with WRITING:
        while made := _some(every):
            failed |= _put(made)
            there |= {entry.key for one in made for entry in one.entries}
        runtime.engine().remove([key for key in found.stale if key not in there])
    session.remove()
    return Remade(len(there), failed)


def _thing_of(key: str) -> Thing | None:
    """What an entry belongs to; None where that is gone from the database."""
    kind, _, rest = key.partition(":")
    if kind == "c":
        return rest.removesuffix(":court"), None
    row: Document | Note | CollectionEntry | None = session.get(OWNERS[kind], int(rest.partition(":")[0]))
    return None if row is None else (row.case_id, row.id if isinstance(row, Document) else None)


def state(moment: datetime) -> dict[str, Any]:
    """What `index status` tells: entries, what waits and since when (seconds), what is parked, and which index this is."""
    why = broken(thorough=False)
    still = Unindexed.reason.is_(None)
    rows, oldest = session.execute(select(func.count(), func.min(Unindexed.asked_at)).select_from(Unindexed).where(still)).one()
    pages = select(func.count()).select_from(Page).where(Page.document_id.in_(select(Unindexed.document_id).where(still)))
    rows_parked = select(Unindexed.case_id, Unindexed.document_id, Unindexed.reason).where(Unindexed.reason.is_not(None)).order_by(Unindexed.id)
    parked = {(case_id, document_id): why for case_id, document_id, why in session.execute(rows_parked)}
    return {
        "entries": 0 if why and why is not EMPTY else runtime.engine().count(), "broken": bool(why), "reason": why, "waiting": rows,
        "pages_waiting": session.scalar(pages), "oldest_waiting_s": round((moment - oldest).total_seconds(), 1) if oldest else None,
        "parked": [{"case": case_id, "document": document_id, "reason": why} for (case_id, document_id), why in parked.items()],
    } | _folder_of(runtime.config().search)  # fmt: skip


def _folder_of(setting: str) -> dict[str, Any]:
    """Engine, version, size and age of the index in use."""
    name, _, path = setting.partition(":")
    generations = Generations(path)
    told: dict[str, Any] = {"engine": name, "layout": None, "bytes": None, "made_at": None}
    with suppress(OSError, IndexBroken):  # lost, or a file went away in a commit while we looked
        folder = generations.current() or generations.path
        told["layout"] = (folder / "layout").read_text(encoding="utf-8")
        told["made_at"] = datetime.fromtimestamp(generations.pointer.stat().st_mtime, UTC).isoformat(timespec="seconds")
        told["bytes"] = sum(file.stat().st_size for file in folder.iterdir())
    return told
