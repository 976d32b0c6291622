"""What a file is by its bytes, and the dates in a text."""

from __future__ import annotations

import builtins
from datetime import date

import pytest

from casefiles.readers import INLINE, find_dates, media_class, media_type, misnamed, misnaming, reader_for

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@pytest.mark.parametrize(("name", "kind", "family"), [
    pytest.param("pdf/a3-rotate270.pdf", "application/pdf", "pdf", id="pdf"),
    pytest.param("pdf/not-a-pdf.pdf", "text/plain", "text", id="text named pdf"),
    pytest.param("docx/cn-article-pictures.docx", DOCX, "word", id="docx"),
    pytest.param("docx/encrypted-password.docx", DOCX, "word", id="encrypted docx"),
    pytest.param("hostile/macro.docm", "application/vnd.ms-word.document.macroenabled.12", "word", id="docm"),
    pytest.param("xlsx/dates.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "sheet", id="xlsx"),
    pytest.param("xlsx/old-format.xls", "application/vnd.ms-excel", "sheet", id="xls"),
    pytest.param("images/phone-photo.heic", "image/heic", "image", id="heic"),
    pytest.param("images/tiff-2-pages.tif", "image/tiff", "image", id="tiff"),
    pytest.param("images/聊天截图.png", "image/png", "image", id="png"),
    pytest.param("email/gbk-with-attachment.eml", "message/rfc822", "mail", id="mail in GBK"),
    pytest.param("email/signed-smime.eml", "message/rfc822", "mail", id="signed mail"),
    pytest.param("email/several.mbox", "application/mbox", "mail", id="mailbox"),
    pytest.param("email/outlook-with-doc.msg", "application/vnd.ms-outlook", "mail", id="Outlook mail that holds a Word file"),
    pytest.param("ofd/发票示例.ofd", "application/ofd", "ofd", id="ofd"),
    pytest.param("zip/plain.zip", "application/zip", "archive", id="zip"),
    pytest.param("hostile/zip-size-lie.zip", "application/zip", "archive", id="zip that lies"),
    pytest.param("hostile/dde.csv", "text/csv", "text", id="csv"),
    pytest.param("hostile/naughty-strings.txt", "text/plain", "text", id="naughty text"),
])  # fmt: skip
@pytest.mark.parametrize("libmagic", [True, False], ids=["with libmagic", "without"])
def test_samples(sample, monkeypatch, libmagic, name, kind, family):
    if not libmagic:
        without_libmagic(monkeypatch)
    assert media_type(sample(name), name) == kind
    assert media_class(kind) == family


@pytest.mark.parametrize("name", ["audio/mandarin.mp3", "audio/mandarin.wav", "audio/phone.amr", "audio/voice.m4a", "audio/flac-in-ogg.ogg", "audio/普通话录音.wav"])
@pytest.mark.parametrize("libmagic", [True, False], ids=["with libmagic", "without"])
def test_sound(sample, monkeypatch, libmagic, name):
    if not libmagic:
        without_libmagic(monkeypatch)
    assert media_class(media_type(sample(name), name)) == "audio"


def without_libmagic(monkeypatch):
    real = builtins.__import__

    def refuse(name, *args, **named):
        if name == "magic":
            raise ImportError(name)
        return real(name, *args, **named)

    monkeypatch.setattr(builtins, "__import__", refuse)


@pytest.mark.parametrize(("name", "content", "kind"), [
    pytest.param("a.txt", "合同".encode("gbk") * 20, "text/plain", id="text in GBK"),
    pytest.param("a.csv", "编号,金额\n1,2".encode(), "text/csv", id="csv by its name"),
    pytest.param("a.srt", b"1\n00:00:01,000 --> 00:00:02,000\nhello", "application/x-subrip", id="subtitles"),
    pytest.param("a.txt", b"WEBVTT\n\n00:01.000 --> 00:02.000\nhello", "text/vtt", id="vtt by its first word"),
    pytest.param("a.txt", b"<!DOCTYPE html><html></html>", "text/html", id="html named txt"),
    pytest.param("a.jpg", b"\n<html><script>alert(1)</script>", "text/html", id="html named jpg"),
    pytest.param("a.html", b"<p>hello</p>", "text/html", id="html by its name"),
    pytest.param("a.png", b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml", id="svg named png"),
    pytest.param("a.txt", "注意：<甲方> 应当".encode(), "text/plain", id="a sign in text is no markup"),
    pytest.param("a.bin", bytes(reversed(range(256))) * 9, "application/octet-stream", id="bytes"),
    pytest.param("a.pdf", b"", "application/octet-stream", id="nothing"),
    pytest.param("a.txt", b"From: the landlord\nTo: the tenant\n\nPay.", "text/plain", id="a letter is no mail"),
])  # fmt: skip
def test_made(make_file, name, content, kind):
    assert media_type(make_file(name, content), name) == kind


def test_what_acts_is_never_shown_as_itself():
    assert not {"text/html", "image/svg+xml", "text/xml", "application/xhtml+xml", "application/pdf", DOCX} & INLINE


@pytest.mark.parametrize(("name", "kind", "wrong"), [
    pytest.param("a.pdf", "text/plain", True, id="text named pdf"),
    pytest.param("a.PDF", "application/pdf", False, id="capitals"),
    pytest.param("合同", "application/pdf", False, id="no ending"),
    pytest.param("a.xyz", "text/plain", False, id="an ending that promises nothing"),
])  # fmt: skip
def test_misnamed(name, kind, wrong):
    assert misnamed(name, kind) is wrong


@pytest.mark.parametrize(("name", "kind", "zh", "en"), [
    pytest.param("a.pdf", "text/plain", "但内容不是 PDF，而是文本", "it is not a PDF: it is text", id="text named pdf"),
    pytest.param("a.jpg", "application/octet-stream", "但内容不是图片。", "it is not a picture.", id="nothing known"),
    pytest.param("a.m4a", "video/mp4", "", "", id="a container of both sound and pictures"),
    pytest.param("a.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "", "", id="as named"),
])  # fmt: skip
def test_what_is_told_of_a_wrong_name(name, kind, zh, en):
    told = misnaming(name, kind)
    assert (told is None) == (not zh)
    assert told is None or (zh in told[0] and en in told[1])


@pytest.mark.parametrize(("kind", "reader"), [("application/pdf", "pdf"), ("text/csv", "csv"), ("text/html", "html"), ("application/msword", "office"), ("audio/mpeg", "sound")])
def test_reader_for(kind, reader):
    assert reader_for(kind) == reader


@pytest.mark.parametrize(("text", "days"), [
    pytest.param("2024-03-01", [(2024, 3, 1)], id="ISO"),
    pytest.param("2024/3/1 和 2024.3.2", [(2024, 3, 1), (2024, 3, 2)], id="strokes and points"),
    pytest.param("2024年3月1日", [(2024, 3, 1)], id="Chinese"),
    pytest.param("２０２４年　３月１日", [(2024, 3, 1)], id="full width, blanks"),
    pytest.param("二〇二四年三月一日", [(2024, 3, 1)], id="Han numerals"),
    pytest.param("二○二四年十二月三十一日，二零二五年十月二十日", [(2024, 12, 31), (2025, 10, 20)], id="tens"),
    pytest.param("一九九九年十一月廿五日", [(1999, 11, 25)], id="廿"),
    pytest.param("2024年2月30日 2023-02-29 2024-13-01", [], id="days that are not"),
    pytest.param("12024-03-01 2024-03-012", [], id="part of a longer number"),
    pytest.param("2024-3/1", [], id="mixed signs"),
    pytest.param("2024年3月1日至2024-03-01", [(2024, 3, 1)], id="each once"),
    pytest.param("三〇〇〇年一月一日 3024-01-01", [], id="other centuries"),
])  # fmt: skip
def test_dates(text, days):
    assert find_dates(text) == tuple(date(*day) for day in days)
