"""How blocks of a case file become documents, what silence means, and how documents[] adds to a block (case-file.md section 2)."""

from __future__ import annotations

from decimal import Decimal

import pytest

from casefiles.rules.facts import read_case


@pytest.fixture
def paper(changed, law):
    """One document of a changed example A, by its id."""
    return lambda change, name: read_case(changed(change), law).document(name)


SEALED = {"debtor_seal", "debtor_seal_or_signature", "creditor_seal", "signature_or_seal", "signer_authorised"}


@pytest.mark.parametrize(
    ("change", "name", "kind", "flags"),
    [
        pytest.param({}, "D01", "contract", SEALED, id="silent contract: sealed by both"),
        pytest.param({"contract.debtor_seal_or_signature": False}, "D01", "contract", {"creditor_seal", "signature_or_seal"}, id="the debtor did not sign the contract"),
        pytest.param({"contract.debtor_seal": False}, "D01", "contract", SEALED - {"debtor_seal", "signer_authorised"}, id="signed but not sealed"),
        pytest.param({}, "D02", "delivery_note_signed", {"debtor_seal", "debtor_seal_or_signature", "signer_authorised"}, id="sealed note"),
        pytest.param({"deliveries.0.debtor_seal": None}, "D02", "delivery_note_signed", {"debtor_seal_or_signature", "signer_authorised"}, id="signed by a receiver of the contract"),
        pytest.param({"deliveries.0.debtor_seal": None, "deliveries.0.signed_by": "路人"}, "D02", "delivery_note_signed", {"debtor_seal_or_signature"}, id="signed by somebody"),
        pytest.param({"deliveries.0.debtor_seal": None, "deliveries.0.signed_by": "路人", "deliveries.0.signer_authorised": True}, "D02", "delivery_note_signed", {"debtor_seal_or_signature", "signer_authorised"}, id="own flag"),
        pytest.param({"deliveries.0.debtor_seal": None, "deliveries.0.signed_by": None}, "D02", "delivery_note_unsigned", set(), id="unsigned note"),
        pytest.param({}, "D15", "delivery_receipt", {"delivered"}, id="receipt 签收"),
        pytest.param({"demands.0.receipt.status": "退回", "demands.0.address_matches": None}, "D15", "delivery_receipt", set(), id="returned, address not compared"),
        pytest.param({"recordings.0.callee_identified_by": None}, "D18", "call_recording", {"native_file", "original_medium_kept", "hash_recorded"}, id="nobody identified the callee"),
        pytest.param({}, "D19", "recording_transcript", set(), id="the transcript of a recording"),
    ],
)
def test_blocks_become_documents(change, name, kind, flags, paper):
    document = paper(change, name)
    assert (document.type, set(document.flags)) == (kind, flags)


def test_a_guarantee_contract_is_signed_by_silence(paper):
    security = {"guarantor": {"name": "保证人", "contract_id": "D40", "signed_on": "2024-03-01"}}
    document = paper({"security": security}, "D40")
    assert (document.type, document.flags) == ("guarantee_contract", {"signature_or_seal"})


def test_the_same_id_in_documents_adds_to_the_block(paper):
    document = paper({"documents.1": {"id": "D01", "type": "framework_agreement", "creditor_seal": False, "file": "files/a.pdf"}}, "D01")
    assert (document.type, document.file, "creditor_seal" in document.flags) == ("framework_agreement", "files/a.pdf", False)
    assert document.title == "设备配件买卖合同"


def test_originals_of_single_documents(paper):
    document = paper({"originals": {"D02": {"held_by": "lawyer", "location": "律师处"}}}, "D02")
    assert (document.original.held_by, document.original.location) == ("lawyer", "律师处")


@pytest.mark.parametrize(
    ("voucher", "paid"),
    [
        pytest.param({"direction": "in", "purpose": "price"}, "536001.00", id="received for the price"),
        pytest.param({"direction": "out", "purpose": "recovery_cost"}, "536000.00", id="paid out"),
        pytest.param({"direction": "in"}, "536000.00", id="purpose not known"),
    ],
)
def test_bank_payments_among_the_documents(voucher, paid, changed, checked):
    case = changed({"documents.1": {"id": "B1", "type": "bank_payment", "paid_on": "2025-01-10", "amount": "1.00", **voucher}})
    assert checked(case)["totals"]["paid"] == paid


def test_claim_by_invoice_gives_the_principal(changed, law):
    claim = read_case(changed({"claim": {"by_invoice": {"FP-02": "1.00", "FP-03": "2.50"}}}), law).claim
    assert claim.principal == Decimal("3.50")


def test_the_older_name_of_the_claim(example, law):
    assert read_case(example("B"), law).claim.principal == Decimal("330000.00")


@pytest.mark.parametrize(("account", "running"), [({"value": True, "confirmed_by": "lawyer"}, True), ({"value": True}, False), ({"value": False, "confirmed_by": "lawyer"}, False), (None, False)])
def test_a_running_account_must_be_confirmed(account, running, changed, law):
    assert read_case(changed({"running_account": account}), law).running_account is running
