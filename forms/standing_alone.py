"""Papers that stand alone, outside any packet, by their id in packets.yaml (generated_documents)."""

from __future__ import annotations

from collections.abc import Mapping

from forms import asset_clues, demand_letter, performance_statement, receiving_account, reconciliation_statement
from forms.of_every_kind import PAPERS as COMMON
from forms.papers import Paper

OF_PACKETS = ("legal_rep_certificate_creditor", "power_of_attorney", "service_address_confirmation")

PAPERS: Mapping[str, Paper] = {
    "demand_letter": Paper(demand_letter.demand_letter, demand_letter.missing_fields),
    "reconciliation_statement": Paper(reconciliation_statement.reconciliation_statement, reconciliation_statement.missing_fields),
    **{item: COMMON[item] for item in OF_PACKETS},
    "asset_clue_list": Paper(asset_clues.asset_clue_list, asset_clues.missing_clues),
    "performance_statement": Paper(performance_statement.performance_statement, performance_statement.missing_fields),
    "receiving_account": Paper(receiving_account.receiving_account, receiving_account.missing_account),
}
