"""The papers of an insolvency claim packet (破产债权申报), by the id of the item in its contents."""

from __future__ import annotations

from collections.abc import Mapping

from forms import insolvency_calculation, insolvency_claim_form, insolvency_claim_statement, insolvency_service_account, no_double_recovery
from forms.of_every_kind import PAPERS as COMMON
from forms.papers import Paper, nothing_missing

PAPERS: Mapping[str, Paper] = {
    **{item: COMMON[item] for item in ("legal_rep_certificate_creditor", "power_of_attorney", "evidence_catalogue")},
    "claim_form": Paper(insolvency_claim_form.insolvency_claim_form, insolvency_claim_form.missing),
    "claim_statement": Paper(lambda s: insolvency_claim_statement.insolvency_claim_statement(s.case, s.check, s.exhibits, s.day), nothing_missing),
    "calculation_sheet": Paper(lambda s: insolvency_calculation.insolvency_calculation(s.case, s.check, s.day), nothing_missing),
    "service_and_account": Paper(lambda s: insolvency_service_account.insolvency_service_account(s.case, s.day), nothing_missing),
    "no_double_recovery": Paper(lambda s: no_double_recovery.no_double_recovery(s.case, s.check, s.day), nothing_missing),
}
