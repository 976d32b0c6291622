"""Every check: at least one row that fires and one that does not, on example A with one thing changed.

A row names the check and what it must say: (code, severity) for a lawsuit unless the row names another packet.
"""

from __future__ import annotations

import pytest

from casefiles.law import load_law
from casefiles.rules.checks import CHECKS

BY_POST = {"kind": "demand_letter", "carrier": "EMS", "waybill_no": "EX9", "content_named": "催款函", "address_matches": True}
UNSERVED = {**BY_POST, "id": "D30", "dated": "2026-05-06", "sent_on": "2026-05-06", "receipt": None}
CHAT = {"id": "W1", "type": "wechat_record", "document_date": "2025-12-01", "native_file": True, "full_context": True, "account_identity": True}
GUARANTEE = {"name": "保证人", "mode": "连带责任保证", "period_agreed": "until 2027-01-01", "contract_id": "D40"}
CALLED = {**BY_POST, "id": "D41", "recipient": "guarantor", "dated": "2026-05-01", "receipt": {"id": "D42", "delivered_on": "2026-05-03", "status": "签收"}}
SUIT = {"kind": "lawsuit", "filed_on": "2026-03-01", "case_no": "（2026）示01民初1号"}
NAMED = {"id": "D01", "type": "contract", "parties": [{"role": "debtor", "name_on_document": "示例北方装备制造有限公司", "uscc_on_document": "91000000MA0BBBB23H"}]}


def named(**printed):
    return {"documents.1": {**NAMED, "parties": [{**NAMED["parties"][0], **printed}]}}


def case(check, change, expected, name, packet="lawsuit", as_of=None):
    return pytest.param(check, change, expected, packet, as_of, id=f"{check}: {name}")


B, W, I = "blocking", "warning", "info"  # noqa: E741 - the three severities of a table
ROWS = [
    case("X01", {"claim": {"principal": "750000.01"}}, [("claimed_gt_computed", B)], "one cent too much"),
    case("X01", {"claim": {"principal": "749999.99"}}, [("claimed_lt_computed", W)], "one cent given up"),
    case("X01", {"claim": {"principal": "750000.00"}}, [], "the claim is the ledger"),
    case("X01", {"contract.total": "1285000.00"}, [("contract_lt_delivery", W)], "delivered above the contract"),
    case("X01", {"contract.total": None}, [], "no fixed total: skipped"),
    case("X01", {"invoices.3.amount": "279000.00"}, [("invoice_ne_delivery", W)], "invoice below the note"),
    case("X01", {"invoices.3.amount": "279999.95"}, [], "five cents are rounding among eleven documents"),
    case("X01", {"reconciliations.0.amount": "740000.00"}, [("reconciliation_ne_ledger", B)], "statement below the ledger of its day"),
    case("X01", {"payments.3": {"id": "P9", "date": "2025-02-01", "amount": "5.00"}}, [], "a payment after the statement explains itself"),
    case("X01", {"payments.3": {"id": "P9", "date": "2024-12-31", "amount": "5.00"}}, [("reconciliation_ne_ledger", B)], "a payment on the statement's day does not"),
    case("X02", {"reconciliations.0.debtor_seal": "工程部章"}, [("wrong_seal", W)], "department seal", "lawsuit"),
    case("X02", {"reconciliations.0.debtor_seal": "公章"}, [], "company seal"),
    case("X02", {"reconciliations.0.debtor_seal": None, "reconciliations.0.signer_authorised": True}, [], "authorised signature without seal"),
    case("X02", {"reconciliations.0.debtor_seal": None, "reconciliations.0.signer_authorised": False}, [("personal_signature_without_authority", W)], "somebody signed"),
    case("X02", {"reconciliations.1": {"id": "D31", "as_at": "2024-06-30", "amount": "1.00"}}, [], "an idle draft before a good statement"),
    case("X03", named(name_on_document="示例北方装备制造公司"), [("name_mismatch", B)], "another name"),
    case("X03", named(uscc_on_document="91000000MA0AAAA1XR"), [("uscc_mismatch", B)], "another company's code"),
    case("X03", named(uscc_on_document="91000000MA0BBBB231"), [("uscc_invalid", B)], "wrong check digit"),
    case("X03", named(uscc_on_document=None), [("uscc_missing_on_document", I)], "name without code"),
    case("X03", named(), [], "as registered"),
    case("X03", {"creditor.uscc": "91000000MA0AAAA1X0"}, [("uscc_invalid", B)], "wrong digit in the case head"),
    case("X03", {"debtor.uscc": None}, [], "a natural person has no code"),
    case("X04", {**named(name_on_document="旧名公司"), "debtor.former_names": ["旧名公司"]}, [("missing_change_record", W)], "former name without a record"),
    case("X04", {**named(name_on_document="旧名公司"), "debtor.former_names": ["旧名公司"], "identity_documents.2": {"id": "R1", "type": "company_registry_extract_debtor", "former_names": "旧名公司"}}, [], "the extract shows the former name"),
    case("X05", {"contract.signed_on": "2024-03-16"}, [("delivery_before_contract", W)], "first note a day before the contract"),
    case("X05", {"contract.signed_on": "2024-03-15"}, [], "delivered on the day of signing"),
    case("X05", {"invoices.3.due_date": "2026-06-16"}, [("due_date_in_future", B)], "due tomorrow"),
    case("X05", {"invoices.3.due_date": "2026-06-15"}, [], "due today is not in the future"),
    case("X05", {"contract.retention": {"amount": "60000.00", "due_date": "2026-12-31"}}, [("due_date_in_future", B)], "retention money claimed before its day"),
    case("X05", {"reconciliations.0.signed_on": "2026-06-16"}, [("document_dated_in_future", B)], "signed tomorrow"),
    case("X06", {"demands.2": UNSERVED}, [("no_proof_of_delivery", I)], "another letter was served in the same period"),
    case("X06", {"demands.0.receipt": None}, [("no_proof_of_delivery", I)], "another letter was served later"),
    case("X06", {"demands.0.receipt": None, "demands.1.receipt": None}, [("no_proof_of_delivery", W)], "no letter was served"),
    case("X06", {"demands.0.address_matches": False}, [("address_differs", W)], "another address"),
    case("X06", {"demands.0.address_matches": None}, [], "address not compared"),
    case("X06", {"demands.2": {**UNSERVED, "recipient": "guarantor"}}, [], "a letter to the guarantor belongs to X11"),
    case("X07", {"reconciliations": [], "demands.0": {**BY_POST, "id": "D14", "dated": "2027-07-23", "receipt": {"id": "D15", "delivered_on": "2027-07-24", "status": "签收"}}, "demands.1.receipt": None}, [("gap", B)], "the letter came after the third year", as_of="2027-08-01"),
    case("X07", {}, [], "no gap"),
    case("X07", {"reconciliations": [], "demands.0.receipt": None, "demands.1.receipt": None, "documents.1": {"id": "D50", "type": "repayment_agreement", "document_date": "2027-08-01", "debtor_seal_or_signature": True, "amount": "750000.00"}}, [], "a later repayment agreement revives", as_of="2027-08-02"),
    case("X08", {"contract.dispute_clause": {"type": "arbitration", "text": "提交示例仲裁委员会"}}, [("arbitration_clause", B)], "arbitration clause in a suit"),
    case("X08", {"contract.dispute_clause": {"type": "arbitration", "text": "提交示例仲裁委员会"}}, [], "arbitration clause for arbitration", "arbitration"),
    case("X08", {"contract.dispute_clause": {"type": "either_or", "text": "可仲裁或起诉"}}, [("either_or_clause", W)], "either or"),
    case("X08", {"contract.dispute_clause": {"type": "either_or", "text": "可仲裁或起诉"}}, [("either_or_clause", W)], "either or, for arbitration", "arbitration"),
    case("X08", {"contract.dispute_clause": None}, [("no_arbitration_agreement", B)], "no clause, for arbitration", "arbitration"),
    case("X08", {"contract.dispute_clause": None}, [], "no clause, for a suit"),
    case("X08", {"documents.1": {"id": "D51", "type": "arbitration_agreement"}}, [("arbitration_clause", B)], "a separate agreement"),
    case("X09", {"contract.dispute_clause": {"type": "court", "text": "由北京市示例区人民法院管辖"}}, [("no_connection", W)], "a court with no stated connection"),
    case("X09", {"contract.dispute_clause": {"type": "court", "text": "由北京市示例区人民法院管辖", "connection": "合同签订地"}}, [], "the connection is stated"),
    case("X09", {"contract.dispute_clause": {"type": "court", "text": "由有关法院管辖"}}, [("unclear_court", W)], "no court can be found"),
    case("X09", {"contract.dispute_clause": {"type": "court", "text": "由无锡市示例区人民法院管辖"}}, [], "a court in the debtor's city"),
    case("X09", {}, [], "seller's domicile"),
    case("X11", {"security": {"guarantor": {**GUARANTEE, "period_agreed": None}}}, [("expired", B)], "six months over"),
    case("X11", {"security": {"guarantor": {**GUARANTEE, "period_agreed": "until 2026-07-15"}}}, [("within_30_days", W)], "thirty days left"),
    case("X11", {"security": {"guarantor": {**GUARANTEE, "period_agreed": "until 2026-07-16"}}}, [], "thirty-one days left"),
    case("X11", {"security": {"guarantor": {**GUARANTEE, "period_agreed": "until 2026-05-31"}}, "demands.2": CALLED}, [], "letter served inside the period"),
    case("X11", {"security": {"guarantor": {**GUARANTEE, "mode": "一般保证", "period_agreed": "until 2026-05-31"}}, "demands.2": CALLED}, [("expired", B)], "a letter does not do for a general guarantee"),
    case("X12", {"security": {"guarantor": {**GUARANTEE, "type": "有限责任公司"}}}, [("missing", W)], "company without resolution"),
    case("X12", {"security": {"guarantor": {**GUARANTEE, "type": "有限责任公司", "resolution_ref": "股东会决议1号"}}}, [], "resolution named"),
    case("X12", {"security": {"guarantor": GUARANTEE}}, [], "natural person"),
    case("X13", {"contract.late_payment_clause.rate": "0.00018"}, [("over", W)], "6.57 % above 6.5325 %"),
    case("X13", {"contract.late_payment_clause.rate": "0.000178"}, [], "6.497 % below 6.5325 %"),
    case("X13", {"contract.late_payment_clause": None}, [], "no clause"),
    case("X14", {"reconciliations.0.mentions_interest": True}, [("states_interest_figure", W)], "the statement speaks of interest"),
    case("X14", {}, [], "silence waives nothing"),
    case("X15", {"debtor.registry_status": "吊销，未注销"}, [("revoked", W)], "revoked: the first word decides"),
    case("X15", {"debtor.registry_status": "注销"}, [("deregistered", B)], "deregistered"),
    case("X15", {"debtor.registry_status": "存续（破产重整）"}, [("bankruptcy_accepted", B)], "bankruptcy in the remark"),
    case("X15", {"debtor.registry_status": "在业"}, [], "in business"),
    case("X15", {"debtor.registry_status": None}, [], "not known: says nothing"),
    case("X16", {"recordings.0.third_party_interception": True}, [("third_party_interception", B)], "intercepted"),
    case("X16", {"recordings.0.caller": None}, [("missing_statement", W)], "no caller"),
    case("X16", {}, [], "both named"),
    case("X17", {"recordings.0.callee_identified_by": None}, [("unidentified", W)], "nobody says who spoke"),
    case("X17", {}, [], "number of the contract"),
    case("X18", {"originals": {"D01": {"held_by": "creditor", "location": "A-1"}}}, [("empty", W)], "one of many is located"),
    case("X18", {"documents.1": {"id": "D01", "type": "contract", "original": {"held_by": "lost"}}}, [("lost", W)], "lost without a word"),
    case("X18", {"documents.1": {"id": "D01", "type": "contract", "original": {"held_by": "lost", "explanation": "搬迁遗失"}}}, [], "lost and explained"),
    case("X18", {}, [], "every exhibit located"),
    case("X19", {"documents.1": {**CHAT, "account_identity": False}}, [("unidentified", W)], "whose account?"),
    case("X19", {"documents.1": CHAT}, [], "account proved"),
    case("X20", {"documents.1": {**CHAT, "native_file": False}, "documents.2": {"id": "S1", "type": "screenshot"}}, [("screenshot_only", W)], "screenshots only"),
    case("X20", {"documents.1": CHAT, "documents.2": {"id": "S1", "type": "screenshot"}}, [], "screenshots beside the native file"),
    case("X20", {"documents.1": {**CHAT, "hash_mismatch": True}}, [("hash_mismatch", B)], "bytes changed"),
    case("X21", {"deliveries.2.debtor_seal": False, "deliveries.2.signed_by": "路人"}, [("unknown_signer", W)], "an unknown signer"),
    case("X21", {"deliveries.2.debtor_seal": False}, [], "a receiver named in the contract"),
    case("X21", {"deliveries.2.signed_by": "路人"}, [], "sealed: nobody asks who signed"),
    case("X21", {"deliveries.2.debtor_seal": False, "deliveries.2.signed_by": None}, [], "no signature at all is S02's finding"),
    case("X22", {"contract.invoice_first": True, "invoices.3.amount": "200000.00"}, [("unproved", B)], "invoice first, one too small"),
    case("X22", {"contract.invoice_first": True}, [], "invoice first and all invoiced"),
    case("X22", {"contract.payment_requires_acceptance": True}, [("unproved", B)], "acceptance required, none there"),
    case("X22", {"contract.payment_requires_acceptance": True, "documents.1": {"id": "A1", "type": "acceptance_record", "debtor_seal_or_signature": True}}, [], "acceptance proved"),
    case("X22", {"contract.retention": {"amount": "1000.00", "condition": "质保期满"}}, [("unproved", B)], "retention on a condition"),
    case("X22", {"contract.retention": {"amount": "1000.00", "due_date": "2026-01-01"}}, [], "a calendar date needs no proof"),
    case("X23", {"contract.back_to_back": True, "debtor.size": "large"}, [("found", I)], "large debtor, small creditor"),
    case("X23", {"contract.back_to_back": True}, [], "medium debtor"),
    case("X28", {"proceedings": [SUIT]}, [("found", B)], "a suit is pending"),
    case("X28", {"proceedings": [{**SUIT, "ended_on": "2026-05-01", "result": "原告撤诉"}]}, [], "withdrawn"),
    case("X28", {"proceedings": [{**SUIT, "same_claim": False}]}, [], "another claim"),
    case("X28", {"proceedings": [SUIT]}, [], "not asked for preservation", "preservation"),
    case("X30", {"payment_order_conditions": {"counter_obligation": True}}, [("counter_obligation", B)], "creditor still owes", "payment_order"),
    case("X30", {"quality_dispute": {"raised_on": "2024-04-01"}}, [("other_dispute", B)], "quality dispute open", "payment_order"),
    case("X30", {"quality_dispute": {"raised_on": "2024-04-01", "resolved": True}}, [], "quality dispute resolved", "payment_order"),
    case("X30", {"contract.late_payment_clause": None}, [("interest_without_clause", B)], "damages without a clause", "payment_order"),
    case("X30", {"payment_order_conditions": {"counter_obligation": True}}, [], "not asked for a suit"),
]  # fmt: skip


@pytest.mark.parametrize(("check", "change", "expected", "packet", "as_of"), ROWS)
def test_check(check, change, expected, packet, as_of, changed, assessed):
    found = assessed(changed(change), packet, as_of).findings
    assert [(f.code, f.severity.value) for f in found if f.check and f.check.startswith(check)] == expected
    for finding in found:
        assert finding.title.zh and "{" not in finding.title.zh + finding.title.en + finding.remedy.zh + finding.remedy.en  # noqa: PT018 - one thought


ELSEWHERE = {"X10", "X24", "X25", "X26", "X27", "X29"}  # tried in the cases of their dispute types and packet kinds


def test_every_check_has_a_row_that_fires_and_one_that_does_not():
    fired = {row.values[0] for row in ROWS if row.values[2]} | ELSEWHERE
    quiet = {row.values[0] for row in ROWS if not row.values[2]} | ELSEWHERE
    assert {name[:3] for name, _ in CHECKS} == fired & quiet


def test_every_code_of_the_checks_that_are_in_has_words():
    law = load_law()
    for name, _ in CHECKS:
        assert set(law.checks[name].severity) == set(law.checks[name].titles), name
