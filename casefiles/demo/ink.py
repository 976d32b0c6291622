"""Seals and signatures, drawn as pictures with a clear ground: red ink that was pressed, blue-black ink that was written."""

from __future__ import annotations

import io
import math
from functools import lru_cache
from itertools import pairwise
from random import Random

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

from casefiles.demo.chance import chance_of
from casefiles.errors import CasefilesError
from forms.fonts import Fonts, loaded

SEAL_PIXELS = 440
FINE = 3  # drawn three times as large and made smaller: smooth edges
RED = (200, 30, 36)
BLUE_BLACK = (26, 34, 84)


class NoFontFile(CasefilesError):
    """The family chosen for the papers has no file of its own, so nothing can be drawn with it."""


@lru_cache(maxsize=8)
def font_file(fonts: Fonts, family: str) -> tuple[str, int]:
    """Path of the font file of a family, and the number of the face in it."""
    for font in loaded(fonts.folders).fonts():
        if font.family == family and font.path and font.style == "normal":
            return str(font.path), int(font.index)
    raise NoFontFile(f"No file of the font {family!r} was found. Nothing was made. Check CASEFILES_FONTS.")


def _font(fonts: Fonts, family: str, size: int) -> ImageFont.FreeTypeFont:
    path, index = font_file(fonts, family)
    return ImageFont.truetype(path, size, index=index)


@lru_cache(maxsize=64)
def round_seal(fonts: Fonts, name: str, below: str = "", centre: str = "★") -> bytes:
    """A round seal as PNG: `name` on the circle, a star (or words) in the middle, `below` under it (合同专用章)."""
    size = SEAL_PIXELS * FINE
    plate = Image.new("L", (size, size), 0)
    pen = ImageDraw.Draw(plate)
    rim = size // 34
    pen.ellipse((rim, rim, size - rim, size - rim), outline=255, width=int(rim * 1.1))
    _around(plate, fonts, name)
    if centre == "★":
        _star(pen, size)
    else:
        pen.text((size / 2, size / 2), centre, font=_font(fonts, fonts.sans, size // 9), fill=255, anchor="mm", stroke_width=size // 260)
    if below:
        pen.text((size / 2, size * 0.76), below, font=_font(fonts, fonts.sans, size // 11), fill=255, anchor="mm", stroke_width=size // 260)
    return _pressed(plate.resize((SEAL_PIXELS, SEAL_PIXELS), Image.Resampling.LANCZOS), RED, seed=f"{name}{below}{centre}")


def _star(pen: ImageDraw.ImageDraw, size: int) -> None:
    points = []
    for corner in range(10):
        radius = size * (0.165 if corner % 2 == 0 else 0.063)
        angle = math.radians(corner * 36 - 90)
        points.append((size / 2 + radius * math.cos(angle), size * 0.485 + radius * math.sin(angle)))
    pen.polygon(points, fill=255)


def _around(plate: Image.Image, fonts: Fonts, name: str) -> None:
    """Write `name` on the upper arc, each sign upright to the centre."""
    size = plate.width
    span = min(252.0, 19.5 * len(name))
    step = span / max(1, len(name) - 1)
    face = _font(fonts, fonts.serif, int(size * min(0.125, 1.62 / max(9, len(name)))))
    for place, sign in enumerate(name):
        angle = -span / 2 + place * step
        tile = Image.new("L", (size // 5, size // 5), 0)
        ImageDraw.Draw(tile).text((size / 10, size / 10), sign, font=face, fill=255, anchor="mm", stroke_width=size // 300)
        tile = tile.rotate(-angle, resample=Image.Resampling.BICUBIC)
        middle = (size / 2 + size * 0.372 * math.sin(math.radians(angle)), size / 2 - size * 0.372 * math.cos(math.radians(angle)))
        box = (round(middle[0] - size / 10), round(middle[1] - size / 10))
        plate.paste(ImageChops.lighter(plate.crop((*box, box[0] + tile.width, box[1] + tile.height)), tile), box)


@lru_cache(maxsize=8)
def oval_seal(fonts: Fonts, bank: str, words: str) -> bytes:
    """The oval electronic seal of a bank's slips as PNG."""
    wide, high = 480 * FINE, 320 * FINE
    plate = Image.new("L", (wide, high), 0)
    pen = ImageDraw.Draw(plate)
    pen.ellipse((18, 18, wide - 18, high - 18), outline=255, width=24)
    pen.ellipse((58, 58, wide - 58, high - 58), outline=255, width=6)
    pen.text((wide / 2, high * 0.38), bank, font=_font(fonts, fonts.sans, 150), fill=255, anchor="mm", stroke_width=3)
    pen.text((wide / 2, high * 0.64), words, font=_font(fonts, fonts.sans, 125), fill=255, anchor="mm", stroke_width=2)
    return _pressed(plate.resize((480, 320), Image.Resampling.LANCZOS), RED, seed=bank + words)


@lru_cache(maxsize=64)
def signature(fonts: Fonts, name: str) -> bytes:
    """A name as if written in haste with a pen, PNG: slanted, uneven, joined by a running stroke."""
    chance = chance_of(f"signature {name}")
    size = 150
    plate = Image.new("L", (size * len(name) + 140, size + 110), 0)
    left = 40.0
    for sign in name:
        tile = Image.new("L", (size + 80, size + 80), 0)
        face = _font(fonts, fonts.serif, int(size * chance.uniform(0.72, 0.98)))
        ImageDraw.Draw(tile).text(((size + 80) / 2, (size + 80) / 2), sign, font=face, fill=255, anchor="mm")
        tile = tile.rotate(chance.uniform(-6, 9), resample=Image.Resampling.BICUBIC)
        tile = _wavy(tile, chance)
        plate.paste(ImageChops.lighter(plate.crop((int(left), 12, int(left) + tile.width, 12 + tile.height)), tile), (int(left), 12))
        left += size * chance.uniform(0.66, 0.80)
    _flourish(plate, chance, left)
    slant = plate.transform(plate.size, Image.Transform.AFFINE, (1, 0.24, -24, -0.06, 1, 10), resample=Image.Resampling.BICUBIC)
    box = slant.getbbox() or (0, 0, *slant.size)
    written = slant.crop(box).filter(ImageFilter.GaussianBlur(1.3)).point(lambda value: min(255, max(0, (value - 70) * 4)))
    return _pressed(written, BLUE_BLACK, seed=name, gaps=6)


def _wavy(tile: Image.Image, chance: Random) -> Image.Image:
    """Bend the strokes: a printed sign has none of a hand's unevenness."""
    step = 23
    phase, high, wide = chance.uniform(0, 6), chance.uniform(3.5, 5.5), chance.uniform(24, 34)

    def bent(x: float, y: float) -> tuple[float, float]:
        return x + high * math.sin(y / wide + phase), y + high * math.sin(x / (wide + 7) + phase * 1.7)

    mesh = []
    for x in range(0, tile.width - step, step):
        for y in range(0, tile.height - step, step):
            corners = ((x, y), (x, y + step), (x + step, y + step), (x + step, y))
            mesh.append(((x, y, x + step, y + step), tuple(value for corner in corners for value in bent(*corner))))
    return tile.transform(tile.size, Image.Transform.MESH, mesh, resample=Image.Resampling.BICUBIC)


def _flourish(plate: Image.Image, chance: Random, right: float) -> None:
    pen = ImageDraw.Draw(plate)
    low = plate.height * 0.74
    points = []
    for part in range(60):
        share = part / 59
        x = right - 90 + 150 * share
        y = low + 16 * math.sin(share * 4.2 + chance.uniform(-0.02, 0.02)) - 44 * share
        points.append((x, y))
    for at, (start, end) in enumerate(pairwise(points)):
        pen.line((start, end), fill=255, width=max(2, round(6 - at / 12)))


def _pressed(shape: Image.Image, colour: tuple[int, int, int], seed: str, gaps: int = 26) -> bytes:
    """Colour a shape with uneven ink: PNG with a clear ground, the ink's strength in 16 steps so that the file stays small."""
    chance = chance_of(f"ink {seed}")
    coarse = Image.frombytes("L", (24, 24), chance.randbytes(576)).resize(shape.size, Image.Resampling.BICUBIC)
    grain = Image.frombytes("L", (110, 110), chance.randbytes(12100)).resize(shape.size, Image.Resampling.BICUBIC)
    strength = ImageChops.add(coarse, grain, scale=2).point(lambda value: 228 if value > gaps + 46 else 120 + value)
    clear = ImageChops.multiply(shape, strength).point(lambda value: value // 16 * 17)
    picture = Image.new("RGBA", shape.size, (*colour, 0))
    picture.putalpha(clear)
    made = io.BytesIO()
    picture.save(made, "PNG", optimize=False, compress_level=9)
    return made.getvalue()
