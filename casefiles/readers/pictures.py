"""Pages as pictures for the viewer, and where words stand on a page. Rendered in the limited child, so that no file can hold up the web."""

from __future__ import annotations

import io
import json
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import pypdfium2
from opencc import OpenCC
from PIL import Image, ImageOps

from casefiles.readers.images import TOO_LARGE, open_picture
from casefiles.readers.limits import run
from casefiles.readers.media_type import media_class
from casefiles.readers.pdfium import open_pdf, use_fonts
from casefiles.readers.reading import Refused

WIDEST, TALLEST = 4_000, 8_000  # pixels of a page image
MOST_BOXES = 500
SECONDS, MEMORY_MB = 30, 2048

Box = tuple[float, float, float, float]


class NoPicture(Exception):
    """The page cannot be shown; says why in both languages."""

    def __init__(self, reason_zh: str, reason_en: str) -> None:
        super().__init__(reason_en)
        self.reason_zh, self.reason_en = reason_zh, reason_en


def page_image(path: Path, media_type: str, page_number: int, width_px: int, fonts: Sequence[Path] = ()) -> bytes:
    """One page (from 1) as PNG, about `width_px` wide, upright as a viewer shows it; NoPicture with the reason.

    A picture is not made larger than it is. `fonts` are folders for Chinese fonts that a PDF does not embed, before the system's.
    Takes about half a second: keep the result.
    """
    family = media_class(media_type)
    if family not in {"pdf", "image", "ofd"}:
        raise NoPicture("此类文件没有页面图像。", "files of this kind have no page images.")
    task = {"pdf": "pdf_image", "ofd": "ofd_image"}.get(family, "picture_image")
    return _asked(task, path, {"page": page_number, "width": max(16, min(width_px, WIDEST)), "fonts": [str(folder) for folder in fonts]})


def word_boxes(path: Path, page_number: int, terms: Sequence[str]) -> list[Box]:
    """Where folded terms (search.terms_of) stand on a page of a PDF: (left, top, right, bottom) in parts of the page as shown, 0 to 1."""
    if not terms:
        return []
    found = json.loads(_asked("pdf_boxes", path, {"page": page_number, "terms": list(terms)[:100]}))
    return [(box[0], box[1], box[2], box[3]) for box in found]


def _asked(task: str, path: Path, arguments: Mapping[str, object]) -> bytes:
    ended = run(task, {"path": str(path.resolve()), **arguments}, seconds=SECONDS, memory_mb=MEMORY_MB)
    if ended.reason_en:
        raise NoPicture(ended.reason_zh, ended.reason_en)
    if ended.output.startswith(b'{"refused"'):
        _, zh, en = json.loads(ended.output)["refused"]
        raise NoPicture(zh, en)
    return ended.output


def _page_of(document: Any, number: int) -> Any:
    if not 1 <= number <= len(document):
        raise Refused("failed", f"没有第 {number} 页（共 {len(document)} 页）。", f"there is no page {number} ({len(document)} in all).")
    try:
        return document[number - 1]
    except pypdfium2.PdfiumError as error:
        raise Refused("failed", f"第 {number} 页已损坏，无法显示。", f"page {number} is damaged and cannot be shown.") from error


def _pdf_image(path: Path, asked: Mapping[str, Any]) -> bytes:
    use_fonts(asked["fonts"])
    document = open_pdf(path)
    document.init_forms()  # what was typed into fields is part of the page
    page = _page_of(document, asked["page"])
    width, height = page.get_size()
    scale = min(asked["width"] / max(width, 1), TALLEST / max(height, 1))
    return _png(page.render(scale=scale, may_draw_forms=True).to_pil())


def _ofd_image(path: Path, asked: Mapping[str, Any]) -> bytes:
    from casefiles.readers import ofd_picture

    return ofd_picture.page_png(path, asked["page"], asked["width"], [Path(folder) for folder in asked["fonts"]])


def _picture_image(path: Path, asked: Mapping[str, Any]) -> bytes:
    with open_picture(path) as picture:
        frames, wanted = getattr(picture, "n_frames", 1), asked["page"]
        if not 1 <= wanted <= frames:
            raise Refused("failed", f"没有第 {wanted} 页（共 {frames} 页）。", f"there is no page {wanted} ({frames} in all).")
        try:
            if frames > 1:
                picture.seek(wanted - 1)
            picture.draft("RGB", (asked["width"] * 2, asked["width"] * 2))  # a jpeg is decoded no larger than needed
            upright = ImageOps.exif_transpose(picture)
            upright = on_white(upright)
            upright.thumbnail((asked["width"], TALLEST))
        except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
            raise TOO_LARGE from error
        except (OSError, ValueError, SyntaxError, EOFError) as error:
            raise Refused("failed", "图片已损坏，无法显示。", "the picture is damaged and cannot be shown.") from error
        return _png(upright)


def on_white(picture: Image.Image) -> Image.Image:
    """Transparent grounds become white, or grey where the writing itself is white."""
    if picture.mode in {"I", "I;16", "F"}:
        return ImageOps.autocontrast(picture.convert("F").convert("L"))
    if "A" not in picture.getbands() and "transparency" not in picture.info:
        return picture.convert("RGB")
    layers = picture.convert("RGBA")
    shape = layers.getchannel("A")
    light = layers.convert("L").histogram(shape.point(lambda value: 255 if value > 128 else 0))
    bright = sum(light[225:]) > sum(light) * 0.9
    ground = Image.new("RGB", layers.size, (96, 96, 96) if bright else (255, 255, 255))
    ground.paste(layers, mask=shape)
    return ground


def _png(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "PNG", compress_level=3)  # no metadata goes along: the place a photo was taken stays in the original
    return out.getvalue()


_ALIKE = str.maketrans(
    {
        **dict.fromkeys("〔［[【", "("), **dict.fromkeys("〕］]】", ")"), **dict.fromkeys("“”„‟〝〞", '"'), **dict.fromkeys("‘’‚‛`´", "'"),
        **dict.fromkeys("‐‑‒–—―−", "-"), **dict.fromkeys("•‧・∙⋅", "·"), "␣": " ",
    }
)  # fmt: skip
_HAN_ALIKE = str.maketrans("帐著瞭藉祇", "账着了借只")
_SIMPLER = OpenCC("t2s")


@lru_cache(maxsize=8_000)
def _plain(sign: str) -> str:
    """As search folds: width, case, accents and traditional forms away, blanks and the search's sign for a blank dropped, brackets alike."""
    folded = unicodedata.normalize("NFKC", sign.translate(_ALIKE)).casefold().translate(_ALIKE)
    pieces = "".join(piece if ord(piece) > 0x2FFF else unicodedata.normalize("NFD", piece) for piece in folded)
    kept = "".join(piece for piece in pieces if piece.isprintable() and not piece.isspace() and unicodedata.category(piece) not in {"Mn", "Me", "Cf"})
    return "".join(_SIMPLER.convert(piece) for piece in kept).translate(_HAN_ALIKE)


def _pdf_boxes(path: Path, asked: Mapping[str, Any]) -> bytes:
    document = open_pdf(path)
    page = _page_of(document, asked["page"])
    texts = page.get_textpage()
    written = [(piece, at) for at in range(texts.count_chars()) for piece in _plain(chr(pypdfium2.raw.FPDFText_GetUnicode(texts, at)))]
    whole = "".join(piece for piece, _ in written)
    boxes: list[Box] = []
    for term in asked["terms"]:
        plain = "".join(map(_plain, term))
        start = whole.find(plain) if plain else -1
        while start >= 0 and len(boxes) < MOST_BOXES:
            boxes += _lines([written[at][1] for at in range(start, start + len(plain))], texts, page)
            start = whole.find(plain, start + len(plain))
    return json.dumps(boxes[:MOST_BOXES]).encode()


def _lines(places: list[int], texts: Any, page: Any) -> list[Box]:
    """The boxes of some characters, those of one line joined."""
    joined: list[Box] = []
    for place in dict.fromkeys(places):
        box = _shown_box(page, texts.get_charbox(place, loose=True))
        if joined and _same_line(joined[-1], box):
            last = joined[-1]
            joined[-1] = (min(last[0], box[0]), min(last[1], box[1]), max(last[2], box[2]), max(last[3], box[3]))
        else:
            joined.append(box)
    return joined


def _same_line(one: Box, other: Box) -> bool:
    """Beside or below each other within a character's size: a page may be turned."""
    across = min(one[3], other[3]) - max(one[1], other[1]) > 0.5 * min(one[3] - one[1], other[3] - other[1])
    down = min(one[2], other[2]) - max(one[0], other[0]) > 0.5 * min(one[2] - one[0], other[2] - other[0])
    return across or down


def _shown_box(page: Any, box: Box) -> Box:
    """From the page's own space (points, up) to the page as shown (0 to 1, down), its turning and crop box included."""
    left, bottom, right, top = box
    corners = [_shown_point(page, x, y) for x, y in ((left, bottom), (right, top))]
    xs, ys = sorted(x for x, _ in corners), sorted(y for _, y in corners)
    return (max(0.0, xs[0]), max(0.0, ys[0]), min(1.0, xs[1]), min(1.0, ys[1]))


def _shown_point(page: Any, x: float, y: float) -> tuple[float, float]:
    left, bottom, right, top = page.get_cropbox()
    across, up = (x - left) / max(right - left, 1e-6), (y - bottom) / max(top - bottom, 1e-6)
    match page.get_rotation():
        case 90:
            across, up = up, 1 - across
        case 180:
            across, up = 1 - across, 1 - up
        case 270:
            across, up = 1 - up, across
    return across, 1 - up


TASKS: dict[str, Callable[[Path, Mapping[str, Any]], bytes]] = {
    "pdf_image": _pdf_image, "picture_image": _picture_image, "ofd_image": _ofd_image, "pdf_boxes": _pdf_boxes,
}  # fmt: skip
