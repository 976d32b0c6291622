"""The claim against a guarantor with joint liability inside the guarantee period, for the letter to it.

Sources: 《民法典》第688条 (joint liability), 第691条 (scope), 第692条, 第693条第2款 (a claim inside the period keeps it), 第694条第2款 (limitation then).
A letter keeps nothing against a guarantor with general liability: there only a suit against the debtor does (第693条第1款).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from forms.claim import Case, debtors, guarantors
from forms.contract_words import contract_name
from forms.figures import article, day, listed
from forms.legal_basis import CODE, JOINT_GUARANTEE
from forms.papers import MissingField, Subject
from forms.parties import Party

ARTICLES = (681, 688, 691, 692, 693)


@dataclass(frozen=True)
class Call:
    """Whom the letter calls upon, and the debts whose guarantee period runs or was kept, each with the last day of its period (ISO)."""

    guarantor: Party
    last_days: Mapping[str, str]

    @property
    def numbers(self) -> frozenset[str]:
        """The numbers of the debts."""
        return frozenset(self.last_days)

    def opening(self, case: Case) -> str:
        """The debt and the guarantee."""
        names = listed([str(party["name"]) for party in debtors(case)])
        on = f"{day(self.guarantor['signed_on'])}，" if self.guarantor.get("signed_on") else ""
        return f"{names}（下称债务人）与我方订有{contract_name(case)}。{on}贵方为债务人在该合同项下的债务向我方提供连带责任保证。"

    def basis(self) -> str:
        """The law, and that the claim is made inside the period."""
        ends = sorted(set(self.last_days.values()))
        until = f"至{day(ends[0])}" if len(ends) == 1 else f"按各笔债务分别至{listed([day(one) for one in ends])}"
        return (
            f"依照{CODE}{listed([article(number) for number in ARTICLES])}的规定，保证期间{until}届满。"
            "我方现在保证期间内请求贵方承担连带保证责任，清偿上述全部款项。贵方承担保证责任后，有权依法向债务人追偿。"
        )


def guarantor_named(case: Case, choice: str) -> Party | None:
    """The guarantor of "guarantor:<id or name>"; without a name the first one."""
    wanted, every = choice.partition(":")[2], guarantors(case)
    return next((party for party in every if not wanted or wanted in (party.get("id"), party["name"])), None)


def call_of(subject: Subject) -> Call | None:
    """The call upon the chosen guarantor; None for a letter to the debtor. Raises KeyError where the check knows nothing of the guarantee."""
    choice = str(subject.options.get("recipient") or "debtor")
    party = guarantor_named(subject.case, choice) if choice.startswith("guarantor") else None
    if party is None:
        return None
    row = _row(subject.check, str(party["name"]))
    kept = {*row["open_at_as_of"], *row["called_upon"]}
    return Call(party, {number: last for number, last in row["last_day_by_invoice"].items() if number in kept})


def missing_call(subject: Subject) -> list[MissingField]:
    """The mode, the address, and at least one debt whose period is open or was kept."""
    party = guarantor_named(subject.case, str(subject.options.get("recipient")))
    if party is None:
        return []
    found = []
    if party.get("mode") != JOINT_GUARANTEE:
        zh = "保证方式为连带责任保证（一般保证须在保证期间内对债务人起诉或者申请仲裁，函件不能保全）"
        en = "joint liability of the guarantor (with general liability only a suit against the debtor keeps the period)"
        found.append(MissingField("guarantor.mode", zh, en, "security.guarantor.mode"))
    if not party.get("address"):
        found.append(MissingField("guarantor.address", "保证人地址", "address of the guarantor", "security.guarantor.address"))
    if not _row(subject.check, str(party["name"])):
        found.append(MissingField("guarantee", "保证期间的测算结果", "the guarantee period of the check", "security"))
    elif not (call := call_of(subject)) or not call.last_days:
        found.append(MissingField("guarantee.period", "尚未届满的保证期间", "a guarantee period that has not ended", "security.guarantor.period_agreed"))
    return found


def _row(check: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    rows = check.get("guarantees") or ([check["guarantee"]] if check.get("guarantee") else [])
    return next((row for row in rows if row["guarantor"] == name), {})
