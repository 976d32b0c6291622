"""Pictures, texts and office papers as pages: upright, sharp enough, the same bytes each time."""

from __future__ import annotations

import shutil

import docx
import pikepdf
import pypdfium2
import pytest
from PIL import Image, ImageDraw

from casefiles.bundle.chat import decoded
from casefiles.bundle.convert import NotConverted, convert, convertible
from casefiles.bundle.office import OFFICE

DOCX = next(kind for kind, ending in OFFICE.items() if ending == "docx")


@pytest.fixture
def pages(tmp_path, fonts, exhibit):
    """Convert a file and give its pages as pictures at one dot a point."""

    def make(path, media_type):
        made = convert(exhibit(path, media_type=media_type).source, tmp_path / "work", tmp_path / "cache", fonts)
        document = pypdfium2.PdfDocument(made)
        shown = [page.render(scale=1).to_pil().convert("RGB") for page in document]
        document.close()
        return shown

    (tmp_path / "work").mkdir()
    return make


def picture(path, size=(400, 200), mode="RGB", **saving):
    """White, with the left upper quarter red as it should be seen."""
    image = Image.new(mode, size, "white")
    ImageDraw.Draw(image).rectangle((0, 0, size[0] // 2 - 1, size[1] // 2 - 1), fill="red" if mode == "RGB" else 0)
    image.save(path, **saving)
    return path


def red(shown):
    """The box of the red on a page."""
    marked = shown.split()
    return Image.merge("L", [marked[1].point(lambda value: 255 if value < 100 else 0)]).getbbox()


@pytest.mark.parametrize(("orientation", "turn"), [
    (1, None), (2, Image.Transpose.FLIP_LEFT_RIGHT), (3, Image.Transpose.ROTATE_180), (4, Image.Transpose.FLIP_TOP_BOTTOM),
    (5, Image.Transpose.TRANSPOSE), (6, Image.Transpose.ROTATE_90), (7, Image.Transpose.TRANSVERSE), (8, Image.Transpose.ROTATE_270),
])  # fmt: skip
def test_photos_stand_as_their_exif_mark_says(orientation, turn, pages, tmp_path):
    upright = Image.open(picture(tmp_path / "upright.png"))
    stored = upright.transpose(turn) if turn is not None else upright
    exif = Image.Exif()
    exif[0x0112] = orientation
    stored.save(tmp_path / "photo.jpg", exif=exif, quality=95)
    (shown,) = pages(tmp_path / "photo.jpg", "image/jpeg")
    assert shown.width > shown.height, "a wide picture lies on a wide page"
    left, top, right, bottom = red(shown)
    # 400 x 200 dots at 150 an inch are 192 x 96 points, centred on 842 x 595: the red quarter begins at (325, 249.5) and is 96 x 48
    assert (left, top, right - left, bottom - top) == pytest.approx((325, 249, 96, 48), abs=2)


def test_a_scanned_page_fills_the_sheet(pages, tmp_path):
    (shown,) = pages(picture(tmp_path / "scan.png", (1240, 1754), dpi=(150, 150)), "image/png")
    assert red(shown) == pytest.approx((0, 0, 297, 421), abs=2)


def test_every_page_of_a_tiff_is_bound(pages, tmp_path):
    first, *more = [Image.new("1", (600, 800), shade) for shade in (1, 0, 1)]
    first.save(tmp_path / "fax.tif", save_all=True, append_images=more, compression="group4")
    shown = pages(tmp_path / "fax.tif", "image/tiff")
    assert [page.getpixel((page.width // 2, page.height // 2))[0] for page in shown] == [255, 0, 255]


def test_no_more_than_300_dots_an_inch_are_kept(tmp_path, fonts, exhibit):
    path = picture(tmp_path / "large.jpg", (6000, 3000), quality=90)
    made = convert(exhibit(path, media_type="image/jpeg").source, tmp_path, tmp_path / "cache", fonts)
    document = pypdfium2.PdfDocument(made)
    (image,) = document[0].get_objects()
    wide = image.get_px_size()[0]
    document.close()
    # 842 points less two edges of 36 are 770 points, 10.69 inches, 3208 dots
    assert wide == pytest.approx(3208, abs=2)


def test_a_photo_that_fits_keeps_its_own_bytes(tmp_path, fonts, exhibit):
    path = picture(tmp_path / "small.jpg", quality=80)
    made = convert(exhibit(path, media_type="image/jpeg").source, tmp_path, None, fonts)
    assert path.read_bytes() in made.read_bytes()


def test_white_letters_on_nothing_can_be_read(pages, tmp_path):
    image = Image.new("RGBA", (300, 100), (0, 0, 0, 0))
    ImageDraw.Draw(image).rectangle((100, 40, 200, 60), fill=(255, 255, 255, 255))
    image.save(tmp_path / "white.png")
    (shown,) = pages(tmp_path / "white.png", "image/png")
    middle = shown.crop((shown.width // 2 - 60, shown.height // 2 - 20, shown.width // 2 + 60, shown.height // 2 + 20))
    low, high = middle.convert("L").getextrema()
    assert high - low > 100


@pytest.mark.parametrize("content", [b"", b"not a picture", b"\x89PNG\r\n\x1a\n cut off"], ids=["empty", "something else", "cut off"])
def test_a_broken_picture_is_named(content, tmp_path, fonts, exhibit):
    path = tmp_path / "broken.png"
    path.write_bytes(content)
    with pytest.raises(NotConverted) as caught:
        convert(exhibit(path, media_type="image/png").source, tmp_path, None, fonts)
    assert caught.value.code == "broken"


def test_a_picture_cut_in_its_middle_is_named(tmp_path, fonts, exhibit):
    whole = picture(tmp_path / "whole.jpg", (900, 900)).read_bytes()
    path = tmp_path / "half.jpg"
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(NotConverted):
        convert(exhibit(path, media_type="image/jpeg").source, tmp_path, None, fonts)


@pytest.mark.parametrize(("content", "expected"), [
    ("货款未付".encode(), "货款未付"), ("货款未付".encode("gb18030"), "货款未付"),
    ("货款未付".encode("utf-16"), "货款未付"), ("\ufeff货款".encode(), "货款"),
])  # fmt: skip
def test_texts_are_read_in_the_encodings_they_come_in(content, expected):
    assert decoded(content) == expected


@pytest.mark.parametrize(("name", "media_type", "content", "expected"), [
    ("note.txt", "text/plain", "#set text(red)\n$货款$ 未付", "#set text(red)"),
    ("rows.csv", "text/csv", "日期,金额\n2026-03-01,=1+1\n", "=1+1"),
])  # fmt: skip
def test_texts_and_tables_are_printed_as_they_stand(name, media_type, content, expected, tmp_path, fonts, exhibit):
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    made = convert(exhibit(path, media_type=media_type).source, tmp_path, None, fonts)
    document = pypdfium2.PdfDocument(made)
    text = document[0].get_textpage().get_text_bounded()
    document.close()
    assert expected in text
    assert name in text


def test_a_text_too_long_to_print_is_named(tmp_path, fonts, exhibit):
    path = tmp_path / "log.txt"
    path.write_text("x\n" * 30_000)
    with pytest.raises(NotConverted) as caught:
        convert(exhibit(path, media_type="text/plain").source, tmp_path, None, fonts)
    assert caught.value.code == "too_long"


def test_the_same_picture_gives_the_same_bytes(tmp_path, fonts, exhibit):
    source = exhibit(picture(tmp_path / "one.png"), media_type="image/png").source
    one = convert(source, tmp_path, tmp_path / "first", fonts).read_bytes()
    assert convert(source, tmp_path, tmp_path / "second", fonts).read_bytes() == one


@pytest.mark.parametrize(("media_type", "can"), [("image/png", True), (DOCX, True), ("text/csv", True), ("image/heic", True), ("audio/mpeg", False)])
def test_what_can_be_made_into_pages(media_type, can):
    assert convertible(media_type) is can


def test_an_encrypted_office_paper_is_named_without_starting_the_converter(tmp_path, fonts, exhibit, monkeypatch):
    monkeypatch.setattr("casefiles.bundle.office.run", lambda *_: pytest.fail("the converter was started"))
    path = tmp_path / "locked.docx"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)
    with pytest.raises(NotConverted) as caught:
        convert(exhibit(path, media_type=DOCX).source, tmp_path, None, fonts)
    assert caught.value.code == "encrypted_office"


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed: office papers stay slip sheets here")
def test_an_office_paper_is_converted_once(tmp_path, fonts, exhibit, monkeypatch):
    written = docx.Document()
    written.add_paragraph("设备采购合同第六条：签收后三十日内付款。")
    written.save(tmp_path / "contract.docx")
    source = exhibit(tmp_path / "contract.docx", media_type=DOCX).source
    made = convert(source, tmp_path, tmp_path / "cache", fonts)
    document = pypdfium2.PdfDocument(made)
    text = document[0].get_textpage().get_text_bounded()
    document.close()
    assert "签收后三十日内付款" in text
    monkeypatch.setattr("casefiles.bundle.office.run", lambda *_: pytest.fail("the converter was started again"))
    assert convert(source, tmp_path, tmp_path / "cache", fonts) == made


@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed: office papers stay slip sheets here")
def test_an_office_paper_is_printed_in_our_fonts_where_the_system_has_none(tmp_path, fonts, exhibit):
    paper = docx.Document()
    paper.add_paragraph("对账单：尚欠货款")
    paper.save(tmp_path / "paper.docx")
    made = convert(exhibit(tmp_path / "paper.docx", media_type=DOCX).source, tmp_path / "work", None, fonts)
    with pikepdf.open(made) as pdf:
        faces = {str(font.BaseFont) for page in pdf.pages for font in page.Resources.Font.values()}
    assert any("CJK" in face or "SC" in face or "Song" in face or "Hei" in face for face in faces), faces
