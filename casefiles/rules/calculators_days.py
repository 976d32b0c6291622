"""The calculators of days: day_count, time_limits, guarantee_period, insolvency_deadline, preservation_expiry."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from casefiles.law import Law, Words
from casefiles.rules import insolvency, preservation
from casefiles.rules.calendar import days_inclusive, statutory_last_day
from casefiles.rules.limits import ENFORCEMENT_YEARS, YEARS, guarantee_period, safe_last_day
from casefiles.rules.working import Result

Values = Mapping[str, Any]


def count(values: Values, law: Law) -> Result:  # noqa: ARG001 - every calculator is called alike
    """day_count: both ends counted."""
    start, end = values["start"], values["end_inclusive"]
    days = days_inclusive(start, end)
    return Result({"days": days}, (Words(f"{start} 至 {end}，首尾两日均计：{days} 天", f"{start} to {end}, both counted: {days} days"),))


def time_limit(values: Values, law: Law) -> Result:
    """time_limits: Civil Code arts. 188, 201-203; CPL arts. 85, 250."""
    trigger, years = values["trigger_date"], values["years"]
    safe = safe_last_day(trigger, years)
    statutory = statutory_last_day(safe, law)
    known = isinstance(statutory, date)
    keys = {"safe_last_day": safe.isoformat(), "statutory_last_day": statutory.isoformat() if isinstance(statutory, date) else statutory}
    name = {YEARS: Words("诉讼时效", "limitation"), ENFORCEMENT_YEARS: Words("申请执行时效", "time for enforcement")}.get(years, Words("期间", "period"))
    working = [
        Words(
            f"{name.zh}：自 {trigger} 的次日起算，{years}年后的对应日（无对应日的为月末）{safe} 为安全截止日",
            f"{name.en}: runs from the day after {trigger}; the corresponding day (or month end) {years} years later, {safe}, is the safe last day",
        )
    ]
    if known:
        rolled = statutory != safe
        working.append(
            Words(
                f"{safe} 为休息日，顺延至 {statutory}" if rolled else f"{safe} 为工作日，不顺延",
                f"{safe} is a day off: the period ends on {statutory}" if rolled else f"{safe} is a working day: no roll",
            )
        )
        return Result(keys, tuple(working))
    year = str(statutory)[-4:]
    doubt = Words(
        f"待核实：尚无{year}年节假日安排，顺延后的末日无法计算，请导入国务院通知",
        f"to be verified: no holiday notice of {year} is on file; import the State Council notice",
    )
    return Result(keys, tuple(working), (doubt,))


def guarantee(values: Values, law: Law) -> Result:  # noqa: ARG001 - every calculator is called alike
    """guarantee_period: Civil Code art. 692; Security Interpretation art. 32."""
    due, agreed = values["main_debt_due"], values.get("agreed_period")
    months, last = guarantee_period(due, agreed)
    said = Words(agreed or "未约定", agreed or "nothing agreed")
    counted = (
        Words(f"主债务到期日 {due} 后 {months} 个月", f"{months} months after the main debt's due date {due}")
        if months
        else Words("约定的日期", "the agreed day")
    )
    working = (
        Words(f"约定：{said.zh}", f"Agreed: {said.en}"),
        Words(f"{counted.zh}：保证期间至 {last} 届满", f"{counted.en}: the guarantee period ends on {last}"),
        Words("不中止、不中断、不延长", "no suspension, interruption or extension"),
    )
    return Result({"applied_months": months, "guarantee_period_last_day": last.isoformat()}, working)


def claims_deadline(values: Values, law: Law) -> Result:  # noqa: ARG001 - every calculator is called alike
    """insolvency_deadline: Enterprise Bankruptcy Law art. 45. The date printed in the announcement prevails."""
    announced, months = values["announcement_date"], values["court_fixed_months"]
    deadline, (earliest, latest) = insolvency.announced_deadline(announced, months), insolvency.lawful_window(announced)
    valid = earliest <= deadline <= latest
    keys = {"deadline": deadline.isoformat(), "min_30_days": earliest.isoformat(), "max_3_months": latest.isoformat(), "valid": valid}
    working = (
        Words(f"公告日 {announced} + {months} 个月 = {deadline}", f"announced {announced} + {months} months = {deadline}"),
        Words(f"法定范围：{earliest}（30日）至 {latest}（3个月）", f"lawful window: {earliest} (30 days) to {latest} (3 months)"),
        Words("以公告载明的日期为准", "the date printed in the announcement prevails"),
    )
    odd = Words(f"{deadline} 不在法定范围内，请核对公告载明的日期", f"{deadline} lies outside the lawful window: check the date printed in the announcement")
    return Result(keys, working, () if valid else (odd,))


def measure(values: Values, law: Law) -> Result:  # noqa: ARG001 - every calculator is called alike
    """preservation_expiry: CPL Interpretation art. 485; Property Preservation Provisions arts. 17, 18."""
    day = values["measure_date"]
    found = preservation.expiry(day, values["asset"])
    keys = {"max_years": found.max_years, "latest_expiry": found.latest_expiry.isoformat(), "apply_renewal_by": found.apply_renewal_by.isoformat()}
    sue_by = preservation.pre_suit_last_day(day)
    working = (
        Words(f"{day} 起最长 {found.max_years} 年：{found.latest_expiry} 届满", f"at most {found.max_years} years from {day}: ends on {found.latest_expiry}"),
        Words(f"届满七日前申请续行：不迟于 {found.apply_renewal_by}", f"ask for renewal seven days before: by {found.apply_renewal_by}"),
        Words(f"如为诉前保全：须在 {sue_by} 前起诉或申请仲裁（30日）", f"if before suit: sue or apply for arbitration by {sue_by} (30 days)"),
        Words("裁定书、通知书载明期限更短的，以其为准", "a shorter term in the ruling or notice prevails"),
    )
    return Result(keys, working)
