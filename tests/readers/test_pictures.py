"""Pages as pictures, and where words stand on them."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from casefiles.readers import media_type
from casefiles.readers.pictures import NoPicture, page_image, word_boxes


def picture_of(path, number: int = 1, width: int = 400) -> Image.Image:
    return Image.open(io.BytesIO(page_image(path, media_type(path, path.name), number, width)))


@pytest.mark.parametrize(("name", "number", "size"), [
    pytest.param("pdf/a3-rotate270.pdf", 1, (400, 283), id="A3 shown as landscape"),
    pytest.param("pdf/cropbox-in-sheet-rotate270.pdf", 1, (400, 566), id="A4 window out of a sheet"),
    pytest.param("pdf/very-large-page.pdf", 1, (400, 195), id="large page"),
    pytest.param("images/photo-exif-rotate-6.jpg", 1, (400, 267), id="photo upright"),
    pytest.param("images/tiff-2-pages.tif", 2, None, id="second picture"),
    pytest.param("images/camera-small.heic", 1, (400, 272), id="heic of a phone"),
])  # fmt: skip
def test_size_as_shown(sample, name, number, size):
    picture = picture_of(sample(name), number)
    assert picture.format == "PNG"
    assert size is None or (abs(picture.width - size[0]) <= 1 and abs(picture.height - size[1]) <= 3)


@pytest.mark.parametrize("name", [
    pytest.param("pdf/cn-cid-not-embedded-a4-a3-mix.pdf", id="Chinese fonts that are not embedded are drawn all the same"),
    pytest.param("pdf/cn-scan-image-only.pdf", id="scan"),
    pytest.param("images/cn-white-on-transparent.png", id="white writing on a transparent ground"),
    pytest.param("images/cn-paragraph.png", id="black writing on a transparent ground"),
])  # fmt: skip
def test_not_blank(sample, name):
    """At least one pixel in a thousand differs strongly from the ground."""
    grey = picture_of(sample(name), width=800).convert("L")
    values = grey.histogram()
    ground = values.index(max(values))
    assert sum(count for value, count in enumerate(values) if abs(value - ground) > 90) > grey.width * grey.height / 1000


def test_the_place_of_a_photo_does_not_go_along(sample):
    picture = picture_of(sample("images/photo-exif-rotate-6.jpg"))
    assert not picture.getexif()


@pytest.mark.parametrize(("name", "number", "word"), [
    pytest.param("pdf/cn-embedded-tender.pdf", 9, "no page 9", id="a page that is not there"),
    pytest.param("pdf/cn-embedded-tender.pdf", 0, "no page 0", id="page 0"),
    pytest.param("pdf/encrypted-user-aes256.pdf", 1, "password", id="encrypted"),
    pytest.param("pdf/zero-pages.pdf", 1, "no pages", id="no pages"),
    pytest.param("docx/cn-article-pictures.docx", 1, "no page images", id="Word"),
])  # fmt: skip
def test_no_picture_says_why(sample, name, number, word):
    path = sample(name)
    with pytest.raises(NoPicture, match=word) as error:
        page_image(path, media_type(path, name), number, 400)
    assert error.value.reason_zh


@pytest.mark.parametrize(("name", "number", "terms", "inside"), [
    # where the writing was seen to stand on the page image, in parts of the page: left, top, right, bottom
    pytest.param("pdf/cn-cid-not-embedded-a4-a3-mix.pdf", 1, ["借款合同"], (0.15, 0.06, 0.30, 0.12), id="upright"),
    pytest.param("pdf/cn-cid-not-embedded-a4-a3-mix.pdf", 3, ["借款合同"], (0.04, 0.75, 0.08, 0.90), id="turned by 270 degrees"),
    pytest.param("pdf/cn-eticket-rotate90.pdf", 1, ["旅客姓名"], (0.02, 0.20, 0.12, 0.26), id="turned by 90 degrees"),
    pytest.param("pdf/中文-甲方盖章.pdf", 1, ["饮料"], (0.25, 0.05, 0.45, 0.20), id="inside a crop box"),
])  # fmt: skip
def test_boxes_stand_where_the_word_is(sample, name, number, terms, inside):
    (box,) = word_boxes(sample(name), number, terms)
    assert inside[0] <= box[0] < box[2] <= inside[2]
    assert inside[1] <= box[1] < box[3] <= inside[3]


def test_no_terms_no_boxes(sample):
    assert word_boxes(sample("pdf/cn-embedded-tender.pdf"), 1, []) == []
    assert word_boxes(sample("pdf/cn-embedded-tender.pdf"), 1, ["没有这样的字"]) == []
