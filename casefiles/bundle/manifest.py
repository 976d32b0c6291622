"""The manifest of a packet: every source and every output by its SHA-256, and the check that compares a folder with it."""

from __future__ import annotations

import hashlib
import json
import os
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Any

from casefiles.bundle.assembly import Built
from casefiles.bundle.pagination import Pagination
from casefiles.bundle.plan import Paper
from casefiles.bundle.preflight import Prepared
from casefiles.bundle.readback import Difference, verify_bundle

FORMAT = "casefiles-packet-1"
NAME, BUNDLE, ZIP = "manifest.json", "bundle.pdf", "packet.zip"
INTERNAL = ("internal-cover.pdf",)  # for the desk: never inside the bundle or the zip
ZIP_TIME = (1980, 1, 1, 0, 0, 0)  # the first moment a zip can tell; no clock reaches the file


def manifest(
    folder: Path,
    built: Built,
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

    `catalogue_paper` is the id of the paper that prints the evidence catalogue, `extra` what the caller adds (case, kind, law version,
    fonts, draft); its keys do not replace ours.
    """
    kept_back = frozenset(internal)
    own = {paper.id for paper in papers if paper.generated}
    names = [name for name in _files(folder) if name not in (NAME, ZIP)]
    return {
        **(extra or {}),
        "format": FORMAT,
        "title": title,
        "bundle": {"file": BUNDLE, "sha256": built.sha256, "bytes": built.size, "pages": built.pages},
        "parts": [{**asdict(row), "generated": row.kind == "paper" and row.id in own} for row in built.index_rows],
        "catalogue": {exhibit: list(pages) for exhibit, pages in pagination.pages.items()},
        "catalogue_paper": catalogue_paper,
        "links_cut": built.links_cut,
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


def verify_folder(folder: Path) -> list[Difference]:
    """Everything in a packet's folder that does not agree with its manifest: hashes, missing and unknown files, the bundle itself, the zip."""
    try:
        content = json.loads((folder / NAME).read_bytes())
        listed = {str(entry["file"]): str(entry["sha256"]) for entry in content["files"]}
        internal = {str(entry["file"]): str(entry["sha256"]) for entry in content["internal"]}
        named = str(content["bundle"]["file"]), str(content["bundle"]["sha256"])
    except FileNotFoundError:
        return [Difference(NAME, "missing")]
    except (OSError, ValueError, KeyError, TypeError) as error:
        return [Difference(NAME, "manifest", found=f"{type(error).__name__}: {error}")]
    if content.get("format") != FORMAT:
        return [Difference(NAME, "manifest", FORMAT, str(content.get("format")))]
    present = set(_files(folder)) - {NAME, ZIP}
    found = [Difference(name, "missing") for name in sorted(listed.keys() - present)]
    found += [Difference(name, "extra") for name in sorted(present - listed.keys() - internal.keys())]
    for name, sha256 in sorted({**internal, **listed}.items()):
        if name in present and (actual := _sha256(folder / name)) != sha256:
            found.append(Difference(name, "hash", sha256, actual))
    if listed.get(named[0]) != named[1]:
        found.append(Difference(named[0], "hash", named[1], listed.get(named[0], "-")))
    if named[0] in present:
        found += verify_bundle(folder / named[0], content)
    return found + _zipped(folder, listed)


def _zipped(folder: Path, listed: Mapping[str, str]) -> list[Difference]:
    """The zip beside the folder holds the same files, the manifest too, and nothing else."""
    path = folder / ZIP
    if not path.is_file():
        return []
    wanted = {**listed, NAME: _sha256(folder / NAME)}
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
