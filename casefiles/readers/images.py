"""Pictures: how many pages they have, HEIC of phones included. Their text comes with OCR."""

from __future__ import annotations

import warnings
from pathlib import Path

from PIL import Image, UnidentifiedImageError
from pillow_heif import register_heif_opener

from casefiles.readers.reading import NO_TEXT_LAYER, Refused, Told, damaged

MOST_PIXELS = 200_000_000  # an A0 sheet at 300 dpi has 140 million
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
    with open_picture(path) as picture:
        told.count(getattr(picture, "n_frames", 1))
    raise Refused("empty", *NO_TEXT_LAYER)
