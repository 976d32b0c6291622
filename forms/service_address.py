"""送达地址确认书 (confirmation of the address for service). Courts hand out their own sheet: where one is given, that one is used."""

from __future__ import annotations

from datetime import date

from forms.claim import Case, defendants
from forms.figures import day, listed
from forms.form import Field, Form, Section, Signature, line
from forms.parties import UNKNOWN_OWN, e_service_lines, is_person, said, service_lines

NOTICES = (
    "当事人应当如实提供确切的送达地址；送达地址变更的，应当及时以书面方式告知人民法院。",
    "确认的送达地址适用于第一审程序、第二审程序、审判监督程序和执行程序，另有书面声明的除外。",
    (
        "因提供或者确认的送达地址不准确、送达地址变更未及时告知人民法院、受送达人或者其指定的代收人拒绝签收，导致诉讼文书未能被实际接收的，"
        "文书退回之日视为送达之日；直接送达的，送达人在送达回证上记明情况之日视为送达之日。"
    ),
    "经受送达人同意，人民法院可以采用能够确认其收悉的电子方式送达诉讼文书；受送达人提出需要纸质判决书、裁定书、调解书的，人民法院应当提供。",
)


def service_address(case: Case, confirmed_on: date) -> Form:
    """The sheet of the creditor; the case number is left to the court, which gives it on registration. Raises KeyError without the creditor's name."""
    creditor, agents = case["creditor"], case.get("agents") or []
    parties = listed([str(party["name"]) for party in defendants(case)])
    code = f"证件号码：{said(creditor, 'id_number', UNKNOWN_OWN)}" if is_person(creditor) else f"统一社会信用代码：{said(creditor, 'uscc', UNKNOWN_OWN)}"
    return Form(
        id="service_address_confirmation",
        title="送达地址确认书",
        parts=(
            Section(
                "案件信息",
                (Field("案号", (line("无（尚未立案）"),)), Field("案由", (line("买卖合同纠纷"),)), Field("对方当事人", (line(parties or UNKNOWN_OWN),))),
            ),
            Section(
                "受送达人及送达地址",
                (
                    Field("受送达人", (line(str(creditor["name"])), line(code))),
                    Field("送达地址、收件人、联系电话", service_lines(creditor, agents)),
                    Field("邮政编码", (line(said(creditor, "postcode", UNKNOWN_OWN)),)),
                    Field("是否同意电子送达及方式", e_service_lines(creditor)),
                ),
            ),
            Section(
                "告知事项", (Field("人民法院对当事人填写送达地址确认书的告知", tuple(line(f"{number}. {text}") for number, text in enumerate(NOTICES, 1))),)
            ),
            Section("受送达人确认", (Field("声明", (line("我单位（本人）已阅读并知悉上述告知事项，保证上述送达地址准确、有效，并承担相应的法律后果。"),)),)),
            Signature("受送达人（签名或者盖章）", str(creditor["name"]), day(confirmed_on)),
        ),
    )
