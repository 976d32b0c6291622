"""The page of an OFD shows its pages as pictures."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest
from PIL import Image

SAMPLES = Path(os.environ.get("CASEFILES_SAMPLES", Path(__file__).resolve().parents[3] / "shared" / "samples"))


def test_an_ofd_is_shown_as_a_picture(app, signed_in, make_case, make_document):
    path = SAMPLES / "ofd" / "发票示例.ofd"
    if not path.is_file():
        pytest.skip(f"the sample {path.name} is not in {SAMPLES}: set CASEFILES_SAMPLES to the folder of samples")
    document = make_document(make_case(), type="contract", content=path.read_bytes(), media_type="application/ofd", name=path.name, page_count=1)
    clerk, at = signed_in("legal_staff"), f"/cases/{document.case_id}/documents/{document.id}"
    picture = clerk.get(f"{at}/pages/1.png?width=600")
    assert (picture.status_code, Image.open(io.BytesIO(picture.data)).size) == (200, (600, 400))  # 210 by 140 mm
    assert 'width="900" height="600"' in clerk.get(at).text
