"""Mails and chat exports as pages: every head, every attachment named, nothing fetched, nothing run."""

from __future__ import annotations

import hashlib
import io
from email.message import EmailMessage

import pypdfium2
import pytest
from pikepdf import Encryption, Pdf
from PIL import Image

from casefiles.bundle.chat import lines_of_html
from casefiles.bundle.convert import NotConverted, convert, known, notes_of
from casefiles.bundle.mail_reading import read_mail
from casefiles.bundle.plan import Exhibit, Source
from casefiles.bundle.preflight import examine, prepare

MAIL = "message/rfc822"


def text_of(path, page=None):
    document = pypdfium2.PdfDocument(path)
    pages = range(len(document)) if page is None else [page]
    text = "\n".join(document[number].get_textpage().get_text_bounded() for number in pages)
    document.close()
    return "".join(text.split())


def pdf_bytes(pages=1, **saving):
    with Pdf.new() as pdf:
        for _ in range(pages):
            pdf.add_blank_page(page_size=(595, 842))
        written = io.BytesIO()
        pdf.save(written, **({} if saving else {"static_id": True}), **saving)
    return written.getvalue()


def picture_bytes():
    written = io.BytesIO()
    Image.new("RGB", (60, 40), "red").save(written, "PNG")
    return written.getvalue()


def letter(subject="对账单与催款函", body="欠款合计 1,280,000.50 元，请于五日内付清。", **heads):
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "李四 <li@example.com>", "张三 <zhang@example.com>", subject
    mail["Date"], mail["Message-ID"] = heads.get("date", "Thu, 29 Feb 2024 20:30:00 -0500"), "<sample@example.com>"
    mail.set_content(body)
    return mail


@pytest.fixture(scope="module")
def rich(tmp_path_factory, fonts):
    """One mail with everything in it, prepared."""
    folder = tmp_path_factory.mktemp("mail")
    inner = letter("内部转发", "这是被转发的邮件。")
    inner.add_attachment(pdf_bytes(2), maintype="application", subtype="pdf", filename="内层合同.pdf")
    deeper = letter("第三层")
    inner.add_attachment(deeper)
    mail = letter()
    mail["Cc"] = "财务 <cw@example.com>"
    mail.add_attachment(pdf_bytes(3), maintype="application", subtype="pdf", filename="对账单（盖章）.pdf")
    mail.add_attachment(picture_bytes(), maintype="image", subtype="png", filename="现场.png")
    mail.add_attachment(b"%PDF-1.7 and nothing", maintype="application", subtype="pdf", filename="坏文件.pdf")
    mail.add_attachment(pdf_bytes(encryption=Encryption(owner="o", user="x")), maintype="application", subtype="pdf", filename="加密.pdf")
    mail.add_attachment("还款计划：每月十万".encode("gb18030"), maintype="text", subtype="plain", filename="计划.txt")
    mail.add_attachment(b"PK\x03\x04", maintype="application", subtype="zip", filename="资料.zip")
    mail.add_attachment(inner)
    (folder / "rich.eml").write_bytes(mail.as_bytes())
    content = (folder / "rich.eml").read_bytes()
    source = Source(folder / "rich.eml", "rich.eml", hashlib.sha256(content).hexdigest(), len(content), MAIL)
    (prepared,) = prepare([Exhibit("D01", "催款邮件", "G1", source)], folder / "work", fonts, cache=folder / "cache")
    return prepared


@pytest.mark.parametrize("word", [
    "李四<li@example.com>", "张三<zhang@example.com>", "财务<cw@example.com>", "对账单与催款函", "<sample@example.com>",
    "Thu,29Feb202420:30:00-0500",
    "2024-03-0109:30:00（北京时间）",  # 20:30 five hours behind UTC is 01:30 UTC on 1 March, a leap year, and 09:30 in Shanghai
    "欠款合计1,280,000.50元", "对账单（盖章）.pdf", "附后3页", "坏文件.pdf", "已损坏", "加密.pdf", "有密码", "资料.zip", "计划.txt", "现场.png",
    "这是被转发的邮件", "内部转发", "第三层", "未展开", "每月十万",
])  # fmt: skip
def test_everything_of_a_mail_stands_on_its_pages(rich, word):
    assert word in text_of(rich.pdf)


def test_attachments_follow_each_after_a_sheet_that_names_it(rich):
    # two pages of mail at the most; then sheet and pages of: PDF (3), picture (1), text (1), the inner mail's PDF (2)
    document = pypdfium2.PdfDocument(rich.pdf)
    shown = ["".join(page.get_textpage().get_text_bounded().split()) for page in document]
    document.close()
    sheets = [at for at, text in enumerate(shown) if text.startswith("电子邮件附件")]
    assert [shown[at][6:10] for at in sheets] == ["附件1对", "附件2现", "附件5计", "附件7."]
    assert [after - at - 1 for at, after in zip(sheets, [*sheets[1:], len(shown)], strict=True)] == [3, 1, 1, 2]
    assert hashlib.sha256(pdf_bytes(3)).hexdigest() in shown[sheets[0]]


def test_what_could_not_be_shown_is_said_and_the_mail_goes_along(rich):
    said = {problem.code: problem for problem in rich.problems}
    assert {"from_mail", "mail_left_out"} <= set(said)
    for zh in ("坏文件.pdf (damaged)", "加密.pdf (password)", "资料.zip (kind)"):
        assert zh in said["mail_left_out"].en
    assert (rich.slip, rich.native.name) == (False, "rich.eml")


def write(folder, content, name="a.eml"):
    (folder / name).write_bytes(content)
    return folder / name


@pytest.mark.parametrize(("head", "expected"), [
    pytest.param("主题：催款".encode("gbk"), "主题：催款", id="GBK bytes without any coding"),
    pytest.param(b"=?GB2312?B?tN+/7rqv?=", "催款函", id="an encoded word in GB2312"),
    pytest.param(b"=?UTF-8?B?5YKs5qy+?= =?UTF-8?B?5Ye9?=", "催款函", id="two encoded words"),
    pytest.param(b"=?unknown-8bit?Q?abc?=", "abc", id="a coding nobody knows"),
    pytest.param(b"=?UTF-8?B?!!!", "=?UTF-8?B?!!!", id="an encoded word cut off"),
])  # fmt: skip
def test_subjects_are_read_in_the_ways_they_are_written(head, expected):
    mail = read_mail(b"From: a@example.com\r\nTo: b@example.com\r\nSubject: " + head + b"\r\n\r\nx")
    assert mail.subject == expected


@pytest.mark.parametrize(("date", "shanghai"), [
    pytest.param("Fri, 01 Mar 2024 09:30:00 +0800", "2024-03-01 09:30", id="sent in China"),
    pytest.param("Fri, 01 Mar 2024 09:30:00", None, id="no zone: nobody knows the moment"),
    pytest.param("someday", None, id="no date"),
])  # fmt: skip
def test_the_moment_is_told_only_where_it_is_known(date, shanghai):
    mail = read_mail(f"From: a@example.com\r\nDate: {date}\r\n\r\nx".encode())
    assert mail.sent == date
    assert (f"{mail.shanghai:%Y-%m-%d %H:%M}" if mail.shanghai else None) == shanghai


def test_plain_text_is_preferred_and_html_turned_to_text():
    mail = EmailMessage()
    mail["From"] = "a@example.com"
    mail.set_content("纯文本")
    mail.add_alternative("<p>网页</p>", subtype="html")
    assert (read_mail(mail.as_bytes()).lines, read_mail(mail.as_bytes()).html) == (("纯文本",), False)
    only = EmailMessage()
    only["From"] = "a@example.com"
    only.set_content("<p>网页</p><img src='http://127.0.0.1:9/x.gif'><script>alert(1)</script>", subtype="html")
    assert (read_mail(only.as_bytes()).lines, read_mail(only.as_bytes()).html) == (("网页", "［图片：x.gif］"), True)


@pytest.mark.parametrize(("html", "lines"), [
    pytest.param("<p>一<br>二</p><p>三\n四</p>", ["一", "二", "", "三 四"], id="lines and paragraphs"),
    pytest.param("<style>p{}</style><script>x()</script><p>见</p>", ["见"], id="no style, no script"),
    pytest.param("<table><tr><td>甲</td><td>1</td></tr><tr><td>乙</td><td>2</td></tr></table>", ["甲 1", "", "乙 2"], id="rows of a table"),
    pytest.param('<a href="http://example.com/pay">www.bank.example</a>', ["www.bank.example ‹http://example.com/pay›"], id="where a link leads"),
    pytest.param("<pre>a\n  b</pre>", ["a", "b"], id="as typed"),
    pytest.param("<div>&lt;b&gt; &amp; &#x4E00;</div>", ["<b> & 一"], id="entities"),
    pytest.param("<head><title>t</title><p>未闭合<div>还在", ["未闭合", "还在"], id="tags left open swallow nothing"),
])  # fmt: skip
def test_html_is_read_as_a_reader_sees_it(html, lines):
    assert [line for line in lines_of_html(html) if line] == [line for line in lines if line]


@pytest.mark.parametrize(("name", "media_type", "content", "expected"), [
    pytest.param("微信记录.txt", "text/plain", "2024-05-31 10:21:33 张三\n货款何时付？\n\n2024-05-31 10:22:01 李四\n下月付清\n2024-06-01 08:00 张三\n好", "下月付清", id="text"),
    pytest.param("微信记录.html", "text/html", "<div>张三 2024-05-31 10:21:33</div><div>货款何时付？</div><script>location='http://127.0.0.1:9'</script>", "货款何时付？", id="html"),
    pytest.param("微信记录.csv", "text/csv", "序号,发送人,时间,内容\n1,张三,2024-05-31 10:21:33,货款何时付？\n", "货款何时付？", id="table"),
])  # fmt: skip
def test_chat_exports_are_printed_as_they_stand(name, media_type, content, expected, tmp_path, fonts, exhibit):
    path = write(tmp_path, content.encode(), name)
    made = convert(exhibit(path, media_type=media_type).source, tmp_path, None, fonts)
    text = text_of(made)
    assert expected in text
    assert name in text
    assert "location" not in text


def test_a_file_that_is_no_mail_is_refused_once_and_for_all(tmp_path, fonts, exhibit, monkeypatch):
    source = exhibit(write(tmp_path, b"\x00\x01\x02"), media_type=MAIL).source
    source.path.write_bytes(b"")
    with pytest.raises(NotConverted):
        convert(source, tmp_path, tmp_path / "cache", fonts)
    monkeypatch.setattr("casefiles.bundle.convert._made", lambda *_: pytest.fail("it was tried again"))
    with pytest.raises(NotConverted):
        known(source, tmp_path / "cache", fonts)


def test_the_same_mail_gives_the_same_bytes(tmp_path, fonts, exhibit):
    mail = letter()
    mail.add_attachment(picture_bytes(), maintype="image", subtype="png", filename="a.png")
    source = exhibit(write(tmp_path, mail.as_bytes()), media_type=MAIL).source
    one = convert(source, tmp_path, tmp_path / "one", fonts)
    two = convert(source, tmp_path, tmp_path / "two", fonts)
    assert one.read_bytes() == two.read_bytes()
    assert notes_of(one) == notes_of(two) == (("from_mail", ""),)


def test_what_is_not_converted_yet_says_so(tmp_path, fonts, exhibit, monkeypatch):
    entry = exhibit(write(tmp_path, letter().as_bytes()), media_type=MAIL)
    monkeypatch.setattr("casefiles.bundle.convert._made", lambda *_: pytest.fail("looking converts nothing"))
    (seen,) = examine([entry], fonts, cache=tmp_path / "cache")
    assert (seen.pages, seen.slip, [problem.code for problem in seen.problems]) == (None, False, ["not_converted"])
