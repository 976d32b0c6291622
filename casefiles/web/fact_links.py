"""Where a finding is mended by entering a fact: element or check of evidence-chain.yaml -> section of the facts page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flask import g, url_for
from flask_babel import gettext as _

from casefiles import policy
from casefiles.models import Case, State
from casefiles.revise.sections import SECTIONS, Section

BY_CODE = {"enforcement_late_without_interruption": "enforcement"}
BY_CHECK = {
    "X08": "contract", "X09": "contract", "X10": "case", "X11": "security", "X12": "security", "X13": "contract", "X15": "debtors", "X22": "contract",
    "X23": "contract", "X24": "contract", "X25": "claim", "X26": "claim", "X28": "proceedings", "X29": "enforcement", "X07": "running_account",
}  # fmt: skip
BY_ELEMENT = {
    "C01": "creditor", "C02": "debtors", "C03": "case", "C05": "contract", "C06": "security", "C07": "contract", "C08": "contract", "C09": "declarations",
    "S01": "contract", "S03": "contract", "S05": "quality_dispute", "V01": "contract", "V04": "contract", "L01": "contract", "L03": "contract",
    "L04": "contract", "L05": "declarations", "R01": "contract", "R03": "contract", "K01": "contract", "E01": "judgment", "E02": "judgment",
    "E03": "enforcement", "E04": "asset_clues", "P01": "preservation", "B01": "insolvency", "B02": "insolvency", "B03": "security", "W01": "write_off",
    "W02": "write_off", "W03": "write_off",
}  # fmt: skip
OF_PARTY = {"creditor": "creditor", "debtor": "debtors", "guarantor": "security", "third_party": "third_parties"}


def section_for(finding: Mapping[str, Any], element: str) -> Section | None:
    """The section whose facts mend a finding; None where papers, not facts, are wanted."""
    check = str(finding.get("check") or "")[:3]
    if check in ("X03", "X04"):
        name = OF_PARTY.get(str(finding.get("key", "")).rpartition(":")[2]) or BY_ELEMENT.get(element[:3])
    elif check:
        name = BY_CODE.get(str(finding.get("code"))) or BY_CHECK.get(check)
    else:
        name = BY_ELEMENT.get(element[:3])
    return SECTIONS[name] if name else None


def enter_link(finding: Mapping[str, Any], element: str, case: Case) -> tuple[str, str] | None:
    """Label and address of the form that mends a finding; None when there is none or this person may not use it."""
    section = section_for(finding, element)
    if section is None or not may_edit(section, case):
        return None
    return _("Enter it"), url_for("facts.section", case_id=case.case_id, facts_name=section.name)


def section_of(key: str) -> Section | None:
    """The section in which a key of the case file is entered; None for what stands on documents."""
    return next((section for section in SECTIONS.values() if key in section.keys), None)


def may_edit(section: Section, case: Case) -> bool:
    """Whether this person may change a section of this case; a declaration is for those who may enter any."""
    allowed = policy.may(g.actor, section.edit) and (section.name != "declarations" or g.actor.role in policy.DECLARES)
    return allowed and case.state is not State.ARCHIVED


def asked_of(findings: Iterable[Mapping[str, Any]], element_of: Any) -> dict[str, int]:
    """How many open findings each section would mend."""
    counts: dict[str, int] = {}
    for finding in findings:
        section = None if finding.get("waived") else section_for(finding, element_of(finding))
        if section is not None:
            counts[section.name] = counts.get(section.name, 0) + 1
    return counts
