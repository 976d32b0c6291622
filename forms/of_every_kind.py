"""Papers that several packets hold, the same in each: authority, service, catalogue, calculation."""

from __future__ import annotations

from collections.abc import Mapping

from forms import calculation_sheet, evidence_catalogue, legal_rep_certificate, power_of_attorney, service_address
from forms.papers import Paper, nothing_missing

PAPERS: Mapping[str, Paper] = {
    "legal_rep_certificate_creditor": Paper(lambda s: legal_rep_certificate.legal_rep_certificate(s.case, s.day), nothing_missing),
    "power_of_attorney": Paper(lambda s: power_of_attorney.power_of_attorney(s.case, s.day), nothing_missing),
    "service_address_confirmation": Paper(lambda s: service_address.service_address(s.case, s.day), nothing_missing),
    "evidence_catalogue": Paper(lambda s: evidence_catalogue.evidence_catalogue(s.case, s.groups, s.day), nothing_missing),
    "calculation_sheet": Paper(lambda s: calculation_sheet.calculation_sheet(s.case, s.check), nothing_missing),
}
