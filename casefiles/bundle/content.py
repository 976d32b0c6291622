"""What a page's content leaves open: counted once, at preflight, so that assembly only appends."""

from __future__ import annotations

from collections.abc import Iterable

from pikepdf import Array, Dictionary, Name, Object, Pdf, PdfError, Stream, parse_content_stream

from casefiles.bundle.plan import Repair

STATE = "q Q BT ET"


def repair_of(pdf: Pdf, number: int) -> Repair | None:
    """What must be closed around page `number` (from 0), or None for a page whose content is balanced."""
    page = pdf.pages[number]
    if "/Contents" not in page.obj:
        return None
    pdf.get_warnings()  # reading them empties the list: what comes now is about this page
    try:
        found = [str(instruction.operator) for instruction in parse_content_stream(page, STATE)]
    except PdfError:
        return Repair(number, wrap=True)
    if pdf.get_warnings():
        return Repair(number, wrap=True)
    opens, closes, text = balance(found)
    return Repair(number, opens, closes, text) if opens or closes or text else None


def balance(operators: Iterable[str]) -> tuple[int, int, bool]:
    """How many q are missing before, how many Q after, and whether a text object stays open."""
    depth, lowest, text = 0, 0, False
    for operator in operators:
        if operator == "q":
            depth += 1
        elif operator == "Q":
            depth -= 1
            lowest = min(lowest, depth)
        else:
            text = operator == "BT"
    return -lowest, depth - lowest, text


def streams_of(page: Object) -> list[Stream]:
    """The content streams of a page, one or many, without the holes some writers leave."""
    contents: Object | None = page.get("/Contents")
    if contents is None:
        return []
    parts = [contents] if isinstance(contents, Stream) else list(contents) if isinstance(contents, Array) else []
    return [part for part in parts if isinstance(part, Stream)]


def wrapped(target: Pdf, page: Object) -> Stream:
    """Content that cannot be read to its end, as a form of its own: an open string or picture ends with it and swallows no stamp.

    It becomes the resource /CFbody of the page, which keeps nothing else; returns the content that draws it.
    """
    data = b"\n".join(stream.read_bytes() for stream in streams_of(page))
    body = target.make_stream(data, Type=Name.XObject, Subtype=Name.Form, BBox=page.MediaBox, Resources=page.get("/Resources", Dictionary()))
    page.Resources = Dictionary(XObject=Dictionary(CFbody=body))
    return target.make_stream(b"q /CFbody Do Q")
