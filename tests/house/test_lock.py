"""What is installed is locked: every package pinned, every file by its hash, no index named, and the lists agree with each other."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

LOCKS = ["requirements.lock", "requirements-test.lock", "requirements-fonts.lock"]
PINNED = re.compile(r"([a-z0-9][a-z0-9.-]*)==([\w.+!]+)( ; .+)?")
HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}")


def plain(name: str) -> str:
    """The name of a requirement as indexes compare it: Flask_Login[x]>=2 -> flask-login"""
    return re.sub(r"[-_.]+", "-", re.split(r"[\s\[<>=!~;]", name, maxsplit=1)[0]).lower()


def requirements(text: str) -> list[list[str]]:
    """The entries of a lock file, each with its continued lines: [requirement, option...]"""
    joined = re.sub(r"\\\n\s*", "\n\t", text)
    entries: list[list[str]] = []
    for line in joined.splitlines():
        if line.startswith("\t"):
            entries[-1].append(line.strip())
        elif line.strip() and not line.startswith("#"):
            entries.append([line.strip()])
    return entries


def listed(text: str) -> list[str]:
    """The requirements of an .in file, without comments and options."""
    return [line.strip() for line in text.splitlines() if line.strip() and not line.startswith(("#", "-"))]


def breaches(text: str) -> list[str]:
    """Entries that are no exact version with hashes and nothing else."""
    return [
        entry[0]
        for entry in requirements(text)
        if not PINNED.fullmatch(entry[0]) or len(entry) < 2 or not all(HASH.fullmatch(option) for option in entry[1:])
    ]


def pins(text: str) -> dict[str, set[str]]:
    """Package -> its locked lines; a package has several where Pythons differ."""
    found: dict[str, set[str]] = {}
    for entry in requirements(text):
        found.setdefault(plain(entry[0]), set()).add(entry[0])
    return found


@pytest.fixture(scope="session")
def project(top: Path) -> dict:
    return tomllib.loads((top / "pyproject.toml").read_text(encoding="utf-8"))


GOOD = "flask==3.1.3 \\\n    --hash=sha256:" + "a" * 64 + "\n"


@pytest.mark.parametrize(
    ("text", "breaks"),
    [
        pytest.param(GOOD, False, id="pinned and hashed"),
        pytest.param(GOOD.replace("3.1.3 ", "3.1.3 ; python_full_version < '3.12' "), False, id="for some Pythons"),
        pytest.param("flask==3.1.3\n", True, id="no hash"),
        pytest.param(GOOD.replace("==", ">="), True, id="no version"),
        pytest.param("--index-url https://example.com/simple\n" + GOOD, True, id="an index"),
        pytest.param(GOOD.replace("flask==3.1.3", "flask @ https://example.com/flask.whl"), True, id="an address"),
        pytest.param(GOOD.replace("sha256", "md5"), True, id="a weak hash"),
    ],
)
def test_the_reader_tells_right_from_wrong(text: str, breaks: bool) -> None:
    assert bool(breaches(text)) is breaks


@pytest.mark.parametrize("name", LOCKS)
def test_every_entry_is_pinned_with_hashes(name: str, top: Path) -> None:
    text = (top / name).read_text(encoding="utf-8")
    assert len(requirements(text)) > 0
    assert breaches(text) == []
    assert "://" not in text


def test_requirements_in_is_the_list_of_pyproject(top: Path, project: dict) -> None:
    """The build requirement stands there too: the checkout is installed without fetching a build backend of its own."""
    wanted = project["project"]["dependencies"] + project["build-system"]["requires"]
    assert sorted(listed((top / "requirements.in").read_text(encoding="utf-8"))) == sorted(wanted)


@pytest.mark.parametrize("name", LOCKS)
def test_the_lock_holds_what_its_list_names(name: str, top: Path) -> None:
    asked = listed((top / name.replace(".lock", ".in")).read_text(encoding="utf-8"))
    assert asked
    assert {plain(requirement) for requirement in asked} - set(pins((top / name).read_text(encoding="utf-8"))) == set()


def test_a_package_in_both_locks_has_one_version(top: Path) -> None:
    product, tests = (pins((top / name).read_text(encoding="utf-8")) for name in LOCKS[:2])
    assert {package: (product[package], tests[package]) for package in product.keys() & tests.keys() if product[package] != tests[package]} == {}
