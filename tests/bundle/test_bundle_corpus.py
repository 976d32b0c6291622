"""A corpus of awkward pages, bound as one bundle: every stamp upright in the visible corner, every page as it was, `qpdf --check` content."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import pypdfium2
import pytest
from pikepdf import Array, Dictionary, Encryption, Name, ObjectStreamMode, Pdf, Permissions
from PIL import Image, ImageChops, ImageStat

from casefiles.bundle.assembly import Built, build
from casefiles.bundle.pagination import number
from casefiles.bundle.plan import Exhibit, Group, Layout, Source
from casefiles.bundle.preflight import prepare
from casefiles.bundle.readback import verify_bundle
from forms.fonts import find_fonts

A3, A4, A5, LETTER, LEGAL = (842, 1191), (595, 842), (420, 595), (612, 792), (612, 1008)  # Legal: the 14-inch scan
CORNER, SCALE = (75, 48), 2  # points of the visible bottom right corner that are compared; dots a point
INK = b"0.5 g 100 300 120 160 re f"  # something to see, away from the corner


@dataclass(frozen=True)
class Sheet:
    """One page: its size, and what is odd about it."""

    size: tuple[int, int] = A4
    turn: int = 0
    crop: tuple[int, int, int, int] | None = None
    unit: float = 1
    content: bytes = INK
    inherit: bool = False
    boxless: bool = False


def turned(name: str, **odd) -> dict[str, Sheet]:
    return {f"{name} turned {turn}": Sheet(turn=turn, **odd) for turn in (0, 90, 180, 270, -90, -180, -270, 450, 720)}


SHEETS: dict[str, Sheet] = {
    **turned("A4"),
    **{f"{name} turned {turn}": Sheet(size, turn) for name, size in (("A3", A3), ("A5", A5), ("Letter", LETTER), ("Legal", LEGAL)) for turn in (0, 90, 270)},
    "a receipt": Sheet((226, 700)),
    "a banner": Sheet((2000, 400), 90),
    **{f"cropped, turned {turn}": Sheet(turn=turn, crop=(60, 90, 500, 700)) for turn in (0, 90, 180, 270)},
    **{f"cropped beyond the sheet, turned {turn}": Sheet(turn=turn, crop=(-50, -80, 900, 1000)) for turn in (0, 270)},
    "cropped to nothing": Sheet(crop=(10, 10, 10, 10)),
    "cropped beside the sheet": Sheet(crop=(1000, 1000, 1300, 1400)),
    "crop with its corners swapped": Sheet(crop=(500, 700, 60, 90), turn=90),
    **{f"units of two points, turned {turn}": Sheet((300, 420), turn, unit=2, content=b"0.5 g 50 150 60 80 re f") for turn in (0, 90)},
    "everything inherited": Sheet(inherit=True, turn=90, crop=(20, 20, 560, 760)),
    "more q than Q": Sheet(content=b"q q 0.1 0 0 0.1 30 30 cm q " + INK),
    "more Q than q": Sheet(content=b"Q Q " + INK + b" 3 0 0 3 9 9 cm"),
    "both": Sheet(content=b"Q q 0 1 -1 0 300 0 cm q", turn=90),
    "clipped away": Sheet(content=b"q 0 0 5 5 re W n"),
    "ET missing": Sheet(content=INK + b" BT /F1 12 Tf 5 Tr 3 Ts 60 Tz 200 200 Td (text) Tj"),
    "ET missing inside q": Sheet(content=INK + b" q 2 0 0 2 0 0 cm BT /F1 12 Tf 90 90 Td (text) Tj", turn=180),
    "ET missing, then Q missing": Sheet(content=INK + b" q q BT /F1 12 Tf (text) Tj ET q BT 9 9 Td"),
    "string left open": Sheet(content=INK + b" BT /F1 12 Tf (never closed"),
    "colours and text state left changed": Sheet(content=INK + b" /DeviceRGB cs 1 0 0 sc 3 Tr 4 Tc 9 Tw 40 Tz 7 Ts"),
    "marked content left open": Sheet(content=b"/Span BMC /Span <</MCID 0>> BDC " + INK),
    "no MediaBox": Sheet(boxless=True),
    "no content": Sheet(content=b""),
}
SAVED: dict[str, Callable[[Pdf, Path], None]] = {
    "object streams": lambda pdf, path: pdf.save(path, object_stream_mode=ObjectStreamMode.generate),
    "linearized": lambda pdf, path: pdf.save(path, linearize=True),
    "encrypted, empty password, AES": lambda pdf, path: pdf.save(path, encryption=Encryption(owner="", user="", R=6)),
    "encrypted, empty password, may only be printed": lambda pdf, path: pdf.save(
        path, encryption=Encryption(owner="", user="", R=4, allow=Permissions(modify_assembly=False, modify_other=False, extract=False))
    ),
}


def write(path: Path, sheet: Sheet, save: Callable[[Pdf, Path], None] | None = None) -> Path:
    with Pdf.new() as pdf:
        entry = pdf.add_blank_page(page_size=sheet.size).obj
        held = pdf.Root.Pages if sheet.inherit else entry
        held["/Resources"] = Dictionary(Font=Dictionary(F1=Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)))
        held["/MediaBox"], held["/Rotate"] = Array([0, 0, *sheet.size]), sheet.turn
        if sheet.crop:
            held["/CropBox"] = Array(list(sheet.crop))
        if sheet.inherit:
            del entry["/MediaBox"], entry["/Resources"]
        if sheet.boxless:
            del entry["/MediaBox"]
        if sheet.unit != 1:
            entry["/UserUnit"] = sheet.unit
        entry.Contents = pdf.make_stream(sheet.content)
        save(pdf, path) if save else pdf.save(path, static_id=True)
    return path


@dataclass(frozen=True)
class Corpus:
    """The bundle of all sheets, one exhibit each, in the order of the names, and what its manifest tells."""

    built: Built
    manifest: dict
    names: tuple[str, ...]
    at: dict[str, int]


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    folder = tmp_path_factory.mktemp("corpus")
    files = {name: write(folder / f"{order:02d}.pdf", sheet) for order, (name, sheet) in enumerate(SHEETS.items())}
    files |= {name: write(folder / f"s{order}.pdf", Sheet(turn=90), save) for order, (name, save) in enumerate(SAVED.items())}
    exhibits = []
    for order, (name, path) in enumerate(files.items()):
        content = path.read_bytes()
        exhibits.append(Exhibit(f"D{order:02d}", name, "G1", Source(path, path.name, hashlib.sha256(content).hexdigest(), len(content), "application/pdf")))
    groups = (Group("G1", "第一组", "", tuple(exhibits)),)
    prepared = prepare(exhibits, folder / "work", find_fonts(), cache=None)
    assert [entry.exhibit.title for entry in prepared if entry.slip] == []
    numbers = number(groups, prepared)
    built = build((), groups, prepared, numbers, folder / "bundle.pdf", find_fonts(), title="corpus", watermark="草稿 DRAFT", layout=Layout(dividers=False))
    manifest = {"parts": [asdict(row) for row in built.index_rows], "catalogue": {key: list(pages) for key, pages in numbers.pages.items()}}
    return Corpus(built, manifest, tuple(files), {row.title: row.at for row in built.index_rows})


def test_the_whole_corpus_reads_back(corpus):
    assert [str(difference) for difference in verify_bundle(corpus.built.path, corpus.manifest)] == []


@pytest.mark.skipif(not shutil.which("qpdf"), reason="qpdf is not installed: its check of the output is left out")
def test_qpdf_accepts_it_without_a_warning(corpus):
    checked = subprocess.run(["qpdf", "--check", corpus.built.path], capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stderr) == (0, "")


def corner(path: Path, sheet: int, unit: float = 1) -> Image.Image:
    """The visible bottom right corner, a dot a point on paper, as pdfium shows it."""
    document = pypdfium2.PdfDocument(path)
    picture = document[sheet].render(scale=SCALE * unit).to_pil().convert("L")
    document.close()
    width, height = (side * SCALE for side in CORNER)
    return picture.crop((picture.width - width, picture.height - height, picture.width, picture.height)).resize(CORNER)


SAME_SIZE = [name for name, sheet in SHEETS.items() if name.startswith(("A4 turned", "cropped to", "cropped beside", "more", "both", "ET", "clipped", "colours", "no content"))]


@pytest.mark.parametrize("name", [*SAME_SIZE, "A5 turned 270", "Letter turned 90", "Legal turned 0", "cropped, turned 180", "everything inherited", *SAVED])
def test_the_corner_looks_like_that_of_a_plain_page(name, corpus):
    # Every sheet carries another number, so the plain page to compare with is bound with the same one.
    shown = corner(corpus.built.path, corpus.at[name])
    ground = Image.new("L", CORNER, 255)
    ink = ImageChops.difference(shown, ground).point(lambda value: 255 if value > 60 else 0)
    left, top, right, foot = ink.getbbox() or (0, 0, 0, 0)
    assert (right, foot) != (0, 0), "a number stands in the corner"
    assert right <= CORNER[0] - 15, "it keeps its distance from the right edge: 22 points less what a sign leaves free"
    assert foot <= CORNER[1] - 18, "and from the foot"
    assert 4 <= foot - top <= 12, "it stands upright: as high as figures of 11 points"
    assert right - left <= 8 * len(str(len(corpus.names))), "and no wider than its figures"
    assert ImageStat.Stat(shown.crop((0, CORNER[1] - 14, *CORNER))).extrema[0][0] > 150, "nothing dark below it"


def test_what_the_page_shows_is_not_moved(corpus, tmp_path):
    """The grey field of a turned and cropped page lies where it lay in its own file."""
    name = "cropped, turned 90"
    single = write(tmp_path / "single.pdf", SHEETS[name])

    def field(path: Path, sheet: int) -> tuple[int, int, int, int] | None:
        document = pypdfium2.PdfDocument(path)
        picture = document[sheet].render(scale=1).to_pil().convert("L")
        document.close()
        middle = picture.crop((0, 40, picture.width, picture.height - 60))
        return middle.point(lambda value: 255 if value < 150 else 0).getbbox()

    alone, bound = field(single, 0), field(corpus.built.path, corpus.at[name])
    assert alone
    assert alone == bound
