"""Pages of OFD files as pictures: where writing, lines and seals stand, and that nothing outside the file is drawn."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from casefiles.readers.ofd_picture import page_svg, path_of
from casefiles.readers.pictures import NoPicture, page_image


def red(picture: Image.Image, box: tuple[float, float, float, float]) -> float:
    """The part of a box (in parts of the page) that is red as seals are."""
    width, height = picture.size
    part = picture.convert("RGB").crop((int(box[0] * width), int(box[1] * height), int(box[2] * width), int(box[3] * height)))
    colours = part.getcolors(part.width * part.height) or []
    return sum(count for count, (r, g, b) in colours if r > 200 and g < 120 and b < 120) / (part.width * part.height)


def test_a_page_is_drawn_with_its_seal(sample):
    """The stamp of the page: Boundary 90 8 30 20 of a page of 210 by 140 mm; the seal is itself an OFD."""
    picture = Image.open(io.BytesIO(page_image(sample("ofd/发票示例.ofd"), "application/ofd", 1, 900)))
    assert picture.size == pytest.approx((900, 600), abs=1)
    assert red(picture, (90 / 210, 8 / 140, 120 / 210, 28 / 140)) > 0.05
    assert red(picture, (0.5, 0.5, 0.9, 0.6)) == 0


@pytest.mark.parametrize(("name", "page", "wanted"), [
    pytest.param("sealed-sesv4.ofd", 1, ['viewBox="0.0 0.0 210.0 297.0"', '<svg x="50" y="50" width="40" height="40"', ">你</text>"], id="seal at its place"),
    pytest.param("sealed-across-pages.ofd", 3, ['<svg x="202" y="40" width="8" height="40" viewBox="16 0 8 40"'], id="the third fifth of a seal across the edges"),
    pytest.param("sealed-official-letter.ofd", 1, ['fill="#ee2025"', "matrix(0.64 0 0 1 0 14.62)"], id="red and narrow letters"),
])  # fmt: skip
def test_what_stands_where(sample, name, page, wanted):
    svg = page_svg(sample(f"ofd/{name}"), page)[0].decode()
    assert [part for part in wanted if part not in svg] == []


def test_there_is_no_such_page(sample):
    with pytest.raises(NoPicture, match=r"no page 6 \(5 in all\)"):
        page_image(sample("ofd/sealed-across-pages.ofd"), "application/ofd", 6, 600)


@pytest.mark.parametrize(("written", "path"), [
    pytest.param("S 0 0 L 9 0 C", "M 0 0 L 9 0 Z", id="a line that is closed"),
    pytest.param("M 0 0 Q 1 2 3 4 B 1 2 3 4 5 6 A 1 1 0 0 1 5 5", "M 0 0 Q 1 2 3 4 C 1 2 3 4 5 6 A 1 1 0 0 1 5 5", id="curves"),
    pytest.param("M 0 0 L 9 url(file:///etc/passwd)", "M 0 0", id="what is no number ends it"),
    pytest.param("L 9 0", "", id="it begins nowhere"),
    pytest.param("", "", id="nothing"),
])  # fmt: skip
def test_paths(written, path):
    assert path_of(written) == path
