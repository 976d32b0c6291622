"""A hit on a recognised page is marked on its picture, at the place OCR saw the word."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from casefiles.db import saving, session
from casefiles.models import Document, Page

SIZE = (400, 200)
TEXT = "送货单\n运单号：SF1390284\t鋼管"
BOXES = [[0, 3, 0.1, 0.1, 0.4, 0.2], [4, 8, 0.1, 0.5, 0.3, 0.6], [8, 17, 0.3, 0.5, 0.6, 0.6], [18, 20, 0.7, 0.5, 0.8, 0.6]]


@pytest.fixture
def scan(make_case, make_document) -> Document:
    """A white picture with a recognised page: what is marked on it is ours."""
    white = io.BytesIO()
    Image.new("RGB", SIZE, "white").save(white, "PNG")
    paper = make_document(make_case(), type="delivery_note", media_type="image/png", content=white.getvalue(), name="送货单.png")
    with saving():
        session.add(Page(document_id=paper.id, number=1, label="1", text=TEXT, source="ocr", boxes=BOXES))
    return paper


def marked(client, paper, query: str) -> tuple[int, int, int, int] | None:
    """The frame of all that is not white on the page's picture, in pixels; None where nothing is marked."""
    answer = client.get(f"/cases/{paper.case_id}/documents/{paper.id}/pages/1.png", query_string={"width": SIZE[0], "q": query})
    assert answer.status_code == 200
    return Image.eval(Image.open(io.BytesIO(answer.data)).convert("RGB"), lambda value: 255 - value).getbbox()


def test_words_are_marked_where_they_stand(signed_in, scan):
    clerk = signed_in("legal_staff")
    expected = {
        "SF1390284": (120, 100, 240, 120),
        "sf1390284": (120, 100, 240, 120),
        "送货": (40, 20, 120, 40),  # two of three signs of equal width
        "钢管": (280, 100, 320, 120),  # written with the traditional sign on the page
    }
    for query, frame in expected.items():
        found = marked(clerk, scan, query)
        assert found is not None, query
        assert [abs(ours - theirs) <= 3 for ours, theirs in zip(found, frame, strict=True)] == [True] * 4, (query, found)
    assert [marked(clerk, scan, query) for query in ("没有这样的字", "", '"')] == [None, None, None]


def test_a_page_recognised_without_boxes_is_shown_unmarked(signed_in, scan):
    with saving():
        session.query(Page).filter_by(document_id=scan.id).update({"boxes": None})
    assert marked(signed_in("legal_staff"), scan, "送货单") is None
