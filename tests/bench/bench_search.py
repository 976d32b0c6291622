"""Search: pages indexed a second, and how long a word and a phrase take in the engine, with and without a scope of 50 cases.

    python tests/bench/bench_search.py [--pages 50000] [--law FILE.jsonl.gz]

Pages are those of the statutes in the shared samples, repeated with a number of their own each, ten to a case. A word is a run of two to
four characters of a random place, as people type them; a phrase is four to eight characters in quotation marks. Times are those of
Engine.search (hits, total and facets), caches warm; `bare` is the engine's own search of the same query without hits read and facets.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from casefiles.search import Entry, Scope, open_engine, parse, rebuild
from casefiles.search.analysis import fold

SAMPLE = Path(__file__).resolve().parents[3] / "shared" / "samples" / "law-pages.jsonl.gz"
OBJECTS = frozenset({"core_evidence", "proof_of_service", "transcript", "packet", "court_paper", "case"})
COMMON = ("合同", "违约金", "人民法院", "诉讼时效", "保证人", "抵押权", "破产申请", "强制执行", "证据", "仲裁")
PER_CASE = 10


def entries(law: list[dict[str, str]], pages: int) -> Iterator[Entry]:
    for number in range(pages):
        page = law[number % len(law)]
        yield Entry(key=f"P{number}", case_id=f"DC-{number // PER_CASE}", document_id=f"D{number % PER_CASE}", page=1, object="core_evidence",
                    title=page["title"], text=f"{page['text']}\n编号 HT-{number:06d}，{1_000_000 + number * 7:,}.00 元", type="contract", stage="collection")  # fmt: skip


def queries(law: list[dict[str, str]], pages: int, dice: random.Random) -> dict[str, list[str]]:
    def piece(shortest: int, longest: int) -> str:
        while True:
            text, length = fold(dice.choice(law)["text"]), dice.randint(shortest, longest)
            at = dice.randrange(max(1, len(text) - length))
            if text[at : at + length].isalnum():
                return text[at : at + length]

    words = [piece(2, 4) for _ in range(160)] + [*COMMON, *COMMON] + [f"HT-{dice.randrange(pages):06d}" for _ in range(20)]
    return {"word": words, "phrase": [f'"{piece(4, 8)}"' for _ in range(200)]}


def percentile(times: list[float], part: float) -> float:
    return sorted(times)[min(len(times) - 1, int(len(times) * part))]


def bare(engine: object, query: str, scope: Scope) -> float:
    """The engine's own search, measured below our interface; reads what is private here on purpose."""
    from casefiles.search import tantivy_engine as module

    clauses = [module._of(parse(query)), *module._inside(scope)]
    whole = module.Q.boolean_query([(module.tantivy.Occur.Must, clause) for clause in clauses])
    searcher = engine._fresh_index().searcher()
    began = time.perf_counter()
    searcher.search(whole, 20)
    return (time.perf_counter() - began) * 1000


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--pages", type=int, default=5_000)
    options.add_argument("--law", type=Path, default=SAMPLE)
    given = options.parse_args()
    if not given.law.is_file():
        say(f"Skipped: the law pages are not at {given.law}.")
        return 0
    with gzip.open(given.law, "rt", encoding="utf-8") as file:
        law = [json.loads(line) for line in file]
    dice = random.Random(2026)
    with tempfile.TemporaryDirectory() as folder:
        setting = f"tantivy:{folder}"
        began = time.perf_counter()
        rebuild(setting, entries(law, given.pages))
        rate = given.pages / (time.perf_counter() - began)
        engine = open_engine(setting)
        size = sum(file.stat().st_size for file in Path(folder).rglob("*") if file.is_file()) / 2**20
        began = time.perf_counter()
        engine.add(list(entries(law, 10)))
        added = (time.perf_counter() - began) * 1000
        say(f"tantivy, {given.pages} pages: {rate:.0f} pages/s indexed, {size:.0f} MB, a document of 10 pages added in {added:.0f} ms\n")
        say("| query | scope | n | p50 ms | p95 ms | max ms | bare p95 ms |\n|---|---|---|---|---|---|---|")
        cases = frozenset(f"DC-{number}" for number in dice.sample(range(given.pages // PER_CASE), min(50, given.pages // PER_CASE)))
        for scope_name, scope in (("all cases", Scope(None, OBJECTS, {})), ("50 cases", Scope(cases, OBJECTS, {"privileged_note": 7}))):
            for name, asked in queries(law, given.pages, random.Random(7)).items():
                for query in asked[:20]:
                    engine.search(query, scope, limit=20)
                times = [engine.search(query, scope, limit=20).took_ms for query in asked]
                below = [bare(engine, query, scope) for query in asked]
                say(f"| {name} | {scope_name} | {len(asked)} | {percentile(times, 0.5):.2f} | {percentile(times, 0.95):.2f} | {max(times):.2f} "
                      f"| {percentile(below, 0.95):.2f} |")  # fmt: skip
        engine.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
