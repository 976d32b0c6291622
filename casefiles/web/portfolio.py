"""All cases a person may see, in sums: ageing of open principal, and which cases should go to the law department."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import Select, select
from sqlalchemy.orm import selectinload

from casefiles.db import session
from casefiles.models import Case
from casefiles.policy import CLOSED, LEGAL, Actor, visible_cases
from casefiles.rules.ageing import BUCKETS

NAMES = tuple(name for name, _last in BUCKETS)
SHORT = 8


@dataclass(frozen=True)
class Bucket:
    """One line of the ageing table: in how many cases something is overdue by so many days, how much, its share of the largest in percent."""

    bucket: str
    count: int
    amount: Decimal
    share: int


def ageing(actor: Actor) -> list[Bucket]:
    """Every bucket in its order over the visible cases that are not closed, as they were last assessed; empty where no case is."""
    sums = dict.fromkeys(NAMES, (0, Decimal(0)))
    rows = session.scalars(visible_cases(actor).with_only_columns(Case.ageing).where(Case.state.not_in(CLOSED), Case.ageing.is_not(None))).all()
    for held in rows:
        for name, amount in (held or {}).items():
            count, before = sums[name]
            sums[name] = count + 1, before + Decimal(amount)
    largest = max((amount for _count, amount in sums.values()), default=Decimal(0)) or Decimal(1)
    return [Bucket(name, count, amount, int(amount * 100 / largest)) for name, (count, amount) in sums.items()] if rows else []


def in_bucket(cases: Select[Case], name: str) -> Select[Case]:
    """The cases the ageing table counts in a bucket."""
    return cases.where(Case.state.not_in(CLOSED), Case.ageing[name].as_string().is_not(None))


def proposed(actor: Actor) -> Sequence[Case]:
    """The visible cases with a reason to go to the law department, the largest debt first; for those who may take them over."""
    if actor.role not in LEGAL:
        return []
    # figures first, whole cases for the few that are shown: ten thousand may be proposed
    light = visible_cases(actor).with_only_columns(Case.case_id, Case.balance, Case.escalation)
    held = session.execute(light.where(Case.state.in_(["collection", "reopened"]), Case.escalation.is_not(None)))
    largest = sorted((-(balance or Decimal(0)), case_id) for case_id, balance, reasons in held if reasons)[:SHORT]
    cases = select(Case).options(selectinload(Case.parties)).where(Case.case_id.in_([case_id for _, case_id in largest]))
    return sorted(session.scalars(cases), key=lambda case: (-(case.balance or Decimal(0)), case.case_id))
