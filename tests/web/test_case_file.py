"""The case file: figures, chain, findings, tabs, and what each role does not see. Figures are those of the examples' expected blocks."""

from __future__ import annotations

import re

import pytest

B = "/cases/EX-B-FIVE-DEFECTS"


@pytest.fixture
def five_defects(example):
    return example("case-b-five-defects")


def test_one_glance_says_what_is_wrong(signed_in, five_defects):
    page = signed_in("legal_manager").get(B).text
    for figure in ("¥317,400.00", "Claimed ¥330,000.00", "¥56,196.15", "1,168 days", "71 days left", "2026-11-20", "83 %", "4 findings block"):
        assert figure in page
    assert "示例华东光电科技有限公司" in page
    assert page.count('class="finding"') == 8  # one card a finding
    assert page.count('<span class="tag bad">Blocking</span>') == 4


def test_the_chain_in_chinese_has_icon_and_word_for_every_link(signed_in, five_defects):
    page = signed_in("legal_manager", language="zh").get(B).text
    rings = re.findall(r'<li class="(\w+)">\s*<span class="name">(\S+?)</span>\s*<a class="ring"[^>]*><span aria-hidden="true">(.)</span><span class="visually-hidden">(\S+?)</span>', page)
    assert {name: (colour, icon) for colour, name, icon, _word in rings} == {
        "主体": ("ok", "✓"), "合同": ("ok", "✓"), "交付": ("bad", "◐"), "发票": ("ok", "✓"), "价款到期": ("ok", "✓"), "质量": ("ok", "✓"), "付款": ("bad", "◐"),
        "对账": ("weak", "◐"), "催告": ("weak", "◐"), "时效": ("ok", "✓"), "违约金": ("ok", "✓"), "管辖": ("bad", "◐"), "原件": ("ok", "✓"),
    }  # fmt: skip
    assert {word for *_rest, word in rings} == {"完整", "薄弱"}
    assert "本案不需要：转让、担保、费用、录音、电子数据" in page


def test_a_complete_case_says_that_nothing_is_lacking(signed_in, example):
    example("case-a-complete-sale")
    page = signed_in("legal_manager").get("/cases/EX-A-COMPLETE").text
    assert "Nothing is lacking" in page
    assert "100 %" in page
    assert 'class="finding"' not in page


@pytest.mark.parametrize("kind", ["lawsuit", "arbitration", "payment_order", "preservation", "enforcement", "insolvency_claim", "write_off_archive"])
def test_every_kind_of_packet_is_judged(signed_in, five_defects, kind):
    page = signed_in("legal_manager").get(f"{B}?packet={kind}").text
    assert 'class="chain"' in page
    assert "Nothing is lacking" not in page  # B lacks something for each of them


def test_a_fictional_case_is_judged_on_its_own_day_and_can_be_judged_today(signed_in, five_defects):
    client = signed_in("legal_manager")
    page = client.get(B).text
    assert "judged as of 2026-09-10" in page
    assert "Judge it as of today" in page
    other = client.get(f"{B}?as_of=2026-11-21").text  # the day after the last safe day
    assert "expired" in other
    assert client.get(f"{B}?as_of=tomorrow").status_code == 409


def test_an_ordinary_case_has_no_banner(signed_in, make_case):
    make_case("DC-1")
    assert "Fictional" not in signed_in("legal_manager").get("/cases/DC-1").text


def test_the_ledger_shows_every_line_of_the_working(signed_in, five_defects):
    page = signed_in("finance").get(f"{B}/ledger").text
    for figure in ("¥145,800.00", "¥3,096.00", "¥24,844.32", "¥15,973.99", "¥12,281.84", "¥56,196.15", "5.325%", "¥7,092.94", "¥12,600.00", "¥291,600.00"):
        assert figure in page
    assert "SH-12" in page
    assert "✕ nobody" in page


def test_a_collector_sees_totals_without_the_working(signed_in, five_defects, make_grant):
    client = signed_in("collector")
    make_grant(five_defects, client.person)
    page = client.get(f"{B}/ledger").text
    assert "¥317,400.00" in page
    assert "¥24,844.32" not in page
    assert "¥7,092.94" not in page


SEEN = ["", "documents", "facts", "ledger"]  # by everybody who sees the case, as are the dates
DATES = ["deadlines", "stage"]


@pytest.mark.parametrize(
    ("role", "tabs"),
    [
        ("legal_staff", [*SEEN, "packets", "papers", *DATES, "collection", "people", "notes", "history"]),
        ("legal_manager", [*SEEN, "packets", "papers", *DATES, "collection", "people", "notes", "history"]),
        ("external_lawyer", [*SEEN, "packets", "papers", *DATES, "collection", "notes"]),
        ("collector", [*SEEN, *DATES, "collection"]),
        ("finance", [*SEEN, *DATES]),
    ],
)  # fmt: skip
def test_everybody_sees_the_tabs_and_buttons_of_the_role(signed_in, five_defects, make_grant, role, tabs):
    client = signed_in(role)
    if role in {"external_lawyer", "collector"}:
        make_grant(five_defects, client.person)
    page = client.get(B).text
    row = re.search(r'<nav class="tabs".*?</nav>', page, re.DOTALL)[0]
    assert re.findall(rf'href="{B}/?(\w*)"', row) == tabs
    for tab in tabs:
        assert client.get(f"{B}/{tab}".rstrip("/")).status_code == 200
    assert ("Waive this finding" in page) == (role == "legal_manager")
    assert ("Change the claim" in page) == (role in {"legal_staff", "legal_manager", "external_lawyer"})
    assert ("/documents/upload" in page) == (role != "finance")
    assert ("/packets/new" in page) == (role in {"legal_staff", "legal_manager", "external_lawyer"})


def test_a_collector_is_not_shown_recordings_of_others(signed_in, example, make_grant):
    case = example("case-a-complete-sale")
    client = signed_in("collector")
    make_grant(case, client.person)
    for page in (client.get("/cases/EX-A-COMPLETE").text, client.get("/cases/EX-A-COMPLETE/documents").text):
        assert "call recording" not in page
    assert "call recording" in signed_in("legal_staff").get("/cases/EX-A-COMPLETE/documents").text


def test_documents_stand_in_their_groups_and_say_where_a_file_is_missing(signed_in, five_defects, make_document):
    make_document(five_defects, content=b"hello", name="合同 <b>.pdf")
    page = signed_in("legal_staff").get(f"{B}/documents").text
    assert page.index("parties") < page.index("performance") < page.index("demand and limitation")
    assert "No file yet" in page
    assert "合同 &lt;b&gt;.pdf" in page


def test_what_was_opened_is_recorded(signed_in, five_defects, log_of):
    client = signed_in("legal_manager")
    before = len(log_of())
    for tab in ("", "/documents", "/ledger", "/packets", "/people", "/notes", "/history"):
        client.get(B + tab)
    assert log_of()[before:] == [("open", what) for what in ("evidence chain", "documents", "ledger", "packets", "people and access", "notes", "history")]


def test_scripts_in_names_stay_text(signed_in, make_case):
    make_case("DC-1", debtor="<script>alert(1)</script>", title='"><img src=x onerror=alert(1)>')
    for path in ("/cases/", "/cases/DC-1", "/"):
        page = signed_in("legal_manager").get(path).text
        assert "<script>alert" not in page
        assert "<img src=x" not in page


@pytest.mark.parametrize("name", ["case-a-complete-sale", "case-b-five-defects", "case-c-insolvency", "case-d-write-off-archive"])
@pytest.mark.parametrize("language", ["zh", pytest.param("en", marks=pytest.mark.long)])
def test_no_page_has_inline_script_or_style(signed_in, example, name, language):
    case = example(name)
    client = signed_in("legal_manager", language=language)
    for path in ("/", "/cases/", "/audit/", *(f"/cases/{case.case_id}{tab}" for tab in ("", "/documents", "/ledger", "/packets", "/people", "/notes", "/history"))):
        page = client.get(path)
        assert page.status_code == 200, path
        assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:", page.text), path
        assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", page.text)), path
        assert "//cdn" not in page.text
