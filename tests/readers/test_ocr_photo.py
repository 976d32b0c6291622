"""A delivery note photographed with a telephone: tilted, in perspective, in shadow. What it says is read, and marked where it stands."""

from __future__ import annotations

import pytest

from casefiles.readers import Recognised, recognise
from casefiles.readers.ocr_lines import places
from tests.photo_of_a_note import GOODS, TITLE, WAYBILL, Note, drawn, photographed

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def note() -> Note:
    return drawn()


@pytest.fixture(scope="module", params=[
    pytest.param((8.0, (4032, 3024), 0.35), id="12 million pixels, tilted by 8 degrees"),
    pytest.param((-13.0, (2000, 1500), 0.15), id="tilted by 13 degrees the other way, in deep shadow"),
    pytest.param((98.0, (2000, 2000), 0.5), id="lying on its side"),
    pytest.param((176.0, (2000, 1500), 0.5), id="on its head"),
])  # fmt: skip
def photo(request, note, tmp_path_factory):
    """What was recognised, the matrix from sheet to photo, and the photo's size."""
    tilt, size, darkest = request.param
    jpeg, matrix = photographed(note, tilt, size, darkest)
    path = tmp_path_factory.mktemp("photo") / "IMG_0231.jpg"
    path.write_bytes(jpeg)
    got = recognise(path, "image/jpeg", [1])
    assert got.reason_en == ""
    return got, matrix, size


def test_its_numbers_and_goods_are_read(photo):
    got: Recognised = photo[0]
    (page,) = got.pages
    assert page.source == "ocr"
    assert [word for word in (TITLE, WAYBILL, "2024年3月18日", "佛山市南海区宏达建材经营部", "镀锌钢管", GOODS, "防水涂料", "李建国") if word not in page.text] == []


def test_rows_stay_together(photo):
    rows = [line.split("\t") for line in photo[0].pages[0].text.splitlines()]
    assert ["2", GOODS, "PN16", "只", "48"] in rows
    title, number, goods = (next(at for at, row in enumerate(rows) if word in "".join(row)) for word in (TITLE, WAYBILL, GOODS))
    assert title < number < goods


@pytest.mark.parametrize("word", [TITLE, WAYBILL, GOODS])
def test_a_mark_lies_on_its_word(photo, note, word):
    """Each mark lies within the word's frame and a character around it, and together they cover most of its length."""
    import cv2
    import numpy as np

    got, matrix, size = photo
    (page,) = got.pages
    left, top, right, bottom = note.at[word]
    frame = cv2.perspectiveTransform(np.array([[[left, top], [right, top], [right, bottom], [left, bottom]]], np.float32), matrix)[0] / size
    (low_x, low_y), (high_x, high_y) = frame.min(axis=0), frame.max(axis=0)
    sign = float(np.linalg.norm(frame[3] - frame[0]))
    start = page.text.index(word)
    marks = places(page.text, page.boxes, [(start, start + len(word))])
    assert marks
    for box in marks:
        assert low_x - sign < box[0] < box[2] < high_x + sign
        assert low_y - sign < box[1] < box[3] < high_y + sign
    covered = max(max(box[2] for box in marks) - min(box[0] for box in marks), max(box[3] for box in marks) - min(box[1] for box in marks))
    assert covered > 0.8 * max(high_x - low_x, high_y - low_y)
