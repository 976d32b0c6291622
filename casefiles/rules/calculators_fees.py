"""The calculators of fees, of a payment's set-off, and the two small helpers: 大写 and the check digit of the USCC."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from casefiles.law import Bracket, Law, Words
from casefiles.rules import fees, setoff, uscc
from casefiles.rules.amounts import in_words, money, percent, plain
from casefiles.rules.calculators_input import BadInput
from casefiles.rules.working import Result, exact

Values = Mapping[str, Any]
PARTS = {"costs": Words("费用", "costs"), "interest": Words("利息", "interest"), "principal": Words("本金", "principal")}
BORNE = {
    "acceptance": Words("由败诉方负担；以法院交费通知书为准", "borne by the losing party in the end; the court's notice of payment prevails"),
    "order": Words("债务人未提异议的由其负担；提出异议的由申请人负担", "borne by the debtor if there is no objection, else by the applicant"),
    "enforcement": Words("申请人不预交，执行后由被执行人负担", "not prepaid by the applicant; borne by the debtor after enforcement"),
}


def _bracket_words(amount: Decimal, bracket: Bracket) -> tuple[Words, Decimal]:
    """The step of the fee as a line, and the fee unrounded."""
    fee = amount * bracket.rate + bracket.quick_add
    if not bracket.rate:
        return Words(f"不超过1万元：每件 {money(fee)}", f"up to 10,000: {money(fee)} a case"), fee
    sign = "+" if bracket.quick_add >= 0 else "−"
    said = f"{money(amount)} × {percent(bracket.rate)} {sign} {exact(abs(bracket.quick_add))} = {exact(fee)}"
    return Words(f"超过 {exact(bracket.over)} 的一档：{said}", f"bracket over {exact(bracket.over)}: {said}"), fee


def acceptance(values: Values, law: Law) -> Result:
    """court_acceptance_fee: Litigation Costs Measures arts. 13(1), 15, 16."""
    amount: Decimal = values["amount"]
    line, fee = _bracket_words(amount, fees.bracket_of(amount, law.acceptance_brackets))
    whole, half = fees.acceptance_fee(amount, law), fees.acceptance_fee_half(amount, law)
    working = (
        line,
        Words(f"案件受理费：{money(whole)}", f"Acceptance fee: {money(whole)}"),
        Words(
            f"减半（简易程序、调解、撤诉）：{exact(fee)} ÷ 2 = {money(half)}",
            f"Half (simplified procedure, mediation, withdrawal): {exact(fee)} ÷ 2 = {money(half)}",
        ),
        BORNE["acceptance"],
    )
    return Result({"fee": plain(whole), "half": plain(half)}, working)


def payment_order(values: Values, law: Law) -> Result:
    """payment_order_fee: Litigation Costs Measures arts. 14(3), 36."""
    amount: Decimal = values["amount"]
    line, whole = _bracket_words(amount, fees.bracket_of(amount, law.acceptance_brackets))
    fee = fees.payment_order_fee(amount, law)
    working = (line, Words(f"支付令申请费：{exact(whole)} ÷ 3 = {money(fee)}", f"Payment-order fee: {exact(whole)} ÷ 3 = {money(fee)}"), BORNE["order"])
    return Result({"fee": plain(fee)}, working)


def preservation(values: Values, law: Law) -> Result:  # noqa: ARG001 - every calculator is called alike
    """preservation_fee: Litigation Costs Measures art. 14(2)."""
    amount: Decimal = values["amount"]
    fee = fees.preservation_fee(amount)
    steps = ["30"]
    if amount > 1000:
        steps.append(f"({exact(min(amount, Decimal(100_000)))} − 1,000) × 1%")
    if amount > 100_000:
        steps.append(f"({exact(amount)} − 100,000) × 0.5%")
    said = " + ".join(steps)
    return Result({"fee": plain(fee)}, (Words(f"{said}，最高5,000：{money(fee)}", f"{said}, at most 5,000: {money(fee)}"),))


def enforcement(values: Values, law: Law) -> Result:
    """enforcement_fee: Litigation Costs Measures arts. 14(1), 20(2), 38."""
    amount: Decimal = values["amount"]
    line, _ = _bracket_words(amount, fees.bracket_of(amount, law.enforcement_brackets))
    fee = fees.enforcement_fee(amount, law)
    return Result({"fee": plain(fee)}, (line, Words(f"执行申请费：{money(fee)}", f"Enforcement fee: {money(fee)}"), BORNE["enforcement"]))


def _parts(parts: setoff.Parts) -> dict[str, str]:
    return {"costs": plain(parts.costs), "interest": plain(parts.interest), "principal": plain(parts.principal)}


def set_off(values: Values, law: Law) -> Result:  # noqa: ARG001 - every calculator is called alike
    """partial_payment_set_off: Civil Code art. 561."""
    before, payment = values["before"], values["payment"]
    found = setoff.set_off(payment, **before, mode=values.get("mode", "civil_code_561"))
    applied, after = _parts(found.applied), _parts(found.after)
    keys = {"order": list(found.order), "applied": applied, "after": after, "excess": plain(found.excess)}
    working = [
        Words(
            f"付款 {money(payment)}，按{'、'.join(PARTS[p].zh for p in found.order)}的顺序抵充",
            f"{money(payment)} goes to {', '.join(PARTS[p].en for p in found.order)}",
        )
    ]
    for part in found.order:
        said = f"{money(before[part])} − {money(Decimal(applied[part]))} = {money(Decimal(after[part]))}"
        working.append(Words(f"{PARTS[part].zh}：{said}", f"{PARTS[part].en}: {said}"))
    if found.excess > 0:
        working.append(Words(f"多付：{money(found.excess)}", f"Paid too much: {money(found.excess)}"))
    return Result(keys, tuple(working))


def mode_from_order(given: Mapping[str, Any]) -> Mapping[str, Any]:
    """The examples name the order of the parts instead of the mode."""
    if given.get("mode") is not None or given.get("order") is None:
        return given
    for mode, parts in setoff.ORDERS.items():
        if given["order"] == list(parts):
            return {**given, "mode": mode}
    known = " / ".join(str(list(parts)) for parts in setoff.ORDERS.values())
    raise BadInput("order", f"须为 {known}", f"must be {known}")


def uppercase(values: Values, law: Law) -> Result:  # noqa: ARG001 - every calculator is called alike
    """rmb_uppercase: 人民币大写."""
    text = in_words(values["amount"])
    return Result({"text": text}, (Words(f"人民币 {money(values['amount'])}：{text}", f"CNY {money(values['amount'])}: {text}"),))


def check_digit(values: Values, law: Law) -> Result:  # noqa: ARG001 - every calculator is called alike
    """uscc_check_digit: GB 32100-2015."""
    code = uscc.normal(values["uscc"])
    valid, wanted = uscc.is_valid(code), uscc.check_character(code)
    if len(code) != 18:
        said = Words(f"{code}：有 {len(code)} 位，应为18位", f"{code}: {len(code)} characters instead of 18")
    elif wanted is None:
        said = Words(f"{code}：含字符集以外的字符（不用 I、O、S、V、Z）", f"{code}: a character outside the set (I, O, S, V and Z are not used)")
    else:
        said = Words(
            f"{code}：前17位要求校验码为 {wanted}，{'相符' if valid else f'实为 {code[17]}'}",
            f"{code}: the first 17 ask for the check character {wanted}; {'it is' if valid else f'it is {code[17]}'}",
        )
    return Result({"valid": valid}, (said,))
