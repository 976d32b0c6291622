"""Bundles made of what a hostile reader would hand in: built once, read back, then touched in each way that the check must name."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import pypdfium2
import pytest
from pikepdf import Array, Dictionary, Name, Pdf, String
from PIL import Image
from pypdf import PdfReader

from casefiles.bundle.assembly import Built, build
from casefiles.bundle.chat import text_pdf
from casefiles.bundle.images import NotAnImage, image_pdf
from casefiles.bundle.mail import mail_pdf
from casefiles.bundle.pagination import number
from casefiles.bundle.plan import BundleError, Exhibit, Group, Layout, Numbering, Source
from casefiles.bundle.preflight import Prepared, prepare
from casefiles.bundle.readback import verify_bundle
from casefiles.bundle.refusal import NotConverted
from forms.fonts import find_fonts

INK = b"0.5 g 100 300 120 160 re f"
TITLES = ["<b>&amp;\\(x)#{1}$y$*_`~@", "TODO 待补充 None {{x}}", "长" * 300, "Supercalifragilistic" * 15, "\u202eabc\u202c مرحبا", "“引号”—–～1–2"]


def page(pdf: Pdf, content: bytes = INK, media=(0, 0, 595, 842), **entries):
    made = pdf.add_blank_page(page_size=(595, 842)).obj
    made.MediaBox, made.Contents = Array(list(media)), pdf.make_stream(content)
    made.Resources = Dictionary(Font=Dictionary(F1=Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)))
    for key, value in entries.items():
        made[f"/{key}"] = value
    return made


def linked(pdf: Pdf, *links: Dictionary):
    made = page(pdf)
    made.Annots = Array([Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=[0, 0, 9, 9]) | link for link in links])
    return made


def views(pdf: Pdf) -> None:
    made = page(pdf)
    goals = ([made, Name.FitR, 1], [made, Name.XYZ], [made, Name.FitH, String("x")], [made], [made, 5], [made, Name.Foo, 1], [made, Name.XYZ, String("a"), 2, 3, 4])
    made.Annots = Array([Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=[0, 0, 9, 9], Dest=Array(goal)) for goal in goals])
    marks = [pdf.make_indirect(Dictionary(Title=String(f"x<>&\\()# {at}"), Dest=Array(goal))) for at, goal in enumerate(goals)]
    for at, mark in enumerate(marks):
        mark.Next = marks[(at + 1) % len(marks)]  # the last leads to the first
        mark.First = mark
    pdf.Root.Outlines = pdf.make_indirect(Dictionary(First=marks[0], Last=marks[-1]))


def actions(pdf: Pdf) -> None:
    addresses = ("https://example.com/a", "www.example.com", "javascript:alert(1)", " JavaScript:alert(1)", "file:///etc/passwd")
    made = page(pdf)
    notes = [Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=[0, 0, 9, 9], A=Dictionary(S=Name.URI, URI=String(to))) for to in addresses]
    held = Dictionary(Type=Name.Filespec, F=String("x.exe"), EF=Dictionary(F=pdf.make_stream(b"MZ" * 10)))
    made.Annots = Array([*notes, Dictionary(Type=Name.Annot, Subtype=Name.FileAttachment, Rect=[10, 10, 30, 30], FS=held)])


def covered(pdf: Pdf) -> None:
    made = page(pdf)
    picture = pdf.make_stream(b"1 0 0 rg 0 0 200 80 re f", Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 200, 80])
    made.Annots = Array([Dictionary(Type=Name.Annot, Subtype=Name.Stamp, F=4, Rect=[395, 0, 595, 80], AP=Dictionary(N=picture), Contents=String("seal"))])


def twice(pdf: Pdf) -> None:
    first, other = page(pdf), page(pdf)
    first.Annots = Array([pdf.make_indirect(Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=[0, 0, 9, 9], Dest=Array([first, Name.Fit])))])
    pdf.Root.Pages.Kids, pdf.Root.Pages.Count = Array([first, None, other, first]), 4


def cut(pdf: Pdf) -> None:
    parts = (b"q 0.5 g 100 30", b"0 120 160 re f Q BT /F1 12 T", b"f 50 50 Td (he", b"llo) Tj ET")
    page(pdf).Contents = Array([pdf.make_stream(part) for part in parts])


def unusable(pdf: Pdf) -> None:
    made = page(pdf)
    made.Resources.Font, made.Resources.ExtGState = Array([]), Name.x
    page(pdf).Resources.Font = Dictionary(CFf0=7)  # a name of ours that is no font


SOURCES: dict[str, Callable[[Pdf], object]] = {
    "turned 45": lambda pdf: page(pdf, Rotate=45),
    "turned 100": lambda pdf: page(pdf, Rotate=100),
    "turned -100": lambda pdf: page(pdf, Rotate=-100),
    "3 points wide": lambda pdf: page(pdf, media=(0, 0, 3, 3)),
    "a postage stamp": lambda pdf: page(pdf, media=(0, 0, 60, 70), Rotate=-90),
    "no size": lambda pdf: page(pdf, media=(0, 0, 0, 0)),
    "A0": lambda pdf: page(pdf, media=(0, 0, 2384, 3370)),
    "a strip": lambda pdf: page(pdf, media=(0, 0, 14400, 20)),
    "fonts that are a list": unusable,
    "content that is a name": lambda pdf: page(pdf, Contents=Name.x),
    "streams cut inside a word": cut,
    "a page twice, and a hole": twice,
    "views": views,
    "actions": actions,
    "covered": covered,
}  # fmt: skip


@dataclass(frozen=True)
class Hostile:
    built: Built
    manifest: dict
    prepared: tuple[Prepared, ...]
    at: dict[str, int]


def source_of(path: Path, media_type: str = "application/pdf") -> Source:
    content = path.read_bytes()
    return Source(path, path.name, hashlib.sha256(content).hexdigest(), len(content), media_type)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Hostile:
    folder = tmp_path_factory.mktemp("hostile")
    exhibits = []
    for order, (name, draw) in enumerate(SOURCES.items()):
        with Pdf.new() as pdf:
            draw(pdf)
            pdf.save(folder / f"{order}.pdf", static_id=True)
        exhibits.append(Exhibit(f"D{order}", name, "G1", source_of(folder / f"{order}.pdf")))
    exhibits += [Exhibit(f"T{order}", title, "G2", exhibits[0].source) for order, title in enumerate(TITLES)]  # one file seven times
    groups = (Group("G1", "第一组", "证" * 300, tuple(exhibits[: len(SOURCES)])), Group("G2", "第二组", "Abcdefghij" * 20, tuple(exhibits[len(SOURCES) :])))
    prepared = prepare(exhibits, folder / "work", find_fonts(), cache=None)
    numbers = number(groups, prepared)
    layout = Layout(covers=True, duplex=True)
    built = build((), groups, prepared, numbers, folder / "bundle.pdf", find_fonts(), title="<&> 诉 乙公司", watermark="草稿 DRAFT", layout=layout)
    manifest = {"parts": [asdict(row) for row in built.index_rows], "catalogue": {key: list(pages) for key, pages in numbers.pages.items()}}
    return Hostile(built, manifest, prepared, {row.title: row.at for row in built.index_rows})


def test_nothing_is_left_out_and_all_of_it_reads_back(hostile):
    assert [entry.exhibit.title for entry in hostile.prepared if entry.slip] == []
    assert [str(difference) for difference in verify_bundle(hostile.built.path, hostile.manifest)] == []
    if shutil.which("qpdf"):
        checked = subprocess.run(["qpdf", "--check", hostile.built.path], capture_output=True, text=True, check=False)
        assert (checked.returncode, checked.stderr) == (0, "")


def test_long_words_stay_within_the_page(hostile):
    document = pypdfium2.PdfDocument(hostile.built.path)
    for sheet in (2, 4):  # the index and its second page
        words = document[sheet].get_textpage()
        assert max(words.get_charbox(at)[2] for at in range(words.count_chars())) < 595
    document.close()


def test_only_addresses_of_the_web_stay_and_no_file_goes_along(hostile):
    notes = [entry.get_object() for entry in PdfReader(hostile.built.path).pages[hostile.at["actions"]]["/Annots"]]
    assert [note["/A"]["/URI"] for note in notes if "/A" in note] == ["https://example.com/a", "www.example.com"]
    assert "/FileAttachment" not in {note["/Subtype"] for note in notes}


def test_a_seal_over_the_corner_lies_beneath_the_number(hostile):
    note = PdfReader(hostile.built.path).pages[hostile.at["covered"]]["/Annots"][0].get_object()
    assert (note["/Contents"], note["/AP"]["/N"].get_object().get_data()) == ("seal", b"")
    document = pypdfium2.PdfDocument(hostile.built.path)
    corner = document[hostile.at["covered"]].render(scale=2).to_pil().convert("RGB").crop((800, 1530, 1190, 1684))
    document.close()
    colours = {colour for _, colour in corner.getcolors(1 << 16) or []}
    assert (255, 0, 0) in colours, "the seal is still seen"
    assert any(max(colour) < 60 for colour in colours), "and so is the number"


def stream_of(pdf: Pdf, at: int) -> bytes:
    return b"\n".join(part.read_bytes() for part in pdf.pages[at].obj.Contents)


def moved(word: bytes) -> Callable[[Pdf, int], None]:
    def change(pdf: Pdf, at: int) -> None:
        content = stream_of(pdf, at)
        assert content.count(word) == 1
        pdf.pages[at].obj.Contents = pdf.make_stream(content.replace(word, word + b" 1 0 0 1 -90 0 cm"))

    return change


def cropped(pdf: Pdf, at: int) -> None:
    pdf.pages[at].obj.CropBox = Array([0, 60, 595, 842])


def relabelled(pdf: Pdf, at: int) -> None:
    nums = list(pdf.Root.PageLabels.Nums)
    place = nums.index(at)  # every exhibit here has one page and a blank back, so each begins an entry
    pdf.Root.PageLabels.Nums = Array([*nums[: place + 1], Dictionary(P=String("X")), *nums[place + 2 :]])


def swapped(pdf: Pdf, at: int) -> None:
    one, other = (pdf.pages[sheet].obj for sheet in (at, at + 2))
    one.Contents, other.Contents, one.Resources, other.Resources = other.Contents, one.Contents, other.Resources, one.Resources


def unlinked(pdf: Pdf, at: int) -> None:
    del pdf.pages[2].obj.Annots[0:3]  # the first row of the index


def without_font(pdf: Pdf, at: int) -> None:
    for held in pdf.objects:
        if isinstance(held, Dictionary) and held.get("/Type") == Name.FontDescriptor:
            for key in ("/FontFile2", "/FontFile3"):
                if key in held:
                    del held[key]


def noted(pdf: Pdf, at: int) -> None:
    picture = pdf.make_stream(b"1 g 0 0 200 80 re f", Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 200, 80])
    entry = pdf.pages[at].obj
    entry.Annots = Array([Dictionary(Type=Name.Annot, Subtype=Name.Stamp, F=4, Rect=[395, 0, 595, 80], AP=Dictionary(N=picture)), *entry.Annots])


@pytest.mark.parametrize(("change", "code"), [
    pytest.param(moved(b"(number)>>BDC"), "outside", id="the number moved aside"),
    pytest.param(moved(b"(mark)>>BDC"), "mark_moved", id="the mark moved aside"),
    pytest.param(cropped, "outside", id="the number cut off by the visible box"),
    pytest.param(relabelled, "label", id="another label"),
    pytest.param(swapped, "printed", id="two pages swapped"),
    pytest.param(unlinked, "index_link", id="a link of the index cut"),
    pytest.param(without_font, "font", id="a font taken out"),
    pytest.param(noted, "covered", id="a note laid over the number"),
])  # fmt: skip
def test_what_was_touched_is_named(change, code, hostile, tmp_path):
    with Pdf.open(hostile.built.path) as pdf:
        change(pdf, hostile.at[TITLES[0]])
        pdf.save(tmp_path / "touched.pdf")
    assert code in {difference.code for difference in verify_bundle(tmp_path / "touched.pdf", hostile.manifest)}


@pytest.mark.parametrize("prefix", ["😀", "e\u0301", "مر"], ids=["no font has it", "two signs that are one", "read from the right"])
def test_a_prefix_that_cannot_be_printed_is_refused(prefix, make_pdf, exhibit, tmp_path, fonts):
    groups = (Group("G1", "第一组", "", (exhibit(make_pdf()),)),)
    prepared = prepare(groups[0].exhibits, tmp_path / "work", fonts, cache=None)
    with pytest.raises(BundleError, match=r"Nothing was made\. (Choose|Take)"):
        build((), groups, prepared, number(groups, prepared, Numbering("prefixed", prefix, 3)), tmp_path / "x.pdf", fonts, title="x", watermark=None)


def test_sides_of_a_box_may_stand_elsewhere_in_the_file(tmp_path, bind):
    path = tmp_path / "sides.pdf"
    path.write_bytes(
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 4 0 R 400]/Rotate 5 0 R>>endobj\n4 0 obj 300 endobj\n5 0 obj 90 endobj\ntrailer<</Root 1 0 R/Size 6>>\n"
    )
    made = bind({"G1": [path]})
    assert [round(side) for side in PdfReader(made.path).pages[-1].mediabox[2:]] == [300, 400]


HEAD = b"From: a@b.c\r\nSubject: x\r\nDate: Mon, 1 Jan 2024 10:00:00 +0800\r\nMIME-Version: 1.0\r\n"
ATTACHED = b"Content-Type: application/octet-stream\r\nContent-Disposition: attachment; filename*=%b\r\n\r\nx"


def as_mail(folder: Path, content: bytes):
    path = folder / "a.eml"
    path.write_bytes(content)
    return mail_pdf(source_of(path, "message/rfc822"), find_fonts())


@pytest.mark.parametrize("content", [
    *(pytest.param(HEAD + b"Content-Type: text/plain; charset=" + name + b"\r\n\r\nwords \xff\xfe", id=f"body in {name!r}")
      for name in (b"undefined", b"idna", b"punycode", b"utf-7", b"rot13", b'"ut\0f"')),
    pytest.param(b"From: =?undefined?B?5ZCI?= <a@b>\r\nSubject: =?punycode?Q?x--=FF?=\r\n\r\nwords", id="head in no coding"),
    pytest.param(HEAD + ATTACHED % b"undefined''abc%ff", id="name of an attachment in no coding"),
    pytest.param(HEAD + ATTACHED % b"punycode''abc%ff", id="name of an attachment in one for hosts"),
])  # fmt: skip
def test_a_mail_in_an_odd_charset_is_read_as_far_as_it_goes(content, tmp_path):
    made, notes = as_mail(tmp_path, content)
    document = pypdfium2.PdfDocument(made)
    told = "".join(page.get_textpage().get_text_bounded() for page in document)
    document.close()
    assert "words" in told or "abc" in str(notes)


def test_every_one_of_many_attachments_is_listed(tmp_path):
    parts = b"".join(b"--B\r\nContent-Type: application/x-y\r\nContent-Disposition: attachment; filename=f%d.bin\r\n\r\nx%d\r\n" % (at, at) for at in range(450))
    made, _ = as_mail(tmp_path, HEAD + b"Content-Type: multipart/mixed; boundary=B\r\n\r\n" + parts + b"--B--\r\n")
    document = pypdfium2.PdfDocument(made)
    told = "".join(page.get_textpage().get_text_bounded() for page in document)
    document.close()
    assert [at for at in range(450) if f"f{at}.bin" not in told] == []


def test_mails_in_mails_without_end_are_refused_with_a_word(tmp_path):
    with pytest.raises(NotConverted, match="without end"):
        as_mail(tmp_path, HEAD + b"Content-Type: message/rfc822\r\n\r\n" * 3000 + b"\r\nx")


@pytest.mark.parametrize(("content", "kind", "words"), [
    pytest.param("合同约定付款期限为三十日".encode()[:-1], "text/plain", "合同约定付款期限为三十", id="UTF-8 cut off inside a sign"),
    pytest.param("合同约定付款期限".encode("gb18030"), "text/plain", "合同约定付款期限", id="GB18030"),
    pytest.param(b'a,b\n"' + b"x" * 140_000, "text/csv", "a,b", id="a table with a field that never ends"),
    pytest.param("甲：在\n".encode() * 20_000, "text/plain", "甲：在", id="twenty thousand lines", marks=pytest.mark.long),
])  # fmt: skip
def test_a_text_is_read_as_it_was_written(content, kind, words, tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes(content)
    document = pypdfium2.PdfDocument(text_pdf(source_of(path, kind), find_fonts()))
    told = document[0].get_textpage().get_text_bounded()
    document.close()
    assert words in told


def test_a_text_with_nothing_in_it_is_no_blank_page(tmp_path, fonts):
    (tmp_path / "a.txt").write_bytes(b"\r\n \n")
    entry = prepare([Exhibit("D1", "x", "G1", source_of(tmp_path / "a.txt", "text/plain"))], tmp_path / "work", fonts, cache=None)[0]
    assert (entry.slip, [problem.code for problem in entry.problems]) == (True, ["broken"])


@pytest.mark.parametrize("content", [
    pytest.param(b"\x89PNG\r\n\x1a\n\0\0\0\x04IHDR\0\0\0\1\xad\x0a\x9d\x2b", id="PNG with half a head"),
    pytest.param(b"II*\0\x08\0\0\0\0\0\0\0\0\0", id="TIFF without a size"),
    pytest.param(b"", id="nothing"),
])  # fmt: skip
def test_a_broken_picture_is_a_sentence_and_no_crash(content, tmp_path):
    (tmp_path / "a.png").write_bytes(content)
    with pytest.raises(NotAnImage):
        image_pdf(tmp_path / "a.png")


@pytest.mark.parametrize(("ending", "kind", "pages", "said"), [
    pytest.param("gif", "image/gif", 1, ["first_picture"], id="GIF"),
    pytest.param("webp", "image/webp", 1, ["first_picture"], id="WEBP"),
    pytest.param("png", "image/png", 1, ["first_picture"], id="moving PNG"),
    pytest.param("heic", "image/heic", 3, [], id="HEIC: every picture is a page"),
    pytest.param("tif", "image/tiff", 3, [], id="TIFF: every picture is a page"),
])  # fmt: skip
def test_a_file_of_several_pictures_shows_all_or_says_so(ending, kind, pages, said, tmp_path, fonts):
    first, *more = (Image.new("RGB", (64, 48), colour) for colour in ("red", "green", "blue"))
    path = tmp_path / f"a.{ending}"
    first.save(path, save_all=True, append_images=more)
    entry = prepare([Exhibit("D1", "x", "G1", source_of(path, kind))], tmp_path / "work", fonts, cache=None)[0]
    assert (entry.pages, [problem.code for problem in entry.problems]) == (pages, said)
    assert (entry.native == path) is bool(said), "where only the first is shown, the file itself goes along"
