"""Pictures: how many pages they have, HEIC of phones included. What is written on them is recognised afterwards (ocr.py)."""

from __future__ import annotations

import warnings
from pathlib import Path

from PIL import Image, UnidentifiedImageError
from pillow_heif import register_heif_opener

from casefiles.readers.reading import Refused, Told, damaged

MOST_FRAMES = 2_000
MOST_PIXELS = 200_000_000  # an A0 sheet at 300 dpi has 140 million
ONE_PAGE = {"GIF", "PNG", "WEBP", "MPO"}  # their frames are the moments or views of one picture
register_heif_opener()
TOO_LARGE = Refused("failed", "图片像素过多，未打开。", "the picture has too many pixels and was not opened.")


def open_picture(path: Path) -> Image.Image:
    """The opened picture, not yet decoded; Refused where it cannot be opened or is too large."""
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            return Image.open(path)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise TOO_LARGE from error
    except UnidentifiedImageError as error:
        raise damaged("image") from error
    except (OSError, ValueError, SyntaxError, RuntimeError) as error:
        raise damaged("image", error) from error


def read_image(path: Path, told: Told) -> None:
    """Each frame is a page that waits for OCR; of a moving picture only the first."""
    with open_picture(path) as picture:
        try:
            frames = 1 if picture.format in ONE_PAGE else getattr(picture, "n_frames", 1)
        except (OSError, ValueError, SyntaxError, EOFError, RuntimeError, TypeError, LookupError, ArithmeticError) as error:
            raise damaged("image", error) from error
    told.count(frames)
    for number in range(1, min(frames, MOST_FRAMES) + 1):
        told.page(str(number), "", number, source="scan")
    if frames > MOST_FRAMES:
        told.missing(f"只读取了前 {MOST_FRAMES} 页。", f"only the first {MOST_FRAMES} pages were read.")
