"""The services that tests/conftest.py hands out are what it says."""

from __future__ import annotations

import pytest
from sqlalchemy import create_engine, text


def test_an_empty_postgres_database_of_its_own(postgres_database: str) -> None:
    engine = create_engine(postgres_database)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE 证据 (名称 text)"))
        connection.execute(text("INSERT INTO 证据 VALUES ('送货单')"))
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM 证据")) == 1
        assert connection.scalar(text("SHOW server_encoding")) == "UTF8"
    engine.dispose()


def test_the_next_one_is_empty_again(postgres_database: str) -> None:
    engine = create_engine(postgres_database)
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")) == 0
    engine.dispose()


@pytest.mark.parametrize("name", ["chromium_path", "qpdf_path", "soffice_path", "pdftoppm_path"])
def test_a_program_is_an_executable_file(name: str, request: pytest.FixtureRequest) -> None:
    path = request.getfixturevalue(name)
    assert path.is_file()
    assert path.stat().st_mode & 0o111


def test_the_samples_have_a_manifest(shared_samples) -> None:
    assert (shared_samples / "MANIFEST.tsv").read_text(encoding="utf-8").count("\n") > 1
