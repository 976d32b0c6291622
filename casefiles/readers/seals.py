"""A red round area in a picture that may be a seal: enough to point a person to the page, never a proof.

Chinese company seals (公章) are red circles of 38 to 58 mm with a rim and signs inside; on a page of A4 that is a fifth of its width.
"""

from __future__ import annotations

import numpy as np
from PIL import Image

Mask = np.ndarray[tuple[int, ...], np.dtype[np.bool_]]
SIDE = 400  # pixels of the longer side that are looked at: a seal is some 60 of them
CELL = 4  # pixels: the strokes of a seal grow together into one area
LEAST, MOST = 0.06, 0.6  # width of the area as a part of the picture's shorter side


def seal_in(image: Image.Image) -> float:
    """How much the most seal-like area of the picture is like a seal, 0.0 to 1.0: red, round, of the size of a seal, drawn in strokes."""
    small = image.convert("RGB")
    small.thumbnail((SIDE, SIDE))
    red = _red(np.asarray(small, dtype=np.int16))
    shorter = min(red.shape)
    return max((_likeness(red, box, shorter) for box in _areas(red)), default=0.0)


def _red(pixels: np.ndarray[tuple[int, ...], np.dtype[np.int16]]) -> Mask:
    """Pixels clearly more red than green and blue, as seal ink is also on grey and yellowish paper."""
    red, green, blue = pixels[..., 0], pixels[..., 1], pixels[..., 2]
    return (red > 90) & (red - green > 45) & (red - blue > 35)


def _areas(red: Mask) -> list[tuple[int, int, int, int]]:
    """Boxes (left, top, right, bottom) of what hangs together when looked at in cells."""
    rows, columns = (red.shape[0] // CELL, red.shape[1] // CELL)
    if not rows or not columns:
        return []
    cells: Mask = np.asarray(red[: rows * CELL, : columns * CELL].reshape(rows, CELL, columns, CELL).any(axis=(1, 3)), dtype=np.bool_)
    found: list[tuple[int, int, int, int]] = []
    seen: Mask = np.zeros(cells.shape, dtype=np.bool_)
    for start in zip(*np.nonzero(cells), strict=True):
        if seen[start]:
            continue
        reached, waiting = [], [start]
        seen[start] = True
        while waiting:
            row, column = waiting.pop()
            reached.append((row, column))
            for near in ((row + down, column + right) for down in (-1, 0, 1) for right in (-1, 0, 1)):
                if 0 <= near[0] < rows and 0 <= near[1] < columns and cells[near] and not seen[near]:
                    seen[near] = True
                    waiting.append(near)
        tops, lefts = zip(*reached, strict=True)
        found.append((min(lefts) * CELL, min(tops) * CELL, (max(lefts) + 1) * CELL, (max(tops) + 1) * CELL))
    return found


def _likeness(red: Mask, box: tuple[int, int, int, int], shorter: int) -> float:
    left, top, right, bottom = box
    width, height = right - left, bottom - top
    if not LEAST <= max(width, height) / shorter <= MOST or min(width, height) / max(width, height) < 0.6:
        return 0.0
    inside = red[top:bottom, left:right]
    down, across = np.mgrid[0 : inside.shape[0], 0 : inside.shape[1]]
    far = np.hypot((across + 0.5 - width / 2) / (width / 2), (down + 0.5 - height / 2) / (height / 2))
    rim, corners, share = inside[(far > 0.78) & (far <= 1.04)].mean(), inside[far > 1.12].mean() if (far > 1.12).any() else 0.0, inside.mean()
    if share > 0.62 or corners > 0.35 * max(rim, 0.01):  # a filled patch, a square frame, a red heading
        return 0.0
    turns = np.arctan2(down + 0.5 - height / 2, across + 0.5 - width / 2)
    ring = inside & (far > 0.7) & (far <= 1.06)
    covered = len(set(((turns[ring] + np.pi) / (2 * np.pi) * 24).astype(int).tolist())) / 24  # how much of the circle is drawn
    return round(float(min(1.0, covered) * min(1.0, rim / 0.3)), 2)
