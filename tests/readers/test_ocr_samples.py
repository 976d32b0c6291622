"""The samples' pictures and scans: what the MANIFEST says is on them is recognised; what cannot be is an outcome."""

from __future__ import annotations

import struct
import zlib

import pytest

from casefiles.readers import media_type, recognise

FEIDA = "关于浙江菲达环保科技股份有限公司"


@pytest.mark.long
@pytest.mark.parametrize(("name", "pages", "texts"), [
    pytest.param("images/cn-paragraph.png", [1], ["网络支付", "信用卡账户"], id="black on a transparent ground"),
    pytest.param("images/cn-scan-page.png", [1], ["上海证券交易所", FEIDA], id="a scanned page"),
    pytest.param("images/cn-text-exif-rotate-3.jpg", [1], ["我是中国人"], id="upside down by EXIF"),
    pytest.param("images/cn-white-on-transparent.png", [1], ["我是中国人"], id="white on a transparent ground, letters of half the height"),
    pytest.param("images/scan-skewed.png", [1], ["declared vicinity continue supplied", "Attachment apartments in delightful"], id="turned by 10 degrees"),
    pytest.param("images/tiff-2-pages.tif", [1, 2], ["Page 1", "Page 2"], id="two pictures in one"),
    pytest.param("images/聊天截图.png", [1], ["传播方式的变化"], id="a chat"),
    pytest.param("pdf/cn-scan-image-only.pdf", [1, 2], ["天健会计师事务所", FEIDA], id="a scan as PDF"),
    pytest.param("pdf/scan-ccitt-g4-a4.pdf", [1], ["PDFBOX"], id="a fax"),
    pytest.param("pdf/cn-seal-page-simsun-not-embedded.pdf", [1], ["定向募集说明书"], id="writing drawn as pictures, under a seal"),
])  # fmt: skip
def test_what_stands_on_a_picture(sample, name, pages, texts):
    path = sample(name)
    got = recognise(path, media_type(path, path.name), pages)
    assert got.reason_en == ""
    assert [(page.number, page.source) for page in got.pages] == [(number, "ocr") for number in pages]
    whole = "\n".join(page.text for page in got.pages)
    assert [text for text in texts if text not in whole] == []
    for page in got.pages:
        assert all(0 <= start < end <= len(page.text) and 0 <= left <= right <= 1 and 0 <= top <= bottom <= 1 for start, end, left, top, right, bottom in page.boxes)


def test_a_page_without_writing_and_a_page_that_is_not_there(sample):
    """The picture of a landscape gives an empty page, not a missing one."""
    got = recognise(sample("images/camera-small.heic"), "image/heic", [1, 7])
    assert [(page.number, page.text, page.boxes) for page in got.pages] == [(1, "", ())]
    assert got.reason_en == "Page 7 cannot be shown."
    assert got.reason_zh == "第 7 页无法显示。"


def chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


BOMB = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 60_000, 60_000, 8, 0, 0, 0, 0)) + chunk(b"IDAT", zlib.compress(b"\0" * 1_000)) + chunk(b"IEND", b"")


@pytest.mark.long
@pytest.mark.parametrize(("content", "kind", "reason"), [
    pytest.param(BOMB, "image/png", "too many pixels", id="pixel bomb"),
    pytest.param(b"\x89PNG\r\n\x1a\n" + b"\xff" * 99, "image/png", "Not a sound image", id="broken picture"),
    pytest.param(b"%PDF-1.7 rubbish", "application/pdf", "Not a sound PDF", id="broken PDF"),
])  # fmt: skip
def test_what_cannot_be_opened_is_said(make_file, content, kind, reason):
    got = recognise(make_file("a", content), kind, [1])
    assert got.pages == ()
    assert reason in got.reason_en
    assert got.reason_zh


@pytest.mark.long
def test_too_little_time_is_said(sample):
    got = recognise(sample("images/cn-scan-page.png"), "image/png", [1], seconds=1)
    assert "more than 1 s" in got.reason_en
