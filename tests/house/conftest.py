"""The files of the checkout, as the house tests read them."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def top() -> Path:
    return TOP


@pytest.fixture(scope="session")
def checkout(top: Path) -> dict[str, Path]:
    """Path inside the checkout -> file: what git keeps or would keep. A file that is not committed yet counts as well."""
    listed = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=top, capture_output=True, check=True)
    names = [name for name in listed.stdout.decode().split("\0") if name]
    assert names, "git lists no files"
    return {name: top / name for name in names if (top / name).is_file()}


@pytest.fixture(scope="session")
def texts(checkout: dict[str, Path]) -> dict[str, str]:
    """Path inside the checkout -> its text; files that are no UTF-8 are pictures, fonts and samples, and left out."""
    readable = {}
    for name, path in checkout.items():
        try:
            readable[name] = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
    return readable
