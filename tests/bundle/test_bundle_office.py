"""Office papers by LibreOffice: what is missing is named, what could do harm is refused, and nothing is asked of the network."""

from __future__ import annotations

import http.server
import subprocess
import threading
import time
import zipfile
from pathlib import Path

import docx
import pypdfium2
import pytest
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import parse_xml

from casefiles.bundle import office
from casefiles.bundle.convert import NotConverted, convert, known, notes_of
from casefiles.bundle.preflight import examine

BY_ENDING = {ending: kind for kind, ending in office.OFFICE.items()}


@pytest.fixture
def program(tmp_path, monkeypatch):
    """A LibreOffice with these of its libraries beside it; running it fails the test."""

    def installed(*libraries):
        folder = tmp_path / "program"
        folder.mkdir()
        for name in ("soffice", *libraries):
            (folder / name).write_bytes(b"")
        monkeypatch.setattr(office.shutil, "which", lambda _: str(folder / "soffice"))
        monkeypatch.setattr(office, "run", lambda *_: pytest.fail("the converter was started"))

    return installed


@pytest.mark.parametrize(("libraries", "ending", "missing"), [
    pytest.param(("libswlo.so", "libsclo.so"), "pptx", "LibreOffice Impress", id="slides without the part for slides"),
    pytest.param(("libswlo.so",), "xlsx", "LibreOffice Calc", id="a table without the part for tables"),
    pytest.param(("libswlo.so", "libsclo.so"), "docx", "", id="a text"),
    pytest.param((), "pptx", "", id="a build that keeps all parts in one"),
])  # fmt: skip
def test_the_part_that_is_not_installed_is_named(libraries, ending, missing, program):
    program(*libraries)
    assert office.missing(BY_ENDING[ending]) == missing


def test_looking_before_names_the_missing_part(program, tmp_path, fonts, exhibit):
    program("libswlo.so")
    path = packed(tmp_path / "slides.pptx", {"ppt/presentation.xml": b"<p/>"})
    (seen,) = examine([exhibit(path, media_type=BY_ENDING["pptx"])], fonts, cache=tmp_path / "cache")
    assert (seen.slip, seen.problems[0].code, seen.problems[0].severity) == (True, "converter_missing", "blocking")
    assert "Impress" in seen.problems[0].zh


def packed(path, parts):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return path


ENTITY = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]><x>&e;</x>'


@pytest.mark.parametrize(("parts", "code"), [
    pytest.param({"word/document.xml": ENTITY.encode()}, "broken", id="an entity that reads a file"),
    pytest.param({"word/document.xml": ENTITY.encode("utf-16")}, "broken", id="the same in UTF-16"),
    pytest.param({"docProps/core.xml": b"<?xml version='1.0'?>" + ENTITY.encode()}, "broken", id="in a part that is not shown"),
    pytest.param({"word/media/bomb": b"\0" * (office.MOST_UNPACKED // 1024 + 1)}, "too_long", id="unpacks to far too much"),
    pytest.param({f"word/{n}": b"" for n in range(60)}, "too_long", id="far too many parts"),
])  # fmt: skip
def test_packages_that_could_do_harm_are_refused_and_it_is_kept(parts, code, program, tmp_path, fonts, exhibit, monkeypatch):
    program("libswlo.so")
    monkeypatch.setattr(office, "MOST_UNPACKED", office.MOST_UNPACKED // 1024)
    monkeypatch.setattr(office, "MOST_PARTS", 50)
    source = exhibit(packed(tmp_path / "a.docx", parts), media_type=BY_ENDING["docx"]).source
    for ask in (lambda: convert(source, tmp_path / "work", tmp_path / "cache", fonts), lambda: known(source, tmp_path / "cache", fonts)):
        with pytest.raises(NotConverted) as caught:
            ask()
        assert caught.value.code == code


def test_a_missing_converter_is_asked_for_again(tmp_path, fonts, exhibit, monkeypatch):
    monkeypatch.setattr(office.shutil, "which", lambda _: None)
    source = exhibit(packed(tmp_path / "a.docx", {"word/document.xml": b"<w/>"}), media_type=BY_ENDING["docx"]).source
    with pytest.raises(NotConverted):
        convert(source, tmp_path / "work", tmp_path / "cache", fonts)
    assert known(source, tmp_path / "cache", fonts) is None


def test_a_converter_that_takes_too_long_is_ended(monkeypatch):
    monkeypatch.setattr(office, "SECONDS", 0.2)
    before = time.monotonic()
    with pytest.raises(NotConverted, match="longer than"):
        office.run(["/bin/sh", "-c", "sleep 30"], {})
    assert time.monotonic() - before < 10


@pytest.mark.long
def test_nothing_is_asked_of_the_network_and_the_words_are_printed(soffice_path, tmp_path, fonts, exhibit):
    asked = []

    class Answer(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_error(404)

        def do_HEAD(self):
            self.do_GET()

        def do_PROPFIND(self):
            self.do_GET()

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        paper = docx.Document()
        paper.add_paragraph("合同外部图片")
        place = paper.part.relate_to(f"http://127.0.0.1:{server.server_port}/x.png", RELATIONSHIP_TYPE.IMAGE, is_external=True)
        paper.paragraphs[0].runs[0]._r.append(parse_xml(LINKED.format(place=place)))
        paper.save(tmp_path / "linked.docx")
        made = convert(exhibit(tmp_path / "linked.docx", media_type=BY_ENDING["docx"]).source, tmp_path / "work", None, fonts)
        assert made.stat().st_size > 1000
        assert notes_of(made) == ()
    finally:
        server.shutdown()
        server.server_close()
    assert asked == []


LINKED = (
    '<w:drawing xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
    '<wp:inline><wp:extent cx="900000" cy="900000"/><wp:docPr id="1" name="p"/><a:graphic>'
    '<a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic><pic:nvPicPr><pic:cNvPr id="1" name="p"/><pic:cNvPicPr/>'
    '</pic:nvPicPr><pic:blipFill><a:blip r:link="{place}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm><a:off x="0" y="0"/>'
    '<a:ext cx="900000" cy="900000"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic>'
    "</wp:inline></w:drawing>"
)


SLIDES = """<?xml version="1.0" encoding="UTF-8"?>
<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"
 xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0" office:version="1.3" office:mimetype="application/vnd.oasis.opendocument.presentation">
<office:automatic-styles><style:page-layout style:name="P"/></office:automatic-styles>
<office:master-styles><style:master-page style:name="M" style:page-layout-name="P"/></office:master-styles>
<office:body><office:presentation>{pages}</office:presentation></office:body></office:document>"""
SLIDE = """<draw:page draw:name="{words}" draw:master-page-name="M"><draw:frame svg:width="20cm" svg:height="3cm" svg:x="2cm" svg:y="2cm">
<draw:text-box><text:p>{words}</text:p></draw:text-box></draw:frame></draw:page>"""


@pytest.mark.long
def test_slides_become_a_page_each(soffice_path, tmp_path, fonts, exhibit):
    if not any((folder / "libsdlo.so").is_file() for folder in (soffice_path.resolve().parent, Path("/usr/lib/libreoffice/program"))):
        pytest.skip("the part of LibreOffice for slides is not installed")
    (tmp_path / "slides.fodp").write_text(SLIDES.format(pages="".join(SLIDE.format(words=words) for words in ("交付进度", "第二页"))), encoding="utf-8")
    made = [soffice_path, f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless", "--convert-to", "pptx", "--outdir", tmp_path]
    subprocess.run([*made, tmp_path / "slides.fodp"], check=True, capture_output=True, timeout=120)
    pdf = pypdfium2.PdfDocument(convert(exhibit(tmp_path / "slides.pptx", media_type=BY_ENDING["pptx"]).source, tmp_path / "work", None, fonts))
    try:
        assert [page.get_textpage().get_text_range().strip() for page in pdf] == ["交付进度", "第二页"]
    finally:
        pdf.close()
