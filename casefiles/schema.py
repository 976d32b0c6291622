"""The database schema's steps: up, down, and where it stands. Every change is a migration that passes on SQLite and PostgreSQL."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Engine, inspect, text

if TYPE_CHECKING:
    from alembic.config import Config as AlembicConfig

FOLDER = Path(__file__).parent / "migrations"


def _alembic() -> AlembicConfig:
    from alembic.config import Config as AlembicConfig  # a quarter of a second, which only migrating is worth

    config = AlembicConfig()
    config.set_main_option("script_location", str(FOLDER))
    config.set_main_option("path_separator", "os")
    return config


def upgrade(engine: Engine, to: str = "head") -> None:
    """Bring the database to a revision; safe to repeat. One transaction: a crash leaves the old schema."""
    from alembic import command

    config = _alembic()
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, to)


def downgrade(engine: Engine, to: str = "base") -> None:
    """Take the database back to a revision."""
    from alembic import command

    config = _alembic()
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, to)


def newest() -> str:
    """The revision that stands last: the files of the migrations begin with their revision, in order."""
    return max(file.name[:4] for file in (FOLDER / "versions").glob("[0-9]*.py"))


def is_current(engine: Engine) -> bool:
    """Whether the database stands at the newest revision."""
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return False
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == newest()
