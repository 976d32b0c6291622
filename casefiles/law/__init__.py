"""The law as data: the YAML files of this folder, read once and given types.

`load_law()` is the only way in. The files hold ids, texts, rates, dates and sources; entries marked `verify` still wait for a lawyer.
`examples/` holds the fictional acceptance cases the demo and the tests load.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

from casefiles.law.company import CompanyRules, Thresholds, company_rules, use_company_rules
from casefiles.law.courts import read_courts
from casefiles.law.reading import read_law, read_yaml
from casefiles.law.shapes import (
    Bracket,
    Check,
    CourtLimits,
    CourtProfile,
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
from casefiles.law.supplement import Supplement, merged

EXAMPLES = Path(__file__).parent / "examples"

__all__ = [
    "EXAMPLES",
    "Bracket",
    "Check",
    "CompanyRules",
    "CourtLimits",
    "CourtProfile",
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
    "Supplement",
    "Thresholds",
    "Words",
    "company_rules",
    "load_law",
    "package_law",
    "read_yaml",
    "use",
    "use_company_rules",
    "use_courts",
]
_in_use: dict[str, Law] = {}  # read and set in one step each, so that threads see the old law or the new one, never half of it


@cache
def package_law() -> Law:
    """The law data of the package alone, read at the first call and kept for the life of the process."""
    return read_law()


def load_law() -> Law:
    """The law data in use: those of the package with the rows imported since."""
    return _in_use.get("law") or package_law()


def use(supplement: Supplement) -> None:
    """Let load_law() give the package's law with these rows merged in, from now on and for every thread."""
    _in_use["law"] = replace(merged(package_law(), supplement), courts=load_law().courts)


def use_courts(own: Path | None) -> None:
    """Take the court profiles of an instance for this process; called when it starts, so that a wrong file stops the start."""
    courts = read_courts(own)
    if courts != load_law().courts:
        _in_use["law"] = replace(load_law(), courts=courts)
