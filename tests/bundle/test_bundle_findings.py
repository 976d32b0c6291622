"""What is kept of a look inside a file: the same findings from the note, a damaged note never trusted, widths added up as they are placed."""

from __future__ import annotations

import json

import pytest
from pikepdf import Pdf

from casefiles.bundle import findings
from casefiles.bundle.faces import Face
from casefiles.bundle.findings import Findings
from casefiles.bundle.geometry import Frame, frame_of
from casefiles.bundle.hidden import Look, look_at
from casefiles.bundle.plan import Bookmark, Inside, Repair

UP, SIDE = Frame(0.0, 0.0, 595.0, 842.0), Frame(0.0, 0.0, 595.0, 842.0, turn=90, unit=2.0, guessed=True)
INSIDE = Inside(
    (Repair(1, 0, 2, text=True), Repair(3, wrap=True)),
    (Bookmark("第一章", 0, ("/XYZ", 36.0, None), (Bookmark("其一", None, (), (Bookmark("末", 3, ("/Fit",)),)),)),),
    {"there": (2, ("/FitH", 700.5))},
    (UP, UP, SIDE, UP),
)
FOUND = Findings(4, notes=(("no_text_layer", "1–2"), ("signed", "1")), inside=INSIDE)


@pytest.mark.parametrize("found", [
    pytest.param(FOUND, id="everything"),
    pytest.param(Findings(fatal="broken", detail="unable to find trailer"), id="a file that cannot be merged"),
])  # fmt: skip
def test_the_note_says_what_was_found(found, tmp_path):
    assert findings.read(findings.written(found), tmp_path / "none.pdf") == found


def test_pages_of_one_shape_are_one_entry(tmp_path):
    long = Findings(10_000, inside=Inside(frames=(UP,) * 10_000))
    assert len(findings.written(long)) < 200
    read = findings.read(findings.written(long), tmp_path / "none.pdf")
    assert read == long
    assert len({id(frame) for frame in read.inside.frames}) == 1, "one frame is held, not one for each page"


def changed(**how):
    return json.dumps(json.loads(findings.written(FOUND)) | how).encode()


@pytest.mark.parametrize("note", [
    pytest.param(findings.written(FOUND)[:-9], id="cut off"),
    pytest.param(b"", id="empty"),
    pytest.param(b"[1, 2]", id="no note at all"),
    pytest.param(changed(frames=[[3, 0, 0, 595, 842, 0, 1, False]]), id="fewer frames than pages"),
    pytest.param(changed(repairs=[[1, 2, 3, True, False, 0, 0]]), id="a field too many"),
    pytest.param(changed(names=[]), id="names that are no names"),
])  # fmt: skip
def test_a_damaged_note_is_not_trusted(note, tmp_path):
    assert findings.read(note, tmp_path / "none.pdf") is None


def test_a_note_whose_drawn_file_is_gone_is_not_trusted(tmp_path):
    flat = tmp_path / "flat.pdf"
    note = findings.written(Findings(4, inside=INSIDE, pdf=flat))
    assert findings.read(note, flat) is None
    flat.write_bytes(b"%PDF-1.7")
    assert findings.read(note, flat).pdf == flat


@pytest.mark.parametrize("face", [
    pytest.param(Face({65: 0.7, 32: 0.25}, 0.5), id="one byte a code"),
    pytest.param(Face({0x4142: 0.7, 0x20: 0.25}, 1.0, pairs=True), id="two bytes"),
    pytest.param(Face({0xB0A1: 0.9}, 1.0, pairs=True, mixed=True), id="one or two"),
])  # fmt: skip
@pytest.mark.parametrize("text", [b"", b"A B", b"ABAB\x00\x20A", b"\xb0\xa1 A\xb0"])
def test_a_text_is_as_wide_as_its_characters(face, text):
    one_by_one = list(face.glyphs(text))
    width, count, blanks = face.measured(text)
    assert (count, blanks) == (len(one_by_one), sum(blank for _, blank in one_by_one))
    assert width == pytest.approx(sum(each for each, _ in one_by_one))


TEXT = b"BT /F1 20 Tf 60 700 Td (secret words) Tj ET "


def looked(path):
    with Pdf.open(path) as pdf:
        return [look_at(page, frame_of(page.obj), {}) for page in pdf.pages]


def test_a_box_far_larger_than_the_page_covers_what_is_on_it(make_pdf):
    (look,) = looked(make_pdf({"content": TEXT + b"-900000000 -900000000 1900000000 1900000000 re f"}))
    assert look.covered >= 10


def test_a_page_with_too_much_to_compare_is_named(make_pdf, monkeypatch):
    monkeypatch.setattr("casefiles.bundle.hidden.MOST_PAIRS", 20)
    black, plain = looked(make_pdf({"content": TEXT + b"55 695 150 25 re f " * 9}, {"content": TEXT}))
    assert (black, plain) == (Look(whole=False), Look())
