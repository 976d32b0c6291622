"""Real files: each is bound in, or stands as a slip sheet with its reason."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from casefiles.bundle.manifest import manifest, verify_folder, write_manifest

SAMPLES = Path(__file__).parents[3] / "shared" / "samples"
ONLY_SLIPS = {  # what MANIFEST.tsv of the samples says must be a clear error
    "encrypted-public-key.pdf": "encrypted_certificate",
    "encrypted-user-aes256.pdf": "encrypted",
    "not-a-pdf.pdf": "broken",
    "zero-pages.pdf": "zero_pages",
    "very-large-page.pdf": "broken",  # its only content stream cannot be unpacked: a blank page would be a lie
    "pages-loop.pdf": "broken",
}
PAGES = {"broken-xref-repairable.pdf": 30, "cn-scan-ocr-layer-cid-not-embedded.pdf": 6, "rotate-and-boxes.pdf": 8, "outlines-and-links.pdf": 7}
pytestmark = pytest.mark.skipif(not SAMPLES.is_dir(), reason="the folder of sample files (../shared/samples) is not here")


def test_every_sample_pdf_is_bound_or_says_why(bind, tmp_path):
    files = [*sorted((SAMPLES / "pdf").glob("*.pdf")), SAMPLES / "hostile" / "pages-loop.pdf"]
    (tmp_path / "packet").mkdir()
    made = bind({"G1": files}, watermark="草稿 DRAFT", name="packet/bundle.pdf")
    slips = {entry.exhibit.source.name: entry.problems[0].code for entry in made.prepared if entry.slip}
    assert slips == ONLY_SLIPS
    assert len(made.prepared) == len(files)
    pages = {entry.exhibit.source.name: entry.pages for entry in made.prepared}
    assert {name: pages[name] for name in PAGES} == PAGES
    content = manifest(tmp_path / "packet", made.built, (), made.prepared, made.pagination, title="samples")
    write_manifest(tmp_path / "packet", content)
    assert [str(difference) for difference in verify_folder(tmp_path / "packet")] == []
    assert json.loads((tmp_path / "packet" / "manifest.json").read_text())["bundle"]["pages"] == made.built.pages
    if shutil.which("qpdf"):
        checked = subprocess.run(["qpdf", "--check", made.path], capture_output=True, text=True, check=False)
        assert (checked.returncode, checked.stderr) == (0, "")


def test_every_sample_picture_and_recording_is_bound_or_says_why(bind, exhibit):
    kinds = {".png": "image/png", ".jpg": "image/jpeg", ".tif": "image/tiff", ".heic": "image/heic", ".wav": "audio/wav", ".mp3": "audio/mpeg"}
    files = [path for folder in ("images", "audio") for path in sorted((SAMPLES / folder).iterdir()) if path.suffix in kinds]
    made = bind({"G1": [exhibit(path, f"D{at}", media_type=kinds[path.suffix]) for at, path in enumerate(files)]})
    for entry in made.prepared:
        kind = entry.exhibit.source.media_type
        assert entry.slip == (kind == "image/heic" or kind.startswith("audio/")), entry.exhibit.source.name
        assert not entry.slip or (entry.problems and entry.native), entry.exhibit.source.name
