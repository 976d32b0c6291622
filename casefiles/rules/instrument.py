"""What an effective instrument (生效法律文书) still gives on a day: items, running interest, the money received and the doubled part.

Money is set off in the order costs, general interest, principal and other judgment money, doubled part: SPC Interpretation Fa Shi [2014]
No. 8 art. 4; Civil Code art. 561. On the day of a payment general interest uses the new balance, the doubled part the old one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from casefiles.rules.amounts import ZERO, cents
from casefiles.rules.calendar import DAY, days_inclusive
from casefiles.rules.court_entities import Instrument, Item
from casefiles.rules.doubled import FIRST_DAY_OF_RULE, Doubled, doubled_interest
from casefiles.rules.setoff import Parts, set_off

COSTS = ("recovery_costs", "court_fee")
INTEREST = ("general_interest",)
PRINCIPAL = ("principal", "liquidated_damages")  # principal first, then other judgment money; both are one step of the set-off
Receipt = tuple[date, Decimal]


@dataclass(frozen=True)
class Accrual:
    """Running general interest of one item on one base; both ends counted. `annual` and `daily` are fractions, one of them is None."""

    start: date
    end: date
    days: int
    base: Decimal
    amount: Decimal
    annual: Decimal | None
    daily: Decimal | None
    basis: int


@dataclass(frozen=True)
class Interest:
    """General interest on a day: the open fixed sums, what is left of earlier running interest, and what ran since the last payment."""

    fixed: Decimal
    carried: Decimal
    running: tuple[Accrual, ...]

    @property
    def total(self) -> Decimal:
        return self.fixed + self.carried + sum((a.amount for a in self.running), ZERO)


@dataclass(frozen=True)
class SetOffStep:
    """One payment: the interest before it, what it was applied to, the principal after it, and what was paid too much."""

    day: date
    amount: Decimal
    interest: Interest
    applied: Parts
    to_doubled: Decimal
    principal_after: Decimal
    excess: Decimal


@dataclass(frozen=True)
class Standing:
    """What is owed under an instrument on a day. `other` is judgment money beside the principal; `doubled` is all that accrued,
    `doubled_open` what no payment reached; `older_method`: delay before 2014-08-01 follows an older rule and is not in the figures."""

    day: date
    costs: Decimal
    interest: Interest
    principal: Decimal
    other: Decimal
    doubled: Doubled
    doubled_base: Decimal
    doubled_open: Decimal
    steps: tuple[SetOffStep, ...]
    older_method: bool

    @property
    def total(self) -> Decimal:
        """Everything still owed on the day."""
        return self.costs + self.interest.total + self.principal + self.other + self.doubled_open


def is_running(item: Item) -> bool:
    """Interest, or damages computed like interest, that runs until payment: general interest whatever the item is called."""
    return item.form == "running"


def fixed_sum(instrument: Instrument, *kinds: str) -> Decimal:
    """What the instrument fixes as sums of these kinds."""
    return sum((i.amount or ZERO for i in instrument.items if i.kind in kinds and not is_running(i)), ZERO)


def doubled_base(instrument: Instrument) -> Decimal:
    """The sums that bear doubled interest: item by item, counts_in_doubled_base decides (calculators.yaml, doubled_interest)."""
    return sum((i.amount or ZERO for i in instrument.items if i.counts_in_doubled_base and not is_running(i)), ZERO)


def interest_in_base(instrument: Instrument) -> bool:
    """General interest is marked as bearing doubled interest, which the law does not give: a lawyer must say why."""
    return any(i.kind in INTEREST and i.counts_in_doubled_base for i in instrument.items)


def has_figures(instrument: Instrument) -> bool:
    """Whether items are entered: without them nothing can be computed."""
    return any(i.kind in PRINCIPAL and i.amount is not None for i in instrument.items)


class _Account:
    """The items of an instrument while payments are being set against them."""

    def __init__(self, instrument: Instrument) -> None:
        fixed = [i for i in instrument.items if not is_running(i)]
        self.instrument = instrument
        self.open = [(item, item.amount or ZERO) for item in fixed]
        self.running = [i for i in instrument.items if is_running(i)]
        self.since: date | None = None  # the day of the last payment: running interest is settled up to the day before it
        self.carried = ZERO
        self.on_doubled_base: list[Receipt] = []
        self.doubled_paid = ZERO

    def of(self, kinds: Sequence[str]) -> Decimal:
        return sum((amount for item, amount in self.open if item.kind in kinds), ZERO)

    def take(self, kinds: Sequence[str], amount: Decimal, day: date) -> None:
        """Pay items of these kinds in the order of `kinds`, then of the instrument; what falls on the doubled base is remembered."""
        order = sorted(range(len(self.open)), key=lambda index: kinds.index(self.open[index][0].kind) if self.open[index][0].kind in kinds else len(kinds))
        for index in order:
            item, left = self.open[index]
            if item.kind not in kinds or not amount:
                continue
            paid = min(left, amount)
            self.open[index] = (item, left - paid)
            amount -= paid
            if item.counts_in_doubled_base and paid:
                self.on_doubled_base.append((day, paid))

    def accruals(self, end: date) -> tuple[Accrual, ...]:
        """Running interest since the last payment up to `end`, both counted, on the open principal."""
        base, found = self.of(("principal",)), []
        for item in self.running:
            start = max(day for day in (item.start, self.since) if day) if item.start or self.since else None
            last = min(end, item.to) if item.to else end
            if start is None or start > last or base <= 0:
                continue
            days = days_inclusive(start, last)
            exact = base * item.daily_rate * days if item.daily_rate is not None else base * (item.annual_rate or ZERO) * days / item.basis
            found.append(Accrual(start, last, days, base, cents(exact), item.annual_rate, item.daily_rate, item.basis))
        return tuple(found)

    def interest(self, end: date) -> Interest:
        return Interest(self.of(INTEREST), self.carried, self.accruals(end))

    def doubled(self, day: date) -> Doubled:
        last = self.instrument.performance_last_day
        if last is None:
            return Doubled((), ZERO)
        return doubled_interest(doubled_base(self.instrument), max(last, FIRST_DAY_OF_RULE - DAY), self.on_doubled_base, day)

    def receive(self, day: date, amount: Decimal) -> SetOffStep:
        """Set one payment off."""
        interest = self.interest(day - DAY)
        done = set_off(amount, costs=self.of(COSTS), interest=interest.total, principal=self.of(PRINCIPAL))
        accrued = self.doubled(day).total - self.doubled_paid
        self.take(COSTS, done.applied.costs, day)
        on_fixed = min(interest.fixed, done.applied.interest)
        self.take(INTEREST, on_fixed, day)
        self.carried = interest.total - interest.fixed - (done.applied.interest - on_fixed)
        self.take(PRINCIPAL, done.applied.principal, day)
        to_doubled = min(done.excess, max(accrued, ZERO))
        self.doubled_paid += to_doubled
        self.since = max(day, self.since) if self.since else day
        return SetOffStep(day, amount, interest, done.applied, to_doubled, self.of(("principal",)), done.excess - to_doubled)


def standing(instrument: Instrument, receipts: Iterable[Receipt], day: date) -> Standing:
    """What is owed under the instrument on `day`, that day counted; receipts after it are left out.

    A receipt on the day counts: general interest of that day uses the new balance, the doubled part of that day the old one. Without a last
    day for performance there is no doubled part.
    """
    account = _Account(instrument)
    steps = tuple(account.receive(paid_on, amount) for paid_on, amount in sorted(receipts) if paid_on <= day)
    doubled, last = account.doubled(day), instrument.performance_last_day
    return Standing(
        day=day,
        costs=account.of(COSTS),
        interest=account.interest(day),
        principal=account.of(("principal",)),
        other=account.of(("liquidated_damages",)),
        doubled=doubled,
        doubled_base=doubled_base(instrument) - sum((paid for _, paid in account.on_doubled_base), ZERO),
        doubled_open=doubled.total - account.doubled_paid,
        steps=steps,
        older_method=last is not None and last + DAY < FIRST_DAY_OF_RULE,
    )
