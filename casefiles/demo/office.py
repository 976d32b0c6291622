"""Papers of the creditor's own office for a written-off debt: approval, statement of recourse, accounting voucher."""

from __future__ import annotations

from casefiles.demo.desk import Block, Desk, grid, text, to
from casefiles.demo.figures import in_words, money, zh_date

GROUNDS = {
    "bankrupt": "债务人被依法宣告破产",
    "judgment_or_enforcement_ended": "法院裁定终结（本次）执行程序，无财产可供执行", "ceased_business": "债务人停止经营",
    "death_or_missing": "债务人死亡或者失踪", "restructuring": "债务重组", "force_majeure": "不可抗力",
    "overdue_3y": "逾期三年以上", "small_1y": "逾期一年以上小额款项",
}  # fmt: skip


def write_off_approval(desk: Desk) -> bytes:
    """The form on which the write-off was approved, before it is scanned."""
    pictures = desk.pictures()
    found, judgment, enforcement = desk.case["write_off"], desk.case["judgment"], desk.case["enforcement"]
    recovered = enforcement["recovered"][0]
    day = zh_date(found["approved_on"])
    facts = (
        f"{judgment['case_no']}民事判决书于{zh_date(judgment['effective_on'])}生效，确认债务人应付货款 420,000.00 元及逾期付款损失。"
        f"{zh_date(enforcement['application_filed'])}申请强制执行，{zh_date(recovered['date'])}执行到账 {money(recovered['amount'])} 元；"
        f"{zh_date(enforcement['terminated_current_procedure']['date'])}法院裁定终结本次执行程序（{enforcement['case_no']}）。债务人登记状态：{desk.debtor['registry_status']}。"
    )
    rows = [
        ["债务人", desk.debtor["name"], "统一社会信用代码", desk.debtor["uscc"]],
        ["核销金额", f"¥{money(found['booked_principal'])}", "金额大写", in_words(found["booked_principal"])],
        ["合同", f"{desk.contract['name']}（{desk.contract['no']}）", "核销依据", GROUNDS[found["ground"]]],
        ["审批权限", found["approved_by"], "审批日期", zh_date(found["approved_on"])],
    ]
    sheet = {
        "head": desk.creditor["name"], "title": "坏账核销审批表", "top": [f"填表日期：{day}　　编号：虚构-核销-{found['approved_on'][:4]}-003"],
        "grids": [
            grid([], rows, [1, 2.2, 1.2, 2.4]),
            grid([], [["清收经过及不能收回的原因", facts], ["附件", "判决书、生效证明、执行裁定书、登记信息、催收记录、对账单"],
                      ["追索安排", f"账销案存，保留追索权；每半年复查一次登记信息和财产线索，下次复查 {found['next_followup']}。"]], [1, 5.4]),
        ],
        "bottom": ["审批意见：同意核销。核销不构成对债权的放弃，由法务部继续保管案卷并负责追索。"],
        "signs": [
            {"lines": ["经办部门（法务部）：", "", day], "hand": pictures.hand("午七"), "down": 3, "seal": None},
            {"lines": ["财务总监：", "", day], "hand": pictures.hand("未总"), "down": 3, "seal": None},
            {"lines": ["总经理办公会：", "", day], "hand": pictures.hand(desk.creditor["legal_representative"]), "down": 3,
             "seal": pictures.seal(desk.creditor["name"])},
        ],
    }  # fmt: skip
    return desk.table([sheet], pictures)


def recourse_statement(desk: Desk) -> bytes:
    """The statement that the debt is off the books and the claim is kept."""
    pictures = desk.pictures()
    found = desk.case["write_off"]
    sheet = {
        "title": "保留追索权声明", "number": "（账销案存登记）",
        "blocks": [
            to(f"关于{desk.debtor['name']}的应收账款"),
            text(f"我公司于{zh_date(found['approved_on'])}批准核销对{desk.debtor['name']}（统一社会信用代码：{desk.debtor['uscc']}）"
                 f"的应收账款，账面本金人民币 {money(found['booked_principal'])} 元（大写：{in_words(found['booked_principal'])}）。"),
            text(f"本次核销仅为会计处理，我公司不放弃{desk.case['judgment']['case_no']}民事判决书所确认的任何债权，包括本金、逾期付款损失及迟延履行期间的加倍债务利息。"),
            text("依照规定，终结本次执行程序后发现被执行人有可供执行财产的，再次申请执行不受申请执行时效期间的限制。"),
            text(f"责任部门：法务部。追索安排：每六个月查询一次债务人的登记状态和财产线索，首次复查日期为{zh_date(found['next_followup'])}，复查结果登记入案卷。"),
            text("案卷在追索期间不得销毁；发现债务人恢复偿付能力的，立即重新启动清收程序。"),
        ],
        "signature": [desk.creditor["name"], zh_date(found["approved_on"])], "seal": pictures.seal(desk.creditor["name"]),
    }  # fmt: skip
    return desk.paper([sheet], pictures)


def accounting_voucher(desk: Desk, entry: Block) -> bytes:
    """The voucher by which the bad debt left the books, before it is scanned."""
    pictures = desk.pictures()
    number, posted, amount = entry["voucher_no"], entry["posted_on"], entry["amount"]
    words = f"核销坏账：{desk.debtor['name']}"
    rows = [
        [words, "坏账准备", money(amount), ""],
        [words, f"应收账款——{desk.debtor['name']}", "", money(amount)],
        ["", "", "", ""],
        [f"合计：{in_words(amount)}", "", money(amount), money(amount)],
    ]
    sheet = {
        "head": desk.creditor["name"], "title": "记　账　凭　证", "top": [f"日期：{zh_date(posted)}　　凭证号：{number}　　附件 6 张"],
        "grids": [grid(["摘要", "会计科目", "借方金额", "贷方金额"], rows, [2.6, 2.6, 1.3, 1.3], right=(2, 3))],
        "signs": [
            {"lines": ["会计主管："], "hand": pictures.hand("未总"), "down": -3, "seal": None},
            {"lines": ["记账："], "hand": pictures.hand("申二"), "down": -3, "seal": None},
            {"lines": ["制单："], "hand": pictures.hand("酉三"), "down": -3, "seal": None},
        ],
    }  # fmt: skip
    return desk.table([sheet], pictures)
