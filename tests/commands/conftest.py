"""The `casefiles` command in this process, on a data folder of its own."""

import json
import shutil
from dataclasses import dataclass

import pytest
from click.testing import CliRunner

from casefiles import runtime, schema
from casefiles.cli import main
from casefiles.config import Config
from casefiles.db import session

KEY = "k" * 48


@dataclass
class Ran:
    """How a command ended and what it printed."""

    code: int
    out: str
    err: str

    @property
    def json(self):
        return json.loads(self.out)


@pytest.fixture(scope="session")
def empty(tmp_path_factory):
    """A data folder with tables and nothing in them, made once and copied for each test."""
    folder = tmp_path_factory.mktemp("commands") / "data"
    runtime.start(Config.embedded(folder, KEY))
    schema.upgrade(session.get_bind())
    session.remove()
    session.get_bind().dispose()
    return folder


@pytest.fixture
def data(empty, tmp_path):
    shutil.copytree(empty, tmp_path / "data")
    return tmp_path / "data"


@pytest.fixture
def run(data):
    """run("check", "X"): a command that must not break with a traceback."""

    def run(*words):
        session.remove()
        done = CliRunner().invoke(main, [str(word) for word in words], env={"CASEFILES_DATA": str(data), "CASEFILES_SECRET_KEY": KEY, "CASEFILES_FONTS": None})
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        return Ran(done.exit_code, done.stdout, done.stderr)

    yield run
    session.remove()
    session.get_bind().dispose()


@pytest.fixture
def opened(data):
    """opened(): the data folder opened in this process, to look at rows."""
    return lambda: runtime.start(Config.embedded(data, KEY))
