"""Unified social credit code (统一社会信用代码): form and check digit, GB 32100-2015 (verify)."""

from __future__ import annotations

CHARSET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
VALUES = {character: value for value, character in enumerate(CHARSET)}
WEIGHTS = tuple(pow(3, place, 31) for place in range(17))


def normal(code: str) -> str:
    """The stored form: trimmed, upper case."""
    return code.strip().upper()


def is_valid(code: str) -> bool:
    """True when the code has 18 characters of the charset and its eighteenth is the check digit of GB 32100.

    The ninth character (GB 11714) is not tested: older codes fail it.
    """
    raised = normal(code)
    if len(raised) != 18 or any(character not in VALUES for character in raised):
        return False
    total = sum(VALUES[character] * weight for character, weight in zip(raised, WEIGHTS, strict=False))
    return VALUES[raised[17]] == (31 - total % 31) % 31
