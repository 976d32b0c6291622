"""债权计算明细表 (calculation of an insolvency claim), cut at the day before the court accepted the insolvency.

Interest stops with the acceptance: 《企业破产法》第46条第2款 (Enterprise Bankruptcy Law art. 46(2)); what was not yet due counts as due: art. 46(1). The
doubled part of interest for late performance that accrued before stands on a line of its own and outside the total; what accrues after the
acceptance is not confirmed (《企业破产法解释三》第3条).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from forms.calculation_sheet import COLUMNS, LARGE, WIDE, debt_name, loan_basis, working_rows
from forms.claim import ZERO, Case, Claim, Segment, amount, claim_of, clause, clause_number, clause_words, day_of
from forms.contract_words import contract_name
from forms.figures import article, day, figures, listed
from forms.form import Column, Field, Form, GroupRow, Line, Row, Section, Signature, SumRow, Table, line, money
from forms.instrument import instrument_name, receipts
from forms.legal_basis import CODE, SALE_INTERPRETATION

INSOLVENCY_LAW = "《中华人民共和国企业破产法》"
INTERPRETATION_THREE = "《最高人民法院关于适用〈中华人民共和国企业破产法〉若干问题的规定（三）》"
DEBTS = (Column("序号", 1.1, "center"), Column("发票/批次", 2.6, "center"), Column("应付日", 3.0, "center"), Column("原金额（元）", 2.7, "right"),
         Column("未付本金（元）", 2.9, "right"), Column("备注"))  # fmt: skip
SET_OFF = (Column("还款日", 2.7, "center"), Column("还款金额\n（元）", 2.3, "right"), Column("抵充费用\n（元）", 2.2, "right"),
           Column("抵充利息\n（元）", 2.3, "right"), Column("抵充本金\n（元）", 2.3, "right"), Column("还款后本金\n（元）", 0, "right"))  # fmt: skip


@dataclass(frozen=True)
class Filed:
    """The sums of the claim as the check computed them; `last_day` is the day before the acceptance, `damages_name` what the second sum is called.

    `segments` are stretches of running interest; of a claim `by_instrument` they are what accrued, before payments were set off.
    """

    principal: Decimal
    not_due: Decimal
    term_interest: Decimal
    damages: Decimal
    costs: Decimal
    total: Decimal
    doubled: Decimal
    last_day: date
    by_instrument: bool
    damages_name: str
    working: Claim

    @property
    def segments(self) -> tuple[Segment, ...]:
        """The stretches of the damages."""
        return self.working.segments

    @property
    def interest(self) -> Decimal:
        """Interest of the term and damages together, as the form asks for one sum."""
        return self.term_interest + self.damages


def filed(case: Case, check: Mapping[str, Any]) -> Filed:
    """Read the claim. Raises KeyError where the check computed none: `insolvency_claim_form.missing` asks for it beforehand."""
    said = check["claim"]
    told = check.get("damages") or {}
    damages = {"mode": told.get("mode"), "segments": said["damages_segments"], "cut_off_inclusive": said["damages_to"], "total": said["damages"]}
    damages |= {key: told[key] for key in ("accrued", "paid") if told.get("total") == said["damages"] and key in told}
    term = check.get("loan_interest") or {}
    working = {"damages": damages, "totals": {"claimed_principal": said["principal"]}, "loan_interest": {}}
    by_instrument = bool(said.get("by_instrument"))
    if not by_instrument and _same(term, said):
        working["loan_interest"] = term
    return Filed(
        principal=amount(said["principal"]), not_due=amount(said.get("of_which_not_due_deemed_due")), term_interest=amount(said.get("term_interest")),
        damages=amount(said["damages"]), costs=amount(said["costs"]), total=amount(said["total"]), doubled=amount(said.get("doubled_interest")),
        last_day=day_of(said["damages_to"]), by_instrument=by_instrument, damages_name=_damages_name(case, by_instrument=by_instrument),
        working=claim_of(case, working),
    )  # fmt: skip


def _same(term: Mapping[str, Any], said: Mapping[str, Any]) -> bool:
    """The interest of the term that the check worked out is the one that is claimed."""
    return amount(term.get("total")) == amount(said.get("term_interest"))


def insolvency_calculation(case: Case, check: Mapping[str, Any], signed_on: date) -> Form:
    """The sheet whose total is the total of the claim form."""
    sums = filed(case, check)
    large = any(segment.base >= LARGE for segment in sums.segments) or sums.total >= LARGE
    return Form(
        id="calculation_sheet",
        title="债权计算明细表",
        subtitle=f"（计算至破产申请受理日前一日：{day(sums.last_day)}）",
        byline=(f"债权人：{case['creditor']['name']}　　债务人：{case['debtor']['name']}", "币种：人民币"),
        landscape=large,
        parts=(*_tables(case, check, sums, WIDE if large else 1), Section("计算结果及说明", tuple(_results(case, check, sums))),
               Signature("制表人（签名、盖章）", str(case["creditor"]["name"]), day(signed_on))),
    )  # fmt: skip


def basis(case: Case, check: Mapping[str, Any], sums: Filed) -> str:
    """What the interest or damages rest on."""
    if sums.by_instrument:
        return f"{instrument_name(case)}确定的给付项目；还款依次抵充费用、利息、本金。"
    if case["dispute_type"] == "loan":
        return "".join(loan_basis(case, sums.working, check))
    if clause(case):
        return f"{contract_name(case)}{clause_number(case)}：逾期付款的，{clause_words(case)}支付违约金；{CODE}{article(585)}。"
    if case["dispute_type"] == "sale_of_goods":
        return f"合同未约定逾期付款违约金，依据{SALE_INTERPRETATION}第十八条第四款计算逾期付款损失。"
    return f"合同未约定逾期付款违约金，依据{CODE}{article(577)}、{article(584)}计算逾期付款损失。"


def deemed_due(sums: Filed) -> str:
    """The sentence on what had not fallen due; empty without such a part."""
    if not sums.not_due:
        return ""
    return f"其中{figures(sums.not_due)}元在破产申请受理时尚未到期，依据{INSOLVENCY_LAW}第四十六条第一款视为到期。"


def doubled_words() -> str:
    """How the doubled part of interest stands beside the claim."""
    return f"系破产申请受理前产生的部分，单列申报，未计入申报总额，是否确认请管理人依法审查；受理后的加倍部分不申报（{INTERPRETATION_THREE}第三条）。"


def _damages_name(case: Case, *, by_instrument: bool) -> str:
    if by_instrument:
        return "生效法律文书确定的利息等"
    if clause(case):
        return "逾期利息" if case["dispute_type"] == "loan" else "逾期付款违约金"
    return "逾期利息" if case["dispute_type"] == "loan" else "逾期付款利息损失"


def _tables(case: Case, check: Mapping[str, Any], sums: Filed, wide: float) -> Iterator[Table]:
    if not sums.by_instrument and (debts := _debts(case, check, sums)):
        yield Table(DEBTS, debts, small=True)
    if sums.segments or sums.working.term.segments:
        yield Table(tuple(replace(column, width=column.width * wide) for column in COLUMNS), tuple(_segments(case, sums)), small=True)
    if sums.by_instrument and (steps := tuple(_set_off(case, check, sums.last_day))):
        yield Table(SET_OFF, (GroupRow("受理日前还款的抵充", "依次抵充费用、利息、本金"), *steps), small=True)


def _debts(case: Case, check: Mapping[str, Any], sums: Filed) -> tuple[Row | SumRow, ...]:
    """What is open by invoice, where it adds up to the principal filed; a principal claimed otherwise stands in the results alone."""
    rows = [debt for debt in check.get("debts") or () if amount(debt["open"])]
    if sum((amount(debt["open"]) for debt in rows), ZERO) != sums.principal:
        return ()
    accepted = sums.last_day.toordinal() + 1
    listed_rows = [
        Row((str(number), debt_name(case, str(debt["number"])), day(debt["due_date"], "未约定"), figures(amount(debt["amount"])),
             figures(amount(debt["open"])),
             "受理时未到期，视为到期" if debt["due_date"] and day_of(debt["due_date"]).toordinal() >= accepted else ""))
        for number, debt in enumerate(rows, 1)
    ]  # fmt: skip
    return (*listed_rows, SumRow("本金合计", (figures(sums.principal), ""), final=True))


def _segments(case: Case, sums: Filed) -> Iterator[Row | GroupRow | SumRow]:
    if sums.working.loan and not sums.by_instrument:
        yield from working_rows(case, sums.working)
        return
    for number, segment in enumerate(sums.segments, 1):
        yield Row((
            str(number), debt_name(case, segment.invoice) if segment.invoice else "本金", figures(segment.base), day(segment.first), day(segment.last),
            str(segment.days), segment.rate, figures(segment.amount),
        ))  # fmt: skip
    accrued = sum((segment.amount for segment in sums.segments), ZERO)
    yield SumRow("各期间利息合计（抵充前）" if sums.by_instrument else f"{sums.damages_name}合计", (figures(accrued),), final=True)


def _set_off(case: Case, check: Mapping[str, Any], last_day: date) -> Iterator[Row]:
    for paid in receipts(case, check):
        if paid.day <= last_day:
            yield Row((day(paid.day), *(figures(each) for each in (paid.amount, paid.costs, paid.interest, paid.principal, paid.principal_after))))


def _results(case: Case, check: Mapping[str, Any], sums: Filed) -> Iterator[Field]:
    yield Field("债权本金", (money(sums.principal), *_lines(deemed_due(sums))))
    if sums.term_interest:
        yield Field("借款期内利息", (money(sums.term_interest),))
    yield Field(sums.damages_name, (money(sums.damages), *_lines(f"计算至{day(sums.last_day)}（含当日）")))
    yield Field("其他费用", (money(sums.costs),))
    yield Field("申报总额", (money(sums.total, words=True),))
    if sums.doubled:
        yield Field("加倍部分债务利息\n（单列）", (money(sums.doubled, words=True), line(doubled_words()), *_lines(_doubled_rows(check, sums.last_day))))
    yield Field("计算依据", _lines(basis(case, check, sums)))
    stops = f"依据{INSOLVENCY_LAW}第四十六条第二款，附利息的债权自破产申请受理时起停止计息"
    yield Field("截止日", (line(f"{day(sums.last_day)}（破产申请受理日前一日）；{stops}。"),))
    if worked := (*sums.working.term.segments, *sums.segments):
        first = worked[0]
        factor = "年利率×天数÷一年的天数" if "年利率" in first.rate else "日利率×天数"
        text = f"金额＝计息本金×{factor}，起算日和截止日均计入，每段四舍五入至分，再行合计。"
        yield Field("计算方式", (line(f"{text}例：第1行以{figures(first.base)}元计{first.days}日，得{figures(first.amount)}元。"),))


def _doubled_rows(check: Mapping[str, Any], last_day: date) -> str:
    """The stretches of the doubled part, where the check shows them to the same day."""
    owed = check.get("instrument") or {}
    rows = [row for row in owed.get("doubled_part") or () if day_of(row["to"]) <= last_day]
    if owed.get("as_at") != last_day.isoformat():
        return ""
    spans = [f"{day(row['from'])}至{day(row['to'])}以{figures(amount(row['base']))}元为基数计{row['days']}日" for row in rows]
    return listed([f"{span}{figures(amount(row['amount']))}元" for span, row in zip(spans, rows, strict=True)])


def _lines(text: str) -> tuple[Line, ...]:
    return (line(text),) if text else ()
