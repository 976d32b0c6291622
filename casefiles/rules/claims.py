"""The claim in the insolvency of the debtor: sums to the day before the acceptance, its nature and the filing period.

Enterprise Bankruptcy Law arts. 44-49, 51, 56, 109; SPC Bankruptcy Interpretation III art. 3; SPC Security Interpretation art. 22.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from casefiles.law import Words
from casefiles.rules.amounts import ZERO
from casefiles.rules.calendar import add_months
from casefiles.rules.entities import Payment
from casefiles.rules.inquiry import Inquiry
from casefiles.rules.insolvency import lawful_window
from casefiles.rules.instrument import Accrual, Standing, fixed_sum
from casefiles.rules.interest import Damages
from casefiles.rules.papers import as_money

CLAW_BACK_MONTHS = 6  # Enterprise Bankruptcy Law art. 32
ORDINARY = Words("普通债权（无财产担保）", "ordinary claim (unsecured)")
SECURED = Words("有财产担保债权", "claim secured on property of the debtor")
PARTLY = Words("有财产担保债权，超出担保财产价值的部分为普通债权", "claim secured up to the value of the collateral, ordinary for the rest")


@dataclass(frozen=True)
class InsolvencyClaim:
    """What may be filed. `not_due` is the part of the principal deemed due by the acceptance (art. 46(1)); `damages` by debt, or by the
    instrument `standing`; `term_interest` only of a loan. The doubled part of an instrument stands on its own line, contested, and is not in
    the total."""

    principal: Decimal
    not_due: Decimal
    last_day: date
    damages: Mapping[str, Damages]
    damages_total: Decimal
    term_interest: Decimal
    costs: Decimal
    doubled: Decimal
    standing: Standing | None
    costs_left_out: Decimal = ZERO

    @property
    def total(self) -> Decimal:
        return self.principal + self.term_interest + self.damages_total + self.costs

    @property
    def accruals(self) -> tuple[Accrual, ...]:
        """Running interest of the instrument, payment by payment."""
        if self.standing is None:
            return ()
        return (*(a for step in self.standing.steps for a in step.interest.running), *self.standing.interest.running)


def _on_instrument(inquiry: Inquiry, standing: Standing) -> InsolvencyClaim:
    """The sums of the instrument on the day before the acceptance. Recovery costs entered beside it are named, not added: it decided on costs."""
    return InsolvencyClaim(
        principal=inquiry.claimed,
        not_due=ZERO,
        last_day=standing.day,
        damages={},
        damages_total=standing.interest.total + standing.other,
        term_interest=ZERO,
        costs=standing.costs,
        doubled=standing.doubled_open,
        standing=standing,
        costs_left_out=inquiry.case.claim.recovery_costs,
    )


def insolvency_claim(inquiry: Inquiry) -> InsolvencyClaim | None:
    """The claim; None where it cannot be computed: no acceptance date, an instrument without items, or damages refused for want of a rate."""
    lawful = inquiry.at_acceptance
    if lawful is None or lawful.case.insolvency is None or lawful.damages_refused:
        return None
    if lawful.by_instrument:
        return _on_instrument(lawful, lawful.standing) if lawful.standing else None
    accepted = lawful.case.insolvency.acceptance_date
    return InsolvencyClaim(
        principal=lawful.ledger.claimed,
        not_due=sum((debt.open for debt in lawful.ledger.open_debts if debt.due and debt.due >= accepted), ZERO),
        last_day=lawful.cut_off,
        damages=lawful.damages_on_claim,
        damages_total=lawful.damages_total,
        term_interest=lawful.term_interest,
        costs=lawful.case.claim.recovery_costs,
        doubled=ZERO,
        standing=None,
    )


def why_not_computed(inquiry: Inquiry) -> Words:
    """Why there is no claim figure."""
    if inquiry.case.insolvency is None:
        return Words("未录入受理日和申报期限", "acceptance date and deadline not entered")
    if inquiry.by_instrument:
        return Words("生效法律文书的给付项目未录入", "the items of the instrument are not entered")
    code = inquiry.damages_refused
    said = inquiry.law.errors.get(code) if code else None
    return said or Words("没有应收余额", "there is no balance")


def after_acceptance(inquiry: Inquiry) -> Decimal | None:
    """Damages the claim asks for from the acceptance day on (art. 46(2)); None where it asks for none. 0.00 = the cut-off is late, the sum unknown."""
    insolvency, wanted = inquiry.case.insolvency, inquiry.case.claim.interest_cut_off
    if insolvency is None:
        return None
    late = ZERO
    if inquiry.by_instrument and inquiry.case.instrument is not None:
        fixed = [i for i in inquiry.case.instrument.items if i.kind == "general_interest" and i.to and i.to >= insolvency.acceptance_date]
        if fixed:  # a sum fixed up to a day after the acceptance cannot be split here: a person must
            return sum((i.amount or ZERO for i in fixed if i.form == "fixed"), ZERO)
    if wanted is None or wanted < insolvency.acceptance_date:
        return None
    lawful = inquiry.at_acceptance
    if lawful is not None and not inquiry.by_instrument:
        late = inquiry.damages_total + inquiry.term_interest - lawful.damages_total - lawful.term_interest
    return late


@dataclass(frozen=True)
class Nature:
    """Whether the claim is secured in this insolvency. `collateral` are the objects that secure it, `third_party` those of others, which are
    only named beside it; `unregistered` has no registration entered: such a right may not stand in insolvency (Civil Code art. 402; SPC Security
    Interpretation art. 54(4)), a lawyer checks; `value_known` is false where the collateral's value is not entered: then all of it is filed as secured."""

    words: Words
    secured: Decimal
    ordinary: Decimal
    collateral: tuple[str, ...] = ()
    third_party: tuple[str, ...] = ()
    unregistered: tuple[str, ...] = ()
    value_known: bool = True


def claim_nature(inquiry: Inquiry, total: Decimal) -> Nature:
    """Secured up to the value of the debtor's own property, ordinary for the rest (art. 109)."""
    security = inquiry.case.security
    entries: tuple[Mapping[str, Any], ...] = security.collaterals if security else ()
    own = [c for c in entries if c.get("owner", "debtor") != "third_party"]
    others = tuple(str(c["object"]) for c in entries if c not in own)
    if not own and not (security and security.real_security and not entries):
        return Nature(ORDINARY, ZERO, total, third_party=others)
    values = [as_money(c.get("value")) for c in own]
    objects, loose = tuple(str(c["object"]) for c in own), tuple(str(c["object"]) for c in own if c.get("registered") is not True)
    if not own or any(value is None for value in values):
        return Nature(SECURED, total, ZERO, objects, others, loose, value_known=False)
    secured = min(total, sum((value for value in values if value is not None), ZERO))
    words = SECURED if secured == total else PARTLY if secured else ORDINARY
    return Nature(words, secured, total - secured, objects, others, loose)


@dataclass(frozen=True)
class Filing:
    """The filing period (art. 45): the printed day prevails, `plausible` only asks to look at it again; None where no announcement day is known."""

    deadline: date
    earliest: date | None
    latest: date | None
    days_left: int

    @property
    def plausible(self) -> bool | None:
        return None if self.earliest is None or self.latest is None else self.earliest <= self.deadline <= self.latest

    @property
    def late(self) -> bool:
        """The period is over: a supplementary claim (补充申报) until the final distribution (art. 56)."""
        return self.days_left < 0


def filing_period(inquiry: Inquiry) -> Filing | None:
    """The last day to file and how many days are left on the day of the check."""
    insolvency = inquiry.case.insolvency
    if insolvency is None:
        return None
    earliest, latest = lawful_window(insolvency.announcement_date) if insolvency.announcement_date else (None, None)
    return Filing(insolvency.claim_deadline, earliest, latest, (insolvency.claim_deadline - inquiry.as_of).days)


def paid_shortly_before(inquiry: Inquiry) -> tuple[Payment, ...]:
    """Payments of the six months before the acceptance: the administrator may claw them back (art. 32), a lawyer looks at them."""
    insolvency = inquiry.case.insolvency
    if insolvency is None:
        return ()
    accepted = insolvency.acceptance_date
    return tuple(p for p in inquiry.case.payments if p.day and add_months(accepted, -CLAW_BACK_MONTHS) <= p.day < accepted)


def fixed_in_dispute(inquiry: Inquiry) -> Decimal:
    """What the instrument fixed as principal, damages and interest: the sum its court fee was reckoned on."""
    instrument = inquiry.case.instrument
    return fixed_sum(instrument, "principal", "liquidated_damages", "general_interest") if instrument else ZERO


def amount_asked(inquiry: Inquiry) -> Decimal:
    """The whole sum this packet is about: principal, interest, damages and costs; of an instrument also the doubled part, of an insolvency
    claim what may be filed."""
    if inquiry.packet == "insolvency_claim" and (claim := insolvency_claim(inquiry)) is not None:
        return claim.total
    if inquiry.by_instrument:
        return inquiry.standing.total if inquiry.standing else inquiry.claimed
    return inquiry.claimed + inquiry.damages_total + inquiry.term_interest + inquiry.case.claim.recovery_costs
