"""Files inside files on the pages: what came out of a document, what a document came out of, and how many wait to be sorted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import g

from casefiles import policy, unlock
from casefiles.models import Document

MOST_SHOWN = 500


@dataclass(frozen=True)
class Inside:
    """How many files came out of a document, on all levels, and how many of them nobody has named yet."""

    files: int
    unsorted: int


def of(document: Document) -> dict[str, Any]:
    """What the page of one document shows of the files in it and of the file it came in, as far as this person may know of them."""
    seen = {one.id for one in policy.listed_documents(g.actor, document.case)} if document.children or document.parent_id is not None else set()
    inside = [child for child in document.children if child.id in seen]
    parent = document.parent if document.parent_id in seen else None
    adding = policy.may(g.actor, policy.adding(document.type))
    return {
        "inside": inside[:MOST_SHOWN], "inside_more": max(len(inside) - MOST_SHOWN, 0), "came_from": parent,
        "may_unlock": adding and unlock.is_locked(document),
    }  # fmt: skip


def apart(documents: Sequence[Document]) -> tuple[list[Document], Mapping[int, Inside]]:
    """The documents a list shows by themselves, and what is inside them: files nobody has named stay with the file they came in."""
    by_id = {document.id: document for document in documents}
    shown = [document for document in documents if document.sorted or document.parent_id not in by_id]
    standing = {document.id for document in shown}
    counts: dict[int, list[int]] = {}
    for document in documents:
        above, seen = by_id.get(document.parent_id or 0), {document.id}
        while above is not None and above.id not in standing and above.id not in seen:
            seen.add(above.id)
            above = by_id.get(above.parent_id or 0)
        if above is not None and not document.erased:
            counted = counts.setdefault(above.id, [0, 0])
            counted[0] += 1
            counted[1] += not document.sorted
    return shown, {number: Inside(files, unsorted) for number, (files, unsorted) in counts.items()}
