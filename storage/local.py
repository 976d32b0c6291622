"""A content-addressed store in a folder: fsync file and folder, link under the hash, never overwrite."""

import errno
import hashlib
import os
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import BinaryIO

from storage import NoRoom, NotStored, Staged

CHUNK = 1 << 20
NAME = re.compile(r"[0-9a-f]{64}")
DRAFT_LIVES_SECONDS = 24 * 3600


def _nothing(_step: str) -> None:
    """The step marker outside of crash tests."""


class LocalStore:
    """Bytes under FOLDER/ab/cd/<sha256>; drafts under FOLDER/drafts."""

    def __init__(self, folder: Path, step: Callable[[str], None] = _nothing) -> None:
        self.folder, self.drafts, self.step = folder, folder / "drafts", step
        make_folder(self.drafts)

    def stage(self, content: BinaryIO) -> Staged:
        digest, size = hashlib.sha256(), 0
        with _room(), NamedTemporaryFile(dir=self.drafts, delete=False) as draft:
            self.step("draft opened")
            try:
                while chunk := content.read(CHUNK):
                    size += draft.write(chunk)
                    digest.update(chunk)
                    self.step("chunk written")
                draft.flush()
            except BaseException:
                Path(draft.name).unlink()
                raise
        self.step("draft hashed")
        return Staged(digest.hexdigest(), size, Path(draft.name))

    def keep(self, staged: Staged) -> None:
        target = self._path(staged.sha256)
        try:
            with _room():
                with staged.draft.open("rb") as draft:
                    os.fsync(draft.fileno())
                self.step("draft synced")
                make_folder(target.parent)  # a new folder: its parent is synced too
                try:
                    os.link(staged.draft, target)  # fails where the name is taken: nothing is overwritten
                    target.chmod(0o440)
                except FileExistsError:
                    self.insist(staged.sha256)
                self.step("linked")
                fsync_folder(target.parent)
                self.step("folder synced")
        finally:
            staged.draft.unlink(missing_ok=True)

    def open(self, sha256: str) -> BinaryIO:
        return self.path(sha256).open("rb")

    def path(self, sha256: str) -> Path:
        target = self._path(sha256)
        if target.is_symlink() or not target.is_file():
            raise NotStored(sha256)
        return target

    def holds(self, sha256: str) -> bool:
        return self._path(sha256).is_file()

    def insist(self, sha256: str) -> None:
        """Read back: a taken name proves nothing. NotStored when the bytes are not what the name says."""
        with self.path(sha256).open("rb") as content:
            if hashlib.file_digest(content, "sha256").hexdigest() != sha256:
                raise NotStored(sha256)

    def sweep(self, now: float | None = None) -> int:
        """Remove drafts a crash left behind a day ago or more; their number."""
        oldest = (time.time() if now is None else now) - DRAFT_LIVES_SECONDS
        stale = [draft for draft in self.drafts.iterdir() if draft.stat().st_mtime < oldest]
        for draft in stale:
            draft.unlink(missing_ok=True)
        return len(stale)

    def names(self) -> Iterator[str]:
        """Every name in the store."""
        return (path.name for path in self.folder.glob("??/??/*") if NAME.fullmatch(path.name))

    def _path(self, sha256: str) -> Path:
        if not NAME.fullmatch(sha256):
            raise NotStored(sha256)  # path traversal is impossible by form
        return self.folder / sha256[:2] / sha256[2:4] / sha256


@contextmanager
def _room() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}:
            raise NoRoom(str(error)) from error
        raise


def make_folder(folder: Path) -> None:
    """Make a folder and its parents; each new entry is durable."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    fsync_folder(folder.parent)


def fsync_folder(folder: Path) -> None:
    """Make the entries of a folder durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
