"""Pages as pictures with what we draw on them: marks where searched words stand, a watermark for people from outside.

Rendering takes some tenths of a second in a child process, so the newest pictures are kept in memory: the page asks for the size
first, the browser for the picture a moment later. A store's file never changes, so neither does its picture.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from PIL import Image, ImageChops, ImageDraw, ImageFont

from casefiles import runtime
from casefiles.readers.media_type import media_class
from casefiles.readers.pictures import Box, NoPicture, page_image, word_boxes
from casefiles.search import QueryError, terms_of
from forms.fonts import NoFonts, loaded

__all__ = ["NARROWEST", "WIDEST", "Box", "NoPicture", "can_show", "page", "size", "terms"]

NARROWEST, WIDEST = 200, 2_000  # pixels
KEPT = 48  # pictures of about 0.2 MB
MARK = (255, 214, 64)
INK = (20, 48, 79, 46)  # the watermark: seen at a glance, the text below stays legible


def can_show(media_type: str) -> bool:
    """Whether files of this kind have pages to show as pictures."""
    return media_class(media_type) in {"pdf", "image", "ofd"}


def size(path: Path, media_type: str, number: int, width: int) -> tuple[int, int]:
    """Width and height of a page's picture in pixels, so that nothing jumps while it loads. NoPicture."""
    with Image.open(io.BytesIO(_plain(path, media_type, number, width))) as picture:
        return picture.size


def page(
    path: Path, media_type: str, number: int, width: int, *, words: str = "", marked: Sequence[Box] | None = None, watermark: str = ""
) -> bytes:
    """One page (from 1) as PNG, with the words of a query marked and a watermark across it. NoPicture says why there is none.

    `marked` are the words' places on a recognised page; without it the file is asked where they stand.
    """
    png = _plain(path, media_type, number, min(max(width, NARROWEST), WIDEST))
    boxes = marked
    if boxes is None:
        boxes = word_boxes(path, number, terms(words)) if words and media_class(media_type) == "pdf" else []
    if not boxes and not watermark:
        return png
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    if boxes:
        _mark(picture, boxes)
    if watermark:
        picture = _watermarked(picture, watermark)
    out = io.BytesIO()
    picture.save(out, "PNG", compress_level=3)
    return out.getvalue()


@lru_cache(maxsize=KEPT)
def _plain(path: Path, media_type: str, number: int, width: int) -> bytes:
    return page_image(path, media_type, number, width, _folders() if media_class(media_type) == "ofd" else ())


def _folders() -> tuple[Path, ...]:
    """The folders of the fonts our papers are set in: an OFD names 宋体 and brings none along."""
    try:
        return runtime.fonts().folders
    except NoFonts:
        return ()


def terms(query: str) -> tuple[str, ...]:
    """What a query looks for; nothing where it cannot be understood."""
    try:
        return terms_of(query)
    except QueryError:
        return ()


def _mark(picture: Image.Image, boxes: Sequence[Box]) -> None:
    """As a marker pen does: the paper takes the colour, the ink stays black; where two marks meet, no darker than each."""
    wide, high = picture.size
    mask = Image.new("L", picture.size)
    pen = ImageDraw.Draw(mask)
    for left, top, right, bottom in boxes:
        area = (max(0, int(left * wide) - 2), max(0, int(top * high) - 1), min(wide, int(right * wide) + 2), min(high, int(bottom * high) + 1))
        if area[2] > area[0] and area[3] > area[1]:
            pen.rectangle((area[0], area[1], area[2] - 1, area[3] - 1), fill=255)
    picture.paste(ImageChops.multiply(picture, Image.new("RGB", picture.size, MARK)), mask=mask)


def _watermarked(picture: Image.Image, text: str) -> Image.Image:
    """The text again and again, slanting, over the whole page."""
    wide, high = picture.size
    font = _font(max(14, wide // 38))
    sheet = Image.new("RGBA", (2 * max(wide, high), 2 * max(wide, high)), (0, 0, 0, 0))
    pen = ImageDraw.Draw(sheet)
    step_x, step_y = int(pen.textlength(text, font=font)) + wide // 6, max(60, wide // 5)
    for row, y in enumerate(range(0, sheet.height, step_y)):
        for x in range(-(row % 2) * step_x // 2, sheet.width, step_x):
            pen.text((x, y), text, font=font, fill=INK)
    slanting = sheet.rotate(24, resample=Image.Resampling.BILINEAR)
    left, top = (slanting.width - wide) // 2, (slanting.height - high) // 2
    return Image.alpha_composite(picture.convert("RGBA"), slanting.crop((left, top, left + wide, top + high))).convert("RGB")


@lru_cache(maxsize=8)
def _font(pixels: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """The sans font of our papers; without any, Pillow's own, which lacks Chinese but still names time and case."""
    try:
        fonts = runtime.fonts()
    except NoFonts:
        return ImageFont.load_default(pixels)
    file = next((f for f in loaded(fonts.folders).fonts() if f.family == fonts.sans and f.path), None)
    return ImageFont.truetype(str(file.path), pixels, index=file.index) if file else ImageFont.load_default(pixels)
