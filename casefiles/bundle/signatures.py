"""What the digital signatures of a PDF cover: the file as it is, an earlier state, or bytes that were changed since.

Nothing here says that a signature is valid: certificates and their revocation are not looked at.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from pikepdf import Array, Dictionary, Name, Object, Page, Pdf

DIGESTS = {  # name -> its object identifier as it stands in a signature (DER)
    "sha1": "06052b0e03021a", "sha256": "0609608648016503040201", "sha384": "0609608648016503040202", "sha512": "0609608648016503040203",
    "sha224": "0609608648016503040204", "sm3": "06082a811ccf55018311",
}  # fmt: skip
SIGNED_DIGEST = bytes.fromhex("06092a864886f70d010904")  # messageDigest (RFC 5652, 11.2); without it the digest itself stands nowhere
MOST_FIELDS, DEEPEST = 500, 8


def signatures_of(pdf: Pdf) -> list[Dictionary]:
    """The signature dictionaries of all signed fields, also of those that no page shows."""
    found: dict[object, Dictionary] = {}
    form = pdf.Root.get("/AcroForm")
    fields = form.get("/Fields") if isinstance(form, Dictionary) else None
    widgets = [note for page in pdf.pages for note in notes_of(page) if note.get("/Subtype") == Name.Widget]
    for field in (*_all(fields, 0), *widgets):
        value = inherited(field, "/V") if str(inherited(field, "/FT")) == "/Sig" else None
        if isinstance(value, Dictionary):
            found.setdefault(value.objgen if value.objgen != (0, 0) else value.unparse(), value)
        if len(found) >= MOST_FIELDS:
            break
    return list(found.values())


def faults_of(signatures: Sequence[Dictionary], path: Path) -> Iterator[tuple[str, str]]:
    """What is to be said against the signatures of the file, as problem codes with `how many/of all`: signed_broken, signed_earlier."""
    content = path.read_bytes()
    ranges = [(given, signature) for signature in signatures if (given := _range(signature, len(content)))]
    broken = sum(not _matches(content, given, signature) for given, signature in ranges)
    earlier = sum(given[0] != 0 or bool(content[given[2] + given[3] :].strip()) for given, _ in ranges)
    for code, count in (("signed_broken", broken), ("signed_earlier", earlier)):
        if count:
            yield code, f"{count}/{len(signatures)}"


def _range(signature: Dictionary, size: int) -> tuple[int, int, int, int] | None:
    """The two stretches the signature covers (PDF 32000-1, 12.8.1), where they lie in the file."""
    given = signature.get("/ByteRange")
    try:
        numbers = [int(number) for number in given] if isinstance(given, Array) else []
    except (TypeError, ValueError):
        return None
    if len(numbers) != 4 or min(numbers) < 0 or numbers[0] + numbers[1] > numbers[2] or numbers[2] + numbers[3] > size:
        return None
    return numbers[0], numbers[1], numbers[2], numbers[3]


def _matches(content: bytes, given: tuple[int, int, int, int], signature: Dictionary) -> bool:
    """Whether the digest of the covered bytes stands in the signature, as its messageDigest or as its content; true where we cannot tell."""
    sealed = bytes(signature.get("/Contents", b""))
    kind = str(signature.get("/SubFilter"))
    if kind not in ("/adbe.pkcs7.sha1", "/ETSI.RFC3161") and not (kind in ("/adbe.pkcs7.detached", "/ETSI.CAdES.detached") and SIGNED_DIGEST in sealed):
        return True
    used = [name for name, mark in DIGESTS.items() if bytes.fromhex(mark) in sealed and name in hashlib.algorithms_available]
    covered = (content[given[0] : given[0] + given[1]], content[given[2] : given[2] + given[3]])
    for name in used:
        digest = hashlib.new(name)
        for stretch in covered:
            digest.update(stretch)
        if digest.digest() in sealed:
            return True
    return not used


def notes_of(page: Page) -> list[Object]:
    """The annotations of a page that are dictionaries."""
    held = page.obj.get("/Annots")
    try:
        return [entry for entry in held if isinstance(entry, Dictionary)] if held is not None else []
    except TypeError:
        return []


def inherited(field: Object, key: str) -> Object | None:
    """A value of a field or of the fields above it."""
    entry: Object | None = field
    for _ in range(12):
        if not isinstance(entry, Dictionary):
            return None
        if key in entry:
            return entry[key]
        entry = entry.get("/Parent")
    return None


def _all(fields: Object | None, depth: int) -> Iterator[Object]:
    if not isinstance(fields, Array) or depth > DEEPEST:
        return
    for field in fields:
        if isinstance(field, Dictionary):
            yield field
            yield from _all(field.get("/Kids"), depth + 1)
