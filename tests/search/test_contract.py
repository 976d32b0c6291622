"""What every engine does: found exactly, inside the scope only, replaced and removed in one commit."""

from __future__ import annotations

import random
from datetime import date

import pytest

from casefiles.search import Hit, Scope, case_key, document_key
from casefiles.search.analysis import fold, tokens

# Han, amounts, numbers with signs, full-width forms, English across a line break, an accent, a rare character, a line broken inside a sentence.
MIXED = (
    "第一条 甲方：上海华宸机电设备有限公司（以下简称“甲方”），\n合同编号 HT-2024-001，价款人民币１，２５０，０００．００元。\n"
    "逾期付款的，按日万分之五支付违约金。Payment shall be\nmade within 30 days，see Annex B/2. Café №7 ㎡ 𠮷野家；10:30～11:45"
)
OTHERS = (
    "第二条 乙方应当在收到发票之日起三十日内付清全部货款，逾期付款的违约金为每日万分之三。",
    "甲方有限公司与乙方有限公司于2024年3月1日签订HT-2024-002号合同，总价250000元。",
    "本院认为，被告未按约定支付货款，构成违约。Payments made within 3 days. annex",
)


def test_every_substring_is_found_and_nothing_else(setting, engine, make_entry, everything):
    entries = [make_entry(text) for text in (MIXED, *OTHERS)]
    engine.add(entries)
    folded = {entry.key: fold(entry.text) for entry in entries}
    for length in range(1, 9):
        for at in range(0, len(MIXED) - length + 1, 5 if setting.startswith("whoosh") else 1):
            piece = MIXED[at : at + length]
            asked = fold(piece)
            if not asked or set(asked) & set('"'):
                continue  # nothing but blanks; a quotation mark cannot be quoted
            hits = engine.search(f'"{piece}"', everything, limit=10)
            assert {hit.key for hit in hits.hits} == {key for key, text in folded.items() if asked in text}, piece


def test_random_texts(setting, engine, make_entry, everything):
    """Few different characters, so that pairs repeat and false neighbours would show."""
    dice = random.Random(20260301)
    entries = [make_entry("".join(dice.choice("合同甲乙ab12 ，\n") for _ in range(dice.randint(1, 60)))) for _ in range(120)]
    engine.add(entries)
    folded = {entry.key: fold(entry.text) for entry in entries}
    for _ in range(80 if setting.startswith("whoosh") else 400):
        text = dice.choice(entries).text
        at, length = dice.randrange(len(text)), dice.randint(1, 8)
        asked = fold(text[at : at + length])
        if asked:
            hits = engine.search(f'"{text[at : at + length]}"', everything, limit=200)
            assert {hit.key for hit in hits.hits} == {key for key, text in folded.items() if asked in text}, asked


@pytest.mark.parametrize(("query", "text", "matches"), [
    pytest.param("合同", "买卖合同", True, id="word inside a sentence"),
    pytest.param("约", "违约金", True, id="one character"),
    pytest.param("合同 违约金", "违约金见合同", True, id="words in any order"),
    pytest.param("合同 仲裁", "违约金见合同", False, id="both words must occur"),
    pytest.param("合同 OR 仲裁", "违约金见合同", True, id="either"),
    pytest.param("合同 NOT 违约金", "违约金见合同", False, id="not"),
    pytest.param("NOT 仲裁", "违约金见合同", True, id="only a not"),
    pytest.param("(合同 OR 仲裁) AND NOT (诉讼 OR 保证)", "仲裁条款", True, id="brackets"),
    pytest.param("（合同 OR 仲裁） AND 条款", "仲裁条款", True, id="full-width brackets"),
    pytest.param('"违约金见"', "违约金，见", False, id="a phrase keeps its signs"),
    pytest.param("“违约金见”", "违约金\n见合同", True, id="full-width quotes; a line break inside a sentence"),
    pytest.param("ＨＴ－2024", "HT-2024-001", True, id="full width"),
    pytest.param("ht-2024-001", "编号：HT-2024-001", True, id="lower case"),
    pytest.param("024-001", "编号：HT-2024-001", True, id="last digits of a number"),
    pytest.param("HT-2024*", "编号：HT-2024-001", True, id="prefix of a whole number"),
    pytest.param("2024*", "编号：HT-2024-001", True, id="prefix of a part"),
    pytest.param("T-2024*", "编号：HT-2024-001", False, id="a prefix begins at the beginning"),
    pytest.param("违约*", "支付违约金", True, id="prefix of Han characters: every character begins a word"),
    pytest.param("（2024）京01民初1号", "(2024)京01民初1号判决", True, id="case number, other brackets"),
    pytest.param("路卫发(2011)76号", "路卫发〔2011〕76号", True, id="document number, other brackets"),
    pytest.param("1250000", "价款1,250,000.00元", True, id="amount without commas"),
    pytest.param("1,250,000.00元", "价款1250000元", True, id="amount with commas and cents"),
    pytest.param("1250000.50", "价款1,250,000.50元", True, id="amount with cents"),
    pytest.param("1250000.50", "价款1,250,000.00元", False, id="other cents"),
    pytest.param("125万元", "价款1,250,000元", True, id="amount in ten thousands"),
    pytest.param("1250000", "价款125万元", True, id="amount written in ten thousands"),
    pytest.param('"1250000"', "价款1,250,000.00元", False, id="a quoted amount is taken as written"),
    pytest.param("in the", "int he", False, id="blanks between English words count"),
    pytest.param('"in the"', "held in\nthe bank", True, id="English across a line break"),
    pytest.param('"cafe"', "Cafe\u0301 CAFÉ", True, id="accents"),
    pytest.param("\u200b合\u200b同", "买卖合同", True, id="invisible signs in the query"),
    pytest.param("合同", "合\u200b同 \ufeff", True, id="invisible signs in the text"),
    pytest.param("http://a.cn/x", "见 http://a.cn/x 网页", True, id="an address is no field"),
    pytest.param("\ufffd", "\ud800", True, id="half a character is kept as unreadable"),
])  # fmt: skip
def test_language(put, found, query, text, matches):
    put(text)
    assert found(query) == (["K"] if matches else [])


@pytest.mark.parametrize(("query", "keys"), [
    pytest.param("case:dc-1", ["A", "B"], id="case, any case of letters"),
    pytest.param("case:DC-*", ["A", "B", "C"], id="case by prefix"),
    pytest.param("type:contract", ["A"], id="type"),
    pytest.param("TYPE：contract", ["A"], id="field in capitals, full-width colon"),
    pytest.param("type:contr", [], id="a type is compared whole"),
    pytest.param("stage:collection OR type:invoice", ["B", "C"], id="either field"),
    pytest.param("party:华宸", ["A"], id="part of a party's name"),
    pytest.param('title:"买卖 合同"', ["A"], id="phrase in the title"),
    pytest.param("title:同", ["A"], id="one character of the title"),
    pytest.param("number:001", ["A"], id="last digits of the number"),
    pytest.param("甲 NOT type:contract", ["B", "C"], id="word and field"),
])  # fmt: skip
def test_fields(engine, make_entry, found, query, keys):
    engine.add([
        make_entry("甲", key="A", type="contract", party="上海华宸机电设备有限公司", title="买卖合同", number="HT-2024-001"),
        make_entry("甲", key="B", type="invoice"),
        make_entry("甲", key="C", case_id="DC-2", stage="collection"),
    ])  # fmt: skip
    assert found(query) == keys


def test_fields_are_text_in_their_own_entry_only(engine, make_entry, found):
    """Else every page of a contract would be a hit for 买卖合同, and a phrase could be found that stands on no page."""
    engine.add([make_entry("正文", key="page", title="买卖合同"), make_entry("备注", key="document", title="买卖合同", page=None, number="HT-9")])
    assert found("买卖合同") == ["document"]
    assert found("备注 HT-9") == ["document"]
    assert found('"备注买卖"') == []  # two fields are not one text


@pytest.mark.parametrize(("scope", "keys"), [
    pytest.param(Scope(None, frozenset({"core_evidence", "call_recording", "privileged_note"}), {}), ["A", "B", "N1", "N2", "R"], id="all"),
    pytest.param(Scope(frozenset({"DC-2"}), frozenset({"core_evidence"}), {}), ["B"], id="one case"),
    pytest.param(Scope(frozenset({"DC-1", "DC-2"}), frozenset({"core_evidence"}), {}), ["A", "B"], id="two cases, one object"),
    pytest.param(Scope(frozenset(), frozenset({"core_evidence"}), {}), [], id="no case"),
    pytest.param(Scope(None, frozenset(), {}), [], id="no object"),
    pytest.param(Scope(None, frozenset(), {"privileged_note": 7}), ["N1"], id="own notes only"),
    pytest.param(Scope(frozenset({"DC-2"}), frozenset(), {"privileged_note": 7}), [], id="own notes, but not in that case"),
    pytest.param(Scope(frozenset({"DC-1"}), frozenset({"core_evidence"}), {"privileged_note": 8}), ["A", "N2"], id="evidence and own notes"),
    pytest.param(Scope(frozenset(f"DC-{n}" for n in range(2, 2000)), frozenset({"core_evidence"}), {}), ["B"], id="a scope of very many cases"),
])  # fmt: skip
@pytest.mark.parametrize("query", ["甲", "甲方", '"甲方合同"', "甲* NOT 乙", "NOT 乙", "甲 OR 乙", "case:DC-*"])
def test_scope(engine, make_entry, scope, keys, query):
    """A hidden entry is in no hit, no total and no facet, whatever the query."""
    engine.add([
        make_entry("甲方合同", key="A", case_id="DC-1", type="ta", stage="sa"),
        make_entry("甲方合同", key="B", case_id="DC-2", type="tb", stage="sb"),
        make_entry("甲方合同", key="R", case_id="DC-1", object="call_recording", owner=7, type="tr"),
        make_entry("甲方合同", key="N1", case_id="DC-1", object="privileged_note", owner=7, type="tn"),
        make_entry("甲方合同", key="N2", case_id="DC-1", object="privileged_note", owner=8, type="tn"),
    ])  # fmt: skip
    everywhere = {"A": ("DC-1", "ta", "sa"), "B": ("DC-2", "tb", "sb"), "R": ("DC-1", "tr", ""), "N1": ("DC-1", "tn", ""), "N2": ("DC-1", "tn", "")}
    hits = engine.search(query, scope, limit=1)
    assert hits.total == len(keys)
    assert sorted(hit.key for hit in engine.search(query, scope, limit=10).hits) == keys
    for place, facet in enumerate(("case", "type", "stage")):
        values = [everywhere[key][place] for key in keys if everywhere[key][place]]
        assert hits.facets[facet] == {value: values.count(value) for value in values}


def test_facet_counts_are_exact_over_many_cases(engine, make_entry, everything):
    for half in range(2):  # two commits: two parts of the index, each with its own idea of what is frequent
        engine.add(make_entry("甲", case_id=f"DC-{number}") for number in range(300) for _ in range(1 + (number % 7 == half)))
    facets = engine.search("甲", everything, limit=1).facets["case"]
    assert facets
    assert all(facets[f"DC-{number}"] == 2 + (number % 7 in {0, 1}) for number in range(300) if f"DC-{number}" in facets)


def test_pages_of_hits(engine, make_entry, everything):
    engine.add(make_entry("甲") for _ in range(25))
    pages = [engine.search("甲", everything, limit=10, offset=offset) for offset in (0, 10, 20, 30)]
    assert [len(page.hits) for page in pages] == [10, 10, 5, 0]
    assert [page.total for page in pages] == [25] * 4
    assert len({hit.key for page in pages for hit in page.hits}) == 25


def test_a_hit_says_where(engine, make_entry, everything):
    engine.add([make_entry("甲", key="K", case_id="DC-1", document_id="D07", page=3, date=date(2024, 3, 1)), make_entry("乙", document_id=None, page=None)])
    (hit,) = engine.search("甲", everything, limit=10).hits
    assert hit == Hit("K", "DC-1", "D07", 3, hit.score)
    (hit,) = engine.search("乙", everything, limit=10).hits
    assert (hit.document_id, hit.page) == (None, None)


def test_replacing(engine, make_entry, found):
    """Ids of documents are counted in each case, so a document is named with its case."""
    engine.add([make_entry("甲", key=f"{case}-{document}-{page}", case_id=case, document_id=document, page=page)
                for case in ("DC-1", "DC-2") for document in ("D1", "D2") for page in (1, 2)])  # fmt: skip
    engine.add([make_entry("乙", key="DC-1-D1-1", case_id="DC-1", document_id="D1")], replace=[document_key("DC-1", "D1")])
    assert found("甲") == ["DC-1-D2-1", "DC-1-D2-2", "DC-2-D1-1", "DC-2-D1-2", "DC-2-D2-1", "DC-2-D2-2"]
    assert found("乙") == ["DC-1-D1-1"]
    engine.add([make_entry("丙", key="DC-1-D1-1")])
    assert found("乙") == []
    engine.remove([case_key("DC-1"), "DC-2-D1-1", "nobody"])
    assert sorted(engine.keys()) == ["DC-2-D1-2", "DC-2-D2-1", "DC-2-D2-2"]
    assert engine.count() == 3


def test_an_error_while_adding_changes_nothing(engine, make_entry, found):
    engine.add([make_entry("甲", key="K", case_id="DC-1")])

    def half():
        yield make_entry("乙")
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        engine.add(half(), replace=[case_key("DC-1")])
    engine.add([make_entry("丙", key="L")])  # nor does it come in with the next commit
    assert found("甲 OR 乙 OR 丙") == ["K", "L"]


def test_pairs_do_not_join_two_texts():
    assert "甲乙" not in tokens("甲", "乙").split()
