"""The daily sweep over every case, in chunks and, where asked, in several processes; whoever may run it: the worker, or a command.

Each chunk is read, computed, written in one transaction, and forgotten, so that memory does not grow with the number of cases.
"""

import logging
import multiprocessing
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from datetime import date

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError, OperationalError

from casefiles import remind, runtime
from casefiles.config import Config
from casefiles.db import saving, session
from casefiles.models import Case, State
from casefiles.policy import Actor
from casefiles.remind import Counts, Figures

log = logging.getLogger(__name__)
FallBack = Callable[[Actor, Case], object]
CHUNK = 100
TRIES = 3  # a case somebody changes while it is computed is computed again


def sweep(actor: Actor, figures: Figures, *, as_of: date | None = None, processes: int = 1, fall_back: FallBack | None = None) -> Counts:
    """Refresh figures and deadlines of every case and give the notices that are due; a second sweep on the same day gives nothing new.

    `as_of` judges every case as of that day and moves none; else a fictional case is judged on its own day, any other today. `fall_back` moves a
    settlement that was not kept.
    """
    ids = remind.case_ids()
    session.remove()
    chunks = [ids[at : at + CHUNK] for at in range(0, len(ids), CHUNK)]
    told = Counts(failed=[] if fall_back is None or as_of else _fallen(actor, fall_back))
    if processes == 1 or len(chunks) < 2:
        for chunk in chunks:
            told.add(part(actor, chunk, as_of, figures))
        return told
    apart = multiprocessing.get_context("spawn")  # a forked child would share the database connection
    with ProcessPoolExecutor(min(processes, len(chunks)), apart, initializer=_open, initargs=(runtime.config(),)) as pool:
        for done in as_completed([pool.submit(part, actor, chunk, as_of, figures) for chunk in chunks]):
            told.add(done.result())
    return told


def _fallen(actor: Actor, fall_back: FallBack) -> list[dict[str, str]]:
    """Look at every settlement; the cases whose settlement could not be judged, with the reason."""
    ids = list(session.scalars(select(Case.case_id).where(Case.state == State.SETTLEMENT).order_by(Case.case_id)))
    failed = []
    for case_id in ids:
        try:
            with saving():
                fall_back(actor, session.get_one(Case, case_id))
        except OperationalError:
            raise
        except Exception as error:
            log.exception("the settlement of case %s could not be judged", case_id)
            failed.append({"case": case_id, "reason": f"{type(error).__name__}: {error}"[:300]})
        session.remove()
    return failed


def _open(config: Config) -> None:
    runtime.start(config)


def part(actor: Actor, case_ids: Sequence[str], as_of: date | None, figures: Figures) -> Counts:
    """One chunk. Where a row of it cannot be read or written, each of its cases is taken alone, so that only that one is left out."""
    try:
        return _together(actor, case_ids, as_of, figures)
    except OperationalError:  # the database is away: the whole sweep is tried again later
        raise
    except Exception as error:
        session.remove()
        if len(case_ids) == 1:
            log.exception("the sweep could not read or write case %s", case_ids[0])
            return Counts(cases=1, failed=[{"case": case_ids[0], "reason": f"{type(error).__name__}: {error}"[:300]}])
    told = Counts()
    for case_id in case_ids:
        told.add(part(actor, [case_id], as_of, figures))
    return told


def _together(actor: Actor, case_ids: Sequence[str], as_of: date | None, figures: Figures) -> Counts:
    """A chunk computed outside the transaction that writes it; what changed meanwhile, or another sweep wrote first, is computed again."""
    told, left = Counts(), list(case_ids)
    for _ in range(TRIES):
        tried = Counts()
        judged = list(remind.computed(left, as_of, actor.today, figures, tried))
        try:
            with saving():
                left = remind.store(actor, judged, tried)
        except IntegrityError:  # another sweep or a page gave the same notice or wrote the same last day in between
            session.remove()
            continue
        session.remove()
        told.add(tried)
        told.cases -= len(left)
        if not left:
            return told
    told.cases += len(left)
    told.failed += [{"case": case_id, "reason": "it was being changed all the while; the next sweep takes it"} for case_id in left]
    return told
