"""A page made straight before its writing is recognised: level, upright, evenly lit; and the way back to the page as shown."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np

Array = np.ndarray[Any, Any]

LEVEL = 2.0  # degrees: what is tilted less is read as it is
SIDEWAYS = 0.6  # part of the writing that runs down the page where the page lies on its side
TALL = 1.5  # a box this much higher than wide is a line that lies on its side, as the crops of the OCR have it
BIG = 0.25  # of the picture's shorter side: writing higher than this is read out of a smaller picture
FAIR, CANVAS = 90, 736  # pixels: a height of writing that is found well, and the shorter side the OCR would enlarge a picture to
IDENTITY = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])


def tilt(boxes: Array) -> float:
    """Degrees (clockwise) from a level line to the writing of a page, by the corners (n, 4, 2) of its lines as read; about 90 for a page on its side."""
    along = (boxes[:, 1] - boxes[:, 0] + boxes[:, 2] - boxes[:, 3]) / 2
    long = np.linalg.norm(along, axis=1)
    angles = np.degrees(np.arctan2(along[:, 1], along[:, 0]))
    lying = np.abs(angles) > 45
    sideways = long[lying].sum() > SIDEWAYS * long.sum()
    chosen = (lying == sideways) & (long > 3 * np.linalg.norm(boxes[:, 3] - boxes[:, 0], axis=1))
    if not chosen.any():
        return 90.0 if sideways else 0.0
    order = np.argsort(angles[chosen])
    passed = np.cumsum(long[chosen][order])
    return float(angles[chosen][order][np.searchsorted(passed, passed[-1] / 2)])


def turned(picture: Array, degrees: float) -> tuple[Array, Array]:
    """The picture turned back by so many degrees, nothing cut off, and the matrix (2, 3) from it to the picture as given."""
    height, width = picture.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    cos, sin = abs(matrix[0, 0]), abs(matrix[0, 1])
    new = round(width * cos + height * sin), round(width * sin + height * cos)
    matrix[0, 2] += new[0] / 2 - width / 2
    matrix[1, 2] += new[1] / 2 - height / 2
    level = cv2.warpAffine(picture, matrix, new, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    return level, cv2.invertAffineTransform(matrix)


def height(boxes: Array) -> float:
    """The usual height of the lines."""
    return float(np.median(np.linalg.norm(boxes[:, 3] - boxes[:, 0], axis=1)))


def shrunk(picture: Array, writing: float) -> tuple[Array, Array]:
    """The picture with its writing (so high now) of a fair height, in the middle of a canvas, and the matrix (2, 3) back as in turned()."""
    part = min(1.0, FAIR / writing)
    small = cv2.resize(picture, None, fx=part, fy=part, interpolation=cv2.INTER_AREA)
    top, left = max(0, CANVAS - small.shape[0]) // 2, max(0, CANVAS - small.shape[1]) // 2
    canvas = cv2.copyMakeBorder(small, top, top, left, left, cv2.BORDER_REPLICATE)
    return canvas, np.array([[1 / part, 0.0, -left / part], [0.0, 1 / part, -top / part]])


def back(boxes: Array, matrix: Array) -> Array:
    """Corners (n, 4, 2) by such a matrix."""
    moved: Array = cv2.transform(boxes.reshape(-1, 1, 2).astype(np.float64), matrix).reshape(boxes.shape)
    return moved


def evenly_lit(picture: Array) -> Array:
    """Without shadows: each colour divided by what the paper shows around it."""
    height, width = picture.shape[:2]
    small = cv2.resize(picture, (max(1, width // 8), max(1, height // 8)), interpolation=cv2.INTER_AREA)
    paper = cv2.medianBlur(cv2.dilate(small, np.ones((5, 5), np.uint8)), 21)
    ground = cv2.resize(paper, (width, height), interpolation=cv2.INTER_LINEAR)
    even: Array = cv2.divide(picture, ground, scale=245)
    return even
