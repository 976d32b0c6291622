"""SECURITY.md promises only what a test proves."""

from __future__ import annotations

import re
from pathlib import Path


def test_every_promise_names_a_test_that_exists(top: Path) -> None:
    table = (top / "SECURITY.md").read_text(encoding="utf-8").split("## Promises with a test")[1]
    rows = [line for line in table.splitlines() if line.startswith("|")][2:]
    proofs = {row: re.findall(r"`(tests/[^`:]+\.py)(?:::(\w+))?`", row) for row in rows}
    assert [row for row, named in proofs.items() if not named] == []
    for named in proofs.values():
        for path, function in named:
            assert f"def {function}" in (top / path).read_text(encoding="utf-8")
