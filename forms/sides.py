"""Who stands on which side of a procedure, and how a sentence calls them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from forms.causes import Dispute, dispute_of
from forms.claim import Case, debtors, guarantors
from forms.figures import chinese_number, listed
from forms.roles import Roles, roles

Party = Mapping[str, Any]
WITH_GUARANTORS = ("lawsuit", "preservation")  # a payment order does not bind the guarantor (《民诉法解释》第434条, numbering of 2022)
ARBITRATE = "guarantors_arbitrate"  # the answer that the guarantee provides for arbitration too (《担保制度解释》第21条)


@dataclass(frozen=True)
class Sides:
    """The parties of one procedure. `sureties` are the guarantors that take part in it, none where the procedure does not reach them."""

    kind: str
    roles: Roles
    dispute: Dispute
    debtors: Sequence[Party]
    sureties: Sequence[Party]
    joint: bool

    @property
    def own(self) -> str:
        """原告."""
        return self.roles.own

    @property
    def opponents(self) -> Sequence[Party]:
        """Everybody on the other side, debtors first."""
        return [*self.debtors, *self.sureties]

    @property
    def debtor(self) -> str:
        """被告 where there is one opponent, else 被告甲公司、被告乙公司."""
        if len(self.opponents) == 1:
            return self.roles.other
        return listed([self.named(party) for party in self.debtors])

    @property
    def owing(self) -> str:
        """The debtors as the subject of a duty: 被告, or 被告甲、被告乙共同 (连带 where the file says that they owe jointly)."""
        return self.debtor + (("连带" if self.joint else "共同") if len(self.debtors) > 1 else "")

    @property
    def everybody(self) -> str:
        """All opponents as the subject of the duty to bear the costs."""
        return self.roles.other if len(self.opponents) == 1 else f"{listed([self.named(party) for party in self.opponents])}共同"

    def named(self, party: Party) -> str:
        """被告甲公司."""
        return f"{self.roles.other}{party['name']}"

    def label(self, number: int) -> str:
        """被告, or 被告一 where there are several; `number` counts from 1."""
        return self.roles.other + (chinese_number(number) if len(self.opponents) > 1 else "")


def sides_of(case: Case, kind: str, options: Mapping[str, Any] | None = None) -> Sides:
    """The sides of a procedure: guarantors are sued together with the debtor; an arbitration reaches them only by an agreement of their own."""
    reached = kind in WITH_GUARANTORS or (kind == "arbitration" and bool((options or {}).get(ARBITRATE)))
    return Sides(
        kind=kind,
        roles=roles(kind),
        dispute=dispute_of(case),
        debtors=debtors(case),
        sureties=guarantors(case) if reached else (),
        joint=(case.get("security") or {}).get("joint_debt") is True,
    )
