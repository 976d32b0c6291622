"""民事起诉状（买卖合同纠纷）, element style: a seller sues for the price.

Status of the form: 法〔2025〕82号 (model forms of the SPC, the Ministry of Justice and the lawyers' association); labels as in the agreed public
implementations, wording to be verified against the official file. The element form does not print the court (《民事诉讼法》第124条 asks for the
parties, the claim with its facts, and the evidence).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from forms.claim import Case, Claim, amount, claim_of, defendants
from forms.complaint_claims import claims_section, jurisdiction_section
from forms.complaint_facts import facts_section
from forms.figures import chinese_number, day
from forms.form import Field, Form, Section, Signature, choices, line
from forms.papers import MissingField
from forms.parties import agent_lines, e_service_lines, party_label, party_lines, service_lines

BENEFITS = (
    "程序简便灵活，有助于高效化解纠纷",
    "立案前调解成功的，不交纳案件受理费；立案后以调解方式结案的，案件受理费减半交纳",
    "调解协议经司法确认或者由人民法院出具调解书后，具有强制执行力",
    "调解过程和调解协议内容不公开，有利于保护商业秘密、维护合作关系",
    "调解不成的，依法及时审理，不影响当事人的诉讼权利",
)


def complaint(case: Case, check: Mapping[str, Any], evidence_count: int | None, filed_on: date) -> Form:
    """The complaint, every field in the order of the form; see `missing_fields` for what must be there before it is made.

    `case` is in the case-file format, `check` the answer of the evidence check, `evidence_count` the number of exhibits (None: not stated),
    `filed_on` the date below the signature. Raises KeyError where a name that `missing_fields` calls for is absent, ValueError for a sum or date
    that cannot be read.
    """
    claim = claim_of(case, check)
    return Form(
        id="complaint",
        title="民事起诉状",
        subtitle="（买卖合同纠纷）",
        parts=(
            _parties(case),
            claims_section(case, claim),
            jurisdiction_section(case),
            facts_section(case, claim, check, evidence_count),
            _mediation(),
            Signature("具状人（签字、盖章）", str(case["creditor"]["name"]), day(filed_on)),
        ),
    )


def missing_fields(case: Case, check: Mapping[str, Any]) -> list[MissingField]:
    """The required fields of the complaint that are empty, and sums that do not add up; an empty list means that the paper can be made."""
    contract = case.get("contract") or {}
    found = _missing_of_party(case.get("creditor") or {}, "plaintiff", "原告", "plaintiff", "creditor", own=True)
    if not defendants(case):
        found.append(MissingField("defendant", "被告", "defendant", "debtor"))
    for number, party in enumerate(defendants(case)):
        found += _missing_of_party(party, "defendant", "被告", "defendant", "debtor" if not number else f"debtors[{number - 1}]", own=False)
    for key, zh, en in (("name", "合同名称", "name of the contract"), ("signed_on", "合同签订时间", "date of the contract")):
        if not contract.get(key):
            found.append(MissingField(f"contract.{key}", zh, en, f"contract.{key}"))
    found += _missing_of_claim(case, check)
    if not case.get("court"):
        found.append(
            MissingField(
                "court",
                "受诉人民法院（要素式起诉状不印法院名称，立案时须选定）",
                "court (not printed on the element form; choose it when filing)",
                "court",
                blocking=False,
            )
        )
    if not (case.get("creditor") or {}).get("phone") and not any(agent.get("phone") for agent in case.get("agents") or []):
        found.append(MissingField("plaintiff.phone", "原告或代理人联系电话", "telephone of the plaintiff or its agent", "creditor.phone", blocking=False))
    return found


def _missing_of_party(party: Mapping[str, Any], key: str, zh: str, en: str, where: str, *, own: bool) -> list[MissingField]:
    person = str(party.get("type") or "") == "自然人" or (own is False and not party.get("uscc") and not party.get("type"))
    wanted = [("name", "名称", "name"), ("address", "住所地", "address")]
    if own and not person:
        wanted += [("legal_representative", "法定代表人", "legal representative"), ("uscc", "统一社会信用代码", "unified social credit code")]
    return [
        MissingField(f"{key}.{name}", f"{zh}{label}", f"{name_en} of the {en}", f"{where}.{name}")
        for name, label, name_en in wanted
        if not str(party.get(name) or "").strip()
    ]


def _missing_of_claim(case: Case, check: Mapping[str, Any]) -> list[MissingField]:
    claim = claim_of(case, check) if case.get("as_of") else None
    if claim is None or claim.principal <= 0:
        return [MissingField("claim_price", "给付价款", "price claimed", "claim.principal")]
    found = _wrong_sums(claim, check)
    if claim.damages and not claim.segments:
        found.append(MissingField("claim_interest", "利息（违约金）计算明细", "segments of the damages", "check.damages.segments"))
    return found


def _wrong_sums(claim: Claim, check: Mapping[str, Any]) -> list[MissingField]:
    """The total of the paper must be the total that the check computed, and the segments must add up to the damages."""
    said = check.get("amount_in_dispute") or (check.get("fees") or {}).get("amount_in_dispute")
    found = []
    if said is not None and amount(said) != claim.total:
        found.append(
            MissingField("total", f"标的总额不一致（{claim.total} / {said}）", f"the total does not add up ({claim.total} / {said})", "check.amount_in_dispute")
        )
    if claim.segments and sum(segment.amount for segment in claim.segments) != claim.damages:
        found.append(MissingField("claim_interest", "利息（违约金）各段之和与合计不一致", "the segments do not add up to the damages", "check.damages.total"))
    return found


def _parties(case: Case) -> Section:
    creditor, agents = case["creditor"], case.get("agents") or []
    others = defendants(case)
    third: Sequence[Mapping[str, Any]] = case.get("third_parties") or []
    return Section(
        "当事人信息",
        (
            Field(party_label("原告", creditor), party_lines(creditor, own=True)),
            Field("委托诉讼代理人", agent_lines(agents)),
            Field("送达地址（所填信息除书面特别声明更改外，适用于案件一审、二审、再审所有后续程序）及收件人、电话", service_lines(creditor, agents)),
            Field("是否接受电子送达", e_service_lines(creditor)),
            *(Field(party_label("被告", party, _nth(number, len(others))), party_lines(party, own=False)) for number, party in enumerate(others, 1)),
            *(Field(party_label("第三人", party, _nth(number, len(third))), party_lines(party, own=False)) for number, party in enumerate(third, 1)),
            *(() if third else (Field("第三人", (line("无"),)),)),
        ),
    )


def _nth(number: int, count: int) -> str:
    return chinese_number(number) if count > 1 else ""


def _mediation() -> Section:
    """What the signer knows and wishes is no fact of the file: the boxes stay open for whoever signs."""
    return Section(
        "对纠纷解决方式的意愿",
        (
            Field("是否了解调解作为非诉讼纠纷解决方式，能及时、高效、低成本、不伤和气地解决纠纷", (choices("", ("了解", False), ("不了解", False)),)),
            Field("是否了解先行调解解决纠纷的好处", tuple(
                choices(f"{number}. {text}：", ("了解", False), ("不了解", False)) for number, text in enumerate(BENEFITS, 1)
            )),
            Field("是否考虑先行调解", (choices("", ("是", False), ("否", False), ("暂不确定，想要了解更多内容", False)),)),
        ),
    )  # fmt: skip
