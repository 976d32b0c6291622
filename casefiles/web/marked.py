"""A text cut at the words that were searched for."""

from __future__ import annotations

from casefiles.search import Segment, marks


def segments(text: str, terms: tuple[str, ...]) -> list[Segment]:
    """A text cut at its marks; escaping is the template's work."""
    cut, at = [], 0
    for start, end in marks(text, terms):
        cut += [Segment(text[at:start], marked=False), Segment(text[start:end], marked=True)]
        at = end
    return [piece for piece in [*cut, Segment(text[at:], marked=False)] if piece.text]
