"""From lines to the text of a page: rows, cells, blanks, places; what counts as rubbish; what was recognised before a crash is kept."""

from __future__ import annotations

import json
import math

import pytest

from casefiles import readers
from casefiles.readers.limits import Ended
from casefiles.readers.ocr_lines import Line, page_text, places
from casefiles.readers.rubbish import rubbish

SIZE = (1000, 1000)


def line(text: str, x: float, y: float, *, width: float | None = None, tilt: float = 0.0) -> Line:
    """A line 20 high with 20 a sign, its left end at (x, y), turned clockwise about the page's corner by `tilt` degrees."""
    width = 20.0 * len(text) if width is None else width
    cos, sin = math.cos(math.radians(tilt)), math.sin(math.radians(tilt))
    corners = [(x, y - 10), (x + width, y - 10), (x + width, y + 10), (x, y + 10)]
    turned = tuple((a * cos - b * sin, a * sin + b * cos) for a, b in corners)
    return Line(text, 0.99, turned, tuple((at + 0.5) / len(text) for at in range(len(text))))  # type: ignore[arg-type]


NOTE = [("送货单", 400, 100), ("名称", 100, 200), ("数量", 600, 200), ("钢管", 100, 240), ("120", 600, 240)]


@pytest.mark.parametrize("tilt", [pytest.param(0, id="level"), pytest.param(12, id="tilted"), pytest.param(90, id="on its side"), pytest.param(180, id="on its head")])
def test_rows_are_read_from_top_to_bottom_and_left_to_right(tilt):
    lines = [line(*one, tilt=tilt) for one in reversed(NOTE)]
    assert page_text(lines, SIZE)[0] == "送货单\n名称\t数量\n钢管\t120"


def test_rows_that_fan_out_as_on_a_photo():
    """Above the writing climbs by 3 degrees, below it falls by 3: over the width of the page more than a row's height."""
    lines = []
    for row in range(7):
        slope = math.tan(math.radians(3 - row))
        for x in (0, 300, 600):
            y, end = 200 + 40 * row - slope * x, 200 + 40 * row - slope * (x + 200)
            corners = ((x, y - 10), (x + 200, end - 10), (x + 200, end + 10), (x, y + 10))
            lines.append(Line(f"{row}{x}", 0.9, corners, (0.1, 0.5, 0.7, 0.9)[: len(f"{row}{x}")]))
    assert page_text(lines, SIZE)[0].splitlines() == [f"{row}0\t{row}300\t{row}600" for row in range(7)]


@pytest.mark.parametrize(("lines", "text"), [
    pytest.param([line("我 是 中国人", 0, 50)], "我是中国人", id="blanks between Han characters"),
    pytest.param([line("公司 ， 地址", 0, 50)], "公司，地址", id="blanks about their punctuation"),
    pytest.param([line(" PN16  DN80 只", 0, 50)], "PN16 DN80 只", id="blanks between words of Latin letters"),
    pytest.param([line("我是", 0, 50), line("中国人", 45, 50)], "我是中国人", id="a line found in two pieces"),
    pytest.param([line("PN16", 0, 50), line("DN80", 85, 50)], "PN16 DN80", id="two words found apart"),
    pytest.param([line("数量", 0, 50), line("单位", 70, 50)], "数量\t单位", id="two cells"),
    pytest.param([line("  ", 0, 50)], "", id="nothing"),
    pytest.param([], "", id="no line"),
])  # fmt: skip
def test_what_stands_between(lines, text):
    assert page_text(lines, SIZE)[0] == text


@pytest.mark.parametrize(("word", "box"), [
    # 20 pixels a sign from x = 100: 运单号 to 160, the colon to 180, then eight of SF139028
    pytest.param("运单", (0.1, 0.14), id="in a run of Han"),
    pytest.param("SF139028", (0.18, 0.34), id="a run of its own"),
    pytest.param("号：SF", (0.14, 0.22), id="over two runs, joined"),
])  # fmt: skip
def test_places_of_a_word(word, box):
    text, boxes = page_text([line("送货单", 100, 100), line("运单号：SF139028", 100, 200)], SIZE)
    start = text.index(word)
    (found,) = places(text, boxes, [(start, start + len(word))])
    assert found == pytest.approx((box[0], 0.19, box[1], 0.21), abs=0.006)


def test_a_tilted_line_is_marked_word_by_word():
    """A line of 20 signs tilted by 10 degrees climbs by 69 pixels; a mark in it is not much higher than the writing."""
    text, boxes = page_text([line("收货单位佛山市南海区宏达建材经营部送货单", 200, 200, tilt=10)], SIZE)
    found = places(text, boxes, [(4, 8)])
    assert max(box[3] - box[1] for box in found) < 0.03
    middle = (200 + 20 * 6) * math.cos(math.radians(10)) - 200 * math.sin(math.radians(10))
    assert min(box[0] for box in found) < middle / 1000 < max(box[2] for box in found)


def test_a_word_over_two_lines_has_two_places():
    text, boxes = page_text([line("浙江菲达环保", 100, 100), line("科技股份有限公司", 100, 140)], SIZE)
    assert len(places(text, boxes, [(text.index("环保"), text.index("科技") + 2)])) == 2
    assert places(text, boxes, []) == []


@pytest.mark.parametrize(("text", "expected"), [
    pytest.param("借款合同编号：样例-2024-001，出借人与借款人就借款事宜达成如下协议。", False, id="Chinese"),
    pytest.param("Wer reitet so spät durch Nacht und Wind? Es ist der Vater mit seinem Kind; süße Bäume.", False, id="German"),
    pytest.param("\uf0b7 goods delivered on time\n\uf0b7 goods paid in full", False, id="bullets of an office font"),
    pytest.param("12", False, id="too little to say"),
    pytest.param("\ue001\ue022\ue103" * 20, True, id="private use"),
    pytest.param("\ufffd\ufffd\x03\x04\x05" * 10, True, id="signs that could not be read"),
    pytest.param("人民法院关于审理民间借贷案件".encode("gbk").decode("latin-1") * 3, True, id="GBK read as Latin-1"),
    pytest.param(("人民法院关于审理民间借贷案件适用法律若干问题的规定，自公布之日起施行。" * 3).encode().decode("gbk", "ignore"), True, id="UTF-8 read as GBK"),
])  # fmt: skip
def test_rubbish(text, expected):
    assert rubbish(text) is expected


@pytest.mark.parametrize(("end", "reason"), [
    pytest.param(b'{"pa', "broke down.", id="killed in the middle of a line"),
    pytest.param(b'{"done": true}\n', "", id="not killed"),
])  # fmt: skip
def test_pages_recognised_before_a_crash_are_kept(monkeypatch, make_file, end, reason):
    lines = json.dumps({"page": [3, "3", "送货单", "ocr", [[0, 3, 0.1, 0.1, 0.4, 0.2]]]}).encode() + b"\n"
    ended = Ended(lines + end, "中止。" if reason else "", reason)
    monkeypatch.setattr(readers, "run", lambda *_, **__: ended)
    got = readers.recognise(make_file("a.pdf", b"%PDF-"), "application/pdf", [3, 4])
    assert [(page.number, page.text, page.source, page.boxes) for page in got.pages] == [(3, "送货单", "ocr", ((0, 3, 0.1, 0.1, 0.4, 0.2),))]
    assert (got.reason_en.lower(), bool(got.reason_zh)) == (reason, bool(reason))
