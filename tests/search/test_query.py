"""What is refused says why and where; what abuses is refused or answered soon; what is marked."""

from __future__ import annotations

import contextlib
import time

import pytest

from casefiles.search import Entry, QueryError, marks, open_engine, rebuild, snippet, terms_of
from casefiles.search.analysis import fold, fold_with_offsets, ways


@pytest.fixture(scope="module", params=["tantivy", "whoosh"])
def filled(request, tmp_path_factory):
    """500 entries that are alike."""
    setting = f"{request.param}:{tmp_path_factory.mktemp('abused')}"
    about = {"case_id": "DC-1", "page": 1, "object": "core_evidence"}
    rebuild(setting, (Entry(key=f"E{number}", text=f"甲方合同 HT-{number:04d} 1,250,000.00元 abc xyz", **about) for number in range(500)))
    engine = open_engine(setting)
    yield engine
    engine.close()


@pytest.mark.parametrize(("query", "position", "word"), [
    pytest.param("", 0, "what to look for", id="empty"),
    pytest.param(" \t\u3000", 0, "what to look for", id="blanks"),
    pytest.param('合同 "甲方', 3, "not closed", id="open quote"),
    pytest.param("合同 」", 3, "not closed", id="closing quote alone"),
    pytest.param('合同 ""', 3, "nothing", id="empty quotes"),
    pytest.param("(合同 OR 甲方", 0, "not closed", id="open bracket"),
    pytest.param("合同 甲方)", 5, "no opening", id="closing bracket alone"),
    pytest.param("()", 1, "missing", id="empty brackets"),
    pytest.param("合同 AND", 6, "missing", id="and nothing"),
    pytest.param("AND 合同", 0, "missing", id="nothing and"),
    pytest.param("合同 OR OR 甲方", 6, "missing", id="or twice"),
    pytest.param("NOT", 3, "missing", id="not alone"),
    pytest.param("合同 color:red", 3, "no field 'color'", id="unknown field"),
    pytest.param("title: 合同", 6, "Nothing follows", id="field without a value"),
    pytest.param("title:", 6, "Nothing follows", id="field at the end"),
    pytest.param("a*b", 1, "star", id="star inside"),
    pytest.param("*", 0, "nothing", id="star alone"),
    pytest.param("**", 0, "star", id="two stars"),
    pytest.param("合同 " + "x" * 498, 500, "too long", id="501 characters"),
    pytest.param("(" * 21 + "a" + ")" * 21, 21, "Nested", id="21 brackets"),
    pytest.param("NOT " * 21 + "a", 84, "Nested", id="21 nots"),
    pytest.param("a " * 65, 128, "Too many", id="65 words"),
    pytest.param("合同 date:2024-13", 8, "no date", id="no such month"),
    pytest.param("date:2023-02-29", 5, "no date", id="no such day"),
    pytest.param("date:2024*", 5, "no date", id="a date with a star"),
    pytest.param("日期：明天", 3, "no date", id="no date, Chinese field"),
    pytest.param("date:2025..2024", 5, "ends before", id="turned dates"),
    pytest.param("amount:1,25", 7, "no amount", id="badly grouped amount"),
    pytest.param("amount:-5", 7, "no amount", id="negative amount"),
    pytest.param("amount:0.005", 7, "no amount", id="parts of a cent"),
    pytest.param("amount:10..50万", 7, "no amount", id="10 of what"),
    pytest.param("金额:50万..10万", 3, "ends before", id="turned amounts"),
    pytest.param("amount:" + "9" * 17, 7, "no amount", id="more money than there is"),
    pytest.param("当事人：", 4, "Nothing follows", id="Chinese field without a value"),
    pytest.param("party:=", 7, "Nothing follows", id="whole field without a value"),
])  # fmt: skip
def test_errors(query, position, word):
    with pytest.raises(QueryError) as error:
        terms_of(query)
    assert word in error.value.message_en
    assert error.value.message_zh
    assert error.value.position == position


@pytest.mark.parametrize("query", [
    pytest.param("*", id="star"),
    pytest.param("a*b*c*", id="stars inside"),
    pytest.param("?" * 50, id="question marks"),
    pytest.param("(" * 1000 + ")" * 1000, id="a thousand brackets"),
    pytest.param("(" * 249 + "a" + ")" * 249, id="brackets within the length"),
    pytest.param("NOT " * 120 + "a", id="nots within the length"),
    pytest.param("甲" * 100_000, id="100 kB"),
    pytest.param("甲" * 500, id="longest phrase"),
    pytest.param("1250000 " * 60, id="amounts in many ways"),
    pytest.param("1111" * 8 + " " + "1,250,000.00元和" * 30, id="many amounts in one word"),
    pytest.param(" ".join(f"{letter}*" for letter in "abcdefghijklmnopqrstuvwxyz0123456789"), id="a prefix of every letter"),
    pytest.param(" OR ".join(f"NOT {letter}" for letter in "abcdefghijklmnopqrstuvwxyz"), id="many nots"),
    pytest.param("合同\x00甲方\x00", id="NUL"),
    pytest.param("fuzzy~9 [a TO b] {1 2} /.*/ ^5", id="signs of other languages"),
    pytest.param("case:.*.*.*.*", id="a pattern as a value"),
    pytest.param("case:(((*", id="brackets as a prefix"),
    pytest.param("x\\[^.+$|&-~#*", id="signs of patterns in a prefix"),
    pytest.param("\ud800 \udfff", id="halves of characters"),
    pytest.param("\U0001f600\u202e\u0301", id="picture, turned writing, loose accent"),
])  # fmt: skip
def test_abuse_is_answered_or_refused_soon(filled, everything, query):
    began = time.perf_counter()
    with contextlib.suppress(QueryError):
        filled.search(query, everything, limit=10)
    assert time.perf_counter() - began < 2


@pytest.mark.parametrize(("query", "terms"), [
    pytest.param("合同 “甲 方” NOT 乙 title:丙 OR HT*", ("合同", "甲方", "ht"), id="no nots, no fields"),
    pytest.param("1250000", ("1250000", "1,250,000", "125万"), id="an amount in its ways"),
    pytest.param('"1250000"', ("1250000",), id="a phrase as it is"),
])  # fmt: skip
def test_terms(query, terms):
    assert terms_of(query) == terms


@pytest.mark.parametrize(("written", "others"), [
    pytest.param("12.5万", {"12.5万", "125000", "125,000"}, id="a fraction of ten thousand"),
    pytest.param("2亿元", {"2亿元", "200000000元", "200,000,000元", "200000000.00元", "200,000,000.00元", "20000万元"}, id="hundred millions"),
    pytest.param("2024年", {"2024年", "2,024年"}, id="four digits"),
    pytest.param("0012345", {"0012345"}, id="a number with leading zeros is no amount"),
    pytest.param("6222020200012345678", {"6222020200012345678"}, id="an account is no amount"),
    pytest.param("1,25", {"1,25"}, id="no grouping of thousands"),
])  # fmt: skip
def test_ways_of_writing_an_amount(written, others):
    assert set(ways(written)) == others


@pytest.mark.parametrize(("text", "query", "marked"), [
    pytest.param("价款１，２５０，０００元", "1250000", ["１，２５０，０００"], id="as written in full width"),
    pytest.param("买卖合\n同，合同法", "合同", ["合同", "合同"], id="over a line break, which goes: the sentence goes on"),
    pytest.param("㎡ＭＬ", "m2m", ["㎡Ｍ"], id="one sign that folds to two"),
    pytest.param("of the\ncontract", "contract", ["contract"], id="a line break between two words is a blank"),
    pytest.param("aaaa", "aa", ["aaaa"], id="touching marks are one"),
    pytest.param("合同", "仲裁", [], id="nothing to mark"),
    pytest.param("<b>合同</b>", "合同", ["合同"], id="escaping is not done here"),
])  # fmt: skip
def test_marks_stand_in_the_text_as_written(text, query, marked):
    segments = snippet(text, query)
    assert [segment.text for segment in segments if segment.marked] == marked
    assert "".join(segment.text for segment in segments) == text.replace("合\n同", "合同").replace("\n", " ")


def test_a_snippet_is_short_and_holds_a_mark():
    text = "前" * 5_000 + "违约金" + "后" * 5_000 + "违约金与违约金"
    segments = snippet(text, "违约金", length=60)
    whole = "".join(segment.text for segment in segments)
    assert len(whole) <= 62  # and the two ellipses
    assert [segment.text for segment in segments if segment.marked] == ["违约金", "违约金"]  # where they stand close together
    assert whole.startswith("…")


def test_marking_a_page_of_hits_is_quick():
    began = time.perf_counter()
    marks("甲" * 200_000, ("甲",))
    assert time.perf_counter() - began < 2


def test_both_ways_of_folding_agree():
    text = "Ａb c\u3000合 同\r\n２０２４ ﬁ ㈠ Ⅳ é e\u0301 \u200b“x” a ， b ␣ \x1e 𠮷 \ud800 　— İß"
    folded, offsets = fold_with_offsets(text)
    assert folded == fold(text)
    assert len(folded) == len(offsets)
    assert offsets == sorted(offsets)
