"""Set-off of a part payment within one debt (部分清偿的抵充): Civil Code art. 561.

Which of several debts a payment goes to first (art. 560) is decided by the ledger.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from casefiles.rules.amounts import ZERO
from casefiles.rules.refusal import Refused

# Art. 561: costs of enforcing the claim, interest, principal. Principal first where the parties applied the payment so.
ORDERS: Mapping[str, tuple[str, str, str]] = {
    "civil_code_561": ("costs", "interest", "principal"),
    "principal_first": ("principal", "interest", "costs"),
}


@dataclass(frozen=True)
class Parts:
    """A debt, or what was paid on it, by its three parts."""

    costs: Decimal
    interest: Decimal
    principal: Decimal


@dataclass(frozen=True)
class SetOff:
    """What a payment was applied to, what is left, and what was paid too much; `order` is the order of application."""

    applied: Parts
    after: Parts
    excess: Decimal
    order: tuple[str, str, str]


def set_off(payment: Decimal, *, costs: Decimal, interest: Decimal, principal: Decimal, mode: str = "civil_code_561") -> SetOff:
    """Apply one payment to a debt in the order of `mode`. Refuses a negative amount (negative_amount); KeyError for an unknown mode."""
    open_parts = {"costs": costs, "interest": interest, "principal": principal}
    if min(payment, *open_parts.values()) < 0:
        raise Refused("negative_amount", f"payment {payment} on {open_parts}")
    left, applied = payment, dict.fromkeys(open_parts, ZERO)
    for part in ORDERS[mode]:
        applied[part] = min(left, open_parts[part])
        left -= applied[part]
    after = {part: amount - applied[part] for part, amount in open_parts.items()}
    return SetOff(Parts(**applied), Parts(**after), left, ORDERS[mode])
