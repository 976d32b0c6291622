"""Claims in insolvency: interest up to the acceptance and the window of the filing period.

Enterprise Bankruptcy Law arts. 44-46, 48, 49, 56; SPC Bankruptcy Interpretation III art. 3; SPC Security Interpretation art. 22.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal

from casefiles.law import Law
from casefiles.rules.calendar import DAY, add_months
from casefiles.rules.interest import Damages, Terms, overdue_damages

SHORTEST, LONGEST_MONTHS = timedelta(30), 3  # Enterprise Bankruptcy Law art. 45


def claim_interest(
    principal: Decimal,
    due_date: date,
    acceptance_date: date,
    terms: Terms,
    law: Law,
    include_acceptance_day: bool = False,
    payments: Iterable[tuple[date, Decimal]] = (),
) -> Damages:
    """Damages or interest from the first overdue day to the day before the acceptance (art. 46).

    A debt not yet due is deemed due and bears none. `include_acceptance_day`: some administrators accept that day as well (verify).
    """
    return overdue_damages(principal, due_date, acceptance_date if include_acceptance_day else acceptance_date - DAY, payments, terms, law=law)


def announced_deadline(announcement: date, months: int) -> date:
    """The last day of a filing period of `months` months. The date printed in the announcement prevails."""
    return add_months(announcement, months)


def lawful_window(announcement: date) -> tuple[date, date]:
    """The earliest and the latest last day the court may fix: 30 days and three months after the announcement (art. 45)."""
    return announcement + SHORTEST, add_months(announcement, LONGEST_MONTHS)
