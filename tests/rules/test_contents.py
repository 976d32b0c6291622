"""Contents of packets, missing uploads, copy sets, and the rows of the evidence catalogue."""

from __future__ import annotations

import pytest

from casefiles.rules.contents import catalogue, contents, copy_sets, missing_uploads
from casefiles.rules.facts import read_case


@pytest.mark.parametrize(
    ("change", "packet", "missing"),
    [
        pytest.param({}, "lawsuit", (), id="A is complete"),
        pytest.param({"identity_documents": ["business_licence_creditor"]}, "lawsuit", ("legal_rep_id_copy", "company_registry_extract_debtor"), id="identity papers; the certificate is generated"),
        pytest.param({"documents": []}, "lawsuit", ("audio_disc",), id="a recording needs its medium"),
        pytest.param({"documents": [], "recordings": []}, "lawsuit", (), id="no recording, no medium"),
        pytest.param({"agents": [{"kind": "lawyer", "name": "赵律师"}]}, "lawsuit", ("law_firm_letter", "lawyer_licence"), id="a lawyer's papers"),
        pytest.param({"agents": [{"kind": "employee", "name": "钱员工"}]}, "lawsuit", ("employee_agent_proof",), id="an employee's papers"),
        pytest.param({}, "arbitration", ("arbitration_agreement",), id="arbitration without an agreement"),
        pytest.param({"contract.dispute_clause": {"type": "arbitration", "text": "提交示例仲裁委员会"}}, "arbitration", (), id="the clause is the agreement"),
        pytest.param({}, "payment_order", (), id="a payment order uploads nothing"),
        pytest.param({}, "preservation", ("security",), id="preservation without security"),
        pytest.param({"preservation": {"security_exempt": True}}, "preservation", (), id="exempt from security"),
        pytest.param({"documents.1": {"id": "G1", "type": "bank_guarantee", "amount": "1.00"}}, "preservation", (), id="any security will do"),
    ],
)
def test_missing_uploads(change, packet, missing, changed, law):
    assert missing_uploads(read_case(changed(change), law), packet, law) == missing


def test_contents_are_in_the_order_of_the_law_and_conditions_decide(example, law):
    items = contents(read_case(example("A"), law), "lawsuit", law)
    assert [item.n for item in items] == list(range(1, 17))
    by_id = {item.id: item for item in items}
    assert (by_id["complaint"].required, by_id["complaint"].present, by_id["complaint"].generated) == (True, True, True)
    assert (by_id["power_of_attorney"].required, by_id["calculation_sheet"].required) == (False, True)
    assert by_id["audio_disc"].documents == ("D20",)
    assert contents(read_case(example("A"), law), "arbitration", law)[0].zh == "仲裁申请书"


@pytest.mark.parametrize(
    ("change", "sets"),
    [
        pytest.param({}, 3, id="court, one defendant, own file"),
        pytest.param({"security": {"guarantor": {"name": "保证人"}}}, 4, id="the guarantor is a defendant too (packets.md)"),
        pytest.param({"debtors": [{"name": "第二债务人"}], "third_parties": [{"name": "第三人"}]}, 5, id="two debtors and a third party"),
    ],
)
def test_copy_sets(change, sets, changed, law):
    assert copy_sets(read_case(changed(change), law)) == sets


def groups(case, law, packet=None):
    return {group.group: group for group in catalogue(read_case(case, law), law, packet)}


def test_catalogue_of_a(example, law):
    found = groups(example("A"), law)
    assert list(found) == ["G1", "G2", "G3", "G4", "G5", "G6", "G9"]
    assert [group.title_zh for group in found.values()] == ["第一组", "第二组", "第三组", "第四组", "第五组", "第六组", "第七组"]
    assert [row.document_id for row in found["G6"].rows] == ["D14", "D15", "D16", "D17"]  # each receipt right after its letter
    assert [row.document_id for row in found["G9"].rows] == ["D18", "D19", "D20"]  # transcript, then the medium, after the recording
    assert [row.document_id for row in found["G1"].rows] == ["business_licence_creditor", "company_registry_extract_debtor"]
    assert found["G2"].purpose.startswith("证明双方于2024年3月1日签订《设备配件买卖合同》，约定交货后30日内付款")
    assert found["G3"].purpose == "证明原告已于2024年3月15日至2024年6月22日交付价值1,286,000.00元的货物，被告已签收"
    assert found["G4"].purpose == "证明价款总额1,286,000.00元、已开票1,286,000.00元，双方于2025年1月8日确认尚欠750,000.00元"
    assert found["G5"].purpose == "证明被告已付536,000.00元，尚欠750,000.00元"
    assert "2025年3月5日、2026年4月9日" in found["G6"].purpose


def test_catalogue_of_b_claims_no_more_than_the_papers_show(example, law):
    found = groups(example("B"), law)
    assert "其中291,600.00元经被告签收" in found["G3"].purpose
    assert "确认尚欠" not in found["G4"].purpose  # the statement is not validly signed
    assert "送达" not in found["G6"].purpose  # the letter was not served
    assert next(r.source_form for r in found["G4"].rows if r.document_id == "D12") == "原告持有；书证"
    assert [row.source_form for row in found["G3"].rows] == ["被告签章；书证", "原告持有；书证", "被告签章；书证", "被告签章；书证"]


def test_catalogue_for_arbitration_names_the_parties_of_arbitration(example, law):
    found = groups(example("B"), law, "arbitration")
    said = "".join(group.purpose + "".join(row.purpose + row.name + row.source_form for row in group.rows) for group in found.values())
    assert "申请人" in said
    assert "原告" not in said
    assert "被告" not in said


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"contract.payment_terms": None, "contract.late_payment_clause": None, "contract.dispute_clause": None}, id="no terms known"),
        pytest.param({"deliveries": [], "invoices": [], "payments": [], "reconciliations": [], "demands": []}, id="an empty ledger"),
        pytest.param({"deliveries.0.signed_by": None, "deliveries.0.debtor_seal": None}, id="an unsigned note"),
        pytest.param({"contract": None}, id="no contract"),
    ],
)
@pytest.mark.parametrize("packet", ["lawsuit", "arbitration"])
def test_no_placeholder_is_left(change, packet, changed, law):
    for group in groups(changed(change), law, packet).values():
        for text in (group.purpose, *(r.purpose for r in group.rows), *(r.name for r in group.rows), *(r.source_form for r in group.rows)):
            assert text
            assert not set("{}_") & set(text), text
            assert "None" not in text
            assert "货物/服务" not in text


def test_internal_and_privileged_papers_never_enter(changed, law):
    papers = {
        "documents.1": {"id": "I1", "type": "privileged_note"},
        "documents.2": {"id": "I2", "type": "collection_log"},
        "documents.3": {"id": "I3", "type": "email", "confidentiality": "privileged"},
        "documents.4": {"id": "I4", "type": "lawyer_fee_contract"},
        "documents.5": {"id": "P1", "type": "power_of_attorney"},
    }
    listed = {row.document_id for group in groups(changed(papers), law).values() for row in group.rows}
    assert not listed & {"I1", "I2", "I3", "I4", "P1"}
    costs = {**papers, "claim": {"principal": "750000.00", "recovery_costs": "1000.00"}}
    assert "G7" in groups(changed(costs), law)  # the engagement contract proves costs that are claimed
