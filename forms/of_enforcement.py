"""The papers of an enforcement packet (强制执行), by the id of the item in its contents."""

from __future__ import annotations

from collections.abc import Mapping

from forms import asset_clues, enforcement_application, performance_statement, receiving_account
from forms.of_every_kind import PAPERS as COMMON
from forms.papers import Paper

PAPERS: Mapping[str, Paper] = {
    **COMMON,
    "application": Paper(enforcement_application.enforcement_application, enforcement_application.missing_fields),
    "asset_clue_list": Paper(asset_clues.asset_clue_list, asset_clues.missing_clues),
    "performance_statement": Paper(performance_statement.performance_statement, performance_statement.missing_fields),
    "receiving_account": Paper(receiving_account.receiving_account, receiving_account.missing_account),
}
