"""Pictures and recordings of phones: upright, readable, and without the place they were taken in."""

from __future__ import annotations

import io
import struct
from itertools import pairwise

import pypdfium2
import pytest
from PIL import Image, ImageDraw, TiffImagePlugin
from pillow_heif import from_pillow

from casefiles.bundle.convert import convert
from casefiles.bundle.images import image_pdf, without_notes
from casefiles.bundle.sound import UNREAD, length_of, seconds_of

PLACE = b"39.9087N"  # stands for what a camera writes beside the picture


def halves(size=(400, 200)):
    """White, the left upper quarter red."""
    image = Image.new("RGB", size, "white")
    ImageDraw.Draw(image).rectangle((0, 0, size[0] // 2 - 1, size[1] // 2 - 1), fill="red")
    return image


def placed():
    """EXIF with a place and a comment."""
    exif = Image.Exif()
    exif[0x010E] = PLACE.decode()
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[2] = (39.0, 54.0, 31.0)
    return exif


def red_box(pdf, page=0):
    """The box of the red on a page at one dot a point, and the page's size."""
    document = pypdfium2.PdfDocument(pdf)
    shown = document[page].render(scale=1).to_pil().convert("RGB")
    document.close()
    _, green, _ = shown.split()
    return green.point(lambda value: 255 if value < 110 else 0).getbbox(), shown.size


def heic(path, **saving):
    from_pillow(halves()).save(path, quality=90, **saving)


def jpeg(path):
    halves().save(path, quality=92, exif=placed(), comment=PLACE)


def mpo(path):
    halves().save(path, "MPO", save_all=True, append_images=[halves()], quality=92, exif=placed())


@pytest.mark.parametrize(("write", "name"), [
    pytest.param(heic, "photo.heic", id="HEIC"), pytest.param(jpeg, "photo.jpg", id="JPEG with its place"), pytest.param(mpo, "photo.mpo.jpg", id="two pictures in a JPEG"),
])  # fmt: skip
def test_photos_of_phones_become_pages_without_their_place(write, name, tmp_path):
    write(tmp_path / name)
    made = image_pdf(tmp_path / name)
    (left, top, right, bottom), size = red_box(made)
    # as in the other picture tests: 400 x 200 dots at 150 an inch, centred on A4 lying
    assert (left, top, right - left, bottom - top) == pytest.approx((325, 249, 96, 48), abs=3)
    assert size == pytest.approx((842, 595), abs=1)
    assert PLACE not in made
    assert b"Exif" not in made


def test_the_camera_s_own_data_stay_where_only_its_notes_are_dropped(tmp_path):
    jpeg(tmp_path / "photo.jpg")
    given = (tmp_path / "photo.jpg").read_bytes()
    kept = without_notes(given)
    assert kept in image_pdf(tmp_path / "photo.jpg")
    assert (PLACE in given, PLACE in kept, b"Exif" in kept) == (True, False, False)
    assert Image.open(io.BytesIO(kept)).tobytes() == Image.open(io.BytesIO(given)).tobytes(), "not one dot differs"


def test_what_stands_behind_the_end_of_a_jpeg_does_not_go_along():
    written = io.BytesIO()
    halves().save(written, "JPEG", progressive=True)
    assert without_notes(written.getvalue() + PLACE) == without_notes(written.getvalue())


@pytest.mark.parametrize("turn", [6, 8, 3])
def test_a_turned_tiff_stands_upright(turn, tmp_path):
    back = {6: Image.Transpose.ROTATE_90, 8: Image.Transpose.ROTATE_270, 3: Image.Transpose.ROTATE_180}[turn]
    tags = TiffImagePlugin.ImageFileDirectory_v2()
    tags[274] = turn
    halves().transpose(back).save(tmp_path / "scan.tif", tiffinfo=tags)
    box, size = red_box(image_pdf(tmp_path / "scan.tif"))
    assert size[0] > size[1]
    assert (box[0], box[1]) == pytest.approx((325, 249), abs=3)


def test_every_page_of_a_g4_fax_is_there_and_no_other(tmp_path):
    pages = []
    for at in range(3):
        page = Image.new("1", (300, 400), 1)
        ImageDraw.Draw(page).rectangle((20, 20 + at * 100, 120, 80 + at * 100), fill=0)
        pages.append(page)
    pages[0].save(tmp_path / "fax.tif", save_all=True, append_images=pages[1:], compression="group4", dpi=(200, 200))
    made = image_pdf(tmp_path / "fax.tif")
    tops = [red_box(made, page)[0][1] for page in range(3)]
    # 100 dots lower on each page; at 200 dots an inch that is 36 points
    assert [after - before for before, after in pairwise(tops)] == pytest.approx([36, 36], abs=1)


@pytest.mark.parametrize(("name", "wide"), [("images/phone-photo.heic", None), ("images/camera-small.heic", True), ("images/photo-exif-rotate-6.jpg", True)])
def test_photos_of_real_phones(shared_samples, name, wide, tmp_path, fonts, exhibit):
    kind = "image/heic" if name.endswith("heic") else "image/jpeg"
    made = convert(exhibit(shared_samples / name, media_type=kind).source, tmp_path, None, fonts)
    document = pypdfium2.PdfDocument(made)
    page = document[0]
    shown = page.render(scale=0.5).to_pil().convert("L")
    (picture,) = page.get_objects()
    dots = picture.get_px_size()[0] / (picture.get_bounds()[2] - picture.get_bounds()[0]) * 72
    document.close()
    assert wide is None or (shown.width > shown.height) is wide
    assert len(set(shown.getextrema())) == 2, "not blank"
    assert dots <= 306, "no more than 300 dots an inch, but for rounding"
    assert b"Exif" not in made.read_bytes()


def amr(frames):
    return b"#!AMR\n" + (b"\x3c" + b"\0" * 31) * frames  # mode 7, 12.2 kbit/s: 32 bytes for each 20 ms


def wav(seconds):
    data = b"\0\0" * 8000 * seconds
    return (
        b"RIFF"
        + struct.pack("<I", 36 + len(data))
        + b"WAVEfmt "
        + struct.pack("<IHHIIHH", 16, 1, 1, 8000, 16000, 2, 16)
        + b"data"
        + struct.pack("<I", len(data))
        + data
    )


@pytest.mark.parametrize(("content", "length"), [
    pytest.param(wav(75), "1 分 15 秒 (1:15)", id="a minute and a quarter"),
    pytest.param(wav(5), "5 秒 (0:05)", id="some seconds"),
    pytest.param(amr(3000), "1 分 00 秒 (1:00)", id="3,000 frames of 20 ms of a phone call"),
    pytest.param(amr(50 * 3661), "1 小时 01 分 01 秒 (1:01:01)", id="more than an hour"),
    pytest.param(b"", UNREAD, id="an empty file"),
    pytest.param(b"no sound at all", UNREAD, id="something else"),
    pytest.param(wav(5)[:44], UNREAD, id="a head without sound"),
])  # fmt: skip
def test_the_length_of_a_recording(content, length, tmp_path):
    (tmp_path / "0123abcd").write_bytes(content)  # stored under its hash, without an ending
    assert length_of(tmp_path / "0123abcd") == length


def test_a_recording_that_is_gone_has_no_length(tmp_path):
    assert seconds_of(tmp_path / "gone") is None
