"""Writing in pictures: pages rendered, made straight, recognised by rapidocr with the models of its wheel. Runs in the limited child only."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pypdfium2
from PIL import Image, ImageOps
from rapidocr import RapidOCR
from rapidocr.main import RapidOCRError

from casefiles.readers import ocr_straighten
from casefiles.readers.images import open_picture
from casefiles.readers.media_type import media_class
from casefiles.readers.ocr_lines import Line, page_text
from casefiles.readers.ocr_straighten import Array
from casefiles.readers.pdf import notes_of
from casefiles.readers.pdfium import open_pdf, use_fonts
from casefiles.readers.pictures import on_white
from casefiles.readers.reading import Place, Told
from casefiles.readers.seals import seal_in

THREADS = 2
DPI = 200
LONGEST_SIDE = 4_000  # pixels: a photo of 12 million has 4,032
SURE = 0.5  # a line recognised with less is left out, as rapidocr does
LIKE_A_SEAL = 0.5
POOR = 0.85  # a page recognised with less is tried once more, evenly lit
FLIPPED = 0.9  # how sure the OCR must be that a line stands on its head


def recognise(path: Path, media_type: str, pages: Sequence[int], told: Told) -> None:
    """Tell each asked page (from 1) as recognised, as soon as it is. A page that cannot be shown is said and left out."""
    renderings = _pdf_pages if media_class(media_type) == "pdf" else _frames
    seals: list[dict[str, float]] = []
    for number, picture, notes in renderings(path, pages):
        if picture is None:
            told.missing(f"第 {number} 页无法显示。", f"page {number} cannot be shown.")
            continue
        text, boxes = recognised(picture)
        if (likeness := seal_in(Image.fromarray(picture[..., ::-1]))) >= LIKE_A_SEAL:
            seals.append({"page": number, "likeness": round(likeness, 2)})
            told.detail("red_seals", seals)
        told.page(str(number), "\n".join(part for part in (text, *notes) if part), number, source="ocr", boxes=boxes)


def recognised(picture: Array) -> tuple[str, tuple[Place, ...]]:
    """The text of a picture (BGR) and where it stands in it."""
    lines = read_lines(picture)
    return page_text(lines, (picture.shape[1], picture.shape[0]))


def read_lines(picture: Array) -> list[Line]:
    """The lines of a picture; where it is read poorly, those of the picture without its shadows if they are better."""
    lines = _lines(picture)
    if _goodness(lines) >= POOR:
        return lines
    again = _lines(ocr_straighten.evenly_lit(picture))
    return max(lines, again, key=lambda found: sum(line.score * len(line.text) for line in found))


def _goodness(lines: Sequence[Line]) -> float:
    signs = sum(len(line.text) for line in lines)
    return sum(line.score * len(line.text) for line in lines) / signs if signs else 0.0


@lru_cache(maxsize=1)
def engine() -> RapidOCR:
    """The models, loaded once."""
    return RapidOCR(
        params={
            "Global.log_level": "critical",
            "Global.return_word_box": True,
            "EngineConfig.onnxruntime.intra_op_num_threads": THREADS,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
        }
    )


def _lines(picture: Array) -> list[Line]:
    boxes, crops = _detected(picture)
    if not len(boxes):
        return []
    matrix, writing = ocr_straighten.IDENTITY, ocr_straighten.height(boxes)
    if writing > ocr_straighten.BIG * min(picture.shape[:2]):
        smaller, matrix = ocr_straighten.shrunk(picture, writing)
        boxes, crops = _detected(smaller)
    elif abs(tilt := ocr_straighten.tilt(boxes)) > ocr_straighten.LEVEL:
        level, matrix = ocr_straighten.turned(picture, tilt)
        boxes, crops = _detected(level)
    if not len(boxes):
        return []
    boxes, crops, contrary = _upright(boxes, crops)
    return _read(ocr_straighten.back(boxes, matrix), crops, contrary)


def _detected(picture: Array) -> tuple[Array, list[Array]]:
    """Corners (n, 4, 2) of the lines of a picture and their pieces, cut out of the picture as sharp as it is."""
    small, done = engine().preprocess_img(picture)
    try:
        crops, found = engine().detect_and_crop(small, done)
    except RapidOCRError:
        return np.empty((0, 4, 2)), []
    boxes = np.asarray(found.boxes, dtype=np.float32).copy()
    boxes[:, :, 1] -= done["padding_1"]["top"] if "padding_1" in done else 0
    boxes *= (done["preprocess"]["ratio_w"], done["preprocess"]["ratio_h"])
    if small.shape != picture.shape:
        crops = engine().crop_text_regions(picture, boxes)
    return _as_read(boxes), crops


def _as_read(boxes: Array) -> Array:
    """The corners in the order the pieces show them: rapidocr lays a line that stands upright on its side."""
    sides = np.linalg.norm(boxes - np.roll(boxes, -1, axis=1), axis=2)  # top, right, bottom, left
    upright = np.maximum(sides[:, 1], sides[:, 3]) >= ocr_straighten.TALL * np.maximum(sides[:, 0], sides[:, 2])
    return np.where(upright[:, None, None], np.roll(boxes, -1, axis=1), boxes)


def _upright(boxes: Array, crops: list[Array]) -> tuple[Array, list[Array], list[bool]]:
    """Turned over where most of the writing stands on its head; and which lines say otherwise than most."""
    judged = engine().cls_and_rotate(crops)[1].cls_res or [("0", 1.0)] * len(crops)
    over = [label == "180" and score > FLIPPED for label, score in judged]
    widths = [crop.shape[1] for crop in crops]
    all_over = sum(width for width, one in zip(widths, over, strict=True) if one) > sum(widths) / 2
    if all_over:
        boxes, crops = np.roll(boxes, 2, axis=1), [cv2.rotate(crop, cv2.ROTATE_180) for crop in crops]
    return boxes, crops, [one != all_over and (not all_over or score > FLIPPED) for one, (_, score) in zip(over, judged, strict=True)]


def _read(boxes: Array, crops: list[Array], contrary: Sequence[bool]) -> list[Line]:
    lines = _texts(boxes, crops)
    doubtful = [at for at, other in enumerate(contrary) if other and lines[at].score < POOR]
    if doubtful:
        turned = _texts(np.roll(boxes[doubtful], 2, axis=1), [cv2.rotate(crops[at], cv2.ROTATE_180) for at in doubtful])
        for at, again in zip(doubtful, turned, strict=True):
            lines[at] = max(lines[at], again, key=lambda line: line.score)
    return [line for line in lines if line.score >= SURE and line.text.strip()]


def _texts(boxes: Array, crops: list[Array]) -> list[Line]:
    read = engine().recognize_txt(crops)
    return [_line(*found) for found in zip(read.txts or (), read.scores, boxes, read.word_results, strict=True)]


def _line(text: str, score: float, box: Array, words: Any) -> Line:
    """With the place of each sign along the line, by the columns the model saw it in; a blank has that of the sign before it."""
    columns = iter([column for word in words.word_cols for column in word])
    length = max(float(words.line_txt_len), 1.0)
    centres: list[float] = []
    for sign in text:
        centres.append((centres[-1] if centres else 0.0) if sign.isspace() else min(1.0, (next(columns) + 0.5) / length))
    return Line(text, float(score), tuple((float(x), float(y)) for x, y in box), tuple(centres))  # type: ignore[arg-type]


def _pdf_pages(path: Path, pages: Sequence[int]) -> Iterator[tuple[int, Array | None, list[str]]]:
    use_fonts(())
    document = open_pdf(path)
    document.init_forms()
    notes = notes_of(path, pages)
    for number in pages:
        picture = None
        with suppress(pypdfium2.PdfiumError, ValueError, IndexError):
            page = document[number - 1]
            try:
                scale = min(DPI / 72, LONGEST_SIDE / max(*page.get_size(), 1))
                picture = page.render(scale=scale, may_draw_forms=True, rev_byteorder=False).to_numpy()[:, :, :3].copy()
            finally:
                page.close()
        yield number, picture, notes.get(number, [])


def _frames(path: Path, pages: Sequence[int]) -> Iterator[tuple[int, Array | None, list[str]]]:
    with open_picture(path) as opened:
        frames = getattr(opened, "n_frames", 1)
        for number in pages:
            picture = None
            with suppress(OSError, ValueError, SyntaxError, EOFError, RuntimeError):
                if not 1 <= number <= frames:
                    raise EOFError
                if frames > 1:
                    opened.seek(number - 1)
                picture = _array(opened)
            yield number, picture, []


def _array(opened: Image.Image) -> Array:
    opened.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
    upright = on_white(ImageOps.exif_transpose(opened))
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    return np.ascontiguousarray(np.asarray(upright)[:, :, ::-1])
