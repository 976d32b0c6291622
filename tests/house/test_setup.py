"""`.ci/setup` finds the right Python, says plainly when there is none, and can be interrupted and repeated."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

PROGRAMS = ["sh", "dirname", "mkdir", "cat", "cksum", "rm", "mv", "tr", "id", "printf"]  # all that set-up may take for granted beside Python


@pytest.fixture
def bare(tmp_path: Path, top: Path):
    """A checkout with nothing but the set-up script, and a PATH without any Python; put(name, script) lays one there."""
    (tmp_path / "tree/.ci").mkdir(parents=True)
    shutil.copy(top / ".ci/setup", tmp_path / "tree/.ci/setup")
    path = tmp_path / "path"
    path.mkdir()
    for name in PROGRAMS:
        if found := shutil.which(name):
            (path / name).symlink_to(found)

    class Bare:
        tree = tmp_path / "tree"

        def put(self, name: str, script: str) -> None:
            (path / name).write_text(f"#!/bin/sh\n{script}\n")
            (path / name).chmod(0o755)

        def setup(self, **environment: str) -> subprocess.CompletedProcess[str]:
            return subprocess.run(
                ["sh", ".ci/setup", "run"], cwd=self.tree, env={"PATH": str(path), **environment}, capture_output=True, text=True, timeout=60, check=False
            )

    return Bare()


OLD = 'exec "$REAL" -c "import sys; sys.version_info = (3, 10); exec(sys.argv[1])" "$2"'
NO_VENV = 'case "$2" in *ensurepip*) exit 1;; *) exit 0;; esac'
FITS = 'case "$1" in -c) exit 0;; *) echo "$0 makes it" >&2; exit 9;; esac'


@pytest.mark.parametrize(
    ("programs", "said"),
    [
        pytest.param({}, "needs Python 3.11, 3.12 or 3.13, and none was found", id="no Python at all"),
        pytest.param({"python3": OLD}, "needs Python 3.11, 3.12 or 3.13, and none was found", id="an old Python only"),
        pytest.param({"python3.12": "exit 127"}, "none was found", id="a version manager's stand-in with nothing behind it"),
        pytest.param({"python3": NO_VENV}, "install the package python3-venv", id="Debian's Python without venv"),
        pytest.param({"python3.13": "exit 127", "python3.11": FITS, "python3": OLD}, "python3.11 makes it", id="the one that fits is taken"),
        pytest.param({"python3.11": FITS, "python3.13": FITS}, "python3.13 makes it", id="the newest is taken"),
        pytest.param({"python3.11": NO_VENV, "python3": FITS}, "python3 makes it", id="one without venv is passed over"),
    ],
)
def test_which_python_is_taken(bare, programs: dict[str, str], said: str) -> None:
    for name, script in programs.items():
        bare.put(name, script)
    done = bare.setup(REAL=sys.executable)
    assert done.returncode == 3
    assert said in done.stdout + done.stderr
    assert not (bare.tree / ".make/environment").exists()


def test_a_named_python_is_taken(bare) -> None:
    bare.put("python3.13", FITS)
    bare.put("mine", FITS)
    assert "mine makes it" in bare.setup(PYTHON="mine").stderr


def test_the_version_is_really_compared(bare) -> None:
    """The stand-in for an old Python above answers through the real one: without its old version, it would be taken."""
    bare.put("python3", OLD.replace("(3, 10)", "(3, 12)"))
    assert "none was found" not in bare.setup(REAL=sys.executable).stderr


@pytest.fixture
def clone(tmp_path: Path, checkout: dict[str, Path]) -> Path:
    """The checkout as a clone would have it."""
    for name, path in checkout.items():
        target = tmp_path / "clone" / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)
    return tmp_path / "clone"


def set_up(clone: Path) -> subprocess.Popen[str]:
    """The set-up in a process group of its own, as a terminal's Ctrl-C or a power cut would reach it: all of it."""
    return subprocess.Popen(
        ["sh", ".ci/setup", "run"], cwd=clone, env={**os.environ, "PYTHON": sys.executable}, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True,
    )  # fmt: skip


@pytest.mark.long
def test_setting_up_is_safe_to_interrupt_and_quick_to_repeat(clone: Path) -> None:
    first = set_up(clone)
    # Until pip has copied some packages and surely not all
    while len(list(clone.glob(".venv/lib/python3*/site-packages/*.dist-info"))) < 8:
        try:
            first.wait(timeout=0.05)
        except subprocess.TimeoutExpired:
            continue
        pytest.skip(f"no package index is in reach, so nothing can be set up here:\n{first.communicate()[0]}")
    os.killpg(first.pid, signal.SIGKILL)
    first.communicate()
    assert not (clone / ".make/requirements").exists()

    second = set_up(clone)
    said = second.communicate(timeout=600)[0]
    assert "Making the virtual environment" in said
    assert second.returncode == 0, said
    assert (clone / ".venv/bin/casefiles").exists()
    assert subprocess.run([clone / ".venv/bin/python", "-m", "pip", "check"], capture_output=True, check=False).returncode == 0

    began = time.monotonic()
    third = set_up(clone)
    assert third.communicate(timeout=60)[0] == ""
    assert third.returncode == 0
    assert time.monotonic() - began < 5  # a tenth of a second here; nothing is installed again

    lock = clone / "requirements-fonts.lock"
    lock.write_text(lock.read_text() + "\n")
    fourth = set_up(clone)
    said = fourth.communicate(timeout=300)[0]
    assert fourth.returncode == 0, said
    assert "locked requirements" not in said  # only what changed is looked at again
