"""Chance that falls the same way each time: tilts, grain, ink gaps and car numbers hang on a word, never on the clock."""

from __future__ import annotations

from random import Random


def chance_of(seed: str) -> Random:
    """A source of random values that `seed` alone decides."""
    return Random(seed)  # noqa: S311 - the same papers in every run; nothing secret is drawn from it
