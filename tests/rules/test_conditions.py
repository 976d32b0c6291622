"""The condition language, one operator at a time, on documents made for the purpose."""

from __future__ import annotations

from datetime import date

import pytest

from casefiles.law import LawError, load_law
from casefiles.rules.conditions import coverage, evaluate
from casefiles.rules.facts import read_case
from casefiles.rules.inquiry import Inquiry

LAW = load_law()
ORDER = {"id": "P1", "type": "purchase_order"}
SIGNED = {"id": "C9", "type": "framework_agreement", "debtor_seal_or_signature": True}
FEE = {"id": "B9", "type": "bank_payment", "direction": "out", "purpose": "recovery_cost", "amount": "100.00"}
BARE = {
    "case_id": "T", "dispute_type": "sale_of_goods", "packet_kind": "lawsuit", "as_of": "2026-06-15",
    "creditor": {"name": "甲公司"}, "debtor": {"name": "乙公司", "registry_extract_date": "2026-06-01"},
}  # fmt: skip


def ask(node, *documents, **case):
    facts = read_case({**BARE, "documents": list(documents), **case}, LAW)
    return evaluate(node, Inquiry(facts, "lawsuit", facts.as_of, LAW))


DOC = {"doc": "purchase_order"}
FRAME = {"doc": "framework_agreement", "need": ["debtor_seal_or_signature"]}


@pytest.mark.parametrize(
    ("node", "documents", "met"),
    [
        pytest.param(DOC, [ORDER], True, id="doc: there"),
        pytest.param(DOC, [SIGNED], False, id="doc: another type"),
        pytest.param(FRAME, [SIGNED], True, id="need: flag confirmed"),
        pytest.param(FRAME, [{**SIGNED, "debtor_seal_or_signature": False}], False, id="need: flag denied"),
        pytest.param(FRAME, [{"id": "C9", "type": "framework_agreement"}], False, id="need: silence is false"),
        pytest.param(FRAME, [{"id": "C9", "type": "framework_agreement", "debtor_seal": True}], True, id="need: a seal is more than a signature"),
        pytest.param({"doc": "contract", "need": ["debtor_seal_or_signature"]}, [{"id": "C1", "type": "contract"}], True, id="need: silence on the contract = sealed"),
        pytest.param({"doc": "contract", "need": ["debtor_seal_or_signature"]}, [{"id": "C1", "type": "contract", "debtor_seal_or_signature": False, "debtor_seal": False}], False, id="need: contract said to be unsigned"),
        pytest.param({**DOC, "n": 2}, [ORDER], False, id="n: one of two"),
        pytest.param({**DOC, "n": 2}, [ORDER, {**ORDER, "id": "P2"}], True, id="n: two documents"),
        pytest.param({**DOC, "n": 3}, [{**ORDER, "n": 3}], True, id="n: three papers in one entry"),
        pytest.param({"doc": "bank_payment", "with": {"direction": "out", "purpose": "recovery_cost"}}, [FEE], True, id="with: values match"),
        pytest.param({"doc": "bank_payment", "with": {"direction": "in"}}, [FEE], False, id="with: value differs"),
        pytest.param({"any_of": [DOC, FRAME]}, [ORDER], True, id="any_of: one"),
        pytest.param({"any_of": [DOC, FRAME]}, [], False, id="any_of: none"),
        pytest.param({"all_of": [DOC, FRAME]}, [ORDER], False, id="all_of: one"),
        pytest.param({"all_of": [DOC, FRAME]}, [ORDER, SIGNED], True, id="all_of: both"),
        pytest.param({"at_least": {"n": 2, "of": [DOC, FRAME, {"doc": "vat_invoice"}]}}, [ORDER], False, id="at_least: one of two"),
        pytest.param({"at_least": {"n": 2, "of": [DOC, FRAME, {"doc": "vat_invoice"}]}}, [ORDER, SIGNED], True, id="at_least: two of two"),
        pytest.param({"all_of": [{"any_of": [DOC, {"doc": "work_order"}]}, FRAME]}, [ORDER, SIGNED], True, id="nested"),
    ],
)
def test_documents(node, documents, met):
    assert ask(node, *documents).met is met


def test_what_nearly_proves_is_named():
    found = ask({"all_of": [DOC, FRAME]}, ORDER)
    assert (found.met, found.documents, found.near) == (False, (), ("P1",))


@pytest.mark.parametrize(
    ("printed", "fresh"),
    [pytest.param("2026-05-16", True, id="30 days ago"), pytest.param("2026-05-15", False, id="31 days ago"), pytest.param("2026-06-15", True, id="today")],
)
def test_fresh_30d_is_computed_from_the_print_date(printed, fresh):
    node = {"doc": "company_registry_extract_debtor", "need": ["fresh_30d"]}
    debtor = {"name": "乙公司", "registry_extract_date": printed}
    assert ask(node, identity_documents=["company_registry_extract_debtor"], debtor=debtor).met is fresh


def test_field_declaration_and_computed():
    assert not ask({"field": "contract.dispute_clause"}).met
    contract = {"id": "D1", "name": "合同", "signed_on": "2024-01-01", "dispute_clause": {"type": "court", "text": "原告住所地"}}
    assert ask({"field": "contract.dispute_clause"}, contract=contract).met
    quality = {"declaration": "no quality objection received", "by": "sales"}
    assert ask(quality, declarations=[{"statement": "no quality objection received", "by": "sales"}]).met
    assert not ask(quality, declarations=[{"statement": "no quality objection received", "by": "finance"}]).met
    assert ask({"computed": "statutory_fallback"}).met


@pytest.mark.parametrize(
    "node",
    [
        pytest.param({"computed": "no_such_function"}, id="computed"),
        pytest.param({"field": "contract.no_such_field"}, id="field"),
        pytest.param({"doc": "contract", "when": "no such sentence"}, id="when"),
        pytest.param({"whatever": 1}, id="no operator"),
    ],
)
def test_an_unknown_condition_is_an_error_and_never_a_silent_no(node):
    with pytest.raises(LawError):
        ask(node, {"id": "C1", "type": "contract"})


PAIR = {"all_of": [{"doc": "demand_letter", "with": {"recipient": "debtor"}}, {"doc": "delivery_receipt", "need": ["delivered"]}]}
LETTER = {"id": "L1", "kind": "demand_letter", "dated": "2026-01-05", "waybill_no": "EX1", "address_matches": True}


def receipt(status):
    return {"id": "R1", "delivered_on": "2026-01-07", "status": status}


@pytest.mark.parametrize(
    ("demands", "met"),
    [
        pytest.param([{**LETTER, "receipt": receipt("签收")}], True, id="signed for"),
        pytest.param([{**LETTER, "receipt": receipt("拒收")}], True, id="refused at the right address"),
        pytest.param([{**LETTER, "receipt": receipt("退回"), "address_matches": None}], False, id="returned, address not compared"),
        pytest.param([{**LETTER, "receipt": receipt("查无此人")}], False, id="unknown at the address"),
        pytest.param([{**LETTER, "receipt": None}], False, id="no receipt"),
        pytest.param([LETTER, {**LETTER, "id": "L2", "recipient": "guarantor", "receipt": receipt("签收")}], False, id="the guarantor's receipt proves nothing against the debtor"),
    ],
)
def test_a_letter_needs_its_own_receipt(demands, met):
    assert ask(PAIR, demands=demands).met is met


def test_a_letter_among_the_documents_needs_a_receipt_each():
    letters = [{"id": f"L{n}", "type": "demand_letter", "dated": f"2026-01-0{n}"} for n in (1, 2)]
    proof = {"id": "R1", "type": "delivery_receipt", "delivered": True, "document_date": "2026-01-09"}
    facts = read_case({**BARE, "documents": [*letters, proof]}, LAW)
    assert [letter.served for letter in facts.letters] == [True, False]  # one receipt serves one letter, the earliest


NOTES = [
    {"id": "D1", "no": "SH-1", "date": "2025-01-01", "amount": "100.00", "signed_by": "丙", "debtor_seal": True},
    {"id": "D2", "no": "SH-2", "date": "2025-02-01", "amount": "200.00"},
    {"id": "D3", "no": "SH-3", "date": "2025-03-01", "amount": "200.00"},
]
STATEMENT = {"id": "S1", "as_at": "2025-02-15", "signed_on": "2025-03-10", "amount": "500.00", "debtor_seal": "公章"}
ACCEPTED = {"id": "A1", "type": "acceptance_record", "debtor_seal_or_signature": True, "amount": "200.00"}


@pytest.mark.parametrize(
    ("case", "covered", "uncovered"),
    [
        pytest.param({}, "100.00", ("D2", "D3"), id="one signed note"),
        pytest.param({"reconciliations": [STATEMENT]}, "100.00", ("D2", "D3"), id="a statement that lists nothing"),
        pytest.param({"reconciliations": [{**STATEMENT, "lists": ["D2", "D1"]}]}, "300.00", ("D3",), id="a statement that lists one more; the first counts once"),
        pytest.param({"reconciliations": [{**STATEMENT, "lists": ["D2"], "debtor_seal": None, "signed_by": "某"}]}, "100.00", ("D2", "D3"), id="an unsealed statement proves nothing"),
        pytest.param({"reconciliations": [{**STATEMENT, "covers_all_deliveries": True}]}, "300.00", ("D3",), id="covers all deliveries up to its day"),
        pytest.param({"documents": [ACCEPTED]}, "300.00", ("D3",), id="an acceptance record of exactly one note's sum"),
        pytest.param({"documents": [{**ACCEPTED, "amount": "100.00"}]}, "100.00", ("D2", "D3"), id="the same delivery proved twice counts once"),
        pytest.param({"documents": [{**ACCEPTED, "lists": ["D3"]}]}, "300.00", ("D2",), id="an acceptance record that names its delivery"),
        pytest.param(
            {"documents": [{"id": "W1", "type": "logistics_waybill", "waybill_no": "Y1", "amount": "200.00"}, {"id": "K1", "type": "carrier_delivery_proof", "waybill_no": "Y1", "number": "SH-3"}]},
            "300.00", ("D2",), id="a carrier's proof with its waybill's sum, for the delivery it names",
        ),
    ],
)  # fmt: skip
def test_coverage_adds_up_each_delivery_once(case, covered, uncovered):
    facts = read_case({**BARE, "deliveries": NOTES, **case}, LAW)
    covering = [node for node in LAW.elements["S02_delivery"].primary if "covers" in node]
    found = coverage(covering, Inquiry(facts, "lawsuit", date(2026, 6, 15), LAW))
    assert (str(found.covered), found.uncovered, found.enough) == (covered, uncovered, False)


def test_nothing_delivered_is_not_full_coverage():
    facts = read_case(BARE, LAW)
    covering = [node for node in LAW.elements["S02_delivery"].primary if "covers" in node]
    assert not coverage(covering, Inquiry(facts, "lawsuit", date(2026, 6, 15), LAW)).enough


def test_a_credit_note_lowers_what_must_be_covered(example):
    # B: deliveries 450,000, returns 12,600: 437,400 must be proved, 291,600 are
    facts = read_case(example("B"), LAW)
    covering = [node for node in LAW.elements["S02_delivery"].primary if "covers" in node]
    found = coverage(covering, Inquiry(facts, "lawsuit", facts.as_of, LAW))
    assert (str(found.required), str(found.covered), str(found.gap)) == ("437400.00", "291600.00", "158400.00")
