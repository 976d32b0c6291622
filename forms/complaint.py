"""民事起诉状（买卖合同纠纷）, element style: a seller sues for the price.

Status of the form: 法〔2025〕82号 (model forms of the SPC, the Ministry of Justice and the lawyers' association); labels as in the agreed public
implementations, wording to be verified against the official file. The element form does not print the court (《民事诉讼法》第124条 asks for the
parties, the claim with its facts, and the evidence).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from forms.claim import Case, claim_of
from forms.complaint_claims import claims_section, jurisdiction_section
from forms.complaint_facts import facts_section
from forms.figures import chinese_number, day
from forms.form import Field, Form, Section, Signature, choices, line
from forms.papers import MissingField
from forms.parties import agent_lines, e_service_lines, is_person, party_label, party_lines, service_lines
from forms.pleading_fields import missing_claim, missing_contract, missing_court, missing_parties, unsaid_of
from forms.sides import Sides, sides_of

BENEFITS = (
    "程序简便灵活，有助于高效化解纠纷",
    "立案前调解成功的，不交纳案件受理费；立案后以调解方式结案的，案件受理费减半交纳",
    "调解协议经司法确认或者由人民法院出具调解书后，具有强制执行力",
    "调解过程和调解协议内容不公开，有利于保护商业秘密、维护合作关系",
    "调解不成的，依法及时审理，不影响当事人的诉讼权利",
)
KNOWN = (("known", "了解"), ("unknown", "不了解"))  # answers to mediation_known, and what each ticks
YES_NO: Mapping[Any, str] = {True: "yes", False: "no"}  # a page may send a plain yes as a truth value
WISHES = (("yes", "是"), ("no", "否"), ("unsure", "暂不确定，想要了解更多内容"))  # answers to mediation_wish


def complaint(case: Case, check: Mapping[str, Any], evidence_count: int | None, filed_on: date, options: Mapping[str, Any] | None = None) -> Form:
    """The complaint, every field in the order of the form; see `missing_fields` for what must be there before it is made.

    `case` is in the case-file format, `check` the answer of the evidence check, `evidence_count` the number of exhibits (None: not stated),
    `filed_on` the date below the signature. Raises KeyError where a name that `missing_fields` calls for is absent, ValueError for a sum or date
    that cannot be read.
    """
    claim, sides = claim_of(case, check), sides_of(case, "lawsuit")
    return Form(
        id="complaint",
        title="民事起诉状",
        subtitle="（买卖合同纠纷）",
        parts=(
            _parties(case, sides),
            claims_section(case, claim, check, sides),
            jurisdiction_section(case),
            facts_section(case, claim, check, sides, evidence_count),
            _mediation(options or {}),
            Signature("具状人（签字、盖章）", str(case["creditor"]["name"]), day(filed_on)),
        ),
    )


def missing_fields(case: Case, check: Mapping[str, Any]) -> list[MissingField]:
    """The required fields of the complaint that are empty, and sums that do not add up; an empty list means that the paper can be made."""
    if str(case.get("dispute_type") or "sale_of_goods") != "sale_of_goods":
        zh, en = "要素式起诉状只用于买卖合同纠纷，请改用叙述式民事起诉状", "the element form is for sales of goods only; use the narrative complaint"
        return [MissingField("dispute_type", zh, en, "dispute_type")]
    sides = sides_of(case, "lawsuit")
    court = [
        MissingField(
            "court", "受诉人民法院（要素式起诉状不印法院名称，立案时须选定）", "court (not printed on the element form; choose it when filing)", "court",
            blocking=False,
        )
        for _ in missing_court(case)
    ]  # fmt: skip
    creditor = case.get("creditor") or {}
    parties = [*missing_parties(case, sides), *([] if is_person(creditor) else unsaid_of(creditor, "原告", "plaintiff"))]
    first = [field for field in parties if field.blocking]
    return [*first, *missing_contract(case), *missing_claim(case, check), *court, *(field for field in parties if not field.blocking)]


def _parties(case: Case, sides: Sides) -> Section:
    creditor, agents = case["creditor"], case.get("agents") or []
    others = sides.opponents
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


def _mediation(options: Mapping[str, Any]) -> Section:
    """What the signer knows and wishes is no fact of the file: without an answer the boxes stay open for whoever signs."""
    known, wish = (YES_NO.get(said, said) for said in (options.get("mediation_known"), options.get("mediation_wish")))
    boxes = tuple((label, known == answer) for answer, label in KNOWN)
    return Section(
        "对纠纷解决方式的意愿",
        (
            Field("是否了解调解作为非诉讼纠纷解决方式，能及时、高效、低成本、不伤和气地解决纠纷", (choices("", *boxes),)),
            Field("是否了解先行调解解决纠纷的好处", tuple(choices(f"{number}. {text}：", *boxes) for number, text in enumerate(BENEFITS, 1))),
            Field("是否考虑先行调解", (choices("", *((label, wish == answer) for answer, label in WISHES)),)),
        ),
    )
