"""The write-off of a bad debt (坏账核销): its ground, what waives the debt, how long the papers are kept.

STA Announcements 2011 No. 25 arts. 22-24 and 2018 No. 15; Civil Code arts. 557, 575: bookkeeping ends no debt, a waiver does;
Measures on Accounting Archives (Order 79). The list of art. 22 is not confirmed - verify.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from casefiles.law import Words
from casefiles.rules.calendar import DAY, add_months, add_years
from casefiles.rules.entities import DocumentFacts
from casefiles.rules.inquiry import Inquiry
from casefiles.rules.papers import as_date

OLD_YEARS = 3
SMALL_MONTHS, SMALL_SUM, SMALL_SHARE = 12, Decimal(50_000), Decimal("0.0001")
VOUCHER_YEARS, TAX_YEARS, RECOURSE_YEARS = 30, 10, 3  # Order 79; Tax Collection Rules art. 29; packets.yaml, retention.product_rule
WAIVING = re.compile("和解|减免|放弃|豁免|免除|让步")
NEVER_WAIVING = frozenset({"recourse_statement", "contract", "framework_agreement", "purchase_order", "privileged_note"})
BY_TYPE = frozenset({"debt_restructuring_agreement"})  # a restructuring always says what happens to the rest of the debt
EFFECTS = frozenset({"full", "partial", "conditional"})


def overdue_since(inquiry: Inquiry) -> date | None:
    """The first day on which the whole debt is overdue: after the last due date of the open debts, or of the instrument; else as the special
    report says."""
    dues = [debt.due for debt in inquiry.ledger.open_debts if debt.due]
    if dues:
        return max(dues) + DAY
    if inquiry.effective_instrument and inquiry.case.instrument and inquiry.case.instrument.performance_last_day:
        return inquiry.case.instrument.performance_last_day + DAY
    said = [day for d in inquiry.case.of_type("special_report_3y", "special_report_small") if (day := as_date(d.fields.get("overdue_since")))]
    return max(said, default=None)


def posted_on(inquiry: Inquiry) -> date | None:
    """The day the loss was booked: as entered, else by the accounting voucher; None where it is not posted by the day of the check."""
    write_off = inquiry.case.write_off
    vouchers = [as_date(d.fields.get("posted_on")) or d.dated for d in inquiry.case.of_type("accounting_voucher")]
    days = [day for day in (write_off.posted_on if write_off else None, *vouchers) if day]
    return min((day for day in days if day <= inquiry.as_of), default=None)


def _overdue_for(inquiry: Inquiry, months: int) -> bool:
    since = overdue_since(inquiry)
    return since is not None and add_months(since - DAY, months) <= inquiry.as_of


def old_and_booked(inquiry: Inquiry) -> bool:
    """Overdue for three years or more and booked as a loss (STA Announcement 2011 No. 25 art. 23)."""
    return _overdue_for(inquiry, 12 * OLD_YEARS) and posted_on(inquiry) is not None


def is_small(inquiry: Inquiry) -> bool:
    """At most 50,000 CNY, or at most a ten-thousandth of the revenue of the year where that is entered."""
    write_off = inquiry.case.write_off
    if write_off is None:
        return False
    revenue = write_off.annual_revenue
    return write_off.booked_principal <= SMALL_SUM or (revenue is not None and write_off.booked_principal <= revenue * SMALL_SHARE)


def small_and_booked(inquiry: Inquiry) -> bool:
    """Overdue for a year or more, small, and booked as a loss (STA Announcement 2011 No. 25 art. 24)."""
    return _overdue_for(inquiry, SMALL_MONTHS) and is_small(inquiry) and posted_on(inquiry) is not None


def followup_set(inquiry: Inquiry) -> bool:
    """A next day to look after the debtor is set, in the write-off or in the recourse statement."""
    return next_followup(inquiry) is not None


def next_followup(inquiry: Inquiry) -> date | None:
    """The next day to look after the debtor."""
    write_off = inquiry.case.write_off
    if write_off and write_off.next_followup:
        return write_off.next_followup
    return max((day for d in inquiry.case.of_type("recourse_statement") if (day := as_date(d.fields.get("next_followup")))), default=None)


def _waives(document: DocumentFacts) -> bool:
    """Tagged as settling, reducing or waiving the debt: by its type, a reviewed effect, waiver terms, or the words of its title."""
    if document.type in NEVER_WAIVING:
        return False
    said = document.fields.get("waiver_terms") or document.fields.get("effect")
    return document.type in BY_TYPE or bool(said) or bool(WAIVING.search(document.title or ""))


def waiver_papers(inquiry: Inquiry) -> Iterator[tuple[DocumentFacts, str | None]]:
    """The papers that may waive the debt, each with its reviewed effect: full, partial, conditional, or None where nobody reviewed it."""
    for document in inquiry.case.documents:
        if _waives(document):
            effect = document.fields.get("effect")
            yield document, effect if effect in EFFECTS else None


def debt_waived(inquiry: Inquiry) -> bool:
    """A reviewed paper gives the whole debt up: it has ended (Civil Code arts. 557, 575), no recourse is left."""
    return any(effect == "full" for _, effect in waiver_papers(inquiry))


@dataclass(frozen=True)
class Retention:
    """How long papers are kept: vouchers from `starts` to `vouchers_until`; `until` is the longest of vouchers, tax papers and recourse."""

    starts: date
    vouchers_until: date
    until: date


def retention(inquiry: Inquiry) -> Retention | None:
    """Order 79: from the first day after the accounting year of the posting, thirty years for vouchers; tax papers ten; at least three years
    after the next day of recourse. None while the loss is not posted."""
    posted = posted_on(inquiry)
    if posted is None:
        return None
    starts = date(posted.year + 1, 1, 1)
    vouchers, tax = date(posted.year + VOUCHER_YEARS, 12, 31), date(posted.year + TAX_YEARS, 12, 31)
    recourse = next_followup(inquiry)
    return Retention(starts, vouchers, max(vouchers, tax, add_years(recourse, RECOURSE_YEARS) if recourse else tax))


def ground_documents(inquiry: Inquiry) -> tuple[str, ...]:
    """The document types that prove the ground of this write-off (packets.yaml, grounds)."""
    ground = inquiry.case.write_off.ground if inquiry.case.write_off else None
    known: Mapping[str, Mapping[str, tuple[str, ...]]] = inquiry.law.packets["write_off_archive"].raw["grounds"]
    return tuple(known.get(ground or "", {}).get("documents", ()))


def ground_words(inquiry: Inquiry) -> Words:
    """The ground in words."""
    ground = inquiry.case.write_off.ground if inquiry.case.write_off else ""
    zh = inquiry.law.packets["write_off_archive"].raw["grounds"].get(ground, {}).get("zh", "未选择")
    return Words(zh, inquiry.law.words["grounds_en"].get(ground, "none chosen"))
