"""Where document bytes live: named by their SHA-256, never overwritten. Imports nothing of the application."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol


class NotStored(Exception):
    """The store does not hold these bytes: none under the name, or damaged ones."""


class NoRoom(Exception):
    """The disk is full (or a quota is reached); nothing partial was left behind."""


@dataclass(frozen=True)
class Staged:
    """Bytes received to a local draft, hashed on the way."""

    sha256: str
    size: int
    draft: Path


class Store(Protocol):
    """Few verbs; every store passes the same contract test."""

    def stage(self, content: BinaryIO) -> Staged:
        """Stream to a local draft, hashing on the way; memory stays at one chunk. NoRoom."""

    def keep(self, staged: Staged) -> None:
        """Durable under its name when this returns; the draft is gone either way. NoRoom, NotStored."""

    def open(self, sha256: str) -> BinaryIO:
        """The bytes, readable. NotStored."""

    def path(self, sha256: str) -> Path:
        """A local file holding the bytes, for readers that need one; never write to it. NotStored."""

    def holds(self, sha256: str) -> bool:
        """Whether something lies under this name."""


def open_store(setting: str, step: Callable[[str], None] | None = None) -> Store:
    """The store a setting names: local:PATH. `step` hears the name of each step of stage and keep."""
    kind, _, place = setting.partition(":")
    match kind:
        case "local":
            from storage.local import LocalStore

            return LocalStore(Path(place), step) if step else LocalStore(Path(place))
        case _:
            raise ValueError(f"{setting!r} is no store; this version knows local:PATH")
