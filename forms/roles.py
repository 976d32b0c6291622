"""What the sides, the request and the paper are called before each body: one small table for every paper of a packet.

Sources: 《民事诉讼法》第122条 (lawsuit), 第225条 (payment order), 第104条 (pre-suit preservation), 第247条 (enforcement); 《仲裁法》; 《企业破产法》第44条.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Roles:
    """The words of one procedure: who files (`own`), against whom (`other`), what is asked (`request`), with which verb, and who signs.

    `pleading` is the title of the paper that opens the procedure, `verb` stands before a request (判令被告…), empty where the paper asks directly.
    `costs` are the costs the other side shall bear, `stage` how far a mandate reaches, `asks` ends the facts: 特向人民法院提起诉讼，请求判如所请.
    """

    own: str
    other: str
    request: str
    pleading: str
    verb: str
    signer: str
    costs: str
    stage: str
    asks: str


ROLES: Mapping[str, Roles] = {
    "lawsuit": Roles(
        "原告", "被告", "诉讼请求", "民事起诉状", "判令", "具状人", "本案全部诉讼费用",
        "自签署之日起至本案一审程序终结之日止", "特向人民法院提起诉讼，请求判如所请",
    ),
    "arbitration": Roles(
        "申请人", "被申请人", "仲裁请求", "仲裁申请书", "裁决", "申请人", "本案全部仲裁费用",
        "自签署之日起至本案仲裁程序终结之日止", "特申请仲裁，请求裁如所请",
    ),
    "payment_order": Roles(
        "申请人", "被申请人", "请求事项", "支付令申请书", "督促", "申请人", "本案申请费",
        "自签署之日起至本案督促程序终结之日止", "依据《中华人民共和国民事诉讼法》第二百二十五条，特向人民法院申请支付令",
    ),
    "preservation": Roles(
        "申请人", "被申请人", "请求事项", "财产保全申请书", "", "申请人", "本案保全费用",
        "自签署之日起至本案保全程序终结之日止", "特向人民法院申请财产保全，请求裁定准许",
    ),
    "enforcement": Roles(
        "申请执行人", "被执行人", "请求事项", "强制执行申请书", "", "申请执行人", "本案执行费用",
        "自签署之日起至本案执行程序终结之日止", "特向人民法院申请强制执行",
    ),
    "insolvency_claim": Roles(
        "债权人", "债务人", "申报请求", "债权申报书", "", "申报人", "", "自签署之日起至本案破产程序终结之日止", "特向管理人申报债权，请予确认",
    ),
    "write_off_archive": Roles("债权人", "债务人", "", "坏账核销档案", "", "制作人", "", "自签署之日起至追索终结之日止", ""),
}  # fmt: skip
ALONE = Roles("债权人", "债务人", "", "", "", "出具人", "", "自签署之日起至委托事项办理完毕之日止", "")


def roles(kind: str) -> Roles:
    """The words of a packet kind; a paper that stands alone speaks of creditor and debtor."""
    return ROLES.get(kind, ALONE)
