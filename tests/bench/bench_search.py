"""Search: pages indexed a second, and how long a word and a phrase take in the engine: over all cases, in 50 and in half of them.

    python tests/bench/bench_search.py [--pages 50000] [--whoosh 2000 5000 10000] [--law FILE.jsonl.gz]

Pages are those of the statutes in the shared samples, repeated with facts of their own each (number, amount, date, parties), three to a
document, ten to a case. A word is a run of two to four characters of a random place, a common legal word or a contract number, as people
type them; a phrase is four to eight characters in quotation marks. Times are those of Engine.search with 20 hits read, caches warm.
`processor` is the time of the processor alone, for a machine that does other work meanwhile. Through HTTP: bench_search_http.py.
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
from datetime import date
from decimal import Decimal
from pathlib import Path

from casefiles.search import Engine, Entry, Scope, open_engine, rebuild
from casefiles.search.analysis import fold

SAMPLE = Path(__file__).resolve().parents[3] / "shared" / "samples" / "law-pages.jsonl.gz"
OBJECTS = frozenset({"core_evidence", "proof_of_service", "transcript", "packet", "court_paper", "case"})
COMMON = ("合同", "违约金", "人民法院", "诉讼时效", "保证人", "抵押权", "破产申请", "强制执行", "证据", "仲裁")
PER_CASE, PER_DOCUMENT, PLACES = 10, 3, 200
HEAD = "| engine | pages | query | scope | facets | n | p50 ms | p95 ms | max ms | processor p95 ms |\n|---|---|---|---|---|---|---|---|---|---|"
Law = list[dict[str, str]]


def text_of(law: Law, number: int) -> str:
    return f"{law[number % len(law)]['text']}\n编号 HT-{number:06d}，{1_000_000 + number * 7:,}.00 元"


def entries(law: Law, first: int, last: int) -> Iterator[Entry]:
    for number in range(first, last):
        case, paper = number // PER_CASE, number // PER_DOCUMENT
        parties = (f"债务人{case}有限公司", f"保证人{case % 1500}")
        yield Entry(
            key=f"p:{paper}:{number % PER_DOCUMENT + 1}", case_id=f"DC-{case}", document_id=f"{paper}", page=number % PER_DOCUMENT + 1,
            object="core_evidence", title=law[number % len(law)]["title"], text=text_of(law, number), type=f"type{paper % 17}", stage=f"stage{case % 7}",
            number=f"HT-{paper:06d}", date=date(2015 + case % 10, 1 + paper % 12, 1 + paper % 28), amount=Decimal(1_000_000 + number * 7),
            party=" ".join(parties), parties=parties, court=f"第{case % 30}人民法院", uploader=f"催收员{case % 40}",
        )  # fmt: skip


def queries(law: Law, pages: int, dice: random.Random) -> dict[str, list[str]]:
    def piece(shortest: int, longest: int) -> str:
        while True:
            text, length = fold(dice.choice(law)["text"]), dice.randint(shortest, longest)
            at = dice.randrange(max(1, len(text) - length))
            if text[at : at + length].isalnum():
                return text[at : at + length]

    words = [piece(2, 4) for _ in range(160)] + [*COMMON, *COMMON] + [f"HT-{dice.randrange(pages):06d}" for _ in range(20)]
    return {"word": words, "phrase": [f'"{piece(4, 8)}"' for _ in range(200)]}


def scopes(pages: int, dice: random.Random) -> dict[str, Scope]:
    cases = [f"DC-{number}" for number in range(pages // PER_CASE)]
    some = {f"{size} of {len(cases)} cases": frozenset(dice.sample(cases, size)) for size in (50, len(cases) // 2)}
    return {"all": Scope(None, OBJECTS, {})} | {name: Scope(chosen, OBJECTS, {"privileged_note": 7}) for name, chosen in some.items()}


def percentile(times: list[float], part: float) -> float:
    return sorted(times)[min(len(times) - 1, int(len(times) * part))]


def measured(engine: Engine, asked: list[str], scope: Scope, facets: bool) -> tuple[list[float], list[float]]:
    """Milliseconds on the wall and of the processor."""
    for query in asked[:20]:
        engine.search(query, scope, limit=20, facets=facets)
    wall, processor = [], []
    for query in asked:
        began = time.thread_time()
        wall.append(engine.search(query, scope, limit=20, facets=facets).took_ms)
        processor.append((time.thread_time() - began) * 1000)
    return wall, processor


def rows(name: str, engine: Engine, law: Law, pages: int, *, few: int | None = None) -> float:
    """Prints a row a kind of query, scope and with or without facets; gives the slowest p95 over all cases with facets."""
    worst = 0.0
    for scope_name, scope in scopes(pages, random.Random(2026)).items():
        for kind, asked in queries(law, pages, random.Random(7)).items():
            for facets in (False, True):
                wall, processor = measured(engine, asked[:: len(asked) // few] if few else asked, scope, facets)
                say(f"| {name} | {pages} | {kind} | {scope_name} | {'yes' if facets else 'no'} | {len(wall)} | {percentile(wall, 0.5):.2f} "
                    f"| {percentile(wall, 0.95):.2f} | {max(wall):.2f} | {percentile(processor, 0.95):.2f} |")  # fmt: skip
                if scope.cases is None and facets:
                    worst = max(worst, percentile(wall, 0.95))
    return worst


def pieces(law: Law, pages: int, dice: random.Random) -> str:
    """Every piece of one to eight characters of random places: whether its page is found, and whether the count is that of the texts."""
    held = [fold(text_of(law, number)) for number in range(pages)]
    asked = lost = false = 0
    with tempfile.TemporaryDirectory() as folder:
        rebuild(f"tantivy:{folder}", entries(law, 0, pages))
        engine = open_engine(f"tantivy:{folder}")
        for _ in range(PLACES):
            number = dice.randrange(pages)
            at = dice.randrange(max(1, len(held[number]) - 8))
            own = Scope(frozenset({f"DC-{number // PER_CASE}"}), OBJECTS, {})
            for piece in (held[number][at : at + length] for length in range(1, 9)):
                if '"' in piece:
                    continue  # cannot be quoted
                asked += 1
                hits = engine.search(f'"{piece}"', own, limit=PER_CASE, facets=False).hits
                lost += f"p:{number // PER_DOCUMENT}:{number % PER_DOCUMENT + 1}" not in {hit.key for hit in hits}
                total = engine.search(f'"{piece}"', Scope(None, OBJECTS, {}), limit=1, facets=False).total
                false += total != sum(piece in text for text in held)
        engine.close()
    return f"{asked} pieces of 1 to 8 characters at {PLACES} random places of {pages} pages: {lost} not found, {false} counted otherwise than in the texts"


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def size_of(folder: str) -> float:
    return sum(file.stat().st_size for file in Path(folder).rglob("*") if file.is_file()) / 2**20


def tantivy(law: Law, pages: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        began, worked = time.perf_counter(), time.process_time()
        rebuild(f"tantivy:{folder}", entries(law, 0, pages))
        rate, alone = pages / (time.perf_counter() - began), pages / (time.process_time() - worked)
        engine = open_engine(f"tantivy:{folder}")
        began = time.perf_counter()
        engine.add(list(entries(law, 0, PER_CASE)))
        added = (time.perf_counter() - began) * 1000
        say(f"tantivy, {pages} pages: {rate:.0f} pages/s indexed ({alone:.0f} a second of the processor), {size_of(folder):.0f} MB, "
            f"{PER_CASE} pages put again in {added:.0f} ms\n\n{HEAD}")  # fmt: skip
        rows("tantivy", engine, law, pages)
        engine.close()
    say(f"\n{pieces(law, min(pages, 5_000), random.Random(3))}\n")


def whoosh(law: Law, sizes: list[int]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        engine, first = open_engine(f"whoosh:{folder}"), 0
        for pages in sizes:
            began = time.perf_counter()
            engine.add(entries(law, first, pages))
            rate = (pages - first) / (time.perf_counter() - began)
            say(f"whoosh, {pages} pages: {rate:.0f} pages/s indexed, {size_of(folder):.0f} MB\n\n{HEAD}")
            worst = rows("whoosh", engine, law, pages, few=50)
            say(f"\np95 over all cases with facets is {'over' if worst > 100 else 'within'} 100 ms\n")
            first = pages
        engine.close()


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--pages", type=int, default=50_000)
    options.add_argument("--whoosh", type=int, nargs="*", default=[1_000, 2_000, 5_000])
    options.add_argument("--law", type=Path, default=SAMPLE)
    given = options.parse_args()
    if not given.law.is_file():
        say(f"Skipped: the law pages are not at {given.law}.")
        return 0
    with gzip.open(given.law, "rt", encoding="utf-8") as file:
        law = [json.loads(line) for line in file]
    if given.pages:
        tantivy(law, given.pages)
    whoosh(law, given.whoosh)
    return 0


if __name__ == "__main__":
    sys.exit(main())
