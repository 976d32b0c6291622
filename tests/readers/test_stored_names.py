"""Files in the store bear their hash, without an ending: every reader takes them so."""

import shutil

import openpyxl
import pytest
from docx import Document

from casefiles import readers


def sheet(path):
    book = openpyxl.Workbook()
    book.active.append(["对账单", "750000.00"])
    book.save(path)


def paper(path):
    document = Document()
    document.add_paragraph("对账单 750000.00")
    document.save(path)


@pytest.mark.parametrize(
    ("make", "ending"),
    [
        pytest.param(sheet, "xlsx", id="a workbook"),
        pytest.param(paper, "docx", id="a Word paper"),
        pytest.param(lambda path: path.write_text("对账单 750000.00", encoding="utf-8"), "txt", id="a text"),
    ],
)
def test_a_file_without_an_ending_is_read(tmp_path, make, ending):
    named, stored = tmp_path / f"file.{ending}", tmp_path / ("0" * 64)
    make(named)
    shutil.copyfile(named, stored)
    kind = readers.media_type(stored, "")
    reading = readers.read(stored, kind)
    assert (reading.outcome, "对账单" in reading.pages[0].text) == ("read", True)
