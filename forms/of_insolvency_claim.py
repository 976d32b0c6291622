"""The papers of a insolvency claim packet (破产债权申报), by the id of the item in its contents."""

from __future__ import annotations

from collections.abc import Mapping

from forms.papers import Paper

PAPERS: Mapping[str, Paper] = {}
