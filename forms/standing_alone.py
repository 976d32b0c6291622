"""Papers that stand alone, outside any packet, by their id in packets.yaml (generated_documents)."""

from __future__ import annotations

from collections.abc import Mapping

from forms.papers import Paper

PAPERS: Mapping[str, Paper] = {}
