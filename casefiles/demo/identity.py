"""Who the parties are: licence, certificate and ID copy of the legal representative, registry extract, power of attorney, insolvency notice."""

from __future__ import annotations

from casefiles.demo.desk import Block, Desk, grid, plain, text, to
from casefiles.demo.figures import zh_date

OFFICE = "示例市市场监督管理局"


def _city(address: str) -> str:
    return address.partition("市")[0].rpartition("省")[2] + "市"


def business_licence(desk: Desk) -> bytes:
    """The creditor's licence as a clean page, before it is scanned."""
    pictures = desk.pictures()
    (creditor, side), _ = desk.sides
    rows = [
        ["名　　称", creditor["name"]], ["注册资本", side.capital], ["类　　型", creditor.get("type", "有限责任公司")], ["成立日期", zh_date(side.founded)],
        ["法定代表人", creditor["legal_representative"]], ["营业期限", "长期"], ["经营范围", f"{side.trade}。（依法须经批准的项目，经批准后方可开展经营活动）"],
        ["住　　所", creditor["address"]],
    ]  # fmt: skip
    data = {"uscc": creditor["uscc"], "rows": rows, "office": OFFICE, "issued": zh_date(side.founded), "seal": pictures.seal(OFFICE)}
    return desk.set("licence", data, pictures)


def representative_certificate(desk: Desk) -> bytes:
    """The certificate that names the legal representative, sealed by the creditor."""
    pictures = desk.pictures()
    creditor = desk.creditor
    day = str(desk.case["as_of"])
    sheet = {
        "title": "法定代表人身份证明书",
        "blocks": [
            plain(""),
            text(f"{creditor['legal_representative']}（职务：执行董事）系我单位的法定代表人。"),
            text(f"单位名称：{creditor['name']}"),
            text(f"统一社会信用代码：{creditor['uscc']}"),
            text(f"住所地：{creditor['address']}"),
            text("特此证明。"),
            plain(""),
            plain("附：法定代表人联系电话 " + desk.story.creditor.phone + "；身份证件复印件另附。"),
            plain("注：本证明书用于诉讼、仲裁、执行及债权申报，复印无效。"),
        ],
        "signature": [creditor["name"], "（盖章）", zh_date(day)], "seal": pictures.seal(creditor["name"]),
    }  # fmt: skip
    return desk.paper([sheet], pictures)


def registry_extract(desk: Desk) -> bytes:
    """The debtor's entry in the company register as printed from the public system."""
    pictures = desk.pictures()
    _, (debtor, side) = desk.sides
    printed = debtor["registry_extract_date"]
    basic = [
        ["企业名称", debtor["name"], "统一社会信用代码", debtor["uscc"]],
        ["法定代表人", debtor["legal_representative"], "登记状态", debtor["registry_status"]],
        ["类型", debtor.get("type", "有限责任公司"), "注册资本", side.capital],
        ["成立日期", zh_date(side.founded), "营业期限", f"{zh_date(side.founded)}至长期"],
        ["住所", debtor["address"], "登记机关", OFFICE],
        ["经营范围", side.trade, "核准日期", zh_date(side.founded)],
    ]
    owners = [["1", f"{debtor['legal_representative']}（自然人）", "60%", "认缴"], ["2", "示例投资合伙企业（有限合伙）", "40%", "认缴"]]
    insolvency = desk.case.get("insolvency")
    note = "破产重整案件信息：" + f"{insolvency['court']}{insolvency['case_no']}" if insolvency else "破产案件信息：无公示信息"
    if debtor["registry_status"].startswith("吊销"):
        note += "；行政处罚：吊销营业执照（尚未办理注销登记）"
    people = [["1", debtor["legal_representative"], "执行董事兼总经理"], ["2", "监一", "监事"]]
    sheet = {
        "head": "企业信用信息公示系统（示例）", "title": "企业信用信息公示报告",
        "top": [f"打印日期：{zh_date(printed)}　　报告编号：GS{printed.replace('-', '')}{debtor['uscc'][-6:]}"],
        "grids": [
            grid([], basic, [1.1, 2.4, 1.3, 2.2], title="一、登记基本信息"),
            grid(["序号", "股东", "持股比例", "出资方式"], owners, [0.7, 3, 1.2, 1.2], title="二、股东及出资信息"),
            grid(["序号", "姓名", "职务"], people, [0.7, 2, 2], title="三、主要人员信息"),
            grid([], [["曾用名", "无"], ["动产抵押登记", "无公示信息"], ["司法协助", note]], [1.4, 5], title="四、其他公示信息"),
        ],
        "bottom": ["本报告内容由系统自动生成，供查询人参考，以登记机关登记档案为准。本页为虚构样例，不对应任何真实企业。"],
    }  # fmt: skip
    return desk.table([sheet], pictures)


def id_copy(desk: Desk) -> bytes:
    """A plainly invalid ID card of the legal representative, before it is scanned."""
    pictures = desk.pictures()
    creditor = desk.creditor
    data = {
        "name": creditor["legal_representative"], "gender": "男", "nation": "汉", "born": "1975年1月1日",
        "address": f"{_city(creditor['address'])}示例区虚构路100号",
        "number": "000000 19750101 000X", "office": "示例市公安局示例分局", "valid": "2015.01.01－2035.01.01", "seal": pictures.seal(creditor["name"]),
        "note": "本复印件仅供本案诉讼使用，与原件核对无异。",
    }  # fmt: skip
    return desk.set("idcard", data, pictures)


def power_of_attorney(desk: Desk) -> bytes:
    """The creditor's power of attorney for the proceedings of the case."""
    pictures = desk.pictures()
    creditor, debtor = desk.creditor, desk.debtor
    filing = desk.case.get("insolvency")
    matter = f"{debtor['name']}{filing['procedure']}案（{filing['case_no']}）的债权申报" if filing else f"与{debtor['name']}买卖合同纠纷一案"
    rights = "代为申报债权、提交证据材料、核对债权表、参加债权人会议并行使表决权、签收法律文书" if filing else "代为起诉、举证、质证、参加调解、签收法律文书"
    sheet = {
        "title": "授权委托书",
        "blocks": [
            plain(f"委托人：{creditor['name']}"), plain(f"住所地：{creditor['address']}"),
            plain(f"法定代表人：{creditor['legal_representative']}　统一社会信用代码：{creditor['uscc']}"),
            plain(f"受托人：亥律师，{desk.story.law_firm}，联系电话 000-00000000"),
            text(f"现委托受托人在{matter}中，作为我单位的代理人。"),
            text(f"代理权限为特别授权：{rights}。"),
            text("委托期限自本委托书签署之日起至上述事项办结之日止。受托人无转委托权。"),
        ],
        "signature": [f"委托人：{creditor['name']}", "法定代表人（签字）：", zh_date(str(desk.case["as_of"]))],
        "seal": pictures.seal(creditor["name"]), "hand": pictures.hand(creditor["legal_representative"]), "dx": -16,
    }  # fmt: skip
    return desk.paper([sheet], pictures)


def bankruptcy_announcement(desk: Desk) -> bytes:
    """The public notice that insolvency was opened, printed from the court's site."""
    pictures = desk.pictures()
    debtor, filing = desk.debtor["name"], desk.case["insolvency"]
    sheet = {
        "head": filing["court"], "title": "公　告", "number": filing["case_no"],
        "blocks": [
            text(f"本院根据申请人的申请，于{zh_date(filing['acceptance_date'])}裁定受理{debtor}{filing['procedure']}一案，并指定{filing['administrator']}担任管理人。"),
            text(f"{debtor}的债权人应当在{zh_date(filing['claim_deadline'])}前，向管理人（地址：{filing['administrator_address']}）申报债权，书面说明债权的数额、有无财产担保以及是否属于连带债权，并提供有关证据。"),
            text("未在上述期限内申报债权的，可以在破产财产最后分配前补充申报；但是，此前已进行的分配，不再对其补充分配，为审查和确认补充申报债权的费用由补充申报人承担。未依法申报债权的，不得依照《中华人民共和国企业破产法》规定的程序行使权利。"),
            text(f"{debtor}的债务人或者财产持有人应当向管理人清偿债务或者交付财产。"),
            text(f"第一次债权人会议定于{zh_date(filing['first_creditors_meeting'])}上午9时召开，会议采用网络方式，具体方式由管理人另行通知。依法申报债权的债权人有权参加债权人会议。"),
            plain("特此公告。"),
        ],
        "signature": [filing["court"], zh_date(filing["announcement_date"])], "seal": pictures.court_seal(filing["court"]),
    }  # fmt: skip
    return desk.paper([sheet], pictures)


def guarantee_contract(desk: Desk) -> bytes:
    """The guarantee of a natural person for the contract of the case."""
    pictures = desk.pictures()
    security = desk.case["security"]["guarantor"]
    guarantor: str = security["name"].partition("（")[0]
    contract = desk.contract
    period = security.get("period_agreed")
    clauses: list[Block] = [
        to(f"保证人：{guarantor}（自然人，虚构）"), plain(f"债权人：{desk.creditor['name']}（统一社会信用代码：{desk.creditor['uscc']}）"),
        plain(f"债务人：{desk.debtor['name']}"),
        text(f"为保障债权人与债务人于{zh_date(contract['signed_on'])}签订的《{contract['name']}》（编号：{contract['no']}，以下称“主合同”）的履行，保证人自愿提供保证，并与债权人订立本合同。"),
        text("第一条　被担保的主债权为债权人依据主合同向债务人供货所形成的全部货款债权。"),
        text(f"第二条　保证方式为{security['mode']}。债务人到期不履行债务的，债权人可以请求债务人履行债务，也可以请求保证人在其保证范围内承担保证责任。"),
        text("第三条　保证范围包括货款本金、违约金及损害赔偿金。"),
        text(f"第四条　保证期间为{period}。" if period else "第四条　保证人应当如实说明其财产状况，发生重大变化的，应当在十日内通知债权人。"),
        text("第五条　主合同的变更未加重债务的，无须另行取得保证人同意；加重债务的，保证人对加重的部分不承担保证责任。"),
        text("第六条　本合同自保证人签字、债权人盖章之日起生效，一式两份，双方各执一份。"),
    ]  # fmt: skip
    sheet = {
        "title": "保证合同", "number": f"编号：{contract['no']}-BZ", "blocks": clauses,
        "signature": ["保证人（签字）：　　　　　　　　", f"债权人：{desk.creditor['name']}（盖章）",
                      zh_date(security.get("signed_on", contract["signed_on"]))],
        "seal": pictures.seal(desk.creditor["name"]), "hand": pictures.hand(guarantor), "dx": -4, "dy": -2, "hand_dy": -5,
    }  # fmt: skip
    return desk.paper([sheet], pictures)
