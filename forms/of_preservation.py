"""The papers of a preservation packet (财产保全), by the id of the item in its contents."""

from __future__ import annotations

from collections.abc import Mapping

from forms import asset_clues, preservation_application, urgency_statement
from forms.of_every_kind import PAPERS as COMMON
from forms.papers import Paper

PAPERS: Mapping[str, Paper] = {
    **COMMON,
    "application": Paper(preservation_application.preservation_application, preservation_application.missing_fields),
    "asset_clue_list": Paper(asset_clues.asset_clue_list, asset_clues.missing_clues),
    "urgency_statement": Paper(urgency_statement.urgency_statement, urgency_statement.missing_urgency),
}
