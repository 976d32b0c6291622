"""What a pleading cannot do without: the parties, the court or commission, and sums that add up."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from forms.claim import Case, amount, claim_of
from forms.papers import MissingField
from forms.parties import is_person
from forms.sides import Party, Sides

OF_PERSON = (
    ("gender", "性别", "sex"), ("birth_date", "出生日期", "date of birth"), ("ethnicity", "民族", "ethnic group"),
    ("id_number", "证件号码", "identity number"),
)  # fmt: skip
OF_COMPANY = (("type", "类型（有限责任公司等）", "kind of company"),)
ENGLISH = {"原告": "plaintiff", "被告": "defendant", "申请人": "applicant", "被申请人": "respondent"}


def missing_parties(case: Case, sides: Sides) -> list[MissingField]:
    """Names and addresses of both sides, of our own company also who represents it and its code; the other side's details may be fewer.

    《民事诉讼法》第124条; 《民诉法解释》第209条 (Civil Procedure Law art. 124; SPC CPL Interpretation art. 209).
    """
    own = ENGLISH.get(sides.own, "creditor")
    found = _of_party(case.get("creditor") or {}, own, sides.own, "creditor", own=True)
    if not sides.debtors:
        found.append(MissingField(_other(sides), sides.roles.other, _other(sides), "debtor"))
    for number, party in enumerate(sides.debtors):
        found += _of_party(party, _other(sides), sides.roles.other, f"debtors.{number - 1}" if number else "debtor", own=False)
    for place, party in _places(case, sides):
        found += _of_party(party, "guarantor", "保证人", place, own=False)
    creditor = case.get("creditor") or {}
    found += unsaid_of(creditor, sides.own, own) if is_person(creditor) else []
    if not creditor.get("phone") and not any(agent.get("phone") for agent in case.get("agents") or []):
        zh = f"{sides.own}或代理人联系电话"
        found.append(MissingField(f"{own}.phone", zh, f"telephone of the {own} or its agent", "creditor.phone", blocking=False))
    return found


def unsaid_of(party: Party, zh: str, en: str, where: str = "creditor") -> list[MissingField]:
    """What a form has a box for and the file leaves open of our own side: it is printed as unknown, and the signer is told.

    《民事诉讼法》第124条: sex, age and ethnic group of a natural person.
    """
    wanted = OF_PERSON if is_person(party) else OF_COMPANY
    return [
        MissingField(f"{where}.{key}", f"{zh}的{label}", f"{name} of the {en}", f"{where}.{key}", blocking=False)
        for key, label, name in wanted
        if party.get("name") and not party.get(key)
    ]


def missing_court(case: Case, *, blocking: bool = True) -> list[MissingField]:
    """The court the paper is addressed to."""
    return [] if case.get("court") else [MissingField("court", "受理人民法院", "court", "court", blocking)]


def missing_contract(case: Case) -> list[MissingField]:
    """Name and day of the contract."""
    contract = case.get("contract") or {}
    wanted = (("name", "合同名称", "name of the contract"), ("signed_on", "合同签订时间", "date of the contract"))
    return [MissingField(f"contract.{key}", zh, en, f"contract.{key}") for key, zh, en in wanted if not contract.get(key)]


def missing_claim(case: Case, check: Mapping[str, Any]) -> list[MissingField]:
    """A claim above zero whose parts add up to the total the check computed; debts the check could compute nothing on are named too."""
    claim = claim_of(case, check) if case.get("as_of") else None
    if claim is None or not _principal_known(case, check) or claim.total <= claim.costs or claim.principal < 0:
        return [MissingField("claim_price", "给付价款", "price claimed", "claim.principal")]
    found = []
    said = check.get("amount_in_dispute") or (check.get("fees") or {}).get("amount_in_dispute")
    if said is not None and amount(said) != claim.total:
        zh, en = f"标的总额不一致（{claim.total} / {said}）", f"the total does not add up ({claim.total} / {said})"
        found.append(MissingField("total", zh, en, "claim.principal"))
    if claim.damages and not claim.segments:
        found.append(MissingField("claim_interest", "利息（违约金）计算明细", "segments of the damages", "contract.late_payment_clause"))
    for key, account, open_sum, zh, en in (
        ("claim_interest", claim.late, claim.damages, "利息（违约金）", "damages"),
        ("loan_interest", claim.term, claim.interest, "借款期内利息", "interest of the term"),
    ):
        if not account.adds_up or account.accrued - account.paid != open_sum:
            where = "contract.late_payment_clause" if key == "claim_interest" else "contract.interest_clause"
            found.append(MissingField(key, f"{zh}各段之和与合计不一致", f"the segments do not add up to the {en}", where))
    return [*found, *_not_computed(check)]


def _principal_known(case: Case, check: Mapping[str, Any]) -> bool:
    """Somebody said how much is open, be it zero: then interest or damages may remain."""
    totals, said = check.get("totals") or {}, case.get("claim") or case.get("claim_entered_by_user") or {}
    return any(value is not None for value in (totals.get("claimed_principal"), said.get("principal"), totals.get("ledger_balance")))


def _not_computed(check: Mapping[str, Any]) -> list[MissingField]:
    """What the check left out of the damages: it is not in the paper, and the signer is told."""
    damages = check.get("damages") or {}
    refused = [(damages["error_zh"], damages["error_en"])] if damages.get("error") and damages.get("error_zh") else []
    rows = [(f"{row['invoice']}：{row['reason_zh']}", f"{row['invoice']}: {row['reason_en']}") for row in damages.get("not_computed") or []]
    return [
        MissingField("damages_not_computed", f"未计算利息（违约金），{zh}", f"no damages computed, {en}", "contract.late_payment_clause", blocking=False)
        for zh, en in (*refused, *rows)
    ]


def _of_party(party: Party, key: str, zh: str, where: str, *, own: bool) -> list[MissingField]:
    person = is_person(party) if party.get("name") else False
    wanted = [("name", "名称", "name"), ("address", "住所地", "address")]
    if own and not person:
        wanted += [("legal_representative", "法定代表人", "legal representative"), ("uscc", "统一社会信用代码", "unified social credit code")]
    return [
        MissingField(f"{key}.{name}", f"{zh}{label}", f"{name_en} of the {key}", f"{where}.{name}")
        for name, label, name_en in wanted
        if not str(party.get(name) or "").strip()
    ]


def _other(sides: Sides) -> str:
    return ENGLISH.get(sides.roles.other, "debtor")


def _places(case: Case, sides: Sides) -> list[tuple[str, Party]]:
    """Each guarantor of this procedure with its place in the case file."""
    security = case.get("security") or {}
    alone, several = security.get("guarantor") or {}, security.get("guarantors") or []
    names = [str(item.get("name")) for item in several]
    return [
        ("security.guarantor" if party.get("name") == alone.get("name") else f"security.guarantors.{names.index(str(party['name']))}", party)
        for party in sides.sureties
    ]
