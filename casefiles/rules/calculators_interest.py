"""The calculators of damages and interest: overdue_damages, private_lending_cap, loan_interest, damages_reduction_check, doubled_interest,
insolvency_claim_amount.

Each takes the typed values of its fields and gives the output keys of calculators.yaml with the working. Sources stand with the rules
they call.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from casefiles.law import Law, Words
from casefiles.rules import doubled, insolvency, loans
from casefiles.rules.amounts import ZERO, cents, money, percent, plain
from casefiles.rules.calculators_input import BadInput
from casefiles.rules.calendar import DAY
from casefiles.rules.interest import Damages, Terms, lpr_on, overdue_damages, reduction_check
from casefiles.rules.refusal import Refused
from casefiles.rules.report_damages import segment_mapping
from casefiles.rules.working import Result, ignored_line, lpr_doubts, rate_doubts, segment_line, stretch, sum_of, total_line

LOWEST_MARKUP, HIGHEST_MARKUP = Decimal("0.3"), Decimal("0.5")  # Sale Contract Interpretation art. 18(4)
Values = Mapping[str, Any]


def _needed(values: Values, key: str, mode: str) -> Decimal:
    if key not in values:
        raise BadInput(key, f"方式为 {mode} 时必填", f"is needed where the mode is {mode}")
    rate: Decimal = values[key]
    return rate


def _terms(values: Values) -> Terms:
    mode, basis = values["mode"], int(values.get("basis", "365"))
    if mode in ("daily", "annual"):
        return Terms(mode, rate=_needed(values, mode, mode), basis=basis)
    return Terms(mode, markup=values.get("markup", HIGHEST_MARKUP), basis=basis)


def _payment_notes(found: Damages) -> list[Words]:
    """Payments that did not count in full are named, never dropped silently."""
    notes = [ignored_line(day, amount, "晚于截止日", "it comes after the cut-off") for day, amount in found.ignored]
    if found.excess > 0:
        notes.append(Words(f"付款超过未付本金 {money(found.excess)}", f"payments exceed the open principal by {money(found.excess)}"))
    return notes


def overdue(values: Values, law: Law) -> Result:
    """overdue_damages: Sale Contract Interpretation art. 18; Civil Code arts. 579, 584, 585."""
    terms, due, cut_off = _terms(values), values["due_date"], values["cut_off_inclusive"]
    first = due + DAY
    found = overdue_damages(values["principal"], due, cut_off, values.get("payments", ()), terms, law=law)
    keys: dict[str, Any] = {
        "segments": [segment_mapping(segment, terms) for segment in found.segments],
        "total": plain(found.total),
        "open_principal": plain(found.open_principal),
    }
    if found.excess > 0:
        keys["excess"] = plain(found.excess)
    if found.ignored:
        keys["ignored_payments"] = [{"date": day.isoformat(), "amount": plain(amount)} for day, amount in found.ignored]
    doubts = rate_doubts(terms, first, cut_off, law)
    warnings = [*doubts, *_payment_notes(found)]
    if terms.markup is not None and not LOWEST_MARKUP <= terms.markup <= HIGHEST_MARKUP:
        shown = percent(terms.markup)
        warnings.append(Words(f"加计 {shown} 不在30%至50%之间", f"the markup of {shown} lies outside the 30 % to 50 % of the interpretation"))
    working = (
        Words(
            f"逾期首日为到期日 {due} 的次日 {first}，计算至 {cut_off}（含当日）",
            f"overdue from {first}, the day after the due date {due}, to {cut_off} inclusive",
        ),
        *(segment_line(segment, terms.basis) for segment in found.segments),
        total_line((s.amount for s in found.segments), found.total),
        Words(f"未付本金：{money(found.open_principal)}", f"Open principal: {money(found.open_principal)}"),
    )
    return Result(keys, working, tuple(warnings), verify=bool(doubts))


def _two_decimals(rate: Decimal) -> str:
    return f"{cents(rate * 100):.2f}%"


def lending(values: Values, law: Law) -> Result:
    """private_lending_cap: Private Lending Provisions arts. 25, 31."""
    contract, agreed, filing = values["contract_date"], values["agreed_annual"], values.get("filing_date")
    found = loans.lending_cap(contract, agreed, law, filing)
    day = contract
    if found.applies_from is not None and filing is not None:
        if filing < contract:
            raise BadInput("filing_date", f"{filing} 早于合同成立日 {contract}", f"{filing} lies before the contract date {contract}")
        day = filing
    keys: dict[str, Any] = {
        "lpr_1y": f"{found.lpr:.2f}",
        "lpr_date": found.published.isoformat(),
        "cap": _two_decimals(found.cap),
        "agreed_annual": _two_decimals(agreed),
        "supported_rate": _two_decimals(found.supported),
        "within_cap": found.within,
    }
    of = Words("合同成立日", "contract date") if found.applies_from is None else Words("起诉（立案）日", "filing date")
    cap, shown = _two_decimals(found.cap), _two_decimals(agreed)
    working = [
        Words(
            f"{of.zh} {day} 适用 {found.published} 公布的一年期LPR {found.lpr:.2f}%",
            f"{of.en} {day}: one-year LPR {found.lpr:.2f}% published {found.published}",
        ),
        Words(f"上限：4 × {found.lpr:.2f}% = {cap}", f"Cap: 4 × {found.lpr:.2f}% = {cap}"),
        Words(
            f"约定 {shown} {'≤' if found.within else '＞'} {cap}，支持 {keys['supported_rate']}",
            f"agreed {shown} {'≤' if found.within else '>'} {cap}: {keys['supported_rate']} is supported",
        ),
    ]
    doubts = list(lpr_doubts([found.row], day, law))
    if found.applies_from is not None:
        keys["applies_from"] = found.applies_from.isoformat()
        working.append(
            Words(
                "上限适用于2020-08-20起的利息；此前的利息可适用当时的规定",
                "the cap holds for interest from 2020-08-20; earlier interest may follow the rules then in force",
            )
        )
        if day < loans.NEW_RULE:
            doubts.append(
                Words(
                    "待核实：起诉早于2020-08-20，应由律师判断是否适用旧规定",
                    "to be verified: filed before 2020-08-20; a lawyer must decide whether the old rules apply",
                )
            )
    return Result(keys, tuple(working), tuple(doubts), verify=bool(doubts))


def _over_paid(principal: Decimal, payments: Iterable[tuple[date, Decimal]]) -> list[Words]:
    more = sum((amount for _, amount in payments), ZERO) - principal
    return [Words(f"付款超过本金 {money(more)}，未再计入", f"payments exceed the principal by {money(more)}; the rest is not used")] if more > 0 else []


def loan(values: Values, law: Law) -> Result:  # noqa: ARG001 - every calculator is called alike
    """loan_interest: Civil Code arts. 670, 674, 676, 680; Private Lending Provisions arts. 24-26."""
    principal, ends_on, annual = values["principal"], values["ends_on"], values["annual"]
    basis, payments = int(values.get("basis", "365")), values.get("principal_payments", ())
    found = loans.loan_interest(principal, values["disbursed_on"], ends_on, annual, basis, payments)
    terms = Terms("annual", annual, basis=basis)
    keys = {
        "days": found.days,
        "segments": [segment_mapping(segment, terms) for segment in found.segments],
        "total": plain(found.total),
        "open_principal": plain(found.open_principal),
    }
    late = [ignored_line(day, amount, "不早于期限届满日", "it does not come before the end") for day, amount in sorted(payments) if day >= ends_on]
    counted = [(day, amount) for day, amount in payments if day < ends_on]
    working = (
        Words(
            f"自收款日 {values['disbursed_on']} 起计，{ends_on} 当日不计（算头不算尾），共 {found.days} 天",
            f"from the day of receipt {values['disbursed_on']}; {ends_on} itself is not counted: {found.days} days",
        ),
        *(segment_line(segment, basis) for segment in found.segments),
        total_line((s.amount for s in found.segments), found.total),
        Words(f"未还本金：{money(found.open_principal)}", f"Open principal: {money(found.open_principal)}"),
    )
    return Result(keys, working, (*late, *_over_paid(principal, counted)))


def reduction(values: Values, law: Law) -> Result:
    """damages_reduction_check: Civil Code art. 585(2); General Contract Interpretation arts. 64, 65. The proxy of the loss is ours."""
    principal, daily, days, breach = values["principal"], values["agreed_daily"], values["days"], values["breach_date"]
    found = reduction_check(principal, daily * 365, days, breach, law)
    check, row = found.check, lpr_on(breach, law)
    agreed, proxy, threshold = percent(check.agreed, 3, 4), percent(check.proxy, 3, 4), percent(check.threshold, 4, 4)
    keys = {
        "agreed_annual": agreed,
        "lpr_1y": f"{check.lpr:.2f}",
        "loss_proxy_annual": proxy,
        "threshold_annual": threshold,
        "claimed": plain(found.claimed),
        "threshold_amount": plain(found.threshold_amount),
        "flag_X13": check.excessive,
    }
    sign = "＞" if check.excessive else "≤"
    working = (
        Words(f"约定年率：{daily:f} × 365 = {agreed}", f"Agreed annual rate: {daily:f} × 365 = {agreed}"),
        Words(f"损失参考：LPR {check.lpr:.2f}%（{row.published}）× 1.5 = {proxy}", f"Loss proxy: LPR {check.lpr:.2f}% ({row.published}) × 1.5 = {proxy}"),
        Words(f"上限：{proxy} × 1.3 = {threshold}", f"Threshold: {proxy} × 1.3 = {threshold}"),
        Words(
            f"请求额：{money(principal)} × {daily:f} × {days} = {money(found.claimed)}",
            f"Claimed: {money(principal)} × {daily:f} × {days} = {money(found.claimed)}",
        ),
        Words(
            f"按上限：{sum_of(principal, threshold, days, 365)} = {money(found.threshold_amount)}",
            f"At the threshold: {sum_of(principal, threshold, days, 365)} = {money(found.threshold_amount)}",
        ),
        Words(
            f"{agreed} {sign} {threshold}：{'可能被认定过高，违约方可请求减少' if check.excessive else '未超过'}",
            f"{agreed} {sign.replace('＞', '>')} {threshold}: {'may be held excessive if the party in breach asks' if check.excessive else 'not above it'}",
        ),
    )
    return Result(keys, working, lpr_doubts([row], breach, law))


def doubling(values: Values, law: Law) -> Result:  # noqa: ARG001 - every calculator is called alike
    """doubled_interest: CPL art. 264; Fa Shi [2014] No. 8 arts. 1-4."""
    base, last, cut_off, payments = values["base"], values["performance_last_day"], values["cut_off"], values.get("principal_payments", ())
    found = doubled.doubled_interest(base, last, payments, cut_off)
    keys = {
        "segments": [
            {"from": s.start.isoformat(), "to": s.end.isoformat(), "days": s.days, "base": plain(s.base), "amount": plain(s.amount)} for s in found.segments
        ],
        "total": plain(found.total),
    }
    working = (
        Words(
            f"履行期限最后一日 {last} 不计，自 {last + DAY} 起计算至 {cut_off}（含当日）；付款当日仍按原基数计",
            f"the last day for performance {last} is not counted: from {last + DAY} to {cut_off} inclusive; a payment day still bears the old base",
        ),
        *(stretch(s.start, s.end, s.days, sum_of(s.base, f"{doubled.DAILY:f}", s.days, None), s.amount) for s in found.segments),
        total_line((s.amount for s in found.segments), found.total),
    )
    notes = [ignored_line(day, amount, "晚于截止日", "it comes after the cut-off") for day, amount in sorted(payments) if day > cut_off]
    notes += _over_paid(base, [(day, amount) for day, amount in payments if day <= cut_off])
    older = found.segments and found.segments[0].start < doubled.FIRST_DAY_OF_RULE
    if older:
        notes.append(
            Words(
                "待核实：2014-08-01之前的迟延适用此前的计算方法（法释〔2014〕8号第7条）",
                "to be verified: delay before 2014-08-01 follows the older method (Fa Shi [2014] No. 8 art. 7)",
            )
        )
    return Result(keys, working, tuple(notes), verify=bool(older))


def insolvency_claim(values: Values, law: Law) -> Result:
    """insolvency_claim_amount: Enterprise Bankruptcy Law arts. 44-46, 49, 56."""
    principal, due, accepted, costs = values["principal"], values["due_date"], values["acceptance_date"], values.get("costs", ZERO)
    if costs < 0:
        raise Refused("negative_amount", f"costs: {costs}")
    included = values.get("include_acceptance_day", False)
    terms = Terms(values["rate_mode"], values["rate"], basis=int(values.get("basis", "365")))
    found = insolvency.claim_interest(principal, due, accepted, terms, law, include_acceptance_day=included)
    total = principal + found.total + costs
    keys = {"days": sum(s.days for s in found.segments), "interest": plain(found.total), "costs": plain(costs), "claim_total": plain(total)}
    deemed = due >= accepted
    working = (
        Words(f"{due} 到期，受理时未到期的债权视为到期，不计利息", f"due {due}: deemed due on the acceptance, no interest")
        if deemed
        else Words(
            f"自 {due + DAY} 起计算，受理日 {accepted} {'计入' if included else '起停止计息'}",
            f"from {due + DAY}; the acceptance day {accepted} is {'' if included else 'not '}counted",
        ),
        *(segment_line(segment, terms.basis) for segment in found.segments),
        Words(
            f"申报额：本金 {money(principal)} + 利息 {money(found.total)} + 费用 {money(costs)} = {money(total)}",
            f"Claim: principal {money(principal)} + interest {money(found.total)} + costs {money(costs)} = {money(total)}",
        ),
    )
    doubt = Words("待核实：受理日当日计息，管理人未必认可", "to be verified: the acceptance day is counted, which not every administrator accepts")
    return Result(keys, working, (doubt,) if included else (), verify=included)
