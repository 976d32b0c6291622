"""Time of a bundle against a bare merge of the same files by qpdf, in one run; prints rows of a Markdown table.

2,000 pages from 60 files with everything on: index, links, nested outline, labels, dividers, stamps, marks, watermark. The sources are
made before the clock starts: text pages with shared fonts, and scans. Preflight is timed on its own, because it is done once, at upload,
and so is the hash of the result, which qpdf does not make.
"""

from __future__ import annotations

import hashlib
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from statistics import median

from pikepdf import Array, Dictionary, Name, OutlineItem, Pdf

from casefiles.bundle.assembly import build
from casefiles.bundle.pagination import number
from casefiles.bundle.plan import Exhibit, Group, Source
from casefiles.bundle.preflight import Prepared, prepare
from forms.fonts import find_fonts

PAGES, FILES, RUNS, GOAL = 2_000, 60, 5, 1.25
MANY, LINEAR = 10_000, 1.15  # pages of the long bundle, and how much longer a page of it may take than one of the short
GROUPS = 9
SCAN, FONT = 150_000, 200_000  # bytes of a grey scan at 150 dots an inch, of the fonts of a text file


def main() -> None:
    """Run the comparison and print it; also used as `bench_bundle.py child FOLDER` to measure memory in a process of its own."""
    if sys.argv[1:2] == ["child"]:
        _build(Path(sys.argv[2]), times=int(sys.argv[3]))
        sys.stdout.write(f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f}")
        return
    if not shutil.which("qpdf"):
        sys.stdout.write("| bundle | not measured: qpdf, the reference, is not installed |\n")
        return
    with tempfile.TemporaryDirectory(prefix="bench-bundle-") as name:
        folder = Path(name)
        sources = _sources(folder)
        find_fonts()  # once a process, not once a packet
        cold, warm = _timed(lambda: _prepared(folder)), _timed(lambda: _prepared(folder))
        _build(folder)  # Typst too reads the fonts once a process
        pairs = [(_timed_anew(folder / "merged.pdf", lambda: _merge(sources, folder / "merged.pdf")), _built(folder)) for _ in range(RUNS)]
        theirs, ours = [his for his, _ in pairs], [mine for _, mine in pairs]
        wall = sorted(mine[0] / his[0] for his, mine in pairs)
        processor = sorted(mine[1] / his[1] for his, mine in pairs)
        hashing = _timed(lambda: hashlib.file_digest((folder / "bundle.pdf").open("rb"), "sha256"))
        sizes = (folder / "bundle.pdf").stat().st_size / (folder / "merged.pdf").stat().st_size
        memory, of_many = _memory(name, 1), _memory(name, MANY // PAGES)
        sys.stdout.write(
            f"| bundle, {PAGES} pages of {FILES} files / qpdf merge | {_spread(wall)} | goal {GOAL}x | "
            f"processor time {_spread(processor)}; {median(ours)[0]:.2f} s / {median(theirs)[0]:.2f} s, peak {memory} MB, size {sizes:.2f}x; "
            f"preflight once {cold[0]:.2f} s ({cold[1]:.2f} s of the processor), from its notes {warm[0]:.2f} s; hash of the bundle {hashing[0]:.2f} s |\n"
        )
        lengths = [(_built(folder), _built(folder, times=MANY // PAGES)) for _ in range(3)]
        wall = sorted(many[0] / one[0] * PAGES / MANY for one, many in lengths)
        processor = sorted(many[1] / one[1] * PAGES / MANY for one, many in lengths)
        sys.stdout.write(
            f"| bundle, a page of {MANY} / a page of {PAGES} | {_spread(wall)} | goal {LINEAR}x | "
            f"processor time {_spread(processor)}; {median(many for _, many in lengths)[0]:.2f} s, peak {of_many} MB |\n"
        )


def _memory(folder: str, times: int) -> str:
    """Peak of a process that only builds, in MB."""
    return subprocess.run([sys.executable, __file__, "child", folder, str(times)], capture_output=True, text=True, check=True).stdout


def _timed(work: Callable[[], object]) -> tuple[float, float]:
    """Seconds on the wall and seconds of the processor, children included."""
    start, before = time.perf_counter(), os.times()
    work()
    seconds, after = time.perf_counter() - start, os.times()
    return seconds, sum(after[:4]) - sum(before[:4])


def _timed_anew(out: Path, work: Callable[[], object]) -> tuple[float, float]:
    """The same for a file that is not there yet, as in a packet's own folder: to replace one, some file systems first wait for the disk."""
    out.unlink(missing_ok=True)
    return _timed(work)


def _built(folder: Path, *, times: int = 1) -> tuple[float, float]:
    return _timed_anew(folder / "bundle.pdf", lambda: _build(folder, times=times))


def _spread(ratios: list[float]) -> str:
    return f"{median(ratios):.2f}x ({ratios[0]:.2f}-{ratios[-1]:.2f})"


def _merge(sources: list[Path], out: Path) -> None:
    subprocess.run(["qpdf", "--empty", "--pages", *map(str, sources), "--", str(out)], check=True)


def _groups(folder: Path) -> tuple[Group, ...]:
    exhibits = []
    for order, path in enumerate(sorted((folder / "sources").glob("*.pdf"))):
        with path.open("rb") as content:
            sha256 = hashlib.file_digest(content, "sha256").hexdigest()
        source = Source(path, path.name, sha256, path.stat().st_size, "application/pdf")
        exhibits.append(Exhibit(f"D{order + 1:02d}", f"送货单及验收记录 {order + 1}", f"G{order * GROUPS // FILES + 1}", source))
    return tuple(
        Group(f"G{at}", f"第{'一二三四五六七八九'[at - 1]}组", "证明原告已履行交货义务", tuple(e for e in exhibits if e.group == f"G{at}"))
        for at in range(1, GROUPS + 1)
    )


def _prepared(folder: Path) -> tuple[tuple[Group, ...], tuple[Prepared, ...]]:
    groups = _groups(folder)
    return groups, prepare([e for group in groups for e in group.exhibits], folder / "work", find_fonts(), cache=folder / "cache")


READY: dict[Path, tuple[tuple[Group, ...], tuple[Prepared, ...]]] = {}


def _build(folder: Path, *, times: int = 1) -> None:
    """Bind everything, with the exhibits of every group handed in `times` over, each a file of its own."""
    if folder not in READY:
        READY[folder] = _prepared(folder)
    groups, prepared = READY[folder]
    if times > 1:
        prepared = tuple(_again(entry, copy) for entry in prepared for copy in range(times))
        groups = tuple(replace(group, exhibits=tuple(e.exhibit for e in prepared if e.exhibit.group == group.id)) for group in groups)
    build((), groups, prepared, number(groups, prepared), folder / "bundle.pdf", find_fonts(), title="基准", watermark="草稿 DRAFT")


def _again(entry: Prepared, copy: int) -> Prepared:
    """The same bytes under another path: nothing of one copy can be shared with another."""
    path = entry.pdf.with_name(f"{entry.pdf.stem}-{copy}.again")
    if not path.exists():
        path.hardlink_to(entry.pdf)
    return replace(entry, exhibit=replace(entry.exhibit, id=f"{entry.exhibit.id}-{copy}"), pdf=path)


def _sources(folder: Path) -> list[Path]:
    """60 files as a sale-of-goods case has them: every second is scanned pages (150 KB a page), the others text with fonts, outline, links."""
    (folder / "sources").mkdir()
    chance = random.Random(60)
    made = []
    for order in range(FILES):
        count = PAGES // FILES + (1 if order < PAGES % FILES else 0)
        path = folder / "sources" / f"{order:02d}.pdf"
        with Pdf.new() as pdf:
            (_scans if order % 2 else _texts)(pdf, count, chance)
            pdf.save(path)
        made.append(path)
    return made


def _texts(pdf: Pdf, count: int, chance: random.Random) -> None:
    program = pdf.make_stream(chance.randbytes(FONT), Dictionary(Subtype=Name.Type1C))
    descriptor = pdf.make_indirect(Dictionary(Type=Name.FontDescriptor, FontName=Name.Helvetica, Flags=32, FontFile3=program))
    font = pdf.make_indirect(Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica, FontDescriptor=descriptor))
    for _ in range(count):
        lines = [f"BT /F1 9 Tf 60 {780 - 15 * line} Td (" + " ".join(f"{chance.random():.9f}" for _ in range(9)) + ") Tj ET" for line in range(48)]
        page = pdf.add_blank_page(page_size=(595, 842))
        page.obj.Resources = Dictionary(Font=Dictionary(F1=font))
        page.obj.Contents = pdf.make_stream("\n".join(lines).encode())
        link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=[60, 700, 200, 720], Dest=Array([pdf.pages[0].obj, Name.Fit]))
        page.obj.Annots = Array([pdf.make_indirect(link)])
    with pdf.open_outline() as outline:
        outline.root.extend(OutlineItem(f"Section {at}", at) for at in range(0, count, 8))


def _scans(pdf: Pdf, count: int, chance: random.Random) -> None:
    for _ in range(count):
        dots = zlib.compress(chance.randbytes(SCAN))
        image = pdf.make_stream(
            dots,
            Dictionary(Type=Name.XObject, Subtype=Name.Image, Width=800, Height=600, BitsPerComponent=1, ColorSpace=Name.DeviceGray, Filter=Name.FlateDecode),
        )
        page = pdf.add_blank_page(page_size=(595, 842))
        page.obj.Resources = Dictionary(XObject=Dictionary(Im0=image))
        page.obj.Contents = pdf.make_stream(b"q 595 0 0 842 0 0 cm /Im0 Do Q")
        page.obj.Rotate = chance.choice((0, 90, 180, 270))


if __name__ == "__main__":
    main()
