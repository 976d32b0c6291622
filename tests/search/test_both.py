"""The same hits on every engine: 60 queries over 300 entries, random queries, and every piece of random places of the law pages (long)."""

from __future__ import annotations

import gzip
import itertools
import json
import random
import time
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from casefiles.search import Engine, Entry, QueryError, Scope, document_key, open_engine, rebuild
from casefiles.search.analysis import fold

LAW = Path(__file__).resolve().parents[3] / "shared" / "samples" / "law-pages.jsonl.gz"
OBJECTS = ("core_evidence", "transcript", "privileged_note")
WORDS = (
    "合同", "違約金", "违约金", "送货单", "签收", "上海华宸机电设备有限公司", "逾期", "付款", "诉讼时效", "保证", "保證人", "甲", "乙方", "art", "party",
    "delivery note", "HT-2024-001", "HT-2024-002", "（2024）京01民初1号", "〔2023〕沪02执7号", "1,250,000.00元", "125万元", "1250000", "12.5万", "SF1234567890",
    "，", "。\n", "——", " ", "“货款”", "㎡", "𠮷", "Café", "aaaa", "aa",
)  # fmt: skip
QUERIES = (
    "合同", "违约金", "違約金", "甲", "约", '"合同违约金"', '"违约金，"', "合同 违约金", "合同 OR 保证", "合同 NOT 违约金", "NOT 合同", "(甲 OR 乙方) 签收",
    "NOT (甲 OR 合同)", "HT-2024-001", "024-00", "ht-2024*", "2024*", "SF12*", "7890", "a*", "art", "part*", '"delivery note"', "delivery", "note art",
    "1250000", "1,250,000.00", "125万", "125万元", "￥1250000", "12.5万", '"1250000"', "（2024）京01民初1号", "01民初1", "(2023)沪02执7号", "cafe", "㎡", "m2", "𠮷",
    "aa", '"aaa"', '"aaaaaa"', "“货款”", "保证人", "type:contract", "type:合同类", "case:DC-1*", "stage:collection 合同", "party:华宸", "party:=王五", "number:01",
    "title:买卖", "uploader:张", "court:海淀", "date:2024", "date:2024-02..2024-04 合同", "date:<2024-01-15", "amount:>=10万", "amount:10000..200000 NOT type:contract",
    "date:2024-03 OR amount:<1万", "合同 送货单 OR 签收 NOT art",
)  # fmt: skip


def made(dice: random.Random, number: int) -> Entry:
    """An entry of random words; some have no date, amount, document or page."""
    return Entry(
        key=f"E{number}", case_id=f"DC-{number % 23}", document_id=f"D{number % 7}" if number % 5 else None, page=number % 9 or None,
        object=OBJECTS[number % 3], owner=number % 4, text="".join(dice.choices(WORDS, k=dice.randint(0, 30))),
        type=dice.choice(("contract", "invoice", "")), also=(("type", "合同类"),) if number % 2 else (), stage=dice.choice(("collection", "litigation")),
        title=dice.choice(("", "買賣合同", "送货单")), party=dice.choice(("", "上海华宸机电设备有限公司 王五", "王五金店")), number=f"HT-{number:03d}",
        date=date(2024, 1, 1) + timedelta(days=number % 130) if number % 6 else None, amount=Decimal(number * 999) / 2 if number % 4 else None,
        court=dice.choice(("", "北京市海淀区人民法院")), uploader=dice.choice(("张三", "李四")), parties=dice.choice(((), ("王五",), ("王五", "李四公司"))),
    )  # fmt: skip


@pytest.fixture(scope="module")
def engines(tmp_path_factory) -> list[Engine]:
    dice = random.Random(5)
    entries = [made(dice, number) for number in range(300)]
    settings = [f"{name}:{tmp_path_factory.mktemp(name)}" for name in ("tantivy", "whoosh")]
    for setting in settings:
        rebuild(setting, entries)
    return [open_engine(setting) for setting in settings]


SCOPES = (
    Scope(None, frozenset(OBJECTS), {}),
    Scope(frozenset(f"DC-{number}" for number in range(0, 23, 2)), frozenset({"core_evidence"}), {"privileged_note": 2},
          frozenset({document_key("DC-2", "D1"), "own:DC-4", "case:DC-6"})),
)  # fmt: skip


@pytest.mark.parametrize("query", QUERIES)
def test_the_same_hits_on_both(engines, query):
    for scope in SCOPES:
        first, second = (engine.search(query, scope, limit=300) for engine in engines)
        assert {hit.key for hit in first.hits} == {hit.key for hit in second.hits}
        assert (first.total, first.facets) == (second.total, second.facets)
        assert len(first.hits) == first.total
        oldest = [[hit.key for hit in engine.search(query, scope, limit=20, offset=3, order="oldest").hits] for engine in engines]
        assert oldest[0] == oldest[1]


def test_there_are_sixty_queries_and_most_find_something(engines):
    assert len(QUERIES) >= 60
    found = [engines[0].search(query, SCOPES[0], limit=1).total for query in QUERIES]
    assert sum(0 < total < 300 for total in found) > 50


def test_random_queries_are_answered_alike_or_refused(engines):
    dice = random.Random(9)
    signs = [*'()（）"“”「」*  ~\\\x00\u202e', " AND ", " OR ", " NOT ", "type:", "date:", "金额：", "title:=", ">=", "..", "2024"]
    refused = 0
    for _ in range(150):
        query = "".join(dice.choice((dice.choice(signs), dice.choice(WORDS))) for _ in range(dice.randint(1, 14)))
        began = time.perf_counter()
        answers = [answer(engine, query) for engine in engines]
        assert answers[0] == answers[1], query
        assert time.perf_counter() - began < 4
        refused += answers[0][0] == "refused"
        assert answers[0][0] == "found" or answers[0][2], query
    assert 10 < refused < 140


def answer(engine: Engine, query: str) -> tuple[object, ...]:
    try:
        found = engine.search(query, SCOPES[0], limit=300)
    except QueryError as error:
        return ("refused", error.message_en, 0 <= error.position <= len(query))
    return ("found", found.total, frozenset(hit.key for hit in found.hits))


@pytest.mark.long
@pytest.mark.parametrize(("name", "pages", "places"), [pytest.param("tantivy", 2_500, 200, id="tantivy"), pytest.param("whoosh", 300, 25, id="whoosh")])
def test_every_piece_of_random_places_of_the_laws_is_found(tmp_path, name, pages, places):
    if not LAW.is_file():
        pytest.skip(f"The law pages are not at {LAW}.")
    with gzip.open(LAW, "rt", encoding="utf-8") as file:
        texts = [json.loads(line)["text"] for line in itertools.islice(file, pages)]
    setting = f"{name}:{tmp_path / 'index'}"
    rebuild(setting, (Entry(key=str(number), case_id="DC-1", page=1, object="core_evidence", text=text) for number, text in enumerate(texts)))
    engine, folded, dice = open_engine(setting), [fold(text) for text in texts], random.Random(11)
    asked = set()
    for _ in range(places):
        text = dice.choice(folded)
        at = dice.randrange(max(1, len(text) - 8))
        asked |= {text[at : at + length] for length in range(1, 9)}
    for piece in sorted(asked):
        if not set(piece) & set('"＂“”'):
            found = engine.search(f'"{piece}"', SCOPES[0], limit=len(texts), facets=False)
            assert {int(hit.key) for hit in found.hits} == {number for number, text in enumerate(folded) if piece in text}, piece
