"""The four example cases with real documents made for them on the spot, drawn so that the same bytes come out each time.

Everything is invented and says so on its face: names, codes, sums, seals. Nothing here knows the database or the web.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from casefiles.demo.desk import Desk
from casefiles.demo.plan import Paper, papers
from casefiles.demo.story import NotAnExample, story_of
from forms.fonts import Fonts

__all__ = ["NotAnExample", "write_case_folder"]

FILES = "files"
LISTS = ("deliveries", "invoices", "payments", "credit_notes", "reconciliations", "demands", "recordings", "documents")
BARE = ("identity_documents", "insolvency_documents")
HEADER = "# Fictional demonstration case. All names, codes, numbers, persons and papers are invented; the files were drawn by the program.\n"


def write_case_folder(case: Mapping[str, Any], folder: Path, fonts: Fonts) -> Path:
    """Draw the documents of an example case into `folder/files` and write `folder/<case_id>.yaml`, which names them; gives its path.

    `case` is an example in the case-file format. Its facts stay as they are: only `file` paths are added, bare types become entries with ids
    (I01 ...), and a paper whose block has no `file` of its own gets an entry in documents[]. The YAML comes last: where it stands, all files
    stand. Raises NotAnExample, before anything is written.
    """
    desk = Desk(case, story_of(case), fonts)
    drawn = list(papers(desk))
    (folder / FILES).mkdir(parents=True, exist_ok=True)
    for paper in drawn:
        (folder / FILES / paper.name).write_bytes(paper.draw())
    written = folder / f"{case['case_id']}.yaml"
    text = yaml.safe_dump(with_files(case, drawn), allow_unicode=True, sort_keys=False, width=150)
    written.write_text(HEADER + text, encoding="utf-8")
    return written


def with_files(case: Mapping[str, Any], drawn: list[Paper]) -> dict[str, Any]:
    """A copy of the case in which every drawn paper has its file."""
    made = dict(copy.deepcopy(case))
    names = iter([paper for paper in drawn if paper.id.startswith("I")])
    for key in BARE:
        made |= {key: [{"id": next(names).id, "type": entry} if isinstance(entry, str) else entry for entry in made[key]]} if key in made else {}
    places: dict[str, dict[str, Any]] = {}
    for entry in _entries(made):
        places.setdefault(entry["id"], entry)
    for paper in drawn:
        place = places.get(paper.id)
        if place is None:
            place = {"id": paper.id, "type": paper.type}
            made.setdefault("documents", []).append(place)
        place["file"] = f"{FILES}/{paper.name}"
    return made


def _entries(case: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Every entry that may name a file, blocks before documents[]: the first of an id is the paper's own."""
    for key in ("contract", "judgment"):
        if key in case:
            yield case[key]
    if ended := case.get("enforcement", {}).get("terminated_current_procedure"):
        yield ended
    for key in (*LISTS, *BARE):
        for entry in case.get(key, []):
            yield entry
            if entry.get("receipt"):
                yield entry["receipt"]
