"""What every paper is made from, and what a paper can say of itself before it is made."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from forms.claim import Case
from forms.form import Form


@dataclass(frozen=True)
class MissingField:
    """A field of a paper that the case file leaves empty; where `blocking` is false the paper can be made and the gap is named beside it.

    `where` is the place in the case-file format (`creditor.uscc`, `judgment.items.0.amount`), for a link to where it is entered.
    """

    key: str
    zh: str
    en: str
    where: str
    blocking: bool = True


@dataclass(frozen=True)
class Subject:
    """Everything a paper may state, as plain values.

    `case` is in the case-file format, `check` the answer of the evidence check for the packet `kind`, `day` the date below the signature,
    `cause` the cause of action (案由: 买卖合同纠纷). `groups` are the groups of the catalogue with their rows and pages as
    `forms.evidence_catalogue` takes them, empty where a paper stands alone. `contents` are the lines of the packet's contents, each with n, id, zh,
    status (generated, present, missing) and pages ("i\u2013iii", "5\u201312", "" where unknown). `options` are what a person chose for this packet or paper.
    """

    case: Case
    check: Mapping[str, Any]
    kind: str
    day: date
    cause: str
    groups: Sequence[Mapping[str, Any]] = ()
    contents: Sequence[Mapping[str, Any]] = ()
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def exhibits(self) -> int:
        """How many exhibits the catalogue lists."""
        return sum(len(group["rows"]) for group in self.groups)


@dataclass(frozen=True)
class Paper:
    """One kind of paper: how it is made and what it lacks. `missing` is asked first; a paper with blocking gaps is not made."""

    make: Callable[[Subject], Form]
    missing: Callable[[Subject], list[MissingField]]


def nothing_missing(_subject: Subject) -> list[MissingField]:
    """For papers that state nothing but what other papers of the packet need already."""
    return []
