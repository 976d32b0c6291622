"""What the titles of findings on finality, time, insolvency and write-off say: the facts their sentences in words.yaml are filled with."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from casefiles.law import Words
from casefiles.rules.amounts import money
from casefiles.rules.claims import why_not_computed
from casefiles.rules.enforcement import last_service, voluntary_acts
from casefiles.rules.inquiry import Inquiry
from casefiles.rules.writeoff import followup_set, ground_documents, ground_words, is_small, overdue_since, posted_on

Facts = Mapping[str, str]
REPORTS = {"overdue_3y": "special_report_3y", "small_1y": "special_report_small"}


def finality(inquiry: Inquiry) -> Facts | None:
    """E02: when the last party was served, if that is known."""
    served = last_service(inquiry.case)
    if served is None:
        return {"why_zh": "，也没有全部当事人的送达日期", "why_en": "; no day of service on all parties either"}
    return {
        "why_zh": f"；最后送达 {served}，上诉期是否届满须由送达回证证明",
        "why_en": f"; last service {served}, the end of the appeal period needs the records of service",
    }


def enforcement_time(inquiry: Inquiry) -> Facts | None:
    """E03: the days; None without an effective instrument."""
    limit, instrument = inquiry.enforcement_limit, inquiry.case.instrument
    if limit is None or instrument is None or instrument.performance_last_day is None:
        return None
    filed = inquiry.case.enforcement.filed_on if inquiry.case.enforcement else None
    acts = [day for day in voluntary_acts(inquiry.case, inquiry.ledger) if day > instrument.performance_last_day]
    last = max(acts, default=None)
    return {
        "performance": instrument.performance_last_day.isoformat(),
        "safe": limit.safe_last_day.isoformat(),
        "filing": (filed or inquiry.filing).isoformat(),
        "acts_zh": f"；最近一次自动履行或承诺 {last}" if last else "；没有中断证据",
        "acts_en": f"; last payment or promise {last}" if last else "; nothing on file interrupts it",
    }


def claim_amount(inquiry: Inquiry) -> Facts | None:
    """B02: why there is no figure."""
    why = why_not_computed(inquiry)
    return {"why_zh": why.zh, "why_en": why.en}


def security_statement(inquiry: Inquiry) -> Facts | None:
    """B03: which of the two answers is blank."""
    security = inquiry.case.security
    blank = [Words("有无财产担保", "whether the claim is secured")] if security is None or security.real_security is None else []
    blank += [Words("是否属于连带债权", "whether the claim is joint")] if security is None or security.joint_debt is None else []
    return {"what_zh": "、".join(w.zh for w in blank), "what_en": ", ".join(w.en for w in blank)} if blank else None


def _report_lacks(inquiry: Inquiry, ground: str) -> list[Words]:
    """What a special report lacks: age of the debt, smallness, the booking."""
    since, posted, write_off = overdue_since(inquiry), posted_on(inquiry), inquiry.case.write_off
    years = Words("三年", "three years") if ground == "overdue_3y" else Words("一年", "a year")
    lacks = [Words(f"自 {since} 逾期，须满{years.zh}", f"overdue since {since}, {years.en} needed") if since else Words("没有到期日", "no due date on file")]
    if ground == "small_1y" and write_off and not is_small(inquiry):
        sum_said = money(write_off.booked_principal)
        lacks.append(Words(f"核销金额 ¥{sum_said} 超过 ¥50,000.00 和年收入的万分之一", f"¥{sum_said} is above ¥50,000.00 and a ten-thousandth of the revenue"))
    if posted is None:
        lacks.append(Words("尚未作为损失入账", "not booked as a loss"))
    return lacks


def ground(inquiry: Inquiry) -> Facts | None:
    """W01: which document the ground asks for, and which condition of a special report is not met."""
    name, kinds = ground_words(inquiry), ground_documents(inquiry)
    chosen = inquiry.case.write_off.ground if inquiry.case.write_off else ""
    types = [inquiry.law.documents[kind] for kind in kinds]
    wanted = Words("、".join(t.zh for t in types), ", or ".join(t.en for t in types))
    if not chosen:
        why = Words("尚未选择核销情形", "no ground is chosen")
    elif not kinds:
        why = Words(
            "该情形没有可以单独证明的文件，且要求声明放弃债权，与保留追索权冲突，须由律师决定",
            "no document proves it alone, and it asks to give the claim up, against keeping recourse: a lawyer must decide",
        )
    elif not inquiry.case.of_type(*kinds):
        why = Words(f"缺少{wanted.zh}", f"lacking {wanted.en}")
    elif chosen in REPORTS:
        lacks = _report_lacks(inquiry, chosen)
        why = Words("；".join(w.zh for w in lacks), "; ".join(w.en for w in lacks))
    else:
        return None
    return {"ground_zh": name.zh, "ground_en": name.en, "why_zh": why.zh, "why_en": why.en}


def recourse(inquiry: Inquiry) -> Facts | None:
    """W03: the statement, the next day, or both."""
    lacking = [] if inquiry.case.of_type("recourse_statement") else [Words("保留追索权声明", "the statement that recourse is kept")]
    lacking += [] if followup_set(inquiry) else [Words("下次追索日期", "the next day to look after the debtor")]
    return {"lacking_zh": "、".join(w.zh for w in lacking), "lacking_en": ", ".join(w.en for w in lacking)} if lacking else None


FACTS: Mapping[str, Callable[[Inquiry], Facts | None]] = {
    "B02_claim_amount": claim_amount,
    "B03_security_statement": security_statement,
    "E02_effectiveness": finality,
    "E03_within_two_years": enforcement_time,
    "W01_unrecoverable": ground,
    "W03_recourse_kept": recourse,
}
