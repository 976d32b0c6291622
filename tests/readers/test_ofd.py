"""OFD files: the samples as their MANIFEST says, and small files made for one point each."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from casefiles.readers import read
from casefiles.readers.ofd import read_ofd
from casefiles.readers.ofd_seals import name_of
from casefiles.readers.ofd_text import steps
from casefiles.readers.reading import Refused, Told

NAMES = 'xmlns:ofd="http://www.ofdspec.org/2016"'


@pytest.fixture
def told_of(tmp_path):
    """What the reader tells of a file, in this process."""

    def told(path: Path) -> Told:
        into = tmp_path / "into"
        into.mkdir(exist_ok=True)
        told = Told(into=into)
        read_ofd(path, told)
        return told

    return told


@pytest.fixture
def make_ofd(tmp_path):
    """An OFD whose pages hold these objects; more parts by name; `body` goes into the DocBody, `root` into the Document."""

    def make(*pages: str, body: str = "", root: str = "", common: str = "", **parts: str) -> Path:
        path = tmp_path / "a.ofd"
        listed = "".join(f'<ofd:Page ID="{10 + at}" BaseLoc="Pages/{at}.xml"/>' for at in range(len(pages)))
        with zipfile.ZipFile(path, "w") as out:
            out.writestr("OFD.xml", f"<ofd:OFD {NAMES}><ofd:DocBody>{body}<ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>")
            common = f"<ofd:CommonData>{common}</ofd:CommonData>"
            out.writestr("Doc_0/Document.xml", f"<ofd:Document {NAMES}>{common}<ofd:Pages>{listed}</ofd:Pages>{root}</ofd:Document>")
            for at, objects in enumerate(pages):
                content = objects if "<ofd:Content>" in objects else f"<ofd:Content><ofd:Layer>{objects}</ofd:Layer></ofd:Content>"
                out.writestr(f"Doc_0/Pages/{at}.xml", f"<ofd:Page {NAMES}>{content}</ofd:Page>")
            for name, content in parts.items():
                out.writestr(f"Doc_0/{name.replace('__', '.')}", content)
        return path

    return make


def text(x: float, y: float, words: str, more: str = "", deltas: str = "") -> str:
    return f'<ofd:TextObject Boundary="{x} {y} 50 5" Size="4" {more}><ofd:TextCode X="0" Y="4" {deltas}>{words}</ofd:TextCode></ofd:TextObject>'


@pytest.mark.parametrize(("name", "pages", "texts"), [
    pytest.param("cn-invoice-placeholder.ofd", 1, ["购 名称：测试购买方公司名称示例占位 销 名称：测试销售方", "价税合计（大写） 零圆零角零分整"], id="labels of the template, values of the page"),
    pytest.param("sealed-across-pages.ofd", 5, ["［电子印章］OFD R&W 测试用印章"], id="seal across the edges of 5 pages"),
    pytest.param("sealed-official-letter.ofd", 2, ["路卫发〔2011〕76号\n关于同意张阿三同志辞职的批复", "某某省人力资源和社会测试章"], id="official letter"),
    pytest.param("sealed-sesv4.ofd", 1, ["你好呀，OFD Reader&Writer！", "OFD R&W 测试用印章"], id="seal of GB/T 38540"),
    pytest.param("with-attachment.ofd", 1, ["这是一个带有附件的OFD文件"], id="attachment"),
    pytest.param("发票示例.ofd", 1, ["重庆增值税电子普通发票", "发票代码：050001700111", "名称：科游迈利有限公司", "测试全国统一发票监制章"], id="invoice"),
])  # fmt: skip
def test_the_samples_say(sample, told_of, name, pages, texts):
    told = told_of(sample(f"ofd/{name}"))
    assert told.page_count == pages == len(told.pages)
    whole = "\n".join(page.text for page in told.pages)
    assert [wanted for wanted in texts if wanted not in whole] == []


def test_a_seal_is_named_with_its_pages_and_never_called_genuine(sample, told_of):
    told = told_of(sample("ofd/sealed-across-pages.ofd"))
    (seal,) = told.details["seals"]
    assert (seal["name"], seal["page"], seal["pages"]) == ("OFD R&W 测试用印章", 1, [1, 2, 3, 4, 5])
    assert told.notes == [("带有 1 枚电子印章（此处不验证）。", "bears 1 electronic seal (not verified here).")]


def test_an_attachment_becomes_a_file_with_its_ending(sample, told_of):
    (child,) = told_of(sample("ofd/with-attachment.ofd")).children
    assert child.path == "Gao.jpg"
    assert child.file.read_bytes().startswith(b"\xff\xd8\xff")


def test_an_invoice_gives_its_fields(sample, told_of):
    """As the file prints them; neither party's number has the check digit of GB 32100, so neither is taken."""
    assert told_of(sample("ofd/发票示例.ofd")).details["invoice"] == {
        "invoice_no": "99999951", "invoice_code": "050001700111", "issued_on": "2020-10-10", "buyer": "科游迈利有限公司",
        "seller": "杭州融易算企业管理咨询有限公司", "amount_excl_tax": "300.00", "tax": "18.00", "amount": "318.00", "kind": "增值税普通发票",
    }  # fmt: skip


def test_an_invoice_whose_page_and_data_differ_gives_no_fields_and_says_so(sample, told_of):
    """The page prints number 0…0 and ¥0.00, the data say 26137000000249307807 and 99.09 + 12.88."""
    told = told_of(sample("ofd/cn-invoice-placeholder.ofd"))
    assert "invoice" not in told.details
    assert any("发票号码" in zh and "价税合计" in zh for zh, _ in told.notes)
    assert "26137000000249307807" in told.pages[0].text  # what the data say is found by search all the same


@pytest.mark.parametrize(("objects", "expected"), [
    pytest.param(text(20, 50, "二") + text(20, 10, "一"), "一\n二", id="by height, not by the order of the file"),
    pytest.param(text(60, 10, "右") + text(20, 10.5, "左"), "左 右", id="one line from left to right"),
    pytest.param(text(20, 10, "甲") + text(24, 10, "乙"), "甲乙", id="signs one by one are one word"),
    pytest.param(text(20, 10, "粗") + text(20, 10, "粗"), "粗", id="drawn twice"),
    pytest.param(text(0, 0, "下", 'CTM="1 0 0 1 0 80"') + text(0, 40, "上"), "上\n下", id="moved by its matrix"),
    pytest.param(text(20, 10, "一二三四", deltas='DeltaX="4 -4 4" DeltaY="0 5 0"'), "一二\n三四", id="two lines in one code"),
    pytest.param(text(6, 33, "购买方", deltas='DeltaY="6.35 6.35"') + text(13, 34.4, "名称：甲"), "购买方\n名称：甲", id="written downwards"),
    pytest.param(f"<ofd:PageBlock>{text(0, 0, '块')}</ofd:PageBlock>", "块", id="inside a block"),
    pytest.param('<ofd:TextObject Boundary="x y" Size="?"><ofd:TextCode X="nan">字</ofd:TextCode></ofd:TextObject>', "字", id="numbers that are none"),
])  # fmt: skip
def test_reading_order(make_ofd, told_of, objects, expected):
    assert told_of(make_ofd(objects)).pages[0].text == expected


@pytest.mark.parametrize(("written", "signs", "expected"), [
    pytest.param("g 3 1.5", 5, [1.5, 1.5, 1.5, 1.5], id="g repeats, the last holds on"),
    pytest.param("1 g 2 3 5", 5, [1, 3, 3, 5], id="g between single ones"),
    pytest.param("g 999999999 1", 4, [1, 1, 1], id="never more than the text has"),
    pytest.param("g", 3, [0, 0], id="g alone"),
    pytest.param(None, 3, [0, 0], id="none"),
])  # fmt: skip
def test_steps_between_signs(written, signs, expected):
    assert steps(written, "字" * signs) == expected


def test_notes_templates_and_units_are_read(make_ofd, told_of):
    page = '<ofd:Template TemplateID="7"/><ofd:Content><ofd:Layer><ofd:CompositeObject ResourceID="8" Boundary="0 60 9 9"/></ofd:Layer></ofd:Content>'
    path = make_ofd(
        page, common='<ofd:TemplatePage ID="7" BaseLoc="T.xml"/><ofd:PublicRes>R.xml</ofd:PublicRes>',
        root="<ofd:Annotations>A.xml</ofd:Annotations>",
        T__xml=f"<ofd:Page {NAMES}><ofd:Content><ofd:Layer>{text(0, 10, '模板')}</ofd:Layer></ofd:Content></ofd:Page>",
        R__xml=f'<ofd:Res {NAMES}><ofd:CompositeGraphicUnit ID="8"><ofd:Content>{text(0, 0, "图元")}<ofd:CompositeObject ResourceID="8" Boundary="0 9 1 1"/>'
               "</ofd:Content></ofd:CompositeGraphicUnit></ofd:Res>",
        A__xml=f'<ofd:Annotations {NAMES}><ofd:Page PageID="10"><ofd:FileLoc>N.xml</ofd:FileLoc></ofd:Page></ofd:Annotations>',
        N__xml=f'<ofd:PageAnnot {NAMES}><ofd:Annot><ofd:Remark>已核对</ofd:Remark><ofd:Appearance Boundary="0 200 9 9">{text(0, 0, "同意")}</ofd:Appearance>'
               "</ofd:Annot></ofd:PageAnnot>",
    )  # fmt: skip
    lines = told_of(path).pages[0].text.split("\n")
    assert lines[:2] == ["模板", "图元"]
    assert lines[-2:] == ["同意", "［批注］已核对"]
    assert len(lines) < 10  # a unit that holds itself ends


def test_an_attachment_by_a_path_that_leads_out_is_said(make_ofd, told_of):
    root = "<ofd:Attachments>A.xml</ofd:Attachments>"
    attachments = f'<ofd:Attachments {NAMES}><ofd:Attachment Name="单"><ofd:FileLoc>../../../etc/passwd</ofd:FileLoc></ofd:Attachment></ofd:Attachments>'
    told = told_of(make_ofd(text(0, 0, "字"), root=root, A__xml=attachments))
    assert told.incomplete
    assert any("is not in the file" in en for _, en in told.notes)
    assert told.children == []


def test_a_page_that_is_a_picture_is_said(make_ofd, told_of):
    told = told_of(make_ofd('<ofd:ImageObject ResourceID="1" Boundary="0 0 9 9"/>', text(0, 0, "字")))
    assert told.incomplete
    assert "page 1 is only a picture" in told.notes[0][1]


@pytest.mark.parametrize(("parts", "word"), [
    pytest.param({"OFD.xml": '<!DOCTYPE a [<!ENTITY b "c">]><OFD/>'}, "document type", id="entities"),
    pytest.param({"OFD.xml": "<OFD/>"}, "no pages", id="no document"),
    pytest.param({"OFD.xml": "<OFD><DocBody><DocRoot>D.xml</DocRoot></DocBody></OFD>"}, "no D.xml", id="its document is not there"),
    pytest.param({"OFD.xml": "<OFD><DocBody><DocRoot>D.bin</DocRoot></DocBody></OFD>", "D.bin": "<Document/>"}, "D.bin", id="a part the guard did not see"),
    pytest.param({"OFD.xml": "<OFD"}, "not a sound OFD", id="cut off"),
])  # fmt: skip
def test_refused(make_package, told_of, parts, word):
    with pytest.raises(Refused, match=word):
        told_of(make_package("a.ofd", parts))


@pytest.mark.parametrize("signed", [
    pytest.param(b"", id="nothing"),
    pytest.param(b"\x30\x80\x01", id="no length"),
    pytest.param(b"\x30\x84\xff\xff\xff\xff\x30", id="longer than the file"),
    pytest.param(b"\x30\x06\x30\x04\x02\x01\x01\x05", id="another form"),
])  # fmt: skip
def test_a_signature_of_another_form_has_no_name(signed):
    assert name_of(signed) == ""


def test_through_the_limited_child(sample, tmp_path):
    reading = read(sample("ofd/发票示例.ofd"), "application/ofd", into=tmp_path)
    assert (reading.outcome, reading.reader, reading.page_count) == ("read", "ofd", 1)
    assert reading.details["invoice"]["amount"] == "318.00"
    assert [child.path for child in reading.children] == ["original_invoice.xml"]
