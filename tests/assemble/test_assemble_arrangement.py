"""A person arranges a packet: what can be said, what is refused in a sentence, versions, and the exhibits in that order."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from casefiles import assemble
from casefiles.assemble.arrangement import arranged, checked, options_of
from casefiles.db import saving, session
from casefiles.errors import NotAllowed, NotUsable
from casefiles.models import AuditEntry, Case, Role
from casefiles.rules.catalogue import CatalogueGroup, Row


def row(ref):
    return Row(ref, f"名称{ref}", "原告持有；书证", f"证明{ref}", "复印件", 1, None)


GROUPS = (
    CatalogueGroup("G2", "第一组", "合同", (row("D01"),)),
    CatalogueGroup("G3", "第二组", "交货", (row("D02"), row("D03"), row("D04"))),
    CatalogueGroup("G5", "第三组", "付款", (row("D05"),)),
)


def shown(arrangement, kind="lawsuit", others=()):
    return [(group.group, group.title_zh, [row.document_id for row in group.rows]) for group in arranged(kind, GROUPS, others, arrangement)]


@pytest.mark.parametrize(
    ("arrangement", "wanted"),
    [
        pytest.param({}, [("G2", "第一组", ["D01"]), ("G3", "第二组", ["D02", "D03", "D04"]), ("G5", "第三组", ["D05"])], id="nobody arranged anything"),
        pytest.param(
            {"groups": {"G3": ["D04", "D02"]}}, [("G2", "第一组", ["D01"]), ("G3", "第二组", ["D04", "D02", "D03"]), ("G5", "第三组", ["D05"])],
            id="order, and who is not named follows",
        ),
        pytest.param(
            {"groups": {"G3": ["D05"]}}, [("G2", "第一组", ["D01"]), ("G3", "第二组", ["D05", "D02", "D03", "D04"])], id="a move that empties a group"
        ),
        pytest.param(
            {"groups": {"G4": ["D03"]}}, [("G2", "第一组", ["D01"]), ("G3", "第二组", ["D02", "D04"]), ("G4", "第三组", ["D03"]), ("G5", "第四组", ["D05"])],
            id="a move that opens a group",
        ),
        pytest.param({"left_out": {"D01": "与本案无关"}}, [("G3", "第一组", ["D02", "D03", "D04"]), ("G5", "第二组", ["D05"])], id="one is left out"),
        pytest.param({"groups": {"G3": ["D99"]}}, [("G2", "第一组", ["D01"]), ("G3", "第二组", ["D02", "D03", "D04"]), ("G5", "第三组", ["D05"])], id="gone"),
    ],
)  # fmt: skip
def test_exhibits_stand_as_a_person_wants(arrangement, wanted):
    assert shown(arrangement) == wanted


def test_an_exhibit_the_kind_does_not_take_comes_in_when_named():
    extra = (CatalogueGroup("G9", "第一组", "录音", (row("D18"),)),)
    assert shown({}, "payment_order", extra) == shown({})
    assert shown({"groups": {"G9": ["D18"]}}, "payment_order", extra)[-1] == ("G9", "第四组", ["D18"])


def test_words_of_a_person_win():
    said = {"names": {"D01": "购销合同"}, "purposes": {"D01": "证明价款", "G3": "证明全部交付"}, "remarks": {"D01": "原件备核"}}
    groups = arranged("lawsuit", GROUPS, (), said)
    contract = groups[0].rows[0]
    assert (contract.name, contract.purpose, contract.remarks) == ("购销合同", "证明价款", "原件备核")
    assert (groups[1].purpose, groups[1].rows[0].purpose) == ("证明全部交付", "证明D02")


@pytest.mark.parametrize(
    ("arrangement", "place"),
    [
        pytest.param([], "arrangement", id="no mapping at all"),
        pytest.param({"order": {}}, "order", id="a part nobody knows"),
        pytest.param({"groups": ["D01"]}, "groups", id="groups as a list"),
        pytest.param({"groups": {"G10": ["D01"]}}, "groups.G10", id="a group there is not"),
        pytest.param({"groups": {"M3": ["D01"]}}, "groups.M3", id="a line of another kind's contents"),
        pytest.param({"groups": {"G2": "D01"}}, "groups.G2", id="a text for a list"),
        pytest.param({"groups": {"G2": [1]}}, "groups.G2", id="a number for a document"),
        pytest.param({"groups": {"G2": ["D01"], "G3": ["D01"]}}, "groups.G3", id="one document in two groups"),
        pytest.param({"left_out": {"D01": "  "}}, "left_out.D01", id="left out without a reason"),
        pytest.param({"names": {"D01": 7}}, "names.D01", id="a number for a name"),
        pytest.param({"names": {"D01": "名" * 201}}, "names.D01", id="a name too long for its cell"),
        pytest.param({"items": {"complaint": False}}, "items.complaint", id="what every packet must hold"),
        pytest.param({"items": {"preservation_application": "yes"}}, "items.preservation_application", id="neither yes nor no"),
        pytest.param({"options": {"colour": "red"}}, "options.colour", id="an option there is not"),
        pytest.param({"options": {"width": True}}, "options.width", id="yes for a number"),
        pytest.param({"options": {"width": 99}}, "options.width", id="too wide"),
        pytest.param({"options": {"prefix": "证/1"}}, "options.prefix", id="a prefix no label can bear"),
        pytest.param({"options": {"court": "nowhere"}}, "options.court", id="a court without a profile"),
        pytest.param({"options": {"sets": 0}}, "options.sets", id="no set at all"),
        pytest.param({"options": {"form": ["element"]}}, "options.form", id="a list for a word"),
        pytest.param({"answers": {"urgency": ["a"]}}, "answers.urgency", id="a list for an answer"),
        pytest.param({"names": {"x" * 101: "名"}}, "names", id="a key too long"),
    ],
)
def test_what_cannot_be_taken_over_is_named(arrangement, place):
    with pytest.raises(NotUsable) as refused:
        checked("lawsuit", arrangement)
    assert f"at {place}:" in refused.value.message
    assert place in refused.value.zh


def test_what_says_nothing_is_not_kept():
    said = {"groups": {"G2": []}, "names": {"D01": " 合同 ", "D02": ""}, "items": {"preservation_application": False}, "options": {}, "answers": {"a": ""}}
    assert checked("lawsuit", said) == {"names": {"D01": "合同"}}


def test_a_court_says_how_it_wants_it_and_a_person_may_say_otherwise():
    assert options_of({})["duplex"] is False
    printed = {"court": "paper-filing"}
    assert options_of({"options": printed})["duplex"] is True
    assert options_of({"options": printed | {"duplex": False}})["duplex"] is False
    assert options_of({"options": {"court": "closed-since"}})["court"] == "default"


@pytest.fixture(scope="module")
def case_id(enter, case_of):
    return enter(case_of("a"))


def test_every_change_is_a_version_and_the_same_is_none(actor, case_id):
    with saving():
        case = session.get_one(Case, case_id)
        assert assemble.latest(case, "payment_order") is None
        first = assemble.arrange(actor, case, "payment_order", {"names": {"D01": "购销合同"}})
        again = assemble.arrange(actor, case, "payment_order", {"names": {"D01": " 购销合同 "}, "remarks": {}})
        second = assemble.arrange(actor, case, "payment_order", {"names": {"D01": "供货合同"}})
        numbers = (first.number, again.number, second.number)
        other = assemble.latest(case, "lawsuit")
    assert (numbers, other) == ((1, 1, 2), None)
    assert first.arrangement == {"names": {"D01": "购销合同"}}
    entries = session.scalars(select(AuditEntry).where(AuditEntry.event == "arrange")).all()
    assert [entry.object for entry in entries] == ["payment_order plan 1", "payment_order plan 2"]


def test_who_builds_packets_arranges_them(actor, case_id):
    collector = replace(actor, role=Role.COLLECTOR)
    with pytest.raises(NotAllowed), saving():
        assemble.arrange(collector, session.get_one(Case, case_id), "lawsuit", {})


def test_the_latest_arrangement_counts_unless_another_is_tried(actor, case_id):
    with saving():
        case = session.get_one(Case, case_id)
        assemble.arrange(actor, case, "lawsuit", {"names": {"D01": "购销合同"}, "left_out": {"D04": "重复", "D77": "已删除"}})
        kept = assemble.preview(case, "lawsuit", None, actor.today)
        tried = assemble.preview(case, "lawsuit", None, actor.today, {})
    names = {row.document_id: row.name for group in kept.groups for row in group.rows}
    assert (names["D01"], "D04" in names, kept.number) == ("购销合同", False, 1)
    assert [(one.document, one.reason) for one in kept.left_out if one.reason] == [("D04", "重复")]
    assert kept.gone == ["D77"]  # left the case since: kept out and named
    assert tried.number is None
    assert "D04" in tried.exhibits
