"""Electronic seals and signatures of an OFD (GB/T 33190-2016, 18; GB/T 38540-2020): what they are called and where they stand.

Whether a seal is genuine is not tested here: names and times are what the file says.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from casefiles.readers.ofd_package import Parts, child_text
from casefiles.readers.ofd_text import numbers
from casefiles.readers.ooxml import local

LONGEST_NAME = 200
_SEQUENCE, _UTF8 = 0x30, 0x0C
_NAME = (0, 1, 0, 2, 1)  # SES_Signature -> toSign -> eseal -> eSealInfo -> property -> name
_PICTURE = (0, 1, 0, 3)  # ... -> picture: type, data, width, height


@dataclass(frozen=True)
class Stamp:
    """Where a seal's picture stands: the page, its box there and the part of the box that is shown (all of it: ()), in millimetres."""

    page: int
    box: tuple[float, ...]
    clip: tuple[float, ...]


@dataclass(frozen=True)
class Seal:
    """One signature: `name` of the seal, pages its picture stands on (none: it has no picture), when it says it was made."""

    name: str
    stamps: tuple[Stamp, ...]
    signed_at: str
    provider: str
    signed: bytes  # the signature itself

    @property
    def pages(self) -> tuple[int, ...]:
        return tuple(dict.fromkeys(stamp.page for stamp in self.stamps))


def seals(parts: Parts, signatures: str, page_numbers: Mapping[str, int]) -> Iterator[Seal]:
    """The signatures that the list in this part names, in order."""
    for entry in parts.root(signatures):
        place = parts.path(signatures, entry.get("BaseLoc"))
        if local(entry) == "Signature" and place is not None:
            yield _seal(parts, place, page_numbers)


def _seal(parts: Parts, place: str, page_numbers: Mapping[str, int]) -> Seal:
    root = parts.root(place)
    stamps = [
        Stamp(page_numbers[ref], tuple(numbers(element.get("Boundary"))), tuple(numbers(element.get("Clip")))) for element in root.iter()
        if local(element) == "StampAnnot" and (ref := element.get("PageRef", "")) in page_numbers
    ]  # fmt: skip
    value = parts.path(place, child_text(root, "SignedValue"))
    maker = next((element for element in root.iter() if local(element) == "Provider"), None)
    provider = (maker.get("ProviderName") or child_text(maker, "ProviderName")) if maker is not None else ""
    signed = parts.content(value) if value else b""
    return Seal(name_of(signed), tuple(stamps), child_text(root, "SignatureDateTime"), provider, signed)


def name_of(signed: bytes) -> str:
    """The seal's name in a signature of GB/T 38540 (or GM/T 0031), "" where it is another form."""
    held = _at(signed, _NAME)
    return held[1].decode("utf-8", "replace").strip()[:LONGEST_NAME] if held is not None and held[0] == _UTF8 else ""


def picture_of(signed: bytes) -> tuple[str, bytes]:
    """The kind (png, jpg, ofd) and bytes of the seal's picture; ("", b"") where it is another form."""
    kind, data = _at(signed, (*_PICTURE, 0)), _at(signed, (*_PICTURE, 1))
    return (kind[1].decode("ascii", "replace").lower(), data[1]) if kind is not None and data is not None else ("", b"")


def _at(der: bytes, way: tuple[int, ...]) -> tuple[int, bytes] | None:
    """The tag and content of an element down a way of positions, None where there is none."""
    held = next(_elements(der), None)
    for place in way:
        inside = list(_elements(held[1])) if held is not None and held[0] == _SEQUENCE else []
        held = inside[place] if place < len(inside) else None
    return held


def _elements(der: bytes) -> Iterator[tuple[int, bytes]]:
    """Tag and content of the elements of a DER sequence; ends at the first that does not fit."""
    at = 0
    while at + 2 <= len(der):
        tag, length, at = der[at], der[at + 1], at + 2
        if length & 0x80:
            size = length & 0x7F
            length, at = int.from_bytes(der[at : at + size], "big"), at + size
            if not 1 <= size <= 4:
                return
        if at + length > len(der):
            return
        yield tag, der[at : at + length]
        at += length
