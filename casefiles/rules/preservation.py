"""How long preservation lasts (保全期限): SPC CPL Interpretation art. 485; Property Preservation Provisions arts. 17, 18; CPL art. 104."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from casefiles.rules.calendar import add_years

# Art. 485: bank deposits one year, movables two, immovables and other property rights three.
YEARS: Mapping[str, int] = {"bank_deposit": 1, "movable": 2, "immovable": 3, "equity": 3, "other_right": 3}
RENEW_BEFORE = timedelta(7)  # Property Preservation Provisions art. 18
SUE_WITHIN = timedelta(30)  # CPL art. 104: sue or apply for arbitration after pre-suit preservation


@dataclass(frozen=True)
class Expiry:
    """The longest a measure may last, its last day at the latest, and the day to ask for renewal by."""

    max_years: int
    latest_expiry: date
    apply_renewal_by: date


def expiry(measure_date: date, asset: str) -> Expiry:
    """The limits of one measure; the ruling's own date governs where it is earlier. KeyError for an asset not in YEARS."""
    last = add_years(measure_date, YEARS[asset])
    return Expiry(YEARS[asset], last, last - RENEW_BEFORE)


def pre_suit_last_day(measure_date: date) -> date:
    """The last day to sue or to apply for arbitration after pre-suit preservation."""
    return measure_date + SUE_WITHIN
