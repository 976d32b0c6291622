"""Where an index lives: PATH/current names the generation folder in use, so that a new index is made beside the old one."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

MAGIC = 1337  # ends every file of the engine, behind the length of a small JSON footer that holds the checksum
CHUNK = 1 << 20


class IndexBroken(Exception):
    """The index is damaged, lost or made by another version: it has to be made again. Nothing but the index is concerned."""


class IndexBusy(Exception):
    """Another process has been writing for longer than we wait; nothing was changed, try again."""


class Generations:
    """The generation folders under one path and the pointer to the one in use."""

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self.pointer = self.path / "current"

    def current(self) -> Path | None:
        """The folder in use; None where none was ever made; IndexBroken where the pointer names nothing."""
        try:
            name = self.pointer.read_text(encoding="utf-8").strip()
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError) as error:
            raise IndexBroken(f"The search index cannot be read: {error}.") from error
        if not name.startswith("index-") or "/" in name or not (self.path / name).is_dir():
            raise IndexBroken(f"The search index at {self.path} is lost: its folder {name!r} is not there.")
        return self.path / name

    def in_use(self) -> Path:
        """As current(); IndexBroken also where none was ever made, or it was lost."""
        folder = self.current()
        if folder is None:
            raise IndexBroken(f"The search index at {self.path} is lost; it has to be made again.")
        return folder

    def fresh(self) -> Path:
        """A new empty folder beside the one in use, not yet in use."""
        folder = self.path / f"index-{uuid4().hex[:12]}"
        folder.mkdir(parents=True)
        return folder

    def switch(self, folder: Path) -> None:
        """Put a folder in use, at once for everybody, and remove the others. Open files of other processes stay readable."""
        draft = self.path / f"current-{uuid4().hex[:12]}"
        with draft.open("w", encoding="utf-8") as file:
            file.write(folder.name)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self.pointer)
        for other in self.path.glob("index-*"):
            if other != folder:
                shutil.rmtree(other, ignore_errors=True)

    def begin(self, make_empty: Callable[[Path], object], *, reset: bool) -> None:
        """Put a new empty index in use where there is none, or in place of whatever is there."""
        if not reset and self.current() is not None:  # no lock: who opens while another index is made beside it must not wait for that
            return
        with self.changing():
            if reset or self.current() is None:
                folder = self.fresh()
                make_empty(folder)
                self.switch(folder)

    def make_again(self, fill: Callable[[Path], int]) -> int:
        """Fill a new folder beside the one in use, then switch; what `fill` gives. After an error the one in use stays, and no other is left."""
        with self.changing():
            folder = self.fresh()
            try:
                added = fill(folder)
            except BaseException:
                shutil.rmtree(folder, ignore_errors=True)
                raise
            self.switch(folder)
        return added

    @contextmanager
    def changing(self) -> Iterator[None]:
        """One process at a time makes or switches generations; the lock falls with its process."""
        self.path.mkdir(parents=True, exist_ok=True)
        with (self.path / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def write_layout(folder: Path, layout: str) -> None:
    """Say which version's fields and tokens an index has."""
    (folder / "layout").write_text(layout, encoding="utf-8")


def checked(folder: Path, layout: str) -> Path:
    """The folder, where this version's fields and tokens stand in it; else IndexBroken."""
    file = folder / "layout"
    if not file.is_file() or file.read_text(encoding="utf-8") != layout:
        raise IndexBroken(f"The search index in {folder} was made by another version; it has to be made again.")
    return folder


def stamp(path: Path) -> tuple[int, int, int] | None:
    """What changes when a file is replaced; None where it is missing."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_ino, status.st_size


def damaged_files(folder: Path) -> tuple[str, ...]:
    """Names of files of the index in use that are missing or whose checksum differs; IndexBroken where the list itself is unreadable."""
    try:
        meta = json.loads((folder / "meta.json").read_text(encoding="utf-8"))
        segments = [segment["segment_id"].replace("-", "") for segment in meta["segments"]]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise IndexBroken(f"The search index in {folder} cannot be read: {error}.") from error
    return tuple(
        name
        for segment in segments
        for name in sorted({f"{segment}.{part}" for part in ("idx", "pos", "term", "store", "fast", "fieldnorm")})
        if not _whole(folder / name)
    )


def _whole(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - 8))
            tail = file.read(8)
            length, magic = int.from_bytes(tail[:4], "little"), int.from_bytes(tail[4:], "little")
            if len(tail) != 8 or magic != MAGIC or length > size - 8:
                return False
            file.seek(size - 8 - length)
            footer = json.loads(file.read(length))
            file.seek(0)
            checksum, left = 0, size - 8 - length
            while left and (chunk := file.read(min(CHUNK, left))):
                checksum, left = zlib.crc32(chunk, checksum), left - len(chunk)
    except (OSError, ValueError):
        return False
    return isinstance(footer, dict) and footer.get("crc") == checksum


def write_sums(folder: Path, renamed: Mapping[str, str], *, ending: str) -> None:
    """Note size and checksum of the files with this ending, and of those about to be renamed, for unlike(). Files never change once noted."""
    noted = _sums(folder) if (folder / "sums").exists() else {}
    names = {file.name: file.name for file in folder.glob(f"*{ending}")} | dict(renamed)
    sums = {later: noted.get(name) or _sum(folder / name) for name, later in names.items()}
    kept = {name: sum_ for name, sum_ in noted.items() if (folder / name).exists()}
    draft = folder / f"sums-{uuid4().hex[:12]}"
    draft.write_text(json.dumps(kept | sums), encoding="utf-8")
    draft.replace(folder / "sums")


def unlike(folder: Path, names: Iterable[str]) -> tuple[str, ...]:
    """Which of the files are missing or are not as noted; IndexBroken where the notes themselves are unreadable."""
    noted = _sums(folder)
    return tuple(name for name in names if name not in noted or _sum(folder / name) != noted[name])


def _sums(folder: Path) -> dict[str, list[int]]:
    try:
        noted = json.loads((folder / "sums").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise IndexBroken(f"The search index in {folder} cannot be read: {error}.") from error
    if not isinstance(noted, dict):
        raise IndexBroken(f"The search index in {folder} cannot be read: its checksums are no list of files.")
    return noted


def _sum(path: Path) -> list[int] | None:
    """Size and checksum; None where the file is missing."""
    checksum, size = 0, 0
    try:
        with path.open("rb") as file:
            while chunk := file.read(CHUNK):
                checksum, size = zlib.crc32(chunk, checksum), size + len(chunk)
    except FileNotFoundError:
        return None
    return [size, checksum]
