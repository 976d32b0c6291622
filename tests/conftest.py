"""Services and programs beside Python that some tests need. Where one is missing, its tests skip with a sentence that says what to install.

Fixtures of a room stand in that room's own conftest.py.
"""

from __future__ import annotations

import os
import pwd
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parents[1]


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
