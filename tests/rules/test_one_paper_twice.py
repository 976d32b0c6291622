"""Two papers with the same number are one delivery or one invoice: a better copy that is added beside the old one never counts twice."""

from __future__ import annotations

from decimal import Decimal

import pytest

from casefiles.rules.facts import read_case
from casefiles.rules.ledger import ledger_of

LACKING = "element:S02_delivery"  # the finding that deliveries are not proved; the status also falls for the claim of example B (X01)
SIGNED = {"id": "D14", "type": "delivery_note_signed", "number": "SH-12", "debtor_seal": True}


def with_papers(example, *papers):
    case = example("B")
    case["documents"] = list(papers)
    return case


@pytest.mark.parametrize(
    "paper",
    [
        pytest.param(SIGNED, id="its number alone"),
        pytest.param(SIGNED | {"document_date": "2023-05-31", "amount": "158400.00"}, id="number, day and amount"),
        pytest.param({k: v for k, v in SIGNED.items() if k != "number"} | {"note_no": "ＳＨ-12 "}, id="the note's number in full width, with a blank"),
    ],
)
def test_the_signed_note_added_for_an_unsigned_one_heals_the_finding_and_leaves_the_balance(example, checked, paper):
    """Example B: SH-12 (158,400.00) is unsigned. The signed note beside it is the same delivery: all 450,000.00 are then signed for."""
    found = checked(with_papers(example, paper))
    assert (found["totals"]["delivered_total"], found["totals"]["delivered_signed"]) == ("450000.00", "450000.00")
    assert found["totals"]["ledger_balance"] == "317400.00"
    assert LACKING not in {f["key"] for f in found["findings"]}
    assert [f["amount"] for f in found["findings"] if f.get("code") == "claimed_gt_computed"] == ["12600.00"]  # 330,000.00 - 317,400.00, as before


def test_a_note_that_nobody_confirmed_as_signed_heals_nothing_and_counts_once(example, checked):
    found = checked(with_papers(example, {"id": "D14", "type": "delivery_note_signed", "number": "SH-12"}))
    assert (found["totals"]["delivered_total"], found["totals"]["delivered_signed"]) == ("450000.00", "291600.00")
    assert LACKING in {f["key"] for f in found["findings"]}


def test_a_copy_that_nobody_confirmed_does_not_push_out_a_signed_note(example, checked):
    found = checked(with_papers(example, {"id": "D14", "type": "delivery_note_signed", "number": "SH-11", "amount": "120000.00"}))
    assert (found["totals"]["delivered_total"], found["totals"]["delivered_signed"]) == ("450000.00", "291600.00")


def test_both_papers_stay_and_the_signed_one_speaks(example, law):
    facts = read_case(with_papers(example, SIGNED), law)
    assert {"D03", "D14"} <= {d.id for d in facts.documents}
    (note,) = [d for d in facts.deliveries if d.number == "SH-12"]
    assert (note.document.id, note.copies, note.amount, note.day.isoformat()) == ("D14", ("D03",), Decimal("158400.00"), "2023-05-31")


def test_a_statement_that_lists_the_old_paper_speaks_of_the_delivery(example, checked):
    """The statement names D03; the unconfirmed copy D14 now speaks for SH-12."""
    statement = {"id": "D15", "type": "reconciliation_statement", "debtor_seal": True, "states_amount": True, "lists": ["D03"], "as_at": "2023-12-31", "signed_on": "2024-01-15"}
    copy = {"id": "D14", "type": "delivery_note_signed", "number": "SH-12"}
    assert LACKING not in {f["key"] for f in checked(with_papers(example, statement, copy))["findings"]}


def test_notes_without_a_number_or_of_several_papers_are_never_one(example, law):
    lump = {"type": "delivery_note_signed", "n": 4, "number": "SH-1..4", "amount": "10.00", "debtor_seal": True}
    bare = {"type": "delivery_note_signed", "amount": "10.00", "debtor_seal": True}
    facts = read_case(with_papers(example, lump | {"id": "D20"}, lump | {"id": "D21"}, bare | {"id": "D22"}, bare | {"id": "D23"}), law)
    assert len(facts.deliveries) == 4 + 4


@pytest.mark.parametrize(
    ("paper", "invoiced"),
    [
        pytest.param({"number": "FP-12", "amount": "158400.00"}, "450000.00", id="the same number: the same invoice"),
        pytest.param({"invoice_no": "FP-12", "invoice_code": "3300"}, "450000.00", id="the code is told by one of them only"),
        pytest.param({"number": "FP-15", "amount": "1000.00"}, "451000.00", id="another number: another invoice"),
    ],
)
def test_an_invoice_added_again_counts_once(example, law, paper, invoiced):
    facts = read_case(with_papers(example, {"id": "D14", "type": "vat_invoice"} | paper), law)
    ledger = ledger_of(facts)
    assert ledger.invoiced == Decimal(invoiced)
    assert [d.due.isoformat() for d in ledger.debts if d.number == "FP-12"] == ["2023-06-30"]


def test_a_copy_of_an_invoice_does_not_stand_in_for_one_that_lacks(example, checked):
    """Without FP-14 (75,300.00) the invoices do not cover the deliveries; FP-12 entered twice (158,400.00) must not hide that."""
    case = with_papers(example, {"id": "D14", "type": "vat_invoice", "number": "FP-12", "amount": "158400.00"})
    case["invoices"].pop()
    assert [f["amount"] for f in checked(case)["findings"] if f["key"] == "element:S04_invoice"] == ["62700.00"]  # 437,400.00 - 374,700.00


def test_invoices_of_two_codes_with_one_number_are_two(example, law):
    """Paper invoices have a code beside the number; the number alone repeats from code to code."""
    papers = [{"id": f"D{20 + i}", "type": "vat_invoice", "invoice_no": "00000001", "invoice_code": code, "amount": "10.00"} for i, code in enumerate(("3300", "4400"))]
    assert len(read_case(with_papers(example, *papers), law).invoices) == 4 + 2


def test_payments_of_one_day_and_amount_are_two(example, law):
    papers = [{"id": f"D{20 + i}", "type": "bank_payment", "direction": "in", "purpose": "price", "paid_on": "2024-02-01", "amount": "10.00"} for i in range(2)]
    assert len(read_case(with_papers(example, *papers), law).payments) == 1 + 2


@pytest.mark.parametrize(
    ("name", "entry"),
    [
        pytest.param("D19", {"id": "D19", "type": "recording_transcript"}, id="the transcript of a recording"),
        pytest.param("D40", {"id": "D40", "type": "guarantee_contract"}, id="a guarantee contract"),
        pytest.param("D41", {"id": "D41", "type": "mortgage_or_pledge_contract"}, id="a pledge"),
        pytest.param("D42", {"id": "D42", "type": "security_registration"}, id="a registration"),
    ],
)
def test_a_paper_that_blocks_speak_of_says_the_same_when_it_has_an_entry_of_its_own(changed, law, name, entry):
    security = {
        "guarantor": {"name": "保证人", "contract_id": "D40", "signed_on": "2024-03-01"},
        "collateral": {"contract_id": "D41", "object": "设备", "value": "1.00", "registration_id": "D42", "registered_on": "2024-03-05"},
    }
    case = changed({"security": security})
    before = read_case(case, law).documents
    case["documents"] = [*[d for d in case.get("documents", ()) if isinstance(d, str) or d["id"] != name], entry]
    after = read_case(case, law).documents
    assert {d.id: d for d in before}[name] == {d.id: d for d in after}[name]
    assert [d.id for d in after] == [d.id for d in before]
