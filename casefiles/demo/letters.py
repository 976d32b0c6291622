"""Letters of demand, the lawyer's letter, and the EMS slips that prove they arrived."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from casefiles.demo.chance import chance_of
from casefiles.demo.desk import Block, Desk, listing, plain, text, to
from casefiles.demo.figures import daily_rate, days_after, in_words, money, zh_date

CODE_39 = {
    "0": "nnnwwnwnn", "1": "wnnwnnnnw", "2": "nnwwnnnnw", "3": "wnwwnnnnn", "4": "nnnwwnnnw", "5": "wnnwwnnnn", "6": "nnwwwnnnn", "7": "nnnwnnwnw",
    "8": "wnnwnnwnn", "9": "nnwwnnwnn", "C": "wnwnnwnnn", "E": "wnnnwwnnn", "N": "nnnnwnnww", "X": "nwnnwnnnw", "*": "nwnnwnwnn",
}  # fmt: skip


def open_items(desk: Desk, day: str) -> list[tuple[Block, Decimal]]:
    """Invoices with what is open of them on `day`, payments and credit notes taken off."""
    left = {entry["no"]: Decimal(entry["amount"]) for entry in desk.blocks("invoices")}
    for payment in desk.blocks("payments"):
        if payment["date"] <= day and payment.get("designated_invoice"):
            left[payment["designated_invoice"]] -= Decimal(payment["amount"])
    for note in desk.blocks("credit_notes"):
        if note["date"] <= day:
            left[note["against"]] -= Decimal(note["amount"])
    return [(entry, left[entry["no"]]) for entry in desk.blocks("invoices") if left[entry["no"]]]


def _table(items: Sequence[tuple[Block, Decimal]]) -> Block:
    rows = [[entry["no"], entry["date"], money(entry["amount"]), entry["due_date"], money(left)] for entry, left in items]
    total = sum((left for _, left in items), Decimal(0))
    header = ["发票号码", "开票日期", "发票金额（元）", "付款到期日", "未付金额（元）"]
    return listing(header, [*rows, ["合计", "", "", "", money(total)]], [1.2, 1.4, 1.6, 1.4, 1.6], right=(2, 4))


def _basis(desk: Desk) -> str:
    clause = desk.contract.get("late_payment_clause")
    if not clause:
        return "贵公司逾期付款已经构成违约，依照《中华人民共和国民法典》第五百七十九条、第六百二十六条的规定，应当支付货款并赔偿逾期付款损失。"
    return (
        f"依照合同{clause['clause']}的约定，逾期付款的，应按逾期未付款项的{daily_rate(clause['rate'])}支付违约金；"
        "《中华人民共和国民法典》第五百七十九条、第五百八十五条、第六百二十六条对此亦有规定。"
    )


def demand_letters(desk: Desk, letters: Sequence[Block]) -> bytes:
    """The creditor's own letters, one after another."""
    pictures = desk.pictures()
    sheets = []
    for number, letter in enumerate(letters, start=1):
        day = letter["dated"]
        items = open_items(desk, day)
        total = sum((left for _, left in items), Decimal(0))
        due = sum((left for entry, left in items if entry["due_date"] < day), Decimal(0))
        later = f"其中已到期货款 {money(due)} 元，质量保证金 {money(total - due)} 元尚未到期；" if due != total else "上述款项均已超过付款期限；"
        sheets.append({
            "head": desk.creditor["name"], "title": "催款函", "number": f"编号：催字〔{day[:4]}〕第{number:02d}号",
            "blocks": [
                to(f"{desk.debtor['name']}："),
                text(f"贵我双方于{zh_date(desk.contract['signed_on'])}签订《{desk.contract['name']}》（合同编号：{desk.contract['no']}）。我公司已经依约交付货物并开具发票，"
                     f"截至{zh_date(day)}，贵公司尚欠货款人民币 {money(total)} 元（大写：{in_words(total)}），明细如下："),
                _table(items),
                text(later + "经我公司业务人员多次联系，贵公司至今未付清。"),
                text(_basis(desk)),
                text(f"请贵公司于{zh_date(days_after(day, 15))}前将上述到期款项支付至我公司账户"
                     f"（户名：{desk.creditor['name']}；开户行：{desk.story.creditor.bank}；账号：{desk.story.creditor.account}）。"
                     "逾期仍不支付的，我公司将依法采取诉讼、仲裁等措施，由此产生的后果由贵公司承担。"),
                text("本函以书面形式主张全部债权，贵公司对上述金额有异议的，请在收到本函后七日内书面提出并附依据。"),
                plain("特此函告。"),
            ],
            "signature": [desk.creditor["name"], f"联系人：{desk.story.creditor.contact}　{desk.story.creditor.phone}", zh_date(day)],
            "seal": pictures.seal(desk.creditor["name"]),
        })  # fmt: skip
    return desk.paper(sheets, pictures)


def lawyers_letter(desk: Desk, letter: Block) -> bytes:
    """The letter of the creditor's lawyers."""
    pictures = desk.pictures()
    firm, day = desk.story.law_firm, letter["dated"]
    items = open_items(desk, day)
    total = sum((left for _, left in items), Decimal(0))
    reconciled = desk.blocks("reconciliations")[:1]
    known = "".join(
        f"贵公司于{zh_date(block['signed_on'])}在对账单上盖章，确认截至{zh_date(block['as_at'])}欠款 {money(block['amount'])} 元。" for block in reconciled
    )
    sheet = {
        "head": firm, "colour": "#1f3d6b", "title": "律师函", "number": f"（{day[:4]}）示律函字第0407号",
        "blocks": [
            to(f"致：{desk.debtor['name']}"),
            text(f"{firm}接受{desk.creditor['name']}（以下称“委托人”）的委托，就贵公司拖欠货款一事，郑重致函如下。"),
            text(f"一、委托人与贵公司于{zh_date(desk.contract['signed_on'])}签订编号为{desk.contract['no']}的《{desk.contract['name']}》。委托人已经全部交付货物，贵公司已经签收。{known}"),
            text(f"二、截至本函出具之日，贵公司仍欠货款本金人民币 {money(total)} 元，明细如下："),
            _table(items),
            text("三、" + _basis(desk)),
            text(f"四、请贵公司于{zh_date(days_after(day, 10))}前付清全部货款本金及违约金。逾期未付的，"
                 "委托人将授权本所提起诉讼并申请财产保全，届时贵公司除本金和违约金外，还将承担案件受理费、保全费等费用。"),
            text("本函仅依据委托人提供的材料出具，不代表委托人放弃任何权利。"),
            plain("特此函告，顺颂商祺。"),
        ],
        "signature": [firm, "承办律师：亥律师", zh_date(day)], "seal": pictures.seal(firm), "hand": pictures.hand("亥律师"), "dx": -16,
    }  # fmt: skip
    return desk.paper([sheet], pictures)


def bars(number: str) -> list[list[object]]:
    """Code 39 of a waybill number: [is black, width in units] from left to right, start and stop signs included."""
    found: list[list[object]] = []
    for sign in f"*{number}*":
        found += [[at % 2 == 0, 2.5 if width == "w" else 1] for at, width in enumerate(CODE_39[sign])]
        found.append([False, 1])
    return found


def waybills(desk: Desk, letters: Sequence[Block]) -> bytes:
    """EMS slips of letters that were served, as clean pages before they are photographed."""
    pictures = desk.pictures()
    sheets = []
    for letter in letters:
        receipt = letter["receipt"]
        by_lawyer = letter["kind"] == "lawyers_letter"
        sender = desk.story.law_firm if by_lawyer else desk.creditor["name"]
        sheets.append({
            "number": letter["waybill_no"], "bars": bars(letter["waybill_no"]), "content": letter["content_named"], "sent": zh_date(letter["sent_on"]),
            "office": "示例营业部 / 001", "delivered": zh_date(receipt["delivered_on"]), "day": receipt["delivered_on"],
            "status": f"已{receipt['status']}",
            "sender": {"name": sender, "address": desk.creditor["address"], "phone": desk.story.creditor.phone},
            "to": {"name": f"{desk.debtor['name']}（{desk.debtor['legal_representative']}收）", "address": desk.debtor["address"],
                   "phone": desk.story.debtor.phone},
            "sender_hand": pictures.hand("亥律师" if by_lawyer else desk.story.creditor.contact), "hand": pictures.hand(receipt.get("signed_by")),
            "turn": chance_of(letter["waybill_no"]).randrange(-11, -3),
        })  # fmt: skip
    return desk.set("waybill", {"sheets": sheets}, pictures)
