"""The words of the collection log and the rules of conduct (collection.yaml)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from casefiles.law.reading import read_yaml
from casefiles.law.shapes import Words


@dataclass(frozen=True)
class Conduct:
    """One rule of conduct with the articles it rests on."""

    words: Words
    source: tuple[str, ...]


@dataclass(frozen=True)
class CollectionWords:
    """How the ids of the log are called: channels, results, states of a promise, reasons to escalate; and the conduct rules in their order."""

    channels: Mapping[str, Words]
    results: Mapping[str, Words]
    promise_states: Mapping[str, Words]
    reasons: Mapping[str, Words]
    conduct: tuple[Conduct, ...]


@cache
def collection_words() -> CollectionWords:
    """The words, read at the first call."""
    raw: dict[str, Any] = read_yaml("collection.yaml")

    def words(part: str) -> dict[str, Words]:
        return {name: Words(pair["zh"], pair["en"]) for name, pair in raw[part].items()}

    conduct = tuple(Conduct(Words(rule["zh"], rule["en"]), tuple(rule["source"])) for rule in raw["conduct"])
    return CollectionWords(words("channels"), words("results"), words("promise_states"), words("reasons"), conduct)
