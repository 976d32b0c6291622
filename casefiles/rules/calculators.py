"""The eighteen calculators of calculators.yaml as one visible table, and `calculate`, which runs one of them on JSON values.

Input and output keys are those of the examples there. A refused input gives {"error": code} and a message instead of the output keys; a
value that cannot be read raises BadInput.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from casefiles.law import Law, Words, load_law
from casefiles.rules import calculators_days as days
from casefiles.rules import calculators_fees as fees
from casefiles.rules import calculators_interest as interest
from casefiles.rules.calculators_input import BadInput, Field, read_fields, refuse_not_a_number, unknown_keys
from casefiles.rules.preservation import YEARS
from casefiles.rules.refusal import Refused
from casefiles.rules.setoff import ORDERS
from casefiles.rules.working import Result, source_lines

__all__ = ["CALCULATORS", "BadInput", "Calculator", "Field", "bad_answer", "calculate"]

SAID = ("error", "message_zh", "message_en", "working", "source", "verify", "warnings")  # what an answer adds beside the output keys
NAMING = frozenset({"id", "title"})  # an example may be named


@dataclass(frozen=True)
class Calculator:
    """One calculator: what it asks, what it answers, its rule in a sentence, and what a lawyer still has to confirm about it."""

    name: str
    title: Words
    rule: Words
    fields: tuple[Field, ...]
    outputs: tuple[str, ...]
    run: Callable[[Mapping[str, Any], Law], Result]
    doubt: Words | None = None
    in_fields: Callable[[Mapping[str, Any]], Mapping[str, Any]] = dict  # puts another way to say the same into the fields

    @property
    def verify(self) -> bool:
        return self.doubt is not None

    @property
    def source(self) -> tuple[str, ...]:
        return sources(self.name, load_law())


def sources(name: str, law: Law) -> tuple[str, ...]:
    """The legal sources of a calculator, each `中文 / English`; a product convention says so."""
    entry = law.calculators[name]
    if name == "time_limits":
        return tuple(source for part in ("limitation", "enforcement", "holiday_roll") for source in entry[part]["src"])
    if name == "uscc_check_digit":
        return (str(entry["standard"]),)
    return tuple(entry.get("src", ("产品约定 / product convention",)))


def field(name: str, zh: str, en: str, kind: Any, **more: Any) -> Field:
    return Field(name, Words(zh, en), kind, **more)


AMOUNT = field("amount", "金额", "Amount", "money")
PRINCIPAL = field("principal", "本金", "Principal", "money")
DUE = field("due_date", "到期日", "Due date", "date")
BASIS = field("basis", "年计息天数", "Days of the year", "choice", required=False, choices=("365", "360"), help=Words("未填按365", "365 unless said"))
REPAID = field("principal_payments", "归还本金", "Repayments of principal", "payments", required=False)
MODES = ("daily", "annual", "fixed_lpr", "floating", "pboc_then_lpr")

ALL = (
    Calculator(
        "uscc_check_digit",
        Words("统一社会信用代码校验", "Check digit of the unified social credit code"),
        Words("第18位为校验码；小写字母转为大写", "the eighteenth character is the check digit; lower case is raised"),
        (field("uscc", "统一社会信用代码", "Unified social credit code", "text"),),
        ("valid",),
        fees.check_digit,
        doubt=Words("待核实：校验规则依据GB 32100-2015，未见标准原文", "to be verified: the rule follows GB 32100-2015, whose text was not read"),
    ),
    Calculator(
        "rmb_uppercase",
        Words("人民币大写", "Amount in Chinese words"),
        Words("0.00至10^16以下；负数不予转换", "from 0.00 to below 10^16; no negative amount"),
        (AMOUNT,),
        ("text",),
        fees.uppercase,
    ),
    Calculator(
        "court_acceptance_fee",
        Words("案件受理费", "Court acceptance fee"),
        Words("金额 × 比例 + 速算数，只舍入一次；减半只减一次", "amount × rate + quick add, rounded once; halved once only"),
        (field("amount", "诉讼请求金额", "Amount in dispute", "money"),),
        ("fee", "half"),
        fees.acceptance,
    ),
    Calculator(
        "payment_order_fee",
        Words("支付令申请费", "Payment-order fee"),
        Words("同额案件受理费的三分之一", "a third of the acceptance fee of the same amount"),
        (AMOUNT,),
        ("fee",),
        fees.payment_order,
    ),
    Calculator(
        "preservation_fee",
        Words("保全申请费", "Preservation fee"),
        Words("不超过1,000元或不涉及财产数额30元；至10万元部分1%；超过部分0.5%；最高5,000元", "30 up to 1,000; 1% to 100,000; 0.5% above; at most 5,000"),
        (field("amount", "保全金额", "Amount preserved", "money", help=Words("不涉及财产数额的填0.00", "0.00 where there is no amount")),),
        ("fee",),
        fees.preservation,
    ),
    Calculator(
        "enforcement_fee",
        Words("执行申请费", "Enforcement fee"),
        Words("分档按比例计算，只舍入一次", "by brackets, rounded once"),
        (AMOUNT,),
        ("fee",),
        fees.enforcement,
    ),
    Calculator(
        "day_count",
        Words("天数计算", "Day count"),
        Words("天数 = 止日 − 起日 + 1", "days = end − start + 1"),
        (field("start", "起日", "From", "date"), field("end_inclusive", "止日（含）", "To (inclusive)", "date")),
        ("days",),
        days.count,
    ),
    Calculator(
        "overdue_damages",
        Words("逾期付款违约金/逾期付款损失", "Overdue-payment damages"),
        Words(
            "每段：基数 × 年利率 × 天数 ÷ 年天数，或基数 × 日利率 × 天数；各段舍入至分后相加；付款当日按新基数",
            "each segment: base × annual rate × days ÷ basis, or base × daily rate × days; rounded segments are added; a payment day bears the new base",
        ),
        (
            PRINCIPAL,
            DUE,
            field("cut_off_inclusive", "计算至（含）", "Up to (inclusive)", "date"),
            field("payments", "付款", "Payments", "payments", required=False),
            field("mode", "利率方式", "Rate mode", "choice", choices=MODES),
            field("daily", "日利率", "Daily rate", "rate", required=False, help=Words("方式为daily时必填，如0.0003", "needed for mode daily, like 0.0003")),
            field("annual", "年利率", "Annual rate", "rate", required=False, help=Words("方式为annual时必填，如0.06", "needed for mode annual, like 0.06")),
            field(
                "markup",
                "加计",
                "Markup",
                "rate",
                required=False,
                help=Words("LPR方式用，30%至50%，未填按0.5", "for the LPR modes, 30 % to 50 %; 0.5 unless said"),
            ),
            BASIS,
        ),
        ("segments", "total", "open_principal", "excess", "ignored_payments"),
        interest.overdue,
    ),
    Calculator(
        "private_lending_cap",
        Words("民间借贷利率上限（四倍LPR）", "Cap of private lending (four times the LPR)"),
        Words("上限 = 4 × 合同成立时一年期LPR；不适用于金融机构", "cap = 4 × the one-year LPR at the contract date; not for licensed financial institutions"),
        (
            field("contract_date", "合同成立日", "Contract date", "date"),
            field("agreed_annual", "约定年利率", "Agreed annual rate", "rate"),
            field(
                "filing_date",
                "起诉（立案）日",
                "Filing date",
                "date",
                required=False,
                help=Words("合同成立于2020-08-20之前的必填", "needed for a contract before 2020-08-20"),
            ),
        ),
        ("lpr_1y", "lpr_date", "cap", "supported_rate", "within_cap", "applies_from"),
        interest.lending,
    ),
    Calculator(
        "loan_interest",
        Words("借款期内利息", "Interest during the term of a loan"),
        Words(
            "每段：本金 × 年利率 × 天数 ÷ 年天数；算头不算尾", "each segment: principal × annual rate × days ÷ basis; the first day is counted, the last is not"
        ),
        (
            field("principal", "实际收到的本金", "Principal received", "money"),
            field("disbursed_on", "收款日", "Received on", "date"),
            field("ends_on", "期限届满日", "Ends on", "date"),
            field("annual", "年利率", "Annual rate", "rate"),
            BASIS,
            REPAID,
        ),
        ("days", "segments", "total", "open_principal"),
        interest.loan,
        doubt=Words("待核实：天数与年天数由合同约定，法律未规定", "to be verified: day count and basis are matters of the contract, no statute fixes them"),
    ),
    Calculator(
        "damages_reduction_check",
        Words("违约金过高提示", "Excessive damages warning"),
        Words("损失参考 = LPR × 1.5；上限 = 损失参考 × 1.3；不适用于借款", "loss proxy = LPR × 1.5; threshold = proxy × 1.3; not for loans"),
        (
            PRINCIPAL,
            field("agreed_daily", "约定日利率", "Agreed daily rate", "rate"),
            field("days", "天数", "Days", "number", most=100_000),
            field("breach_date", "违约日", "Day of breach", "date"),
        ),
        ("agreed_annual", "lpr_1y", "loss_proxy_annual", "threshold_annual", "claimed", "threshold_amount", "flag_X13"),
        interest.reduction,
        doubt=Words("待核实：损失参考（LPR的1.5倍）是产品约定，并非法律规定", "to be verified: the loss proxy (1.5 × LPR) is a product convention, not law"),
    ),
    Calculator(
        "doubled_interest",
        Words("迟延履行期间加倍部分债务利息", "Doubled interest for delayed performance"),
        Words("未清偿的金钱债务（一般债务利息除外）× 日万分之一点七五 × 天数", "unpaid money debt without general interest × 0.000175 × days"),
        (
            field("base", "计算基数", "Base", "money"),
            field("performance_last_day", "履行期限最后一日", "Last day for performance", "date"),
            field("cut_off", "计算至（含）", "Up to (inclusive)", "date"),
            REPAID,
        ),
        ("segments", "total"),
        interest.doubling,
        doubt=Words(
            "待核实：案件受理费等项目是否计入基数，各地法院做法不一",
            "to be verified: whether the court fee and other items belong to the base; courts differ",
        ),
    ),
    Calculator(
        "partial_payment_set_off",
        Words("部分清偿的抵充顺序", "Set-off of part payments"),
        Words("费用 → 利息 → 本金，另有约定的除外", "costs, interest, principal, unless agreed otherwise"),
        (
            field("before", "抵充前", "Before", "amounts"),
            field("payment", "付款", "Payment", "money"),
            field("mode", "方式", "Mode", "choice", required=False, choices=tuple(ORDERS)),
        ),
        ("order", "applied", "after", "excess"),
        fees.set_off,
        doubt=Words(
            "待核实：违约金是否属于民法典第561条所称的利息有争议",
            "to be verified: whether liquidated damages count as interest in the sense of Civil Code art. 561 is disputed",
        ),
        in_fields=fees.mode_from_order,
    ),
    Calculator(
        "insolvency_claim_amount",
        Words("破产债权申报金额", "Insolvency claim"),
        Words("本金 + 至受理日前一日的利息 + 受理前已确定的费用", "principal + interest to the day before the acceptance + costs fixed before it"),
        (
            PRINCIPAL,
            DUE,
            field("acceptance_date", "受理日", "Acceptance date", "date"),
            field("rate_mode", "利率方式", "Rate mode", "choice", choices=("daily", "annual")),
            field("rate", "利率", "Rate", "rate"),
            field("costs", "费用", "Costs", "money", required=False),
            BASIS,
            field("include_acceptance_day", "受理日计息", "Count the acceptance day", "flag", required=False),
        ),
        ("days", "interest", "claim_total"),
        interest.insolvency_claim,
    ),
    Calculator(
        "time_limits",
        Words("诉讼时效、申请执行时效", "Limitation and time for enforcement"),
        Words("起算日后若干年的对应日；遇休息日顺延仅供参考", "the corresponding day years after the trigger; the roll over days off is for information"),
        (field("trigger_date", "起算日", "Trigger", "date"), field("years", "年数", "Years", "number", least=1, most=20)),
        ("safe_last_day", "statutory_last_day"),
        days.time_limit,
    ),
    Calculator(
        "guarantee_period",
        Words("保证期间", "Guarantee period"),
        Words("主债务到期日 + 约定期间；没有约定或约定不明的为六个月", "due date of the main debt + agreed period; six months where nothing clear is agreed"),
        (
            field("main_debt_due", "主债务到期日", "Due date of the main debt", "date"),
            field(
                "agreed_period",
                "约定期间",
                "Agreed period",
                "text",
                required=False,
                help=Words("N months、N years、until 日期、until the debt is fully repaid", "N months, N years, until DATE, until the debt is fully repaid"),
            ),
        ),
        ("applied_months", "guarantee_period_last_day"),
        days.guarantee,
    ),
    Calculator(
        "insolvency_deadline",
        Words("债权申报期限", "Filing period for claims"),
        Words("以公告为准；公式只核对30日至3个月的范围", "the announcement prevails; the formula only checks the window of 30 days to 3 months"),
        (
            field("announcement_date", "公告日", "Announced on", "date"),
            field("court_fixed_months", "法院确定的月数", "Months fixed", "number", least=1, most=12),
        ),
        ("deadline", "min_30_days", "max_3_months", "valid"),
        days.claims_deadline,
    ),
    Calculator(
        "preservation_expiry",
        Words("保全（查封、冻结）期限", "Expiry of preservation"),
        Words("银行存款1年、动产2年、不动产及其他财产权3年", "bank deposits 1 year, movables 2, immovables and other rights 3"),
        (field("measure_date", "采取措施日", "Date of the measure", "date"), field("asset", "财产", "Asset", "choice", choices=tuple(YEARS))),
        ("max_years", "latest_expiry", "apply_renewal_by"),
        days.measure,
    ),
)
CALCULATORS: Mapping[str, Calculator] = {calculator.name: calculator for calculator in ALL}


def _pair(words: Words) -> dict[str, str]:
    return {"zh": words.zh, "en": words.en}


def _refusal(code: str, law: Law) -> dict[str, str]:
    words = law.errors[code]
    return {"error": code, "message_zh": words.zh, "message_en": words.en}


def _without_outputs(calculator: Calculator, given: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in given.items() if key not in (*calculator.outputs, *SAID)}


def bad_answer(name: str, given: Mapping[str, Any], bad: BadInput) -> dict[str, Any]:
    """The answer for one row of many that cannot be read: what was given, the key and the sentence, and no output key."""
    return _without_outputs(CALCULATORS[name], given) | {"error": "bad_input", "key": bad.key, "message_zh": bad.zh, "message_en": bad.en}


def calculate(name: str, given: Mapping[str, Any], law: Law) -> dict[str, Any]:
    """`given` with the output keys of the calculator, its working, source, verify mark and warnings; output keys that were given are replaced.

    A refusal gives {"error": code, "message_zh", "message_en"} and no output key. Raises BadInput for a missing or unreadable value, and
    KeyError for a name that is none of CALCULATORS.
    """
    calculator = CALCULATORS[name]
    refuse_not_a_number(given)
    source = sources(name, law)
    strange = [
        Words(f"{key}：不认识的项，未使用", f"{key}: unknown here and not used")
        for key in unknown_keys(calculator.fields, given, frozenset((*calculator.outputs, *SAID, *NAMING)))
    ]
    found = Result({}, ())
    try:
        found = calculator.run(read_fields(calculator.fields, calculator.in_fields(given)), law)
        said = dict(found.keys)
        lines = (calculator.rule, *found.working, *source_lines(source))
    except Refused as refused:
        said, lines = dict(_refusal(refused.code, law)), ()
    doubts = (calculator.doubt,) if calculator.doubt else ()
    notes = {
        "working": [_pair(line) for line in lines],
        "source": list(source),
        "verify": calculator.verify or found.verify,
        "warnings": [_pair(words) for words in (*doubts, *found.warnings, *strange)],
    }
    return _without_outputs(calculator, given) | said | notes
