"""The engine: status, score, what does not apply, escalation, e-data document by document, waivers, severity by packet."""

from __future__ import annotations

from datetime import date

import pytest

from casefiles.law import Severity, Status, load_law
from casefiles.rules.computed import COMPUTED, FIELDS, SENTENCES
from casefiles.rules.contents import CONDITIONS
from casefiles.rules.evidence import score
from casefiles.rules.findings import ElementResult, Waiver

LAW = load_law()
PARTIES_ONLY = ["company_registry_extract_debtor"]


def waiver(key):
    return Waiver(key=key, reason="原件在仲裁庭", by="经理", on=date(2026, 9, 10))


def test_a_waived_finding_stays_and_blocks_no_more(example, assessed, checked):
    keys = ["element:S02_delivery", "check:X08_arbitration_conflict:arbitration_clause", "check:X01_amount_agreement:claimed_gt_computed"]
    before, after = assessed(example("B")), assessed(example("B"), waivers=tuple(map(waiver, keys)))
    assert [f.key for f in after.findings] == [f.key for f in before.findings]
    assert (after.completeness_pct, after.element_status) == (before.completeness_pct, before.element_status)
    assert [f.key for f in after.blocking] == ["check:X01_amount_agreement:reconciliation_ne_ledger"]
    assert not after.generation_allowed
    everything = assessed(example("B"), waivers=tuple(waiver(f.key) for f in before.findings))
    assert everything.generation_allowed
    assert not everything.closed_loop  # 闭环 speaks of the evidence, not of what a manager lets pass
    shown = checked(example("B"), waivers=(waiver(keys[0]),))["findings"][0]["waived"]
    assert shown == {"reason": "原件在仲裁庭", "by": "经理", "on": "2026-09-10"}


def test_a_waiver_that_meets_nothing_is_given_back(example, assessed):
    assert [w.key for w in assessed(example("A"), waivers=(waiver("element:S02_delivery"),)).unused_waivers] == ["element:S02_delivery"]


def test_no_documents_at_all(example, assessed):
    case = {k: example("A")[k] for k in ("case_id", "dispute_type", "packet_kind", "as_of", "creditor", "debtor")}
    found = assessed(case)
    missing = {name for name, status in found.element_status.items() if status is Status.MISSING}
    assert {"C01_creditor_standing", "C02_debtor_standing", "S01_contract", "S02_delivery", "S03_price_due", "S04_invoice"} <= missing
    assert not found.generation_allowed
    assert all(f.title.zh and f.title.en for f in found.findings)
    assert found.element_status["C07_damages_basis"] is Status.COMPLETE  # the statutory fallback needs no paper


@pytest.mark.parametrize(
    ("change", "status", "severity"),
    [
        pytest.param({"identity_documents": ["legal_rep_certificate_creditor"]}, Status.MISSING, Severity.BLOCKING, id="a certificate alone"),
        pytest.param({"identity_documents": ["company_registry_extract_creditor"]}, Status.PARTIAL, Severity.BLOCKING, id="a registry extract corroborates"),
    ],
)
def test_creditor_standing(change, status, severity, changed, assessed):
    found = assessed(changed(change))
    assert found.element_status["C01_creditor_standing"] is status
    assert next(f.severity for f in found.findings if f.element == "C01_creditor_standing") is severity


def test_a_stale_registry_extract_is_partial_and_says_how_old(changed, checked):
    found = checked(changed({"debtor.registry_extract_date": "2026-05-15"}))
    assert [(f["element"], f["status"], f["severity"]) for f in found["findings"]] == [("C02_debtor_standing", "partial", "warning")]
    assert "31 天" in found["findings"][0]["title_zh"]


@pytest.mark.parametrize(
    ("change", "applies"),
    [
        pytest.param({"claim_assigned": True}, "C03_claim_chain", id="assigned claim"),
        pytest.param({"claim": {"principal": "750000.00", "recovery_costs": "0.01"}}, "C08_recovery_costs", id="costs claimed"),
        pytest.param({"security": {"real_security": True, "joint_debt": False}}, "C06_security", id="real security"),
        pytest.param({"documents.1": {"id": "S9", "type": "sms"}}, "C12_electronic_data", id="a text message"),
    ],
)
def test_only_if(change, applies, example, changed, assessed):
    assert applies in assessed(example("A")).not_applicable
    assert applies in assessed(changed(change)).element_status


def test_limitation_does_not_apply_beside_an_effective_instrument(changed, assessed):
    judgment = {"id": "J1", "court": "示例法院", "case_no": "（2025）示1号", "effective_on": "2026-01-01"}
    assert "C04_limitation" in assessed(changed({"judgment": judgment})).not_applicable
    assert "C04_limitation" not in assessed(changed({"judgment": {**judgment, "effective_on": "2026-06-16"}})).not_applicable


def test_a_missing_invoice_escalates_where_the_contract_wants_it_first(changed, assessed):
    # S04 missing weighs a warning; contract.invoice_first raises it to blocking, and its weight in the score from 1 to 3
    plain, first = ({"invoices": []}, {"invoices": [], "contract.invoice_first": True})
    severities, weights = [], []
    for change in (plain, first):
        found = assessed(changed(change))
        severities.append(next(f.severity for f in found.findings if f.element == "S04_invoice"))
        weights.append(next(e.weight for e in found.elements if e.id == "S04_invoice"))
    assert severities == [Severity.WARNING, Severity.BLOCKING]
    assert weights == [1, 3]


CHAT = {"type": "wechat_record", "document_date": "2025-12-01", "native_file": True, "full_context": True, "account_identity": True}


@pytest.mark.parametrize(
    ("documents", "status"),
    [
        pytest.param([{**CHAT, "id": "W1"}], Status.COMPLETE, id="one good chat"),
        pytest.param([{**CHAT, "id": "W1"}, {**CHAT, "id": "W2", "full_context": False}], Status.PARTIAL, id="one good chat does not heal a bad one"),
        pytest.param([{**CHAT, "id": "W2", "full_context": False}], Status.MISSING, id="a bad one alone"),
        pytest.param([{**CHAT, "id": "W2", "full_context": False}, {"id": "S1", "type": "screenshot"}], Status.PARTIAL, id="a screenshot beside it"),
        pytest.param([{**CHAT, "id": "W2", "full_context": False}, {"id": "N1", "type": "notarial_certificate", "covers_documents": ["W2"]}], Status.COMPLETE, id="a certificate names it"),
        pytest.param([{**CHAT, "id": "W2", "full_context": False}, {"id": "N1", "type": "notarial_certificate"}], Status.MISSING, id="a certificate that names nothing"),
    ],
)
def test_electronic_data_is_judged_document_by_document(documents, status, example, assessed):
    case = example("A")
    case["documents"] += documents
    assert assessed(case).element_status["C12_electronic_data"] is status


def test_a_blocking_check_makes_a_proved_element_partial_without_a_second_finding(changed, assessed):
    found = assessed(changed({"debtor.registry_status": "注销"}))
    assert found.element_status["C02_debtor_standing"] is Status.PARTIAL
    assert [f.element for f in found.findings] == [None]


def test_a_finding_of_severity_none_is_not_emitted(changed, assessed):
    # X08 no_arbitration_agreement is `none` for a suit
    assert assessed(changed({"contract.dispute_clause": None})).findings == ()


def test_preservation_asks_for_assets_and_security(example, assessed):
    found = assessed(example("A"), "preservation")
    assert {f.element for f in found.findings} == {"E04_asset_clues", "P01_preservation_guarantee"}
    assert {"C07_damages_basis", "C08_recovery_costs"} <= set(found.not_applicable)  # n_a for this packet


def test_a_payment_order_needs_the_admitted_balance(changed, assessed):
    found = assessed(changed({"reconciliations": []}), "payment_order")
    assert [(f.element, f.severity) for f in found.findings] == [("C13_balance", Severity.BLOCKING)]


def row(status, weight):
    return ElementResult("E", status, Severity.WARNING, weight)


@pytest.mark.parametrize(
    ("results", "percent"),
    [
        pytest.param([], 100, id="nothing to weigh"),
        pytest.param([row(Status.COMPLETE, 3), row(Status.MISSING, 1)], 75, id="three of four"),
        pytest.param([row(Status.PARTIAL, 1), row(Status.COMPLETE, 1), row(Status.COMPLETE, 1)], 83, id="2.5 of 3 is floored"),
        pytest.param([row(Status.MISSING, 0), row(Status.COMPLETE, 1)], 100, id="weight zero does not count"),
    ],
)
def test_score(results, percent):
    assert score(results) == percent


def conditions(node):
    if isinstance(node, dict):
        yield node
        for part in node.values():
            yield from conditions(part)
    elif isinstance(node, (list, tuple)):
        for part in node:
            yield from conditions(part)


def test_every_condition_has_its_function():
    for dispute in LAW.dispute_types:
        wanted = set(LAW.dispute_types[dispute].elements)
        wanted |= {name for packet in LAW.packets for name in LAW.packet_extra.get(packet, {}).get("elements", ())}
        for name in wanted:
            element = LAW.elements[name]
            sentences = [s for s in (element.only_if, element.not_applicable_if, element.escalate.get("when")) if s]
            for node in conditions((*element.primary, *element.corroborating)):
                if "computed" in node:
                    assert node["computed"] in COMPUTED, name
                    continue
                sentences += [node["when"]] if "when" in node else []
                assert "field" not in node or node["field"] in FIELDS, name
            assert set(sentences) <= set(SENTENCES), name


def test_every_condition_of_packet_contents_has_its_function():
    named = {item.required.removeprefix("if:") for kind in LAW.packets.values() for item in kind.items if item.required.startswith("if:")}
    assert named <= set(CONDITIONS)
