"""The four example cases as `casefiles demo` drew them, once for all tests."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from forms.fonts import Fonts, find_fonts

LAW = Path(__file__).parents[2] / "casefiles" / "law"


@dataclass(frozen=True)
class Drawn:
    """An example as it was, as it was written, and where its files lie."""

    before: dict[str, Any]
    after: dict[str, Any]
    path: Path

    def file(self, key: str) -> Path:
        """The file of the document with this id."""
        return self.path.parent / files_by_id(self.after)[key]


def files_by_id(case: Any) -> dict[str, str]:
    """Document id -> path, for every mapping in the case that names a file."""
    found: dict[str, str] = {}
    if isinstance(case, dict):
        if "file" in case:
            found[case["id"]] = case["file"]
        for value in case.values():
            found |= files_by_id(value)
    if isinstance(case, list):
        for value in case:
            found |= files_by_id(value)
    return found


@pytest.fixture(scope="session")
def demo_fonts() -> Fonts:
    return find_fonts()


@pytest.fixture(scope="session")
def examples() -> dict[str, dict[str, Any]]:
    read = [yaml.safe_load(path.read_text("utf-8")) for path in sorted((LAW / "examples").glob("*.yaml"))]
    return {case["case_id"]: case for case in read}


@pytest.fixture(scope="session")
def drawn(examples: dict[str, dict[str, Any]], demo_folder: Path) -> dict[str, Drawn]:
    """The case folders `casefiles demo` drew."""
    paths = {case_id: demo_folder / "drawn" / case_id / f"{case_id}.yaml" for case_id in examples}
    return {case_id: Drawn(case, yaml.safe_load(paths[case_id].read_text("utf-8")), paths[case_id]) for case_id, case in examples.items()}


@pytest.fixture(scope="session")
def files_of() -> Callable[[Any], dict[str, str]]:
    """Document id -> path of its file; a fixture because test folders import nothing from each other."""
    return files_by_id
