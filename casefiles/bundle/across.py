"""What joins the volumes of one packet: numbers that run on, and index rows that lead from file to file; read with pypdf, which wrote neither."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from casefiles.bundle.differences import Difference
from casefiles.bundle.pagination import following, place
from casefiles.bundle.plan import BundleError

NAME = "manifest.json"
NAMED = "cf."  # how the first page of a paper is named for links from other volumes (leading.py)


def verify_across(folder: Path, manifest: Mapping[str, Any], volumes: Sequence[tuple[str, int]]) -> list[Difference]:
    """Compare the volumes (file, number) that lie in the folder with each other: pages in all, evidence numbers, links between files."""
    try:
        found = [*_numbers(manifest["parts"]), *_totals(manifest)]
        if len(manifest.get("volumes", ())) > 1:
            found += _links(folder, manifest, volumes)
    except (KeyError, TypeError, BundleError) as error:
        return [Difference(NAME, "manifest", found=f"{type(error).__name__}: {error}")]
    return found


def _numbers(parts: Sequence[Mapping[str, Any]]) -> Iterator[Difference]:
    """Every evidence number stands once in all volumes, and none between 1 and the last is left out."""
    seen: Counter[str] = Counter()
    longest: dict[str, list[str]] = {}
    for row in parts:
        if row["kind"] == "exhibit":
            label = str(row["first"])
            for _ in range(row["pages"]):
                seen[label] += 1
                found = place(label)
                if not found.letters:
                    longest.setdefault(found.prefix, []).append(found.digits)
                label = following(label)
    yield from (Difference(label, "numbers", "1", str(count)) for label, count in seen.items() if count > 1)
    for prefix, digits in longest.items():
        held = set(map(int, digits))
        yield from (Difference(f"{prefix}{number}", "numbers", "1", "0") for number in range(1, max(held) + 1) if number not in held)


def _totals(manifest: Mapping[str, Any]) -> Iterator[Difference]:
    volumes = manifest.get("volumes")
    if volumes is None:  # the first format
        return
    total = sum(row["pages"] for row in volumes)
    if manifest["pages"] != total:
        yield Difference(NAME, "total", str(manifest["pages"]), str(total))
    numbers = [row["volume"] for row in volumes]
    held = {row["volume"] for row in manifest["parts"]}
    if numbers != list(range(1, len(volumes) + 1)) or held != set(numbers):
        yield Difference(NAME, "manifest", found=f"volumes {numbers}, with parts in {sorted(held)}")


class _Volume(NamedTuple):
    """What one file says: the pages it names, and where its index leads in other files, as (file, paper or exhibit)."""

    named: set[str]
    led: list[tuple[str, str]]


def _links(folder: Path, manifest: Mapping[str, Any], volumes: Sequence[tuple[str, int]]) -> Iterator[Difference]:
    """The index of each volume leads, in their order, to all papers and exhibits of the others: to the file, and to a name that it has."""
    files = {row["volume"]: str(row["file"]) for row in manifest["volumes"]}
    unnamed = {row["volume"] for row in manifest["parts"]} - files.keys()
    read: dict[str, _Volume] = {}
    for name, number in volumes:
        try:
            read[name] = _read(folder / name, [row for row in manifest["parts"] if row["kind"] == "index" and row["volume"] == number])
        except (OSError, PyPdfError, ValueError, RecursionError, AttributeError, IndexError):
            continue  # verify_bundle names it
    for name, number in volumes:
        if name not in read:
            continue
        led = iter(read[name].led)
        for row in manifest["parts"]:
            if row["kind"] not in ("paper", "exhibit") or row["volume"] in (number, *unnamed):
                continue
            wanted, found = (files[row["volume"]], str(row["id"])), next(led, ("-", "-"))
            other = read.get(wanted[0])
            if found != wanted or (other and wanted[1] not in other.named):
                yield Difference(name, "cross_link", f"{wanted[1]} ({wanted[0]})", f"{found[1]} ({found[0]})")
                break


def _read(path: Path, indexes: Sequence[Mapping[str, Any]]) -> _Volume:
    with path.open("rb") as content:
        reader = PdfReader(content)
        named = {unquote(key.removeprefix(NAMED)) for key in reader.named_destinations if key.startswith(NAMED)}
        sheets = [at for row in indexes for at in range(row["at"], row["at"] + row["pages"])]
        return _Volume(named, list(dict.fromkeys(goal for at in sheets for goal in _goals(reader.pages[at]))))  # a row has a link in each column


def _goals(page: Any) -> Iterator[tuple[str, str]]:
    """File and name of every link of a page that leads to another file."""
    for annotation in page.get("/Annots") or ():
        action = annotation.get_object().get("/A")
        held = action.get_object() if action is not None else {}
        if held.get("/S") == "/GoToR":
            yield str(held.get("/F")), unquote(str(held.get("/D")).removeprefix(NAMED))
