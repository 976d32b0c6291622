"""Make a clean page look as if it had lain on a scanner or under a telephone: tilted, yellowish, grainy, without a text layer."""

from __future__ import annotations

import io
import time
from collections.abc import Sequence
from random import Random

import pypdfium2
from PIL import Image, ImageChops, ImageDraw, ImageFilter

from casefiles.demo.chance import chance_of

DPI = 200  # documents.yaml, format_rules: scans have at least 200 dpi
BED = (226, 226, 222)
FIXED = time.gmtime(1_700_000_000)  # no clock reaches a file: the same bytes each time


def pages(pdf: bytes, dpi: int = DPI) -> list[Image.Image]:
    """The pages of a PDF as RGB pictures."""
    paper = pypdfium2.PdfDocument(pdf)
    try:
        return [page.render(scale=dpi / 72).to_pil().convert("RGB") for page in paper]
    finally:
        paper.close()


def scanned(page: Image.Image, seed: str) -> Image.Image:
    """One page as it comes from the office scanner."""
    chance = chance_of(f"scan {seed}")
    sheet = ImageChops.multiply(page, _paper(page.size, chance))
    _creases(sheet, chance)
    margin = round(page.width * 0.012)
    bed = Image.new("RGB", (page.width + 2 * margin, page.height + 2 * margin), BED)
    shadow = Image.new("RGB", page.size, (186, 186, 182))
    bed.paste(shadow, (margin + 4, margin + 5))
    bed.paste(sheet, (margin, margin))
    angle = chance.choice((-1, 1)) * chance.uniform(0.35, 1.0)
    tilted = bed.rotate(angle, resample=Image.Resampling.BICUBIC, fillcolor=BED)
    tilted = tilted.crop((margin // 2, margin // 2, tilted.width - margin // 2, tilted.height - margin // 2)).filter(ImageFilter.GaussianBlur(0.55))
    return _grain(tilted, chance)


def _paper(size: tuple[int, int], chance: Random) -> Image.Image:
    """Yellowish stock, darker to one side, with a slow mottle."""
    mottle = Image.frombytes("L", (9, 12), bytes(chance.randrange(243, 256) for _ in range(108))).resize(size, Image.Resampling.BICUBIC)
    side = Image.linear_gradient("L").rotate(chance.choice((0, 90, 180, 270))).resize(size).point(lambda value: 243 + value // 21)
    light = ImageChops.multiply(mottle, side)
    return Image.merge("RGB", (light, light.point(lambda value: value * 251 // 255), light.point(lambda value: value * 237 // 255)))


def _creases(sheet: Image.Image, chance: Random) -> None:
    pen = ImageDraw.Draw(sheet, "RGBA")
    if chance.random() < 0.6:  # folded once for the folder
        at = round(sheet.height * chance.uniform(0.47, 0.53))
        pen.line((0, at, sheet.width, at + chance.randrange(-3, 4)), fill=(120, 110, 90, 38), width=3)
        pen.line((0, at + 3, sheet.width, at + 3), fill=(255, 255, 255, 90), width=2)
    for _ in range(chance.randrange(6, 16)):
        x, y, dot = chance.randrange(sheet.width), chance.randrange(sheet.height), chance.randrange(1, 3)
        pen.ellipse((x, y, x + dot, y + dot), fill=(70, 64, 55, 120))


def _grain(picture: Image.Image, chance: Random) -> Image.Image:
    tile = Image.frombytes("L", (401, 409), chance.randbytes(401 * 409)).filter(ImageFilter.GaussianBlur(0.7)).point(lambda value: 6 + (value - 128) // 11)
    noise = Image.new("L", picture.size, 6)
    for x in range(0, picture.width, tile.width):
        for y in range(0, picture.height, tile.height):
            noise.paste(tile, (x, y))
    return ImageChops.add(picture, Image.merge("RGB", (noise, noise, noise)), 1, -6)


def as_jpeg(picture: Image.Image, quality: int = 72) -> bytes:
    """A picture as JPEG with its resolution, without a date."""
    made = io.BytesIO()
    picture.save(made, "JPEG", quality=quality, dpi=(DPI, DPI))
    return made.getvalue()


def as_pdf(pictures: Sequence[Image.Image], title: str, quality: int = 66) -> bytes:
    """Pictures as a PDF without text, one a page, as an office scanner writes it."""
    made = io.BytesIO()
    first, *others = pictures
    first.save(
        made, "PDF", save_all=True, append_images=others, resolution=DPI, quality=quality,
        title=title, producer="demo scanner", creationDate=FIXED, modDate=FIXED,
    )  # fmt: skip
    return made.getvalue()


def scan_pdf(pdf: bytes, title: str) -> bytes:
    """All pages of a clean PDF as a scan in a PDF."""
    return as_pdf([scanned(page, f"{title} {number}") for number, page in enumerate(pages(pdf))], title)


def scan_jpeg(pdf: bytes, title: str) -> bytes:
    """The first page of a clean PDF as a scan in a JPEG."""
    return as_jpeg(scanned(pages(pdf)[0], title))
