"""Papers that several packets hold, the same in each: authority, service, catalogue, calculation."""

from __future__ import annotations

from collections.abc import Mapping

from forms import calculation_sheet, evidence_catalogue, legal_rep_certificate, power_of_attorney, service_address
from forms.papers import Paper, nothing_missing

PAPERS: Mapping[str, Paper] = {
    "legal_rep_certificate_creditor": Paper(
        make=lambda s: legal_rep_certificate.legal_rep_certificate(s.case, s.day),
        missing=lambda s: legal_rep_certificate.missing_fields(s.case),
    ),
    "power_of_attorney": Paper(
        make=lambda s: power_of_attorney.power_of_attorney(s.case, s.day, s.kind, s.cause, s.options),
        missing=lambda s: power_of_attorney.missing_fields(s.case),
    ),
    "service_address_confirmation": Paper(
        make=lambda s: service_address.service_address(s.case, s.day, s.kind, s.cause, s.options),
        missing=lambda s: service_address.missing_fields(s.case, s.options),
    ),
    "evidence_catalogue": Paper(lambda s: evidence_catalogue.evidence_catalogue(s.case, s.groups, s.day), nothing_missing),
    "calculation_sheet": Paper(lambda s: calculation_sheet.calculation_sheet(s.case, s.check, s.kind, s.day), nothing_missing),
}
