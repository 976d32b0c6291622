"""What tests of several rooms need: things made once for a whole run, and services and programs beside Python.

Where a program is missing, its tests skip with a sentence that says what to install. Fixtures of a room stand in that room's own conftest.py.
"""

from __future__ import annotations

import copy
import fcntl
import os
import pwd
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parents[1]
Once = Callable[[str, Callable[[Path], None]], Path]


@pytest.fixture(scope="session")
def run_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all test processes of one run share."""
    own = tmp_path_factory.getbasetemp()
    folder = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "run"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def once(run_folder: Path) -> Once:
    """once("demo", make): a folder that make(folder) fills, once for all test processes of a run: whoever comes first makes it, the others wait."""

    def folder_of(name: str, make: Callable[[Path], None]) -> Path:
        folder, draft = run_folder / name, run_folder / f"{name}.draft"
        with (run_folder / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not folder.exists():
                shutil.rmtree(draft, ignore_errors=True)  # of a process that failed
                draft.mkdir()
                make(draft)
                draft.rename(folder)
        return folder

    return folder_of


@pytest.fixture(scope="session", autouse=True)
def bytecode(run_folder: Path) -> Iterator[None]:
    """Children share compiled modules, also where the environment forbids to write them beside the sources: seconds a child otherwise."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
        patch.setenv("PYTHONPYCACHEPREFIX", str(run_folder / "bytecode"))
        yield


@pytest.fixture(scope="session", autouse=True)
def quick_commits() -> Iterator[None]:
    """SQLite files opened in this process do not wait for the disk: no test cuts the power, and thousands of commits wait long. Children do wait."""
    from casefiles import db

    prepare = db._prepare_sqlite

    def prepare_quickly(connection, record):
        prepare(connection, record)
        connection.execute("PRAGMA synchronous=OFF")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(db, "_prepare_sqlite", prepare_quickly)
        yield


@pytest.fixture(scope="session", autouse=True)
def compiled_once() -> Iterator[None]:
    """SQLite databases opened in this process share compiled statements: working them out anew for each test takes a fifth of its time."""
    from sqlalchemy import create_engine
    from sqlalchemy.util import LRUCache

    from casefiles import db

    first, compiled = create_engine("sqlite://"), LRUCache(5000)
    first.connect().close()  # a dialect learns at its first connection what the library can do

    def create_sharing(url, **given):
        engine = create_engine(url, **given)
        if engine.dialect.name == "sqlite":
            engine.dialect, engine._compiled_cache = first.dialect, compiled
        return engine

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(db, "create_engine", create_sharing)
        yield


@pytest.fixture(scope="session")
def empty_database(once: Once) -> Path:
    """A migrated SQLite file with nothing in it, to be copied: migrating takes longer than most tests."""

    def make(folder: Path) -> None:
        from casefiles import schema
        from casefiles.db import connect

        engine = connect(f"sqlite:///{folder / 'empty.sqlite'}")
        schema.upgrade(engine)
        with engine.connect() as connection:
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        engine.dispose()

    return once("schema", make) / "empty.sqlite"


@pytest.fixture(scope="session")
def demo_folder(once: Once) -> Path:
    """What `casefiles demo` makes in an empty data folder: `data`, with nothing read yet, and `drawn/<case id>`, the case folders it drew on the way."""

    def make(folder: Path) -> None:
        from click.testing import CliRunner

        from casefiles import demo
        from casefiles.cli import main
        from casefiles.db import session

        draw = demo.write_case_folder

        def draw_and_keep(case, place, fonts):
            before = copy.deepcopy(case)
            written = draw(case, place, fonts)
            assert case == before, "the case that was given must stay as it was"
            shutil.copytree(place, folder / "drawn" / case["case_id"])
            return written

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(demo, "write_case_folder", draw_and_keep)
            given = {"CASEFILES_DATA": str(folder / "data"), "DATABASE_URL": None}
            done = CliRunner().invoke(main, ["demo"], env={name: None for name in os.environ if name.startswith("CASEFILES_")} | given)
        session.remove()
        session.get_bind().dispose()
        assert done.exit_code == 0, done.output

    return once("demo", make)


def program(package: str, *names: str) -> Path:
    """The first of these programs on the PATH; skips the test when there is none."""
    for name in names:
        if found := shutil.which(name):
            return Path(found)
    pytest.skip(f"{names[0]} is not on this machine: install Debian's {package} (`make test` does it as root)")


@pytest.fixture(scope="session")
def chromium_path() -> Path:
    return program("chromium", "chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="session")
def qpdf_path() -> Path:
    return program("qpdf", "qpdf")


@pytest.fixture(scope="session")
def soffice_path() -> Path:
    return program("libreoffice-writer-nogui and libreoffice-calc-nogui", "soffice", "libreoffice")


@pytest.fixture(scope="session")
def pdftoppm_path() -> Path:
    return program("poppler-utils", "pdftoppm")


@pytest.fixture(scope="session")
def shared_samples() -> Path:
    """The folder of real sample files, which lies beside the checkout and is no part of it."""
    folder = TOP.parent / "shared" / "samples"
    if not (folder / "MANIFEST.tsv").is_file():
        pytest.skip(f"the sample files are not beside this checkout: {folder} has no MANIFEST.tsv")
    return folder


def newest_postgres() -> Path | None:
    """The folder of the newest PostgreSQL server's programs. Debian keeps them off the PATH."""
    by_version = {float(found[1]): folder for folder in Path("/usr/lib/postgresql").glob("*/bin") if (found := re.search(r"/([\d.]+)/bin$", str(folder)))}
    folders = [folder for _, folder in sorted(by_version.items(), reverse=True)]
    if on_path := shutil.which("initdb"):
        folders.append(Path(on_path).resolve().parent)
    return next((folder for folder in folders if (folder / "initdb").exists() and (folder / "pg_ctl").exists()), None)


def unprivileged_user() -> str | None:
    """Whom a server must run as when the tests run as root, which PostgreSQL refuses; None: as ourselves."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return next(name for name in ("postgres", "nobody") if name in known)


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """An SQLAlchemy URL of a real PostgreSQL server: DATABASE_URL_TEST when set, else one of our own, stopped at the end.

    Our own listens on a socket in its own folder only, so that no port can be taken and nobody else can reach it.
    DATABASE_URL is not looked at: it may name data that somebody needs.
    """
    if given := os.environ.get("DATABASE_URL_TEST"):
        yield given
        return
    programs = newest_postgres()
    if programs is None:
        pytest.skip("PostgreSQL is not on this machine: install Debian's postgresql (`make test` does it as root) or set DATABASE_URL_TEST")
    user = unprivileged_user()
    folder = Path(tempfile.mkdtemp(prefix="casefiles-pg-"))  # under /tmp: pytest's own folders are closed to other users, and socket paths are short
    if user:
        shutil.chown(folder, user)
    data = folder / "data"

    log, said = folder / "log", folder / "said"  # a file, no pipe: the server would hold a pipe open as long as it lives

    def run(*command: str | Path) -> None:
        with said.open("a", encoding="utf-8") as words:
            done = subprocess.run(
                command, user=user, extra_groups=[] if user else None, cwd=folder, timeout=120, check=False,
                stdin=subprocess.DEVNULL, stdout=words, stderr=subprocess.STDOUT,
            )
        if done.returncode != 0:
            pytest.fail(f"{Path(command[0]).name} failed:\n{said.read_text()}\n{log.read_text() if log.exists() else ''}")

    try:
        run(programs / "initdb", "--pgdata", data, "--username", "casefiles", "--auth", "trust", "--encoding", "UTF8", "--locale", "C", "--no-sync")
        options = f"-k {folder} -c listen_addresses='' -c fsync=off -c full_page_writes=off -c shared_buffers=32MB"
        run(programs / "pg_ctl", "start", "--wait", "--timeout", "60", "--pgdata", data, "--log", log, "--options", options)
        try:
            yield f"postgresql+psycopg://casefiles@/postgres?host={folder}"
        finally:
            run(programs / "pg_ctl", "stop", "--wait", "--timeout", "60", "--mode", "immediate", "--pgdata", data)  # by the pid in its own folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


DATABASES = count(1)


@pytest.fixture
def postgres_database(postgres_url: str) -> Iterator[str]:
    """The URL of an empty database of its own on that server, dropped after the test."""
    from sqlalchemy import create_engine, text
    from sqlalchemy.engine import make_url

    name = f"casefiles_{os.getpid()}_{next(DATABASES)}"
    server = create_engine(postgres_url, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    try:
        yield make_url(postgres_url).set(database=name).render_as_string(hide_password=False)
    finally:
        with server.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        server.dispose()
