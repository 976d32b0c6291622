"""未受偿及未重复申报声明 (declaration that the claim was not satisfied otherwise and is filed once).

《企业破产法》第49条至第52条 (Enterprise Bankruptcy Law arts. 49-52): joint claims and claims against joint debtors; what a guarantor pays comes off:
《担保制度解释》第23条 (SPC Security Interpretation art. 23).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from forms.claim import ZERO, Case, guarantors
from forms.figures import day, figures, in_words, listed
from forms.form import Form, Paragraphs, Signature, Strong, line
from forms.insolvency_calculation import INSOLVENCY_LAW, filed
from forms.insolvency_claim_statement import administrator
from forms.later_recoveries import received


def no_double_recovery(case: Case, check: Mapping[str, Any], declared_on: date) -> Form:
    """The declaration of the creditor; every payment of the case file is named as taken off already."""
    creditor = str(case["creditor"]["name"])
    return Form(
        id="no_double_recovery",
        title="未受偿及未重复申报声明",
        parts=(
            Paragraphs((line(Strong(f"{administrator(case)}：")),), flush=True, size=14),
            Paragraphs(tuple(line(text) for text in _declared(case, check)), size=14),
            Signature("声明人（签名、盖章）", creditor, day(declared_on)),
        ),
    )


def _declared(case: Case, check: Mapping[str, Any]) -> Iterator[str]:
    sums, insolvency = filed(case, check), case["insolvency"]
    yield (
        f"{case['creditor']['name']}（以下简称申报人）就{insolvency['court']}{insolvency['case_no']}{case['debtor']['name']}破产一案，"
        f"申报债权{figures(sums.total)}元（大写：人民币{in_words(sums.total)}）。现声明如下："
    )
    yield f"一、{_received(case)}除此之外，申报人未以付款、抵销、以物抵债、执行、担保人代偿或者其他任何方式就所申报的债权获得清偿。"
    yield "二、申报人未就同一债权以其他名义重复申报，未将该债权转让或者质押给他人，亦未由他人代为申报。"
    yield _others(case)
    yield f"四、申报债权后从任何第三方获得清偿的，申报人将及时书面告知管理人，并相应调减申报金额（{INSOLVENCY_LAW}第五十一条、第五十二条）。"
    yield "五、以上声明真实，如有不实，申报人承担相应法律责任。"


def _received(case: Case) -> str:
    paid = received(case)
    if not paid:
        return "申报人就所申报的债权未收到任何清偿。"
    total = figures(sum((sum_ for _, sum_, _ in paid), ZERO))
    each = listed([f"{day(when)}{figures(sum_)}元" for when, sum_, _ in paid])
    return f"申报人此前收到的款项{len(paid)}笔（{each}），合计{total}元，已在申报金额中扣除。"


def _others(case: Case) -> str:
    sureties = guarantors(case)
    if not sureties:
        return "三、所申报的债权没有保证人；申报人未向其他连带债务人主张并获得清偿。"
    names = listed([str(each["name"]) for each in sureties])
    return f"三、所申报的债权有保证人：{names}。申报人保留向保证人主张权利的权利；截至本声明出具之日，保证人未代为清偿。"
