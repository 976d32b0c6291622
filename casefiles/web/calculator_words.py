"""What the calculators' page calls things: data, one line a name. Keys are the output keys of law/calculators.yaml, choices the values of its inputs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from casefiles.law import Words

GROUPS: tuple[tuple[Words, tuple[str, ...]], ...] = (
    (Words("诉讼费用", "Court fees"), ("court_acceptance_fee", "payment_order_fee", "preservation_fee", "enforcement_fee")),
    (
        Words("利息与违约金", "Interest and damages"),
        (
            "overdue_damages", "damages_reduction_check", "loan_interest", "private_lending_cap", "doubled_interest", "partial_payment_set_off",
        ),
    ),
    (Words("期限", "Time limits"), ("time_limits", "guarantee_period", "preservation_expiry", "day_count")),
    (Words("破产", "Insolvency"), ("insolvency_claim_amount", "insolvency_deadline")),
    (Words("小工具", "Small tools"), ("rmb_uppercase", "uscc_check_digit")),
)  # fmt: skip

# The figure one looks for, shown large.
MAIN: Mapping[str, str] = {
    "court_acceptance_fee": "fee", "payment_order_fee": "fee", "preservation_fee": "fee", "enforcement_fee": "fee", "overdue_damages": "total",
    "damages_reduction_check": "flag_X13", "loan_interest": "total", "private_lending_cap": "supported_rate", "doubled_interest": "total",
    "partial_payment_set_off": "after.principal", "time_limits": "safe_last_day", "guarantee_period": "guarantee_period_last_day",
    "preservation_expiry": "latest_expiry", "day_count": "days", "insolvency_claim_amount": "claim_total", "insolvency_deadline": "deadline",
    "rmb_uppercase": "text", "uscc_check_digit": "valid",
}  # fmt: skip


@dataclass(frozen=True)
class Verdict:
    """What a yes or no means: colour, icon and words."""

    kind: str
    icon: str
    words: Words


VERDICTS: Mapping[tuple[str, str], tuple[Verdict, Verdict]] = {  # calculator, key -> if true, if false
    ("uscc_check_digit", "valid"): (
        Verdict("ok", "✓", Words("校验位正确", "The check digit fits")), Verdict("bad", "✕", Words("校验位不符", "The check digit does not fit")),
    ),
    ("insolvency_deadline", "valid"): (
        Verdict("ok", "✓", Words("在三十日至三个月之间", "Between 30 days and 3 months")),
        Verdict("weak", "◐", Words("不在三十日至三个月之间，请核对公告", "Outside 30 days to 3 months: check the announcement")),
    ),
    ("private_lending_cap", "within_cap"): (
        Verdict("ok", "✓", Words("未超过上限", "Within the cap")), Verdict("bad", "✕", Words("超过上限", "Above the cap")),
    ),
    ("damages_reduction_check", "flag_X13"): (
        Verdict("weak", "◐", Words("可能被认定过高", "May be found excessive")), Verdict("ok", "✓", Words("未超过提示线", "Below the line")),
    ),
}  # fmt: skip
YES_NO = Verdict("ok", "✓", Words("是", "Yes")), Verdict("none", "○", Words("否", "No"))

_OUTPUTS = """
after.principal | money | 抵充后尚欠本金 | Principal left
amount | money | 金额 | Amount
amount_in_dispute | money | 争议金额 | Amount in dispute
annual_rate | rate | 年利率 | Rate a year
applied_months | text | 适用月数 | Months applied
applies_from | day | 自此日起适用 | Applies from
apply_renewal_by | day | 最晚申请续行 | Apply for renewal by
agreed_annual | rate | 约定年利率 | Agreed rate a year
agreed_daily | rate | 约定日利率 | Agreed rate a day
base | money | 基数 | Base
basis | text | 年基准天数 | Days of the year
cap | rate | 上限（四倍LPR） | Cap (4 x LPR)
claim_total | money | 申报总额 | Claim in total
claimed | money | 主张的违约金 | Damages claimed
costs | money | 费用 | Costs
daily_rate | rate | 日利率 | Rate a day
date | day | 日期 | Date
days | count | 天数 | Days
deadline | day | 申报截止日 | Last day for claims
excess | money | 超出应付的部分 | Paid above what is owed
fee | money | 费用 | Fee
flag_X13 | flag | 违约金过高提示 | Excessive damages
from | day | 自 | From
guarantee_period_last_day | day | 保证期间最后一日 | Last day of the guarantee period
half | money | 减半收取 | Half fee
interest | money | 利息或违约金 | Interest or damages
interrupted_last_day | day | 中断后的最后一日 | Last day after the interruption
latest_expiry | day | 最晚到期日 | Latest expiry
loss_proxy_annual | rate | 损失参照（LPR的1.5倍） | Measure of the loss (1.5 x LPR)
lpr_1y | percent | 一年期LPR | LPR, 1 year
lpr_date | day | LPR公布日 | LPR published
max_3_months | day | 三个月届满日 | Three months end
max_years | text | 最长年数 | Years at most
min_30_days | day | 三十日届满日 | Thirty days end
open_principal | money | 尚欠本金 | Principal still owed
principal | money | 本金 | Principal
rate_source | text | 利率依据 | Source of the rate
safe_last_day | day | 最后安全日 | Last safe day
statutory_last_day | day | 法定最后一日（遇节假日顺延） | Last day by statute (moved past holidays)
supported_rate | rate | 受支持的年利率 | Rate a court supports
text | text | 大写金额 | Amount in words
threshold_amount | money | 提示线对应金额 | Line as an amount
threshold_annual | rate | 提示线（损失参照的1.3倍） | Line (1.3 x measure)
to | day | 至 | To
total | money | 合计 | Total
valid | flag | 校验结果 | Test
within_cap | flag | 与上限比较 | Against the cap
"""

_CHOICES = """
daily | 约定日利率 | Agreed rate a day
annual | 约定年利率 | Agreed rate a year
fixed_lpr | LPR（违约时固定） | LPR, fixed at the breach
floating | LPR（浮动） | LPR, floating
pboc_then_lpr | 贷款基准利率，2019-08-20起LPR | Benchmark rate, from 2019-08-20 LPR
civil_code_561 | 费用、利息、本金（民法典第561条） | Costs, interest, principal (Civil Code art. 561)
principal_first | 先抵本金（另有约定） | Principal first (as agreed)
bank_deposit | 银行存款 | Bank deposit
movable | 动产 | Movable thing
immovable | 不动产 | Immovable thing
equity | 股权 | Shares in a company
other_right | 其他财产权 | Other property right
365 | 365 | 365
360 | 360 | 360
costs | 费用 | Costs
interest | 利息 | Interest
principal | 本金 | Principal
"""


RATE_A_DAY = Words("如 0.0005、0.05% 或 万分之五", "like 0.0005 or 0.05% a day")
RATE_A_YEAR = Words("如 0.06 或 6%", "like 0.06 or 6% a year")
HELP: Mapping[str, Words] = {  # by field
    "daily": Words(f"约定日利率时必填，{RATE_A_DAY.zh}", f"needed for an agreed rate a day, {RATE_A_DAY.en}"),
    "annual": RATE_A_YEAR,
    "markup": Words("按LPR计算时用，30%至50%；未填按50%", "for the LPR modes, 30% to 50%; 50% unless said"),
    "agreed_daily": RATE_A_DAY,
    "agreed_annual": RATE_A_YEAR,
    "rate": Words("日利率如 0.0005、0.05%；年利率如 0.06、6%", "a day like 0.0005 or 0.05%; a year like 0.06 or 6%"),
    "agreed_period": Words(
        "如 2年、24个月、至2027-03-31、至债务清偿完毕止；未约定的不填",
        "like 2 years, 24 months, until 2027-03-31, until the debt is fully repaid; empty if nothing is agreed",
    ),
    "years": Words("诉讼时效 3，申请执行时效 2", "3 for limitation, 2 for enforcement"),
}


# A field that counts only with some choices of another: folded away by script where it does not.
ONLY_WITH: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "daily": ("mode", ("daily",)),
    "annual": ("mode", ("annual",)),
    "markup": ("mode", ("fixed_lpr", "floating", "pboc_then_lpr")),
    "basis": ("mode", ("annual", "fixed_lpr", "floating", "pboc_then_lpr")),
}


@dataclass(frozen=True)
class Output:
    """How an output is called and shown: money, rate, percent, day, count, flag or text."""

    kind: str
    words: Words


def _outputs(table: str) -> Mapping[str, Output]:
    rows = (line.split(" | ") for line in table.strip().splitlines())
    return MappingProxyType({name: Output(kind, Words(zh, en)) for name, kind, zh, en in rows})


def _choices(table: str) -> Mapping[str, Words]:
    rows = (line.split(" | ") for line in table.strip().splitlines())
    return MappingProxyType({name: Words(zh, en) for name, zh, en in rows})


OUTPUTS = _outputs(_OUTPUTS)
CHOICES = _choices(_CHOICES)
