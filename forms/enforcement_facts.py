"""事实与理由 of an application for enforcement, and the table of what was performed: facts of the file and figures of the check, nothing else.

Sources: 《民事诉讼法》第247条至第250条, 第264条; 《民诉法解释》第517条 (applying again after 终本); 《民法典》第195条 (interruption).
A time limit that rests on an interruption is shown by the act and its day; no doubt is argued for the other side.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from forms.causes import cause_of
from forms.claim import ZERO, Case, amount, day_of, debtors
from forms.figures import day, figures, listed
from forms.form import Column, Row, SumRow, Table
from forms.instrument import BY_DEBTOR, instrument_name, instrument_of, instrument_type, is_award, item_words, own_papers, performance_last_day, receipts
from forms.papers import Subject
from forms.roles import roles

RECEIVED = (
    Column("履行日期", 2.7, "center"), Column("金额（元）", 2.6, "right"), Column("履行方式"), Column("抵充后尚欠\n本金（元）", 2.7, "right"),
)  # fmt: skip
LAW_BY_TYPE: Mapping[str, str] = {"arbitral_award": "第二百四十八条", "notarised_debt_instrument": "第二百四十九条"}
ADMISSIONS: Mapping[str, str] = {"debt_acknowledgement": "债务确认书", "repayment_agreement": "还款协议"}
TWO_YEARS = "《中华人民共和国民事诉讼法》第二百五十条（2021年修正文本第二百四十六条）"


def facts(subject: Subject) -> tuple[str, ...]:
    """The paragraphs: the instrument, who applies, what was performed, what is owed, the time to apply, the law and the request."""
    case, check = subject.case, subject.check
    paragraphs = [_made(subject), _succession(case), _ended(case), _performed(case, check), _owed(check), _in_time(case, check), _law(case)]
    return tuple(text for text in paragraphs if text)


def received_table(case: Case, check: Mapping[str, Any]) -> Table | None:
    """已履行情况: one row a payment; None when nothing was paid."""
    found = receipts(case, check)
    if not found:
        return None
    rows = tuple(Row((day(one.day), figures(one.amount), one.how, figures(one.principal_after))) for one in found)
    total = SumRow("已履行合计", (figures(sum((one.amount for one in found), ZERO)), "", ""), final=True)
    return Table(RECEIVED, (*rows, total), small=True)


def _made(subject: Subject) -> str:
    case, said = subject.case, instrument_of(subject.case)
    others = listed([str(party["name"]) for party in debtors(case)])
    dated = f"于{day(said['dated'])}" if said.get("dated") else ""
    last = performance_last_day(case, subject.check)
    until = f"，被执行人应于{day(last)}前（含当日）履行完毕" if last else ""
    ordered = "；".join(item_words(item) for item in said.get("items") or ())
    return (
        f"申请执行人{case['creditor']['name']}与被执行人{others}{cause_of(case, subject.cause)}一案，"
        f"{said['court']}{dated}作出{said['case_no']}{instrument_type(case)}，"
        f"该{instrument_type(case)}已于{day(said.get('effective_on'))}发生法律效力。该文书确定被执行人给付：{ordered}{until}。"
    )


def _succession(case: Case) -> str:
    """An award rests on the agreement to arbitrate; an applicant who took the claim over proves it (《执行工作规定》第18条、第19条)."""
    sentences = []
    clause = (case.get("contract") or {}).get("dispute_clause") or {}
    if is_award(case):
        agreed = f"（合同{clause['clause']}）" if clause.get("clause") and clause.get("type") != "court" else ""
        sentences.append(f"双方订有书面仲裁协议{agreed}，仲裁协议随本申请一并提交。")
    if case.get("claim_assigned"):
        paper = next(iter(own_papers(case, "assignment_agreement", "succession_proof")), {})
        on = f"于{day(paper['document_date'])}" if paper.get("document_date") else ""
        sentences.append(f"申请执行人{on}依法受让（承受）上述债权，系该文书确定的权利的承受人，证明材料随本申请一并提交。")
    return "".join(sentences)


def _ended(case: Case) -> str:
    """After 终本 a creditor may apply again without the two years: 《民诉法解释》第517条."""
    block = case.get("enforcement") or {}
    ended = block.get("terminated_current_procedure") or {}
    if not ended.get("date"):
        return ""
    number = f"以{str(block['case_no']).removesuffix('号')}号案" if block.get("case_no") else ""
    return (
        f"人民法院{number}立案执行后，于{day(ended['date'])}裁定终结本次执行程序。申请执行人现发现被执行人有可供执行的财产，"
        "依照《最高人民法院关于适用〈中华人民共和国民事诉讼法〉的解释》第五百一十七条的规定再次申请执行，不受申请执行时效期间的限制。"
    )


def _performed(case: Case, check: Mapping[str, Any]) -> str:
    found = receipts(case, check)
    last = performance_last_day(case, check)
    if not found:
        return f"{f'履行期限于{day(last)}届满后，' if last else ''}被执行人至今未履行上述给付义务。"
    each = listed([f"{day(one.day)}{one.how}{one.amount:,.2f}元" for one in found])
    total = sum((one.amount for one in found), ZERO)
    return (
        f"截至{day(check['request']['as_at'])}，已履行{len(found)}笔：{each}，合计{total:,.2f}元。上述款项已依照法释〔2014〕8号第四条和"
        "《中华人民共和国民法典》第五百六十一条规定的顺序，依次抵充费用、一般债务利息、本金等金钱债务和加倍部分债务利息。"
    )


def _owed(check: Mapping[str, Any]) -> str:
    asked = check["request"]
    parts = [
        ("本金", asked["principal"]), ("违约金等定额款项", asked["other_judgment_money"]), ("利息", asked["general_interest"]["amount"]),
        ("诉讼费用等", asked["costs"]), ("加倍部分债务利息", asked["doubled_part"]["amount"]),
    ]  # fmt: skip
    named = "、".join(f"{name}{amount(value):,.2f}元" for name, value in parts if amount(value))
    return f"截至{day(asked['as_at'])}，被执行人尚欠{named}，合计{amount(asked['total']):,.2f}元，至今未清偿。"


def _in_time(case: Case, check: Mapping[str, Any]) -> str:
    """The facts of the time limit: its last day, or the acts that began it anew; nothing where the two years do not bind or are over."""
    limit = check.get("enforcement_time_limit") or {}
    if not limit or limit.get("after_terminated_current_procedure") or not limit.get("filed_in_time"):
        return ""
    if not limit.get("only_by_interruption"):
        return f"依照{TWO_YEARS}，申请执行的期间为二年，自履行期间的最后一日起计算，至{day(limit['safe_last_day'])}届满，本申请在法定期间内提出。"
    return (
        f"依照{TWO_YEARS}，申请执行的期间为二年，申请执行时效的中止、中断适用法律有关诉讼时效中止、中断的规定。"
        f"履行期间届满后，{'，'.join(_acts(case, check))}，申请执行时效因此中断，期间重新计算至{day(limit['interrupted_last_day'])}，本申请在该期间内提出。"
    )


def _acts(case: Case, check: Mapping[str, Any]) -> list[str]:
    """What the debtor did after the period of performance, by day: paid of its own will, signed a reconciliation, acknowledged the debt."""
    voluntary = _voluntary(case)
    own = [one for one in receipts(case, check) if (one.day, one.amount) in voluntary or one.how == BY_DEBTOR]
    statements = [entry for entry in case.get("reconciliations") or () if entry.get("signed_on")]
    acts = [(one.day.isoformat(), f"自行履行{one.amount:,.2f}元") for one in own]
    acts += [(str(entry["signed_on"]), f"签署对账单确认欠款{amount(entry['amount']):,.2f}元") for entry in statements]
    acts += [(str(entry["document_date"]), f"出具{ADMISSIONS[entry['type']]}") for entry in own_papers(case, *ADMISSIONS) if entry.get("document_date")]
    since = performance_last_day(case, check)
    return [f"被执行人于{day(on)}{what}" for on, what in sorted(acts) if on > since] or ["被执行人认可债务并同意履行"]


def _voluntary(case: Case) -> set[tuple[date, Decimal]]:
    entries = (case.get("enforcement") or {}).get("recovered") or ()
    return {(day_of(entry["date"]), amount(entry["amount"])) for entry in entries if entry.get("voluntary") is True}


def _law(case: Case) -> str:
    kind = str(instrument_of(case).get("type") or "judgment")
    article = LAW_BY_TYPE.get(kind, "第二百四十七条")
    return (
        f"被执行人未按{instrument_name(case)}确定的内容履行义务，依照《中华人民共和国民事诉讼法》第二百三十五条、{article}、第二百六十四条的规定，"
        f"{roles('enforcement').asks}，请求依法强制执行，维护申请执行人的合法权益。"
    )
