"""Dates, amounts, names of fields, order, facets and what the index has still to forget: the same for every engine."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from casefiles.search import FACETS, Entry, QueryError, Scope, case_key, document_key, open_engine, own_key, rebuild, tantivy_query, whoosh_engine, whoosh_find

OBJECT = "core_evidence"
ALL = Scope(None, frozenset({OBJECT}), {})


def entry(key: str, case: str, document: str | None, page: int | None, text: str, **about) -> Entry:
    return Entry(key=key, case_id=case, document_id=document, page=page, object=OBJECT, text=text, **about)


NOTE = {"type": "delivery_note", "also": (("type", "送货单"), ("type", "Delivery note"), ("stage", "催收中")), "stage": "collection", "uploader": "张三"}
DEED = {"type": "contract", "also": (("type", "买卖合同"), ("stage", "催收中")), "stage": "collection", "uploader": "李四", "court": "北京市海淀区人民法院"}
PARTIES = {"party": "华宸机电有限公司 王五", "parties": ("华宸机电有限公司", "王五")}
ENTRIES = (
    entry("p:1:2", "DC-1", "1", 2, "甲 货物已签收", date=date(2024, 3, 1), amount=Decimal("1250000.00"), **NOTE, **PARTIES),
    entry("p:1:10", "DC-1", "1", 10, "甲 簽收單", date=date(2024, 3, 1), amount=Decimal("1250000.00"), **NOTE, **PARTIES),
    entry("d:2", "DC-1", "2", None, "甲 著作權", date=date(2023, 12, 31), amount=Decimal("9999.99"), number="HT-2024-001", title="買賣合同", **DEED, **PARTIES),
    entry("d:3", "DC-2", "1", None, "甲", date=date(2025, 1, 1), amount=Decimal(10000), type="invoice", party="王五金店", parties=("王五金店",)),
    entry("c:DC-2", "DC-2", None, None, "甲", type="case", amount=Decimal("0.01")),
    entry("n:1", "DC-2", None, None, "甲", type="note", date=date(2024, 5, 31)),
)


@pytest.fixture(scope="module", params=["tantivy", "whoosh"])
def narrow(request, tmp_path_factory):
    setting = f"{request.param}:{tmp_path_factory.mktemp('narrow')}"
    rebuild(setting, ENTRIES)
    engine = open_engine(setting)
    yield engine
    engine.close()


def keys(engine, asked: str, scope: Scope = ALL, **how) -> list[str]:
    return [hit.key for hit in engine.search(asked, scope, limit=10, **how).hits]


@pytest.mark.parametrize(("asked", "expected"), [
    pytest.param("date:2024", "p:1:2 p:1:10 n:1", id="a year"),
    pytest.param("日期：2024年3月", "p:1:2 p:1:10", id="a month, in Chinese"),
    pytest.param("date:2024/3/1", "p:1:2 p:1:10", id="a day with strokes"),
    pytest.param("date:2023-12-31..2024-03-01", "p:1:2 p:1:10 d:2", id="both ends count"),
    pytest.param("date:2024-04..", "d:3 n:1", id="open end"),
    pytest.param("date:..2023", "d:2", id="open beginning"),
    pytest.param("date:2024-03至2024-05", "p:1:2 p:1:10 n:1", id="a Chinese to"),
    pytest.param("date:>=2024-05-31", "d:3 n:1", id="since"),
    pytest.param("date:>2024-05", "d:3", id="after the month"),
    pytest.param("date:<2024", "d:2", id="before the year"),
    pytest.param("date:≤2023-12-31", "d:2", id="until"),
    pytest.param("NOT date:1900..2100", "c:DC-2", id="without a date"),
    pytest.param("amount:1,250,000.00", "p:1:2 p:1:10", id="exact, grouped"),
    pytest.param("金额：125万元", "p:1:2 p:1:10", id="exact, in ten thousands"),
    pytest.param("amount:￥10000", "d:3", id="exact, with the sign"),
    pytest.param("amount:9999.99..10000", "d:2 d:3", id="both amounts count"),
    pytest.param("amount:0.01..10000", "d:2 d:3 c:DC-2", id="from a cent"),
    pytest.param("amount:>=125万", "p:1:2 p:1:10", id="at least"),
    pytest.param("amount:<1", "c:DC-2", id="less"),
    pytest.param("amount:>1250000", "", id="more than all"),
    pytest.param("甲 date:2024 NOT amount:>0", "n:1", id="joined with words"),
    pytest.param("类型:送货单", "p:1:2 p:1:10", id="type by its Chinese name"),
    pytest.param('type:"Delivery Note"', "p:1:2 p:1:10", id="type by its English name"),
    pytest.param("type:delivery_note", "p:1:2 p:1:10", id="type by its id"),
    pytest.param("阶段：催收中", "p:1:2 p:1:10 d:2", id="stage by its Chinese name"),
    pytest.param("上传人:李", "d:2", id="part of the uploader"),
    pytest.param("court:海淀", "d:2", id="part of the court"),
    pytest.param("當事人：王五", "p:1:2 p:1:10 d:2 d:3", id="part of a party"),
    pytest.param('party:="王五"', "p:1:2 p:1:10 d:2", id="a whole party"),
    pytest.param("number:=HT-2024*", "d:2", id="beginning of a number"),
    pytest.param("编号:024-001", "d:2", id="last digits of a number"),
    pytest.param("number:=024-001", "", id="last digits are not the whole number"),
    pytest.param("案件:dc-2", "d:3 c:DC-2 n:1", id="case"),
    pytest.param("买卖合同", "d:2", id="simplified finds traditional"),
    pytest.param("貨物", "p:1:2", id="traditional finds simplified"),
    pytest.param('"签收单"', "p:1:10", id="a phrase over traditional writing"),
    pytest.param("着作权", "d:2", id="signs that are one"),
])  # fmt: skip
def test_narrowing(narrow, asked, expected):
    assert sorted(keys(narrow, asked)) == sorted(expected.split())


@pytest.mark.parametrize(("order", "expected"), [
    pytest.param("newest", "d:3 n:1 p:1:2 p:1:10 d:2 c:DC-2", id="newest: page 2 before page 10, no date last"),
    pytest.param("oldest", "d:2 p:1:2 p:1:10 n:1 d:3 c:DC-2", id="oldest"),
    pytest.param("largest", "p:1:2 p:1:10 d:3 d:2 c:DC-2 n:1", id="largest, no amount last"),
    pytest.param("smallest", "c:DC-2 d:2 d:3 p:1:2 p:1:10 n:1", id="smallest"),
])  # fmt: skip
def test_order(narrow, order, expected):
    assert keys(narrow, "甲", order=order) == expected.split()
    assert keys(narrow, "甲", order=order, offset=2) == expected.split()[2:]


@pytest.mark.parametrize(("hidden", "expected"), [
    pytest.param({document_key("DC-1", "1")}, "d:2 d:3 c:DC-2 n:1", id="a document"),
    pytest.param({own_key("DC-2")}, "p:1:2 p:1:10 d:2 d:3", id="what is a case's own"),
    pytest.param({case_key("DC-1")}, "d:3 c:DC-2 n:1", id="a case"),
    pytest.param({case_key("DC-1"), document_key("DC-2", "1"), own_key("DC-3")}, "c:DC-2 n:1", id="several"),
])  # fmt: skip
def test_what_is_hidden_is_in_no_hit_count_and_facet(narrow, hidden, expected):
    found = narrow.search("甲", Scope(None, frozenset({OBJECT}), {}, frozenset(hidden)), limit=10)
    assert sorted(hit.key for hit in found.hits) == sorted(expected.split())
    assert found.total == len(expected.split()) == sum(found.facets["type"].values())


def test_all_facets(narrow):
    assert narrow.search("甲", ALL, limit=1).facets == {
        "case": {"DC-1": 3, "DC-2": 3},
        "type": {"delivery_note": 2, "case": 1, "contract": 1, "invoice": 1, "note": 1},
        "stage": {"collection": 3},
        "year": {"2024": 3, "2023": 1, "2025": 1},
        "party": {"华宸机电有限公司": 3, "王五": 3, "王五金店": 1},
        "uploader": {"张三": 2, "李四": 1},
    }
    assert narrow.search("甲", ALL, limit=1, facets=False).facets == {}
    assert narrow.search("无", ALL, limit=1).facets == {name: {} for name in FACETS}


def test_a_facet_narrows_to_its_count(narrow):
    facets = narrow.search("甲", ALL, limit=1).facets
    for name, field in (("party", "party:="), ("uploader", "uploader:="), ("type", "type:"), ("stage", "stage:"), ("case", "case:"), ("year", "date:")):
        for value, count in facets[name].items():
            assert narrow.search(f'甲 {field}"{value}"', ALL, limit=1).total == count


def test_a_prefix_stands_for_so_many_words_only(narrow, monkeypatch):
    """The place named is that of the star which is too much: each star for itself, or a sum of stars would tell whether one word more is hidden."""
    for module in (tantivy_query, whoosh_engine):
        monkeypatch.setattr(module, "WIDEST", 2)
    assert len(keys(narrow, "case:DC-* case:d* case:dc*")) == len(ENTRIES)
    for module in (tantivy_query, whoosh_engine):
        monkeypatch.setattr(module, "WIDEST", 1)
    with pytest.raises(QueryError, match="stands for too many words") as error:
        narrow.search("case:DC-1* NOT case:d*", ALL, limit=1)
    assert error.value.position == 20


def test_a_query_has_so_many_stars_only(narrow):
    with pytest.raises(QueryError, match="Too many stars") as error:
        narrow.search("a* b* c* NOT (d* OR e*)", ALL, limit=1)
    assert error.value.position == 20


def test_a_slow_query_is_given_up(narrow, monkeypatch):
    """tantivy answers all of them in time; the time is nothing here."""
    monkeypatch.setattr(whoosh_find, "SECONDS", 0.0)
    if isinstance(narrow, whoosh_engine.WhooshEngine):
        with pytest.raises(QueryError, match="was given up"):
            narrow.search("甲", ALL, limit=1)
