"""The table of lifecycle.yaml row by row, and every demand met and not met."""

from __future__ import annotations

import copy
from datetime import date

import pytest

from casefiles.law import company_rules, read_yaml
from casefiles.rules import demands, demands_court, lifecycle
from casefiles.rules.demands import Standing, answered
from casefiles.rules.facts import read_case
from casefiles.rules.inquiry import Inquiry

YAML = read_yaml("lifecycle.yaml")
WILDCARDS = {"any": lifecycle.any_state(), "any open state": lifecycle.any_open_state()}
BEFORE_SETTLEMENT = "judgment"
PAIRS = {
    (source, BEFORE_SETTLEMENT if target == "previous state" else target): row
    for row in YAML["transitions"] for start in row["from"] for source in WILDCARDS.get(start, (start,)) for target in row["to"] if source != target
}  # fmt: skip
OURS = {("arbitration", "judgment"), ("payment_order", "legal_escalation"), ("litigation", "legal_escalation"), ("arbitration", "legal_escalation")}


@pytest.fixture
def standing(law, example):
    """standing("A", state="judgment", blocks...): an example with other keys, as the rules of the lifecycle see it."""

    def make(letter="A", *, as_of=None, documents=(), finals=None, previous=None, hashed=0, without_file=(), **keys):
        case = example(letter) | copy.deepcopy(keys)
        case["documents"] = [*case.get("documents", []), *documents]
        facts = read_case({key: value for key, value in case.items() if value is not None}, law)
        day = date.fromisoformat(as_of or case["as_of"])
        return Standing(Inquiry(facts, case["packet_kind"], day, law), company_rules().on(day), finals=finals or {}, previous=previous, hashed=hashed, without_file=tuple(without_file))

    return make


@pytest.mark.parametrize(("source", "target"), sorted(PAIRS), ids=[f"{a} to {b}" for a, b in sorted(PAIRS)])
def test_every_way_of_the_table_is_there(source, target):
    assert lifecycle.way(source, target, BEFORE_SETTLEMENT) is not None


@pytest.mark.parametrize("source", lifecycle.STATES)
def test_no_other_way_is_there(source):
    allowed = {target for start, target in set(PAIRS) | OURS if start == source}
    assert set(lifecycle.next_states(source, BEFORE_SETTLEMENT)) == allowed


def test_the_states_are_those_of_the_specification():
    assert list(lifecycle.STATES) == [state["code"] for state in YAML["states"]]


WHO = [
    pytest.param("collection", "legal_escalation", {"legal_staff", "legal_manager"}, id="hand-over by legal staff or manager"),
    pytest.param("legal_escalation", "settlement", {"legal_manager"}, id="a settlement is the manager's"),
    pytest.param("legal_escalation", "payment_order", {"legal_manager"}, id="staff file with the manager's approval"),
    pytest.param("legal_escalation", "litigation", {"legal_manager"}, id="a suit too"),
    pytest.param("litigation", "judgment", {"legal_staff", "legal_manager"}, id="a lawyer of the house enters the judgment"),
    pytest.param("insolvency", "recovered", set(), id="insolvency is closed by two"),
    pytest.param("collection", "written_off", set(), id="a write-off by two"),
    pytest.param("judgment", "recovered", {"finance"}, id="finance sees that it is paid"),
    pytest.param("recovered", "archived", {"legal_staff", "legal_manager"}, id="legal staff archive"),
    pytest.param("archived", "reopened", {"legal_manager"}, id="the manager reopens"),
]


@pytest.mark.parametrize(("source", "target", "alone"), WHO)
def test_who_moves_alone(source, target, alone):
    assert set(lifecycle.way(source, target).movers) == alone


@pytest.mark.parametrize("source", ["enforcement_suspended", "insolvency", "collection", "legal_escalation"])
def test_a_write_off_is_proposed_by_the_manager_and_approved_by_finance(source):
    way = lifecycle.way(source, "written_off")
    assert (way.proposers, way.approvers, way.two_persons) == (("legal_manager",), ("finance",), True)


@pytest.mark.parametrize("way", lifecycle.WAYS, ids=[f"{w.sources[0]} to {w.targets[0]}" for w in lifecycle.WAYS])
def test_somebody_can_take_every_way_and_every_proposal_has_a_decider(way):
    assert way.movers or (way.proposers and way.approvers)
    assert bool(way.proposers) == bool(way.approvers)
    assert way.law


@pytest.mark.parametrize(("source", "target", "names"), [
    pytest.param("litigation", "written_off", "withdraw the suit", id="a suit is ended first"),
    pytest.param("archived", "collection", "reopen", id="an archive is left by reopening"),
    pytest.param("archived", "recovered", "reopen", id="also when money came in"),
    pytest.param("collection", "enforcement", "From here: legal escalation", id="any other way names the ways there are"),
])  # fmt: skip
def test_what_is_refused_names_the_rule_and_the_way_to_go(law, source, target, names):
    assert lifecycle.way(source, target) is None
    words = lifecycle.refusal(source, target, law)
    assert names in words.en
    assert words.zh


@pytest.mark.parametrize(("own", "hours", "documents", "may"), [
    pytest.param(True, 3, 0, True, id="own empty duplicate of this morning"), pytest.param(False, 3, 0, False, id="of somebody else"),
    pytest.param(True, 25, 0, False, id="a day old"), pytest.param(True, 3, 1, False, id="with a document"),
])  # fmt: skip
def test_a_case_is_deleted_only_as_ones_own_empty_duplicate(own, hours, documents, may):
    assert lifecycle.may_delete_case(own=own, hours=hours, documents=documents) is may


AGREEMENT = {"id": "R1", "type": "repayment_agreement", "signed_on": "2026-05-01", "debtor_seal_or_signature": True, "schedule": ["2026-05-31 100000.00", "2026-12-31 650000.00"]}
JUDGMENT = {"id": "J1", "court": "示例区人民法院", "case_no": "（2026）示民初1号", "served_on_last_party": "2026-05-20", "items": [{"kind": "principal", "amount": "750000.00"}]}
ENDED = {"id": "E1", "type": "enforcement_termination_ruling", "dated": "2026-03-01"}
INSOLVENCY = {"court": "示例区人民法院", "case_no": "（2026）示破1号", "acceptance_date": "2026-03-01", "claim_deadline": "2026-06-01"}
SUIT = {"kind": "lawsuit", "filed_on": "2026-02-01", "case_no": "（2026）示民初1号"}
DEMANDS = [
    pytest.param(demands.ground_for_escalation, {"state": "collection"}, True, "days overdue", id="example A is overdue 756 days"),
    pytest.param(demands.ground_for_escalation, {"state": "collection", "as_of": "2024-05-01"}, False, "No ground yet", id="nothing is late yet"),
    pytest.param(demands.hand_over_list, {}, True, "documents", id="documents to hand over"),
    pytest.param(demands.signed_agreement, {}, False, "upload", id="no repayment agreement"),
    pytest.param(demands.signed_agreement, {"documents": [AGREEMENT]}, True, "R1", id="a signed agreement"),
    pytest.param(demands.signed_agreement, {"documents": [AGREEMENT | {"debtor_seal_or_signature": False}]}, False, "not confirmed", id="an unsigned agreement"),
    pytest.param(demands.new_due_dates, {"documents": [AGREEMENT]}, True, "2 instalments", id="an agreement with its days"),
    pytest.param(demands.new_due_dates, {"documents": [AGREEMENT | {"schedule": ["分期支付"]}]}, False, "no due dates", id="words are no days"),
    pytest.param(demands.waiver_approved, {"documents": [AGREEMENT | {"waiver_terms": "免除违约金"}]}, False, "免除违约金", id="a waiver wants approval"),
    pytest.param(demands.missed_instalment, {"documents": [AGREEMENT | {"acceleration": "任一期逾期全部到期"}]}, True, "2026-05-31", id="missed with acceleration"),
    pytest.param(demands.missed_instalment, {"documents": [AGREEMENT]}, False, "no acceleration", id="missed without acceleration"),
    pytest.param(demands.missed_instalment, {"documents": [AGREEMENT | {"acceleration": "有"}], "as_of": "2026-05-31"}, False, "No missed", id="its last day is not missed yet"),
    pytest.param(demands.clear_packet("lawsuit", "x"), {}, True, "nothing blocks", id="example A has no blocking finding"),
    pytest.param(demands.clear_packet("lawsuit", "x"), {"letter": "B"}, False, "blocking finding", id="example B has"),
    pytest.param(demands.final_packet("lawsuit"), {}, False, "No final version", id="drafts only"),
    pytest.param(demands.final_packet("lawsuit"), {"finals": {"lawsuit": "民事起诉状 1"}}, True, "民事起诉状 1", id="a final version"),
    pytest.param(demands_court.objection, {}, False, "cannot tell", id="an objection is stated"),
    pytest.param(demands_court.order_in_force, {}, False, "payment order", id="no payment order"),
    pytest.param(demands_court.order_in_force, {"documents": [{"id": "P1", "type": "payment_order", "served_on": "2026-05-31"}]}, False, "2026-06-15", id="15 days not over"),
    pytest.param(demands_court.order_in_force, {"documents": [{"id": "P1", "type": "payment_order", "served_on": "2026-05-30"}]}, True, "2026-06-14", id="15 days over"),
    pytest.param(demands_court.instrument_uploaded, {}, False, "upload", id="no judgment"),
    pytest.param(demands_court.instrument_uploaded, {"judgment": JUDGMENT}, True, "J1", id="a judgment"),
    pytest.param(demands_court.service_dates, {}, False, "2 parties, 0 dates", id="nobody is known to be served"),
    pytest.param(demands_court.service_dates, {"judgment": JUDGMENT}, True, "2026-05-20", id="the last service is entered"),
    pytest.param(demands_court.appeal_over, {"judgment": JUDGMENT}, True, "2026-06-04", id="15 days from 20 May are over on 15 June"),
    pytest.param(demands_court.appeal_over, {"judgment": JUDGMENT | {"served_on_last_party": "2026-06-05"}}, False, "not over", id="an appeal is possible"),
    pytest.param(demands_court.performance_day, {"judgment": JUDGMENT}, False, "not entered", id="no last day for performance"),
    pytest.param(demands_court.performance_day, {"judgment": JUDGMENT | {"effective_on": "2026-06-05", "performance_days": 10}}, True, "2026-06-15", id="effective + 10 days"),
    pytest.param(demands_court.expired_unpaid, {"judgment": JUDGMENT | {"performance_last_day": "2026-06-15"}}, False, "not over", id="the debtor may pay today"),
    pytest.param(demands_court.expired_unpaid, {"judgment": JUDGMENT | {"performance_last_day": "2026-06-14"}}, True, "750,000.00", id="expired unpaid"),
    pytest.param(demands_court.termination_ruling, {"documents": [ENDED]}, True, "E1", id="a ruling ends the round"),
    pytest.param(demands_court.asset_clue, {"documents": [ENDED]}, False, "upload", id="no clue"),
    pytest.param(demands_court.asset_clue, {"documents": [ENDED, {"id": "K1", "type": "asset_clue_list", "document_date": "2026-02-01"}]}, False, "upload", id="an old clue"),
    pytest.param(demands_court.asset_clue, {"documents": [ENDED, {"id": "K1", "type": "asset_clue_list", "document_date": "2026-05-01"}]}, True, "K1", id="a newer clue"),
    pytest.param(demands_court.transferred_or_accepted, {}, False, "upload", id="no bankruptcy"),
    pytest.param(demands_court.acceptance, {"documents": [{"id": "B1", "type": "bankruptcy_announcement"}]}, True, "B1", id="an announcement"),
    pytest.param(demands_court.suits_stayed, {"proceedings": [SUIT]}, False, "示民初1号", id="an open suit is stayed first"),
    pytest.param(demands_court.preservation_lifted, {"preservation": {"measures": [{"asset": "bank_deposit"}]}}, False, "bank_deposit", id="preservation is lifted first"),
    pytest.param(demands_court.distribution, {"insolvency": INSOLVENCY}, False, "No distribution", id="nothing distributed"),
    pytest.param(demands_court.distribution, {"insolvency": INSOLVENCY | {"acceptance_date": "2024-08-01"}}, True, "received", id="money since the acceptance"),
    pytest.param(demands_court.closing_ruling, {"documents": [{"id": "B2", "type": "bankruptcy_closing_ruling"}]}, True, "B2", id="bankruptcy closed"),
    pytest.param(demands_court.balance_zero, {}, False, "750,000.00", id="money is owed"),
    pytest.param(demands_court.archive_index, {"without_file": ["D03"]}, False, "D03", id="a paper without file"),
    pytest.param(demands_court.archive_index, {"hashed": 19}, True, "19", id="every paper is there"),
    pytest.param(demands_court.seal, {"hashed": 19}, True, "19", id="the seal"),
    pytest.param(demands_court.reopen_ground, {}, False, "listed", id="reopening wants its reason"),
]


@pytest.mark.parametrize(("demand", "given", "met", "says"), DEMANDS)
def test_demand(standing, demand, given, met, says):
    found = demand(standing(**given))
    assert (found.met, says in found.said.en) == (met, True), found.said.en
    assert found.said.zh
    assert found.source


NOT_ASKED = [
    pytest.param(demands.new_due_dates, {}, id="no agreement, no schedule"),
    pytest.param(demands.waiver_approved, {"documents": [AGREEMENT]}, id="nothing waived"),
    pytest.param(demands.guarantor_consents, {"documents": [AGREEMENT]}, id="no guarantor"),
    pytest.param(demands_court.suits_stayed, {}, id="no open suit"),
    pytest.param(demands_court.preservation_lifted, {}, id="no preservation"),
    pytest.param(demands_court.appeal_over, {"judgment": JUDGMENT | {"type": "mediation_paper"}}, id="a mediation paper has no appeal"),
]


@pytest.mark.parametrize(("demand", "given"), NOT_ASKED)
def test_what_does_not_concern_the_case_is_not_asked(standing, demand, given):
    assert demand(standing(**given)) is None


def test_a_statement_meets_only_a_demand_that_asks(standing):
    found = lifecycle.move(standing(state="payment_order"), "litigation")
    assert [demand.id for demand in found.unmet] == ["objection"]
    stated = answered(found.demands, {"objection": " 2026-06-01 书面异议 ", "other": "x"})
    assert [(demand.met, demand.stated) for demand in stated] == [(True, "2026-06-01 书面异议")]
    assert answered(found.demands, {"objection": "   "})[0].met is False


def test_reopening_takes_an_answer_of_the_closed_list(standing):
    found = lifecycle.move(standing("D", state="archived"), "reopened").demands
    assert not answered(found, {"reopen_ground": "因为"})[0].met
    assert answered(found, {"reopen_ground": "asset_found"})[0].met
    assert found[0].firm


@pytest.mark.parametrize(("posted", "until"), [
    pytest.param("2025-11-30", "2055-12-31", id="packets.yaml: posted in 2025, 30 years"),
    pytest.param("2026-01-02", "2056-12-31", id="from the end of the accounting year"),
])  # fmt: skip
def test_retention_of_a_write_off(standing, example, posted, until):
    case = standing("D", write_off=example("D")["write_off"] | {"posted_on": posted})
    assert demands_court.retention_until(case).isoformat() == until


@pytest.mark.parametrize(("day", "last"), [
    pytest.param("2026-06-15", "2026-06-18", id="Monday to Thursday"), pytest.param("2026-06-12", "2026-06-17", id="over a weekend"),
    pytest.param("2040-01-06", "2040-01-11", id="a year without notice: weekends only"),
])  # fmt: skip
def test_three_working_days(law, day, last):
    assert lifecycle.working_days_after(date.fromisoformat(day), 3, law).isoformat() == last


@pytest.mark.parametrize(("papers", "done"), [
    pytest.param([], False, id="nothing uploaded"), pytest.param([{"id": "F1", "type": "filing_receipt", "filed_on": "2026-06-10"}], True, id="the receipt of this filing"),
    pytest.param([{"id": "F1", "type": "filing_receipt", "filed_on": "2025-01-10"}], False, id="a receipt from before the case came to legal"),
])  # fmt: skip
def test_a_filing_owes_its_receipt(standing, law, papers, done):
    case = standing(state="litigation", documents=papers).case
    duty = lifecycle.duties(case, date(2026, 6, 15), date(2026, 1, 5), law)
    assert [(d.id, d.done, d.last_day.isoformat()) for d in duty] == [("filing_receipt", done, "2026-06-18")]
    assert lifecycle.duties(standing().case, date(2026, 6, 15), None, law) == ()


@pytest.mark.parametrize(("given", "twin", "packets", "says"), [
    pytest.param({"state": "archived"}, True, [], "archived", id="archived"), pytest.param({}, False, ["lawsuit 1"], "lawsuit 1", id="in a packet"),
    pytest.param({}, False, [], "still owed", id="the debt is open"), pytest.param({"letter": "D"}, False, [], "still owed", id="recourse is open"),
    pytest.param({}, True, [], None, id="its twin stays"),
])  # fmt: skip
def test_what_keeps_a_document(standing, given, twin, packets, says):
    words = lifecycle.deletion_refused(standing(**given), twin=twin, in_packets=packets)
    assert words is None if says is None else says in words.en


def test_what_is_settled_and_kept_long_enough_may_go(standing, example):
    paid = [*example("A")["payments"], {"id": "Z1", "date": "2026-06-01", "amount": "750000.00"}]
    assert lifecycle.deletion_refused(standing(payments=paid), twin=False, in_packets=[]) is None
    assert "kept until" in lifecycle.deletion_refused(standing(payments=paid, retention_until="2056-12-31"), twin=False, in_packets=[]).en


@pytest.mark.parametrize("state", lifecycle.STATES)
def test_the_road_leads_to_the_archive(state):
    assert state == "archived" or lifecycle.road(state)[-1] == "archived"
    assert all(lifecycle.way(a, b) for a, b in zip((state, *lifecycle.road(state)), lifecycle.road(state), strict=False))
