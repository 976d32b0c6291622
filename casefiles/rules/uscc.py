"""Unified social credit code (统一社会信用代码): form and check digit, GB 32100-2015 (verify)."""

from __future__ import annotations

CHARSET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
VALUES = {character: value for value, character in enumerate(CHARSET)}
WEIGHTS = tuple(pow(3, place, 31) for place in range(17))


def normal(code: str) -> str:
    """The stored form: trimmed, upper case."""
    return code.strip().upper()


def check_character(code: str) -> str | None:
    """The eighteenth character that the first seventeen ask for; None where one of them is not in the charset or one is lacking."""
    raised = normal(code)[:17]
    if len(raised) != 17 or any(character not in VALUES for character in raised):
        return None
    total = sum(VALUES[character] * weight for character, weight in zip(raised, WEIGHTS, strict=True))
    return CHARSET[(31 - total % 31) % 31]


def is_valid(code: str) -> bool:
    """True when the code has 18 characters of the charset and its eighteenth is the check digit of GB 32100.

    The ninth character (GB 11714) is not tested: older codes fail it.
    """
    raised = normal(code)
    return len(raised) == 18 and raised[17] == check_character(raised)
