"""OCR: our reading of a page against bare rapidocr on the same rendered picture, median of 5 interleaved runs.

    python tests/bench/bench_ocr.py [--runs 5]

Both use the same models with the same threads in this process, loaded before; the start of the child process with its models is measured
apart, by recognising one small picture. Pages: samples of scans, and a delivery note as a tilted photo, which is detected twice.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import cv2
import numpy as np
import pypdfium2
from PIL import Image

from casefiles.readers import ocr, recognise
from casefiles.readers.ocr_straighten import Array, turned

SAMPLES = Path(__file__).resolve().parents[3] / "shared" / "samples"


def scan() -> Array:
    """The first page of a scan, at the resolution our reader renders."""
    page = pypdfium2.PdfDocument(SAMPLES / "pdf" / "cn-scan-image-only.pdf")[0]
    return np.ascontiguousarray(page.render(scale=ocr.DPI / 72).to_numpy()[:, :, :3])


def second_scan() -> Array:
    return np.ascontiguousarray(np.asarray(Image.open(SAMPLES / "images" / "cn-scan-page.png").convert("RGB"))[:, :, ::-1])


def tilted() -> Array:
    """The scan turned by eight degrees, as large as a photo of 12 million pixels."""
    return cv2.resize(turned(scan(), 8.0)[0], (3024, 4032), interpolation=cv2.INTER_CUBIC)


def seconds(run: Callable[[Array], object], picture: Array) -> tuple[float, float]:
    """By the clock and of the processor: on a loaded machine only the second says much."""
    began, used = time.perf_counter(), time.process_time()
    run(picture)
    return time.perf_counter() - began, time.process_time() - used


def ratio(pairs: Sequence[tuple[tuple[float, float], tuple[float, float]]], which: int) -> str:
    found = sorted(ours[which] / bare[which] for bare, ours in pairs)
    return f"{statistics.median(found):.2f} ({found[0]:.2f}-{found[-1]:.2f})"


def start_of_child() -> float:
    """A picture with nothing on it: what is left is the process, the models and one look."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "white.png"
        Image.new("RGB", (64, 64), "white").save(path)
        began = time.perf_counter()
        recognise(path, "image/png", [1])
        return time.perf_counter() - began


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--runs", type=int, default=5)
    given = options.parse_args()
    if not SAMPLES.is_dir():
        say(f"Skipped: the samples are not in {SAMPLES}.")
        return 0
    say("| page | pixels | bare rapidocr s | ours s | ratio (lowest-highest) | ratio of processor time |\n|---|---|---|---|---|---|")
    for name, picture in (("scan, 200 dpi", scan()), ("scan, 150 dpi", second_scan()), ("photo tilted by 8 degrees", tilted())):
        seconds(ocr.engine(), picture)  # the first look at a size is slower
        pairs = [(seconds(ocr.engine(), picture), seconds(ocr.recognised, picture)) for _ in range(given.runs)]
        bare, ours = (statistics.median(clock for clock, _ in times) for times in zip(*pairs, strict=True))
        say(f"| {name} | {picture.shape[1]} x {picture.shape[0]} | {bare:.2f} | {ours:.2f} | {ratio(pairs, 0)} | {ratio(pairs, 1)} |")
    say(f"\nThe child process with its models and a white picture: {start_of_child():.1f} s.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
