"""Text of PDF files: our reader against the bare library on the same file, median of 5 interleaved runs.

    python tests/bench/bench_text.py [--pages 100]

Files are made here: one set with embedded Chinese fonts, one whose Chinese font is not embedded (where pypdf is the measure). The start of
the child process is measured apart.
"""

from __future__ import annotations

import argparse
import gzip
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pypdf
import pypdfium2

from casefiles.readers import read
from casefiles.readers.pdf import read_pdf
from casefiles.readers.reading import Told
from forms.fonts import find_fonts
from forms.typeset import typeset

SAMPLES = Path(__file__).resolve().parents[3] / "shared" / "samples"
RUNS = 5


def by_pdfium(path: Path) -> int:
    document = pypdfium2.PdfDocument(path)
    return sum(len(page.get_textpage().get_text_range()) for page in document)


def by_pypdf(path: Path) -> int:
    return sum(len(page.extract_text()) for page in pypdf.PdfReader(path).pages)


def by_us(path: Path) -> int:
    told = Told()
    read_pdf(path, told)
    return told.characters


def seconds(run: Callable[[Path], int], path: Path) -> float:
    began = time.perf_counter()
    run(path)
    return time.perf_counter() - began


def embedded(folder: Path, pages: int) -> Path:
    """Statutes set by typst with an embedded font, cut to the number of pages."""
    with gzip.open(SAMPLES / "law-pages.jsonl.gz", "rt", encoding="utf-8") as file:
        texts = [json.loads(line)["text"] for line, _ in zip(file, range(pages), strict=False)]
    source = '#set text(font: json("data.json").font)\n#for text in json("data.json").texts { text; pagebreak(weak: true) }'
    fonts = find_fonts()
    path = folder / "embedded.pdf"
    path.write_bytes(typeset(source, fonts, {"texts": texts, "font": fonts.serif}))
    return path


def not_embedded(folder: Path, pages: int) -> Path:
    """Pages with a Chinese font by name only, repeated from a sample."""
    path = folder / "not-embedded.pdf"
    with pikepdf.open(SAMPLES / "pdf" / "cn-cid-not-embedded-a4-a3-mix.pdf") as source, pikepdf.new() as target:
        while len(target.pages) < pages:
            target.pages.extend(source.pages)
        target.save(path)
    return path


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--pages", type=int, default=100)
    given = options.parse_args()
    if not (SAMPLES / "law-pages.jsonl.gz").is_file():
        say(f"Skipped: the samples are not in {SAMPLES}.")
        return 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        say("| file | pages | bare library | bare s | ours s | ratio (lowest-highest) | whole read() with its process s |\n|---|---|---|---|---|---|---|")
        for path, library, run in (
            (embedded(folder, given.pages), "pdfium", by_pdfium),
            (not_embedded(folder, given.pages), "pypdf", by_pypdf),
        ):
            pairs = [(seconds(run, path), seconds(by_us, path)) for _ in range(RUNS)]
            ratios = sorted(ours / theirs for theirs, ours in pairs)
            bare, ours = (statistics.median(times) for times in zip(*pairs, strict=True))
            began = time.perf_counter()
            reading = read(path, "application/pdf")
            whole = time.perf_counter() - began
            say(f"| {path.stem} | {reading.page_count} | {library} | {bare:.3f} | {ours:.3f} "
                  f"| {statistics.median(ratios):.2f} ({ratios[0]:.2f}-{ratios[-1]:.2f}) | {whole:.2f} |")  # fmt: skip
    return 0


if __name__ == "__main__":
    sys.exit(main())
