"""How wide the characters of a font are, and whether its letters travel with the file."""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pikepdf import Array, Dictionary, Name, Object

STANDARD = ("Times", "Helvetica", "Courier", "Symbol", "ZapfDingbats")  # every reader has the fourteen of PDF 32000-1, 9.6.2.2
MOST_WIDTHS = 20_000


@dataclass(frozen=True)
class Face:
    """Widths in ems by code. `pairs`: a code has two bytes; `mixed`: one byte below 0x81, else two (GBK and its kin)."""

    widths: Mapping[int, float]
    usual: float
    pairs: bool = False
    mixed: bool = False

    def glyphs(self, text: bytes) -> Iterator[tuple[float, bool]]:
        """Width and whether it is a blank, of each character."""
        at = 0
        while at < len(text):
            if self.pairs and not (self.mixed and text[at] < 0x81):
                code, at = int.from_bytes(text[at : at + 2]), at + 2
                yield self.widths.get(code, self.usual), code == 0x20
            else:
                code, at = text[at], at + 1
                yield (0.5 if self.pairs else self.widths.get(code, self.usual)), code == 0x20

    def measured(self, text: bytes) -> tuple[float, int, int]:
        """Width of a text in ems, how many characters it has, and how many of them are blanks: what `glyphs` adds up to, quicker."""
        if not self.pairs:
            return sum(map(self._row.__getitem__, text)), len(text), text.count(0x20)
        if self.mixed:
            found = list(self.glyphs(text))
            return sum(width for width, _ in found), len(found), sum(blank for _, blank in found)
        whole = text[:-1] + b"\0" + text[-1:] if len(text) % 2 else text  # a last byte alone is a code by itself
        codes = struct.unpack(f">{len(whole) // 2}H", whole)
        return sum(self.widths.get(code, self.usual) for code in codes), len(codes), codes.count(0x20)

    @cached_property
    def _row(self) -> tuple[float, ...]:
        """The width of each one-byte code."""
        return tuple(self.widths.get(code, self.usual) for code in range(256))


def face_of(font: Dictionary | Object) -> Face:
    """The widths of a font; usual ones where it names none."""
    if font.get("/Subtype") == Name.Type0:
        return _composite(font)
    scale = 0.001
    if font.get("/Subtype") == Name.Type3:
        matrix = font.get("/FontMatrix")
        scale = abs(float(matrix[0])) if isinstance(matrix, Array) else 0.001
    widths, first = font.get("/Widths"), int(font.get("/FirstChar", 0))
    known = {first + at: float(width) * scale for at, width in enumerate(widths)} if isinstance(widths, Array) else {}
    return Face(known, 0.5)


def _composite(font: Object) -> Face:
    encoding = font.get("/Encoding")
    named = str(encoding) if isinstance(encoding, Name) else ""
    below: Any = font.get("/DescendantFonts")
    below = below[0] if isinstance(below, Array) and len(below) else Dictionary()
    usual = float(below.get("/DW", 1000)) / 1000
    identity = named.startswith("/Identity") or not named
    return Face(_listed(below.get("/W")) if identity else {}, usual, pairs=True, mixed=named.startswith(("/GB", "/ETen", "/B5", "/90ms")))


def _listed(given: object) -> dict[int, float]:
    """The widths of a CID font: `c [w1 w2 ...]` or `first last w` (PDF 32000-1, 9.7.4.3)."""
    found: dict[int, float] = {}
    if not isinstance(given, Array):
        return found
    parts, at = list(given), 0
    while at + 1 < len(parts) and len(found) < MOST_WIDTHS:
        first = int(parts[at])
        if isinstance(parts[at + 1], Array):
            found.update({first + step: float(width) / 1000 for step, width in enumerate(parts[at + 1])})
            at += 2
        elif at + 2 < len(parts):
            last = min(int(parts[at + 1]), first + MOST_WIDTHS)
            found.update(dict.fromkeys(range(first, last + 1), float(parts[at + 2]) / 1000))
            at += 3
        else:
            break
    return found


def not_embedded(font: Dictionary | Object) -> str:
    """The name of a font whose letters are not in the file; empty for one that is, for type 3 and for the fourteen standard ones."""
    if font.get("/Subtype") == Name.Type3:
        return ""
    below: Any = font.get("/DescendantFonts") if font.get("/Subtype") == Name.Type0 else None
    described = below[0] if isinstance(below, Array) and len(below) else font
    descriptor = described.get("/FontDescriptor")
    if isinstance(descriptor, Dictionary) and any(key in descriptor for key in ("/FontFile", "/FontFile2", "/FontFile3")):
        return ""
    name = _readable(described.get("/BaseFont", font.get("/BaseFont", Name("/?"))))
    return "" if name.startswith(STANDARD) or name.startswith("Arial") else name


def _readable(name: Object) -> str:
    """A font name as a person reads it, also where it was written in raw GBK bytes."""
    written = str(name).lstrip("/")
    written = written[7:] if len(written) > 7 and written[6] == "+" else written
    try:
        return written.encode("latin-1").decode("gb18030") if not written.isascii() else written
    except (UnicodeEncodeError, UnicodeDecodeError):
        return written
