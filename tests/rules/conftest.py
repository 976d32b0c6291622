"""What the tests of the rules share: the law, the example cases as fresh mappings, a way to change them, and the comparison with `expected`."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

import pytest
import yaml

from casefiles.law import EXAMPLES, Law, load_law
from casefiles.rules.evidence import assess
from casefiles.rules.facts import read_case
from casefiles.rules.findings import Assessment, Waiver
from casefiles.rules.report import to_mapping

EXPLAINING = {"defect", "defects", "note", "rule", "src", "what", "remedy", "detail"}  # architecture.md: these keys are not compared
FILES = {path.name[5].upper(): yaml.safe_load(path.read_text(encoding="utf-8")) for path in EXAMPLES.glob("case-*.yaml")}


def altered(case: dict[str, Any], paths: Mapping[str, Any]) -> dict[str, Any]:
    """The case with values set by path, as the fixture `changed` describes; the case given is changed."""
    for path, value in paths.items():
        *way, last = path.split(".")
        place: Any = case
        for step in way:
            place = place[int(step)] if isinstance(place, list) else place.setdefault(step, {})
        if isinstance(place, list):
            place[int(last) : int(last) + 1] = [value]
        else:
            place[last] = copy.deepcopy(value)
    return case


@pytest.fixture(scope="session")
def variant() -> Callable[..., dict[str, Any]]:
    """variant(CASE, {"contract.total": None}) is a fresh copy of a case with values set by path."""
    return lambda case, paths=None: altered(copy.deepcopy(case), paths or {})


@pytest.fixture(scope="session")
def law() -> Law:
    return load_law()


@pytest.fixture
def example() -> Callable[[str], dict[str, Any]]:
    """example("A") is a fresh copy of the example's mapping, `expected` included."""
    return lambda letter: copy.deepcopy(FILES[letter])


@pytest.fixture
def changed(example: Callable[[str], dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    """A copy of an example with values set by path: changed({"contract.total": None, "deliveries.0.signed_by": "某人"}).

    A list takes a new entry at the index after its last one; a value of None removes nothing, it means absent.
    """

    return lambda paths, letter="A": altered(example(letter), paths)


@pytest.fixture
def assessed(law: Law) -> Callable[..., Assessment]:
    """The assessment of a case mapping; packet and day default to the file's own."""

    def run(case: Mapping[str, Any], packet: str | None = None, as_of: str | None = None, waivers: tuple[Waiver, ...] = ()) -> Assessment:
        return assess(read_case(case, law), packet or case["packet_kind"], date.fromisoformat(as_of or case["as_of"]), law, waivers)

    return run


@pytest.fixture
def checked(law: Law, assessed: Callable[..., Assessment]) -> Callable[..., dict[str, Any]]:
    """The check mapping of a case mapping."""
    return lambda case, packet=None, as_of=None, waivers=(): to_mapping(assessed(case, packet, as_of, waivers))


def _differences(expected: Any, got: Any, path: str = "") -> Iterator[str]:
    if isinstance(expected, dict):
        if not isinstance(got, dict):
            yield f"{path}: expected a mapping, got {got!r}"
            return
        for key, value in expected.items():
            if key in EXPLAINING:
                continue
            if key not in got:
                yield f"{path}/{key}: lacking"
            else:
                yield from _differences(value, got[key], f"{path}/{key}")
    elif isinstance(expected, list):
        if not isinstance(got, list) or len(expected) != len(got):
            yield f"{path}: expected {len(expected)} entries, got {got!r}"
            return
        for index, (one, other) in enumerate(zip(expected, got, strict=True)):
            yield from _differences(one, other, f"{path}[{index}]")
    elif expected != got:
        yield f"{path}: expected {expected!r}, got {got!r}"


@pytest.fixture
def differences() -> Callable[[Any, Any], list[str]]:
    """Where a mapping differs from an `expected` block, key by key; empty when it matches."""
    return lambda expected, got: list(_differences(expected, got))
