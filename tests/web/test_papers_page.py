"""The page of single papers: what each lacks with a link, the paper as a download, refusals that keep what was typed, and who may take papers away."""

from __future__ import annotations

import io

import docx
import pypdfium2
import pytest

from casefiles import draft_paper
from casefiles.actor import actor_of
from casefiles.db import saving, session
from casefiles.errors import Refused
from casefiles.models import Case, Party, PartyRole
from forms.kinds import ALONE

ACCOUNT = {"bank": "示例银行杭州分行", "number": "6222000000000001"}


@pytest.fixture
def case_a(example):
    """Example A whose creditor has an account and a telephone."""
    case = example("case-a-complete-sale")
    with saving():
        creditor = next(party for party in session.get_one(Case, case.case_id).parties if party.role is PartyRole.CREDITOR)
        creditor.details = {**creditor.details, "bank_account": ACCOUNT, "phone": "0571-0001"}
    return case


def url(case, rest=""):
    return f"/cases/{case.case_id}/papers{rest}"


def docx_text(content):
    text = "".join(node.text or "" for node in docx.Document(io.BytesIO(content)).element.body.iter() if node.tag.endswith("}t"))
    return "".join(text.split()).replace("☐", "□")


def test_each_paper_says_what_it_is_for_and_what_it_lacks(example, signed_in, log_of):
    case, client = example("case-a-complete-sale"), signed_in("legal_staff")
    page = client.get(url(case)).text
    for name in ("Demand letter", "Reconciliation statement", "Power of attorney", "List of asset clues", "Receiving account"):
        assert name in page
    assert "account number of the receiving account" in page
    assert f'href="/cases/{case.case_id}/facts/creditor#f-creditor.bank_account.bank"' in page
    assert f'href="/cases/{case.case_id}/facts/agents#f-agents"' in page
    assert f'href="/cases/{case.case_id}/papers"' in client.get(f"/cases/{case.case_id}").text  # the tab
    assert ("open", "papers") in log_of()


def test_a_letter_is_taken_away_as_word_and_pdf(case_a, signed_in, log_of):
    client, form = signed_in("legal_staff"), {"recipient": "debtor", "pay_by": "2026-07-01", "contact": "", "as_of": ""}
    word, printed = client.post(url(case_a, "/demand_letter.docx"), data=form), client.post(url(case_a, "/demand_letter.pdf"), data=form)
    assert (word.status_code, printed.status_code) == (200, 200)
    assert "832,946.41" in docx_text(word.data)
    with pypdfium2.PdfDocument(printed.data) as document:
        assert "832,946.41" in "".join(page.get_textpage().get_text_range() for page in document)
    assert word.headers["Content-Disposition"].startswith("attachment; filename=")
    assert printed.mimetype == "application/pdf"
    assert log_of().count(("draft", "demand_letter")) == 2


def test_several_choices_come_through(case_a, signed_in):
    with saving():
        case = session.get_one(Case, case_a.case_id)
        case.blocks = {**case.blocks, "agents": [{"kind": "employee", "name": "戊五", "authority": "特别授权"}]}
    form = {"procedure": "lawsuit", "authority": "特别授权", "powers": ["settle", "receive"], "term": ""}
    text = docx_text(signed_in("legal_manager").post(url(case_a, "/power_of_attorney.docx"), data=form).data)
    assert ("进行和解☑" in text, "代收执行款项☑" in text, "代为申请执行□" in text) == (True, True, True), text


@pytest.mark.parametrize(
    ("form", "told"),
    [
        pytest.param({"contact": "戊五"}, "day by which to pay", id="no day"),
        pytest.param({"pay_by": "soon", "contact": "戊五"}, "is no date", id="a day that is none"),
        pytest.param({"pay_by": "2026-07-01", "contact": "戊五", "as_of": "never"}, "is no date", id="the day of the paper is none"),
        pytest.param({"pay_by": "2026-07-01", "contact": "戊五", "recipient": "guarantor:无此人"}, "guarantor to write to", id="a guarantor there is not"),
    ],
)
def test_what_is_lacking_is_said_on_the_page_with_what_was_typed(case_a, signed_in, log_of, form, told):
    answer = signed_in("legal_staff").post(url(case_a, "/demand_letter.pdf"), data=form)
    assert (answer.status_code, told in answer.text, 'value="戊五"' in answer.text) == (409, True, True)
    assert ("draft", "demand_letter") not in log_of()
    assert any(event == "refused" for event, _ in log_of())


def test_a_pdf_that_cannot_show_a_name_is_refused_but_the_word_file_is_not(case_a, signed_in):
    with saving():
        party = session.query(Party).filter_by(case_id=case_a.case_id, role=PartyRole.CREDITOR).one()
        party.name = "示例😀公司"
    client = signed_in("legal_staff")
    refused = client.post(url(case_a, "/legal_rep_certificate_creditor.pdf"))
    assert (refused.status_code, "U+1F600" in refused.text) == (409, True)
    assert "示例😀公司" in docx_text(client.post(url(case_a, "/legal_rep_certificate_creditor.docx")).data)


def test_a_lawyer_reads_what_is_lacking_and_takes_papers_only_with_the_right_to_download(case_a, signed_in, make_grant):
    reader, taker = signed_in("external_lawyer"), signed_in("external_lawyer")
    make_grant(case_a, reader.person)
    make_grant(case_a, taker.person, download=True)
    assert "ask the legal manager for the right to download" in reader.get(url(case_a)).text
    assert "formaction" not in reader.get(url(case_a)).text
    assert reader.post(url(case_a, "/legal_rep_certificate_creditor.pdf")).status_code == 403
    assert taker.post(url(case_a, "/legal_rep_certificate_creditor.pdf")).status_code == 200


def test_unknown_papers_and_cases_with_nothing_in_them(make_case, signed_in):
    case, client = make_case("BARE-1"), signed_in("legal_staff")
    assert client.get(url(case)).status_code == 200
    assert client.post(url(case, "/love_letter.pdf")).status_code == 409
    assert client.post(url(case, "/demand_letter.exe")).status_code == 404


@pytest.mark.parametrize(
    "name", [pytest.param("case-b-five-defects", marks=pytest.mark.long), "case-c-insolvency", pytest.param("case-d-write-off-archive", marks=pytest.mark.long)]
)
def test_what_is_ready_is_made_and_nothing_else(example, make_person, name):
    case, actor = example(name), actor_of(make_person("legal_manager"))
    with saving():
        case = session.get_one(Case, case.case_id)
        offers = draft_paper.offered(case, None, actor.today)
        assert [offer.id for offer in offers] == list(ALONE)
        for offer in offers:
            options = {"pay_by": "2027-01-01", "contact": "戊五"} if offer.asked else {}
            if offer.ready:
                assert draft_paper.make(actor, case, offer.id, options, None).docx
                continue
            with pytest.raises(Refused, match="Nothing was made") as refused:
                draft_paper.make(actor, case, offer.id, options, None)
            assert "未生成" in refused.value.zh


def test_the_page_speaks_chinese(case_a, signed_in):
    page = signed_in("legal_staff", language="zh").get(url(case_a)).text
    for words in ("催款函", "可以生成", "单份文书", "付款期限", "案件资料中缺少"):
        assert words in page
