"""A delivery note drawn and photographed as with a telephone: tilted, in perspective, in shadow, with noise."""

from __future__ import annotations

import io
from dataclasses import dataclass

from PIL import Image, ImageDraw, ImageFont

from forms.fonts import find_fonts, loaded

SHEET = (1654, 1169)  # A5 across at 200 dpi
TITLE, GOODS = "新广贸易有限公司送货单", "不锈钢法兰盘"
WAYBILL = "SF1390284756612"
CELLS = (140, 240, 560, 860, 1010, 1180)
ROWS = (("序号", "货物名称", "规格型号", "单位", "数量"), ("1", "镀锌钢管", "DN50×3.5", "根", "120"), ("2", GOODS, "PN16", "只", "48"), ("3", "防水涂料", "JS-II", "桶", "15"))


@dataclass(frozen=True)
class Note:
    """The clean sheet, and where each writing was put on it: left, top, right, bottom in pixels."""

    sheet: Image.Image
    at: dict[str, tuple[float, float, float, float]]


def drawn() -> Note:
    fonts = find_fonts()
    face = next(face for face in loaded(fonts.folders).fonts() if face.family == fonts.sans and face.path)
    sheet = Image.new("RGB", SHEET, (251, 250, 245))
    pen, at = ImageDraw.Draw(sheet), {}

    def write(x: float, y: float, text: str, pixels: int = 34) -> None:
        font = ImageFont.truetype(str(face.path), pixels, index=face.index)
        pen.text((x, y), text, font=font, fill=(28, 30, 40))
        at[text] = pen.textbbox((x, y), text, font=font)

    write(560, 70, TITLE, 52)
    write(140, 190, "运单号：", 34)
    write(280, 190, WAYBILL, 34)
    write(950, 190, "送货日期：2024年3月18日")
    write(140, 260, "收货单位：佛山市南海区宏达建材经营部")
    for row, cells in enumerate(ROWS):
        y = 360 + 80 * row
        pen.line((CELLS[0] - 20, y, CELLS[-1], y), fill=(60, 60, 60), width=2)
        for x, cell in zip(CELLS, cells, strict=False):
            write(x, y + 20, cell)
    pen.line((CELLS[0] - 20, 680, CELLS[-1], 680), fill=(60, 60, 60), width=2)
    write(140, 760, "合计人民币（大写）：肆万叁仟贰佰贰拾肆元整")
    write(140, 860, "收货人签字：李建国")
    return Note(sheet, at)


def photographed(note: Note, tilt: float, size: tuple[int, int], darkest: float):
    """The note on a desk as a JPEG, and the matrix (3, 3) from the sheet to the photo: turned, in perspective, in shadow, with noise."""
    import cv2
    import numpy as np

    sheet, (wide, high) = np.asarray(note.sheet)[:, :, ::-1], note.sheet.size
    scale, angle = size[0] * 0.78 / wide, np.radians(tilt)
    corners = np.array([[-wide, -high], [wide, -high], [wide, high], [-wide, high]]) / 2 * scale
    corners[:2, 0] *= 0.94  # the far edge looks shorter
    corners = corners @ np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]]) + np.array(size) / 2
    matrix = cv2.getPerspectiveTransform(np.array([[0, 0], [wide, 0], [wide, high], [0, high]], np.float32), corners.astype(np.float32))
    photo = cv2.warpPerspective(sheet, matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=(70, 95, 120)).astype(np.float32)
    down, across = np.mgrid[0 : size[1], 0 : size[0]]
    photo *= (1 - (1 - darkest) * np.clip(across / size[0] * 1.2 + down / size[1] * 0.6 - 0.35, 0, 1))[..., None]
    photo += np.random.default_rng(5).normal(0, 6, photo.shape)
    jpeg = io.BytesIO()
    Image.fromarray(np.clip(cv2.GaussianBlur(photo, (0, 0), 0.9), 0, 255).astype(np.uint8)[:, :, ::-1]).save(jpeg, "JPEG", quality=82)
    return jpeg.getvalue(), matrix
