"""What the debtor promised to pay (承诺的还款日期和具体金额), and what came of it. Company rule; the promise itself may interrupt limitation (limits.py).

A promise is a day and a sum. Said twice (in a call and in the log line about that call, or again the next week) it is one promise. Money counts
once, for the promise that falls due first. Amounts are CNY.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from casefiles.rules.amounts import ZERO
from casefiles.rules.calendar import DAY
from casefiles.rules.entities import CaseFacts
from casefiles.rules.ledger import balance_at

OPEN, KEPT, IN_PART, BROKEN = "open", "kept", "kept_in_part", "broken"


@dataclass(frozen=True)
class PromiseState:
    """One promise on a day. `amount` as promised, None = the whole balance; `wanted` = what had to come for it to be kept, never more than was
    owed. `received` = payments from `made_on` to the due day and the days of grace. `documents` are the papers that show it; `logged` = a line of
    the collection log does. kept_in_part is a broken promise too (`unkept`): some of the sum came, `lacking` did not."""

    made_on: date
    due: date
    amount: Decimal | None
    wanted: Decimal
    received: Decimal
    state: str
    documents: tuple[str, ...] = ()
    logged: bool = False

    @property
    def lacking(self) -> Decimal:
        return max(self.wanted - self.received, ZERO)

    @property
    def unkept(self) -> bool:
        return self.state in {BROKEN, IN_PART}


@dataclass(frozen=True)
class _Said:
    """A promise as a paper or a line of the log has it."""

    made_on: date
    due: date
    amount: Decimal | None
    documents: tuple[str, ...]
    logged: bool
    kept: bool

    def same(self, other: _Said) -> bool:
        """The same day and sum, or one of the two silent on the sum."""
        return self.due == other.due and (self.amount == other.amount or None in (self.amount, other.amount))

    def joined(self, other: _Said) -> _Said:
        amount = other.amount if self.amount is None else self.amount
        documents = tuple(dict.fromkeys(self.documents + other.documents))
        return _Said(min(self.made_on, other.made_on), self.due, amount, documents, self.logged or other.logged, self.kept or other.kept)


def _said(case: CaseFacts, day: date) -> Iterator[_Said]:
    """Promises made by `day`. One without a day, its own or the promised, cannot be judged and is none."""
    for paper in case.documents:
        if paper.promise and paper.promise.day and paper.dated and paper.dated <= day:
            yield _Said(paper.dated, paper.promise.day, paper.promise.amount, (paper.id,), logged=False, kept=paper.promise.kept is True)
    for contact in case.contacts:
        if contact.promise and contact.promise.day and contact.day <= day:
            yield _Said(contact.day, contact.promise.day, contact.promise.amount, (), logged=True, kept=False)


def _joined(said: Iterator[_Said]) -> list[_Said]:
    """Each promise once, the one that falls due first in front."""
    found: list[_Said] = []
    for one in sorted(said, key=lambda s: (s.due, s.made_on, s.amount is None)):
        at = next((i for i, other in enumerate(found) if other.same(one)), None)
        if at is None:
            found.append(one)
        else:
            found[at] = found[at].joined(one)
    return found


def _wanted(case: CaseFacts, said: _Said) -> Decimal:
    """The promised sum; the balance of the day before where none was named or less was owed."""
    owed = max(balance_at(case, said.made_on - DAY), ZERO)
    if said.amount is None:
        return owed
    return min(said.amount, owed) if owed else said.amount


def _state(said: _Said, wanted: Decimal, received: Decimal, last: date, day: date) -> str:
    if said.kept or received >= wanted:
        return KEPT
    if day <= last:
        return OPEN
    return IN_PART if received else BROKEN


def promises(case: CaseFacts, day: date, grace_days: int = 0) -> tuple[PromiseState, ...]:
    """Every promise of the case on a day, by its due day: from recordings, messages and the collection log.

    Broken: the due day and the days of grace have passed without the sum. A paper that says `kept: true` was kept in another way than by a
    payment on the debt (goods, set-off); `kept: false` adds nothing, the payments decide.
    """
    left = [(p.day, p.amount) for p in sorted(case.payments, key=lambda p: p.day or date.max) if p.day and p.day <= day]
    found = []
    for said in _joined(_said(case, day)):
        last, wanted, received = said.due + DAY * grace_days, _wanted(case, said), ZERO
        for at, (paid_on, amount) in enumerate(left):
            taken = min(amount, wanted - received) if said.made_on <= paid_on <= last else ZERO
            received += taken
            left[at] = (paid_on, amount - taken)
        state = _state(said, wanted, received, last, day)
        found.append(PromiseState(said.made_on, said.due, said.amount, wanted, received, state, said.documents, said.logged))
    return tuple(found)
