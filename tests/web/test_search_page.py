"""The search page: inside one's own cases only, marks made after escaping, errors explained."""

from __future__ import annotations

import re
from types import SimpleNamespace

import pytest

from casefiles import entries, runtime
from casefiles.db import saving, session
from casefiles.models import Case, Document, Page, TextStatus

SENTENCE = "逾期付款的，按日万分之一点五支付违约金"


@pytest.fixture
def indexed(app, make_case, make_document):
    """A case with one document of one page of text, in the index; its ids."""

    def make(case_id: str, text: str = SENTENCE, *, page: int = 3, **columns):
        case = make_case(case_id, **columns)
        document = make_document(case, number="HT-1", content=b"bytes", text_status=TextStatus.READ)
        found = SimpleNamespace(case_id=case_id, document_id=document.id)
        with saving():
            session.get_one(Document, document.id).pages = [Page(number=page, label=str(page), text=text)]
        runtime.engine().add(list(entries.entries_of(session.get_one(Case, case_id))))
        session.remove()
        return found

    return make


def test_a_hit_leads_to_its_page_with_the_words_marked(indexed, signed_in, log_of):
    found, clerk = indexed("DC-1"), signed_in("legal_staff")
    page = clerk.get("/search?q=万分之一点五").text
    assert "按日<mark>万分之一点五</mark>支付违约金" in page
    link = f"/cases/DC-1/documents/{found.document_id}?page=3&amp;q=%E4%B8%87%E5%88%86"
    assert link in page
    assert ("search", "万分之一点五") in log_of()
    opened = clerk.get(f"/cases/DC-1/documents/{found.document_id}?page=3&q=万分之一点五&view=text").text
    assert "<mark>万分之一点五</mark>" in opened


@pytest.mark.parametrize(
    ("role", "granted", "seen"),
    [
        pytest.param("legal_staff", False, True, id="clerk of the department"),
        pytest.param("external_lawyer", True, True, id="lawyer with a grant"),
        pytest.param("external_lawyer", False, False, id="lawyer without"),
        pytest.param("collector", True, True, id="collector assigned"),
        pytest.param("collector", False, False, id="collector not assigned"),
        pytest.param("auditor", False, False, id="auditor and an open case"),
    ],
)
def test_who_finds_what(indexed, signed_in, make_grant, role, granted, seen):
    found, client = indexed("DC-SECRET"), signed_in(role)
    if granted:
        make_grant(found, client.person)
    page = client.get(f"/search?q={SENTENCE[:8]}").text
    assert ("DC-SECRET" in page) is seen
    assert ("1 place found" in page) is seen
    assert ("Nothing found" in page) is not seen
    assert client.get(f"/search?q={SENTENCE[:8]}&case=DC-SECRET").status_code == (200 if seen else 404)


def test_counts_by_facet_narrow_the_search(indexed, signed_in):
    indexed("DC-1")
    indexed("DC-2", state="litigation")
    clerk = signed_in("legal_staff")
    page = clerk.get("/search?q=违约金").text
    assert "2 places found" in page
    assert "/search?q=%E8%BF%9D%E7%BA%A6%E9%87%91&amp;case=DC-2" in page
    assert "/search?q=%E8%BF%9D%E7%BA%A6%E9%87%91&amp;stage=litigation" in page
    narrowed = clerk.get("/search?q=违约金 stage:litigation").text
    assert "1 place found" in narrowed
    assert "DC-1" not in narrowed
    assert "1 place found" in clerk.get("/search?q=违约金&case=DC-1").text


def test_a_value_of_a_facet_is_taken_back_by_a_second_click(indexed, signed_in):
    indexed("DC-1")
    indexed("DC-2", state="litigation")
    page = signed_in("legal_staff").get("/search?q=违约金&stage=litigation").text
    assert "1 place found" in page
    assert "DC-1" not in page
    assert re.search(r'class="chip" href="/search\?q=%E8%BF%9D%E7%BA%A6%E9%87%91"', page)  # without the stage
    assert 'name="stage" value="litigation"' in page  # other words keep it


def test_what_no_facet_can_have_is_left_away(indexed, signed_in):
    indexed("DC-1")
    page = signed_in("legal_staff").get("/search?q=违约金&stage=nowhere&type=no_such_type&year=20x4&order=sideways").text
    assert "1 place found" in page
    assert 'class="chip"' not in page


def test_filters_alone_are_a_search(indexed, signed_in, log_of):
    indexed("DC-1")
    page = signed_in("legal_staff").get("/search?type=contract").text
    assert "DC-1" in page
    assert ("search", "type:contract") in log_of()


@pytest.mark.parametrize(
    ("query", "words"),
    [
        pytest.param('"offen', "A quotation mark is not closed.", id="open quotation mark"),
        pytest.param("(合同 OR", "A word is missing here.", id="operator at the end"),
        pytest.param("colour:red", "There is no field &#39;colour&#39;", id="unknown field"),
        pytest.param("a*b", "A star may only end a word", id="star inside"),
        pytest.param("x" * 600, "The query is too long", id="too long"),
        pytest.param("(" * 1000, "too long", id="a thousand brackets"),
    ],
)
def test_a_query_that_cannot_be_understood_is_explained(app, signed_in, log_of, query, words):
    answer = signed_in("legal_staff").get("/search", query_string={"q": query})
    assert answer.status_code == 400
    assert words in answer.text
    assert "How to search" in answer.text
    assert ("search", query[:200]) in log_of()


def test_the_place_of_an_error_is_marked_after_escaping(app, signed_in):
    page = signed_in("legal_staff").get("/search", query_string={"q": '<b> "offen'}).text
    assert "&lt;b&gt; <mark>&#34;</mark>offen" in page


def test_text_cannot_script(indexed, signed_in):
    indexed("DC-1", "前<script>alert(1)</script>违约金<img src=x onerror=alert(2)>后")
    page = signed_in("legal_staff").get("/search?q=违约金").text
    assert "&lt;/script&gt;<mark>违约金</mark>&lt;img src=x onerror=alert(2)&gt;" in page
    assert "<script>alert" not in page
    assert "<img src=x" not in page


@pytest.mark.parametrize("query", ["", "   ", "\x00"])
def test_an_empty_search_says_what_to_do(app, signed_in, query):
    answer = signed_in("legal_staff").get("/search", query_string={"q": query})
    assert answer.status_code == 200
    assert "How to search" in answer.text


def test_many_hits_come_in_pages(indexed, signed_in, app):
    indexed("DC-1", "甲", page=99)
    with saving():
        document = session.query(Document).first()
        document.pages = [Page(number=n, label=str(n), text=f"违约金 第{n}页") for n in range(1, 61)]
    runtime.engine().add(list(entries.entries_of(session.get_one(Case, "DC-1"))))
    session.remove()
    clerk = signed_in("legal_staff")
    first, second = clerk.get("/search?q=违约金&case=DC-1").text, clerk.get("/search?q=违约金&case=DC-1&page=2").text
    assert "60 places found" in first
    assert "Page 1 of 3" in first
    assert (first.count('class="place"'), second.count('class="place"')) == (20, 20)
    beside_others = clerk.get("/search?q=违约金").text
    assert beside_others.count('class="place"') == 3  # of one document beside other cases
    assert '<a href="/search?q=%E8%BF%9D%E7%BA%A6%E9%87%91&amp;case=DC-1">… 57 more places in this case</a>' in beside_others


def test_a_damaged_index_says_so_and_harms_nothing(app, signed_in, monkeypatch):
    from casefiles.search import IndexBroken

    class Broken:
        def search(self, *_args, **_named):
            raise IndexBroken("lost")

    monkeypatch.setitem(runtime.running().__dict__, "engine", Broken())
    answer = signed_in("legal_staff").get("/search?q=合同")
    assert answer.status_code == 503
    assert "being made again" in answer.text
