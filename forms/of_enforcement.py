"""The papers of a enforcement packet (强制执行), by the id of the item in its contents."""

from __future__ import annotations

from collections.abc import Mapping

from forms.papers import Paper

PAPERS: Mapping[str, Paper] = {}
