"""The engines under the one contract, and entries with defaults."""

from __future__ import annotations

import itertools

import pytest

from casefiles.search import Entry, Scope, open_engine

EVERYTHING = Scope(None, frozenset({"core_evidence"}), {})


@pytest.fixture(params=["tantivy", "whoosh"])
def setting(request, tmp_path) -> str:
    """The setting of an engine that is not there yet. Another engine adds a word above."""
    return f"{request.param}:{tmp_path / 'index'}"


@pytest.fixture
def engine(setting):
    engine = open_engine(setting)
    yield engine
    engine.close()


@pytest.fixture
def everything() -> Scope:
    return EVERYTHING


@pytest.fixture
def make_entry():
    numbers = itertools.count(1)

    def make(text: str = "", **changes) -> Entry:
        number = next(numbers)
        given = {"key": f"E{number}", "case_id": "DC-1", "document_id": f"D{number}", "page": 1, "object": "core_evidence", "text": text}
        return Entry(**(given | changes))

    return make


@pytest.fixture
def found(engine, everything):
    """Keys of the entries a query finds, sorted."""

    def find(query: str, scope: Scope = everything) -> list[str]:
        hits = engine.search(query, scope, limit=1000)
        assert hits.total == len(hits.hits)
        return sorted(hit.key for hit in hits.hits)

    return find


@pytest.fixture
def put(engine, make_entry):
    """One entry with the key K and this text."""
    return lambda text: engine.add([make_entry(text, key="K")])
