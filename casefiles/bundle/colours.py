"""Colours of a page as far as their numbers can be read: what is dark, what is white, what nobody can tell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pikepdf import Dictionary, Name, Object

Colour = tuple[float, float, float]  # 0 to 1, device RGB
DARK = 0.4  # luminance below which a rectangle blackens


def luminance(colour: Colour) -> float:
    """How light a colour is to the eye, 0 to 1."""
    return 0.2126 * colour[0] + 0.7152 * colour[1] + 0.0722 * colour[2]


def space_of(held: Object, name: str) -> str:
    """A colour space as far as its numbers can be read as grey, RGB or CMYK; /Ink for a black separation, else /Unknown."""
    if name.startswith("/Device") or name in ("/CalGray", "/CalRGB"):
        return name
    spaces: Any = held.get("/ColorSpace")
    found: Any = spaces.get(name) if isinstance(spaces, Dictionary) else None
    kind = str(found[0]) if found is not None and not isinstance(found, Name) else str(found)
    if kind in ("/ICCBased", "/CalGray", "/CalRGB") or kind.startswith("/Device"):
        return kind
    if kind == "/Separation" and str(found[1]) in ("/Black", "/All"):
        return "/Ink"
    return "/Unknown"


def colour_of(numbers: Sequence[float]) -> Colour | None:
    """Grey, RGB or CMYK numbers as RGB; None for any other count."""
    match numbers:
        case [grey]:
            return grey, grey, grey
        case [red, green, blue]:
            return red, green, blue
        case [cyan, magenta, yellow, black]:
            return (1 - cyan) * (1 - black), (1 - magenta) * (1 - black), (1 - yellow) * (1 - black)
    return None
