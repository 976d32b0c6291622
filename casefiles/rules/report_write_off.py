"""The keys of the check mapping of a write-off archive: what is still owed, retention, next follow-up, waivers, what an auditor searches for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from casefiles.rules.amounts import plain
from casefiles.rules.inquiry import Inquiry
from casefiles.rules.report_instrument import owed
from casefiles.rules.writeoff import (
    SMALL_SUM,
    debt_waived,
    ground_words,
    is_small,
    next_followup,
    old_and_booked,
    overdue_since,
    posted_on,
    retention,
    small_and_booked,
    waiver_papers,
)

EVERY_HALF_YEAR = "every 6 months"
CASE_FILE = ("keep while recourse is open, then company rule", "追索期间一律保管，其后按公司规定")
CASE_FILE_WAIVED = ("no recourse is open: company rule", "已无追索权，按公司规定保管")


def _retention(inquiry: Inquiry, *, waived: bool) -> dict[str, Any]:
    kept = retention(inquiry)
    said = CASE_FILE_WAIVED if waived else CASE_FILE
    return {
        "accounting_vouchers_from": kept.starts.isoformat() if kept else None,
        "keep_until_at_least": kept.vouchers_until.isoformat() if kept else None,
        "retention_until": kept.until.isoformat() if kept else None,
        "never_destroy_before_settled": not waived,
        "case_file": said[0],
        "case_file_zh": said[1],
    }


def _ground_test(inquiry: Inquiry) -> dict[str, Any]:
    """The figures of the ground: how long overdue, whether booked, and for a small debt the limits it is held against (arts. 23, 24)."""
    write_off = inquiry.case.write_off
    if write_off is None:
        return {}
    since, posted, words = overdue_since(inquiry), posted_on(inquiry), ground_words(inquiry)
    met = {"overdue_3y": old_and_booked, "small_1y": small_and_booked}.get(write_off.ground)
    mapping: dict[str, Any] = {
        "ground": write_off.ground, "ground_zh": words.zh, "ground_en": words.en,
        "overdue_since": since.isoformat() if since else None, "overdue_days": (inquiry.as_of - since).days + 1 if since else None,
        "posted_on": posted.isoformat() if posted else None, "met": met(inquiry) if met else None,
    }  # fmt: skip
    if write_off.ground == "small_1y":
        mapping |= {"small": is_small(inquiry), "limit": plain(SMALL_SUM)}
    return {"ground_test": mapping}


def search_words(inquiry: Inquiry) -> Iterator[str]:
    """What an auditor's search for this archive must find: names, codes, case numbers, the end of enforcement, sums recovered, the act itself."""
    case = inquiry.case
    for debtor in case.debtors:
        yield debtor.name
        yield from debtor.former_names
        if debtor.uscc:
            yield debtor.uscc
    if case.instrument:
        yield case.instrument.case_no
    if case.insolvency:
        yield case.insolvency.case_no
    if case.enforcement and case.enforcement.terminated_on:
        yield "终结本次执行"
    yield from (plain(r.amount) for r in (case.enforcement.recovered if case.enforcement else ()))
    yield "核销"


def write_off_figures(inquiry: Inquiry) -> dict[str, Any]:
    """Everything the packet write_off_archive adds to the mapping. A debt waived in full has ended: nothing is reopened."""
    if inquiry.packet != "write_off_archive":
        return {}
    write_off, standing, waived = inquiry.case.write_off, inquiry.standing, debt_waived(inquiry)
    first = next_followup(inquiry)
    mapping: dict[str, Any] = {
        "retention": _retention(inquiry, waived=waived),
        "next_followup": {
            "rule": (write_off.followup_rule if write_off else None) or EVERY_HALF_YEAR,
            "first": first.isoformat() if first else None,
        },
        "waivers": [{"document": document.id, "effect": effect} for document, effect in waiver_papers(inquiry)],
        "debt_waived": waived,
        "reopen_allowed": not waived,
        **_ground_test(inquiry),
        "auditor_search_must_hit": list(dict.fromkeys(search_words(inquiry))),
    }
    if standing is not None:
        mapping[f"at_write_off_{standing.day}"] = owed(standing)
    return mapping
