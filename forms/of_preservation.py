"""The papers of a preservation packet (财产保全), by the id of the item in its contents."""

from __future__ import annotations

from collections.abc import Mapping

from forms.papers import Paper

PAPERS: Mapping[str, Paper] = {}
