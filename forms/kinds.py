"""All papers we write: by packet kind and item of its contents, and those that stand alone."""

from __future__ import annotations

from collections.abc import Mapping

from forms import of_arbitration, of_enforcement, of_insolvency_claim, of_lawsuit, of_payment_order, of_preservation, of_write_off_archive, standing_alone
from forms.papers import Paper

PAPERS: Mapping[str, Mapping[str, Paper]] = {
    "lawsuit": of_lawsuit.PAPERS,
    "arbitration": of_arbitration.PAPERS,
    "payment_order": of_payment_order.PAPERS,
    "preservation": of_preservation.PAPERS,
    "enforcement": of_enforcement.PAPERS,
    "insolvency_claim": of_insolvency_claim.PAPERS,
    "write_off_archive": of_write_off_archive.PAPERS,
}
ALONE: Mapping[str, Paper] = standing_alone.PAPERS
