"""The facts of a case entered by a person: what is saved is what the case file says, and it goes out and in again."""

from __future__ import annotations

from dataclasses import replace

import pytest
from jsonschema import Draft202012Validator

from casefiles import db, exchange, runtime, schema
from casefiles.assess import check
from casefiles.case_mapping import case_mapping
from casefiles.config import Config
from casefiles.db import saving, session
from casefiles.errors import CaseSealed, Conflict, NotAllowed, NotFitting
from casefiles.law import EXAMPLES, load_law
from casefiles.models import AuditEntry, Case, Document, Job, Role, State
from casefiles.revise import revise
from casefiles.revise.sections import SECTIONS, shape_of, shown
from casefiles.revise.texts import texts_of, value_of

NAMES = sorted(path.stem for path in EXAMPLES.glob("*.yaml"))
A_CONTRACT = {"id": "+", "name": "买卖合同", "signed_on": "2025-01-10", "payment_terms": {"rule": "货到30日", "days_after_delivery": 30}}
A_JUDGMENT = {"id": "+", "court": "示例区人民法院", "case_no": "（2026）示01民初1号", "effective_on": "2026-05-01"}
DEBTOR = {"name": "示例乙公司", "uscc": "91000000MA0BBBB23H"}
ACCOUNT = {"bank": "某银行某支行", "number": "6200000000000001"}

# section, what is entered, what the case file says of it ("+" becomes the next free number)
SAVED = [
    pytest.param("case", {"dispute_type": "lease", "packet_kind": "arbitration", "court": "示例仲裁委", "planned_filing_date": "2026-12-01", "title": "租金案"},
                 {"dispute_type": "lease", "packet_kind": "arbitration", "court": "示例仲裁委", "planned_filing_date": "2026-12-01", "title": "租金案"}, id="the head"),
    pytest.param("creditor", {"creditor": {"name": "示例甲公司", "size": "small", "former_names": ["老甲"], "e_service": False, "bank_account": ACCOUNT}},
                 {"creditor": {"name": "示例甲公司", "size": "small", "former_names": ["老甲"], "e_service": False, "bank_account": ACCOUNT}},
                 id="the creditor, its code emptied"),
    pytest.param("debtors", {"debtor": DEBTOR, "debtors": [{"name": "乙二", "id_number": "110101199001010000"}, {"name": "乙三", "id": "third"}]},
                 {"debtor": DEBTOR, "debtors": [{"name": "乙二", "id_number": "110101199001010000"}, {"name": "乙三", "id": "third"}]}, id="three debtors"),
    pytest.param("third_parties", {"third_parties": [{"name": "丙公司"}]}, {"third_parties": [{"name": "丙公司"}]}, id="a third party"),
    pytest.param("agents", {"agents": [{"kind": "lawyer", "name": "丁律师", "firm": "某所", "authority": "特别授权"}]},
                 {"agents": [{"kind": "lawyer", "name": "丁律师", "firm": "某所", "authority": "特别授权"}]}, id="an agent"),
    pytest.param("contract", {"contract": A_CONTRACT}, {"contract": A_CONTRACT | {"id": "D01"}}, id="a contract whose paper is not on file"),
    pytest.param("claim", {"claim": {"principal": "300.00", "by_invoice": {"A.1": "100.00", "B": "200.00"}, "recovery_costs": "5.00"}},
                 {"claim": {"principal": "300.00", "by_invoice": {"A.1": "100.00", "B": "200.00"}, "recovery_costs": "5.00"}}, id="a claim by invoice"),
    pytest.param("security", {"security": {"real_security": True, "guarantors": [{"name": "保一", "contract_id": "+", "period_agreed": "2 years"}, {"name": "保二"}],
                                           "collaterals": [{"contract_id": "+", "object": "房屋", "registration_id": "+"}, {"contract_id": "+", "object": "车"}]}},
                 {"security": {"real_security": True, "guarantor": {"name": "保一", "contract_id": "D01", "period_agreed": "2 years"}, "guarantors": [{"name": "保二"}],
                               "collateral": {"contract_id": "D02", "object": "房屋", "registration_id": "D03"},
                               "collaterals": [{"contract_id": "D04", "object": "车"}]}}, id="guarantors and collaterals"),
    pytest.param("running_account", {"running_account": {"value": True}}, {"running_account": {"value": True, "confirmed_by": "test"}}, id="a running account, confirmed by who saves"),
    pytest.param("quality_dispute", {"quality_dispute": {"raised_on": "2025-03-01", "resolved": False}}, {"quality_dispute": {"raised_on": "2025-03-01", "resolved": False}}, id="a quality dispute"),
    pytest.param("payment_order_conditions", {"payment_order_conditions": {"other_dispute": False}}, {"payment_order_conditions": {"other_dispute": False}}, id="conditions of a payment order"),
    pytest.param("declarations", {"declarations": [{"statement": "no payment received", "by": "finance", "on": "2026-06-01"}]},
                 {"declarations": [{"statement": "no payment received", "by": "finance", "on": "2026-06-01"}]}, id="a declaration"),
    pytest.param("preservation", {"preservation": {"amount": "1000.00", "measures": [{"asset": "equity", "measure_date": "2026-02-01", "rank": 2}]}},
                 {"preservation": {"amount": "1000.00", "measures": [{"asset": "equity", "measure_date": "2026-02-01", "rank": 2}]}}, id="preservation"),
    pytest.param("proceedings", {"proceedings": [{"kind": "lawsuit", "filed_on": "2025-02-01", "same_claim": False}]},
                 {"proceedings": [{"kind": "lawsuit", "filed_on": "2025-02-01", "same_claim": False}]}, id="another proceeding"),
    pytest.param("judgment", {"judgment": A_JUDGMENT | {"type": "arbitral_award", "items": [{"kind": "principal", "amount": "100.00"}]}},
                 {"judgment": A_JUDGMENT | {"id": "D01", "type": "arbitral_award", "items": [{"kind": "principal", "amount": "100.00"}]}}, id="an award"),
    pytest.param("enforcement", {"enforcement": {"application_filed": "2026-06-01", "recovered": [{"id": "+", "date": "2026-07-01", "amount": "10.00"}],
                                                 "terminated_current_procedure": {"id": "+", "date": "2026-08-01"}}},
                 {"enforcement": {"application_filed": "2026-06-01", "recovered": [{"id": "D01", "date": "2026-07-01", "amount": "10.00"}],
                                  "terminated_current_procedure": {"id": "D02", "date": "2026-08-01"}}}, id="enforcement"),
    pytest.param("asset_clues", {"asset_clues": [{"kind": "bank_account", "description": "某银行，账号1", "value": "9.00"}]},
                 {"asset_clues": [{"kind": "bank_account", "description": "某银行，账号1", "value": "9.00"}]}, id="asset clues"),
    pytest.param("insolvency", {"insolvency": {"court": "某院", "case_no": "破1", "acceptance_date": "2026-03-01", "claim_deadline": "2026-05-01", "procedure": "重整"}},
                 {"insolvency": {"court": "某院", "case_no": "破1", "acceptance_date": "2026-03-01", "claim_deadline": "2026-05-01", "procedure": "重整"}}, id="insolvency"),
    pytest.param("write_off", {"write_off": {"ground": "overdue_3y", "booked_principal": "9.00", "approval_id": "+", "recourse_statement_id": "+", "special_report": "+"}},
                 {"write_off": {"ground": "overdue_3y", "booked_principal": "9.00", "approval_id": "D01", "special_report": "D03", "recourse_statement_id": "D02"}}, id="write-off"),
]  # fmt: skip


@pytest.fixture
def case(instance, actor):
    """A case opened by hand."""
    from casefiles.open_case import open_case

    head = {"case_id": "H-1", "title": "", "dispute_type": "sale_of_goods", "packet_kind": "lawsuit"}
    with saving():
        return open_case(actor, head, {"name": "示例甲公司", "uscc": "91000000MA0AAAA1XR"}, DEBTOR)


@pytest.fixture
def save(actor):
    """save(case, section, value): as the page does."""

    def enter(case, section, value, *, by=actor, **more):
        with saving():
            held = session.get_one(Case, case.case_id)
            revise(by, held, section, value, more.pop("version", held.version), **more)
        session.remove()
        return session.get_one(Case, case.case_id)

    return enter


def valid(mapping):
    return [error.message for error in Draft202012Validator(load_law().schema).iter_errors({k: v for k, v in mapping.items() if k != "files"})]


def again(case, actor, tmp_path):
    """The case as another instance has it after export and import."""
    out = exchange.export(case, runtime.store(), tmp_path / "out")
    session.remove()
    runtime.start(Config.embedded(tmp_path / "second", "x" * 40))
    schema.upgrade(db.session.get_bind())
    with saving():
        return exchange.enter(actor, exchange.read(out, allow_invalid_uscc=True), {})


@pytest.mark.parametrize(("section", "value", "said"), SAVED)
def test_what_is_entered_is_what_the_case_file_says_here_and_after_export_and_import(case, save, actor, tmp_path, section, value, said):
    after = save(case, section, value)
    mapping = case_mapping(after)
    assert {key: mapping[key] for key in SECTIONS[section].keys if key in mapping} == said
    assert valid(mapping) == []
    check(after, today=actor.today)
    copy = case_mapping(again(after, actor, tmp_path))
    assert {key: copy[key] for key in SECTIONS[section].keys if key in copy} == said


def test_every_section_stands_in_the_table_above():
    assert {row.values[0] for row in SAVED} == set(SECTIONS)


@pytest.mark.parametrize("name", NAMES)
def test_saving_every_section_of_an_example_as_it_is_shown_changes_nothing(instance, actor, save, name):
    with saving():
        case = exchange.enter(actor, exchange.read(EXAMPLES / f"{name}.yaml"), {})
    before = case_mapping(case)
    rows = {d.ref: (d.type, d.listed_in, d.number, d.document_date, d.amount) for d in case.documents}
    for section in SECTIONS.values():
        value, reasons = value_of(shape_of(section), texts_of(shape_of(section), shown(section, before)))
        assert reasons == {}
        case = save(case, section.name, value or {})
    assert case_mapping(case) == before
    assert {d.ref: (d.type, d.listed_in, d.number, d.document_date, d.amount) for d in case.documents} == rows


@pytest.mark.parametrize("section", [name for name in SECTIONS if name not in ("case", "creditor", "debtors")])
def test_an_emptied_section_is_gone_with_the_bare_records_it_made(case, save, section):
    value = next(row.values[1] for row in SAVED if row.values[0] == section)
    before = case_mapping(case)
    save(case, section, value)
    after = save(case, section, {})
    kept = {"documents"} if section == "write_off" else set()  # papers of their own stay: only a person takes evidence away
    assert {key: inner for key, inner in case_mapping(after).items() if key not in kept} == before
    assert len(after.documents) == (3 if section == "write_off" else 0)


def test_a_contract_takes_a_paper_that_is_on_file_and_leaves_the_other_in_the_list(case, save, actor):
    save(case, "contract", {"contract": A_CONTRACT})
    with saving():
        held = session.get_one(Case, case.case_id)
        held.documents[0].original = {"held_by": "creditor", "location": "柜1"}
        from casefiles.case_rows import new_document

        new_document(actor, held, "D09", "framework_agreement").listed_in = "documents"
    after = save(case, "contract", {"contract": A_CONTRACT | {"id": "D09"}})
    said = case_mapping(after)
    assert said["contract"]["id"] == "D09"
    assert [(entry["id"], entry["type"]) for entry in said["documents"]] == [("D01", "contract"), ("D09", "framework_agreement")]


REFUSED = [
    pytest.param("contract", {"contract": {"id": "+", "name": "合同"}}, {"contract.signed_on"}, id="a needed key is missing"),
    pytest.param("contract", {"contract": A_CONTRACT | {"id": "D77"}}, {"contract.id"}, id="a paper the case does not have"),
    pytest.param("contract", {"contract": A_CONTRACT | {"late_payment_clause": {"type": "daily_rate"}}}, {"contract.late_payment_clause.rate"}, id="a daily clause without rate"),
    pytest.param("debtors", {"debtors": [DEBTOR]}, {"debtor"}, id="no first debtor"),
    pytest.param("debtors", {"debtor": DEBTOR | {"uscc": "91000000MA0BBBB23K"}}, {"debtor.uscc"}, id="a wrong check digit"),
    pytest.param("debtors", {"debtor": DEBTOR | {"registry_status": "正常"}}, {"debtor.registry_status"}, id="no word of the registry"),
    pytest.param("security", {"security": {"guarantors": [{"uscc": "91000000MA0BBBB23K", "name": "保"}]}}, {"security.guarantors.0.uscc"}, id="a guarantor's wrong code"),
    pytest.param("case", {"dispute_type": "loan", "packet_kind": "enforcement"}, {"packet_kind"}, id="a packet without its facts"),
    pytest.param("claim", {"claim": {"principal": "5.00", "by_invoice": {"A": "4.99"}}}, {"claim.principal"}, id="parts that do not make the sum"),
    pytest.param("judgment", {"judgment": A_JUDGMENT | {"items": [{"kind": "principal"}, {"kind": "general_interest", "form": "running", "from": "2026-01-01"}]}},
                 {"judgment.items.0.amount", "judgment.items.1.annual_rate"}, id="items without figures"),
    pytest.param("preservation", {"preservation": {"amount": "12,5"}}, {"preservation.amount"}, id="no sum"),
]  # fmt: skip


@pytest.mark.parametrize(("section", "value", "places"), REFUSED)
def test_what_does_not_fit_is_told_by_place_and_changes_nothing(case, save, section, value, places):
    before = case_mapping(case)
    with pytest.raises(NotFitting) as refused:
        save(case, section, value)
    assert set(refused.value.reasons) == places
    session.remove()
    assert case_mapping(session.get_one(Case, "H-1")) == before


def test_a_wrong_check_digit_may_be_kept_and_stays_without_being_asked_again(case, save, actor):
    after = save(case, "debtors", {"debtor": DEBTOR | {"uscc": "91000000MA0BBBB23K"}}, allow_invalid_uscc=True)
    assert "check:X03_party_name_uscc:uscc_invalid:debtor" in {f["key"] for f in check(after, today=actor.today)["findings"]}
    save(case, "debtors", {"debtor": DEBTOR | {"uscc": "91000000MA0BBBB23K", "address": "新址"}})


def test_the_second_of_two_is_told(case, save):
    version = case.version
    save(case, "debtors", {"debtor": DEBTOR | {"address": "甲路"}})
    with pytest.raises(Conflict):
        save(case, "agents", {}, version=version)


def test_an_archived_case_is_sealed(case, save):
    with saving():
        session.get_one(Case, case.case_id).state = State.ARCHIVED
    with pytest.raises(CaseSealed):
        save(case, "agents", {})


PAID, GOOD = {"statement": "no payment received", "by": "finance"}, {"statement": "no quality objection received", "by": "sales"}


@pytest.mark.parametrize(
    ("role", "value", "allowed"),
    [
        pytest.param(Role.FINANCE, [PAID], True, id="finance for itself"),
        pytest.param(Role.FINANCE, [GOOD], False, id="finance for sales"),
        pytest.param(Role.LEGAL_STAFF, [GOOD], True, id="legal staff for sales"),
        pytest.param(Role.LEGAL_STAFF, [PAID], False, id="legal staff for finance"),
        pytest.param(Role.LEGAL_MANAGER, [PAID, GOOD], True, id="the manager for both"),
        pytest.param(Role.COLLECTOR, [], False, id="a collector"),
    ],
)
def test_who_declares(case, save, actor, role, value, allowed):
    by = replace(actor, role=role)
    if not allowed:
        with pytest.raises(NotAllowed):
            save(case, "declarations", {"declarations": value}, by=by)
        return
    assert case_mapping(save(case, "declarations", {"declarations": value}, by=by))["declarations"] == value


def test_legal_staff_leave_the_declaration_of_finance_alone(case, save, actor):
    save(case, "declarations", {"declarations": [PAID]})
    staff = replace(actor, role=Role.LEGAL_STAFF)
    save(case, "declarations", {"declarations": [PAID, GOOD]}, by=staff)
    with pytest.raises(NotAllowed):
        save(case, "declarations", {"declarations": [GOOD]}, by=staff)


@pytest.mark.parametrize(
    ("role", "section", "allowed"),
    [(Role.EXTERNAL_LAWYER, "judgment", True), (Role.EXTERNAL_LAWYER, "contract", False), (Role.FINANCE, "write_off", False), (Role.LEGAL_STAFF, "insolvency", True)],
)
def test_who_changes_what(case, save, actor, role, section, allowed):
    value = next(row.values[1] for row in SAVED if row.values[0] == section)
    if allowed:
        save(case, section, value, by=replace(actor, role=role))
    else:
        with pytest.raises(NotAllowed):
            save(case, section, value, by=replace(actor, role=role))


def test_the_log_tells_old_and_new_and_no_personal_number(case, save):
    save(case, "debtors", {"debtor": DEBTOR | {"address": "甲路1号", "id_number": "110101199001010000", "phone": "13800000000"}})
    entry = session.query(AuditEntry).order_by(AuditEntry.id.desc()).first()
    assert (entry.event, entry.detail["section"]) == ("edit", "debtors")
    assert entry.detail["changed"] == {"debtor.address": [None, "甲路1号"], "debtor.id_number": [None, "…"], "debtor.phone": [None, "…"]}
    assert session.query(Job).filter_by(name="refresh_case", case_id="H-1").count() == 1


def test_a_loan_gets_a_loan_contract(case, save):
    save(case, "case", {"dispute_type": "loan", "packet_kind": "lawsuit"})
    after = save(case, "contract", {"contract": A_CONTRACT})
    assert [(d.ref, d.type, d.listed_in) for d in session.query(Document).filter_by(case_id=after.case_id)] == [("D01", "loan_contract", "documents")]


def test_a_confirmed_recording_moves_the_limitation_and_goes_out_and_in_again(instance, actor, tmp_path):
    from casefiles import interruption

    with saving():
        case = exchange.enter(actor, exchange.read(EXAMPLES / "case-a-complete-sale.yaml"), {})
    before = {event["date"] for event in check(case, today=actor.today)["limitation"]["events"]}
    with saving():
        held = session.get_one(Case, case.case_id)
        interruption.confirm(actor, held, {"D18": True}, held.version)
    after = session.get_one(Case, case.case_id)
    recording = next(row for row in case_mapping(after)["recordings"] if row["id"] == "D18")
    assert {event["date"] for event in check(after, today=actor.today)["limitation"]["events"]} - before == {recording["date"]}
    assert {"id": "D18", "type": "call_recording", "counts_as_interruption": True} in case_mapping(after)["documents"]
    said = case_mapping(after)
    assert case_mapping(again(after, actor, tmp_path)) == said
    session.remove()


def test_only_the_law_department_confirms(case, actor):
    from casefiles import interruption

    lawyer, held = replace(actor, role=Role.EXTERNAL_LAWYER), session.get_one(Case, "H-1")
    with pytest.raises(NotAllowed):
        interruption.confirm(lawyer, held, {}, held.version)
