"""Files made to do harm: looked at by the server itself they cost next to nothing, and what is told of them can always be stored."""

from __future__ import annotations

import errno
import importlib
import io
import json
import os
import random
import struct
import time
import zipfile
from pathlib import Path

import pytest

from casefiles.readers import READERS, _reading, child, media_type, read, reader_for
from casefiles.readers.dates import MOST
from casefiles.readers.limits import NO_ROOM, Ended, _why
from casefiles.readers.reading import LONGEST, Refused, Told

kinds = importlib.import_module("casefiles.readers.media_type")  # the package gives the function this name
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SAMPLES = Path(os.environ.get("CASEFILES_SAMPLES", Path(__file__).resolve().parents[3] / "shared" / "samples"))
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def zipped(parts: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return out.getvalue()


OFFICE = {"[Content_Types].xml": b"<Types>" + random.Random(1).randbytes(4000), "word/document.xml": b"<a/>"}


def flipped(content: bytes, at: int) -> bytes:
    return content[:at] + bytes(255 - byte for byte in content[at : at + 40]) + content[at + 40 :]


@pytest.mark.parametrize(("content", "kind"), [
    pytest.param(b"<!-- a -->" * 5_000 + b"x", "text/plain", id="comments without end"),
    pytest.param(b"<!-- a -->" * 5_000 + b"<html>", "text/html", id="comments, then a page"),
    pytest.param(zipped({**OFFICE, "[Content_Types].xml": bytes(1_000_000)}, zipfile.ZIP_BZIP2), "application/zip", id="a list of types in bzip2"),
    pytest.param(flipped(zipped(OFFICE), 60), "application/zip", id="a list of types that cannot be unpacked"),
])  # fmt: skip
def test_the_server_itself_looks_sparingly(make_file, content, kind):
    path, began = make_file("a.docx", content), time.thread_time()
    assert media_type(path, "a.docx" if content[:2] == b"PK" else "a.txt") == kind
    assert time.thread_time() - began < 1


def test_a_list_of_entries_beyond_measure_is_not_taken_into_memory(monkeypatch, make_file):
    path = make_file("a.docx", zipped({**OFFICE, **{f"word/{number}.xml": b"" for number in range(200)}}))
    assert media_type(path, "a.docx") == DOCX
    monkeypatch.setattr(kinds, "LONGEST_LIST", 2_000)
    assert media_type(path, "a.docx") == "application/zip"


def told(*lines: object, end: bool = True) -> bytes:
    return b"".join(json.dumps(line).encode() + b"\n" for line in (*lines, *([{"done": True}] if end else [])))


def test_what_was_told_can_be_stored(tmp_path):
    """PostgreSQL takes neither NUL nor NaN, SQLite no half of a character."""
    odd = "a\x00b\ud800"
    lines = told({"page": [1, odd, odd, "text", []]}, {"note": [odd, odd]}, {"child": [odd, "00001"]}, {"detail": ["x", {odd: [odd, float("nan"), 1e999]}]})
    reading = _reading(Ended(lines, "", ""), "zip", 1, tmp_path)
    every = [reading.pages[0].label, reading.pages[0].text, reading.reason_zh, reading.reason_en.lower(), reading.children[0].path, *reading.details["x"]]
    assert every == ["ab?"] * 6
    assert reading.details["x"]["ab?"] == ["ab?", None, None]


@pytest.mark.parametrize(("lines", "outcome"), [
    pytest.param(told({"page": [1, "1", "", "scan", []]}, {"incomplete": True}, {"note": ["缺", "cut"]}), "partly", id="scans, some left out"),
    pytest.param(told({"page": [1, "1", "", "scan", []]}, end=False), "partly", id="scans, then it died"),
    pytest.param(told({"page": [1, "1", "", "text", []]}, {"incomplete": True}, {"note": ["缺", "cut"]}), "failed", id="nothing but trouble"),
])  # fmt: skip
def test_pages_that_wait_for_recognition_are_no_failure(lines, outcome):
    reading = _reading(Ended(lines, "", ""), "pdf", 1)
    assert (reading.outcome, bool(reading.reason_en)) == (outcome, True)


def test_dates_of_a_text_that_swells_when_folded():
    lines = [{"page": [number, "1", "\ufdfa" * 2_000 + "2024-01-01" * (number == 9), "text", []]} for number in range(1, 11)]
    assert [day.isoformat() for day in _reading(Ended(told(*lines), "", ""), "text", 1).dates] == ["2024-01-01"]
    days = [{"page": [number, "1", " ".join(f"20{at:02}-0{number}-03" for at in range(99)), "text", []]} for number in range(1, 9)]
    assert len(_reading(Ended(told(*days), "", ""), "text", 1).dates) == MOST


def test_a_full_disk_is_said_in_words(tmp_path, monkeypatch):
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(child, "read", full)
    assert child.main({"task": "read", "path": "a", "output": str(tmp_path / "out"), "reader": "mail"}) == NO_ROOM
    assert "no room on the disk" in _why(NO_ROOM, late=False, seconds=1, memory_mb=1)[1]


def test_what_is_nested_too_deeply_is_said_in_words(tmp_path, make_file):
    name = "urn:oasis:names:tc:opendocument:xmlns:"
    nested = "<t:section>" * 2_000 + "<t:p>x</t:p>" + "</t:section>" * 2_000
    text = f'<o:document-content xmlns:o="{name}office:1.0" xmlns:t="{name}text:1.0"><o:body><o:text>{nested}</o:text></o:body></o:document-content>'
    path, out = make_file("a.odt", zipped({"content.xml": text.encode()})), tmp_path / "out"
    assert child.main({"task": "read", "path": str(path), "output": str(out), "reader": "odt"}) == 0
    reading = _reading(Ended(out.read_bytes(), "", ""), "odt", 1)
    assert (reading.outcome, "too deeply" in reading.reason_en) == ("failed", True)


def test_a_text_longer_than_all_is_said_once(monkeypatch):
    monkeypatch.setattr("casefiles.readers.reading.LONGEST", 1_000)
    said = Told()
    for number in range(50):
        said.page(str(number), "甲" * 100)
    assert (said.characters, len(said.notes)) == (1_000, 1)


def backwards(content: bytes) -> bytes:
    """A package whose first part stands before the beginning of the file."""
    end = content.rindex(b"PK\x05\x06")
    return content[: end + 16] + struct.pack("<I", struct.unpack_from("<I", content, end + 16)[0] + 90) + content[end + 20 :]


@pytest.mark.parametrize(("content", "name"), [
    pytest.param(backwards(zipped(OFFICE)), "docx", id="a place before the beginning"),
    pytest.param(flipped(zipped(OFFICE), 60), "docx", id="a part that cannot be unpacked"),
    pytest.param(zipped(OFFICE).replace(b"PK\x01\x02\x14\x03\x14", b"PK\x01\x02\x14\x03\xff"), "zip", id="a version nobody knows"),
])  # fmt: skip
def test_damage_is_named_and_no_breakdown(make_file, content, name):
    with pytest.raises(Refused, match="not a sound"):
        READERS[name].load()(make_file("a", content), Told())


def tiff(frames: int) -> bytes:
    """A picture of many frames of one dot."""
    out = bytearray(b"II*\0\x08\0\0\0")
    tags = ((256, 1), (257, 1), (258, 1), (259, 1), (262, 1), (273, 8), (278, 1), (279, 1))
    for frame in range(frames):
        out += struct.pack("<H", len(tags)) + b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags)
        out += struct.pack("<I", len(out) + 4 if frame < frames - 1 else 0)
    return bytes(out)


def books(strings: int) -> bytes:
    word = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    listed = "http://schemas.openxmlformats.org/package/2006/"
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    return zipped({
        "[Content_Types].xml": f'<Types xmlns="{listed}content-types"><Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/>'
                               f'<Override PartName="/xl/sharedStrings.xml" ContentType="{kind}.sharedStrings+xml"/></Types>'.encode(),
        "_rels/.rels": f'<Relationships xmlns="{listed}relationships"><Relationship Id="r1" Type="{word}/officeDocument" Target="xl/workbook.xml"/></Relationships>'.encode(),
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{listed}relationships"><Relationship Id="r1" Type="{word}/worksheet" Target="worksheets/s.xml"/></Relationships>'.encode(),
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{word}"><sheets><sheet name="a" sheetId="1" r:id="r1"/></sheets></workbook>'.encode(),
        "xl/worksheets/s.xml": f'<worksheet xmlns="{main}"><dimension ref="A1:XFD1048576"/><sheetData><row r="1048576"><c r="XFD1048576" t="s"><v>0</v></c></row></sheetData></worksheet>'.encode(),
        "xl/sharedStrings.xml": (f'<sst xmlns="{main}">' + "<si><t>abcdefgh</t></si>" * strings + "</sst>").encode(),
    })  # fmt: skip


BOMBS = [
    pytest.param(lambda: books(1_000_000), XLSX, id="a workbook with a million strings, its cell in the last corner"),
    pytest.param(lambda: b"Subject: x\nContent-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\nx\n" * 100_000, "message/rfc822", id="a mail of 100,000 parts"),
    pytest.param(lambda: b"From: a\n" + b"Content-Type: message/rfc822\n\n" * 3_000, "message/rfc822", id="mails in mails"),
    pytest.param(lambda: b"From: a\nTo: " + b"a@b.c, " * 1_000_000 + b"\n\nx", "message/rfc822", id="a mail to a million"),
    pytest.param(lambda: b"x," * 50_000_000, "text/csv", id="a table of one line"),
    pytest.param(lambda: b"00:00:01,000 --> 00:00:02,000\nx\n\n" * 500_000, "application/x-subrip", id="half a million subtitles"),
    pytest.param(lambda: tiff(10_000), "image/tiff", id="a picture of 10,000 frames"),
    pytest.param(lambda: zipped({str(number): b"" for number in range(50_000)}), "application/zip", id="an archive of 50,000 files"),
    pytest.param(lambda: zipped({"a": bytes(240_000_000)}, zipfile.ZIP_LZMA), "application/zip", id="an archive that swells"),
    pytest.param(lambda: b"<?xml version='1.0'?>" + b"<a>" * 500_000, "text/xml", id="elements in elements"),
    pytest.param(lambda: b"<html>" + b"<div>" * 1_000_000, "text/html", id="a page of boxes in boxes"),
    pytest.param(lambda: b"\0\0\0\x10ftypisom\0\0\0\0" + b"\0\0\0\x08moov" * 200_000, "video/mp4", id="a film of empty boxes"),
    pytest.param(lambda: b"\0\0\0\x10ftypisom\0\0\0\0" + b"\xff\xff\xff\xffmoov" * 1_000, "video/mp4", id="a film whose boxes lie"),
]


@pytest.mark.long
@pytest.mark.parametrize(("make", "kind"), BOMBS)
def test_a_bomb_stays_small(make_file, tmp_path, make, kind):
    """Each ends with an outcome and its reason, within the limits of one reading, and leaves no more files than it tells."""
    inside = tmp_path / "inside"
    inside.mkdir()
    reading = read(make_file("bomb", make()), kind, into=inside, seconds=90)
    assert reading.outcome == "read" or (reading.reason_zh and reading.reason_en)
    assert len(list(inside.iterdir())) == len(reading.children) <= 2_000
    assert sum(len(page.text) for page in reading.pages) <= LONGEST


def damaged_copies(seed: int, each: int) -> list[tuple[str, bytes]]:
    """Every small sample cut, with bytes turned, and with a part of it twice."""
    drawn, found = random.Random(seed), []
    for path in sorted(SAMPLES.glob("*/*")):
        content = path.read_bytes()
        if not 0 < len(content) < 300_000 or path.parent.name == "audio":
            continue
        for _ in range(each):
            at, to = sorted((drawn.randrange(len(content)), drawn.randrange(len(content))))
            how = drawn.randrange(3)
            changed = (content[:to], flipped(content, at), content[:to] + content[at : at + 3000] + content[to:])[how]
            found.append((path.name, changed))
    return found


@pytest.mark.long
def test_damaged_samples_end_with_an_outcome(make_file, tmp_path):
    """None breaks anything, none shows another file of the machine, none takes long; of what cannot be read the reason stands there."""
    copies = damaged_copies(5, 1)
    if not copies:
        pytest.skip(f"no samples in {SAMPLES}: set CASEFILES_SAMPLES to the folder of samples")
    for number, (name, content) in enumerate(copies):
        path, inside = make_file("damaged", content), tmp_path / f"inside-{number}"
        inside.mkdir()
        kind = media_type(path, name)
        reading = read(path, kind, into=inside, seconds=60)
        assert reading.outcome in {"read", "empty"} or (reading.reason_zh and reading.reason_en), name
        assert "more than 60 s" not in reading.reason_en, name
        assert not any("root:x:0" in page.text for page in reading.pages), name
        assert reader_for(kind) is None or reading.reader, name
