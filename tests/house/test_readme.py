"""The README's commands exist and its links lead somewhere; `make help` tells of every target."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

TARGET = re.compile(r"^([a-z][a-z-]*):", re.MULTILINE)


def code_lines(markdown: str) -> list[str]:
    """The lines of fenced and of indented code blocks, without a leading prompt."""
    fenced = "\n".join(re.findall(r"^```[^\n]*\n(.*?)^```", markdown, flags=re.MULTILINE | re.DOTALL))
    indented = re.sub(r"^```.*?^```", "", markdown, flags=re.MULTILINE | re.DOTALL)
    lines = [*fenced.splitlines(), *(line for line in indented.splitlines() if line.startswith("    "))]
    return [line.strip().removeprefix("$ ") for line in lines if line.strip()]


@pytest.fixture(scope="session")
def readme(top: Path) -> str:
    return (top / "README.md").read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def targets(top: Path) -> set[str]:
    return set(TARGET.findall((top / "Makefile").read_text(encoding="utf-8")))


def test_code_lines_of_both_kinds_are_read() -> None:
    assert code_lines("a\n\n    make run   # x\n\n```sh\n$ make test\n```\nmake nothing\n") == ["make test", "make run   # x"]


def test_the_two_commands_stand_in_the_readme(readme: str) -> None:
    commands = {" ".join(line.split()[:2]) for line in code_lines(readme)}
    assert {"make run", "make test"} <= commands


def test_every_make_command_of_the_readme_exists(readme: str, targets: set[str]) -> None:
    named = {match[1] for line in code_lines(readme) if (match := re.match(r"make ([a-z][a-z-]*)", line))}
    named |= set(re.findall(r"`make ([a-z][a-z-]*)", readme))
    assert named - targets == set()


def test_every_casefiles_command_of_the_readme_exists(readme: str) -> None:
    named = {match[1] for line in code_lines(readme) if (match := re.match(r"(?:\.venv/bin/)?casefiles ([a-z]+)", line))}
    if not named:
        return
    from click import Context

    from casefiles.cli import main

    assert named - set(main.list_commands(Context(main))) == set()


def test_links_of_the_readme_lead_somewhere(readme: str, top: Path) -> None:
    linked = [link.split("#")[0] for link in re.findall(r"\]\(([^)\s]+)\)", readme) if not re.match(r"[a-z]+:|#", link)]
    assert [link for link in linked if not (top / link).exists()] == []


def test_help_tells_of_every_target(top: Path, targets: set[str]) -> None:
    ours = {name: value for name, value in os.environ.items() if not name.startswith("MAKE") and name != "MFLAGS"}  # we may run under make ourselves
    done = subprocess.run(["make", "help"], cwd=top, env=ours, capture_output=True, text=True, timeout=30, check=True)
    told = {line.split()[1]: " ".join(line.split()[2:]) for line in done.stdout.splitlines()}
    assert set(told) == targets
    assert all(told.values())
    assert {"run", "test", "test-long", "lint", "bench", "help"} <= targets


def test_every_command_of_the_table_can_be_loaded() -> None:
    from click import Context

    from casefiles.cli import COMMANDS, main

    assert {name: main.get_command(Context(main), name).name for name in COMMANDS} == {name: name for name in COMMANDS}
