"""Word, PowerPoint, OpenDocument and old Office files: what stands in them besides plain paragraphs, and the files inside them."""

from __future__ import annotations

import io
import struct
import zipfile
from pathlib import Path

import pytest
from PIL import Image

from casefiles.readers import read, read_converted, reader_for
from casefiles.readers.docx import read_docx
from casefiles.readers.embedded import unpacked
from casefiles.readers.media_type import PPTX
from casefiles.readers.numbering import chinese, roman
from casefiles.readers.opendocument import read_odp, read_odt
from casefiles.readers.pptx import read_pptx
from casefiles.readers.reading import Refused, Told

REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
NAMES = 'xmlns:p="urn:p" xmlns:a="urn:a" xmlns:r="urn:r" xmlns:c="urn:c"'
RTF = b"{\\rtf1\\ansi\\ansicpg936 \\u21512?\\u21516? 1,250,000.00\\par}"


def told_of(reader, path: Path, into: Path | None = None) -> Told:
    told = Told(into=into)
    reader(path, told)
    return told


def related(*parts: tuple[str, str]) -> str:
    found = "".join(f'<Relationship Id="r{at}" Type="{REL}{kind}" Target="{part}"/>' for at, (kind, part) in enumerate(parts))
    return f"<Relationships>{found}</Relationships>"


def run(text: str) -> str:
    return f"<w:r><w:t>{text}</w:t></w:r>"


@pytest.mark.parametrize(("body", "text"), [
    pytest.param(f"<w:p><w:r><w:fldChar/></w:r><w:r><w:instrText>DATE</w:instrText></w:r>{run('二〇二四年')}</w:p>", "二〇二四年", id="what a field shows"),
    pytest.param('<w:p><w:r><w:sym w:font="Wingdings 2" w:char="F052"/></w:r>' + run("同意") + '<w:r><w:sym w:font="Wingdings" w:char="f0a8"/></w:r></w:p>', "☑同意☐", id="ticked boxes"),
    pytest.param('<w:p><w:ffData><w:ddList><w:result w:val="1"/><w:listEntry w:val="现金"/><w:listEntry w:val="转账"/></w:ddList></w:ffData></w:p>', "转账", id="the entry chosen in a list"),
    pytest.param('<w:p><w:r><w:pict><w:textpath string="仅供样例"/></w:pict></w:r></w:p>', "\n仅供样例", id="writing across the page"),
    pytest.param(f"<w:p><w:ruby><w:rt>{run('hé')}</w:rt><w:rubyBase>{run('合')}</w:rubyBase></w:ruby>{run('同')}</w:p>", "合同", id="without the sounds above"),
    pytest.param(f'<w:p><w:ins w:author="张三" w:date="2024-05-31T10:00:00Z">{run("乙")}</w:ins></w:p>', "乙\n［修订 张三：插入“乙”］", id="who changed it"),
    pytest.param(f"<w:p><w:sdt><w:sdtContent>{run('控件')}</w:sdtContent></w:sdt></w:p>", "控件", id="a control inside a paragraph"),
])  # fmt: skip
def test_word(make_docx, body, text):
    (page,) = told_of(read_docx, make_docx(body)).pages
    assert page.text == text


def test_comments_name_who_wrote_them_but_are_no_dates_of_the_document(make_docx, reading_of):
    comment = f'<w:comment w:author="李律师" w:date="2019-01-02T10:00:00Z"><w:p>{run("利率过高")}</w:p></w:comment>'
    reading = reading_of(make_docx(f"<w:p>{run('签于2024年5月31日')}</w:p>", comments=comment))
    assert reading.pages[0].text == "签于2024年5月31日\n［批注 李律师］利率过高"
    assert [day.year for day in reading.dates] == [2024]
    assert reading.details["comments"] == [{"author": "李律师", "date": "2019-01-02", "number": 1}]


NUMBERS = """<w:numbering xmlns:w="urn:w"><w:abstractNum w:abstractNumId="7">
<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCountingThousand"/><w:pStyle w:val="Clause"/><w:lvlText w:val="第%1条"/></w:lvl>
<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%2."/></w:lvl>
<w:lvl w:ilvl="2"><w:start w:val="1"/><w:numFmt w:val="bullet"/><w:lvlText w:val="x"/></w:lvl></w:abstractNum>
<w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num>
<w:num w:numId="2"><w:abstractNumId w:val="7"/><w:lvlOverride w:ilvl="1"><w:startOverride w:val="5"/></w:lvlOverride></w:num></w:numbering>"""
STYLES = """<w:styles xmlns:w="urn:w"><w:style w:styleId="Clause"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>
<w:style w:styleId="Bold"><w:basedOn w:val="Clause"/></w:style><w:style w:styleId="Plain"/></w:styles>"""


def test_numbers_that_word_writes_by_itself(make_package):
    def numbered(text: str, properties: str) -> str:
        return f"<w:p><w:pPr>{properties}</w:pPr>{run(text)}</w:p>"

    def listed(number: int, level: int) -> str:
        return f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>'

    body = "".join((
        numbered("标的", listed(1, 0)), numbered("数量", listed(1, 1)), numbered("单价", listed(1, 1)), numbered("价款", '<w:pStyle w:val="Clause"/>'),
        numbered("付款", listed(1, 1)), numbered("点", listed(1, 2)), numbered("违约", '<w:pStyle w:val="Bold"/>'), numbered("续", listed(2, 1)),
        numbered("无", listed(0, 0)), numbered("文", '<w:pStyle w:val="Plain"/>'), numbered("后", listed(2, 1)),
    ))  # fmt: skip
    parts = {"word/document.xml": BODY.format(body), "word/numbering.xml": NUMBERS, "word/styles.xml": STYLES}
    text = told_of(read_docx, make_package("a.docx", parts)).pages[0].text
    assert text.split("\n") == ["第一条 标的", "1. 数量", "2. 单价", "第二条 价款", "1. 付款", "点", "第三条 违约", "5. 续", "无", "文", "6. 后"]


@pytest.mark.parametrize(("number", "said"), [(1, "一"), (10, "十"), (12, "十二"), (20, "二十"), (101, "一百零一"), (110, "一百一十"), (1005, "一千零五"), (10_000, "10000")])
def test_chinese_numbers(number, said):
    assert chinese(number) == said


@pytest.mark.parametrize(("number", "said"), [(1, "i"), (4, "iv"), (1999, "mcmxcix"), (5_000, "5000")])
def test_roman_numbers(number, said):
    assert roman(number) == said


def picture(width: int, height: int) -> bytes:
    out = io.BytesIO()
    Image.new("1", (width, height)).save(out, "PNG")
    return out.getvalue()


def native(name: str, content: bytes) -> bytes:
    path = b"C:\\x\\" + name.encode("gbk") + b"\0"
    inner = b"\x02\0" + name.encode("gbk") + b"\0" + path + b"\0\0\3\0" + struct.pack("<I", len(path)) + path + struct.pack("<I", len(content)) + content
    return struct.pack("<I", len(inner)) + inner


BODY = '<w:document xmlns:w="urn:w"><w:body>{}</w:body></w:document>'
CORE = '<p xmlns:dc="urn:d"><dc:title>借款合同</dc:title><dc:creator>李律师</dc:creator></p>'


@pytest.fixture(scope="module")
def word(tmp_path_factory) -> Told:
    """A Word file with a diagram, a chart, an embedded sheet, an inserted page, properties and pictures, whose own text is short."""
    folder = tmp_path_factory.mktemp("word")
    (folder / "into").mkdir()
    shapes = '<d xmlns:a="urn:a"><a:p><a:r><a:t>股东</a:t></a:r></a:p><a:p><a:r><a:t>公司</a:t></a:r></a:p></d>'
    with zipfile.ZipFile(folder / "a", "w") as package:
        for name, content in {
            "word/document.xml": BODY.format(f"<w:p>{run('见附图')}</w:p>"),
            "word/_rels/document.xml.rels": related(("diagramData", "diagrams/data1.xml"), ("chart", "charts/chart1.xml"), ("image", "http://elsewhere/a.png")),
            "word/diagrams/data1.xml": shapes, "word/diagrams/drawing1.xml": shapes,
            "word/charts/chart1.xml": '<c xmlns:c="urn:c"><c:f>Sheet1!A1</c:f><c:v>1250000</c:v></c>',
            "word/embeddings/明细.xlsx": b"PK inside", "word/afchunk1.html": b"<p>inserted</p>", "docProps/core.xml": CORE,
            "word/media/image1.png": picture(800, 600), "word/media/logo.png": picture(40, 40),
        }.items():  # fmt: skip
            package.writestr(name, content)
    return told_of(read_docx, folder / "a", folder / "into")


def test_what_is_drawn_in_a_word_file(word):
    assert word.pages[0].text == "见附图\n［图示］股东；公司\n［图表］1250000"
    assert word.details["properties"] == {"title": "借款合同", "author": "李律师"}


def test_files_inside_a_word_file(word):
    """Its pictures too, for it says next to nothing itself; not the logo."""
    assert {child.path: child.file.read_bytes()[:4] for child in word.children} == {"image1.png": b"\x89PNG", "明细.xlsx": b"PK i", "afchunk1.html": b"<p>i"}
    assert "taken out" in " ".join(en for _, en in word.notes)


def test_pictures_of_a_long_word_file_are_counted(make_package, tmp_path):
    (tmp_path / "into").mkdir()
    path = make_package("a.docx", {"word/document.xml": BODY.format(f"<w:p>{run('字' * 200)}</w:p>"), "word/media/a.png": picture(800, 600)})
    told = told_of(read_docx, path, tmp_path / "into")
    assert told.children == []
    assert "1 pictures" in told.notes[0][1]


def test_embedded_files_that_nobody_takes_are_named(make_package):
    told = told_of(read_docx, make_package("a.docx", {"word/document.xml": BODY.format(""), "word/embeddings/a.xlsx": b"PK"}))
    assert "1 embedded files" in told.notes[0][1]


class _Ole:
    """An OLE object with one stream, as olefile shows it."""

    def __init__(self, name: str, content: bytes) -> None:
        self.name, self.content = name, content

    def __enter__(self):
        return self

    def __exit__(self, *_):
        return None

    def exists(self, name: str) -> bool:
        return name == self.name

    def openstream(self, _: str):
        return io.BytesIO(self.content)


@pytest.mark.parametrize(("stream", "content", "name", "inside"), [
    pytest.param("\x01Ole10Native", native("送货单.pdf", b"%PDF"), "送货单.pdf", b"%PDF", id="a packaged file under its own name"),
    pytest.param("\x01Ole10Native", native("送货单.pdf", b"%PDF")[:-2], "o.bin", None, id="a package cut off"),
    pytest.param("Package", b"PK", "o.bin", b"PK", id="a new Office file"),
    pytest.param("CONTENTS", b"%PDF", "o.bin", b"%PDF", id="a PDF"),
    pytest.param("WordDocument", b"x", "o.doc", None, id="an old Word file: the object itself"),
    pytest.param("Other", b"x", "o.bin", None, id="something else: the object itself"),
])  # fmt: skip
def test_what_an_ole_object_wraps(monkeypatch, stream, content, name, inside):
    whole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 object"
    monkeypatch.setattr("casefiles.readers.embedded.olefile.OleFileIO", lambda _: _Ole(stream, content))
    assert unpacked("o.bin", whole) == (name, inside if inside is not None else whole)


def slide(text: str, more: str = "", show: str = "1") -> str:
    return f'<p:sld {NAMES} show="{show}"><p:spTree><p:sp><p:txBody><a:p><a:r><a:t>{text}</a:t></a:r></a:p></p:txBody></p:sp>{more}</p:spTree></p:sld>'


@pytest.fixture(scope="module")
def slides(tmp_path_factory) -> Told:
    table = "<p:graphicFrame><a:tbl>" + "<a:tr><a:tc><a:txBody><a:p><a:r><a:t>货物</a:t></a:r></a:p></a:txBody></a:tc><a:tc><a:txBody><a:p><a:r><a:t>12 吨</a:t></a:r></a:p></a:txBody></a:tc></a:tr>" + "</a:tbl></p:graphicFrame>"
    note = f'<p:notes {NAMES}><p:sp><p:nvPr><p:ph type="sldNum"/></p:nvPr><a:p><a:r><a:t>7</a:t></a:r></a:p></p:sp><p:sp><a:p><a:r><a:t>勿外传</a:t></a:r></a:p></p:sp></p:notes>'
    path = tmp_path_factory.mktemp("slides") / "a"
    with zipfile.ZipFile(path, "w") as package:
        for name, content in {
            "ppt/presentation.xml": f'<p:presentation {NAMES}><p:sldIdLst><p:sldId id="256" r:id="r1"/><p:sldId id="257" r:id="r0"/><p:sldId id="258" r:id="r1"/></p:sldIdLst></p:presentation>',
            "ppt/_rels/presentation.xml.rels": related(("slide", "slides/slide1.xml"), ("slide", "slides/slide2.xml")),
            "ppt/slides/slide1.xml": slide("后页", show="0"), "ppt/slides/slide2.xml": slide("首页", table),
            "ppt/slides/_rels/slide2.xml.rels": related(("notesSlide", "../notesSlides/n1.xml"), ("comments", "../comments/c1.xml")),
            "ppt/notesSlides/n1.xml": note, "ppt/comments/c1.xml": f'<p:l {NAMES}><p:cm authorId="3"><p:text>数字有误</p:text></p:cm></p:l>',
            "ppt/commentAuthors.xml": f'<p:l {NAMES}><p:cmAuthor id="3" name="王五"/></p:l>',
        }.items():  # fmt: skip
            package.writestr(name, content)
    return told_of(read_pptx, path)


def test_slides_in_the_order_of_the_presentation(slides):
    assert [(page.label, page.text) for page in slides.pages] == [
        ("幻灯片 1", "首页\n货物\t12 吨\n［备注］勿外传\n［批注 王五］数字有误"), ("幻灯片 2（隐藏）", "后页"),
    ]  # fmt: skip
    assert "hidden slides were read too: 2." in slides.notes[0][1]


ODF = 'xmlns:office="urn:o" xmlns:text="urn:x" xmlns:table="urn:t" xmlns:draw="urn:w" xmlns:dc="urn:d" xmlns:presentation="urn:p" xmlns:style="urn:s"'


def open_document(kind: str, body: str, styles: str = "") -> str:
    return f"<office:document-content {ODF}><office:automatic-styles>{styles}</office:automatic-styles><office:body><office:{kind}>{body}</office:{kind}></office:body></office:document-content>"


@pytest.mark.parametrize(("body", "text"), [
    pytest.param('<text:h>第一条</text:h><text:p>甲<text:span>方</text:span><text:s text:c="2"/>乙<text:tab/>丙<text:line-break/>丁</text:p>', "第一条\n甲方  乙\t丙\n丁", id="paragraphs and signs"),
    pytest.param("<text:list><text:list-item><text:p>一</text:p></text:list-item></text:list><table:table><table:table-row><table:table-cell><text:p>甲</text:p></table:table-cell>"
                 "<table:table-cell><text:p>乙</text:p></table:table-cell></table:table-row></table:table>", "一\n甲\t乙", id="lists and tables"),
    pytest.param('<text:p>正文<text:note text:note-class="footnote"><text:note-citation>1</text:note-citation><text:note-body><text:p>注</text:p></text:note-body></text:note>续</text:p>',
                 "正文续\n［脚注］注", id="a footnote"),
    pytest.param("<text:p>甲<office:annotation><dc:creator>张三</dc:creator><dc:date>2024-01-01</dc:date><text:p>问</text:p></office:annotation>乙</text:p>", "甲乙\n［批注 张三］问", id="a comment"),
    pytest.param('<text:tracked-changes><text:changed-region text:id="c1"><text:deletion><office:change-info><dc:creator>审核人</dc:creator></office:change-info><text:p>24%</text:p>'
                 '</text:deletion></text:changed-region><text:changed-region text:id="c2"><text:insertion/></text:changed-region></text:tracked-changes>'
                 '<text:p>利率<text:change text:change-id="c1"/><text:change-start text:change-id="c2"/>12%<text:change-end text:change-id="c2"/>。</text:p>',
                 "利率12%。\n［修订 审核人：删除“24%”；插入“12%”；修订前：利率24%。］", id="both sides of a change"),
    pytest.param("<text:p>前<draw:frame><draw:text-box><text:p>框</text:p></draw:text-box></draw:frame>后</text:p>", "前后\n框", id="a text box"),
])  # fmt: skip
def test_open_document_text(make_package, body, text):
    path = make_package("a.odt", {"content.xml": open_document("text", body)})
    assert told_of(read_odt, path).pages[0].text == text


def test_open_document_around(make_package):
    styles = f"<office:document-styles {ODF}><style:header><text:p>眉</text:p></style:header><style:footer><text:p>脚</text:p></style:footer></office:document-styles>"
    path = make_package("a.odt", {"content.xml": open_document("text", "<text:p>正文</text:p>"), "styles.xml": styles, "meta.xml": CORE})
    told = told_of(read_odt, path)
    assert told.pages[0].text == "［页眉］眉\n正文\n［页脚］脚"
    assert told.details["properties"]["title"] == "借款合同"


def test_open_document_slides(make_package):
    hides = '<style:style style:name="d2"><style:drawing-page-properties presentation:visibility="hidden"/></style:style>'
    first = "<draw:page><draw:frame><draw:text-box><text:p>首页</text:p></draw:text-box></draw:frame><presentation:notes><text:p>勿外传</text:p></presentation:notes></draw:page>"
    second = '<draw:page draw:style-name="d2"><text:p>后页</text:p></draw:page>'
    told = told_of(read_odp, make_package("a.odp", {"content.xml": open_document("presentation", first + second, hides)}))
    assert [(page.label, page.text) for page in told.pages] == [("幻灯片 1", "首页\n［备注］勿外传"), ("幻灯片 2（隐藏）", "后页")]


def test_an_encrypted_open_document_is_named(make_package):
    manifest = '<m xmlns:manifest="urn:m"><manifest:file-entry><manifest:encryption-data/></manifest:file-entry></m>'
    with pytest.raises(Refused) as refused:
        told_of(read_odt, make_package("a.odt", {"META-INF/manifest.xml": manifest, "content.xml": b"\x8f\x01 rubbish"}))
    assert refused.value.outcome == "encrypted"


@pytest.mark.parametrize(("reader", "part"), [
    pytest.param(read_pptx, "ppt/slides/slide1.xml", id="pptx"),
    pytest.param(read_pptx, "ppt/presentation.xml", id="pptx, its list of slides"),
    pytest.param(read_odt, "content.xml", id="odt"),
    pytest.param(read_odp, "styles.xml", id="odp"),
    pytest.param(read_docx, "word/diagrams/data1.xml", id="a diagram of a docx"),
])  # fmt: skip
def test_a_part_that_would_pull_in_a_file_is_refused(make_package, reader, part):
    with pytest.raises(Refused, match="document type"):
        told_of(reader, make_package("a", {part: '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><a>&x;</a>'}))


@pytest.mark.parametrize("reader", [read_pptx, read_odt, read_odp])
@pytest.mark.parametrize("parts", [{}, {"content.xml": "<a/>", "ppt/presentation.xml": "no xml"}], ids=["nothing in it", "not what it says"])
def test_a_damaged_package_is_an_outcome(make_package, reader, parts):
    with pytest.raises(Refused) as refused:
        told_of(reader, make_package("a", parts))
    assert refused.value.outcome == "failed"


@pytest.mark.parametrize("kind", ["application/msword", "application/rtf", "text/rtf", "application/vnd.ms-powerpoint"])
def test_which_formats_need_libreoffice(kind):
    assert reader_for(kind) == "office"


@pytest.mark.parametrize(("kind", "reader"), [
    ("application/vnd.ms-powerpoint.presentation.macroenabled.12", "pptx"), ("application/vnd.openxmlformats-officedocument.presentationml.presentation", "pptx"),
    ("application/vnd.oasis.opendocument.text", "odt"), ("application/vnd.oasis.opendocument.text-template", "odt"),
    ("application/vnd.oasis.opendocument.spreadsheet", "ods"), ("application/vnd.oasis.opendocument.presentation", "odp"), ("application/vnd.ms-excel", "xls"),
])  # fmt: skip
def test_which_formats_are_read_here(kind, reader):
    assert reader_for(kind) == reader


@pytest.mark.parametrize(("name", "kind", "open_tags", "close_tags"), [
    pytest.param("ppt/slides/slide1.xml", "pptx", "<p:grpSp>", "</p:grpSp>", id="groups in groups"),
    pytest.param("content.xml", "odt", "<text:section>", "</text:section>", id="sections in sections"),
])  # fmt: skip
def test_what_lies_too_deep_is_an_outcome(make_package, name, kind, open_tags, close_tags):
    """50,000 elements inside each other: Python gives up at 1,000; the worker does not."""
    depth = 50_000
    deep = open_tags * depth + close_tags * depth
    parts = {"content.xml": open_document("text", deep)} if kind == "odt" else {
        "ppt/presentation.xml": f'<p:presentation {NAMES}><p:sldId r:id="r0"/></p:presentation>', "ppt/_rels/presentation.xml.rels": related(("slide", "slides/slide1.xml")),
        name: f"<p:sld {NAMES}>{deep}</p:sld>",
    }  # fmt: skip
    reading = read(make_package("a", parts), {"odt": "application/vnd.oasis.opendocument.text", "pptx": PPTX}[kind])
    assert reading.outcome in {"failed", "empty"}
    assert reading.reason_zh


def test_without_libreoffice_the_way_on_is_named(make_file):
    reading = read(make_file("a.rtf", RTF), "application/rtf")
    assert (reading.outcome, reading.reader, reading.pages) == ("unsupported", "office", ())
    assert "save this as docx" in reading.reason_en


@pytest.mark.parametrize(("streams", "outcome"), [
    pytest.param({"WordDocument": b"\xec\xa5" + bytes(8) + b"\x00\x01"}, "encrypted", id="the bit of a Word file"),
    pytest.param({"WordDocument": b"\xec\xa5" + bytes(10)}, "unsupported", id="an open Word file"),
    pytest.param({"EncryptedSummary": b""}, "encrypted", id="a PowerPoint file"),
])  # fmt: skip
def test_an_old_file_with_a_password_is_named(monkeypatch, make_file, streams, outcome):
    from casefiles.readers import office

    (name, content), = streams.items()
    monkeypatch.setattr(office.olefile, "isOleFile", lambda _: True)
    monkeypatch.setattr(office.olefile, "OleFileIO", lambda _: _Ole(name, content))
    with pytest.raises(Refused) as refused:
        told_of(office.read_office, make_file("a.doc", b"x"))
    assert refused.value.outcome == outcome


def test_what_libreoffice_made_is_read_as_the_file_itself(sample):
    reading = read_converted(sample("pdf/cn-eticket-rotate90.pdf"), of="application/msword")
    assert (reading.outcome, reading.reader, reading.version) == ("read", "office", 1)
    assert "LibreOffice" in reading.reason_en
    assert reading.pages[0].text
