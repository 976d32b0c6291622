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


@pytest.fixture(scope="module")
def prepared(empty, tmp_path_factory):
    """prepared(fill): a data folder that fill(run) filled by commands, once for the tests of a file."""

    def prepare(fill):
        folder = tmp_path_factory.mktemp("prepared") / "data"
        shutil.copytree(empty, folder)
        fill(on(folder))
        session.remove()
        session.get_bind().dispose()
        return folder

    return prepare


@pytest.fixture
def data(empty, tmp_path):
    shutil.copytree(empty, tmp_path / "data")
    return tmp_path / "data"


def on(data):
    """run("check", "X") on this data folder: a command that must not break with a traceback."""

    def run(*words):
        session.remove()
        done = CliRunner().invoke(main, [str(word) for word in words], env={"CASEFILES_DATA": str(data), "CASEFILES_SECRET_KEY": KEY, "CASEFILES_FONTS": None})
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        return Ran(done.exit_code, done.stdout, done.stderr)

    return run


@pytest.fixture
def run(data):
    yield on(data)
    session.remove()
    session.get_bind().dispose()


@pytest.fixture
def opened(data):
    """opened(): the data folder opened in this process, to look at rows."""
    return lambda: runtime.start(Config.embedded(data, KEY))
