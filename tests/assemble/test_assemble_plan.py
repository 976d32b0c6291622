"""What a packet of each kind would hold, before anything is made: contents with their status, exhibits, papers, gaps, what stays outside."""

from datetime import date

import pytest

from casefiles import assemble
from casefiles.db import saving, session
from casefiles.errors import ChainBroken, NotUsable, Refused
from casefiles.law import load_law
from casefiles.models import Case, Packet, PacketState
from forms.kinds import PAPERS


@pytest.fixture
def planned(case_of):
    """planned("a", "lawsuit", arrangement, key=value): the plan of a case as a mapping, on its own day."""

    def planned(name, kind, arrangement=None, **more):
        case = case_of(name) | more
        return assemble.plan_of(case, kind, date.fromisoformat(case["as_of"]), [], arrangement or {})

    return planned


def statuses(plan):
    return {item.id: item.status for item in plan.items}


def documents(plan):
    return {group.group: [row.document_id for row in group.rows] for group in plan.groups}


@pytest.mark.parametrize("kind", PAPERS)
def test_every_generated_line_has_a_paper(kind):
    """The contents of packets.yaml against the tables of the forms: whatever is marked `gen` can be written."""
    bound = {"evidence_bundle", "evidence_core", "preservation_application", "integrity_commitment"}  # the evidence itself; optional ones: below
    generated = {item.id for item in load_law().packets[kind].items if item.generated} - bound
    assert generated - PAPERS[kind].keys() == set()


def test_optional_papers_can_be_written():
    assert {"preservation_application", "integrity_commitment"} <= PAPERS["lawsuit"].keys()
    assert "preservation_application" in PAPERS["arbitration"]


def test_the_lawsuit_of_a_knows_the_state_of_every_line(planned):
    told = statuses(planned("a", "lawsuit"))
    assert told["complaint"] == told["evidence_catalogue"] == told["calculation_sheet"] == "generated"
    assert told["business_licence_creditor"] == told["audio_disc"] == "present"
    assert told["power_of_attorney"] == told["law_firm_letter"] == "not_needed"  # A has no agent
    assert told["preservation_application"] == told["integrity_commitment"] == "optional"


def test_a_missing_upload_is_missing_and_an_optional_one_is_wanted(planned):
    plan = planned("b", "lawsuit", {"items": {"integrity_commitment": True}})
    assert statuses(plan)["legal_rep_id_copy"] == "missing"
    assert statuses(plan)["integrity_commitment"] == "generated"
    assert [paper.id for paper in plan.papers][-1] == "integrity_commitment"


def test_agents_bring_their_papers(planned):
    lawyer = {"kind": "lawyer", "name": "赵律师", "firm": "示例律师事务所", "authority": "特别授权"}
    told = statuses(planned("a", "lawsuit", agents=[lawyer]))
    assert (told["power_of_attorney"], told["law_firm_letter"], told["lawyer_licence"], told["employee_agent_proof"]) == (
        "generated", "missing", "missing", "not_needed",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "agents", "wanted"),
    [
        pytest.param("payment_order", [], ["legal_rep_certificate_creditor"], id="without an agent"),
        pytest.param("payment_order", [{"kind": "employee", "name": "戊五"}], ["legal_rep_certificate_creditor", "power_of_attorney"], id="with one"),
    ],
)
def test_identity_stands_for_certificate_and_authority(planned, kind, agents, wanted):
    plan = planned("a", kind, agents=agents)
    assert [paper.id for paper in plan.papers if paper.item == "identity"] == wanted
    assert statuses(plan)["identity"] == "present"


def test_enforcement_has_a_line_of_its_own_for_authority(planned):
    plan = planned("decided", "enforcement", agents=[{"kind": "employee", "name": "戊五"}])
    assert [(paper.item, paper.id) for paper in plan.papers if "attorney" in paper.id] == [("power_of_attorney", "power_of_attorney")]


@pytest.mark.parametrize(
    ("name", "kind", "dispute", "form", "wanted"),
    [
        pytest.param("a", "lawsuit", "sale_of_goods", "element", "complaint", id="a sale in the element form"),
        pytest.param("a", "lawsuit", "sale_of_goods", "narrative", "complaint_narrative", id="a court that wants the narrative form"),
        pytest.param("a", "lawsuit", "services_work", "element", "complaint_narrative", id="a dispute without an element form"),
        pytest.param("mended", "arbitration", "sale_of_goods", "narrative", "complaint", id="an arbitration has one form only"),
    ],
)
def test_which_complaint_is_written(planned, name, kind, dispute, form, wanted):
    assert planned(name, kind, {"options": {"form": form}}, dispute_type=dispute).papers[0].id == wanted


def test_a_payment_order_takes_the_debt_papers_and_says_what_it_leaves(planned):
    plan = planned("a", "payment_order")
    assert list(documents(plan)) == ["G1", "G2", "G3", "G4", "G5"]
    outside = {one.document for one in plan.left_out}
    assert {"D14", "D16", "D18", "D19"} <= outside
    assert all(not one.reason for one in plan.left_out)
    assert documents(planned("a", "payment_order", {"groups": {"G6": ["D14", "D15"]}}))["G6"] == ["D14", "D15"]


def test_without_a_catalogue_every_line_is_a_group(planned):
    """Preservation: the security of the line 3, identity 4, the main evidence 5 in the order of the catalogue."""
    plan = planned("secured", "preservation")
    assert [(group.group, group.title_zh) for group in plan.groups] == [("M3", "担保材料（保函/担保书）"), ("M4", "主体资格与授权材料"), ("M5", "主要证据复印件")]
    core = documents(plan)["M5"]
    assert (core[0], core[1:5], core[-3:]) == ("D01", ["D02", "D03", "D04", "D05"], ["D10", "D11", "D12"])
    assert "legal_rep_certificate_creditor" not in documents(plan)["M4"]  # written anew


def test_a_paper_stands_once_and_an_archive_keeps_what_was_signed(planned):
    plan = planned("d", "write_off_archive")
    refs = [ref for group in documents(plan).values() for ref in group]
    assert len(refs) == len(set(refs))
    assert documents(plan)["M4"] == ["D02", "D01"]  # the judgment and the ruling prove the ground; line 8 cites them there
    assert documents(plan)["M13"] == ["D04"]  # the signed statement beside the one that is written


def test_privileged_papers_are_nowhere(planned):
    note = {"id": "D30", "type": "privileged_note"}
    for kind in ("lawsuit", "write_off_archive"):
        plan = planned("d", kind, documents=[note])
        assert "D30" not in plan.exhibits
        assert "D30" not in {one.document for one in plan.left_out}


@pytest.mark.parametrize(
    ("name", "kind", "chosen", "wanted"),
    [
        pytest.param("a", "lawsuit", {}, 3, id="court, one defendant, own"),
        pytest.param("a", "lawsuit", {"sets": 5}, 5, id="as a court asked"),
        pytest.param("c", "insolvency_claim", {}, 3, id="two for the administrator, own"),
        pytest.param("d", "write_off_archive", {}, 1, id="an archive is kept once"),
    ],
)
def test_how_many_sets_are_printed(planned, name, kind, chosen, wanted):
    assert planned(name, kind, {"options": chosen} if chosen else {}).sets == wanted


@pytest.fixture(scope="module")
def case_a(enter, case_of):
    return enter(case_of("a"))


@pytest.mark.parametrize(
    ("kind", "findings"),
    [
        pytest.param("preservation", {"element:E04_asset_clues", "element:P01_preservation_guarantee"}, id="no asset clue, no guarantee"),
        pytest.param("arbitration", {"check:X08_arbitration_conflict:no_arbitration_agreement"}, id="no arbitration agreement"),
    ],
)
def test_a_is_refused_with_its_finding(actor, case_a, kind, findings):
    with pytest.raises(ChainBroken) as refused, saving():
        assemble.request(actor, session.get_one(Case, case_a), kind, as_of=None, queue=False)
    assert {finding["key"] for finding in refused.value.check["findings"]} == findings


def test_b_is_refused_as_lawsuit_even_when_mended(actor, enter, case_of):
    """What is left is its forum: the contract goes to an arbitration commission, where the same file is taken."""
    case_id = enter(case_of("mended"))
    with pytest.raises(ChainBroken) as refused, saving():
        assemble.request(actor, session.get_one(Case, case_id), "lawsuit", as_of=None, queue=False)
    assert [f["key"] for f in refused.value.check["findings"] if f["severity"] == "blocking"] == ["check:X08_arbitration_conflict:arbitration_clause"]
    with saving():
        assert assemble.request(actor, session.get_one(Case, case_id), "arbitration", as_of=None, queue=False).state is PacketState.WAITING


def test_an_empty_field_is_named_with_its_place(actor, enter, case_of):
    case = case_of("a") | {"case_id": "EX-A-NOBODY"}
    del case["creditor"]["legal_representative"]
    case_id = enter(case)
    with pytest.raises(Refused) as refused, saving():
        assemble.request(actor, session.get_one(Case, case_id), "lawsuit", as_of=None, queue=False)
    assert "creditor.legal_representative" in refused.value.message
    assert "法定代表人" in refused.value.zh


def test_pages_are_inserted_into_a_frozen_packet_only(actor, case_a):
    with saving():
        draft = assemble.request(actor, session.get_one(Case, case_a), "lawsuit", as_of=None, queue=False)
    with pytest.raises(NotUsable), saving():
        assemble.request(actor, session.get_one(Case, case_a), "lawsuit", as_of=None, queue=False, insert_into=draft)


def test_what_an_earlier_version_built_cannot_be_built_again(actor, case_a):
    with saving():
        case = session.get_one(Case, case_a)
        old = Packet(case_id=case.case_id, kind="lawsuit", number=90, state=PacketState.READY, as_of=date(2026, 6, 15), case_version=1, parts=[], requested_at=actor.now)
        session.add(old)
    with pytest.raises(Refused):
        assemble.order_again(old)
