"""The daily sweep: seconds and cases a second over seeded cases with two processes, beside a bare reading of the same cases and the rules alone.

    python tests/bench/bench_sweep.py [--cases 10000] [--documents 200000] [--processes 2] [--data FOLDER]

`--data` names a data folder seeded before (it is swept as it is); else one is made for this run. The reference reads every row of `cases`, loads
each case's mapping from JSON and runs the rules the sweep runs, in one process, without any other database work: ratio = what the sweep
takes, all processes together, to that. The second sweep finds nothing to write. Budget: 10,000 cases in under 120 s with two processes.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

from sqlalchemy import select

from casefiles import assess, exchange, people, remind, remind_sweep, runtime, schema, seed
from casefiles.actor import operator, today
from casefiles.case_mapping import case_mapping
from casefiles.config import Config
from casefiles.db import saving, session
from casefiles.exchange_format import CaseFile
from casefiles.law import load_law
from casefiles.models import Case, Person, Role
from casefiles.rules.evidence import assess as judge
from casefiles.rules.facts import read_case
from casefiles.rules.inquiry import Inquiry
from casefiles.rules.reminders import reminders_of
from casefiles.rules.report import to_mapping

CHUNK = 200
BUDGET_SECONDS, BUDGET_CASES = 120, 10_000


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def staff() -> None:
    """Somebody to remind."""
    if session.scalar(select(Person.id).limit(1)) is None:
        for role in (Role.LEGAL_STAFF, Role.LEGAL_MANAGER):
            with saving():
                people.add_person(operator(), f"{role.value}@example.test", f"测量{role.value}", role, "法务部", "measuring only 1")


def fill(cases: int, documents: int) -> float:
    """Seed what is not there; the seconds it took."""
    began, files = time.monotonic(), list(seed.case_files(cases, documents, today()))
    for at in range(0, cases, CHUNK):
        with saving():
            for whole in files[at : at + CHUNK]:
                if not exchange.known(whole["case_id"]):
                    exchange.enter(operator(), CaseFile(whole["case_id"], whole, {}), {})
        session.remove()
    return time.monotonic() - began


def mappings(file: Path) -> None:
    """Every case as a line of JSON."""
    ids = remind.case_ids()
    with file.open("w", encoding="utf-8") as out:
        for at in range(0, len(ids), CHUNK):
            out.writelines(json.dumps(case_mapping(case), ensure_ascii=False) + "\n" for case in remind.loaded(ids[at : at + CHUNK]))
            session.remove()


def reference(file: Path, day: date) -> float:
    """Processor seconds of reading the cases' rows, loading the mappings and the rules."""
    law, began = load_law(), time.process_time()
    for _row in session.execute(select(Case.__table__)):
        pass
    session.remove()
    with file.open(encoding="utf-8") as lines:
        for line in lines:
            facts = read_case(json.loads(line))
            to_mapping(judge(facts, facts.packet_kind, day, law))
            reminders_of(Inquiry(facts, facts.packet_kind, day, law))
    return time.process_time() - began


def spent() -> float:
    """Processor seconds of this process and of those it started and that ended."""
    return sum(usage.ru_utime + usage.ru_stime for usage in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)))


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--cases", type=int, default=BUDGET_CASES)
    options.add_argument("--documents", type=int, default=0, help="default: 20 a case")
    options.add_argument("--processes", type=int, default=2)
    options.add_argument("--data", type=Path)
    given = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-sweep-") as folder:
        runtime.start(Config.embedded(given.data or Path(folder) / "data", "measuring-only-" + "0" * 32))
        schema.upgrade(session.get_bind())
        staff()
        if given.data is None:
            say(f"seeded {given.cases} cases in {fill(given.cases, given.documents or given.cases * 20):.0f} s")
        lines = Path(folder) / "mappings.jsonl"
        mappings(lines)
        cases, bare = len(remind.case_ids()), reference(lines, today())
        seconds = 0.0
        for name in ("first sweep", "second sweep"):
            began, before = time.monotonic(), spent()
            told = remind_sweep.sweep(operator(), assess.figures, processes=given.processes)
            seconds, used = time.monotonic() - began, spent() - before
            say(
                f"{name}: {seconds:.1f} s with {given.processes} processes, {cases / seconds:.0f} cases/s, {used:.1f} processor seconds = {used / bare:.2f}x the rules "
                f"alone ({bare:.1f} s); {told.notices} notices, {len(told.failed)} failed"
            )
        own, child = (resource.getrusage(who).ru_maxrss / 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
        say(f"memory: {own:.0f} MB here, at most {child:.0f} MB in a process")
        session.remove()
    return 0 if seconds <= BUDGET_SECONDS * cases / BUDGET_CASES else 1


if __name__ == "__main__":
    sys.exit(main())
