"""Words under black boxes, words nobody sees, pages on their side, signatures, and what a PDF carries beside its pages."""

from __future__ import annotations

import hashlib

import pytest
from pikepdf import Array, Dictionary, Name, ObjectStreamMode, Pdf, StreamDecodeLevel, String

from casefiles.bundle.geometry import frame_of
from casefiles.bundle.hidden import Look, look_at
from casefiles.bundle.preflight import prepare

TEXT = b"BT /F1 20 Tf 60 700 Td (secret words) Tj ET "  # at 60 to about 170 points from the left, 700 from the foot
BOX = b"55 695 150 25 re f "
SCAN = b"q 595 0 0 842 0 0 cm /Im0 Do Q "


def looked(path):
    with Pdf.open(path) as pdf:
        return [look_at(page, frame_of(page.obj), {}) for page in pdf.pages]


def with_scan(path, out):
    """The same file with a picture /Im0 that its content may draw."""
    with Pdf.open(path) as pdf:
        for page in pdf.pages:
            picture = pdf.make_stream(b"\xff", Type=Name.XObject, Subtype=Name.Image, Width=1, Height=1, ColorSpace=Name.DeviceGray, BitsPerComponent=8)
            page.obj.Resources["/XObject"] = Dictionary(Im0=picture)
        pdf.save(out)
    return out


@pytest.mark.parametrize(("content", "covered"), [
    pytest.param(TEXT + BOX, True, id="a black box over words"),
    pytest.param(TEXT + b"0.1 0.1 0.2 rg " + BOX, True, id="a dark blue one"),
    pytest.param(TEXT + b"q 1 0 0 1 55 695 cm 0 0 m 150 0 l 150 25 l 0 25 l h f Q", True, id="a box drawn by its corners, moved"),
    pytest.param(TEXT + b"110 695 100 25 re f", True, id="over the end of the line only"),
    pytest.param(b"q 1 0 0 -1 0 842 cm " + BOX.replace(b"695", b"122") + b"Q " + TEXT, False, id="a box below the words is a ground"),
    pytest.param(TEXT + b"0.9 g " + BOX, False, id="a light box"),
    pytest.param(TEXT + b"55 698 150 0.7 re f", False, id="an underline"),
    pytest.param(TEXT + b"300 695 150 25 re f", False, id="a box beside the words"),
    pytest.param(TEXT + b"q 0 0 50 50 re W n 0 0 595 842 re f Q", False, id="a box cut off before it reaches the words"),
    pytest.param(TEXT + BOX + b"1 g " + TEXT, False, id="the words written again on the box"),
    pytest.param(TEXT + b"55 695 m 300 900 l 200 600 l f", False, id="no rectangle"),
])  # fmt: skip
def test_words_under_black_boxes(content, covered, make_pdf):
    (look,) = looked(make_pdf({"content": content}))
    assert bool(look.covered) is covered


@pytest.mark.parametrize(("content", "invisible"), [
    pytest.param(b"1 g " + TEXT, True, id="white on paper"),
    pytest.param(BOX + TEXT, True, id="black on a black box"),
    pytest.param(b"BT 3 Tr /F1 20 Tf 60 700 Td (secret words) Tj ET", True, id="set not to be drawn"),
    pytest.param(BOX + b"1 g " + TEXT, False, id="white on black"),
    pytest.param(TEXT, False, id="black on paper"),
    pytest.param(SCAN + b"BT 3 Tr /F1 20 Tf 60 700 Td (secret words) Tj ET", False, id="the layer of an OCR over a scan"),
    pytest.param(b"BT 3 Tr /F1 20 Tf 60 700 Td (secret words) Tj ET " + SCAN, False, id="the layer of an OCR under a scan"),
    pytest.param(SCAN + b"1 g " + TEXT, False, id="white on a picture, which may be dark"),
    pytest.param(b"q 90 0 0 90 0 0 cm /Im0 Do Q BT 3 Tr /F1 20 Tf 60 700 Td (secret words) Tj ET", True, id="beside a small picture it is no OCR"),
])  # fmt: skip
def test_words_that_nobody_sees(content, invisible, make_pdf, tmp_path):
    (look,) = looked(with_scan(make_pdf({"content": content}), tmp_path / "scan.pdf"))
    assert (bool(look.invisible), look.covered) == (invisible, 0)


LINES = b"BT /F1 12 Tf %s Tm 14 TL (Payment within thirty days of delivery) Tj T* (and of the invoice) Tj ET"
UP, LEFT, DOWN, RIGHT = b"1 0 0 1 60 700", b"0 1 -1 0 300 200", b"-1 0 0 -1 500 300", b"0 -1 1 0 300 700"  # where the lines run to


@pytest.mark.parametrize(("matrix", "rotate", "turned"), [
    (UP, 0, 0), (LEFT, 90, 0), (DOWN, 180, 0), (RIGHT, 270, 0), (RIGHT, -90, 0),  # a page turned back to where its text stands upright
    (UP, 90, 1), (UP, 180, 2), (UP, -90, 3), (RIGHT, 0, 1), (DOWN, 0, 2), (LEFT, 0, 3), (LEFT, 180, 1),
])  # fmt: skip
def test_text_that_lies_on_its_side(matrix, rotate, turned, make_pdf):
    (look,) = looked(make_pdf({"content": LINES % matrix, "rotate": rotate}))
    assert look == Look(turned=turned)


def test_one_turned_word_beside_upright_lines_is_nothing(make_pdf):
    (look,) = looked(make_pdf({"content": LINES % UP + b" BT /F1 9 Tf 0 1 -1 0 20 300 Tm (DRAFT) Tj ET"}))
    assert look.turned == 0


def test_a_form_that_draws_text_is_followed(make_pdf, tmp_path):
    path = make_pdf({"content": b"/Fm0 Do " + BOX})
    with Pdf.open(path) as pdf:
        resources = pdf.pages[0].obj.Resources
        form = pdf.make_stream(TEXT, Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 600, 850], Resources=Dictionary(Font=resources.Font))
        resources["/XObject"] = Dictionary(Fm0=form)
        pdf.save(tmp_path / "form.pdf")
    assert looked(tmp_path / "form.pdf")[0].covered >= 10


@pytest.mark.parametrize("content", [b"BT /F1 (x) Tf Tj [ TJ ET Q Q q re f ( unclosed", b"\xff\xfe\x00 Do BI ID EI sh", b"1 0 0 1 cm 0 re W f l"])
def test_broken_content_is_looked_at_without_a_fall(content, make_pdf):
    assert looked(make_pdf({"content": content})) == [Look()]


def test_a_page_too_full_to_follow_is_named(make_pdf, said, monkeypatch):
    monkeypatch.setattr("casefiles.bundle.drawing.MOST_STEPS", 50)
    problems, _ = said(make_pdf({"content": TEXT}, {"content": b"0 0 1 1 re f " * 60 + TEXT + BOX}))
    assert list(problems) == ["not_followed"]
    assert "第 2 页" in problems["not_followed"].zh


# --- what the preflight says of it


@pytest.fixture
def said(tmp_path, fonts, exhibit):
    """The problems of one file by code, and whether its original goes along."""

    def look(path, **how):
        (prepared,) = prepare([exhibit(path)], tmp_path / "work", fonts, cache=tmp_path / "cache", **how)
        return {problem.code: problem for problem in prepared.problems}, prepared.native is not None

    return look


def test_the_pages_are_named_and_a_remedy_is_told(said, make_pdf):
    problems, _ = said(make_pdf({"content": TEXT}, {"content": TEXT + BOX}, {"content": LINES % RIGHT}, {"content": b"1 g " + TEXT}))
    assert {code: problem.severity for code, problem in problems.items()} == dict.fromkeys(("hidden_text", "invisible_text", "wrong_rotation"), "warning")
    assert "第 2 页" in problems["hidden_text"].zh
    assert "Page(s) 4 " in problems["invisible_text"].en
    assert "page(s) 3 " in problems["wrong_rotation"].en
    assert all(problem.remedy_zh and problem.remedy_en for problem in problems.values())


def edited(path, edit):
    """A copy of the file after `edit(pdf)`."""
    out = path.with_name(f"edited-{path.name}")
    with Pdf.open(path) as pdf:
        edit(pdf)
        pdf.save(out)
    return out


def attach(pdf):
    pdf.attachments["发票.xml"] = b"<invoice/>"


def script(pdf):
    action = Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))
    pdf.Root.OpenAction = action
    pdf.pages[0].obj.AA = Dictionary(O=Dictionary(S=Name.Launch, F=String("calc.exe")))


def layer(pdf):
    group = pdf.make_indirect(Dictionary(Type=Name.OCG, Name=String("内部批注")))
    pdf.Root.OCProperties = Dictionary(OCGs=Array([group]), D=Dictionary(OFF=Array([group])))


def foreign_font(pdf):
    pdf.pages[0].obj.Resources.Font["/F1"] = Dictionary(Type=Name.Font, Subtype=Name.TrueType, BaseFont=Name("/ABCDEF+SimSun"))


def redaction(pdf):
    pdf.pages[0].obj.Annots = Array([Dictionary(Type=Name.Annot, Subtype=Name.Square, Rect=[55, 695, 205, 720], IC=Array([0, 0, 0]))])


@pytest.mark.parametrize(("edit", "code", "detail", "along"), [
    pytest.param(attach, "attachments", "发票.xml", True, id="a file inside"),
    pytest.param(script, "active", "脚本、启动程序", False, id="a script and a program to start"),
    pytest.param(layer, "layers", "内部批注", False, id="a layer that is switched off"),
    pytest.param(foreign_font, "fonts", "SimSun", False, id="a font that is not in the file"),
    pytest.param(redaction, "hidden_text", "第 1 页", False, id="a black square laid over as a note"),
])  # fmt: skip
def test_what_a_file_carries_beside_its_pages(edit, code, detail, along, said, make_pdf):
    problems, native = said(edited(make_pdf({"content": TEXT}), edit))
    assert (list(problems), native) == ([code], along)
    assert detail in problems[code].zh


def test_a_file_above_the_limit_is_named(said, make_pdf):
    problems, _ = said(make_pdf({"content": TEXT}), most_bytes=100)
    assert list(problems) == ["too_large_file"]
    assert said(make_pdf({"content": TEXT}), most_bytes=10**6)[0] == {}


def signed(path, *, tamper=False, later=b"", marked=True):
    """A file with a signature field whose signature holds the digest of the bytes it covers, as a PKCS #7 one does."""
    room = "0" * 400
    with Pdf.open(path) as pdf:
        value = Dictionary(Type=Name.Sig, SubFilter=Name("/adbe.pkcs7.detached"), ByteRange=Array([0, 10**9, 10**9, 10**9]), Contents=String(""))
        value.Contents = String(bytes.fromhex(room))
        field = pdf.make_indirect(
            Dictionary(Type=Name.Annot, Subtype=Name.Widget, FT=Name.Sig, T=String("s"), Rect=[0, 0, 0, 0], F=2, V=pdf.make_indirect(value))
        )
        pdf.pages[0].obj.Annots = Array([field])
        pdf.Root.AcroForm = Dictionary(Fields=Array([field]), SigFlags=3)
        out = path.with_name(f"signed-{path.name}")
        pdf.save(out, object_stream_mode=ObjectStreamMode.disable, compress_streams=False, stream_decode_level=StreamDecodeLevel.generalized)
    content = out.read_bytes()
    start = content.index(b"/Contents <") + len(b"/Contents ")
    end = content.index(b">", start) + 1
    given = f"[ 0 {start} {end} {len(content) - end} ]".encode()
    content = content.replace(b"[ 0 1000000000 1000000000 1000000000 ]", given.ljust(38), 1)
    assert content[start : start + 1] == b"<", "the ranges were written into their own room"
    digest = hashlib.sha256(content[:start] + content[end:]).digest()
    marks = bytes.fromhex("0609608648016503040201" + "06092a864886f70d010904") if marked else b""  # SHA-256, messageDigest
    held = (marks + digest).ljust((end - start - 2) // 2, b"\0").hex().encode()
    content = content[: start + 1] + held + content[end - 1 :]
    out.write_bytes((content.replace(b"secret", b"public", 1) if tamper else content) + later)
    return out


@pytest.mark.parametrize(("how", "codes"), [
    pytest.param({}, ["signed"], id="covers the file as it is"),
    pytest.param({"later": b"\n% something added\n%%EOF\n"}, ["signed", "signed_earlier"], id="something was added later"),
    pytest.param({"tamper": True}, ["signed", "signed_broken"], id="covered bytes were changed"),
    pytest.param({"tamper": True, "marked": False}, ["signed"], id="no digest to compare: nothing is claimed"),
])  # fmt: skip
def test_what_a_signature_covers(how, codes, said, make_pdf):
    problems, native = said(signed(make_pdf({"content": TEXT}), **how))
    assert ([code for code in problems if code.startswith("signed")], native) == (codes, True)
    assert not any("有效" in problem.zh and "不能" not in problem.zh for problem in problems.values()), "nothing is called valid"
