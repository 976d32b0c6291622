"""The papers of the sale itself: contract, delivery notes, invoices and credit notes, bank slips, reconciliation on paper."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from hashlib import sha256
from typing import Any

from casefiles.demo.chance import chance_of
from casefiles.demo.clauses import TECHNICAL, articles, preamble
from casefiles.demo.desk import Block, Desk, grid
from casefiles.demo.figures import VAT, in_words, money, without_tax, zh_date
from casefiles.demo.story import lines_of


def digits(seed: str, many: int) -> str:
    """So many digits that hang on `seed` alone: serial numbers of slips."""
    return str(int(sha256(seed.encode()).hexdigest(), 16))[:many]


def price_table(desk: Desk) -> Block:
    """The goods of the contract; quantities where the contract has a total."""
    if not desk.contract.get("total"):
        rows = [[str(at), good.name, good.model, good.unit, money(good.price)] for at, good in enumerate(desk.story.goods, start=1)]
        return {"header": ["序号", "品名", "规格型号", "单位", "含税单价（元）"], "widths": [1, 3, 3, 1, 2], "right": [4], "rows": rows}
    counts: dict[str, int] = {}
    for note in desk.blocks("deliveries"):
        for good, count, _ in lines_of(desk.story, Decimal(note["amount"])):
            counts[good.name] = counts.get(good.name, 0) + count
    rows = [
        [str(at), good.name, good.model, good.unit, f"{counts[good.name]:,}", money(good.price), money(good.price * counts[good.name])]
        for at, good in enumerate(desk.story.goods, start=1)
    ]
    rows.append(["", "合计", "", "", "", "", money(desk.contract["total"])])
    header = ["序号", "品名", "规格型号", "单位", "数量", "含税单价（元）", "金额（元）"]
    return {"header": header, "widths": [0.8, 2.4, 2.6, 0.8, 1.2, 1.8, 2], "right": [4, 5, 6], "rows": rows}


def party_lines(desk: Desk) -> list[Block]:
    """Seller and buyer as the head of the contract names them."""
    found = []
    for role, (party, side) in zip(("出卖人（甲方）", "买受人（乙方）"), desk.sides, strict=True):
        lines = [
            f"统一社会信用代码：{party['uscc']}",
            f"住所地：{party['address']}　法定代表人：{party['legal_representative']}",
            f"开户行：{side.bank}　账号：{side.account}",
            f"联系电话：{side.phone}",
        ]
        found.append({"role": role, "name": party["name"], "lines": lines})
    return found


def contract_data(desk: Desk) -> Block:
    """Everything the contract says, for the PDF and the docx alike."""
    contract = desk.contract
    written = articles(desk.case, contract, desk.story.subject, desk.story.debtor.phone)
    body: list[Block] = [{"heading": heading, "clauses": [list(clause) for clause in clauses]} for heading, clauses in written]
    body[0]["table"] = price_table(desk)
    schedule = [
        f"供货按照买受人的书面要货通知分批进行，每批供货的数量和交货日期由双方在要货通知中确认。合同编号：{contract['no']}。",
        "买受人应当至少提前十日发出要货通知；出卖人在收到后两日内未书面提出异议的，视为接受。",
        "因买受人变更要货通知造成交货日期推迟的，付款期限仍自实际交付之日起计算。",
    ]
    return {
        "title": contract["name"], "number": contract["no"], "place": contract.get("signed_at") or "郑州市", "signed": zh_date(contract["signed_on"]),
        "parties": party_lines(desk), "preamble": preamble({**contract, "signed_at": contract.get("signed_at") or "郑州市"}), "articles": body,
        "annexes": [{"title": "附件一　供货计划", "lines": schedule}, {"title": "附件二　技术要求", "lines": list(TECHNICAL)}],
    }  # fmt: skip


def contract(desk: Desk) -> bytes:
    """The contract as PDF with text, sealed by both sides."""
    pictures = desk.pictures()
    signed = zh_date(desk.contract["signed_on"])
    signs = [
        {
            "role": role, "how": "盖章", "name": party["name"], "line": "法定代表人或授权代表", "date": signed,
            "seal": pictures.seal(party["name"], "合同专用章"), "hand": pictures.hand(party["legal_representative"]),
        }
        for role, (party, _) in zip(("出卖人", "买受人"), desk.sides, strict=True)
    ]  # fmt: skip
    return desk.set("contract", {**contract_data(desk), "signs": signs}, pictures)


def _rows(desk: Desk, amount: Decimal) -> list[list[str]]:
    lines = lines_of(desk.story, amount)
    return [
        [str(at), good.name, good.model, good.unit, f"{count:,}", money(good.price), money(total)]
        for at, (good, count, total) in enumerate(lines, start=1)
    ]  # fmt: skip


def delivery_notes(desk: Desk, notes: Sequence[Block]) -> bytes:
    """Delivery notes as clean pages, before they are scanned; seal and signature as the facts say."""
    pictures = desk.pictures()
    sheets = []
    for note in notes:
        chance = chance_of(f"delivery {note['no']}")
        signed = note.get("signed_by")
        rows = _rows(desk, Decimal(note["amount"]))
        sheets.append({
            "seller": desk.creditor["name"], "buyer": desk.debtor["name"], "address": desk.debtor["address"], "number": note["no"],
            "date": zh_date(note["date"]), "contract": desk.contract["no"], "rows": [*rows, *[[" "] * 7 for _ in range(5 - len(rows))]],
            "words": in_words(note["amount"]), "amount": money(note["amount"]),
            "driver": pictures.hand("申师傅"), "checker": pictures.hand("酉"), "hand": pictures.hand(signed),
            "car": f"示A·{chance.randrange(10000, 99999)}", "received": zh_date(note["date"]) if signed else "　　年　　月　　日",
            "seal": pictures.seal(desk.debtor["name"] if note.get("debtor_seal") else None),
            "turn": chance.randrange(-14, 15), "shift": chance.randrange(-12, 1),
        })  # fmt: skip
    return desk.set("delivery", {"sheets": sheets}, pictures)


def invoices(desk: Desk, made: Sequence[Block]) -> bytes:
    """VAT invoices as the electronic view prints them, plainly marked as specimens."""
    return desk.set("invoice", {"sheets": [_invoice(desk, block, Decimal(block["amount"])) for block in made]})


def credit_note(desk: Desk, block: Block) -> bytes:
    """A red invoice: the sums of the goods sent back, below zero."""
    third = desk.story.goods[-1]
    net, tax = without_tax(Decimal(block["amount"]))
    count = int(Decimal(block["amount"]) / third.price)
    row = [f"*{third.name}*{third.name}", third.model, third.unit, f"-{count:,}", _unit_price(third.price), f"-{money(net)}", "13%", f"-{money(tax)}"]
    sheet = _invoice(desk, {**block, "no": f"HZ-{block['against']}"}, Decimal(block["amount"]))
    sheet |= {
        "title": "红字增值税专用发票", "against": block["against"], "rows": [row], "net": f"-{money(net)}", "tax": f"-{money(tax)}",
        "amount": f"-{money(block['amount'])}", "words": f"（负数）{in_words(block['amount'])}",
        "note": f"被红冲蓝字发票号码：{block['against']}；红冲原因：{block.get('reason', '退货')}；合同编号：{desk.contract['no']}",
    }  # fmt: skip
    return desk.set("invoice", {"sheets": [sheet]})


def _unit_price(price: Decimal) -> str:
    return f"{price / (1 + VAT):.6f}"


def _invoice(desk: Desk, block: Block, amount: Decimal) -> dict[str, Any]:
    lines = [] if "against" in block else lines_of(desk.story, amount)
    net, tax = without_tax(amount)
    rows, left_net, left_tax = [], net, tax
    for at, (good, count, total) in enumerate(lines, start=1):
        row_net, row_tax = (left_net, left_tax) if at == len(lines) else without_tax(total)
        left_net, left_tax = left_net - row_net, left_tax - row_tax
        rows.append([f"*{good.name}", good.model, good.unit, f"{count:,}", _unit_price(good.price), money(row_net), "13%", money(row_tax)])
    due = f"；付款到期日：{block['due_date']}" if block.get("due_date") else ""
    return {
        "title": f"电子发票（{block.get('kind', '增值税专用发票')}）", "number": block["no"], "date": zh_date(block["date"]), "against": None,
        "buyer": {"name": desk.debtor["name"], "uscc": desk.debtor["uscc"]}, "seller": {"name": desk.creditor["name"], "uscc": desk.creditor["uscc"]},
        "rows": rows, "net": money(net), "tax": money(tax), "amount": money(amount), "words": in_words(amount), "clerk": "戌开票",
        "note": f"合同编号：{desk.contract['no']}{due}　{block.get('note', '')}",
    }  # fmt: skip


def bank_slips(desk: Desk, payments: Sequence[Block]) -> bytes:
    """Bank slips of money received by the creditor."""
    pictures = desk.pictures()
    sheets = []
    for payment in payments:
        seed = f"slip {payment['date']} {payment['amount']}"
        (creditor, mine), (debtor, theirs) = desk.sides
        invoice, words = payment.get("designated_invoice"), payment.get("remark", "货款")
        sheets.append({
            "bank": "示例银行", "kind": "收款", "number": digits(seed, 16), "flow": digits(seed + "flow", 14), "check": digits(seed + "check", 8),
            "date": payment["date"], "time": f"{9 + int(digits(seed, 1)) % 8:02d}:{int(digits(seed, 2)) % 60:02d}:{int(digits(seed, 3)) % 60:02d}",
            "payer": {"name": payment.get("payer", debtor["name"]), "account": theirs.account, "bank": theirs.bank},
            "payee": {"name": payment.get("payee", creditor["name"]), "account": mine.account, "bank": mine.bank},
            "amount": money(payment["amount"]), "words": in_words(payment["amount"]), "channel": payment.get("channel", "企业网银"),
            "remark": f"{words}（{invoice}，合同{desk.contract['no']}）" if invoice else words,
            "seal": pictures.bank_seal("示例银行"),
        })  # fmt: skip
    return desk.set("slip", {"sheets": sheets}, pictures)


def reconciliation_rows(desk: Desk, block: Block) -> list[tuple[str, str, str, Decimal | None, Decimal | None, Decimal]]:
    """Day, paper, words, invoiced, paid, balance for every invoice and payment up to the day of the statement."""
    moves: list[tuple[str, str, str, Decimal | None, Decimal | None]] = []
    moves += [(entry["date"], entry["no"], "货款（专用发票）", Decimal(entry["amount"]), None) for entry in desk.blocks("invoices")]
    moves += [(entry["date"], "银行回单", "收到货款", None, Decimal(entry["amount"])) for entry in desk.blocks("payments")]
    balance, rows = Decimal(0), []
    for day, paper, words, due, paid in sorted((move for move in moves if move[0] <= block["as_at"]), key=lambda move: move[0]):
        balance += (due or Decimal(0)) - (paid or Decimal(0))
        rows.append((day, paper, words, due, paid, balance))
    return rows


def reconciliation_sheet(desk: Desk, block: Block) -> bytes:
    """A reconciliation statement on paper, before it is scanned; seal and signature as the facts say."""
    pictures = desk.pictures()
    rows = reconciliation_rows(desk, block)
    shown = [
        [str(at), day, paper, words, money(due) if due else "", money(paid) if paid else "", money(left)]
        for at, (day, paper, words, due, paid, left) in enumerate(rows, start=1)
    ]
    totals = [sum((row[column] or Decimal(0) for row in rows), Decimal(0)) for column in (3, 4)]
    shown.append(["", "", "", "合　计", money(totals[0]), money(totals[1]), money(block["amount"])])
    seller, buyer = desk.creditor["name"], desk.debtor["name"]
    name = (block.get("signed_by") or "").partition("（")[0]
    signed = f"日期：{zh_date(block['signed_on'])}"
    sheet = {
        "head": seller, "title": "对　账　单",
        "top": [f"致：{buyer}", f"合同：{desk.contract['name']}（{desk.contract['no']}）　　对账截止日：{zh_date(block['as_at'])}　　币种：人民币　单位：元"],
        "grids": [grid(["序号", "日期", "凭证", "摘要", "应收货款", "已收货款", "余额"], shown, [0.7, 1.5, 1.4, 2.4, 1.7, 1.7, 1.7], right=(4, 5, 6))],
        "bottom": [
            f"截至{zh_date(block['as_at'])}，贵公司尚欠我公司货款人民币 {money(block['amount'])} 元（大写：{in_words(block['amount'])}）。",
            "请核对上述往来。核对无误的，请在“信息证明无误”处签字盖章并退回一份；不符的，请列明不符金额及原因。",
        ],
        "signs": [
            {"lines": [f"供货方：{seller}", "经办人：", f"日期：{zh_date(block['as_at'])}"], "hand": pictures.hand(desk.story.creditor.contact),
             "down": 1, "seal": pictures.seal(seller, "财务专用章")},
            {"lines": ["信息证明无误", f"购货方：{buyer}", "签字（盖章）：", signed], "hand": pictures.hand(name), "down": 9,
             "seal": pictures.seal(buyer, "" if block["debtor_seal"] == "公章" else block["debtor_seal"]) if block.get("debtor_seal") else None},
        ],
    }  # fmt: skip
    return desk.table([sheet], pictures)
