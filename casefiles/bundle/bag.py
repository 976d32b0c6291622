"""A packet as a bag (BagIt 1.0, RFC 8493), for archives: the files under data/, beside them what each must hash to.

Written into a folder or streamed as a zip whose bytes depend on the input alone; memory does not grow with the files.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import IO, cast

from casefiles.bundle.plan import BundleError

ZIP_TIME = (1980, 1, 1, 0, 0, 0)  # the first moment a zip can tell; no clock reaches the file
CHUNK = 2**20
DECLARATION = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class Payload:
    """One file of the bag: its name below data/ (with slashes), where its bytes lie, what they hash to, their number."""

    name: str
    path: Path
    sha256: str
    size: int


@dataclass(frozen=True)
class BagInfo:
    """Who made the bag, of what (case and packet), on which day (RFC 8493, 2.2.2)."""

    organization: str
    identifier: str
    bagged_on: date
    description: str = ""


def write_bag(payload: Sequence[Payload], folder: Path, info: BagInfo) -> Path:
    """Write the bag as `folder`, complete or absent; the folder must not be there yet.

    Raises BundleError, naming the file, when a name cannot stand in a bag or bytes are not those that were recorded.
    """
    _checked(payload)
    if folder.exists():
        raise BundleError(f"{folder} is there already. Nothing was written. Name a folder that does not exist.")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=".bag-", dir=folder.parent) as drafts:
        draft = Path(drafts) / "bag"
        (draft / "data").mkdir(parents=True)
        for name, content in _tag_files(payload, info):
            (draft / name).write_bytes(content)
        for entry in payload:
            place = draft / "data" / entry.name
            place.parent.mkdir(parents=True, exist_ok=True)
            with place.open("wb") as target:
                for chunk in _bytes_of(entry):
                    target.write(chunk)
        draft.rename(folder)
    return folder


def bag_zip(payload: Sequence[Payload], root: str, info: BagInfo) -> Iterator[bytes]:
    """The bag as the chunks of a zip with the one folder `root` in it (RFC 8493, 4.2).

    Names, presence and sizes are checked before the first chunk; bytes that hash to something else end the stream with BundleError,
    so that the zip that was begun can never be opened as a whole one.
    """
    _checked(payload)
    if not _is_plain(root) or "/" in root:
        raise BundleError(f"A bag cannot have the name {root!r}. Nothing was made. Name it without slashes.")
    return _zipped(payload, root, info)


def _zipped(payload: Sequence[Payload], root: str, info: BagInfo) -> Iterator[bytes]:
    sink = _Sink()
    with zipfile.ZipFile(cast("IO[bytes]", sink), "w") as packed:
        for name, content in _tag_files(payload, info):
            packed.writestr(_entry(f"{root}/{name}", len(content)), content)
        for item in payload:
            with packed.open(_entry(f"{root}/data/{item.name}", item.size), "w") as target:
                for chunk in _bytes_of(item):
                    target.write(chunk)
                    yield sink.taken()
    yield sink.taken()


class _Sink:
    """What the zip is written to: it cannot seek, and gives away what was written."""

    def __init__(self) -> None:
        self.held: list[bytes] = []

    def write(self, content: bytes) -> int:
        self.held.append(bytes(content))
        return len(content)

    def flush(self) -> None:
        """Nothing waits here."""

    def taken(self) -> bytes:
        content = b"".join(self.held)
        self.held.clear()
        return content


def _entry(name: str, size: int) -> zipfile.ZipInfo:
    """A zip entry without a clock. Uncompressed, but inside deflate: stored bytes of unknown CRC cannot be read from a stream."""
    entry = zipfile.ZipInfo(name, ZIP_TIME)
    entry.compress_type, entry.file_size = zipfile.ZIP_DEFLATED, size
    entry.external_attr, entry.create_system = 0o644 << 16, 3  # the same on every system that packs it
    setattr(entry, COMPRESS_LEVEL, 0)
    return entry


COMPRESS_LEVEL = "compress_level" if hasattr(zipfile.ZipInfo("x"), "compress_level") else "_compresslevel"  # named so from Python 3.13 on


def _bytes_of(entry: Payload) -> Iterator[bytes]:
    """The bytes of a file; BundleError at the end when they are not the recorded ones."""
    digest, size = hashlib.sha256(), 0
    try:
        with entry.path.open("rb") as content:
            while chunk := content.read(CHUNK):
                digest.update(chunk)
                size += len(chunk)
                yield chunk
    except OSError as error:
        raise _unusable(entry, str(error)) from error
    if (digest.hexdigest(), size) != (entry.sha256, entry.size):
        raise _unusable(entry, f"it has {size} bytes with SHA-256 {digest.hexdigest()}, recorded are {entry.size} with {entry.sha256}")


def _unusable(entry: Payload, reason: str) -> BundleError:
    return BundleError(f"{entry.name} cannot be put into the bag: {reason}. No whole bag was made, the packet is unchanged. Restore the file and export again.")


def _checked(payload: Sequence[Payload]) -> None:
    """Every name can stand in a bag, once, and every file is there with its size."""
    taken: set[str] = set()
    for entry in payload:
        same = unicodedata.normalize("NFC", entry.name).casefold()  # one name to a system that knows no case or one form of accents only
        if not _is_plain(entry.name) or same in taken or not SHA256.fullmatch(entry.sha256):
            raise BundleError(f"{entry.name!r} cannot stand in a bag: its name leads elsewhere, stands twice or has no hash. Nothing was made.")
        taken.add(same)
        try:
            size = entry.path.stat().st_size
        except OSError as error:
            raise _unusable(entry, str(error)) from error
        if size != entry.size:
            raise _unusable(entry, f"it has {size} bytes, recorded are {entry.size}")


def _is_plain(name: str) -> bool:
    """Whether a name stays below the folder it stands in, on every system."""
    parts = name.split("/")
    return bool(name) and not any(part in ("", ".", "..") or "\\" in part or "\0" in part for part in parts) and not PurePosixPath(name).is_absolute()


def _tag_files(payload: Sequence[Payload], info: BagInfo) -> list[tuple[str, bytes]]:
    """bagit.txt, bag-info.txt, manifest and tag manifest, in this order."""
    said = [
        ("Source-Organization", info.organization),
        ("External-Identifier", info.identifier),
        ("External-Description", info.description),
        ("Bagging-Date", info.bagged_on.isoformat()),
        ("Payload-Oxum", f"{sum(entry.size for entry in payload)}.{len(payload)}"),
    ]
    lines = [f"{label}: {' '.join(value.split())}\n" for label, value in said if value.strip()]
    hashes = sorted((_written(f"data/{entry.name}"), entry.sha256) for entry in payload)
    files = [
        ("bagit.txt", DECLARATION),
        ("bag-info.txt", "".join(lines).encode()),
        ("manifest-sha256.txt", "".join(f"{sha256}  {name}\n" for name, sha256 in hashes).encode()),
    ]
    tags = "".join(f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in sorted(files))
    return [*files, ("tagmanifest-sha256.txt", tags.encode())]


def _written(name: str) -> str:
    """A name as the manifest writes it: %, CR and LF percent-encoded and nothing else (RFC 8493, 2.1.3)."""
    return name.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
