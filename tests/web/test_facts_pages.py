"""The facts of a case on its pages: every section in both languages, saved and read back; what was typed stays; who may do what."""

from __future__ import annotations

import re

import pytest

from casefiles.case_mapping import case_mapping
from casefiles.db import saving, session
from casefiles.law import EXAMPLES, load_law
from casefiles.models import Case
from casefiles.revise.sections import SECTIONS, shape_of, shown, walk
from casefiles.revise.texts import texts_of
from casefiles.web.fact_links import BY_CHECK, BY_CODE, BY_ELEMENT
from casefiles.web.fact_words import CHOICE_WORDS, GROUPS, KEY_WORDS, SECTION_WORDS

CONTRACT = {"contract.id": "+", "contract.name": "买卖合同", "contract.signed_on": "2025-01-10", "contract.total": "1,234.50"}
NAMES = ["case-a-complete-sale", "case-b-five-defects", "case-c-insolvency", "case-d-write-off-archive"]


def said(case_id):
    session.remove()
    return case_mapping(session.get_one(Case, case_id))


def version(case_id):
    session.remove()
    return str(session.get_one(Case, case_id).version)


@pytest.fixture
def post(signed_in, make_case):
    """post(section, form, role=...): the answer for a new case H-1, as the form sends it."""
    made = []

    def send(section, form, *, role="legal_manager", client=None, **more):
        if not made:
            made.append(make_case("H-1"))
        client = client or signed_in(role)
        return client.post(f"/cases/H-1/facts/{section}", data={"version": version("H-1")} | form | more)

    return send


def test_every_key_of_every_section_has_its_words():
    law = load_law()
    shapes = [shape for section in SECTIONS.values() for shape in walk(shape_of(section)) if shape.key]
    lacking = [shape.name for shape in shapes if shape.name not in KEY_WORDS]
    assert lacking == []
    assert [shape.name for shape in shapes if (KEY_WORDS[shape.name].silence is None) != shape.required] == [], "silence is told where a key may be empty"
    known = {*CHOICE_WORDS, *law.documents, *law.packet_names, *law.dispute_types}
    assert [(shape.name, choice) for shape in shapes for choice in shape.choices if choice not in known] == []
    assert set(SECTIONS) == set(SECTION_WORDS) == {name for _, names in GROUPS for name in names}
    assert set(KEY_WORDS) == {shape.name for shape in shapes}, "a word for a key that no form shows"
    both = [words for row in KEY_WORDS.values() for words in row if words]
    assert [words for words in both if not re.search("[一-鿿]|LPR|^[a-z0-9.]+$", words.zh) or re.search("[一-鿿]", words.en.replace("法定代表人", "").replace("民营", ""))] == []


def test_every_link_leads_to_a_section_and_comes_from_the_law():
    law = load_law()
    assert {*BY_CHECK.values(), *BY_CODE.values(), *BY_ELEMENT.values()} <= set(SECTIONS)
    assert set(BY_ELEMENT) <= {element[:3] for element in law.elements}
    assert set(BY_CHECK) <= {check[:3] for check in law.checks}


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", NAMES)
def test_the_overview_and_every_form_are_shown(signed_in, example, name, language):
    case, client = example(name), signed_in("legal_manager", language=language)
    page = client.get(f"/cases/{case.case_id}/facts")
    assert page.status_code == 200
    for section, words in SECTION_WORDS.items():
        label = words.en if language == "en" else words.zh
        assert label in page.text
        form = client.get(f"/cases/{case.case_id}/facts/{section}")
        assert form.status_code == 200, section
        assert f"<h1>{label}" in form.text
        inputs = set(re.findall(r'<(?:input|select|textarea)[^>]* name="([^"]+)"', form.text))
        held = shown(SECTIONS[section], case_mapping(session.get_one(Case, case.case_id)))
        assert set(texts_of(shape_of(SECTIONS[section]), held)) <= inputs, section


@pytest.mark.parametrize("name", NAMES)
def test_a_form_sent_as_it_was_shown_changes_nothing(signed_in, example, name):
    case, client = example(name), signed_in("legal_manager")
    before = said(case.case_id)
    for section in SECTIONS.values():
        texts = texts_of(shape_of(section), shown(section, before))
        answer = client.post(f"/cases/{case.case_id}/facts/{section.name}", data=texts | {"version": version(case.case_id)})
        assert answer.status_code == 302, (section.name, re.findall(r'class="error">([^<]+)', answer.text))
    assert said(case.case_id) == before


def test_what_is_saved_is_shown_and_the_chain_is_checked_again(post, signed_in, log_of):
    answer = post("contract", CONTRACT | {"contract.late_payment_clause.type": "daily_rate", "contract.late_payment_clause.rate": "万分之1.5"})
    assert answer.status_code == 302
    assert said("H-1")["contract"] == {
        "id": "D01", "name": "买卖合同", "signed_on": "2025-01-10", "total": "1234.50", "late_payment_clause": {"type": "daily_rate", "rate": "0.00015"},
    }  # fmt: skip
    page = signed_in("legal_manager").get("/cases/H-1/facts").text
    assert "买卖合同" in page
    assert "¥1,234.50" in page
    assert ("edit", "facts: contract") in log_of()


def test_a_wrong_entry_keeps_all_that_was_typed_and_says_where(post):
    answer = post("contract", CONTRACT | {"contract.signed_on": "2025-02-30", "contract.no": "HT-<1>", "contract.authorised_receivers": "丙三\n丁四"})
    assert answer.status_code == 422
    assert 'value="2025-02-30"' in answer.text
    assert 'name="contract.signed_on" value="2025-02-30" autocomplete="off" type="date"' not in answer.text  # a date input would show nothing
    assert "HT-&lt;1&gt;" in answer.text
    assert "丙三\n丁四" in answer.text
    assert "This is no day of the calendar" in answer.text
    assert "contract" not in said("H-1")


def test_a_missing_key_is_marked_beside_its_field(post):
    answer = post("judgment", {"judgment.id": "+", "judgment.court": "示例法院", "judgment.items.0": "1", "judgment.items.0.kind": "principal"})
    assert answer.status_code == 422
    assert answer.text.count("This is needed.") == 2
    assert "2 entries cannot be taken over" in answer.text


def test_rows_are_added_and_taken_off_without_a_script(post):
    row = {"proceedings.0": "1", "proceedings.0.kind": "lawsuit", "proceedings.0.filed_on": "2025-01-01"}
    more = post("proceedings", row, add="proceedings")
    assert more.status_code == 200
    assert 'name="proceedings.1"' in more.text
    assert 'value="2025-01-01"' in more.text
    less = post("proceedings", row | {"proceedings.3": "1", "proceedings.3.kind": "arbitration", "proceedings.3.filed_on": "2025-02-02"}, remove="proceedings.0")
    assert 'value="2025-02-02"' in less.text
    assert 'value="2025-01-01"' not in less.text
    assert 'name="proceedings.1"' not in less.text
    assert "proceedings" not in said("H-1")
    post("proceedings", row | {"proceedings.5": "1", "proceedings.7": "1", "proceedings.7.kind": "arbitration", "proceedings.7.filed_on": "2025-02-02"})
    assert [entry["kind"] for entry in said("H-1")["proceedings"]] == ["lawsuit", "arbitration"]


def test_a_section_is_emptied_in_two_steps(post):
    post("contract", CONTRACT)
    emptied = post("contract", CONTRACT, empty="1")
    assert "nothing is saved yet" in emptied.text
    assert "contract" in said("H-1")
    post("contract", {})
    assert "contract" not in said("H-1")


def test_who_saves_second_is_told(post):
    old = {"version": "1"}
    post("agents", {"agents.0": "1", "agents.0.kind": "lawyer", "agents.0.name": "甲"}, version="1")
    answer = post("debtors", {"debtor.name": "别的"} | old, version="1")
    assert answer.status_code == 409
    assert "Someone saved first" in answer.text
    assert said("H-1")["debtor"]["name"] == "示例债务有限公司"


def test_a_wrong_code_is_asked_about_and_kept_when_the_paper_says_it(post):
    wrong = {"debtor.name": "示例乙公司", "debtor.uscc": "91000000MA0BBBB23K"}
    answer = post("debtors", wrong)
    assert answer.status_code == 422
    assert 'name="allow_invalid_uscc"' in answer.text
    assert post("debtors", wrong | {"allow_invalid_uscc": "1"}).status_code == 302
    assert said("H-1")["debtor"]["uscc"] == "91000000MA0BBBB23K"


PAID = {"declarations.0": "1", "declarations.0.statement": "no payment received", "declarations.0.by": "finance"}
AWARD = {"judgment.id": "+", "judgment.court": "示例法院", "judgment.case_no": "1号"}


@pytest.mark.parametrize(
    ("role", "section", "form", "status"),
    [
        pytest.param("finance", "declarations", PAID, 302, id="finance declares"),
        pytest.param("legal_staff", "declarations", PAID, 403, id="legal staff do not declare for finance"),
        pytest.param("legal_manager", "declarations", PAID, 302, id="the manager does"),
        pytest.param("finance", "contract", CONTRACT, 403, id="finance and the contract"),
        pytest.param("external_lawyer", "judgment", AWARD, 302, id="a lawyer and the judgment"),
        pytest.param("external_lawyer", "contract", CONTRACT, 403, id="a lawyer and the contract"),
        pytest.param("external_lawyer", "declarations", PAID, 403, id="a lawyer declares nothing"),
        pytest.param("collector", "debtors", {"debtor.name": "甲"}, 403, id="a collector"),
    ],
)
def test_who_may_save_what(post, signed_in, make_case, make_grant, role, section, form, status):
    client = signed_in(role)
    answer = None
    if role in ("external_lawyer", "collector"):
        post("agents", {})  # makes the case
        make_grant(session.get_one(Case, "H-1"), client.person)
    answer = post(section, form, client=client)
    assert answer.status_code == status
    opened = client.get(f"/cases/H-1/facts/{section}").status_code
    assert opened == (200 if status == 302 or (role, section) == ("legal_staff", "declarations") else 403)


def test_a_reader_sees_facts_and_no_button_and_no_personal_number(signed_in, make_case):
    case = make_case("H-1")
    with saving():
        party = session.get_one(Case, case.case_id).parties[1]
        party.details = {"id_number": "110101199001010000", "phone": "13800000000"}
    page = signed_in("finance").get("/cases/H-1/facts").text
    assert "示例债务有限公司" in page
    assert "110101199001010000" not in page
    assert "13800000000" not in page
    assert "/facts/debtors" not in page
    assert "/facts/declarations" in page


def test_a_finding_leads_to_the_fact_it_asks_for(signed_in, make_case):
    make_case("H-1")
    page = signed_in("legal_manager").get("/cases/H-1").text
    assert '/cases/H-1/facts/contract">Enter it' in page
    assert set(re.findall('/facts/([a-z_]+)">Enter it', signed_in("finance").get("/cases/H-1").text)) <= {"declarations"}


def test_the_running_account_bears_the_name_of_who_confirmed_it(post, signed_in):
    lawyer = signed_in("legal_staff")
    post("running_account", {"running_account.value": "true"}, client=lawyer)
    assert said("H-1")["running_account"] == {"value": True, "confirmed_by": lawyer.person.name}
    assert f"Confirmed by {lawyer.person.name}" in lawyer.get("/cases/H-1/facts/running_account").text


def test_an_unknown_section_is_nothing(signed_in, make_case):
    make_case("H-1")
    assert signed_in("legal_manager").get("/cases/H-1/facts/nothing").status_code == 404


NEW = {"case_id": "DC-9", "dispute_type": "loan", "packet_kind": "lawsuit", "creditor.name": "示例甲公司", "creditor.uscc": "91000000MA0AAAA1XR", "debtor.name": "乙二"}


def test_a_case_is_opened_by_hand(signed_in, log_of):
    client = signed_in("legal_staff")
    answer = client.post("/cases/new", data=NEW)
    assert answer.location.endswith("/cases/DC-9/facts")
    assert {key: said("DC-9")[key] for key in ("dispute_type", "state", "creditor", "debtor")} == {
        "dispute_type": "loan", "state": "collection", "creditor": {"name": "示例甲公司", "uscc": "91000000MA0AAAA1XR"}, "debtor": {"name": "乙二"},
    }  # fmt: skip
    assert client.get("/cases/DC-9").status_code == 200
    assert ("create", "DC-9") in log_of()
    form = client.get("/cases/new").text
    assert 'value="示例甲公司"' in form  # the usual creditor is filled in
    assert 'href="/cases/new"' in client.get("/cases/").text


@pytest.mark.parametrize(
    ("change", "words"),
    [
        pytest.param({"case_id": "DC-8"}, "is not free", id="the number is taken"),
        pytest.param({"case_id": "a b"}, "letters, digits", id="no number"),
        pytest.param({"case_id": "new"}, "letters, digits", id="an address of its own"),
        pytest.param({"debtor.name": ""}, "full registered name is needed", id="no debtor"),
        pytest.param({"creditor.uscc": "91000000MA0AAAA1XA"}, "check digit is wrong", id="a wrong code"),
        pytest.param({"packet_kind": "enforcement"}, "Choose a packet", id="a packet that rests on later facts"),
        pytest.param({"dispute_type": ""}, "type of dispute", id="no dispute"),
    ],
)
def test_a_new_case_that_does_not_fit_keeps_what_was_typed(signed_in, make_case, change, words):
    make_case("DC-8", department="另一部门")
    answer = signed_in("legal_staff").post("/cases/new", data=NEW | change)
    assert answer.status_code == 422
    assert words in answer.text
    assert 'value="示例甲公司"' in answer.text
    assert session.get(Case, "DC-9") is None


def test_the_examples_are_the_ones_named_above():
    assert {path.stem for path in EXAMPLES.glob("*.yaml")} == set(NAMES)


def test_a_recording_is_confirmed_on_its_page(signed_in, example):
    case, client = example("case-a-complete-sale"), signed_in("legal_staff")
    page = client.get(f"/cases/{case.case_id}/interruptions").text
    assert 'name="counts-D18"' in page
    answer = client.post(f"/cases/{case.case_id}/interruptions", data={"version": version(case.case_id), "paper": "D18", "counts-D18": "1"})
    assert answer.status_code == 302
    assert client.person.name in client.get(f"/cases/{case.case_id}/interruptions").text
    assert client.post(f"/cases/{case.case_id}/interruptions", data={"version": version(case.case_id), "paper": "D01"}).status_code == 404
