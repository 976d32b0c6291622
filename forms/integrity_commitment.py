"""诚信诉讼承诺书 (undertaking to litigate in good faith); some courts ask for it on filing - local practice, verify per court.

《民事诉讼法》第13条、第114条、第115条 (Civil Procedure Law arts. 13, 114, 115); 《刑法》第307条之一 (Criminal Law art. 307-1).
"""

from __future__ import annotations

from forms.causes import cause_of
from forms.figures import listed
from forms.form import Form, Strong, line
from forms.papers import MissingField, Subject
from forms.pleading import addressed, running, signed
from forms.pleading_fields import missing_parties
from forms.sides import sides_of

UNDERTAKEN = (
    "所提交的起诉材料、身份材料真实、合法、有效，所陈述的事实客观真实，不作虚假陈述，不隐瞒与本案有关的重要事实；",
    "所提交的证据真实、来源合法，不伪造、变造、毁灭证据，不以暴力、威胁、贿买方法阻止证人作证或者指使他人作伪证；",
    "不与他人恶意串通，不单方捏造案件基本事实，不进行虚假诉讼、恶意诉讼，不就同一事实重复起诉；",
    "诚信行使诉讼权利，按时参加庭审，遵守法庭秩序，不滥用管辖权异议、回避、鉴定等权利拖延诉讼；",
    "如实提供送达地址和联系方式，变更时及时书面告知人民法院；",
    "自觉履行发生法律效力的判决、裁定和调解书。",
)
LIABLE = "如违反上述承诺，自愿接受人民法院依照《中华人民共和国民事诉讼法》第一百一十四条、第一百一十五条等规定作出的处理；构成犯罪的，依法承担刑事责任。"


def integrity_commitment(subject: Subject) -> Form:
    """The undertaking of the creditor; without a court on file it is addressed to nobody."""
    case, sides = subject.case, sides_of(subject.case, "lawsuit")
    creditor = str(case["creditor"]["name"])
    against = listed([str(party["name"]) for party in sides.opponents])
    lead = line("承诺人", Strong(creditor), f"与{against}{cause_of(case, subject.cause)}一案，")
    body = "根据《中华人民共和国民事诉讼法》第十三条规定的诚信原则，郑重承诺如下："
    return Form(
        id="integrity_commitment",
        title="诚信诉讼承诺书",
        parts=(
            running([line(*lead.parts, body), *(f"{number}.{text}" for number, text in enumerate(UNDERTAKEN, 1)), LIABLE]),
            *((addressed(str(case["court"])),) if case.get("court") else ()),
            signed("承诺人（签名、盖章）", creditor, subject.day),
        ),
    )


def missing_fields(subject: Subject) -> list[MissingField]:
    """The names of the parties."""
    return [field for field in missing_parties(subject.case, sides_of(subject.case, "lawsuit")) if field.key.endswith(".name")]
