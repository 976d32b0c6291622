"""What lies over a page, such as a stamp or a note of its own, put beneath the number and the mark, which it would else hide."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from pikepdf import Annotation, AnnotationFlag, Array, Dictionary, Name, Object, Pdf, Rectangle

Box = tuple[float, float, float, float]
NO_COVER = ("/Link", "/Popup")  # drawn by the reader's program where it wants, or not at all
UNSEEN = int(AnnotationFlag.hidden | AnnotationFlag.no_view)


def sunk(target: Pdf, page: Object, boxes: Callable[[], Sequence[Box]], turn: int) -> bytes:
    """Take the pictures of the annotations that reach into one of the boxes (user space); returns the content that draws them on the page.

    `boxes` is asked only where there is such a picture: most annotations are links.

    The annotation stays with its words, and with an empty picture, so that no reader draws one of its own over the number.
    """
    held = page.get("/Annots")
    if not isinstance(held, Array):
        return b""
    shown = [entry for entry in held if _shown(entry)]
    places = boxes() if shown else ()
    drawn = b""
    for entry in shown:
        if not _covers(entry, places):
            continue
        annotation = Annotation(entry)
        picture = annotation.get_appearance_stream(Name.N)
        if picture is None:
            continue
        name = _entered(page, picture)
        drawn += annotation.get_page_content_for_appearance(name, turn, 0, UNSEEN) + b"\n"
        empty = target.make_stream(b"", Type=Name.XObject, Subtype=Name.Form, BBox=picture.get("/BBox", Array([0, 0, 1, 1])))
        entry["/AP"] = Dictionary(N=empty)
        if "/AS" in entry:
            del entry["/AS"]
    return drawn


def _shown(entry: Object) -> bool:
    return isinstance(entry, Dictionary) and str(entry.get("/Subtype")) not in NO_COVER and isinstance(entry.get("/AP"), Dictionary)


def _covers(entry: Object, boxes: Sequence[Box]) -> bool:
    place = entry.get("/Rect")
    try:
        sides = Rectangle(place if isinstance(place, Array) else Array())
    except (ValueError, TypeError):
        return False  # without a place nothing is drawn
    return any(sides.llx < right and left < sides.urx and sides.lly < head and foot < sides.ury for left, foot, right, head in boxes)


def _entered(page: Object, picture: Object) -> Name:
    """The name of the picture among the page's own drawings, where it is entered."""
    drawings = page.Resources.get("/XObject")
    if not isinstance(drawings, Dictionary):
        drawings = page.Resources.XObject = Dictionary()
    order = 1
    while f"/CFa{order}" in drawings:
        order += 1
    drawings[f"/CFa{order}"] = picture
    return Name(f"/CFa{order}")
