"""One instance with the demo loaded and read, and the real command line on it."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner

from casefiles.cli import main
from casefiles.db import session


@dataclass
class Ran:
    """What a command printed and how it ended."""

    code: int
    out: str
    err: str

    @property
    def json(self):
        return json.loads(self.out)


class Instance:
    """The `casefiles` command on one data folder. Without `ocr`, as the demo is tested: its thirty scans would take minutes."""

    def __init__(self, data: Path, *, ocr: bool = False) -> None:
        self.data = data
        self.settings = {"CASEFILES_DATA": str(data), **({} if ocr else {"CASEFILES_OCR": "0"})}

    def run(self, *words: str) -> Ran:
        """In this process: starting one takes longer than most commands."""
        foreign = {name: None for name in os.environ if name.startswith("CASEFILES_") or name == "DATABASE_URL"}
        session.remove()
        ended = CliRunner().invoke(main, [str(word) for word in words], env=foreign | self.settings)
        session.remove()
        assert ended.exception is None or isinstance(ended.exception, SystemExit), ended.exception
        return Ran(ended.exit_code, ended.stdout, ended.stderr)

    def start(self, *words: str) -> Ran:
        """In a process of its own, as on a shell; once for each group of commands."""
        environment = {k: v for k, v in os.environ.items() if not k.startswith("CASEFILES_") and k != "DATABASE_URL"}
        ended = subprocess.run(
            [sys.executable, "-m", "casefiles.cli", *map(str, words)], env=environment | self.settings, capture_output=True, text=True, check=False, timeout=300
        )
        return Ran(ended.returncode, ended.stdout, ended.stderr)


@pytest.fixture(scope="session")
def demo(demo_folder, tmp_path_factory):
    instance = Instance(tmp_path_factory.mktemp("demo") / "data")
    shutil.copytree(demo_folder / "data", instance.data)
    waited = instance.start("document", "wait", "--timeout", "280", "--json")
    assert waited.code == 0, waited.out + waited.err
    return instance


@pytest.fixture(scope="module")
def empty_instance(tmp_path_factory):
    """Nothing in it; pages that are pictures are recognised."""
    return Instance(tmp_path_factory.mktemp("empty") / "data", ocr=True)
