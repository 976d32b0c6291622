"""Files made on the spot, and the shared samples where they are at hand."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

import pytest

from casefiles import readers
from casefiles.readers import Reading, child, limits, media_type, read

SAMPLES = Path(os.environ.get("CASEFILES_SAMPLES", Path(__file__).resolve().parents[3] / "shared" / "samples"))


@pytest.fixture
def sample():
    """Path of a shared sample; the test is skipped where the folder is not there."""

    def path(name: str) -> Path:
        if not (SAMPLES / name).is_file():
            pytest.skip(f"the sample {name} is not in {SAMPLES}: set CASEFILES_SAMPLES to the folder of samples")
        return SAMPLES / name

    return path


@pytest.fixture
def reading_of():
    def reading(path: Path, **limits: int) -> Reading:
        return read(path, media_type(path, path.name), **limits)

    return reading


@pytest.fixture
def read_here(reading_of, monkeypatch, tmp_path):
    """The same without a child: for what files say. What a reader may do is tested in its child."""

    def run_here(task: str, asked: dict, **_limits: int) -> limits.Ended:
        output = tmp_path / "output"
        assert child.main({"task": task, **asked, "output": str(output)}) == 0
        return limits.Ended(output.read_bytes(), "", "")

    monkeypatch.setattr(readers, "run", run_here)
    return reading_of


@pytest.fixture
def make_file(tmp_path):
    def make(name: str, content: bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(content)
        return path

    return make


@pytest.fixture
def make_package(tmp_path):
    """A zip package of named parts (text or bytes)."""

    def make(name: str, parts: dict[str, str | bytes]) -> Path:
        path = tmp_path / name
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
            for part, content in {"[Content_Types].xml": "<Types/>", **parts}.items():
                package.writestr(part, content)
        return path

    return make


@pytest.fixture
def make_docx(make_package):
    """A Word file with this body (the namespace w is declared)."""
    names = (
        'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
        'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
    )

    def make(body: str, **parts: str) -> Path:
        others = {f"word/{part}.xml": f"<w:{part.rstrip('0123456789')} {names}>{xml}</w:{part.rstrip('0123456789')}>" for part, xml in parts.items()}
        return make_package("a.docx", {"word/document.xml": f"<w:document {names}><w:body>{body}</w:body></w:document>", **others})

    return make
