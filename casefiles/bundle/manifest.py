"""The manifest of a packet: every source and every output by its SHA-256, and the check that compares a folder with it."""

from __future__ import annotations

import hashlib
import json
import os
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Any

from casefiles.bundle import timestamp
from casefiles.bundle.across import verify_across
from casefiles.bundle.assembly import Built
from casefiles.bundle.pagination import Pagination
from casefiles.bundle.plan import Paper
from casefiles.bundle.preflight import Prepared
from casefiles.bundle.readback import Difference, verify_bundle

FORMAT, FORMATS = "casefiles-packet-2", ("casefiles-packet-1", "casefiles-packet-2")  # the first knew one volume and numbers, not labels
NAME, ZIP, STAMP = "manifest.json", "packet.zip", "manifest.tsr"
INTERNAL = ("internal-cover.pdf",)  # for the desk: never inside the bundle or the zip
ZIP_TIME = (1980, 1, 1, 0, 0, 0)  # the first moment a zip can tell; no clock reaches the file


def manifest(
    folder: Path,
    volumes: Sequence[Built],
    papers: Sequence[Paper],
    prepared: Sequence[Prepared],
    pagination: Pagination,
    *,
    title: str,
    catalogue_paper: str = "",
    internal: Iterable[str] = INTERNAL,
    extra: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Describe the packet that lies in `folder`; call it when every other file is written.

    `catalogue_paper` is the id of the paper that prints the evidence catalogue, `extra` what the caller adds (case, kind, plan, law
    version, fonts, draft); its keys do not replace ours. "bundle" is there when there is one volume.
    """
    kept_back = frozenset(internal)
    own = {paper.id for paper in papers if paper.generated}
    names = [name for name in _files(folder) if name not in (NAME, ZIP, STAMP)]
    files = [
        {"file": built.path.relative_to(folder).as_posix(), "sha256": built.sha256, "bytes": built.size, "pages": built.pages, "volume": number}
        for number, built in enumerate(volumes, start=1)
    ]
    return {
        **(extra or {}),
        "format": FORMAT,
        "title": title,
        "pages": sum(built.pages for built in volumes),
        "volumes": files,
        **({"bundle": {key: value for key, value in files[0].items() if key != "volume"}} if len(files) == 1 else {}),
        "parts": [{**asdict(row), "generated": row.kind == "paper" and row.id in own} for built in volumes for row in built.index_rows],
        "catalogue": {exhibit: list(pages) for exhibit, pages in pagination.pages.items()},
        "catalogue_paper": catalogue_paper,
        "links_cut": sum(built.links_cut for built in volumes),
        "papers": [{"id": paper.id, "title": paper.title, "source_sha256": paper.source_sha256} for paper in papers],
        "sources": [_source(entry) for entry in prepared],
        "files": [_entry(folder, name) for name in names if name not in kept_back],
        "internal": [_entry(folder, name) for name in names if name in kept_back],
    }


def write_manifest(folder: Path, content: Mapping[str, Any]) -> Path:
    """Write manifest.json, the same bytes for the same content."""
    path = folder / NAME
    draft = folder / f".{NAME}.part"
    draft.write_text(json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    draft.replace(path)
    return path


def write_zip(folder: Path, out: Path, *, leave_out: Iterable[str] = INTERNAL) -> str:
    """Pack the folder, names in order, fixed times, nothing internal; returns the SHA-256. Complete or absent.

    PDFs and media are stored, not squeezed: they are compressed already.
    """
    shut_out = {*leave_out, ZIP}
    with TemporaryDirectory(prefix=".zip-", dir=out.parent) as drafts:
        draft = Path(drafts) / "packet.zip"
        with zipfile.ZipFile(draft, "w") as packed:
            for name in _files(folder):
                if name in shut_out:
                    continue
                entry = zipfile.ZipInfo(name, ZIP_TIME)
                entry.compress_type = zipfile.ZIP_DEFLATED if name.endswith((".json", ".txt", ".csv")) else zipfile.ZIP_STORED
                entry.external_attr = 0o644 << 16
                entry.create_system = 3  # the same on every system that packs it
                with (folder / name).open("rb") as content, packed.open(entry, "w", force_zip64=True) as target:
                    while chunk := content.read(2**20):
                        target.write(chunk)
        draft.replace(out)
    return _sha256(out)


def verify_folder(folder: Path, roots: Sequence[bytes] | None = None) -> list[Difference]:
    """Everything in a packet's folder that does not agree with its manifest: hashes, missing and unknown files, every volume by itself and
    all together, the zip, and the time stamp where there is one (against `roots`, certificates in PEM or DER, where they are given)."""
    try:
        told = (folder / NAME).read_bytes()
        content = json.loads(told)
        listed = {str(entry["file"]): str(entry["sha256"]) for entry in content["files"]}
        internal = {str(entry["file"]): str(entry["sha256"]) for entry in content["internal"]}
        volumes = [(str(entry["file"]), str(entry["sha256"]), int(entry["volume"])) for entry in _volumes(content)]
    except FileNotFoundError:
        return [Difference(NAME, "missing")]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        return [Difference(NAME, "manifest", found=f"{type(error).__name__}: {error}")]
    if content.get("format") not in FORMATS:
        return [Difference(NAME, "manifest", FORMAT, str(content.get("format")))]
    present = set(_files(folder)) - {NAME, ZIP, STAMP}
    found = [Difference(name, "missing") for name in sorted(listed.keys() - present)]
    found += [Difference(name, "extra") for name in sorted(present - listed.keys() - internal.keys())]
    for name, sha256 in sorted({**internal, **listed}.items()):
        if name in present and (actual := _sha256(folder / name)) != sha256:
            found.append(Difference(name, "hash", sha256, actual))
    for name, sha256, number in volumes:
        if listed.get(name) != sha256:
            found.append(Difference(name, "hash", sha256, listed.get(name, "-")))
        if name in present:
            found += [_in_volume(each, name, len(volumes)) for each in verify_bundle(folder / name, content, number)]
    found += verify_across(folder, content, [(name, number) for name, _, number in volumes if name in present])
    if content.get("stamp") == STAMP and not (folder / STAMP).is_file():
        found.append(Difference(STAMP, "missing"))
    return found + _stamped(folder, told, roots) + _zipped(folder, listed)


def _volumes(content: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The volumes a manifest names; the first format had a bundle."""
    if content.get("format") == FORMATS[0]:
        return [{**content["bundle"], "volume": 1}]
    if not content["volumes"]:
        raise ValueError("no volume is named")
    return list(content["volumes"])


def _in_volume(difference: Difference, name: str, of: int) -> Difference:
    """The difference with its file, where several files have a sheet 3."""
    if of == 1 or difference.where in (name, NAME):
        return difference
    return replace(difference, where=f"{difference.where} ({name})")


def _stamped(folder: Path, told: bytes, roots: Sequence[bytes] | None) -> list[Difference]:
    """The time stamp beside the manifest belongs to the manifest as it is now."""
    path = folder / STAMP
    if not path.is_file():
        return []
    try:
        timestamp.verify(path.read_bytes(), hashlib.sha256(told).digest(), roots)
    except (OSError, timestamp.TimestampError) as error:
        return [Difference(STAMP, "stamp", found=str(error))]
    return []


def _zipped(folder: Path, listed: Mapping[str, str]) -> list[Difference]:
    """The zip beside the folder holds the same files, the manifest too, and nothing else."""
    path = folder / ZIP
    if not path.is_file():
        return []
    wanted = {**listed, **{name: _sha256(folder / name) for name in (NAME, STAMP) if (folder / name).is_file()}}
    try:
        with zipfile.ZipFile(path) as packed:
            held = {}
            for entry in packed.infolist():
                with packed.open(entry) as content:
                    digest = hashlib.sha256()
                    while chunk := content.read(2**20):
                        digest.update(chunk)
                held[entry.filename] = digest.hexdigest()
    except (OSError, zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError) as error:
        return [Difference(ZIP, "unreadable", found=str(error))]
    return [Difference(name, "zip", wanted.get(name, "-"), held.get(name, "-")) for name in sorted({*wanted, *held}) if wanted.get(name) != held.get(name)]


def _source(entry: Prepared) -> dict[str, Any]:
    source = entry.exhibit.source
    return {
        "exhibit": entry.exhibit.id,
        "name": source.name if source else None,
        "sha256": source.sha256 if source else None,
        "bytes": source.size if source else None,
        "media_type": source.media_type if source else None,
        "slip": entry.slip,
        "native": f"media/{entry.native_name}" if entry.native else None,
        "problems": [problem.code for problem in entry.problems],
    }


def _entry(folder: Path, name: str) -> dict[str, Any]:
    return {"file": name, "sha256": _sha256(folder / name), "bytes": (folder / name).stat().st_size}


def _files(folder: Path) -> list[str]:
    """All files below the folder as names with slashes, in order; what begins with a dot is a draft and no part of a packet."""
    found = []
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        found += [PurePosixPath(Path(place, name).relative_to(folder)).as_posix() for name in names if not name.startswith(".")]
    return sorted(found)


def _sha256(path: Path) -> str:
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
