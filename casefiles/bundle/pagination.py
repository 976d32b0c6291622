"""Numbers for the evidence: known before a page is drawn, so that the catalogue can cite them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from casefiles.bundle.plan import BundleError, Group
from casefiles.bundle.preflight import Prepared

ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))


@dataclass(frozen=True)
class Pagination:
    """Exhibit id -> first and last evidence page, exhibit id -> its mark (证据3), and how many evidence pages there are."""

    pages: Mapping[str, tuple[int, int]]
    marks: Mapping[str, str]
    total: int


def number(groups: Sequence[Group], prepared: Sequence[Prepared]) -> Pagination:
    """Number evidence pages 1..n through all groups, in the order of the groups.

    Raises BundleError when an exhibit was not prepared or stands twice: then a page would be left out or cited twice.
    """
    ready = {entry.exhibit.id: entry for entry in prepared}
    pages: dict[str, tuple[int, int]] = {}
    marks: dict[str, str] = {}
    last = 0
    for exhibit in (exhibit for group in groups for exhibit in group.exhibits):
        if exhibit.id in pages:
            raise BundleError(f"Exhibit {exhibit.id} ({exhibit.title}) stands in the plan twice. Nothing was made. Give it one place.")
        if exhibit.id not in ready:
            raise BundleError(f"Exhibit {exhibit.id} ({exhibit.title}) was not prepared. Nothing was made. Prepare all exhibits of the plan first.")
        first, last = last + 1, last + ready[exhibit.id].pages
        pages[exhibit.id] = (first, last)
        marks[exhibit.id] = f"证据{len(pages)}"
    return Pagination(pages, marks, last)


def roman(value: int) -> str:
    """Lower-case roman numeral of a positive number, as PDF page label style /r writes it."""
    written = ""
    for worth, sign in ROMAN:
        count, value = divmod(value, worth)
        written += sign * count
    return written


def span(first: object, last: object) -> str:
    """A range of pages as the index and the catalogue print it: 3 or 5–12."""
    return str(first) if first == last else f"{first}–{last}"
