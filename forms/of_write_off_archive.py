"""The papers of a write off archive packet (坏账核销档案), by the id of the item in its contents."""

from __future__ import annotations

from collections.abc import Mapping

from forms.papers import Paper

PAPERS: Mapping[str, Paper] = {}
