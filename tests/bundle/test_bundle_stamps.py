"""The number stands upright in the visible bottom right corner, whatever the page is like."""

from __future__ import annotations

import shutil
import subprocess

import pypdfium2
import pytest
from PIL import Image, ImageChops, ImageStat

LETTER, A3, A5 = (0, 0, 612, 792), (0, 0, 841.89, 1190.55), (0, 0, 419.53, 595.28)
CORNER = (70, 45)  # points, width and height of the corner that is compared
SCALE = 3

PAGES = [
    pytest.param({}, id="plain A4"),
    pytest.param({"rotate": 90}, id="turned 90"),
    pytest.param({"rotate": 180}, id="turned 180"),
    pytest.param({"rotate": 270}, id="turned 270"),
    pytest.param({"rotate": -90}, id="turned by a negative angle"),
    pytest.param({"rotate": 450}, id="turned by more than a full turn"),
    pytest.param({"media": LETTER}, id="Letter"),
    pytest.param({"media": A3, "rotate": 90}, id="A3 turned"),
    pytest.param({"media": A5}, id="A5"),
    pytest.param({"media": (0, 0, 500, 333)}, id="a size of its own"),
    pytest.param({"media": (612, 792, 0, 0)}, id="box with its corners swapped"),
    pytest.param({"media": (-200, -300, 395, 542)}, id="box that begins below zero"),
    pytest.param({"crop": (40, 60, 500, 700)}, id="CropBox inside"),
    pytest.param({"crop": (40, 60, 500, 700), "rotate": 90}, id="CropBox inside, turned 90"),
    pytest.param({"crop": (40, 60, 500, 700), "rotate": 270}, id="CropBox inside, turned 270"),
    pytest.param({"crop": (-50, -50, 900, 900), "rotate": 180}, id="CropBox larger than the sheet"),
    pytest.param({"inherit": True, "rotate": 90, "crop": (20, 20, 560, 760)}, id="everything inherited"),
    pytest.param({"content": b"q 0.1 0 0 0.1 0 0 cm"}, id="scaled and never restored"),
    pytest.param({"content": b"q q q 0 0 9 9 re W n"}, id="clipped and never restored"),
    pytest.param({"content": b"Q Q 2 0 0 2 50 50 cm"}, id="more Q than q"),
    pytest.param({"content": b"Q q 0.5 0 0 0.5 0 0 cm 1 0 0 rg"}, id="Q too many, then q too many"),
    pytest.param({"content": b"BT /F1 12 Tf 3 Tr 9 Ts"}, id="text object left open"),
    pytest.param({"content": b"q 0.2 0 0 0.2 0 0 cm BT /F1 12 Tf (never closed"}, id="string left open"),
    pytest.param({"content": b"q 0 1 -1 0 0 0 cm BI /W 4 /H 4 /BPC 8 /CS /G ID abc"}, id="inline picture cut off"),
    pytest.param({"content": b"3 Tr 50 Tz 4 Tc 9 Ts 1 1 0 rg"}, id="text state left changed"),
]


def corner(path, number: int) -> Image.Image:
    """The visible bottom right corner of page `number` (from 0), as pdfium shows it."""
    document = pypdfium2.PdfDocument(path)
    picture = document[number].render(scale=SCALE).to_pil().convert("L")
    document.close()
    width, height = CORNER
    return picture.crop((picture.width - width * SCALE, picture.height - height * SCALE, picture.width, picture.height))


def differs(one: Image.Image, other: Image.Image) -> float:
    """Mean difference of two corners, 0 to 255; both are smoothed, because a box may begin between two dots."""
    size = (CORNER[0], CORNER[1])
    return ImageStat.Stat(ImageChops.difference(one.resize(size), other.resize(size))).mean[0]


@pytest.mark.parametrize("page", PAGES)
def test_the_number_looks_as_on_a_plain_page(page, make_pdf, bind):
    plain, odd = bind({"G1": [make_pdf({})]}, name="plain.pdf"), bind({"G1": [make_pdf(page)]}, name="odd.pdf")
    sheet = plain.built.pages - 1
    expected, found = corner(plain.path, sheet), corner(odd.path, odd.built.pages - 1)
    ink = differs(expected, Image.new("L", expected.size, 255))
    assert ink > 0.5, "the corner of the plain page shows a number at all"
    # a number that is missing differs by its ink, one that is turned or moved by its own width by twice as much
    assert differs(expected, found) < ink / 4


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
def test_a_larger_user_unit_leaves_the_number_its_size_on_paper(rotate, make_pdf, bind):
    plain, odd = bind({"G1": [make_pdf({})]}, name="plain.pdf"), bind({"G1": [make_pdf({"media": (0, 0, 300, 400), "unit": 2, "rotate": rotate})]}, name="odd.pdf")
    document = pypdfium2.PdfDocument(odd.path)
    page = document[odd.built.pages - 1]
    wide = 800 if rotate in (90, 270) else 600  # points on paper: 300 x 400 units of two points
    picture = page.render(scale=SCALE * wide / page.get_width()).to_pil().convert("L")
    document.close()
    width, height = CORNER
    found = picture.crop((picture.width - width * SCALE, picture.height - height * SCALE, picture.width, picture.height))
    assert differs(corner(plain.path, plain.built.pages - 1), found) < 0.2  # the ink of the number is 0.8

def test_a_tiny_slip_of_paper_keeps_the_number_inside(make_pdf, bind):
    made = bind({"G1": [make_pdf({"media": (0, 0, 90, 60)})]})
    document = pypdfium2.PdfDocument(made.path)
    picture = document[made.built.pages - 1].render(scale=8).to_pil().convert("L")
    document.close()
    edge = Image.new("L", picture.size, 255)
    edge.paste(picture.crop((8, 8, picture.width - 8, picture.height - 8)), (8, 8))
    assert ImageChops.difference(edge, picture).getbbox() is None, "nothing touches the edge"
    assert picture.getextrema()[0] < 100, "the number is there"


def test_the_number_can_be_read_on_a_black_page(make_pdf, bind):
    made = bind({"G1": [make_pdf({"content": b"0 g 0 0 600 850 re f"})]})
    light = corner(made.path, made.built.pages - 1)
    assert light.getextrema()[1] > 150, "a light ground lies behind the number"
    assert ImageStat.Stat(light).mean[0] < 60, "and it is no larger than the number needs"


def test_the_mark_of_the_exhibit_stands_at_the_head(make_pdf, bind):
    made = bind({"G1": [make_pdf({}), make_pdf({"rotate": 90})]})
    document = pypdfium2.PdfDocument(made.path)
    for sheet, mark in ((made.built.pages - 2, "证据1"), (made.built.pages - 1, "证据2")):
        assert mark in document[sheet].get_textpage().get_text_bounded()
    document.close()


def test_a_watermark_lies_on_every_page_of_a_draft_and_on_none_of_a_final_copy(make_pdf, bind, complaint):
    for watermark, expected in (("草稿 DRAFT", True), (None, False)):
        made = bind({"G1": [make_pdf({"rotate": 270})], "G2": [None]}, papers=[complaint], watermark=watermark)
        document = pypdfium2.PdfDocument(made.path)
        texts = ["".join(page.get_textpage().get_text_bounded().split()) for page in document]
        document.close()
        assert ["草稿" in text and "DRAFT" in text for text in texts] == [expected] * made.built.pages


def test_a_bundle_can_be_an_exhibit_of_a_bundle(make_pdf, bind, exhibit):
    first = bind({"G1": [make_pdf({}), make_pdf({})]}, name="first.pdf", watermark="草稿 DRAFT")  # its font has other signs, hence other codes
    second = bind({"G1": [make_pdf({}), exhibit(first.path, "D02")]}, name="second.pdf")
    document = pypdfium2.PdfDocument(second.path)
    texts = ["".join(page.get_textpage().get_text_bounded().split()) for page in document]
    document.close()
    assert "草稿DRAFT" in texts[-1]
    assert texts[-1].endswith("证据2" + "5"), "the last page of the first bundle, its own stamps below, ours above"
    assert texts[-1].count("证据2") == 2, "the old mark keeps its font and the new one has ours"


@pytest.mark.skipif(not shutil.which("qpdf"), reason="qpdf is not installed: its check of the output is left out")
def test_qpdf_accepts_a_bundle_of_all_of_them_without_a_warning(make_pdf, bind):
    made = bind({"G1": [make_pdf(page.values[0]) for page in PAGES], "G2": [None]}, watermark="草稿 DRAFT")
    checked = subprocess.run(["qpdf", "--check", made.path], capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stderr) == (0, "")
