"""Pictures of evidence on A4 pages: upright by their EXIF mark, at most 300 dots an inch, the camera's own picture data where that suffices.

What a camera writes beside the picture (place, device, time) stays in the original and does not go into the PDF.
"""

from __future__ import annotations

import io
import struct
import warnings
import zlib
from pathlib import Path

from pikepdf import Dictionary, Name, Pdf, Stream
from PIL import Image, ImageOps, ImageStat
from pillow_heif import register_heif_opener

MOST_DPI, USUAL_DPI = 300, 150
A4_SHORT, A4_LONG = 595.276, 841.89
EDGE = 36.0  # points kept free around a picture, so that number and mark stand beside it
WHOLE = 0.93  # a picture that fills so much of A4 at its own resolution is a scanned page and keeps the whole page
MOST_PIXELS, MOST_FRAMES = 200_000_000, 500
PAGED = ("TIFF", "HEIF")  # every picture in such a file is a page; in others it is a moment of a film
ORIENTATION = 0x0112
KEPT_SEGMENTS = frozenset({0xE0, 0xEE})  # JFIF and the colour mark of Adobe (APP14); EXIF, XMP, place and notes are dropped
ICC = b"ICC_PROFILE"
UNREADABLE = (  # what Pillow raises, by the place where a broken file is broken
    OSError, SyntaxError, EOFError, RuntimeError, ValueError, TypeError, LookupError, ArithmeticError, AttributeError, struct.error,
    MemoryError, Image.DecompressionBombError,
)  # fmt: skip
register_heif_opener()  # Pillow reads HEIC and HEIF from here on
Image.MAX_IMAGE_PIXELS = MOST_PIXELS  # Pillow's own guard against a picture that unpacks to gigabytes


class NotAnImage(Exception):
    """The picture cannot be read to its end, or is larger than can be printed."""


def image_pdf(path: Path) -> bytes:
    """The picture, every frame of it a page, as a PDF that is the same bytes for the same picture. Raises NotAnImage."""
    try:
        with warnings.catch_warnings(), Image.open(path) as image:
            warnings.simplefilter("ignore")
            return _pages(image, path)
    except UNREADABLE as error:
        raise NotAnImage(str(error)) from error


def frames_left_out(path: Path) -> str:
    """How many pictures are in a file of which only the first is shown, as film or beside it; empty where all are."""
    try:
        with Image.open(path) as image:
            frames = getattr(image, "n_frames", 1)
            return str(frames) if frames > 1 and image.format not in PAGED else ""
    except UNREADABLE:
        return ""


def _pages(image: Image.Image, path: Path) -> bytes:
    frames: int = getattr(image, "n_frames", 1) if image.format in PAGED else 1
    if frames > MOST_FRAMES:
        raise NotAnImage(f"{frames} pages")
    with Pdf.new() as pdf:
        for frame in range(frames):
            image.seek(frame)
            if image.width * image.height > MOST_PIXELS:
                raise NotAnImage(f"{image.width} x {image.height} dots")
            image.load()  # a cut-off file is found now, not by the reader
            _add(pdf, image, path)
        written = io.BytesIO()
        pdf.save(written, deterministic_id=True)
        return written.getvalue()


def _add(pdf: Pdf, image: Image.Image, path: Path) -> None:
    orientation = image.getexif().get(ORIENTATION, 1)
    turned = orientation in (5, 6, 7, 8)
    wide, high = (image.height, image.width) if turned else (image.width, image.height)
    dpi = _dpi(image)
    page = (A4_LONG, A4_SHORT) if wide > high else (A4_SHORT, A4_LONG)
    natural = (wide * 72 / dpi, high * 72 / dpi)
    whole = all(WHOLE * side <= size <= 1.1 * side for size, side in zip(natural, page, strict=True))
    room = page if whole else (page[0] - 2 * EDGE, page[1] - 2 * EDGE)
    ratio = min(room[0] / natural[0], room[1] / natural[1])
    ratio = ratio if whole else min(1.0, ratio)
    shown = (natural[0] * ratio, natural[1] * ratio)
    limit = max(1, round(shown[0] / 72 * MOST_DPI)), max(1, round(shown[1] / 72 * MOST_DPI))
    if image.format == "JPEG" and orientation == 1 and image.mode in ("L", "RGB") and wide <= limit[0] * 1.02:
        stream = pdf.make_stream(without_notes(path.read_bytes()), _entries(image, Name.DCTDecode))
    else:
        stream = _stream(pdf, image, limit)
    entry = pdf.add_blank_page(page_size=page).obj
    entry.Resources = Dictionary(XObject=Dictionary(Im0=stream))
    x, y = (page[0] - shown[0]) / 2, (page[1] - shown[1]) / 2
    entry.Contents = pdf.make_stream(f"q {shown[0]:.3f} 0 0 {shown[1]:.3f} {x:.3f} {y:.3f} cm /Im0 Do Q".encode())


def _stream(pdf: Pdf, image: Image.Image, limit: tuple[int, int]) -> Stream:
    upright = ImageOps.exif_transpose(image)
    plain = _on_paper(upright)
    if plain.width > limit[0] * 1.02:
        plain = (plain.convert("L") if plain.mode == "1" else plain).resize(limit, Image.Resampling.LANCZOS)
    if image.format in ("JPEG", "MPO", "WEBP", "HEIF"):
        packed = io.BytesIO()
        plain.save(packed, "JPEG", quality=90, optimize=True)
        return pdf.make_stream(packed.getvalue(), _entries(plain, Name.DCTDecode))
    return pdf.make_stream(zlib.compress(plain.tobytes(), 6), _entries(plain, Name.FlateDecode))


def without_notes(jpeg: bytes) -> bytes:
    """A JPEG without what the camera wrote beside the picture, and without anything behind its end; raises NotAnImage where it is no JPEG."""
    kept, at = [b"\xff\xd8"], 2
    while at + 4 <= len(jpeg):
        if jpeg[at] != 0xFF:
            raise NotAnImage("a segment of the JPEG does not begin where it should")
        marker = jpeg[at + 1]
        if marker == 0xFF:  # a fill byte
            at += 1
            continue
        end = at + 2 + int.from_bytes(jpeg[at + 2 : at + 4])
        noted = marker == 0xFE or (0xE0 <= marker <= 0xEF and marker not in KEPT_SEGMENTS and not (marker == 0xE2 and jpeg.startswith(ICC, at + 4)))
        if not noted:
            kept.append(jpeg[at:end])
        at = end
        if marker == 0xDA:
            at = _scan_end(jpeg, end)
            kept.append(jpeg[end:at])
            if jpeg[at : at + 2] == b"\xff\xd9" or at >= len(jpeg):
                return b"".join(kept) + b"\xff\xd9"
    return b"".join(kept) + b"\xff\xd9"


def _scan_end(jpeg: bytes, at: int) -> int:
    """Where the coded data of a scan end: at the next marker that is neither a stuffed byte nor a restart."""
    while (at := jpeg.find(b"\xff", at)) >= 0:
        if at + 1 >= len(jpeg):
            break
        if jpeg[at + 1] not in (0x00, 0xFF) and not 0xD0 <= jpeg[at + 1] <= 0xD7:
            return at
        at += 1 if jpeg[at + 1] == 0xFF else 2
    return len(jpeg)


def _entries(image: Image.Image, coding: Name) -> Dictionary:
    return Dictionary(
        Type=Name.XObject, Subtype=Name.Image, Width=image.width, Height=image.height, Filter=coding,
        ColorSpace=Name.DeviceRGB if image.mode == "RGB" else Name.DeviceGray, BitsPerComponent=1 if image.mode == "1" else 8,
    )  # fmt: skip


def _on_paper(image: Image.Image) -> Image.Image:
    """Modes a page can carry. What is transparent lies on white, or on grey where the letters themselves are white."""
    if image.mode in ("1", "L", "RGB"):
        return image
    if image.mode.startswith("I;16") or image.mode in ("I", "F"):
        return image.convert("I").point(lambda value: value / 256).convert("L")
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        layer = image.convert("RGBA")
        cover = layer.getchannel("A")
        light = ImageStat.Stat(layer.convert("L"), mask=cover).mean[0] if cover.getextrema() != (0, 0) else 0.0
        paper = Image.new("RGBA", layer.size, (96, 96, 96, 255) if light > 225 else (255, 255, 255, 255))
        paper.alpha_composite(layer)
        return paper.convert("RGB")
    return image.convert("RGB")


def _dpi(image: Image.Image) -> float:
    """Dots an inch as the file says, where it says something a scanner would; pictures of screens and phones say 72 or nothing."""
    given = image.info.get("dpi", (0, 0))
    try:
        dpi = float(given[0])
    except (TypeError, ValueError, IndexError, ZeroDivisionError):
        return USUAL_DPI
    return dpi if 96 < dpi <= 1200 else USUAL_DPI
