"""Court fees. Source: Measures on Payment of Litigation Costs (诉讼费用交纳办法, State Council Order 481) arts. 13, 14, 16, 38.

A fee is computed unrounded and rounded once. Amounts are CNY.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from casefiles.law import Bracket, Law
from casefiles.rules.amounts import cents
from casefiles.rules.refusal import Refused


def bracket_of(amount: Decimal, brackets: Sequence[Bracket]) -> Bracket:
    """The step of a fee an amount falls into. Refuses an amount that is not above 0 (amount_not_positive)."""
    if amount <= 0:
        raise Refused("amount_not_positive", str(amount))
    return next(b for b in reversed(brackets) if amount > b.over)


def _progressive(amount: Decimal, brackets: Sequence[Bracket]) -> Decimal:
    """amount x rate + quick_add of the bracket the amount falls into, unrounded."""
    bracket = bracket_of(amount, brackets)
    return amount * bracket.rate + bracket.quick_add


def acceptance_fee(amount: Decimal, law: Law) -> Decimal:
    """案件受理费 (art. 13(1)). Refuses an amount that is not above 0."""
    return cents(_progressive(amount, law.acceptance_brackets))


def acceptance_fee_half(amount: Decimal, law: Law) -> Decimal:
    """Simplified procedure, mediation or withdrawal: half, once (arts. 15, 16)."""
    return cents(_progressive(amount, law.acceptance_brackets) / 2)


def payment_order_fee(amount: Decimal, law: Law) -> Decimal:
    """支付令申请费: a third of the acceptance fee (art. 14(3))."""
    return cents(_progressive(amount, law.acceptance_brackets) / 3)


def preservation_fee(amount: Decimal) -> Decimal:
    """保全申请费 (art. 14(2)): 30 up to 1,000 or without an amount, +1 % to 100,000, +0.5 % above, at most 5,000."""
    if amount < 0:
        raise Refused("negative_amount", str(amount))
    fee = Decimal(30)
    if amount > 1000:
        fee += (min(amount, Decimal(100_000)) - 1000) * Decimal("0.01")
    if amount > 100_000:
        fee += (amount - 100_000) * Decimal("0.005")
    return cents(min(fee, Decimal(5000)))


def enforcement_fee(amount: Decimal, law: Law) -> Decimal:
    """执行申请费 (art. 14(1)): borne by the debtor, not prepaid (arts. 20, 38)."""
    return cents(_progressive(amount, law.enforcement_brackets))
