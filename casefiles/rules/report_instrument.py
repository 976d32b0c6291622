"""The keys of the check mapping that rest on an effective instrument: time limit, fee check, set-off of each payment, what is owed, the request.

Money as strings with two decimals, days ISO. `set_off_<day>` stands once for every payment; two on one day take `_2`, `_3`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from casefiles.rules import fees
from casefiles.rules.amounts import ZERO, plain, spelled
from casefiles.rules.calendar import DAY, statutory_last_day
from casefiles.rules.claims import fixed_in_dispute
from casefiles.rules.court_entities import Instrument
from casefiles.rules.doubled import DAILY
from casefiles.rules.enforcement import procedure_ended
from casefiles.rules.inquiry import Inquiry
from casefiles.rules.instrument import Accrual, SetOffStep, Standing, fixed_sum, interest_in_base, is_running
from casefiles.rules.refusal import Refused

UNBOUND = ("re-application not bound by the 2-year period (SPC CPL Interpretation art. 517)", "再次申请执行不受二年申请执行时效限制（《民诉法解释》第517条）")
NAMES = {"principal": "the principal", "liquidated_damages": "the liquidated damages", "recovery_costs": "the recovery costs", "court_fee": "the court fee",
         "general_interest": "the general interest"}  # fmt: skip
NAMES_ZH = {"principal": "本金", "liquidated_damages": "违约金", "recovery_costs": "实现债权费用", "court_fee": "案件受理费",
            "general_interest": "一般债务利息"}  # fmt: skip


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _rate(daily: Decimal | None, annual: Decimal | None, basis: int) -> dict[str, Any]:
    return {"daily_rate": f"{daily:f}"} if daily is not None else {"annual_rate": f"{annual or ZERO:f}", "basis": basis}


def accrual(row: Accrual) -> dict[str, Any]:
    """One stretch of running interest."""
    span = {"from": row.start.isoformat(), "to": row.end.isoformat(), "days": row.days, "base": plain(row.base)}
    return {**span, **_rate(row.daily, row.annual, row.basis), "amount": plain(row.amount)}


def _running(rows: Sequence[Accrual]) -> dict[str, Any]:
    """Running interest in one line, with its stretches; several items of the instrument may run at the same time."""
    if not rows:
        return {"from": None, "to": None, "days": 0, "amount": plain(ZERO), "segments": []}
    start, end = min(r.start for r in rows), max(r.end for r in rows)
    days = (end - start).days + 1
    return {"from": start.isoformat(), "to": end.isoformat(), "days": days, "amount": plain(sum((r.amount for r in rows), ZERO)),
            "segments": [accrual(r) for r in rows]}  # fmt: skip


def _step(step: SetOffStep) -> dict[str, Any]:
    interest = step.interest
    return {
        "payment": plain(step.amount),
        "general_interest_before_payment": {
            "fixed": plain(interest.fixed), "carried": plain(interest.carried), "running": _running(interest.running), "total": plain(interest.total),
        },
        "applied": {"costs": plain(step.applied.costs), "general_interest": plain(step.applied.interest), "principal": plain(step.applied.principal),
                    "doubled_part": plain(step.to_doubled)},
        "principal_after": plain(step.principal_after),
        "excess": plain(step.excess),
    }  # fmt: skip


def _steps(steps: Sequence[SetOffStep]) -> dict[str, Any]:
    rows: dict[str, Any] = {}
    for step in steps:
        name, again = f"set_off_{step.day}", 2
        while name in rows:
            name, again = f"set_off_{step.day}_{again}", again + 1
        rows[name] = _step(step)
    return rows


def owed(found: Standing) -> dict[str, Any]:
    """What is owed on the day of a standing, with its working; `doubled_total` is what accrued, `doubled_paid` what payments reached of it."""
    mapping: dict[str, Any] = {
        "as_at": found.day.isoformat(),
        "principal": plain(found.principal),
        "other_judgment_money": plain(found.other),
        "costs": plain(found.costs),
        "general_interest_open": plain(found.interest.fixed + found.interest.carried),
        "general_interest_since_payment": _running(found.interest.running),
        "doubled_part": [
            {"from": s.start.isoformat(), "to": s.end.isoformat(), "days": s.days, "base": plain(s.base), "amount": plain(s.amount)}
            for s in found.doubled.segments
        ],
        "doubled_total": plain(found.doubled.total),
        "doubled_paid": plain(found.doubled.total - found.doubled_open),
        "total_still_owed": plain(found.total),
    }
    if found.older_method:
        mapping["note"] = "delay before 2014-08-01 follows the older method (Fa Shi [2014] No. 8 art. 7) and is not in the doubled part"
    return mapping


def _time_limit(inquiry: Inquiry) -> dict[str, Any]:
    limit = inquiry.enforcement_limit
    if limit is None:
        return {}
    statutory = statutory_last_day(limit.safe_last_day, inquiry.law)
    mapping: dict[str, Any] = {
        "safe_last_day": limit.safe_last_day.isoformat(),
        "statutory_last_day": statutory.isoformat() if isinstance(statutory, date) else statutory,
        "interrupted_last_day": _day(limit.interrupted_last_day),
        "filed_in_time": limit.filed_in_time,
        "only_by_interruption": limit.only_by_interruption,
    }
    if procedure_ended(inquiry.case, inquiry.as_of):
        mapping |= {"after_terminated_current_procedure": UNBOUND[0], "after_terminated_current_procedure_zh": UNBOUND[1]}
    return {"enforcement_time_limit": mapping}


def _fee_check(inquiry: Inquiry, instrument: Instrument) -> dict[str, Any]:
    """The court fee the instrument sets beside the fee the tariff gives on what it awards."""
    amount, said = fixed_in_dispute(inquiry), fixed_sum(instrument, "court_fee")
    try:
        full, half = fees.acceptance_fee(amount, inquiry.law), fees.acceptance_fee_half(amount, inquiry.law)
    except Refused:
        return {}
    agrees = {full: "full", half: "simplified"}.get(said)
    figures = {"amount": plain(amount), "full": plain(full), "simplified": plain(half), "in_the_instrument": plain(said), "agrees_with": agrees}
    return {"acceptance_fee_check": figures}


def _listed(names: Sequence[str]) -> str:
    return " and ".join([*([", ".join(names[:-1])] if names[1:] else []), *names[-1:]])


def conventions(instrument: Instrument) -> dict[str, str]:
    """Which items bear doubled interest and how a payment day counts, in one sentence of each language."""
    loss = [i for i in instrument.items if i.kind == "general_interest" and not i.counts_in_doubled_base]
    forms = [word for word, running in (("fixed", False), ("running", True)) if any(is_running(i) is running for i in loss)]
    said = []
    if len(forms) == 2:
        said.append("the fixed and the running overdue-payment loss are both general interest (false)")
    elif forms:
        said.append(f"the {forms[0]} overdue-payment loss is general interest (false)")
    out = [i.kind for i in instrument.items if i.kind != "general_interest" and not is_running(i) and not i.counts_in_doubled_base]
    said += [f"{NAMES[kind]} is set false in this case" for kind in dict.fromkeys(out)]
    counted = list(dict.fromkeys(i.kind for i in instrument.items if i.counts_in_doubled_base and not is_running(i)))
    base = f"so the doubled base is {_listed([NAMES[kind] for kind in counted]) or 'nothing'}"
    ends = "general interest on the payment day uses the new balance, doubled interest the old one"
    zh = f"加倍部分计算基数：{'、'.join(NAMES_ZH[kind] for kind in counted) or '无'}；还款当日一般债务利息按还款后余额、加倍部分按还款前余额计算"
    return {"conventions": f"counts_in_doubled_base of judgment.items: {', '.join([*said, base])}; {ends}", "conventions_zh": zh}


def request(inquiry: Inquiry, found: Standing) -> dict[str, Any]:
    """The items an application for enforcement asks for, kept apart (packets.yaml, enforcement.fields), to the filing day and onward.

    The enforcement fee is borne by the debtor and not prepaid: Litigation Costs Measures arts. 20, 38.
    """
    instrument, onward = inquiry.case.instrument, found.day + DAY
    running = [i for i in instrument.items if is_running(i)] if instrument else []
    last = instrument.performance_last_day if instrument else None
    asked = found.total
    mapping: dict[str, Any] = {
        "as_at": found.day.isoformat(),
        "principal": plain(found.principal),
        "other_judgment_money": plain(found.other),
        "general_interest": {
            "to": found.day.isoformat(),
            "amount": plain(found.interest.total),
            "onward_from": onward.isoformat() if running and found.principal else None,
            "onward_base": plain(found.principal),
            "onward_rates": [_rate(i.daily_rate, i.annual_rate, i.basis) for i in running],
        },
        "costs": plain(found.costs),
        "doubled_part": {
            "from": _day(last + DAY if last else None), "to": found.day.isoformat(), "base": plain(found.doubled_base), "daily_rate": f"{DAILY:f}",
            "amount": plain(found.doubled_open), "includes_general_interest": bool(instrument and interest_in_base(instrument)),
        },
        "already_performed": plain(sum((step.amount for step in found.steps), ZERO)),
        "total": plain(asked),
        "total_in_words": spelled(asked),
    }  # fmt: skip
    mapping["enforcement_fee"] = _enforcement_fee(asked, inquiry)
    return mapping


def _enforcement_fee(asked: Decimal, inquiry: Inquiry) -> str | None:
    try:
        return plain(fees.enforcement_fee(asked, inquiry.law))
    except Refused:
        return None


def instrument_figures(inquiry: Inquiry) -> dict[str, Any]:
    """Everything an effective instrument adds to the mapping; empty without one."""
    instrument, found = inquiry.case.instrument, inquiry.standing
    if instrument is None or not inquiry.effective_instrument:
        return {}
    mapping: dict[str, Any] = {"performance_last_day": _day(instrument.performance_last_day), **_time_limit(inquiry)}
    if found is None:
        return mapping | {"instrument_without_items": True}
    mapping |= {**_fee_check(inquiry, instrument), **_steps(found.steps), "instrument": owed(found), **conventions(instrument)}
    if inquiry.packet == "enforcement":
        mapping["request"] = request(inquiry, found)
    return mapping
