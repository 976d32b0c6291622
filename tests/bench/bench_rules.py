"""The evidence check in `rules`, facts to mapping, in processor time of one core: every example and every dispute type, against writing and reading its result as JSON.

    python tests/bench/bench_rules.py [--seconds 3]

The reference is done in the same run, in turns: a ratio near 10 says that a check costs ten times the JSON of its own answer.
"""

from __future__ import annotations

import argparse
import json
import re
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import yaml

from casefiles.law import EXAMPLES, load_law
from casefiles.rules import report
from casefiles.rules.evidence import assess
from casefiles.rules.facts import read_case

DESCRIPTION = Path(__file__).resolve().parents[3] / "shared" / "domain" / "case-file.md"
RUNS = 5


def cases() -> Iterator[dict[str, Any]]:
    """The acceptance examples, and the short ones of the format's page where it is at hand."""
    for path in sorted(EXAMPLES.glob("*.yaml")):
        yield yaml.safe_load(path.read_text(encoding="utf-8"))
    if DESCRIPTION.is_file():
        blocks = re.findall(r"```yaml\n(case_id.*?)```", DESCRIPTION.read_text(encoding="utf-8"), re.DOTALL)
        yield from map(yaml.safe_load, blocks)


def a_second(work: Callable[[], object], seconds: float) -> float:
    done, began = 0, time.process_time()
    while (taken := time.process_time() - began) < seconds:
        work()
        done += 1
    return done / taken


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=0.3)
    seconds, law = parser.parse_args().seconds, load_law()
    rates = []
    for mapping in cases():
        facts = read_case(mapping)

        def check() -> dict[str, Any]:
            # facts anew: what a case keeps between two questions must not be measured away
            case = read_case(mapping)  # noqa: B023 - called inside the loop only
            return report.to_mapping(assess(case, case.packet_kind, case.as_of, law))

        told = check()
        runs = [(a_second(check, seconds), a_second(lambda: json.loads(json.dumps(told)), seconds)) for _ in range(RUNS)]  # noqa: B023 - as above
        ours, reference = (statistics.median(column) for column in zip(*runs, strict=True))
        ratios = sorted(base / mine for mine, base in runs)
        rates.append(ours)
        sys.stdout.write(
            f"{facts.case_id:20} {facts.dispute_type:14} {facts.packet_kind:18} {ours:6.0f} a second; "
            f"{reference / ours:.1f}x the JSON of its answer ({ratios[0]:.1f}-{ratios[-1]:.1f})\n"
        )
        sys.stdout.flush()
    sys.stdout.write(f"slowest {min(rates):.0f} a second, median {statistics.median(rates):.0f}; wanted: 200\n")


if __name__ == "__main__":
    main()
