"""A scope of very many cases, which is asked for as patterns or a set: it holds its cases and no other; and facets that are kept."""

from __future__ import annotations

import random
import re

import pytest

from casefiles.search import Entry, Scope, open_engine, rebuild, tantivy_query

OBJECT = "core_evidence"
ODD = ("DC-1", "DC-10", "DC-1.", "DC-1*", "（2024）京01民初1号", "a[b]^c-d", "a\\b", "a&&b", "~#|", "a\nb", "  ", "D", "𠮷", "a{2}", "$")


def test_a_pattern_matches_its_values_and_nothing_else():
    dice = random.Random(4)
    for _ in range(200):
        values = sorted(dice.sample(ODD, dice.randint(1, len(ODD))))
        found = re.compile(tantivy_query.pattern(values))
        assert [value for value in sorted(ODD) if found.fullmatch(value)] == values


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    setting = f"tantivy:{tmp_path_factory.mktemp('cases')}"
    cases = [*ODD, *(f"DC-{number}" for number in range(100, 1_300))]
    rebuild(setting, (Entry(key=f"d:{place}", case_id=case, object=OBJECT, text="合同") for place, case in enumerate(cases)))
    engine = open_engine(setting)
    yield engine
    engine.close()


@pytest.mark.parametrize(("states", "size"), [
    pytest.param(2_500, 700, id="one pattern"),
    pytest.param(200, 700, id="several patterns"),
    pytest.param(2_500, 300, id="a list"),
])  # fmt: skip
def test_as_many_as_the_cases_and_no_other(engine, monkeypatch, states, size):
    monkeypatch.setattr(tantivy_query, "IN_A_PATTERN", states)
    tantivy_query._of_cases.cache_clear()
    dice = random.Random(size)
    chosen = frozenset([*dice.sample(ODD, 8), *dice.sample([f"DC-{number}" for number in range(100, 1_300)], size)])
    found = engine.search("合同", Scope(chosen, frozenset({OBJECT}), {}), limit=2_000)
    assert {hit.case_id for hit in found.hits} == chosen
    assert found.total == len(chosen)
    assert found.facets["case"].keys() <= chosen


def test_what_no_pattern_can_hold_is_a_set(engine, monkeypatch):
    def refused(*_):
        raise ValueError("exceeds size limit of 1000 states")

    values = sorted(ODD)
    monkeypatch.setattr(tantivy_query, "pattern", refused)
    assert len(tantivy_query._patterns("case_id", values)) == 1


def test_facets_that_are_kept_know_of_every_change(tmp_path):
    engine = open_engine(f"tantivy:{tmp_path}")
    scope = Scope(None, frozenset({OBJECT}), {})
    for number in (1, 2, 3):
        engine.add([Entry(key=f"d:{number}", case_id="DC-1", document_id=str(number), object=OBJECT, text="合同")])
        for _ in range(2):
            assert engine.search("合同", scope, limit=1).facets["case"] == {"DC-1": number}
    hidden = Scope(None, frozenset({OBJECT}), {}, frozenset({"document:DC-1/2"}))
    assert engine.search("合同", hidden, limit=1).facets["case"] == {"DC-1": 2}
    assert engine.search("合同", Scope(frozenset(), frozenset({OBJECT}), {}), limit=1).facets["case"] == {}
    engine.close()
