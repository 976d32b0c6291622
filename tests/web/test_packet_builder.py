"""The builder of a packet: kinds, contents, arranging without script, versions kept, and two persons at once."""

from __future__ import annotations

import re
from html import unescape

import pytest
from sqlalchemy import select

from casefiles.db import session
from casefiles.models import Packet, PacketPlan

A, B = "EX-A-COMPLETE", "EX-B-FIVE-DEFECTS"
NEW, PLAN = f"/cases/{A}/packets/new", f"/cases/{A}/packets/plan"


@pytest.fixture
def clerk(example, signed_in):
    """A legal clerk, with example A on file."""
    example("case-a-complete-sale")
    return signed_in("legal_staff", name="林法务")


def fields(page: str) -> list[tuple[str, str]]:
    """What a browser would send of the arranging form: hidden fields, texts, ticked boxes, chosen options, in the order of the page."""
    form = page[page.index('id="arrange"') : page.index("</form>", page.index('id="arrange"'))]
    found = []
    for tag in re.finditer(r"<input[^>]*>|<textarea[^>]*>.*?</textarea>|<select[^>]*>.*?</select>", form, re.DOTALL):
        text = tag[0]
        name = re.search(r'name="([^"]*)"', text)
        if name is None or ('type="checkbox"' in text and " checked" not in text):
            continue
        if text.startswith("<textarea"):
            value = re.search(r">(.*?)</textarea>", text, re.DOTALL)[1]
        elif text.startswith("<select"):
            chosen = re.search(r'<option value="([^"]*)" selected', text) or re.search(r'<option value="([^"]*)"', text)
            value = chosen[1]
        else:
            value = (re.search(r'value="([^"]*)"', text) or ["", ""])[1]
        found.append((name[1], unescape(value)))
    return found


def changed(page: str, values: dict[str, str | None] | None = None) -> dict[str, list[str]]:
    """The form as it is sent with some values changed; None takes the field away."""
    sent: dict[str, list[str]] = {}
    for name, value in fields(page):
        sent.setdefault(name, []).append(value)
    for name, value in (values or {}).items():
        sent.pop(name, None)
        if value is not None:
            sent[name] = [value]
    return sent


def order(page: str) -> list[str]:
    """The exhibits in the order of the page."""
    return re.findall(r'data-exhibit="([^"]+)"', page)


def plans() -> list[PacketPlan]:
    session.remove()
    return list(session.scalars(select(PacketPlan).order_by(PacketPlan.id)))


def test_every_kind_says_whether_it_can_be_built(clerk):
    page = clerk.get(NEW).text
    assert page.count('class="kinds"') == 1
    kinds = re.findall(r"<b>([^<]+)</b><span class=\"(\w+)\"", re.sub(r">\s+<", "><", page[page.index('class="kinds"') : page.index("</nav>", page.index('class="kinds"'))]))
    states = dict(kinds)
    assert len(states) == 7
    assert states["lawsuit"] == "ok"
    assert states["arbitration"] == "bad"  # A agreed on a court, not on arbitration


def test_the_page_sent_back_untouched_keeps_no_version(clerk):
    page = clerk.get(NEW).text
    assert clerk.post(PLAN, data=changed(page)).status_code == 302
    assert plans() == []


def test_names_purposes_order_and_groups_are_kept_as_a_version_and_printed_so(clerk):
    page = clerk.get(NEW).text
    first, second = order(page)[:2]
    sent = changed(page, {f"name-{first}": "改写的名称", f"purpose-{first}": "证明改写", f"remark-{second}": "另附", f"group-{second}": "G9"})
    assert clerk.post(PLAN, data=sent).status_code == 302
    (plan,) = plans()
    assert (plan.number, plan.made_by_id) == (1, clerk.person.id)
    assert plan.arrangement["names"] == {first: "改写的名称"}
    assert plan.arrangement["purposes"] == {first: "证明改写"}
    assert plan.arrangement["remarks"] == {second: "另附"}
    assert plan.arrangement["groups"]["G9"][-1] == second or second in plan.arrangement["groups"]["G9"]
    again = clerk.get(NEW).text
    assert "改写的名称" in again
    assert "Version 1 is in force" in again
    assert order(again).index(second) > order(page).index(second)
    assert clerk.post(PLAN, data=changed(again)).status_code == 302
    assert len(plans()) == 1  # the same said again is no new version


def test_the_arrows_move_an_exhibit_on_the_page_without_script_and_keep_nothing(clerk):
    page = clerk.get(NEW).text
    before = order(page)
    second = before[1]
    moved = clerk.post(PLAN, data=changed(page) | {"move": f"up:{second}"})
    assert moved.status_code == 200
    assert order(moved.text)[:2] == [second, before[0]]
    assert "keep the plan to make it last" in moved.text
    assert plans() == []
    assert clerk.post(PLAN, data=changed(moved.text)).status_code == 302
    assert plans()[0].arrangement == {"groups": {"G1": order(moved.text)[:2]}}
    assert order(clerk.get(NEW).text)[:2] == [second, before[0]]


def test_an_exhibit_is_left_out_with_a_reason_only_and_comes_back(clerk):
    page = clerk.get(NEW).text
    ref = order(page)[-1]
    assert clerk.post(PLAN, data=changed(page, {f"leave-{ref}": "1"})).status_code == 409
    assert plans() == []
    assert clerk.post(PLAN, data=changed(page, {f"leave-{ref}": "1", f"reason-{ref}": "与本案无关"})).status_code == 302
    out = clerk.get(NEW).text
    assert ref not in order(out)
    assert "与本案无关" in out
    assert clerk.post(PLAN, data=changed(out, {f"leave-{ref}": None})).status_code == 302
    assert order(clerk.get(NEW).text) == order(page)
    assert [plan.arrangement for plan in plans()] == [{"left_out": {ref: "与本案无关"}}, {}]


def test_options_and_optional_papers_are_kept(clerk):
    page = clerk.get(NEW).text
    sent = changed(page, {"option-numbering": "prefixed", "option-prefix": "A", "option-width": "3", "option-duplex": "1", "item-preservation_application": "1"})
    assert clerk.post(PLAN, data=sent).status_code == 302
    assert plans()[0].arrangement == {
        "items": {"preservation_application": True}, "options": {"numbering": "prefixed", "prefix": "A", "width": 3, "duplex": True},
    }  # fmt: skip


def test_another_court_brings_its_own_layout(clerk):
    """paper-filing of courts.yaml prints on both sides with covers: choosing it says nothing else."""
    page = clerk.get(NEW).text
    assert clerk.post(PLAN, data=changed(page, {"option-court": "paper-filing"})).status_code == 302
    assert plans()[0].arrangement == {"options": {"court": "paper-filing"}}
    again = clerk.get(NEW).text
    assert re.search(r'name="option-duplex" value="1" checked', again)
    assert re.search(r'name="option-covers" value="1" checked', again)
    assert clerk.post(PLAN, data=changed(again, {"option-covers": None})).status_code == 302
    assert plans()[1].arrangement == {"options": {"court": "paper-filing", "covers": False}}


def test_who_keeps_an_older_page_is_told_and_changes_nothing(clerk):
    page = clerk.get(NEW).text
    ref = order(page)[0]
    assert clerk.post(PLAN, data=changed(page, {f"name-{ref}": "甲"})).status_code == 302
    stale = clerk.post(PLAN, data=changed(page, {f"name-{ref}": "乙"}))
    assert stale.status_code == 409
    assert "after you opened the page" in stale.text
    assert clerk.post(NEW, data=changed(page, {f"name-{ref}": "乙"})).status_code == 409
    assert [plan.arrangement["names"] for plan in plans()] == [{ref: "甲"}]
    assert session.scalars(select(Packet)).all() == []


def test_versions_stand_side_by_side_and_an_earlier_one_is_taken_up_again(clerk):
    page = clerk.get(NEW).text
    ref = order(page)[0]
    for name in ("第一稿", "第二稿"):
        page = clerk.get(NEW).text
        clerk.post(PLAN, data=changed(page, {f"name-{ref}": name}))
    compared = clerk.get(f"{NEW}?older=1&newer=2").text
    assert f"Name of {ref}" in compared
    assert compared.index("第一稿") < compared.index("第二稿")
    assert clerk.get(f"{NEW}?older=1&newer=7").status_code == 409
    taken = clerk.post(PLAN, data={"kind": "lawsuit", "version": "2", "take_up": "1"})
    assert taken.status_code == 302
    assert plans()[2].arrangement == plans()[0].arrangement
    assert clerk.post(PLAN, data={"kind": "lawsuit", "version": "3", "take_up": "0"}).status_code == 302
    assert plans()[3].arrangement == {}
    assert clerk.post(PLAN, data={"kind": "lawsuit", "version": "4", "take_up": "44"}).status_code == 409


def test_building_keeps_what_the_page_says_first(clerk, log_of):
    page = clerk.get(NEW).text
    ref = order(page)[0]
    answer = clerk.post(NEW, data=changed(page, {f"name-{ref}": "新名"}))
    assert answer.status_code == 302
    (plan,) = plans()
    packet = session.scalars(select(Packet)).one()
    assert (packet.plan_number, plan.arrangement["names"]) == (1, {ref: "新名"})
    assert [event for event, _ in log_of() if event in ("arrange", "packet")] == ["arrange", "packet"]


def test_empty_fields_lead_to_the_form_where_they_are_entered(clerk):
    """A preservation order needs assets or clues and, before a suit, the facts that make it urgent: neither is in example A."""
    page = clerk.get(f"{NEW}?kind=preservation").text
    assert f'href="/cases/{A}/facts/asset_clues#f-asset_clues"' in page
    assert 'href="#f-answer-urgency"' in page
    assert 'id="f-answer-urgency"' in page
    assert "Build the packet" not in page
    assert clerk.post(PLAN, data=changed(page, {"answer-urgency": "正在转移财产\n有证据"})).status_code == 302
    assert plans()[0].arrangement == {"answers": {"urgency": "正在转移财产\n有证据"}}
    assert 'href="#f-answer-urgency"' not in clerk.get(f"{NEW}?kind=preservation").text


def test_files_that_will_be_slip_sheets_are_named_beforehand(clerk):
    page = clerk.get(NEW).text  # imported without files: every exhibit is a slip sheet
    beforehand = page[page.index('id="t-preflight"') :]
    assert re.search(r"\d+ documents will be slip sheets", beforehand)
    assert 'class="slim-finding small"' in beforehand
    assert page.count("file missing") > 5


@pytest.mark.parametrize("language", ["zh", pytest.param("en", marks=pytest.mark.long)])
def test_every_kind_of_every_example_has_a_page(example, signed_in, language):
    for name in ("case-a-complete-sale", "case-b-five-defects", "case-c-insolvency", "case-d-write-off-archive"):
        case = example(name)
        client = signed_in("legal_manager", language=language)
        for kind in ("lawsuit", case.packet_kind):
            assert client.get(f"/cases/{case.case_id}/packets/new?kind={kind}").status_code == 200, (name, kind)


def test_what_the_product_writes_itself_takes_no_exhibits(clerk):
    page = clerk.get(f"{NEW}?kind=enforcement").text
    groups = re.findall(r'data-list="(\w+)"', page)
    assert groups == ["M2", "M3", "M4", "M10", "M11", "M12"]  # packets.yaml: 1 and 5 to 9 are generated
    assert set(re.findall(r'<option value="(M\d+)"', page)) == set(groups)


def test_the_contents_of_an_arbitration_speak_of_the_applicant(clerk):
    page = clerk.get(f"{NEW}?kind=arbitration").text
    assert "申请人营业执照复印件" in page
    assert "原告营业执照复印件" not in page
