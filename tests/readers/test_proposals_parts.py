"""Parts of the rules of proposals: sums in capitals, folding of what OCR reads, seals in pictures, and the types their words name."""

from __future__ import annotations

from decimal import Decimal

import pytest
from PIL import Image, ImageDraw

from casefiles.law import load_law
from casefiles.readers.proposals_paper import sheet_of, words
from casefiles.readers.proposals_sums import capitals
from casefiles.readers.seals import seal_in
from casefiles.rules.amounts import in_words


@pytest.mark.parametrize("amount", ["0.05", "10.00", "12000.00", "340500.00", "1250000.00", "100000001.10", "20300000000.00"])
def test_capitals_read_back_what_amounts_writes(amount):
    assert capitals(in_words(Decimal(amount))) == (Decimal(amount) if "元" in in_words(Decimal(amount)) else None)


@pytest.mark.parametrize(("text", "flat"), [
    pytest.param("合　　计 ： ￥1,2O0.0O", "合计 : ¥1,200.00", id="blanks inside a word, full-width signs, O for 0"),
    pytest.param("样本路88号 登记机关", "样本路88号 登记机关", id="a blank between two words stays"),
    pytest.param("送 货 单", "送货单", id="a title set wide"),
])  # fmt: skip
def test_folding(text, flat):
    sheet = sheet_of(1, text)
    assert sheet.flat == flat
    assert sheet.quote(0, len(sheet.flat)) == " ".join(text.replace("　", " ").split())


def page(draw) -> Image.Image:
    image = Image.new("RGB", (1240, 1754), "white")
    draw(ImageDraw.Draw(image))
    return image


RED, BOX = (200, 30, 30), (800, 1300, 1040, 1540)


@pytest.mark.parametrize(("draw", "like"), [
    pytest.param(lambda on: on.ellipse(BOX, outline=RED, width=10), True, id="a red ring"),
    pytest.param(lambda on: on.rectangle(BOX, outline=RED, width=10), False, id="a red frame"),
    pytest.param(lambda on: on.ellipse(BOX, fill=RED), False, id="a red disc"),
    pytest.param(lambda on: on.ellipse(BOX, outline="black", width=10), False, id="a black ring: a copy, nothing is said"),
    pytest.param(lambda on: on.rectangle((100, 100, 1100, 130), fill=RED), False, id="a red line under a heading"),
    pytest.param(lambda on: None, False, id="white paper"),
])  # fmt: skip
def test_a_seal_is_red_round_and_drawn_in_strokes(draw, like):
    assert (seal_in(page(draw)) >= 0.5) is like


def test_the_word_lists_name_only_kinds_and_fields_there_are():
    law, known = load_law(), words()
    fields = {field.name for kind in law.documents.values() for field in kind.fields}
    kinds = [entry["type"] for entry in known["kinds"]] + [kind for pair in known["whose"] for kind in pair]
    assert set(kinds) <= set(law.documents)
    for part in ("numbers", "dates", "sums", "parties", "heads", "texts", "choices"):
        assert set(known[part]) <= fields, part
    for field, choices in known["choices"].items():
        allowed = {choice for kind in law.documents.values() for one in kind.fields if one.name == field for choice in one.choices}
        assert set(choices) <= allowed, field
