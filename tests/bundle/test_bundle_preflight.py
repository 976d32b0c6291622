"""Every problem is named, and what cannot be merged becomes a slip sheet: nothing is left out in silence."""

from __future__ import annotations

import wave
from dataclasses import replace

import pypdfium2
import pytest
from pikepdf import Array, Dictionary, Encryption, Name, Pdf, String

from casefiles.bundle import office, words
from casefiles.bundle.plan import Exhibit, Source
from casefiles.bundle.preflight import as_paper, native_name, prepare


@pytest.fixture
def look(tmp_path, fonts, exhibit):
    """Prepare one file and give the result."""

    def one(given, media_type="application/pdf"):
        entry = given if isinstance(given, Exhibit) else exhibit(given, media_type=media_type)
        return prepare([entry], tmp_path / "work", fonts, cache=tmp_path / "cache")[0]

    return one


def text_of(prepared):
    document = pypdfium2.PdfDocument(prepared.pdf)
    text = document[prepared.start].get_textpage().get_text_bounded()
    document.close()
    return text


def codes(prepared):
    return [problem.code for problem in prepared.problems]


def test_a_good_file_is_taken_as_it_is(look, make_pdf):
    path = make_pdf({"content": b"BT /F1 9 Tf (x) Tj ET"})
    found = look(path)
    assert (found.pdf, found.pages, found.problems, found.slip, found.native) == (path, 1, (), False, None)


def broken(tmp_path, make_pdf):
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.7\nnothing that follows is a PDF")
    return tmp_path / "broken.pdf"


def zero(tmp_path, make_pdf):
    with Pdf.new() as pdf:
        pdf.save(tmp_path / "zero.pdf")
    return tmp_path / "zero.pdf"


def locked(tmp_path, make_pdf):
    return make_pdf({}, encryption=Encryption(owner="o", user="secret"))


def torn(tmp_path, make_pdf):
    path = make_pdf({"content": b"0 0 m 9 9 l S " * 50})
    with Pdf.open(path) as pdf:
        pdf.pages[0].obj.Contents = pdf.make_stream(b"this is not deflated", Filter=Name.FlateDecode)
        pdf.save(tmp_path / "torn.pdf", compress_streams=False, stream_decode_level=None)
    return tmp_path / "torn.pdf"


@pytest.mark.parametrize(("make", "code"), [
    pytest.param(broken, "broken", id="no PDF inside"),
    pytest.param(zero, "zero_pages", id="a PDF without a page"),
    pytest.param(locked, "encrypted", id="a password to open"),
    pytest.param(torn, "broken", id="page content that cannot be unpacked"),
])  # fmt: skip
def test_what_cannot_be_merged_becomes_a_slip_sheet(make, code, look, tmp_path, make_pdf):
    path = make(tmp_path, make_pdf)
    found = look(path)
    assert (codes(found), found.slip, found.pages, found.native) == ([code], True, 1, path)
    shown = "".join(text_of(found).split())
    sha256 = found.exhibit.source.sha256
    assert path.name in shown
    assert sha256[:32] in shown
    assert sha256[32:] in shown
    assert "".join(found.problems[0].zh.split())[:12] in shown
    assert "media/" + found.native_name in shown


@pytest.mark.parametrize(("media_type", "code"), [
    pytest.param("audio/mpeg", "recording", id="a recording"),
    pytest.param("video/mp4", "recording", id="a video"),
    pytest.param("application/ofd", "ofd", id="an OFD file"),
    pytest.param("application/zip", "archive", id="an archive"),
])  # fmt: skip
def test_files_without_pages_go_along_as_they_are(media_type, code, look, tmp_path):
    path = tmp_path / "native.bin"
    path.write_bytes(b"\x00\x01 native")
    found = look(path, media_type)
    assert (codes(found), found.slip, found.native) == ([code], True, path)


def test_the_slip_sheet_of_a_wav_tells_its_length(look, tmp_path):
    path = tmp_path / "call.wav"
    with wave.open(str(path), "wb") as call:
        call.setparams((1, 2, 8000, 0, "NONE", ""))
        call.writeframes(b"\0\0" * 8000 * 75)  # 75 seconds
    assert "1:15" in text_of(look(path, "audio/x-wav"))


def test_a_paper_without_a_file_gets_a_slip_sheet_that_asks_for_it(look):
    found = look(Exhibit("D09", "对账单", "G4", None, note="原件在财务部"))
    assert (codes(found), found.slip, found.native) == (["not_given"], True, None)
    assert "原件在财务部" in text_of(found)


def test_a_file_that_is_gone_gets_a_slip_sheet(look, make_pdf, exhibit):
    entry = exhibit(make_pdf({}))
    entry.source.path.unlink()
    found = look(entry)
    assert (codes(found), found.slip, found.native) == (["file_missing"], True, None)


def test_a_file_that_is_not_the_recorded_one_is_not_bound_in(look, make_pdf, exhibit):
    entry = exhibit(make_pdf({}))
    entry.source.path.write_bytes(entry.source.path.read_bytes() + b"\n% changed")
    found = look(entry)
    assert (codes(found), found.slip, found.native) == (["hash_differs"], True, None)


def test_an_empty_user_password_is_no_obstacle(look, make_pdf):
    found = look(make_pdf({"content": b"BT /F1 9 Tf (x) Tj ET"}, encryption=Encryption(owner="o", user="")))
    assert (codes(found), found.slip, found.pages) == (["opens_freely"], False, 1)


def test_object_streams_and_a_broken_table_are_read(look, make_pdf, tmp_path):
    packed = make_pdf({}, {}, name="packed.pdf", object_stream_mode=__import__("pikepdf").ObjectStreamMode.generate)
    assert look(packed).pages == 2
    content = make_pdf({}, {}, {}, name="whole.pdf").read_bytes()
    (tmp_path / "table.pdf").write_bytes(content[: content.rindex(b"startxref")] + b"startxref\n99999\n%%EOF")
    found = look(tmp_path / "table.pdf")
    assert (found.pages, found.slip, "repaired" in codes(found)) == (3, False, True)


def test_pictures_without_text_and_sheets_beyond_a3_are_named(look, make_pdf):
    path = make_pdf({"media": (0, 0, 2000, 900)}, {})
    with Pdf.open(path, allow_overwriting_input=True) as pdf:
        for page in pdf.pages:
            page.obj.Resources = Dictionary()
        pdf.save(path)
    found = look(path)
    assert codes(found) == ["no_text_layer", "too_large_page"]
    assert "1–2" in found.problems[0].en
    assert " 1 " in found.problems[1].en


def form_of(make_pdf, tmp_path, kind):
    """A page with one field that has an appearance: a red square."""
    path = make_pdf({})
    with Pdf.open(path) as pdf:
        look = pdf.make_stream(b"1 0 0 rg 0 0 100 100 re f", Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 100, 100])
        field = pdf.make_indirect(
            Dictionary(Type=Name.Annot, Subtype=Name.Widget, FT=kind, T=String("f"), Rect=[100, 600, 200, 700], F=4, AP=Dictionary(N=look), V=Dictionary(Type=Name.Sig) if kind == Name.Sig else String("x"))
        )  # fmt: skip
        pdf.pages[0].obj.Annots = Array([field])
        pdf.Root.AcroForm = Dictionary(Fields=Array([field]))
        pdf.save(tmp_path / "form.pdf")
    return tmp_path / "form.pdf"


@pytest.mark.parametrize(("kind", "code"), [(Name.Sig, "signed"), (Name.Tx, "form_fields")])
def test_fields_and_seals_stay_visible(kind, code, look, make_pdf, tmp_path, bind):
    path = form_of(make_pdf, tmp_path, kind)
    before = path.read_bytes()
    found = look(path)
    assert code in codes(found)
    assert (found.native == path) == (code == "signed"), "the signed original goes along untouched"
    assert path.read_bytes() == before
    made = bind({"G1": [path]})
    document = pypdfium2.PdfDocument(made.path)
    picture = document[made.built.pages - 1].render(scale=1).to_pil().convert("RGB")
    document.close()
    assert picture.getpixel((150, 842 - 650)) == (255, 0, 0)


def test_findings_are_kept_by_hash_and_looked_at_once(look, make_pdf, monkeypatch):
    path = make_pdf({"content": b"q q 1 0 0 1 5 5 cm"}, {})
    first = look(path)
    assert first.inside.repairs[0].closes == 2
    monkeypatch.setattr("casefiles.bundle.inspection._inspected", lambda *_: pytest.fail("it was looked at again"))
    assert look(path) == first


def test_a_prepared_upload_can_stand_before_the_evidence(look, make_pdf, bind):
    paper = as_paper(look(make_pdf({"content": b"q 3 0 0 3 0 0 cm"}, {})), "营业执照")
    made = bind({"G1": [None]}, papers=[paper])
    assert list(made.built.labels) == ["i", "ii", "iii", "第一组", "1"]


@pytest.mark.parametrize(("name", "expected"), [
    pytest.param("录音 1.m4a", "D1-录音 1.m4a", id="a plain name stays"),
    pytest.param("../../etc/passwd", "D1-.._.._etc_passwd", id="no way out of the folder"),
    pytest.param('a<b>:"c|?*.wav', "D1-a_b___c___.wav", id="signs that Windows refuses"),
    pytest.param("x\u202ecod.exe", "D1-x_cod.exe", id="no sign that turns the reading"),
    pytest.param("名" * 200 + ".mp3", "D1-" + "名" * 64 + ".mp3", id="too long for a file name"),
])  # fmt: skip
def test_names_of_originals_are_safe_everywhere(name, expected, tmp_path):
    source = Source(tmp_path, name, "0" * 64, 1, "audio/mpeg")
    assert native_name(Exhibit("D1", "t", "G9", source), source) == expected


def test_every_reason_has_its_sentence_in_both_languages():
    for code, matter in words.PROBLEMS.items():
        assert matter.zh.count("{detail}") == matter.en.count("{detail}"), code
        assert bool(matter.remedy_zh) == bool(matter.remedy_en), code
        assert matter.remedy_zh or matter.severity == words.INFO, f"{code}: what asks for attention says what to do"


def test_the_transcript_of_a_recording_stands_on_its_slip_sheet(look, tmp_path, exhibit):
    path = tmp_path / "call.m4a"
    path.write_bytes(b"\x00 no sound")
    entry = exhibit(path, media_type="audio/mp4")
    found = look(replace(entry, note="文字整理稿见证据12"))
    shown = "".join(text_of(found).split())
    assert "文字整理稿见证据12" in shown
    assert "时长" in shown
    assert found.exhibit.source.sha256[:32] in shown
    assert (found.native, found.problems[0].severity) == (path, "info")


@pytest.mark.parametrize(("name", "media_type", "slip"), [
    pytest.param("合同.pdf", "text/plain", True, id="words that call themselves a PDF"),
    pytest.param("合同.pdf", "application/octet-stream", True, id="bytes that call themselves a PDF"),
    pytest.param("合同.txt", "text/plain", False, id="words under their own name"),
])  # fmt: skip
def test_what_is_called_a_pdf_and_is_none(name, media_type, slip, look, tmp_path):
    (tmp_path / name).write_bytes("设备采购合同".encode())
    found = look(tmp_path / name, media_type)
    assert (found.slip, codes(found)) == (slip, ["not_a_pdf"] if slip else [])


def test_one_bad_file_among_many_does_not_hide_the_others(make_pdf, bind, tmp_path):
    made = bind({"G1": [make_pdf({}, {}), broken(tmp_path, make_pdf), None, make_pdf({})]})
    assert [(p.exhibit.id, p.pages, p.slip) for p in made.prepared] == [("D01", 2, False), ("D02", 1, True), ("D03", 1, True), ("D04", 1, False)]
    assert made.built.pages == 1 + 1 + 5


def test_without_the_converter_an_office_paper_is_a_slip_sheet(look, tmp_path, monkeypatch, exhibit):
    monkeypatch.setattr(office.shutil, "which", lambda _: None)
    path = tmp_path / "contract.docx"
    path.write_bytes(b"PK\x03\x04 some docx")
    entry = exhibit(path, media_type=next(kind for kind, ending in office.OFFICE.items() if ending == "docx"))
    found = look(entry)
    assert (codes(found), found.slip, found.native) == (["converter_missing"], True, path)
    assert "LibreOffice" in found.problems[0].zh
    assert replace(entry, id="D02").source == entry.source


def test_a_dynamic_form_says_that_its_answers_are_not_on_its_pages(look, make_pdf):
    path = make_pdf({"content": b"BT /F1 9 Tf (Please wait) Tj ET"})
    with Pdf.open(path, allow_overwriting_input=True) as pdf:
        pdf.Root.AcroForm = Dictionary(Fields=Array([]), XFA=pdf.make_stream(b"<xdp:xdp/>"))
        pdf.save(path)
    found = look(path)
    assert ("xfa" in codes(found), found.native is not None) == (True, True)
