"""At which stage property is to be preserved, how much, and what is offered as security.

Sources: 《民事诉讼法》第103条 (in a suit), 第104条 (before it); 《民诉法解释》第163条 (after the instrument, before enforcement); 《财产保全规定》第5条至第9条
(security: at most 30 % of the amount in a suit, the amount before it; letters of guarantee; where none need be given).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from forms.claim import ZERO, Case, amount
from forms.figures import day
from forms.instrument import instrument_of, own_papers
from forms.papers import MissingField, Subject

Stage = Literal["in_suit", "pre_suit", "before_enforcement"]
SECURITY: Mapping[str, str] = {
    "preservation_liability_insurance": "财产保全责任保险保函", "bank_guarantee": "银行独立保函", "guarantee_letter": "担保书", "cash_security": "现金担保",
}  # fmt: skip
ISSUER: Mapping[str, tuple[str, str]] = {
    "preservation_liability_insurance": ("insurer", "保险人"), "bank_guarantee": ("bank", "出具银行"), "guarantee_letter": ("issuer", "担保人"),
}  # fmt: skip
PROVISIONS = "《最高人民法院关于人民法院办理财产保全案件若干问题的规定》"
IN_SUIT_SHARE = Decimal("0.30")
ARTICLES: Mapping[Stage, str] = {
    "in_suit": "《中华人民共和国民事诉讼法》第一百零三条、第一百零五条",
    "pre_suit": "《中华人民共和国民事诉讼法》第一百零四条、第一百零五条",
    "before_enforcement": "《中华人民共和国民事诉讼法》第一百零三条、第一百零五条和《最高人民法院关于适用〈中华人民共和国民事诉讼法〉的解释》第一百六十三条",
}


@dataclass(frozen=True)
class Guarantee:
    """One security that is offered; `amount` is zero where the paper states none."""

    kind: str
    issuer: str
    number: str
    amount: Decimal
    valid_to: str


def stage_of(subject: Subject) -> Stage:
    """In a pending suit or arbitration, or together with the complaint; else after an effective instrument, else before the suit."""
    if pending(subject.case) or subject.kind in ("lawsuit", "arbitration"):
        return "in_suit"
    return "before_enforcement" if instrument_of(subject.case).get("effective_on") else "pre_suit"


def pending(case: Case) -> Mapping[str, Any]:
    """The open lawsuit or arbitration; empty when there is none."""
    return next((each for each in case.get("proceedings") or () if each["kind"] in ("lawsuit", "arbitration") and not each.get("ended_on")), {})


def amount_of(subject: Subject) -> Decimal:
    """The amount to be preserved: the chosen one, else the amount in dispute of the check."""
    return amount((subject.case.get("preservation") or {}).get("amount")) or in_dispute(subject)


def in_dispute(subject: Subject) -> Decimal:
    """The amount in dispute, as the check gives it; after an effective instrument what is still owed under it."""
    check = subject.check
    if stage_of(subject) == "before_enforcement" and check.get("instrument"):
        return amount(check["instrument"]["total_still_owed"])
    return amount(check.get("amount_in_dispute") or (check.get("fees") or {}).get("amount_in_dispute"))


def guarantees_of(case: Case) -> Sequence[Guarantee]:
    """The papers of security for the preservation; a guarantee of the debt itself is none."""
    security = case.get("security") or {}
    of_debt = {each.get("contract_id") for each in (security.get("guarantor") or {}, *(security.get("guarantors") or ()))}
    return [_guarantee(paper) for paper in own_papers(case, *SECURITY) if paper.get("id") not in of_debt]


def _guarantee(paper: Mapping[str, Any]) -> Guarantee:
    kind = str(paper["type"])
    key, label = ISSUER.get(kind, ("", ""))
    return Guarantee(
        SECURITY[kind], f"{label}：{paper[key]}" if paper.get(key) else "", str(paper.get("policy_no") or paper.get("number") or ""),
        amount(paper.get("limit") or paper.get("amount")), str(paper.get("valid_to") or ""),
    )  # fmt: skip


def guarantee_words(given: Guarantee) -> str:
    """财产保全责任保险保函（保险人：…，编号：…，担保金额400,000.00元，有效期至2027年1月1日）."""
    said = [given.issuer, f"编号：{given.number}" if given.number else "", f"担保金额{given.amount:,.2f}元" if given.amount else "",
            f"有效期至{day(given.valid_to)}" if given.valid_to else ""]  # fmt: skip
    told = "，".join(text for text in said if text)
    return f"{given.kind}（{told}）" if told else given.kind


def exempt_reason(subject: Subject) -> str:
    """Why no security is needed, where the case file says that none is: the person's reason, else the instrument; empty where neither is there."""
    said = str(subject.options.get("security_reason") or "").strip()
    if said or stage_of(subject) != "before_enforcement":
        return said
    return f"法律文书已经生效，申请人在进入执行程序前申请财产保全，依照{PROVISIONS}第九条第二款，人民法院可以不要求提供担保"


def missing_security(subject: Subject) -> list[MissingField]:
    """Security or the reason why none is needed (《财产保全规定》第1条); and security that is lower than what the law asks for at this stage."""
    case = subject.case
    if (case.get("preservation") or {}).get("security_exempt"):
        if exempt_reason(subject):
            return []
        return [MissingField("security_reason", "不需要提供担保的理由", "reason why no security is needed", "answers.security_reason")]
    given = guarantees_of(case)
    if not given:
        en = "security: insurer's or bank's letter, guarantee letter or cash"
        return [MissingField("security", "担保材料（保单保函、保函、担保书或者现金）", en, "documents")]
    total, wanted = sum((each.amount for each in given), ZERO), amount_of(subject)
    if stage_of(subject) == "in_suit":
        wanted *= IN_SUIT_SHARE
    if all(each.amount for each in given) and total < wanted:
        zh, en = f"担保数额（{total:,.2f}元，低于{wanted:,.2f}元）", f"amount of the security ({total:,.2f}, below {wanted:,.2f})"
        return [MissingField("security.amount", zh, en, "documents", blocking=False)]
    return []
