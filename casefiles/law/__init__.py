"""The law as data: the YAML files of this folder, read once and given types.

`load_law()` is the only way in. The files hold ids, texts, rates, dates and sources; entries marked `verify` still wait for a lawyer.
`examples/` holds the fictional acceptance cases the demo and the tests load.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from casefiles.law.reading import read_law, read_yaml
from casefiles.law.shapes import (
    Bracket,
    Check,
    DisputeType,
    DocumentType,
    Element,
    FieldKind,
    FieldType,
    HolidayYear,
    Law,
    LawError,
    LprRow,
    Node,
    PacketItem,
    PacketKind,
    Severity,
    Status,
    Words,
)

EXAMPLES = Path(__file__).parent / "examples"

__all__ = [
    "EXAMPLES",
    "Bracket",
    "Check",
    "DisputeType",
    "DocumentType",
    "Element",
    "FieldKind",
    "FieldType",
    "HolidayYear",
    "Law",
    "LawError",
    "LprRow",
    "Node",
    "PacketItem",
    "PacketKind",
    "Severity",
    "Status",
    "Words",
    "load_law",
    "read_yaml",
]


@cache
def load_law() -> Law:
    """The law data, read at the first call and kept for the life of the process."""
    return read_law()
