"""Why a case in collection should go to the law department now (lifecycle.md: collection -> legal_escalation, automatic proposal).

Company rules but for limitation (Civil Code art. 188). Any one reason is enough; a person decides. Amounts are CNY, days are calendar days.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from casefiles.law import Thresholds
from casefiles.rules.ageing import days_overdue
from casefiles.rules.amounts import ZERO, money, plain
from casefiles.rules.inquiry import Inquiry
from casefiles.rules.promises import promises

STATES = ("collection", "reopened")  # with the collectors, or taken out of the archive and not yet given to anybody
ALARMS: tuple[tuple[str, str], ...] = (  # words of registry_status; a status like 吊销，未注销 is named by the first that fits
    ("破产", "bankruptcy"), ("吊销", "licence revoked"), ("注销", "deregistered"), ("撤销", "registration cancelled"), ("清算", "in liquidation"),
    ("迁出", "moved out of the district"), ("停业", "business stopped"), ("歇业", "business suspended"), ("异常", "listed as abnormal"),
    ("失信", "listed as a defaulter"),
)  # fmt: skip


@dataclass(frozen=True)
class Reason:
    """One reason: a code, the sentence in both languages, its figures as texts (money with two decimals, ISO days) and the papers it rests on."""

    code: str
    zh: str
    en: str
    figures: Mapping[str, str] = field(default_factory=dict)
    documents: tuple[str, ...] = ()


def _overdue(inquiry: Inquiry, rules: Thresholds) -> Iterator[Reason]:
    late = [d for d in inquiry.ledger.open_debts if days_overdue(d, inquiry.as_of) > rules.overdue_days]
    if not late:
        return
    oldest = max(late, key=lambda debt: days_overdue(debt, inquiry.as_of))
    days, more = days_overdue(oldest, inquiry.as_of), len(late) - 1
    zh = f"{oldest.number} 逾期 {days} 天，超过 {rules.overdue_days} 天" + (f"（另有 {more} 笔也超过）" if more else "")
    en = f"{oldest.number} is {days} days overdue, more than {rules.overdue_days}" + (f" (and {more} more)" if more else "")
    figures = {"debt": oldest.number, "days": str(days), "threshold": str(rules.overdue_days), "debts": str(len(late))}
    yield Reason("overdue", zh, en, figures)


def _broken(inquiry: Inquiry, rules: Thresholds) -> Iterator[Reason]:
    broken = [p for p in promises(inquiry.case, inquiry.as_of, rules.promise_grace_days) if p.unkept]
    if len(broken) < rules.broken_promises:
        return
    zh = "、".join(f"{p.due}（少付 ¥{money(p.lacking)}）" for p in broken)
    en = ", ".join(f"{p.due} (¥{money(p.lacking)} short)" for p in broken)
    documents = tuple(dict.fromkeys(name for p in broken for name in p.documents))
    figures = {"promises": str(len(broken)), "threshold": str(rules.broken_promises), "days": "、".join(p.due.isoformat() for p in broken)}
    yield Reason("broken_promises", f"付款承诺 {len(broken)} 次落空：{zh}", f"{len(broken)} promises were broken: {en}", figures, documents)


def _amount(inquiry: Inquiry, rules: Thresholds) -> Iterator[Reason]:
    """A large debt of which nothing is late is no bad debt."""
    left = inquiry.ledger.open_debts
    total = sum((debt.open for debt in left), ZERO)
    if total <= rules.open_amount or not any(days_overdue(debt, inquiry.as_of) for debt in left):
        return
    zh, en = f"未付本金 ¥{money(total)}，超过 ¥{money(rules.open_amount)}", f"¥{money(total)} is open, more than ¥{money(rules.open_amount)}"
    yield Reason("open_amount", zh, en, {"amount": plain(total), "threshold": plain(rules.open_amount)})


def _limitation(inquiry: Inquiry, rules: Thresholds) -> Iterator[Reason]:
    last = inquiry.limitation.safe_last_day
    if last is None or (left := (last - inquiry.as_of).days) >= rules.limitation_days:
        return
    if left < 0:
        zh, en = f"诉讼时效已于 {last} 届满，须有新的承诺或履行才能恢复", f"limitation ended on {last}; only a new promise or performance revives the debt"
    else:
        zh = f"诉讼时效 {last} 届满，只剩 {left} 天，不足 {rules.limitation_days} 天"
        en = f"limitation ends on {last}: {left} days left, fewer than {rules.limitation_days}"
    yield Reason("limitation", zh, en, {"last_day": last.isoformat(), "days": str(left), "threshold": str(rules.limitation_days)})


def _registry(inquiry: Inquiry, _rules: Thresholds) -> Iterator[Reason]:
    case = inquiry.case
    for debtor in case.debtors:
        status = (debtor.registry_status or "").strip()
        alarm = next(((word, en) for word, en in ALARMS if word in status), None)
        if alarm is None and debtor is case.debtor and case.insolvency is not None:
            alarm = ALARMS[0]
        if alarm is not None:
            said = f"（{status}）" if status and status != alarm[0] else ""
            zh, en = f"登记警报：{debtor.name} {alarm[0]}{said}", f"registry alarm: {debtor.name}, {alarm[1]}"
            yield Reason("registry_alarm", zh, en, {"debtor": debtor.name, "status": status, "alarm": alarm[0]})


REASONS = (_overdue, _broken, _amount, _limitation, _registry)


def proposal(inquiry: Inquiry, rules: Thresholds) -> tuple[Reason, ...]:
    """Why the case should be handed over; empty where there is no reason, or it is not with the collectors."""
    if inquiry.case.state not in STATES:
        return ()
    return tuple(reason for find in REASONS for reason in find(inquiry, rules))
