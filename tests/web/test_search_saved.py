"""Saved searches and batch search on the pages: own ones only, kept with filters and order, recorded."""

from __future__ import annotations

import io

import openpyxl
import pytest

from casefiles import entries, runtime, saved_searches
from casefiles.actor import actor_of
from casefiles.db import saving, session
from casefiles.errors import NotUsable
from casefiles.models import AuditEntry, Case, Document, Page, Person, SavedSearch


@pytest.fixture
def clerk(app, signed_in):
    return signed_in("legal_staff")


def saved(client):
    session.remove()
    return session.query(SavedSearch).filter_by(person_id=client.person.id).order_by(SavedSearch.name).all()


def test_a_search_is_kept_run_and_deleted(clerk, log_of):
    there = "/search/saved?q=违约金 OR 定金&stage=litigation&party=甲(集团)&order=newest&page=3"
    answer = clerk.post(there, data={"name": "  每周  看一次 "}, follow_redirects=True)
    assert "The search was saved." in answer.text
    (kept,) = saved(clerk)
    assert kept.name == "每周 看一次"
    page = clerk.get("/search").text
    link = f'<a href="/search?{kept.query.replace("&", "&amp;")}">'
    assert link in page
    run = clerk.get(f"/search?{kept.query}").text
    assert 'value="违约金 OR 定金"' in run
    assert '<option value="newest" selected>' in run
    assert 'name="party" value="甲(集团)"' in run
    assert "page" not in kept.query
    assert "deleted" in clerk.post(f"/search/saved/{kept.id}/delete", follow_redirects=True).text
    assert saved(clerk) == []
    assert [entry for entry in log_of() if "search" in entry[0] and entry[0] != "search"] == [("save_search", "每周 看一次"), ("forget_search", "每周 看一次")]


def test_the_same_name_stands_for_the_later_search(clerk):
    for word in ("甲", "乙"):
        clerk.post(f"/search/saved?q={word}", data={"name": "一"})
    (kept,) = saved(clerk)
    assert kept.query == "q=%E4%B9%99"


def test_nobody_sees_or_deletes_those_of_others(clerk, signed_in):
    clerk.post("/search/saved?q=甲", data={"name": "clerk's own"})
    number = saved(clerk)[0].id
    other = signed_in("legal_manager")
    assert "clerk&#39;s own" not in other.get("/search").text
    assert other.post(f"/search/saved/{number}/delete").status_code == 404
    assert len(saved(clerk)) == 1


@pytest.mark.parametrize("name", ["", "   ", "x" * 101])
def test_a_name_is_needed(clerk, name):
    assert "Give the search a name" in clerk.post("/search/saved?q=甲", data={"name": name}, follow_redirects=True).text
    assert saved(clerk) == []


def test_what_is_kept_leads_nowhere_else(clerk):
    clerk.post("/search/saved?q=甲&next=//evil.test&case=%0d%0aX:y", data={"name": '"><script>alert(1)</script>'})
    (kept,) = saved(clerk)
    assert "evil" not in kept.query
    page = clerk.get("/search").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_a_hundred_are_enough(clerk):
    with saving():
        session.add_all(SavedSearch(person_id=clerk.person.id, name=f"{n}", query="q=a", saved_at=clerk.person.created_at) for n in range(100))
    assert "100 searches already" in clerk.post("/search/saved?q=甲", data={"name": "one more"}, follow_redirects=True).text
    with saving():  # one of the hundred may still be changed
        saved_searches.save(actor_of(session.get_one(Person, clerk.person.id)), "5", "q=b")
    assert len(saved(clerk)) == 100


def test_nothing_is_kept_for_nobody(instance_actor):
    with pytest.raises(NotUsable, match="--as"), saving():
        saved_searches.save(instance_actor, "x", "q=a")


@pytest.fixture
def instance_actor(app):
    from casefiles.actor import operator

    return operator()


@pytest.fixture
def indexed(app, make_case, make_document):
    case = make_case("DC-1")
    document = make_document(case, number="HT-1", content=b"bytes")
    with saving():
        session.get_one(Document, document.id).pages = [Page(number=1, label="1", text="=违约金 一百元")]
    runtime.engine().add(list(entries.entries_of(session.get_one(Case, "DC-1"))))
    session.remove()


def test_a_list_of_terms_gives_a_table(indexed, clerk):
    assert "Search a list of terms" in clerk.get("/search").text
    assert clerk.get("/search/batch").status_code == 200
    answer = clerk.post("/search/batch", data={"list": (io.BytesIO("词\n违约金\n没有".encode()), "a.csv"), "language": "0"})
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="search-')
    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    assert [[cell.value for cell in row[:4]] for row in book.worksheets[0].iter_rows(min_row=2)] == [["违约金", 1, 1, 1], ["没有", 0, 0, 0]]
    assert book.worksheets[1]["G2"].value == "=【违约金】 一百元"
    assert book.worksheets[1]["G2"].data_type == "s"
    session.remove()
    assert [(entry.object, entry.detail) for entry in session.query(AuditEntry).filter_by(event="search")] == [("batch", {"terms": 2, "found": 1, "words": ["违约金", "没有"]})]


@pytest.mark.parametrize("sent", [{}, {"list": (io.BytesIO(b""), "a.csv")}, {"list": (io.BytesIO(b"\n\n"), "a.txt")}])
def test_a_list_that_cannot_be_used_is_explained(clerk, sent):
    answer = clerk.post("/search/batch", data=sent)
    assert answer.status_code == 422
    assert "nothing was searched" in answer.text


def test_others_are_not_offered_it(app, signed_in):
    assert "Search a list of terms" not in signed_in("collector").get("/search").text
