"""送达地址及收款账户确认书 (confirmation of the address for service and of the account for distributions) in insolvency proceedings.

Filed with the claim; there is no form by statute (《企业破产法》第44条 / Enterprise Bankruptcy Law art. 44).
"""

from __future__ import annotations

from datetime import date

from forms.claim import Case
from forms.figures import day
from forms.form import Field, Form, Section, Signature, line
from forms.insolvency_claim_form import account_lines, creditor_fields, service_lines
from forms.insolvency_claim_statement import administrator

NOTICES = (
    "管理人、人民法院向上述地址或者以上述电子方式送达的文件，视为送达申报人；送达地址、联系人、联系方式变更的，申报人将在变更之日起三日内书面通知管理人。",
    "上述账户为申报人受领破产财产分配、重整或者和解清偿款项的账户；账户变更的，申报人另行出具加盖公章的书面确认书，变更前向原账户支付的款项视为已向申报人支付。",
    "因所填信息不准确或者未及时通知变更造成的后果，由申报人承担。",
)


def insolvency_service_account(case: Case, confirmed_on: date) -> Form:
    """The sheet of the creditor. Raises KeyError where a name that `insolvency_claim_form.missing` asks for is absent."""
    insolvency = case["insolvency"]
    return Form(
        id="service_and_account",
        title="送达地址及收款账户确认书",
        parts=(
            Section("破产案件", (
                Field("案号", (line(f"{insolvency['court']}{insolvency['case_no']}"),)),
                Field("债务人", (line(str(case["debtor"]["name"])),)),
                Field("管理人", (line(administrator(case)),)),
            )),
            Section("申报人", creditor_fields(case)),
            Section("送达地址", (Field("送达地址、收件人、联系电话、电子送达", service_lines(case)),)),
            Section("收款账户", (Field("户名、开户行、账号", account_lines(case)),)),
            Section("确认", (Field("申报人确认", tuple(line(f"{number}. {text}") for number, text in enumerate(NOTICES, 1))),)),
            Signature("申报人（签名、盖章）", str(case["creditor"]["name"]), day(confirmed_on)),
        ),
    )  # fmt: skip
