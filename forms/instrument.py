"""What the papers of enforcement say of an effective instrument (生效法律文书): its name, its items, what was paid on it, how interest runs.

Every figure is the check's (keys `instrument`, `request`, `set_off_<day>`); items and dates are those of the case file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from forms.claim import Case, amount, day_of
from forms.figures import daily_rate, day, figures, percent
from forms.papers import MissingField

TYPES: Mapping[str, str] = {
    "judgment": "民事判决书", "second_instance_judgment": "民事判决书", "mediation_paper": "民事调解书", "payment_order": "支付令",
    "arbitral_award": "仲裁裁决书", "notarised_debt_instrument": "公证债权文书",
}  # fmt: skip
ITEMS: Mapping[str, str] = {
    "principal": "本金", "liquidated_damages": "违约金", "general_interest": "利息（逾期付款损失）", "recovery_costs": "实现债权的费用",
    "court_fee": "案件受理费等诉讼费用",
}  # fmt: skip
DOUBLED_RATE = Decimal("0.000175")  # 日万分之一点七五: 法释〔2014〕8号第二条
STEP = "set_off_"
BY_DEBTOR = "自行给付"  # a payment the ledger holds: it came from the debtor, not through the court


@dataclass(frozen=True)
class Receipt:
    """One payment on the instrument: what it was set off against, and how it came in, as far as the case file says."""

    day: date
    amount: Decimal
    how: str
    costs: Decimal
    interest: Decimal
    principal: Decimal
    doubled: Decimal
    principal_after: Decimal
    excess: Decimal


def instrument_of(case: Case) -> Mapping[str, Any]:
    """The block `judgment`; empty when there is none."""
    return case.get("judgment") or {}


def instrument_type(case: Case) -> str:
    """民事判决书, 仲裁裁决书 ...; silence means a judgment."""
    return TYPES[str(instrument_of(case).get("type") or "judgment")]


def instrument_name(case: Case) -> str:
    """示例区人民法院（2024）示0000民初1号民事判决书."""
    said = instrument_of(case)
    return f"{said['court']}{said['case_no']}{instrument_type(case)}"


def is_award(case: Case) -> bool:
    """An arbitral award: enforced by the intermediate court, with the arbitration agreement attached (《民事诉讼法》第248条; 《执行工作规定》第19条)."""
    return instrument_of(case).get("type") == "arbitral_award"


def performance_last_day(case: Case, check: Mapping[str, Any]) -> str:
    """The last day for performance, ISO; empty when neither check nor case file has it."""
    return str(check.get("performance_last_day") or instrument_of(case).get("performance_last_day") or "")


def item_words(item: Mapping[str, Any]) -> str:
    """One item as the instrument orders it: its sum, or the rate at which it runs and from when."""
    name = ITEMS[str(item["kind"])]
    if item.get("form") != "running":
        until = f"（计至{day(item['to'])}）" if item.get("to") else ""
        return f"{name}{amount(item.get('amount')):,.2f}元{until}"
    since = f"自{day(item['from'])}起" if item.get("from") else ""
    return f"{name}，以尚欠本金为基数，{since}至实际清偿之日止，按{rate_words(item)}计算"


def rate_words(said: Mapping[str, Any]) -> str:
    """年利率5.175%（一年按365日计）, 日万分之一点五."""
    if said.get("daily_rate"):
        return daily_rate(amount(said["daily_rate"]))
    return f"年利率{percent(amount(said.get('annual_rate')))}（一年按{said.get('basis') or 365}日计）"


def receipts(case: Case, check: Mapping[str, Any]) -> tuple[Receipt, ...]:
    """Every payment the check has set off, in its order."""
    entries = list((case.get("enforcement") or {}).get("recovered") or ())
    return tuple(_receipt(name.removeprefix(STEP)[:10], step, entries) for name, step in _steps(check))


def _steps(check: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    return ((name, step) for name, step in check.items() if name.startswith(STEP))


def _receipt(on: str, step: Mapping[str, Any], entries: list[Mapping[str, Any]]) -> Receipt:
    applied = step["applied"]
    entry = next((each for each in entries if each["date"] == on and amount(each["amount"]) == amount(step["payment"])), None)
    if entry is not None:
        entries.remove(entry)
    return Receipt(
        day_of(on), amount(step["payment"]), _how(entry), amount(applied["costs"]), amount(applied["general_interest"]), amount(applied["principal"]),
        amount(applied["doubled_part"]), amount(step["principal_after"]), amount(step["excess"]),
    )  # fmt: skip


def _how(entry: Mapping[str, Any] | None) -> str:
    if entry is None:
        return BY_DEBTOR
    return str(entry.get("how") or ("自动履行" if entry.get("voluntary") else "执行到位"))


def interest_rows(check: Mapping[str, Any]) -> tuple[tuple[str, ...], ...]:
    """Every stretch of running general interest up to the day of the check: base, first day, last day, days, rate, amount."""
    stretches = [one for _, step in _steps(check) for one in step["general_interest_before_payment"]["running"]["segments"]]
    stretches += (check.get("instrument") or {}).get("general_interest_since_payment", {}).get("segments") or []
    return tuple(_stretch(one, rate_words(one)) for one in stretches)


def doubled_rows(check: Mapping[str, Any]) -> tuple[tuple[str, ...], ...]:
    """Every stretch of the doubled part, in the same cells."""
    stretches = (check.get("instrument") or {}).get("doubled_part") or ()
    return tuple(_stretch(one, daily_rate(DOUBLED_RATE)) for one in stretches)


def _stretch(one: Mapping[str, Any], rate: str) -> tuple[str, ...]:
    return (figures(amount(one["base"])), day(one["from"]), day(one["to"]), str(one["days"]), rate, figures(amount(one["amount"])))


def missing_instrument(case: Case, check: Mapping[str, Any], on: date) -> list[MissingField]:
    """What a paper on an instrument cannot do without: the instrument, its effect, its sums, and a performance period that is over on the day."""
    said = instrument_of(case)
    if not said:
        return [MissingField("judgment", "生效法律文书", "effective instrument", "judgment")]
    found = []
    if not said.get("effective_on"):
        found.append(MissingField("judgment.effective_on", "生效日期", "day on which the instrument became effective", "judgment.effective_on"))
    elif not check.get("request"):
        found.append(MissingField("judgment.items", "生效法律文书确定的给付项目", "items the instrument orders to pay", "judgment.items"))
    elif amount(check["request"]["total"]) <= 0:
        found.append(MissingField("request.total", "尚未履行的金额（为零）", "sum still owed (it is zero)", "enforcement.recovered"))
    last = performance_last_day(case, check)
    if last and day_of(last) >= on:
        zh, en = f"履行期限尚未届满（至{day(last)}）", f"the period of performance has not ended (it ends on {last})"
        found.append(MissingField("judgment.performance_last_day", zh, en, "judgment.performance_last_day"))
    return found


def own_papers(case: Case, *types: str) -> Sequence[Mapping[str, Any]]:
    """The documents of the case file of these types."""
    lists = ("identity_documents", "insolvency_documents", "documents")
    return [entry for name in lists for entry in case.get(name) or () if isinstance(entry, Mapping) and entry.get("type") in types]
