"""Mails taken apart: head, text and attachments under their decoded names; mailboxes; nothing is fetched."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from casefiles.readers import READERS, media_type, read, reader_for
from casefiles.readers.mail import read_mail, read_mbox
from casefiles.readers.reading import Told

HEAD = b"From: a@example.com\r\nTo: b@example.com\r\nSubject: s\r\nDate: Mon, 4 Mar 2024 10:00:00 +0800\r\nMIME-Version: 1.0\r\n"


@pytest.fixture
def told(tmp_path):
    """told(content): what the reader of mails says of these bytes."""
    number = 0

    def of(content: bytes, reader=read_mail) -> Told:
        nonlocal number
        number += 1
        place, inside = tmp_path / f"{number}.eml", tmp_path / f"inside{number}"
        inside.mkdir()
        place.write_bytes(content)
        said = Told(into=inside)
        reader(place, said)
        return said

    return of


def named(said: Told) -> dict[str, bytes]:
    return {child.path: child.file.read_bytes() for child in said.children}


def part(disposition: bytes, content: bytes = b"x", kind: bytes = b"application/octet-stream") -> bytes:
    return b"--b\r\nContent-Type: " + kind + b"\r\nContent-Disposition: " + disposition + b"\r\n\r\n" + content + b"\r\n"


def mixed(*parts: bytes) -> bytes:
    return HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"".join(parts) + b"--b--\r\n"


@pytest.mark.parametrize(("disposition", "name"), [
    pytest.param(b"attachment; filename*=UTF-8''%E8%BF%98%E6%AC%BE.txt", "还款.txt", id="RFC 2231"),
    pytest.param(b"attachment; filename*0*=UTF-8''%E8%BF%98; filename*1*=%E6%AC%BE.txt", "还款.txt", id="RFC 2231 in pieces"),
    pytest.param(b"attachment; filename*=gb2312''%B6%D4%D5%CB%B5%A5%A3%A8%E9%47%A3%A9.pdf", f"对账单（{bytes.fromhex('e947').decode('gbk')}）.pdf", id="RFC 2231, GBK called gb2312"),
    pytest.param(b'attachment; filename="=?GBK?B?' + base64.b64encode("发票".encode("gbk")) + b'?=.pdf"', "发票.pdf", id="an encoded word in GBK"),
    pytest.param(b'attachment; filename="=?gb2312?Q?=B7=A2=C6=B1?="', "发票", id="a quoted-printable word"),
    pytest.param(b'attachment; filename="' + "送货单.pdf".encode("gbk") + b'"', "送货单.pdf", id="raw bytes in GBK"),
    pytest.param(b'attachment; filename="' + "送货单.pdf".encode() + b'"', "送货单.pdf", id="raw bytes in UTF-8"),
    pytest.param(b'attachment; filename="../../etc/x.txt"', "../../etc/x.txt", id="a name that leads out is only a name"),
    pytest.param(b"attachment", "附件1.bin", id="no name"),
])  # fmt: skip
def test_names_of_attachments(told, disposition, name):
    said = told(mixed(part(disposition)))
    assert named(said) == {name: b"x"}
    assert f"［附件］{name}" in said.pages[0].text
    assert said.details["mail"]["attachments"] == [name]


def test_the_date_as_sent_and_in_shanghai(told):
    said = told(HEAD.replace(b"10:00:00 +0800", b"22:30:00 -0500") + b"\r\ntext")
    assert "日期：Mon, 4 Mar 2024 22:30:00 -0500（北京时间 2024-03-05 11:30:00）" in said.pages[0].text
    assert said.details["mail"]["shanghai"] == "2024-03-05 11:30:00"


@pytest.mark.parametrize(("body", "text"), [
    pytest.param(b"Content-Type: text/plain; charset=gb2312\r\n\r\n" + "镕基".encode("gbk"), "镕基", id="GBK called gb2312"),
    pytest.param(b"\r\n" + "货款 1,280,000.50 元".encode("gbk"), "货款 1,280,000.50 元", id="no charset at all"),
    pytest.param(b"Content-Type: text/plain; charset=nonsense\r\n\r\n" + "货款".encode(), "货款", id="a charset nobody knows"),
    pytest.param(b"Content-Type: text/html; charset=utf-8\r\n\r\n<p>\xe8\xb4\xa7<b>\xe6\xac\xbe</b></p><script>alert(1)</script><img src=http://x.test/a.png>", "货款", id="only a web page"),
])  # fmt: skip
def test_the_text_of_a_mail(told, body, text):
    (page,) = told(HEAD + body).pages
    assert page.text.split("\n\n", 1)[1].strip() == text


def test_the_plain_text_is_preferred(told):
    said = told(HEAD + b"Content-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nplain\r\n--b\r\n"
                b"Content-Type: text/html\r\n\r\n<p>page</p>\r\n--b--\r\n")  # fmt: skip
    assert said.pages[0].text.endswith("plain")
    assert not said.children


def test_a_mail_in_a_mail_is_a_file_inside(told):
    inner = b"Subject: =?UTF-8?B?5Zue5aSN?=\r\nFrom: c@example.com\r\n\r\nFrom here on\r\n"
    said = told(mixed(part(b"inline", inner, b"message/rfc822")))
    assert named(said) == {"回复.eml": inner}
    assert media_type(said.children[0].file, "回复.eml") == "message/rfc822"


def test_an_encoded_mail_in_a_mail(told):
    inner = base64.b64encode(b"Subject: a\r\nFrom: c@example.com\r\n\r\ntext\r\n")
    said = told(mixed(part(b"inline; filename=a.eml\r\nContent-Transfer-Encoding: base64", inner, b"message/rfc822")))
    assert b"From: c@example.com" in named(said)["a.eml"]


@pytest.mark.parametrize(("content", "word"), [
    pytest.param(HEAD + b"Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m\r\n\r\nx", "S/MIME", id="encrypted"),
    pytest.param(HEAD + b"Content-Type: multipart/encrypted; boundary=b; protocol=application/pgp-encrypted\r\n\r\n" + part(b"inline", b"Version: 1", b"application/pgp-encrypted") + b"--b--",
                 "PGP", id="PGP"),
])  # fmt: skip
def test_an_encrypted_mail_says_so(told, content, word):
    said = told(content)
    assert said.incomplete
    assert word in said.notes[0][1]


def test_a_hundred_thousand_parts_stop_at_a_limit(told):
    said = told(mixed(*[b"--b\r\n\r\nx\r\n"] * 5_000))
    assert said.incomplete
    assert "more than 2000 parts" in said.notes[0][1]


def test_parts_within_parts_without_end(make_file):
    deep = HEAD + b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(600))
    reading = read(make_file("deep.eml", deep), "message/rfc822")
    assert reading.outcome in {"failed", "read", "partly"}
    assert reading.outcome == "read" or reading.reason_zh


def test_a_mailbox_is_split(told):
    one, two = b"Subject: first\nFrom: a@example.com\n\nFrom now on\n\nFrom then on we pay\n", b"Subject: =?UTF-8?B?5LqM?=\nFrom: b@example.com\n\ntext\n"
    said = told(b"From a@example.com Mon Mar  4 10:00:00 2024\n" + one + b"\nFrom b@example.com Tue Mar  5 10:00:00 2024\n" + two, read_mbox)
    assert named(said) == {"0001 first.eml": one + b"\n", "0002 二.eml": two}
    assert [line.split("\t")[3] for line in said.pages[0].text.splitlines()] == ["first", "二"]


@pytest.mark.parametrize(("name", "texts", "children"), [
    pytest.param("attachment-pdf.eml", ["Test - body content"], ["test.pdf"], id="a PDF"),
    pytest.param("attachments-text.eml", ["EML 1"], ["Test TxtA.txt", "Test TxtB.txt"], id="two texts"),
    pytest.param("forwarded-message.eml", ["This is the first part."], ["ForwardedMessage.eml"], id="a mail in a mail"),
    pytest.param("gbk-with-attachment.eml", ["对账单与催款函（样例）", "欠款合计 1,280,000.50 元"], ["对账单（盖章）.pdf"], id="GBK"),
    pytest.param("signed-smime.eml", ["a pöstal sign of our times"], ["smime.p7s"], id="signed"),
    pytest.param("utf8-html-reply.eml", ["2024年5月31日"], ["还款计划.txt"], id="a web page"),
    pytest.param("outlook-chinese.msg", ["主题：Alfresco MSG format testing ( MSG 格式測試 )", "MSG 格式測試 ) 中文測試"], [], id="Outlook, code page 950"),
    pytest.param("outlook-with-doc.msg", ["test pièce jointe 1", "contenu"], ["test-unicode.doc", "pj1.txt"], id="Outlook with attachments"),
    pytest.param("several.mbox", ["Jianmin Woo"], [f"000{n} Re question about when shuffle sort start working.eml" for n in (1, 2, 3)], id="a mailbox"),
])  # fmt: skip
def test_samples(sample, tmp_path, name, texts, children):
    path: Path = sample(f"email/{name}")
    said = Told(into=tmp_path)
    READERS[reader_for(media_type(path, path.name))].load()(path, said)
    assert not said.incomplete
    assert [text for text in texts if text not in said.pages[0].text] == []
    assert [child.path for child in said.children] == children
    assert all(child.file.stat().st_size for child in said.children)
    assert "alert" not in said.pages[0].text


def test_three_levels_of_a_forwarded_mail(sample, tmp_path):
    """mail > mail > broken.pdf: each level is read by itself, and the broken PDF says that it is broken."""
    path, kinds = sample("email/forwarded-message.eml"), []
    for level in range(3):
        folder = tmp_path / str(level)
        folder.mkdir()
        kinds.append(media_type(path, path.name))
        reading = read(path, kinds[-1], into=folder)
        path = reading.children[-1].file if reading.children else path
    assert kinds == ["message/rfc822", "message/rfc822", "application/pdf"]
    assert reading.outcome == "failed"
    assert reading.reason_en


def test_without_a_folder_attachments_are_only_named(sample):
    path = sample("email/attachments-text.eml")
    reading = read(path, "message/rfc822")
    assert (reading.outcome, reading.children) == ("read", ())
    assert "［附件］Test TxtA.txt" in reading.pages[0].text
