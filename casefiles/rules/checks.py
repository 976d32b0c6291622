"""The cross-document checks, one function each, in the order of the specification.

A check says what is broken; severity, words and source are law data.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from casefiles.rules.check_amounts import (
    amount_agreement,
    back_to_back,
    condition_precedent,
    reconciliation_and_damages,
    reconciliation_signature,
)
from casefiles.rules.check_papers import (
    date_order,
    demand_service,
    edata_identity,
    edata_integrity,
    limitation_gap,
    original_location,
    recording_identity,
    recording_legality,
    signer_authority,
)
from casefiles.rules.check_parties import (
    arbitration_conflict,
    court_clause_valid,
    debtor_status,
    duplicate_proceedings,
    exclusive_jurisdiction,
    guarantee_period_check,
    guarantee_resolution,
    name_change,
    party_name_uscc,
    payment_order_conditions,
)
from casefiles.rules.check_rates import lending_cap_check, rate_too_high
from casefiles.rules.check_recovery import doubled_interest_in_insolvency, enforcement_time, interest_after_acceptance, waiver_scan
from casefiles.rules.findings import Broken
from casefiles.rules.inquiry import Inquiry

CHECKS: tuple[tuple[str, Callable[[Inquiry], Iterator[Broken]]], ...] = (
    ("X01_amount_agreement", amount_agreement),
    ("X02_reconciliation_signature", reconciliation_signature),
    ("X03_party_name_uscc", party_name_uscc),
    ("X04_name_change", name_change),
    ("X05_date_order", date_order),
    ("X06_demand_service", demand_service),
    ("X07_limitation_gap", limitation_gap),
    ("X08_arbitration_conflict", arbitration_conflict),
    ("X09_court_clause_valid", court_clause_valid),
    ("X10_exclusive_jurisdiction", exclusive_jurisdiction),
    ("X11_guarantee_period", guarantee_period_check),
    ("X12_guarantee_resolution", guarantee_resolution),
    ("X13_rate_too_high", rate_too_high),
    ("X14_reconciliation_waives_damages", reconciliation_and_damages),
    ("X15_debtor_status", debtor_status),
    ("X16_recording_legality", recording_legality),
    ("X17_recording_identity", recording_identity),
    ("X18_original_location", original_location),
    ("X19_edata_identity", edata_identity),
    ("X20_edata_integrity", edata_integrity),
    ("X21_signer_authority", signer_authority),
    ("X22_condition_precedent", condition_precedent),
    ("X23_back_to_back", back_to_back),
    ("X24_4x_lpr", lending_cap_check),
    ("X25_interest_after_acceptance", interest_after_acceptance),
    ("X26_doubled_interest", doubled_interest_in_insolvency),
    ("X27_waiver_scan", waiver_scan),
    ("X28_duplicate_proceedings", duplicate_proceedings),
    ("X29_enforcement_time", enforcement_time),
    ("X30_payment_order_conditions", payment_order_conditions),
)
