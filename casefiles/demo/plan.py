"""Which file is made for which document of an example case, under which name and in which form."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from casefiles.demo import court, identity, letters, office, scans, sound, tables, trade, words
from casefiles.demo.desk import Block, Desk
from casefiles.demo.story import Turn

Draw = Callable[[], bytes]
WITHOUT_FILE = ("audio_disc",)  # a thing in a drawer


@dataclass(frozen=True)
class Paper:
    """One document to be drawn: its id and type in the case file, the name of its file, and what draws it."""

    id: str
    type: str
    name: str
    draw: Draw


def papers(desk: Desk) -> Iterator[Paper]:
    """Every paper of the case in the order of the case file."""
    if "contract" in desk.case:
        yield _contract(desk, desk.contract["id"])
    yield from _trade(desk)
    yield from _letters(desk)
    yield from _calls(desk)
    if guarantee := desk.case.get("security", {}).get("guarantor", {}).get("contract_id"):
        yield Paper(guarantee, "guarantee_contract", f"保证合同_{desk.contract['no']}-BZ.pdf", partial(identity.guarantee_contract, desk))
    parties = [*desk.case.get("identity_documents", []), *desk.case.get("insolvency_documents", [])]
    for number, entry in enumerate(parties, start=1):
        yield _by_type(desk, {"id": f"I{number:02d}", "type": entry} if isinstance(entry, str) else entry)
    for entry in desk.case.get("documents", []):
        if entry["type"] not in WITHOUT_FILE:
            yield _by_type(desk, entry)


def _contract(desk: Desk, key: str) -> Paper:
    name = f"合同_{desk.contract['no']}"
    if desk.story.contract_format == "docx":
        return Paper(key, "contract", f"{name}.docx", partial(words.contract, desk))
    return Paper(key, "contract", f"{name}.pdf", partial(trade.contract, desk))


def _trade(desk: Desk) -> Iterator[Paper]:
    for at, note in enumerate(desk.case.get("deliveries", [])):
        kind = "delivery_note_signed" if note.get("signed_by") or note.get("debtor_seal") else "delivery_note_unsigned"
        name = f"送货单_{note['no']}.{'jpg' if at % 2 else 'pdf'}"
        yield Paper(note["id"], kind, name, partial(_scan, name, partial(trade.delivery_notes, desk, [note])))
    for block in desk.case.get("invoices", []):
        yield Paper(block["id"], "vat_invoice", f"增值税专用发票_{block['no']}.pdf", partial(trade.invoices, desk, [block]))
    for number, payment in enumerate(desk.case.get("payments", []), start=1):
        name, clean = f"银行回单_{payment['date']}", partial(trade.bank_slips, desk, [payment])
        if number == 3:  # one slip came as a picture from the cashier's telephone
            yield Paper(payment["id"], "bank_payment", f"{name}.jpg", partial(_scan, f"{name}.jpg", clean))
        else:
            yield Paper(payment["id"], "bank_payment", f"{name}.pdf", clean)
    for note in desk.case.get("credit_notes", []):
        yield Paper(note["id"], "credit_note", f"红字发票_{note['against']}.pdf", partial(trade.credit_note, desk, note))
    for block in desk.case.get("reconciliations", []):
        yield _reconciliation(desk, block["id"], block)


def _reconciliation(desk: Desk, key: str, block: Block) -> Paper:
    name, kind = f"对账单_{block['as_at']}", "reconciliation_statement"
    if desk.story.reconciliation_format == "xlsx":
        return Paper(key, kind, f"{name}.xlsx", partial(tables.reconciliation, desk, block))
    return Paper(key, kind, f"{name}.pdf", partial(_scan, f"{name}.pdf", partial(trade.reconciliation_sheet, desk, block)))


def _letters(desk: Desk) -> Iterator[Paper]:
    for letter in desk.case.get("demands", []):
        if letter["kind"] == "lawyers_letter":
            yield Paper(letter["id"], "lawyers_letter", f"律师函_{letter['dated']}.pdf", partial(letters.lawyers_letter, desk, letter))
        else:
            yield Paper(letter["id"], "demand_letter", f"催款函_{letter['dated']}.pdf", partial(letters.demand_letters, desk, [letter]))
        if letter.get("receipt"):
            name = f"EMS签收回执_{letter['waybill_no']}.jpg"
            yield Paper(letter["receipt"]["id"], "delivery_receipt", name, partial(_scan, name, partial(letters.waybills, desk, [letter])))


def _calls(desk: Desk) -> Iterator[Paper]:
    calls = desk.case.get("recordings", [])
    for call, turns in zip(calls, desk.story.calls[: len(calls)], strict=True):
        yield Paper(call["id"], "call_recording", f"通话录音_{call['date']}.wav", partial(_sound, turns))
        if call.get("transcript_id"):
            yield Paper(call["transcript_id"], "recording_transcript", f"录音文字稿_{call['date']}.txt", partial(words.transcript_txt, desk, call))


def _by_type(desk: Desk, entry: Block) -> Paper:
    """The paper of an entry that gives little more than its type; an unknown type is an error, never a gap."""
    if entry["type"] == "contract":
        return _contract(desk, entry["id"])
    if entry["type"] == "reconciliation_statement":
        return _reconciliation(desk, entry["id"], desk.blocks("reconciliations")[0])
    clean = _as_made(desk, entry)
    if entry["type"] in clean:
        return Paper(entry["id"], entry["type"], *clean[entry["type"]])
    name, draw = _to_be_scanned(desk, entry)[entry["type"]]
    return Paper(entry["id"], entry["type"], name, partial(_scan, name, draw))


def _as_made(desk: Desk, entry: Block) -> dict[str, tuple[str, Draw]]:
    """Type -> file name and drawing, for papers that are kept as the program that wrote them left them."""
    mine, theirs = desk.creditor["name"], desk.debtor["name"]
    bills, sent, turns = desk.blocks("invoices"), desk.blocks("demands"), [turn for call in desk.story.calls for turn in call]
    return {
        "legal_rep_certificate_creditor": (f"法定代表人身份证明书_{mine}.pdf", partial(identity.representative_certificate, desk)),
        "company_registry_extract_debtor": (f"企业信用信息公示报告_{theirs}.pdf", partial(identity.registry_extract, desk)),
        "power_of_attorney": (f"授权委托书_{mine}.pdf", partial(identity.power_of_attorney, desk)),
        "bankruptcy_announcement": (f"破产受理公告_{theirs}.pdf", partial(identity.bankruptcy_announcement, desk)),
        "judgment": ("民事判决书.pdf", partial(court.judgment, desk)),
        "enforcement_termination_ruling": ("终结本次执行程序裁定书.pdf", partial(court.termination_ruling, desk)),
        "recourse_statement": ("保留追索权声明.pdf", partial(office.recourse_statement, desk)),
        "vat_invoice": (f"增值税专用发票_{_span(bills)}.pdf", partial(trade.invoices, desk, bills)),
        "demand_letter": (f"催款函_{len(sent)}份.pdf", partial(letters.demand_letters, desk, sent)),
        "bank_payment": (f"银行回单_{entry.get('paid_on')}.pdf", partial(_recovery, desk, entry)),
        "collection_log": ("催收记录.xlsx", partial(tables.collection_log, desk)),
        "call_recording": (f"通话录音_{len(desk.story.calls)}次.wav", partial(_sound, turns)),
        "recording_transcript": ("录音文字稿.docx", partial(words.transcript_docx, desk, desk.blocks("recordings"))),
    }


def _to_be_scanned(desk: Desk, entry: Block) -> dict[str, tuple[str, Draw]]:
    """Type -> file name and drawing of the clean page, for papers that exist on paper and were scanned."""
    person, notes, sent = desk.creditor["legal_representative"], desk.blocks("deliveries"), desk.blocks("demands")
    return {
        "business_licence_creditor": (f"营业执照_{desk.creditor['name']}.pdf", partial(identity.business_licence, desk)),
        "legal_rep_id_copy": (f"法定代表人身份证复印件_{person}.jpg", partial(identity.id_copy, desk)),
        "effectiveness_certificate": ("生效证明.pdf", partial(court.effectiveness_certificate, desk)),
        "write_off_approval": ("坏账核销审批表.pdf", partial(office.write_off_approval, desk)),
        "delivery_note_signed": (f"送货单_{_span(notes)}.pdf", partial(trade.delivery_notes, desk, notes)),
        "delivery_receipt": (f"EMS签收回执_{len(sent)}份.pdf", partial(letters.waybills, desk, sent)),
        "accounting_voucher": (f"记账凭证_{entry.get('voucher_no')}.pdf", partial(office.accounting_voucher, desk, entry)),
    }


def _recovery(desk: Desk, entry: Block) -> bytes:
    """The slip of money that came through the court."""
    remark = f"执行款 {desk.case['enforcement']['case_no']}"
    payer = f"{desk.case['judgment']['court']}执行款专户"
    return trade.bank_slips(desk, [{"date": entry["paid_on"], "amount": entry["amount"], "payer": payer, "remark": remark, "channel": "柜面"}])


def _sound(turns: Sequence[Turn]) -> bytes:
    return sound.call(turns, sound.seconds_of(turns), turns[0].text)


def _span(blocks: list[Block]) -> str:
    return f"{blocks[0]['no']}至{blocks[-1]['no']}" if blocks else ""


def _scan(name: str, draw: Draw) -> bytes:
    return scans.scan_jpeg(draw(), name) if name.endswith(".jpg") else scans.scan_pdf(draw(), name)
