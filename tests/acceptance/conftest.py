"""One instance with the demo loaded and read, made once through the real command line."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest


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
    """The `casefiles` command on one data folder."""

    def __init__(self, data: Path) -> None:
        self.data = data

    def run(self, *words: str) -> Ran:
        environment = {k: v for k, v in os.environ.items() if not k.startswith("CASEFILES_") and k != "DATABASE_URL"}
        ended = subprocess.run(
            [sys.executable, "-m", "casefiles.cli", *map(str, words)], env=environment | {"CASEFILES_DATA": str(self.data)}, capture_output=True, text=True, check=False, timeout=300
        )
        return Ran(ended.returncode, ended.stdout, ended.stderr)


@pytest.fixture(scope="session")
def demo(tmp_path_factory):
    instance = Instance(tmp_path_factory.mktemp("demo") / "data")
    loaded = instance.run("demo")
    assert loaded.code == 0, loaded.err
    waited = instance.run("document", "wait", "--timeout", "280", "--json")
    assert waited.code == 0, waited.out + waited.err
    return instance
